"""A counter that puts its new database in the place of the old one in a process of its own, and is killed at a line."""

from __future__ import annotations

import os
import signal
import sys
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

from benchmarks.faults.clerk import PASSWORD
from benchmarks.faults.processes import forks
from kiosk.desk import Desk
from kiosk.store import base as kept
from kiosk.store.store import Store
from kiosk.sync import base as taking


def swapped(folder: Path, *, kill_at: int) -> bool:
    """Load what was fetched and swap; False where it was killed (SIGKILL) before its so many-th line of the swap."""
    swapping = forks().Process(target=_swap, args=(folder, kill_at))
    swapping.start()
    swapping.join(60)
    assert swapping.exitcode in (0, -signal.SIGKILL), swapping.exitcode
    return swapping.exitcode == 0


def _swap(folder: Path, kill_at: int) -> None:  # pragma: no cover - in a process of its own
    swap, lines = Store._swap_alone.__code__, count(1)

    def at_a_line(_frame: FrameType, event: str, _given: Any) -> Any:
        if event == "line" and next(lines) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return at_a_line

    with Desk.open(folder, "rina", PASSWORD) as desk:
        with desk.store.read() as connection:
            coming = kept.given(connection, "coming")
        assert coming is not None
        sys.settrace(lambda frame, _event, _given: at_a_line if frame.f_code is swap else None)
        taking._rest_on(desk, coming.signed, coming.base, lambda *_: None)
        sys.settrace(None)
