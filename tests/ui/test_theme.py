"""Text can be read on every ground, in the light and in the dark, and the faces are there."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF

from corner_app.ui.theme import DARK, LIGHT, TEXT_PAIRS, Colours, Look, contrast, load_fonts, token_names

AA = 4.5
BORDER = 3.0
PALETTES = pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])


@PALETTES
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS, ids=[f"{text}-on-{ground}" for text, ground in TEXT_PAIRS])
def test_every_text_pair_reaches_aa(text: str, ground: str, colours: Colours) -> None:
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= AA


@PALETTES
def test_white_on_the_mark_and_its_badges_reaches_aa(colours: Colours) -> None:
    assert contrast("#FFFFFF", colours.brand) >= AA


@PALETTES
@pytest.mark.parametrize("ground", ["paper", "ground", "sunk"])
def test_borders_of_controls_can_be_seen(ground: str, colours: Colours) -> None:
    assert contrast(colours.edge, getattr(colours, ground)) >= BORDER


def test_pairs_name_tokens() -> None:
    assert {token for pair in TEXT_PAIRS for token in pair} <= set(token_names())


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


def test_both_families_load(qapp: object) -> None:
    assert load_fonts() == ("Hind Siliguri", "DejaVu Sans Mono")


@pytest.mark.parametrize("weight", [400, 500, 600, 700])
def test_each_weight_is_a_face_of_its_own(look: Look, weight: int) -> None:
    font = look.font(20, weight)
    assert QFontInfo(font).family() == "Hind Siliguri"
    assert QFontInfo(font).weight() == weight
    assert all(QFontMetricsF(font).inFontUcs4(ord(letter)) for letter in "০১২৩৪৫৬৭৮৯কখগঘ৳·…0123456789")


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_sizes_follow_the_chosen_text_size(qapp: object, percent: int) -> None:
    look = Look(percent=percent)
    assert look.font(16).pixelSize() == 16 * percent // 100
    assert look.px(44) == 44 * percent // 100
