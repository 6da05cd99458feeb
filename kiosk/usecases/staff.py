"""Staff: who may sign in at this counter."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from kiosk.desk import Desk, require_role
from kiosk.queries.reference import StaffRow, staff_list
from kiosk.store.keys import STRONG, Cost
from models.journal.ids import new_id
from models.journal.staff import StaffListed, StaffName
from models.ledger.tables import staff
from models.rules.names import clean_name, name_problems
from models.rules.problems import Problem, Refused, refuse_if

ROLES = ("petugas", "penyelia", "admin")
_MAY_MANAGE = ("penyelia", "admin")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the mission's list; `here`: with a password at this counter."""

    row: StaffRow
    here: bool


def everybody(desk: Desk) -> list[Person]:
    """The mission's staff, and who of them can sign in here."""
    here = {person.operator_id for person in desk.store.people()}
    with desk.read() as work:
        return [Person(row, row.id in here) for row in staff_list(work.connection, work.mission)]


def add(desk: Desk, *, login: str, name: str, role: str, password: str, cost: Cost = STRONG) -> StaffRow:
    """Give a person a password at this counter, listing them first if the mission's list does not know them.

    Refused: `staff.not_allowed`, `staff.role_unknown`, `name.*`, `login.*`, `password.too_short`.
    """
    require_role(desk.operator, *_MAY_MANAGE)
    login, role, name = login.strip().lower(), role.strip().lower(), clean_name(name)
    refuse_if(name_problems(name, "name"))
    if role not in ROLES:
        raise Refused(Problem.of("role", "staff.role_unknown", role=role[:20], roles=", ".join(ROLES)))
    if role == "admin":
        require_role(desk.operator, "admin")
    with desk.read() as work:
        known = work.connection.execute(
            select(staff).where(staff.c.mission == work.mission, staff.c.login == login, staff.c.active)
        ).first()
    operator_id = known.id if known else new_id()
    desk.store.add_person(login=login, operator_id=operator_id, role=role, password=password, cost=cost)
    if known is None:
        with desk.work() as work:
            work.record(
                StaffListed(
                    operator_id=operator_id,
                    mission=work.mission,
                    role=role,
                    personal=StaffName(login=login, name=name),
                )
            )
    return StaffRow(operator_id, login, name, role, True)


def disable(desk: Desk, login: str) -> bool:
    """Take a person off the list: their password opens nothing any more. What they recorded stays and is sent.

    Returns whether the database already has a new key; otherwise it gets one at the next sign-in. Refused:
    `staff.not_allowed`, `staff.unknown`, `login.own`, `login.last`.
    """
    require_role(desk.operator, *_MAY_MANAGE)
    login = login.strip().lower()
    with desk.read() as work:
        row = work.connection.execute(
            select(staff).where(staff.c.mission == work.mission, staff.c.login == login).order_by(staff.c.active.desc())
        ).first()
    slots = {person.login for person in desk.store.people()}
    if row is None and login not in slots:
        raise Refused(Problem.of("login", "staff.unknown", login=login[:40]))
    rekeyed = desk.store.drop_person(login) if login in slots else True
    if row is not None and row.active:
        with desk.work() as work:
            work.record(
                StaffListed(
                    operator_id=row.id,
                    mission=work.mission,
                    role=row.role,
                    active=False,
                    personal=StaffName(login=login, name=row.name or login),
                )
            )
    return rekeyed


def change_password(desk: Desk, login: str, old: str, new: str, *, cost: Cost = STRONG) -> None:
    """A new password for who knows the old one. Refused `password.too_short`; Trouble `store.wrong_password`."""
    desk.store.change_password(login.strip().lower(), old, new, cost=cost)


def reset_password(desk: Desk, login: str, new: str, *, cost: Cost = STRONG) -> None:
    """A new password for who forgot the old one. Refused: `staff.not_allowed`, `password.too_short`."""
    require_role(desk.operator, *_MAY_MANAGE)
    desk.store.reset_password(login.strip().lower(), new, cost=cost)
