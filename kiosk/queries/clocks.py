"""Clocks: what this PC says the time is, beside its own last entry and the centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from kiosk.desk import Desk, Work, kept
from kiosk.store.tables import entry as entries
from models.journal.clocks import ClockConfirmed
from models.rules.clocks import is_behind, shown_skew_minutes

_LOOK_BACK = 100
"""Own entries among which the latest time is looked for."""


@dataclass(frozen=True, slots=True)
class ClockState:
    """`behind`: something was recorded at a later time than it is now, and nobody has vouched for the date since.
    `skew_minutes`: by how much the clock was ahead of the centre's at the last sync, where that is worth a word."""

    now: datetime
    last_at: datetime | None
    behind: bool
    skew_minutes: int


def clock_state(desk: Desk) -> ClockState:
    with desk.read() as work:
        return state_in(work)


def state_in(work: Work) -> ClockState:
    own = work.terminal
    rows = work.connection.execute(
        select(entries)
        .where(entries.c.terminal == own.id, entries.c.incarnation == own.incarnation)
        .order_by(entries.c.seq.desc())
        .limit(_LOOK_BACK)
    )
    last: datetime | None = None
    for row in rows:
        at = kept(row).head.at
        last = at if last is None else max(last, at)
        if row.kind == ClockConfirmed.KIND:
            # What was made before this was looked at, whatever it says.
            break
    return ClockState(work.now, last, is_behind(work.now, last), shown_skew_minutes(work.skew_ms))
