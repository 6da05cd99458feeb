"""Workers: who a person is. Every field of the identity is personal; the facts hold only what a flag needs."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from models.journal.body import Body, Personal, journalled

Value: TypeAlias = str | list[str | dict[str, str | bool | None]] | None
"""What a field of an identity holds, as JSON."""


class Heir(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who inherits, and how to reach them. `relation` is a code of models.rules.heirs. `scholar`: a child named for
    the scholarship (Permenaker 4/2023: at most two)."""

    name: str
    relation: str
    phone: str | None = None
    birth_date: date | None = None
    scholar: bool = False


class Identity(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """All that identifies and reaches a worker. The fields are the columns of the ledger's `worker`. `kpj` is the card
    in use, `other_kpjs` those of earlier memberships."""

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
    other_kpjs: tuple[str, ...] = ()


LISTS = ("heirs", "other_kpjs")
"""The fields of an identity that hold several."""


class Amendment(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The fields that were changed, by name, as JSON values. A field that is not here was not touched. `was` is what
    whoever changed them saw standing there."""

    changes: dict[str, Value]
    reason: str = ""
    was: dict[str, Value] = {}

    def __post_init__(self) -> None:
        """ValueError for a value its field cannot hold: such an amendment is unreadable, here and everywhere."""
        for field, value in (*self.changes.items(), *self.was.items()):
            if field in _IDENTITY and not _fits(field, value):
                raise ValueError(f"{field} cannot be changed to or from that")


_IDENTITY = frozenset(Identity.__struct_fields__)
DATES = frozenset({"passport_issued", "passport_expiry", "birth_date"})
"""The fields of an identity that are days."""
_LIST_OF = {"heirs": tuple[Heir, ...], "other_kpjs": tuple[str, ...]}


def _fits(field: str, value: Value) -> bool:
    if field in LISTS:
        try:
            msgspec.convert(value, _LIST_OF[field])
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
    """A person became known to this counter. `confirmed` names warnings the clerk overruled (`nik.birth_date`);
    `not_same_as` the look-alikes of whom the clerk said that they are somebody else."""

    KIND: ClassVar[str] = "worker.registered"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Identity

    worker_id: UUID
    mission: str
    confirmed: tuple[str, ...] = ()
    not_same_as: tuple[UUID, ...] = ()
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


class Remark(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why, in the words of whoever acted."""

    remark: str = ""


@journalled
class WorkerCompared(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A person looked at two registrations and said whether they are one and the same worker."""

    KIND: ClassVar[str] = "worker.compared"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Remark

    worker_id: UUID
    other_id: UUID
    mission: str
    same: bool
    personal: Remark | None = None


@journalled
class WorkerMerged(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Two registrations are one worker from here on: `worker_id` goes on, `other_id` is gathered under it. Both keep
    their numbers, receipts and claims; nothing that was printed changes."""

    KIND: ClassVar[str] = "worker.merged"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Remark

    worker_id: UUID
    other_id: UUID
    mission: str
    personal: Remark | None = None


@journalled
class WorkerUnmerged(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A merge was a mistake and is undone for good; a new one may follow. `worker_id` is the one that went on."""

    KIND: ClassVar[str] = "worker.unmerged"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Remark

    worker_id: UUID
    merge_id: UUID
    mission: str
    personal: Remark | None = None


@journalled
class WorkerBorrowed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The centre lets the counters of `mission` have a worker of another one. `asked_by` is the terminal."""

    KIND: ClassVar[str] = "worker.borrowed"
    SUBJECT: ClassVar[str] = "worker_id"

    worker_id: UUID
    mission: str
    asked_by: UUID | None = None


@journalled
class WorkerRestricted(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The worker asked that their data be processed no further for now, or took that back (UU PDP 27/2022, Art. 11)."""

    KIND: ClassVar[str] = "worker.restricted"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Remark

    worker_id: UUID
    mission: str
    restricted: bool
    personal: Remark | None = None


@journalled
class BodyErased(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The personal and sealed parts of every entry about this worker are erased, wherever they are kept, and those
    that arrive later are dropped; the chain stays whole (UU PDP 27/2022, Art. 8). Only the centre says so. `reason`:
    `request` or `retention`; `order` names the court or authority that ordered it before its time."""

    KIND: ClassVar[str] = "body.erased"
    SUBJECT: ClassVar[str] = "worker_id"

    worker_id: UUID
    mission: str
    reason: str
    order: str = ""
