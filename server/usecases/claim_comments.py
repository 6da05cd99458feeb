"""Claim comments: what officers say to each other about a claim. They stay at the centre; no counter hears of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from models.journal.ids import new_id
from models.journal.sealed import SealedNote, open_part, seal_part
from models.language import rupiah
from models.rules.problems import Problem, Refused, refuse_if
from server.store.tables import claim_comment, officer
from server.usecases.centre import Centre
from server.usecases.claim_cases import Case, case_of, may_decide, permit_case
from server.usecases.claim_proposals import Proposal
from server.usecases.officers import Officer

LONGEST_COMMENT = 2000


@dataclass(frozen=True, slots=True)
class Comment:
    """`text` is None where the reader may not open it, or nobody can any more."""

    id: UUID
    officer: str
    at: datetime
    text: str | None


def comments(connection: Connection, centre: Centre, claim_id: UUID, *, by: Officer) -> tuple[Comment, ...]:
    """What was said, the first first. Of a restricted claim only whoever may open it reads the words."""
    rows = connection.execute(
        select(claim_comment, officer.c.name)
        .join_from(claim_comment, officer, officer.c.id == claim_comment.c.officer_id, isouter=True)
        .where(claim_comment.c.claim_id == claim_id)
        .order_by(claim_comment.c.id)
    )
    opens = may_decide(by, restricted=True)
    return tuple(
        Comment(row.id, row.name or "—", row.at, row.text if row.sealed is None else _open(centre, row.sealed, opens))
        for row in rows
    )


def _open(centre: Centre, sealed: bytes, opens: bool) -> str | None:
    if not opens:
        return None
    try:
        return open_part(sealed, centre.keys.claims, SealedNote).note
    except ValueError:
        return None


def comment(centre: Centre, claim_id: UUID, text: str, *, by: Officer) -> UUID:
    """Say something to the other officers. Refused `officer.not_allowed`, `claim.not_at_centre`; on "comment"
    `required`, `text.too_long`, and `claim.erased` about a worker of whom nothing personal is kept any more."""
    text = text.strip()
    problems = []
    if not text:
        problems.append(Problem("comment", "required"))
    elif len(text) > LONGEST_COMMENT:
        problems.append(Problem.of("comment", "text.too_long", longest=LONGEST_COMMENT))

    def work(connection: Connection) -> UUID:
        case = case_of(connection, centre, claim_id)
        permit_case(by, case)
        refuse_if(problems)
        if case.erased:
            raise Refused(Problem("comment", "claim.erased"))
        return keep_comment(connection, centre, case, text, by)

    return centre.write(work)


def note_of_proposal(
    connection: Connection, centre: Centre, case: Case, there: Proposal, by: Officer, why: str
) -> None:
    """Keep that a proposal went, and why: it was sent back, taken back, or void."""
    said = f"disetujui, {rupiah(there.verdict.amount_idr)}" if there.verdict.approved else "ditolak"
    if why:
        text = f"Usulan {there.officer} ({said}) dikembalikan: {why}"
    elif there.void:
        text = f"Usulan {there.officer} ({said}) gugur dan dihapus."
    else:
        text = f"Usulan ({said}) ditarik kembali."
    if not case.erased:
        keep_comment(connection, centre, case, text, by)


def keep_comment(connection: Connection, centre: Centre, case: Case, text: str, by: Officer) -> UUID:
    sealed = seal_part(SealedNote(note=text), centre.keys.claims.public) if case.restricted else None
    made = new_id()
    connection.execute(
        insert(claim_comment).values(
            id=made,
            claim_id=case.id,
            officer_id=by.id,
            at=centre.now(),
            text=None if sealed else text,
            sealed=sealed,
        )
    )
    return made
