"""The paper on the screen, at the printer and in a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import kinds, slip
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from kiosk.desk import Desk
from kiosk.devices.printer import PretendPrinter
from kiosk.usecases import contributions, papers, print_jobs, printers
from ui.news import PAPERS, news
from ui.runner import InlineRunner
from ui.screens.paper import PaperPage


@dataclass
class AtPaper:
    page: PaperPage
    hands: Hands
    printer: PretendPrinter
    number: str


@pytest.fixture
def at(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> AtPaper:
    number = contributions.receive(desk, slip(siti)).number
    printer = PretendPrinter()
    page = PaperPage(
        preview=lambda wanted: papers.preview(desk, wanted),
        issue=lambda wanted: papers.issue(desk, wanted),
        again=lambda job: papers.again(desk, job),
        send=lambda paper, to, sheets: papers.send(desk, paper, printer, to=to, sheets=sheets),
        note=lambda job, state: print_jobs.note(desk, job, state),
        unconfirmed=lambda: print_jobs.unconfirmed(desk),
        confirm_sent=lambda: print_jobs.confirm_sent(desk),
        printers=lambda: (printers.listed(desk, printer), printers.printing(desk).copies),
        runner=InlineRunner(),
    )
    return AtPaper(page, hands(page, number=number), printer, number)


def test_looking_at_a_receipt_counts_nothing(at: AtPaper, desk: Desk) -> None:
    assert at.page.view.pages() == 1
    assert at.hands.sees(at.number)
    assert at.hands.sees("Kertas ini belum dicetak")
    assert [job.state for job in print_jobs.unconfirmed(desk)] == ["committed"]
    assert at.hands.nameless() == []


def test_the_first_print_is_the_original_and_the_next_a_counted_copy(at: AtPaper, desk: Desk) -> None:
    at.hands.press(Qt.Key.Key_F12)
    assert at.hands.sees("Dikirim ke pencetak Loket.")
    at.hands.press(Qt.Key.Key_F8)
    assert at.hands.sees("SALINAN 1 dikirim ke pencetak Loket.")
    assert kinds(desk).count("receipt.reprinted") == 1
    assert len(at.printer.sent) == 2


def test_a_paper_that_did_not_come_out_is_made_again_as_the_original(at: AtPaper, desk: Desk) -> None:
    at.hands.press(Qt.Key.Key_F12)
    at.page.stuck.click()
    assert [job.number for job in print_jobs.unconfirmed(desk)] == [at.number]
    at.hands.press(Qt.Key.Key_F12)
    assert at.hands.sees("Dikirim ke pencetak Loket.")
    at.page.came_out.click()
    assert at.hands.sees("kertasnya sudah keluar")
    assert kinds(desk).count("receipt.reprinted") == 0
    assert print_jobs.unconfirmed(desk) == []


def test_a_printer_that_refuses_is_told_in_a_sentence_and_the_paper_waits_in_the_list(at: AtPaper, desk: Desk) -> None:
    at.printer.broken = True
    at.hands.press(Qt.Key.Key_F12)
    assert at.hands.sees("Pencetak menolak")
    assert [job.number for job in at.page.jobs.rows()] == [at.number]
    at.printer.broken = False
    at.hands.press(Qt.Key.Key_F12)
    assert kinds(desk).count("receipt.reprinted") == 0
    assert [job.state for job in at.page.jobs.rows()] == ["spooled"]


def test_without_a_printer_the_page_says_so_and_still_saves(at: AtPaper, tmp_path: Path) -> None:
    at.printer.queues = []
    at.page.refresh()
    assert at.hands.sees("Tidak ada pencetak yang terpasang.")
    file = tmp_path / "kuitansi.pdf"
    at.page.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert file.stat().st_mode & 0o777 == 0o600
    assert at.hands.sees("hanya Anda yang dapat membukanya")
    at.page.save_as(file)
    assert at.hands.sees("SALINAN 1 disimpan")


def test_saving_where_nobody_may_write_is_told_and_the_paper_is_not_lost(at: AtPaper, desk: Desk) -> None:
    at.page.save_as(Path("/proc/1/kuitansi.pdf"))
    assert at.hands.sees("tidak dapat ditulisi")
    assert len(print_jobs.unconfirmed(desk)) == 1


def test_where_to_save_is_asked_without_stopping_the_program(at: AtPaper) -> None:
    at.hands.qtbot.mouseClick(at.page.save, Qt.MouseButton.LeftButton)
    [dialog] = at.page.findChildren(QFileDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_a_number_nobody_knows_is_said(at: AtPaper) -> None:
    at.page.show_for("TPE3-2026-999999")
    assert at.hands.sees("tidak ditemukan di loket ini")
    assert at.page.view.pages() == 0


def test_a_printer_that_refuses_offers_the_next_one_on_one_key(at: AtPaper) -> None:
    at.printer.queues = ["Loket", "Arsip"]
    at.page.refresh()
    at.printer.broken = True
    at.hands.press(Qt.Key.Key_F12)
    assert at.page.elsewhere.isVisible()
    at.printer.broken = False
    QTest.keyClick(at.page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert at.hands.sees("Dikirim ke pencetak Arsip.")
    assert not at.page.elsewhere.isVisible()


def test_several_sheets_of_one_command_are_the_original_and_counted_copies(at: AtPaper, desk: Desk) -> None:
    at.page.sheets.set_value(3)
    at.hands.press(Qt.Key.Key_F12)
    assert at.hands.sees("Asli dan SALINAN 1 sampai 2 dikirim ke pencetak Loket.")
    assert len(at.printer.sent) == 3
    assert kinds(desk).count("receipt.reprinted") == 2
    at.page.all_out.click()
    assert at.hands.sees("3 kertas sudah keluar")
    assert print_jobs.unconfirmed(desk) == []


def test_a_paper_that_a_queue_broke_off_is_said_and_comes_again_as_the_original(at: AtPaper, desk: Desk) -> None:
    at.hands.press(Qt.Key.Key_F12)
    at.printer.fate = "failed"
    assert print_jobs.ask(desk, at.printer) == 1
    news.tell(PAPERS)
    assert at.hands.sees("Kertas ini tidak keluar")
    at.hands.press(Qt.Key.Key_F12)
    at.printer.fate = "done"
    assert print_jobs.ask(desk, at.printer) == 1
    news.tell(PAPERS)
    assert at.hands.sees("Kertasnya sudah keluar.")
    assert kinds(desk).count("receipt.reprinted") == 0


def test_a_paper_from_the_list_says_what_is_known_of_it_and_can_be_told_to_be_out(at: AtPaper, desk: Desk) -> None:
    papers.send(desk, papers.issue(desk, at.number), at.printer)
    [job] = print_jobs.unconfirmed(desk)
    at.page.show_for(at.number, job.id)
    assert at.hands.sees("Dikirim ke pencetak Loket")
    assert at.hands.sees("Sudah keluar?")
    assert at.page.stuck.isVisible()
    at.page.came_out.click()
    assert print_jobs.unconfirmed(desk) == []
    assert not at.page.came_out.isVisible()
