from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import data
from models.rules.nik import (
    clean_nik,
    mask_nik,
    nik_birth,
    nik_contradictions,
    nik_problems,
    nik_region,
    nik_warnings,
    provinces,
    read_nik,
    regencies,
)
from models.rules.problems import Problem, Refused

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
    assert province in provinces()
    assert nik_warnings(f"{province}01{SITI[4:]}") == []


def test_an_unknown_region_warns_and_never_refuses() -> None:
    text = "99" + SITI[2:]
    assert [problem.code for problem in nik_warnings(text)] == ["nik.region_unknown"]
    assert nik_problems(text) == []


def test_a_regency_its_province_does_not_have_warns_and_never_refuses() -> None:
    text = "3560" + SITI[4:]
    assert nik_warnings(text) == [Problem.of("nik", "nik.regency_unknown", regency="3560", province="Jawa Timur")]
    assert nik_problems(text) == []


def test_a_district_nobody_lists_is_no_reason_to_warn() -> None:
    assert nik_warnings("350799" + SITI[6:]) == []
    assert nik_region("350799" + SITI[6:]).district is None


def test_all_provinces_regencies_and_districts_of_the_table_hang_together() -> None:
    current = {code for code in regencies() if nik_region(code).now is None}
    assert len(current) == 514
    assert {code[:2] for code in regencies()} <= set(provinces())
    districts = [row["code"] for row in data.rows("districts.csv")]
    assert len(districts) == len(set(districts)) == 7277
    assert {code[:4] for code in districts} == current


def test_where_a_nik_was_issued_can_be_shown() -> None:
    assert str(nik_region(SITI)) == "Gondanglegi, Kab. Malang, Jawa Timur"
    assert str(nik_region("9900")) == ""


@pytest.mark.parametrize(
    ("old", "name", "now"),
    [
        ("6405", "Kab. Nunukan", "6503"),
        ("6473", "Kota Tarakan", "6571"),
        ("9101", "Kab. Merauke", "9301"),
        ("9109", "Kab. Mimika", "9404"),
        ("9102", "Kab. Jayawijaya", "9501"),
        ("9271", "Kota Sorong", "9671"),
    ],
)
def test_a_nik_keeps_the_code_its_regency_had_before_the_province_was_split(old: str, name: str, now: str) -> None:
    region = nik_region(old + SITI[4:])
    assert (region.regency, region.now) == (name, now)
    assert regencies()[now] == name
    assert nik_warnings(old + SITI[4:]) == []


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("born", "given", "passport", "day", "decided_by"),
    [
        ("150393", None, None, date(1993, 3, 15), "calendar"),
        ("150303", None, None, date(2003, 3, 15), "age"),
        ("150309", None, None, date(2009, 3, 15), "age"),
        ("221109", None, None, date(2009, 11, 22), "age"),
        ("231109", None, None, date(2009, 11, 23), "nearest_age"),
        ("150320", None, None, date(2020, 3, 15), "nearest_age"),
        ("150303", date(1903, 3, 15), None, date(1903, 3, 15), "birth_date"),
        ("150303", date(2003, 3, 16), None, date(2003, 3, 15), "birth_date"),
        ("150303", None, date(1903, 3, 15), date(1903, 3, 15), "passport"),
        ("150303", date(2003, 3, 15), date(1903, 3, 15), date(2003, 3, 15), "birth_date"),
        ("290200", None, None, date(2000, 2, 29), "calendar"),
        ("290204", None, None, date(2004, 2, 29), "age"),
        ("231126", None, None, date(1926, 11, 23), "calendar"),
    ],
)
def test_the_century_is_decided_by_the_other_evidence_and_it_is_said_which(
    born: str, given: date | None, passport: date | None, day: date, decided_by: str
) -> None:
    read = nik_birth(f"350710{born}0001", TODAY, given=given, passport=passport)
    assert (read.day, read.decided_by) == (day, decided_by)


@given(
    st.dates(TODAY.replace(year=TODAY.year - 75), TODAY.replace(year=TODAY.year - 17)),
    st.sampled_from("FM"),
    st.integers(1, 9999),
)
def test_everybody_of_working_age_is_given_their_own_birthday(born: date, sex: str, serial: int) -> None:
    assert nik_birth(nik_of(born, sex, serial), TODAY).day == born


def test_a_nik_as_people_write_it_is_cleaned() -> None:
    assert clean_nik(" 3507.1055-0393 0003\n") == SITI


def test_a_masked_nik_shows_region_and_serial_only() -> None:
    assert mask_nik(SITI) == "350710••••••0003"
    assert mask_nik("12345") == "•••••"
