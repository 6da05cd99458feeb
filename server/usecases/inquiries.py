"""Inquiries: which counter asked for whom, kept for whoever has to know, and how often one may ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from models.journal.ids import new_id
from models.sync.protocol import LOOKUPS_A_MINUTE, SyncError
from server.store.tables import inquiry
from server.usecases.centre import Centre
from server.usecases.terminals import Caller

Asking = Literal["lookup", "borrow"]


def allow(connection: Connection, centre: Centre, who: Caller, kind: Asking) -> None:
    """SyncError `too_many` for more than a counter's work needs."""
    since = centre.now() - timedelta(minutes=1)
    lately = select(func.count()).where(
        inquiry.c.terminal == who.terminal, inquiry.c.at > since, inquiry.c.kind == kind
    )
    if (connection.scalar(lately) or 0) >= LOOKUPS_A_MINUTE:
        raise SyncError("too_many")


def note(
    connection: Connection,
    centre: Centre,
    who: Caller,
    kind: Asking,
    operator: UUID | None,
    asked: Sequence[str],
    found: Iterable[UUID],
) -> None:
    """Keep who asked with what, and whom they were shown; nobody found is kept as well."""
    connection.execute(
        insert(inquiry).values(
            id=new_id(),
            terminal=who.terminal,
            mission=who.mission,
            operator_id=operator,
            at=centre.now(),
            kind=kind,
            asked=list(asked),
            found=[one.hex for one in found],
        )
    )
