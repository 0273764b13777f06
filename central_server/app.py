"""The centre as a web application: wiring, limits, and the way from HTTP to what answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from central_server import identity, reference
from central_server.exchange import Desk
from central_server.http import devices as device_routes
from central_server.http import merchants, pages, relayed, segments
from central_server.http.crowd import Crowd
from central_server.problems import PROBLEMS, Problem
from central_server.relay import Relay
from central_server.storage.database import Database
from central_server.upkeep import upkeep
from corner_app.domain.offices import Places

_log = logging.getLogger("corner.centre")
STALL_S = 30
UPKEEP_S, FIRST_UPKEEP_S = 300, 20
"""Seconds between two upkeeps, and from the start to the first: who waits at the door comes before it."""
_STATUS = {404: "not_found", 405: "method", 413: "too_large"}


def now_ms() -> int:
    """Milliseconds UTC by this machine's clock."""
    return time.time_ns() // 1_000_000


def make_app(database: Database, places: Places, window: int = 0, clock: Callable[[], int] = now_ms) -> FastAPI:
    """The application over one database. window: seconds over which callers are asked to spread their next try, 0 none. Raises Problem("not_a_centre")."""
    app = FastAPI(title="Corner: the centre", version="1", docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.state.desk = Desk(database, database.read(identity.centre), places, window)
    app.state.clock = clock
    app.state.stall_s = STALL_S
    app.state.crowd = Crowd()
    app.state.pages = pages.Pages()
    _answer_with(app, (device_routes.routes, merchants.routes, segments.routes, pages.routes))
    return app


def make_relay_app(desk: Desk, relay: Relay, clock: Callable[[], int]) -> FastAPI:
    """The application of an office's relay: what devices call, and the way on to the centre."""
    app = FastAPI(title="Corner: a relay", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=relayed.ticking)
    app.state.desk, app.state.relay, app.state.clock, app.state.stall_s, app.state.crowd = desk, relay, clock, STALL_S, Crowd()
    _answer_with(app, (device_routes.routes, relayed.routes))
    return app


def _answer_with(app: FastAPI, routes: Iterable[APIRouter]) -> None:
    for each in routes:
        app.include_router(each)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _bug)


@contextmanager
def kept_up(app: FastAPI, every_s: float = UPKEEP_S) -> Iterator[None]:
    """Does the centre's upkeep every few minutes until the block ends, and takes up newly loaded tables of offices."""
    stop = threading.Event()
    thread = threading.Thread(target=_keep_up, args=(app, every_s, stop), name="upkeep")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _keep_up(app: FastAPI, every_s: float, stop: threading.Event) -> None:
    version = -1
    wait_s = min(every_s, FIRST_UPKEEP_S)
    while not stop.wait(wait_s):
        desk: Desk = app.state.desk
        try:
            upkeep(desk, app.state.clock())
            newest = desk.database.read(reference.version)
            if newest != version:
                version, app.state.desk = newest, replace(desk, places=desk.database.read(reference.places))
        except Exception:
            _log.exception("upkeep")
        wait_s = every_s


def _told(problem: Problem) -> JSONResponse:
    said: dict[str, str | int] = {"code": problem.code, "text": problem.words}
    if not problem.again_s:
        return JSONResponse(said, problem.status)
    return JSONResponse(said | {"again": problem.again_s}, problem.status, headers={"Retry-After": str(problem.again_s)})


async def _problem(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)  # noqa: S101 - registered for it
    if problem.status >= 500 and problem.code != "crowded":
        _log.error("%s %s: %s", request.method, request.url.path, problem.code)
    return _told(problem)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for it
    code = _STATUS.get(error.status_code, "garbled")
    return JSONResponse({"code": code, "text": PROBLEMS[code][1]}, error.status_code, headers=error.headers)


async def _bug(request: Request, error: Exception) -> Response:
    """A fault of ours: logged without what was sent, told without what we are."""
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return JSONResponse({"code": "bug", "text": "The centre made a mistake; nothing was lost."}, 500)
