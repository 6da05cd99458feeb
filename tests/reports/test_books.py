"""Books on paper: sums go on from page to page and end where they should, and nothing is lost between two pages."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import date, datetime, timedelta
from itertools import pairwise

import pypdfium2
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.books import AT, DAY, MADE, called, cash_book, entry, listed, receipts
from openpyxl import load_workbook

from models.rules.money import Money
from reports.books import Sums, days
from reports.cash_book import CashAccount, cash_book_sheets, render_cash_book
from reports.expiring_list import ExpiringListPaper, expiring_sheet, render_expiring_list
from reports.receipt_list import (
    receipt_sheet,
    render_receipt_list,
)
from reports.sheets import render_csv, render_xlsx


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def figures(line: str) -> list[int]:
    return [int(found.replace(".", "")) for found in re.findall(r"-?\d[\d.]*", line)]


@settings(max_examples=25)
@given(st.integers(1, 90), st.integers(1, 40))
def test_what_is_carried_is_the_sum_of_all_pages_before(count: int, every: int) -> None:
    rows = [listed(at, minor=at, currency="TWD" if at % every else "IDR") for at in range(1, count + 1)]
    said = pages(render_receipt_list(receipts(rows)))
    seen: list[int] = []
    for number, text in enumerate(said):
        lines = text.splitlines()
        carried = [line for line in lines if line.startswith("Pindahan")]
        assert len(carried) == (1 if number else 0)
        if number:
            assert figures(carried[0])[0] == sum(1_000 + serial for serial in seen)
        seen += [int(found) for line in lines for found in re.findall(r"TPE3-2026-(\d{6})", line)]
        if number < len(said) - 1:
            (on,) = [line for line in lines if line.startswith("Dipindahkan")]
            assert figures(on)[0] == sum(1_000 + serial for serial in seen)
        assert f"Halaman {number + 1} dari {len(said)}" in text
        assert "Nomor" in text
        assert "DAFTAR KUITANSI" in text
    assert seen == list(range(1, count + 1))
    (whole,) = [line for line in said[-1].splitlines() if line.startswith("Jumlah seluruhnya")]
    assert figures(whole)[0] == sum(1_000 + serial for serial in seen)


def test_every_currency_has_a_sum_of_its_own() -> None:
    rows = [listed(1, 649), listed(2, 12_345, "KWD"), listed(3, 351), listed(4, 500_000, "IDR")]
    (page,) = pages(render_receipt_list(receipts(rows)))
    at = page.index("Jumlah seluruhnya")
    assert "KD 12,345" in page[at:]
    assert "NT$ 1.000" in page[at:]
    assert "Rp 500.000" in page[at:]


def test_several_days_have_a_heading_and_a_sum_each() -> None:
    rows = [listed(1), listed(2), listed(3, day=DAY + timedelta(days=1))]
    (page,) = pages(render_receipt_list(receipts(rows, DAY + timedelta(days=1))))
    assert "22 – 23 November 2026" in page
    assert page.count("Jumlah 22 November 2026") == page.count("Jumlah 23 November 2026") == 1
    assert "Jumlah 22 November 2026 2.003" in page.replace("\r\n", " ")


def test_a_receipt_that_was_taken_back_names_its_void_and_the_void_its_receipt() -> None:
    receipt = dataclasses.replace(listed(1), other="TPE3-2026-000002")
    void = dataclasses.replace(
        listed(1), kind="void", number="TPE3-2026-000002", other="TPE3-2026-000001", amount_idr=-1_001
    )
    again = dataclasses.replace(void, number="TPE3-2026-000003", amount_idr=0, tenders=(), moves=False)
    (page,) = pages(render_receipt_list(receipts([receipt, void, again])))
    plain = " ".join(page.split())
    assert "dibatalkan oleh TPE3-2026-000002" in plain
    assert "membatalkan TPE3-2026-000001" in plain
    assert "TPE3-2026-000001 sudah ditarik" in plain


def test_the_same_list_is_the_same_bytes_and_an_empty_one_says_so() -> None:
    rows = [listed(at) for at in range(1, 60)]
    assert render_receipt_list(receipts(rows)) == render_receipt_list(receipts(rows))
    (page,) = pages(render_receipt_list(receipts([])))
    assert "Tidak ada kuitansi" in page
    assert "Rina W." in page


def test_a_name_in_any_script_is_read_back_from_the_list() -> None:
    names = ["陳美玲", "สมชาย", "김민수"]
    (page,) = pages(render_receipt_list(receipts([listed(at, name=name) for at, name in enumerate(names, 1)])))
    assert [name for name in names if name not in page] == []


def test_the_sheet_s_columns_come_to_what_came_in_and_no_name_is_a_formula() -> None:
    rows = [listed(1, 649), listed(2, 12_345, "KWD", name='=HYPERLINK("http://x")'), listed(3, 351)]
    sheet = receipt_sheet(receipts(rows))
    book = load_workbook(io.BytesIO(render_xlsx(sheet)))
    page = book.active
    assert page is not None
    titles = [cell.value for cell in page[1]]
    dinars, dollars = (titles.index(f"Tunai ({currency})") for currency in ("KWD", "TWD"))
    assert sum(row[dollars].value or 0 for row in page.iter_rows(min_row=2)) == 1_000
    assert [row[dinars].value for row in page.iter_rows(min_row=2)] == [None, 12.345, None]
    assert page.cell(3, dinars + 1).number_format == "#,##0.000"
    assert page.cell(2, 1).value == datetime(2026, 11, 22)  # noqa: DTZ001 - a day of a workbook has no zone
    assert page.cell(3, 5).data_type == "s"
    text = render_csv(sheet).decode("utf-8-sig")
    assert ";12,345;" in text
    assert "'=HYPERLINK" in text


# The cash book


def test_the_balance_goes_on_from_what_was_there_line_by_line() -> None:
    drawer = CashAccount(
        "tender:cash", "TWD", 0, (entry(649), entry(-649, source="void"), entry(100)), Money.of(5_000, "TWD")
    )
    assert (drawer.came.minor, drawer.went.minor, drawer.closing.minor) == (749, 649, 5_100)
    (page,) = pages(render_cash_book(cash_book([drawer])))
    assert "Tunai · NT$" in page
    assert re.search(r"Saldo awal 5\.000", page)
    assert [figures(line)[-1] for line in page.splitlines() if line.startswith("09.47")] == [5_649, 5_000, 5_100]
    assert re.search(r"Saldo akhir 749 649 5\.100", page)
    assert "Kuitansi: 1" in page
    assert "TPE3-2026-000001 sampai TPE3-2026-000002" in page


def test_in_out_and_balance_are_carried_over_every_page() -> None:
    entries = tuple(entry(at if at % 7 else -at) for at in range(1, 180))
    said = pages(render_cash_book(cash_book([CashAccount("tender:cash", "TWD", 0, entries, Money.of(10_000, "TWD"))])))
    assert len(said) > 2
    for before, after in pairwise(said):
        on = [line for line in before.splitlines() if line.startswith("Dipindahkan")]
        taken = [line for line in after.splitlines() if line.startswith("Pindahan")]
        if on:
            assert [figures(line) for line in on] == [figures(line) for line in taken]
            came, went, balance = figures(on[0])
            assert balance == 10_000 + came - went


def test_a_day_of_the_cash_book_has_its_own_sum() -> None:
    morrow = AT + timedelta(days=1)
    account = CashAccount("tender:bank_slip", "IDR", 0, (entry(5, currency="IDR"), entry(7, morrow, currency="IDR")))
    (page,) = pages(render_cash_book(cash_book([account], DAY + timedelta(days=1))))
    assert "Jumlah 22 November 2026 5 0 5" in page
    assert "Jumlah 23 November 2026 7 0 12" in page
    assert "Saldo awal" not in page


def test_the_cash_book_as_sheets_has_the_movements_and_the_sums() -> None:
    drawer = CashAccount("tender:cash", "KWD", 3, (entry(12_345, currency="KWD"),), Money.of(1_000, "KWD"))
    book = load_workbook(io.BytesIO(render_xlsx(*cash_book_sheets(cash_book([drawer])))))
    assert book.sheetnames == ["Buku kas", "Rekapitulasi"]
    assert [[cell.value for cell in row][-3:] for row in book["Buku kas"].iter_rows(min_row=2)] == [
        [None, None, 1],
        [12.345, None, 13.345],
    ]
    assert [cell.value for cell in book["Rekapitulasi"][2]] == ["Tunai", "KWD", 12.345, 0, 0, 12.345]


# Whom to call


def test_the_list_for_calling_tells_those_who_can_still_extend_from_those_whose_cover_is_over() -> None:
    paper = ExpiringListPaper(MADE, DAY, 60, 30, (called(9, "SITI"), called(-3, "DEWI")), held_back=2)
    (page,) = pages(render_expiring_list(paper))
    soon, over = page.index("Berakhir dalam 60 hari"), page.index("Sudah berakhir, paling lama 30 hari lalu")
    assert soon < page.index("SITI") < over < page.index("DEWI")
    assert "+886 912 345 678" in page
    assert "2 orang tidak ditampilkan karena datanya dibatasi." in page
    sheet = expiring_sheet(paper)
    assert sheet.columns[-1] == "Sudah dihubungi"
    assert [row[6:8] for row in sheet.rows] == [(DAY + timedelta(days=9), 9), (DAY - timedelta(days=3), -3)]
    assert "'+886 912 345 678" in render_csv(sheet).decode("utf-8-sig")


def test_days_are_said_as_short_as_they_can_be() -> None:
    assert days(DAY, DAY) == "22 November 2026"
    assert days(date(2026, 11, 1), date(2026, 11, 30)) == "1 – 30 November 2026"
    assert days(date(2026, 11, 28), date(2026, 12, 3)) == "28 Nov 2026 – 3 Des 2026"
    assert Sums([Money.idr(5), Money.of(7, "TWD")]).words() == ("NT$ 7", "Rp 5")
