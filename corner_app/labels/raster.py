"""Marks → one bit a dot, with Bangla shaped by Qt and codes at whole dots. The same bitmap goes to every printer language and to the preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import segno
from barcode.codex import Code128 as Code128Pattern
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetrics, QImage, QPainter, QPen, QRawFont

from corner_app.domain.trouble import Trouble
from corner_app.labels.layout import Box, Code128, Mark, ParcelLabel, Qr, Text, background, cod_background, parcel_marks
from corner_app.labels.media import Media
from corner_app.reference import resource_dir

BLACK, WHITE = QColor(0, 0, 0), QColor(255, 255, 255)
_QUIET_MODULES = 10
_TEXT_FACES = ("HindSiliguri-SemiBold.ttf", "HindSiliguri-Bold.ttf")
_MONO_FACE = "DejaVuSansMono-Bold.ttf"


@dataclass(frozen=True, slots=True)
class Bitmap:
    """width, height in dots; rows: packed eight dots a byte from the left, each row padded to a whole byte, 1 is black."""

    width: int
    height: int
    rows: bytes

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return (self.width + 7) // 8


def draw_parcel_label(label: ParcelLabel, media: Media) -> Bitmap:
    """A parcel's label. Needs a QGuiApplication; may be called in any thread, one call at a time a thread."""
    image = QImage(_kept_background(media, bool(label.cod_amount)))
    _paint(image, parcel_marks(label, media), media)
    return _packed(image)


def draw(marks: Iterable[Mark], media: Media) -> Bitmap:
    """Any marks on empty paper."""
    image = _empty(media)
    _paint(image, marks, media)
    return _packed(image)


@lru_cache(maxsize=4)
def _kept_background(media: Media, with_money: bool) -> QImage:
    image = _empty(media)
    _paint(image, (*background(), *(cod_background() if with_money else (Box(552, 627, 4, 290),))), media)
    return image


def _empty(media: Media) -> QImage:
    image = QImage(media.width, media.height, QImage.Format.Format_Mono)
    image.setColorTable([WHITE.rgb(), BLACK.rgb()])
    image.fill(0)
    return image


def _packed(image: QImage) -> Bitmap:
    width, height, stride, line = image.width(), image.height(), (image.width() + 7) // 8, image.bytesPerLine()
    bits = bytes(image.constBits())
    rows = bits if stride == line else b"".join(bits[start : start + stride] for start in range(0, height * line, line))
    return Bitmap(width, height, rows)


def _paint(image: QImage, marks: Iterable[Mark], media: Media) -> None:
    painter = QPainter(image)
    try:
        for mark in marks:
            match mark:
                case Text():
                    _text(painter, mark, media)
                case Box():
                    _box(painter, mark, media)
                case Code128():
                    _code128(painter, mark, media)
                case Qr():
                    _qr(painter, mark, media)
    finally:
        painter.end()


def _box(painter: QPainter, box: Box, media: Media) -> None:
    k = media.scale
    colour = WHITE if box.invert else BLACK
    area = QRect(round(box.x * k), round(box.y * k), round(box.w * k), round(box.h * k))
    if not box.line:
        painter.fillRect(area, colour)
        return
    line = max(1, round(box.line * k))
    pen = QPen(colour, line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    inset = line / 2
    inside = QRectF(area).adjusted(inset, inset, -inset, -inset)
    if box.radius:
        painter.drawRoundedRect(inside, box.radius * k, box.radius * k)
    else:
        painter.drawRect(inside)


def _text(painter: QPainter, text: Text, media: Media) -> None:
    k = media.scale
    lines, size = _fitted(text, media)
    painter.setFont(_font(size, int(text.weight), text.mono))
    painter.setPen(WHITE if text.invert else BLACK)
    for n, line in enumerate(lines):
        baseline = round((text.y + n * text.leading) * k)
        x = round(text.x * k)
        if text.align != "left":
            left = round(text.w * k) - _advance(line, size, int(text.weight), text.mono)
            x += left if text.align == "right" else left // 2
        painter.drawText(x, baseline, line)


def _fitted(text: Text, media: Media) -> tuple[list[str], int]:
    """Shrinks first, then wraps, then cuts with an ellipsis. Gives the lines and the size in dots of this printer."""
    k, weight = media.scale, int(text.weight)
    shown, room = _printable(text.text), round(text.w * k)
    sizes = range(text.size, text.smallest - 1, -2) if text.smallest < text.size else (text.size,)
    for lines in range(1, text.lines + 1):
        for size in sizes:
            dots = round(size * k)
            broken = _broken(shown, room, dots, weight, text.mono, lines)
            if broken is not None:
                return broken, dots
    dots = round(min(text.smallest, text.size) * k)
    return _cut(shown, room, dots, weight, text.mono, text.lines), dots


def _broken(text: str, room: int, size: int, weight: int, mono: bool, lines: int) -> list[str] | None:
    """The text in at most `lines` lines broken at spaces, or None if it does not fit."""
    made: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if _advance(longer, size, weight, mono) <= room:
            line = longer
            continue
        if not line or len(made) == lines - 1:
            return None
        made.append(line)
        line = word
        if _advance(line, size, weight, mono) > room:
            return None
    return [*made, line]


def _cut(text: str, room: int, size: int, weight: int, mono: bool, lines: int) -> list[str]:
    metrics = QFontMetrics(_font(size, weight, mono))
    made: list[str] = []
    rest = text
    while len(made) < lines - 1:
        words = rest.split(" ")
        count = next((n for n in range(len(words), 0, -1) if _advance(" ".join(words[:n]), size, weight, mono) <= room), 0)
        if not count:
            break
        made.append(" ".join(words[:count]))
        rest = " ".join(words[count:])
    return [*made, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room)]


def _code128(painter: QPainter, code: Code128, media: Media) -> None:
    """Bars at whole dots, centred, with a quiet zone of ten modules; raises Trouble if the paper is too narrow for that."""
    pattern = Code128Pattern(code.text).build()[0]
    module, k = media.module, media.scale
    room, width = round(code.w * k), len(pattern) * module
    if width + 2 * _QUIET_MODULES * module > room:
        raise Trouble("label_code_too_long", item=code.text)
    x, y, height = round(code.x * k) + (room - width) // 2, round(code.y * k), round(code.h * k)
    place = 0
    while place < len(pattern):
        end = place
        while end < len(pattern) and pattern[end] == pattern[place]:
            end += 1
        if pattern[place] == "1":
            painter.fillRect(x + place * module, y, (end - place) * module, height, BLACK)
        place = end


_MASK = 3
"""Fixed, which saves trying eight of them (3.6 ms of 4.5); any mask is a right QR code."""


def _qr(painter: QPainter, code: Qr, media: Media) -> None:
    matrix = segno.make(code.text, error="m", micro=False, mask=_MASK, boost_error=False).matrix
    module, k = media.qr_module, media.scale
    size = len(matrix) * module
    left, top = round(code.x * k) - size // 2, round(code.y * k) - size // 2
    for row, cells in enumerate(matrix):
        start = None
        for column, dark in enumerate((*cells, 0)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                painter.fillRect(left + start * module, top + row * module, (column - start) * module, module, BLACK)
                start = None


@lru_cache(maxsize=1)
def _families() -> tuple[str, str]:
    """Loads the bundled faces once; gives the families for text and for numbers."""
    folder = resource_dir() / "fonts"
    families = []
    for face in (*_TEXT_FACES, _MONO_FACE):
        number = QFontDatabase.addApplicationFont(str(folder / face))
        if number < 0:
            raise Trouble("font_missing", file=face)
        families.append(QFontDatabase.applicationFontFamilies(number)[0])
    return "Hind Siliguri" if "Hind Siliguri" in families[1] else families[1], families[-1]


@lru_cache(maxsize=64)
def _font(size: int, weight: int, mono: bool) -> QFont:
    """A face at a size in dots, unsmoothed and unhinted, so that the same dots come out on every PC."""
    text, numbers = _families()
    font = QFont(numbers if mono else text)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setStyleStrategy(QFont.StyleStrategy.NoAntialias | QFont.StyleStrategy.NoFontMerging)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=4096)
def _advance(text: str, size: int, weight: int, mono: bool) -> int:
    return QFontMetrics(_font(size, weight, mono)).horizontalAdvance(text)


@lru_cache(maxsize=1)
def _raw_font() -> QRawFont:
    return QRawFont(str(resource_dir() / "fonts" / _TEXT_FACES[1]), 20)


def missing_glyphs(text: str) -> list[str]:
    """Characters of a text that the label's font has no glyph for."""
    return [letter for letter in dict.fromkeys(text) if not letter.isspace() and letter not in "\u200c\u200d" and not _has_glyph(letter)]


@lru_cache(maxsize=4096)
def _has_glyph(letter: str) -> bool:
    return bool(_raw_font().supportsCharacter(ord(letter)))


def _printable(text: str) -> str:
    """The text with every character the font lacks as "?", never as a box."""
    return "".join(letter if letter.isspace() or letter in "\u200c\u200d" or _has_glyph(letter) else "?" for letter in text)
