"""Whom a clerk comes back to: those with a flag, and those served last."""

from __future__ import annotations

from loket_testing.counter import SITI, clock, desk, siti, slip

from kiosk.queries.lists import flagged, lately
from kiosk.usecases import contributions, workers

__all__ = ["clock", "desk", "siti"]


def another(desk, number, **fields):
    given = {name: getattr(SITI, name) for name in SITI.__struct_fields__}
    given |= {"name": f"PEKERJA {chr(65 + number)}", "passport_number": f"C100000{number}", "nik": None, **fields}
    return workers.register(desk, type(SITI)(**given)).worker_id


def test_nobody_has_been_served_at_a_new_counter(desk):
    assert lately(desk) == []
    assert flagged(desk) == []


def test_those_served_last_come_first_and_once(desk, siti):
    other = another(desk, 1)
    assert [row.id for row in lately(desk)] == [other, siti]
    contributions.receive(desk, slip(siti))
    assert [row.id for row in lately(desk)] == [siti, other]


def test_no_more_than_asked_for(desk):
    made = [another(desk, number) for number in range(5)]
    assert [row.id for row in lately(desk, most=2)] == [made[4], made[3]]


def test_a_confirmed_contradiction_is_on_the_list_with_its_code(desk, siti):
    odd = another(desk, 1, nik="3507105303940003", confirmed=("nik.birth_date",))
    (found,) = flagged(desk)
    assert found.worker.id == odd
    assert found.codes == ("nik.birth_date",)
