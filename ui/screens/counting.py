"""Counting: notes and coins of a drawer by hand, face by face, with the sums beside them as they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, money
from models.rules.money import Money, currency
from ui import theme
from ui.kit import EnterMovesOn, MoneyField, NumberField, label

if TYPE_CHECKING:
    from kiosk.forms.till import CountForm

_IN_ONE_COLUMN = 5
"""More faces than that stand in two columns; more than twice as many in three."""


class CurrencyCount(QWidget):
    """One currency: how many of each face, and an amount for what the faces do not name."""

    changed = Signal()

    def __init__(self, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        from models.rules.tills import faces

        self.code = code
        self._faces = faces(code)
        self._numbers: list[NumberField] = []
        self._worth: list[QLabel] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        unit = currency(code)
        self.title = label(f"{unit.name[:1].upper()}{unit.name[1:]} ({code})", "heading", parent=self)
        self.total_label = label("", "heading", parent=self)
        self.total_label.setFont(theme.font(18, weight=700, figures=True))
        head.addWidget(self.title, 1)
        head.addWidget(self.total_label)
        column.addLayout(head)
        column.addLayout(self._grid())
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._show()

    def _grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(8)
        count = len(self._faces) + 1
        across = 1 if count <= _IN_ONE_COLUMN else 2 if count <= 2 * _IN_ONE_COLUMN + 2 else 3
        down = -(-count // across)
        for at, face in enumerate(self._faces):
            left = at // down * 4
            name = label(money(face), "strong", parent=self)
            name.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field = NumberField(most=1_000_000, placeholder="0", parent=self)
            field.setFixedWidth(72)
            field.setAccessibleName(_("Jumlah lembar atau keping {face}").format(face=money(face)))
            name.setBuddy(field)
            worth = label("", "note", parent=self)
            worth.setFont(theme.font(15, figures=True))
            worth.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            field.changed.connect(lambda _number: self._on_changed())
            for place, widget in enumerate((name, field, worth)):
                grid.addWidget(widget, at % down, left + place)
            self._numbers.append(field)
            self._worth.append(worth)
        at = len(self._faces)
        left = at // down * 4
        self.other = MoneyField(self.code, placeholder="0", parent=self)
        self.other.setFixedWidth(132 if self._faces else 220)
        said = _("Uang lain") if self._faces else _("Jumlah")
        other_label = label(said, "strong", parent=self)
        other_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        other_label.setBuddy(self.other)
        self.other.setAccessibleName(f"{said} ({self.code})")
        self.other.changed.connect(lambda _amount: self._on_changed())
        grid.addWidget(other_label, at % down, left)
        grid.addWidget(self.other, at % down, left + 1, 1, 2, Qt.AlignmentFlag.AlignLeft)
        for part in range(across):
            grid.setColumnMinimumWidth(part * 4 + 2, 74)
            grid.setColumnStretch(part * 4 + 3, 1)
        return grid

    def fields(self) -> list[QWidget]:
        """What is typed in, in the order of counting."""
        return [*self._numbers, self.other]

    def total(self) -> Money:
        """What it comes to so far."""
        pieces = sum(face.minor * (field.value() or 0) for face, field in zip(self._faces, self._numbers, strict=True))
        other = self.other.value()
        return Money.of(pieces + (other.minor if other else 0), self.code)

    def touched(self) -> bool:
        """Whether anything was typed, a nought included."""
        return any(field.text() for field in (*self._numbers, self.other))

    def complaint(self) -> QWidget | None:
        """The first field with what is no number."""
        for field in (*self._numbers, self.other):
            if field.text().strip() and field.value() is None:
                return field
        return None

    def form(self) -> CountForm:
        """The count as it is recorded: an amount beyond the faces is one piece of its own."""
        from kiosk.forms.till import CountForm

        if not self._faces:
            return CountForm(currency=self.code, amount=str(self.total().json()))
        pieces = {
            str(face.json()): field.value() or 0
            for face, field in zip(self._faces, self._numbers, strict=True)
            if field.value()
        }
        other = self.other.value()
        if other is not None and other.minor:
            written = str(other.json())
            pieces[written] = pieces.get(written, 0) + 1
        return CountForm(currency=self.code, amount=str(self.total().json()), pieces=pieces)

    def typed(self) -> dict[str, Any]:
        """What stands in the fields, to be kept."""
        return {"pieces": [field.text() for field in self._numbers], "other": self.other.text()}

    def fill(self, typed: dict[str, Any]) -> None:
        """Put back what was kept."""
        for field, text in zip(self._numbers, typed.get("pieces", ()), strict=False):
            field.set_value(int(text) if str(text).isdecimal() else None)
        text = str(typed.get("other", ""))
        if text:
            self.other.setText(text)
            self.other.settle()

    def clear(self) -> None:
        """Begin again."""
        for field in self._numbers:
            field.set_value(None)
        self.other.set_value(None)
        self.other.setText("")

    def _on_changed(self) -> None:
        self._show()
        self.changed.emit()

    def _show(self) -> None:
        for face, field, worth in zip(self._faces, self._numbers, self._worth, strict=True):
            number = field.value()
            worth.setText(money(Money(face.minor * number, face.currency, face.exponent)) if number else "")
        self.total_label.setText(money(self.total()))
        self.setAccessibleName(f"{self.title.text()}: {money(self.total())}")


class Counting(EnterMovesOn):
    """Every currency of the drawer below one another; Enter goes to the next face."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clear")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 6, 0)
        self._column.setSpacing(22)
        self._column.addStretch(1)
        self.blocks: list[CurrencyCount] = []

    def set_currencies(self, codes: Sequence[str]) -> None:
        """Ask for these; what was typed of one that stays is kept."""
        standing = {block.code: block for block in self.blocks}
        for code, block in standing.items():
            if code not in codes:
                self._column.removeWidget(block)
                block.deleteLater()
        self.blocks = []
        for at, code in enumerate(codes):
            block = standing.get(code) or CurrencyCount(code, self)
            if code not in standing:
                block.changed.connect(self.changed)
            self._column.insertWidget(at, block)
            self.blocks.append(block)
        fields = [field for block in self.blocks for field in block.fields()]
        for one, other in pairwise(fields):
            self.setTabOrder(one, other)

    def currencies(self) -> list[str]:
        return [block.code for block in self.blocks]

    def totals(self) -> list[Money]:
        """What it comes to so far, by currency."""
        return [block.total() for block in self.blocks]

    def forms(self) -> tuple[CountForm, ...]:
        return tuple(block.form() for block in self.blocks)

    def touched(self) -> bool:
        return any(block.touched() for block in self.blocks)

    def complaint(self) -> QWidget | None:
        """The first field that cannot be read."""
        return next((found for block in self.blocks if (found := block.complaint()) is not None), None)

    def typed(self) -> dict[str, Any]:
        return {block.code: block.typed() for block in self.blocks}

    def fill(self, typed: dict[str, Any]) -> None:
        """Put back what was kept, currencies that were added included."""
        self.set_currencies(list(dict.fromkeys([*self.currencies(), *typed])))
        for block in self.blocks:
            if block.code in typed:
                block.fill(typed[block.code])

    def clear(self) -> None:
        for block in self.blocks:
            block.clear()

    def first(self) -> QWidget | None:
        """Where counting begins."""
        return self.blocks[0].fields()[0] if self.blocks else None
