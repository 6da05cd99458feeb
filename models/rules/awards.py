"""Awards: what an approval grants for each benefit, and when it says more than the regulation names.

A ceiling never blocks: whoever decides has the law before them, and our table may be behind it. Above one the officer
writes why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from models.rules.claims import Benefit
from models.rules.problems import Problem

LARGEST_AWARD = 10**12
"""Whole rupiah. No benefit comes near it; a slip of the keyboard does."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A benefit that may be granted. `benefit` is None where only a later program knows its code."""

    code: str
    name: str
    benefit: Benefit | None

    @property
    def ceiling(self) -> int | None:
        """The most, or the lump sum, in whole rupiah; None where the amount depends on more or is not known."""
        return self.benefit.ceiling if self.benefit is not None else None

    @property
    def is_law(self) -> bool:
        """Whether the ceiling was read in the law itself, and no source says otherwise."""
        one = self.benefit
        return one is not None and one.confidence.startswith("law") and not one.unsettled


def total(awards: Sequence[tuple[str, int]]) -> int:
    """Whole rupiah."""
    return sum(amount for _code, amount in awards)


def award_problems(awards: Sequence[tuple[str, int]], choices: Mapping[str, Choice], *, note: str) -> list[Problem]:
    """What is wrong with (benefit, whole rupiah): on "awards" `award.none`; on `awards.CODE` `award.not_of_kind`,
    `award.twice`, `award.not_positive`, `award.too_large`; and on "note" what is granted above a ceiling, or of a
    benefit that this program does not know, without a word why: `award.above_ceiling`, `award.not_law`,
    `award.unknown`."""
    if not awards:
        return [Problem("awards", "award.none")]
    problems, seen = [], set()
    for code, amount in awards:
        field = f"awards.{code}"
        if code not in choices:
            problems.append(Problem.of(field, "award.not_of_kind", benefit=code[:40]))
        if code in seen:
            problems.append(Problem.of(field, "award.twice", benefit=_name(code, choices)))
        if amount <= 0:
            problems.append(Problem(field, "award.not_positive"))
        if amount > LARGEST_AWARD:
            problems.append(Problem(field, "award.too_large"))
        seen.add(code)
    if not note and not problems:
        problems += award_warnings(awards, choices)
    return problems


def award_warnings(awards: Sequence[tuple[str, int]], choices: Mapping[str, Choice]) -> list[Problem]:
    """What to say of an approval, on "note": `award.above_ceiling` where the law names less, `award.not_law` where the
    amount that is known was read elsewhere, `award.unknown` where nothing is known of the benefit."""
    warnings = []
    for code, amount in awards:
        choice = choices.get(code)
        if choice is None or choice.benefit is None:
            warnings.append(Problem.of("note", "award.unknown", benefit=_name(code, choices)))
        elif choice.ceiling is not None and amount > choice.ceiling:
            said = "award.above_ceiling" if choice.is_law else "award.not_law"
            warnings.append(Problem.of("note", said, benefit=choice.name, ceiling=choice.ceiling))
    return warnings


def needs_second(
    *, approved: bool, amount_idr: int, limit_idr: int, restricted: bool, approved_by_others: Collection[object]
) -> bool:
    """Whether a decision takes two officers: every one about a restricted claim, an approval above the limit, and a
    rejection of what another officer had approved."""
    if restricted:
        return True
    return amount_idr > limit_idr if approved else bool(approved_by_others)


def _name(code: str, choices: Mapping[str, Choice]) -> str:
    choice = choices.get(code)
    return choice.name if choice is not None else code[:40]
