"""Sheets as files: nothing in them runs, and no digit is lost on the way to a spreadsheet and back."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from kiosk.devices.sheets import read_sheet
from kiosk.steps import finish
from reports.sheets import KINDS, Sheet, render_csv, render_sheet, render_xlsx

ATTACKS = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", '=HYPERLINK("http://x","y")', " =1+1", "＝1+1"]


def sheet(*cells: str | int | date | None) -> Sheet:
    return Sheet("Uji", tuple(f"Kolom {at}" for at in range(len(cells))), (tuple(cells),))


def in_csv(made: Sheet) -> list[list[str]]:
    return list(csv.reader(io.StringIO(render_csv(made).decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_csv_begins_like_a_formula(attack: str) -> None:
    rows = in_csv(Sheet(attack, (attack,), ((attack,),)))
    assert [cell[0] for row in rows for cell in row] == ["'", "'"]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(attack: str) -> None:
    page = load_workbook(io.BytesIO(render_xlsx(sheet(attack, "https://x.example")))).active
    assert page is not None
    assert {cell.data_type for cell in page[2]} == {"s"}
    assert page["A2"].value == attack
    assert page["B2"].hyperlink is None


def test_a_csv_opens_in_an_indonesian_spreadsheet() -> None:
    content = render_csv(sheet("Étienne", date(2026, 12, 11), 7, None, "a;b"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == 'Étienne;2026-12-11;7;;"a;b"'


def test_numbers_that_a_spreadsheet_would_round_or_shorten_are_said_to_be_texts() -> None:
    (_head, cells) = in_csv(sheet("3507105203940003", "08123456789", "12345", "C4821907"))
    assert cells == ["'3507105203940003", "'08123456789", "12345", "C4821907"]
    page = load_workbook(io.BytesIO(render_xlsx(sheet("3507105203940003", "08123456789")))).active
    assert page is not None
    assert [(cell.value, cell.number_format) for cell in page[2]] == [("3507105203940003", "@"), ("08123456789", "@")]


def test_days_are_days_in_a_workbook() -> None:
    page = load_workbook(io.BytesIO(render_xlsx(sheet(date(1900, 1, 1), date(2026, 12, 11))))).active
    assert page is not None
    assert [cell.is_date for cell in page[2]] == [True, True]


def test_a_sheet_with_a_title_no_workbook_allows_is_written_all_the_same() -> None:
    made = Sheet("Pekerja: PT Maju/Mundur [2026] dan seterusnya sampai habis", ("A",), (("x" * 40_000,),))
    assert finish(read_sheet(render_xlsx(made), "x.xlsx")).rows[1].cells == ("x" * 32_767,)


def test_an_unknown_ending_is_not_written() -> None:
    with pytest.raises(ValueError, match=r"\.ods"):
        render_sheet(sheet("a"), ".ods")


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs")), min_size=1, max_size=20)


@pytest.mark.parametrize("kind", KINDS)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_what_is_written_is_read_back(kind: str, rows: list[tuple[str, str]]) -> None:
    kept = [(first.lstrip("'") or "x", second.lstrip("'") or "x") for first, second in rows]
    read = finish(read_sheet(render_sheet(Sheet("Uji", ("A", "B"), tuple(kept)), kind), "uji"))
    assert [row.cells for row in read.rows] == [("A", "B"), *kept]
