"""What offices' PCs call: sync, state, lineage, enrolment, time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from central_server import enrol, exchange
from central_server.exchange import Desk
from central_server.http import body
from central_server.problems import Problem
from corner_app.sync.enrolment import EnrolRequest
from corner_app.sync.wire import FRAME_LIMIT, MEDIA_TYPE

routes = APIRouter()
JSON = "application/json"
_FRAME: dict[str, Any] = {
    "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary", "maxLength": FRAME_LIMIT}}}},
    "responses": {
        "200": {"description": "A signed frame", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        **{code: {"description": words} for code, words in (("400", "not a frame"), ("401", "unknown device or wrong signature"), ("413", "too large"))},
        **{
            code: {"description": words}
            for code, words in (("408", "too slow"), ("415", "another media type"), ("503", "storage does not answer, or it is not this caller's turn"))
        },
    },
}
_ENROL_LIMIT = 4_000


async def _frame(request: Request, answer: Callable[[Desk, bytes, int], bytes]) -> Response:
    frame = await body.read(request, FRAME_LIMIT, (MEDIA_TYPE,), unsaid=True)
    state = request.app.state
    with state.crowd.let_in():
        return Response(await run_in_threadpool(answer, state.desk, frame, state.clock()), media_type=MEDIA_TYPE)


@routes.post("/v1/sync", openapi_extra=_FRAME, response_class=Response)
async def sync(request: Request) -> Response:
    """Entries up, the centre's word and the office's feed down."""
    return await _frame(request, exchange.push)


@routes.post("/v1/state", openapi_extra=_FRAME, response_class=Response)
async def state(request: Request) -> Response:
    """The next part of an office's state, for a new or re-imaged PC."""
    return await _frame(request, exchange.fetch)


@routes.post("/v1/lineage", openapi_extra=_FRAME, response_class=Response)
async def lineage(request: Request) -> Response:
    """Which entries are known here; a new lineage after a fork."""
    return await _frame(request, exchange.probe)


@routes.post(
    "/v1/enrol",
    response_class=Response,
    openapi_extra={
        "requestBody": {"required": True, "content": {JSON: {"schema": msgspec.json.schema_components((EnrolRequest,))[1]["EnrolRequest"]}}},
        "responses": {code: {"description": words} for code, words in (("400", "not understood"), ("403", "wrong or used code"), ("409", "taken"))},
    },
)
async def enrolment(request: Request) -> Response:
    """A counter with a code of headquarters becomes a device."""
    raw = await body.read(request, _ENROL_LIMIT, (JSON,))
    try:
        asked = msgspec.json.decode(raw, type=EnrolRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Problem("garbled") from error
    state = request.app.state
    desk: Desk = state.desk
    answer = await run_in_threadpool(desk.database.write, lambda sql: enrol.enrol(sql, desk.centre, asked, state.clock()))
    return Response(msgspec.json.encode(answer), media_type=JSON)


@routes.get("/v1/time", response_class=Response)
async def clock(request: Request, nonce: str = "") -> Response:
    """The centre's time, signed, so that a PC whose clock is too wrong for TLS can tell."""
    if len(nonce) > 64:
        raise Problem("garbled")
    desk: Desk = request.app.state.desk
    now = request.app.state.clock()
    signature = desk.centre.sign(f"corner-time-1:{nonce}:{now}".encode())
    return Response(msgspec.json.encode({"now": now, "signature": signature.hex()}), media_type=JSON)


@routes.get("/v1/health", response_class=Response)
async def health(request: Request) -> Response:
    """Whether the centre and its storage answer."""
    desk: Desk = request.app.state.desk
    await run_in_threadpool(desk.database.read, lambda sql: sql.all("SELECT 1"))
    return Response(b'{"good":true}', media_type=JSON)
