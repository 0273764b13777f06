"""Pages → PDF and pixels. Bangla is shaped by Qt, the fonts are those that ship with the program, and the exact figures travel inside the file."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QLineF, QMarginsF, QPointF, QRectF, QSizeF, Qt, QUuid
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QGlyphRun, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QRawFont, QTextLayout

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words
from corner_app.reference import resource_dir
from corner_app.reports import files
from corner_app.reports.cover import title_of
from corner_app.reports.figures import Names, Report
from corner_app.reports.marks import HEIGHT, WIDTH, Bar, Box, Face, Ghost, Ink, Line, Mark, Page, Spot, Text, monospaced
from corner_app.reports.pages import lay

_UNITS = 100
"""Units of painting in a millimetre: fonts have whole sizes in them."""
_DPI = 2540
"""At which one dot of the PDF is one unit."""
_FACES = ("HindSiliguri-Regular", "HindSiliguri-Medium", "HindSiliguri-SemiBold", "HindSiliguri-Bold", "DejaVuSansMono")
_JOINERS = "\u200c\u200d"
_PIECES = re.compile("[0-9০-৯]|[^0-9০-৯ ]+| ")
_OFTEN = 4
_MEASURED = 1000
"""Pixels of the font that is measured; no face is hinted, so that all sizes are in proportion."""


class PaperRuler:
    """Measures texts as they are painted. What comes again, as names do, is measured once."""

    def wide(self, text: str, face: Face) -> float:
        """Millimetres on one line."""
        return _advance(text, face.weight, face.mono and monospaced(text)) * round(face.size * _UNITS) / _UNITS


def write(report: Report, target: Path, language: Language, names: Names, data: bytes) -> int:
    """Writes a report as a PDF of A4 pages with `data`, its exact JSON, attached. Gives how many pages it has.

    What stood under that name is replaced only when the new file is whole and on the disk. May be called in any thread; needs a QGuiApplication, no window.
    Raises Trouble("report_not_written") and Trouble("font_missing").
    """
    pages = lay(report, names, language, PaperRuler())
    files.write(target, drawn(pages, report, language, names, data))
    return len(pages)


def drawn(pages: Iterable[Page], report: Report, language: Language, names: Names, data: bytes) -> bytes:
    """The PDF of laid pages. The same seal gives the file the same identity."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    a4 = QPageSize(QSizeF(WIDTH, HEIGHT), QPageSize.Unit.Millimeter, "A4", QPageSize.SizeMatchPolicy.FuzzyMatch)
    writer.setPageLayout(QPageLayout(a4, QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)))
    writer.setResolution(_DPI)
    span = report.date if report.date == report.to else f"{report.date} – {report.to}"
    office = names.office[0 if language is Language.BN else 1]
    writer.setTitle(f"{title_of(report, language)} {span} · {office} ({names.postcode})")
    writer.setAuthor(names.clerk(report.closed_by, language) if report.closed_by else office)
    writer.setCreator(words("report.program", language))
    writer.setDocumentId(QUuid(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{report.office}-{report.counter}-{span}-{report.seal}-{language}"))))
    writer.addFileAttachment(f"report-{report.office}-{report.date}.json", QByteArray(data), "application/json")
    painter = QPainter(writer)
    painting = _Painting(painter, _UNITS)
    try:
        for page in pages:
            if page.number > 1:
                writer.newPage()
            painting.page(page)
    finally:
        painter.end()
    buffer.close()
    return bytes(kept.data())


def paint(painter: QPainter, page: Page, per_mm: float) -> None:
    """Paints a page from the painter's origin, `per_mm` of its units to a millimetre: on a picture, on the screen's preview."""
    _Painting(painter, per_mm).page(page)


class _Painting:
    """Pages on one painter. A text that comes often is shaped once: from its fourth time on its glyphs are kept, before that keeping them costs more."""

    def __init__(self, painter: QPainter, per_mm: float) -> None:
        self._painter, self._scale = painter, per_mm / _UNITS
        self._times: dict[tuple[str, Face], int] = {}
        self._kept: dict[tuple[str, Face], tuple[list[QGlyphRun], float]] = {}

    def page(self, page: Page) -> None:
        """Paints a page, its lines last: nothing stands on them."""
        painter = self._painter
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(self._scale, self._scale)
        ink: Ink | None = None
        lines: dict[tuple[float, Ink], list[QLineF]] = {}
        for mark in page.marks:
            match mark:
                case Text():
                    if mark.ink is not ink:
                        ink = mark.ink
                        painter.setPen(_colour(ink))
                    self._text(mark.x * _UNITS, mark.y * _UNITS, mark.text, mark.face)
                case Spot():
                    continue
                case Line():
                    y = mark.y * _UNITS
                    lines.setdefault((mark.thick, mark.ink), []).append(QLineF(mark.x * _UNITS, y, (mark.x + mark.w) * _UNITS, y))
                case _:
                    self._seldom(mark)
                    ink = None
        for (thick, colour), ruled in lines.items():
            painter.setPen(QPen(_colour(colour), thick * _UNITS, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLines(ruled)
        painter.restore()

    def _text(self, x: float, y: float, text: str, face: Face) -> None:
        key = (text, face)
        kept = self._kept.get(key)
        if kept is None:
            times = self._times[key] = self._times.get(key, 0) + 1
            if times < _OFTEN:
                self._painter.setFont(_font_of(text, face))
                self._painter.drawText(QPointF(x, y), printable(text))
                return
            kept = self._kept[key] = _glyphs(text, face)
        at = QPointF(x, y - kept[1])
        for run in kept[0]:
            self._painter.drawGlyphRun(at, run)

    def _seldom(self, mark: Mark) -> None:
        painter = self._painter
        match mark:
            case Box():
                _box(painter, mark)
            case Bar():
                _bar(painter, mark)
            case Ghost():
                painter.save()
                painter.translate(mark.x * _UNITS, mark.y * _UNITS)
                painter.rotate(mark.angle)
                painter.setPen(_colour(Ink.GHOST))
                self._text(-mark.w / 2 * _UNITS, mark.face.size * 0.3 * _UNITS, mark.text, mark.face)
                painter.restore()
            case _:
                raise AssertionError("every kind of mark is painted somewhere")


def _glyphs(text: str, face: Face) -> tuple[list[QGlyphRun], float]:
    """A shaped text, and how far its baseline lies under its origin."""
    layout = QTextLayout(printable(text), _font_of(text, face))
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(WIDTH * 10 * _UNITS)
    layout.endLayout()
    return layout.glyphRuns(), line.ascent()


def _box(painter: QPainter, box: Box) -> None:
    half = box.thick / 2 if box.edge else 0.0
    painter.setPen(QPen(_colour(box.edge), box.thick * _UNITS) if box.edge else Qt.PenStyle.NoPen)
    painter.setBrush(_colour(box.fill) if box.fill else Qt.BrushStyle.NoBrush)
    inside = _rect(box.x + half, box.y + half, box.w - box.thick * bool(box.edge), box.h - box.thick * bool(box.edge))
    painter.drawRoundedRect(inside, box.radius * _UNITS, box.radius * _UNITS)


def _bar(painter: QPainter, bar: Bar) -> None:
    act = _colour(Ink.ACT)
    if not bar.hatched:
        painter.fillRect(_rect(bar.x, bar.y, bar.w, bar.h), act)
        return
    line = min(0.35, bar.h / 2)
    painter.setPen(QPen(act, line * _UNITS))
    painter.setBrush(_colour(Ink.PAPER))
    painter.drawRect(_rect(bar.x + line / 2, bar.y + line / 2, bar.w - line, bar.h - line))
    painter.drawLines(_hatching(bar, line))


def _hatching(bar: Bar, line: float) -> list[QLineF]:
    """Lines rising to the right, each cut where it meets the bar's edge: a PDF needs no clip, a printer no pattern of its own."""
    left, top, wide, high = bar.x + line, bar.y + line, bar.w - 2 * line, bar.h - 2 * line
    found, along = [], 1.4
    while along < wide + high:
        low = QPointF(left + max(0.0, along - high), top + min(along, high)) * _UNITS
        found.append(QLineF(low, QPointF(left + min(along, wide), top + max(0.0, along - wide)) * _UNITS))
        along += 1.4
    return found


def _rect(x: float, y: float, w: float, h: float) -> QRectF:
    return QRectF(x * _UNITS, y * _UNITS, w * _UNITS, h * _UNITS)


@lru_cache(maxsize=32)
def _colour(ink: Ink) -> QColor:
    return QColor(ink.value)


@lru_cache(maxsize=1)
def _families() -> tuple[str, str]:
    """Loads the faces; gives the families of words and of numbers."""
    families = []
    for face in _FACES:
        loaded = QFontDatabase.addApplicationFont(str(resource_dir() / "fonts" / f"{face}.ttf"))
        if loaded < 0:
            raise Trouble("font_missing", file=face)
        families.append(QFontDatabase.applicationFontFamilies(loaded)[0])
    return families[0], families[-1]


@lru_cache(maxsize=256)
def _font(size: int, weight: int, mono: bool) -> QFont:
    font = QFont(_families()[1 if mono else 0])
    font.setPixelSize(max(1, size))
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setStyleStrategy(QFont.StyleStrategy.NoFontMerging)
    return font


def _font_of(text: str, face: Face) -> QFont:
    return _font(round(face.size * _UNITS), face.weight, face.mono and monospaced(text))


@lru_cache(maxsize=8192)
def _advance(text: str, weight: int, mono: bool) -> float:
    """Width in sizes."""
    shown = printable(text)
    if mono:
        return len(shown) * _piece("0", weight, mono)
    return sum([_piece(piece, weight, mono) for piece in _PIECES.findall(shown)])


@lru_cache(maxsize=8192)
def _piece(piece: str, weight: int, mono: bool) -> float:
    return _metrics(weight, mono).horizontalAdvance(piece) / _MEASURED


@lru_cache(maxsize=16)
def _metrics(weight: int, mono: bool) -> QFontMetricsF:
    return QFontMetricsF(_font(_MEASURED, weight, mono))


@lru_cache(maxsize=4096)
def printable(text: str) -> str:
    """A text with every character the font lacks as "?", never as a box or in a font of the machine."""
    if text.isascii() and text.isprintable():
        return text
    return "".join([_shown(letter) for letter in text])


@lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    if letter in _JOINERS:
        return letter
    if letter.isspace():
        return " "
    if unicodedata.category(letter) in ("Cf", "Cc"):
        return ""
    return letter if _raw().supportsCharacter(ord(letter)) else "?"


@lru_cache(maxsize=1)
def _raw() -> QRawFont:
    return QRawFont(str(resource_dir() / "fonts" / f"{_FACES[0]}.ttf"), 20)
