"""The index that finds anyone: triggers keep it beside the ledger's workers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Names are indexed with and without their apostrophes; telephone numbers also by their last eight to ten digits, so
# that 0912 345 678 finds +886912345678.
_WORDS = """
    coalesce({row}.name, '') || ' ' || replace(coalesce({row}.name, ''), '''', '') || ' '
    || coalesce({row}.name_on_id_card, '') || ' ' || coalesce({row}.nik, '') || ' '
    || coalesce({row}.passport_number, '') || ' ' || coalesce({row}.kpj, '') || ' ' || coalesce({row}.pmi_id, '') || ' '
    || replace(coalesce({row}.phone, ''), ' ', '') || ' ' || substr(coalesce({row}.phone, ''), -8) || ' '
    || substr(coalesce({row}.phone, ''), -9) || ' ' || substr(coalesce({row}.phone, ''), -10) || ' '
    || substr(coalesce({row}.phone, ''), -11) || ' ' || replace(coalesce({row}.whatsapp, ''), ' ', '') || ' '
    || substr(coalesce({row}.whatsapp, ''), -9) || ' ' || substr(coalesce({row}.whatsapp, ''), -10)
"""


def upgrade() -> None:
    op.create_table(
        "worker_doc",
        sa.Column("doc", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_worker_doc")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_worker_doc_worker_id")),
    )
    op.execute(
        "CREATE VIRTUAL TABLE worker_search USING fts5("
        "words, content='', contentless_delete=1, prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
    )
    op.execute("INSERT INTO worker_doc (worker_id) SELECT id FROM worker")
    op.execute(
        "INSERT INTO worker_search (rowid, words) "
        f"SELECT worker_doc.doc, {_WORDS.format(row='worker')} "
        "FROM worker JOIN worker_doc ON worker_doc.worker_id = worker.id"
    )
    op.execute(
        "CREATE TRIGGER worker_found AFTER INSERT ON worker BEGIN "
        "INSERT INTO worker_doc (worker_id) VALUES (new.id); "
        "INSERT INTO worker_search (rowid, words) "
        f"SELECT doc, {_WORDS.format(row='new')} FROM worker_doc WHERE worker_id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER worker_found_anew AFTER UPDATE ON worker "
        f"WHEN ({_WORDS.format(row='old')}) <> ({_WORDS.format(row='new')}) BEGIN "
        "INSERT OR REPLACE INTO worker_search (rowid, words) "
        f"SELECT doc, {_WORDS.format(row='new')} FROM worker_doc WHERE worker_id = new.id; END"
    )
    op.execute(
        "CREATE TRIGGER worker_lost AFTER DELETE ON worker BEGIN "
        "DELETE FROM worker_search WHERE rowid = (SELECT doc FROM worker_doc WHERE worker_id = old.id); "
        "DELETE FROM worker_doc WHERE worker_id = old.id; END"
    )


def downgrade() -> None:
    raise NotImplementedError("a counter never goes back to an older schema; its copy from before is in backup/")
