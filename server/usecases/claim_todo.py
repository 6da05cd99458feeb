"""What waits for officers beside the queue: proposals for a second officer, and what came after a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from models.ledger.claims import claim
from server.usecases.centre import Centre
from server.usecases.claim_decisions import tasks
from server.usecases.claim_proposals import waiting
from server.usecases.officers import Officer
from server.usecases.roles import Act, may

SHOWN = 8


@dataclass(frozen=True, slots=True)
class ProposedRow:
    """`own`: it waits for somebody else than this officer."""

    claim_id: UUID
    number: str
    outcome: str
    officer: str
    at: datetime
    own: bool


@dataclass(frozen=True, slots=True)
class TaskRow:
    """`code` of the oldest thing to look at, `more` how many there are beside it."""

    claim_id: UUID
    number: str
    code: str
    at: datetime
    more: int


@dataclass(frozen=True, slots=True)
class Todo:
    """The oldest first; of each at most `SHOWN`, and how many there are."""

    proposals: tuple[ProposedRow, ...]
    proposal_count: int
    tasks: tuple[TaskRow, ...]
    task_count: int


def todo(centre: Centre, who: Officer) -> Todo:
    """Of restricted claims only for who may open them."""
    return centre.read(lambda connection: _todo(connection, who))


def _todo(connection: Connection, who: Officer) -> Todo:
    proposals, found = waiting(connection), tasks(connection)
    query = select(claim.c.id, claim.c.number, claim.c.restricted).where(claim.c.id.in_({*proposals, *found}))
    opens = may(who, Act.OPEN_RESTRICTED)
    numbers = {row.id: row.number for row in connection.execute(query) if opens or not row.restricted}
    proposed = sorted(
        (
            ProposedRow(key, numbers[key], one.outcome, one.officer, one.at, one.officer_id == who.id)
            for key, one in proposals.items()
            if key in numbers
        ),
        key=lambda row: (row.own, row.at),
    )
    to_look_at = sorted(
        (
            TaskRow(key, numbers[key], several[0].code, several[0].at, len(several) - 1)
            for key, several in found.items()
            if key in numbers
        ),
        key=lambda row: row.at,
    )
    return Todo(tuple(proposed[:SHOWN]), len(proposed), tuple(to_look_at[:SHOWN]), len(to_look_at))
