"""Whatever a bad line does to pushes, the centre's ledger is what the entries make of it, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.bodies import accident, payment, registration
from loket_testing.centre import Visitor
from loket_testing.centre_fixtures import emptied
from loket_testing.claims import from_centre, from_counters
from loket_testing.journals import Journal
from sqlalchemy import Connection, create_engine

from models.journal.body import Body
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.workers import Amendment, WorkerAmended
from models.ledger.tables import ledger
from models.posting import post
from models.posting.digest import ledger_digest
from models.sync.protocol import SyncError
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.verify import verify

WORKERS = [new_id() for _ in range(3)]
CLAIMS = [new_id() for _ in range(2)]

worker_ids = st.sampled_from(WORKERS)
phones = st.sampled_from(["+886911", "+886922", None])


@st.composite
def bodies(draw: st.DrawFn) -> tuple[Body, Any]:
    """A body, and the id it must be recorded under, where another names it."""
    kind = draw(st.sampled_from(["register", "amend", "pay", "claim", *["about a claim"] * 3]))
    worker_id, claim_id = draw(worker_ids), draw(st.sampled_from(CLAIMS))
    if kind == "register":
        return registration(worker_id, name=draw(st.sampled_from(["SITI", "DEWI"]))), None
    if kind == "amend":
        return WorkerAmended(
            worker_id=worker_id, mission="TPE", personal=Amendment(changes={"phone": draw(phones)})
        ), None
    if kind == "pay":
        return payment(worker_id, draw(st.integers(1, 99)), months=draw(st.sampled_from([6, 12, 24]))), None
    if kind == "claim":
        return accident(worker_id, draw(st.integers(1, 99))), claim_id
    return draw(from_counters(claim_id, CLAIMS)), None


@st.composite
def mornings(draw: st.DrawFn) -> tuple[list[Journal], list[tuple[int, int, int]]]:
    """Two counters that saw nothing of each other, and the pieces in which their journals arrive: (counter, first,
    last), overlapping, repeated, some of them lost on the way."""
    journals = [Journal(), Journal()]
    for body, wanted in draw(st.lists(bodies(), min_size=1, max_size=14)):
        journal = draw(st.sampled_from(journals))
        claimed = {entry.id for one in journals for entry in one.entries}
        journal.record(body, entry_id=None if wanted in claimed else wanted)
    piece = st.tuples(st.integers(0, 1), st.integers(0, 13), st.integers(1, 14))
    return journals, draw(st.lists(piece, max_size=10))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(morning=mornings(), data=st.data())
def test_random_pieces_with_repetitions_make_the_ledger_of_the_set(
    centre: Centre,
    enrolled: Callable[..., Visitor],
    morning: tuple[list[Journal], list[tuple[int, int, int]]],
    data: st.DataObject,
) -> None:
    journals, pieces = morning
    emptied(centre)
    visitors = [enrolled(f"TPE{number}", journal=journal) for number, journal in enumerate(journals, start=3)]
    reached = [0, 0]
    said: list[Entry] = []
    for which, first, last in pieces:
        if data.draw(st.booleans()):
            # The centre answers, whether it has the claim yet or not.
            names = [one.id for one in journals[which].entries]
            body = data.draw(from_centre(data.draw(st.sampled_from(CLAIMS)), names))
            said += centre.write(partial(_recorded, centre, body))
        entries = journals[which].entries[first:last]
        if not entries:
            continue
        if first > reached[which]:
            with pytest.raises(SyncError, match="gap"):
                visitors[which].push(entries)
        else:
            reached[which] = max(reached[which], visitors[which].push(entries).accepted.seq)
    for visitor in visitors:
        visitor.push()

    own_entries = visitors[0].pull("ref")
    recorded = [entry for journal in journals for entry in journal.entries] + said
    assert centre.read(ledger_digest) == _in_memory(own_entries + recorded)
    assert {entry.id for entry in visitors[0].pull("post:TPE", stubs=False)} == {entry.id for entry in recorded}
    assert verify(centre).wrong == []


def _recorded(centre: Centre, body: Body, connection: Connection) -> list[Entry]:
    return record(connection, centre, [body])


def _in_memory(entries: list[Entry]) -> dict[str, tuple[int, str]]:
    with create_engine("sqlite://").connect() as connection:
        ledger.create_all(connection)
        post(connection, entries)
        return ledger_digest(connection)
