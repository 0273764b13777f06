"""The clerk of the training office: plays the day at the real window, and looks at the sync screen when the link is cut and comes back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Generator
from itertools import count
from pathlib import Path
from typing import Any

from corner_app import training_day
from corner_app.demo.devices import Devices
from corner_app.demo.link import Link
from corner_app.desk.views import SyncView
from corner_app.i18n import Language
from corner_app.training_day import Step

_DRAWN_MS = 60
"""Time a picture waits for the window to lay itself out."""
_CUT, _LOOK, _BACK = 0.5, 0.6, 0.9
"""Parts of the day after which the link is cut, the clerk looks how it stands, and it is back."""
_PATIENCE = 3
"""Looks at the sync screen after which the clerk tries again."""


Waited = Generator[str, Any, None]
"""A script that yields the name of what it waits for ("answer", "waiting", "view", "prints") and is resumed with its value."""


class Player:
    """Does at the real window what a clerk would do: scans go through the simulated scanner, keys to the window.

    bags: how many of the day's bags are played; link: to the centre, which has announced the parcels; None: there is no centre, and the
    desk takes the announcements in from the file.
    """

    def __init__(self, app: Any, devices: Devices, out: Path, bags: int, link: Link | None) -> None:
        self._app, self._devices, self._out, self._link = app, devices, out, link
        self._steps = list(training_day.plan(bags))
        self._waited: dict[str, int] = {}
        self._told: Counter[str] = Counter()
        self._bag, self._status = "", dict[str, Any]()
        self._script = self._day()
        self._wanted, self._shots = "", set[str]()
        self.gave_up = ""
        self.finished: Any = None
        self._missing: list[str] = []

    def begin(self) -> None:
        """The window is ready: the day begins."""
        self._app.desk.watch = self._heard
        self._step(None)

    def give_up(self, why: str) -> None:
        """Something hangs: stop and say so."""
        if self._wanted != "done":
            self.gave_up = why
            print(f"The day stopped at {self._told}: {why}, waiting for {self._wanted}", file=sys.stderr)
            self._wanted = "done"  # what is still answered moves nobody any more
            self.finished()

    def figures(self) -> dict[str, Any]:
        """What was answered, and the office at the end."""
        return {
            "answers": dict(sorted(self._told.items())), "missing": self._missing, "status": self._status, "labels": len(self._devices.printer.printed),
            "gave_up": self.gave_up,
        } | ({"waited": self._waited} if self._link is not None else {})  # fmt: skip

    def _heard(self, what: str, value: Any) -> None:
        if what == "answer":
            self._told[value.code] += 1
        if what == self._wanted:
            self._step(value)

    def _step(self, value: Any) -> None:
        try:
            self._wanted = self._script.send(value)
        except StopIteration:
            self._wanted = "done"
            self.finished()

    # What a clerk does

    @property
    def _window(self) -> Any:
        return self._app.window

    def _scan(self, text: str) -> None:
        if self._devices.scanner is not None:
            self._devices.scanner.scan(text)
        else:
            from corner_app.domain.scan import Scan

            self._window.on_scan(Scan(text))

    def _keys(self, *keys: str) -> None:
        for key in keys:
            self._window.on_key(key)

    def _type(self, text: str) -> None:
        """Into the question that waits, then Enter."""
        self._window.asking.fields[0].setText(text)
        self._keys("Enter")

    def _shot(self, name: str, header: str = "") -> Waited:
        """One picture of each moment, in both languages, each after the window has drawn itself. header: name of one of the header alone."""
        from PySide6.QtCore import QTimer

        if name in self._shots:
            return
        self._shots.add(name)
        for language in (Language.EN, Language.BN):
            self._app.look.change(language=language)
            QTimer.singleShot(_DRAWN_MS, lambda: self._heard("drawn", None))
            yield "drawn"
            self._window.grab().save(str(self._out / "screens" / f"{name}-{language.value}.png"))
            if header:
                self._window.header.grab().save(str(self._out / "screens" / f"{header}-{language.value}.png"))

    def _day(self) -> Waited:
        from corner_app.desk import commands as c

        if self._link is None:
            self._app.desk.do(c.Announce(file=str(training_day.announced_file())), lambda outcome: None)
            yield "answer"
        done = ""
        for number, step in enumerate(self._steps):
            if self._link is not None:
                yield from self._look_after(self._link, number)
            if step.screen != done:
                print(f"  {step.screen} …", flush=True)
                done = step.screen
            yield from self._do(step, number)
        self._window.open("prints")
        yield "prints"
        while any(job.state in ("queued", "sending") for job in self._window.front_screen.jobs):
            self._app.wake.set()
            self._window.front_screen.enter()
            yield "prints"
        yield from self._shot("print-queue")
        self._window.open("today")
        yield "today"
        yield from self._shot("today")
        if self._link is not None:
            yield from self._synced()
        self._app.desk.do(c.Status(), self._take_status)
        yield "answer"

    # The link

    def _look_after(self, link: Link, number: int) -> Waited:
        """What happens to the link before a step, and what the clerk sees of it."""
        day = len(self._steps)
        if number == round(day * _CUT):
            print("  the link is cut …", flush=True)
            link.cut()
        elif number == round(day * _LOOK):
            yield from self._sync_is("waiting")
            yield from self._shot("sync-down", "header-down")
        elif number == round(day * _BACK):
            view = yield from self._sync_is("waiting")
            self._waited = {"entries": view.unsent} | {group.group: group.entries for group in view.groups}
            self._waited["paisa"] = sum(group.paisa for group in view.groups)
            print("  the link is back …", flush=True)
            link.restore()
            yield from self._synced()
            yield from self._shot("sync-up", "header-up")

    def _synced(self) -> Waited:
        """Until the centre has everything."""
        yield from self._sync_is("idle")

    def _sync_is(self, phase: str) -> Generator[str, Any, SyncView]:
        """Opens the sync screen and presses "try now" until it says so; idle means that nothing waits, too."""
        self._window.open("sync")
        for looks in count():
            view: SyncView = yield "sync"
            if view.phase == phase and (phase != "idle" or view.unsent == 0):
                return view
            if view.phase != "sending" and looks % _PATIENCE == 0:
                self._keys("S")
        raise AssertionError("endless")

    def _take_status(self, outcome: Any) -> None:
        self._status = dict(outcome.data)

    def _do(self, step: Step, number: int) -> Waited:
        if self._window.front != step.screen:
            self._window.open(step.screen)
        match step.job:
            case "open_bag" | "receive" | "sort":
                yield from self._one_scan(step, number)
            case "undo":
                self._keys("Ctrl+Z")
                yield "answer"
            case "damaged":
                self._keys("D")
                self._type(step.more["note"])
                yield "answer"
            case "end_bag":
                self._keys("Ctrl+Enter", "Ctrl+Enter")
                ended = yield "answer"
                self._missing += ended.data["missing"]
            case "print_label" | "reprint":
                yield from self._label(step)
            case "hand_over" | "refuse":
                yield from self._buyer(step)

    def _one_scan(self, step: Step, number: int) -> Waited:
        self._scan(step.scan)
        outcome = yield "answer"
        if outcome.tone.value == "stop":
            yield from self._shot(f"{step.screen}-stop")
            self._keys("Esc")
        elif number == 30 or (step.job == "sort" and outcome.data.get("to") == "bag"):
            yield "bag" if step.job == "receive" else "bins"
            yield from self._shot(step.screen)

    def _label(self, step: Step) -> Waited:
        self._scan(step.scan)
        view = yield "view"
        while view is None or view.card.item != step.scan:  # news came, and the parcel before was read again
            view = yield "view"
        yield from self._shot("search")
        self._keys("P")
        if step.job == "reprint":
            yield "answer"
            self._type(step.more["reason"])
        yield "answer"
        yield "view"

    def _buyer_found(self, item: str) -> Waited:
        """Until the screen shows this parcel's buyer. What it asked anew because news came is answered under the same word."""
        while True:
            yield "waiting"
            shown = self._window.front_screen.waiting
            if shown is not None and shown.first.item == item:
                return

    def _buyer(self, step: Step) -> Waited:
        self._scan(step.scan)
        yield from self._buyer_found(step.scan)
        if step.job == "refuse":
            self._keys("R", "1")
            yield "answer"
            self._keys("Enter")
            return
        self._keys(*step.more["code"][:4])
        yield from self._shot("handover")
        self._keys(*step.more["code"][4:], *str(step.more["tendered"] // 100))
        self._keys("Ctrl+Enter")
        outcome = yield "answer"
        if outcome.tone.value == "stop":
            yield "waiting"
            yield from self._shot("handover-stop")
            self._keys("Esc", "Esc")
        else:
            yield from self._shot("handover-done")
            self._keys("Enter")
