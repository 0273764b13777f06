"""The preview of a report: the paper's own picture, and a way from figure to figure by keys and by hand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from tests.reports import samples as s

from corner_app.i18n import Language
from corner_app.reports.keys import figures
from corner_app.reports.marks import Ink, Page, spots
from corner_app.reports.pages import lay
from corner_app.reports.pdf import PaperRuler
from corner_app.ui.theme import Look
from corner_app.ui.widgets.report_page import ReportPage


@pytest.fixture
def page(qapp: object) -> Page:
    return lay(s.DAY, s.NAMES, Language.BN, PaperRuler())[0]


@pytest.fixture
def preview(qtbot: QtBot, look: Look, page: Page) -> Iterator[ReportPage]:
    """The page between two fields, as in a window."""
    window = QWidget()
    window.resize(430, 700)
    before, made, after = QLineEdit(window), ReportPage(look), QLineEdit(window)
    made.setParent(window)
    QWidget.setTabOrder(before, made)
    QWidget.setTabOrder(made, after)
    made.setGeometry(10, 40, 410, 600)
    after.move(0, 660)
    made.show_page(page)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    before.setFocus()
    qtbot.waitUntil(before.hasFocus)
    yield made
    window.hide()


def press(qtbot: QtBot, preview: ReportPage, key: Qt.Key) -> str:
    qtbot.keyClick(preview, key)
    return preview.key()


def test_tab_reads_every_figure_of_the_page_and_goes_on(qtbot: QtBot, preview: ReportPage, page: Page) -> None:
    first = preview.window().focusWidget()
    assert first is not None
    qtbot.keyClick(first, Qt.Key.Key_Tab)
    heard = [preview.key()]
    preview.chosen.connect(heard.append)
    while preview.hasFocus():
        qtbot.keyClick(preview, Qt.Key.Key_Tab)
    assert heard == [spot.key for spot in spots(page)]
    assert set(heard) <= set(figures(s.DAY))
    last = preview.window().focusWidget()
    assert last is not None
    assert last is not first
    qtbot.keyClick(last, Qt.Key.Key_Backtab)
    assert preview.hasFocus()


def test_a_click_takes_the_figure_under_it_and_a_second_opens_it(qtbot: QtBot, preview: ReportPage, page: Page) -> None:
    sent = next(spot for spot in spots(page) if spot.key == "parcels.all.gone.dispatched")
    at = preview.place(sent).center().toPoint()
    opened: list[str] = []
    preview.opened.connect(opened.append)
    qtbot.mouseClick(preview, Qt.MouseButton.LeftButton, pos=at)
    assert preview.key() == sent.key
    qtbot.mouseDClick(preview, Qt.MouseButton.LeftButton, pos=at)
    assert opened == [sent.key]
    qtbot.mouseClick(preview, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert preview.key() == sent.key


def test_arrows_go_to_the_neighbour(qtbot: QtBot, preview: ReportPage, page: Page) -> None:
    preview.show_page(page, "parcels.cod.gone.handed_over")
    assert press(qtbot, preview, Qt.Key.Key_Right) == "parcels.cod.gone.delivered"
    assert press(qtbot, preview, Qt.Key.Key_Down) == "parcels.prepaid.gone.delivered"
    assert press(qtbot, preview, Qt.Key.Key_Left) == "parcels.prepaid.gone.handed_over"
    assert press(qtbot, preview, Qt.Key.Key_Up) == "parcels.cod.gone.handed_over"
    assert press(qtbot, preview, Qt.Key.Key_Home) == "parcels.all.came"
    assert press(qtbot, preview, Qt.Key.Key_Up) == "parcels.all.came"
    last = press(qtbot, preview, Qt.Key.Key_End)
    assert last == spots(page)[-1].key
    assert press(qtbot, preview, Qt.Key.Key_Right) == last


def test_enter_opens_the_framed_figure_only(qtbot: QtBot, preview: ReportPage, page: Page) -> None:
    opened: list[str] = []
    preview.opened.connect(opened.append)
    assert press(qtbot, preview, Qt.Key.Key_Return) == ""
    preview.show_page(page, "hours.11.received")
    press(qtbot, preview, Qt.Key.Key_Return)
    assert opened == ["hours.11.received"]


@pytest.mark.parametrize("dark", [False, True])
def test_the_frame_stands_round_the_figure(qtbot: QtBot, page: Page, dark: bool) -> None:
    preview = ReportPage(Look(Language.BN, dark=dark))
    qtbot.addWidget(preview)
    preview.resize(840, 1188)
    preview.show_page(page)
    plain = preview.grab().toImage()
    preview.show_page(page, "parcels.all.gone.dispatched")
    framed = preview.grab().toImage()
    spot = next(spot for spot in spots(page) if spot.key == "parcels.all.gone.dispatched")
    around = preview.place(spot).adjusted(-3, -3, 3, 3)
    for x, y in ((around.left(), around.center().y()), (around.right(), around.center().y()), (around.center().x(), around.top())):
        seen = {framed.pixelColor(round(x) + dx, round(y) + dy).name() for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        assert QColor(Ink.ACT.value).name() in seen
    changed = {(x, y) for x in range(0, 840, 4) for y in range(0, 1188, 4) if plain.pixel(x, y) != framed.pixel(x, y)}
    assert changed
    assert all(around.adjusted(-5, -5, 5, 5).contains(QPoint(x, y)) for x, y in changed)


def test_nothing_is_shown_before_a_page_is(qtbot: QtBot, look: Look) -> None:
    preview = ReportPage(look)
    qtbot.addWidget(preview)
    preview.resize(300, 400)
    assert preview.key() == ""
    assert preview.grab().width() == 300
