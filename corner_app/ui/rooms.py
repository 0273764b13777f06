"""The screens by their word, each imported and built when it is first wanted: a window shows before any of them exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import column, restyle_all
from corner_app.ui.widgets.texts import Label

if TYPE_CHECKING:
    from corner_app.domain.scan import Meaning, Scan
    from corner_app.ui.main_window import MainWindow
    from corner_app.ui.screen import Hint, Screen


def make(name: str, window: MainWindow) -> Screen | None:
    """A new screen, None for one that does not exist yet."""
    port, look, play, clock = window.port, window.look, window.play, window.clock
    match name:
        case "receive":
            from corner_app.ui.screens.receive import ReceiveScreen

            return ReceiveScreen(port, look, window.asking, play, clock)
        case "sort":
            from corner_app.ui.screens.sort import SortScreen

            return SortScreen(port, look, play)
        case "handover":
            from corner_app.ui.screens.handover import HandoverScreen

            return HandoverScreen(port, look, window.asking, play, clock)
        case "search":
            from corner_app.ui.screens.search import SearchScreen

            return SearchScreen(port, look, window.asking, play, clock, window.start_handover)
        case "today":
            from corner_app.ui.screens.home import HomeScreen

            return HomeScreen(port, look, play, clock, window.to_receive, window.answer_doubt, window.read_attention, lambda: window.open("dayclose"))
        case "dayclose":
            from corner_app.ui.screens.close import CloseScreen

            return CloseScreen(
                port, look, lambda: window.asking, play, clock, window.counter, clerk=lambda: window.clerk, open_room=window.open,
                back=lambda: window.open(window.before or "today"), tell=window.footer.notice, to_receive=window.to_receive,
                rehint=window.show_hints,
            )  # fmt: skip
        case "reports":
            from corner_app.ui.screens.reports import ReportsScreen

            return ReportsScreen(
                port, look, lambda: window.asking, play, clock, clerk=lambda: window.clerk, look_up=window.to_search,
                back=lambda: window.open(window.before or "today"), tell=window.footer.notice, to_receive=window.to_receive,
                rehint=window.show_hints,
            )  # fmt: skip
        case "devices" if window.devices is not None:
            from corner_app.ui.screens.devices import DevicesScreen

            return DevicesScreen(
                window.devices, look, lambda: window.asking, play, clock, tell=window.footer.notice, prints=lambda: window.open("prints"),
                leave=lambda: window.open(window.before if window.before not in ("", "prints") else "receive"),
            )  # fmt: skip
        case "devices" | "prints":
            from corner_app.ui.screens.print_queue import PrintQueueScreen

            return PrintQueueScreen(port, look, play, window.to_receive, lambda: window.open(window.before or "receive"))
        case "sync":
            from corner_app.ui.screens.sync import SyncScreen

            return SyncScreen(
                port, look, play, clock, window.to_receive, tell=window.footer.notice, sending=window.header.show_sending, read=window.read_attention,
                enrolment=window.ask_enrolment,
            )  # fmt: skip
        case _:
            return None


class Opening(QWidget):
    """What stands in the window until the book is open. What is scanned meanwhile waits."""

    locked = False

    def __init__(self, look: Look) -> None:
        super().__init__()
        column(self).addWidget(Label(look, 22, 500, "muted", key="ui.opening", elide=False), 0, Qt.AlignmentFlag.AlignCenter)

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """Never asked: scans wait."""

    def on_key(self, key: str) -> bool:
        """Nothing to do yet."""
        return False

    def hints(self) -> list[Hint]:
        """None yet."""
        return []

    def enter(self) -> None:
        """Nothing to read yet."""

    def changed(self) -> None:
        """Nothing is shown yet."""

    def render_all(self) -> None:
        """Says it again."""
        restyle_all(self)
