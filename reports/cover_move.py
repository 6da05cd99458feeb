"""The replacement of covered days: what two counters sold twice, or left uncovered, stands elsewhere from now on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short, month_year
from models.rules.days import Month
from reports.paper import LABEL, STRONG, Form, Item, Row, Words, render, render_pair
from reports.receipt import SERVICE, circumstances, identity, signed_by, stamps


@dataclass(frozen=True, slots=True)
class MovedCover:
    """One line of a receipt whose days were moved, both ends included. `programme` is JKK+JKM or JHT."""

    receipt_number: str
    programme: str
    was_from: date
    was_to: date
    now_from: date
    now_to: date


@dataclass(frozen=True, slots=True)
class CoverMovePaper:
    """Everything the paper says. `number` is empty where the centre moved the days: the paper then goes by the number
    of the receipt, and `token_url` is empty too unless a counter signs it. `approver` is the second person."""

    mission: Words
    counter: str
    number: str
    issued_at: datetime
    utc_offset: str
    operator: str
    approver: str
    worker: str
    kpj: str
    passport: str
    moves: tuple[MovedCover, ...]
    reason: str
    thumbprint: bytes
    token_url: str
    copy: int = 0
    complaints: str = "175"


def render_cover_move(paper: CoverMovePaper) -> bytes:
    """The PDF, A5 landscape; the same bytes for the same paper."""
    return render(cover_move_form(paper))


def render_cover_move_pair(paper: CoverMovePaper) -> bytes:
    """The PDF, A4 with the worker's and the mission's copy."""
    return render_pair(cover_move_form(paper))


def cover_move_form(paper: CoverMovePaper) -> Form:
    """What stands on it, on whatever size of paper."""
    receipts = ", ".join(dict.fromkeys(move.receipt_number for move in paper.moves))
    return Form(
        kind=Words("BUKTI PENGGANTIAN MASA PERLINDUNGAN", "Notice of changed cover"),
        heading=paper.mission,
        service=SERVICE,
        number_label="No." if paper.number else "Untuk kuitansi",
        number=paper.number or receipts,
        circumstances=circumstances(paper.issued_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper, receipts)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk bukti penggantian masa {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=(
            f"Jumlah yang dibayar tidak berubah. Simpan bersama kuitansi {receipts}; "
            "masa yang tercetak di sana diganti oleh masa di atas.",
            signed_by("Bukti", paper.counter, paper.thumbprint, paper.complaints)
            if paper.token_url
            else f"Pengaduan: {paper.complaints}",
        ),
        signatory=paper.operator,
        beside=paper.approver,
        subject="Penggantian masa perlindungan jaminan sosial pekerja migran Indonesia",
    )


def covered_span(programme: str, first: date, last: date) -> str:
    """The days, both ends included; of JHT the calendar months: `Des 2026 – Feb 2027`."""
    if programme != "JHT":
        return f"{date_short(first)} – {date_short(last)}"
    begins, ends = month_year(Month.of(first)), month_year(Month.of(last))
    return begins if begins == ends else f"{begins} – {ends}"


def programme_name(programme: str) -> str:
    """As papers write it, never torn at the end of a line: `JKK + JKM`."""
    return programme.replace("+", "\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}")


def _rows(paper: CoverMovePaper, receipts: str) -> list[Row]:
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    rows = [
        Row(Words("Peserta", "Member"), tuple(person)),
        Row(Words("Untuk kuitansi", "For receipt"), (Item(receipts, STRONG),)),
        Row(
            Words("Masa semula", "Previous cover"),
            tuple(
                Item(
                    _said(move, move.was_from, move.was_to),
                    LABEL,
                    right=move.receipt_number if _several(paper) else "",
                    right_style=LABEL,
                )
                for move in paper.moves
            ),
        ),
        Row(
            Words("Masa sekarang", "Cover from now on"),
            tuple(Item(_said(move, move.now_from, move.now_to), STRONG) for move in paper.moves),
        ),
        Row(Words("Berlaku sejak", "Valid from"), (Item(date_long(paper.issued_at.date())),)),
        Row(Words("Alasan", "Reason"), (Item(paper.reason),)),
    ]
    if paper.approver:
        rows.append(Row(Words("Disetujui oleh", "Approved by"), (Item(paper.approver),)))
    return rows


def _several(paper: CoverMovePaper) -> bool:
    return len({move.receipt_number for move in paper.moves}) > 1


def _said(move: MovedCover, first: date, last: date) -> str:
    return f"{programme_name(move.programme)}: {covered_span(move.programme, first, last)}"
