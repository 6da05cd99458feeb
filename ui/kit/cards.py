"""Cards and pages: the white boxes that a screen is laid out in, their headings, and what an empty one says."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import theme

W = TypeVar("W", bound=QWidget)
STACK_BELOW = 820
"""Width of a page, in pixels, below which its columns are stacked."""
QWIDGETSIZE_MAX = 16_777_215


def label(text: str, role: str = "", *, wrap: bool = False, parent: QWidget | None = None) -> QLabel:
    """A text in one of the roles: title, heading, label, subtitle, note, problem, strong, number; "" is body text.

    Always plain text: a worker's name may hold any sign."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if role:
        made.setProperty("role", role)
    return made


class Card(QFrame):
    """A white box with round corners. `card.body` is its column; `kind` amber, red or brand colours the border.

    `Card(_("Hari ini"))` begins with a heading; `card.add(widget)` returns the widget."""

    def __init__(self, heading: str = "", *, kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(20, 18, 20, 18)
        self.body.setSpacing(12)
        self.heading = label(heading, "heading", parent=self)
        self.heading.setVisible(bool(heading))
        self.body.addWidget(self.heading)
        if heading:
            self.setAccessibleName(heading)
        if kind:
            self.setProperty("kind", kind)

    def set_kind(self, kind: str) -> None:
        """Colour the border: amber, red, brand, or "" for none."""
        theme.mark(self, "kind", kind)

    def set_heading(self, text: str) -> None:
        """Another heading; empty hides it."""
        self.heading.setText(text)
        self.heading.setVisible(bool(text))
        self.setAccessibleName(text)

    def add(self, widget: W, stretch: int = 0) -> W:
        """Put a widget below the others."""
        # What keeps its own height keeps that of its width, wrapped words included; without the alignment Qt holds it
        # to the height it would have on one line.
        own = stretch == 0 and widget.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Maximum
        self.body.addWidget(widget, stretch, Qt.AlignmentFlag.AlignTop if own else Qt.AlignmentFlag(0))
        return widget

    def add_row(self, *items: QWidget | int, spacing: int = 14) -> QHBoxLayout:
        """A row of widgets below the others; a number is a stretch."""
        row = QHBoxLayout()
        row.setSpacing(spacing)
        for item in items:
            if isinstance(item, int):
                row.addStretch(item)
            else:
                row.addWidget(item)
        self.body.addLayout(row)
        return row

    def push_down(self) -> None:
        """What is added from here stands at the bottom of the card (the primary button)."""
        self.body.addStretch(1)


class Page(QWidget):
    """The ground of a screen: columns of cards with the design's margins. See `ui.shell` for what a page may answer.

    `left = page.column(2)`; `right = page.column(width=400)`; `left.addWidget(Card(...))`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, theme.gap, 24, theme.gap)
        outer.setSpacing(18)
        self.top = outer
        """Above the columns: `page.top.insertWidget(0, header)`."""
        self._narrow: list[tuple[QWidget, int]] = []
        self.columns = QHBoxLayout()
        self.columns.setSpacing(theme.gap)
        outer.addLayout(self.columns, 1)

    def set_room(self, width: int) -> None:
        """How wide a place the shell has for it: below `STACK_BELOW`, as at 200 % on the counter's screen, the columns
        stand one below the other."""
        stacked = width < STACK_BELOW
        way = QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        if self.columns.direction() == way:
            return
        self.columns.setDirection(way)
        side = 12 if stacked else 24
        self.top.setContentsMargins(side, theme.gap, side, theme.gap)
        for holder, fixed in self._narrow:
            holder.setMinimumWidth(0 if stacked else fixed)
            holder.setMaximumWidth(QWIDGETSIZE_MAX if stacked else fixed)

    def column(self, stretch: int = 1, *, width: int = 0) -> QVBoxLayout:
        """A new column to the right of the others: as wide as its share, or `width` pixels."""
        made = QVBoxLayout()
        made.setSpacing(18)
        if width:
            holder = QWidget(self)
            holder.setObjectName("clear")
            holder.setFixedWidth(width)
            self._narrow.append((holder, width))
            made.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(made)
            self.columns.addWidget(holder)
        else:
            self.columns.addLayout(made, stretch)
        return made


class Header(QWidget):
    """The head of a card: a title, a line below it, and chips, steps or buttons at the right."""

    def __init__(self, title: str, subtitle: str = "", *right: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.title = label(title, "title", wrap=True, parent=self)
        self.subtitle = label(subtitle, "subtitle", wrap=True, parent=self)
        self.subtitle.setVisible(bool(subtitle))
        texts.addWidget(self.title)
        texts.addWidget(self.subtitle)
        row.addLayout(texts, 1)
        for widget in right:
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def set(self, title: str, subtitle: str = "") -> None:
        """Other words."""
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))


class EmptyState(QWidget):
    """What a list says when it is empty: an icon, a sentence, what to do next, perhaps a button."""

    def __init__(
        self,
        icon: str,
        sentence: str,
        advice: str = "",
        action: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        from ui.icons import pixmap

        column = QVBoxLayout(self)
        column.setSpacing(6)
        column.addStretch(1)
        picture = QLabel(self)
        picture.setPixmap(pixmap(icon, theme.faint, 40, self.devicePixelRatioF()))
        self.sentence = label(sentence, "heading", wrap=True, parent=self)
        self.advice = label(advice, "note", wrap=True, parent=self)
        for widget in (picture, self.sentence, self.advice):
            if isinstance(widget, QLabel):
                widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(widget)
        self.advice.setVisible(bool(advice))
        if action is not None:
            column.addSpacing(8)
            column.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setAccessibleName(sentence)

    def set(self, sentence: str, advice: str = "") -> None:
        """Other words."""
        self.sentence.setText(sentence)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.setAccessibleName(sentence)


def empty(layout: QLayout) -> None:
    """Take everything out of a layout and delete it."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)
