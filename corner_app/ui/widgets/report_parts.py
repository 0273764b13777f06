"""Smaller pieces of the reports screen: what does not add up, a report being read, the drawer's day line by line, dates as one types them."""

from __future__ import annotations

from collections.abc import Sequence

from corner_app.desk.views import CashLine
from corner_app.i18n import clock, load_words, money, number, words
from corner_app.reports.said import known
from corner_app.ui.theme import Look
from corner_app.ui.widgets.basic import Bar, Panel, Sign, column, row_of
from corner_app.ui.widgets.cash import typed_date
from corner_app.ui.widgets.report_rows import Row, Rows
from corner_app.ui.widgets.texts import Label


class Faults(Panel):
    """Above everything, in the colour of a stop: a report that does not add up."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "stop_wash", "stop", frame=2, bar="stop")
        box = column(self, (30, 8, 18, 8), 2)
        self.what, self.do = Label(look, 17, 700, "stop", wrap=True), Label(look, 15, 400, "ink", wrap=True, key="reports.faulty_do")
        head = row_of(Sign(look, "octagon-x", 22, "stop"), stretch=False)
        head.addWidget(self.what, 1)
        box.addLayout(head)
        box.addWidget(self.do)
        self.hide()

    def show_faults(self, codes: Sequence[str]) -> None:
        """Hidden where there is none, as it must be."""
        lang = self.look.language
        self.setVisible(bool(codes))
        self.what.say(words("reports.faulty", lang, faults="; ".join(known("fault", code, lang) for code in codes)) if codes else "")


class Reading(Panel):
    """How far a report is read; the counter works meanwhile."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (30, 20, 30, 20), 12)
        self._stopped, self._done, self._of = False, 0, 0
        self.title, self.why, self.track = Label(look, 22, 600), Label(look, 16, 400, "muted", wrap=True), Bar(look)
        self.much = Label(look, 16, 600, "muted")
        box.addStretch(1)
        for widget in (self.title, self.track, self.much, self.why):
            box.addWidget(widget)
        box.addStretch(2)

    def begin(self) -> None:
        """Nothing is read yet."""
        self._stopped, self._done, self._of = False, 0, 0
        self.track.fill_to(0.0)
        self.render_all()

    def progress(self, done: int, of: int) -> None:
        """So much is done, of so much."""
        self._done, self._of = done, of
        self.track.fill_to(done / of if of else 1.0)
        self.render_all()

    def stopped(self) -> None:
        """The clerk stopped it."""
        self._stopped = True
        self.render_all()

    def render_all(self) -> None:
        """Says it again."""
        lang = self.look.language
        self.title.say(words("reports.reading", lang))
        self.much.say(f"{number(self._done, lang)} / {number(self._of, lang)}" if self._of else "")
        self.why.say(words("reports.stopped" if self._stopped else "reports.reading_why", lang))


class MineCard(Panel):
    """Every line of the drawer's day with the running sum. A row's name is its place among the lines."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        box = column(self, (18, 14, 18, 14), 4)
        box.addWidget(Label(look, 16, 600, "muted", key="reports.mine", elide=False))
        box.addWidget(Label(look, 14, 400, "muted", key="reports.mine_why", wrap=True))
        self.none = Label(look, 16, 400, "muted", key="reports.mine_empty", wrap=True)
        box.addWidget(self.none)
        self.rows = Rows(look)
        box.addWidget(self.rows, 1)
        self.none.hide()

    def show_lines(self, lines: Sequence[CashLine]) -> None:
        """The opening, then each line with the sum after it."""
        lang = self.look.language
        self.none.setVisible(not lines)
        rows = [Row(said=words("reports.mine_opening", lang), sum=money(lines[0].drawer - lines[0].amount, lang))] if lines else []
        for n, line in enumerate(lines):
            key = f"cash.line_{line.kind}"
            said = words(key if key in load_words() else "cash.line_other", lang)
            what = "" if ":" in line.item else f" · {line.item}"  # a slip has no other number than that of its entry
            amount = ("+ " if line.amount > 0 else "") + money(line.amount, lang)
            rows.append(Row(str(n), number(line.seq, lang), clock(line.at, lang), said=f"{said}{what}", value=amount, sum=money(line.drawer, lang)))
        self.rows.show_rows(rows, at=self.rows.place() or len(rows) - 1)


def typed_range(text: str) -> tuple[str, str] | None:
    """One date, or two with a space or a dash of words between them, as (first, last); None for what is none."""
    parts = [typed_date(part) for part in text.replace("–", " ").replace("—", " ").split()]
    if len(parts) not in (1, 2) or parts[0] is None or parts[-1] is None or parts[-1] < parts[0]:
        return None
    return parts[0], parts[-1]
