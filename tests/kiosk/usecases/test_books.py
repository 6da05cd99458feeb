"""Books: what was taken in stands in the cash book and the receipt list, in every form they can be had."""

from __future__ import annotations

import io
from datetime import date, timedelta
from uuid import UUID

import msgspec
import pypdfium2
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.counter import SITI, codes, slip
from loket_testing.journals import Journal
from openpyxl import load_workbook
from sqlalchemy import update

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.queries.expiring import expiring_people
from kiosk.queries.home import today
from kiosk.steps import finish
from kiosk.usecases import contributions
from kiosk.usecases.books import (
    KINDS,
    balance_sheet,
    balance_sheet_as,
    cash_book,
    cash_book_as,
    expiring_list,
    expiring_list_as,
    receipt_list,
    receipt_list_as,
)
from kiosk.usecases.privacy import restrict
from kiosk.usecases.workers import register
from models.journal.ids import new_id
from models.ledger.tables import receipt
from models.posting import post
from models.rules.problems import Refused

DAY = date(2026, 11, 22)


@pytest.fixture
def paid(desk: Desk, siti: UUID, published: object) -> list[str]:
    """Siti pays twice on one day, in cash and by bank slip."""
    published()  # type: ignore[operator]
    first = contributions.receive(
        desk, slip(siti, months=12, tender="cash", currency="TWD", received=1_000, reference=None)
    )
    return [first.number, contributions.receive(desk, slip(siti, months=6)).number]


def test_the_receipt_list_says_what_was_paid_how_and_by_whom(desk: Desk, paid: list[str]) -> None:
    paper = finish(receipt_list(desk, DAY, DAY))
    cash, bank = paper.rows
    assert [row.number for row in paper.rows] == paid
    assert (cash.worker, cash.operator, cash.tenders[0].kind) == ("SITI NURHALIZA", "Rina W.", "cash")
    # What was given back does not count as received.
    assert cash.tenders[0].amount == cash.due
    assert bank.tenders[0].reference == "BNI-20261122-0007"
    assert (cash.at.hour, cash.at.minute) == (9, 47)
    assert finish(receipt_list(desk, DAY + timedelta(days=1), DAY + timedelta(days=9))).rows == ()


def test_the_drawer_begins_the_next_day_with_what_it_had(desk: Desk, paid: list[str], clock: HandClock) -> None:
    today = finish(cash_book(desk, DAY, DAY))
    assert [(one.account, one.currency) for one in today.accounts] == [
        ("tender:cash", "TWD"),
        ("tender:bank_slip", "IDR"),
    ]
    drawer, bank = today.accounts
    assert drawer.opening is not None
    assert drawer.opening.minor == 0
    assert bank.opening is None
    assert drawer.entries[0].about == "SITI NURHALIZA"
    assert (today.receipts, today.voids, today.numbers) == (2, 0, (paid[0], paid[-1]))
    (tomorrow,) = finish(cash_book(desk, DAY + timedelta(days=1), DAY + timedelta(days=1))).accounts
    assert (tomorrow.entries, tomorrow.opening) == ((), drawer.closing)


def test_a_book_is_a_pdf_a_workbook_or_a_csv(desk: Desk, paid: list[str]) -> None:
    for make, title in ((receipt_list_as, "DAFTAR KUITANSI"), (cash_book_as, "BUKU KAS HARIAN")):
        made = {kind: finish(make(desk, kind, DAY, DAY)) for kind in KINDS}
        assert {book.rows for book in made.values()} == {2}
        document = pypdfium2.PdfDocument(io.BytesIO(made[".pdf"].content))
        said = document[0].get_textpage().get_text_range()
        document.close()
        assert title in said
        page = load_workbook(io.BytesIO(made[".xlsx"].content)).worksheets[0]
        text = made[".csv"].content.decode("utf-8-sig")
        for number in paid:
            assert number in said
            assert number in text
            assert any(number in [cell.value for cell in row] for row in page.iter_rows())
    assert made[".pdf"].name == "buku-kas-2026-11-22"


def test_the_balance_sheet_says_that_the_money_agrees_or_which_line_does_not(desk: Desk, paid: list[str]) -> None:
    paper = finish(balance_sheet(desk, DAY, DAY))
    assert (paper.broken, paper.others, paper.centre_at) == ("", (), None)
    assert all(row.holds for row in paper.rows)
    assert [row.receipts.currency for row in paper.rows] == ["IDR", "TWD"]
    with desk.store.write() as connection:
        connection.execute(update(receipt).where(receipt.c.number == paid[0]).values(due=1))
    paper = finish(balance_sheet(desk, DAY, DAY))
    assert paid[0] in paper.broken
    document = pypdfium2.PdfDocument(io.BytesIO(finish(balance_sheet_as(desk, ".pdf", DAY, DAY)).content))
    said = document[0].get_textpage().get_text_range()
    document.close()
    assert "PERSAMAAN UANG" in said
    assert paid[0] in said
    assert today(desk).balanced is False
    rows = finish(balance_sheet_as(desk, ".csv", DAY, DAY)).content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3


def test_a_period_that_ends_before_it_begins_is_refused_before_anything_is_read(desk: Desk) -> None:
    for make in (receipt_list, cash_book):
        with pytest.raises(Refused) as refusal:
            finish(make(desk, DAY, DAY - timedelta(days=1)))
        assert codes(refusal) == ["period.ends_first"]


def test_a_list_over_many_days_goes_on_in_steps_that_can_be_stopped(desk: Desk) -> None:
    journal = Journal()
    with desk.work() as work:
        journal.terminal = work.terminal.id
        who = new_id()
        journal.record(registration(who))
        for serial in range(1, 451):
            journal.record(payment(who, serial))
        post(work.connection, journal.entries)
    steps = receipt_list(desk, DAY, DAY)
    assert [next(steps).done, next(steps).done] == [200, 400]
    steps.close()
    told: list[tuple[int, int]] = []
    book = finish(receipt_list_as(desk, ".pdf", DAY, DAY), lambda step: told.append((step.done, step.of)))
    assert book.rows == 450
    assert all(done <= of for done, of in told)


# Whom to call


def someone(name: str, passport: str, start: date, months: int, desk: Desk) -> UUID:
    form = msgspec.structs.replace(
        SITI,
        name=name,
        nik=None,
        passport_number=passport,
        phone=f"+886 912 000 {passport[-3:]}",
        birth_date=date(1990, 1, int(passport[-1]) + 1),
        contract_start=start,
        contract_end=start + timedelta(days=31 * months),
        confirmed=("contract.past",),
    )
    worker_id = register(desk, form).worker_id
    contributions.receive(desk, slip(worker_id, months=months, reference=f"BNI {passport}"))
    return worker_id


@pytest.fixture
def people(desk: Desk) -> dict[str, UUID]:
    """On 22 November 2026: covers that end in nine days, in sixty, in sixty-one, and one that is over."""
    starts = {
        "NINE": (date(2025, 12, 2), 12),
        "SIXTY": (date(2026, 1, 22), 12),
        "SIXTY ONE": (date(2026, 1, 23), 12),
        "OVER": (date(2025, 11, 20), 12),
    }
    return {
        name: someone(name, f"C700000{at}", start, months, desk)
        for at, (name, (start, months)) in enumerate(starts.items(), 1)
    }


def test_those_are_called_whose_cover_ends_soon_then_those_whose_ended_lately(
    desk: Desk, people: dict[str, UUID]
) -> None:
    paper = finish(expiring_list(desk))
    assert [(row.name, row.days_left) for row in paper.rows] == [("NINE", 9), ("SIXTY", 60), ("OVER", -3)]
    nine = paper.rows[0]
    assert (nine.phone, nine.passport, nine.employer) == ("+886912000001", "••••0001", "Chen Mei-ling")
    assert nine.receipt.startswith("TPE3")
    assert expiring_people(desk).rows[0].name == "NINE"
    assert [row.name for row in finish(expiring_list(desk, 61)).rows] == ["NINE", "SIXTY", "SIXTY ONE", "OVER"]


def test_who_has_paid_on_is_not_called(desk: Desk, people: dict[str, UUID]) -> None:
    contributions.receive(desk, slip(people["NINE"], months=12, reference="BNI lagi"))
    assert [row.name for row in finish(expiring_list(desk)).rows] == ["SIXTY", "OVER"]


def test_who_asked_that_nothing_be_done_is_not_called_and_is_counted(desk: Desk, people: dict[str, UUID]) -> None:
    restrict(desk, people["NINE"], "meminta sendiri")
    for kind in KINDS:
        book = finish(expiring_list_as(desk, kind))
        assert (book.rows, book.held_back) == (2, 1)
    paper = finish(expiring_list(desk))
    assert "NINE" not in repr(paper)
    assert paper.held_back == 1


@pytest.mark.parametrize("within", [-1, 367])
def test_a_list_looks_no_further_than_a_year(desk: Desk, within: int) -> None:
    with pytest.raises(Refused) as refusal:
        finish(expiring_list(desk, within))
    assert codes(refusal) == ["expiring.days"]
