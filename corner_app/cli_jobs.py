"""Every job of the desk as a sub-command of its own, made from the job's fields."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any, get_args

import msgspec

from corner_app.desk import commands as c


def add_commands(jobs: Any, run: Callable[[argparse.Namespace], int]) -> None:
    """Adds one sub-command a job to `jobs`; `run` does it, its word in `job`."""
    for command in get_args(c.AnyCommand):
        _add(jobs, command, run)


def fields(asked: argparse.Namespace) -> dict[str, Any]:
    """The fields of the asked job as the batch takes them."""
    skip = {"book", "language", "run", "headless", "json", "id"}
    given = {name: value for name, value in vars(asked).items() if name not in skip and value is not None}
    if getattr(asked, "id", None):
        kind, last4, reason = (*asked.id.split(":", 2), "", "")[:3]
        given["id"] = {"kind": kind, "last4": last4, "reason": reason}
    if "paid_by" in given:
        given["paid_by"] = dict(zip(("wallet", "trx"), (*asked.paid_by.split(":", 1), ""), strict=False))
    if "refused" in given:
        given["refused"] = [dict(zip(("scan", "reason"), (*each.rsplit(":", 1), ""), strict=False)) for each in asked.refused]
    return given


def _add(jobs: Any, command: type[c.Command], run: Callable[[argparse.Namespace], int]) -> None:
    """A sub-command made from a job's fields: what it must have stands by itself, the rest are options."""
    tag = str(command.__struct_config__.tag)
    sub = jobs.add_parser(tag, help=(command.__doc__ or "").split(".")[0])
    for field in msgspec.structs.fields(command):
        if field.name == "parcels":
            continue
        if field.type is bool:
            sub.add_argument(f"--{field.name.replace('_', '-')}", dest=field.name, action="store_true", default=None)
        elif field.required or (tag, field.name) in _STANDS_ALONE:
            sub.add_argument(field.name, nargs="?" if not field.required else None, **_kind_of(field.type))
        else:
            sub.add_argument(f"--{field.name.replace('_', '-')}", dest=field.name, **(_kind_of(field.type) or _option(field.name)))
    for name in ("op", "clerk", "now"):
        sub.add_argument(f"--{name}", default=None)
    sub.add_argument("--json", action="store_true", help="print the answer as the batch does")
    sub.set_defaults(run=run, job=tag)


_STANDS_ALONE = frozenset({("announce", "file"), ("hand_over", "scan")})


def _kind_of(annotation: Any) -> dict[str, Any]:
    """How a number or a count of notes is written on the command line; nothing for a text."""
    kinds = {type(kind) for kind in _kinds(msgspec.inspect.type_info(annotation))}
    if msgspec.inspect.IntType in kinds:
        return {"type": int}
    return {"type": _pieces, "metavar": "NOTE:PIECES,…"} if msgspec.inspect.DictType in kinds else {}


def _kinds(kind: msgspec.inspect.Type) -> tuple[msgspec.inspect.Type, ...]:
    return kind.types if isinstance(kind, msgspec.inspect.UnionType) else (kind,)


def _pieces(text: str) -> dict[str, int]:
    """1000:12,500:31,loose:9000."""
    return {note: int(many) for note, many in (each.split(":") for each in text.split(","))}


def _option(name: str) -> dict[str, Any]:
    match name:
        case "items":
            return {"nargs": "+", "default": None}
        case "id":
            return {"metavar": "KIND:LAST4:REASON", "default": None}
        case "paid_by":
            return {"metavar": "WALLET:TRX", "default": None}
        case "refused":
            return {"nargs": "+", "metavar": "NUMBER:REASON", "default": None}
        case _:
            return {"default": None}
