"""Workers: who each person is now, which revision every field came from, and which registrations are one person."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text, false, text

from models.ledger.types import Id, Instant, ledger

worker = Table(
    "worker",
    ledger,
    Column("id", Id, primary_key=True),
    # A payment may name a person whose registration has not arrived yet: the row then waits to be filled.
    Column("registered", Boolean, nullable=False, default=False),
    Column("mission", String(3)),
    Column("rev", Integer, nullable=False, default=0),
    Column("name", Text),
    Column("name_on_id_card", Text),
    Column("nik", String(16)),
    Column("passport_kind", Text),
    Column("passport_number", Text),
    Column("passport_issued", Date),
    Column("passport_expiry", Date),
    Column("passport_office", Text),
    Column("kpj", Text),
    Column("pmi_id", Text),
    Column("sex", String(1)),
    Column("birth_place", Text),
    Column("birth_date", Date),
    Column("mother_name", Text),
    Column("home_address", Text),
    Column("home_regency", Text),
    Column("abroad_address", Text),
    Column("phone", Text),
    Column("whatsapp", Text),
    Column("email", Text),
    Column("emergency_name", Text),
    Column("emergency_phone", Text),
    Column("bank_name", Text),
    Column("bank_account", Text),
    Column("bank_holder", Text),
    Column("bank_owner", Text),
    Column("heirs", JSON, nullable=False, default=list),
    # {"": stamp of the registration, field: stamp where another entry won it}
    Column("stamps", JSON, nullable=False, default=dict),
    # {field: [[rev, terminal, seq, value], …]} of the losers at the winning revision: for a person to confirm
    Column("conflicts", JSON, nullable=False, default=dict),
    Column("other_kpjs", JSON, nullable=False, server_default=text("'[]'")),
    # The registration under which this one is gathered, where the two were merged; NULL: it stands for itself.
    Column("merged_into", Id),
    # The person asked that nothing more be done with their data for now; "given" or "withdrawn", as said last.
    Column("restricted", Boolean, nullable=False, server_default=false()),
    Column("consent", Text),
    # Nothing personal is kept of this worker any more, and nothing ever will be.
    Column("erased", Boolean, nullable=False, server_default=false()),
    # What look-alikes are found by (models.rules.names.name_key, models.rules.phones.phone_key).
    Column("name_key", Text, nullable=False, server_default=text("''")),
    Column("phone_key", Text, nullable=False, server_default=text("''")),
    Column("whatsapp_key", Text, nullable=False, server_default=text("''")),
    # The last time any counter did something for this person.
    Column("seen_at", Instant),
    Index(None, "nik"),
    Index(None, "passport_number"),
    Index(None, "kpj"),
    Index(None, "birth_date"),
    Index(None, "name_key"),
    Index(None, "phone_key"),
    Index(None, "whatsapp_key"),
    Index(None, "merged_into"),
)

worker_number = Table(
    "worker_number",
    ledger,
    # Numbers that an amendment brought or took away, and further cards: an old passport still finds its holder.
    Column("entry_id", Id, primary_key=True),
    Column("kind", String(8), primary_key=True),  # nik, passport, kpj or pmi
    Column("value", Text, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Index(None, "value"),
    Index(None, "worker_id"),
)

amendment = Table(
    "amendment",
    ledger,
    Column("entry_id", Id, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("was", JSON),
    Column("value", JSON),
    Column("reason", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index(None, "worker_id"),
)

comparison = Table(
    "comparison",
    ledger,
    # What a person said of two registrations. The later word counts: the higher rev, then terminal and seq.
    Column("entry_id", Id, primary_key=True),
    Column("other_id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("same", Boolean, nullable=False),
    Column("remark", Text),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Column("terminal", Id, nullable=False),
    Column("rev", Integer, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index(None, "worker_id"),
    Index(None, "other_id"),
)

worker_merge = Table(
    "worker_merge",
    ledger,
    Column("id", Id, primary_key=True),
    # Empty while only the undoing has arrived.
    Column("worker_id", Id),
    Column("other_id", Id),
    Column("mission", String(3)),
    Column("remark", Text),
    Column("at", Instant),
    Column("operator_id", Id),
    Column("undone_by", Id),
    Column("undone_at", Instant),
    Column("undone_operator_id", Id),
    Index(None, "worker_id"),
    Index(None, "other_id"),
)

borrowing = Table(
    "borrowing",
    ledger,
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("asked_by", Id),
    Column("at", Instant, nullable=False),
    Index(None, "worker_id"),
)

restriction = Table(
    "restriction",
    ledger,
    # Every time it was asked for or taken back; what counts now stands in `worker`.
    Column("id", Id, primary_key=True),
    Column("worker_id", Id, nullable=False),
    Column("mission", String(3), nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("remark", Text),
    Column("at", Instant, nullable=False),
    Column("operator_id", Id, nullable=False),
    Index(None, "worker_id"),
)
