"""A passport's two lines that could not be read: the doubt marked on its character, and what may have been meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, date_short
from models.rules.mrz import LENGTH
from models.sentences import sentence
from ui import theme
from ui.kit import QuietButton, SecondaryButton, announce, empty, label
from ui.kit.paint import box

if TYPE_CHECKING:
    from models.rules.mrz_repairs import Change, Repair
    from models.rules.problems import Problem

MOST_SENTENCES = 3


class PassportLines(QWidget):
    """The two lines in signs of one width. A doubtful sign is red in a box with a stroke under it, and what should
    stand there is written below; the signs that its check digit covers have a thin stroke."""

    _cell, _line, _below = 16, 26, 17

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self._marked: dict[tuple[int, int], str] = {}
        self._covered: set[tuple[int, int]] = set()
        self._meant: dict[tuple[int, int], str] = {}
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._font = QFont("DejaVu Sans Mono")
        self._font.setFamilies(["DejaVu Sans Mono", "Noto Sans Mono", "Liberation Mono", "Consolas", theme.FAMILY])
        self._font.setStyleHint(QFont.StyleHint.Monospace)
        self._font.setPixelSize(16)

    def show_lines(self, lines: Sequence[str], problems: Sequence[Problem]) -> None:
        """These lines, and where they cannot be right."""
        self._lines = tuple(lines)
        self._marked, self._covered, self._meant = {}, set(), {}
        for problem in problems:
            gaps = dict(problem.values)
            if "line" not in gaps or "column" not in gaps:
                continue
            line, column = int(gaps["line"]), int(gaps["column"])
            self._marked[line, column] = gaps.get("expected", "")
            if "first" in gaps and "last" in gaps and not problem.code.endswith("composite"):
                self._covered |= {(line, at) for at in range(int(gaps["first"]), int(gaps["last"]) + 1)}
            elif problem.code.startswith("mrz.date"):
                self._marked |= {(line, at): "" for at in range(column, column + 6)}
        self.setAccessibleName(_("Dua baris di kaki halaman paspor"))
        self.setAccessibleDescription(". ".join(self.said()))
        self.updateGeometry()
        self.update()

    def show_meant(self, changes: Sequence[Change]) -> None:
        """Point at what a repair would change; nothing for none."""
        self._meant = {(one.line, one.column): one.meant or "×" for one in changes}
        self.update()

    def marked(self) -> dict[tuple[int, int], str]:
        """The doubtful signs by line and column from 1, and what should stand there where that is known."""
        return dict(self._marked)

    def said(self) -> list[str]:
        """Where the doubts are, in words: «baris 2, karakter ke-10: terbaca 5, seharusnya 4»."""
        told = []
        for (line, column), expected in sorted(self._marked.items()):
            read = self._sign(line, column)
            told.append(
                _("baris {line}, karakter ke-{column}: terbaca {read}, seharusnya {expected}").format(
                    line=line, column=column, read=read or "–", expected=expected
                )
                if expected
                else _("baris {line}, karakter ke-{column}: {read} tidak mungkin di sini").format(
                    line=line, column=column, read=read or "–"
                )
            )
        return told

    def _sign(self, line: int, column: int) -> str:
        text = self._lines[line - 1] if line <= len(self._lines) else ""
        return text[column - 1] if column <= len(text) else ""

    def sizeHint(self) -> QSize:
        longest = max([LENGTH, *(len(line) for line in self._lines)])
        return QSize(longest * self._cell + 16, 2 * (self._line + self._below) + 8)

    def minimumSizeHint(self) -> QSize:
        return QSize(360, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), theme.radius_control, fill=theme.quiet, border=theme.line)
        wide = min(float(self._cell), (self.width() - 16) / max([LENGTH, *(len(line) for line in self._lines)]))
        font = QFont(self._font)
        font.setPixelSize(max(9, min(16, int(wide * 1.55))))
        for number, text in enumerate(self._lines, 1):
            top = 6 + (number - 1) * (self._line + self._below)
            # What is missing at the end is shown as room for it.
            for column in range(1, max(LENGTH, len(text)) + 1):
                place = QRectF(8 + (column - 1) * wide, top, wide, self._line)
                self._paint_sign(painter, place, number, column, font)

    def _paint_sign(self, painter: QPainter, place: QRectF, line: int, column: int, font: QFont) -> None:
        at = (line, column)
        doubtful, missing = at in self._marked, not self._sign(line, column)
        beyond = column > LENGTH
        letters = theme.ink
        if doubtful or beyond or missing:
            letters = theme.red
            box(painter, place.adjusted(0.5, 1, -0.5, -1), 3, fill=theme.red_tint, border=theme.red)
        elif at in self._meant:
            letters = theme.brand_dark
            box(painter, place.adjusted(0.5, 1, -0.5, -1), 3, fill=theme.brand_tint, border=theme.brand)
        painter.setFont(font)
        painter.setPen(QColor(letters))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._sign(line, column))
        if doubtful or at in self._covered:
            painter.setPen(QPen(QColor(theme.red), 2 if doubtful else 1))
            foot = place.bottom() + 1
            painter.drawLine(int(place.left()) + 1, int(foot), int(place.right()) - 1, int(foot))
        below = self._meant.get(at) or self._marked.get(at)
        if below:
            small = theme.font(12, bold=True)
            painter.setFont(small)
            painter.setPen(QColor(theme.brand_dark if at in self._meant else theme.red))
            painter.drawText(
                QRectF(place.left() - 8, place.bottom() + 1, place.width() + 16, self._below - 1),
                Qt.AlignmentFlag.AlignCenter,
                below,
            )


class PassportDoubt(QWidget):
    """What could not be read of a passport, with each likely reading as a button. Nothing is taken by itself."""

    accepted = Signal(object)
    """The two lines as they were meant."""
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doubt")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet(
            f"#doubt {{ background: {theme.card}; border: 1px solid {theme.red};"
            f" border-radius: {theme.radius_control}px; }}"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        self.heading = label(_("Paspor belum terbaca"), "heading", parent=self)
        self.close_it = QuietButton(_("Isi sendiri"), boxed=True, parent=self)
        self.close_it.setAccessibleName(_("Tutup, isi sendiri dari halaman paspor"))
        self.close_it.clicked.connect(self._on_dismissed)
        head.addWidget(self.heading, 1)
        head.addWidget(self.close_it)
        column.addLayout(head)
        self.lines = PassportLines(self)
        column.addWidget(self.lines)
        self.sentences = label("", "problem", wrap=True, parent=self)
        column.addWidget(self.sentences)
        self._offers = QVBoxLayout()
        self._offers.setSpacing(6)
        column.addLayout(self._offers)
        self.buttons: list[SecondaryButton] = []
        self.hide()

    def show_doubt(self, lines: Sequence[str], problems: Sequence[Problem], repairs: Sequence[Repair]) -> None:
        """These lines could not be read; `repairs` are what they may have meant, the likeliest first."""
        self.lines.setVisible(bool(lines))
        self.lines.show_lines(lines, problems)
        said = [sentence(problem) for problem in problems]
        more = len(said) - MOST_SENTENCES
        tail = [_("Dan {n} lagi.").format(n=more)] if more > 0 else []
        advice = [] if repairs else [_("Pindai sekali lagi, atau isi sendiri dari halaman paspor.")]
        self.sentences.setText(" ".join([*said[:MOST_SENTENCES], *tail, *advice]))
        empty(self._offers)
        self.buttons = []
        for repair in repairs:
            self._offers.addWidget(self._offer(repair))
        self.show()
        announce(self.sentences)

    def first(self) -> QWidget:
        """What is pressed next: the likeliest reading, or the way out."""
        return self.buttons[0] if self.buttons else self.close_it

    def forget(self) -> None:
        """Nothing is in doubt any more."""
        empty(self._offers)
        self.buttons = []
        self.hide()

    def _offer(self, repair: Repair) -> QWidget:
        holder = QWidget(self)
        holder.setObjectName("clear")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(12)
        button = _Offer(meant(repair))
        changes = changed(repair)
        button.setAccessibleDescription(changes)
        button.clicked.connect(lambda _checked=False: self.accepted.emit(repair.lines))
        button.looked_at.connect(lambda looked: self.lines.show_meant(repair.changes if looked else ()))
        across.addWidget(button)
        across.addWidget(label(changes, "note", wrap=True, parent=holder), 1)
        self.buttons.append(button)
        return holder

    def _on_dismissed(self) -> None:
        self.forget()
        self.dismissed.emit()


class _Offer(SecondaryButton):
    looked_at = Signal(bool)
    """It has the focus, or no longer."""

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.looked_at.emit(True)

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.looked_at.emit(False)


def meant(repair: Repair) -> str:
    """What a repair would make of the passport, asked as a question: «Maksudnya C4821907?»."""
    touched = {_part(change) for change in repair.changes}
    read = repair.mrz
    if "number" in touched:
        said = read.number
    elif "birth_date" in touched and read.birth_date is not None:
        said = _("lahir {day}").format(day=date_short(read.birth_date))
    elif "expiry" in touched:
        said = _("berlaku s.d. {day}").format(day=date_short(read.expiry))
    elif "name" in touched:
        said = read.name
    else:
        said = f"{read.name}, {read.number}"
    return _("Maksudnya {said}?").format(said=said)


def changed(repair: Repair) -> str:
    """Each change in a few words: «O → 0 pada baris 2, karakter ke-3»."""
    return "; ".join(
        _("{read} → {meant} pada baris {line}, karakter ke-{column}").format(
            read=one.read or "–", meant=one.meant or "–", line=one.line, column=one.column
        )
        for one in repair.changes
    )


def _part(change: Change) -> str:
    if change.line == 1:
        return "name"
    for name, last in (("number", 10), ("nationality", 13), ("birth_date", 20), ("sex", 21), ("expiry", 28)):
        if change.column <= last:
            return name
    return "rest"
