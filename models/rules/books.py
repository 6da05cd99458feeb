"""Books: the period a book is about, and what its movements come to by way of paying, programme and currency."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.rules.money import Money
from models.rules.problems import Problem, Refused

LONGEST_DAYS = 366
"""Days that one book may be about."""


@dataclass(frozen=True, slots=True)
class Period:
    """Business days, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def period(first: date, last: date, field: str = "to") -> Period:
    """The days from `first` to `last`. Refused on `field`: `period.ends_first`, `period.too_long`."""
    if last < first:
        raise Refused(Problem.of(field, "period.ends_first", first=first.isoformat()))
    found = Period(first, last)
    if found.days > LONGEST_DAYS:
        raise Refused(Problem.of(field, "period.too_long", most=LONGEST_DAYS))
    return found


@dataclass(frozen=True, slots=True)
class Movement:
    """What one kind of entry moved on one account, in the smallest unit of `currency`: debits are positive.

    `source` is "receipt", "void", or what else was recorded."""

    source: str
    account: str
    currency: str
    exponent: int
    amount: int


@dataclass(frozen=True, slots=True)
class AccountSum:
    """An account over a period: what receipts brought, what voids took back, what else moved it. Each is told as the
    book tells it: positive is money received, whichever side of the account it stands on."""

    account: str
    received: Money
    taken_back: Money
    other: Money

    @property
    def total(self) -> Money:
        """What is left of the three."""
        return self.received - self.taken_back + self.other


_ORDER = ("tender:cash", "tender:", "surplus", "short", "exchange", "contributions:", "rounding", "refund:", "till:")
_CREDITS = ("contributions:", "rounding", "surplus", "refund:")
"""Accounts that grow on their credit side: what came in is owed to somebody."""


def account_sums(movements: Iterable[Movement]) -> tuple[AccountSum, ...]:
    """Every account of every currency in the order of a book: how it was paid, then what it was paid for."""
    found: dict[tuple[str, str, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in movements:
        source = one.source if one.source in ("receipt", "void") else "other"
        found[one.account, one.currency, one.exponent][source] += one.amount
    sums = []
    for account, currency, exponent in sorted(found, key=_place):
        sign = -1 if account.startswith(_CREDITS) else 1
        by_source = found[account, currency, exponent]
        received, taken_back, other = (
            Money(factor * by_source[source], currency, exponent)
            for source, factor in (("receipt", sign), ("void", -sign), ("other", sign))
        )
        sums.append(AccountSum(account, received, taken_back, other))
    return tuple(sums)


def _place(key: tuple[str, str, int]) -> tuple[int, str, bool, str, int]:
    account, currency, exponent = key
    at = next((at for at, start in enumerate(_ORDER) if account.startswith(start)), len(_ORDER))
    return at, account, currency == "IDR", currency, exponent
