"""Whatever two counters and the centre do to each other's receipts, and whenever they hear of it: both counters and the
centre end with the same books, no receipt is taken back twice, and a drawer holds what went through it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loket_testing.bodies import payment, registration
from loket_testing.centre import Visitor
from loket_testing.centre_fixtures import emptied
from sqlalchemy import Connection, create_engine, func, select

from models.journal.contributions import ReceiptVoided
from models.journal.ids import new_id
from models.journal.reference import MissionPublished
from models.journal.refunds import RefundPaid, RefundRequested, RefundWish
from models.ledger.tables import account_line, flag, ledger, receipt, receipt_void, refund_decision, refund_payment
from models.posting import post
from models.posting.accounts import CASH
from models.posting.digest import ledger_digest
from models.rules.problems import Refused
from server.usecases import refunds
from server.usecases.centre import Centre
from server.usecases.journal import record
from server.usecases.publish import mission_id
from server.usecases.verify import verify

VOID_AGAIN, NOT_OWED = "receipt.voided_again", "refund.not_owed"
DAY, DUE = date(2026, 11, 22), 649
ACTIONS = (
    *("pay", "pay", "void", "void elsewhere", "ask", "ask", "grant", "grant", "transfer", "refuse"),
    *("hand out", "hand out", "push", "push", "hear"),
)


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_counters_and_the_centre_end_with_the_same_books(
    centre: Centre, enrolled: Callable[..., Visitor], data: st.DataObject
) -> None:
    emptied(centre)
    world = _World(centre, [enrolled("TPE3"), enrolled("TPE4")], data)
    for _ in range(data.draw(st.integers(5, 22))):
        world.act(data.draw(st.sampled_from(ACTIONS)))
    for visitor in data.draw(st.permutations(world.visitors)):
        visitor.push()

    assert verify(centre).wrong == []
    at_centre = centre.read(ledger_digest)
    reference = world.visitors[0].pull("ref")
    for visitor in world.visitors:
        with create_engine("sqlite://").connect() as memory:
            ledger.create_all(memory)
            # What a counter holds: its own, and what it is given, in the order it comes.
            post(memory, [*visitor.journal.entries, *reference])
            own = {entry.id for entry in visitor.journal.entries}
            post(memory, [entry for entry in visitor.pull("post:TPE", stubs=False) if entry.id not in own])
            assert ledger_digest(memory) == at_centre
            _no_receipt_is_taken_back_twice(memory)
            _drawers_hold_what_went_through(memory)


def _no_receipt_is_taken_back_twice(connection: Connection) -> None:
    reversals: dict[UUID, list[UUID]] = defaultdict(list)
    approved = select(refund_decision).where(refund_decision.c.approved)
    for row in [*connection.execute(select(receipt_void)), *connection.execute(approved)]:
        reversals[row.receipt_id].append(row.id)
    moved = set(connection.scalars(select(account_line.c.entry_id)))
    flagged = {(row.entry_id, row.code) for row in connection.execute(select(flag))}
    for row in connection.execute(select(receipt)):
        made = sorted(reversals[row.id])
        assert (row.void_id or row.refund_decision_id) == (made[0] if made else None)
        # The first moves money, every later one none, and each later one is told to a person.
        assert [one in moved for one in made] == [True] + [False] * (len(made) - 1) if made else True
        assert [(one, VOID_AGAIN) in flagged for one in made] == [at > 0 for at in range(len(made))]


def _drawers_hold_what_went_through(connection: Connection) -> None:
    expected: Counter[UUID] = Counter()
    standing: Counter[UUID] = Counter()
    for row in connection.execute(select(receipt)):
        expected[row.terminal] += DUE
        if row.void_id is not None:
            void = connection.execute(select(receipt_void).where(receipt_void.c.id == row.void_id)).one()
            expected[void.terminal] -= DUE
    for row in connection.execute(select(refund_payment)):
        expected[row.terminal] -= DUE
    sums = select(account_line.c.terminal, func.sum(account_line.c.amount)).where(account_line.c.account == CASH)
    standing.update({row[0]: int(row[1]) for row in connection.execute(sums.group_by(account_line.c.terminal))})
    assert {key: n for key, n in standing.items() if n} == {key: n for key, n in expected.items() if n}
    # Whatever was handed out without being owed is told; what is owed and not handed out stands in the books.
    paid = connection.execute(select(refund_payment)).all()
    told = set(connection.scalars(select(flag.c.entry_id).where(flag.c.code == NOT_OWED)))
    granted = connection.execute(
        select(refund_decision).where(
            refund_decision.c.id.in_(select(receipt.c.refund_decision_id)), refund_decision.c.method == "cash"
        )
    ).all()
    owed = select(func.coalesce(func.sum(account_line.c.amount), 0)).where(account_line.c.account == "refund:owed")
    assert int(connection.execute(owed).scalar_one()) == DUE * (len(paid) - len(granted))
    assert len(paid) - len(told) <= len(granted)


class _World:
    """Two counters of one mission, and what each has heard of."""

    def __init__(self, centre: Centre, visitors: list[Visitor], data: st.DataObject) -> None:
        self.centre, self.visitors, self.draw = centre, visitors, data.draw
        self.receipts: list[tuple[Visitor, UUID]] = []
        self.asked: list[tuple[UUID, UUID]] = []
        self.serials: Counter[str] = Counter()
        self.worker = new_id()
        cash = MissionPublished(mission_id=mission_id("TPE"), mission="TPE", cash_allowed=True, counters={})
        centre.write(lambda connection: record(connection, centre, [cash]))
        visitors[0].journal.record(registration(self.worker))
        visitors[0].push()

    def act(self, action: str) -> None:
        visitor = self.draw(st.sampled_from(self.visitors))
        journal = visitor.journal
        match action:
            case "pay":
                body = payment(self.worker, self._next(visitor), series=visitor.series)
                self.receipts.append((visitor, journal.record(body).id))
            case "void" | "void elsewhere" if self.receipts:
                issuer, receipt_id = self.draw(st.sampled_from(self.receipts))
                # Another counter cannot by its program; one that was tampered with can, and is posted all the same.
                at = issuer if action == "void" else visitor
                at.journal.record(ReceiptVoided(**self._about(receipt_id), **self._number(at)))
            case "ask" if self.receipts:
                _issuer, receipt_id = self.draw(st.sampled_from(self.receipts))
                wish = RefundWish(reason="pulang", bank_name="BRI", bank_account="12345678", bank_holder="SITI")
                asked = RefundRequested(**self._about(receipt_id), method="cash", business_date=DAY, personal=wish)
                self.asked.append((journal.record(asked).id, receipt_id))
            case "grant" | "transfer" | "refuse" if self.asked:
                refund_id, _receipt_id = self.draw(st.sampled_from(self.asked))
                self._decide(refund_id, action)
            case "hand out" if self.asked:
                # Also what was never granted, or handed out by the other counter already: neither has heard of it.
                refund_id, receipt_id = self.draw(st.sampled_from(self.asked))
                journal.record(
                    RefundPaid(
                        **self._about(receipt_id),
                        **self._number(visitor),
                        refund_id=refund_id,
                        till_id=None,
                        currency="TWD",
                        exponent=0,
                        amount=DUE,
                        amount_idr=332_500,
                    )
                )
            case "push" if journal.entries:
                visitor.push(journal.entries[: self.draw(st.integers(1, len(journal.entries)))])
            case "hear":
                for entry in visitor.pull("post:TPE"):
                    journal.see(entry)

    def _decide(self, refund_id: UUID, action: str) -> None:
        try:
            refunds.decide(
                self.centre,
                refund_id,
                approved=action != "refuse",
                method="transfer" if action == "transfer" else "cash",
                transfer_reference="TRF-1" if action == "transfer" else "",
                note="tidak" if action == "refuse" else "",
            )
        except Refused:
            # Not asked for yet as far as the centre knows, or decided, or taken back already.
            return

    def _about(self, receipt_id: UUID) -> dict[str, Any]:
        return {"worker_id": self.worker, "mission": "TPE", "receipt_id": receipt_id}

    def _number(self, visitor: Visitor) -> dict[str, Any]:
        serial = self._next(visitor)
        number = f"{visitor.series}-2026-{serial:06}"
        return {"number": number, "year": 2026, "serial": serial, "business_date": DAY}

    def _next(self, visitor: Visitor) -> int:
        self.serials[visitor.series] += 1
        return self.serials[visitor.series]
