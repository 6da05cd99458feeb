"""Who may sign in here, and the password of whoever sits here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from loket_testing.counter import CHEAP, PASSWORD
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.desk import Desk
from kiosk.devices.printer import PretendPrinter
from kiosk.queries import home
from kiosk.usecases import staff
from kiosk.usecases.printers import listed
from ui.kit import Dialog
from ui.runner import InlineRunner
from ui.screens.staff import StaffPage


@pytest.fixture
def page(desk: Desk) -> StaffPage:
    return StaffPage(
        everybody=lambda: staff.everybody(desk),
        add=lambda login, name, role, password: staff.add(
            desk, login=login, name=name, role=role, password=password, cost=CHEAP
        ),
        disable=lambda login: staff.disable(desk, login),
        change_password=lambda login, old, new: staff.change_password(desk, login, old, new, cost=CHEAP),
        reset_password=lambda login, new: staff.reset_password(desk, login, new, cost=CHEAP),
        operator=lambda: desk.operator,
        place=lambda: home.place(desk),
        line=lambda: home.sync_state(desk),
        printer=lambda: next(iter(listed(desk, PretendPrinter())), None),
        runner=InlineRunner(),
    )


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def fill(hands: Hands, dialog: Dialog, *texts: str) -> None:
    """Type each text and go on with Enter; a None-like "" leaves a control as it is."""
    hands.until(dialog.isActiveWindow)
    for text in texts:
        if text:
            QTest.keyClicks(focused(), text)
        QTest.keyClick(focused(), Qt.Key.Key_Return)


def test_everybody_is_listed_with_role_and_whether_they_can_sign_in_here(
    page: StaffPage, hands: Callable[..., Hands]
) -> None:
    at = hands(page)
    assert [(one.row.login, one.row.role, one.here) for one in page.table.rows()] == [("rina", "admin", True)]
    assert at.sees("1 petugas aktif · 1 dapat masuk di loket ini")
    assert at.nameless() == []


def test_a_person_is_added_by_keys_and_can_sign_in(page: StaffPage, desk: Desk, hands: Callable[..., Hands]) -> None:
    at = hands(page)
    at.press(Qt.Key.Key_F12)
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, "Budi Santoso", "budi", "", "rahasia-456")
    dialog.primary.click()
    assert [one.row.login for one in page.table.rows()] == ["budi", "rina"]
    assert desk.store.recognise("budi", "rahasia-456").login == "budi"


def test_what_is_wrong_with_a_new_person_stands_beside_its_field(page: StaffPage, hands: Callable[..., Hands]) -> None:
    at = hands(page)
    at.press(Qt.Key.Key_F12)
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, "Budi Santoso", "budi", "", "pendek")
    dialog.primary.click()
    assert dialog.isVisible()
    below = [label.text() for label in dialog.findChildren(type(dialog.title)) if label.isVisible()]
    assert "Kata sandi paling sedikit 8 huruf." in below
    dialog.reject()


def test_ones_own_password_asks_for_the_old_one_and_for_the_new_one_twice(
    page: StaffPage, desk: Desk, hands: Callable[..., Hands]
) -> None:
    at = hands(page)
    page.change.click()
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, PASSWORD, "rahasia-baru", "rahasia-lain")
    dialog.primary.click()
    said = [label.text() for label in dialog.findChildren(type(dialog.title)) if label.isVisible()]
    assert "Kedua kata sandi baru tidak sama. Ketik kembali." in said
    dialog.reject()
    page.change.click()
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, "bukan-sandinya", "rahasia-baru", "rahasia-baru")
    dialog.primary.click()
    said = [label.text() for label in dialog.findChildren(type(dialog.title)) if label.isVisible()]
    assert "Kata sandi rina salah. Ketik kembali." in said
    dialog.reject()
    page.change.click()
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, PASSWORD, "rahasia-baru", "rahasia-baru")
    dialog.primary.click()
    assert desk.store.recognise("rina", "rahasia-baru").login == "rina"


def test_a_person_is_disabled_after_being_asked_and_their_password_opens_nothing(
    page: StaffPage, desk: Desk, hands: Callable[..., Hands]
) -> None:
    staff.add(desk, login="budi", name="Budi Santoso", role="petugas", password="rahasia-456", cost=CHEAP)
    hands(page)
    page.table.set_current(next(one for one in page.table.rows() if one.row.login == "budi"))
    page.disable.click()
    dialog = page._dialog
    assert dialog is not None
    assert "Budi Santoso" in dialog.title.text()
    dialog.primary.click()
    assert [one.row.active for one in page.table.rows() if one.row.login == "budi"] == [False]
    assert not page.disable.isEnabled()


def test_another_ones_password_is_set_anew(page: StaffPage, desk: Desk, hands: Callable[..., Hands]) -> None:
    staff.add(desk, login="budi", name="Budi Santoso", role="petugas", password="rahasia-456", cost=CHEAP)
    at = hands(page)
    page.table.set_current(next(one for one in page.table.rows() if one.row.login == "budi"))
    page.reset.click()
    dialog = page._dialog
    assert dialog is not None
    fill(at, dialog, "rahasia-789", "rahasia-789")
    dialog.primary.click()
    assert desk.store.recognise("budi", "rahasia-789").login == "budi"


def test_a_clerk_may_only_change_their_own_password(page: StaffPage, desk: Desk, hands: Callable[..., Hands]) -> None:
    desk.operator = replace(desk.operator, role="petugas")
    hands(page)
    assert not page.primary.isEnabled()
    assert page.primary.accessibleDescription() == "Hanya penyelia dan admin yang mengatur petugas."
    assert page.change.isEnabled()


def test_where_receipts_come_out_is_said_and_one_key_leads_there(page: StaffPage, hands: Callable[..., Hands]) -> None:
    at = hands(page)
    assert at.sees("Kuitansi dicetak di Loket (A5).")
    with at.qtbot.waitSignal(page.printers_asked):
        QTest.keyClick(page, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
