"""Balance: whether each terminal's receipts, tenders and till add up in what the centre has posted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from models.ledger.tables import account_line
from models.posting.equation import Break, DayRow, Span, breaks, day_rows
from server.store.tables import terminal_head


@dataclass(frozen=True, slots=True)
class TerminalBalance:
    """One terminal's equation from its first movement to its last; `series` is "" for the centre's own journal."""

    mission: str
    series: str
    incarnation: int
    rows: tuple[DayRow, ...]
    breaks: tuple[Break, ...]

    @property
    def holds(self) -> bool:
        return not self.breaks


def balances(
    connection: Connection, first: date | None = None, last: date | None = None, *, series: str | None = None
) -> Sequence[TerminalBalance]:
    """The equation of every terminal that moved money in these days, or ever; of one series only where it is named."""
    line = account_line.c
    moved = (
        select(line.terminal, line.incarnation, func.min(line.business_date), func.max(line.business_date))
        .where(*([line.business_date >= first] if first else []), *([line.business_date <= last] if last else []))
        .group_by(line.terminal, line.incarnation)
    )
    days = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(moved)}
    heads = select(terminal_head).order_by(terminal_head.c.mission, terminal_head.c.series, terminal_head.c.incarnation)
    found = []
    for head in connection.execute(heads):
        if (series is not None and head.series != series) or (head.terminal, head.incarnation) not in days:
            continue
        span = Span(head.terminal, head.incarnation, *days[head.terminal, head.incarnation])
        found.append(
            TerminalBalance(
                head.mission or "",
                head.series or "",
                head.incarnation,
                tuple(day_rows(connection, span)),
                tuple(breaks(connection, span)),
            )
        )
    return found
