"""More than one at a time, and clocks that jump: two syncs of one database, the command line beside the window, several
counters and their payments, all at once; the counter's or the centre's clock a year ahead or a day behind."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.faults.case import Case, Run, Wrong
from benchmarks.faults.lines import PAPER
from benchmarks.faults.processes import Worker, command, sync_only, work_and_sync

_CODES = {0, 3}
"""`loket sync` is done, or said what the world's trouble is."""


def _two_instances(run: Run) -> None:
    """One process serves people and syncs, as a window does; beside it `loket sync` and `loket verify` run on the same
    database, and a third process does nothing but sync; the other counter does the same."""
    with run.mission() as mission:
        one, other = mission.counters
        for _ in run.tries():
            windows = [
                (counter, Worker(work_and_sync, counter.folder, run.chance.randrange(1 << 30), 3, PAPER))
                for counter in mission.counters
            ]
            others = [
                Worker(sync_only, one.folder, 4),
                Worker(command, one.folder, ["sync"]),
                Worker(command, one.folder, ["status"]),
                Worker(command, other.folder, ["sync"]),
            ]
            for counter, window in windows:
                counter.remember(window.until("never"))
                if code := window.finish():
                    raise Wrong([f"who served people ended with {code}: {window.heard()}"])
                counter.remember(window.heard())
            for worker in others:
                if code := worker.finish():
                    raise Wrong([f"a process beside it ended with {code}: {worker.heard()}"])
                heard = worker.heard()
                run.saw[" ".join(map(str, heard)) if len(heard) == 1 else "done"] += 1
                if len(heard) == 1 and heard[0] not in _CODES:
                    raise Wrong([f"`loket` ended with {heard[0]}"])
            run.judge(mission)


def _clock_jumps(run: Run) -> None:
    """The counter's clock jumps before a sync and in the middle of it."""
    jumps = (timedelta(days=365), timedelta(days=-1), timedelta(hours=7), timedelta(minutes=-3), timedelta(days=-400))
    with run.mission() as mission:
        one, other = mission.counters
        for number in run.tries():
            run.work(other)
            other.sync()
            one.clock.by = jumps[number % len(jumps)]
            run.work(one)
            left = run.chance.randrange(4)

            def jump(_: object, number: int = number) -> None:
                nonlocal left
                left -= 1
                if left == 0:
                    one.clock.by = jumps[(number + 1) % len(jumps)]

            run.sync(one, progress=jump)
            run.work(one)
            run.sync(one)
            run.judge(mission)
        run.expect("done", "sync.clock")


def _centre_clock_jumps(run: Run) -> None:
    """The centre's clock jumps; the counters' are right."""
    jumps = (365 * 86_400.0, -86_400.0, 25_200.0, -180.0)
    with run.mission() as mission:
        one, other = mission.counters
        for number in run.tries():
            run.work(one)
            run.work(other)
            mission.served.shift.value = jumps[number % len(jumps)]
            run.sync(one)
            mission.served.shift.value = jumps[(number + 1) % len(jumps)]
            run.sync(other)
            run.sync(one)
            run.judge(mission)
        run.expect("done", "sync.clock")


CASES = (
    Case(
        "several at once",
        "window and commands on one database, both counters at once",
        _two_instances,
        15,
        1,
    ),
    Case("the counter's clock jumps", "a year ahead, days behind, also in the middle of a sync", _clock_jumps, 15),
    Case(
        "the centre's clock jumps", "a year ahead, a day behind, between the calls of a sync", _centre_clock_jumps, 12
    ),
)
