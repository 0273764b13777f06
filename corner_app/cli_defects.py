"""`corner-app defects`: the known defects of this version, and those that touch the day that is asked for."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from corner_app.domain.defects import touching
from corner_app.i18n import Language, words
from corner_app.reference import load_defects


def add_command(jobs: Any, book: Callable[[argparse.Namespace], Path], now: Callable[[], int]) -> None:
    """Adds `defects`. book: the file that was asked for; now: ms UTC."""
    sub = jobs.add_parser("defects", help="known defects of this program, and which of them touch a day")
    sub.add_argument("date", nargs="?", default=None, help="2026-11-24 (default: today)")
    sub.add_argument("--json", action="store_true")
    sub.set_defaults(run=lambda asked: _defects(asked, book(asked), now(), sub.error))


def _defects(asked: argparse.Namespace, book: Path, now: int, wrong: Callable[[str], Any]) -> int:
    from datetime import date as calendar_date

    from corner_app.domain.close import local_date

    try:
        date = calendar_date.fromisoformat(asked.date or local_date(now)).isoformat()
    except ValueError as error:
        wrong(f"{asked.date!r}: {error}")
    known = load_defects()
    touched = {defect.code for defect in touching(known, date, written_on(book, date))}
    if asked.json:
        rows = [
            {"code": each.code, "since": each.since, "fixed": each.fixed, "kinds": each.kinds, "what": dict(zip(("bn", "en"), each.what, strict=True)),
             "do": dict(zip(("bn", "en"), each.do, strict=True)), "touches": each.code in touched}
            for each in known
        ]  # fmt: skip
        print(json.dumps({"date": date, "defects": rows}, ensure_ascii=False))
        return 0
    language = Language(asked.language)
    at = (Language.BN, Language.EN).index(language)
    print(words("defects.title", language, date=date, n=len(touched)))
    for each in known:
        state = "touches" if each.code in touched else "touches_not"
        print(f"{each.code}  {words(f'defects.{state}', language)}  {each.what[at]}\n       {each.do[at]}")
    return 0


def written_on(book: Path, date: str) -> Collection[str]:
    """Words of the kinds that this book's own counter wrote on a day; none where there is no book."""
    from corner_app.book import days
    from corner_app.book.book import Reader
    from corner_app.book.database import Rows
    from corner_app.book.lineage import read_place
    from corner_app.domain.entries import kind

    if not book.exists():
        return ()

    def question(rows: Rows) -> Collection[str]:
        place = read_place(rows)
        day = days.day(rows, place.office, place.counter, date)
        return {kind(fact.entry.body) for _, fact in days.own(rows, day.first, day.last)}

    reader = Reader(book)
    try:
        return reader.read(question)
    finally:
        reader.close()
