"""Erasing at the centre: the bytes go, hash and signature stay true, and no counter may order it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor
from loket_testing.claims import attached, filing
from sqlalchemy import Connection, func, select, update

from models.journal.documents import WorkerDocumentKept
from models.journal.ids import new_id
from models.journal.workers import BodyErased, WorkerMerged
from models.ledger.tables import receipt, worker
from models.posting import POSTING_VERSION
from models.rules.names import name_key
from models.sync.chunks import plan_of
from models.sync.messages import BlobPlan
from server.store import tables
from server.usecases.centre import Centre
from server.usecases.documents import announce, receive
from server.usecases.erasing import erase
from server.usecases.journal import bring_up_to_date, record
from server.usecases.streams import lock_streams
from server.usecases.terminals import Caller
from server.usecases.verify import verify


def personal_parts(centre: Centre) -> int:
    query = select(func.count()).where(tables.entry.c.personal.is_not(None))
    return centre.read(lambda connection: connection.scalar(query) or 0)


def caller(counter: Visitor) -> Caller:
    journal = counter.journal
    return Caller(journal.terminal, journal.incarnation, journal.mission, journal.key.public)


def test_what_is_erased_is_gone_and_what_comes_late_is_dropped(
    centre: Centre, enrolled: Callable[..., Visitor]
) -> None:
    counter, offline = enrolled("TPE3"), enrolled("TPE4")
    siti = new_id()
    counter.journal.record(registration(siti))
    counter.push(counter.journal.entries)
    offline.journal.record(payment(siti))
    erasing = BodyErased(worker_id=siti, mission="TPE", reason="request")
    centre.write(lambda connection: record(connection, centre, [erasing]))
    offline.push(offline.journal.entries)
    assert personal_parts(centre) == 0
    with centre.engine.connect() as connection:
        assert connection.execute(select(worker.c.erased, worker.c.name)).one() == (True, None)
        assert connection.execute(select(receipt.c.amount_idr, receipt.c.payer_name)).one() == (332_500, None)
    assert verify(centre).wrong == []


def test_a_paper_that_came_before_its_claim_goes_when_the_claim_is_of_somebody_erased(
    centre: Centre, enrolled: Callable[..., Visitor]
) -> None:
    counter, offline, siti, content = enrolled("TPE3"), enrolled("TPE4"), new_id(), b"paspor " * 40
    counter.journal.record(registration(siti))
    counter.push()
    filed = offline.journal.record(filing(siti))
    named = msgspec.structs.replace(attached(filed.id), sha256=sha256(content).digest(), size=len(content))
    counter.journal.record(named)
    counter.push()
    announce(centre, caller(counter), named.sha256, BlobPlan.of(plan_of(content)))
    receive(centre, caller(counter), named.sha256, 0, len(content), content)
    erasing = BodyErased(worker_id=siti, mission="TPE", reason="request")
    centre.write(lambda connection: record(connection, centre, [erasing]))
    offline.push()
    assert personal_parts(centre) == 0
    with centre.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.blob)) == 0


def test_what_comes_late_and_is_kept_aside_is_bared_as_well(centre: Centre, enrolled: Callable[..., Visitor]) -> None:
    counter, clone = enrolled("TPE3"), enrolled("TPE4")
    siti, taken = new_id(), new_id()
    counter.journal.record(registration(siti), entry_id=taken)
    counter.push()
    centre.write(lambda c: record(c, centre, [BodyErased(worker_id=siti, mission="TPE", reason="request")]))
    clone.journal.record(registration(siti), entry_id=taken)
    clone.journal.record(BodyErased(worker_id=new_id(), mission="TPE", reason="request"))
    answer = clone.push()
    assert [(one.verdict, one.code) for one in answer.verdicts] == [
        ("quarantined", "id_reused"),
        ("quarantined", "not_yours"),
    ]
    assert personal_parts(centre) == 0


def test_a_paper_of_two_who_were_both_erased_is_gone(centre: Centre, enrolled: Callable[..., Visitor]) -> None:
    counter = enrolled("TPE3")
    siti, again, dewi = new_id(), new_id(), new_id()
    shared, family = sha256(b"paspor").digest(), sha256(b"kartu keluarga").digest()
    for worker_id in (siti, again, dewi):
        counter.journal.record(registration(worker_id))
    for worker_id, digest in ((siti, shared), (again, shared), (siti, family), (dewi, family)):
        counter.journal.record(
            WorkerDocumentKept(
                worker_id=worker_id,
                mission="TPE",
                document_kind="paspor",
                sha256=digest,
                size=6,
                media_type="image/jpeg",
            )
        )
    counter.push()
    for content in (b"paspor", b"kartu keluarga"):
        digest = sha256(content).digest()
        announce(centre, caller(counter), digest, BlobPlan.of(plan_of(content)))
        receive(centre, caller(counter), digest, 0, len(content), content)
    counter.journal.record(WorkerMerged(worker_id=siti, other_id=again, mission="TPE"))
    counter.push()
    seen = erase(centre, siti, "request", really=False)
    assert seen.documents == 1
    erase(centre, siti, "request")
    with centre.engine.connect() as connection:
        assert [bytes(one) for one in connection.scalars(select(tables.blob.c.sha256))] == [family]
        assert connection.scalar(select(func.count()).select_from(tables.blob_chunk)) == 1


def test_what_officers_said_about_the_claims_of_an_erased_person_is_gone(
    centre: Centre, enrolled: Callable[..., Visitor]
) -> None:
    counter = enrolled("TPE3")
    siti, dewi = new_id(), new_id()
    claims = {one: counter.journal.record(filing(one)).id for one in (siti, dewi)}
    counter.push()
    proposed = {"officer_id": new_id(), "at": centre.now(), "outcome": "approved", "awards": [], "reason_code": ""}
    with centre.engine.begin() as connection:
        for claim_id in claims.values():
            said = {"id": new_id(), "claim_id": claim_id, "officer_id": new_id(), "at": centre.now(), "text": "SITI"}
            connection.execute(tables.claim_comment.insert().values(said))
            connection.execute(tables.claim_proposal.insert().values(claim_id=claim_id, seen=[], note="S", **proposed))
    erase(centre, siti, "request", order="PN Jakarta 1/2026")
    with centre.engine.connect() as connection:
        for table in (tables.claim_comment, tables.claim_proposal):
            assert list(connection.scalars(select(table.c.claim_id))) == [claims[dewi]]


def test_no_counter_may_erase(centre: Centre, enrolled: Callable[..., Visitor]) -> None:
    counter = enrolled("TPE3")
    siti = new_id()
    counter.journal.record(registration(siti))
    counter.journal.record(BodyErased(worker_id=siti, mission="TPE", reason="request"))
    answer = counter.push(counter.journal.entries)
    assert [(one.verdict, one.code) for one in answer.verdicts] == [("quarantined", "not_yours")]
    with centre.engine.connect() as connection:
        assert connection.execute(select(worker.c.erased)).scalar_one() is False
    assert personal_parts(centre) == 1


def test_a_ledger_of_an_older_program_is_posted_again(centre: Centre, enrolled: Callable[..., Visitor]) -> None:
    counter = enrolled("TPE3")
    counter.journal.record(registration(new_id()))
    counter.push(counter.journal.entries)
    with centre.engine.begin() as connection:
        connection.execute(update(worker).values(name_key="", phone_key="old"))
        connection.execute(update(tables.centre).values(posting_version=POSTING_VERSION - 1))
    bring_up_to_date(centre)
    with centre.engine.connect() as connection:
        assert connection.execute(select(worker.c.name_key, worker.c.phone_key)).one() == (
            name_key("SITI NURHALIZA"),
            "",
        )
        assert connection.execute(select(tables.centre.c.posting_version)).scalar_one() == POSTING_VERSION
    assert verify(centre).wrong == []


def test_what_arrives_in_the_moment_of_the_erasure_is_dropped_too(
    centre: Centre, enrolled: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure commits after the push has begun, and before it locks anything that both need."""
    counter = enrolled("TPE3")
    siti = new_id()
    counter.journal.record(registration(siti))
    counter.push(counter.journal.entries)
    paid = counter.journal.record(payment(siti))
    erasing = [BodyErased(worker_id=siti, mission="TPE", reason="request")]
    locking = lock_streams

    def meanwhile(connection: Connection, names: Iterable[str]) -> Any:
        if erasing:
            bodies = [erasing.pop()]
            centre.write(lambda other: record(other, centre, bodies))
        return locking(connection, names)

    monkeypatch.setattr("server.usecases.journal.lock_streams", meanwhile)
    counter.push([paid])
    assert personal_parts(centre) == 0
    assert verify(centre).wrong == []
