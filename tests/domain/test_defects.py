"""Known defects are told with the days they touch."""

from __future__ import annotations

from corner_app.domain.defects import KnownDefect, touching
from corner_app.domain.entries import KINDS
from corner_app.reference import load_defects

DEFECT = KnownDefect("D-9", "2026-11-10", "2026-11-20", ("handed_over",), ("ক", "a"), ("খ", "b"))


def test_a_defect_touches_the_days_from_its_version_to_the_one_that_mended_it() -> None:
    days = [f"2026-11-{day:02d}" for day in range(8, 23)]
    assert [day for day in days if DEFECT.touches(day, {"handed_over", "received"})] == days[2:12]


def test_it_touches_only_days_on_which_such_things_were_done() -> None:
    assert touching([DEFECT], "2026-11-12", {"received"}) == ()
    every = KnownDefect("D-8", "2026-11-10", "", (), ("ক", "a"), ("খ", "b"))
    assert touching([DEFECT, every], "2027-01-01", ()) == (every,)


def test_those_that_ship_name_kinds_that_exist_and_say_in_both_languages_what_to_do() -> None:
    defects = load_defects()
    assert len({defect.code for defect in defects}) == len(defects) > 0
    for defect in defects:
        assert set(defect.kinds) <= set(KINDS.values())
        assert all(text.strip() for pair in (defect.what, defect.do) for text in pair)
        assert not defect.fixed or defect.fixed > defect.since
