"""Borrowing: another mission's counters get everything of a worker, gaplessly and however it races with a push."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor, answered
from sqlalchemy import func, select

from models.journal.body import Body
from models.journal.claims import DocumentAttached
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import (
    BodyErased,
    Remark,
    WorkerBorrowed,
    WorkerCompared,
    WorkerMerged,
    WorkerRestricted,
    WorkerUnmerged,
)
from models.ledger.tables import borrowing, worker
from models.sync.messages import BorrowAnswer, BorrowRequest
from models.sync.protocol import BORROW, LOOKUPS_A_MINUTE, SyncError
from server.store.tables import holding, inquiry, stream_position
from server.usecases.borrowing import borrow
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.push import push
from server.usecases.streams import lock_streams
from server.usecases.terminals import Caller
from server.usecases.verify import verify

Enrolled = Callable[..., Visitor]


def ask(visitor: Visitor, worker_id: UUID) -> BorrowAnswer:
    request = BorrowRequest(worker_id, visitor.journal.operator)
    return answered(visitor.post(BORROW, request, visitor.headers), BorrowAnswer)


def caller(visitor: Visitor) -> Caller:
    return Caller(visitor.journal.terminal, 1, visitor.journal.mission, visitor.journal.key.public)


def say(centre: Centre, *bodies: Body) -> list[Entry]:
    return centre.write(lambda connection: record(connection, centre, bodies))


def stands(centre: Centre, stream: str) -> list[UUID]:
    query = select(stream_position.c.entry_id).where(stream_position.c.stream == stream)
    return centre.read(lambda connection: list(connection.scalars(query.order_by(stream_position.c.position))))


def ids(*entries: Entry) -> list[UUID]:
    return [entry.id for entry in entries]


def document(claim_id: UUID, mission: str = "HKG") -> DocumentAttached:
    return DocumentAttached(
        claim_id=claim_id, mission=mission, document_kind="paspor", sha256=bytes(32), size=1, media_type="image/png"
    )


@pytest.fixture
def two(enrolled: Enrolled) -> tuple[Visitor, Visitor]:
    return enrolled("HKG1", mission="HKG"), enrolled("TPE3")


def test_all_that_was_recorded_comes_in_the_order_of_the_journal_and_what_follows_as_well(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    siti, dewi = new_id(), new_id()
    registered = hkg.journal.record(registration(siti, mission="HKG"))
    hkg.journal.record(registration(dewi, mission="HKG", name="DEWI"))
    paid = hkg.journal.record(payment(siti, mission="HKG", series="HKG1"))
    claimed = hkg.journal.record(accident(siti, mission="HKG", series="HKG1"))
    attached = hkg.journal.record(document(claimed.id))
    hkg.push()

    answer = ask(tpe, siti)

    assert answer.worker_id == siti
    came = tpe.pull("post:TPE")
    assert ids(*came[:4]) == ids(registered, paid, claimed, attached)
    assert isinstance(came[4].body(), WorkerBorrowed)
    assert answer.until.position == 5
    later = hkg.journal.record(document(claimed.id))
    hkg.push([later])
    theirs = tpe.journal.record(payment(siti))
    tpe.push()
    assert ids(*tpe.pull("post:TPE", stubs=False)[5:]) == ids(later, theirs)
    assert hkg.pull("post:HKG")[-1].id == theirs.id
    assert verify(centre).wrong == []


def test_asking_again_lends_nothing_twice(centre: Centre, two: tuple[Visitor, Visitor]) -> None:
    hkg, tpe = two
    siti = new_id()
    hkg.journal.record(registration(siti, mission="HKG"))
    hkg.push()
    assert ask(tpe, siti) == ask(tpe, siti)
    # Home hears that the worker was lent, and may ask as well: it lacks nothing.
    assert ask(hkg, siti).until.position == 2
    query = select(borrowing.c.mission, borrowing.c.asked_by)
    assert centre.read(lambda connection: connection.execute(query).all()) == [("TPE", tpe.journal.terminal)]


def test_who_was_erased_or_wants_to_be_left_alone_is_unknown(centre: Centre, two: tuple[Visitor, Visitor]) -> None:
    hkg, tpe = two
    erased, restricted = new_id(), new_id()
    hkg.journal.record(registration(erased, mission="HKG"))
    hkg.journal.record(registration(restricted, mission="HKG"))
    hkg.journal.record(WorkerRestricted(worker_id=restricted, mission="HKG", restricted=True))
    hkg.push()
    say(centre, BodyErased(worker_id=erased, mission="HKG", reason="request"))
    for worker_id in (erased, restricted, new_id()):
        with pytest.raises(SyncError, match="worker_unknown"):
            ask(tpe, worker_id)
    assert stands(centre, "post:TPE") == []
    assert centre.read(lambda connection: connection.scalar(select(func.count()).select_from(inquiry))) == 3


def test_a_counter_that_asks_for_everybody_is_slowed_down(
    centre: Centre, two: tuple[Visitor, Visitor], centre_clock
) -> None:
    _, tpe = two
    for _ in range(LOOKUPS_A_MINUTE):
        with pytest.raises(SyncError, match="worker_unknown"):
            ask(tpe, new_id())
    with pytest.raises(SyncError, match="too_many"):
        ask(tpe, new_id())
    centre_clock.forward(timedelta(minutes=1))
    with pytest.raises(SyncError, match="worker_unknown"):
        ask(tpe, new_id())


def test_a_document_that_came_before_its_claim_reaches_the_borrower_too(
    centre: Centre, two: tuple[Visitor, Visitor], enrolled: Enrolled
) -> None:
    hkg, tpe = two
    other = enrolled("HKG2", mission="HKG")
    siti, claim_id = new_id(), new_id()
    hkg.journal.record(registration(siti, mission="HKG"))
    hkg.push()
    ask(tpe, siti)
    early = other.journal.record(document(claim_id))
    other.push()
    assert early.id not in stands(centre, "post:TPE")
    claimed = hkg.journal.record(accident(siti, mission="HKG", series="HKG1"), entry_id=claim_id)
    hkg.push(hkg.journal.entries[1:])
    assert stands(centre, "post:TPE")[-2:] == ids(early, claimed)
    assert verify(centre).wrong == []


# What may be said of somebody whom one never borrowed


def verdicts(visitor: Visitor) -> list[tuple[int, str, str]]:
    return [(one.seq, one.verdict, one.code) for one in visitor.push().verdicts]


def test_money_taken_for_a_worker_of_elsewhere_counts_and_is_flagged(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    siti = new_id()
    hkg.journal.record(registration(siti, mission="HKG"))
    hkg.push()
    paid = tpe.journal.record(payment(siti))
    assert verdicts(tpe) == [(1, "flagged", "foreign.worker")]
    assert stands(centre, "post:HKG")[-1] == paid.id
    assert ids(*tpe.pull("post:TPE", stubs=False)) == ids(paid)
    assert verify(centre).wrong == []


def test_registering_somebody_of_elsewhere_again_gives_no_sight_of_them(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    siti = new_id()
    hkg.journal.record(registration(siti, mission="HKG"))
    hkg.push()
    tpe.journal.record(registration(siti))
    assert verdicts(tpe) == [(1, "flagged", "foreign.worker")]
    hkg.journal.record(payment(siti, mission="HKG", series="HKG1"))
    hkg.push()
    assert len(stands(centre, "post:TPE")) == 1
    assert len(stands(centre, "post:HKG")) == 3
    assert verify(centre).wrong == []


def test_speaking_for_another_mission_is_flagged(centre: Centre, two: tuple[Visitor, Visitor]) -> None:
    _, tpe = two
    siti = new_id()
    tpe.journal.record(registration(siti))
    tpe.journal.record(payment(siti, mission="HKG"))
    assert verdicts(tpe) == [(2, "flagged", "foreign.mission")]
    assert len(stands(centre, "post:HKG")) == 1


def test_saying_that_somebody_looked_up_is_another_person_is_nothing_to_look_at(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    siti, other = new_id(), new_id()
    hkg.journal.record(registration(siti, mission="HKG"))
    hkg.push()
    tpe.journal.record(registration(other))
    said = tpe.journal.record(
        WorkerCompared(worker_id=other, other_id=siti, mission="TPE", same=False, personal=Remark(remark="adiknya"))
    )
    assert verdicts(tpe) == []
    assert stands(centre, "post:HKG")[-1] == said.id


# Merges at a counter


def people(visitor: Visitor, *workers: UUID) -> None:
    for one in workers:
        visitor.journal.record(registration(one, mission=visitor.journal.mission))
    visitor.push()


def merged_into(centre: Centre, one: UUID) -> UUID | None:
    return centre.read(lambda connection: connection.scalar(select(worker.c.merged_into).where(worker.c.id == one)))


def held(centre: Centre, one: UUID) -> set[str]:
    query = select(holding.c.mission).where(holding.c.worker_id == one)
    return centre.read(lambda connection: set(connection.scalars(query)))


def test_a_supervisors_merge_of_a_borrowed_worker_lends_the_other_one_back(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    theirs, ours = new_id(), new_id()
    people(hkg, theirs)
    people(tpe, ours)
    ask(tpe, theirs)
    tpe.journal.record(WorkerMerged(worker_id=ours, other_id=theirs, mission="TPE"))
    assert verdicts(tpe) == []
    assert merged_into(centre, theirs) == ours
    assert held(centre, ours) == held(centre, theirs) == {"HKG", "TPE"}
    kinds = [entry.head.kind for entry in hkg.pull("post:HKG")]
    assert sorted(kinds) == ["worker.borrowed", "worker.borrowed", "worker.merged", "worker.registered"]
    assert verify(centre).wrong == []


def test_a_merge_with_somebody_never_borrowed_stands_and_shows_the_counter_nothing_of_them(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    theirs, ours = new_id(), new_id()
    people(hkg, theirs)
    people(tpe, ours)
    tpe.journal.record(WorkerMerged(worker_id=ours, other_id=theirs, mission="TPE"))
    assert verdicts(tpe) == [(2, "flagged", "foreign.worker")]
    assert held(centre, theirs) == {"HKG"}
    assert held(centre, ours) == {"HKG", "TPE"}
    assert verify(centre).wrong == []


def test_a_merge_of_two_who_are_both_of_elsewhere_is_flagged(
    centre: Centre, two: tuple[Visitor, Visitor], enrolled: Enrolled
) -> None:
    hkg, tpe = two
    sin = enrolled("SIN1", mission="SIN")
    one, other = new_id(), new_id()
    people(hkg, one)
    people(sin, other)
    tpe.journal.record(WorkerMerged(worker_id=one, other_id=other, mission="TPE"))
    assert verdicts(tpe) == [(1, "flagged", "merge.elsewhere")]
    assert held(centre, one) == held(centre, other) == {"HKG", "SIN"}
    assert verify(centre).wrong == []


def test_an_undoing_that_arrives_before_its_merge_stands_wherever_the_merge_does(
    centre: Centre, two: tuple[Visitor, Visitor]
) -> None:
    hkg, tpe = two
    theirs, ours = new_id(), new_id()
    people(hkg, theirs)
    people(tpe, ours)
    merge_id = new_id()
    undone = tpe.journal.record(WorkerUnmerged(worker_id=ours, merge_id=merge_id, mission="TPE"))
    tpe.push()
    hkg.journal.record(WorkerMerged(worker_id=ours, other_id=theirs, mission="HKG"), entry_id=merge_id)
    hkg.push()
    assert undone.id in stands(centre, "post:HKG")
    assert merged_into(centre, theirs) is None
    assert verify(centre).wrong == []


def test_borrowing_one_registration_brings_all_of_the_person(centre: Centre, two: tuple[Visitor, Visitor]) -> None:
    hkg, tpe = two
    old, new = new_id(), new_id()
    people(hkg, old, new)
    hkg.journal.record(WorkerMerged(worker_id=new, other_id=old, mission="HKG"))
    hkg.push()
    assert ask(tpe, old).worker_id == new
    assert held(centre, old) == held(centre, new) == {"HKG", "TPE"}
    assert sorted(entry.head.kind for entry in tpe.pull("post:TPE")) == [
        *["worker.borrowed"] * 2,
        "worker.merged",
        *["worker.registered"] * 2,
    ]


# Two at once, on a real PostgreSQL


def test_a_payment_pushed_while_the_worker_is_lent_reaches_the_borrower(
    centre: Centre, two: tuple[Visitor, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push has looked who holds the worker and waits; the worker is lent and committed; the push goes on."""
    hkg, tpe = two
    siti = new_id()
    people(hkg, siti)
    paid = hkg.journal.record(payment(siti, mission="HKG", series="HKG1"))
    looked, lent = threading.Event(), threading.Event()

    def wait_and_lock(connection, names):
        if threading.current_thread() is pusher and not looked.is_set():
            looked.set()
            assert lent.wait(20)
        return lock_streams(connection, names)

    monkeypatch.setattr("server.usecases.journal.lock_streams", wait_and_lock)
    pusher = threading.Thread(target=push, args=(centre, caller(hkg), hkg.push_request([paid])))
    pusher.start()
    assert looked.wait(20)
    borrow(centre, caller(tpe), siti)
    lent.set()
    pusher.join(20)
    assert stands(centre, "post:TPE").count(paid.id) == 1
    assert verify(centre).wrong == []


def test_many_pushes_and_borrowings_at_once_leave_no_gap_and_lose_nothing(centre: Centre, enrolled: Enrolled) -> None:
    counters = [enrolled("HKG1", mission="HKG"), enrolled("HKG2", mission="HKG")]
    borrowers = [enrolled("TPE3"), enrolled("SIN1", mission="SIN")]
    workers = [new_id() for _ in range(6)]
    people(counters[0], *workers)
    serial = 0
    for visitor in (*counters, *borrowers):
        for one in workers:
            serial += 1
            visitor.journal.record(payment(one, serial, mission=visitor.journal.mission, series=visitor.series))
    ready = threading.Barrier(len(counters) + len(borrowers))
    failed: list[BaseException] = []

    def bring(visitor: Visitor, skip: int) -> None:
        ready.wait(20)
        for entry in visitor.journal.entries[skip:]:
            visitor.push([entry])

    def take(visitor: Visitor) -> None:
        ready.wait(20)
        for one, entry in zip(workers, visitor.journal.entries, strict=True):
            borrow(centre, caller(visitor), one)
            visitor.push([entry])

    def caught(work: Callable[..., None], *given: object) -> None:
        try:
            work(*given)
        except BaseException as error:
            failed.append(error)

    threads = [
        threading.Thread(target=caught, args=(bring, counters[0], len(workers))),
        threading.Thread(target=caught, args=(bring, counters[1], 0)),
        *(threading.Thread(target=caught, args=(take, visitor)) for visitor in borrowers),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    everything = {entry.id for visitor in (*counters, *borrowers) for entry in visitor.journal.entries}
    for stream in ("post:HKG", "post:TPE", "post:SIN"):
        assert everything <= set(stands(centre, stream))
    assert verify(centre).wrong == []


def test_entries_of_a_kind_nobody_knows_yet_follow_their_worker(
    centre: Centre, two: tuple[Visitor, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    hkg, tpe = two
    siti = new_id()
    people(hkg, siti)
    ask(tpe, siti)
    body = msgspec.structs.replace(payment(siti, mission="HKG", series="HKG1"))
    monkeypatch.setattr(type(body), "KIND", "contribution.from_the_future")
    later = hkg.journal.record(body)
    hkg.push([later])
    assert stands(centre, "post:TPE")[-1] == later.id
