"""Tariffs: the dated tables that say what protection costs, and the premium for a number of months, step by step.

A tariff is data with an effective date, never code. The shipped pack is Permenaker 4/2023 Art. 18, in force
since 2023-02-22: packages of 6, 12 and 24 months, and 13,500 rupiah for each further month paid at once.
How a pack is written down, and what is refused in one, stands in `tariff_documents`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Literal
from uuid import UUID

from models.rules.days import MonthRounding
from models.rules.placements import EVENTS, SCHEMES
from models.rules.problems import Problem, Refused

RowPhase = Literal["before", "during_after"]
PHASES: tuple[RowPhase, ...] = ("before", "during_after")

Level = Literal["law", "press", "derived", "proposal"]
LEVELS: tuple[Level, ...] = ("law", "press", "derived", "proposal")
"""How sure an amount is, the surest first: read in the regulation's text, read in the press, computed, not verified."""

MOST_PACK_MONTHS = 600


@dataclass(frozen=True, slots=True)
class TariffRow:
    """What some months cost, in whole rupiah: `base` pays for `months`, `per_month` for each month beyond them.

    `months` 0: every month is paid singly. `per_month` None: no single months are sold on top of this package.
    `scheme` and `event` None: any. A counter abroad never sells a row of phase "before". `confidence` is a level with
    an optional note after a colon; `per_month_confidence` where the further months are not as sure as the base.
    """

    months: int
    base: int
    per_month: int | None
    scheme: str | None = None
    event: str | None = None
    phase: RowPhase = "during_after"
    programme: str = "JKK+JKM"
    confidence: str = "proposal"
    per_month_confidence: str | None = None

    @property
    def narrowness(self) -> int:
        """How many of scheme and event it names: the narrower row wins."""
        return (self.scheme is not None) + (self.event is not None)

    def fits(self, scheme: str | None, event: str) -> bool:
        """Whether it holds for a worker of this scheme, paying on this event."""
        return self.scheme in (None, scheme) and self.event in (None, event)


@dataclass(frozen=True, slots=True)
class TariffPack:
    """One version of the tariff, `valid_to` included (None: until further notice).

    The rows that name most of scheme and event are the whole table of whom they fit; rows that name less then say
    nothing. Fewer months than `min_package` cost what it costs, in every table that has it (None: what the table's
    smallest costs). `cap_at_next_package` never charges more than a larger package. `month_rounding` says how the days
    of a contract beyond whole months count. `confidences` keeps how sure we are of each policy and of the JHT limits.
    """

    id: UUID
    version: int
    published: bool
    valid_from: datetime.date
    valid_to: datetime.date | None
    legal_basis: str
    rows: tuple[TariffRow, ...]
    cap_at_next_package: bool
    min_package: int | None
    month_rounding: MonthRounding
    max_months: int
    jht_min: int
    jht_max: int
    jht_step: int
    confidences: Mapping[str, str] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> TariffPack:
        """A pack from its JSON form. Refused with every part that is wrong (`tariff_documents.read_pack`)."""
        from models.rules.tariff_documents import read_pack

        return read_pack(document)

    def to_json(self) -> dict[str, Any]:
        """The form `from_json` reads: plain numbers, ISO dates, one object a row."""
        from models.rules.tariff_documents import as_document

        return as_document(self)

    def table(self, *, scheme: str | None = None, event: str = "new") -> tuple[TariffRow, ...]:
        """The JKK+JKM rows that a counter abroad sells to a worker of this scheme on this event, shortest first.
        Refused `tariff.no_row`."""
        fitting = [row for row in self.rows if row.phase == "during_after" and row.fits(scheme, event)]
        if not fitting:
            raise Refused(Problem.of("tariff", "tariff.no_row", scheme=scheme or "", event=event))
        narrowest = max(row.narrowness for row in fitting)
        rows = sorted((row for row in fitting if row.narrowness == narrowest), key=lambda row: row.months)
        if any(row.months == self.min_package for row in rows):
            rows = [row for row in rows if row.months >= (self.min_package or 0)]
        return tuple(rows)


def everybody() -> Iterator[tuple[str | None, str]]:
    """Every scheme, and none known, with every event."""
    return product((None, *SCHEMES), EVENTS)


def shipped_packs() -> tuple[TariffPack, ...]:
    """The packs that come with the product, unpublished readings included."""
    from models.rules.tariff_documents import shipped

    return shipped()


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
    return max(in_force, key=lambda pack: (pack.valid_from, pack.version, pack.id.int))


Standing = Literal["in_force", "upcoming", "past", "unpublished"]


def standing(pack: TariffPack, packs: Iterable[TariffPack], day: datetime.date) -> Standing:
    """What a pack is on a day among all packs; `past` also where a newer one stands in its place."""
    if not pack.published:
        return "unpublished"
    if pack.valid_from > day:
        return "upcoming"
    try:
        return "in_force" if pack_on(packs, day) == pack else "past"
    except Refused:
        return "past"


@dataclass(frozen=True, slots=True)
class Premium:
    """What JKK+JKM costs for some months, and how it comes about: a row of the tariff, and the months beyond it.

    `capped` is the larger package whose price stands in place of the sum; `cheaper` the one that would cost less and
    is not charged, because the pack has no cap. `least` tells that fewer months are asked than the smallest row has.
    """

    amount_idr: int
    months: int
    row: TariffRow
    beyond: int
    capped: TariffRow | None = None
    cheaper: TariffRow | None = None
    least: bool = False


def premium(pack: TariffPack, months: int, *, event: str = "new", scheme: str | None = None) -> Premium:
    """The JKK+JKM premium for "during and after" (a counter abroad never sells "before").

    The largest package that fits, and `per_month` for each month beyond it: 36 months are 24 + 12 × 13,500 =
    494,500. Where no package fits, or no months are sold on top of it, the next larger one. ValueError below one
    month; Refused `tariff.no_row`.
    """
    if months < 1:
        raise ValueError("a premium is for one month at least")
    rows = pack.table(scheme=scheme, event=event)
    fitting = [row for row in rows if row.months <= months]
    larger = [row for row in rows if row.months > months]
    row = fitting[-1] if fitting else larger[0]
    if row.months < months and row.per_month is None:
        row = larger[0]
    beyond = max(0, months - row.months)
    amount = row.base + beyond * (row.per_month or 0)
    cheaper = min((one for one in larger if one.base < amount), key=lambda one: (one.base, one.months), default=None)
    if cheaper is not None and pack.cap_at_next_package:
        return Premium(cheaper.base, months, row, beyond, capped=cheaper, least=not fitting)
    return Premium(amount, months, row, beyond, cheaper=cheaper, least=not fitting)


@dataclass(frozen=True, slots=True)
class PriceTable:
    """What some workers pay for 1, 2, 3 … months: all of `whom`, as (scheme, event), pay alike. `before` is what
    another pack charges them."""

    whom: tuple[tuple[str | None, str], ...]
    prices: tuple[Premium, ...]
    before: tuple[int | None, ...] = ()


def price_tables(pack: TariffPack, before: TariffPack | None = None) -> tuple[PriceTable, ...]:
    """All that a pack charges, each table once. With another pack, workers are kept apart that it charges apart, and
    `before` has its amounts, None beyond its longest."""
    groups: dict[Any, list[tuple[str | None, str]]] = {}
    for scheme, event in everybody():
        tables = [one.table(scheme=scheme, event=event) for one in (pack, before) if one is not None]
        groups.setdefault(tuple(tables), []).append((scheme, event))
    found = []
    for whom in groups.values():
        scheme, event = whom[0]
        months = range(1, pack.max_months + 1)
        prices = tuple(premium(pack, n, scheme=scheme, event=event) for n in months)
        earlier: tuple[int | None, ...] = ()
        if before is not None:
            earlier = tuple(
                premium(before, n, scheme=scheme, event=event).amount_idr if n <= before.max_months else None
                for n in months
            )
        found.append(PriceTable(tuple(whom), prices, earlier))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a price: what it is (a code of models.sentences.STEPS, with its gaps) and what it adds, in whole
    rupiah. `amount_idr` None: it adds nothing, it says what the price rests on."""

    code: str
    amount_idr: int | None = None
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, amount_idr: int | None = None, **values: object) -> Step:
        return cls(code, amount_idr, tuple((name, str(value)) for name, value in values.items()))


def explain_premium(pack: TariffPack, cost: Premium, day: datetime.date) -> tuple[Step, ...]:
    """How a premium comes about; the amounts of the steps add up to it. `day` is the event's date."""
    row = cost.row
    steps = []
    if row.months > cost.months:
        steps.append(Step.of("least" if cost.least else "next_package", asked=cost.months, months=row.months))
    if row.months:
        steps.append(Step.of("package", row.base, months=row.months))
    elif row.base:
        steps.append(Step.of("base", row.base))
    if cost.beyond and row.per_month is not None:
        code = "beyond" if row.months else "each_month"
        steps.append(Step.of(code, cost.beyond * row.per_month, n=cost.beyond, each=row.per_month))
    if cost.capped is not None:
        saving = sum(step.amount_idr or 0 for step in steps) - cost.amount_idr
        steps.append(Step.of("cap", -saving, months=cost.capped.months, saving=saving))
    written = [row.confidence]
    if cost.beyond:
        written.append(row.per_month_confidence or row.confidence)
    if cost.capped is not None:
        written += [cost.capped.confidence, pack.confidences.get("cap_at_next_package", "proposal")]
    if cost.least:
        written.append(pack.confidences.get("min_package", "proposal"))
    return (*steps, _basis(pack, day), _surest_is(written))


def explain_savings(pack: TariffPack, months: int, monthly_idr: int, day: datetime.date) -> tuple[Step, ...]:
    """How JHT comes about: months times what the worker chose, within the tariff's limits."""
    return (
        Step.of("savings", months * monthly_idr, n=months, each=monthly_idr),
        _basis(pack, day),
        _surest_is([pack.confidences.get(part, "proposal") for part in ("jht_min", "jht_max")]),
    )


def _basis(pack: TariffPack, day: datetime.date) -> Step:
    return Step.of(
        "basis",
        basis=pack.legal_basis,
        version=pack.version,
        valid_from=pack.valid_from.isoformat(),
        day=day.isoformat(),
    )


def _surest_is(written: Iterable[str]) -> Step:
    """A price is no surer than the least sure of what it rests on."""
    return Step.of(f"confidence.{max(map(level, written), key=LEVELS.index)}")


def level(confidence: str) -> Level:
    """The level of a confidence as written, such as `press` of "press: an article"; `proposal` where it names none."""
    named = confidence.partition(":")[0].strip()
    return next((one for one in LEVELS if one == named), "proposal")
