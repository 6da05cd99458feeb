"""The dossier: everything about one claim in one file, for whoever decides and for the archive.

A cover, a manifest that names every document by its SHA-256, then the documents page by page. The manifest is attached
as well, for machines, and so is every document that does not already stand in its page byte for byte; the signed code
on the cover carries the manifest's digest. So the file alone proves that its pages are the documents that were attached
(docs/decisions/0019-dossier.md)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from models.language import date_short, number, time_short
from models.rules.problems import Problem, Refused
from models.rules.token import ReceiptFacts, peek, token_text
from reports import foreign
from reports.document import Block, Column, Line, Note, Section, Table, draw_document
from reports.foreign import Figure, Opened, open_file, place
from reports.paper import STRONG, Form, Item, Row, Stamp, Words
from reports.receipt import SERVICE, circumstances
from reports.tagged import A4, BRAND, RED, SOFT, Sheet, Style, fit, wrap

FORMAT = "loket-pmi/dossier/1"
MANIFEST, TOKEN = "manifest.json", "token.txt"
"""Names of what is attached; documents are attached as `dokumen-01.pdf`, `dokumen-02.png` …"""

State = Literal["shown", "awaited", "sealed", "withheld", "removed", "differs", "locked", "damaged", "unknown"]
"""What a dossier has of a document: its pages; nothing, since it has not come here yet, is sealed to others, is
withheld because its owner's data are restricted, was taken back, or is not here as it was recorded; the file only,
since it wants a password, is broken, or is of a kind that cannot be shown."""

_WITHOUT = frozenset({"awaited", "sealed", "withheld", "removed", "differs"})
"""States of which the file itself is not in the dossier either."""

_SAID: dict[State, tuple[str, str]] = {
    "shown": ("", ""),
    "awaited": (
        "Belum sampai",
        "Dokumen ini sudah dilampirkan, tetapi isinya belum sampai ke tempat berkas ini dibuat. Buat berkas lagi "
        "setelah sinkronisasi.",
    ),
    "sealed": (
        "Tersegel",
        "Dokumen ini tersegel untuk petugas klaim khusus di pusat dan tidak dapat dibuka di tempat berkas ini dibuat.",
    ),
    "withheld": (
        "Dibatasi",
        "Data orang ini dibatasi atas permintaannya, sehingga dokumennya tidak dimuat. Cabut pembatasannya dahulu bila "
        "berkas lengkap diperlukan.",
    ),
    "removed": ("Dicabut", "Dokumen ini dicabut dari klaim dan tidak dihitung; catatannya tetap ada."),
    "differs": (
        "Isi berbeda",
        "Isi yang tersimpan di sini tidak sama dengan yang dicatat saat dilampirkan, sehingga tidak dimuat. Minta "
        "dokumen ini dilampirkan lagi.",
    ),
    "locked": (
        "Terkunci",
        "PDF ini terkunci dengan kata sandi, sehingga halamannya tidak dapat ditampilkan. Berkas aslinya terlampir.",
    ),
    "damaged": (
        "Rusak",
        "Berkas ini rusak atau tidak lengkap, sehingga tidak dapat ditampilkan. Berkas aslinya terlampir apa adanya.",
    ),
    "unknown": (
        "Tidak dapat ditampilkan",
        "Jenis berkas ini tidak dapat ditampilkan di sini. Berkas aslinya terlampir.",
    ),
}
_FORMS = {"original": "asli", "copy": "salinan"}
_PDF = "application/pdf"
_ENDINGS = {_PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}

_RUNNING = Style("regular", 7.5, 10, SOFT)
_RUNNING_BOLD = Style("bold", 7.5, 10)
_TITLE = Style("bold", 15, 20)
_STATE = Style("bold", 12, 16, RED)
_SENTENCE = Style("regular", 10, 14)
_HASH = Style("regular", 8, 11, SOFT)


@dataclass(frozen=True, slots=True)
class DossierFact:
    """What is recorded: what it is called, and what stands there."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class DossierSection:
    """A part of the cover: the claim, the person, the event, coverage and phase with their evidence, who filed …"""

    title: Words
    facts: tuple[DossierFact, ...]


@dataclass(frozen=True, slots=True)
class DossierDocument:
    """A document of the claim as it was recorded, oldest first. `content` None: its bytes are not here (yet), or are
    `sealed` to others. `requirement` is what the checklist calls it, where that is not its own name; `seen_as`
    original, copy or empty; `where` the counter that attached it; `removed`: it was taken back, `withheld`:
    its owner's data are restricted."""

    id: str
    name: str
    requirement: str
    seen_as: str
    attached_at: datetime
    where: str
    file_name: str
    media_type: str
    size: int
    sha256: bytes
    content: bytes | None
    sealed: bool = False
    removed: bool = False
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class DossierPaper:
    """Everything about one claim as of `made_at`. `missing` are papers that the checklist asks for and nobody attached.
    `token_url` is signed over `manifest_digest` of this same paper, and empty while it is not."""

    mission: Words
    counter: str
    number: str
    made_at: datetime
    utc_offset: str
    operator: str
    worker: str
    kind: Words
    state: str
    restricted: bool
    sections: tuple[DossierSection, ...]
    documents: tuple[DossierDocument, ...]
    missing: tuple[str, ...]
    token_url: str = ""


def manifest(paper: DossierPaper) -> bytes:
    """What is in the dossier and by what digest, as canonical JSON: the same bytes for the same paper."""
    return _manifest(paper, _examined(paper))


def manifest_digest(paper: DossierPaper) -> bytes:
    """SHA-256 of the manifest: what the code on the cover is signed over."""
    return hashlib.sha256(manifest(paper)).digest()


def document_states(paper: DossierPaper) -> tuple[tuple[str, State], ...]:
    """Each document by its name, and whether or why not it is shown."""
    return tuple((one.document.name, one.state) for one in _examined(paper))


def render_dossier(paper: DossierPaper) -> bytes:
    """The PDF; the same bytes for the same paper. About 25 ms a page of a PDF, less for a picture.

    ValueError where the token was signed over another paper than this."""
    examined = _examined(paper)
    listed = _manifest(paper, examined)
    if paper.token_url and peek(token_text(paper.token_url)).chain != hashlib.sha256(listed).digest():
        raise ValueError("the token is not of this dossier")
    sheet = draw_document(_cover(paper), _sections(paper, examined))
    sheet.conforms = not any(one.state == "shown" and one.document.media_type == _PDF for one in examined)
    figures = list(_draw_documents(sheet, paper, examined))
    attached = [(MANIFEST, listed, "application/json")]
    if paper.token_url:
        attached.append((TOKEN, paper.token_url.encode("ascii"), "text/plain"))
    attached += [
        (one.attachment, one.document.content, one.document.media_type)
        for one in examined
        if one.attachment and one.document.content is not None
    ]
    files = [(one.document.content or b"", one.document.media_type) for one in examined]
    return foreign.put_together(sheet.finish(), files, figures, attached)


# What each document is


@dataclass(frozen=True, slots=True)
class _Examined:
    """A document, its place in the order, and what can be shown of it. `attachment` is the name its file goes by in the
    dossier; empty where it is not there, or stands in its page as it is."""

    at: int
    document: DossierDocument
    state: State
    opened: Opened

    @property
    def attachment(self) -> str:
        if self.state in _WITHOUT or self.opened.as_is:
            return ""
        return f"dokumen-{self.at:02}.{_ENDINGS.get(self.document.media_type, 'bin')}"


def _examined(paper: DossierPaper) -> list[_Examined]:
    return [_examine(at, document) for at, document in enumerate(paper.documents, start=1)]


def _examine(at: int, document: DossierDocument) -> _Examined:
    if document.removed:
        return _Examined(at, document, "removed", Opened("unknown"))
    if document.sealed:
        return _Examined(at, document, "sealed", Opened("unknown"))
    if document.withheld:
        return _Examined(at, document, "withheld", Opened("unknown"))
    if document.content is None:
        return _Examined(at, document, "awaited", Opened("unknown"))
    if hashlib.sha256(document.content).digest() != document.sha256:
        return _Examined(at, document, "differs", Opened("unknown"))
    opened = open_file(document.content, document.media_type)
    return _Examined(at, document, opened.state, opened)


def _manifest(paper: DossierPaper, examined: list[_Examined]) -> bytes:
    said = {
        "format": FORMAT,
        "claim": paper.number,
        "mission": paper.mission.id,
        "counter": paper.counter,
        "made_at": paper.made_at.isoformat(),
        "made_by": paper.operator,
        "worker": paper.worker,
        "kind": paper.kind.id,
        "state": paper.state,
        "restricted": paper.restricted,
        "cover": [
            {"title": section.title.id, "facts": [[fact.label, fact.value] for fact in section.facts]}
            for section in paper.sections
        ],
        "documents": [_entry(one) for one in examined],
        "missing": list(paper.missing),
    }
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _entry(one: _Examined) -> dict[str, Any]:
    document = one.document
    return {
        "no": one.at,
        "id": document.id,
        "name": document.name,
        "requirement": document.requirement,
        "seen_as": document.seen_as,
        "attached_at": document.attached_at.isoformat(),
        "where": document.where,
        "file_name": document.file_name,
        "media_type": document.media_type,
        "size": document.size,
        "sha256": document.sha256.hex(),
        "state": one.state,
        "pages": one.opened.count,
        "shown": len(one.opened.pages),
        "attachment": one.attachment,
    }


# The cover


def _cover(paper: DossierPaper) -> Form:
    marks = (Stamp(Words("KHUSUS", "Restricted"), RED),) if paper.restricted else ()
    return Form(
        kind=Words("BERKAS KLAIM", "Claim dossier"),
        heading=paper.mission,
        service=SERVICE,
        number=paper.number,
        circumstances=circumstances(paper.made_at, paper.utc_offset, paper.counter, paper.operator),
        rows=(
            Row(Words("Pekerja", "Worker"), (Item(paper.worker, STRONG),)),
            Row(Words("Jenis klaim", "Kind of claim"), (Item(paper.kind.id, STRONG, under=paper.kind.en),)),
            Row(Words("Keadaan", "Status"), (Item(paper.state),)),
        ),
        code=paper.token_url,
        code_alt=f"Kode QR bertanda tangan elektronik untuk berkas klaim {paper.number}",
        code_caption=Words("Kode ini memuat sidik daftar dokumen", "This code carries the manifest's digest"),
        stamps=marks,
        foot=(
            "Memuat data pribadi: hanya untuk yang memutuskan klaim dan untuk arsip.",
            "Keutuhan berkas ini diperiksa dengan perintah: loket dossier --verify BERKAS.pdf",
        ),
        signatory=paper.operator,
        role="Pembuat berkas",
        subject="Berkas klaim jaminan sosial pekerja migran Indonesia",
    )


def _sections(paper: DossierPaper, examined: list[_Examined]) -> list[Section]:
    columns = (Column(Words("Keterangan", "Fact"), 1.4), Column(Words("Isi", "Value"), 4.2))
    sections = [
        Section(
            section.title,
            (Table(columns, tuple(Line((fact.label, part)) for fact in section.facts for part in _parts(fact.value))),),
        )
        for section in paper.sections
    ]
    blocks: list[Block] = [_listed(examined)]
    if paper.missing:
        blocks.append(Note(Words("Belum dilampirkan: " + "; ".join(paper.missing) + ".")))
    blocks.append(
        Note(
            Words(
                f"Daftar ini terlampir pula sebagai {MANIFEST}. Foto JPEG berdiri di halamannya byte demi byte; "
                "dokumen lain terlampir utuh, sehingga halaman dapat dicocokkan dengan dokumennya.",
                "The manifest is attached too. A JPEG stands in its page byte for byte; other documents are attached "
                "beside their pages.",
            )
        )
    )
    sections.append(Section(Words("Daftar dokumen", "Manifest"), tuple(blocks)))
    return sections


_LONGEST_CELL = 2500  # letters; a longer story goes on in the next row


def _parts(text: str) -> list[str]:
    words, parts = text.split(), [""]
    for word in words:
        if len(parts[-1]) + len(word) > _LONGEST_CELL:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    return parts


def _listed(examined: list[_Examined]) -> Table:
    return Table(
        (
            Column(Words("No."), 0.35),
            Column(Words("Dokumen", "Document"), 2.5),
            Column(Words("Asli / salinan", "Original / copy"), 0.9),
            Column(Words("Dilampirkan", "Attached"), 1.7),
            Column(Words("Halaman", "Pages"), 0.8, figures=True),
            Column(Words("Byte", "Bytes"), 0.9, figures=True),
            Column(Words("SHA-256"), 1.75),
        ),
        tuple(Line(_cells(one)) for one in examined),
        "Belum ada dokumen.",
    )


def _cells(one: _Examined) -> tuple[str, ...]:
    document = one.document
    name = document.name
    if document.requirement and document.requirement != document.name:
        name += f" (untuk: {document.requirement})"
    if one.state != "shown":
        name += f" — {_SAID[one.state][0].upper()}"
    attached = f"{date_short(document.attached_at.date())} {time_short(document.attached_at)}, {document.where}"
    return (
        str(one.at),
        name,
        _FORMS.get(document.seen_as, "—"),
        attached,
        _pages_said(one.opened),
        number(document.size),
        " ".join(re.findall(".{16}", document.sha256.hex())),
    )


def _pages_said(opened: Opened) -> str:
    if not opened.count:
        return "—"
    shown = len(opened.pages)
    return str(opened.count) if shown == opened.count else f"{shown} dari {number(opened.count)}"


# The documents


def _draw_documents(sheet: Sheet, paper: DossierPaper, examined: list[_Examined]) -> Iterator[Figure]:
    of = len(examined)
    for one in examined:
        if one.state != "shown":
            sheet.next_page(A4)
            _draw_running(sheet, paper, one, of, "")
            _draw_absent(sheet, one, of)
            continue
        for at, page in enumerate(one.opened.pages):
            placed = place(page, one.document.media_type)
            sheet.next_page(placed.size)
            said = f"halaman {at + 1} dari {number(one.opened.count)}"
            if at == 0:
                with sheet.element("H3"):
                    _draw_title(sheet, one, of)
            _draw_running(sheet, paper, one, of, said, title=at > 0)
            name = _figure_name(one.at, at + 1)
            alt = f"{one.document.name}, {said} dari dokumen {one.at} dari {of}"
            sheet.foreign(name, placed.matrix, alt[:1].upper() + alt[1:], placed.box)
            yield Figure(sheet.page, name, one.at - 1, at)


def _draw_title(sheet: Sheet, one: _Examined, of: int) -> None:
    said = f"Dokumen {one.at} dari {of}: {one.document.name}"
    sheet.text(18, 18, said, fit(said, _RUNNING_BOLD, sheet.size[0] * 0.55))


def _draw_running(
    sheet: Sheet, paper: DossierPaper, one: _Examined, of: int, said: str, *, title: bool = False
) -> None:
    right = sheet.size[0] - 18
    with sheet.furniture():
        if title:
            _draw_title(sheet, one, of)
        running = " · ".join(part for part in (paper.number, "KHUSUS" if paper.restricted else "", said) if part)
        sheet.text(right, 18, running, fit(running, _RUNNING, sheet.size[0] * 0.4), "right")
        sheet.rule(18, right, 23, BRAND, 0.6)


def _draw_absent(sheet: Sheet, one: _Examined, of: int) -> None:
    """In place of pages: which document it is, and why it is not shown."""
    title, sentence = _SAID[one.state]
    document = one.document
    with sheet.element("H3"):
        sheet.text(57, 120, f"Dokumen {one.at} dari {of}", _SENTENCE)
        sheet.text(57, 142, document.name, fit(document.name, _TITLE, A4[0] - 114))
    with sheet.element("P"):
        sheet.text(57, 172, title, _STATE)
    y = 194.0
    told = f"{document.file_name} · {number(document.size)} byte" if document.file_name else ""
    for text, style in ((sentence, _SENTENCE), (told, _HASH), (f"SHA-256 {document.sha256.hex()}", _HASH)):
        if text:
            with sheet.element("P"):
                for line in wrap(text, style, A4[0] - 114):
                    sheet.text(57, y, line, style)
                    y += style.leading
            y += 4


# Proving


DocumentVerdict = Literal["agrees", "absent", "missing", "changed", "page_differs"]
"""The file is in the dossier, is what the manifest says, and the pages show it; the manifest says that it is not here,
and why; it should be here and is not; it is another than the manifest says; a page shows something else than it."""


@dataclass(frozen=True, slots=True)
class DocumentCheck:
    """What a dossier proves of one document. `state` is the manifest's word; `pages` those that show something else,
    counted from 1 within the document."""

    at: int
    name: str
    state: str
    verdict: DocumentVerdict
    pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DossierCheck:
    """What a dossier proves of itself. `token` is the code's text, to be checked against the keys of counters: only a
    genuine one says who made the file. `signed`: the token is a dossier's, of this claim and over this manifest.

    `intact`: all that is in it agrees, whoever made it."""

    claim: str
    made_at: str
    token: str
    facts: ReceiptFacts | None
    signed: bool
    cover: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    documents: tuple[DocumentCheck, ...]
    missing: tuple[str, ...]

    @property
    def intact(self) -> bool:
        return self.signed and all(one.verdict in ("agrees", "absent") for one in self.documents)


def verify_dossier(pdf: bytes) -> DossierCheck:
    """Prove from the file alone that manifest, documents and pages agree. About 15 ms a page. Who signed the token is
    for whoever knows the counters' keys to say.

    Refused on "file": `dossier.unreadable` for what is no dossier, or one of a later format."""
    try:
        bound = foreign.take_apart(pdf)
        listed = bound.attached[MANIFEST]
        said = json.loads(listed)
        if said["format"] != FORMAT:
            raise ValueError("another format")
        token = bound.attached.get(TOKEN, b"").decode("ascii", "replace")
        facts = _facts(token)
        return DossierCheck(
            claim=str(said["claim"]),
            made_at=str(said["made_at"]),
            token=token,
            facts=facts,
            signed=facts is not None
            and (facts.kind, facts.number, facts.chain) == ("dossier", said["claim"], hashlib.sha256(listed).digest()),
            cover=tuple(
                (str(section["title"]), tuple((str(label), str(value)) for label, value in section["facts"]))
                for section in said["cover"]
            ),
            documents=tuple(_checked(bound, said["documents"])),
            missing=tuple(map(str, said["missing"])),
        )
    except foreign.unreadable() as error:
        raise Refused(Problem.of("file", "dossier.unreadable")) from error


def _facts(token: str) -> ReceiptFacts | None:
    try:
        return peek(token_text(token))
    except Refused:
        return None


def _checked(bound: foreign.Bound, entries: list[dict[str, Any]]) -> Iterator[DocumentCheck]:
    """Each document; its pages are the last of the file, in the manifest's order."""
    lengths = [int(entry["shown"]) if entry["state"] == "shown" else 1 for entry in entries]
    page = bound.count - sum(lengths)
    for at, (entry, length) in enumerate(zip(entries, lengths, strict=True), start=1):
        verdict, pages = _verdict(bound, at, entry, page)
        yield DocumentCheck(at, str(entry["name"]), str(entry["state"]), verdict, pages)
        page += length


def _verdict(
    bound: foreign.Bound, at: int, entry: dict[str, Any], page: int
) -> tuple[DocumentVerdict, tuple[int, ...]]:
    if entry["state"] in _WITHOUT:
        return "absent", ()
    name = str(entry["attachment"])
    content = bound.attached.get(name) if name else bound.stream(page, _figure_name(at, 1))
    if content is None:
        return "missing", ()
    if (len(content), hashlib.sha256(content).hexdigest()) != (entry["size"], entry["sha256"]):
        return "changed", ()
    if entry["state"] != "shown":
        return "agrees", ()
    media_type = str(entry["media_type"])
    opened = open_file(content, media_type)
    if opened.state != "shown" or (opened.count, len(opened.pages)) != (entry["pages"], entry["shown"]):
        return "page_differs", ()
    differing = _differing(bound, content, media_type, opened, page)
    return ("page_differs" if differing else "agrees"), differing


def _differing(bound: foreign.Bound, content: bytes, media_type: str, opened: Opened, page: int) -> tuple[int, ...]:
    """The pages that show something else than the document does, drawn anew from its file."""
    places = [place(one, media_type) for one in opened.pages]
    sheet = Sheet(title="", author="", subject="", size=places[0].size)
    figures = []
    for at, placed in enumerate(places):
        if at:
            sheet.next_page(placed.size)
        sheet.foreign(_figure_name(1, at + 1), placed.matrix, "", placed.box)
        figures.append(Figure(at, _figure_name(1, at + 1), 0, at))
    again = foreign.put_together(sheet.finish(), [(content, media_type)], figures, [])
    differs = foreign.compare(again, bound, page, [placed.box for placed in places])
    return tuple(at + 1 for at in differs)


def _figure_name(document: int, page: int) -> str:
    return f"Dok{document}H{page}"
