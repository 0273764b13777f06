"""One entry, however strange, keeps neither its own office nor any other from being judged and from hearing its feed."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from tests.centre.offices import A, B, Pc, announced

from central_server import care, judge
from central_server.exchange import Desk
from central_server.storage import logs, parcels
from corner_app.domain.entries import AnyBody, Bagged, Damaged, HandedOver, Received, kind

POISON: dict[str, tuple[str, AnyBody]] = {
    "a subject with a zero byte": ("A\0B", Received("8500")),
    "a subject of 3,000 letters": ("".join(chr(0x4E00 + n * 7 % 20_000) for n in range(3_000)), Received("8500")),
    "an empty subject": ("", Received("8500")),
    "a number with a zero byte": (A, replace(announced(), numbers=("X\0Y",))),
    "an order number of 3,000 letters": (A, replace(announced(), order_ref="".join(chr(0x4E00 + n * 7 % 20_000) for n in range(3_000)))),
    "an office with a zero byte": (A, Bagged("8500", "BD82", "85\x0000")),
    "an office with spaces": (A, Bagged("8500", "BD82", "1000 1200")),
    "an office of 3,000 letters": (A, Bagged("8500", "BD82", "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(3_000)))),
    "money beyond all money": (A, replace(announced(), cod=1 << 63)),
    "cash beyond all cash": (A, HandedOver("8500", 1, 1 << 63, "M005", "code", 1)),
    "a merchant with a zero byte": (A, HandedOver("8500", 1, 5, "M\x00005", "code", 1)),
    "300,000 letters": (A, replace(announced(), contents_en="x" * 300_000)),
}


@pytest.mark.parametrize("name", POISON)
def test_a_strange_entry_stops_nothing(desk: Desk, name: str) -> None:
    here, other = Pc(desk).enrol(), Pc(desk, counter=2).enrol()
    subject, body = POISON[name]
    here.write(subject, body)
    here.write(B, Received("8500"))
    here.send()
    (at,) = desk.database.read(logs.cursors)
    assert at.judged == 2
    head = desk.database.read(lambda sql: parcels.head(sql, B))
    assert head is not None
    assert head.parcel.state == "received"
    assert (here.device, 1, 2) in other.heard_entries()
    assert desk.database.read(care.verify).faults == []


def test_an_entry_that_nobody_foresaw_stops_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever fails within the judging, the entry gets its word and what follows is judged."""

    def fails(body: AnyBody) -> str:
        if isinstance(body, Damaged):
            raise ZeroDivisionError
        return kind(body)

    monkeypatch.setattr(judge, "kind", fails)
    here = Pc(desk).enrol()
    here.write(A, Received("8500"))
    here.write(A, Damaged("8500", "wet"))
    here.write(B, Received("8500"))
    here.send()
    (at,) = desk.database.read(logs.cursors)
    assert at.judged == 3
    head = desk.database.read(lambda sql: parcels.head(sql, B))
    assert head is not None
    assert head.parcel.state == "received"
    said = desk.database.read(lambda sql: sql.all("SELECT seq, code FROM verdict"))
    assert said == [(2, judge.UNDECODABLE)]
