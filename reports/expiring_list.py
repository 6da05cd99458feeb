"""Expiring list: whom to call because their cover ends soon or ended lately, with a box to tick for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.language import date_short, number
from reports.books import Made
from reports.paper import Words
from reports.sheets import Sheet, Value
from reports.tables import Block, Column, Line, TablePaper, render_table


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to be called. `days_left` counts to `until`, negative once it is over; `resumes` is the first day of
    cover already paid for after a gap."""

    name: str
    phone: str
    whatsapp: str
    passport: str
    employer: str
    address: str
    until: date
    days_left: int
    resumes: date | None
    receipt: str
    receipt_date: date | None


@dataclass(frozen=True, slots=True)
class ExpiringListPaper:
    """The list as of a day. `held_back`: how many are not on it because nothing may be done with their data now."""

    made: Made
    day: date
    within: int
    after: int
    rows: tuple[Called, ...]
    held_back: int


_COLUMNS = (
    Column("Nama", 132),
    Column("Telepon", 76),
    Column("WhatsApp", 76),
    Column("Paspor", 48),
    Column("Pemberi kerja, alamat", 160),
    Column("Berakhir", 56),
    Column("Sisa hari", 44, "right"),
    Column("Kuitansi terakhir", 94),
    Column("Hasil", 108),
)


def render_expiring_list(paper: ExpiringListPaper) -> bytes:
    """The PDF, A4 landscape; the same bytes for the same paper."""
    return render_table(expiring_table(paper))


def expiring_table(paper: ExpiringListPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    ahead = [row for row in paper.rows if row.days_left >= 0]
    over = [row for row in paper.rows if row.days_left < 0]
    notes = ["Centang kotak setelah dihubungi. Paspor tampil empat angka terakhir. Simpan atau musnahkan daftar ini."]
    if paper.held_back:
        notes.append(f"{number(paper.held_back)} orang tidak ditampilkan karena datanya dibatasi.")
    return TablePaper(
        kind=Words("PERLINDUNGAN BERAKHIR", "Cover about to end"),
        heading=paper.made.mission,
        about=f"JKK + JKM, menurut data {paper.made.counter} per {date_short(paper.day)}",
        facts=(("Isi", f"{number(len(ahead))} akan berakhir · {number(len(over))} sudah berakhir"),),
        blocks=(
            _block(f"Berakhir dalam {paper.within} hari", ahead),
            _block(f"Sudah berakhir, paling lama {paper.after} hari lalu", over),
        ),
        notes=tuple(notes),
        subject="Daftar pekerja yang perlindungannya berakhir",
        made=paper.made.foot(),
        landscape=True,
    )


def _block(title: str, rows: Sequence[Called]) -> Block:
    return Block(title, _COLUMNS, [_line(row) for row in rows], nothing="Tidak ada.", ticked=True)


def _line(row: Called) -> Line:
    on = f" {date_short(row.receipt_date)}".replace(" ", "\N{NO-BREAK SPACE}")[1:] if row.receipt_date else ""
    return Line(
        (
            row.name,
            row.phone or "–",
            row.whatsapp or "–",
            row.passport,
            ", ".join(part for part in (row.employer, row.address) if part),
            date_short(row.until),
            str(row.days_left),
            f"{row.receipt} {on}".strip(),
            f"dibayar lagi mulai {date_short(row.resumes)}" if row.resumes else "",
        )
    )


def expiring_sheet(paper: ExpiringListPaper) -> Sheet:
    """One row a person, with an empty column for what came of the call."""
    columns = (
        *("Nama", "Telepon", "WhatsApp", "Paspor", "Pemberi kerja", "Alamat", "Berakhir", "Sisa hari"),
        *("Dibayar lagi mulai", "Kuitansi terakhir", "Tanggal kuitansi", "Sudah dihubungi"),
    )
    rows: list[tuple[Value, ...]] = [
        (
            *(row.name, row.phone, row.whatsapp, row.passport, row.employer, row.address, row.until, row.days_left),
            *(row.resumes, row.receipt, row.receipt_date, ""),
        )
        for row in paper.rows
    ]
    return Sheet("Perlindungan berakhir", columns, tuple(rows))
