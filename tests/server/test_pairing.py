"""Pairing: who is registered twice is found by itself, and what people said of two persons counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor
from sqlalchemy import func, select

from models.journal.ids import new_id
from models.journal.workers import (
    Amendment,
    BodyErased,
    Value,
    WorkerAmended,
    WorkerBorrowed,
    WorkerCompared,
    WorkerMerged,
    WorkerRegistered,
    WorkerRestricted,
    WorkerUnmerged,
)
from models.ledger.tables import receipt, worker
from models.rules.problems import Refused
from models.sentences import explain
from server.store.tables import holding, pair, pairing_queue
from server.usecases import merging
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.officers import Officer
from server.usecases.pairing import Paired, pair_all, pair_some, pairing
from server.usecases.pairs import merges, open_pairs, two
from server.usecases.verify import verify

Enrolled = Callable[..., Visitor]


def of(worker_id: UUID, mission: str = "TPE", **identity: Any) -> WorkerRegistered:
    """A registration of Siti, told otherwise where it is said."""
    body = registration(worker_id, mission=mission)
    assert body.personal is not None
    given = {"birth_date": date(1994, 3, 12), "sex": "F", "mother_name": "AMINAH", "passport_number": None} | identity
    return msgspec.structs.replace(body, personal=msgspec.structs.replace(body.personal, **given))


@pytest.fixture
def hkg(enrolled: Enrolled) -> Visitor:
    return enrolled("HKG1", mission="HKG")


@pytest.fixture
def tpe(enrolled: Enrolled) -> Visitor:
    return enrolled("TPE3")


@pytest.fixture
def siti(centre: Centre, hkg: Visitor, tpe: Visitor) -> tuple[UUID, UUID]:
    """Registered in Hong Kong, and again in Taipei."""
    there, here = new_id(), new_id()
    hkg.journal.record(of(there, "HKG", passport_number="B1112223"))
    hkg.journal.record(payment(there, mission="HKG", series="HKG1"))
    hkg.push()
    tpe.journal.record(of(here, passport_number="C4821907"))
    tpe.push()
    return there, here


def listed(centre: Centre) -> list[tuple[UUID, UUID]]:
    pair_all(centre)
    return [(row.first_id, row.second_id) for row in open_pairs(centre).rows]


def queued(centre: Centre) -> int:
    return centre.read(lambda connection: connection.scalar(select(func.count()).select_from(pairing_queue)) or 0)


def test_who_was_registered_at_two_missions_is_found_with_the_reasons(
    centre: Centre, siti: tuple[UUID, UUID], hkg: Visitor
) -> None:
    hkg.journal.record(of(new_id(), "HKG", name="DEWI LESTARI", mother_name="SRI"))
    hkg.push(hkg.journal.entries[2:])
    assert queued(centre) == 3
    assert pair_all(centre) == Paired(3, 1)
    assert queued(centre) == 0
    (row,) = open_pairs(centre).rows
    assert {row.first_id, row.second_id} == set(siti)
    assert row.likeness.strength == "strong"
    assert explain(row.likeness) == "nama sama, lahir sama, nama ibu sama"
    assert {row.first_mission, row.second_mission} == {"KJRI Hong Kong", "KDEI Taipei"}


def test_with_nothing_queued_nothing_is_done(centre: Centre, siti: tuple[UUID, UUID]) -> None:
    pair_all(centre)
    before = centre.read(lambda connection: connection.execute(select(pair)).all())
    assert pair_some(centre) == Paired()
    assert centre.read(lambda connection: connection.execute(select(pair)).all()) == before


def test_the_list_keeps_since_when_a_pair_stands_there(
    centre: Centre, siti: tuple[UUID, UUID], tpe: Visitor, centre_clock: Any
) -> None:
    pair_all(centre)
    found_at = open_pairs(centre).rows[0].found_at
    centre_clock.forward(timedelta(days=3))
    tpe.journal.record(
        WorkerAmended(worker_id=siti[1], mission="TPE", personal=Amendment(changes={"phone": "+886911"}))
    )
    tpe.push(tpe.journal.entries[1:])
    pair_all(centre)
    assert open_pairs(centre).rows[0].found_at == found_at


def test_an_old_passport_finds_its_holder(centre: Centre, hkg: Visitor, tpe: Visitor) -> None:
    there, here = new_id(), new_id()
    hkg.journal.record(of(there, "HKG", passport_number="A1111111"))
    renewed = Amendment(changes={"passport_number": "B2222222"}, was={"passport_number": "A1111111"})
    hkg.journal.record(WorkerAmended(worker_id=there, mission="HKG", personal=renewed))
    hkg.push()
    tpe.journal.record(
        of(here, name="S. NURHALISA", birth_date=date(1994, 3, 21), mother_name=None, passport_number="A1111111")
    )
    tpe.push()
    assert listed(centre) == [tuple(sorted((there, here)))]
    assert "passport.old" in open_pairs(centre).rows[0].likeness.codes()


def test_a_shared_telephone_alone_makes_no_strong_pair(centre: Centre, hkg: Visitor, tpe: Visitor) -> None:
    for visitor, name, born in ((hkg, "RUBIYATUN", date(1980, 5, 6)), (tpe, "DEWI LESTARI", date(1999, 1, 2))):
        mission = visitor.journal.mission
        identity = {"name": name, "birth_date": born, "mother_name": None, "phone": "+886912345678"}
        visitor.journal.record(of(new_id(), mission, **identity))
        visitor.push()
    pair_all(centre)
    assert [row for row in open_pairs(centre).rows if row.likeness.strength == "strong"] == []


def test_what_is_corrected_so_that_nothing_is_alike_leaves_the_list(
    centre: Centre, siti: tuple[UUID, UUID], tpe: Visitor
) -> None:
    assert len(listed(centre)) == 1
    changes: dict[str, Value] = {"name": "RUBIYATUN", "birth_date": "1980-05-06", "mother_name": "SUMI"}
    tpe.journal.record(WorkerAmended(worker_id=siti[1], mission="TPE", personal=Amendment(changes=changes)))
    tpe.push(tpe.journal.entries[1:])
    assert listed(centre) == []


@pytest.mark.parametrize(
    "said",
    [
        lambda one: BodyErased(worker_id=one, mission="TPE", reason="request"),
        lambda one: WorkerRestricted(worker_id=one, mission="TPE", restricted=True),
    ],
)
def test_who_was_erased_or_asked_to_be_left_alone_leaves_the_list(
    centre: Centre, siti: tuple[UUID, UUID], said: Callable[[UUID], Any]
) -> None:
    assert len(listed(centre)) == 1
    centre.write(lambda connection: record(connection, centre, [said(siti[1])]))
    assert open_pairs(centre).rows == ()
    assert listed(centre) == []
    with pytest.raises(Refused):
        merging.merge(centre, *siti)


# What people said


def word(one: UUID, other: UUID, *, same: bool) -> WorkerCompared:
    return WorkerCompared(worker_id=one, other_id=other, mission="TPE", same=same)


def test_whom_a_clerk_told_apart_is_not_listed_until_somebody_says_otherwise(
    centre: Centre, siti: tuple[UUID, UUID], tpe: Visitor
) -> None:
    there, here = siti
    tpe.journal.record(word(here, there, same=False))
    tpe.push()
    assert listed(centre) == []
    tpe.journal.record(word(here, there, same=True))
    tpe.push()
    assert len(listed(centre)) == 1


def test_a_clerks_word_that_it_is_one_person_comes_first(
    centre: Centre, siti: tuple[UUID, UUID], hkg: Visitor, tpe: Visitor
) -> None:
    dewi, other = new_id(), new_id()
    hkg.journal.record(of(dewi, "HKG", name="DEWI LESTARI", birth_date=None, mother_name=None))
    hkg.push()
    tpe.journal.record(of(other, name="RUBIYATUN", birth_date=None, mother_name=None))
    tpe.journal.record(word(other, dewi, same=True))
    tpe.push()
    first, second = listed(centre)
    assert set(first) == {dewi, other}
    assert set(second) == set(siti)
    assert open_pairs(centre).rows[0].said_same
    assert [found.same for found in two(centre, dewi, other).words] == [True]


def test_an_officers_word_takes_the_pair_off_the_list_at_once(centre: Centre, siti: tuple[UUID, UUID]) -> None:
    pair_all(centre)
    merging.tell_apart(centre, *siti, remark="beda ibu")
    assert open_pairs(centre).rows == ()
    assert listed(centre) == []
    assert [(found.same, found.remark) for found in two(centre, *siti).words] == [(False, "beda ibu")]


# Merging


def holders(centre: Centre, one: UUID) -> set[str]:
    query = select(holding.c.mission).where(holding.c.worker_id == one)
    return centre.read(lambda connection: set(connection.scalars(query)))


def test_a_merge_keeps_numbers_and_receipts_and_gives_both_missions_both(
    centre: Centre, siti: tuple[UUID, UUID], hkg: Visitor, tpe: Visitor
) -> None:
    there, here = siti
    pair_all(centre)
    assert two(centre, there, here).goes_on == there
    merge_id = merging.merge(centre, there, here, remark="paspor lama dilihat")
    assert open_pairs(centre).rows == ()
    assert listed(centre) == []
    assert holders(centre, there) == holders(centre, here) == {"HKG", "TPE"}
    receipts = select(receipt.c.number, receipt.c.worker_id)
    assert centre.read(lambda connection: connection.execute(receipts).all()) == [("HKG1-2026-000001", there)]
    came = [entry.head.kind for entry in tpe.pull("post:TPE")]
    assert sorted(came) == sorted(
        ["worker.registered", "contribution.received", "worker.merged", "worker.borrowed", "worker.borrowed"]
    )
    assert "worker.registered" in [entry.head.kind for entry in hkg.pull("post:HKG")]
    (row,) = merges(centre)
    assert (row.id, row.kept_id, row.other_id, row.remark, row.undone_at) == (
        merge_id,
        there,
        here,
        "paspor lama dilihat",
        None,
    )
    assert verify(centre).wrong == []


def test_an_undone_merge_leaves_two_who_are_listed_again_as_once_merged(
    centre: Centre, siti: tuple[UUID, UUID]
) -> None:
    merge_id = merging.merge(centre, *siti)
    assert listed(centre) == []
    merging.unmerge(centre, merge_id, remark="keliru")
    assert listed(centre) == [tuple(sorted(siti))]
    assert two(centre, *siti).parted
    (row,) = merges(centre)
    assert row.undone_at is not None
    assert verify(centre).wrong == []


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def test_nonsense_is_refused(centre: Centre, siti: tuple[UUID, UUID]) -> None:
    there, here = siti
    auditor = Officer(new_id(), "adi", "Adi", "auditor")
    merge_id = merging.merge(centre, there, here)
    wrong: list[tuple[Callable[[], object], str]] = [
        (lambda: merging.merge(centre, there, here), "merge.same_person"),
        (lambda: merging.merge(centre, there, there), "merge.same_person"),
        (lambda: merging.merge(centre, there, new_id()), "worker.unknown"),
        (lambda: merging.tell_apart(centre, here, there), "merge.same_person"),
        (lambda: merging.merge(centre, there, here, by=auditor), "officer.not_allowed"),
        (lambda: merging.unmerge(centre, merge_id, by=auditor), "officer.not_allowed"),
        (lambda: merging.unmerge(centre, new_id()), "merge.unknown"),
        (lambda: merging.unmerge(centre, merge_id, remark="x" * 501), "remark.too_long"),
        (lambda: two(centre, there, here), "merge.same_person"),
    ]
    for attempt, code in wrong:
        with pytest.raises(Refused) as refusal:
            attempt()
        assert codes(refusal) == [code]
    merging.unmerge(centre, merge_id)
    with pytest.raises(Refused) as refusal:
        merging.unmerge(centre, merge_id)
    assert codes(refusal) == ["merge.undone"]


def test_three_registrations_merged_one_by_one_are_one_person_everywhere(
    centre: Centre, siti: tuple[UUID, UUID], enrolled: Enrolled
) -> None:
    there, here = siti
    sin = enrolled("SIN1", mission="SIN")
    third = new_id()
    sin.journal.record(of(third, "SIN"))
    sin.push()
    merging.merge(centre, there, here)
    merging.merge(centre, third, here)
    for one in (there, here, third):
        assert holders(centre, one) == {"HKG", "SIN", "TPE"}
    into = centre.read(
        lambda connection: dict(connection.execute(select(worker.c.id, worker.c.merged_into)).all())  # type: ignore[arg-type]
    )
    assert into == {third: None, there: third, here: third}
    assert listed(centre) == []
    assert verify(centre).wrong == []


def test_who_merged_is_kept_in_the_journal(centre: Centre, siti: tuple[UUID, UUID], tpe: Visitor) -> None:
    dewi = Officer(new_id(), "dewi", "Dewi A.", "verifikator")
    merging.unmerge(centre, merging.merge(centre, *siti, by=dewi), by=dewi)
    said = [entry for entry in tpe.pull("post:TPE") if isinstance(entry.body(), WorkerMerged | WorkerUnmerged)]
    assert [entry.head.operator for entry in said] == [dewi.id, dewi.id]
    assert any(isinstance(entry.body(), WorkerBorrowed) for entry in tpe.pull("post:TPE"))


# In the background


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set once the background has taken something from the queue, or failed to."""
    done = threading.Event()

    def pair_and_tell(centre: Centre) -> Paired:
        try:
            return pair_some(centre)
        finally:
            done.set()

    monkeypatch.setattr("server.usecases.pairing.pair_some", pair_and_tell)
    return done


def test_it_works_by_itself_while_the_centre_serves_and_stops_when_it_ends(
    centre: Centre, siti: tuple[UUID, UUID], tried: threading.Event
) -> None:
    with pairing(centre):
        assert tried.wait(20)
    assert len(open_pairs(centre).rows) == 1
    assert "pairing" not in [thread.name for thread in threading.enumerate()]


@pytest.mark.expects_log("pairing rests after ProgrammingError")
def test_a_fault_of_ours_stops_no_centre_and_loses_nobody(
    centre: Centre, siti: tuple[UUID, UUID], tried: threading.Event
) -> None:
    with centre.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE pair RENAME TO away")
    with pairing(centre):
        assert tried.wait(20)
    assert queued(centre) == 2
