"""Doctor: what is wrong with this centre and the next step: its keys, its database, the counters it serves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, or_, select, text, tuple_
from sqlalchemy.exc import DBAPIError, OperationalError

from models.diagnoses import Finding, fine, note, troubled, wrong
from models.ledger.tables import held, journal_continuation
from models.posting import POSTING_VERSION
from models.rules.clocks import SHOWN_SKEW_MS
from models.rules.problems import Trouble
from models.sync.support import LARGEST, Diagnosis, open_diagnosis
from server.store import database
from server.store.keys import FILE, Keys
from server.store.tables import centre, entry, officer, stream, stream_position, terminal_head
from server.usecases.restoring import fingerprint

SILENT_DAYS = 7
RESTORE_SHOWN_DAYS = 90
CLOCKS_APART_SECONDS = 5
SOON = 21
"""Days before a certificate's end from which it is said."""
ENOUGH_DISK = 2_000_000_000
LOW_DISK = 200_000_000
"""Bytes."""
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")

Look = Callable[[Connection], Iterable[Finding]]


def of_machine(folder: Path, keys: Keys) -> list[Finding]:
    """What stands in the folder: the key file, and room to write."""
    free = shutil.disk_usage(folder).free
    values = {"free_mb": free // 1_000_000, "needed_mb": LOW_DISK // 1_000_000}
    found = [fine("keys", "centre.keys_fine", fingerprint=keys.fingerprint)]
    if not os.access(folder / FILE, os.R_OK):
        found = [troubled("keys", Trouble("centre.keys_damaged", path=folder / FILE))]
    if free < LOW_DISK:
        found.append(wrong("disk", "disk.low", **values))
    elif free < ENOUGH_DISK:
        found.append(note("disk", "disk.low", **values))
    else:
        found.append(fine("disk", "disk.fine", free_mb=values["free_mb"]))
    return found


def of_database(engine: Engine, keys: Keys, now: Callable[[], datetime], *, demo: bool) -> list[Finding]:
    """What the database says of itself and of what it holds. Never raises for what is wrong with it."""
    try:
        database.reachable(engine)
    except Trouble as trouble:
        return [troubled("database", trouble)]
    found = [note("database", "centre.demo")] if demo else []
    looks: list[tuple[str, Look]] = [
        ("database", _version),
        ("durable", _durable),
        ("archive", lambda connection: () if demo else _archive(connection)),
        ("clock", lambda connection: _clock(connection, now)),
    ]
    schema = _each(engine, "schema", _schema)
    found += [one for check, look in looks for one in _each(engine, check, look)] + schema
    if any(one.grade == "wrong" for one in schema):
        return found  # an older schema may lack what is asked about below
    for check, look in (
        ("restored", _from_backup),
        ("terminals", lambda connection: _terminals(connection, keys, now())),
        ("restored", lambda connection: _restored(connection, keys, now())),
        ("entries", _entries),
        ("streams", _streams),
        ("officers", _officers),
    ):
        found += _each(engine, check, look)
    return found


def of_certificate(path: Path, now: datetime) -> list[Finding]:
    """How long the certificate that the centre serves with is good for."""
    from cryptography import x509

    try:
        ends = x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        return [troubled("certificate", Trouble("centre.certificate", file=path, said=said))]
    days = (ends - now).days
    if days < 0:
        return [wrong("certificate", "centre.certificate_over", day=ends.date())]
    if days <= SOON:
        return [note("certificate", "centre.certificate_ending", day=ends.date(), days=days)]
    return [fine("certificate", "centre.certificate_fine", day=ends.date())]


def read_diagnosis(content: bytes, keys: Keys) -> Diagnosis:
    """A counter's diagnostic file. Refused `support.unreadable`."""
    return open_diagnosis(content[: LARGEST + 1], keys.claims)


def _each(engine: Engine, check: str, look: Look) -> list[Finding]:
    try:
        return database.read(engine, lambda connection: list(look(connection)))
    except OperationalError:
        return [troubled(check, Trouble("centre.database"))]
    except DBAPIError as error:
        return [wrong(check, "centre.not_answered", reason=getattr(error.orig, "sqlstate", None) or "-")]


def _version(connection: Connection) -> Iterator[Finding]:
    version = connection.scalar(text("SHOW server_version")) or "?"
    size = connection.scalar(text("SELECT pg_database_size(current_database())")) or 0
    yield fine("database", "centre.database_fine", version=version.split()[0], mb=size // 1_000_000)


def _durable(connection: Connection) -> Iterator[Finding]:
    weak = False
    for setting in _DURABLE:
        value = connection.scalar(text("SELECT current_setting(:name)"), {"name": setting})
        # Stricter words for synchronous_commit wait for a replica as well.
        if value in ("off", "local") and not (setting == "synchronous_commit" and value == "local"):
            weak = True
            yield wrong("durable", "centre.not_durable", setting=setting, value=value)
    if not weak:
        yield fine("durable", "centre.durable")


def _archive(connection: Connection) -> Iterator[Finding]:
    mode = connection.scalar(text("SELECT current_setting('archive_mode')"))
    replicas = connection.scalar(text("SELECT count(*) FROM pg_replication_slots WHERE active")) or 0
    if mode == "off":
        if not replicas:
            yield note("archive", "centre.not_archived")
        return
    row = connection.execute(text("SELECT last_archived_time, last_failed_time FROM pg_stat_archiver")).one()
    if row.last_failed_time is not None and (row.last_archived_time or row.last_failed_time) <= row.last_failed_time:
        yield wrong("archive", "centre.archive_failing", day=row.last_failed_time.date())
    elif row.last_archived_time is not None:
        yield fine("archive", "centre.archived", day=row.last_archived_time.date())


def _clock(connection: Connection, now: Callable[[], datetime]) -> Iterator[Finding]:
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    apart = abs((theirs - now()).total_seconds())
    if apart > CLOCKS_APART_SECONDS:
        yield wrong("clock", "centre.clock_differs", seconds=round(apart))
    else:
        yield fine("clock", "centre.clock_fine")


def _schema(connection: Connection) -> Iterator[Finding]:
    found, expected = database.schema(connection)
    if found != expected:
        yield wrong("schema", "centre.schema_behind", version=found or "-", expected=expected)
        return
    yield fine("schema", "centre.schema_fine", version=found)
    posted = connection.scalar(select(centre.c.posting_version))
    if posted is not None and posted != POSTING_VERSION:
        yield wrong("schema", "centre.posting_behind", version=posted, expected=POSTING_VERSION)


def _from_backup(connection: Connection) -> Iterator[Finding]:
    noted, found = connection.scalar(select(centre.c.fingerprint)), fingerprint(connection)
    if noted and found and noted != found:
        yield wrong("restored", "centre.restored_now")


def _terminals(connection: Connection, keys: Keys, now: datetime) -> Iterator[Finding]:
    table = terminal_head
    rows = connection.execute(select(table).where(table.c.terminal != keys.centre).order_by(table.c.series)).all()
    ended = {(row.terminal, row.continues) for row in rows if row.continues}
    well = 0
    for row in rows:
        if (row.terminal, row.incarnation) in ended:
            continue  # gone on after by another journal
        if row.revoked_at is not None:
            yield fine("terminals", "centre.revoked", series=row.series or "-", day=row.revoked_at.date())
            continue
        odd = False
        if row.entries != row.seq:
            odd = True
            yield _beside_its_head(connection, row)
        if row.last_seen is not None and (days := (now - row.last_seen).days) > SILENT_DAYS:
            odd = True
            yield note("terminals", "centre.silent", series=row.series or "-", days=days)
        if abs(row.skew_ms or 0) > SHOWN_SKEW_MS:
            odd = True
            minutes = round(abs(row.skew_ms) / 60_000)
            yield note("terminals", "centre.skew", series=row.series or "-", minutes=minutes)
        well += not odd
    yield fine("terminals", "centre.terminals_fine", n=well)


def _beside_its_head(connection: Connection, row: Row[Any]) -> Finding:
    """A journal with more entries than its head counts: other branches, or what others gave back of it."""
    last = connection.scalar(
        select(func.max(entry.c.seq)).where(entry.c.terminal == row.terminal, entry.c.incarnation == row.incarnation)
    )
    if (last or 0) > row.seq:
        return note("terminals", "centre.hole", series=row.series or "-", seq=row.seq)
    return wrong("terminals", "centre.forked", series=row.series or "-")


def _restored(connection: Connection, keys: Keys, now: datetime) -> Iterator[Finding]:
    table = journal_continuation
    at = connection.scalar(select(func.max(table.c.at)).where(table.c.terminal == keys.centre))
    if at is None or (now - at).days > RESTORE_SHOWN_DAYS:
        return
    gone_on = select(terminal_head.c.terminal, terminal_head.c.continues)
    silent = connection.scalar(
        select(func.count()).where(
            terminal_head.c.mission.is_not(None),
            terminal_head.c.revoked_at.is_(None),
            tuple_(terminal_head.c.terminal, terminal_head.c.incarnation).not_in(gone_on),
            or_(terminal_head.c.last_seen.is_(None), terminal_head.c.last_seen < at),
        )
    )
    if silent:
        yield note("restored", "centre.restored", day=at.date(), n=silent)
    else:
        yield fine("restored", "centre.restored_fine", day=at.date())


def _entries(connection: Connection) -> Iterator[Finding]:
    rows = connection.execute(
        select(entry.c.code, func.count().label("n"))
        .where(entry.c.verdict == "quarantined")
        .group_by(entry.c.code)
        .order_by(entry.c.code)
    ).all()
    for row in rows:
        yield wrong("entries", "centre.quarantined", n=row.n, reason=row.code or "-")
    waiting = connection.scalar(select(func.count()).select_from(held)) or 0
    if waiting:
        yield note("entries", "centre.held", n=waiting)
    if not rows and not waiting:
        yield fine("entries", "centre.entries_fine")


def _streams(connection: Connection) -> Iterator[Finding]:
    filled = (
        select(stream_position.c.stream, func.count().label("n"), func.max(stream_position.c.position).label("last"))
        .group_by(stream_position.c.stream)
        .subquery()
    )
    rows = connection.execute(
        select(stream.c.name, stream.c.position, filled.c.n, filled.c.last)
        .outerjoin(filled, filled.c.stream == stream.c.name)
        .order_by(stream.c.name)
    ).all()
    whole = 0
    for row in rows:
        if (row.n or 0, row.last or 0) == (row.position, row.position):
            whole += 1
        else:
            yield wrong("streams", "centre.stream_hole", stream=row.name, held=row.n or 0, position=row.position)
    yield fine("streams", "centre.streams_fine", n=whole)


def _officers(connection: Connection) -> Iterator[Finding]:
    rows = connection.execute(select(officer.c.role, officer.c.factor_at).where(officer.c.active)).all()
    bare = sum(1 for row in rows if row.factor_at is None)
    if not any(row.role == "admin" for row in rows):
        yield wrong("officers", "centre.no_admin")
    if bare:
        yield note("officers", "centre.no_factor", n=bare)
    elif rows:
        yield fine("officers", "centre.officers_fine", n=len(rows))
