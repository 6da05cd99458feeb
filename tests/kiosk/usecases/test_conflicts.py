"""Two counters correct one worker without hearing of each other: both stand where they can, the rest is settled."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI, codes
from loket_testing.journals import Journal

from kiosk.desk import Desk, keep
from kiosk.queries.history import history
from kiosk.queries.workers import card
from kiosk.usecases.workers import amend, settle
from models.journal.workers import Amendment, Value, WorkerAmended
from models.posting import post
from models.rules.problems import Refused


def amended_elsewhere(desk: Desk, worker_id: UUID, rev: int, **changes: Value) -> None:
    """What another counter made of the same person meanwhile, pulled only now."""
    there = Journal(revs={worker_id: rev - 1})
    said = Amendment(changes=dict(changes), reason="di sana")
    body = WorkerAmended(worker_id=worker_id, mission="TPE", personal=said)
    with desk.store.write() as connection:
        fresh = [there.record(body)]
        keep(connection, fresh)
        post(connection, fresh)


def next_rev(desk: Desk, worker_id: UUID) -> int:
    from models.posting.revisions import next_rev

    with desk.read() as work:
        return next_rev(work.connection, WorkerAmended(worker_id=worker_id, mission="TPE"), worker_id)


def test_different_fields_both_stand(desk: Desk, siti: UUID) -> None:
    rev = next_rev(desk, siti)
    amend(desk, siti, msgspec.structs.replace(SITI, phone="+886 922 000 111"))
    amended_elsewhere(desk, siti, rev, email="siti@contoh.id")
    shown = card(desk, siti)
    assert (shown.identity["phone"], shown.identity["email"]) == ("+886922000111", "siti@contoh.id")
    assert shown.conflicts == {}


@pytest.mark.parametrize("which", ["standing", "loser"])
def test_the_same_field_waits_for_a_persons_word(desk: Desk, siti: UUID, which: str) -> None:
    rev = next_rev(desk, siti)
    amend(desk, siti, msgspec.structs.replace(SITI, phone="+886 922 000 111"))
    amended_elsewhere(desk, siti, rev, phone="+886933000222")
    shown = card(desk, siti)
    (loser,) = shown.conflicts["phone"]
    given = {"standing": shown.identity["phone"], "loser": loser[3]}
    assert set(given.values()) == {"+886922000111", "+886933000222"}
    settle(desk, siti, "phone", given[which], "ditanyakan kepada orangnya")
    settled = card(desk, siti)
    assert settled.identity["phone"] == given[which]
    assert settled.conflicts == {}
    assert history(desk, siti).changes[0].reason == "ditanyakan kepada orangnya"


def test_only_what_was_given_can_be_chosen(desk: Desk, siti: UUID) -> None:
    with pytest.raises(Refused) as refusal:
        settle(desk, siti, "phone", "+886922000111")
    assert codes(refusal) == ["conflict.none"]
    rev = next_rev(desk, siti)
    amend(desk, siti, msgspec.structs.replace(SITI, phone="+886 922 000 111"))
    amended_elsewhere(desk, siti, rev, phone="+886933000222")
    with pytest.raises(Refused) as refusal:
        settle(desk, siti, "phone", "+886944000333")
    assert codes(refusal) == ["conflict.other_value"]
