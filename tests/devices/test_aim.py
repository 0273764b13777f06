"""What a scanner says about the kind of code is heard once, and asked where it matters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corner_app.devices.scanners.aim import Symbology, says_gs1, split_aim, symbology
from corner_app.devices.scanners.framing import Framer
from corner_app.devices.scanners.profile import BadScannerProfile, ScannerProfile, role_of
from corner_app.domain.scan import TRACKING_LINK, Scan, carries, understand

ITEM, BAG, TOKEN = "CP104722182BD", "BD8200BD8500CCC60417001010345", "BDP/CP104722182BD/048172"
KNOWN = ["C0", "C1", "E0", "A0", "I0", "d1", "d2", "Q1", "Q3", "L2", "z0"]


@pytest.mark.parametrize(
    ("aim", "kind", "gs1"),
    [
        ("C0", "code128", False), ("C1", "code128", True), ("E0", "ean", False), ("A0", "code39", False), ("I0", "itf", False), ("d1", "datamatrix", False),
        ("d2", "datamatrix", True), ("Q1", "qr", False), ("Q3", "qr", True), ("L2", "pdf417", False), ("z0", "aztec", False), ("e0", "databar", True),
        ("X0", "other", False), ("", "unknown", False),
    ],
)  # fmt: skip
def test_an_identifier_names_the_symbology_and_whether_it_is_gs1s(aim: str, kind: Symbology, gs1: bool) -> None:
    assert (symbology(aim), says_gs1(aim)) == (kind, gs1)


@given(st.sampled_from(KNOWN), st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30))
def test_every_identifier_is_taken_off_and_kept(aim: str, code: str) -> None:
    assert split_aim(f"]{aim}{code}") == (aim, code)


@given(st.text(max_size=30).filter(lambda text: not text.startswith("]")))
def test_a_code_without_identifier_is_left_alone(code: str) -> None:
    assert split_aim(code) == ("", code)


@pytest.mark.parametrize("aim", KNOWN)
def test_a_scan_keeps_its_identifier(aim: str) -> None:
    (scan,) = Framer("s").feed(f"]{aim}{ITEM}\r".encode(), 5)
    assert (scan.text, scan.aim) == (ITEM, aim)


def test_a_scanner_that_sends_no_identifier_may_read_codes_that_look_like_one() -> None:
    (scan,) = Framer("s", ScannerProfile("s", aim=False)).feed(b"]C0SHELF\r", 5)
    assert (scan.text, scan.aim) == ("]C0SHELF", "")


@pytest.mark.parametrize(
    ("text", "from_"),
    [
        (ITEM, ["", "C0", "C1"]),
        ("CP104722183BD", ["", "C0", "C1"]),
        (TOKEN, ["", "d1", "d2", "Q1", "Q3"]),
        (TRACKING_LINK + ITEM, ["", *KNOWN]),
        (BAG, ["", *KNOWN]),
        (f"{BAG}|11|8.6|K7QM", ["", *KNOWN]),
        ("5901234123457", ["", *KNOWN]),
        ("BADGE*RAHIMA", ["", *KNOWN]),
    ],
)
def test_a_parcels_number_comes_from_code_128_and_a_buyers_code_from_a_matrix(text: str, from_: list[str]) -> None:
    meaning = understand(text)
    assert [aim for aim in ["", *KNOWN] if carries(Scan(text, aim), meaning)] == from_


def test_a_scanner_lies_where_its_profile_says() -> None:
    profiles = [ScannerProfile("serial:1", role="intake"), ScannerProfile("hid:2", role="scale")]
    assert [role_of(name, profiles) for name in ("serial:1", "hid:2", "wedge")] == ["intake", "scale", "counter"]


@pytest.mark.parametrize("wrong", [{"prefix": "~" * 17}, {"prefix": "a\rb"}, {"suffix": frozenset({"LFCR"})}, {"role": "roof"}])
def test_a_setting_that_no_scanner_has_is_refused_by_its_name(wrong: dict[str, object]) -> None:
    with pytest.raises(BadScannerProfile, match=next(iter(wrong))):
        ScannerProfile("s", **wrong)  # type: ignore[arg-type]


def test_a_function_key_is_no_text() -> None:
    assert [(ScannerProfile("s", prefix=p).function_key, ScannerProfile("s", prefix=p).prefix_text) for p in ("<F9>", "<F12>", "<F13>", "F9", "")] == [
        (9, ""), (12, ""), (0, "<F13>"), (0, "F9"), (0, ""),
    ]  # fmt: skip
