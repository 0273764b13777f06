"""Every model's profile can be read, is recognised by marks of its own, and prints a page of its own paper; a wrong key or value is named."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from tests.devices.sheets import Sheet

from corner_app.devices.identity import Tcp
from corner_app.devices.languages.dots import stride_of
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.profile import BadProfile, Profile, parse_profile
from corner_app.devices.readback.brother_ql import read as read_brother
from corner_app.devices.readback.cpcl import read as read_cpcl
from corner_app.devices.readback.epl2 import read as read_epl2
from corner_app.devices.readback.escpos import read as read_escpos
from corner_app.devices.readback.tspl import read as read_tspl
from corner_app.devices.readback.zpl import read as read_zpl
from corner_app.devices.setup.events import Candidate, Chosen, Model, Print, Role
from corner_app.devices.setup.finding import for_dpi, model_for
from corner_app.devices.setup.state import Wizard
from corner_app.devices.setup.wizard import advance
from corner_app.domain.papers import ROLES
from corner_app.paper import _media
from corner_app.setting_up import kit

FOLDER = Path(__file__).parents[2] / "resources/printers"
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.toml"))}
PROFILES = {name: parse_profile(text) for name, text in TEXTS.items()}
MODELS = [Model(name, profile) for name, profile in PROFILES.items()]
READERS = {"zpl": read_zpl, "tspl": read_tspl, "epl2": read_epl2, "cpcl": read_cpcl, "escpos": read_escpos, "brother_ql": read_brother}
SAID = {
    "MFG:Zebra Technologies ;CMD:ZPL;MDL:ZTC ZD421-203dpi ZPL;": ("zpl", "zebra-zd421-203"),
    "ZD421-300dpi": ("zpl", "zebra-zd421-300"),
    "Zebra Technologies ZTC GK420d": ("zpl", "zebra-gk420"),
    "Zebra Technologies ZTC LP2844-Z-200dpi": ("zpl", "generic-zpl"),
    "Zebra LP2844": (None, "epl2-zebra-lp2844"),
    "TTP-244 Pro": ("tspl", "tsc-ttp-244-pro"),
    "TSC TTP-244 Plus": ("tspl", "generic-tspl"),
    "TSC TE244": ("tspl", "tsc-te244"),
    "Xprinter XP-420B": (None, "xprinter-xp-420b"),
    "Gprinter GP-1324D": ("tspl", "gprinter-gp-1324"),
    "Zebra ZQ320 Plus": (None, "cpcl-zebra-zq320"),
    "EPSON TM-T82III": ("escpos", "epson-tm-t82"),
    "TM-T20III": ("escpos", "epson-tm-t20"),
    "Xprinter XP-58IIH": (None, "xprinter-xp-58"),
    "POS-58": ("escpos", "generic-escpos-58"),
    "Brother QL-820NWB": ("brother_ql", "brother-ql-820nwb"),
    "QL-800": ("brother_ql", "generic-brother-ql"),
    "Brother QL-1110NWB": ("brother_ql", "brother-ql-1100"),
    "QL-1060N": ("brother_ql", "brother-ql-1060"),
}


TOO_NARROW = {
    "brother-ql-820nwb", "cpcl-zebra-zq320", "epson-tm-t20", "epson-tm-t82", "generic-brother-ql", "generic-escpos-58", "generic-escpos-80", "xprinter-xp-58",
}  # fmt: skip
"""For the small parcel label, which is 76 mm wide."""


def page(width: int, height: int) -> Sheet:
    """White but for a dot in each corner."""
    stride = stride_of(width)
    edge = (1 << stride * 8 - 1 | 1 << -width % 8).to_bytes(stride)
    return Sheet(width, height, edge + bytes(stride * (height - 2)) + edge)


def test_there_is_a_profile_for_every_language_and_every_model_that_was_promised() -> None:
    assert {profile.language for profile in PROFILES.values()} == set(LANGUAGES)
    assert {name for _, name in SAID.values()} <= set(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_prints_a_page_of_its_own_paper_to_the_last_dot(name: str) -> None:
    profile = PROFILES[name]
    sheet = page(profile.width, profile.height or 300)
    data = LANGUAGES[profile.language].encode(sheet, profile, 7)
    if profile.language not in READERS:
        assert data
        return
    read = READERS[profile.language](data)
    assert (stride_of(read.width), read.height, read.rows) == (stride_of(sheet.width), sheet.height, sheet.rows)


def offered(role: Role, name: str, dpi: int) -> Wizard:
    """The set-up of such a printer, where its paper is chosen."""
    profile = for_dpi(PROFILES[name], dpi)
    network = Candidate(Tcp("192.0.2.7", 9100), "network")
    at_language = Wizard(role, kit().models, kit().papers, step="language", printer=network, model=name, profile=profile)
    return advance(at_language, "next")[0]


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", PROFILES)
def test_every_paper_that_is_offered_can_be_printed(name: str, role: Role, dpi: int) -> None:
    now = offered(role, name, dpi)
    for row, paper in enumerate(now.sheets):
        chosen, effects = advance(advance(now, Chosen(row))[0], "next")
        assert chosen.paper == paper.name
        (effect,) = effects
        assert isinstance(effect, Print)
        sheet = page(paper.width, paper.height or 300)
        assert LANGUAGES[effect.profile.language].encode(sheet, effect.profile, 7)
        assert effect.profile.language != "brother_ql" or effect.profile == PROFILES[name]
    assert (now.step, now.trouble) == (("paper", "") if now.sheets else ("language", {"label": "no_label_fits", "receipt": "no_roll_fits"}[role]))
    assert now.sheets or now.remedies


def test_a_printer_too_narrow_for_a_parcels_label_is_refused_and_every_other_takes_one() -> None:
    papers = {name: [sheet.name for sheet in offered("label", name, profile.dpi).sheets] for name, profile in PROFILES.items()}
    assert {name for name, sheets in papers.items() if not sheets} == TOO_NARROW
    assert (papers["brother-ql-1100"], papers["brother-ql-1060"]) == (["4x6in"], ["3x2in"])
    assert [name for name, profile in PROFILES.items() if not offered("receipt", name, profile.dpi).sheets] == []


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("what", ["parcel_label", "small_parcel_label", "shelf_label", "bag_label", "receipt_handover"])
def test_a_paper_the_counter_asks_for_fits_the_printer_or_is_refused_by_a_word(name: str, what: str) -> None:
    profile = PROFILES[name]
    try:
        media = _media(what, profile)
    except KeyError:
        assert name in (TOO_NARROW | {"brother-ql-1060"} if what == "bag_label" else TOO_NARROW) and what != "receipt_handover"
        return
    assert media.width <= profile.width
    assert LANGUAGES[profile.language].encode(page(media.width, media.height or 300), profile, 7)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_keeps_to_what_its_printer_can_prove(name: str) -> None:
    profile = PROFILES[name]
    language = LANGUAGES[profile.language]
    if not profile.two_way:
        assert (profile.status, profile.confirm) == ("none", "none")
    assert profile.confirm != "count" or language.count is not None
    assert profile.confirm != "reply" or language.replied is not None
    assert profile.confirm != "busy" or profile.status == "native"
    assert profile.drawer == 0 or profile.language == "escpos"
    assert (profile.height == 0) == (profile.media == "continuous")
    assert profile.language == "zpl" or "compression" not in tomllib.loads(TEXTS[name])


def test_no_mark_of_one_model_stands_in_a_mark_of_another() -> None:
    marks = [(name, mark.casefold()) for name, profile in PROFILES.items() for mark in profile.matches]
    clash = [(one, other) for (one, mark), (other, more) in itertools.permutations(marks, 2) if mark in more]
    assert clash == []
    names = [profile.name for profile in PROFILES.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("said", SAID)
def test_a_printer_is_recognised_by_what_it_calls_itself(said: str) -> None:
    language, name = SAID[said]
    found = model_for(MODELS, language, said)
    assert found is not None and found.name == name


def test_a_file_says_where_it_is_not_sure() -> None:
    assert [name for name, text in TEXTS.items() if not text.startswith("#")] == []
    tried = [name for name, profile in PROFILES.items() if profile.matches and "Not tried on hardware" not in " ".join(TEXTS[name].replace("#", " ").split())]
    assert tried == []


# What is wrong is named

PLAIN = 'name = "X"\nlanguage = "zpl"\n'


@pytest.mark.parametrize("key", [key for key in Profile.__struct_fields__ if key != "name"])
def test_a_wrong_value_is_refused_by_its_key(key: str) -> None:
    text = "" if key == "language" else PLAIN
    with pytest.raises(BadProfile, match=key):
        parse_profile(f'name = "X"\n{key} = "\\u0000 no value"\n' if not text else f'{text}{key} = "no value"\n')


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("dpi = 200", "dpi"), ("width = 7", "width"), ("height = -1", "height"), ("offset_x = 401", "offset_x"), ("darkness = 101", "darkness"),
        ("speed = 15", "speed"), ("drawer = 3", "drawer"), ("bits = 9", "bits"), ("chunk = 0", "chunk"), ("matches = [1]", "matches"),
        ("two_way = 1", "two_way"), ('confirm = "maybe"', "confirm"), ("widht = 812", "widht"), ("gap = 2.5", "gap"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_or_a_misspelt_key_is_named(line: str, key: str) -> None:
    with pytest.raises(BadProfile, match=key):
        parse_profile(PLAIN + line)


@pytest.mark.parametrize(
    ("text", "says"), [("", "name"), ('name = "X"', "language"), ('language = "zpl"', "name"), ("name = ", "Invalid value"), ("[zpl]\nname = 1", "zpl")]
)
def test_what_is_missing_or_no_toml_is_named(text: str, says: str) -> None:
    with pytest.raises(BadProfile, match=says):
        parse_profile(text)
