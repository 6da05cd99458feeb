"""Unsent: what of this machine's journals the centre has not said that it has."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.desk import Terminal, former_journals, head
from kiosk.store.tables import former_terminal, own_terminal
from models.journal.entry import NOTHING
from models.sync.messages import Head


@dataclass(frozen=True, slots=True)
class FormerJournal:
    """A journal that this terminal's goes on after: sent as it was signed, like our own."""

    terminal: Terminal
    head: Head
    acked: Head


def acked(connection: Connection, journal: Terminal) -> Head:
    """How far the centre has said that it has this journal of ours, the present one or a former one."""
    columns = (own_terminal.c.incarnation, own_terminal.c.acked_seq, own_terminal.c.acked_hash)
    row = connection.execute(select(*columns)).one()
    if row.incarnation != journal.incarnation:
        query = select(former_terminal).where(former_terminal.c.incarnation == journal.incarnation)
        row = connection.execute(query).one()
    return Head(row.acked_seq, row.acked_hash or NOTHING)


def former(connection: Connection, own: Terminal) -> list[FormerJournal]:
    """The journals before this one, the oldest first."""
    if not own.continues:
        return []
    journals = reversed(former_journals(connection, own))
    return [FormerJournal(one, Head(*head(connection, one)), acked(connection, one)) for one in journals]


def unsent(connection: Connection, own: Terminal) -> int:
    """Entries that only this machine is known to have, those of former journals included."""
    present = max(head(connection, own)[0] - acked(connection, own).seq, 0)
    return present + sum(max(one.head.seq - one.acked.seq, 0) for one in former(connection, own))
