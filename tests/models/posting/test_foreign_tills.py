"""A drawer is its own counter's: nothing that another counter records counts, moves or closes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import msgspec
import pytest
from loket_testing.bodies import payment
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, func, select

from models.journal.body import Body
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.tills import CashAmount, Counted, TillClosed, TillHandedOver, TillMoved, TillOpened
from models.ledger.tables import account_line, flag, till, till_count
from models.posting import post
from models.posting.digest import ledger_digest
from models.posting.equation import Span, breaks

DAY = date(2026, 11, 22)
OTHER = new_id()


def cash(amount: int) -> tuple[CashAmount, ...]:
    return (CashAmount(currency="TWD", exponent=0, amount=amount),)


def counted(amount: int) -> tuple[Counted, ...]:
    return (Counted(currency="TWD", exponent=0, amount=amount),)


def opened() -> TillOpened:
    return TillOpened(
        mission="TPE", series="TPE3", serial=1, business_date=DAY, counts=counted(1_000), brought=cash(1_000)
    )


def about(till_id: UUID) -> dict[str, Any]:
    return {"till_id": till_id, "mission": "TPE", "business_date": DAY}


def closed(till_id: UUID, left: int = 1_000) -> TillClosed:
    return TillClosed(**about(till_id), series="TPE3", serial=1, counts=counted(left), totals=())


def meddling(till_id: UUID) -> list[Body]:
    return [
        TillMoved(**about(till_id), way="out", currency="TWD", exponent=0, amount=400),
        TillHandedOver(**about(till_id), to=OTHER, counts=counted(3), differences=cash(-997)),
        msgspec.structs.replace(closed(till_id, 3), differences=cash(-997), flags=("till.difference",)),
        msgspec.structs.replace(payment(new_id(), 9, series="TPE4"), till_id=till_id),
    ]


@pytest.mark.parametrize("which", range(4))
def test_another_counter_neither_closes_nor_moves_nor_takes_over_a_drawer(which: int) -> None:
    here, elsewhere = Journal(), Journal()
    session = here.record(opened())
    foreign = elsewhere.record(meddling(session.id)[which])
    own = here.record(closed(session.id))
    digests = []
    for order in permutations([session, foreign, own]):
        with fresh_ledger() as connection:
            for entry in order:
                post(connection, [entry])
            row = connection.execute(select(till)).one()
            assert (row.closed_id, row.holder_id) == (own.id, here.operator)
            assert breaks(connection, Span(here.terminal, 1, DAY, DAY)) == []
            in_drawer = select(func.sum(account_line.c.amount)).where(
                account_line.c.terminal == here.terminal, account_line.c.account == "tender:cash"
            )
            assert connection.scalar(in_drawer) == 1_000
            assert set(connection.scalars(select(till_count.c.entry_id))) == {session.id, own.id}
            # What it moved is its own counter's, outside any session of it, and said to be so.
            assert [one.entry_id for one in breaks(connection, Span(elsewhere.terminal, 1, DAY, DAY))] == [foreign.id]
            digests.append(ledger_digest(connection))
    assert digests == [digests[0]] * 6


def test_whoever_meddles_with_another_counters_drawer_is_told_of(connection: Connection) -> None:
    here, elsewhere = Journal(), Journal()
    session = here.record(opened())
    foreign = [elsewhere.record(body) for body in meddling(session.id)[:3]]
    post(connection, [session, *foreign])
    raised = connection.execute(select(flag.c.entry_id).where(flag.c.code == "till.foreign")).scalars()
    assert set(raised) == {entry.id for entry in foreign}


def test_what_names_no_session_waits_for_it_and_is_then_posted(connection: Connection) -> None:
    here = Journal()
    session = here.record(opened())
    entries: list[Entry] = [here.record(body) for body in (meddling(session.id)[0], closed(session.id, 600))]
    assert [verdict.code for verdict in post(connection, entries)] == ["parent_missing"] * 2
    post(connection, [session])
    assert connection.scalar(select(till.c.closed_id)) == entries[-1].id
    assert breaks(connection, Span(here.terminal, 1, DAY, DAY)) == []


def test_a_second_copy_of_the_disk_is_the_same_counter(connection: Connection) -> None:
    here = Journal()
    copy = Journal(terminal=here.terminal)
    session = here.record(opened())
    copy.entries.append(session)
    post(connection, [session, copy.record(closed(session.id))])
    assert connection.scalar(select(till.c.closed_id)) is not None


@pytest.fixture
def connection() -> Iterator[Connection]:
    with fresh_ledger() as connection:
        yield connection
