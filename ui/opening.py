"""The opening: what is painted at once, while everything else of the window is still being loaded."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

_PAGE, _BRAND = QColor(0xF3F6F4), QColor(0x075239)
"""As in ui.theme, which costs more to load than this window."""


class Opening(QWidget):
    """The page's colour and the program's name. `painted` is sent once, after the first paint."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._was_painted = False
        self.setWindowTitle("Loket PMI")
        self.resize(1366, 768)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), _PAGE)
        painter.setPen(_BRAND)
        font = painter.font()
        font.setPixelSize(26)
        font.setBold(True)
        painter.setFont(font)
        wide = painter.fontMetrics().horizontalAdvance(self.windowTitle())
        painter.drawText((self.width() - wide) // 2, self.height() * 3 // 7, self.windowTitle())
        painter.end()
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()
