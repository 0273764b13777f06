"""Codes put together from learnt parts are the codes their makers give."""

from __future__ import annotations

import segno
from hypothesis import given
from hypothesis import strategies as st

from corner_app.labels.codes import code128, qr, qr_modules
from corner_app.labels.layout import Code128, Qr
from corner_app.labels.media import PARCEL_203, PARCEL_300

ASCII = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60)


def whole(text: str) -> tuple[int, int]:
    matrix = segno.make(text, error="m", mode="byte", micro=False, mask=3, boost_error=False).matrix
    return len(matrix), int("".join(str(int(bool(dark))) for row in matrix for dark in row), 2)


@given(ASCII)
def test_a_qr_code_is_the_sum_of_its_letters(text: str) -> None:
    assert qr_modules(text) == whole(text)


@given(st.from_regex(r"https://corner\.example/t/[A-Z]{2}[0-9]{9}[A-Z]{2}", fullmatch=True))
def test_a_tracking_link_fits_at_five_dots(link: str) -> None:
    pattern = qr(Qr(571, 661, 198, 196, link), PARCEL_203)
    assert (pattern.width, pattern.x, pattern.y) == (29 * 5, 597, 686)
    assert sum(high for _, high in pattern.rows) == pattern.width


def test_bars_are_whole_dots_with_their_quiet_zone() -> None:
    box = Code128(31, 938, 750, 138, "EE123456785BD")
    for media, module in ((PARCEL_203, 3), (PARCEL_300, 4)):
        pattern = code128(box, media)
        ((bits, high),) = pattern.rows
        runs = [len(run) for run in f"{bits:0{pattern.width}b}".replace("01", "0 1").replace("10", "1 0").split()]
        assert all(run % module == 0 for run in runs)
        assert pattern.width == 156 * module
        assert pattern.x - round(31 * media.scale) >= 10 * module
        assert high == round(138 * media.scale)
