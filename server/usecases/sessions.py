"""Sessions: an officer signs in by a password and a second factor, and is out again after a while.

A password alone opens a session that no page takes: what is still to be shown is its stage. With the second factor
another session takes its place, so that a cookie seen before is worth nothing after.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from models.rules.problems import Problem, Refused, Trouble, refuse_if
from server.store.tables import officer, officer_recovery, session
from server.usecases.attempts import clear_failures, count_failure, locked
from server.usecases.centre import Centre
from server.usecases.events import What, note
from server.usecases.factors import (
    DEMO_SECRET,
    DRIFT,
    address,
    code_of,
    grouped,
    lock_away,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_digest,
    recovery_digests,
    step_of,
    take_out,
)
from server.usecases.officers import (
    Officer,
    clean_login,
    could_be_login,
    end_sessions,
    hash_password,
    matches,
    officer_of,
    password_problems,
)

SESSION_LIFE = timedelta(hours=10)
IDLE_LIFE = timedelta(minutes=30)
"""Of a session in which nothing is opened or sent."""
STEP_LIFE = timedelta(minutes=10)
"""From the password to the code."""

T = TypeVar("T")

_SEEN_EVERY = timedelta(minutes=1)


class Stage(StrEnum):
    """What is still to be shown."""

    CODE = "code"
    ENROL = "enrol"
    PASSWORD = "password"  # noqa: S105 - a password of one's own in place of the one that was handed over
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in officer. `csrf` must come back with every form."""

    officer: Officer
    csrf: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in of which something is missing. It opens nothing but the step that comes next."""

    officer: Officer
    csrf: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator needs: the text of the QR code, and the secret in groups to type."""

    address: str
    typed: str


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One's own account, as far as it matters to oneself."""

    codes: int
    enrolled_at: datetime | None
    demo: bool


def sign_in(centre: Centre, login: str, password: str) -> str:
    """Begin with the password; returns the cookie of a session that asks for the second factor. Trouble
    `officer.sign_in` for any wrong pair, `officer.locked` after five wrong passwords or codes in a row, for a minute
    and then longer each time."""
    login, now = clean_login(login), centre.now()
    row = None
    if could_be_login(login):
        with centre.engine.connect() as connection:
            row = connection.execute(select(officer).where(officer.c.login == login)).one_or_none()
    if row is not None and (lock := locked(row.locked_until, now)):
        raise lock
    right = matches(row.password if row is not None else None, password)
    if row is None or not row.active:
        raise Trouble("officer.sign_in")

    def begin(connection: Connection) -> str | Trouble:
        again = connection.execute(select(officer).where(officer.c.id == row.id).with_for_update()).one()
        # Of many tries at once those that come after the lock are all told the same, the right one too.
        if lock := locked(again.locked_until, now):
            return lock
        if not right or again.password != row.password:
            count_failure(connection, row.id, now)
            return Trouble("officer.sign_in")
        old = or_(session.c.expires_at <= now, session.c.seen_at <= now - IDLE_LIFE)
        connection.execute(delete(session).where(old))
        return _new_session(connection, row.id, Stage.ENROL if again.factor is None else Stage.CODE, now)

    return _or_raise(centre.write(begin))


def begun(centre: Centre, cookie: str) -> Begun | None:
    """The sign-in that was begun with this cookie, if it still goes on."""
    with centre.engine.connect() as connection:
        row = _row(connection, cookie, centre.now())
    return None if row is None or row.stage == Stage.OPEN else Begun(officer_of(row), row.csrf, Stage(row.stage))


def give_code(centre: Centre, cookie: str, code: str) -> str:
    """The second step: the phone's code, or a recovery code in its place; returns the cookie of the session that goes
    on. Trouble `officer.code` for a wrong one or one that was taken before, `officer.locked`, `officer.too_late` when
    the sign-in is no longer there."""

    def check(connection: Connection) -> str | Trouble:
        now = centre.now()
        row = _row(connection, cookie, now, locking=True)
        if row is None or row.stage != Stage.CODE:
            return Trouble("officer.too_late")
        if lock := locked(row.locked_until, now):
            return lock
        if not _shown(connection, centre, row, code, now):
            count_failure(connection, row.id, now)
            return Trouble("officer.code")
        return _past_factor(connection, row, now)

    # A failure has to stay counted, so that it is not raised inside.
    return _or_raise(centre.write(check))


def enrolment(centre: Centre, cookie: str) -> Enrolment:
    """The secret for a new phone, the same one for as long as this sign-in goes on. Trouble `officer.too_late`."""

    def make(connection: Connection) -> Enrolment:
        row = _row(connection, cookie, centre.now(), locking=True)
        if row is None or row.stage != Stage.ENROL:
            raise Trouble("officer.too_late")
        if row.pending is not None:
            secret = take_out(centre.keys, row.id, row.pending)
        else:
            secret = new_secret()
            kept = lock_away(centre.keys, row.id, secret)
            connection.execute(update(session).where(session.c.digest == _digest(cookie)).values(pending=kept))
        issuer = "Loket PMI Peragaan" if centre.demo else "Loket PMI Pusat"
        return Enrolment(address(secret, row.login, issuer), grouped(secret))

    return centre.write(make)


def enrol(centre: Centre, cookie: str, code: str) -> tuple[str, tuple[str, ...]]:
    """The new phone shows the right code: from now on it is asked for. Returns the cookie of the session that goes on,
    and the recovery codes, which nobody can show again. Trouble `officer.code`, `officer.too_late`."""
    codes = new_recovery_codes()

    def check(connection: Connection) -> str:
        now = centre.now()
        row = _row(connection, cookie, now, locking=True)
        # Two browsers that enrol at once: the first one's phone is the officer's.
        if row is None or row.stage != Stage.ENROL or row.pending is None or row.factor is not None:
            raise Trouble("officer.too_late")
        secret = take_out(centre.keys, row.id, row.pending)
        step = matching_step(secret, code, now, None)
        if step is None:
            raise Trouble("officer.code")
        kept = lock_away(centre.keys, row.id, secret)
        enrolled = update(officer).where(officer.c.id == row.id)
        connection.execute(enrolled.values(factor=kept, factor_at=now, last_step=step))
        _keep_codes(connection, centre, row.id, codes)
        end_sessions(connection, row.id)
        note(connection, row.id, now, What.FACTOR_ENROLLED, by=row.id)
        return _past_factor(connection, row, now)

    return centre.write(check), codes


def choose_password(centre: Centre, cookie: str, new: str, again: str) -> str:
    """A password of one's own in place of the one that was handed over; returns the cookie of the session that goes
    on. Refused `password.too_short`, `password.differs`, `password.same`; Trouble `officer.too_late`."""
    refuse_if(_new_password_problems(new, again))
    with centre.engine.connect() as connection:
        before = _row(connection, cookie, centre.now())
    if before is None or before.stage != Stage.PASSWORD:
        raise Trouble("officer.too_late")
    if matches(before.password, new):
        raise Refused(Problem("new", "password.same"))
    hashed = hash_password(new)

    def choose(connection: Connection) -> str:
        now = centre.now()
        row = _row(connection, cookie, now, locking=True)
        if row is None or row.stage != Stage.PASSWORD:
            raise Trouble("officer.too_late")
        connection.execute(update(officer).where(officer.c.id == row.id).values(password=hashed, must_change=False))
        end_sessions(connection, row.id)
        note(connection, row.id, now, What.PASSWORD_CHOSEN, by=row.id)
        return _new_session(connection, row.id, Stage.OPEN, now)

    return centre.write(choose)


def session_of(centre: Centre, cookie: str) -> Session | None:
    """Who is signed in with this cookie, second factor and all, if anybody still is. Looking keeps it awake."""
    now = centre.now()
    with centre.engine.connect() as connection:
        row = _row(connection, cookie, now)
    if row is None or row.stage != Stage.OPEN:
        return None
    if now - row.seen_at >= _SEEN_EVERY:
        seen = update(session).where(session.c.digest == _digest(cookie)).values(seen_at=now)
        centre.write(lambda connection: connection.execute(seen))
    return Session(officer_of(row), row.csrf)


def sign_out(centre: Centre, cookie: str) -> None:
    centre.write(lambda connection: connection.execute(delete(session).where(session.c.digest == _digest(cookie))))


# One's own account


def own_account(centre: Centre, by: Officer) -> OwnAccount:
    good = officer_recovery.c.officer_id == by.id, officer_recovery.c.used_at.is_(None)

    def look(connection: Connection) -> OwnAccount:
        row = connection.execute(select(officer).where(officer.c.id == by.id)).one()
        codes = connection.scalar(select(func.count()).select_from(officer_recovery).where(*good)) or 0
        return OwnAccount(codes, row.factor_at, _is_demo(centre, row))

    return centre.read(look)


def change_password(centre: Centre, cookie: str, current: str, new: str, again: str) -> None:
    """One's own password; every other session of oneself ends. Refused `password.too_short`, `password.differs`,
    `password.same`; Trouble `officer.password` for a wrong one, which counts like any other, `officer.locked`,
    `officer.too_late`."""
    refuse_if(_new_password_problems(new, again))
    now = centre.now()
    with centre.engine.connect() as connection:
        before = _row(connection, cookie, now)
    if before is None or before.stage != Stage.OPEN:
        raise Trouble("officer.too_late")
    if lock := locked(before.locked_until, now):
        raise lock
    right = matches(before.password, current)
    if right and new == current:
        raise Refused(Problem("new", "password.same"))
    hashed = hash_password(new)

    def change(connection: Connection) -> Trouble | None:
        row = _row(connection, cookie, now, locking=True)
        if row is None or row.stage != Stage.OPEN:
            return Trouble("officer.too_late")
        if lock := locked(row.locked_until, now):
            return lock
        if not right or row.password != before.password:
            count_failure(connection, row.id, now)
            return Trouble("officer.password")
        connection.execute(update(officer).where(officer.c.id == row.id).values(password=hashed, must_change=False))
        clear_failures(connection, row.id)
        end_sessions(connection, row.id, but=row.digest)
        note(connection, row.id, now, What.PASSWORD_CHOSEN, by=row.id)
        return None

    _or_raise(centre.write(change))


def renew_codes(centre: Centre, cookie: str, code: str) -> tuple[str, ...]:
    """Ten new recovery codes, for the phone's code; those before are no longer good. Trouble `officer.code`,
    `officer.locked`, `officer.too_late`."""
    codes = new_recovery_codes()

    def renew(connection: Connection) -> Trouble | None:
        now = centre.now()
        row = _row(connection, cookie, now, locking=True)
        if row is None or row.stage != Stage.OPEN or row.factor is None:
            return Trouble("officer.too_late")
        if lock := locked(row.locked_until, now):
            return lock
        if not _shown(connection, centre, row, code, now):
            count_failure(connection, row.id, now)
            return Trouble("officer.code")
        clear_failures(connection, row.id)
        connection.execute(delete(officer_recovery).where(officer_recovery.c.officer_id == row.id))
        _keep_codes(connection, centre, row.id, codes)
        note(connection, row.id, now, What.CODES_RENEWED, by=row.id)
        return None

    _or_raise(centre.write(renew))
    return codes


def demo_code(centre: Centre, by: Officer) -> str:
    """At a demo centre, the code that the demonstration's phone would show now; else nothing."""
    if not centre.demo:
        return ""
    row = centre.read(lambda connection: connection.execute(select(officer).where(officer.c.id == by.id)).one())
    step = step_of(centre.now())
    if row.last_step is not None and row.last_step >= step:
        # This one was taken already.
        step = min(row.last_step + 1, step + DRIFT)
    return code_of(DEMO_SECRET, step) if _is_demo(centre, row) else ""


def _is_demo(centre: Centre, row: Any) -> bool:
    return centre.demo and row.factor is not None and take_out(centre.keys, row.id, row.factor) == DEMO_SECRET


def _shown(connection: Connection, centre: Centre, row: Any, code: str, now: datetime) -> bool:
    """Whether this is the phone's code or a recovery code; either is taken only once."""
    step = matching_step(take_out(centre.keys, row.id, row.factor), code, now, row.last_step)
    if step is not None:
        connection.execute(update(officer).where(officer.c.id == row.id).values(last_step=step))
        return True
    digest = recovery_digest(centre.keys, row.id, code)
    if digest is None:
        return False
    good = officer_recovery.c.digest == digest, officer_recovery.c.used_at.is_(None)
    taken = update(officer_recovery).where(*good).values(used_at=now).returning(officer_recovery.c.digest)
    if connection.execute(taken).one_or_none() is None:
        return False
    note(connection, row.id, now, What.CODE_USED, by=row.id)
    return True


def _past_factor(connection: Connection, row: Any, now: datetime) -> str:
    """The session after the second factor, in place of the one before it."""
    clear_failures(connection, row.id)
    connection.execute(delete(session).where(session.c.digest == row.digest))
    connection.execute(update(officer).where(officer.c.id == row.id).values(signed_in_at=now))
    note(connection, row.id, now, What.SIGNED_IN, by=row.id)
    return _new_session(connection, row.id, Stage.PASSWORD if row.must_change else Stage.OPEN, now)


def _new_session(connection: Connection, officer_id: UUID, stage: Stage, now: datetime) -> str:
    cookie = secrets.token_urlsafe(32)
    connection.execute(
        insert(session).values(
            digest=_digest(cookie),
            officer_id=officer_id,
            csrf=secrets.token_urlsafe(32),
            made_at=now,
            expires_at=now + (SESSION_LIFE if stage is Stage.OPEN else STEP_LIFE),
            seen_at=now,
            stage=stage.value,
        )
    )
    return cookie


def _row(connection: Connection, cookie: str, now: datetime, *, locking: bool = False) -> Any:
    """The live session of this cookie with its officer; `locking`: nobody else changes the account meanwhile."""
    query = (
        select(officer, session.c.digest, session.c.csrf, session.c.stage, session.c.pending, session.c.seen_at)
        .join_from(session, officer, officer.c.id == session.c.officer_id)
        .where(
            session.c.digest == _digest(cookie),
            session.c.expires_at > now,
            session.c.seen_at > now - IDLE_LIFE,
            officer.c.active,
        )
    )
    if locking:
        query = query.with_for_update()
    return connection.execute(query).one_or_none()


def _keep_codes(connection: Connection, centre: Centre, officer_id: UUID, codes: tuple[str, ...]) -> None:
    rows = [{"digest": one, "officer_id": officer_id} for one in recovery_digests(centre.keys, officer_id, codes)]
    connection.execute(insert(officer_recovery), rows)


def _new_password_problems(new: str, again: str) -> list[Problem]:
    if problems := password_problems(new, "new"):
        return problems
    return [Problem("again", "password.differs")] if new != again else []


def _or_raise(outcome: T | Trouble) -> T:
    if isinstance(outcome, Trouble):
        raise outcome
    return outcome


def _digest(cookie: str) -> bytes:
    return sha256(cookie.encode()).digest()
