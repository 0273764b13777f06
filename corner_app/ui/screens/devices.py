"""F12: the counter's devices as they are now, and the set-up of a printer, step by step, until one scan proves it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from corner_app.devices.languages.page import Page
from corner_app.devices.setup import events as e
from corner_app.devices.setup.station import Device, Station
from corner_app.devices.setup.wizard import Turn, advance, begin, resume
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Meaning, Scan
from corner_app.i18n import words
from corner_app.ui.devices_port import DevicesPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.screen import Hint
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.device_card import DeviceCard, PageName
from corner_app.ui.widgets.device_list import DeviceList

EVERY_MS = 1_000
"""How often ages ("4 s ago") are said anew."""
QUIET_MS = 250
"""Silence that ends letters which no scanner's keys stand behind, as Avro sends them."""
_LEAST_TYPED = 6
_ADDRESS = "192.168.1.50"
"""How an address looks."""
_VOLUME_STEP = 10
_TONES = {"good": Tone.GOOD, "look": Tone.LOOK, "stop": Tone.STOP}
_WIZARD_KEYS: dict[str, e.Pressed] = {
    "P": "print", "X": "nothing", "R": "unread", "L": "ladder", "+": "darker", "=": "darker", "-": "lighter", "B": "back", "K": "ask", "Enter": "next",
}  # fmt: skip


class DevicesScreen(QWidget):
    """Reads the station every second while it is in front. asking: for an address; tell: a calm word in passing; prints: opens the print queue."""

    def __init__(
        self, port: DevicesPort, look: Look, asking: Callable[[], Asking], play: Callable[[Tone], None], clock: Callable[[], int], *,
        tell: Callable[[str], None], prints: Callable[[], None], leave: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        look = look.slower()
        self.port, self.look, self.asking, self.play, self.clock, self.tell, self.prints, self.leave = port, look, asking, play, clock, tell, prints, leave
        self.locked = False
        self.station = Station()
        self.row = 0
        self.page: PageName = "device"
        self.wizard = self._idle = begin("label", e.Kit((), ()), 0)[0]
        self.setting = False
        self._drawn: tuple[object, ...] = ()
        self._page: Page | None = None
        self._letters = ""
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        self.list, self.card = DeviceList(look, self._press), DeviceCard(look, self._press)
        self.list.setFixedWidth(look.grown(416) + 16)
        row.addWidget(self.list)
        row.addWidget(self.card, 1)
        self.list.rows.chosen.connect(self._choose)
        self.card.options.chosen.connect(lambda place: self._do(e.Chosen(place)))
        self._timer, self._quiet = QTimer(self, interval=EVERY_MS), QTimer(self, singleShot=True, interval=QUIET_MS)
        self._timer.timeout.connect(self.enter)
        self._quiet.timeout.connect(self._typed)
        self.render_all()

    # Reading

    def enter(self) -> None:
        """Reads how everything is."""
        self.station = self.port.station()
        self.row = max(0, min(self.row, len(self.station.devices) - 1))
        self._show()

    def changed(self) -> None:
        """Something was heard of a device."""
        self.enter()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    @property
    def device(self) -> Device | None:
        """The chosen one."""
        return self.station.devices[self.row] if self.row < len(self.station.devices) else None

    @property
    def takes_all(self) -> bool:
        """Whether every code is wanted as it is: while a test label is to be scanned, and on the test page."""
        return (self.setting and self.wizard.step in ("scan", "darkness", "print")) or (not self.setting and self.page in ("scans", "codes"))

    # What the clerk does

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A code while a test label is awaited; on the test page the station shows it. Elsewhere it means nothing here."""
        if self.setting and self.takes_all:
            self._do(e.Heard(scan.text, scan.device, self.port.typed() if scan.device == "wedge" else ""))
        elif self.page == "scans":
            self.play(Tone.GOOD)
            self.enter()
        else:
            self.play(Tone.LOOK)

    def on_key(self, key: str) -> bool:
        """↑ ↓ choose, N find, V sound, T test, W zero, C the scanner's manual, Q print queue; in the set-up its own keys; Esc later, or back."""
        if self._gathers(key):
            return True
        if self.setting and (key in _WIZARD_KEYS or key in ("Esc", "Up", "Down", "A", "N", "G", "T", "U")):
            return self._key_in_setup(key)
        return self._key(key)

    def _press(self, key: str) -> None:
        """A button is its key."""
        self.on_key(key)

    def _key(self, key: str) -> bool:
        acts: dict[str, Callable[[], None]] = {
            "Up": lambda: self._choose(self.row - 1), "Down": lambda: self._choose(self.row + 1), "N": lambda: self._begin("label"),
            "V": lambda: self._turn_to("sound"), "T": self._test, "W": self._zero, "C": self._scanner_page, "Q": self.prints, "Del": self._forget,
            "S": self._set_up_again, "Esc": self._back,
        }  # fmt: skip
        if self.page == "codes":
            acts |= {"Up": lambda: self.card.content.how.scroll(-1), "Down": lambda: self.card.content.how.scroll(1)}
        if self.page == "sound" and not self.setting:
            acts |= {"+": lambda: self._volume(_VOLUME_STEP), "=": lambda: self._volume(_VOLUME_STEP), "-": lambda: self._volume(-_VOLUME_STEP)}
            acts |= {digit: partial(self.play, tone) for digit, tone in zip("123", Tone, strict=True)}
        if key not in acts:
            return False
        acts[key]()
        return True

    def _key_in_setup(self, key: str) -> bool:
        now = self.wizard
        match key:
            case "Esc":
                self._later()
            case "Up" | "Down":
                self._do(e.Chosen(now.row + (1 if key == "Down" else -1)))
            case "A" if now.step == "find":
                self.asking().text("setup.address_ask", lambda text: self._do(e.Typed(text)), words("setup.address_like", self.look.language, address=_ADDRESS))
            case "N":
                self._do("look")
            case "U" if now.step == "find":
                self._begin("receipt" if now.role == "label" else "label")
            case "G" if now.step == "paper":
                self._next_end()
            case "+" | "=" | "-" if now.step == "paper":
                self._wider(1 if key != "-" else -1)
            case "Enter" if now.step == "saved":
                self._end()
            case "T" if now.step == "saved":
                self._test()
            case _ if key in _WIZARD_KEYS:
                self._do(_WIZARD_KEYS[key])
            case _:
                return False
        return True

    def _choose(self, row: int) -> None:
        if not self.setting and 0 <= row < len(self.station.devices):
            self.row, self.page = row, "device"
            if self.station.devices[row].kind == "scanner":
                self.page = "scans"
            self._show()

    def _turn_to(self, page: PageName) -> None:
        if not self.setting:
            self.page = "device" if self.page == page else page
            self._show()

    def _back(self) -> None:
        """From a page to the device, from the device to where the clerk was."""
        if self.page in ("sound", "codes"):
            device = self.device
            self.page = "scans" if device is not None and device.kind == "scanner" else "device"
            self._show()
        else:
            self.leave()

    def _scanner_page(self) -> None:
        if self.device is not None and self.device.kind == "scanner":
            self._turn_to("scans" if self.page == "codes" else "codes")

    def _zero(self) -> None:
        device = self.device
        if device is not None and device.kind == "scale":
            self.port.zero(device.name, lambda done: self._said("device.zeroed" if done else "device.not_zeroed", good=done))

    def _forget(self) -> None:
        device = self.device
        if device is None or device.way in ("keyboard", "printer"):
            return

        def gone(done: bool) -> None:
            self._said("device.forgotten" if done else "device.not_forgotten", good=done, name=device.name)
            self.enter()

        self.asking().confirm("device.forget_ask", device.name, lambda: self.port.forget(device.name, gone))

    def _volume(self, step: int) -> None:
        self.port.set_volume(max(0, min(100, self.port.volume() + step)))
        self.play(Tone.GOOD)
        self._show()

    def _said(self, key: str, *, good: bool, **params: object) -> None:
        self.play(Tone.GOOD if good else Tone.LOOK)
        self.tell(words(key, self.look.language, **params))

    # The set-up

    def _begin(self, role: e.Role) -> None:
        self.setting = True
        self._take(begin(role, self.port.kit(), self.clock()))

    def _set_up_again(self) -> None:
        device = self.device
        self._begin("receipt" if device is not None and device.kind == "receipt_printer" else "label")

    def _test(self) -> None:
        """Prints the label of the chosen printer, or of the one just kept, and waits for its scan."""
        name = str(self.wizard.printer.identity) if self.setting and self.wizard.printer else self.device.name if self.device else ""
        known = self.port.printer(name)
        if known is not None:
            self.setting = True
            self._take(resume(known.role, self.port.kit(), self.clock(), known.identity, known.model, known.profile))

    def _do(self, event: e.Event) -> None:
        if self.setting:
            self._take(advance(self.wizard, event))

    def _take(self, turn: Turn) -> None:
        self.wizard, effects = turn
        for effect in effects:
            if isinstance(effect, e.Tell):
                self.play(_TONES[effect.feedback])
            else:
                self.port.perform(effect, self._done)
        self._show()

    def _done(self, event: e.Event) -> None:
        """What an act came to; after the clerk has left, it is nobody's any more."""
        if not self.setting:
            return
        self.play(Tone.LOOK if isinstance(event, e.NotPrinted | e.NotReached | e.NotSaved) else Tone.GOOD)
        self._do(event)

    def _later(self) -> None:
        """Leaves the step for later; where nothing can be done without it, the set-up."""
        if self.wizard.step in ("find", "language", "paper", "saved") or self.wizard.busy == "saving":
            self._end()
        else:
            self._do("later")

    def _end(self) -> None:
        self.setting, self.page = False, "device"
        self.wizard = self._idle
        self.port.ended()
        self.enter()

    def _next_end(self) -> None:
        profile = self.wizard.profile
        if profile is not None and self.wizard.role == "label":
            self._do(e.EndsBy("mark" if profile.media == "gap" else "continuous" if profile.media == "mark" else "gap", profile.gap))

    def _wider(self, step: int) -> None:
        """A millimetre more or less between two labels."""
        profile = self.wizard.profile
        if profile is not None:
            self._do(e.EndsBy(profile.media, max(0, min(400, profile.gap + step * round(profile.dpi / 25.4)))))

    def _gathers(self, key: str) -> bool:
        """Letters of another script, or digits, while a label is awaited: a scanner that types through Avro or Bijoy. True for those."""
        if not (self.setting and self.wizard.step == "scan" and len(key) == 1 and (not key.isascii() or key.isdigit())):
            return False
        self._letters += key
        self._quiet.start()
        return True

    def _typed(self) -> None:
        letters, self._letters = self._letters, ""
        if len(letters) >= _LEAST_TYPED:
            self._do(e.Heard(letters, "keyboard"))

    # Showing

    def _show(self) -> None:
        self.list.show_station(self.station, self.row, self.clock())
        page: PageName = "setup" if self.setting else self.page if self.device is not None or self.page == "sound" else "device"
        self._preview()
        self.card.show_page(page, self.wizard, self.device, self.station, self._page, self.clock(), self.port.volume())

    def _preview(self) -> None:
        """The label as it would be printed now; drawn again only when something of it has changed."""
        now = self.wizard
        if not self.setting or now.profile is None or now.sheet is None or now.step in ("find", "language"):
            self._drawn, self._page = (), None
            return
        wanted = (now.profile.name, now.sheet, now.run, now.profile.offset_x, now.profile.offset_y)
        if wanted == self._drawn:
            return
        self._drawn = wanted

        def drawn(page: Page) -> None:
            if wanted == self._drawn:
                self._page = page
                self._show()

        self.port.preview(now.profile, now.sheet, now.tag, drawn)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self.setting:
            found: list[Hint] = [("↑ ↓", "device.choose")] if self.wizard.step in ("find", "language", "paper") else []
            return found if self.wizard.step == "saved" else [*found, ("Esc", "setup.later")]
        device = self.device
        found = [("↑ ↓", "device.choose")] if len(self.station.devices) > 1 else []
        if device is not None and "printer" in device.kind:
            found.append(("T", "device.test_print"))
        if device is not None and device.kind == "scale":
            found.append(("W", "device.zero"))
        return [*found, ("Q", "device.prints"), ("Esc", "device.back")]

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
