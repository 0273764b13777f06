"""The parcel projection: one row a parcel, its numbers, its money; and the reads that jobs decide on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from corner_app.book.accounts import add_tasks, claim, post, reclaim, repost, retask
from corner_app.book.database import Rows, Tx
from corner_app.book.entry_ids import id_from, id_text
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact
from corner_app.domain.money import parcel_postings, postings
from corner_app.domain.names import name_words, sound_key
from corner_app.domain.numbers import normal_reference
from corner_app.domain.parcels import IN_OFFICE, CodState, Conflict, Parcel, State, apply, fold

_STATE = (
    "state, office, shelf, bag, damaged, is_foreign, announced, cod, cod_state, merchant, wrong_codes, copies, received_at, received_by, "
    "head, turn, delivery, back, abreast, settled"
)
_COLUMNS = f"parcel.id, parcel.item, {_STATE}, from_bag, on_manifest, advice"
_SET = ", ".join(f"{column.strip()} = ?" for column in _STATE.split(","))
_UPDATE = f"UPDATE parcel SET {_SET}, from_bag = ? WHERE id = ?"  # noqa: S608 - fixed names
_INSERT = f"INSERT INTO parcel (item, {_STATE}) VALUES ({', '.join('?' * 21)})"  # noqa: S608 - fixed names
_BY_CODE = f"SELECT {_COLUMNS} FROM alias JOIN parcel ON parcel.id = alias.parcel WHERE alias.code = ?"  # noqa: S608 - fixed names
_BY_ITEM = f"SELECT {_COLUMNS} FROM parcel WHERE item = ?"  # noqa: S608 - fixed names
_STATES = {state.value: state for state in State}
_COD_STATES = {state.value: state for state in CodState}

_advice_encoder = msgspec.json.Encoder()
_advice_decoder = msgspec.json.Decoder(e.Announced)


@dataclass(frozen=True, slots=True)
class Row:
    """A parcel as the book holds it. from_bag: incoming bag it was taken out of; on_manifest: bag it was announced in."""

    id: int
    parcel: Parcel
    from_bag: str
    on_manifest: str
    advice: e.Announced | None


def by_code(rows: Rows, code: str) -> Row | None:
    """The parcel that any of its numbers names. code: in normal form."""
    return _remembered(rows, _row(rows.one(_BY_CODE, (code,))))


def by_item(rows: Rows, item: str) -> Row | None:
    """The parcel with this primary number."""
    if isinstance(rows, Tx) and item in rows.seen:
        seen: Row = rows.seen[item]
        return seen
    return _remembered(rows, _row(rows.one(_BY_ITEM, (item,))))


def _remembered(rows: Rows, row: Row | None) -> Row | None:
    if row is not None and isinstance(rows, Tx):
        rows.seen[row.parcel.item] = row
    return row


def where(rows: Rows, condition: str, parameters: Sequence[Any], limit: int = 1_000_000) -> list[Row]:
    """Parcels that meet a condition written in `book`."""
    found = rows.all(f"SELECT {_COLUMNS} FROM parcel WHERE {condition} LIMIT ?", (*parameters, limit))  # noqa: S608 - conditions are written in book
    return [row for row in map(_row, found) if row is not None]


def on_manifest(rows: Rows, bag: str) -> list[Row]:
    """Parcels announced in a bag, in the order they were announced."""
    return where(rows, "on_manifest = ? AND on_manifest <> '' ORDER BY id", (bag,))


def found_in(rows: Rows, bag: str) -> list[str]:
    """Numbers of parcels taken out of a bag that were not on its manifest."""
    return [item for (item,) in rows.all("SELECT item FROM parcel WHERE from_bag = ? AND from_bag <> '' AND on_manifest <> ? ORDER BY id", (bag, bag))]


def of_phone(rows: Rows, phone: str) -> list[Row]:
    """Every parcel for a buyer's phone (local form)."""
    return where(rows, "phone_reversed = ? AND phone_reversed <> '' ORDER BY id", (phone[::-1],), 200)


def per_shelf(rows: Rows) -> dict[str, int]:
    """How many parcels lie on each shelf."""
    return {shelf: n for shelf, n in rows.all("SELECT shelf, count(*) FROM parcel WHERE shelf <> '' GROUP BY shelf ORDER BY shelf")}


def aliases(rows: Rows, parcel: int) -> list[tuple[str, str]]:
    """(kind, number) of every number of a parcel."""
    return [(kind, code) for kind, code in rows.all("SELECT kind, code FROM alias WHERE parcel = ? ORDER BY id", (parcel,))]


def counts(rows: Rows) -> dict[str, int]:
    """How many parcels are in each state, those that another office has left out; states without any too."""
    found = rows.all(
        "SELECT state, sum(n) FROM tally WHERE n > 0 AND (office = '' OR office = (SELECT v FROM meta WHERE k = 'office')) GROUP BY state ORDER BY state"
    )
    return dict(found)


def on_hand(rows: Rows) -> int:
    """Parcels physically in the office."""
    return sum(n for state, n in counts(rows).items() if State(state) in IN_OFFICE)


def on_hand_cod(rows: Rows) -> int:
    """Parcels physically in the office for which the buyer pays, or paid, on delivery."""
    marks = ", ".join("?" * len(IN_OFFICE))
    return int(
        rows.value(
            f"SELECT count(*) FROM parcel WHERE cod > 0 AND state IN ({marks}) AND office = (SELECT v FROM meta WHERE k = 'office')",  # noqa: S608 - question marks
            tuple(sorted(IN_OFFICE)),
        )
    )


def moved_on_since(rows: Rows, since: int) -> int:
    """How many parcels that this office took in another office has taken in since (ms UTC): they went on, whether or not anybody wrote that down."""
    return int(
        rows.value(
            """SELECT count(*) FROM
                 (SELECT DISTINCT subject FROM arrived WHERE kind = 'received' AND id > (SELECT coalesce(max(id), 0) FROM arrived) - ?) AS came
               JOIN parcel ON parcel.item = came.subject
               WHERE parcel.office NOT IN ('', (SELECT v FROM meta WHERE k = 'office')) AND parcel.received_at >= ?
                 AND EXISTS (SELECT 1 FROM entry WHERE entry.subject = came.subject AND entry.kind = 'received')""",
            (_NEWS, since),
        )
    )


_NEWS = 5_000
"""How far back among arrived entries is looked for those of a day."""


def _row(row: tuple[Any, ...] | None) -> Row | None:
    if row is None:
        return None
    state = row[2:22]
    parcel = Parcel(
        row[1],
        _STATES[state[0]],
        state[1],
        state[2],
        state[3],
        bool(state[4]),
        bool(state[5]),
        bool(state[6]),
        state[7],
        _COD_STATES[state[8]],
        state[9],
        state[10],
        state[11],
        state[12],
        state[13],
        id_from(state[14]),
        id_from(state[15]),
        id_from(state[16]),
        state[17],
        bool(state[18]),
        bool(state[19]),
    )
    return Row(row[0], parcel, row[22], row[23], None if row[24] is None else _advice_decoder.decode(row[24]))


def _values(p: Parcel) -> tuple[Any, ...]:
    return (
        p.state.value,
        p.office,
        p.shelf,
        p.bag,
        p.damaged,
        p.foreign,
        p.announced,
        p.cod,
        p.cod_state.value,
        p.merchant,
        p.wrong_codes,
        p.copies,
        p.received_at,
        p.received_by,
        id_text(p.head),
        id_text(p.turn),
        id_text(p.delivery),
        p.back,
        p.abreast,
        p.settled,
    )


def project(rows: Rows, fact: Fact, history: Callable[[], list[Fact]]) -> None:
    """Brings the parcel's row, numbers, tasks and money up to this entry."""
    row = by_item(rows, fact.entry.subject) or _new(rows, fact.entry.subject)
    if row.parcel.goes_on(fact):
        after, conflict = apply(row.parcel, fact)
        if conflict is not None:
            add_tasks(rows, row.parcel.item, (Conflict(conflict, fact.id),))
        post(rows, row.parcel.item, postings(row.parcel.item, fact, effective=conflict is None))
        claim(rows, (fact,))
    else:
        after = _folded(rows, row.parcel.item, history())
    if isinstance(fact.entry.body, e.Announced) and row.advice is None:
        _save_advice(rows, row.id, fact.entry.body)
        row = replace(row, on_manifest=fact.entry.body.bag, advice=fact.entry.body)
    _remembered(rows, _save(rows, row, after, _from_bag(row, after, fact)))


def fold_again(rows: Rows, item: str, facts: Sequence[Fact]) -> None:
    """Brings a parcel up to date from everything that still counts: an entry about it was replaced by another of its name."""
    row = by_item(rows, item) or _new(rows, item)
    after = _folded(rows, item, facts)
    announced = next((fact.entry.body for fact in facts if isinstance(fact.entry.body, e.Announced)), None)
    if announced is not None and row.advice is None:
        _save_advice(rows, row.id, announced)
        row = replace(row, on_manifest=announced.bag, advice=announced)
    received = next((fact.entry.body for fact in facts if fact.id == after.turn and isinstance(fact.entry.body, e.Received)), None)
    _remembered(rows, _save(rows, row, after, received.bag if received is not None else ""))


def _folded(rows: Rows, item: str, facts: Sequence[Fact]) -> Parcel:
    folded = fold(item, facts)
    retask(rows, item, folded.conflicts)
    repost(rows, item, parcel_postings(folded, facts))
    reclaim(rows, item, (fact for fact in facts if fact.id not in folded.echoes))
    return folded.parcel


def _new(rows: Rows, item: str) -> Row:
    parcel = Parcel(item)
    number = rows.run(_INSERT, (item, *_values(parcel)))
    _add_alias(rows, number, item, "item")
    return Row(number, parcel, "", "", None)


def _from_bag(before: Row, after: Parcel, fact: Fact) -> str:
    """The incoming bag a parcel was taken out of, after one more entry."""
    if isinstance(fact.entry.body, e.Received) and after.head == after.turn:
        return fact.entry.body.bag
    return "" if after.state in (State.ANNOUNCED, State.UNKNOWN) else before.from_bag


def _save(rows: Rows, before: Row, after: Parcel, from_bag: str) -> Row:
    rows.run(_UPDATE, (*_values(after), from_bag, before.id))
    if after.state is not before.parcel.state or after.office != before.parcel.office:
        _count(rows, _counted(before.parcel), _counted(after))
    return Row(before.id, after, from_bag, before.on_manifest, before.advice)


def _counted(parcel: Parcel) -> tuple[str, str]:
    """Under which office and state a parcel is counted: with the office that has it, or with none."""
    return (parcel.office if parcel.on_hand else "", parcel.state.value)


def _count(rows: Rows, left: tuple[str, str], entered: tuple[str, str]) -> None:
    """Moves one parcel between the counts; parcels that nothing is known of are not counted."""
    if left == entered:
        return
    moved = rows.changed(
        "UPDATE tally SET n = n + CASE WHEN office = ? AND state = ? THEN -1 ELSE 1 END WHERE (office = ? AND state = ?) OR (office = ? AND state = ?)",
        (*left, *left, *entered),
    )
    if moved < 2 and entered[1] != State.UNKNOWN.value:
        rows.run("INSERT OR IGNORE INTO tally (office, state, n) VALUES (?, ?, 1)", entered)


def _save_advice(rows: Rows, parcel: int, body: e.Announced) -> None:
    rows.run(
        "UPDATE parcel SET advice = ?, on_manifest = ?, phone_reversed = ? WHERE id = ?", (_advice_encoder.encode(body), body.bag, body.phone[::-1], parcel)
    )
    _index_name(rows, parcel, body)
    if body.order_ref:
        _add_alias(rows, parcel, normal_reference(body.order_ref), "order")
    for number in body.numbers:
        _add_alias(rows, parcel, number, "reference")


SOUND = "\ue000"
"""Stands before a name's sound in the index, so that words and sounds never meet: a private letter nobody types."""


def _index_name(rows: Rows, parcel: int, body: e.Announced) -> None:
    words = name_words(f"{body.name_bn} {body.name_en}")
    sounds = [SOUND + key for key in map(sound_key, words) if key]
    rows.run("INSERT INTO names (rowid, words) VALUES (?, ?)", (parcel, " ".join((*words, *sounds))))


def index_for_search(rows: Rows) -> None:
    """Fills the empty search indexes from the parcels and their numbers."""
    for parcel, advice in rows.each("SELECT id, advice FROM parcel WHERE advice IS NOT NULL ORDER BY id"):
        _index_name(rows, parcel, _advice_decoder.decode(advice))
    rows.run("INSERT INTO numbers (rowid, code) SELECT id, code FROM alias ORDER BY id")


def _add_alias(rows: Rows, parcel: int, code: str, kind: str) -> None:
    """The first parcel keeps a number; a second one with the same foreign number is found by its other numbers."""
    if rows.changed("INSERT OR IGNORE INTO alias (code, parcel, kind, reversed) VALUES (?, ?, ?, ?)", (code, parcel, kind, code[::-1])):
        rows.run("INSERT INTO numbers (rowid, code) VALUES ((SELECT id FROM alias WHERE code = ?), ?)", (code, code))


def warnings(row: Row) -> tuple[str, ...]:
    """What the announcement was warned of."""
    return () if row.advice is None else tuple(row.advice.warnings)
