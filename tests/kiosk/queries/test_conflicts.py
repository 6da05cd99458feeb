"""What two counters filled differently: each value with who gave it, and everybody with a value to choose."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI
from loket_testing.journals import Journal

from kiosk.desk import Desk, keep
from kiosk.queries.conflicts import conflicts
from kiosk.queries.lists import flagged
from kiosk.usecases.workers import amend, settle
from models.journal.workers import Amendment, Value, WorkerAmended
from models.posting import post
from models.posting.revisions import next_rev


def disputed(desk: Desk, worker_id: UUID, here: dict[str, object], there: dict[str, Value]) -> None:
    """This counter amends, and another one had at the same time."""
    with desk.read() as work:
        rev = next_rev(work.connection, WorkerAmended(worker_id=worker_id, mission="TPE"), worker_id)
    amend(desk, worker_id, msgspec.structs.replace(SITI, **here), "di sini")
    journal = Journal(revs={worker_id: rev - 1})
    body = WorkerAmended(worker_id=worker_id, mission="TPE", personal=Amendment(changes=there, reason="di sana"))
    with desk.store.write() as connection:
        fresh = [journal.record(body)]
        keep(connection, fresh)
        post(connection, fresh)


def test_each_value_says_who_gave_it_and_which_one_stands(desk: Desk, siti: UUID) -> None:
    disputed(desk, siti, {"phone": "+886 922 000 111"}, {"phone": "+886933000222"})
    (found,) = conflicts(desk, siti)
    assert found.field == "phone"
    assert [one.stands for one in found.given] == [True, False]
    ours = next(one for one in found.given if one.value == "+886922000111")
    theirs = next(one for one in found.given if one.value == "+886933000222")
    assert (ours.operator, ours.counter) == ("Rina W.", "TPE3")
    assert ours.at is not None
    assert theirs.at is not None
    settle(desk, siti, "phone", theirs.value, "ditanyakan")
    assert conflicts(desk, siti) == []


def test_days_are_compared_as_the_journal_writes_them(desk: Desk, siti: UUID) -> None:
    disputed(desk, siti, {"passport_expiry": date(2032, 1, 1)}, {"passport_expiry": "2032-01-02"})
    (found,) = conflicts(desk, siti)
    assert {one.value for one in found.given} == {"2032-01-01", "2032-01-02"}


def test_the_same_value_from_both_is_nothing_to_choose(desk: Desk, siti: UUID) -> None:
    disputed(desk, siti, {"phone": "+886 922 000 111"}, {"phone": "+886922000111"})
    assert conflicts(desk, siti) == []
    assert flagged(desk) == []


@pytest.mark.parametrize("confirmed", [True, False])
def test_who_has_a_value_to_choose_stands_among_those_to_look_at(desk: Desk, siti: UUID, confirmed: bool) -> None:
    if confirmed:
        wrong = msgspec.structs.replace(SITI, birth_date=date(1994, 3, 13), confirmed=("nik.birth_date",))
        amend(desk, siti, wrong, "menurut KTP")
    here = {"phone": "+886 922 000 111"} | (
        {"birth_date": date(1994, 3, 13), "confirmed": ("nik.birth_date",)} if confirmed else {}
    )
    disputed(desk, siti, here, {"phone": "+886933000222"})
    (row,) = flagged(desk)
    assert (row.worker.id, row.conflicts) == (siti, ("phone",))
    assert row.codes == (("nik.birth_date",) if confirmed else ())
