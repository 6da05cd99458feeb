"""The statement: what the centre says it holds of ours, and whether that is so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from kiosk.desk import Desk, Terminal, head
from kiosk.store.tables import entry as entries
from kiosk.store.tables import statement as kept
from kiosk.sync.standing import SKEW, STATEMENT_SHOWN, Marked, in_our_chain, note, of_ours
from models.journal.body import pack
from models.ledger.tables import account_line
from models.sync.messages import Head
from models.sync.signing import Signed
from models.sync.statement import Statement, account_sums

Found = Literal["true", "forked", "differs"]

_STILL_EVERY = timedelta(minutes=1)
_SKEW_KEPT = 1_000
"""Milliseconds."""


def examine(connection: Connection, own: Terminal, statement: Statement) -> tuple[Found, bool]:
    """Whether the statement agrees with our own journal and ledger up to the seq it names, and whether it covers
    our last entry."""
    place = Head(statement.seq, statement.head)
    if not in_our_chain(connection, own, place):
        return "forked", False
    last, _ = head(connection, own)
    unsent = None
    if last > place.seq:
        later = select(entries.c.id).where(of_ours(own), entries.c.seq > place.seq)
        unsent = account_line.c.entry_id.not_in(later)
    sums = account_sums(connection, own.id, own.incarnation, unsent)
    return ("true" if statement.agrees(place, sums) else "differs"), last == place.seq


def put(connection: Connection, signed: Signed, statement: Statement) -> None:
    """Keep a true statement with its signature, and what the screen shows of it."""
    connection.execute(kept.delete())
    connection.execute(kept.insert().values(one=1, content=pack(signed), at=statement.at))
    note(connection, STATEMENT_SHOWN, shown(statement))


def note_still(desk: Desk, before: Marked, at: datetime, was_ms: int, skew_ms: int) -> None:
    """The centre has said at `at` that its last statement is still so. Kept not more often than anybody would look, and
    without waiting for the disk: if it is lost, an older time is shown."""
    if at - before.stated < _STILL_EVERY and abs(skew_ms - was_ms) < _SKEW_KEPT:
        return
    with desk.store.write(new_work=False, durable=False) as connection:
        connection.execute(update(kept).values(at=at))
        note(connection, SKEW, skew_ms)


def shown(statement: Statement) -> dict[str, Any]:
    """A statement as plain JSON; amounts in the smallest unit of their currency."""
    at: datetime = statement.at
    return {
        "at": at.isoformat(),
        "seq": statement.seq,
        "count": statement.count,
        "sums": [
            {"account": one.account, "currency": one.currency, "exponent": one.exponent, "amount": one.amount}
            for one in statement.sums
        ],
    }
