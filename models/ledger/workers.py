"""Workers: who each person is now, and which revision every field came from."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Date, Index, Integer, String, Table, Text

from models.ledger.types import Id, ledger

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
    Index(None, "nik"),
    Index(None, "passport_number"),
)
