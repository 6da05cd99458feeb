"""The index that finds anyone: by person, the one served last first, with every number they ever had and every word of
their names. Triggers on the ledger only note whom it has to be made anew for; the program makes it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COLUMNS = (
    "name",
    "name_on_id_card",
    "nik",
    "passport_number",
    "kpj",
    "other_kpjs",
    "pmi_id",
    "birth_date",
    "phone",
    "whatsapp",
    "merged_into",
    "erased",
    "seen_at",
)


def upgrade() -> None:
    for trigger in ("worker_found", "worker_found_anew", "worker_lost"):
        op.execute(f"DROP TRIGGER {trigger}")
    op.execute("DROP TABLE worker_search")
    op.drop_table("worker_doc")
    op.create_table(
        "search_doc",
        sa.Column("doc", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("doc", name=op.f("pk_search_doc")),
        sa.UniqueConstraint("worker_id", name=op.f("uq_search_doc_worker_id")),
    )
    op.create_table(
        "search_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("backwards", sa.Text(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_word")),
    )
    op.create_index("ix_search_word_backwards", "search_word", ["backwards"], unique=False)
    op.create_table(
        "search_stale",
        sa.Column("worker_id", sa.LargeBinary(length=16), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_search_stale")),
    )
    # Only which rows have a mark is kept, not where: a third of the size. The marks come folded, so that ASCII is all
    # the tokenizer has to know. Six characters: a NIK's first six are shared by a whole district.
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5("
        "marks, content='', contentless_delete=1, detail=none, prefix='1 2 3 4 5 6', "
        "tokenize=\"ascii tokenchars '='\")"
    )
    changed = " OR ".join(f"old.{column} IS NOT new.{column}" for column in _COLUMNS)
    _note("worker_new", "INSERT ON worker", "new.id")
    _note("worker_changed", f"UPDATE ON worker WHEN {changed}", "new.id", "old.merged_into", "new.merged_into")
    _note("worker_gone", "DELETE ON worker", "old.id", "old.merged_into")
    _note("worker_number_new", "INSERT ON worker_number", "new.worker_id")
    _note("worker_number_changed", "UPDATE ON worker_number", "old.worker_id", "new.worker_id")
    _note("worker_number_gone", "DELETE ON worker_number", "old.worker_id")
    op.execute("INSERT INTO search_stale (worker_id) SELECT id FROM worker")


def _note(trigger: str, when: str, *workers: str) -> None:
    noted = " ".join(
        f"INSERT OR IGNORE INTO search_stale (worker_id) SELECT {worker} WHERE {worker} IS NOT NULL;"
        for worker in workers
    )
    op.execute(f"CREATE TRIGGER {trigger} AFTER {when} BEGIN {noted} END")


def downgrade() -> None:
    raise NotImplementedError("a counter never goes back to an older schema; its copy from before is in backup/")
