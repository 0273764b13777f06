"""Record what offices and the centre of this version say to each other: `python -m tools.record_frames tests/data/recorded/v1`.

Run once for each released version, into a folder of its own, and never again for that version: tests/centre/test_recorded.py replays every
folder for ever. The keys in it belong to nobody; they were made for the recording.
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
from typing import Any, get_type_hints

import msgspec
from msgspec.structs import replace

from central_server import enrol, exchange
from central_server.exchange import Desk
from central_server.storage import devices
from central_server.storage.database import SqliteDatabase
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId, origin_text
from corner_app.sync import wire
from corner_app.sync.columns import deflate
from corner_app.sync.signing import signer
from tests.centre.offices import T0, A, B, Pc, announced, item, opened, prepare

ANSWERS = {"/v1/sync": exchange.push, "/v1/state": exchange.fetch, "/v1/lineage": exchange.probe}


class Recorder:
    """Asks the centre and notes each question with its answer."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.steps = desk, list[dict[str, Any]]()

    def ask(self, pc: Pc, path: str, said: wire.Push | wire.Fetch | wire.Probe, name: str) -> None:
        frame = wire.seal(said, signer(pc.seed))
        answer = ANSWERS[path](self.desk, frame, T0)
        self.steps.append({"name": name, "path": path, "device": pc.device, "question": frame.hex(), "answer": answer.hex()})

    def push(self, pc: Pc, name: str, first: int = 1, last: int = 0, **changes: Any) -> None:
        self.ask(pc, "/v1/sync", replace(pc.question(pc.run(first, last), room=64_000), **changes), name)


def one_of_each() -> list[e.AnyBody]:
    """A body of every kind of the vocabulary, its fields filled by their types alone."""
    filled: dict[Any, Any] = {int: 1, str: "8500", bool: True, bytes: b"salt", tuple[str, ...]: ("X2",)}
    return [kind(*(filled[get_type_hints(kind)[field.name]] for field in msgspec.structs.fields(kind))) for kind in e.KINDS]


def a_day(desk: Desk) -> tuple[list[Pc], list[dict[str, Any]]]:
    """An office, its hub, and everything that can become of a push."""
    here, hub, lost = Pc(desk).enrol(), Pc(desk, "8200").enrol(), Pc(desk, "8550").enrol()
    note = Recorder(desk)
    first = hub.write(A, announced(numbers=("X1",), order_ref="ORD-7"))
    hub.write("bag:BD82", e.BagStarted("8200", "8500"))
    note.push(hub, "announced")
    base = here.write(A, e.Received("8500", bag="BD82"), first)
    base = here.write(A, e.Shelved("8500", "ক-০১"), base)
    here.write(A, e.HandedOver("8500", 1, 116_000, "M005", "code", 3, 200_000, 84_000), base)
    for body in (e.Received("8500"), e.Damaged("8500", "wet"), e.LabelAsked("parcel_label", 1), e.CodeFailed("8500"), e.Undone(), e.Refused("8500", "refused")):
        here.write(B, body, len(here.rows) if here.rows[-1].find(B.encode()) > 0 else 0, sup=8 if isinstance(body, e.Undone) else 0)
    here.write("book", e.SignedIn(1))
    note.push(here, "gap", 5)
    note.push(here, "columns", 1, 6)
    rows = replace(here.run(4, 8), layout=0, packed=deflate(b"\x95" + b"".join(b"\xc5" + len(r).to_bytes(2, "big") + r for r in here.rows[3:8])))
    note.push(here, "rows that overlap", run=rows)
    note.push(here, "the same again", 4, 8)
    note.push(here, "corrupt", 9, run=replace(here.run(9), last=bytes(16)))
    note.push(here, "the rest", 9)
    copy = Pc(desk, uuid=here.uuid, rows=here.rows[:5], digests=here.digests[:6])
    copy.write(A, e.Lost("8500", "not there"), base)
    note.push(copy, "fork", 6)
    note.ask(here, "/v1/sync", here.question(None, 0, b"", 64_000), "page")
    note.ask(here, "/v1/sync", here.question(None, 99, bytes(16), 64_000), "feed differs")
    note.ask(hub, "/v1/sync", hub.question(None, 0, b"", 64_000), "page of the hub")
    note.ask(here, "/v1/lineage", wire.Probe(1, here.device, b"probing!", ((1, 1), (1, 5), (1, 99))), "probe")
    note.ask(here, "/v1/lineage", wire.Probe(1, here.device, b"opening!", (), wire.Parent(1, 9, here.digests[9]), b"wish", 1), "lineage")
    later = here.goes_on(2, 9)
    later.write("book", e.SignedIn(1), orig=origin_text(EntryId(here.device, 1, 10), here.name(10)))
    note.push(later, "new lineage")
    for n, each in enumerate(one_of_each()):
        hub.write(item(n), each)
    note.push(hub, "every kind of entry", 3)
    here.write(B, e.Returned("8500"))
    note.push(here, "fenced", 11)
    for after in ("", B):
        note.ask(later, "/v1/state", wire.Fetch(1, later.device, b"fetching", after, 64_000), f"state after {after or 'nothing'}")
    lost.write(A, e.Received("8550"))
    desk.database.write(lambda sql: enrol.revoke(sql, lost.device))
    note.steps.append({"name": "revoke", "revoke": lost.device})
    note.push(lost, "quarantined")
    return [here, hub, lost], note.steps


def main() -> int:
    """Writes one folder."""
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        path = pathlib.Path(place) / "centre.db"
        prepare(f"sqlite:///{path}")
        desk = opened(SqliteDatabase(path, durable=False))
        pcs, steps = a_day(desk)
        kept = {name: desk.database.read(lambda sql, name=name: devices.told(sql, name)) for name in ("uuid", "key", "instance")}  # type: ignore[misc]
        made = [{"office": pc.office, "counter": pc.counter, "uuid": pc.uuid.hex(), "seed": pc.seed.hex()} for pc in pcs]
        desk.database.close()
    kinds = {wire.peek(wire.Answer, bytes.fromhex(step["answer"])).kind for step in steps if step.get("path") == "/v1/sync"}
    if kinds != set(range(7)):
        raise SystemExit(f"not every answer was given: {sorted(kinds)}")
    told = {"protocol": wire.PROTOCOL, "now": T0, "centre": kept, "devices": made, "steps": steps}
    (folder / "frames.json").write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(steps)} steps in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
