"""The real window in a process of its own, for keys that come from a real X server. Prints one line for each thing that happens.

python -m tests.ui.x11 BOOK [SCANNER], the latter the port of a serial one.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QKeyEvent, QWindow

from corner_app.app import App, application
from corner_app.config import ScannerSettings, Settings
from corner_app.domain.scan import Scan


def say(what: str, text: str = "") -> None:
    """One line to the test."""
    print(f"{what} {text}".rstrip(), flush=True)


class Pace(QObject):
    """Tells when the X server saw each key."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWindow) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            say("key", str(event.timestamp()))
        return False


def main(book: Path, scanner: str = "") -> int:
    """Shows the window until its input closes or a "quit" comes."""
    qt = application()
    pace = Pace()
    qt.installEventFilter(pace)
    app = App(book, Settings(volume=0, scanner=ScannerSettings(scanner)))
    window = app.window
    heard, shown = window.on_scan, window.show_scanners

    def on_scan(scan: Scan) -> None:
        say("scan", scan.text)
        heard(scan)

    def show_scanners(word: str) -> None:
        say("header", word)
        shown(word)

    window.on_scan, window.show_scanners = on_scan, show_scanners  # type: ignore[method-assign]

    def ready() -> None:
        window.activateWindow()
        QTimer.singleShot(0, lambda: say("ready", str(int(window.winId()))))

    app.on_ready = ready
    front = ""

    def watch() -> None:
        """Tells where the focus is and what stands in the search field, when that changes."""
        nonlocal front
        screen = window.screens.get("search")
        field = getattr(screen, "field", None)
        if window.asking.open and front != "asks":
            front = "asks"
            say("asks")
        if window.asking.open:
            return
        focused = window.isActiveWindow() and (field is not None and field.hasFocus())
        now = f"{window.front} {'field' if focused else 'window' if window.isActiveWindow() else 'nowhere'} {field.text() if field is not None else ''}"
        if now != front:
            front = now
            say("state", now)

    timer = QTimer()
    timer.timeout.connect(watch)
    timer.start(15)
    app.start()
    code = int(qt.exec())
    app.stop()
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
