"""The house's letter: A4 under a mission's head, said whole in one language and then whole in the next, each with its
own line to sign on, so that either can be handed over by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Literal, Protocol, TypeAlias

from reports import lettering
from reports.paper import CAPTION, Stamp, Words
from reports.tagged import A4, BRAND, HAIR, INK, SOFT, Part, Sheet, Style, fit, wrap

WIDTH, HEIGHT = A4
LEFT, RIGHT = 57.0, WIDTH - 57.0
_TOP_AGAIN, _BOTTOM = 70.0, HEIGHT - 78.0
_LABELS = 132.0
_CODE = 98.0
_SIGNED = 112.0  # the height of the code and the line to sign on
_DENSITIES = (1.0, 0.94, 0.88, 0.83)  # how tight the text may stand to end on its first page
_SIGNATORY = RIGHT - 190.0
_LONGEST = 12  # lines of a paragraph that stay together on a page

_HEAD = Style("bold", 13, 17)
_HEAD_EN = Style("italic", 9, 12, SOFT)
_SERVICE = Style("regular", 8.5, 11, SOFT)
_TITLE = Style("bold", 13, 17)
_BODY = Style("regular", 9.5, 13.4)
_STRONG = Style("bold", 9.5, 13.4)
_LABEL = Style("regular", 9.5, 13.4, SOFT)
_UNDER = Style("italic", 8.5, 11.6, SOFT)
_COLUMN = Style("semibold", 8, 10.6, SOFT)
_CELL = Style("regular", 9, 12)
_TOTAL = Style("bold", 9, 12)
_LARGE = Style("bold", 14, 19)
_SMALL = Style("regular", 7.5, 10, SOFT)
_BETWEEN = 10.0  # points between two columns

Language = Literal["", "en"]
"""Indonesian, which is the document's own, or English."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """What something is called, what stands there, and perhaps a smaller line below: an amount in words, which is
    Indonesian in either language."""

    label: str
    value: str
    strong: bool = False
    under: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Points:
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Callout:
    """The one thing not to be overlooked, in large letters between two rules."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """`share` of the page's width; figures end at the column's right edge."""

    title: str
    share: float
    figures: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines under headings; the last one is a sum under a rule if it is said to be `summed`."""

    columns: tuple[Column, ...]
    lines: tuple[tuple[str, ...], ...]
    summed: bool = False


Block: TypeAlias = Paragraph | Facts | Points | Callout | Grid


@dataclass(frozen=True, slots=True)
class Version:
    """The letter in one language. A `certificate` has its title and number in the middle over the text and its day at
    the signature; another letter says at its head which day it is, what it is about and to whom it goes."""

    language: Language
    title: str
    number_label: str
    day: str
    blocks: tuple[Block, ...]
    role: str
    foot: tuple[str, ...]
    code_caption: str
    subject_label: str = ""
    addressee: str = ""
    certificate: bool = False
    page: str = "Halaman {number} dari {of}"


@dataclass(frozen=True, slots=True)
class Letter:
    """What both languages share. Whoever signs may have a title of their own under the name."""

    heading: Words
    service: Words
    number: str
    versions: tuple[Version, ...]
    code: str
    code_alt: str
    signatory: str
    subject: str
    signatory_title: str = ""
    stamps: tuple[Stamp, ...] = ()


def render_letter(letter: Letter) -> bytes:
    """The PDF, A4 portrait; the same bytes for the same letter."""
    sheet = Sheet(
        title=f"{letter.versions[0].title.capitalize()} {letter.number}",
        author=letter.heading.id,
        subject=letter.subject,
        size=A4,
    )
    said = [_Said(version, _laid(sheet, letter, version)) for version in letter.versions]
    of = sum(len(one.pages) for one in said)
    number = 0
    for one in said:
        with sheet.group("Sect"):
            for at, placed in enumerate(one.pages):
                number += 1
                if number > 1:
                    sheet.next_page()
                if at == 0:
                    _draw_head(sheet, letter, one.version, again=number > 1)
                else:
                    _draw_running(sheet, letter, one.version)
                for y, piece in placed:
                    piece.draw(sheet, y)
                _draw_foot(sheet, letter, one.version, (number, of), last=at == len(one.pages) - 1)
    return sheet.finish()


@dataclass(frozen=True, slots=True)
class _Said:
    version: Version
    pages: list[list[tuple[float, _Piece]]]


class _Piece(Protocol):
    """What is never torn between two pages; `keep` pieces after it share its page."""

    height: float
    keep: int

    def draw(self, sheet: Sheet, y: float) -> None: ...


def _laid(sheet: Sheet, letter: Letter, version: Version) -> list[list[tuple[float, _Piece]]]:
    """On one page where that can be, set tighter if it must; else on as many as it takes."""
    tried = (_paginate(sheet, letter, version, density) for density in _DENSITIES)
    return next((pages for pages in tried if len(pages) == 1), None) or _paginate(sheet, letter, version, 1.0)


def _paginate(sheet: Sheet, letter: Letter, version: Version, density: float) -> list[list[tuple[float, _Piece]]]:
    pieces = [piece for block in version.blocks for piece in _pieces(sheet, version.language, block, density)]
    if pieces:
        pieces[-1].keep = max(pieces[-1].keep, 1)  # nobody signs on a page without a word
    pieces.append(_Signing(letter, version))
    pages: list[list[tuple[float, _Piece]]] = [[]]
    y = _first_free(letter, version)
    for at, piece in enumerate(pieces):
        together = sum(one.height for one in pieces[at : at + 1 + piece.keep])
        if y + together > _BOTTOM and pages[-1]:
            pages.append([])
            y = _TOP_AGAIN
            if isinstance(piece, _Cells):
                again = replace(piece.head, again=True)
                pages[-1].append((y, again))
                y += again.height
        pages[-1].append((y, piece))
        y += piece.height
    return pages


def _pieces(sheet: Sheet, language: Language, block: Block, density: float) -> Iterator[_Piece]:
    match block:
        case Paragraph():
            style = (_STRONG if block.strong else _BODY).at(density)
            lines = wrap(block.text, style, RIGHT - LEFT)
            for start in range(0, len(lines), _LONGEST):
                part = lines[start : start + _LONGEST]
                last = start + _LONGEST >= len(lines)
                yield _Lines(language, tuple(part), style, 7.0 * density * last, keep=1 if block.strong else 0)
        case Facts():
            table = sheet.part("Table")
            for at, fact in enumerate(block.facts):
                after = 8.0 if at == len(block.facts) - 1 else 2.0
                yield from _stated(language, fact, table, density, after * density)
        case Points():
            points = sheet.part("L")
            for at, item in enumerate(block.items):
                mark = f"{at + 1}." if block.numbered else "•"
                after = 7.0 if at == len(block.items) - 1 else 1.5
                yield _Point(language, mark, item, points, density, after * density)
        case Callout():
            yield _Called(language, block, density)
        case Grid():
            head = _Head(language, block.columns, sheet.part("Table"), density)
            yield head
            for at, cells in enumerate(block.lines):
                last = at == len(block.lines) - 1
                yield _Cells(head, cells, total=last and block.summed, after=9.0 * density if last else 0.0)


def _stated(language: Language, fact: Fact, table: Part, density: float, after: float) -> Iterator[_Stated]:
    """One row, or several where its text is too long to stay together."""
    style = (_STRONG if fact.strong else _BODY).at(density)
    lines = wrap(fact.value, style, RIGHT - LEFT - _LABELS)
    for start in range(0, len(lines), _LONGEST):
        last = start + _LONGEST >= len(lines)
        yield _Stated(
            language,
            fact.label if start == 0 else "",
            tuple(lines[start : start + _LONGEST]),
            style,
            fact.under if last else "",
            table,
            density,
            after if last else 0.0,
        )


# Around the text


def _head_height(letter: Letter) -> float:
    return 96.0 if letter.heading.en else 84.0


def _first_free(letter: Letter, version: Version) -> float:
    if version.certificate:
        return _head_height(letter) + 62.0
    return _head_height(letter) + 48.0 + (24.0 if version.addressee else 0.0)


def _draw_head(sheet: Sheet, letter: Letter, version: Version, *, again: bool) -> None:
    middle, room = WIDTH / 2, RIGHT - LEFT
    with sheet.element("H1"):
        sheet.text(middle, 52, letter.heading.id, fit(letter.heading.id, _HEAD, room), "center")
    y = 65.0
    for text, style, language in (
        (letter.heading.en, _HEAD_EN, "en"),
        (letter.service.en if version.language else letter.service.id, _SERVICE, version.language),
    ):
        if text:
            with sheet.element("P", language=language):
                sheet.text(middle, y, text, fit(text, style, room), "center")
            y += style.leading
    y = _head_height(letter)
    sheet.rule(LEFT, RIGHT, y - 11, BRAND, 1.6)
    sheet.rule(LEFT, RIGHT, y - 8.4, BRAND, 0.5)
    with sheet.furniture() if again else nullcontext():
        _draw_stamps(sheet, letter)
    if version.certificate:
        _draw_certified(sheet, letter, version, y)
    else:
        _draw_references(sheet, letter, version, y)


def _draw_certified(sheet: Sheet, letter: Letter, version: Version, y: float) -> None:
    title = fit(version.title, _TITLE, RIGHT - LEFT)
    with sheet.element("H2", language=version.language):
        sheet.text(WIDTH / 2, y + 24, version.title, title, "center")
    half = lettering.width(version.title, title.face, title.size) / 2
    sheet.rule(WIDTH / 2 - half, WIDTH / 2 + half, y + 27.5, INK, 0.8)
    with sheet.element("P", language=version.language):
        sheet.text(WIDTH / 2, y + 40, f"{version.number_label}: {letter.number}", _BODY, "center")


def _draw_references(sheet: Sheet, letter: Letter, version: Version, y: float) -> None:
    room = RIGHT - LEFT - lettering.width(version.day, _BODY.face, _BODY.size) - 20
    with sheet.element("P", language=version.language):
        sheet.text(RIGHT, y + 12, version.day, _BODY, "right")
    with sheet.element("P", language=version.language):
        said = f"{version.number_label}: {letter.number}"
        sheet.text(LEFT, y + 12, said, fit(said, _BODY, room))
    with sheet.element("H2", language=version.language):
        said = f"{version.subject_label}: {version.title}"
        sheet.text(LEFT, y + 27, said, fit(said, replace(_STRONG, size=11), RIGHT - LEFT))
    if version.addressee:
        with sheet.element("P", language=version.language):
            sheet.text(LEFT, y + 50, version.addressee, fit(version.addressee, _BODY, RIGHT - LEFT))


def _draw_stamps(sheet: Sheet, letter: Letter) -> None:
    for at, stamp in enumerate(letter.stamps):
        style = Style("bold", 11, 14, stamp.colour)
        wide = lettering.width(stamp.words.id, style.face, style.size) + 16
        right = RIGHT - at * (wide + 8)
        sheet.box(right - wide, 14, wide, 18, stamp.colour)
        with sheet.element("P"):
            sheet.text(right - wide / 2, 27, stamp.words.id, style, "center")


def _draw_running(sheet: Sheet, letter: Letter, version: Version) -> None:
    with sheet.furniture():
        sheet.text(LEFT, 40, letter.heading.id, fit(letter.heading.id, _SMALL, 300))
        marks = " · ".join([*(stamp.words.id for stamp in letter.stamps), version.title, letter.number])
        sheet.text(RIGHT, 40, marks, fit(marks, replace(_SMALL, face="bold"), RIGHT - LEFT - 310), "right")
        sheet.rule(LEFT, RIGHT, 46, BRAND, 0.8)


def _draw_foot(sheet: Sheet, letter: Letter, version: Version, page: tuple[int, int], *, last: bool) -> None:
    number, of = page
    y = HEIGHT - 66.0
    sheet.rule(LEFT, RIGHT, y, HAIR, 0.6)
    y += 12
    if last:
        with sheet.element("P", language=version.language):
            for text in version.foot:
                for line in wrap(text, _SMALL, RIGHT - LEFT):
                    sheet.text(LEFT, y, line, _SMALL)
                    y += _SMALL.leading
    with sheet.furniture():
        said = f"{letter.number} · {version.page.format(number=number, of=of)}"
        sheet.text(RIGHT, HEIGHT - 22, said, _SMALL, "right")


# What stands between


@dataclass
class _Lines:
    language: Language
    lines: tuple[str, ...]
    style: Style
    after: float
    keep: int = 0

    def __post_init__(self) -> None:
        self.height = len(self.lines) * self.style.leading + self.after

    def draw(self, sheet: Sheet, y: float) -> None:
        with sheet.element("P", language=self.language):
            _draw_lines(sheet, LEFT, y, self.lines, self.style)


@dataclass
class _Stated:
    """One fact of a table, or a part of a long one."""

    language: Language
    label: str
    lines: tuple[str, ...]
    style: Style
    under: str
    table: Part
    density: float
    after: float
    keep: int = 0

    def __post_init__(self) -> None:
        self._named, self._smaller = _LABEL.at(self.density), _UNDER.at(self.density)
        self._label = wrap(self.label, self._named, _LABELS - 12)
        self._under = wrap(self.under, self._smaller, RIGHT - LEFT - _LABELS) if self.under else []
        value = len(self.lines) * self.style.leading + len(self._under) * self._smaller.leading
        self.height = max(len(self._label) * self._named.leading, value) + self.after

    def draw(self, sheet: Sheet, y: float) -> None:
        with sheet.within(self.table), sheet.group("TR"):
            with sheet.header("Row"):
                if self.label:
                    with sheet.element("P", language=self.language):
                        _draw_lines(sheet, LEFT, y, self._label, self._named)
            with sheet.group("TD"):
                with sheet.element("P", language=self.language):
                    _draw_lines(sheet, LEFT + _LABELS, y, self.lines, self.style)
                if self._under:
                    with sheet.element("P"):
                        below = y + len(self.lines) * self.style.leading
                        _draw_lines(sheet, LEFT + _LABELS, below, self._under, self._smaller)


@dataclass
class _Point:
    language: Language
    mark: str
    text: str
    points: Part
    density: float
    after: float
    keep: int = 0

    def __post_init__(self) -> None:
        self._style = _BODY.at(self.density)
        self._lines = wrap(self.text, self._style, RIGHT - LEFT - 16)
        self.height = len(self._lines) * self._style.leading + self.after

    def draw(self, sheet: Sheet, y: float) -> None:
        with sheet.within(self.points), sheet.group("LI"):
            with sheet.element("Lbl"):
                sheet.text(LEFT, y + self._style.leading * 0.8, self.mark, self._style)
            with sheet.group("LBody"), sheet.element("P", language=self.language):
                _draw_lines(sheet, LEFT + 16, y, self._lines, self._style)


@dataclass
class _Called:
    language: Language
    callout: Callout
    density: float
    keep: int = 0

    def __post_init__(self) -> None:
        self._lines = wrap(self.callout.text, _LARGE, RIGHT - LEFT - _LABELS)
        self.height = 16.0 + len(self._lines) * _LARGE.leading + 12.0 * self.density

    def draw(self, sheet: Sheet, y: float) -> None:
        end = 16.0 + len(self._lines) * _LARGE.leading
        sheet.rule(LEFT, RIGHT, y + 2, BRAND, 0.8)
        with sheet.element("P", language=self.language):
            sheet.text(LEFT, y + 8 + _LARGE.leading * 0.8, self.callout.label, _LABEL)
            _draw_lines(sheet, LEFT + _LABELS, y + 8, self._lines, _LARGE)
        sheet.rule(LEFT, RIGHT, y + end, BRAND, 0.8)


@dataclass
class _Head:
    """The headings of a grid; on a further page they stand again, as furniture."""

    language: Language
    columns: tuple[Column, ...]
    table: Part
    density: float
    again: bool = False
    keep: int = 1

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
            wrap(column.title, _COLUMN.at(self.density), end - start)
            for column, (start, end) in zip(self.columns, self.edges, strict=True)
        ]
        self.height = 6.0 + max(map(len, self._titles)) * _COLUMN.at(self.density).leading

    def draw(self, sheet: Sheet, y: float) -> None:
        furniture: AbstractContextManager[None] = sheet.furniture() if self.again else nullcontext()
        with furniture, sheet.within(self.table), sheet.group("TR"):
            for column, edges, lines in zip(self.columns, self.edges, self._titles, strict=True):
                with sheet.header("Column"), sheet.element("P", language=self.language):
                    _draw_cell(sheet, edges, y, lines, _COLUMN.at(self.density), figures=column.figures)
        sheet.rule(LEFT, RIGHT, y + self.height - 3.0, HAIR, 0.8)


@dataclass
class _Cells:
    head: _Head
    cells: tuple[str, ...]
    total: bool
    after: float
    keep: int = 0

    def __post_init__(self) -> None:
        self._style = (_TOTAL if self.total else _CELL).at(self.head.density)
        self._lines = [
            wrap(text, self._style, end - start) for text, (start, end) in zip(self.cells, self.head.edges, strict=True)
        ]
        self.height = 4.0 + max(map(len, self._lines)) * self._style.leading + self.after

    def draw(self, sheet: Sheet, y: float) -> None:
        if self.total:
            sheet.rule(LEFT, RIGHT, y + 0.5, INK, 0.6)
        with sheet.within(self.head.table), sheet.group("TR"):
            for column, edges, lines in zip(self.head.columns, self.head.edges, self._lines, strict=True):
                with sheet.group("TD"):
                    if lines[0]:
                        with sheet.element("P", language=self.head.language):
                            _draw_cell(sheet, edges, y + 2.0, lines, self._style, figures=column.figures)


@dataclass
class _Signing:
    """The code at the left, who signs at the right, with room for a hand and a stamp."""

    letter: Letter
    version: Version
    height: float = _SIGNED
    keep: int = 0

    def draw(self, sheet: Sheet, y: float) -> None:
        letter, version = self.letter, self.version
        if letter.code:
            first = version is letter.versions[0]
            with nullcontext() if first else sheet.furniture():
                sheet.code(LEFT - 6, y, _CODE, letter.code, letter.code_alt)
            with sheet.element("P", language=version.language):
                at = y + 44.0
                for line in wrap(version.code_caption, CAPTION, 110):
                    sheet.text(LEFT + _CODE, at, line, CAPTION)
                    at += CAPTION.leading
        y += 12.0
        if version.certificate:
            with sheet.element("P", language=version.language):
                sheet.text(_SIGNATORY, y, version.day, _BODY)
            y += _BODY.leading
        with sheet.element("P", language=version.language):
            sheet.text(_SIGNATORY, y, version.role, fit(version.role, _BODY, RIGHT - _SIGNATORY))
        y += 58.0
        sheet.rule(_SIGNATORY, RIGHT, y, INK, 0.7)
        with sheet.element("P"):
            sheet.text(_SIGNATORY, y + 12, letter.signatory, fit(letter.signatory, _STRONG, RIGHT - _SIGNATORY))
        if letter.signatory_title:
            with sheet.element("P"):
                title = letter.signatory_title
                sheet.text(_SIGNATORY, y + 24, title, fit(title, _BODY, RIGHT - _SIGNATORY))


def _draw_lines(sheet: Sheet, x: float, y: float, lines: Sequence[str], style: Style) -> None:
    for at, line in enumerate(lines):
        sheet.text(x, y + (at + 0.8) * style.leading, line, style)


def _draw_cell(
    sheet: Sheet, edges: tuple[float, float], y: float, lines: Sequence[str], style: Style, *, figures: bool
) -> None:
    for at, line in enumerate(lines):
        base = y + (at + 0.8) * style.leading
        sheet.text(edges[1] if figures else edges[0], base, line, style, "right" if figures else "left")
