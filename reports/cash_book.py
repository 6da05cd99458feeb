"""Cash book: every movement of every way of paying with its balance, and what the accounts come to over the period."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from models.language import date_long, number, time_short
from models.rules.books import AccountSum, Period
from models.rules.money import Money, currencies
from reports.books import Made, account_name, amount, days
from reports.paper import Words
from reports.sheets import Sheet, Value
from reports.tables import Block, Column, Line, Signature, TablePaper, render_table

_SOURCES = {
    "receipt": "Kuitansi",
    "void": "Pembatalan",
    "decision": "Pengembalian oleh pusat",
    "refund": "Pengembalian",
    "till:float": "Modal kas",
    "till:moved": "Kas keluar-masuk",
    "till:difference": "Selisih hitung",
    "till:deposit": "Disetor",
}


@dataclass(frozen=True, slots=True)
class CashEntry:
    """One movement: money in is positive. `source` is the kind of paper, or the account that cash of the till came
    from or went to."""

    business_date: date
    at: datetime
    source: str
    number: str
    about: str
    amount: Money


@dataclass(frozen=True, slots=True)
class CashAccount:
    """One way of paying in one currency. `opening` where it goes on from the days before: the drawer does, what others
    hold does not."""

    account: str
    currency: str
    exponent: int
    entries: tuple[CashEntry, ...]
    opening: Money | None = None

    @property
    def title(self) -> str:
        """«Tunai · NT$»."""
        known = currencies().get(self.currency)
        return f"{account_name(self.account)} · {known.symbol if known else self.currency}"

    @property
    def came(self) -> Money:
        """What came in."""
        return self._sum(lambda minor: max(minor, 0))

    @property
    def went(self) -> Money:
        """What went out."""
        return self._sum(lambda minor: max(-minor, 0))

    @property
    def closing(self) -> Money:
        """What it comes to at the end."""
        moved = self._sum(lambda minor: minor)
        return moved if self.opening is None else self.opening + moved

    def _sum(self, part: Callable[[int], int]) -> Money:
        return Money(sum(part(one.amount.minor) for one in self.entries), self.currency, self.exponent)


@dataclass(frozen=True, slots=True)
class CashBookPaper:
    """The book of a period. `numbers` are the first and the last receipt or void of the series in it."""

    made: Made
    period: Period
    accounts: tuple[CashAccount, ...]
    sums: tuple[AccountSum, ...]
    receipts: int
    voids: int
    numbers: tuple[str, str] | None = None


_COLUMNS = (
    Column("Jam", 34),
    Column("Nomor", 106),
    Column("Uraian", 200),
    Column("Masuk", 62, "right"),
    Column("Keluar", 62, "right"),
    Column("Saldo", 66, "right"),
)
_RECAP = (
    Column("Akun", 170),
    Column("Mata uang", 58),
    Column("Kuitansi", 78, "right"),
    Column("Pembatalan", 78, "right"),
    Column("Lainnya", 68, "right"),
    Column("Jumlah", 78, "right"),
)


def render_cash_book(paper: CashBookPaper) -> bytes:
    """The PDF, A4 portrait; the same bytes for the same paper."""
    return render_table(cash_book_table(paper))


def cash_book_table(paper: CashBookPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    made = paper.made
    facts = [("Kuitansi", number(paper.receipts)), ("Pembatalan", number(paper.voids))]
    if paper.numbers is not None:
        first, last = paper.numbers
        facts.append(("Nomor", first if first == last else f"{first} sampai {last}"))
    return TablePaper(
        kind=Words("BUKU KAS HARIAN", "Daily cash book"),
        heading=made.mission,
        about=made.about(days(paper.period.first, paper.period.last)),
        facts=tuple(facts),
        blocks=(*(_block(one, paper.period) for one in paper.accounts), _recap(paper.sums)),
        notes=made.notes(),
        subject="Buku kas harian",
        made=made.foot(),
        place_and_date=made.place_and_date(),
        signatures=(Signature("Petugas", made.operator), Signature("Penyelia")),
    )


def _block(account: CashAccount, period: Period) -> Block:
    opening = account.opening.minor if account.opening else 0

    def shown(minor: int) -> str:
        return amount(Money(minor, account.currency, account.exponent))

    lines: list[Line] = []
    down_to: list[tuple[int, int]] = []  # what came in and went out, each line included
    came = went = 0

    def put(line: Line) -> None:
        lines.append(line)
        down_to.append((came, went))

    if account.opening is not None:
        put(Line(("", "", "Saldo awal", "", "", shown(opening)), "strong"))
    for day, group in groupby(account.entries, key=lambda one: one.business_date):
        if period.days > 1:
            put(Line((date_long(day),), "strong", span=True))
        before = came, went
        for one in group:
            came += max(one.amount.minor, 0)
            went += max(-one.amount.minor, 0)
            inward, outward = (shown(one.amount.minor), "") if one.amount.minor >= 0 else ("", shown(-one.amount.minor))
            put(Line((time_short(one.at), one.number, _about(one), inward, outward, shown(opening + came - went))))
        if period.days > 1:
            of_day = shown(came - before[0]), shown(went - before[1]), shown(opening + came - went)
            put(Line(("", "", f"Jumlah {date_long(day)}", *of_day), "strong"))
    said = "Saldo akhir" if account.opening is not None else "Jumlah seluruhnya"
    put(Line(("", "", said, shown(came), shown(went), shown(opening + came - went)), "strong"))

    def carry(at: int) -> Sequence[tuple[str, ...]]:
        inward, outward = down_to[at - 1] if at else (0, 0)
        return [("", "", "", shown(inward), shown(outward), shown(opening + inward - outward))]

    return Block(account.title, _COLUMNS, lines, carry=carry)


def _about(one: CashEntry) -> str:
    source = _SOURCES.get(one.source, one.source)
    return f"{source} · {one.about}" if one.about else source


def _recap(sums: Sequence[AccountSum]) -> Block:
    lines = [
        Line(
            (
                account_name(one.account),
                one.received.currency,
                *(amount(value) if value.minor else "" for value in (one.received, -one.taken_back, one.other)),
                amount(one.total),
            )
        )
        for one in sums
    ]
    return Block("Rekapitulasi", _RECAP, lines, nothing="Tidak ada uang yang bergerak.")


# As sheets


def cash_book_sheets(paper: CashBookPaper) -> tuple[Sheet, Sheet]:
    """The movements, one a row, and the recapitulation."""
    rows: list[tuple[Value, ...]] = []
    for account in paper.accounts:
        balance = account.opening.minor if account.opening else 0
        name = account_name(account.account)
        if account.opening is not None:
            opening = account.opening
            rows.append((paper.period.first, "", name, account.currency, "", "Saldo awal", None, None, opening))
        for one in account.entries:
            minor = one.amount.minor
            balance += minor
            unit = account.currency, account.exponent
            rows.append(
                (
                    *(one.business_date, time_short(one.at), name, account.currency, one.number, _about(one)),
                    Money(minor, *unit) if minor >= 0 else None,
                    Money(-minor, *unit) if minor < 0 else None,
                    Money(balance, *unit),
                )
            )
    moved = ("Tanggal", "Jam", "Cara bayar", "Mata uang", "Nomor", "Uraian", "Masuk", "Keluar", "Saldo")
    recap = ("Akun", "Mata uang", "Kuitansi", "Pembatalan", "Lainnya", "Jumlah")
    return (
        Sheet("Buku kas", moved, tuple(rows)),
        Sheet(
            "Rekapitulasi",
            recap,
            tuple(
                (account_name(one.account), one.received.currency, one.received, -one.taken_back, one.other, one.total)
                for one in paper.sums
            ),
        ),
    )
