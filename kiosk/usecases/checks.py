"""Checks: whether a paper is genuine, without a network, from the keys this counter knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from kiosk.desk import Desk, Work
from kiosk.queries.reference import TerminalRow, terminal_with
from kiosk.queries.trust import centre_signers
from kiosk.store.tables import statement
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
from models.rules.problems import Problem, Refused
from models.rules.signers import signed_under_another_name
from models.rules.token import ReceiptFacts, peek, read_token, thumbprint, thumbprint_of, token_text
from reports.qr import read_codes

_TABLES = {
    "receipt": receipt,
    "claim": claim,
    "void": receipt_void,
    "refund": refund_payment,
    "move": coverage_move,
    "z": till,
    "statement": mission_statement,
}
"""Where the ledger keeps a paper's token. A card or a dossier says what the ledger says when it is made; what proves it
is the signature."""

CENTRE = "Pusat"
"""What stands for a counter where the centre made the paper."""


@dataclass(frozen=True, slots=True)
class Checked:
    """`genuine` None: signed by a counter this list of terminals does not have. `counter`: the signer's series, or
    CENTRE. `known_here`: the ledger holds the paper, and its facts agree. `listed_at`: how fresh the list of terminals
    is (None: never synced), and what is known of the papers of others. `became`: what this ledger knows to have become
    of it since."""

    genuine: bool | None
    facts: ReceiptFacts | None
    known_here: bool
    counter: str | None
    terminals: int
    listed_at: datetime | None
    problem: Problem | None = None
    became: Fate | None = None


def check(desk: Desk, text: str) -> Checked:
    """Examine a scanned or typed token. Refused `token.unreadable` for what is no token at all."""
    token = token_text(text)
    with desk.read() as work:
        signer = _signer(work, thumbprint_of(token)) or _centre(work, token)
        listed, at = _list(work)
        if signer is None:
            if signed_under_another_name(token, _keys(work)):
                return Checked(False, None, False, None, listed, at, Problem.of("token", "token.forged"))
            return Checked(None, peek(token), _known(work, token, peek(token)), None, listed, at)
        try:
            facts = read_token(token, signer.public_key)
        except Refused as refusal:
            return Checked(False, None, False, signer.series, listed, at, refusal.problems[0])
        became = fate_of(work.connection, facts, signer.terminal_id, signer.incarnation)
        return Checked(True, facts, _known(work, token, facts), signer.series, listed, at, became=became)


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


def _signer(work: Work, key_thumbprint: bytes) -> TerminalRow | None:
    own = work.terminal
    if key_thumbprint == own.thumbprint:
        return TerminalRow(own.id, own.incarnation, own.mission.code, own.series, own.key.public)
    return terminal_with(work.connection, key_thumbprint)


def _centre(work: Work, token: bytes) -> TerminalRow | None:
    """The centre, whose keys came with this counter's enrolment and are certified by its root key: it makes dossiers,
    and no other paper."""
    if peek(token).kind != "dossier":
        return None
    named = thumbprint_of(token)
    found = (one for one in centre_signers(work.connection) if thumbprint(one[1]) == named)
    return next((TerminalRow(centre, 0, "", CENTRE, key) for centre, key in found), None)


def _keys(work: Work) -> list[bytes]:
    listed = work.connection.scalars(select(terminal.c.public_key))
    return [work.terminal.key.public, *map(bytes, listed)]


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
