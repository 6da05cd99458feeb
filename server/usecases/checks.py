"""Checks: whether a paper is genuine, for anybody who holds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, select

from models.ledger.tables import (
    claim,
    coverage_move,
    mission_statement,
    receipt,
    receipt_void,
    refund_payment,
    terminal,
    till,
)
from models.posting.fates import Fate, fate_of
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.problems import Refused
from models.rules.signers import signed_under_another_name
from models.rules.token import ReceiptFacts, peek, read_token, thumbprint, thumbprint_of, token_text
from server.store.tables import terminal_head
from server.usecases.centre import Centre
from server.usecases.claim_status import ClaimStatus, status_of

_TABLES = {
    "receipt": receipt,
    "claim": claim,
    "void": receipt_void,
    "refund": refund_payment,
    "move": coverage_move,
    "z": till,
    "statement": mission_statement,
}
"""Papers whose counter's journal says the same. A card or a dossier is proven by its signature alone."""

CENTRE = "pusat BPJS Ketenagakerjaan"
"""Who made what the centre signed."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`facts` are what the paper's maker signed; where `result` is not `genuine` they prove nothing.

    `series` None: not a counter but the centre made it. `held`: the centre has received this paper from its counter. A
    counter without a line may have handed it out before it could say so. None: the centre keeps no copy of this kind of
    paper, its maker's signature alone proves it. `became`: what is known here to have become of it since. `claim`: of a
    claim's slip where the claim stands, None where the centre has not received it."""

    result: Literal["genuine", "forged", "unknown"]
    facts: ReceiptFacts | None = None
    mission: str | None = None
    series: str | None = None
    held: bool | None = False
    became: Fate | None = None
    claim: ClaimStatus | None = None


def check(centre: Centre, text: str) -> Checked:
    """Examine a token or the address that holds one. Refused `token.unreadable` for what is no token at all."""
    token = token_text(text)
    return centre.read(lambda connection: _by_centre(connection, centre, token) or _check(connection, token))


def _by_centre(connection: Connection, centre: Centre, token: bytes) -> Checked | None:
    """What the centre itself signed, with this key or with an earlier one: dossiers, and no other paper."""
    if peek(token).kind != "dossier":
        return None
    named = thumbprint_of(token)
    query = select(terminal_head.c.public_key).where(terminal_head.c.terminal == centre.id)
    for key in {centre.keys.signing.public, *map(bytes, connection.scalars(query))}:
        if thumbprint(key) == named:
            try:
                return Checked("genuine", read_token(token, key), CENTRE, held=None)
            except Refused:
                return Checked("forged")
    return None


def _check(connection: Connection, token: bytes) -> Checked:
    keys = connection.execute(select(terminal).where(terminal.c.thumbprint == thumbprint_of(token))).all()
    if not keys:
        everybody = map(bytes, connection.scalars(select(terminal.c.public_key)))
        return Checked("forged") if signed_under_another_name(token, everybody) else Checked("unknown", peek(token))
    # Two keys could share a thumbprint by chance; only one of them can have signed.
    for row in keys:
        try:
            facts = read_token(token, row.public_key)
        except Refused:
            continue
        held = _held(connection, row, facts)
        became = fate_of(connection, facts, row.terminal_id, row.incarnation)
        status = (
            status_of(connection, facts.number, row.terminal_id, row.incarnation) if facts.kind == "claim" else None
        )
        return Checked("genuine", facts, mission(row.mission).name, row.series, held, became, status)
    return Checked("forged")


def _held(connection: Connection, signer: Row[Any], facts: ReceiptFacts) -> bool | None:
    """Whether this counter's journal says the same as the paper; a copy's number is not part of it."""
    table = _TABLES.get(facts.kind)
    if table is None:
        return None
    if facts.kind == "z":
        day, this = till.c.closed_on, func.coalesce(till.c.previous_hash, b"") == facts.chain
    else:
        day, this = table.c.business_date, table.c.number == facts.number
    rows = connection.execute(
        select(table).where(
            this,
            table.c.terminal == signer.terminal_id,
            table.c.incarnation == signer.incarnation,
            day == facts.issued_on,
        )
    ).all()
    if facts.kind == "receipt":
        return any(
            (Money(row.due, row.currency, row.exponent), row.amount_idr) == (facts.amount, facts.amount_idr)
            for row in rows
        )
    if facts.kind == "statement":
        rows = [row for row in rows if (row.about, row.event_date) == (facts.about, facts.event_on)]
    if facts.kind == "refund":
        rows = [row for row in rows if Money(row.amount, row.currency, row.exponent) == facts.amount]
    if facts.kind == "z":
        return any((row.receipts, row.voids) == (facts.receipts, facts.voids) for row in rows)
    if facts.kind in ("void", "refund"):
        about = connection.scalars(select(receipt.c.number).where(receipt.c.id.in_([row.receipt_id for row in rows])))
        return facts.refers in about.all()
    return bool(rows)
