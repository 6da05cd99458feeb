"""Balance: whether receipts, tenders, till and the centre's postings agree, and the first line that differs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select

from kiosk.desk import Desk, Work
from kiosk.store.tables import entry as entries
from kiosk.store.tables import statement as kept_statement
from models.journal.body import unpack
from models.ledger.tables import account_line, terminal
from models.posting.equation import Break, DayRow, Span, Step, breaks, day_rows
from models.rules.money import Money
from models.rules.problems import Problem, Refused
from models.sync.signing import Signed
from models.sync.statement import Statement, Sum, account_sums

_SAID: dict[Step, str] = {
    "entry": "balance.entry",
    "receipt": "balance.receipt",
    "void": "balance.void",
    "day": "balance.day",
    "carried": "balance.carried",
    "till": "balance.till",
    "cash": "balance.cash",
}


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """One day in one currency: `receipts` - `voids` - `refunds` = the sum of `tenders`; `drawer` is by how much the
    drawer changed, with what was `brought`, `moved` in or out, `deposited`, and the counted `difference`."""

    day: date
    papers: int
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
class Differing:
    """An account that the centre has posted otherwise: `ours` and `theirs`, credits negative."""

    account: str
    ours: Money
    theirs: Money


@dataclass(frozen=True, slots=True)
class CentreSays:
    """The centre's last statement: up to which entry and when, how many entries it has not seen, and the first account
    that differs."""

    seq: int
    at: datetime
    unsent: int
    differs: Differing | None


@dataclass(frozen=True, slots=True)
class Balance:
    """One terminal's equation. `centre` is None before the first statement, and for other terminals than this one."""

    series: str
    first: date
    last: date
    rows: tuple[BalanceRow, ...]
    breaks: tuple[Break, ...]
    centre: CentreSays | None

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The lines that break it, as sentences can say them, the first one first."""
        found = [
            Problem.of("balance", _SAID[one.step], day=one.day, where=one.where, left=one.left, right=one.right)
            for one in self.breaks
        ]
        if self.centre is not None and (differs := self.centre.differs) is not None:
            found.append(
                Problem.of(
                    "balance", "balance.centre", account=differs.account, left=differs.ours, right=differs.theirs
                )
            )
        return tuple(found)

    @property
    def problem(self) -> Problem | None:
        """The first line that breaks it."""
        return next(iter(self.problems), None)

    @property
    def holds(self) -> bool:
        return self.problem is None


def balance(desk: Desk, first: date | None = None, last: date | None = None, *, series: str | None = None) -> Balance:
    """The equation of these days, both included; without days of today, and without `series` of this terminal.
    Refused `period.ends_first`, `terminal.unknown`."""
    with desk.read() as work:
        own = work.terminal
        days = (first or last or work.today, last or first or work.today)
        if days[1] < days[0]:
            raise Refused(Problem.of("to", "period.ends_first", first=days[0]))
        if series is None or series == own.series:
            return _balance(work, own.series, Span(own.id, own.incarnation, *days), ours=True)
        found = work.connection.execute(
            select(terminal).where(terminal.c.series == series).order_by(terminal.c.incarnation.desc())
        ).first()
        if found is None:
            raise Refused(Problem.of("series", "terminal.unknown", terminal=series[:40]))
        return _balance(work, series, Span(found.terminal_id, found.incarnation, *days), ours=False)


def whole(desk: Desk) -> Balance:
    """The equation of this terminal from its first receipt to today."""
    with desk.read() as work:
        begun = work.connection.scalar(
            select(func.min(account_line.c.business_date)).where(account_line.c.terminal == work.terminal.id)
        )
        span = Span(work.terminal.id, work.terminal.incarnation, begun or work.today, work.today)
        return _balance(work, work.terminal.series, span, ours=True)


def holds_today(work: Work) -> bool:
    """Whether today's equation holds at this terminal: asked after every payment and whenever the home screen is
    drawn."""
    span = Span(work.terminal.id, work.terminal.incarnation, work.today, work.today)
    return not breaks(work.connection, span, most=1)


def _balance(work: Work, series: str, span: Span, *, ours: bool) -> Balance:
    connection = work.connection
    return Balance(
        series=series,
        first=span.first,
        last=span.last,
        rows=tuple(map(_row, day_rows(connection, span))),
        breaks=tuple(breaks(connection, span)),
        centre=_centre(work) if ours else None,
    )


def _row(day: DayRow) -> BalanceRow:
    of = day.unit.of
    return BalanceRow(
        day=day.day,
        papers=day.papers,
        receipts=of(day.receipts),
        voids=of(day.voids),
        refunds=of(day.refunds),
        tenders=tuple((kind, of(amount)) for kind, amount in sorted(day.tenders.items())),
        brought=of(day.brought),
        moved=of(day.moved),
        difference=of(day.difference),
        deposited=of(day.deposited),
        drawer=of(day.drawer),
        rounding=of(day.rounding),
        holds=day.holds,
    )


def _centre(work: Work) -> CentreSays | None:
    row: Row[Any] | None = work.connection.execute(select(kept_statement)).first()
    if row is None:
        return None
    # Its signature was checked before it was kept.
    said = unpack(unpack(bytes(row.content), Signed).message, Statement)
    own = work.terminal
    if (said.terminal, said.incarnation) != (own.id, own.incarnation):
        return None
    ours_later = select(entries.c.id).where(
        entries.c.terminal == own.id, entries.c.incarnation == own.incarnation, entries.c.seq > said.seq
    )
    unsent = work.connection.scalar(select(func.count()).select_from(ours_later.subquery())) or 0
    ours = account_sums(
        work.connection, own.id, own.incarnation, account_line.c.entry_id.not_in(ours_later) if unsent else None
    )
    return CentreSays(said.seq, said.at, unsent, _differing(ours, said))


def _differing(ours: tuple[Sum, ...], said: Statement) -> Differing | None:
    here = {(one.account, one.currency, one.exponent): one.amount for one in ours}
    there = {(one.account, one.currency, one.exponent): one.amount for one in said.sums}
    for account, currency, exponent in sorted(here.keys() | there.keys()):
        key = (account, currency, exponent)
        mine, theirs = here.get(key, 0), there.get(key, 0)
        if mine != theirs:
            return Differing(account, Money(mine, currency, exponent), Money(theirs, currency, exponent))
    return None
