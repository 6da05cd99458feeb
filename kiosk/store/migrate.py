"""Migrations: carry a database of an older program to this one's tables, or leave it exactly as it was.

Imported only when there is something to migrate, because alembic takes longer to import than a database to open.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

HISTORY = Path(__file__).parent / "migrations"


class RowsLost(Exception):
    """A migration left a table with other rows than it found."""


class KeysBroken(Exception):
    """A migration left rows that point at nothing."""


def upgrade(connection: Connection, target: str = "head") -> None:
    """Run the history up to `target` on a connection whose foreign keys are OFF, and commit, or roll back and raise.

    Batch mode copies a table and drops the old one: with foreign keys on, ON DELETE CASCADE then deletes its
    children without a word. So they are off, and afterwards every key and the number of rows in every table that
    existed before are looked at, inside the same transaction. `PRAGMA user_version` becomes the revision's number.
    """
    with connection.begin():
        before = _row_counts(connection)
        config = Config()
        config.set_main_option("script_location", str(HISTORY).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, target)
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise KeysBroken(f"{len(broken)} rows, the first in {broken[0][0]}")
        after = _row_counts(connection)
        changed = [table for table, rows in before.items() if after.get(table, rows) != rows]
        if changed:
            raise RowsLost(", ".join(f"{table}: {before[table]} -> {after[table]}" for table in changed))
        revision = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql(f"PRAGMA user_version = {int(revision)}")


def _row_counts(connection: Connection) -> dict[str, int]:
    tables = connection.exec_driver_sql(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
        " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name != 'alembic_version'"
    ).scalars()
    return {
        table: connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar_one()  # noqa: S608
        for table in tables.all()
    }
