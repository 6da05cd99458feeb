"""Tills: a session of the cash drawer, from the count that opens it to the count that closes it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from models.journal.body import Body, Exponent, Personal, journalled


class CashAmount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Cash of one currency in its smallest unit; a difference may be negative."""

    currency: str
    exponent: Exponent
    amount: int


class Counted(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was counted of one currency, in its smallest unit; `pieces` are how many notes and coins of each face, by
    the face in the smallest unit. Without pieces only the sum was counted."""

    currency: str
    exponent: Exponent
    amount: int
    pieces: dict[str, int] = {}


class TenderTotal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one way of paying brought in a session, in the currency's smallest unit: `taken` by `receipts` receipts,
    `returned` by voids and refunds. `expected` is what should lie there at the close: for cash with what was there
    before and what was moved."""

    kind: str
    currency: str
    exponent: Exponent
    receipts: int
    taken: int
    returned: int
    expected: int


class TillReason(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why, in the words of whoever did it."""

    reason: str


class ZReport(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why the count differs, and the signed token of the Z-report."""

    reason: str | None = None
    token: bytes = b""


@journalled
class TillOpened(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A drawer was counted and opened. The session's id is this entry's id, its `serial` the number of its Z-report.

    `carried` is what the last session left by the books, `brought` what was added as float; `differences` are what was
    counted beyond both. `previous` is the session before."""

    KIND: ClassVar[str] = "till.opened"
    SUBJECT: ClassVar[str] = ""
    PERSONAL: ClassVar[type[Personal] | None] = TillReason

    mission: str
    series: str
    serial: int
    business_date: date
    counts: tuple[Counted, ...]
    carried: tuple[CashAmount, ...] = ()
    brought: tuple[CashAmount, ...] = ()
    differences: tuple[CashAmount, ...] = ()
    previous: UUID | None = None
    approved_by: UUID | None = None
    flags: tuple[str, ...] = ()
    personal: TillReason | None = None


@journalled
class TillMoved(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Cash that belongs to no receipt was put in or taken out; `way` is `in` or `out`, `amount` never negative."""

    KIND: ClassVar[str] = "till.moved"
    SUBJECT: ClassVar[str] = "till_id"
    PERSONAL: ClassVar[type[Personal] | None] = TillReason

    till_id: UUID
    mission: str
    business_date: date
    way: str
    currency: str
    exponent: Exponent
    amount: int
    approved_by: UUID | None = None
    flags: tuple[str, ...] = ()
    personal: TillReason | None = None


@journalled
class TillHandedOver(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The drawer was counted and went from one member of staff to another, `to`, who agreed with their password."""

    KIND: ClassVar[str] = "till.handed_over"
    SUBJECT: ClassVar[str] = "till_id"
    PERSONAL: ClassVar[type[Personal] | None] = TillReason

    till_id: UUID
    mission: str
    business_date: date
    to: UUID
    counts: tuple[Counted, ...]
    differences: tuple[CashAmount, ...] = ()
    approved_by: UUID | None = None
    flags: tuple[str, ...] = ()
    personal: TillReason | None = None


@journalled
class TillClosed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A drawer was counted and its session closed; what the Z-report prints stands here for ever.

    Whatever this terminal recorded after `after_seq`, the seq of the last close, belongs to this session, also what
    came before the drawer was opened. `previous_hash` is the hash of the last close's entry: the Z-reports are a chain.
    `deposited` went from the drawer to the treasurer after the count. `unsent` entries and `drafts` were left."""

    KIND: ClassVar[str] = "till.closed"
    SUBJECT: ClassVar[str] = "till_id"
    PERSONAL: ClassVar[type[Personal] | None] = ZReport

    till_id: UUID
    mission: str
    series: str
    serial: int
    business_date: date
    counts: tuple[Counted, ...]
    totals: tuple[TenderTotal, ...]
    differences: tuple[CashAmount, ...] = ()
    deposited: tuple[CashAmount, ...] = ()
    receipts: int = 0
    voids: int = 0
    first_number: str | None = None
    last_number: str | None = None
    late: tuple[str, ...] = ()
    after_seq: int = 0
    previous_hash: bytes = b""
    unsent: int = 0
    drafts: int = 0
    approved_by: UUID | None = None
    flags: tuple[str, ...] = ()
    personal: ZReport | None = None
