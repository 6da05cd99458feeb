"""Voids: a receipt is taken back by its own counter within its session, agreed to by a second person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import UUID

import msgspec
import pytest
from loket_testing.bodies import payment
from loket_testing.counter import CHEAP, carry, codes, kinds, open_counter, slip
from loket_testing.drawers import close_drawer, hand_over_drawer, open_drawer
from sqlalchemy import func, select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.void import VoidForm
from kiosk.queries.tills import in_drawer, open_till
from kiosk.queries.voids import taking_back
from kiosk.queries.workers import card, search
from kiosk.usecases.approvals import Approval
from kiosk.usecases.checks import check
from kiosk.usecases.contributions import receive
from kiosk.usecases.staff import add
from kiosk.usecases.voids import Voided, void
from models.ledger.tables import account_line, receipt_void
from models.rules.money import Money
from models.rules.problems import Refused
from models.rules.token import spelled

BUDI = Approval("budi", "penyelia-456")


@pytest.fixture(autouse=True)
def supervised(desk: Desk) -> UUID:
    """Budi supervises, Sari serves. Returns Sari's id."""
    add(desk, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    return add(desk, login="sari", name="Sari D.", role="petugas", password="petugas-789", cost=CHEAP).id


def voiding(desk: Desk, named: object, reason: str = "salah orang", **fields: str) -> Voided:
    return void(desk, VoidForm(receipt=str(named), reason=reason, **fields), BUDI)


def refused(desk: Desk, named: object, approval: Approval = BUDI, reason: str = "salah orang") -> list[str]:
    """The codes with which it is refused; nothing was recorded."""
    before = kinds(desk)
    with pytest.raises(Refused) as refusal:
        void(desk, VoidForm(receipt=str(named), reason=reason), approval)
    assert kinds(desk) == before
    return codes(refusal)


@pytest.fixture
def cash(desk: Desk, siti: UUID, published: Callable[..., None]) -> str:
    """The number of a receipt for NT$ 649, paid in cash from a till with NT$ 2.000 in it."""
    published(till=False)
    till = open_drawer(desk, Money.of(2_000, "TWD"))
    return cash_payment(desk, siti, till)


def cash_payment(desk: Desk, worker: UUID, till: UUID) -> str:
    with desk.work() as work:
        number = work.next_number()
        body = payment(worker, number.serial, day=work.today)
        work.record(msgspec.structs.replace(body, number=str(number), till_id=till))
        return str(number)


def drawer(desk: Desk) -> dict[str, int]:
    with desk.read() as work:
        return {one.currency: one.minor for one in in_drawer(work.connection, work.terminal)}


def books(desk: Desk) -> dict[tuple[str, str], int]:
    """What each account holds; every entry's lines sum to zero."""
    line = account_line.c
    with desk.read() as work:
        sums = work.connection.scalars(select(func.sum(line.amount)).group_by(line.entry_id, line.currency))
        assert set(sums) <= {0}
        rows = work.connection.execute(
            select(line.account, line.currency, func.sum(line.amount)).group_by(line.account, line.currency)
        )
        return {(account, currency): int(amount) for account, currency, amount in rows if amount}


def test_a_receipt_is_taken_back_with_a_number_of_the_same_series(desk: Desk, siti: UUID) -> None:
    before = books(desk)
    received = receive(desk, slip(siti))
    done = voiding(desk, received.number)
    assert done.number == received.number[:-6] + "000002"
    assert (done.receipt_number, done.approved_by) == (received.number, "Budi S.")
    assert receive(desk, slip(siti)).number[-6:] == "000003"
    voiding(desk, card(desk, siti).receipts[0].number)
    assert books(desk) == before
    assert all(one.voided for one in card(desk, siti).receipts)


def test_what_was_voided_covers_nothing_and_the_months_can_be_sold_again(desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti))
    voiding(desk, first.number)
    assert card(desk, siti).states["JKK+JKM"].kind == "none"
    assert receive(desk, slip(siti)).covered_from == first.covered_from


def test_cash_goes_out_of_the_drawer_it_came_into(desk: Desk, cash: str) -> None:
    assert drawer(desk) == {"TWD": 2_649}
    done = voiding(desk, cash)
    assert done.back.cash == (Money.of(649, "TWD"),)
    assert done.back.kept == ()
    assert drawer(desk) == {"TWD": 2_000}


def test_slip_money_stays_at_the_bank_and_needs_no_till(desk: Desk, siti: UUID) -> None:
    done = voiding(desk, receive(desk, slip(siti)).number)
    assert done.back.cash == ()
    ((kept),) = done.back.kept
    assert (kept.kind, kept.received, kept.reference) == ("bank_slip", Money.idr(332_500), "BNI-20261122-0007")


def test_the_journal_names_who_did_it_who_agreed_and_why(desk: Desk, siti: UUID) -> None:
    done = voiding(desk, receive(desk, slip(siti)).number, " salah orang ")
    with desk.read() as work:
        row = work.connection.execute(select(receipt_void)).one()
    budi = next(one for one in desk.store.people() if one.login == "budi")
    assert (row.id, row.number, row.reason) == (done.void_id, done.number, "salah orang")
    assert (row.operator_id, row.approved_by) == (desk.operator.id, budi.operator_id)
    assert (row.amount_idr, row.currency, row.due) == (332_500, "IDR", 332_500)


def test_the_voids_own_code_proves_which_receipt_it_took_back(desk: Desk, siti: UUID) -> None:
    received = receive(desk, slip(siti))
    done = voiding(desk, received.number)
    with desk.read() as work:
        token = work.connection.execute(select(receipt_void.c.token)).scalar_one()
    checked = check(desk, spelled(bytes(token)))
    assert (checked.genuine, checked.known_here) == (True, True)
    assert checked.facts is not None
    assert (checked.facts.kind, checked.facts.number, checked.facts.refers) == ("void", done.number, received.number)


def test_who_asks_for_the_voids_number_finds_the_worker(desk: Desk, siti: UUID) -> None:
    done = voiding(desk, receive(desk, slip(siti)).number)
    assert [row.id for row in search(desk, done.number.lower())] == [siti]


@pytest.mark.parametrize(
    ("approval", "expected"),
    [
        (Approval("sari", "petugas-789"), ["approval.not_allowed"]),
        (Approval("budi", "salah-sama-sekali"), ["store.wrong_password"]),
        (Approval("", ""), ["required", "required"]),
    ],
)
def test_nothing_is_taken_back_by_one_person_alone(
    desk: Desk, siti: UUID, approval: Approval, expected: list[str]
) -> None:
    number = receive(desk, slip(siti)).number
    assert refused(desk, number, approval) == expected
    assert not card(desk, siti).receipts[0].voided


def test_a_reason_and_a_receipt_are_needed(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    assert refused(desk, number, reason="  ") == ["required"]
    assert refused(desk, "") == ["required"]
    assert refused(desk, "TPE3-2026-000099") == ["receipt.unknown"]
    assert refused(desk, "seratus") == ["receipt_number.form"]


def test_nobody_is_asked_for_a_password_where_a_rule_forbids_it(desk: Desk, siti: UUID, clock: HandClock) -> None:
    number = receive(desk, slip(siti)).number
    clock.forward(days=1)
    assert refused(desk, number, Approval("budi", "salah-sama-sekali")) == ["void.day_passed"]


def test_a_receipt_is_voided_once(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    voiding(desk, number)
    assert refused(desk, number) == ["void.done"]


def test_after_the_till_was_closed_it_is_a_refund(desk: Desk, siti: UUID, cash: str) -> None:
    by_slip = receive(desk, slip(siti)).number
    close_drawer(desk)
    assert refused(desk, cash) == ["void.session_closed"]
    assert refused(desk, by_slip) == ["void.session_closed"]
    open_drawer(desk, Money.of(2_000, "TWD"))
    assert refused(desk, cash) == ["void.session_closed"]
    assert voiding(desk, receive(desk, slip(siti)).number).number


def test_a_session_that_runs_past_midnight_is_one_session(desk: Desk, cash: str, clock: HandClock) -> None:
    clock.forward(hours=18)
    assert voiding(desk, cash).back.cash == (Money.of(649, "TWD"),)


def test_cash_is_handed_out_only_by_whoever_holds_the_drawer(desk: Desk, cash: str, supervised: UUID) -> None:
    hand_over_drawer(desk, supervised)
    assert refused(desk, cash) == ["cash.other_holder"]


def test_a_drawer_that_was_emptied_hands_nothing_out(desk: Desk, siti: UUID, published: Callable[..., None]) -> None:
    from models.journal.tills import TillMoved

    published(till=False)
    till = open_drawer(desk)
    number = cash_payment(desk, siti, till)
    with desk.work() as work:
        work.record(
            TillMoved(
                till_id=till,
                mission="TPE",
                business_date=work.today,
                way="out",
                currency="TWD",
                exponent=0,
                amount=600,
            )
        )
    assert refused(desk, number) == ["cash.not_there"]


@pytest.fixture
def other(desk: Desk, tmp_path_factory: pytest.TempPathFactory, clock: HandClock) -> Iterator[Desk]:
    """Counter TPE4 of the same mission, which has pulled all that TPE3 recorded."""
    desk4 = open_counter(tmp_path_factory.mktemp("lain") / "loket", series="TPE4", clock=clock)
    add(desk4, login="budi", name="Budi S.", role="penyelia", password="penyelia-456", cost=CHEAP)
    yield desk4
    desk4.close()


def test_another_counter_cannot_void_it(desk: Desk, siti: UUID, other: Desk) -> None:
    number = receive(desk, slip(siti)).number
    carry(desk, other)
    assert refused(other, number) == ["void.other_counter"]
    view = taking_back(other, number)
    assert view.problem is not None
    assert view.may_ask


def test_the_same_request_is_done_once_and_answered_the_same(desk: Desk, siti: UUID) -> None:
    number = receive(desk, slip(siti)).number
    first = voiding(desk, number, request_id="v-1")
    again = void(desk, VoidForm(receipt=number, reason="salah orang", request_id="v-1"), Approval("budi", "lupa-lupa"))
    assert (again.number, again.void_id, again.back, again.repeated) == (first.number, first.void_id, first.back, True)
    assert kinds(desk).count("receipt.voided") == 1
    with pytest.raises(Refused) as refusal:
        voiding(desk, number, "alasan lain", request_id="v-1")
    assert codes(refusal) == ["request.other_content"]


def test_repeating_the_payment_of_a_voided_receipt_never_pays_again_and_says_so(desk: Desk, siti: UUID) -> None:
    first = receive(desk, slip(siti, request_id="p-1"))
    done = voiding(desk, first.number)
    again = receive(desk, slip(siti, request_id="p-1"))
    assert (again.number, again.receipt_id, again.repeated) == (first.number, first.receipt_id, True)
    (said,) = [warning for warning in again.warnings if warning.code == "receipt.was_voided"]
    assert dict(said.values) == {"number": first.number, "void": done.number, "day": "2026-11-22"}
    assert kinds(desk).count("contribution.received") == 1


def test_before_it_is_done_one_sees_what_goes_back_and_what_rests_on_it(desk: Desk, siti: UUID, cash: str) -> None:
    later = receive(desk, slip(siti, 12)).number
    view = taking_back(desk, cash)
    assert view.problem is None
    assert view.till_problems == ()
    assert view.back.cash == (Money.of(649, "TWD"),)
    assert view.resting == (later,)
    assert view.refund is None
    assert taking_back(desk, later).resting == ()
    voiding(desk, cash)
    assert "coverage.gap" in card(desk, siti).flags
    gone = taking_back(desk, cash)
    assert gone.problem is not None
    assert (gone.problem.code, gone.may_ask) == ("void.done", False)


def test_a_void_belongs_to_the_session_it_is_made_in(desk: Desk, cash: str) -> None:
    voiding(desk, cash)
    with desk.read() as work:
        here = open_till(work.connection, work.terminal.id, work.terminal.incarnation)
        assert here is not None
        assert work.connection.execute(select(receipt_void.c.till_id)).scalar_one() == here.id
