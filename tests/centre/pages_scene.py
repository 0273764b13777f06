"""What the pages are looked at with: a parcel that came a long way, a country of offices, and a browser that has the fonts of the program."""

from __future__ import annotations

import csv
import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from playwright.sync_api import Browser, sync_playwright
from tests.centre.offices import T0, Pc, announced, item

from central_server.announce import announce
from central_server.exchange import Desk
from central_server.storage import devices
from central_server.storage.database import Sql
from corner_app.domain import entries as e
from corner_app.domain.parcels import CodState, Parcel, State
from corner_app.reference import load_places

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample_parcels_1000.csv"
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = T0 + 5 * HOUR
STATES = (State.SHELVED, State.RECEIVED, State.BAGGED, State.OUT_FOR_DELIVERY, State.ATTEMPTED, State.HANDED_OVER)


def sample(postcode: str) -> dict[str, str]:
    """A parcel of the training file for an office, with COD."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return next(row for row in csv.DictReader(file) if row["postcode"] == postcode and int(row["cod_amount_minor"]))


def travelled(desk: Desk) -> dict[str, str]:
    """A parcel that a shop announced, the hub sent on and its office has on a shelf; its row in the training file."""
    row = sample("8500")
    announce(desk, [(1, row)], "headquarters", T0 - 2 * DAY)
    hub, own = Pc(desk, "8200").enrol(), Pc(desk, "8500").enrol()
    item = row["item_id"]
    for at, body in ((T0 - DAY, e.Received("8200")), (T0 - DAY + HOUR, e.Bagged("8200", "B1", "8500")), (T0 - HOUR * 5, e.Dispatched("8200", "B1"))):
        hub.write(item, body, _last(desk, item) if not hub.rows else len(hub.rows), hlc=at << 16)
    hub.send(now=T0 - HOUR * 4)
    base = e.EntryId(hub.device, 1, 3)
    own.write(item, e.Received("8500"), base, hlc=T0 << 16)
    own.write(item, e.Shelved("8500", "খ-১২"), 1, hlc=T0 + MINUTE << 16)
    own.send(now=NOW - 3 * MINUTE)
    for pc, seen in ((hub, 20), (own, 3)):
        desk.database.write(lambda sql, pc=pc, seen=seen: devices.saw(sql, pc.device, NOW - seen * MINUTE, 400, 0))  # type: ignore[misc]
        desk.database.write(lambda sql, pc=pc: devices.reported(sql, pc.device, "1.1.0", b"", 0, 0))  # type: ignore[misc]
    return row


def moneyed(desk: Desk) -> str:
    """Two offices with money of every kind: days that agree, differ or were never closed, a pouch, a dispute, claims. The code of the first."""
    one, two, there = Pc(desk, "8550").enrol(), Pc(desk, "8550", counter=2).enrol(), Pc(desk, "8560").enrol()
    taken = _handed_over(one, 61_003_724, 116_000, NOW - 2 * DAY, "", "")
    one.write("day:8550-1-2026-11-23", e.DayOpened("8550", 1, "2026-11-23", 50_000, 0), hlc=NOW - 2 * DAY << 16)
    one.write("day:8550-1-2026-11-23", _closed("2026-11-23", 166_000, 165_500), len(one.rows), hlc=NOW - 2 * DAY + HOUR << 16)
    one.write("pouch:PB204417", e.PouchSent("8550", 1, "8500", 115_000), hlc=NOW - 26 * HOUR << 16)
    _handed_over(one, 61_003_725, 89_900, NOW - DAY, "bkash", "8N7A6B5C4D")
    one.write("day:8550-1-2026-11-23", e.Disputed("8550", 1, -50_000, "টাকা ঠিকই গুনেছি"), len(one.rows), sup=taken.seq, hlc=NOW - DAY << 16)
    one.write("day:8550-1-2026-11-24", _closed("2026-11-24", 150_500, 150_500), hlc=NOW - DAY + HOUR << 16)
    two.write("day:8550-2-2026-11-23", e.DayOpened("8550", 2, "2026-11-23", 20_000, 0), hlc=NOW - 2 * DAY << 16)
    there.write("slip:8560-1-1-1", e.PaidIn("8560", 1, 30_000, "খুচরা"), hlc=NOW - DAY << 16)
    there.write("day:8560-1-2026-11-24", e.DayClosed("8560", 1, "2026-11-24", 1, 0, 0, 30_000, 0, 0, 30_000, 30_000, (), 0, 0, 0), hlc=NOW << 16)
    _handed_over(there, 61_003_726, 89_900, NOW, "bkash", "8N7A6B5C4D")
    for pc in (one, two, there):
        pc.send(now=NOW)
    return one.office


def _closed(date: str, expected: int, counted: int) -> e.DayClosed:
    """The closing of counter 1."""
    return e.DayClosed("8550", 1, date, 1, 50_000, 116_000, 0, 0, 0, expected, counted, (), 3, 2, 0, "খুচরা নেই" if counted != expected else "")


def _handed_over(pc: Pc, serial: int, amount: int, at: int, wallet: str, trx: str) -> e.EntryId:
    number = item(serial)
    base = pc.write(number, announced(pc.office, cod=amount), hlc=at << 16)
    base = pc.write(number, e.Received(pc.office), base, hlc=at << 16)
    return pc.write(number, e.HandedOver(pc.office, 1, amount, "M005", "code", len(pc.rows) + 1, wallet=wallet, trx=trx), base, hlc=at << 16)


def _last(desk: Desk, number: str) -> e.EntryId:
    device, epoch, seq = desk.database.read(lambda sql: sql.all("SELECT device, epoch, seq FROM fact WHERE subject = ?", (number,)))[0]
    return e.EntryId(device, epoch, seq)


def populated(desk: Desk, offices: int, now: int = NOW) -> list[str]:
    """As many offices with a PC each, most of them well; their codes. Always the same ones."""
    chance = random.Random(1)
    known = set(desk.database.read(devices.offices))
    codes = [code for code in (*load_places().offices, *(f"N{number:x}" for number in range(offices))) if code not in known][:offices]

    def fill(sql: Sql) -> None:
        rows = [_row(code, number, chance, now) for number, code in enumerate(codes)]
        names = "device, uuid, public_key, office, counter, state, app, fp, enrolled_at, seen_at, unsent, oldest, skew, feed"
        sql.copy("device", names.split(", "), rows)
        sql.copy("office", ("office", "added_at"), [(code, now) for code in codes])
        sql.copy("parcel", ("subject", "state", "office", "cod", "cod_state", "offices", "folded", "updated_at"), _parcels(codes, chance, now))
        sql.copy("posting", ("subject", "device", "epoch", "seq", "line", "account", "amount", "key"), _cash(codes, chance))

    desk.database.write(fill)
    return codes


def _row(code: str, number: int, chance: random.Random, now: int) -> tuple[object, ...]:
    silent = chance.choice((2, 9, 31, 50)) * MINUTE
    if chance.random() < 0.05:
        silent = int(chance.choice((3, 14, 20, 26, 50, 80, 220)) * HOUR)
    waits = chance.choice((0, 0, 0, 4, 12)) if silent < HOUR else chance.randrange(20, 400)
    skew = 22 * MINUTE if chance.random() < 0.004 else chance.randrange(-3_000, 3_000)
    oldest = now - silent - chance.randrange(HOUR) if waits else 0
    uuid = number.to_bytes(16, "big")
    app = "1.0.4" if silent > DAY else "1.1.0"
    return (1_000_000 + number, uuid, uuid * 2, code, 1, devices.ACTIVE, app, b"", now - 90 * DAY, now - silent, waits, oldest, skew, 0)


def _parcels(codes: list[str], chance: random.Random, now: int) -> Iterator[tuple[object, ...]]:
    for number, code in enumerate(codes):
        for piece in range(chance.randrange(1, 4)):
            item, state = f"PP{number:05d}{piece:03d}BD", chance.choice(STATES)
            at = now - chance.choice((0, 1, 2, 3, 9)) * DAY
            folded = msgspec.json.encode(Parcel(item, state=state, office=code, cod=50_000, cod_state=CodState.DUE))
            yield (item, state.value, code, 50_000, "due", code, folded, at)


def _cash(codes: list[str], chance: random.Random) -> Iterator[tuple[object, ...]]:
    for number, code in enumerate(codes):
        paisa = chance.randrange(10, 3_000) * 1_000
        yield (f"PP{number:05d}000BD", 1, 1, number, 0, f"drawer:{code}-1", paisa, "k")
        yield (f"PP{number:05d}000BD", 1, 1, number, 1, "cod:M001", -paisa, "k")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium with the fonts in resources, and no other."""
    program = shutil.which("chromium")
    assert program is not None, "the tests need chromium; type this once: sudo apt-get install -y chromium"
    with tempfile.TemporaryDirectory(prefix="corner-fonts-") as folder, sync_playwright() as playwright:
        settings = Path(folder) / "fonts.conf"
        settings.write_text(f"<fontconfig><dir>{ROOT / 'resources' / 'fonts'}</dir><cachedir>{folder}</cachedir></fontconfig>", encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"], env={"FONTCONFIG_FILE": str(settings), "HOME": folder})
        yield browser
        browser.close()
