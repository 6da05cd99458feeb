"""The printers under «Atur»: chosen, tried out and added by the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from loket_testing.escpos import printed
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk.desk import Desk
from kiosk.devices.printer import PretendPrinter
from kiosk.usecases import printers
from ui.runner import InlineRunner
from ui.screens.printers import SIZES, PrintersPage
from ui.screens.printing import MOST_SHEETS


@dataclass
class AtPrinters:
    page: PrintersPage
    hands: Hands
    printer: PretendPrinter


@pytest.fixture
def at(desk: Desk, hands: Callable[..., Hands]) -> AtPrinters:
    printer = PretendPrinter(queues=["Loket", "Struk"])
    page = PrintersPage(
        printers=lambda: (printers.listed(desk, printer), printers.printing(desk).copies),
        choose=lambda name, size, copies: printers.choose(desk, printer, name, size=size, copies=copies),
        forget=lambda name: printers.forget(desk, name),
        try_out=lambda name: printers.try_out(desk, printer, name),
        runner=InlineRunner(),
    )
    return AtPrinters(page, hands(page), printer)


def test_the_screen_knows_the_same_papers_and_as_many_sheets_as_the_desk() -> None:
    assert SIZES == printers.SIZES
    assert MOST_SHEETS == printers.MOST_COPIES


def test_a_thermal_printer_is_chosen_with_its_paper_and_sheets(at: AtPrinters, desk: Desk) -> None:
    assert at.hands.sees("Kuitansi dicetak di Loket, A5, 1 lembar.")
    at.hands.press(Qt.Key.Key_Down)
    at.page.paper.set_value("80mm")
    at.page.sheets.set_value(2)
    at.hands.press(Qt.Key.Key_F12)
    assert at.hands.sees("Kuitansi dicetak di Struk, struk 80 mm, 2 lembar.")
    assert printers.printer_for(desk, at.printer) == ("Struk", "80mm")
    assert printers.printing(desk).copies == 2
    assert at.hands.nameless() == []


def test_the_trial_page_is_one_key_away_and_a_printer_that_refuses_says_why(at: AtPrinters) -> None:
    at.hands.press(Qt.Key.Key_F8)
    assert len(at.printer.sent) == 1
    assert at.hands.sees("Halaman percobaan dikirim ke Loket.")
    at.printer.broken = True
    at.hands.press(Qt.Key.Key_F8)
    assert at.hands.sees("Pencetak menolak")


def test_a_printer_on_the_network_is_added_by_its_address_and_a_wrong_one_is_said_at_the_field(
    at: AtPrinters, desk: Desk
) -> None:
    QTest.keyClick(at.page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    dialog = at.page._dialog
    assert dialog is not None
    at.hands.until(dialog.isActiveWindow)
    at.hands.type("http://x")
    dialog.primary.click()
    assert dialog.isVisible()
    assert printers.printing(desk).printer is None
    for _sign in "http://x":
        at.hands.press(Qt.Key.Key_Backspace)
    at.hands.type("tcp://192.168.1.50:9100")
    dialog.primary.click()
    assert printers.printer_for(desk, at.printer) == ("tcp://192.168.1.50:9100", "80mm")
    assert at.page.table.rows()[0].name == "tcp://192.168.1.50:9100"


def test_an_address_that_is_let_go_is_no_longer_used(at: AtPrinters, desk: Desk) -> None:
    printers.choose(desk, at.printer, "tcp://192.168.1.50:9100")
    at.page.refresh()
    while at.page.table.current().name != "tcp://192.168.1.50:9100":
        at.hands.press(Qt.Key.Key_Up)
    assert at.page.drop.isEnabled()
    at.page.drop.click()
    assert at.hands.sees("dilepas dari loket ini")
    assert [one.name for one in at.page.table.rows()] == ["Loket", "Struk"]
    assert not at.page.drop.isEnabled()


def test_without_a_printer_the_page_says_what_can_be_done(at: AtPrinters) -> None:
    at.printer.queues = []
    at.page.refresh()
    assert at.hands.sees("Tidak ada pencetak yang terpasang.")
    assert not at.page.primary.isEnabled()
    assert at.page.first_focus() is at.page.add


def test_the_strip_that_is_tried_is_a_strip(at: AtPrinters, desk: Desk) -> None:
    printers.choose(desk, at.printer, "Struk", size="80mm")
    at.page.refresh()
    while at.page.table.current().name != "Struk":
        at.hands.press(Qt.Key.Key_Up)
    at.hands.press(Qt.Key.Key_F8)
    assert "Pencetak Struk" in printed(at.printer.raw[0]).lines
