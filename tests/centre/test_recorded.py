"""What every released version said is still understood, and what a later one may say does no harm (protocol notes 2.13).

tests/data/recorded/vN/frames.json holds what offices and the centre of that version said to each other: questions of devices, each with the
answer it got, and the keys to check them by. `python -m tools.record_frames tests/data/recorded/vN` made it when that version was current;
a folder is added with each release and none is ever made anew. This centre must take the questions as that one did, this office must
understand the answers.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from central_server import care, enrol, exchange, identity
from central_server.exchange import Desk
from central_server.storage import devices
from central_server.storage.database import Database, Sql
from central_server.storage.devices import Device
from corner_app.domain.chain import first_hash, handle_of, hashes, uid
from corner_app.domain.entries import KINDS, UnreadableEntry, decode
from corner_app.reference import load_places
from corner_app.sync import engine, wire
from corner_app.sync.columns import pack, unpack
from corner_app.sync.engine import Confirm, LineageState, NoAnswer, Standing
from corner_app.sync.signing import checker, public_key, signer
from corner_app.sync.wire import Answer, FeedEntry, Fetch, Part, Probe, ProbeAnswer, Push

FOLDERS = sorted((Path(__file__).parents[1] / "data" / "recorded").glob("v*"))
QUESTIONS: dict[str, tuple[Any, Any]] = {"/v1/sync": (Push, Answer), "/v1/state": (Fetch, Part), "/v1/lineage": (Probe, ProbeAnswer)}
VOCABULARY = set(list(KINDS)[:24])
"""Kinds of entries of the first version; each later one holds these and more."""
ASK = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}


class Recording:
    """One version's frames."""

    def __init__(self, folder: Path) -> None:
        told = json.loads((folder / "frames.json").read_text(encoding="utf-8"))
        self.now: int = told["now"]
        self.centre: dict[str, str] = told["centre"]
        self.devices: list[dict[str, Any]] = told["devices"]
        self.steps: list[dict[str, Any]] = told["steps"]
        self.check = checker(public_key(bytes.fromhex(self.centre["key"])))

    def seed(self, device: int) -> bytes:
        return next(bytes.fromhex(each["seed"]) for each in self.devices if handle_of(bytes.fromhex(each["uuid"])) == device)

    def prepare(self, sql: Sql) -> None:
        """Makes an empty database the centre that was spoken with, with its devices."""
        for name, text in self.centre.items():
            devices.tell(sql, name, text)
        for each in self.devices:
            uuid = bytes.fromhex(each["uuid"])
            key = public_key(bytes.fromhex(each["seed"]))
            devices.add_office(sql, each["office"], self.now)
            devices.add(sql, Device(handle_of(uuid), uuid, key, each["office"], each["counter"], devices.ACTIVE, "", b"", self.now, self.now, 0, 0, 0))


@pytest.fixture(params=FOLDERS, ids=lambda folder: folder.name)
def recording(request: pytest.FixtureRequest) -> Recording:
    return Recording(request.param)


@pytest.fixture(params=["sqlite", "postgresql"])
def centre(request: pytest.FixtureRequest, recording: Recording) -> Desk:
    """This version's centre in the place of the recorded one."""
    database: Database = request.getfixturevalue("sqlite_database" if request.param == "sqlite" else "postgres_database")
    database.write(recording.prepare)
    return Desk(database, database.read(identity.centre), load_places())


def asked(step: dict[str, Any]) -> Any:
    return wire.peek(QUESTIONS[step["path"]][0], bytes.fromhex(step["question"]))


def answered(step: dict[str, Any], frame: bytes, check: wire.Check) -> Any:
    return wire.unseal(QUESTIONS[step["path"]][1], frame, check, asked(step).nonce)


def test_there_is_a_recording_of_this_protocol() -> None:
    assert f"v{wire.PROTOCOL}" in [folder.name for folder in FOLDERS]


def test_the_centre_of_today_takes_what_was_said(recording: Recording, centre: Desk) -> None:
    kinds = set()
    for step in recording.steps:
        if "revoke" in step:
            centre.database.write(lambda sql, device=step["revoke"]: enrol.revoke(sql, device))  # type: ignore[misc]
            continue
        now = answered(step, ASK[step["path"]](centre, bytes.fromhex(step["question"]), recording.now), recording.check)
        then = answered(step, bytes.fromhex(step["answer"]), recording.check)
        if isinstance(then, Answer):
            kinds.add(then.kind)
            assert (now.kind, now.epoch, now.next, now.head) == (then.kind, then.epoch, then.next, then.head), step["name"]
        elif isinstance(then, ProbeAnswer):
            assert now == then, step["name"]
        else:
            assert {got.id for got in entries_in(now)} >= {got.id for got in entries_in(then)}, step["name"]
    assert kinds == set(range(7))
    report = centre.database.read(care.verify)
    assert (report.faults, report.entries > 20) == ([], True)


def entries_in(part: Part) -> list[FeedEntry]:
    return [got for got, _ in wire.read_page(part.packed, part.count) if isinstance(got, FeedEntry)]


def runs_of(recording: Recording) -> dict[tuple[int, int], dict[int, bytes]]:
    """(device, epoch) → uid of each entry that was sent, as its own chain gives it."""
    found: dict[tuple[int, int], dict[int, bytes]] = {}
    rows: dict[tuple[int, int], dict[int, bytes]] = {}
    for step in recording.steps:
        if step.get("path") != "/v1/sync" or step["name"] in ("fork", "corrupt"):
            continue
        push = asked(step)
        if push.run is not None:
            unpacked = unpack(push.run.layout, push.run.packed, push.run.count, push.run.first, wire.RUN_LIMIT)
            rows.setdefault((push.device, push.epoch), {}).update(enumerate(unpacked, push.run.first))
            if push.run.first == 1:
                uuid = next(bytes.fromhex(each["uuid"]) for each in recording.devices if handle_of(bytes.fromhex(each["uuid"])) == push.device)
                found[push.device, push.epoch] = {0: first_hash(uuid, push.epoch, push.run.parent.head)}
    for whose, start in found.items():
        ordered = [rows[whose][seq] for seq in sorted(rows[whose])]
        found[whose] = {0: uid(start[0])} | {seq: uid(digest) for seq, digest in enumerate(hashes(start[0], ordered), 1)}
    return found


def standing(recording: Recording, device: int) -> Standing:
    lineages, first_no = [], 1
    for (whose, epoch), names in sorted(runs_of(recording).items()):
        if whose == device:
            lineages.append(LineageState(epoch, first_no, len(names) - 1, names.__getitem__))
            first_no += len(names) - 1
    return Standing(device, tuple(lineages), 0, 0, b"", "", bytes.fromhex(recording.centre["instance"]))


def test_the_office_of_today_understands_what_was_answered(recording: Recording) -> None:
    confirmed = 0
    for step in recording.steps:
        if step.get("path") != "/v1/sync":
            continue
        question, answer = asked(step), bytes.fromhex(step["answer"])
        at = standing(recording, question.device)
        effects = engine.hear_push(at, question, answer, recording.check)
        kind = answered(step, answer, recording.check).kind
        if kind in (wire.OK, wire.GAP, wire.FEED_DIFFERS):
            (confirm,) = (effect for effect in effects if isinstance(effect, Confirm))
            lineage = at.lineage(question.epoch)
            assert lineage is not None
            said = answered(step, answer, recording.check)
            assert confirm.no in (lineage.first_no + said.next - 2, 0)
            confirmed += 1
        assert len(effects) >= 2, step["name"]
    assert confirmed >= 8


def test_every_entry_that_was_written_is_still_read(recording: Recording) -> None:
    assert {type(decode(stored).body) for stored in all_rows(recording)} >= VOCABULARY


def all_rows(recording: Recording) -> list[bytes]:
    return [
        stored
        for step in recording.steps
        if step.get("path") == "/v1/sync" and (run := asked(step).run) is not None
        for stored in unpack(run.layout, run.packed, run.count, run.first, wire.RUN_LIMIT)
    ]


# A later version, made by hand


def later_frame(value: Any, seed: bytes, nonce: bytes = b"") -> bytes:
    """A frame with fields that this version does not know."""
    plain = msgspec.msgpack.encode([*msgspec.msgpack.decode(msgspec.msgpack.encode(value)), {"later": [1, None]}, b"more"])
    return plain + signer(seed)(f"corner-{type(value).__name__.lower()}-1:".encode() + nonce + plain)


LATER = (b'[1,"rahima","CP407774791BD",0,[99,"8500",{"new":true}]]', b'[1,"rahima","CP407774791BD",0,[3,"8500","A",7],0,0,0,0,0,"",[1]]', b'{"envelope":2}')


def test_the_centre_of_today_survives_a_later_office(recording: Recording, centre: Desk) -> None:
    device = recording.devices[0]
    uuid, seed = bytes.fromhex(device["uuid"]), bytes.fromhex(device["seed"])
    handle, start = handle_of(uuid), first_hash(uuid, 1, b"")
    digests = hashes(start, LATER)
    layout, packed = pack(LATER, 1)
    run = wire.Run(1, uid(start), uid(digests[-1]), len(LATER), layout, packed, wire.Parent(0, 0, b""))
    push = Push(wire.PROTOCOL + 1, handle, 1, b"question", recording.now, 0, b"", 64_000, b"", run, wire.Report("corner 9", 0, 0, b""))
    frame = exchange.push(centre, later_frame(push, seed), recording.now)
    answer = wire.unseal(Answer, frame, recording.check, push.nonce)
    assert (answer.kind, answer.next, answer.head) == (wire.OK, 4, uid(digests[-1]))
    assert answer.page is not None
    said = {got.seq: got.code for got, _ in wire.read_page(answer.page.packed, answer.page.count) if isinstance(got, wire.FeedVerdict)}
    assert (said[1], said[3]) == ("undecodable", "undecodable")
    assert centre.database.read(care.verify).faults == []


def test_the_office_of_today_survives_a_later_centre(recording: Recording) -> None:
    step = next(step for step in recording.steps if step["name"] == "page")
    question, key = asked(step), bytes.fromhex(recording.centre["key"])
    answer = answered(step, bytes.fromhex(step["answer"]), recording.check)
    at = standing(recording, question.device)
    plainly = engine.hear_push(at, question, bytes.fromhex(step["answer"]), recording.check)
    assert engine.hear_push(at, question, later_frame(answer, key, question.nonce), recording.check) == plainly
    stored = [wire.pack_item(FeedEntry(9, 1, n, bytes(16), raw)) for n, raw in enumerate(LATER, 1)]
    stored = [msgspec.msgpack.encode([*msgspec.msgpack.decode(each), "later"]) for each in stored]
    check = wire.FEED_START
    for each in stored:
        check = wire.next_check(check, each)
    page = wire.Page(0, len(stored), wire.pack_page(stored), check)
    newer = msgspec.structs.replace(answer, page=page)
    effects = engine.hear_push(at, question, later_frame(newer, key, question.nonce), recording.check)
    (arrive,) = (effect for effect in effects if isinstance(effect, engine.Arrive))
    assert [got.stored for got in arrive.items if isinstance(got, FeedEntry)] == list(LATER)
    with pytest.raises(UnreadableEntry):
        decode(LATER[0])
    with pytest.raises(NoAnswer) as none:
        engine.hear_push(at, question, later_frame(msgspec.structs.replace(answer, kind=42), key, question.nonce), recording.check)
    assert none.value.code == "too_old"
