"""What this book knows of the centre: whose key to trust, how far both agree, what it said of entries, when the link was up.

The office's relay is known the same way, under keys that begin with `RELAY`: whoever speaks with it sets `rows.peer`. Only the centre's word
is kept of entries and of numbers, and only its link is the link.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from corner_app.book.database import Rows, Tx


@dataclass(frozen=True, slots=True)
class Centre:
    """The centre a book is enrolled at.

    url: where; public_key: of its answers; instance: of its storage; feed, check: position and running hash of our office's feed, -1 when the
    office's state has still to be fetched; state_after: subject up to which it was; heard_at: when its signature was last right, ms UTC;
    skew_ms: this PC's clock less the centre's.
    """

    url: str
    public_key: bytes
    instance: bytes
    feed: int
    check: bytes
    state_after: str
    heard_at: int
    skew_ms: int


RELAY = "relay_"
"""What begins the keys of what is known of the office's relay."""


def centre(rows: Rows) -> Centre | None:
    """None before this book was enrolled."""
    kept = {key.removeprefix(rows.peer): value for key, value in rows.all("SELECT k, v FROM sync") if key.startswith(rows.peer)}
    if "centre_key" not in kept:
        return None
    return Centre(
        kept["url"],
        kept["centre_key"],
        kept.get("instance", b""),
        kept.get("feed_pos", -1),
        kept.get("feed_check", b""),
        kept.get("state_after", ""),
        kept.get("heard_at", 0),
        kept.get("skew_ms", 0),
    )


@dataclass(frozen=True, slots=True)
class Relay:
    """The relay a book is enrolled at. url: where; has: running number up to which it keeps copies."""

    url: str
    has: int


def relay(rows: Rows) -> Relay | None:
    """None where the office has none, or this book is not enrolled at it."""
    url, has = (rows.value("SELECT v FROM sync WHERE k = ?", (RELAY + key,)) for key in ("url", "confirmed_no"))
    return None if url is None else Relay(url, int(has or 0))


def keep(rows: Rows, **values: Any) -> None:
    """Keeps named values, replacing older ones."""
    for key, value in values.items():
        rows.run("INSERT INTO sync (k, v) VALUES (?, ?) ON CONFLICT (k) DO UPDATE SET v = excluded.v", (rows.peer + key, value))


def kept(rows: Rows, key: str) -> Any:
    """A kept value, None before it was."""
    return rows.value("SELECT v FROM sync WHERE k = ?", (rows.peer + key,))


def fetch_anew(tx: Tx) -> None:
    """The office's state is fetched again, from the centre and from the relay."""
    for peer in ("", RELAY):
        tx.run("UPDATE sync SET v = -1 WHERE k = ?", (peer + "feed_pos",))
        tx.run("UPDATE sync SET v = '' WHERE k = ?", (peer + "state_after",))


def forget(rows: Rows, keys: Iterable[str]) -> None:
    """Keeps these no longer."""
    for key in keys:
        rows.run("DELETE FROM sync WHERE k = ?", (rows.peer + key,))


SKEW_LIMIT_MS = 120_000
"""Milliseconds by which this PC's clock may differ from the centre's before it is called wrong."""


def clock_is_wrong(rows: Rows) -> bool:
    """Whether the last contact showed this PC's clock to be wrong."""
    return abs(int(kept(rows, "skew_ms") or 0)) > SKEW_LIMIT_MS


CARRIED = "carried_"
"""What begins the keys of questions that left on a stick; their number follows."""


def carried(rows: Rows) -> list[int]:
    """Numbers of the questions that left on a stick and are kept, oldest first."""
    found = rows.all("SELECT k FROM sync WHERE k GLOB 'carried_[0-9]*'")
    return sorted(int(row[0].removeprefix(CARRIED)) for row in found)


def next_order(tx: Tx) -> int:
    """The number of a question that leaves on a stick. Even; what is asked over the link after it counts as the odd number that follows."""
    order = int(kept(tx, "carry_order") or 0) + 2
    keep(tx, carry_order=order)
    return order


def order_now(rows: Rows) -> int:
    """The number of a question asked over the link now."""
    return int(kept(rows, "carry_order") or 0) + 1


def said(tx: Tx, device: int, epoch: int, seq: int, ver: int, subject: str, code: str, at: int) -> None:
    """Keeps what the centre said of an entry."""
    if tx.peer:
        return
    tx.run(
        "INSERT OR IGNORE INTO verdict (device, epoch, seq, ver, subject, code, at) VALUES (?, ?, ?, ?, ?, ?, ?)", (device, epoch, seq, ver, subject, code, at)
    )


def forget_verdicts(tx: Tx) -> None:
    """What was said is about to be told anew, by a centre that may have been put back from a backup and judged otherwise."""
    if not tx.peer:
        tx.run("DELETE FROM verdict")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The centre's last word on an entry."""

    device: int
    epoch: int
    seq: int
    subject: str
    code: str
    at: int


def attention(rows: Rows, limit: int) -> list[Verdict]:
    """Entries whose last word is not "applied", newest first."""
    found = rows.all(
        """SELECT device, epoch, seq, subject, code, at FROM verdict AS v
           WHERE code <> 'applied' AND NOT EXISTS
               (SELECT 1 FROM verdict AS later WHERE (later.device, later.epoch, later.seq) = (v.device, v.epoch, v.seq) AND later.ver > v.ver)
           ORDER BY at DESC, subject LIMIT ?""",
        (limit,),
    )
    return [Verdict(*row) for row in found]


def spoke(rows: Rows, at: int, *, up: bool, entries: int, sent_bytes: int) -> None:
    """Notes a try: whether the centre answered, entries it confirmed, bytes it cost. A row when the link changed or something went, no more."""
    if rows.peer:
        return
    last = rows.one("SELECT at, up FROM contact ORDER BY at DESC LIMIT 1")
    if last is not None and last[1] == int(up) and not entries and not sent_bytes:
        return
    at = max(at, last[0] + 1) if last is not None else at
    rows.run("INSERT INTO contact (at, up, entries, bytes) VALUES (?, ?, ?, ?)", (at, int(up), entries, sent_bytes))


def contacts(rows: Rows, since: int) -> list[tuple[int, bool, int, int]]:
    """(at, up, entries, bytes) of every note since, and of the last one before it."""
    first = rows.value("SELECT max(at) FROM contact WHERE at <= ?", (since,)) or since
    return [(at, bool(up), n, size) for at, up, n, size in rows.all("SELECT at, up, entries, bytes FROM contact WHERE at >= ? ORDER BY at", (first,))]


def lease(rows: Rows, indicator: str, first: int, last: int) -> None:
    """A block of numbers that is ours alone."""
    if rows.peer:
        return
    rows.run("INSERT OR IGNORE INTO lease (indicator, first, last, next) VALUES (?, ?, ?, ?)", (indicator, first, last, first))


def numbers_left(rows: Rows, indicator: str) -> int:
    """How many numbers of ours were not used yet."""
    return int(rows.value("SELECT coalesce(sum(last + 1 - next), 0) FROM lease WHERE indicator = ?", (indicator,)))


def newest_lease(rows: Rows, indicator: str) -> int:
    """First number of the block we got last, 0 none."""
    return int(rows.value("SELECT coalesce(max(first), 0) FROM lease WHERE indicator = ?", (indicator,)))


def take_number(tx: Tx, indicator: str) -> int | None:
    """The next serial number of our blocks, None when they are used up."""
    row = tx.one("SELECT first, next FROM lease WHERE indicator = ? AND next <= last ORDER BY first LIMIT 1", (indicator,))
    if row is None:
        return None
    tx.run("UPDATE lease SET next = next + 1 WHERE indicator = ? AND first = ?", (indicator, row[0]))
    return int(row[1])
