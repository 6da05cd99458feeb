"""The manifest of a stick: which files travel, from whom to whom and with what in them, to hold paper against stick."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.language import date_long, money, number, time_short
from models.rules.money import Money
from reports.document import Block, Column, Line, Note, Section, Table, render_document
from reports.paper import LABEL, LARGE, STRONG, Form, Item, Row, Words
from reports.receipt import SERVICE, tender_name_of

MOST_FILES = 12
"""Files of one manifest: with more its code would be too fine for a reader."""


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """One file. `size` in bytes; `digest` is the whole file's SHA-256; `verdicts`, of entries that the centre did not
    simply take, are only in what the centre sends."""

    number: int
    part: int
    parts: int
    name: str
    size: int
    entries: int
    documents: int
    digest: bytes
    verdicts: int = 0


@dataclass(frozen=True, slots=True)
class TenderSum:
    """What one way of paying brought in, in one currency, among the entries that travel."""

    tender: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BundleManifest:
    """`sender` and `recipient` as people know them; `up`: from a counter to the centre. `code` is the signed text of
    the QR code (models.sync.bundles.Mark). Sums are those of all files together."""

    heading: Words
    up: bool
    series: str
    sender: str
    recipient: str
    made_at: datetime
    utc_offset: str
    operator: str
    files: tuple[ManifestFile, ...]
    sums: tuple[TenderSum, ...]
    code: str


def render_bundle_manifest(paper: BundleManifest) -> bytes:
    """The PDF, A4 portrait; the same bytes for the same paper."""
    numbers = _numbers(paper)
    form = Form(
        kind=Words("DAFTAR BAWAAN FLASHDISK", "Bundle manifest"),
        heading=paper.heading,
        service=SERVICE,
        number=f"{paper.series} {'naik' if paper.up else 'turun'} {numbers}",
        circumstances=(
            f"{date_long(paper.made_at.date())}, {time_short(paper.made_at)} ({paper.utc_offset})",
            paper.operator,
        ),
        rows=(
            Row(Words("Dari", "From"), (Item(paper.sender, STRONG),)),
            Row(Words("Kepada", "To"), (Item(paper.recipient, STRONG),)),
            Row(Words("Nomor", "Numbers"), (Item(numbers, LARGE),)),
            Row(Words("Isi", "Content"), _content(paper)),
            Row(
                Words("Tanda terima", "Received"),
                (Item("Nama, tanda tangan, tanggal:", LABEL), Item("\N{NO-BREAK SPACE}"), Item("…" * 40, LABEL)),
            ),
        ),
        code=paper.code,
        code_alt=f"Kode QR bertanda tangan elektronik untuk berkas {paper.series} nomor {numbers}",
        code_caption=Words("Pindai di penerima untuk mencocokkan berkas", "Scan where the files are taken"),
        foot=(
            "Isi flashdisk tersegel untuk penerimanya saja; kertas ini tidak memuat data pekerja.",
            _promise(paper),
        ),
        signatory=paper.operator,
        role="Pengirim",
        subject="Daftar berkas yang dibawa flashdisk antara loket dan pusat",
    )
    return render_document(form, _sections(paper))


def _promise(paper: BundleManifest) -> str:
    if paper.up:
        return "Yang dibawa tetap tercatat menunggu di loket sampai pusat menandatangani penerimaannya."
    return "Flashdisk yang hilang tidak merugikan: berkas berikutnya membawa lagi apa yang belum diambil loket."


def _numbers(paper: BundleManifest) -> str:
    first, last = paper.files[0].number, paper.files[-1].number
    return str(first) if first == last else f"{first}–{last}"


def _content(paper: BundleManifest) -> tuple[Item, ...]:
    files, size = len(paper.files), sum(one.size for one in paper.files)
    entries, verdicts = sum(one.entries for one in paper.files), sum(one.verdicts for one in paper.files)
    papers = sum(one.documents for one in paper.files)
    items = [
        Item(f"{number(files)} berkas, {megabytes(size)}"),
        Item(f"{number(entries)} catatan, {number(papers)} dokumen"),
    ]
    if verdicts:
        items.append(Item(f"{number(verdicts)} keputusan pusat tentang catatan loket"))
    return tuple(items)


def _sections(paper: BundleManifest) -> list[Section]:
    lines = tuple(
        Line(
            (
                str(one.number),
                one.name,
                number(one.entries),
                number(one.documents),
                megabytes(one.size),
                one.digest[:16].hex(" ", 2).upper(),
            )
        )
        for one in paper.files
    )
    columns = (
        Column(Words("No.", "No."), 0.5, figures=True),
        Column(Words("Berkas", "File"), 2.6),
        Column(Words("Catatan", "Entries"), 0.8, figures=True),
        Column(Words("Dokumen", "Documents"), 0.9, figures=True),
        Column(Words("Ukuran", "Size"), 0.9, figures=True),
        Column(Words("SHA-256 (awal)", "SHA-256 (beginning)"), 3.3),
    )
    sections = [Section(Words("Berkas", "Files"), (Table(columns, lines),))]
    if paper.up:
        sections.append(Section(Words("Uang dalam catatan yang dibawa", "Money in these entries"), _money(paper)))
    return sections


def _money(paper: BundleManifest) -> tuple[Block, ...]:
    lines = tuple(Line((tender_name_of(one.tender), money(one.amount))) for one in paper.sums)
    table = Table(
        (Column(Words("Cara bayar", "Paid by"), 3.0), Column(Words("Jumlah", "Amount"), 1.2, figures=True)),
        lines,
        nothing="Tidak ada uang yang bergerak dalam catatan ini.",
    )
    return (table, Note(Words("Setelah pembatalan dan kembalian. Pusat menghitung jumlah yang sama dari isinya.")))


def megabytes(size: int) -> str:
    """`1 MB`, `812 kB`: never nothing."""
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1_000)))} kB"
    return f"{number(round(size / 1_000_000))} MB"
