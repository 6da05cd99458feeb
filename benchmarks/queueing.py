"""The officers' queue with 5,000 claims that wait, among 100,000 people: each filter, a name, a page far behind, and
one claim opened, through the functions that the pages call."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks.figure import Figure, percentile

CLAIMS, PEOPLE, DOCUMENTS = 5_000, 100_000, 25_000
AT_MOST = 500.0
"""Milliseconds: what somebody who clicks takes for at once, with a page to be drawn besides."""
RESTRICTED_EVERY = 50
SEED = 5


def figures() -> list[Figure]:
    from server.store import embedded
    from server.store.database import migrate, open_database
    from server.store.keys import new_keys
    from server.usecases.centre import Centre, open_centre
    from server.usecases.claim_views import claim_with
    from server.usecases.claims import Sought, queue
    from server.usecases.officers import add_officer

    def shown(centre: Centre) -> dict[str, Callable[[], object]]:
        dewi = add_officer(centre, "dewi", "sembilan belas kuda", role="verifikator", name="Dewi A.")
        first = next(row.id for row in queue(centre, Sought(), dewi).rows if row.id is not None)
        filters = {
            "as it opens": Sought(),
            "by a name": Sought(text="siti 77"),
            "by a number": Sought(text="K-2026-004321"),
            "by mission and age": Sought(mission="HKG", age=30),
            "what is not complete": Sought(papers="kurang"),
            "what is nobody's": Sought(officer="kosong"),
        }
        calls: dict[str, Callable[[], object]] = {
            name: lambda sought=sought: queue(centre, sought, dewi)  # type: ignore[misc]
            for name, sought in filters.items()
        }
        calls["the last page"] = lambda: queue(centre, Sought(), dewi, 99)
        calls["one claim"] = lambda: claim_with(centre, first, dewi)
        return calls

    with tempfile.TemporaryDirectory() as place:
        cluster = embedded.start(Path(place) / "pg")
        engine = open_database(cluster.dsn)
        try:
            migrate(engine)
            centre = open_centre(engine, new_keys(datetime.now(UTC)), lambda: datetime.now(UTC))
            _fill(centre)
            taken = {name: _median(call) for name, call in shown(centre).items()}
        finally:
            engine.dispose()
            cluster.stop()
    return [
        Figure(f"queue of {CLAIMS:,} claims, {name}, the median of 9", took, "ms", AT_MOST)
        for name, took in taken.items()
    ]


def _median(call: Callable[[], object]) -> float:
    times = []
    for _ in range(9):
        begun = time.perf_counter()
        call()
        times.append((time.perf_counter() - begun) * 1000)
    return percentile(times, 0.5)


def _fill(centre: object) -> None:
    from sqlalchemy import insert, text

    from models.journal.ids import new_id
    from models.ledger.tables import claim, claim_document, worker
    from models.rules.claims import checklist
    from server.usecases.centre import Centre

    assert isinstance(centre, Centre)
    chance = random.Random(SEED)
    now = centre.now()
    people = [new_id() for _ in range(PEOPLE)]
    keys = list(checklist("JKK-KECELAKAAN"))
    missions = ("TPE", "HKG", "KUL", "JED", "SIN")
    ids = [new_id() for _ in range(CLAIMS)]
    terminal = new_id()
    with centre.engine.begin() as connection:
        connection.execute(
            insert(worker),
            [
                {"id": one, "registered": True, "mission": chance.choice(missions), "name": f"SITI {n} NURHALIZA"}
                for n, one in enumerate(people)
            ],
        )
        connection.execute(
            insert(claim),
            [
                {
                    "id": one,
                    "worker_id": chance.choice(people),
                    "mission": chance.choice(missions),
                    "terminal": terminal,
                    "incarnation": 1,
                    "number": f"TPE3-K-2026-{n:06}",
                    "year": 2026,
                    "serial": n,
                    "business_date": date(2026, 11, 3),
                    "filed_at": now - timedelta(hours=chance.randrange(24 * 90)),
                    "zone": "Asia/Taipei",
                    "operator_id": terminal,
                    "benefit": "KHUSUS" if n % RESTRICTED_EVERY == 0 else "JKK-KECELAKAAN",
                    "event_date": date(2026, 10, 3),
                    "filed_by": "worker",
                    "restricted": n % RESTRICTED_EVERY == 0,
                    "required": 7,
                    "missing_at_filing": [],
                    "rules_from": date(2023, 2, 22),
                    "state": "filed",
                }
                for n, one in enumerate(ids)
            ],
        )
        connection.execute(
            insert(claim_document),
            [
                {
                    "id": new_id(),
                    "claim_id": ids[n % CLAIMS],
                    "document_kind": (asked := keys[n // CLAIMS]).one_of[0],
                    "requirement": asked.key,
                    "sha256": chance.randbytes(32),
                    "size": 900_000,
                    "media_type": "image/jpeg",
                    "sealed": False,
                    "attached_at": now,
                    "operator_id": terminal,
                }
                for n in range(DOCUMENTS)
            ],
        )
        connection.execute(text("ANALYZE"))
