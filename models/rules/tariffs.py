"""Tariffs: the dated tables that say what protection costs, and the premium for a number of months.

A tariff is data with an effective date, never code. The shipped pack is Permenaker 4/2023 Art. 18, in force
since 2023-02-22: packages of 6, 12 and 24 months, and 13,500 rupiah for each further month paid at once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal
from uuid import UUID

from models.rules import data
from models.rules.problems import Problem, Refused

Extension = Literal["package", "per_month"]


@dataclass(frozen=True, slots=True)
class TariffPack:
    """One version of the tariff; amounts in whole rupiah, `valid_to` included (None: until further notice).

    `packages` are (months, amount) in rising order. Fewer months than `min_package` cost what it costs.
    `extension` says how an extension is charged: as a new package, or `per_month` for each month.
    `cap_at_next_package` never charges more than the next larger package. `row_confidence` keeps, row by row,
    how sure we are of it; `confidence` speaks for the packages.
    """

    id: UUID
    version: int
    published: bool
    valid_from: datetime.date
    valid_to: datetime.date | None
    legal_basis: str
    confidence: str
    packages: tuple[tuple[int, int], ...]
    per_month: int
    extension: Extension
    min_package: int
    max_months: int
    cap_at_next_package: bool
    jht_min: int
    jht_max: int
    jht_step: int
    before_departure: int | None = None
    row_confidence: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TariffPack:
        """A pack from its JSON form. Refused: `tariff.malformed`, on the part that is wrong."""
        read = _Reader(document)
        valid_to = read.text("valid_to", optional=True)
        before = document.get("before_departure")
        extension = read.text("extension", default="package")
        pack = cls(
            id=read.uuid("id"),
            version=read.whole("version"),
            published=read.flag("published", default=True),
            valid_from=read.day("valid_from"),
            valid_to=read.day("valid_to") if valid_to else None,
            legal_basis=read.text("legal_basis"),
            confidence=read.text("confidence", default="proposal"),
            packages=read.packages(),
            per_month=read.whole("per_month"),
            extension="per_month" if extension == "per_month" else "package",
            min_package=read.whole("min_package"),
            max_months=read.whole("max_months"),
            cap_at_next_package=read.flag("cap_at_next_package", default=False),
            jht_min=read.whole("jht_min"),
            jht_max=read.whole("jht_max"),
            jht_step=read.whole("jht_step", default=1),
            before_departure=None if before is None else read.whole("before_departure"),
            row_confidence=read.texts("row_confidence"),
        )
        if extension not in ("package", "per_month"):
            raise _malformed("extension")
        if pack.valid_to is not None and pack.valid_to < pack.valid_from:
            raise _malformed("valid_to")
        if pack.min_package not in dict(pack.packages):
            raise _malformed("min_package")
        if pack.max_months < pack.packages[-1][0]:
            raise _malformed("max_months")
        if pack.jht_max < pack.jht_min:
            raise _malformed("jht_max")
        return pack

    def to_json(self) -> dict[str, Any]:
        """The form `from_json` reads: plain numbers, ISO dates, packages as pairs."""
        return {
            "id": str(self.id),
            "version": self.version,
            "published": self.published,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat() if self.valid_to else None,
            "legal_basis": self.legal_basis,
            "confidence": self.confidence,
            "packages": [list(package) for package in self.packages],
            "per_month": self.per_month,
            "extension": self.extension,
            "min_package": self.min_package,
            "max_months": self.max_months,
            "cap_at_next_package": self.cap_at_next_package,
            "jht_min": self.jht_min,
            "jht_max": self.jht_max,
            "jht_step": self.jht_step,
            "before_departure": self.before_departure,
            "row_confidence": dict(self.row_confidence),
        }


def _malformed(part: str) -> Refused:
    return Refused(Problem.of(f"tariff.{part}", "tariff.malformed", part=part))


class _Reader:
    """Reads one JSON object and names the part that cannot be read."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        if not isinstance(document, Mapping):
            raise _malformed("pack")
        self._document = document

    def whole(self, part: str, default: int | None = None) -> int:
        value = self._document.get(part, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 10**12:
            raise _malformed(part)
        return value

    def flag(self, part: str, *, default: bool) -> bool:
        value = self._document.get(part, default)
        if not isinstance(value, bool):
            raise _malformed(part)
        return value

    def text(self, part: str, *, default: str | None = None, optional: bool = False) -> str:
        value = self._document.get(part, default)
        if optional and value is None:
            return ""
        if not isinstance(value, str) or not value:
            raise _malformed(part)
        return value

    def texts(self, part: str) -> dict[str, str]:
        value = self._document.get(part, {})
        if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
            raise _malformed(part)
        return dict(value)

    def uuid(self, part: str) -> UUID:
        try:
            return UUID(self.text(part))
        except ValueError as error:
            raise _malformed(part) from error

    def day(self, part: str) -> datetime.date:
        try:
            return datetime.date.fromisoformat(self.text(part))
        except ValueError as error:
            raise _malformed(part) from error

    def packages(self) -> tuple[tuple[int, int], ...]:
        value = self._document.get("packages")
        if not isinstance(value, list | tuple) or not value:
            raise _malformed("packages")
        packages = []
        for row in value:
            if not isinstance(row, list | tuple) or len(row) != 2:
                raise _malformed("packages")
            if any(isinstance(cell, bool) or not isinstance(cell, int) or cell < 1 for cell in row):
                raise _malformed("packages")
            packages.append((row[0], row[1]))
        if sorted({months for months, _amount in packages}) != [months for months, _amount in packages]:
            raise _malformed("packages")
        return tuple(packages)


@cache
def shipped_packs() -> tuple[TariffPack, ...]:
    """The packs that come with the product, unpublished readings included."""
    return tuple(TariffPack.from_json(pack) for pack in data.document("tariffs.json")["packs"])


def pack_on(packs: Iterable[TariffPack], day: datetime.date) -> TariffPack:
    """The published pack in force on the event's date: the newest `valid_from`, of those the highest version.

    Refused: `tariff.none`.
    """
    in_force = [
        pack
        for pack in packs
        if pack.published and pack.valid_from <= day and (pack.valid_to is None or day <= pack.valid_to)
    ]
    if not in_force:
        raise Refused(Problem.of("tariff", "tariff.none", day=day.isoformat()))
    return max(in_force, key=lambda pack: (pack.valid_from, pack.version))


@dataclass(frozen=True, slots=True)
class Premium:
    """What JKK+JKM costs for some months, and how it comes about: a package, and the months beyond it.

    `package_months` is 0 where every month is charged singly; `capped` tells that the next larger package
    stands in place of the sum, because it costs less.
    """

    amount_idr: int
    package_months: int
    package_idr: int
    extra_months: int
    extra_idr: int
    capped: bool = False


def premium(pack: TariffPack, months: int, *, event: str = "new") -> Premium:
    """The JKK+JKM premium for "during and after" (a counter abroad never sells "before").

    The largest package that fits, and `per_month` for each month beyond it: 36 months are 24 + 12 × 13,500 =
    494,500. `event` "extension" is charged per month where the pack says so. ValueError below one month.
    """
    if months < 1:
        raise ValueError("a premium is for one month at least")
    if event == "extension" and pack.extension == "per_month":
        each = months * pack.per_month
        return Premium(each, 0, 0, months, each)
    smallest = dict(pack.packages)[pack.min_package]
    package, price = max(
        (row for row in pack.packages if pack.min_package <= row[0] <= months),
        default=(pack.min_package, smallest),
    )
    extra = max(0, months - package)
    amount = price + extra * pack.per_month
    if pack.cap_at_next_package and (offer := cheaper_package(pack, months, amount)):
        return Premium(offer[1], offer[0], offer[1], 0, 0, capped=True)
    return Premium(amount, package, price, extra, extra * pack.per_month)


def cheaper_package(pack: TariffPack, months: int, amount_idr: int) -> tuple[int, int] | None:
    """The larger package (months, amount) that costs less than `amount_idr`, if there is one."""
    cheaper = [package for package in pack.packages if package[0] > months and package[1] < amount_idr]
    return min(cheaper, key=lambda package: package[1], default=None)
