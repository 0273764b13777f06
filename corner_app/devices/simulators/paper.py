"""What comes out of a simulated printer: pictures in a folder that say SIMULATED."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from corner_app.devices.readback.picture import Picture
from corner_app.devices.simulators.dialect import NAME

_STRIP = 48
_GREY = 190


class Paper:
    """label-0001.png … in a folder; those of earlier runs are counted on from."""

    def __init__(self, folder: Path) -> None:
        """folder: made if missing."""
        self.folder = folder
        self.printed: list[Path] = []
        folder.mkdir(parents=True, exist_ok=True)
        self.count = len(list(folder.glob("label-*.png")))

    def out(self, picture: Picture) -> None:
        """One more label lies there."""
        path = self.folder / f"label-{self.count + 1:04}.png"
        marks = PngInfo()
        marks.add_text("Comment", NAME)
        sheet(picture).save(path, pnginfo=marks)
        self.count += 1
        self.printed.append(path)


def sheet(picture: Picture) -> Image.Image:
    """The label as a grey-scale picture, one dot a pixel, with the strip that says it is simulated under it."""
    dots = Image.frombytes("1", (picture.width, picture.height), picture.rows, "raw", "1;I")
    made = Image.new("L", (picture.width, picture.height + _STRIP), _GREY)
    made.paste(dots, (0, 0))
    ImageDraw.Draw(made).text((8, picture.height + 8), NAME, fill=0, font=ImageFont.load_default(28))
    return made
