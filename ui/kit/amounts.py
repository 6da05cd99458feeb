"""Amounts: money as Indonesians write it, whole numbers, and the big panel that says what is due."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.language import _
from ui import theme
from ui.kit.cards import label
from ui.kit.fields import LineField
from ui.kit.paint import box

if TYPE_CHECKING:
    from models.rules.money import Money

_WELL_FORMED = re.compile(r"\d{1,3}(\.\d{3})*(,\d*)?|\d+(,\d*)?")


def grouped(text: str) -> str:
    """Dots between thousands: 1500 -> 1.500, 15000,5 -> 15.000,5. What is no number comes back as it was."""
    whole, comma, part = text.partition(",")
    digits = whole.replace(".", "")
    if not digits.isdecimal():
        return text
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", digits) + comma + part


class _Figures(LineField):
    """Lets letters pass to the page, so that T, B and K can choose the tender while an amount is being typed."""

    _signs = "0123456789"

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            text = event.text()
            plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
            if plain and text.isprintable() and text and text not in self._signs:
                event.ignore()
                return event.type() == QEvent.Type.ShortcutOverride
        return super().event(event)


class MoneyField(_Figures):
    """An amount in one currency. `changed(Money | None)`; accepts «1.500», «1500», «12,50», shows dots by itself.

    Dots are set while digits are typed; a dot typed by hand is left alone and must then stand right, so that «12.50»
    is refused, never read as 1.250. `big=True` is the 52 px one for what is received over the counter."""

    _signs = "0123456789.,"

    def __init__(
        self,
        currency: str,
        value: Money | None = None,
        *,
        placeholder: str = "",
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, longest=24, big=big, parent=parent)
        self._currency = currency
        self._value: Money | None = None
        self._before = ""
        self.setFont(theme.font(22 if big else 16, bold=big, figures=True))
        if value is not None:
            self.set_value(value)

    def currency(self) -> str:
        """The code, as TWD."""
        return self._currency

    def set_currency(self, currency: str) -> None:
        """Another currency; what was typed is read again in it."""
        self._currency = currency
        self._read(finished=not self.hasFocus())

    def value(self) -> Money | None:  # type: ignore[override]
        """The amount, or None while there is none that can be read."""
        return self._value

    def set_value(self, value: Money | None) -> None:  # type: ignore[override]
        """Show an amount of this field's currency; `changed` is sent if it is new."""
        if value is not None and value.currency != self._currency:
            raise ValueError(f"an amount in {value.currency} does not belong in a field for {self._currency}")
        new = value != self._value
        self._value = value
        self._before = "" if value is None else grouped(f"{value.main:f}".replace(".", ","))
        self.setText(self._before)
        self.complaint.emit("")
        if new:
            self.changed.emit(value)

    def _on_edited(self, text: str) -> None:
        added_dot = text.count(".") > self._before.count(".")
        ours = not added_dot and bool(_WELL_FORMED.fullmatch(self._before) or not self._before)
        if (ours or _WELL_FORMED.fullmatch(text)) and not text.endswith("."):
            behind = len(re.sub(r"\.", "", text[self.cursorPosition() :]))
            new = grouped(text)
            if new != text:
                self.setText(new)
                at = len(new)
                while at > 0 and len(new[at:].replace(".", "")) < behind:
                    at -= 1
                self.setCursorPosition(at)
        self._before = self.text()
        self._read(finished=False)

    def _read(self, *, finished: bool) -> None:
        from models.rules.problems import Refused

        text = self.text().strip()
        found: Money | None = None
        complaint = ""
        if text:
            from models.language import parse_money

            try:
                found = parse_money(text, self._currency)
            except Refused as refusal:
                from models.sentences import sentence

                if finished or not text.endswith((",", ".")):
                    complaint = sentence(refusal.problems[0])
        self.complaint.emit(complaint)
        if found != self._value:
            self._value = found
            self.changed.emit(found)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settle()

    def settle(self) -> None:
        """What was typed is all there is: read it and write it out."""
        self._read(finished=True)
        if self._value is not None:
            self.setText(grouped(f"{self._value.main:f}".replace(".", ",")))
            self._before = self.text()


class NumberField(_Figures):
    """A whole number between `least` and `most`. `changed(int | None)`; Up and Down count."""

    def __init__(
        self,
        value: int | None = None,
        *,
        least: int = 0,
        most: int = 999_999,
        placeholder: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, longest=12, parent=parent)
        self._least, self._most = least, most
        self._value: int | None = None
        self.setFont(theme.font(16, figures=True))
        self.set_value(value)

    def value(self) -> int | None:  # type: ignore[override]
        """The number, or None while there is none within the limits."""
        return self._value

    def set_value(self, value: int | None) -> None:  # type: ignore[override]
        """Show a number."""
        self.setText("" if value is None else str(value))
        self._on_edited(self.text())

    def set_limits(self, least: int, most: int) -> None:
        """Other limits, both inclusive."""
        self._least, self._most = least, most
        self._on_edited(self.text())

    def _on_edited(self, text: str) -> None:
        number = int(text) if text.isdecimal() else None
        complaint = ""
        if number is not None and not self._least <= number <= self._most:
            complaint = _("Antara {least} dan {most}.").format(least=self._least, most=self._most)
            number = None
        self.complaint.emit(complaint)
        if number != self._value:
            self._value = number
            self.changed.emit(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self.isReadOnly():
            step = 1 if event.key() == Qt.Key.Key_Up else -1
            start = self._value if self._value is not None else self._least - step
            self.set_value(min(self._most, max(self._least, start + step)))
            return
        super().keyPressEvent(event)


class BigMoney(QWidget):
    """The tinted panel that says what is due, in figures and in words."""

    def __init__(self, title: str, amount: str = "", words: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(2)
        self.title = label(title, "label", parent=self)
        self.amount = label("", parent=self)
        self.amount.setFont(theme.font(36, weight=700, figures=True))
        self.words = label("", "note", wrap=True, parent=self)
        for widget in (self.title, self.amount, self.words):
            widget.setStyleSheet(f"color: {theme.brand_dark};")
            column.addWidget(widget)
        self.set(amount, words)

    def set(self, amount: str, words: str = "") -> None:
        """What is due, already written by `models.language` («NT$ 1.235», «seribu dua ratus …»)."""
        self.amount.setText(amount or "–")
        self.words.setText(words)
        self.words.setVisible(bool(words))
        size = 36 if len(amount) <= 14 else 28 if len(amount) <= 19 else 22
        self.amount.setFont(theme.font(size, weight=700, figures=True))
        self.setAccessibleName(f"{self.title.text()}: {amount}")

    def paintEvent(self, event: QPaintEvent) -> None:
        box(QPainter(self), QRectF(self.rect()), 12, fill=theme.brand_tint)
