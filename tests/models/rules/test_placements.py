from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.placements import (
    Contract,
    contract_months,
    contract_problems,
    contract_warnings,
    extends,
    is_same_contract,
    standing,
)
from models.rules.problems import Problem

FIRST = Contract(id=UUID(int=1), number="TW-0091", start=date(2024, 12, 11), end=date(2026, 12, 10))


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-12-11", "2026-12-10", 24),
        ("2024-12-11", "2026-12-11", 25),
        ("2026-01-31", "2026-02-27", 1),  # one month from 31 January ends on 27 February
        ("2026-01-31", "2026-02-28", 2),
        ("2024-01-31", "2024-02-28", 1),
        ("2024-02-29", "2025-02-27", 12),
        ("2024-02-29", "2025-02-28", 13),
        ("2026-01-01", "2026-01-01", 1),
    ],
)
def test_months_are_counted_from_the_first_day_as_cover_is(start: str, end: str, months: int) -> None:
    assert contract_months(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_without_both_days_there_is_nothing_to_count() -> None:
    assert contract_months(None, date(2026, 1, 1)) is None
    assert contract_months(date(2026, 1, 1), None) is None
    assert contract_months(date(2026, 1, 2), date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        (Contract(start=date(2026, 1, 1), end=date(2026, 1, 1)), ("contract_end", "contract.ends_before_start")),
        (Contract(start=date(2026, 1, 2), end=date(2026, 1, 1)), ("contract_end", "contract.ends_before_start")),
        (Contract(start=date(1969, 12, 31)), ("contract_start", "contract.too_early")),
        (Contract(months=0), ("months", "contract.months_range")),
        (Contract(months=601), ("months", "contract.months_range")),
    ],
)
def test_what_cannot_be_a_contract_is_refused(contract: Contract, expected: tuple[str, str]) -> None:
    assert codes(contract_problems(contract)) == [expected]
    assert contract_problems(FIRST) == []


@pytest.mark.parametrize(
    ("end", "months", "warned"),
    [
        ("2026-12-10", 24, False),
        ("2026-12-10", 23, True),
        ("2026-12-10", 36, True),
        ("2026-12-11", 24, False),  # written with the same day at both ends
        ("2026-12-12", 24, True),
    ],
)
def test_months_that_differ_from_the_dates_are_a_warning(end: str, months: int, warned: bool) -> None:
    contract = Contract(start=date(2024, 12, 11), end=date.fromisoformat(end), months=months)
    assert (("months", "contract.months_differ") in codes(contract_warnings(contract))) == warned
    assert contract_problems(contract) == []


def test_months_stand_in_for_the_last_day() -> None:
    assert contract_warnings(Contract(start=date(2024, 12, 11), months=24)) == []
    assert codes(contract_warnings(Contract(start=date(2024, 12, 11)))) == [
        ("contract_start", "contract.dates_missing")
    ]


@pytest.mark.parametrize(
    ("start", "end", "warned"),
    [
        ("2026-12-10", "2028-12-09", True),
        ("2026-12-11", "2028-12-10", False),
        ("2022-12-11", "2024-12-11", True),
        ("2022-12-11", "2024-12-10", False),
    ],
)
def test_two_contracts_on_one_day_are_a_warning(start: str, end: str, warned: bool) -> None:
    other = Contract(id=UUID(int=2), start=date.fromisoformat(start), end=date.fromisoformat(end))
    expected = [("contract_start", "contract.overlaps")] if warned else []
    assert codes(contract_warnings(other, [FIRST])) == expected
    assert codes(contract_warnings(FIRST, [other])) == expected


@pytest.mark.parametrize(
    ("start", "warned"), [("2026-12-11", False), ("2027-06-01", False), ("2026-12-10", True), ("2024-12-11", True)]
)
def test_an_extension_begins_after_what_it_extends(start: str, warned: bool) -> None:
    on = Contract(start=date.fromisoformat(start), end=date(2029, 1, 1), extension_of=FIRST.id)
    assert codes(contract_warnings(on, [FIRST])) == ([("contract_start", "extension.too_early")] if warned else [])


def test_a_contract_does_not_overlap_with_itself() -> None:
    assert contract_warnings(FIRST, [FIRST]) == []


@pytest.mark.parametrize(
    ("departure", "arrival", "expected"),
    [
        ("2024-12-02", "2026-12-15", []),
        ("2026-12-11", None, [("departure", "departure.after_end")]),
        ("2024-12-02", "2024-12-03", [("arrival", "arrival.before_start")]),
        ("2024-12-15", "2024-12-16", [("arrival", "arrival.soon")]),
        ("2024-12-15", "2024-12-22", [("arrival", "arrival.soon")]),
        ("2024-12-15", "2024-12-23", []),
    ],
)
def test_journeys_that_do_not_fit_the_contract_are_a_warning(
    departure: str, arrival: str | None, expected: list[tuple[str, str]]
) -> None:
    travelled = Contract(
        start=FIRST.start,
        end=FIRST.end,
        departure=date.fromisoformat(departure),
        arrival=date.fromisoformat(arrival) if arrival else None,
    )
    assert codes(contract_warnings(travelled)) == expected


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (Contract(number="tw 0091", start=date(2025, 1, 1)), True),  # the same number, another day
        (Contract(number="TW-0092", start=FIRST.start), False),
        (Contract(start=FIRST.start, end=date(2027, 12, 10)), True),
        (Contract(start=date(2026, 12, 11)), False),
        (Contract(), True),
        (Contract(number="TW-0091", start=date(2026, 12, 11), event="extension"), False),
        (Contract(number="TW-0091", start=FIRST.start, event="extension"), True),
    ],
)
def test_the_same_number_or_the_same_first_day_is_the_same_contract(now: Contract, same: bool) -> None:
    assert is_same_contract(now, FIRST) == same


def test_a_contract_goes_on_from_the_one_begun_last_before_it() -> None:
    second = Contract(id=UUID(int=2), start=date(2026, 12, 11), end=date(2028, 12, 10))
    assert extends(date(2028, 12, 11), [second, FIRST]) == second.id
    assert extends(date(2026, 12, 11), [second, FIRST]) == FIRST.id
    assert extends(date(2024, 12, 11), [second, FIRST]) is None
    assert extends(None, [FIRST, second]) == second.id
    assert extends(date(2030, 1, 1), []) is None


# Versions


@dataclass(frozen=True)
class Written:
    id: UUID
    corrects: UUID | None = None
    at: int = 0

    @property
    def order(self) -> tuple[object, ...]:
        return self.at, self.id.int


def test_a_correction_of_a_correction_stands() -> None:
    a, b, c = Written(UUID(int=1)), Written(UUID(int=2), UUID(int=1)), Written(UUID(int=3), UUID(int=2))
    assert set(standing([a, b, c]).values()) == {c.id}


def test_a_correction_that_comes_before_what_it_corrects_stands_beside_what_there_is() -> None:
    a, b, c = Written(UUID(int=1)), Written(UUID(int=2), UUID(int=1)), Written(UUID(int=3), UUID(int=2))
    assert standing([c]) == {c.id: c.id}
    assert standing([a, c]) == {a.id: a.id, c.id: c.id}
    assert standing([c, a, b]) == {a.id: c.id, b.id: c.id, c.id: c.id}


def test_of_two_corrections_made_apart_the_later_stands_until_somebody_corrects_it() -> None:
    a = Written(UUID(int=1))
    here, there = Written(UUID(int=3), a.id, at=1), Written(UUID(int=2), a.id, at=2)
    assert set(standing([a, here, there]).values()) == {there.id}
    settled = Written(UUID(int=4), here.id, at=0)
    assert set(standing([a, here, there, settled]).values()) == {settled.id}


def test_corrections_in_a_circle_leave_one_contract() -> None:
    a, b = Written(UUID(int=1), UUID(int=2), at=1), Written(UUID(int=2), UUID(int=1), at=2)
    lone = Written(UUID(int=9), UUID(int=9))
    assert set(standing([a, b]).values()) == {b.id}
    assert standing([lone]) == {lone.id: lone.id}


@given(
    st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 6), st.integers(0, 3)), max_size=7),
    st.randoms(use_true_random=False),
)
def test_which_version_stands_does_not_depend_on_the_order_of_arrival(
    written: list[tuple[int, int | None, int]], random: Random
) -> None:
    every = {
        one: Written(UUID(int=one), None if corrects is None else UUID(int=corrects), at)
        for one, corrects, at in written
    }
    versions = list(every.values())
    found = standing(versions)
    assert standing(random.sample(versions, len(versions))) == found
    # Whatever stands stands for itself, and every version is accounted for.
    assert found.keys() == {one.id for one in versions}
    assert all(found[one] == one for one in found.values())
