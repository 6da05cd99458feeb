"""One claim as an officer reads it: what happened, what is covered, which papers came, what was said, and what else
there is that may be about the same.

What is sealed of a restricted claim is opened for the page only, after the opening was kept (claim_access).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select

from models.journal.claims import RESTRICTED_KIND
from models.journal.keys import SealingKey
from models.journal.sealed import (
    P,
    SealedAccount,
    SealedDecision,
    SealedNote,
    SealedPayment,
    SealedReport,
    SealedRequest,
    open_part,
)
from models.ledger.claims import (
    claim,
    claim_decision,
    claim_document,
    claim_payment,
    claim_report,
    claim_request,
    claim_undoing,
    claim_withdrawal,
)
from models.ledger.contributions import STANDING, receipt, receipt_line
from models.ledger.coverage import membership, membership_receipt
from models.ledger.deaths import heir_contact, mission_statement
from models.ledger.flags import flag, flag_settled
from models.ledger.placements import placement
from models.ledger.workers import worker
from models.rules import rejections
from models.rules.claim_evidence import SIMILAR_DAYS, CoverEvidence, PaidCover, cover_evidence
from models.rules.claim_states import DECIDED_AGAIN, LATE_DOCUMENT, WITHDRAWN_LATE
from models.rules.claims import (
    FILER_NAMES,
    Kind,
    Requirement,
    benefit,
    claim_deadline,
    claim_warnings,
    edition,
    programme_of,
)
from models.rules.coverage import Cover
from models.rules.phases import Phase, phase_on, timeline
from models.rules.placements import Contract, standing
from models.rules.privacy import passport_end, shown_name
from models.rules.problems import Refused
from server.store.arrays import id_array
from server.store.tables import claim_assignment, officer, pair, terminal_head
from server.usecases.candidates import registrations
from server.usecases.centre import Centre
from server.usecases.claim_access import Access, accesses_of, open_claim
from server.usecases.claim_documents import DocumentRow, documents_of, shown_document
from server.usecases.claims import (
    ClaimRow,
    assigned_to,
    claim_rows,
    known_kind,
    mission_kind,
    our_word,
    papers_by_rules,
    shown_names,
)
from server.usecases.officers import Officer
from server.usecases.pairs import mission_name
from server.usecases.people import NOT_LISTED, names_of
from server.usecases.privacy import limited_among
from server.usecases.roles import Act, may

CoverState = Literal["confirmed", "provisional", "voided", "refunded"]

OTHERS_SHOWN = 50

FLAGS = {
    "claim.never_covered": "Tidak ada pembayaran program ini yang tercatat",
    "claim.not_covered": "Peristiwa di luar masa perlindungan yang tercatat",
    "claim.after_cover": "Peristiwa sesudah perlindungan berakhir, masih dalam masa pulang",
    "claim.phase": "Peristiwa di luar masa yang dicakup manfaat ini",
    "claim.phase_unknown": "Masa pada tanggal peristiwa tidak diketahui: kontraknya belum diisi",
    "claim.phase_assumed": "Masa dihitung tanpa tanggal yang belum diisi",
    "claim.deadline": "Diajukan sesudah batas waktu pengajuan",
    "claim.similar": "Ada klaim lain untuk peristiwa yang sama atau berdekatan",
    "claim.not_sealed": "Loket belum terdaftar di pusat: jenis, uraian dan dokumennya tidak disimpan",
    "claim.rules_earlier": "Peristiwa sebelum aturan paling awal yang ada di sini; dinilai menurut aturan itu",
    "claim.papers_unread": "Daftar dokumen untuk keadaan ini belum terbaca dari peraturannya",
    "claim.heir_of_living": "Diajukan ahli waris, padahal keadaannya bukan kematian",
    "claim.decided_again": "Diputuskan dua kali; keputusan pertama yang berlaku",
    "claim.late_document": "Dokumen datang sesudah keputusan, yang belum melihatnya",
    "claim.withdrawn_late": "Ditarik tanpa tahu keputusan pusat",
}
"""What a flag says to an officer."""

HAPPENED = {
    "filed": "Klaim diajukan",
    "attached": "Dokumen dilampirkan",
    "removed": "Dokumen diambil kembali",
    "reported": "Laporan tahap 2",
    "asked": "Dokumen diminta",
    "approved": "Disetujui",
    "rejected": "Ditolak",
    "paid": "Dibayar",
    "returned": "Pembayaran kembali dari bank",
    "reopened": "Dibuka kembali",
    "withdrawn": "Klaim ditarik",
    "assigned": "Ditugaskan",
    "released": "Penugasan dilepas",
    "statement_death": "Surat keterangan kematian",
    "statement_missing": "Surat keterangan hilang",
    "heir_reached": "Ahli waris dihubungi",
    "heir_not_reached": "Ahli waris belum terhubung",
}
"""What befell a claim, as `Said.what` names it."""

_ACTS = (claim_request, claim_decision, claim_payment, claim_withdrawal, claim_undoing)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a claim is about. `known` False: it is a restricted one of which this centre can open nothing, so that only
    the neutral name is left."""

    code: str
    kind: Kind | None
    name: str
    situation: str
    rules_from: date | None
    event_date: date
    description: str
    filer_name: str
    filer_phone: str
    flags: tuple[str, ...]
    follow_by: Mapping[str, date]
    known: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Whom it is about, by the registration that goes on. `limited`: their data are restricted, so that names are
    initials and numbers their last four."""

    id: UUID
    name: str
    birth_date: date | None
    passport: str
    kpj: str
    phone: str
    mission: str
    registrations: int
    limited: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of the checklist with what came for it. `asked`: the centre asked for it and it has not come since."""

    requirement: Requirement
    state: Literal["here", "travelling", "lacking"]
    documents: tuple[DocumentRow, ...]
    follow_by: date | None
    asked: bool


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A second report: how it ended. `standing`: the one that counts."""

    at: datetime
    by: str
    mission: str
    outcome: str
    outcome_date: date | None
    benefits: tuple[str, ...]
    filed_by: str
    description: str
    filer_name: str
    filer_phone: str
    standing: bool


@dataclass(frozen=True, slots=True)
class CoverRow:
    """The days that one line of a receipt pays for, as they stand after all moves. What was voided or refunded covers
    nothing and is shown as such."""

    number: str
    programme: str
    months: int
    covered_from: date
    covered_to: date
    state: CoverState
    confirmed_on: date | None
    moved: bool
    paid_on: date
    mission: str

    @property
    def counts(self) -> bool:
        return self.state in ("confirmed", "provisional")


@dataclass(frozen=True, slots=True)
class FlagRow:
    """What somebody should look at: raised at a counter or by posting. `settled`: the note that closed it."""

    code: str
    at: datetime
    settled: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """An entry of the claim's history: `what` happened, with its details in words."""

    at: datetime
    by: str
    place: str
    what: str
    details: tuple[str, ...] = ()
    note: str = ""
    day: date | None = None
    amount_idr: int | None = None
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Alike:
    """Another claim that may be about the same: `why` are the reasons (same_event, same_document, same_account,
    maybe_same_person), `document` what is in both."""

    row: ClaimRow
    event_date: date | None
    why: tuple[str, ...]
    document: str
    pair: tuple[UUID, UUID] | None


@dataclass(frozen=True, slots=True)
class ClaimView:
    """All of it. `seen`: the documents that count, as an officer's act names them."""

    id: UUID
    number: str
    restricted: bool
    mission: str
    series: str
    zone: str
    filed_at: datetime
    business_date: date
    clerk: str
    filed_by: str
    stage: int
    state: str
    state_at: datetime
    facts: Facts
    person: PersonRow | None
    name: str
    rules_basis: str
    deadline: date | None
    reports: tuple[ReportRow, ...]
    phase: Phase
    phases: tuple[Phase, ...]
    evidence: tuple[CoverEvidence, ...]
    covers: tuple[CoverRow, ...]
    warnings: tuple[str, ...]
    flags: tuple[FlagRow, ...]
    papers: tuple[PaperRow, ...]
    present: int
    required: int
    further: tuple[DocumentRow, ...]
    removed: tuple[DocumentRow, ...]
    late: frozenset[UUID]
    wanted: tuple[str, ...]
    """What the centre asked for and has not got, by name."""
    wanted_by: date | None
    history: tuple[Said, ...]
    alike: tuple[Alike, ...]
    others: tuple[Alike, ...]
    officer: str
    accesses: tuple[Access, ...]
    seen: tuple[UUID, ...]
    at: datetime

    @property
    def covered(self) -> bool:
        """Whether a receipt's days hold the event's."""
        return any(one.holds for one in self.evidence)

    @property
    def in_time(self) -> bool | None:
        """Whether it was filed before its limit ended; None where no limit is known."""
        return None if self.deadline is None else self.business_date <= self.deadline


def claim_with(centre: Centre, claim_id: UUID, who: Officer) -> ClaimView:
    """The claim, opened for this officer. Refused like `open_claim`."""
    row = open_claim(centre, claim_id, who)
    return centre.read(lambda connection: view_of(connection, centre, row, who))


def view_of(connection: Connection, centre: Centre, row: Row[Any], who: Officer) -> ClaimView:
    """All of a claim that `open_claim` opened for this officer."""
    return _Reading(connection, centre, row, who).view()


class _Reading:
    """One claim on its way from the ledger to the page, on one snapshot."""

    def __init__(self, connection: Connection, centre: Centre, row: Row[Any], who: Officer) -> None:
        self._connection, self._centre, self._who = connection, centre, who
        self._row = row
        self._key: SealingKey = centre.keys.claims
        head = connection.execute(select(worker.c.id, worker.c.merged_into).where(worker.c.id == row.worker_id)).first()
        self._head: UUID = (head.merged_into or head.id) if head is not None else row.worker_id
        self._ids: list[UUID] = registrations(connection, [self._head]).get(self._head, [row.worker_id])
        self._limited = bool(limited_among(connection, self._ids))
        self._account = self._opened(row.sealed, SealedAccount) if row.restricted else None
        self._facts = self._told()
        self._reports = self._rows(claim_report, *(claim_report.c[c] for c in ("rev", "stamp_terminal", "stamp_seq")))
        self._documents = documents_of(connection, row, self._key)
        self._acts = {table.name: self._rows(table) for table in _ACTS}
        self._undone = {one.undone_id for one in self._acts["claim_undoing"]}
        self._assignments = self._rows(claim_assignment)
        self._people = self._everybody()

    def view(self) -> ClaimView:
        row, facts = self._row, self._facts
        standing_documents = [one for one in self._documents if one.removed is None]
        covers = self._covers()
        paid = [
            PaidCover(one.number, _cover(one), one.confirmed_on)
            for one in covers
            if one.counts and one.programme in ("JKK+JKM", "JHT")
        ]
        stays = [one.stay for one in self._contracts()]
        phase = phase_on(facts.event_date, stays)
        wanted, wanted_by = self._wanted()
        papers, further, present, required = self._papers(standing_documents, wanted)
        alike, others = self._others(standing_documents)
        series = self._connection.scalar(
            select(terminal_head.c.series).where(
                terminal_head.c.terminal == row.terminal, terminal_head.c.incarnation == row.incarnation
            )
        )
        flags = self._flags()
        return ClaimView(
            id=row.id,
            number=row.number,
            restricted=row.restricted,
            mission=mission_name(row.mission),
            series=series or "—",
            zone=row.zone,
            filed_at=row.filed_at,
            business_date=row.business_date,
            clerk=self._people.get(row.operator_id, NOT_LISTED),
            filed_by=self._filed_by(),
            stage=row.stage,
            state=row.state,
            state_at=row.state_at or row.filed_at,
            facts=facts,
            person=self._person(),
            name=shown_names(self._connection, [row])[row.id],
            rules_basis=edition(facts.rules_from).legal_basis,
            deadline=claim_deadline(facts.kind, facts.event_date) if facts.kind else None,
            reports=self._report_rows(),
            phase=phase,
            phases=timeline(stays),
            evidence=cover_evidence(facts.kind, facts.event_date, paid) if facts.kind else (),
            covers=covers,
            warnings=self._warnings(paid, phase),
            flags=flags,
            papers=papers,
            present=present,
            required=required,
            further=further,
            removed=tuple(one for one in self._documents if one.removed is not None),
            late=self._late(),
            wanted=self._names_of_papers(wanted),
            wanted_by=wanted_by,
            history=self._history(),
            alike=alike,
            others=others,
            officer=assigned_to(self._connection, [row.id]).get(row.id, ""),
            accesses=accesses_of(self._connection, row.id) if row.restricted else (),
            seen=tuple(sorted(one.id for one in standing_documents)),
            at=self._centre.now(),
        )

    # What it is about

    def _told(self) -> Facts:
        row = self._row
        if row.restricted:
            return self._told_sealed()
        kind = known_kind(row.benefit, row.rules_from)
        return Facts(
            code=row.benefit,
            kind=kind,
            name=kind.name if kind else row.benefit,
            situation=_situation_name(kind, row.situation),
            rules_from=row.rules_from,
            event_date=row.event_date,
            description=row.description or "",
            filer_name=self._name(row.filer_name),
            filer_phone=self._number(row.filer_phone),
            flags=(),
            follow_by=_days(row.follow_by),
            known=True,
        )

    def _told_sealed(self) -> Facts:
        row, part = self._row, self._account
        if part is None:
            return Facts(
                code=RESTRICTED_KIND,
                kind=None,
                name="Klaim khusus",
                situation="",
                rules_from=row.rules_from,
                event_date=row.event_date,
                description="",
                filer_name="",
                filer_phone="",
                flags=(),
                follow_by=_days(row.follow_by),
                known=False,
            )
        kind = known_kind(part.benefit, part.rules_from)
        return Facts(
            code=part.benefit,
            kind=kind,
            name=kind.name if kind else part.benefit,
            situation=_situation_name(kind, part.situation),
            rules_from=part.rules_from,
            event_date=part.event_date or row.event_date,
            description=part.description,
            filer_name=self._name(part.filer_name),
            filer_phone=self._number(part.filer_phone),
            flags=part.flags,
            follow_by=part.follow_by,
            known=True,
        )

    def _situation_code(self) -> str:
        if not self._row.restricted:
            return str(self._row.situation)
        return self._account.situation if self._account else ""

    def _everybody(self) -> dict[UUID, str]:
        """The names of those who did something with it."""
        acted = [self._row.operator_id, *(one.operator_id for one in self._reports)]
        acted += [one.operator_id for rows in self._acts.values() for one in rows]
        acted += [by for one in self._assignments for by in (one.officer_id, one.by_id)]
        return names_of(self._connection, acted)

    def _opened(self, sealed: bytes | None, into: type[P]) -> P | None:
        """A sealed part; None where there is none, or none that this centre's key opens."""
        if sealed is None:
            return None
        try:
            return open_part(sealed, self._key, into)
        except ValueError:
            return None

    def _name(self, name: str | None) -> str:
        return shown_name(name, restricted=self._limited) if name else ""

    def _number(self, number: str | None) -> str:
        if not number:
            return ""
        return passport_end(number) if self._limited else number

    def _person(self) -> PersonRow | None:
        one = self._connection.execute(select(worker).where(worker.c.id == self._head)).one_or_none()
        if one is None:
            return None
        return PersonRow(
            id=one.id,
            name=self._name(one.name) or self._name(self._row.worker_name) or "—",
            birth_date=None if self._limited else one.birth_date,
            passport=self._number(one.passport_number),
            kpj=self._number(one.kpj),
            phone=self._number(one.phone),
            mission=mission_name(one.mission),
            registrations=len(self._ids),
            limited=self._limited,
            erased=one.erased,
        )

    def _filed_by(self) -> str:
        return (self._account.filed_by if self._account is not None else "") or str(self._row.filed_by)

    # Reports

    def _report_rows(self) -> tuple[ReportRow, ...]:
        last = self._reports[-1].id if self._reports else None
        return tuple(self._report(one, standing=one.id == last) for one in reversed(self._reports))

    def _report(self, one: Row[Any], *, standing: bool) -> ReportRow:
        told = self._reported(one)
        return ReportRow(
            at=one.at,
            by=self._people.get(one.operator_id, NOT_LISTED),
            mission=mission_name(one.mission),
            outcome=self._outcome_name(told.outcome),
            outcome_date=told.outcome_date,
            benefits=tuple(self._benefit_name(code) for code in told.benefits),
            filed_by=told.filed_by or one.filed_by,
            description=told.description,
            filer_name=self._name(told.filer_name),
            filer_phone=self._number(told.filer_phone),
            standing=standing,
        )

    def _reported(self, one: Row[Any]) -> SealedReport:
        part = self._opened(one.sealed_part, SealedReport)
        return part or SealedReport(
            outcome=one.outcome,
            outcome_date=one.outcome_date,
            benefits=tuple(one.benefits),
            description=one.description or "",
            filer_name=one.filer_name or "",
            filer_phone=one.filer_phone or "",
        )

    def _outcome_name(self, code: str) -> str:
        found = (one.name for one in (self._facts.kind.outcomes if self._facts.kind else ()) if one.code == code)
        return next(found, code or "tersegel")

    def _benefit_name(self, code: str) -> str:
        try:
            return benefit(code, on=self._facts.rules_from).name
        except Refused:
            return code

    # Cover and phase

    def _covers(self) -> tuple[CoverRow, ...]:
        """Every line of every receipt of the person, under whichever registration, in the order of their days."""
        confirmed = (
            select(membership_receipt.c.receipt_id, func.min(membership.c.confirmed_on).label("confirmed_on"))
            .join(membership, membership.c.id == membership_receipt.c.membership_id)
            .where(membership.c.worker_id == func.any(id_array(self._ids)))
            .group_by(membership_receipt.c.receipt_id)
            .subquery()
        )
        rows = self._connection.execute(
            select(
                receipt_line.c.programme,
                receipt_line.c.months,
                receipt_line.c.voided,
                receipt_line.c.moved_by,
                *STANDING,
                receipt.c.number,
                receipt.c.mission,
                receipt.c.business_date,
                receipt.c.void_id,
                confirmed.c.confirmed_on,
            )
            .join(receipt, receipt.c.id == receipt_line.c.receipt_id)
            .outerjoin(confirmed, confirmed.c.receipt_id == receipt.c.id)
            .where(receipt_line.c.worker_id == func.any(id_array(self._ids)))
            .order_by(receipt_line.c.programme, STANDING.covered_from, receipt.c.number, receipt_line.c.line)
        )

        def state(row: Any) -> CoverState:
            if row.voided:
                return "voided" if row.void_id is not None else "refunded"
            return "confirmed" if row.confirmed_on else "provisional"

        return tuple(
            CoverRow(
                number=row.number,
                programme=row.programme,
                months=row.months,
                covered_from=row.covered_from,
                covered_to=row.covered_to,
                state=state(row),
                confirmed_on=row.confirmed_on,
                moved=row.moved_by is not None,
                paid_on=row.business_date,
                mission=mission_name(row.mission),
            )
            for row in rows
        )

    def _contracts(self) -> list[Contract]:
        """The person's contracts as they stand."""
        rows = self._connection.execute(select(placement).where(placement.c.worker_id == func.any(id_array(self._ids))))
        versions = [_Version(row) for row in rows]
        stands = set(standing(versions).values())
        return [one.contract for one in versions if one.id in stands]

    def _warnings(self, paid: Sequence[PaidCover], phase: Phase) -> tuple[str, ...]:
        """What the counter would warn of, by all that the centre knows now."""
        facts = self._facts
        if facts.kind is None:
            return ()
        try:
            situation = facts.kind.situation(self._situation_code())
        except Refused:
            situation = facts.kind.situations[0]
        found = claim_warnings(
            facts.kind,
            situation,
            self._filed_by(),
            facts.event_date,
            self._row.business_date,
            [one.cover for one in paid],
            phase,
        )
        return tuple(dict.fromkeys(one.code for one in found))

    # Papers

    def _papers(
        self, documents: Sequence[DocumentRow], wanted: Sequence[str]
    ) -> tuple[tuple[PaperRow, ...], tuple[DocumentRow, ...], int, int]:
        facts, row = self._facts, self._row
        last = self._reported(self._reports[-1]) if self._reports else None
        found = papers_by_rules(
            facts.code,
            self._situation_code(),
            facts.rules_from,
            row.mission,
            [(one.kind, one.requirement) for one in documents],
            outcome=last.outcome if last else "",
            benefits=last.benefits if last else (),
        )
        if found is None:
            count = len(documents)
            required = 0 if row.restricted else row.required
            return (), tuple(documents), count if row.restricted else min(count, required), required
        placed: set[UUID] = set()
        rows = []
        for asked in found.asked:
            fitting = tuple(one for one in documents if _answers(one, asked))
            placed |= {one.id for one in fitting}
            state: Literal["here", "travelling", "lacking"] = (
                "here" if any(one.where != "travelling" for one in fitting) else "travelling" if fitting else "lacking"
            )
            open_ask = asked.key in wanted or not set(wanted).isdisjoint(asked.one_of)
            rows.append(PaperRow(asked, state, fitting, facts.follow_by.get(asked.key), open_ask))
        further = tuple(one for one in documents if one.id not in placed)
        return tuple(rows), further, found.present, found.required

    def _wanted(self) -> tuple[list[str], date | None]:
        """What the centre asked for and has not got, by the keys of the standing request."""
        if self._row.request_id is None:
            return [], None
        asked = self._connection.execute(select(claim_request).where(claim_request.c.id == self._row.request_id)).one()
        keys = self._requested(asked).wanted
        had = {UUID(one) for one in asked.seen}
        fresh = [one for one in self._documents if one.removed is None and one.id not in had]
        return [key for key in keys if all(key not in (one.requirement, one.kind) for one in fresh)], asked.by_day

    def _requested(self, asked: Row[Any]) -> SealedRequest:
        part = self._opened(asked.sealed_part, SealedRequest)
        return part or SealedRequest(wanted=tuple(asked.wanted), note=asked.note or "")

    def _paper_name(self, key: str) -> str:
        """What a requirement's key, or a kind of document, is called."""
        office = mission_kind(self._row.mission)
        found = papers_by_rules(self._facts.code, self._situation_code(), self._facts.rules_from, self._row.mission, ())
        named = (one.name for one in (found.asked if found else ()) if one.key == key)
        return next(named, "") or shown_document(key, office)

    def _names_of_papers(self, keys: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._paper_name(key) for key in keys)

    # What to look at

    def _flags(self) -> tuple[FlagRow, ...]:
        about = [self._row.id, *(one.id for one in self._documents), *(one.id for one in self._reports)]
        about += [one.id for name in ("claim_decision", "claim_withdrawal") for one in self._acts[name]]
        rows = self._connection.execute(
            select(flag).where(flag.c.entry_id == func.any(id_array(about))).order_by(flag.c.at, flag.c.code)
        ).all()
        settled = {
            (one.entry_id, one.code): one.note or ""
            for one in self._connection.execute(
                select(flag_settled).where(
                    flag_settled.c.entry_id == func.any(id_array(about)),
                    or_(
                        flag_settled.c.code.not_in((LATE_DOCUMENT, DECIDED_AGAIN, WITHDRAWN_LATE)),
                        flag_settled.c.operator_id.in_(select(officer.c.id)),
                    ),
                )
            )
        }
        found: dict[str, FlagRow] = {}
        for one in rows:
            note = settled.get((one.entry_id, one.code))
            # Of several that say the same, one that nobody has looked at yet is told of first.
            if one.code not in found or (note is None and found[one.code].settled is not None):
                found[one.code] = FlagRow(one.code, one.at, note)
        found |= {code: FlagRow(code, self._row.filed_at, None) for code in self._facts.flags if code not in found}
        return tuple(sorted(found.values(), key=lambda one: (one.at, one.code)))

    def _late(self) -> frozenset[UUID]:
        """Documents that came after the decision that stands, which had not seen them."""
        ids = id_array(one.id for one in self._documents)
        query = select(flag.c.entry_id).where(flag.c.entry_id == func.any(ids), flag.c.code == LATE_DOCUMENT)
        return frozenset(self._connection.scalars(query))

    # History

    def _history(self) -> tuple[Said, ...]:
        """All that was recorded of it, the first thing first."""
        row = self._row
        said = [self._entry(row.operator_id, row.filed_at, "filed", day=row.event_date if not row.restricted else None)]
        for one in self._documents:
            said.append(self._attached(one))
            if one.removed is not None:
                taken = one.removed
                said.append(Said(taken.at, taken.by, one.mission, "removed", (one.name,), taken.note))
        said += [self._told_again(one) for one in self._reports]
        said += [self._asked(one) for one in self._acts["claim_request"]]
        said += [self._decided(one) for one in self._acts["claim_decision"]]
        said += [self._paid(one) for one in self._acts["claim_payment"]]
        said += [self._withdrawn(one) for one in self._acts["claim_withdrawal"]]
        said += [self._taken_back(one) for one in self._acts["claim_undoing"]]
        said += [self._assigned(one) for one in self._assignments]
        said += self._of_the_dead()
        return tuple(sorted(said, key=lambda one: (one.at, one.what != "filed")))

    def _entry(
        self,
        by: UUID,
        at: datetime,
        what: str,
        details: tuple[str, ...] = (),
        *,
        note: str | None = None,
        day: date | None = None,
        amount_idr: int | None = None,
        mission: str | None = None,
        centre: bool = False,
        undone: bool = False,
    ) -> Said:
        place = "Pusat" if centre else mission_name(mission or self._row.mission)
        return Said(at, self._people.get(by, NOT_LISTED), place, what, details, note or "", day, amount_idr, undone)

    def _attached(self, one: DocumentRow) -> Said:
        seen = {"original": "asli", "copy": "salinan"}.get(one.seen_as)
        return Said(one.at, one.by, one.mission, "attached", (one.name, *([seen] if seen else [])))

    def _asked(self, one: Row[Any]) -> Said:
        part = self._requested(one)
        names = self._names_of_papers(part.wanted) or (f"{one.papers} dokumen",)
        return self._entry(one.operator_id, one.at, "asked", names, note=part.note, day=one.by_day, centre=True)

    def _decided(self, one: Row[Any]) -> Said:
        part = self._opened(one.sealed_part, SealedDecision) or SealedDecision(
            awards=tuple((code, amount) for code, amount in one.awards),
            reason_code=one.reason_code,
            duplicate_of=one.duplicate_of,
            note=one.note or "",
        )
        details = [self._benefit_name(code) for code, _amount in part.awards]
        if part.reason_code:
            reason = rejections.known(part.reason_code)
            details.append(reason.name if reason else part.reason_code)
        if part.duplicate_of is not None:
            details.append(self._number_of(part.duplicate_of))
        total = sum(amount for _code, amount in part.awards)
        return self._entry(
            one.operator_id,
            one.at,
            one.outcome,
            tuple(details),
            note=part.note,
            amount_idr=total if one.outcome == "approved" else None,
            centre=True,
            undone=one.id in self._undone,
        )

    def _number_of(self, claim_id: UUID) -> str:
        """Another claim's number, as far as this officer may know of it."""
        query = select(claim.c.number, claim.c.restricted).where(claim.c.id == claim_id)
        other = self._connection.execute(query).one_or_none()
        if other is None or (other.restricted and not may(self._who, Act.OPEN_RESTRICTED)):
            return "klaim lain"
        return str(other.number)

    def _paid(self, one: Row[Any]) -> Said:
        part = self._opened(one.sealed_part, SealedPayment) or SealedPayment(
            amount_idr=one.amount_idr, reference=one.reference or ""
        )
        return self._entry(
            one.operator_id,
            one.at,
            "paid",
            (part.reference,) if part.reference else (),
            day=one.paid_on,
            amount_idr=part.amount_idr,
            centre=True,
            undone=one.id in self._undone,
        )

    def _told_again(self, one: Row[Any]) -> Said:
        told = self._reported(one)
        details = (self._outcome_name(told.outcome), *(self._benefit_name(code) for code in told.benefits))
        return self._entry(one.operator_id, one.at, "reported", details, day=told.outcome_date, mission=one.mission)

    def _taken_back(self, one: Row[Any]) -> Said:
        part = self._opened(one.sealed_part, SealedNote)
        note = part.note if part else one.note
        return self._entry(one.operator_id, one.at, one.what, note=note, centre=True)

    def _withdrawn(self, one: Row[Any]) -> Said:
        details = (FILER_NAMES.get(one.withdrawn_by, one.withdrawn_by),)
        undone = one.id in self._undone
        return self._entry(
            one.operator_id, one.at, "withdrawn", details, note=one.note, mission=one.mission, undone=undone
        )

    def _assigned(self, one: Row[Any]) -> Said:
        if one.officer_id is None:
            return self._entry(one.by_id, one.at, "released", centre=True)
        return self._entry(one.by_id, one.at, "assigned", (self._people.get(one.officer_id, NOT_LISTED),), centre=True)

    def _of_the_dead(self) -> list[Said]:
        """What the mission stated, and whom it tried to tell: for a claim that rests on a death."""
        statements, contacts = self._rows(mission_statement), []
        kind = self._facts.kind
        if statements or (kind and kind.death):
            query = select(heir_contact).where(heir_contact.c.worker_id == func.any(id_array(self._ids)))
            contacts = list(self._connection.execute(query))
        self._people |= names_of(self._connection, [one.operator_id for one in (*statements, *contacts)])
        said = [
            self._entry(one.operator_id, one.at, f"statement_{one.about}", (one.number,), mission=one.mission)
            for one in statements
        ]
        for one in contacts:
            details = tuple(filter(None, (self._name(one.name), one.relation)))
            what = "heir_reached" if one.reached else "heir_not_reached"
            said.append(self._entry(one.operator_id, one.at, what, details, note=one.note, mission=one.mission))
        return said

    # Other claims

    def _others(self, documents: Sequence[DocumentRow]) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
        """Those that may be about the same, and the person's further ones."""
        opens = may(self._who, Act.OPEN_RESTRICTED)
        pairs = self._pairs()
        people = {**dict.fromkeys(self._ids), **pairs}
        same = self._same_documents(documents)
        condition = (claim.c.id != self._row.id) & or_(
            claim.c.worker_id == func.any(id_array(people)), claim.c.id == func.any(id_array(same))
        )
        if not opens:
            condition &= claim.c.restricted.is_(False)
        rows = claim_rows(self._connection, condition, self._who, OTHERS_SHOWN)
        facts = {
            one.id: one
            for one in self._connection.execute(
                select(claim).where(claim.c.id == func.any(id_array(row.id for row in rows if row.id)))
            )
        }
        alike: list[Alike] = []
        others: list[Alike] = []
        for row in rows:
            if row.id is None:
                continue
            found = self._compared(row, facts[row.id], pairs, same)
            (alike if found.why else others).append(found)
        return tuple(alike), tuple(others)

    def _compared(
        self,
        row: ClaimRow,
        other: Row[Any],
        pairs: Mapping[UUID, tuple[UUID, UUID]],
        same: Mapping[UUID, str],
    ) -> Alike:
        why = []
        same_programme = programme_of(other.benefit) == programme_of(self._facts.code)
        near = abs((other.event_date - self._facts.event_date).days) <= SIMILAR_DAYS
        theirs = other.worker_id in self._ids or other.worker_id in pairs
        if theirs and same_programme and near and not other.restricted and other.state != "withdrawn":
            why.append("same_event")
        document = same.get(other.id, "")
        if document:
            why.append("same_account" if document.startswith("rekening") else "same_document")
        pair_of = pairs.get(other.worker_id) if other.worker_id not in self._ids else None
        if pair_of and why:
            why.append("maybe_same_person")
        return Alike(
            row=row,
            event_date=None if other.restricted else other.event_date,
            why=tuple(why),
            document=shown_document(document, mission_kind(self._row.mission)) if document else "",
            pair=pair_of,
        )

    def _pairs(self) -> dict[UUID, tuple[UUID, UUID]]:
        """Registrations of those who may be the same person, each with the pair to look at."""
        query = select(pair).where(
            or_(pair.c.first_id == self._head, pair.c.second_id == self._head), pair.c.state == "open"
        )
        of = {
            (row.second_id if row.first_id == self._head else row.first_id): (row.first_id, row.second_id)
            for row in self._connection.execute(query)
        }
        return {one: of[head] for head, ids in registrations(self._connection, of).items() for one in ids}

    def _same_documents(self, documents: Sequence[DocumentRow]) -> dict[UUID, str]:
        """Other claims that hold the very same file, each with what it is; a bank account's before others."""
        mine = {one.sha256: one.kind for one in documents}
        query = select(claim_document.c.claim_id, claim_document.c.sha256).where(
            claim_document.c.sha256.in_(mine), claim_document.c.claim_id != self._row.id
        )
        found: dict[UUID, str] = {}
        for row in self._connection.execute(query):
            kind = our_word(mine[bytes(row.sha256)])
            if not found.get(row.claim_id, "").startswith("rekening"):
                found[row.claim_id] = kind
        return found

    def _rows(self, table: Any, *order: Any) -> list[Row[Any]]:
        query = select(table).where(table.c.claim_id == self._row.id)
        return list(self._connection.execute(query.order_by(*(order or (table.c.id,)))))


class _Version:
    """A contract as it was written down once, for `standing`."""

    def __init__(self, row: Row[Any]) -> None:
        self.id: UUID = row.id
        self.corrects: UUID | None = row.corrects
        self.order = (row.recorded_at, row.id.int)
        self.contract = Contract(
            id=row.id,
            number=row.contract_number,
            start=row.contract_start,
            end=row.contract_end,
            months=row.months,
            departure=row.departure,
            arrival=row.arrival,
            event=row.event,
            extension_of=row.extension_of,
        )


def _cover(one: CoverRow) -> Cover:
    return Cover(one.programme, one.covered_from, one.months, one.covered_from, one.covered_to)  # type: ignore[arg-type]


def _answers(one: DocumentRow, asked: Requirement) -> bool:
    return one.requirement == asked.key or our_word(one.kind) in asked.one_of


def _situation_name(kind: Kind | None, code: str) -> str:
    if kind is None or len(kind.situations) < 2:
        return ""
    try:
        return kind.situation(code).name
    except Refused:
        return code


def _days(written: Mapping[str, str]) -> dict[str, date]:
    return {key: date.fromisoformat(day) for key, day in written.items()}
