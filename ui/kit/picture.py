"""Pictures on the screen: a page drawn from memory, fitted to its place, larger where somebody wants to read it."""

from __future__ import annotations

import io

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from models.language import _
from ui import theme

_MARGIN = 10


def _decoded(data: bytes) -> QImage:
    """By Pillow, which has examined it before: Qt's own reader of JPEG is a plug-in that need not be there."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
            picture = opened.convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("not a picture that can be read") from error
    wide, high = picture.size
    return QImage(picture.tobytes(), wide, high, 4 * wide, QImage.Format.Format_RGBA8888).copy()


class _Sheet(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.image = QImage()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.image.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        ratio = self.devicePixelRatioF()
        wanted = (self.size() * ratio).boundedTo(self.image.size())
        # Halved in steps by Qt's own scaler: drawn straight, small print would break up.
        small = self.image.scaled(
            wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        painter.drawImage(self.rect(), small)
        painter.setPen(QColor(theme.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class PictureView(QScrollArea):
    """`view.show_picture(data)` shows a JPEG or PNG, the whole of it; Ctrl and + or − zoom, Ctrl and 0 fits again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = 1.0
        self.setProperty("ring", True)
        self.setAccessibleName(_("Pratinjau gambar"))
        holder = QWidget()
        holder.setObjectName("page")
        holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._holder = holder
        self._sheet = _Sheet(holder)
        self.setWidget(holder)

    def show_picture(self, data: bytes) -> None:
        """Show a picture. ValueError if `data` is none that can be read."""
        self._sheet.image = _decoded(data)
        self._zoom = 1.0
        self._fit()
        self._sheet.update()

    def clear(self) -> None:
        """Show nothing and let go of the picture."""
        self._sheet.image = QImage()
        self._sheet.update()

    def has_picture(self) -> bool:
        """Whether one is shown."""
        return not self._sheet.image.isNull()

    def set_zoom(self, zoom: float) -> None:
        """1 shows the whole picture; up to 6 times that."""
        self._zoom = min(6.0, max(1.0, zoom))
        self._fit()

    def _fit(self) -> None:
        seen = self.viewport().size()
        image = self._sheet.image
        if image.isNull():
            self._holder.resize(seen)
            return
        room = max(40, seen.width() - 2 * _MARGIN), max(40, seen.height() - 2 * _MARGIN)
        scale = min(room[0] / image.width(), room[1] / image.height(), 1.0) * self._zoom
        wide, high = max(1, round(image.width() * scale)), max(1, round(image.height() * scale))
        whole = max(seen.width(), wide + 2 * _MARGIN), max(seen.height(), high + 2 * _MARGIN)
        self._holder.resize(*whole)
        self._sheet.setGeometry(QRect((whole[0] - wide) // 2, (whole[1] - high) // 2, wide, high))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
                self.set_zoom(self._zoom * 1.4)
                return
            if event.key() == Qt.Key.Key_Minus:
                self.set_zoom(self._zoom / 1.4)
                return
            if event.key() == Qt.Key.Key_0:
                self.set_zoom(1.0)
                return
        super().keyPressEvent(event)
