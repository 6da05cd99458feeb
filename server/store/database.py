"""The database: how it is opened, brought up to date, and written to when others write too."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from models.posting.writing import WRITING
from models.rules.problems import Trouble
from server.store.copying import COPYING

T = TypeVar("T")

MIGRATIONS = Path(__file__).with_name("migrations")
TRIES = 6

_log = logging.getLogger(__name__)

# What another writer can cause, and a second try can cure: serialisation failure, deadlock, and two that made
# the same row at once.
_PASSING = {"40001", "40P01", "23505"}


def open_database(dsn: str) -> Engine:
    """An engine for a PostgreSQL address, with or without a driver's name in it."""
    url = make_url(dsn)
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise Trouble("centre.not_postgresql")
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        pool_timeout=10,
        connect_args={"connect_timeout": 10, "options": "-c timezone=UTC"},
        # What is written here are people's names and numbers, and errors end in logs.
        hide_parameters=True,
        execution_options={WRITING: COPYING},
    )


def migrate(engine: Engine) -> None:
    """Bring the schema to what this program expects. Trouble `centre.newer` for a database of a later program."""
    from alembic import command
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util.exc import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
        script = ScriptDirectory.from_config(config)
        if found == script.get_current_head():
            return
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise Trouble("centre.newer") from error


def schema(connection: Connection) -> tuple[str, str]:
    """The revision the database stands at ("" before the first), and the one this program expects."""
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    expected = ScriptDirectory.from_config(config).get_current_head() or ""
    return MigrationContext.configure(connection).get_current_revision() or "", expected


def write(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction, again from the start where another writer came between."""
    for attempt in range(1, TRIES + 1):
        try:
            with engine.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            if attempt == TRIES or getattr(error.orig, "sqlstate", None) not in _PASSING:
                raise
            _log.info("write tried again after %s", getattr(error.orig, "sqlstate", None))
            # Two that met once should not meet again: apart by chance, and further each time.
            time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311
    raise AssertionError("unreachable")


def read(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` on one snapshot, so that what it reads fits together."""
    with engine.connect().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True) as connection:
        return work(connection)


def reachable(engine: Engine) -> None:
    """Trouble `centre.database` when the database does not answer."""
    try:
        with engine.connect():
            pass
    except OperationalError as error:
        raise Trouble("centre.database") from error
