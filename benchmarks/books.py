"""Books: how long a day's list and cash book take as PDF, and how long a month's workbook keeps others waiting."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure
from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.steps import Steps
from kiosk.store.keys import Cost
from kiosk.usecases.books import Book, cash_book_as, receipt_list_as
from kiosk.usecases.terminals import initialise
from models.journal.contributions import ContributionReceived, Line, Payer, Tender
from models.journal.entry import NOTHING, Author, write_entry
from models.journal.ids import new_id
from models.posting import post

DAY = date(2026, 11, 30)
A_DAY, A_MONTH = 360, 8_000
MOST_MS = 1_000


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        desk, _code = initialise(
            Path(folder) / "loket",
            mission_code="TPE",
            series="TPE3",
            login="rina",
            password="rahasia-123",
            name="Rina W.",
            clock=HandClock(datetime(2026, 11, 30, 9, tzinfo=UTC)),
            cost=Cost(passes=1, memory_kib=8, lanes=1),
        )
        with desk:
            fill(desk)
            first = DAY.replace(day=1)
            last, book, month = (
                min((run(make) for _again in range(3)), key=lambda one: one[0])
                for make in (
                    lambda: receipt_list_as(desk, ".pdf", DAY, DAY),
                    lambda: cash_book_as(desk, ".pdf", DAY, DAY),
                    lambda: receipt_list_as(desk, ".xlsx", first, DAY),
                )
            )
    return [
        Figure(f"{A_DAY} receipts of a day listed as PDF", last[0], "ms", MOST_MS),
        Figure(f"the cash book of a day with {A_DAY} receipts as PDF", book[0], "ms", MOST_MS),
        Figure(
            f"longest that a workbook of {A_MONTH} receipts keeps others waiting",
            month[1],
            "ms",
            MOST_MS,
            f"made in {month[0] / 1000:.1f} s",
        ),
    ]


def run(make: Callable[[], Steps[Book]]) -> tuple[float, float]:
    """Milliseconds in all, and of the longest step."""
    steps, longest = make(), 0.0
    begun = before = time.perf_counter()
    for _step in steps:
        now = time.perf_counter()
        longest, before = max(longest, now - before), now
    end = time.perf_counter()
    return (end - begun) * 1000, max(longest, end - before) * 1000


def fill(desk: Desk) -> None:
    """A month with 8,000 receipts, 360 of them on its last day."""
    with desk.work() as work:
        author = Author(work.terminal.id, 1, work.operator.id, "Asia/Taipei", None)
        workers = [new_id() for _ in range(2_000)]
        tariff = new_id()
        entries = []
        for serial in range(1, A_MONTH + 1):
            day = DAY if serial > A_MONTH - A_DAY else DAY.replace(day=1) + timedelta(days=serial % 29)
            amount = 13_500 * (serial % 24 + 1)
            line = Line(
                programme="JKK+JKM",
                months=serial % 24 + 1,
                amount_idr=amount,
                anchor=day,
                anchor_months=1,
                covered_from=day,
                covered_to=day,
                tariff_id=tariff,
                tariff_version=1,
            )
            body = ContributionReceived(
                worker_id=workers[serial % len(workers)],
                mission="TPE",
                number=f"TPE3-2026-{serial:06}",
                year=2026,
                serial=serial,
                business_date=day,
                lines=(line,),
                amount_idr=amount,
                currency="IDR",
                exponent=0,
                due=amount,
                tenders=(
                    Tender(kind="bank_slip", currency="IDR", exponent=0, received=amount, reference=f"BNI {serial}"),
                ),
                personal=Payer(name=f"SITI NURHALIZA {serial % 997}", token=b""),
            )
            at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(seconds=serial)
            entries.append(
                write_entry(body, author, id=new_id(), seq=serial, rev=1, at=at, prev=NOTHING, sign=lambda _: bytes(64))
            )
        post(work.connection, entries)
