"""Parcels of the country: what was written about each, what it folds to, whom it concerns, its money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from central_server.storage.database import Sql, locking, one, value
from corner_app.domain.entries import EntryId, Fact, decode
from corner_app.domain.money import Posting
from corner_app.domain.parcels import Parcel

_encode = msgspec.json.Encoder().encode
_parcel = msgspec.json.Decoder(Parcel)


@dataclass(frozen=True, slots=True)
class Head:
    """A parcel (or a bag) as it stands. offices: that hear of it."""

    subject: str
    parcel: Parcel
    offices: tuple[str, ...]
    known: bool = True
    updated_at: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """One entry about a subject. office: of its writer."""

    fact: Fact
    office: str
    kind: str
    received_at: int
    stored: bytes


def heads(sql: Sql, subjects: Iterable[str]) -> dict[str, Head]:
    """How these stand, held until the transaction ends; unknown ones are made so that two cannot begin the same.

    Known ones are held before unknown ones are made. Where that makes two wait for each other, `Database.write` tries one of them again.
    """
    wanted = sorted(subjects)
    found = _held(sql, wanted)
    unknown = [subject for subject in wanted if subject not in found]
    if unknown:
        _all_rows(
            sql,
            """INSERT INTO parcel (subject, state, office, cod, cod_state, offices, folded, updated_at)
               SELECT subject, 'unknown', '', 0, 'none', '', folded, 0 FROM unnest(%b::text[], %b::bytea[]) AS new (subject, folded)
               ON CONFLICT (subject) DO NOTHING""",
            """INSERT INTO parcel (subject, state, office, cod, cod_state, offices, folded, updated_at)
               VALUES (?, 'unknown', '', 0, 'none', '', ?, 0) ON CONFLICT (subject) DO NOTHING""",
            [(subject, _encode(Parcel(subject))) for subject in unknown],
        )
        found |= _held(sql, unknown)
    return {subject: found[subject] for subject in wanted}


def _held(sql: Sql, subjects: list[str]) -> dict[str, Head]:
    condition, among = sql.among("subject", subjects)
    rows = sql.all(f"SELECT subject, offices, folded, updated_at FROM parcel WHERE {condition} ORDER BY subject{locking(sql)}", (among,))  # noqa: S608
    return {row[0]: Head(row[0], _parcel.decode(row[2]), tuple(row[1].split()), row[3] > 0, row[3]) for row in rows}


def _all_rows(sql: Sql, together: str, single: str, rows: Sequence[Sequence[Any]]) -> None:
    """Runs a statement for every row. PostgreSQL takes them all at once, as one list a column: 500 statements cost it ten times as much as one.

    Its marks are `%b`: as text (`?`) the driver searches each item of a list for what it must escape.
    """
    if not rows:
        return
    if sql.postgresql:
        sql.run(together, [list(column) for column in zip(*rows, strict=True)])
    else:
        sql.many(single, rows)


def head(sql: Sql, subject: str) -> Head | None:
    """How one stands."""
    row = one(sql, "SELECT subject, offices, folded, updated_at FROM parcel WHERE subject = ? AND updated_at > 0", (subject,))
    return None if row is None else Head(row[0], _parcel.decode(row[2]), tuple(row[1].split()), True, row[3])


def standing(sql: Sql, subjects: Iterable[str]) -> dict[str, Head]:
    """How these stand, those that are known."""
    condition, among = sql.among("subject", list(subjects))
    rows = sql.all(f"SELECT subject, offices, folded, updated_at FROM parcel WHERE {condition} AND updated_at > 0", (among,))  # noqa: S608
    return {row[0]: Head(row[0], _parcel.decode(row[2]), tuple(row[1].split()), True, row[3]) for row in rows}


def save(sql: Sql, changed: Iterable[Head], now: int) -> None:
    """Keeps how they stand now."""
    _all_rows(
        sql,
        """UPDATE parcel SET state = new.state, office = new.office, cod = new.cod, cod_state = new.cod_state, offices = new.offices,
               folded = new.folded, updated_at = new.updated_at
           FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::bytea[], %b::bigint[], %b::text[])
               AS new (state, office, cod, cod_state, offices, folded, updated_at, subject)
           WHERE parcel.subject = new.subject""",
        "UPDATE parcel SET state = ?, office = ?, cod = ?, cod_state = ?, offices = ?, folded = ?, updated_at = ? WHERE subject = ?",
        [
            (h.parcel.state.value, h.parcel.office, h.parcel.cod, h.parcel.cod_state.value, " ".join(h.offices), _encode(h.parcel), now, h.subject)
            for h in changed
        ],
    )


def write(sql: Sql, written: Iterable[Written]) -> None:
    """Adds entries to what is known of their subjects."""
    sql.copy(
        "fact",
        ("subject", "device", "epoch", "seq", "uid", "office", "kind", "received_at", "bytes"),
        [(w.fact.entry.subject, *w.fact.id, w.fact.uid, w.office, w.kind, w.received_at, w.stored) for w in written],
    )


def history(sql: Sql, subjects: Iterable[str]) -> dict[str, list[Written]]:
    """Everything written about each of these."""
    condition, among = sql.among("subject", list(subjects))
    found: dict[str, list[Written]] = {}
    for subject, device, epoch, seq, uid, office, kind, received_at, stored in sql.all(
        f"SELECT subject, device, epoch, seq, uid, office, kind, received_at, bytes FROM fact WHERE {condition}",  # noqa: S608
        (among,),
    ):
        raw = bytes(stored)
        fact = Fact(EntryId(device, epoch, seq), decode(raw), bytes(uid))
        found.setdefault(subject, []).append(Written(fact, office, kind, received_at, raw))
    return found


def kinds(sql: Sql, subjects: Iterable[str]) -> dict[EntryId, str]:
    """Kind of every entry about these."""
    condition, among = sql.among("subject", list(subjects))
    return {EntryId(*row[:3]): row[3] for row in sql.all(f"SELECT device, epoch, seq, kind FROM fact WHERE {condition}", (among,))}  # noqa: S608


def name(sql: Sql, codes: Iterable[tuple[str, str]]) -> None:
    """Further numbers by which parcels are known: (code, subject)."""
    _all_rows(
        sql,
        "INSERT INTO alias (code, subject) SELECT code, subject FROM unnest(%b::text[], %b::text[]) AS new (code, subject) ON CONFLICT DO NOTHING",
        "INSERT INTO alias (code, subject) VALUES (?, ?) ON CONFLICT DO NOTHING",
        sorted(set(codes)),
    )


def named(sql: Sql, code: str) -> list[str]:
    """Parcels known by a number that is not their own."""
    return [subject for (subject,) in sql.all("SELECT subject FROM alias WHERE code = ? ORDER BY subject", (code,))]


def unpost(sql: Sql, subjects: Iterable[str]) -> None:
    """Takes the money of parcels away, to be written again."""
    condition, among = sql.among("subject", list(subjects))
    sql.run(f"DELETE FROM posting WHERE {condition}", (among,))  # noqa: S608


def post(sql: Sql, lines: Mapping[str, Iterable[Posting]]) -> None:
    """Adds lines to the money of parcels."""
    sql.copy(
        "posting",
        ("subject", "device", "epoch", "seq", "line", "account", "amount", "key"),
        [(subject, *line.by, line.line, line.account, line.amount, line.key) for subject, found in lines.items() for line in found],
    )


def posted(sql: Sql, subjects: Iterable[str]) -> dict[str, list[Posting]]:
    """The money of each of these, in the order of its entries."""
    condition, among = sql.among("subject", list(subjects))
    found: dict[str, list[Posting]] = {}
    for subject, device, epoch, seq, line, account, amount, key in sql.all(
        f"SELECT subject, device, epoch, seq, line, account, amount, key FROM posting WHERE {condition} ORDER BY device, epoch, seq, line",  # noqa: S608
        (among,),
    ):
        found.setdefault(subject, []).append(Posting(EntryId(device, epoch, seq), line, account, amount, key))
    return found


def concern(sql: Sql, pairs: Iterable[tuple[str, str]]) -> None:
    """(office, subject): the office hears of it from now on."""
    _all_rows(
        sql,
        """INSERT INTO concern (office, subject, closed_at)
           SELECT office, subject, 0 FROM unnest(%b::text[], %b::text[]) AS new (office, subject) ON CONFLICT DO NOTHING""",
        "INSERT INTO concern (office, subject, closed_at) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
        sorted(set(pairs)),
    )


def close(sql: Sql, ended: Iterable[tuple[int, str, str]]) -> None:
    """(when, office, subject): its life is over (0: it is not after all)."""
    _all_rows(
        sql,
        """UPDATE concern SET closed_at = new.at FROM unnest(%b::bigint[], %b::text[], %b::text[]) AS new (at, office, subject)
           WHERE concern.office = new.office AND concern.subject = new.subject""",
        "UPDATE concern SET closed_at = ? WHERE office = ? AND subject = ?",
        list({(office, subject): (when, office, subject) for when, office, subject in ended}.values()),
    )


def scope(sql: Sql, office: str, after: str, since: int, limit: int) -> list[str]:
    """Subjects an office needs to know of, in order, after one: open ones and those closed not before `since`."""
    rows = sql.all(
        "SELECT subject FROM concern WHERE office = ? AND subject > ? AND (closed_at = 0 OR closed_at >= ?) ORDER BY subject LIMIT ?",
        (office, after, since, limit),
    )
    return [subject for (subject,) in rows]


def count(sql: Sql) -> int:
    """How many subjects are known."""
    return int(value(sql, "SELECT count(*) FROM parcel WHERE updated_at > 0"))
