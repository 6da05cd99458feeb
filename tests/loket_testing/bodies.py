"""Bodies that a counter records, with the least that a test has to say."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from uuid import UUID

from models.journal.claims import ClaimDetails, ClaimFiled
from models.journal.contributions import ContributionReceived, Line, Payer, RateUsed, Tender
from models.journal.ids import new_id
from models.journal.workers import Identity, WorkerRegistered
from models.rules.days import covered_to

TARIFF = new_id()
RATE = new_id()


def registration(worker_id: UUID, *, mission: str = "TPE", name: str = "SITI NURHALIZA") -> WorkerRegistered:
    return WorkerRegistered(
        worker_id=worker_id, mission=mission, personal=Identity(name=name, passport_number="C1234567")
    )


def payment(
    worker_id: UUID,
    serial: int = 1,
    *,
    mission: str = "TPE",
    series: str = "TPE3",
    months: int = 24,
    amount_idr: int = 332_500,
    token: bytes = b"",
    day: date = date(2026, 11, 22),
) -> ContributionReceived:
    """JKK+JKM paid in cash, in new Taiwan dollars at 512,40."""
    rate = Decimal("512.40")
    due = math.ceil(amount_idr / rate)
    return ContributionReceived(
        worker_id=worker_id,
        mission=mission,
        number=f"{series}-{day.year}-{serial:06}",
        year=day.year,
        serial=serial,
        business_date=day,
        lines=(
            Line(
                programme="JKK+JKM",
                months=months,
                amount_idr=amount_idr,
                anchor=day,
                anchor_months=months,
                covered_from=day,
                covered_to=covered_to(day, months),
                tariff_id=TARIFF,
                tariff_version=1,
            ),
        ),
        amount_idr=amount_idr,
        currency="TWD",
        exponent=0,
        due=due,
        tenders=(Tender(kind="cash", currency="TWD", exponent=0, received=due + 100, change=100),),
        rate=RateUsed(rate_id=RATE, valid_from=day, idr_per_unit=rate),
        rounding_idr=round(due * rate - amount_idr),
        personal=Payer(name="SITI NURHALIZA", token=token, passport_number="C1234567"),
    )


def accident(
    worker_id: UUID, serial: int = 1, *, mission: str = "TPE", series: str = "TPE3", day: date = date(2026, 11, 22)
) -> ClaimFiled:
    """A claim for an accident at work, with two documents missing of five."""
    return ClaimFiled(
        worker_id=worker_id,
        mission=mission,
        number=f"{series}-K-{day.year}-{serial:06}",
        year=day.year,
        serial=serial,
        business_date=day,
        benefit="JKK-KECELAKAAN",
        event_date=date(2026, 11, 3),
        filed_by="worker",
        required=5,
        missing=("surat_dokter", "laporan_kecelakaan"),
        personal=ClaimDetails(token=b"", worker_name="SITI NURHALIZA", description="Jatuh dari tangga."),
    )
