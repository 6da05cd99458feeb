"""Contributions: money was received for a worker's cover, and a receipt with this number was handed out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

import msgspec

from models.journal.body import Body, Exponent, Personal, journalled

_MOST_DIGITS = 40


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One programme paid for some months. Amounts in whole rupiah. `anchor` is the day the unbroken cover
    began and `anchor_months` how many months from it are paid with this line. `fixed` is what a decree says it costs
    in the payment's currency, in its smallest unit, where no rate was used."""

    programme: str
    months: int
    amount_idr: int
    anchor: date
    anchor_months: int
    covered_from: date
    covered_to: date
    tariff_id: UUID
    tariff_version: int
    monthly_idr: int | None = None
    fixed: int | None = None


class RateUsed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The rate row that turned rupiah into local money, as it stood."""

    rate_id: UUID
    valid_from: date
    idr_per_unit: Decimal

    def __post_init__(self) -> None:
        rate = self.idr_per_unit
        if not (
            rate.is_finite()
            and rate > 0
            and abs(rate.adjusted()) < _MOST_DIGITS
            and len(rate.as_tuple().digits) < _MOST_DIGITS
        ):
            # Reckoning with it would fail, or never end.
            raise ValueError("no rate")


class PriceUsed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The decree whose fixed local amounts were charged."""

    price_id: UUID
    valid_from: date
    decree: str


class Tender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How it was paid; amounts in the smallest unit of `currency`, which has `exponent` decimals.

    `worth` is what it pays in the smallest unit of the payment's currency, by `rate`, where it came in another; None:
    what was received less the change. `paid_on` is the day on the slip, `document_id` its picture."""

    kind: str
    currency: str
    exponent: Exponent
    received: int
    change: int = 0
    reference: str | None = None
    paid_on: date | None = None
    document_id: UUID | None = None
    rate: RateUsed | None = None
    worth: int | None = None


class Payer(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What the paper says of the person, and its signed token, so that any counter can print it again."""

    name: str
    token: bytes
    passport_number: str | None = None
    kpj: str | None = None
    approval_reason: str | None = None


@journalled
class ContributionReceived(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Money was taken. The receipt it makes carries this entry's id; its number is for people, not a key.
    `rounding_idr` is what rounding the local amount brought in, in whole rupiah; `surplus` what came in beyond the
    amount due and was not given back, `short` what was missing and let pass, both in the smallest unit of `currency`.
    `event_date` is the day whose tariff was charged, where it is not the business date. `till_id` is the till session
    it was taken in. `approvals` names what `approved_by`, a second person, agreed to."""

    KIND: ClassVar[str] = "contribution.received"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Payer

    worker_id: UUID
    mission: str
    number: str
    year: int
    serial: int
    business_date: date
    lines: tuple[Line, ...]
    amount_idr: int
    currency: str
    exponent: Exponent
    due: int
    tenders: tuple[Tender, ...]
    rate: RateUsed | None = None
    rounding_idr: int = 0
    surplus: int = 0
    flags: tuple[str, ...] = ()
    till_id: UUID | None = None
    event_date: date | None = None
    price: PriceUsed | None = None
    short: int = 0
    approved_by: UUID | None = None
    approvals: tuple[str, ...] = ()
    personal: Payer | None = None


@journalled
class ReceiptReprinted(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A further copy of a receipt was made, or of a paper that took one back, which `receipt_id` then names by its own
    entry; it is marked SALINAN and counted."""

    KIND: ClassVar[str] = "receipt.reprinted"
    SUBJECT: ClassVar[str] = "worker_id"

    worker_id: UUID
    mission: str
    receipt_id: UUID


class VoidDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why, and the signed token of the void's own paper."""

    reason: str
    token: bytes = b""


@journalled
class ReceiptVoided(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A receipt was taken back by a reversal with its own number; what it moved is moved back. Of several voids and
    approved refunds of one receipt one counts, the others move nothing and are flagged: the void of the issuing counter
    before what the centre approved, and of several alike the first made. The amounts are those of the receipt, as its
    paper says them again."""

    KIND: ClassVar[str] = "receipt.voided"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = VoidDetails

    worker_id: UUID
    mission: str
    receipt_id: UUID
    number: str
    year: int
    serial: int
    business_date: date
    approved_by: UUID | None = None
    till_id: UUID | None = None
    amount_idr: int = 0
    currency: str = "IDR"
    exponent: Exponent = 0
    due: int = 0
    personal: VoidDetails | None = None
