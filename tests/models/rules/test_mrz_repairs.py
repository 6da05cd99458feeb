import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.mrz import make_mrz, read_mrz
from models.rules.mrz_repairs import Change, Repair, mrz_repairs
from models.rules.problems import Refused
from models.sentences import sentence

TODAY = date(2026, 11, 22)
NAME = "P<IDNNURHALIZA<<SITI".ljust(44, "<")
LOWER = "C4821907<1IDN9303151F3105010<<<<<<<<<<<<<<04"


def test_the_lines_repaired_below_are_a_passports() -> None:
    assert read_mrz((NAME, LOWER), TODAY).name == "SITI NURHALIZA"


def put(line: str, column: int, characters: str) -> str:
    return line[: column - 1] + characters + line[column - 1 + len(characters) :]


def repaired(upper: str, lower: str) -> Repair:
    """The first repair offered."""
    return mrz_repairs((upper, lower), TODAY)[0]


@pytest.mark.parametrize(
    ("column", "read", "meant"),
    [(5, "I", "1"), (7, "O", "0"), (10, "I", "1"), (16, "O", "0"), (18, "I", "1"), (19, "S", "5"), (44, "A", "4")],
)
def test_one_letter_for_one_digit_is_put_back(column: int, read: str, meant: str) -> None:
    repair = repaired(NAME, put(LOWER, column, read))
    assert repair.lines == (NAME, LOWER)
    assert repair.changes == (Change(2, column, read, meant),)
    assert repair.mrz.number == "C4821907"


def test_both_letters_that_were_digits_in_a_number_are_put_back_together() -> None:
    repair = repaired(NAME, put(LOWER, 5, "I9O"))
    assert repair.lines == (NAME, LOWER)
    assert [(change.column, change.read, change.meant) for change in repair.changes] == [(5, "I", "1"), (7, "O", "0")]


def test_digits_among_the_letters_of_names_and_countries_are_put_back() -> None:
    repair = repaired(put(put(NAME, 3, "1DN"), 18, "1"), put(LOWER, 11, "1"))
    assert repair.lines == (NAME, LOWER)
    assert [(change.line, change.column) for change in repair.changes] == [(1, 3), (1, 18), (2, 11)]


def test_fillers_lost_or_doubled_are_put_back() -> None:
    assert repaired(NAME[:-2], LOWER).lines == (NAME, LOWER)
    assert repaired(NAME + "<", LOWER).lines == (NAME, LOWER)
    assert repaired(NAME, LOWER.replace("<" * 14, "<" * 13)).lines == (NAME, LOWER)
    assert repaired(NAME, LOWER.replace("<" * 14, "<" * 15)).lines == (NAME, LOWER)
    assert repaired(NAME[:-1], LOWER).changes == (Change(1, 44, "", "<"),)


def test_a_screen_can_ask_what_was_meant() -> None:
    (problem,) = repaired(NAME, put(LOWER, 7, "O")).problems()
    assert sentence(problem) == "Baris 2, karakter ke-7: terbaca O, mungkin maksudnya 0."

    (missing,) = repaired(NAME[:-1], LOWER).problems()
    assert sentence(missing) == "Baris 1: pada karakter ke-44 mungkin kurang satu tanda <."
    (extra,) = repaired(NAME + "<", LOWER).problems()
    assert sentence(extra) == "Baris 1: pada karakter ke-45 mungkin kelebihan satu tanda <."


def test_a_number_of_an_unusual_form_is_not_offered_beside_a_usual_one() -> None:
    assert [repair.mrz.number for repair in mrz_repairs((NAME, put(LOWER, 5, "I9O")), TODAY)] == ["C4821907"]


def test_another_countrys_number_may_have_letters_anywhere() -> None:
    upper, lower = make_mrz(
        surname="ERIKSSON",
        given="ANNA",
        number="L8O8902C3",
        birth_date=date(1974, 8, 12),
        sex="F",
        expiry=date(2030, 4, 15),
        issuer="UTO",
        nationality="UTO",
    )
    offered = mrz_repairs((upper, put(lower, 3, "0")), TODAY)
    assert "L8O8902C3" in [repair.mrz.number for repair in offered]


def test_what_looks_like_nothing_else_is_not_guessed() -> None:
    assert mrz_repairs((NAME, put(LOWER, 2, "9")), TODAY) == ()
    assert mrz_repairs((NAME, put(LOWER, 14, "WWWWWW")), TODAY) == ()
    assert mrz_repairs((NAME,), TODAY) == ()
    assert mrz_repairs(("", ""), TODAY) == ()


def test_the_smaller_repair_makes_a_larger_one_of_the_same_characters_needless() -> None:
    offered = mrz_repairs((NAME, put(LOWER, 5, "I9O")), TODAY)
    assert 1 <= len(offered) <= 5
    for repair in offered:
        others = [other for other in offered if other is not repair]
        assert not any(set(other.changes) <= set(repair.changes) for other in others)


passports = st.builds(
    make_mrz,
    surname=st.sampled_from(["NURHALIZA", "SUKARNO", "OKTAVIA ISWANTO"]),
    given=st.sampled_from(["SITI", "", "ZUBAIDAH BINTI SOLEH"]),
    number=st.from_regex(r"[A-Z]{1,2}[0-9]{6,7}", fullmatch=True),
    birth_date=st.dates(date(1950, 1, 1), date(2009, 1, 1)),
    sex=st.sampled_from(["F", "M"]),
    expiry=st.dates(date(2020, 1, 1), date(2036, 12, 31)),
    personal_number=st.from_regex(r"[0-9]{0,14}", fullmatch=True),
)


@given(passports)
def test_a_valid_mrz_is_never_changed(lines: tuple[str, str]) -> None:
    assert mrz_repairs(lines, TODAY) == ()


@given(passports, st.sampled_from([*range(14, 21), *range(22, 29), 44]))
def test_a_letter_where_only_a_digit_stands_is_always_put_back(lines: tuple[str, str], column: int) -> None:
    looks = {"0": "O", "1": "I", "2": "Z", "5": "S", "6": "G", "8": "B"}
    upper, lower = lines
    digit = lower[column - 1]
    if digit in looks:
        offered = mrz_repairs((upper, put(lower, column, looks[digit])), TODAY)
        assert lines in [repair.lines for repair in offered]


@given(passports, st.lists(st.tuples(st.integers(1, 44), st.sampled_from("OI01S5B8Z2G6K<")), min_size=1, max_size=3))
def test_every_repair_offered_can_be_read_and_says_where_it_differs(
    lines: tuple[str, str], wrong: list[tuple[int, str]]
) -> None:
    upper, lower = lines
    for column, character in wrong:
        lower = put(lower, column, character)
    for repair in mrz_repairs((upper, lower), TODAY):
        assert read_mrz(repair.lines, TODAY) == repair.mrz
        with pytest.raises(Refused):
            read_mrz((upper, lower), TODAY)
        back = list(repair.lines)
        for change in repair.changes:
            assert back[change.line - 1][change.column - 1] == change.meant
            back[change.line - 1] = put(back[change.line - 1], change.column, change.read)
        assert back == [upper, lower]


def test_of_lines_misread_in_one_or_two_places_nearly_all_are_offered_right_and_most_first() -> None:
    looks = {"0": "OQD", "1": "IL", "2": "Z", "5": "S", "6": "G", "8": "B", "B": "8", "A": "4"}
    chance = random.Random(44)
    misread = offered = first = 0
    for _ in range(200):
        lines = make_mrz(
            surname="NURHALIZA",
            given="SITI",
            number=f"{chance.choice('ABCEX')}{chance.randrange(10**7):07}",
            birth_date=date(1960, 1, 1) + timedelta(chance.randrange(17_000)),
            sex=chance.choice("FM"),
            expiry=date(2027, 1, 1) + timedelta(chance.randrange(3_600)),
            personal_number=chance.choice(["", f"{chance.randrange(10**14):014}"]),
        )
        upper, lower = lines
        columns = [column for column in (*range(1, 11), *range(14, 21), *range(22, 45)) if lower[column - 1] in looks]
        for column in chance.sample(columns, chance.choice([1, 1, 2])):
            lower = put(lower, column, chance.choice(looks[lower[column - 1]]))
        found = mrz_repairs((upper, lower), TODAY)
        try:
            read_mrz((upper, lower), TODAY)
        except Refused:
            misread += 1
            offered += any(repair.lines == lines for repair in found)
            first += bool(found) and found[0].lines == lines
    assert misread > 150
    assert offered / misread > 0.9, (misread, offered, first)
    assert first / misread > 0.85, (misread, offered, first)
