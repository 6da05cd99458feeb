"""Registers: encrypted databases with many made-up people, kept under build/ until what they are made of changes.

The people are those of `benchmarks/people.py`, posted in bulk; the large register takes minutes to make.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from uuid import UUID

from benchmarks.people import Record, register
from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.store.keys import Cost
from kiosk.store.store import SCHEMA
from kiosk.usecases.terminals import initialise
from models.journal.body import Body
from models.journal.contributions import ContributionReceived, Line, Payer, Tender
from models.journal.entry import NOTHING, Author, Entry, write_entry
from models.journal.ids import new_id
from models.journal.placements import PlacementDetails, PlacementRecorded
from models.journal.workers import Identity, WorkerRegistered
from models.posting import POSTING_VERSION, post
from models.rules.days import covered_to

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "registers"
SEED = 2026
NOW = datetime(2026, 11, 22, 1, 47, tzinfo=UTC)
PASSWORD = "rahasia-123"
EMPLOYERS = ("Chen Mei-ling", "Lin Jia-hao", "Formosa Textile", "Wang Shu-fen", "Taichung Precision", "KM Hai Feng 8")
BATCH = 1000
_MADE_OF = (
    "benchmarks/people.py",
    "benchmarks/registers.py",
    "kiosk/store/finding.py",
    "models/rules/finding.py",
    "models/rules/names.py",
    "models/rules/phones.py",
)


def opened(folder: Path) -> Desk:
    """The counter that has this register."""
    return Desk.open(folder, "rina", PASSWORD, clock=HandClock(NOW))


def everybody(count: int) -> list[Record]:
    """So many registrations; of a tenth of them the person is there twice, as another counter wrote them down."""
    made = register(SEED, count - count // 10, count // 10)
    people = (made.records + made.again)[-count:]
    random.Random(SEED).shuffle(people)
    return people


def entries(people: list[Record]) -> Iterator[Entry]:
    """A registration and a contract for each, and a payment for two of three, over three years."""
    author = Author(new_id(), 1, new_id(), "Asia/Taipei", None)
    chance = random.Random(SEED)
    seq = 0
    for at, record in enumerate(people):
        worker_id = new_id()
        served = NOW - timedelta(seconds=chance.randrange(3 * 365 * 86_400))
        for body in _bodies(worker_id, record, served.date(), at):
            seq += 1
            yield write_entry(
                body, author, id=new_id(), seq=seq, rev=seq, at=served, prev=NOTHING, sign=lambda _: bytes(64)
            )


def _bodies(worker_id: UUID, record: Record, day: date, at: int) -> Iterator[Body]:
    yield WorkerRegistered(
        worker_id=worker_id,
        mission="TPE",
        personal=Identity(
            name=record.name,
            sex=record.sex,
            birth_date=record.birth_date,
            mother_name=record.mother or None,
            nik=record.nik or None,
            passport_number=record.passport or None,
            kpj=record.kpj or None,
            phone=record.phone or None,
        ),
    )
    yield PlacementRecorded(
        worker_id=worker_id,
        mission="TPE",
        country="TW",
        scheme="p3mi",
        event="new",
        contract_start=day,
        contract_end=covered_to(day, 24),
        personal=PlacementDetails(employer=EMPLOYERS[at % len(EMPLOYERS)]),
    )
    if at % 3:
        yield ContributionReceived(
            worker_id=worker_id,
            mission="TPE",
            number=f"TPE3-{day.year}-{at + 1:06}",
            year=day.year,
            serial=at + 1,
            business_date=day,
            lines=(
                Line(
                    programme="JKK+JKM",
                    months=24,
                    amount_idr=332_500,
                    anchor=day,
                    anchor_months=24,
                    covered_from=day,
                    covered_to=covered_to(day, 24),
                    tariff_id=worker_id,
                    tariff_version=1,
                ),
            ),
            amount_idr=332_500,
            currency="IDR",
            exponent=0,
            due=332_500,
            tenders=(Tender(kind="bank_slip", currency="IDR", exponent=0, received=332_500, change=0),),
            personal=Payer(name=record.name, token=b"", passport_number=record.passport or None),
        )


@cache
def place(count: int) -> Path:
    """Where the register of so many people is, or will be."""
    made_of = hashlib.sha256(f"{SCHEMA} {POSTING_VERSION}".encode())
    for name in _MADE_OF:
        made_of.update((ROOT / name).read_bytes())
    return KEPT / f"{count}-{made_of.hexdigest()[:16]}"


def make(count: int, people: list[Record]) -> float:
    """Make the register unless it is there; returns the seconds that took."""
    there = place(count)
    if there.exists():
        return 0
    for former in KEPT.glob(f"{count}-*"):
        shutil.rmtree(former)
    unfinished = there.with_name(f"{there.name}.unfinished")
    start = time.perf_counter()
    with new_desk(unfinished) as desk:
        coming = entries(people[:count])
        while batch := list(islice(coming, BATCH)):
            with desk.store.write() as connection:
                post(connection, batch)
    unfinished.rename(there)
    return time.perf_counter() - start


def new_desk(folder: Path) -> Desk:
    """A counter that knows nobody."""
    desk, _code = initialise(
        folder,
        mission_code="TPE",
        series="TPE3",
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        clock=HandClock(NOW),
        cost=Cost(passes=1, memory_kib=8, lanes=1),
    )
    return desk
