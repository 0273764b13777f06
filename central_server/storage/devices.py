"""Offices, their devices, the codes to enrol one, merchants, and what the centre knows of itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from central_server.storage.database import Row, Sql, locking, one, value

ACTIVE, REPLACED, REVOKED = "active", "replaced", "revoked"
"""A replaced device may still send what it holds; nobody waits for it to listen."""


@dataclass(frozen=True, slots=True)
class Device:
    """One PC's book. device: its handle; skew: its clock less ours at the last word, milliseconds; unsent, oldest: as it said then.

    feed: how far it had read its office's feed when it last spoke.
    """

    device: int
    uuid: bytes
    public_key: bytes
    office: str
    counter: int
    state: str
    app: str
    fp: bytes
    enrolled_at: int
    seen_at: int
    unsent: int
    oldest: int
    skew: int
    feed: int = 0


_COLUMNS = "device, uuid, public_key, office, counter, state, app, fp, enrolled_at, seen_at, unsent, oldest, skew, feed"


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code to enrol a counter. device: that used it, 0 nobody yet."""

    id: str
    secret: str
    office: str
    counter: int
    made_at: int
    device: int


def told(sql: Sql, key: str) -> str | None:
    """Something the centre keeps about itself."""
    found: str | None = value(sql, "SELECT v FROM centre WHERE k = ?", (key,))
    return found


def tell(sql: Sql, key: str, text: str) -> None:
    """Keeps it."""
    sql.run("INSERT INTO centre (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (key, text))


def find(sql: Sql, device: int) -> Device | None:
    """The device with this handle."""
    row = one(sql, f"SELECT {_COLUMNS} FROM device WHERE device = ?", (device,))  # noqa: S608 - fixed names
    return None if row is None else _device(row)


def all_of(sql: Sql, office: str | None = None) -> list[Device]:
    """Devices of an office, or all."""
    where, parameters = ("WHERE office = ?", (office,)) if office is not None else ("", ())
    return [_device(row) for row in sql.all(f"SELECT {_COLUMNS} FROM device {where} ORDER BY office, counter, device", parameters)]  # noqa: S608


def _device(row: Row) -> Device:
    return Device(row[0], bytes(row[1]), bytes(row[2]), row[3], row[4], row[5], row[6], bytes(row[7]), *row[8:])


def active(sql: Sql, offices: Iterable[str]) -> list[tuple[str, int]]:
    """(office, handle) of the devices of these offices that were not revoked."""
    condition, among = sql.among("office", list(offices))
    rows = sql.all(f"SELECT office, device FROM device WHERE {condition} AND state = ? ORDER BY device", (among, ACTIVE))  # noqa: S608
    return [(office, device) for office, device in rows]


def add(sql: Sql, device: Device) -> None:
    """Enrols it."""
    sql.run(
        f"INSERT INTO device ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (
            device.device,
            device.uuid,
            device.public_key,
            device.office,
            device.counter,
            device.state,
            device.app,
            device.fp,
            device.enrolled_at,
            device.seen_at,
            device.unsent,
            device.oldest,
            device.skew,
            device.feed,
        ),
    )


def revoke(sql: Sql, device: int) -> bool:
    """Takes its right away; what it still sends is kept apart."""
    return sql.run("UPDATE device SET state = ? WHERE device = ?", (REVOKED, device)) > 0


def replace_counter(sql: Sql, office: str, counter: int) -> None:
    """A new PC stands where another stood."""
    sql.run("UPDATE device SET state = ? WHERE office = ? AND counter = ? AND state = ?", (REPLACED, office, counter, ACTIVE))


def saw(sql: Sql, device: int, now: int, skew: int, feed: int) -> None:
    """It spoke, and had read its office's feed up to a position."""
    sql.run("UPDATE device SET seen_at = ?, skew = ?, feed = ? WHERE device = ?", (now, skew, feed, device))


def read_by_all(sql: Sql, office: str, since: int) -> int | None:
    """Position up to which every PC of an office has read its feed; None when nobody listens. since: who is silent for longer is not waited for."""
    found: int | None = value(sql, "SELECT min(feed) FROM device WHERE office = ? AND state = ? AND seen_at >= ?", (office, ACTIVE, since))
    return found


def reported(sql: Sql, device: int, app: str, fp: bytes, unsent: int, oldest: int) -> None:
    """It said how it is."""
    sql.run("UPDATE device SET app = ?, fp = ?, unsent = ?, oldest = ? WHERE device = ?", (app, fp, unsent, oldest, device))


def add_office(sql: Sql, office: str, now: int) -> None:
    """An office that may enrol devices."""
    sql.run("INSERT INTO office (office, added_at) VALUES (?, ?) ON CONFLICT (office) DO NOTHING", (office, now))


def offices(sql: Sql) -> list[str]:
    """Every office that was added."""
    return [office for (office,) in sql.all("SELECT office FROM office ORDER BY office")]


def keep_code(sql: Sql, code: Code) -> None:
    """A code headquarters made; an unused one of the same counter ends."""
    sql.run("DELETE FROM code WHERE office = ? AND counter = ? AND device = 0", (code.office, code.counter))
    sql.run(
        "INSERT INTO code (id, secret, office, counter, made_at, device) VALUES (?, ?, ?, ?, ?, ?)",
        (code.id, code.secret, code.office, code.counter, code.made_at, code.device),
    )


def code(sql: Sql, id: str) -> Code | None:
    """The code with this beginning, held until the transaction ends."""
    row = one(sql, f"SELECT id, secret, office, counter, made_at, device FROM code WHERE id = ?{locking(sql)}", (id,))  # noqa: S608
    return None if row is None else Code(*row)


def use_code(sql: Sql, id: str, device: int) -> None:
    """The code is spent; its secret is kept no longer than it is needed to answer the same device again."""
    sql.run("UPDATE code SET device = ? WHERE id = ?", (device, id))


def add_merchant(sql: Sql, merchant: str, name: str, key_hash: bytes) -> None:
    """A merchant who may announce; a new key ends the old one."""
    sql.run(
        """INSERT INTO merchant (merchant, name, key_hash) VALUES (?, ?, ?)
           ON CONFLICT (merchant) DO UPDATE SET name = excluded.name, key_hash = excluded.key_hash""",
        (merchant, name, key_hash),
    )


def merchant_of(sql: Sql, key_hash: bytes) -> str | None:
    """Whose key this is."""
    found: str | None = value(sql, "SELECT merchant FROM merchant WHERE key_hash = ?", (key_hash,))
    return found


@dataclass(frozen=True, slots=True)
class Lease:
    """A block of serial numbers, first … last, that is one device's alone, in one lineage of its book."""

    office: str
    indicator: str
    first: int
    last: int
    device: int
    epoch: int
    at: int


@dataclass(frozen=True, slots=True)
class LeaseHead:
    """Where the numbers of an indicator go on. credit: numbers that could be given out at once at the moment `at`."""

    next: int
    credit: int
    at: int


_LEASE = "office, indicator, first, last, device, epoch, at"


def lease_head(sql: Sql, indicator: str, fresh: LeaseHead) -> LeaseHead:
    """Where an indicator's numbers go on, held until the transaction ends. fresh: where they begin."""
    sql.run(
        "INSERT INTO lease_head (indicator, next, credit, at) VALUES (?, ?, ?, ?) ON CONFLICT (indicator) DO NOTHING",
        (indicator, fresh.next, fresh.credit, fresh.at),
    )
    row = one(sql, f"SELECT next, credit, at FROM lease_head WHERE indicator = ?{locking(sql)}", (indicator,))  # noqa: S608
    assert row is not None  # noqa: S101 - just made
    return LeaseHead(*row)


def keep_lease_head(sql: Sql, indicator: str, head: LeaseHead) -> None:
    """Keeps it."""
    sql.run("UPDATE lease_head SET next = ?, credit = ?, at = ? WHERE indicator = ?", (head.next, head.credit, head.at, indicator))


def add_lease(sql: Sql, lease: Lease) -> None:
    """Keeps whose a block is."""
    sql.run(
        f"INSERT INTO lease ({_LEASE}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - fixed names
        (lease.office, lease.indicator, lease.first, lease.last, lease.device, lease.epoch, lease.at),
    )


def newest_lease(sql: Sql, device: int, epoch: int, indicator: str) -> Lease | None:
    """The last block a lineage of a device got."""
    row = one(
        sql,
        f"SELECT {_LEASE} FROM lease WHERE device = ? AND indicator = ? AND epoch = ? ORDER BY first DESC LIMIT 1",  # noqa: S608 - fixed names
        (device, indicator, epoch),
    )
    return None if row is None else Lease(*row)


def leases(sql: Sql, office: str) -> list[Lease]:
    """Every block an office got, oldest first."""
    return [Lease(*row) for row in sql.all(f"SELECT {_LEASE} FROM lease WHERE office = ? ORDER BY at, first", (office,))]  # noqa: S608
