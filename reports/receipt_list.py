"""Receipt list: every receipt and void of a period with what came in for it, and sums that go on from page to page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Literal

from models.language import date_long, money, number, rupiah, time_short
from models.rules.books import Period
from models.rules.money import Money
from reports.books import Made, Sums, days, tender_name
from reports.paper import Words
from reports.sheets import Sheet, Value
from reports.tables import Block, Column, Line, Signature, TablePaper, render_table


@dataclass(frozen=True, slots=True)
class ListedTender:
    """What came in by one way of paying, change taken off; negative where it was given back."""

    kind: str
    amount: Money
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """What was paid for. `monthly_idr` where the worker chose an amount a month."""

    programme: str
    months: int
    amount_idr: int
    monthly_idr: int | None = None


@dataclass(frozen=True, slots=True)
class ListedReceipt:
    """A receipt, or the void of one with negative amounts. `other` is the void's number on a receipt that was taken
    back, the receipt's on a void; a void that moved nothing because an earlier one counts has `moves` False."""

    kind: Literal["receipt", "void"]
    number: str
    business_date: date
    at: datetime
    worker: str
    programmes: tuple[ListedProgramme, ...]
    amount_idr: int
    due: Money
    tenders: tuple[ListedTender, ...]
    rounding_idr: int
    surplus: Money
    operator: str
    other: str = ""
    moves: bool = True


@dataclass(frozen=True, slots=True)
class ReceiptListPaper:
    """The list of a period, in the order the papers were made."""

    made: Made
    period: Period
    rows: tuple[ListedReceipt, ...]


_COLUMNS = (
    Column("Jam", 30),
    Column("Nomor", 92),
    Column("Pekerja", 128),
    Column("Untuk", 104),
    Column("Rupiah", 58, "right"),
    Column("Diterima", 66, "right"),
    Column("Cara bayar", 132),
    Column("Petugas", 66),
    Column("Keterangan", 94),
)


def render_receipt_list(paper: ReceiptListPaper) -> bytes:
    """The PDF, A4 landscape; the same bytes for the same paper."""
    return render_table(receipt_table(paper))


def receipt_table(paper: ReceiptListPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    made, rows = paper.made, paper.rows
    voids = sum(1 for row in rows if row.kind == "void")
    facts = [("Kuitansi", number(len(rows) - voids)), ("Pembatalan", number(voids))]
    return TablePaper(
        kind=Words("DAFTAR KUITANSI", "List of receipts"),
        heading=made.mission,
        about=made.about(days(paper.period.first, paper.period.last)),
        facts=(("Isi", " · ".join(f"{name} {count}" for name, count in facts)),),
        blocks=(_block(paper),),
        notes=made.notes(),
        subject="Daftar kuitansi dan pembatalan",
        made=made.foot(),
        place_and_date=made.place_and_date(),
        signatures=(Signature("Petugas", made.operator), Signature("Penyelia")),
        landscape=True,
    )


def _block(paper: ReceiptListPaper) -> Block:
    lines: list[Line] = []
    # What stands in each line, so that the sums down to any of them can be carried to the next page.
    until: list[Sequence[ListedReceipt]] = []
    for day, group in groupby(paper.rows, key=lambda row: row.business_date):
        of_day = list(group)
        if paper.period.days > 1:
            lines.append(Line((date_long(day),), "strong", span=True))
            until.append(())
        for row in of_day:
            lines.append(_line(row))
            until.append((row,))
        if paper.period.days > 1:
            lines += _sums(f"Jumlah {date_long(day)}", of_day)
            until += [()] * (len(lines) - len(until))
    if paper.rows:
        lines += _sums("Jumlah seluruhnya", paper.rows)
        until += [()] * (len(lines) - len(until))
    carried = _Carried(until)
    return Block("", _COLUMNS, lines, carry=carried, nothing="Tidak ada kuitansi pada hari itu.")


class _Carried:
    """The sums of the rows before a line; asked for in rising order, each row is added once."""

    def __init__(self, until: Sequence[Sequence[ListedReceipt]]) -> None:
        self._until = until
        self._at = 0
        self._rupiah = 0
        self._received = Sums()

    def __call__(self, at: int) -> Sequence[tuple[str, ...]]:
        if at < self._at:
            self._at, self._rupiah, self._received = 0, 0, Sums()
        for rows in self._until[self._at : at]:
            for row in rows:
                self._rupiah += row.amount_idr
                self._received.add(one.amount for one in row.tenders)
        self._at = at
        return _sum_cells("", self._rupiah, self._received)


def _sums(said: str, rows: Sequence[ListedReceipt]) -> list[Line]:
    received = Sums(one.amount for row in rows for one in row.tenders)
    cells = _sum_cells(said, sum(row.amount_idr for row in rows), received)
    return [Line(one, "strong") for one in cells]


def _sum_cells(said: str, amount_idr: int, received: Sums) -> list[tuple[str, ...]]:
    """One line a currency of what was received, the rupiah beside the first."""
    words = received.words() or ("",)
    return [
        ("", "", said if at == 0 else "", "", number(amount_idr) if at == 0 else "", one, "", "", "")
        for at, one in enumerate(words)
    ]


def _line(row: ListedReceipt) -> Line:
    return Line(
        (
            time_short(row.at),
            row.number,
            row.worker,
            ", ".join(_paid_for(one) for one in row.programmes),
            number(row.amount_idr),
            " + ".join(Sums(one.amount for one in row.tenders).words()),
            ", ".join(" ".join(part for part in (tender_name(one.kind), one.reference) if part) for one in row.tenders),
            row.operator,
            remark(row),
        ),
        "quiet" if row.kind == "void" or row.other else "plain",
    )


def _paid_for(one: ListedProgramme) -> str:
    programme = one.programme.replace("+", " + ")
    if one.monthly_idr is not None:
        return f"{programme} {one.months} × {rupiah(one.monthly_idr)}"
    return f"{programme} {one.months} bulan"


def remark(row: ListedReceipt) -> str:
    """What has to be known beside a receipt's amounts."""
    said = []
    if row.kind == "void":
        said.append(
            f"membatalkan {row.other}" if row.moves else f"{row.other} sudah dibatalkan; tidak mengubah apa pun"
        )
    elif row.other:
        said.append(f"dibatalkan oleh {row.other}")
    if row.surplus.minor:
        said.append(f"kelebihan {money(row.surplus)}")
    return "; ".join(said)


# As a sheet


def receipt_sheet(paper: ReceiptListPaper) -> Sheet:
    """One row a receipt or void; a column for every way of paying and currency that came in, whose sums are the
    accounts'."""
    programmes = sorted({one.programme for row in paper.rows for one in row.programmes})
    ways = sorted(
        {(one.kind, one.amount.currency, one.amount.exponent) for row in paper.rows for one in row.tenders},
        key=lambda way: (way[1] == "IDR", way),
    )
    columns = (
        *("Tanggal", "Jam", "Nomor", "Jenis", "Pekerja"),
        *(f"{one.replace('+', ' + ')} (Rp)" for one in programmes),
        *("Jumlah iuran (Rp)", "Pembulatan (Rp)", "Mata uang", "Jumlah tagihan", "Kelebihan"),
        *(f"{tender_name(kind)} ({currency})" for kind, currency, _exponent in ways),
        *("Rujukan", "Petugas", "Dibatalkan oleh", "Membatalkan"),
    )
    return Sheet("Daftar kuitansi", columns, tuple(_cells(row, programmes, ways) for row in paper.rows))


def _cells(row: ListedReceipt, programmes: Sequence[str], ways: Sequence[tuple[str, str, int]]) -> tuple[Value, ...]:
    paid = {name: sum(one.amount_idr for one in row.programmes if one.programme == name) for name in programmes}
    came: dict[tuple[str, str, int], int] = {}
    for one in row.tenders:
        way = one.kind, one.amount.currency, one.amount.exponent
        came[way] = came.get(way, 0) + one.amount.minor
    return (
        *(row.business_date, time_short(row.at), row.number),
        *("Kuitansi" if row.kind == "receipt" else "Pembatalan", row.worker),
        *(Money.idr(amount) if amount else None for amount in paid.values()),
        *(Money.idr(row.amount_idr), Money.idr(row.rounding_idr), row.due.currency, row.due, row.surplus),
        *(Money(came[way], way[1], way[2]) if way in came else None for way in ways),
        ", ".join(one.reference for one in row.tenders if one.reference),
        row.operator,
        row.other if row.kind == "receipt" else "",
        row.other if row.kind == "void" else "",
    )
