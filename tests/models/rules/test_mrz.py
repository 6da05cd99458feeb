from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.mrz import check_digit, looks_like_mrz, make_mrz, mrz_lines, read_mrz
from models.rules.problems import Refused

TODAY = date(2026, 11, 22)
# The specimen of ICAO Doc 9303 part 4, appendix B.
SPECIMEN = (
    "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
    "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
)


def siti(**other: object) -> tuple[str, str]:
    facts = {
        "surname": "NURHALIZA",
        "given": "SITI",
        "number": "C4821907",
        "birth_date": date(1993, 3, 15),
        "sex": "F",
        "expiry": date(2031, 5, 1),
    }
    return make_mrz(**{**facts, **other})  # type: ignore[arg-type]


def codes(lines: object) -> list[str]:
    with pytest.raises(Refused) as refusal:
        read_mrz(lines, TODAY)  # type: ignore[arg-type]
    assert {problem.field for problem in refusal.value.problems} == {"mrz"}
    return [problem.code for problem in refusal.value.problems]


def test_the_specimen_of_the_standard_is_read() -> None:
    read = read_mrz(SPECIMEN, TODAY)
    assert (read.surname, read.given, read.name) == ("ERIKSSON", "ANNA MARIA", "ANNA MARIA ERIKSSON")
    assert (read.number, read.issuer, read.nationality, read.sex) == ("L898902C3", "UTO", "UTO", "F")
    assert (read.birth_date, read.expiry) == (date(1974, 8, 12), date(2012, 4, 15))
    assert read.personal_number == "ZE184226B"


def test_the_check_digits_of_the_standard() -> None:
    assert check_digit("520727") == "3"
    assert check_digit("AB2134<<<") == "5"


names = st.text(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), min_size=1, max_size=12)


@given(
    surname=names,
    given_names=names | st.just(""),
    number=st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True),
    born=st.dates(date(1927, 1, 1), TODAY),
    expiry=st.dates(date(2000, 1, 1), date(2070, 12, 31)),
    sex=st.sampled_from(["F", "M", None]),
    personal=st.from_regex(r"[0-9]{0,14}", fullmatch=True),
)
def test_what_is_made_is_read_back(surname, given_names, number, born, expiry, sex, personal) -> None:  # type: ignore[no-untyped-def]
    lines = make_mrz(
        surname=surname,
        given=given_names,
        number=number,
        birth_date=born,
        sex=sex,
        expiry=expiry,
        personal_number=personal,
    )
    assert looks_like_mrz("\n".join(lines))
    read = read_mrz(lines, TODAY)
    assert (read.surname, read.given, read.number, read.birth_date) == (surname, given_names, number, born)
    assert (read.expiry, read.sex, read.personal_number) == (expiry, sex, personal)


@given(st.integers(0, 9) | st.integers(13, 19) | st.integers(21, 42), st.sampled_from("0123456789"))
def test_one_wrong_digit_never_passes(at: int, digit: str) -> None:
    upper, lower = siti(personal_number="3507105503930003"[:14])
    wrong = lower[:at] + digit + lower[at + 1 :]
    if wrong != lower and check_digit(lower[at]) != check_digit(digit):
        assert codes((upper, wrong))[0].startswith(("mrz.check_digit.", "mrz.date"))


@pytest.mark.parametrize(
    ("at", "code"), [(9, "number"), (19, "birth_date"), (27, "expiry"), (42, "personal_number"), (43, "composite")]
)
def test_each_check_digit_has_its_own_name(at: int, code: str) -> None:
    upper, lower = siti(personal_number="35071055039300")
    wrong = str((int(lower[at]) + 1) % 10)
    assert f"mrz.check_digit.{code}" in codes((upper, lower[:at] + wrong + lower[at + 1 :]))


def test_a_single_name_is_a_whole_name() -> None:
    read = read_mrz(siti(surname="SUKARNO", given=""), TODAY)
    assert (read.surname, read.given, read.name) == ("SUKARNO", "", "SUKARNO")


def test_an_empty_personal_number_may_leave_its_check_digit_open() -> None:
    upper, lower = siti()
    assert lower[42] == "0"
    assert read_mrz((upper, lower[:42] + "<" + lower[43:]), TODAY).personal_number == ""


def test_a_reader_that_runs_the_lines_together_is_understood() -> None:
    upper, lower = siti()
    assert mrz_lines(f"{upper.lower()}{lower}\r\n") == (upper, lower)
    assert looks_like_mrz(upper + lower)
    assert read_mrz([f" {upper} ", lower], TODAY).name == "SITI NURHALIZA"


@pytest.mark.parametrize("text", ["", "SITI NURHALIZA", "3507105503930003", "TPE3-2026-000418", "P<IDN"])
def test_other_things_typed_into_the_box_do_not_look_like_an_mrz(text: str) -> None:
    assert not looks_like_mrz(text)


def test_what_cannot_be_an_mrz_says_why() -> None:
    upper, lower = siti()
    assert codes([upper]) == ["mrz.two_lines"]
    assert codes([upper, lower[:-1]]) == ["mrz.length"]
    assert codes([upper, lower[:-1] + "é"]) == ["mrz.character"]
    assert codes(["V" + upper[1:], lower]) == ["mrz.character"]
    assert codes([upper.replace("SITI", "S1TI"), lower]) == ["mrz.character"]


def test_a_date_that_never_was_is_refused_though_its_digit_fits() -> None:
    upper, lower = siti()
    born = "931332"
    changed = lower[:13] + born + check_digit(born) + lower[20:43]
    whole = changed[0:10] + changed[13:20] + changed[21:43]
    assert codes([upper, changed + check_digit(whole)]) == ["mrz.date"]


def test_nobody_is_born_tomorrow() -> None:
    assert read_mrz(siti(birth_date=date(1926, 11, 23)), TODAY).birth_date == date(1926, 11, 23)
    assert read_mrz(siti(birth_date=date(2026, 11, 22)), TODAY).birth_date == TODAY


def test_names_longer_than_the_line_are_cut_to_it() -> None:
    upper, lower = siti(surname="A" * 30, given="B" * 30)
    assert (len(upper), len(lower)) == (44, 44)
    assert read_mrz((upper, lower), TODAY).surname == "A" * 30
