"""A new PC of an office with very many parcels: the office's state by `/v1/state`, with the link cut at every part.

The centre serves from PostgreSQL; its rows are copied in, each parcel announced as the merchants' files say. The office's PC is a process of its own with
an empty book and the product's client; the proxy cuts the first try of each part in the middle of its answer and lets the second through. So every part
is asked for twice and nothing else again. Once more without a cut gives what the cuts cost. The floor reads the same rows once, by bare statements.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import psycopg

from benchmarks import centre_days as days
from benchmarks.sync_proxy import Count, proxy
from benchmarks.turns import Row, figure
from central_server.exchange import Desk
from corner_app.book.book import Book
from corner_app.domain import entries as e
from corner_app.domain.entries import Entry, encode
from corner_app.domain.numbers import make_s10
from corner_app.sync.engine import NoAnswer
from corner_app.sync.http import HttpLink
from tests.centre.processes import serving
from tests.postgres import Cluster

CUT_AFTER = 2_000
"""Bytes of an answer that come through before the link is cut."""
FLOOR, WHOLE, CUT = "floor: reading the rows", "ours, whole", "ours, every part cut once"
_FACT = "COPY fact (subject, device, epoch, seq, uid, office, kind, received_at, bytes) FROM STDIN"
_PAGE = """SELECT concern.subject, fact.device, fact.epoch, fact.seq, fact.uid, fact.bytes FROM concern JOIN fact ON fact.subject = concern.subject
    WHERE concern.office = %s AND concern.subject > %s AND fact.subject > %s AND concern.closed_at = 0 ORDER BY concern.subject LIMIT 640"""


@dataclass(frozen=True)
class Told:
    """What the PC's process says at its end. refused: tries that were cut; peak: bytes it held at most."""

    arrived: int
    refused: int
    clock_s: float
    processor_s: float
    peak: int


def _fill(url: str, desk: Desk, parcels: int) -> None:
    announced = days.announced(0)
    with psycopg.connect(url) as link, link.cursor() as cursor:
        with cursor.copy(_FACT) as copy:
            for n, (item, stored) in enumerate(_parcels(parcels, announced), 1):
                copy.write_row((item, desk.centre.device, 1, n, n.to_bytes(16, "big"), "centre", "announced", days.T0, stored))
        with cursor.copy("COPY concern (office, subject, closed_at) FROM STDIN") as copy:
            for item in map(_item, range(parcels)):
                copy.write_row((days.OFFICE, item, 0))
        link.commit()
        link.autocommit = True
        link.execute("VACUUM ANALYZE fact, concern")


def _item(n: int) -> str:
    return make_s10("CP", f"{(n * 48_271 + 11) % days.SERIALS:08d}")


def _parcels(parcels: int, announced: list[dict[str, str]]) -> Iterator[tuple[str, bytes]]:
    for n in range(parcels):
        row = announced[n % len(announced)]
        body = e.Announced(
            int(row["cod_amount_minor"]), int(row["weight_g"]), days.OFFICE, row["recipient_phone"], row["recipient_name_bn"], row["recipient_name_en"],
            row["address_bn"], row["address_en"], row["merchant_id"], row["merchant_name_bn"], row["merchant_name_en"], f"ORD-{n:08d}", (), row["service"],
            row["delivery_mode"], row["contents_bn"], row["contents_en"], int(row["declared_value_minor"]), "", n.to_bytes(8, "big"), bytes(32), (),
        )  # fmt: skip
        item = _item(n)
        yield item, encode(Entry((days.T0 << 16) + n, "merchant:M005", item, 0, body))


def _read_rows(url: str) -> tuple[int, float]:
    """(rows, seconds) of reading all by bare statements, as many to a page as a part has."""
    began, count, after = time.perf_counter(), 0, ""
    with psycopg.connect(url, autocommit=True) as link:
        while rows := link.execute(_PAGE, (days.OFFICE, after, after)).fetchall():
            count, after = count + len(rows), rows[-1][0]
    return count, time.perf_counter() - began


def _fetched(url: str, folder: Path, counter: int, every: int) -> tuple[Told, Count, int]:
    """A new PC fetches the state; what it told, what the link carried, and the most the centre held."""
    desk = days.again(url)
    office = days.open_office(desk, folder / f"{counter}.book", counter)
    desk.database.close()
    with serving(url) as served, proxy(int(served.url.rpartition(":")[2])) as link:
        if every:
            link.tell(f"every {every}")
        command = [sys.executable, "-m", "benchmarks.centre_snapshot", str(office.path), str(counter), f"http://127.0.0.1:{link.port}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"bench: the office's PC ended: {done.stderr[-2000:]}")
        return Told(**json.loads(done.stdout)), link.count(), _peak(served.process.pid)


def _peak(pid: int) -> int:
    """The most a process ever held, bytes."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def measure(parcels: int = 5_000) -> list[Row]:
    """Floor, whole and cut, one after the other; each PC is another counter of the office."""
    with Cluster(durable=True) as cluster, tempfile.TemporaryDirectory(dir=Path.cwd() / "build") as name:
        url = cluster.create("snapshot")
        desk = days.found(url)
        _fill(url, desk, parcels)
        desk.database.close()
        count, floor_s = _read_rows(url)
        runs = {WHOLE: _fetched(url, Path(name), 1, 0), CUT: _fetched(url, Path(name), 2, CUT_AFTER)}
    for way, (told, _, _) in runs.items():
        if (count, told.arrived) != (parcels, parcels):
            raise SystemExit(f"bench: {way}: {told.arrived} of {parcels} came, the floor read {count}")
    return _said(parcels, floor_s, runs)


def _said(parcels: int, floor_s: float, runs: dict[str, tuple[Told, Count, int]]) -> list[Row]:
    bench, whole = f"snapshot: {parcels:,} parcels", runs[WHOLE][1]
    made = [figure(f"{bench}, clock", FLOOR, floor_s * 1_000, "ms")]
    for way, (told, _, _) in runs.items():
        note = f"{parcels / told.clock_s:,.0f} parcels/s; the PC's processor {told.processor_s:.1f} s"
        made.append(figure(f"{bench}, clock", way, told.clock_s * 1_000, "ms", told.clock_s / floor_s, note))
    for way, (told, count, _) in runs.items():
        note = f"{count.exchanges - count.cuts} parts, {count.cuts} cuts, {count.lost_down} B of answers for nothing"
        made.append(figure(f"{bench}, bytes down a parcel", way, count.down / parcels, "B", count.down / whole.down, note))
        made.append(figure(f"{bench}, bytes up a parcel", way, count.up / parcels, "B", count.up / whole.up, f"{told.refused} tries again"))
    for way, (told, _, peak) in runs.items():
        made.append(figure(f"{bench}, memory at most", f"{way}: PC", told.peak / 1e6, "MB", 1.0))
        made.append(figure(f"{bench}, memory at most", f"{way}: centre", peak / 1e6, "MB", peak / told.peak))
    return made


def _be_the_office(book: str, counter: str, url: str) -> None:
    """The PC's process: rounds until nothing is left; a cut is tried again at once."""
    began, refused = time.perf_counter(), 0
    with Book(Path(book)) as opened:
        office = days.Office(Path(book), *days.device_of(days.OFFICE, int(counter)))
        asking = days.client(office, opened, HttpLink(url))
        more = True
        while more:
            try:
                more = asking.round()
            except NoAnswer as none:
                if none.code != "unreachable":
                    raise
                refused += 1
        arrived = opened.write(lambda tx: int(tx.value("SELECT count(*) FROM arrived")))
    process, clock_s = psutil.Process(), time.perf_counter() - began
    used = process.cpu_times()
    print(json.dumps(asdict(Told(arrived, refused, clock_s, used.user + used.system, _peak(process.pid)))))


if __name__ == "__main__":
    _be_the_office(*sys.argv[1:])
