"""Money: whole numbers of a currency's smallest unit, and what a mission's dated rate makes of rupiah.

The exponent of a currency comes only from our own table (`data/currencies.csv`); a stored value keeps the
exponent it was written with.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from math import ceil, floor
from uuid import UUID

from models.rules import data
from models.rules.problems import Problem, Refused

LARGEST_MINOR = 10**15
"""No counter handles more, and every sum of such amounts still fits a 64-bit column."""

_PLAIN = re.compile(r"([+-]?)([0-9]{1,18})(?:\.([0-9]{1,18}))?")


@dataclass(frozen=True, slots=True)
class Currency:
    """One row of our own table. `exponent` is the number of decimals, `name` is Indonesian, lower case."""

    code: str
    exponent: int
    symbol: str
    name: str


@cache
def currencies() -> dict[str, Currency]:
    """Every currency a mission may take, and the rupiah, by ISO 4217 code."""
    return {
        row["code"]: Currency(row["code"], int(row["exponent"]), row["symbol"], row["name"])
        for row in data.rows("currencies.csv")
    }


def currency(code: str) -> Currency:
    """The currency with this code. Refused: `currency.unknown`."""
    found = currencies().get(code)
    if found is None:
        raise Refused(Problem.of("currency", "currency.unknown", currency=code))
    return found


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, counted in its smallest unit (`minor`)."""

    minor: int
    currency: str
    exponent: int

    @classmethod
    def of(cls, minor: int, code: str) -> Money:
        """`minor` smallest units of a currency we know. Refused: `currency.unknown`."""
        return cls(minor, code, currency(code).exponent)

    @classmethod
    def idr(cls, rupiah: int) -> Money:
        return cls.of(rupiah, "IDR")

    @classmethod
    def parse(cls, value: int | str | Decimal, code: str, field: str = "amount") -> Money:
        """An amount in the main unit, as JSON carries it: `494500`, `"12.345"`.

        Digits after the point are counted as written: `"12.50"` is too fine for a currency without decimals.
        Refused on `field`: `money.not_a_number`, `money.negative`, `money.too_fine`, `money.too_large`;
        on "currency": `currency.unknown`.
        """
        exponent = currency(code).exponent
        if isinstance(value, Decimal):
            # Beyond this adjusted size the plain form would be a very long string of zeros.
            written = format(value, "f") if value.is_finite() and abs(value.adjusted()) < 40 else ""
        elif isinstance(value, bool) or not isinstance(value, int | str):
            written = ""
        else:
            written = value.strip() if isinstance(value, str) else _digits(value)
        match = _PLAIN.fullmatch(written)
        if match is None:
            raise Refused(Problem.of(field, "money.not_a_number"))
        sign, whole, decimals = match[1], match[2], match[3] or ""
        if len(decimals) > exponent:
            raise Refused(Problem.of(field, "money.too_fine", currency=code, decimals=exponent))
        minor = int(whole + decimals.ljust(exponent, "0"))
        if sign == "-" and minor:
            raise Refused(Problem.of(field, "money.negative"))
        if minor > LARGEST_MINOR:
            raise Refused(Problem.of(field, "money.too_large"))
        return cls(minor, code, exponent)

    @property
    def main(self) -> Decimal:
        """The amount in the main unit, exact, with all decimals of its currency."""
        digits = tuple(int(digit) for digit in str(abs(self.minor)))
        return Decimal((int(self.minor < 0), digits, -self.exponent))

    def json(self) -> int | str:
        """The main unit: an integer without decimals, else a string with all of them (`"12.345"`)."""
        return self.minor if self.exponent == 0 else format(self.main, "f")

    def __str__(self) -> str:
        """For logs and the gaps of sentences, which show it the Indonesian way: `KWD 12.345`."""
        return f"{self.currency} {self.main:f}"

    def __add__(self, other: Money) -> Money:
        self._require_same_unit(other)
        return Money(self.minor + other.minor, self.currency, self.exponent)

    def __sub__(self, other: Money) -> Money:
        self._require_same_unit(other)
        return Money(self.minor - other.minor, self.currency, self.exponent)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency, self.exponent)

    def __lt__(self, other: Money) -> bool:
        self._require_same_unit(other)
        return self.minor < other.minor

    def __le__(self, other: Money) -> bool:
        self._require_same_unit(other)
        return self.minor <= other.minor

    def __gt__(self, other: Money) -> bool:
        self._require_same_unit(other)
        return self.minor > other.minor

    def __ge__(self, other: Money) -> bool:
        self._require_same_unit(other)
        return self.minor >= other.minor

    def _require_same_unit(self, other: Money) -> None:
        if (self.currency, self.exponent) != (other.currency, other.exponent):
            raise ValueError(f"{self.currency}/{self.exponent} and {other.currency}/{other.exponent} do not mix")


def _digits(value: int) -> str:
    # int → str of huge numbers raises ValueError by itself; nothing that long is an amount.
    return str(value) if abs(value) < 10**19 else ""


ROUNDINGS: tuple[str, ...] = ("up", "nearest", "down")
"""How a rate may round what is due to its step; `nearest` takes half a step up."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What is due in local currency, and the rupiah by which that exceeds the amount in rupiah (or falls short of it,
    less than nothing, where the rate does not round up)."""

    due: Money
    rounding_idr: int


@dataclass(frozen=True, slots=True)
class Rate:
    """One dated row of a mission's table: rupiah for one main unit, and the step amounts due are rounded to, as
    `rounding` says. It holds until `valid_to`, that day included; without it, until the next one begins."""

    id: UUID
    mission: str
    currency: str
    valid_from: date
    idr_per_unit: Decimal
    step_minor: int
    valid_to: date | None = None
    decree: str | None = None
    rounding: str = "up"

    def __post_init__(self) -> None:
        if not (self.idr_per_unit.is_finite() and self.idr_per_unit > 0 and self.step_minor > 0):
            raise ValueError("a rate and its step are greater than zero")
        if self.rounding not in ROUNDINGS:
            raise ValueError(f"no rule rounds {self.rounding!r}")

    @property
    def idr_per_step(self) -> Fraction:
        """What one step is worth, in rupiah, exact."""
        return Fraction(self.idr_per_unit) * Fraction(self.step_minor, 10 ** currency(self.currency).exponent)

    def expired_on(self, day: date) -> bool:
        """Whether the row says itself that it no longer holds on this business date."""
        return self.valid_to is not None and self.valid_to < day

    def convert(self, idr: int, *, rounding: str | None = None) -> Converted:
        """The local amount due for whole rupiah, rounded to `step_minor` as the row says, or as `rounding` does. What
        costs anything costs at least one step.

        `rounding_idr` = due × rate − idr, in whole rupiah, half to even; never negative where rounded up. So
        idr + rounding_idr is the value of what is due. ValueError for a negative amount.
        """
        if idr < 0:
            raise ValueError("only amounts due are converted")
        unit = currency(self.currency)
        exact = idr / self.idr_per_step
        rule = rounding or self.rounding
        steps = ceil(exact) if rule == "up" else floor(exact + (Fraction(1, 2) if rule == "nearest" else 0))
        steps = max(steps, 1 if idr else 0)
        due = Money(steps * self.step_minor, unit.code, unit.exponent)
        return Converted(due, round(steps * self.idr_per_step - idr))


def rate_on(rates: Iterable[Rate], day: date) -> Rate | None:
    """The rate that counts on a mission's business date: the newest `valid_from` that is not after it.

    It may have expired (`Rate.expired_on`): what it took the place of does not come back."""
    return max(
        (rate for rate in rates if rate.valid_from <= day),
        key=lambda rate: (rate.valid_from, rate.id),
        default=None,
    )


def exchanged(amount: Money, code: str, rates: Mapping[str, Rate]) -> Money:
    """What an amount pays in another currency, by the rates of both, rounded DOWN to a step of that currency: nobody
    is credited with money that did not come in. The rupiah needs no rate; KeyError where another lacks one."""
    if amount.currency == code:
        return amount
    return _in_steps(_idr(amount, rates), code, rates, floor)


def enough_of(code: str, needed: Money, rates: Mapping[str, Rate]) -> Money:
    """The least of a currency, in its own steps, that pays `needed` when it is `exchanged`. KeyError as there."""
    if needed.currency == code:
        return needed
    step = _step(needed.currency, rates)
    credited = replace(needed, minor=-(-needed.minor // step) * step)
    return _in_steps(_idr(credited, rates), code, rates, ceil)


def _in_steps(idr: Fraction, code: str, rates: Mapping[str, Rate], rounded: Callable[[Fraction], int]) -> Money:
    step, unit = _step(code, rates), currency(code)
    each = _idr(Money(step, unit.code, unit.exponent), rates)
    return Money(rounded(idr / each) * step, unit.code, unit.exponent)


def _idr(amount: Money, rates: Mapping[str, Rate]) -> Fraction:
    each = Fraction(1) if amount.currency == "IDR" else Fraction(rates[amount.currency].idr_per_unit)
    return each * Fraction(amount.minor, 10**amount.exponent)


def _step(code: str, rates: Mapping[str, Rate]) -> int:
    return 1 if code == "IDR" else rates[code].step_minor
