"""What is to be known of one model of printer: its language, its paper, and which commands its firmware leaves out.

Read from TOML once; a wrong key or value is refused by its name.
"""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal

import msgspec

LanguageName = Literal["zpl", "tspl", "epl2", "cpcl", "escpos", "brother_ql", "pdf"]
Dots = Annotated[int, msgspec.Meta(ge=0, le=20_000)]


class BadProfile(ValueError):
    """No profile of ours; the message names the key."""


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One model, as set up at one counter. Lengths in printer dots.

    name: of the model, as people say it. matches: parts of the IEEE-1284 id, USB "VID:PID" or answer to a probe by which it is recognised.
    width, height: of the paper, height 0 for endless. gap: between labels, or height of the black mark. offset_x, offset_y: added to every
    place. rotate: upside down. darkness: percent of what the language can. speed: inches a second, 0 as the printer likes. media: how it
    finds the label's end. image: the whole bitmap, or native codes and strips for slow lines. compression: of ZPL's field. confirm: how a
    label is known to be printed: its count of labels rises, it replies to the job, it says busy and then ready, or nothing tells.
    two_way: whether it answers at all. status: the dialect of its answers, "none" when it is never asked. chunk, pause_ms: bytes at a time
    and the rest between, for printers that swallow bytes. baud, bits, parity, rts_cts: of a serial line. drawer: pin of the cash drawer
    behind it (2 or 5), 0 none. cutter: cut after each.
    """

    name: str
    language: LanguageName
    matches: tuple[str, ...] = ()
    dpi: Literal[180, 203, 300, 600] = 203
    width: Annotated[int, msgspec.Meta(ge=8, le=20_000)] = 812
    height: Dots = 1218
    gap: Dots = 24
    offset_x: Annotated[int, msgspec.Meta(ge=-400, le=400)] = 0
    offset_y: Annotated[int, msgspec.Meta(ge=-400, le=400)] = 0
    rotate: bool = False
    darkness: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    speed: Annotated[int, msgspec.Meta(ge=0, le=14)] = 0
    media: Literal["gap", "mark", "continuous"] = "gap"
    image: Literal["bitmap", "strips"] = "bitmap"
    compression: Literal["z64", "acs", "hex"] = "z64"
    raster: Literal["gs_v_0", "gs_lparen_l", "esc_star"] = "gs_v_0"
    confirm: Literal["count", "reply", "busy", "none"] = "count"
    status: Literal["native", "none"] = "native"
    two_way: bool = True
    chunk: Annotated[int, msgspec.Meta(ge=16, le=65_536)] = 1024
    pause_ms: Annotated[int, msgspec.Meta(ge=0, le=1_000)] = 0
    baud: Annotated[int, msgspec.Meta(ge=300, le=4_000_000)] = 9600
    bits: Literal[7, 8] = 8
    parity: Literal["none", "even", "odd"] = "none"
    rts_cts: bool = True
    drawer: Literal[0, 2, 5] = 0
    cutter: bool = False


def plain_zpl(dpi: int) -> Profile:
    """Any printer that speaks ZPL II, with labels of 4 x 6 inch, at 203 or 300 dpi."""
    if dpi == 300:
        return Profile(name="ZPL", language="zpl", dpi=300, width=1200, height=1800)
    return Profile(name="ZPL", language="zpl")


def parse_profile(text: str) -> Profile:
    """Reads one profile. Raises BadProfile."""
    try:
        return msgspec.convert(tomllib.loads(text), Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise BadProfile(str(error)) from error
