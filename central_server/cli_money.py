"""Money at the centre on the command line: money, settle, payments."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from central_server import identity, money, payments, reference, settle
from central_server.app import now_ms
from central_server.exchange import Desk
from central_server.pages.statement import as_csv, as_json, as_xlsx
from central_server.problems import Problem
from central_server.settle import Statement
from central_server.storage import remittances
from central_server.storage.database import Database
from central_server.storage.remittances import Line
from corner_app.domain.here import DHAKA

DONE, NOT_GOOD = 0, 1
With = Callable[[argparse.Namespace, Callable[[Database], int]], int]


def add(jobs: Any, within: With) -> None:
    """Adds the commands. within: opens the centre that was asked for and runs a job on it."""
    day = jobs.add_parser("money", help="the drawers of an office on one day, from the entries, beside what their closings say")
    day.add_argument("--office", required=True)
    day.add_argument("--date", required=True, type=_date, help="like 2026-11-24")
    day.add_argument("--details", action="store_true", help="with the entries of each figure")
    day.set_defaults(run=lambda asked: within(asked, lambda opened: _money(opened, asked)))
    pay = jobs.add_parser("settle", help="what a merchant is owed, and remittances")
    what = pay.add_mutually_exclusive_group(required=True)
    what.add_argument("--merchant", help="the statement of what is due to it")
    what.add_argument("--again", type=Path, metavar="FILE", help="take in a remittance that a lost centre made: what --remit --json printed")
    what.add_argument("--paid", metavar="INVOICE", help="the merchant has received this remittance")
    pay.add_argument("--to", type=_date, help="the last date of collection")
    pay.add_argument("--invoice", default="", help="the remittance of this name; with --remit the name of the next one")
    pay.add_argument("--remit", action="store_true", help="take what is due into a remittance")
    pay.add_argument("--include", action="append", default=[], metavar="ITEM", help="with --remit: this parcel too, although something about it is in doubt")
    pay.add_argument("--last", default="", metavar="INVOICE", help="with --remit after a restore: the last invoice that was paid, or none")
    pay.add_argument("--list", action="store_true", help="the remittances of the merchant")
    pay.add_argument("--csv", type=Path, metavar="FILE")
    pay.add_argument("--xlsx", type=Path, metavar="FILE")
    pay.add_argument("--language", choices=["bn", "en"], default="bn", help="of the sheets")
    pay.set_defaults(run=lambda asked: within(asked, lambda opened: _settle(opened, asked)))
    told = jobs.add_parser("payments", help="compare a wallet provider's statement (CSV with trx and amount) with what buyers are said to have paid")
    told.add_argument("file", type=Path)
    told.add_argument("--wallet", default="", help="whose statement it is")
    told.set_defaults(run=lambda asked: within(asked, lambda opened: _payments(opened, asked)))
    for parser in (day, pay, told):
        parser.add_argument("--json", action="store_true")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise argparse.ArgumentTypeError("a date is written like 2026-11-24") from error


def _desk(opened: Database) -> Desk:
    return Desk(opened, opened.read(identity.centre), opened.read(reference.places))


def _money(opened: Database, asked: argparse.Namespace) -> int:
    drawers = opened.read(lambda sql: money.drawers(sql, asked.office, asked.date))
    if asked.json:
        found = {"office": asked.office, "date": asked.date, "drawers": [_drawer(drawer, details=asked.details) for drawer in drawers]}
        print(json.dumps(found | {"accounts": opened.read(lambda sql: money.accounts(sql, asked.office))}))
    else:
        for drawer in drawers:
            print(f"counter {drawer.counter}: {'closed' if drawer.closed else 'not closed'}, {'agrees' if drawer.agrees else 'DIFFERS'}")
            for name in money.FIGURES:
                said = drawer.closing[name] if drawer.closing is not None else None
                print(f"  {name:<10}  {_taka(drawer.figures[name]):>16}  {_taka(said):>16}")
    return DONE if all(drawer.agrees for drawer in drawers) else NOT_GOOD


def _drawer(drawer: money.Drawer, *, details: bool) -> dict[str, object]:
    found: dict[str, object] = {
        "counter": drawer.counter,
        "closed": drawer.closed,
        "agrees": drawer.agrees,
        "centre": drawer.figures,
        "closing": drawer.closing,
    }
    if details:
        found["entries"] = {
            name: [{"subject": subject, "device": by.device, "epoch": by.epoch, "seq": by.seq, "amount": amount} for subject, by, amount in entries]
            for name, entries in drawer.entries.items()
        }
    return found


def _taka(paisa: int | None) -> str:
    return "—" if paisa is None else f"{paisa / 100:,.2f}"


def _settle(opened: Database, asked: argparse.Namespace) -> int:
    desk, now = _desk(opened), now_ms()
    if asked.list and asked.merchant:
        return _list(opened, asked)
    if asked.paid:
        found = settle.paid(desk, asked.paid, now)
    elif asked.again:
        found = settle.again(desk, _lost(asked.again), now)
    elif asked.remit:
        found = settle.remit(desk, asked.merchant, now, to=asked.to or "", invoice=asked.invoice, include=asked.include, last=asked.last)
    elif asked.invoice:
        found = opened.read(lambda sql: settle.statement(sql, asked.invoice))
        if found.merchant != asked.merchant:
            raise Problem("invoice_unknown")
    else:
        found = opened.read(lambda sql: settle.due(sql, asked.merchant, asked.to or "", asked.include))
    for file, made in ((asked.csv, as_csv), (asked.xlsx, as_xlsx)):
        if file is not None:
            _write(file, made(found, asked.language))
    print(json.dumps(as_json(found)) if asked.json else _told(found))
    return DONE


def _lost(file: Path) -> Statement:
    """A remittance as `--remit --json` printed it."""
    try:
        told = json.loads(file.read_bytes())
        lines = tuple(Line(each["item"], each["office"], each["date"], each["amount"]) for each in told["parcels"])
        return Statement(str(told["merchant"]), str(told["invoice"]), "remitted", 0, 0, lines)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("bad_file") from error


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    beside = file.with_name(file.name + ".part")
    try:
        beside.write_bytes(content)
        os.replace(beside, file)
    except OSError as error:
        raise Problem("folder_unwritable", error.strerror or "") from error


def _told(found: Statement) -> str:
    head = f"{found.invoice or found.merchant}: {found.state}, {len(found.lines)} parcels, {_taka(found.amount)}"
    lines = [f"  {line.date}  {line.office}  {line.item}  {_taka(line.amount):>14}" for line in found.lines]
    return "\n".join([head, *lines, *(f"  waits: {each.item}  {_taka(each.amount):>14}  {each.why}" for each in found.waiting)])


def _list(opened: Database, asked: argparse.Namespace) -> int:
    for made in opened.read(lambda sql: remittances.all_of(sql, asked.merchant)):
        state = "closed" if made.paid_at else "remitted"
        at = datetime.fromtimestamp(made.made_at / 1000, DHAKA).isoformat(timespec="seconds")
        line = {"invoice": made.invoice, "state": state, "made_at": at, "parcels": made.parcels, "amount": made.amount}
        print(json.dumps(line) if asked.json else "  ".join(str(value) for value in line.values()))
    return DONE


def _payments(opened: Database, asked: argparse.Namespace) -> int:
    try:
        content = asked.file.read_bytes()
    except OSError as error:
        raise Problem("bad_statement", error.strerror or "") from error
    done = payments.check(_desk(opened), payments.read(content), now_ms(), asked.wallet)
    lists = {name: getattr(done, name) for name in ("verified", "refused", "before", "unfinished", "in_doubt", "unknown", "waiting")}
    if asked.json:
        print(json.dumps(lists))
    else:
        for name, found in lists.items():
            print(f"{name} {len(found)}" + ("" if name in ("verified", "before") or not found else f": {' '.join(found)}"))
    return NOT_GOOD if done.refused or done.in_doubt else DONE
