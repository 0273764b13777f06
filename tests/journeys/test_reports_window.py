"""A day worked and closed through the real window and a real book, then read: its figures down to their entries, its files, a dispute with its evidence."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from tests.journeys import test_close_window as w
from tests.journeys.test_close_window import Person, book, clock, opened

from corner_app.book.verify import verify
from corner_app.domain.scan import Scan
from corner_app.reports.keys import figures
from corner_app.ui.screens.reports import ReportsScreen
from corner_app.ui.widgets.report_sums import behind

__all__ = ["book", "clock", "opened"]
ENTER, CTRL = Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier


def reports(person: Person) -> ReportsScreen:
    """F11, and the report is read."""
    person.press(Qt.Key.Key_F11)
    screen = person.window.front_screen
    assert isinstance(screen, ReportsScreen)
    person.until("the report is read", lambda: screen.report is not None)
    return screen


def close_the_day(person: Person) -> None:
    """Counts what is there, exactly."""
    person.goes_to_the_day()
    person.counts(n1000=3, n100=1, n50=1, n10=1)
    person.go_on()
    person.sees(person.word("close.good"))
    person.go_on()
    person.until("it is asked", lambda: person.window.asked)
    person.go_on()
    person.sees(person.word("close.tomorrow"))


def to_figure(person: Person, screen: ReportsScreen, key: str) -> None:
    """Tab until the figure is framed."""
    for _ in range(200):
        if screen.page.key() == key:
            return
        person.press(Qt.Key.Key_Tab, "\t")
    raise AssertionError(f"{key} is not on the page")


@pytest.fixture
def closed(opened: Callable[[], Person]) -> Person:
    person = opened()
    w.open_the_day(person)
    w.hand_over(person)
    person.window.on_scan(Scan(w.NEXT))
    close_the_day(person)
    return person


def test_a_closed_day_is_read_down_to_its_entries_written_and_disputed(book: Path, closed: Person, tmp_path: Path) -> None:
    person, target = closed, tmp_path / "out"
    target.mkdir()
    screen = reports(person)
    report, names = screen.report, screen.names
    assert report is not None and names is not None
    assert report.closed and report.faults == ()
    person.sees(report.seal[:4])
    for key in figures(report):
        taken = behind(report, names, key, person.window.look.language)
        assert taken is not None and taken.agrees is not False, key

    to_figure(person, screen, "parcels.all.out")
    person.sees(person.word("reports.agrees"))
    person.press(ENTER, "\r")
    person.press(ENTER, "\r")
    to_entries = screen.page.key()
    assert to_entries == "parcels.all.gone.handed_over", "a sum leads to what it is made of"
    person.sees(w.ITEM)
    person.press(ENTER, "\r")
    person.until("the parcel is found", lambda: person.window.front == "search")
    person.sees("CP407774791BD"[:4])

    screen = reports(person)
    screen.acts._pick = lambda title: str(target)
    for key, name in (("P", "report-8500-1-2026-11-24.pdf"), ("X", "report-8500-1-2026-11-24.xlsx"), ("C", "report-8500-1-2026-11-24")):
        person.press(ord(key), key.lower())
        person.sees(person.word("reports.written", file=str(target / name)))
        assert (target / name).exists()
    assert (target / "report-8500-1-2026-11-24.pdf").read_bytes().startswith(b"%PDF")
    assert (target / "report-8500-1-2026-11-24.xlsx").read_bytes().startswith(b"PK")
    assert list((target / "report-8500-1-2026-11-24").glob("*.csv"))

    screen.page.setFocus()
    person.press(ord("D"), "d")
    person.until("the reason is asked for", lambda: person.window.asked)
    person.types("vul gona", person.window.asking.fields[0])
    person.press(ENTER, "\r")
    person.until("the evidence is written", lambda: bool(list(target.glob("dispute-*.zip"))))
    person.sees("Nobody is charged")
    (bundle,) = target.glob("dispute-*.zip")
    checked = subprocess.run([sys.executable, str(target / "verify_evidence.py"), str(bundle)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    screen.choose("disputes")
    person.sees("vul gona")
    assert verify(book).good


def test_a_line_of_my_day_is_taken_back_and_a_dispute_is_settled_by_a_supervisor(book: Path, opened: Callable[[], Person], tmp_path: Path) -> None:
    person = opened()
    w.open_the_day(person)
    person.press(ord("M"), "m")
    person.press(ord("1"), "1")
    form = person.day.cash.forms["pay_in"]
    person.types("500", form.fields["amount"])
    person.types("vangti", form.fields["reason"])
    person.go_on()
    person.sees("+ ৳ 500")

    screen = reports(person)
    screen.acts._pick = lambda title: str(tmp_path)
    person.sees(person.word("reports.draft"))
    person.press(ord("2"), "2")
    person.until("the lines are read", lambda: screen.mine.rows.chosen() is not None)
    person.press(ord("D"), "d")
    person.until("the reason is asked for", lambda: person.window.asked)
    person.types("amar na", person.window.asking.fields[0])
    person.press(ENTER, "\r")
    person.until("the evidence is written", lambda: bool(list(tmp_path.glob("dispute-*.zip"))))

    person.press(ord("R"), "r")
    person.until("the reason is asked for", lambda: person.window.asked)
    person.types("vul", person.window.asking.fields[0])
    person.press(ENTER, "\r")
    person.sees("− ৳ 500")

    person.press(ord("8"), "8")
    person.sees("amar na")
    person.press(ENTER, "\r")
    assert not person.window.asked, "a clerk does not settle it"
    person.sees("Scan the supervisor's badge")
    assert person.app.desk is not None
    person.app.desk.sign_in("anwar", lambda known: None)
    person.until("the supervisor works here", lambda: person.window.clerk.supervisor)
    person.press(ENTER, "\r")
    person.until("it is asked", lambda: person.window.asked)
    person.press(ord("1"), "1")
    person.until("the note is asked for", lambda: bool(person.window.asking.fields))
    person.types("paoa gache", person.window.asking.fields[0])
    person.press(ENTER, "\r")
    person.sees(person.word("reports.no_disputes"))
    assert verify(book).good
