"""Drawers for tests: a till that is open with money in it, and closed again, without counting it through a screen."""

from __future__ import annotations

from uuid import UUID

from kiosk.desk import Desk
from kiosk.queries.tills import open_till
from models.journal.tills import CashAmount, Counted, TillClosed, TillHandedOver, TillOpened
from models.rules.money import Money


def open_drawer(desk: Desk, *cash: Money) -> UUID:
    """Open this counter's till with these amounts brought in; whoever is at the counter holds it."""
    with desk.work() as work:
        entry = work.record(
            TillOpened(
                mission=work.mission,
                series=work.terminal.series,
                serial=1,
                business_date=work.today,
                counts=tuple(Counted(currency=one.currency, exponent=one.exponent, amount=one.minor) for one in cash),
                brought=tuple(
                    CashAmount(currency=one.currency, exponent=one.exponent, amount=one.minor) for one in cash
                ),
            )
        )
        return entry.id


def hand_over_drawer(desk: Desk, to: UUID) -> None:
    """Somebody else holds the open till from now on."""
    with desk.work() as work:
        here = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        assert here is not None
        work.record(TillHandedOver(till_id=here.id, mission=work.mission, business_date=work.today, to=to, counts=()))


def close_drawer(desk: Desk) -> None:
    """Close this counter's till; what lies in it by the books stays in it."""
    with desk.work() as work:
        here = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        assert here is not None
        work.record(
            TillClosed(
                till_id=here.id,
                mission=work.mission,
                series=work.terminal.series,
                serial=here.serial,
                business_date=work.today,
                counts=(),
                totals=(),
            )
        )
