"""Claim papers: the letters about a claim and its dossier, made from the ledger whenever they are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from kiosk.desk import Desk, Work
from kiosk.queries.claim_evidence import earlier_claims, heirs_of, paid_covers
from kiosk.queries.claims import (
    ClaimEvent,
    ClaimStory,
    asked_papers,
    benefit_name,
    claim_name,
    claim_named,
    known_kind,
    reports_of,
    still_missing,
    story_in,
)
from kiosk.queries.papers import utc_offset
from kiosk.queries.persons import require
from kiosk.queries.privacy import is_restricted
from kiosk.queries.reference import counter_name
from kiosk.queries.workers import placements_of
from kiosk.store.tables import blob, statement
from models.language import date_long, date_short, rupiah
from models.ledger.tables import claim, claim_decision, claim_document, claim_payment, claim_request
from models.rules.claim_evidence import cover_evidence
from models.rules.claim_states import Paper, Request, open_wants
from models.rules.claims import Kind, Requirement, edition
from models.rules.missions import Mission, mission
from models.rules.phases import PHASE_NAMES, phase_on
from models.rules.privacy import MASK, shown_name, shown_number
from models.rules.problems import Problem, Refused
from models.rules.receipt_numbers import parse_number
from models.rules.rejections import known as known_reason
from models.rules.token import token_url
from models.sentences import claim_state, explain_phase
from reports.claim_letter import (
    AcknowledgementPaper,
    AwardedBenefit,
    ClaimAbout,
    ClaimDocument,
    ClaimPayment,
    DecisionPaper,
    DocumentRequestPaper,
    PayTo,
    WantedDocument,
)
from reports.claim_words import benefit_words, document_words, party_words, requirement_words
from reports.dossier import DossierDocument, DossierFact, DossierPaper, DossierSection
from reports.paper import Words

_FILED_BY = {"worker": "pekerja sendiri", "heir": "ahli waris", "mission": "perwakilan"}
_WAITING = ("filed", "asked")


@dataclass(frozen=True, slots=True)
class _Found:
    """A claim and what its papers need beside it. `office` is the kind of mission that makes the paper, `person` the
    registration the worker goes on under, `report` the second report that counts."""

    row: Row[Any]
    story: ClaimStory
    report: Row[Any] | None
    documents: list[Row[Any]]
    person: Row[Any]
    limited: bool
    place: Mission

    @property
    def standing(self) -> list[Row[Any]]:
        """The documents that nobody took back."""
        return [one for one in self.documents if one.removed_by is None]

    @property
    def kind(self) -> Kind | None:
        return known_kind(self.row)


def acknowledgement_paper(desk: Desk, claim_number: str) -> AcknowledgementPaper:
    """What was filed, which papers are there and which are awaited. Refused like `claims.claim_named`, and
    `worker.erased`."""
    with desk.read() as work:
        found = _find(work, claim_number)
        row = found.row
        days = _follow_by(row)
        waits = row.state in _WAITING
        return AcknowledgementPaper(
            about=_about(work, found),
            received=tuple(
                ClaimDocument(
                    Words("") if row.restricted else document_words(one.document_kind, found.place.kind),
                    one.attached_at.astimezone(ZoneInfo(found.place.zone)).date(),
                    one.seen_as,
                )
                for one in found.standing
            ),
            missing=tuple(
                _wanted(one, found.place.kind, days.get(one.key))
                for one in (still_missing(row, found.standing, found.report) if waits else ())
            ),
            come_back=found.story.row.until if row.restricted else None,
        )


def document_request_paper(desk: Desk, claim_number: str) -> DocumentRequestPaper:
    """What the centre asked for last, and what of it has come. Refused like `acknowledgement_paper`, and
    `letter.not_asked`."""
    with desk.read() as work:
        found = _find(work, claim_number)
        row = found.row
        query = select(claim_request).where(claim_request.c.claim_id == row.id)
        asked = work.connection.execute(
            query.order_by(claim_request.c.incarnation.desc(), claim_request.c.seq.desc(), claim_request.c.id)
        ).first()
        if asked is None:
            raise Refused(Problem.of("claim", "letter.not_asked", number=row.number))
        papers = [Paper(one.id, one.requirement, one.document_kind) for one in found.standing]
        request = Request(asked.id, tuple(asked.wanted), asked.papers, frozenset(map(UUID, asked.seen)), row.restricted)
        still = set(open_wants(request, papers))
        known = {one.key: one for one in asked_papers(row, found.report)}
        return DocumentRequestPaper(
            about=_about(work, found),
            asked_on=asked.business_date,
            papers=asked.papers or len(asked.wanted),
            wanted=tuple(
                _wanted(known[key], found.place.kind, asked.by_day, came=key not in still)
                if key in known
                else WantedDocument(document_words(key, found.place.kind), until=asked.by_day, came=key not in still)
                for key in asked.wanted
            ),
            by_day=asked.by_day,
            note="" if found.limited else asked.note or "",
        )


def decision_paper(desk: Desk, claim_number: str) -> DecisionPaper:
    """What was decided, and whether it was paid. Refused like `acknowledgement_paper`, and `letter.not_decided`."""
    with desk.read() as work:
        found = _find(work, claim_number)
        row = found.row
        decided = work.connection.execute(select(claim_decision).where(claim_decision.c.id == row.decision_id)).first()
        if decided is None:
            raise Refused(Problem.of("claim", "letter.not_decided", number=row.number))
        paid = work.connection.execute(select(claim_payment).where(claim_payment.c.id == row.payment_id)).first()
        reason = known_reason(decided.reason_code)
        same = work.connection.scalar(select(claim.c.number).where(claim.c.id == decided.duplicate_of))
        return DecisionPaper(
            about=_about(work, found),
            decided_on=decided.business_date,
            outcome=decided.outcome,
            awards=tuple(
                AwardedBenefit(benefit_words(code, benefit_name(code, row.rules_from)), amount)
                for code, amount in decided.awards
            ),
            pay_to=_pay_to(found),
            payment=ClaimPayment(paid.paid_on, paid.amount_idr, "" if found.limited else paid.reference or "")
            if paid
            else None,
            reason=Words(reason.indonesian, reason.english) if reason else Words(decided.reason_code),
            note="" if found.limited else decided.note or "",
            duplicate_of=same or "",
        )


def dossier_paper(desk: Desk, claim_number: str) -> DossierPaper:
    """Everything about a claim that this counter holds, with the documents whose contents are here; not signed yet. Of
    somebody whose data are restricted neither contents nor names of files, of a restricted claim nothing but that
    there are documents. Refused like `acknowledgement_paper`."""
    with desk.read() as work:
        found = _find(work, claim_number)
        row, place = found.row, found.place
        at = work.now.astimezone(ZoneInfo(place.zone))
        known = {one.key: one.name for one in asked_papers(row, found.report)}
        return DossierPaper(
            mission=Words(place.title, place.title_en),
            counter=counter_name(work.connection, work.mission, work.terminal.series),
            number=row.number,
            made_at=at,
            utc_offset=utc_offset(at),
            operator=work.operator.name,
            worker=shown_name(found.person.name or row.worker_name, restricted=found.limited),
            kind=_kind_words(found),
            state=_state(found),
            restricted=row.restricted,
            sections=tuple(_sections(work, found)),
            documents=tuple(_document(work, found, one, known) for one in found.documents),
            missing=tuple(one.name for one in still_missing(row, found.standing, found.report)),
        )


# What every letter says


def _find(work: Work, claim_number: str) -> _Found:
    connection = work.connection
    claim_id = claim_named(work, claim_number)
    row = connection.execute(select(claim).where(claim.c.id == claim_id)).one()
    person = require(connection, row.worker_id)
    documents = connection.execute(
        select(claim_document)
        .where(claim_document.c.claim_id == claim_id)
        .order_by(claim_document.c.attached_at, claim_document.c.id)
    ).all()
    return _Found(
        row=row,
        story=story_in(work, claim_id),
        report=reports_of(connection, [claim_id]).get(claim_id),
        documents=list(documents),
        person=person,
        limited=is_restricted(connection, row.worker_id),
        place=mission(work.mission),
    )


def _about(work: Work, found: _Found) -> ClaimAbout:
    row, person, limited = found.row, found.person, found.limited
    heard = work.connection.scalar(select(statement.c.at))
    zone = ZoneInfo(found.place.zone)
    return ClaimAbout(
        mission=Words(found.place.title, found.place.title_en),
        city=found.place.city,
        counter=counter_name(work.connection, work.mission, work.terminal.series),
        made_at=work.now.astimezone(zone),
        operator=work.operator.name,
        number=row.number,
        worker=shown_name(person.name or row.worker_name, restricted=limited),
        nik="" if limited else person.nik or "",
        kpj="" if limited else person.kpj or "",
        passport=shown_number(person.passport_number, restricted=limited),
        kind=_kind_words(found),
        restricted=row.restricted,
        event_date=row.event_date,
        filed_on=row.business_date,
        filed_by=row.filed_by,
        token_url=token_url(row.token, work.terminal.public_host),
        stage=_stage(found),
        addressee="" if row.filed_by == "worker" else found.story.filer_name,
        data_as_of=heard.astimezone(zone).date() if heard is not None else None,
    )


def _kind_words(found: _Found) -> Words:
    name = claim_name(found.row)
    return Words(name) if found.kind is None else benefit_words(found.row.benefit, name)


def _stage(found: _Found) -> int:
    """0 for a kind that is told in one report."""
    return int(found.row.stage) if found.kind is not None and found.kind.stages > 1 else 0


def _follow_by(row: Row[Any]) -> dict[str, date]:
    return {key: date.fromisoformat(day) for key, day in row.follow_by.items()}


def _wanted(one: Requirement, office: str, until: date | None, *, came: bool = False) -> WantedDocument:
    return WantedDocument(
        requirement_words(one.name, one.one_of), party_words(one.party, office), one.original, until, came
    )


def _pay_to(found: _Found) -> PayTo | None:
    """The worker's own account, where the worker filed: heirs and whoever paid name theirs in a document."""
    person = found.person
    if found.limited or found.row.filed_by != "worker" or not person.bank_account:
        return None
    return PayTo(person.bank_name or "", person.bank_account, person.bank_holder or "")


# The dossier


def _state(found: _Found) -> str:
    if found.row.restricted and found.row.state in ("approved", "rejected", "paid"):
        return "Sudah diputuskan"
    said = claim_state(found.row.state)
    stage = _stage(found)
    return f"{said} · tahap {stage} dari 2" if stage else said


def _document(work: Work, found: _Found, one: Row[Any], known: dict[str, str]) -> DossierDocument:
    row, limited = found.row, found.limited
    content = None
    if not (one.sealed or row.restricted or limited or one.removed_by):
        held = work.connection.scalar(select(blob.c.content).where(blob.c.sha256 == one.sha256))
        content = None if held is None else bytes(held)
    hidden = row.restricted or limited
    return DossierDocument(
        id=str(one.id),
        name="Dokumen" if row.restricted else document_words(one.document_kind, found.place.kind).id,
        requirement="" if row.restricted else known.get(one.requirement, ""),
        seen_as="" if row.restricted else one.seen_as,
        attached_at=one.attached_at.astimezone(ZoneInfo(found.place.zone)),
        where=_where(one.mission or row.mission),
        file_name="" if hidden else one.file_name or "",
        media_type=one.media_type,
        size=one.size,
        sha256=bytes(one.sha256),
        content=content,
        sealed=one.sealed or row.restricted,
        removed=one.removed_by is not None,
        withheld=limited,
    )


def _where(code: str) -> str:
    try:
        return mission(code).name
    except Refused:
        return code


def _sections(work: Work, found: _Found) -> Iterable[DossierSection]:
    row = found.row
    yield DossierSection(Words("Klaim", "Claim"), tuple(_facts(_claim_facts(work, found))))
    yield DossierSection(Words("Pekerja", "Worker"), tuple(_facts(_person_facts(found))))
    if found.kind is not None:
        yield DossierSection(
            Words("Perlindungan pada tanggal kejadian", "Cover on the day of the event"),
            tuple(_facts(_cover_facts(work, found, found.kind))),
        )
        if heirs := _heir_facts(found):
            yield DossierSection(Words("Ahli waris yang tercatat", "Recorded heirs"), tuple(_facts(heirs)))
        if earlier := _earlier_facts(work, found, found.kind):
            yield DossierSection(Words("Klaim lain dalam program ini", "Other claims"), tuple(_facts(earlier)))
    if found.story.report is not None and not row.restricted:
        yield DossierSection(Words("Laporan tahap 2", "Second report"), tuple(_facts(_report_facts(found))))
    yield DossierSection(Words("Riwayat", "History"), tuple(_history(found)))


def _facts(said: Iterable[tuple[str, str]]) -> Iterable[DossierFact]:
    return (DossierFact(label, value) for label, value in said if value)


def _claim_facts(work: Work, found: _Found) -> Iterable[tuple[str, str]]:
    row, kind = found.row, found.kind
    series = parse_number(row.number).series
    filed = (
        f"{date_long(row.business_date)}, {counter_name(work.connection, row.mission, series)}, {_where(row.mission)}"
    )
    yield "Diajukan", filed
    if row.restricted:
        return
    yield "Tanggal kejadian", date_long(row.event_date)
    if kind is not None:
        situation = kind.situation(row.situation)
        yield "Keadaan", situation.name if len(kind.situations) > 1 else ""
        yield "Program", kind.programme
        yield "Aturan", f"{edition(kind.rules_from).legal_basis}, berlaku sejak {date_long(kind.rules_from)}"
    by = _FILED_BY.get(row.filed_by, row.filed_by)
    story = found.story
    yield "Pengaju", " · ".join(part for part in (by, story.filer_name, story.filer_phone) if part)
    yield "Uraian", story.description


def _person_facts(found: _Found) -> Iterable[tuple[str, str]]:
    person, limited = found.person, found.limited
    hidden = limited or found.row.restricted
    yield "Nama", shown_name(person.name or found.row.worker_name, restricted=limited)
    yield "NIK", (f"{MASK}{person.nik[-4:]}" if hidden else person.nik) if person.nik and not limited else ""
    yield "KPJ", "" if limited else person.kpj or ""
    yield "Paspor", shown_number(person.passport_number, restricted=limited)
    if hidden:
        return
    yield "Tanggal lahir", date_long(person.birth_date) if person.birth_date else ""
    account = (person.bank_name, person.bank_account, person.bank_holder and f"a.n. {person.bank_holder}")
    yield "Rekening", " ".join(filter(None, account)) if person.bank_account else ""


def _cover_facts(work: Work, found: _Found, kind: Kind) -> Iterable[tuple[str, str]]:
    day = found.row.event_date
    evidence = cover_evidence(kind, day, paid_covers(work, found.person.id))
    for one in evidence:
        span = f"{date_short(one.covered_from)} – {date_short(one.covered_to)}"
        holds = "mencakup tanggal kejadian" if one.holds else "tidak mencakup tanggal kejadian"
        confirmed = (
            f"dikonfirmasi BPJS {date_short(one.confirmed_on)}" if one.confirmed_on else "menunggu konfirmasi BPJS"
        )
        yield f"Kuitansi {one.number}", f"{span}; {holds}; {confirmed}"
    if not evidence:
        yield kind.contribution, "Tidak ada pembayaran yang tercatat di loket ini."
    phase = phase_on(day, [one.contract.stay for one in placements_of(work.connection, found.person.id)])
    said = PHASE_NAMES[phase.kind]
    yield "Masa", "; ".join([said[:1].upper() + said[1:], *explain_phase(phase)])


def _heir_facts(found: _Found) -> list[tuple[str, str]]:
    if found.limited or found.row.filed_by == "worker":
        return []
    return [
        (one.relation or "—", f"{one.name} · didahulukan menurut Pasal 57 ayat (4)" if one.first else one.name)
        for one in heirs_of(found.person)
    ]


def _earlier_facts(work: Work, found: _Found, kind: Kind) -> list[tuple[str, str]]:
    others = earlier_claims(work.connection, found.person.id, kind, found.row.event_date)
    return [
        (
            one.number,
            f"kejadian {date_long(one.event_date)}; {claim_state(one.state)}"
            + ("; mungkin kejadian yang sama" if one.similar else ""),
        )
        for one in others
        if one.id != found.row.id
    ]


def _report_facts(found: _Found) -> Iterable[tuple[str, str]]:
    report = found.story.report
    if report is None:
        return
    yield "Disampaikan", f"{date_long(report.on)}, oleh {_FILED_BY.get(report.filed_by, report.filed_by)}"
    yield "Hasil", f"{report.name}, {date_long(report.outcome_date)}" if report.outcome_date else report.name
    yield "Manfaat yang diajukan", "; ".join(report.benefits)
    yield "Uraian", report.description


_EVENTS = {
    "filed": "Klaim diterima di loket",
    "attached": "Dokumen dilampirkan",
    "removed": "Dokumen dicabut",
    "reported": "Laporan tahap 2",
    "withdrawn": "Klaim ditarik",
    "asked": "Pusat meminta dokumen",
    "approved": "Disetujui",
    "rejected": "Tidak disetujui",
    "paid": "Dibayar",
    "returned": "Pembayaran kembali",
    "reopened": "Dibuka kembali",
    "told": "Pengaju diberi tahu",
}


def _history(found: _Found) -> Iterable[DossierFact]:
    zone = ZoneInfo(found.place.zone)
    for event in found.story.events:
        if found.row.restricted and event.what in ("paid", "returned"):
            continue
        yield DossierFact(date_long(event.at.astimezone(zone).date()), _befell(found, event))


def _befell(found: _Found, event: ClaimEvent) -> str:
    what = _EVENTS.get(event.what, event.what)
    if found.row.restricted:
        # Neither what was decided nor what came: the day alone.
        what = "Diputuskan" if event.what in ("approved", "rejected") else what
        return f"{what} ({event.count})" if event.what in ("attached", "asked") and event.count else what
    parts = [", ".join(event.papers), event.outcome, event.note]
    if event.amount_idr:
        parts.append(rupiah(event.amount_idr))
    if event.on is not None:
        parts.append(date_long(event.on))
    if event.until is not None:
        parts.append(f"paling lambat {date_long(event.until)}")
    if event.undone:
        parts.append("tidak berlaku lagi")
    said = "; ".join(part for part in parts if part)
    whole = f"{what}: {said}" if said else what
    return f"{whole} · {event.by}" if event.by else whole
