"""A drawer for tests: a mission that takes cash, people who may agree, and the forms of counting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from kiosk.desk import Desk, find_operator, keep
from kiosk.forms.payment import Payment
from kiosk.forms.till import CloseTill, CountForm, OpenTill
from kiosk.queries.tills import in_drawer
from kiosk.usecases.approvals import Approval
from kiosk.usecases.contributions import receive
from kiosk.usecases.staff import add
from loket_testing.counter import CHEAP
from loket_testing.journals import Journal
from models.journal.reference import MissionPublished, RatePublished
from models.posting import post
from models.rules.money import Money

BUDI = Approval("budi", "penyelia-456", "sudah dihitung berdua")


def staffed(desk: Desk) -> None:
    """Budi supervises and Sari serves beside Rina."""
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    add(desk, login="sari", name="Sari D.", role="petugas", password="petugas-789", cost=CHEAP)


def publish(desk: Desk, *, cash: bool = True, limits: dict[str, int] | None = None) -> None:
    centre = Journal(mission="TPE")
    centre.record(
        MissionPublished(
            mission_id=uuid5(NAMESPACE_URL, "loket:mission:TPE"),
            mission="TPE",
            cash_allowed=cash,
            counters={"TPE3": "Loket 3"},
            difference_limits=limits or {},
        )
    )
    centre.record(
        RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 11, 1), idr_per_unit=Decimal("500"))
    )
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)


def count(amount: int | str | None = None, pieces: dict[str, int] | None = None) -> CountForm:
    return CountForm(currency="TWD", amount=amount, pieces=pieces)


def opening(*counts: CountForm, **fields: Any) -> OpenTill:
    return OpenTill(counts=counts, **fields)


def closing(*counts: CountForm, **fields: Any) -> CloseTill:
    return CloseTill(counts=counts, **fields)


def pay_cash(desk: Desk, worker: UUID, received: int | None = None) -> Money:
    """A month of JHT at the minimum in cash, of which TWD is given; what stays in the drawer."""
    answer = receive(
        desk,
        Payment(worker_id=str(worker), programme="JHT", months=1, tender="cash", currency="TWD", received=received),
    )
    return answer.due


def at_the_desk(desk: Desk, login: str) -> Desk:
    """The same counter with somebody else at it."""
    person = next(one for one in desk.store.people() if one.login == login)
    with desk.read() as work:
        operator = find_operator(work.connection, person.operator_id, person.login)
    return Desk(desk.store, operator, desk.clock)


def cash_of(desk: Desk) -> dict[str, int]:
    with desk.read() as work:
        return {one.currency: one.minor for one in in_drawer(work.connection, work.terminal) if one.minor}
