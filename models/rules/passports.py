"""Passports: the number as it is kept, and what deserves a second look."""

from __future__ import annotations

import re
from datetime import date

from models.rules.days import add_months
from models.rules.problems import Problem


def clean_passport(text: str) -> str:
    """A passport number as it is kept: capitals, without spaces, dots and hyphens."""
    return re.sub(r"[\s.\-]", "", text).upper()


def passport_problems(number: str, field: str = "passport_number") -> list[Problem]:
    """`passport.characters`: what no travel document carries. Everything else only warns."""
    return [] if re.fullmatch(r"[A-Z0-9]{4,20}", number) else [Problem.of(field, "passport.characters")]


def passport_warnings(number: str, kind: str, field: str = "passport_number") -> list[Problem]:
    """`passport.unusual_number` unless one or two letters and six or seven digits. An SPLP (kind "splp"), the
    one-way document for travel home, is numbered otherwise and never warned about."""
    if kind == "splp" or re.fullmatch(r"[A-Z]{1,2}[0-9]{6,7}", number):
        return []
    return [Problem.of(field, "passport.unusual_number")]


def expiry_warnings(expiry: date, today: date, field: str = "passport_expiry") -> list[Problem]:
    """`passport.expired`, or `passport.expires_soon` within six months, when many states refuse entry."""
    if expiry < today:
        return [Problem.of(field, "passport.expired", day=expiry.isoformat())]
    if expiry < add_months(today, 6):
        return [Problem.of(field, "passport.expires_soon", day=expiry.isoformat())]
    return []
