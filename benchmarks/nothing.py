"""A counter syncs while nothing has changed anywhere: how long it takes, and how many bytes it carries.

Everything is real: the centre's web program in a process of its own, HTTP over TLS, PostgreSQL, the counter's encrypted
database. The process is warm and its connection open, as a window's is; the time is that of `sync()`, from the call to
the report. The bytes are those of the TCP connection as the kernel counts them, both ways: headers, token, TLS records.
Beside it stand the first sync of its kind, which asks in full, and one that has to shake hands again."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.days import Days
from benchmarks.figure import Figure, percentile
from benchmarks.pulling import OURS, new_counter
from benchmarks.pushing import Carried
from benchmarks.serving import Serving, serving
from benchmarks.shelves import enrolled, shelve
from kiosk.desk import Desk, head, keep
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import SyncReport, sync
from models.journal.ids import new_id
from models.posting import post
from models.sync.protocol import CENTRE

OTHER = "TPE1"
OWN_ENTRIES, OTHERS_ENTRIES = 3_000, 2_000
SYNCS = 200
MOST_MS = 10.0
"""The aim is 5."""
MOST_BYTES = 1_000
"""The aim is 600."""


def figures() -> list[Figure]:
    with (
        tempfile.TemporaryDirectory() as place,
        serving(Path(place) / "centre", (OURS, OTHER)) as centre,
        new_counter(Path(place) / "loket") as desk,
    ):
        with httpx.Client(verify=centre.tls()) as line:
            _work(desk, centre, line)
        with httpx.Client(verify=centre.tls()) as line:
            carried = Carried(line)
            line.get(centre.url + CENTRE)
            full, full_bytes, _report = _timed(desk, line, carried)
            used = centre.cpu()
            rounds = [_timed(desk, line, carried) for _ in range(SYNCS)]
            web, postgres = (after - before for before, after in zip(used, centre.cpu(), strict=True))
        with httpx.Client(verify=centre.tls()) as line:
            anew, _bytes, _report = _timed(desk, line, Carried(line), opened=False)
    times = [took for took, _bytes, _report in rounds]
    wrong = sum(not (r.statement_verified and r.covers_head and r.calls == 1) for _took, _bytes, r in rounds)
    return [
        Figure(
            "a sync with nothing to do, over an open connection (median)",
            percentile(times, 0.5),
            "ms",
            MOST_MS,
            f"95 % {percentile(times, 0.95):.1f}, best {min(times):.1f} ms of {SYNCS}; asked in full {full:.1f} ms, "
            f"with a new connection {anew:.1f} ms; centre {web / SYNCS * 1000:.1f}, PostgreSQL "
            f"{postgres / SYNCS * 1000:.1f} ms of processor time",
        ),
        Figure(
            "its bytes on the wire, both ways, TLS included",
            max(size for _took, size, _report in rounds),
            "bytes",
            MOST_BYTES,
            f"asked in full {full_bytes}",
        ),
        Figure("of them not proven by the centre to cover the last entry", wrong, "times", 0),
    ]


def _work(desk: Desk, centre: Serving, line: httpx.Client) -> None:
    """Two weeks of this counter, and the work of another, exchanged to the last entry."""
    other = enrolled(centre, line, OTHER)
    shelve(centre, other, other.entries(OTHERS_ENTRIES))
    enrol(desk, centre.url, centre.codes[OURS], client=line)
    with desk.read() as work:
        own, operator = work.terminal, work.operator
        seq, last = head(work.connection, own)
    days = Days(own.id, own.key, (operator.id, new_id(), new_id()), seq=seq, prev=last, seed=7)
    with desk.store.write() as connection:
        entries = days.entries(OWN_ENTRIES)
        keep(connection, entries)
        post(connection, entries)
    report = sync(desk, client=line, deadline=600)
    assert (report.pushed, report.covers_head) == (OWN_ENTRIES + seq, True), report


def _timed(desk: Desk, line: httpx.Client, carried: Carried, *, opened: bool = True) -> tuple[float, int, SyncReport]:
    """Milliseconds, bytes, and what came of it."""
    already = carried.total() if opened else 0
    begun = time.perf_counter()
    report = sync(desk, client=line)
    return (time.perf_counter() - begun) * 1000, carried.total() - already, report
