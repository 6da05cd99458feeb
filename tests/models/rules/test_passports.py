from datetime import date

import pytest

from models.rules.passports import (
    clean_passport,
    expiry_warnings,
    passport_meant,
    passport_problems,
    passport_warnings,
    validity_warnings,
)


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


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("C482I9O7", "C4821907"),
        ("C48219O7", "C4821907"),
        ("84821907", "B4821907"),
        ("XA12345G", "XA123456"),
        ("C4821907", None),
        ("48219070", None),
        ("ABC12345", None),
        ("C48219", None),
    ],
)
def test_letters_that_look_like_digits_are_pointed_out_and_kept(given: str, meant: str | None) -> None:
    assert passport_meant(given) == meant
    if meant:
        (problem,) = passport_warnings(given, "paspor")
        assert (problem.code, dict(problem.values)["meant"]) == ("passport.letter_for_digit", meant)
    assert passport_problems(given) == []


def test_dates_further_apart_than_such_a_document_is_valid_are_mentioned() -> None:
    today, issued = date(2026, 11, 22), date(2024, 2, 29)

    def codes(kind: str, expiry: date | None) -> list[str]:
        return [problem.code for problem in validity_warnings(kind, issued, expiry, today)]

    assert codes("paspor", date(2034, 2, 28)) == []
    assert codes("paspor", date(2034, 3, 1)) == ["passport.valid_too_long"]
    assert codes("splp", date(2026, 2, 28)) == []
    assert codes("splp", date(2026, 3, 1)) == ["passport.splp_valid_too_long"]
    assert codes("paspor", None) == []
    future = validity_warnings("paspor", date(2026, 11, 23), None, today)
    assert [(problem.field, problem.code) for problem in future] == [("passport_issued", "passport.issued_in_future")]
