"""Tables of the centre, for both databases.

What grows is keyed by office or by parcel, so that the same tables can be spread over machines: `LED_BY` says by which, and
tests/centre/test_schema.py holds every key and unique constraint to it. The others (REFERENCE) are small and would be copied everywhere.
On PostgreSQL `batch` is cut by the day it came in, `fact`, `parcel`, `posting` and `feed` by hash.
"""

from __future__ import annotations

REFERENCE = ("centre", "office", "device", "code", "merchant", "lease_head", "reference")
LED_BY = {
    "cursor": "office",
    "batch": "office",
    "quarantine": "office",
    "concern": "office",
    "feed_head": "office",
    "feed": "office",
    "feed_mark": "office",
    "verdict": "office",
    "lease": "office",
    "fact": "subject",
    "parcel": "subject",
    "alias": "code",
    "posting": "subject",
    "document": "office",
    "closing": "office",
    "remittance": "merchant",
    "remitted": "subject",
    "payment": "trx",
    "claim": "trx",
}
HASHED = {"fact": 16, "parcel": 16, "alias": 8, "posting": 8, "feed": 16}
"""Table → into how many parts PostgreSQL cuts it."""

_TABLES = (
    "CREATE TABLE centre (k TEXT PRIMARY KEY, v TEXT NOT NULL)",
    "CREATE TABLE office (office TEXT PRIMARY KEY, added_at {int} NOT NULL)",
    """CREATE TABLE device (
        device {int} PRIMARY KEY, uuid {blob} NOT NULL UNIQUE, public_key {blob} NOT NULL, office TEXT NOT NULL, counter {int} NOT NULL,
        state TEXT NOT NULL, app TEXT NOT NULL, fp {blob} NOT NULL, enrolled_at {int} NOT NULL, seen_at {int} NOT NULL,
        unsent {int} NOT NULL, oldest {int} NOT NULL, skew {int} NOT NULL, feed {int} NOT NULL)""",
    "CREATE INDEX device_office ON device (office)",
    """CREATE TABLE code (
        id TEXT PRIMARY KEY, secret TEXT NOT NULL, office TEXT NOT NULL, counter {int} NOT NULL, made_at {int} NOT NULL, device {int} NOT NULL)""",
    "CREATE TABLE merchant (merchant TEXT PRIMARY KEY, name TEXT NOT NULL, key_hash {blob} NOT NULL)",
    "CREATE TABLE lease_head (indicator TEXT PRIMARY KEY, next {int} NOT NULL, credit {int} NOT NULL, at {int} NOT NULL)",
    """CREATE TABLE reference (
        version {int} NOT NULL, name TEXT NOT NULL, loaded_at {int} NOT NULL, sha256 {blob} NOT NULL, packed {blob} NOT NULL,
        PRIMARY KEY (version, name))""",
    """CREATE TABLE cursor (
        office TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, next {int} NOT NULL, head {blob} NOT NULL, closed {int} NOT NULL,
        judged {int} NOT NULL, request {blob} NOT NULL, safe {int} NOT NULL DEFAULT 1, PRIMARY KEY (office, device, epoch))""",
    """CREATE TABLE batch (
        office TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, first {int} NOT NULL, day {int} NOT NULL, count {int} NOT NULL,
        skip {int} NOT NULL, before {blob} NOT NULL, received_at {int} NOT NULL, frame {blob} NOT NULL,
        PRIMARY KEY (office, device, epoch, first, day)){by_day}""",
    """CREATE TABLE quarantine (
        office TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, first {int} NOT NULL, last {blob} NOT NULL, received_at {int} NOT NULL,
        frame {blob} NOT NULL, PRIMARY KEY (office, device, epoch, first, last))""",
    """CREATE TABLE fact (
        subject TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL, uid {blob} NOT NULL, office TEXT NOT NULL,
        kind TEXT NOT NULL, received_at {int} NOT NULL, bytes {blob} NOT NULL, PRIMARY KEY (subject, device, epoch, seq)){by_subject}""",
    """CREATE TABLE parcel (
        subject TEXT NOT NULL PRIMARY KEY, state TEXT NOT NULL, office TEXT NOT NULL, cod {int} NOT NULL, cod_state TEXT NOT NULL,
        offices TEXT NOT NULL, folded {blob} NOT NULL, updated_at {int} NOT NULL){by_subject}""",
    "CREATE TABLE alias (code TEXT NOT NULL, subject TEXT NOT NULL, PRIMARY KEY (code, subject)){by_code}",
    """CREATE TABLE posting (
        subject TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL, line {int} NOT NULL, account TEXT NOT NULL,
        amount {int} NOT NULL, key TEXT NOT NULL, PRIMARY KEY (subject, device, epoch, seq, line)){by_subject}""",
    "CREATE TABLE concern (office TEXT NOT NULL, subject TEXT NOT NULL, closed_at {int} NOT NULL, PRIMARY KEY (office, subject))",
    "CREATE TABLE feed_head (office TEXT PRIMARY KEY, pos {int} NOT NULL, running {blob} NOT NULL)",
    """CREATE TABLE feed (
        office TEXT NOT NULL, pos {int} NOT NULL, running {blob} NOT NULL, item {blob} NOT NULL, PRIMARY KEY (office, pos)){by_office}""",
    "CREATE TABLE feed_mark (office TEXT NOT NULL, day {int} NOT NULL, pos {int} NOT NULL, PRIMARY KEY (office, day))",
    """CREATE TABLE verdict (
        office TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL, ver {int} NOT NULL, subject TEXT NOT NULL,
        code TEXT NOT NULL, at {int} NOT NULL, PRIMARY KEY (office, device, epoch, seq, ver))""",
    "CREATE INDEX verdict_subject ON verdict (subject)",
    "CREATE INDEX verdict_held ON verdict (at) WHERE code = 'held'",
    """CREATE TABLE lease (
        office TEXT NOT NULL, indicator TEXT NOT NULL, first {int} NOT NULL, last {int} NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL,
        at {int} NOT NULL, PRIMARY KEY (office, indicator, first))""",
    "CREATE INDEX lease_device ON lease (device, indicator)",
)
_MONEY = (
    "CREATE INDEX posting_account ON posting (account, device, epoch, seq)",
    """CREATE TABLE document (
        office TEXT NOT NULL, subject TEXT NOT NULL, counter {int} NOT NULL, date TEXT NOT NULL, state TEXT NOT NULL, amount {int} NOT NULL,
        at {int} NOT NULL, disputes {int} NOT NULL, unfinished {int} NOT NULL, PRIMARY KEY (office, subject))""",
    "CREATE INDEX document_unfinished ON document (office) WHERE unfinished = 1",
    """CREATE TABLE closing (
        office TEXT NOT NULL, counter {int} NOT NULL, date TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL,
        expected {int} NOT NULL, counted {int} NOT NULL, computed {int} NOT NULL, differs {int} NOT NULL, marks TEXT NOT NULL, others TEXT NOT NULL,
        at {int} NOT NULL, PRIMARY KEY (office, counter, date))""",
    "CREATE INDEX closing_differs ON closing (office) WHERE differs = 1",
    """CREATE TABLE remittance (
        merchant TEXT NOT NULL, number {int} NOT NULL, invoice TEXT NOT NULL, made_at {int} NOT NULL, parcels {int} NOT NULL, amount {int} NOT NULL,
        paid_at {int} NOT NULL, PRIMARY KEY (merchant, number))""",
    """CREATE TABLE remitted (
        subject TEXT PRIMARY KEY, merchant TEXT NOT NULL, number {int} NOT NULL, office TEXT NOT NULL, date TEXT NOT NULL, amount {int} NOT NULL)""",
    "CREATE INDEX remitted_merchant ON remitted (merchant, number)",
    """CREATE TABLE payment (
        trx TEXT NOT NULL, wallet TEXT NOT NULL, state TEXT NOT NULL, told {int} NOT NULL, at {int} NOT NULL, PRIMARY KEY (trx, wallet))""",
    """CREATE TABLE claim (
        trx TEXT NOT NULL, wallet TEXT NOT NULL, device {int} NOT NULL, epoch {int} NOT NULL, seq {int} NOT NULL, basket {int} NOT NULL,
        subject TEXT NOT NULL, office TEXT NOT NULL, amount {int} NOT NULL, origin TEXT NOT NULL, used {int} NOT NULL,
        PRIMARY KEY (trx, wallet, device, epoch, seq))""",
)
"""The second step: cash documents and closings as they stand, what was remitted to merchants, claimed mobile payments."""
DAY_MS = 86_400_000


def money_statements(*, postgresql: bool) -> list[str]:
    """What adds money to a centre of the first step."""
    return [table.format(**_types(postgresql=postgresql)) for table in _MONEY]


def _types(*, postgresql: bool) -> dict[str, str]:
    return {"int": "BIGINT", "blob": "BYTEA"} if postgresql else {"int": "INTEGER", "blob": "BLOB"}


def statements(*, postgresql: bool) -> list[str]:
    """The first step: what makes an empty database a centre's."""
    words = _types(postgresql=postgresql)
    cut = {"by_day": "day", "by_subject": "subject", "by_code": "code", "by_office": "office"}
    for mark, column in cut.items():
        how = "RANGE" if mark == "by_day" else "HASH"
        words[mark] = f" PARTITION BY {how} ({column})" if postgresql else ""
    made = [table.format(**words) for table in _TABLES]
    if postgresql:
        made += [
            f"CREATE TABLE {table}_{n} PARTITION OF {table} FOR VALUES WITH (MODULUS {parts}, REMAINDER {n})"
            for table, parts in HASHED.items()
            for n in range(parts)
        ]
        made += ["CREATE TABLE batch_default PARTITION OF batch DEFAULT"]
    return made


def day_of(now: int) -> int:
    """Number of the UTC day of a moment."""
    return now // DAY_MS


def partition_for(day: int) -> list[str]:
    """Makes the part of `batch` for a day that has none, and moves there what waits in the default part; PostgreSQL only.

    Attached when it is filled, because PostgreSQL refuses a new part while the default one holds rows of it.
    """
    return [
        f"CREATE TABLE batch_{day} (LIKE batch INCLUDING ALL)",
        f"WITH moved AS (DELETE FROM batch_default WHERE day = {day} RETURNING *) INSERT INTO batch_{day} SELECT * FROM moved",  # noqa: S608 - a number
        f"ALTER TABLE batch ATTACH PARTITION batch_{day} FOR VALUES FROM ({day}) TO ({day + 1})",
    ]
