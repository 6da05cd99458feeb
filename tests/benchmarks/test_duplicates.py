from collections import Counter

import pytest

from benchmarks.duplicates import measure
from benchmarks.people import Register, register


@pytest.fixture(scope="module")
def made() -> Register:
    return register(7, count=1_500, twice=150)


def test_the_same_seed_makes_the_same_people(made: Register) -> None:
    assert register(7, count=1_500, twice=150) == made
    assert register(8, count=1_500, twice=150) != made


def test_no_two_people_have_one_number_and_twins_have_one_mother(made: Register) -> None:
    numbers = [*(record.nik for record in made.records), *(record.passport for record in made.records)]
    assert [number for number, count in Counter(filter(None, numbers)).items() if count > 1] == []
    assert all(one.mother == other.mother and one.birth_date == other.birth_date for one, other in made.hard["twins"])
    assert all(one.who != other.who for pairs in made.hard.values() for one, other in pairs)
    assert {record.who for record in made.again} <= {record.who for record in made.records}


def test_people_registered_twice_are_found_and_strangers_are_left_apart(made: Register) -> None:
    told = measure(made)
    assert told["strong"] >= 0.9 * told["twice"]
    assert told["strong"] + told["possible"] >= 0.97 * told["twice"]
    assert told["strangers_strong"] <= 3
    assert all(each.get("strong", 0) <= 1 for each in told["hard"].values())
