"""Reference data that the centre publishes: tariffs, rates and each mission's settings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

import msgspec

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
    """What one unit of a mission's currency costs in rupiah from this day on, and until `valid_to` where it says so.
    Amounts due are rounded to `step` smallest units: `up`, to the `nearest` or `down`."""

    KIND: ClassVar[str] = "rate.published"
    SUBJECT: ClassVar[str] = ""

    mission: str
    currency: str
    valid_from: date
    idr_per_unit: Decimal
    step: int = 1
    valid_to: date | None = None
    decree: str | None = None
    rounding: str = "up"


class FixedAmount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What some months of a programme cost at a mission, in its currency's smallest unit; `event` "any" for all."""

    programme: str
    months: int
    amount: int
    event: str = "any"


@journalled
class PricePublished(Body, frozen=True, kw_only=True, omit_defaults=True):
    """A decree that fixes contributions in a mission's currency. What it does not name is charged by the rate."""

    KIND: ClassVar[str] = "price.published"
    SUBJECT: ClassVar[str] = ""

    mission: str
    currency: str
    valid_from: date
    decree: str
    rows: tuple[FixedAmount, ...]
    valid_to: date | None = None


@journalled
class MissionPublished(Body, frozen=True, kw_only=True, omit_defaults=True):
    """How a mission works: whether its counters may take cash, what its counters are called, and by how much a count
    of the till may differ, in each currency's smallest unit, before a second person has to agree."""

    KIND: ClassVar[str] = "mission.published"
    SUBJECT: ClassVar[str] = "mission_id"

    mission_id: UUID
    mission: str
    cash_allowed: bool = False
    counters: dict[str, str] = {}
    difference_limits: dict[str, int] = {}
