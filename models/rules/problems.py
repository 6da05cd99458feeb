"""Problems: what is wrong with what was entered, named by a code; never a text for people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to change: where it is (`lines[0].months`), what it is (`months.too_many`), and the gaps
    of the sentence that `models.sentences` keeps for the code."""

    field: str
    code: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, field: str, code: str, **values: object) -> Problem:
        return cls(field, code, tuple((name, str(value)) for name, value in values.items()))


class Refused(Exception):
    """A rule said no. Nothing was recorded; each problem says what to change."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{problem.field}: {problem.code}" for problem in problems))
        self.problems = problems


class Trouble(Exception):
    """The world said no: a disk, a printer, a line, a password. The code names the sentence that says what
    to do; whoever raises it keeps the cause with `from`."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, *values.values())
        self.code = code
        self.values = tuple((name, str(value)) for name, value in values.items())


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise `Refused` with the problems, if there are any."""
    if found := tuple(problems):
        raise Refused(*found)
