"""Receipt list: every receipt and void of a period with what came in for it, and sums that go on from page to page."""

from __future__ import annotations

from collections import Counter
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

KINDS = {
    "receipt": "Kuitansi",
    "void": "Pembatalan",
    "decision": "Keputusan pengembalian",
    "refund": "Pengembalian dibayar",
    "move": "Pemindahan masa",
}
"""What the papers of the list are called."""


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
    """A receipt, or what takes one back with negative amounts: its void, the centre's decision to refund it, the money
    handed out for that; or days that were moved, with no amount. `other` is the number of the paper that took a
    receipt back, or of the receipt that this one is about. What moved nothing, because an earlier one counts, has
    `moves` False."""

    kind: Literal["receipt", "void", "decision", "refund", "move"]
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
    short: Money
    operator: str
    other: str = ""
    refunded: bool = False
    moves: bool = True
    till: int | None = None


@dataclass(frozen=True, slots=True)
class ReceiptListPaper:
    """The list of a period, in the order the papers were made."""

    made: Made
    period: Period
    rows: tuple[ListedReceipt, ...]


_COLUMNS = (
    Column("Jam", 30),
    Column("Nomor", 92),
    Column("Pekerja", 126),
    Column("Untuk", 102),
    Column("Rupiah", 58, "right"),
    Column("Diterima", 66, "right"),
    Column("Cara bayar", 122),
    Column("Petugas", 62),
    Column("Sesi", 24, "right"),
    Column("Keterangan", 98),
)


def render_receipt_list(paper: ReceiptListPaper) -> bytes:
    """The PDF, A4 landscape; the same bytes for the same paper."""
    return render_table(receipt_table(paper))


def receipt_table(paper: ReceiptListPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    made, rows = paper.made, paper.rows
    counts: Counter[str] = Counter(row.kind for row in rows)
    facts = [(KINDS[kind], number(counts[kind])) for kind in KINDS if counts[kind] or kind in ("receipt", "void")]
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
        ("", "", said if at == 0 else "", "", number(amount_idr) if at == 0 else "", one, "", "", "", "")
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
            "" if row.till is None else str(row.till),
            remark(row),
        ),
        "quiet" if row.kind != "receipt" or row.other or row.refunded else "plain",
    )


def _paid_for(one: ListedProgramme) -> str:
    programme = one.programme.replace("+", " + ")
    if one.monthly_idr is not None:
        return f"{programme} {one.months} × {rupiah(one.monthly_idr)}"
    return f"{programme} {one.months} bulan"


def remark(row: ListedReceipt) -> str:
    """What has to be known beside a receipt's amounts."""
    said = []
    match row.kind:
        case "receipt" if row.refunded:
            said.append(f"dikembalikan, {row.other}" if row.other else "dikembalikan melalui pusat")
        case "receipt" if row.other:
            said.append(f"dibatalkan oleh {row.other}")
        case "void" | "decision" if not row.moves:
            said.append(f"{row.other} sudah ditarik; tidak mengubah apa pun")
        case "void":
            said.append(f"membatalkan {row.other}")
        case "decision":
            said.append(f"pengembalian {row.other} disetujui pusat")
        case "refund":
            said.append(f"pengembalian {row.other}".strip())
        case "move":
            said.append("masa perlindungan dipindahkan")
    if row.surplus.minor > 0:
        said.append(f"kelebihan {money(row.surplus)}")
    if row.short.minor > 0:
        said.append(f"kurang {money(row.short)}")
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
        *("Jumlah iuran (Rp)", "Pembulatan (Rp)", "Mata uang", "Jumlah tagihan", "Kelebihan", "Kekurangan"),
        *(f"{tender_name(kind)} ({currency})" for kind, currency, _exponent in ways),
        *("Rujukan", "Petugas", "Ditarik oleh", "Menarik", "Keterangan", "Sesi kas"),
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
        *(KINDS[row.kind], row.worker),
        *(Money.idr(amount) if amount else None for amount in paid.values()),
        *(Money.idr(row.amount_idr), Money.idr(row.rounding_idr), row.due.currency, row.due, row.surplus, row.short),
        *(Money(came[way], way[1], way[2]) if way in came else None for way in ways),
        ", ".join(one.reference for one in row.tenders if one.reference),
        row.operator,
        row.other if row.kind == "receipt" else "",
        row.other if row.kind != "receipt" else "",
        remark(row),
        row.till,
    )
