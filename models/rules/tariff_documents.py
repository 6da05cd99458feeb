"""Tariff packs as they are written down: read with every part that is wrong named, checked before they are published.

Two forms are read: rows, and the flat one of the first packs (`packages`, `per_month`, `extension`), which becomes
rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any
from uuid import UUID

from models.rules import data
from models.rules.days import MONTH_ROUNDINGS, MonthRounding
from models.rules.phases import BEFORE_MONTHS
from models.rules.placements import EVENTS, SCHEMES
from models.rules.problems import Problem, Refused, refuse_if
from models.rules.tariffs import (
    LEVELS,
    MOST_PACK_MONTHS,
    PHASES,
    PriceTable,
    RowPhase,
    TariffPack,
    TariffRow,
    everybody,
    price_tables,
)

POLICIES = ("cap_at_next_package", "min_package", "month_rounding")
JHT = ("min", "max", "step")
WITH_CONFIDENCE = (*POLICIES, "max_months", *(f"jht_{part}" for part in JHT))
"""What a pack may say how sure it is of, beside its rows."""

_PARTS = (
    "id",
    "version",
    "published",
    "valid_from",
    "valid_to",
    "legal_basis",
    "rows",
    "policies",
    "jht",
    "max_months",
    "confidence",
)
_ROW_PARTS = (
    "programme",
    "phase",
    "scheme",
    "event",
    "months",
    "base",
    "per_month",
    "confidence",
    "per_month_confidence",
)
_MOST_IDR = 10**12


@cache
def shipped() -> tuple[TariffPack, ...]:
    """The packs of the product's own table."""
    return tuple(read_pack(pack) for pack in data.document("tariffs.json")["packs"])


def read_pack(document: Mapping[str, Any]) -> TariffPack:
    """A pack from either JSON form; what it does not know it leaves alone.

    Refused with everything that is wrong, on `tariff.PART` (`tariff.rows[2].base`): `tariff.malformed`,
    `tariff.missing`, `tariff.number`, `tariff.day`, `tariff.choice`, `tariff.ends_before_start`,
    `tariff.months_beyond`, `tariff.rows_ambiguous`, `tariff.rows_missing`, `tariff.rows_short`,
    `tariff.min_package`, `tariff.jht_range`.
    """
    if not isinstance(document, Mapping):
        raise Refused(Problem.of("tariff.pack", "tariff.malformed", part="pack"))
    read = _Reader(document, "tariff", [])
    pack = _flat_pack(read) if "packages" in document and "rows" not in document else _row_pack(read)
    refuse_if(read.problems)
    refuse_if(_contradictions(pack))
    return pack


def publishable_pack(document: Mapping[str, Any]) -> TariffPack:
    """A pack that is about to be published. Refused like `read_pack`, and moreover: `tariff.part_unknown` for a
    misspelt part, `tariff.confidence`, `tariff.row_unreachable`."""
    pack = read_pack(document)
    problems = []
    if "rows" in document:
        problems += _unknown(document, _PARTS, "tariff")
        problems += _unknown(document.get("policies", {}), POLICIES, "tariff.policies")
        problems += _unknown(document.get("jht", {}), JHT, "tariff.jht")
        problems += _unknown(document.get("confidence", {}), WITH_CONFIDENCE, "tariff.confidence")
        for at, row in enumerate(document["rows"]):
            problems += _unknown(row, _ROW_PARTS, f"tariff.rows[{at}]")
        for at, row in enumerate(pack.rows):
            problems += _unsure(row.confidence, f"tariff.rows[{at}].confidence")
            if row.per_month_confidence is not None:
                problems += _unsure(row.per_month_confidence, f"tariff.rows[{at}].per_month_confidence")
        for part, written in pack.confidences.items():
            problems += _unsure(written, f"tariff.confidence.{part}")
    refuse_if(problems)
    refuse_if(_unreachable(pack))
    return pack


def as_document(pack: TariffPack) -> dict[str, Any]:
    """The row form, every part written out."""
    return {
        "id": str(pack.id),
        "version": pack.version,
        "published": pack.published,
        "valid_from": pack.valid_from.isoformat(),
        "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
        "legal_basis": pack.legal_basis,
        "rows": [{part: getattr(row, part) for part in _ROW_PARTS} for row in pack.rows],
        "policies": {part: getattr(pack, part) for part in POLICIES},
        "jht": {part: getattr(pack, f"jht_{part}") for part in JHT},
        "max_months": pack.max_months,
        "confidence": dict(pack.confidences),
    }


def as_prices(tables: Sequence[PriceTable]) -> list[dict[str, Any]]:
    """Tables of amounts as they are shown to an officer: for whom, and month by month of what the amount is made."""
    return [
        {
            "for": [
                {"schemes": _all_or(schemes, (None, *SCHEMES)), "events": _all_or(events, EVENTS)}
                for events, schemes in _by_events(table).items()
            ],
            "amounts": [
                {
                    "months": cost.months,
                    "amount_idr": cost.amount_idr,
                    "package": (cost.capped or cost.row).months,
                    "further": 0 if cost.capped else cost.beyond,
                    "capped": cost.capped is not None,
                }
                | ({"before_idr": table.before[at]} if table.before else {})
                for at, cost in enumerate(table.prices)
            ],
        }
        for table in tables
    ]


def _by_events(table: PriceTable) -> dict[tuple[str, ...], list[str | None]]:
    events: dict[str | None, list[str]] = {}
    for scheme, event in table.whom:
        events.setdefault(scheme, []).append(event)
    schemes: dict[tuple[str, ...], list[str | None]] = {}
    for scheme, theirs in events.items():
        schemes.setdefault(tuple(theirs), []).append(scheme)
    return schemes


def _all_or(some: Sequence[str | None], every: Sequence[str | None]) -> list[str | None]:
    return ["any"] if len(some) == len(every) else list(some)


# The two forms


def _row_pack(read: _Reader) -> TariffPack:
    policies, jht = read.part("policies", optional=True), read.part("jht")
    confidences = read.part("confidence", optional=True)
    return TariffPack(
        **_head(read),
        rows=tuple(_row(row) for row in read.parts("rows")),
        cap_at_next_package=policies.flag("cap_at_next_package", default=False),
        min_package=policies.number("min_package", least=1, most=MOST_PACK_MONTHS, default=None),
        month_rounding=_rounding(policies.choice("month_rounding", MONTH_ROUNDINGS, default="up")),
        max_months=read.whole("max_months", least=1, most=MOST_PACK_MONTHS),
        jht_min=jht.whole("min", least=1),
        jht_max=jht.whole("max", least=1),
        jht_step=jht.whole("step", least=1, default=1),
        confidences={part: confidences.text(part) for part in confidences.document},
    )


def _row(read: _Reader) -> TariffRow:
    return TariffRow(
        programme=read.choice("programme", ("JKK+JKM",), default="JKK+JKM") or "",
        phase=_phase(read.choice("phase", PHASES, default="during_after")),
        scheme=read.choice("scheme", SCHEMES, default=None),
        event=read.choice("event", EVENTS, default=None),
        months=read.whole("months", least=0, most=MOST_PACK_MONTHS),
        base=read.whole("base", least=0),
        per_month=read.number("per_month", least=1, default=None),
        confidence=read.text("confidence", default="proposal"),
        per_month_confidence=read.text("per_month_confidence", default="") or None,
    )


def _flat_pack(read: _Reader) -> TariffPack:
    """The form of the first packs: one list of packages for everybody, one price for a further month, and extensions
    charged either as a new package or month by month. Packages below the smallest sold were never charged."""
    per_month = read.whole("per_month", least=1)
    smallest = read.whole("min_package", least=1)
    extension = read.choice("extension", ("package", "per_month"), default="package")
    before = read.number("before_departure", least=1, default=None)
    overall = read.text("confidence", default="proposal")
    sure = read.part("row_confidence", optional=True)
    written = {part: sure.text(part) for part in sure.document}
    packages = read.pairs("packages")
    if packages and smallest not in dict(packages):
        read.problem("min_package", "tariff.min_package", months=smallest)
    of_packages, of_months = written.get("packages", overall), written.get("per_month", overall)

    def package(months: int, base: int, event: str | None, confidence: str) -> TariffRow:
        further = None if of_months == confidence or event else of_months
        return TariffRow(months, base, per_month, None, event, confidence=confidence, per_month_confidence=further)

    sold = [(months, base) for months, base in packages if months >= smallest]
    rows = [package(months, base, None, of_packages) for months, base in sold]
    if extension == "per_month":
        unsure = written.get("extension", overall)
        rows.append(TariffRow(0, 0, per_month, None, "extension", confidence=unsure))
    elif "extension" in written:
        # As sold to everybody, but not as sure.
        rows += [package(months, base, "extension", written["extension"]) for months, base in sold]
    if before is not None:
        sure_of_before = written.get("before_departure", overall)
        rows.append(TariffRow(BEFORE_MONTHS, before, None, phase="before", confidence=sure_of_before))
    return TariffPack(
        **_head(read),
        rows=tuple(rows),
        cap_at_next_package=read.flag("cap_at_next_package", default=False),
        min_package=smallest,
        month_rounding="up",
        max_months=read.whole("max_months", least=1, most=MOST_PACK_MONTHS),
        jht_min=read.whole("jht_min", least=1),
        jht_max=read.whole("jht_max", least=1),
        jht_step=read.whole("jht_step", least=1, default=1),
        confidences={part: text for part, text in written.items() if part in WITH_CONFIDENCE},
    )


def _head(read: _Reader) -> dict[str, Any]:
    return {
        "id": read.uuid("id"),
        "version": read.whole("version", least=1),
        "published": read.flag("published", default=True),
        "valid_from": read.day("valid_from") or datetime.date.min,
        "valid_to": read.day("valid_to", optional=True),
        "legal_basis": read.text("legal_basis"),
    }


def _rounding(written: str | None) -> MonthRounding:
    return next((one for one in MONTH_ROUNDINGS if one == written), "up")


def _phase(written: str | None) -> RowPhase:
    return next((one for one in PHASES if one == written), "during_after")


class _Reader:
    """Reads one JSON object part by part; what cannot be read is kept as a problem at its place."""

    def __init__(self, document: Mapping[str, Any], place: str, problems: list[Problem]) -> None:
        self.document, self.place, self.problems = document, place, problems

    def problem(self, part: str, code: str, **values: object) -> None:
        place = f"{self.place}.{part}"
        self.problems.append(Problem.of(place, code, part=place.removeprefix("tariff."), **values))

    def number(self, part: str, *, least: int, most: int = _MOST_IDR, default: int | None) -> int | None:
        """A whole number, or the default where there is none."""
        value = self.document.get(part, default)
        if value is None and default is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.problem(part, "tariff.number", least=least, most=most)
            return least
        return value

    def whole(self, part: str, *, least: int, most: int = _MOST_IDR, default: int | None = None) -> int:
        value = self.number(part, least=least, most=most, default=default)
        if value is None:
            self.problem(part, "tariff.missing")
            return least
        return value

    def flag(self, part: str, *, default: bool) -> bool:
        value = self.document.get(part, default)
        if not isinstance(value, bool):
            self.problem(part, "tariff.choice", choices="true, false")
            return default
        return value

    def choice(self, part: str, choices: Sequence[str], *, default: str | None) -> str | None:
        value = self.document.get(part, default)
        if value is None and default is None:
            return None
        if not isinstance(value, str) or value not in choices:
            self.problem(part, "tariff.choice", choices=", ".join(choices))
            return default
        return value

    def text(self, part: str, *, default: str | None = None) -> str:
        value = self.document.get(part)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value.strip():
            self.problem(part, "tariff.missing" if value in (None, "") else "tariff.malformed")
            return default or ""
        return value

    def uuid(self, part: str) -> UUID:
        written = self.text(part)
        try:
            return UUID(written)
        except ValueError:
            if written:
                self.problem(part, "tariff.malformed")
            return UUID(int=0)

    def day(self, part: str, *, optional: bool = False) -> datetime.date | None:
        if optional and self.document.get(part) is None:
            return None
        written = self.document.get(part)
        try:
            return datetime.date.fromisoformat(written if isinstance(written, str) else "")
        except ValueError:
            self.problem(part, "tariff.day")
            return None

    def part(self, part: str, *, optional: bool = False) -> _Reader:
        """The reader of an object inside this one; of an empty one where it is missing or none."""
        value = self.document.get(part)
        if not isinstance(value, Mapping):
            if not optional or value is not None:
                self.problem(part, "tariff.missing" if value is None else "tariff.malformed")
                return _Reader({}, f"{self.place}.{part}", [])
            value = {}
        return _Reader(value, f"{self.place}.{part}", self.problems)

    def parts(self, part: str) -> list[_Reader]:
        """The readers of the objects of a list, which holds one at least."""
        value = self.document.get(part)
        if not isinstance(value, list | tuple) or not value:
            self.problem(part, "tariff.missing" if value in (None, [], ()) else "tariff.malformed")
            return []
        found = []
        for at, one in enumerate(value):
            if isinstance(one, Mapping):
                found.append(_Reader(one, f"{self.place}.{part}[{at}]", self.problems))
            else:
                self.problem(f"{part}[{at}]", "tariff.malformed")
        return found

    def pairs(self, part: str) -> list[tuple[int, int]]:
        """Months and amounts in rising order, each a list of two."""
        value = self.document.get(part)
        rows = value if isinstance(value, list | tuple) else []
        pairs = [
            (row[0], row[1])
            for row in rows
            if isinstance(row, list | tuple)
            and len(row) == 2
            and not any(isinstance(cell, bool) or not isinstance(cell, int) or cell < 1 for cell in row)
        ]
        months = [months for months, _amount in pairs]
        if not pairs or len(pairs) != len(rows) or sorted(set(months)) != months:
            self.problem(part, "tariff.malformed")
            return []
        return pairs


# What does not hold together


def _contradictions(pack: TariffPack) -> list[Problem]:
    problems = []
    if pack.valid_to is not None and pack.valid_to < pack.valid_from:
        problems.append(Problem.of("tariff.valid_to", "tariff.ends_before_start", part="valid_to"))
    if pack.jht_max < pack.jht_min:
        problems.append(Problem.of("tariff.jht.max", "tariff.jht_range", part="jht.max"))
    if pack.min_package is not None and not any(
        row.months == pack.min_package and row.phase == "during_after" for row in pack.rows
    ):
        problems.append(
            Problem.of(
                "tariff.policies.min_package",
                "tariff.min_package",
                part="policies.min_package",
                months=pack.min_package,
            )
        )
    problems += [
        Problem.of(f"tariff.rows[{at}].months", "tariff.months_beyond", row=at + 1, most=pack.max_months)
        for at, row in enumerate(pack.rows)
        if row.phase == "during_after" and row.months > pack.max_months
    ]
    return problems or _ambiguous(pack.rows) or _incomplete(pack)


def _ambiguous(rows: Sequence[TariffRow]) -> list[Problem]:
    """Rows of which none is the narrower one, though both hold for the same worker, months and event."""
    problems = []
    tables: dict[tuple[str, str | None, str | None], list[int]] = {}
    for at, row in enumerate(rows):
        table = tables.setdefault((row.phase, row.scheme, row.event), [])
        twin = next((other for other in table if rows[other].months == row.months), None)
        if twin is None:
            table.append(at)
        else:
            problems.append(_either(rows, twin, at, row.scheme, row.event))
    firsts = [table[0] for table in tables.values()]
    for first, second in combinations(firsts, 2):
        one, other = rows[first], rows[second]
        if one.phase == other.phase and one.narrowness == other.narrowness:
            narrower = [rows[at] for at in firsts if rows[at].phase == one.phase]
            narrower = [row for row in narrower if row.narrowness > one.narrowness]
            for scheme, event in everybody():
                if one.fits(scheme, event) and other.fits(scheme, event):
                    if not any(row.fits(scheme, event) for row in narrower):
                        problems.append(_either(rows, first, second, scheme, event))
                    break
    return problems


def _either(rows: Sequence[TariffRow], first: int, second: int, scheme: str | None, event: str | None) -> Problem:
    values = {"first": first + 1, "second": second + 1, "months": rows[second].months}
    return Problem.of(
        f"tariff.rows[{second}]", "tariff.rows_ambiguous", **values, scheme=scheme or "any", event=event or "any"
    )


def _incomplete(pack: TariffPack) -> list[Problem]:
    """Whom, or which months, no row has a price for."""
    for scheme, event in everybody():
        try:
            last = pack.table(scheme=scheme, event=event)[-1]
        except Refused:
            return [Problem.of("tariff.rows", "tariff.rows_missing", scheme=scheme or "–", event=event)]
        if last.per_month is None and last.months < pack.max_months:
            return [
                Problem.of(
                    f"tariff.rows[{pack.rows.index(last)}].per_month",
                    "tariff.rows_short",
                    row=pack.rows.index(last) + 1,
                    months=last.months,
                    most=pack.max_months,
                )
            ]
    return []


def _unreachable(pack: TariffPack) -> list[Problem]:
    """Rows that nobody is ever charged by. Those of phase "before" say what is paid in Indonesia."""
    charged: set[TariffRow] = set()
    for table in price_tables(pack):
        charged |= {cost.capped or cost.row for cost in table.prices}
    return [
        Problem.of(f"tariff.rows[{at}]", "tariff.row_unreachable", row=at + 1)
        for at, row in enumerate(pack.rows)
        if row.phase == "during_after" and row not in charged
    ]


def _unknown(document: Mapping[str, Any], parts: Sequence[str], place: str) -> list[Problem]:
    return [
        Problem.of(f"{place}.{part}", "tariff.part_unknown", part=part, parts=", ".join(parts))
        for part in document
        if part not in parts
    ]


def _unsure(written: str, place: str) -> list[Problem]:
    if written.partition(":")[0].strip() in LEVELS:
        return []
    part = place.removeprefix("tariff.")
    return [Problem.of(place, "tariff.confidence", part=part, levels=", ".join(LEVELS))]
