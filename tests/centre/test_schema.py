"""The tables can be spread over machines, and nothing an office asks makes either database read a whole table that grows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from tests.centre.offices import T0, A, B, Pc, announced, item, opened

from central_server import exchange
from central_server.announce import announce
from central_server.exchange import Desk
from central_server.storage import devices
from central_server.storage.database import Database, Row, Sql
from central_server.storage.schema import LED_BY, REFERENCE
from central_server.timeline import timeline
from corner_app.domain.entries import DayClosed, HandedOver, PouchSent, Received, Shelved, Transferred, Undone
from corner_app.sync import wire
from corner_app.sync.signing import signer

T = TypeVar("T")
MANY = 12_000
GROWING = (*LED_BY, "device")


def names_of(sql: Sql) -> set[str]:
    """Every table but the parts of one and what Alembic keeps."""
    question = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    if sql.postgresql:
        question = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace AND NOT relispartition"
    return {name for (name,) in sql.all(question)} - {"alembic_version"}


def unique_keys(sql: Sql, table: str) -> list[list[str]]:
    """Columns of each primary key and unique constraint of a table, in their order."""
    if sql.postgresql:
        rows = sql.all(
            """SELECT array_agg(a.attname::text ORDER BY k.place) FROM pg_index AS i, unnest(i.indkey) WITH ORDINALITY AS k (number, place), pg_attribute AS a
               WHERE i.indrelid = ?::regclass AND i.indisunique AND a.attrelid = i.indrelid AND a.attnum = k.number GROUP BY i.indexrelid""",
            (table,),
        )
        return [list(columns) for (columns,) in rows]
    found = [name for (name,) in sql.all("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,))]
    others = [name for (name,) in sql.all('SELECT name FROM pragma_index_list(?) WHERE "unique"', (table,))]
    return [found, *([name for (name,) in sql.all("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,))] for index in others)]


def test_every_table_is_spread_by_something_or_small(desk: Desk) -> None:
    assert desk.database.read(names_of) == {*REFERENCE, *LED_BY}
    assert not set(REFERENCE) & set(LED_BY)


@pytest.mark.parametrize("table", LED_BY)
def test_every_key_begins_with_what_its_table_is_spread_by(desk: Desk, table: str) -> None:
    """Else a row could be unique only by asking every machine."""
    keys = desk.database.read(lambda sql: unique_keys(sql, table))
    assert keys
    assert [key[0] for key in keys] == [LED_BY[table]] * len(keys)


def test_the_test_of_keys_sees_one_that_is_led_by_something_else(desk: Desk) -> None:
    def plant(sql: Sql) -> list[list[str]]:
        sql.run("CREATE UNIQUE INDEX planted ON concern (subject, office)")
        try:
            return unique_keys(sql, "concern")
        finally:
            sql.run("DROP INDEX planted")

    assert ["subject", "office"] in desk.database.write(plant)


# What is read


class Noting:
    """A transaction's statements, noted with their parameters while they run."""

    def __init__(self, sql: Sql, noted: dict[str, Sequence[Any]]) -> None:
        self.sql, self.noted, self.postgresql = sql, noted, sql.postgresql

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sql, name)

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> int:
        self.noted[statement] = parameters
        return self.sql.run(statement, parameters)

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[Row]:
        self.noted[statement] = parameters
        return self.sql.all(statement, parameters)

    def each(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[Row]:
        self.noted[statement] = parameters
        return self.sql.each(statement, parameters)

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        kept = list(rows)
        if kept:
            self.noted[statement] = kept[0]
        self.sql.many(statement, kept)


class NotingDatabase:
    """A database whose statements are noted."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.postgresql = inner, inner.postgresql
        self.noted: dict[str, Sequence[Any]] = {}

    def write(self, job: Callable[[Sql], T]) -> T:
        return self.inner.write(lambda sql: job(Noting(sql, self.noted)))

    def read(self, question: Callable[[Sql], T]) -> T:
        return self.inner.read(lambda sql: question(Noting(sql, self.noted)))

    def close(self) -> None:
        self.inner.close()


def columns_of(sql: Sql, table: str) -> list[tuple[str, str]]:
    """(name, type in lower case) of each column."""
    if sql.postgresql:
        question = (
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"
        )
    else:
        question = "SELECT name, lower(type) FROM pragma_table_info(?) ORDER BY cid"
    return [(name, kind) for name, kind in sql.all(question, (table,))]


def fill(sql: Sql) -> None:
    """Other offices' rows, enough that reading all of them would be dearer than an index."""
    drawn: dict[str, Callable[[int], Any]] = {
        "office": lambda n: f"O{n}", "subject": lambda n: f"F{n:07d}", "device": lambda n: n + 1, "uuid": lambda n: n.to_bytes(16, "big"),
        "epoch": lambda n: 1, "first": lambda n: n, "pos": lambda n: n, "code": lambda n: f"N{n}", "day": lambda n: 20_000,
        "merchant": lambda n: f"M{n}", "trx": lambda n: f"T{n}", "account": lambda n: f"cod:M{n}",
    }  # fmt: skip
    for table in GROWING:
        columns = columns_of(sql, table)
        plain = {name: "" if kind == "text" else 0 if kind in ("integer", "bigint") else bytes(100) for name, kind in columns}
        rows = [{**plain, **{name: draw(n) for name, draw in drawn.items() if name in plain}} for n in range(MANY)]
        sql.copy(table, [name for name, _ in columns], [tuple(row.values()) for row in rows])
    if sql.postgresql:
        sql.run("ANALYZE")


def a_day_of_questions(desk: Desk) -> None:
    """Everything offices, merchants and buyers ask, in all ways an answer can go."""
    here, hub = Pc(desk).enrol(), Pc(desk, "8200").enrol()
    row = {"item_id": B, "postcode": "8500", "merchant_id": "M005", "recipient_name_en": "A B", "cod_amount_minor": 5_000, "order_ref": "ORD-1"}
    announce(desk, [(1, row)], "headquarters", T0)
    first = hub.write(A, announced(order_ref="ORD-7", numbers=("X1",)))
    base = here.write(A, Received("8500"), first)
    shelved = here.write(A, Shelved("8500", "ক-০১"), base)
    here.write(A, Undone(), shelved, sup=shelved)
    here.write(A, HandedOver("8500", 1, 116_000, "M005", "code", 4), base)
    here.append(b'{"later":1}')
    here.send(1, 3)
    here.send(4)
    here.send(2)
    hub.send()
    here.write(item(7), Received("8500"))
    here.write(item(7), HandedOver("8500", 1, 50_000, "M005", "code", 8, wallet="bkash", trx="8N7A6B5C4D"), 7)
    money(here)
    here.send(6)
    here.heard()
    later = here.goes_on(2, 3)
    later.write(A, Received("8500"))
    later.send()
    later.heard()
    ask(desk, later, wire.Probe(1, later.device, bytes(8), ((1, 2), (1, 4)), wire.Parent(2, 1, later.digests[1]), b"wish", 2), exchange.probe)
    for after in ("", A):
        ask(desk, later, wire.Fetch(1, later.device, bytes(8), after, 64_000), exchange.fetch)
    desk.database.read(lambda sql: [timeline(sql, number) for number in (A, "ORD-7")])
    desk.database.write(lambda sql: devices.revoke(sql, hub.device))
    hub.send()


def money(here: Pc) -> None:
    """A pouch, a transfer, and a closing that agrees with nothing."""
    here.write("pouch:S1", PouchSent("8500", 1, "8200", 20_000))
    here.write("slip:8500-1-1-10", Transferred("8500", 1, 2, 5_000))
    here.write("day:8500-1-2026-11-24", DayClosed("8500", 1, "2026-11-24", 1, 0, 0, 0, 0, 0, 7_000, 7_000, (), 0, 0, 0))


def ask(desk: Desk, pc: Pc, said: wire.Probe | wire.Fetch, how: Callable[[Desk, bytes, int], bytes]) -> None:
    how(desk, wire.seal(said, signer(pc.seed)), T0)


def whole_reads(sql: Sql, statement: str, parameters: Sequence[Any]) -> list[str]:
    """Tables that grow of which a statement reads every row, by the database's own plan."""
    if sql.postgresql:
        ((plan,),) = sql.all(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
        nodes = plan if isinstance(plan, list) else json.loads(plan)
        names = [node["Relation Name"] for node in each_node(nodes) if "Relation Name" in node and not led(node)]
    else:
        steps = [detail for *_, detail in sql.all(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        names = [step.split()[1] for step in steps if step.startswith("SCAN ")]
    return [name for name in names if name.rstrip("0123456789_") in GROWING or name in ("batch_default",)]


def led(node: dict[str, Any]) -> bool:
    """Whether a node finds its rows by the first column of an index; a row that is added reads none."""
    condition = node.get("Index Cond", node.get("Recheck Cond", ""))
    return node["Node Type"] in ("ModifyTable",) or any(
        f"({column}" in condition for column in ("office", "subject", "code", "device", "uuid", "account", "trx", "merchant")
    )


def each_node(plan: Any) -> Iterator[dict[str, Any]]:
    for found in plan if isinstance(plan, list) else [plan]:
        node = found.get("Plan", found)
        yield node
        yield from each_node(node.get("Plans", []))


def test_no_question_reads_a_whole_table_that_grows(desk: Desk) -> None:
    noting = NotingDatabase(desk.database)
    a_day_of_questions(opened(noting))
    desk.database.write(fill)
    asked = {s: p for s, p in noting.noted.items() if s.split()[0] in ("SELECT", "UPDATE", "DELETE") and not s.startswith("SELECT 1")}
    for table in ("cursor", "batch", "concern", "feed_head", "feed", "verdict", "fact", "parcel", "alias", "posting", "device", "document", "closing", "claim"):
        assert any(f" {table} " in statement for statement in asked), table
    assert len(asked) >= 20
    found = desk.database.read(lambda sql: {statement: whole_reads(sql, statement, parameters) for statement, parameters in asked.items()})
    assert {statement: tables for statement, tables in found.items() if tables} == {}


def test_the_test_of_plans_sees_a_whole_read(desk: Desk) -> None:
    desk.database.write(fill)
    found = desk.database.read(lambda sql: [whole_reads(sql, f"SELECT 1 FROM {table} WHERE {column} = 7", ()) for table, column in UNINDEXED])
    assert all(found)


UNINDEXED = (("fact", "received_at"), ("batch", "received_at"), ("verdict", "at"), ("feed", "pos"), ("device", "seen_at"))
