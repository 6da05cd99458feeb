"""Letters about a claim, in Indonesian and English: what was filed, what the centre asks for, what was decided.

They say only what is recorded, with its day, and promise nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple

from models.language import date_english, date_long, rupiah, rupiah_english, terbilang_money
from models.rules.money import Money
from models.rules.privacy import MASK, mask_account
from reports.claim_slip import RESTRICTED_KIND
from reports.letter import (
    Block,
    Callout,
    Column,
    Fact,
    Facts,
    Grid,
    Language,
    Letter,
    Paragraph,
    Points,
    Version,
    render_letter,
)
from reports.paper import Words
from reports.receipt import stamps

_SERVICE = Words(
    "Layanan Jaminan Sosial Ketenagakerjaan bagi Pekerja Migran Indonesia",
    "Employment social security service for Indonesian migrant workers",
)
_INSURER = Words(
    "BPJS Ketenagakerjaan", "BPJS Ketenagakerjaan, the employment social security agency of the Republic of Indonesia"
)
_FILED_BY = {
    "worker": Words("pekerja sendiri", "the worker"),
    "heir": Words("ahli waris", "an heir"),
    "mission": Words("perwakilan RI", "the Indonesian mission"),
}
_FORMS = {
    "original": Words("asli", "original"),
    "copy": Words("salinan", "copy"),
    "either": Words("asli atau salinan", "original or copy"),
}


_UNSAID = Words("")
_COUNTER_OFFICER = Words("Petugas loket", "Counter officer")


@dataclass(frozen=True, slots=True)
class ClaimAbout:
    """Which claim a letter is about, and who signs it. Of a `restricted` claim no letter says kind, stage, event,
    filer, amounts or a document's name, whatever stands here.

    `nik` may be whole: papers show its last four. `addressee` is to whom the letter goes, the worker if empty.
    `filed_by` is worker, heir or mission; `stage` 0 for a kind that is not reported in two. `city` is where the letter
    is made; `data_as_of` how fresh the centre's word is."""

    mission: Words
    city: str
    counter: str
    made_at: datetime
    operator: str
    number: str
    worker: str
    nik: str
    kpj: str
    passport: str
    kind: Words
    restricted: bool
    event_date: date
    filed_on: date
    filed_by: str
    token_url: str
    stage: int = 0
    addressee: str = ""
    role: Words = _COUNTER_OFFICER
    data_as_of: date | None = None
    copy: int = 0
    complaints: str = "175"


@dataclass(frozen=True, slots=True)
class ClaimDocument:
    """A document that came. `seen_as` is original, copy or empty; `came_on` the day it was attached."""

    name: Words
    came_on: date
    seen_as: str = ""


@dataclass(frozen=True, slots=True)
class WantedDocument:
    """A document that may or must still come: from whom, as what (original, copy, either), until when; empty or None
    where nobody said. `came`: it has come since."""

    name: Words
    party: Words = _UNSAID
    form: str = ""
    until: date | None = None
    came: bool = False


@dataclass(frozen=True, slots=True)
class AcknowledgementPaper:
    """What was filed. `come_back` is the day for papers that are not listed, as of a restricted claim."""

    about: ClaimAbout
    received: tuple[ClaimDocument, ...]
    missing: tuple[WantedDocument, ...]
    come_back: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentRequestPaper:
    """What the centre asked for on a day. `papers` is how many, also where the list is sealed; `note` is the officer's
    own sentence."""

    about: ClaimAbout
    asked_on: date
    papers: int
    wanted: tuple[WantedDocument, ...]
    by_day: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AwardedBenefit:
    """What the insurer granted for one benefit, in whole rupiah."""

    name: Words
    amount_idr: int


@dataclass(frozen=True, slots=True)
class PayTo:
    """The account that the counter has on record, to which a bank transfer goes. `number` may be whole: papers show its
    end."""

    bank: str
    number: str
    holder: str


@dataclass(frozen=True, slots=True)
class ClaimPayment:
    """What was paid, in whole rupiah, and the bank's reference."""

    paid_on: date
    amount_idr: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """What was decided on a day. `reason` is why it was rejected, `note` the officer's own sentence, `duplicate_of` the
    number of the claim that stands for this one."""

    about: ClaimAbout
    decided_on: date
    outcome: Literal["approved", "rejected"]
    awards: tuple[AwardedBenefit, ...] = ()
    pay_to: PayTo | None = None
    payment: ClaimPayment | None = None
    reason: Words = _UNSAID
    note: str = ""
    duplicate_of: str = ""


def render_acknowledgement(paper: AcknowledgementPaper) -> bytes:
    """The PDF, A4, Indonesian and English on pages of their own; the same bytes for the same paper."""
    return render_letter(
        _letter(
            paper.about,
            Words("Tanda terima pengajuan klaim", "Acknowledgement of a claim"),
            [_acknowledged(paper, _Said(language)) for language in _LANGUAGES],
        )
    )


def render_document_request(paper: DocumentRequestPaper) -> bytes:
    """The PDF, A4, Indonesian and English on pages of their own; the same bytes for the same paper."""
    return render_letter(
        _letter(
            paper.about,
            Words("Permintaan dokumen klaim", "Request for documents"),
            [_requested(paper, _Said(language)) for language in _LANGUAGES],
        )
    )


def render_decision(paper: DecisionPaper) -> bytes:
    """The PDF, A4, Indonesian and English on pages of their own; the same bytes for the same paper."""
    return render_letter(
        _letter(
            paper.about,
            Words("Keputusan klaim", "Decision on a claim"),
            [_decided(paper, _Said(language)) for language in _LANGUAGES],
        )
    )


# Either language

_LANGUAGES: tuple[Language, Language] = ("", "en")


class _Said(NamedTuple):
    """A letter's page in one language: the choice between two words, and days and amounts as that language writes
    them."""

    language: Language

    def of(self, words: Words) -> str:
        return (words.en or words.id) if self.language else words.id

    def either(self, indonesian: str, english: str) -> str:
        return english if self.language else indonesian

    def day(self, day: date) -> str:
        return date_english(day) if self.language else date_long(day)

    def rupiah(self, amount: int) -> str:
        return rupiah_english(amount) if self.language else rupiah(amount)


def _letter(about: ClaimAbout, title: Words, bodies: list[tuple[Block, ...]]) -> Letter:
    return Letter(
        heading=about.mission,
        service=_SERVICE,
        number=about.number,
        versions=tuple(
            _version(about, title, _Said(language), blocks) for language, blocks in zip(_LANGUAGES, bodies, strict=True)
        ),
        code=about.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk klaim {about.number}",
        signatory=about.operator,
        subject=f"{title.id}, jaminan sosial pekerja migran Indonesia",
        stamps=stamps(about.copy, voided=False),
    )


def _version(about: ClaimAbout, title: Words, said: _Said, blocks: tuple[Block, ...]) -> Version:
    return Version(
        language=said.language,
        title=said.of(title),
        number_label=said.either("Nomor", "Our reference"),
        day=f"{about.city}, {said.day(about.made_at.date())}",
        blocks=blocks,
        role=f"{said.of(about.role)}, {about.counter}",
        foot=_foot(about, said),
        code_caption=said.either(
            "Pindai untuk melihat keadaan klaim dan memeriksa keaslian surat ini",
            "Scan for the status of the claim and to verify this letter",
        ),
        subject_label=said.either("Perihal", "Subject"),
        addressee=f"{said.either('Kepada Yth.', 'To')} {about.addressee or about.worker}",
        page=said.either("Halaman {number} dari {of}", "Page {number} of {of}"),
    )


def _foot(about: ClaimAbout, said: _Said) -> tuple[str, ...]:
    second = said.either(f"Pengaduan: {about.complaints}", f"Complaints: {about.complaints} (in Indonesia)")
    if about.data_as_of:
        as_of = said.day(about.data_as_of)
        second = said.either(f"Keterangan pusat per {as_of} · ", f"As known to this office on {as_of} · ") + second
    return (
        said.either(
            "Loket mencatat, meneruskan, dan menyampaikan; klaim diputuskan oleh BPJS Ketenagakerjaan.",
            "This office records, forwards and informs; claims are decided by BPJS Ketenagakerjaan.",
        ),
        second,
    )


def _facts(about: ClaimAbout, said: _Said) -> Facts:
    nik = f"{MASK}{about.nik[-4:]}" if about.nik and not about.restricted else ""
    numbers = [
        f"{name} {number}"
        for name, number in (("NIK", nik), ("KPJ", about.kpj), (said.either("Paspor", "Passport"), about.passport))
        if number
    ]
    facts = [
        Fact(said.either("Nomor klaim", "Claim number"), about.number, strong=True),
        Fact(said.either("Pekerja", "Worker"), about.worker, strong=True),
    ]
    if numbers:
        facts.append(Fact(said.either("Identitas", "Identification"), " · ".join(numbers)))
    facts.append(
        Fact(
            said.either("Jenis klaim", "Kind of claim"),
            said.of(RESTRICTED_KIND if about.restricted else about.kind),
        )
    )
    filed = said.day(about.filed_on)
    if about.restricted:
        facts.append(Fact(said.either("Diajukan", "Filed"), filed))
        return Facts(tuple(facts))
    facts.append(Fact(said.either("Tanggal kejadian", "Date of the event"), said.day(about.event_date)))
    if about.stage:
        stage = said.either(
            ("Tahap 1 dari 2: laporan kejadian", "Tahap 2 dari 2: laporan hasil")[about.stage > 1],
            ("Stage 1 of 2: report of the event", "Stage 2 of 2: report of the outcome")[about.stage > 1],
        )
        facts.append(Fact(said.either("Tahap", "Stage"), stage))
    by = said.of(_FILED_BY[about.filed_by])
    facts.append(
        Fact(said.either("Diajukan", "Filed"), said.either(f"{filed}, oleh {by}", f"{filed}, by {by}")),
    )
    return Facts(tuple(facts))


def _wanted_grid(wanted: tuple[WantedDocument, ...], said: _Said) -> Grid:
    """From whom each paper comes, as what and until when; what has come since says so."""
    return Grid(
        (
            Column(said.either("No.", "No."), 0.5),
            Column(said.either("Dokumen", "Document"), 5.6),
            Column(said.either("Dari", "From"), 2.5),
            Column(said.either("Asli / salinan", "Original / copy"), 2.1),
            Column(said.either("Paling lambat", "Not later than"), 2.3),
        ),
        tuple(
            (
                f"{at}.",
                said.of(one.name),
                said.of(one.party),
                said.of(_FORMS[one.form]) if one.form in _FORMS else "",
                said.either("sudah diterima", "received")
                if one.came
                else said.day(one.until)
                if one.until
                else said.either("secepatnya", "as soon as possible"),
            )
            for at, one in enumerate(wanted, start=1)
        ),
    )


def _where(said: _Said) -> str:
    return said.either(
        "Bawa dokumen itu ke loket perwakilan RI atau KDEI mana pun, tidak harus loket ini, dan sebutkan nomor klaim "
        "atau perlihatkan surat ini.",
        "Please bring them to the counter of any Indonesian mission, not necessarily this one, and show this letter or "
        "state the claim number.",
    )


# The three letters


def _acknowledged(paper: AcknowledgementPaper, said: _Said) -> tuple[Block, ...]:
    about = paper.about
    day = said.day(about.filed_on)
    blocks: list[Block] = [
        Paragraph(
            said.either(
                f"Dengan ini kami menerangkan bahwa pada {day} telah kami terima pengajuan klaim jaminan sosial "
                "ketenagakerjaan sebagai berikut.",
                f"We certify that on {day} we received the following claim for employment social security benefits, to "
                f"be forwarded to {_INSURER.en}.",
            )
        ),
        _facts(about, said),
        *_received(paper, said),
    ]
    days = [one.until for one in paper.missing if one.until] + ([paper.come_back] if paper.come_back else [])
    if paper.missing and not about.restricted:
        blocks += [
            Paragraph(said.either("Dokumen yang masih ditunggu", "Documents still to come"), strong=True),
            _wanted_grid(paper.missing, said),
        ]
    if days:
        blocks.append(Callout(said.either("Kembali paling lambat", "To come back by"), said.day(min(days))))
    blocks += [Paragraph(said.either("Selanjutnya", "What happens next"), strong=True), _next(paper, said)]
    return tuple(blocks)


def _received(paper: AcknowledgementPaper, said: _Said) -> list[Block]:
    title = Paragraph(said.either("Dokumen yang sudah diterima", "Documents received"), strong=True)
    count = len(paper.received)
    if not count:
        return [title, Paragraph(said.either("Belum ada.", "None yet."))]
    if paper.about.restricted:
        return [title, Paragraph(said.either(f"{count} dokumen.", f"{count} document{'s' if count > 1 else ''}."))]
    return [
        title,
        Grid(
            (
                Column(said.either("No.", "No."), 0.5),
                Column(said.either("Dokumen", "Document"), 7.0),
                Column(said.either("Asli / salinan", "Original / copy"), 2.2),
                Column(said.either("Diterima", "Received"), 2.3),
            ),
            tuple(
                (
                    f"{at}.",
                    said.of(one.name),
                    said.of(_FORMS[one.seen_as]) if one.seen_as in _FORMS else "",
                    said.day(one.came_on),
                )
                for at, one in enumerate(paper.received, start=1)
            ),
        ),
    ]


def _next(paper: AcknowledgementPaper, said: _Said) -> Points:
    steps = []
    if paper.missing or paper.come_back:
        steps.append(_where(said))
    steps.append(
        said.either(
            "Berkas diteruskan kepada BPJS Ketenagakerjaan, yang memeriksa dan memutuskan klaim serta menetapkan "
            "jumlahnya. Hasilnya disampaikan di loket perwakilan RI atau KDEI mana pun.",
            "The file is forwarded to BPJS Ketenagakerjaan, which examines and decides the claim and sets its amount. "
            "The outcome is given at the counter of any Indonesian mission.",
        )
    )
    if paper.about.stage == 1 and not paper.about.restricted:
        steps.append(
            said.either(
                "Bila pekerja sudah sembuh, dinyatakan cacat, atau meninggal, sampaikan laporan tahap 2 di loket mana "
                "pun; manfaat diajukan bersama laporan itu.",
                "Once the worker has recovered, is found disabled or has died, report stage 2 at any counter: the "
                "benefits are requested with that report.",
            )
        )
    return Points(tuple(steps), numbered=True)


def _requested(paper: DocumentRequestPaper, said: _Said) -> tuple[Block, ...]:
    about, asked = paper.about, said.day(paper.asked_on)
    blocks: list[Block] = [
        Paragraph(
            said.either(
                f"Pada {asked} BPJS Ketenagakerjaan meminta dokumen tambahan untuk klaim berikut.",
                f"On {asked} {_INSURER.en}, asked for further documents on the following claim.",
            )
        ),
        _facts(about, said),
    ]
    if about.restricted:
        plural = "s" if paper.papers != 1 else ""
        blocks.append(
            Paragraph(
                said.either(
                    f"Yang diminta: {paper.papers} dokumen. Hubungi petugas khusus di loket perwakilan RI atau KDEI "
                    "untuk mengetahui dokumen yang dimaksud; sebutkan nomor klaim.",
                    f"{paper.papers} document{plural} asked for. Please contact the officer for special claims at the "
                    "counter of any Indonesian mission to learn which; state the claim number.",
                )
            )
        )
    else:
        blocks += [
            Paragraph(said.either("Dokumen yang diminta", "Documents asked for"), strong=True),
            _wanted_grid(paper.wanted, said),
            *_note(paper.note, said),
        ]
    days = [one.until for one in paper.wanted if one.until and not one.came]
    day = paper.by_day or min(days, default=None)
    if day:
        blocks.append(Callout(said.either("Paling lambat", "Not later than"), said.day(day)))
    blocks.append(Paragraph(_where(said)))
    blocks.append(
        Paragraph(
            said.either(
                "Pemeriksaan klaim dilanjutkan setelah dokumen diterima. Bila suatu dokumen tidak dapat diperoleh, "
                "sampaikan di loket; petugas mencatatnya dan meneruskannya.",
                "The claim is examined further once the documents have come. If one of them cannot be had, please say "
                "so at the counter: it is recorded and passed on.",
            )
        )
    )
    return tuple(blocks)


def _note(note: str, said: _Said) -> list[Block]:
    """The officer's own sentence, in the language it was written in."""
    return [Facts((Fact(said.either("Catatan BPJS", "Note of the insurer"), note),))] if note else []


def _decided(paper: DecisionPaper, said: _Said) -> tuple[Block, ...]:
    about, day = paper.about, said.day(paper.decided_on)
    opening = Paragraph(
        said.either(
            f"Dengan ini kami menyampaikan keputusan BPJS Ketenagakerjaan tanggal {day} atas klaim berikut.",
            f"We convey the decision of {_INSURER.en}, of {day} on the following claim.",
        )
    )
    if about.restricted:
        contact = said.either(
            "Klaim khusus ini telah diputuskan. Untuk mengetahui isi keputusan dan langkah berikutnya, hubungi petugas "
            "khusus di loket perwakilan RI atau KDEI; sebutkan nomor klaim.",
            "This special claim has been decided. To learn the decision and what follows, please contact the officer "
            "for special claims at the counter of any Indonesian mission and state the claim number.",
        )
        return opening, _facts(about, said), Paragraph(contact)
    body = _approved(paper, said) if paper.outcome == "approved" else _rejected(paper, said)
    return opening, _facts(about, said), *body, *_note(paper.note, said), *_objection(paper, said)


def _approved(paper: DecisionPaper, said: _Said) -> list[Block]:
    total = sum(one.amount_idr for one in paper.awards)
    lines = [(f"{at}.", said.of(one.name), said.rupiah(one.amount_idr)) for at, one in enumerate(paper.awards, start=1)]
    if len(lines) > 1:
        lines.append(("", said.either("Jumlah", "Total"), said.rupiah(total)))
    facts = [
        Fact(
            said.either("Jumlah ditetapkan", "Amount decided"),
            said.rupiah(total),
            strong=True,
            under=terbilang_money(Money.idr(total)),
        ),
        *_paid(paper, said),
    ]
    return [
        Callout(said.either("Keputusan", "Decision"), said.either("DISETUJUI", "APPROVED")),
        Grid(
            (
                Column(said.either("No.", "No."), 0.5),
                Column(said.either("Manfaat", "Benefit"), 8.0),
                Column(said.either("Jumlah", "Amount"), 3.0, figures=True),
            ),
            tuple(lines),
            summed=len(lines) > len(paper.awards),
        ),
        Facts(tuple(facts)),
    ]


def _paid(paper: DecisionPaper, said: _Said) -> list[Fact]:
    facts = []
    if account := paper.pay_to:
        holder = said.either(f"a.n. {account.holder}", f"in the name of {account.holder}") if account.holder else ""
        number = f"{account.bank} {mask_account(account.number)}".strip()
        facts.append(
            Fact(said.either("Cara pembayaran", "Paid by"), said.either("transfer bank", "bank transfer")),
        )
        facts.append(
            Fact(
                said.either("Rekening tercatat", "Account on record"),
                ", ".join(part for part in (number, holder) if part),
            )
        )
    payment = paper.payment
    if payment is None:
        as_of = paper.about.data_as_of or paper.about.made_at.date()
        facts.append(
            Fact(
                said.either("Pembayaran", "Payment"),
                said.either(
                    f"belum tercatat sampai {said.day(as_of)}; dilakukan oleh BPJS Ketenagakerjaan",
                    f"not recorded as of {said.day(as_of)}; made by BPJS Ketenagakerjaan",
                ),
            )
        )
        return facts
    paid = said.either(
        f"dibayar pada {said.day(payment.paid_on)}: {said.rupiah(payment.amount_idr)}",
        f"paid on {said.day(payment.paid_on)}: {said.rupiah(payment.amount_idr)}",
    )
    facts.append(Fact(said.either("Pembayaran", "Payment"), paid, strong=True))
    if payment.reference:
        facts.append(Fact(said.either("Referensi", "Reference"), payment.reference))
    return facts


def _rejected(paper: DecisionPaper, said: _Said) -> list[Block]:
    facts = []
    if reason := said.of(paper.reason):
        facts.append(Fact(said.either("Alasan", "Reason"), reason, strong=True))
    if paper.duplicate_of:
        facts.append(Fact(said.either("Klaim yang diproses", "Claim that is dealt with"), paper.duplicate_of))
    blocks: list[Block] = [Callout(said.either("Keputusan", "Decision"), said.either("TIDAK DISETUJUI", "REJECTED"))]
    return [*blocks, Facts(tuple(facts))] if facts else blocks


def _objection(paper: DecisionPaper, said: _Said) -> list[Block]:
    if paper.outcome == "rejected":
        return [
            Paragraph(said.either("Yang dapat dilakukan", "What you can do"), strong=True),
            Points(
                (
                    said.either(
                        "Bila ada bukti atau dokumen baru, bawa ke loket perwakilan RI atau KDEI mana pun: dokumen "
                        "dilampirkan pada klaim ini dan diteruskan, dan BPJS dapat membuka klaim kembali.",
                        "If there is new evidence, bring it to the counter of any Indonesian mission: it is attached "
                        "to this claim and forwarded, and the insurer may open the claim again.",
                    ),
                    said.either(
                        "Bila berkeberatan, sampaikan keberatan tertulis di loket atau kepada BPJS Ketenagakerjaan "
                        f"({paper.about.complaints}); sebutkan nomor klaim dan tanggal keputusan.",
                        "If you object, hand in a written objection at the counter or to BPJS Ketenagakerjaan "
                        f"({paper.about.complaints}); state the claim number and the day of the decision.",
                    ),
                )
            ),
        ]
    return [
        Paragraph(
            said.either(
                "Bila ada yang tidak sesuai, sampaikan di loket perwakilan RI atau KDEI mana pun dengan menyebut nomor "
                "klaim.",
                "If anything is not right, please say so at the counter of any Indonesian mission and state the claim "
                "number.",
            )
        )
    ]
