"""Merges: two registrations become one person and are taken apart again, and money and papers stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.bodies import payment, registration
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, create_engine, event, func, select

from models.journal.body import Body
from models.journal.contributions import ReceiptVoided, VoidDetails
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import WorkerMerged, WorkerUnmerged
from models.ledger.tables import account_line, flag, ledger, receipt, receipt_line, worker, worker_merge
from models.posting import post
from models.posting.digest import ledger_digest
from models.posting.flags import VOID_AGAIN
from models.posting.merges import gathered

OLD, NEW, THIRD = sorted(new_id() for _ in range(3))


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        ledger.create_all(connection)
        yield connection
    engine.dispose()


def merge(kept: UUID, other: UUID) -> WorkerMerged:
    return WorkerMerged(worker_id=kept, other_id=other, mission="TPE")


def merged_into(connection: Connection) -> dict[UUID, UUID | None]:
    return {row.id: row.merged_into for row in connection.execute(select(worker.c.id, worker.c.merged_into))}


def test_a_merged_registration_is_gathered_under_the_one_that_goes_on(connection: Connection) -> None:
    journal = Journal()
    post(connection, [journal.record(registration(OLD)), journal.record(registration(NEW))])
    post(connection, [journal.record(merge(NEW, OLD))])
    assert merged_into(connection) == {OLD: NEW, NEW: None}


def test_merges_that_hang_together_make_one_person(connection: Connection) -> None:
    journal = Journal()
    post(connection, [journal.record(merge(NEW, OLD)), journal.record(merge(THIRD, NEW))])
    assert merged_into(connection) == {OLD: THIRD, NEW: THIRD, THIRD: None}


def test_an_undone_merge_leaves_what_other_merges_joined(connection: Connection) -> None:
    journal = Journal()
    first, second = journal.record(merge(NEW, OLD)), journal.record(merge(THIRD, NEW))
    post(connection, [first, second])
    post(connection, [journal.record(WorkerUnmerged(worker_id=NEW, merge_id=first.id, mission="TPE"))])
    assert merged_into(connection) == {OLD: None, NEW: THIRD, THIRD: None}


def test_an_undoing_that_arrives_first_undoes_the_merge_when_it_comes(connection: Connection) -> None:
    journal = Journal()
    joined = journal.record(merge(NEW, OLD))
    post(connection, [journal.record(WorkerUnmerged(worker_id=NEW, merge_id=joined.id, mission="TPE"))])
    post(connection, [joined])
    assert merged_into(connection) == {OLD: None, NEW: None}
    assert connection.execute(select(worker_merge.c.other_id)).scalar_one() == OLD


def test_a_merge_made_again_after_its_undoing_stands(connection: Connection) -> None:
    journal = Journal()
    first = journal.record(merge(NEW, OLD))
    undone = journal.record(WorkerUnmerged(worker_id=NEW, merge_id=first.id, mission="TPE"))
    post(connection, [first, undone, journal.record(merge(NEW, OLD))])
    assert merged_into(connection) == {OLD: NEW, NEW: None}


def test_two_officers_who_merged_each_into_the_other_agree_on_the_oldest() -> None:
    assert gathered([(OLD, NEW), (NEW, OLD)]) == {NEW: OLD}
    assert gathered([(OLD, OLD)]) == {}


def test_receipts_keep_their_numbers_and_their_registration(connection: Connection) -> None:
    journal = Journal()
    post(connection, [journal.record(payment(OLD, 1)), journal.record(payment(NEW, 2))])
    before = connection.execute(select(receipt.c.number, receipt.c.worker_id).order_by(receipt.c.number)).all()
    post(connection, [journal.record(merge(NEW, OLD))])
    assert connection.execute(select(receipt.c.number, receipt.c.worker_id).order_by(receipt.c.number)).all() == before


def void(receipt_id: UUID, serial: int = 9) -> ReceiptVoided:
    return ReceiptVoided(
        worker_id=OLD,
        mission="TPE",
        receipt_id=receipt_id,
        number=f"TPE3-2026-{serial:06}",
        year=2026,
        serial=serial,
        business_date=payment(OLD).business_date,
        personal=VoidDetails(reason="salah jumlah bulan"),
    )


def balances(connection: Connection) -> set[int]:
    query = select(func.sum(account_line.c.amount)).group_by(account_line.c.account, account_line.c.currency)
    return set(connection.execute(query).scalars())


def test_a_void_moves_everything_back_and_covers_nothing(connection: Connection) -> None:
    journal = Journal()
    paid = journal.record(payment(OLD))
    post(connection, [paid])
    assert balances(connection) != {0}
    taken_back = journal.record(void(paid.id))
    post(connection, [taken_back])
    assert balances(connection) == {0}
    assert connection.execute(select(receipt.c.void_id)).scalar_one() == taken_back.id
    assert set(connection.execute(select(receipt_line.c.voided)).scalars()) == {True}


def test_a_second_void_by_another_counter_moves_nothing_and_is_flagged_whichever_came_first(
    connection: Connection,
) -> None:
    here, there = Journal(), Journal()
    paid = here.record(payment(OLD))
    first, second = here.record(void(paid.id, 2)), there.record(void(paid.id, 1))
    post(connection, [paid, second])
    post(connection, [first])
    assert balances(connection) == {0}
    assert connection.execute(select(flag.c.entry_id).where(flag.c.code == VOID_AGAIN)).scalars().all() == [second.id]


def statements_of(connection: Connection, entries: list[Entry]) -> int:
    """How many statements it takes to post these together."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(connection, "before_cursor_execute", hear)
    post(connection, entries)
    event.remove(connection, "before_cursor_execute", hear)
    return len(said)


def test_a_chain_of_merges_costs_hardly_more_than_one(connection: Connection) -> None:
    journal = Journal()
    people = sorted(new_id() for _ in range(1_001))
    chain = [journal.record(merge(above, one)) for one, above in pairwise(people)]
    # Each merge is looked up by itself: its undoing may have come first.
    assert statements_of(connection, chain[:400]) < 400 + 40
    assert statements_of(connection, chain[400:]) < 600 + 40
    undone = journal.record(WorkerUnmerged(worker_id=people[0], merge_id=chain[500].id, mission="TPE"))
    assert statements_of(connection, [undone]) < 30
    into = merged_into(connection)
    assert {into[one] for one in people[:500]} == {people[500]}
    assert {into[one] for one in people[501:-1]} == {people[-1]}
    assert into[people[500]] is None
    assert into[people[-1]] is None


def test_a_payment_costs_a_dozen_statements_and_a_thousand_cost_hardly_more(connection: Connection) -> None:
    journal = Journal()
    people = [new_id() for _ in range(1_000)]
    assert statements_of(connection, [journal.record(payment(OLD))]) <= 12
    assert statements_of(connection, [journal.record(payment(one, 2)) for one in people]) <= 24


def test_many_voids_together_cost_hardly_more_than_one(connection: Connection) -> None:
    journal = Journal()
    paid = [journal.record(payment(OLD, serial)) for serial in range(1, 301)]
    voided = [journal.record(void(one.id, 300 + serial)) for serial, one in enumerate(paid, start=1)]
    assert statements_of(connection, [one for both in zip(paid, voided, strict=True) for one in both]) < 40
    assert balances(connection) == {0}
    assert set(connection.execute(select(receipt.c.void_id)).scalars()) == {one.id for one in voided}


@st.composite
def decisions(draw: st.DrawFn) -> list[Entry]:
    """Two counters and the centre pay, void, merge and undo, each having seen only some of the others' work."""
    journals = [Journal(), Journal(), Journal(mission="ZZZ")]
    people = st.sampled_from([OLD, NEW, THIRD])
    written: list[Entry] = []
    merges: list[UUID] = []
    paid: list[UUID] = []
    for serial in range(1, draw(st.integers(2, 12))):
        journal = draw(st.sampled_from(journals))
        for entry in draw(st.lists(st.sampled_from(written), max_size=3)) if written else ():
            journal.see(entry)
        body: Body
        match draw(st.sampled_from(["register", "pay", "void", "merge", "merge", "unmerge"])):
            case "void" if paid:
                body = void(draw(st.sampled_from(paid)), serial)
            case "merge":
                body = merge(draw(people), draw(people))
            case "unmerge" if merges:
                body = WorkerUnmerged(worker_id=draw(people), merge_id=draw(st.sampled_from(merges)), mission="TPE")
            case "register":
                body = registration(draw(people))
            case _:
                body = payment(draw(people), serial)
        entry = journal.record(body)
        written.append(entry)
        if isinstance(body, WorkerMerged):
            merges.append(entry.id)
        if entry.head.kind == "contribution.received":
            paid.append(entry.id)
    return written


@given(st.data())
def test_merges_undoings_payments_and_voids_in_any_order_and_split_make_one_ledger(data: st.DataObject) -> None:
    entries = data.draw(decisions())
    orders = [entries, data.draw(st.permutations(entries))]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(entries)), max_size=4)))
    digests, totals = [], []
    for order, pieces in zip(orders, ([0, len(entries)], [0, *cuts, len(entries)]), strict=True):
        with fresh_ledger() as connection:
            for start, end in pairwise(pieces):
                post(connection, order[start:end])
            digests.append(ledger_digest(connection))
            totals.append(connection.execute(select(func.count(), func.sum(account_line.c.amount))).one())
        connection.engine.dispose()
    assert digests[0] == digests[1]
    assert totals[0] == totals[1]
