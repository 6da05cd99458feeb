"""Claim list: whom to call about a claim, because papers must still be brought or an answer is to be told."""

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
class ToCall:
    """Somebody to be called about a claim. `why` is what to say, `papers` what must be brought, one line each, none of
    a restricted claim; `until` the nearest day, `since` how long it has stood so. `tell` says it is an answer."""

    number: str
    worker: str
    kind: str
    state: str
    since: date
    why: str
    papers: tuple[str, ...]
    until: date | None
    phones: str
    tell: bool


@dataclass(frozen=True, slots=True)
class ClaimListPaper:
    """The list as of a day. `held_back`: how many are not on it because nothing may be done with their data now."""

    made: Made
    day: date
    rows: tuple[ToCall, ...]
    held_back: int


_COLUMNS = (
    Column("Nomor, status", 108),
    Column("Pekerja, klaim", 168),
    Column("Telepon", 92),
    Column("Yang perlu disampaikan", 250),
    Column("Sampai", 58),
    Column("Hasil", 118),
)


def render_claim_list(paper: ClaimListPaper) -> bytes:
    """The PDF, A4 landscape; the same bytes for the same paper."""
    return render_table(claim_table(paper))


def claim_table(paper: ClaimListPaper) -> TablePaper:
    """What stands on the paper, ready to be drawn."""
    bring = [row for row in paper.rows if not row.tell]
    tell = [row for row in paper.rows if row.tell]
    notes = ["Centang kotak setelah dihubungi, lalu catat di halaman Klaim. Simpan atau musnahkan daftar ini."]
    if paper.held_back:
        notes.append(f"{number(paper.held_back)} klaim tidak ditampilkan karena data orangnya dibatasi.")
    return TablePaper(
        kind=Words("KLAIM YANG PERLU DIHUBUNGI", "Claims to call about"),
        heading=paper.made.mission,
        about=f"menurut data {paper.made.counter} per {date_short(paper.day)}",
        facts=(("Isi", f"{number(len(bring))} harus membawa dokumen · {number(len(tell))} menunggu kabar"),),
        blocks=(
            Block("Harus membawa dokumen", _COLUMNS, _lines(bring), ticked=True),
            Block("Belum diberi tahu jawabannya", _COLUMNS, _lines(tell), ticked=True),
        ),
        notes=tuple(notes),
        subject="Daftar klaim yang pengajunya perlu dihubungi",
        made=paper.made.foot(),
        landscape=True,
    )


def _lines(rows: Sequence[ToCall]) -> list[Line]:
    return [
        Line(
            (
                f"{row.number} {row.state} {date_short(row.since)}",
                ", ".join(part for part in (row.worker, row.kind) if part),
                row.phones or "–",
                ": ".join(part for part in (row.why, "; ".join(row.papers)) if part),
                date_short(row.until) if row.until else "",
                "",
            )
        )
        for row in rows
    ]


def claim_sheet(paper: ClaimListPaper) -> Sheet:
    """One row a claim, with an empty column for what came of the call."""
    columns = (
        *("Nomor", "Pekerja", "Klaim", "Status", "Sejak", "Telepon", "Yang perlu disampaikan", "Dokumen", "Sampai"),
        "Sudah dihubungi",
    )
    rows: list[tuple[Value, ...]] = [
        (
            *(row.number, row.worker, row.kind, row.state, row.since, row.phones, row.why, "; ".join(row.papers)),
            *(row.until, ""),
        )
        for row in paper.rows
    ]
    return Sheet("Klaim yang perlu dihubungi", columns, tuple(rows))
