"""Books: whatever happened at the counters, lists and cash book come to what the accounts say, to the smallest unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from loket_testing.bodies import payment, registration
from loket_testing.counter import open_counter
from loket_testing.journals import Journal
from sqlalchemy import func, select

from kiosk.desk import Desk, Work
from kiosk.queries import books
from kiosk.queries.books import BookRow
from models.journal.contributions import ContributionReceived, Line, ReceiptVoided, Tender, VoidDetails
from models.journal.ids import new_id
from models.journal.refunds import RefundDecided, RefundPaid
from models.journal.tills import CashAmount, TillClosed, TillMoved, TillOpened, TillReason
from models.ledger.tables import account_line
from models.posting import post
from models.rules.books import Period, account_sums

DAY = date(2026, 11, 22)
CURRENCIES = {"IDR": 0, "TWD": 0, "MYR": 2, "KWD": 3}


class Undone(Exception):
    """What a history posted is not to stand for the next one."""


@contextmanager
def undone(desk: Desk) -> Iterator[Work]:
    """One action at the counter that leaves nothing behind."""
    try:
        with desk.work() as work:
            yield work
            raise Undone
    except Undone:
        pass


class Paid(NamedTuple):
    """What is drawn for a receipt."""

    counter: int
    worker: int
    day: int
    currency: str
    lines: list[tuple[str, int]]
    tenders: list[tuple[str, int, int]]
    surplus: int
    rounding: int


class Voided(NamedTuple):
    """What is drawn for a void: of which of the receipts so far, at which counter, how many days later."""

    receipt: int
    counter: int
    later: int


class Refunded(NamedTuple):
    """What is drawn for a refund: the centre's decision on a receipt, and perhaps a counter that pays it out."""

    receipt: int
    method: str
    counter: int | None
    later: int


class Drawer(NamedTuple):
    """What is drawn for a session: opened with a float, cash put in or taken out, and closed with a deposit."""

    counter: int
    day: int
    currency: str
    brought: int
    moved: int
    difference: int
    deposited: int


Happened = Paid | Voided | Refunded | Drawer
AMOUNTS = st.integers(1, 10**9)
PAYMENTS = st.builds(
    Paid,
    st.integers(0, 1),
    st.integers(0, 2),
    st.integers(0, 3),
    st.sampled_from(sorted(CURRENCIES)),
    st.lists(st.tuples(st.sampled_from(["JKK+JKM", "JHT"]), AMOUNTS), min_size=1, max_size=2),
    st.lists(
        st.tuples(st.sampled_from(["cash", "bank_slip", "kode_iuran"]), AMOUNTS, st.integers(0, 500)),
        min_size=1,
        max_size=3,
    ),
    st.integers(0, 1),
    st.integers(0, 900),
)
REFUNDS = st.builds(
    Refunded,
    st.integers(0, 11),
    st.sampled_from(["cash", "transfer"]),
    st.none() | st.integers(0, 1),
    st.integers(0, 2),
)
DRAWERS = st.builds(
    Drawer,
    st.integers(0, 1),
    st.integers(0, 3),
    st.sampled_from(sorted(CURRENCIES)),
    *(st.integers(0, 9_000), st.integers(-900, 900), st.integers(-50, 50), st.integers(0, 5_000)),
)
VOIDS = st.builds(Voided, st.integers(0, 11), st.integers(0, 1), st.integers(0, 2))


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return open_counter(tmp_path_factory.mktemp("books") / "loket")


def body_of(paid: Paid, worker_id: UUID, serial: int) -> ContributionReceived:
    net = sum(received for _kind, received, _change in paid.tenders)
    plain = payment(worker_id, serial, day=DAY + timedelta(days=paid.day), series=f"TPE{3 + paid.counter}")
    amount = sum(amount for _programme, amount in paid.lines)
    # In rupiah nothing is exchanged: what came in is what is owed.
    surplus = net - amount if paid.currency == "IDR" else paid.surplus
    return ContributionReceived(
        worker_id=worker_id,
        mission="TPE",
        number=plain.number,
        year=plain.year,
        serial=serial,
        business_date=plain.business_date,
        lines=tuple(
            Line(
                programme=programme,
                months=1,
                amount_idr=amount,
                anchor=DAY,
                anchor_months=1,
                covered_from=DAY,
                covered_to=DAY,
                tariff_id=plain.lines[0].tariff_id,
                tariff_version=1,
            )
            for programme, amount in paid.lines
        ),
        amount_idr=amount,
        currency=paid.currency,
        exponent=CURRENCIES[paid.currency],
        due=net - surplus,
        tenders=tuple(
            Tender(
                kind=kind,
                currency=paid.currency,
                exponent=CURRENCIES[paid.currency],
                received=received + change,
                change=change,
            )
            for kind, received, change in paid.tenders
        ),
        surplus=surplus,
        rounding_idr=0 if paid.currency == "IDR" else paid.rounding,
        personal=plain.personal,
    )


def play(work: Work, history: Sequence[Happened]) -> None:
    """Post it: the first counter is ours, what the other one and the centre recorded came by sync."""
    counters, centre = [Journal(terminal=work.terminal.id), Journal()], Journal()
    workers = [new_id() for _ in range(3)]
    receipts: list[tuple[UUID, ContributionReceived]] = []
    # Of several papers that take one receipt back the first made counts: ids tell only the millisecond.
    ids = sorted(new_id() for _ in history)
    for serial, happened in enumerate(history, 1):
        own_id, number = ids[serial - 1], f"-2026-{serial:06}"
        if isinstance(happened, Paid):
            body = body_of(happened, workers[happened.worker], serial)
            receipts.append((counters[happened.counter].record(body, entry_id=own_id).id, body))
        elif isinstance(happened, Drawer):
            open_and_close(counters[happened.counter], happened, serial)
        elif receipts:
            receipt_id, body = receipts[happened.receipt % len(receipts)]
            day = body.business_date + timedelta(days=happened.later)
            if isinstance(happened, Voided):
                counters[happened.counter].record(
                    ReceiptVoided(
                        worker_id=body.worker_id,
                        mission="TPE",
                        receipt_id=receipt_id,
                        number=f"TPE{3 + happened.counter}{number}",
                        year=2026,
                        serial=serial,
                        business_date=day,
                        personal=VoidDetails(reason="salah jumlah"),
                    ),
                    entry_id=own_id,
                )
                continue
            wish = new_id()
            centre.record(
                RefundDecided(
                    worker_id=body.worker_id,
                    mission="TPE",
                    refund_id=wish,
                    receipt_id=receipt_id,
                    approved=True,
                    method=happened.method,
                    business_date=day,
                ),
                entry_id=own_id,
            )
            if happened.counter is not None:
                counters[happened.counter].record(
                    RefundPaid(
                        worker_id=body.worker_id,
                        mission="TPE",
                        refund_id=wish,
                        receipt_id=receipt_id,
                        number=f"TPE{3 + happened.counter}{number}",
                        year=2026,
                        serial=serial,
                        business_date=day,
                        till_id=None,
                        currency=body.currency,
                        exponent=body.exponent,
                        amount=body.due + body.surplus,
                        amount_idr=body.amount_idr,
                    )
                )
    post(work.connection, [entry for one in (*counters, centre) for entry in one.entries])


def open_and_close(journal: Journal, drawn: Drawer, serial: int) -> None:
    day, exponent = DAY + timedelta(days=drawn.day), CURRENCIES[drawn.currency]

    def cash(amount: int) -> tuple[CashAmount, ...]:
        return (CashAmount(currency=drawn.currency, exponent=exponent, amount=amount),)

    till_id = journal.record(
        TillOpened(
            mission="TPE",
            series="TPE3",
            serial=serial,
            business_date=day,
            counts=(),
            brought=cash(drawn.brought),
            differences=cash(drawn.difference),
        )
    ).id
    journal.record(
        TillMoved(
            till_id=till_id,
            mission="TPE",
            business_date=day,
            way="in" if drawn.moved > 0 else "out",
            currency=drawn.currency,
            exponent=exponent,
            amount=abs(drawn.moved),
            personal=TillReason(reason="beli prangko"),
        )
    )
    journal.record(
        TillClosed(
            till_id=till_id,
            mission="TPE",
            series="TPE3",
            serial=serial,
            business_date=day,
            counts=(),
            totals=(),
            differences=cash(-drawn.difference),
            deposited=cash(drawn.deposited),
        )
    )


def accounts(work: Work, period: Period, *, everywhere: bool) -> Counter[tuple[str, str]]:
    """What the ledger's accounts say, asked for in the plainest way."""
    lines = account_line.c
    query = select(lines.account, lines.currency, func.sum(lines.amount).label("sum")).where(
        lines.business_date >= period.first, lines.business_date <= period.last
    )
    if not everywhere:
        query = query.where(lines.terminal == work.terminal.id)
    found = work.connection.execute(query.group_by(lines.account, lines.currency))
    return plain({(row.account, row.currency): int(row.sum) for row in found})


def plain(sums: dict[tuple[str, str], int]) -> Counter[tuple[str, str]]:
    return Counter({key: amount for key, amount in sums.items() if amount})


def told(rows: list[BookRow]) -> Counter[tuple[str, str]]:
    """What the list of receipts comes to, said as the accounts say it."""
    found: Counter[tuple[str, str]] = Counter()
    for row in rows:
        for tender in row.tenders:
            found[f"tender:{tender.kind}", tender.amount.currency] += tender.amount.minor
        for line in row.lines:
            found[f"contributions:{line.programme}", "IDR"] -= line.amount_idr
        found["rounding", "IDR"] -= row.rounding_idr
        found["surplus", row.surplus.currency] -= row.surplus.minor
        found["short", row.short.currency] += row.short.minor
    return plain(found)


def of_papers(sums: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Of what the accounts say, what papers tell: not what money was exchanged or is owed, nor what the till moved."""
    found = Counter(sums)
    for (account, currency), amount in sums.items():
        if account.startswith("till:"):
            found["tender:cash", currency] += amount
    return plain(
        {key: amount for key, amount in found.items() if not key[0].startswith(("exchange", "refund:", "till:"))}
    )


@given(
    history=st.lists(PAYMENTS | VOIDS | REFUNDS | DRAWERS, max_size=12), everywhere=st.booleans(), cut=st.integers(0, 4)
)
def test_whatever_happened_the_books_come_to_what_the_accounts_say(
    counter: Desk, history: list[Happened], everywhere: bool, cut: int
) -> None:
    with undone(counter) as work:
        play(work, history)
        halves = Period(DAY, DAY + timedelta(days=cut)), Period(DAY + timedelta(days=cut + 1), DAY + timedelta(days=9))
        whole = Period(DAY, DAY + timedelta(days=9))
        for period in (*halves, whole):
            ledger = accounts(work, period, everywhere=everywhere)
            rows = books.book_rows(work.connection, books.places(work, period, everywhere=everywhere))
            assert told(rows) == of_papers(ledger)

            moved = books.cash_places(work, period, everywhere=everywhere)
            cash: Counter[tuple[str, str]] = Counter()
            for one in books.cash_rows(work.connection, moved):
                cash[one.account, one.amount.currency] += one.amount.minor
            assert plain(cash) == {key: amount for key, amount in ledger.items() if key[0].startswith("tender:")}

            sums = account_sums(books.movements(work, period, everywhere=everywhere))
            assert plain({(one.account, one.total.currency): abs(one.total.minor) for one in sums}) == {
                key: abs(amount) for key, amount in ledger.items()
            }
        # What the first half closes with is what the second half begins with.
        closing = accounts(work, halves[0], everywhere=everywhere)
        opening = {
            ("tender:cash", one.amount.currency): one.amount.minor
            for one in books.opening(work, halves[1].first, everywhere=everywhere)
        }
        assert plain(opening) == {key: amount for key, amount in closing.items() if key[0] == "tender:cash"}


def test_a_void_stands_beside_its_receipt_with_its_own_number_and_takes_everything_back(counter: Desk) -> None:
    history: list[Happened] = [
        Paid(0, 0, 0, "TWD", [("JKK+JKM", 332_500)], [("cash", 649, 351)], 0, 37),
        Voided(0, 0, 0),
        Voided(0, 0, 1),
    ]
    with undone(counter) as work:
        play(work, history)
        period = Period(DAY, DAY + timedelta(days=1))
        receipt, void, again = books.book_rows(work.connection, books.places(work, period))
        assert (receipt.kind, receipt.number, receipt.other) == ("receipt", "TPE3-2026-000001", "TPE3-2026-000002")
        assert (void.kind, void.number, void.other, void.moves) == ("void", "TPE3-2026-000002", receipt.number, True)
        assert (void.amount_idr, void.due.minor, void.tenders[0].amount.minor) == (-332_500, -649, -649)
        assert (again.number, again.moves, again.amount_idr, again.tenders) == ("TPE3-2026-000003", False, 0, ())


def test_another_counter_s_work_is_in_the_book_of_the_mission_only(counter: Desk) -> None:
    history: list[Happened] = [
        Paid(0, 0, 0, "IDR", [("JHT", 50_000)], [("cash", 50_000, 0)], 0, 0),
        Paid(1, 1, 0, "IDR", [("JHT", 70_000)], [("kode_iuran", 70_000, 0)], 0, 0),
    ]
    with undone(counter) as work:
        play(work, history)
        period = Period(DAY, DAY)
        own, everybody = (
            books.book_rows(work.connection, books.places(work, period, everywhere=everywhere))
            for everywhere in (False, True)
        )
        assert [row.number for row in own] == ["TPE3-2026-000001"]
        assert [row.number for row in everybody] == ["TPE3-2026-000001", "TPE4-2026-000002"]


def test_who_is_unknown_here_is_called_what_the_receipt_says(counter: Desk) -> None:
    with undone(counter) as work:
        journal = Journal(terminal=work.terminal.id)
        known, unknown = new_id(), new_id()
        journal.record(registration(known, name="DEWI LESTARI"))
        for serial, worker_id in enumerate((known, unknown), 1):
            journal.record(payment(worker_id, serial))
        post(work.connection, journal.entries)
        rows = books.book_rows(work.connection, books.places(work, Period(DAY, DAY)))
        assert [row.worker for row in rows] == ["DEWI LESTARI", "SITI NURHALIZA"]


def test_the_cash_of_the_drawer_says_where_it_came_from_and_where_it_went(counter: Desk) -> None:
    history: list[Happened] = [
        Drawer(0, 0, "TWD", 5_000, -120, 10, 4_000),
        Paid(0, 0, 0, "TWD", [("JHT", 50_000)], [("cash", 98, 2)], 0, 0),
    ]
    with undone(counter) as work:
        play(work, history)
        rows = books.cash_rows(work.connection, books.cash_places(work, Period(DAY, DAY)))
        assert sorted((row.source, row.amount.minor, row.reason, row.till) for row in rows) == [
            ("receipt", 98, "", None),
            ("till:deposit", -4_000, "", 1),
            ("till:difference", -10, "", 1),
            ("till:difference", 10, "", 1),
            ("till:float", 5_000, "", 1),
            ("till:moved", -120, "beli prangko", 1),
        ]


def test_a_refund_takes_the_money_from_the_drawer_where_it_is_handed_out(counter: Desk) -> None:
    history: list[Happened] = [
        Paid(0, 0, 0, "TWD", [("JKK+JKM", 332_500)], [("bank_slip", 649, 0)], 0, 37),
        Refunded(0, "cash", 0, 1),
        Refunded(0, "cash", None, 1),
    ]
    with undone(counter) as work:
        play(work, history)
        days = Period(DAY, DAY + timedelta(days=1))
        receipt, refund = books.book_rows(work.connection, books.places(work, days))
        assert (receipt.refunded, receipt.other, receipt.amount_idr) == (True, "TPE3-2026-000002", 332_500)
        assert (refund.kind, refund.other, refund.amount_idr) == ("refund", receipt.number, 0)
        assert [(one.kind, one.amount.minor) for one in refund.tenders] == [("cash", -649)]
        rows = books.book_rows(work.connection, books.places(work, days, everywhere=True))
        assert [(row.kind, row.amount_idr, row.moves) for row in rows if row.kind == "decision"] == [
            ("decision", -332_500, True),
            ("decision", 0, False),
        ]
