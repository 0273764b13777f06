"""Reports: the day as it will be printed, and behind each of its figures every entry that makes it up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as calendar_date
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QGridLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from corner_app.desk.views import CloseView, EntryLine, PrinterView
from corner_app.domain.close import local_date
from corner_app.domain.entries import EntryId
from corner_app.domain.here import Clerk
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.scan import ItemScan, Meaning, Scan, TokenScan
from corner_app.i18n import clock as clock_words
from corner_app.i18n import money, number, say, words
from corner_app.reports.figures import Names, Report
from corner_app.reports.marks import Page, spots
from corner_app.reports.pages import lay
from corner_app.reports.pdf import PaperRuler
from corner_app.reports.said import known, subject
from corner_app.ui.answers import PHONE_CODES
from corner_app.ui.bridge import DeskPort
from corner_app.ui.dialogs.ask import Asking
from corner_app.ui.screen import Hint
from corner_app.ui.sync_words import trouble_words
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Button, restyle_all
from corner_app.ui.widgets.report_acts import Acts
from corner_app.ui.widgets.report_figure import FigureCard
from corner_app.ui.widgets.report_list import SECTIONS, ReportList
from corner_app.ui.widgets.report_page import ReportPage
from corner_app.ui.widgets.report_parts import Faults, MineCard, Reading, typed_range
from corner_app.ui.widgets.report_sums import Behind, behind, title, value_words

_LARGE = 105
"""Per cent of text from which signs and the rarer hints make room for words."""
_PLACES = {"parcels": ("parcels.",), "money": ("drawers.",), "bags": ("bags.",), "returns": ("returns.",), "papers": ("reprints.", "undone.")}
"""Lists that are a place on the paper: how the names of their figures begin."""


class ReportsScreen(QWidget):
    """F11. look_up: opens the search with a number; pick: asks for a folder, "" for none; the rest as for the day close."""

    def __init__(
        self, port: DeskPort, look: Look, asking: Callable[[], Asking], play: Callable[[Tone], None], clock: Callable[[], int], *,
        clerk: Callable[[], Clerk], look_up: Callable[[str], None], back: Callable[[], None], tell: Callable[[str], None],
        to_receive: Callable[[Meaning, Scan], None], rehint: Callable[[], None], pick: Callable[[str], str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        look = look.slower()
        self.port, self.look, self.asking, self.play, self.clock = port, look, asking, play, clock
        self.look_up, self.back, self.tell, self.to_receive, self.rehint = look_up, back, tell, to_receive, rehint
        self.locked = False
        self.section, self.date, self.to = "day", "", ""
        self.report: Report | None = None
        self.names: Names | None = None
        self.pages: tuple[Page, ...] = ()
        self.at_page = 0
        self._stop_reading: Callable[[], None] | None = None
        self._ticket, self._by_hand = 0, False
        self.printers: tuple[PrinterView, ...] = ()
        self.acts = Acts(self, clerk, pick or self._dialog)
        self.list, self.figure, self.faults = ReportList(look), FigureCard(look), Faults(look)
        self.page, self.reading, self.mine = ReportPage(look), Reading(look), MineCard(look)
        self.middle = QStackedWidget()
        for widget in (self.page, self.reading, self.mine):
            self.middle.addWidget(widget)
        self.files = {
            "P": Button(look, "P", "reports.pdf", "file-down" if look.percent <= _LARGE else "", kind="primary"),
            "X": Button(look, "X", "reports.excel", "file-spreadsheet" if look.percent <= _LARGE else ""),
            "C": Button(look, "C", "reports.csv", ""),
        }
        self._lay_out()
        self._connect()
        self.render_all()

    def _lay_out(self) -> None:
        large = self.look.percent > _LARGE
        buttons = QGridLayout()
        buttons.setSpacing(8)
        for n, button in enumerate(self.files.values()):
            if large:  # larger words need two rows
                buttons.addWidget(button, min(n, 1), max(0, n - 1), 1, 1 if n else 2)
            else:
                buttons.addWidget(button, 0, n)
        middle = QVBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(self.middle, 1)
        middle.addLayout(buttons)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.list)
        row.addLayout(middle, 10)
        row.addWidget(self.figure, 11)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(18, 18, 18, 18)
        outer.setSpacing(12)
        outer.addWidget(self.faults)
        outer.addLayout(row, 1)

    def _connect(self) -> None:
        self.list.dated.connect(self.ask_date)
        self.list.chosen.connect(self.choose)
        self.page.chosen.connect(self._show_figure)
        self.page.opened.connect(lambda key: self.figure.rows.setFocus())
        self.figure.opened.connect(self._open_row)
        self.figure.verify.connect(self.acts.verify)
        self.figure.wanted.connect(self._read_behind)
        self.mine.rows.opened.connect(self._open_cash)
        for form, button in zip(("pdf", "xlsx", "csv"), self.files.values(), strict=True):
            button.pressed.connect(partial(self.acts.write, form))

    # What comes in

    def on_scan(self, meaning: Meaning, scan: Scan) -> None:
        """A parcel, or a buyer's QR, is looked up; anything else begins work where a person would take it."""
        if isinstance(meaning, ItemScan | TokenScan):
            self.look_up(scan.text)
        else:
            self.to_receive(meaning, scan)

    def on_key(self, key: str) -> bool:
        """Digits choose a list, arrows a day or a row; Enter goes to what is behind, Esc back."""
        digit = int(key) if len(key) == 1 and key.isascii() and key.isdigit() else None
        acts: dict[str, Callable[[], None]] = {
            "T": self.ask_date, "P": partial(self.acts.write, "pdf"), "X": partial(self.acts.write, "xlsx"), "C": partial(self.acts.write, "csv"),
            "V": self.acts.verify, "D": self.acts.dispute, "Ctrl+P": self.acts.slip, "Esc": self._step_back, "Enter": self._enter_key,
            "Left": lambda: self.go(-1), "Right": lambda: self.go(1), "PgUp": lambda: self._turn(self.at_page - 1),
            "PgDn": lambda: self._turn(self.at_page + 1),
        }  # fmt: skip
        if digit is not None:
            self.choose(SECTIONS[(digit - 1) % 10][0])
        elif key == "R" and self.section == "mine":
            self.acts.reverse()
        elif key in ("Up", "Down"):
            rows = self.mine.rows if self.section == "mine" and not self.figure.rows.hasFocus() else self.figure.rows
            if not self.page.hasFocus() or self.section in ("disputes", "defects"):
                rows.move_by(1 if key == "Down" else -1)
                return True
            return False
        elif key == "Tab" and not self.isAncestorOf(QApplication.focusWidget() or self):
            self.page.setFocus(Qt.FocusReason.TabFocusReason)
        elif key in acts:
            acts[key]()
        else:
            return False
        return True

    def _enter_key(self) -> None:
        if self.middle.currentWidget() is self.reading and self._stop_reading is None:
            self.read()
        elif self.section == "mine" and not self.figure.rows.hasFocus():
            self.mine.rows.open_chosen()
        elif self.figure.rows.hasFocus() or self.section in ("disputes", "defects"):
            self.figure.rows.open_chosen()
        elif self.page.key():
            self.figure.rows.setFocus()

    def _step_back(self) -> None:
        if self._stop_reading is not None:
            self._stop()
        elif self.figure.rows.hasFocus() and self.middle.currentWidget() is self.page and self.section not in ("disputes", "defects"):
            self.page.setFocus()
        elif self.section not in ("day", "month"):
            self.choose("day")
        else:
            self.back()

    # Which day

    def enter(self) -> None:
        """Reads the open day, unless the clerk chose another one. A closed day does not change."""
        self.port.ask("close", None, self._take_close)
        self.port.ask("printers", None, self._take_printers)
        self.page.setFocus()

    def changed(self) -> None:
        """Disputes and lines of cash are read again; a report stays what it was when it was read."""
        if self.section in ("disputes", "mine"):
            self._show_section()

    def _take_printers(self, printers: tuple[PrinterView, ...]) -> None:
        self.printers = printers

    def _take_close(self, view: CloseView) -> None:
        if not self._by_hand:
            self.date = self.to = view.last.date if view.closed and view.last is not None else view.date
        whole = self.report is not None and self.report.closed and (self.report.date, self.report.to) == (self.date, self.to)
        if not whole:
            self.read()
        elif self.section in ("disputes", "mine"):
            self._show_section()

    def ask_date(self) -> None:
        """Today, yesterday, a month, or typed."""
        today = calendar_date.fromisoformat(local_date(self.clock()))
        yesterday, first = today - timedelta(days=1), today.replace(day=1)
        self.asking().choose(
            "reports.date",
            [
                ("reports.today", lambda: self.show_dates(today.isoformat(), today.isoformat())),
                ("reports.yesterday", lambda: self.show_dates(yesterday.isoformat(), yesterday.isoformat())),
                ("reports.this_month", lambda: self.show_dates(first.isoformat(), today.isoformat())),
                ("reports.typed", lambda: self.asking().text("reports.typed", self._typed, words("reports.typed_why", self.look.language))),
            ],
        )

    def _typed(self, text: str) -> None:
        dates = typed_range(text)
        if dates is None:
            self.play(Tone.LOOK)
            self.tell(words("reports.bad_date", self.look.language))
        else:
            self.show_dates(*dates)

    def go(self, step: int) -> None:
        """To another day, or the month before or after."""
        if not self.date:
            return
        first, last = calendar_date.fromisoformat(self.date), calendar_date.fromisoformat(self.to)
        if self.section == "month":
            self._show_month((first + timedelta(days=31)).replace(day=1) if step > 0 else (first - timedelta(days=1)).replace(day=1))
        else:
            day = (last if step > 0 else first) + timedelta(days=step)
            self.show_dates(day.isoformat(), day.isoformat())

    def show_dates(self, date: str, to: str) -> None:
        """Reads the report of these dates."""
        today = local_date(self.clock())
        if date > max(today, self.date):
            self.tell(words("reports.bad_date", self.look.language))
            return
        self._by_hand, self.date, self.to = not date == to == today, date, to
        if self.section == "month" and date == to:
            self.section = "day"
        self.read()

    def _show_month(self, first: calendar_date) -> None:
        last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
        today = local_date(self.clock())
        self.show_dates(first.isoformat(), max(first.isoformat(), min(last.isoformat(), today)))

    # Reading

    def read(self) -> None:
        """Reads the report on another thread. Whatever comes of an older reading is not shown."""
        if self._stop_reading is not None:
            self._stop_reading()
        self._ticket += 1
        ticket = self._ticket
        self.report, self.names, self.pages, self.at_page = None, None, (), 0
        self.figure.forget()
        self._stop_reading = _nothing
        self.reading.begin()
        self._show()
        stop = self.port.report(self.date, self.to, lambda done, of: self._told(ticket, done, of), lambda report, names: self._take(ticket, report, names))
        if self._stop_reading is _nothing:
            self._stop_reading = stop

    def _told(self, ticket: int, done: int, of: int) -> None:
        if ticket == self._ticket:
            self.reading.progress(done, of)

    def _take(self, ticket: int, report: Report, names: Names) -> None:
        if ticket != self._ticket:
            return
        self._stop_reading, self.report, self.names = None, report, names
        self._lay_pages()
        self._show()
        self._show_section()

    def _lay_pages(self) -> None:
        if self.report is not None and self.names is not None:
            self.pages = lay(self.report, self.names, self.look.language, PaperRuler())

    def _stop(self) -> None:
        if self._stop_reading is not None:
            self._stop_reading()
        self._stop_reading, self._ticket = None, self._ticket + 1
        self.reading.stopped()
        self._show()

    # The lists

    def choose(self, name: str) -> None:
        """A list: a place on the paper, or something of its own beside it."""
        if name == "month":
            self.section = name
            self._show_month(calendar_date.fromisoformat(self.date or local_date(self.clock())).replace(day=1))
            return
        was, self.section = self.section, name
        if was == "month" and name == "day":
            self.show_dates(self.to, self.to)
            return
        if name == "mine" and self.date != self.to:  # a drawer is added up day by day
            self.show_dates(self.to, self.to)
            return
        self._show()
        self._show_section()

    def _show_section(self) -> None:
        """What stands on the right and in the middle for the list that is chosen."""
        if self.report is None or self.names is None:
            return
        self.list.show_section(self.section)
        match self.section:
            case "mine":
                self.port.ask("cash", self.date, self.acts.take_lines)
                self.mine.rows.setFocus()
            case "disputes":
                self.port.ask("disputes", None, self.acts.take_disputes)
                self.figure.rows.setFocus()
            case "defects":
                self.acts.show_defects()
                self.figure.rows.setFocus()
            case name if name in _PLACES:
                self._go_to(_PLACES[name])
                self.page.setFocus()
            case _:
                self._show_figure(self.page.key())
                self.page.setFocus()
        self.rehint()

    def _go_to(self, begins: tuple[str, ...]) -> None:
        for n, page in enumerate(self.pages):
            # The cards at the top are of parcels too; the list means its table.
            key = next((spot.key for spot in reversed(spots(page)) if spot.key.startswith(begins)), "")
            first = next((spot.key for spot in spots(page) if spot.key.startswith(begins) and ".all." not in spot.key), key)
            if first:
                self._turn(n, first)
                self._show_figure(first)
                return
        self.tell(words("reports.not_there", self.look.language))
        self._show_figure("")

    def _turn(self, to: int, key: str = "") -> None:
        if 0 <= to < len(self.pages) and (key or self.middle.currentWidget() is self.page):
            self.at_page = to
            self.page.show_page(self.pages[to], key)
            self.tell(words("reports.page_of", self.look.language, n=to + 1, of=len(self.pages)) if len(self.pages) > 1 and not key else "")

    # Behind a figure

    def _show_figure(self, key: str) -> None:
        if self.section in ("disputes", "defects") and self.page.hasFocus() and key:
            self.section = "day"
            self.list.show_section("day")
        lang = self.look.language
        if self.report is not None and self.names is not None:
            taken = behind(self.report, self.names, key, lang) if key else None
            self.figure.show_behind(taken)
            self._name_page(taken)
        self.rehint()

    def _name_page(self, taken: Behind | None) -> None:
        """What a screen reader hears of the figure that is framed."""
        lang = self.look.language
        said = f"{taken.title}, {taken.of}: {value_words(taken.value, taken.key, lang)}" if taken else words("reports.choose", lang)
        self.page.setAccessibleName(said)

    def _read_behind(self, ids: tuple[EntryId, ...]) -> None:
        ticket = self._ticket
        self.port.ask("behind", ids, lambda lines: self.figure.show_lines(lines) if ticket == self._ticket else None)

    def _open_row(self, name: str) -> None:
        kind, _, rest = name.partition(":")
        match kind:
            case "part":
                page = next((n for n, page in enumerate(self.pages) if any(spot.key == rest for spot in spots(page))), self.at_page)
                self._turn(page, rest)
                self._show_figure(rest)
            case "entry":
                line = self.figure.line(name)
                if line is not None:
                    self._open_subject(line.subject, line)
            case "dispute":
                self.acts.settle(int(rest))
            case _:
                self.acts.tell_defect(rest)

    def _open_cash(self, place: str) -> None:
        self._open_subject(self.acts.subject_of(self.acts.lines[int(place)]))

    def _open_subject(self, of: str, line: EntryLine | None = None) -> None:
        """A parcel is looked up; of a cash document or a bag its lines of money are told."""
        report, names, lang = self.report, self.names, self.look.language
        if ":" not in of:
            self.look_up(of)
            return
        if report is None or names is None:
            return
        said = [subject(of, lang)]
        if line is not None:
            said.append(
                words("reports.entry_is", lang, n=number(line.id.seq, lang), kind=known("kind", line.kind, lang), at=clock_words(line.at, lang),
                      name=names.clerk(line.by, lang.value))
            )  # fmt: skip
        for each in report.ledger:
            if each.subject == of:
                said.append(f"{title(report, names, f'accounts.{each.account}.debit', lang)[1]}: {money(each.amount, lang)}")
        self.asking().tell("reports.open_entry", said if len(said) > 1 else [*said, words("reports.nothing_more", lang)], self.figure.rows.setFocus)

    # What is shown

    def refuse(self, outcome: Outcome) -> None:
        """What went wrong, what is safe, and the code for the phone."""
        lang = self.look.language
        self.play(Tone.STOP)
        code = f"{words('ui.phone_code', lang)}: {PHONE_CODES.get(outcome.code, 'X-00')}"
        self.asking().tell("ui.stop", (say(outcome, lang), words("close.nothing_moved", lang), code), lambda: None)

    def book_checked(self, code: str) -> None:
        """What came of checking the book."""
        lang = self.look.language
        self.play(Tone.LOOK if code else Tone.GOOD)
        if code:
            said = trouble_words(code, lang)
            self.asking().tell("ui.stop", (said.what, said.safe, said.remedy, f"{words('ui.phone_code', lang)}: {said.code}"), lambda: None)
        else:
            self.tell(words("reports.book_whole", lang))

    def _show(self) -> None:
        self._name_page(behind(self.report, self.names, self.page.key(), self.look.language) if self.report and self.names and self.page.key() else None)
        self.list.show_dates(self.date, self.to)
        self.list.show_section(self.section)
        self.list.show_report(self.report, self.names)
        self.faults.show_faults(self.report.faults if self.report is not None else ())
        ready = self.report is not None
        self.figure.setVisible(self.section != "mine" or not ready)
        self.middle.setCurrentWidget(self.reading if not ready else self.mine if self.section == "mine" else self.page)
        for button in self.files.values():
            button.use(ready)
        if self.pages:
            self.page.show_page(self.pages[self.at_page], self.page.key())
        self.rehint()

    def hints(self) -> list[Hint]:
        """Keys that act now."""
        if self._stop_reading is not None:
            return [("Esc", "link.stop")]
        if self.section == "mine":
            days: list[Hint] = [("← →", "reports.other_day")] if self.look.percent <= _LARGE else []
            return [("↑ ↓", "reports.older"), ("R", "reports.reverse"), ("D", "reports.dispute"), *days, ("Esc", "ui.step_back")]
        if self.section == "disputes":
            return [("↑ ↓", "reports.older"), ("Enter", "reports.settle"), ("D", "reports.dispute"), ("Esc", "ui.step_back")]
        if self.look.percent > _LARGE:
            return [("Tab", "reports.next_figure"), ("Enter", "reports.entries"), ("← →", "reports.other_day")]
        more: list[Hint] = [("PgDn", "reports.page")] if len(self.pages) > 1 else []
        return [
            ("Tab", "reports.next_figure"), ("Enter", "reports.entries"), ("← →", "reports.other_day"), *more, ("D", "reports.dispute"),
            ("Ctrl+P", "reports.print"),
        ]  # fmt: skip

    def render_all(self) -> None:
        """Says everything again."""
        restyle_all(self)
        self._lay_pages()
        self.at_page = min(self.at_page, max(0, len(self.pages) - 1))
        self.reading.render_all()
        if self.report is None:
            self.figure.forget()
        self._show()
        self._show_section()

    def _dialog(self, title: str) -> str:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return QFileDialog.getExistingDirectory(self, title, documents if Path(documents).is_dir() else "")


def _nothing() -> None:
    """Nothing to stop yet."""
