"""Nothing is cut and nothing overlaps, on the office's 1366x768 screen, in both languages, also with larger text."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QFontMetrics, QPainterPath
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tools.screens import SCENES

from corner_app.i18n import Language
from corner_app.ui.main_window import MainWindow
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button
from corner_app.ui.widgets.texts import ABOVE, BigText, Label

WIDTH, HEIGHT = 1366, 768
TARGET = 42
SLACK = 1
"""Pixels that rounding may cost."""


def visible(root: QWidget) -> Iterator[QWidget]:
    return (piece for piece in root.findChildren(QWidget) if piece.isVisibleTo(root))


def cut_labels(window: MainWindow) -> list[str]:
    """Words that lose a part without saying so by an ellipsis, or have no room to show even that."""
    cut = []
    for label in (piece for piece in visible(window) if isinstance(piece, Label) and piece.full):
        metrics, words = QFontMetrics(label.font()), label.full.replace("**", "")
        if label.hasHeightForWidth():
            wide = max(metrics.horizontalAdvance(word) for word in words.split())
            fits = label.heightForWidth(label.width()) <= label.height() + SLACK and wide <= label.width() + SLACK
        else:
            needed = metrics.horizontalAdvance("…" if label._elide else words)
            fits = needed <= label.width() + SLACK and label.height() + SLACK >= label.line_height()
        if not fits:
            cut.append(f"{label.full} ({label.width()}x{label.height()})")
    return cut


def outside(window: MainWindow) -> list[str]:
    """Pieces that stick out of the one they lie in, or out of the window."""
    left = []
    for piece in visible(window):
        parent = piece.parentWidget()
        if parent is not None and not parent.rect().adjusted(-SLACK, -SLACK, SLACK, SLACK).contains(piece.geometry()):
            left.append(f"{said(piece)} {piece.geometry().getRect()} in {type(parent).__name__} {parent.rect().getRect()}")
    return left


def said(piece: QWidget) -> str:
    inside = next((inner.accessibleName() for inner in piece.findChildren(QWidget) if inner.accessibleName()), "")
    return f"{type(piece).__name__} “{piece.accessibleName() or inside}”"


def big_texts_cut(window: MainWindow) -> list[str]:
    """Answers whose ink, Bangla marks above and below included, is larger than their widget."""
    cut = []
    for big in (piece for piece in visible(window) if isinstance(piece, BigText) and piece.full):
        ink = big._fitting().boundingRect()
        if ink.width() > big.width() or ink.height() > big.height():
            cut.append(f"{big.full}: {ink.width():.0f}x{ink.height():.0f} in {big.width()}x{big.height()}")
    return cut


def overlapping(window: MainWindow) -> list[str]:
    """Visible brothers that lie on each other."""
    found = []
    for parent in (window, *visible(window)):
        brothers = [child for child in parent.children() if isinstance(child, QWidget) and child.isVisibleTo(window) and child is not window.asking]
        for n, one in enumerate(brothers):
            for other in brothers[n + 1 :]:
                common: QRect = one.geometry().intersected(other.geometry())
                if common.width() > SLACK and common.height() > SLACK:
                    found.append(f"{said(one)} {one.geometry().getRect()} / {said(other)} {other.geometry().getRect()}")
    return found


def small_targets(window: MainWindow) -> list[str]:
    """Buttons too low for a finger or an unsteady mouse."""
    return [f"{said(piece)} {piece.height()}" for piece in visible(window) if isinstance(piece, Button) and piece.height() < TARGET]


def marks_cut(window: MainWindow) -> list[str]:
    """Words whose ink, marks above and below included, reaches beyond their widget."""
    cut = []
    for label in (piece for piece in visible(window) if isinstance(piece, Label) and piece.full and not piece._mono and not piece.hasHeightForWidth()):
        path = QPainterPath()
        path.addText(0, round((label.height() - label.line_height()) / 2 + label.font().pixelSize() * ABOVE), label.font(), label.full)
        ink = path.boundingRect()
        if ink.top() < -SLACK or ink.bottom() > label.height() + SLACK:
            cut.append(f"{label.full}: {ink.top():.1f} to {ink.bottom():.1f} of {label.height()}")
    return cut


BOTH = pytest.mark.parametrize("language", list(Language))
ALL = pytest.mark.parametrize("scene", SCENES)
SIZES = pytest.mark.parametrize("percent", [100, 150])


@ALL
@BOTH
@SIZES
def test_nothing_is_cut_and_nothing_overlaps(qtbot: QtBot, qapp: QApplication, scene: str, language: Language, percent: int) -> None:
    window = SCENES[scene](Look(language, percent=percent))
    qtbot.addWidget(window)
    window.resize(WIDTH, HEIGHT)
    with qtbot.waitExposed(window):
        window.show()

    def all_is_well() -> None:
        assert (window.width(), window.height()) == (WIDTH, HEIGHT), "the window asks for more than the screen has"
        faults = {check.__name__: check(window) for check in (cut_labels, big_texts_cut, marks_cut, overlapping, outside, small_targets)}
        assert {name: found for name, found in faults.items() if found} == {}

    qtbot.waitUntil(all_is_well, timeout=3_000)  # the layouts settle first


@BOTH
def test_a_name_too_long_for_its_place_ends_in_an_ellipsis(qtbot: QtBot, qapp: QApplication, language: Language) -> None:
    label = Label(Look(language), 20)
    qtbot.addWidget(label)
    label.resize(120, 40)
    label.say("মোছাঃ শারমিন আক্তার চৌধুরী Mst. Sharmin Akter Chowdhury")
    assert label.cut
    assert label.accessibleName() == label.full
