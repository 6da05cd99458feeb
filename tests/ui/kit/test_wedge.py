"""Readers that type: fast and slow, whatever they send around their lines; and hands, which are never one."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.kit import LineField
from ui.kit.wedge import GAP_MS, PAUSE_MS, Listener, plain_scan

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINE_1 = "P<IDNNURHALIZA<<SITI<<<<<<<<<<<<<<<<<<<<<<<<"
LINE_2 = "C4821907<4IDN9403125F3102142<<<<<<<<<<<<<<04"
PASSPORT = f"{LINE_1}\n{LINE_2}"
TOKEN = "HTTPS://PMI.EXAMPLE/K/ABC234DEF567"

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
CONTROLS = {
    "\r": (Qt.Key.Key_Return, NONE),
    "\t": (Qt.Key.Key_Tab, NONE),
    "\n": (Qt.Key.Key_J, CTRL),
    "\x03": (Qt.Key.Key_C, CTRL),
    "\x0d\x00": (Qt.Key.Key_M, CTRL),
}


class Desk:
    """A window with a field and a button in it, and whoever types into it, by the times on the events alone."""

    def __init__(self, qtbot, qapp) -> None:
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        self.field, self.next, self.button = LineField(), LineField(), QPushButton("Bayar")
        for one in (self.field, self.next, self.button):
            column.addWidget(one)
        qtbot.addWidget(self.window)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.listener = Listener(qapp)
        self.listener.setParent(self.window)
        self.listener.watch(self.window.windowHandle())
        self.heard: list[str] = []
        self.pressed: list[bool] = []
        self.listener.scanned.connect(self.heard.append)
        self.button.clicked.connect(lambda: self.pressed.append(True))
        self.at, self.due = 1_000, 0
        self.field.setFocus()

    def begin(self) -> None:
        """Another person's turn."""
        self.wait(10_000)
        self.heard.clear()
        self.pressed.clear()
        self.field.clear()
        self.next.clear()
        self.field.setFocus()

    def wait(self, milliseconds: int) -> None:
        self.at += milliseconds
        self._let_time_pass()

    def type(self, text: str, gaps) -> None:
        """One sign after the other; `gaps` gives the milliseconds before the next."""
        for sign in text:
            key, held = CONTROLS.get(sign, (Qt.Key(ord(sign.upper())), NONE))
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, held, sign)
                event.setTimestamp(self.at)
                QCoreApplication.sendEvent(self.window.windowHandle(), event)
            timer = self.listener._timer
            self.due = self.at + timer.interval()
            self.wait(next(gaps))

    def _let_time_pass(self) -> None:
        timer = self.listener._timer
        if timer.isActive() and self.at > self.due:
            timer.stop()
            self.listener._end(len(self.listener._held))


def every(milliseconds):
    while True:
        yield milliseconds


def with_a_pause(milliseconds, pause, after):
    """A radio that loses its turn once."""
    yield from [milliseconds] * after
    yield pause
    yield from every(milliseconds)


def uneven(seed, slowest):
    dice = random.Random(seed)
    while True:
        yield dice.randint(1, slowest)


@pytest.fixture
def desk(qtbot, qapp):
    return Desk(qtbot, qapp)


PACES = {
    "quick": lambda: every(3),
    "usual": lambda: every(18),
    "slow": lambda: every(60),
    "slowest": lambda: every(120),
    "pausing": lambda: with_a_pause(5, 120, 20),
    "pausing early": lambda: with_a_pause(12, 90, 8),
    "uneven": lambda: uneven(7, 90),
}
SENDINGS = {
    "enter between and after": f"{LINE_1}\r{LINE_2}\r",
    "enter between": f"{LINE_1}\r{LINE_2}",
    "CR and LF as two enters": f"{LINE_1}\r\r{LINE_2}\r\r",
    "CR and LF": f"{LINE_1}\r\n{LINE_2}\r\n",
    "LF only": f"{LINE_1}\n{LINE_2}\n",
    "tab between": f"{LINE_1}\t{LINE_2}\r",
    "tab between and after": f"{LINE_1}\t{LINE_2}\t",
    "run together": f"{LINE_1}{LINE_2}",
    "run together, enter": f"{LINE_1}{LINE_2}\r",
    "ETX after": f"{LINE_1}\r{LINE_2}\x03",
    "with signs around each line": f"%{LINE_1}#\r%{LINE_2}#\r",
    "with a sign around the whole": f"%{LINE_1}\r{LINE_2}#\r",
    "a sign before, run together": f"]L0{LINE_1}{LINE_2}\r",
    "capitals locked": f"{LINE_1}\r{LINE_2}\r".lower(),
}


@pytest.mark.parametrize("sent", SENDINGS.values(), ids=SENDINGS)
@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_every_reader_gives_one_passport_and_leaves_no_trace(desk, pace, sent):
    desk.field.setText("SITI")
    desk.field.selectAll()
    desk.type(sent, pace())
    desk.wait(1_000)
    assert desk.heard == [PASSPORT]
    assert (desk.field.text(), desk.next.text()) == ("SITI", "")
    assert desk.pressed == []


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_the_qr_code_of_a_paper_is_one_scan_also_from_a_slow_reader(desk, pace):
    desk.type(f"{TOKEN}\r", pace())
    desk.wait(1_000)
    assert desk.heard == [TOKEN]
    assert desk.field.text() == ""


@pytest.mark.parametrize("ends", ["\r\r", "\r\n", "\t\r", "\r\t"])
def test_the_last_line_end_of_a_scan_presses_no_button_of_the_page_it_opened(desk, ends):
    desk.listener.scanned.connect(lambda _text: desk.button.setFocus())
    desk.button.setDefault(True)
    desk.type(f"C4821907{ends}", every(4))
    assert desk.heard == ["C4821907"]
    assert desk.button.hasFocus()
    assert desk.pressed == []


def test_enter_pressed_by_hand_after_a_scan_is_heard(desk):
    desk.type(f"{LINE_1}\r{LINE_2}\r", every(4))
    desk.wait(400)
    entered: list[bool] = []
    desk.field.returnPressed.connect(lambda: entered.append(True))
    desk.type("\r", every(80))
    assert entered == [True]


def test_two_passports_one_after_the_other_are_two_scans(desk):
    desk.type(f"{LINE_1}\r{LINE_2}\r", every(4))
    desk.wait(600)
    desk.type(f"{LINE_1}\r{LINE_2}\r", every(4))
    assert desk.heard == [PASSPORT, PASSPORT]


def test_a_line_with_a_sign_too_few_is_still_one_scan_so_that_it_can_be_shown(desk):
    desk.type(f"{LINE_1[:-1]}\r{LINE_2}\r", every(4))
    assert desk.heard == [f"{LINE_1[:-1]}\n{LINE_2}"]


def test_what_a_slow_reader_wrote_over_comes_back_as_a_person_would_have_typed_it(desk):
    told: list[object] = []
    desk.field.setText("RATNA")
    desk.field.changed.connect(told.append)
    desk.field.selectAll()
    desk.type(f"{LINE_1}\r{LINE_2}\r", every(70))
    assert desk.field.text() == "RATNA"
    assert told[-1] == "RATNA"


def test_an_address_typed_by_a_quick_hand_lands_in_its_field(desk):
    desk.type("https://pusat.example", every(90))
    desk.wait(500)
    assert desk.field.text() == "https://pusat.example"
    assert desk.heard == []


HAND = st.lists(
    st.tuples(st.sampled_from("ABCDEPRSTU NZ0123456789<-'"), st.integers(GAP_MS + 1, 400)), min_size=1, max_size=40
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HAND)
def test_whatever_a_hand_types_arrives_in_order_and_is_no_scan(desk, keys):
    desk.begin()
    text = "".join(sign for sign, _gap in keys)
    desk.type(text, iter([gap for _sign, gap in keys]))
    desk.wait(1_000)
    assert desk.field.text() == text
    assert desk.heard == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.integers(1, PAUSE_MS - 10), min_size=100, max_size=100),
    st.sampled_from(["\r", "\r\r", "\t", "\r\n"]),
    st.sampled_from(["\r", "\r\r", "\t", "", "\n"]),
)
def test_at_whatever_uneven_pace_a_passport_comes_it_is_one_scan(desk, gaps, between, after):
    desk.begin()
    desk.type(f"{LINE_1}{between}{LINE_2}{after}", iter(gaps))
    desk.wait(1_000)
    assert desk.heard == [PASSPORT]
    assert (desk.field.text(), desk.next.text(), desk.pressed) == ("", "", [])


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (PASSPORT, PASSPORT),
        (f"]L0{LINE_1}{LINE_2}", PASSPORT),
        (f"{LINE_1}#\n{LINE_2}#", PASSPORT),
        (f"x{LINE_1}y\nx{LINE_2}y", PASSPORT),
        (f"]Q1{TOKEN}", TOKEN),
        (f"~{TOKEN}", TOKEN),
        ("]C1TPE3-2026-000041", "TPE3-2026-000041"),
        ("C4821907", "C4821907"),
        ("PURNOMO", "PURNOMO"),
    ],
)
def test_signs_around_a_scan_are_taken_off_and_nothing_else(sent, said):
    assert plain_scan(sent) == said
    assert plain_scan(said) == said


def test_the_table_of_readers_is_what_it_says():
    assert len({*SENDINGS.values()}) == len(SENDINGS)
    assert all(quick < slow for quick, slow in pairwise((GAP_MS, PAUSE_MS)))


def test_a_password_is_never_looked_at(desk):
    desk.field.setEchoMode(QLineEdit.EchoMode.Password)
    desk.type("P<RAHASIA-123\r", every(10))
    assert desk.heard == []
    assert desk.field.text() == "P<RAHASIA-123"
