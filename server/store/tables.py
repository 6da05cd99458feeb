"""The centre's own tables beside the ledger: journals, streams, terminals, codes, documents and officers."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from models.ledger.types import NAMING, Id, Instant

own = MetaData(naming_convention=NAMING)
"""Every table of the centre that posting does not keep."""

centre = Table(
    "centre",
    own,
    Column("id", Id, primary_key=True),
    # Changes whenever this database may have lost something that counters have already been told.
    Column("epoch", Id, nullable=False),
    Column("incarnation", Integer, nullable=False),
    # By which rules the ledger was posted (models.posting.POSTING_VERSION); older than the program's: it is rebuilt.
    Column("posting_version", Integer, nullable=False, server_default="1"),
    # Which cluster and database these rows stood in when they were last opened; empty: never noted.
    Column("fingerprint", Text, nullable=False, server_default=text("''")),
)

entry = Table(
    "entry",
    own,
    Column("terminal", Id, primary_key=True),
    Column("incarnation", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    # Two entries with one seq are two branches of a forked journal; both are kept.
    Column("hash", LargeBinary, primary_key=True),
    Column("prev", LargeBinary, nullable=False),
    # What the header says; empty where this program cannot read it.
    Column("id", Id),
    Column("kind", Text),
    # The bytes as they were received.
    Column("header", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
    Column("personal", LargeBinary),
    Column("sealed", LargeBinary),
    Column("personal_digest", LargeBinary),
    Column("sealed_digest", LargeBinary),
    Column("received_at", Instant, nullable=False),
    Column("verdict", String(12), nullable=False),
    Column("code", Text, nullable=False),
    # Whether it went into the ledger and the streams: the one entry that owns its id.
    Column("taken", Boolean, nullable=False),
    Column("subject", Id),
)
Index("uq_entry_id", entry.c.id, unique=True, postgresql_where=entry.c.taken)
Index("ix_entry_subject", entry.c.subject)

terminal_head = Table(
    "terminal_head",
    own,
    Column("terminal", Id, primary_key=True),
    Column("incarnation", Integer, primary_key=True),
    Column("mission", String(3)),
    Column("series", Text),
    Column("public_key", LargeBinary, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    # Entries held, branches included; equal to seq unless the journal forked.
    Column("entries", BigInteger, nullable=False),
    Column("safe_seq", BigInteger, nullable=False),
    Column("enrolled_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("last_seen", Instant),
    Column("skew_ms", Integer),
    Column("program", Text),
    # The incarnation that this journal goes on after; 0: none. Who is gone on after is answered no more.
    Column("continues", Integer, nullable=False, server_default=text("0")),
    # X25519, for what is sealed to this terminal; empty until it has said so.
    Column("sealing_key", LargeBinary),
    Column("revoked_reason", Text),
    Index(None, "series"),
)

stream = Table(
    "stream",
    own,
    Column("name", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
)

stream_position = Table(
    "stream_position",
    own,
    Column("stream", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", Id, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index(None, "entry_id"),
)

holding = Table(
    "holding",
    own,
    # The mission that registered the worker first, and those that were lent the worker: all that is recorded about
    # the worker stands in their streams.
    Column("worker_id", Id, primary_key=True),
    Column("mission", String(3), primary_key=True),
)

inquiry = Table(
    "inquiry",
    own,
    # Which terminal asked for whom: every look-up and every borrowing, found or not.
    Column("id", Id, primary_key=True),
    Column("terminal", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("operator_id", Id),
    Column("at", Instant, nullable=False),
    Column("kind", String(8), nullable=False),  # lookup or borrow
    # What was asked with, by the names of the fields; never the values.
    Column("asked", JSON, nullable=False),
    # The registrations that were shown, or lent.
    Column("found", JSON, nullable=False),
    Index(None, "terminal", "at"),
)

pairing_queue = Table(
    "pairing_queue",
    own,
    # Workers of whom something new is known by which they may turn out to be somebody else as well.
    Column("entry_id", Id, primary_key=True),
    Column("worker_id", Id, primary_key=True),
)

pair = Table(
    "pair",
    own,
    # Two persons who may be one, each by the registration that goes on; the smaller id first. Follows from the ledger.
    Column("first_id", Id, primary_key=True),
    Column("second_id", Id, primary_key=True),
    Column("score", Integer, nullable=False),
    Column("strength", String(8), nullable=False),
    Column("reasons", JSON, nullable=False),  # [[code, weight], …]
    # open, or distinct: somebody said that these are two.
    Column("state", String(8), nullable=False),
    # Somebody said that these are one.
    Column("said_same", Boolean, nullable=False),
    Column("found_at", Instant, nullable=False),
    Index(None, "second_id"),
    Index(None, "state", "said_same", "score"),
)

mention = Table(
    "mention",
    own,
    # Entries that are about more than their subject: the other one of two workers, or the merge that is undone.
    Column("about", Id, primary_key=True),
    Column("entry_id", Id, primary_key=True),
)

terminal_stream = Table(
    "terminal_stream",
    own,
    # How far each counter says that it has a stream (`held`), and how far it was sent it (`given`): what is on a lost
    # one, and who has fetched an erasure.
    Column("terminal", Id, primary_key=True),
    Column("incarnation", Integer, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("held", BigInteger, nullable=False),
    Column("given", BigInteger, nullable=False),
    Column("held_at", Instant),
    Column("given_at", Instant),
)

enrolment_code = Table(
    "enrolment_code",
    own,
    # SHA-256 of the secret: 80 random bits cannot be guessed back.
    Column("digest", LargeBinary, primary_key=True),
    Column("mission", String(3), nullable=False),
    Column("series", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_by", Id),
    Column("used_key", LargeBinary),
    # The answer that was given: the same key asking again is told the same.
    Column("answer", LargeBinary),
)

bundle = Table(
    "bundle",
    own,
    # What came by stick from a terminal (up) and went to it (down), numbered for each pair.
    Column("terminal", Id, primary_key=True),
    Column("incarnation", Integer, primary_key=True),
    Column("direction", String(4), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    Column("state", String(12), nullable=False),
    Column("at", Instant, nullable=False),
    # Sealed as it came, while what it follows is missing.
    Column("content", LargeBinary),
)

blob = Table(
    "blob",
    own,
    # Documents that are here as a whole, and the terminal that brought the last of each.
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Index(None, "terminal"),
)

blob_chunk = Table(
    "blob_chunk",
    own,
    Column("sha256", LargeBinary, primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("bytes", LargeBinary, nullable=False),
)

blob_upload = Table(
    "blob_upload",
    own,
    # A document that a terminal is bringing: how it cut it (models.sync.chunks), and the beginning of a chunk that is
    # not proven yet. Each terminal has its own, so that a wrong one stands in nobody else's way.
    Column("terminal", Id, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("tail_number", Integer),
    Column("tail", LargeBinary),
    Column("touched_at", Instant, nullable=False),
    Index(None, "sha256"),
)

blob_part = Table(
    "blob_part",
    own,
    # Chunks of documents under way, each proven by its own hash, whoever brought it.
    Column("sha256", LargeBinary, primary_key=True),
    Column("chunk", LargeBinary, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)

claim_comment = Table(
    "claim_comment",
    own,
    # What officers say to each other about a claim; of a restricted one sealed (models.journal.sealed.SealedNote).
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("officer_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("text", Text),
    Column("sealed", LargeBinary),
    Index(None, "claim_id"),
)

claim_assignment = Table(
    "claim_assignment",
    own,
    # Whose claim it is now; every change is a row.
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("officer_id", Id),  # None: nobody's
    Column("by_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "claim_id"),
)

claim_proposal = Table(
    "claim_proposal",
    own,
    # A decision that one officer proposed and a second must agree to.
    Column("claim_id", Id, primary_key=True),
    Column("officer_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("awards", JSON, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("duplicate_of", Id),
    Column("seen", JSON, nullable=False),
    Column("note", Text),
    Column("sealed", LargeBinary),
)

claim_access = Table(
    "claim_access",
    own,
    # Which officer opened what of a restricted claim, or tried to.
    Column("id", Id, primary_key=True),
    Column("claim_id", Id, nullable=False),
    Column("officer_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(12), nullable=False),  # page, document, dossier, refused …
    Column("document_id", Id),
    Index(None, "claim_id"),
    Index(None, "at"),
)

setting = Table(
    "setting",
    own,
    # What the centre's administrators set, by name.
    Column("key", Text, primary_key=True),
    Column("value", JSON, nullable=False),
)

officer = Table(
    "officer",
    own,
    Column("id", Id, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("password", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    # Wrong passwords and wrong codes in a row, counted together; none again only after both were right.
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant),
    # Somebody else chose the password.
    Column("must_change", Boolean, nullable=False, server_default=false()),
    # The secret of the second factor, encrypted by a key that is not in the database; and the last time step of which
    # a code was taken.
    Column("factor", LargeBinary),
    Column("factor_at", Instant),
    Column("last_step", BigInteger),
    Column("signed_in_at", Instant),
)

officer_recovery = Table(
    "officer_recovery",
    own,
    # HMAC of the code by a key that is not in the database.
    Column("digest", LargeBinary, primary_key=True),
    Column("officer_id", Id, nullable=False),
    Column("used_at", Instant),
    Index(None, "officer_id"),
)

officer_event = Table(
    "officer_event",
    own,
    # What happened to an account, and who did it; empty is the centre's own command line.
    Column("id", Id, primary_key=True),
    Column("officer_id", Id, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", String(24), nullable=False),
    Column("by", Id),
    Column("detail", Text, nullable=False),
    Index(None, "officer_id", "at"),
)

session = Table(
    "session",
    own,
    # SHA-256 of the cookie: who reads this table cannot take over a session.
    Column("digest", LargeBinary, primary_key=True),
    Column("officer_id", Id, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # code, enrol or password: what is still to be shown before it opens a page; open: nothing.
    Column("stage", String(8), nullable=False),
    # The secret that is being enrolled, encrypted like the officer's.
    Column("pending", LargeBinary),
    Index(None, "officer_id"),
)
