"""Marks → one bit a dot, with Bangla shaped by Qt and codes at whole dots. The same bitmap goes to every printer language and to the preview."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QPen, QRawFont

from corner_app.domain.trouble import Trouble
from corner_app.labels import codes
from corner_app.labels.fit import Fitted, fit
from corner_app.labels.layout import Box, Code128, Mark, ParcelLabel, Qr, Text, Weight, kept, parcel_marks, service_of
from corner_app.labels.media import Media
from corner_app.labels.rows import Sheet, columns, empty, lay, stamp, stride
from corner_app.reference import resource_dir

_BLACK, _WHITE = QColor(0, 0, 0), QColor(255, 255, 255)
_TEXT_FACES = ("HindSiliguri-SemiBold.ttf", "HindSiliguri-Bold.ttf")
_MONO_FACE = "DejaVuSansMono-Bold.ttf"
_JOINERS = "\u200c\u200d"
_MARGIN = 48
"""Most dots left of a kept piece for glyphs that reach back over their origin, see `_kept_piece`."""
_PIECES = re.compile("[0-9০-৯]|[^0-9০-৯ ]+| ")
Face = tuple[int, int, bool]
"""Size in dots, weight, whether the monospaced one."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """width, height in dots; rows: packed eight dots a byte from the left, each row padded to a whole byte, 1 is black.

    codes: those among the dots, for a printer that draws them itself.
    """

    width: int
    height: int
    rows: bytes
    codes: tuple[codes.Pattern, ...] = ()

    @property
    def stride(self) -> int:
        """Bytes of a row."""
        return stride(self.width)


def draw_parcel_label(label: ParcelLabel, media: Media) -> Bitmap:
    """A parcel's label, as `draw(layout(label), media)` gives it, but quicker: what is the same on every label is kept.

    Needs a QGuiApplication; may be called in any thread, one call at a time a thread. Raises Trouble for a number no code can carry.
    """
    return _drawn(Sheet(media.width, media.height, bytearray(_kept_rows(media, bool(label.cod_amount), service_of(label)))), parcel_marks(label), media)


def draw(marks: Iterable[Mark], media: Media) -> Bitmap:
    """Any marks on empty paper: first the boxes, then the texts, then the codes, so that nothing stands over a code."""
    return _drawn(empty(media.width, media.height), marks, media)


@dataclass(frozen=True, slots=True)
class TextRuler:
    """Measures the texts of a paper as they are drawn; lengths are dots at 203 dpi."""

    media: Media

    def lines(self, text: Text) -> int:
        """On how many lines it stands."""
        return len(_fitted(text, self.media.scale).lines)

    def wide(self, text: Text, size: int = 0) -> float:
        """How wide it would be on one line at its full size, or at another."""
        k = self.media.scale
        return _advance(_printable(text.text), round((size or text.size) * k), int(text.weight), text.mono) / k


def missing_glyphs(text: str) -> list[str]:
    """Characters of a text that the label's font has no glyph for, each once; on paper they are question marks."""
    return [letter for letter in dict.fromkeys(text) if not (letter.isspace() or letter in _JOINERS or _invisible(letter) or _has_glyph(letter))]


@lru_cache(maxsize=16)
def _kept_rows(media: Media, with_money: bool, service: str) -> bytes:
    return draw(kept(service, with_money=with_money), media).rows


def _drawn(sheet: Sheet, marks: Iterable[Mark], media: Media) -> Bitmap:
    boxes: list[Box] = []
    texts: list[Text] = []
    patterns: list[codes.Pattern] = []
    for mark in marks:
        match mark:
            case Text():
                texts.append(mark)
            case Box():
                boxes.append(mark)
            case Code128():
                patterns.append(codes.code128(mark, media))
            case Qr():
                patterns.append(codes.qr(mark, media))
    _boxes(sheet, boxes, media.scale)
    for text in texts:
        for first, high, ink in _inked(text, media.scale, media.width):
            lay(sheet, first, high, ink, white=text.invert)
    for pattern in patterns:
        _code(sheet, pattern)
    return Bitmap(sheet.width, sheet.height, bytes(sheet.rows), tuple(patterns))


def _code(sheet: Sheet, code: codes.Pattern) -> None:
    """A code, and white where its quiet zone stands. No layout puts anything there; a lone vowel sign may hang lower than any word."""
    beside = code.module * (codes.BAR_QUIET if code.kind == "code128" else codes.QR_QUIET)
    above = beside if code.kind == "qr" else 0
    white = max(0, code.x - beside), min(sheet.stride * 8, code.x + code.width + beside)
    stamp(sheet, code.x, code.y - above, code.width, ((0, above), *code.rows, (0, above)), white)


def _painted(sheet: Sheet) -> QImage:
    """The sheet's own bytes as an image: what is painted on it stands in the sheet. Keep it as long as the painter."""
    image = QImage(sheet.rows, sheet.width, sheet.height, sheet.stride, QImage.Format.Format_Mono)
    image.setColorTable([_WHITE.rgb(), _BLACK.rgb()])
    return image


def _boxes(sheet: Sheet, boxes: list[Box], k: float) -> None:
    if not boxes:
        return
    image = _painted(sheet)
    painter = QPainter(image)
    try:
        for box in boxes:
            if not box.dash:
                _box(painter, box, k)
    finally:
        painter.end()
    for box in boxes:
        if box.dash:
            x, y, width, high, dash = (round(length * k) for length in (box.x, box.y, box.w, box.h, box.dash))
            row = (_dashes(width, dash) << sheet.stride * 8 - x - width).to_bytes(sheet.stride, "big")
            lay(sheet, y, high, int.from_bytes(row * high, "big"), white=False)


@lru_cache(maxsize=16)
def _dashes(width: int, dash: int) -> int:
    """A row of so many dots in dashes, the white between them a little shorter; it ends in a whole dash, so that some white may be left."""
    step = dash + max(1, round(dash * 0.6))
    count = (width - dash) // step + 1
    return sum(((1 << dash) - 1) << (width - n * step - dash) for n in range(count))


def _box(painter: QPainter, box: Box, k: float) -> None:
    colour, k = _WHITE if box.invert else _BLACK, 1.0 if box.exact else k
    left, top, right, bottom = round(box.x * k), round(box.y * k), round((box.x + box.w) * k), round((box.y + box.h) * k)
    if not box.line:
        painter.fillRect(left, top, right - left, bottom - top, colour)
        return
    line = max(1, round(box.line * k))
    if box.radius:
        inside = QRectF(QRect(left, top, right - left, bottom - top)).adjusted(line / 2, line / 2, -line / 2, -line / 2)
        painter.setPen(QPen(colour, line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(inside, box.radius * k, box.radius * k)
        return
    painter.fillRect(left, top, right - left, line, colour)
    painter.fillRect(left, bottom - line, right - left, line, colour)
    painter.fillRect(left, top, line, bottom - top, colour)
    painter.fillRect(right - line, top, line, bottom - top, colour)


Ink = tuple[int, int, int]
"""What a text adds to a sheet: its first row, how many rows, and they as one number."""


@lru_cache(maxsize=256)
def _inked(text: Text, k: float, width: int) -> tuple[Ink, ...]:
    """A text's lines. What stands on many labels, as the office and its postcode do, is made once."""
    if text.mono and not text.text.isascii():
        # The monospaced face has no Bangla, and that of texts reaches higher above its baseline.
        return _inked(replace(text, mono=False, size=text.size * 3 // 4, smallest=min(text.smallest, text.size) * 3 // 4), k, width)
    if text.tail:
        head, rest = _split(text, k)
        return _inked(head, k, width) + (_inked(rest, k, width) if rest is not None else ())
    fitted = _fitted(text, k)
    face, lines = (fitted.size, int(text.weight), text.mono), []
    for n, line in enumerate(fitted.lines):
        x = text.x * k
        if text.align != "left":
            free = text.w * k - _advance(line, *face)
            x += free if text.align == "right" else free / 2
        lines.append(_line(x, round((text.y + n * text.leading) * k), line, face, width))
    return tuple(lines)


def _line(x: float, baseline: int, line: str, face: Face, width: int) -> Ink:
    """Pieces, each painted once and kept, side by side: a name or a village that comes again costs no painting."""
    rise, drop = _extent(face[0])
    pitch, made = stride(width), []
    for piece in _pieces(line, face[2]):
        kept = _kept_piece(piece, *face, width)
        if kept.ink:
            made.append((round(x) - kept.margin, kept))
        x += kept.advance
    below, ink, bits = min((kept.below for _, kept in made), default=0), 0, pitch * 8
    high = rise + drop - below
    for shift, kept in made:
        lower = (kept.below - below) * bits
        if shift < 0 or shift + kept.wide > bits:
            ink |= _placed(kept.ink << lower, shift, kept.wide, high, pitch)
        else:
            ink |= kept.ink << lower - shift if lower > shift else kept.ink >> shift - lower
    above = (high * bits - ink.bit_length()) // bits
    return baseline - rise + above, high - above, ink


def _pieces(line: str, mono: bool) -> Sequence[str]:
    """What is painted as one: a word, as its letters join; of numbers and of monospaced texts each sign, for they are always new."""
    return line if mono else _PIECES.findall(line)


def _placed(ink: int, shift: int, wide: float, high: int, pitch: int) -> int:
    """A kept strip moved to the right, or left; what would run over the sheet's edge is cut off. pitch: bytes of a row."""
    bits = pitch * 8
    if abs(shift) >= bits:
        return 0
    if shift < 0:
        return (ink & columns(pitch, high, -shift, bits)) << -shift
    if shift + wide > bits:
        ink &= columns(pitch, high, 0, max(0, bits - shift))
    return ink >> shift


@dataclass(frozen=True, slots=True)
class _Piece:
    """ink: `margin` dots from the left of a strip as wide as the sheet, rows from _extent above the baseline down to the lowest that is not empty.

    wide: dots with the margin on both sides. below: rows from there down to _extent below the baseline.
    """

    advance: float
    margin: int
    wide: float
    ink: int
    below: int


@lru_cache(maxsize=1024)
def _kept_piece(piece: str, size: int, weight: int, mono: bool, width: int) -> _Piece:
    """A piece nearly as wide as the sheet has what is left in equal parts on both sides."""
    advance = _piece_advance(piece, size, weight, mono)
    if piece == " ":
        return _Piece(advance, 0, advance, 0, 0)
    margin = max(0, min(_MARGIN, (width - ceil(advance)) // 2))
    rise, drop = _extent(size)
    strip = empty(width, rise + drop)
    image = _painted(strip)
    painter = QPainter(image)
    try:
        painter.setFont(_font(size, weight, mono))
        painter.drawText(margin, rise, piece)
    finally:
        painter.end()
    ink = int.from_bytes(strip.rows, "big")
    below = ((ink & -ink).bit_length() - 1) // (strip.stride * 8) if ink else 0
    return _Piece(advance, margin, advance + 2 * margin, ink >> below * strip.stride * 8, below)


def _extent(size: int) -> tuple[int, int]:
    """Dots above and below the baseline that hold every glyph of the faces (their tables say 1.12 and 0.50 of the size)."""
    return round(size * 1.14), round(size * 0.52)


def _split(text: Text, k: float) -> tuple[Text, Text | None]:
    """A text and its tail as two texts side by side: both shrink together, the tail is cut first and goes when nothing of it has room."""
    head, tail, weight = _printable(text.text), _printable(text.tail), int(text.weight)
    for size in range(text.size, text.smallest - 1, -2):
        small = max(text.smallest - 4, text.tail_size - (text.size - size))
        wide = _advance(head, round(size * k), weight, text.mono) / k + size / 4
        if wide + _advance(tail, round(small * k), int(Weight.SEMIBOLD), text.mono) / k <= text.w:
            break
    first = Text(text.x, text.y, text.w, head, size, text.weight, size, invert=text.invert, mono=text.mono)
    free = int(text.w - wide)
    if free < 2 * small:
        return first, None
    return first, Text(text.x + round(wide), text.y, free, tail, small, Weight.SEMIBOLD, small, invert=text.invert, mono=text.mono)


def _fitted(text: Text, k: float) -> Fitted:
    cut_left = text.align == "right" and not text.keep_start
    return _fitted_words(text.text, text.size, min(text.smallest, text.size), text.w * k, text.lines, int(text.weight), text.mono, cut_left, k)


@lru_cache(maxsize=1024)
def _fitted_words(text: str, size: int, smallest: int, room: float, most: int, weight: int, mono: bool, cut_left: bool, k: float) -> Fitted:
    """Kept, because on a roll it is asked first how many lines a text needs."""
    side = Qt.TextElideMode.ElideLeft if cut_left else Qt.TextElideMode.ElideRight

    def measure(line: str, size: int) -> float:
        return _advance(line, size, weight, mono)

    def cut(line: str, size: int, room: float) -> str:
        """Qt keeps letters whole that belong together, but measures the line as one; it is set in pieces, which may be a little wider."""
        metrics, free = QFontMetricsF(_font(size, weight, mono)), room
        for _ in range(4):
            made = metrics.elidedText(line, side, free)
            over = measure(made, size) - room
            if over <= 0:
                return made
            free -= over
        return ""

    return fit(_printable(text), [round(each * k) for each in range(size, smallest - 1, -2)], room, most, measure, cut)


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, str]:
    """Loads the bundled faces once and gives the families for text and for numbers. Raises Trouble("font_missing")."""
    families = []
    for face in (*_TEXT_FACES, _MONO_FACE):
        number = QFontDatabase.addApplicationFont(str(resource_dir() / "fonts" / face))
        if number < 0:
            raise Trouble("font_missing", file=face)
        families.append(QFontDatabase.applicationFontFamilies(number)[0])
    return families[1], families[2]


@lru_cache(maxsize=256)
def _font(size: int, weight: int, mono: bool) -> QFont:
    """A face at a size in dots, unsmoothed and unhinted, never helped out by a font of the system."""
    text, numbers = load_fonts()
    font = QFont(numbers if mono else text)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setStyleStrategy(QFont.StyleStrategy.NoAntialias | QFont.StyleStrategy.NoFontMerging)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


@lru_cache(maxsize=1024)
def _advance(text: str, size: int, weight: int, mono: bool) -> float:
    """Dots a text is wide, as `_line` sets it."""
    return sum(_piece_advance(piece, size, weight, mono) for piece in _pieces(text, mono))


@lru_cache(maxsize=8192)
def _piece_advance(piece: str, size: int, weight: int, mono: bool) -> float:
    return QFontMetricsF(_font(size, weight, mono)).horizontalAdvance(piece)


@lru_cache(maxsize=1)
def _raw_font() -> QRawFont:
    return QRawFont(str(resource_dir() / "fonts" / _TEXT_FACES[1]), 20)


@lru_cache(maxsize=4096)
def _has_glyph(letter: str) -> bool:
    return bool(_raw_font().supportsCharacter(ord(letter)))


def _invisible(letter: str) -> bool:
    """Marks of direction, byte order and the like: dropped, for on paper they are nothing."""
    return unicodedata.category(letter) in ("Cf", "Cc") and letter not in _JOINERS and letter != "\n"


@lru_cache(maxsize=1)
def _plain() -> re.Pattern[str]:
    """Texts of nothing but letters that stand as they are: most, so that it need not be asked of each letter."""
    letters = (*map(chr, range(0x20, 0x7F)), *map(chr, range(0x0980, 0x0A00)), "।", "·", "–")
    return re.compile("[" + re.escape("".join(letter for letter in letters if _shown(letter) == letter)) + "]*")


@lru_cache(maxsize=1024)
def _printable(text: str) -> str:
    """The text with every character the font lacks as "?", never as a box."""
    if _plain().fullmatch(text):
        return text
    return "".join(map(_shown, text))


@lru_cache(maxsize=4096)
def _shown(letter: str) -> str:
    if letter in _JOINERS or letter == "\n":
        return letter
    if letter.isspace():
        return " "
    if _invisible(letter):
        return ""
    return letter if _has_glyph(letter) else "?"
