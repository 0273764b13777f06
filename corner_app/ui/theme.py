"""Colours, type and sizes of the window, from the design's tokens; one `Look` is shared by every widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import lru_cache

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language
from corner_app.reference import resource_dir


@dataclass(frozen=True, slots=True)
class Colours:
    """The tokens. *_soft are grounds of chips, *_wash of cards, *_ink what stands on the colour itself."""

    ground: str
    paper: str
    sunk: str
    line: str
    edge: str
    ink: str
    muted: str
    chip: str
    track: str
    rail: str
    rail_ink: str
    rail_line: str
    rail_on: str
    rail_on_ink: str
    brand: str
    act: str
    act_ink: str
    act_soft: str
    look: str
    look_soft: str
    look_wash: str
    stop: str
    stop_ink: str
    stop_soft: str
    stop_wash: str
    info: str
    info_soft: str


LIGHT = Colours(
    "#F2F5F3", "#FFFFFF", "#F6F9F7", "#D9E0DD", "#7D8B86", "#14211D", "#5C6B66", "#EAEFED", "#E3E9E6", "#12332B", "#CFE3DC", "#2A5246", "#FFFFFF",
    "#12332B", "#C8202F", "#0B6B53", "#FFFFFF", "#E1F1EB", "#9A5B00", "#FDF0D8", "#FFFAF0", "#B3142B", "#FFFFFF", "#FDE7E9", "#FFF6F7", "#1D5A9B",
    "#E5EFFA",
)  # fmt: skip
DARK = Colours(
    "#0E1513", "#17201D", "#1C2723", "#2F3C37", "#73847D", "#E8F0EC", "#A2B2AB", "#26322D", "#2B3833", "#0A100E", "#B9CBC4", "#25332D", "#20302A",
    "#FFFFFF", "#D42F3E", "#5CCAA4", "#06241B", "#15352B", "#F0B55C", "#3A2B10", "#1F1C12", "#FF929B", "#3A0A10", "#451C22", "#24171A", "#8FC0F5",
    "#172F4A",
)  # fmt: skip

TEXT_PAIRS = (
    ("ink", "paper"), ("ink", "ground"), ("ink", "sunk"), ("muted", "paper"), ("muted", "ground"), ("muted", "sunk"), ("ink", "chip"), ("muted", "chip"),
    ("rail_ink", "rail"), ("rail_on_ink", "rail_on"), ("act", "paper"), ("act", "act_soft"), ("act_ink", "act"), ("look", "look_soft"), ("look", "look_wash"),
    ("look", "paper"), ("stop", "paper"), ("stop", "stop_soft"), ("stop", "stop_wash"), ("stop_ink", "stop"), ("ink", "stop_wash"), ("muted", "stop_wash"),
    ("ink", "look_wash"), ("muted", "look_wash"), ("info", "info_soft"), ("info", "paper"), ("ink", "act_soft"), ("muted", "act_soft"), ("act", "sunk"),
)  # fmt: skip
"""Every text colour on every ground it is used on; each must reach 4.5 : 1 (WCAG AA). On the brand stands white, in the light and in the dark."""

RADIUS, GAP, PADDING = 14, 16, 20
SMALL, BODY, NAME, RESULT, NUMBER = 14, 16, 21, 30, 30


class Look:
    """What every widget asks for its colours, fonts and language. `change` restyles the window.

    percent: size of texts. Small ones grow by all of it, larger ones by as many pixels as the body does: they are read from afar already,
    and an office's screen has 1366 pixels. `slower` is the same look at half the growth, for the frame round the work.
    """

    def __init__(self, language: Language = Language.BN, *, dark: bool = False, percent: int = 100) -> None:
        load_fonts()
        self.percent = percent
        self._shared = _Shared(language, DARK if dark else LIGHT)

    @property
    def language(self) -> Language:
        """The clerk's language."""
        return self._shared.language

    @property
    def colours(self) -> Colours:
        """The tokens in use."""
        return self._shared.colours

    def slower(self) -> Look:
        """The same language and colours, half the growth."""
        made = Look(percent=100 + (self.percent - 100) // 2)
        made._shared = self._shared
        return made

    def colour(self, token: str) -> QColor:
        """The colour of a token."""
        return QColor(getattr(self.colours, token))

    def font(self, size: int, weight: int = 400, *, mono: bool = False) -> QFont:
        """A face at `size` pixels of the design."""
        return _font(self.grown(size), weight, mono)

    def px(self, length: int) -> int:
        """A length of the design at the chosen text size: room for small text."""
        return round(length * self.percent / 100)

    def grown(self, length: int) -> int:
        """A length that grows by as many pixels as the body's text does: a large letter, the room round one."""
        return round(length + min(length, BODY) * (self.percent - 100) / 100)

    def watch(self, redraw: Callable[[], None]) -> None:
        """Calls `redraw` after every change of language or colours."""
        self._shared.watchers.append(redraw)

    def change(self, *, language: Language | None = None, dark: bool | None = None) -> None:
        """Switches live."""
        self._shared.language = language or self.language
        if dark is not None:
            self._shared.colours = DARK if dark else LIGHT
        for redraw in self._shared.watchers:
            redraw()

    def palette(self) -> QPalette:
        """For the widgets Qt draws itself."""
        made = QPalette()
        roles = {
            QPalette.ColorRole.Window: "ground", QPalette.ColorRole.WindowText: "ink", QPalette.ColorRole.Base: "paper", QPalette.ColorRole.Text: "ink",
            QPalette.ColorRole.Button: "paper", QPalette.ColorRole.ButtonText: "ink", QPalette.ColorRole.Highlight: "act",
            QPalette.ColorRole.HighlightedText: "act_ink", QPalette.ColorRole.PlaceholderText: "muted",
        }  # fmt: skip
        for role, token in roles.items():
            made.setColor(role, self.colour(token))
        return made


@dataclass(slots=True)
class _Shared:
    """What all looks of one window have in common."""

    language: Language
    colours: Colours
    watchers: list[Callable[[], None]] = field(default_factory=list)


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, str]:
    """Loads the bundled faces; gives the families of text and of numbers. Raises Trouble("font_missing")."""
    families: list[str] = []
    for face in ("HindSiliguri-Regular", "HindSiliguri-Medium", "HindSiliguri-SemiBold", "HindSiliguri-Bold", "DejaVuSansMono", "DejaVuSansMono-Bold"):
        number = QFontDatabase.addApplicationFont(str(resource_dir() / "fonts" / f"{face}.ttf"))
        if number < 0:
            raise Trouble("font_missing", file=face)
        families.append(QFontDatabase.applicationFontFamilies(number)[0])
    return "Hind Siliguri", families[-1]


@lru_cache(maxsize=128)
def _font(size: int, weight: int, mono: bool) -> QFont:
    text, numbers = load_fonts()
    font = QFont(numbers if mono else text)
    font.setPixelSize(size)
    font.setWeight(QFont.Weight(weight))
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def contrast(one: str, other: str) -> float:
    """WCAG contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (colour.redF(), colour.greenF(), colour.blueF())]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def token_names() -> tuple[str, ...]:
    """Every token."""
    return tuple(token.name for token in fields(Colours))
