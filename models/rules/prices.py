"""Prices: what is due in a mission's money, by a decree that fixes it or by the rate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from models.rules.money import Money, Rate
from models.rules.problems import Problem, Refused

ANY_EVENT = "any"


@dataclass(frozen=True, slots=True)
class FixedPrice:
    """What some months of a programme cost, in the smallest unit of the price's currency; `event` is a membership
    event, or "any" for those that no other row names."""

    programme: str
    event: str
    months: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Price:
    """One decree's table for a mission and a currency. It holds until `valid_to`, that day included; without it, until
    the next one begins."""

    id: UUID
    mission: str
    currency: str
    valid_from: date
    decree: str
    rows: tuple[FixedPrice, ...]
    valid_to: date | None = None

    def expired_on(self, day: date) -> bool:
        """Whether the decree says itself that it no longer holds on this business date."""
        return self.valid_to is not None and self.valid_to < day

    def of(self, programme: str, months: int, event: str) -> int | None:
        """The fixed amount in the smallest unit; None where the decree is silent and the rate speaks."""
        found = {row.event: row.amount_minor for row in self.rows if (row.programme, row.months) == (programme, months)}
        return found.get(event, found.get(ANY_EVENT))


def price_on(prices: Iterable[Price], day: date) -> Price | None:
    """The decree that counts on a mission's business date: the newest `valid_from` that is not after it, expired or
    not. A decree without rows gives all back to the rate."""
    return max(
        (price for price in prices if price.valid_from <= day),
        key=lambda price: (price.valid_from, price.id),
        default=None,
    )


class Line(Protocol):
    """What a price or a rate is asked about: months of a programme and what they cost in whole rupiah."""

    @property
    def programme(self) -> str: ...
    @property
    def months(self) -> int: ...
    @property
    def amount_idr(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Due:
    """What is due in one currency. `fixed` has the decree's amount of each line, None where the rate was used; `price`
    and `rate` are the rows that were needed; `rounding_idr` is what rounding the rest to the rate's step brings in."""

    amount: Money
    fixed: tuple[int | None, ...]
    price: Price | None
    rate: Rate | None
    rounding_idr: int


def due_in(code: str, lines: Sequence[Line], *, event: str, price: Price | None, rate: Rate | None, day: date) -> Due:
    """What the lines come to in a currency: fixed amounts first, the rest together by the rate, rounded once.

    Refused on `currency`: `currency.unknown`, `rate.missing`. Whether price and rate still hold is another question:
    `expired`."""
    nothing = Money.of(0, code)
    if code == "IDR":
        return Due(Money.idr(sum(line.amount_idr for line in lines)), (None,) * len(lines), None, None, 0)
    fixed = tuple(None if price is None else price.of(line.programme, line.months, event) for line in lines)
    by_decree = sum(amount for amount in fixed if amount is not None)
    rest = [line.amount_idr for line, amount in zip(lines, fixed, strict=True) if amount is None]
    if rest and rate is None:
        raise Refused(Problem.of("currency", "rate.missing", currency=code, day=day.isoformat()))
    used = price if len(rest) < len(lines) else None
    if not rest or rate is None:
        return Due(Money.of(by_decree, code), fixed, used, None, 0)
    converted = rate.convert(sum(rest))
    return Due(nothing + converted.due + Money.of(by_decree, code), fixed, used, rate, converted.rounding_idr)


def expired(rows: Iterable[Rate | Price], day: date, field: str = "currency") -> list[Problem]:
    """What no longer holds on a business date, each once: `rate.expired`, `price.expired`. Only a second person lets
    them pass."""
    problems = []
    for row in rows:
        if row.expired_on(day):
            assert row.valid_to is not None
            until = row.valid_to.isoformat()
            if isinstance(row, Price):
                problems.append(Problem.of(field, "price.expired", decree=row.decree, day=until))
            else:
                problems.append(Problem.of(field, "rate.expired", currency=row.currency, day=until))
    return list(dict.fromkeys(problems))
