"""A case: one fault, tried a number of times with chances that follow from the seed, and judged after each."""

from __future__ import annotations

import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from benchmarks.faults.clerk import serve_somebody
from benchmarks.faults.judge import CHECKS, Wrong, judge
from benchmarks.faults.place import Counter, Mission, Place

if TYPE_CHECKING:
    from kiosk.sync.sync import SyncReport


@dataclass
class Run:
    """One case being run."""

    place: Place
    chance: Random
    times: int
    tried: int = 0
    saw: Tally[str] = field(default_factory=Tally)
    """What the program said of the fault, by how often: codes of trouble, or `done`."""
    shared: Mission | None = None
    whole_every: int = 1
    """After every how manyth try each byte on both sides is read again; 0: somebody else does that in the end."""

    def judge(self, mission: Mission) -> None:
        """Wrong, where anything is."""
        judge(mission, whole=bool(self.whole_every) and (self.tried + 1) % self.whole_every == 0)

    @contextmanager
    def mission(self, counters: int = 2) -> Iterator[Mission]:
        """A mission to do things to: that of the run where it has one, else one of its own."""
        if self.shared is not None:
            yield self.shared
            return
        with self.place.mission(counters) as made:
            yield made

    @property
    def left(self) -> int:
        return self.times - self.tried

    def tries(self) -> Iterator[int]:
        """Of a portion: what a mission has done is read again after each try, so none is to become long."""
        for number in range(min(self.left, _PORTION)):
            yield number
            self.tried += 1

    def work(self, counter: Counter, *, paper: int = 0) -> None:
        """Somebody is served, and what was answered is noted."""
        serve_somebody(counter.desk, self.chance, counter.memory.note, paper=paper)

    def sync(self, counter: Counter, deadline: float = 20.0, **asked: Any) -> SyncReport | None:
        """A sync that may fail, in one of the ways that have a name, and not later than its deadline says."""
        from models.rules.problems import Trouble

        begun, report = time.monotonic(), None
        try:
            report = counter.sync(deadline, **asked)
        except Trouble as trouble:
            self.saw[trouble.code] += 1
        except Exception as error:
            raise Wrong([f"a sync ended with {type(error).__name__}, which has no name: {error}"]) from error
        else:
            late = report.documents_trouble or report.trouble
            self.saw["done" if late is None else f"done but {late.code}"] += 1
        took = time.monotonic() - begun
        if took > deadline + _SLACK:
            raise Wrong([f"a sync of at most {deadline:g} s took {took:.1f} s"])
        return report

    def expect(self, *codes: str) -> None:
        """Wrong where something else was said than one of these, or nothing at all."""
        odd = set(self.saw) - set(codes)
        if odd or not self.saw:
            raise Wrong([f"said {', '.join(sorted(odd)) or 'nothing'} where {', '.join(codes)} was expected"])


_PORTION = 22
"""Tries on one mission."""

_SLACK = 4.0
"""Seconds beyond a deadline that a busy machine may take to notice."""


@dataclass(frozen=True)
class Case:
    """`said`: what is done, for people. `times` in `make faults`, `few` in the shorter form; 0: not in it. `needs`
    says what is missing for it on this machine, or nothing. `alone`: it has a place to itself."""

    name: str
    said: str
    run: Callable[[Run], None]
    times: int
    few: int = 1
    needs: Callable[[], str] = lambda: ""
    alone: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a case. `checked`: what was looked at after each try; `wrong`: what was found."""

    case: str
    said: str
    tried: int
    seed: str
    outcome: str
    wrong: tuple[str, ...]
    saw: dict[str, int]
    seconds: float
    reason: str = ""
    checked: tuple[str, ...] = CHECKS

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run_case(
    case: Case, place: Place, seed: str, times: int, *, shared: Mission | None = None, whole_every: int = 1
) -> Outcome:
    """Try a case so many times; `seed` and the case's name settle everything that is left to chance."""
    if reason := case.needs():
        return Outcome(case.name, case.said, 0, seed, "skipped", (), {}, 0.0, reason, ())
    run = Run(
        place, Random(f"{seed} {case.name}"), times, shared=None if case.alone else shared, whole_every=whole_every
    )
    begun, wrong = time.monotonic(), list[str]()
    try:
        while run.left:
            case.run(run)
    except Wrong as found:
        wrong = found.findings
    except Exception as error:
        # Not the fault that is tried, but what surrounds it: the other cases are tried all the same.
        wrong = [f"between the faults: {type(error).__name__}: {error}"]
    if shared is not None:
        with suppress(Exception):
            shared.line.mend()
    took = round(time.monotonic() - begun, 2)
    outcome = "wrong" if wrong else "held"
    return Outcome(case.name, case.said, run.tried, seed, outcome, tuple(wrong[:20]), dict(run.saw), took)


__all__ = ["Case", "Outcome", "Run", "Wrong", "judge", "run_case"]
