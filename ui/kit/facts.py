"""Facts: labelled values on hairlines, marked lines (a checklist), masked numbers, and the bar of a cover."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from models.language import _
from ui import theme
from ui.kit.buttons import QuietButton
from ui.kit.cards import empty, label
from ui.kit.chips import Mark
from ui.kit.dates import shown
from ui.kit.paint import box


class _Line(QWidget):
    """A row above a hairline; tinted when it is the one to act on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        # A policy of Maximum knows the height for the natural width only: wrapped words would be cut off.
        if layout is not None and layout.hasHeightForWidth():
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))
            # Set out for the height it had a moment ago, the last line of words would still be missing.
            layout.invalidate()
            layout.activate()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.chosen:
            painter.fillRect(self.rect(), QColor(theme.brand_tint))
        painter.fillRect(0, self.height() - 1, self.width(), 1, QColor(theme.line))


class FactList(QWidget):
    """Label left, value right, a hairline below each.

    `facts.add(_("Saldo JHT"), "Rp 2.418.300", second=_("per 20 Nov 2026"), bold=True)`; a widget may stand for the
    value. `left=True` puts values in a second column at the left, as in «Penempatan & ahli waris»."""

    def __init__(self, *, left: bool = False, label_width: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left = left
        self._label_width = label_width or (92 if left else 0)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def clear(self) -> None:
        """Take all lines out."""
        empty(self._column)

    def add(
        self, name: str, value: str | QWidget = "", second: str = "", *, bold: bool = False, kind: str = ""
    ) -> QWidget:
        """One more line; returns it. `second` is small below the value if `left`, else below the label; `kind`
        colours the value."""
        line = _Line(self)
        row = QHBoxLayout(line)
        row.setContentsMargins(10, 8, 10, 9)
        row.setSpacing(12)
        texts = QVBoxLayout()
        texts.setSpacing(0)
        named = label(name, "strong" if bold and not self._left else "", wrap=True, parent=line)
        shown_value = value if isinstance(value, QWidget) else self._value(value, bold, kind, line)
        note = label(second, "note", wrap=True, parent=line)
        note.setVisible(bool(second))
        if self._left:
            named.setFixedWidth(self._label_width)
            row.addWidget(named)
            texts.addWidget(
                shown_value, 0, Qt.AlignmentFlag.AlignLeft if isinstance(value, QWidget) else Qt.AlignmentFlag(0)
            )
            texts.addWidget(note)
            row.addLayout(texts, 1)
        else:
            texts.addWidget(named)
            texts.addWidget(note)
            row.addLayout(texts, 1)
            row.addWidget(shown_value)
        if not isinstance(value, QWidget):
            line.setAccessibleName(f"{name}: {value}")
            shown_value.setAccessibleName(f"{name}: {value}")
        self._column.addWidget(line, 0, Qt.AlignmentFlag.AlignTop)
        return line

    def _value(self, value: str, bold: bool, kind: str, parent: QWidget) -> QLabel:
        made = label(value, wrap=self._left, parent=parent)
        made.setFont(theme.font(theme.size_body, bold=bold, figures=True))
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        if kind:
            made.setStyleSheet(f"color: {theme.kinds[kind][0]};")
        if not self._left:
            made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return made


class MarkList(QWidget):
    """Lines with a round sign, two lines of words and actions: the documents of a claim, what was checked.

    `marks.add("amber", _("Surat keterangan"), _("boleh menyusul sampai 5 Des 2026"), SecondaryButton(...))`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def clear(self) -> None:
        """Take all lines out."""
        empty(self._column)

    def add(
        self, kind: str, text: str, second: str = "", *actions: QWidget, bold: bool = False, chosen: bool = False
    ) -> QWidget:
        """One more line; `chosen` tints the one to act on next."""
        line = _Line(self)
        line.chosen = chosen
        row = QHBoxLayout(line)
        row.setContentsMargins(10, 9, 10, 10)
        row.setSpacing(18)
        row.addWidget(Mark(kind, parent=line))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(label(text, "strong" if bold else "", wrap=True, parent=line))
        note = label(second, "note", wrap=True, parent=line)
        note.setVisible(bool(second))
        texts.addWidget(note)
        row.addLayout(texts, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for action in actions:
            buttons.addWidget(action)
        row.addLayout(buttons)
        line.setAccessibleName(". ".join(part for part in (text, second) if part))
        self._column.addWidget(line, 0, Qt.AlignmentFlag.AlignTop)
        return line


class MaskedText(QWidget):
    """A number shown as `350710••••••0003` until «tampilkan» is pressed; masked again by itself after 30 seconds.

    `reveal` gives the number at that moment (the page may record who looked); `revealed` is sent when it was shown."""

    revealed = Signal()

    def __init__(
        self, masked: str = "", reveal: Callable[[], str] | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._masked, self._reveal = masked, reveal
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.text = label("", parent=self)
        self.text.setFont(theme.font(figures=True))
        self.button = QuietButton("", boxed=True, parent=self)
        self.button.setFixedHeight(26)
        self.button.clicked.connect(self._on_button)
        row.addWidget(self.text)
        row.addWidget(self.button)
        row.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(30_000)
        self._timer.timeout.connect(self.hide_again)
        self.set(masked, reveal)

    def set(self, masked: str, reveal: Callable[[], str] | None = None) -> None:
        """Another number; without `reveal` it cannot be shown."""
        self._masked, self._reveal = masked, reveal
        self.button.setVisible(reveal is not None)
        self.hide_again()

    def hide_again(self) -> None:
        """Mask it."""
        self._timer.stop()
        self.text.setText(self._masked)
        self.button.setText(_("tampilkan"))

    def _on_button(self) -> None:
        if self._timer.isActive() or self._reveal is None:
            self.hide_again()
            return
        self.text.setText(self._reveal())
        self.button.setText(_("sembunyikan"))
        self._timer.start()
        self.revealed.emit()


class CoverBar(QWidget):
    """How far a cover has run: a bar from its first to its last day and three words below it.

    `left` is the sentence in the middle («18 hari lagi»), `kind` its colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._kind = "ok"
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 18, 0, 0)
        self._begins = label("", "note", parent=self)
        self._left = label("", "label", parent=self)
        self._ends = label("", "note", parent=self)
        for at, (widget, side) in enumerate(
            (
                (self._begins, Qt.AlignmentFlag.AlignLeft),
                (self._left, Qt.AlignmentFlag.AlignHCenter),
                (self._ends, Qt.AlignmentFlag.AlignRight),
            )
        ):
            widget.setAlignment(side)
            grid.addWidget(widget, 0, at)
            grid.setColumnStretch(at, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set(self, start: date, end: date, today: date, left: str, kind: str = "ok") -> None:
        """Show a cover from `start` to `end`, both inclusive, as it stands on `today`."""
        whole = max(1, (end - start).days + 1)
        self._share = min(1.0, max(0.0, ((today - start).days + 1) / whole))
        self._kind = kind
        self._begins.setText(shown(start))
        self._ends.setText(shown(end))
        self._left.setText(left)
        self._left.setStyleSheet(f"color: {theme.kinds[kind][0]};")
        self.setAccessibleName(
            _("Perlindungan {start} sampai {end}, {left}").format(start=shown(start), end=shown(end), left=left)
        )
        self.update()

    def share(self) -> float:
        """The part that has run, 0 to 1."""
        return self._share

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(0, 0, self.width(), 12)
        box(painter, rect, 6, fill=theme.grey_tint)
        whole = QPainterPath()
        whole.addRoundedRect(rect, 6, 6)
        painter.setClipPath(whole)
        ran = theme.red if self._kind == "red" else theme.brand
        painter.fillRect(QRectF(0, 0, self.width() * self._share, 12), QColor(ran))


class Figure(QWidget):
    """A large number over a small word: «24 dilayani»."""

    def __init__(self, word: str, number: str = "–", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._number = label(number, "number", parent=self)
        self._word = label(word, "note", parent=self)
        column.addWidget(self._number)
        column.addWidget(self._word)
        self.set(number)

    def set(self, number: str) -> None:
        """Another number, already written."""
        self._number.setText(number)
        self.setAccessibleName(f"{number} {self._word.text()}")

    def sizeHint(self) -> QSize:
        return QSize(100, 58)
