"""Whatever a scanner or a keyboard delivers means something, and nothing makes it fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.domain.numbers import Number, NumberKind, make_s10
from corner_app.domain.scan import TRACKING_LINK, BadgeScan, BagScan, CommandScan, ItemScan, Nothing, ShelfScan, TokenScan, understand

ITEM = "CP104722182BD"
BAG = "BD8200BD8500CCC60417001010345"
NUMBER = Number(ITEM, NumberKind.S10)


@pytest.mark.parametrize(
    "text", [ITEM, "cp 1047 2218 2 bd", "CP১০৪৭২২১৮২BD", f"]C0{ITEM}", f"]C1{ITEM}", f"]Q1{ITEM}\r", f"\x02{ITEM}\x03", f"{TRACKING_LINK}{ITEM}"]
)
def test_a_parcel(text: str) -> None:
    assert understand(text) == ItemScan(NUMBER)


@pytest.mark.parametrize("text", [f"http://post.example/t/{ITEM}", f"HTTPS://POST.EXAMPLE/T/{ITEM}/", f"]Q3https://track.example:8443/t/{ITEM.lower()}"])
def test_a_tracking_link_of_any_host(text: str) -> None:
    assert understand(text) == ItemScan(NUMBER)


def test_a_wrong_digit_is_an_item_that_a_person_must_look_at() -> None:
    assert understand("CP104722183BD") == ItemScan(Number("CP104722183BD", NumberKind.BAD_DIGIT))


@pytest.mark.parametrize("text", ["5901234123457", "20A312THJDJ8", "DL121224VS8TTJ", "15BAEB8A", "FP234234", "106141412345678908"])
def test_goods_and_merchants_codes_are_items_of_another_kind(text: str) -> None:
    assert understand(text) == ItemScan(Number(text, NumberKind.OTHER))


def test_a_buyers_code() -> None:
    assert understand(f"BDP/{ITEM}/048172") == TokenScan(NUMBER, "048172")
    assert understand(f"]Q1bdp/{ITEM.lower()}/048172\r\n") == TokenScan(NUMBER, "048172")
    assert not isinstance(understand(f"BDP/{ITEM}/12"), TokenScan)


@pytest.mark.parametrize("text", [BAG, BAG[:23], BAG.lower(), f"]C0{BAG}", f"]Q1{BAG}|11|8.6|K7QM"])
def test_a_bag(text: str) -> None:
    meaning = understand(text)
    assert isinstance(meaning, BagScan)
    assert meaning.bag.short == "8200-8500-0417-01"


def test_a_bag_with_a_long_manifest_is_still_that_bag() -> None:
    meaning = understand(f"{BAG}|" + "|".join(make_s10("CP", f"{n:08d}") for n in range(60)))
    assert isinstance(meaning, BagScan)
    assert meaning.bag.text == BAG


@pytest.mark.parametrize(
    ("text", "shelf"),
    [("খ-১২", "খ-১২"), ("খ১২", "খ-১২"), ("kh-12", "খ-১২"), ("SH*KH-12", "খ-১২"), ("]C0SH*KA-01", "ক-০১"), ("SH*BEAT-1", "বিট-১"), ("বিট ২", "বিট-২")],
)
def test_a_shelf(text: str, shelf: str) -> None:
    assert understand(text) == ShelfScan(shelf)


def test_cards() -> None:
    assert understand("BADGE*Rahima") == BadgeScan("rahima")
    assert understand("]C0badge*rahima") == BadgeScan("rahima")
    assert understand("CMD*undo") == CommandScan("UNDO")
    assert understand("cmd*RECEIVE\r") == CommandScan("RECEIVE")
    for wrong in ("BADGE*", "BADGE*a b", "CMD*" + "x" * 41):
        assert not isinstance(understand(wrong), BadgeScan | CommandScan), wrong


@pytest.mark.parametrize(
    "text", ["", " ", "\r\n", "123", "a-b", "????", "------------", "--1-2-3-4---", "]C0", "]C0ab", "\x00\x01\x02", "\u200b\ufeff", "। ৷ ॥"]
)
def test_noise(text: str) -> None:
    assert understand(text) == Nothing()


@given(st.text())
def test_any_text_means_something(text: str) -> None:
    assert isinstance(understand(text), ItemScan | TokenScan | BagScan | ShelfScan | BadgeScan | CommandScan | Nothing)


@given(st.binary(max_size=300))
def test_any_bytes_of_a_scanner_mean_something(data: bytes) -> None:
    for read in (data.decode("latin-1"), data.decode("utf-8", "replace"), data.decode("utf-8", "surrogateescape")):
        meaning = understand(read)
        assert not isinstance(meaning, ItemScan) or len(meaning.number.text) <= 4_000


@given(
    st.sampled_from([ITEM, BAG, "SH*KH-12", "BADGE*rahima", "CMD*UNDO", f"BDP/{ITEM}/048172", "5901234123457"]),
    st.sampled_from(["]C0", "]C1", "]Q1", "]d2", "]E0", ""]),
)
def test_a_prefix_that_names_the_symbology_changes_nothing(text: str, aim: str) -> None:
    assert understand(f"{aim}{text}\r\n") == understand(text)


@given(st.text("0123456789", min_size=8, max_size=8))
def test_every_number_we_make_is_read_from_code_link_and_buyers_code(serial: str) -> None:
    item = make_s10("DA", serial)
    number = Number(item, NumberKind.S10)
    assert understand(item) == understand(TRACKING_LINK + item) == ItemScan(number)
    assert understand(f"BDP/{item}/123456") == TokenScan(number, "123456")
