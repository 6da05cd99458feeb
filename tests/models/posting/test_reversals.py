"""Two counters without a line and one receipt: every way in which both take it back, or pay for it, has one outcome,
whatever arrives first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain, combinations
from typing import Any
from uuid import UUID

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, select

from models.journal.contributions import ReceiptVoided
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided, RefundPaid, RefundRequested
from models.ledger.tables import account_line, flag, receipt, receipt_line
from models.posting import post
from models.posting.digest import ledger_digest

DAY = date(2026, 11, 22)
DUE = 649
STEPS = ("void at B", "grant cash", "grant transfer", "void at A", "pay at A", "pay at B")
"""In the order in which they were made: of several alike the first counts."""
STANDING = ("void at A", "grant cash", "grant transfer", "void at B")
"""What counts before what: the issuing counter's own void, however late, has been paid from its drawer and reported."""

COMBINATIONS = list(chain.from_iterable(combinations(STEPS, n) for n in range(len(STEPS) + 1)))
FIRST = 0x01A2_0000_0000_7000_8000_0000_0000_0000


class Story:
    """Siti paid NT$ 649 in cash at counter A; two refunds were asked for, one at each counter. `made` names what
    happened then."""

    def __init__(self, steps: Iterable[str]) -> None:
        self.a, self.b, self.centre = Journal(), Journal(), Journal()
        self.worker = new_id()
        self.made: dict[str, Entry] = {}
        self.a.record(registration(self.worker))
        self.receipt = self.a.record(payment(self.worker)).id
        self.asked = {journal.terminal: self._ask(journal) for journal in (self.a, self.b)}
        for serial, step in enumerate(steps, start=2):
            self.made[step] = self._do(step, serial)

    @property
    def entries(self) -> list[Entry]:
        return [*self.a.entries, *self.b.entries, *self.centre.entries]

    def _ask(self, journal: Journal) -> UUID:
        body = RefundRequested(
            worker_id=self.worker, mission="TPE", receipt_id=self.receipt, method="cash", business_date=DAY
        )
        return journal.record(body).id

    def _do(self, step: str, serial: int) -> Entry:
        journal = self.a if step.endswith("A") else self.b
        # Which was made first is said by the ids; those of one millisecond would be in no order.
        made = UUID(int=FIRST + serial)
        about: dict[str, Any] = {"worker_id": self.worker, "mission": "TPE", "receipt_id": self.receipt}
        number: dict[str, Any] = {
            "number": f"TPE3-2026-{serial:06}",
            "year": 2026,
            "serial": serial,
            "business_date": DAY,
        }
        if step.startswith("void"):
            return journal.record(ReceiptVoided(**about, **number), entry_id=made)
        if step.startswith("grant"):
            # The cash is granted to the request of A, the transfer to that of B.
            cash = step == "grant cash"
            asked = self.asked[(self.a if cash else self.b).terminal]
            method = "cash" if cash else "transfer"
            return self.centre.record(
                RefundDecided(**about, refund_id=asked, approved=True, method=method, business_date=DAY),
                entry_id=made,
            )
        return journal.record(
            RefundPaid(
                **about,
                **number,
                refund_id=self.asked[self.a.terminal],
                till_id=None,
                currency="TWD",
                exponent=0,
                amount=DUE,
                amount_idr=332_500,
            ),
            entry_id=made,
        )


@pytest.fixture
def connection() -> Iterator[Connection]:
    with fresh_ledger() as memory:
        yield memory


def books(connection: Connection) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in connection.execute(select(account_line)):
        found[row.account, row.currency] += row.amount
    return {key: amount for key, amount in found.items() if amount}


def expected(steps: tuple[str, ...]) -> tuple[str | None, dict[tuple[str, str], int], set[tuple[str, str]]]:
    """What stands, what the accounts hold, and which steps are flagged with what: the whole rule on one page."""
    reversals = [step for step in STANDING if step in steps]
    first = reversals[0] if reversals else None
    flags = {(step, "receipt.voided_again") for step in reversals[1:]}
    payments = [step for step in steps if step.startswith("pay")]
    # Only the first money handed out for the granted cash was owed.
    owed = payments[:1] if first == "grant cash" else []
    flags |= {(step, "refund.not_owed") for step in payments if step not in owed}
    sums: dict[tuple[str, str], int] = defaultdict(int)
    if first is None:
        sums["tender:cash", "TWD"] += DUE
        sums["contributions:JKK+JKM", "IDR"] -= 332_500
        sums["rounding", "IDR"] -= 48
        sums["exchange", "TWD"] -= DUE
        sums["exchange", "IDR"] += 332_548
    elif first.startswith("grant"):
        sums["tender:cash", "TWD"] += DUE
        sums[("tender:transfer" if first == "grant transfer" else "refund:owed"), "TWD"] -= DUE
    # Money that left a drawer has left it, owed or not.
    sums["tender:cash", "TWD"] -= DUE * len(payments)
    sums["refund:owed", "TWD"] += DUE * len(payments)
    return first, {key: amount for key, amount in sums.items() if amount}, flags


@pytest.mark.parametrize("steps", COMBINATIONS, ids=lambda steps: ", ".join(steps) or "nothing")
def test_every_combination_is_defined_posted_and_flagged(steps: tuple[str, ...], connection: Connection) -> None:
    story = Story(steps)
    post(connection, story.entries)
    first, sums, flags = expected(steps)

    (row,) = connection.execute(select(receipt)).all()
    standing = row.void_id or row.refund_decision_id
    assert standing == (story.made[first].id if first else None)
    assert (row.void_id is not None) == (first is not None and first.startswith("void"))
    assert set(connection.scalars(select(receipt_line.c.voided))) == {first is not None}
    assert books(connection) == sums
    named = {entry.id: step for step, entry in story.made.items()}
    assert {(named[row.entry_id], row.code) for row in connection.execute(select(flag))} == flags
    assert _one_by_one(story.entries[::-1]) == ledger_digest(connection)


def _one_by_one(entries: list[Entry]) -> dict[str, tuple[int, str]]:
    with fresh_ledger() as memory:
        for entry in entries:
            post(memory, [entry])
        return ledger_digest(memory)
