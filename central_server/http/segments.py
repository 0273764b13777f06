"""Sealed segments, posted by whoever has a link: an office's other counter, another office, a relay."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from central_server import carry
from central_server.http import body
from corner_app.sync.sealing import MEDIA_TYPE, SEGMENT_LIMIT

routes = APIRouter()
_SEALED: dict[str, Any] = {
    "requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary", "maxLength": SEGMENT_LIMIT}}}},
    "responses": {
        "200": {"description": "The sealed reply", "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}},
        **{code: {"description": words} for code, words in (("400", "not a segment"), ("401", "unknown device or wrong signature"), ("413", "too large"))},
        **{code: {"description": words} for code, words in (("408", "too slow"), ("415", "another media type"), ("421", "sealed for another centre"))},
        "503": {"description": "storage does not answer"},
    },
}


@routes.post("/v1/segment", openapi_extra=_SEALED, response_class=Response)
async def segment(request: Request) -> Response:
    """Many frames of one device in a file that only this centre opens; the reply opens at that device only."""
    sealed = await body.read(request, SEGMENT_LIMIT, (MEDIA_TYPE,))
    state = request.app.state
    return Response(await run_in_threadpool(carry.answer, state.desk, sealed, state.clock()), media_type=MEDIA_TYPE)
