"""Every model's profile can be read, is recognised by marks of its own, and prints a page of its own paper; a wrong key or value is named."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path

import pytest
from tests.devices.sheets import Sheet

from corner_app.devices.languages.dots import stride_of
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.profile import BadProfile, Profile, parse_profile
from corner_app.devices.readback.brother_ql import read as read_brother
from corner_app.devices.readback.cpcl import read as read_cpcl
from corner_app.devices.readback.epl2 import read as read_epl2
from corner_app.devices.readback.escpos import read as read_escpos
from corner_app.devices.readback.tspl import read as read_tspl
from corner_app.devices.readback.zpl import read as read_zpl
from corner_app.devices.setup.events import Model
from corner_app.devices.setup.finding import model_for

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
}


def page(profile: Profile) -> Sheet:
    """As wide as the paper, as high too where it ends: white but for a dot in each corner."""
    height, stride = profile.height or 300, stride_of(profile.width)
    edge = (1 << stride * 8 - 1 | 1 << -profile.width % 8).to_bytes(stride)
    return Sheet(profile.width, height, edge + bytes(stride * (height - 2)) + edge)


def test_there_is_a_profile_for_every_language_and_every_model_that_was_promised() -> None:
    assert {profile.language for profile in PROFILES.values()} == set(LANGUAGES)
    assert {name for _, name in SAID.values()} <= set(PROFILES)


@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_prints_a_page_of_its_own_paper_to_the_last_dot(name: str) -> None:
    profile = PROFILES[name]
    sheet = page(profile)
    data = LANGUAGES[profile.language].encode(sheet, profile, 7)
    if profile.language not in READERS:
        assert data
        return
    read = READERS[profile.language](data)
    assert (stride_of(read.width), read.height, read.rows) == (stride_of(sheet.width), sheet.height, sheet.rows)


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
