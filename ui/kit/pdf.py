"""Papers on the screen: PDF bytes drawn from memory, never from a file."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from models.language import _
from ui import theme

_POINTS_PER_PIXEL = 72 / 96
_MARGIN = 12


class _Sheet(QWidget):
    """One page, drawn when it comes into view, at the width it has then."""

    def __init__(self, document: Any, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._document, self._number = document, number
        size: tuple[float, float] = document.get_page_size(number)
        self._width, self._height = size
        self._image: QImage | None = None
        self.setAccessibleName(_("Halaman {n}").format(n=number + 1))

    def height_at(self, width: int) -> int:
        return round(width * self._height / self._width)

    def natural_width(self) -> int:
        return round(self._width / _POINTS_PER_PIXEL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        wanted = round(self.width() * ratio)
        if self._image is None or abs(self._image.width() - wanted) > 1:
            self._image = self._draw(wanted / self._width)
            self._image.setDevicePixelRatio(ratio)
        painter.drawImage(self.rect(), self._image)
        painter.setPen(QColor(theme.line))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def _draw(self, scale: float) -> QImage:
        page = self._document[self._number]
        try:
            bitmap = page.render(scale=scale, rev_byteorder=True, force_bitmap_format=4)
            image = QImage(
                bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888
            )
            return image.copy()
        finally:
            page.close()


class PdfView(QScrollArea):
    """`view.show_pdf(data)` shows PDF bytes, fitted to its width; Ctrl and + or − zoom, Ctrl and 0 fits again.

    pypdfium2 is imported when the first paper is shown. Nothing is written to the disk."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document: Any = None
        self._zoom = 1.0
        self._sheets: list[_Sheet] = []
        self.setProperty("ring", True)
        self.setAccessibleName(_("Pratinjau"))
        self._holder = QWidget()
        self._holder.setObjectName("page")
        self._holder.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWidget(self._holder)

    def show_pdf(self, data: bytes) -> None:
        """Show a paper. ValueError if `data` is no PDF that can be read."""
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise ValueError("not a PDF that can be read") from error
        self.clear()
        self._document = document
        for number in range(len(document)):
            sheet = _Sheet(document, number, self._holder)
            sheet.show()
            self._sheets.append(sheet)
        self._fit()
        self.verticalScrollBar().setValue(0)

    def clear(self) -> None:
        """Show nothing and let go of the bytes."""
        for sheet in self._sheets:
            sheet.hide()
            sheet.deleteLater()
        self._sheets = []
        if self._document is not None:
            self._document.close()
            self._document = None

    def pages(self) -> int:
        """How many pages are shown."""
        return len(self._sheets)

    def zoom(self) -> float:
        """1.0 is the width of the view."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """0.4 to 4 times the width of the view."""
        self._zoom = min(4.0, max(0.4, zoom))
        self._fit()

    def _fit(self) -> None:
        seen = self.viewport().width()
        room = max(80, seen - 2 * _MARGIN)
        # A receipt on a wide screen is not blown up beyond 1.6 times its paper size.
        wide = [round(min(room, sheet.natural_width() * 1.6) * self._zoom) for sheet in self._sheets]
        whole = max([seen, *(width + 2 * _MARGIN for width in wide)])
        top = _MARGIN
        for sheet, width in zip(self._sheets, wide, strict=True):
            height = sheet.height_at(width)
            sheet.setGeometry((whole - width) // 2, top, width, height)
            top += height + _MARGIN
        self._holder.resize(whole, max(top, self.viewport().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
                self.set_zoom(self._zoom * 1.25)
                return
            if event.key() == Qt.Key.Key_Minus:
                self.set_zoom(self._zoom / 1.25)
                return
            if event.key() == Qt.Key.Key_0:
                self.set_zoom(1.0)
                return
        super().keyPressEvent(event)
