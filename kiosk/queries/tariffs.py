"""Tariffs: the packs this counter knows, and how each stands on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kiosk.desk import Desk
from kiosk.queries.reference import tariff_packs
from models.rules.tariffs import Standing, TariffPack, standing


@dataclass(frozen=True, slots=True)
class PackRow:
    """One version of the tariff."""

    pack: TariffPack
    standing: Standing


@dataclass(frozen=True, slots=True)
class TariffList:
    """All packs, the latest first, as they stand on `day`."""

    day: date
    rows: tuple[PackRow, ...]

    @property
    def in_force(self) -> PackRow | None:
        return next((row for row in self.rows if row.standing == "in_force"), None)


def tariff_list(desk: Desk, day: date | None = None) -> TariffList:
    """The packs as they stand on a day (None: the business date). Refused `tariff.unreadable`."""
    with desk.read() as work:
        day = day or work.today
        packs = tariff_packs(work.connection)
    packs.sort(key=lambda pack: (pack.valid_from, pack.version, pack.id.int), reverse=True)
    return TariffList(day, tuple(PackRow(pack, standing(pack, packs, day)) for pack in packs))
