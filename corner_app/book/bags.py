"""Bags: incoming ones that are being checked, and outgoing ones that are being filled."""

from __future__ import annotations

from dataclasses import dataclass

from corner_app.book.database import Rows
from corner_app.book.entry_ids import id_text
from corner_app.domain import entries as e
from corner_app.domain.entries import Fact

SUBJECT = "bag:"
_COLUMNS = "number, way, towards, expected, opened_at, ended_at, head"


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag as the book holds it. way: "in" or "out"; towards: postcode an outgoing bag goes to. Times ms UTC, 0 not yet."""

    number: str
    way: str
    towards: str
    expected: int
    opened_at: int
    ended_at: int
    head: str


def find(rows: Rows, number: str) -> Bag | None:
    """The bag with this number."""
    row = rows.one(f"SELECT {_COLUMNS} FROM bag WHERE number = ?", (number,))  # noqa: S608 - fixed names
    return None if row is None else Bag(*row)


def open_towards(rows: Rows, towards: str) -> Bag | None:
    """The outgoing bag that is being filled for a destination."""
    row = rows.one(
        f"SELECT {_COLUMNS} FROM bag WHERE way = 'out' AND towards = ? AND ended_at = 0 ORDER BY number DESC LIMIT 1",  # noqa: S608 - fixed names
        (towards,),
    )
    return None if row is None else Bag(*row)


def begun_towards(rows: Rows, towards: str) -> int:
    """How many outgoing bags were ever begun for a destination."""
    return int(rows.value("SELECT count(*) FROM bag WHERE way = 'out' AND towards = ?", (towards,)))


def all_of(rows: Rows, way: str) -> list[Bag]:
    """Every bag of one way, in the order they were begun."""
    found = rows.all(f"SELECT {_COLUMNS} FROM bag WHERE way = ? ORDER BY opened_at, number", (way,))  # noqa: S608 - fixed names
    return [Bag(*row) for row in found]


def announced(rows: Rows) -> list[str]:
    """Numbers of all bags that stand in announcements."""
    return [number for (number,) in rows.all("SELECT DISTINCT on_manifest FROM parcel WHERE on_manifest <> '' ORDER BY on_manifest")]


def content(rows: Rows, number: str) -> int:
    """How many parcels lie in an outgoing bag."""
    return int(rows.value("SELECT count(*) FROM parcel WHERE bag = ? AND bag <> ''", (number,)))


def project(rows: Rows, fact: Fact) -> None:
    """Brings the bag's row up to this entry."""
    body, number, at = fact.entry.body, fact.entry.subject.removeprefix(SUBJECT), fact.entry.at
    head = id_text(fact.id)
    match body:
        case e.BagOpened():
            rows.run(
                """INSERT INTO bag (number, way, towards, expected, opened_at, ended_at, head) VALUES (?, 'in', '', ?, ?, 0, ?)
                   ON CONFLICT (number) DO UPDATE SET expected = excluded.expected, ended_at = 0, head = excluded.head""",
                (number, body.expected, at, head),
            )
        case e.BagEnded():
            rows.run("UPDATE bag SET ended_at = ?, head = ? WHERE number = ?", (at, head, number))
        case e.BagStarted():
            rows.run(
                """INSERT INTO bag (number, way, towards, expected, opened_at, ended_at, head) VALUES (?, 'out', ?, 0, ?, 0, ?)
                   ON CONFLICT (number) DO UPDATE SET head = excluded.head""",
                (number, body.towards, at, head),
            )
        case _:
            rows.run("UPDATE bag SET head = ? WHERE number = ?", (head, number))
