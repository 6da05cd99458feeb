"""The equation: receipts - voids - refunds = tenders = till, for each terminal, day and currency, and what breaks it.

Posting makes it true for whatever an honest counter records. So it is held against the ledger again and again: a line
that breaks it was forged, damaged, or written by a program with a fault, and is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, Select, func, or_, select

from models.ledger.contributions import account_line, receipt, receipt_line, receipt_tender, receipt_void
from models.ledger.refunds import refund_decision, refund_payment
from models.ledger.tills import till, till_count
from models.posting.accounts import CASH, UNEXPLAINED
from models.rules.money import Money

Step = Literal["entry", "receipt", "void", "day", "carried", "till", "cash"]

_TILL = "till:"
_TENDER = "tender:"


class Unit(NamedTuple):
    """A currency with the decimals its amounts were written with."""

    currency: str
    exponent: int

    def of(self, amount: int) -> Money:
        return Money(amount, *self)


@dataclass(frozen=True, slots=True)
class Break:
    """A line that does not add up: `left` is what it should be, `right` what it is. `where` is a number, the number of
    a Z-report or an entry's id, by `step`:

    entry: the movements of an entry do not sum to zero
    receipt: its tenders are not what was due, its lines not its amount, or its rounding not what the rate leaves
    void: it does not give back what came in
    day: the papers of a day are not what its tenders moved
    carried: a till was not opened with what the last session left
    till: a count is not what the books say with its difference
    cash: cash was taken outside any session of its counter
    """

    step: Step
    day: date
    where: str
    entry_id: UUID
    left: Money
    right: Money


@dataclass(slots=True)
class DayRow:
    """One day of a terminal in one currency, in its smallest unit. `tenders` are what each way of paying moved for
    receipts, voids and refunds; the others what else moved the drawer."""

    day: date
    unit: Unit
    papers: int = 0
    receipts: int = 0
    voids: int = 0
    refunds: int = 0
    tenders: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    brought: int = 0
    moved: int = 0
    difference: int = 0
    deposited: int = 0
    rounding: int = 0

    @property
    def taken(self) -> int:
        """What the papers of the day say came in, less what they say went out."""
        return self.receipts - self.voids - self.refunds

    @property
    def tendered(self) -> int:
        return sum(self.tenders.values())

    @property
    def holds(self) -> bool:
        return self.taken == self.tendered

    @property
    def drawer(self) -> int:
        """By how much the drawer changed in all."""
        return self.tenders.get("cash", 0) + self.brought + self.moved + self.difference - self.deposited


@dataclass(frozen=True, slots=True)
class Span:
    """The terminal and days that are looked at, both days included."""

    terminal: UUID
    incarnation: int
    first: date
    last: date


def day_rows(connection: Connection, span: Span) -> list[DayRow]:
    """Each day and currency in which anything moved, the oldest first."""
    rows: dict[tuple[date, Unit], DayRow] = {}

    def at(row: Row[Any]) -> DayRow:
        unit = Unit(row.currency, row.exponent)
        return rows.setdefault((row.day, unit), DayRow(row.day, unit))

    for row in connection.execute(_tendered(receipt, receipt.c.id, span)):
        at(row).receipts += int(row.amount)
        at(row).papers += row.papers
    voided = _tendered(receipt_void, receipt_void.c.receipt_id, span)
    for row in connection.execute(voided.join(receipt, receipt.c.void_id == receipt_void.c.id)):
        at(row).voids += int(row.amount)
    paid = refund_payment.c
    refunds = select(
        paid.business_date.label("day"), paid.currency, paid.exponent, func.sum(paid.amount).label("amount")
    )
    for row in connection.execute(_within(refunds, refund_payment, span).group_by("day", paid.currency, paid.exponent)):
        at(row).refunds += int(row.amount)
    # What the centre transfers itself leaves no drawer: its decision is the paper.
    transfers = select(
        refund_decision.c.business_date.label("day"),
        receipt.c.currency,
        receipt.c.exponent,
        func.sum(receipt.c.due + receipt.c.surplus - receipt.c.short).label("amount"),
    ).join_from(refund_decision, receipt, receipt.c.refund_decision_id == refund_decision.c.id)
    by_transfer = _within(transfers, refund_decision, span).where(refund_decision.c.method == "transfer")
    for row in connection.execute(by_transfer.group_by("day", receipt.c.currency, receipt.c.exponent)):
        at(row).refunds += int(row.amount)
    line = account_line.c
    sums = select(
        line.business_date.label("day"),
        line.currency,
        line.exponent,
        line.account,
        func.sum(line.amount).label("amount"),
    )
    grouped = _within(sums, account_line, span).group_by("day", line.currency, line.exponent, line.account)
    for row in connection.execute(grouped):
        _take(at(row), row.account, int(row.amount))
    return [rows[key] for key in sorted(rows)]


def _take(day: DayRow, account: str, amount: int) -> None:
    if account.startswith(_TENDER):
        day.tenders[account.removeprefix(_TENDER)] += amount
    elif account.startswith(_TILL):
        # The drawer's own accounts mirror what moved it for no receipt.
        day.tenders["cash"] += amount
        match account:
            case "till:float":
                day.brought -= amount
            case "till:moved":
                day.moved -= amount
            case "till:difference":
                day.difference -= amount
            case "till:deposit":
                day.deposited += amount
    elif account == "rounding":
        day.rounding -= amount


def _within(query: Select[Any], table: Any, span: Span) -> Select[Any]:
    return query.where(
        table.c.terminal == span.terminal,
        table.c.incarnation == span.incarnation,
        table.c.business_date.between(span.first, span.last),
    )


def _tendered(paper: Any, receipt_id: Any, span: Span) -> Select[Any]:
    """What the receipts of some papers say was kept of each currency, by the day of the paper."""
    tender = receipt_tender.c
    query = select(
        paper.c.business_date.label("day"),
        tender.currency,
        tender.exponent,
        func.sum(tender.received - tender.change).label("amount"),
        func.count(paper.c.id.distinct()).label("papers"),
    ).join_from(paper, receipt_tender, tender.receipt_id == receipt_id)
    return _within(query, paper, span).group_by("day", tender.currency, tender.exponent)


def breaks(connection: Connection, span: Span, *, most: int = 20) -> list[Break]:
    """The first lines that break the equation, in the order of its steps; empty when it holds."""
    found = (
        one
        for step in (_entries, _receipts, _voids, _days, _carried, _tills, _loose_cash)
        for one in step(connection, span)
    )
    return list(islice(found, most))


def _entries(connection: Connection, span: Span) -> Iterator[Break]:
    line = account_line.c
    sums = select(line.entry_id, func.min(line.business_date).label("day"), line.currency, line.exponent)
    per_entry = _within(sums, account_line, span).group_by(line.entry_id, line.currency, line.exponent)
    off = per_entry.add_columns(func.sum(line.amount).label("rest")).having(func.sum(line.amount) != 0)
    unexplained = per_entry.add_columns((-func.sum(line.amount)).label("rest")).where(line.account == UNEXPLAINED)
    for query in (off, unexplained):
        for row in connection.execute(query.order_by("day", line.entry_id)):
            unit = Unit(row.currency, row.exponent)
            yield Break("entry", row.day, str(row.entry_id), row.entry_id, unit.of(0), unit.of(int(row.rest)))


def _receipts(connection: Connection, span: Span) -> Iterator[Break]:
    line, tender = receipt_line.c, receipt_tender.c
    query = _within(select(receipt), receipt, span).order_by(receipt.c.business_date, receipt.c.id)
    paid = connection.execute(query).all()
    of_span = _within(select(receipt.c.id), receipt, span)
    amounts = select(line.receipt_id, func.sum(line.amount_idr)).where(line.receipt_id.in_(of_span))
    totals = {one: int(total) for one, total in connection.execute(amounts.group_by(line.receipt_id))}
    worth: dict[UUID, int] = defaultdict(int)
    units = {row.id: (row.currency, row.exponent) for row in paid}
    for row in connection.execute(select(receipt_tender).where(tender.receipt_id.in_(of_span))):
        kept = row.received - row.change
        same = (row.currency, row.exponent) == units[row.receipt_id]
        worth[row.receipt_id] += kept if same else row.worth or 0
    for row in paid:
        unit, rupiah = Unit(row.currency, row.exponent), Unit("IDR", 0)
        due = row.due + row.surplus - row.short
        if worth[row.id] != due:
            yield Break("receipt", row.business_date, row.number, row.id, unit.of(due), unit.of(worth[row.id]))
        if totals.get(row.id, 0) != row.amount_idr:
            found = rupiah.of(totals.get(row.id, 0))
            yield Break("receipt", row.business_date, row.number, row.id, rupiah.of(row.amount_idr), found)
        if row.rate_idr_per_unit is not None and row.price_id is None:
            by_rate = Fraction(row.due) * Fraction(row.rate_idr_per_unit) / 10**row.exponent
            rounding = round(by_rate - row.amount_idr)
            if rounding != row.rounding_idr:
                left, right = rupiah.of(rounding), rupiah.of(row.rounding_idr)
                yield Break("receipt", row.business_date, row.number, row.id, left, right)


def _voids(connection: Connection, span: Span) -> Iterator[Break]:
    """A void that counts moves exactly what its receipt moved, backwards; one that does not, nothing."""
    of = receipt.alias("of")
    query = select(
        receipt_void.c.id, receipt_void.c.number, receipt_void.c.business_date, receipt_void.c.receipt_id, of.c.void_id
    ).join_from(receipt_void, of, of.c.id == receipt_void.c.receipt_id)
    voids = connection.execute(_within(query, receipt_void, span).order_by(receipt_void.c.id)).all()
    moved: dict[UUID, dict[tuple[str, Unit], int]] = defaultdict(lambda: defaultdict(int))
    wanted = [one for row in voids for one in (row.id, row.receipt_id)]
    for start in range(0, len(wanted), 500):
        lines = select(account_line).where(account_line.c.entry_id.in_(wanted[start : start + 500]))
        for line in connection.execute(lines):
            moved[line.entry_id][line.account, Unit(line.currency, line.exponent)] += line.amount
    for row in voids:
        expected = moved[row.receipt_id] if row.void_id == row.id else {}
        for account, unit in sorted({*expected, *moved[row.id]}):
            left, right = -expected.get((account, unit), 0), moved[row.id].get((account, unit), 0)
            if left != right:
                yield Break("void", row.business_date, row.number, row.id, unit.of(left), unit.of(right))
                break


def _days(connection: Connection, span: Span) -> Iterator[Break]:
    for day in day_rows(connection, span):
        if not day.holds:
            where = f"{day.day} {day.unit.currency}"
            left, right = day.unit.of(day.taken), day.unit.of(day.tendered)
            yield Break("day", day.day, where, span.terminal, left, right)


def _counts(connection: Connection, tills: Sequence[Row[Any]]) -> dict[tuple[UUID, str, Unit], Row[Any]]:
    """The counts that stand, by session, stage and currency."""
    standing = {one for row in tills for one in (row.id, row.closed_id) if one is not None}
    found = {}
    for start in range(0, len(tills), 500):
        some = [row.id for row in tills[start : start + 500]]
        for count in connection.execute(select(till_count).where(till_count.c.till_id.in_(some))):
            if count.entry_id in standing:
                found[count.till_id, count.stage, Unit(count.currency, count.exponent)] = count
    return found


def _sessions(connection: Connection, span: Span) -> Sequence[Row[Any]]:
    query = select(till).where(
        till.c.terminal == span.terminal,
        till.c.incarnation == span.incarnation,
        till.c.opened_on <= span.last,
        func.coalesce(till.c.closed_on, span.last) >= span.first,
    )
    return connection.execute(query.order_by(till.c.serial, till.c.id)).all()


def _carried(connection: Connection, span: Span) -> Iterator[Break]:
    """A drawer is opened with what the session before left in it."""
    tills = _sessions(connection, span)
    before = [row.previous for row in tills if row.previous is not None]
    all_of_them = [*tills, *connection.execute(select(till).where(till.c.id.in_(before)))]
    counts = _counts(connection, all_of_them)
    for row in tills:
        units = {unit for one, _, unit in counts if one in (row.id, row.previous)}
        for unit in sorted(units):
            left = counts.get((row.previous, "closed", unit)) if row.previous else None
            opened = counts.get((row.id, "opened", unit))
            expected, said = left.counted - left.deposited if left else 0, opened.carried if opened else 0
            if expected != said:
                where = f"Z {row.serial}"
                yield Break("carried", row.opened_on, where, row.id, unit.of(expected), unit.of(said))


def _tills(connection: Connection, span: Span) -> Iterator[Break]:
    """Each count is what lay there by the books and its difference."""
    tills = _sessions(connection, span)
    counts = _counts(connection, tills)
    line = account_line.c
    for row in tills:
        moved = {
            Unit(one.currency, one.exponent): int(one.amount)
            for one in connection.execute(
                select(line.currency, line.exponent, func.sum(line.amount).label("amount"))
                .where(
                    line.till_id == row.id,
                    line.account == CASH,
                    line.terminal == row.terminal,
                    line.incarnation == row.incarnation,
                )
                .group_by(line.currency, line.exponent)
            )
        }
        units = {unit for one, _, unit in counts if one == row.id} | moved.keys()
        for unit in sorted(units):
            opened, closed = counts.get((row.id, "opened", unit)), counts.get((row.id, "closed", unit))
            if opened is not None:
                by_books = opened.carried + opened.brought + opened.difference
                if by_books != opened.counted:
                    left, right = unit.of(by_books), unit.of(opened.counted)
                    yield Break("till", row.opened_on, f"Z {row.serial}", row.id, left, right)
            if row.closed_id is not None:
                carried = opened.carried if opened is not None else 0
                by_books = carried + moved.get(unit, 0)
                left_there = closed.counted - closed.deposited if closed is not None else 0
                if by_books != left_there:
                    left, right = unit.of(by_books), unit.of(left_there)
                    yield Break("till", row.closed_on, f"Z {row.serial}", row.closed_id, left, right)


def _foreign(span: Span) -> Select[Any]:
    """The sessions of other counters; one that has not arrived may be its own."""
    return select(till.c.id).where(or_(till.c.terminal != span.terminal, till.c.incarnation != span.incarnation))


def _loose_cash(connection: Connection, span: Span) -> Iterator[Break]:
    line = account_line.c
    loose = select(
        line.entry_id, line.business_date, line.currency, line.exponent, func.sum(line.amount).label("amount")
    )
    grouped = (
        _within(loose, account_line, span)
        .where(line.account == CASH, or_(line.till_id.is_(None), line.till_id.in_(_foreign(span))))
        .group_by(line.entry_id, line.business_date, line.currency, line.exponent)
        .order_by(line.business_date, line.entry_id)
    )
    for row in connection.execute(grouped):
        unit = Unit(row.currency, row.exponent)
        where = str(row.entry_id)
        yield Break("cash", row.business_date, where, row.entry_id, unit.of(0), unit.of(int(row.amount)))
