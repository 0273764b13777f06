"""What the centre said of entries and a person has still to look at."""

from __future__ import annotations

from corner_app.book import centre as known
from corner_app.book import marks, parcels
from corner_app.book.centre import Verdict
from corner_app.book.database import Rows, Tx
from corner_app.book.lineage import lineages
from corner_app.desk.views import AttentionLine

_LOOKED_AT = 200
"""Verdicts looked through for those nobody acted on."""
_SEEN = "seen:"


def lines(rows: Rows, limit: int) -> tuple[AttentionLine, ...]:
    """Newest first: what was said of an entry, until the centre says "applied", an entry of ours settles that one, or a clerk has read it."""
    own = {(each.device, each.epoch): each.first_no for each in lineages(rows)}
    found: list[AttentionLine] = []
    for verdict in known.attention(rows, _LOOKED_AT):
        first = own.get((verdict.device, verdict.epoch))
        if known.kept(rows, _key(verdict)) == verdict.code or (first is not None and _settled(rows, first + verdict.seq - 1)):
            continue
        found.append(_line(rows, verdict, ours=first is not None))
        if len(found) == limit:
            break
    return tuple(found)


def seen(tx: Tx, device: int, epoch: int, seq: int) -> None:
    """A clerk has read what was said; it comes back when the centre says something else of the entry."""
    for verdict in known.attention(tx, _LOOKED_AT):
        if (verdict.device, verdict.epoch, verdict.seq) == (device, epoch, seq):
            known.keep(tx, **{_key(verdict): verdict.code})


def _key(verdict: Verdict) -> str:
    return f"{_SEEN}{verdict.device}.{verdict.epoch}.{verdict.seq}"


def _settled(rows: Rows, no: int) -> bool:
    """Whether a later entry of ours takes this one back or settles it."""
    return marks.settled_by(rows, no) is not None


def _line(rows: Rows, verdict: Verdict, *, ours: bool) -> AttentionLine:
    row = parcels.by_item(rows, verdict.subject) if verdict.subject else None
    names = (row.advice.name_bn, row.advice.name_en) if row is not None and row.advice is not None else ("", "")
    return AttentionLine(verdict.device, verdict.epoch, verdict.seq, verdict.subject, *names, verdict.code, verdict.at, ours)
