"""The house's paper: heading, rows of two languages, QR code, stamps, signatures, foot. A5 landscape, or two on A4."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from reports import lettering
from reports.tagged import A4, A5_LANDSCAPE, BRAND, HAIR, INK, PLAIN, SOFT, Sheet, Style, fit, wrap

WIDTH, HEIGHT = A5_LANDSCAPE
LEFT, RIGHT = 27.0, WIDTH - 27.0

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
    beside: str = ""  # who signs beside them: a second person, or who was handed the money
    beside_role: str = "Penyetuju"

    @property
    def signatures(self) -> tuple[tuple[str, str], ...]:
        """Who signs and as what, from the right edge inward."""
        pairs = ((self.signatory, self.role), (self.beside, self.beside_role))
        return tuple((name, role) for name, role in pairs if name)


@dataclass(frozen=True, slots=True)
class Setting:
    """How tight the rows stand, and where their figures end."""

    density: float
    end: float


WORKERS_COPY = Words("Lembar pekerja", "Worker's copy")
ARCHIVE_COPY = Words("Lembar arsip", "Mission's copy")


def render(form: Form) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same form. One page where it fits, set tighter if it must; else
    more."""
    sheet, setting, pages = _begin(form, A5_LANDSCAPE)
    for number, placed in enumerate(pages, start=1):
        if number > 1:
            sheet.next_page()
        _draw_page(sheet, form, placed, setting, (number, len(pages)))
    return sheet.finish()


def render_pair(form: Form) -> bytes:
    """The PDF, A4: the worker's copy above, the mission's copy below, each whole, and a line to cut between them."""
    sheet, setting, pages = _begin(form, A4)
    parts = (sheet.part("Sect"), sheet.part("Sect"))
    for number, placed in enumerate(pages, start=1):
        if number > 1:
            sheet.next_page()
        for part, copy, top in zip(parts, (WORKERS_COPY, ARCHIVE_COPY), (0.0, A4[1] / 2), strict=True):
            with sheet.within(part), sheet.lowered(top):
                _draw_page(sheet, form, placed, setting, (number, len(pages)), copy)
        sheet.cut(A4[1] / 2)
    return sheet.finish()


def room_for(form: Form) -> float:
    """Where the rows end: at the page's edge, or before the column of the code and the stamps."""
    return RIGHT - _ASIDE - _GAP if form.code or form.stamps else RIGHT


def _begin(form: Form, size: tuple[float, float]) -> tuple[Sheet, Setting, list[list[tuple[float, Row]]]]:
    settings = [Setting(density, room_for(form)) for density in _DENSITIES]
    setting = next((setting for setting in settings if _fits(form.rows, setting)), settings[2])
    title = f"{form.kind.id.capitalize()} {form.number}"
    sheet = Sheet(title=title, author=form.heading.id, subject=form.subject, size=size)
    return sheet, setting, _paginate(form.rows, setting)


def _draw_page(
    sheet: Sheet,
    form: Form,
    placed: list[tuple[float, Row]],
    setting: Setting,
    page: tuple[int, int],
    copy: Words | None = None,
) -> None:
    """One page of the paper. What it repeats of the first page is the page's furniture, not said again."""
    number, _of = page
    again = sheet.furniture() if number > 1 else nullcontext()
    with again:
        draw_head(sheet, form, copy)
        if number > 1:
            draw_stamps(sheet, form, _TOP)
    with sheet.group("Table"):
        for y, row in placed:
            draw_row(sheet, row, y, setting)
    if number == 1:
        draw_stamps(sheet, form, draw_code(sheet, form) if form.code else _TOP)
    draw_foot(sheet, form, page)


# Rows


def _gap(setting: Setting) -> float:
    return 6.0 * setting.density


def _fits(rows: Sequence[Row], setting: Setting) -> bool:
    return sum(row_height(row, setting) + _gap(setting) for row in rows) - _gap(setting) <= _BOTTOM - _TOP


def _paginate(rows: Sequence[Row], setting: Setting) -> list[list[tuple[float, Row]]]:
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
            y += row_height(part, setting) + _gap(setting)
            rest = Row(rest.label, rest.items[len(part.items) :])
    return pages


def _how_many(row: Row, room: float, setting: Setting) -> int:
    count = len(row.items)
    while count and row_height(Row(row.label, row.items[:count]), setting) > room:
        count -= 1
    return count


def row_height(row: Row, setting: Setting) -> float:
    labels = sum(
        style.at(setting.density).leading for text, style in zip(row.label, (LABEL, LABEL_EN), strict=True) if text
    )
    return max(labels, sum(_item_height(item, setting) for item in row.items))


def _item_lines(item: Item, setting: Setting) -> tuple[list[str], list[str]]:
    style = item.style.at(setting.density)
    room = setting.end - _VALUES - _indent(item, setting)
    if item.right:
        room -= lettering.width(item.right, item.right_style.face, item.right_style.at(setting.density).size) + 10
    under = UNDER.at(setting.density)
    return (
        wrap(item.text, style, room),
        wrap(item.under, under, setting.end - _VALUES - _indent(item, setting)) if item.under else [],
    )


def _indent(item: Item, setting: Setting) -> float:
    return 9.0 * setting.density if item.bullet else 0.0


def _item_height(item: Item, setting: Setting) -> float:
    text, under = _item_lines(item, setting)
    return len(text) * item.style.at(setting.density).leading + len(under) * UNDER.at(setting.density).leading


def draw_row(sheet: Sheet, row: Row, y: float, setting: Setting) -> None:
    label, label_en = LABEL.at(setting.density), LABEL_EN.at(setting.density)
    base = y + label.leading * 0.8
    with sheet.group("TR"):
        with sheet.header("Row"):
            with sheet.element("P"):
                sheet.text(LEFT, base, row.label.id, label)
            if row.label.en:
                with sheet.element("P", language="en"):
                    sheet.text(LEFT, base + label_en.leading, row.label.en, label_en)
        with sheet.group("TD"):
            _draw_items(sheet, row, y, setting)


def _draw_items(sheet: Sheet, row: Row, y: float, setting: Setting) -> None:
    for bulleted, items in groupby(row.items, lambda item: bool(item.bullet)):
        with sheet.group("L") if bulleted else nullcontext():
            for item in items:
                with sheet.group("LI") if bulleted else nullcontext():
                    y = _draw_item(sheet, item, y, setting)


def _draw_item(sheet: Sheet, item: Item, y: float, setting: Setting) -> float:
    """Where the next one begins."""
    style, under_style = item.style.at(setting.density), UNDER.at(setting.density)
    text, under = _item_lines(item, setting)
    base = y + style.leading * 0.8
    x = _VALUES + _indent(item, setting)
    if item.bullet:
        with sheet.element("Lbl"):
            sheet.text(_VALUES, base, item.bullet, style)
    with sheet.group("LBody") if item.bullet else nullcontext():
        with sheet.element("P"):
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
    return y


# Around the rows


def draw_head(sheet: Sheet, form: Form, copy: Words | None = None) -> None:
    """Whose paper this is, of what kind, number, day and hand; `copy` says for whom this one of two is."""
    if copy:
        _said_twice(sheet, RIGHT, 18.5, copy)
    kind = fit(form.kind.id, Style("bold", 14.5, 18), 250)
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
    if form.kind.en:
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


def _said_twice(sheet: Sheet, right: float, y: float, words: Words) -> None:
    """Indonesian and English on one line that ends at `right`."""
    english = replace(CAPTION, face="italic")
    if words.en:
        gap = lettering.width(f"{words.en}  ", english.face, english.size)
        with sheet.element("P"):
            sheet.text(right - gap, y, words.id, replace(CAPTION, face="bold"), "right")
        with sheet.element("P", language="en"):
            sheet.text(right, y, words.en, english, "right")
    else:
        with sheet.element("P"):
            sheet.text(right, y, words.id, replace(CAPTION, face="bold"), "right")


def draw_code(sheet: Sheet, form: Form) -> float:
    """Where the column is free again."""
    sheet.code(RIGHT - _ASIDE, 83.5, _ASIDE, form.code, form.code_alt)
    y = 83.5 + _ASIDE + 5
    for text, style, language in (
        (form.code_caption.id, CAPTION, ""),
        (form.code_caption.en, replace(CAPTION, face="italic"), "en"),
    ):
        if text:
            with sheet.element("P", language=language):
                for line in wrap(text, style, _ASIDE):
                    sheet.text(RIGHT - _ASIDE / 2, y, line, style, "center")
                    y += style.leading
    return y + 2


def draw_stamps(sheet: Sheet, form: Form, top: float) -> None:
    """A copy or a void says so on every page."""
    for number, stamp in enumerate(form.stamps):
        _stamp(sheet, stamp, RIGHT - _ASIDE, top + number * 46)


def _stamp(sheet: Sheet, stamp: Stamp, left: float, top: float) -> None:
    big = fit(stamp.words.id, Style("bold", 20, 24, stamp.colour), _ASIDE - 22)
    sheet.box(left + 1, top, _ASIDE - 2, 41, stamp.colour)
    with sheet.element("P"):
        sheet.text(left + _ASIDE / 2, top + 23.5, stamp.words.id, big, "center")
    if stamp.words.en:
        with sheet.element("P", language="en"):
            small = fit(stamp.words.en, Style("italic", 7.5, 10, stamp.colour), _ASIDE - 10)
            sheet.text(left + _ASIDE / 2, top + 34.5, stamp.words.en, small, "center")


def draw_foot(sheet: Sheet, form: Form, page: tuple[int, int]) -> None:
    """Which page of how many this is; on the last one what holds for the whole paper, and lines to sign on."""
    number, of = page
    sheet.rule(LEFT, RIGHT, _BOTTOM + 4, HAIR, 0.6)
    if of > 1:
        with sheet.furniture():
            sheet.text(LEFT, _BOTTOM + 16, f"Halaman {number} dari {of}", SMALL)
    if number < of:
        return
    end = RIGHT - max(1, len(form.signatures)) * (_ASIDE + _GAP) + _GAP
    lines = [line for text in form.foot for line in wrap(text, SMALL, end - LEFT - 10)]
    y = 395.0 - (len(lines) - 1) * SMALL.leading
    with sheet.element("P"):
        for line in lines:
            sheet.text(LEFT, y, line, SMALL)
            y += SMALL.leading
    for number, (name, role) in enumerate(form.signatures):
        right = RIGHT - number * (_ASIDE + _GAP)
        sheet.rule(right - _ASIDE, right, 374, INK, 0.7)
        middle, y = right - _ASIDE / 2, 385.0
        with sheet.element("P"):
            for line in wrap(name, PLAIN, _ASIDE):
                sheet.text(middle, y, line, fit(line, PLAIN, _ASIDE), "center")
                y += SMALL.leading
            sheet.text(middle, y, role, SMALL, "center")
