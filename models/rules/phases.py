"""Phases: whether a day lies before, during or after work abroad, and on which dates that rests.

The same death is paid differently before, during and after (Permenaker 4/2023), so a phase is computed, never typed,
and says what it was computed from. What is not known is named: a clerk can then ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from models.rules.days import add_months, covered_to

PhaseKind = Literal["before", "during", "after", "outside", "unknown"]
"""`outside` is none of the three; `unknown` that no date says which."""

What = Literal["departure", "contract_start", "contract_end", "months", "arrival"]

BEFORE_MONTHS = 5
"""Cover before departure lasts five months at most; then 37,500 rupiah are due again."""

BEYOND_MONTHS = 1
"""Work counts up to a month beyond the contract: the way home."""

AFTER_DAYS = 30
"""Days after the arrival in Indonesia."""

EARLIEST, LATEST, MOST_MONTHS = date(1900, 1, 1), date(2200, 12, 31), 600

_DAY = timedelta(days=1)


PHASE_NAMES: dict[PhaseKind, str] = {
    "before": "sebelum bekerja",
    "during": "selama bekerja",
    "after": "setelah bekerja",
    "outside": "di luar ketiga masa itu",
    "unknown": "pada masa yang belum diketahui",
}


@dataclass(frozen=True, slots=True)
class Stay:
    """One contract as far as phases go. `months` is what it says where its dates do not; `departure` from Indonesia,
    `arrival` back in Indonesia; `goes_on` that it extends another, so that nobody leaves for it."""

    id: UUID | None = None
    start: date | None = None
    end: date | None = None
    departure: date | None = None
    arrival: date | None = None
    months: int | None = None
    goes_on: bool = False

    @property
    def first(self) -> date | None:
        """The contract's first day, counted back from its end where only months are known."""
        if self.start is None and self.end is not None and self.months and _can_count(self.end, self.months):
            return add_months(self.end + _DAY, -self.months)
        return self.start

    @property
    def last(self) -> date | None:
        """The contract's last day, counted from its start where only months are known."""
        if self.end is None and self.start is not None and self.months and _can_count(self.start, self.months):
            return covered_to(self.start, self.months)
        return self.end

    @property
    def leaves(self) -> date | None:
        """The day work under it begins: the departure, or the contract's start as long as that is not known and
        where nobody leaves for it."""
        return (self.first or self.departure) if self.goes_on else (self.departure or self.first)

    @property
    def returns(self) -> date | None:
        """The arrival in Indonesia; None where it cannot be one, because the work had not begun by then."""
        begins = max((day for day in (self.departure, self.first) if day), default=None)
        return None if self.arrival and begins and self.arrival < begins else self.arrival


@dataclass(frozen=True, slots=True)
class Evidence:
    """A date that a phase rests on. `day` is what stands in the contract (for `months` the day they lead to)."""

    what: What
    day: date


@dataclass(frozen=True, slots=True)
class Phase:
    """The phase of a stretch of days, both ends included; None is open. `placement` is the contract that speaks for
    it. `missing` names what was not known and would settle it: departure, contract_start, contract_end, arrival, or
    earlier (the contract that an extension goes on from)."""

    kind: PhaseKind
    first: date | None
    last: date | None
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    placement: UUID | None = None

    @property
    def certain(self) -> bool:
        """Whether every date it rests on is known."""
        return not self.missing and self.kind != "unknown"

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def phase_on(day: date, stays: Iterable[Stay]) -> Phase:
    """The phase on a day. Its first and last day are those of the unbroken stretch of that kind; evidence and missing
    are those of the contract that speaks for the day itself."""
    spans = timeline(stays)
    at = next(at for at, span in enumerate(spans) if span.holds(day))
    begin = end = at
    while begin > 0 and spans[begin - 1].kind == spans[at].kind:
        begin -= 1
    while end < len(spans) - 1 and spans[end + 1].kind == spans[at].kind:
        end += 1
    return replace(spans[at], first=spans[begin].first, last=spans[end].last)


def timeline(stays: Iterable[Stay]) -> tuple[Phase, ...]:
    """All of a person's days, each in exactly one phase, in order, whatever the order of the contracts.

    Before: five months up to the departure. During: from the departure to a month beyond the contract's end, or to
    the arrival in Indonesia. After: thirty days from the arrival. Where two contracts claim a day, work comes before
    the return, the return before the next departure, and what is certain before what is assumed.
    """
    plausible = {_plausible(stay) for stay in stays}
    ordered = sorted((one for one in plausible if one.leaves or one.last or one.arrival), key=_order)
    claims = sorted((span for stay in ordered for span in _spans(stay, ordered)), key=_weight)
    if not claims:
        return (Phase("unknown", None, None, missing=("departure", "contract_start", "contract_end")),)
    cuts = sorted({day for span in claims for day in (span.first, span.last and span.last + _DAY) if day})
    found: list[Phase] = []
    for first, following in zip([None, *cuts], [*cuts, None], strict=True):
        last = following - _DAY if following else None
        # No span begins or ends inside, so one day speaks for all of them.
        day = first or last or date.max
        speaks = next((span for span in claims if span.holds(day)), None) or _outside(day, ordered)
        if found and replace(found[-1], first=None, last=None) == replace(speaks, first=None, last=None):
            found[-1] = replace(found[-1], last=last)
        else:
            found.append(replace(speaks, first=first, last=last))
    return tuple(found)


def _can_count(day: date, months: int) -> bool:
    return EARLIEST <= day <= LATEST and 0 < months <= MOST_MONTHS


def _plausible(stay: Stay) -> Stay:
    """The contract without what no calendar of ours reaches: the centre posts what any counter wrote."""
    sound = {
        name: day if day and EARLIEST <= day <= LATEST else None
        for name, day in (
            ("start", stay.start),
            ("end", stay.end),
            ("departure", stay.departure),
            ("arrival", stay.arrival),
        )
    }
    months = stay.months if stay.months and 0 < stay.months <= MOST_MONTHS else None
    return replace(stay, **sound, months=months)  # type: ignore[arg-type]


def _order(stay: Stay) -> tuple[int, ...]:
    days = (stay.leaves, stay.first, stay.last, stay.departure, stay.arrival)
    return (*(_count(day) for day in days), stay.months or 0, stay.goes_on, stay.id.int if stay.id else 0)


def _count(day: date | None) -> int:
    return day.toordinal() if day else 0


_RANK: dict[PhaseKind, int] = {"during": 0, "after": 1, "before": 2, "unknown": 3, "outside": 4}


def _weight(span: Phase) -> tuple[int, ...]:
    """The one to speak stands first: by kind, then what is certain, then what began last."""
    # Two contracts may say the same of the same days: which of them speaks must not depend on who came first.
    told = (*(_count(one.day) for one in span.evidence), *(0,) * (4 - len(span.evidence)))
    same = (_count(span.last), span.placement.int if span.placement else 0)
    return _RANK[span.kind], len(span.missing), -_count(span.first), *told, *same


def _spans(stay: Stay, every: Sequence[Stay]) -> list[Phase]:
    """What one contract says of the days around it."""
    leaves, ends, home = stay.leaves, stay.last, stay.returns
    unsaid = () if stay.departure or stay.goes_on else ("departure",)
    begun = _known(stay, "departure", "contract_start")
    spans: list[Phase] = []
    if leaves is None:
        # Only an end or an arrival is known: what came before it may have been work or the time before.
        until = min(day for day in (ends and _beyond(ends), home and home - _DAY) if day)
        spans.append(_span("unknown", None, until, stay, (), ("departure", "contract_start")))
    elif stay.goes_on:
        if not any(other is not stay and (other.leaves or date.max) < leaves for other in every):
            spans.append(_span("unknown", None, leaves - _DAY, stay, begun, ("earlier",)))
    else:
        early = _earlier(leaves)
        spans.append(_span("before", early, leaves - _DAY, stay, begun, unsaid))
    if leaves is not None:
        spans += _during(stay, leaves, every, unsaid)
    if home is not None:
        evidence = _known(stay, "arrival")
        spans.append(_span("after", home, home + timedelta(days=AFTER_DAYS), stay, evidence, ()))
    elif ends is not None and not _came_home(leaves, _beyond(ends) + timedelta(days=AFTER_DAYS), every):
        # Nobody wrote the arrival down: the last day on which it would still have been in time is taken for it.
        until = _beyond(ends)
        evidence, unknown = _known(stay, "contract_end"), ("arrival",)
        spans.append(_span("after", until + _DAY, until + timedelta(days=AFTER_DAYS), stay, evidence, unknown))
    return [span for span in spans if span.first is None or span.last is None or span.first <= span.last]


def _during(stay: Stay, leaves: date, every: Sequence[Stay], unsaid: tuple[str, ...]) -> list[Phase]:
    evidence = _known(stay, "departure", "contract_start", "contract_end")
    # Whoever has come home, under whichever contract, is at home.
    homes = [one.returns for one in every if one.returns and one.returns >= leaves]
    home = min(homes, default=None)
    ends = _beyond(stay.last) if stay.last else None
    if ends is None and home is None:
        later = [one.leaves for one in every if one.leaves and one.leaves > leaves]
        ends = min(later) - _DAY if later else None
    if home is not None and (ends is None or home <= ends):
        ends = home - _DAY
        evidence = (*evidence, Evidence("arrival", home))
    missing = unsaid if stay.last or home else (*unsaid, "contract_end")
    return [_span("during", leaves, ends, stay, evidence, missing)]


def _came_home(leaves: date | None, until: date, every: Sequence[Stay]) -> bool:
    return any(one.returns and (leaves or date.min) <= one.returns <= until for one in every)


def _span(
    kind: PhaseKind,
    first: date | None,
    last: date | None,
    stay: Stay,
    evidence: tuple[Evidence, ...],
    missing: tuple[str, ...],
) -> Phase:
    return Phase(kind, first, last, evidence, missing, stay.id)


def _outside(day: date, every: Sequence[Stay]) -> Phase:
    """No contract speaks for the day: the one that ended last before it says why, or else the first to come."""
    over = [stay for stay in every if (stay.returns or stay.last or stay.leaves or date.max) < day]
    if over:
        stay = max(over, key=lambda one: (_count(one.returns or one.last or one.leaves), _order(one)))
        missing = () if stay.returns else ("arrival",)
        return Phase("outside", None, None, _known(stay, "contract_end", "arrival"), missing, stay.id)
    stay = min(every, key=lambda one: (one.leaves is None, _order(one)))
    unsaid = () if stay.departure else ("departure",)
    return Phase("outside", None, None, _known(stay, "departure", "contract_start"), unsaid, stay.id)


def _known(stay: Stay, *wanted: What) -> tuple[Evidence, ...]:
    """The dates of these that are known; months stand in for the one of the contract's dates that is not."""
    found: list[Evidence] = []
    for what in wanted:
        if what == "departure" and stay.departure:
            found.append(Evidence("departure", stay.departure))
        elif what == "contract_start" and stay.first:
            found.append(Evidence("contract_start" if stay.start else "months", stay.first))
        elif what == "contract_end" and stay.last:
            found.append(Evidence("contract_end" if stay.end else "months", stay.last))
        elif what == "arrival" and stay.returns:
            found.append(Evidence("arrival", stay.returns))
    return tuple(found)


def _beyond(end: date) -> date:
    return add_months(end, BEYOND_MONTHS)


def _earlier(leaves: date) -> date:
    return add_months(leaves, -BEFORE_MONTHS)
