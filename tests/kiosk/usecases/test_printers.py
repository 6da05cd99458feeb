"""Printers of this counter: chosen once, remembered, and never a reason to stop."""

from __future__ import annotations

import pytest
from loket_testing.counter import codes
from loket_testing.escpos import printed

from kiosk.desk import Desk, set_setting
from kiosk.devices.printer import PretendPrinter
from kiosk.usecases.printers import choose, forget, listed, page_printer, printer_for, printing, try_out
from models.rules.problems import Refused, Trouble
from reports.qr import read_codes

ADDRESS = "tcp://192.168.1.50:9100"


@pytest.fixture
def printer() -> PretendPrinter:
    return PretendPrinter(queues=["Arsip", "Loket", "Struk"])


def test_until_somebody_chooses_papers_are_a5_on_the_systems_own_printer(desk: Desk, printer: PretendPrinter) -> None:
    assert [(one.name, one.size, one.chosen) for one in listed(desk, printer)] == [
        ("Arsip", "a5", True),
        ("Loket", "a5", False),
        ("Struk", "a5", False),
    ]
    assert printer_for(desk, printer) == ("Arsip", "a5")
    assert printing(desk).copies == 1


def test_what_was_chosen_is_kept_and_each_printer_keeps_its_paper(desk: Desk, printer: PretendPrinter) -> None:
    choose(desk, printer, "Struk", size="80mm", copies=2)
    assert printer_for(desk, printer) == ("Struk", "80mm")
    choose(desk, printer, " Loket ")
    assert printer_for(desk, printer) == ("Loket", "a5")
    assert printer_for(desk, printer, "Struk") == ("Struk", "80mm")
    assert printing(desk).copies == 2
    assert next(one.name for one in listed(desk, printer)) == "Loket"


def test_a_printer_chosen_before_sizes_could_be_is_still_the_one(desk: Desk, printer: PretendPrinter) -> None:
    with desk.work() as work:
        set_setting(work.connection, "printer", "Loket")
    assert printer_for(desk, printer) == ("Loket", "a5")


def test_one_that_is_gone_is_listed_as_gone_and_another_serves(desk: Desk, printer: PretendPrinter) -> None:
    choose(desk, printer, "Struk", size="80mm")
    printer.queues = ["Arsip"]
    assert printer_for(desk, printer) == ("Arsip", "a5")
    assert [(one.name, one.chosen, one.there) for one in listed(desk, printer)] == [
        ("Arsip", True, True),
        ("Struk", False, False),
    ]
    forget(desk, "Struk")
    assert [one.name for one in listed(desk, printer)] == ["Arsip"]
    assert printing(desk).printer is None


def test_an_address_is_a_roll_whatever_is_said_and_stands_in_the_list(desk: Desk, printer: PretendPrinter) -> None:
    choose(desk, printer, ADDRESS, size="a5")
    assert printer_for(desk, printer) == (ADDRESS, "80mm")
    assert [one.name for one in listed(desk, printer)] == [ADDRESS, "Arsip", "Loket", "Struk"]
    printer.queues = []
    assert printer_for(desk, printer) == (ADDRESS, "80mm")


def test_a_whole_page_never_goes_to_a_roll(desk: Desk, printer: PretendPrinter) -> None:
    choose(desk, printer, "Struk", size="80mm")
    assert page_printer(desk, printer) == "Arsip"
    choose(desk, printer, "Loket")
    assert page_printer(desk, printer) == "Loket"
    printer.queues = ["Struk"]
    assert page_printer(desk, printer) is None


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"name": "Lantai 9"}, "printer.unknown"),
        ({"name": "Loket", "size": "b5"}, "printer.size"),
        ({"name": "Loket", "copies": 0}, "printer.copies"),
        ({"name": "Loket", "copies": 6}, "printer.copies"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_changes(
    desk: Desk, printer: PretendPrinter, asked: dict[str, object], code: str
) -> None:
    before = printing(desk)
    with pytest.raises(Refused) as refusal:
        choose(desk, printer, **asked)  # type: ignore[arg-type]
    assert codes(refusal) == [code]
    assert printing(desk) == before


@pytest.mark.parametrize("address", ["http://192.168.1.50", "tcp://", "/tmp/kuitansi"])
def test_an_address_where_no_printer_can_be_is_not_kept(desk: Desk, printer: PretendPrinter, address: str) -> None:
    with pytest.raises(Trouble) as trouble:
        choose(desk, printer, address)
    assert trouble.value.code == "printer.address"
    assert printing(desk).printer is None


def test_without_any_printer_that_is_said(desk: Desk) -> None:
    with pytest.raises(Trouble) as trouble:
        printer_for(desk, PretendPrinter(queues=[]))
    assert trouble.value.code == "printer.none"


def test_the_trial_page_comes_as_receipts_come(desk: Desk, printer: PretendPrinter) -> None:
    assert try_out(desk, printer) == "Arsip"
    assert read_codes(printer.sent[0][1], "application/pdf") == ["LOKET PMI"]
    choose(desk, printer, "Struk", size="80mm")
    assert try_out(desk, printer) == "Struk"
    assert "Pencetak Struk" in printed(printer.raw[0]).lines
    assert try_out(desk, printer, "Loket") == "Loket"
