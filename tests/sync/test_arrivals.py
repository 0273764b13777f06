"""What others wrote beside our own log: each thing once, what is newer than this program kept for later; what the centre lacks is sent in runs."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import T0, Counter

from corner_app.book import arrivals, outbox
from corner_app.book.database import Rows
from corner_app.book.entries import facts_about
from corner_app.book.lineage import lineages
from corner_app.book.parcels import by_item
from corner_app.book.verify import verify
from corner_app.domain.chain import first_hash, hashes, uid
from corner_app.domain.entries import Damaged, Entry, EntryId, Received, encode
from corner_app.domain.parcels import State

A = "CP407774791BD"
THEIRS = EntryId(9, 1, 1)
LATER = (b'[1,"jalil","CP407774791BD",0,[99,"new"]]', b'{"v":2}', b"\xff\x00")


def theirs(seq: int = 1, hlc: int = T0 << 16) -> tuple[EntryId, bytes, bytes]:
    """Another office's entry: the parcel was received there. Name, uid, bytes."""
    stored = encode(Entry(hlc, "jalil", A, 0, Received("8200")))
    return EntryId(9, 1, seq), uid(hashes(first_hash(bytes(16), 1, b""), [stored])[0]), stored


def taken(counter: Counter, id: EntryId, name: bytes, stored: bytes) -> bool:
    return counter.book.write(lambda tx: arrivals.take(tx, id, name, stored))


def own(counter: Counter, no: int) -> tuple[EntryId, bytes, bytes]:
    """An entry of the book's own log, as the feed would bring it."""

    def found(rows: Rows) -> tuple[EntryId, bytes, bytes]:
        row = rows.one("SELECT epoch, seq, hash, bytes FROM entry WHERE no = ?", (no,))
        assert row is not None
        return EntryId(counter.book.place.device, row[0], row[1]), uid(row[2]), row[3]

    return counter.book.write(found)


def test_what_another_office_wrote_takes_effect_once(counter: Counter) -> None:
    assert taken(counter, *theirs()) is True
    for _ in range(3):
        assert taken(counter, *theirs()) is False
    assert len(counter.book.write(lambda tx: facts_about(tx, A))) == 1
    row = counter.book.write(lambda tx: by_item(tx, A))
    assert row is not None
    assert (row.parcel.state, row.parcel.office) == (State.RECEIVED, "8200")
    assert verify(counter.book.path).good


def test_our_own_entry_that_comes_back_is_dropped(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    for no in (1, 2):
        assert taken(counter, *own(counter, no)) is False
    assert len(counter.book.write(lambda tx: facts_about(tx, A))) == 2


def test_an_entry_under_our_name_that_our_log_does_not_have_is_kept(counter: Counter) -> None:
    """A book put back from an old copy hears what it wrote after that copy."""
    counter.announce(A)
    id, name, stored = EntryId(counter.book.place.device, 1, 2), bytes(16), encode(Entry((T0 + 5) << 16, "rahima", A, 1, Received("8500")))
    assert taken(counter, id, name, stored) is True
    row = counter.book.write(lambda tx: by_item(tx, A))
    assert row is not None
    assert row.parcel.state is State.RECEIVED
    assert verify(counter.book.path).good


def test_what_a_later_version_wrote_is_kept_as_it_came_and_shown(counter: Counter) -> None:
    counter.announce(A)
    before = counter.book.write(lambda tx: by_item(tx, A))
    for seq, stored in enumerate(LATER, 1):
        assert taken(counter, EntryId(9, 1, seq), bytes(16), stored) is True
        assert taken(counter, EntryId(9, 1, seq), bytes(16), stored) is False
    assert [raw for (raw,) in counter.book.write(lambda tx: tx.all("SELECT bytes FROM arrived ORDER BY seq"))] == list(LATER)
    assert list(counter.book.write(arrivals.unread)) == [(9, 1, 1), (9, 1, 2), (9, 1, 3)]
    assert counter.book.write(lambda tx: by_item(tx, A)) == before
    counter.book.rebuild()
    assert verify(counter.book.path).good


def test_trailing_fields_of_a_later_version_are_kept_and_do_not_hide_what_we_know(counter: Counter) -> None:
    stored = encode(Entry(T0 << 16, "jalil", A, 0, Damaged("8200", "wet")))[:-1] + b',{"later":[1]}]'
    assert taken(counter, THEIRS, bytes(16), stored) is True
    row = counter.book.write(lambda tx: by_item(tx, A))
    assert row is not None
    assert row.parcel.damaged
    assert counter.book.write(lambda tx: tx.value("SELECT bytes FROM arrived")) == stored


# The outbox


def next_run(counter: Counter, limit: int, size: int) -> outbox.Unsent | None:
    return counter.book.write(lambda tx: outbox.next_run(tx, limit, size))


def confirm(counter: Counter, no: int) -> None:
    counter.book.write(lambda tx: outbox.confirm(tx, no))


def test_what_the_centre_lacks_is_sent_in_runs_without_a_gap(counter: Counter) -> None:
    counter.announce(A)
    for _ in range(7):
        counter.do("print_label", scan=A, reason="torn")
    counter.do("receive", scan=A)
    total = counter.book.write(outbox.backlog).entries
    assert total >= 3
    sent: list[bytes] = []
    before = uid(counter.book.write(lineages)[0].start)
    while (run := next_run(counter, 2, 1_000_000)) is not None:
        assert (run.first, run.before, len(run.rows) <= 2) == (len(sent) + 1, before, True)
        sent += run.rows
        before = run.last
        confirm(counter, len(sent))
    assert len(sent) == total
    assert uid(hashes(counter.book.write(lineages)[0].start, sent)[-1]) == before


def test_a_run_has_at_least_one_entry_and_about_the_size_asked_for(counter: Counter) -> None:
    counter.announce(A, "CP610037240BD", "CP438424402BD")
    for size, rows in ((1, 1), (600, 2), (1_000_000, 3)):
        run = next_run(counter, 500, size)
        assert run is not None
        assert len(run.rows) == rows


def test_the_centres_word_moves_the_outbox_back_too(counter: Counter) -> None:
    counter.announce(A, "CP610037240BD")
    confirm(counter, 2)
    assert counter.book.write(outbox.backlog).unsent == 0
    assert next_run(counter, 500, 1_000_000) is None
    confirm(counter, 1)
    told = counter.book.write(outbox.backlog)
    assert (told.unsent, told.kind, told.since > 0) == (1, "announced", True)


def test_a_fresh_book_has_nothing_to_send(counter: Counter, new_book: Path) -> None:
    assert new_book.exists()
    assert counter.book.write(outbox.backlog) == outbox.Backlog(0, 0, 0)
    assert next_run(counter, 500, 1_000_000) is None
