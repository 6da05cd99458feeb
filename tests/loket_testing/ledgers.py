"""Empty ledgers in memory, each made in a moment: random histories are posted into thousands of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, Engine, NullPool, create_engine

from models.ledger.tables import ledger


@cache
def _engine() -> Engine:
    """One for all, so that its statements are compiled once; each of its connections is a ledger of its own."""
    empty = create_engine("sqlite://")
    with empty.connect() as connection:
        ledger.create_all(connection)
        connection.commit()
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        made = raw.serialize()
    empty.dispose()

    def copy() -> sqlite3.Connection:
        fresh = sqlite3.connect(":memory:")
        fresh.deserialize(made)
        return fresh

    return create_engine("sqlite://", creator=copy, poolclass=NullPool)


@contextmanager
def fresh_ledger() -> Iterator[Connection]:
    """A ledger that nothing was posted into."""
    with _engine().connect() as connection:
        yield connection
