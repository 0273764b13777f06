"""A label's ZPL drawn by a second, unrelated interpreter (zpl-renderer-js 3.4, an npm package).

Set CORNER_ZPL_RENDERER to a folder whose node_modules holds it; without it, or without node, the test is skipped. Nothing is fetched.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from corner_app.devices.languages import zpl
from corner_app.devices.profile import Profile
from corner_app.labels.layout import ParcelLabel
from corner_app.labels.media import PARCEL_203
from corner_app.labels.raster import draw_parcel_label

FOLDER = os.environ.get("CORNER_ZPL_RENDERER", "")
pytestmark = [
    pytest.mark.usefixtures("qapp"),
    pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed"),
    pytest.mark.skipif(not FOLDER, reason="CORNER_ZPL_RENDERER names no folder with zpl-renderer-js"),
]
ITEM = "CP104722315BD"
LABEL = ParcelLabel(
    item=ITEM, grouped="CP 1047 2231 5 BD", postcode="8560", office="মঠবাড়িয়া", district="পিরোজপুর", route="85·B", hub="পিরোজপুর হাব",
    weight="ওজন ১.২ কেজি", name="মোঃ কামরুল হাসান", address="গ্রাম: দাউদখালী, ইউনিয়ন: দাউদখালী\nমঠবাড়িয়া, পিরোজপুর ৮৫৬০", phone="০১৭•• ••৯০২১",
    cod_amount="৳ ৯৯০", cod_words="নয়শত নব্বই টাকা মাত্র", sender="প্রেরক: নকশী বাজার · NB-20931", origin="পিরোজপুর ৮৫০০ · ২৪-১১-২০২৬ · ছাপা ১",
    link=f"https://corner.example/t/{ITEM}",
)  # fmt: skip
SCRIPT = """
import { readFileSync } from "node:fs";
const { ready } = await import(process.argv[2]);
const { api } = await ready;
const png = await api.zplToBase64Async(readFileSync(process.argv[3], "utf8"), 101.5, 152.25, 8);
process.stdout.write(png, () => process.exit(0));
"""


@pytest.mark.parametrize("compression", ["hex", "acs", "z64"])
def test_another_interpreter_draws_the_same_dots(compression: zpl.Compression, tmp_path: Path) -> None:
    bitmap = draw_parcel_label(LABEL, PARCEL_203)
    (tmp_path / "label.zpl").write_bytes(zpl.encode(bitmap, Profile(name="ZPL", language="zpl", compression=compression), 1))
    (tmp_path / "draw.mjs").write_text(SCRIPT)
    (module,) = Path(FOLDER).glob("node_modules/zpl-renderer-js/dist/index.esm.js")
    command = ["node", str(tmp_path / "draw.mjs"), module.resolve().as_uri(), str(tmp_path / "label.zpl")]
    drawn = subprocess.run(command, capture_output=True, check=True, timeout=120)
    (tmp_path / "label.png").write_bytes(base64.b64decode(drawn.stdout))
    image = Image.open(tmp_path / "label.png").convert("L")
    assert image.size == (bitmap.width, bitmap.height)
    ours = np.unpackbits(np.frombuffer(bitmap.rows, np.uint8).reshape(bitmap.height, -1), axis=1)[:, : bitmap.width]
    assert int(((np.asarray(image) < 128) != ours.astype(bool)).sum()) == 0
    assert {code.text for code in zxingcpp.read_barcodes(image)} == {ITEM, LABEL.link}
