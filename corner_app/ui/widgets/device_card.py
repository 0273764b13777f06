"""The right side of the devices screen: one stage, below it what the page in front needs, and its keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from corner_app.devices.languages.page import Page
from corner_app.devices.setup.state import SETS_DARKNESS, Wizard
from corner_app.devices.setup.station import Device, Station
from corner_app.i18n import Language, words
from corner_app.ui.device_words import (
    StageWords,
    candidate_words,
    check_words,
    gap_words,
    language_name,
    page_stage,
    paper_words,
    stage_of,
    title_of,
    weight_words,
)  # fmt: skip
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Panel, Rule, column
from corner_app.ui.widgets.device_foot import Foot
from corner_app.ui.widgets.device_pages import DeviceLog, HowToSet, ScanTest, SoundTest
from corner_app.ui.widgets.device_setup import Checks, DarknessScale, Options, Preview
from corner_app.ui.widgets.device_stage import DeviceStage
from corner_app.ui.widgets.device_steps import StepBar
from corner_app.ui.widgets.texts import LEFT, BigText, Label

PageName = Literal["device", "scans", "codes", "sound", "setup"]
PAGES: tuple[PageName, ...] = get_args(PageName)

_BUTTONS = (
    ("look", "N", "setup.look_again", "search", "plain"), ("address", "A", "setup.address", "pencil", "plain"),
    ("for_receipt", "U", "setup.for_receipt", "", "plain"), ("for_label", "U", "setup.for_label", "", "plain"),
    ("ask", "K", "setup.ask_again", "", "plain"), ("back", "B", "setup.back", "", "plain"), ("ends", "G", "setup.ends", "", "plain"),
    ("narrower", "-", "setup.narrower", "", "plain"), ("wider", "+", "setup.wider", "", "plain"),
    ("again", "P", "setup.again", "printer", "plain"), ("nothing", "X", "setup.nothing", "", "plain"), ("unread", "R", "setup.unread", "", "plain"),
    ("ladder", "L", "setup.ladder", "printer", "plain"), ("lighter", "-", "setup.lighter", "", "plain"), ("darker", "+", "setup.darker", "", "plain"),
    ("test", "T", "device.test_print", "printer", "plain"), ("set_up", "S", "device.set_up", "sliders-horizontal", "plain"),
    ("forget", "Del", "device.forget", "", "plain"), ("zero", "W", "device.zero", "", "plain"), ("codes", "C", "scan_test.codes", "book-open", "plain"),
    ("tests", "C", "scan_test.to_tests", "scan-barcode", "plain"), ("softer", "-", "device.softer", "", "plain"), ("louder", "+", "device.louder", "", "plain"),
    ("print", "P", "setup.print_it", "printer", "primary"), ("next", "Enter", "setup.next", "", "primary"), ("keep", "Enter", "setup.keep", "", "primary"),
    ("done", "Enter", "setup.done", "", "primary"),
)  # fmt: skip
"""Name, key, words, icon, kind of every button there may be at the foot."""


class DeviceCard(Panel):
    """press: gets a button's key."""

    def __init__(self, look: Look, press: Callable[[str], None]) -> None:
        super().__init__(look)
        box = column(self, (24, 18, 24, 16), 14)
        self.steps, self.stage = StepBar(look), DeviceStage(look)
        self.content = _Content(look)
        self.options = self.content.options
        self.foot = Foot(look, _BUTTONS, press)
        box.addWidget(self.steps)
        box.addWidget(self.stage)
        box.addWidget(self.content, 1)
        box.addWidget(Rule(look))
        box.addWidget(self.foot)

    def show_page(
        self, page: PageName, wizard: Wizard, device: Device | None, station: Station, label: Page | None, now: int, volume: int
    ) -> None:  # fmt: skip
        """label: the test label as the printer gets it. now: ms UTC. volume: of the tones, in percent."""
        lang = self.look.language
        self.steps.setVisible(page == "setup")
        stage, remedies = self._stage(page, wizard, device, station, lang)
        self.stage.show_stage(stage, remedies)
        if page == "setup":
            self.steps.show_step(wizard.step, wizard.skipped)
            self.content.show_setup(wizard, label, lang)
            self.foot.show_buttons(*_setup_buttons(wizard))
        else:
            self.content.show_device(page, device, station, volume)
            self.foot.show_buttons(_page_buttons(page, device))

    def _stage(self, page: PageName, wizard: Wizard, device: Device | None, station: Station, lang: Language) -> tuple[StageWords, tuple[str, ...]]:
        match page:
            case "setup":
                busy = bool(wizard.busy)
                return stage_of(wizard, lang), () if busy else tuple(words(f"setup_do.{word}", lang) for word in wizard.remedies)
            case "scans":
                return StageWords(words("scan_test.title", lang), words("scan_test.why", lang), "scan-barcode"), ()
            case "codes":
                return StageWords(words("scan_test.codes", lang), words("scan_test.codes_why", lang), "book-open", "info"), ()
            case "sound":
                return StageWords(words("device.sound_title", lang), words("device.sound_why", lang), "volume-2"), ()
        return page_stage(device, station.devices, lang)


def _setup_buttons(now: Wizard) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Those of the step, and those that cannot be used yet."""
    names: tuple[str, ...] = ()
    match now.step:
        case "find":
            names = ("look", "address", "for_receipt" if now.role == "label" else "for_label", "next")
        case "language":
            names = ("ask", "back", "next") if now.printer is not None and now.printer.two_way else ("back", "next")
        case "paper":
            names = ("back", "ends", "narrower", "wider", "next") if now.role == "label" else ("back", "next")
        case "print":
            names = ("back", "print")
        case "scan":
            names = ("again", "nothing", "unread", "next")
        case "darkness":
            names = ("ladder", "lighter", "darker", "keep")
        case "saved":
            names = ("test", "done")
    if now.step == "scan" and (now.profile is None or now.profile.language not in SETS_DARKNESS):
        names = ("again", "nothing", "unread", "keep")
    waits = () if now.may_go_on or now.step == "saved" else ("next", "keep")
    return names, (*waits, *(("print", "again", "nothing", "unread", "ladder", "look", "ask", "lighter", "darker") if now.busy else ()))


def _page_buttons(page: PageName, device: Device | None) -> tuple[str, ...]:
    if page == "sound":
        return ("softer", "louder")
    if page == "codes":
        return ("tests",)
    if device is None:
        return ()
    typed = device.way == "keyboard"
    match device.kind:
        case "scanner":
            return ("codes",) if typed else ("codes", "forget")
        case "scale":
            return ("zero", "forget")
        case "drawer":
            return ()
    return ("test", "set_up", "forget")


class _Content(QWidget):
    """What stands between stage and keys; only the pieces of the page in front are seen."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look, self._proves = look, False
        box = column(self)
        self.options, self.checks, self.preview = Options(look), Checks(look), Preview(look)
        self.scale, self.gap = DarknessScale(look), Label(look, 16, 600, wrap=True)
        self.weight = BigText(look, 72, "ink", align=LEFT, height=84)
        self.scans, self.how, self.log, self.sound = ScanTest(look), HowToSet(look), DeviceLog(look), SoundTest(look)
        self._setup, self._right = QWidget(), QWidget()
        row = QHBoxLayout(self._setup)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(22)
        right = QVBoxLayout(self._right)
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(10)
        for piece, stretch in ((self.gap, 0), (self.options, 1), (self.scale, 0), (self.checks, 1)):
            right.addWidget(piece, stretch)
        right.addStretch(0)
        row.addWidget(self.preview)
        row.addWidget(self._right, 1)
        self._pages: tuple[QWidget, ...] = (self._setup, self.scans, self.how, self.weight, self.log, self.sound)
        for page in self._pages:
            box.addWidget(page, 0 if page is self.weight else 1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)

    def show_setup(self, now: Wizard, label: Page | None, lang: Language) -> None:
        """The step in front."""
        self._only(self._setup)
        choices = {
            "find": [candidate_words(one, lang) for one in now.found],
            "language": [(model.profile.name, language_name(model.profile.language)) for model in now.candidates],
            "paper": [paper_words(sheet, lang) for sheet in now.sheets],
        }.get(now.step)  # fmt: skip
        self.options.setVisible(choices is not None)
        if choices is not None:
            self.options.show_options(choices, now.row)
        profile = now.profile
        self.gap.setVisible(now.step == "paper" and now.role == "label")
        if profile is not None:
            ends = words(f"setup.ends_{profile.media}", lang)
            self.gap.say(ends if profile.media == "continuous" else f"{ends} · {gap_words(profile.gap, profile.dpi, lang)}")
            self.scale.show_level(profile.darkness, words("setup.darkness", lang, n=profile.darkness))
        self.scale.setVisible(now.step == "darkness")
        self._proves = choices is None
        self.checks.show_checks(now.checks, [check_words(check, now, lang) for check in now.checks])
        self.preview.setVisible(label is not None)
        self.preview.show_page(label, words("paper.test_label", lang))
        self._size_preview()

    def show_device(self, page: PageName, device: Device | None, station: Station, volume: int) -> None:
        """A page beside the set-up."""
        self._only({"scans": self.scans, "codes": self.how, "sound": self.sound}.get(page, self.log))
        self.scans.setVisible(page == "scans" and bool(station.scans))
        if page == "scans":
            self.scans.show_scans(station.scans, {one.name: title_of(one, station.devices, self._look.language) for one in station.devices})
        self.sound.show_volume(volume)
        still = page == "device" and device is not None and device.kind == "scale" and device.grams is not None
        self.weight.setVisible(still)
        self.weight.say(weight_words(device.grams or 0, self._look.language) if still and device is not None else "")
        self.log.setVisible(page == "device" and device is not None)
        self.log.show_log(station.log_of(device.name) if device is not None else ())

    def _only(self, shown: QWidget) -> None:
        for page in self._pages:
            page.setVisible(page is shown)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 100)

    def hasHeightForWidth(self) -> bool:
        return False  # its pieces show what there is room for

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size_preview()

    def _size_preview(self) -> None:
        """The label as high as there is room, as wide as the label is then, and never more than half."""
        taken = self.scale.height() + 10 if not self.scale.isHidden() else 0
        self.checks.setVisible(self._proves and taken + self.checks.minimumSizeHint().height() <= self.height())
        wide = min(self.preview.width_for(self.height() - 4) + 4, self.width() // 2)
        if wide != self.preview.width():
            self.preview.setFixedWidth(max(1, wide))
