"""How a label that was sent is known to be printed. What nothing proves is in doubt, with a stable word for why."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Event
from typing import Literal

from corner_app.devices.printer import Printer

Witness = Literal["printer", "transport"]


@dataclass(frozen=True, slots=True)
class Proof:
    """by: who says so. detail: "" when printed; else what stopped the printer (a word of `status.FAULTS`) or why nothing tells: "one_way", "no_proof",
    "no_count", "not_counted", "counted_more", "no_reply", "not_seen_busy",
    "no_answer", "stopped", or a transport's own words.
    """

    outcome: Literal["printed", "in_doubt"]
    by: Witness
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. proof_s: for the count to rise, or for the printer to be seen busy. reply_s: for its reply to a job. busy_s: how long a label may take
    while the printer says that it is at work. look_s: from one look to the next.
    """

    proof_s: float = 3.0
    reply_s: float = 10.0
    busy_s: float = 30.0
    look_s: float = 0.25


UNPROVABLE = ("one_way", "no_proof")
"""Details of a doubt that says nothing of the label: where nothing ever tells, every label is one."""
PATIENT = Patience()
"""Long enough for real printers."""


def send_and_prove(printer: Printer, data: bytes, job: int, patience: Patience, stop: Event) -> Proof:
    """Sends one label, once, and looks for what proves it. Raises NotSent before its first byte, InDoubt after it."""
    transport, confirm = printer.transport, printer.profile.confirm
    if transport.writes_files:
        transport.send(data)
        return Proof("printed", "transport")
    if not printer.two_way or confirm == "none":
        transport.send(data)
        return Proof("in_doubt", "transport", UNPROVABLE[printer.two_way])
    if confirm == "reply":
        return _replied(printer, data, job, patience)
    before = printer.count() if confirm == "count" else None
    transport.send(data)
    if confirm == "busy":
        return _worked(printer, patience, stop)
    return _doubt("no_count") if before is None else _counted(printer, before, patience, stop)


_PRINTED = Proof("printed", "printer")


def _doubt(detail: str) -> Proof:
    return Proof("in_doubt", "printer", detail)


def _replied(printer: Printer, data: bytes, job: int, patience: Patience) -> Proof:
    says_so = printer.language.replied or _never
    heard = printer.transport.send(data, lambda heard: says_so(heard, job), patience.reply_s)
    if says_so(heard, job):
        return _PRINTED
    status = printer.status()
    return _doubt(status.word if status is not None and status.state == "fault" else "no_reply")


def _never(heard: bytes, job: int) -> bool:
    return False


def _counted(printer: Printer, before: int, patience: Patience, stop: Event) -> Proof:
    """One more, and nothing more to come. Two more is one too many to know which: an older label the printer had kept, or somebody else's."""
    began = time.monotonic()
    while True:
        after, status = printer.count(), printer.status()
        busy = status is not None and status.state == "busy"
        if after == before and status is not None and status.state == "fault":
            after = printer.count()  # its paper may have ended with this very label
            if after == before:
                return _doubt(status.word)
        if after is not None and after > before + 1:
            return _doubt("counted_more")
        if after == before + 1 and not busy:
            return _PRINTED
        if time.monotonic() - began > (patience.busy_s if busy else patience.proof_s):
            return _doubt("not_counted")
        if stop.wait(patience.look_s):
            return _doubt("stopped")


def _worked(printer: Printer, patience: Patience, stop: Event) -> Proof:
    """Seen at work, and then ready: it has no count and no reply, but a fault would show."""
    began, seen = time.monotonic(), False
    while True:
        status = printer.status()
        if status is not None and status.state == "fault":
            return _doubt(status.word)
        if seen and (status is None or status.state in ("mute", "offline")):
            return _doubt("no_answer")  # switched off in the middle and on again it would be ready, with nothing printed
        if status is not None and status.state == "ready" and seen:
            return _PRINTED
        seen = seen or (status is not None and status.state == "busy")
        if time.monotonic() - began > (patience.busy_s if seen else patience.proof_s):
            return _doubt("not_seen_busy")
        if stop.wait(min(patience.look_s, 0.1)):
            return _doubt("stopped")
