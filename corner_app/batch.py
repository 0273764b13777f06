"""The counter without a window: one JSON command a line in, one JSON answer a line out, each after its commit (docs/batch.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from corner_app import evidence
from corner_app.book.book import Book
from corner_app.desk import commands as c
from corner_app.desk import jobs
from corner_app.domain.here import DHAKA, Here
from corner_app.domain.outcome import TIME_KEYS, Outcome, Tone
from corner_app.domain.roll import Roll
from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, say, words

BOM = b"\xef\xbb\xbf"
LINE_LIMIT = 64 * 1024**2
"""Bytes of the longest command line; an announcement of a day of a large office is 20 MB."""
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_ENVELOPE = frozenset({"op", "clerk", "now"})
_decode_command = msgspec.json.Decoder(c.AnyCommand).decode
_decode_line = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_encode = msgspec.json.Encoder().encode


class BadCommand(ValueError):
    """A line that is no command; the message says what is wrong, without repeating what it holds."""


def play(book: Book, here: Here, roll: Roll, lines: Iterable[bytes], clock: Callable[[], int]) -> Iterator[bytes]:
    """Answers line by line. Each answer is yielded after its commit; a blank line is passed over."""
    for number, line in enumerate(lines):
        line = line if number else line.removeprefix(BOM)
        if line.strip():
            yield _encode(_answer(book, here, roll, line, clock)) + b"\n"


def _answer(book: Book, here: Here, roll: Roll, line: bytes, clock: Callable[[], int]) -> dict[str, Any]:
    op: str | None = None
    job: str | None = None
    try:
        fields = _fields(line)
        op, job = _text(fields, "op"), _text(fields, "job")
        if op is not None and not 0 < len(op) <= jobs.OP_LIMIT:
            op = None
            raise BadCommand(f"op must have 1 to {jobs.OP_LIMIT} characters")
        at = _at(here, roll, fields, clock)
        command = _command(fields)
        outcome = book.write(lambda tx: jobs.run(tx, at, command, op))
        if isinstance(command, c.Dispute) and command.file is not None and outcome.code == "disputed":
            outcome = _with_evidence(book, at, command, outcome)
    except BadCommand as error:
        outcome = Outcome(Tone.STOP, "bad_command", data={"why": str(error)})
    except Trouble as trouble:
        outcome = Outcome(Tone.STOP, trouble.code, data=dict(trouble.params))
    return answer(outcome, op, job)


def _with_evidence(book: Book, here: Here, command: c.Dispute, outcome: Outcome) -> Outcome:
    """The answer after the evidence was written, or with why it was not: the dispute stands all the same."""
    try:
        evidence.write(book.path, here, outcome.data["date"], Path(str(command.file)), evidence.about(here, outcome, command.reason))
    except Trouble as trouble:
        return replace(outcome, tone=Tone.LOOK, data={**outcome.data, "file": None, "why": trouble.code})
    return outcome


def _fields(line: bytes) -> dict[str, msgspec.Raw]:
    if len(line) > LINE_LIMIT:
        raise BadCommand(f"the line is longer than {LINE_LIMIT} bytes")
    try:
        return _decode_line(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadCommand(f"not a JSON object: {_reason(error)}") from error


def _text(fields: Mapping[str, msgspec.Raw], name: str) -> str | None:
    raw = fields.get(name)
    try:
        return None if raw is None else msgspec.json.decode(raw, type=str | None)
    except msgspec.MsgspecError as error:
        raise BadCommand(f"{name} must be a text") from error


def _at(here: Here, roll: Roll, fields: Mapping[str, msgspec.Raw], clock: Callable[[], int]) -> Here:
    badge = _text(fields, "clerk")
    clerk = here.clerk if badge is None else roll.find(badge)
    if clerk is None:
        raise BadCommand("clerk is nobody of this office")
    now = _text(fields, "now")
    if now is None:
        return replace(here, clerk=clerk, now=clock())
    if not here.training:
        raise BadCommand("now is for training books only")
    return replace(here, clerk=clerk, now=milliseconds(now))


def milliseconds(text: str) -> int:
    """Milliseconds UTC of an RFC 3339 time with zone. Raises BadCommand."""
    if not _RFC_3339.fullmatch(text):
        raise BadCommand("now must be as in 2026-11-24T10:42:00+06:00")
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCommand("now is no RFC 3339 time") from error
    if not 2000 <= at.year <= 2100:
        raise BadCommand("now must lie between 2000 and 2100")
    return round(at.timestamp() * 1000)


def _command(fields: Mapping[str, msgspec.Raw]) -> c.AnyCommand:
    if "job" not in fields:
        raise BadCommand("job is missing")
    try:
        command: c.AnyCommand = _decode_command(_encode({name: raw for name, raw in fields.items() if name not in _ENVELOPE}))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadCommand(_reason(error)) from error
    _needs_one_of(command)
    return command


def _needs_one_of(command: c.AnyCommand) -> None:
    """Fields of which the table of jobs asks for one."""
    match command:
        case c.Announce() if (command.file is None) == (command.parcels is None):
            raise BadCommand("announce needs file or parcels")
        case c.HandOver():
            if command.scan is not None and command.items is not None:
                raise BadCommand("hand_over needs scan or items, not both")
            if not command.scan and not command.items and not command.token:
                raise BadCommand("hand_over needs scan or items")
            if sum(proof is not None for proof in (command.code, command.id, command.token)) > 1:
                raise BadCommand("hand_over needs one of code, id, token")
            if command.paid_by is not None and command.tendered:
                raise BadCommand("hand_over takes tendered or paid_by, not both")


def _reason(error: Exception) -> str:
    """What a decoder complained about, without the values it quotes."""
    return re.sub(r"(['\"`]).{40,}?\1", r"\1…\1", str(error))[:200]


def answer(outcome: Outcome, op: str | None, job: str | None) -> dict[str, Any]:
    """The answer as the batch interface writes it."""
    made: dict[str, Any] = {
        "op": op,
        "job": job,
        "tone": outcome.tone.value,
        "code": outcome.code,
        "text": {"bn": say(outcome, Language.BN), "en": say(outcome, Language.EN)},
        "item": outcome.item,
        "entries": list(outcome.entries),
        "data": _times(_row_texts(outcome)),
    }
    if outcome.repeated:
        made["repeated"] = True
    return made


def _row_texts(outcome: Outcome) -> Mapping[str, Any]:
    """Rows of an announcement get their words here, where words are known."""
    if outcome.code != "announced":
        return outcome.data
    return {
        name: [row | {"text": {lang.value: words(f"advice.{row['code']}", lang) for lang in Language}} for row in rows]
        if isinstance(rows, list | tuple)
        else rows
        for name, rows in outcome.data.items()
    }


def _times(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {k: _times(v, k) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_times(v, key) for v in value]
    if key in TIME_KEYS and isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, DHAKA).isoformat(timespec="milliseconds")
    return value
