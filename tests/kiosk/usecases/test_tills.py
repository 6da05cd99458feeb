"""Tills at a real counter: open, in and out, blind count, hand-over, close, and what can go wrong at each."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from loket_testing.counter import PASSWORD, codes, kinds, slip
from loket_testing.tills import BUDI, at_the_desk, cash_of, closing, count, opening, pay_cash, publish, staffed
from sqlalchemy import func, select, update

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.till import HandOver, MoveCash
from kiosk.queries.tills import links, status, z_report, z_reports
from kiosk.usecases import drafts, tills
from kiosk.usecases.approvals import Approval
from kiosk.usecases.contributions import receive
from kiosk.usecases.verify import verify
from models.ledger.tables import account_line, flag, till, till_count
from models.rules.money import Money
from models.rules.problems import Refused, Trouble
from models.rules.tills import first_broken
from models.rules.token import read_token

Publish = Callable[..., None]


@pytest.fixture
def counter(desk: Desk) -> Desk:
    """Rina's counter, which takes cash; Budi supervises, Sari serves; TWD 50 may differ."""
    publish(desk, limits={"TWD": 50})
    staffed(desk)
    return desk


# Opening


def test_the_first_session_takes_what_is_counted_as_its_float(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(pieces={"1000": 2, "100": 5})))
    assert (opened.number[-9:], opened.flags) == ("-Z-000001", ())
    assert cash_of(counter) == {"TWD": 2500}
    now = status(counter)
    assert now.open is not None
    assert (now.open.id, now.holder, now.mine, now.cash) == (opened.till_id, "Rina W.", True, (Money.of(2500, "TWD"),))


def test_a_mission_that_takes_no_cash_opens_no_till(desk: Desk) -> None:
    publish(desk, cash=False)
    with pytest.raises(Refused) as refusal:
        tills.start(desk, opening(count(0)))
    assert codes(refusal) == ["tender.cash_not_allowed"]


def test_what_the_last_session_left_is_carried_over_and_the_float_added(counter: Desk, siti: UUID) -> None:
    tills.start(counter, opening(count(1000)))
    due = pay_cash(counter, siti)
    tills.close(counter, closing(count(1000 + due.minor), deposited={"TWD": due.minor}))
    assert cash_of(counter) == {"TWD": 1000}
    opened = tills.start(counter, opening(count(3000), brought={"TWD": 2000}))
    assert [one.difference.minor for one in opened.sums] == [0]
    assert cash_of(counter) == {"TWD": 3000}


def test_an_opening_difference_is_explained_and_agreed_to_and_counted_once(counter: Desk) -> None:
    tills.start(counter, opening(count(1000)))
    tills.close(counter, closing(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.start(counter, opening(count(900)))
    assert codes(refusal) == ["till.reason", "till.second_person"]
    opened = tills.start(counter, opening(count(900), reason="laci tidak terkunci"), BUDI)
    assert [(one.expected.minor, one.difference.minor) for one in opened.sums] == [(1000, -100)]
    assert cash_of(counter) == {"TWD": 900}
    tills.close(counter, closing(count(900)))
    (row,) = z_report(counter, opened.till_id).cash
    assert (row.start.minor, row.opening.minor, row.expected.minor, row.difference.minor) == (1000, -100, 900, 0)
    assert z_report(counter, opened.till_id).opening_approved_by == "Budi S."


def test_only_one_session_is_open_whoever_asks(counter: Desk) -> None:
    tills.start(counter, opening(count(0)))
    for who in (counter, at_the_desk(counter, "sari")):
        with pytest.raises(Refused) as refusal:
            tills.start(who, opening(count(0)))
        assert codes(refusal) == ["till.open_already"]
        assert dict(refusal.value.problems[0].values) == {"holder": "Rina W."}


# In and out


def test_cash_goes_in_and_out_with_a_reason_and_stands_in_the_report(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    tills.move(counter, "in", MoveCash(amount=500, reason="uang receh"))
    moved = tills.move(counter, "out", MoveCash(amount=50, reason="materai"))
    assert moved.left == Money.of(1450, "TWD")
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "out", MoveCash(amount=50))
    assert codes(refusal) == ["required"]
    tills.close(counter, closing(count(1450)))
    report = z_report(counter, opened.till_id)
    assert [(one.way, one.amount.minor, one.reason, one.operator) for one in report.moves] == [
        ("in", 500, "uang receh", "Rina W."),
        ("out", 50, "materai", "Rina W."),
    ]
    (row,) = report.cash
    assert (row.put_in.minor, row.taken_out.minor, row.adjusted.minor) == (500, 50, 0)


def test_taking_out_more_than_the_limit_needs_a_second_person_or_is_flagged(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "out", MoveCash(amount=51, reason="setor"))
    assert codes(refusal) == ["till.second_person_out"]
    assert tills.move(counter, "out", MoveCash(amount=51), BUDI).flags == ()
    assert tills.move(counter, "out", MoveCash(amount=60, reason="setor", alone=True)).flags == ("till.moved_alone",)
    tills.close(counter, closing(count(889)))
    assert z_report(counter, opened.till_id).flags == ("till.moved_alone",)


def test_nobody_takes_out_what_is_not_there(counter: Desk) -> None:
    tills.start(counter, opening(count(30)))
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "out", MoveCash(amount=31, reason="kopi"))
    assert codes(refusal) == ["till.not_that_much"]


def test_only_the_holder_moves_cash(counter: Desk) -> None:
    tills.start(counter, opening(count(30)))
    with pytest.raises(Refused) as refusal:
        tills.move(at_the_desk(counter, "sari"), "out", MoveCash(amount=1, reason="kopi"))
    assert codes(refusal) == ["till.not_holder"]


# Closing


def test_expected_cash_is_what_came_in_less_the_change(counter: Desk, siti: UUID) -> None:
    opened = tills.start(counter, opening(count(1000)))
    due = pay_cash(counter, siti, received=1000)
    reviewed = tills.confirm_count(counter, "close", closing(count(1000 + due.minor)))
    assert [(one.expected.minor, one.difference.minor) for one in reviewed.sums] == [(1000 + due.minor, 0)]
    assert (reviewed.reason_needed, reviewed.second_needed) == (False, False)
    closed = tills.close(counter, closing(count(1000 + due.minor)))
    assert closed.flags == ()
    (row,) = z_report(counter, opened.till_id).cash
    assert (row.start.minor, row.brought.minor, row.taken.minor) == (0, 1000, due.minor)


def test_a_report_holds_every_tender_and_only_cash_is_counted(counter: Desk, siti: UUID) -> None:
    opened = tills.start(counter, opening(count(0)))
    due = pay_cash(counter, siti)
    paid = receive(counter, slip(siti, months=24))
    tills.close(counter, closing(count(due.minor)))
    report = z_report(counter, opened.till_id)
    assert [(one.kind, one.taken.currency, one.receipts, one.expected.minor) for one in report.tenders] == [
        ("bank_slip", "IDR", 1, paid.due.minor),
        ("cash", "TWD", 1, due.minor),
    ]
    assert (report.receipts, report.voids, report.last_number) == (2, 0, paid.number)


def test_a_difference_within_the_limit_needs_a_reason_only(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.close(counter, closing(count(960)))
    assert codes(refusal) == ["till.reason"]
    closed = tills.close(counter, closing(count(960), reason="salah kembalian"))
    assert closed.flags == ()
    assert cash_of(counter) == {"TWD": 960}
    report = z_report(counter, opened.till_id)
    assert (report.closing_reason, report.closing_approved_by) == ("salah kembalian", "")


def test_beyond_it_a_second_person_types_their_password(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.close(counter, closing(count(900), reason="belum diketahui"))
    assert codes(refusal) == ["till.second_person"]
    with pytest.raises(Refused) as refusal:
        tills.close(counter, closing(count(900)), Approval("budi", "salah-sekali", "ya"))
    assert codes(refusal) == ["store.wrong_password"]
    closed = tills.close(counter, closing(count(900)), BUDI)
    assert closed.flags == ()
    report = z_report(counter, opened.till_id)
    assert (report.closing_reason, report.closing_approved_by) == ("sudah dihitung berdua", "Budi S.")


def test_with_no_supervisor_in_reach_it_closes_all_the_same_and_is_flagged(counter: Desk) -> None:
    tills.start(counter, opening(count(1000)))
    closed = tills.close(counter, closing(count(900), reason="belum diketahui", alone=True))
    assert closed.flags == ("till.difference",)
    with counter.read() as work:
        assert list(work.connection.scalars(select(flag.c.code))) == ["till.difference"]


def test_the_count_is_blind_and_counting_again_after_it_was_confirmed_needs_a_second_person(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    tills.confirm_count(counter, "close", closing(count(940)))
    assert [one.money.minor for one in tills.counted_already(counter)] == [940]
    for attempt in (tills.close, lambda desk, form: tills.confirm_count(desk, "close", form)):
        with pytest.raises(Refused) as refusal:
            attempt(counter, closing(count(1000)))
        assert codes(refusal) == ["till.recount"]
    with pytest.raises(Refused):
        tills.recount(counter, Approval("rina", PASSWORD))
    tills.recount(counter, Approval("budi", "penyelia-456"))
    assert tills.counted_already(counter) == ()
    tills.confirm_count(counter, "close", closing(count(1000)))
    tills.close(counter, closing(count(1000)))
    assert z_report(counter, opened.till_id).closing_approved_by == "Budi S."


def test_whoever_agreed_to_count_again_is_no_second_person_to_their_own_closing(counter: Desk) -> None:
    tills.start(counter, opening(count(1000)))
    tills.confirm_count(counter, "close", closing(count(940)))
    tills.recount(counter, Approval("budi", "penyelia-456"))
    budi = at_the_desk(counter, "budi")
    with pytest.raises(Refused) as refusal:
        tills.close(budi, closing(count(900), reason="Rina pulang"))
    assert codes(refusal) == ["till.second_person"]
    closed = tills.close(budi, closing(count(900), reason="Rina pulang", alone=True))
    assert closed.flags == ("till.closed_by_other", "till.difference")
    assert z_report(counter, closed.till_id).closing_approved_by == ""


def test_a_receipt_after_the_count_makes_it_void(counter: Desk, siti: UUID) -> None:
    tills.start(counter, opening(count(1000)))
    tills.confirm_count(counter, "close", closing(count(940)))
    due = pay_cash(counter, siti)
    assert tills.counted_already(counter) == ()
    closed = tills.close(counter, closing(count(1000 + due.minor)))
    assert [one.difference.minor for one in closed.sums] == [0]


def test_somebody_else_closes_with_a_reason_and_the_holder_finds_out_at_the_next_step(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    sari = at_the_desk(counter, "sari")
    with pytest.raises(Refused) as refusal:
        tills.close(sari, closing(count(1000)))
    assert codes(refusal) == ["required"]
    closed = tills.close(sari, closing(count(1000), reason="Rina pulang sakit"))
    assert closed.flags == ("till.closed_by_other",)
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "in", MoveCash(amount=5, reason="receh", till_id=str(opened.till_id)))
    assert codes(refusal) == ["till.closed_meanwhile"]
    assert dict(refusal.value.problems[0].values) == {"number": closed.number, "by": "Sari D."}
    with pytest.raises(Refused) as refusal:
        tills.close(counter, closing(count(1000), till_id=str(opened.till_id)))
    assert codes(refusal) == ["till.closed_meanwhile"]
    assert z_report(counter, opened.till_id).closed_by_other


def test_what_was_meant_for_a_closed_session_never_goes_into_the_next(counter: Desk) -> None:
    first = tills.start(counter, opening(count(1000)))
    tills.close(counter, closing(count(1000)))
    tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "in", MoveCash(amount=5, reason="receh", till_id=str(first.till_id)))
    assert codes(refusal) == ["till.closed_meanwhile"]


def test_more_cannot_be_deposited_than_was_counted(counter: Desk) -> None:
    tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.close(counter, closing(count(1000), deposited={"twd": 1001, "IDR": 1}))
    assert [(one.field, one.code) for one in refusal.value.problems] == [
        ("deposited.TWD", "till.deposit_too_much"),
        ("deposited.IDR", "till.deposit_too_much"),
    ]


def test_unsent_entries_and_open_drafts_are_stated_and_stay(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(0)))
    drafts.save(counter, "payment", {"months": 24}, "siti")
    closed = tills.close(counter, closing(count(0)))
    assert closed.unsent == len(kinds(counter)) - 1
    assert [(one.screen, one.operator) for one in closed.drafts] == [("payment", "Rina W.")]
    report = z_report(counter, opened.till_id)
    assert (report.unsent, report.drafts) == (closed.unsent, 1)
    assert len(drafts.load(counter, "payment")) == 1


def test_a_receipt_taken_with_no_session_belongs_to_the_next_and_is_named_there(counter: Desk, siti: UUID) -> None:
    early = receive(counter, slip(siti, months=24))
    opened = tills.start(counter, opening(count(0)))
    due = pay_cash(counter, siti)
    tills.close(counter, closing(count(due.minor)))
    report = z_report(counter, opened.till_id)
    assert (report.receipts, report.late, report.first_number) == (2, (early.number,), early.number)
    between = receive(counter, slip(siti, months=1, programme="JHT", reference="BNI-2"))
    second = tills.start(counter, opening(count(due.minor)))
    tills.close(counter, closing(count(due.minor)))
    assert z_report(counter, second.till_id).late == (between.number,)
    assert z_report(counter, second.till_id).receipts == 1


def test_a_session_left_open_for_days_says_so_and_closes(counter: Desk, clock: HandClock) -> None:
    opened = tills.start(counter, opening(count(1000)))
    clock.now += timedelta(days=3)
    assert status(counter).days_open == 3
    tills.close(counter, closing(count(1000)))
    report = z_report(counter, opened.till_id)
    assert (report.closed_on - report.opened_on).days == 3


def test_a_clock_that_jumped_back_keeps_nothing_open(counter: Desk, clock: HandClock) -> None:
    tills.start(counter, opening(count(1000)))
    clock.now -= timedelta(days=2)
    assert status(counter).days_open == 0
    tills.close(counter, closing(count(1000)))
    tills.start(counter, opening(count(1000)))
    tills.close(counter, closing(count(1000)))
    with counter.read() as work:
        assert first_broken(links(work.connection, work.terminal)) is None


# Looked at by a supervisor


def test_what_was_flagged_waits_for_a_supervisor_and_stays_in_the_report(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    tills.close(counter, closing(count(900), reason="belum diketahui", alone=True))
    assert (status(counter).to_check, z_reports(counter)[0].flagged) == (1, True)
    with pytest.raises(Refused) as refusal:
        tills.look_at(at_the_desk(counter, "sari"), opened.till_id, "sudah ditemukan")
    assert codes(refusal) == ["staff.not_allowed"]
    budi = at_the_desk(counter, "budi")
    with pytest.raises(Refused) as refusal:
        tills.look_at(budi, opened.till_id, " ")
    assert codes(refusal) == ["required"]
    tills.look_at(budi, opened.till_id, "uangnya di laci kedua")
    assert (status(counter).to_check, z_reports(counter)[0].flagged) == (0, False)
    assert z_report(counter, opened.till_id).flags == ("till.difference",)
    with pytest.raises(Refused) as refusal:
        tills.look_at(budi, opened.till_id, "sekali lagi")
    assert codes(refusal) == ["till.nothing_to_check"]


# No dead ends


def mine(counter: Desk) -> None:
    tills.start(counter, opening(count(1000)))


def anothers(counter: Desk) -> None:
    tills.start(at_the_desk(counter, "sari"), opening(count(1000)))


def handed_on(counter: Desk) -> None:
    mine(counter)
    tills.hand_over(counter, HandOver(counts=(count(1000),)), "sari", "petugas-789")


def counted_wrong(counter: Desk) -> None:
    mine(counter)
    tills.confirm_count(counter, "close", closing(count(400)))


def given_up_at_the_hand_over(counter: Desk) -> None:
    mine(counter)
    with pytest.raises(Refused):
        tills.hand_over(counter, HandOver(counts=(count(400),)), "sari", "petugas-789")


def nothing(_counter: Desk, _patch: pytest.MonkeyPatch) -> None:
    """All is well."""


def drafts_open(counter: Desk, _patch: pytest.MonkeyPatch) -> None:
    drafts.save(counter, "payment", {"months": 24}, "siti")


def a_day_passed(counter: Desk, _patch: pytest.MonkeyPatch) -> None:
    counter.clock.now += timedelta(days=1)  # type: ignore[attr-defined]


def the_clock_went_back(counter: Desk, _patch: pytest.MonkeyPatch) -> None:
    counter.clock.now -= timedelta(days=400)  # type: ignore[attr-defined]


def cash_is_no_longer_taken(counter: Desk, _patch: pytest.MonkeyPatch) -> None:
    publish(counter, cash=False)


def the_disk_was_full(counter: Desk, patch: pytest.MonkeyPatch) -> None:
    with patch.context() as full:
        full.setattr(counter.store, "_free_space", lambda _folder: 0)
        with pytest.raises(Trouble):
            tills.close(counter, closing(count(1000), reason="sore"))


@pytest.mark.parametrize("state", [mine, anothers, handed_on, counted_wrong, given_up_at_the_hand_over])
@pytest.mark.parametrize(
    "failure", [nothing, drafts_open, a_day_passed, the_clock_went_back, cash_is_no_longer_taken, the_disk_was_full]
)
def test_whatever_happened_whoever_is_there_closes_the_till_alone(
    counter: Desk, monkeypatch: pytest.MonkeyPatch, state: Callable[[Desk], None], failure: Callable[..., None]
) -> None:
    state(counter)
    failure(counter, monkeypatch)
    kept = tills.counted_already(counter)
    there = kept[0].money.minor if kept else 1000
    closed = tills.close(counter, closing(count(there), reason="belum diketahui", alone=True))
    assert status(counter).open is None
    assert z_report(counter, closed.till_id).cash[0].left.minor == there


def test_of_two_who_close_at_once_one_does_and_the_other_is_told_by_whom(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    form = closing(count(1000), reason="sore", till_id=str(opened.till_id))
    with Desk.open(counter.folder, "sari", "petugas-789", clock=counter.clock) as other:

        def attempt(desk: Desk) -> str:
            try:
                return tills.close(desk, form).number
            except Refused as refusal:
                return refusal.problems[0].code

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(attempt, [counter, other]))
    assert sorted(one == opened.number for one in said) == [False, True]
    assert "till.closed_meanwhile" in said


# Handing over


def test_the_drawer_is_counted_and_goes_to_another_who_types_their_password(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    handed = tills.hand_over(counter, HandOver(counts=(count(1000),)), "sari", "petugas-789")
    assert handed.holder == "Sari D."
    with pytest.raises(Refused) as refusal:
        tills.move(counter, "in", MoveCash(amount=5, reason="receh"))
    assert codes(refusal) == ["till.not_holder"]
    sari = at_the_desk(counter, "sari")
    assert status(sari).mine
    tills.close(sari, closing(count(1000)))
    report = z_report(counter, opened.till_id)
    assert [(one.giver, one.receiver) for one in report.hand_overs] == [("Rina W.", "Sari D.")]
    assert (report.flags, report.closed_by_other, report.opened_by) == ((), False, "Rina W.")


@pytest.mark.parametrize(
    ("login", "password", "field", "code"),
    [
        ("sari", "salah-sekali", "receiver.password", "store.wrong_password"),
        ("rina", PASSWORD, "receiver.login", "till.receiver_same"),
        ("siapa", "petugas-789", "receiver.login", "store.no_slot"),
        ("", "", "receiver.login", "required"),
    ],
)
def test_nobody_gets_a_drawer_who_did_not_take_it(
    counter: Desk, login: str, password: str, field: str, code: str
) -> None:
    tills.start(counter, opening(count(1000)))
    with pytest.raises(Refused) as refusal:
        tills.hand_over(counter, HandOver(counts=(count(1000),)), login, password)
    assert (refusal.value.problems[0].field, refusal.value.problems[0].code) == (field, code)
    assert status(counter).mine


def test_a_difference_at_the_hand_over_is_counted_there_and_not_again_at_the_close(counter: Desk) -> None:
    opened = tills.start(counter, opening(count(1000)))
    handed = tills.hand_over(counter, HandOver(counts=(count(900),), reason="belum diketahui"), "budi", "penyelia-456")
    assert (handed.flags, [one.difference.minor for one in handed.sums]) == ((), [-100])
    budi = at_the_desk(counter, "budi")
    closed = tills.close(budi, closing(count(900)))
    assert [one.difference.minor for one in closed.sums] == [0]
    report = z_report(counter, opened.till_id)
    assert report.hand_overs[0].approved_by == "Budi S."
    (row,) = report.cash
    assert (row.handed.minor, row.difference.minor, row.adjusted.minor) == (-100, 0, 0)


# The chain and the books


def test_z_reports_are_a_chain_that_anyone_can_recompute(counter: Desk, siti: UUID) -> None:
    numbers = []
    for _day in range(3):
        opened = tills.start(counter, opening(count(cash_of(counter).get("TWD", 500))))
        pay_cash(counter, siti)
        tills.close(counter, closing(count(cash_of(counter)["TWD"])))
        numbers.append(z_report(counter, opened.till_id))
    assert [one.serial for one in numbers] == [1, 2, 3]
    assert [one.previous_hash for one in numbers] == [b"", numbers[0].closed_hash, numbers[1].closed_hash]
    assert [one.previous_number for one in numbers] == ["", numbers[0].number, numbers[1].number]
    with counter.read() as work:
        assert first_broken(links(work.connection, work.terminal)) is None
        facts = read_token(numbers[2].token, work.terminal.key.public)
    assert (facts.kind, facts.number, facts.chain) == ("z", numbers[2].number, numbers[1].closed_hash)
    assert [one.counted for one in facts.sums] == [numbers[2].cash[0].counted.minor]
    assert [one.number for one in z_reports(counter)] == [one.number for one in reversed(numbers)]
    verify(counter)


def test_z_totals_are_the_ledgers_sums_and_the_account_lines(counter: Desk, siti: UUID) -> None:
    opened = tills.start(counter, opening(count(1000)))
    for _ in range(3):
        pay_cash(counter, siti, received=2000)
    tills.move(counter, "out", MoveCash(amount=40, reason="materai"))
    tills.close(counter, closing(count(cash_of(counter)["TWD"] - 20), reason="kurang 20"))
    (row,) = z_report(counter, opened.till_id).cash
    with counter.read() as work:
        sums = dict(
            work.connection.execute(
                select(account_line.c.account, func.sum(account_line.c.amount))
                .where(account_line.c.currency == "TWD")
                .group_by(account_line.c.account)
            ).all()
        )
        counted = work.connection.scalar(select(till_count.c.counted).where(till_count.c.stage == "closed"))
    assert sums["tender:cash"] == row.counted.minor == counted
    assert sums["till:difference"] == 20 == -row.difference.minor
    assert sums["till:float"] == -row.brought.minor
    assert sums["till:moved"] == 40


def test_a_report_that_does_not_go_on_from_the_one_before_is_found_by_verify(counter: Desk) -> None:
    for _day in range(2):
        tills.start(counter, opening(count(0)))
        tills.close(counter, closing(count(0)))
    with counter.work() as work:
        work.connection.execute(update(till).where(till.c.serial == 2).values(previous_hash=bytes(32)))
    with pytest.raises(Trouble) as trouble:
        verify(counter)
    assert (trouble.value.code, trouble.value.values) == ("verify.till", (("serial", "2"),))


@pytest.mark.parametrize("step", ["start", "move", "hand_over", "close"])
def test_when_the_disk_is_full_nothing_is_written_and_it_can_be_tried_again(
    counter: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def act() -> object:
        if step == "start":
            return tills.start(counter, opening(count(1000)))
        if step == "move":
            return tills.move(counter, "in", MoveCash(amount=5, reason="receh"))
        if step == "hand_over":
            return tills.hand_over(counter, HandOver(counts=(count(1000),)), "sari", "petugas-789")
        return tills.close(counter, closing(count(1000)))

    if step != "start":
        tills.start(counter, opening(count(1000)))
    before = kinds(counter)
    with monkeypatch.context() as patched:
        patched.setattr(counter.store, "_free_space", lambda _folder: 0)
        with pytest.raises(Trouble) as trouble:
            act()
    assert trouble.value.code == "store.disk_low"
    assert kinds(counter) == before
    act()
    assert len(kinds(counter)) == len(before) + 1
