"""What stands where on a report: every figure once seen, nothing over anything else, nothing off the page."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QFont, QFontMetricsF
from tests.reports import samples as s

from corner_app.i18n import Language, money, number, words
from corner_app.reports.figures import ClerkLine, HourLine, Names, Report
from corner_app.reports.grid import LEFT, RIGHT
from corner_app.reports.keys import LISTS, figures
from corner_app.reports.marks import ABOVE, BELOW, HEIGHT, WIDTH, Bar, Face, Ghost, Ink, Line, Mark, Page, Spot, Text, letters, spots, wrapped
from corner_app.reports.pages import lay
from corner_app.reports.pdf import PaperRuler, printable
from corner_app.ui.theme import LIGHT

pytestmark = pytest.mark.usefixtures("qapp")
Edges = tuple[float, float, float, float]
"""Left, top, right, bottom."""
MANY = replace(s.DAY, exceptions=s.exceptions(60, [s.EVENING] * 60))
FULL = {
    "day": (s.DAY, s.NAMES),
    "nothing": (s.NOTHING, s.NAMES),
    "large": (s.large(), s.NAMES),
    "sixty exceptions": (MANY, s.NAMES),
    "long names": (replace(MANY, training=True, closed=False, faults=("ledger_unequal",)), s.named(s.LONG_NAME)),
    "one long word": (MANY, s.named(s.ONE_WORD)),
    "hard clusters": (s.DAY, s.named(" ".join(s.HARD))),
}


def edges(mark: Mark) -> Edges:
    match mark:
        case Ghost():
            raise AssertionError("it stands behind the page")
        case Text():
            return mark.x, mark.y - ABOVE * mark.face.size, mark.x + mark.w, mark.y + BELOW * mark.face.size
        case Line():
            return mark.x, mark.y - mark.thick / 2, mark.x + mark.w, mark.y + mark.thick / 2
        case _:
            return mark.x, mark.y, mark.x + mark.w, mark.y + mark.h


def meet(one: Edges, other: Edges, by: float = 0.02) -> bool:
    return one[0] < other[2] - by and other[0] < one[2] - by and one[1] < other[3] - by and other[1] < one[3] - by


def off_the_page(page: Page) -> list[object]:
    return [
        mark
        for mark in page.marks
        if not isinstance(mark, Ghost)
        and not (edges(mark)[0] >= LEFT - 0.05 and edges(mark)[2] <= RIGHT + 0.05 and edges(mark)[1] >= 5 and edges(mark)[3] <= HEIGHT - 5)
    ]


def overlapping(page: Page, *kinds: type[Mark]) -> list[tuple[object, object]]:
    """Pairs that stand over each other; compared only as far down as the first reaches."""
    marks = sorted((mark for mark in page.marks if isinstance(mark, kinds)), key=lambda mark: edges(mark)[1])
    found: list[tuple[object, object]] = []
    for n, mark in enumerate(marks):
        for other in marks[n + 1 :]:
            if edges(other)[1] >= edges(mark)[3]:
                break
            if meet(edges(mark), edges(other)):
                found.append((mark, other))
    return found


def said_at(pages: tuple[Page, ...], key: str) -> list[str]:
    """What stands where a figure is, of every place it has."""
    found = []
    for page in pages:
        for spot in spots(page):
            if spot.key == key:
                inside = [mark.text for mark in page.marks if isinstance(mark, Text) and meet(edges(mark), edges(spot))]
                found.append(" ".join(inside))
    return found


def is_left_out(report: Report, key: str, value: int) -> bool:
    """A way out that no parcel took, fees and mobile money where there are none, the sum of one drawer, a sum that stands only in large."""
    seldom = key.rpartition(".")[2] in ("lost", "taken_back", "elsewhere", "postage", "claimed")
    return (seldom and not value) or (key.startswith("drawers.all.") and len(report.drawers) == 1) or (key.endswith(".out") and ".all." not in key)


def check(report: Report, names: Names, language: Language) -> tuple[Page, ...]:
    pages = lay(report, names, language, PaperRuler())
    for page in pages:
        assert off_the_page(page) == []
        assert overlapping(page, Text, Bar) == []
        assert overlapping(page, Spot) == []
    for key, figure in figures(report).items():
        if is_left_out(report, key, figure.value):
            continue
        said = said_at(pages, key)
        assert said, f"{key} stands nowhere"
        if key.partition(".")[0] in LISTS:
            continue
        shown = money(figure.value, language, exact=True) if key.startswith(("drawers.", "accounts.")) else number(figure.value, language)
        assert all(shown.replace(" ", "") in text.replace(" ", "") for text in said), (key, shown, said)
    return pages


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", FULL)
def test_every_figure_stands_on_a_page_and_nothing_over_anything(name: str, language: Language) -> None:
    report, names = FULL[name]
    check(report, names, language)


words_of_any_kind = st.text(st.sampled_from([*"অআইকখগঘচছজটঠডতথদনপফবভমযরলশষসহািীুূৃেৈোৌ্ংঃঁ০৯ abyzQÅ-.{}<&#\\$"]), max_size=200)
amounts = st.integers(-10_000_000_000_00, 10_000_000_000_00)
counts = st.integers(0, 9_999_999)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    hours = draw(st.lists(st.integers(0, 23), unique=True, max_size=24))
    drawers = tuple(
        s.drawer(
            n,
            ("jalil", "rahima")[: draw(st.integers(0, 2))],
            draw(amounts),
            draw(amounts),
            draw(amounts),
            draw(st.none() | amounts),
            claimed=s.fig(draw(amounts)),
        )
        for n in range(1, draw(st.integers(1, 4)))
    )
    return replace(
        s.DAY,
        training=draw(st.booleans()),
        closed=draw(st.booleans()),
        parcels=tuple(s.parcels(kind, *(draw(counts) for _ in range(7))) for kind in ("cod", "prepaid", "all")),
        drawers=drawers,
        hours=tuple(HourLine(hour, s.fig(draw(counts)), s.fig(draw(counts))) for hour in sorted(hours)),
        clerks=tuple(ClerkLine(f"clerk{n}", *(s.fig(draw(counts)) for _ in range(6))) for n in range(draw(st.integers(0, 12)))),
        exceptions=s.exceptions(draw(st.integers(0, 70)), [s.EVENING] * 70),
        faults=draw(st.sampled_from([(), ("ledger_unequal",)])),
    )


@settings(max_examples=60, deadline=None)
@given(reports(), words_of_any_kind, st.sampled_from(Language))
def test_whatever_the_day_and_the_names(report: Report, name: str, language: Language) -> None:
    check(report, s.named(name), language)


def texts(pages: tuple[Page, ...]) -> list[str]:
    return [mark.text for page in pages for mark in page.marks if isinstance(mark, Text)]


def laid(report: Report, language: Language = Language.BN) -> tuple[Page, ...]:
    return lay(report, s.NAMES, language, PaperRuler())


def test_a_table_goes_on_with_its_heading_and_its_titles() -> None:
    pages = laid(MANY)
    reached = [page for page in pages if any(spot.key.startswith("exceptions.") for spot in spots(page))]
    assert len(reached) >= 2
    for page in reached:
        assert words("report.exceptions", Language.BN) in texts((page,))
        assert words("report.what", Language.BN) in texts((page,))
    order = [int(spot.key.partition(".")[2]) for page in pages for spot in spots(page) if spot.key.startswith("exceptions.")]
    assert order == list(range(60))


def test_the_seal_is_on_every_page_and_in_full_on_the_last() -> None:
    pages = laid(s.large())
    assert all("9f2c…71ae" in texts((page,)) for page in pages)
    assert [s.DAY.seal in texts((page,)) for page in pages] == [False] * (len(pages) - 1) + [True]
    assert texts((pages[1],)).count(words("report.page", Language.BN, n=2, of=len(pages))) == 1


def test_a_day_that_is_not_closed_is_a_draft_on_every_page() -> None:
    is_open = replace(s.large(), closed=False, closed_at=0)
    for page in laid(is_open):
        assert [mark.text for mark in page.marks if isinstance(mark, Ghost)] == [words("report.draft", Language.BN)]
    assert not any(isinstance(mark, Ghost) for page in laid(s.DAY) for mark in page.marks)


def test_a_practice_book_is_marked_on_every_page() -> None:
    for page in laid(replace(s.large(), training=True)):
        assert ["TRAINING" in mark.text for mark in page.marks if isinstance(mark, Ghost)] == [True]


@pytest.mark.parametrize("language", Language)
def test_marks_behind_the_page_stay_on_it(language: Language) -> None:
    for mark in laid(replace(s.DAY, training=True, closed=False), language)[0].marks:
        if isinstance(mark, Ghost):
            reach = mark.w / 2 * 0.6157 + mark.face.size * 0.5  # cosine of 52 degrees
            assert reach <= mark.x <= WIDTH - reach


def test_a_counter_that_is_not_closed_says_so_and_its_sum_is_not_made_up() -> None:
    one_open = replace(s.DAY, drawers=(s.DAY.drawers[0], s.drawer(2, ("rahima",), 200_000, 5_000, 0, None)))
    said = texts(laid(one_open))
    assert words("report.not_closed", Language.BN) in said
    assert "drawers.all.counted" not in figures(one_open)
    assert said.count("—") == 3


def test_a_difference_stands_out() -> None:
    marks = [mark for page in laid(s.DAY) for mark in page.marks if isinstance(mark, Text)]
    assert {mark.ink for mark in marks if mark.text == money(-5_000, Language.BN, exact=True)} == {Ink.LOOK}
    assert [mark.ink for mark in marks if mark.text == money(0, Language.BN, exact=True)].count(Ink.LOOK) == 0


def test_a_difference_nobody_approved_says_so() -> None:
    waits = words("report.not_approved", Language.BN)
    assert any(waits in text for text in texts(laid(replace(s.DAY, approved_by=""))))
    assert not any(waits in text for text in texts(laid(s.DAY)))


def test_faults_stand_above_all_else() -> None:
    said = texts(laid(replace(s.DAY, faults=("ledger_unequal", "never_heard_of"))))
    assert "never_heard_of" in said
    assert said.index(words("report.faulty", Language.BN)) < said.index(words("report.received", Language.BN))


def test_several_days_have_their_dates() -> None:
    pages = laid(replace(s.DAY, date="2026-11-01", to="2026-11-30"), Language.EN)
    assert "1 November 2026 – 30 November 2026" in texts(pages)
    assert "Report of several days" in texts(pages)
    assert any(text.startswith("24-11-2026 ") for text in texts(pages))


def test_figures_are_read_from_the_top() -> None:
    found = [(spot.y, spot.key) for spot in spots(laid(s.DAY)[0])]
    assert found[0][1] == "parcels.all.came"
    sections = [key.partition(".")[0] for _, key in found]
    assert [one for one, other in pairwise([*sections, ""]) if one != other] == ["parcels", "hours", "parcels", "drawers", "accounts", "clerks", "bags"]


def test_a_sum_over_drawers_has_the_entries_of_all() -> None:
    found = figures(s.DAY)
    assert found["drawers.all.collected"] == s.fig(8_853_000, 4300)
    assert found["parcels.all.out"].value == 141
    assert found["parcels.cod.gone.handed_over"].value == 66


def test_the_colours_are_those_of_the_window_by_day() -> None:
    for ink in Ink:
        if ink is not Ink.GHOST:
            assert getattr(LIGHT, ink.name.lower()) == ink.value


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_no_letter_reaches_further_than_the_layout_believes(weight: int) -> None:
    PaperRuler().wide("ক", Face(1.0, weight))  # loads the fonts
    font = QFont("Hind Siliguri")
    font.setPixelSize(1000)
    font.setWeight(QFont.Weight(weight))
    measured = QFontMetricsF(font)
    for text in (*s.HARD, "Ågjpqy", "৳ ১,৮৫০.০০", "{}()[]"):
        ink = measured.tightBoundingRect(text)
        assert -ink.top() <= ABOVE * 1000 and ink.bottom() <= BELOW * 1000, text


def test_a_text_is_as_wide_as_qt_sets_it() -> None:
    ruler, font = PaperRuler(), QFont("Hind Siliguri")
    font.setPixelSize(1000)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    for text in (*s.HARD, "কাউন্টার ২ · রহিমা খাতুন", "৳ ১,২৩,৪৫,৬৭৮.৯০", "CP104722182BD", s.LONG_NAME):
        assert ruler.wide(text, Face(1.0)) == pytest.approx(QFontMetricsF(font).horizontalAdvance(text) / 1000, abs=0.02)


@pytest.mark.parametrize("room", [6.0, 20.0, 40.0])
def test_a_broken_text_loses_no_letter(room: float) -> None:
    ruler, face = PaperRuler(), Face(3.1)
    for text in (s.ONE_WORD, s.LONG_NAME, "CP104722182BD"):
        lines = wrapped(text, room, face, ruler, most=500)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(ruler.wide(line, face) <= room for line in lines)


def test_a_word_is_broken_between_letters_never_inside_one() -> None:
    assert letters("ক্ষুদ্র") == ["ক্ষু", "দ্র"]
    assert letters("র‍্যাব") == ["র‍্যা", "ব"]
    assert letters("চাঁদ") == ["চাঁ", "দ"]


def test_what_has_no_room_at_all_ends_in_dots() -> None:
    lines = wrapped(s.LONG_NAME, 20.0, Face(3.1), PaperRuler(), most=3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_a_letter_no_face_has_is_a_question_mark() -> None:
    assert printable("A漢\u200bB\tC") == "A?B C"


def test_lists_with_nothing_in_them_are_named() -> None:
    said = texts(laid(replace(s.DAY, reprints=(), returns=()), Language.EN))
    assert said[said.index("Empty lists") + 1] == "Papers printed again · Refused and returned parcels"
    assert "Empty lists" not in texts(laid(s.DAY, Language.EN))
