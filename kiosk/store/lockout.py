"""Lock-out: growing waits after wrong passwords, kept beside the key file.

A brake on somebody trying passwords at the counter, nothing more: whoever can copy the folder guesses elsewhere,
and against that only argon2id stands. It survives restarts. Within one run of the machine the wait is measured
on the kernel's clock since boot, which nobody sets, so turning the wall clock in either direction changes
nothing. After a reboot only the wall clock is left: an earlier time than the last wrong password starts the wait
anew, a later one is believed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from kiosk.store.files import read, replace
from kiosk.store.locks import held
from models.rules.problems import Trouble

LOCKOUT_FILE = "lockout.json"
FREE_TRIES = 5
FIRST_WAIT = 30
LONGEST_WAIT = 15 * 60


@dataclass(frozen=True)
class Clocks:
    """The wall clock, seconds since boot (sleep included), and which boot this is."""

    wall: Callable[[], float]
    since_boot: Callable[[], float]
    boot: Callable[[], str]


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


MACHINE = Clocks(time.time, lambda: time.clock_gettime(time.CLOCK_BOOTTIME), _boot_id)


class _Tries(msgspec.Struct, forbid_unknown_fields=True):
    wrong: int
    boot: str
    since_boot: float
    wall: float


def wait_after(wrong: int) -> int:
    """Seconds to wait after so many wrong passwords in a row: none up to four, then 30 s doubling to 15 min."""
    if wrong < FREE_TRIES:
        return 0
    return min(FIRST_WAIT << min(wrong - FREE_TRIES, 10), LONGEST_WAIT)


class Lockout:
    """The wrong passwords counted per login of one data folder."""

    def __init__(self, folder: Path, clocks: Clocks = MACHINE) -> None:
        self._path = folder / LOCKOUT_FILE
        self._guard = folder / "keys.lock"
        self._clocks = clocks

    def check(self, login: str) -> None:
        """Raise `Trouble("store.locked_out", seconds=…)` while this login has to wait."""
        tries = self._read().get(login)
        if tries is None or not (wait := wait_after(tries.wrong)):
            return
        if (passed := self._passed(tries)) < 0:
            with held(self._guard):
                everyone = self._read()
                everyone[login] = self._now(tries.wrong)
                self._write(everyone)
            passed = 0
        if (left := wait - passed) > 0:
            raise Trouble("store.locked_out", seconds=int(left) + 1)

    def wrong(self, login: str) -> None:
        """Count a wrong password."""
        with held(self._guard):
            everyone = self._read()
            before = everyone[login].wrong if login in everyone else 0
            everyone[login] = self._now(before + 1)
            self._write(everyone)

    def right(self, login: str) -> None:
        """Forget this login's wrong passwords."""
        if login not in self._read():
            return
        with held(self._guard):
            everyone = self._read()
            everyone.pop(login, None)
            self._write(everyone)

    def _passed(self, tries: _Tries) -> float:
        """Seconds since the last wrong password; negative if the clock cannot have been right both times."""
        if tries.boot and tries.boot == self._clocks.boot():
            return self._clocks.since_boot() - tries.since_boot
        return self._clocks.wall() - tries.wall

    def _now(self, wrong: int) -> _Tries:
        return _Tries(wrong, self._clocks.boot(), self._clocks.since_boot(), self._clocks.wall())

    def _read(self) -> dict[str, _Tries]:
        try:
            return msgspec.json.decode(read(self._path) or b"{}", type=dict[str, _Tries])
        except msgspec.MsgspecError:
            return {}

    def _write(self, everyone: dict[str, _Tries]) -> None:
        replace(self._path, msgspec.json.encode(everyone))
