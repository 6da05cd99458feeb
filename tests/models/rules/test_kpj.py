import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.kpj import clean_kpj, kpj_numbers, kpj_warnings, kpjs_written

ONE, OTHER = "12034567890", "98076543210"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        (ONE, (ONE,)),
        (f"{ONE}, {OTHER}", (ONE, OTHER)),
        (f"{OTHER} {ONE}", (OTHER, ONE)),
        (f"{ONE};{OTHER}/{ONE}\n", (ONE, OTHER)),
        (f"{ONE} dan {OTHER}", (ONE, OTHER)),
        ("1203 4567 890", (ONE,)),
        ("1203 4567 890 9807 6543 210", (ONE, OTHER)),
        ("1203-4567-890, 9807.6543.210", (ONE, OTHER)),
        ("1234567890 0987654321", ("1234567890", "0987654321")),
        ("12 345", ("12345",)),
        ("", ()),
        (" , ", ()),
        (None, ()),
        ([ONE, f"{OTHER}, {ONE}"], (ONE, OTHER)),
    ],
)
def test_several_cards_in_one_field_keep_their_order_and_stand_once(written: object, numbers: tuple[str, ...]) -> None:
    assert kpj_numbers(written) == numbers  # type: ignore[arg-type]


def test_eleven_digits_are_usual_and_anything_else_only_warns() -> None:
    assert kpj_warnings(ONE) == []
    assert [problem.code for problem in kpj_warnings("97J80014562")] == ["kpj.unusual"]
    assert [problem.code for problem in kpj_warnings("1234567890")] == ["kpj.unusual"]
    assert clean_kpj(" 97j-8001 4562") == "97J80014562"


@given(st.lists(st.from_regex(r"[0-9]{11}", fullmatch=True), max_size=4), st.sampled_from([", ", " ", ";", "\n"]))
def test_what_is_joined_is_parted_again(numbers: list[str], between: str) -> None:
    cards = kpj_numbers(between.join(numbers))
    assert cards == tuple(dict.fromkeys(numbers))
    assert kpj_numbers(kpjs_written(cards[0] if cards else None, cards[1:])) == cards


@given(st.text(max_size=60))
def test_nothing_written_is_lost_but_marks_and_doubles(text: str) -> None:
    numbers = kpj_numbers(text)
    assert len(numbers) == len(set(numbers))
    assert all(number and number == clean_kpj(number) for number in numbers)
