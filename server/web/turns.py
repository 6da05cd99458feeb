"""Turns: so many pieces of work for counters at once; who would wait too long is told at once when to come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import ceil
from weakref import WeakKeyDictionary

from models.sync.protocol import SyncError

AT_ONCE = 6
"""More would only wait for each other: for the processor, for the database, for one mission's stream."""
LONGEST = 5.0
"""Seconds in the queue. A counter's patience with one answer is 15: it hears that it is to come back, and when, before
it gives up not knowing what became of its question."""
_LATEST = 60
"""Seconds after which anybody may try again, however long the queue seems."""
_FIRST, _WEIGHT = 0.1, 0.1
"""What a piece of work is taken to last before any was done, in seconds, and how much each counts since then."""


class Turns:
    """First come, first served."""

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._at_once, self._longest = at_once, longest
        self._lasts = _FIRST
        self._waiting = 0
        # One for each event loop: there is one, but in tests every question may come by a loop of its own.
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """SyncError `busy`, with the seconds after which the queue should be done."""
        expected = self._lasts * self._waiting / self._at_once
        if expected > self._longest:
            raise self._busy(expected)
        free = self._free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))
        self._waiting += 1
        try:
            async with asyncio.timeout(2 * self._longest):
                await free.acquire()
        except TimeoutError as error:
            raise self._busy(2 * self._longest) from error
        finally:
            self._waiting -= 1
        begun = time.monotonic()
        try:
            yield
        finally:
            free.release()
            self._lasts += (time.monotonic() - begun - self._lasts) * _WEIGHT

    def _busy(self, expected: float) -> SyncError:
        return SyncError("busy", seconds=min(_LATEST, ceil(expected)))
