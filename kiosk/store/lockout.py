"""Lock-out: growing waits after wrong passwords, counted before each try.

A brake on somebody trying passwords at the counter, nothing more: whoever can copy the folder guesses elsewhere,
and against that only argon2id stands (decision 31). What it withstands:

- Many tries at once, and a program that is killed in the middle of one: a try is counted before it is made.
- A restart of the program or the machine. The wait is measured on the kernel's clock since boot, which nobody sets;
  after a reboot the wait is measured from the boot, so that no setting of the wall clock shortens it.
- A count that was taken away or replaced by an older one: it is kept in two places, and the higher one counts.
- A folder in which nothing can be counted: then nothing can be tried either.

Whoever may write in both places may empty both, and a machine put back to an earlier state as a whole has forgotten
what came after it.
"""

from __future__ import annotations

import hashlib
import math
import os
import time
from collections.abc import Callable
from contextlib import suppress
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


_Everyone = dict[str, _Tries]

_not_written: dict[Path, _Everyone] = {}
"""What a full disk did not take: counted as long as this program runs."""


def wait_after(wrong: int) -> int:
    """Seconds to wait after so many wrong passwords in a row: none up to four, then 30 s doubling to 15 min."""
    if wrong < FREE_TRIES:
        return 0
    return min(FIRST_WAIT << min(wrong - FREE_TRIES, 10), LONGEST_WAIT)


def second_place(folder: Path) -> Path | None:
    """Where the count of this data folder is kept a second time: with what the user's programs remember, outside the
    folder, so that an older copy of the folder does not bring back an older count. None where there is no home."""
    try:
        home = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    except RuntimeError:
        return None
    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:16]
    return Path(home) / "loket-pmi" / f"tries-{name}.json"


class Lockout:
    """The wrong passwords counted per login of one data folder."""

    def __init__(self, folder: Path, clocks: Clocks = MACHINE) -> None:
        self._path = folder / LOCKOUT_FILE
        self._second = second_place(folder)
        self._guard = folder / "keys.lock"
        self._clocks = clocks

    def begin(self, login: str) -> None:
        """Count a try that is about to be made; it is a wrong one until `right` says otherwise.

        Trouble: `store.locked_out` (gap `seconds`) while this login has to wait; `store.read_only`,
        `store.disk_error` where it can be counted nowhere: whoever could keep a try from being counted would have
        as many as they like."""
        with held(self._guard):
            everyone = self._read()
            tries = everyone.get(login)
            if tries is not None and (wait := wait_after(tries.wrong)):
                if (passed := self._passed(tries)) < 0:
                    everyone[login] = self._now(tries.wrong)
                    self._write(everyone)
                    passed = 0
                if (left := wait - passed) > 0:
                    raise Trouble("store.locked_out", seconds=int(left) + 1)
            everyone[login] = self._now(1 + (tries.wrong if tries else 0))
            self._write(everyone)

    def right(self, login: str) -> None:
        """The password was right: forget this login's wrong ones, wherever they can be forgotten."""
        with suppress(Trouble), held(self._guard):
            everyone = self._read()
            if everyone.pop(login, None) is not None:
                self._write(everyone)

    def most(self) -> int:
        """The most wrong passwords in a row that any login has against it now."""
        return max((tries.wrong for tries in self._read().values()), default=0)

    def forget(self) -> None:
        """Nobody has tried anything yet: the key file is a new one."""
        with held(self._guard):
            _not_written.pop(self._path, None)
            for place in self._places():
                with suppress(OSError):
                    place.unlink(missing_ok=True)

    def _passed(self, tries: _Tries) -> float:
        """Seconds that surely passed since the last wrong password; negative if the clock cannot have been right both
        times."""
        now = self._clocks.boot()
        if tries.boot and tries.boot == now:
            return self._clocks.since_boot() - tries.since_boot
        if now:
            return self._clocks.since_boot()
        return self._clocks.wall() - tries.wall

    def _now(self, wrong: int) -> _Tries:
        return _Tries(wrong, self._clocks.boot(), self._clocks.since_boot(), self._clocks.wall())

    def _places(self) -> list[Path]:
        return [self._path] if self._second is None else [self._path, self._second]

    def _read(self) -> _Everyone:
        """The higher count of each login. A place that cannot be read keeps nobody out: the other one counts."""
        found: _Everyone = dict(_not_written.get(self._path, {}))
        for place in self._places():
            for login, tries in _tries_in(place).items():
                if login not in found or (tries.wrong, tries.wall) > (found[login].wrong, found[login].wall):
                    found[login] = tries
        return found

    def _write(self, everyone: _Everyone) -> None:
        troubles = []
        for place in self._places():
            try:
                if place is self._second:
                    if not everyone:
                        place.unlink(missing_ok=True)
                        continue
                    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                replace(place, msgspec.json.encode(everyone))
            except Trouble as trouble:
                troubles.append(trouble)
            except OSError as error:
                troubles.append(Trouble("store.disk_error", path=place, error=error.strerror or error))
        if len(troubles) < len(self._places()):
            _not_written.pop(self._path, None)
        elif troubles[0].code == "store.disk_full":
            _not_written[self._path] = dict(everyone)
        else:
            raise troubles[0]


def _tries_in(place: Path) -> _Everyone:
    try:
        found = msgspec.json.decode(read(place) or b"{}", type=_Everyone)
    except (msgspec.MsgspecError, UnicodeDecodeError, Trouble):
        return {}
    return {login: one for login, one in found.items() if math.isfinite(one.since_boot) and math.isfinite(one.wall)}
