"""A terminal reads 20,000 entries of its mission's other counters, page by page, from a real centre. Where it lacks
more, and a quarter of all there is or more, it takes a base (`kiosk.sync.base.FAR`), which `basing` measures.

Everything is real, and durable where it has to be: the centre's web program in a process of its own, HTTP over TLS,
PostgreSQL, and the counter's encrypted database (synchronous=FULL), with its ledger and the index that finds people.
The time is that of `sync()` from the call to the report. This is the plain way, entry by entry, that a terminal goes
after days without a line."""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from benchmarks.figure import Figure
from benchmarks.registers import PASSWORD
from benchmarks.serving import Serving, serving
from benchmarks.shelves import enrolled, shelve
from kiosk.desk import Desk
from kiosk.store.keys import Cost
from kiosk.sync.base import FAR
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import sync
from kiosk.usecases.terminals import initialise
from models.journal.entry import Entry

ENTRIES = 100_000
"""What `clicking` has pulled, from a centre that keeps no bases."""
OTHERS = ("TPE1", "TPE2", "TPE4", "TPE5", "TPE6")
OURS = "TPE3"
MOST_SECONDS = 10.0
_PATIENCE = 600.0


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "centre", (OURS, *OTHERS)) as centre:
        entries = mission_work(centre, FAR)
        with new_counter(Path(place) / "loket") as desk, httpx.Client(verify=centre.tls()) as line:
            enrol(desk, centre.url, centre.codes[OURS], client=line)
            before, cpu, begun = resource.getrusage(resource.RUSAGE_SELF), centre.cpu(), time.perf_counter()
            report = sync(desk, client=line, deadline=_PATIENCE)
            seconds, used, after = time.perf_counter() - begun, centre.cpu(), resource.getrusage(resource.RUSAGE_SELF)
            gone = missing(desk, entries)
    micro = 1e6 / FAR
    ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [
        Figure(
            f"{FAR:,} entries pulled into a new terminal, one after the other",
            seconds,
            "s",
            MOST_SECONDS,
            f"{report.pulled / seconds:,.0f} a second; processor time for each: counter {ours * micro:.0f}, centre "
            f"{(used[0] - cpu[0]) * micro:.0f}, PostgreSQL {(used[1] - cpu[1]) * micro:.0f} µs",
        ),
        Figure("of them not kept, or without their person, receipt or contract", gone, "times", 0),
    ]


def mission_work(centre: Serving, count: int) -> list[Entry]:
    """So many entries in the mission's stream, of the other counters in turn."""
    entries: list[Entry] = []
    with httpx.Client(verify=centre.tls(), timeout=60) as client:
        for seed, series in enumerate(OTHERS, 60):
            days = enrolled(centre, client, series, seed=seed)
            made = days.entries(count // len(OTHERS))
            shelve(centre, days, made)
            entries += made
    return entries


@contextmanager
def new_counter(folder: Path) -> Iterator[Desk]:
    """A counter that knows nobody, by the real clock."""
    desk, _code = initialise(
        folder,
        mission_code="TPE",
        series=OURS,
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        cost=Cost(passes=1, memory_kib=8, lanes=1),
    )
    with desk.store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2, "FULL"
    with desk:
        yield desk


def missing(desk: Desk, entries: list[Entry]) -> int:
    """Entries that are not in the journal byte for byte, or did not make the row that they are for."""
    from sqlalchemy import select

    from kiosk.store.tables import entry
    from models.ledger.tables import placement, receipt, worker

    wanted = {"worker.registered": worker, "contribution.received": receipt, "placement.recorded": placement}
    with desk.store.read() as connection:
        kept = {row.id: bytes(row.hash) for row in connection.execute(select(entry.c.id, entry.c.hash))}
        made = {kind: set(connection.scalars(select(table.c.id))) for kind, table in wanted.items()}
    gone = 0
    for one in entries:
        made_here = one.head.subject if one.head.kind == "worker.registered" else one.id
        gone += kept.get(one.id) != one.hash or (one.head.kind in made and made_here not in made[one.head.kind])
    return gone
