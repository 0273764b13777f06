"""The counter's devices as the design's picture has them (names and numbers are invented), and a port that carries out nothing by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ui import prepared as p

from corner_app import setting_up
from corner_app.devices.identity import Tcp, Usb
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.setup import events as e
from corner_app.devices.setup import station as s
from corner_app.devices.setup.hearing import TestCode
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Scan, understand
from corner_app.labels.calibration import BAR_DOTS, QR_DOTS, test_item
from corner_app.ui.devices_port import KnownPrinter
from corner_app.ui.main_window import MainWindow
from corner_app.ui.screens.devices import DevicesScreen
from corner_app.ui.theme import Look

test_item.__test__ = False  # type: ignore[attr-defined]

NOW = p.NINE + 5 * p.MINUTE
"""9:05 of the picture's day."""
LABEL = Usb(0x1203, 0x0272, "TT-0093")
TSC = e.Model("tsc-te200", Profile(name="TSC TE200", language="tspl", matches=("TE200",)))
KIT = e.Kit(
    (
        e.Model("generic-zpl", Profile(name="ZPL", language="zpl")), e.Model("generic-tspl", Profile(name="TSPL", language="tspl")), TSC,
        e.Model("generic-escpos-58", Profile(name="ESC/POS 58 mm", language="escpos", width=384, height=0, media="continuous")),
    ),
    setting_up.kit().papers,
)  # fmt: skip
FOUND = (
    e.Candidate(LABEL, "usb", "TSC TE200", "tspl"), e.Candidate(Usb(0x0416, 0x5011, place="3-1.2"), "serial", "POS58 USB Printer"),
    e.Candidate(Tcp("192.0.2.7", 9100), "network"),
)  # fmt: skip
SCANNER, WEDGE, SCALE, RECEIPT = "usb:05E0:1701:SC-0147", "wedge", "path:/dev/ttyS0", "usb:04B8:0E28:J9"
STATION = s.folded(
    (
        s.Added(s.Device("scanner", SCANNER, "Zebra DS2208", "serial", "counter", "9600"), NOW - 9 * p.MINUTE),
        s.Added(s.Device("scanner", WEDGE, way="keyboard", role="intake", word="keyboard"), NOW - 9 * p.MINUTE),
        s.Added(s.Device("label_printer", str(LABEL), "TSC TE200", "usb", about="4x6in 203 TSPL"), NOW - 8 * p.MINUTE),
        s.Added(s.Device("receipt_printer", RECEIPT, "Epson TM-T20III", "serial", about="58mm ESC/POS"), NOW - 8 * p.MINUTE),
        s.Added(s.Device("scale", SCALE, "Toledo 8217", "serial", about="9600 7E1"), NOW - 7 * p.MINUTE),
        s.Added(s.Device("drawer", f"{RECEIPT}#drawer", way="printer"), NOW - 7 * p.MINUTE),
        s.DrawerIs(f"{RECEIPT}#drawer", "open", NOW - 3 * p.MINUTE, "float"), s.DrawerIs(f"{RECEIPT}#drawer", "closed", NOW - 3 * p.MINUTE),
        s.PrinterIs(RECEIPT, "ready", NOW - 2 * p.MINUTE, ("media_low",)), s.PrinterPrinted(RECEIPT, "printed", NOW - 2 * p.MINUTE),
        *(s.Scanned(s.ScanSeen(NOW - 3 * p.MINUTE - n, WEDGE, f"CP1047221{n:02}BD", gaps_ms=(8, 9, 12)), by_keys=True) for n in range(27)),
        s.PrinterIs(str(LABEL), "media_out", NOW - 6 * p.MINUTE), s.PrinterIs(str(LABEL), "ready", NOW - 5 * p.MINUTE),
        s.PrinterPrinted(str(LABEL), "printed", NOW - p.MINUTE), s.ScaleIs(SCALE, "stable", NOW - p.MINUTE, 0),
        s.ScannerIs(SCANNER, "connected", NOW - p.MINUTE),
        s.Scanned(s.ScanSeen(NOW - 9_000, SCANNER, "CP104722182BD", "C0", b"]C0CP104722182BD\r")),
        s.Scanned(s.ScanSeen(NOW - 4_600, SCANNER, "CP104722205BD", "C0", b"]C0CP104722205BD\r")),
        s.Scanned(s.ScanSeen(NOW - 4_000, SCANNER, "CP104722205BD", "C0", b"]C0CP104722205BD\r", again_ms=600)),
        s.PrinterIs(str(LABEL), "testing", NOW),
    )
)  # fmt: skip


class PreparedDevices:
    """A `DevicesPort` without devices. What is asked for waits in `asked` until the test calls `settle`."""

    def __init__(self, station: s.Station = STATION) -> None:
        self.now = station
        self.asked: list[tuple[e.Effect, Callable[[e.Event], None]]] = []
        self.zeroed: list[str] = []
        self.gone: list[str] = []
        self.endings = 0
        self.percent = 80
        self.by_layout = ""
        self.succeeds = True

    def station(self) -> s.Station:
        return self.now

    def kit(self) -> e.Kit:
        return KIT

    def printer(self, name: str) -> KnownPrinter | None:
        return KnownPrinter("label", LABEL, TSC.name, TSC.profile) if name == str(LABEL) else None

    def perform(self, effect: e.Effect, then: Callable[[e.Event], None]) -> None:
        self.asked.append((effect, then))

    def settle(self, event: e.Event | None = None) -> e.Effect:
        """Answers the oldest act, a label with the codes that stand on it."""
        effect, then = self.asked.pop(0)
        if event is None and isinstance(effect, e.Print):
            event = e.Printed(tuple(codes(tag) for tag, _ in effect.labels), "printer")
        then(event or e.Saved())
        return effect

    def ended(self) -> None:
        self.endings += 1

    def preview(self, profile: Profile, paper: e.Paper, tag: int, then: Callable[[Page], None]) -> None:
        then(setting_up.test_label(profile, paper, tag, NOW))

    def forget(self, name: str, then: Callable[[bool], None]) -> None:
        self.gone.append(name)
        then(self.succeeds)

    def zero(self, name: str, then: Callable[[bool], None]) -> None:
        self.zeroed.append(name)
        then(self.succeeds)

    def volume(self) -> int:
        return self.percent

    def set_volume(self, percent: int) -> None:
        self.percent = percent

    def typed(self) -> str:
        return self.by_layout


def codes(tag: int) -> tuple[TestCode, ...]:
    """What stands on a test label."""
    bars = tuple(TestCode("code128", dots, test_item(dots, tag=tag)) for dots in BAR_DOTS)
    return (*bars, *(TestCode("qr", dots, test_item(dots, square=True, tag=tag)) for dots in QR_DOTS))


def window(look: Look, port: PreparedDevices | None = None, tones: list[Tone] | None = None, **answers: Any) -> MainWindow:
    """The window with the devices screen in front."""
    idle = p.HEADER
    made = p.window(p.PreparedPort(header=idle, **answers), look, NOW, tones)
    made.devices = port or PreparedDevices()
    made.open("devices")
    return made


def screen(of: MainWindow) -> DevicesScreen:
    """The screen in front."""
    found = of.front_screen
    assert isinstance(found, DevicesScreen)
    return found


def at_scan(look: Look) -> MainWindow:
    """The picture: the test label is out and shall be scanned."""
    port = PreparedDevices()
    made = window(look, port)
    made.on_key("Down")
    made.on_key("Down")
    made.on_key("N")
    port.settle(e.Found(FOUND))
    made.on_key("Enter")
    port.settle(e.Answered("tspl", "TE200", 203))
    made.on_key("Enter")
    made.on_key("Enter")
    port.settle()
    return made


def found(look: Look) -> MainWindow:
    """What is attached, to choose from."""
    port = PreparedDevices()
    made = window(look, port)
    made.on_key("N")
    port.settle(e.Found(FOUND))
    return made


def other_layout(look: Look) -> MainWindow:
    """A scanner that types came through Avro: letters instead of the code, and no keys behind them."""
    made = at_scan(look)
    code = next(code.text for code in screen(made).wizard.codes if code.dots == 4)
    letters = "".join({"Z": "য", "B": "ণ", "D": "ী"}.get(sign) or chr(0x09E6 + int(sign)) for sign in code)
    screen(made).on_scan(understand(letters), Scan(letters, device="keyboard"))
    return made


def at_darkness(look: Look) -> MainWindow:
    """All proven; how dark shall it be?"""
    made = at_scan(look)
    for code in screen(made).wizard.codes:
        screen(made).on_scan(understand(code.text), Scan(code.text, device=SCANNER))
    made.on_key("Enter")
    return made


def scanner_page(look: Look) -> MainWindow:
    """What the first scanner sends."""
    made = window(look)
    made.on_key("Down")
    made.on_key("Up")
    return made


def manual_page(look: Look) -> MainWindow:
    """How a scanner is to be set."""
    made = scanner_page(look)
    made.on_key("C")
    return made


def printer_page(look: Look) -> MainWindow:
    """A printer whose paper is low."""
    made = window(look)
    for _ in range(3):
        made.on_key("Down")
    return made


def sound_page(look: Look) -> MainWindow:
    """The three tones."""
    made = window(look)
    made.on_key("V")
    return made
