"""Clocks: when the PC's time cannot be right, as far as this counter can tell. Time is data, never an order."""

from __future__ import annotations

from datetime import datetime, timedelta

BEHIND = timedelta(minutes=10)
"""By how much the clock may stand before the last entry: daylight and a clock that was put right are no doubt yet."""

SHOWN_SKEW_MS = 10 * 60_000
"""From how much on the difference to the centre's clock is shown and flagged, in milliseconds."""


def is_behind(now: datetime, last: datetime | None) -> bool:
    """Whether the last entry was made after now: its date, or this one, is wrong."""
    return last is not None and now < last - BEHIND


def shown_skew_minutes(skew_ms: int | None) -> int:
    """By how many minutes the clock is ahead of the centre's (negative: behind), where that is worth a word; else 0."""
    if skew_ms is None or abs(skew_ms) <= SHOWN_SKEW_MS:
        return 0
    return round(skew_ms / 60_000)
