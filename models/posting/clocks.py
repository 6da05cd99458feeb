"""Posting of clocks: a date that a person vouched for is flagged, at the counter and at the centre."""

from __future__ import annotations

from models.journal.clocks import ClockConfirmed
from models.journal.entry import Entry
from models.ledger.flags import flag
from models.posting.handlers import posts
from models.posting.rows import Rows

CONFIRMED = "clock.confirmed"


@posts(ClockConfirmed)
def _(rows: Rows, entry: Entry, body: ClockConfirmed) -> None:
    rows.add(flag, entry_id=entry.id, code=CONFIRMED, worker_id=None, mission=body.mission, at=entry.head.at)
