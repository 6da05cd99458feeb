"""The clock: what the PC says the time is. Data for people, never an order of events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the time now, in UTC, with its zone."""


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class HandClock:
    """A clock that stands until it is moved; for tests and the demo."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)
