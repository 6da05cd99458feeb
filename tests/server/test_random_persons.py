"""Whatever missions record, borrow, merge and undo, and in whichever pieces it arrives: a mission's counters know of
everybody they hold exactly what the centre knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor
from loket_testing.centre_fixtures import emptied
from loket_testing.claims import from_centre, from_counters, statement
from loket_testing.journals import Journal
from sqlalchemy import Connection, Table, create_engine, or_, select

from models.journal.ids import new_id
from models.journal.workers import Amendment, WorkerAmended, WorkerCompared, WorkerMerged, WorkerUnmerged
from models.ledger.tables import (
    account_line,
    comparison,
    ledger,
    receipt,
    receipt_tender,
    worker,
    worker_merge,
)
from models.posting import post
from models.posting.digest import plain
from models.rules.problems import Refused
from server.store.tables import holding
from server.usecases import merging
from server.usecases.borrowing import borrow
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.pairing import pair_all
from server.usecases.terminals import Caller
from server.usecases.verify import verify

MISSIONS = ("HKG", "SIN", "TPE")
ACTIONS = (
    *("register", "register", "pay", "pay", "amend", "compare", "statement"),
    *("claim", "claim", *["about a claim"] * 4, *["centre answers"] * 4),
    *("borrow", "borrow", "merge", "merge", "unmerge", *["centre merges"] * 3, "centre undoes", "push", "push"),
)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_of_everybody_it_holds_a_mission_knows_what_the_centre_knows(
    centre: Centre, enrolled: Callable[..., Visitor], data: st.DataObject
) -> None:
    emptied(centre)
    visitors = {code: enrolled(f"{code}1", mission=code, journal=Journal(code)) for code in MISSIONS}
    world = _World(centre, visitors, data)
    for _ in range(data.draw(st.integers(4, 24))):
        world.act(data.draw(st.sampled_from(ACTIONS)))
        world.hear()
    for code in data.draw(st.permutations(MISSIONS)):
        visitors[code].push()
    pair_all(centre)

    assert verify(centre).wrong == []
    rows = centre.read(lambda connection: connection.execute(select(worker.c.id, worker.c.merged_into)).all())
    heads = {row.id: row.merged_into or row.id for row in rows}
    for code, visitor in visitors.items():
        with create_engine("sqlite://").connect() as memory:
            ledger.create_all(memory)
            post(memory, visitor.pull(f"post:{code}", stubs=False))
            for one in _held(centre, code):
                there = _about(memory, one)
                assert centre.read(partial(_about, one=one)) == there
        # A person goes on as somebody of whom every counter that has one of the registrations knows everything.
        held = _held(centre, code)
        persons = {heads[one] for one in held}
        assert {one for one, head in heads.items() if head in persons} <= held
        # What a counter recorded itself, of whomever, it always gets back.
        own = {entry.id for entry in visitor.journal.entries}
        assert own <= {entry.id for entry in visitor.pull(f"post:{code}", stubs=False)}


class _World:
    """Three missions, and what each has seen."""

    def __init__(self, centre: Centre, visitors: dict[str, Visitor], data: st.DataObject) -> None:
        self.centre, self.visitors, self.draw = centre, visitors, data.draw
        self.workers: list[UUID] = []
        self.claims: list[UUID] = []
        self.named: list[UUID] = []
        self.merges: list[UUID] = []
        self.serial = 0
        for code, visitor in visitors.items():
            self.workers.append(new_id())
            visitor.journal.record(registration(self.workers[-1], mission=code))
            visitor.push()

    def act(self, action: str) -> None:
        code = self.draw(st.sampled_from(MISSIONS))
        visitor = self.visitors[code]
        journal = visitor.journal
        self.serial += 1
        if action == "register":
            self.workers.append(new_id())
            journal.record(registration(self.workers[-1], mission=code))
            return
        one, other = self.draw(st.sampled_from(self.workers)), self.draw(st.sampled_from(self.workers))
        match action:
            case "pay":
                # Of a worker of elsewhere as well: money always counts.
                journal.record(payment(one, self.serial, mission=code, series=visitor.series))
            case "amend":
                phone = self.draw(st.sampled_from(["+886911", "+852922", None]))
                journal.record(WorkerAmended(worker_id=one, mission=code, personal=Amendment(changes={"phone": phone})))
            case "claim":
                filed = journal.record(accident(one, self.serial, mission=code, series=visitor.series))
                self.claims.append(filed.id)
                self.named.append(filed.id)
            case "about a claim" if self.claims:
                # Of a claim of elsewhere as well, and naming whatever there is.
                body = self.draw(from_counters(self.draw(st.sampled_from(self.claims)), self.named))
                self.named.append(journal.record(msgspec.structs.replace(body, mission=code)).id)
            case "centre answers" if self.claims:
                body = self.draw(from_centre(self.draw(st.sampled_from(self.claims)), self.named))
                body = msgspec.structs.replace(body, mission=code)
                answered = self.centre.write(lambda connection: record(connection, self.centre, [body]))
                self.named.append(answered[0].id)
            case "statement":
                journal.record(statement(one, self.serial, mission=code, series=visitor.series))
            case "compare":
                same = self.draw(st.booleans())
                journal.record(WorkerCompared(worker_id=one, other_id=other, mission=code, same=same))
            case "borrow":
                self.borrow(visitor, one)
            case "merge" if {one, other} <= _held(self.centre, code):
                merged = journal.record(WorkerMerged(worker_id=one, other_id=other, mission=code))
                self.merges.append(merged.id)
            case "unmerge" if self.merges:
                undone = self.draw(st.sampled_from(self.merges))
                journal.record(WorkerUnmerged(worker_id=one, merge_id=undone, mission=code))
            case "centre merges":
                self.decide(lambda: self.merges.append(merging.merge(self.centre, one, other)))
            case "centre undoes" if self.merges:
                undone = self.draw(st.sampled_from(self.merges))
                self.decide(lambda: merging.unmerge(self.centre, undone))
            case "push" if journal.entries:
                visitor.push(journal.entries[: self.draw(st.integers(1, len(journal.entries)))])

    def borrow(self, visitor: Visitor, one: UUID) -> None:
        who = Caller(visitor.journal.terminal, 1, visitor.journal.mission, visitor.journal.key.public)
        query = select(worker.c.registered).where(worker.c.id == one)
        if self.centre.read(lambda connection: connection.scalar(query)):
            borrow(self.centre, who, one)

    def decide(self, decision: Callable[[], object]) -> None:
        try:
            decision()
        except Refused:
            return

    def hear(self) -> None:
        """Sometimes a counter pulls, and its next revisions are later than what it saw."""
        code = self.draw(st.sampled_from((*MISSIONS, None, None)))
        if code is not None:
            for entry in self.visitors[code].pull(f"post:{code}"):
                self.visitors[code].journal.see(entry)


def _held(centre: Centre, mission: str) -> set[UUID]:
    query = select(holding.c.worker_id).where(holding.c.mission == mission)
    return centre.read(lambda connection: set(connection.scalars(query)))


def _about(connection: Connection, one: UUID) -> dict[str, list[Any]]:
    """Every row of the ledger that tells of a worker."""
    receipts = select(receipt.c.id).where(receipt.c.worker_id == one)
    special = {
        worker: worker.c.id == one,
        worker_merge: or_(worker_merge.c.worker_id == one, worker_merge.c.other_id == one),
        comparison: or_(comparison.c.worker_id == one, comparison.c.other_id == one),
        receipt_tender: receipt_tender.c.receipt_id.in_(receipts),
        account_line: account_line.c.entry_id.in_(receipts),
    }
    found = {}
    for table in ledger.sorted_tables:
        condition = special.get(table, table.c["worker_id"] == one if "worker_id" in table.c else None)
        if condition is not None:
            found[table.name] = _rows(connection, table, condition)
    return found


def _rows(connection: Connection, table: Table, condition: Any) -> list[Any]:
    rows = connection.execute(select(table).where(condition).order_by(*table.primary_key.columns))
    return [[plain(value) for value in row] for row in rows]
