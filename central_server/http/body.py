"""Reading a request's body within bounds of size and time."""

from __future__ import annotations

import asyncio

from fastapi import Request
from starlette.requests import ClientDisconnect

from central_server.problems import Problem

SLOWEST = 250
"""Bytes a second that a body must bring on the whole: a tenth of the slowest link offices have. A byte now and then keeps nobody in."""


async def read(request: Request, limit: int, kinds: tuple[str, ...], *, unsaid: bool = False) -> bytes:
    """The whole body. unsaid: it need not say its type, for it proves itself. Raises Problem: media_type, too_large, slow."""
    kind = request.headers.get("content-type", kinds[0] if unsaid else "")
    if kind.partition(";")[0].strip().lower() not in kinds:
        raise Problem("media_type")
    told = request.headers.get("content-length", "0")
    if not told.isdigit() or int(told) > limit:
        raise Problem("too_large" if told.isdigit() else "garbled")
    parts: list[bytes] = []
    size = 0
    stream = request.stream().__aiter__()
    clock, stall = asyncio.get_running_loop().time, request.app.state.stall_s
    began = clock()
    try:
        while True:
            async with asyncio.timeout_at(min(clock(), began + size / SLOWEST) + stall):
                part = await anext(stream)
            size += len(part)
            if size > limit:
                raise Problem("too_large")
            parts.append(part)
    except StopAsyncIteration:
        return b"".join(parts)
    except (TimeoutError, ClientDisconnect) as error:  # a link that was cut is no fault of ours; nobody hears the answer
        raise Problem("slow") from error
