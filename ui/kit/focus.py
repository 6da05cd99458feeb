"""The soft ring around whatever has focus, so that nobody at the counter has to search for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QComboBox, QSplitter, QWidget
from shiboken6 import isValid

from ui import theme

_WIDTH = 3
_MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.ParentChange)
NO_RING = "no_ring"
"""Dynamic property of a widget that shows its focus by itself."""


class FocusRing(QObject):
    """One per program: follows the focus and draws a halo of 3 px outside the widget, without asking it."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._halo: _Halo | None = None
        app.focusChanged.connect(self._on_focus)

    def _on_focus(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._halo is not None:
            if isValid(self._halo):
                self._halo.leave()
            self._halo = None
        if now is None or now.isWindow() or now.property(NO_RING) or now.focusPolicy() == Qt.FocusPolicy.NoFocus:
            return
        if isinstance(now, QAbstractScrollArea) and now.property("ring") is None:
            return
        around = now
        # The line inside an editable combo has the focus; what the eye takes for the control is the combo. A Field
        # hands its focus on too, but is label and sentence as well: its editor is marked and ends the climb.
        while (
            not around.property("field")
            and (owner := around.parentWidget()) is not None
            and isinstance(owner, QComboBox)
            and owner.focusProxy() is around
        ):
            around = owner
        ground = _ground_of(around)
        if ground is not None:
            self._halo = _Halo(around, ground)
            self._halo.destroyed.connect(self._on_gone)

    def _on_gone(self) -> None:
        if self._halo is not None and not isValid(self._halo):
            self._halo = None


def _ground_of(around: QWidget) -> QWidget | None:
    """The card, scrolled page or window the ring is drawn on: far enough out that no tight layout cuts it off."""
    ground = around.parentWidget()
    while ground is not None and not ground.isWindow() and ground.objectName() not in ("card", "page"):
        outer = ground.parentWidget()
        if outer is None or isinstance(outer.parentWidget(), QAbstractScrollArea) or isinstance(outer, QSplitter):
            break
        ground = outer
    return None if isinstance(ground, QSplitter) else ground


class _Halo(QWidget):
    def __init__(self, around: QWidget, ground: QWidget) -> None:
        super().__init__(ground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._around, self._ground = around, ground
        self._path: list[QWidget] = []
        at: QWidget | None = around
        while at is not None and at is not ground:
            self._path.append(at)
            at.installEventFilter(self)
            at = at.parentWidget()
        self._follow()

    def leave(self) -> None:
        for widget in self._path:
            if isValid(widget):
                widget.removeEventFilter(self)
        self.hide()
        self.deleteLater()

    def _follow(self) -> None:
        if not self._ground.isAncestorOf(self._around):
            self.hide()
            return
        place = QRect(self._around.mapTo(self._ground, QPoint(0, 0)), self._around.size())
        self.setGeometry(place.adjusted(-_WIDTH, -_WIDTH, _WIDTH, _WIDTH))
        self.setVisible(self._around.isVisibleTo(self._ground))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _MOVES:
            self._follow()
        elif event.type() == QEvent.Type.DynamicPropertyChange:
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tint = QColor(theme.red if self._around.property("problem") else theme.brand)
        tint.setAlpha(56)
        painter.setPen(QPen(tint, _WIDTH))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inset = _WIDTH / 2
        radius = self._around.property("ring_radius") or theme.radius_control
        rect = QRectF(QRect(self.rect())).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(rect, radius + inset, radius + inset)
