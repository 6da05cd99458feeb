from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.days import Month, add_months, business_date, covered_to, rounded_months, whole_months

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = st.integers(1, 120)


@pytest.mark.parametrize(
    ("day", "n", "later"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2028-02-29", 48, "2032-02-29"),
        ("2026-01-31", 2, "2026-03-31"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-05-15", 0, "2026-05-15"),
    ],
)
def test_months_are_added_as_java_time_adds_them(day: str, n: int, later: str) -> None:
    assert add_months(date.fromisoformat(day), n) == date.fromisoformat(later)


@given(days, st.integers(-240, 240))
def test_adding_months_lands_in_the_right_month_on_the_day_or_its_last(day: date, n: int) -> None:
    later = add_months(day, n)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day == min(day.day, monthrange(later.year, later.month)[1])


@pytest.mark.parametrize(
    ("anchor", "n", "last"),
    [
        ("2026-12-11", 24, "2028-12-10"),
        ("2026-01-31", 1, "2026-02-27"),
        ("2026-01-31", 2, "2026-03-30"),
        ("2027-03-01", 12, "2028-02-29"),
        ("2026-03-01", 12, "2027-02-28"),
        ("2028-02-29", 12, "2029-02-27"),
    ],
)
def test_cover_ends_the_day_before_the_anchor_comes_round(anchor: str, n: int, last: str) -> None:
    assert covered_to(date.fromisoformat(anchor), n) == date.fromisoformat(last)


def test_cover_of_no_months_is_no_cover() -> None:
    with pytest.raises(ValueError, match="month"):
        covered_to(date(2026, 1, 1), 0)


@given(days, months)
def test_a_contract_lasts_as_many_months_as_cover_it(start: date, n: int) -> None:
    end = covered_to(start, n)
    assert whole_months(start, end) == n
    assert whole_months(start, end + timedelta(days=1)) == n + 1


@given(days, st.integers(0, 4000))
def test_whole_months_is_the_least_that_reaches_the_end(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    slow = next(n for n in range(1, 200) if covered_to(start, n) >= end)
    assert whole_months(start, end) == slow


def test_a_contract_that_ends_before_it_starts_has_no_months() -> None:
    assert whole_months(date(2026, 2, 1), date(2026, 1, 31)) == 0
    assert whole_months(date(2026, 2, 1), date(2026, 2, 1)) == 1


@given(days, st.integers(-500, 500))
def test_months_count_and_keep_their_order(day: date, n: int) -> None:
    month = Month.of(day)
    assert month.plus(n).plus(-n) == month
    assert (month.plus(n) > month) == (n > 0)
    assert month.next() == month.plus(1)
    assert month.first <= day <= month.last
    assert month.last + timedelta(days=1) == month.next().first


def test_there_is_no_thirteenth_month() -> None:
    with pytest.raises(ValueError, match="13"):
        Month(2026, 13)


def test_the_counters_day_ends_at_its_own_midnight() -> None:
    at = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert business_date(at, "Asia/Taipei") == date(2026, 11, 22)
    assert business_date(at, "Asia/Riyadh") == date(2026, 11, 21)
    assert business_date(at, "America/Los_Angeles") == date(2026, 11, 21)


def test_a_time_without_a_zone_has_no_business_date() -> None:
    with pytest.raises(ValueError, match="zone"):
        business_date(datetime(2026, 11, 22), "Asia/Taipei")  # noqa: DTZ001


@pytest.mark.parametrize(
    ("end", "up", "nearest", "down"),
    [
        (date(2026, 1, 10), 1, 0, 0),
        (date(2026, 2, 9), 1, 1, 1),
        (date(2026, 2, 10), 2, 1, 1),
        (date(2026, 2, 22), 2, 1, 1),
        (date(2026, 2, 23), 2, 2, 1),
        (date(2026, 3, 9), 2, 2, 2),
        (date(2026, 1, 9), 0, 0, 0),
    ],
)
def test_days_beyond_whole_months_count_as_the_tariff_says(end: date, up: int, nearest: int, down: int) -> None:
    """From 10 January; the month begun on 10 February has 28 days, its half are 14."""
    begin = date(2026, 1, 10)
    assert rounded_months(begin, end, "up") == up
    assert rounded_months(begin, end, "nearest") == nearest
    assert rounded_months(begin, end, "down") == down


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 1500))
def test_rounding_goes_down_nearest_up_and_agrees_on_whole_months(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    down, nearest, up = (rounded_months(start, end, rounding) for rounding in ("down", "nearest", "up"))
    assert down <= nearest <= up <= down + 1
    assert rounded_months(start, add_months(start, 7) - timedelta(days=1), "down") == 7
