"""Erasing: what the centre erases is gone from this counter's ledger, journal, index and documents, and stays gone."""

from __future__ import annotations

from uuid import UUID

import pytest
from loket_testing.bodies import accident, payment, registration
from loket_testing.counter import SITI, codes
from loket_testing.journals import Journal
from sqlalchemy import func, select

from kiosk.desk import Desk, keep
from kiosk.queries.workers import card, search
from kiosk.store.tables import blob
from kiosk.store.tables import entry as entries
from kiosk.usecases.verify import verify
from kiosk.usecases.workers import amend
from models.journal.claims import DocumentAttached, DocumentName
from models.journal.documents import WorkerDocumentKept
from models.journal.entry import Entry
from models.journal.workers import BodyErased
from models.ledger.tables import claim, claim_document, receipt
from models.posting import post
from models.rules.problems import Refused


def pulled(desk: Desk, *fresh: Entry) -> None:
    """What a pull does with a page."""
    with desk.store.write() as connection:
        keep(connection, fresh)
        post(connection, fresh)


def erased(worker_id: UUID) -> Entry:
    return Journal(mission="ZZZ").record(BodyErased(worker_id=worker_id, mission="TPE", reason="request"))


def personal_parts(desk: Desk, subject: UUID) -> int:
    with desk.read() as work:
        query = select(func.count()).where(entries.c.subject == subject, entries.c.personal.is_not(None))
        return work.connection.scalar(query) or 0


def test_the_person_is_gone_and_the_chain_still_holds(desk: Desk, siti: UUID) -> None:
    assert personal_parts(desk, siti)
    pulled(desk, erased(siti))
    assert personal_parts(desk, siti) == 0
    assert search(desk, "nurhaliza") == []
    assert search(desk, "C4821907") == []
    shown = card(desk, siti)
    assert shown.erased
    assert shown.name == "—"
    assert not any(shown.identity[field] for field in ("nik", "passport_number", "phone", "birth_date"))
    verify(desk)


def test_nothing_new_is_recorded_of_them(desk: Desk, siti: UUID) -> None:
    pulled(desk, erased(siti))
    with pytest.raises(Refused) as refusal:
        amend(desk, siti, SITI, "kembali")
    assert codes(refusal) == ["worker.erased"]


def test_money_and_numbers_stay_without_the_name(desk: Desk, siti: UUID) -> None:
    there = Journal()
    pulled(desk, there.record(payment(siti, token=b"signed")))
    pulled(desk, erased(siti))
    with desk.read() as work:
        row = work.connection.execute(select(receipt)).one()
    assert (row.number, row.amount_idr, row.payer_name, row.token) == ("TPE3-2026-000001", 332_500, None, None)
    verify(desk)


def test_parts_that_arrive_later_are_dropped(desk: Desk, siti: UUID) -> None:
    late = Journal()
    unsent = [late.record(registration(siti)), late.record(accident(siti))]
    pulled(desk, erased(siti))
    pulled(desk, *unsent)
    assert personal_parts(desk, siti) == 0
    assert search(desk, "siti") == []
    with desk.read() as work:
        assert work.connection.execute(select(claim.c.worker_name)).scalar_one() is None
    verify(desk)


def test_a_document_that_came_before_its_claim_is_stripped_when_the_claim_comes(desk: Desk, siti: UUID) -> None:
    there = Journal()
    filed = there.record(accident(siti))
    attached = there.record(
        DocumentAttached(
            claim_id=filed.id,
            mission="TPE",
            document_kind="paspor",
            sha256=b"d" * 32,
            size=3,
            media_type="image/jpeg",
            personal=DocumentName(file_name="siti nurhaliza.jpg"),
        )
    )
    pulled(desk, attached)
    pulled(desk, erased(siti))
    pulled(desk, filed)
    assert personal_parts(desk, filed.id) == 0
    with desk.read() as work:
        assert work.connection.execute(select(claim_document.c.file_name)).scalar_one() is None
    verify(desk)


def test_their_pictures_go_and_those_that_others_share_stay(desk: Desk, siti: UUID) -> None:
    there, other = Journal(), Journal()
    mine, shared = b"m" * 32, b"s" * 32
    with desk.store.write() as connection:
        for digest in (mine, shared):
            connection.execute(blob.insert().values(sha256=digest, size=3, media_type="image/jpeg", content=b"jpg"))

    def kept(journal: Journal, worker_id: UUID, digest: bytes) -> Entry:
        return journal.record(
            WorkerDocumentKept(
                worker_id=worker_id,
                mission="TPE",
                document_kind="paspor",
                sha256=digest,
                size=3,
                media_type="image/jpeg",
            )
        )

    somebody = other.record(registration(UUID(int=7), name="DEWI")).head.subject
    pulled(desk, kept(there, siti, mine), kept(there, siti, shared), kept(other, somebody, shared))
    pulled(desk, erased(siti))
    with desk.read() as work:
        assert work.connection.execute(select(blob.c.sha256)).scalars().all() == [shared]
