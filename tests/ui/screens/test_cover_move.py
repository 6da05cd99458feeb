"""The page on which days that two counters sold twice are moved, worked with a keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, carry, kinds, open_counter, slip
from loket_testing.pdfs import words
from loket_testing.windows import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.desk import Desk
from kiosk.forms.payment import LineForm
from kiosk.queries.coverage import paid_days
from kiosk.usecases import contributions, papers
from ui.screens.second_person import SecondPersonDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
F8, F9, F12, RETURN = Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_F12, Qt.Key.Key_Return


@pytest.fixture
def sold_twice(desk: Desk, siti: UUID, tmp_path: Path) -> Iterator[UUID]:
    """24 months at this counter; then a year here, and half a year at another counter that does not know of it."""
    contributions.receive(desk, slip(siti))
    there = open_counter(tmp_path / "there", series="TPE4")
    carry(desk, there)
    contributions.receive(desk, slip(siti, 12, reference="di sini"))
    contributions.receive(there, slip(siti, 6, reference="di sana"))
    carry(there, desk)
    yield siti
    there.close()


def field(window: Window):
    (one,) = window.page.days.values()
    return one


def test_the_later_line_is_proposed_to_follow_and_a_supervisor_records_it_with_a_reason(window, desk, sold_twice):
    window.counter.open_cover(sold_twice)
    page = window.page
    assert [lane.wrong for lane in page.timeline.lanes()] == ["", "", "bertumpuk"]
    assert page.timeline.lanes()[2].planned == (date(2029, 12, 11), date(2030, 6, 10))
    assert "bertumpuk, dipindahkan ke 11 Des 2029 sampai 10 Jun 2030" in page.timeline.accessibleDescription()
    assert field(window).editor.hasFocus()
    assert field(window).below.text() == "Menjadi 11 Des 2029 — 10 Jun 2030."
    window.press(F12)
    assert page.reason.problem()
    assert page.reason.editor.hasFocus()
    window.type("dibayar di dua loket")
    window.press(F12)
    assert kinds(desk).count("coverage.moved") == 1
    line = paid_days(desk, sold_twice).lines[2]
    assert (line.stands.covered_from, line.printed[0]) == (date(2029, 12, 11), date(2028, 12, 11))
    ((_title, pdf),) = window.printer.sent
    assert (line.moved_by or "-") in words(pdf)
    assert "BUKTI PENGGANTIAN MASA PERLINDUNGAN" in words(pdf)
    assert page.printed.sentence.text() == "Dikirim ke pencetak Loket."
    assert not page.days
    assert not page.primary.isEnabled()
    assert [page.timeline.lanes()[2].wrong, page.timeline.lanes()[2].printed] == ["", line.printed]


def test_what_is_wrong_with_a_day_stands_beside_it_while_it_is_typed(window, desk, sold_twice):
    window.counter.open_cover(sold_twice)
    field(window).editor.selectAll()
    window.type("1 3 2029")
    numbers = [line.number for line in paid_days(desk, sold_twice).lines]
    said = field(window).problem()
    assert numbers[1] in said
    assert numbers[2] in said
    assert "bertumpuk" in said
    assert not window.page.primary.isEnabled()
    window.page.reason.editor.setText("alasan yang sudah diketik")
    window.press(F12)
    assert "coverage.moved" not in kinds(desk)
    field(window).editor.selectAll()
    window.type("1 2 2030")
    assert field(window).problem() is None
    assert field(window).below.text() == "Menjadi 1 Feb 2030 — 31 Jul 2030."
    assert window.page.reason.editor.text() == "alasan yang sudah diketik"


def test_a_clerk_needs_a_supervisor_who_types_a_password(window, desk, sold_twice, qtbot):
    add_supervisor(desk)
    opened = window.counter.desk
    opened.operator = type(opened.operator)(opened.operator.id, "rina", "Rina W.", "petugas")
    window.counter.open_cover(sold_twice)
    window.page.reason.editor.setText("dibayar di dua loket")
    window.press(F12)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SecondPersonDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog._login.hasFocus)
    assert "coverage.moved" not in kinds(desk)
    window.type("budi")
    window.press(RETURN)
    window.type("salah-sandi")
    window.press(F12)
    assert dialog.password.problem()
    window.type(SECOND_PASSWORD)
    window.press(F12)
    assert kinds(desk).count("coverage.moved") == 1
    assert window.page.reason.editor.text() == ""


def test_any_line_can_be_moved_with_f9_and_an_empty_day_leaves_it_where_it_is(window, desk, siti):
    contributions.receive(
        desk,
        slip(siti, None, programme=None, lines=(
            LineForm(programme="JKK+JKM", months=24), LineForm(programme="JHT", months=3, monthly_idr=100_000),
        )),
    )  # fmt: skip
    window.counter.open_cover(siti)
    page = window.page
    assert page.lines.hasFocus()
    assert not page.days
    window.press(F9)
    assert field(window).editor.hasFocus()
    assert not page.take.isEnabled()
    window.type("1 1 2027")
    assert field(window).below.text() == "Menjadi 1 Jan 2027 — 31 Des 2028."
    assert page.primary.isEnabled()
    field(window).editor.selectAll()
    window.press(Qt.Key.Key_Delete)
    assert field(window).below.text().startswith("Tetap")
    page.reason.editor.setText("salah mulai")
    window.press(F12)
    assert "coverage.moved" not in kinds(desk)
    assert page.problem.text()
    window.press(F8)
    assert window.shell.current() == "paper"


def test_the_paper_of_moved_days_can_be_printed_again_from_the_page(window, desk, sold_twice):
    window.counter.open_cover(sold_twice)
    window.page.reason.editor.setText("dibayar di dua loket")
    window.press(F12)
    line = paid_days(desk, sold_twice).lines[2]
    window.page.lines.set_current(next(one for one in window.page.lines.rows() if one.number == line.number))
    window.press(F8)
    assert window.page.header.subtitle.text() == line.moved_by
    assert papers.preview(desk, line.moved_by or "").startswith(b"%PDF")


def test_the_workers_page_leads_there_from_what_is_flagged(window, desk, sold_twice):
    window.counter.open_worker(sold_twice)
    assert window.page.settle_days.isVisible()
    window.press(Qt.Key.Key_M, ctrl=True)
    assert window.shell.current() == "cover"
    window.page.reason.editor.setText("dibayar di dua loket")
    window.press(F12)
    window.counter.open_worker(sold_twice)
    assert not window.page.settle_days.isVisible()
