"""The enrolment code survives being read over a telephone, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.journal.keys import SigningKey
from models.rules.problems import Refused
from models.sync.enrolment import Code, fingerprint, read_code

codes = st.builds(Code, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))


def problem(text: str) -> str:
    with pytest.raises(Refused) as refusal:
        read_code(text)
    return refusal.value.problems[0].code


@given(codes)
def test_a_code_is_nine_groups_of_four_and_reads_back(code: Code) -> None:
    spelled = str(code)
    assert [len(group) for group in spelled.split("-")] == [4] * 9
    assert read_code(spelled) == code


@given(codes)
def test_hands_and_ears_may_mistake_what_looks_alike(code: Code) -> None:
    sloppy = str(code).lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert read_code(sloppy) == code
    assert read_code(str(code).replace("1", "I").replace("-", "")) == code


@given(codes, st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_noticed(code: Code, place: int, letter: str) -> None:
    letters = list(str(code).replace("-", ""))
    if letters[place] != letter:
        letters[place] = letter
        assert problem("".join(letters)) == "code.check"


def test_too_few_letters_and_strange_ones_are_named() -> None:
    spelled = str(Code(bytes(10), bytes(10)))
    assert problem(spelled[:-1]) == "code.length"
    assert problem("") == "code.length"
    assert problem(spelled.replace("0", "é", 1)) == "code.letter"
    assert problem("U" + spelled[1:]) == "code.letter"


def test_a_code_names_the_root_key_it_was_made_for() -> None:
    root = SigningKey.new().public
    code = Code.new(root)
    assert code.fingerprint == fingerprint(root)
    assert Code.new(root).secret != code.secret
