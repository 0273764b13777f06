"""Pages of the devices screen beside the set-up: what a scanner sends, how it is set, what happened to a device, and the three tones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from corner_app.devices.scanners.aim import symbology
from corner_app.devices.setup.station import LogLine, ScanSeen
from corner_app.domain.outcome import Tone
from corner_app.i18n import Language, clock, digits, words
from corner_app.ui.device_words import log_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Chip, KeyCap, Panel, Rule, Sign, column, row_of
from corner_app.ui.widgets.stage import TONE_SIGNS
from corner_app.ui.widgets.texts import Label

_SIGNS = {"\r": "‹CR›", "\n": "‹LF›", "\t": "‹TAB›", "\x02": "‹STX›", "\x03": "‹ETX›", "\x1d": "‹GS›"}
"""Control characters by their names."""
_KINDS = {
    "code128": "Code 128", "ean": "EAN", "code39": "Code 39", "itf": "ITF", "codabar": "Codabar", "code93": "Code 93", "databar": "DataBar",
    "datamatrix": "Data Matrix", "qr": "QR", "pdf417": "PDF417", "aztec": "Aztec",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Make:
    """Under which words a maker's manual has the codes. As printed there, so never translated."""

    name: str
    line: str
    aim: str
    suffix: str


MAKES = (
    Make("Honeywell", "USB Serial · HID POS", "Prefix: AIM I.D.", "Suffix: CR"),
    Make("Zebra", "USB Device Type: CDC", "Transmit Code ID: AIM", "Prefix/Suffix Values"),
    Make("Datalogic", "USB-COM", "Global AIM ID", "Data Editing: Suffix"),
    Make("Newland", "HID-POS · COM port", "AIM ID", "Terminating character"),
)
"""Settings of the manuals of Honeywell (1300g, 1900), Zebra (DS2208, DS9208), Datalogic (QuickScan QD2400) and Newland (FM420, BS80)."""


def shown(raw: str) -> str:
    """Text with its control characters made visible, and as it is for a `Label`, which takes two stars for bold."""
    return "".join(_SIGNS.get(sign, sign if sign.isprintable() else "·") for sign in raw).replace("**", "*\u2060*")


class ScanTest(QWidget):
    """What the last scan was, and those before it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._many = look, False
        box = column(self, spacing=0)
        self.values: dict[str, Label] = {}
        self.again = Chip(look)
        self._rows: list[QWidget] = []
        box.addLayout(row_of(self.again))
        box.addSpacing(4)
        for key in ("raw", "aim", "gaps", "from"):
            self._rows.append(self._row(look, key))
            box.addWidget(self._rows[-1])
        self.before, self.list = Label(look, 15, 600, "muted", key="scan_test.before", elide=False), Lines(look, mono=True)
        self._more, more = QWidget(), QVBoxLayout()
        more.setContentsMargins(0, 10, 0, 0)
        more.addWidget(self.before)
        more.addWidget(self.list, 1)
        self._more.setLayout(more)
        box.addWidget(self._more, 1)
        box.addStretch(0)

    def _row(self, look: Look, key: str) -> QWidget:
        name = Label(look, 15, 400, "muted", key=f"scan_test.{key}", elide=False)
        name.setMinimumWidth(look.px(110))
        value = Label(look, 18 if key == "raw" else 16, 700 if key == "raw" else 500, mono=key == "raw")
        self.values[key] = value
        made = QWidget()
        box = column(made)
        row = row_of(name, spacing=12, stretch=False)
        row.addWidget(value, 1)
        row.setContentsMargins(0, 7, 0, 7)
        box.addLayout(row)
        box.addWidget(Rule(look))
        return made

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        """What came is always seen; the rest while there is room."""
        left = self.height() - self.again.sizeHint().height() - 4
        for row in self._rows:
            left -= row.sizeHint().height()
            row.setVisible(left >= 0 or row is self._rows[0])
        self._more.setVisible(self._many and left >= self.before.line_height() + 40)

    def show_scans(self, scans: Sequence[ScanSeen], titles: Mapping[str, str]) -> None:
        """Newest first. titles: of the scanners, by their names."""
        lang, newest = self._look.language, scans[0] if scans else None
        self.setVisible(newest is not None)
        self._many = len(scans) > 1
        self._cut()
        self.list.show_lines([(clock(scan.at, lang), shown(scan.text), titles.get(scan.device, scan.device)) for scan in scans[1:]])
        if newest is None:
            return
        self.values["raw"].say(shown(newest.raw.decode("utf-8", "replace") if newest.raw else newest.text))
        self.values["aim"].say(f"]{newest.aim} · {_KINDS.get(symbology(newest.aim), '?')}" if newest.aim else words("scan_test.aim_none", lang))
        self.values["gaps"].say(_gaps(newest.gaps_ms, lang))
        self.values["from"].say(f"{titles.get(newest.device, '')} · {newest.device}")
        again = newest.again_ms is not None
        seconds = digits(f"{(newest.again_ms or 0) / 1000:.1f}", lang)
        said = words("scan_test.again", lang, s=seconds) if again else words("scan_test.first", lang)
        self.again.show_as(said, "triangle-alert" if again else "check", "look" if again else "act", "look_soft" if again else "act_soft")


def _gaps(gaps: tuple[int, ...], lang: Language) -> str:
    return words("scan_test.gaps_ms", lang, least=min(gaps), most=max(gaps)) if gaps else words("scan_test.gaps_none", lang)


class _MakeRow(QWidget):
    """A make's name and three words of its manual."""

    def __init__(self, look: Look, size: int, weight: int, token: str, texts: Sequence[tuple[str, str]]) -> None:
        """texts: (key, words) of the four, one of them empty."""
        super().__init__()
        box = column(self, spacing=6)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for place, (key, text) in enumerate(texts):
            label = Label(look, size, 700 if not place else weight, "ink" if not place else token, wrap=True, key=key)
            if not key:
                label.say(text)
            if not place:
                label.setFixedWidth(look.px(94))
            row.addWidget(label, 0 if not place else 1, Qt.AlignmentFlag.AlignTop)
        box.addLayout(row)
        self.rule = Rule(look)
        box.addWidget(self.rule)

    def needs(self, width: int) -> int:
        """Its height at this width."""
        made = self.layout()
        return made.totalHeightForWidth(width) if made is not None else 0


class HowToSet(QWidget):
    """Three things to set, and the names under which each make's manual has them; as many makes as there is room for, ↑ ↓ move."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        box = column(self, spacing=8)
        kinds = ("line", "aim", "suffix")
        self.head = _MakeRow(look, 15, 700, "ink", (("", ""), *((f"scan_test.want_{kind}", "") for kind in kinds)))
        self.why = _MakeRow(look, 14, 400, "muted", (("", ""), *((f"scan_test.for_{kind}", "") for kind in kinds)))
        makes = [_MakeRow(look, 14, 400, "ink", (("", make.name), ("", make.line), ("", make.aim), ("", make.suffix))) for make in MAKES]
        other = _MakeRow(look, 14, 400, "ink", (("scan_test.other_make", ""), *((f"scan_test.other_{kind}", "") for kind in kinds)))
        self.makes = (*makes, other)
        self._first = 0
        self.head.rule.hide()
        for row in (self.head, self.why, *self.makes):
            box.addWidget(row)
        box.addStretch(1)

    def scroll(self, step: int) -> None:  # type: ignore[override]
        """One make up or down."""
        self._first = max(0, min(len(self.makes) - 1, self._first + step))
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)

    def hasHeightForWidth(self) -> bool:
        return False  # it shows what there is room for

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        """All of it; else without the reasons; else fewer makes."""
        width, gap = self.width(), 8
        heads, reasons = self.head.needs(width) + gap, self.why.needs(width) + gap
        rows = [row.needs(width) + gap for row in self.makes]
        with_reasons = heads + reasons + sum(rows) <= self.height()
        left, last = self.height() - heads - (reasons if with_reasons else 0), len(rows)
        while last > 1 and sum(rows[min(self._first, last - 1) : last]) > left:
            last -= 1
        self._first = min(self._first, last - 1)
        while self._first > 0 and last == len(rows) and sum(rows[self._first - 1 :]) <= left:
            self._first -= 1
        self.why.setVisible(with_reasons)
        for place, row in enumerate(self.makes):
            row.setVisible(self._first <= place < last)


class Lines(QWidget):
    """Times and what happened, as many as there is room for."""

    def __init__(self, look: Look, *, mono: bool = False, rows: int = 14) -> None:
        super().__init__()
        self._count = 0
        self._rows: list[tuple[QWidget, Label, Label, Label]] = []
        box = column(self)
        for _ in range(rows):
            line, at, what, who = QWidget(), Label(look, 15, 400, "muted", elide=False), Label(look, 15, 500, mono=mono), Label(look, 15, 400, "muted")
            at.setFixedWidth(look.px(52))
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(10)
            row.addWidget(at)
            row.addWidget(what, 3)
            row.addWidget(who, 2)
            line.setFixedHeight(what.line_height() + 8)
            line.setVisible(False)
            box.addWidget(line)
            self._rows.append((line, at, what, who))
        box.addStretch(1)

    def show_lines(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """(time, what, who), the newest first. who: "" where the whole page is about one."""
        self._count = len(lines)
        for (_, at, what, who), (time, text, name) in zip(self._rows, lines, strict=False):
            at.say(time)
            what.say(text)
            who.say(name)
            who.setVisible(bool(name))
        self._cut()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._cut()

    def _cut(self) -> None:
        room = self.height() // self._rows[0][0].height()
        for place, (line, *_) in enumerate(self._rows):
            line.setVisible(place < min(self._count, room))


class DeviceLog(QWidget):
    """What happened to one device, newest first."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        box = column(self, spacing=6)
        box.addWidget(Label(look, 16, 600, "muted", key="device.log", elide=False))
        box.addWidget(Rule(look))
        self.none, self.list = Label(look, 16, 400, "muted", key="device.log_none", wrap=True), Lines(look)
        box.addWidget(self.none)
        box.addWidget(self.list, 1)

    def show_log(self, lines: Sequence[LogLine]) -> None:
        """As the station has it, newest last."""
        lang = self._look.language
        self.none.setVisible(not lines)
        self.list.setVisible(bool(lines))
        self.list.show_lines([(clock(line.at, lang), log_words(line, lang), "") for line in reversed(lines)])


class SoundTest(QWidget):
    """The three tones with their keys, and how loud they are."""

    TONES = (("1", Tone.GOOD), ("2", Tone.LOOK), ("3", Tone.STOP))

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        box = column(self, spacing=10)
        for key, tone in self.TONES:
            sign, token = TONE_SIGNS[tone]
            card = Panel(look, "paper", "line", radius=10)
            row = QHBoxLayout(card)
            row.setContentsMargins(16, 10, 16, 10)
            row.setSpacing(14)
            row.addWidget(Sign(look, sign, 26, token))
            row.addWidget(Label(look, 18, 700, token, key=f"device.sound_{tone.value}", elide=False))
            row.addStretch(1)
            row.addWidget(KeyCap(look, key))
            box.addWidget(card)
        self.level, self.bar = Label(look, 16, 600, elide=False), Bar(look, 12)
        box.addSpacing(6)
        box.addWidget(self.level)
        box.addWidget(self.bar)
        box.addStretch(1)

    def show_volume(self, percent: int) -> None:
        """0 is off."""
        self.level.say(words("device.volume", self._look.language, n=percent) if percent else words("device.muted", self._look.language))
        self.bar.fill_to(percent / 100)
