"""What is secret or a person's is nowhere in a log, an error or an answer that is not for them, whatever fails and however much is logged."""

from __future__ import annotations

import io
import json
import logging
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from msgspec.structs import replace
from tests.centre.offices import T0, A, Pc, opened
from tests.centre.processes import CENTRE
from tests.conftest import Counter, parcel

from central_server import enrol
from central_server.app import make_app
from central_server.http.merchants import key_hash
from central_server.storage import devices
from central_server.storage.database import Database, Sql
from corner_app.domain.entries import Received
from corner_app.reference import load_places
from corner_app.sync import wire
from corner_app.sync.client import Client, Machine
from corner_app.sync.engine import NoAnswer
from corner_app.sync.enrolment import Code
from corner_app.sync.http import HttpLink
from corner_app.sync.loop import Loop
from corner_app.sync.signing import public_key, signer
from corner_app.sync.store import BookStore

PERSON = {"recipient_name_en": "Zubaida Planted", "recipient_name_bn": "জুবাইদা রোপিত", "recipient_phone": "01799988776", "address_en": "9 Planted Lane"}
PICKUP, KEY, PASSWORD = "918273", "planted-merchant-key", "planted-password"
SECRETS = (*PERSON.values(), PICKUP, KEY, PASSWORD)


class Broken:
    """Storage that fails in the middle of its work, with an error that says what it was given."""

    def __init__(self, inner: Database) -> None:
        self.inner, self.postgresql, self.failing = inner, inner.postgresql, False

    def write(self, job: Any) -> Any:
        return self.inner.write(lambda sql: job(Tearing(sql) if self.failing else sql))

    def read(self, question: Any) -> Any:
        return self.inner.read(question)

    def close(self) -> None:
        self.inner.close()


class Tearing:
    """Every statement runs and then fails as a database does that quotes the row."""

    def __init__(self, sql: Sql) -> None:
        self.sql, self.postgresql = sql, sql.postgresql

    def __getattr__(self, name: str) -> Any:
        return getattr(self.sql, name)

    def copy(self, table: str, columns: Any, rows: Any) -> None:
        self.sql.copy(table, columns, rows)
        self.sql.run("INSERT INTO parcel (subject) VALUES (?)", (A,))


@pytest.fixture
def everything() -> Iterator[io.StringIO]:
    """All that is logged by anybody, at DEBUG, with the traces of errors."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(before)


def found_in(text: str, *more: str) -> list[str]:
    return [secret for secret in (*SECRETS, *more) if secret and secret in text]


def test_the_check_sees_a_secret(everything: io.StringIO) -> None:
    logging.getLogger("corner").debug("the key is %s", KEY)
    assert found_in(everything.getvalue()) == [KEY]


@pytest.mark.parametrize("failing", [False, True], ids=["all well", "storage fails"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_centre_says_nothing_of_what_it_is_given(request: pytest.FixtureRequest, everything: io.StringIO, kind: str, failing: bool) -> None:
    database = Broken(request.getfixturevalue("sqlite_database" if kind == "sqlite" else "postgres_database"))
    desk = opened(database)
    pc = Pc(desk).enrol()
    desk.database.write(lambda sql: devices.add_merchant(sql, "M005", "Shop", key_hash(KEY)))
    code: Code = desk.database.write(lambda sql: enrol.add_office(sql, load_places(), "8500", 1, T0))
    answers: list[bytes] = []
    rows = [parcel(A, **PERSON, pickup_code=PICKUP), parcel("CP610037240BD", **PERSON, cod_amount_minor="much"), parcel("x", **PERSON)]
    with TestClient(make_app(database, load_places(), clock=lambda: T0), raise_server_exceptions=False) as client:
        database.failing = failing

        def ask(method: str, path: str, **how: Any) -> None:
            answers.append(client.request(method, path, **how).content)

        for given in (f"Bearer {KEY}", f"Bearer {KEY}x"):
            ask("POST", "/v1/announcements", json=rows, headers={"authorization": given})
            ask("POST", "/v1/announcements", content=json.dumps(rows) + "]", headers={"authorization": given, "content-type": "application/json"})
            lines = "\n".join(map(json.dumps, rows))
            ask("POST", "/v1/announcements", content=lines, headers={"authorization": given, "content-type": "application/jsonl"})
        asked = {"id": code.id, "uuid": "ab" * 16, "public_key": "cd" * 32, "proof": "ef" * 32}
        ask("POST", "/v1/enrol", json=asked)
        ask("POST", "/v1/enrol", json=asked | {"secret": code.secret})
        ask("GET", f"/v1/parcels/{A}")
        pc.write(A, Received("8500"))
        pc.append(json.dumps(PERSON).encode())
        pushed = pc.question(pc.run(), room=64_000)
        for frame in (wire.seal(pushed, signer(pc.seed)), wire.seal(pushed, signer(bytes(32))), wire.seal(replace(pushed, device=9), signer(pc.seed))):
            client.post("/v1/sync", content=frame, headers={"content-type": wire.MEDIA_TYPE})
    private = desk.database.read(lambda sql: devices.told(sql, "key")) or ""
    said = everything.getvalue()
    assert ("failed" in said or "could not be judged" in said) is failing
    assert found_in(said, code.secret, private, pc.seed.hex(), str(pc.seed)) == []
    for answer in answers:
        assert found_in(answer.decode(), code.secret, private) == []


def test_an_office_says_nothing_of_what_it_holds(counter: Counter, everything: io.StringIO) -> None:
    counter.announce(A, **PERSON, pickup_code=PICKUP)
    counter.do("receive", scan=A)
    seed = bytes(range(32))
    store = BookStore(counter.book)
    values = {"url": "http://127.0.0.1:1", "centre_key": public_key(bytes(32)), "feed_pos": 0}
    counter.book.write(lambda tx: [tx.run("INSERT INTO sync (k, v) VALUES (?, ?)", pair) for pair in values.items()])
    link = HttpLink("http://127.0.0.1:1")
    client = Client(store, link, Machine(seed, bytes(8), lambda: T0, lambda size: bytes(size)))
    with pytest.raises(NoAnswer):
        client.round()

    class Torn:
        def send(self, path: str, frame: bytes) -> bytes:
            raise RuntimeError("torn")

    ends: list[Loop] = []

    def torn() -> Client:
        ends[0].end()
        return Client(store, Torn(), client.machine)

    ends.append(Loop(torn, lambda: 0, lambda: 0.5, lambda: 0.0))
    ends[0].run()
    store.close()
    said = everything.getvalue()
    assert "the sync failed" in said
    assert found_in(said, seed.hex(), str(seed)) == []


UNREACHABLE, UNKNOWN = f"postgresql://corner:{PASSWORD}@/corner?host=/nowhere&connect_timeout=1", f"mysql://corner:{PASSWORD}@localhost/corner"


@pytest.mark.parametrize(("url", "words"), [(UNREACHABLE, "init"), (UNREACHABLE, "verify"), (UNKNOWN, "verify"), (UNKNOWN, "nonsense")])
def test_a_command_does_not_repeat_the_password_of_its_database(url: str, words: str) -> None:
    done = subprocess.run([*CENTRE, "--db", url, words], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode != 0
    assert done.stderr
    assert found_in(done.stdout + done.stderr) == []
