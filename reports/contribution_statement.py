"""The statement of contributions: every payment of one worker and what became of it, and the balance as the insurer
stated it. Nothing here is computed of a balance; it is shown with its date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short, money, rupiah
from models.rules.money import Money
from reports.cover_move import MovedCover, covered_span, programme_name
from reports.document import Block, Column, Line, Section, Table, render_document
from reports.paper import LABEL, STRONG, Form, Item, Row, Words
from reports.receipt import SERVICE, circumstances, identity, stamps

_KINDS = {
    "payment": "",
    "void": "Pembatalan",
    "refund": "Pengembalian",
}


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One contribution paid, or taken back. `kind` is payment, void or refund; amounts of the last two are counted
    against the others. `refers` is the receipt a void or refund takes back, `state` a word on the payment
    ("dibatalkan"). Where a receipt has several lines, `paid` stands with its first and is None with the others."""

    day: date
    number: str
    kind: str
    programme: str
    months: int
    covered_from: date
    covered_to: date
    amount_idr: int
    paid: Money | None
    refers: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class StandingCover:
    """What covers the worker as of today, all corrections included; `confirmed_on` None: provisional."""

    programme: str
    covered_from: date
    covered_to: date
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """A balance in rupiah as the insurer stated it for the day `as_of`."""

    programme: str
    amount_idr: int
    as_of: date


@dataclass(frozen=True, slots=True)
class ContributionStatementPaper:
    """All payments of one worker that this counter knows of, oldest first."""

    mission: Words
    counter: str
    made_at: datetime
    utc_offset: str
    operator: str
    worker: str
    kpj: str
    passport: str
    lines: tuple[StatementLine, ...]
    covers: tuple[StandingCover, ...]
    moves: tuple[MovedCover, ...]
    balances: tuple[StatedBalance, ...]
    synced_at: datetime | None = None
    copy: int = 0
    complaints: str = "175"


def render_contribution_statement(paper: ContributionStatementPaper) -> bytes:
    """The PDF, A4 portrait, as many pages as it takes; the same bytes for the same paper."""
    return render_document(contribution_statement_form(paper), _sections(paper))


def contribution_statement_form(paper: ContributionStatementPaper) -> Form:
    """The statement's head and foot, and what it comes to: what a roll of 80 mm has room for."""
    return Form(
        kind=Words("REKAP IURAN", "Statement of contributions"),
        heading=paper.mission,
        service=SERVICE,
        number_label="Per",
        number=date_long(paper.made_at.date()),
        circumstances=circumstances(paper.made_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper)),
        stamps=stamps(paper.copy, voided=False),
        foot=(
            "Memuat pembayaran yang diketahui loket ini; pembayaran di tempat lain dapat belum tercatat. "
            "Saldo dinyatakan oleh BPJS Ketenagakerjaan dan tidak dihitung di loket.",
            f"Pengaduan: {paper.complaints}",
        ),
        signatory=paper.operator,
        subject="Rekap iuran jaminan sosial pekerja migran Indonesia",
    )


def net_idr(lines: Sequence[StatementLine]) -> int:
    """Rupiah paid less what was taken back."""
    return sum(line.amount_idr if line.kind == "payment" else -line.amount_idr for line in lines)


def _rows(paper: ContributionStatementPaper) -> list[Row]:
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    rows = [
        Row(Words("Peserta", "Member"), tuple(person)),
        Row(Words("Jumlah iuran", "Contributions"), (Item(rupiah(net_idr(paper.lines)), STRONG),)),
        Row(Words("Saldo JHT", "Savings balance"), _balance(paper.balances)),
    ]
    if paper.synced_at:
        said = f"Data pusat per {date_long(paper.synced_at.date())}"
        rows.append(Row(Words("Keadaan data", "Data as of"), (Item(said, LABEL),)))
    return rows


def _balance(balances: Sequence[StatedBalance]) -> tuple[Item, ...]:
    if not balances:
        return (Item("Belum dinyatakan oleh BPJS Ketenagakerjaan", LABEL, under="Not stated yet by the insurer"),)
    return tuple(
        Item(
            f"{programme_name(one.programme)} {rupiah(one.amount_idr)}",
            STRONG,
            right=f"per {date_long(one.as_of)}, menurut BPJS",
            right_style=LABEL,
        )
        for one in balances
    )


def _sections(paper: ContributionStatementPaper) -> list[Section]:
    sections = [
        Section(Words("Pembayaran", "Payments"), (_payments(paper.lines),)),
        Section(Words("Perlindungan sekarang", "Cover as it stands"), (_covers(paper.covers),)),
    ]
    if paper.moves:
        sections.append(Section(Words("Masa yang diganti", "Changed cover"), (_moves(paper.moves),)))
    return sections


def _payments(lines: Sequence[StatementLine]) -> Block:
    columns = (
        Column(Words("Tanggal", "Date"), 1.0),
        Column(Words("Nomor", "Number"), 1.5),
        Column(Words("Untuk", "For"), 1.7),
        Column(Words("Masa", "Period"), 1.9),
        Column(Words("Iuran (Rp)", "Contribution"), 1.1, figures=True),
        Column(Words("Dibayar", "Paid"), 1.1, figures=True),
    )
    if not lines:
        return Table(columns, (), "Belum ada pembayaran yang tercatat.")
    rows = []
    for at, line in enumerate(lines):
        first = at == 0 or (lines[at - 1].number, lines[at - 1].kind) != (line.number, line.kind)
        sign = 1 if line.kind == "payment" else -1
        paid = line.paid and Money(sign * line.paid.minor, line.paid.currency, line.paid.exponent)
        rows.append(
            Line(
                (
                    date_short(line.day) if first else "",
                    line.number if first else "",
                    _what(line),
                    covered_span(line.programme, line.covered_from, line.covered_to),
                    rupiah(sign * line.amount_idr).replace("Rp ", ""),
                    money(paid) if paid else "",
                )
            )
        )
    total = Line(("Jumlah", "", "", "", rupiah(net_idr(lines)).replace("Rp ", ""), ""), total=True)
    return Table(columns, (*rows, total))


def _what(line: StatementLine) -> str:
    said = f"{programme_name(line.programme)} {line.months} bulan"
    if line.kind != "payment":
        said = f"{_KINDS.get(line.kind, line.kind)} {line.refers}: {said}"
    return f"{said} ({line.state})" if line.state else said


def _covers(covers: Sequence[StandingCover]) -> Block:
    columns = (
        Column(Words("Program", "Programme"), 1.2),
        Column(Words("Masa", "Period"), 2.2),
        Column(Words("Keadaan", "State"), 3.0),
    )
    rows = tuple(
        Line(
            (
                programme_name(one.programme),
                covered_span(one.programme, one.covered_from, one.covered_to),
                f"Dikonfirmasi BPJS {date_long(one.confirmed_on)}"
                if one.confirmed_on
                else "Sementara, menunggu konfirmasi BPJS",
            )
        )
        for one in covers
    )
    return Table(columns, rows, "Tidak ada perlindungan yang tercatat.")


def _moves(moves: Sequence[MovedCover]) -> Block:
    columns = (
        Column(Words("Kuitansi", "Receipt"), 1.5),
        Column(Words("Program", "Programme"), 1.0),
        Column(Words("Masa semula", "Previous"), 2.2),
        Column(Words("Masa sekarang", "Now"), 2.2),
    )
    return Table(
        columns,
        tuple(
            Line(
                (
                    move.receipt_number,
                    programme_name(move.programme),
                    covered_span(move.programme, move.was_from, move.was_to),
                    covered_span(move.programme, move.now_from, move.now_to),
                )
            )
            for move in moves
        ),
    )
