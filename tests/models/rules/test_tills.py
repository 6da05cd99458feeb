"""Tills by the rules: counting, what a difference needs, and that no state of a drawer is a dead end."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import data
from models.rules.missions import missions
from models.rules.money import Money, currencies
from models.rules.problems import Refused
from models.rules.tills import (
    CLOSED_BY_OTHER,
    DIFFERENCE,
    MOVED_ALONE,
    WAYS,
    Compared,
    Count,
    Link,
    Who,
    agreed,
    compare,
    counted,
    faces,
    first_broken,
    moved,
    named,
    way,
    z_number,
)


def twd(minor: int) -> Money:
    return Money.of(minor, "TWD")


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in refusal.value.problems]


# Counting


def test_pieces_are_added_up_in_the_smallest_unit() -> None:
    assert counted("TWD", pieces={"1000": 3, "500": 2, "10": 0}) == Count(twd(4000), ((1000, 3), (500, 2)))
    assert counted("KWD", pieces={"20": 1, "0.005": 3}).money == Money.of(20_015, "KWD")
    assert counted("MYR", pieces={"0.50": 3, "0.5": 1}) == Count(Money.of(200, "MYR"), ((50, 4),))


def test_the_sum_alone_is_a_count_too_and_so_is_nothing() -> None:
    assert counted("TWD", "12450") == Count(twd(12_450))
    assert counted("TWD", 0).money == twd(0)
    assert counted("TWD", pieces={}).money == twd(0)


@pytest.mark.parametrize(
    ("amount", "pieces", "said"),
    [
        (None, None, ("counts.amount", "required")),
        ("1.5", None, ("counts.amount", "money.too_fine")),
        (-1, None, ("counts.amount", "money.negative")),
        (None, {"0": 4}, ("counts.pieces", "till.face")),
        (None, {"seribu": 4}, ("counts.pieces", "money.not_a_number")),
        (None, {"1000": -1}, ("counts.pieces", "till.piece_number")),
        (None, {"1000": 1_000_001}, ("counts.pieces", "till.piece_number")),
        (None, {"1000000000000000": 2}, ("counts.pieces", "money.too_large")),
        (3001, {"1000": 3}, ("counts.amount", "till.pieces_and_sum")),
    ],
)
def test_what_is_no_count_is_refused(amount: object, pieces: dict[str, int] | None, said: tuple[str, str]) -> None:
    with pytest.raises(Refused) as refusal:
        counted("TWD", amount, pieces)  # type: ignore[arg-type]
    assert codes(refusal) == [said]


def test_every_face_of_the_table_is_money_of_its_currency_and_stands_once_the_largest_first() -> None:
    for row in data.rows("denominations.csv"):
        found = faces(row["code"])
        minors = [face.minor for face in found]
        assert minors == sorted(set(minors), reverse=True), row["code"]
        assert all(face.minor > 0 and face.currency == row["code"] for face in found)
        assert row["code"] in currencies()


def test_nearly_every_mission_knows_its_notes_and_coins_and_where_not_the_sum_is_asked() -> None:
    unknown = {mission.currency for mission in missions() if not faces(mission.currency)}
    assert unknown == {"IRR", "KPW", "SDG", "SYP", "VES"}  # redenominated or not reliably known
    assert faces("TWD")[0] == twd(2000)


def test_counted_and_expected_stand_side_by_side() -> None:
    sums = compare([Count(twd(12_400)), Count(Money.idr(0))], [twd(12_450)], {"TWD": 49})
    assert [(one.difference.minor, one.beyond_limit) for one in sums] == [(-50, True), (0, False)]


def test_without_a_limit_of_the_centre_every_difference_is_beyond_it() -> None:
    (one,) = compare([Count(twd(99))], [twd(100)], {})
    assert one.beyond_limit
    (same,) = compare([Count(twd(100))], [twd(100)], {"TWD": -5})
    assert not same.beyond_limit


def test_a_currency_nobody_counted_is_asked_for() -> None:
    with pytest.raises(Refused) as refusal:
        compare([Count(twd(1)), Count(twd(2))], [twd(3), Money.idr(5), Money.of(0, "USD")], {})
    assert codes(refusal) == [("counts", "till.counted_twice"), ("counts", "till.count_missing")]


# What a difference needs


def sums_of(difference: int, limit: int = 50) -> tuple[Compared, ...]:
    return (Compared(twd(1000 + difference), twd(1000), limit),)


def test_a_count_that_agrees_needs_nothing() -> None:
    assert agreed(sums_of(0), reason="", second=False, alone=False) == ()


def test_within_the_limit_a_reason_is_enough() -> None:
    with pytest.raises(Refused) as refusal:
        agreed(sums_of(-50), reason="", second=False, alone=False)
    assert codes(refusal) == [("reason", "till.reason")]
    assert agreed(sums_of(-50), reason="receh", second=False, alone=False) == ()


def test_beyond_it_a_second_person_agrees_or_a_flag_is_raised() -> None:
    with pytest.raises(Refused) as refusal:
        agreed(sums_of(51), reason="lebih", second=False, alone=False)
    assert codes(refusal) == [("approval", "till.second_person")]
    assert agreed(sums_of(51), reason="lebih", second=True, alone=False) == ()
    assert agreed(sums_of(51), reason="lebih", second=False, alone=True) == (DIFFERENCE,)
    assert agreed(sums_of(51), reason="lebih", second=True, alone=True) == ()


def test_taking_out_more_than_the_centres_limit_is_agreed_to_by_two_and_putting_in_is_not() -> None:
    there = twd(5000)
    assert moved(twd(5000), "in", twd(0), 100, second=False, alone=False) == ()
    assert moved(twd(100), "out", there, 100, second=False, alone=False) == ()
    assert moved(twd(5000), "out", there, None, second=False, alone=False) == ()
    assert moved(twd(101), "out", there, 100, second=True, alone=False) == ()
    assert moved(twd(101), "out", there, 100, second=False, alone=True) == (MOVED_ALONE,)
    for amount, limit, said in (
        (101, 100, ("approval", "till.second_person_out")),
        (5001, None, ("amount", "till.not_that_much")),
        (0, None, ("amount", "till.nothing_moved")),
    ):
        with pytest.raises(Refused) as refusal:
            moved(twd(amount), "out", there, limit, second=False, alone=False)
        assert codes(refusal) == [said]


# No dead ends


@dataclass(frozen=True)
class Situation:
    """A drawer and everything around it that may be so when somebody wants to close it."""

    standing: str
    holder_here: bool
    difference: str
    supervisor_here: bool


DIFFERENCES = {"none": 0, "within": 30, "beyond": 300}


def steps(now: Situation) -> list[tuple[str, Situation]]:
    """What can be done in a situation, by whoever is there, with the reason that people always can give."""
    found: list[tuple[str, Situation]] = []
    who: Who = "holder" if now.holder_here else "other"
    for one in WAYS:
        try:
            taken = way(one.action, now.standing, who)  # type: ignore[arg-type]
        except Refused:
            continue
        if taken is not one:
            continue
        if one.action != "move":
            try:
                agreed(
                    sums_of(DIFFERENCES[now.difference]),
                    reason="sebab",
                    second=now.supervisor_here,
                    alone=not now.supervisor_here,
                    reason_always=one.reason,
                )
            except Refused:
                continue
        found.append((one.action, replace(now, standing=one.after)))
    return found


EVERY = [
    Situation(standing, holder, difference, supervisor)
    for standing, holder, difference, supervisor in product(
        ("closed", "open"), (True, False), DIFFERENCES, (True, False)
    )
]


@pytest.mark.parametrize("situation", EVERY, ids=str)
def test_from_every_situation_a_permitted_way_leads_to_closed_and_to_open_again(situation: Situation) -> None:
    reached, queue = {situation}, deque([situation])
    while queue:
        for _action, then in steps(queue.popleft()):
            if then not in reached:
                reached.add(then)
                queue.append(then)
    assert {one.standing for one in reached} == {"open", "closed"}


def test_every_way_is_taken_by_somebody_and_none_is_unknown_to_the_rules() -> None:
    taken = {action for situation in EVERY for action, _then in steps(situation)}
    assert taken == {one.action for one in WAYS} == {"open", "move", "hand_over", "close"}
    assert [one.flag for one in WAYS if one.flag] == [CLOSED_BY_OTHER]


@pytest.mark.parametrize(
    ("action", "standing", "who", "code"),
    [
        ("open", "open", "holder", "till.open_already"),
        ("open", "open", "other", "till.open_already"),
        ("move", "open", "other", "till.not_holder"),
        ("hand_over", "open", "other", "till.not_holder"),
        ("move", "closed", "other", "till.none_open"),
        ("hand_over", "closed", "holder", "till.none_open"),
        ("close", "closed", "holder", "till.none_open"),
    ],
)
def test_what_may_not_be_done_is_said(action: str, standing: str, who: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        way(action, standing, who)  # type: ignore[arg-type]
    assert codes(refusal) == [("till", code)]


# Z-reports


def test_a_z_report_is_numbered_through_and_shows_the_mark_before_enrolment() -> None:
    assert z_number("TPE3", None, 12) == "TPE3-Z-000012"
    assert z_number("TPE3", "7F", 1) == "TPE3.7F-Z-000001"


CHAIN = [
    Link(1, 0, b"", 10, b"a" * 32),
    Link(2, 10, b"a" * 32, 25, b"b" * 32),
    Link(3, 25, b"b" * 32, 26, b"c" * 32),
]


def test_the_chain_holds_and_every_tampering_shows_where() -> None:
    assert first_broken(CHAIN) is None
    assert first_broken([]) is None
    for at, changes in (
        (0, {"after_seq": 1}),
        (0, {"previous_hash": b"x" * 32}),
        (1, {"previous_hash": b"x" * 32}),
        (1, {"after_seq": 9}),
        (2, {"serial": 4}),
        (2, {"closed_seq": 25}),
    ):
        broken = [*CHAIN]
        broken[at] = replace(CHAIN[at], **changes)  # type: ignore[arg-type]
        assert first_broken(broken) == broken[at].serial
    assert first_broken([CHAIN[0], CHAIN[2]]) == 3


def test_few_late_papers_are_named_one_by_one_and_of_many_the_runs() -> None:
    few = [f"TPE3-2026-{serial:06}" for serial in range(1, 4)]
    assert named(few) == tuple(few)
    many = [f"TPE3-2026-{serial:06}" for serial in (*range(1, 400), *range(500, 700), 900)]
    assert named(many) == (
        "TPE3-2026-000001–TPE3-2026-000399",
        "TPE3-2026-000500–TPE3-2026-000699",
        "TPE3-2026-000900",
    )


@given(st.dictionaries(st.sampled_from([str(face.json()) for face in faces("KWD")]), st.integers(0, 500)))
def test_no_fils_is_lost_in_counting(pieces: dict[str, int]) -> None:
    total = counted("KWD", pieces=pieces)
    assert total.money.minor == sum(face * number for face, number in total.pieces)
    assert counted("KWD", total.money.json(), pieces) == total
