"""Turns: so many pieces of work for counters at once, and who would wait too long is told to come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from models.sync.protocol import SyncError

AT_ONCE = 8
"""More would only wait for each other: for the processor, for the database, for one mission's stream."""
LONGEST = 8.0
"""Seconds in the queue. A counter's patience with one answer is 15: it hears that it is to come back, and when, before
it gives up not knowing what became of its question."""
COME_BACK = 5
"""Seconds; counters take them with a little chance, so that they do not all come back at once."""


class Turns:
    """First come, first served."""

    def __init__(self, at_once: int = AT_ONCE, longest: float = LONGEST) -> None:
        self._at_once, self._longest = at_once, longest
        # One for each event loop: there is one, but in tests every question may come by a loop of its own.
        self._free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """SyncError `busy`."""
        free = self._free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))
        try:
            async with asyncio.timeout(self._longest):
                await free.acquire()
        except TimeoutError as error:
            raise SyncError("busy", seconds=COME_BACK) from error
        try:
            yield
        finally:
            free.release()
