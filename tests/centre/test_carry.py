"""The stick: what leaves without a link arrives once, counts as sent only when the answer is back, and nothing on a stick does harm."""

from __future__ import annotations

import os
import queue
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.centre.carrying import NOW, Counter, Headquarters
from tests.centre.processes import OFFICE, centre, office, serving

from central_server.care import verify as verify_centre
from corner_app.book import centre as known
from corner_app.book.backup import backup
from corner_app.book.restore import restore
from corner_app.book.verify import verify
from corner_app.i18n import Language, words
from corner_app.port import Desk
from corner_app.sync import sealing
from corner_app.sync.carry import Size, carry_send
from corner_app.sync.engine import NoAnswer
from corner_app.sync.sealing import IN, OUT, Opener, Reply, Segment, Unopened, Word, seal
from corner_app.sync.signing import new_seed


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def headquarters(tmp_path: Path) -> Iterator[Headquarters]:
    made = Headquarters(tmp_path)
    yield made
    made.database.close()


@pytest.fixture
def counters(tmp_path: Path, headquarters: Headquarters) -> Iterator[Callable[..., Counter]]:
    made: list[Counter] = []

    def make(office: str = "8500", counter: int = 1) -> Counter:
        made.append(Counter(tmp_path, headquarters, office, counter))
        return made[-1]

    yield make
    for each in made:
        each.close()
        assert verify(each.path).good
    assert headquarters.database.read(verify_centre).faults == []


def test_entries_go_and_answers_come_back_without_a_link(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here, hub = counters(), counters("8200")
    hub.sync()
    here.sync()
    here.cable.plugged = False
    items = here.receive(3)
    written = here.out(stick)
    assert (written.entries, written.left, written.size) == (3, 0, written.file.stat().st_size)
    assert written.file.name == "corner-8500-1-1-3.out"
    assert here.unsent == 3  # a file on a stick is not at the centre
    assert [each.code for each in headquarters.carry(stick)] == ["answered"]
    assert headquarters.entries() == 3
    assert here.unsent == 3
    told = here.back(stick)
    assert (told.replies, told.new, told.sent, told.codes) == (1, 1, 3, ())
    assert here.unsent == 0
    assert all(item.encode() not in written.file.read_bytes() for item in items)


def test_what_others_wrote_comes_with_the_answer(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here, other = counters("8500", 1), counters("8500", 2)
    here.sync()
    other.sync()
    here.cable.plugged = False
    other.receive(100)
    other.sync()
    here.out(stick)
    headquarters.carry(stick)
    assert here.back(stick).received == 100
    assert here.back(stick).received == 0


def test_a_counter_that_never_had_a_link_gets_its_offices_state(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    before = counters("8500", 2)
    before.receive(40)
    before.sync()
    here = counters("8500", 1)
    here.cable.plugged = False
    here.receive(2)
    here.out(stick)
    headquarters.carry(stick)
    told = here.back(stick)
    assert (told.sent, told.received, told.codes) == (2, 40, ())
    assert here.kept("feed_pos") != -1
    assert here.back(stick).received == 0


def test_anything_twice_and_in_any_order_is_harmless(headquarters: Headquarters, counters: Callable[..., Counter], tmp_path: Path) -> None:
    here, other = counters("8500", 1), counters("8500", 2)
    here.sync()
    sticks = []
    written = 0
    chance = random.Random(7)
    for round_ in range(6):
        sticks.append(tmp_path / f"stick{round_}")
        sticks[-1].mkdir()
        written += round_
        here.receive(round_)
        other.receive(1)
        other.sync()
        here.out(sticks[-1])
    highest = 0
    for _ in range(60):
        stick = chance.choice(sticks)
        chance.choice((lambda: headquarters.carry(stick), lambda: _back(here, stick), lambda: _sync_now_and_then(here, chance)))()  # noqa: B023 - called at once
        assert here.confirmed >= highest, "a late answer took back what was known to be there"
        highest = here.confirmed
    for stick in sticks:
        headquarters.carry(stick)
        assert _back(here, stick) == ()
    assert here.unsent == 0
    assert headquarters.entries() == written + 6
    here.sync()
    assert here.store.read(lambda rows: rows.value("SELECT count(*) FROM arrived")) == 6


def _back(here: Counter, stick: Path) -> tuple[str, ...]:
    try:
        return here.back(stick).codes
    except NoAnswer as none:
        return (none.code,)


def _sync_now_and_then(here: Counter, chance: random.Random) -> None:
    if chance.random() < 0.3:
        here.sync()


def test_a_late_answer_never_lowers_what_the_link_confirmed_since(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(2)
    here.out(stick)
    headquarters.carry(stick)  # the centre says 2
    here.receive(5)
    here.sync()
    assert here.confirmed == 7
    feed = here.kept("feed_pos")
    assert here.back(stick).codes == ()
    assert (here.confirmed, here.kept("feed_pos")) == (7, feed)


def test_a_centre_put_back_from_a_copy_is_believed_over_an_older_answer(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.sync()
    copy = headquarters.copy()
    here.receive(4)
    here.out(stick)
    headquarters.carry(stick)
    headquarters.restore(copy)  # it has none of the four any more
    here.cable.plugged = True
    other = stick / "later"
    other.mkdir()
    here.receive(1)
    here.sync()
    assert here.confirmed == 5
    headquarters.restore(copy)
    here.out(other)  # asks again from 6 on: the centre will say that it lacks all
    headquarters.carry(other)
    here.back(other)
    assert here.confirmed == 0
    here.back(stick)
    assert here.confirmed == 0, "an answer of the centre as it was before the copy was put back counts no more"
    here.sync()
    assert (here.confirmed, headquarters.entries()) == (5, 5)


def test_an_answer_is_believed_only_with_the_centres_signature(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(2)
    file = here.out(stick).file
    headquarters.carry(stick)
    reply = Opener(here.machine.seed).open(IN, file.with_suffix(".in").read_bytes(), Reply)
    label = sealing.read_label(IN, file.with_suffix(".in").read_bytes())
    words_ = tuple(Word(word.nonce, word.frame[:-1] + bytes([word.frame[-1] ^ 1])) for word in reply.words)
    file.with_suffix(".in").write_bytes(seal(IN, label, Reply(reply.device, words_), Opener(here.machine.seed).public, here.machine.random))
    told = here.back(stick)
    assert (told.codes, here.confirmed) == (("bad_signature",), 0)


def test_only_the_centre_opens_a_segment_and_only_its_counter_the_reply(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(1)
    sealed = here.out(stick).file.read_bytes()
    for stranger in (Opener(new_seed()), Opener(here.machine.seed)):
        with pytest.raises(Unopened, match="elsewhere"):
            stranger.open(OUT, sealed, Segment)
    segment = headquarters.desk.centre.box.open(OUT, sealed, Segment)
    assert segment.box == Opener(here.machine.seed).public
    headquarters.carry(stick)
    with pytest.raises(Unopened, match="elsewhere"):
        headquarters.desk.centre.box.open(IN, (stick / "corner-8500-1-1-1.in").read_bytes(), Reply)


def test_nobody_else_can_have_the_reply_sealed_to_himself(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(1)
    file = here.out(stick).file
    segment = headquarters.desk.centre.box.open(OUT, file.read_bytes(), Segment)
    thief = Opener(new_seed())
    stolen = Segment(segment.device, thief.public, segment.frames, segment.fetch, segment.signature)
    file.write_bytes(seal(OUT, sealing.read_label(OUT, file.read_bytes()), stolen, headquarters.desk.centre.box.public, os.urandom))
    assert [each.code for each in headquarters.carry(stick)] == ["signature"]
    assert headquarters.entries() == 0


def test_a_damaged_or_cut_file_changes_nothing_and_stops_no_other(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here, chance = counters(), random.Random(3)
    here.receive(3)
    good = here.out(stick).file
    whole = good.read_bytes()
    damaged = stick / "corner-8500-1-0-0.out"
    for _ in range(40):
        at = chance.randrange(len(whole))
        damaged.write_bytes(whole[:at] if chance.random() < 0.5 else whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        codes = {each.file: each.code for each in headquarters.carry(stick)}
        assert codes[good.name] == "answered"
        assert codes[damaged.name] in ("segment_damaged", "segment_elsewhere", "unknown_device")
    damaged.unlink()
    answer = good.with_suffix(".in")
    whole = answer.read_bytes()
    for _ in range(40):
        at = chance.randrange(len(whole))
        answer.write_bytes(whole[:at] if chance.random() < 0.5 else whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :])
        told = here.back(stick)
        assert told.codes in (("stick_damaged",), ("stick_other",)), "and told in words"
        assert (here.confirmed, told.sent) == (0, 0)
    answer.write_bytes(whole)
    assert here.back(stick).sent == 3


def test_another_offices_stick_is_told_apart(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here, there = counters("8500"), counters("8200")
    there.receive(1)
    there.out(stick)
    headquarters.carry(stick)
    told = here.back(stick)
    assert (told.others, told.replies, told.codes) == (1, 0, ("stick_other",))
    assert there.back(stick).sent == 1


def test_an_answer_to_a_question_nobody_here_remembers_is_not_taken(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(1)
    here.out(stick)
    headquarters.carry(stick)
    here.store.write(lambda tx: tx.run("DELETE FROM sync WHERE k GLOB 'carried_[0-9]*'"))
    assert here.back(stick).codes == ("stick_unknown",)
    assert here.unsent == 1


def test_sticks_go_through_another_offices_link(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here, there = counters("8500"), counters("8200")
    here.cable.plugged = False
    here.receive(2)
    here.out(stick)
    (stick / "corner-9999-1-1-1.out").write_bytes(b"nothing of ours")
    assert carry_send(there.cable, stick) == [("corner-8500-1-1-2.out", ""), ("corner-9999-1-1-1.out", "stick_damaged")]
    assert here.back(stick).sent == 2


def test_a_counter_enrolled_before_files_were_sealed_learns_the_key_from_a_signed_answer(counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.store.write(lambda tx: tx.run("DELETE FROM sync WHERE k = 'box'"))
    with pytest.raises(NoAnswer, match="no_box"):
        here.out(stick)
    assert list(stick.iterdir()) == []
    here.sync()
    assert here.kept("box") == here.centre.desk.centre.box.public
    assert here.out(stick).file.exists()


def test_a_revoked_counter_is_told_so_and_its_entries_go_to_quarantine(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    from central_server.enrol import revoke
    from central_server.storage import logs

    here = counters()
    here.receive(1)
    headquarters.database.write(lambda sql: revoke(sql, here.book.place.device))
    here.out(stick)
    headquarters.carry(stick)
    assert here.back(stick).codes == ("refused_revoked",)
    assert here.unsent == 1
    assert headquarters.database.read(lambda sql: logs.apart(sql, "8500")) == 1


def test_a_replaced_book_never_overwrites_its_forerunners_file(counters: Callable[..., Counter], stick: Path) -> None:
    first, second = counters(), counters()
    first.receive(1)
    second.receive(1)
    assert first.out(stick).file != second.out(stick).file
    assert first.out(stick).file.name == "corner-8500-1-1-1.out"
    assert len(list(stick.iterdir())) == 2


def test_a_long_absence_goes_in_one_file_of_many_runs(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(220)
    assert here.out(stick, Size(rows=50)).entries == 220
    assert [each.frames for each in headquarters.carry(stick)] == [7]  # five runs, a question, a fetch
    assert here.back(stick).sent == 220


def test_what_one_file_has_no_room_for_goes_with_the_next(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(60)
    written, left = 0, 60
    for _ in range(20):
        done = here.out(stick, Size(5, 3_000))
        assert done.left < left
        written, left = written + done.entries, done.left
        headquarters.carry(stick)
        here.back(stick)
        if not here.unsent:
            break
    assert (written, headquarters.entries(), here.unsent) == (60, 60, 0)


def test_what_had_no_room_is_not_called_sent_by_a_later_lineage(
    headquarters: Headquarters, counters: Callable[..., Counter], stick: Path, tmp_path: Path
) -> None:
    here = counters()
    here.receive(30)
    backup(here.path, tmp_path / "copy")
    here.close()
    restore(tmp_path / "copy", here.path)
    here.open()
    here.receive(3)
    done = here.out(stick, Size(5, 1_500))
    assert 0 < done.entries < 30
    headquarters.carry(stick)
    here.back(stick)
    assert here.confirmed == headquarters.entries() == done.entries
    here.out(stick)
    headquarters.carry(stick)
    here.back(stick)
    assert (here.unsent, headquarters.entries()) == (0, 33)


def test_a_book_put_back_from_a_copy_carries_on(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path, tmp_path: Path) -> None:
    here = counters()
    here.receive(3)
    here.sync()
    backup(here.path, tmp_path / "copy")
    here.close()
    restore(tmp_path / "copy", here.path)
    here.open()
    here.out(stick)  # nothing was written since
    headquarters.carry(stick)
    assert (here.back(stick).codes, here.confirmed) == ((), 3)
    here.receive(2)
    here.out(stick)
    headquarters.carry(stick)
    assert here.back(stick).sent == 2
    assert headquarters.entries() == 5


@pytest.mark.parametrize("code", ["stick_full", "stick_gone", "stick_damaged", "stick_empty", "stick_other", "stick_elsewhere", "stick_unknown", "no_box"])
def test_each_trouble_of_the_stick_says_what_is_safe_and_what_to_do(code: str) -> None:
    said = {words(f"sync.{code}{part}", language) for part in ("", "_safe", "_do") for language in Language}
    assert len(said) == 6


def test_a_full_stick_is_told_and_nothing_is_lost(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(1)
    here.close()
    small = ["unshare", "-rm", "sh", "-c"]
    if subprocess.run([*small, "true"], check=False).returncode:
        pytest.fail("this machine lets nobody mount a small disk; the promise is not tested")
    command = 'mount -t tmpfs -o size=4k none "$0" && head -c 4096 /dev/zero > "$0/photo" && "$@" carry out "$0"; code=$?; ls "$0" >&2; exit $code'
    done = subprocess.run([*small, command, str(stick), *OFFICE, "--book", str(here.path)], capture_output=True, text=True, check=False)
    here.open()
    assert done.returncode == 3, done.stderr
    assert words("sync.stick_full", Language.EN) in done.stderr
    assert done.stderr.splitlines()[-1] == "photo", "no half file stays"
    assert here.unsent == 1
    assert here.kept("carried_at") is None
    assert here.out(stick).entries == 1


def test_a_book_copied_to_another_pc_writes_no_stick_under_its_old_name(counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.sync()
    here.receive(1)
    here.store.write(lambda tx: known.keep(tx, fp=here.machine.fp))
    here.machine = replace(here.machine, fp=b"\2" * 8)
    with pytest.raises(NoAnswer, match="stick_forked"):
        here.out(stick)
    assert list(stick.iterdir()) == []


def test_the_window_writes_and_reads_the_stick(headquarters: Headquarters, counters: Callable[..., Counter], stick: Path) -> None:
    here = counters()
    here.receive(2)
    here.close()
    posted: queue.Queue[Callable[[], None]] = queue.Queue()
    said: list[str] = []
    desk = Desk(here.path, _Bridge(posted), lambda: NOW, threading.Event())
    writer = threading.Thread(target=desk.writer.run)
    writer.start()
    desk.begin().result(timeout=30)

    def told() -> str:
        while not said:
            posted.get(timeout=30)()
        return said.pop()

    desk.carry_out(str(stick / "gone"), said.append)
    assert told() == "stick_gone"
    desk.carry_out(str(stick), said.append)
    assert told() == ""
    desk.carry_in(str(stick), said.append)
    assert told() == "stick_empty"
    headquarters.carry(stick)
    desk.carry_in(str(stick), said.append)
    assert told() == ""
    desk.end()
    writer.join(timeout=30)
    here.open()
    assert here.unsent == 0


class _Bridge:
    """The window's thread as a queue."""

    def __init__(self, posted: queue.Queue[Callable[[], None]]) -> None:
        self._posted = posted

    def post(self, work: Callable[[], None]) -> None:
        self._posted.put(work)


@pytest.mark.parametrize("way", ["out", "in", "send"])
def test_a_stick_that_was_pulled_out_is_told(counters: Callable[..., Counter], tmp_path: Path, way: str) -> None:
    here = counters()
    here.receive(1)
    gone = tmp_path / "pulled"
    with pytest.raises(NoAnswer, match="stick_gone"):
        {"out": lambda: here.out(gone), "in": lambda: here.back(gone), "send": lambda: carry_send(here.cable, gone)}[way]()
    assert here.unsent == 1


def test_a_stranger_cannot_make_us_write_through_a_link_on_his_stick(counters: Callable[..., Counter], stick: Path, tmp_path: Path) -> None:
    here, precious = counters(), tmp_path / "precious"
    precious.write_text("mine")
    here.receive(1)
    (stick / "corner-8500-1-1-1.out.part").symlink_to(precious)
    here.out(stick)
    assert precious.read_text() == "mine"


def test_a_week_on_a_stick_through_another_offices_link_by_real_programs(tmp_path: Path, stick: Path) -> None:
    database, books = f"sqlite:///{tmp_path}/centre.db", {code: tmp_path / f"{code}.book" for code in ("8200", "8500")}
    centre(database, "init")
    with serving(database) as served:
        for code, book in books.items():
            office(book, "init", "--office", code, "--training")
            office(book, "enrol", "--centre", served.url, "--code", centre(database, "office", "add", code, "--json")["code"])
    office(books["8500"], "receive", "CP407774791BD")
    assert office(books["8500"], "carry", "out", str(stick), "--json")["entries"] == 1
    assert "does not answer" in office(books["8200"], "carry", "send", str(stick), code=3)
    with serving(database, int(served.url.rpartition(":")[2])):
        assert office(books["8200"], "carry", "send", str(stick), "--json") == {"files": [{"file": "corner-8500-1-1-1.out"}]}
    told = office(books["8500"], "carry", "in", str(stick), "--json")
    assert (told["sent"], told["why"]) == (1, [])
    assert centre(database, "carry", str(stick), "--json")["files"][0]["code"] == "answered"
    assert office(books["8500"], "carry", "in", str(stick), "--json")["sent"] == 0
    assert centre(database, "verify", "--json")["good"]
    bangla = subprocess.run(
        [sys.executable, "-m", "corner_app", "--book", str(books["8200"]), "--language", "bn", "carry", "in", str(stick)], capture_output=True, text=True
    )
    assert (bangla.returncode, words("sync.stick_other_do", Language.BN) in bangla.stderr) == (1, True)
