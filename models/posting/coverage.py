"""Posting of coverage: days that were moved, what BPJS confirmed and stated, and the flags where days clash."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update

from models.journal.coverage import BalanceStated, CoverageMoved, MembershipConfirmed
from models.journal.entry import Entry, Stamp
from models.ledger.contributions import STANDING, receipt, receipt_line
from models.ledger.coverage import balance, coverage_move, membership, membership_receipt, moved_line
from models.ledger.flags import flag
from models.ledger.workers import worker
from models.posting.asking import Asking
from models.posting.flags import GAP, OVERLAP
from models.posting.handlers import posts
from models.posting.rows import Rows
from models.posting.workers import open_worker, persons_of, settle_identity
from models.posting.writing import insert_rows
from models.rules.coverage import Cover, cut_off, sold_again

CLASHES = 9
"""The turn of `flag_clashes`: after merges are gathered, receipts reversed and days moved."""
_MOVES = 5


@posts(CoverageMoved, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: CoverageMoved) -> None:
    open_worker(rows, body.worker_id, entry)
    head, stamp = entry.head, entry.stamp
    rows.add(
        coverage_move,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        terminal=head.terminal,
        incarnation=head.incarnation,
        seq=head.seq,
        number=body.number,
        year=body.year,
        serial=body.serial,
        business_date=body.business_date,
        at=head.at,
        zone=head.zone,
        operator_id=head.operator,
        approved_by=body.approved_by,
        reason=body.personal.reason if body.personal else None,
        token=body.personal.token if body.personal else None,
    )
    for (receipt_id, line), move in {(one.receipt_id, one.line): one for one in body.moves}.items():
        rows.add(
            moved_line,
            move_id=entry.id,
            receipt_id=receipt_id,
            line=line,
            anchor=move.anchor,
            anchor_months=move.anchor_months,
            covered_from=move.covered_from,
            covered_to=move.covered_to,
            rev=stamp.rev,
            stamp_terminal=stamp.terminal,
            stamp_seq=stamp.seq,
        )
        settle_moves(rows, receipt_id)


@posts(MembershipConfirmed, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: MembershipConfirmed) -> None:
    row = open_worker(rows, body.worker_id, entry)
    kpj = body.personal.kpj if body.personal else None
    if kpj:
        settle_identity(rows, row, entry, {"kpj": kpj})
    rows.add(
        membership,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        confirmed_on=body.confirmed_on,
        at=entry.head.at,
        kpj=kpj,
    )
    for receipt_id in dict.fromkeys(body.receipt_ids):
        rows.add(membership_receipt, membership_id=entry.id, receipt_id=receipt_id)


@posts(BalanceStated, touches=lambda body: [(worker, body.worker_id)])
def _(rows: Rows, entry: Entry, body: BalanceStated) -> None:
    open_worker(rows, body.worker_id, entry)
    rows.add(
        balance,
        id=entry.id,
        worker_id=body.worker_id,
        mission=body.mission,
        programme=body.programme,
        amount_idr=body.amount_idr,
        as_of=body.as_of,
        at=entry.head.at,
    )


# Built once: these are asked for every payment.
_moves = Asking(lambda among: select(moved_line).where(among(moved_line.c.receipt_id)))
_flagged = Asking(
    lambda among: select(flag.c.entry_id, flag.c.code).where(among(flag.c.worker_id), flag.c.code.in_((OVERLAP, GAP)))
)
_lines = Asking(
    lambda among: (
        select(
            *(receipt.c.id, receipt.c.worker_id, receipt.c.mission, receipt.c.issued_at),
            *(receipt_line.c.programme, *STANDING),
        )
        .join(receipt, receipt.c.id == receipt_line.c.receipt_id)
        .where(among(receipt_line.c.worker_id), receipt_line.c.voided.is_(False))
        .order_by(receipt.c.id, receipt_line.c.line)
    )
)
_payers = Asking(lambda among: select(receipt.c.worker_id).where(among(receipt.c.id)))


def settle_moves(rows: Rows, receipt_id: UUID) -> None:
    """Bring a receipt's lines to where they were moved last, whichever of receipt and moves came first."""
    rows.in_the_end(_settle_moves, receipt_id, turn=_MOVES)


def _settle_moves(connection: Connection, receipt_ids: Sequence[UUID]) -> None:
    last: dict[tuple[UUID, int], tuple[Stamp, UUID]] = {}
    to = {}
    for row in _moves(connection, receipt_ids):
        line, rank = (row.receipt_id, row.line), (Stamp(row.rev, row.stamp_terminal, row.stamp_seq), row.move_id)
        if line not in last or last[line] < rank:
            last[line], to[line] = rank, row
    if not to:
        return
    connection.execute(
        update(receipt_line)
        .where(receipt_line.c.receipt_id == bindparam("_receipt"), receipt_line.c.line == bindparam("_line"))
        .values(
            moved_anchor=bindparam("_anchor"),
            moved_months=bindparam("_months"),
            moved_from=bindparam("_from"),
            moved_to=bindparam("_to"),
            moved_by=bindparam("_by"),
        ),
        [
            {
                "_receipt": receipt_id,
                "_line": line,
                "_anchor": row.anchor,
                "_months": row.anchor_months,
                "_from": row.covered_from,
                "_to": row.covered_to,
                "_by": row.move_id,
            }
            for (receipt_id, line), row in to.items()
        ],
    )
    # A move may name the receipt of another registration: its person's days changed as well.
    paid = _payers(connection, list({one for one, _ in to}))
    flag_clashes(connection, sorted({row.worker_id for row in paid}))


def flag_clashes(connection: Connection, worker_ids: Sequence[UUID]) -> None:
    """Flag what clashes among the standing days of these persons, all their registrations together, and nothing else:
    an overlap on the receipt made later, days whose beginning is gone on their own receipt."""
    people = persons_of(connection, worker_ids)
    holders = list(people)
    wanted: dict[tuple[UUID, str], dict[str, Any]] = {}
    for person in _standing(connection, holders, people).values():
        # A line has all that a cover has: making thousands of them would take as long as looking at them.
        covers = cast("list[Cover]", person)
        made = [row.id for row in person]
        found = [(person[at], OVERLAP) for at in sold_again(covers, made)] if len(covers) > 1 else []
        found += [(person[at], GAP) for at in cut_off(covers)]
        for row, code in found:
            wanted[row.id, code] = {
                "entry_id": row.id,
                "code": code,
                "worker_id": row.worker_id,
                "mission": row.mission,
                "at": row.issued_at,
            }
    stood = {(row.entry_id, row.code) for row in _flagged(connection, holders)}
    for entry_id, code in sorted(stood - wanted.keys()):
        connection.execute(delete(flag).where(and_(flag.c.entry_id == entry_id, flag.c.code == code)))
    insert_rows(connection, flag, [wanted[one] for one in sorted(wanted.keys() - stood)])


def _standing(
    connection: Connection, holders: Sequence[UUID], people: dict[UUID, UUID | None]
) -> dict[UUID, list[Row[Any]]]:
    """The lines that stand of each person."""
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in _lines(connection, holders):
        found[people.get(row.worker_id) or row.worker_id].append(row)
    return found
