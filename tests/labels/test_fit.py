"""Texts fit: smaller first, then more lines, then cut; never wider than the room."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corner_app.labels.fit import fit


def measure(text: str, size: int) -> float:
    return len(text) * size / 2


def cut(text: str, size: int, room: float) -> str:
    most = int(room / (size / 2))
    return text if len(text) <= most else text[: max(0, most - 1)] + "…"[:most]


TEXTS = st.text("আবগ xyz\n", max_size=120)
SIZES = [40, 30, 20]


def lines(text: str, room: float = 400, most: int = 2) -> tuple[tuple[str, ...], int]:
    fitted = fit(text, SIZES, room, most, measure, cut)
    return fitted.lines, fitted.size


@given(TEXTS, st.integers(30, 900), st.integers(1, 3))
def test_lines_are_few_and_narrow_and_keep_the_order(text: str, room: int, most: int) -> None:
    made, size = lines(text, room, most)
    assert size in SIZES
    assert len(made) <= most
    assert all(measure(line, size) <= room for line in made)
    shown = " ".join(made)
    if "…" not in shown and "" not in made:
        assert shown.split() == text.split()
    else:
        assert "".join(text.split()).startswith("".join(shown.replace("…", "").split()))


def test_full_size_while_it_fits_on_the_lines_allowed() -> None:
    assert lines("একটি ছোট নাম") == (("একটি ছোট নাম",), 40)
    assert lines("a" * 18 + " " + "b" * 18) == (("a" * 18, "b" * 18), 40)


def test_smaller_before_cut() -> None:
    assert lines("a" * 25, most=1) == (("a" * 25,), 30)
    assert lines("a" * 50, most=1) == (("a" * 39 + "…",), 20)


def test_line_breaks_begin_lines_while_there_are_lines() -> None:
    assert lines("গ্রাম\nজেলা") == (("গ্রাম", "জেলা"), 40)
    assert lines("গ্রাম\nজেলা", most=1) == (("গ্রাম জেলা"[:40],), 20)


def test_a_word_wider_than_the_room_is_cut() -> None:
    made, size = lines("x" * 90 + " y")
    assert (size, made) == (20, ("x" * 39 + "…",))


def test_nothing_is_no_line_of_ink() -> None:
    assert "".join(lines("")[0]) == ""
    assert "".join(lines(" \n ")[0]) == ""
