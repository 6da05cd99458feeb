"""A clerk at work: people are registered, pay and claim, and everything that was answered is noted at once."""

from __future__ import annotations

import string
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from kiosk.desk import Desk
    from kiosk.devices.clock import Clock

PASSWORD = "rahasia-123"


@dataclass(frozen=True, slots=True)
class Answered:
    """What the clerk was told: by then the journal went so far. `request` and `number` of a payment."""

    seq: int
    hash: bytes
    request: str = ""
    number: str = ""


@dataclass
class Memory:
    """What a counter answered, and what was asked of it without an answer: a payment is asked for again until it has
    one, as whoever sits there does."""

    answered: list[Answered] = field(default_factory=list)
    payments: dict[str, str] = field(default_factory=dict)
    """The number by the request; empty while nobody was told one."""
    papers: set[bytes] = field(default_factory=set)

    def note(self, told: Answered) -> None:
        self.answered.append(told)
        if told.request:
            self.payments[told.request] = told.number or self.payments.get(told.request, "")


Told = Callable[[Answered], None]


def make_counter(folder: Path, series: str, clock: Clock) -> None:
    """A new counter of KDEI Taipei, run by Rina; its passwords cost nothing to check."""
    from kiosk.store.keys import Cost
    from kiosk.usecases.terminals import initialise

    desk, _code = initialise(
        folder,
        mission_code="TPE",
        series=series,
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        clock=clock,
        cost=Cost(passes=1, memory_kib=8, lanes=1),
    )
    desk.close()


def serve_somebody(desk: Desk, chance: Random, told: Told, *, paper: int = 0) -> UUID:
    """Register somebody, take a contribution, and a claim with a paper of so many bytes; each answer is told."""
    from kiosk.usecases.workers import register

    worker = register(desk, _somebody(chance)).worker_id
    told(_here(desk))
    pay(desk, chance, worker, told)
    if paper:
        claim(desk, chance, worker, told, paper)
    return worker


def pay(desk: Desk, chance: Random, worker: UUID, told: Told) -> str:
    """A month of savings by a billing code; told before it is asked for, so that it can be asked for again."""
    request = str(UUID(bytes=chance.randbytes(16), version=4))
    told(Answered(0, b"", f"{worker} {request}"))
    return pay_again(desk, f"{worker} {request}", told)


def pay_again(desk: Desk, asked: str, told: Told) -> str:
    """The same request once more: the first answer, if there was one."""
    from kiosk.forms.payment import Payment
    from kiosk.usecases.contributions import receive

    worker, _, request = asked.partition(" ")
    form = Payment(
        worker_id=worker,
        programme="JHT",
        months=1,
        monthly_idr=100_000,
        tender="kode_iuran",
        reference=request[:8],
        request_id=request,
    )
    number = receive(desk, form).number
    here = _here(desk)
    told(Answered(here.seq, here.hash, asked, number))
    return number


def claim(desk: Desk, chance: Random, worker: UUID, told: Told, size: int) -> None:
    from kiosk.forms.claim import ClaimForm
    from kiosk.usecases.claims import Document, file

    form = ClaimForm(
        worker_id=str(worker),
        kind="JKK-KACAMATA",
        event_date=desk.clock().date() - timedelta(days=400),
        description="Kacamata pecah saat bekerja.",
        filed_by="worker",
    )
    file(desk, form, [Document("ktp", "ktp.pdf", pdf(chance.randbytes(size)))])
    told(_here(desk))


def _here(desk: Desk) -> Answered:
    from kiosk.desk import head

    with desk.read() as work:
        return Answered(*head(work.connection, work.terminal))


def _somebody(chance: Random):  # type: ignore[no-untyped-def]
    from kiosk.forms.registration import Registration

    def word(letters: int) -> str:
        return "".join(chance.choice(string.ascii_uppercase) for _ in range(letters))

    return Registration(
        name=f"{word(9)} {word(11)}",
        passport_number=f"{word(1)}{chance.randrange(10**6, 10**7)}",
        passport_expiry=date(2036, 2, 14),
        birth_place="Malang",
        birth_date=date(1975, 1, 1) + timedelta(days=chance.randrange(9000)),
        sex="F",
        mother_name=word(12),
        country="TW",
        job="Perawat lansia",
        contract_start=date(2026, 1, 11),
        contract_end=date(2028, 1, 10),
        scheme="p3mi",
        event="new",
        consent=True,
    )


def pdf(filling: bytes) -> bytes:
    """One empty page that a viewer opens, and `filling` that it does not show."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(filling), filling),
    ]
    content, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + trailer
