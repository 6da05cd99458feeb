"""Buckets: how often somebody may do something, kept in memory for as many as come and no more than fit."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

_ROUNDING = 1e-6
"""Seconds that sums of fractions may be off by."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, and `a_minute` more with each minute that passes."""

    burst: int
    a_minute: float


class Buckets:
    """Token buckets by key, each kept as the one moment at which it is full again (GCRA).

    No more than `most` are remembered; then those that were used longest ago are forgotten, which are full or nearly so
    unless more addresses come at once than any limit by address could stop."""

    def __init__(self, most: int = 50_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._full_at: OrderedDict[Hashable, float] = OrderedDict()
        self._most, self._clock = most, clock

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, key: Hashable, rate: Rate) -> int:
        """0, and one is taken; or the whole seconds until there is one again, and nothing is."""
        if wait := self.wait(key, rate):
            return wait
        now = self._clock()
        self._full_at[key] = max(self._full_at.get(key, now), now) + 60 / rate.a_minute
        self._full_at.move_to_end(key)
        while len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0

    def wait(self, key: Hashable, rate: Rate) -> int:
        """The whole seconds until there is one; 0: there is."""
        each = 60 / rate.a_minute
        missing = self._full_at.get(key, -math.inf) - self._clock() - (rate.burst - 1) * each
        return math.ceil(missing - _ROUNDING) if missing > _ROUNDING else 0


class Known:
    """What has been shown to be true lately: the newest `most` of it."""

    def __init__(self, most: int = 20_000) -> None:
        self._held: OrderedDict[Hashable, None] = OrderedDict()
        self._most = most

    def __contains__(self, key: Hashable) -> bool:
        return key in self._held

    def add(self, key: Hashable) -> None:
        self._held[key] = None
        self._held.move_to_end(key)
        if len(self._held) > self._most:
            self._held.popitem(last=False)
