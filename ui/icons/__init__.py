"""Icons: drawn once as SVG, coloured and sized when asked for, sharp on every screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.icons.drawings import DRAWINGS

INK = "#16241F"
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" '
    'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{drawing}</svg>'
)


def names() -> list[str]:
    """Every icon there is."""
    return sorted(DRAWINGS)


def svg(name: str, colour: str = INK) -> str:
    """The whole SVG text; KeyError names an icon that nobody has drawn."""
    return _FRAME.format(colour=colour, drawing=DRAWINGS[name])


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(svg(name, colour).encode()))


def paint_icon(painter: QPainter, rect: QRectF, name: str, colour: str = INK) -> None:
    """Draw an icon into `rect` as vectors: sharp at any scale."""
    _renderer(name, colour).render(painter, rect)


def pixmap(name: str, colour: str = INK, size: int = 20, ratio: float = 1.0) -> QPixmap:
    """An icon of `size` logical pixels for a screen with `ratio` device pixels each."""
    made = QPixmap(round(size * ratio), round(size * ratio))
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_icon(painter, QRectF(0, 0, size, size), name, colour)
    painter.end()
    return made


@lru_cache(maxsize=256)
def icon(name: str, colour: str = INK, size: int = 20) -> QIcon:
    """An icon for Qt's own buttons and menus, held at 1×, 1.5× and 2×."""
    made = QIcon()
    for ratio in (1.0, 1.5, 2.0):
        made.addPixmap(pixmap(name, colour, size, ratio))
    return made
