"""The centre's own upkeep on the command line: backup, restore, load-reference, upkeep."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from central_server import identity, reference
from central_server.app import now_ms
from central_server.backup import backup, restore
from central_server.exchange import Desk
from central_server.storage import database
from central_server.storage.database import Database
from central_server.upkeep import upkeep

DONE, NOT_GOOD, TROUBLE = 0, 1, 2
With = Callable[[argparse.Namespace, Callable[[Database], int]], int]


def add(jobs: Any, within: With) -> None:
    """Adds the commands. within: opens the centre that was asked for and runs a job on it."""
    copy = jobs.add_parser("backup", help="copy the whole centre into one file, while it may be serving")
    copy.add_argument("target", type=Path, help="a file, or a folder in which it is called by its time")
    copy.add_argument("--verify", action="store_true", help="prove every chain, fold and the ledger in the copy; entries in it count as safe from then on")
    copy.add_argument("--json", action="store_true")
    copy.set_defaults(run=lambda asked: within(asked, lambda opened: _backup(opened, asked)))
    back = jobs.add_parser("restore", help="put a backup into an empty database; stop `serve` first")
    back.add_argument("file", type=Path)
    back.add_argument("--replace", action="store_true", help="whatever is in the database goes")
    back.add_argument("--json", action="store_true")
    back.set_defaults(run=_restore)
    tables = jobs.add_parser("load-reference", help="offices, hubs and postcodes instead of the packaged ones")
    tables.add_argument("path", type=Path, nargs="?", help="a folder with post_offices.csv and hubs.csv, or one of them; none for the packaged ones")
    tables.add_argument("--json", action="store_true")
    tables.set_defaults(run=lambda asked: within(asked, lambda opened: _load_reference(opened, asked)))
    kept = jobs.add_parser("upkeep", help="do at once what `serve` does every few minutes")
    kept.add_argument("--json", action="store_true")
    kept.set_defaults(run=lambda asked: within(asked, lambda opened: _upkeep(opened, asked)))


def _backup(opened: Database, asked: argparse.Namespace) -> int:
    places = opened.read(reference.places) if asked.verify else None
    made = backup(opened, asked.target, now_ms(), places)
    faults = [{"code": code, "detail": detail} for code, detail in made.faults or ()]
    if asked.json:
        print(json.dumps({"file": str(made.file), "rows": made.manifest.rows, "verified": made.faults is not None, "faults": faults}))
    else:
        said = "not verified" if made.faults is None else "NOT GOOD" if faults else "verified"
        print(f"{made.file}: {made.manifest.rows} rows, {said}")
        for fault in faults:
            print(f"  {fault['code']}  {fault['detail']}")
    return NOT_GOOD if faults else DONE


def _restore(asked: argparse.Namespace) -> int:
    opened = database.connect(asked.db)
    try:
        manifest = restore(opened, asked.db, asked.file, now_ms(), replace=asked.replace)
    finally:
        opened.close()
    print(json.dumps({"rows": manifest.rows, "made_at": manifest.made_at}) if asked.json else f"{manifest.rows} rows are back")
    return DONE


def _load_reference(opened: Database, asked: argparse.Namespace) -> int:
    loaded = reference.load(opened, asked.path, now_ms())
    faults = [{"table": f.table, "row": f.row, "code": f.code, "detail": f.detail} for f in loaded.faults]
    if asked.json:
        print(json.dumps({"version": loaded.version, "new": loaded.fresh, "faults": faults}, ensure_ascii=False))
    else:
        print(f"version {loaded.version}: {'loaded' if loaded.fresh else 'NOT loaded' if faults else 'the same as before'}")
    for fault in faults if not asked.json else ():
        print(f"  {fault['table']} {fault['row']}  {fault['code']}  {fault['detail']}", file=sys.stderr)
    return NOT_GOOD if faults else DONE


def _upkeep(opened: Database, asked: argparse.Namespace) -> int:
    desk = Desk(opened, opened.read(identity.centre), opened.read(reference.places))
    done = upkeep(desk, now_ms())
    if asked.json:
        names = ("judged", "released", "parts", "trimmed", "agreed", "failed")
        print(json.dumps({name: getattr(done, name) for name in names}))
    else:
        print(f"judged {done.judged}  released {done.released}  parts {done.parts}  trimmed {done.trimmed}  agreed {done.agreed}")
    return TROUBLE if done.failed else DONE
