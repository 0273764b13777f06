"""Cash in the simulated country: what clerks do with it, and what must be true of it after the quiet."""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING

from tests.simulation.parts import Counter

from central_server.judge import try_days_again
from central_server.storage import cash, parcels
from corner_app.book.database import Rows
from corner_app.book.entries import facts_about
from corner_app.desk import commands as c
from corner_app.domain.cash import fold, is_document
from corner_app.domain.entries import EntryId, Fact, origin
from corner_app.domain.parcels import echoes

if TYPE_CHECKING:
    from tests.simulation.world import World

SEALS = ("PB1", "PB2", "PB3")
"""Few, so that one is sent twice and opened twice."""

COPIES = frozenset({"image", "clone", "other_machine", "centre_restored"})
"""Troubles after which a drawer is led by two books, or money was lost with a disk."""


def drawn(chance: random.Random, counter: Counter) -> c.AnyCommand:
    """Something a clerk does with cash; much of it is refused, which is an answer, too."""
    there = "8200" if counter.office == "8500" else "8500"
    amount, seal = chance.randrange(1, 9) * 1_000, chance.choice(SEALS)
    return chance.choices(
        (
            c.OpenDay(),
            c.PayIn(amount, "stamps"),
            c.PayOut(amount, "rickshaw"),
            c.Transfer(2 if counter.store.book.place.counter == 1 else 1, amount),
            c.PouchOut(seal, there, amount),
            c.PouchIn(seal, {"loose": amount}, sender=there, expected=amount, reason="counted"),
            c.CloseDay({"loose": amount}, reason="counted"),
        ),
        (1, 4, 2, 2, 2, 2, 2),
    )[0]


def check(world: World) -> None:
    """The money of a document is the same at every counter of the offices concerned as at the centre, whose words on it are those of its fold."""
    forgotten = world.ledger.forgotten(world)
    if not world.troubles & COPIES:
        try_days_again(world.centre.desk.database, world.time)
        assert world.centre.read(cash.differing) == [], "a day differs although no disk was copied or lost"
    for subject, offices in world.centre.read(lambda sql: sql.all("SELECT subject, offices FROM parcel WHERE updated_at > 0")):
        if not is_document(subject):
            continue
        there = [written.fact for written in world.centre.read(partial(parcels.history, subjects=[subject]))[subject]]
        _words_right(world, subject, there)
        for counter in world.counters:
            if counter.office not in offices.split() or subject in forgotten:
                continue
            here = counter.store.read(partial(facts_about, subject=subject))
            if ("relay" in world.troubles or world.ledger.before) and world.ledger.ambiguous([*there, *here]):
                continue  # a name that two copies of one book used, and only one of the acts reached the centre under it
            assert _money(subject, here) == _money(subject, there), f"{counter.path.stem}: {subject}"
            kept = counter.store.read(partial(_posted, subject=subject))
            assert kept == _sums(subject, here), f"{counter.path.stem}: {subject} is posted otherwise"


def _money(subject: str, facts: list[Fact]) -> set[tuple[str, str, int]]:
    """(act, account, paisa) of a document."""
    acts = {fact.id: origin(fact) for fact in facts}
    return {(acts[line.by], line.account, line.amount) for line in fold(subject, facts).lines}


def _posted(rows: Rows, subject: str) -> dict[str, int]:
    """What a book has posted for a document, by account."""
    found = rows.all("SELECT account, sum(amount) FROM posting WHERE item = ? GROUP BY account", (subject,))
    return {account: paisa for account, paisa in found if paisa}


def _sums(subject: str, facts: list[Fact]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for line in fold(subject, facts).lines:
        sums[line.account] = sums.get(line.account, 0) + line.amount
    return {account: paisa for account, paisa in sums.items() if paisa}


def _words_right(world: World, subject: str, facts: list[Fact]) -> None:
    """Each entry of a document that does not count as it says has its word; a closing may differ besides."""
    said: dict[EntryId, str] = {}
    for device, epoch, seq, code in world.centre.read(
        lambda sql: sql.all("SELECT device, epoch, seq, code FROM verdict WHERE subject = ? ORDER BY ver", (subject,))
    ):
        said[EntryId(device, epoch, seq)] = code
    document = fold(subject, facts)
    wanted = dict.fromkeys(echoes(facts), "duplicate_of") | {each.by: each.what for each in document.conflicts}
    closed = document.closed.id if document.closed is not None else None
    given = {id: code for id, code in said.items() if code != "applied" and (id, code) != (closed, "day_differs")}
    assert given == wanted, f"{subject}: the centre said {given}, it should be {wanted}"
