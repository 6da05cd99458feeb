"""Two counters, one worker, no line: whatever each of them did meanwhile is flagged as the table says, is the same
everywhere once it is sent, and is settled by a supervisor until nothing is left to settle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from uuid import UUID

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, slip
from sqlalchemy import Connection, select

from kiosk.forms.coverage import CoverMove
from kiosk.forms.payment import LineForm
from kiosk.forms.refund import RefundForm
from kiosk.forms.void import VoidForm
from kiosk.queries.coverage import clashes, paid_days
from kiosk.queries.tasks import tasks
from kiosk.usecases.approvals import Approval
from kiosk.usecases.contributions import receive
from kiosk.usecases.coverage import move
from kiosk.usecases.refunds import request_refund
from kiosk.usecases.voids import void
from models.ledger.tables import flag
from models.posting.equation import Span, breaks

from .conftest import Counter

BUDI = Approval("budi", SECOND_PASSWORD)
OVERLAP, GAP = {"coverage.overlap"}, {"coverage.gap"}

AT_A = ("extends", "saves", "voids", "asks back", "nothing")
AT_B = ("extends", "saves", "asks back", "nothing")

EXPECTED: dict[tuple[str, str], set[str]] = {
    # A \\ B:            extends                  saves                    asks back                  nothing
    ("extends", "extends"): OVERLAP,
    ("extends", "saves"): set(),
    ("extends", "asks back"): GAP,
    ("extends", "nothing"): set(),
    ("saves", "extends"): set(),
    ("saves", "saves"): OVERLAP,
    ("saves", "asks back"): GAP,
    ("saves", "nothing"): set(),
    ("voids", "extends"): GAP,
    ("voids", "saves"): GAP,
    ("voids", "asks back"): set(),
    ("voids", "nothing"): set(),
    ("asks back", "extends"): GAP,
    ("asks back", "saves"): GAP,
    ("asks back", "asks back"): set(),
    ("asks back", "nothing"): set(),
    ("nothing", "extends"): set(),
    ("nothing", "saves"): set(),
    ("nothing", "asks back"): set(),
    ("nothing", "nothing"): set(),
}
"""What one did at A and one at B while neither could know, and the flags that stand once all of it has arrived and the
centre has granted what could be granted."""


def newcomer(counter: Counter, number: int) -> UUID:
    name = f"SITI KE {chr(65 + number % 26)}{chr(65 + number // 26)}"
    return counter.register(
        name=name,
        nik=None,
        passport_number=f"C{4_000_000 + number}",
        birth_date=date(1980, 1, 1) + timedelta(days=37 * number),
        mother_name=f"IBU {chr(65 + number % 26)}",
        phone=f"+886 900 {number:06}",
    )


def pays(counter: Counter, worker: UUID, *lines: LineForm, reference: str) -> str:
    return receive(counter.desk, slip(worker, None, programme=None, lines=lines, reference=reference)).number


def act(counter: Counter, what: str, worker: UUID, first: str) -> None:
    reference = f"{what} {counter.desk.operator.id} {worker}"[:60]
    match what:
        case "extends":
            pays(counter, worker, LineForm(programme="JKK+JKM", months=12), reference=reference)
        case "saves":
            pays(counter, worker, LineForm(programme="JHT", months=3, monthly_idr=100_000), reference=reference)
        case "voids":
            void(counter.desk, VoidForm(receipt=first, reason="salah orang"), BUDI)
        case "asks back":
            request_refund(counter.desk, RefundForm(receipt=first, reason="batal berangkat", method="cash"))


def grant_all(centre) -> None:
    """An officer says yes wherever that is still possible."""
    from server.usecases.refunds import decide, refund_with, refunds

    for asked in refunds(centre, waiting_only=True):
        if refund_with(centre, asked.id).reversal is None:
            decide(centre, asked.id, approved=True)


def flags_of(connection: Connection) -> dict[UUID | None, set[str]]:
    found: dict[UUID | None, set[str]] = defaultdict(set)
    for row in connection.execute(select(flag.c.worker_id, flag.c.code)):
        found[row.worker_id].add(row.code)
    return dict(found)


def everywhere(centre, *counters: Counter) -> list[dict[UUID | None, set[str]]]:
    found = [centre.read(flags_of)]
    for counter in counters:
        with counter.desk.read() as work:
            found.append(flags_of(work.connection))
    return found


def broken(centre, *counters: Counter) -> list[object]:
    """Lines of either counter's books that do not add up, at the counters and at the centre."""
    found: list[object] = []
    for counter in counters:
        with counter.desk.read() as work:
            own = work.terminal
        span = Span(own.id, own.incarnation, date(2026, 1, 1), date(2027, 12, 31))
        found += centre.read(lambda connection, span=span: breaks(connection, span))
        for holder in counters:
            with holder.desk.read() as work:
                found += breaks(work.connection, span)
    return found


@pytest.mark.parametrize("first_to_send", ["A", "B"])
def test_every_combination_is_flagged_as_the_table_says_and_settled_until_nothing_is_left(
    counter, published, centre, centre_digest: Callable[[], object], first_to_send: str
) -> None:
    assert set(EXPECTED) == set(product(AT_A, AT_B))
    a, b = counter("TPE3"), counter("TPE4")
    published()
    for one in (a, b):
        add_supervisor(one.desk)
    people = {}
    for number, done in enumerate(EXPECTED):
        worker = newcomer(a, number)
        lines = (LineForm(programme="JKK+JKM", months=24), LineForm(programme="JHT", months=3, monthly_idr=100_000))
        people[done] = worker, pays(a, worker, *lines, reference=f"BNI-{number}")
    a.sync()
    b.sync()

    for (at_a, at_b), (worker, first) in people.items():
        act(a, at_a, worker, first)
        act(b, at_b, worker, first)

    order = (a, b, a) if first_to_send == "A" else (b, a, b)
    for one in order:
        one.sync()
    grant_all(centre)
    for one in order:
        one.sync()
    assert a.digest() == b.digest() == centre_digest()
    for found in everywhere(centre, a, b):
        assert {done: found.get(worker, set()) for done, (worker, _) in people.items()} == EXPECTED
    clashing = {worker for done, (worker, _) in people.items() if EXPECTED[done]}
    assert {one.worker_id for one in clashes(a.desk)} == {one.worker_id for one in clashes(b.desk)} == clashing
    assert broken(centre, a, b) == []

    papers = set()
    for at, worker in enumerate(sorted(clashing)):
        supervisor = (a, b)[at % 2]
        before = paid_days(supervisor.desk, worker).lines
        moved = move(supervisor.desk, CoverMove(worker_id=str(worker), reason="dua loket tanpa jaringan"), BUDI)
        papers.add(moved.number)
        after = paid_days(supervisor.desk, worker).lines
        assert [line.printed for line in after] == [line.printed for line in before]
    assert len(papers) == len(clashing)
    for one in (*order, order[0]):
        one.sync()
    assert a.digest() == b.digest() == centre_digest()
    assert [found for found in everywhere(centre, a, b) if any(found.values())] == []
    assert tasks(a.desk) == tasks(b.desk) == []
    assert broken(centre, a, b) == []
