"""Subject access: everything that is recorded about a person, on paper for that person (UU PDP 27/2022, Art. 7)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from models.language import date_long, time_short
from reports.paper import Words
from reports.tagged import A4, BRAND, HAIR, INK, SOFT, Sheet, Style, fit, wrap

WIDTH, HEIGHT = A4
LEFT, RIGHT = 42.0, WIDTH - 42.0
_TOP, _BOTTOM = 104.0, HEIGHT - 58.0
_VALUES = LEFT + 138.0

_TITLE = Style("bold", 16, 20, BRAND)
_HEADING = Style("bold", 11, 15, BRAND)
_HEADING_EN = Style("italic", 8, 11, SOFT)
_LABEL = Style("regular", 8.5, 11.8, SOFT)
_VALUE = Style("regular", 8.5, 11.8, INK)
_NOTE = Style("regular", 8.5, 12, INK)
_SMALL = Style("regular", 7.5, 10, SOFT)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is recorded: what it is called, and what stands there."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the whole. `nothing` is said where it has no facts; `notes` are paragraphs below them."""

    code: str
    title: Words
    facts: tuple[Fact, ...]
    nothing: str = "Tidak ada."
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SubjectAccessPaper:
    """All that is known of a person as of `made_at`, which is the counter's own time with `utc_offset` as "UTC+8"."""

    mission: Words
    counter: str
    made_at: datetime
    utc_offset: str
    operator: str
    person: str
    worker_id: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line to be drawn: texts with their place and style; `keep` lines that follow stay on its page."""

    height: float
    texts: tuple[tuple[float, str, Style, str], ...]
    tag: str = "P"
    rule: bool = False
    keep: int = 0


def render_subject_access(paper: SubjectAccessPaper) -> bytes:
    """The PDF, A4 portrait, as many pages as it takes; the same bytes for the same paper."""
    pages = _paginate(list(_lines(paper)))
    sheet = Sheet(
        title=f"Data pribadi {paper.person}",
        author=paper.mission.id,
        subject="Salinan data pribadi (UU 27/2022, Pasal 7)",
        size=(WIDTH, HEIGHT),
    )
    for number, lines in enumerate(pages, start=1):
        if number > 1:
            sheet.next_page()
        with sheet.furniture() if number > 1 else nullcontext():
            _head(sheet, paper)
        for y, line in lines:
            if line.rule:
                sheet.rule(LEFT, RIGHT, y + line.height - 3, HAIR, 0.5)
            for x, text, style, language in line.texts:
                with sheet.element(line.tag, language=language):
                    sheet.text(x, y + style.leading * 0.8, text, style)
        with sheet.furniture() if number < len(pages) else nullcontext():
            _foot(sheet, paper, number, len(pages))
    return sheet.finish()


def _lines(paper: SubjectAccessPaper) -> Iterator[_Line]:
    for section in paper.sections:
        yield _Line(8.0, ())
        yield _Line(
            _HEADING.leading + 4,
            ((LEFT, section.title.id, _HEADING, ""),),
            tag="H2",
            keep=2,
        )
        if section.title.en:
            yield _Line(_HEADING_EN.leading + 5, ((LEFT, section.title.en, _HEADING_EN, "en"),), rule=True, keep=1)
        if not section.facts and not section.notes:
            yield _Line(_NOTE.leading, ((LEFT, section.nothing, _NOTE, ""),))
        for fact in section.facts:
            labels = wrap(fact.label, _LABEL, _VALUES - LEFT - 10)
            values = [one for part in (fact.value or "—").split("\n") for one in wrap(part, _VALUE, RIGHT - _VALUES)]
            for at in range(max(len(labels), len(values))):
                texts = []
                if at < len(labels):
                    texts.append((LEFT, labels[at], _LABEL, ""))
                if at < len(values):
                    texts.append((_VALUES, values[at], _VALUE, ""))
                yield _Line(_VALUE.leading, tuple(texts))
            yield _Line(2.5, ())
        for note in section.notes:
            yield _Line(3.0, ())
            for one in wrap(note, _NOTE, RIGHT - LEFT):
                yield _Line(_NOTE.leading, ((LEFT, one, _NOTE, ""),))


def _paginate(lines: list[_Line]) -> list[list[tuple[float, _Line]]]:
    pages: list[list[tuple[float, _Line]]] = [[]]
    y = _TOP
    for at, line in enumerate(lines):
        together = sum(one.height for one in lines[at : at + 1 + line.keep])
        if y + together > _BOTTOM and pages[-1]:
            pages.append([])
            y = _TOP
        if not line.texts and not pages[-1]:
            continue  # no gap at the top of a page
        pages[-1].append((y, line))
        y += line.height
    return pages


def _head(sheet: Sheet, paper: SubjectAccessPaper) -> None:
    with sheet.element("P"):
        sheet.text(LEFT, 40, paper.mission.id, Style("bold", 10, 13))
    with sheet.element("H1"):
        sheet.text(LEFT, 63, "Data pribadi saya", _TITLE)
    with sheet.element("P", language="en"):
        sheet.text(LEFT, 76, "My personal data: everything this service has recorded about me", _HEADING_EN)
    sheet.box(RIGHT - 128, 46, 128, 30, "#B3261E")
    with sheet.element("P"):
        sheet.text(RIGHT - 64, 60, "PRIBADI", Style("bold", 12, 15, "#B3261E"), "center")
    with sheet.element("P", language="en"):
        sheet.text(RIGHT - 64, 70, "Personal: for the holder only", Style("italic", 7, 9, "#B3261E"), "center")
    who = f"{paper.person} · ID {paper.worker_id}"
    with sheet.element("P"):
        sheet.text(LEFT, 93, who, fit(who, Style("bold", 9, 12), RIGHT - LEFT))
    sheet.rule(LEFT, RIGHT, 99, BRAND, 1.2)


def _foot(sheet: Sheet, paper: SubjectAccessPaper, number: int, of: int) -> None:
    sheet.rule(LEFT, RIGHT, HEIGHT - 50, HAIR, 0.6)
    made = f"{date_long(paper.made_at.date())}, {time_short(paper.made_at)} ({paper.utc_offset})"
    said = f"Dicetak {made} · {paper.counter} · {paper.operator}"
    with sheet.element("P"):
        sheet.text(LEFT, HEIGHT - 38, said, fit(said, _SMALL, RIGHT - LEFT - 90))
    with sheet.element("P"):
        sheet.text(RIGHT, HEIGHT - 38, f"Halaman {number} dari {of}", _SMALL, "right")
