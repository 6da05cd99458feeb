"""Fixtures of a real centre: one PostgreSQL for the session, a fresh database for each test that asks.

What costs time is imported by the test that needs it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from loket_testing.centre import HandClock, Visitor
    from server.usecases.centre import Centre

_TEMPLATE = "loket_template"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a running PostgreSQL, with an empty migrated database to copy."""
    from sqlalchemy import text

    from server.store import embedded
    from server.store.database import migrate, open_database

    folder = Path(tempfile.mkdtemp(prefix="loket-pg-"))
    cluster = embedded.start(folder / "pg")
    try:
        admin = open_database(cluster.dsn)
        with admin.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Nobody pulls the plug on a test's database, and the disk is shared.
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off"):
                connection.execute(text(f"ALTER SYSTEM SET {setting}"))
            connection.execute(text("SELECT pg_reload_conf()"))
            connection.execute(text(f"CREATE DATABASE {_TEMPLATE}"))
        admin.dispose()
        template = open_database(_database(cluster.dsn, _TEMPLATE))
        migrate(template)
        template.dispose()
        yield cluster.dsn
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def new_database(postgres: str) -> Iterator[Callable[[], str]]:
    """Makes a fresh, migrated database each time it is called; all of them go when the test ends."""
    from sqlalchemy import text

    from server.store.database import open_database

    admin = open_database(postgres).execution_options(isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        name = f"loket_{uuid.uuid4().hex}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {_TEMPLATE} STRATEGY file_copy"))
        made.append(name)
        return _database(postgres, name)

    yield make
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Officers' passwords cost a thousandth of what they do in earnest, as those of staff do at a test's counter."""
    from argon2 import PasswordHasher

    from server.usecases import officers

    monkeypatch.setattr(officers, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    officers._nobody.cache_clear()


@pytest.fixture
def centre_clock() -> HandClock:
    from loket_testing.centre import HandClock

    return HandClock()


@pytest.fixture
def new_centre(
    new_database: Callable[[], str], centre_clock: HandClock, _cheap_passwords: None, tmp_path: Path
) -> Iterator[Callable[[], Centre]]:
    """Makes a centre of its own on a fresh database each time it is called."""
    from server.store.database import open_database
    from server.store.keys import new_keys
    from server.usecases.centre import open_centre

    engines = []

    def make() -> Centre:
        engine = open_database(new_database())
        engines.append(engine)
        bases = tmp_path / f"bases-{len(engines)}"
        return open_centre(engine, new_keys(centre_clock()), centre_clock, public_host="loket.example", bases=bases)

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def centre(new_centre: Callable[[], Centre]) -> Centre:
    """A new centre with nothing in it."""
    return new_centre()


@pytest.fixture
def centre_client(centre: Centre) -> Iterator[Any]:
    """The centre's web program in-process: an httpx.Client that needs no port."""
    with client_of(centre) as client:
        yield client


def client_of(centre: Centre, *, raise_faults: bool = True) -> Any:
    """An httpx.Client of a centre's web program; a fault of ours fails the test that is not about it."""
    with warnings.catch_warnings():
        # It would rather have a newer HTTP client than the one the counter uses.
        warnings.simplefilter("ignore")
        from starlette.testclient import TestClient

    from server.app import create_app

    return TestClient(create_app(centre), base_url="https://loket.example", raise_server_exceptions=raise_faults)


@pytest.fixture
def centre_url(centre: Centre) -> Iterator[str]:
    """The address of the test's centre, served from a thread."""
    with served(centre) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def served(centre: Centre, **more: Any) -> Iterator[int]:
    """A centre's web program on a port of this machine, from a thread. `more` is for `server.web.serving.server`."""
    from server.app import create_app

    with served_program(create_app(centre), **more) as port:
        yield port


@contextmanager
def served_program(program: Any, **more: Any) -> Iterator[int]:
    """The same of any ASGI program."""
    from server.web.serving import server as make

    server = make(program, host="127.0.0.1", port=0, **more)
    started = threading.Event()
    run_startup = server.startup

    async def startup(*args: Any, **more: Any) -> None:
        await run_startup(*args, **more)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(20)
    (port,) = {socket.getsockname()[1] for one in server.servers for socket in one.sockets}
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def enrolled(centre: Centre, centre_client: Any, centre_clock: HandClock) -> Callable[..., Visitor]:
    """Makes pretend counters that are enrolled: `enrolled("TPE3")`, `enrolled("HKG1", mission="HKG")`."""
    from loket_testing.centre import Visitor
    from loket_testing.journals import Journal
    from server.usecases.codes import make_code

    def make(
        series: str = "TPE3", *, mission: str = "TPE", journal: Journal | None = None, after: Visitor | None = None
    ) -> Visitor:
        visitor = Visitor(centre_client, centre_clock, journal or Journal(mission), series, after=after)
        visitor.enrol(make_code(centre, mission, series))
        return visitor

    return make


@pytest.fixture
def back_up(centre: Centre, centre_client: Any, postgres: str) -> Iterator[Callable[[], Callable[[], Centre]]]:
    """Takes a backup of the centre's database as it is now. Calling what it returns restores that: the program at
    `centre_client` then serves it, as a database that knows nothing of having been restored. As often as one likes."""
    from sqlalchemy import text

    from server.store.database import open_database
    from server.usecases.centre import open_centre

    admin = open_database(postgres).execution_options(isolation_level="AUTOCOMMIT")
    made: list[str] = []
    engines: list[Any] = []

    def copy_of(name: str | None) -> str:
        centre_client.app.state.centre.engine.dispose()
        made.append(f"loket_{uuid.uuid4().hex}")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]} TEMPLATE {name} STRATEGY file_copy"))
        return made[-1]

    def back_up() -> Callable[[], Centre]:
        kept = copy_of(centre_client.app.state.centre.engine.url.database)

        def restore() -> Centre:
            engines.append(open_database(_database(postgres, copy_of(kept))))
            restored = open_centre(engines[-1], centre.keys, centre.now, public_host=centre.public_host)
            centre_client.app.state.centre = restored
            return restored

        return restore

    yield back_up
    for engine in engines:
        engine.dispose()
    with admin.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def emptied(centre: Centre) -> None:
    """The same centre with nothing in it: making a database for every example would take most of the time."""
    from sqlalchemy import delete

    from models.ledger.tables import ledger
    from server.store.tables import own

    with centre.engine.begin() as connection:
        for table in [*ledger.sorted_tables, *own.sorted_tables]:
            if table.name not in ("centre", "terminal_head"):
                connection.execute(delete(table))
        heads = own.tables["terminal_head"]
        connection.execute(delete(heads).where(heads.c.terminal != centre.id))
        connection.execute(heads.update().values(seq=0, hash=bytes(32), entries=0))


def _database(dsn: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(dsn).set(database=name).render_as_string(hide_password=False)
