"""At a relay: questions of counters without a link of their own, passed on to the centre word for word. They are signed end to end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from central_server.http import body
from central_server.problems import Problem
from central_server.relay import TICK_S, Relay
from corner_app.sync import sealing, wire

routes = APIRouter()
_JSON = "application/json"
_ENROL_LIMIT = 4_000
_PASSED = {
    "sync": (wire.MEDIA_TYPE, wire.FRAME_LIMIT),
    "state": (wire.MEDIA_TYPE, wire.FRAME_LIMIT),
    "lineage": (wire.MEDIA_TYPE, wire.FRAME_LIMIT),
    "segment": (sealing.MEDIA_TYPE, sealing.SEGMENT_LIMIT),
    "enrol": (_JSON, _ENROL_LIMIT),
}
"""What is passed on, of which media type, how large at most."""


@routes.post("/centre/v1/{what}", response_class=Response)
async def pass_on(request: Request, what: str) -> Response:
    """The centre's answer, or its refusal, as it came."""
    if what not in _PASSED:
        raise Problem("not_found")
    kind, limit = _PASSED[what]
    asked = await body.read(request, limit, (kind,), unsaid=kind == wire.MEDIA_TYPE)
    relay: Relay = request.app.state.relay
    status, answered, answer = await run_in_threadpool(relay.pass_on, f"/v1/{what}", asked, kind, max(limit, wire.FRAME_LIMIT))
    return Response(answer, status, media_type=answered)


@asynccontextmanager
async def ticking(app: FastAPI) -> AsyncIterator[None]:
    """While the relay serves, it looks now and then at what came from the centre and what the centre lacks."""
    ended = asyncio.Event()

    async def tick() -> None:
        relay: Relay = app.state.relay
        while not ended.is_set():
            await run_in_threadpool(relay.tick)
            try:
                await asyncio.wait_for(ended.wait(), TICK_S)
            except TimeoutError:
                continue

    ticker = asyncio.create_task(tick())
    try:
        yield
    finally:
        ended.set()
        await ticker
