"""Passports: the kinds of travel document, the number as it is kept, and what deserves a second look."""

from __future__ import annotations

import re
from datetime import date
from itertools import product

from models.rules.days import add_months
from models.rules.problems import Problem

KINDS = ("paspor", "splp")
"""A passport, or the SPLP: the paper in lieu of one, for one journey home (PP 31/2013, Permenkumham 8/2014)."""

USUAL_NUMBER = r"[A-Z]{1,2}[0-9]{6,7}"

LONGEST_VALIDITY = {"paspor": 120, "splp": 24}
"""Months: ten years (Permenkumham 18/2022; five before), and two for an SPLP (Permenkumham 8/2014)."""

_LETTERS_FOR_DIGITS = {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
_DIGITS_FOR_LETTERS = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}


def clean_passport(text: str) -> str:
    """A passport number as it is kept: capitals, without spaces, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", text).upper()


def passport_problems(number: str, field: str = "passport_number") -> list[Problem]:
    """`passport.characters`: what no travel document carries. Everything else only warns."""
    return [] if re.fullmatch(r"[A-Z0-9]{4,20}", number) else [Problem.of(field, "passport.characters")]


def passport_meant(number: str) -> str | None:
    """The usual number that an unusual one becomes when letters and digits that look alike change places, as
    `C482I9O7` → `C4821907`. None where there is no such number, or more than one."""
    if re.fullmatch(USUAL_NUMBER, number):
        return None
    meant = set()
    for letters, digits in product((1, 2), (6, 7)):
        if len(number) != letters + digits:
            continue
        head = "".join(_DIGITS_FOR_LETTERS.get(character, character) for character in number[:letters])
        tail = "".join(_LETTERS_FOR_DIGITS.get(character, character) for character in number[letters:])
        if re.fullmatch(USUAL_NUMBER, head + tail):
            meant.add((sum(a != b for a, b in zip(number, head + tail, strict=True)), head + tail))
    if not meant:
        return None
    (fewest, best), *others = sorted(meant)
    return None if any(changes == fewest for changes, _other in others) else best


def passport_warnings(number: str, kind: str, field: str = "passport_number") -> list[Problem]:
    """`passport.unusual_number` unless one or two letters and six or seven digits; `passport.letter_for_digit`
    (gap `meant`) where it would be one but for letters and digits that look alike. An SPLP (kind "splp") is
    numbered otherwise and never warned about."""
    if kind == "splp" or re.fullmatch(USUAL_NUMBER, number):
        return []
    if meant := passport_meant(number):
        return [Problem.of(field, "passport.letter_for_digit", given=number, meant=meant)]
    return [Problem.of(field, "passport.unusual_number")]


def expiry_warnings(expiry: date, today: date, field: str = "passport_expiry") -> list[Problem]:
    """`passport.expired`, or `passport.expires_soon` within six months, when many states refuse entry."""
    if expiry < today:
        return [Problem.of(field, "passport.expired", day=expiry.isoformat())]
    if expiry < add_months(today, 6):
        return [Problem.of(field, "passport.expires_soon", day=expiry.isoformat())]
    return []


def validity_warnings(
    kind: str, issued: date | None, expiry: date | None, today: date, field: str = "passport_expiry"
) -> list[Problem]:
    """`passport.valid_too_long` (gaps `years`, `kind` decides) where the dates lie further apart than any such
    document is issued for, and `passport.issued_in_future`: one of the dates is probably mistyped."""
    problems = []
    if issued is not None and issued > today:
        problems.append(Problem.of("passport_issued", "passport.issued_in_future", day=issued.isoformat()))
    months = LONGEST_VALIDITY.get(kind)
    if months and issued is not None and expiry is not None and expiry > add_months(issued, months):
        code = "passport.splp_valid_too_long" if kind == "splp" else "passport.valid_too_long"
        problems.append(Problem.of(field, code, years=months // 12))
    return problems
