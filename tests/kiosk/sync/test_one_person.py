"""One person, two missions, no line between them: registered twice, paired, joined, and taken apart again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from kiosk.queries.persons import goes_on_as
from kiosk.queries.workers import card
from models.journal.workers import WorkerMerged
from models.ledger.tables import receipt
from server.usecases import merging
from server.usecases.pairing import pair_all
from server.usecases.pairs import open_pairs
from server.usecases.verify import verify

from .conftest import Counter


@pytest.fixture
def twice(counter: Callable[..., Counter]) -> tuple[Counter, Counter, UUID, UUID]:
    """Siti at two missions on one day, neither of which has a line, paying at both."""
    hkg, tpe = counter("HKG1", "HKG"), counter("TPE3", "TPE")
    there = hkg.register()
    hkg.pay(there)
    here = tpe.register(name="SITI NOERHALIZA", passport_number="C9998887", nik=None)
    tpe.pay(here)
    return hkg, tpe, there, here


def numbers(counter: Counter) -> dict[str, UUID]:
    """Each receipt here, and the registration it was written for."""
    with counter.desk.read() as work:
        rows = work.connection.execute(select(receipt.c.number, receipt.c.worker_id))
        return {row.number: row.worker_id for row in rows}


def shown(counter: Counter, worker_id: UUID) -> tuple[UUID, set[str]]:
    """As whom the person goes on here, and the receipts on their card."""
    seen = card(counter.desk, worker_id)
    return seen.id, {row.number for row in seen.receipts}


def meet(*counters: Counter) -> None:
    """Twice round: what one sends in the first the others have after the second."""
    for counter in (*counters, *counters):
        counter.sync()


def same(digest: dict[str, Any], other: dict[str, Any]) -> bool:
    return {**digest, "staff": None} == {**other, "staff": None}


def test_offline_at_two_missions_paired_joined_at_both_and_parted_again(
    centre: Any, twice: tuple[Counter, Counter, UUID, UUID], centre_digest: Callable[[], dict[str, Any]]
) -> None:
    hkg, tpe, there, here = twice
    before = numbers(hkg) | numbers(tpe)
    meet(hkg, tpe)
    assert numbers(tpe).keys() == {"TPE3-2026-000001"}
    pair_all(centre)
    (row,) = open_pairs(centre).rows
    assert {row.first_id, row.second_id} == {there, here}

    merge_id = merging.merge(centre, there, here)
    meet(hkg, tpe)

    for counter in (hkg, tpe):
        for one in (there, here):
            assert shown(counter, one) == (there, set(before))
        assert numbers(counter) == before
        assert same(counter.digest(), centre_digest())
    # Both go on working with the one person, and see each other's work.
    third = tpe.pay(here, reference="BNI-3")
    meet(tpe, hkg)
    assert shown(hkg, there)[1] == {*before, third}

    merging.unmerge(centre, merge_id)
    meet(hkg, tpe)

    for counter in (hkg, tpe):
        assert shown(counter, there)[0] == there
        assert shown(counter, here)[0] == here
        assert numbers(counter).items() >= before.items()
        assert same(counter.digest(), centre_digest())
    assert verify(centre).wrong == []


def test_a_supervisor_who_borrowed_the_other_registration_joins_them_for_both_missions(
    centre: Any, twice: tuple[Counter, Counter, UUID, UUID], centre_digest: Callable[[], dict[str, Any]]
) -> None:
    from kiosk.sync.lookup import borrow

    hkg, tpe, there, here = twice
    meet(hkg, tpe)
    borrow(tpe.desk, there, client=tpe.client)
    with tpe.desk.work() as work:
        work.record(WorkerMerged(worker_id=here, other_id=there, mission=work.mission))
    meet(tpe, hkg)
    for counter in (hkg, tpe):
        with counter.desk.read() as work:
            assert goes_on_as(work.connection, [there, here]) == {there: here, here: here}
        assert len(shown(counter, there)[1]) == 2
        assert same(counter.digest(), centre_digest())
    assert verify(centre).wrong == []
