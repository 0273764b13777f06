"""Dots to a printer's bytes, and a paper from its words to them, in every language: against copying and compressing the same rows, and the obvious way."""

from __future__ import annotations

import statistics
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image
from PySide6.QtGui import QGuiApplication

from benchmarks import obvious_bytes as obvious
from benchmarks.books import announced, number
from benchmarks.label import labels
from benchmarks.turns import Row, by_turns, rows
from corner_app.devices.languages.known import LANGUAGES
from corner_app.devices.profile import Profile
from corner_app.domain.here import Clerk, Here
from corner_app.labels.intimation import slip
from corner_app.labels.media import MediaName, media_of
from corner_app.labels.papers import PaperValues, draw_paper
from corner_app.labels.raster import Bitmap
from corner_app.reference import load_places, load_plan

NOW = 1_795_500_000_000
FLOOR, OBVIOUS, OURS = "floor: copy and compress the rows", "obvious", "ours"
_KEPT = 8
"""Pages in turn: the same one again and again would be learnt by the processor, and compressed a tenth faster than any real one."""
_WARM = 3


@dataclass(frozen=True, slots=True)
class Case:
    """A language as one profile speaks it, the paper it prints, and the obvious way to the same dots."""

    name: str
    profile: Profile
    paper: MediaName
    obvious: Callable[[Image.Image], bytes]


_QL = Profile(name="QL-1100", language="brother_ql", dpi=300, width=1200, height=0, media="continuous", cutter=True, confirm="reply")
_ROLL = Profile(name="58 mm", language="escpos", width=384, height=0, media="continuous")
CASES = (
    Case("zpl, Z64", Profile(name="ZPL", language="zpl"), "4x6in", obvious.zpl_z64),
    Case("zpl, ACS", Profile(name="ZPL", language="zpl", compression="acs"), "4x6in", obvious.zpl_acs),
    Case("zpl, hex", Profile(name="ZPL", language="zpl", compression="hex"), "4x6in", obvious.zpl_hex),
    Case("tspl, bitmap", Profile(name="TSPL", language="tspl"), "4x6in", obvious.tspl),
    Case("tspl, strips", Profile(name="TSPL", language="tspl", image="strips"), "4x6in", obvious.tspl),
    Case("epl2, bitmap", Profile(name="EPL2", language="epl2"), "4x6in", obvious.epl2),
    Case("epl2, strips", Profile(name="EPL2", language="epl2", image="strips"), "4x6in", obvious.epl2),
    Case("cpcl, bitmap", Profile(name="CPCL", language="cpcl"), "4x6in", obvious.cpcl),
    Case("cpcl, strips", Profile(name="CPCL", language="cpcl", image="strips"), "4x6in", obvious.cpcl),
    Case("escpos, 384 dots", _ROLL, "58mm", obvious.escpos),
    Case("escpos, 384 dots, ESC *", Profile(name="ESC *", language="escpos", width=384, height=0, raster="esc_star"), "58mm", obvious.escpos),
    Case("escpos, 576 dots", Profile(name="80 mm", language="escpos", width=576, height=0, media="continuous"), "80mm", obvious.escpos),
    Case("brother_ql", _QL, "4x6in", obvious.brother_ql),
    Case("pdf", Profile(name="PDF", language="pdf"), "4x6in", obvious.pdf),
)


def papers(case: Case, count: int) -> Sequence[PaperValues]:
    """Parcels' labels, or slips for buyers where the paper is a roll; each is another parcel's."""
    if case.paper == "4x6in":
        return labels(count)
    places = load_places()
    here = Here("8500", "8500", 2, Clerk("rahima", "রহিমা খাতুন", "Rahima Khatun"), NOW, False, b"", places, load_plan("8500", places))
    return [slip(number(n), announced(n), 89_000 + n * 1_000, NOW + 15 * 86_400_000, here) for n in range(count)]


def drawn(case: Case, values: PaperValues) -> Bitmap:
    """A paper as this printer takes it."""
    return draw_paper(values, media_of(case.paper, 300 if case.profile.dpi == 300 else 203))


def encoded(case: Case, page: Bitmap) -> bytes:
    """Our bytes of a page."""
    return LANGUAGES[case.profile.language].encode(page, case.profile, 1)


def picture(page: Bitmap) -> Image.Image:
    """The page as Pillow has it."""
    return Image.frombytes("1", (page.width, page.height), page.rows, "raw", "1;I")


def _copied(page: Bitmap) -> bytes:
    return zlib.compress(bytes(bytearray(page.rows)), 1)


def _from_dots(case: Case, rounds: int) -> list[Row]:
    pages = [drawn(case, each) for each in papers(case, _KEPT)]
    pictures = [picture(page) for page in pages]
    way = f"{OBVIOUS}: python-escpos" if case.profile.language == "escpos" and obvious.PYTHON_ESCPOS else f"{OBVIOUS}: Pillow, packed"
    ways: dict[str, Callable[[int], bytes]] = {
        FLOOR: lambda n: _copied(pages[n % _KEPT]),
        way: lambda n: case.obvious(pictures[n % _KEPT]),
        OURS: lambda n: encoded(case, pages[n % _KEPT]),
    }
    by_turns(ways, _WARM)
    floor, other, mine = rows(f"dots to {case.name}", by_turns(ways, rounds), FLOOR)
    sizes = {name: statistics.median(len(each(n)) for n in range(_KEPT)) for name, each in ways.items()}
    note = f"{sizes[OURS]:,.0f} bytes; {mine.p50 / other.p50:.2f} of the obvious way's time"
    return [floor, replace(other, note=f"{sizes[way]:,.0f} bytes"), replace(mine, note=note)]


def _from_words(case: Case, rounds: int) -> list[Row]:
    values = papers(case, _WARM + rounds + 1)
    ready = [drawn(case, each) for each in papers(case, _KEPT)]
    turn = iter(values)
    ways: dict[str, Callable[[int], bytes]] = {FLOOR: lambda n: _copied(ready[n % _KEPT]), OURS: lambda _: encoded(case, drawn(case, next(turn)))}
    by_turns(ways, _WARM)
    what = "parcel" if case.paper == "4x6in" else "slip"
    return rows(f"{what} to {case.name}", by_turns(ways, rounds), FLOOR)


def measure(rounds: int = 60) -> list[Row]:
    """By turns, each language by itself."""
    application = QGuiApplication.instance() or QGuiApplication(["bench"])
    made = [row for case in CASES for row in _from_dots(case, rounds)]
    made += [row for case in CASES for row in _from_words(case, rounds)]
    del application
    return made
