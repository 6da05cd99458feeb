"""Subject access: everything this counter knows of a person, gathered for that person (UU PDP 27/2022, Art. 7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, or_, select

from kiosk.desk import Desk, Work
from kiosk.forms.importing import title_of
from kiosk.queries.heads import heads_about
from kiosk.queries.papers import utc_offset
from kiosk.queries.persons import registrations_of, require
from kiosk.queries.privacy import privacy_card_in
from kiosk.queries.reference import counter_name, staff_name
from kiosk.queries.workers import WorkerCard, card_in, versions_of
from models.journal.workers import LISTS
from models.language import date_short, money, rupiah, time_short
from models.ledger.tables import (
    amendment,
    balance,
    borrowing,
    claim,
    claim_document,
    coverage_move,
    flag_settled,
    membership,
    receipt,
    receipt_void,
    refund,
    refund_decision,
    refund_payment,
    worker,
    worker_document,
)
from models.rules.claims import document_name
from models.rules.consents import consent_text, language_name
from models.rules.documents import worker_document_name
from models.rules.heirs import relation
from models.rules.missions import mission
from models.rules.money import Money
from models.rules.problems import Refused
from reports.paper import Words
from reports.subject_access import Fact, Section, SubjectAccessPaper

_DID = {
    "worker.registered": "mendaftarkan",
    "worker.amended": "mengubah data",
    "worker.compared": "membandingkan dengan pendaftaran lain",
    "worker.merged": "menggabungkan pendaftaran",
    "worker.unmerged": "memisahkan pendaftaran",
    "worker.restricted": "mencatat pembatasan",
    "worker.borrowed": "meminta data dari perwakilan lain",
    "worker.document_kept": "menyimpan dokumen",
    "placement.recorded": "mencatat kontrak",
    "consent.given": "mencatat persetujuan",
    "consent.withdrawn": "mencatat penarikan persetujuan",
    "contribution.received": "menerima iuran",
    "receipt.voided": "membatalkan kuitansi",
    "receipt.reprinted": "mencetak salinan",
    "refund.requested": "meminta pengembalian uang",
    "refund.decided": "memutuskan pengembalian uang",
    "refund.paid": "menyerahkan pengembalian uang",
    "coverage.moved": "memindahkan masa perlindungan",
    "membership.confirmed": "meneruskan konfirmasi BPJS",
    "balance.stated": "meneruskan saldo dari BPJS",
    "flag.settled": "menutup hal yang perlu diperiksa",
    "claim.filed": "menerima klaim",
    "document.attached": "menerima dokumen klaim",
    "document.withdrawn": "menarik kembali dokumen klaim",
    "claim.reported": "menerima laporan hasil kecelakaan",
    "claim.withdrawn": "mencatat penarikan klaim",
    "claim.documents_requested": "meminta dokumen klaim",
    "claim.decided": "memutuskan klaim",
    "claim.paid": "mencatat pembayaran klaim",
    "claim.payment_returned": "mencatat pembayaran klaim yang kembali",
    "claim.reopened": "membuka kembali klaim",
    "statement.issued": "membuat surat pernyataan perwakilan",
    "heir.informed": "mencatat pemberitahuan kepada ahli waris",
    "body.erased": "menghapus data pribadi",
}


def subject_access(desk: Desk, worker_id: UUID) -> SubjectAccessPaper:
    """The person's own copy: nothing is masked, but a restricted claim keeps its neutral name. Refused
    `worker.unknown`, `worker.erased`."""
    with desk.read() as work:
        row = require(work.connection, worker_id)
        person = card_in(work, row.id, revealed=True)
        zone = ZoneInfo(work.terminal.mission.zone)
        made = work.now.astimezone(zone)
        ids = registrations_of(work.connection, row.id)
        place = work.terminal.mission
        return SubjectAccessPaper(
            mission=Words(place.title, place.title_en),
            counter=counter_name(work.connection, place.code, work.terminal.series),
            made_at=made,
            utc_offset=utc_offset(made),
            operator=work.operator.name,
            person=person.name,
            worker_id=str(person.id),
            sections=tuple(_sections(work, person, ids, zone)),
        )


def _sections(work: Work, person: WorkerCard, ids: list[UUID], zone: ZoneInfo) -> Iterable[Section]:
    connection = work.connection
    yield Section("identity", Words("Identitas", "Identity"), tuple(_identity(person)))
    yield Section(
        "changes",
        Words("Perubahan data", "Changes to my data"),
        tuple(_changes(connection, ids, zone)),
        "Belum pernah diubah.",
    )
    yield Section(
        "contracts",
        Words("Kontrak kerja", "Employment contracts"),
        tuple(_contracts(connection, person.id, zone)),
        "Belum dicatat.",
    )
    yield Section("heirs", Words("Ahli waris", "Heirs"), tuple(_heirs(person)), "Belum dicatat.")
    consents, texts = _consents(work, person.id, zone)
    yield Section(
        "consents", Words("Persetujuan dan pembatasan", "Consent and restriction"), consents, "Belum dicatat.", texts
    )
    yield Section("receipts", Words("Kuitansi iuran", "Contributions"), tuple(_receipts(person)), "Belum ada.")
    yield Section(
        "refunds",
        Words("Pembatalan, pengembalian dan pemindahan", "Voids, refunds and moved cover"),
        tuple(_taken_back(connection, ids, zone)),
        "Tidak ada.",
    )
    yield Section(
        "bpjs", Words("Dari BPJS Ketenagakerjaan", "From BPJS"), tuple(_from_bpjs(connection, ids, zone)), "Belum ada."
    )
    yield Section("claims", Words("Klaim", "Claims"), tuple(_claims(person)), "Belum ada.")
    yield Section(
        "documents", Words("Dokumen", "Documents kept"), tuple(_documents(connection, ids, zone)), "Tidak ada."
    )
    yield Section("served", Words("Siapa yang melayani", "Who served me"), tuple(_served(connection, ids, zone)))
    yield Section("held", Words("Siapa yang menyimpan data ini", "Who holds these data"), tuple(_held(connection, ids)))
    yield Section("rights", Words("Hak saya", "My rights"), (), "", _RIGHTS)


_RIGHTS = (
    "Anda berhak atas informasi, salinan, perbaikan, penghapusan, penarikan persetujuan, pembatasan dan keberatan "
    "(UU 27/2022 tentang Pelindungan Data Pribadi, Pasal 5 sampai 13). Semuanya dapat diminta di loket perwakilan mana "
    "pun dan ditindaklanjuti dalam 3 × 24 jam. Data yang masih diperlukan untuk klaim disimpan sampai lima tahun "
    "sesudah perlindungan atau klaim terakhir.",
    "Pengaduan: perwakilan RI setempat, BPJS Ketenagakerjaan 175, atau lembaga pelindungan data pribadi.",
    "You may ask at any Indonesian mission's counter for information, a copy, correction, erasure, withdrawal of "
    "consent or restriction. Complaints: the mission, BPJS Ketenagakerjaan (175), or the data protection authority.",
)


def _identity(person: WorkerCard) -> Iterable[Fact]:
    known = person.identity
    for field, value in known.items():
        if field not in LISTS and value not in (None, ""):
            yield Fact(_called(field), _CODES.get((field, value)) or _plain(value))
    if cards := known.get("other_kpjs"):
        yield Fact("KPJ lain", ", ".join(cards))
    for other in person.others:
        said = (other.name, _plain(other.birth_date), other.nik, other.passport_number, other.kpj)
        yield Fact("Pendaftaran lain", " · ".join(part for part in said if part))


def _changes(connection: Connection, ids: list[UUID], zone: ZoneInfo) -> Iterable[Fact]:
    query = select(amendment).where(amendment.c.worker_id.in_(ids)).order_by(amendment.c.at.desc(), amendment.c.field)
    for row in connection.execute(query):
        was, now = (_plain(value) or "kosong" for value in (row.was, row.value))
        why = f" ({row.reason})" if row.reason else ""
        yield Fact(
            _when(row.at, zone),
            f"{_called(row.field)}: {was} menjadi {now}{why}, {staff_name(connection, row.operator_id)}",
        )


def _contracts(connection: Connection, person: UUID, zone: ZoneInfo) -> Iterable[Fact]:
    corrected = {one.corrects for one in versions_of(connection, person)}
    for one in sorted(versions_of(connection, person), key=lambda one: one.order, reverse=True):
        parts = (
            one.job,
            one.employer,
            one.agency,
            one.p3mi,
            one.country,
            one.contract_number and f"no. {one.contract_number}",
            _span(one.contract_start, one.contract_end),
            one.departure and f"berangkat {_plain(one.departure)}",
            one.arrival and f"pulang {_plain(one.arrival)}",
            "sudah diganti" if one.id in corrected else "",
        )
        yield Fact(_when(one.recorded_at, zone), " · ".join(str(part) for part in parts if part))


def _span(start: date | None, end: date | None) -> str:
    if start is None and end is None:
        return "tanggal belum diisi"
    unknown = "belum diisi"
    return f"{_plain(start) or unknown} – {_plain(end) or unknown}"


def _heirs(person: WorkerCard) -> Iterable[Fact]:
    for heir in person.heirs:
        try:
            called = relation(str(heir.get("relation"))).name
        except Refused:
            called = str(heir.get("relation"))
        parts = (heir.get("name"), heir.get("phone"), heir.get("birth_date"))
        yield Fact(called, " · ".join(str(part) for part in parts if part))


def _consents(work: Work, person: UUID, zone: ZoneInfo) -> tuple[tuple[Fact, ...], tuple[str, ...]]:
    card = privacy_card_in(work, person)
    said: list[tuple[datetime, Fact]] = []
    agreed: dict[tuple[str, str], None] = {}
    for one in card.consents:
        what = "Persetujuan ditarik" if one.withdrawn else f"Disetujui: teks versi {one.version}"
        if not one.withdrawn:
            what += f", {language_name(one.language)}"
            agreed[one.version, one.language] = None
        parts = (what, one.remark, one.operator, one.mission)
        said.append((one.at, Fact(_when(one.at, zone), " · ".join(part for part in parts if part))))
    for step in card.restrictions:
        parts = ("Dibatasi" if step.restricted else "Pembatasan dicabut", step.remark, step.operator, step.mission)
        said.append((step.at, Fact(_when(step.at, zone), " · ".join(part for part in parts if part))))
    texts: list[str] = []
    for version, language in agreed:
        try:
            text = consent_text(version, language)
        except Refused:
            continue
        texts.append(f"Teks versi {version} ({language_name(language)}): {text.text}")
        texts += [f"• {one}" for one in text.paragraphs()[1:]]
    return tuple(fact for _at, fact in sorted(said, key=lambda one: one[0], reverse=True)), tuple(texts)


def _receipts(person: WorkerCard) -> Iterable[Fact]:
    for one in person.receipts:
        lines = ", ".join(
            f"{line.programme} {_plain(line.covered_from)} – {_plain(line.covered_to)}" for line in one.lines
        )
        void = " · dibatalkan" if one.voided else ""
        yield Fact(
            f"{_plain(one.business_date)} {one.number}",
            f"{rupiah(one.amount_idr)} ({money(one.due)}) · {lines} · {one.operator}{void}",
        )


_METHODS = {"cash": "tunai", "transfer": "transfer bank"}


def _taken_back(connection: Connection, ids: list[UUID], zone: ZoneInfo) -> Iterable[Fact]:
    """What befell receipts afterwards, each with the words that were kept of it."""
    said: list[tuple[datetime, str]] = []
    for row in _about(connection, receipt_void, ids):
        said.append((row.voided_at, _joined("Kuitansi dibatalkan", row.number, row.reason)))
    for row in _about(connection, refund, ids):
        account = (row.bank_name, row.bank_account, row.bank_holder)
        method = _METHODS.get(row.method, row.method)
        said.append((row.at, _joined("Pengembalian uang diminta", method, *account, row.reason)))
    for row in _about(connection, refund_decision, ids):
        word = "Pengembalian uang disetujui" if row.approved else "Pengembalian uang ditolak"
        said.append((row.at, _joined(word, _METHODS.get(row.method, row.method), row.transfer_reference, row.note)))
    for row in _about(connection, refund_payment, ids):
        amount = money(Money(row.amount, row.currency, row.exponent))
        said.append((row.at, _joined("Uang dikembalikan", row.number, amount)))
    for row in _about(connection, coverage_move, ids):
        said.append((row.at, _joined("Masa perlindungan dipindahkan", row.number, row.reason)))
    for row in _about(connection, flag_settled, ids):
        said.append((row.at, _joined("Catatan pemeriksaan", row.note)))
    return [Fact(_when(at, zone), text) for at, text in sorted(said, reverse=True)]


def _from_bpjs(connection: Connection, ids: list[UUID], zone: ZoneInfo) -> Iterable[Fact]:
    for row in _about(connection, membership, ids):
        yield Fact(
            _when(row.at, zone), _joined(f"Dikonfirmasi {_plain(row.confirmed_on)}", row.kpj and f"KPJ {row.kpj}")
        )
    for row in _about(connection, balance, ids):
        stated = f"Saldo {row.programme} per {_plain(row.as_of)}: {rupiah(row.amount_idr)}"
        yield Fact(_when(row.at, zone), stated)


def _about(connection: Connection, table: Any, ids: list[UUID]) -> Iterable[Any]:
    return connection.execute(select(table).where(table.c.worker_id.in_(ids)).order_by(table.c.id)).all()


def _joined(*parts: str | None) -> str:
    return " · ".join(part for part in parts if part)


def _claims(person: WorkerCard) -> Iterable[Fact]:
    for one in person.claims:
        said = one.name if one.restricted else f"{one.name} · peristiwa {_plain(one.event_date)}"
        yield Fact(f"{_plain(one.business_date)} {one.number}", said)


def _documents(connection: Connection, ids: list[UUID], zone: ZoneInfo) -> Iterable[Fact]:
    kept = select(worker_document).where(worker_document.c.worker_id.in_(ids)).order_by(worker_document.c.kept_at)
    for row in connection.execute(kept):
        parts = (worker_document_name(row.document_kind), row.file_name, f"{row.size} bita")
        yield Fact(_when(row.kept_at, zone), " · ".join(part for part in parts if part))
    attached = (
        select(claim_document, claim.c.number, claim.c.restricted)
        .join(claim, claim.c.id == claim_document.c.claim_id)
        .where(claim.c.worker_id.in_(ids))
        .order_by(claim_document.c.attached_at)
    )
    for row in connection.execute(attached):
        named = "Dokumen klaim khusus" if row.restricted or row.sealed else document_name(row.document_kind)
        # How large a sealed paper is may tell which of the worker's own it is.
        hidden = row.restricted or row.sealed
        about = (named, row.number, *(() if hidden else (row.file_name, f"{row.size} bita")))
        yield Fact(_when(row.attached_at, zone), " · ".join(part for part in about if part))


def _served(connection: Connection, ids: list[UUID], zone: ZoneInfo) -> Iterable[Fact]:
    """Who recorded what, as far as it is known here; looking alone is not recorded by the counter."""
    claims = list(connection.scalars(select(claim.c.id).where(claim.c.worker_id.in_(ids))))
    did: dict[UUID, Counter[str]] = {}
    span: dict[UUID, list[datetime]] = {}
    for head in heads_about(connection, [*ids, *claims]):
        did.setdefault(head.operator, Counter())[_DID.get(head.kind, head.kind)] += 1
        span.setdefault(head.operator, []).append(head.at)
    for operator, acts in sorted(did.items(), key=lambda one: min(span[one[0]])):
        first, last = (_plain(at.astimezone(zone).date()) for at in (min(span[operator]), max(span[operator])))
        when = first if first == last else f"{first} – {last}"
        done = ", ".join(f"{what} ({n}×)" if n > 1 else what for what, n in acts.items())
        yield Fact(staff_name(connection, operator), f"{when}: {done}")


def _held(connection: Connection, ids: list[UUID]) -> Iterable[Fact]:
    codes: dict[str, None] = {}
    for query in (
        select(worker.c.mission).where(worker.c.id.in_(ids)),
        select(borrowing.c.mission).where(borrowing.c.worker_id.in_(ids)),
        select(receipt.c.mission).where(receipt.c.worker_id.in_(ids)),
        select(claim.c.mission).where(or_(claim.c.worker_id.in_(ids))),
    ):
        codes |= dict.fromkeys(code for code in connection.scalars(query.distinct()) if code)
    for code in codes:
        try:
            yield Fact("Perwakilan", mission(code).name)
        except Refused:
            yield Fact("Perwakilan", code)
    yield Fact("Pusat", "Pusat Loket PMI: kepesertaan, iuran dan klaim semua perwakilan")
    yield Fact("Penyelenggara", "BPJS Ketenagakerjaan: kepesertaan, klaim dan saldo")


_CODES = {("sex", "F"): "Perempuan", ("sex", "M"): "Laki-laki", ("passport_kind", "splp"): "SPLP"}
_CODES |= {("passport_kind", "paspor"): "Paspor", ("bank_owner", "own"): "Milik pekerja"}
_CODES |= {("bank_owner", "heir"): "Milik ahli waris", ("bank_owner", "payer"): "Milik pembayar"}
_CALLED = {"name": "Nama", "bank_owner": "Pemilik rekening", "heirs": "Ahli waris", "other_kpjs": "KPJ lain"}


def _called(field: str) -> str:
    return _CALLED.get(field) or title_of(field)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return date_short(value)
    if isinstance(value, list):
        return ", ".join(str(one.get("name", "")) if isinstance(one, dict) else str(one) for one in value)
    return str(value)


def _when(at: datetime, zone: ZoneInfo) -> str:
    there = at.astimezone(zone)
    return f"{date_short(there.date())} {time_short(there)}"
