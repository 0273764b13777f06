"""The frame: header, rail, footer, and the screen in front. It routes keys and scans and knows no job."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from corner_app.domain.outcome import Tone
from corner_app.i18n import words
from corner_app.ui import rooms, routes
from corner_app.ui.sync_words import entry_words, verdict_words
from corner_app.ui.theme import Look
from corner_app.ui.turns import Turns
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.frame import Footer, HeaderBar, Rail
from corner_app.ui.widgets.marks import ClockBanner

if TYPE_CHECKING:
    from corner_app.desk.views import AttentionLine, Header, PrintLine
    from corner_app.domain.here import Clerk
    from corner_app.domain.scan import Meaning, Scan
    from corner_app.domain.trouble import Trouble
    from corner_app.ui.bridge import DeskPort
    from corner_app.ui.devices_port import DevicesPort
    from corner_app.ui.dialogs.ask import Asking
    from corner_app.ui.screen import Screen
    from corner_app.ui.screens.receive import ReceiveScreen


def _untold(device: str, tone: Tone) -> None:
    """No scanner here can be told anything."""


SIZE = (1366, 768)
NEWS_MS = 150
"""What comes from the centre in many pieces is shown in one go."""


class MainWindow(QWidget):
    """The window. office: (Bangla, English) name; clock: ms UTC; play: sounds a tone; on_close: what to do when it is closed.

    tell: says to a scanner, by the name in its scans, how its scan went.
    """

    def __init__(
        self, port: DeskPort, look: Look, office: tuple[str, str], postcode: str, counter: int, *, training: bool, clerk: Clerk,
        clock: Callable[[], int], play: Callable[[Tone], None], on_close: Callable[[], None], tell: Callable[[str, Tone], None] = _untold,
    ) -> None:  # fmt: skip
        super().__init__()
        self.port = self._turns = Turns(port, lambda scan: routes.take(self, scan), self.refresh, tell, open_now=bool(postcode))
        self.look, self.clock, self._sound, self._on_close, self.clerk, self.counter = look, clock, play, on_close, clerk, counter
        self.again = routes.Again()
        self.devices: DevicesPort | None = None
        self.has_drawer = False
        calm = look.slower()
        self.header, self.rail, self.footer = HeaderBar(calm, *office, postcode, counter, training=training), Rail(calm), Footer(calm)
        self.stack, self._opening = QStackedWidget(), rooms.Opening(look)
        self.stack.addWidget(self._opening)
        self._asking: Asking | None = None
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        self.banner = ClockBanner(calm)
        grid.addWidget(self.header, 0, 0, 1, 2)
        grid.addWidget(self.rail, 1, 0, 2, 1)
        grid.addWidget(self.banner, 1, 1)
        grid.addWidget(self.stack, 2, 1)
        grid.addWidget(self.footer, 3, 0, 1, 2)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(1, 1)
        self.rail.chosen.connect(self._choose)
        self.header.link_pressed.connect(lambda: self._choose("sync"))
        self.screens: dict[str, Screen] = {}
        self.front = self.before = ""
        self.header.show_clerk(clerk)
        self.resize(*SIZE)
        self.setMinimumSize(1024, 640)
        self.setWindowTitle("Corner")
        self.setPalette(look.palette())
        self.setAutoFillBackground(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        look.watch(self.render_all)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(1_000)
        self._news = QTimer(self, singleShot=True, interval=NEWS_MS)
        self._news.timeout.connect(self._show_news)
        self._tick()
        if postcode:
            self.open("receive")

    @property
    def asking(self) -> Asking:
        """The sheet for questions, made when the first is asked."""
        if self._asking is None:
            from corner_app.ui.dialogs.ask import Asking

            self._asking = Asking(self.look)
            self._asking.setParent(self)
            self._asking.setGeometry(self.rect())
            self._asking.hide()
        return self._asking

    @property
    def asked(self) -> bool:
        """Whether a question waits."""
        return self._asking is not None and self._asking.open

    def _made(self, name: str) -> Screen | None:
        """A screen, built when it is first wanted."""
        if name not in self.screens:
            made = rooms.make(name, self)
            if made is None:
                return None
            self.screens[name] = made
            self.stack.addWidget(made)  # type: ignore[arg-type]
        return self.screens[name]

    def open(self, name: str) -> None:
        """Brings a screen to the front; one that does not exist yet says so in passing."""
        screen = self._made(name)
        if screen is None:
            self.footer.notice(words("ui.not_built_yet", self.look.language))
            return
        self.footer.notice("")
        if name != self.front:
            self.before, self.front = self.front, name
            self.stack.setCurrentWidget(screen)  # type: ignore[arg-type]
            self.rail.show_current(name)
            bag = getattr(self.screens.get("receive"), "bag", "")
            self.port.moved(name, bag)
            self.setFocus()
        screen.enter()
        self.refresh()

    def _choose(self, name: str) -> None:
        """The rail was pressed; it does not lead out of a STOP."""
        if not self.front_screen.locked:
            self.open(name)

    @property
    def front_screen(self) -> Screen:
        """The screen in front."""
        return self.screens.get(self.front, self._opening)

    def on_scan(self, scan: Scan) -> None:
        """A code was read, by whatever scanner, whatever has the focus."""
        self._turns.scan(scan)

    def on_noise(self) -> None:
        """A scanner sent what is no whole code: whoever scanned it must notice."""
        self.play(Tone.LOOK)
        self.footer.notice(words("ui.unreadable", self.look.language))

    def show_scanners(self, word: str) -> None:
        """How the scanners are, the worst of them."""
        self.header.show_device("scanner", word)

    def show_printers(self, word: str) -> None:
        """How the printers are, the worst of them."""
        self.header.show_device("printer", word)
        self.changed()

    def show_trouble(self, trouble: Trouble) -> None:
        """Something is not used, and why."""
        self.footer.notice(words(f"trouble.{trouble.code}", self.look.language, **trouble.params))

    def show_weight(self, grams: int | None) -> None:
        """What lies on the scale; None while it moves, or tells no weight."""
        self.receive.show_weight(grams)

    def show_drawer(self, word: str) -> None:
        """The cash drawer did not open, or nobody knows; one that opened is seen."""
        if word in ("closed", "not_sent", "in_doubt"):
            self.footer.notice(words(f"ui.drawer_{word}", self.look.language))

    def play(self, tone: Tone) -> None:
        """Sounds a tone, here and in the hand whose scan it answers."""
        self._sound(tone)
        self._turns.sounded(tone)

    def answer_as_before(self) -> None:
        """The same code again so soon: no new tone here, the old one in the hand."""
        self._turns.as_before()

    def to_receive(self, meaning: Meaning, scan: Scan) -> None:
        """What was scanned elsewhere belongs to Receive."""
        self.open("receive")
        self.front_screen.on_scan(meaning, scan)

    def to_search(self, text: str) -> None:
        """A number named elsewhere is looked up."""
        from corner_app.domain.scan import Scan, understand

        self.open("search")
        self.front_screen.on_scan(understand(text), Scan(text))

    def to_cash(self) -> None:
        """Cash that is no parcel's: the page of the day-close screen."""
        self.open("dayclose")
        getattr(self.front_screen, "show_cash")()  # noqa: B009 - only the day close has it

    def start_handover(self, item: str) -> None:
        """From another screen: this parcel's buyer stands here."""
        self.open("handover")
        getattr(self.front_screen, "start_with")(item)  # noqa: B009 - only Handover has it

    def on_key(self, key: str) -> bool:
        """A named key, before any widget sees it. True if it was used."""
        return routes.press(self, key)

    def answer_doubt(self, job: PrintLine) -> None:
        """Asks whether a label came out."""
        self.asking.yes_or_no(
            "ui.in_your_hand", f"{job.name_bn} · {job.item}", lambda: self.port.answer_print(job.job, True, self._refresh_front),
            lambda: self.port.answer_print(job.job, False, self._refresh_front),
        )  # fmt: skip

    def ask_enrolment(self, then: Callable[[str, str], None]) -> None:
        """Asks where the centre is and for headquarters' code."""
        self.asking.enrolment(then)

    def read_attention(self, line: AttentionLine) -> None:
        """Shows what the centre said of an entry, what is safe and what to do, until the clerk says it was read."""
        lang = self.look.language
        what, remedy = verdict_words(line, lang)
        self.asking.notice(
            what, (entry_words(line, lang), words("verdict.kept", lang)), remedy, lambda: self.port.seen(line, self._seen)
        )  # fmt: skip

    def _seen(self) -> None:
        self.front_screen.changed()
        self.refresh()

    def _refresh_front(self) -> None:
        self.front_screen.enter()

    def refresh(self) -> None:
        """What the frame shows follows every act: once it stands in the book, so that the header never says "at the centre" of what was just written."""
        self.show_hints()
        self.port.ask("header", None, self._show_header)

    def show_hints(self) -> None:
        """The keys that act now."""
        self.footer.show_hints(self.front_screen.hints())

    def _tick(self) -> None:
        now = self.clock()
        self.header.tick(now)
        self.banner.tick(now)

    def changed(self) -> None:
        """Something reached the centre or came from there. It becomes visible where it is shown; focus, typing and choice stay the clerk's."""
        if not self._news.isActive():
            self._news.start()

    def _show_news(self) -> None:
        self.port.ask("header", None, self._show_header)
        self.front_screen.changed()

    def _show_header(self, header: Header) -> None:
        self.header.show_view(header)
        self.banner.show_skew(header.skew_ms)
        self.rail.show_count("today", header.attention)
        self.show_hints()

    def show_place(self, office: tuple[str, str], postcode: str, counter: int, *, training: bool) -> None:
        """Whose book it is, once it is open."""
        self.counter = counter
        self.header.show_place(office, postcode, counter, training=training)

    def resume(self, screen: str, bag: str) -> None:
        """The book is open: back to where the clerk was."""
        if bag:
            self.receive.bag = bag
        self.open(screen or "receive")
        self.front_screen.enter()
        self.refresh()
        self._turns.begin()

    @property
    def receive(self) -> ReceiveScreen:
        """The screen of that name."""
        return cast("ReceiveScreen", self._made("receive"))

    def show_clerk(self, clerk: Clerk) -> None:
        """Another clerk works here now."""
        self.clerk = clerk
        self.header.show_clerk(clerk)

    def render_all(self) -> None:
        """Language or colours changed."""
        self.setPalette(self.look.palette())
        self.header.render_all()
        restyle_all(self.banner)
        self._tick()
        self.footer.render_all()
        self.footer.notice("")
        self.rail.render_all()
        for screen in (self._opening, *self.screens.values()):
            screen.render_all()
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._asking is not None:
            self._asking.setGeometry(self.rect())

    def closeEvent(self, event: QCloseEvent) -> None:
        self._on_close()
        self._news.blockSignals(True)  # what still comes is read by nobody, and the desk answers no more
        super().closeEvent(event)
