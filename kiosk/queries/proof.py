"""The proof of this counter's number series, from its own journal."""

from __future__ import annotations

from sqlalchemy import Connection, select

from kiosk.desk import Desk, Terminal
from kiosk.queries.trust import held_keys
from kiosk.store.tables import entry as entries
from kiosk.store.tables import own_terminal, statement
from models.journal.body import unpack
from models.journal.entry import Entry, Frame
from models.sync.enrolment import keys_of
from models.sync.proof import Link, Proof, Vouched, Whose, link_of, prove
from models.sync.signing import Signed, Untrue
from models.sync.statement import read_statement


def number_proof(desk: Desk, year: int | None = None, head: str | None = None) -> Proof:
    """Every number this counter gave out, with amounts, chain and signatures; with `year` the list is that year's.

    It goes to the last entry of this terminal and incarnation, or to the one whose hash begins with `head`: a journal
    that forked has a proof for each branch. What the centre vouches for is in it as far as this counter holds it.
    Refused `proof.no_head` on "head"."""
    with desk.read() as work:
        own = work.terminal
        rows = work.connection.execute(
            select(entries).where(entries.c.terminal == own.id, entries.c.incarnation == own.incarnation)
        )
        return prove(
            Whose(own.id, own.incarnation, own.mission.code, own.series, own.key.public),
            [link_of(row) for row in rows],
            year=year,
            head=head,
            vouched=_vouched(work.connection, own),
        )


def _vouched(connection: Connection, own: Terminal) -> Vouched | None:
    """The certificate with the keys behind it; None as long as this counter lacks a link between it and the root."""
    held = held_keys(connection)
    certificate = connection.scalar(select(own_terminal.c.certificate))
    if held is None or certificate is None:
        return None
    entry = Entry.opened(unpack(certificate, Frame))
    said = connection.scalar(select(statement.c.content))
    stated = unpack(said, Signed) if said else None
    keys, certified, is_stated = [], False, False
    for message in held.certified:
        signing = keys_of(message, held.root).signing
        by_it = entry.signed_by(signing)
        stated_by_it = stated is not None and not is_stated and _is_of(stated, signing, own)
        if by_it or stated_by_it:
            keys.append(message)
        certified, is_stated = certified or by_it, is_stated or stated_by_it
    if not certified:
        return None
    certificate_link = Link(entry.frame, entry.prev, entry.hash)
    return Vouched(held.root, tuple(keys), certificate_link, stated if is_stated else None)


def _is_of(stated: Signed, signing: bytes, own: Terminal) -> bool:
    """Whether this key signed the statement, and it is about this incarnation."""
    try:
        found = read_statement(stated, signing)
    except Untrue:
        return False
    return (found.terminal, found.incarnation) == (own.id, own.incarnation)
