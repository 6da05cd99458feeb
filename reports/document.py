"""The house's A4 document: the head and foot of our papers, and between them sections of tables and notes that go on
over as many pages as they need."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from reports.paper import (
    LEFT,
    RIGHT,
    Form,
    Row,
    Setting,
    Words,
    draw_code,
    draw_foot,
    draw_head,
    draw_row,
    draw_stamps,
    room_for,
    row_height,
)
from reports.tagged import A4, A5_LANDSCAPE, BRAND, HAIR, INK, SOFT, Part, Sheet, Style, fit, wrap

_LOWER = A4[1] - A5_LANDSCAPE[1]  # the foot is the A5 paper's, as much lower as the page is longer
_TOP, _TOP_AGAIN, _BOTTOM = 92.0, 62.0, 336.0 + _LOWER

_HEADING = Style("bold", 10.5, 16, BRAND)
_HEADING_EN = Style("italic", 8, 16, SOFT)
_COLUMN = Style("semibold", 7.5, 10, SOFT)
_COLUMN_EN = Style("italic", 6.5, 8.4, SOFT)
_CELL = Style("regular", 8, 10.8)
_TOTAL = Style("bold", 8, 10.8)
_NOTE = Style("regular", 8, 11.2)
_NOTE_EN = Style("italic", 7.5, 10.4, SOFT)
_RUNNING = Style("regular", 7.5, 10, SOFT)
_BETWEEN = 10.0  # points between two columns


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading, its share of the page's width, and whether it holds figures, which end at its right edge."""

    title: Words
    share: float
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; a `total` is set bold under a rule."""

    cells: tuple[str, ...]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Lines under headings. `nothing` is said in their place where there are none."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    nothing: str = "Tidak ada."


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph, perhaps said again in English."""

    words: Words


Block: TypeAlias = Table | Note


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the document under its own heading."""

    title: Words
    blocks: tuple[Block, ...]


def render_document(form: Form, sections: Sequence[Section]) -> bytes:
    """The PDF, A4 portrait; the same bytes for the same form and sections. The form's rows stand beside its code on the
    first page, the sections below them."""
    return draw_document(form, sections).finish()


def draw_document(form: Form, sections: Sequence[Section]) -> Sheet:
    """The same, its last page still open: more may follow."""
    sheet = Sheet(
        title=f"{form.kind.id.capitalize()} {form.number}".rstrip(),
        author=form.heading.id,
        subject=form.subject,
        size=A4,
    )
    pages = _paginate(form, [piece for section in sections for piece in _pieces(sheet, section)])
    for number, placed in enumerate(pages, start=1):
        if number == 1:
            _draw_first(sheet, form)
        else:
            sheet.next_page()
            _draw_running(sheet, form)
        for y, piece in placed:
            piece.draw(sheet, y)
        with sheet.lowered(_LOWER):
            draw_foot(sheet, form, (number, len(pages)))
    return sheet


# What stands on the pages


class _Piece(Protocol):
    """What is never torn between two pages: its height, and how many pieces after it must share its page."""

    height: float
    keep: int

    def draw(self, sheet: Sheet, y: float) -> None: ...


def _pieces(sheet: Sheet, section: Section) -> Iterator[_Piece]:
    yield _Heading(section.title)
    for block in section.blocks:
        if isinstance(block, Note):
            yield _Paragraph(block.words)
        elif not block.lines:
            yield _Paragraph(Words(block.nothing))
        else:
            head = _Head(block.columns, sheet.part("Table"))
            yield head
            for line in block.lines:
                yield _Cells(head, line)


def _paginate(form: Form, pieces: list[_Piece]) -> list[list[tuple[float, _Piece]]]:
    pages: list[list[tuple[float, _Piece]]] = [[]]
    y = _first_free(form)
    for at, piece in enumerate(pieces):
        together = sum(one.height for one in pieces[at : at + 1 + piece.keep])
        if y + together > _BOTTOM and (pages[-1] or len(pages) == 1):
            pages.append([])
            y = _TOP_AGAIN
            if isinstance(piece, _Cells):
                again = replace(piece.head, again=True)
                pages[-1].append((y, again))
                y += again.height
        pages[-1].append((y, piece))
        y += piece.height
    return pages


def _setting(form: Form) -> Setting:
    return Setting(1.0, room_for(form))


def _placed_rows(form: Form) -> Iterator[tuple[float, Row]]:
    y = _TOP
    for row in form.rows:
        yield y, row
        y += row_height(row, _setting(form)) + 6.0


def _first_free(form: Form) -> float:
    """Below the rows and below the code, whichever reaches lower."""
    rows = max((y + row_height(row, _setting(form)) for y, row in _placed_rows(form)), default=_TOP)
    aside = _TOP + (148.0 if form.code else 0.0) + 46.0 * len(form.stamps)
    return max(rows, aside) + 4.0


def _draw_first(sheet: Sheet, form: Form) -> None:
    draw_head(sheet, form)
    with sheet.group("Table") if form.rows else nullcontext():
        for y, row in _placed_rows(form):
            draw_row(sheet, row, y, _setting(form))
    draw_stamps(sheet, form, draw_code(sheet, form) if form.code else _TOP)


def _draw_running(sheet: Sheet, form: Form) -> None:
    with sheet.furniture():
        sheet.text(LEFT, 36, form.heading.id, fit(form.heading.id, _RUNNING, 320))
        marks = [stamp.words.id for stamp in form.stamps]
        said = " · ".join([*marks, form.kind.id, form.number])
        sheet.text(RIGHT, 36, said, fit(said, replace(_RUNNING, face="bold"), 200), "right")
        sheet.rule(LEFT, RIGHT, 42, BRAND, 0.8)


@dataclass
class _Heading:
    title: Words
    height: float = field(default=14.0 + _HEADING.leading, init=False)
    keep: int = field(default=2, init=False)

    def draw(self, sheet: Sheet, y: float) -> None:
        base = y + 14.0 + _HEADING.leading * 0.6
        with sheet.element("H3"):
            sheet.text(LEFT, base, self.title.id, _HEADING)
        if self.title.en:
            with sheet.element("P", language="en"):
                sheet.text(RIGHT, base, self.title.en, _HEADING_EN, "right")


@dataclass
class _Paragraph:
    words: Words
    keep: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._lines = wrap(self.words.id, _NOTE, RIGHT - LEFT)
        self._english = wrap(self.words.en, _NOTE_EN, RIGHT - LEFT) if self.words.en else []
        self.height = 3.0 + len(self._lines) * _NOTE.leading + len(self._english) * _NOTE_EN.leading

    def draw(self, sheet: Sheet, y: float) -> None:
        y += 3.0
        for language, lines, style in (("", self._lines, _NOTE), ("en", self._english, _NOTE_EN)):
            if lines:
                with sheet.element("P", language=language):
                    for line in lines:
                        sheet.text(LEFT, y + style.leading * 0.8, line, style)
                        y += style.leading


@dataclass
class _Head:
    """The headings of a table; on a further page they stand again, as furniture."""

    columns: tuple[Column, ...]
    table: Part
    again: bool = False
    keep: int = field(default=1, init=False)

    def __post_init__(self) -> None:
        whole = RIGHT - LEFT - _BETWEEN * (len(self.columns) - 1)
        shares = sum(column.share for column in self.columns)
        self.edges: list[tuple[float, float]] = []
        x = LEFT
        for column in self.columns:
            wide = whole * column.share / shares
            self.edges.append((x, x + wide))
            x += wide + _BETWEEN
        self._titles = [
            (wrap(column.title.id, _COLUMN, end - start), wrap(column.title.en, _COLUMN_EN, end - start))
            for column, (start, end) in zip(self.columns, self.edges, strict=True)
        ]
        self.height = 6.0 + max(
            len(said) * _COLUMN.leading + (len(english) * _COLUMN_EN.leading if english[0] else 0.0)
            for said, english in self._titles
        )

    def draw(self, sheet: Sheet, y: float) -> None:
        with sheet.furniture() if self.again else nullcontext(), sheet.within(self.table), sheet.group("TR"):
            for column, edges, titles in zip(self.columns, self.edges, self._titles, strict=True):
                base = y
                with sheet.header("Column"):
                    for language, lines, style in (("", titles[0], _COLUMN), ("en", titles[1], _COLUMN_EN)):
                        if lines[0]:
                            with sheet.element("P", language=language):
                                for line in lines:
                                    _cell(sheet, edges, base + style.leading * 0.8, line, style, column.figures)
                                    base += style.leading
        sheet.rule(LEFT, RIGHT, y + self.height - 3.5, HAIR, 0.8)


@dataclass
class _Cells:
    """One line of a table."""

    head: _Head
    line: Line
    keep: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._style = _TOTAL if self.line.total else _CELL
        self._cells = [
            wrap(text, self._style, end - start)
            for text, (start, end) in zip(self.line.cells, self.head.edges, strict=True)
        ]
        self.height = 3.2 + max(map(len, self._cells)) * self._style.leading

    def draw(self, sheet: Sheet, y: float) -> None:
        if self.line.total:
            sheet.rule(LEFT, RIGHT, y, INK, 0.6)
        with sheet.within(self.head.table), sheet.group("TR"):
            for column, edges, lines in zip(self.head.columns, self.head.edges, self._cells, strict=True):
                with sheet.group("TD"):
                    if lines[0]:
                        with sheet.element("P"):
                            for at, line in enumerate(lines):
                                base = y + 1.6 + (at + 0.8) * self._style.leading
                                _cell(sheet, edges, base, line, self._style, column.figures)


def _cell(sheet: Sheet, edges: tuple[float, float], base: float, text: str, style: Style, figures: bool) -> None:
    sheet.text(edges[1] if figures else edges[0], base, text, style, "right" if figures else "left")
