"""Tables on A4: rows over as many pages as they take, with a head that repeats and sums carried from page to page."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Literal

from reports import lettering
from reports.paper import Words
from reports.tagged import A4, BRAND, HAIR, INK, SOFT, Align, Part, Sheet, Style, fit, wrap

SHORT, LONG = A4
_MARGIN = 36.0
_PAD = 3.5

_TITLE = Style("bold", 14, 18, BRAND)
_HEADING = Style("bold", 9.5, 13, BRAND)
_HEAD = Style("bold", 7, 9, SOFT)
_CELL = Style("regular", 7.5, 9.6)
_SMALL = Style("regular", 7.5, 10, SOFT)
_LOOKS: dict[str, Style] = {
    "plain": _CELL,
    "strong": replace(_CELL, face="bold"),
    "quiet": replace(_CELL, colour=SOFT),
    "carried": replace(_CELL, face="italic"),
}
_ROW_GAP = 3.4
_SIGNED = 92.0  # the height of a row of signatures

Carry = Callable[[int], Sequence[tuple[str, ...]]]
"""What the rows of a block come to, down to the one before this: the cells of one line or several."""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is its share of the page."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class Line:
    """One row. A `span` is a heading over the whole width: its first cell says it."""

    cells: tuple[str, ...]
    look: Literal["plain", "strong", "quiet"] = "plain"
    span: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A table. Where it goes on over several pages, `carry` gives the sums that stand at the foot of one page and at
    the head of the next; their first cells are filled here. `ticked` puts a box to be ticked before every row."""

    title: str
    columns: tuple[Column, ...]
    lines: Sequence[Line]
    carry: Carry | None = None
    nothing: str = "Tidak ada."
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """A line to be signed on: as what, and by whom where that is known."""

    role: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class TablePaper:
    """What a book or a list says. `facts` stand beside one another over the first table; `made` is the foot."""

    kind: Words
    heading: Words
    about: str
    blocks: tuple[Block, ...]
    subject: str
    made: str
    facts: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    place_and_date: str = ""
    signatures: tuple[Signature, ...] = ()
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """How far the drawing is: rows and pages."""

    done: int
    of: int


def render_table(paper: TablePaper) -> bytes:
    """The PDF, the same bytes for the same paper."""
    drawing = draw(paper)
    while True:
        try:
            next(drawing)
        except StopIteration as end:
            pdf: bytes = end.value
            return pdf


def draw(paper: TablePaper) -> Generator[Drawn, None, bytes]:
    """The same, page by page: work for hundreds of pages tells how far it is."""
    layout = _Layout(paper)
    of = 2 * sum(len(block.lines) for block in paper.blocks) or 1
    for done in layout.lay():
        yield Drawn(done, of)
    sheet = Sheet(
        title=f"{paper.kind.id.capitalize()} · {paper.about}",
        author=paper.heading.id,
        subject=paper.subject,
        size=layout.size,
    )
    pen = _Pen(sheet, layout, paper)
    for number in range(len(layout.pages)):
        pen.draw_page(number)
        yield Drawn(of // 2 + (number + 1) * (of // 2) // len(layout.pages), of)
    return sheet.finish()


# Where everything stands


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table at its height on the page; each cell is wrapped. `block` is the table it belongs to."""

    y: float
    height: float
    block: int
    cells: tuple[tuple[str, ...], ...]
    look: str
    kind: Literal["row", "head", "span", "carried"]


@dataclass(frozen=True, slots=True)
class _Text:
    y: float
    text: str
    style: Style
    tag: str = "P"


@dataclass(frozen=True, slots=True)
class _Signatures:
    y: float


_Placed = _Row | _Text | _Signatures


class _Layout:
    """The pages, and what stands where on each. Heights and widths in points."""

    def __init__(self, paper: TablePaper) -> None:
        self.paper = paper
        self.size = (LONG, SHORT) if paper.landscape else (SHORT, LONG)
        self.left, self.right = _MARGIN, self.size[0] - _MARGIN
        self.top, self.bottom = 74.0, self.size[1] - 42.0
        self.pages: list[list[_Placed]] = [[]]
        self.y = self.top
        self._edges: dict[int, list[tuple[float, float]]] = {}

    def edges(self, block: int) -> list[tuple[float, float]]:
        """Left and right of each column."""
        if (known := self._edges.get(block)) is not None:
            return known
        columns = self.paper.blocks[block].columns
        whole = sum(one.width for one in columns)
        start = self.left + (12.0 if self.paper.blocks[block].ticked else 0.0)
        unit = (self.right - start) / whole
        made, x = [], start
        for column in columns:
            made.append((x, x + column.width * unit))
            x += column.width * unit
        self._edges[block] = made
        return made

    def lay(self) -> Generator[int, None, None]:
        """Put everything in its place; yields how many rows are there."""
        self._facts()
        done = 0
        for number, block in enumerate(self.paper.blocks):
            for at in self._block(number, block):
                yield done + at
            done += len(block.lines)
        self.y += 4
        for note in self.paper.notes:
            self._paragraph(note, _SMALL, gap=4)
        if self.paper.signatures:
            self._break_for(_SIGNED)
            self._put(_Signatures(self.y + 14), _SIGNED)

    def _facts(self) -> None:
        for at, (name, value) in enumerate(self.paper.facts):
            self._put(_Text(self.y, f"{name}: {value}", replace(_CELL, size=8.5, leading=12)), 12)
            if at == len(self.paper.facts) - 1:
                self.y += 4

    def _block(self, number: int, block: Block) -> Generator[int, None, None]:
        head = self._wrapped(number, tuple(one.title for one in block.columns), _HEAD)
        head_height = self._height(head, _HEAD) + 2
        self._break_for((20 if block.title else 0) + head_height + 3 * (_CELL.leading + _ROW_GAP))
        if block.title:
            self._put(_Text(self.y + 6, block.title, _HEADING, "H2"), _HEADING.leading + 9)
        if not block.lines:
            self._paragraph(block.nothing, _CELL, gap=2)
            return
        self._put_row(number, head, head_height, "plain", "head")
        carried_height = (_CELL.leading + _ROW_GAP) * self._carried_lines(block)
        sums_at = self._sums_at(number, block)
        for at, line in enumerate(block.lines):
            style = _LOOKS[line.look]
            cells = (
                (tuple(wrap(line.cells[0], style, self.right - self.left - 2 * _PAD)),)
                if line.span
                else self._wrapped(number, line.cells, style)
            )
            height = self._height(cells, style)
            # A heading of a day does not stand alone at the foot of a page.
            ahead = (_CELL.leading + _ROW_GAP) if line.span else self._tail() if at == sums_at else 0.0
            if self.y + height + ahead + carried_height > self.bottom and self._holds_row(number):
                if block.carry:
                    self._carried(number, block.carry(at), "Dipindahkan")
                self._next_page()
                self._put_row(number, head, head_height, "plain", "head")
                if block.carry:
                    self._carried(number, block.carry(at), "Pindahan")
            self._put_row(number, cells, height, line.look, "span" if line.span else "row")
            if at % 50 == 49:
                yield at + 1
        self.y += 6

    def _sums_at(self, number: int, block: Block) -> int | None:
        """The line that moves to the page of the signatures if need be: nobody signs on a page without a figure."""
        if number < len(self.paper.blocks) - 1:
            return None
        at = len(block.lines) - 1
        while at and block.lines[at - 1].look == "strong" and not block.lines[at - 1].span:
            at -= 1
        return at

    def _tail(self) -> float:
        """The height of what stands below the last table, and of the lines of its sums."""
        notes = sum(len(wrap(note, _SMALL, self.right - self.left)) * _SMALL.leading + 4 for note in self.paper.notes)
        return notes + 10 + (_SIGNED if self.paper.signatures else 0.0) + 3 * (_CELL.leading + _ROW_GAP)

    def _carried_lines(self, block: Block) -> int:
        return max(len(block.carry(0)), len(block.carry(len(block.lines)))) if block.carry else 0

    def _holds_row(self, block: int) -> bool:
        return any(isinstance(one, _Row) and one.block == block and one.kind == "row" for one in self.pages[-1])

    def _carried(self, number: int, lines: Sequence[tuple[str, ...]], said: str) -> None:
        for at, cells in enumerate(lines):
            named = (said if at == 0 else "", *cells[1:])
            whole = tuple((cell,) if cell else () for cell in named)
            self._put_row(number, whole, _CELL.leading + _ROW_GAP, "carried", "carried")

    def _wrapped(self, block: int, cells: tuple[str, ...], style: Style) -> tuple[tuple[str, ...], ...]:
        made: list[tuple[str, ...]] = []
        for text, (left, right) in zip(cells, self.edges(block), strict=True):
            room = right - left - 2 * _PAD
            if not text:
                made.append(())
            elif lettering.width(text, style.face, style.size) <= room:
                made.append((text,))
            else:
                made.append(tuple(wrap(text, style, room)))
        return tuple(made)

    def _height(self, cells: tuple[tuple[str, ...], ...], style: Style) -> float:
        return max(1, *(len(cell) for cell in cells)) * style.leading + _ROW_GAP if cells else style.leading

    def _paragraph(self, text: str, style: Style, gap: float) -> None:
        for line in wrap(text, style, self.right - self.left):
            self._break_for(style.leading)
            self._put(_Text(self.y, line, style), style.leading)
        self.y += gap

    def _put_row(
        self,
        block: int,
        cells: tuple[tuple[str, ...], ...],
        height: float,
        look: str,
        kind: Literal["row", "head", "span", "carried"],
    ) -> None:
        self._put(_Row(self.y, height, block, cells, look, kind), height)

    def _put(self, placed: _Placed, height: float) -> None:
        self.pages[-1].append(placed)
        self.y += height

    def _break_for(self, height: float) -> None:
        if self.y + height > self.bottom and self.pages[-1]:
            self._next_page()

    def _next_page(self) -> None:
        self.pages.append([])
        self.y = self.top


# Drawing


class _Pen:
    """Draws the pages in order. A table that goes on is one table for whoever listens, its head said once."""

    def __init__(self, sheet: Sheet, layout: _Layout, paper: TablePaper) -> None:
        self._sheet, self._layout, self._paper = sheet, layout, paper
        self._tables: dict[int, Part] = {}

    def draw_page(self, number: int) -> None:
        sheet = self._sheet
        if number:
            sheet.next_page()
        self._head(repeated=number > 0)
        rows: list[_Row] = []
        for placed in [*self._layout.pages[number], None]:
            if isinstance(placed, _Row) and (not rows or rows[-1].block == placed.block):
                rows.append(placed)
                continue
            if rows:
                self._table(rows)
                rows = [placed] if isinstance(placed, _Row) else []
            elif isinstance(placed, _Row):
                rows = [placed]
            if isinstance(placed, _Text):
                with sheet.element(placed.tag):
                    sheet.text(self._layout.left, placed.y + placed.style.leading * 0.8, placed.text, placed.style)
            elif isinstance(placed, _Signatures):
                self._signatures(placed.y)
        self._foot(number + 1, len(self._layout.pages))

    def _table(self, rows: Sequence[_Row]) -> None:
        sheet, block = self._sheet, rows[0].block
        goes_on = block in self._tables
        table = self._tables.setdefault(block, sheet.part("Table"))
        for row in rows:
            if row.kind == "head" and goes_on:
                with sheet.furniture():
                    self._cells(row, _HEAD)
            else:
                with sheet.within(table), sheet.group("TR"):
                    self._cells(row, _HEAD if row.kind == "head" else _LOOKS[row.look])
        for row in rows:
            heavy = row.kind == "head"
            sheet.rule(
                self._layout.left,
                self._layout.right,
                row.y + row.height - 1.2,
                SOFT if heavy else HAIR,
                0.8 if heavy else 0.4,
            )
            if self._paper.blocks[row.block].ticked and row.kind == "row":
                sheet.square(self._layout.left + 1, row.y + 1.4, 7.5, SOFT)

    def _cells(self, row: _Row, style: Style) -> None:
        columns = self._paper.blocks[row.block].columns
        if row.kind == "span":
            with self._sheet.group("TD", columns=len(columns)), self._sheet.element("P"):
                self._text(row, row.cells[0], self._layout.left + _PAD, style, "left")
            return
        for cell, column, (left, right) in zip(row.cells, columns, self._layout.edges(row.block), strict=True):
            with self._cell(row.kind == "head", empty=not cell):
                self._text(row, cell, right - _PAD if column.align == "right" else left + _PAD, style, column.align)

    @contextmanager
    def _cell(self, head: bool, *, empty: bool) -> Iterator[None]:
        """A cell is an element by itself, for a long table has tens of thousands; one that is empty is still there."""
        if head:
            with self._sheet.header("Column"), nullcontext() if empty else self._sheet.element("P"):
                yield
        else:
            with self._sheet.group("TD") if empty else self._sheet.element("TD"):
                yield

    def _text(self, row: _Row, lines: tuple[str, ...], x: float, style: Style, align: Align) -> None:
        for at, line in enumerate(lines):
            self._sheet.text(x, row.y + style.leading * (at + 0.8), line, style, align)

    def _head(self, *, repeated: bool) -> None:
        sheet, paper, layout = self._sheet, self._paper, self._layout
        kind = fit(paper.kind.id, _TITLE, (layout.right - layout.left) * 0.5)
        wide = lettering.width(paper.kind.id, kind.face, kind.size)
        room = layout.right - layout.left - wide - 20
        said: list[tuple[str, float, float, str, Style, Align, str]] = [
            ("P", layout.left, 36, paper.heading.id, fit(paper.heading.id, Style("bold", 10, 13), room), "left", ""),
            ("P", layout.left, 46, paper.heading.en, fit(paper.heading.en, _SMALL, room), "left", "en"),
            ("H1", layout.right, 38, paper.kind.id, kind, "right", ""),
            ("P", layout.right, 48, paper.kind.en, replace(_SMALL, face="italic"), "right", "en"),
            (
                "P",
                layout.left,
                62,
                paper.about,
                fit(paper.about, Style("bold", 9, 12), layout.right - layout.left),
                "left",
                "",
            ),
        ]
        for tag, x, y, text, style, align, language in said:
            if not text:
                continue
            with sheet.furniture() if repeated else sheet.element(tag, language=language):
                sheet.text(x, y, text, style, align)
        sheet.rule(layout.left, layout.right, 67, BRAND, 1.2)

    def _foot(self, number: int, of: int) -> None:
        sheet, layout = self._sheet, self._layout
        y = layout.size[1] - 26
        sheet.rule(layout.left, layout.right, y - 11, HAIR, 0.6)
        with sheet.furniture():
            sheet.text(layout.left, y, self._paper.made, fit(self._paper.made, _SMALL, layout.right - layout.left - 90))
            sheet.text(layout.right, y, f"Halaman {number} dari {of}", _SMALL, "right")

    def _signatures(self, y: float) -> None:
        sheet, layout = self._sheet, self._layout
        wide = min(170.0, (layout.right - layout.left) / len(self._paper.signatures) - 16)
        step = wide + 16
        start = layout.right - step * len(self._paper.signatures) + 16
        if self._paper.place_and_date:
            with sheet.element("P"):
                sheet.text(start, y, self._paper.place_and_date, _CELL)
        for at, one in enumerate(self._paper.signatures):
            x = start + at * step
            with sheet.element("P"):
                sheet.text(x, y + 13, one.role, _CELL)
            sheet.rule(x, x + wide, y + 58, INK, 0.7)
            if one.name:
                with sheet.element("P"):
                    sheet.text(x, y + 68, one.name, fit(one.name, _CELL, wide))
