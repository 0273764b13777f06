"""Merchants' parcels: entries of the centre's own book, so that they reach offices the way everything does (sync notes §2.5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from central_server import own_book
from central_server.exchange import Desk
from central_server.judge import judge
from central_server.storage import devices, parcels
from central_server.storage.database import Sql
from corner_app.advice.files import Broken
from corner_app.domain.advice import Rejected, announcement, judge_row, same_announcement
from corner_app.domain.entries import SYSTEM, Announced, Entry, EntryId, encode

STEP = 2_000
Answers = dict[str, list[dict[str, Any]]]


def announce(desk: Desk, rows: Iterable[tuple[int, Mapping[str, object] | Broken]], actor: str, now: int) -> Answers:
    """Takes in every row that can be told apart and whose money is sure, and answers for each other one, as the desk's job does."""
    answers: Answers = {"accepted": [], "known": [], "warned": [], "rejected": []}
    step: list[tuple[int, Mapping[str, object] | Broken]] = []
    for numbered in rows:
        step.append(numbered)
        if len(step) == STEP:
            _take(desk, step, actor, now, answers)
            step = []
    if step:
        _take(desk, step, actor, now, answers)
    return answers


def _take(desk: Desk, rows: list[tuple[int, Mapping[str, object] | Broken]], actor: str, now: int, answers: Answers) -> None:
    desk.database.write(lambda sql: _write(desk, sql, rows, actor, now, answers))
    at = desk.database.read(lambda sql: own_book.newest(sql, desk.centre))
    if at is not None:
        judge(desk.database, at, desk.places, now)


def _write(desk: Desk, sql: Sql, rows: list[tuple[int, Mapping[str, object] | Broken]], actor: str, now: int, answers: Answers) -> None:
    """One run of the centre's book: the cursor is held, so two announcements never take the same number."""
    found: Answers = {name: [] for name in answers}
    at = own_book.end(sql, desk.centre)
    secret = hashlib.sha256(b"corner-pickup:" + desk.centre.uuid + bytes.fromhex(devices.told(sql, "key") or "")).digest()
    judged = [(n, row, Rejected(row.code, None) if isinstance(row, Broken) else judge_row(row, desk.places)) for n, row in rows]
    items = [advice.item for _, _, advice in judged if not isinstance(advice, Rejected)]
    history = parcels.history(sql, items) if items else {}
    known = {item: (written[-1].fact.id, [w.fact.entry.body for w in written]) for item, written in history.items()}
    stored: list[bytes] = []
    for number, row, advice in judged:
        if isinstance(advice, Rejected):
            given = None if isinstance(row, Broken) else row.get("item_id")
            item = str(given)[:40] if given else None
            found["rejected"].append({"row": number, "code": advice.code, "field": advice.field, "item": item})
            continue
        body = announcement(advice, secret)
        before = next((b for b in known.get(advice.item, (None, []))[1] if isinstance(b, Announced)), None)
        if before is not None:
            same = same_announcement(before, body)
            answer = {"row": number, "code": "known" if same else "number_taken", "field": "item_id", "item": advice.item}
            found["known" if same else "rejected"].append(answer)
            continue
        head = _head(sql, advice.item) if advice.item in known else None
        stored.append(encode(Entry(now << 16 | len(stored) & 0xFFFF, actor or SYSTEM, advice.item, head or 0, body)))
        known[advice.item] = (EntryId(desk.centre.device, at.epoch, at.next + len(stored) - 1), [body])
        found["accepted"].append({"row": number, "code": "accepted", "field": None, "item": advice.item})
        found["warned"] += [{"row": number, "code": w.code, "field": w.field, "item": advice.item} for w in advice.warnings]
    if stored:
        own_book.write(sql, desk.centre, at, stored, now)
    for name, more in found.items():
        answers[name] += more


def _head(sql: Sql, item: str) -> EntryId | None:
    head = parcels.head(sql, item)
    return head.parcel.base if head is not None else None
