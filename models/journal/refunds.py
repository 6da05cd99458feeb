"""Refunds: a receipt that its counter can no longer void is given back through the centre."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from models.journal.body import Body, Exponent, Personal, journalled


class RefundWish(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why the money is to go back, and where to where it is transferred."""

    reason: str
    bank_name: str | None = None
    bank_account: str | None = None
    bank_holder: str | None = None


class RefundNote(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """What the centre says to the worker, and how it can be found at the bank."""

    note: str | None = None
    transfer_reference: str | None = None


class RefundPaper(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The signed token of the paper that the worker gets with the money."""

    token: bytes = b""


@journalled
class RefundRequested(Body, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody asks for the money of a receipt, whoever issued it; the request is this entry. `method` is `cash`, at
    a counter, or `transfer`, by the centre."""

    KIND: ClassVar[str] = "refund.requested"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = RefundWish

    worker_id: UUID
    mission: str
    receipt_id: UUID
    method: str
    business_date: date
    approved_by: UUID | None = None
    personal: RefundWish | None = None


@journalled
class RefundDecided(Body, frozen=True, kw_only=True, omit_defaults=True):
    """The centre said whether a receipt is given back. One that is approved covers nothing from then on; by transfer
    it is paid with this, in cash by a counter."""

    KIND: ClassVar[str] = "refund.decided"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = RefundNote

    worker_id: UUID
    mission: str
    refund_id: UUID
    receipt_id: UUID
    approved: bool
    method: str
    business_date: date
    personal: RefundNote | None = None


@journalled
class RefundPaid(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A counter handed the money of an approved refund out of its drawer; its paper takes a number of the series.
    `amount` in the smallest unit of `currency`."""

    KIND: ClassVar[str] = "refund.paid"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = RefundPaper

    worker_id: UUID
    mission: str
    refund_id: UUID
    receipt_id: UUID
    number: str
    year: int
    serial: int
    business_date: date
    till_id: UUID | None
    currency: str
    exponent: Exponent
    amount: int
    amount_idr: int
    approved_by: UUID | None = None
    personal: RefundPaper | None = None
