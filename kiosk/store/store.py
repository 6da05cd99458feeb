"""The store: this counter's encrypted database, opened with a person's key slot.

`read` gives a snapshot, `write` a transaction that is kept whole or not at all. What SQLite, SQLCipher and the disk
can do to us is turned into `Trouble` here and nowhere else.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.store import finding, keys
from kiosk.store.files import sync_folder
from kiosk.store.keys import KEYS_FILE, STRONG, Cost, Keyring, Person
from kiosk.store.lockout import MACHINE, Clocks
from kiosk.store.locks import DATABASE_LOCK, DatabaseLock, disk_trouble, holders
from models.rules.problems import Trouble

DATABASE_FILE = "loket.db"
BACKUP_FOLDER = "backup"
RESTORED_FILE = "restored"
"""Stands beside a database that was made from a backup, until its journal has been marked as one that must go on."""
BESIDE_FILE = "loket.db.beside"
"""Where a database is made that is to take the place of the live one."""
SCHEMA = 9
"""The newest migration, as `PRAGMA user_version` keeps it."""
APPLICATION_ID = 0x4C504D49
"""`LPMI` in the database's header: an empty or foreign file is not taken for a database of ours."""
LOW_DISK = 50_000_000
"""Bytes that must be free before new work is begun, so that what is begun can be finished."""
BUSY_MS = 10_000
QUIET = 5.0
"""Seconds without a question or an action of anybody at the counter, after which nobody is taken to be at work."""
CACHE_KIB = 32 * 1024

_BEGIN = "loket_begin"

Progress = Callable[[str], None]
"""Told what takes long: `store.copying`, `store.migrating`, `store.rekeying`."""


def free_bytes(folder: Path) -> int:
    """What an ordinary user may still write on the disk of `folder`."""
    try:
        disk = os.statvfs(folder)
    except OSError as error:
        raise disk_trouble(error, folder) from error
    return disk.f_bavail * disk.f_frsize


class Store:
    """An open database, and who opened it. Made by `create`, `open` or `open_with_recovery`; closed by `close`.

    Safe for use by several threads; each `read` and `write` has a connection of its own.
    """

    def __init__(
        self, folder: Path, lock: DatabaseLock, keyring: Keyring, key: bytes, free_space: Callable[[Path], int]
    ) -> None:
        self.folder = folder
        self._lock = lock
        self._keyring = keyring
        self._key = key
        self._free_space = free_space
        self._gate = _Gate()
        self._writing = _Turns()
        self._used_at = -QUIET
        self._thread = threading.local()
        self.engine = _engine(folder, lambda: self._key)

    @classmethod
    def create(
        cls,
        folder: Path,
        *,
        login: str,
        operator_id: uuid.UUID,
        role: str,
        password: str,
        cost: Cost = STRONG,
        now: datetime | None = None,
        free_space: Callable[[Path], int] = free_bytes,
    ) -> tuple[Self, str]:
        """Make a new database with its first person; returns the open store and the recovery code to print.

        Refused: `login.*`, `password.too_short`. Trouble: `store.exists`, `store.busy`, `store.read_only`,
        `store.disk_low`, `store.disk_full`.
        """
        keys.clean_login(login)
        keys.check_password(password)
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise disk_trouble(error, folder) from error
        lock = DatabaseLock(folder)
        try:
            with lock.alone():
                if (folder / DATABASE_FILE).exists():
                    raise Trouble("store.exists", path=folder)
                _require_space(free_space(folder))
                _put_aside(folder / KEYS_FILE)
                keyring, code = keys.create(
                    folder,
                    login=login,
                    operator_id=operator_id,
                    role=role,
                    password=password,
                    cost=cost,
                    now=now,
                )
                ((_, key),) = keyring.candidates
                _build(folder, key)
            return cls(folder, lock, keyring, key, free_space), code
        except BaseException:
            lock.close()
            raise

    @classmethod
    def open(
        cls,
        folder: Path,
        login: str | None,
        password: str,
        *,
        on_progress: Progress | None = None,
        clocks: Clocks = MACHINE,
        free_space: Callable[[Path], int] = free_bytes,
    ) -> Self:
        """Open the database as `login` (None: the person `create` made), migrating an older one first.

        Trouble: `store.missing`, `store.keys_damaged`, `store.no_slot`, `store.wrong_password`, `store.locked_out`
        (gap `seconds`), `store.damaged`, `store.newer`, `store.busy` (gap `holder`), `store.read_only`,
        `store.disk_low`, `store.migration_failed` (gap `copy`).
        """
        return cls._open(folder, lambda: keys.unlock(folder, login, password, clocks=clocks), on_progress, free_space)

    @classmethod
    def open_with_recovery(
        cls,
        folder: Path,
        code: str,
        *,
        on_progress: Progress | None = None,
        free_space: Callable[[Path], int] = free_bytes,
    ) -> Self:
        """Open the database with the printed code; `person` is None. Then somebody is to `reset_password`.

        Refused: `recovery_code.*`. Trouble: `store.wrong_recovery_code` and as in `open`.
        """
        return cls._open(folder, lambda: keys.unlock_with_recovery(folder, code), on_progress, free_space)

    @classmethod
    def _open(
        cls,
        folder: Path,
        unlock: Callable[[], Keyring],
        on_progress: Progress | None,
        free_space: Callable[[Path], int],
    ) -> Self:
        progress = on_progress or (lambda _: None)
        if not (folder / DATABASE_FILE).exists():
            raise Trouble("store.missing", path=folder)
        if not (folder / KEYS_FILE).exists():
            raise Trouble("store.keys_damaged", path=folder / KEYS_FILE)
        lock = DatabaseLock(folder)
        try:
            keyring = unlock()
            _, key, version = _find_key(folder, keyring.candidates)
            if version < SCHEMA:
                key = _migrate(folder, lock, keyring, progress, free_space)
            store = cls(folder, lock, keyring, key, free_space)
        except BaseException:
            lock.close()
            raise
        try:
            if keyring.rekey_due:
                progress("store.rekeying")
                store._rekey_if_possible(patience=0)
        except BaseException:
            store.close()
            raise
        return store

    # --- work ---

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent state of the database, as it is at the first question; it cannot write."""
        self._note_use()
        with self._gate.inside(), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("PRAGMA query_only = ON")
            try:
                with connection.begin():
                    yield connection
            finally:
                if not connection.invalidated:
                    driver.execute("PRAGMA query_only = OFF")

    @contextmanager
    def write(self, *, new_work: bool = True, durable: bool = True) -> Iterator[Connection]:
        """One transaction (`BEGIN IMMEDIATE`): committed at the end, rolled back on any exception; never nested. The
        index that finds workers is brought up to date in it.

        `new_work` is refused with `store.disk_low` while the disk is nearly full; say False for what only notes
        how existing work fared (acknowledgements, print states). `durable` False does not wait for the disk: for what
        a power cut may undo, because it is found out again. Trouble: `store.busy`, `store.disk_full`,
        `store.read_only`, `store.disk_error`, `store.damaged`; then nothing was written.
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("write() inside write(): one action is one transaction")
        if new_work:
            _require_space(self._free_space(self.folder))
        at_the_counter = self._note_use()
        self._thread.writing = True
        try:
            with self._gate.inside(), self._writing.turn(first=at_the_counter), self.engine.connect() as fresh:
                connection = fresh.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
                with _synchronous(connection, full=durable), connection.begin():
                    yield connection
                    with _translated(self.folder, connection):
                        finding.catch_up(connection)
        finally:
            self._thread.writing = False

    @contextmanager
    def in_the_background(self) -> Iterator[None]:
        """What this thread does meanwhile is for nobody who waits at the counter: it is to ask `is_wanted` and
        `is_quiet`, and to keep its transactions short for those who are."""
        before = getattr(self._thread, "background", False)
        self._thread.background = True
        try:
            yield
        finally:
            self._thread.background = before

    @property
    def is_wanted(self) -> bool:
        """Whether somebody at the counter waits for their turn to write."""
        return self._writing.awaited

    @property
    def is_quiet(self) -> bool:
        """Whether nobody at the counter has asked or done anything for a while, in this process."""
        return not self.is_wanted and time.monotonic() - self._used_at >= QUIET

    def _note_use(self) -> bool:
        """Keep that somebody at the counter is at work; False for work in the background."""
        if getattr(self._thread, "background", False):
            return False
        self._used_at = time.monotonic()
        return True

    def require_space(self, needed: int) -> None:
        """Trouble `store.disk_low` where so many bytes would leave too little for new work."""
        _require_space(self._free_space(self.folder) - needed)

    def check(self) -> None:
        """Read every page and every index: raises `Trouble("store.damaged", where=…)` for the first thing wrong.

        Nobody writes meanwhile, because a page half way from the WAL into the file would look forged.
        """
        with self.write(new_work=False) as connection:
            forged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").scalars().first()
            if forged is not None:
                raise Trouble("store.damaged", path=self.folder, where=forged)
            finding.read_anew(connection)
            said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            if said != "ok":
                raise Trouble("store.damaged", path=self.folder, where=said)

    def copy_to(self, place: Path) -> None:
        """The whole database as it is at one moment, still encrypted, and the key slots that open it, in a folder that
        exists. Work goes on meanwhile. What was written is read back and proven to open before it has its name.

        Trouble `store.disk_low`, `store.disk_full`, `store.read_only`, `store.disk_error`, `store.missing`."""
        _require_space(self._free_space(place) - _size(self.folder / DATABASE_FILE))
        unfinished = place / f"{DATABASE_FILE}.unfinished"
        with self._gate.inside():
            key = self._key
            try:
                unfinished.unlink(missing_ok=True)
                os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
                with _translated(place):
                    _copy_pages(self.folder / DATABASE_FILE, unfinished, key)
                (place / KEYS_FILE).write_bytes((self.folder / KEYS_FILE).read_bytes())
                (place / KEYS_FILE).chmod(0o600)
                for written in (unfinished, place / KEYS_FILE):
                    _synced(written)
                with _translated(place), closing(_connect(unfinished, key)) as connection:
                    forged = connection.execute("PRAGMA cipher_integrity_check").fetchone()
                    said = connection.execute("PRAGMA quick_check(1)").fetchone()
                if forged is not None or said != ("ok",):
                    raise Trouble("store.damaged", path=unfinished)
                unfinished.rename(place / DATABASE_FILE)
                sync_folder(place)
            except OSError as error:
                raise disk_trouble(error, place) from error
            finally:
                with suppress(OSError):
                    unfinished.unlink(missing_ok=True)

    def close(self) -> None:
        """Give back every connection and the lock. Twice is once."""
        self.engine.dispose()
        self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # --- people ---

    @property
    def person(self) -> Person | None:
        """Who opened the store; None if it was the recovery code."""
        return self._keyring.person

    def people(self) -> list[Person]:
        """Everybody who can open the database, the first made first."""
        return self._keyring.people()

    def recognise(self, login: str, password: str) -> Person:
        """Who this is: the second person of an approval, or the next clerk at an open window.

        Trouble: `store.no_slot`, `store.wrong_password`, `store.locked_out`; counts towards the lock-out.
        """
        return self._keyring.recognise(login, password)

    def add_person(
        self, *, login: str, operator_id: uuid.UUID, role: str, password: str, cost: Cost = STRONG
    ) -> Person:
        """A slot for a new member of staff. Refused: `login.*`, `password.too_short`."""
        return self._keyring.add(login=login, operator_id=operator_id, role=role, password=password, cost=cost)

    def change_password(self, login: str, old: str, new: str, *, cost: Cost = STRONG) -> None:
        """A new password for who knows the old one. Refused: `password.too_short`; Trouble as in `recognise`."""
        self._keyring.change_password(login, old, new, cost=cost)

    def reset_password(self, login: str, new: str, *, cost: Cost = STRONG) -> None:
        """A new password without the old one: who may do that is for the use case to ask."""
        self._keyring.reset_password(login, new, cost=cost)

    def drop_person(self, login: str) -> bool:
        """Take a slot away; nothing recorded is touched. Refused: `login.own`, `login.last`.

        The slot is gone at once. True: the database has a new key already. False: it gets one when somebody next
        opens it alone, because another process has it open now or the disk is too full.
        """
        self._keyring.drop(login)
        return self._rekey_if_possible()

    def new_recovery_code(self) -> str:
        """A fresh code to print; the one printed before opens nothing from now on."""
        code = self._keyring.new_recovery_code()
        self._rekey_if_possible()
        return code

    # --- another database in its place ---

    def open_beside(self) -> Beside:
        """Begin a new, empty database with the same key beside this one; what a former try left is deleted. Trouble
        `store.read_only`, `store.disk_full`."""
        path = self.folder / BESIDE_FILE
        for leftover in self.folder.glob(BESIDE_FILE + "*"):
            leftover.unlink(missing_ok=True)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600))
        except OSError as error:
            raise disk_trouble(error, self.folder) from error
        with self._gate.inside():
            key = self._key
            live = (self.folder / DATABASE_FILE).stat().st_ino
        return Beside(path, _engine(self.folder, lambda: key, name=BESIDE_FILE, foreign_keys=False), key, live)

    @contextmanager
    def seen_from(self, other: Any) -> Iterator[None]:
        """Let another database's connection (the driver's own) read this one, under the name `live`."""
        with self._gate.inside(), _attached(other, self.folder, self._key):
            yield

    def swap(self, beside: Beside, finish: Callable[[Connection], None], *, patience: float = 0.5) -> None:
        """Put the database beside in the place of this one, by one rename, while nobody else has it open. `finish`
        brings over what was written here meanwhile; it sees this one as `live`, and nobody writes any more.

        However it ends, one of the two stands there whole. Trouble `store.busy` where another process has this one
        open, or has put one of its own here; then this one stays."""
        with self._gate.shut():
            self.engine.dispose()
            try:
                with self._lock.alone(patience=patience):
                    self._swap_alone(beside, finish)
            finally:
                self._keyring.refresh()
                _, self._key, _ = _find_key(self.folder, self._keyring.candidates)

    def _swap_alone(self, beside: Beside, finish: Callable[[Connection], None]) -> None:
        live = self.folder / DATABASE_FILE
        beside.close()
        self._keyring.refresh()
        _, key, _ = _find_key(self.folder, self._keyring.candidates)
        if live.stat().st_ino != beside.live:
            raise Trouble("store.busy", holder="?")
        if key != beside.key:
            change_key(beside.path, beside.key, key)
        engine = _engine(self.folder, lambda: key, name=BESIDE_FILE, foreign_keys=False)
        try:
            with engine.connect() as fresh:
                driver = fresh.connection.driver_connection
                with _attached(driver, self.folder, key):
                    connection = fresh.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"})
                    with _translated(self.folder, connection), connection.begin():
                        finish(connection)
        finally:
            engine.dispose()
        # What still stands in a WAL would be read into whatever file has its name.
        for path in (beside.path, live):
            with _translated(self.folder), closing(_connect(path, key)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            left = path.with_name(path.name + "-wal")
            if left.exists() and _size(left):
                raise Trouble("store.busy", holder="?")
        _synced(beside.path)
        beside.path.rename(live)
        sync_folder(self.folder)

    # --- a new key for the database ---

    def _rekey_if_possible(self, *, patience: float = 1.0) -> bool:
        try:
            self._rekey(patience)
        except Trouble as trouble:
            if trouble.code not in {"store.busy", "store.disk_low", "store.disk_full", "store.disk_error"}:
                raise
            return False
        return True

    def _rekey(self, patience: float) -> None:
        """Encrypt every page with a fresh key.

        keys.json holds both keys before the first page changes. SQLCipher re-encrypts in one transaction in the
        WAL, so a power cut leaves a database that opens with one key or the other, and `_find_key` tries both.
        """
        with self._gate.shut():
            self.engine.dispose()
            try:
                with self._lock.alone(patience=patience):
                    self._keyring.refresh()
                    if self._keyring.rekey_due:
                        self._rekey_alone()
            finally:
                # Also after `store.busy`: while this process held no lock, another one may have re-keyed.
                self._keyring.refresh()
                _, self._key, _ = _find_key(self.folder, self._keyring.candidates)

    def _rekey_alone(self) -> None:
        path = self.folder / DATABASE_FILE
        _require_space(self._free_space(self.folder) - 2 * _size(path))
        active, old, _ = _find_key(self.folder, self._keyring.candidates)
        fresh, new = self._keyring.begin_rekey(active)
        change_key(path, old, new)
        if _probe(path, new) is None:
            raise Trouble("store.disk_error", path=path, error="rekey")
        self._keyring.end_rekey(fresh)


@contextmanager
def _synchronous(connection: Connection, *, full: bool) -> Iterator[None]:
    """Whether a commit waits for the disk. What is committed after it and waits has the earlier one on disk as well."""
    driver = connection.connection.driver_connection
    if full or driver is None:
        yield
        return
    driver.execute("PRAGMA synchronous = NORMAL")
    try:
        yield
    finally:
        if not connection.invalidated:
            driver.execute("PRAGMA synchronous = FULL")


@dataclass
class Beside:
    """A database that is made beside the live one. `live` is the file in whose place it is to come."""

    path: Path
    engine: Engine
    key: bytes
    live: int

    @contextmanager
    def opened(self) -> Iterator[Connection]:
        """A connection of which also the driver's own may be used: its errors are Trouble all the same."""
        with self.engine.connect() as connection, _translated(self.path.parent, connection):
            yield connection

    def close(self) -> None:
        self.engine.dispose()

    def delete(self) -> None:
        self.close()
        for leftover in self.path.parent.glob(self.path.name + "*"):
            leftover.unlink(missing_ok=True)


@contextmanager
def _attached(driver: Any, folder: Path, key: bytes) -> Iterator[None]:
    with _translated(folder):
        driver.execute(f"ATTACH DATABASE '{_uri(folder / DATABASE_FILE)}' AS live KEY \"x'{key.hex()}'\"")
    try:
        yield
    except BaseException:
        # Of a damaged database the connection is closed already: that is not to hide what happened.
        with suppress(sqlcipher.Error):
            driver.execute("DETACH DATABASE live")
        raise
    with _translated(folder):
        driver.execute("DETACH DATABASE live")


def change_key(path: Path, old: bytes, new: bytes) -> None:
    """Re-encrypt the database file; whoever calls this is alone on it and keeps both keys until it has returned."""
    with _translated(path.parent), closing(_connect(path, old)) as connection:
        connection.execute(f"PRAGMA rekey = \"x'{new.hex()}'\"")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# --- opening ---


def _find_key(folder: Path, candidates: Sequence[tuple[int, bytes]]) -> tuple[int, bytes, int]:
    """Generation and key that open the database, and its schema version."""
    path = folder / DATABASE_FILE
    for generation, key in candidates:
        found = _probe(path, key)
        if found is None:
            continue
        application, version = found
        if application != APPLICATION_ID or version < 1:
            break
        if version > SCHEMA:
            raise Trouble("store.newer", path=path)
        return generation, key, version
    raise Trouble("store.damaged", path=path)


def _probe(path: Path, key: bytes) -> tuple[int, int] | None:
    """Application id and schema version, or None if this key does not open the file's first page."""
    with _translated(path.parent):
        try:
            with closing(_connect(path, key)) as connection:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                (application,) = connection.execute("PRAGMA application_id").fetchone()
                (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlcipher.DatabaseError as error:
            if _primary_code(error) == sqlite3.SQLITE_NOTADB:
                return None
            raise
    return application, version


def _connect(path: Path, key: bytes) -> Any:
    connection = sqlcipher.connect(_uri(path), uri=True, isolation_level=None)
    try:
        _prepare(connection, key)
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: Path) -> str:
    """Never makes a file: an empty database in the place of a lost one would hide the loss."""
    return f"file:{quote(str(path.absolute()))}?mode=rw"


def _prepare(connection: Any, key: bytes, *, foreign_keys: bool = True) -> None:
    # Without an isolation level the driver begins nothing by itself; `begin` below says which kind of transaction.
    connection.isolation_level = None
    for statement in (
        "PRAGMA cipher_log_level = NONE",
        f"PRAGMA key = \"x'{key.hex()}'\"",
        f"PRAGMA busy_timeout = {BUSY_MS}",
        "PRAGMA synchronous = FULL",
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        f"PRAGMA cache_size = -{CACHE_KIB}",
        "PRAGMA temp_store = MEMORY",
    ):
        connection.execute(statement)


def _engine(folder: Path, key: Callable[[], bytes], *, name: str = DATABASE_FILE, foreign_keys: bool = True) -> Engine:
    uri, _, mode = _uri(folder / name).partition("?mode=")
    engine = create_engine(
        URL.create("sqlite", database=uri, query={"mode": mode, "uri": "true"}),
        module=sqlcipher,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        # The connection used last has the pages in its cache.
        pool_use_lifo=True,
        connect_args={"check_same_thread": False},
        # Values bound to a failed statement are names and numbers of people: they stay out of messages and logs.
        hide_parameters=True,
    )

    def on_connect(connection: Any, _record: object) -> None:
        _prepare(connection, key(), foreign_keys=foreign_keys)

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    def on_error(context: ExceptionContext) -> Trouble | None:
        trouble = _trouble(context.original_exception, folder)
        if trouble is not None and trouble.code == "store.damaged":
            # SQLCipher's connection answers nothing but errors after one forged page.
            context.is_disconnect = True
        return trouble

    event.listen(engine, "connect", on_connect, insert=True)
    event.listen(engine, "begin", on_begin)
    event.listen(engine, "handle_error", on_error)
    return engine


# --- trouble ---


@contextmanager
def _translated(folder: Path, connection: Connection | None = None) -> Iterator[None]:
    """Errors of the driver's own connection, as the counter calls them; `connection`: SQLAlchemy's, whose it is."""
    try:
        yield
    except sqlcipher.Error as error:
        if (trouble := _trouble(error, folder)) is None:
            raise
        if connection is not None and trouble.code == "store.damaged":
            connection.invalidate()
        raise trouble from error


def _primary_code(error: BaseException) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _trouble(error: BaseException, folder: Path) -> Trouble | None:
    """What SQLite's error means to the counter; None if it means that we were wrong."""
    path = folder / DATABASE_FILE
    match _primary_code(error):
        case sqlite3.SQLITE_FULL:
            return Trouble("store.disk_full", path=path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Trouble("store.damaged", path=path)
        case sqlite3.SQLITE_READONLY if _writable(path) and _writable(folder):
            return None  # a write inside `read`
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return Trouble("store.read_only", path=path)
        case sqlite3.SQLITE_CANTOPEN if not path.exists():
            return Trouble("store.missing", path=path)
        case sqlite3.SQLITE_CANTOPEN if not (_writable(folder) and _writable(path)):
            return Trouble("store.read_only", path=path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Trouble("store.busy", holder="; ".join(holders(folder / DATABASE_LOCK)) or "?")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return Trouble("store.disk_error", path=path, error=error)
    return None


def _writable(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _require_space(free: int) -> None:
    if free < LOW_DISK:
        raise Trouble("store.disk_low", free_mb=max(free, 0) // 1_000_000, needed_mb=LOW_DISK // 1_000_000)


def _size(path: Path) -> int:
    return path.stat().st_size


# --- making and migrating ---


def _put_aside(path: Path) -> None:
    """Keep a key file that has no database (a `create` that was cut off) under another name."""
    if path.exists():
        path.rename(path.with_name(f"{path.name}.{_stamp()}.old"))


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")


def _build(folder: Path, key: bytes) -> None:
    """Make the database under another name and put it in its place when it is whole."""
    from kiosk.store.migrate import upgrade

    path, fresh = folder / DATABASE_FILE, folder / (DATABASE_FILE + ".new")
    for leftover in folder.glob(fresh.name + "*"):
        leftover.unlink()
    try:
        os.close(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise disk_trouble(error, folder) from error
    engine = _engine(folder, lambda: key, name=fresh.name, foreign_keys=False)
    try:
        with _translated(folder), closing(_connect(fresh, key)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with engine.connect() as raw:
            upgrade(raw.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}))
    finally:
        engine.dispose()
    _synced(fresh)
    fresh.rename(path)
    sync_folder(folder)


def _migrate(
    folder: Path, lock: DatabaseLock, keyring: Keyring, progress: Progress, free_space: Callable[[Path], int]
) -> bytes:
    """Carry the database to `SCHEMA`, alone, after a copy; returns the key that opens it now."""
    from kiosk.store.migrate import upgrade

    with lock.alone():
        keyring.refresh()
        _, key, version = _find_key(folder, keyring.candidates)
        if version == SCHEMA:
            return key
        progress("store.copying")
        _require_space(free_space(folder) - 2 * _size(folder / DATABASE_FILE))
        copy = _copy_before(folder, key, version)
        progress("store.migrating")
        engine = _engine(folder, lambda: key, foreign_keys=False)
        try:
            with engine.connect() as raw:
                upgrade(raw.execution_options(**{_BEGIN: "BEGIN IMMEDIATE"}))
        except Trouble:
            raise
        except Exception as error:
            raise Trouble("store.migration_failed", copy=copy, error=type(error).__name__) from error
        finally:
            engine.dispose()
        return key


def _copy_before(folder: Path, key: bytes, version: int) -> Path:
    """A copy of database and key file, still encrypted, proven to open before anything is changed."""
    source = folder / DATABASE_FILE
    with _translated(folder), closing(_connect(source, key)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    place = folder / BACKUP_FOLDER / f"schema-{version:04d}-{_stamp()}"
    unfinished = place.with_name(place.name + ".unfinished")
    try:
        unfinished.mkdir(mode=0o700, parents=True)
        for name in (DATABASE_FILE, KEYS_FILE):
            shutil.copyfile(folder / name, unfinished / name)
            (unfinished / name).chmod(0o600)
            _synced(unfinished / name)
        if _probe(unfinished / DATABASE_FILE, key) is None:
            raise Trouble("store.damaged", path=unfinished / DATABASE_FILE)
        unfinished.rename(place)
        sync_folder(place.parent)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(unfinished)
        raise disk_trouble(error, folder) from error
    return place


def _copy_pages(source: Path, target: Path, key: bytes) -> None:
    with closing(_connect(source, key)) as whole, closing(sqlcipher.connect(_uri(target), uri=True)) as copy:
        copy.execute("PRAGMA cipher_log_level = NONE")
        copy.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        # In one step: a reader's snapshot, so that nobody who writes meanwhile waits or is waited for.
        whole.backup(copy, pages=-1)


def _synced(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


# --- many threads, one writer, one key change ---


class _Turns:
    """One writer at a time; who has somebody before them goes before work in the background."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._first = 0

    @property
    def awaited(self) -> bool:
        """Whether one of those who go first waits."""
        return self._first > 0

    @contextmanager
    def turn(self, *, first: bool) -> Iterator[None]:
        with self._changed:
            self._first += first
            try:
                self._changed.wait_for(lambda: not self._busy and (first or not self._first))
            finally:
                self._first -= first
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


class _Gate:
    """Lets any number of readers and writers through, and holds them all back while the key is changed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside = 0
        self._shut = False
        self._thread = threading.local()

    @contextmanager
    def inside(self) -> Iterator[None]:
        depth = getattr(self._thread, "depth", 0)
        with self._changed:
            # Who is inside already may go deeper: the one who shuts the gate is waiting for exactly this thread.
            self._changed.wait_for(lambda: depth or not self._shut)
            self._inside += 1
        self._thread.depth = depth + 1
        try:
            yield
        finally:
            self._thread.depth = depth
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def shut(self) -> Iterator[None]:
        if getattr(self._thread, "depth", 0):
            raise RuntimeError("the key cannot change inside a read or write")
        with self._changed:
            self._changed.wait_for(lambda: not self._shut)
            self._shut = True
            self._changed.wait_for(lambda: not self._inside)
        try:
            yield
        finally:
            with self._changed:
                self._shut = False
                self._changed.notify_all()
