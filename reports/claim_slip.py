"""The claim slip: what the counter took in, what is still missing and until when, and what happens next. It promises
nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from models.language import date_long, date_short
from reports.paper import LABEL, LARGE, STRONG, Form, Item, Row, Words, render
from reports.receipt import SERVICE, circumstances, identity, signed_by, stamps

RESTRICTED_KIND = Words("Klaim khusus", "Special claim")

_FILED_BY = {
    "worker": "diajukan pekerja sendiri",
    "heir": "diajukan ahli waris",
    "mission": "diajukan perwakilan",
}


_SEEN_AS = {"original": "asli", "copy": "salinan", "either": "asli atau salinan"}

STATUS_CAPTION = Words(
    "Pindai untuk melihat keadaan klaim; keaslian kertas ini dapat diperiksa juga tanpa internet",
    "Scan for the status of the claim and to verify this paper",
)
"""What the code of a claim is for: it opens the page that says where the claim stands, and says no name."""


@dataclass(frozen=True, slots=True)
class ReceivedDocument:
    """What was handed in; `seen_as` is what the clerk held: original, copy, or empty where nobody said."""

    name: str
    seen_as: str = ""


@dataclass(frozen=True, slots=True)
class MissingDocument:
    """What may still follow, and until when, if a day was set. `form` says what it must be: original, copy, either, or
    empty where no rule is known."""

    name: str
    until: date | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class ClaimSlipPaper:
    """Everything the slip says. Of a `restricted` claim neither kind nor stage, event, filer, description nor any
    document's name is printed, whatever stands here: the slip lies on tables and in wallets. `filed_by` is worker, heir
    or mission; `stage` 0 for a kind that is not reported in two. `come_back` is the day for papers that are not listed
    in `missing`, as of a restricted claim whose list is sealed."""

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
    received: tuple[ReceivedDocument, ...]
    missing: tuple[MissingDocument, ...]
    thumbprint: bytes
    token_url: str
    copy: int = 0
    complaints: str = "175"
    stage: int = 0
    come_back: date | None = None

    @property
    def back_by(self) -> date | None:
        """The nearest day something is due."""
        days = [document.until for document in self.missing if document.until]
        return min([*days, *([self.come_back] if self.come_back else [])], default=None)

    @property
    def awaits(self) -> bool:
        """Whether a paper is still to come."""
        return bool(self.missing or self.come_back)


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
        code_caption=STATUS_CAPTION,
        stamps=stamps(paper.copy, voided=False),
        foot=(
            "Bukti berkas diterima di loket, bukan persetujuan klaim. Jumlah ditetapkan BPJS Ketenagakerjaan.",
            signed_by("Tanda terima", paper.counter, paper.thumbprint, paper.complaints),
        ),
        signatory=paper.operator,
        subject="Tanda terima klaim jaminan sosial pekerja migran Indonesia",
    )


def _rows(paper: ClaimSlipPaper) -> list[Row]:
    person = [Item(paper.worker, STRONG)]
    if numbers := identity(paper.kpj, paper.passport):
        person.append(Item(numbers))
    rows = [Row(Words("Pekerja", "Worker"), tuple(person)), Row(Words("Jenis klaim", "Kind of claim"), _kind(paper))]
    if day := paper.back_by:
        rows.append(Row(Words("Kembali paling lambat", "Come back by"), (Item(date_long(day), LARGE),)))
    if paper.awaits:
        rows.append(Row(Words("Masih kurang", "Still missing"), _missing(paper)))
    return [
        *rows,
        Row(Words("Dokumen diterima", "Documents received"), _received(paper)),
        Row(Words("Selanjutnya", "What happens next"), _next(paper)),
    ]


def _kind(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    if paper.restricted:
        return (Item(RESTRICTED_KIND.id, STRONG, under=RESTRICTED_KIND.en),)
    said = [
        Item(paper.kind.id, STRONG, under=paper.kind.en),
        Item(f"Kejadian {date_long(paper.event_date)}", right=_FILED_BY[paper.filed_by], right_style=LABEL),
    ]
    if paper.stage == 1:
        said.append(Item("Tahap 1 dari 2: laporan kejadian; tahap 2 menyusul."))
    elif paper.stage == 2:
        said.append(Item("Tahap 2 dari 2: laporan hasil."))
    if paper.description:
        said.append(Item(paper.description))
    return tuple(said)


def _received(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    if not paper.received:
        return (Item("Belum ada", LABEL, under="None yet"),)
    if paper.restricted:
        return (Item(f"{len(paper.received)} dokumen; daftarnya ada pada berkas klaim."),)
    return tuple(Item(_named(document.name, document.seen_as), bullet="•") for document in paper.received)


def _missing(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    if not paper.restricted:
        return tuple(
            Item(_named(document.name, document.form), right=_until(document.until), bullet="•")
            for document in paper.missing
        )
    count = f"{len(paper.missing)} dokumen" if paper.missing else "Ada dokumen yang ditunggu"
    return (Item(f"{count}; tanyakan kepada petugas."),)


def _named(name: str, form: str) -> str:
    """`Paspor (asli)`."""
    return f"{name} ({_SEEN_AS[form]})" if form in _SEEN_AS else name


def _until(day: date | None) -> str:
    return f"s.d. {date_short(day)}" if day else ""


def _next(paper: ClaimSlipPaper) -> tuple[Item, ...]:
    steps = [
        "Berkas diteruskan kepada BPJS Ketenagakerjaan, yang memutuskan klaim. Hasilnya disampaikan di loket "
        "perwakilan RI mana pun; sebutkan nomor di atas.",
    ]
    if paper.awaits:
        steps.insert(0, "Bawa dokumen yang masih kurang ke loket perwakilan RI mana pun, bersama tanda terima ini.")
    return tuple(Item(step, bullet=f"{number}.") for number, step in enumerate(steps, start=1))
