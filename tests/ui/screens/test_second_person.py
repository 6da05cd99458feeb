"""The second person's dialog, worked with a keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from models.rules.problems import Problem, Refused, Trouble
from ui import theme
from ui.runner import InlineRunner
from ui.screens.second_person import Agreement, SecondPersonDialog

RETURN, F12, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_F12, Qt.Key.Key_Escape


class Asked:
    """The dialog over a window, the supervisor's hands, and what was agreed to."""

    def __init__(self, window: QWidget, dialog: SecondPersonDialog) -> None:
        self.window, self.dialog = window, dialog
        self.agreed: list[object] = []
        self.closed: list[int] = []
        dialog.agreed.connect(self.agreed.append)
        dialog.finished.connect(self.closed.append)

    def type(self, text: str, *keys: Qt.Key) -> None:
        for sign in text:
            QTest.keyClicks(self._focused(), sign)
        for key in keys:
            QTest.keyClick(self._focused(), key)

    def _focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found


@pytest.fixture
def ask(qtbot: QtBot, qapp: QApplication) -> Callable[..., Asked]:
    theme.apply(qapp)

    def made(approve: Callable[[Agreement], object], why: str | None = "mis. kurs baru belum terbit") -> Asked:
        window = QWidget()
        window.resize(1000, 600)
        qtbot.addWidget(window)
        window.show()
        dialog = SecondPersonDialog(
            window,
            "Penyelia menyetujui",
            "Kurs sudah lewat masa berlakunya.",
            yes="Setujui",
            approve=approve,
            runner=InlineRunner(),
            why=why,
        )
        dialog.open()
        with qtbot.waitActive(dialog):
            dialog.activateWindow()
        return Asked(window, dialog)

    return made


def refusing(*problems: Problem) -> Callable[[Agreement], object]:
    def approve(_given: Agreement) -> object:
        raise Refused(*problems)

    return approve


def test_reason_name_and_password_are_typed_in_that_order_and_f12_agrees(ask) -> None:
    given: list[Agreement] = []

    def approve(agreement: Agreement) -> str:
        given.append(agreement)
        return "disetujui"

    asked = ask(approve)
    asked.type("kurs baru sudah ditelepon", RETURN)
    asked.type("budi", RETURN)
    asked.type("rahasia 9 ", F12)
    assert given == [Agreement("budi", "rahasia 9 ", "kurs baru sudah ditelepon")]
    assert asked.agreed == ["disetujui"]
    assert asked.closed == [1]


def test_nothing_is_asked_of_anybody_as_long_as_a_field_is_empty(ask) -> None:
    asked = ask(refusing(Problem("login", "never.asked")))
    asked.type("alasan", RETURN)
    asked.type("budi", F12)
    assert asked.dialog.password.problem() == "Wajib diisi."
    assert asked.dialog.login.problem() is None
    assert asked.dialog.password.editor.hasFocus()
    assert asked.agreed == asked.closed == []


def test_a_wrong_password_keeps_all_but_the_password_and_can_be_typed_again(ask) -> None:
    def approve(agreement: Agreement) -> str:
        if agreement.password != "benar":
            raise Trouble("store.wrong_password")
        return agreement.reason

    asked = ask(approve)
    asked.type("alasan", RETURN)
    asked.type("budi", RETURN)
    asked.type("salah", F12)
    assert asked.dialog.password.problem()
    assert asked.dialog.agreement() == Agreement("budi", "", "alasan")
    asked.type("benar", F12)
    assert asked.agreed == ["alasan"]


def test_what_is_wrong_with_the_name_stands_there_and_what_is_wrong_elsewhere_above_the_buttons(ask) -> None:
    asked = ask(refusing(Problem("approval.login", "required"), Problem("months", "months.at_least_one")), None)
    asked.type("rina", RETURN)
    asked.type("x", F12)
    dialog = asked.dialog
    assert dialog.login.problem() == "Wajib diisi."
    assert not dialog.problem.isHidden()
    assert dialog.problem.text()
    assert dialog.login.editor.hasFocus()


def test_without_a_reason_none_is_asked_for_and_esc_agrees_to_nothing(ask) -> None:
    asked = ask(lambda given: given, None)
    assert asked.dialog.reason.isHidden()
    assert asked.dialog.login.editor.hasFocus()
    asked.type("budi", ESCAPE)
    assert asked.agreed == []
    assert asked.closed == [0]


def test_a_password_is_never_written_where_an_agreement_is() -> None:
    assert "rahasia" not in repr(Agreement("budi", "rahasia"))
