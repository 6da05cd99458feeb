"""A new counter at a mission with 300,000 workers: from nothing to usable in one sync, over TLS, and how many bytes.

Everything that counts is real: the centre's web program in a process of its own, the base as it cuts and signs it, HTTP
over TLS, the counter's encrypted database, ledger and index. Only the work of the mission is put where it belongs by
hand: the people of `benchmarks/registers.py` (a registration and a contract each, a payment for two of three, with
tokens as long as signed ones) are posted into the centre's scratch ledger, and its database says that their stream goes
so far. That takes minutes and is kept under build/ until what it is made of changes.

The time is that of `sync()` from the call to the report. How long the centre cuts the base before is told beside it."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import insert, text

from benchmarks.figure import Figure
from benchmarks.pulling import OURS, new_counter
from benchmarks.pushing import Carried
from benchmarks.registers import BATCH, ROOT, entries, everybody
from benchmarks.serving import serving
from kiosk.queries.finding import find
from kiosk.store.base import given
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import Progress, sync
from models.journal.body import pack
from models.journal.ids import new_id
from models.ledger.base import base_entry
from models.posting import post
from models.sync.base import layout, told
from models.sync.messages import Cursor
from server.usecases import base as bases

WORKERS = 300_000
ENTRIES = 37_500
"""Workers whose registrations, contracts and payments are 100,000 entries."""
MOST_SECONDS, MOST_BYTES = 30.0, 110e6
"""The aim is 12 s."""
MOST_SECONDS_OF_ENTRIES = 10.0
KEPT = ROOT / "build" / "bases"
_STREAM = "post:TPE"
_TOKEN = 105
_MADE_OF = ("benchmarks/people.py", "benchmarks/registers.py")


def figures() -> list[Figure]:
    return [*_figures(WORKERS, MOST_SECONDS), *_figures(ENTRIES, MOST_SECONDS_OF_ENTRIES)[:1]]


def _figures(workers: int, most: float) -> list[Figure]:
    scratch = made(workers)
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "centre", (OURS,), bases=True) as centre:
        folder = Path(place) / "centre" / "bases" / "TPE"
        folder.mkdir(parents=True)
        shutil.copyfile(scratch, folder / "scratch.db")
        end = _go_so_far(centre.dsn, folder / "scratch.db")
        cutting = _cut(Path(place) / "centre", centre.dsn)
        with new_counter(Path(place) / "loket") as desk, httpx.Client(verify=centre.tls()) as line:
            carried = _Carried(line)
            enrol(desk, centre.url, centre.codes[OURS], client=line)
            already = carried.total()
            before, cpu, begun = resource.getrusage(resource.RUSAGE_SELF), centre.cpu(), time.perf_counter()
            steps: list[tuple[str, float]] = []

            def tell(step: Progress) -> None:
                steps.append((step.part, time.perf_counter() - begun))
                carried.total()

            report = sync(desk, client=line, progress=tell)
            seconds, used, after = time.perf_counter() - begun, centre.cpu(), resource.getrusage(resource.RUSAGE_SELF)
            brought = carried.total() - already
            assert report.base, report
            assert report.covers_head, report
            with desk.read() as work:
                base = given(work.connection, "standing")
                assert base is not None
                name = work.connection.exec_driver_sql("SELECT name FROM worker LIMIT 1 OFFSET 100").scalar_one()
                assert find(work.connection, name, 5), name
                wrong = sum(
                    work.connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar_one() < table.rows
                    for table in base.base.tables
                )
    ours = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    fetched = max(at for part, at in steps if part == "base")
    return [
        Figure(
            f"a new counter with {workers:,} workers ({end:,} entries), from nothing to usable",
            seconds,
            "s",
            most,
            f"fetched after {fetched:.1f} s; processor time: counter {ours:.1f} s, centre {used[0] - cpu[0]:.1f} s; "
            f"cutting the base took the centre {cutting:.1f} s before",
        ),
        Figure("on the wire for it", brought, "bytes", MOST_BYTES, f"{brought / workers:,.0f} for each worker"),
        Figure("tables with fewer rows than the base has", wrong, "tables", 0),
    ]


class _Carried(Carried):
    """The same of several connections: the centre ends one on which nothing is asked while the base is loaded."""

    def __init__(self, client: httpx.Client) -> None:
        self._told: dict[socket.socket, int] = {}
        super().__init__(client)

    def _see(self, response: httpx.Response) -> None:
        self._socket = response.extensions["network_stream"].get_extra_info("socket")
        self.total()

    def total(self) -> int:
        assert self._socket is not None
        with suppress(OSError):
            self._told[self._socket] = super().total()
        return sum(self._told.values())


def made(workers: int) -> Path:
    """The scratch ledger of a mission with so many workers, made unless it is there."""
    made_of = hashlib.sha256(repr([(one.name, one.columns) for one in layout()]).encode())
    for name in _MADE_OF:
        made_of.update((ROOT / name).read_bytes())
    there = KEPT / f"{workers}-{made_of.hexdigest()[:16]}.db"
    if there.exists():
        return there
    KEPT.mkdir(parents=True, exist_ok=True)
    for former in KEPT.glob(f"{workers}-*"):
        former.unlink()
    unfinished = there.with_suffix(".unfinished")
    engine = bases.opened(unfinished)
    with engine.connect() as scratch:
        with scratch.begin():
            bases.begin(scratch)
        coming = entries(everybody(workers))
        while batch := list(islice(coming, BATCH)):
            with scratch.begin():
                post(scratch, batch)
                scratch.execute(insert(base_entry), [told(one) for one in batch])
        with scratch.begin():
            scratch.execute(text("UPDATE receipt SET token = randomblob(:size)"), {"size": _TOKEN})
    engine.dispose()
    unfinished.rename(there)
    return there


def _go_so_far(dsn: str, scratch: Path) -> int:
    """Let the mission's stream end where the scratch ledger does; returns how many entries that are."""
    chain = os.urandom(32)
    with closing(sqlite3.connect(scratch)) as database, database:
        (end,) = database.execute("SELECT count(*) FROM base_entry").fetchone()
        kept = pack(Cursor(_STREAM, end, chain))
        database.execute("INSERT OR REPLACE INTO standing VALUES (?, ?)", (_STREAM, kept))
    with psycopg.connect(dsn) as centre:
        centre.execute("INSERT INTO stream VALUES (%s, %s, %s)", (_STREAM, end, chain))
        centre.execute("INSERT INTO stream_position VALUES (%s, %s, %s, %s)", (_STREAM, end, new_id(), chain))
    return int(end)


def _cut(folder: Path, dsn: str) -> float:
    """Seconds that `loket-centre base` takes."""
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "server", "--data", str(folder), "base", "--mission", "TPE"],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env=os.environ | {"LOKET_CENTRE_DSN": dsn},
    )
    return time.perf_counter() - begun
