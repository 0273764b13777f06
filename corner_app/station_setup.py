"""The set-up of devices in a running counter: what the devices screen asks for, done on a thread that may wait. See `ui.devices_port.DevicesPort`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event

from corner_app.config import Settings, load, save_value, settings_file
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.setup import events as e
from corner_app.devices.setup.performing import Performer
from corner_app.devices.setup.station import PRINTERS, Device, PrinterIs, Station, StationEvent
from corner_app.domain.trouble import Trouble
from corner_app.printers import profile_of
from corner_app.setting_up import forget, identity_in, identity_text, kit, printers, saver, test_label
from corner_app.ui.devices_port import KnownPrinter

_LOOK_S = 0.2
_log = logging.getLogger(__name__)


class StationSetup:
    """`run` it on a thread; all else on the window's. kept: told after a printer was kept or forgotten, with the settings as they are now."""

    def __init__(
        self, book: Path, station: Callable[[], Station], told: Callable[[StationEvent], None], post: Callable[[Callable[[], None]], None],
        clock: Callable[[], int], stop: Event, *, training: str = "", kept: Callable[[Settings], None], loudness: Callable[[int], None],
        typed: Callable[[], str], alone: Callable[[str], AbstractContextManager[object]] = lambda name: nullcontext(), performer: Performer | None = None,
    ) -> None:  # fmt: skip
        """told: an event for the station. post: runs work on the window's thread. clock: ms UTC. training: words of the band of a practice book, "" for a
        production book, which takes no simulator. loudness: sets the volume of the tones. typed: see `DevicesPort`. alone: a printer for oneself.
        """
        self._book, self._station, self._told, self._post, self._clock, self._stop = book, station, told, post, clock, stop
        self._training, self._kept, self._loudness, self._typed, self._alone = training, kept, loudness, typed, alone
        self._performer = performer or Performer(self._draw, saver(book), stop=stop, real=not training)
        self._work: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self._volume = self._settings().volume
        self._before: dict[str, Device] = {}

    def run(self) -> None:
        """Does one thing after the other, until stop."""
        while not self._stop.is_set():
            try:
                work = self._work.get(timeout=_LOOK_S)
            except Empty:
                continue
            try:
                work()
            except Exception:
                _log.exception("the set-up failed")

    def station(self) -> Station:
        """How the devices are now."""
        return self._station()

    def kit(self) -> e.Kit:
        """What there is to choose from."""
        return kit()

    def printer(self, name: str) -> KnownPrinter | None:
        """A printer of the settings; None where they name none so, or cannot be read."""
        try:
            for role, settings in printers(self._settings()).items():
                if identity_text(settings) == name:
                    return KnownPrinter(role, identity_in(settings), settings.profile, profile_of(settings))
        except Trouble:
            _log.warning("the settings of %s cannot be read", name)
        return None

    def perform(self, effect: e.Effect, then: Callable[[e.Event], None]) -> None:
        """Soon; the answer comes on the window's thread."""
        if isinstance(effect, e.Print):
            self._test(str(effect.identity))
        self._work.put(partial(self._do, effect, then))

    def ended(self) -> None:
        """Each printer is again what it was before."""
        for device in self._before.values():
            self._told(PrinterIs(device.name, device.word, self._clock(), device.warnings, device.why))
        self._before.clear()

    def preview(self, profile: Profile, paper: e.Paper, tag: int, then: Callable[[Page], None]) -> None:
        """The label in dots, drawn where waiting does not matter."""

        def draw() -> None:
            page = self._draw(profile, paper, tag)
            self._post(lambda: then(page))

        self._work.put(draw)

    def forget(self, name: str, then: Callable[[bool], None]) -> None:
        """Out of the settings."""

        def gone() -> None:
            try:
                done = forget(self._book, name)
            except (Trouble, OSError):
                _log.exception("%s was not forgotten", name)
                done = False
            self._post(lambda: self._answer(done, then))

        self._work.put(gone)

    def zero(self, name: str, then: Callable[[bool], None]) -> None:
        """The scales that are read here have no line to be told by while they are read: the clerk uses the scale's own button."""
        then(False)

    def volume(self) -> int:
        """In percent."""
        return self._volume

    def set_volume(self, percent: int) -> None:
        """At once, and in the settings for the next start."""
        self._volume = percent
        self._loudness(percent)
        self._work.put(partial(self._keep_volume, percent))

    def typed(self) -> str:
        """What the layout made of the last scan."""
        return self._typed()

    def _test(self, name: str) -> None:
        device = self._station().device(name, PRINTERS)
        if device is not None:
            self._before.setdefault(name, device)
            self._told(PrinterIs(name, "testing", self._clock()))

    def _do(self, effect: e.Effect, then: Callable[[e.Event], None]) -> None:
        with self._alone(str(effect.identity)) if isinstance(effect, e.Print | e.Ask) else nullcontext():
            event = self._done(effect)
        if event is not None:
            self._post(partial(self._answer_event, event, then))

    def _done(self, effect: e.Effect) -> e.Event | None:
        """What follows; a fault of ours is told as what could not be reached, so that the screen does not wait for it for ever."""
        try:
            return self._performer.do(effect)
        except Exception:
            _log.exception("%s failed", type(effect).__name__)
        match effect:
            case e.Ask():
                return e.NotReached("lost")
            case e.Print():
                return e.NotPrinted("lost")
            case e.Save():
                return e.NotSaved()
            case e.LookAround():
                return e.Found(())
            case e.Tell():
                return None

    def _answer_event(self, event: e.Event, then: Callable[[e.Event], None]) -> None:
        if isinstance(event, e.Saved):
            self._kept(self._settings())
        then(event)

    def _answer(self, done: bool, then: Callable[[bool], None]) -> None:
        if done:
            self._kept(self._settings())
        then(done)

    def _draw(self, profile: Profile, paper: e.Paper, tag: int) -> Page:
        return test_label(profile, paper, tag, self._clock(), self._training)

    def _keep_volume(self, percent: int) -> None:
        try:
            save_value(settings_file(self._book), "volume", percent)
        except (Trouble, OSError):
            _log.exception("the volume was not kept")

    def _settings(self) -> Settings:
        try:
            return load(settings_file(self._book))
        except Trouble:
            _log.exception("the settings cannot be read")
            return Settings()
