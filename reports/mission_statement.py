"""The mission's own statement that a worker died or is missing, in Indonesian and English: for the heirs' claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.language import date_english, date_long
from reports.letter import Block, Fact, Facts, Language, Letter, Paragraph, Version, render_letter
from reports.paper import STRONG, Form, Item, Row, Words
from reports.receipt import stamps

_TITLES = {
    "death": Words("SURAT KETERANGAN KEMATIAN", "CERTIFICATE OF DEATH"),
    "missing": Words("SURAT KETERANGAN HILANG", "CERTIFICATE OF A MISSING PERSON"),
}
_WEEKDAYS = (
    Words("Senin", "Monday"),
    Words("Selasa", "Tuesday"),
    Words("Rabu", "Wednesday"),
    Words("Kamis", "Thursday"),
    Words("Jumat", "Friday"),
    Words("Sabtu", "Saturday"),
    Words("Minggu", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class MissionStatementPaper:
    """What a mission states. `number` is ours, `letter_number` the one of the mission's own register, where it keeps
    one; `event_date` the day of death, or since when the person is missing. `source` is what the mission knows it
    from, a hospital's certificate or the police; `claim_number` the claim it is made for, where there is one."""

    mission: Words
    city: str
    about: Literal["death", "missing"]
    number: str
    letter_number: str
    issued_on: date
    worker: str
    passport: str
    birth_date: date | None
    event_date: date
    place: str
    circumstances: str
    source: str
    signatory: str
    signatory_title: str
    token_url: str
    claim_number: str = ""
    copy: int = 0
    complaints: str = "175"


def render_mission_statement(paper: MissionStatementPaper) -> bytes:
    """The PDF, A4, Indonesian and English on pages of their own, each with its line to sign on; the same bytes for the
    same paper."""
    return render_letter(
        Letter(
            heading=paper.mission,
            service=Words(""),
            number=paper.letter_number or paper.number,
            versions=tuple(_version(paper, language) for language in _LANGUAGES),
            code=paper.token_url,
            code_alt=f"Kode QR bertanda tangan elektronik untuk surat keterangan {paper.number}",
            signatory=paper.signatory,
            signatory_title=paper.signatory_title,
            subject="Surat keterangan perwakilan untuk klaim jaminan sosial pekerja migran Indonesia",
            stamps=stamps(paper.copy, voided=False),
        )
    )


def statement_form(paper: MissionStatementPaper) -> Form:
    """The same on whatever size of paper, for a counter that has no other: a slip that says what the letter states."""
    title, day = _TITLES[paper.about], paper.event_date
    rows = [
        Row(Words("Pekerja", "Worker"), (Item(paper.worker, STRONG, under=paper.passport),)),
        Row(
            Words("Meninggal", "Died") if paper.about == "death" else Words("Hilang sejak", "Missing since"),
            (Item(f"{_weekday(day).id}, {date_long(day)}", under=date_english(day)),),
        ),
        Row(Words("Tempat", "Place"), (Item(paper.place),)),
        Row(Words("Sumber keterangan", "Source"), (Item(paper.source),)),
    ]
    return Form(
        kind=title,
        heading=paper.mission,
        service="",
        number=paper.number,
        circumstances=(date_long(paper.issued_on),),
        rows=tuple(row for row in rows if row.items[0].text),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk surat keterangan {paper.number}",
        stamps=stamps(paper.copy, voided=False),
        foot=_foot(paper, english=False),
        signatory=paper.signatory,
        role=paper.signatory_title or "Perwakilan Republik Indonesia",
        subject="Surat keterangan perwakilan untuk klaim jaminan sosial pekerja migran Indonesia",
    )


_LANGUAGES: tuple[Language, Language] = ("", "en")


def _version(paper: MissionStatementPaper, language: Language) -> Version:
    english = language == "en"
    title = _TITLES[paper.about]
    day = date_english(paper.issued_on) if english else date_long(paper.issued_on)
    return Version(
        language=language,
        title=title.en if english else title.id,
        number_label="Number" if english else "Nomor",
        day=f"{paper.city}, {day}",
        blocks=_english(paper) if english else _indonesian(paper),
        role="On behalf of the mission," if english else "a.n. Perwakilan Republik Indonesia,",
        foot=_foot(paper, english=english),
        code_caption="Scan to verify this certificate" if english else "Pindai untuk memeriksa keaslian surat ini",
        certificate=True,
        page="Page {number} of {of}" if english else "Halaman {number} dari {of}",
    )


def _foot(paper: MissionStatementPaper, *, english: bool) -> tuple[str, ...]:
    if english:
        proof = (
            "This certificate says what is known to the mission on its day; it is no certificate of the civil registry."
        )
        return proof, f"Register number of the counter: {paper.number} · Complaints: {paper.complaints} (in Indonesia)"
    proof = "Surat ini menyatakan yang diketahui perwakilan pada tanggalnya; bukan kutipan akta pencatatan sipil."
    return proof, f"Nomor pencatatan loket: {paper.number} · Pengaduan: {paper.complaints}"


def _weekday(day: date) -> Words:
    return _WEEKDAYS[day.weekday()]


def _indonesian(paper: MissionStatementPaper) -> tuple[Block, ...]:
    dead = paper.about == "death"
    day = f"{_weekday(paper.event_date).id}, {date_long(paper.event_date)}"
    made_for = f" nomor {paper.claim_number}" if paper.claim_number else ""
    return (
        Paragraph("Yang bertanda tangan di bawah ini menerangkan bahwa pekerja migran Indonesia:"),
        _facts(
            (
                ("Nama", paper.worker, True),
                ("Tanggal lahir", date_long(paper.birth_date) if paper.birth_date else "", False),
                ("Nomor paspor", paper.passport, False),
            )
        ),
        Paragraph("telah meninggal dunia:" if dead else "telah hilang dan sampai tanggal surat ini belum ditemukan:"),
        _facts(
            (
                ("Hari, tanggal" if dead else "Sejak hari, tanggal", day, True),
                ("Tempat" if dead else "Terakhir diketahui di", paper.place, False),
                ("Keadaan", paper.circumstances, False),
                ("Sumber keterangan", paper.source, False),
            )
        ),
        Paragraph(
            f"Surat keterangan ini dibuat sebagai bukti untuk pengajuan klaim{made_for} jaminan sosial ketenagakerjaan "
            "oleh ahli waris, sebagaimana dimaksud dalam Pasal 57 ayat (1) Peraturan Menteri Ketenagakerjaan Nomor 4 "
            "Tahun 2023."
        ),
        Paragraph("Demikian surat keterangan ini dibuat dengan sebenarnya untuk dipergunakan sebagaimana mestinya."),
    )


def _english(paper: MissionStatementPaper) -> tuple[Block, ...]:
    dead = paper.about == "death"
    day = f"{_weekday(paper.event_date).en}, {date_english(paper.event_date)}"
    made_for = f" {paper.claim_number}" if paper.claim_number else ""
    return (
        Paragraph("The undersigned certifies that the Indonesian migrant worker:"),
        _facts(
            (
                ("Name", paper.worker, True),
                ("Date of birth", date_english(paper.birth_date) if paper.birth_date else "", False),
                ("Passport number", paper.passport, False),
            )
        ),
        Paragraph("has died:" if dead else "is missing and has not been found by the day of this certificate:"),
        _facts(
            (
                ("Date" if dead else "Since", day, True),
                ("Place" if dead else "Last known at", paper.place, False),
                ("Circumstances", paper.circumstances, False),
                ("Source", paper.source, False),
            )
        ),
        Paragraph(
            f"This certificate is issued as proof for the heirs' claim{made_for} for employment social security "
            "benefits under Article 57(1) of the Regulation of the Minister of Manpower of the Republic of Indonesia "
            "No. 4 of 2023."
        ),
    )


def _facts(said: tuple[tuple[str, str, bool], ...]) -> Facts:
    """What is known; a line that nobody filled in is left out."""
    return Facts(tuple(Fact(label, value, strong) for label, value, strong in said if value))
