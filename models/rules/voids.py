"""Voids: who may take a receipt back at the counter, what goes back over it, and what else there is to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from models.rules.money import Money
from models.rules.problems import Problem

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Reversal:
    """What has taken a receipt back: `number` is the void's own; a refund through the centre has none."""

    kind: Literal["void", "refund"]
    day: date
    number: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """Of a receipt what decides who may take it back. `counter` is what its counter is called; `till_id` the session it
    was taken in, None where no till was open; `closed_over`: a session that counts it has been closed since."""

    terminal: UUID
    incarnation: int
    counter: str
    business_date: date
    till_id: UUID | None
    closed_over: bool
    reversal: Reversal | None = None


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when somebody wants to take it back; `till_id` is the session open there."""

    terminal: UUID
    incarnation: int
    today: date
    till_id: UUID | None


def void_problem(issued: Issued, here: Here) -> Problem | None:
    """Why this receipt cannot be voided here and now, on "receipt"; None where it can.

    Only the issuing counter takes back, within its session: what has been counted and reported stays, and goes back as
    a refund through the centre. What was taken in without a till belongs to its business date.
    Codes: `void.done` (gaps `void`, `day`), `void.refunded` (`day`), `void.other_counter` (`counter`),
    `void.session_closed`, `void.day_passed` (`day`)."""
    if issued.reversal is not None:
        return reversed_problem(issued.reversal)
    if (issued.terminal, issued.incarnation) != (here.terminal, here.incarnation):
        return Problem.of("receipt", "void.other_counter", counter=issued.counter)
    if issued.closed_over or (issued.till_id is not None and issued.till_id != here.till_id):
        return Problem("receipt", "void.session_closed")
    if issued.till_id is None and issued.business_date != here.today:
        return Problem.of("receipt", "void.day_passed", day=issued.business_date.isoformat())
    return None


def reversed_problem(reversal: Reversal) -> Problem:
    """That a receipt was taken back before, and by what."""
    if reversal.kind == "void":
        return Problem.of("receipt", "void.done", void=reversal.number, day=reversal.day.isoformat())
    return Problem.of("receipt", "void.refunded", day=reversal.day.isoformat())


def reason_problems(reason: str, field: str = "reason") -> list[Problem]:
    """`required` for an empty reason, `reason.too_long`."""
    if not reason.strip():
        return [Problem(field, "required")]
    if len(reason) > LONGEST_REASON:
        return [Problem.of(field, "reason.too_long", longest=LONGEST_REASON)]
    return []


@dataclass(frozen=True, slots=True)
class Taken:
    """A tender as it was taken in: `received` less `change` stayed here."""

    kind: str
    received: Money
    change: Money
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class HandBack:
    """What a void moves. `cash` goes back over the counter, in the money it came in: a negative amount comes back from
    the worker, who was given it as change. `kept` lies at the bank and stays there."""

    cash: tuple[Money, ...]
    kept: tuple[Taken, ...]


def hand_back(tenders: Iterable[Taken]) -> HandBack:
    """What goes back of these tenders, and what stays where it is."""
    cash: dict[str, Money] = {}
    kept = []
    for one in tenders:
        if one.kind != "cash":
            kept.append(one)
            continue
        for amount in (one.received, -one.change):
            if amount.minor:
                cash[amount.currency] = cash[amount.currency] + amount if amount.currency in cash else amount
    return HandBack(tuple(amount for amount in cash.values() if amount.minor), tuple(kept))


def handing_out_problems(
    out: Iterable[Money], *, holder: UUID | None, holder_name: str, operator: UUID, drawer: Iterable[Money]
) -> list[Problem]:
    """Why cash cannot leave the drawer now, on "till": `cash.no_till` where nobody (`holder` None) has opened it,
    `cash.other_holder` (gap `name`), `cash.not_there` (gap `currency`) for more than lies there by the books. How much
    that is remains unsaid: who counts the drawer at its close must not know it beforehand."""
    wanted = [amount for amount in out if amount.minor > 0]
    if not wanted:
        return []
    if holder is None:
        return [Problem("till", "cash.no_till")]
    if holder != operator:
        return [Problem.of("till", "cash.other_holder", name=holder_name)]
    there = {amount.currency: amount for amount in drawer}
    return [
        Problem.of("till", "cash.not_there", currency=amount.currency)
        for amount in wanted
        if amount.currency not in there or there[amount.currency] < amount
    ]
