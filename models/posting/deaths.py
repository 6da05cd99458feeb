"""Posting of deaths: statements and what heirs were told, rows that are only ever added."""

from __future__ import annotations

from models.journal.deaths import HeirInformed, StatementIssued
from models.journal.entry import Entry
from models.ledger.deaths import heir_contact, mission_statement
from models.ledger.workers import worker
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker


@posts(StatementIssued, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: StatementIssued) -> None:
    open_worker(rows, body.worker_id, entry)
    head, details = entry.head, body.personal
    rows.add(
        mission_statement,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        about=body.about,
        event_date=body.event_date,
        claim_id=body.claim_id,
        worker_name=details.worker_name if details else None,
        passport_number=details.passport_number if details else None,
        birth_date=details.birth_date if details else None,
        place=details.place if details else None,
        circumstances=details.circumstances if details else None,
        source=details.source if details else None,
        letter_number=details.letter_number if details else None,
        signatory=details.signatory if details else None,
        signatory_title=details.signatory_title if details else None,
        token=details.token if details else None,
    )


@posts(HeirInformed, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: HeirInformed) -> None:
    open_worker(rows, body.worker_id, entry)
    contact = body.personal
    rows.add(
        heir_contact,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        business_date=body.business_date,
        at=entry.head.at,
        operator_id=entry.head.operator,
        channel=body.channel,
        reached=body.reached,
        name=contact.name if contact else None,
        relation=contact.relation if contact else None,
        phone=contact.phone if contact else None,
        note=contact.note if contact else None,
    )
