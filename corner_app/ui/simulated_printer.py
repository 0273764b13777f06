"""The window of a simulated printer: a switch for whatever can go wrong, how slow it is, and the last labels as they came out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QDoubleSpinBox, QFormLayout, QHBoxLayout, QLabel, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from corner_app.i18n import Language, digits, words
from corner_app.ui.simulators import Frame
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button
from corner_app.ui.widgets.texts import Label

if TYPE_CHECKING:
    from corner_app.devices.simulators.printer import PrinterSimulator

_FAULTS = {
    "media_out": "ui.printer_media_out", "head_open": "ui.printer_head_open", "media_low": "sim.media_low", "mute": "ui.printer_mute",
    "quiet_faults": "sim.quiet_faults", "garbage": "sim.garbage", "half_answers": "sim.half_answers",
}  # fmt: skip
_NAMES = {"zpl": "ZPL", "tspl": "TSPL", "epl2": "EPL2", "cpcl": "CPCL", "escpos": "ESC/POS", "brother_ql": "Brother QL"}
_LARGE, _SMALL = QSize(365, 570), QSize(140, 218)
_EARLIER = 2
_MOST = 1_000_000


class PrinterWindow(QWidget):
    """A printer of any language."""

    def __init__(self, look: Look, printer: PrinterSimulator) -> None:
        super().__init__()
        self._look, self._printer = look, printer
        self._shown: list[Path] = []
        self.frame = Frame(self, look, "ui.sim_printer")
        where = Label(look, 15, 400, "muted", mono=True, elide=False)
        where.say(f"{_NAMES[printer.language]}  {printer.address[0]}:{printer.address[1]}")
        self.frame.box.addWidget(where)
        both = QHBoxLayout()
        both.setSpacing(24)
        both.addLayout(self._switches())
        both.addLayout(self._paper(), 1)
        self.frame.box.addLayout(both)
        self.frame.watch(self._show)
        self.frame.dress()

    def _switches(self) -> QVBoxLayout:
        look, printer = self._look, self._printer
        made = QVBoxLayout()
        made.setSpacing(4)
        made.addWidget(Label(look, 16, 600, key="sim.goes_wrong", elide=False))
        self.frame.faults(_FAULTS, lambda: printer.faults, made)
        made.addSpacing(10)
        self.frame.tick("sim.holds", lambda: printer.holds, lambda on: setattr(printer, "holds", on), made)
        self.frame.tick("sim.die_after_print", lambda: printer.die_after_print, lambda on: setattr(printer, "die_after_print", on), made)
        made.addSpacing(10)
        form = QFormLayout()
        form.setVerticalSpacing(6)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._limit(form, "reset_after", "sim.never", lambda value: setattr(printer, "reset_after", value or None))
        self._limit(form, "stall_after", "sim.never", lambda value: setattr(printer, "stall_after", value or None))
        self._limit(form, "line_bytes_s", "sim.as_they_come", lambda value: setattr(printer, "line_bytes_s", value))
        self._seconds(form)
        made.addLayout(form)
        made.addSpacing(10)
        self.mend = Button(look, "", "sim.mend_all", "check-check")
        self.mend.pressed.connect(self._mend)
        made.addWidget(self.mend)
        made.addStretch(1)
        return made

    def _limit(self, form: QFormLayout, name: str, zero: str, choose: Callable[[int], None]) -> None:
        box = QSpinBox()
        box.setRange(0, _MOST)
        box.setSingleStep(100)
        box.setValue(getattr(self._printer, name) or 0)
        box.valueChanged.connect(choose)
        self._number(form, name, zero, box)

    def _seconds(self, form: QFormLayout) -> None:
        box = QDoubleSpinBox()
        box.setRange(0, 60)
        box.setDecimals(1)
        box.setSingleStep(0.5)
        box.setValue(self._printer.slow_s)
        box.valueChanged.connect(lambda value: setattr(self._printer, "slow_s", value))
        self._number(form, "slow_s", "sim.at_once", box)

    def _number(self, form: QFormLayout, name: str, zero: str, box: QSpinBox | QDoubleSpinBox) -> None:
        """A number with a word for zero, in the digits of the language."""
        box.setFont(self._look.font(15))
        box.setObjectName(name)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.frame.say(lambda text: (box.setLocale(_locale(self._look.language)), box.setSpecialValueText(text)), zero)
        self.frame.say(box.setAccessibleName, f"sim.{name}")
        form.addRow(Label(self._look, 15, key=f"sim.{name}", elide=False), box)

    def _paper(self) -> QVBoxLayout:
        made = QVBoxLayout()
        made.setSpacing(8)
        self.figures, self.last = Label(self._look, 15, 600), Label(self._look, 15, 400, "muted")
        made.addWidget(self.figures)
        made.addWidget(self.last)
        pictures = QHBoxLayout()
        pictures.setSpacing(14)
        self.label = _Sheet(_LARGE)
        self.earlier = [_Sheet(_SMALL) for _ in range(_EARLIER)]
        pictures.addWidget(self.label)
        beside = QVBoxLayout()
        for sheet in self.earlier:
            beside.addWidget(sheet)
        beside.addStretch(1)
        pictures.addLayout(beside)
        made.addLayout(pictures, 1)
        return made

    def _mend(self) -> None:
        """Everything but its speed and what it does with what came without paper."""
        self._printer.control.change(lambda now: replace(now, faults=frozenset(), reset_after=None, stall_after=None, die_after_print=False))
        for name in ("reset_after", "stall_after"):
            box = self.findChild(QSpinBox, name)
            if box is not None:
                box.setValue(0)
        self._show()

    def _show(self) -> None:
        self.frame.follow()
        language, printer = self._look.language, self._printer
        printed = printer.printed[-1 - _EARLIER :][::-1]
        self.figures.say(words("sim.labels", language, n=len(printer.printed), bytes=printer.received))
        seconds = digits(f"{printer.taken.seconds:.1f}", language)
        last = words("sim.last_label", language, size=printer.taken.size, seconds=seconds) if printed else words("sim.no_label", language)
        self.last.say(words("sim.off", language) if printer.off else last)
        self.last.tint("stop" if printer.off else "muted")
        if printed != self._shown:
            self._shown = printed
            for sheet, path in zip((self.label, *self.earlier), printed, strict=False):
                sheet.show_picture(path)


class _Sheet(QLabel):
    """A picture as large as there is room for."""

    def __init__(self, room: QSize) -> None:
        super().__init__()
        self._room = room
        self.setFixedSize(room)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)

    def show_picture(self, path: Path) -> None:
        """Scaled down to the room; a small one stays as it is."""
        picture = QPixmap(str(path))
        if picture.width() > self._room.width() or picture.height() > self._room.height():
            picture = picture.scaled(self._room, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        self.setPixmap(picture)
        self.setAccessibleName(path.name)


def _locale(language: Language) -> QLocale:
    return QLocale(QLocale.Language.Bengali, QLocale.Country.Bangladesh) if language is Language.BN else QLocale(QLocale.Language.English)
