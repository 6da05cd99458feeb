"""Tiles and segments: one of a few, all of them in view, chosen by arrow keys, a digit or a letter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QSizePolicy, QWidget

from ui import theme
from ui.kit.paint import box, key_size, metrics, paint_key, words


@dataclass(frozen=True)
class Option:
    """One of a few: its value, its words, what stands large below them, the key that chooses it."""

    value: Any
    text: str
    detail: str = ""
    key: str = ""


class _Pick(QRadioButton):
    """A radio button that looks like a tile; Qt brings the arrow keys, the group and what is read aloud."""

    def __init__(self, option: Option, parent: QWidget) -> None:
        super().__init__(parent)
        self.option = option
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(" ".join(part for part in (option.text, option.detail) if part))
        self.setAccessibleDescription(option.key)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def hitButton(self, pos: Any) -> bool:
        return self.rect().contains(pos)

    def _colours(self) -> tuple[str, str, str, float]:
        """Ground, border, letters, width of the border."""
        if not self.isEnabled():
            return theme.quiet, theme.line, theme.tertiary, 1
        if self.isChecked():
            return theme.brand_tint, theme.brand, theme.brand_dark, 2
        focus = self.hasFocus() or self.underMouse()
        return theme.card, theme.brand if focus else theme.line_strong, theme.ink, 1

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


class _Tile(_Pick):
    def sizeHint(self) -> QSize:
        wide = max(
            metrics(theme.size_body, True).horizontalAdvance(self.option.text) + 64,
            metrics(20, True).horizontalAdvance(self.option.detail) + 32,
        )
        return QSize(wide, 82)

    def minimumSizeHint(self) -> QSize:
        option = self.option
        head = metrics(theme.size_body, True).horizontalAdvance(option.text)
        return QSize(max(head, metrics(13, True).horizontalAdvance(option.detail)) + 30, 82)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground, border, letters, width = self._colours()
        rect = QRectF(self.rect())
        box(painter, rect, 12, fill=ground, border=border, width=width)
        option = self.option
        inner = rect.adjusted(15, 12, -13, -12)
        head = QRectF(inner.left(), inner.top(), inner.width(), 22)
        dark = theme.ink if self.isEnabled() else letters
        words(painter, head, option.text, colour=dark, font=theme.font(theme.size_body, bold=True))
        if option.key:
            cap = key_size(option.key)
            left = head.left() + metrics(theme.size_body, True).horizontalAdvance(option.text) + 8
            if left + cap.width() > head.right() + 6:
                cap = QSize()
            else:
                head.setRight(left)
        if option.key and not cap.isEmpty():
            paint_key(painter, QRectF(left, head.center().y() - 9.5, cap.width(), cap.height()), option.key)
        size = 20
        while size > 13 and metrics(size, True).horizontalAdvance(option.detail) > inner.width():
            size -= 1
        amount = QRectF(inner.left(), inner.top() + 27, inner.width(), 30)
        words(painter, amount, option.detail, colour=letters, font=theme.font(size, bold=True, figures=True))


class _Segment(_Pick):
    def sizeHint(self) -> QSize:
        return QSize(self._wide() + 38, theme.height_button)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._wide() + 14, theme.height_button)

    def _wide(self) -> int:
        wide = metrics(theme.size_body, True).horizontalAdvance(self.option.text)
        return wide + (10 + key_size(self.option.key).width() if self.option.key else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground, border, letters, width = self._colours()
        rect = QRectF(self.rect())
        box(painter, rect, theme.radius_control, fill=ground, border=border, width=width)
        left = max(7.0, (rect.width() - self._wide()) / 2)
        text = metrics(theme.size_body, True).horizontalAdvance(self.option.text)
        words(
            painter,
            QRectF(left, rect.top(), text + 2, rect.height()),
            self.option.text,
            colour=theme.ink if self.isEnabled() else letters,
            font=theme.font(theme.size_body, bold=True),
        )
        if self.option.key:
            cap = key_size(self.option.key)
            place = QRectF(left + text + 10, rect.center().y() - 9.5, cap.width(), cap.height())
            paint_key(painter, place, self.option.key)


class _Picker(QWidget):
    changed = Signal(object)
    complaint = Signal(str)
    _kind: type[_Pick] = _Pick

    def __init__(
        self, options: Sequence[Option], value: Any = None, *, spacing: int = 14, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)
        self._group = QButtonGroup(self)
        self._group.buttonToggled.connect(self._on_toggled)
        self._picks: list[_Pick] = []
        self._listened: QWidget | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.set_options(options, value)

    def set_options(self, options: Sequence[Option], value: Any = None) -> None:
        """Other options, as when the tariff changes; keeps the choice if it is still there."""
        kept = value if value is not None else self.value() if self._picks else None
        focused = self.hasFocus() or any(pick.hasFocus() for pick in self._picks)
        same = [pick.option.value for pick in self._picks] == [option.value for option in options]
        if same:
            for pick, option in zip(self._picks, options, strict=True):
                pick.option = option
                pick.setAccessibleName(" ".join(part for part in (option.text, option.detail) if part))
                pick.updateGeometry()
                pick.update()
        else:
            for pick in self._picks:
                self._group.removeButton(pick)
                self._row.removeWidget(pick)
                pick.hide()
                pick.deleteLater()
            self._picks = [self._kind(option, self) for option in options]
            for pick in self._picks:
                self._group.addButton(pick)
                self._row.addWidget(pick, 1)
                # A layout shows what it is given only at the next turn of the loop: too late to take the focus now.
                pick.show()
        if any(option.value == kept for option in options):
            self.set_value(kept)
        if self._picks:
            self.setFocusProxy(next((pick for pick in self._picks if pick.isChecked()), self._picks[0]))
            if focused and not same:
                self.setFocus()

    def value(self) -> Any:
        """The value chosen, or None."""
        return next((pick.option.value for pick in self._picks if pick.isChecked()), None)

    def set_value(self, value: Any) -> None:
        """Choose by value. ValueError if it is not one of them."""
        for pick in self._picks:
            if pick.option.value == value:
                pick.setChecked(True)
                return
        raise ValueError(f"not one of the options: {value!r}")

    def set_enabled(self, value: Any, enabled: bool, why: str = "") -> None:
        """Allow one option or not; `why` is its tooltip."""
        for pick in self._picks:
            if pick.option.value == value:
                pick.setEnabled(enabled)
                pick.setToolTip("" if enabled else why)

    def press_key(self, key: str) -> bool:
        """Choose by its key, as if it had been pressed; False if no option that is allowed has it."""
        for pick in self._picks:
            if pick.isEnabled() and pick.option.key and pick.option.key.casefold() == key.casefold():
                pick.setChecked(True)
                if any(other.hasFocus() for other in self._picks):
                    pick.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return True
        return False

    def listen_on(self, page: QWidget) -> None:
        """Let the keys work anywhere on `page` where the control with the focus has no use for them, as a letter
        in an amount."""
        if self._listened is not None:
            self._listened.removeEventFilter(self)
        self._listened = page
        page.installEventFilter(self)

    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        for pick in self._picks:
            pick.setAccessibleDescription(", ".join(part for part in (name, pick.option.key) if part))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self._listened
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and self._plain(event)
            and self.isVisible()
            and self.isEnabled()
        ):
            return self.press_key(event.text())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._plain(event) and self.press_key(event.text()):
            return
        super().keyPressEvent(event)

    @staticmethod
    def _plain(event: QKeyEvent) -> bool:
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        return bool(event.text().strip()) and not event.modifiers() & modifiers

    def _on_toggled(self, pick: QRadioButton, checked: bool) -> None:
        if checked and isinstance(pick, _Pick):
            self.setFocusProxy(pick)
            self.changed.emit(pick.option.value)


class Tiles(_Picker):
    """Large tiles: `Tiles([Option(6, _("6 bulan"), "Rp 108.000", "1"), …], 24)`. `changed(value)`.

    Arrow keys move the choice, a tile's key chooses it while one of them has the focus."""

    _kind = _Tile


class Segments(_Picker):
    """A row of equal buttons: `Segments([Option("cash", _("Tunai"), key="T"), …])`. `changed(value)`.

    `segments.listen_on(page)` lets T, B and K work from anywhere on the page, also while an amount is typed."""

    _kind = _Segment
