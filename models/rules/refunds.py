"""Refunds: what may be asked of the centre for a receipt, and how a request stands."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from models.rules.problems import Problem

METHODS = ("cash", "transfer")

State = Literal["waiting", "approved", "refused", "paid", "overtaken"]
"""`approved`: cash that a counter has yet to hand out. `paid`: handed out, or transferred by the centre. `overtaken`:
something else took the receipt back first, so that nothing is owed."""


def refund_state(
    refund_id: UUID,
    *,
    void_id: UUID | None,
    standing_refund: UUID | None,
    method: str | None,
    refused: bool,
    paid: bool,
) -> State:
    """How a request stands. `void_id` and `standing_refund` say what took its receipt back: a void, or the approved
    request that counts, which was granted by `method`; `refused`: the centre has said no to this one; `paid`: a counter
    has handed money out for it."""
    if paid:
        return "paid"
    if standing_refund == refund_id:
        return "paid" if method == "transfer" else "approved"
    if refused:
        return "refused"
    return "waiting" if void_id is None and standing_refund is None else "overtaken"


def wish_problems(
    method: str, *, bank_name: str, bank_account: str, bank_holder: str, cash_allowed: bool
) -> list[Problem]:
    """What is wrong with how the money is to come back: `required`, `refund.method` (gap `method`), `refund.no_cash`
    where this mission hands out none."""
    if not method:
        return [Problem("method", "required")]
    if method not in METHODS:
        return [Problem.of("method", "refund.method", method=method)]
    if method == "cash":
        return [] if cash_allowed else [Problem("method", "refund.no_cash")]
    account = {"bank_name": bank_name, "bank_account": bank_account, "bank_holder": bank_holder}
    return [Problem(field, "required") for field, written in account.items() if not written]


def payment_problem(state: State, *, day: str, number: str, method: str | None) -> Problem | None:
    """Why a refund cannot be paid out of a drawer, on "refund": `refund.waiting`, `refund.refused`,
    `refund.transferred`, `refund.paid` (gaps `number`, `day`), `refund.overtaken`."""
    if state == "approved":
        return None
    if state == "paid" and method == "transfer" and not number:
        return Problem("refund", "refund.transferred")
    if state == "paid":
        return Problem.of("refund", "refund.paid", number=number, day=day)
    return {
        "waiting": Problem("refund", "refund.waiting"),
        "refused": Problem("refund", "refund.refused"),
        "overtaken": Problem("refund", "refund.overtaken"),
    }[state]
