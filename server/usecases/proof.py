"""The proof of a counter's number series, from what the centre holds: also of one that is revoked, or lost."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select

from models.journal.entry import NOTHING, Entry
from models.journal.terminals import TerminalCertified
from models.rules.problems import Problem, Refused
from models.sync.proof import Proof, Vouched, Whose, link_of, prove
from models.sync.statement import Statement, account_sums, sign_statement
from server.store.tables import entry as entries
from server.store.tables import terminal_head
from server.usecases.centre import Centre, epoch_of


def number_proof(
    centre: Centre, which: str, incarnation: int | None = None, *, year: int | None = None, head: str | None = None
) -> tuple[Proof, tuple[int, ...]]:
    """The same proof that the counter itself would give, up to the last entry that reached the centre, with a statement
    signed now; and the counter's other incarnations, each of which has a journal and a proof of its own.

    Of a journal that forked it is the branch the centre goes on with, or the one that ends with `head`. Refused
    `terminal.unknown` on "terminal", `proof.no_head` on "head"."""
    return centre.read(lambda connection: _proof(connection, centre, which, incarnation, year, head))


def _proof(
    connection: Connection, centre: Centre, which: str, incarnation: int | None, year: int | None, head: str | None
) -> tuple[Proof, tuple[int, ...]]:
    known = _heads(connection, which)
    chosen = [row for row in known if incarnation in (None, row.incarnation)][:1]
    if not chosen:
        raise Refused(Problem.of("terminal", "terminal.unknown", terminal=which.strip()))
    (own,) = chosen
    rows = connection.execute(
        select(entries).where(entries.c.terminal == own.terminal, entries.c.incarnation == own.incarnation)
    )
    links = [link_of(row) for row in rows]
    if head is None and own.hash != NOTHING and len({link.prev for link in links}) < len(links):
        head = own.hash.hex()
    found = prove(
        Whose(own.terminal, own.incarnation, own.mission, own.series, own.public_key),
        links,
        year=year,
        head=head,
        vouched=_vouched(connection, centre, own),
    )
    return found, tuple(row.incarnation for row in known if row is not own)


def _heads(connection: Connection, which: str) -> list[Row[Any]]:
    """Every incarnation of a counter, the newest first."""
    wanted, table = which.strip(), terminal_head
    try:
        named = table.c.terminal == UUID(wanted)
    except ValueError:
        of_series = select(table.c.terminal).where(func.upper(table.c.series) == wanted.upper())
        named = table.c.terminal.in_(of_series)
    query = select(table).where(named, table.c.mission.is_not(None)).order_by(table.c.incarnation.desc())
    return list(connection.execute(query).all())


def _vouched(connection: Connection, centre: Centre, own: Row[Any]) -> Vouched | None:
    certificates = connection.execute(
        select(entries)
        .where(
            entries.c.terminal == centre.id,
            entries.c.kind == TerminalCertified.KIND,
            entries.c.subject == own.terminal,
        )
        .order_by(entries.c.incarnation, entries.c.seq)
    )
    for row in certificates:
        link = link_of(row)
        entry = Entry.opened(link.frame, link.prev)
        body = entry.body()
        if (
            isinstance(body, TerminalCertified)
            and (body.incarnation, body.public_key) == (own.incarnation, own.public_key)
            and entry.signed_by(centre.keys.signing.public)
        ):
            statement = sign_statement(_statement(connection, centre, own), centre.keys.signing)
            return Vouched(centre.keys.root.public, (centre.keys.certified(),), link, statement)
    return None


def _statement(connection: Connection, centre: Centre, own: Row[Any]) -> Statement:
    """What is held of it, on its main branch."""
    return Statement(
        centre=centre.id,
        terminal=own.terminal,
        incarnation=own.incarnation,
        seq=own.seq,
        head=own.hash,
        count=own.entries,
        sums=account_sums(connection, own.terminal, own.incarnation),
        at=centre.now(),
        epoch=epoch_of(connection),
    )
