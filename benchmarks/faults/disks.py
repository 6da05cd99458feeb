"""Faults of the counter's disk: full, broken, read-only, and a power cut that leaves sectors behind."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from benchmarks.faults.case import Case, Run, Wrong
from benchmarks.faults.clerk import PASSWORD, Answered, Memory, serve_somebody
from benchmarks.faults.disk import BROKEN_SYNC, BROKEN_WRITE, FULL, Disk, Step, after_power_cut, files_of, put
from benchmarks.faults.lines import PAPER
from benchmarks.faults.place import Counter

_STORE = ("store.disk_full", "store.disk_error", "store.disk_low", "store.read_only")


def _refused_at(code: int) -> Callable[[Run], None]:
    """Any write (or sync) on the disk is refused, and all that follow, until somebody makes room."""

    def run(run: Run) -> None:
        with run.mission() as mission:
            one, other = mission.counters
            for number in run.tries():
                run.work(other)
                other.sync()
                # Syncs are few: two or three to a commit.
                left = run.chance.randrange(12 if code == BROKEN_SYNC else (60, 400)[number % 2])

                def fail(step: Step, code: int = code) -> int:
                    nonlocal left
                    if step.kind != ("sync" if code == BROKEN_SYNC else "write"):
                        return 0
                    left -= 1
                    return code if left < 0 else 0

                one.leave()
                with Disk(one.folder, fail):
                    try:
                        for _ in range(3):
                            _try(run, lambda: run.work(one))
                        run.sync(one)
                    finally:
                        one.leave()
                run.judge(mission)
            run.expect(*_STORE, "done")
            if not set(run.saw) - {"done"}:
                raise Wrong(["nothing was refused"])

    return run


def _try(run: Run, work: Callable[[], None]) -> bool:
    """Work that may be refused by the disk, with a name."""
    from models.rules.problems import Trouble

    try:
        work()
    except Trouble as trouble:
        run.saw[trouble.code] += 1
        return False
    except Exception as error:
        raise Wrong([f"work ended with {type(error).__name__}, which has no name: {error}"]) from error
    return True


# A file system of our own that is full, or read-only


@cache
def _no_mounts() -> str:
    if os.geteuid() != 0:
        return "only root mounts a file system of its own"
    with suppress(OSError, subprocess.SubprocessError), _mounted(Path("/tmp") / f"loket-faults-{os.getpid()}"):
        return ""
    return "this machine lets nobody mount a file system"


@contextmanager
def _mounted(place: Path) -> Iterator[Path]:
    place.mkdir()
    try:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(place)], check=True, capture_output=True)
        try:
            yield place
        finally:
            subprocess.run(["umount", "-l", str(place)], capture_output=True, check=True)
    finally:
        place.rmdir()


def _moved(counter: Counter, place: Path) -> None:
    counter.leave()
    shutil.copytree(counter.folder, place / "loket")
    counter.folder = place / "loket"


def _really_full(run: Run) -> None:
    """The counter's folder is on a disk of 80 MB that somebody fills up to the last kilobytes."""
    with run.place.mission(2) as mission, _mounted(run.place.folder / "small") as small:
        one, other = mission.counters
        _moved(one, small)
        for _ in run.tries():
            run.work(other)
            other.sync()
            room = run.chance.randrange(4, 700) << 10
            # Whoever asks first is told that the disk is nearly full; here it fills up after that was asked.
            one.desk.store._free_space = lambda _folder: 1 << 40
            _fill(small, room)
            for _person in range(6):
                if not _try(run, lambda: run.work(one)):
                    break
            run.sync(one)
            one.leave()
            (small / "film.mkv").unlink()
            run.judge(mission)
        run.expect(*_STORE, "done")
        if not run.saw["store.disk_full"]:
            raise Wrong(["the disk was never full"])


def _fill(place: Path, room: int) -> None:
    disk = os.statvfs(place)
    with (place / "film.mkv").open("wb") as file:
        left = disk.f_bavail * disk.f_frsize - room
        while left > 0:
            left -= file.write(bytes(min(left, 1 << 20)))


def _read_only(run: Run) -> None:
    """The disk with the counter's folder turns read-only, as Linux does when it finds a file system damaged."""
    with run.place.mission(2) as mission, _mounted(run.place.folder / "hard") as hard:
        one, other = mission.counters
        _moved(one, hard)
        for _ in run.tries():
            run.work(one)
            run.work(other)
            one.leave()
            subprocess.run(["mount", "-o", "remount,ro", str(hard)], check=True, capture_output=True)
            _try(run, lambda: run.work(one))
            run.sync(one)
            other.sync()
            one.leave()
            subprocess.run(["mount", "-o", "remount,rw", str(hard)], check=True, capture_output=True)
            run.judge(mission)
        run.expect(*_STORE)


# The power goes


def _power_cut(run: Run) -> None:
    """Work, a sync and more work are written down; then the disk is made as it may be after a power cut at any instant.

    Each time the database opens, is whole, holds what was answered, and goes on. One of them goes on with the centre:
    the power went after the sync had begun, because nobody can have sent what was not on the disk yet."""
    while run.left:
        with run.place.mission(2) as mission:
            one, other = mission.counters
            run.work(other)
            other.sync()
            run.work(one)
            one.leave()
            before = files_of(one.folder)
            known = len(one.memory.answered), dict(one.memory.payments)
            with Disk(one.folder) as disk:
                for _ in range(2):
                    serve_somebody(one.desk, run.chance, disk.mark)
                sent = len(disk.steps)
                one.sync()
                for number in range(2):
                    serve_somebody(one.desk, run.chance, disk.mark, paper=PAPER * number)
                one.leave()
            for left in reversed(range(min(_CUTS, run.left))):
                last = left == 0
                cut = run.chance.randrange(sent if last else 0, len(disk.steps) + 1)
                files = after_power_cut(before, disk.steps[:cut], run.chance)
                memory = Memory(one.memory.answered[: known[0]], dict(known[1]))
                for at, told in disk.marks:
                    if at <= cut and isinstance(told, Answered):
                        memory.note(told)
                if last:
                    put(one.folder, files)
                    one.memory = memory
                    run.judge(mission)
                else:
                    _goes_on(run, files, memory, one)
                run.saw["power cut"] += 1
                run.tried += 1


_CUTS = 10
"""Power cuts made of one recording."""


def _goes_on(run: Run, files: dict[str, bytes], memory: Memory, counter: Counter) -> None:
    from sqlalchemy import select

    from kiosk.desk import Desk
    from kiosk.store.tables import entry, own_terminal
    from kiosk.usecases.verify import verify
    from models.ledger.tables import receipt
    from models.rules.problems import Trouble

    folder = run.place.folder / "cut"
    put(folder, files)
    try:
        with Desk.open(folder, "rina", PASSWORD, clock=counter.clock) as desk:
            serve_somebody(desk, run.chance, memory.note)
            verify(desk)
            with desk.read() as work:
                me = work.connection.execute(select(own_terminal.c.terminal)).scalar_one()
                mine = select(entry.c.seq, entry.c.hash).where(entry.c.terminal == me)
                journal = {row.seq: bytes(row.hash) for row in work.connection.execute(mine)}
                numbers = set(work.connection.scalars(select(receipt.c.number)))
                serials = sorted(work.connection.scalars(select(receipt.c.serial).where(receipt.c.terminal == me)))
    except Trouble as trouble:
        raise Wrong([f"after a power cut: {trouble.code} {dict(trouble.values)}"]) from trouble
    lost = [str(one.seq) for one in memory.answered if one.seq and journal.get(one.seq) != one.hash]
    lost += [number for number in memory.payments.values() if number and number not in numbers]
    if lost or serials != list(range(1, len(serials) + 1)):
        raise Wrong([f"after a power cut {lost} were answered and are not there; numbers {serials}"])


def _power_cut_while_rekeying(run: Run) -> None:
    """Somebody's key slot is taken away and the whole database encrypted anew; the power goes at any instant."""
    from kiosk.store.keys import Cost
    from kiosk.usecases.staff import add

    while run.left:
        with run.place.mission(1) as mission:
            (one,) = mission.counters
            run.work(one)
            cheap = Cost(passes=1, memory_kib=8, lanes=1)
            add(one.desk, login="budi", name="Budi", role="petugas", password="lain-456-lain", cost=cheap)
            one.leave()
            before = files_of(one.folder)
            with Disk(one.folder) as disk:
                if not one.desk.store.drop_person("budi"):
                    raise Wrong(["nothing was encrypted anew"])
                one.leave()
            for _ in range(min(_CUTS, run.left)):
                cut = run.chance.randrange(len(disk.steps) + 1)
                files = after_power_cut(before, disk.steps[:cut], run.chance)
                memory = Memory(list(one.memory.answered), dict(one.memory.payments))
                _goes_on(run, files, memory, one)
                run.saw["power cut"] += 1
                run.tried += 1


CASES = (
    Case("disk full", "any write to the counter's disk is refused, and all later ones", _refused_at(FULL), 40, 2),
    Case("disk broken", "any write ends with an input/output error, and all later ones", _refused_at(BROKEN_WRITE), 20),
    Case("disk cannot sync", "any sync of the disk fails, and all later ones", _refused_at(BROKEN_SYNC), 20, 0),
    Case(
        "disk really full",
        "a file system of 80 MB with the counter's folder is filled up",
        _really_full,
        15,
        0,
        needs=_no_mounts,
        alone=True,
    ),
    Case(
        "disk read-only",
        "a file system with the counter's folder is mounted read-only",
        _read_only,
        5,
        0,
        needs=_no_mounts,
        alone=True,
    ),
    Case(
        "torn by a power cut", "what was not synced is there sector by sector, or not", _power_cut, 300, 2, alone=True
    ),
    Case(
        "torn while it is encrypted anew",
        "the same while every page gets a new key",
        _power_cut_while_rekeying,
        100,
        0,
        alone=True,
    ),
)
