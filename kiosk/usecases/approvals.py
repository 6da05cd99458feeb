"""Approvals: what one person may not do alone is agreed to by a second, at this counter and without a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from kiosk.desk import Desk, Operator, find_operator
from models.ledger.tables import staff
from models.rules.problems import Problem, Refused, Trouble

MAY_APPROVE = ("penyelia", "admin")


@dataclass(frozen=True, slots=True)
class Approval:
    """The second person as they typed themselves in, and why they agree."""

    login: str
    password: str = field(repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approved:
    """Who agreed, and why."""

    operator_id: UUID
    name: str
    reason: str


def approve(desk: Desk, approval: Approval, *, reason_needed: bool = True) -> Approved:
    """Recognise the second person by their password: another member of this mission's staff who is a supervisor.

    Refused on `approval.login`, `approval.password` or `approval.reason`: `required`, `approval.same_person`,
    `approval.not_allowed`, `approval.elsewhere`, `staff.disabled`, `store.no_slot`,
    `store.wrong_password`. Trouble `store.locked_out`.
    """
    missing = [
        Problem(f"approval.{name}", "required")
        for name, given in (("login", approval.login), ("password", approval.password), ("reason", approval.reason))
        if not given.strip() and (name != "reason" or reason_needed)
    ]
    if missing:
        raise Refused(*missing)
    second = recognised(desk, approval.login, approval.password, "approval")
    if second.id == desk.operator.id:
        raise Refused(Problem("approval.login", "approval.same_person"))
    if second.role not in MAY_APPROVE:
        raise Refused(Problem.of("approval.login", "approval.not_allowed", name=second.name))
    return Approved(second.id, second.name, approval.reason.strip())


def supervises(desk: Desk) -> bool:
    """Whether whoever is at the counter is a supervisor, now as when they signed in: a pull may have brought another
    role since. Trouble `staff.disabled`."""
    with desk.read() as work:
        listed = find_operator(work.connection, desk.operator.id, desk.operator.login)
    return desk.operator.role in MAY_APPROVE and listed.role in MAY_APPROVE


def recognised(desk: Desk, login: str, password: str, field_name: str) -> Operator:
    """Who typed name and password here: a member of this mission's staff, whatever their role.

    Refused on `FIELD.login` or `FIELD.password`: `approval.elsewhere` for somebody of another mission,
    `staff.disabled`, `store.no_slot`, `store.wrong_password`. Trouble `store.locked_out`."""
    try:
        person = desk.store.recognise(login, password)
        with desk.read() as work:
            found = find_operator(work.connection, person.operator_id, person.login)
            here = work.connection.scalar(
                staff.select().with_only_columns(staff.c.mission).where(staff.c.id == found.id)
            )
            mission = work.mission
    except Trouble as trouble:
        if trouble.code not in ("store.wrong_password", "store.no_slot", "staff.disabled"):
            raise
        at = "password" if trouble.code == "store.wrong_password" else "login"
        raise Refused(Problem(f"{field_name}.{at}", trouble.code, trouble.values)) from trouble
    if here not in (None, mission):
        raise Refused(Problem.of(f"{field_name}.login", "approval.elsewhere", name=found.name))
    return found
