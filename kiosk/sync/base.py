"""Base: a new counter takes what its mission knows in one piece, beside its work, instead of reading every entry.

What was fetched is kept and gone on with, however often the line or the machine fails. The new database is made beside
the live one, which goes on being worked with, and takes its place by one rename.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, MetaData, select

from kiosk.desk import Desk, Terminal, forget_here, keep, kept, later_entries, needs_base, set_setting
from kiosk.store import base as store
from kiosk.store import finding
from kiosk.store.locks import held
from kiosk.store.store import Beside
from kiosk.store.tables import base_entry, base_part
from kiosk.store.tables import entry as entries
from kiosk.sync.line import ServerApi
from kiosk.sync.standing import find_cursor, put_cursor
from kiosk.sync.trust import Trust
from models.journal.workers import BodyErased
from models.ledger.tables import claim, ledger, worker
from models.posting import POSTING_VERSION, post
from models.rules.problems import Trouble
from models.sync.base import fits, is_sound, laid, load, read_part
from models.sync.messages import BASE, Base, Cursor
from models.sync.protocol import SyncError
from models.sync.signing import Signed, opened

FAR = 20_000
"""Positions that a counter must lack to take a base: fewer are read in some seconds (benchmarks/pulling.py) …"""
_SHARE = 4
"""… and so they are where they are less than one of so many of all that the base holds. Each position of the base is
twelve times as fast and half as long on the line as one that is read: in between the line is spared."""
SECONDS = 3_600.0
"""How long one sync may fetch; whatever is left then is gone on with by the next."""

PUT_OFF = frozenset({"store.busy", "store.disk_low", "store.disk_full", "sync.base_damaged"})
"""Why no base can be taken now, while everything else can go on."""

LOCK_FILE = "base.lock"
_AGAIN = 3
_STRIKES = 3
_BATCH = 1_000
_DISK = 10
"""Bytes that a database takes for each that travels, roughly."""
_A_PERSON = 10
"""Rows that are loaded in the time in which one person is put into the index."""
_BULKY = ("entry", "blob", "blob_part")
"""Local tables that may be large and whose rows hardly change: brought over beforehand, and at last what is new."""
_MADE_ANEW = ("base", "base_part", "search_doc", "search_word", "search_stale")

_live_entry = entries.to_metadata(MetaData(), schema="live")

Telling = Callable[[Literal["base", "loading"], int, int], None]
"""How many bytes were fetched, or rows loaded and people put into the index, and of how many."""


def is_far(connection: Connection, ends: Iterable[Cursor]) -> bool:
    """Whether a base would bring this counter further, faster, than reading its streams to these ends."""
    return needs_base(connection) or _lacking(connection, ends) >= FAR


def _lacking(connection: Connection, ends: Iterable[Cursor]) -> int:
    return sum(max(0, end.position - find_cursor(connection, end.stream).position) for end in ends)


def take(desk: Desk, api: ServerApi, trust: Trust, own: Terminal, epoch: UUID, tell: Telling) -> bool:
    """Fetch the mission's base and let the ledger rest on it; False where the centre has none that is of use here.

    Trouble `store.busy` where another process has the database open, `store.disk_low`, `sync.untrue`,
    `sync.base_damaged`, and those of the line; what was fetched is kept for the next time."""
    with held(desk.folder / LOCK_FILE), desk.store.in_the_background():
        for _ in range(_AGAIN):
            try:
                found = _wanted(desk, api, trust, own, epoch)
                if found is None:
                    with desk.store.write(new_work=False) as connection:
                        store.drop_coming(connection)
                    return False
                signed, base = found
                desk.store.require_space(_DISK * base.size)
                _fetch(desk, api, base, tell)
            except SyncError as error:
                # It was made anew while we fetched it: most parts of the newer one are here already.
                if error.code != "base_none":
                    raise Trouble("line.not_our_server", host=api.host) from error
                continue
            _rest_on(desk, signed, base, tell)
            return True
    return False


def _wanted(desk: Desk, api: ServerApi, trust: Trust, own: Terminal, epoch: UUID) -> tuple[Signed, Base] | None:
    """The centre's base, if it is ours, of our tables and rules, and further than what is here."""
    try:
        signed = api.snapshot()
    except SyncError as error:
        if error.code in ("base_none", "not_found"):
            return None
        raise
    base = trust.proven(lambda key: opened(signed, BASE, key, Base))
    if base.mission != own.mission.code or not is_sound(base):
        raise Trouble("sync.untrue", host=api.host)
    if base.epoch != epoch or base.posting_version != POSTING_VERSION or not fits(base):
        return None
    with desk.store.write(new_work=False) as connection:
        if not _is_of_use(connection, base):
            return None
        coming = store.given(connection, "coming")
        if coming is None or coming.signed != signed:
            store.put(connection, "coming", signed, desk.clock())
    return signed, base


def _is_of_use(connection: Connection, base: Base) -> bool:
    standing = store.given(connection, "standing")
    if standing is not None:
        # What the ledger rests on now must be in the new one: the entries themselves are not here.
        there = {cursor.stream: cursor.position for cursor in base.cursors}
        if any(there.get(cursor.stream, 0) < cursor.position for cursor in standing.base.cursors):
            return False
    return needs_base(connection) or _lacking(connection, base.cursors) >= max(FAR, base.entries / _SHARE)


# Fetching


def _fetch(desk: Desk, api: ServerApi, base: Base, tell: Telling) -> None:
    with desk.store.read() as connection:
        lacking = store.lacking(connection, base)
    done = base.size - sum(part.size for part in lacking)
    tell("base", done, base.size)
    for part in lacking:
        with desk.store.read() as connection:
            content = bytearray(store.tail(connection, part.digest))
        strikes = 0
        while True:
            _fetch_part(desk, api, part.digest, part.size, content)
            if sha256(content).digest() == part.digest:
                break
            content.clear()
            strikes += 1
            if strikes == _STRIKES:
                raise Trouble("sync.base_damaged", host=api.host)
        with desk.store.write(new_work=False) as connection:
            store.keep_part(connection, part.digest, bytes(content))
        done += part.size
        tell("base", done, base.size)


def _fetch_part(desk: Desk, api: ServerApi, digest: bytes, size: int, content: bytearray) -> None:
    while len(content) < size:
        piece = bytearray()
        try:
            api.get_part(digest, len(content), size, piece)
        except Trouble:
            content += piece
            with desk.store.write(new_work=False) as connection:
                store.keep_tail(connection, digest, bytes(content))
            raise
        content += piece


# Loading


def _rest_on(desk: Desk, signed: Signed, base: Base, tell: Telling) -> None:
    beside = desk.store.open_beside()
    try:
        _build(desk, beside, base, tell)
        desk.store.swap(beside, lambda connection: _finish(desk, connection, signed, base))
    except BaseException:
        beside.delete()
        raise


def _build(desk: Desk, beside: Beside, base: Base, tell: Telling) -> None:
    """Everything that takes long, while the live database is worked with."""
    with desk.store.read() as live:
        schema = list(
            live.exec_driver_sql(
                "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' "
                "ESCAPE '\\' AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')"
            )
        )
        pragmas = [
            f"{name} = {live.exec_driver_sql(f'PRAGMA {name}').scalar_one()}"
            for name in ("application_id", "user_version")
        ]
    with beside.opened() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        # Nobody rests on it before it is whole and written out; until then a crash leaves rubbish beside the live one.
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -131072", *pragmas):
            driver.execute(f"PRAGMA main.{pragma}").fetchall()
        rows = sum(part.rows for part in base.parts)
        total = rows + _A_PERSON * sum(one.rows for one in base.tables if one.name == worker.name)
        with connection.begin():
            _make(connection, schema, "table")
            _load(desk, driver, base, lambda done: tell("loading", done, total))
        with desk.store.seen_from(driver), connection.begin():
            for table in _BULKY:
                connection.exec_driver_sql(f'INSERT INTO main."{table}" SELECT * FROM live."{table}"')  # noqa: S608
            _bring_parts(connection, base)
        with connection.begin():
            _make(connection, schema, "index")
            finding.fill(connection, lambda done: tell("loading", rows + _A_PERSON * done, total))
            _make(connection, schema, "trigger")
        with connection.begin():
            _count(connection, base)
            _post_later(connection)
            finding.catch_up(connection)
        driver.execute("PRAGMA main.journal_mode = WAL").fetchall()


def _make(connection: Connection, schema: Sequence[Any], what: str) -> None:
    for one in schema:
        if one.type == what:
            connection.exec_driver_sql(one.sql)


def _load(desk: Desk, driver: Any, base: Base, told: Callable[[int], None]) -> None:
    done = 0
    for part in base.parts:
        told(done)
        done += part.rows
        with desk.store.read() as live:
            query = select(base_part.c.content).where(base_part.c.digest == part.digest, base_part.c.altered.is_(False))
            content = live.scalar(query)
        # Erased from while we loaded: the centre has made another by now, or will not give this one any more.
        if content is None or sha256(content).digest() != part.digest:
            raise SyncError("base_none")
        table = base_entry if part.table == base_entry.name else ledger.tables[part.table]
        load(driver.executemany, laid(table), read_part(part, content))


def _count(connection: Connection, base: Base) -> None:
    for table in base.tables:
        if connection.exec_driver_sql(f'SELECT count(*) FROM "{table.name}"').scalar_one() != table.rows:  # noqa: S608
            raise AssertionError(f"{table.name} has other rows than its parts")


def _bring_parts(connection: Connection, base: Base) -> None:
    for part in base.parts:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO main.base_part SELECT * FROM live.base_part WHERE digest = ?", (part.digest,)
        )


def _post_later(connection: Connection) -> None:
    """What this counter has beyond the base: its own work that the centre did not have yet, and what it read since."""
    erased: set[UUID] = set()
    for batch in list(later_entries(connection)):
        post(connection, batch)
        erased |= {entry.head.subject for entry in batch if entry.head.kind == BodyErased.KIND}
    store.forget(connection, erased | _claims_of(connection, erased))


def _claims_of(connection: Connection, workers: set[UUID]) -> set[UUID]:
    if not workers:
        return set()
    return {row.id for row in connection.execute(select(claim.c.id, claim.c.worker_id)) if row.worker_id in workers}


def _finish(desk: Desk, connection: Connection, signed: Signed, base: Base) -> None:
    """What was done at this counter while the new database was made, and all that is its own."""
    for table in _own_tables(connection):
        connection.exec_driver_sql(f'DELETE FROM main."{table}"')  # noqa: S608
        connection.exec_driver_sql(f'INSERT INTO main."{table}" SELECT * FROM live."{table}"')  # noqa: S608
    _bring_bulky(connection)
    _bring_entries(connection)
    # Also of those whom the base tells us of, and whose own entries are here.
    erased = set(connection.scalars(select(worker.c.id).where(worker.c.erased)))
    _forget_here(connection, sorted(erased | _claims_of(connection, erased)))
    for cursor in base.cursors:
        if cursor.position > find_cursor(connection, cursor.stream).position:
            put_cursor(connection, cursor)
    set_setting(connection, "posting_version", POSTING_VERSION)
    store.put(connection, "standing", signed, desk.clock())
    finding.catch_up(connection)


def _forget_here(connection: Connection, subjects: Sequence[UUID]) -> None:
    for start in range(0, len(subjects), _BATCH):
        forget_here(connection, subjects[start : start + _BATCH])


def _own_tables(connection: Connection) -> list[str]:
    """Every table that neither posting nor finding makes."""
    others = {*ledger.tables, base_entry.name, *_BULKY, *_MADE_ANEW}
    found = connection.exec_driver_sql("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    return [name for name in found.scalars() if name not in others and not name.startswith("sqlite_")]


def _bring_bulky(connection: Connection) -> None:
    run = connection.exec_driver_sql
    for table, keys in (("blob", "sha256"), ("blob_part", "sha256, chunk")):
        run(f'DELETE FROM main."{table}" WHERE ({keys}) NOT IN (SELECT {keys} FROM live."{table}")')  # noqa: S608
        run(f'INSERT OR IGNORE INTO main."{table}" SELECT * FROM live."{table}"')  # noqa: S608
    run("UPDATE main.blob SET uploaded_at = (SELECT uploaded_at FROM live.blob AS now WHERE now.sha256 = blob.sha256)")


def _bring_entries(connection: Connection) -> None:
    """Entries that came meanwhile, own ones and pulled ones, and where those that were here stand by now."""
    run = connection.exec_driver_sql
    run(
        "UPDATE main.entry SET position = now.position FROM live.entry AS now "
        "WHERE now.id = entry.id AND now.position IS NOT entry.position"
    )
    rows = list(run("SELECT id, position FROM live.entry WHERE id NOT IN (SELECT id FROM main.entry)"))
    positions = {UUID(bytes=row.id): row.position for row in rows}
    ids = list(positions)
    for start in range(0, len(ids), _BATCH):
        piece = ids[start : start + _BATCH]
        fresh = [kept(row) for row in connection.execute(select(_live_entry).where(_live_entry.c.id.in_(piece)))]
        resting = store.among(connection, piece)
        keep(connection, fresh, {key: at for key, at in positions.items() if at is not None})
        post(connection, [entry for entry in fresh if entry.id not in resting])
