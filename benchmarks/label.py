"""A label from its words to ZPL bytes: copying a ready bitmap (floor), the obvious way with Pillow, and ours. Every label is another parcel's."""

from __future__ import annotations

import base64
import io
import zlib
from dataclasses import replace
from time import thread_time_ns
from typing import Any

import segno
from barcode import Code128
from barcode.writer import ImageWriter
from PIL import Image, ImageDraw, ImageFont
from PySide6.QtGui import QGuiApplication

from benchmarks.books import number
from benchmarks.turns import Row, by_turns, met, rows
from corner_app.devices.languages import zpl
from corner_app.devices.profile import Profile
from corner_app.domain.numbers import parse_number
from corner_app.domain.scan import TRACKING_LINK
from corner_app.labels.layout import ParcelLabel
from corner_app.labels.media import PARCEL_203
from corner_app.labels.raster import draw_parcel_label
from corner_app.reference import resource_dir

AIM_US = 1_200
FLOOR = "floor: copy and compress a bitmap"
OBVIOUS = "obvious: Pillow, barcode, segno, hex"
OURS = "ours: label to ZPL"
_WARM = 20
_READY = 8
"""Bitmaps in turn: one alone the processor would learn, and compress faster than any label that comes once."""
_BANGLA = str.maketrans("0123456789", "০১২৩৪৫৬৭৮৯")
_LABEL = ParcelLabel(
    item="",
    grouped="",
    postcode="৮৫০০",
    office="পিরোজপুর সদর",
    district="পিরোজপুর",
    route="৮৫·B",
    hub="বরিশাল",
    weight="১.২ কেজি",
    name="আরিফুল মৃধা",
    address="",
    phone="",
    cod_amount="৳ ১,১৬০",
    cod_words="এক হাজার একশত ষাট টাকা মাত্র",
    sender="নমুনা গ্যাজেট শপ",
    origin="তেজগাঁও · ২৪-১১-২০২৬",
    link="",
)


def labels(count: int) -> list[ParcelLabel]:
    """Labels that differ where labels of a day do."""
    given = ("আরিফুল", "নুসরাত", "অসীম", "সোহেল", "আব্দুর রহিম", "ফাতেমা", "শারমিন", "জাহাঙ্গীর", "মিজানুর", "রোকেয়া", "তানভীর", "খাদিজা")
    last = ("মৃধা", "ইয়াসমিন", "দাস", "প্রামাণিক", "হাওলাদার", "বেগম", "আক্তার", "খান", "তালুকদার", "সুলতানা", "ভূঁইয়া", "চৌধুরী")
    made = []
    for n in range(count):
        item, name = number(n), f"{given[n % 12]} {last[n * 7 // 12 % 12]}"
        house, tail = str(n % 900 + 1).translate(_BANGLA), f"{n * 7919 % 1_000_000:06d}".translate(_BANGLA)
        address = f"বাসা নং {house}, নতুন সড়ক, পিরোজপুর সদর, পিরোজপুর-৮৫০০"
        made.append(
            replace(_LABEL, item=item, grouped=parse_number(item).grouped, link=TRACKING_LINK + item, name=name, address=address, phone=f"০১৭০০-{tail}")
        )
    return made


class _Pillow:
    """The obvious way: fonts loaded once, everything else drawn anew, hexadecimal."""

    def __init__(self) -> None:
        self.fonts: dict[int, Any] = {}

    def _font(self, size: int) -> Any:
        if size not in self.fonts:
            face = str(resource_dir() / "fonts" / "HindSiliguri-Bold.ttf")
            self.fonts[size] = ImageFont.truetype(face, size, layout_engine=ImageFont.Layout.RAQM)
        return self.fonts[size]

    def zpl(self, label: ParcelLabel) -> bytes:
        media = PARCEL_203
        image = Image.new("1", (media.width, media.height), 1)
        draw = ImageDraw.Draw(image)
        draw.rectangle((27, 27, 785, 1191), outline=0, width=4)
        for y in (135, 375, 627, 917, 1139):
            draw.rectangle((27, y - 2, 785, y + 2), fill=0)
        for text, size, y in (
            ("বাংলাদেশ ডাক · ই-কমার্স পার্সেল", 34, 50),
            ("Bangladesh Post · e-Commerce Parcel", 24, 95),
            (label.postcode, 124, 180),
            (f"{label.office} {label.district}", 38, 315),
            (label.name, 42, 420),
            (label.address, 30, 480),
            (label.phone, 36, 560),
            (label.cod_amount, 128, 700),
            (label.cod_words, 32, 865),
            (label.grouped, 42, 1085),
            (f"{label.sender}  {label.origin}", 22, 1150),
        ):
            draw.text((51, y), text, font=self._font(size), fill=0)
        bars = Code128(label.item, writer=ImageWriter()).render({"module_width": 0.375, "module_height": 17.0, "dpi": 203, "write_text": False})
        image.paste(bars.convert("1"), (40, 938))
        code = io.BytesIO()
        segno.make(label.link, error="m").save(code, kind="png", scale=5, border=0)
        image.paste(Image.open(code).convert("1"), (590, 680))
        inverted = bytes(255 - byte for byte in image.tobytes())
        stride = (media.width + 7) // 8
        return f"^XA^GFA,{len(inverted)},{len(inverted)},{stride},".encode() + inverted.hex().upper().encode() + b"^FS^XZ"


def measure(rounds: int = 300) -> list[Row]:
    """By turns, after a few unmeasured labels: the fonts and the empty form are loaded once a day.

    The last two rows are of the processor, with nothing between two labels; in the others Pillow's drawing has emptied its caches.
    """
    application = QGuiApplication.instance() or QGuiApplication(["bench"])
    profile = Profile(name="4x6in ZPL", language="zpl")
    made, pillow = labels(_WARM + 2 * rounds), _Pillow()
    ready = [draw_parcel_label(label, PARCEL_203).rows for label in made[-_READY:]]
    turn = iter(made)

    def floor(n: int) -> bytes:
        return base64.b64encode(zlib.compress(bytes(bytearray(ready[n % _READY])), 1))

    def ours(n: int) -> bytes:
        return zpl.encode(draw_parcel_label(next(turn), PARCEL_203), profile, n)

    ways = {FLOOR: floor, OBVIOUS: lambda n: pillow.zpl(made[n]), OURS: ours}
    by_turns(ways, _WARM)
    table = rows("label 4x6 in, 203 dpi", by_turns(ways, rounds), FLOOR)
    processor = rows("label after label, processor", by_turns({FLOOR: floor, OURS: ours}, rounds, clock=thread_time_ns), FLOOR)
    del application
    mine, other = table[-1], table[1]
    note = f"{met(mine.p50 <= AIM_US, f'<= {AIM_US} us')}; {other.p50 / mine.p50:.1f} times faster than the obvious way"
    return [*table[:-1], replace(mine, note=note), *processor]
