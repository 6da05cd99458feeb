"""Local tables: what this counter keeps for itself, beside the ledger that posting keeps.

The journal's bytes, this terminal's identity, what sync remembers, drafts, print jobs and documents. A base from the
centre replaces the ledger; it never touches these.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from models.ledger.base import base_entry as told_entries
from models.ledger.types import NAMING, Id, Instant

local = MetaData(naming_convention=NAMING)
"""Every table of the counter that posting does not keep, and no other."""

entry = Table(
    "entry",
    local,
    Column("id", Id, primary_key=True),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("header", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("personal", LargeBinary),  # NULL: none, or erased; the digest beside it tells which
    Column("sealed", LargeBinary),
    Column("personal_digest", LargeBinary(32)),
    Column("sealed_digest", LargeBinary(32)),
    Column("prev", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
    Column("position", BigInteger),  # in the stream that brought it; NULL: made here and not yet seen there
    Column("subject", Id),
    # Not unique: two branches of a forked journal share a seq, and both are kept.
    Index("ix_entry_terminal_incarnation_seq", "terminal", "incarnation", "seq"),
    Index("ix_entry_subject", "subject"),
)
"""The journal: own entries and pulled ones, exactly the bytes that were signed. An ordinary rowid table, because
WITHOUT ROWID takes 3.4 times the disk with rows this wide."""

own_terminal = Table(
    "own_terminal",
    local,
    Column("one", Integer, primary_key=True),
    Column("terminal", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("series", Text, nullable=False),
    Column("private_key", LargeBinary(32), nullable=False),  # Ed25519; its only place is this encrypted database
    Column("centre_url", Text),
    Column("centre_id", Id),
    Column("centre_keys", LargeBinary),  # JSON
    Column("certificate", LargeBinary),
    Column("epoch", Text),
    Column("acked_seq", BigInteger, nullable=False, server_default="0"),
    Column("acked_hash", LargeBinary(32)),
    Column("continues", Integer, nullable=False, server_default="0"),  # as in `former_terminal`
    CheckConstraint("one = 1", name="ck_own_terminal_one"),
)
"""This terminal, in one row. The ledger's `terminal` lists all that the centre knows."""

former_terminal = Table(
    "former_terminal",
    local,
    Column("incarnation", Integer, primary_key=True),
    Column("series", Text, nullable=False),
    Column("private_key", LargeBinary(32), nullable=False),
    Column("certificate", LargeBinary),  # NULL: no centre has certified it yet
    Column("continues", Integer, nullable=False),  # the incarnation that it went on after; 0: none
    Column("acked_seq", BigInteger, nullable=False),
    Column("acked_hash", LargeBinary(32)),
    Column("ended_at", Instant, nullable=False),
)
"""Journals of this terminal that another one goes on after. Their keys stay, so that what is unsent can be sent as it
was signed, and who continues can show that it is the same machine."""

cursor = Table(
    "cursor",
    local,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", LargeBinary(32), nullable=False),
)
"""How far each stream was pulled: the position, and the hash over everything up to it."""

cursor_mark = Table(
    "cursor_mark",
    local,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("chain", LargeBinary(32), nullable=False),
)
"""Places where a stream was read once, the further back the fewer: from one of them it is read again when the centre
no longer knows the cursor."""

bundle = Table(
    "bundle",
    local,
    Column("direction", String(4), primary_key=True),  # up or down
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("note", Text, nullable=False),  # JSON
    CheckConstraint("direction IN ('up', 'down')", name="ck_bundle_direction"),
)
"""What went to the centre by stick, and what came from it so."""

verdict = Table(
    "verdict",
    local,
    Column("entry", Id, primary_key=True),
    Column("verdict", Text, nullable=False),
    Column("code", Text),
    Column("at", Instant, nullable=False),
)
"""What the centre said about our entries, where it was not simply `ok`."""

statement = Table(
    "statement",
    local,
    Column("one", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),
    CheckConstraint("one = 1", name="ck_statement_one"),
)
"""The centre's last signed statement of what it holds of ours."""

draft = Table(
    "draft",
    local,
    Column("id", Id, primary_key=True),
    Column("screen", Text, nullable=False),
    Column("subject", Text),
    Column("operator", Id, nullable=False),
    Column("content", Text, nullable=False),  # JSON
    Column("updated_at", Instant, nullable=False),
    Index("ix_draft_operator_updated_at", "operator", "updated_at"),
)
"""Forms begun and not yet saved."""

print_job = Table(
    "print_job",
    local,
    Column("id", Id, primary_key=True),
    Column("paper", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("copies", Integer, nullable=False, server_default="1"),
    Column("printer", Text),
    Column("at", Instant, nullable=False),
    Column("operator", Id, nullable=False),
    CheckConstraint("state IN ('committed', 'rendered', 'spooled', 'confirmed', 'failed')", name="ck_print_job_state"),
    Index("ix_print_job_state_at", "state", "at"),
    Index("ix_print_job_number", "number"),
)
"""How far each paper got. What is not confirmed is listed at the next sign-in."""

blob = Table(
    "blob",
    local,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("media_type", Text, nullable=False),
    Column("uploaded_at", Instant),  # NULL: the centre does not have it yet
    Column("content", LargeBinary, nullable=False),  # last, so that reading the others skips its overflow pages
    Index("ix_blob_uploaded_at", "uploaded_at"),
)
"""Documents by the hash of their content, until the centre has them and as long as the counter needs them."""

blob_download = Table(
    "blob_download",
    local,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("size", BigInteger, nullable=False),  # bytes
    Column("hashes", LargeBinary, nullable=False),  # of its chunks (models.sync.chunks)
    Column("tail_number", Integer),
    Column("tail", LargeBinary),
    Column("touched_at", Instant, nullable=False),
)
"""Documents on their way here, and the beginning of a chunk of theirs that is not proven yet."""

blob_part = Table(
    "blob_part",
    local,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("chunk", LargeBinary(32), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)
"""Proven chunks of documents on their way here, by their own hash."""

request = Table(
    "request",
    local,
    Column("request_id", Text, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("answer", Text, nullable=False),  # JSON, word for word as it was first given
    Column("at", Instant, nullable=False),
)
"""Requests already answered, kept for ever: the same one again gets the same answer."""

setting = Table(
    "setting",
    local,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""Preferences of this counter."""

base = Table(
    "base",
    local,
    Column("state", Text, primary_key=True),  # standing: the ledger rests on it; coming: it is being fetched
    Column("content", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),  # when it was taken, or begun
    # The beginning of a part that is not whole yet.
    Column("tail_digest", LargeBinary(32)),
    Column("tail", LargeBinary),
    CheckConstraint("state IN ('standing', 'coming')", name="ck_base_state"),
)
"""What the centre gave instead of every entry (models.sync.messages.Base), as it was signed."""

base_part = Table(
    "base_part",
    local,
    Column("digest", LargeBinary(32), primary_key=True),
    # Somebody was erased: what told of them was taken out, and the digest is that of the part as it came.
    Column("altered", Boolean, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The parts of both: of the standing one, so that the ledger can be held against it; of the coming one, as far as they
are here."""

base_entry = told_entries.to_metadata(local)
"""Which entries the standing base rests on. Their bytes are not here, unless they are our own or came before it."""

search_doc = Table(
    "search_doc",
    local,
    # The second when the person was last served, shifted by `kiosk.store.finding.SHIFT` bits, and then any free number:
    # the full-text index gives its rows in this order, newest first, without looking at all that match.
    Column("doc", Integer, primary_key=True),
    Column("worker_id", Id, nullable=False, unique=True),
    Column("names", Text, nullable=False),
)
"""Each person in the full-text index `search_index`, with the words of their names. An index beside the ledger:
`kiosk.store.finding` makes it from the ledger's workers."""

search_word = Table(
    "search_word",
    local,
    Column("word", Text, primary_key=True),
    Column("backwards", Text, nullable=False),
    Column("uses", Integer, nullable=False),
    Index("ix_search_word_backwards", "backwards"),
)
"""Every word of a name in the index, and how many persons have it: what a slip of the finger may have meant."""

search_stale = Table(
    "search_stale",
    local,
    Column("worker_id", Id, primary_key=True),
)
"""Workers whose place in the index is to be made anew before the transaction ends. Triggers on the ledger write it."""
