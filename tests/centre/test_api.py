"""Every address of the centre takes whatever is thrown at it: an answer or a clear refusal, never a fault, never without end.

What is thrown is drawn by Schemathesis from /openapi.json, so an address that is added is covered from its first day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from msgspec.structs import replace
from schemathesis import APIOperation, Case, GenerationMode, SerializationContext
from schemathesis.core.result import Ok
from starlette.routing import Route
from tests.centre.offices import T0, A, Pc, announced, empty, opened

from central_server.app import make_app
from central_server.http.merchants import key_hash
from central_server.storage import devices
from central_server.storage.database import Database
from corner_app.domain.entries import Received
from corner_app.reference import load_places
from corner_app.sync import wire
from corner_app.sync.signing import signer

KEY, JSON = "a-merchants-key", "application/json"
EXAMPLES = 6
Operations = list[APIOperation[Any, Any, Any, Any]]
ANSWER_LIMIT = wire.RUN_LIMIT


def as_it_is(context: SerializationContext, value: Any) -> bytes:
    """Frames, files and lines go as bytes."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


@pytest.fixture(scope="module")
def app(centre_on_postgres: Database) -> FastAPI:
    """A centre over PostgreSQL, which is the stricter of the two about what may be in a text, with a parcel, a device and a merchant."""
    centre_on_postgres.write(empty)
    desk = opened(centre_on_postgres)
    pc = Pc(desk).enrol()
    pc.write(A, announced())
    pc.write(A, Received("8500"), 1)
    pc.send()
    desk.database.write(lambda sql: devices.add_merchant(sql, "M005", "Shop", key_hash(KEY)))
    return make_app(centre_on_postgres, load_places(), clock=lambda: T0)


@pytest.fixture(scope="module")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as opened_client:
        yield opened_client


def routes_of(owner: Any) -> Iterator[Route]:
    """Every route of an application and of the routers it takes in."""
    for route in owner.routes:
        if isinstance(route, Route):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes_of(route.original_router)


def told_by(app: FastAPI, *, hidden: bool) -> set[tuple[str, str]]:
    """(method, path) of every route in the schema, or of every one beside it."""
    found = {(method, route.path) for route in routes_of(app) for method in route.methods or () if method != "HEAD" and route.include_in_schema is not hidden}
    return found - {("GET", "/openapi.json")}


@pytest.fixture(scope="module")
def operations(app: FastAPI) -> Operations:
    bodies = [item["requestBody"]["content"] for path in app.openapi()["paths"].values() for item in path.values() if "requestBody" in item]
    schemathesis.serializer(*{kind for content in bodies for kind in content if kind != JSON and not kind.startswith("text/")})(as_it_is)
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def test_every_address_for_programs_is_in_the_schema(app: FastAPI, operations: Operations) -> None:
    told = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert told == told_by(app, hidden=False)
    assert {(operation.method.upper(), operation.path) for operation in operations} == told
    assert all(path.startswith("/v1/") for _, path in told)
    assert not [path for _, path in told_by(app, hidden=True) if path.startswith("/v1/")], "only pages for people stand beside the schema"


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_nothing_drawn_from_the_schema_is_a_fault(operations: Operations, mode: GenerationMode) -> None:
    drawn: dict[str, int] = {}
    for operation in operations:

        @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers(case: Case[Any]) -> None:
            response = case.call(headers={"authorization": f"Bearer {KEY}"})
            clear(response.status_code, response.content, case.path)
            drawn[case.path] = drawn.get(case.path, 0) + 1

        # An address that takes any text, or nothing, can be asked nothing wrong.
        with suppress(Unsatisfiable) if mode is GenerationMode.NEGATIVE else nullcontext():
            answers()
    everything = {operation.path for operation in operations}
    assert set(drawn) == everything if mode is GenerationMode.POSITIVE else {"/v1/sync", "/v1/enrol", "/v1/announcements"} <= set(drawn)


noise = st.text(max_size=30) | st.sampled_from(("", "\0", "..", "%00", "A" * 5_000, "../../etc/passwd", A, "<script>", "' OR 1=1 --", "\ud800"))


@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(words=st.lists(noise, min_size=4, max_size=4), body=st.binary(max_size=50))
def test_noise_at_pages_for_people_is_no_fault(app: FastAPI, client: TestClient, words: list[str], body: bytes) -> None:
    for method, path in told_by(app, hidden=True):
        filled = re.sub(r"\{[^}]*\}", lambda _: quote(words[0], safe="", errors="surrogatepass"), path)
        query = urlencode({words[1]: words[2], "number": words[3], "lang": words[2]}, errors="surrogatepass")
        response = client.request(method, f"{filled}?{query}", content=body if method == "POST" else None, follow_redirects=False)
        clear(response.status_code, response.content, path)


@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(frame=st.binary(max_size=300) | st.sampled_from((b"\x91" * 100_000, b"\xdd\xff\xff\xff\xff" + bytes(64), bytes(65), b"")))
def test_noise_instead_of_frames_is_refused(client: TestClient, frame: bytes) -> None:
    for path in ("/v1/sync", "/v1/state", "/v1/lineage"):
        response = client.post(path, content=frame, headers={"content-type": wire.MEDIA_TYPE})
        clear(response.status_code, response.content, path)
        assert response.json()["code"] in ("garbled", "unknown_device", "signature")


def test_what_is_larger_than_an_address_takes_is_refused_with_a_word(client: TestClient) -> None:
    for path, kind, size in (("/v1/sync", wire.MEDIA_TYPE, wire.FRAME_LIMIT + 1), ("/v1/state", wire.MEDIA_TYPE, 5_000_000), ("/v1/enrol", JSON, 5_000)):
        response = client.post(path, content=b"x" * size, headers={"content-type": kind})
        assert (response.status_code, response.json()["code"]) == (413, "too_large")
        parts = (b"x" * 1_000 for _ in range(size // 1_000 + 1))
        response = client.post(path, content=parts, headers={"content-type": kind})
        assert (response.status_code, response.json()["code"]) == (413, "too_large"), "also when its length is not told"
    response = client.post("/v1/announcements", content=b"x" * 20_000_001, headers={"content-type": JSON, "authorization": f"Bearer {KEY}"})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/v1/sync", 400), ("POST", "/v1/segment", 415), ("POST", "/v1/enrol", 415), ("GET", "/v1/sync", 405), ("DELETE", "/v1/health", 405),
        ("GET", "/v1/nothing", 404),
        ("GET", "/docs", 404), ("POST", "/v1/announcements", 401), ("GET", "/v1/parcels/NOBODY", 404),
    ],
)  # fmt: skip
def test_what_is_asked_wrongly_is_told_so(client: TestClient, method: str, path: str, status: int) -> None:
    response = client.request(method, path)
    assert response.status_code == status
    assert set(response.json()) == {"code", "text"}


def test_a_frame_need_not_say_its_type_but_may_not_say_another(client: TestClient) -> None:
    assert client.post("/v1/sync", content=b"x").json()["code"] == "garbled"
    assert client.post("/v1/sync", content=b"x", headers={"content-type": "text/plain"}).json()["code"] == "media_type"


ENROL = {"id": "8500-1-ABCD", "uuid": "0" * 32, "public_key": "0" * 64, "proof": "0" * 64}


@pytest.mark.parametrize("changes", [{"id": "\0"}, {"id": "8500\x001"}, {"app": "\0"}, {"id": "ক" * 40}, {"proof": "f" * 64}], ids=repr)
def test_a_code_nobody_gave_is_wrong_whatever_is_in_it(client: TestClient, changes: dict[str, str]) -> None:
    response = client.post("/v1/enrol", json=ENROL | changes)
    clear(response.status_code, response.content, "/v1/enrol")
    assert response.json()["code"] in ("code_wrong", "garbled")


@pytest.mark.parametrize("number", ["%00", "A%00B", "%ED%A0%80", "%FF", "..%2F", "x" * 64, "x" * 65, "%E0%A6%95" * 20, "bag:BD82", "book"])
def test_a_number_nobody_has_is_unknown_whatever_is_in_it(client: TestClient, number: str) -> None:
    response = client.get(f"/v1/parcels/{number}")
    assert response.status_code == 404, response.content


@pytest.mark.parametrize("place", ["item_id", "recipient_name_en", "order_ref", "postcode", "merchant_id", "contents_en"])
@pytest.mark.parametrize("text", ["A\0B", "x" * 5_000, "\u202e", {"a": 1}, 1 << 70, None], ids=lambda text: str(text)[:8])
def test_a_row_with_anything_in_it_is_answered(client: TestClient, place: str, text: object) -> None:
    rows = [{"item_id": "CP407774791BD", "postcode": "8500", "merchant_id": "M005", "recipient_name_en": "A B"} | {place: text}]
    response = client.post("/v1/announcements", json=rows, headers={"authorization": f"Bearer {KEY}"})
    clear(response.status_code, response.content, place)


def test_a_frame_of_a_device_with_anything_in_its_report_is_answered(client: TestClient, centre_on_postgres: Database) -> None:
    pc = Pc(opened(centre_on_postgres))
    for app_name in ("A\0B", "ক" * 64, ""):
        push = replace(pc.question(None, room=1_000), report=wire.Report(app_name, (1 << 53) - 1, (1 << 53) - 1, b"\0" * 16), wall=(1 << 53) - 1)
        response = client.post("/v1/sync", content=wire.seal(push, signer(pc.seed)), headers={"content-type": wire.MEDIA_TYPE})
        clear(response.status_code, response.content, "/v1/sync")


def clear(status: int, body: bytes, place: str) -> None:
    """An answer, or a refusal that says a code; neither tells what we are made of."""
    assert status < 500, (place, status, body[:300])
    assert len(body) <= ANSWER_LIMIT
    for inner in (b"Traceback", b"psycopg", b"sqlite", b"/central_server/"):
        assert inner not in body, (place, body[:300])
