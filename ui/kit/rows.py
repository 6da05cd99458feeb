"""Rows: a list of frozen rows as the design draws them, walked with Up and Down, opened with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import theme
from ui.icons import paint_icon
from ui.kit.paint import CHIP_HEIGHT, chip_size, metrics, paint_chip, words

_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Cell:
    """What stands in one place of a list.

    `text` (bold if asked) and `tail` grey behind it, `second` smaller below; or a chip (`kind`, with `text` on it).
    `icon` stands before them. `kind` without being a chip colours the text: `plain=True`. `struck` is for what no
    longer holds: grey, with a line through it."""

    text: str = ""
    tail: str = ""
    second: str = ""
    bold: bool = False
    kind: str = ""
    dot: bool = False
    icon: str = ""
    plain: bool = False
    struck: bool = False

    def said(self) -> str:
        """What a screen reader says."""
        return ", ".join(part for part in (f"{self.text}{self.tail}", self.second) if part)


@dataclass(frozen=True)
class Column:
    """`Column(_("Nama"), lambda row: Cell(row.name, bold=True), stretch=2)`; a plain str for a cell will do.

    `width` in pixels, or a share of what is left by `stretch`; `right=True` for amounts."""

    title: str
    cell: Callable[[Any], Cell | str]
    width: int = 0
    stretch: int = 0
    right: bool = False


class _Model(QAbstractTableModel):
    def __init__(self, columns: Sequence[Column], parent: QObject) -> None:
        super().__init__(parent)
        self.columns = list(columns)
        self.rows: list[Any] = []
        self._cells: dict[tuple[int, int], Cell] = {}

    def set_rows(self, rows: Sequence[Any]) -> None:
        self.beginResetModel()
        self.rows = list(rows)
        self._cells.clear()
        self.endResetModel()

    def cell(self, row: int, column: int) -> Cell:
        found = self._cells.get((row, column))
        if found is None:
            made = self.columns[column].cell(self.rows[row])
            found = Cell(made) if isinstance(made, str) else made
            self._cells[row, column] = found
        return found

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        cell = self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.text
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return cell.said()
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal:
            column = self.columns[section]
            if role == Qt.ItemDataRole.DisplayRole:
                return column.title
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
                return side | Qt.AlignmentFlag.AlignVCenter
        return None


class _Delegate(QStyledItemDelegate):
    def __init__(self, table: RowTable) -> None:
        super().__init__(table)
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        cell = self._table.cell_at(index)
        if cell.kind and not cell.plain:
            width = chip_size(cell.text, cell.dot).width()
        else:
            width = metrics(theme.size_body, cell.bold).horizontalAdvance(cell.text)
            width += metrics(theme.size_body).horizontalAdvance(cell.tail)
            width = max(width, metrics(theme.size_small).horizontalAdvance(cell.second))
        return QSize(width + 22 + (26 if cell.icon else 0), theme.height_row)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        cell = self._table.cell_at(index)
        column = self._table.columns()[index.column()]
        rect = QRectF(option.rect)
        chosen = index.row() == self._table.currentIndex().row()
        painter.save()
        if chosen:
            painter.fillRect(rect, QColor(theme.brand_tint))
            if index.column() == 0 and self._table.hasFocus():
                painter.fillRect(QRectF(rect.left(), rect.top(), 3, rect.height()), QColor(theme.brand))
        painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), QColor(theme.line))
        inner = rect.adjusted(10, 0, -10, -1)
        if cell.icon:
            letters = theme.kinds[cell.kind][0] if cell.kind else theme.secondary
            paint_icon(painter, QRectF(inner.left(), inner.center().y() - 9, 18, 18), cell.icon, letters)
            inner.setLeft(inner.left() + 26)
        if cell.kind and not cell.plain and cell.text:
            self._paint_chip(painter, inner, cell)
        else:
            self._paint_text(painter, inner, cell, right=column.right)
        painter.restore()

    def _paint_chip(self, painter: QPainter, inner: QRectF, cell: Cell) -> None:
        size = chip_size(cell.text, cell.dot)
        place = QRectF(
            inner.left(),
            inner.center().y() - CHIP_HEIGHT / 2 + 0.5,
            min(size.width(), inner.width() + 8),
            CHIP_HEIGHT,
        )
        paint_chip(painter, place, cell.kind, cell.text, dot=cell.dot)

    def _paint_text(self, painter: QPainter, inner: QRectF, cell: Cell, *, right: bool) -> None:
        first = QRectF(inner)
        if cell.second:
            first = QRectF(inner.left(), inner.center().y() - 21, inner.width(), 22)
            second = QRectF(inner.left(), inner.center().y() + 1, inner.width(), 19)
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        letters = theme.kinds[cell.kind][0] if cell.kind else theme.tertiary if cell.struck else theme.ink
        font = theme.font(theme.size_body, bold=cell.bold, figures=right)
        font.setStrikeOut(cell.struck)
        words(painter, first, cell.text, colour=letters, font=font, align=side)
        if cell.tail:
            used = metrics(theme.size_body, cell.bold).horizontalAdvance(cell.text)
            room = first.adjusted(used, 0, 0, 0)
            if room.width() > 24:
                words(painter, room, cell.tail, colour=theme.tertiary, font=theme.font(theme.size_body))
        if cell.second:
            small = theme.font(theme.size_small)
            words(painter, second, cell.second, colour=theme.tertiary, font=small, align=side)


class RowTable(QTableView):
    """A list of rows: `RowTable([Column(...), …], name=_("Hasil pencarian"))`, then `set_rows(rows)`.

    `opened(row)` on Enter or a double click, `current_changed(row | None)` as one walks. Home, End and the page keys
    work; `forward(event)` lets a search box above it walk the list while it keeps the focus. `key` says what makes two
    rows the same one, so that reading again keeps the place."""

    opened = Signal(object)
    current_changed = Signal(object)

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        name: str = "",
        key: Callable[[Any], object] | None = None,
        two_lines: bool = False,
        header: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = _Model(columns, self)
        self._key = key or (lambda row: getattr(row, "id", row))
        self.setObjectName("rows")
        self.setProperty("ring", True)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        down = self.verticalHeader()
        down.hide()
        down.setMinimumSectionSize(30)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(theme.height_row_two if two_lines else theme.height_row)
        across = self.horizontalHeader()
        across.setVisible(header)
        across.setHighlightSections(False)
        across.setMinimumSectionSize(24)
        across.setSectionsClickable(False)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        selection = self.selectionModel()
        selection.currentRowChanged.connect(self._on_current)
        self._quiet = False

    def columns(self) -> Sequence[Column]:
        """What it shows."""
        return self._model.columns

    def cell_at(self, index: _Index) -> Cell:
        """What stands at an index."""
        return self._model.cell(index.row(), index.column())

    def set_rows(self, rows: Sequence[Any], *, first: bool = True) -> None:
        """Show rows; stays on the row it was on, or goes to the first (`first=False`: to none)."""
        before = self.current()
        place = self.verticalScrollBar().value()
        self._quiet = True
        self._model.set_rows(rows)
        self._fit()
        at = -1
        if before is not None:
            wanted = self._key(before)
            at = next((n for n, row in enumerate(rows) if self._key(row) == wanted), -1)
        found = at >= 0
        if at < 0 and first and rows:
            at = 0
        if at >= 0:
            self.setCurrentIndex(self._model.index(at, 0))
        if found:
            self.verticalScrollBar().setValue(place)
        else:
            self.scrollToTop()
        self._quiet = False
        self.current_changed.emit(self.current())

    def rows(self) -> list[Any]:
        """The rows shown."""
        return list(self._model.rows)

    def current(self) -> Any:
        """The row one stands on, or None."""
        at = self.currentIndex().row()
        return self._model.rows[at] if 0 <= at < len(self._model.rows) else None

    def set_current(self, row: Any) -> None:
        """Stand on a row that is the same by `key`; nothing happens if it is not shown."""
        wanted = self._key(row)
        for at, one in enumerate(self._model.rows):
            if self._key(one) == wanted:
                self.setCurrentIndex(self._model.index(at, 0))
                return

    def step(self, by: int) -> None:
        """Walk up (−1) or down (+1)."""
        if self._model.rows:
            at = min(len(self._model.rows) - 1, max(0, self.currentIndex().row() + by))
            self.setCurrentIndex(self._model.index(at, 0))

    def forward(self, event: QKeyEvent) -> bool:
        """Let a key pressed elsewhere walk or open this list; True if it did."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8}
        key = Qt.Key(event.key())
        if key in steps:
            self.step(steps[key])
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self._open(self.currentIndex().row())
            return True
        return False

    def height_for(self, rows: int) -> int:
        """How high it is with so many rows and its header, for a short list that should not scroll."""
        header = self.horizontalHeader()
        return rows * self.verticalHeader().defaultSectionSize() + (41 if not header.isHidden() else 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat() and self.current() is not None:
                self._open(self.currentIndex().row())
                return
            event.ignore()
            return
        if event.text().strip():
            event.ignore()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(400, self.height_for(max(3, len(self._model.rows))))

    def _fit(self) -> None:
        columns = self._model.columns
        wide = [column.width or self._natural(at) for at, column in enumerate(columns)]
        left = self.viewport().width() - sum(wide)
        shares = sum(column.stretch for column in columns)
        if shares and left > 0:
            wide = [width + left * column.stretch // shares for width, column in zip(wide, columns, strict=True)]
        elif left < 0:
            # Too narrow: first from the stretching columns, down to 90 px, then from all alike.
            order = [at for at, column in enumerate(columns) if column.stretch] or list(range(len(columns)))
            for _round in range(4):
                need = sum(wide) - self.viewport().width()
                can = [at for at in order if wide[at] > 90]
                if need <= 0 or not can:
                    break
                for at in can:
                    wide[at] = max(90, wide[at] - -(-need // len(can)))
        for at, width in enumerate(wide):
            self.setColumnWidth(at, width)

    def _natural(self, column: int) -> int:
        title = metrics(theme.size_label, True).horizontalAdvance(self._model.columns[column].title) + 22
        delegate = self.itemDelegate()
        option = QStyleOptionViewItem()
        shown = range(min(60, len(self._model.rows)))
        sizes = [delegate.sizeHint(option, self._model.index(at, column)).width() for at in shown]
        return min(420, max([title, *sizes]))

    def _open(self, at: int) -> None:
        if 0 <= at < len(self._model.rows):
            self.opened.emit(self._model.rows[at])

    def _on_current(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self.viewport().update()
        if not self._quiet:
            self.current_changed.emit(self.current())
