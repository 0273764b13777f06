"""No word is cut: not Bangla's marks above and below a line, not the end of a word, not a row at the foot of a list."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QTimer
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from tests.ui import prepared as p
from tools.screens import SCENES, receive

from corner_app.domain.outcome import Outcome, ParcelCard, Tone
from corner_app.i18n import Language, load_words
from corner_app.reference import load_places
from corner_app.ui.theme import Look, load_fonts
from corner_app.ui.widgets.basic import Chip, KeyCap
from corner_app.ui.widgets.texts import ABOVE, LINE, BigText, Label

SIZES = (100, 150, 200)
HARD = ("ক্ষ", "ন্দ্র", "র্ক", "স্ত্র", "চাঁদ", "র্কি", "ঠৌঁ", "ষ্ট্রূ", "ট্ট্রু", "ঙ্ক্ষু", "ফাল্গুন", "সুটিয়াকাঠী", "ধানসিঁড়ি", "তত্ত্বাবধায়ক", "Ågjpqy", "৳ ১,৮৫০")


def visible(root: QWidget) -> Iterator[QWidget]:
    return (piece for piece in root.findChildren(QWidget) if piece.isVisibleTo(root) and not piece.visibleRegion().isEmpty())


def settle(qtbot: QtBot, window: QWidget) -> None:
    """Shows it and lets every layout run that waits for its turn; one may wait for another."""
    window.show()
    for _ in range(4):
        turn = QTimer(singleShot=True, interval=0)
        with qtbot.waitSignal(turn.timeout):
            turn.start()


def shown(qtbot: QtBot, scene: str, language: Language, percent: int) -> QWidget:
    if (focus := QApplication.focusWidget()) is not None:
        focus.clearFocus()  # of the scene before, whose field would take the letters that this one presses
    window = SCENES[scene](Look(language, percent=percent))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    settle(qtbot, window)
    return window


def inside(piece: QWidget, root: QWidget) -> bool:
    """Whether all of it lies within every widget round it."""
    area, above = QRect(piece.rect()), piece.parentWidget()
    while above is not None:
        area = QRect(piece.mapTo(above, QPoint(0, 0)), piece.size())
        if not above.rect().adjusted(-1, -1, 1, 1).contains(area):
            return False
        if above is root:
            return True
        above = above.parentWidget()
    return True


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_a_line_holds_every_word_of_the_country(qapp: object, weight: int) -> None:
    """Every word of the catalogue and every name of a post office, and the worst that Bangla can do, within the line that Label gives it."""
    load_fonts()
    said = {word for entry in load_words().values() for text in entry.values() for word in text.split()}
    said |= {office.name_bn for office in load_places().offices.values()} | set(HARD)
    metrics = QFontMetricsF(Look().font(100, weight))
    size = 100.0
    cut = [word for word in said for box in (metrics.tightBoundingRect(word),) if -box.top() > size * ABOVE + 2 or box.bottom() > size * (LINE - ABOVE) + 2]
    assert cut == []


@pytest.mark.parametrize("percent", SIZES)
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", SCENES)
def test_every_word_is_whole(qtbot: QtBot, scene: str, language: Language, percent: int) -> None:
    """Each line has its height and lies inside what is round it. A long name or address may end in "…"; what the window itself says may not:
    rather than half of a word it shows none."""
    window = shown(qtbot, scene, language, percent)
    labels = [piece for piece in visible(window) if isinstance(piece, Label)]
    assert [f"{piece.full}: {piece.height()} of {piece.line_height()}" for piece in labels if piece.height() < piece.line_height()] == []
    pieces = [piece for piece in visible(window) if isinstance(piece, Label | Chip | KeyCap | BigText)]
    assert [piece.accessibleName() or type(piece).__name__ for piece in pieces if not inside(piece, window)] == []
    assert [piece.full for piece in labels if (piece.key or not piece.may_shorten) and piece.cut] == []


@pytest.mark.parametrize("percent", (100, 150))
@pytest.mark.parametrize("language", list(Language))
def test_no_two_pieces_of_text_lie_on_each_other(qtbot: QtBot, language: Language, percent: int) -> None:
    for scene in SCENES:
        window = shown(qtbot, scene, language, percent)
        areas = [
            (QRect(piece.mapTo(window, QPoint(0, 0)), piece.size()).adjusted(1, 2, -1, -2), piece.accessibleName())
            for piece in visible(window) if isinstance(piece, Label | BigText) and piece.full
        ]  # fmt: skip
        over = [(one, other) for n, (a, one) in enumerate(areas) for b, other in areas[n + 1 :] if a.intersects(b)]
        assert over == [], scene


def test_a_long_name_never_pushes_the_shelf_away(qtbot: QtBot, qapp: object) -> None:
    long = " ".join(["মোছাম্মৎ ফাতেমাতুজ্জোহরা শর্মিষ্ঠা"] * 4)
    card = ParcelCard(p.SHARMIN.item, long, long, "01700004417", long, long, "8500", weight_g=900, cod=999_999_900, shelf="খ-১২")
    window = receive(Look(Language.BN), Outcome(Tone.GOOD, "received", card.item, (1,), p.RECEIVED.data, card))
    qtbot.addWidget(window)
    settle(qtbot, window)
    answer = next(piece for piece in visible(window) if isinstance(piece, BigText) and piece.full == "খ-১২")
    assert inside(answer, window)
    assert answer.width() > 200
    name = next(piece for piece in visible(window) if isinstance(piece, Label) and piece.full == long)
    assert name.cut and inside(name, window)
