from __future__ import annotations

import itertools
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.phases import AFTER_DAYS, Evidence, Phase, PhaseKind, Stay, phase_on, timeline

DAY = timedelta(days=1)
FLOWN = Stay(
    id=UUID(int=1),
    start=date(2024, 12, 11),
    end=date(2026, 12, 10),
    departure=date(2024, 12, 2),
    arrival=date(2026, 12, 20),
)
WRITTEN = Stay(id=UUID(int=2), start=date(2024, 12, 11), end=date(2026, 12, 10))


def kind(day: str, *stays: Stay) -> PhaseKind:
    return phase_on(date.fromisoformat(day), stays).kind


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2024-07-01", "outside"),
        ("2024-07-02", "before"),  # five months before the departure
        ("2024-12-01", "before"),
        ("2024-12-02", "during"),  # the departure, not the contract's start
        ("2026-12-10", "during"),
        ("2026-12-19", "during"),  # the way home
        ("2026-12-20", "after"),  # the arrival
        ("2027-01-19", "after"),  # thirty days
        ("2027-01-20", "outside"),
    ],
)
def test_every_date_known_settles_the_phase_to_the_day(day: str, expected: PhaseKind) -> None:
    found = phase_on(date.fromisoformat(day), [FLOWN])
    assert (found.kind, found.placement) == (expected, FLOWN.id)
    assert found.certain


@pytest.mark.parametrize(
    ("day", "expected", "missing"),
    [
        ("2024-07-10", "outside", ("departure",)),
        ("2024-07-11", "before", ("departure",)),
        ("2024-12-10", "before", ("departure",)),
        ("2024-12-11", "during", ("departure",)),
        ("2027-01-10", "during", ("departure",)),  # a month beyond the contract
        ("2027-01-11", "after", ("arrival",)),
        ("2027-02-09", "after", ("arrival",)),
        ("2027-02-10", "outside", ("arrival",)),
    ],
)
def test_what_the_contract_alone_says_is_said_to_be_assumed(
    day: str, expected: PhaseKind, missing: tuple[str, ...]
) -> None:
    found = phase_on(date.fromisoformat(day), [WRITTEN])
    assert (found.kind, found.missing) == (expected, missing)
    assert not found.certain


def test_the_evidence_is_the_dates_it_rests_on() -> None:
    found = phase_on(date(2026, 12, 15), [FLOWN])
    assert found == Phase(
        "during",
        date(2024, 12, 2),
        date(2026, 12, 19),
        (
            Evidence("departure", date(2024, 12, 2)),
            Evidence("contract_start", date(2024, 12, 11)),
            Evidence("contract_end", date(2026, 12, 10)),
            Evidence("arrival", date(2026, 12, 20)),
        ),
        (),
        FLOWN.id,
    )
    assert phase_on(date(2026, 12, 20), [FLOWN]).evidence == (Evidence("arrival", date(2026, 12, 20)),)


def test_without_any_date_nothing_is_guessed() -> None:
    for stays in ([], [Stay()], [Stay(months=24)]):
        found = phase_on(date(2026, 1, 1), stays)
        assert (found.kind, found.certain) == ("unknown", False)
        assert set(found.missing) == {"departure", "contract_start", "contract_end"}


@pytest.mark.parametrize(
    ("stay", "day", "expected", "missing"),
    [
        # No end: at work until somebody says otherwise.
        (Stay(start=date(2024, 1, 1)), "2031-01-01", "during", ("departure", "contract_end")),
        (Stay(departure=date(2024, 1, 1)), "2031-01-01", "during", ("contract_end",)),
        (Stay(start=date(2024, 1, 1), arrival=date(2025, 1, 1)), "2025-01-01", "after", ()),
        # Only the end: what came before it may have been work or the time before.
        (Stay(end=date(2026, 12, 31)), "2027-01-31", "unknown", ("departure", "contract_start")),
        (Stay(end=date(2026, 12, 31)), "2027-02-01", "after", ("arrival",)),
        (Stay(arrival=date(2026, 12, 31)), "2026-12-30", "unknown", ("departure", "contract_start")),
        (Stay(arrival=date(2026, 12, 31)), "2026-12-31", "after", ()),
        # Months stand in for the date that is not written.
        (Stay(start=date(2026, 1, 31), months=1), "2026-03-27", "during", ("departure",)),
        (Stay(start=date(2026, 1, 31), months=1), "2026-03-28", "after", ("arrival",)),
        (Stay(end=date(2026, 12, 10), months=24), "2024-12-11", "during", ("departure",)),
        (Stay(end=date(2026, 12, 10), months=24), "2024-12-10", "before", ("departure",)),
    ],
)
def test_what_is_not_known_is_named(stay: Stay, day: str, expected: PhaseKind, missing: tuple[str, ...]) -> None:
    found = phase_on(date.fromisoformat(day), [stay])
    assert (found.kind, found.missing) == (expected, missing)


def test_months_that_stand_in_for_an_end_are_evidence_of_their_own() -> None:
    found = phase_on(date(2026, 2, 15), [Stay(start=date(2026, 1, 31), months=1)])
    assert found.evidence == (
        Evidence("contract_start", date(2026, 1, 31)),
        Evidence("months", date(2026, 2, 27)),
    )


@pytest.mark.parametrize(
    ("departure", "end", "first_before", "last_during"),
    [
        ("2024-07-31", "2025-01-31", "2024-02-29", "2025-02-28"),  # February has no 31st; 2024 is a leap year
        ("2024-02-29", "2024-08-31", "2023-09-29", "2024-09-30"),
        ("2026-03-30", "2028-01-30", "2025-10-30", "2028-02-29"),
    ],
)
def test_months_are_clamped_to_the_end_of_a_short_one(
    departure: str, end: str, first_before: str, last_during: str
) -> None:
    stay = Stay(
        start=date.fromisoformat(departure), end=date.fromisoformat(end), departure=date.fromisoformat(departure)
    )
    spans = {span.kind: span for span in timeline([stay])}
    assert spans["before"].first == date.fromisoformat(first_before)
    assert spans["during"].last == date.fromisoformat(last_during)


def test_coming_home_early_ends_the_work() -> None:
    early = Stay(start=date(2024, 12, 11), end=date(2026, 12, 10), arrival=date(2025, 3, 1))
    assert [kind(day, early) for day in ("2025-02-28", "2025-03-01", "2025-03-31", "2025-04-01")] == [
        "during",
        "after",
        "after",
        "outside",
    ]


def test_between_a_month_beyond_the_contract_and_a_late_return_lies_nothing() -> None:
    late = Stay(start=date(2024, 12, 11), end=date(2026, 12, 10), arrival=date(2027, 6, 1))
    assert [kind(day, late) for day in ("2027-01-10", "2027-01-11", "2027-05-31", "2027-06-01")] == [
        "during",
        "outside",
        "outside",
        "after",
    ]


def test_an_arrival_before_the_work_began_is_no_return() -> None:
    """Written there by somebody who meant the arrival abroad."""
    abroad = Stay(
        start=date(2024, 12, 11), end=date(2026, 12, 10), departure=date(2024, 12, 2), arrival=date(2024, 12, 3)
    )
    found = phase_on(date(2025, 6, 1), [abroad])
    assert found.kind == "during"
    assert "arrival" not in {one.what for one in found.evidence}


def test_an_extension_goes_on_without_a_gap_and_nobody_leaves_for_it() -> None:
    on = Stay(id=UUID(int=3), start=date(2026, 12, 11), end=date(2028, 12, 10), goes_on=True)
    first = Stay(id=UUID(int=1), start=date(2024, 12, 11), end=date(2026, 12, 10), departure=date(2024, 12, 2))
    found = phase_on(date(2027, 6, 1), [on, first])
    assert (found.kind, found.first, found.last, found.placement) == (
        "during",
        date(2024, 12, 2),
        date(2029, 1, 10),
        on.id,
    )
    assert found.certain


def test_an_extension_of_a_contract_nobody_recorded_says_so() -> None:
    on = Stay(start=date(2026, 12, 11), end=date(2028, 12, 10), goes_on=True)
    found = phase_on(date(2026, 12, 10), [on])
    assert (found.kind, found.missing) == ("unknown", ("earlier",))
    assert kind("2026-12-11", on) == "during"


def test_a_second_contract_after_coming_home_is_before_only_once_the_return_is_over() -> None:
    again = Stay(start=date(2027, 3, 1), end=date(2029, 2, 28), departure=date(2027, 2, 20))
    assert [kind(day, FLOWN, again) for day in ("2027-01-19", "2027-01-20", "2027-02-19", "2027-02-20")] == [
        "after",
        "before",
        "before",
        "during",
    ]


def test_a_contract_without_an_end_ends_where_the_next_one_begins() -> None:
    open_end = Stay(id=UUID(int=1), start=date(2020, 1, 1))
    found = timeline([open_end, FLOWN])
    assert next((span.kind, span.placement, span.last) for span in found if span.kind == "during") == (
        "during",
        UUID(int=1),
        date(2024, 12, 1),
    )


def test_dates_that_no_calendar_here_reaches_are_left_out() -> None:
    odd = Stay(start=date.min, end=date.max, departure=date(2024, 12, 2), arrival=date(9999, 12, 31), months=10**9)
    found = phase_on(date(2025, 1, 1), [odd])
    assert (found.kind, found.missing) == ("during", ("contract_end",))
    assert phase_on(date.max, [odd]).kind == "during"
    assert Stay(start=date.max, months=10**9).last is None
    assert Stay(end=date.min, months=24).first is None
    assert phase_on(date.min, [odd]).kind == "outside"


# Properties

days = st.dates(date(2023, 1, 1), date(2030, 12, 31))
stays = st.builds(
    Stay,
    id=st.uuids(),
    start=st.none() | days,
    end=st.none() | days,
    departure=st.none() | days,
    arrival=st.none() | days,
    months=st.none() | st.integers(1, 60),
    goes_on=st.booleans(),
)


@given(st.lists(stays, max_size=4))
def test_every_day_lies_in_exactly_one_phase(some: list[Stay]) -> None:
    spans = timeline(some)
    assert spans[0].first is None
    assert spans[-1].last is None
    for one, following in itertools.pairwise(spans):
        assert one.last is not None
        assert following.first == one.last + DAY
        assert one.first is None or one.first <= one.last
        same = (one.kind, one.evidence, one.missing, one.placement)
        assert same != (following.kind, following.evidence, following.missing, following.placement)


@given(st.lists(stays, max_size=4), days, st.randoms(use_true_random=False))
def test_the_phase_does_not_depend_on_the_order_of_the_contracts(some: list[Stay], day: date, random: Random) -> None:
    shuffled = random.sample(some, len(some))
    assert timeline(shuffled) == timeline(some)
    assert phase_on(day, shuffled) == phase_on(day, some)


@given(st.lists(stays, min_size=1, max_size=4), days)
def test_a_phase_holds_the_day_it_was_asked_for_and_names_a_contract_of_the_person(some: list[Stay], day: date) -> None:
    found = phase_on(day, some)
    assert found.holds(day)
    assert found.placement in {None, *(one.id for one in some)}
    assert (found.placement is None) == all(not (one.first or one.last or one.departure or one.arrival) for one in some)


@given(stays)
def test_after_lasts_thirty_days_and_never_begins_before_the_work(stay: Stay) -> None:
    for span in timeline([stay]):
        if span.kind == "after":
            assert span.first is not None
            assert span.last is not None
            assert (span.last - span.first).days in (AFTER_DAYS, AFTER_DAYS - 1)
            assert stay.leaves is None or span.first >= stay.leaves or (stay.last and stay.last < stay.leaves)
