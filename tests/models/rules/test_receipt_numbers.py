import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.problems import Refused
from models.rules.receipt_numbers import ReceiptNumber, is_series, parse_number

numbers = st.builds(
    ReceiptNumber,
    series=st.from_regex(r"[A-Z][A-Z0-9]{1,9}", fullmatch=True),
    mark=st.none() | st.from_regex(r"[0-9A-Z]{2}", fullmatch=True),
    claim=st.booleans(),
    year=st.integers(2000, 9999),
    serial=st.integers(1, 10**9),
)


@given(numbers)
def test_a_printed_number_is_read_back_the_same(number: ReceiptNumber) -> None:
    assert parse_number(str(number)) == number
    assert parse_number(f" {str(number).lower()} ") == number


@given(numbers, numbers)
def test_two_numbers_never_print_alike(one: ReceiptNumber, other: ReceiptNumber) -> None:
    assert (str(one) == str(other)) == (one == other)


def test_the_three_kinds_of_number_look_as_the_paper_shows() -> None:
    assert str(ReceiptNumber("TPE3", None, False, 2026, 418)) == "TPE3-2026-000418"
    assert str(ReceiptNumber("TPE3", None, True, 2026, 31)) == "TPE3-K-2026-000031"
    assert str(ReceiptNumber("TPE3", "7F", False, 2026, 1)) == "TPE3.7F-2026-000001"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TPE3",
        "TPE3-2026-418",
        "TPE3-2026-000000",
        "TPE3-1926-000001",
        "TPE3-2026-0000418",
        "3TPE-2026-000001",
        "TPE3.7-2026-000001",
        "TPE3-X-2026-000001",
        "TPE3-2026-00041८",
    ],
)
def test_what_no_terminal_prints_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_number(text)
    assert [problem.code for problem in refusal.value.problems] == ["receipt_number.form"]


def test_a_series_begins_with_a_letter() -> None:
    assert is_series("TPE3")
    assert not is_series("3TPE")
    assert not is_series("TPE-3")
    with pytest.raises(ValueError, match="series"):
        ReceiptNumber("tpe3", None, False, 2026, 1)
