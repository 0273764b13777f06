"""The bitmap as a picture: the preview is what the printer gets."""

from __future__ import annotations

import io

from PIL import Image, ImageChops

from corner_app.labels.raster import Bitmap


def picture(bitmap: Bitmap) -> Image.Image:
    """Black on white, one pixel a dot."""
    image = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows)
    return ImageChops.invert(image.convert("L"))


def png(bitmap: Bitmap) -> bytes:
    """The same as a PNG file."""
    out = io.BytesIO()
    picture(bitmap).convert("1").save(out, "PNG")
    return out.getvalue()
