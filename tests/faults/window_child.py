"""The real window over a book, for tests that kill it: it tells on standard output what it showed, one JSON object a line."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from corner_app.app import App, application
from corner_app.config import PrinterSettings, ScannerSettings, Settings
from corner_app.domain.outcome import Outcome
from corner_app.ui.widgets.texts import Label


def tell(**what: Any) -> None:
    """One line, in the pipe before anything else happens."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Clerk:
    """Reads the notice and presses Esc; after every n-th parcel taken in asks for its label; reads every STOP."""

    def __init__(self, app: App, label_every: int) -> None:
        self.app, self.label_every, self.received = app, label_every, 0

    def begin(self) -> None:
        """The window is ready for the first scan."""
        asking = self.app.window.asking
        notice = [label.full for label in asking.card.findChildren(Label)] if asking.open else []
        if asking.open:
            self.app.window.on_key("Esc")
        assert self.app.desk is not None
        self.app.desk.watch = self.heard
        self.when_plugged_in(lambda: tell(ready=True, notice=notice, **self.place()))

    def when_plugged_in(self, then: Callable[[], None]) -> None:
        """What a scanner sends before its port is open is lost with no beep, as with a cable that is not in yet."""
        if self.app.window.header._states["scanner"] == "ready":
            then()
        else:
            QTimer.singleShot(2, lambda: self.when_plugged_in(then))

    def place(self) -> dict[str, str]:
        """Which screen is in front, and the bag on the screen."""
        return {"front": self.app.window.front, "bag": self.app.window.receive.bag}

    def heard(self, what: str, value: Outcome) -> None:
        """An answer was shown."""
        if what != "answer":
            return
        tell(code=value.code, item=value.item, entries=value.entries, undone=value.data.get("undone", ()), **self.place())
        if value.tone.value == "stop":
            self.app.window.on_key("Esc")
        elif value.code == "received" and self.label_every:
            self.received += 1
            if self.received % self.label_every == 0:
                self.app.window.on_key("P")


def main(book: str, scanner: str, printer: str, label_every: str) -> int:
    """printer: port on this machine, "0" none."""
    printing = PrinterSettings("tcp", "127.0.0.1", int(printer)) if int(printer) else PrinterSettings()
    qt = application(["corner-app"])
    app = App(Path(book), Settings(language="en", volume=0, printer=printing, scanner=ScannerSettings(scanner)))
    app.on_ready = Clerk(app, int(label_every)).begin
    app.start()
    code = qt.exec()
    app.stop()
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
