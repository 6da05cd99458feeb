import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.names import clean_name, fold, initials, name_problems


@given(st.text(max_size=40))
def test_cleaning_and_folding_twice_change_nothing_more(text: str) -> None:
    assert clean_name(clean_name(text)) == clean_name(text)
    assert fold(fold(text)) == fold(text)
    assert fold(text.upper().lower()) == fold(text.lower())


def test_names_are_found_however_they_are_written() -> None:
    assert fold("Nur’aini") == fold("NUR'AINI") == "nuraini"
    assert fold("Désirée  S.-Putri") == "desiree s putri"
    assert fold("李 明") == "李 明"


def test_a_name_is_kept_as_written_with_single_spaces() -> None:
    assert clean_name("  Siti\t Nur‘aini \n") == "Siti Nur'aini"


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("Sukarno", []),
        ("", ["name.empty"]),
        (" .-' ", ["name.empty"]),
        ("S1ti", ["name.digits"]),
        ("a" * 121, ["name.too_long"]),
    ],
)
def test_one_word_is_a_name_and_nothing_is_not(name: str, codes: list[str]) -> None:
    assert [problem.code for problem in name_problems(name)] == codes


def test_initials_take_three_words_at_most() -> None:
    assert initials("Siti Nurhaliza") == "SN"
    assert initials("sukarno") == "S"
    assert initials("Raden Ajeng Kartini Djojo") == "RAK"
    assert initials("") == ""
