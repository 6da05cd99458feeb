"""Typing into the one box among 30,000 and among 300,000 people: every key pressed is one search, timed from the call
that the window makes until the rows it shows are there. And what the index costs whoever posts registrations.
"""

from __future__ import annotations

import gc
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection

from benchmarks.figure import Figure, percentile
from benchmarks.people import Record
from benchmarks.registers import BATCH, SEED, entries, everybody, make, new_desk, opened, place
from kiosk.desk import Desk
from kiosk.queries.workers import search
from models.journal.workers import WorkerRegistered
from models.posting import post

FEW, MANY = 30_000, 300_000
P99_MS = 16
RATIO = 2
INDEXED = 2.0
"""How much longer posting registrations may take for the index that finds them."""
SESSIONS = 14
"""Of each kind of search."""
ROUNDS = 3
"""All is typed so often, each time into a counter opened anew that has nothing in its memory yet; the best time of each
key counts, because the others tell what else the machine had to do."""


def figures() -> list[Figure]:
    people = everybody(MANY)
    seconds = {count: make(count, people) for count in (FEW, MANY)}
    typed = list(sessions(random.Random(SEED), people[:FEW]))
    some = people[: 4 * BATCH]
    # A counter does not hold 300,000 people in memory for the collector of garbage to go through.
    del people
    gc.collect()
    rounds: dict[int, list[list[float]]] = {FEW: [], MANY: []}
    for _ in range(ROUNDS):
        for count in (FEW, MANY):
            rounds[count].append(_type(place(count), typed))
    best = {count: [min(key) for key in zip(*times, strict=True)] for count, times in rounds.items()}
    first = {count: times[0] for count, times in best.items()}
    waits = {count: times[1:] for count, times in best.items()}
    worst = {count: percentile(times, 0.99) for count, times in waits.items()}
    made = f"; made in {seconds[MANY]:.0f} s" if seconds[MANY] else ""
    return [
        Figure(
            f"a keystroke among {MANY:,} people (p99)",
            worst[MANY],
            "ms",
            P99_MS,
            f"p50 {percentile(waits[MANY], 0.5):.1f}, p95 {percentile(waits[MANY], 0.95):.1f}, "
            f"slowest {max(waits[MANY]):.1f} ms of {len(waits[MANY])} keys; "
            f"first after opening {first[MANY]:.1f} ms{made}",
        ),
        Figure(
            f"the same against {FEW:,} people",
            worst[MANY] / worst[FEW],
            "×",
            RATIO,
            f"p99 {worst[FEW]:.1f}, p50 {percentile(waits[FEW], 0.5):.1f} ms; first after opening {first[FEW]:.1f} ms",
        ),
        _posting(some),
    ]


# What is typed


def sessions(chance: random.Random, people: list[Record]) -> Iterator[str]:
    """What clerks type, each from its first key to its last."""
    yield from ("SITI", "MUHAMMAD", "SRI WAHYUNI", "NUR SITI", "DEWI", "AGUS", "MOHAMAD RIZKI", "NURAENI", "SOEKARNO")
    for _ in range(SESSIONS):
        one = chance.choice(people)
        words = one.name.lower().split()
        yield one.name
        yield " ".join(reversed(words))
        yield f"{words[0]} {one.birth_date:%d-%m-%Y}" if one.birth_date else words[0]
        yield one.nik or "3507105203940003"
        yield one.passport or "C4821907"
        yield f"0{one.phone[4:]}" if one.phone.startswith("+886") else one.phone or "0912345678"
        yield one.kpj or "21034567891"
        yield _mistyped(chance, one.name)
        yield _mistyped(chance, one.nik or "3507105203940003")
        yield _mistyped(chance, one.passport or "C4821907")
        yield f"{words[-1]} {one.birth_date.year}" if one.birth_date else words[-1]
        yield chance.choice(("zzyqx", "XYLOFON BERTINGKAT", "9999999999999999", "QQ1234567", "siti wxyz"))


def _mistyped(chance: random.Random, text: str) -> str:
    at = chance.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _type(folder: Path, typed: list[str]) -> list[float]:
    """Milliseconds until the answer: to the first key after opening, then to every key of every session."""
    with opened(folder) as desk:
        keys = (text[:end] for text in typed for end in range(1, len(text) + 1))
        return [_timed(desk, "S"), *(_timed(desk, key) for key in keys)]


def _timed(desk: Desk, text: str) -> float:
    start = time.perf_counter()
    search(desk, text)
    return (time.perf_counter() - start) * 1000


def _posting(people: list[Record]) -> Figure:
    """Registrations posted in batches with the index, against without it, the two taking turns."""
    fresh = [entry for entry in entries(people) if entry.head.kind == WorkerRegistered.KIND]
    batches = [fresh[start : start + BATCH] for start in range(0, len(fresh), BATCH)]
    seconds = {True: 0.0, False: 0.0}
    with (
        tempfile.TemporaryDirectory() as folder,
        new_desk(Path(folder) / "with") as indexed,
        new_desk(Path(folder) / "without") as bare,
    ):
        with bare.store.write() as connection:
            _forget_index(connection)
        for number, batch in enumerate(batches):
            # What is read of a name or a phone is remembered for a while: neither of them always goes first.
            for desk in (indexed, bare) if number % 2 else (bare, indexed):
                start = time.perf_counter()
                with desk.store.write() as connection:
                    post(connection, batch)
                seconds[desk is indexed] += time.perf_counter() - start
    return Figure(
        "registrations posted with the index that finds them, against without",
        seconds[True] / seconds[False],
        "×",
        INDEXED,
        f"{len(fresh) / seconds[True]:,.0f} against {len(fresh) / seconds[False]:,.0f} a second",
    )


def _forget_index(connection: Connection) -> None:
    names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
    for name in names:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
