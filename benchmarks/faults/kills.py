"""kill -9: of the counter and of the centre at random instants while they are busy, and of a payment at every point
where it writes."""

from __future__ import annotations

import threading
import time
from functools import partial

from benchmarks.faults.case import Case, Run, Wrong
from benchmarks.faults.lines import PAPER
from benchmarks.faults.processes import Worker, sync_only, work_and_sync

_PEOPLE = 4


def _counter_killed(run: Run) -> None:
    """A process serves people and syncs after each; it is killed at any instant of that."""
    with run.mission() as mission:
        one, other = mission.counters
        lasts = 0.0
        for _ in run.tries():
            run.work(other)
            other.sync()
            one.leave()
            begun = time.monotonic()
            worker = Worker(work_and_sync, one.folder, run.chance.randrange(1 << 30), _PEOPLE, PAPER)
            one.remember(worker.until("open"))
            if lasts == 0.0:
                # The first one may come to its end: it tells how long that takes.
                one.remember(worker.until("never"))
                if code := worker.finish():
                    raise Wrong([f"a clerk's process ended with {code}: {worker.heard()}"])
                lasts = time.monotonic() - begun
            else:
                lasts = _kill(run, worker, lasts)
            one.remember(worker.heard())
            run.judge(mission)
        _mostly_killed(run)


def _sync_killed(run: Run) -> None:
    """Only the sync is killed: much is to be sent and much to be read."""
    with run.mission() as mission:
        one, other = mission.counters
        lasts = 0.0
        for _ in run.tries():
            for _person in range(3):
                run.work(one, paper=PAPER)
                run.work(other)
            other.sync()
            one.leave()
            worker = Worker(sync_only, one.folder, 1)
            worker.until("open")
            begun = time.monotonic()
            if lasts == 0.0:
                worker.finish()
                lasts = time.monotonic() - begun
            else:
                lasts = _kill(run, worker, lasts)
            worker.heard()
            run.judge(mission)
        _mostly_killed(run)


def _kill(run: Run, worker: Worker, lasts: float) -> float:
    """Kill at any instant of what should last so long; returns how long the next one should, which may be quicker."""
    if worker.kill_after(run.chance.uniform(0, lasts)):
        run.saw["killed"] += 1
        return lasts * 1.1
    run.saw["done before"] += 1
    return lasts * 0.7


def _mostly_killed(run: Run) -> None:
    if run.saw["killed"] < run.saw["done before"]:
        raise Wrong([f"only {run.saw['killed']} of {run.tried} were at work when they were killed"])


def _centre_killed(run: Run) -> None:
    """The centre's process is killed while a counter syncs, and started again."""
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
            thread = threading.Thread(target=_noting, args=(failed, partial(run.sync, one, 10)))
            thread.start()
            if lasts == 0.0:
                thread.join()
                lasts = time.monotonic() - begun
            else:
                thread.join(run.chance.uniform(0, lasts))
                run.saw["killed at work" if thread.is_alive() else "killed at rest"] += 1
                mission.served.kill()
                mission.line.hang_up()
                mission.served.start()
                thread.join()
            if failed:
                raise failed[0]
            run.judge(mission)


def _noting(failed: list[Exception], call: partial[object]) -> None:
    try:
        call()
    except Exception as error:
        failed.append(error)


def _payment_killed(run: Run) -> None:
    """A `loket pay` is killed before and after everything that it writes, one point after another."""
    from benchmarks.faults.payments import Executioner, open_morning

    folder = run.place.folder / f"morning-{run.chance.randrange(1 << 30)}"
    morning = open_morning(folder / "loket")
    with Executioner(morning.folder) as executioner:
        morning.pay(executioner, 0)  # the first also makes the print folder
        points = morning.pay(executioner, 0).points
        for _ in run.tries():
            at = run.tried + 1 if run.tried < len(points) else run.chance.randint(1, len(points))
            run.saw["killed"] += morning.pay(executioner, at).code is None
            if found := morning.wrong():
                raise Wrong([f"{points[at - 1]}: {one}" for one in found])


CASES = (
    Case(
        "kill -9 of a counter at work",
        "a counter's process that serves and syncs is killed at any instant",
        _counter_killed,
        130,
        3,
    ),
    Case(
        "kill -9 of a counter's sync",
        "a sync with much to send and to read is killed at any instant",
        _sync_killed,
        41,
        0,
    ),
    Case(
        "kill -9 of the centre",
        "the centre's process is killed at any instant of a sync, and started again",
        _centre_killed,
        110,
        3,
    ),
    Case(
        "kill -9 at every write",
        "a payment is killed before and after everything that it writes",
        _payment_killed,
        120,
        0,
        alone=True,
    ),
)
