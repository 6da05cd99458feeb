"""Steps: work too long for one turn, done a piece at a time, so that it can be told about, interrupted and stopped."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Step:
    """How far the work is. `of` is 0 while nobody knows how much there is."""

    done: int
    of: int = 0


Steps: TypeAlias = Generator[Step, None, T]
"""Work that yields after every piece, and returns its result. Whoever stops asking has stopped it: what was
recorded until then stands."""


def finish(steps: Steps[T], tell: Callable[[Step], object] = lambda _step: None) -> T:
    """Do it all at once, telling after every piece."""
    while True:
        try:
            tell(next(steps))
        except StopIteration as end:
            result: T = end.value
            return result
