"""Officers: who may look at the centre's pages, and their sessions."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from models.journal.ids import new_id
from models.rules.names import clean_name
from models.rules.problems import Problem, Refused, Trouble, refuse_if
from server.store.tables import officer, session
from server.usecases.centre import Centre
from server.usecases.roles import ROLES

SHORTEST_PASSWORD = 8
LONGEST_LOGIN = 40
SESSION_LIFE = timedelta(hours=10)

_TRIES = 5
_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(hours=1)

_LOGIN = re.compile(rf"[a-z0-9][a-z0-9._-]{{0,{LONGEST_LOGIN - 1}}}")

_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Officer:
    id: UUID
    login: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in officer. `csrf` must come back with every form."""

    officer: Officer
    csrf: str


def add_officer(centre: Centre, login: str, password: str, *, role: str = "verifikator", name: str = "") -> Officer:
    """Refused: `login.empty`, `login.form`, `login.taken`, `staff.role_unknown`, `password.too_short`."""
    login = login.strip().lower()
    problems = []
    if not login:
        problems.append(Problem.of("login", "login.empty"))
    elif not _LOGIN.fullmatch(login):
        problems.append(Problem.of("login", "login.form", longest=LONGEST_LOGIN))
    if role not in ROLES:
        problems.append(Problem.of("role", "staff.role_unknown", role=role[:20], roles=", ".join(ROLES)))
    if len(password) < SHORTEST_PASSWORD:
        problems.append(Problem.of("password", "password.too_short", shortest=SHORTEST_PASSWORD))
    refuse_if(problems)
    added = Officer(new_id(), login, clean_name(name) or login.capitalize(), role)
    hashed = _hasher.hash(password)

    def add(connection: Connection) -> None:
        if connection.scalar(select(officer.c.id).where(officer.c.login == login)) is not None:
            raise Refused(Problem.of("login", "login.taken", login=login))
        connection.execute(
            insert(officer).values(
                id=added.id, login=login, name=added.name, role=role, password=hashed, active=True, failures=0
            )
        )

    centre.write(add)
    return added


def any_officer(centre: Centre) -> bool:
    return centre.read(lambda connection: connection.scalar(select(officer.c.id).limit(1))) is not None


def find_officer(centre: Centre, login: str) -> Officer:
    """Refused `officer.unknown`, also for one who is no longer active."""
    query = select(officer).where(officer.c.login == login.strip().lower(), officer.c.active)
    row = centre.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise Refused(Problem.of("officer", "officer.unknown", login=login[:LONGEST_LOGIN]))
    return Officer(row.id, row.login, row.name, row.role)


def sign_in(centre: Centre, login: str, password: str) -> str:
    """Open a session; returns the cookie. Trouble `officer.sign_in` for any wrong pair, `officer.locked` after five
    wrong passwords in a row, for a minute and then longer each time."""
    login = login.strip().lower()[:LONGEST_LOGIN]
    row = None
    if _LOGIN.fullmatch(login):
        with centre.engine.connect() as connection:
            row = connection.execute(select(officer).where(officer.c.login == login)).one_or_none()
    now = centre.now()
    if row is not None and row.locked_until is not None and row.locked_until > now:
        raise Trouble("officer.locked", minutes=max(1, round((row.locked_until - now) / timedelta(minutes=1))))
    # The same work for a name nobody has, so that the time taken tells no one which names exist.
    right = _matches(row.password if row is not None else _nobody(), password)
    if row is None or not row.active:
        raise Trouble("officer.sign_in")
    if not right:
        centre.write(lambda connection: _count_failure(connection, row.id, now))
        raise Trouble("officer.sign_in")
    cookie = secrets.token_urlsafe(32)

    def open_session(connection: Connection) -> None:
        connection.execute(delete(session).where(session.c.expires_at <= now))
        connection.execute(update(officer).where(officer.c.id == row.id).values(failures=0, locked_until=None))
        connection.execute(
            insert(session).values(
                digest=_digest(cookie),
                officer_id=row.id,
                csrf=secrets.token_urlsafe(32),
                made_at=now,
                expires_at=now + SESSION_LIFE,
            )
        )

    centre.write(open_session)
    return cookie


def session_of(centre: Centre, cookie: str) -> Session | None:
    """Who is signed in with this cookie, if anybody still is."""
    query = (
        select(officer, session.c.csrf)
        .join_from(session, officer, officer.c.id == session.c.officer_id)
        .where(session.c.digest == _digest(cookie), session.c.expires_at > centre.now(), officer.c.active)
    )
    with centre.engine.connect() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else Session(Officer(row.id, row.login, row.name, row.role), row.csrf)


def sign_out(centre: Centre, cookie: str) -> None:
    centre.write(lambda connection: connection.execute(delete(session).where(session.c.digest == _digest(cookie))))


def _count_failure(connection: Connection, officer_id: UUID, now: datetime) -> None:
    """Counted in the database, so that many tries at once count as many."""
    counted = update(officer).where(officer.c.id == officer_id).values(failures=officer.c.failures + 1)
    failures = connection.execute(counted.returning(officer.c.failures)).scalar_one()
    if failures >= _TRIES:
        # No longer than the longest: the plain power of two would leave every calendar after a while.
        pause = min(_LOCK * 2 ** min(failures - _TRIES, 10), _LONGEST_LOCK)
        connection.execute(update(officer).where(officer.c.id == officer_id).values(locked_until=now + pause))


def _digest(cookie: str) -> bytes:
    return sha256(cookie.encode()).digest()


def _matches(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
