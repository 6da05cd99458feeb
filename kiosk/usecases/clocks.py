"""Clocks: a supervisor vouches for a date that stands before the last entry. Work is never stopped for it."""

from __future__ import annotations

from kiosk.desk import Desk
from kiosk.queries.clocks import ClockState, state_in
from kiosk.usecases.approvals import Approval, approve, supervises
from models.journal.clocks import ClockConfirmed
from models.rules.problems import Problem, Refused


def confirm_date(desk: Desk, approval: Approval | None = None) -> ClockState:
    """Record that the clock is right although the last entry was made at a later time.

    A supervisor says it alone, anybody else with one. Refused `clock.not_behind` where there is nothing to confirm;
    `staff.not_allowed`, and what `approve` refuses."""
    second = approve(desk, approval, reason_needed=False).operator_id if approval is not None else None
    if second is None:
        if not supervises(desk):
            raise Refused(Problem.of("operator", "staff.not_allowed", role=desk.operator.role))
        second = desk.operator.id
    with desk.work() as work:
        found = state_in(work)
        if not found.behind or found.last_at is None:
            raise Refused(Problem("form", "clock.not_behind"))
        work.record(ClockConfirmed(mission=work.mission, last_at=found.last_at, confirmed_by=second))
        return state_in(work)
