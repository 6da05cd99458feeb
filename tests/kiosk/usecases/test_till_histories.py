"""Random days at one drawer: after every close the books say what was counted, and everything is counted once."""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from loket_testing.counter import SITI, open_counter, slip
from loket_testing.tills import BUDI, at_the_desk, cash_of, closing, count, opening, pay_cash, publish, staffed
from sqlalchemy import func, select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.till import HandOver, MoveCash
from kiosk.forms.void import VoidForm
from kiosk.queries.tills import ZReport, links, status, z_report
from kiosk.usecases import tills
from kiosk.usecases.contributions import receive
from kiosk.usecases.voids import void
from kiosk.usecases.workers import register
from models.ledger.tables import account_line, receipt, receipt_void, till
from models.rules.tills import first_broken

PEOPLE = {"rina": "rahasia-123", "sari": "petugas-789"}
WRONG = st.sampled_from([0, 0, 0, -20, 35, -300, 400])
"""By how much a count differs from what lies there: mostly not at all, then within the limit, then beyond it."""


class Drawer(RuleBasedStateMachine):
    """What a person with a drawer, two clerks and a supervisor can do, in any order. `there` is the money itself."""

    @initialize()
    def set_up(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="loket-drawer-"))
        self.desk = open_counter(self.folder / "loket")
        self.clock: HandClock = self.desk.clock  # type: ignore[assignment]
        publish(self.desk, limits={"TWD": 50})
        staffed(self.desk)
        self.siti = register(self.desk, SITI).worker_id
        self.at: dict[str, Desk] = {login: at_the_desk(self.desk, login) for login in PEOPLE}
        self.there = 0
        self.holder: str | None = None
        self.reports: list[ZReport] = []
        self.differences = 0
        self.references = 0
        self.unvoided: list[tuple[str, int]] = []

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def _found(self, wrong: int) -> int:
        """Money that went or came unseen; nobody can lose more than is there."""
        wrong = max(wrong, -self.there)
        self.there += wrong
        return wrong

    def _why(self, wrong: int) -> dict[str, Any]:
        return {"reason": "belum diketahui"} if wrong else {}

    @precondition(lambda self: self.holder is None)
    @rule(who=st.sampled_from(sorted(PEOPLE)), wrong=WRONG, brought=st.sampled_from([0, 0, 1000]))
    def open(self, who: str, wrong: int, brought: int) -> None:
        first = not self.reports
        wrong = 0 if first else self._found(wrong)
        self.there += brought
        form = opening(count(self.there), brought=None if first else {"TWD": brought}, **self._why(wrong))
        opened = tills.start(self.at[who], form, BUDI if wrong else None)
        assert [one.difference.minor for one in opened.sums] == [wrong]
        self.differences += wrong
        self.holder = who

    @precondition(lambda self: self.holder is not None)
    @rule(over=st.sampled_from([0, 5, 900]))
    def take(self, over: int) -> None:
        assert self.holder is not None
        due = pay_cash(self.at[self.holder], self.siti, received=None if not over else 1000 + over)
        self.there += due.minor
        with self.desk.read() as work:
            newest = work.connection.scalars(select(receipt.c.number).order_by(receipt.c.seq.desc()).limit(1)).one()
        self.unvoided.append((newest, due.minor))

    @rule(who=st.sampled_from(sorted(PEOPLE)))
    def take_a_slip(self, who: str) -> None:
        self.references += 1
        receive(self.at[who], slip(self.siti, months=1, programme="JHT", reference=f"BNI-{self.references}"))

    @precondition(lambda self: self.holder is not None and self.unvoided)
    @rule(at=st.integers(0, 3))
    def void(self, at: int) -> None:
        assert self.holder is not None
        number, due = self.unvoided.pop(at % len(self.unvoided))
        void(self.at[self.holder], VoidForm(receipt=number, reason="salah nama"), BUDI)
        self.there -= due

    @precondition(lambda self: self.holder is not None)
    @rule(way=st.sampled_from(["in", "out"]), amount=st.sampled_from([1, 40, 700]))
    def move(self, way: Any, amount: int) -> None:
        assert self.holder is not None
        if way == "out" and amount > cash_of(self.desk).get("TWD", 0):
            return
        tills.move(self.at[self.holder], way, MoveCash(amount=amount, reason="receh"), BUDI)
        self.there += amount if way == "in" else -amount

    @precondition(lambda self: self.holder is not None)
    @rule(wrong=WRONG)
    def hand_over(self, wrong: int) -> None:
        assert self.holder is not None
        wrong = self._found(wrong)
        to = "sari" if self.holder == "rina" else "rina"
        form = HandOver(counts=(count(self.there),), **self._why(wrong))
        tills.hand_over(self.at[self.holder], form, to, PEOPLE[to], BUDI if wrong else None)
        self.differences += wrong
        self.holder = to

    @precondition(lambda self: self.holder is not None)
    @rule(
        who=st.sampled_from(sorted(PEOPLE)), wrong=WRONG, alone=st.booleans(), deposit=st.sampled_from([0.0, 0.5, 1.0])
    )
    def close(self, who: str, wrong: int, alone: bool, deposit: float) -> None:
        before = {one.number for one in self.reports}
        wrong = self._found(wrong)
        given = int(self.there * deposit)
        form = closing(count(self.there), deposited={"TWD": given}, alone=alone, reason="hitungan sore")
        closed = tills.close(self.at[who], form, None if alone or not wrong else BUDI)
        assert ("till.closed_by_other" in closed.flags) == (who != self.holder)
        assert ("till.difference" in closed.flags) == (alone and abs(wrong) > 50)
        self.there -= given
        self.differences += wrong
        self.holder = None
        report = z_report(self.desk, closed.till_id)
        assert report.number not in before
        assert [one.difference.minor for one in report.cash] == [wrong]
        self.reports.append(report)
        # A receipt is voided by its terminal within its session only.
        self.unvoided = []

    @rule(days=st.sampled_from([1, 30]))
    def wait(self, days: int) -> None:
        self.clock.now += timedelta(days=days)
        self.unvoided = []

    @invariant()
    def the_books_say_what_is_there(self) -> None:
        if hasattr(self, "desk"):
            assert cash_of(self.desk).get("TWD", 0) == self.there
            assert (status(self.desk).open is None) == (self.holder is None)

    @invariant()
    def every_difference_is_counted_once(self) -> None:
        if not hasattr(self, "desk"):
            return
        with self.desk.read() as work:
            query = select(func.sum(account_line.c.amount)).where(account_line.c.account == "till:difference")
            assert -(work.connection.scalar(query) or 0) == self.differences
            open_ones = work.connection.scalar(select(func.count()).where(till.c.closed_id.is_(None)))
        if not open_ones:
            told = sum(
                row.opening.minor + row.handed.minor + row.difference.minor
                for report in self.reports
                for row in report.cash
            )
            assert told == self.differences

    @invariant()
    def z_reports_add_up_form_a_chain_and_hold_every_receipt_once(self) -> None:
        if not hasattr(self, "desk"):
            return
        for report in self.reports:
            assert z_report(self.desk, report.till_id) == report
            for row in report.cash:
                explained = (
                    row.start.minor
                    + row.brought.minor
                    + row.opening.minor
                    + row.taken.minor
                    - row.returned.minor
                    + row.put_in.minor
                    - row.taken_out.minor
                    + row.handed.minor
                )
                assert (explained, row.adjusted.minor) == (row.expected.minor, 0)
                assert row.left.minor == row.counted.minor - row.deposited.minor
        with self.desk.read() as work:
            assert first_broken(links(work.connection, work.terminal)) is None
            closed_seq = work.connection.scalar(select(func.max(till.c.closed_seq))) or 0
            for table, name in ((receipt, "receipts"), (receipt_void, "voids")):
                made = work.connection.scalar(select(func.count()).where(table.c.seq < closed_seq))
                assert made == sum(getattr(report, name) for report in self.reports)


TestDrawer = Drawer.TestCase
TestDrawer.settings = settings(
    # Each makes a counter of its own; to look for new ones: HYPOTHESIS_PROFILE=explore
    max_examples=settings().max_examples // 15,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
