import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.coverage import Cover, CoverState, Ending, Programme, cover_state, covered_on, ending, next_cover
from models.rules.days import Month, add_months

DAY = timedelta(days=1)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
parts = st.lists(st.integers(1, 30), min_size=1, max_size=8)
programmes: st.SearchStrategy[Programme] = st.sampled_from(["JKK+JKM", "JHT"])


def pay(months: int, paid: list[Cover], start: date | None, programme: Programme = "JKK+JKM", **more: object) -> Cover:
    facts = {"event": "new", "paid_on": date(2026, 11, 22), **more}
    return next_cover(programme, months, paid=paid, contract_start=start, **facts)  # type: ignore[arg-type]


@given(days, parts, programmes)
def test_paying_in_parts_ends_on_the_day_that_paying_at_once_does(
    start: date, several: list[int], programme: Programme
) -> None:
    paid: list[Cover] = []
    for months in several:
        paid.append(pay(months, paid, start, programme))
    at_once = pay(sum(several), [], start, programme)

    assert paid[-1].covered_to == at_once.covered_to
    assert paid[0].covered_from == at_once.covered_from
    for earlier, later in itertools.pairwise(paid):
        assert later.covered_from == earlier.covered_to + DAY
    assert all(cover.covered_from <= cover.covered_to for cover in paid)
    assert paid[-1].anchor_months == sum(several)


@given(days, parts, st.randoms())
def test_the_order_in_which_covers_are_listed_does_not_matter(start: date, several: list[int], dice) -> None:  # type: ignore[no-untyped-def]
    paid: list[Cover] = []
    for months in several:
        paid.append(pay(months, paid, start))
    shuffled = paid[:]
    dice.shuffle(shuffled)
    assert pay(6, shuffled, start) == pay(6, paid, start)


def test_a_contract_from_the_31st_of_january_never_drifts_to_the_28th() -> None:
    paid: list[Cover] = []
    for _ in range(3):
        paid.append(pay(1, paid, date(2026, 1, 31)))
    assert [cover.covered_to for cover in paid] == [date(2026, 2, 27), date(2026, 3, 30), date(2026, 4, 29)]


def test_a_first_payment_covers_from_the_contracts_start() -> None:
    assert pay(24, [], date(2026, 12, 11)) == Cover(
        "JKK+JKM", date(2026, 12, 11), 24, date(2026, 12, 11), date(2028, 12, 10)
    )


def test_somebody_late_or_without_a_contract_is_covered_from_the_payment() -> None:
    assert pay(6, [], date(2025, 3, 1), event="late").covered_from == date(2026, 11, 22)
    assert pay(6, [], None).covered_from == date(2026, 11, 22)


def test_an_extension_joins_the_day_after_paid_through() -> None:
    first = pay(24, [], date(2024, 12, 11))
    again = pay(24, [first], date(2024, 12, 11), event="extension")
    assert (again.covered_from, again.covered_to) == (date(2026, 12, 11), date(2028, 12, 10))


def test_a_contract_that_starts_the_very_next_day_joins_the_chain() -> None:
    first = pay(12, [], date(2026, 1, 31))
    assert first.covered_to == date(2027, 1, 30)
    joined = pay(12, [first], date(2027, 1, 31))
    assert joined.anchor == date(2026, 1, 31)


def test_a_contract_that_starts_later_begins_a_new_chain_there() -> None:
    first = pay(12, [], date(2025, 1, 1))
    later = pay(12, [first], date(2026, 1, 2), event="re-entry")
    assert (later.anchor, later.anchor_months) == (date(2026, 1, 2), 12)


def test_a_chain_moved_by_a_correction_goes_on_the_day_after_its_end() -> None:
    moved = Cover("JKK+JKM", date(2026, 1, 1), 6, date(2026, 2, 1), date(2026, 7, 31))
    cover = pay(6, [moved], date(2026, 1, 1))
    assert (cover.anchor, cover.covered_from, cover.covered_to) == (
        date(2026, 8, 1),
        date(2026, 8, 1),
        date(2027, 1, 31),
    )


def test_old_age_savings_are_paid_by_calendar_months() -> None:
    first = pay(3, [], date(2026, 12, 11), "JHT")
    assert (first.covered_from, first.covered_to) == (date(2026, 12, 1), date(2027, 2, 28))
    again = pay(1, [first], date(2026, 12, 11), "JHT")
    assert (again.covered_from, again.covered_to) == (date(2027, 3, 1), date(2027, 3, 31))


@given(days, parts)
def test_savings_always_end_with_a_month(start: date, several: list[int]) -> None:
    paid: list[Cover] = []
    for months in several:
        paid.append(pay(months, paid, start, "JHT"))
        assert paid[-1].covered_from.day == 1
        assert paid[-1].covered_to == Month.of(paid[-1].covered_to).last


def test_one_programmes_cover_never_moves_anothers() -> None:
    protection = pay(24, [], date(2026, 12, 11))
    savings = pay(3, [protection], date(2026, 12, 11), "JHT")
    assert savings.covered_from == date(2026, 12, 1)


def test_nobody_paid_is_none_and_a_coming_cover_is_upcoming() -> None:
    assert cover_state([], date(2026, 11, 22)) == CoverState("none", None, None)
    coming = pay(6, [], date(2026, 12, 11))
    assert cover_state([coming], date(2026, 12, 10)).kind == "upcoming"
    assert cover_state([coming], date(2026, 12, 11)).kind == "active"


def test_eighteen_days_are_left_in_the_picture() -> None:
    cover = pay(24, [], date(2024, 12, 11))
    assert cover_state([cover], date(2026, 11, 22)) == CoverState("expiring", date(2026, 12, 10), 18)


def test_the_last_sixty_days_are_expiring_and_the_next_day_expired() -> None:
    cover = pay(12, [], date(2026, 1, 1))
    last = cover.covered_to
    assert cover_state([cover], last - timedelta(days=61)).kind == "active"
    assert cover_state([cover], last - timedelta(days=60)).kind == "expiring"
    assert cover_state([cover], last) == CoverState("expiring", last, 0)
    assert cover_state([cover], last + DAY) == CoverState("expired", last, -1)


def test_payments_that_join_count_as_one_unbroken_time() -> None:
    first = pay(12, [], date(2026, 1, 1))
    second = pay(12, [first], date(2026, 1, 1))
    assert cover_state([second, first], date(2026, 12, 20)) == CoverState("active", date(2027, 12, 31), 376)


def test_a_day_in_a_gap_is_not_covered_though_cover_is_coming() -> None:
    first = pay(6, [], date(2026, 1, 1))
    second = pay(6, [first], date(2026, 9, 1))
    assert cover_state([first, second], date(2026, 8, 1)) == CoverState("upcoming", date(2027, 2, 28), None)
    assert not covered_on([first, second], date(2026, 8, 1))
    assert covered_on([first, second], add_months(date(2026, 8, 1), 1))


# Whose cover ends


def spanning(first: date, last: date) -> Cover:
    return Cover("JKK+JKM", first, 1, first, last)


def test_cover_that_joins_the_next_ends_with_the_next() -> None:
    paid = [spanning(date(2026, 1, 1), date(2026, 12, 1)), spanning(date(2026, 12, 2), date(2028, 12, 1))]
    assert ending(paid, date(2026, 11, 22)) is None
    assert ending(paid[:1], date(2026, 11, 22)) == Ending(date(2026, 12, 1), 9)


def test_cover_paid_after_a_gap_does_not_hide_the_gap() -> None:
    paid = [spanning(date(2026, 1, 1), date(2026, 12, 1)), spanning(date(2027, 1, 5), date(2028, 1, 4))]
    assert ending(paid, date(2026, 11, 22)) == Ending(date(2026, 12, 1), 9, date(2027, 1, 5))
    assert ending(paid, date(2026, 12, 3)) == Ending(date(2026, 12, 1), -2, date(2027, 1, 5))


@pytest.mark.parametrize(("left", "listed"), [(60, True), (61, False), (0, True), (-30, True), (-31, False)])
def test_the_list_looks_sixty_days_ahead_and_thirty_back(left: int, listed: bool) -> None:
    day = date(2026, 11, 22)
    found = ending([spanning(date(2026, 1, 1), day + timedelta(days=left))], day)
    assert (found is not None) == listed
    assert found is None or found.days_left == left


def test_nobody_is_called_about_cover_that_has_not_begun() -> None:
    assert ending([], date(2026, 11, 22)) is None
    assert ending([spanning(date(2026, 11, 23), date(2026, 12, 1))], date(2026, 11, 22)) is None
