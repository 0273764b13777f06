"""Words, digits, money, dates: both languages say everything, and say the same."""

from __future__ import annotations

import re
import string
import unicodedata
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app import i18n
from corner_app.domain.entries import KINDS
from corner_app.domain.here import DHAKA
from corner_app.domain.outcome import Outcome, Tone
from corner_app.domain.parcels import State
from corner_app.domain.reasons import Reason
from corner_app.i18n import Language, load_words, money, money_in_words, number, say, weight, words

BN, EN = Language.BN, Language.EN
BATCH = (Path(__file__).parents[1] / "docs" / "batch.md").read_text(encoding="utf-8")
T0 = int(datetime(2026, 11, 24, 10, 40, tzinfo=DHAKA).timestamp() * 1000)
BANGLA_DIGITS = "০১২৩৪৫৬৭৮৯"


def ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=DHAKA).timestamp() * 1000)


def placeholders(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def without_placeholders(text: str) -> str:
    return "".join(plain for plain, _, _, _ in string.Formatter().parse(text))


# What is written


@pytest.mark.parametrize("key", sorted(load_words()))
def test_every_key_in_both_languages_with_the_same_placeholders(key: str) -> None:
    said = load_words()[key]
    assert set(said) == {BN, EN}
    one, other = (sorted(name.removesuffix("_bn").removesuffix("_en") for name in set(placeholders(said[language]))) for language in (BN, EN))
    assert sorted(set(one)) == sorted(set(other))
    assert not any(name.endswith("_en") for name in placeholders(said[BN]))
    assert not any(name.endswith("_bn") for name in placeholders(said[EN]))
    for text in said.values():
        assert text.strip() == text != ""
        assert unicodedata.is_normalized("NFC", text)
        assert "  " not in text
        assert all(name.isidentifier() for name in placeholders(text)), "every placeholder has a name"


@pytest.mark.parametrize("key", sorted(load_words()))
def test_bangla_has_bangla_digits_and_english_latin_ones(key: str) -> None:
    """Names of keys (F2), of faults to be said on the phone (B-01) and of encodings (UTF-8) are what stands elsewhere, so they stay."""
    said = load_words()[key]
    bangla = re.sub(r"\b[A-Z]+-?\d{1,2}\b", "", without_placeholders(said[BN]))
    assert not re.search(r"[0-9]", bangla)
    assert not re.search(f"[{BANGLA_DIGITS}]", without_placeholders(said[EN]))


def test_bangla_is_written_in_bangla() -> None:
    """All but names that stand in Latin letters in both languages."""
    bare = [key for key, said in load_words().items() if not re.search("[\u0980-\u09ff]", said[BN]) and not placeholders(said[BN])]
    assert all(load_words()[key][BN] == load_words()[key][EN] or key == "ui.other_language" for key in bare), bare


@pytest.mark.parametrize("key", sorted(key for key in load_words() if key.startswith("trouble.")))
def test_every_trouble_says_what_is_safe_or_what_to_do_in_both(key: str) -> None:
    params = {name: "2026-11-24" if name == "date" else "x" for language in Language for name in placeholders(load_words()[key][language])}
    for language in Language:
        said = words(key, language, **{name: i18n.on_date(value, language) if name == "date" else value for name, value in params.items()})
        assert "{" not in said
        assert len(said) >= 10
        assert say(Outcome(Tone.STOP, key.removeprefix("trouble."), data=params), language) == said


def test_a_key_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        words("outcome.nobody_wrote_this", BN)
    with pytest.raises(KeyError):
        words("outcome.bag_open", BN, expectd=3)


# Every answer of the batch

DATA: dict[str, dict[str, Any]] = {
    "announced": {"accepted": [{"row": 1}, {"row": 2}], "known": [], "warned": [{"row": 2}], "rejected": [{"row": 3}]},
    "received": {"announced": True, "shelf": "খ-১২", "destination": "8500", "cod": 116_000, "to": "shelf", "place": "খ-১২", "extra": False, "warnings": []},
    "already_received": {"when": T0, "by": "rahima", "shelf": "খ-১২"},
    "already_handed_over": {"state": "handed_over"},
    "missent": {"right_office": "8200", "right_office_bn": "বরিশাল সদর", "right_office_en": "Barishal Sadar"},
    "unannounced": {"announced": False, "shelf": None, "destination": None, "cod": 0, "to": None, "place": None, "extra": False, "warnings": []},
    "wrong_check_digit": {"number": "CP407774792BD", "right_digit": "1"},
    "unknown_bag": {"bag": "BD8200BD8500CCC60417001", "opened": True},
    "bag_open": {"bag": "BD8200BD8500CCC60417001", "expected": 12},
    "bag_ended": {"expected": 12, "received": 11, "missing": ["CP407774791BD"], "extra": []},
    "already_ended": {"bag": "BD8200BD8500CCC60417001", "when": T0},
    "damaged": {"note": "ভেজা"},
    "sorted": {"to": "shelf", "place": "খ-১২", "beat": False, "bag": None, "in_bag": None},
    "shelved": {"shelf": "খ-১২"},
    "no_such_shelf": {"shelf": "খ-৯৯"},
    "found": {"parcels": [{"item": "CP407774791BD"}] * 3},
    "not_found": {"text": "রহিম"},
    "handed_over": {"collected": 116_000, "change": 34_000, "tendered": 150_000, "receipt": "8500-1-1-42-K7QM", "items": ["CP407774791BD"]},
    "wrong_code": {"tries_left": 4},
    "locked": {"tries_left": 0},
    "money_short": {"due": 116_000},
    "trx_used": {"wallet": "bkash", "trx": "9HM4W2K7XQ", "when": 1_795_500_000_000, "item": "CP610037240BD"},
    "bad_trx": {"wallet": "nagad", "trx": "12"},
    "no_such_wallet": {"wallet": "cash", "wallets": ["bkash", "nagad"]},
    "not_here": {"state": "announced"},
    "refused": {"reason": "refused"},
    "returning": {"reason": "unclaimed"},
    "undone": {"undone": [40, 41], "items": ["CP407774791BD"]},
    "cannot_undo": {"why": "went_on", "count": 1},
    "queued": {"print_job": 17, "copy": 2},
    "drawer_asked": {"reason": "float", "counter": 1},
    "day_open": {"date": "2026-11-24", "float": 200_000, "carried": 200_000},
    "float_too_small": {"float": 1_000, "least": 5_000},
    "day_already_open": {"date": "2026-11-24"},
    "day_already_closed": {"date": "2026-11-24"},
    "paid_in": {"amount": 5_000, "slip": "8500-1-1-42-K7QM", "drawer": 205_000},
    "paid_out": {"amount": 5_000, "slip": "8500-1-1-42-K7QM", "drawer": 195_000},
    "transferred": {"amount": 5_000, "slip": "8500-1-1-42-K7QM", "drawer": 195_000, "to": 2},
    "pouch_sent": {"pouch": "P-1", "to": "8200", "amount": 3_600_000, "drawer": 5_000},
    "pouch_received": {"pouch": "P-1", "expected": 100, "scanned": None, "counted": 100, "difference": 0, "drawer": 100},
    "counts_differ": {"expected": 100, "scanned": None, "counted": 200},
    "pouch_known": {"pouch": "P-1", "when": T0, "by": "rahima"},
    "pouch_unknown": {"pouch": "P-1"},
    "not_enough_cash": {"drawer": 100, "amount": 200},
    "bad_date": {"date": "2026-11-23"},
    "same_counter": {"to": 1},
    "reversed": {"amount": 5_000, "entry": 7, "drawer": 0},
    "cannot_reverse": {"why": "pouch_received", "entry": 7},
    "counted": {"expected": 100, "counted": 200, "difference": 100},
    "too_much_cash": {"counted": 10**13},
    "no_such_note": {"note": "30"},
    "day_closed": {
        "date": "2026-11-24",
        "opening": 0,
        "collected": 0,
        "paid_in": 0,
        "paid_out": 0,
        "deposited": 0,
        "expected": 5_000,
        "counted": 5_000,
        "difference": 0,
        "seal": "9f2c00000000000000000000000071ae",
        "entries": [4_102, 4_988],
        "open_items": {},
        "approved_by": "",
    },
    "wrong_pin": {"tries_left": 4},
    "pin_locked": {"when": T0},
    "no_pin": {"approver": "anwar"},
    "ledger_unequal": {"detail": "drawer:8500-1 116000 <> 111000"},
    "day_approved": {"date": "2026-11-24", "approved_by": "anwar"},
    "nothing_to_approve": {"date": "2026-11-24"},
    "disputed": {"entry": 9, "about": 7, "amount": -5_000, "date": "2026-11-24", "file": None},
    "dispute_settled": {"entry": 9, "outcome": "found", "amount": -5_000},
    "dispute_unknown": {"entry": 9},
    "my_day": {"date": "2026-11-24", "opening": 0, "total": 116_000, "lines": [{"seq": 7}]},
    "unknown_office": {"office": "9999"},
    "label_dropped": {"print_job": 17},
    "label_not_waiting": {"print_job": 17, "state": "printed"},
    "parcel": {"state": "shelved", "shelf": "খ-১২", "cod": 116_000, "cod_state": "due", "damaged": False, "aliases": [], "timeline": []},
    "status": {"parcels": {"received": 3}, "on_hand": 3, "drawer": {"1": 0}, "entries": 1_234_567, "head": "ab", "unsent": 12},
    "bad_command": {"why": "no job"},
}
DATA_FREE = {
    "not_a_parcel",
    "wrong_token",
    "no_destination",
    "different_buyers",
    "code_needed",
    "no_code",
    "id_needed",
    "nothing_due",
    "given_and_refused",
    "supervisor_needed",
    "reason_needed",
    "no_receipt",
    "bad_seal",
    "nothing_to_dispute",
}


def documented_codes() -> set[str]:
    rows = [line.split("|")[3] for line in BATCH.splitlines() if line.startswith("| `")]
    return {code for row in rows for code in re.findall(r"`([a-z_]+)`", re.sub(r"\([^()]*(\([^()]*\)[^()]*)*\)", "", row))}


def test_the_table_names_just_these_codes() -> None:
    assert documented_codes() == {*DATA, *DATA_FREE} - {"bad_command"}


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("code", sorted({*DATA, *DATA_FREE}))
def test_every_answer_is_said(code: str, language: Language) -> None:
    said = say(Outcome(Tone.GOOD, code, "CP407774791BD", (1,), DATA.get(code, {})), language)
    assert said
    assert not re.search(r"[{}\[\]]|None|True|False", said)
    assert bool(re.search("[\u0980-\u09ff]", said.replace("খ-১২", "").replace("৳", ""))) is (language is BN)


def test_answers_as_a_clerk_reads_them() -> None:
    handed_over = Outcome(Tone.GOOD, "handed_over", "CP407774791BD", data=DATA["handed_over"])
    assert say(handed_over, BN) == "হস্তান্তর হয়েছে। আদায় ৳ ১,১৬০, ফেরত দিন ৳ ৩৪০। রশিদ 8500-1-1-42-K7QM।"
    assert say(handed_over, EN) == "Handed over. Collected ৳ 1,160, give back ৳ 340. Receipt 8500-1-1-42-K7QM."
    assert say(Outcome(Tone.LOOK, "already_received", data=DATA["already_received"]), BN).startswith("আগেই গৃহীত, ১০:৪০-এ")
    assert say(Outcome(Tone.STOP, "not_here", data={"state": "announced"}), EN).startswith("This cannot be done with the parcel now: expected.")
    assert say(Outcome(Tone.STOP, "cannot_undo", data={"why": "went_on"}), EN) == "Cannot take back: something else was done with the parcel since."
    assert "12,34,567" in say(Outcome(Tone.GOOD, "status", data=DATA["status"]), EN)


GIVEN: dict[str, Any] = {"collected": 116_000, "change": 0, "tendered": 116_000, "receipt": "R", "items": ["CP407774791BD"]}
CASES: list[tuple[str, dict[str, Any], tuple[int, ...], str, str]] = [
    ("handed_over", GIVEN | {"collected": 0, "claimed": 116_000, "wallet": "bkash"}, (1,), "মোবাইলে ৳ ১,১৬০ (বিকাশ), কেন্দ্রে যাচাই বাকি", "৳ 1,160 by bKash, still"),
    ("handed_over", GIVEN | {"refused": ["CP610037240BD"]}, (1, 2), "১টি নেননি: ফেরতের তাকে", "Receipt R. 1 not taken: put with the returns."),
    ("handed_over", GIVEN | {"send_pouch": True, "drawer": 20_000_000}, (1,), "ড্রয়ারে ৳ ২,০০,০০০ জমেছে", "The drawer holds ৳ 2,00,000: send a pouch."),
    ("received", {"to": "shelf", "place": "খ-১২"}, (1,), "তাকে রাখুন: খ-১২", "Put it on shelf খ-১২ (Kh-12)"),
    ("received", {"to": "shelf", "place": "বিট-১"}, (1,), "তাকে রাখুন: বিট-১", "বিট-১ (Beat-1)"),
    ("received", {"to": "bag", "place": "8510"}, (1,), "৮৫১০ ডাকঘরে যাবে", "goes on to 8510"),
    ("received", {"to": "hub", "place": "8200"}, (1,), "৮২০০ হাবে যাবে", "goes on to the hub 8200"),
    ("received", {"to": None, "place": None}, (1,), "গন্তব্য জানা নেই। ব্যতিক্রম তাকে রাখুন", "Put it on the exceptions shelf"),
    ("sorted", {"to": "bag", "place": "8510"}, (1,), "ব্যাগে রাখুন: ৮৫১০", "in the bag for 8510"),
    ("sorted", {"to": "hub", "place": "8200"}, (1,), "হাবের ব্যাগে রাখুন: ৮২০০", "hub, 8200"),
    ("missent", DATA["missent"], (1,), "৮২০০ বরিশাল সদর", "8200 Barishal Sadar"),
    ("unannounced", {}, (1,), "তবু গ্রহণ হয়েছে", "but received"),
    ("unannounced", {}, (), "গ্রহণ হয়নি", "was not received"),
    ("unknown_bag", {"opened": True}, (1,), "তবু খোলা হয়েছে", "it is open"),
    ("unknown_bag", {"opened": False}, (), "আবার স্ক্যান করুন", "Scan the bag's label again"),
    ("unknown_bag", {}, (), "আবার স্ক্যান করুন", "Scan the bag's label again"),
    ("bag_ended", {"expected": 42, "received": 42, "missing": [], "extra": []}, (1,), "৪২টির সবই এসেছে", "all 42"),
    ("bag_ended", {"expected": 42, "received": 42, "missing": [], "extra": ["x"]}, (1,), "১টি অতিরিক্ত", "1 not on its list"),
    ("handed_over", {"collected": 5_000, "change": 0, "receipt": "r"}, (1,), "ফেরত কিছু নেই", "nothing to give back"),
    ("handed_over", {"collected": 0, "change": 0, "receipt": "r"}, (1,), "আদায় কিছু নেই", "Nothing to collect"),
    ("handed_over", {"collected": 0, "change": 5_000, "receipt": "r"}, (1,), "ফেরত দিন ৳ ৫০", "give back ৳ 50"),
    ("not_here", {"state": None}, (), "খাতায় নেই", "No parcel with this number"),
    ("undone", {"undone": [40]}, (41,), "শেষ স্ক্যানটি", "The last scan"),
    ("supervisor_needed", {}, (), "বন্ধ পার্সেল", "a locked parcel"),
    ("supervisor_needed", {"approver": None}, (), "এটি শুধু তত্ত্বাবধায়ক করতে পারেন", "the day can be closed meanwhile"),
    ("reason_needed", {"expected": 116_000, "counted": 111_000, "difference": -5_000}, (), "থাকার কথা ৳ ১,১৬০, গোনা ৳ ১,১১০", "৳ 1,160 expected"),
    ("cannot_reverse", {"why": "closed", "entry": 7}, (), "নতুন করে লিখুন", "write a new payment"),
]


@pytest.mark.parametrize(("code", "data", "entries", "bangla", "english"), CASES)
def test_one_code_says_what_to_do_in_each_of_its_cases(code: str, data: dict[str, Any], entries: tuple[int, ...], bangla: str, english: str) -> None:
    outcome = Outcome(Tone.GOOD, code, "CP407774791BD", entries, data)
    assert unicodedata.normalize("NFC", bangla) in say(outcome, BN)
    assert english in say(outcome, EN)
    assert "—" not in say(outcome, EN)


def test_every_code_that_stands_inside_an_answer_has_words() -> None:
    wanted = {f"state.{state.value}" for state in State} | {f"kind.{kind}" for kind in KINDS.values()} | {f"reason.{reason.value}" for reason in Reason}
    wanted |= {f"why.{why}" for why in ("nothing_left", "handed_over", "went_on")}
    wanted |= {f"why.{why}" for why in ("no_such_entry", "not_money", "reversed", "pouch_received", "closed", "another_clerk")}
    assert wanted <= set(load_words())


def test_an_answer_nobody_wrote_is_an_error() -> None:
    with pytest.raises(KeyError):
        say(Outcome(Tone.GOOD, "nobody_wrote_this"), BN)


# Digits, numbers, money, weights


@given(st.text())
def test_digits_go_there_and_back(text: str) -> None:
    latin = i18n.latin_digits(text)
    assert i18n.digits(i18n.digits(latin, BN), EN) == latin
    assert not re.search("[0-9]", i18n.digits(text, BN))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (7, "7"),
        (999, "999"),
        (1_000, "1,000"),
        (12_345, "12,345"),
        (100_000, "1,00,000"),
        (12_345_678, "1,23,45,678"),
        (-1_234_567, "-12,34,567"),
        (10**9, "1,00,00,00,000"),
    ],
)
def test_grouping(value: int, shown: str) -> None:
    assert number(value, EN) == shown
    assert number(value, BN) == i18n.digits(shown, BN)


@given(st.integers(-(10**15), 10**15))
def test_grouping_loses_nothing(value: int) -> None:
    shown = number(value, EN)
    assert int(shown.replace(",", "")) == value
    assert re.fullmatch(r"-?(\d{1,3}|\d{1,2}(,\d\d)*,\d{3})", shown)
    assert i18n.latin_digits(number(value, BN)) == shown


def test_money() -> None:
    assert money(185_000, BN) == "৳ ১,৮৫০"
    assert money(185_050, BN) == "৳ ১,৮৫০.৫০"
    assert money(185_000, EN, exact=True) == "৳ 1,850.00"
    assert money(5, EN) == "৳ 0.05"
    assert money(-5, EN) == "− ৳ 0.05"
    assert money(-123_456_789, BN) == "− ৳ ১২,৩৪,৫৬৭.৮৯"
    assert money(0, BN) == "৳ ০"


@given(st.integers(-(10**13), 10**13))
def test_money_loses_nothing(paisa: int) -> None:
    sign, _, shown = i18n.latin_digits(money(paisa, BN, exact=True)).rpartition("৳ ")
    assert int(sign.replace("− ", "-") + shown.replace(",", "").replace(".", "")) == paisa


@pytest.mark.parametrize(
    ("grams", "english", "bangla"),
    [
        (0, "0 g", "০ গ্রাম"),
        (450, "450 g", "৪৫০ গ্রাম"),
        (999, "999 g", "৯৯৯ গ্রাম"),
        (1_000, "1.0 kg", "১.০ কেজি"),
        (1_049, "1.0 kg", "১.০ কেজি"),
        (1_050, "1.1 kg", "১.১ কেজি"),
        (1_950, "2.0 kg", "২.০ কেজি"),
        (34_500, "34.5 kg", "৩৪.৫ কেজি"),
    ],
)
def test_weights(grams: int, english: str, bangla: str) -> None:
    assert weight(grams, EN) == english
    assert weight(grams, BN) == bangla


# Money in words


@pytest.mark.parametrize(
    ("paisa", "bangla", "english"),
    [
        (0, "শূন্য টাকা মাত্র", "zero taka only"),
        (99_000, "নয়শত নব্বই টাকা মাত্র", "nine hundred ninety taka only"),
        (116_000, "এক হাজার একশত ষাট টাকা মাত্র", "one thousand one hundred sixty taka only"),
        (50, "শূন্য টাকা পঞ্চাশ পয়সা মাত্র", "zero taka fifty paisa only"),
        (1_23_45_678_09, "এক কোটি তেইশ লাখ পঁয়তাল্লিশ হাজার ছয়শত আটাত্তর টাকা নয় পয়সা মাত্র", None),
        (10**9 * 100, "একশত কোটি টাকা মাত্র", "one hundred crore taka only"),
        (10_000_000, "এক লাখ টাকা মাত্র", "one lakh taka only"),
    ],
)
def test_money_in_words(paisa: int, bangla: str, english: str | None) -> None:
    assert money_in_words(paisa, BN) == unicodedata.normalize("NFC", bangla)
    assert english is None or money_in_words(paisa, EN) == english


@given(st.integers(0, 10**9 * 100))
def test_money_in_words_has_no_digits(paisa: int) -> None:
    for language in Language:
        said = money_in_words(paisa, language)
        assert not any(letter.isdigit() for letter in said)
        assert "  " not in said
        assert said.endswith(words("unit.only", language))


ENGLISH = {word: n for n, word in enumerate(words("numerals.0_to_99", EN).split("|"))}
BANGLA = {word: n for n, word in enumerate(words("numerals.0_to_99", BN).split("|"))}


def heard(said: str, language: Language) -> int:
    """The number that a listener makes of the words, by another way than they were made."""
    small = BANGLA if language is BN else ENGLISH
    sizes = {words(f"unit.{name}", language): size for name, size in (("thousand", 1_000), ("lakh", 100_000))}
    hundred, crore = words("unit.hundred", language), words("unit.crore", language)
    total = part = 0
    for word in said.replace(hundred, f" {hundred}").split():
        if word == hundred:
            part *= 100
        elif word == crore:
            total, part = (total + part) * 10_000_000, 0
        elif word in sizes:
            total, part = total + part * sizes[word], 0
        else:
            part += small[word]
    return total + part


@given(st.integers(0, 10**9), st.sampled_from(list(Language)))
def test_words_say_the_amount(taka: int, language: Language) -> None:
    said = money_in_words(taka * 100, language)
    assert heard(said.split(words("unit.taka", language))[0], language) == taka


def test_paper_asks_nobody_for_less_than_nothing() -> None:
    with pytest.raises(ValueError, match="not negative"):
        money_in_words(-1, BN)


def test_a_hundred_different_numerals() -> None:
    assert len(ENGLISH) == len(BANGLA) == 100


# Dates, times, ages


@pytest.mark.parametrize(
    ("at", "bangla"),
    [
        (date(2026, 2, 21), (8, 11, 1432)),
        (date(2026, 3, 26), (12, 12, 1432)),
        (date(2026, 12, 16), (1, 9, 1433)),
        (date(2026, 5, 8), (25, 1, 1433)),
        (date(2020, 4, 14), (1, 1, 1427)),
        (date(2020, 4, 13), (30, 12, 1426)),
        (date(2024, 2, 29), (16, 11, 1430)),
        (date(2024, 3, 14), (30, 11, 1430)),
        (date(2024, 3, 15), (1, 12, 1430)),
        (date(2023, 3, 14), (29, 11, 1429)),
        (date(2023, 3, 15), (1, 12, 1429)),
        (date(2026, 11, 24), (9, 8, 1433)),
    ],
)
def test_the_bangla_calendar(at: date, bangla: tuple[int, int, int]) -> None:
    assert i18n.bangla_calendar(at) == bangla


@given(st.dates(date(2019, 10, 17), date(2099, 12, 30)))
def test_the_bangla_calendar_runs_day_by_day(at: date) -> None:
    day, month, year = i18n.bangla_calendar(at)
    next_day, next_month, next_year = i18n.bangla_calendar(at + timedelta(days=1))
    goes_on = (next_day, next_month, next_year) == (day + 1, month, year)
    new_month = next_day == 1 and (next_year, next_month) == ((year, month + 1) if month < 12 else (year + 1, 1)) and day in (29, 30, 31)
    assert goes_on or new_month


@given(st.integers(2020, 2098))
def test_feast_days_never_move(year: int) -> None:
    assert i18n.bangla_calendar(date(year, 2, 21))[:2] == (8, 11)
    assert i18n.bangla_calendar(date(year, 3, 26))[:2] == (12, 12)
    assert i18n.bangla_calendar(date(year, 4, 14))[:2] == (1, 1)
    assert i18n.bangla_calendar(date(year, 12, 16))[:2] == (1, 9)


def test_dates_and_times() -> None:
    at = ms(2026, 11, 24, 10, 42)
    assert i18n.day(at, BN) == "২৪ নভেম্বর ২০২৬"
    assert i18n.day(at, EN) == "24 November 2026"
    assert i18n.short_day(at, BN) == "২৪-১১-২০২৬"
    assert i18n.clock(at, BN) == "১০:৪২"
    assert i18n.clock(at, EN) == "10:42"
    assert i18n.weekday(at, BN) == "মঙ্গলবার"
    assert i18n.weekday(at, EN) == "Tuesday"
    assert i18n.bangla_date(at, BN) == "৯ অগ্রহায়ণ ১৪৩৩"
    assert [words(f"weekday.{n}", EN) for n in (0, 6)] == ["Monday", "Sunday"]


def test_the_day_is_that_of_the_office_not_of_the_machine() -> None:
    at = int(datetime(2026, 11, 24, 18, 30, tzinfo=UTC).timestamp() * 1000)
    assert i18n.day(at, EN) == "25 November 2026"
    assert i18n.clock(at, EN) == "00:30"


@pytest.mark.parametrize(
    ("milliseconds", "bangla", "english"),
    [
        (4_999, "৪ সেকেন্ড আগে", "4 s ago"),
        (59_999, "৫৯ সেকেন্ড আগে", "59 s ago"),
        (180_000, "৩ মিনিট আগে", "3 min ago"),
        (3_599_999, "৫৯ মিনিট আগে", "59 min ago"),
        (7_200_000, "২ ঘণ্টা আগে", "2 h ago"),
        (86_400_000, "১ দিন আগে", "1 day ago"),
        (5 * 86_400_000, "৫ দিন আগে", "5 days ago"),
        (1_234 * 86_400_000, "১,২৩৪ দিন আগে", "1,234 days ago"),
        (-5_000, "০ সেকেন্ড আগে", "0 s ago"),
    ],
)
def test_ages(milliseconds: int, bangla: str, english: str) -> None:
    assert i18n.age(milliseconds, BN) == bangla
    assert i18n.age(milliseconds, EN) == english
