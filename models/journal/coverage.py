"""Coverage: days that were moved, memberships that BPJS confirmed, balances that it stated."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from models.journal.body import Body, Personal, journalled


class Move(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The days that one line of a receipt covers from now on; anchor and months as in `contributions.Line`."""

    receipt_id: UUID
    line: int
    anchor: date
    anchor_months: int
    covered_from: date
    covered_to: date


class MoveDetails(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """Why, and the signed token of the paper that replaces the one with the old days."""

    reason: str
    token: bytes = b""


@journalled
class CoverageMoved(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A supervisor settled days that overlapped or left a gap. The paper that says so takes a number of the series;
    the centre has none, and leaves the number out. The latest move of a line stands."""

    KIND: ClassVar[str] = "coverage.moved"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = MoveDetails

    worker_id: UUID
    mission: str
    moves: tuple[Move, ...]
    business_date: date
    number: str | None = None
    year: int | None = None
    serial: int | None = None
    approved_by: UUID | None = None
    personal: MoveDetails | None = None


class Membership(Personal, frozen=True, kw_only=True, omit_defaults=True):
    """The card number that BPJS Ketenagakerjaan gave."""

    kpj: str | None = None


@journalled
class MembershipConfirmed(Body, frozen=True, kw_only=True, omit_defaults=True):
    """BPJS Ketenagakerjaan confirmed, on this day, what these receipts paid for: their cover is no longer
    provisional."""

    KIND: ClassVar[str] = "membership.confirmed"
    SUBJECT: ClassVar[str] = "worker_id"
    PERSONAL: ClassVar[type[Personal] | None] = Membership

    worker_id: UUID
    mission: str
    receipt_ids: tuple[UUID, ...]
    confirmed_on: date
    personal: Membership | None = None


@journalled
class BalanceStated(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What a worker has saved in a programme, in whole rupiah, as BPJS stated it for a day. Nobody else computes it."""

    KIND: ClassVar[str] = "balance.stated"
    SUBJECT: ClassVar[str] = "worker_id"

    worker_id: UUID
    mission: str
    programme: str
    amount_idr: int
    as_of: date
