"""Claim assignments: whose claim it is at the centre, as every change of it was kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import distinct_on

from models.journal.ids import new_id
from models.rules.problems import Problem, Refused
from server.store.tables import claim_assignment, officer
from server.usecases.centre import Centre
from server.usecases.claim_cases import case_of, may_decide, permit_case
from server.usecases.journal import lock_own_head
from server.usecases.officers import Officer


@dataclass(frozen=True, slots=True)
class Assignee:
    id: UUID
    login: str
    name: str
    since: datetime


def assignees(connection: Connection, claim_ids: Collection[UUID] | None = None) -> Mapping[UUID, Assignee]:
    """Whose these claims are, or all that are somebody's."""
    query = (
        select(claim_assignment, officer.c.login, officer.c.name)
        .join_from(claim_assignment, officer, officer.c.id == claim_assignment.c.officer_id, isouter=True)
        .ext(distinct_on(claim_assignment.c.claim_id))
        .order_by(claim_assignment.c.claim_id, claim_assignment.c.id.desc())
    )
    if claim_ids is not None:
        query = query.where(claim_assignment.c.claim_id.in_(claim_ids))
    return {
        row.claim_id: Assignee(row.officer_id, row.login or "", row.name or "—", row.at)
        for row in connection.execute(query)
        if row.officer_id is not None
    }


def candidates(connection: Connection, *, restricted: bool) -> tuple[Officer, ...]:
    """Who may be given such a claim, by name."""
    rows = connection.execute(select(officer).where(officer.c.active).order_by(officer.c.name, officer.c.login))
    everybody = [Officer(row.id, row.login, row.name, row.role) for row in rows]
    return tuple(one for one in everybody if may_decide(one, restricted=restricted))


def assign(
    centre: Centre, claim_id: UUID, to: UUID | None, *, by: Officer, instead_of: UUID | Literal["any"] | None = "any"
) -> None:
    """Give the claim to an officer, oneself or another, or to nobody. `instead_of` is whose it was when the officer
    looked.

    Refused: `officer.not_allowed`, `claim.not_at_centre`; on "assignee" `claim.assignee` for who may not decide it, or
    whose account is closed, and `claim.taken` (gap `officer`) where it became somebody's meanwhile."""

    def work(connection: Connection) -> None:
        lock_own_head(connection, centre)
        case = case_of(connection, centre, claim_id)
        permit_case(by, case)
        now = assignees(connection, [claim_id]).get(claim_id)
        if (now.id if now else None) == to:
            return
        if instead_of != "any" and (now.id if now else None) != instead_of:
            raise Refused(Problem.of("assignee", "claim.taken", officer=now.name if now else "—"))
        if to is not None and to not in {one.id for one in candidates(connection, restricted=case.restricted)}:
            raise Refused(Problem("assignee", "claim.assignee"))
        connection.execute(
            insert(claim_assignment).values(id=new_id(), claim_id=claim_id, officer_id=to, by_id=by.id, at=centre.now())
        )

    centre.write(work)
