"""The dossier of a claim as the centre makes it: all that is known here and every document, in one PDF that the centre
signs (docs/decisions/0019-dossier.md). A restricted one is opened for it, after the opening was kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select

from models.journal.keys import SealingKey
from models.journal.sealed import SEAL_DOCUMENT
from models.language import date_long, date_short, rupiah, time_short
from models.ledger.workers import worker
from models.rules.claim_evidence import heir_evidence
from models.rules.claims import FILER_NAMES
from models.rules.heirs import Inherits
from models.rules.missions import mission
from models.rules.names import initials
from models.rules.phases import PHASE_NAMES
from models.rules.problems import Problem, Refused
from models.rules.token import ReceiptFacts, make_token, peek, spelled, thumbprint, token_url
from models.sentences import claim_state, explain_phase
from reports.claim_words import benefit_words
from reports.dossier import (
    DossierDocument,
    DossierFact,
    DossierPaper,
    DossierSection,
    document_states,
    manifest_digest,
    render_dossier,
)
from reports.paper import Words
from server.usecases.centre import Centre
from server.usecases.claim_access import ZONE, open_claim
from server.usecases.claim_documents import DocumentRow, documents_of
from server.usecases.claim_views import FLAGS, HAPPENED, Alike, ClaimView, CoverRow, ReportRow, Said, view_of
from server.usecases.documents import content as whole_document
from server.usecases.officers import Officer
from server.usecases.roles import Act, permit

PLACE = "Pusat BPJS Ketenagakerjaan"
"""Where it was made, as a counter's dossier names its counter."""

_OFFSET = "WIB"
_STATES = {
    "confirmed": "dikonfirmasi BPJS",
    "provisional": "menunggu konfirmasi BPJS",
    "voided": "kuitansinya dibatalkan",
    "refunded": "uangnya dikembalikan",
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier that was made: the PDF, and of each document by its name whether and why not it is shown
    (`reports.dossier.State`)."""

    number: str
    pdf: bytes
    documents: tuple[tuple[str, str], ...]

    @property
    def file_name(self) -> str:
        """`TPE3-K-2026-000031-berkas.pdf`; a number is whatever a counter wrote, so only plain signs of it."""
        plain = "".join(sign for sign in self.number if sign.isascii() and (sign.isalnum() or sign in "-."))[:60]
        return f"{plain}-berkas.pdf"


def dossier(centre: Centre, claim_id: UUID, who: Officer) -> Dossier:
    """Everything about a claim for this officer. Of somebody whose data are restricted it holds neither documents nor
    what was told. CPU: about 10 ms a page.

    Refused like `open_claim`; `officer.not_allowed` for a role that takes no lists of claims out either;
    `claim.person_erased`."""
    row = open_claim(centre, claim_id, who, "dossier")
    permit(who, Act.EXPORT_CLAIMS)
    paper = signed(centre, centre.read(lambda connection: dossier_paper(connection, centre, row, who)), row.token)
    return Dossier(paper.number, render_dossier(paper), document_states(paper))


def signed(centre: Centre, paper: DossierPaper, slip: bytes | None) -> DossierPaper:
    """The same paper with its manifest's digest signed by the centre's own key, as its entries are. It is about whom
    the claim's `slip` is about."""
    key, said = centre.keys.signing, _peeked(slip)
    facts = ReceiptFacts(
        "dossier",
        paper.number,
        paper.made_at.date(),
        said.initials if said else initials(paper.worker),
        said.passport_end if said else "",
        chain=manifest_digest(paper),
    )
    token = make_token(facts, key.sign, thumbprint(key.public))
    return replace(paper, token_url=token_url(token, centre.public_host) if centre.public_host else spelled(token))


def _peeked(token: bytes | None) -> ReceiptFacts | None:
    try:
        return peek(token) if token else None
    except Refused:
        return None


def dossier_paper(connection: Connection, centre: Centre, row: Row[Any], who: Officer) -> DossierPaper:
    """What a claim's dossier says, not signed yet, of a row that `open_claim` opened. Refused
    `claim.person_erased`."""
    view = view_of(connection, centre, row, who)
    person = connection.execute(
        select(worker).where(worker.c.id == (view.person.id if view.person else row.worker_id))
    ).one_or_none()
    if person is not None and person.erased:
        raise Refused(Problem.of("claim", "claim.person_erased", number=row.number))
    documents = documents_of(connection, row, centre.keys.claims)
    names = {one.id: paper.requirement.name for paper in view.papers for one in paper.documents}
    limited = view.person is not None and view.person.limited
    making = _Making(view, person, ZoneInfo(row.zone), limited)
    made = tuple(_document(connection, centre.keys.claims, making, one, names.get(one.id, "")) for one in documents)
    return DossierPaper(
        mission=_heading(row.mission, view.mission),
        counter=PLACE,
        number=row.number,
        made_at=centre.now().astimezone(ZoneInfo(ZONE)),
        utc_offset=_OFFSET,
        operator=who.name,
        worker=view.person.name if view.person else view.name,
        kind=benefit_words(view.facts.code, view.facts.name),
        state=making.state,
        restricted=view.restricted,
        sections=tuple(_sections(connection, making, documents)),
        documents=made,
        missing=tuple(one.requirement.name for one in view.papers if one.state == "lacking"),
    )


def _heading(code: str, name: str) -> Words:
    try:
        found = mission(code)
    except Refused:
        return Words(name)
    return Words(found.title, found.title_en)


@dataclass(frozen=True, slots=True)
class _Making:
    """A claim on its way into its dossier. `zone` is where it was filed; `person` its worker's row."""

    view: ClaimView
    person: Row[Any] | None
    zone: ZoneInfo
    limited: bool

    @property
    def state(self) -> str:
        said = claim_state(self.view.state)
        kind = self.view.facts.kind
        return f"{said} · tahap {self.view.stage} dari 2" if kind is not None and kind.stages > 1 else said

    def day(self, at: datetime) -> str:
        return date_long(at.astimezone(self.zone).date())


# Documents


def _document(
    connection: Connection, key: SealingKey, making: _Making, one: DocumentRow, requirement: str
) -> DossierDocument:
    content, locked = None, False
    digest, size = one.sha256, one.size
    if one.removed is None and not making.limited:
        content = whole_document(connection, one.sha256)
        if content is not None and one.sealed and hashlib.sha256(content).digest() == one.sha256:
            try:
                content = key.open(content, SEAL_DOCUMENT)
                # The journal names the sealed bytes (they stand on the cover); the pages are proven by what was inside.
                digest, size = hashlib.sha256(content).digest(), len(content)
            except ValueError:
                content, locked = None, True
    return DossierDocument(
        id=str(one.id),
        name=one.name,
        requirement=requirement,
        seen_as=one.seen_as,
        attached_at=one.at.astimezone(making.zone),
        where=one.mission,
        file_name="" if making.limited else one.file_name,
        media_type=one.media_type,
        size=size,
        sha256=digest,
        content=content,
        sealed=locked,
        removed=one.removed is not None,
        withheld=making.limited,
    )


# The cover


def _sections(connection: Connection, making: _Making, documents: tuple[DocumentRow, ...]) -> Iterator[DossierSection]:
    view = making.view
    found = (
        (Words("Klaim", "Claim"), _claim_facts(making)),
        (Words("Pekerja", "Worker"), _person_facts(making)),
        (Words("Perlindungan pada tanggal kejadian", "Cover on the day of the event"), _cover_facts(view)),
        (Words("Ahli waris yang tercatat", "Recorded heirs"), _heir_facts(making)),
        *(
            (
                Words("Laporan tahap 2" if one.standing else "Laporan tahap 2 (digantikan)", "Second report"),
                _report(making, one),
            )
            for one in view.reports
        ),
        (Words("Klaim yang serupa atau lain", "Other claims"), _others(view)),
        (Words("Yang perlu dilihat", "To be looked at"), _flags(making)),
        (Words(f"Riwayat, menurut waktu {view.mission}", "History"), (_befell(making, one) for one in view.history)),
        (Words("Sidik dokumen tersegel", "Digests of sealed documents"), _sealed(documents)),
    )
    for title, said in found:
        facts = tuple(DossierFact(label, value) for label, value in said if value)
        if facts:
            yield DossierSection(title, facts)


_Facts = Iterable[tuple[str, str]]


def _claim_facts(making: _Making) -> _Facts:
    view, facts = making.view, making.view.facts
    yield "Diajukan", f"{date_long(view.business_date)}, {view.mission}, loket {view.series}, dicatat {view.clerk}"
    if not facts.known:
        yield "Isi", "Tidak ada, atau segelnya tidak dapat dibuka dengan kunci pusat ini."
        return
    yield "Tanggal kejadian", date_long(facts.event_date)
    yield "Keadaan", facts.situation
    if facts.kind is not None:
        yield "Program", facts.kind.programme
    edition = f", edisi {date_long(facts.rules_from)}" if facts.rules_from else ""
    yield "Aturan", f"{view.rules_basis}{edition}"
    if view.deadline is not None:
        late = "" if view.in_time else " (diajukan sesudahnya)"
        yield "Batas pengajuan", f"{date_long(view.deadline)}{late}"
    yield "Pengaju", _told_by(view.filed_by, facts.filer_name, facts.filer_phone)
    yield "Uraian", "" if making.limited else facts.description
    yield "Petugas klaim", view.officer
    if view.wanted:
        until = f"; paling lambat {date_long(view.wanted_by)}" if view.wanted_by else ""
        yield "Pusat menunggu", f"{'; '.join(view.wanted)}{until}"


def _told_by(code: str, name: str, phone: str) -> str:
    return " · ".join(part for part in (FILER_NAMES.get(code, code), name, phone) if part)


def _person_facts(making: _Making) -> _Facts:
    seen, row = making.view.person, making.person
    if seen is None or row is None:
        yield "Nama", making.view.name
        return
    yield "Nama", seen.name
    yield "Paspor", seen.passport
    yield "KPJ", seen.kpj
    yield "Terdaftar", f"{seen.mission}, {seen.registrations} pendaftaran digabung" if seen.registrations > 1 else ""
    if making.limited:
        return
    yield "NIK", row.nik or ""
    yield "Tanggal lahir", date_long(seen.birth_date) if seen.birth_date else ""
    yield "Telepon", seen.phone
    account = (row.bank_name, row.bank_account, row.bank_holder and f"a.n. {row.bank_holder}")
    yield "Rekening", " ".join(filter(None, account)) if row.bank_account else ""


def _cover_facts(view: ClaimView) -> _Facts:
    facts = view.facts
    if not facts.known:
        return
    for one in view.covers:
        yield f"Kuitansi {one.number}", _covering(one, holds=one.covered_from <= facts.event_date <= one.covered_to)
    if not view.covers:
        yield "Kuitansi", "Tidak ada pembayaran yang tercatat untuk orang ini."
    said = PHASE_NAMES[view.phase.kind]
    yield "Masa", "; ".join([said[:1].upper() + said[1:], *explain_phase(view.phase)])


def _covering(one: CoverRow, *, holds: bool) -> str:
    span = f"{date_short(one.covered_from)} – {date_short(one.covered_to)}"
    state = _STATES[one.state]
    if one.state == "confirmed" and one.confirmed_on is not None:
        state += f" {date_short(one.confirmed_on)}"
    parts = [one.programme, span]
    if one.counts:
        parts.append("mencakup tanggal kejadian" if holds else "tidak mencakup tanggal kejadian")
    return "; ".join([*parts, state, *(["sudah dipindahkan"] if one.moved else [])])


def _heir_facts(making: _Making) -> _Facts:
    if making.person is None or making.limited or making.view.filed_by == "worker":
        return ()
    recorded = making.person.heirs or ()
    heirs = [Inherits(name=one.get("name") or "", relation=one.get("relation") or "") for one in recorded]
    return [
        (one.relation or "—", f"{one.name} · didahulukan menurut Pasal 57 ayat (4)" if one.first else one.name)
        for one in heir_evidence(heirs)
    ]


def _report(making: _Making, one: ReportRow) -> _Facts:
    yield "Disampaikan", f"{making.day(one.at)}, {one.mission}, dicatat {one.by}"
    yield "Hasil", f"{one.outcome}, {date_long(one.outcome_date)}" if one.outcome_date else one.outcome
    yield "Manfaat yang diajukan", "; ".join(one.benefits)
    yield "Oleh", _told_by(one.filed_by, one.filer_name, one.filer_phone)
    yield "Uraian", "" if making.limited else one.description


_WHY = {
    "same_event": "peristiwa sama atau berdekatan",
    "same_document": "berkas yang sama persis",
    "same_account": "buku rekening yang sama persis",
    "maybe_same_person": "mungkin orang yang sama",
}


def _others(view: ClaimView) -> _Facts:
    """Also a dossier of an ordinary claim goes further than who made it: of restricted ones it says nothing."""
    return [(one.row.number, _other(one)) for one in (*view.alike, *view.others) if not one.row.restricted]


def _other(one: Alike) -> str:
    when = f"kejadian {date_long(one.event_date)}" if one.event_date else ""
    why = ", ".join(_WHY.get(reason, reason) for reason in one.why)
    return "; ".join(part for part in (one.row.kind, when, one.row.mission, claim_state(one.row.state), why) if part)


def _flags(making: _Making) -> _Facts:
    view = making.view
    for one in view.flags:
        settled = "" if one.settled is None else f"; selesai: {one.settled or 'tanpa catatan'}"
        yield making.day(one.at), f"{_flag(one.code)}{settled}"
    known = {one.code for one in view.flags}
    for code in view.warnings:
        if code not in known:
            yield "Menurut catatan pusat", _flag(code)


def _flag(code: str) -> str:
    return FLAGS.get(code, f"Ada yang perlu diperiksa (kode {code})")


def _befell(making: _Making, one: Said) -> tuple[str, str]:
    parts = [", ".join(one.details)]
    if one.amount_idr is not None:
        parts.append(rupiah(one.amount_idr))
    if one.day is not None and one.what in ("asked", "paid", "reported"):
        parts.append(f"{'paling lambat ' if one.what == 'asked' else ''}{date_long(one.day)}")
    if one.note and not making.limited:
        parts.append(f"«{one.note}»")
    if one.undone:
        parts.append("tidak berlaku lagi")
    what = HAPPENED.get(one.what, one.what)
    said = "; ".join(part for part in parts if part)
    at = one.at.astimezone(making.zone)
    when = f"{date_long(at.date())}, {time_short(at)}"
    return when, f"{what}: {said} · {one.by}, {one.place}" if said else f"{what} · {one.by}, {one.place}"


def _sealed(documents: tuple[DocumentRow, ...]) -> _Facts:
    """By which the journal names what a counter sealed: its pages here are proven by another digest."""
    return [(f"Dokumen {at}", one.sha256.hex()) for at, one in enumerate(documents, start=1) if one.sealed]
