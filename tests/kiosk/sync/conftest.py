"""Counters that speak with a real centre on a real PostgreSQL, over a line that can be cut and tampered with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import httpx
import msgspec
import pytest
from loket_testing.counter import SITI, open_counter, slip
from loket_testing.papers import pdf
from sqlalchemy import func, select

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.forms.claim import ClaimForm
from kiosk.forms.payment import Payment
from kiosk.forms.registration import Registration
from kiosk.store.tables import entry as entries
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import SyncReport, sync
from kiosk.usecases.claims import Document, file
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register
from models.journal.reference import MissionPublished, RatePublished
from models.posting.digest import ledger_digest

URL = "https://loket.example"
TWO_O_CLOCK = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
PHOTOGRAPH = pdf(bytes(range(256)) * 80)
"""20 kB: small pieces make three of it."""

Tamper = Callable[[httpx.Request, bytes], bytes | None]


@dataclass
class Wire(httpx.BaseTransport):
    """The line to the centre. `cut_before` and `cut_after` count the requests since `mend`; `tamper` may return
    another body for an answer."""

    inner: httpx.BaseTransport
    cut_before: int = 0
    cut_after: int = 0
    tamper: Tamper | None = None
    asked: list[str] = field(default_factory=list)

    def mend(self) -> None:
        self.cut_before = self.cut_after = 0
        self.tamper = None
        self.asked.clear()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        if len(self.asked) == self.cut_before:
            raise httpx.ConnectError("cut before it was asked")
        answer = self.inner.handle_request(request)
        body = answer.read()
        answer.close()
        if len(self.asked) == self.cut_after:
            raise httpx.ReadError("cut before it was answered")
        if self.tamper is not None and (other := self.tamper(request, body)) is not None:
            headers = [(name, value) for name, value in answer.headers.multi_items() if name != "content-length"]
            return httpx.Response(answer.status_code, headers=headers, content=other)
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


@pytest.fixture
def wire(centre_client: Any) -> Wire:
    return Wire(centre_client._transport)


@pytest.fixture
def client(wire: Wire) -> Iterator[httpx.Client]:
    with httpx.Client(transport=wire) as client:
        yield client


@dataclass
class Counter:
    """A desk and its line."""

    desk: Desk
    client: httpx.Client

    def sync(self, **asked: Any) -> SyncReport:
        return sync(self.desk, client=self.client, **asked)

    def digest(self) -> dict[str, tuple[int, str]]:
        with self.desk.read() as work:
            return ledger_digest(work.connection)

    def own_entries(self) -> int:
        with self.desk.read() as work:
            query = select(func.count()).where(entries.c.terminal == work.terminal.id)
            return work.connection.scalar(query) or 0

    def register(self, **fields: Any) -> UUID:
        return register(self.desk, _altered(SITI, fields)).worker_id

    def pay(self, worker: UUID, **fields: Any) -> str:
        return receive(self.desk, slip(worker, **fields)).number

    def claim(self, worker: UUID, content: bytes = PHOTOGRAPH) -> str:
        form = ClaimForm(
            worker_id=str(worker),
            kind="JKK-KACAMATA",
            event_date=date(2025, 10, 10),
            description="Kacamata pecah saat bekerja.",
            filed_by="worker",
        )
        return file(self.desk, form, [Document("ktp", "ktp.pdf", content)]).number

    def morning(self, number: int = 0) -> tuple[UUID, str, str]:
        """Somebody registers, pays and claims, with a document."""
        worker = self.register(
            name=f"SITI KE {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number // 26]}",
            nik=None,
            passport_number=f"C{4_000_000 + number}",
            birth_date=date(1980, 1, 1) + timedelta(days=37 * number),
            mother_name=f"IBU {chr(65 + number % 26)}",
            phone=f"+886 900 {number:06}",
        )
        content = PHOTOGRAPH + number.to_bytes(4)
        return worker, self.pay(worker, reference=f"BNI-{number}"), self.claim(worker, content)


def _altered(form: Registration, fields: dict[str, Any]) -> Registration:
    return msgspec.structs.replace(form, **fields)


@pytest.fixture
def code(centre: Any) -> Callable[..., str]:
    """What an officer reads out."""
    from server.usecases.codes import make_code

    return lambda series="TPE3", mission="TPE": make_code(centre, mission, series)


@pytest.fixture
def new_counter(tmp_path: Path, client: httpx.Client) -> Iterator[Callable[..., Counter]]:
    """Makes counters that no centre knows yet."""
    desks: list[Desk] = []

    def make(series: str = "TPE3", mission: str = "TPE", at: datetime = TWO_O_CLOCK) -> Counter:
        desk = open_counter(tmp_path / series, series=series, mission=mission, clock=HandClock(at))
        desks.append(desk)
        return Counter(desk, client)

    yield make
    for desk in desks:
        desk.close()


@pytest.fixture
def counter(new_counter: Callable[..., Counter], code: Callable[..., str]) -> Callable[..., Counter]:
    """Makes counters that are enrolled: `counter("TPE3")`, `counter("HKG1", "HKG")`."""

    def make(series: str = "TPE3", mission: str = "TPE", at: datetime = TWO_O_CLOCK) -> Counter:
        made = new_counter(series, mission, at)
        enrol(made.desk, URL, code(series, mission), client=made.client)
        return made

    return make


@pytest.fixture
def published(centre: Any) -> Callable[..., None]:
    """What the centre publishes for a mission's counters."""
    from server.usecases.journal import record

    def publish(*bodies: Any) -> None:
        said = bodies or (
            MissionPublished(
                mission_id=uuid5(NAMESPACE_URL, "loket:mission:TPE"),
                mission="TPE",
                cash_allowed=True,
                counters={"TPE3": "Loket 3"},
            ),
            RatePublished(mission="TPE", currency="TWD", valid_from=date(2026, 11, 22), idr_per_unit=Decimal("512.40")),
        )
        centre.write(lambda connection: record(connection, centre, said))

    return publish


@pytest.fixture
def centre_digest(centre: Any) -> Callable[[], dict[str, tuple[int, str]]]:
    return lambda: centre.read(ledger_digest)


def cash(worker: UUID, received: int) -> Payment:
    return Payment(
        worker_id=str(worker), programme="JKK+JKM", months=24, tender="cash", currency="TWD", received=received
    )
