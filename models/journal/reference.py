"""Reference data that the centre publishes: tariffs, rates and each mission's settings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from models.journal.body import Body, journalled


@journalled
class TariffPublished(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A dated tariff pack came into the world; `pack` is what models.rules.tariffs.TariffPack reads."""

    KIND: ClassVar[str] = "tariff.published"
    SUBJECT: ClassVar[str] = "tariff_id"

    tariff_id: UUID
    pack: dict[str, Any]


@journalled
class RatePublished(Body, frozen=True, kw_only=True, omit_defaults=True):
    """What one unit of a mission's currency costs in rupiah from this day on. Amounts due are rounded up to
    `step` smallest units."""

    KIND: ClassVar[str] = "rate.published"
    SUBJECT: ClassVar[str] = ""

    mission: str
    currency: str
    valid_from: date
    idr_per_unit: Decimal
    step: int = 1


@journalled
class MissionPublished(Body, frozen=True, kw_only=True, omit_defaults=True):
    """How a mission works: whether its counters may take cash, what its counters are called."""

    KIND: ClassVar[str] = "mission.published"
    SUBJECT: ClassVar[str] = "mission_id"

    mission_id: UUID
    mission: str
    cash_allowed: bool = False
    counters: dict[str, str] = {}
