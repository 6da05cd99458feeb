"""The certificate of membership: who is covered, for what and until when, as a letter (A5) and as a card (A6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from models.language import date_long
from reports.cover_move import covered_span, programme_name
from reports.paper import LABEL, STRONG, Form, Item, Row, Stamp, Words, render
from reports.receipt import SERVICE, circumstances, identity, signed_by
from reports.tagged import BRAND, INK, MM, SOFT, Sheet, Style, fit, wrap

AMBER, GREEN = "#8A5200", "#14613A"

A6_LANDSCAPE = (148 * MM, 105 * MM)

_PROGRAMMES = {
    "JKK+JKM": Words("Jaminan kecelakaan kerja dan kematian", "Work accident and death"),
    "JHT": Words("Jaminan hari tua", "Old-age savings"),
}


@dataclass(frozen=True, slots=True)
class Covered:
    """One programme and the days it covers, both ends included, as they stand today."""

    programme: str
    covered_from: date
    covered_to: date


@dataclass(frozen=True, slots=True)
class MembershipPaper:
    """Everything the certificate says. `number` is that of the last receipt it rests on; `kpj` may be empty until the
    insurer assigns it. `confirmed_on` None: provisional, and the paper says so in large letters."""

    mission: Words
    counter: str
    number: str
    issued_at: datetime
    utc_offset: str
    operator: str
    worker: str
    kpj: str
    passport: str
    covers: tuple[Covered, ...]
    confirmed_on: date | None
    thumbprint: bytes
    token_url: str
    complaints: str = "175"


def render_membership_letter(paper: MembershipPaper) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same paper."""
    return render(membership_form(paper))


def membership_form(paper: MembershipPaper) -> Form:
    """What stands on the letter, on whatever size of paper."""
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    covers = tuple(
        Item(
            f"{programme_name(one.programme)}: {covered_span(one.programme, one.covered_from, one.covered_to)}",
            STRONG,
            under=_named(one).en,
        )
        for one in paper.covers
    )
    return Form(
        kind=Words("SURAT KETERANGAN KEPESERTAAN", "Certificate of membership"),
        heading=paper.mission,
        service=SERVICE,
        number_label="Atas kuitansi",
        number=paper.number,
        circumstances=circumstances(paper.issued_at, paper.utc_offset, paper.counter, paper.operator),
        rows=(
            Row(Words("Peserta", "Member"), tuple(person)),
            Row(Words("Terlindungi", "Covered"), covers),
            Row(Words("Keadaan", "State"), _state(paper)),
            Row(
                Words("Penanggung", "Insurer"),
                (Item("BPJS Ketenagakerjaan, Republik Indonesia", LABEL),),
            ),
        ),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk surat keterangan kepesertaan atas kuitansi {paper.number}",
        stamps=(_stamp(paper),),
        foot=(
            f"Keadaan per {date_long(paper.issued_at.date())}. Siapa pun dapat memeriksa keasliannya dari kode.",
            signed_by("Surat", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.operator,
        subject="Keterangan kepesertaan jaminan sosial pekerja migran Indonesia",
    )


def _named(one: Covered) -> Words:
    return _PROGRAMMES.get(one.programme, Words(one.programme))


def _state(paper: MembershipPaper) -> tuple[Item, ...]:
    if paper.confirmed_on:
        said = Words(
            f"Dikonfirmasi BPJS Ketenagakerjaan {date_long(paper.confirmed_on)}", "Confirmed by the insurer on this day"
        )
    else:
        said = Words(
            "Sementara: iuran diterima di loket, menunggu konfirmasi BPJS Ketenagakerjaan",
            "Provisional: contribution received, awaiting the insurer's confirmation",
        )
    return (Item(said.id, under=said.en),)


def _stamp(paper: MembershipPaper) -> Stamp:
    if paper.confirmed_on:
        return Stamp(Words("DIKONFIRMASI", "Confirmed"), GREEN)
    return Stamp(Words("SEMENTARA", "Provisional"), AMBER)


# The card

_LEFT, _EDGE = 20.0, A6_LANDSCAPE[0] - 20.0
_CODE = 117.0
_TEXT = _EDGE - _CODE - 12.0

_SMALL = Style("regular", 6.5, 8.6, SOFT)
_SMALL_EN = Style("italic", 6.5, 8.6, SOFT)
_LABEL = Style("regular", 7, 9, SOFT)
_VALUE = Style("semibold", 8.5, 11, INK)


def render_membership_card(paper: MembershipPaper) -> bytes:
    """The PDF, one A6 card, landscape; the same bytes for the same paper."""
    sheet = Sheet(
        title=f"Kartu kepesertaan {paper.number}",
        author=paper.mission.id,
        subject="Keterangan kepesertaan jaminan sosial pekerja migran Indonesia",
        size=A6_LANDSCAPE,
    )
    _card_head(sheet, paper)
    y = _card_person(sheet, paper)
    _card_covers(sheet, paper, y)
    _card_aside(sheet, paper)
    _card_foot(sheet, paper)
    return sheet.finish()


def _card_head(sheet: Sheet, paper: MembershipPaper) -> None:
    with sheet.element("P"):
        heading = fit(paper.mission.id, Style("bold", 8, 10), _EDGE - _LEFT)
        sheet.text(_LEFT, 24, paper.mission.id, heading)
    with sheet.element("H1"):
        sheet.text(_LEFT, 41, "KARTU KEPESERTAAN", Style("bold", 13, 16, BRAND))
    with sheet.element("P"):
        sheet.text(_LEFT, 51, "Jaminan Sosial Ketenagakerjaan bagi Pekerja Migran Indonesia", _SMALL)
    with sheet.element("P", language="en"):
        sheet.text(_EDGE, 41, "Certificate of membership", replace(_SMALL_EN, size=7.5), "right")
    sheet.rule(_LEFT, _EDGE, 57, BRAND, 1.2)


def _card_person(sheet: Sheet, paper: MembershipPaper) -> float:
    """Where the page is free again."""
    style, lines = next(
        (style, lines)
        for size in (14.0, 12.0, 10.5, 9.0)
        for style in (Style("bold", size, size * 1.25),)
        for lines in (wrap(paper.worker, style, _TEXT - _LEFT),)
        if len(lines) <= 2 or size == 9.0
    )
    y = 57.0 + 6.0 + style.leading
    with sheet.element("H2"):
        for line in lines:
            sheet.text(_LEFT, y, line, style)
            y += style.leading
    y -= style.leading - 13.0
    for label, value in (("KPJ", paper.kpj or "menunggu BPJS"), ("Paspor", paper.passport)):
        if value:
            with sheet.element("P"):
                sheet.text(_LEFT, y, label, _LABEL)
                sheet.text(_LEFT + 34, y, value, _VALUE)
            y += 11.5
    return y


def _card_covers(sheet: Sheet, paper: MembershipPaper, y: float) -> None:
    y += 5.0
    pitch = min(33.0, (252.0 - y) / max(1, len(paper.covers)))  # four programmes still stand above the foot
    for one in paper.covers:
        name = _named(one)
        with sheet.element("P"):
            label = f"{programme_name(one.programme)} · {name.id}"
            sheet.text(_LEFT, y, label, fit(label, _LABEL, _TEXT - _LEFT))
        with sheet.element("P", language="en"):
            sheet.text(_LEFT, y + 8.2, name.en, _SMALL_EN)
        with sheet.element("P"):
            span = covered_span(one.programme, one.covered_from, one.covered_to)
            sheet.text(_LEFT, y + 20, span, Style("bold", 10.5, 13))
        y += pitch


def _card_aside(sheet: Sheet, paper: MembershipPaper) -> None:
    left = _EDGE - _CODE
    alt = f"Kode QR bertanda tangan elektronik untuk kartu kepesertaan atas kuitansi {paper.number}"
    sheet.code(left, 60, _CODE, paper.token_url, alt)
    stamp = _stamp(paper)
    sheet.box(left + 2, 182, _CODE - 4, 36, stamp.colour)
    big = fit(stamp.words.id, Style("bold", 14, 17, stamp.colour), _CODE - 16)
    middle = left + _CODE / 2
    with sheet.element("P"):
        sheet.text(middle, 197, stamp.words.id, big, "center")
    small = Style("regular", 6.5, 8.6, stamp.colour)
    if paper.confirmed_on:
        with sheet.element("P"):
            sheet.text(middle, 209, f"BPJS, {date_long(paper.confirmed_on)}", small, "center")
    else:
        with sheet.element("P"):
            sheet.text(middle, 206, "menunggu konfirmasi BPJS", small, "center")
        with sheet.element("P", language="en"):
            sheet.text(middle, 213.5, "awaiting confirmation", replace(small, face="italic"), "center")


def _card_foot(sheet: Sheet, paper: MembershipPaper) -> None:
    sheet.rule(_LEFT, _EDGE, 258, SOFT, 0.5)
    said = (
        f"Atas kuitansi {paper.number} · keadaan per {date_long(paper.issued_at.date())} · {paper.counter}",
        f"Periksa keaslian: pindai kode. {signed_by('Kartu', paper.counter, paper.thumbprint, paper.complaints)}",
    )
    y = 267.0
    with sheet.element("P"):
        for text in said:
            for line in wrap(text, _SMALL, _EDGE - _LEFT):
                sheet.text(_LEFT, y, line, _SMALL)
                y += _SMALL.leading
