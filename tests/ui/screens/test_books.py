"""Laporan: a report is chosen, read, printed and saved by keys alone, and what takes long can be stopped."""

from __future__ import annotations

import io
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from loket_testing.counter import slip
from loket_testing.windows import Window
from openpyxl import load_workbook
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.steps import Step, Steps
from kiosk.usecases import contributions
from kiosk.usecases.books import Book
from models.rules.problems import Refused, Trouble
from reports.receipt_list import render_receipt_list
from ui.news import CONTRIBUTIONS, news
from ui.runner import InlineRunner
from ui.screens.books import Asked, BooksPage, Report

TODAY = date(2026, 11, 22)


def read(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.fixture
def paid(desk: Desk, siti: UUID) -> str:
    return contributions.receive(desk, slip(siti, months=12)).number


@pytest.fixture
def laporan(window: Window, paid: str, qtbot: Any) -> Window:
    """The window on «Laporan», its first report made."""
    window.shell.show_page("books")
    until_made(window, qtbot)
    return window


def until_made(window: Window, qtbot: Any) -> None:
    qtbot.waitUntil(lambda: window.page._current() is not None)


def test_the_cash_book_of_today_is_there_at_once_and_f12_prints_it(laporan: Window, paid: str) -> None:
    assert laporan.focused is laporan.page.list
    assert laporan.page.view.pages() == 1
    laporan.press(Qt.Key.Key_F12)
    ((title, pdf),) = laporan.printer.sent
    assert title == "Buku kas harian"
    assert paid in read(pdf)
    assert "Loket" in laporan.page.said.text()


def test_report_and_period_are_chosen_by_keys_alone(laporan: Window, paid: str, qtbot: Any) -> None:
    laporan.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert laporan.page.report().code == "kuitansi"
    until_made(laporan, qtbot)
    laporan.press(Qt.Key.Key_F12)
    assert paid in read(laporan.printer.sent[-1][1])
    # Enter went on to the period: yesterday.
    laporan.press(Qt.Key.Key_Right)
    assert laporan.page.choice() == Asked(date(2026, 11, 21), date(2026, 11, 21))
    until_made(laporan, qtbot)
    laporan.press(Qt.Key.Key_F8)
    assert "Tidak ada kuitansi" in read(laporan.printer.sent[-1][1])


def test_days_that_end_before_they_begin_are_told_beside_the_field(laporan: Window, qtbot: Any) -> None:
    page = laporan.page
    page.span.set_value("days")
    assert page.choice() == Asked(date(2026, 11, 1), TODAY)
    page.last.editor.set_value(date(2026, 10, 1))
    qtbot.waitUntil(lambda: page.last.problem() is not None)
    assert "mendahului" in page.last.problem()
    assert page.stack.currentWidget() is page.empty
    page.last.editor.set_value(None)
    assert not page.primary.isEnabled()


@pytest.mark.parametrize("ending", [".pdf", ".xlsx", ".csv"])
def test_what_is_saved_lies_where_it_was_asked_for_and_nobody_else_reads_it(
    laporan: Window, paid: str, tmp_path: Path, qtbot: Any, ending: str
) -> None:
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    path = tmp_path / f"buku{ending}"
    laporan.press(Qt.Key.Key_S, ctrl=True)
    dialog = laporan.page._dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(path))
    dialog.close()
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: path.name in laporan.page.said.text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {one for one in tmp_path.rglob("*") if one.is_file()} - before == {path}
    content = path.read_bytes()
    if ending == ".xlsx":
        assert any(paid in [cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0])
    else:
        assert paid in (read(content) if ending == ".pdf" else content.decode("utf-8-sig"))


def test_a_file_that_is_none_of_the_kinds_is_refused_in_a_sentence(laporan: Window, tmp_path: Path) -> None:
    laporan.page.save_as(tmp_path / "buku.docx")
    assert "buku.docx" in laporan.page.said.text()
    assert not (tmp_path / "buku.docx").exists()


def test_a_printer_that_is_gone_is_said_and_the_report_can_still_be_saved(laporan: Window, tmp_path: Path) -> None:
    laporan.printer.broken = True
    laporan.press(Qt.Key.Key_F12)
    assert "printer gone" in laporan.page.said.text()
    laporan.page.save_as(tmp_path / "buku.pdf")
    assert (tmp_path / "buku.pdf").exists()


def test_a_payment_taken_meanwhile_is_in_today_s_report(laporan: Window, desk: Desk, siti: UUID, qtbot: Any) -> None:
    assert laporan.page._current().rows == 1
    contributions.receive(desk, slip(siti, months=6, reference="BNI lagi"))
    news.tell(CONTRIBUTIONS)
    qtbot.waitUntil(lambda: laporan.page._current() is not None and laporan.page._current().rows == 2)


def test_f8_on_the_covers_that_end_leads_to_the_list_for_calling(
    window: Window, desk: Desk, siti: UUID, clock: HandClock, qtbot: Any
) -> None:
    window.shell.show_page("workers", which="found")
    window.press(Qt.Key.Key_F8)
    assert window.shell.current() == "workers"
    window.shell.show_page("workers", which="expiring")
    assert window.page.call_list.isVisible()
    window.press(Qt.Key.Key_F8)
    assert window.shell.current() == "books"
    assert window.page.report().code == "perlindungan-berakhir"
    assert window.page.ahead_field.isVisible()
    assert not window.page.span_field.isVisible()
    until_made(window, qtbot)
    window.page.ahead.set_value(90)
    assert window.page.choice() == Asked(TODAY, TODAY, ahead=90)


def test_only_what_has_counters_offers_all_of_them(laporan: Window, qtbot: Any) -> None:
    laporan.page.everywhere.setChecked(True)
    assert laporan.page.choice().everywhere
    until_made(laporan, qtbot)
    assert "Semua loket" in read(laporan.page._current().content)
    laporan.page.on_shown(report="perlindungan-berakhir")
    assert not laporan.page.everywhere.isVisible()
    assert not laporan.page.choice().everywhere


# A page by itself


def page_with(*reports: Report, qtbot: Any, send: Callable[[bytes, str], str] | None = None) -> BooksPage:
    page = BooksPage(
        reports=reports,
        send=send or (lambda _pdf, _title: "Loket"),
        taken=lambda _book, _how: None,
        today=lambda: TODAY,
        runner=InlineRunner(),
    )
    qtbot.addWidget(page)
    page.resize(1200, 700)
    page.show()
    page.on_shown()
    return page


def endless(_asked: Asked, _kind: str) -> Steps[Book]:
    done = 0
    while True:
        done += 1
        yield Step(done, 1_000_000)


def some_pdf() -> bytes:
    from loket_testing.books import listed, receipts

    return render_receipt_list(receipts([listed(1)]))


def test_any_report_is_one_more_entry_of_the_list(qtbot: Any) -> None:
    pdf, asked_for = some_pdf(), []

    def make(asked: Asked, kind: str) -> Steps[Book]:
        asked_for.append((asked, kind))
        yield Step(1, 1)
        return Book("lain", ".pdf", pdf, 1)

    page = page_with(Report("lain", "Laporan lain", "Yang ditambahkan", "period", make, (".pdf",)), qtbot=qtbot)
    qtbot.waitUntil(lambda: page.view.pages() == 1)
    assert asked_for == [(Asked(TODAY, TODAY), ".pdf")]
    assert not page.everywhere.isVisible()


def test_esc_stops_what_takes_long_and_f12_begins_it_again(qtbot: Any) -> None:
    page = page_with(Report("lama", "Lama", "", "period", endless), qtbot=qtbot)
    qtbot.waitUntil(page._slices.busy)
    qtbot.waitUntil(lambda: page.progress.bar.value() > 0)
    assert page.on_back()
    qtbot.waitUntil(lambda: not page._slices.busy())
    assert not page.progress.isVisible()
    assert not page.on_back()
    page.on_primary()
    qtbot.waitUntil(page._slices.busy)
    page.on_back()
    qtbot.waitUntil(lambda: not page._slices.busy())


def test_who_chooses_on_is_shown_what_was_chosen_last(qtbot: Any) -> None:
    pdf = some_pdf()

    def make(asked: Asked, _kind: str) -> Steps[Book]:
        if asked.first == TODAY:
            yield from endless(asked, ".pdf")
        yield Step(1, 1)
        return Book("satu", ".pdf", pdf, 1)

    page = page_with(Report("satu", "Satu", "", "period", make), qtbot=qtbot)
    qtbot.waitUntil(page._slices.busy)
    page.span.set_value("yesterday")
    qtbot.waitUntil(lambda: page._current() is not None)
    assert page.choice() == Asked(date(2026, 11, 21), date(2026, 11, 21))


@pytest.mark.parametrize("error", [Trouble("store.busy", holder="loket pay"), RuntimeError("ours")])
def test_what_goes_wrong_while_a_report_is_made_is_told(qtbot: Any, error: Exception) -> None:
    def make(_asked: Asked, _kind: str) -> Steps[Book]:
        yield Step(1, 1)
        raise error

    page = BooksPage(
        reports=[Report("rusak", "Rusak", "", "period", make)],
        send=lambda _pdf, _title: "Loket",
        taken=lambda _book, _how: None,
        today=lambda: TODAY,
        runner=InlineRunner(),
    )
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.failed) as told:
        page.on_shown()
    assert told.args == [error]
    assert not page.progress.isVisible()


def test_a_refusal_that_belongs_to_no_field_is_said_at_the_foot(qtbot: Any) -> None:
    from models.rules.problems import Problem

    def make(_asked: Asked, _kind: str) -> Steps[Book]:
        yield Step(1, 1)
        raise Refused(Problem.of("file", "export.too_many", most=50_000))

    page = page_with(Report("besar", "Besar", "", "period", make), qtbot=qtbot)
    qtbot.waitUntil(lambda: bool(page.said.text()))
    assert page.said.isVisible()
