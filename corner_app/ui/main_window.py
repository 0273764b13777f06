"""The frame: header, rail, footer, and the screen in front. It routes keys and scans and knows no job."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QGridLayout, QLineEdit, QStackedWidget, QWidget

from corner_app.desk.views import Header, PrintLine
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import BadgeScan, BagScan, CommandScan, Meaning, Nothing, Scan, TokenScan, understand
from corner_app.i18n import Language, words
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.screen import Screen
from corner_app.ui.screens.receive import ReceiveScreen
from corner_app.ui.theme import Look
from corner_app.ui.turns import Turns
from corner_app.ui.widgets.basic import Button
from corner_app.ui.widgets.frame import RAIL_ENTRIES, Footer, HeaderBar, Rail

SIZE = (1366, 768)
_KEYS = {entry[2]: entry[0] for entry in RAIL_ENTRIES if entry is not None}
_CARDS = {"RECEIVE": "receive", "SORT": "sort", "HANDOVER": "handover", "SEARCH": "search", "TODAY": "today"}


class MainWindow(QWidget):
    """The window. office: (Bangla, English) name; clock: ms UTC; play: sounds a tone; on_close: what to do when it is closed."""

    def __init__(
        self, port: DeskPort, look: Look, office: tuple[str, str], postcode: str, counter: int, *, training: bool, clerk: Clerk,
        clock: Callable[[], int], play: Callable[[Tone], None], on_close: Callable[[], None],
    ) -> None:  # fmt: skip
        super().__init__()
        self.port = self._turns = Turns(port, self._take, open_now=bool(postcode))
        self.look, self.clock, self.play, self._on_close, self.clerk = look, clock, play, on_close, clerk
        calm = look.slower()
        self.header, self.rail, self.footer = HeaderBar(calm, *office, postcode, counter, training=training), Rail(calm), Footer(calm)
        self.asking, self.stack = Asking(look), QStackedWidget()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self.header, 0, 0, 1, 2)
        grid.addWidget(self.rail, 1, 0)
        grid.addWidget(self.stack, 1, 1)
        grid.addWidget(self.footer, 2, 0, 1, 2)
        grid.setRowStretch(1, 1)
        grid.setColumnStretch(1, 1)
        self.asking.setParent(self)
        self.asking.hide()
        self.rail.chosen.connect(self._choose)
        self.screens: dict[str, Screen] = {}
        self.front = ""
        self.header.show_clerk(clerk)
        self.resize(*SIZE)
        self.setMinimumSize(1024, 640)
        self.setWindowTitle("Corner")
        self.setPalette(look.palette())
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.watch(self.render_all)
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: self.header.tick(self.clock()))
        self._timer.start(1_000)
        self.header.tick(clock())
        self.open("receive")

    def _made(self, name: str) -> Screen | None:
        """A screen, built when it is first wanted."""
        if name not in self.screens:
            made = self._make(name)
            if made is None:
                return None
            self.screens[name] = made
            self.stack.addWidget(made)  # type: ignore[arg-type]
        return self.screens[name]

    def _make(self, name: str) -> Screen | None:
        port, look, asking, play, clock = self.port, self.look, self.asking, self.play, self.clock
        match name:
            case "receive":
                return ReceiveScreen(port, look, asking, play, clock)
            case "sort":
                from corner_app.ui.screens.sort import SortScreen

                return SortScreen(port, look, play)
            case "handover":
                from corner_app.ui.screens.handover import HandoverScreen

                return HandoverScreen(port, look, asking, play, clock)
            case "search":
                from corner_app.ui.screens.search import SearchScreen

                return SearchScreen(port, look, asking, play, clock, self._start_handover)
            case "today":
                from corner_app.ui.screens.home import HomeScreen

                return HomeScreen(port, look, play, clock, self._to_receive, self._answer_doubt)
            case "devices":
                from corner_app.ui.screens.print_queue import PrintQueueScreen

                return PrintQueueScreen(port, look, play)
            case _:
                return None

    def open(self, name: str) -> None:
        """Brings a screen to the front; one that does not exist yet says so in passing."""
        screen = self._made(name)
        if screen is None:
            self.footer.notice(words("ui.not_built_yet", self.look.language))
            return
        self.footer.notice("")
        if name != self.front:
            self.front = name
            self.stack.setCurrentWidget(screen)  # type: ignore[arg-type]
            self.rail.show_current(name)
            bag = getattr(self.screens.get("receive"), "bag", "")
            self.port.moved(name, bag)
            self.setFocus()
        screen.enter()
        self._refresh()

    def _choose(self, name: str) -> None:
        """The rail was pressed; it does not lead out of a STOP."""
        if not self.front_screen.locked:
            self.open(name)

    @property
    def front_screen(self) -> Screen:
        """The screen in front."""
        return self.screens[self.front]

    def on_scan(self, scan: Scan) -> None:
        """A code was read, by whatever scanner, whatever has the focus."""
        self._turns.scan(scan)

    def _take(self, scan: Scan) -> None:
        if self.asking.open:
            if not self.asking.take_scan(scan.text):
                self.play(Tone.LOOK)
            return
        if self.front_screen.locked:
            self.play(Tone.STOP)
            self.footer.notice(words("ui.scan_not_counted", self.look.language, code=scan.text[:40]))
            if isinstance(self.front_screen, ReceiveScreen):
                self.front_screen.refuse(scan)
            return
        self._route(understand(scan.text), scan)
        self._refresh()

    def _route(self, meaning: Meaning, scan: Scan) -> None:
        match meaning:
            case BadgeScan(badge):
                self.port.sign_in(badge, lambda known: self.play(Tone.GOOD if known else Tone.LOOK))
            case CommandScan(command):
                self._command(command)
            case BagScan() if self.front != "receive":
                self._to_receive(meaning, scan)
            case TokenScan() if self.front in ("today", "search", "sort"):
                self.open("handover")
                self.front_screen.on_scan(meaning, scan)
            case Nothing():
                self.play(Tone.LOOK)
                self.footer.notice(words("ui.unreadable", self.look.language))
            case _:
                self.footer.notice("")
                self.front_screen.on_scan(meaning, scan)

    def _command(self, command: str) -> None:
        if command in _CARDS:
            self.open(_CARDS[command])
        elif command != "UNDO" or not self.front_screen.on_key("Ctrl+Z"):
            self.play(Tone.LOOK)

    def _to_receive(self, meaning: Meaning, scan: Scan) -> None:
        self.open("receive")
        self.front_screen.on_scan(meaning, scan)

    def _start_handover(self, item: str) -> None:
        self.open("handover")
        getattr(self.front_screen, "start_with")(item)  # noqa: B009 - only Handover has it

    def on_key(self, key: str) -> bool:
        """A named key, before any widget sees it. True if it was used."""
        if self.asking.open:
            return self.asking.on_key(key)
        if key == "Ctrl+L":
            self.look.change(language=Language.EN if self.look.language is Language.BN else Language.BN)
            return True
        if key in _KEYS and not self.front_screen.locked:
            self.open(_KEYS[key])
            return True
        focus = QApplication.focusWidget()
        typing = isinstance(focus, QLineEdit)
        if key == "Space" and isinstance(focus, Button):
            return False
        if typing and not (key in ("Esc",) or key.startswith("Ctrl+")):
            return False
        if typing and key == "Esc":
            self.setFocus()
        if key == "?":
            self._all_keys()
            return True
        used = self.front_screen.on_key(key)
        self._refresh()
        return used

    def _all_keys(self) -> None:
        lang = self.look.language
        pairs = [(key, words(f"ui.screen_{name}", lang)) for key, name in _KEYS.items()]
        pairs += [(key, words(say, lang)) for key, say in (*self.front_screen.hints(), ("Ctrl+L", "ui.other_language"))]
        self.asking.keys("ui.all_keys", pairs, self.setFocus)

    def _answer_doubt(self, job: PrintLine) -> None:
        self.asking.yes_or_no(
            "ui.in_your_hand", f"{job.name_bn} · {job.item}", lambda: self.port.answer_print(job.job, True, self._refresh_front),
            lambda: self.port.answer_print(job.job, False, self._refresh_front),
        )  # fmt: skip

    def _refresh_front(self) -> None:
        self.front_screen.enter()

    def _refresh(self) -> None:
        """What the frame shows follows every act."""
        self.footer.show_hints(self.front_screen.hints())
        self.port.ask("header", None, self._show_header)

    def _show_header(self, header: Header) -> None:
        self.header.show_view(header)
        self.footer.show_hints(self.front_screen.hints())

    def show_place(self, office: tuple[str, str], postcode: str, counter: int, *, training: bool) -> None:
        """Whose book it is, once it is open."""
        self.header.show_place(office, postcode, counter, training=training)

    def resume(self, screen: str, bag: str) -> None:
        """The book is open: back to where the clerk was."""
        receive = self.screens["receive"]
        if isinstance(receive, ReceiveScreen) and bag:
            receive.bag = bag
        self.open(screen or "receive")
        self.front_screen.enter()
        self._refresh()
        self._turns.begin()

    def show_clerk(self, clerk: Clerk) -> None:
        """Another clerk works here now."""
        self.clerk = clerk
        self.header.show_clerk(clerk)

    def render_all(self) -> None:
        """Language or colours changed."""
        self.setPalette(self.look.palette())
        self.header.render_all()
        self.footer.render_all()
        self.footer.notice("")
        self.rail.render_all()
        for screen in self.screens.values():
            screen.render_all()
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.asking.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._on_close()
        super().closeEvent(event)
