"""A payment, from the clerk's confirmation until it is durable and its PDF is made."""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figure import Figure, percentile
from kiosk.devices.clock import HandClock
from kiosk.forms.payment import LineForm, Payment
from kiosk.queries.workers import search
from kiosk.store.keys import Cost
from kiosk.usecases.contributions import receive
from kiosk.usecases.papers import issue
from kiosk.usecases.terminals import initialise
from scripts.demo_people import fill

ROUNDS = 120
WARM_UP = 10
MOST_MS = 80


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clock = HandClock(datetime.now(UTC))
        desk, _ = initialise(
            Path(folder) / "loket",
            mission_code="TPE",
            series="TPE3",
            login="rina",
            password="rahasia-123",
            name="Rina W.",
            clock=clock,
            cost=Cost(passes=1, memory_kib=8, lanes=1),
        )
        with desk:
            fill(desk, clock, 200)
            someone = str(search(desk, "siti nurhaliza")[0].id)
            paying, committed = [], []
            for n in range(WARM_UP + ROUNDS):
                form = Payment(
                    worker_id=someone,
                    lines=(
                        LineForm(programme="JKK+JKM", months=1),
                        LineForm(programme="JHT", months=1, monthly_idr=100_000),
                    ),
                    tender="bank_slip",
                    reference=f"BNI-{n}",
                )
                start = time.perf_counter()
                received = receive(desk, form)
                durable = time.perf_counter()
                issue(desk, received.number)
                if n >= WARM_UP:
                    paying.append((time.perf_counter() - start) * 1000)
                    committed.append((durable - start) * 1000)
    return [
        Figure(
            "payment confirmed, durable and PDF made (p95)",
            percentile(paying, 0.95),
            "ms",
            MOST_MS,
            f"p50 {percentile(paying, 0.5):.1f} ms, of which durable {percentile(committed, 0.5):.1f} ms",
        )
    ]
