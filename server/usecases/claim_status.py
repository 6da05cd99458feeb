"""Claim status: where a claim stands, for whoever holds its slip. No name, no kind, no amount: nothing is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from models.journal.claims import RESTRICTED_KIND
from models.ledger.tables import claim, claim_document, claim_report, claim_request, worker
from models.rules.claim_papers import Terms, ToBring, sealed_to_bring, to_bring
from models.rules.claim_states import ClaimState, Paper, Request
from models.rules.missions import mission
from models.rules.problems import Refused


@dataclass(frozen=True, slots=True)
class ClaimStatus:
    """Where a claim stands and since which day, at the mission that filed it; how many documents must still be brought
    (None: some, their number is sealed) and until when, where a day is known."""

    state: ClaimState
    since: date
    to_bring: int | None
    until: date | None


def status_of(connection: Connection, number: str, terminal: UUID, incarnation: int) -> ClaimStatus | None:
    """The status of the claim with this number that this terminal filed; None where the centre has not received it."""
    row = connection.execute(
        select(claim, worker.c.erased)
        .outerjoin(worker, worker.c.id == claim.c.worker_id)
        .where(claim.c.number == number, claim.c.terminal == terminal, claim.c.incarnation == incarnation)
        .order_by(claim.c.id)
    ).first()
    if row is None:
        return None
    since = (row.state_at or row.filed_at).astimezone(ZoneInfo(row.zone)).date()
    bring = ToBring() if row.erased else _to_bring(connection, row)
    return ClaimStatus(row.state, since, bring.count, bring.until)


def _to_bring(connection: Connection, row: Row[Any]) -> ToBring:
    documents = connection.execute(
        select(claim_document).where(claim_document.c.claim_id == row.id, claim_document.c.removed_by.is_(None))
    ).all()
    papers = [Paper(one.id, one.requirement, one.document_kind) for one in documents]
    days = {key: date.fromisoformat(day) for key, day in row.follow_by.items()}
    asked = connection.execute(select(claim_request).where(claim_request.c.id == row.request_id)).first()
    request = by_day = None
    if asked is not None:
        seen, by_day = frozenset(UUID(one) for one in asked.seen), asked.by_day
        request = Request(asked.id, tuple(asked.wanted), asked.papers, seen, row.restricted)
    if row.restricted:
        later = any(one.attached_at > row.filed_at for one in documents)
        return sealed_to_bring(row.state, papers, request, by_day, days.get(RESTRICTED_KIND), came_later=later)
    return to_bring(row.state, _terms(connection, row), papers, request, by_day, days)


def _terms(connection: Connection, row: Row[Any]) -> Terms:
    order = (claim_report.c.rev, claim_report.c.stamp_terminal, claim_report.c.stamp_seq)
    reports: Sequence[Row[Any]] = connection.execute(
        select(claim_report).where(claim_report.c.claim_id == row.id).order_by(*order)
    ).all()
    try:
        office = mission(row.mission).kind
    except Refused:
        office = ""
    last = reports[-1] if reports else None
    return Terms(
        code=row.benefit,
        situation=row.situation,
        rules_from=row.rules_from,
        outcome=last.outcome if last is not None else "",
        benefits=tuple(last.benefits) if last is not None else (),
        office=office,
    )
