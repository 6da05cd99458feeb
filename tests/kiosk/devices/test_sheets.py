"""Files that others made: every encoding and separator, what a spreadsheet did to numbers, and what is no sheet."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from kiosk.devices import sheets
from kiosk.devices.sheets import FormulaError, Row, SheetRead, Value, read_sheet
from kiosk.steps import Step, finish
from models.rules.problems import Refused

LINES = "Nama;Alamat\r\nSITI;Jl. Mawar 5\r\nÉTIENNE;Rumah «Ibu»\r\n"
SHEET = "xl/worksheets/sheet1.xml"
READ = (("Nama", "Alamat"), ("SITI", "Jl. Mawar 5"), ("ÉTIENNE", "Rumah «Ibu»"))


def read(content: bytes, wanted: str | None = None) -> SheetRead:
    return finish(read_sheet(content, "daftar", wanted))


def cells(content: bytes) -> tuple[tuple[Value, ...], ...]:
    return tuple(row.cells for row in read(content).rows)


def refused(content: bytes, wanted: str | None = None) -> str:
    with pytest.raises(Refused) as refusal:
        read(content, wanted)
    (problem,) = refusal.value.problems
    return problem.code


def workbook(fill: Callable[[Any], object]) -> bytes:
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def page(*rows: tuple[Any, ...]) -> bytes:
    def fill(book: Any) -> None:
        for row in rows:
            book.active.append(row)

    return workbook(fill)


# CSV


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_csv_is_read_in_every_encoding_that_spreadsheets_save(encoding: str) -> None:
    assert cells(LINES.encode(encoding)) == READ


def test_a_csv_with_the_other_mark_of_utf_16_is_read() -> None:
    assert cells(b"\xfe\xff" + LINES.encode("utf-16-be")) == READ


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_seen_from_the_rows(separator: str) -> None:
    assert cells(LINES.replace(";", separator).encode()) == READ


def test_commas_in_addresses_do_not_make_them_the_separator() -> None:
    lines = "Nama;Alamat\nSITI;Jl. Mawar 5, RT 2, RW 3, Malang\nNUR;Jl. Melati 7, RT 1, RW 2, Blitar\n"
    assert [len(row) for row in cells(lines.encode())] == [2, 2, 2]


def test_a_first_line_that_only_names_the_separator_is_no_row() -> None:
    assert cells(b"sep=|\nNama|Alamat, kota; negara\nA|B") == (("Nama", "Alamat, kota; negara"), ("A", "B"))


def test_a_quoted_cell_may_hold_newlines_separators_and_quotes() -> None:
    assert cells(b'Nama;Alamat\n"SITI";"Jl. ""Mawar"" 5;\r\nMalang"\n') == (
        ("Nama", "Alamat"),
        ("SITI", 'Jl. "Mawar" 5;\r\nMalang'),
    )


def test_rows_keep_the_numbers_that_the_spreadsheet_shows() -> None:
    found = read(b"DAFTAR CPMI\n\n;;\nNama;NIK\n\nSITI;1\n")
    assert [row.number for row in found.rows] == [1, 4, 6]


def test_what_says_that_a_cell_is_text_is_no_part_of_it() -> None:
    assert cells(b"A;B;C\n'0812;=\"3507105203940003\";' ") == (("A", "B", "C"), ("0812", "3507105203940003"))


def test_a_quote_that_is_never_closed_is_said_with_its_row() -> None:
    with pytest.raises(Refused) as refusal:
        read(b'Nama;Alamat\nSITI;"Jl. Mawar\nNUR;Jl. Melati\n')
    assert refusal.value.problems[0].code == "sheet.quotes"
    assert dict(refusal.value.problems[0].values)["row"] == "2"


# XLSX


def test_a_workbook_gives_days_numbers_and_texts_as_they_are() -> None:
    found = cells(
        page(
            ("Nama", 7, 1.5, date(1994, 3, 12), datetime.combine(date(2026, 12, 11), time(8, 30)), True, "0812", " x ")
        )
    )
    assert found == (("Nama", 7, 1.5, date(1994, 3, 12), date(2026, 12, 11), "ya", "0812", "x"),)


def with_part(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The workbook with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            new.writestr(part, change(text) if part.filename == name else text)
    return out.getvalue()


def test_a_nik_that_excel_made_a_number_keeps_telling_so() -> None:
    content = page((3507105203940000, 3507105203940003, 81234567890.0))
    shown = with_part(
        content, SHEET, lambda text: text.replace(b"<v>3507105203940000</v>", b"<v>3.50710520394E+15</v>")
    )
    assert shown != content
    (row,) = cells(shown)
    assert row == (3507105203940000.0, 3507105203940003, 81234567890)
    assert [type(cell) for cell in row] == [float, int, int]


def test_the_first_sheet_that_holds_anything_is_read_or_the_one_that_is_named() -> None:
    def fill(book: Any) -> None:
        book.active.title = "Rahasia"
        book.active.append(["disembunyikan"])
        book.active.sheet_state = "hidden"
        book.create_sheet("Kosong")
        book.create_sheet("Data").append(["dipakai"])
        book.active = 2

    content = workbook(fill)
    found = read(content)
    assert (found.name, found.sheets, found.rows) == (
        "Data",
        ("Rahasia", "Kosong", "Data"),
        (Row(1, ("dipakai",)),),
    )
    assert read(content, "Rahasia").rows[0].cells == ("disembunyikan",)
    assert refused(content, "Lain") == "sheet.unknown"
    assert refused(content, "Kosong") == "sheet.empty"


def test_merged_titles_and_empty_rows_leave_the_numbers_of_the_rows() -> None:
    def fill(book: Any) -> None:
        page = book.active
        page["A1"] = "DAFTAR CPMI"
        page.merge_cells("A1:D2")
        page["B5"] = "Nama"
        page["B9"] = "SITI"

    found = read(workbook(fill))
    assert found.rows == (Row(1, ("DAFTAR CPMI",)), Row(5, (None, "Nama")), Row(9, (None, "SITI")))


def calculated(content: bytes, formula: str, value: str) -> bytes:
    """The workbook as a spreadsheet saves it, with the formula's value beside it."""

    def change(text: bytes) -> bytes:
        before = f"<f>{formula}</f><v></v>".encode()
        empty = before.replace(b"<v></v>", b"<v />")
        assert before in text or empty in text
        return text.replace(empty, before).replace(before, f"<f>{formula}</f><v>{value}</v>".encode())

    return with_part(content, SHEET, change)


def test_a_formula_gives_its_value_and_says_when_it_has_none() -> None:
    content = page(("Nama", "Bulan"), ("SITI", "=12+12"))
    assert cells(content)[1] == ("SITI", FormulaError("#FORMULA"))
    assert isinstance(cells(content)[1][1], FormulaError)
    assert cells(calculated(content, "12+12", "24"))[1] == ("SITI", 24)


def test_a_formula_that_failed_says_so() -> None:
    found = cells(page(("SITI", "#N/A")))[0][1]
    assert isinstance(found, FormulaError)


# What is no list, or too much of one


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "sheet.empty"),
        (b"\r\n;;\r\n", "sheet.empty"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "sheet.old_or_locked"),
        (b"%PDF-1.7\n\x00\x01\x02\x03", "sheet.kind"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "sheet.kind"),
        (b"PK\x03\x04 torn off", "sheet.damaged"),
        (b"\xff\xfeN\x00a", "sheet.damaged"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(content: bytes, code: str) -> None:
    assert refused(content) == code


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_another_zip_is_no_workbook() -> None:
    assert refused(zipped(**{"word/document.xml": b"<x/>"})) == "sheet.kind"
    assert refused(zipped(**{"xl/workbook.xml": b"<x/>"})) == "sheet.damaged"


def test_a_small_file_that_unpacks_to_very_much_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped(**{"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(sheets.LARGEST_UNPACKED + 1)})
    assert len(bomb) < 1_000_000
    assert refused(bomb) == "sheet.too_large"


def test_a_zip_that_lies_about_its_size_is_read_no_further_than_it_says() -> None:
    """The directory says 100 bytes for each part, and there is a megabyte behind it."""
    honest = zipped(**{"xl/workbook.xml": bytes(1_000_000), "[Content_Types].xml": bytes(1_000_000)})
    lying = honest.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 100))
    assert refused(lying) == "sheet.damaged"


def test_a_workbook_whose_xml_multiplies_itself_is_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    good = page(("Nama",), ("SITI",))
    evil = with_part(good, "xl/workbook.xml", lambda text: laughs + text.replace(b'name="Sheet"', b'name="&b;"'))
    assert b"&b;" in zipfile.ZipFile(io.BytesIO(evil)).read("xl/workbook.xml")
    assert refused(evil) == "sheet.damaged"


def test_a_file_above_the_limit_is_refused_and_so_are_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    assert len(cells(b"N\n1\n2\n3\n")) == 4
    assert refused(b"N\n1\n2\n3\n4\n") == "sheet.too_many_rows"
    assert refused(page(("N",), (1,), (2,), (3,), (4,))) == "sheet.too_many_rows"
    monkeypatch.setattr(sheets, "LARGEST", 10)
    assert refused(b"Nama;Alamat\n") == "sheet.too_large"


def test_a_sheet_that_claims_to_be_endless_is_as_long_as_it_is() -> None:
    endless = with_part(
        page(("Nama",), ("SITI",)), SHEET, lambda text: text.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    )
    assert b"XFD1048576" in zipfile.ZipFile(io.BytesIO(endless)).read(SHEET)
    assert cells(endless) == (("Nama",), ("SITI",))


def test_long_reading_is_told_about_and_can_be_left() -> None:
    steps = read_sheet(b"N\n" + b"x\n" * 1_000, "daftar")
    assert next(steps) == Step(200)
    steps.close()


@given(st.binary(max_size=300))
def test_no_bytes_break_it(content: bytes) -> None:
    for given_bytes in (content, b"PK" + content, b"\xff\xfe" + content):
        with suppress(Refused):
            read(given_bytes)
