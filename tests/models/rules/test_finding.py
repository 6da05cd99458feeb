"""What a person is found by, and what a clerk means who types into the one box."""

from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.rules.finding import Sign, Sought, kept_by_a_slip, marks, read_sought, slipped, slips

WORD = st.text(string.ascii_lowercase, min_size=4, max_size=12)


@st.composite
def slip(draw: st.DrawFn) -> tuple[str, str]:
    """A word, and the same with one letter too many, too few, wrong, or in its neighbour's place."""
    word = draw(WORD)
    at = draw(st.integers(0, len(word) - 1))
    letter = draw(st.sampled_from(string.ascii_lowercase))
    made = draw(
        st.sampled_from(
            [
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            ]
        )
    )
    assume(len(made) >= 4)
    return word, made


@given(slip())
def test_one_slip_anywhere_is_seen_through(pair: tuple[str, str]) -> None:
    word, typed = pair
    assert slipped(typed, word)


@given(slip())
def test_a_slip_leaves_the_beginning_or_the_end_of_a_word(pair: tuple[str, str]) -> None:
    word, typed = pair
    start, end = kept_by_a_slip(typed)
    assert word.startswith(start) or word.endswith(end)


@pytest.mark.parametrize(
    ("typed", "word"), [("siti", "sari"), ("ade", "adi"), ("nurhxlizx", "nurhaliza"), ("budi", "budiarto")]
)
def test_what_is_further_apart_is_another_word(typed: str, word: str) -> None:
    assert not slipped(typed, word)


@given(st.text(string.digits, min_size=6, max_size=16))
def test_the_slips_of_a_number_are_one_digit_or_one_swap_away(number: str) -> None:
    for other in slips(number):
        differing = [at for at in range(len(number)) if number[at] != other[at]]
        assert len(other) == len(number)
        assert len(differing) == 1 or (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and (number[differing[0]], number[differing[1]]) == (other[differing[1]], other[differing[0]])
        )
        assert number in set(slips(other))


@given(st.text())
def test_whatever_is_typed_is_read(text: str) -> None:
    sought = read_sought(text)
    parts = [*sought.words, *(one for sign in sought.signs for one in (*sign.identifiers, *sign.births)), sought.whole]
    assert all(part.replace("=b", "").isalnum() for part in parts if part)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_marks_have_no_spaces_and_are_never_empty(name: str, number: str, phone: str) -> None:
    words, found = marks([name], [number], [phone])
    assert all(found)
    assert not any(" " in mark for mark in found)
    assert set(words) <= set(found)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("nurh siti", Sought(("nurh", "siti"), (), "")),
        ("C 4821907", Sought((), (Sign(("c4821907",), (), "C 4821907"),), "")),
        ("3507 1052 0394 0003", Sought((), (Sign(("3507105203940003",), (), "3507 1052 0394 0003"),), "")),
        ("+886 912 345", Sought((), (Sign(("912345",), (), "+886 912 345"),), "")),
        ("0912-345", Sought((), (Sign(("0912345", "912345"), (), "0912-345"),), "")),
        ("siti 8 des 1991", Sought(("siti",), (Sign((), ("=b08121991",), "8 des 1991"),), "siti8des1991")),
        ("1991", Sought((), (Sign(("1991",), ("=b1991",), "1991"),), "")),
        ("31-02-1991", Sought((), (Sign(("31021991",), (), "31-02-1991"),), "")),
        ("(*", Sought((), (), "")),
    ],
)
def test_what_was_typed_is_parted_into_what_it_may_mean(typed: str, meant: Sought) -> None:
    assert read_sought(typed) == meant
