"""Refunds at the centre: an officer says yes or no once, and every counter of the mission hears of it."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor
from sqlalchemy import func, select, update

from models.journal.contributions import ReceiptVoided
from models.journal.ids import new_id
from models.journal.reference import MissionPublished
from models.journal.refunds import RefundDecided, RefundPaid, RefundRequested, RefundWish
from models.ledger.tables import account_line, receipt
from models.rules.problems import Refused
from server.store.tables import terminal_head
from server.usecases.journal import record
from server.usecases.officers import add_officer
from server.usecases.publish import mission_id
from server.usecases.refunds import count_waiting, decide, refund_with, refunds
from server.usecases.verify import verify

DAY = date(2026, 11, 22)
ACCOUNT = {"bank_name": "BRI", "bank_account": "012345678901", "bank_holder": "SITI NURHALIZA"}


@pytest.fixture
def paid(centre, enrolled):
    """Counter TPE3, whose receipt for NT$ 649 has arrived: the visitor, the worker and the receipt."""
    visitor, worker = enrolled("TPE3"), new_id()
    visitor.journal.record(registration(worker))
    entry = visitor.journal.record(payment(worker))
    visitor.push()
    cash_in(centre)
    return visitor, worker, entry.id


def cash_in(centre, *, allowed: bool = True) -> None:
    body = MissionPublished(mission_id=mission_id("TPE"), mission="TPE", cash_allowed=allowed, counters={})
    centre.write(lambda connection: record(connection, centre, [body]))


def wish(worker, receipt_id, method="cash", **account) -> RefundRequested:
    return RefundRequested(
        worker_id=worker,
        mission="TPE",
        receipt_id=receipt_id,
        method=method,
        business_date=DAY,
        personal=RefundWish(reason="tidak jadi berangkat", **account),
    )


def ask(visitor: Visitor, *given, **account):
    entry = visitor.journal.record(wish(*given, **account))
    visitor.push()
    return entry.id


def codes(doing) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refusal:
        doing()
    return [(problem.field, problem.code) for problem in refusal.value.problems]


def sums(centre) -> dict[str, int]:
    query = select(account_line.c.account, func.sum(account_line.c.amount)).group_by(account_line.c.account)
    with centre.engine.connect() as connection:
        return {account: int(amount) for account, amount in connection.execute(query) if amount}


def test_what_is_asked_for_stands_on_the_list_until_somebody_decides(centre, paid):
    visitor, worker, receipt_id = paid
    first = ask(visitor, worker, receipt_id)
    other = visitor.journal.record(payment(worker, 2))
    second = ask(visitor, worker, other.id, "transfer", **ACCOUNT)
    assert [one.id for one in refunds(centre)] == [first, second]
    assert count_waiting(centre) == 2
    one = refund_with(centre, first)
    assert (one.number, one.counter, one.worker, one.reason) == (
        "TPE3-2026-000001",
        "TPE3",
        "SITI NURHALIZA",
        "tidak jadi berangkat",
    )
    assert (str(one.amount), one.amount_idr, one.state) == ("TWD 649", 332_500, "waiting")
    assert refund_with(centre, second).account == "BRI · ••••••8901 · SITI NURHALIZA"
    decide(centre, first, approved=False, note="Polis sudah berjalan.")
    assert [one.id for one in refunds(centre)] == [second, first]
    assert [one.id for one in refunds(centre, waiting_only=True)] == [second]


def test_what_is_approved_covers_nothing_from_then_on_and_the_counters_hear_of_it(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    decided = decide(centre, asked, approved=True)
    heard = visitor.pull("post:TPE")[-1]
    assert (heard.id, heard.head.kind) == (decided, "refund.decided")
    body = heard.body()
    assert isinstance(body, RefundDecided)
    assert (body.approved, body.method, body.receipt_id) == (True, "cash", receipt_id)
    assert refund_with(centre, asked).state == "approved"
    with centre.engine.connect() as connection:
        assert connection.scalar(select(receipt.c.refund_decision_id)) == decided
    assert sums(centre) == {"tender:cash": 649, "refund:owed": -649}
    assert verify(centre).wrong == []


def test_a_transfer_is_paid_with_the_officers_word(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id, "transfer", **ACCOUNT)
    assert codes(lambda: decide(centre, asked, approved=True)) == [("transfer_reference", "required")]
    decide(centre, asked, approved=True, transfer_reference=" TRF-77 ")
    row = refund_with(centre, asked)
    assert (row.state, row.transfer_reference, row.decided_method) == ("paid", "TRF-77", "transfer")
    assert sums(centre) == {"tender:cash": 649, "tender:transfer": -649}


def test_cash_that_was_asked_for_as_a_transfer_may_be_granted_and_is_paid_once_by_a_counter(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id, "transfer", **ACCOUNT)
    decide(centre, asked, approved=True, method="cash")
    visitor.journal.record(handed_out(worker, receipt_id, asked, 2))
    visitor.push()
    row = refund_with(centre, asked)
    assert (row.state, row.paid_number) == ("paid", "TPE3-2026-000002")
    assert sums(centre) == {}


def handed_out(worker, receipt_id, asked, serial) -> RefundPaid:
    return RefundPaid(
        worker_id=worker,
        mission="TPE",
        refund_id=asked,
        receipt_id=receipt_id,
        number=f"TPE3-2026-{serial:06}",
        year=2026,
        serial=serial,
        business_date=DAY,
        till_id=None,
        currency="TWD",
        exponent=0,
        amount=649,
        amount_idr=332_500,
    )


def test_who_refuses_says_why(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    assert codes(lambda: decide(centre, asked, approved=False, note=" ")) == [("note", "required")]
    assert codes(lambda: decide(centre, asked, approved=False, note="x" * 501)) == [("note", "text.too_long")]
    decide(centre, asked, approved=False, note="Polis sudah berjalan.")
    assert (refund_with(centre, asked).state, refund_with(centre, asked).note) == ("refused", "Polis sudah berjalan.")
    assert sums(centre)["tender:cash"] == 649


def test_one_decides_once(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    decide(centre, asked, approved=True)
    for approved in (True, False):
        again = codes(lambda approved=approved: decide(centre, asked, approved=approved, note="lagi"))
        assert again == [("refund", "refund.decided")]
    assert [one.state for one in refunds(centre)] == ["approved"]


@pytest.mark.parametrize("state", ["voided", "another refund"])
def test_what_was_taken_back_already_is_not_granted_a_second_time(centre, enrolled, paid, state):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    other = ask(enrolled("TPE4"), worker, receipt_id)
    if state == "voided":
        visitor.journal.record(
            ReceiptVoided(
                worker_id=worker,
                mission="TPE",
                receipt_id=receipt_id,
                number="TPE3-2026-000002",
                year=2026,
                serial=2,
                business_date=DAY,
            )
        )
        visitor.push()
    else:
        decide(centre, asked, approved=True)
    expected = "void.done" if state == "voided" else "void.refunded"
    assert refund_with(centre, other).state == "overtaken"
    assert codes(lambda: decide(centre, other, approved=True)) == [("receipt", expected)]
    decide(centre, other, approved=False, note="sudah")
    assert refund_with(centre, other).state == "refused"


def test_a_receipt_that_its_counter_has_not_sent_yet_waits(centre, enrolled, paid):
    visitor, worker, _ = paid
    late = visitor.journal.record(payment(worker, 2))
    asked = ask(enrolled("TPE4"), worker, late.id)
    assert (refund_with(centre, asked).number, refund_with(centre, asked).amount) == (None, None)
    assert codes(lambda: decide(centre, asked, approved=True)) == [("refund", "refund.not_here")]
    visitor.push()
    assert refund_with(centre, asked).number == "TPE3-2026-000002"
    decide(centre, asked, approved=True)


def test_the_receipt_of_a_counter_whose_key_was_withdrawn_is_given_back_all_the_same(centre, enrolled, paid):
    visitor, worker, receipt_id = paid
    head = terminal_head.c
    withdrawn = update(terminal_head).where(head.terminal == visitor.journal.terminal).values(revoked_at=centre.now())
    centre.write(lambda connection: connection.execute(withdrawn))
    other = enrolled("TPE4")
    asked = ask(other, worker, receipt_id)
    assert refund_with(centre, asked).revoked
    decide(centre, asked, approved=True)
    assert other.pull("post:TPE")[-1].head.kind == "refund.decided"
    assert refund_with(centre, asked).state == "approved"


def test_where_there_is_no_cash_or_no_account_it_cannot_be_granted_so(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    no_account = codes(lambda: decide(centre, asked, approved=True, method="transfer", transfer_reference="T"))
    assert no_account == [("method", "refund.no_account")]
    assert codes(lambda: decide(centre, asked, approved=True, method="emas")) == [("method", "refund.method")]
    cash_in(centre, allowed=False)
    assert codes(lambda: decide(centre, asked, approved=True)) == [("method", "refund.no_cash")]


def test_an_auditor_looks_and_does_not_decide(centre, paid):
    visitor, worker, receipt_id = paid
    asked = ask(visitor, worker, receipt_id)
    auditor = add_officer(centre, "rudi", "sembilan belas kuda", role="auditor")
    assert codes(lambda: decide(centre, asked, approved=True, by=auditor)) == [("officer", "officer.not_allowed")]
    verifier = add_officer(centre, "dewi", "sembilan belas kuda", role="verifikator")
    decide(centre, asked, approved=True, by=verifier)


def test_nobody_knows_a_refund_that_was_never_asked_for(centre):
    assert codes(lambda: refund_with(centre, new_id())) == [("refund", "refund.unknown")]
    assert codes(lambda: decide(centre, new_id(), approved=True)) == [("refund", "refund.unknown")]
