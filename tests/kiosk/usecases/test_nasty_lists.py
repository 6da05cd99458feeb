"""A corpus of nasty little lists, as people really send them: what the counter makes of each, from its bytes to the
persons it registers."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest
from loket_testing.counter import clock, desk
from openpyxl import Workbook
from openpyxl.styles import Font
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.steps import finish
from kiosk.usecases.importing import Import, read_list
from models.ledger.tables import placement, worker

__all__ = ["clock", "desk"]

BORN = date(1994, 3, 13)


@dataclass(frozen=True)
class Nasty:
    """A list, and what is to come of it: each row's outcome, and columns of those who are registered."""

    content: bytes
    outcomes: str
    """A letter for each row: registered, already, x refused, skipped."""
    registered: tuple[dict[str, Any], ...] = ()


def workbook(fill: Callable[[Any, Any], object]) -> bytes:
    book = Workbook()
    fill(book, book.active)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_excel_in_indonesia_saves_it(_book: Any, page: Any) -> None:
    """A merged title, an empty row, real dates with a time, a phone without its zero, a sum and a signature below."""
    page["A1"] = "DAFTAR CALON PEKERJA MIGRAN INDONESIA"
    page["A1"].font = Font(bold=True)
    page.merge_cells("A1:G2")
    page.append([])
    page.append(["No.", "NAMA LENGKAP", "NO. PASPOR", "L/P", "TGL LAHIR", "NO. HP", "KET."])
    page.append([1, "SITI NURHALIZA", "C 4821907", "P", datetime.combine(BORN, time(0)), 81234567890, None])
    page.append([None, None, None, None, None, None, None])
    page.append([2, "NUR AISYAH", "C-4821908", "P", "13 Maret 1994", "0812-3456-7890", "cuti"])
    page.append([None, "Jumlah: 2 orang"])
    page.append([None, None, None, None, "Taipei, 22 November 2026"])


def with_niks_as_numbers(_book: Any, page: Any) -> None:
    page.append(["Nama", "NIK", "L/P", "Tgl Lahir"])
    page.append(["SITI NURHALIZA", 3507105303940000, "P", BORN])
    page.append(["NUR AISYAH", "3507105303940004", "P", BORN])
    page.append(["DEWI", 3507105303940007, "P", BORN])


def with_two_rows_of_names(_book: Any, page: Any) -> None:
    page.append(["No", "Nama", "Jenis Kelamin", "Tempat/Tgl Lahir", "Ahli Waris", None, None])
    page.append([None, None, None, None, "Nama", "Hubungan", "HP"])
    for column in "ABCD":
        page.merge_cells(f"{column}1:{column}2")
    page.merge_cells("E1:G1")
    page.append([1, "SITI NURHALIZA", "Perempuan", "Malang, 13-03-1994", "AHMAD", "Suami", "0812 3456 7890"])


def with_formulas(_book: Any, page: Any) -> None:
    page.append(["Nama", "L/P", "Tgl Lahir", "Majikan"])
    page.append(["SITI NURHALIZA", "P", BORN, '=HYPERLINK("http://jahat.example","Formosa")'])
    page.append(["NUR AISYAH", "P", BORN, "Formosa"])


def with_a_hidden_sheet_first(book: Any, page: Any) -> None:
    page.title = "Referensi"
    page.append(["Kode", "Arti"])
    page.append(["L", "Laki-laki"])
    page.sheet_state = "hidden"
    data = book.create_sheet("CPMI")
    book.active = 1
    data.append(["Nama", "L/P", "Tgl Lahir"])
    data.append(["SITI NURHALIZA", "P", BORN])


SITI = {"name": "SITI NURHALIZA", "sex": "F", "birth_date": BORN}
CORPUS: dict[str, Nasty] = {
    "excel in indonesia": Nasty(
        workbook(as_excel_in_indonesia_saves_it),
        "rrs" + "s",
        (
            SITI | {"passport_number": "C4821907", "phone": "+6281234567890"},
            {"name": "NUR AISYAH", "passport_number": "C4821908", "phone": "+6281234567890", "birth_date": BORN},
        ),
    ),
    "niks as numbers": Nasty(
        workbook(with_niks_as_numbers),
        "xrr",
        ({"name": "NUR AISYAH", "nik": "3507105303940004"}, {"name": "DEWI", "nik": "3507105303940007"}),
    ),
    "two rows of names": Nasty(
        workbook(with_two_rows_of_names),
        "r",
        (
            SITI
            | {
                "birth_place": "Malang",
                "heirs": [{"name": "AHMAD", "relation": "suami", "phone": "+6281234567890"}],
            },
        ),
    ),
    "formulas": Nasty(workbook(with_formulas), "xr", ({"name": "NUR AISYAH"},)),
    "hidden sheet": Nasty(workbook(with_a_hidden_sheet_first), "r", (SITI,)),
    "old mac line ends": Nasty(b"Nama;L/P;Tgl Lahir\rSITI NURHALIZA;P;13/03/1994\r", "r", (SITI,)),
    "utf-16 with tabs": Nasty(
        "Nama\tL/P\tTgl Lahir\tMajikan\r\nSITI NURHALIZA\tP\t13/03/1994\t陳美玲\r\n".encode("utf-16"),
        "r",
        (SITI | {"employer": "陳美玲"},),
    ),
    "windows-1252": Nasty(
        'Nama;L/P;Tgl Lahir;Pengguna Jasa\r\nSITI NURHALIZA;P;13/03/1994;"Café «Zoë»"\r\n'.encode("cp1252"),
        "r",
        (SITI | {"employer": "Café «Zoë»"},),
    ),
    "american dates": Nasty(
        b"Full Name,Sex,Date of Birth\nSITI NURHALIZA,Female,3/13/94\nNUR AISYAH,F,5/3/1994\n",
        "rr",
        (SITI, {"name": "NUR AISYAH", "birth_date": date(1994, 5, 3)}),
    ),
    "serial days": Nasty(b"Nama;L/P;Tgl Lahir\nSITI NURHALIZA;P;34406\n", "r", (SITI,)),
    "newlines in cells and names": Nasty(
        b'"Nama\nLengkap";"Jenis\nKelamin";"Tanggal Lahir\n(dd/mm/yyyy)";Alamat\n'
        b'"SITI\nNURHALIZA";P;13/03/1994;"Jl. ""Mawar"" 5;\nMalang"\n',
        "r",
        (SITI | {"home_address": 'Jl. "Mawar" 5; Malang'},),
    ),
    "a separator line and spare separators": Nasty(
        b"sep=,\r\nNama,L/P,Tgl Lahir,,,\r\nSITI NURHALIZA,P,13/03/1994,,,\r\n,,,,,\r\n", "r", (SITI,)
    ),
    "formulas to be run elsewhere": Nasty(
        b"Nama;L/P;Tgl Lahir;Majikan\nSITI NURHALIZA;P;13/03/1994;\"=cmd|' /C calc'!A0\"\n",
        "r",
        (SITI | {"employer": "=cmd|' /C calc'!A0"},),
    ),
    "dashes for nothing and twins": Nasty(
        b"Nama;L/P;Tgl Lahir;No Paspor;NIK\n"
        b"SITI NURHALIZA;P;13/03/1994;-;N/A\n"
        b"SITI NURHALIZA;P;13/03/1994;-;N/A\n"
        b"Siti  Nurhaliza;P;13-03-1994;C4821907;\n",
        "rsx",
        (SITI | {"passport_number": None, "nik": None},),
    ),
    "a nik as text that a spreadsheet shortened": Nasty(
        b"Nama;L/P;Tgl Lahir;NIK\nSITI NURHALIZA;P;13/03/1994;3,50711E+15\n", "x"
    ),
    "nul bytes and a mark in the middle": Nasty(
        b"\xef\xbb\xbfNama;L/P;Tgl Lahir\n\xef\xbb\xbfSITI NURHALIZA;P;13/03/1994\n", "r", (SITI,)
    ),
}


@pytest.mark.parametrize("name", CORPUS)
def test_a_nasty_list_comes_to_what_a_careful_clerk_would_have_made_of_it(desk: Desk, name: str) -> None:
    nasty = CORPUS[name]
    given = finish(read_list(desk, nasty.content, name))
    outcomes = finish(Import(desk, given.found, given.columns).steps())
    letters = {"registered": "r", "already": "a", "refused": "x", "skipped": "s"}
    assert "".join(letters[one.status] for one in outcomes) == nasty.outcomes, [one.problems for one in outcomes]
    query = select(worker, placement.c.employer).join(placement, placement.c.worker_id == worker.c.id)
    with desk.read() as work:
        found = [row._mapping for row in work.connection.execute(query.order_by(worker.c.id))]
    assert [{field: row[field] for field in wanted} for row, wanted in zip(found, nasty.registered, strict=True)] == [
        *nasty.registered
    ]
