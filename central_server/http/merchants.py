"""Merchants announce parcels, and ask where one is."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from central_server import settle
from central_server.announce import Answers, announce
from central_server.exchange import Desk
from central_server.http import body
from central_server.pages.statement import as_json
from central_server.problems import Problem
from central_server.storage import devices, remittances
from central_server.timeline import timeline
from corner_app.advice.files import FileRefused, read_rows

routes = APIRouter()
LIMIT = 20_000_000
JSON = "application/json"
_ENDINGS = {"text/csv": ".csv", "application/jsonl": ".jsonl"}
_BODIES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {"schema": {"type": "array", "maxItems": 50_000, "items": {"type": "object"}}},
            "text/csv": {"schema": {"type": "string"}},
            "application/jsonl": {"schema": {"type": "string"}},
        },
    },
    "parameters": [{"name": "authorization", "in": "header", "required": True, "schema": {"type": "string", "maxLength": 200}}],
    "responses": {
        "200": {"description": "What became of each row"},
        **{code: {"description": words} for code, words in (("400", "not understood"), ("401", "unknown key"), ("413", "too large"))},
        **{code: {"description": words} for code, words in (("415", "another media type"), ("422", "not a file of announcements"))},
    },
}

_READS: dict[str, Any] = {
    "parameters": _BODIES["parameters"],
    "responses": {
        "200": {"description": "What was asked for"},
        "401": {"description": "unknown key"},
        "404": {"description": "no such invoice of the merchant"},
    },
}


def key_hash(key: str) -> bytes:
    """How a merchant's key is kept: it has 160 random bits, so a plain hash is enough."""
    return hashlib.sha256(b"corner-merchant:" + key.encode()).digest()


async def _merchant(request: Request) -> str:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    desk: Desk = request.app.state.desk
    found = await run_in_threadpool(desk.database.read, lambda sql: devices.merchant_of(sql, key_hash(key))) if key else None
    if found is None:
        raise Problem("merchant_unknown")
    return found


@routes.post("/v1/announcements", openapi_extra=_BODIES, response_class=Response)
async def announcements(request: Request) -> Response:
    """Parcels of one merchant: a JSON list, CSV or JSON lines with the fields of the training file."""
    merchant = await _merchant(request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    raw = await body.read(request, LIMIT, (JSON, *_ENDINGS))
    desk, now = request.app.state.desk, request.app.state.clock()
    answers = await run_in_threadpool(_announce, desk, raw, kind, merchant, now)
    return Response(msgspec.json.encode(answers), media_type=JSON)


def _announce(desk: Desk, raw: bytes, kind: str, merchant: str, now: int) -> Answers:
    if kind == JSON:
        try:
            rows = msgspec.json.decode(raw, type=list[dict[str, Any]])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Problem("garbled") from error
        return announce(desk, list(enumerate(rows, 1)), f"merchant:{merchant}", now)
    with tempfile.TemporaryDirectory(prefix="corner-announce-") as folder:
        file = Path(folder) / f"rows{_ENDINGS[kind]}"
        file.write_bytes(raw)
        try:
            return announce(desk, read_rows(file), f"merchant:{merchant}", now)
        except FileRefused as refused:
            raise Problem("bad_file", refused.code) from refused


@routes.get("/v1/statements", openapi_extra=_READS, response_class=Response)
async def statements(request: Request) -> Response:
    """What the merchant is owed now, and the invoices of what was remitted."""
    merchant = await _merchant(request)
    desk: Desk = request.app.state.desk
    due, made = await run_in_threadpool(desk.database.read, lambda sql: (settle.due(sql, merchant), remittances.all_of(sql, merchant)))
    found = [{"invoice": r.invoice, "made_at": r.made_at, "paid_at": r.paid_at, "parcels": r.parcels, "amount": r.amount} for r in made]
    return Response(msgspec.json.encode({"due": as_json(due), "remittances": found}), media_type=JSON)


@routes.get("/v1/statements/{invoice}", openapi_extra=_READS, response_class=Response)
async def statement(request: Request, invoice: str) -> Response:
    """One remittance of the merchant, parcel by parcel."""
    merchant = await _merchant(request)
    desk: Desk = request.app.state.desk
    if not invoice.isprintable():
        raise Problem("invoice_unknown")
    found = await run_in_threadpool(desk.database.read, lambda sql: settle.statement(sql, invoice))
    if found.merchant != merchant:
        raise Problem("invoice_unknown")
    return Response(msgspec.json.encode(as_json(found)), media_type=JSON)


@routes.get("/v1/parcels/{number}", response_class=Response)
async def parcel(request: Request, number: str) -> Response:
    """Where a parcel is and what happened to it; no name, phone, address or money."""
    if len(number) > 64 or not number.isprintable():
        raise Problem("number_unknown")
    desk: Desk = request.app.state.desk
    found = await run_in_threadpool(desk.database.read, lambda sql: timeline(sql, number))
    lines = [{"office": line.office, "kind": line.kind, "at": line.at} for line in found.lines if not line.undone and line.kind in _PUBLIC]
    return Response(msgspec.json.encode({"item": found.item, "state": found.state, "office": found.office, "timeline": lines}), media_type=JSON)


_PUBLIC = frozenset(
    {"announced", "received", "shelved", "bagged", "dispatched", "out_for_delivery", "attempted", "on_hold", "handed_over", "refused", "returning", "returned"}
)
"""Kinds of entries a buyer or merchant is told of."""
