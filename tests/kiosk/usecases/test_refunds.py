"""Refunds: any counter asks, the centre decides, and a drawer pays what was granted in cash."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from loket_testing.counter import CHEAP, bring, carry, codes, kinds, open_counter, slip
from loket_testing.drawers import close_drawer, open_drawer
from loket_testing.journals import Journal
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.refund import RefundForm, RefundPayment
from kiosk.forms.void import VoidForm
from kiosk.queries.expiring import expiring_people
from kiosk.queries.refunds import RefundRow, refunds_at, refunds_of
from kiosk.queries.voids import taking_back
from kiosk.queries.workers import card, search
from kiosk.usecases.approvals import Approval
from kiosk.usecases.contributions import receive
from kiosk.usecases.privacy import restrict
from kiosk.usecases.refunds import Requested, pay_refund, request_refund
from kiosk.usecases.staff import add
from kiosk.usecases.voids import void
from models.journal.entry import Entry
from models.journal.refunds import RefundDecided, RefundNote
from models.ledger.tables import refund, refund_payment
from models.rules.money import Money
from models.rules.problems import Refused

BUDI = Approval("budi", "penyelia-456")


@pytest.fixture(autouse=True)
def supervised(desk: Desk) -> None:
    """Budi supervises."""
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)


@pytest.fixture
def number(desk: Desk, siti: UUID, published: Callable[..., None], clock: HandClock) -> str:
    """The number of a receipt of yesterday for Rp 332.500 by bank slip, in a mission that takes cash."""
    published(till=False)
    found = receive(desk, slip(siti)).number
    clock.forward(days=1)
    return found


def asking(desk: Desk, named: object, **fields: str) -> Requested:
    given = {"receipt": str(named), "reason": "tidak jadi berangkat", "method": "cash"} | fields
    return request_refund(desk, RefundForm(**given))


def decide(
    desk: Desk, refund_id: UUID, *, approved: bool = True, method: str = "cash", note: str | None = None
) -> list[Entry]:
    """What the centre says, as a pull brings it."""
    with desk.read() as work:
        row = work.connection.execute(select(refund).where(refund.c.id == refund_id)).one()
    centre = Journal(mission="TPE")
    centre.record(
        RefundDecided(
            worker_id=row.worker_id,
            mission="TPE",
            refund_id=refund_id,
            receipt_id=row.receipt_id,
            approved=approved,
            method=method,
            business_date=row.business_date,
            personal=RefundNote(note=note, transfer_reference="TRF-1" if method == "transfer" else None),
        )
    )
    bring(desk, centre.entries)
    return centre.entries


def only(desk: Desk) -> RefundRow:
    (found,) = refunds_at(desk)
    return found


def refused(desk: Desk, doing: Callable[[], object]) -> list[str]:
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        doing()
    assert kinds(desk) == before
    return codes(refusal)


def pay(desk: Desk, named: object, **fields: str) -> object:
    return pay_refund(desk, RefundPayment(refund=str(named), **fields), BUDI)


def test_from_the_request_to_the_money_in_the_workers_hand(desk: Desk, siti: UUID, number: str) -> None:
    asked = asking(desk, number)
    assert (asked.receipt_number, asked.method, asked.amount) == (number, "cash", Money.idr(332_500))
    assert only(desk).state == "waiting"
    assert card(desk, siti).states["JKK+JKM"].kind == "upcoming"
    open_drawer(desk, Money.idr(500_000))
    assert refused(desk, lambda: pay(desk, number)) == ["refund.waiting"]
    decide(desk, asked.refund_id)
    assert only(desk).state == "approved"
    assert card(desk, siti).states["JKK+JKM"].kind == "none"
    paid = pay_refund(desk, RefundPayment(refund=number), BUDI)
    assert paid.number == number[:-6] + "000002"
    assert (paid.amount, paid.approved_by) == (Money.idr(332_500), "Budi S.")
    row = only(desk)
    assert (row.state, row.number, row.paid_on) == ("paid", paid.number, row.asked_on)
    assert refused(desk, lambda: pay(desk, asked.refund_id)) == ["refund.paid"]
    assert [found.id for found in search(desk, paid.number)] == [siti]
    assert card(desk, siti).flags == ()


def test_the_paper_of_a_refund_names_who_agreed_and_its_receipt(desk: Desk, number: str) -> None:
    decide(desk, asking(desk, number).refund_id)
    open_drawer(desk, Money.idr(500_000))
    pay(desk, number)
    budi = next(one for one in desk.store.people() if one.login == "budi")
    with desk.read() as work:
        row = work.connection.execute(select(refund_payment)).one()
    assert (row.approved_by, row.operator_id, row.amount, row.currency) == (
        budi.operator_id,
        desk.operator.id,
        332_500,
        "IDR",
    )
    assert row.till_id is not None
    assert row.token


def test_a_receipt_can_be_asked_for_again_once_it_was_refused(desk: Desk, number: str) -> None:
    first = asking(desk, number)
    assert refused(desk, lambda: asking(desk, number)) == ["refund.asked"]
    assert not taking_back(desk, number).may_ask
    decide(desk, first.refund_id, approved=False, note="Polis sudah berjalan.")
    assert (only(desk).state, only(desk).note) == ("refused", "Polis sudah berjalan.")
    assert refused(desk, lambda: pay(desk, number)) == ["refund.refused"]
    assert taking_back(desk, number).may_ask
    second = asking(desk, number)
    decide(desk, second.refund_id)
    assert [one.state for one in refunds_at(desk)] == ["approved", "refused"]
    open_drawer(desk, Money.idr(500_000))
    assert pay(desk, number)


def test_a_transfer_needs_the_workers_account_and_is_paid_by_the_centre(desk: Desk, number: str) -> None:
    assert refused(desk, lambda: asking(desk, number, method="transfer")) == ["required"] * 3
    account = {"bank_name": "bank bri", "bank_account": "0123-4567 8901", "bank_holder": "Siti  Nurhaliza"}
    asked = asking(desk, number, method="transfer", **account)
    assert only(desk).bank == "BRI · ••••••8901 · Siti Nurhaliza"
    decide(desk, asked.refund_id, method="transfer")
    row = only(desk)
    assert (row.state, row.transfer_reference, row.number) == ("paid", "TRF-1", "")
    open_drawer(desk, Money.idr(500_000))
    assert refused(desk, lambda: pay(desk, number)) == ["refund.transferred"]


def test_where_no_cash_is_handed_out_one_asks_for_a_transfer(
    desk: Desk, number: str, published: Callable[..., None], clock: HandClock
) -> None:
    published(cash=False)
    assert refused(desk, lambda: asking(desk, number)) == ["refund.no_cash"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"reason": " "}, ["required"]),
        ({"method": ""}, ["required"]),
        ({"method": "cek"}, ["refund.method"]),
        ({"receipt": "TPE3-2026-000077"}, ["receipt.unknown"]),
        (
            {"method": "transfer", "bank_name": "x" * 101, "bank_account": "1" * 41, "bank_holder": "y" * 101},
            ["text.too_long"] * 3,
        ),
    ],
)
def test_what_is_wrong_with_a_request_is_said_and_nothing_is_recorded(
    desk: Desk, number: str, fields: dict[str, str], expected: list[str]
) -> None:
    assert refused(desk, lambda: asking(desk, number, **fields)) == expected


def test_what_was_voided_is_not_asked_for(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    void(desk, VoidForm(receipt=number, reason="salah"), BUDI)
    assert refused(desk, lambda: asking(desk, number, method="transfer")) == ["void.done"]


def test_a_void_that_was_made_before_the_centre_said_yes_leaves_nothing_to_pay(
    desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published(till=False)
    number = receive(desk, slip(siti)).number
    asked = asking(desk, number)
    void(desk, VoidForm(receipt=number, reason="salah"), BUDI)
    decide(desk, asked.refund_id)
    assert only(desk).state == "overtaken"
    open_drawer(desk, Money.idr(500_000))
    assert refused(desk, lambda: pay(desk, number)) == ["refund.overtaken"]
    assert "receipt.voided_again" in card(desk, siti).flags


def test_the_list_of_covers_that_end_names_no_receipt_that_was_given_back(
    desk: Desk, siti: UUID, number: str, clock: HandClock
) -> None:
    later = receive(desk, slip(siti, 1, reference="BNI-2")).number
    clock.forward(days=24 * 31)
    (row,) = expiring_people(desk).rows
    assert row.receipt == later
    decide(desk, asking(desk, later).refund_id)
    (row,) = expiring_people(desk).rows
    assert row.receipt == number


def test_money_leaves_only_an_open_drawer_of_ones_own_with_enough_in_it(desk: Desk, number: str) -> None:
    decide(desk, asking(desk, number).refund_id)
    assert refused(desk, lambda: pay(desk, number)) == ["cash.no_till"]
    open_drawer(desk, Money.idr(300_000))
    assert refused(desk, lambda: pay(desk, number)) == ["cash.not_there"]
    close_drawer(desk)
    open_drawer(desk, Money.idr(100_000))
    assert pay(desk, number)


def test_another_counter_asks_and_pays_for_a_receipt_it_did_not_issue(
    desk: Desk, siti: UUID, number: str, tmp_path_factory: pytest.TempPathFactory, clock: HandClock
) -> None:
    with open_counter(tmp_path_factory.mktemp("lain") / "loket", series="TPE4", clock=clock) as other:
        add(other, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
        assert refused(other, lambda: asking(other, number, method="cash")) == ["receipt.unknown"]
        carry(desk, other)
        asked = request_refund(
            other,
            RefundForm(
                receipt=number, reason="pulang", method="transfer", bank_name="BNI", bank_account="1", bank_holder="S"
            ),
        )
        said = decide(other, asked.refund_id, method="cash")
        open_drawer(other, Money.idr(500_000))
        paid = pay_refund(other, RefundPayment(refund=str(asked.refund_id)), BUDI)
        assert paid.number.startswith("TPE4")
        carry(other, desk)
    bring(desk, said)
    assert [one.id for one in refunds_of(desk, siti)] == [asked.refund_id]
    assert refused(desk, lambda: asking(desk, number)) == ["void.refunded"]
    assert (only(desk).state, only(desk).number) == ("paid", paid.number)


def test_the_same_request_is_asked_and_paid_once(desk: Desk, number: str) -> None:
    first = asking(desk, number, request_id="a-1")
    again = asking(desk, number, request_id="a-1")
    assert (again.refund_id, again.repeated) == (first.refund_id, True)
    decide(desk, first.refund_id)
    open_drawer(desk, Money.idr(900_000))
    paid = pay_refund(desk, RefundPayment(refund=number, request_id="b-1"), BUDI)
    once_more = pay_refund(desk, RefundPayment(refund=number, request_id="b-1"), Approval("", ""))
    assert (once_more.number, once_more.repeated) == (paid.number, True)
    assert [kind for kind in kinds(desk) if kind.startswith("refund.")] == ["refund.requested", "refund.paid"]


def test_repeating_the_payment_of_a_refunded_receipt_says_so(desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti, request_id="p-1"))
    asked = asking(desk, first.number, method="transfer", bank_name="BNI", bank_account="12345678", bank_holder="S")
    decide(desk, asked.refund_id, method="transfer")
    again = receive(desk, slip(siti, request_id="p-1"))
    assert again.number == first.number
    assert [one.code for one in again.warnings if one.code.startswith("receipt.")] == ["receipt.was_refunded"]


def test_of_somebody_whose_data_are_restricted_the_list_says_nothing(desk: Desk, siti: UUID, number: str) -> None:
    asking(desk, number, method="transfer", bank_name="BNI", bank_account="12345678", bank_holder="SITI")
    restrict(desk, siti, remark="diminta sendiri")
    row = only(desk)
    assert (row.reason, row.bank) == ("", "")
    assert "SITI" not in row.worker_name
