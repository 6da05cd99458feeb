from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.nik import clean_nik, mask_nik, nik_contradictions, nik_problems, nik_warnings, read_nik
from models.rules.problems import Refused

SITI = "3507105503930003"


def nik_of(born: date, sex: str, serial: int, region: str = "350710") -> str:
    day = born.day + (40 if sex == "F" else 0)
    return f"{region}{day:02}{born.month:02}{born.year % 100:02}{serial:04}"


def test_a_womans_day_of_birth_carries_forty_more() -> None:
    nik = read_nik(SITI)
    assert (nik.birth_day, nik.birth_month, nik.birth_yy, nik.sex, nik.serial) == (15, 3, 93, "F", 3)
    assert (nik.province, nik.regency, nik.district) == ("35", "07", "10")


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.sampled_from("FM"), st.integers(1, 9999))
def test_a_nik_agrees_with_the_person_it_was_made_for(born: date, sex: str, serial: int) -> None:
    text = nik_of(born, sex, serial)
    assert nik_problems(text) == []
    assert nik_contradictions(text, born, sex) == []
    nik = read_nik(text)
    assert (nik.birth_day, nik.birth_month, nik.birth_yy, nik.sex, nik.serial) == (
        born.day,
        born.month,
        born.year % 100,
        sex,
        serial,
    )


@given(st.text(max_size=20).filter(lambda text: not (len(text) == 16 and text.isascii() and text.isdigit())))
def test_what_is_not_sixteen_digits_is_no_nik(text: str) -> None:
    assert [problem.code for problem in nik_problems(text)] == ["nik.sixteen_digits"]


@pytest.mark.parametrize("digits", ["000193", "320193", "410093", "720193", "151393", "310293", "300293", "290293"])
def test_a_birth_date_that_never_was_is_refused(digits: str) -> None:
    assert [problem.code for problem in nik_problems(f"350710{digits}0001")] == ["nik.birth_date_impossible"]


@pytest.mark.parametrize("digits", ["290292", "690200", "710193", "310193"])
def test_leap_days_and_last_days_are_dates(digits: str) -> None:
    assert nik_problems(f"350710{digits}0001") == []


def test_serials_begin_with_one_and_everything_wrong_is_said_at_once() -> None:
    assert [problem.code for problem in nik_problems("3507101503930000")] == ["nik.serial_zero"]
    with pytest.raises(Refused) as refusal:
        read_nik("3507109913930000")
    assert [problem.code for problem in refusal.value.problems] == ["nik.birth_date_impossible", "nik.serial_zero"]


def test_a_nik_of_somebody_elses_day_and_sex_contradicts() -> None:
    problems = nik_contradictions(SITI, date(1993, 3, 16), "M")
    assert [(problem.field, problem.code, problem.values) for problem in problems] == [
        ("birth_date", "nik.birth_date", (("nik", "15-03-1993"), ("given", "16-03-1993"))),
        ("sex", "nik.sex", (("nik", "F"), ("given", "M"))),
    ]
    assert nik_contradictions(SITI, None, None) == []


def test_the_century_shown_is_the_one_nearest_to_what_was_given() -> None:
    problem = nik_contradictions("3507101503030001", date(2004, 3, 15), None)[0]
    assert dict(problem.values)["nik"] == "15-03-2003"


@pytest.mark.parametrize("province", ["11", "65", *map(str, range(91, 98))])
def test_new_provinces_are_known(province: str) -> None:
    assert nik_warnings(province + SITI[2:]) == []


def test_an_unknown_region_warns_and_never_refuses() -> None:
    text = "99" + SITI[2:]
    assert [problem.code for problem in nik_warnings(text)] == ["nik.region_unknown"]
    assert nik_problems(text) == []


def test_a_nik_as_people_write_it_is_cleaned() -> None:
    assert clean_nik(" 3507.1055-0393 0003\n") == SITI


def test_a_masked_nik_shows_region_and_serial_only() -> None:
    assert mask_nik(SITI) == "350710••••••0003"
    assert mask_nik("12345") == "•••••"
