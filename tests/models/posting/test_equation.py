"""The equation: whatever honest counters record and however much has arrived, it holds; what breaks it is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.bodies import payment
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, select, update

from models.journal.contributions import ContributionReceived, Line, RateUsed, ReceiptVoided, Tender
from models.journal.entry import Entry
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided, RefundPaid, RefundRequested
from models.journal.tills import CashAmount, Counted, TillClosed, TillHandedOver, TillMoved, TillOpened
from models.ledger.tables import account_line, flag, receipt, receipt_tender, till_count
from models.posting import post
from models.posting.equation import Break, Span, breaks, day_rows
from models.posting.flags import NOT_OWED, UNBALANCED, VOID_AGAIN
from models.sync.statement import account_sums

FIRST, LAST = date(2026, 11, 20), date(2026, 12, 31)
WORKERS = [new_id() for _ in range(2)]
RATE = RateUsed(rate_id=new_id(), valid_from=FIRST, idr_per_unit=Decimal(500))
EXPONENTS = {"TWD": 0, "USD": 2, "KWD": 3, "IDR": 0}


@pytest.fixture
def connection() -> Iterator[Connection]:
    with fresh_ledger() as connection:
        yield connection


def found(connection: Connection, journal: Journal) -> list[Break]:
    return breaks(connection, Span(journal.terminal, journal.incarnation, FIRST, LAST))


def amounts(drawer: dict[str, int]) -> tuple[CashAmount, ...]:
    return tuple(
        CashAmount(currency=currency, exponent=EXPONENTS[currency], amount=amount)
        for currency, amount in sorted(drawer.items())
        if amount
    )


def counts(drawer: dict[str, int]) -> tuple[Counted, ...]:
    return tuple(
        Counted(currency=currency, exponent=EXPONENTS[currency], amount=amount) for currency, amount in drawer.items()
    )


@dataclass
class HonestCounter:
    """Does what a counter may do, and knows what lies in its drawer."""

    series: str
    journal: Journal = field(default_factory=Journal)
    day: date = FIRST
    serial: int = 0
    tills: int = 0
    till_id: UUID | None = None
    previous: UUID | None = None
    drawer: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    paid: list[Entry] = field(default_factory=list)

    def number(self) -> dict[str, Any]:
        self.serial += 1
        return {"number": f"{self.series}-2026-{self.serial:06}", "year": 2026, "serial": self.serial}

    def open(self, brought: int, difference: int) -> None:
        left = dict(self.drawer)
        self.drawer["TWD"] += brought + difference
        self.tills += 1
        opened = self.journal.record(
            TillOpened(
                mission="TPE",
                series=self.series,
                serial=self.tills,
                business_date=self.day,
                counts=counts(self.drawer),
                carried=amounts(left),
                brought=amounts({"TWD": brought}),
                differences=amounts({"TWD": difference}),
                previous=self.previous,
            )
        )
        self.till_id = self.previous = opened.id

    def pay(self, worker: UUID, currency: str, months: int, extra: int) -> None:
        """Change, surplus and shortage by turns; money of a second currency where the first is Taiwan's."""
        amount = 13_500 * months
        per_unit = {"TWD": 500, "KWD": 50, "IDR": 1}[currency]
        due = -(-amount // per_unit)
        local: dict[str, Any] = {"currency": currency, "exponent": EXPONENTS[currency]}
        cash = self.till_id is not None
        tenders: list[Tender] = []
        surplus = short = 0
        if cash and currency == "TWD" and due > 310 and extra % 2:
            tenders.append(Tender(kind="cash", currency="USD", exponent=2, received=1_000, rate=RATE, worth=310))
            tenders.append(Tender(kind="bank_slip", received=due - 310, **local))
        elif cash and extra % 3:
            tenders.append(Tender(kind="cash", received=due + extra, change=extra, **local))
        elif extra % 5 == 0:
            short = min(due, extra)
            tenders.append(Tender(kind="bank_slip", received=due - short, reference="A1", **local))
        else:
            surplus = extra
            tenders.append(Tender(kind="kode_iuran", received=due + surplus, reference="B2", **local))
        for tender in tenders:
            if tender.kind == "cash":
                self.drawer[tender.currency] += tender.received - tender.change
        body = ContributionReceived(
            worker_id=worker,
            mission="TPE",
            **self.number(),
            business_date=self.day,
            lines=(
                Line(
                    programme="JHT" if extra % 2 else "JKK+JKM",
                    months=months,
                    amount_idr=amount,
                    anchor=self.day,
                    anchor_months=months,
                    covered_from=self.day,
                    covered_to=self.day + timedelta(days=30 * months),
                    tariff_id=RATE.rate_id,
                    tariff_version=1,
                ),
            ),
            amount_idr=amount,
            due=due,
            tenders=tuple(tenders),
            rate=RATE if currency == "TWD" else None,
            rounding_idr=due * per_unit - amount,
            surplus=surplus,
            short=short,
            till_id=self.till_id,
            **local,
        )
        self.paid.append(self.journal.record(body))

    def void(self, at: int) -> None:
        taken = self.paid.pop(at)
        body = taken.body()
        assert isinstance(body, ContributionReceived)
        if body.till_id != self.till_id:
            return
        for tender in body.tenders:
            if tender.kind == "cash":
                self.drawer[tender.currency] -= tender.received - tender.change
        self.journal.record(
            ReceiptVoided(
                worker_id=body.worker_id,
                mission="TPE",
                receipt_id=taken.id,
                **self.number(),
                business_date=self.day,
                till_id=self.till_id,
            )
        )

    def refund(self, centre: Journal, taken: Entry, method: str) -> None:
        """Asked for here, approved at the centre, and paid here where it is in cash."""
        body = taken.body()
        assert isinstance(body, ContributionReceived)
        about: dict[str, Any] = {"worker_id": body.worker_id, "mission": "TPE", "receipt_id": taken.id}
        asked = self.journal.record(RefundRequested(**about, method=method, business_date=self.day))
        about["refund_id"] = asked.id
        centre.record(RefundDecided(**about, approved=True, method=method, business_date=self.day))
        if method == "cash" and self.till_id is not None:
            owed = body.due + body.surplus - body.short
            self.drawer[body.currency] -= owed
            self.journal.record(
                RefundPaid(
                    **about,
                    **self.number(),
                    business_date=self.day,
                    till_id=self.till_id,
                    currency=body.currency,
                    exponent=body.exponent,
                    amount=owed,
                    amount_idr=body.amount_idr,
                )
            )

    def move(self, way: str, amount: int) -> None:
        assert self.till_id is not None
        self.drawer["TWD"] += amount if way == "in" else -amount
        self.journal.record(
            TillMoved(
                till_id=self.till_id,
                mission="TPE",
                business_date=self.day,
                way=way,
                currency="TWD",
                exponent=0,
                amount=amount,
            )
        )

    def hand_over(self, difference: int) -> None:
        assert self.till_id is not None
        self.drawer["TWD"] += difference
        self.journal.record(
            TillHandedOver(
                till_id=self.till_id,
                mission="TPE",
                business_date=self.day,
                to=new_id(),
                counts=counts(self.drawer),
                differences=amounts({"TWD": difference}),
            )
        )

    def close(self, difference: int, deposited: int) -> None:
        assert self.till_id is not None
        self.drawer["TWD"] += difference
        counted = counts(self.drawer)
        self.drawer["TWD"] -= deposited
        self.journal.record(
            TillClosed(
                till_id=self.till_id,
                mission="TPE",
                series=self.series,
                serial=self.tills,
                business_date=self.day,
                counts=counted,
                totals=(),
                differences=amounts({"TWD": difference}),
                deposited=amounts({"TWD": deposited}),
            )
        )
        self.till_id = None


@st.composite
def mornings(draw: st.DrawFn) -> list[Journal]:
    """What two counters and their centre record over some days."""
    centre = Journal(mission="ZZZ")
    counters = [HonestCounter("TPE3"), HonestCounter("TPE4")]
    small = st.integers(-30, 30)
    for _ in range(draw(st.integers(1, 24))):
        counter = draw(st.sampled_from(counters))
        match draw(st.integers(0, 9)):
            case 0 | 1 if counter.till_id is None:
                counter.open(draw(st.integers(0, 5_000)), draw(small))
            case 2 if counter.till_id is not None:
                counter.close(draw(small), draw(st.integers(0, 2_000)))
            case 3 if counter.till_id is not None:
                counter.move(draw(st.sampled_from(["in", "out"])), draw(st.integers(0, 900)))
            case 4 if counter.till_id is not None:
                counter.hand_over(draw(small))
            case 5 if counter.paid:
                counter.void(draw(st.integers(0, len(counter.paid) - 1)))
            case 6 if counter.paid:
                taken = draw(st.sampled_from(counter.paid))
                asked_at = draw(st.sampled_from(counters))
                asked_at.refund(centre, taken, draw(st.sampled_from(["cash", "transfer"])))
                if draw(st.booleans()):
                    counter.paid.remove(taken)
                # Else its own counter has no line, has not heard, and may void it as well.
            case 7:
                counter.day += timedelta(days=1)
            case _:
                currency = draw(st.sampled_from(["TWD", "KWD", "IDR"]))
                counter.pay(
                    draw(st.sampled_from(WORKERS)), currency, draw(st.integers(1, 60)), draw(st.integers(0, 40))
                )
    return [*(counter.journal for counter in counters), centre]


@given(st.data())
def test_the_equation_holds_however_much_of_each_journal_has_arrived_and_in_which_pieces(data: st.DataObject) -> None:
    journals = data.draw(mornings())
    arrived = [journal.entries[: data.draw(st.integers(0, len(journal.entries)))] for journal in journals]
    mixed: list[Entry] = []
    while any(arrived):
        some = data.draw(st.sampled_from([queue for queue in arrived if queue]))
        mixed.append(some.pop(0))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=4)))
    with fresh_ledger() as connection:
        for start, end in zip([0, *cuts], [*cuts, len(mixed)], strict=True):
            post(connection, mixed[start:end])
            for journal in journals:
                assert found(connection, journal) == []


def test_what_a_counter_without_a_line_voided_and_reported_stays_as_it_reported_it(connection: Connection) -> None:
    """The worker went to another counter meanwhile, and the centre had said yes before."""
    here, there, centre = HonestCounter("TPE3"), HonestCounter("TPE4"), Journal(mission="ZZZ")
    here.open(1_000, 0)
    there.open(1_000, 0)
    here.pay(WORKERS[0], "TWD", 24, 4)
    there.refund(centre, here.paid[0], "cash")
    here.void(0)
    here.close(0, 500)
    void = next(entry for entry in here.journal.entries if entry.head.kind == ReceiptVoided.KIND)
    post(connection, here.journal.entries)
    reported = account_sums(connection, here.journal.terminal, 1)
    post(connection, [*centre.entries, *there.journal.entries])
    assert [found(connection, one) for one in (here.journal, there.journal, centre)] == [[], [], []]
    assert account_sums(connection, here.journal.terminal, 1) == reported
    assert connection.scalar(select(receipt.c.void_id)) == void.id
    decided, paid = centre.entries[0], there.journal.entries[-1]
    assert set(connection.execute(select(flag.c.entry_id, flag.c.code))) == {
        (decided.id, VOID_AGAIN),
        (paid.id, NOT_OWED),
    }


def test_the_void_of_another_counter_takes_nothing_from_what_the_issuing_counter_voided(connection: Connection) -> None:
    here, elsewhere = HonestCounter("TPE3"), Journal()
    here.open(0, 0)
    here.pay(WORKERS[0], "TWD", 24, 4)
    (paid,) = here.paid
    forged = elsewhere.record(
        ReceiptVoided(
            worker_id=WORKERS[0],
            mission="TPE",
            receipt_id=paid.id,
            number="TPE3-2026-000002",
            year=2026,
            serial=2,
            business_date=FIRST,
        )
    )
    here.void(0)
    here.close(0, 0)
    post(connection, [*here.journal.entries[:2], forged])
    assert connection.scalar(select(receipt.c.void_id)) == forged.id
    post(connection, here.journal.entries[2:])
    assert connection.scalar(select(receipt.c.void_id)) == here.journal.entries[2].id
    assert found(connection, here.journal) == found(connection, elsewhere) == []


@given(mornings())
def test_a_drawer_holds_what_its_days_moved(journals: list[Journal]) -> None:
    with fresh_ledger() as connection:
        for journal in journals:
            post(connection, journal.entries)
        for journal in journals:
            rows = day_rows(connection, Span(journal.terminal, 1, FIRST, LAST))
            drawer: dict[str, int] = defaultdict(int)
            for row in rows:
                drawer[row.unit.currency] += row.drawer
            by_books = connection.execute(
                select(account_line.c.currency, account_line.c.amount).where(
                    account_line.c.terminal == journal.terminal, account_line.c.account == "tender:cash"
                )
            )
            for currency, amount in by_books:
                drawer[currency] -= amount
            assert not any(drawer.values())


Forge = Callable[[ContributionReceived], ContributionReceived]


@pytest.mark.parametrize(
    ("forge", "step"),
    [
        (lambda body: msgspec.structs.replace(body, due=body.due + 1), "entry"),
        (lambda body: msgspec.structs.replace(body, surplus=7), "entry"),
        (lambda body: msgspec.structs.replace(body, amount_idr=body.amount_idr - 500), "entry"),
        (lambda body: msgspec.structs.replace(body, rounding_idr=0), "receipt"),
        (lambda body: msgspec.structs.replace(body, tenders=()), "entry"),
        (lambda body: msgspec.structs.replace(body, lines=()), "entry"),
        (lambda body: msgspec.structs.replace(body, till_id=None), "cash"),
    ],
)
def test_a_payment_that_does_not_add_up_is_posted_flagged_and_named(
    connection: Connection, forge: Forge, step: str
) -> None:
    journal = Journal()
    till = new_id()
    honest = msgspec.structs.replace(payment(WORKERS[0]), till_id=till)
    forged = journal.record(forge(honest))
    post(connection, [forged])
    assert {one.step for one in found(connection, journal)} >= {step}
    assert {one.entry_id for one in found(connection, journal)} == {forged.id}
    flagged = connection.scalars(select(flag.c.entry_id).where(flag.c.code == UNBALANCED)).all()
    assert flagged == ([forged.id] if step == "entry" else [])


def one_morning() -> tuple[HonestCounter, list[Entry]]:
    counter = HonestCounter("TPE3")
    counter.open(1_000, 0)
    counter.pay(WORKERS[0], "TWD", 24, 4)
    counter.pay(WORKERS[1], "TWD", 12, 1)
    counter.void(0)
    counter.close(-5, 500)
    counter.open(0, 0)
    return counter, counter.journal.entries


@pytest.mark.parametrize(
    ("harm", "step"),
    [
        (update(receipt_tender).values(received=receipt_tender.c.received + 1), "receipt"),
        (update(receipt).values(due=receipt.c.due + 1), "receipt"),
        (update(receipt).values(rounding_idr=receipt.c.rounding_idr + 1), "receipt"),
        (update(account_line).where(account_line.c.account == "tender:bank_slip").values(amount=9), "entry"),
        (
            update(account_line)
            .where(account_line.c.account.in_(["tender:cash", "till:difference"]))
            .values(amount=account_line.c.amount * 2),
            "entry",
        ),
        (update(till_count).where(till_count.c.stage == "closed").values(counted=1), "carried"),
        (update(till_count).where(till_count.c.stage == "opened").values(carried=1), "carried"),
        (update(till_count).where(till_count.c.stage == "opened").values(counted=1), "till"),
        (update(account_line).where(account_line.c.account == "tender:cash").values(till_id=None), "till"),
    ],
)
def test_a_ledger_that_was_touched_is_found_out(connection: Connection, harm: Any, step: str) -> None:
    counter, entries = one_morning()
    post(connection, entries)
    assert found(connection, counter.journal) == []
    assert connection.execute(harm).rowcount
    assert step in [one.step for one in found(connection, counter.journal)]


def test_a_void_that_gives_back_something_else_is_named(connection: Connection) -> None:
    counter, entries = one_morning()
    post(connection, entries)
    void = next(entry for entry in entries if entry.head.kind == ReceiptVoided.KIND)
    lines = account_line.c
    connection.execute(update(account_line).where(lines.entry_id == void.id).values(amount=lines.amount * 2))
    assert [one.step for one in found(connection, counter.journal)][:2] == ["void", "day"]
