"""What the tables know and the migrations do not yet: `python -m kiosk.store.migrations` prints it as operations.

For whoever changes a table: paste the output into a new file of `versions/` and read it. The columns' own types are
written as what they are in SQLite, because a migration imports nothing of ours. Before the first release, when nobody
has a database yet, the first migration is written anew instead:

    f=kiosk/store/migrations/versions/0001_first.py
    python -m kiosk.store.migrations first > /tmp/first.py && mv /tmp/first.py $f && ruff format $f
"""

from __future__ import annotations

import sys
from typing import Any, Literal, cast

import sqlalchemy as sa
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlcipher3 import dbapi2 as sqlcipher

from kiosk.store.migrate import upgrade
from kiosk.store.tables import local
from models.ledger.tables import ledger
from models.ledger.types import Id, Instant


def missing_operations(*, base: bool = False) -> str:
    """Alembic operations that carry a freshly migrated (`base`: an empty) database to today's tables."""
    # SQLCipher's SQLite, as at the counter: the machine's own may be too old for what the migrations say.
    engine = sa.create_engine("sqlite://", module=sqlcipher)
    with engine.connect() as connection:
        if not base:
            upgrade(connection)
        virtual = set(
            connection.exec_driver_sql(
                "SELECT name FROM pragma_table_list WHERE type IN ('virtual', 'shadow')"
            ).scalars()
        )
        context = MigrationContext.configure(
            connection,
            opts={
                "include_name": lambda name, kind, _parents: kind != "table" or name not in virtual,
                "target_metadata": [ledger, local],
                "compare_type": True,
                "compare_server_default": True,
            },
        )
        script = produce_migrations(context, cast("sa.MetaData", [ledger, local]))
    engine.dispose()
    assert script.upgrade_ops is not None
    return render_python_code(script.upgrade_ops, render_item=_plain_type)


def _plain_type(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    if kind == "type" and isinstance(item, Id):
        return "sa.LargeBinary(length=16)"
    if kind == "type" and isinstance(item, Instant):
        return "sa.BigInteger()"
    return False


FIRST = '''"""The tables of the first release."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
{operations}
'''


def first_migration() -> str:
    """The whole of `0001_first.py` as today's tables ask for it, before formatting."""
    lines = missing_operations(base=True).splitlines()
    return FIRST.format(operations="\n".join(line for line in lines if "###" not in line))


if __name__ == "__main__":
    print(first_migration() if "first" in sys.argv[1:] else missing_operations())
