"""`corner-app devices`: what is attached, a test label and its scan, the whole set-up, in a terminal. The same values and words as the F12 screen."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

WAIT_S = 60.0
"""How long a scan is waited for on a serial line; on standard input until it ends."""
BookFile = Callable[[argparse.Namespace], Path]


def add_commands(jobs: Any, now: Callable[[], int], book_file: BookFile) -> None:
    """Adds `devices` and what stands below it. now: ms UTC. What a command needs is imported when it runs."""
    parser = jobs.add_parser("devices", help="scanners, printers, scale: what is there, a test, the set-up")
    kinds = parser.add_subparsers(metavar="list|find|test|scan|set-up|forget")

    def command(name: str, help_: str) -> Any:
        made = kinds.add_parser(name, help=help_)
        made.add_argument("--json", action="store_true")
        made.set_defaults(run=lambda asked: _run(name, asked, now, book_file))
        return made

    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=lambda asked: _run("list", asked, now, book_file))
    command("list", "the devices in the settings, and how they are now")
    find = command("find", "what is attached; nothing on the network is searched, and nothing is printed")
    find.add_argument("address", nargs="*", help="ask these: 192.168.1.50, tcp:HOST:PORT, usb:VID:PID:SERIAL, path:/dev/…, cups:NAME")
    find.add_argument("--ask", action="store_true", help="ask everything that is attached what it speaks")
    test = command("test", "print a printer's test label and wait for its scan")
    test.add_argument("printer", help="label, receipt, or what it is known by")
    _scan_source(test)
    scan = command("scan", "show what the scanner sends")
    scan.add_argument("--count", type=int, default=1)
    _scan_source(scan)
    set_up = command("set-up", "find, ask, print, scan and keep a printer; without --at it asks step by step")
    set_up.add_argument("--role", choices=("label", "receipt"), default="label")
    set_up.add_argument("--at", default="", metavar="ADDRESS")
    set_up.add_argument("--model", default="", help="name of a profile, for a printer that does not answer")
    set_up.add_argument("--paper", default="", help="4x6in, 3x2in, 58mm, 80mm")
    set_up.add_argument("--darkness", type=_percent, default=None, metavar="PERCENT")
    set_up.add_argument("--no-scan", action="store_true", help="keep it unproven")
    _scan_source(set_up)
    gone = command("forget", "take a device out of the settings")
    gone.add_argument("name")


def _percent(text: str) -> int:
    if not text.isdecimal() or int(text) > 100:
        raise argparse.ArgumentTypeError("0 to 100")
    return int(text)


def _scan_source(parser: Any) -> None:
    parser.add_argument("--scanner", default=None, metavar="PORT", help="a serial scanner (default: all in the settings); - for standard input")
    parser.add_argument("--wait", type=float, default=WAIT_S, metavar="SECONDS")


def _run(name: str, asked: argparse.Namespace, now: Callable[[], int], book_file: BookFile) -> int:
    from corner_app.devices_cli.counter import Counter

    counter = Counter(asked, now, book_file(asked))
    if name in ("test", "set-up"):
        from corner_app.devices_cli import setting

        return setting.test(counter) if name == "test" else setting.set_up(counter)
    from corner_app.devices_cli import there

    return {"list": there.list_, "find": there.find, "forget": there.forget, "scan": there.scan}[name](counter)
