"""The report as a file: looked at by another library, its figures inside it, its fonts with it, whole or not at all."""

from __future__ import annotations

import ctypes
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageChops
from PySide6.QtGui import QImage, QPainter
from tests.reports import samples as s

from corner_app.domain.trouble import Trouble
from corner_app.i18n import Language, words
from corner_app.reports.pages import lay
from corner_app.reports.pdf import PaperRuler, paint, write

pytestmark = pytest.mark.usefixtures("qapp")
DATA = '{"office":"8500","names":["রহিমা খাতুন"]}'.encode()
PER_MM = 5.0


@pytest.fixture
def written(tmp_path: Path) -> Iterator[pdfium.PdfDocument]:
    """The day of the picture in Bangla."""
    target = tmp_path / "day.pdf"
    assert write(s.DAY, target, Language.BN, s.NAMES, DATA) == 2
    document = pdfium.PdfDocument(target)
    yield document
    document.close()


def drawn(document: pdfium.PdfDocument, number: int) -> Image.Image:
    picture: Image.Image = document[number].render(scale=PER_MM * 25.4 / 72).to_pil()
    return picture.convert("L")


def test_the_exact_figures_come_out_as_they_went_in(written: pdfium.PdfDocument) -> None:
    assert written.count_attachments() == 1
    attached = written.get_attachment(0)
    # Qt writes the name in UTF-16 with its mark, as the format says; this library gives the bytes as they stand.
    assert attached.get_name().encode("latin-1").decode("utf-16") == "report-8500-2026-11-24.json"
    assert bytes(attached.get_data()) == DATA


def test_it_says_what_it_is_and_whose(written: pdfium.PdfDocument) -> None:
    assert written.get_metadata_value("Title") == "দৈনিক প্রতিবেদন 2026-11-24 · পিরোজপুর প্রধান ডাকঘর (8500)"
    assert written.get_metadata_value("Author") == "রহিমা খাতুন"
    assert {tuple(round(side) for side in page.get_size()) for page in written} == {(595, 842)}


def test_every_font_travels_with_it(written: pdfium.PdfDocument) -> None:
    names = set()
    for page in written:
        for thing in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT]):
            font = pdfium_c.FPDFTextObj_GetFont(thing.raw)
            assert pdfium_c.FPDFFont_GetIsEmbedded(font) == 1
            name = ctypes.create_string_buffer(100)
            pdfium_c.FPDFFont_GetBaseFontName(font, name, 100)
            names.add(name.value.decode().rpartition("+")[2])
    assert names == {"HindSiliguri-Regular", "HindSiliguri-Medium", "HindSiliguri-SemiBold", "HindSiliguri-Bold", "DejaVuSansMono"}


@pytest.mark.parametrize("language", Language)
def test_the_preview_is_the_paper(tmp_path: Path, language: Language) -> None:
    """What the screen paints and what another program draws from the file are the same picture, but for the edges of letters."""
    target = tmp_path / "day.pdf"
    write(s.DAY, target, language, s.NAMES, DATA)
    with pdfium.PdfDocument(target) as document:
        for page in lay(s.DAY, s.NAMES, language, PaperRuler()):
            image = QImage(round(210 * PER_MM), round(297 * PER_MM), QImage.Format.Format_Grayscale8)
            image.fill(255)
            painter = QPainter(image)
            paint(painter, page, PER_MM)
            painter.end()
            image.save(str(tmp_path / "screen.png"))
            paper, screen = drawn(document, page.number - 1), Image.open(tmp_path / "screen.png")
            assert unlike(paper, screen) < 2.6
            assert unlike(paper, ImageChops.offset(screen, 3, 0)) > 1.7 * unlike(paper, screen)


def unlike(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two pictures at one dot a millimetre, 0 to 255."""
    small = (210, 297)
    differs = ImageChops.difference(one.resize(small, Image.Resampling.BOX), other.resize(small, Image.Resampling.BOX)).tobytes()
    return sum(differs) / len(differs)


@pytest.mark.parametrize("name", [s.LONG_NAME, s.ONE_WORD, " ".join(s.HARD)], ids=["long", "one word", "hard clusters"])
def test_no_ink_reaches_the_margin(tmp_path: Path, name: str) -> None:
    target = tmp_path / "day.pdf"
    count = write(s.DAY, target, Language.BN, s.named(name), DATA)
    with pdfium.PdfDocument(target) as document:
        for number in range(count):
            left, top, right, low = ImageChops.invert(drawn(document, number)).point(lambda value: 255 if value > 40 else 0).getbbox() or (0, 0, 0, 0)
            assert left >= 12.0 * PER_MM and right <= 198.0 * PER_MM
            assert top >= 8.0 * PER_MM and low <= 292.0 * PER_MM


def test_the_same_seal_gives_the_same_pages(tmp_path: Path) -> None:
    pictures = []
    for name in ("one.pdf", "two.pdf"):
        write(s.DAY, tmp_path / name, Language.BN, s.NAMES, DATA)
        with pdfium.PdfDocument(tmp_path / name) as document:
            pictures.append([drawn(document, number).tobytes() for number in range(len(document))])
    assert pictures[0] == pictures[1]


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "day.pdf"
    target.mkdir()
    (target / "kept").write_text("kept")
    with pytest.raises(Trouble) as trouble:
        write(s.NOTHING, target, Language.EN, s.NAMES, DATA)
    assert "safe" in words(f"trouble.{trouble.value.code}", Language.EN, **trouble.value.params)
    assert [path.name for path in tmp_path.iterdir()] == ["day.pdf"]
    assert (target / "kept").read_text() == "kept"


def test_a_report_replaces_the_one_before_it_at_once(tmp_path: Path) -> None:
    target = tmp_path / "day.pdf"
    target.write_bytes(b"old")
    write(s.DAY, target, Language.EN, s.NAMES, DATA)
    assert target.read_bytes().startswith(b"%PDF-")
    assert [path.name for path in tmp_path.iterdir()] == ["day.pdf"]


def test_it_is_written_on_a_thread_without_a_window(tmp_path: Path) -> None:
    """Two at once, beside the window's thread, give the same pages as one alone."""
    alone = write(s.large(), tmp_path / "alone.pdf", Language.BN, s.NAMES, DATA)
    counts: dict[str, int] = {}
    threads = [
        threading.Thread(target=lambda name=name: counts.update({name: write(s.large(), tmp_path / f"{name}.pdf", Language.BN, s.NAMES, DATA)}))
        for name in ("one", "two")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == {"one": alone, "two": alone}
    with pdfium.PdfDocument(tmp_path / "alone.pdf") as first, pdfium.PdfDocument(tmp_path / "two.pdf") as other:
        assert [drawn(first, n).tobytes() for n in (0, alone - 1)] == [drawn(other, n).tobytes() for n in (0, alone - 1)]


_ON_ITS_OWN = """
import resource, sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv[:1])
from corner_app.i18n import Language
from corner_app.reports.pdf import write
from tests.reports import samples as s
report = s.large()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
assert write(report, Path(sys.argv[1]), Language.BN, s.NAMES, b"1" * 2_000_000) > 10
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts the process's memory as Linux does")
def test_a_day_of_five_thousand_parcels_takes_little_memory(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", _ON_ITS_OWN, str(tmp_path / "day.pdf")], cwd=root, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 150 * 1024
