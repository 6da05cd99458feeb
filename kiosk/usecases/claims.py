"""Claims: taking one in, adding the documents that follow, and taking back what was added by mistake."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import date, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from kiosk.desk import Desk, Work
from kiosk.devices import pictures
from kiosk.forms.claim import ClaimForm
from kiosk.forms.payment import worker_id
from kiosk.queries.claim_evidence import earlier_claims, heirs_of, paid_covers, stated_balance
from kiosk.queries.claims import claim_named, documents_of, reports_of, still_missing
from kiosk.queries.memberships import Stated
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import is_restricted
from kiosk.queries.workers import placements_of
from kiosk.store.tables import blob
from kiosk.usecases import drafts, print_jobs
from kiosk.usecases.documents import store
from models.journal.claims import (
    RESTRICTED_KIND,
    UNTOLD_FILER,
    ClaimDetails,
    ClaimFiled,
    ClaimNote,
    DocumentAttached,
    DocumentName,
    DocumentWithdrawn,
)
from models.journal.ids import new_id
from models.journal.keys import seal
from models.journal.sealed import SEAL_DOCUMENT, SealedAccount, SealedDocument, SealedNote, seal_part
from models.ledger.tables import claim, claim_decision, claim_document, worker_document
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
    kinds,
    missing,
)
from models.rules.names import initials
from models.rules.phases import Phase, phase_on
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.token import ReceiptFacts, make_token

SEEN_AS = ("", "original", "copy")
"""What the clerk held; "" where nobody said."""

SHORTEST_REASON = 5
"""Letters of the reason for which a document is taken back."""

COME_BACK_DAYS = 14
"""Days after filing on which whoever filed a restricted claim is asked to come back, where nobody said when."""

LONGEST_FOLLOWING = 731
"""Days after filing until which a paper may be said to follow: later is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class Document:
    """A paper to attach: a file that was read already, or (`kept`, without a content) one that is kept with the worker.

    `requirement` is the key of the paper on the checklist that it is for; "" means the first that asks for its kind, if
    any does. `seen_as` is what the clerk held: `original`, `copy`, or "" where nobody said. `replaces` is the document
    of the claim in whose place it comes: that one counts no more, and this one is for the same paper."""

    kind: str
    file_name: str
    content: bytes = b""
    requirement: str = ""
    seen_as: str = ""
    kept: UUID | None = None
    replaces: UUID | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """A claim that was taken in, and what is still to come until when. `documents` are those attached with it."""

    claim_id: UUID
    number: str
    missing: tuple[Requirement, ...]
    warnings: tuple[Problem, ...]
    documents: tuple[UUID, ...] = ()
    follow_by: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Attached:
    """Documents that were added to a claim, and what it still lacks; of a restricted claim nothing can be told."""

    claim_id: UUID
    number: str
    documents: tuple[UUID, ...]
    missing: tuple[Requirement, ...]


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
    """Take a claim in, with whatever documents are there; missing ones never refuse it. Its draft is forgotten.

    A restricted claim's kind, account and documents are sealed to the centre's claims key: this counter keeps
    nothing readable of them. Before enrolment there is no such key: the claim is taken in without them, and the
    warning `claim.not_sealed` says so. Refused: `claim.*`, `document.*`, `worker.unknown`.
    """
    documents, odd = _prepared(documents)
    with desk.work() as work:
        examined = _examined(work, form)
        chosen, warnings = examined.kind, examined.warnings
        asked = {one.key for one in examined.checklist}
        odd = odd + _follow_problems(form, asked, work.today) + _requirement_problems(documents, chosen.rules_from)
        refuse_if(odd)
        if _cannot_be_sealed(work, chosen):
            documents = ()
        person = require(work.connection, worker_id(form.worker_id))
        documents = tuple(_placed(document, examined.checklist) for document in documents)
        brought = tuple(document_kind(document.kind) for document in documents)
        still = missing(
            chosen.code,
            brought,
            examined.situation.code,
            on=examined.rules_from,
            answered=[document.requirement for document in documents],
        )
        still = at_mission(still, work.terminal.mission.kind)
        filed_by = (form.filed_by or "worker").strip().lower()
        claim_id, number = new_id(), work.next_number(is_claim=True)
        name = person.name or "—"
        description = (form.description or "").strip()
        codes = tuple(problem.code for problem in warnings if problem.code in FLAGGED)
        by = form.follow_by or {}
        follow_by = {one.key: day for one in still if (day := by.get(one.key) or one.follow_by(work.today)) is not None}
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
                filed_by=UNTOLD_FILER if chosen.restricted else filed_by,
                restricted=chosen.restricted,
                required=0 if chosen.restricted else len(examined.checklist),
                missing=() if chosen.restricted else tuple(requirement.key for requirement in still),
                flags=tuple(code for code in codes if not chosen.restricted or code == "claim.not_sealed"),
                # The edition of the real day would tell on which side of a change of the rules it lies.
                rules_from=edition(work.today).valid_from if chosen.restricted else chosen.rules_from,
                situation="" if chosen.restricted else examined.situation.code,
                follow_by=_nearest(still, by, work.today) if chosen.restricted else follow_by,
                personal=ClaimDetails(
                    token=token,
                    worker_name=name,
                    description=None if chosen.restricted else description or None,
                    filer_name=None if chosen.restricted else (form.filer_name or "").strip() or None,
                    filer_phone=None if chosen.restricted else (form.filer_phone or "").strip() or None,
                ),
            ),
            entry_id=claim_id,
            sealed=_sealed_account(work, examined, form, brought, codes, still, follow_by, filed_by),
        )
        print_jobs.promise(work, str(number))
        attached = _attach(work, claim_id, person.id, documents, restricted=chosen.restricted)
        drafts.forget(work, "claim", form.worker_id)
    return Filed(claim_id, str(number), still, warnings, attached, tuple(follow_by.items()))


def attach(desk: Desk, claim_id: UUID, documents: Sequence[Document]) -> Attached:
    """Add documents that followed, to a claim of whatever mission that is known here. One that this claim has already
    for the same paper is not added again; one that `replaces` another takes it back. Refused: `claim.unknown`,
    `document.*`, `claim.sealing_key_missing`."""
    documents, odd = _prepared(documents)
    with desk.work() as work:
        row = _claim(work, claim_id)
        refuse_if(odd + ([] if row.restricted else _requirement_problems(documents, row.rules_from)))
        return _added(work, row, documents)


def detach(desk: Desk, document_id: UUID, reason: str) -> Attached:
    """Take back a document that was added by mistake: it counts no more, and is still kept.

    Refused: `document.unknown`, `document.detached`, `document.decided_on` once the centre decided on it, and on
    "reason" `required` or `document.reason_short`; `claim.sealing_key_missing`."""
    said = reason.strip()
    if not said:
        raise Refused(Problem("reason", "required"))
    if len(said) < SHORTEST_REASON:
        raise Refused(Problem.of("reason", "document.reason_short", shortest=SHORTEST_REASON))
    with desk.work() as work:
        old = _standing_document(work, document_id)
        row = _claim(work, old.claim_id)
        _withdraw(work, row, old, said)
        return _added(work, row, ())


def find_claim(desk: Desk, named: str) -> UUID:
    """The claim with this number, of whatever mission, or this id. Refused `receipt_number.form`, and where it is not
    here `claim.not_synced` for one of this mission's counters, `claim.not_here` for another mission's."""
    with desk.read() as work:
        return claim_named(work, named)


def _claim(work: Work, claim_id: UUID) -> Row[Any]:
    row = work.connection.execute(select(claim).where(claim.c.id == claim_id)).first()
    if row is None:
        raise Refused(Problem("claim_id", "claim.unknown"))
    return row


def _standing_document(work: Work, document_id: UUID) -> Row[Any]:
    """A document of a claim that nobody took back, and that no standing decision rests on."""
    row = work.connection.execute(select(claim_document).where(claim_document.c.id == document_id)).first()
    if row is None:
        raise Refused(Problem("document", "document.unknown"))
    if row.removed_by is not None:
        raise Refused(Problem("document", "document.detached"))
    seen = work.connection.scalar(
        select(claim_decision.c.seen)
        .join(claim, claim.c.decision_id == claim_decision.c.id)
        .where(claim.c.id == row.claim_id)
    )
    if str(document_id) in (seen or ()):
        raise Refused(Problem("document", "document.decided_on"))
    return row


def _in_place(work: Work, row: Row[Any], document: Document) -> Document:
    """The document, for the same paper as the one it replaces, which counts no more."""
    if document.replaces is None:
        return document
    old = _standing_document(work, document.replaces)
    if old.claim_id != row.id:
        raise Refused(Problem("document", "document.unknown"))
    _withdraw(work, row, old, "Diganti dengan dokumen yang lebih baik.")
    return changed(document, requirement=document.requirement or old.requirement)


def _withdraw(work: Work, row: Row[Any], document: Row[Any], reason: str) -> None:
    sealed = None
    if row.restricted:
        if work.terminal.claims_key is None:
            raise Refused(Problem("document", "claim.sealing_key_missing"))
        sealed = seal_part(SealedNote(note=reason), work.terminal.claims_key)
    work.record(
        DocumentWithdrawn(
            claim_id=row.id,
            mission=work.mission,
            document_id=document.id,
            personal=None if row.restricted else ClaimNote(note=reason),
        ),
        sealed=sealed,
    )


def _added(work: Work, row: Row[Any], documents: Iterable[Document]) -> Attached:
    """Attach these to a claim, those in whose place they come taken back, and say what it lacks then."""
    documents = [_in_place(work, row, document) for document in documents]
    report = reports_of(work.connection, [row.id]).get(row.id)
    if not row.restricted:
        asked = still_missing(row, (), report)
        documents = [_placed(document, asked) for document in documents]
    attached = _attach(work, row.id, row.worker_id, documents, restricted=row.restricted)
    there = documents_of(work.connection, [row.id]).get(row.id, ())
    return Attached(row.id, row.number, attached, still_missing(row, there, report))


def document_problems(document: Document, at: int = 0) -> list[Problem]:
    """`document.kind_unknown`, `document.seen_as`, `document.empty`, `document.too_large`, `document.type`: PDF, JPEG,
    PNG are taken."""
    where = f"documents[{at}]"
    problems: list[Problem] = []
    try:
        document_kind(document.kind, f"{where}.kind")
    except Refused as refusal:
        problems += refusal.problems
    if document.seen_as not in SEEN_AS:
        problems.append(Problem.of(f"{where}.seen_as", "document.seen_as", seen_as=document.seen_as[:40]))
    if document.kept is not None:
        return problems
    return problems + pictures.problems(document.content, document.file_name, f"{where}.path")


def _prepared(documents: Sequence[Document]) -> tuple[tuple[Document, ...], list[Problem]]:
    """The documents as they will be kept, and what is wrong with any of them. Outside the transaction: pictures take
    longer than another command may wait for the database."""
    ready: list[Document] = []
    odd: list[Problem] = []
    for at, document in enumerate(documents):
        found = document_problems(document, at)
        if not found and document.kept is None:
            try:
                made = pictures.prepare(document.content, document.file_name, field=f"documents[{at}].path")
                document = changed(document, content=made.content)  # noqa: PLW2901
            except Refused as refusal:
                found = list(refusal.problems)
        ready.append(document)
        odd += found
    return tuple(ready), odd


def _placed(document: Document, asked: Sequence[Requirement]) -> Document:
    """The document with the paper it is for: the first that asks for its kind, where nobody said."""
    if document.requirement:
        return document
    own = document_kind(document.kind)
    return changed(document, requirement=next((one.key for one in asked if own in one.one_of), ""))


def _requirement_problems(documents: Iterable[Document], on: date | None) -> list[Problem]:
    """`document.requirement_unknown` for a key that no checklist of these rules has. Which of them asks for it may
    depend on more than this counter knows: an officer may have asked, or a second report."""
    named = {at: document.requirement for at, document in enumerate(documents) if document.requirement}
    if not named:
        return []
    known = {
        one.key for kind in kinds(on) for case in kind.situations for one in checklist(kind.code, case.code, on=on)
    }
    return [
        Problem.of(f"documents[{at}].requirement", "document.requirement_unknown", requirement=key[:80])
        for at, key in named.items()
        if key not in known
    ]


def _follow_problems(form: ClaimForm, asked: Collection[str], today: date) -> list[Problem]:
    last = today + timedelta(days=LONGEST_FOLLOWING)
    problems = []
    for key, day in (form.follow_by or {}).items():
        if key not in asked:
            problems.append(Problem.of(f"follow_by.{key}", "document.requirement_unknown", requirement=key[:80]))
        elif not today <= day <= last:
            problems.append(
                Problem.of(f"follow_by.{key}", "claim.follow_by_day", first=today.isoformat(), last=last.isoformat())
            )
    return problems


def _nearest(still: Sequence[Requirement], said: Mapping[str, date], today: date) -> dict[str, date]:
    """Of a restricted claim only the day to come back: the nearest that was said, else one for all such claims. Which
    papers are asked for, and how long each may take, tells what it is about."""
    if not still:
        return {}
    days = [said[one.key] for one in still if one.key in said]
    return {RESTRICTED_KIND: min(days, default=today + timedelta(days=COME_BACK_DAYS))}


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
    brought: tuple[str, ...],
    codes: tuple[str, ...],
    still: Sequence[Requirement],
    follow_by: dict[str, date],
    filed_by: str,
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
        documents=brought,
        flags=codes,
        missing=tuple(one.key for one in still),
        follow_by=follow_by,
        filed_by=filed_by,
    )
    return seal_part(account, work.terminal.claims_key)


def _attach(
    work: Work, claim_id: UUID, holder: UUID, documents: Iterable[Document], *, restricted: bool
) -> tuple[UUID, ...]:
    """Record these documents, those aside that the claim has for the same paper already; returns their ids."""
    there = set() if restricted else _there(work, claim_id)
    made = []
    for at, document in enumerate(documents):
        kind = document_kind(document.kind)
        found = _content(work, holder, document, at, restricted=restricted)
        key = found.sha256, kind, document.requirement
        if key in there:
            continue
        there.add(key)
        made.append(_attach_one(work, claim_id, document, kind, found, restricted=restricted))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Content:
    """What is to be attached, by its hash; `content` is empty where only the centre has it. `size` in bytes."""

    sha256: bytes
    size: int
    media_type: str
    content: bytes


def _there(work: Work, claim_id: UUID) -> set[tuple[bytes, str, str]]:
    rows = work.connection.execute(
        select(claim_document.c.sha256, claim_document.c.document_kind, claim_document.c.requirement).where(
            claim_document.c.claim_id == claim_id, claim_document.c.removed_by.is_(None)
        )
    )
    return {(bytes(row.sha256), row.document_kind, row.requirement) for row in rows}


def _content(work: Work, holder: UUID, document: Document, at: int, *, restricted: bool) -> _Content:
    """A file's, or that of the paper kept with the worker: the same bytes, no second copy of them. Refused
    `document.not_of_worker`, and `document.not_here` where it would have to be sealed and only the centre has it."""
    if document.kept is None:
        content = document.content
        media = pictures.media_type(content) or "application/octet-stream"
        return _Content(sha256(content).digest(), len(content), media, content)
    row = work.connection.execute(
        select(worker_document).where(
            worker_document.c.id == document.kept,
            worker_document.c.worker_id.in_(registrations_of(work.connection, holder)),
        )
    ).first()
    if row is None:
        raise Refused(Problem(f"documents[{at}].kept", "document.not_of_worker"))
    content = b""
    if restricted:
        held = work.connection.scalar(select(blob.c.content).where(blob.c.sha256 == row.sha256))
        if held is None:
            raise Refused(Problem(f"documents[{at}].kept", "document.not_here"))
        content = bytes(held)
    return _Content(bytes(row.sha256), row.size, row.media_type, content)


def _attach_one(
    work: Work, claim_id: UUID, document: Document, kind: str, found: _Content, *, restricted: bool
) -> UUID:
    content, name, media, digest, size = found.content, document.file_name, found.media_type, found.sha256, found.size
    requirement, seen_as, sealed_part = document.requirement, document.seen_as, None
    if restricted:
        if work.terminal.claims_key is None:
            raise Refused(Problem("documents", "claim.sealing_key_missing"))
        content = seal(content, work.terminal.claims_key, SEAL_DOCUMENT)
        sealed_part = seal_part(
            SealedDocument(kind=kind, file_name=name, media_type=media, requirement=requirement, seen_as=seen_as),
            work.terminal.claims_key,
        )
        kind, name, media, requirement, seen_as = RESTRICTED_KIND, RESTRICTED_KIND, "application/octet-stream", "", ""
    if content:
        digest, size = store(work, pictures.Prepared(content, media)), len(content)
    return work.record(
        DocumentAttached(
            claim_id=claim_id,
            mission=work.mission,
            document_kind=kind,
            sha256=digest,
            size=size,
            media_type=media,
            sealed=restricted,
            requirement=requirement,
            seen_as=seen_as,
            personal=DocumentName(file_name=name),
        ),
        sealed=sealed_part,
    ).id
