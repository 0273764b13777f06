"""What each job answers, in the words of the batch interface."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conftest import Counter

A, B, C = "CP407774791BD", "CP610037240BD", "CP438424402BD"
BAG = "BD8200BD8500CCC60417001010345"


def balances(counter: Counter) -> dict[str, int]:
    reader = counter.book.reader()
    try:
        return reader.read(lambda rows: dict(rows.all("SELECT name, balance FROM account")))
    finally:
        reader.close()


def test_receive_an_announced_parcel(counter: Counter) -> None:
    counter.announce(A)
    answer = counter.do("receive", scan="cp 4077 7479 1 bd", op="x1")
    assert (answer["tone"], answer["code"], answer["item"], answer["op"]) == ("good", "received", A, "x1")
    assert answer["entries"] == [2]
    assert answer["data"]["announced"] is True
    assert answer["data"]["cod"] == 116_000
    assert answer["data"]["destination"] == "8500"
    assert answer["data"]["shelf"]
    assert set(answer["text"]) == {"bn", "en"}


def test_the_same_op_gives_the_first_answer_and_writes_nothing(counter: Counter) -> None:
    counter.announce(A)
    first = counter.do("receive", scan=A, op="same")
    again = counter.do("receive", scan=A, op="same")
    assert again == first | {"repeated": True}
    assert counter.do("status")["data"]["entries"] == 2


def test_a_refusal_is_repeated_too(counter: Counter) -> None:
    counter.announce(A)
    first = counter.do("hand_over", scan=A, code="123456", op="h")
    counter.do("receive", scan=A)
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000, op="h") == first | {"repeated": True}


def test_receive_twice(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    answer = counter.do("receive", scan=A)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("look", "already_received", [])
    assert answer["data"]["by"] == "rahima"
    assert answer["data"]["when"].endswith("+06:00")


def test_receive_by_the_order_number_and_by_the_tracking_link(counter: Counter) -> None:
    counter.announce(A, merchant_order_ref="ORD-20970289")
    assert counter.do("receive", scan="ord-20970289")["item"] == A
    assert counter.do("receive", scan=f"https://corner.example/t/{A}")["code"] == "already_received"


def test_missent(counter: Counter) -> None:
    counter.announce(A, postcode="1000")
    answer = counter.do("receive", scan=A)
    assert (answer["tone"], answer["code"], answer["data"]["right_office"]) == ("look", "missent", "1000")
    assert counter.do("parcel", scan=A)["data"]["state"] == "missent"
    assert counter.do("status")["data"]["on_hand"] == 1


def test_unannounced_but_valid_is_taken_in(counter: Counter) -> None:
    answer = counter.do("receive", scan=A)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("look", "unannounced", [1])
    assert counter.do("status")["data"]["on_hand"] == 1
    counter.announce(A)
    assert counter.do("parcel", scan=A)["data"] | {"timeline": None} == {
        "state": "received",
        "shelf": None,
        "cod": 116_000,
        "cod_state": "due",
        "damaged": False,
        "aliases": [A],
        "timeline": None,
    }


def test_an_unknown_reference_stops_until_it_is_keyed_twice(counter: Counter) -> None:
    answer = counter.do("receive", scan="8801942117730")
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", "unannounced", [])
    taken = counter.do("receive", scan="8801942117730", keyed_twice=True)
    assert (taken["code"], taken["data"]["announced"], taken["entries"]) == ("received", False, [1])


def test_wrong_check_digit(counter: Counter) -> None:
    wrong = "CP407774797BD"
    answer = counter.do("receive", scan=wrong)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", "wrong_check_digit", [])
    taken = counter.do("receive", scan=wrong, keyed_twice=True)
    assert (taken["code"], taken["item"], taken["data"]["announced"]) == ("received", wrong, False)


@pytest.mark.parametrize("scan", ["", "??", BAG, "BADGE*rahima", "\x00\x01"])
def test_not_a_parcel(counter: Counter, scan: str) -> None:
    answer = counter.do("receive", scan=scan)
    assert (answer["tone"], answer["code"], answer["entries"]) == ("stop", "not_a_parcel", [])


def test_a_bag_with_missing_and_extra(counter: Counter) -> None:
    counter.announce(A, B, bag_id=BAG)
    counter.announce(C)
    opened = counter.do("open_bag", bag=BAG)
    assert (opened["code"], opened["data"]["expected"]) == ("bag_open", 2)
    counter.do("receive", scan=A, bag=BAG)
    assert counter.do("receive", scan=C, bag=BAG)["data"]["extra"] is True
    ended = counter.do("end_bag", bag=BAG)
    assert (ended["tone"], ended["code"]) == ("look", "bag_ended")
    assert {k: ended["data"][k] for k in ("expected", "received", "missing", "extra")} == {"expected": 2, "received": 1, "missing": [B], "extra": [C]}
    assert counter.do("end_bag", bag=BAG)["code"] == "already_ended"


def test_unknown_bags(counter: Counter) -> None:
    assert counter.do("open_bag", bag="nonsense")["entries"] == []
    answer = counter.do("open_bag", bag=BAG)
    assert (answer["tone"], answer["code"], answer["data"]["opened"]) == ("look", "unknown_bag", True)
    assert counter.do("end_bag", bag="nonsense")["code"] == "unknown_bag"


def test_damaged_is_a_flag(counter: Counter) -> None:
    counter.announce(A)
    assert counter.do("damaged", scan=A, note="ভেজা")["code"] == "not_here"
    counter.do("receive", scan=A)
    assert counter.do("damaged", scan=A, note="ভেজা")["code"] == "damaged"
    data = counter.do("parcel", scan=A)["data"]
    assert (data["state"], data["damaged"]) == ("received", True)


def test_shelve_and_sort(counter: Counter) -> None:
    counter.announce(A)
    counter.announce(B, postcode="8560")
    counter.announce(C, postcode="1000")
    for item in (A, B, C):
        counter.do("receive", scan=item)
    own, district, far = (counter.do("sort", scan=item) for item in (A, B, C))
    assert (own["code"], own["data"]["to"]) == ("sorted", "shelf")
    assert (district["data"]["to"], district["data"]["place"]) == ("bag", "8560")
    assert far["data"]["to"] == "hub"
    assert counter.do("sort", scan=B)["entries"] == []
    assert counter.do("shelve", scan=A, shelf="ক-০১")["code"] == "shelved"
    assert counter.do("shelve", scan=A, shelf="ঙ-৯৯")["code"] == "no_such_shelf"
    states = [counter.do("parcel", scan=item)["data"]["state"] for item in (A, B, C)]
    assert states == ["shelved", "bagged", "bagged"]


def test_hand_over_with_code_and_money(counter: Counter) -> None:
    counter.announce(A)
    assert counter.do("hand_over", scan=A, code="123456")["code"] == "not_here"
    counter.do("receive", scan=A)
    short = counter.do("hand_over", scan=A, code="123456", tendered=100_000)
    assert (short["code"], short["data"]["due"], short["entries"]) == ("money_short", 116_000, [])
    done = counter.do("hand_over", scan=A, code="১২৩৪৫৬", tendered=200_000)
    assert done["code"] == "handed_over"
    assert (done["data"]["collected"], done["data"]["change"]) == (116_000, 84_000)
    assert done["data"]["receipt"].startswith("8500-1-1-3-")
    assert counter.do("hand_over", scan=A, code="123456", tendered=200_000)["code"] == "already_handed_over"
    assert balances(counter) == {"drawer:8500-1": 116_000, "cod:M005": -116_000}
    assert counter.do("status")["data"]["drawer"] == {"1": 116_000}
    assert counter.do("receive", scan=A)["code"] == "already_handed_over"


def test_wrong_codes_count_and_lock_and_a_supervisor_unlocks_with_an_id(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    answers = [counter.do("hand_over", scan=A, code="000000", tendered=116_000) for _ in range(6)]
    assert [(a["code"], a["data"].get("tries_left")) for a in answers] == [
        ("wrong_code", 4),
        ("wrong_code", 3),
        ("wrong_code", 2),
        ("wrong_code", 1),
        ("locked", 0),
        ("locked", None),
    ]
    assert [len(a["entries"]) for a in answers] == [1, 1, 1, 1, 1, 0]
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000)["code"] == "locked"
    shown = {"kind": "nid", "last4": "4417", "reason": "phone lost"}
    assert counter.do("hand_over", scan=A, id=shown, tendered=116_000)["code"] == "supervisor_needed"
    assert counter.do("hand_over", scan=A, id=shown, tendered=116_000, clerk="anwar")["code"] == "handed_over"


def test_by_id_only_with_a_reason(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    assert counter.do("hand_over", scan=A, id={"kind": "nid", "last4": "4417", "reason": " "}, tendered=116_000)["code"] == "id_needed"
    assert counter.do("hand_over", scan=A, id={"kind": "nid", "last4": "4417", "reason": "no phone"}, tendered=116_000)["code"] == "handed_over"


def test_several_parcels_of_one_buyer_in_one_commit(counter: Counter) -> None:
    counter.announce(A, B)
    counter.announce(C, recipient_phone="01700009999")
    for item in (A, B, C):
        counter.do("receive", scan=item)
    assert counter.do("hand_over", items=[A, C], code="123456", tendered=300_000)["code"] == "different_buyers"
    done = counter.do("hand_over", items=[A, B], code="123456", tendered=250_000)
    assert (done["data"]["collected"], done["data"]["change"], len(done["entries"])) == (232_000, 18_000, 2)
    assert balances(counter)["drawer:8500-1"] == 232_000


def test_the_buyers_qr(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    assert counter.do("hand_over", scan=A, token=f"BDP/{A}/000000", tendered=116_000)["code"] == "wrong_code"
    assert counter.do("hand_over", scan=A, token=f"BDP/{A}/123456", tendered=116_000)["code"] == "handed_over"


def test_refuse_and_return(counter: Counter) -> None:
    counter.announce(A)
    assert counter.do("refuse", scan=A, reason="refused")["code"] == "not_here"
    counter.do("receive", scan=A)
    assert counter.do("refuse", scan=A, reason="")["code"] == "reason_needed"
    assert counter.do("refuse", scan=A, reason="refused")["code"] == "refused"
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000)["code"] == "not_here"
    assert counter.do("return_to_sender", scan=A, reason="refused")["code"] == "returning"
    assert counter.do("sort", scan=A)["data"]["to"] == "hub"
    assert counter.do("status")["data"]["on_hand"] == 1


def test_undo(counter: Counter) -> None:
    counter.announce(A, B)
    counter.do("receive", scan=A)
    counter.do("receive", scan=B, clerk="jalil")
    counter.do("print_label", scan=A)
    undone = counter.do("undo")
    assert (undone["code"], undone["data"]["undone"], len(undone["entries"])) == ("undone", [3], 1)
    assert counter.do("parcel", scan=A)["data"]["state"] == "announced"
    assert counter.do("parcel", scan=B)["data"]["state"] == "received"
    again = counter.do("undo")
    assert (again["tone"], again["code"], again["data"]["why"]) == ("stop", "cannot_undo", "nothing_left")


def test_undo_several_or_none(counter: Counter) -> None:
    counter.announce(A, B, C)
    for item in (A, B, C):
        counter.do("receive", scan=item)
    assert counter.do("undo", count=4)["code"] == "cannot_undo"
    assert counter.do("status")["data"]["on_hand"] == 3
    assert counter.do("undo", count=3)["data"]["undone"] == [6, 5, 4]
    assert counter.do("status")["data"]["on_hand"] == 0


def test_a_handover_is_not_undone_nor_what_went_on(counter: Counter) -> None:
    counter.announce(A, B)
    counter.do("receive", scan=A)
    counter.do("hand_over", scan=A, code="123456", tendered=116_000)
    assert counter.do("undo")["data"]["why"] == "handed_over"
    counter.do("receive", scan=B)
    counter.do("shelve", scan=B, shelf="ক-০১", clerk="jalil")
    assert counter.do("undo")["data"]["why"] == "went_on"


def test_labels_and_reprints(counter: Counter) -> None:
    counter.announce(A)
    first = counter.do("print_label", scan=A)
    assert (first["code"], first["data"]["copy"]) == ("queued", 1)
    assert counter.do("print_label", scan=A)["code"] == "reason_needed"
    second = counter.do("reprint", scan=A, reason="torn")
    assert (second["code"], second["data"]["copy"]) == ("queued", 2)
    assert counter.do("print_label", scan=B)["code"] == "not_found"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (A, True),
        ("4077", True),
        ("7774", True),
        ("4791", True),
        ("রহিম", True),
        ("rohim", True),
        ("RAHIM", True),
        ("3194", True),
        ("zzzz", False),
        ('"', False),
    ],
)
def test_find(counter: Counter, text: str, found: bool) -> None:
    counter.announce(A, recipient_name_bn="আব্দুর রহিম", recipient_name_en="Abdur Rahim")
    answer = counter.do("find", text=text)
    assert answer["code"] == ("found" if found else "not_found")
    if found:
        assert answer["data"]["parcels"][0]["item"] == A


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "{}",
        '{"job":"fly"}',
        '{"job":"receive"}',
        '{"job":"receive","scan":5}',
        '{"job":"receive","scan":"x","sacn":1}',
        '{"job":"receive","scan":"x","clerk":"nobody"}',
        '{"job":"status","now":"yesterday"}',
        '{"job":"status","now":"2026-11-24T10:00:00"}',
        '{"job":"hand_over","code":"1"}',
        '{"job":"hand_over","scan":"x","code":"1","token":"t"}',
        '{"job":"status","op":""}',
        '{"job":"status","op":"' + "x" * 65 + '"}',
        '{"job":"undo","count":0}',
        b"\xff\xfe",
        '{"job":"hand_over","scan":"x","tendered":-1}',
        "[" * 100_000,
    ],
)
def test_a_line_that_is_no_command(counter: Counter, line: Any) -> None:
    answers = counter.lines(line, '{"job":"status"}')
    assert [a["code"] for a in answers] == ["bad_command", "status"]
    assert answers[0]["entries"] == []
    assert answers[0]["data"]["why"]


def test_now_is_the_books_time(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A, now="2026-11-24T10:42:00+06:00")
    line = counter.do("parcel", scan=A)["data"]["timeline"][1]
    assert (line["kind"], line["by"]) == ("received", "rahima")


def test_reads_write_nothing(counter: Counter) -> None:
    counter.announce(A)
    before = counter.do("status")["data"]
    for job in ({"job": "find", "text": A}, {"job": "parcel", "scan": A}, {"job": "parcel", "scan": "nobody"}):
        counter.do(**job)
    assert counter.do("status")["data"] == before


def test_a_refused_parcel_goes_back_whatever_is_done_with_it(counter: Counter) -> None:
    counter.announce(A)
    counter.do("receive", scan=A)
    counter.do("refuse", scan=A, reason="refused")
    first, second = counter.do("sort", scan=A), counter.do("sort", scan=A)
    assert (first["data"]["to"], second["data"]["to"], second["entries"]) == ("hub", "hub", [])
    counter.do("shelve", scan=A, shelf="ক-০১")
    assert counter.do("parcel", scan=A)["data"]["state"] == "refused"
    assert counter.do("hand_over", scan=A, code="123456", tendered=116_000)["code"] == "not_here"


def test_a_qr_of_another_parcel_proves_nothing_and_costs_no_try(counter: Counter) -> None:
    counter.announce(A, B)
    counter.do("receive", scan=A)
    answer = counter.do("hand_over", scan=A, token=f"BDP/{B}/123456", tendered=116_000)
    assert (answer["code"], answer["entries"]) == ("wrong_token", [])
    assert counter.do("hand_over", scan=A, code="", tendered=116_000)["code"] == "code_needed"


def test_money_announced_after_the_handover_is_warned_of(counter: Counter) -> None:
    counter.do("receive", scan=A)
    given = counter.do("hand_over", scan=A, id={"kind": "nid", "last4": "4417", "reason": "no code"})
    assert (given["tone"], given["code"]) == ("look", "handed_over")
    assert [w["code"] for w in counter.announce(A)["data"]["warned"]] == ["cod_not_collected"]


def test_a_parcel_taken_back_altogether_is_not_found(counter: Counter) -> None:
    counter.do("receive", scan="1234567890123", keyed_twice=True)
    counter.do("undo")
    assert counter.do("parcel", scan="1234567890123")["code"] == "not_found"
    assert counter.do("find", text="1234567890123")["code"] == "not_found"


@pytest.mark.parametrize(
    ("name_bn", "name_en", "typed"),
    [
        ("আল-আমিন শেখ", "Al-Amin Sheikh", ("Al-Amin", "al amin", "আল-আমিন", "amin", "আমিন", "Al-", "-")),
        ("মোঃ ও'নিল", "Md. O'Neil", ("O'Neil", "o'n", "md. o'neil", "Neil", "ও'নিল")),
        ("র‍্যাব উদ্দিন", "A.K.M. Rab", ("A.K.M.", "akm", "র‍্যাব", "a.k.m. rab")),
    ],
)
def test_a_name_with_hyphen_dot_or_apostrophe_is_found(counter: Counter, name_bn: str, name_en: str, typed: tuple[str, ...]) -> None:
    counter.announce(A, recipient_name_bn=name_bn, recipient_name_en=name_en)
    answers = {text: counter.do("find", text=text) for text in typed}
    lost = [text for text, answer in answers.items() if answer["code"] != "found" and text not in ("-", "akm")]
    assert lost == []
