"""Workers: who a person is. Every field of the identity is personal; the facts hold only what a flag needs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from models.journal.body import Body, Personal, journalled


class Heir(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who inherits, and how to reach them. `relation` is a code of models.rules.heirs."""

    name: str
    relation: str
    phone: str | None = None
    birth_date: date | None = None


class Identity(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """All that identifies and reaches a worker. The fields are the columns of the ledger's `worker`."""

    name: str
    name_on_id_card: str | None = None
    nik: str | None = None
    passport_kind: str | None = None
    passport_number: str | None = None
    passport_issued: date | None = None
    passport_expiry: date | None = None
    passport_office: str | None = None
    kpj: str | None = None
    pmi_id: str | None = None
    sex: str | None = None
    birth_place: str | None = None
    birth_date: date | None = None
    mother_name: str | None = None
    home_address: str | None = None
    home_regency: str | None = None
    abroad_address: str | None = None
    phone: str | None = None
    whatsapp: str | None = None
    email: str | None = None
    emergency_name: str | None = None
    emergency_phone: str | None = None
    bank_name: str | None = None
    bank_account: str | None = None
    bank_holder: str | None = None
    bank_owner: str | None = None
    heirs: tuple[Heir, ...] = ()


class Amendment(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that were changed, by name, as JSON values. A field that is not here was not touched."""

    changes: dict[str, str | list[dict[str, str | None]] | None]
    reason: str = ""

    def __post_init__(self) -> None:
        """ValueError for a value its field cannot hold: such an amendment is unreadable, here and everywhere."""
        for field, value in self.changes.items():
            if field in _IDENTITY and not _fits(field, value):
                raise ValueError(f"{field} cannot be changed to that")


_IDENTITY = frozenset(Identity.__struct_fields__)
DATES = frozenset({"passport_issued", "passport_expiry", "birth_date"})
"""The fields of an identity that are days."""


def _fits(field: str, value: str | list[dict[str, str | None]] | None) -> bool:
    if field == "heirs":
        try:
            msgspec.convert(value, tuple[Heir, ...])
        except msgspec.ValidationError:
            return False
        return True
    if field in DATES and isinstance(value, str):
        try:
            return date.fromisoformat(value).isoformat() == value
        except ValueError:
            return False
    return value is None or isinstance(value, str)


@journalled
class WorkerRegistered(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A person became known to this counter. `confirmed` names warnings the clerk overruled (`nik.birth_date`)."""

    KIND: ClassVar[str] = "worker.registered"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Identity

    worker_id: UUID
    mission: str
    confirmed: tuple[str, ...] = ()
    personal: Identity | None = None


@journalled
class WorkerAmended(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Some fields of a person were corrected; which and to what is personal."""

    KIND: ClassVar[str] = "worker.amended"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Amendment

    worker_id: UUID
    mission: str
    confirmed: tuple[str, ...] = ()
    personal: Amendment | None = None
