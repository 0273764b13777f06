"""The devices of a running counter that are no printers: each on its thread, all of them one station, and each scan to the window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Protocol

from corner_app.config import ScaleSettings, Settings
from corner_app.devices.drawer import DrawerEntry
from corner_app.devices.identity import BadIdentity, port_of
from corner_app.devices.printer import Printer
from corner_app.devices.scales.continuous import CONTINUOUS
from corner_app.devices.scales.protocol import ScaleProtocol
from corner_app.devices.scales.reading import Reading
from corner_app.devices.scales.serial import opened, read_scale
from corner_app.devices.scales.sma import SMA
from corner_app.devices.scales.toledo import toledo
from corner_app.devices.scanners.feedback import Feedback
from corner_app.devices.scanners.keeping import PortState
from corner_app.devices.scanners.repeats import Repeats
from corner_app.devices.scanners.serial import find_port
from corner_app.devices.setup import station as s
from corner_app.domain.scan import Scan
from corner_app.domain.trouble import Trouble
from corner_app.scanners import Scanners, scanner_of, worst
from corner_app.setting_up import devices as named_devices
from corner_app.setting_up import identity_text, scanners_read
from corner_app.station_drawer import CounterDrawer, InTurn

_log = logging.getLogger(__name__)


class Counter(Protocol):
    """The window, as devices reach it: always on its own thread."""

    def on_scan(self, scan: Scan) -> None:
        """A code was read."""

    def on_noise(self) -> None:
        """Something was read that is no code."""

    def show_scanners(self, word: str) -> None:
        """How they are, the worst of them: "ready", "lost" or "keyboard"."""

    def show_trouble(self, trouble: Trouble) -> None:
        """A device that is named in the settings is not used, and why."""

    def show_weight(self, grams: int | None) -> None:
        """What lies on the scale; None while it moves, or tells no weight."""

    def show_drawer(self, word: str) -> None:
        """What became of an opening: see `devices.drawer.DrawerEntry.word`."""


class StationDevices:
    """`start` once; all else on the window's thread. station: how everything is, and what happened lately. weight: the scale's newest word, None without one.

    on_change: told after each change of the station, for a screen that shows it.
    """

    def __init__(self, settings: Settings, counter: Counter, post: Callable[[Callable[[], None]], None], clock: Callable[[], int], stop: Event) -> None:
        """post: runs work on the window's thread. clock: ms UTC."""
        self._settings, self._counter, self._post, self._clock, self._stop = settings, counter, post, clock, stop
        self._scanners = Scanners(
            lambda scan: post(lambda: self.scanned(scan)), lambda name: post(lambda: self._noise(name)),
            lambda name, state: post(lambda: self._scanner_is(name, state)), stop,
        )  # fmt: skip
        self._repeats = Repeats()
        self._states: dict[str, PortState] = {}
        self.weight: Reading | None = None
        self._drawer: CounterDrawer | None = None
        self.on_change: Callable[[s.Station], None] = _unwatched
        self._named = named_devices(settings)
        self.station = s.Station()
        for device in self._named:
            if self.station.device(device.name, (device.kind,)) is None:  # one that is named twice is the first of them
                self.station = s.fold(self.station, s.Added(device, clock()))

    def start(self, thread: Callable[[str, Callable[[], None]], None]) -> None:
        """Begins to read scanners and scale; one that the settings name wrongly is said, and the others are read."""
        self._counter.show_scanners(worst(()))
        for device in self._named:
            if device.word == "twice":
                self._counter.show_trouble(Trouble("device_named_twice", name=device.name))
        for entry in scanners_read(self._settings):
            try:
                self._scanners.start(scanner_of(entry), thread)
            except Trouble as trouble:
                self._counter.show_trouble(trouble)
        if self._settings.scale.identity and not any(device.kind == "scale" and device.word == "twice" for device in self._named):
            try:
                self._start_scale(self._settings.scale, thread)
            except Trouble as trouble:
                self._counter.show_trouble(trouble)

    def with_drawer(self, printer: Printer, thread: Callable[[str, Callable[[], None]], None]) -> Printer:
        """The receipt printer as the spool is to have it: where a cash drawer hangs on it, receipts and pulses take turns. The drawer works from then on."""
        self.without_drawer()
        pin = printer.profile.drawer
        if not pin:
            return printer
        shared = InTurn(printer.transport)
        drawer = CounterDrawer(shared, pin, lambda entry: self._post(lambda: self._drawer_was(entry)), self._clock, self._stop)
        thread("drawer", drawer.run)
        self._drawer = drawer
        return replace(printer, transport=shared)

    def without_drawer(self) -> None:
        """The receipt printer is gone, or another: what hung on it is opened no more."""
        if self._drawer is not None:
            self._drawer.retire()
            self._drawer = None

    @property
    def has_drawer(self) -> bool:
        """Whether a cash drawer can be opened here."""
        return self._drawer is not None

    def open_drawer(self, reason: str, who: str) -> None:
        """Opens the cash drawer, for a posting or a reason that stands in the book; without a drawer nothing opens. From any thread; never waits."""
        if self._drawer is not None:
            self._drawer.open(reason, who)

    def scanned(self, scan: Scan, gaps_ms: tuple[int, ...] = ()) -> None:
        """A code was read, also by a scanner that types. gaps_ms: between its keys."""
        again = self._repeats.seen(scan, "")
        self.told(s.Scanned(s.ScanSeen(self._clock(), scan.device, scan.text, scan.aim, gaps_ms=gaps_ms, again_ms=again)))
        self._counter.on_scan(scan)

    def tell(self, device: str, feedback: Feedback) -> None:
        """How the last scan of this scanner went, into the hand that holds it."""
        self._scanners.tell(device, feedback)

    def told(self, event: s.StationEvent) -> None:
        """Something happened to a device."""
        self.station = s.fold(self.station, event)
        self.on_change(self.station)

    def _scanner_is(self, name: str, state: PortState) -> None:
        self._states[name] = state
        _log.info("scanner %s is %s", name, state)
        self._counter.show_scanners(worst(self._states.values()))
        self.told(s.ScannerIs(name, state, self._clock()))

    def _noise(self, name: str) -> None:
        self.told(s.ScanNoise(name, self._clock()))
        self._counter.on_noise()

    def _drawer_was(self, entry: DrawerEntry) -> None:
        name = f"{identity_text(self._settings.receipt_printer)}#drawer"
        _log.info("drawer of %s: %s, %s", name, entry.word, entry.reason)
        self.told(s.DrawerIs(name, entry.word, self._clock(), entry.reason))
        self._counter.show_drawer(entry.word)

    def _start_scale(self, settings: ScaleSettings, thread: Callable[[str, Callable[[], None]], None]) -> None:
        name, protocol = settings.identity, _protocol(settings)
        try:
            port_of(name)
        except BadIdentity as error:
            raise Trouble("bad_settings", file="corner.toml", why=f"identity = {name!r}") from error

        def read() -> None:
            read_scale(
                lambda: opened(find_port(name), protocol, settings.baud), protocol, lambda reading: self._post(lambda: self._weighed(name, reading)), self._stop
            )

        thread("scale", read)

    def _weighed(self, name: str, reading: Reading) -> None:
        self.weight = reading
        self._counter.show_weight(reading.grams)
        self.told(s.ScaleIs(name, reading.word, self._clock(), reading.grams))


def _protocol(settings: ScaleSettings) -> ScaleProtocol:
    match settings.protocol:
        case "sma":
            return SMA
        case "continuous":
            return CONTINUOUS
        case "toledo":
            return toledo(settings.unit, settings.form)


def _unwatched(station: s.Station) -> None:
    """No screen shows the station yet."""
