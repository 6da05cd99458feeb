"""Continuing: this machine's journal ends, and another one of the same terminal goes on after it.

For a disk that was copied, so that two machines write one journal, and for a machine that was restored from a copy:
what the lost one recorded after the copy may be on paper in somebody's hand, so no number of it is given out again.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, insert, select, update

from kiosk.desk import MUST_CONTINUE, RESTORED, Desk, get_setting, head, require_role, set_setting, terminal
from kiosk.store.tables import former_terminal, own_terminal, statement
from models.journal.keys import SigningKey
from models.journal.terminals import JournalContinued
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import is_series

Reason = Literal["forked", "restored", "rekeyed"]

_APART = 1 << 20
"""Two copies of one disk may both go on, each without knowing of the other: they must not take the same incarnation."""


@dataclass(frozen=True, slots=True)
class Continued:
    """`series`: what the numbers begin with from now on, with two characters of the new key until a centre certifies
    it. `former`: the series until now."""

    series: str
    former: str
    incarnation: int
    seq: int


def continue_journal(desk: Desk, series: str, reason: Reason | None = None) -> Continued:
    """End this journal where it stands and begin the next, with a new key and a new series of numbers.

    What was recorded stays, and what is unsent is still sent as it was signed. Work goes on at once; the centre hears
    of it when a code for the new series is enrolled. Refused: `staff.not_allowed` (penyelia and admin may),
    `series.form`, `series.same` for one that this machine had. Without a `reason` it is `restored` where the machine
    was made from a backup, else `forked`."""
    require_role(desk.operator, "penyelia", "admin")
    series = series.strip().upper()
    if not is_series(series):
        raise Refused(Problem.of("series", "series.form", series=series[:20]))
    with desk.work() as work:
        connection, own = work.connection, work.terminal
        had = {own.series, *connection.scalars(select(former_terminal.c.series))}
        if series in had:
            raise Refused(Problem.of("series", "series.same", series=series))
        if reason is None:
            reason = "restored" if get_setting(connection, MUST_CONTINUE) == RESTORED else "forked"
        seq, last = head(connection, own)
        row = connection.execute(select(own_terminal)).one()
        connection.execute(
            insert(former_terminal).values(
                incarnation=own.incarnation,
                series=own.series,
                private_key=row.private_key,
                certificate=row.certificate,
                continues=row.continues,
                acked_seq=row.acked_seq,
                acked_hash=row.acked_hash,
                ended_at=work.now,
            )
        )
        connection.execute(
            update(own_terminal).values(
                incarnation=own.incarnation + 1 + secrets.randbelow(_APART),
                series=series,
                private_key=SigningKey.new().seed,
                certificate=None,
                acked_seq=0,
                acked_hash=None,
                continues=own.incarnation,
            )
        )
        # What was stated is about the journal that has ended.
        connection.execute(delete(statement))
        set_setting(connection, MUST_CONTINUE, None)
        set_setting(connection, "statement_shown", None)
        set_setting(connection, "last_sync_error", None)
        work.terminal = terminal(connection)
        work.record(
            JournalContinued(
                terminal_id=own.id,
                incarnation=own.incarnation,
                seq=seq,
                hash=last,
                series=series,
                reason=reason,
            )
        )
        return Continued(series, own.series, work.terminal.incarnation, seq)
