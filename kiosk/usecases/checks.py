"""Checks: whether a paper is genuine, without a network, from the keys this counter knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kiosk.desk import Desk, Work
from kiosk.queries.reference import terminal_with
from kiosk.store.tables import statement
from models.ledger.tables import claim, coverage_move, receipt, receipt_void, refund_payment, terminal, till
from models.rules.problems import Problem, Refused
from models.rules.token import ReceiptFacts, peek, read_token, thumbprint_of, token_text
from reports.qr import read_codes

_TABLES = {
    "receipt": receipt,
    "claim": claim,
    "void": receipt_void,
    "refund": refund_payment,
    "move": coverage_move,
    "z": till,
}
"""Where the ledger keeps a paper's token. A card says what the ledger says when it is made; what proves it is the
signature."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`genuine` None: signed by a counter this list of terminals does not have. `known_here`: the ledger holds
    the paper, and its facts agree. `listed_at`: how fresh the list of terminals is (None: never synced)."""

    genuine: bool | None
    facts: ReceiptFacts | None
    known_here: bool
    counter: str | None
    terminals: int
    listed_at: datetime | None
    problem: Problem | None = None


def check(desk: Desk, text: str) -> Checked:
    """Examine a scanned or typed token. Refused `token.unreadable` for what is no token at all."""
    token = token_text(text)
    with desk.read() as work:
        key, counter = _key_of(work, thumbprint_of(token))
        listed, at = _list(work)
        if key is None:
            return Checked(None, peek(token), _known(work, token, peek(token)), None, listed, at)
        try:
            facts = read_token(token, key)
        except Refused as refusal:
            return Checked(False, None, False, counter, listed, at, refusal.problems[0])
        return Checked(True, facts, _known(work, token, facts), counter, listed, at)


def tokens_in(content: bytes, media: str) -> list[str]:
    """The texts of the QR codes on a scanned page or PDF that could be tokens of ours."""
    found = []
    for text in read_codes(content, media):
        try:
            token_text(text)
        except Refused:
            continue
        found.append(text)
    return found


def _key_of(work: Work, key_thumbprint: bytes) -> tuple[bytes | None, str | None]:
    if key_thumbprint == work.terminal.thumbprint:
        return work.terminal.key.public, work.terminal.series
    row = terminal_with(work.connection, key_thumbprint)
    return (row.public_key, row.series) if row else (None, None)


def _list(work: Work) -> tuple[int, datetime | None]:
    count = work.connection.scalar(select(func.count()).select_from(terminal)) or 0
    return count, work.connection.scalar(select(statement.c.at))


def _known(work: Work, token: bytes, facts: ReceiptFacts) -> bool:
    table = _TABLES.get(facts.kind)
    if table is None:
        return False
    this = till.c.closed_on == facts.issued_on if facts.kind == "z" else table.c.number == facts.number
    held = work.connection.scalars(select(table.c.token).where(this))
    return any(bytes(one) == token for one in held if one is not None)
