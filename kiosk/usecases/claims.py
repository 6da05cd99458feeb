"""Claims: taking one in, and adding the documents that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from kiosk.desk import Desk, Work
from kiosk.devices import pictures
from kiosk.forms.claim import ClaimForm
from kiosk.forms.payment import worker_id
from kiosk.queries.claim_evidence import earlier_claims, heirs_of, paid_covers, stated_balance
from kiosk.queries.memberships import Stated
from kiosk.queries.persons import require
from kiosk.queries.privacy import is_restricted
from kiosk.queries.workers import placements_of
from kiosk.usecases import print_jobs
from kiosk.usecases.documents import store
from models.journal.claims import RESTRICTED_KIND, ClaimDetails, ClaimFiled, DocumentAttached, DocumentName
from models.journal.ids import new_id
from models.journal.keys import seal
from models.journal.sealed import SEAL_DOCUMENT, SealedAccount, SealedDocument, seal_part
from models.ledger.tables import claim
from models.rules.claim_evidence import (
    CoverEvidence,
    EarlierClaim,
    HeirEvidence,
    PossibleBenefit,
    cover_evidence,
    filer_warnings,
    possible_benefits,
    similar_warnings,
)
from models.rules.claims import (
    FLAGGED,
    Kind,
    Requirement,
    Situation,
    at_mission,
    checklist,
    claim_deadline,
    claim_problems,
    claim_warnings,
    document_kind,
    edition,
    kind,
    missing,
)
from models.rules.names import initials
from models.rules.phases import Phase, phase_on
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.token import ReceiptFacts, make_token


@dataclass(frozen=True, slots=True)
class Document:
    """A file to attach, read already."""

    kind: str
    file_name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim that was taken in, and what is still to come."""

    claim_id: UUID
    number: str
    missing: tuple[Requirement, ...]
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What the screen shows before anything is filed: what holds on the event's day and what it rests on. Nothing of it
    promises an amount: `possible` says what the regulation names and where it can be shown, `balance` what BPJS stated.

    `cover`: the receipts whose days hold, or the nearest ones. `deadline` None: no limit is known. `filers` are those
    who may file it, `heirs` in the order of the law. `earlier`: the claims of the same programme, newest first. Of
    somebody whose data are restricted there are no heirs and no balance. `rules_from` is the edition it is judged by.
    """

    kind: Kind
    situation: Situation
    phase: Phase
    cover: tuple[CoverEvidence, ...]
    deadline: date | None
    filers: tuple[str, ...]
    heirs: tuple[HeirEvidence, ...]
    earlier: tuple[EarlierClaim, ...]
    possible: tuple[PossibleBenefit, ...]
    balance: Stated | None
    warnings: tuple[Problem, ...]
    checklist: tuple[Requirement, ...]

    @property
    def rules_from(self) -> date:
        return self.kind.rules_from


def eligibility(desk: Desk, form: ClaimForm) -> Eligibility:
    """Cover, phase, deadline, earlier claims and who may file, for this kind and date; what to look out for as
    warnings. Refused like `file`, documents left out."""
    with desk.read() as work:
        return _examined(work, form)


def file(desk: Desk, form: ClaimForm, documents: Sequence[Document] = ()) -> Filed:
    """Take a claim in, with whatever documents are there; missing ones never refuse it.

    A restricted claim's kind, account and documents are sealed to the centre's claims key: this counter keeps
    nothing readable of them. Before enrolment there is no such key: the claim is taken in without them, and the
    warning `claim.not_sealed` says so. Refused: `claim.*`, `document.*`, `worker.unknown`.
    """
    documents, odd = _prepared(documents)
    with desk.work() as work:
        examined = _examined(work, form)
        chosen, warnings = examined.kind, examined.warnings
        refuse_if(odd)
        if _cannot_be_sealed(work, chosen):
            documents = ()
        person = require(work.connection, worker_id(form.worker_id))
        kinds = tuple(document_kind(document.kind) for document in documents)
        still = missing(chosen.code, kinds, examined.situation.code, on=examined.rules_from)
        still = at_mission(still, work.terminal.mission.kind)
        filed_by = (form.filed_by or "worker").strip().lower()
        claim_id, number = new_id(), work.next_number(is_claim=True)
        name = person.name or "—"
        description = (form.description or "").strip()
        codes = tuple(problem.code for problem in warnings if problem.code in FLAGGED)
        follow_by = {one.key: day for one in still if (day := one.follow_by(work.today)) is not None}
        if chosen.restricted:
            follow_by = {RESTRICTED_KIND: min(follow_by.values())} if follow_by else {}
        token = make_token(
            ReceiptFacts(
                kind="claim",
                number=str(number),
                issued_on=work.today,
                initials=initials(name),
                passport_end=(person.passport_number or "")[-4:],
            ),
            work.terminal.key.sign,
            work.terminal.thumbprint,
        )
        work.record(
            ClaimFiled(
                worker_id=person.id,
                mission=work.mission,
                number=str(number),
                year=number.year,
                serial=number.serial,
                business_date=work.today,
                benefit=RESTRICTED_KIND if chosen.restricted else chosen.code,
                event_date=work.today if chosen.restricted else form.event_date or work.today,
                filed_by=filed_by,
                restricted=chosen.restricted,
                required=0 if chosen.restricted else len(examined.checklist),
                missing=() if chosen.restricted else tuple(requirement.key for requirement in still),
                flags=tuple(code for code in codes if not chosen.restricted or code == "claim.not_sealed"),
                rules_from=chosen.rules_from,
                situation="" if chosen.restricted else examined.situation.code,
                follow_by=follow_by,
                personal=ClaimDetails(
                    token=token,
                    worker_name=name,
                    description=None if chosen.restricted else description or None,
                    filer_name=None if chosen.restricted else (form.filer_name or "").strip() or None,
                    filer_phone=None if chosen.restricted else (form.filer_phone or "").strip() or None,
                ),
            ),
            entry_id=claim_id,
            sealed=_sealed_account(work, examined, form, kinds, codes, still),
        )
        print_jobs.promise(work, str(number))
        for document in documents:
            _attach(work, claim_id, document, restricted=chosen.restricted)
    return Filed(claim_id, str(number), still, warnings)


def attach(desk: Desk, claim_id: UUID, documents: Sequence[Document]) -> None:
    """Add documents that followed. Refused: `claim.unknown`, `document.*`."""
    documents, odd = _prepared(documents)
    with desk.work() as work:
        row = work.connection.execute(select(claim).where(claim.c.id == claim_id)).first()
        if row is None:
            raise Refused(Problem("claim_id", "claim.unknown"))
        refuse_if(odd)
        for document in documents:
            _attach(work, claim_id, document, restricted=row.restricted)


def document_problems(document: Document, at: int = 0) -> list[Problem]:
    """`document.kind_unknown`, `document.empty`, `document.too_large`, `document.type`: PDF, JPEG, PNG are taken."""
    where = f"documents[{at}]"
    problems: list[Problem] = []
    try:
        document_kind(document.kind, f"{where}.kind")
    except Refused as refusal:
        problems += refusal.problems
    return problems + pictures.problems(document.content, document.file_name, f"{where}.path")


def _prepared(documents: Sequence[Document]) -> tuple[tuple[Document, ...], list[Problem]]:
    """The documents as they will be kept, and what is wrong with any of them. Outside the transaction: pictures take
    longer than another command may wait for the database."""
    ready: list[Document] = []
    odd: list[Problem] = []
    for at, document in enumerate(documents):
        found = document_problems(document, at)
        if not found:
            try:
                made = pictures.prepare(document.content, document.file_name, field=f"documents[{at}].path")
                ready.append(Document(document.kind, document.file_name, made.content))
            except Refused as refusal:
                found = list(refusal.problems)
        odd += found
    return tuple(ready), odd


def _examined(work: Work, form: ClaimForm) -> Eligibility:
    problems = [Problem(field, "required") for field in ("worker_id", "kind", "event_date") if not getattr(form, field)]
    if problems or form.event_date is None:
        raise Refused(*problems)
    chosen = kind((form.kind or "").strip().upper(), on=form.event_date)
    filed_by = (form.filed_by or "worker").strip().lower()
    named = (form.situation or "").strip().lower()
    situation = chosen.situation(named) if named else chosen.situation_for(filed_by)
    person = require(work.connection, worker_id(form.worker_id))
    refuse_if(claim_problems(situation, filed_by, form.event_date, work.today))
    connection, day = work.connection, form.event_date
    limited = is_restricted(connection, person.id)
    phase = phase_on(day, [one.contract.stay for one in placements_of(connection, person.id)])
    paid = paid_covers(work, person.id)
    heirs = () if limited else heirs_of(person)
    earlier = earlier_claims(connection, person.id, chosen, day)
    warnings = claim_warnings(chosen, situation, filed_by, day, work.today, [one.cover for one in paid], phase)
    if not limited:
        warnings += filer_warnings(situation, filed_by, form.filer_name or "", heirs)
    warnings += similar_warnings(earlier)
    if _cannot_be_sealed(work, chosen):
        warnings.append(Problem("kind", "claim.not_sealed"))
    return Eligibility(
        kind=chosen,
        situation=situation,
        phase=phase,
        cover=cover_evidence(chosen, day, paid),
        deadline=claim_deadline(chosen, day),
        filers=situation.filers,
        heirs=heirs,
        earlier=earlier,
        possible=possible_benefits(edition(chosen.rules_from), chosen, situation, phase),
        balance=None if limited else stated_balance(connection, person.id, chosen),
        warnings=tuple(warnings),
        checklist=at_mission(checklist(chosen.code, situation.code, on=chosen.rules_from), work.terminal.mission.kind),
    )


def _cannot_be_sealed(work: Work, kind: Kind) -> bool:
    return kind.restricted and work.terminal.claims_key is None


def _sealed_account(
    work: Work,
    examined: Eligibility,
    form: ClaimForm,
    kinds: tuple[str, ...],
    codes: tuple[str, ...],
    still: Sequence[Requirement],
) -> bytes | None:
    kind = examined.kind
    if not kind.restricted or work.terminal.claims_key is None:
        return None
    account = SealedAccount(
        benefit=kind.code,
        situation=examined.situation.code,
        rules_from=kind.rules_from,
        event_date=form.event_date,
        description=(form.description or "").strip(),
        filer_name=(form.filer_name or "").strip(),
        filer_phone=(form.filer_phone or "").strip(),
        documents=kinds,
        flags=codes,
        missing=tuple(one.key for one in still),
    )
    return seal_part(account, work.terminal.claims_key)


def _attach(work: Work, claim_id: UUID, document: Document, *, restricted: bool) -> None:
    content, kind, name = document.content, document_kind(document.kind), document.file_name
    media, sealed_part = pictures.media_type(content) or "application/octet-stream", None
    if restricted:
        if work.terminal.claims_key is None:
            raise Refused(Problem("documents", "claim.sealing_key_missing"))
        content = seal(content, work.terminal.claims_key, SEAL_DOCUMENT)
        sealed_part = seal_part(SealedDocument(kind=kind, file_name=name, media_type=media), work.terminal.claims_key)
        kind, name, media = RESTRICTED_KIND, RESTRICTED_KIND, "application/octet-stream"
    digest = store(work, pictures.Prepared(content, media))
    work.record(
        DocumentAttached(
            claim_id=claim_id,
            mission=work.mission,
            document_kind=kind,
            sha256=digest,
            size=len(content),
            media_type=media,
            sealed=restricted,
            personal=DocumentName(file_name=name),
        ),
        sealed=sealed_part,
    )
