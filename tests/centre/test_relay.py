"""The relay: an office's counters see each other without a link; with one, everything is at the centre once; no other PC is taken for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.centre.carrying import NOW, Cable, Counter, Headquarters

from central_server import carry, enrol, identity
from central_server.care import verify as verify_centre
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.relay import MOST_TICKS, REFUSED_TICKS, Relay, Unreached, Upstream, make_storage
from central_server.storage import cash, logs
from corner_app.book import accounts, arrivals, entries, outbox
from corner_app.book import centre as known
from corner_app.book.verify import verify
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId
from corner_app.reference import load_places
from corner_app.sync import wire
from corner_app.sync.client import Client
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrol import enrol as enrol_here
from corner_app.sync.enrolment import EnrolRequest, device_proof, parse
from corner_app.sync.loop import drain
from corner_app.sync.relay import EitherLink, RelayStore
from corner_app.sync.relay_tls import certificate_of
from corner_app.sync.signing import public_key

CERTIFICATE = "ab" * 32


class Primary:
    """The PC the relay runs on, with a link that can be unplugged."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.plugged = counter, True
        self.posted: list[bytes] = []
        self.refused = 0

    def upstream(self) -> Upstream | None:
        at = self.counter.store.read(known.centre)
        box = self.counter.kept("box")
        return Upstream(at.public_key, box) if at is not None and isinstance(box, bytes) else None

    def arrived(self, after: int, limit: int) -> Sequence[tuple[int, EntryId, bytes, bytes]]:
        return self.counter.store.read(lambda rows: arrivals.after(rows, after, limit))

    def post(self, path: str, body: bytes, kind: str, limit: int) -> tuple[int, str, bytes]:
        if not self.plugged:
            self.refused += 1
            raise Unreached
        self.posted.append(body)
        return 200, kind, carry.answer(self.counter.centre.desk, body, NOW)


class Office:
    """Two counters, the first of which runs the relay."""

    def __init__(self, folder: Path, headquarters: Headquarters) -> None:
        self.centre = headquarters
        self.counters = [Counter(folder, headquarters, "8500", n) for n in (1, 2)]
        self.database = make_storage(folder / "8500.relay", CERTIFICATE, NOW)
        self.desk = Desk(self.database, self.database.read(identity.centre), load_places(), relay=True)
        self.primary = Primary(self.counters[0])
        self.relay = Relay(self.desk, "8500", self.primary)
        self.lan = Cable(lambda: self.desk)
        for n, each in enumerate(self.counters, 1):
            self.enrol(each, n)

    def enrol(self, counter: Counter, n: int) -> None:
        code = self.database.write(lambda sql: enrol.add_office(sql, load_places(), "8500", n, NOW)).text
        enrol_here(RelayStore(counter.store), self.lan, counter.book.place, counter.machine.seed, "https://relay", code, NOW, certificate=CERTIFICATE)

    def over_lan(self, counter: Counter) -> None:
        drain(Client(RelayStore(counter.store), self.lan, counter.machine, moved=False), lambda: 0)

    def close(self) -> None:
        for each in self.counters:
            each.close()
        self.database.close()


@pytest.fixture
def headquarters(tmp_path: Path) -> Iterator[Headquarters]:
    made = Headquarters(tmp_path)
    yield made
    assert made.database.read(verify_centre).faults == []
    made.database.close()


@pytest.fixture
def here(tmp_path: Path, headquarters: Headquarters) -> Iterator[Office]:
    made = Office(tmp_path, headquarters)
    yield made
    assert made.database.read(verify_centre).faults == []
    made.close()
    for each in made.counters:
        assert verify(each.path).good


def _arrived(counter: Counter) -> int:
    return counter.store.read(lambda rows: int(rows.value("SELECT count(*) FROM arrived")))


def test_counters_hear_each_other_without_a_centre_and_the_first_tick_is_not_the_second(here: Office) -> None:
    one, two = here.counters
    one.receive(3)
    two.receive(4)
    for each in (one, two, one):
        here.over_lan(each)
    assert (_arrived(one), _arrived(two)) == (4, 3)
    assert (one.unsent, two.unsent) == (3, 4), "only the centre's word makes sent"
    assert RelayStore(one.store).read(outbox.confirmed) == 3
    assert RelayStore(two.store).read(outbox.confirmed) == 4


def test_what_a_relay_says_of_parcels_money_and_numbers_is_not_the_centres_word(here: Office) -> None:
    one, two = here.counters
    item = one.receive(1)[0]
    _receive(two, item)
    for each in (one, two, one, two):
        here.over_lan(each)
    for each in (one, two):
        assert each.store.read(lambda rows: rows.all("SELECT 1 FROM verdict")) == []
        assert each.store.read(lambda rows: rows.all("SELECT 1 FROM lease")) == []
        assert each.store.read(lambda rows: rows.all("SELECT 1 FROM contact")) == []
        assert each.kept("instance") == here.centre.desk.centre.instance


def test_cash_documents_reach_the_other_counter_over_the_relay_and_the_centre_once(here: Office) -> None:
    one, two = here.counters

    def write(counter: Counter, subject: str, body: e.AnyBody) -> None:
        counter.book.write(lambda tx: entries.append(tx, "rahima", NOW, subject, body, base=entries.last_about(tx, subject)))

    def drawer(counter: Counter) -> int:
        return counter.store.read(lambda rows: accounts.balance(rows, "drawer:8500-2"))

    write(one, "slip:8500-1-1-1", e.Transferred("8500", 1, 2, 30_000))
    for each in (one, two):
        here.over_lan(each)
    assert drawer(two) == 30_000
    write(two, "day:8500-2-2026-11-24", e.DayClosed("8500", 2, "2026-11-24", 1, 0, 0, 30_000, 0, 0, 30_000, 30_000, (), 0, 0, 1))
    for each in (two, one):
        here.over_lan(each)
    two.sync()
    assert here.centre.database.read(cash.differing) != [], "the centre has not heard of the transfer"
    one.sync()
    two.sync()
    assert here.centre.database.read(cash.differing) == []
    assert drawer(one) == drawer(two) == 30_000
    assert two.store.read(lambda rows: known.attention(rows, 10)) == []


def test_the_relay_forwards_what_it_keeps_although_the_counter_is_switched_off(here: Office) -> None:
    one, two = here.counters
    here.primary.plugged = False
    two.receive(120)
    here.over_lan(two)
    two.close()
    here.relay.tick()
    assert here.centre.entries() == 0
    here.primary.plugged = True
    for _ in range(MOST_TICKS):
        here.relay.tick()
    assert here.centre.entries() == 120
    posted = len(here.primary.posted)
    here.relay.tick()
    assert len(here.primary.posted) == posted, "what the centre has is not sent again"
    two.open()
    two.sync()
    assert (two.unsent, here.centre.entries()) == (0, 120)
    assert one.unsent == 0


def test_a_counter_may_push_both_ways_at_once(here: Office) -> None:
    one, two = here.counters
    for n in range(1, 6):
        one.receive(n)
        two.receive(2)
        here.over_lan(two)
        if n % 2:
            two.sync()
        here.relay.tick()
        two.sync()
        here.over_lan(one)
        here.relay.tick()
        one.sync()
    assert (one.unsent, two.unsent) == (0, 0)
    assert here.centre.entries() == 15 + 10
    here.over_lan(two)
    two.sync()
    one.sync()
    assert (_arrived(one), _arrived(two)) == (10, 15)


def test_what_the_centre_told_the_primary_reaches_the_other_counters(tmp_path: Path, headquarters: Headquarters, here: Office) -> None:
    one, two = here.counters
    elsewhere = Counter(tmp_path, headquarters, "8500", 3)  # a counter with a link of its own, which is not at the relay
    one.sync()
    elsewhere.receive(700)
    elsewhere.sync()
    one.sync()
    assert _arrived(one) == 700
    here.relay.tick()
    here.over_lan(two)
    assert _arrived(two) == 700
    elsewhere.close()


def test_a_counter_that_joins_late_gets_what_was_said_before(tmp_path: Path, headquarters: Headquarters, here: Office) -> None:
    one, two = here.counters
    elsewhere = Counter(tmp_path, headquarters, "8500", 3)
    one.sync()
    elsewhere.receive(5)
    elsewhere.sync()
    one.sync()
    here.relay.tick()
    two.receive(6)
    here.over_lan(two)
    late = Counter(tmp_path, headquarters, "8500", 4)
    here.enrol(late, 4)
    here.over_lan(late)
    assert _arrived(late) == 11
    late.close()
    elsewhere.close()


def test_the_relay_asks_ever_less_often_while_nobody_answers(here: Office) -> None:
    here.counters[1].receive(1)
    here.over_lan(here.counters[1])
    here.primary.plugged = False
    for _ in range(200):
        here.relay.tick()
    assert here.primary.refused < 12
    here.primary.plugged = True
    for _ in range(MOST_TICKS):
        here.relay.tick()
    assert here.centre.entries() == 1


def test_frames_are_forwarded_as_their_counters_signed_them(here: Office) -> None:
    two = here.counters[1]
    two.receive(5)
    here.over_lan(two)
    here.relay.tick()
    relayed = [kept.frame for _, kept in here.database.read(lambda sql: list(logs.each_frame(sql)))]
    arrived = [kept.frame for office_, kept in here.centre.database.read(lambda sql: list(logs.each_frame(sql))) if office_ == "8500"]
    assert arrived == relayed != []


def test_a_centre_put_back_from_a_copy_gets_again_what_the_relay_keeps(here: Office) -> None:
    one, two = here.counters
    two.receive(3)
    here.over_lan(two)
    here.relay.tick()
    copy = here.centre.copy()
    two.receive(4)
    here.over_lan(two)
    here.relay.tick()
    assert here.centre.entries() == 7
    here.centre.restore(copy)
    assert here.centre.entries() == 3
    one.receive(1)
    here.over_lan(one)
    here.relay.tick()
    assert here.centre.entries() == 8


def test_a_forwarded_frame_says_nothing_of_how_far_the_centres_feed_was_read(here: Office) -> None:
    from central_server.storage import devices

    two = here.counters[1]
    two.sync()
    before = here.centre.database.read(lambda sql: devices.find(sql, two.book.place.device))
    two.receive(2)
    here.over_lan(two)
    here.relay.tick()
    after = here.centre.database.read(lambda sql: devices.find(sql, two.book.place.device))
    assert before is not None
    assert after == before


def test_a_relay_gets_nothing_of_an_offices_feed_for_its_frames(here: Office) -> None:
    one, two = here.counters
    one.receive(1)
    one.sync()
    two.receive(1)
    here.over_lan(two)
    words_ = here.relay._ask(Upstream(here.centre.desk.centre.public_key, here.centre.desk.centre.box.public), _frames(here))
    assert words_
    assert all(wire.peek(wire.Answer, word.frame).page is None for word in words_)


def _frames(here: Office) -> tuple[bytes, ...]:
    return tuple(kept.frame for _, kept in here.database.read(lambda sql: list(logs.each_frame(sql))))


def test_a_counter_the_centre_does_not_know_yet_holds_up_no_other(tmp_path: Path, here: Office) -> None:
    one = here.counters[0]
    stranger = Counter(tmp_path, Headquarters(_made(tmp_path / "other")), "8500", 5)
    here.enrol(stranger, 5)
    stranger.receive(2)
    one.receive(2)
    here.over_lan(stranger)
    here.over_lan(one)
    here.relay.tick()
    assert here.centre.entries() == 2
    posted = len(here.primary.posted)
    for _ in range(REFUSED_TICKS - 1):
        here.relay.tick()
    assert len(here.primary.posted) == posted, "a slow link is not filled with what was refused"
    _enrolled_by_letter(here, stranger)
    here.relay.tick()
    assert here.centre.entries() == 4
    stranger.close()


def _enrolled_by_letter(here: Office, counter: Counter) -> None:
    """The centre gets to know a device without a word to its book."""
    code = parse(here.centre.code("8500", 5))
    assert code is not None
    place, key = counter.book.place, public_key(counter.machine.seed)
    asked = EnrolRequest(code.id, place.uuid.hex(), key.hex(), device_proof(code.secret, place.uuid, key))
    here.centre.database.write(lambda sql: enrol.enrol(sql, here.centre.desk.centre, asked, NOW))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_the_relays_word_is_taken_only_with_its_own_signature(here: Office) -> None:
    one = here.counters[0]
    one.receive(1)
    false = Cable(lambda: here.centre.desk)  # the centre answers where the relay should
    with pytest.raises(NoAnswer, match="bad_signature"):
        drain(Client(RelayStore(one.store), false, one.machine, moved=False), lambda: 0)
    assert RelayStore(one.store).read(outbox.confirmed) == 0


def test_a_code_does_not_enrol_at_a_relay_whose_certificate_another_showed(here: Office) -> None:
    one = here.counters[0]
    code = here.database.write(lambda sql: enrol.add_office(sql, load_places(), "8500", 1, NOW)).text
    with pytest.raises(NoAnswer, match="not_our_centre"):
        enrol_here(RelayStore(one.store), here.lan, one.book.place, one.machine.seed, "https://relay", code, NOW, certificate="cd" * 32)


def test_a_relay_that_was_made_anew_takes_the_old_ones_place(tmp_path: Path, here: Office) -> None:
    one, two = here.counters
    one.receive(3)
    here.over_lan(one)
    database = make_storage(tmp_path / "new.relay", CERTIFICATE, NOW)
    old, here.database = here.database, database
    old.close()
    here.desk = Desk(database, database.read(identity.centre), load_places(), relay=True)
    for n, each in enumerate((one, two), 1):
        here.enrol(each, n)
        here.over_lan(each)
    assert RelayStore(one.store).read(outbox.confirmed) == 3
    assert _arrived(two) == 3


def test_without_a_link_of_its_own_a_counter_speaks_with_the_centre_through_the_relay() -> None:
    class Way:
        up = down = 0

        def __init__(self, answer: bytes, code: str = "") -> None:
            self.answer, self.code, self.asked = answer, code, 0

        def send(self, path: str, frame: bytes) -> bytes:
            self.asked += 1
            if self.code:
                raise NoAnswer(self.code)
            return self.answer

    own, relayed = Way(b"", "unreachable"), Way(b"yes")
    either = EitherLink(own, relayed)  # type: ignore[arg-type]
    assert [either.send("/v1/sync", b"?") for _ in range(3)] == [b"yes"] * 3
    assert (own.asked, relayed.asked) == (1, 3), "the way that answered is taken again"
    for refused in ("bad_key", "too_large"):
        with pytest.raises(NoAnswer, match=refused):
            EitherLink(Way(b"", refused), relayed).send("/v1/sync", b"?")  # type: ignore[arg-type]
    with pytest.raises(NoAnswer, match="portal"):
        EitherLink(Way(b"", "portal"), Way(b"", "unreachable")).send("/v1/sync", b"?")  # type: ignore[arg-type]


def test_the_relay_passes_on_and_says_when_nobody_answers(here: Office) -> None:
    here.primary.plugged = False
    with pytest.raises(Problem, match="centre_unreachable"):
        here.relay.pass_on("/v1/sync", b"", wire.MEDIA_TYPE, 1_000)


def test_a_certificate_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = certificate_of(tmp_path / "a.book")
    assert certificate_of(tmp_path / "a.book") == first
    assert certificate_of(tmp_path / "b.book").sha256 != first.sha256
    assert first.file.stat().st_mode & 0o077 == 0


def _receive(counter: Counter, item: str) -> None:
    from corner_app.desk import jobs
    from corner_app.desk.commands import Receive
    from corner_app.desk.counter import here_of, roll_of

    there = here_of(counter.book.place, roll_of(counter.book.place).clerks[0], NOW)
    counter.book.write(lambda tx: jobs.run(tx, there, Receive(scan=item)))
