"""A counter sends 10,000 entries it recorded in two months without a line: how many a second arrive for good, and how
many bytes each costs.

Everything is real, and durable on both sides: the counter's encrypted database (synchronous=FULL), HTTP over TLS, the
centre's web program in a process of its own, a PostgreSQL that writes through. The time is that of `sync()` from the
call until the counter has noted that the last entry arrived. Beside it stand the whole sync, with the stubs that come
back and the signed statement, and what the same bytes cost PostgreSQL alone, by COPY into a table without indexes."""

from __future__ import annotations

import resource
import socket
import statistics
import struct
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.days import Days
from benchmarks.figure import Figure
from benchmarks.registers import PASSWORD
from benchmarks.serving import Serving, serving
from kiosk.desk import Desk, head, keep
from kiosk.store.keys import Cost
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import Progress, sync
from kiosk.usecases.terminals import initialise
from models.journal.ids import new_id
from models.posting import post
from models.posting.digest import ledger_digest

ENTRIES = 10_000
MOST_SECONDS = 2.0
"""At least 5,000 entries a second; the aim is 10,000."""
MOST_BYTES = 340
"""On the wire, of each entry, signatures, headers and TLS included; the aim is 300."""
ROUNDS = 3
"""Each with a journal, a counter and a centre of its own; the middle one counts."""


@dataclass(frozen=True)
class Pushed:
    """One round. Seconds of the push, of the whole sync, and of processor time by who used it."""

    push: float
    sync: float
    bytes_sent: int
    counter_cpu: float
    centre_cpu: float
    postgres_cpu: float
    raw: float
    wrong: int


def figures() -> list[Figure]:
    rounds = [_round(number) for number in range(ROUNDS)]
    middle = statistics.median_low(one.push for one in rounds)
    one = next(one for one in rounds if one.push == middle)
    micro = 1e6 / ENTRIES
    return [
        Figure(
            f"{ENTRIES:,} entries pushed, both sides durable",
            one.push,
            "s",
            MOST_SECONDS,
            f"{ENTRIES / one.push:,.0f} a second; rounds {', '.join(f'{each.push:.2f}' for each in rounds)} s; "
            f"the whole sync {one.sync:.2f} s; COPY of the same bytes alone {one.raw:.2f} s",
        ),
        Figure(
            "bytes on the wire for each entry",
            max(each.bytes_sent for each in rounds) / ENTRIES,
            "bytes",
            MOST_BYTES,
        ),
        Figure(
            "processor time of both sides for each entry",
            (one.counter_cpu + one.centre_cpu + one.postgres_cpu) * micro,
            "µs",
            2 * MOST_SECONDS * micro,
            f"counter {one.counter_cpu * micro:.0f}, centre {one.centre_cpu * micro:.0f}, PostgreSQL "
            f"{one.postgres_cpu * micro:.0f}",
        ),
        Figure("rounds after which the two ledgers were not one", sum(each.wrong for each in rounds), "times", 0),
    ]


def _round(number: int) -> Pushed:
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "centre") as centre:
        desk, _code = initialise(
            Path(place) / "loket",
            mission_code="TPE",
            series="TPE3",
            login="rina",
            password=PASSWORD,
            name="Rina W.",
            cost=Cost(passes=1, memory_kib=8, lanes=1),
        )
        with desk, httpx.Client(verify=centre.tls()) as first, httpx.Client(verify=centre.tls()) as line:
            enrol(desk, centre.url, centre.codes["TPE3"], client=first)
            # What the line, the statements and the pages need once only is not what is measured.
            sync(desk, client=first)
            fill(desk, number)
            carried = Carried(line)
            before, cpu, begun = resource.getrusage(resource.RUSAGE_SELF), centre.cpu(), time.perf_counter()
            arrived: list[tuple[float, int, tuple[float, float], resource.struct_rusage]] = []

            def tell(progress: Progress) -> None:
                if progress.part == "push" and progress.done == progress.total:
                    arrived.append(
                        (time.perf_counter(), carried.total(), centre.cpu(), resource.getrusage(resource.RUSAGE_SELF))
                    )

            report = sync(desk, client=line, progress=tell)
            ended = time.perf_counter()
            assert (report.pushed, report.pending, report.covers_head) == (ENTRIES, 0, True), report
            pushed, sent, used, after = arrived[-1]
            return Pushed(
                push=pushed - begun,
                sync=ended - begun,
                bytes_sent=sent,
                counter_cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                centre_cpu=used[0] - cpu[0],
                postgres_cpu=used[1] - cpu[1],
                raw=raw_copy(desk, centre),
                wrong=int(not _one_ledger(desk, centre)),
            )


def fill(desk: Desk, number: int = 0) -> None:
    """What the counter recorded: kept and posted there, as if it had just happened."""
    with desk.store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2, "FULL"
    with desk.read() as work:
        own, operator = work.terminal, work.operator
        seq, last = head(work.connection, own)
    days = Days(own.id, own.key, (operator.id, new_id(), new_id()), seq=seq, prev=last, seed=number + 6)
    with desk.store.write() as connection:
        entries = days.entries(ENTRIES)
        keep(connection, entries)
        post(connection, entries)


class Carried:
    """The bytes that a client's connections carried, both ways, as the kernel counts them: TLS and all."""

    # struct tcp_info of linux/tcp.h: tcpi_bytes_acked and tcpi_bytes_received, 64 bits each.
    _AT, _SIZE = 120, 136

    def __init__(self, client: httpx.Client) -> None:
        self._former = self._last = 0
        self._socket: socket.socket | None = None
        client.event_hooks["response"].append(self._see)

    def _see(self, response: httpx.Response) -> None:
        found = response.extensions["network_stream"].get_extra_info("socket")
        if self._socket is not found:
            # A connection of before was closed meanwhile, and counts with what was last read of it.
            self._former, self._last, self._socket = self._former + self._last, 0, found
        self.total()

    def total(self) -> int:
        assert self._socket is not None
        told = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, self._SIZE)
        self._last = sum(struct.unpack_from("QQ", told, self._AT))
        return self._former + self._last


def raw_copy(desk: Desk, centre: Serving) -> float:
    """Seconds in which PostgreSQL takes the same entries by COPY, into a table without indexes, and commits."""
    import psycopg

    with desk.store.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT id, seq, prev, hash, header, facts, personal, signature FROM entry ORDER BY seq"
        ).all()
    with psycopg.connect(centre.dsn) as database:
        database.execute(
            "CREATE TABLE raw (id bytea, seq bigint, prev bytea, hash bytea, header bytea, facts bytea,"
            " personal bytea, signature bytea)"
        )
        database.commit()
        begun = time.perf_counter()
        with database.cursor() as cursor, cursor.copy("COPY raw FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["bytea", "int8", *["bytea"] * 6])
            for row in rows:
                copy.write_row(tuple(row))
        database.commit()
        return time.perf_counter() - begun


def _one_ledger(desk: Desk, centre: Serving) -> bool:
    """Whether counter and centre made the same of the same entries."""
    from server.store.database import open_database

    engine = open_database(centre.dsn)
    try:
        with desk.store.read() as ours, engine.connect() as theirs:
            return ledger_digest(ours) == ledger_digest(theirs)
    finally:
        engine.dispose()
