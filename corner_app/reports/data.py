"""A report as JSON: what `corner-app report --json` prints, and, with the entries of every figure, what is attached to the PDF."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

from corner_app.domain.entries import EntryId
from corner_app.i18n import local
from corner_app.reports.figures import DrawerLine, Figure, ParcelLine, Report
from corner_app.reports.keys import ACCOUNT, CLERK, DRAWER

Name = int | str


def plain(report: Report, *, details: bool = False) -> dict[str, Any]:
    """The report in plain values. Money paisa, times RFC 3339 of the office; own entries by number, those of other books as "device.epoch.seq".

    details: every figure is {"value", "entries"}, and what it is the sum of stands under "moves" (parcels) and "ledger" (money), line by line.
    """
    name = _namer(report)

    def figure(found: Figure | None) -> Any:
        if not details:
            return None if found is None else found.value
        return None if found is None else {"value": found.value, "entries": [name(by) for by in found.by]}

    made: dict[str, Any] = {
        "office": report.office,
        "counter": report.counter,
        "date": report.date,
        "to": report.to,
        "training": report.training,
        "closed": report.closed,
        "closed_at": _time(report.closed_at),
        "closed_by": report.closed_by or None,
        "approved_by": report.approved_by or None,
        "seal": report.seal,
        "entries": [name(id) for id in (report.first, report.last) if id is not None],
        "parcels": _parcels(report, figure),
        "drawers": {str(line.counter): _drawer(line, figure) for line in report.drawers},
        "accounts": {line.account: {part: figure(getattr(line, part)) for part in ACCOUNT} for line in report.accounts},
        "clerks": {line.badge: {part: figure(getattr(line, part)) for part in CLERK} for line in report.clerks},
        "hours": {str(line.hour): {"received": figure(line.received), "handed_over": figure(line.handed_over)} for line in report.hours},
        "bags": [_row(line, name, figure) for line in report.bags],
    }
    for section in ("exceptions", "reprints", "undone", "returns"):
        made[section] = [_row(line, name, figure) for line in getattr(report, section)]
    made["faults"] = list(report.faults)
    if details:
        made |= {"moves": [_row(line, name, figure) for line in report.moves], "ledger": [_row(line, name, figure) for line in report.ledger]}
    return made


def exact(report: Report) -> bytes:
    """The whole report with the entries of every figure, as UTF-8 JSON. The same report makes the same bytes."""
    return json.dumps(plain(report, details=True), ensure_ascii=False, separators=(",", ":")).encode()


def _namer(report: Report) -> Callable[[EntryId], Name]:
    """How entries are named: a number alone in the lineage that the report's last own entry belongs to."""
    own = report.last

    def name(id: EntryId) -> Name:
        return id.seq if own is not None and (id.device, id.epoch) == (own.device, own.epoch) else f"{id.device}.{id.epoch}.{id.seq}"

    return name


def _parcels(report: Report, figure: Callable[[Figure | None], Any]) -> dict[str, Any]:
    by_kind = {line.kind: _kind(line, figure) for line in report.parcels}
    every = by_kind.pop("all", {"opening": 0, "in": 0, "out": {}, "on_hand": 0})
    return every | {"by_kind": by_kind}


def _kind(line: ParcelLine, figure: Callable[[Figure | None], Any]) -> dict[str, Any]:
    gone = {way: figure(found) for way, found in line.gone}
    return {"opening": figure(line.opening), "in": figure(line.came), "out": gone, "on_hand": figure(line.on_hand)}


def _drawer(line: DrawerLine, figure: Callable[[Figure | None], Any]) -> dict[str, Any]:
    return {part: figure(getattr(line, part)) for part in DRAWER} | {"closed": line.closed, "seal": line.seal or None, "clerks": list(line.clerks)}


def _row(line: Any, name: Callable[[EntryId], Name], figure: Callable[[Figure | None], Any]) -> dict[str, Any]:
    """A line of a list, field by field."""
    made: dict[str, Any] = {}
    for field in fields(line):
        value = getattr(line, field.name)
        if isinstance(value, EntryId):
            value = name(value)
        elif isinstance(value, Figure):
            value = figure(value)
        elif field.name in _TIMES:
            value = _time(value)
        made[field.name] = value
    return made


_TIMES: Sequence[str] = ("at", "ended_at")


def _time(at: int) -> str | None:
    return local(at).isoformat(timespec="seconds") if at else None
