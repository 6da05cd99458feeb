"""«Kas» as a clerk works it: by the keyboard, blind, and with everything typed still there when it does not go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from loket_testing.tills import at_the_desk, cash_of, closing, count, opening, pay_cash, publish, staffed
from loket_testing.windows import Window, enter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from kiosk.desk import Desk
from kiosk.queries.tills import status, z_reports
from kiosk.usecases import tills
from ui.kit import Dialog, Field
from ui.news import TILL, news
from ui.screens.second_person import SecondPersonDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ENTER, F12, ESC, F8 = Qt.Key.Key_Return, Qt.Key.Key_F12, Qt.Key.Key_Escape, Qt.Key.Key_F8


@pytest.fixture
def till(qtbot: Any, closed_window: Window, desk: Desk) -> Window:
    """The window of a counter that takes cash, with the till's page in front."""
    publish(desk, limits={"TWD": 50})
    staffed(desk)
    enter(closed_window)
    closed_window.counter.show("till")
    closed_window.qtbot = qtbot  # type: ignore[attr-defined]
    return closed_window


def chip(window: Window) -> str:
    return window.shell.bar.till.text()


def count_pieces(window: Window, *pieces: str) -> None:
    for number in pieces:
        window.type(number)
        window.press(ENTER)


def opened(window: Window) -> None:
    """NT$ 1.000 and five of NT$ 100."""
    window.press(F12)
    count_pieces(window, "", "1", "", "", "5")
    window.press(F12)


def dialog(window: Window) -> Any:
    (found,) = (one for one in window.page.findChildren(SecondPersonDialog) if one.isVisible())
    active(window, found)
    return found


def active(window: Window, wanted: QWidget) -> None:
    """Wait until keys go there."""
    wanted.activateWindow()

    def has_focus() -> bool:
        at = QApplication.focusWidget()
        return at is not None and at.window() is wanted

    window.qtbot.waitUntil(has_focus)  # type: ignore[attr-defined]


def agree(window: Window, login: str = "budi", password: str = "penyelia-456") -> None:
    asked = dialog(window)
    window.type(login)
    window.press(Qt.Key.Key_Tab)
    window.type(password)
    window.press(F12)
    if not asked.isVisible():
        active(window, window.shell)


def shown(window: Window) -> str:
    """All words on the page that can be seen."""
    QApplication.processEvents()
    return " ".join(label.text() for label in window.page.findChildren(QLabel) if label.isVisibleTo(window.page))


def test_the_drawer_is_opened_by_counting_it(till: Window, desk: Desk) -> None:
    assert chip(till) == "Kas tutup"
    till.press(F12)
    count_pieces(till, "", "1", "", "", "5")
    assert till.page.big.amount.text() == "NT$ 1.500"
    till.press(F12)
    assert cash_of(desk) == {"TWD": 1500}
    assert chip(till) == "Kas buka · NT$ 1.500"
    assert "Rina W." in shown(till)


def test_cash_goes_in_and_out_with_the_letters_and_enter(till: Window, desk: Desk) -> None:
    opened(till)
    till.type("m")
    till.type("500")
    till.press(ENTER)
    till.page.move_card.reason.setFocus()
    till.type("receh")
    till.press(F12)
    assert cash_of(desk) == {"TWD": 2000}
    till.type("k")
    till.type("30")
    till.press(F12)
    assert till.page.move_card.reason_field.problem()
    till.type("materai")
    till.press(F12)
    assert cash_of(desk) == {"TWD": 1970}
    assert chip(till) == "Kas buka · NT$ 1.970"
    assert [row.reason for row in status(desk).moves] == ["receh", "materai"]


def test_taking_out_much_asks_for_the_second_person_at_once(till: Window, desk: Desk) -> None:
    opened(till)
    till.type("k")
    till.type("1000")
    till.page.move_card.reason.setFocus()
    till.type("setor siang")
    till.press(F12)
    agree(till)
    assert cash_of(desk) == {"TWD": 500}
    assert status(desk).moves[0].approved_by == "Budi S."


def test_while_somebody_counts_what_should_be_there_is_shown_nowhere(till: Window) -> None:
    opened(till)
    till.press(F12)
    assert chip(till) == "Kas buka"
    assert "1.500" not in shown(till)
    till.press(ESC)
    assert chip(till) == "Kas buka · NT$ 1.500"


def test_a_count_that_agrees_closes_with_two_keys_and_prints_the_report(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "5")
    till.press(F12)
    assert till.page.review.isVisible()
    till.type("500")
    till.press(F12)
    (report,) = z_reports(desk)
    assert cash_of(desk) == {"TWD": 1000}
    assert [title for title, _pdf in till.printer.sent] == [report.number]
    assert chip(till) == "Kas tutup"
    till.press(F8)
    assert till.shell.current() == "paper"


def test_a_difference_asks_why_then_for_the_second_person_and_keeps_what_was_typed(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "4")
    till.press(F12)
    assert "-NT$ 100" in shown(till)
    till.press(F12)
    assert till.page.review.reason_field.problem()
    till.type("belum diketahui")
    till.press(F12)
    agree(till, password="salah-sekali")
    assert dialog(till).password.problem()
    assert till.page.review.reason.value() == "belum diketahui"
    till.type("penyelia-456")
    till.press(F12)
    active(till, till.shell)
    (report,) = z_reports(desk)
    assert [one.minor for one in report.differences] == [-100]
    assert not report.flagged


def test_with_no_supervisor_a_tick_is_enough_and_the_report_says_so(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "4")
    till.press(F12)
    till.page.review.reason.setFocus()
    till.type("belum diketahui")
    till.press(ENTER)
    assert till.focused is till.page.review.alone
    till.press(Qt.Key.Key_Space, F12)
    (report,) = z_reports(desk)
    assert report.flagged
    assert "tanpa orang kedua" in shown(till)


def test_counting_again_after_the_books_were_shown_needs_the_supervisor(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "4")
    till.press(F12)
    till.page.again.click()
    agree(till)
    till.page.counts.blocks[0].fields()[4].setFocus()
    till.focused.selectAll()  # type: ignore[attr-defined]
    till.type("5")
    till.press(F12)
    assert "nol" in shown(till)
    till.press(F12)
    assert z_reports(desk)[0].differences == ()


def test_a_confirmed_count_goes_on_where_it_was_left(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "4")
    till.press(F12, ESC)
    till.press(F12)
    assert "-NT$ 100" in shown(till)


def test_what_was_counted_so_far_outlives_the_window(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "3")
    till.page.keep_draft()
    till.shell.drop_page("till")
    till.counter.show("till")
    till.press(F12)
    assert till.page.big.amount.text() == "NT$ 1.300"
    assert status(desk).drafts == ()


def test_money_beyond_what_was_left_may_be_the_float(till: Window, desk: Desk) -> None:
    tills.start(desk, opening(count(1000)))
    tills.close(desk, closing(count(1000)))
    news.tell(TILL)
    till.press(F12)
    count_pieces(till, "", "3")
    till.press(F12)
    assert "+NT$ 2.000" in shown(till)
    till.type("2000")
    assert "nol" in shown(till)
    till.press(F12)
    assert cash_of(desk) == {"TWD": 3000}
    tills.close(desk, closing(count(3000)))
    assert z_reports(desk)[0].differences == ()


def test_the_drawer_goes_to_another_who_signs_in(till: Window, desk: Desk) -> None:
    opened(till)
    till.type("s")
    count_pieces(till, "", "1", "", "", "5")
    till.press(F12)
    till.type("sari")
    till.press(ENTER)
    till.type("petugas-789")
    till.press(F12)
    assert status(desk).holder == "Sari D."
    assert chip(till) == "Kas dipegang Sari D."
    till.press(F12)
    enter(till, "sari", "petugas-789")
    assert chip(till) == "Kas buka · NT$ 1.500"


def test_somebody_else_than_the_holder_says_why(till: Window, desk: Desk) -> None:
    tills.start(at_the_desk(desk, "sari"), opening(count(1000)))
    news.tell(TILL)
    assert chip(till) == "Kas dipegang Sari D."
    assert not till.page.give.isVisible()
    till.press(F12)
    count_pieces(till, "", "1")
    till.press(F12)
    assert "Sari D." in shown(till)
    till.page.review.reason.setFocus()
    till.type("Sari pulang sakit")
    till.press(F12)
    (report,) = z_reports(desk)
    assert report.flagged


def test_a_till_that_another_closed_meanwhile_is_said_and_the_count_stays(till: Window, desk: Desk) -> None:
    opened(till)
    till.press(F12)
    count_pieces(till, "", "1", "", "", "5")
    tills.close(at_the_desk(desk, "sari"), closing(count(1500), reason="salah loket"))
    till.press(F12)
    assert "Sari D. sudah menutup kas" in till.page.said.text()
    assert till.page.big.amount.text() == "NT$ 1.500"
    assert chip(till) == "Kas tutup" or chip(till) == "Kas buka"


def test_a_till_left_open_for_days_is_said_in_the_bar_and_on_the_page(till: Window, desk: Desk, clock: Any) -> None:
    opened(till)
    clock.now += timedelta(days=2)
    news.tell(TILL)
    assert chip(till) == "Kas buka sejak 22 Nov 2026"
    assert "belum ditutup" in shown(till)
    till.counter.lock()
    enter(till)
    assert "Kas yang dipegang Rina W. dibuka 22 Nov 2026 dan belum ditutup." in till.said()


def test_cash_that_was_taken_shows_in_the_bar(till: Window, desk: Desk, siti: Any) -> None:
    opened(till)
    due = pay_cash(desk, siti)
    news.tell(TILL)
    assert chip(till) == f"Kas buka · NT$ {1500 + due.minor:,}".replace(",", ".")


def test_a_mission_that_takes_no_cash_has_no_chip_and_says_why(closed_window: Window, desk: Desk) -> None:
    publish(desk, cash=False)
    enter(closed_window)
    closed_window.counter.show("till")
    assert chip(closed_window) == ""
    assert not closed_window.page.primary.isEnabled()
    assert "tidak menerima uang tunai" in shown(closed_window)


def test_a_currency_that_nobody_expects_can_be_counted_too(till: Window, desk: Desk) -> None:
    till.press(F12)
    till.page.more.set_value("IDR")
    assert till.page.counts.currencies() == ["TWD", "IDR"]
    till.type("2")
    till.press(F12)
    assert cash_of(desk) == {"IDR": 200_000}


def test_a_supervisor_looks_at_a_flagged_report_and_says_what_was_found(closed_window: Window, desk: Desk) -> None:
    publish(desk)
    staffed(desk)
    tills.start(desk, opening(count(1000)))
    tills.close(desk, closing(count(900), reason="belum diketahui", alone=True))
    enter(closed_window, "sari", "petugas-789")
    closed_window.counter.show("till")
    assert not closed_window.page.checked.isVisible()
    closed_window.counter.lock(hand_over=True)
    enter(closed_window, "budi", "penyelia-456")
    closed_window.counter.show("till")
    closed_window.press(Qt.Key.Key_F9)
    (asked,) = closed_window.page.findChildren(Dialog)
    asked.primary.click()
    (field,) = (one for one in asked.findChildren(Field) if not one.isHidden())
    assert field.problem()
    field.editor.setText("uangnya di laci kedua")  # type: ignore[attr-defined]
    asked.primary.click()
    assert not z_reports(desk)[0].flagged
    assert not closed_window.page.checked.isVisible()
