from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.heirs import (
    Inherits,
    age_on,
    first_in_line,
    heir_warnings,
    heirs_warnings,
    in_law_order,
    rank_of,
    relation,
    relations,
    scholar_problems,
    scholarship,
)
from models.rules.problems import Refused


def test_relations_stand_in_the_order_of_the_law() -> None:
    ranks = [one.rank for one in relations()]
    assert ranks == sorted(ranks)
    assert {one.code: one.rank for one in relations()}["mertua"] == 4
    assert len({one.code for one in relations()}) == len(ranks)


@pytest.mark.parametrize(
    ("written", "code"),
    [("Bapak", "ayah"), ("SUAMI", "suami"), ("spouse", "pasangan"), ("orang tua", "orang_tua"), ("adik", "saudara")]
    + [(one.code, one.code) for one in relations()],
)
def test_a_relation_is_understood_as_people_write_it(written: str, code: str) -> None:
    assert relation(written).code == code


def test_a_relation_nobody_knows_is_refused() -> None:
    with pytest.raises(Refused) as refusal:
        relation("majikan")
    assert [problem.code for problem in refusal.value.problems] == ["heir.relation_unknown"]


def test_the_first_rank_that_anybody_holds_comes_first() -> None:
    def codes(*held: str) -> list[str]:
        return [one.code for one in first_in_line(held)]

    assert codes("ibu", "anak", "istri", "adik") == ["istri", "anak"]
    assert codes("adik", "ibu", "mertua") == ["ibu"]
    assert codes("mertua", "wasiat") == ["mertua"]
    assert codes("keponakan") == codes() == []


def test_who_stands_outside_the_law_is_kept_with_a_word() -> None:
    assert [problem.code for problem in heir_warnings("sepupu")] == ["heir.outside_law"]
    assert heir_warnings("anak") == []


# Several heirs

TODAY = date(2026, 11, 22)
BORN = date(1994, 3, 12)


def heir(name: str, relation: str, birth_date: date | None = None, *, scholar: bool = False, at: int = 0) -> Inherits:
    return Inherits(name, relation, birth_date, scholar, f"heirs[{at}]")


def warned(*heirs: Inherits) -> list[tuple[str, str]]:
    found = heirs_warnings(heirs, TODAY, worker="SITI NURHALIZA", born=BORN)
    return [(problem.field, problem.code) for problem in found]


def test_heirs_stand_in_the_order_of_the_law_and_otherwise_as_written() -> None:
    written = ["adik", "ibu", "anak", "sepupu", "suami", "mertua", "ayah", "son"]
    names = [f"{at} {relation}" for at, relation in enumerate(written)]
    assert in_law_order(names, written) == [
        "4 suami",
        "2 anak",
        "7 son",
        "1 ibu",
        "6 ayah",
        "0 adik",
        "5 mertua",
        "3 sepupu",
    ]


def test_a_relation_a_newer_counter_knew_stands_last() -> None:
    assert in_law_order(["A", "B", "C"], ["wali", None, "adik"]) == ["C", "A", "B"]


@given(st.lists(st.sampled_from([one.code for one in relations()]), max_size=8))
def test_ordering_twice_changes_nothing_and_nobody_is_lost(codes: list[str]) -> None:
    pairs = list(enumerate(codes))
    once = in_law_order(pairs, codes)
    assert sorted(once) == pairs
    assert in_law_order(once, [code for _at, code in once]) == once
    assert [rank_of(code) for _at, code in once] == sorted(rank_of(code) for code in codes)


def test_who_comes_later_in_law_is_said_beside_a_husband_or_child() -> None:
    assert warned(heir("AHMAD FAUZI", "suami"), heir("AMINAH", "ibu", at=1)) == [
        ("heirs[1].relation", "heir.lower_rank")
    ]
    assert warned(heir("AMINAH", "ibu"), heir("BUDI", "adik", at=1)) == [("heirs[1].relation", "heir.lower_rank")]
    assert warned(heir("AMINAH", "ibu"), heir("SLAMET", "ayah", at=1)) == []
    # Outside the law's order there is a word of its own for it.
    assert warned(heir("AHMAD FAUZI", "suami"), heir("RINI", "sepupu", at=1)) == []


def test_two_children_may_be_named_for_the_scholarship_and_a_third_is_pointed_out() -> None:
    child = date(2015, 5, 1)
    named = [
        heir(f"ANAK {name}", "anak", child, scholar=True, at=at) for at, name in enumerate(("SATU", "DUA", "TIGA"))
    ]
    assert warned(*named[:2]) == []
    assert warned(*named) == [("heirs[2].scholar", "heir.scholars_too_many")]


@pytest.mark.parametrize(("born", "warned_of"), [("2003-11-22", False), ("2002-11-23", False), ("2002-11-22", True)])
def test_a_grown_child_is_pointed_out_and_the_limit_left_to_bpjs(born: str, warned_of: bool) -> None:
    found = heirs_warnings([heir("RIZKY", "anak", date.fromisoformat(born), scholar=True)], TODAY)
    assert [problem.code for problem in found] == (["heir.scholar_age"] if warned_of else [])
    assert scholarship().age_confidence != "law"


def test_a_child_for_the_scholarship_needs_a_birthday() -> None:
    assert warned(heir("RIZKY", "anak", scholar=True)) == [("heirs[0].birth_date", "heir.scholar_birth_date")]


def test_only_a_child_is_named_for_the_scholarship() -> None:
    marked = [heir("AHMAD", "suami", scholar=True), heir("RIZKY", "anak kandung", scholar=True, at=1)]
    assert [(problem.field, problem.code) for problem in scholar_problems(marked)] == [
        ("heirs[0].scholar", "heir.scholar_not_child")
    ]


def test_names_and_birthdays_that_cannot_be_right_are_pointed_out() -> None:
    assert warned(heir("AHMAD FAUZI", "suami"), heir("Achmad Fauzi", "anak", at=1)) == [("heirs[1].name", "heir.twice")]
    assert warned(heir("SITI NURHALIZA", "saudara")) == [("heirs[0].name", "heir.is_worker")]
    # A child may be called as its parent.
    assert warned(heir("SITI NURHALIZA", "anak", date(2015, 1, 1))) == []
    assert warned(heir("RIZKY", "anak", BORN)) == [("heirs[0].birth_date", "heir.child_older")]
    assert warned(heir("AMINAH", "ibu", BORN)) == [("heirs[0].birth_date", "heir.parent_younger")]


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2004-02-29", "2027-02-28", 22),
        ("2004-02-29", "2027-03-01", 23),
        ("2004-02-29", "2028-02-29", 24),
        ("2010-11-22", "2026-11-21", 15),
        ("2010-11-22", "2026-11-22", 16),
    ],
)
def test_a_year_is_full_on_the_birthday(born: str, day: str, age: int) -> None:
    assert age_on(date.fromisoformat(born), date.fromisoformat(day)) == age
