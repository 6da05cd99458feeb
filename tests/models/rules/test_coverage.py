import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.journal.ids import new_id
from models.rules.coverage import (
    Cover,
    CoverState,
    Ending,
    PaidDays,
    Programme,
    cover_state,
    covered_on,
    cut_off,
    ending,
    next_cover,
    overlapping,
    sold_again,
    untangled,
)
from models.rules.days import Month, add_months, covered_to
from models.rules.problems import Refused

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


def test_nothing_follows_cover_that_a_forged_paper_lets_end_with_the_calendar() -> None:
    endless = Cover("JKK+JKM", date(2026, 1, 1), 12, date(2026, 1, 1), date.max)
    for paid in (
        [endless],
        [Cover("JKK+JKM", date(9999, 1, 1), 11, date(9999, 1, 1), covered_to(date(9999, 1, 1), 11))],
    ):
        with pytest.raises(Refused) as refusal:
            pay(24, paid, None)
        assert [problem.code for problem in refusal.value.problems] == ["cover.endless"]


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


# Clashes between two counters that had not heard of each other


def at_once(*covers: Cover) -> list[PaidDays]:
    """Lines of receipts in the order in which they were made."""
    ids = sorted(new_id() for _ in covers)
    return [PaidDays(one, 0, _months_of(cover), cover) for one, cover in zip(ids, covers, strict=True)]


def _months_of(cover: Cover) -> int:
    return cover.anchor_months - (
        0
        if cover.covered_from == cover.anchor
        else next(n for n in range(1, 200) if covered_to(cover.anchor, n) + DAY == cover.covered_from)
    )


START = date(2024, 12, 11)


def test_two_extensions_sold_at_once_overlap_and_the_later_joins_the_earlier() -> None:
    first = pay(24, [], START)
    here, there = pay(24, [first], None), pay(12, [first], None)
    assert overlapping([first, here, there]) == [(1, 2)]
    lines = at_once(first, here, there)
    assert untangled(lines) == {lines[2].key: pay(12, [first, here], None)}


def test_an_extension_of_what_another_counter_voided_is_cut_off_and_begins_where_that_began() -> None:
    first = pay(24, [], START)
    extension = pay(12, [first], None)
    assert cut_off([extension]) == [0]
    lines = at_once(extension)
    assert untangled(lines) == {lines[0].key: pay(12, [], START)}


def test_what_follows_a_voided_extension_joins_the_days_before_it() -> None:
    first = pay(24, [], START)
    voided = pay(12, [first], None)
    last = pay(6, [first, voided], None)
    assert cut_off([first, last]) == [1]
    lines = at_once(first, last)
    assert untangled(lines) == {lines[1].key: pay(6, [first], None)}


def test_a_new_contract_after_a_pause_is_no_clash() -> None:
    first = pay(6, [], START)
    again = pay(24, [first], date(2026, 3, 1))
    assert overlapping([first, again]) == []
    assert cut_off([first, again]) == []
    assert untangled(at_once(first, again)) == {}


def test_programmes_do_not_clash_with_each_other() -> None:
    assert overlapping([pay(24, [], START), pay(24, [], START, "JHT")]) == []


@st.composite
def tangles(draw: st.DrawFn) -> list[PaidDays]:
    """What several counters sold, each knowing only some of the others' receipts, and what of it was not voided."""
    made: list[PaidDays] = []
    for receipt_id in sorted(new_id() for _ in range(draw(st.integers(1, 6)))):
        seen = [one.cover for one in made if draw(st.booleans())]
        months, programme = draw(st.integers(1, 30)), draw(programmes)
        start = draw(st.sampled_from([START, date(2025, 1, 31), None]))
        cover = next_cover(programme, months, paid=seen, contract_start=start, event="new", paid_on=date(2026, 11, 22))
        made.append(PaidDays(receipt_id, 0, months, cover))
    return [one for one in made if draw(st.integers(0, 3))]


@st.composite
def covers(draw: st.DrawFn) -> Cover:
    first = date(2026, 1, 1) + timedelta(days=draw(st.integers(0, 12)))
    last = first + timedelta(days=draw(st.integers(0, 6)))
    return Cover(draw(programmes), date(2026, 1, 1), 1, first, last)


@given(st.lists(covers(), max_size=9), st.data())
def test_which_were_sold_again_is_the_later_of_each_two_that_overlap(paid: list[Cover], data: st.DataObject) -> None:
    made = data.draw(st.lists(st.integers(0, 4), min_size=len(paid), max_size=len(paid)))
    later = {max(made[one], made[other]) for one, other in overlapping(paid)}
    assert {made[at] for at in sold_again(paid, made)} == later


@given(st.lists(covers(), max_size=9))
def test_what_is_cut_off_is_what_nothing_before_it_reaches(paid: list[Cover]) -> None:
    reached = [
        any(
            other.programme == cover.programme and other.covered_from < cover.covered_from <= other.covered_to + DAY
            for other in paid
        )
        for cover in paid
    ]
    assert cut_off(paid) == [
        at for at, cover in enumerate(paid) if cover.anchor < cover.covered_from and not reached[at]
    ]


def test_ten_thousand_covers_of_the_same_days_are_told_apart_at_once() -> None:
    """No counter sells them, and one that has gone wrong stops nobody else with them."""
    paid = [Cover("JHT", date(2026, 1, 1), 2, date(2026, 2, 1), date(2026, 2, 28))] * 10_000
    assert sold_again(paid, range(10_000)) == list(range(1, 10_000))
    assert cut_off(paid) == list(range(10_000))


@given(tangles())
def test_untangled_days_clash_no_more_and_no_month_is_lost(lines: list[PaidDays]) -> None:
    moved = untangled(lines)
    stand = [moved.get(one.key, one.cover) for one in lines]
    assert overlapping(stand) == []
    assert cut_off(stand) == []
    for one, cover in zip(lines, stand, strict=True):
        assert cover.programme == one.cover.programme
        before = cover.anchor_months - one.months
        assert cover.covered_to == covered_to(cover.anchor, cover.anchor_months)
        assert cover.covered_from == (covered_to(cover.anchor, before) + DAY if before else cover.anchor)
    if not overlapping([one.cover for one in lines]) and not cut_off([one.cover for one in lines]):
        assert moved == {}
