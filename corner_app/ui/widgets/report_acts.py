"""What is written from the reports screen: files, the closing slip again, disputes and what came of them, a payment taken back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

from corner_app.desk import commands as c
from corner_app.desk.views import CashLine, DisputeLine
from corner_app.domain.cash import POUCH
from corner_app.domain.defects import KnownDefect, touching
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, Tone
from corner_app.i18n import Language, local, money, number, on_date, say, short_day, words
from corner_app.reference import load_defects
from corner_app.reports.figures import Report
from corner_app.reports.said import subject
from corner_app.ui.widgets.report_rows import Row

if TYPE_CHECKING:
    from corner_app.ui.screens.reports import ReportsScreen

_OUTCOMES: tuple[Literal["explained", "found", "written_off"], ...] = ("explained", "found", "written_off")


class Acts:
    """The acts of one reports screen. clerk: who works here now; pick: asks for a folder, "" for none."""

    def __init__(self, screen: ReportsScreen, clerk: Callable[[], Clerk], pick: Callable[[str], str]) -> None:
        self._screen, self._clerk, self._pick = screen, clerk, pick
        self.lines: tuple[CashLine, ...] = ()
        self.disputes: tuple[DisputeLine, ...] = ()
        self._defects: tuple[KnownDefect, ...] = ()
        self._op = uuid4().hex
        self._sent: c.AnyCommand | None = None
        self._next: tuple[c.AnyCommand, Callable[[Outcome], None]] | None = None

    @property
    def _lang(self) -> Language:
        return self._screen.look.language

    def _say(self, key: str, **params: object) -> None:
        self._screen.tell(words(key, self._lang, **params))

    def _look(self, key: str, **params: object) -> None:
        self._screen.play(Tone.LOOK)
        self._say(key, **params)

    def _do(self, command: c.AnyCommand, then: Callable[[Outcome], None]) -> None:
        """One after the other: what is asked while an answer is awaited is done after it. The same again is a key held down, and asks nothing twice."""
        if self._sent is not None:
            if command != self._sent:
                self._next = (command, then)
            return
        self._sent = command

        def answered(outcome: Outcome) -> None:
            self._sent, self._op = None, uuid4().hex
            waiting, self._next = self._next, None
            if outcome.tone is Tone.STOP:
                self._screen.refuse(outcome)
            else:
                self._screen.play(outcome.tone)
                then(outcome)
            if waiting is not None:
                self._do(*waiting)

        if isinstance(command, c.Dispute):
            self._screen.port.dispute(command, answered)
        else:
            self._screen.port.do(command, answered, self._op)

    # Files

    def write(self, form: str) -> None:
        """The report that is shown, as a file in a folder the clerk chooses."""
        report, names = self._screen.report, self._screen.names
        if report is None or names is None:
            self._look("reports.not_read")
            return
        folder = self._pick(words("reports.folder", self._lang))
        if not folder:
            return
        dates = report.date if report.date == report.to else f"{report.date}_{report.to}"
        name = f"report-{names.postcode}-{report.counter}-{dates}" + ("" if form == "csv" else f".{form}")
        target = str(Path(folder) / name)
        self._say("reports.writing", file=name)

        def written(code: str) -> None:
            self._screen.play(Tone.LOOK if code else Tone.GOOD)
            self._say("reports.not_written" if code else "reports.written", file=name if code else target)

        self._screen.port.write_report(report, names, form, target, self._lang, written)

    def slip(self) -> None:
        """The closing slip of the day again, for a reason."""
        screen, report = self._screen, self._screen.report
        if not any(printer.role == "receipt" for printer in screen.printers):
            self._look("reports.no_receipt_printer")
        elif report is None or not report.closed or report.date != report.to:
            self._look("reports.slip_open")
        else:
            date = report.date
            screen.asking().text(
                "ui.reprint_reason", lambda reason: self._with_reason(reason, lambda: self._do(c.Reprint(date, reason, "receipt_day"), self._told)),
                words("reports.slip_why", self._lang),
            )  # fmt: skip

    def _told(self, outcome: Outcome) -> None:
        self._screen.tell(say(outcome, self._lang))

    def _with_reason(self, reason: str, then: Callable[[], None]) -> None:
        if reason:
            then()
        else:
            self._look("reports.no_reason")

    def verify(self) -> None:
        """Checks the whole book."""
        self._say("reports.checking")
        self._screen.port.verify_book(self._screen.book_checked)

    # Disputes

    def dispute(self) -> None:
        """About the entry or the line that is chosen, else about the day's closing."""
        screen, report = self._screen, self._screen.report
        if report is None:
            self._look("reports.not_read")
            return
        line = screen.figure.chosen_line() if screen.figure.rows.hasFocus() else None
        cash = self._chosen_cash() if screen.section == "mine" else None
        if (line is not None and not line.ours) or (cash is not None and _others(cash)):
            self._look("reports.dispute_others")
        elif line is not None or cash is not None:
            entry = line.id.seq if line is not None else cash.seq if cash is not None else 0
            self._ask_dispute(report, entry, words("reports.dispute_entry", self._lang, n=entry))
        elif report.closed and report.date == report.to:
            self._ask_dispute(report, None, words("reports.dispute_day", self._lang, date=on_date(report.date, self._lang)))
        else:
            self._look("reports.dispute_what")

    def _ask_dispute(self, report: Report, entry: int | None, said: str) -> None:
        self._screen.asking().text(
            "reports.dispute_title", lambda reason: self._with_reason(reason, lambda: self._write_dispute(report, entry, reason)), said
        )  # fmt: skip

    def _write_dispute(self, report: Report, entry: int | None, reason: str) -> None:
        folder = self._pick(words("reports.dispute_folder", self._lang))
        if not folder:
            return
        name = f"dispute-{report.office}-{report.counter}-{report.date}-{local(self._screen.clock()):%H%M%S}.zip"
        target = str(Path(folder) / name)

        def written(outcome: Outcome) -> None:
            kept = outcome.data.get("file") is not None
            self._say("reports.dispute_done" if kept else "reports.dispute_no_file", file=target)
            if self._screen.section == "disputes":
                self._screen.choose("disputes")

        self._do(c.Dispute(reason, report.date if entry is None else None, entry, None, target), written)

    def take_disputes(self, disputes: tuple[DisputeLine, ...]) -> None:
        """The disputes nobody has settled."""
        if self._screen.section != "disputes":
            return
        self.disputes, lang, names = disputes, self._lang, self._screen.names
        rows = [
            Row(
                f"dispute:{n}", at=short_day(each.at, lang)[:5], said=f"{each.reason} · {names.clerk(each.by, lang.value) if names else each.by}",
                value=money(each.amount, lang), sign="flag",
            )
            for n, each in enumerate(disputes)
        ]  # fmt: skip
        why = "reports.disputes_why" if disputes else "reports.no_disputes"
        self._screen.figure.show_other(words("reports.open_disputes", lang), number(len(disputes), lang), words(why, lang), rows)

    def settle(self, place: int) -> None:
        """A supervisor says what came of a dispute."""
        dispute = self.disputes[place]
        if not self._clerk().supervisor:
            self._look("reports.settle_supervisor")
            return
        self._screen.asking().choose("reports.settle", [(f"reports.settle_{outcome}", partial(self._ask_note, dispute, outcome)) for outcome in _OUTCOMES])

    def _ask_note(self, dispute: DisputeLine, outcome: Literal["explained", "found", "written_off"]) -> None:
        about = f"{subject(dispute.subject, self._lang)} · {dispute.reason} · {money(dispute.amount, self._lang)}"

        def noted(note: str) -> None:
            self._with_reason(note, lambda: self._do(c.SettleDispute(dispute.entry, outcome, note), self._settled))

        self._screen.asking().text("reports.settle_note", noted, about)

    def _settled(self, outcome: Outcome) -> None:
        self._told(outcome)
        self._screen.port.ask("disputes", None, self.take_disputes)

    # Known defects

    def show_defects(self) -> None:
        """Those that touch the day that is shown."""
        report, lang = self._screen.report, self._lang
        if report is None:
            return
        kinds = _kinds(report)
        self._defects = tuple(each for each in touching(load_defects(), report.to, kinds))
        rows = [Row(f"defect:{n}", lead=each.code, said=each.what[0 if lang is Language.BN else 1], sign="info") for n, each in enumerate(self._defects)]
        why = "reports.defects_why" if rows else "reports.no_defects"
        self._screen.figure.show_other(words("reports.defects_of", lang), number(len(rows), lang), words(why, lang), rows)

    def tell_defect(self, place: str) -> None:
        """What goes wrong, and what to do."""
        defect, side = self._defects[int(place)], 0 if self._lang is Language.BN else 1
        self._screen.asking().tell("reports.defects", (defect.code, defect.what[side], defect.do[side]), lambda: None)

    # The drawer's day

    def take_lines(self, lines: tuple[CashLine, ...]) -> None:
        """The lines of the drawer."""
        self.lines = lines
        self._screen.mine.show_lines(lines)

    def subject_of(self, line: CashLine) -> str:
        """A parcel's number, or the document a line belongs to."""
        report = self._screen.report
        pouch = POUCH + line.item
        return pouch if report is not None and any(each.subject == pouch for each in report.ledger) else line.item

    def _chosen_cash(self) -> CashLine | None:
        row = self._screen.mine.rows.chosen()
        return self.lines[int(row.name)] if row is not None and row.name else None

    def reverse(self) -> None:
        """Takes a payment back, exactly, for a reason."""
        line = self._chosen_cash()
        if line is None:
            return
        if _others(line):
            self._look("reports.reverse_others")
            return
        self._screen.asking().text(
            "reports.reverse", lambda reason: self._with_reason(reason, lambda: self._do(c.Reverse(line.seq, reason), self._reversed)),
            words("reports.reverse_why", self._lang, amount=abs(line.amount)),
        )  # fmt: skip

    def _reversed(self, outcome: Outcome) -> None:
        self._told(outcome)
        self._screen.read()


def _others(line: CashLine) -> bool:
    """Whether another counter wrote it: its number would name another entry of ours."""
    return line.kind == "transferred" and line.amount > 0


def _kinds(report: Report) -> frozenset[str]:
    """The kinds of entries a report tells of."""
    found = {line.word for line in report.ledger} | {line.what for line in report.exceptions} | {line.kind for line in report.undone}
    ways = {"came": "received", "taken_back": "undone", "elsewhere": "custody_confirmed"}
    found |= {ways.get(move.way, move.way) for move in report.moves}
    if report.reprints or any(line.labels.value for line in report.clerks):
        found.add("label_asked")
    return frozenset(found)
