"""Days: months counted from a date, a mission's business date, and how long a contract lasts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

MonthRounding = Literal["up", "nearest", "down"]
MONTH_ROUNDINGS: tuple[MonthRounding, ...] = ("up", "nearest", "down")
"""How days beyond whole months count: as one more month, as one from half a month on, or not at all."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12:
            raise ValueError(f"month {self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    def plus(self, n: int) -> Month:
        years, month = divmod(self.year * 12 + self.month - 1 + n, 12)
        return Month(years, month + 1)

    def next(self) -> Month:
        return self.plus(1)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])


def add_months(day: date, n: int) -> date:
    """The same day n months on, or the last day of that month where it has no such day (as java.time does)."""
    month = Month.of(day).plus(n)
    return month.last.replace(day=min(day.day, month.last.day))


def covered_to(anchor: date, months: int) -> date:
    """The last day covered by `months` from an anchor. Always from the original anchor, so that paying in
    parts ends on the day that paying at once would. ValueError below one month."""
    if months < 1:
        raise ValueError("cover lasts a month at least")
    return add_months(anchor, months) - timedelta(days=1)


def whole_months(start: date, end: date) -> int:
    """Months a contract lasts, its last day included; a part of a month counts as one. 0 if it ends before
    it starts."""
    if end < start:
        return 0
    # The month of `end` is at most one away from the answer, because adding months never skips one.
    n = (end.year - start.year) * 12 + end.month - start.month
    return n + 1 if add_months(start, n) <= end else n


def rounded_months(start: date, end: date, rounding: MonthRounding) -> int:
    """Months from the first to the last day, both included, the days beyond whole months counted as `rounding` says.
    Half a month is half of the days of the month begun. 0 if it ends before it starts."""
    months = whole_months(start, end)
    after = end + timedelta(days=1)
    if months == 0 or rounding == "up" or add_months(start, months) == after:
        return months
    begun, full = add_months(start, months - 1), add_months(start, months)
    counts = rounding == "nearest" and 2 * (after - begun) >= full - begun
    return months if counts else months - 1


def business_date(at: datetime, zone: str) -> date:
    """The date at the counter. The mission closes its books at local midnight, not UTC's.

    `at` must know its zone (ValueError); an unknown zone raises ZoneInfoNotFoundError.
    """
    if at.tzinfo is None:
        raise ValueError("a time without a zone has no business date")
    # zoneinfo costs 5 ms of imports: paid with the first entry, after the window stands.
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(zone)).date()
