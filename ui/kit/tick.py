"""Ticks: a box with a drawn check mark, so that what is agreed does not hang on a colour."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, Qt
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton, QWidget

from ui import theme
from ui.icons import paint_icon


class Tick(QCheckBox):
    """`Tick(_("Pekerja menyetujui"))`: Space or Enter ticks it."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(text)
        self.setProperty("ring_radius", theme.radius_small)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        place = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        paint_icon(QPainter(self), QRectF(place).adjusted(3, 3, -3, -3), "check", theme.card)
