"""Posting of placements and consents: rows that are only ever added."""

from __future__ import annotations

from models.journal.consents import ConsentGiven, ConsentWithdrawn
from models.journal.entry import Entry
from models.journal.placements import PlacementDetails, PlacementRecorded
from models.ledger.placements import consent, placement
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.settling import settle_word
from models.posting.workers import open_worker, raise_flags


@posts(PlacementRecorded, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: PlacementRecorded) -> None:
    open_worker(rows, body.worker_id, entry)
    details = body.personal or PlacementDetails()
    rows.add(
        placement,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        recorded_at=entry.head.at,
        country=body.country,
        scheme=body.scheme,
        event=body.event,
        contract_start=body.contract_start,
        contract_end=body.contract_end,
        departure=body.departure,
        arrival=body.arrival,
        extension_of=body.extension_of,
        months=body.months,
        corrects=body.corrects,
        employer_kind=details.employer_kind,
        employer=details.employer,
        agency=details.agency,
        p3mi=details.p3mi,
        job=details.job,
        contract_number=details.contract_number,
        legalisation_number=details.legalisation_number,
    )


@posts(ConsentGiven, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ConsentGiven) -> None:
    settle_word(open_worker(rows, body.worker_id, entry), "consent", "given", entry.stamp)
    rows.add(
        consent,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        given_at=entry.head.at,
        operator_id=entry.head.operator,
        text_version=body.text_version,
        language=body.language,
        withdrawn=False,
        remark=None,
    )


@posts(ConsentWithdrawn, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ConsentWithdrawn) -> None:
    settle_word(open_worker(rows, body.worker_id, entry), "consent", "withdrawn", entry.stamp)
    rows.add(
        consent,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        given_at=entry.head.at,
        operator_id=entry.head.operator,
        text_version="",
        language="",
        withdrawn=True,
        remark=body.personal.remark if body.personal else None,
    )
    raise_flags(rows, entry, ("consent.withdrawn",), body.mission, body.worker_id)
