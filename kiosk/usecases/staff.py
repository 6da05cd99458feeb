"""Staff: who may sign in at this counter."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.desk import Desk, Work, require_role
from kiosk.queries.reference import StaffRow, staff_list
from kiosk.store.keys import STRONG, Cost, check_password, clean_login
from kiosk.store.keys import Person as SlotHolder
from kiosk.store.store import Store
from models.journal.ids import new_id
from models.journal.staff import StaffListed, StaffName
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
    """Give a person a password at this counter, listing them first if the mission's list does not know them; whom it
    knows keeps the name and role of the list.

    The list comes first: a power cut between the two leaves somebody who is listed and has no password here yet, and
    adding them again finishes it. Refused: `staff.not_allowed`, `staff.role_unknown`, `name.*`, `login.*`,
    `password.too_short`.
    """
    require_role(desk.operator, *_MAY_MANAGE)
    login, role, name = clean_login(login), role.strip().lower(), clean_name(name)
    problems = name_problems(name, "name")
    if role not in ROLES:
        problems.append(Problem.of("role", "staff.role_unknown", role=role[:20], roles=", ".join(ROLES)))
    refuse_if(problems)
    check_password(password)
    if login in {person.login for person in desk.store.people()}:
        raise Refused(Problem.of("login", "login.taken", login=login))
    with desk.work() as work:
        person = _listed(work, login)
        if person is None or not person.active:
            person = StaffRow(new_id(), login, name, role, True)
            _require_rank(desk, role)
            _list(work, person)
        else:
            _require_rank(desk, person.role)
    desk.store.add_person(login=login, operator_id=person.id, role=person.role, password=password, cost=cost)
    return person


def disable(desk: Desk, login: str) -> bool:
    """Take a person off the list: their password opens nothing any more. What they recorded stays and is sent.

    Returns whether the database already has a new key; otherwise it gets one at the next sign-in. Refused:
    `staff.not_allowed`, `staff.unknown`, `login.own`, `login.last`.
    """
    require_role(desk.operator, *_MAY_MANAGE)
    login = clean_login(login)
    slot = _slot(desk, login)
    with desk.read() as work:
        person = _listed(work, login)
    if person is None and slot is None:
        raise Refused(Problem.of("login", "staff.unknown", login=login[:40]))
    _require_rank(desk, *(one.role for one in (person, slot) if one))
    rekeyed = desk.store.drop_person(login) if slot else True
    if person is not None and person.active:
        with desk.work() as work:
            _list(work, replace(person, active=False))
    return rekeyed


def change_password(desk: Desk, login: str, old: str, new: str, *, cost: Cost = STRONG) -> None:
    """A new password for who knows the old one. Refused `password.too_short`; Trouble `store.wrong_password`."""
    desk.store.change_password(clean_login(login), old, new, cost=cost)


def reset_password(desk: Desk, login: str, new: str, *, cost: Cost = STRONG) -> None:
    """A new password for who forgot the old one. Refused: `staff.not_allowed`, `staff.unknown`,
    `password.too_short`."""
    require_role(desk.operator, *_MAY_MANAGE)
    login = clean_login(login)
    slot = _slot(desk, login)
    if slot is None:
        raise Refused(Problem.of("login", "staff.unknown", login=login[:40]))
    with desk.read() as work:
        person = _listed(work, login)
    _require_rank(desk, *(one.role for one in (person, slot) if one))
    desk.store.reset_password(login, new, cost=cost)


def _require_rank(desk: Desk, *roles: str) -> None:
    """Only an admin decides about admins: else whoever may give passwords could become one."""
    if "admin" in roles:
        require_role(desk.operator, "admin")


def _listed(work: Work, login: str) -> StaffRow | None:
    """The person with this login on the mission's list, whoever has it now before whoever had it."""
    return next((row for row in staff_list(work.connection, work.mission) if row.login == login), None)


def _slot(desk: Desk, login: str) -> SlotHolder | None:
    return next((person for person in desk.store.people() if person.login == login), None)


def _list(work: Work, person: StaffRow) -> None:
    work.record(
        StaffListed(
            operator_id=person.id,
            mission=work.mission,
            role=person.role,
            active=person.active,
            personal=StaffName(login=person.login, name=person.name),
        )
    )


def recover(folder: Path, code: str, login: str, new: str, *, cost: Cost = STRONG) -> None:
    """A new password by the printed recovery code, when nobody can sign in any more.

    Refused: `recovery_code.*`, `staff.unknown`, `password.too_short`; Trouble `store.wrong_recovery_code` and what
    opening a store can say.
    """
    login = clean_login(login)
    with Store.open_with_recovery(folder, code) as store:
        if login not in {person.login for person in store.people()}:
            raise Refused(Problem.of("login", "staff.unknown", login=login[:40]))
        store.reset_password(login, new, cost=cost)
