"""Painting shared by the widgets that draw themselves: rounded boxes, pills, key caps."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from ui import theme

CHIP_HEIGHT = 30


@lru_cache(maxsize=32)
def metrics(size: int, bold: bool = False) -> QFontMetrics:
    """Measures of the family at a size."""
    return QFontMetrics(theme.font(size, bold=bold))


def box(
    painter: QPainter, rect: QRectF, radius: float, *, fill: str, border: str | None = None, width: float = 1
) -> None:
    """A rounded box whose border lies inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(fill))
    if border is None:
        painter.setPen(Qt.PenStyle.NoPen)
        inner = rect
    else:
        painter.setPen(QPen(QColor(border), width))
        inner = rect.adjusted(width / 2, width / 2, -width / 2, -width / 2)
    painter.drawRoundedRect(inner, radius, radius)


def words(
    painter: QPainter,
    rect: QRectF,
    text: str,
    *,
    colour: str = theme.ink,
    font: QFont,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    elide: bool = True,
) -> None:
    """One line of text, centred upright, cut with … when it is too long."""
    painter.setFont(font)
    painter.setPen(QColor(colour))
    if elide:
        text = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(rect.width()) + 1)
    painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, text)


def key_size(key: str) -> QSize:
    """The room a key cap takes."""
    return QSize(max(22, metrics(theme.size_key, True).horizontalAdvance(key) + 13), 19)


def paint_key(painter: QPainter, rect: QRectF, key: str, *, on_dark: bool = False, dim: bool = False) -> None:
    """A key cap such as F12."""
    if on_dark:
        fill, border, letters = "#2B8468", "#5FA58E", "#FFFFFF"
    else:
        fill, border, letters = theme.quiet, theme.line_strong, theme.faint if dim else theme.tertiary
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box(painter, rect, theme.radius_small, fill=fill, border=border)
    words(
        painter,
        rect,
        key,
        colour=letters,
        font=theme.font(theme.size_key, bold=True),
        align=Qt.AlignmentFlag.AlignHCenter,
        elide=False,
    )


def chip_size(text: str, dot: bool = False) -> QSize:
    """The room a chip takes."""
    return QSize(metrics(theme.size_small, True).horizontalAdvance(text) + 25 + (15 if dot else 0), CHIP_HEIGHT)


def paint_chip(
    painter: QPainter, rect: QRectF, kind: str, text: str, *, dot: bool = False, ground: str | None = None
) -> None:
    """A pill whose words say what its colour means. `ground` replaces the tint, as on a selected row."""
    letters, fill = theme.kinds[kind]
    box(painter, rect, rect.height() / 2, fill=ground or fill)
    left = rect.left() + 12
    if dot:
        painter.setBrush(QColor(letters))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(left + 4, rect.center().y()), 4, 4)
        left += 15
    room = QRectF(left, rect.top(), rect.right() - 11 - left, rect.height())
    words(painter, room, text, colour=letters, font=theme.font(theme.size_small, bold=True))
