"""Everything a clerk can type into the search field, in a large book: `search.find`, against one bare statement over a plain index for the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import thread_time_ns
from typing import Any

from benchmarks.books import filled, number
from benchmarks.turns import Row, by_turns, rows
from corner_app.book import search
from corner_app.book.book import Reader
from corner_app.book.database import Rows

LIMIT = 20
AIM_US = 3_000
FLOOR = "floor: one bare statement"
OURS = "ours: search.find"
_BY_CODE = "SELECT parcel.* FROM alias JOIN parcel ON parcel.id = alias.parcel WHERE alias.code = ?"
_BY_END = "SELECT parcel.* FROM alias JOIN parcel ON parcel.id = alias.parcel WHERE alias.reversed >= ? AND alias.reversed < ? LIMIT 20"
_BY_PART = """SELECT parcel.* FROM numbers JOIN alias ON alias.id = numbers.rowid JOIN parcel ON parcel.id = alias.parcel
    WHERE numbers.code MATCH ? LIMIT 20"""
_BY_PHONE = "SELECT * FROM parcel WHERE phone_reversed >= ? AND phone_reversed < ? AND phone_reversed <> '' LIMIT 20"
_BY_WORD = "SELECT parcel.* FROM names JOIN parcel ON parcel.id = names.rowid WHERE names MATCH ? LIMIT 20"


@dataclass(frozen=True, slots=True)
class Question:
    """What is typed in round n, and the bare statement with its parameters that answers it. hits: whether anything must be found."""

    name: str
    typed: Callable[[int], str]
    statement: str
    given: Callable[[str], Sequence[str]]
    hits: bool = True


def questions(size: int) -> tuple[Question, ...]:
    """The kinds of search of this benchmark. Names come from lists of twelve, so every word here stands on one parcel in twelve."""
    places = random.Random(size).sample(range(size), min(size, 997))

    def item(n: int) -> str:
        return number(places[n % len(places)])

    def phone(n: int) -> str:
        return f"{places[n % len(places)] * 7919 % 100_000_000:08d}"

    def end(text: str) -> tuple[str, str]:
        return text[::-1], text[::-1] + ":"

    def country_end(text: str) -> tuple[str, str]:
        return "DB" + text[::-1], "DB" + text[::-1] + ":"

    def quoted(text: str) -> tuple[str]:
        return (" ".join(f'"{word}"' for word in text.split()),)

    return (
        Question("exact number", item, _BY_CODE, lambda text: (text,)),
        Question("number's last 4 digits", lambda n: item(n)[7:11], _BY_END, country_end),
        Question("5 digits of a number", lambda n: item(n)[4:9], _BY_PART, quoted),
        Question("3 digits of a number", lambda n: item(n)[4:7], _BY_PART, quoted),
        Question("phone's last 4", lambda n: phone(n)[-4:], _BY_PHONE, end),
        Question("whole phone", lambda n: "017" + phone(n), _BY_PHONE, end),
        Question("name in Bangla", lambda n: ("নুসরাত", "তালুকদার", "জাহাঙ্গীর")[n % 3], _BY_WORD, quoted),
        Question("name by sound", lambda n: ("rohim", "fatima", "nusrot")[n % 3], _BY_WORD, lambda _: quoted("rahim")),
        Question("beginning of a name", lambda n: ("রহি", "Nus", "Tal")[n % 3], _BY_WORD, lambda _: quoted("rahim")),
        Question("two words", lambda n: ("abdur talukder", "আব্দুর মৃধা", "nusrat dash")[n % 3], _BY_WORD, lambda _: quoted("abdur talukder")),
        Question("three words", lambda n: ("abdur rahim khan", "আব্দুর রহিম খান")[n % 2], _BY_WORD, lambda _: quoted("abdur rahim khan")),
        Question("very common word", lambda _: "khan", _BY_WORD, quoted),
        Question("one letter", lambda n: "kরস"[n % 3], _BY_WORD, lambda _: quoted("rahim")),
        Question("a name that is not there", lambda _: "Wolfeschlegel", _BY_WORD, quoted, hits=False),
        Question("a number that is not there", lambda n: f"XX{n:09d}ZZ", _BY_CODE, lambda text: (text,), hits=False),
        Question("two words never together", lambda _: "khan mridha", _BY_WORD, quoted, hits=False),
    )


def measure(size: int, rounds: int = 300) -> list[Row]:
    """Every question by turns, after a few unmeasured rounds: a counter's book stays open all day."""
    reader = Reader(filled(size))
    try:
        return reader.read(lambda asked: [row for question in questions(size) for row in _asked(asked, question, size, rounds)])
    finally:
        reader.close()


def _asked(asked: Rows, question: Question, size: int, rounds: int) -> list[Row]:
    if bool(search.find(asked, question.typed(0), LIMIT)) != question.hits:
        raise SystemExit(f"bench: search for {question.name} found {'nothing' if question.hits else 'something'}")

    def bare(n: int) -> Any:
        return asked.all(question.statement, question.given(question.typed(n)))

    ways = {FLOOR: bare, OURS: lambda n: search.find(asked, question.typed(n), LIMIT)}
    by_turns(ways, 20)
    taken = by_turns(ways, rounds)
    p99 = {way: sorted(times)[rounds * 99 // 100] for way, times in taken.items()}
    own = _processor_p99(ways[OURS], rounds)
    floor, ours = rows(f"search {size:,}: {question.name}", taken, FLOOR)
    by_clock, by_processor = ("met" if time <= AIM_US else "MISSED" for time in (p99[OURS], own))
    note = f"p99 {p99[OURS]:.0f} us (floor's {p99[FLOOR]:.0f}), aim <= {AIM_US} {by_clock}; of the processor {own:.0f}, {by_processor}"
    return [floor, Row(ours.bench, ours.way, ours.p10, ours.p50, ours.p90, ours.ratio, note)]


def _processor_p99(way: Callable[[int], object], rounds: int) -> float:
    """Microseconds of the processor at the 99th of a hundred: on a busy machine a few in a hundred wait 4 ms for their turn, whatever they do."""
    taken = []
    for n in range(rounds):
        begun = thread_time_ns()
        way(n)
        taken.append((thread_time_ns() - begun) / 1_000)
    return sorted(taken)[rounds * 99 // 100]
