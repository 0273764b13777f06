"""Lucide's icons in any colour and size, drawn once each. Small ones get a heavier stroke, so that they stay as dark as their words."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from corner_app.reference import resource_dir

_SMALL = 18


@lru_cache(maxsize=512)
def icon(name: str, colour: str, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """The icon in a colour (#RRGGBB), `size` pixels square at a screen of this ratio."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    _renderer(name, colour, "2.25" if size <= _SMALL else "1.75").render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str, stroke: str) -> QSvgRenderer:
    svg = (resource_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(svg.replace("currentColor", colour).replace('stroke-width="1.75"', f'stroke-width="{stroke}"').encode()))
