"""The claim slip: what the counter took in, what is still missing, and what happens next. It promises nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long
from reports.paper import ITALIC, LABEL, STRONG, Form, Item, Row, Words, render
from reports.receipt import SERVICE, circumstances, identity, signed_by, stamps

RESTRICTED_KIND = Words("Klaim khusus", "Special claim")

_FILED_BY = {
    "worker": "diajukan pekerja sendiri",
    "heir": "diajukan ahli waris",
    "mission": "diajukan perwakilan",
}


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """What may still follow, and until when, if a day was set."""

    name: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimSlipPaper:
    """Everything the slip says. Of a `restricted` claim neither kind nor description nor any document's name is
    printed, whatever stands here: the slip lies on tables and in wallets. `filed_by` is worker, heir or mission."""

    mission: Words
    counter: str
    number: str
    filed_at: datetime
    utc_offset: str
    operator: str
    worker: str
    kpj: str
    passport: str
    kind: Words
    restricted: bool
    event_date: date
    description: str
    filed_by: str
    received: tuple[str, ...]
    missing: tuple[MissingDocument, ...]
    thumbprint: bytes
    token_url: str
    copy: int = 0
    complaints: str = "175"


def render_claim_slip(paper: ClaimSlipPaper) -> bytes:
    """The PDF, A5 landscape, more pages when the lists are long; the same bytes for the same slip."""
    return render(claim_slip_form(paper))


def claim_slip_form(paper: ClaimSlipPaper) -> Form:
    """What stands on the slip, on whatever size of paper."""
    return Form(
        kind=Words("TANDA TERIMA KLAIM", "Claim acknowledgement"),
        heading=paper.mission,
        service=SERVICE,
        number=paper.number,
        circumstances=circumstances(paper.filed_at, paper.utc_offset, paper.counter, paper.operator),
        rows=tuple(_rows(paper)),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk tanda terima klaim {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=(
            "Bukti berkas diterima di loket, bukan persetujuan klaim. Cetak ulang bertanda SALINAN.",
            signed_by("Tanda terima", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.operator,
        subject="Tanda terima klaim jaminan sosial pekerja migran Indonesia",
    )


def _rows(paper: ClaimSlipPaper) -> list[Row]:
    kind = RESTRICTED_KIND if paper.restricted else paper.kind
    said = [Item(kind.id, STRONG, under=kind.en)]
    if paper.description and not paper.restricted:
        said.append(Item(paper.description))
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    rows = [
        Row(Words("Pekerja", "Worker"), tuple(person)),
        Row(Words("Jenis klaim", "Kind of claim"), tuple(said)),
        Row(
            Words("Tanggal kejadian", "Date of event"),
            (Item(date_long(paper.event_date), right=_FILED_BY[paper.filed_by], right_style=LABEL),),
        ),
        Row(Words("Dokumen diterima", "Documents received"), _received(paper)),
    ]
    if paper.missing:
        rows.append(Row(Words("Masih kurang", "Still missing"), _missing(paper)))
    return [
        *rows,
        Row(
            Words("Jumlah", "Amount"),
            (Item("Jumlah ditetapkan BPJS Ketenagakerjaan.", ITALIC, under="To be decided by the insurer."),),
        ),
        Row(Words("Selanjutnya", "What happens next"), _next(paper)),
    ]


def _received(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    if not paper.received:
        return (Item("Belum ada", LABEL, under="None yet"),)
    if paper.restricted:
        return (Item(f"{len(paper.received)} dokumen; daftarnya ada pada berkas klaim."),)
    return tuple(Item(name, bullet="•") for name in paper.received)


def _missing(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    if not paper.restricted:
        return tuple(Item(document.name, right=_until(document.until), bullet="•") for document in paper.missing)
    days = [document.until for document in paper.missing if document.until]
    return (
        Item(
            f"{len(paper.missing)} dokumen; tanyakan kepada petugas.",
            right=_until(min(days)) if days else "",
        ),
    )


def _until(day: date | None) -> str:
    return f"paling lambat {date_long(day)}" if day else ""


def _next(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    steps = [
        "Loket meneruskan berkas ini kepada BPJS Ketenagakerjaan.",
        "BPJS Ketenagakerjaan memeriksa dan memutuskan klaim.",
        "Hasilnya disampaikan melalui loket ini; sebutkan nomor di atas.",
    ]
    if paper.missing:
        steps.insert(0, "Bawa dokumen yang masih kurang ke loket ini, bersama tanda terima ini.")
    return tuple(Item(step, bullet=f"{number}.") for number, step in enumerate(steps, start=1))
