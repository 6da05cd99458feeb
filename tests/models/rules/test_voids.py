"""Voids: the issuing counter takes a receipt back within its session, whoever asks; everything else is a refund."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from uuid import UUID, uuid4

import pytest

from models.rules.money import Money
from models.rules.voids import (
    LONGEST_REASON,
    Here,
    Issued,
    Reversal,
    Taken,
    hand_back,
    handing_out_problems,
    reason_problems,
    void_problem,
)

TODAY, YESTERDAY = date(2026, 11, 22), date(2026, 11, 21)
COUNTER, OTHER, TILL, LATER = uuid4(), uuid4(), uuid4(), uuid4()
HERE = Here(COUNTER, 1, TODAY, TILL)
IN_TILL = Issued(COUNTER, 1, "Loket 3", TODAY, TILL, closed_over=False)
WITHOUT = replace(IN_TILL, till_id=None)


def code(issued: Issued, here: Here = HERE) -> str | None:
    problem = void_problem(issued, here)
    return problem.code if problem else None


@pytest.mark.parametrize(
    ("issued", "here", "expected"),
    [
        (IN_TILL, HERE, None),
        # a session that runs past midnight is one session
        (replace(IN_TILL, business_date=YESTERDAY), HERE, None),
        (WITHOUT, HERE, None),
        (WITHOUT, replace(HERE, till_id=None), None),
        (replace(WITHOUT, business_date=YESTERDAY), HERE, "void.day_passed"),
        (replace(WITHOUT, closed_over=True), HERE, "void.session_closed"),
        (replace(IN_TILL, closed_over=True), replace(HERE, till_id=None), "void.session_closed"),
        (IN_TILL, replace(HERE, till_id=LATER), "void.session_closed"),
        (IN_TILL, replace(HERE, terminal=OTHER), "void.other_counter"),
        (IN_TILL, replace(HERE, incarnation=2), "void.other_counter"),
        (replace(IN_TILL, reversal=Reversal("void", TODAY, "TPE3-2026-000002")), HERE, "void.done"),
        (replace(IN_TILL, reversal=Reversal("refund", TODAY)), HERE, "void.refunded"),
    ],
)
def test_who_may_void_what(issued: Issued, here: Here, expected: str | None) -> None:
    assert code(issued, here) == expected


def test_only_the_issuing_counter_in_its_own_open_session_ever_may() -> None:
    terminals: tuple[UUID, ...] = (COUNTER, OTHER)
    for terminal, incarnation, day, till, closed, gone, open_here in product(
        terminals, (1, 2), (TODAY, YESTERDAY), (None, TILL), (False, True), (False, True), (None, TILL, LATER)
    ):
        issued = Issued(
            terminal, incarnation, "Loket 3", day, till, closed, Reversal("void", TODAY, "N") if gone else None
        )
        allowed = code(issued, replace(HERE, till_id=open_here)) is None
        ours = terminal == COUNTER and incarnation == 1
        in_session = open_here == TILL if till else day == TODAY
        assert allowed == (ours and in_session and not closed and not gone)


def test_what_was_done_already_is_said_with_its_number_and_day() -> None:
    problem = void_problem(replace(IN_TILL, reversal=Reversal("void", TODAY, "TPE3-2026-000002")), HERE)
    assert problem is not None
    assert dict(problem.values) == {"void": "TPE3-2026-000002", "day": "2026-11-22"}


def test_a_reason_is_needed_and_is_not_a_story() -> None:
    assert [problem.code for problem in reason_problems("  ")] == ["required"]
    assert [problem.code for problem in reason_problems("x" * (LONGEST_REASON + 1))] == ["reason.too_long"]
    assert reason_problems("salah orang") == []


def test_cash_goes_back_in_the_money_it_came_in_and_change_comes_back() -> None:
    twd, usd, idr = Money.of(1_000, "TWD"), Money.of(10_000, "USD"), Money.idr(300_000)
    slip = Taken("bank_slip", idr, Money.idr(0), "BNI-1")
    back = hand_back(
        [
            Taken("cash", twd, Money.of(35, "TWD")),
            Taken("cash", usd, Money.of(0, "USD")),
            slip,
            Taken("cash", Money.of(0, "TWD"), Money.of(20, "TWD")),
        ]
    )
    assert back.cash == (Money.of(945, "TWD"), usd)
    assert back.kept == (slip,)


def test_dollars_taken_and_local_change_given_go_back_both_ways() -> None:
    back = hand_back(
        [
            Taken("cash", Money.of(10_000, "USD"), Money.of(0, "USD")),
            Taken("cash", Money.of(0, "TWD"), Money.of(265, "TWD")),
        ]
    )
    assert back.cash == (Money.of(10_000, "USD"), Money.of(-265, "TWD"))


def test_a_payment_given_back_to_the_last_unit_moves_nothing() -> None:
    assert hand_back([Taken("cash", Money.of(35, "TWD"), Money.of(35, "TWD"))]).cash == ()


RINA, SARI = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("holder", "drawer", "expected"),
    [
        (None, (), ["cash.no_till"]),
        (SARI, (Money.of(1_000, "TWD"),), ["cash.other_holder"]),
        (RINA, (Money.of(944, "TWD"),), ["cash.not_there"]),
        (RINA, (Money.of(945, "USD"),), ["cash.not_there"]),
        (RINA, (Money.of(945, "TWD"),), []),
    ],
)
def test_cash_leaves_a_drawer_that_is_open_ours_and_full_enough(
    holder: UUID | None, drawer: tuple[Money, ...], expected: list[str]
) -> None:
    found = handing_out_problems(
        [Money.of(945, "TWD")], holder=holder, holder_name="Sari D.", operator=RINA, drawer=drawer
    )
    assert [problem.code for problem in found] == expected


def test_no_drawer_is_needed_where_no_cash_goes_out() -> None:
    for out in ((), (Money.of(-265, "TWD"),)):
        assert handing_out_problems(out, holder=None, holder_name="", operator=RINA, drawer=()) == []


def test_how_much_lies_in_the_drawer_is_not_told() -> None:
    (problem,) = handing_out_problems(
        [Money.of(945, "TWD")], holder=RINA, holder_name="Rina", operator=RINA, drawer=[Money.of(123, "TWD")]
    )
    assert dict(problem.values) == {"currency": "TWD"}
