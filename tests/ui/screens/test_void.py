"""Taking back by the keyboard: a void with a second person, a refund that is asked for and handed out."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, bring, kinds, slip
from loket_testing.drawers import close_drawer, open_drawer
from loket_testing.journals import Journal
from loket_testing.windows import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.desk import Desk
from kiosk.queries.refunds import refunds_at
from kiosk.queries.workers import card
from kiosk.usecases.contributions import receive
from models.journal.refunds import RefundDecided
from models.rules.money import Money
from ui.kit import Chip
from ui.news import CONTRIBUTIONS, news
from ui.screens.second_person import SecondPersonDialog
from ui.screens.void import TakeBackPage

F8, F9, F12, RETURN, TAB = Qt.Key.Key_F8, Qt.Key.Key_F9, Qt.Key.Key_F12, Qt.Key.Key_Return, Qt.Key.Key_Tab
SHOTS = os.environ.get("LOKET_SHOTS")


def shot(window: Window, name: str) -> None:
    if SHOTS:
        window.shell.resize(1366, 768)
        QApplication.processEvents()
        window.shell.grab().save(str(Path(SHOTS) / f"{name}.png"))


@pytest.fixture(autouse=True)
def supervised(desk: Desk) -> None:
    add_supervisor(desk)


@pytest.fixture
def cash(desk: Desk, siti: UUID, published: Callable[..., None]) -> str:
    """The number of a receipt for NT$ 649 that was paid in cash into a till with NT$ 2.000 in it."""
    published(till=False)
    open_drawer(desk, Money.of(2_000, "TWD"), Money.idr(1_000_000))
    return receive(desk, slip(siti, tender="cash", currency="TWD", received=700, reference=None)).number


def page_of(window: Window, number: str) -> TakeBackPage:
    window.counter.take_back(number)
    page = window.page
    assert isinstance(page, TakeBackPage)
    return page


def second(window: Window, page: TakeBackPage, password: str = SECOND_PASSWORD) -> SecondPersonDialog:
    """Budi types himself in."""
    (dialog,) = page.findChildren(SecondPersonDialog)
    assert isinstance(dialog, SecondPersonDialog)
    dialog.activateWindow()
    QApplication.processEvents()
    assert dialog._login.hasFocus()
    window.type("budi")
    window.press(RETURN)
    window.type(password)
    window.press(F12)
    return dialog


def seen(page: TakeBackPage) -> str:

    QApplication.processEvents()
    shown: list[QLabel | Chip] = [*page.findChildren(QLabel), *page.findChildren(Chip)]
    return " | ".join(one.text() for one in shown if one.isVisibleTo(page))


def decide(desk: Desk, *, method: str = "cash", approved: bool = True) -> None:
    (asked,) = [one for one in refunds_at(desk) if one.state == "waiting"]
    centre = Journal(mission="TPE")
    centre.record(
        RefundDecided(
            worker_id=asked.worker_id,
            mission="TPE",
            refund_id=asked.id,
            receipt_id=asked.receipt_id,
            approved=approved,
            method=method,
            business_date=asked.asked_on,
        )
    )
    bring(desk, centre.entries)
    news.tell(CONTRIBUTIONS)


def test_from_the_list_of_receipts_to_a_void_and_its_paper(window: Window, desk: Desk, siti: UUID, cash: str) -> None:
    window.counter.show("receipts")
    window.press(F9)
    page = window.page
    assert isinstance(page, TakeBackPage)
    assert "NT$ 649" in seen(page)
    assert "Serahkan tunai kepada pekerja" in seen(page)
    shot(window, "void")
    window.press(F12)
    assert page.fields["reason"].problem() == "Wajib diisi."
    window.type("salah orang")
    window.press(F12)
    shot(window, "void-second")
    second(window, page, "salah-sama-sekali")
    assert kinds(desk).count("receipt.voided") == 0
    window.type(SECOND_PASSWORD)
    window.press(F12)
    assert kinds(desk).count("receipt.voided") == 1
    assert card(desk, siti).receipts[0].voided
    assert [title for title, _pdf in window.printer.sent] == [cash[:-1] + "2"]
    assert "Dibatalkan" in seen(page)
    assert "Tidak ada lagi yang perlu dilakukan" in seen(page)
    assert page.primary.isHidden()
    shot(window, "void-done")
    window.counter.show("receipts")
    assert [row.voided for row in window.page.table.rows()] == [True]
    shot(window, "receipts-voided")


def test_slip_money_is_said_to_stay_at_the_bank_and_may_be_asked_for_instead(
    window: Window, desk: Desk, siti: UUID
) -> None:
    number = receive(desk, slip(siti)).number
    page = page_of(window, number)
    assert "Uang di bank tidak keluar dari kas" in seen(page)
    assert "BNI-20261122-0007" in seen(page)
    shot(window, "void-slip")
    window.press(Qt.Key.Key_J, ctrl=True)
    assert page.primary.text().startswith("Ajukan pengembalian")
    assert page.fields["bank_account"].isVisibleTo(page)
    window.type("dibayar dua kali")
    window.press(F12)
    assert page.fields["bank_name"].problem() == "Wajib diisi."
    shot(window, "refund-ask")
    window.type("BRI")
    window.press(TAB)
    window.type("012345678901")
    window.press(TAB)
    window.type("SITI NURHALIZA")
    window.press(F12)
    (asked,) = refunds_at(desk)
    assert (asked.state, asked.method, asked.reason) == ("waiting", "transfer", "dibayar dua kali")
    assert "Menunggu keputusan pusat" in seen(page)
    shot(window, "refund-waiting")


def test_after_its_session_a_receipt_is_asked_for_and_paid_out_when_granted(
    window: Window, desk: Desk, cash: str
) -> None:
    close_drawer(desk)
    page = page_of(window, cash)
    assert "Kas yang mencatat kuitansi ini sudah ditutup." in seen(page)
    window.type("tidak jadi berangkat")
    window.press(F12)
    (asked,) = refunds_at(desk)
    assert asked.method == "cash"
    assert "Pengembalian sudah diajukan." in seen(page)
    open_drawer(desk, Money.of(0, "TWD"))
    decide(desk)
    assert page.primary.text().startswith("Bayarkan")
    shot(window, "refund-pay")
    window.press(F12)
    second(window, page)
    (asked,) = refunds_at(desk)
    assert (asked.state, asked.number) == ("paid", cash[:-1] + "2")
    assert [title for title, _pdf in window.printer.sent] == [asked.number]
    assert "Sudah dikembalikan" in seen(page)
    shot(window, "refund-paid-counter")


def test_what_cannot_leave_the_drawer_is_said_and_f12_does_nothing(window: Window, desk: Desk, cash: str) -> None:
    from loket_testing.drawers import hand_over_drawer

    budi = next(one for one in desk.store.people() if one.login == "budi")
    hand_over_drawer(desk, budi.operator_id)
    page = page_of(window, cash)
    assert "Kas yang terbuka dipegang Budi S." in seen(page)
    assert not page.primary.isEnabled()
    window.press(F12)
    assert page.findChildren(SecondPersonDialog) == []
    shot(window, "void-blocked")


def test_what_rests_on_the_receipt_is_named(window: Window, desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti)).number
    later = receive(desk, slip(siti, 12)).number
    page = page_of(window, first)
    assert f"Batalkan atau pindahkan juga {later}" in seen(page)


def test_f8_shows_the_receipts_paper_and_every_field_has_a_name(window: Window, desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    page = page_of(window, number)
    shown: list[str] = []
    page.paper_asked.connect(shown.append)
    window.press(F8)
    assert shown == [number]
    for editor in (page._reason, page._method, page._bank, page._account, page._holder):
        assert editor.accessibleName()
