"""The centre on the command line: `corner-centre`."""

from __future__ import annotations

import argparse
import ipaddress
import json
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from central_server import cli_money, cli_upkeep, enrol, identity, reference
from central_server.announce import announce
from central_server.app import kept_up, make_app, now_ms
from central_server.care import verify
from central_server.carry import carry
from central_server.exchange import Desk
from central_server.http.merchants import key_hash
from central_server.judge import judge_all
from central_server.pages import access
from central_server.problems import PROBLEMS, Problem
from central_server.storage import database, devices, staff
from central_server.storage.database import Database
from central_server.storage.migrate import migrate
from central_server.timeline import timeline
from corner_app.advice.files import FileRefused, read_rows
from corner_app.domain.here import DHAKA
from corner_app.i18n import Language, words

DONE, NOT_GOOD, TROUBLE, USAGE = 0, 1, 2, 64


class _Parser(argparse.ArgumentParser):
    """Ends with 64 for wrong use, so that scripts can tell it from trouble."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(USAGE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0 done, 1 a fault was found, 2 trouble, 64 wrong use."""
    asked = _parser().parse_args(arguments)
    try:
        return int(asked.run(asked))
    except Problem as problem:
        print(problem.words, file=sys.stderr)
        return TROUBLE
    except BrokenPipeError:
        sys.stderr.close()
        return DONE


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="corner-centre", description="The centre that the offices' books come together at.")
    parser.add_argument("--db", required=True, metavar="URL", help="sqlite:///FILE or postgresql://…")
    jobs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    jobs.add_parser("init", help="make the tables and the centre's key").set_defaults(run=_init)
    serve = jobs.add_parser("serve", help="answer offices and merchants")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8701)
    serve.add_argument("--certificate", type=Path, help="PEM file; needed on anything but this machine")
    serve.add_argument("--key", type=Path, help="PEM file of its key")
    serve.add_argument("--window", type=int, default=0, help="seconds over which callers are asked to spread their next try")
    serve.set_defaults(run=_serve)
    office = jobs.add_parser("office", help="offices that may enrol").add_subparsers(required=True, metavar="add")
    add = office.add_parser("add", help="a one-time code to enrol a counter")
    add.add_argument("office")
    add.add_argument("--counter", type=int, default=1)
    add.add_argument("--qr", type=Path, help="write the code as a picture (PNG)")
    _json(add).set_defaults(run=_office_add)
    device = jobs.add_parser("device", help="PCs of offices").add_subparsers(required=True, metavar="list|enrol|revoke")
    _json(device.add_parser("list", help="every device and when it last spoke")).set_defaults(run=_devices)
    again = device.add_parser("enrol", help="a new code for an office's counter, for a new PC")
    again.add_argument("office")
    again.add_argument("--counter", type=int, default=1)
    again.add_argument("--qr", type=Path)
    _json(again).set_defaults(run=_office_add)
    gone = device.add_parser("revoke", help="what it sends goes to quarantine from now on")
    gone.add_argument("device", type=int)
    gone.set_defaults(run=_revoke)
    merchant = jobs.add_parser("merchant", help="merchants that may announce").add_subparsers(required=True, metavar="add")
    shop = merchant.add_parser("add", help="a key for a merchant, shown once")
    shop.add_argument("merchant")
    shop.add_argument("--name", default="")
    _json(shop).set_defaults(run=_merchant)
    _hq(jobs)
    told = jobs.add_parser("announce", help="parcels from a file of a merchant")
    told.add_argument("file", type=Path)
    _json(told).set_defaults(run=_announce)
    parcel = jobs.add_parser("parcel", help="one parcel's timeline")
    parcel.add_argument("number")
    _json(parcel).set_defaults(run=_parcel)
    carried = jobs.add_parser("carry", help="answer the segments on a stick or in a folder")
    carried.add_argument("folder", type=Path)
    _json(carried).set_defaults(run=_carry)
    cli_upkeep.add(jobs, _with)
    cli_money.add(jobs, _with)
    _json(jobs.add_parser("verify", help="every chain, signature, fold and the ledger again")).set_defaults(run=_verify)
    return parser


def _json(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--json", action="store_true")
    return parser


def _with(asked: argparse.Namespace, work: Callable[[Database], int]) -> int:
    opened = database.connect(asked.db)
    try:
        opened.read(identity.centre)
    except Problem:
        opened.close()
        raise
    except Exception as error:
        opened.close()
        raise Problem("not_a_centre") from error
    try:
        return work(opened)
    finally:
        opened.close()


def _desk(opened: Database) -> Desk:
    return Desk(opened, opened.read(identity.centre), opened.read(reference.places))


def _init(asked: argparse.Namespace) -> int:
    database.connect(asked.db).close()
    migrate(asked.db)
    opened = database.connect(asked.db)
    try:
        opened.write(lambda sql: identity.found(sql, now_ms()))
    finally:
        opened.close()
    return DONE


def _serve(asked: argparse.Namespace) -> int:
    import uvicorn

    from central_server.http import patience

    if not _is_loopback(asked.host) and not (asked.certificate and asked.key):
        raise Problem("not_loopback")

    def run(opened: Database) -> int:
        app = make_app(opened, opened.read(reference.places), asked.window)
        judge_all(opened, app.state.desk.places, now_ms())
        tls: dict[str, Any] = {"ssl_certfile": str(asked.certificate), "ssl_keyfile": str(asked.key)} if asked.certificate else {}
        with kept_up(app):
            uvicorn.run(
                app, host=asked.host, port=asked.port, log_level="warning", access_log=False, server_header=False, date_header=False,
                timeout_keep_alive=patience.QUIET_S, http=patience.patient(patience.room(), patience.QUIET_S), **tls,
            )  # fmt: skip
        return DONE

    return _with(asked, run)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _office_add(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        code = opened.write(lambda sql: enrol.add_office(sql, reference.places(sql), asked.office, asked.counter, now_ms()))
        if asked.qr is not None:
            import segno

            segno.make(code.text, error="m").save(str(asked.qr), scale=8)
        print(json.dumps({"office": asked.office, "code": code.text}) if asked.json else code.text)
        return DONE

    return _with(asked, run)


def _devices(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        for d in opened.read(devices.all_of):
            line = {"device": d.device, "office": d.office, "counter": d.counter, "state": d.state, "seen_at": _time(d.seen_at), "unsent": d.unsent}
            print(json.dumps(line) if asked.json else "  ".join(str(value) for value in line.values()))
        return DONE

    return _with(asked, run)


def _revoke(asked: argparse.Namespace) -> int:
    return _with(asked, lambda opened: DONE if opened.write(lambda sql: enrol.revoke(sql, asked.device)) else NOT_GOOD)


def _merchant(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        key = secrets.token_urlsafe(24)
        opened.write(lambda sql: devices.add_merchant(sql, asked.merchant, asked.name, key_hash(key)))
        print(json.dumps({"merchant": asked.merchant, "key": key}) if asked.json else key)
        return DONE

    return _with(asked, run)


def _hq(jobs: Any) -> None:
    people = jobs.add_parser("hq", help="people who may see headquarters' page").add_subparsers(required=True, metavar="add|list|remove")
    for word, told, run in (("add", "a personal key, shown once; ends an older one", _hq_add), ("remove", "ends a key and its sessions", _hq_remove)):
        one = people.add_parser(word, help=told)
        one.add_argument("name")
        _json(one).set_defaults(run=run)
    _json(people.add_parser("list", help="their names")).set_defaults(run=_hq_list)


def _hq_add(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        key = opened.write(lambda sql: access.add(sql, asked.name))
        print(json.dumps({"name": asked.name, "key": key}, ensure_ascii=False) if asked.json else key)
        return DONE

    return _with(asked, run)


def _hq_remove(asked: argparse.Namespace) -> int:
    return _with(asked, lambda opened: DONE if opened.write(lambda sql: staff.remove(sql, asked.name)) else NOT_GOOD)


def _hq_list(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        for person in opened.read(staff.all_of):
            print(json.dumps({"name": person.name}, ensure_ascii=False) if asked.json else person.name)
        return DONE

    return _with(asked, run)


def _announce(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        if not asked.file.is_file():
            raise Problem("bad_file")
        try:
            answers = announce(_desk(opened), read_rows(asked.file), "headquarters", now_ms())
        except FileRefused as refused:
            raise Problem("bad_file", refused.code) from refused
        if asked.json:
            said = {
                name: [row | {"text": {lang.value: words(f"advice.{row['code']}", lang) for lang in Language}} for row in rows]
                for name, rows in answers.items()
            }
            print(json.dumps({"code": "announced", "data": said}, ensure_ascii=False))
        else:
            print("  ".join(f"{name} {len(rows)}" for name, rows in answers.items()))
        return DONE

    return _with(asked, run)


def _parcel(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        found = opened.read(lambda sql: timeline(sql, asked.number))
        lines = [
            {"office": line.office, "counter": line.counter, "seq": line.seq, "kind": line.kind, "at": _time(line.at)}
            | ({"undone": True} if line.undone else {})
            for line in found.lines
        ]
        if asked.json:
            print(json.dumps({"item": found.item, "state": found.state, "office": found.office, "cod_state": found.cod_state, "timeline": lines}))
        else:
            print(found.item, found.state, found.office)
            for line in lines:
                print(f"  {line['at']}  {line['office'] or 'centre'}  {line['kind']}")
        return DONE

    return _with(asked, run)


def _carry(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        done = carry(_desk(opened), asked.folder, now_ms)
        if asked.json:
            print(json.dumps({"files": [{"file": one.file, "code": one.code, "frames": one.frames, "refused": one.refused} for one in done]}))
        else:
            for one in done:
                print(f"{one.file}  {f'{one.frames} questions answered' if one.code == 'answered' else PROBLEMS[one.code][1]}")
        return DONE if done and all(one.code == "answered" for one in done) else NOT_GOOD

    return _with(asked, run)


def _time(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, DHAKA).isoformat(timespec="milliseconds")


def _verify(asked: argparse.Namespace) -> int:
    def run(opened: Database) -> int:
        report = opened.read(verify)
        faults = [{"code": code, "detail": detail} for code, detail in report.faults]
        if asked.json:
            print(json.dumps({"good": not faults, "entries": report.entries, "parcels": report.parcels, "faults": faults}))
        else:
            print(f"{report.entries} entries, {report.parcels} parcels: {'good' if not faults else 'NOT GOOD'}")
            for fault in faults:
                print(f"  {fault['code']}  {fault['detail']}")
        return NOT_GOOD if faults else DONE

    return _with(asked, run)
