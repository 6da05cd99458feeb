"""Posting of erasures: every row that told of the person tells of nobody, whatever arrived before or arrives later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, Subquery, Table, delete, or_, select, union_all, update

from models.journal.body import pack, unpack
from models.journal.claims import ClaimFiled
from models.journal.entry import Entry, Frame, Unreadable, bare
from models.journal.workers import BodyErased
from models.ledger.claims import (
    claim,
    claim_decision,
    claim_document,
    claim_payment,
    claim_report,
    claim_request,
    claim_undoing,
    claim_withdrawal,
    document_withdrawal,
)
from models.ledger.contributions import receipt, receipt_void
from models.ledger.coverage import coverage_move, membership
from models.ledger.deaths import heir_contact, mission_statement
from models.ledger.documents import worker_document
from models.ledger.flags import flag_settled, held
from models.ledger.placements import consent, placement
from models.ledger.refunds import refund, refund_decision, refund_payment
from models.ledger.workers import amendment, comparison, restriction, worker, worker_merge, worker_number
from models.posting.asking import Asking
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import forget, open_worker

PERSONAL: dict[Table, tuple[str, ...]] = {
    placement: ("employer_kind", "employer", "agency", "p3mi", "job", "contract_number", "legalisation_number"),
    consent: ("remark",),
    restriction: ("remark",),
    comparison: ("remark",),
    worker_merge: ("remark",),
    receipt: ("payer_name", "payer_passport", "payer_kpj", "token", "approval_reason"),
    receipt_void: ("reason", "token"),
    refund: ("reason", "bank_name", "bank_account", "bank_holder"),
    refund_decision: ("note", "transfer_reference"),
    refund_payment: ("token",),
    coverage_move: ("reason", "token"),
    membership: ("kpj",),
    flag_settled: ("note",),
    claim: ("worker_name", "description", "filer_name", "filer_phone", "token", "sealed"),
    claim_document: ("file_name", "sealed_part"),
    claim_report: ("description", "filer_name", "filer_phone", "sealed_part"),
    claim_withdrawal: ("note",),
    claim_request: ("note", "sealed_part"),
    claim_decision: ("note", "sealed_part"),
    claim_payment: ("reference", "sealed_part"),
    claim_undoing: ("note", "sealed_part"),
    document_withdrawal: ("note",),
    mission_statement: (
        *("token", "worker_name", "passport_number", "birth_date", "place", "circumstances", "source"),
        *("letter_number", "signatory", "signatory_title"),
    ),
    heir_contact: ("name", "relation", "phone", "note"),
    worker_document: ("file_name",),
}
"""The columns that the personal and sealed parts of entries fill, by table; each table has a `worker_id`."""


@posts(BodyErased, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: BodyErased) -> None:
    forget(open_worker(rows, body.worker_id, entry))
    for table, columns in PERSONAL.items():
        rows.blank(table, columns, body.worker_id)
    rows.afterwards(lambda connection: _wipe(connection, body.worker_id))


def _wipe(connection: Connection, worker_id: UUID) -> None:
    for table in (amendment, worker_number):
        connection.execute(delete(table).where(table.c.worker_id == worker_id))
    claims = connection.scalars(select(claim.c.id).where(claim.c.worker_id == worker_id))
    bare_waiting(connection, {worker_id, *claims})


def bare_waiting(connection: Connection, subjects: Collection[UUID]) -> None:
    """Take what tells of a person out of the entries about these that nobody here can read yet."""
    for row in connection.execute(select(held)).all():
        frame = bare_if_about(unpack(row.frame, Frame), row.prev, subjects)
        if frame is not None:
            connection.execute(update(held).where(held.c.entry_id == row.entry_id).values(frame=pack(frame)))


def bare_if_about(frame: Frame, prev: bytes, subjects: Collection[UUID]) -> Frame | None:
    """The frame without what tells of a person, if its subject is one of these workers and claims."""
    try:
        entry = Entry.opened(frame, prev)
    except Unreadable:
        return None
    return bare(entry).frame if entry.head.subject in subjects else None


# The journal. Posting keeps the ledger; whoever keeps a journal asks here what of it must go.


def bare_of_erased(connection: Connection, fresh: Sequence[Entry]) -> tuple[list[Entry], set[UUID]]:
    """Entries about to be kept, without what tells of workers who were erased or are by one of them; and the subjects
    whose entries, kept before, have to be stripped now."""
    if not fresh:
        return [], set()
    newly = {entry.head.subject for entry in fresh if entry.head.kind == BodyErased.KIND}
    subjects = {entry.head.subject for entry in fresh}
    filed = {entry.id: entry.head.subject for entry in fresh if entry.head.kind == ClaimFiled.KIND}
    known = [*_claims(connection, list(subjects)), *_claims_of(connection, list(newly))]
    claims = {row.id: row.worker_id for row in known} | filed
    people = {claims.get(one, one) for one in subjects}
    erased = newly | {row.id for row in _erased(connection, list(people))}
    if not erased:
        return list(fresh), set()
    kept = [bare(one) if claims.get(one.head.subject, one.head.subject) in erased else one for one in fresh]
    # A document may have come before its claim: nobody knew then whose it was.
    of_claims = {one for one, holder in claims.items() if holder in newly or (one in filed and holder in erased)}
    return kept, newly | of_claims


_claims = Asking(lambda among: select(claim.c.id, claim.c.worker_id).where(among(claim.c.id)))
_claims_of = Asking(lambda among: select(claim.c.id, claim.c.worker_id).where(among(claim.c.worker_id)))
_erased = Asking(lambda among: select(worker.c.id).where(among(worker.c.id), worker.c.erased))


def strip(connection: Connection, journal: Table, subjects: Iterable[UUID]) -> None:
    """Take the personal and sealed parts out of the entries about these subjects; the digests that stay in their place
    keep hash and signature true."""
    for row in connection.execute(
        select(journal.c.hash, journal.c.personal, journal.c.sealed).where(
            journal.c.subject.in_(list(subjects)), or_(journal.c.personal.is_not(None), journal.c.sealed.is_not(None))
        )
    ).all():
        parts = {"personal": row.personal, "sealed": row.sealed}
        digests = {f"{name}_digest": sha256(part).digest() for name, part in parts.items() if part is not None}
        connection.execute(
            update(journal).where(journal.c.hash == row.hash).values(personal=None, sealed=None, **digests)
        )


def documents_of(connection: Connection, workers: Iterable[UUID]) -> list[bytes]:
    """The digests of these workers' documents, and of those whose claims these are, that belong to nobody else as well,
    but others who were erased."""
    everyone, ids = _whose_documents(), list(workers)
    ids += connection.scalars(select(claim.c.worker_id).where(claim.c.id.in_(ids)))
    of_erased = select(worker.c.id).where(worker.c.erased)
    theirs = select(everyone.c.sha256).where(everyone.c.worker_id.in_(ids))
    others = select(everyone.c.sha256).where(everyone.c.worker_id.not_in(ids), everyone.c.worker_id.not_in(of_erased))
    return [bytes(digest) for digest in connection.scalars(theirs.except_(others))]


def is_of_erased(connection: Connection, digest: bytes) -> bool:
    """Whether a document belongs to workers who were erased, and to nobody else."""
    everyone = _whose_documents()
    holders = select(worker.c.erased).join(everyone, everyone.c.worker_id == worker.c.id)
    found = list(connection.scalars(holders.where(everyone.c.sha256 == digest)))
    return bool(found) and all(found)


def _whose_documents() -> Subquery:
    return union_all(
        select(worker_document.c.sha256, worker_document.c.worker_id),
        select(claim_document.c.sha256, claim.c.worker_id).join(claim, claim.c.id == claim_document.c.claim_id),
    ).subquery()
