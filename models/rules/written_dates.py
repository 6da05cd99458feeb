"""Written dates: a day as somebody else's list writes it, and which part of a column's dates is the day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Order = Literal["dmy", "mdy"]

_MONTHS = (
    ("januari", "january"),
    ("februari", "february", "pebruari"),
    ("maret", "march"),
    ("april",),
    ("mei", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("agustus", "august", "agt", "ags"),
    ("september",),
    ("oktober", "october"),
    ("november", "nopember"),
    ("desember", "december"),
)
_DAYS = re.compile(r"^(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|[a-z]{3,6}day)\s*,?\s*", re.IGNORECASE)
_TIME = re.compile(r"(?:t|\s+)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:\.\d+)?)?\s*(?:am|pm|z|wib|wita|wit)?$", re.IGNORECASE)
_NUMBERS = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})")
_DAY_NAMED = re.compile(r"(\d{1,2})\s*[-/., ]?\s*([a-z]{3,9})\.?\s*[-/., ]?\s*(\d{4}|\d{2})", re.IGNORECASE)
_NAMED_DAY = re.compile(r"([a-z]{3,9})\.?\s*(\d{1,2})\s*,?\s+(\d{4}|\d{2})", re.IGNORECASE)

_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial days, counted back past the 29 February 1900 that never was."""
_SERIALS = range(10_000, 73_051)
"""May 1927 to 2099 as serial days: five digits, which no year has."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Which part of a column's dates is the day. `decided` where a day above 12 shows it, `assumed` where nothing does
    and day first is taken, as Indonesians write, `mixed` where days above 12 stand on both sides."""

    order: Order
    evidence: Literal["decided", "assumed", "mixed", "none"]


def order_of(texts: Iterable[str]) -> Ordered:
    """Look through a whole column: one day above 12 decides for all. `none` if no date in it leaves the question."""
    day_first = month_first = open_ = False
    for text in texts:
        found = _NUMBERS.fullmatch(_plain(text))
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        day_first |= first > 12 >= second
        month_first |= second > 12 >= first
        open_ |= first <= 12 and second <= 12 and first != second
    if day_first and month_first:
        return Ordered("dmy", "mixed")
    if day_first or month_first:
        return Ordered("dmy" if day_first else "mdy", "decided")
    return Ordered("dmy", "assumed" if open_ else "none")


def read_written(text: str, order: Order = "dmy", *, latest: date | None = None) -> date | None:
    """The day that a text means, or None: `03/05/1990`, `3-5-90`, `3 Mei 1990`, `May 3, 1990`, `1990-05-03`,
    `03051990`, or a spreadsheet's serial day `32996`. What is left of a time of day is dropped.

    A year of two digits is the last one that ends so and lies not after `latest`; without `latest` it is in this
    century."""
    written = _plain(text)
    if found := _YEAR_FIRST.fullmatch(written):
        return _date(int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{8}", written):
        if 1900 <= int(written[:4]) <= 2100:
            day = _date(int(written[:4]), int(written[4:6]), int(written[6:]))
            if day is not None:
                return day
        return _ordered(written[:2], written[2:4], written[4:], order, latest)
    if re.fullmatch(r"\d{5}(?:\.0*)?", written):
        return read_serial(int(written[:5]))
    if found := _NUMBERS.fullmatch(written):
        return _ordered(found[1], found[2], found[3], order, latest)
    if found := _DAY_NAMED.fullmatch(written):
        return _in_year(found[3], _month(found[2]), int(found[1]), latest)
    if found := _NAMED_DAY.fullmatch(written):
        return _in_year(found[3], _month(found[1]), int(found[2]), latest)
    return None


def read_serial(days: int) -> date | None:
    """The day behind a spreadsheet's number, None where the number is hardly one."""
    return _SERIAL_ZERO + timedelta(days=days) if days in _SERIALS else None


def _plain(text: str) -> str:
    """Without the day of the week before it and the time of day behind it."""
    return _TIME.sub("", _DAYS.sub("", " ".join(text.split()))).strip().rstrip(".")


def _ordered(first: str, second: str, year: str, order: Order, latest: date | None) -> date | None:
    day, month = (first, second) if order == "dmy" else (second, first)
    return _in_year(year, int(month), int(day), latest)


def _in_year(year: str, month: int, day: int, latest: date | None) -> date | None:
    if len(year) == 4:
        return _date(int(year), month, day)
    recent = _date(2000 + int(year), month, day)
    if latest is None or (recent is not None and recent <= latest):
        return recent
    return _date(1900 + int(year), month, day)


def _month(word: str) -> int:
    """By any beginning of its name of three letters at least; 0 for a word that is no month."""
    beginning = word.casefold()
    for number, names in enumerate(_MONTHS, 1):
        if any(name.startswith(beginning) for name in names):
            return number
    return 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
