from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import pytest

from models.rules.money import Money, Rate
from models.rules.prices import Due, FixedPrice, Price, due_in, expired, price_on
from models.rules.problems import Refused

TODAY = date(2026, 11, 22)


class Line(NamedTuple):
    programme: str
    months: int
    amount_idr: int


PROTECTION, SAVINGS = Line("JKK+JKM", 24, 332_500), Line("JHT", 3, 300_000)
RATE = Rate(UUID(int=1), "TPE", "TWD", date(2026, 11, 1), Decimal("512.40"), 1)


def decree(
    *rows: FixedPrice, valid_from: date = date(2026, 1, 1), valid_to: date | None = None, which: int = 2
) -> Price:
    return Price(UUID(int=which), "TPE", "TWD", valid_from, "SK-12/2026", rows, valid_to)


FIXED = decree(
    FixedPrice("JKK+JKM", "any", 24, 650),
    FixedPrice("JKK+JKM", "extension", 24, 600),
    FixedPrice("JKK+JKM", "any", 12, 370),
)


def due(
    *lines: Line, event: str = "new", price: Price | None = FIXED, rate: Rate | None = RATE, code: str = "TWD"
) -> Due:
    return due_in(code, lines, event=event, price=price, rate=rate, day=TODAY)


def test_what_a_decree_fixes_is_charged_in_place_of_what_the_rate_makes_of_it() -> None:
    assert due(PROTECTION) == Due(Money.of(650, "TWD"), (650,), FIXED, None, 0)
    assert due(PROTECTION, price=None).amount == Money.of(649, "TWD")
    assert due(PROTECTION, rate=None).amount == Money.of(650, "TWD")


def test_what_a_decree_does_not_name_is_charged_by_the_rate_and_rounded_once() -> None:
    found = due(PROTECTION, SAVINGS)
    assert found.amount == Money.of(650 + 586, "TWD")
    assert found.fixed == (650, None)
    assert (found.price, found.rate, found.rounding_idr) == (FIXED, RATE, 266)
    silent = due(Line("JKK+JKM", 23, 337_500))
    assert (silent.price, silent.fixed) == (None, (None,))


def test_the_row_of_the_event_goes_before_the_row_of_all() -> None:
    assert due(PROTECTION, event="extension").amount == Money.of(600, "TWD")
    assert due(Line("JKK+JKM", 12, 189_000), event="extension").amount == Money.of(370, "TWD")


def test_in_rupiah_no_decree_and_no_rate_is_asked() -> None:
    assert due(PROTECTION, SAVINGS, code="IDR") == Due(Money.idr(632_500), (None, None), None, None, 0)


def test_without_decree_and_rate_nothing_can_be_charged_in_that_money() -> None:
    with pytest.raises(Refused) as refusal:
        due(PROTECTION, SAVINGS, rate=None)
    [problem] = refusal.value.problems
    assert (problem.field, problem.code) == ("currency", "rate.missing")


def test_the_newest_decree_that_has_begun_counts_and_one_without_rows_gives_all_back_to_the_rate() -> None:
    later = decree(valid_from=date(2026, 11, 22), which=3)
    assert price_on([later, FIXED], date(2026, 11, 21)) is FIXED
    assert price_on([FIXED, later], TODAY) is later
    assert price_on([FIXED], date(2025, 12, 31)) is None
    assert due(PROTECTION, price=later).amount == Money.of(649, "TWD")


def test_what_no_longer_holds_is_named_once_each_with_its_last_day() -> None:
    rate = Rate(UUID(int=1), "TPE", "TWD", date(2026, 11, 1), Decimal("512.40"), 1, valid_to=date(2026, 11, 21))
    price = decree(valid_to=date(2026, 11, 20))
    problems = expired([rate, price, rate], TODAY)
    assert [(one.field, one.code, dict(one.values)) for one in problems] == [
        ("currency", "rate.expired", {"currency": "TWD", "day": "2026-11-21"}),
        ("currency", "price.expired", {"decree": "SK-12/2026", "day": "2026-11-20"}),
    ]
    assert expired([rate, price, RATE], date(2026, 11, 20)) == []
