"""Placements: how long a contract lasts, what does not fit in it, and which of several versions of it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID

from models.rules.days import whole_months
from models.rules.phases import MOST_MONTHS, Stay
from models.rules.problems import Problem

SCHEMES = ("p3mi", "g2g", "g2p", "ukps", "perseorangan")
"""Kinds of participant (Permenaker 4/2023)."""

EVENTS = ("new", "extension", "re-entry", "late")
"""Why somebody pays for a contract: the membership event."""

EARLIEST_CONTRACT = date(1970, 1, 1)
"""Cover begins with the contract, and the paper's code counts its days from here."""

SOON_DAYS = 7
"""An arrival this soon after the departure is likely the one in the country of work, which is not asked for."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract's own facts. `months` is what it says; `extension_of` the one it goes on from; `event` new,
    extension, re-entry or late."""

    id: UUID | None = None
    number: str | None = None
    start: date | None = None
    end: date | None = None
    months: int | None = None
    departure: date | None = None
    arrival: date | None = None
    event: str | None = None
    extension_of: UUID | None = None

    @property
    def stay(self) -> Stay:
        """What phases are computed from."""
        return Stay(
            id=self.id,
            start=self.start,
            end=self.end,
            departure=self.departure,
            arrival=self.arrival,
            months=self.months,
            goes_on=self.extension_of is not None or self.event == "extension",
        )


def contract_months(start: date | None, end: date | None) -> int | None:
    """The months from the first to the last day, a part of one counted as one; None where a day is missing."""
    return whole_months(start, end) if start and end and start <= end else None


def contract_problems(contract: Contract) -> list[Problem]:
    """What no contract is recorded with: `contract.ends_before_start` on "contract_end", `contract.too_early` on
    "contract_start", `contract.months_range` on "months"."""
    problems = []
    if contract.start and contract.start < EARLIEST_CONTRACT:
        problems.append(Problem("contract_start", "contract.too_early"))
    if contract.start and contract.end and contract.end <= contract.start:
        problems.append(Problem("contract_end", "contract.ends_before_start"))
    if contract.months is not None and not 1 <= contract.months <= MOST_MONTHS:
        problems.append(Problem.of("months", "contract.months_range", most=MOST_MONTHS))
    return problems


def contract_warnings(contract: Contract, others: Iterable[Contract] = ()) -> list[Problem]:
    """What deserves a second look, never a reason to refuse: `contract.dates_missing`, `contract.months_differ`,
    `departure.after_end`, `arrival.before_start`, `arrival.soon`, `contract.overlaps`, `extension.too_early`.

    `others` are the person's other contracts as they stand.
    """
    warnings = []
    if contract.start is None or (contract.end is None and contract.months is None):
        warnings.append(Problem("contract_start", "contract.dates_missing"))
    counted = contract_months(contract.start, contract.end)
    # A contract of 24 months may be written with the same day of the month at both ends.
    also = contract_months(contract.start, contract.end - _DAY) if contract.end else None
    if contract.months is not None and counted is not None and contract.months not in (counted, also):
        warnings.append(Problem.of("months", "contract.months_differ", stated=contract.months, counted=counted))
    warnings += _travel_warnings(contract)
    for other in others:
        if other.id is not None and other.id == contract.id:
            continue
        if other.id is not None and other.id == contract.extension_of:
            if (day := _begins_before(contract, other)) is not None:
                warnings.append(Problem.of("contract_start", "extension.too_early", day=day.isoformat()))
        elif _overlap(contract, other):
            said = {"first": _iso(other.stay.first), "last": _iso(other.stay.last)}
            warnings.append(Problem.of("contract_start", "contract.overlaps", **said))
    return warnings


_DAY = timedelta(days=1)


def _travel_warnings(contract: Contract) -> list[Problem]:
    stay, found = contract.stay, []
    if stay.departure and stay.last and stay.departure > stay.last:
        found.append(Problem("departure", "departure.after_end"))
    if stay.arrival and stay.returns is None:
        found.append(Problem("arrival", "arrival.before_start"))
    elif stay.arrival and stay.departure and (days := (stay.arrival - stay.departure).days) <= SOON_DAYS:
        found.append(Problem.of("arrival", "arrival.soon", days=days))
    return found


def _begins_before(contract: Contract, extended: Contract) -> date | None:
    """The day of the extended contract that the extension should begin after, where it does not."""
    first, last = contract.stay.first, extended.stay.last or extended.stay.first
    return last if first is not None and last is not None and first <= last else None


def _overlap(one: Contract, other: Contract) -> bool:
    first, last = one.stay.first, one.stay.last
    begins, ends = other.stay.first, other.stay.last
    if first is None or last is None or begins is None or ends is None:
        return False
    return first <= ends and begins <= last


def _iso(day: date | None) -> str:
    return day.isoformat() if day else "…"


def is_same_contract(one: Contract, other: Contract) -> bool:
    """Whether what is written now is the contract that stands, put right: the same number, or the same first day
    and not two different numbers. A contract that had neither day nor number yet is completed."""
    if one.event == "extension" and other.event != "extension" and one.start != other.start:
        return False
    numbers = [_plain(number) for number in (one.number, other.number) if number and _plain(number)]
    if len(numbers) == 2:
        return numbers[0] == numbers[1]
    if one.start and other.start:
        return one.start == other.start
    return True


def _plain(number: str) -> str:
    return "".join(sign for sign in number.upper() if sign.isalnum())


def extends(start: date | None, others: Iterable[Contract]) -> UUID | None:
    """The contract that one beginning on this day goes on from: of those begun before it the one begun last."""
    begun = [one for one in others if one.id and one.stay.first and (start is None or one.stay.first < start)]
    return max(begun, key=lambda one: (one.stay.first or date.min, one.id or _NOBODY), default=Contract()).id


_NOBODY = UUID(int=0)


# Versions


class Version(Protocol):
    """A contract as it was once written down. `corrects` is the version it was put in the place of."""

    @property
    def id(self) -> UUID: ...
    @property
    def corrects(self) -> UUID | None: ...
    @property
    def order(self) -> tuple[object, ...]:
        """Later is greater, where nothing else decides."""
        ...


def standing(versions: Sequence[Version]) -> dict[UUID, UUID]:
    """For each version the one that stands for it now (itself, where it does).

    The longest chain of corrections stands: whoever corrected a correction had seen it. Where two counters corrected
    the same version without knowing of each other, the later one stands. The answer is the same in whatever order the
    versions arrived, and also while one that was corrected has not arrived yet.
    """
    by_id = {one.id: one for one in versions}
    depths = {one.id: _depth(one, by_id) for one in versions}
    found: dict[UUID, list[Version]] = {}
    for one in versions:
        found.setdefault(depths[one.id][0], []).append(one)
    return {
        one.id: max(group, key=lambda each: (depths[each.id][1], *each.order)).id
        for group in found.values()
        for one in group
    }


def _depth(version: Version, by_id: Mapping[UUID, Version]) -> tuple[UUID, int]:
    """The first version a chain of corrections leads back to, and how many there were since."""
    seen = [version.id]
    corrects = version.corrects
    while corrects is not None:
        if corrects in seen:
            # Versions that correct each other in a circle: none is the first, so the least id names them all.
            return min(seen[seen.index(corrects) :], key=lambda one: one.int), 0
        seen.append(corrects)
        earlier = by_id.get(corrects)
        corrects = earlier.corrects if earlier else None
    return seen[-1], len(seen) - 1
