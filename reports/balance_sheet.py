"""The equation on paper: receipts - voids - refunds = tenders, the drawer, and the first line that differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short, money, time_short
from models.rules.books import Period
from models.rules.money import Money
from reports.books import Made, amount, days, tender_name
from reports.paper import Words
from reports.sheets import Sheet, Value
from reports.tables import Block, Column, Line, Signature, TablePaper, render_table


@dataclass(frozen=True, slots=True)
class BalancedDay:
    """One day in one currency. `tenders` by way of paying sum to receipts - voids - refunds where `holds`."""

    day: date
    receipts: Money
    voids: Money
    refunds: Money
    tenders: tuple[tuple[str, Money], ...]
    brought: Money
    moved: Money
    difference: Money
    deposited: Money
    drawer: Money
    rounding: Money
    holds: bool


@dataclass(frozen=True, slots=True)
class BalanceSheetPaper:
    """`broken` says the first line that breaks the equation, "" when it holds. `centre_at` is when the centre last said
    what it has posted, `unsent` how many entries it had not seen by then; None before it ever did."""

    made: Made
    period: Period
    rows: tuple[BalancedDay, ...]
    broken: str
    others: tuple[str, ...]
    centre_at: datetime | None
    centre_agrees: bool
    unsent: int


_COLUMNS = (
    Column("Tanggal", 54),
    Column("Mata uang", 36),
    Column("Kuitansi", 66, "right"),
    Column("Pembatalan", 58, "right"),
    Column("Pengembalian", 58, "right"),
    Column("Tunai", 62, "right"),
    Column("Setoran bank", 66, "right"),
    Column("Kode iuran", 62, "right"),
    Column("Lainnya", 52, "right"),
    Column("Cocok", 34),
)
_DRAWER = (
    Column("Tanggal", 54),
    Column("Mata uang", 36),
    Column("Tunai dari kuitansi", 70, "right"),
    Column("Modal", 62, "right"),
    Column("Keluar-masuk lain", 66, "right"),
    Column("Selisih hitungan", 62, "right"),
    Column("Disetor", 62, "right"),
    Column("Perubahan kas", 66, "right"),
)
_WAYS = ("cash", "bank_slip", "kode_iuran")


def render_balance_sheet(paper: BalanceSheetPaper) -> bytes:
    """The PDF, A4 landscape; the same bytes for the same paper."""
    return render_table(balance_table(paper))


def balance_table(paper: BalanceSheetPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    made = paper.made
    verdict = paper.broken or "Cocok: kuitansi, cara bayar, kas dan catatan pusat sama."
    return TablePaper(
        kind=Words("PERSAMAAN UANG", "Balance of money"),
        heading=made.mission,
        about=made.about(days(paper.period.first, paper.period.last)),
        facts=(("Hasil", verdict), ("Pusat", _centre(paper))),
        blocks=(
            Block(
                "Kuitansi − pembatalan − pengembalian = cara bayar",
                _COLUMNS,
                [_line(row) for row in paper.rows],
                nothing="Tidak ada uang yang bergerak.",
            ),
            Block(
                "Kas: tunai + modal + keluar-masuk lain + selisih − disetor = perubahan kas",
                _DRAWER,
                [_drawer(row) for row in paper.rows if any((row.drawer.minor, row.brought.minor, row.deposited.minor))],
                nothing="Kas tidak berubah.",
            ),
            *(
                [Block("Baris lain yang tidak cocok", (Column("Apa", 100),), [Line((one,)) for one in paper.others])]
                if paper.others
                else []
            ),
        ),
        notes=made.notes(),
        subject="Persamaan kuitansi, cara bayar, kas dan catatan pusat",
        made=made.foot(),
        place_and_date=made.place_and_date(),
        signatures=(Signature("Petugas", made.operator), Signature("Penyelia")),
        landscape=True,
    )


def balance_sheet(paper: BalanceSheetPaper) -> Sheet:
    """The same lines for a spreadsheet."""
    columns = (
        *("Tanggal", "Mata uang", "Kuitansi", "Pembatalan", "Pengembalian", "Tunai", "Setoran bank", "Kode iuran"),
        *(
            "Lainnya",
            "Modal",
            "Keluar-masuk lain",
            "Selisih hitungan",
            "Disetor",
            "Perubahan kas",
            "Pembulatan",
            "Cocok",
        ),
    )
    rows: list[tuple[Value, ...]] = [
        (
            *(row.day, row.receipts.currency, row.receipts, row.voids, row.refunds),
            *(_way(row, way) for way in _WAYS),
            *(_other(row), row.brought, row.moved, row.difference, row.deposited, row.drawer, row.rounding),
            "ya" if row.holds else "tidak",
        )
        for row in paper.rows
    ]
    return Sheet("Persamaan uang", columns, tuple(rows))


def _centre(paper: BalanceSheetPaper) -> str:
    if paper.centre_at is None:
        return "belum pernah menyatakan catatannya; sinkronkan dahulu"
    when = f"{date_long(paper.centre_at.date())}, {time_short(paper.centre_at)}"
    said = "sama" if paper.centre_agrees else "BERBEDA"
    return f"{said} pada {when}" + (f"; {paper.unsent} catatan sesudahnya belum terkirim" if paper.unsent else "")


def _way(row: BalancedDay, way: str) -> Money:
    return dict(row.tenders).get(way, row.receipts - row.receipts)


def _other(row: BalancedDay) -> Money:
    others = [value for kind, value in row.tenders if kind not in _WAYS]
    return sum(others, row.receipts - row.receipts)


def _figure(value: Money) -> str:
    return amount(value) if value.minor else "–"


def _line(row: BalancedDay) -> Line:
    others = [f"{tender_name(kind)} {money(value)}" for kind, value in row.tenders if kind not in _WAYS and value.minor]
    return Line(
        (
            date_short(row.day),
            row.receipts.currency,
            _figure(row.receipts),
            _figure(row.voids),
            _figure(row.refunds),
            *(_figure(_way(row, way)) for way in _WAYS),
            ", ".join(others) or "–",
            "ya" if row.holds else "TIDAK",
        ),
        "plain" if row.holds else "strong",
    )


def _drawer(row: BalancedDay) -> Line:
    return Line(
        (
            date_short(row.day),
            row.receipts.currency,
            *map(_figure, (_way(row, "cash"), row.brought, row.moved, row.difference, row.deposited, row.drawer)),
        )
    )
