"""Refunds: how a request stands is said by what took its receipt back first."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from models.rules.refunds import State, payment_problem, refund_state, wish_problems

THIS, OTHER, VOID = uuid4(), uuid4(), uuid4()


@pytest.mark.parametrize(
    ("void_id", "standing", "method", "refused", "paid", "expected"),
    [
        (None, None, None, False, False, "waiting"),
        (None, None, None, True, False, "refused"),
        (None, THIS, "cash", False, False, "approved"),
        (None, THIS, "transfer", False, False, "paid"),
        (None, THIS, "cash", False, True, "paid"),
        (None, OTHER, "cash", False, False, "overtaken"),
        (VOID, None, None, False, False, "overtaken"),
        (VOID, None, None, True, False, "refused"),
        # money that left a drawer has left it, whatever took the receipt back
        (VOID, None, None, False, True, "paid"),
        # refused by one officer and granted by another: what was granted counts
        (None, THIS, "cash", True, False, "approved"),
    ],
)
def test_how_a_request_stands(
    void_id: UUID | None, standing: UUID | None, method: str | None, refused: bool, paid: bool, expected: State
) -> None:
    assert (
        refund_state(THIS, void_id=void_id, standing_refund=standing, method=method, refused=refused, paid=paid)
        == expected
    )


@pytest.mark.parametrize(
    ("method", "account", "cash_allowed", "expected"),
    [
        ("", ("", "", ""), True, [("method", "required")]),
        ("cek", ("", "", ""), True, [("method", "refund.method")]),
        ("cash", ("", "", ""), True, []),
        ("cash", ("", "", ""), False, [("method", "refund.no_cash")]),
        ("transfer", ("BRI", "0123456789", "SITI"), False, []),
        ("transfer", ("BRI", "", ""), True, [("bank_account", "required"), ("bank_holder", "required")]),
    ],
)
def test_how_the_money_may_come_back(
    method: str, account: tuple[str, str, str], cash_allowed: bool, expected: list[tuple[str, str]]
) -> None:
    name, number, holder = account
    found = wish_problems(method, bank_name=name, bank_account=number, bank_holder=holder, cash_allowed=cash_allowed)
    assert [(problem.field, problem.code) for problem in found] == expected


@pytest.mark.parametrize(
    ("state", "method", "number", "expected"),
    [
        ("approved", "cash", "", None),
        ("waiting", "cash", "", "refund.waiting"),
        ("refused", "cash", "", "refund.refused"),
        ("overtaken", "cash", "", "refund.overtaken"),
        ("paid", "transfer", "", "refund.transferred"),
        ("paid", "cash", "TPE3-2026-000009", "refund.paid"),
        ("paid", "transfer", "TPE3-2026-000009", "refund.paid"),
    ],
)
def test_only_what_was_granted_in_cash_is_handed_out(
    state: State, method: str, number: str, expected: str | None
) -> None:
    problem = payment_problem(state, day="2026-11-22", number=number, method=method)
    assert (problem.code if problem else None) == expected
