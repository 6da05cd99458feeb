"""Posting of reference data: missions, rates, tariffs, staff and terminals."""

from __future__ import annotations

import msgspec

from models.journal.entry import Entry
from models.journal.reference import MissionPublished, PricePublished, RatePublished, TariffPublished
from models.journal.staff import StaffListed
from models.journal.terminals import JournalContinued, TerminalCertified, TerminalRevoked
from models.ledger.reference import (
    journal_continuation,
    mission_setting,
    price,
    rate,
    staff,
    tariff,
    terminal,
    terminal_revocation,
)
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.settling import settle_row
from models.rules.token import thumbprint


@posts(MissionPublished, touches=lambda body: [(mission_setting, body.mission_id)])
def _(rows: Rows, entry: Entry, body: MissionPublished) -> None:
    settle_row(
        rows.open(mission_setting, body.mission_id),
        {
            "mission": body.mission,
            "cash_allowed": body.cash_allowed,
            "counters": dict(body.counters),
            "difference_limits": dict(body.difference_limits),
        },
        entry.stamp,
    )


@posts(RatePublished)
def _(rows: Rows, entry: Entry, body: RatePublished) -> None:
    rows.add(
        rate,
        id=entry.id,
        mission=body.mission,
        currency=body.currency,
        valid_from=body.valid_from,
        idr_per_unit=str(body.idr_per_unit),
        step=body.step,
        valid_to=body.valid_to,
        decree=body.decree,
        rounding=body.rounding,
    )


@posts(PricePublished)
def _(rows: Rows, entry: Entry, body: PricePublished) -> None:
    rows.add(
        price,
        id=entry.id,
        mission=body.mission,
        currency=body.currency,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
        decree=body.decree,
        rows=[msgspec.to_builtins(row) for row in body.rows],
    )


@posts(TariffPublished, touches=lambda body: [(tariff, body.tariff_id)])
def _(rows: Rows, entry: Entry, body: TariffPublished) -> None:
    settle_row(rows.open(tariff, body.tariff_id), {"pack": body.pack}, entry.stamp)


@posts(StaffListed, touches=lambda body: [(staff, body.operator_id)])
def _(rows: Rows, entry: Entry, body: StaffListed) -> None:
    settle_row(
        rows.open(staff, body.operator_id),
        {
            "mission": body.mission,
            "role": body.role,
            "active": body.active,
            "login": body.personal.login if body.personal else None,
            "name": body.personal.name if body.personal else None,
        },
        entry.stamp,
        # Whom one place took off the list is off it, though another listed them without having heard.
        weight=lambda listed: int(not listed["active"]),
    )


@posts(TerminalCertified)
def _(rows: Rows, entry: Entry, body: TerminalCertified) -> None:
    rows.add(
        terminal,
        id=entry.id,
        terminal_id=body.terminal_id,
        incarnation=body.incarnation,
        mission=body.mission,
        series=body.series,
        public_key=body.public_key,
        thumbprint=thumbprint(body.public_key),
        continues=body.continues,
    )


@posts(TerminalRevoked)
def _(rows: Rows, entry: Entry, body: TerminalRevoked) -> None:
    rows.add(
        terminal_revocation,
        id=entry.id,
        terminal_id=body.terminal_id,
        incarnation=body.incarnation,
        at=entry.head.at,
        reason=body.reason,
    )


@posts(JournalContinued)
def _(rows: Rows, entry: Entry, body: JournalContinued) -> None:
    # Whose journal goes on is who signs, whatever the body says of it.
    rows.add(
        journal_continuation,
        id=entry.id,
        terminal=entry.head.terminal,
        incarnation=entry.head.incarnation,
        former=body.incarnation,
        former_seq=body.seq,
        former_hash=body.hash,
        series=body.series,
        reason=body.reason,
        at=entry.head.at,
    )
