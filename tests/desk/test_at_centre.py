"""Saved here and at the centre are two things: of entries, parcels and money; what the centre said; a clock known to be wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conftest import T0, Counter

from corner_app.book import arrivals, marks, outbox
from corner_app.book import centre as known
from corner_app.book.entries import facts_about
from corner_app.book.lineage import Parent, lineages
from corner_app.book.rehome import rehome
from corner_app.desk import attention, scans, search, status, sync
from corner_app.desk.views import AttentionLine, Drawer, Found, Header, ParcelView
from corner_app.domain.entries import Entry, EntryId, Received, encode
from corner_app.sync.loop import Progress

A, B = "CP407774791BD", "CP610037240BD"
NEWER = b'[1,"jalil","%s",0,[99,"new"]]'


def confirm(counter: Counter, no: int) -> None:
    counter.book.write(lambda tx: outbox.confirm(tx, no))


def enrol(counter: Counter, **values: object) -> None:
    counter.book.write(lambda tx: known.keep(tx, url="http://127.0.0.1:1", centre_key=bytes(32), **values))


def view(counter: Counter, item: str) -> ParcelView:
    shown = counter.book.write(lambda tx: search.view(tx, counter.here, counter.roll, item))
    assert shown is not None
    return shown


def found(counter: Counter, text: str) -> dict[str, Found]:
    return {each.card.item: each for each in counter.book.write(lambda tx: search.find_marked(tx, text))}


def said(counter: Counter, seq: int, code: str, ver: int = 1, device: int = 7, item: str = A) -> None:
    counter.book.write(lambda tx: known.said(tx, device, 1, seq, ver, item, code, T0 + ver))


def lines(counter: Counter) -> tuple[AttentionLine, ...]:
    return counter.book.write(lambda tx: attention.lines(tx, 9))


def header(counter: Counter, working: Progress | None = None) -> Header:
    return counter.book.write(lambda tx: status.header(tx, working))


# Marks


def test_a_parcel_is_at_the_centre_when_all_we_wrote_of_it_is(counter: Counter) -> None:
    counter.announce(A, B)
    counter.do("receive", scan=A)
    everything = {A, B}
    for upto, sent in ((0, set[str]()), (1, set()), (2, {B}), (3, everything), (2, {B})):  # the centre's word may also go down
        confirm(counter, upto)
        assert counter.book.write(lambda tx: search.at_centre(tx, (A, B))) == sent
        assert {item for item, each in found(counter, "arif").items() if each.at_centre} == sent
        assert view(counter, A).at_centre is (A in sent)
    assert [line.at_centre for line in view(counter, A).timeline] == [False, True], "newest first"
    assert [line.at_centre for line in counter.book.write(scans.last)] == [False]


def test_numbers_begin_again_in_a_second_lineage_and_are_not_mistaken_for_confirmed_ones(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    (first,) = counter.book.write(lineages)
    confirm(counter, 1)
    common = Parent(1, 1, counter.book.write(lambda tx: outbox.hash_at(tx, first, 1)))
    assert counter.book.write(lambda tx: rehome(tx, counter.book.place, 2, common)) == 1
    counter.book.rebuild()
    received, announced = view(counter, A).timeline
    assert (received.kind, received.seq, received.at_centre) == ("received", 1, False)
    assert (announced.kind, announced.seq, announced.at_centre) == ("announced", 1, True)
    confirm(counter, 3)
    assert [line.at_centre for line in view(counter, A).timeline] == [True, True]


def test_what_came_from_the_centre_is_there(counter: Counter) -> None:
    stored = encode(Entry(T0 << 16, "rahima", A, 0, Received("8200")))
    counter.book.write(lambda tx: arrivals.take(tx, EntryId(9, 1, 1), bytes(16), stored))
    (line,) = view(counter, A).timeline
    assert (line.at_centre, line.ours, line.office) == (True, False, "8200")
    assert line.by_bn == "rahima", "a badge of another office is not our clerk of that name"
    assert view(counter, A).at_centre
    counter.do("receive", scan=A)
    assert not view(counter, A).at_centre
    assert [each.at_centre for each in view(counter, A).timeline] == [False, True]


def test_what_only_a_newer_program_reads_is_shown_on_that_parcel_alone(counter: Counter) -> None:
    counter.announce(A, B)
    counter.book.write(lambda tx: arrivals.take(tx, EntryId(9, 1, 1), bytes(16), NEWER % A.encode()))
    assert {item: each.update_needed for item, each in found(counter, "arif").items()} == {A: True, B: False}
    assert view(counter, A).update_needed
    assert not view(counter, B).update_needed


def test_of_the_cash_in_a_drawer_the_part_at_the_centre_is_known(counter: Counter) -> None:
    counter.announce(A, B)
    for item in (A, B):
        counter.do("receive", scan=item)
        counter.do("sort", scan=item)
        assert counter.do("hand_over", scan=item, code="123456", tendered=116_000)["code"] == "handed_over"
    total = counter.book.write(outbox.backlog).entries
    drawer = lambda: counter.book.write(lambda tx: status.drawer(tx, counter.here))  # noqa: E731
    assert drawer() == Drawer(1, 232_000, 0), "nothing is at the centre of a book it does not know"
    enrol(counter)
    assert drawer() == Drawer(1, 232_000, 0)
    confirm(counter, total - 1)
    assert drawer() == Drawer(1, 232_000, 116_000)
    confirm(counter, total)
    assert drawer() == Drawer(1, 232_000, 232_000)
    assert counter.book.write(marks.money_not_at_centre) == {}


# The link in the header


def test_the_header_says_how_the_link_stands(counter: Counter) -> None:
    counter.announce(A)
    assert (header(counter).phase, header(counter).unsent) == ("not_enrolled", 1)
    enrol(counter)
    assert (header(counter).phase, header(counter).trouble, header(counter).unsent) == ("idle", "", 1)
    waiting = Progress("waiting", "unreachable")
    assert (header(counter, waiting).phase, header(counter, waiting).trouble) == ("waiting", "unreachable")
    for code in ("not_our_centre", "refused_revoked", "too_old", "not_enrolled_there"):
        assert header(counter, Progress("waiting", code)).phase == "needs_help", "no further try by itself betters it"
    confirm(counter, 1)
    assert header(counter, Progress()).unsent == 0


def test_a_link_that_was_never_tried_has_no_day(counter: Counter) -> None:
    counter.announce(A)
    shown = counter.book.write(lambda tx: sync.view(tx, None, T0 - 3_600_000, T0 + 60_000))
    assert (shown.phase, shown.spans, shown.unsent) == ("not_enrolled", (), 1)


# The clock


@pytest.mark.parametrize(("skew", "clk"), [(0, 0), (120_000, 0), (120_001, 3), (-17 * 60_000, 3)])
def test_what_is_written_while_the_clock_is_known_wrong_says_so(counter: Counter, skew: int, clk: int) -> None:
    enrol(counter, skew_ms=skew)
    counter.announce(A)
    (fact,) = counter.book.write(lambda tx: facts_about(tx, A))
    assert fact.entry.clk == clk
    assert header(counter).skew_ms == (skew if clk == 3 else 0)
    assert header(counter).trouble == (f"clock_wrong:{round(abs(skew) / 60_000)}" if clk == 3 else "")
    counter.book.write(lambda tx: known.keep(tx, skew_ms=0))
    counter.announce(B)
    assert [each.entry.clk for each in counter.book.write(lambda tx: facts_about(tx, B))] == [0]


# What the centre said


def test_what_the_centre_said_stands_until_somebody_acts(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    assert lines(counter) == ()
    said(counter, 2, "claimed_elsewhere")
    (line,) = lines(counter)
    assert (line.item, line.name_en, line.code, line.ours) == (A, "Ariful Mridha", "claimed_elsewhere", True)
    said(counter, 2, "applied", ver=2)
    assert lines(counter) == (), "the centre thinks otherwise now"
    said(counter, 2, "two_offices", ver=3)
    assert [each.code for each in lines(counter)] == ["two_offices"]
    assert counter.do("undo")["code"] == "undone"
    assert lines(counter) == (), "an entry of ours took that one back"


def test_what_was_read_is_not_shown_again_but_a_new_word_is(counter: Counter) -> None:
    counter.announce(A)
    enrol(counter)
    said(counter, 1, "held")
    said(counter, 5, "handed_over_twice", device=9)
    theirs, ours = sorted(lines(counter), key=lambda line: line.ours)
    assert (theirs.code, ours.code) == ("handed_over_twice", "held")
    assert header(counter).attention == 2
    counter.book.write(lambda tx: attention.seen(tx, ours.device, ours.epoch, ours.seq))
    assert lines(counter) == (theirs,)
    said(counter, 1, "duplicate_of", ver=2)
    assert {line.code for line in lines(counter)} == {"handed_over_twice", "duplicate_of"}
    assert replace(ours, code="duplicate_of", at=T0 + 2) in lines(counter)


def test_what_another_office_took_in_went_on_from_here(counter: Counter) -> None:
    """Opening and what came less what went is what is on hand, also where nobody wrote the dispatch down."""
    counter.announce(A, B)
    counter.do("receive", scan=A)
    counter.do("receive", scan=B)
    entry = Entry((counter.clock + 60_000) << 16, "jalil", A, EntryId(7, 1, 3), Received("8550"))
    counter.book.write(lambda tx: arrivals.take(tx, EntryId(9, 1, 1), b"9" * 16, encode(entry)))
    day = counter.book.write(lambda tx: status.today(tx, counter.here, T0))
    assert (day.opening, day.arrived, day.dispatched, day.on_hand) == (0, 2, 1, 1)


def test_what_a_stick_would_carry_is_told_about(counter: Counter) -> None:
    enrol(counter)
    counter.announce(A, B)
    counter.do("receive", scan=A)
    shown = counter.book.write(lambda tx: sync.view(tx, None, T0, counter.clock))
    assert 700 < shown.carry_bytes < 900
    confirm(counter, 3)
    assert counter.book.write(lambda tx: sync.view(tx, None, T0, counter.clock)).carry_bytes == 0
