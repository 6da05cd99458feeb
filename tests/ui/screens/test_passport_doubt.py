"""A passport that cannot be read: the wrong digit is shown on the digit, and what was meant is asked, never taken."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.counter import SITI
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from kiosk.usecases.workers import register
from models.rules.mrz import make_mrz, read_mrz
from models.rules.mrz_repairs import mrz_repairs
from models.rules.problems import Refused
from ui import theme
from ui.screens.passport_doubt import PassportDoubt, PassportLines

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TODAY = date(2026, 11, 22)
LINES = make_mrz(
    surname="NURHALIZA",
    given="SITI",
    number="C4821907",
    birth_date=date(1994, 3, 12),
    sex="F",
    expiry=date(2031, 2, 14),
)
MISREAD = (LINES[0], LINES[1].replace("C4821907", "C482I9O7"))
WRONG_DIGIT = (LINES[0], LINES[1][:9] + "7" + LINES[1][10:])


def problems(lines):
    with pytest.raises(Refused) as refusal:
        read_mrz(lines, TODAY)
    return refusal.value.problems


def shown(qtbot, widget):
    qtbot.addWidget(widget)
    widget.resize(760, 260)
    widget.show()
    return widget


def test_the_digit_is_marked_and_read_aloud(qtbot):
    view = shown(qtbot, PassportLines())
    view.show_lines(WRONG_DIGIT, problems(WRONG_DIGIT))
    right = LINES[1][9]
    assert view.marked() == {(2, 10): right}
    assert view.accessibleDescription() == f"baris 2, karakter ke-10: terbaca 7, seharusnya {right}"


def test_the_mark_is_more_than_a_colour(qtbot):
    """The box and the stroke stand there for those who do not see red."""
    view = shown(qtbot, PassportLines())
    view.show_lines(LINES, ())
    before = view.grab().toImage()
    view.show_lines(WRONG_DIGIT, problems(WRONG_DIGIT))
    after = view.grab().toImage()
    red = QColor(theme.red)
    count = [
        sum(image.pixelColor(x, y) == red for x in range(image.width()) for y in range(image.height()))
        for image in (before, after)
    ]
    assert count[0] == 0
    assert count[1] > 60


def test_a_line_too_short_shows_what_is_missing_without_breaking(qtbot):
    short = (LINES[0], LINES[1][:-2])
    view = shown(qtbot, PassportLines())
    view.show_lines(short, problems(short))
    assert not view.grab().isNull()
    assert view.marked() == {}


def test_each_reading_is_a_question_that_says_what_it_changes(qtbot):
    doubt = shown(qtbot, PassportDoubt())
    doubt.show_doubt(MISREAD, problems(MISREAD), mrz_repairs(MISREAD, TODAY))
    assert doubt.buttons[0].text() == "Maksudnya C4821907?"
    said = doubt.buttons[0].accessibleDescription()
    assert "I → 1 pada baris 2, karakter ke-5" in said
    assert "O → 0 pada baris 2, karakter ke-7" in said
    taken: list[object] = []
    doubt.accepted.connect(taken.append)
    doubt.buttons[0].click()
    assert taken == [LINES]


def test_what_nobody_can_guess_says_what_to_do(qtbot):
    doubt = shown(qtbot, PassportDoubt())
    hopeless = (LINES[0], "X" * 44)
    doubt.show_doubt(hopeless, problems(hopeless), mrz_repairs(hopeless, TODAY))
    assert doubt.buttons == []
    assert "Pindai sekali lagi" in doubt.sentences.text()
    assert doubt.first() is doubt.close_it


# On the form


def test_the_likeliest_reading_waits_under_enter_and_nothing_is_filled_before(window, qtbot):
    window.press(Qt.Key.Key_F4)
    window.scan("\n".join(MISREAD))
    qtbot.waitUntil(lambda: window.focused is window.page.passport_doubt.buttons[0])
    assert window.field("name").editor.text() == ""
    assert window.page.registration().mrz is None
    window.press(Qt.Key.Key_Return)
    assert window.field("passport_number").editor.text() == "C4821907"
    assert window.page.passport_doubt.isHidden()


def test_a_bad_scan_from_another_page_keeps_what_was_begun(window):
    window.press(Qt.Key.Key_F4)
    window.type("RATNA DEWI")
    window.counter.show("home")
    window.scan("\n".join(WRONG_DIGIT))
    assert window.shell.current() == "register"
    assert window.field("name").editor.text() == "RATNA DEWI"
    assert not window.page.passport_doubt.isHidden()
    window.page.passport_doubt.close_it.click()
    assert window.page.passport_doubt.isHidden()
    assert window.field("name").editor.text() == "RATNA DEWI"


def test_a_reading_that_is_somebody_known_opens_them(window, desk, siti):
    window.scan("\n".join(MISREAD))
    window.page.passport_doubt.buttons[0].click()
    assert window.shell.current() == "worker"
    assert window.page.worker_id == siti


def test_a_reading_for_another_than_the_form_puts_the_form_aside(window, desk):
    window.press(Qt.Key.Key_F4)
    window.type("RATNA DEWI")
    window.go("passport_number")
    window.type("E4410027")
    window.scan("\n".join(MISREAD))
    window.page.passport_doubt.buttons[0].click()
    assert window.field("name").editor.text() == "SITI NURHALIZA"
    assert not window.page.drafts.isHidden()


def test_a_good_scan_takes_the_doubt_away(window):
    window.scan("\n".join(WRONG_DIGIT))
    assert not window.page.passport_doubt.isHidden()
    window.scan("\n".join(LINES))
    assert window.page.passport_doubt.isHidden()
    assert window.field("passport_number").editor.text() == "C4821907"


def test_the_doubt_is_shown_while_somebody_is_corrected_too(window, desk):
    form = {name: getattr(SITI, name) for name in SITI.__struct_fields__} | {"passport_number": "B3312874"}
    window.counter.amend(register(desk, type(SITI)(**form)).worker_id)
    window.scan("\n".join(MISREAD))
    assert not window.page.passport_doubt.isHidden()
    assert window.field("passport_number").editor.text() == "B3312874"
    window.page.passport_doubt.buttons[0].click()
    QApplication.processEvents()
    assert window.shell.current() == "amend"
    assert window.field("passport_number").editor.text() == "C4821907"
