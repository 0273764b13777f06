"""PDF: one page of exactly the paper's size with the dots as one image, for office printers behind a spooler.

The same page gives the same bytes: no date, no name, no number in it. Source: ISO 32000-1, 7.5 (file structure), 8.9 (images).
"""

from __future__ import annotations

import zlib

from corner_app.devices.languages.dots import cleared, moved, turned
from corner_app.devices.languages.language import Ask, Language
from corner_app.devices.languages.page import Page
from corner_app.devices.profile import Profile
from corner_app.devices.status import MUTE, PrinterStatus

_PAGE_LESS, _INK_LESS = 0.02, 0.12
"""Dots by which page and image are smaller than the paper. Renderers count pixels upwards: a page a hair too large is a pixel too large, and then all of
it is drawn askew."""


def encode(page: Page, profile: Profile, job: int) -> bytes:
    """One page; a dot is 72 / dpi points. The number of the job is not needed: behind a spooler nothing tells of a job."""
    rows = moved(page.width, cleared(page.width, page.rows), profile.offset_x, profile.offset_y)
    if profile.rotate:
        rows = turned(page.width, rows)
    wide, high = _points(page.width - _PAGE_LESS, profile.dpi), _points(page.height - _PAGE_LESS, profile.dpi)
    inked_wide, inked_high = _points(page.width - _INK_LESS, profile.dpi), _points(page.height - _INK_LESS, profile.dpi)
    edge = _points((_INK_LESS - _PAGE_LESS) / 2, profile.dpi)
    drawing = f"q {inked_wide} 0 0 {inked_high} {edge} {edge} cm /L Do Q".encode()
    image = zlib.compress(rows)  # level 9 is three in a hundred shorter, and takes ten times as long
    return _file(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents 4 0 R /Resources << /XObject << /L 5 0 R >> >> >>".encode(),
            _stream(b"", drawing),
            _stream(
                b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray /Decode [1 0] "
                b"/Interpolate false /Filter /FlateDecode " % (page.width, page.height),
                image,
            ),
        ]
    )


def _points(dots: float, dpi: int) -> str:
    return f"{dots * 72 / dpi:.5f}".rstrip("0").rstrip(".")


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<< %s/Length %d >>\nstream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: list[bytes]) -> bytes:
    """Objects numbered from 1, the first the catalogue, with their table of places. The second line says that the file is no text."""
    made = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(made)


def status(ask: Ask) -> PrinterStatus:
    """Nobody to ask: a PDF goes to a spooler, which is another's to watch."""
    return MUTE


PDF = Language("pdf", encode, status)
