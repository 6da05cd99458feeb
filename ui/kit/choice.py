"""Choices: one of a list, found by typing part of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QWidget

from models.language import _
from ui import theme
from ui.icons import paint_icon


class Choice(QComboBox):
    """`Choice([("P", _("Perempuan")), ("L", _("Laki-laki"))])`: type part of a name, Tab or Enter takes the best one.

    `changed(value | None)`. The best one begins with what was typed; failing that, it contains it. What fits nothing
    stays on the screen and is complained about. Down opens the whole list. The wheel does not change it."""

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(
        self,
        options: Iterable[tuple[Any, str]] = (),
        *,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value: Any = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMaxVisibleItems(12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumContentsLength(4)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        # A line of our own: of the one Qt makes, Python never hears that it is gone, and the next line at its address
        # would be taken for it.
        self._line = line = QLineEdit(self)
        self.setLineEdit(line)
        line.setPlaceholderText(placeholder)
        line.installEventFilter(self)
        line.textEdited.connect(self._on_edited)
        completer = QCompleter(self.model(), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setMaxVisibleItems(8)
        popup = completer.popup()
        assert popup is not None
        popup.setObjectName("suggestions")
        self.setCompleter(completer)
        completer.activated.connect(lambda _text: self.settle())
        self.activated.connect(self._on_activated)
        self.set_options(options)

    def set_options(self, options: Iterable[tuple[Any, str]]) -> None:
        """Another list of (value, words); keeps the choice if it is still there."""
        kept = self._value
        self.blockSignals(True)
        self.clear()
        for value, text in options:
            self.addItem(text, value)
        self.setCurrentIndex(-1)
        self.blockSignals(False)
        self._value = None
        self._show(self._index(kept))
        if self._value != kept:
            self.changed.emit(self._value)

    def value(self) -> Any:
        """The value chosen, or None."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Choose by value; None for nothing. ValueError if it is not in the list."""
        index = self._index(value)
        if index < 0 and value is not None:
            raise ValueError(f"not one of the options: {value!r}")
        old = self._value
        self._show(index)
        self.complaint.emit("")
        if self._value != old:
            self.changed.emit(self._value)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self._line.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        super().setAccessibleDescription(description)
        self._line.setAccessibleDescription(description)

    def _index(self, value: Any) -> int:
        return next((at for at in range(self.count()) if self.itemData(at) == value), -1) if value is not None else -1

    def _show(self, index: int) -> None:
        self.setCurrentIndex(index)
        if index < 0:
            self._line.clear()
            self._value = None
        else:
            self._line.setText(self.itemText(index))
            if not self._line.hasFocus():
                # Of a long name the beginning tells which it is.
                self._line.setCursorPosition(0)
            self._value = self.itemData(index)

    def _best(self, text: str) -> int:
        wanted = text.strip().casefold()
        if not wanted:
            return -1
        texts = [self.itemText(at).casefold() for at in range(self.count())]
        fits = (str.__eq__, str.startswith, str.__contains__)
        return next((at for fit in fits for at, one in enumerate(texts) if fit(one, wanted)), -1)

    def _on_activated(self, index: int) -> None:
        self._take(index)

    def _take(self, index: int) -> None:
        old = self._value
        self._show(index)
        self.complaint.emit("")
        if self._value != old:
            self.changed.emit(self._value)

    def _on_edited(self, text: str) -> None:
        self.complaint.emit("")
        exact = [at for at in range(self.count()) if self.itemText(at).casefold() == text.strip().casefold()]
        new = self.itemData(exact[0]) if exact else None
        if new != self._value:
            self._value = new
            self.changed.emit(new)

    def settle(self) -> None:
        """What was typed is all there is: take the best option."""
        text = self._line.text()
        index = self._best(text)
        if index >= 0 or not text.strip():
            self._take(index)
            return
        self._value = None
        self.complaint.emit(_("Pilih dari daftar."))
        self.changed.emit(None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._line:
            if event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
                if event.reason() not in (
                    Qt.FocusReason.PopupFocusReason,
                    Qt.FocusReason.ActiveWindowFocusReason,
                ):
                    self.settle()
            elif event.type() == QEvent.Type.FocusIn:
                self._line.selectAll()
            elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                    self.settle()
                elif event.key() == Qt.Key.Key_Down:
                    self.showPopup()
                    return True
        return super().eventFilter(watched, event)

    # The focus rests on the box, not on the line in it, and the box hands its events on without passing the filter.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down:
            self.showPopup()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.settle()
        super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRectF(self.width() - 28, self.height() / 2 - 8, 16, 16)
        paint_icon(QPainter(self), place, "chevron-down", theme.secondary)
