"""Claim evidence: what this counter knows of a person that speaks for or against a claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from kiosk.desk import Work
from kiosk.queries.coverage import paid_days_in
from kiosk.queries.memberships import Stated, balances_of, confirmed_among
from kiosk.queries.persons import registrations_of
from models.ledger.tables import claim
from models.rules.claim_evidence import EarlierClaim, HeirEvidence, PaidCover, heir_evidence, is_similar
from models.rules.claims import Kind, programme_of
from models.rules.heirs import Inherits


def paid_covers(work: Work, person: UUID) -> list[PaidCover]:
    """What is paid for a person, receipt by receipt, as it stands after all moves; with the day BPJS confirmed it."""
    lines = paid_days_in(work, person).lines
    confirmed = confirmed_among(work.connection, {line.receipt_id for line in lines})
    return [PaidCover(line.number, line.stands, confirmed.get(line.receipt_id)) for line in lines]


def earlier_claims(connection: Connection, person: UUID, kind: Kind, event_date: date) -> tuple[EarlierClaim, ...]:
    """The claims of the same programme under any registration of a person, the newest first. Restricted ones are not
    among them: what they are about is sealed."""
    rows = connection.execute(
        select(claim)
        .where(claim.c.worker_id.in_(registrations_of(connection, person)), claim.c.restricted.is_(False))
        .order_by(claim.c.business_date.desc(), claim.c.filed_at.desc(), claim.c.id.desc())
    )
    found = [
        EarlierClaim(row.id, row.number, row.benefit, row.event_date, row.business_date, row.state)
        for row in rows
        if programme_of(row.benefit) == kind.programme
    ]
    return tuple(replace(one, similar=is_similar(event_date, one)) for one in found)


def heirs_of(person: Row[Any]) -> tuple[HeirEvidence, ...]:
    """The heirs recorded with a person, in the order of the law."""
    return heir_evidence(
        [Inherits(name=heir.get("name") or "", relation=heir.get("relation") or "") for heir in person.heirs or ()]
    )


def stated_balance(connection: Connection, person: UUID, kind: Kind) -> Stated | None:
    """The savings that a claim of JHT is about, as BPJS stated them last; never computed here."""
    if kind.programme != "JHT":
        return None
    return next((one for one in balances_of(connection, person) if one.programme == "JHT"), None)
