"""What the centre does by itself: releases what waited too long, makes parts ahead of their day, trims what everybody has read."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.centre.country import DAY, HOUR, Country, Office, announced, country

from central_server import own_book, reference
from central_server.app import kept_up, make_app
from central_server.cli import main
from central_server.storage import devices, feeds, logs, parcels
from central_server.storage.schema import day_of
from central_server.upkeep import KEEP_FEED_DAYS, PARTS_AHEAD, SILENT_DAYS, make_parts, upkeep
from corner_app.book import centre as known
from corner_app.book import entries
from corner_app.book import parcels as book_parcels
from corner_app.desk import commands as c
from corner_app.domain import entries as e
from corner_app.domain.entries import Entry, EntryId, encode
from corner_app.reference import load_places

ITEM = "CP610037240BD"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    return str(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else f"sqlite:///{tmp_path}/centre.db"


# What waits for its base


def shelved_after(office: Office, base: EntryId) -> EntryId:
    """An entry that names one the centre does not have."""
    fact = office.book.write(lambda tx: entries.append(tx, "rahima", office.country.now, ITEM, e.Shelved("8500", "ক-০১"), base=base))
    return fact.id


def said(at: Country, id: EntryId) -> list[str]:
    return [code for *named, code, _ in at.database.read(lambda sql: feeds.said_about(sql, ITEM)) if tuple(named[:3]) == id]


def parcel_of(office: Office) -> Any:
    row = office.store.read(lambda rows: book_parcels.by_item(rows, ITEM))
    assert row is not None
    return row.parcel


def test_an_entry_whose_base_does_not_come_takes_effect_after_72_hours_at_the_centre_and_in_every_book(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        one, broken, other = (Office(at, tmp_path / f"{n}.book", counter=n) for n in (1, 2, 3))
        one.do(c.Receive(ITEM))
        for office in (one, broken, other):
            office.sync()
        broken.do(c.MarkDamaged(ITEM, "wet"))
        lost = EntryId(broken.device, 1, broken.written)
        held = shelved_after(one, lost)
        one.sync()
        assert said(at, held) == ["held"]
        at.now += 72 * HOUR - 1
        assert upkeep(at.desk, at.now).released == 0
        at.now += 1
        assert upkeep(at.desk, at.now).released == 1
        assert upkeep(at.desk, at.now).released == 0
        assert said(at, held) == ["held", "unverified_base"]
        for office in (one, other):
            office.sync()
            assert (parcel_of(office).state, parcel_of(office).shelf) == ("shelved", "ক-০১")
        (asked,) = one.store.read(lambda rows: known.attention(rows, 10))
        assert (asked.subject, asked.code) == (ITEM, "unverified_base")
        at.good()

        broken.sync()  # somebody mended the PC after all
        assert said(at, held)[-1] == "applied"
        head = at.database.read(lambda sql: parcels.head(sql, ITEM))
        for office in (one, other, broken):
            office.sync()
            assert head is not None and parcel_of(office) == head.parcel
            assert head.parcel.damaged and head.parcel.shelf == "ক-০১"
            office.good()
            office.close()
        at.good()


def test_what_another_upkeep_wrote_and_nobody_judged_is_judged_and_not_released_again(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        one = Office(at, tmp_path / "one.book")
        one.do(c.Receive(ITEM))
        held = shelved_after(one, EntryId(777, 1, 9))
        one.sync()
        at.now += 80 * HOUR

        def crashed(sql: Any) -> None:
            stored = encode(Entry(at.now << 16, e.SYSTEM, ITEM, 0, e.Released(), sup=held))
            own_book.write(sql, at.desk.centre, own_book.end(sql, at.desk.centre), [stored], at.now)

        at.database.write(crashed)
        done = upkeep(at.desk, at.now)
        assert (done.judged, done.released, done.failed) == (1, 0, [])
        assert said(at, held) == ["held", "unverified_base"]
        at.good()
        one.close()


# Parts of what came in


def parts(at: Country) -> dict[str, int]:
    names = "SELECT c.relname FROM pg_inherits JOIN pg_class AS c ON c.oid = inhrelid WHERE inhparent = 'batch'::regclass"

    def count(sql: Any) -> dict[str, int]:
        return {name: sql.all(f"SELECT count(*) FROM {name}")[0][0] for (name,) in sql.all(names)}

    return at.database.read(count)


def test_rows_get_the_part_of_their_day_and_the_next_days_have_theirs(postgres_url: str, tmp_path: Path) -> None:
    with country(postgres_url) as at:
        today = day_of(at.now)
        at.announce(announced(3))
        assert parts(at) == {"batch_default": 1}
        at.now += 2 * DAY
        at.announce(announced(3, after=3))
        assert make_parts(at.database, at.now) == PARTS_AHEAD + 2
        wanted = {today, *range(today + 2, today + 2 + PARTS_AHEAD + 1)}
        assert parts(at) == {"batch_default": 0, **{f"batch_{day}": int(day in (today, today + 2)) for day in wanted}}
        assert make_parts(at.database, at.now) == 0
        at.announce(announced(3, after=6))
        assert parts(at)[f"batch_{today + 2}"] == 2
        at.good()


def test_parts_are_not_waited_for_behind_a_long_reader(postgres_url: str) -> None:
    with country(postgres_url) as at, psycopg.connect(postgres_url) as reader:
        at.announce(announced(3))
        reader.execute("SELECT count(*) FROM batch").fetchall()
        done = upkeep(at.desk, at.now)
        assert done.failed == ["parts"]
        at.announce(announced(3, after=3))
        reader.rollback()
        done = upkeep(at.desk, at.now)
        assert (done.failed, done.parts) == ([], PARTS_AHEAD + 1)
        at.good()


# Feeds


def feed_of(at: Country, office: str = "8500") -> list[int]:
    return [pos for pos, _, _ in at.database.read(lambda sql: feeds.after(sql, office, 0, 10_000))]


def test_what_is_old_and_was_read_by_every_pc_goes(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        one, two = (Office(at, tmp_path / f"{n}.book", counter=n) for n in (1, 2))
        for office in (one, two):
            office.sync()
        begins = len(feed_of(at))
        at.announce(announced(10))
        one.sync()
        upkeep(at.desk, at.now)
        at.now += (KEEP_FEED_DAYS + 1) * DAY
        assert upkeep(at.desk, at.now).trimmed == begins - 1  # the other PC did not hear of the announcements
        two.sync()
        one.sync()
        at.announce(announced(5, after=20))
        one.sync()
        at.now += DAY
        upkeep(at.desk, at.now)
        assert feed_of(at) == list(range(begins + 10, begins + 16))
        at.now += 5 * DAY
        upkeep(at.desk, at.now)
        assert len(feed_of(at)) == 6
        two.sync()
        assert two.do(c.Receive(announced(1, after=24)[0]["item_id"])) == "received"
        at.good()
        one.close()
        two.close()


def test_a_pc_that_was_away_too_long_gets_its_offices_state_again(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        one, away = (Office(at, tmp_path / f"{n}.book", counter=n) for n in (1, 2))
        for office in (one, away):
            office.sync()
        for n in range(4):
            at.announce(announced(5, after=5 * n))
            one.sync()
            upkeep(at.desk, at.now)
            at.now += SILENT_DAYS * DAY // 3
        one.sync()
        assert upkeep(at.desk, at.now).trimmed > 0
        before = away.store.read(known.centre)
        assert before is not None and 0 < before.feed < feed_of(at)[0]
        away.sync()
        for row in announced(20):
            assert away.do(c.Receive(row["item_id"])) == "received"
        away.sync()
        at.good()
        away.good()
        one.close()
        away.close()


def test_a_pc_without_any_of_a_trimmed_feed_is_not_told_that_it_agrees(url: str) -> None:
    with country(url) as at:
        at.database.write(lambda sql: feeds.append(sql, {"8500": [b"1", b"2", b"3"]}))
        assert at.database.read(lambda sql: feeds.running(sql, "8500", 0)) is not None
        at.database.write(lambda sql: feeds.trim(sql, "8500", 3, 0))
        assert at.database.read(lambda sql: feeds.running(sql, "8500", 0)) is None
        assert at.database.read(lambda sql: feeds.running(sql, "8200", 0)) is not None


# By itself


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_serve_does_it_every_few_minutes_and_takes_up_new_tables(url: str, tmp_path: Path) -> None:
    with country(url) as at:
        app = make_app(at.database, load_places(), clock=lambda: at.now)
        with kept_up(app, every_s=0.02):
            until(lambda: at.database.read(lambda sql: devices.told(sql, "feeds_trimmed")) == str(day_of(at.now)))
            at.now += DAY
            until(lambda: at.database.read(lambda sql: devices.told(sql, "feeds_trimmed")) == str(day_of(at.now)))
            before = app.state.desk.places
            reference.load(at.database, None, at.now)
            until(lambda: app.state.desk.places is not before)
        assert app.state.desk.places == before


def test_by_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path}/centre.db"
    assert main(["--db", url, "init"]) == 0
    assert main(["--db", url, "upkeep", "--json"]) == 0
    assert capsys.readouterr().out.strip() == '{"judged": 0, "released": 0, "parts": 0, "trimmed": 0, "agreed": 0, "failed": []}'


def test_one_step_that_fails_keeps_no_other_from_being_done(tmp_path: Path) -> None:
    with country(f"sqlite:///{tmp_path}/centre.db") as at:
        at.announce(announced(2))
        at.database.write(lambda sql: sql.run("ALTER TABLE verdict RENAME TO gone"))
        done = upkeep(at.desk, at.now)
        assert done.failed == ["released"]
        assert at.database.read(lambda sql: devices.told(sql, "feeds_trimmed")) is not None
        assert at.database.read(logs.cursors)
