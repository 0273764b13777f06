"""An evidence bundle proves a day without this program, and nothing in it can be changed unseen."""

from __future__ import annotations

import hashlib
import io
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.conftest import Counter

from corner_app.book import arrivals, days, entries
from corner_app.book.book import Book
from corner_app.book.database import Rows, Tx
from corner_app.domain import cash
from corner_app.domain import entries as e
from corner_app.domain.entries import EntryId
from corner_app.reports import evidence
from corner_app.reports.evidence import Signer
from corner_app.reports.figures import DrawerLine, Figure, Report

A, B = "CP407774791BD", "CP610037240BD"
DATE = "2026-11-24"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = Signer(KEY.public_key().public_bytes_raw(), KEY.sign)


def write(tx: Tx, counter: Counter, subject: str, body: e.AnyBody, sup: int = 0) -> int:
    base = entries.last_about(tx, subject)
    return entries.append(tx, "rahima", counter.tick(), subject, body, base=base, sup=sup).id.seq


@pytest.fixture
def closed(new_book: Path) -> Iterator[Book]:
    """A day with COD, money in, out, to a pouch, one payment taken back, and Tk 50 missing."""
    with Book(new_book) as book:
        counter = Counter(book)
        counter.announce(A, B)
        for item in (A, B):
            counter.do("receive", scan=item)
        counter.do("hand_over", scan=A, code="123456", tendered=200_000)

        def day(tx: Tx) -> None:
            subject = cash.day_subject("8500", 1, DATE)
            slip = "slip:8500-1-1-9"
            write(tx, counter, subject, e.DayOpened("8500", 1, DATE, 100_000, 0))
            write(tx, counter, slip, e.PaidIn("8500", 1, 5_000, "খুচরা"))
            out = write(tx, counter, slip, e.PaidOut("8500", 1, 700, "চা"))
            write(tx, counter, slip, e.Reversed("8500", 1, "ভুল"), sup=out)
            write(tx, counter, "pouch:P1", e.PouchSent("8500", 1, "8200", 50_000))
            expected = 100_000 + 116_000 + 5_000 - 50_000
            body = e.DayClosed(
                "8500", 1, DATE, 1, 100_000, 116_000, 5_700, 700, 50_000, expected, expected - 5_000, (), 1, 1, 0, "খুচরা ফেরত", "anwar"
            )  # fmt: skip
            write(tx, counter, subject, body)

        book.write(day)
        yield book


def report(rows: Rows) -> Report:
    day = days.day(rows, "8500", 1, DATE)
    first, last = entries.fact(rows, day.first), entries.fact(rows, day.last)
    assert first is not None and last is not None
    assert isinstance(last.entry.body, e.DayClosed)
    none, shut = Figure(), last.entry.body
    line = DrawerLine(
        1, ("rahima",), Figure(shut.opening), Figure(shut.collected), none, none, Figure(shut.paid_in), Figure(shut.paid_out), Figure(shut.deposited),
        Figure(shut.expected), Figure(shut.counted), Figure(shut.counted - shut.expected), True, day.seal[:16].hex(),
    )  # fmt: skip
    return Report(
        "8500", 1, DATE, DATE, True, first.id, last.id, day.seal[:16].hex(), True, last.entry.at, "rahima", "anwar", (), (line,), (), (), (), (), (), (), (), ()
    )


def bundle(book: Book, signer: Signer | None = SIGNER) -> bytes:
    reader = book.reader()
    try:
        return reader.read(lambda rows: evidence.make(rows, report(rows), b'{"x": 1}', {"reason": "কম টাকা"}, b"printer ready\n", signer))
    finally:
        reader.close()


def run(tmp_path: Path, data: bytes, *words: str) -> tuple[int, str]:
    """The script as a stranger runs it: a bare Python, nothing of ours on its path."""
    (tmp_path / "day.zip").write_bytes(data)
    (tmp_path / evidence.SCRIPT).write_bytes(evidence.script())
    done = subprocess.run(  # the program under test
        [sys.executable, "-I", "-S", str(tmp_path / evidence.SCRIPT), str(tmp_path / "day.zip"), *words],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_an_unaltered_bundle_is_good_without_this_program_and_adds_the_cash_again(closed: Book, tmp_path: Path) -> None:
    data = bundle(closed)
    seal = json.loads(zipfile.ZipFile(io.BytesIO(data)).read("manifest.json"))["seal"]
    code, said = run(tmp_path, data, "--seal", f"{seal[:4]}…{seal[-4:]}", "--key", SIGNER.public.hex())
    assert code == 0, said
    assert "expected   Tk 1710.00" in said
    assert "difference -Tk 50.00" in said
    assert "signed by" in said


def test_another_seal_or_another_counter_is_refused(closed: Book, tmp_path: Path) -> None:
    assert run(tmp_path, bundle(closed), "--seal", "0" * 32)[0] == 1
    code, said = run(tmp_path, bundle(closed, None), "--key", SIGNER.public.hex())
    assert (code, said[:8]) == (1, "REFUSED:")


def test_any_byte_altered_is_refused(closed: Book, checker: dict[str, object]) -> None:
    data, chance = bundle(closed), random.Random(8)
    places = {*range(min(200, len(data))), *range(len(data) - 200, len(data)), *(chance.randrange(len(data)) for _ in range(1_500))}
    for place in sorted(places):
        changed = bytearray(data)
        changed[place] ^= 1 << chance.randrange(8)
        assert refused(checker, bytes(changed)), place
    for cut in (0, 1, len(data) // 2, len(data) - 1):
        assert refused(checker, data[:cut])
    assert refused(checker, data + b"x")


def test_who_makes_the_digests_anew_is_found_by_the_chain_the_signature_and_the_sums(closed: Book, checker: dict[str, object]) -> None:
    """A forger who knows how the file is built changes an amount and every digest he can compute."""
    data = bundle(closed)
    assert not refused(checker, data)
    assert refused(checker, forged(data, "entries.jsonl", b"116000", b"106000"))
    assert refused(checker, forged(data, "report.json", b"1", b"2"))
    assert refused(checker, forged(data, "manifest.json", b'"expected": 171000', b'"expected": 161000'))
    unsigned = bundle(closed, None)
    assert refused(checker, forged(unsigned, "manifest.json", b'"expected": 171000', b'"expected": 161000'))
    assert refused(checker, forged(unsigned, "entries.jsonl", b"116000", b"106000"))


@pytest.fixture(scope="module")
def checker() -> dict[str, object]:
    """The script's own functions."""
    made: dict[str, object] = {"__name__": "checking"}
    exec(compile(evidence.script(), evidence.SCRIPT, "exec"), made)  # noqa: S102 - the program under test
    return made


def refused(checker: dict[str, object], data: bytes) -> bool:
    try:
        checker["check"](data)  # type: ignore[operator]
    except Exception:
        return True
    return False


def forged(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The bundle with one file changed, and the digests of the manifest and of the whole made to fit."""
    with zipfile.ZipFile(io.BytesIO(data)) as was:
        files = {each: was.read(each) for each in was.namelist()}
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    if name != "manifest.json":
        manifest = json.loads(files["manifest.json"])
        manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
        files["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True).encode()
    return evidence._sealed(files)


def test_the_same_evidence_makes_the_same_bytes(closed: Book) -> None:
    assert bundle(closed) == bundle(closed)


def test_cash_that_another_counter_passed_on_and_took_back_is_in_the_sum(new_book: Path, tmp_path: Path) -> None:
    """Its entries are not in this counter's own log, and the checker must come to the same sum as the closing."""
    with Book(new_book) as book:
        counter = Counter(book)
        counter.do("open_day", float=100_000)
        slip = "slip:8500-2-1-"
        passed = [e.Entry((counter.tick() << 16) + n, "jalil", f"{slip}{n}", 0, e.Transferred("8500", 2, 1, 7_000 * n)) for n in (1, 2)]
        back = e.Entry(counter.tick() << 16, "jalil", f"{slip}2", EntryId(77, 1, 2), e.Reversed("8500", 2, "ভুল"), EntryId(77, 1, 2))
        for seq, entry in enumerate((*passed, back), 1):
            book.write(lambda tx, seq=seq, entry=entry: arrivals.take(tx, EntryId(77, 1, seq), bytes([seq] * 16), e.encode(entry)))  # type: ignore[misc]
        counter.do("pay_out", amount=500, reason="চা")
        closed = counter.do("close_day", counted={"1000": 1, "loose": 6_500})
        assert (closed["data"]["expected"], closed["data"]["difference"]) == (106_500, 0)
        assert counter.do("dispute", reason="x", date=DATE, file=str(tmp_path / "own.zip"))["data"]["file"]
    code, said = run(tmp_path, (tmp_path / "own.zip").read_bytes())
    assert (code, "expected   Tk 1065.00" in said) == (0, True), said
