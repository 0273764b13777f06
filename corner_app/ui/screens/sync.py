"""Sending to the centre: what it is doing, what waits and how old it is, the day of the link, and the way by USB."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from corner_app.desk.views import AttentionLine, SyncView
from corner_app.domain.outcome import Tone
from corner_app.domain.scan import Meaning, Scan
from corner_app.i18n import words
from corner_app.ui.bridge import DeskPort
from corner_app.ui.screen import Hint
from corner_app.ui.sync_words import StateView, state_of, trouble_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import restyle_all
from corner_app.ui.widgets.sync_cards import CarryCard, Facts, LinkCard, Said, StateCard, Waits

EVERY_MS = 1_000
ENROL_AGAIN = ("not_enrolled_there", "bad_key", "no_key", "device_taken")
"""Troubles that a new code of headquarters mends."""
_PATIENCE = 5
"""Ticks after which an answer that did not come is asked for again."""


class SyncScreen(QWidget):
    """Reads the state every second while it is in front. pick: asks for a folder, "" for none; tell: a calm word in passing;
    sending: whether the header says so; read: shows what the centre said of an entry; enrolment: asks for the
    centre's address and the code."""

    def __init__(
        self, port: DeskPort, look: Look, play: Callable[[Tone], None], clock: Callable[[], int], to_receive: Callable[[Meaning, Scan], None],
        *, tell: Callable[[str], None], sending: Callable[[bool], None], read: Callable[[AttentionLine], None],
        enrolment: Callable[[Callable[[str, str], None]], None], pick: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        look = look.slower()
        self.port, self.look, self.play, self.clock, self.to_receive, self.tell, self.sending = port, look, play, clock, to_receive, tell, sending
        self.read, self.enrolment = read, enrolment
        self.pick: Callable[[str], str] = pick or self._dialog
        self.locked = False
        self.view: SyncView | None = None
        self._own = ""
        self._news = ("", "muted")
        self._busy = False
        self._waited, self._in_front = 0, False
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 18, 18, 18)
        row.setSpacing(16)
        left, right = QVBoxLayout(), QVBoxLayout()
        self.state, self.facts, self.day = StateCard(look), Facts(look), LinkCard(look)
        self.waits, self.said, self.carry = Waits(look), Said(look), CarryCard(look)
        self.said.open.pressed.connect(self._read)
        for side, cards in ((left, (self.state, self.facts, self.day)), (right, (self.said, self.waits, self.carry))):
            side.setSpacing(14)
            for card in cards:
                side.addWidget(card, 1 if card in (self.day, self.carry) else 0)
        for card in (self.said, self.waits, self.carry):
            card.setFixedWidth(look.grown(348))
        row.addLayout(left, 1)
        row.addLayout(right)
        self.state.stop.pressed.connect(self._stop)
        self.state.again.pressed.connect(self._try)
        self.carry.out.pressed.connect(self._carry_out)
        self.carry.back.pressed.connect(self._carry_in)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._tick)
        self.render_all()

    # Reading

    def enter(self) -> None:
        """Reads at once."""
        self._waited, self._in_front = 1, True
        self.port.ask("sync", None, self._take)

    def changed(self) -> None:
        """The link, or what waits, is not what it was."""
        self.enter()

    def _tick(self) -> None:
        """One question at a time: a slow PC is not asked faster than it answers."""
        if self._waited and self._waited < _PATIENCE:
            self._waited += 1
            return
        self.enter()

    def _take(self, view: SyncView) -> None:
        self._waited, self.view = 0, view
        self.sending(self._in_front and view.phase == "sending")
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()
        self._in_front = False
        self.sending(False)

    # What the clerk does

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """Work begins with a scan, wherever it falls."""
        self.to_receive(meaning, scan)

    def on_key(self, key: str) -> bool:
        """S try now, E enrol, A what the centre said, U, J to and from USB, V check the book, Esc stop or put a trouble of one's own away."""
        acts = {"S": self._try, "E": self._ask_enrolment, "A": self._read, "U": self._carry_out, "J": self._carry_in, "V": self._verify, "Esc": self._stop}
        if key not in acts:
            return False
        acts[key]()
        return True

    @property
    def _may_enrol(self) -> bool:
        view = self.view
        return view is not None and not self._busy and (view.phase == "not_enrolled" or view.trouble in ENROL_AGAIN)

    def _ask_enrolment(self) -> None:
        if self._may_enrol:
            self.enrolment(self._enrol)

    def _enrol(self, url: str, code: str) -> None:
        def finished(trouble: str) -> None:
            self._busy = False
            self._ended(trouble)
            self.tell("" if trouble else words("link.enrolled", self.look.language))
            self.enter()
            self._show()

        self._busy, self._own = True, ""
        self.tell(words("link.enrolling", self.look.language))
        self._show()
        self.port.enrol(url, code, finished)

    def _read(self) -> None:
        if self.view is not None and self.view.attention:
            self.read(self.view.attention[0])

    def _try(self) -> None:
        if self.view is not None and self.view.phase in ("idle", "waiting", "stopped", "needs_help"):
            self._own = ""
            self.port.sync_now()
            self.enter()

    def _stop(self) -> None:
        if self._own:
            self._own = ""
            self._show()
        elif self.view is not None and self.view.phase in ("sending", "waiting"):
            self.port.sync_stop()
            self.enter()

    def _carry_out(self) -> None:
        if self.view is not None and self.view.unsent:
            self._carry(self.port.carry_out, "carry_writing", "carry_written")

    def _carry_in(self) -> None:
        self._carry(self.port.carry_in, "carry_reading", "carry_read")

    @property
    def _may_carry(self) -> bool:
        return self.view is not None and self.view.phase != "not_enrolled" and not self._busy

    def _carry(self, act: Callable[[str, Callable[[str], None]], None], doing: str, done: str) -> None:
        if not self._may_carry:
            return
        folder = self.pick(words("link.choose_stick", self.look.language))
        if not folder:
            return

        def finished(code: str) -> None:
            self._busy = False
            self._ended(code)
            self._news = ("", "muted") if code else (done, "act")
            self.enter()
            self._show()

        self._busy, self._own, self._news = True, "", (doing, "info")
        self._show()
        act(folder, finished)

    def _verify(self) -> None:
        if self._busy:
            return

        def finished(code: str) -> None:
            self._busy = False
            lang, entries = self.look.language, self.view.entries if self.view else 0
            self._ended(code)
            self.tell(trouble_words(code, lang).what if code else words("link.verified", lang, entries=entries))
            self._show()

        self._busy, self._own = True, ""
        self._show()
        self.tell(words("link.verifying", self.look.language))
        self.port.verify_book(finished)

    def _ended(self, code: str) -> None:
        self._own = code
        self.play(Tone.LOOK if code else Tone.GOOD)

    def _dialog(self, title: str) -> str:
        return QFileDialog.getExistingDirectory(self, title)

    # Showing

    def _show(self) -> None:
        lang, now, view = self.look.language, self.clock(), self.view
        if view is None:
            self.state.show_state(StateView(words("link.reading", lang), "clock", "info", ""))
            return
        self.state.show_state(state_of(view, self._own, now, lang))
        self.facts.show_facts(view, now)
        self.said.show_said(view.attention)
        self.waits.setVisible(not view.attention or self.look.percent <= 115)
        self.waits.show_groups(view.groups)
        self.day.show_link(view, now)
        news, token = self._news
        self.carry.show_carry(view, now, words(f"link.{news}", lang) if news else "", token)
        self.carry.out.use(self._may_carry and view.unsent > 0)
        self.carry.back.use(self._may_carry)

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        phase = self.view.phase if self.view else ""
        found: list[Hint] = [("S", "link.try_now")] if phase in ("idle", "waiting", "stopped", "needs_help") else []
        if self._may_enrol:
            found.append(("E", "link.enrol"))
        if self._may_carry:
            found += [("U", "link.take_usb")] if self.view is not None and self.view.unsent else []
            found.append(("J", "link.carry_in"))
        if self.view is not None and self.view.attention:
            found.append(("A", "verdict.open"))
        found.append(("V", "link.check_book"))
        return [*found, ("Esc", "link.stop")] if phase in ("sending", "waiting") else found

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._show()
