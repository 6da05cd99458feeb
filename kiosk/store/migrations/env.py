"""Alembic's environment: runs the history on the connection it is handed, in the transaction that is already open.

There is no alembic.ini. `kiosk.store.migrate` opens the connection (foreign keys off), the transaction, and commits
only after its own checks; so a migration that fails leaves nothing behind.
"""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,
)
context.run_migrations()
