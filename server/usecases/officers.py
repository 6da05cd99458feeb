"""Officers: who may look at the centre's pages, and what is done to their accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, func, insert, select, update

from models.journal.ids import new_id
from models.rules.names import clean_name
from models.rules.problems import Problem, Refused, refuse_if
from server.store.tables import claim_proposal, officer, officer_recovery, session
from server.usecases.attempts import clear_failures
from server.usecases.centre import Centre
from server.usecases.events import Event, What, events_of, note
from server.usecases.factors import DEMO_SECRET, lock_away
from server.usecases.roles import ROLES, Act, permit

SHORTEST_PASSWORD = 8
LONGEST_LOGIN = 40
EVENTS_SHOWN = 50

_LOGIN = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{LONGEST_LOGIN - 1}}}")
_GIVEN_LENGTH = 12
_READABLE = "23456789abcdefghjkmnpqrstvwxyz"

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Officer:
    id: UUID
    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class OfficerRow:
    """An account as an admin sees it; `codes` are the recovery codes that are still good."""

    id: UUID
    login: str
    name: str
    role: str
    active: bool
    enrolled_at: datetime | None
    codes: int
    must_change: bool
    signed_in_at: datetime | None
    locked_until: datetime | None


def add_officer(
    centre: Centre,
    login: str,
    password: str,
    *,
    role: str = "verifikator",
    name: str = "",
    by: Officer | None = None,
    must_change: bool = False,
) -> Officer:
    """A new account. `must_change`: somebody else chose the password, so the officer chooses another one before any
    page opens. `by`: None is whoever has the centre's own command line.

    Refused: `officer.not_allowed`, `login.empty`, `login.form`, `login.taken`, `staff.role_unknown`,
    `password.too_short`."""
    permit(by, Act.CHANGE_OFFICERS)
    login = clean_login(login)
    problems = []
    if not login:
        problems.append(Problem.of("login", "login.empty"))
    elif not _LOGIN.fullmatch(login):
        problems.append(Problem.of("login", "login.form", longest=LONGEST_LOGIN))
    problems += _role_problems(role)
    problems += password_problems(password)
    refuse_if(problems)
    added = Officer(new_id(), login, clean_name(name) or login.capitalize(), role)
    hashed = hash_password(password)

    def add(connection: Connection) -> None:
        if connection.scalar(select(officer.c.id).where(officer.c.login == login)) is not None:
            raise Refused(Problem.of("login", "login.taken", login=login))
        connection.execute(
            insert(officer).values(
                id=added.id,
                login=login,
                name=added.name,
                role=role,
                password=hashed,
                active=True,
                failures=0,
                must_change=must_change,
            )
        )
        note(connection, added.id, centre.now(), What.ADDED, by=by_id(by), detail=role)

    centre.write(add)
    return added


def given_password() -> str:
    """A password to be handed over once and changed: twelve letters and digits that are not misread."""
    return "".join(secrets.choice(_READABLE) for _ in range(_GIVEN_LENGTH))


def any_officer(centre: Centre) -> bool:
    return centre.read(lambda connection: connection.scalar(select(officer.c.id).limit(1))) is not None


def find_officer(centre: Centre, login: str) -> Officer:
    """Refused `officer.unknown`, also for one who is no longer active."""
    row = _row_with_login(centre, login)
    if row is None or not row.active:
        raise _unknown(login)
    return officer_of(row)


def account_of(centre: Centre, login: str) -> Officer:
    """Likewise, active or not."""
    row = _row_with_login(centre, login)
    if row is None:
        raise _unknown(login)
    return officer_of(row)


def officers(centre: Centre) -> tuple[OfficerRow, ...]:
    """Every account; those that are closed come last."""
    query = _accounts().order_by(officer.c.active.desc(), officer.c.login)
    return centre.read(lambda connection: tuple(_account(row) for row in connection.execute(query)))


def officer_with(centre: Centre, officer_id: UUID) -> tuple[OfficerRow, tuple[Event, ...]]:
    """An account and what happened to it lately. Refused `officer.unknown`."""

    def look(connection: Connection) -> tuple[OfficerRow, tuple[Event, ...]]:
        row = connection.execute(_accounts().where(officer.c.id == officer_id)).one_or_none()
        if row is None:
            raise _unknown(str(officer_id))
        return _account(row), events_of(connection, officer_id, EVENTS_SHOWN)

    return centre.read(look)


def change_role(centre: Centre, officer_id: UUID, role: str, *, by: Officer | None = None) -> None:
    """Give an officer another role, from the next page on. Refused: `officer.not_allowed`, `officer.unknown`,
    `officer.oneself`, `officer.last_admin`, `staff.role_unknown`."""
    refuse_if(_role_problems(role))

    def change(connection: Connection, row: Any, now: datetime) -> None:
        if row.role == role:
            return
        _keep_an_admin(connection, row, stays=role == "admin" and row.active)
        connection.execute(update(officer).where(officer.c.id == officer_id).values(role=role))
        if not ROLES[role] >= ROLES.get(row.role, frozenset()):
            _drop_proposals(connection, officer_id)
        note(connection, officer_id, now, What.ROLE, by=by_id(by), detail=f"{row.role} {role}")

    _change(centre, officer_id, by, change)


def close_account(centre: Centre, officer_id: UUID, *, by: Officer | None = None) -> None:
    """Nobody signs in as this officer any more, and whoever is signed in is out. What he did stays; what he proposed
    and nobody agreed to yet goes. Refused likewise."""

    def close(connection: Connection, row: Any, now: datetime) -> None:
        if not row.active:
            return
        _keep_an_admin(connection, row, stays=False)
        connection.execute(update(officer).where(officer.c.id == officer_id).values(active=False))
        end_sessions(connection, officer_id)
        _drop_proposals(connection, officer_id)
        note(connection, officer_id, now, What.CLOSED, by=by_id(by))

    _change(centre, officer_id, by, close)


def reopen_account(centre: Centre, officer_id: UUID, *, by: Officer | None = None) -> None:
    """The officer may sign in again. Refused `officer.not_allowed`, `officer.unknown`, `officer.oneself`."""

    def reopen(connection: Connection, row: Any, now: datetime) -> None:
        if row.active:
            return
        connection.execute(update(officer).where(officer.c.id == officer_id).values(active=True))
        note(connection, officer_id, now, What.OPENED, by=by_id(by))

    _change(centre, officer_id, by, reopen)


def reset_factor(centre: Centre, officer_id: UUID, *, by: Officer | None = None) -> None:
    """The phone is lost: the next sign-in enrols another one, and recovery codes are no longer good.
    Refused `officer.not_allowed`, `officer.unknown`, `officer.oneself`."""

    def reset(connection: Connection, row: Any, now: datetime) -> None:
        nothing: dict[str, Any] = {"factor": None, "factor_at": None, "last_step": None}
        connection.execute(update(officer).where(officer.c.id == officer_id).values(nothing))
        connection.execute(delete(officer_recovery).where(officer_recovery.c.officer_id == officer_id))
        clear_failures(connection, officer_id)
        end_sessions(connection, officer_id)
        note(connection, officer_id, now, What.FACTOR_RESET, by=by_id(by))

    _change(centre, officer_id, by, reset)


def give_password(
    centre: Centre, officer_id: UUID, password: str, *, by: Officer | None = None, must_change: bool = True
) -> None:
    """A new password for who forgot it; sessions end. Refused `officer.not_allowed`, `officer.unknown`,
    `officer.oneself`, `password.too_short`."""
    refuse_if(password_problems(password))
    hashed = hash_password(password)

    def give(connection: Connection, row: Any, now: datetime) -> None:
        given = update(officer).where(officer.c.id == officer_id)
        connection.execute(given.values(password=hashed, must_change=must_change))
        clear_failures(connection, officer_id)
        end_sessions(connection, officer_id)
        note(connection, officer_id, now, What.PASSWORD_GIVEN, by=by_id(by))

    _change(centre, officer_id, by, give)


def give_demo_factor(centre: Centre, officer_id: UUID) -> None:
    """The second factor that everybody knows, so that a demonstration can be tried without a phone. Refused
    `officer.demo_only` at any other centre, and `officer.unknown`."""
    if not centre.demo:
        raise Refused(Problem("factor", "officer.demo_only"))

    def give(connection: Connection, row: Any, now: datetime) -> None:
        factor = lock_away(centre.keys, officer_id, DEMO_SECRET)
        connection.execute(update(officer).where(officer.c.id == officer_id).values(factor=factor, factor_at=now))
        note(connection, officer_id, now, What.FACTOR_ENROLLED)

    _change(centre, officer_id, None, give)


# What signing in and one's own account need as well


def clean_login(login: str) -> str:
    return login.strip().lower()[: LONGEST_LOGIN + 1]


def could_be_login(login: str) -> bool:
    return _LOGIN.fullmatch(login) is not None


def password_problems(password: str, field: str = "password") -> list[Problem]:
    if len(password) >= SHORTEST_PASSWORD:
        return []
    return [Problem.of(field, "password.too_short", shortest=SHORTEST_PASSWORD)]


def hash_password(password: str) -> str:
    return _hasher.hash(password)


def matches(hashed: str | None, password: str) -> bool:
    """Whether it is the password; the same work where there is none to compare with, so that the time taken tells no
    one which names exist."""
    try:
        return _hasher.verify(hashed if hashed is not None else _nobody(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False


def officer_of(row: Any) -> Officer:
    return Officer(row.id, row.login, row.name, row.role)


def by_id(by: Officer | None) -> UUID | None:
    return by.id if by is not None else None


def end_sessions(connection: Connection, officer_id: UUID, but: bytes | None = None) -> None:
    """Everybody who is signed in as this officer is out, except in the session with this digest."""
    gone = delete(session).where(session.c.officer_id == officer_id)
    connection.execute(gone if but is None else gone.where(session.c.digest != but))


def _change(
    centre: Centre, officer_id: UUID, by: Officer | None, change: Callable[[Connection, Any, datetime], None]
) -> None:
    """Change somebody's account, alone: an admin's own is another admin's business."""
    permit(by, Act.CHANGE_OFFICERS)
    if by is not None and by.id == officer_id:
        raise Refused(Problem("officer", "officer.oneself"))

    def work(connection: Connection) -> None:
        row = connection.execute(select(officer).where(officer.c.id == officer_id).with_for_update()).one_or_none()
        if row is None:
            raise _unknown(str(officer_id))
        change(connection, row, centre.now())

    centre.write(work)


def _drop_proposals(connection: Connection, officer_id: UUID) -> None:
    """Two officers stand behind a decision: nobody agrees any more to what one proposed who may no longer decide."""
    connection.execute(delete(claim_proposal).where(claim_proposal.c.officer_id == officer_id))


def _keep_an_admin(connection: Connection, row: Any, *, stays: bool) -> None:
    """Somebody must be left who can make accounts; two admins who close each other wait for one another."""
    if row.role != "admin" or not row.active or stays:
        return
    admins = select(officer.c.id).where(officer.c.role == "admin", officer.c.active).order_by(officer.c.id)
    if len(connection.execute(admins.with_for_update()).all()) < 2:
        raise Refused(Problem.of("officer", "officer.last_admin", login=row.login))


def _row_with_login(centre: Centre, login: str) -> Any:
    query = select(officer).where(officer.c.login == clean_login(login))
    return centre.read(lambda connection: connection.execute(query).one_or_none())


def _unknown(login: str) -> Refused:
    return Refused(Problem.of("officer", "officer.unknown", login=login[:LONGEST_LOGIN]))


def _role_problems(role: str) -> list[Problem]:
    if role in ROLES:
        return []
    return [Problem.of("role", "staff.role_unknown", role=role[:20], roles=", ".join(ROLES))]


def _accounts() -> Any:
    good = (
        select(func.count())
        .where(officer_recovery.c.officer_id == officer.c.id, officer_recovery.c.used_at.is_(None))
        .scalar_subquery()
    )
    return select(officer, good.label("codes"))


def _account(row: Any) -> OfficerRow:
    return OfficerRow(
        row.id,
        row.login,
        row.name,
        row.role,
        row.active,
        row.factor_at,
        row.codes,
        row.must_change,
        row.signed_in_at,
        row.locked_until,
    )


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
