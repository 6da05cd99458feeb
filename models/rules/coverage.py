"""Coverage: which days a payment covers, and how a person stands on a day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from models.rules.days import Month, covered_to
from models.rules.problems import Problem, Refused

Programme = Literal["JKK+JKM", "JHT"]
PROGRAMMES: tuple[Programme, ...] = ("JKK+JKM", "JHT")

EXPIRING_DAYS = 60
"""Cover that ends within this many days is shown as expiring."""

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cover:
    """Days covered by one payment of one programme, both ends included.

    `anchor` is the day the unbroken chain of payments began and `anchor_months` all months paid since, this
    payment included: the next `covered_to` is counted from there, so that 31 January never drifts to 28.
    """

    programme: Programme
    anchor: date
    anchor_months: int
    covered_from: date
    covered_to: date


def _day_after(day: date) -> date:
    """The day after; after the last of all days, which only a forged paper names, that day itself."""
    return day if day == date.max else day + _ONE_DAY


def next_cover(
    programme: Programme,
    months: int,
    *,
    paid: Sequence[Cover],
    contract_start: date | None,
    event: str,
    paid_on: date,
) -> Cover:
    """The days that `months` more months of a programme cover; `paid` holds that programme's covers.

    Nothing paid: from the contract's start, or from the payment for event "late" and without a contract.
    Paid before: from the day after the latest paid-through, on that chain's anchor, unless the contract starts
    later than that: there a new chain begins. JHT counts calendar months. When cover starts for somebody
    registered abroad is in no text read: the answer is provisional until BPJS confirms it. Refused `cover.endless`
    where it would go beyond the calendar; ValueError below one month.
    """
    paid = [cover for cover in paid if cover.programme == programme]
    if not paid:
        begin = paid_on if event == "late" or contract_start is None else contract_start
        return _new_chain(programme, begin, months)
    last = max(paid, key=lambda cover: (cover.covered_to, cover.anchor_months))
    joins = _day_after(last.covered_to)
    if contract_start is not None and _begin(programme, contract_start) > joins:
        return _new_chain(programme, contract_start, months)
    if _end(last.anchor, last.anchor_months) != last.covered_to:
        # The chain was moved by a correction and no longer follows its anchor.
        return _new_chain(programme, joins, months)
    total = last.anchor_months + months
    return Cover(programme, last.anchor, total, joins, _until(last.anchor, total))


def _begin(programme: Programme, day: date) -> date:
    return Month.of(day).first if programme == "JHT" else day


def _new_chain(programme: Programme, day: date, months: int) -> Cover:
    anchor = _begin(programme, day)
    return Cover(programme, anchor, months, anchor, _until(anchor, months))


def _until(anchor: date, months: int) -> date:
    if months < 1:
        raise ValueError("cover lasts a month at least")
    end = _end(anchor, months)
    if end is None:
        raise Refused(Problem("lines", "cover.endless"))
    return end


def _end(anchor: date, months: int) -> date | None:
    """The last day of so many months; None where a forged paper names some that the calendar does not have."""
    try:
        return covered_to(anchor, months)
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class CoverState:
    """How a person stands on a day. `covered_to` ends the unbroken days that hold it, or the last or coming
    ones; `days_left` counts to it (negative once expired, None for "none" and "upcoming")."""

    kind: Literal["active", "expiring", "expired", "none", "upcoming"]
    covered_to: date | None
    days_left: int | None


def cover_state(paid: Sequence[Cover], day: date) -> CoverState:
    """The state on a day of one programme's covers, joined where they touch or overlap."""
    if not paid:
        return CoverState("none", None, None)
    spans = joined(paid)
    for begin, end in spans:
        if begin <= day <= end:
            left = (end - day).days
            return CoverState("expiring" if left <= EXPIRING_DAYS else "active", end, left)
        if begin > day:
            return CoverState("upcoming", end, None)
    end = spans[-1][1]
    return CoverState("expired", end, (end - day).days)


def overlapping(paid: Sequence[Cover]) -> list[tuple[int, int]]:
    """Which two covers of one programme share days, each pair by its places in `paid`, the earlier place first: two
    counters without a line have sold the same months twice."""
    order = sorted(range(len(paid)), key=lambda at: (paid[at].programme, paid[at].covered_from))
    pairs = []
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            if paid[other].programme != paid[one].programme or paid[other].covered_from > paid[one].covered_to:
                break
            pairs.append((min(one, other), max(one, other)))
    return sorted(pairs)


def sold_again(paid: Sequence[Cover], made: Sequence[Any]) -> list[int]:
    """Which covers share days with one of their programme that was made before them, by their places in `paid`; `made`
    tells which is earlier. Of each two that overlap it is the later, found without comparing all with all."""
    found = []
    sold: dict[str, list[tuple[date, date]]] = defaultdict(list)
    for at in sorted(range(len(paid)), key=lambda at: (made[at], at)):
        first, last = paid[at].covered_from, paid[at].covered_to
        if last < first:
            continue
        spans = sold[paid[at].programme]
        # Spans lie apart, in order: those from `begin` to `end` share days with this one.
        begin = bisect_left(spans, first, key=lambda span: span[1])
        end = bisect_right(spans, last, key=lambda span: span[0])
        if begin < end:
            found.append(at)
            first, last = min(first, spans[begin][0]), max(last, spans[end - 1][1])
        spans[begin:end] = [(first, last)]
    return sorted(found)


def cut_off(paid: Sequence[Cover]) -> list[int]:
    """Which covers continue days that nothing covers any more, by their places in `paid`: what they joined was voided
    or moved away."""
    found = []
    reached: dict[str, date] = {}
    order = sorted(range(len(paid)), key=lambda at: paid[at].covered_from)
    for _first, several in groupby(order, key=lambda at: paid[at].covered_from):
        beginning = list(several)
        for at in beginning:
            cover = paid[at]
            until = reached.get(cover.programme)
            if cover.anchor < cover.covered_from and (until is None or _day_after(until) < cover.covered_from):
                found.append(at)
        for at in beginning:
            cover = paid[at]
            reached[cover.programme] = max(reached.get(cover.programme, cover.covered_to), cover.covered_to)
    return sorted(found)


@dataclass(frozen=True, slots=True)
class PaidDays:
    """The days that one line of a receipt stands for, by the receipt's id, which tells which of two was made first."""

    receipt_id: UUID
    line: int
    months: int
    cover: Cover

    @property
    def key(self) -> tuple[UUID, int]:
        return self.receipt_id, self.line


def untangled(paid: Sequence[PaidDays]) -> dict[tuple[UUID, int], Cover]:
    """Where the lines that clash could stand so that none does: those that do not are not named.

    Of two papers for the same days the one made first keeps what it says; the later goes to the day after all days
    paid by then. What continues days that are gone joins those that are there, or begins where they began.
    """
    moved: dict[tuple[UUID, int], Cover] = {}
    for programme in PROGRAMMES:
        placed: list[Cover] = []
        for one in sorted((one for one in paid if one.cover.programme == programme), key=lambda one: one.key):
            cover = one.cover
            earlier = [other for other in placed if other.covered_from <= cover.covered_from]
            if overlapping([*placed, cover]):
                cover = _joining(programme, one.months, placed)
            elif 0 in cut_off([cover, *placed]):
                cover = (
                    _joining(programme, one.months, earlier)
                    if earlier
                    else _new_chain(programme, cover.anchor, one.months)
                )
                if overlapping([*placed, cover]):
                    cover = _joining(programme, one.months, placed)
            placed.append(cover)
            if cover != one.cover:
                moved[one.key] = cover
    return moved


def _joining(programme: Programme, months: int, placed: Sequence[Cover]) -> Cover:
    # Neither a contract nor the day of payment has a say where days are joined to days.
    return next_cover(programme, months, paid=placed, contract_start=None, event="extension", paid_on=date.min)


def standing_from(programme: Programme, months: int, first: date) -> Cover:
    """The days of `months` that a supervisor lets begin on a day of their choice; JHT on its month's first."""
    return _new_chain(programme, first, months)


def covered_on(paid: Sequence[Cover], day: date) -> bool:
    """Whether a day lies within any of the covers."""
    return any(cover.covered_from <= day <= cover.covered_to for cover in paid)


CALLED_AFTER = 30
"""Days after its end that a cover is still on the list of people to be called."""


@dataclass(frozen=True, slots=True)
class Ending:
    """When the unbroken days end that somebody stands in, or stood in last. `days_left` counts to `until`, negative
    once it is over; `resumes` is the first day of cover already paid for after a gap."""

    until: date
    days_left: int
    resumes: date | None = None


def ending(
    paid: Sequence[Cover], day: date, *, within: int = EXPIRING_DAYS, after: int = CALLED_AFTER
) -> Ending | None:
    """Where one programme's cover ends within so many days, or ended at most so many days ago; None for everybody else.
    Covers that touch or overlap are one."""
    begun = [span for span in joined(paid) if span[0] <= day]
    if not begun:
        return None
    until = begun[-1][1]
    left = (until - day).days
    if not -after <= left <= within:
        return None
    return Ending(until, left, next((begin for begin, _end in joined(paid) if begin > until), None))


def joined(paid: Sequence[Cover]) -> list[tuple[date, date]]:
    """The unbroken days of one programme's covers, joined where they touch or overlap, the first first."""
    spans: list[tuple[date, date]] = []
    for cover in sorted(paid, key=lambda cover: cover.covered_from):
        if spans and cover.covered_from <= _day_after(spans[-1][1]):
            spans[-1] = (spans[-1][0], max(spans[-1][1], cover.covered_to))
        else:
            spans.append((cover.covered_from, cover.covered_to))
    return spans
