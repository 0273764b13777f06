"""What becomes of a push: kept once and whole, or told why not; and nothing an entry says keeps an office's line from moving."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.centre.offices import NO_PARENT, T0, A, B, Pc, announced, count

from central_server import care, enrol, exchange
from central_server.exchange import Desk
from central_server.problems import Problem
from central_server.storage import logs
from corner_app.domain.entries import Received, Shelved
from corner_app.sync import wire
from corner_app.sync.columns import deflate
from corner_app.sync.signing import signer
from corner_app.sync.wire import Answer, Parent


def day(desk: Desk, entries: int = 6, **where: object) -> Pc:
    """A PC that wrote a few entries about parcels of its own."""
    pc = Pc(desk, **where).enrol()  # type: ignore[arg-type]
    for n in range(entries):
        pc.write(f"OWN-{n}", Received("8500"))
    return pc


def told(answer: Answer) -> tuple[int, int, int, bytes]:
    return answer.kind, answer.epoch, answer.next, answer.head


def good(desk: Desk) -> bool:
    report = desk.database.read(care.verify)
    assert report.faults == []
    return True


def test_what_is_new_is_kept_and_its_head_is_told(desk: Desk) -> None:
    pc = day(desk)
    assert told(pc.send(1, 4)) == (wire.OK, 1, 5, pc.name(4))
    assert told(pc.send(5)) == (wire.OK, 1, 7, pc.name(6))
    assert told(pc.say(pc.question(None))) == (wire.OK, 1, 7, pc.name(6))
    assert good(desk)


def test_a_device_that_sent_nothing_is_told_so(desk: Desk) -> None:
    pc = day(desk)
    assert told(pc.say(pc.question(None))) == (wire.OK, 1, 1, b"")


def test_the_same_frame_again_is_answered_the_same_and_kept_once(desk: Desk) -> None:
    pc = day(desk)
    push = pc.question(pc.run())
    frame = wire.seal(push, signer(pc.seed))
    assert exchange.push(desk, frame, T0) == exchange.push(desk, frame, T0)
    for _ in range(3):
        assert told(pc.send()) == (wire.OK, 1, 7, pc.name(6))
    assert (count(desk, "batch"), count(desk, "fact")) == (1, 6)
    assert good(desk)


@pytest.mark.parametrize(("first", "last"), [(1, 6), (3, 6), (1, 3), (2, 4), (4, 6), (5, 6)])
def test_runs_that_overlap_keep_only_what_is_new(desk: Desk, first: int, last: int) -> None:
    pc = day(desk)
    pc.send(1, 4)
    end = max(4, last)
    assert told(pc.send(first, last)) == (wire.OK, 1, end + 1, pc.name(end))
    assert told(pc.send(1, 6)) == (wire.OK, 1, 7, pc.name(6))
    assert count(desk, "fact") == 6
    assert good(desk)


def test_a_gap_is_told_and_nothing_kept(desk: Desk) -> None:
    pc = day(desk)
    assert told(pc.send(3)) == (wire.GAP, 1, 1, b"")
    pc.send(1, 2)
    assert told(pc.send(4)) == (wire.GAP, 1, 3, pc.name(2))
    assert count(desk, "fact") == 2


def other(pc: Pc, common: int) -> Pc:
    """A copy of a book that went its own way after an entry."""
    copy = Pc(pc.desk, pc.office, pc.counter, uuid=pc.uuid, rows=pc.rows[:common], digests=pc.digests[: common + 1])
    for n in range(6 - common):
        copy.write(f"COPY-{n}", Shelved("8500", "ক-০১"))
    return copy


@pytest.mark.parametrize("common", [0, 1, 3, 5])
@pytest.mark.parametrize("first", [1, 3, 6])
def test_a_copy_that_went_its_own_way_is_a_fork_and_changes_nothing(desk: Desk, common: int, first: int) -> None:
    pc = day(desk)
    pc.send()
    copy = other(pc, common)
    copy.append(b"[1]")
    answer = copy.send(first)
    assert (answer.kind, answer.epoch) == (wire.FORK, 1)
    assert common < answer.next <= 7 or first > common
    assert told(pc.send()) == (wire.OK, 1, 7, pc.name(6))
    assert count(desk, "fact") == 6
    assert good(desk)


def test_a_run_that_goes_on_from_another_head_is_a_fork(desk: Desk) -> None:
    pc = day(desk)
    pc.send(1, 4)
    copy = other(pc, 2)
    assert copy.send(5).kind == wire.FORK
    assert told(pc.send()) == (wire.OK, 1, 7, pc.name(6))


def test_a_run_that_is_not_what_it_says_is_corrupt_and_nothing_of_it_kept(desk: Desk) -> None:
    pc = day(desk)
    pc.send(1, 2)
    run = pc.run(3)
    for wrong in (
        replace(run, last=pc.name(5)), replace(run, count=5), replace(run, count=3), replace(run, layout=7), replace(run, packed=run.packed[:-1]),
        replace(run, packed=deflate(bytes(wire.RUN_LIMIT + 1))), replace(run, packed=b""), replace(run, packed=pc.run(1, 4).packed, layout=0),
    ):  # fmt: skip
        assert told(pc.say(pc.question(wrong))) == (wire.CORRUPT, 1, 3, pc.name(2))
    assert count(desk, "batch") == 1
    assert told(pc.send()) == (wire.OK, 1, 7, pc.name(6))


def test_a_corrupt_first_run_begins_no_lineage_and_closes_none(desk: Desk) -> None:
    pc = day(desk)
    pc.send(1, 4)
    later = pc.goes_on(2, 4)
    later.write(A, Received("8500"))
    run = later.run()
    for wrong in (
        replace(run, last=bytes(16)),
        replace(run, before=bytes(16)),
        replace(run, parent=None),
        replace(run, parent=replace(later.parent, head=bytes(32))),
    ):
        assert later.say(later.question(wrong)).kind in (wire.CORRUPT, wire.FORK)
    assert [at.epoch for at in desk.database.read(logs.cursors)] == [1]
    assert told(pc.send()) == (wire.OK, 1, 7, pc.name(6))


def test_a_new_lineage_goes_on_and_the_old_one_takes_nothing_more(desk: Desk) -> None:
    pc = day(desk)
    pc.send(1, 4)
    later = pc.goes_on(2, 4)
    later.write(A, Received("8500"))
    assert told(later.send()) == (wire.OK, 2, 2, later.name(1))
    assert told(pc.send(5)) == (wire.FENCED, 1, 5, pc.name(4))
    assert told(pc.send(1, 4)) == (wire.OK, 1, 5, pc.name(4)), "a late retry of what is here is harmless"
    assert told(pc.say(pc.question(None))) == (wire.OK, 1, 5, pc.name(4))
    assert good(desk)


def test_a_lineage_older_than_one_that_is_here_cannot_begin(desk: Desk) -> None:
    pc = day(desk)
    later = Pc(desk, epoch=3, parent=NO_PARENT, uuid=pc.uuid)
    later.write(A, Received("8500"))
    later.send()
    assert told(pc.send()) == (wire.FENCED, 1, 1, b"")
    assert count(desk, "fact") == 1


@pytest.mark.parametrize(("sent", "after", "expected"), [(0, 4, (wire.GAP, 1, 1)), (2, 4, (wire.GAP, 1, 3)), (4, 4, (wire.OK, 2, 2)), (6, 4, (wire.OK, 2, 2))])
def test_a_new_lineage_waits_for_what_it_continues(desk: Desk, sent: int, after: int, expected: tuple[int, int, int]) -> None:
    pc = day(desk)
    if sent:
        pc.send(1, sent)
    later = pc.goes_on(2, after)
    later.write(A, Received("8500"))
    answer = later.send()
    assert (answer.kind, answer.epoch, answer.next) == expected
    if answer.kind == wire.GAP:
        assert answer.head == (pc.name(sent) if sent else b"")
        pc.send()
        assert later.send().kind == wire.OK
    assert good(desk)


def test_a_lineage_whose_parent_is_another_here_is_a_fork(desk: Desk) -> None:
    pc = day(desk)
    pc.send()
    later = other(pc, 2).goes_on(2, 4)
    later.write(A, Received("8500"))
    answer = later.send()
    assert (answer.kind, answer.epoch, answer.next) == (wire.FORK, 1, 4)


def test_a_copied_book_goes_on_as_another_device_of_its_office(desk: Desk) -> None:
    pc = day(desk)
    pc.send()
    clone = Pc(desk, "8500", 2, 2, Parent(1, 4, pc.digests[4])).enrol()
    clone.write(A, Received("8500"))
    assert clone.send().kind == wire.OK
    stranger = Pc(desk, "8500", 3, 2, Parent(1, 4, bytes(32))).enrol()
    stranger.write(A, Received("8500"))
    assert stranger.send().kind == wire.GAP


def test_what_a_revoked_device_sends_is_kept_apart_once(desk: Desk) -> None:
    pc = day(desk)
    pc.send(1, 2)
    desk.database.write(lambda sql: enrol.revoke(sql, pc.device))
    for _ in range(3):
        answer = pc.send(3)
        assert (answer.kind, answer.page) == (wire.QUARANTINED, None)
    assert pc.say(pc.question(None, room=64_000)).page is None
    assert (count(desk, "quarantine"), count(desk, "fact")) == (1, 2)
    pc.send(3, 4)
    assert count(desk, "quarantine") == 2
    assert good(desk)


def test_nobody_can_send_in_anothers_name(desk: Desk) -> None:
    pc, thief = day(desk), day(desk, counter=2)
    for seed, device, code in ((thief.seed, pc.device, "signature"), (pc.seed, thief.device, "signature"), (pc.seed, 12345, "unknown_device")):
        with pytest.raises(Problem) as problem:
            exchange.push(desk, wire.seal(replace(pc.question(pc.run()), device=device), signer(seed)), T0)
        assert problem.value.code == code
    assert count(desk, "batch") == 0


ODD = (
    b"", b"null", b"[]", b"\xff\xfe", b'{"later":1}', b"[" * 5_000, b'[1,"a","X",0,[99,"new"]]',
    b'[1,"a","CP407774791BD",0,[2,"8500"],0,0,0,0,0,"",{"later":1}]',
)  # fmt: skip


def test_nothing_an_entry_says_keeps_the_line_from_moving(desk: Desk) -> None:
    pc = Pc(desk).enrol()
    pc.append(*ODD)
    pc.write(B, Received("8500"))
    assert told(pc.send()) == (wire.OK, 1, len(ODD) + 2, pc.name(len(ODD) + 1))
    assert {seq for seq, _, code in pc.heard_verdicts() if code == "undecodable"} == set(range(1, len(ODD)))
    assert good(desk)


def test_two_offices_do_not_mind_each_other(desk: Desk) -> None:
    here, there = day(desk), day(desk, office="8200")
    there.write(A, announced())
    here.send()
    there.send()
    assert {(at.office, at.next) for at in desk.database.read(logs.cursors)} == {("8500", 7), ("8200", 8)}
    assert good(desk)
