"""Scrolled: a part of a card or page that scrolls by itself, so that the primary button never leaves the screen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


def scrolled(*widgets: QWidget, spacing: int = 8) -> QScrollArea:
    """These widgets below one another, each as high as its words need; what is left stays empty."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    holder = QWidget()
    holder.setObjectName("clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(spacing)
    for widget in widgets:
        column.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
    column.addStretch(1)
    area.setWidget(holder)
    area.viewport().setAutoFillBackground(False)
    return area


def go_to(widget: QWidget) -> None:
    """Give it the focus, and have whatever it lies in scroll until it is seen."""
    widget.setFocus(Qt.FocusReason.OtherFocusReason)
    at = widget.parentWidget()
    while at is not None:
        if isinstance(at, QScrollArea):
            at.ensureWidgetVisible(widget, 0, 24)
        at = at.parentWidget()


class Sheet(QScrollArea):
    """A form that scrolls by itself and is content with little room: the page never grows beyond the screen for it."""

    least = 160

    def set_least(self, height: int) -> None:
        """How little room it may get: more where the page scrolls anyway."""
        if height != self.least:
            self.least = height
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.least)


class Cards(QScrollArea):
    """Cards that come and go above one that stays: as high as they need, and where the screen has less they scroll."""

    least = 90

    def __init__(self, *cards: QWidget, spacing: int = 18, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._cards = cards
        holder = self._holder = QWidget()
        holder.setObjectName("clear")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(spacing)
        for card in cards:
            self._column.addWidget(card)
            card.installEventFilter(self)
        self._column.addStretch(1)
        self.setWidget(holder)
        self.viewport().setAutoFillBackground(False)
        holder.installEventFilter(self)
        self._fit()

    def set_least(self, height: int) -> None:
        """How little room they may get: more where the page scrolls anyway."""
        if height != self.least:
            self.least = height
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), min(self.least, self.maximumHeight()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _fit(self) -> None:
        shown = any(not card.isHidden() for card in self._cards)
        self.setVisible(shown)
        needed = self._column.totalHeightForWidth(self.width()) if shown else 0
        if needed > 0 and needed != self.maximumHeight():
            self.setMaximumHeight(needed)
            self.updateGeometry()
