"""Documents in chunks: what is under way stands beside what is whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What came in part without its chunks being proven is sent anew; its counters still have it.
    op.execute("DELETE FROM blob_chunk WHERE sha256 IN (SELECT sha256 FROM blob WHERE NOT complete)")
    op.execute("DELETE FROM blob WHERE NOT complete")
    op.drop_column("blob", "received")
    op.drop_column("blob", "complete")
    op.create_index(op.f("ix_blob_terminal"), "blob", ["terminal"], unique=False)
    op.create_table(
        "blob_upload",
        sa.Column("terminal", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("hashes", sa.LargeBinary(), nullable=False),
        sa.Column("tail_number", sa.Integer(), nullable=True),
        sa.Column("tail", sa.LargeBinary(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("terminal", "sha256", name=op.f("pk_blob_upload")),
    )
    op.create_index(op.f("ix_blob_upload_sha256"), "blob_upload", ["sha256"], unique=False)
    op.create_table(
        "blob_part",
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("chunk", sa.LargeBinary(), nullable=False),
        sa.Column("bytes", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", "chunk", name=op.f("pk_blob_part")),
    )
