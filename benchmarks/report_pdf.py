"""The report of a day of 5,000 parcels as a PDF: a bare QPdfWriter that is handed the same texts at their places (floor), and ours from values to bytes."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QPointF
from PySide6.QtGui import QFont, QGuiApplication, QPageLayout, QPageSize, QPainter, QPdfWriter

from benchmarks.turns import Row, by_turns, met, rows
from corner_app.i18n import Language
from corner_app.reports.figures import Report
from corner_app.reports.marks import Page, Text
from corner_app.reports.pages import lay
from corner_app.reports.pdf import PaperRuler, drawn
from tests.reports import samples

AIM = 1.3
FLOOR = "floor: QPdfWriter, the same texts"
OURS = "ours: layout, rules, chart, data attached"
_DATA = b'{"value":1,"entries":[[7,1,4102]]}' * 20_000


def bare(pages: list[list[tuple[float, float, int, int, bool, str]]]) -> bytes:
    """What any program has to do to put these texts there."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageLayout(QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(2540)
    fonts: dict[tuple[int, int, bool], QFont] = {}
    painter = QPainter(writer)
    for n, texts in enumerate(pages):
        if n:
            writer.newPage()
        for x, y, size, weight, mono, text in texts:
            font = fonts.get((size, weight, mono))
            if font is None:
                font = fonts[size, weight, mono] = QFont("DejaVu Sans Mono" if mono else "Hind Siliguri")
                font.setPixelSize(size)
                font.setWeight(QFont.Weight(weight))
            painter.setFont(font)
            painter.drawText(QPointF(x, y), text)
    painter.end()
    return bytes(kept.data())


def _texts(page: Page) -> list[tuple[float, float, int, int, bool, str]]:
    found = [mark for mark in page.marks if isinstance(mark, Text)]
    return [(mark.x * 100, mark.y * 100, round(mark.face.size * 100), mark.face.weight, mark.face.mono, mark.text) for mark in found]


def measure(rounds: int = 15) -> list[Row]:
    """A day as it comes, and one on which every parcel is an exception, which is 5,000 rows. By turns; the fonts are loaded once a day."""
    application = QGuiApplication.instance() or QGuiApplication(["bench"])
    busy = samples.large()
    table: list[Row] = []
    for name, report in (("as it comes", busy), ("5,000 rows", replace(busy, exceptions=samples.exceptions(5_000, [samples.EVENING] * 5_000)))):
        table += _turns(name, report, rounds)
    del application
    return table


def _turns(name: str, report: Report, rounds: int) -> list[Row]:
    names, language, ruler = samples.NAMES, Language.BN, PaperRuler()
    placed = [_texts(page) for page in lay(report, names, language, ruler)]

    def ours(_: int) -> bytes:
        return drawn(lay(report, names, language, ruler), report, language, names, _DATA)

    ways = {FLOOR: lambda _: bare(placed), OURS: ours}
    by_turns(ways, 1)
    table = rows(f"report as PDF, 5,000 parcels, {name}, {len(placed)} pages", by_turns(ways, rounds), FLOOR)
    return [*table[:-1], replace(table[-1], note=met(table[-1].ratio <= AIM, f"<= {AIM}"))]
