"""The web pages: a buyer's parcel, and headquarters. Plain HTML that works without scripts; every page says what it may not do (CSP)."""

from __future__ import annotations

import asyncio
import functools
import gzip
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import parse_qs, quote

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from central_server.exchange import Desk
from central_server.http import body
from central_server.pages import access, headquarters, money, overview
from central_server.pages.limits import Limiter
from central_server.pages.render import policy, render
from central_server.pages.track import LONGEST, shown
from central_server.problems import Problem
from central_server.storage.database import Sql
from central_server.storage.staff import Person
from corner_app.domain.numbers import normal_reference
from corner_app.i18n import Language, words

routes = APIRouter()
COOKIE = "corner_hq"
T = TypeVar("T")
Handler = Callable[[Request], Awaitable[Response]]
_FORM = "application/x-www-form-urlencoded"
_KEY_LIMIT = 2_000
_TICK_S = 0.1
"""Answers about a number leave at whole ticks after they were asked for, so that their time does not tell what was found."""


def mono_ms() -> int:
    """Milliseconds of a clock that never goes back."""
    return time.monotonic_ns() // 1_000_000


class Pages:
    """What the pages of one application remember: who asked how often, and what was counted last.

    Many phones may share one address of their provider, so a number may be asked for often; a key is mistyped seldom.
    """

    def __init__(self) -> None:
        self.lookups = Limiter(60, 1_000)
        self.keys = Limiter(5, 60_000)
        self.counts = overview.Counts(mono_ms)


class _TooMany(Exception):
    def __init__(self, wait_ms: int) -> None:
        super().__init__()
        self.wait_s = -(-wait_ms // 1_000)


def _language(request: Request) -> Language:
    return Language.EN if request.query_params.get("lang") == "en" else Language.BN


def _address(request: Request) -> str:
    return request.client.host if request.client is not None else ""


def _page(request: Request, template: str, status: int = 200, **values: object) -> Response:
    content = render(template, _language(request), **values)
    headers = {
        "content-security-policy": policy("hq" if template.startswith("hq") else "track"),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": "no-store",
        "vary": "accept-encoding",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = gzip.compress(content, 6)
        headers["content-encoding"] = "gzip"
    return Response(content, status, headers, "text/html; charset=utf-8")


def _told(template: str, here: str) -> Callable[[Handler], Handler]:
    """Whatever goes wrong is told on a page of the same kind, in the language asked for."""

    def around(handler: Handler) -> Handler:
        @functools.wraps(handler)
        async def answer(request: Request) -> Response:
            language = _language(request)
            other = "en" if language is Language.BN else "bn"
            values: dict[str, object] = {"here": here, "parcel": None, "unknown": False, "asked": ""}
            if template.startswith("hq"):
                values = {"here": f"{here}?lang={other}"}
            try:
                return await handler(request)
            except _TooMany as many:
                response = _page(request, template, 429, trouble=words("page.too_many", language, n=many.wait_s), **values)
                response.headers["retry-after"] = str(many.wait_s)
                return response
            except Problem as problem:
                code = "storage_unreachable" if problem.status >= 500 else "garbled"
                return _page(request, template, problem.status, trouble=words(f"page.{code}", language), **values)

        return answer

    return around


async def _read(request: Request, question: Callable[[Sql], T]) -> T:
    desk: Desk = request.app.state.desk
    return await run_in_threadpool(desk.database.read, question)


# A buyer's parcel


@_told("track.html", "/track")
async def track(request: Request) -> Response:
    """The form; a number in the query goes on to its own page, so that it can be kept and sent on."""
    number = normal_reference(request.query_params.get("number", "")[: 2 * LONGEST])
    if number:
        return RedirectResponse(f"/track/{quote(number, safe='')}?lang={_language(request).value}", 303)
    return _page(request, "track.html", here="/track", parcel=None, unknown=False, asked="", trouble="")


@_told("track.html", "/track")
async def parcel(request: Request) -> Response:
    """A parcel by any of its numbers. What is no number, is not known or belongs to several gets one and the same answer, in the same time."""
    began = time.monotonic()
    wait = _state(request).lookups.wait(_address(request), mono_ms())
    if wait:
        raise _TooMany(wait)
    asked = normal_reference(request.path_params["number"][: 2 * LONGEST])
    state, language = request.app.state, _language(request)
    found = await _read(request, lambda sql: shown(sql, state.desk.places, asked, state.clock(), language))
    here = f"/track/{quote(asked, safe='')}"
    response = _page(request, "track.html", 404 if found is None else 200, here=here, parcel=found, unknown=found is None, asked=asked, trouble="")
    await asyncio.sleep(_TICK_S - (time.monotonic() - began) % _TICK_S)
    return response


def _state(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


# Headquarters


def _to(request: Request, path: str) -> Response:
    return RedirectResponse(f"{path}?lang={_language(request).value}", 303, {"cache-control": "no-store"})


def _keep(request: Request, response: Response, cookie: str) -> Response:
    secure = request.url.scheme == "https"
    response.set_cookie(COOKIE, cookie, max_age=access.IDLE_MS // 1_000, path="/hq", secure=secure, httponly=True, samesite="strict")
    return response


async def _session(request: Request) -> tuple[Person, str] | None:
    cookie, now = request.cookies.get(COOKIE, ""), request.app.state.clock()
    return await _read(request, lambda sql: access.session(sql, cookie, now)) if cookie else None


async def _form(request: Request) -> dict[str, list[str]]:
    """What a form of ours sent. Raises Problem where another site's page sent it, or it is none."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem("garbled", "sent from another site")
    raw = await body.read(request, _KEY_LIMIT, (_FORM,))
    try:
        return parse_qs(raw.decode(), max_num_fields=8)
    except ValueError as error:
        raise Problem("garbled") from error


@_told("hq_trouble.html", "/hq/login")
async def login(request: Request) -> Response:
    """The form for a key."""
    return _login_page(request, 200, "")


def _login_page(request: Request, status: int, trouble: str) -> Response:
    other = "en" if _language(request) is Language.BN else "bn"
    return _page(request, "hq_login.html", status, here=f"/hq/login?lang={other}", trouble=trouble)


@_told("hq_trouble.html", "/hq/login")
async def enter(request: Request) -> Response:
    """A key opens a session. Tries are counted by address until one is right."""
    key = "".join((await _form(request)).get("key", [""]))[:200].strip()
    keys, address = _state(request).keys, _address(request)
    wait = keys.wait(address, mono_ms())
    if wait:
        raise _TooMany(wait)
    now = request.app.state.clock()

    def opened(sql: Sql) -> str | None:
        person = access.whose(sql, key)
        return None if person is None else access.begin(sql, person, now)

    cookie = await _read(request, opened)
    if cookie is None:
        return _login_page(request, 403, words("hq.key_wrong", _language(request)))
    keys.forgive(address)
    return _keep(request, _to(request, "/hq"), cookie)


@_told("hq_trouble.html", "/hq")
async def leave(request: Request) -> Response:
    """Ends the person's sessions, here and wherever else they run."""
    await _form(request)
    cookie, now = request.cookies.get(COOKIE, ""), request.app.state.clock()
    desk: Desk = request.app.state.desk
    if cookie:
        await run_in_threadpool(desk.database.write, lambda sql: access.leave(sql, cookie, now))
    response = _to(request, "/hq/login")
    response.delete_cookie(COOKIE, path="/hq", httponly=True, samesite="strict")
    return response


@_told("hq_trouble.html", "/hq")
async def country(request: Request) -> Response:
    """Every office's health, what needs attention first."""
    session = await _session(request)
    if session is None:
        return _to(request, "/hq/login")
    desk: Desk = request.app.state.desk
    now, language = request.app.state.clock(), _language(request)
    asked = headquarters.asked_for(request.query_params, desk.places)

    def looked() -> dict[str, object]:
        counted = _state(request).counts.get(desk.database, now)
        found = desk.database.read(lambda sql: overview.country(sql, desk.places, counted, now))
        return headquarters.country_page(found, counted, asked, desk.places, now, language)

    values = await run_in_threadpool(looked)
    return _keep(request, _page(request, "hq_country.html", 200, person=session[0].name, **values), session[1])


@_told("hq_trouble.html", "/hq")
async def office(request: Request) -> Response:
    """One office: its PCs, and what of its entries needs a person."""
    return await _of_office(request, "hq_office.html", lambda sql, desk, code, now, language: headquarters.office_page(sql, desk.places, code, now, language))


@_told("hq_trouble.html", "/hq/money")
async def country_money(request: Request) -> Response:
    """Every office's money, what has to be settled first."""
    session = await _session(request)
    if session is None:
        return _to(request, "/hq/login")
    desk: Desk = request.app.state.desk
    now, language, page = request.app.state.clock(), _language(request), request.query_params.get("page", "1")
    counted = await run_in_threadpool(_state(request).counts.get, desk.database, now)
    asked = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
    values = money.country_page(counted, asked, desk.places, now, language)
    return _keep(request, _page(request, "hq_money.html", 200, person=session[0].name, **values), session[1])


@_told("hq_trouble.html", "/hq/money")
async def office_money(request: Request) -> Response:
    """One office's money, each sum with its entries."""
    return await _of_office(request, "hq_money_office.html", lambda sql, desk, code, now, language: money.office_page(sql, desk.places, code, now, language))


@_told("hq_trouble.html", "/hq/money")
async def office_day(request: Request) -> Response:
    """One day of an office's drawers, as the office and as the centre say it."""
    date = request.path_params["date"]
    return await _of_office(request, "hq_day.html", lambda sql, desk, code, now, language: money.day_page(sql, desk.places, code, date, now, language))


async def _of_office(request: Request, template: str, found: Callable[[Sql, Desk, str, int, Language], dict[str, object] | None]) -> Response:
    session = await _session(request)
    if session is None:
        return _to(request, "/hq/login")
    desk: Desk = request.app.state.desk
    now, language, code = request.app.state.clock(), _language(request), request.path_params["office"]
    if not code.isprintable() or len(code) > LONGEST:
        return _to(request, "/hq")
    values = await _read(request, lambda sql: found(sql, desk, code, now, language))
    if values is None:
        return _to(request, "/hq")
    return _keep(request, _page(request, template, 200, person=session[0].name, **values), session[1])


for _path, _handler, _method in (
    ("/track", track, "GET"),
    ("/track/{number:path}", parcel, "GET"),
    ("/T/{number:path}", parcel, "GET"),  # the link in the QR code of every label: TRACKING_LINK
    ("/hq/login", login, "GET"),
    ("/hq/login", enter, "POST"),
    ("/hq/logout", leave, "POST"),
    ("/hq", country, "GET"),
    ("/hq/office/{office}", office, "GET"),
    ("/hq/money", country_money, "GET"),
    ("/hq/money/{office}", office_money, "GET"),
    ("/hq/money/{office}/{date}", office_day, "GET"),
):
    routes.add_route(_path, _handler, methods=[_method], include_in_schema=False)
