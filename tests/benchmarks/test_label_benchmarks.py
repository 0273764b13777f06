"""The benchmarks of labels at their smallest: each way makes the same dots, and every label of the spool is printed. Times are not looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from numpy.typing import NDArray
from tests.devices.sheets import Sheet, dots

from benchmarks import label, label_bytes, label_spool
from corner_app.devices.profile import LanguageName
from corner_app.devices.readback import brother_ql, cpcl, epl2, escpos, tspl, zpl
from corner_app.devices.readback.picture import Picture

pytestmark = pytest.mark.usefixtures("qapp")
READERS: dict[LanguageName, Callable[[bytes], Picture]] = {
    "zpl": zpl.read, "tspl": tspl.read, "epl2": epl2.read, "cpcl": cpcl.read, "escpos": escpos.read, "brother_ql": brother_ql.read,
}  # fmt: skip


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Benchmarks keep their files in `build` of where they are called."""
    (tmp_path / "build").mkdir()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)


def black(language: LanguageName, data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """What a printer makes of these bytes, on paper of so many dots."""
    if language == "pdf":
        image = pypdfium2.PdfDocument(data)[0].render(scale=(width - 0.01) / pypdfium2.PdfDocument(data)[0].get_size()[0]).to_pil().convert("L")
        return (np.asarray(image) < 128).astype(np.uint8)[:height, :width]
    picture = READERS[language](data)
    made = dots(Sheet(picture.width, picture.height, picture.rows))[:height, :width]
    return np.pad(made, ((0, height - made.shape[0]), (0, width - made.shape[1])))


@pytest.mark.parametrize("case", label_bytes.CASES, ids=lambda case: case.name)
def test_our_way_and_the_obvious_one_make_the_same_dots(case: label_bytes.Case) -> None:
    page = label_bytes.drawn(case, label_bytes.papers(case, 1)[0])
    for data in (label_bytes.encoded(case, page), case.obvious(label_bytes.picture(page))):
        assert np.array_equal(black(case.profile.language, data, page.width, page.height), dots(page))


def test_a_label_is_measured_by_the_clock_and_by_the_processor() -> None:
    table = label.measure(2)
    assert [row.way for row in table] == [label.FLOOR, label.OBVIOUS, label.OURS, label.FLOOR, label.OURS]
    assert "the obvious way" in table[2].note


def test_every_language_is_measured_from_dots_and_from_words() -> None:
    table = label_bytes.measure(1)
    ours = [row.bench for row in table if row.way == label_bytes.OURS]
    names = [case.name for case in label_bytes.CASES]
    assert ours[: len(names)] == [f"dots to {name}" for name in names]
    assert [bench.split(" to ", 1)[1] for bench in ours[len(names) :]] == names
    assert all(row.ratio == 1 for row in table if row.way == label_bytes.FLOOR)


def test_labels_of_the_spool_are_all_printed() -> None:
    table = label_spool.measure(1, 20)
    assert [row.way for row in table[:3]] == [label_spool.FLOOR, label_spool.PROVEN, label_spool.OURS]
    assert "3 labels" in table[-1].note
    assert len(list(Path("build").iterdir())) == 1, "what the simulator printed is gone, the book is kept"
