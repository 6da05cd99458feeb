import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.recovery import ALPHABET, clean_code, new_code
from models.rules.problems import Refused

PRINTED = "WH1H-3RRE-PTDJ-YH5D-HXG7-T4D4-JT25"


def refusal(typed: str) -> str:
    with pytest.raises(Refused) as refused:
        clean_code(typed)
    (problem,) = refused.value.problems
    assert problem.field == "recovery_code"
    return problem.code


def test_a_printed_code_is_read_back_as_it_is():
    code = new_code()
    assert clean_code(code) == code.replace("-", "")
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert len({new_code() for _ in range(50)}) == 50


def test_a_code_may_be_typed_small_spaced_and_with_look_alikes():
    assert clean_code(PRINTED) == PRINTED.replace("-", "")
    typed = PRINTED.lower().replace("-", " ").replace("1", "l")
    assert clean_code(f"  {typed}\n") == PRINTED.replace("-", "")
    code = next(code for code in iter(new_code, "") if "0" in code and "1" in code)
    assert clean_code(code.replace("0", "o").replace("1", "I")) == code.replace("-", "")


@given(st.integers(0, 27), st.sampled_from(ALPHABET))
def test_one_wrong_character_anywhere_is_noticed(at, wrong):
    code = PRINTED.replace("-", "")
    typed = code[:at] + wrong + code[at + 1 :]
    if wrong == code[at]:
        assert clean_code(typed) == code
    else:
        assert refusal(typed) == "recovery_code.mistyped"


@given(st.integers(0, 27), st.integers(0, 27))
def test_any_two_exchanged_characters_are_noticed(one, two):
    code = list(PRINTED.replace("-", ""))
    code[one], code[two] = code[two], code[one]
    typed = "".join(code)
    if typed == PRINTED.replace("-", ""):
        assert clean_code(typed) == typed
    else:
        assert refusal(typed) == "recovery_code.mistyped"


def test_what_is_no_code_is_said_so():
    assert refusal(PRINTED[:-1]) == "recovery_code.length"
    assert refusal("") == "recovery_code.length"
    assert refusal(PRINTED.replace("W", "U")) == "recovery_code.character"
    assert refusal(PRINTED.replace("W", "Ω")) == "recovery_code.character"
