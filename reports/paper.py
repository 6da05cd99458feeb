"""The house's A5 paper: heading, rows of two languages, QR code, stamps, signature, foot; tagged for screen readers."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString
from reportlab.pdfgen.canvas import Canvas

from reports import lettering, qr
from reports.fonts import Face

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 148 * MM  # A5, landscape
LEFT, RIGHT = 27.0, WIDTH - 27.0

INK, SOFT, BRAND, HAIR, RED = "#111614", "#4C5C56", "#075239", "#C3CCC8", "#B3261E"

_LABELS = 122.0
_ASIDE = 117.0  # the column of the QR code
_GAP = 14.0
_VALUES = LEFT + _LABELS
_TOP, _BOTTOM = 92.0, 336.0  # between them the rows
_DENSITIES = (1.0, 0.95, 0.9, 0.85, 0.8)
_KEPT_WHOLE = 4  # a row of so few items is never torn between two pages


class Words(NamedTuple):
    """The same thing in Indonesian and, where the paper says it twice, in English."""

    id: str
    en: str = ""


CODE_CAPTION = Words("Pindai untuk memeriksa keaslian, juga tanpa internet", "Scan to verify, also offline")


@dataclass(frozen=True, slots=True)
class Style:
    face: Face
    size: float
    leading: float
    colour: str = INK

    def at(self, density: float) -> Style:
        return replace(self, size=self.size * density, leading=self.leading * density)


PLAIN = Style("regular", 8.5, 11.6)
STRONG = Style("bold", 8.5, 11.6)
ITALIC = Style("italic", 8.5, 11.6)
LABEL = Style("regular", 8.5, 11.6, SOFT)
LABEL_EN = Style("italic", 8.5, 11.6, SOFT)
UNDER = Style("italic", 7, 9.2, SOFT)
LARGE = Style("bold", 15.5, 20)
SMALL = Style("regular", 7.5, 10, SOFT)
CAPTION = Style("regular", 6.5, 8.6, SOFT)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a row: a text that wraps, perhaps a figure at the right edge, perhaps its English below."""

    text: str
    style: Style = PLAIN
    right: str = ""
    right_style: Style = PLAIN
    under: str = ""
    bullet: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    label: Words
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A large mark in the column of the QR code: SALINAN 2, DIBATALKAN."""

    words: Words
    colour: str = INK


@dataclass(frozen=True, slots=True)
class Form:
    """A whole paper: what the receipt and the claim slip fill in."""

    kind: Words  # KUITANSI, Official receipt
    heading: Words  # the mission's title
    service: str
    number: str
    circumstances: tuple[str, ...]  # when, where, by whom
    rows: tuple[Row, ...]
    foot: tuple[str, ...]
    subject: str
    number_label: str = "No."
    code: str = ""  # what the QR code says; without one the rows take the whole width
    code_alt: str = ""
    code_caption: Words = CODE_CAPTION
    stamps: tuple[Stamp, ...] = ()
    signatory: str = ""
    role: str = "Petugas loket"


@dataclass(frozen=True, slots=True)
class _Setting:
    """How tight the rows stand, and where their figures end."""

    density: float
    end: float


def render(form: Form) -> bytes:
    """The PDF, the same bytes for the same form. One page where it fits, set tighter if it must; else more."""
    end = RIGHT - _ASIDE - _GAP if form.code or form.stamps else RIGHT
    settings = [_Setting(density, end) for density in _DENSITIES]
    setting = next((setting for setting in settings if _fits(form.rows, setting)), settings[2])
    pages = _paginate(form.rows, setting)
    sheet = Sheet(title=f"{form.kind.id.capitalize()} {form.number}", author=form.heading.id, subject=form.subject)
    for number, placed in enumerate(pages, start=1):
        if number > 1:
            sheet.next_page()
        _head(sheet, form)
        for y, row in placed:
            _draw_row(sheet, row, y, setting)
        _aside(sheet, form, with_code=number == 1 and bool(form.code))
        _foot(sheet, form, signed=number == len(pages) and bool(form.signatory), page=(number, len(pages)))
    return sheet.finish()


# Rows


def _gap(setting: _Setting) -> float:
    return 6.0 * setting.density


def _fits(rows: Sequence[Row], setting: _Setting) -> bool:
    return sum(_row_height(row, setting) + _gap(setting) for row in rows) - _gap(setting) <= _BOTTOM - _TOP


def _paginate(rows: Sequence[Row], setting: _Setting) -> list[list[tuple[float, Row]]]:
    """Rows with the height at which each begins; a row too long for its page goes on in the next, item by item."""
    pages: list[list[tuple[float, Row]]] = [[]]
    y = _TOP
    for row in rows:
        rest = row
        while rest.items:
            room = _BOTTOM - y
            taken = _how_many(rest, room, setting)
            torn = 0 < taken < len(rest.items) and len(row.items) <= _KEPT_WHOLE
            if (torn or not taken) and pages[-1]:
                pages.append([])
                y = _TOP
                continue
            part = Row(rest.label, rest.items[: max(taken, 1)])
            pages[-1].append((y, part))
            y += _row_height(part, setting) + _gap(setting)
            rest = Row(rest.label, rest.items[len(part.items) :])
    return pages


def _how_many(row: Row, room: float, setting: _Setting) -> int:
    count = len(row.items)
    while count and _row_height(Row(row.label, row.items[:count]), setting) > room:
        count -= 1
    return count


def _row_height(row: Row, setting: _Setting) -> float:
    labels = sum(
        style.at(setting.density).leading for text, style in zip(row.label, (LABEL, LABEL_EN), strict=True) if text
    )
    return max(labels, sum(_item_height(item, setting) for item in row.items))


def _item_lines(item: Item, setting: _Setting) -> tuple[list[str], list[str]]:
    style = item.style.at(setting.density)
    room = setting.end - _VALUES - _indent(item, setting)
    if item.right:
        room -= lettering.width(item.right, item.right_style.face, item.right_style.at(setting.density).size) + 10
    under = UNDER.at(setting.density)
    return (
        wrap(item.text, style, room),
        wrap(item.under, under, setting.end - _VALUES - _indent(item, setting)) if item.under else [],
    )


def _indent(item: Item, setting: _Setting) -> float:
    return 9.0 * setting.density if item.bullet else 0.0


def _item_height(item: Item, setting: _Setting) -> float:
    text, under = _item_lines(item, setting)
    return len(text) * item.style.at(setting.density).leading + len(under) * UNDER.at(setting.density).leading


def _draw_row(sheet: Sheet, row: Row, y: float, setting: _Setting) -> None:
    label, label_en = LABEL.at(setting.density), LABEL_EN.at(setting.density)
    base = y + label.leading * 0.8
    with sheet.element("P"):
        sheet.text(LEFT, base, row.label.id, label)
    if row.label.en:
        with sheet.element("P", language="en"):
            sheet.text(LEFT, base + label_en.leading, row.label.en, label_en)
    for item in row.items:
        style, under_style = item.style.at(setting.density), UNDER.at(setting.density)
        text, under = _item_lines(item, setting)
        base = y + style.leading * 0.8
        x = _VALUES + _indent(item, setting)
        with sheet.element("P"):
            if item.bullet:
                sheet.text(_VALUES, base, item.bullet, style)
            for number, line in enumerate(text):
                sheet.text(x, base + number * style.leading, line, style)
            if item.right:
                sheet.text(setting.end, base, item.right, item.right_style.at(setting.density), "right")
        y += len(text) * style.leading
        if under:
            with sheet.element("P", language="en"):
                for number, line in enumerate(under):
                    sheet.text(x, y + (number + 0.75) * under_style.leading, line, under_style)
            y += len(under) * under_style.leading


# Around the rows


def _head(sheet: Sheet, form: Form) -> None:
    kind = fit(form.kind.id, Style("bold", 14.5, 18), 190)
    kind_width = max(
        lettering.width(form.kind.id, kind.face, kind.size), lettering.width(form.kind.en, SMALL.face, SMALL.size)
    )
    room = RIGHT - LEFT - kind_width - 24
    with sheet.element("H1"):
        sheet.text(LEFT, 33.5, form.heading.id, fit(form.heading.id, Style("bold", 11.5, 14), room))
    if form.heading.en:
        with sheet.element("P", language="en"):
            english = fit(form.heading.en, replace(SMALL, face="italic"), room)
            sheet.text(LEFT, 44, form.heading.en, english)
    with sheet.element("P"):
        sheet.text(LEFT, 53.5 if form.heading.en else 45, form.service, SMALL)
    with sheet.element("H2"):
        sheet.text(RIGHT, 35.5, form.kind.id, kind, "right")
    with sheet.element("P", language="en"):
        sheet.text(RIGHT, 47, form.kind.en, SMALL, "right")
    sheet.rule(LEFT, RIGHT, 61, BRAND, 1.2)
    with sheet.element("P"):
        label = f"{form.number_label} "
        sheet.text(LEFT, 77.5, label, PLAIN)
        sheet.text(LEFT + lettering.width(label, PLAIN.face, PLAIN.size), 77.5, form.number, Style("bold", 10.5, 14))
    room = RIGHT - LEFT - lettering.width(form.number, "bold", 10.5) - 40
    whole = " · ".join(form.circumstances)
    with sheet.element("P"):
        if lettering.width(whole, "regular", 8) <= room:
            sheet.text(RIGHT, 76.5, whole, Style("regular", 8, 10), "right")
        else:
            second = " · ".join(form.circumstances[1:])
            sheet.text(RIGHT, 71.5, form.circumstances[0], Style("regular", 8, 10), "right")
            sheet.text(RIGHT, 81.5, second, fit(second, Style("regular", 8, 10), room), "right")


def _aside(sheet: Sheet, form: Form, *, with_code: bool) -> None:
    """The code stands on the first page; a copy or a void says so on every page."""
    top = _draw_code(sheet, form) if with_code else _TOP
    for number, stamp in enumerate(form.stamps):
        _stamp(sheet, stamp, RIGHT - _ASIDE, top + number * 46)


def _draw_code(sheet: Sheet, form: Form) -> float:
    """Where the column is free again."""
    sheet.code(RIGHT - _ASIDE, 83.5, _ASIDE, form.code, form.code_alt)
    y = 83.5 + _ASIDE + 5
    for text, style, language in (
        (form.code_caption.id, CAPTION, ""),
        (form.code_caption.en, replace(CAPTION, face="italic"), "en"),
    ):
        with sheet.element("P", language=language):
            for line in wrap(text, style, _ASIDE) if text else []:
                sheet.text(RIGHT - _ASIDE / 2, y, line, style, "center")
                y += style.leading
    return y + 2


def _stamp(sheet: Sheet, stamp: Stamp, left: float, top: float) -> None:
    big = fit(stamp.words.id, Style("bold", 20, 24, stamp.colour), _ASIDE - 22)
    sheet.box(left + 1, top, _ASIDE - 2, 41, stamp.colour)
    with sheet.element("P"):
        sheet.text(left + _ASIDE / 2, top + 23.5, stamp.words.id, big, "center")
    with sheet.element("P", language="en"):
        small = Style("italic", 7.5, 10, stamp.colour)
        sheet.text(left + _ASIDE / 2, top + 34.5, stamp.words.en, small, "center")


def _foot(sheet: Sheet, form: Form, *, signed: bool, page: tuple[int, int]) -> None:
    sheet.rule(LEFT, RIGHT, _BOTTOM + 4, HAIR, 0.6)
    line_left = RIGHT - _ASIDE
    lines = [line for text in form.foot for line in wrap(text, SMALL, line_left - LEFT - 10)]
    y = 395.0 - (len(lines) - 1) * SMALL.leading
    for line in lines:
        with sheet.element("P"):
            sheet.text(LEFT, y, line, SMALL)
        y += SMALL.leading
    if page[1] > 1:
        with sheet.element("P"):
            sheet.text(LEFT, _BOTTOM + 16, f"Halaman {page[0]} dari {page[1]}", SMALL)
    if signed:
        sheet.rule(line_left, RIGHT, 374, INK, 0.7)
        middle, y = (line_left + RIGHT) / 2, 385.0
        with sheet.element("P"):
            for line in wrap(form.signatory, PLAIN, _ASIDE):
                sheet.text(middle, y, line, fit(line, PLAIN, _ASIDE), "center")
                y += SMALL.leading
            sheet.text(middle, y, form.role, SMALL, "center")


# Lines of text


def fit(text: str, style: Style, room: float) -> Style:
    """The style, made smaller as far as the text needs to stay on one line."""
    wide = lettering.width(text, style.face, style.size)
    return style if wide <= room else replace(style, size=style.size * room / wide)


_BLANKS = re.compile(r"[^\S\u00a0]+")


def wrap(text: str, style: Style, room: float) -> list[str]:
    """Lines no wider than `room` points, broken at plain blanks; inside a word only where it is wider by itself."""
    lines = [""]
    for word in _BLANKS.split(text):
        longer = f"{lines[-1]} {word}".strip()
        if lettering.width(longer, style.face, style.size) <= room:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and lettering.width(lines[-1] + character, style.face, style.size) > room:
                lines.append("")
            lines[-1] += character
    return lines


# The PDF itself

Align = Literal["left", "center", "right"]


@dataclass
class _Element:
    tag: str
    page: int
    mark: int
    language: str
    alt: str


@dataclass
class Sheet:
    """Pages under a pen: y grows downward, every text belongs to an element of the document's structure."""

    title: str
    author: str
    subject: str
    size: tuple[float, float] = (WIDTH, HEIGHT)
    _file: io.BytesIO = field(default_factory=io.BytesIO, init=False)
    _elements: list[_Element] = field(default_factory=list, init=False)
    _page: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._canvas = Canvas(
            self._file,
            pagesize=self.size,
            invariant=1,
            pageCompression=1,
            pdfVersion=(1, 7),
            lang="id-ID",
            initialFontName=lettering.register("NotoSans-Regular"),
            initialFontSize=PLAIN.size,
        )
        self._canvas.setTitle(self.title)
        self._canvas.setAuthor(self.author)
        self._canvas.setSubject(self.subject)
        self._canvas.setCreator("Loket PMI")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    @contextmanager
    def element(self, tag: str, *, language: str = "", alt: str = "") -> Iterator[None]:
        """What is drawn inside is one element: P, H1, Figure …"""
        mark = sum(1 for element in self._elements if element.page == self._page)
        self._elements.append(_Element(tag, self._page, mark, language, alt))
        self._write(f"/{tag} <</MCID {mark}>> BDC")
        yield
        self._write("EMC")

    def text(self, x: float, y: float, text: str, style: Style, align: Align = "left") -> None:
        """One line on the baseline `y`, in whatever fonts its letters need."""
        runs = lettering.runs(text, style.face)
        wide = sum(run.width(style.size) for run in runs)
        x -= {"left": 0.0, "center": wide / 2, "right": wide}[align]
        self._canvas.setFillColor(HexColor(style.colour))
        turned = any(run.drawn != run.text for run in runs)
        if turned:
            # Joined and turned letters mean nothing to a search or a screen reader: the line says itself plainly.
            spoken = text.encode("utf-16-be").hex().upper()
            self._write(f"/Span <</ActualText <FEFF{spoken}>>> BDC")
        for run in runs:
            self._canvas.setFont(run.font, style.size)
            if run.heavier:
                self._canvas.setStrokeColor(HexColor(style.colour))
                self._canvas.setLineWidth(style.size * 0.026)
            self._canvas.drawString(x, self.size[1] - y, run.drawn, mode=2 if run.heavier else None)
            x += run.width(style.size)
        if turned:
            self._write("EMC")

    def rule(self, left: float, right: float, y: float, colour: str, weight: float) -> None:
        with self._artifact():
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(weight)
            self._canvas.line(left, self.size[1] - y, right, self.size[1] - y)

    def box(self, left: float, top: float, wide: float, high: float, colour: str) -> None:
        with self._artifact():
            self._canvas.setStrokeColor(HexColor(colour))
            self._canvas.setLineWidth(1.6)
            self._canvas.roundRect(left, self.size[1] - top - high, wide, high, 4)

    def code(self, left: float, top: float, side: float, text: str, alt: str) -> None:
        """A QR code with its quiet zone in a square of `side` points."""
        modules, bars = qr.bars(text)
        unit = side / (modules + 2 * qr.QUIET)
        with self.element("Figure", alt=alt):
            path = self._canvas.beginPath()
            for column, row, length in bars:
                x = left + (qr.QUIET + column) * unit
                y = self.size[1] - top - (qr.QUIET + row + 1) * unit
                # A hair taller than a module, so that no renderer leaves a white line between two rows.
                path.rect(x, y - unit * 0.02, length * unit, unit * 1.02)
            self._canvas.setFillColor(HexColor("#000000"))
            self._canvas.drawPath(path, stroke=0, fill=1, fillMode=1)

    def next_page(self) -> None:
        self._end_page()
        self._page += 1

    def finish(self) -> bytes:
        """Close the last page and give the PDF."""
        self._end_page()
        self._tag()
        self._canvas.save()
        return self._file.getvalue()

    @contextmanager
    def _artifact(self) -> Iterator[None]:
        self._write("/Artifact BMC")
        yield
        self._write("EMC")

    def _write(self, operators: str) -> None:
        self._canvas._code.append(operators)

    def _end_page(self) -> None:
        self._canvas.showPage()
        page = self._pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = self._page
        page.Tabs = PDFName("S")

    @property
    def _pages(self) -> list[Any]:
        pages: list[Any] = self._canvas._doc.Pages.pages
        return pages

    def _tag(self) -> None:
        """The structure tree (ISO 32000-1 §14.7), which reportlab does not write by itself."""
        document = self._canvas._doc
        root, body = PDFDictionary({}), PDFDictionary({})
        root_name, body_name = document.Reference(root, "StructTree"), document.Reference(body, "StructBody")
        kids, by_page = [], [PDFArray([]) for _ in self._pages]
        for number, element in enumerate(self._elements):
            entry = PDFDictionary(
                {
                    "Type": PDFName("StructElem"),
                    "S": PDFName(element.tag),
                    "P": body_name,
                    "Pg": document.Reference(self._pages[element.page]),
                    "K": element.mark,
                }
            )
            if element.language:
                entry["Lang"] = PDFString(element.language)
            if element.alt:
                entry["Alt"] = PDFString(element.alt)
            name = document.Reference(entry, f"StructElem{number}")
            kids.append(name)
            by_page[element.page].sequence.append(name)
        for key, value in (
            ("Type", PDFName("StructElem")),
            ("S", PDFName("Document")),
            ("P", root_name),
            ("K", PDFArray(kids)),
        ):
            body[key] = value
        numbers: list[Any] = []
        for number, marked in enumerate(by_page):
            numbers += [number, document.Reference(marked, f"StructPage{number}")]
        root["Type"], root["K"] = PDFName("StructTreeRoot"), PDFArray([body_name])
        root["ParentTree"] = PDFDictionary({"Nums": PDFArray(numbers)})
        root["ParentTreeNextKey"] = len(by_page)
        document.Catalog.StructTreeRoot = root_name
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
