"""A window and a centre, both real: what the clerk sees of the link without pressing anything, and what S and Esc do."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from tests.centre.processes import centre, free_port, office, serving

from corner_app.app import App
from corner_app.config import Settings
from corner_app.domain.scan import Scan
from corner_app.i18n import Language, words
from corner_app.sync import engine
from corner_app.training_day import announced_file
from corner_app.ui.screens.search import SearchScreen
from corner_app.ui.widgets.marks import Marks
from corner_app.ui.widgets.texts import Label

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
LIMIT_MS = 90_000
"""The longest that a try may be put off after a few failures, with room to spare."""
pytestmark = pytest.mark.timeout(280)


class Office:
    """An enrolled counter, its centre's database, and files of announcements."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.book = folder, folder / "8500.book"
        self.database, self.port = f"sqlite:///{folder}/centre.db", free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        centre(self.database, "init")
        office(self.book, "init", "--office", "8500", "--training")
        self.code = str(centre(self.database, "office", "add", "8500", "--json")["code"])
        with announced_file().open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            self.columns = list(reader.fieldnames or ())
            self.parcels = [row for row in reader if row["postcode"] == "8500"]

    def announce(self, *places: int) -> list[str]:
        """Announces some of the day's parcels at the centre; gives their numbers."""
        chosen = [self.parcels[place] for place in places]
        file = self.folder / "announced.csv"
        with file.open("w", encoding="utf-8", newline="") as opened:
            writer = csv.DictWriter(opened, self.columns)
            writer.writeheader()
            writer.writerows(chosen)
        assert len(centre(self.database, "announce", str(file), "--json")["data"]["accepted"]) == len(chosen)
        return [row["item_id"] for row in chosen]

    def served(self) -> Any:
        return serving(self.database, self.port)

    def has(self, item: str) -> list[str]:
        """Kinds of the entries that the centre has about a parcel."""
        return [line["kind"] for line in centre(self.database, "parcel", item, "--json")["timeline"]]


class Counter:
    """The running window as its clerk sees it."""

    def __init__(self, app: App, qtbot: QtBot) -> None:
        self.app, self.window, self._qtbot = app, app.window, qtbot

    def until(self, what: str, true: Callable[[], bool]) -> None:
        def check() -> None:
            assert true(), f"not yet: {what}; the link says {self.link!r}"

        self._qtbot.waitUntil(check, timeout=LIMIT_MS)

    @property
    def link(self) -> str:
        return self.window.header.link.label.full

    @property
    def said(self) -> list[str]:
        """What stands on the screen in front."""
        front: Any = self.window.front_screen
        return [label.full for label in front.findChildren(Label) if label.isVisible()]

    def scan(self, item: str) -> None:
        """Scans a parcel at Receive, and waits until it stands in the list."""
        self.window.open("receive")
        self.window.on_scan(Scan(item))
        self.until("the scan is answered", lambda: bool(self.window.receive.lines) and self.window.receive.lines[0][0].item == item)

    def mark(self) -> bool | None:
        """Whether the newest line says "at the centre"; "saved here" must stand beside it in any case."""
        marks = next(piece for piece in self.window.receive.list.findChildren(Marks) if piece.isVisible())
        assert marks.here.isVisible() and marks.here._name == "hard-drive"
        return marks.at_centre

    def word(self, key: str, **params: object) -> str:
        return words(key, Language.EN, **params)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same waits, a tenth as long: how long they are is told in tests/sync."""
    monkeypatch.setattr(engine, "FIRST_BACKOFF_S", 1)
    monkeypatch.setattr(engine, "LAST_BACKOFF_S", 4)


@pytest.fixture
def place(tmp_path: Path) -> Office:
    return Office(tmp_path)


@pytest.fixture
def opened(place: Office, qtbot: QtBot) -> Iterator[Callable[[], Counter]]:
    apps: list[App] = []

    def open_window() -> Counter:
        app = App(place.book, Settings(language="en", volume=0))
        apps.append(app)
        app.start()
        counter = Counter(app, qtbot)
        counter.until("the book is open", lambda: app.ready)
        return counter

    yield open_window
    for app in apps:
        app.window.close()
        assert [thread.name for thread in app.threads if thread.is_alive()] == [], "the window left threads behind"


def enrolled(place: Office) -> None:
    office(place.book, "enrol", "--centre", place.url, "--code", place.code)


def test_a_scan_without_a_link_is_saved_here_and_reaches_the_centre_by_itself(place: Office, opened: Callable[[], Counter]) -> None:
    with place.served():
        enrolled(place)
        first, second = place.announce(0, 1)
        office(place.book, "sync", "--once")
    counter = opened()
    counter.until("the trouble is said", lambda: counter.link == counter.word("link.pill_offline"))
    counter.scan(first)
    assert counter.mark() is False
    counter.until("the header counts it", lambda: counter.link.startswith("Offline · 1 to send"))
    with place.served():
        counter.until("the mark turns by itself", lambda: counter.mark() is True)
        counter.until("the header says so", lambda: counter.link == counter.word("link.pill_at_centre"))
        assert place.has(first) == ["announced", "received"]
        counter.scan(second)
        assert counter.mark() is False
        counter.until("the header takes it back", lambda: counter.link == counter.word("link.pill_saved", n=1))
        counter.until("a commit wakes the sending", lambda: counter.mark() is True)
        assert place.has(second) == ["announced", "received"]


def test_what_is_announced_meanwhile_appears_and_leaves_the_typing_alone(place: Office, opened: Callable[[], Counter]) -> None:
    with place.served():
        enrolled(place)
        counter = opened()
        counter.until("the first word with the centre", lambda: counter.link == counter.word("link.pill_at_centre"))
        item = place.parcels[2]["item_id"]
        counter.window.open("search")
        search = counter.window.front_screen
        assert isinstance(search, SearchScreen)
        counter.window.on_scan(Scan(item))
        counter.until("nobody knows it", lambda: counter.word("ui.nothing_found") in counter.said)
        search.field.setText("half a na")
        assert place.announce(2) == [item]
        counter.app.desk.sync_now()  # type: ignore[union-attr]
        counter.until("it appears", lambda: [found.card.item for found in search.found] == [item])
        assert search.field.text() == "half a na"
        assert search.found[0].at_centre
        assert search.view is None, "the clerk chooses, not the centre"
        counter.window.on_key("1")
        counter.until("its life is shown, all of it at the centre", lambda: _at_centre(search) == [True])


def _at_centre(search: SearchScreen) -> list[bool]:
    """Of each entry in the life of the parcel shown."""
    return [line.at_centre for line in search.view.timeline] if search.view is not None else []


def test_the_sync_screen_says_what_is_wrong_stops_and_tries_again(place: Office, opened: Callable[[], Counter]) -> None:
    with place.served() as served:
        enrolled(place)
        item, later = place.announce(3, 4)
        counter = opened()
        counter.until("the first word with the centre", lambda: counter.link == counter.word("link.pill_at_centre"))
        served.kill()
    counter.scan(item)
    counter.window.open("sync")
    counter.window.on_key("S")
    counter.until("what is wrong", lambda: counter.word("sync.unreachable") in counter.said)
    assert counter.word("sync.unreachable_do") in counter.said
    counter.window.on_key("Esc")
    counter.until("it stopped", lambda: counter.word("link.stopped") in counter.said)
    counter.scan(later)
    with place.served():
        assert place.has(item) == ["announced"]
        counter.window.open("sync")
        counter.until("still stopped", lambda: counter.word("link.stopped") in counter.said)
        counter.window.on_key("S")
        counter.until("all is sent", lambda: counter.word("link.all_sent") in counter.said)
        assert (place.has(item), place.has(later)) == (["announced", "received"], ["announced", "received"])


def test_a_counter_is_enrolled_while_its_window_is_open(place: Office, opened: Callable[[], Counter]) -> None:
    with place.served():
        (item,) = place.announce(5)
        counter = opened()
        counter.scan("CP407774791BD")
        counter.until("not enrolled", lambda: counter.link.startswith("Not enrolled"))
        counter.window.open("sync")
        counter.until("what to do", lambda: counter.word("sync.not_enrolled_do") in counter.said)
        counter.window.on_key("E")
        url, code = counter.window.asking.fields
        url.setText(place.url)
        code.setText("0000-0000")
        counter.window.on_key("Enter")
        code.setFocus()
        counter.window.asking._accept()
        counter.until("a wrong code is said", lambda: counter.word("sync.code_unreadable") in counter.said)
        counter.window.on_key("E")
        url, code = counter.window.asking.fields
        url.setText(place.url)
        code.setText(place.code)
        counter.window.asking._accept()
        counter.until("it sends by itself", lambda: counter.link == counter.word("link.pill_at_centre"))
        counter.window.open("search")
        counter.window.on_scan(Scan(item))
        search = counter.window.front_screen
        assert isinstance(search, SearchScreen)
        counter.until("the office's parcels came", lambda: search.view is not None and search.view.card.item == item)
