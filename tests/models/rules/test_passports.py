from datetime import date

import pytest

from models.rules.passports import clean_passport, expiry_warnings, passport_problems, passport_warnings


@pytest.mark.parametrize("number", ["C4821907", "A123456", "AB1234567", "XA123456"])
def test_usual_numbers_pass_without_a_word(number: str) -> None:
    assert passport_warnings(number, "passport") == passport_problems(number) == []


@pytest.mark.parametrize("number", ["48219070", "ABC12345", "C48219", "C48219071"])
def test_unusual_numbers_warn_and_are_taken(number: str) -> None:
    assert [problem.code for problem in passport_warnings(number, "passport")] == ["passport.unusual_number"]
    assert passport_problems(number) == []
    assert passport_warnings(number, "splp") == []


def test_a_number_is_kept_in_capitals_without_gaps() -> None:
    assert clean_passport(" c 4821-907 ") == "C4821907"
    assert [problem.code for problem in passport_problems("C48/219")] == ["passport.characters"]


def test_a_passport_about_to_expire_is_mentioned() -> None:
    today = date(2026, 11, 22)
    assert [problem.code for problem in expiry_warnings(date(2026, 11, 21), today)] == ["passport.expired"]
    assert [problem.code for problem in expiry_warnings(date(2027, 5, 21), today)] == ["passport.expires_soon"]
    assert expiry_warnings(date(2027, 5, 22), today) == []
