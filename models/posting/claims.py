"""Posting of claims: all about a claim waits for it; where it stands follows when the batch is in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from models.journal.body import Body
from models.journal.claims import (
    ClaimDecided,
    ClaimFiled,
    ClaimPaid,
    ClaimReopened,
    ClaimReported,
    ClaimWithdrawn,
    DocumentAttached,
    DocumentsRequested,
    DocumentWithdrawn,
    PaymentReturned,
)
from models.journal.entry import Entry
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
from models.ledger.flags import flag
from models.ledger.workers import worker
from models.posting.asking import Asking, chunks
from models.posting.erasing import bare_waiting
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker, raise_flags
from models.posting.writing import Row as Values
from models.posting.writing import change_rows, insert_rows
from models.rules.claim_states import (
    DECIDED_AGAIN,
    LATE_DOCUMENT,
    WITHDRAWN_LATE,
    Decision,
    Paper,
    Request,
    Standing,
    standing,
)

_STANDING = 4
_DERIVED = (DECIDED_AGAIN, LATE_DOCUMENT, WITHDRAWN_LATE)


@posts(ClaimFiled, makes=claim, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: ClaimFiled) -> None:
    if open_worker(rows, body.worker_id, entry)["erased"]:
        # What nobody here can read yet may have come before it: nobody knew then whose it was.
        rows.afterwards(lambda connection: bare_waiting(connection, [entry.id]))
    head, details = entry.head, body.personal
    rows.load([(claim, entry.id)])
    rows.open(claim, entry.id).update(
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        filed_at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        benefit=body.benefit,
        event_date=body.event_date,
        filed_by=body.filed_by,
        restricted=body.restricted,
        required=body.required,
        missing_at_filing=list(body.missing),
        worker_name=details.worker_name if details else None,
        description=details.description if details else None,
        filer_name=details.filer_name if details else None,
        filer_phone=details.filer_phone if details else None,
        token=details.token if details else None,
        sealed=entry.frame.sealed,
        rules_from=body.rules_from,
        situation=body.situation,
        follow_by={key: day.isoformat() for key, day in body.follow_by.items()},
        rev=0,
        stage=1,
        state="filed",
        state_at=head.at,
    )
    raise_flags(rows, entry, body.flags, body.mission, body.worker_id)


def _of_claim(body: Any) -> list[tuple[Any, UUID]]:
    return [(claim, body.claim_id)]


def _its_claim(body: Any) -> tuple[Any, UUID]:
    return claim, body.claim_id


def _about(rows: Rows, entry: Entry, body: Any) -> tuple[Values, dict[str, Any]]:
    """The claim's row, and what each of its entries says: its id, whose it is, when and by whom it was recorded."""
    row = rows.open(claim, body.claim_id)
    row["rev"] = max(row["rev"], entry.head.rev)
    rows.in_the_end(settle_claims, body.claim_id, turn=_STANDING)
    return row, {
        "id": entry.id,
        "claim_id": body.claim_id,
        "worker_id": row["worker_id"],
        "mission": body.mission,
        "at": entry.head.at,
        "operator_id": entry.head.operator,
    }


def _place(entry: Entry) -> dict[str, int]:
    """Where an entry of the centre stands in its journal."""
    return {"incarnation": entry.head.incarnation, "seq": entry.head.seq}


def _note(body: Any) -> str | None:
    return body.personal.note if body.personal else None


@posts(DocumentAttached, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: DocumentAttached) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(
        claim_document,
        **{"attached_at" if name == "at" else name: value for name, value in common.items()},
        document_kind=body.document_kind,
        sha256=body.sha256,
        size=body.size,
        media_type=body.media_type,
        sealed=body.sealed,
        file_name=body.personal.file_name if body.personal else None,
        requirement=body.requirement,
        seen_as=body.seen_as,
        sealed_part=entry.frame.sealed,
    )


@posts(DocumentWithdrawn, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: DocumentWithdrawn) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(document_withdrawal, **common, document_id=body.document_id, note=_note(body))


@posts(ClaimReported, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: ClaimReported) -> None:
    row, common = _about(rows, entry, body)
    row["stage"] = 2
    stamp, details = entry.stamp, body.personal
    rows.add(
        claim_report,
        **common,
        business_date=body.business_date,
        rev=stamp.rev,
        stamp_terminal=stamp.terminal,
        stamp_seq=stamp.seq,
        outcome=body.outcome,
        outcome_date=body.outcome_date,
        benefits=list(body.benefits),
        filed_by=body.filed_by,
        description=details.description if details else None,
        filer_name=details.filer_name if details else None,
        filer_phone=details.filer_phone if details else None,
        sealed_part=entry.frame.sealed,
    )
    raise_flags(rows, entry, body.flags, body.mission, row["worker_id"])


@posts(ClaimWithdrawn, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: ClaimWithdrawn) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(
        claim_withdrawal,
        **common,
        business_date=body.business_date,
        withdrawn_by=body.withdrawn_by,
        decision_id=body.decision_id,
        note=_note(body),
    )


@posts(DocumentsRequested, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: DocumentsRequested) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(
        claim_request,
        **common,
        **_place(entry),
        business_date=body.business_date,
        wanted=list(body.wanted),
        papers=body.papers,
        by_day=body.by_day,
        seen=[str(one) for one in body.seen],
        note=_note(body),
        sealed_part=entry.frame.sealed,
    )


@posts(ClaimDecided, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: ClaimDecided) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(
        claim_decision,
        **common,
        **_place(entry),
        business_date=body.business_date,
        proposed_by=body.proposed_by,
        outcome=body.outcome,
        awards=[[one.benefit, one.amount_idr] for one in body.awards],
        amount_idr=sum(one.amount_idr for one in body.awards),
        reason_code=body.reason_code,
        duplicate_of=body.duplicate_of,
        seen=[str(one) for one in body.seen],
        note=_note(body),
        sealed_part=entry.frame.sealed,
    )


@posts(ClaimPaid, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: ClaimPaid) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(
        claim_payment,
        **common,
        **_place(entry),
        decision_id=body.decision_id,
        paid_on=body.paid_on,
        amount_idr=body.amount_idr,
        reference=body.personal.reference if body.personal else None,
        sealed_part=entry.frame.sealed,
    )


@posts(PaymentReturned, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: PaymentReturned) -> None:
    _undo(rows, entry, body, body.payment_id, "returned")


@posts(ClaimReopened, touches=_of_claim, waits_for=_its_claim)
def _(rows: Rows, entry: Entry, body: ClaimReopened) -> None:
    _undo(rows, entry, body, body.undone_id, "reopened")


def _undo(rows: Rows, entry: Entry, body: Body, undone_id: UUID, what: str) -> None:
    _row, common = _about(rows, entry, body)
    rows.add(claim_undoing, **common, undone_id=undone_id, what=what, note=_note(body), sealed_part=entry.frame.sealed)


# Where it stands


def settle_claims(connection: Connection, claim_ids: Sequence[UUID]) -> None:
    """Settle anew where these claims stand, which documents count, and what of them a person should look at."""
    removed = _removed(connection, claim_ids)
    of = {table.name: _by_claim(connection, table, claim_ids) for table in _ABOUT}
    raised: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    touched: list[UUID] = []
    for row in _claims(connection, claim_ids):
        one = {name: found.get(row.id, []) for name, found in of.items()}
        found, at = _standing(row, one, removed)
        when = {entry.id: getattr(entry, at_name) for name, at_name in _FLAGGED.items() for entry in one[name]}
        touched += when
        raised += [
            {"entry_id": about, "code": code, "worker_id": row.worker_id, "mission": row.mission, "at": when[about]}
            for about, code in found.flags
        ]
        changed.append(
            {
                "id": row.id,
                "state": found.state,
                "state_at": at,
                "decision_id": found.decision,
                "payment_id": found.payment,
                "withdrawal_id": found.withdrawal,
                "request_id": found.request,
            }
        )
    for ids in chunks(touched):
        connection.execute(delete(flag).where(flag.c.entry_id.in_(ids), flag.c.code.in_(_DERIVED)))
    insert_rows(connection, flag, raised)
    change_rows(connection, claim, _STATES, changed)


_STATES = ("state", "state_at", "decision_id", "payment_id", "withdrawal_id", "request_id")
_ABOUT = (claim_document, claim_request, claim_decision, claim_payment, claim_withdrawal, claim_undoing)
_FLAGGED = {claim_document.name: "attached_at", claim_decision.name: "at", claim_withdrawal.name: "at"}
"""The entries that may be flagged, and where each says when it was recorded."""

_claims = Asking(lambda among: select(claim).where(among(claim.c.id)).order_by(claim.c.id))


@cache
def _about_claims(table: Any) -> Asking:
    return Asking(lambda among: select(table).where(among(table.c.claim_id)).order_by(table.c.id))


def _by_claim(connection: Connection, table: Any, keys: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in _about_claims(table)(connection, keys):
        found[row.claim_id].append(row)
    return found


def _removed(connection: Connection, keys: Sequence[UUID]) -> set[tuple[UUID, UUID]]:
    """The documents of these claims that were taken back, each marked with the first entry that says so: (document,
    the claim whose it is said to be)."""
    first: dict[tuple[UUID, UUID], UUID] = {}
    for row in _about_claims(document_withdrawal)(connection, keys):
        first.setdefault((row.document_id, row.claim_id), row.id)
    if first:
        connection.execute(
            update(claim_document)
            .where(claim_document.c.id == bindparam("_id"), claim_document.c.claim_id == bindparam("_claim"))
            .values(removed_by=bindparam("_by")),
            [{"_id": document, "_claim": of, "_by": by} for (document, of), by in first.items()],
        )
    return set(first)


def _standing(row: Row[Any], one: dict[str, list[Row[Any]]], removed: set[tuple[UUID, UUID]]) -> tuple[Standing, Any]:
    """Where this claim stands, and since when."""
    undone = {(entry.what, entry.undone_id) for entry in one["claim_undoing"]}
    documents = [entry for entry in one["claim_document"] if (entry.id, row.id) not in removed]
    decisions = _in_order(entry for entry in one["claim_decision"] if ("reopened", entry.id) not in undone)
    payments = _in_order(entry for entry in one["claim_payment"] if ("returned", entry.id) not in undone)
    withdrawals = [entry for entry in one["claim_withdrawal"] if ("reopened", entry.id) not in undone]
    requests = _in_order(one["claim_request"])
    found = standing(
        papers=[Paper(entry.id, entry.requirement, entry.document_kind) for entry in documents],
        requests=[
            Request(entry.id, tuple(entry.wanted), entry.papers, _ids(entry.seen), row.restricted) for entry in requests
        ],
        decisions=[Decision(entry.id, entry.outcome == "approved", _ids(entry.seen)) for entry in decisions],
        payments=[entry.id for entry in payments],
        withdrawals=[(entry.id, bool(decisions) and entry.decision_id == decisions[0].id) for entry in withdrawals],
    )
    by = {entry.id: entry.at for entry in (*requests, *decisions, *payments, *withdrawals)}
    by |= {entry.id: entry.attached_at for entry in documents}
    since = {
        "filed": max((by[one] for one in found.answered), default=row.filed_at),
        "asked": by.get(found.request),
        "approved": by.get(found.decision),
        "rejected": by.get(found.decision),
        "paid": by.get(found.payment),
        "withdrawn": by.get(found.withdrawal),
    }
    return found, since[found.state]


def _in_order(entries: Any) -> list[Row[Any]]:
    """In the order of the centre's journal."""
    return sorted(entries, key=lambda entry: (entry.incarnation, entry.seq, entry.id))


def _ids(written: Sequence[str]) -> frozenset[UUID]:
    return frozenset(UUID(one) for one in written)
