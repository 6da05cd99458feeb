"""Claim papers: the letters about a claim, and its dossier signed by this counter. They are made as of now and recorded
nowhere: what they say is recorded already."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from kiosk.desk import Desk
from kiosk.queries.claim_papers import (
    acknowledgement_paper,
    decision_paper,
    document_request_paper,
    dossier_paper,
)
from kiosk.usecases.checks import Checked, check
from models.ledger.tables import claim
from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, make_token, peek, token_url
from reports.claim_letter import render_acknowledgement, render_decision, render_document_request
from reports.dossier import DossierCheck, DossierPaper, document_states, manifest_digest, render_dossier, verify_dossier

LetterKind = Literal["acknowledgement", "request", "decision"]

_LETTERS: dict[LetterKind, Callable[[Desk, str], bytes]] = {
    "acknowledgement": lambda desk, number: render_acknowledgement(acknowledgement_paper(desk, number)),
    "request": lambda desk, number: render_document_request(document_request_paper(desk, number)),
    "decision": lambda desk, number: render_decision(decision_paper(desk, number)),
}


def letter(desk: Desk, claim_number: str, kind: LetterKind) -> bytes:
    """The letter as a PDF of A4, Indonesian and English on pages of their own.

    Refused like `claims.claim_named`; `worker.erased`, and where the centre has not said anything yet
    `letter.not_asked`, `letter.not_decided`."""
    return _LETTERS[kind](desk, claim_number)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier that was made: the claim's number, the PDF, and of each document by its name whether and why not it is
    shown (`reports.dossier.State`)."""

    number: str
    pdf: bytes
    documents: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CheckedDossier:
    """What a dossier proves. `signer` is what this counter knows of its code; None where it has none that can be read.

    `genuine`: everything in it agrees and a known counter signed it; None: it agrees, but who signed it is not known
    here."""

    file: DossierCheck
    signer: Checked | None

    @property
    def genuine(self) -> bool | None:
        if not self.file.intact or self.signer is None:
            return False
        return self.signer.genuine


def dossier(desk: Desk, claim_number: str) -> Dossier:
    """Everything about a claim in one PDF, signed by this counter. CPU: about 10 ms a page.

    Refused like `claims.claim_named`, and `worker.erased`."""
    paper = signed(desk, dossier_paper(desk, claim_number))
    return Dossier(paper.number, render_dossier(paper), document_states(paper))


def signed(desk: Desk, paper: DossierPaper) -> DossierPaper:
    """The same paper with its manifest's digest signed by this counter."""
    digest = manifest_digest(paper)
    with desk.read() as work:
        slip = work.connection.execute(claim.select().where(claim.c.number == paper.number)).first()
        said = peek(slip.token) if slip is not None and slip.token else None
        facts = ReceiptFacts(
            "dossier",
            paper.number,
            work.today,
            said.initials if said else "",
            said.passport_end if said else "",
            chain=digest,
        )
        token = make_token(facts, work.terminal.key.sign, work.terminal.thumbprint)
        return replace(paper, token_url=token_url(token, work.terminal.public_host))


def verify(desk: Desk, pdf: bytes) -> CheckedDossier:
    """Whether a dossier's pages are its documents, and who says so. Refused `dossier.unreadable`."""
    found = verify_dossier(pdf)
    try:
        return CheckedDossier(found, check(desk, found.token))
    except Refused:
        return CheckedDossier(found, None)
