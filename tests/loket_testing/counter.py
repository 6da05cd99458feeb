"""A counter for tests: a real desk on a real encrypted store, with passwords that cost nothing to check."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from sqlalchemy import select

from kiosk.desk import Desk, keep, kept
from kiosk.devices.clock import HandClock
from kiosk.forms.payment import Payment
from kiosk.forms.registration import HeirForm, Registration
from kiosk.store.keys import Cost
from kiosk.store.tables import entry as entries
from kiosk.usecases.staff import add
from kiosk.usecases.terminals import initialise
from kiosk.usecases.workers import register
from loket_testing.journals import Journal
from models.journal.entry import Entry
from models.journal.reference import MissionPublished, RatePublished, TariffPublished
from models.journal.tills import TillOpened
from models.posting import post
from models.rules.problems import Refused

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
PASSWORD = "rahasia-123"
MORNING = datetime(2026, 11, 22, 1, 47, tzinfo=UTC)
"""Sunday 22 November 2026, 09.47 in Taipei."""

SITI = Registration(
    name="SITI NURHALIZA",
    passport_number="C4821907",
    passport_expiry=date(2031, 2, 14),
    nik="3507105203940003",
    birth_place="Malang",
    birth_date=date(1994, 3, 12),
    sex="F",
    mother_name="AMINAH",
    phone="+886 912 345 678",
    country="TW",
    employer="Chen Mei-ling",
    job="Perawat lansia",
    contract_start=date(2026, 12, 11),
    contract_end=date(2028, 12, 10),
    scheme="p3mi",
    event="new",
    heirs=(HeirForm(name="AHMAD FAUZI", relation="suami", phone="+62 812 3456 7890"),),
    consent=True,
)


def open_counter(folder: Path, *, series: str = "TPE3", clock: HandClock | None = None, mission: str = "TPE") -> Desk:
    desk, _code = initialise(
        folder,
        mission_code=mission,
        series=series,
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        clock=clock or HandClock(MORNING),
        cost=CHEAP,
    )
    return desk


@cache
def _prepared() -> TemporaryDirectory[str]:
    """A counter as `init` leaves it, for every test of this process to copy: making one takes twenty times as long."""
    made = TemporaryDirectory(prefix="loket-prepared-")
    open_counter(Path(made.name) / "loket").close()
    return made


@pytest.fixture
def clock() -> HandClock:
    return HandClock(MORNING)


@pytest.fixture
def desk(tmp_path: Path, clock: HandClock) -> Iterator[Desk]:
    """Counter TPE3 of KDEI Taipei, run by Rina, on 22 November 2026."""
    folder = tmp_path / "loket"
    if clock() == MORNING:
        shutil.copytree(Path(_prepared().name) / "loket", folder)
        desk = Desk.open(folder, None, PASSWORD, clock=clock)
    else:
        desk = open_counter(folder, clock=clock)
    yield desk
    desk.close()


@pytest.fixture
def siti(desk: Desk) -> UUID:
    """Siti Nurhaliza, registered at the desk."""
    return register(desk, SITI).worker_id


@pytest.fixture
def published(desk: Desk) -> Callable[..., None]:
    """Post what the centre would have published, as a pull does; where it allows cash, Rina opens her till."""

    def publish(*, cash: bool = True, rate: str | None = "512.40", till: bool = True) -> None:
        centre = Journal(mission="TPE")
        centre.record(
            MissionPublished(
                mission_id=uuid5(NAMESPACE_URL, "loket:mission:TPE"),
                mission="TPE",
                cash_allowed=cash,
                counters={"TPE3": "Loket 3"},
            )
        )
        if rate:
            centre.record(
                RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 11, 22), idr_per_unit=Decimal(rate))
            )
        bring(desk, centre.entries)
        if cash and till:
            open_till(desk)

    return publish


def publish_tariffs(desk: Desk, *documents: Mapping[str, Any]) -> None:
    """Post tariff packs as a pull from the centre does."""
    from kiosk.desk import keep

    centre = Journal(mission="TPE")
    for pack in documents:
        named = uuid5(UUID(pack["id"]), f"loket:tariff:{pack['version']}")
        centre.record(TariffPublished(tariff_id=named, pack=dict(pack)))
    with desk.work() as work:
        keep(work.connection, centre.entries)
        post(work.connection, centre.entries)


def open_till(desk: Desk) -> UUID:
    """An empty drawer, counted and opened by whoever is at the desk."""
    with desk.work() as work:
        opened = TillOpened(
            mission=work.mission, series=work.terminal.series, serial=1, business_date=work.today, counts=()
        )
        return work.record(opened).id


SECOND_PASSWORD = "penyelia-456"


def add_supervisor(desk: Desk) -> UUID:
    """Budi, who may agree to what Rina may not do alone."""
    return add(desk, login="budi", name="Budi S.", role="penyelia", password=SECOND_PASSWORD, cost=CHEAP).id


def slip(worker: UUID, months: int | None = 24, **fields: Any) -> Payment:
    """A payment by bank slip in rupiah."""
    given: dict[str, Any] = {
        "worker_id": str(worker),
        "programme": "JKK+JKM",
        "months": months,
        "tender": "bank_slip",
        "reference": "BNI-20261122-0007",
    }
    return Payment(**(given | fields))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.code for problem in refusal.value.problems]


def kinds(desk: Desk) -> list[str]:
    """What this counter has recorded, in order."""
    with desk.read() as work:
        return list(
            work.connection.scalars(
                select(entries.c.kind).where(entries.c.terminal == work.terminal.id).order_by(entries.c.seq)
            )
        )


def carry(one: Desk, to: Desk) -> None:
    """What a sync would bring: everything that `one` has recorded."""
    with one.read() as work:
        query = select(entries).where(entries.c.terminal == work.terminal.id).order_by(entries.c.seq)
        found = [kept(row) for row in work.connection.execute(query)]
    bring(to, found)


def bring(desk: Desk, brought: Iterable[Entry]) -> None:
    """Post entries of others, those that are not here yet, as a pull does."""
    with desk.work() as work:
        known = set(work.connection.scalars(select(entries.c.id)))
        fresh = [entry for entry in brought if entry.id not in known]
        keep(work.connection, fresh)
        post(work.connection, fresh)
