"""Retention: how long the data of a worker have to be kept, and from when they may be erased."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rules.data import document
from models.rules.days import add_months
from models.rules.problems import Problem

Reason = Literal["request", "retention"]
REASONS: tuple[Reason, ...] = ("request", "retention")
LEAST_CLAIM_YEARS = 5
"""A claim may be made for five years: no table may let the evidence go before."""


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """What is in force from a day on. `claim_years` from the last cover or claim; `idle_years` since anybody did
    anything for the person, before data go without having been asked for."""

    valid_from: date
    claim_years: int
    idle_years: int
    basis: str


def retention_on(day: date) -> RetentionRule:
    """The rule in force; before all, the first. ValueError for a table that would let evidence go too soon."""
    rules = sorted(
        (
            RetentionRule(
                date.fromisoformat(one["valid_from"]), int(one["claim_years"]), int(one["idle_years"]), one["basis"]
            )
            for one in document("retention.json")["rules"]
        ),
        key=lambda one: one.valid_from,
    )
    if any(one.claim_years < LEAST_CLAIM_YEARS for one in rules):
        raise ValueError("the retention table lets evidence go within the time for claims")
    begun = [one for one in rules if one.valid_from <= day]
    return begun[-1] if begun else rules[0]


def kept_until(last_cover_or_claim: Iterable[date], last_seen: date | None, reason: Reason, day: date) -> date | None:
    """The last day on which the data have to stay; None if nothing keeps them.

    A cover keeps them until its end plus the time for claims, a claim until its event or filing plus that time. At a
    person's request nothing else does; without one they also stay while somebody still comes for service."""
    rule = retention_on(day)
    ends = [add_months(one, 12 * rule.claim_years) for one in last_cover_or_claim]
    if reason == "retention" and last_seen is not None:
        ends.append(add_months(last_seen, 12 * rule.idle_years))
    return max(ends, default=None)


def erasing_problems(until: date | None, day: date, *, order: str) -> list[Problem]:
    """`erasing.kept_until` while the data have to stay, unless a court or authority ordered otherwise."""
    if until is None or until < day or order.strip():
        return []
    return [Problem.of("worker_id", "erasing.kept_until", day=until.isoformat())]
