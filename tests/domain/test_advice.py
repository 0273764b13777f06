"""Rows of announcements, judged: the 23 faults real sheets have, what spreadsheets do to numbers, and anything at all."""

import csv
import json
import pathlib
import tempfile
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as given_any
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl import Workbook

from corner_app.advice.files import read_rows
from corner_app.domain.advice import ADDRESS_LIMIT, FIELDS, NAME_LIMIT, TEXT_LIMIT, Advice, Rejected, announcement, judge_row, same_announcement
from corner_app.reference import load_places

DATA = pathlib.Path(__file__).parents[1] / "data"
PLACES = load_places()
ITEM = "CP407774791BD"
BAG = "BD8200BD8500CCC60417001010345"
ROW: dict[str, object] = {
    "advice_id": "PA261124-000001",
    "advised_at": "2026-11-24T10:20:00+06:00",
    "item_id": ITEM,
    "service": "parcel",
    "platform": "Demo Platform A",
    "merchant_id": "M005",
    "merchant_name_en": "Namuna Gadget Shop",
    "merchant_name_bn": "নমুনা গ্যাজেট শপ",
    "merchant_order_ref": "ORD-20970289",
    "recipient_name_bn": "আরিফুল মৃধা",
    "recipient_name_en": "Ariful Mridha",
    "recipient_phone": "01700003194",
    "address_bn": "বাসা নং ১১৫, রোড নং ১৫, পিরোজপুর সদর, পিরোজপুর-৮৫০০",
    "address_en": "House No. 115, Road No. 15, Pirojpur Sadar, Pirojpur-8500",
    "postcode": "8500",
    "delivery_mode": "door",
    "contents_bn": "চার্জার",
    "contents_en": "Charger",
    "weight_g": "450",
    "declared_value_minor": "110000",
    "cod_amount_minor": "116000",
    "currency": "BDT",
    "bag_id": BAG,
    "pickup_code": "935656",
}


def accepted(**fields: object) -> Advice:
    judged = judge_row({**ROW, **fields}, PLACES)
    assert isinstance(judged, Advice), judged
    return judged


def warned(**fields: object) -> list[tuple[str, str]]:
    return [(doubt.code, doubt.field) for doubt in accepted(**fields).warnings]


def rejected(**fields: object) -> tuple[str, str | None]:
    judged = judge_row({**ROW, **fields}, PLACES)
    assert isinstance(judged, Rejected), judged
    return judged.code, judged.field


CLEAN = accepted()


def test_a_clean_row() -> None:
    assert CLEAN.warnings == ()
    assert (CLEAN.item, CLEAN.cod, CLEAN.declared, CLEAN.weight_g, CLEAN.postcode) == (ITEM, 116_000, 110_000, 450, "8500")
    assert (CLEAN.phone, CLEAN.phone_as_given, CLEAN.bag, CLEAN.pickup_code) == ("01700003194", "01700003194", BAG, "935656")
    assert CLEAN.advised_at == int(datetime(2026, 11, 24, 4, 20, tzinfo=UTC).timestamp() * 1000)
    assert (CLEAN.order_ref, CLEAN.other_numbers) == ("ORD-20970289", ("ORD-20970289",))
    assert "935656" not in repr(CLEAN)


@pytest.mark.parametrize("name", ["sample_parcels_1000.csv"])
def test_clean_files_pass_without_a_word(name: str) -> None:
    judged = [judge_row(row, PLACES) for _, row in read_rows(DATA / name) if isinstance(row, dict)]
    assert len(judged) == 1000
    assert all(isinstance(one, Advice) and not one.warnings for one in judged)


# The dirty file: 199 rows with one of 23 faults each

SILENT = (
    "",
    "phone_bn_digits",
    "phone_plus880",
    "phone_spaces",
    "postcode_bn_digits",
    "item_lowercase_spaces",
    "name_zero_width",
    "address_newline",
    "unicode_precomposed",
)
WARNED = {
    "phone_short": ("phone_short", "recipient_phone"),
    "phone_bad_operator": ("phone_impossible_operator", "recipient_phone"),
    "postcode_unknown": ("postcode_unknown", "postcode"),
    "postcode_missing": ("postcode_missing", "postcode"),
    "name_missing": ("name_missing", "recipient_name_bn"),
    "name_very_long": ("name_cut", "recipient_name_bn"),
    "address_missing": ("address_missing", "address_bn"),
    "weight_zero": ("weight_zero", "weight_g"),
    "weight_over_limit": ("weight_over_limit", "weight_g"),
    "formula_injection": ("formula", "recipient_name_en"),
}
REJECTED = {
    "item_bad_check": ("wrong_check_digit", "item_id"),
    "cod_decimal": ("cod_not_whole", "cod_amount_minor"),
    "cod_negative": ("cod_negative", "cod_amount_minor"),
    "cod_missing": ("cod_missing", "cod_amount_minor"),
}


def dirty() -> list[tuple[str, Mapping[str, object]]]:
    with open(DATA / "sample_parcels_dirty_200.csv", encoding="utf-8", newline="") as file:
        defects = [row["defect"] for row in csv.DictReader(file)]
    rows = [row for _, row in read_rows(DATA / "sample_parcels_dirty_200.csv")]
    return [(defect, row) for defect, row in zip(defects, rows, strict=True) if isinstance(row, dict)]


def same_content(one: Advice, other: Advice) -> bool:
    return same_announcement(announcement(one, b"a"), announcement(other, b"a"))


def test_every_fault_of_the_dirty_file_gets_its_answer() -> None:
    seen: dict[str, Advice] = {}
    faults = dirty()
    assert {defect for defect, _ in faults} == {*SILENT, *WARNED, *REJECTED, "item_duplicate"}
    for defect, row in faults:
        judged = judge_row(row, PLACES)
        if isinstance(judged, Rejected):
            assert (judged.code, judged.field) == REJECTED[defect]
            continue
        assert [(doubt.code, doubt.field) for doubt in judged.warnings] == ([WARNED[defect]] if defect in WARNED else []), (defect, row)
        if defect == "item_duplicate":
            assert not same_content(seen[judged.item], judged)
        else:
            assert judged.item not in seen
            seen[judged.item] = judged


def test_silent_repairs_give_what_was_meant() -> None:
    faults = [(defect, row, judge_row(row, PLACES)) for defect, row in dirty() if defect in SILENT]
    for defect, row, judged in faults:
        assert isinstance(judged, Advice)
        assert len(judged.phone) == 11 and judged.phone.isascii()
        assert judged.postcode in str(row["address_en"])
        assert judged.item == "".join(str(row["item_id"]).split()).upper()
        for text in (judged.name_bn, judged.address_bn):
            assert unicodedata.is_normalized("NFC", text) and "\n" not in text and "  " not in text
            assert not any(letter in text for letter in "\u200b\u00a0\ufeff\u09df\u09dc\u09dd"), defect
        if defect == "address_newline":
            assert judged.address_bn == unicodedata.normalize("NFC", str(row["address_bn"]).replace("\n", " "))


# The number


@pytest.mark.parametrize("given", ["cp 407 774 791 bd", "CP৪০৭৭৭৪৭৯১BD", "\ufeffCP407774791BD\u200b", "CP-407774791-BD", '="CP407774791BD"', "'CP407774791BD"])
def test_a_number_in_any_dress(given: str) -> None:
    assert replace(accepted(item_id=given), warnings=()) == CLEAN
    assert warned(item_id=given) == []


@pytest.mark.parametrize("given", ["", None, "   ", "\u200b", "N/A", "#N/A", "-", "nan", True, [ITEM], {}, float("nan")])
def test_no_number(given: object) -> None:
    assert rejected(item_id=given) == ("number_missing", "item_id")


def test_a_row_without_the_field() -> None:
    assert judge_row({}, PLACES) == Rejected("number_missing", "item_id")
    assert judge_row({"item_id": ITEM}, PLACES) == Rejected("cod_missing", "cod_amount_minor")


@pytest.mark.parametrize(
    "given",
    [
        "1.80E+11",
        "8.80194E+12",
        "8.80194e12",
        "1E+12",
        "8,80194E+11",
        "880194123456.5",
        "880194123456789000",
        880194123456789012,
        1.8e20,
        880194123456.5,
        Decimal("1E+20"),
    ],
)
def test_numbers_a_spreadsheet_has_mangled(given: object) -> None:
    assert rejected(item_id=given) == ("number_mangled", "item_id")


@pytest.mark.parametrize("given", ["12", "x" * 65 + "1", "ABCDEF", "=A1", "@12345", "+12345", "-12345", -12345, "AB\x0112345", "1\ud8002345"])
def test_what_names_no_parcel(given: object) -> None:
    assert rejected(item_id=given) == ("number_unreadable", "item_id")


@pytest.mark.parametrize(
    ("given", "item"),
    [
        ("dx-1234567", "DX-1234567"),
        (880194123456, "880194123456"),
        (880194123456.0, "880194123456"),
        ("880194123456.0", "880194123456"),
        ("12E34567", "12E34567"),
        ("CP40777479BD", "CP40777479BD"),
    ],
)
def test_other_references_are_taken_with_a_word(given: object, item: str) -> None:
    assert accepted(item_id=given).item == item
    assert warned(item_id=given) == [("item_not_s10", "item_id")]


def test_a_formula_round_a_right_number() -> None:
    assert accepted(item_id=f"={ITEM}").item == ITEM
    assert warned(item_id=f"={ITEM}") == [("formula", "item_id")]


def test_aliases() -> None:
    assert accepted(merchant_order_ref=" ord 12 ").other_numbers == ("ORD12",)
    assert accepted(merchant_order_ref=4417001).other_numbers == ("4417001",)
    for given in ("", "12", ITEM, "CP407774792BD", "=A1234", "x" * 80):
        assert accepted(merchant_order_ref=given).other_numbers == ()


# The money


@pytest.mark.parametrize(
    ("given", "paisa"),
    [
        ("0", 0),
        (0, 0),
        (-0.0, 0),
        ("১১৬০০০", 116_000),
        (" 116000 ", 116_000),
        ("\u00a0116 000", 116_000),
        ("+116000", 116_000),
        (116_000.0, 116_000),
        (Decimal("116000.0"), 116_000),
        ("10000000000", 10**10),
    ],
)
def test_whole_paisa(given: object, paisa: int) -> None:
    assert accepted(cod_amount_minor=given).cod == paisa
    assert warned(cod_amount_minor=given) == []


NO_MONEY: dict[str, list[object]] = {
    "cod_missing": ["", None, " ", "\u200b", "-", "N/A", "nan"],
    "cod_negative": ["-29000", -29000, -0.5, "−29000", "- 29000", "-১", "-1490.00", Decimal("-1")],
    "cod_too_large": ["10000000001", 10**10 + 1, 10**400, 1e300, "9" * 5000, Decimal("1E+999999")],
    "cod_not_whole": [
        *("1490.00", "0.00", "1.80E+05", "1,49,000", "149/-", "৳149000", "BDT 149000", "free", "=1490*100", "149²", "½", "(29000)", "٢٩"),
        *(True, [1], {}, b"1", 0.5, float("nan"), float("inf")),
        *map(Decimal, ("NaN", "sNaN", "Infinity", "116000.01")),
    ],
}


@pytest.mark.parametrize(("given", "code"), [(given, code) for code, values in NO_MONEY.items() for given in values])
def test_doubtful_money(given: object, code: str) -> None:
    assert rejected(cod_amount_minor=given) == (code, "cod_amount_minor")


def test_money_of_another_country() -> None:
    assert rejected(currency="USD") == ("currency_unknown", "currency")
    assert accepted(currency="USD", cod_amount_minor=0).cod == 0
    for given in ("", None, "bdt", " Tk ", "৳", "টাকা"):
        assert accepted(currency=given) == CLEAN


def test_declared_value() -> None:
    assert (accepted(declared_value_minor="").declared, warned(declared_value_minor="")) == (0, [])
    assert (accepted(declared_value_minor="1100.00").declared, warned(declared_value_minor="1100.00")) == (0, [("value_unreadable", "declared_value_minor")])


# What only warns


@pytest.mark.parametrize(
    "given",
    [
        "০১৭০০০০৩১৯৪",
        "+8801700003194",
        "880 1700-003194",
        "1700003194",
        1700003194,
        1700003194.0,
        "1700003194.0",
        '="01700003194"',
        "'01700003194",
        "\t01700003194",
        8801700003194,
    ],
)
def test_phones_with_one_meaning(given: object) -> None:
    advice = accepted(recipient_phone=given)
    assert (advice.phone, advice.warnings) == ("01700003194", ())


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        ("", ["phone_missing"]),
        (None, ["phone_missing"]),
        ("017000031", ["phone_short"]),
        ("01200003194", ["phone_impossible_operator"]),
        ("8.80170E+12", ["phone_unreadable"]),
        ("01700003194, 01800003194", ["phone_unreadable"]),
        ("=01700003194", ["formula", "phone_unreadable"]),
        ("@shop", ["formula", "phone_unreadable"]),
    ],
)
def test_phones_without_one(given: object, codes: list[str]) -> None:
    advice = accepted(recipient_phone=given)
    assert [doubt.code for doubt in advice.warnings] == codes
    assert (advice.phone, advice.phone_as_given) == ("", given or "")


@pytest.mark.parametrize("given", ["৮৫০০", " 85 00", 8500, 8500.0, "8500.0", "'8500", Decimal("8500")])
def test_postcodes_with_one_meaning(given: object) -> None:
    assert accepted(postcode=given) == CLEAN


@pytest.mark.parametrize(
    ("given", "code"),
    [("9999", "postcode_unknown"), ("abc", "postcode_unknown"), ("85000", "postcode_unknown"), ("", "postcode_missing"), (None, "postcode_missing")],
)
def test_postcodes_without_one(given: object, code: str) -> None:
    assert accepted(postcode=given).postcode == ""
    assert warned(postcode=given) == [(code, "postcode")]


UNREADABLE_WEIGHTS: list[object] = [0.45, "0.45", "450 g", "-5", "1,430", "9" * 12, True, [], float("nan")]


@pytest.mark.parametrize(
    ("given", "grams", "codes"),
    [
        (450, 450, []),
        (450.0, 450, []),
        ("৪৫০", 450, []),
        ("450.0", 450, []),
        (20_000, 20_000, []),
        ("0", 0, ["weight_zero"]),
        ("", 0, ["weight_zero"]),
        (None, 0, ["weight_zero"]),
        (20_001, 20_001, ["weight_over_limit"]),
        *((given, 0, ["weight_unreadable"]) for given in UNREADABLE_WEIGHTS),
    ],
)
def test_weights(given: object, grams: int, codes: list[str]) -> None:
    advice = accepted(weight_g=given)
    assert (advice.weight_g, [doubt.code for doubt in advice.warnings]) == (grams, codes)


def test_registered_is_light() -> None:
    assert warned(service="Registered", weight_g=2_000) == []
    assert warned(service="registered", weight_g=2_001) == [("weight_over_limit", "weight_g")]


def test_bags_and_codes() -> None:
    assert accepted(bag_id=BAG.lower()[:6] + " " + BAG[6:]).bag == BAG
    assert accepted(bag_id="").bag == ""
    assert warned(bag_id="17") == [("bag_unreadable", "bag_id")]
    for given, code in [("০৯৩৫৬৫", "093565"), ("93565", "093565"), (3565, "003565"), ("1234", "1234"), ("", ""), (None, ""), ("123 456", "123456")]:
        assert (accepted(pickup_code=given).pickup_code, warned(pickup_code=given)) == (code, [])
    for given in ("abc", "12", "1" * 13, "=1"):
        assert (accepted(pickup_code=given).pickup_code, warned(pickup_code=given)) == ("", [("code_unreadable", "pickup_code")])


@pytest.mark.parametrize("given", ["=1+1", "@SUM(1)", "+cmd|'/c calc'!A0", "-x", "\t=1+1", "\tRahim", "\r=1", " =1+1", "\u200b=1+1", '=HYPERLINK("x")'])
def test_formulas_are_kept_as_text(given: str) -> None:
    assert warned(recipient_name_en=given) == [("formula", "recipient_name_en")]
    assert accepted(recipient_name_en=given).name_en == given.strip("\t\r \u200b")


@pytest.mark.parametrize("given", ["-12", "- 12.5", "+880 1700-003194", "-১২", "Rahim = Karim", "a@b"])
def test_what_is_no_formula(given: str) -> None:
    assert warned(recipient_name_en=given) == []


def test_one_name_or_address_is_enough() -> None:
    assert warned(recipient_name_bn="") == warned(recipient_name_en="N/A") == warned(address_en=None) == warned(address_bn=" ") == []
    assert warned(recipient_name_bn="-", recipient_name_en=None) == [("name_missing", "recipient_name_bn")]


def test_long_texts_are_cut_between_letters() -> None:
    name = "ক্ষ" * 60
    assert warned(recipient_name_bn=name) == [("name_cut", "recipient_name_bn")]
    assert accepted(recipient_name_bn=name).name_bn == "ক্ষ" * 33
    assert accepted(recipient_name_bn="ক" * (NAME_LIMIT - 1) + "কোটি").name_bn == "ক" * (NAME_LIMIT - 1)
    assert warned(recipient_name_bn="ক" * NAME_LIMIT) == []
    assert warned(address_en="x" * (ADDRESS_LIMIT + 1)) == [("address_cut", "address_en")]
    assert (len(accepted(contents_en="x" * 500).contents_en), warned(contents_en="x" * 500)) == (TEXT_LIMIT, [])
    assert len(accepted(recipient_name_bn="\u0981" * 500).name_bn) == NAME_LIMIT


@pytest.mark.parametrize(
    ("given", "line"), [("গ্রাম: ক,\r\nজেলা: খ", "গ্রাম: ক, জেলা: খ"), ("গ্রাম: ক\nজেলা: খ", "গ্রাম: ক, জেলা: খ"), ("\n a \r\r\n b। \u2028 c\n", "a, b। c")]
)
def test_an_address_of_several_lines(given: str, line: str) -> None:
    assert accepted(address_bn=given).address_bn == line


@pytest.mark.parametrize(
    ("given", "at"),
    [
        (datetime(2026, 11, 24, 10, 20), CLEAN.advised_at),
        ("2026-11-24 10:20", CLEAN.advised_at),
        ("2026-11-24T04:20:00Z", CLEAN.advised_at),
        (datetime(2026, 11, 24, 4, 20, tzinfo=UTC), CLEAN.advised_at),
        *(
            (given, 0)
            for given in ("", None, "yesterday", 45000, datetime.min, datetime.max.replace(tzinfo=timezone(-timedelta(hours=23))), "0001-01-01T00:00:00+14:00")
        ),
    ],
)
def test_times(given: object, at: int) -> None:
    assert accepted(advised_at=given).advised_at == at


# The same again


@pytest.mark.parametrize(
    "fields",
    [
        {"advice_id": "other", "advised_at": ""},
        {"pickup_code": "111111"},
        {"recipient_phone": "+880 1700-003194"},
        {"item_id": ITEM.lower(), "weight_g": 450.0, "cod_amount_minor": 116000, "unknown": 1},
    ],
)
def test_the_same_content(fields: dict[str, Any]) -> None:
    assert same_content(CLEAN, accepted(**fields))


@pytest.mark.parametrize("name", sorted({*FIELDS} - {"item_id", "advice_id", "advised_at", "pickup_code", "currency"}))
def test_other_content(name: str) -> None:
    other = {"recipient_phone": "01800003194", "postcode": "8510", "weight_g": 9, "declared_value_minor": 9, "cod_amount_minor": 9, "bag_id": ""}
    assert not same_content(CLEAN, accepted(**{name: other.get(name, "else 1")}))


def test_a_phone_nobody_can_call_is_no_content() -> None:
    assert same_content(accepted(recipient_phone="0170"), accepted(recipient_phone="017"))


# Anything at all

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.text() | st.binary() | st.datetimes() | st.characters(categories=["Cs"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
shaped = st.sampled_from([*ROW.values(), "=1", "\t", "-", "০", "1.8E+11", "CP407774792BD"]) | anything


@given_any(st.dictionaries(st.sampled_from(FIELDS) | st.text(), shaped))
def test_judging_never_raises(row: dict[str, object]) -> None:
    for whole in (row, {**row, "item_id": ITEM, "cod_amount_minor": 1}):
        judged = judge_row(whole, PLACES)
        if isinstance(judged, Advice):
            texts = [text for name in Advice.__slots__ if isinstance(text := getattr(judged, name), str)]
            assert all(text.encode() is not None and unicodedata.is_normalized("NFC", text) and len(text) <= ADDRESS_LIMIT for text in texts)
            assert 0 <= judged.cod <= 10**10 and 0 <= judged.weight_g <= 10**6 and 0 <= judged.declared <= 10**10


def test_huge_cells_take_no_time() -> None:
    start = time.perf_counter()
    for cell in (
        " " * 130_000,
        "\n" * 130_000,
        "=" * 130_000,
        "9" * 130_000,
        "-" + "9" * 130_000,
        "আ\u200d" * 60_000,
        "." * 130_000,
        "1." + "0" * 130_000,
        "\u0981" * 130_000,
    ):
        judge_row({**{name: cell for name in FIELDS}, "item_id": ITEM, "cod_amount_minor": 1}, PLACES)
        judge_row({**ROW, "item_id": cell}, PLACES)
        judge_row({**ROW, "cod_amount_minor": cell}, PLACES)
    assert time.perf_counter() - start < 20


words = st.text(st.sampled_from("আরিফুল মৃধাক্ষড়য়\u200dabcXYZ019,;'\"|\t.-=+()/&<>😀"), max_size=40).filter(
    lambda text: not text.startswith(("=", "\t", "'")) and "_x" not in text
)
rows = st.fixed_dictionaries(
    {
        "item_id": st.sampled_from([ITEM, "CP610037240BD", "DX-1234567", "880194123456"]),
        "cod_amount_minor": st.integers(0, 10**10),
        "recipient_name_bn": words,
        "recipient_name_en": words,
        "address_bn": st.lists(words, max_size=4).map("\n".join).filter(lambda text: not text.startswith(("=", "\t", "'"))),
        "recipient_phone": st.sampled_from(["01700003194", "+8801700003194", "০১৭০০০০৩১৯৪", "017", ""]),
        "postcode": st.sampled_from(["8500", "৮৫০০", "9999", ""]),
        "weight_g": st.integers(0, 30_000),
        "declared_value_minor": st.integers(0, 10**8),
        "merchant_order_ref": st.sampled_from(["ORD-20970289", "12", ""]),
        "bag_id": st.sampled_from([BAG, "", "17"]),
        "pickup_code": st.sampled_from(["093565", ""]),
    }
)


@settings(max_examples=50, deadline=None)  # the first takes the import of openpyxl
@given_any(st.lists(rows, min_size=1, max_size=4))
def test_every_format_tells_the_same(parcels: list[dict[str, object]]) -> None:
    want = [judge_row(parcel, PLACES) for parcel in parcels]
    head = sorted(parcels[0])
    with tempfile.TemporaryDirectory() as folder:
        for name, delimiter, encoding in [("a.csv", ",", "utf-8"), ("b.csv", ";", "utf-8-sig"), ("c.tsv", "\t", "utf-16")]:
            with open(pathlib.Path(folder, name), "w", encoding=encoding, newline="") as file:
                writer = csv.writer(file, delimiter=delimiter)
                writer.writerow(head)
                writer.writerows([parcel[name] for name in head] for parcel in parcels)
        pathlib.Path(folder, "d.jsonl").write_text("".join(json.dumps(parcel) + "\n" for parcel in parcels), encoding="utf-8")
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for line in [head, *([parcel[name] for name in head] for parcel in parcels)]:
            sheet.append(line)
        book.save(pathlib.Path(folder, "e.xlsx"))
        for path in sorted(pathlib.Path(folder).iterdir()):
            got = [judge_row(row, PLACES) for _, row in read_rows(path) if isinstance(row, dict)]
            assert got == want, path.name
