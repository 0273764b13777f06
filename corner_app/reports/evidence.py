"""The evidence of one day of one drawer in one file: every entry, the papers, the report and the log of the devices, with the program that checks it.

The file is a ZIP whose comment is the digest of all bytes before it, so that a change of any byte shows. The manifest names every file with its
digest and is signed by the counter's own key where it has one. `verify_evidence.py` needs this file and Python, not this program.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corner_app.book import days, print_jobs
from corner_app.book.database import Rows
from corner_app.book.days import DayRange
from corner_app.book.lineage import lineages
from corner_app.domain import entries as e
from corner_app.reference import resource_dir
from corner_app.reports.figures import DrawerLine, Report

MARK = b"corner-evidence-1:"
SCRIPT = "verify_evidence.py"
_TIME = (1980, 1, 1, 0, 0, 0)
"""Of every file inside: the same evidence makes the same bytes."""
_README = """Evidence of one day of one drawer. Nobody is charged because of it; it is to be looked into.
    python3 verify_evidence.py FILE --seal SEAL      checks it; SEAL stands on the paper of the day
dispute.json   what is disputed, by whom, why
entries.jsonl  every entry of the day as this counter wrote it, with its hash
others.jsonl   what arrived from other books on that day
papers.json    receipts and labels asked for, and what became of each
report.json    the report of the day, every figure with its entries
devices.log    what scanner, printer and drawer said

এক ড্রয়ারের এক দিনের প্রমাণ। এর জন্য কারও কাছ থেকে টাকা কাটা হয় না; কী হয়েছে তা খুঁজে দেখার জন্য এটি।
"""


@dataclass(frozen=True, slots=True)
class Signer:
    """The counter's key. public: 32 bytes; sign: Ed25519 over a message."""

    public: bytes
    sign: Callable[[bytes], bytes]


def make(rows: Rows, report: Report, data: bytes, dispute: Mapping[str, Any], log: bytes, signer: Signer | None) -> bytes:
    """The bundle of the report's day. data: the report as JSON with every figure's entries. dispute: what it is about. log: of the devices.

    Raises ValueError for a day without entries, of which there is no evidence.
    """
    day = days.day(rows, report.office, report.counter, report.date)
    if report.first is None or report.last is None:
        raise ValueError("a day without entries has no evidence")
    files = {
        "README.txt": _README.encode(),
        "dispute.json": _json(dispute),
        "entries.jsonl": b"".join(_entries(rows, day)),
        "others.jsonl": b"".join(_others(rows, day)),
        "papers.json": _json([asdict(job) for job in print_jobs.asked_between(rows, day.first, day.last)]),
        "report.json": data,
        "devices.log": log,
        SCRIPT: script(),
    }
    manifest = _json(_manifest(rows, report, day, files, signer.public if signer else b""))
    signature = signer.sign(manifest) if signer else b""
    return _sealed({"manifest.json": manifest, **({"manifest.sig": signature} if signer else {}), **files})


def script() -> bytes:
    """The program that checks a bundle, to lie beside it."""
    return (resource_dir() / "evidence" / SCRIPT).read_bytes()


def _manifest(rows: Rows, report: Report, day: DayRange, files: Mapping[str, bytes], public_key: bytes) -> dict[str, Any]:
    drawer = next((line for line in report.drawers if line.counter == report.counter), None)
    return {
        "format": 1,
        "office": report.office,
        "counter": report.counter,
        "date": report.date,
        "training": report.training,
        "first": report.first,
        "last": report.last,
        "entries": day.last - day.first + 1,
        "seal": report.seal,
        "closed": report.closed,
        "before": _before(rows, day).hex(),
        "lineages": [{"epoch": each.epoch, "device": each.device, "start": each.start.hex()} for each in lineages(rows)],
        "from_others": _from_others(rows, report.office, report.counter, day),
        **_drawer(drawer),
        "public_key": public_key.hex(),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }


def _drawer(line: DrawerLine | None) -> dict[str, int | None]:
    if line is None:
        return {"opening": 0, "expected": 0, "counted": None}
    return {"opening": line.opening.value, "expected": line.expected.value, "counted": line.counted.value if line.counted is not None else None}


def _before(rows: Rows, day: DayRange) -> bytes:
    """The hash that the first entry continues."""
    lineage = max((each for each in lineages(rows) if each.first_no <= day.first), key=lambda each: each.first_no)
    return lineage.start if lineage.first_no == day.first else bytes(rows.value("SELECT hash FROM entry WHERE no = ?", (day.first - 1,)))


def _entries(rows: Rows, day: DayRange) -> list[bytes]:
    kept = {no for no, _ in days.own(rows, day.first, day.last)}
    found = rows.each("SELECT no, epoch, seq, bytes, hash FROM entry WHERE no BETWEEN ? AND ? ORDER BY no", (day.first, day.last))
    return [
        _line({"no": no, "epoch": epoch, "seq": seq, "kept": no in kept, "hash": digest.hex(), "entry": stored.decode()})
        for no, epoch, seq, stored, digest in found
    ]


def _others(rows: Rows, day: DayRange) -> list[bytes]:
    return [
        _line({"after": after, "name": fact.id, "uid": fact.uid.hex(), "entry": e.encode(fact.entry).decode()})
        for after, fact in days.arrived(rows, day.arrived_first, day.arrived_last)
    ]


_SIGNS = {"collected": 1, "paid_in": 1, "paid_out": -1, "deposited": -1}


def _from_others(rows: Rows, office: str, counter: int, day: DayRange) -> list[dict[str, Any]]:
    """What entries of other books moved in this drawer, as a counter that passed cash on or took that back: the day's own entries do not tell of it."""
    ours = {fact.id for _, fact in days.own(rows, day.first, day.last)}
    moves = (move for _, move in days.moves(rows, office, counter, day) if move.fact.id not in ours and move.way in _SIGNS)
    return [{"way": move.way, "amount": _SIGNS[move.way] * move.amount, "name": move.fact.id} for move in moves]


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _line(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _sealed(files: Mapping[str, bytes]) -> bytes:
    """The ZIP with the digest of itself at its end."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in files.items():
            bundle.writestr(zipfile.ZipInfo(name, _TIME), content, zipfile.ZIP_DEFLATED)
        bundle.comment = MARK + b"0" * hashlib.sha256().digest_size * 2
    data = made.getvalue()[: -hashlib.sha256().digest_size * 2]
    return data + hashlib.sha256(data).hexdigest().encode()


def beside(target: Path) -> Path:
    """Where the checking program is put for a bundle at `target`."""
    return target.with_name(SCRIPT)
