"""Timelines: what is paid for a person day by day, laid out for a page to draw, with the day that a claim is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models import language
from models.rules.days import add_months
from models.rules.phases import PHASE_NAMES, Phase
from server.usecases.claim_views import CoverRow

WIDTH = 1000
LABELS = 92
LANE = 20

_YEARS = 6
"""To either side of the event: what lies beyond, which only a forged paper names, ends at the edge."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`state` is how it is drawn, `said` what it says to whom it is read aloud."""

    x: float
    width: float
    y: int
    state: str
    label: str
    said: str


@dataclass(frozen=True, slots=True)
class Band:
    """One programme, or the phases."""

    name: str
    y: int
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Everything in a picture `WIDTH` wide. `event` is where the day is, `years` where each of them begins."""

    height: int
    bands: tuple[Band, ...]
    event: float
    event_said: str
    years: tuple[tuple[float, str], ...]


def timeline_of(covers: Sequence[CoverRow], phases: Iterable[Phase], event: date) -> Timeline | None:
    """None where nothing is known of the person's days."""
    known = [one for one in phases if one.kind in ("before", "during", "after") and one.first and one.last]
    days = [day for one in covers for day in (one.covered_from, one.covered_to)]
    days += [day for one in known for day in (one.first, one.last) if day]
    if not days:
        return None
    earliest, latest = add_months(event, -12 * _YEARS), add_months(event, 12 * _YEARS)
    first = max(min([*days, event]), earliest) - timedelta(days=20)
    last = min(max([*days, event]), latest) + timedelta(days=20)
    span = max((last - first).days, 1)

    def at(day: date) -> float:
        inside = min(max((day - first).days, 0), span)
        return round(LABELS + inside / span * (WIDTH - LABELS - 8), 1)

    def bar(begin: date, end: date, y: int, state: str, label: str, said: str) -> Bar:
        x = at(begin)
        return Bar(x, max(round(at(end) - x, 1), 2.0), y, state, label, said)

    y, bands = 20, []
    for programme in dict.fromkeys(one.programme for one in covers):
        lanes: list[date] = []
        bars = []
        for one in sorted((one for one in covers if one.programme == programme), key=lambda one: one.covered_from):
            lane = next((n for n, until in enumerate(lanes) if until < one.covered_from), len(lanes))
            lanes[lane : lane + 1] = [one.covered_to]
            said = f"{one.number}, {language.date_short(one.covered_from)} – {language.date_short(one.covered_to)}"
            bars.append(bar(one.covered_from, one.covered_to, y + lane * LANE, one.state, one.number, said))
        bands.append(Band(programme, y, len(lanes) * LANE, tuple(bars)))
        y += len(lanes) * LANE + 10
    if known:
        bars = [
            bar(one.first, one.last, y, f"phase {one.kind}", PHASE_NAMES[one.kind], PHASE_NAMES[one.kind])
            for one in known
            if one.first and one.last
        ]
        bands.append(Band("Masa", y, LANE, tuple(bars)))
        y += LANE + 10
    years = tuple(
        (at(date(year, 1, 1)), str(year)) for year in range(first.year + 1, last.year + 1) if date(year, 1, 1) >= first
    )
    return Timeline(y + 10, tuple(bands), at(event), language.date_short(event), years)
