"""Announced parcels from a file or a list: good rows are taken, each other row is answered for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from corner_app.advice.files import Broken, FileRefused, read_rows
from corner_app.book import entries, parcels
from corner_app.book.database import Tx
from corner_app.desk.commands import Announce
from corner_app.domain.advice import Rejected, announcement, judge_row, same_announcement
from corner_app.domain.close import local_date
from corner_app.domain.here import Here
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.trouble import Trouble

Answer = dict[str, Any]


def announce(tx: Tx, here: Here, command: Announce) -> Outcome:
    """Takes in every row that can be told apart and whose money is sure; all in one commit, so a broken file leaves nothing half done."""
    answers: dict[str, list[Answer]] = {"accepted": [], "known": [], "warned": [], "rejected": []}
    written: list[int] = []
    try:
        for number, row in _rows(command):
            _take(tx, here, number, row, answers, written)
            tx.seen.clear()  # a file may have a million rows
    except FileRefused as refused:
        raise Trouble(f"file_{refused.code}", **refused.params) from refused
    tone = Tone.LOOK if answers["warned"] or answers["rejected"] else Tone.GOOD
    return Outcome(tone, "announced", entries=tuple(written), data=answers)


def _rows(command: Announce) -> Iterator[tuple[int, Mapping[str, object] | Broken]]:
    if command.file is not None:
        yield from read_rows(command.file)
    else:
        yield from enumerate(command.parcels or (), 1)


def _take(tx: Tx, here: Here, number: int, row: Mapping[str, object] | Broken, answers: dict[str, list[Answer]], written: list[int]) -> None:
    judged = Rejected(row.code, None) if isinstance(row, Broken) else judge_row(row, here.places, here.rules, local_date(here.now))
    if isinstance(judged, Rejected):
        given = None if isinstance(row, Broken) else row.get("item_id")
        answers["rejected"].append({"row": number, "code": judged.code, "field": judged.field, "item": str(given)[:40] if given else None})
        return
    kept = parcels.by_item(tx, judged.item)
    if kept is not None and kept.advice is not None:
        same = same_announcement(kept.advice, announcement(judged, here.salt))
        answers["known" if same else "rejected"].append({"row": number, "code": "known" if same else "number_taken", "field": "item_id", "item": judged.item})
        return
    body = announcement(judged, here.salt)
    if kept is not None and kept.parcel.delivery is not None and judged.cod != kept.parcel.cod:
        answers["warned"].append({"row": number, "code": "cod_not_collected", "field": "cod_amount_minor", "item": judged.item})
    fact = entries.append(tx, here.clerk.badge, here.now, judged.item, body, base=kept.parcel.base if kept else None)
    written.append(fact.id.seq)
    answers["accepted"].append({"row": number, "code": "accepted", "field": None, "item": judged.item})
    answers["warned"] += [{"row": number, "code": w.code, "field": w.field, "item": judged.item} for w in judged.warnings]
