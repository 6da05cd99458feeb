"""Conflicts: fields that two counters gave different values without hearing of each other, for a person to choose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from kiosk.desk import Desk
from kiosk.queries.heads import Told, heads_about
from kiosk.queries.history import counters, operators
from kiosk.queries.persons import require
from kiosk.queries.privacy import is_restricted
from models.ledger.tables import amendment, worker


@dataclass(frozen=True, slots=True)
class Given:
    """A value and where it comes from. `value` is as the journal has it; `at` is empty where the entry that gave it is
    not here. `stands`: it is what the field holds while nobody has chosen."""

    value: Any
    operator: str
    counter: str
    at: datetime | None
    stands: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field and the values it was given, the one that stands first."""

    field: str
    given: tuple[Given, ...]


def conflicts(desk: Desk, worker_id: UUID, *, revealed: bool = False) -> list[Conflict]:
    """What a person should choose between; of somebody whose data are restricted nothing, unless they were asked for
    (`revealed`). Refused `worker.unknown`."""
    with desk.read() as work:
        connection = work.connection
        row = require(connection, worker_id, erased=True)
        found = disputed(row)
        if not found or (not revealed and is_restricted(connection, row.id)):
            return []
        people, places = operators(connection), counters(connection)

        def given(stamp: Sequence[Any], value: Any, *, stands: bool) -> Given:
            _rev, terminal, seq = stamp[:3]
            at = UUID(terminal)
            head = _head(connection, row.id, at, seq)
            return Given(
                value=value,
                operator=people.get(head.operator, "") if head else "",
                counter=places.get(at, ""),
                at=head.at if head else None,
                stands=stands,
            )

        return [
            Conflict(
                field,
                (
                    given(row.stamps.get(field) or row.stamps[""], _json(getattr(row, field)), stands=True),
                    *(given(loser, loser[3], stands=False) for loser in losers),
                ),
            )
            for field, losers in found.items()
        ]


def disputed(row: Row[Any]) -> dict[str, list[Any]]:
    """The fields of a worker's row where a value that lost is another than the one that stands, and those that lost."""
    differing = {
        field: [loser for loser in losers if loser[3] != _json(getattr(row, field))]
        for field, losers in row.conflicts.items()
    }
    return {field: losers for field, losers in differing.items() if losers}


def in_conflict(connection: Connection) -> dict[UUID, tuple[str, ...]]:
    """Everybody with a field to choose, and the fields; those of whom something was recorded last first."""
    # Only who was ever amended can be disputed; that spares reading everybody.
    amended = worker.c.id.in_(select(amendment.c.worker_id))
    query = select(worker).where(amended, worker.c.conflicts != {}, worker.c.erased.is_(False))
    query = query.order_by(worker.c.seen_at.desc())
    found = {row.merged_into or row.id: tuple(disputed(row)) for row in connection.execute(query)}
    return {person: fields for person, fields in found.items() if fields}


def _head(connection: Connection, worker_id: UUID, terminal: UUID, seq: int) -> Told | None:
    """The entry that gave a value."""
    about = heads_about(connection, [worker_id])
    return next((one for one in about if (one.terminal, one.seq) == (terminal, seq)), None)


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
