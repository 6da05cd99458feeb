"""Buttons: one primary per screen, bottom right, on F12; the key that presses it is drawn on it.

The key is a hint and part of the name read aloud. Pressing it is routed by the shell to the page (`on_primary`,
`on_pay`, …) and by `Dialog` to its own buttons, so that one key never has two owners."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from models.language import _
from ui import theme
from ui.icons import paint_icon
from ui.kit.paint import box, key_size, metrics, paint_key, words


class _Button(QPushButton):
    _height = theme.height_button
    _size = theme.size_body
    _padding = 19

    def __init__(self, text: str, key: str = "", *, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._key, self._icon = key, icon
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self._name()

    def setText(self, text: str) -> None:
        super().setText(text)
        self._name()
        self.updateGeometry()

    def set_key(self, key: str) -> None:
        """Show another key on it."""
        self._key = key
        self._name()
        self.updateGeometry()
        self.update()

    def key(self) -> str:
        """The key drawn on it."""
        return self._key

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()} ({self._key})" if self._key else self.text())

    def _content_width(self) -> int:
        width = metrics(self._size, True).horizontalAdvance(self.text())
        if self._key:
            width += 10 + key_size(self._key).width()
        if self._icon:
            width += 20 + (8 if self.text() else 0)
        return width

    def sizeHint(self) -> QSize:
        return QSize(self._content_width() + 2 * self._padding, self._height)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._content_width() + 16, self._height)

    def _colours(self) -> tuple[str, str | None, str]:
        """Ground, border and letters as it stands now."""
        raise NotImplementedError

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ground, border, letters = self._colours()
        rect = QRectF(self.rect())
        width = 2.0 if self.hasFocus() and border is not None else 1.0
        box(painter, rect, theme.radius_control, fill=ground, border=border, width=width)
        left = max(8.0, (rect.width() - self._content_width()) / 2)
        middle = rect.center().y()
        if self._icon:
            paint_icon(painter, QRectF(left, middle - 10, 20, 20), self._icon, letters)
            left += 28
        text_width = metrics(self._size, True).horizontalAdvance(self.text())
        room = QRectF(left, rect.top(), min(text_width + 2, rect.right() - 8 - left), rect.height())
        words(painter, room, self.text(), colour=letters, font=theme.font(self._size, bold=True))
        if self._key:
            cap = key_size(self._key)
            place = QRectF(left + text_width + 10, middle - cap.height() / 2, cap.width(), cap.height())
            dark = ground in (theme.brand, theme.brand_dark, theme.red)
            paint_key(painter, place, self._key, on_dark=dark, dim=not self.isEnabled())

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter on a focused button presses it, as clerks expect; held down it must not press twice.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
            return
        super().keyPressEvent(event)


class PrimaryButton(_Button):
    """The one thing this screen is for: `PrimaryButton(_("Terima & cetak kuitansi"), "F12")`.

    56 px high; `compact=True` gives the 46 px one of a list («Buka Enter»)."""

    def __init__(
        self,
        text: str,
        key: str = "",
        *,
        icon: str = "",
        compact: bool = False,
        danger: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._height = theme.height_button if compact else theme.height_primary
        self._size = theme.size_body if compact else 17
        self._danger = danger
        super().__init__(text, key, icon=icon, parent=parent)

    def _colours(self) -> tuple[str, str | None, str]:
        if not self.isEnabled():
            return theme.grey_tint, theme.line, theme.tertiary
        if self._danger:
            return theme.red, "#7E1610" if self.hasFocus() or self.underMouse() else theme.red, theme.card
        if self.isDown() or self.underMouse():
            return theme.brand_dark, theme.brand_dark, theme.card
        return theme.brand, theme.brand_dark if self.hasFocus() else theme.brand, theme.card


class SecondaryButton(_Button):
    """Another way on, white with a line: `SecondaryButton(_("Batal"), "Esc")`. `danger=True` writes it in red."""

    def __init__(
        self, text: str, key: str = "", *, icon: str = "", danger: bool = False, parent: QWidget | None = None
    ) -> None:
        self._danger = danger
        super().__init__(text, key, icon=icon, parent=parent)

    def _colours(self) -> tuple[str, str | None, str]:
        letters = theme.red if self._danger else theme.ink
        if not self.isEnabled():
            return theme.quiet, theme.line, theme.tertiary
        ground = theme.brand_tint if self.isDown() else theme.quiet if self.underMouse() else theme.card
        return ground, theme.brand if self.hasFocus() else theme.line_strong, letters


class QuietButton(_Button):
    """A small action in a row: `QuietButton(_("Lihat"))`, or `QuietButton("", icon="trash", tooltip=_("Hapus"))`."""

    _height = 34
    _size = 14
    _padding = 9

    def __init__(
        self,
        text: str,
        key: str = "",
        *,
        icon: str = "",
        boxed: bool = False,
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        self._boxed = boxed
        self._pressed = False
        super().__init__(text, key, icon=icon, parent=parent)
        if tooltip:
            self.setToolTip(tooltip)
            if not text:
                self.setAccessibleName(tooltip)

    def set_pressed(self, pressed: bool) -> None:
        """Tint it as the one that holds, of buttons that mark something."""
        self._pressed = pressed
        self.setAccessibleDescription(_("dipilih") if pressed else "")
        self.update()

    def _colours(self) -> tuple[str, str | None, str]:
        if self._pressed:
            return theme.brand_tint, theme.brand, theme.brand_dark
        letters = theme.ink if self.isEnabled() else theme.tertiary
        ground = theme.brand_tint if self.isDown() or self.underMouse() else theme.card
        resting = theme.line_strong if self._boxed else ground
        return ground, theme.brand if self.hasFocus() else resting, letters
