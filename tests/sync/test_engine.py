"""What an answer of the centre may change, and what never does: the ack predicate, the search for the last common entry, the pace."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.sync.strategies import many

from corner_app.sync import engine, wire
from corner_app.sync.engine import Confirm, Effect, ForgetFeed, Hunt, LineageState, Look, Met, NoAnswer, Pace, Quarantined, Shrink, Standing, Waiting
from corner_app.sync.signing import checker, public_key, signer
from corner_app.sync.wire import Answer, FeedVerdict, Page, Part, Policy, ProbeAnswer, Push

SIGN, CHECK = signer(bytes(32)), checker(public_key(bytes(32)))
NONCE, INSTANCE, NOW = b"question", b"instance", 1_795_500_000_000


def uid_of(epoch: int, whose: str = "ours") -> Callable[[int], bytes]:
    return lambda seq: f"{whose} {epoch} {seq}".encode().ljust(16)[:16]


def standing(confirmed: int = 40, feed: int = 0, check: bytes = b"") -> Standing:
    """A book of two lineages: 30 entries that count, then 50."""
    lineages = (LineageState(1, 1, 30, uid_of(1)), LineageState(2, 31, 50, uid_of(2)))
    return Standing(7, lineages, confirmed, feed, check, "", INSTANCE)


def answer(kind: int = wire.OK, epoch: int = 2, next: int = 21, head: bytes | None = None, page: Page | None = None, policy: Policy | None = None) -> Answer:
    return Answer(kind, INSTANCE, epoch, next, uid_of(epoch)(next - 1) if head is None else head, NOW, page, 0, policy)


def asked(feed: int = 0, check: bytes = b"") -> Push:
    return Push(1, 7, 2, NONCE, NOW, feed, check, 64_000, INSTANCE)


def heard(said: Answer, at: Standing | None = None, question: Push | None = None) -> list[Effect]:
    return engine.hear_push(at or standing(), question or asked(), wire.seal(said, SIGN, NONCE), CHECK)


# The ack predicate (protocol notes 2.4)


@pytest.mark.parametrize(
    ("epoch", "next", "no"), [(2, 21, 50), (2, 51, 80), (2, 1, 30), (2, 2, 31), (1, 31, 30), (1, 11, 10)], ids=["on", "all", "start", "one", "older", "back"]
)
def test_the_centre_is_believed_when_its_head_is_our_own_entry(epoch: int, next: int, no: int) -> None:
    """Up or down: what the centre has is what counts (R2)."""
    assert heard(answer(epoch=epoch, next=next)) == [Met(INSTANCE, NOW, None), Confirm(no)]
    assert heard(answer(wire.GAP, epoch, next)) == [Met(INSTANCE, NOW, None), Confirm(no)]


def test_a_centre_that_knows_nothing_gets_everything_from_the_lineages_start() -> None:
    assert heard(answer(wire.GAP, 2, 1, b"")) == [Met(INSTANCE, NOW, None), Confirm(30)]
    assert heard(answer(wire.GAP, 1, 1, b"")) == [Met(INSTANCE, NOW, None), Confirm(0)]


@pytest.mark.parametrize(
    "said",
    [
        answer(head=uid_of(2, "other")(20)), answer(head=b""), answer(head=uid_of(2)(20)[:15]), answer(head=uid_of(2)(19)), answer(next=52),
        answer(next=1 << 40), answer(epoch=3), answer(epoch=3, next=1), answer(epoch=1, next=32), answer(next=1, head=uid_of(2, "other")(0)),
        answer(wire.FORK, next=9, head=b""), answer(wire.FENCED), answer(wire.FENCED, next=1, head=b""),
    ],
    ids=["head", "no head", "head cut", "head before", "beyond", "far beyond", "epoch", "epoch start", "old", "start", "fork", "fenced", "unknown fenced"],
)  # fmt: skip
def test_two_books_that_differ_look_for_the_fork_and_confirm_nothing_more(said: Answer) -> None:
    at = standing()
    met, *others = heard(said, at)
    assert met == Met(INSTANCE, NOW, None)
    assert all(effect.no <= at.confirmed for effect in others if isinstance(effect, Confirm))
    (look,) = (effect for effect in others if not isinstance(effect, Confirm))
    lineage = at.lineage(said.epoch) or at.newest
    assert look == Look(Hunt(lineage.epoch, 0, lineage.kept + 1))


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (wire.seal(answer(), signer(bytes(31) + b"1"), NONCE), "bad_signature"), (wire.seal(answer(), SIGN, b"earlier!"), "bad_signature"),
        (wire.seal(answer(), SIGN), "bad_signature"), (wire.seal(asked(), SIGN, NONCE), "garbled"), (b"", "garbled"),
        (b"<html><body>Please accept the terms of this network</body></html>" + bytes(64), "garbled"), (wire.seal(answer(), SIGN, NONCE)[:-1], "garbled"),
        (wire.seal(answer(wire.FORK, head=b""), signer(bytes(31) + b"1"), NONCE), "bad_signature"), (wire.seal(answer(77), SIGN, NONCE), "too_old"),
    ],
    ids=["key", "nonce", "no nonce", "our own", "empty", "portal", "cut", "forged fork", "later kind"],
)  # fmt: skip
def test_what_is_not_the_centres_answer_to_this_question_changes_nothing(frame: bytes, code: str) -> None:
    with pytest.raises(NoAnswer) as none:
        engine.hear_push(standing(), asked(), frame, CHECK)
    assert none.value.code == code


def test_a_revoked_device_and_an_unreadable_run_confirm_nothing() -> None:
    assert heard(answer(wire.QUARANTINED)) == [Met(INSTANCE, NOW, None), Quarantined()]
    assert heard(answer(wire.CORRUPT)) == [Met(INSTANCE, NOW, None), Shrink()]


def test_what_the_centre_asks_of_its_callers_is_heard() -> None:
    assert heard(answer(policy=Policy(900, 60, 100)))[0] == Met(INSTANCE, NOW, Policy(900, 60, 100))


# Pages of the feed


def page(count: int, after: int = 0, check: bytes = wire.FEED_START) -> Page:
    stored = [wire.pack_item(FeedVerdict(9, 1, n, 1, "CP407774791BD", "held", NOW)) for n in range(1, count + 1)]
    for item in stored:
        check = wire.next_check(check, item)
    return Page(after, count, wire.pack_page(stored), check)


def test_a_page_arrives_in_slices_that_may_each_be_the_last() -> None:
    slices = heard(answer(page=page(150)))[2:]
    assert [(part.feed, len(part.items)) for part in slices if isinstance(part, engine.Arrive)] == [(64, 64), (128, 64), (150, 22)]
    for part in slices:
        assert isinstance(part, engine.Arrive)
        assert part.check == page(part.feed).check


def test_a_page_goes_on_from_where_the_office_stood() -> None:
    before = page(10)
    found = heard(answer(page=page(3, 10, before.check)), question=asked(10, before.check))
    assert [effect.feed for effect in found if isinstance(effect, engine.Arrive)] == [13]


@pytest.mark.parametrize("wrong", [page(3, 11), replace(page(3), check=bytes(16)), replace(page(3), check=page(2).check), page(3, check=b"x" * 16)])
def test_a_feed_that_is_another_is_fetched_anew_and_nothing_of_it_taken(wrong: Page) -> None:
    found = heard(answer(page=wrong))
    assert found[2:] == [ForgetFeed()]
    assert heard(answer(wire.FEED_DIFFERS))[1:] == [Confirm(50), ForgetFeed()]


@pytest.mark.parametrize("wrong", [replace(page(3), count=2), replace(page(3), packed=b"x"), replace(page(3), packed=page(3).packed[:-1])])
def test_a_page_that_cannot_be_read_is_no_answer(wrong: Page) -> None:
    with pytest.raises(NoAnswer) as none:
        heard(answer(page=wrong))
    assert none.value.code == "garbled"


def test_a_part_of_the_state_is_taken_when_it_answers_this_question() -> None:
    question = engine.fetch(standing(feed=-1), NONCE)
    part = Part(9, bytes(16), 3, page(3).packed, "CP407774791BD", False)
    (state,) = engine.hear_fetch(standing(feed=-1), question, wire.seal(part, SIGN, NONCE), CHECK)
    assert isinstance(state, engine.State)
    assert (len(state.items), state.after, state.done, state.feed, state.begins) == (3, "CP407774791BD", False, 9, True)
    for frame in (wire.seal(part, SIGN, b"earlier!"), wire.seal(replace(part, count=2), SIGN, NONCE)):
        with pytest.raises(NoAnswer):
            engine.hear_fetch(standing(feed=-1), question, frame, CHECK)


# Questions


def waiting(count: int, first: int = 1, epoch: int = 2) -> Waiting:
    rows = tuple(b'[%d,"a","X",0,[24,1]]' % n for n in range(count))
    return Waiting(epoch, first, uid_of(epoch)(first - 1), uid_of(epoch)(first + count - 1), rows, wire.Parent(1, 30, bytes(32)))


def test_the_first_entry_of_a_lineage_carries_what_it_continues() -> None:
    for first, parent in ((1, wire.Parent(1, 30, bytes(32))), (2, None)):
        push = engine.push(standing(), waiting(3, first), Pace(), NOW, NONCE)
        assert push.run is not None
        assert (push.run.first, push.run.count, push.run.parent) == (first, 3, parent)


def test_entries_go_before_feed_and_state_before_both() -> None:
    """Money and custody go up before anything comes down a thin line; no feed is taken before the state it continues."""
    assert engine.push(standing(feed=5), None, Pace(), NOW, NONCE).room == engine.ROOM
    assert 0 < engine.push(standing(feed=5), waiting(1), Pace(), NOW, NONCE).room < engine.ROOM / 4
    assert engine.push(standing(feed=-1), waiting(1), Pace(), NOW, NONCE).room == 0


# The search for the last common entry


@many
@given(st.integers(0, 10_000), st.booleans())
def test_the_last_common_entry_of_ten_thousand_is_found_in_four_questions(common: int, shorter: bool) -> None:
    kept = 10_000
    ours = Standing(7, (LineageState(1, 1, kept, uid_of(1)),), 0, 0, b"", "", INSTANCE)

    def known(seq: int) -> bytes:
        if seq <= common:
            return uid_of(1)(seq)
        return b"" if shorter else uid_of(1, "other")(seq)

    hunt, questions = Hunt(1, 0, kept + 1), 0
    while not engine.found(hunt):
        probe = engine.probe(ours, hunt, NONCE)
        assert 0 < len(probe.ask) <= 64
        told = ProbeAnswer(tuple(known(seq) for _, seq in probe.ask))
        hunt, questions = engine.hear_probe(ours, probe, hunt, wire.seal(told, SIGN, NONCE), CHECK), questions + 1
    assert (hunt.low, questions <= 4) == (common, True)


def test_an_answer_to_another_probe_does_not_move_the_search() -> None:
    hunt = Hunt(2, 0, 51)
    probe = engine.probe(standing(), hunt, NONCE)
    right = ProbeAnswer(tuple(uid_of(2)(seq) for _, seq in probe.ask))
    assert engine.hear_probe(standing(), probe, hunt, wire.seal(right, SIGN, NONCE), CHECK) == Hunt(2, 50, 51)
    for frame in (wire.seal(right, SIGN, b"earlier!"), wire.seal(ProbeAnswer(right.known[1:]), SIGN, NONCE), wire.seal(ProbeAnswer(()), SIGN, NONCE)):
        with pytest.raises(NoAnswer):
            engine.hear_probe(standing(), probe, hunt, frame, CHECK)


@many
@given(st.lists(st.booleans(), min_size=50, max_size=50))
def test_a_centre_that_contradicts_itself_does_not_keep_the_search_going(lies: list[bool]) -> None:
    hunt, questions = Hunt(2, 0, 51), 0
    while not engine.found(hunt):
        probe = engine.probe(standing(), hunt, NONCE)
        told = ProbeAnswer(tuple(b"" if lies[seq - 1] else uid_of(2)(seq) for _, seq in probe.ask))
        hunt, questions = engine.hear_probe(standing(), probe, hunt, wire.seal(told, SIGN, NONCE), CHECK), questions + 1
        assert questions <= 4
    assert 0 <= hunt.low <= 50


def test_a_lineage_is_opened_by_the_centres_word_alone() -> None:
    question = engine.ask_lineage(standing(), Hunt(2, 20, 21), wire.Parent(2, 20, bytes(32)), b"wish", NONCE)
    assert question.newest == 2
    assert engine.hear_lineage(question, wire.seal(ProbeAnswer((), 3, 7), SIGN, NONCE), CHECK) == engine.GoOn(3, 7, 2, 20)
    for said in (wire.seal(ProbeAnswer((), 0, 7), SIGN, NONCE), wire.seal(ProbeAnswer((), 3, 7), SIGN, b"earlier!")):
        with pytest.raises(NoAnswer):
            engine.hear_lineage(question, said, CHECK)


# How much and how soon


def test_half_as_much_after_a_cut_twice_as_much_after_an_answer() -> None:
    pace, seen = Pace(), []
    while pace.rows > 1:
        pace = engine.slower(pace)
        seen.append(pace.rows)
    assert seen == [250, 125, 62, 31, 15, 7, 3, 1]
    assert (pace.failures, pace.plain, engine.slower(pace).plain, engine.slower(pace).rows) == (8, False, True, 1)
    for expected in (2, 4, 8):
        pace = engine.faster(pace, None)
        assert (pace.rows, pace.failures, pace.plain) == (expected, 0, False)
    for _ in range(60):
        pace = engine.faster(pace, None)
    assert pace.rows == engine.MOST_ROWS <= wire.ROWS_LIMIT


def test_where_a_run_did_not_pass_it_grows_slowly() -> None:
    """A link that is cut every so many bytes is not tried with twice as much after each success."""
    pace = engine.slower(Pace(800))
    assert (pace.rows, pace.most) == (400, 600)
    sizes = []
    for _ in range(4):
        pace = engine.faster(pace, None)
        sizes.append(pace.rows)
    assert sizes == [600, 675, 759, 853]
    down_for_long = pace
    for _ in range(12):
        down_for_long = engine.slower(down_for_long)
    assert (down_for_long.rows, down_for_long.most) == (1, 639), "how much passed before is not forgotten while nothing passes"


def test_what_passes_up_in_small_pieces_is_asked_for_in_small_ones() -> None:
    rooms = [engine.push(standing(), None, Pace(rows), 1, NONCE).room for rows in (500, 125, 1)]
    assert rooms == [engine.ROOM, engine.ROOM // 4, engine.SMALLEST_ROOM]
    assert engine.fetch(standing(), NONCE, Pace(125)).room == engine.ROOM // 4
    assert engine.fetch(standing(), NONCE).room == engine.ROOM


def test_no_more_rows_than_the_centre_asks_for() -> None:
    assert engine.faster(Pace(400), Policy(0, 60, 300)).rows == 300
    assert engine.faster(Pace(400), Policy(0, 60, 300)).poll == 60


chances = st.floats(0, 1)


@many
@given(chances, st.integers(1, 40), st.floats(0, 3_600))
def test_a_try_that_failed_is_repeated_within_twice_the_time_and_at_most_fifteen_minutes(chance: float, failures: int, offline: float) -> None:
    """Full jitter: from nothing to the bound, so that offices that lost the link together do not come back together."""
    bound = min(900, 5 * 2**failures)
    wait = engine.wait_s(Pace(failures=failures), chance, idle=False, offline_s=offline)
    assert 0 <= wait <= bound
    assert wait == pytest.approx(chance * bound)


@many
@given(chances, st.integers(1, 40))
def test_after_an_hour_without_link_the_first_tries_spread_over_five_minutes(chance: float, failures: int) -> None:
    assert engine.wait_s(Pace(failures=failures), chance, idle=False, offline_s=3_601) == pytest.approx(chance * max(300, min(900, 5 * 2**failures)))


@many
@given(chances, st.integers(1, 86_400), st.integers(0, 9), st.booleans())
def test_the_centres_window_goes_before_everything(chance: float, window: int, failures: int, idle: bool) -> None:
    wait = engine.wait_s(Pace(failures=failures, window=window), chance, idle=idle, offline_s=9_999)
    assert wait == pytest.approx(chance * window)


@many
@given(chances)
def test_idle_questions_come_every_five_to_fifteen_minutes_and_entries_sooner(chance: float) -> None:
    assert 300 <= engine.wait_s(Pace(), chance, idle=True) <= 900
    assert 5 <= engine.wait_s(Pace(), chance, idle=False) <= 10
