"""Rejections: the reasons for which a claim may be rejected, with the words an officer and a letter say."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from models.rules import data
from models.rules.problems import Problem, Refused


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `name` is what an officer chooses by, `indonesian` and `english` the sentences of a letter;
    `needs_note` and `needs_duplicate` say what has to be given with it."""

    code: str
    name: str
    indonesian: str
    english: str
    needs_note: bool
    needs_duplicate: bool


@cache
def reasons() -> tuple[Reason, ...]:
    """Every reason, in the order of the list that officers choose from."""
    return tuple(
        Reason(row["code"], row["name"], row["id"], row["en"], "note" in row["needs"], "duplicate" in row["needs"])
        for row in data.document("rejections.json")["reasons"]
    )


def reason(code: str, field: str = "reason") -> Reason:
    """The reason with this code. Refused on `field`: `required`, `rejection.unknown`."""
    if not code:
        raise Refused(Problem(field, "required"))
    found = known(code)
    if found is None:
        raise Refused(Problem.of(field, "rejection.unknown", reason=code[:40]))
    return found


def known(code: str) -> Reason | None:
    """The reason with this code; None for one that only a later program knows, as in an entry of a newer centre."""
    return next((one for one in reasons() if one.code == code), None)


def rejection_problems(why: Reason, *, note: str, duplicate: bool) -> list[Problem]:
    """What is missing beside the reason: `required` on "note" or "duplicate_of"."""
    problems = []
    if why.needs_duplicate and not duplicate:
        problems.append(Problem("duplicate_of", "required"))
    if why.needs_note and not note:
        problems.append(Problem("note", "required"))
    return problems
