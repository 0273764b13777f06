"""An office's feed has no gap and one running hash, however many write to it at once; its pages are as large as was asked for."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.centre.offices import Pc, announced, feed_end, item, opened

from central_server import care, feed
from central_server.exchange import Desk
from central_server.storage import feeds
from central_server.storage.database import Database
from corner_app.domain.entries import Received
from corner_app.sync import wire
from corner_app.sync.wire import FeedNotice, pack_item

WRITERS, ROUNDS = 8, 6


def whole(desk: Desk, office: str) -> list[bytes]:
    """Every item of a feed, proven gapless and hashed one onto the other."""
    rows = desk.database.read(lambda sql: feeds.after(sql, office, 0, 100_000))
    check = wire.FEED_START
    for place, (pos, running, stored) in enumerate(rows, 1):
        check = wire.next_check(check, stored)
        assert (pos, running) == (place, check)
    assert feed_end(desk, office) == (len(rows), check)
    return [stored for _, _, stored in rows]


def test_feeds_stay_gapless_when_eight_offices_write_at_once(postgres_database: Database) -> None:
    desk = opened(postgres_database)
    listening = [Pc(desk, office).enrol() for office in ("8500", "8200")]
    writers = [Pc(desk, f"{1000 + n}").enrol() for n in range(WRITERS)]
    start = threading.Barrier(WRITERS)

    def write(n: int) -> None:
        pc = writers[n]
        start.wait(30)
        for turn in range(ROUNDS):
            pc.write(item(n * 1_000 + turn), announced("8500"))
            pc.write(item(900_000 + turn), Received(pc.office))
            assert pc.send(turn * 2 + 1).kind == wire.OK

    with ThreadPoolExecutor(WRITERS) as pool:
        for done in [pool.submit(write, n) for n in range(WRITERS)]:
            done.result(60)
    assert desk.database.read(care.verify).faults == []
    entries = [wire.read_item(stored) for stored in whole(desk, "8500")]
    heard = {got.id for got in entries if isinstance(got, wire.FeedEntry)}
    assert heard == {(pc.device, 1, seq) for pc in writers for seq in range(1, 2 * ROUNDS, 2)}
    assert len(heard) == len(entries)
    for pc in (*listening, *writers):
        assert [pack_item(got) for got in pc.heard()] == whole(desk, pc.office)


def test_a_feed_that_is_empty_has_a_start(desk: Desk) -> None:
    pc = Pc(desk).enrol()
    assert pc.heard() == []
    assert whole(desk, "8500") == []
    assert desk.database.read(lambda sql: feed.agrees(sql, "8500", 0, b""))
    assert desk.database.read(lambda sql: feed.page(sql, "8500", 0, 64_000)) is None


def notices(count: int, size: int) -> list[bytes]:
    return [pack_item(FeedNotice("roll", bytes([n % 251]) * size)) for n in range(count)]


def test_an_office_reads_on_from_any_position_it_read_to(desk: Desk) -> None:
    Pc(desk).enrol()
    desk.database.write(lambda sql: feeds.append(sql, {"8500": notices(30, 10)}))
    rows = desk.database.read(lambda sql: feeds.after(sql, "8500", 0, 100))
    assert desk.database.read(lambda sql: all(feed.agrees(sql, "8500", pos, running) for pos, running, _ in rows))
    pages = desk.database.read(lambda sql: [feed.page(sql, "8500", pos, 64_000) for pos, _, _ in rows])
    assert [page.count if page else 0 for page in pages] == [30 - pos for pos, _, _ in rows]


@pytest.mark.parametrize(("pos", "check"), [(3, bytes(16)), (31, bytes(16)), (1 << 40, b"x" * 16), (0, b"x" * 16)])
def test_a_position_that_is_not_here_is_told_and_no_page_given(desk: Desk, pos: int, check: bytes) -> None:
    pc = Pc(desk).enrol()
    desk.database.write(lambda sql: feeds.append(sql, {"8500": notices(30, 10)}))
    answer = pc.say(pc.question(None, pos, check, 64_000))
    assert (answer.kind, answer.page) == (wire.FEED_DIFFERS, None)


@pytest.mark.parametrize("room", [1, 1_000, 8_000, 64_000])
def test_a_page_is_about_as_large_as_the_office_has_room_and_never_empty(desk: Desk, room: int) -> None:
    pc = Pc(desk).enrol()
    desk.database.write(lambda sql: feeds.append(sql, {"8500": [pack_item(FeedNotice("roll", n.to_bytes(4, "big") * 20)) for n in range(5_000)]}))
    answer = pc.say(pc.question(None, 0, b"", room))
    assert answer.page is not None
    assert 1 <= answer.page.count
    assert len(answer.page.packed) <= room + 200
    assert answer.page.more == 5_000 - answer.page.count


def test_the_largest_page_anybody_may_ask_for_can_be_sent_and_read(desk: Desk) -> None:
    """Of what hardly packs and of what packs to nothing."""
    chance = random.Random(1)
    pc = Pc(desk).enrol()
    rows = [pack_item(FeedNotice("roll", chance.randbytes(90_000))) for _ in range(20)] + notices(60, 99_000)
    desk.database.write(lambda sql: feeds.append(sql, {"8500": rows}))
    at, check, turns = 0, b"", 0
    while at < len(rows):
        answer = pc.say(pc.question(None, at, check, wire.RUN_LIMIT))
        assert answer.page is not None
        found = wire.read_page(answer.page.packed, answer.page.count)
        assert [stored for _, stored in found] == rows[at : at + len(found)]
        at, check, turns = at + len(found), answer.page.check, turns + 1
        assert turns < 80


def test_a_question_without_room_gets_no_page(desk: Desk) -> None:
    pc = Pc(desk).enrol()
    desk.database.write(lambda sql: feeds.append(sql, {"8500": notices(3, 10)}))
    assert pc.say(pc.question(None)).page is None
