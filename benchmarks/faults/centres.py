"""Faults of the centre: its PostgreSQL restarted, crashed, read-only, full, and restored to an older backup."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Literal

from benchmarks.faults.case import Case, Run, Wrong
from benchmarks.faults.disks import _fill, _mounted, _no_mounts
from benchmarks.faults.kills import _noting
from benchmarks.faults.lines import PAPER

_AWAY = ("line.busy", "line.unreachable", "line.broken")


def _restarted(mode: Literal["fast", "immediate"]) -> Callable[[Run], None]:
    def run(run: Run) -> None:
        with run.mission() as mission:
            one, other = mission.counters
            lasts = 0.0
            for number in run.tries():
                run.work(one, paper=PAPER if number % 2 else 0)
                run.work(one)
                run.work(other)
                other.sync()
                begun = time.monotonic()
                failed: list[Exception] = []
                thread = threading.Thread(target=_noting, args=(failed, partial(run.sync, one, 30)))
                thread.start()
                if lasts:
                    thread.join(run.chance.uniform(0, lasts))
                    run.place.restart(mode)
                thread.join()
                lasts = lasts or time.monotonic() - begun
                if failed:
                    raise failed[0]
                run.judge(mission)
            run.expect("done", "done but line.busy", "done but line.unreachable", "done but line.broken", *_AWAY)

    return run


def _replica(run: Run) -> None:
    """The database is a replica for a while, which takes no writes, and is then promoted."""
    with run.mission() as mission:
        one, other = mission.counters
        for _ in run.tries():
            run.work(one)
            run.work(other)
            run.place.become_replica()
            try:
                run.sync(one)
                run.sync(other)
            finally:
                run.place.promote()
            run.judge(mission)
        run.expect(*_AWAY)


def _full(run: Run) -> None:
    """The disk with the centre's tables is full."""
    place = run.place.folder / "tables"
    with _mounted(place):
        space = place / "space"
        space.mkdir(mode=0o700)
        owner = run.place.pg.stat()
        os.chown(space, owner.st_uid, owner.st_gid)
        place.chmod(0o755)
        run.place.make_tablespace("small", space)
        try:
            with run.place.mission(1, tablespace="small") as mission:
                (one,) = mission.counters
                for _ in run.tries():
                    _fill(place, run.chance.randrange(0, 60) << 10)
                    for _round in range(3):
                        for _person in range(6):
                            run.work(one, paper=PAPER)
                        run.sync(one)
                    (place / "film.mkv").unlink()
                    run.judge(mission)
                # It is asked again, as it says, for as long as there is time.
                run.expect(*_AWAY, "line.deadline", "done", "done but line.busy", "done but line.broken")
                if not set(run.saw) - {"done"}:
                    raise Wrong(["the centre's disk was never full"])
        finally:
            run.place.drop_tablespace("small")


def _restored(run: Run) -> None:
    """A backup is made, everybody works on, and then the centre's disk is lost: the backup takes its place while a
    counter is in the middle of a sync. All that was done since comes back from the counters."""
    for _ in run.tries():
        with run.place.mission(2) as mission:
            one = mission.counters[0]
            for counter in mission.counters:
                run.work(counter, paper=PAPER)
                counter.sync()
            mission.close()
            backup = run.place.copied()
            for _round in range(2):
                for counter in mission.counters:
                    run.work(counter, paper=PAPER)
                    run.sync(counter)
            run.work(one)
            failed: list[Exception] = []
            thread = threading.Thread(target=_noting, args=(failed, partial(run.sync, one, 30)))
            thread.start()
            thread.join(run.chance.uniform(0, 0.3))
            run.place.restore(backup)
            thread.join()
            if failed:
                raise failed[0]
            run.judge(mission)


CASES = (
    Case("PostgreSQL restarted", "pg_ctl restart at any instant of a sync", _restarted("fast"), 15, 0),
    Case(
        "PostgreSQL crashed",
        "stopped as by a crash at any instant of a sync, and recovered",
        _restarted("immediate"),
        25,
        2,
    ),
    Case("PostgreSQL a replica", "it takes no writes for a while, and is then promoted", _replica, 5, 0),
    Case(
        "PostgreSQL full",
        "a file system of 80 MB with the centre's tables is filled up",
        _full,
        6,
        0,
        needs=_no_mounts,
        alone=True,
    ),
    Case(
        "PostgreSQL restored", "an older backup takes its place in the middle of a sync", _restored, 10, 0, alone=True
    ),
)
