"""Tills: who may do what with the drawer, what was counted against what should be there, what a difference needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from models.rules import data
from models.rules.money import LARGEST_MINOR, Money
from models.rules.problems import Problem, Refused

_Z_NUMBER = re.compile(r"[A-Z][A-Z0-9]{1,9}(?:\.[0-9A-Z]{2})?-Z-[0-9]{6,12}")

Standing = Literal["closed", "open"]
"""A terminal has one drawer: a session of it is open, or none is (never was, or the last was closed)."""
Who = Literal["holder", "other"]
"""Whoever acts answers for the open drawer, or does not."""
Action = Literal["open", "move", "hand_over", "close"]

DIFFERENCE, CLOSED_BY_OTHER, MOVED_ALONE = "till.difference", "till.closed_by_other", "till.moved_alone"
FLAGS = (DIFFERENCE, CLOSED_BY_OTHER, MOVED_ALONE)
"""What a supervisor is to look at later, because nobody was there to ask."""


@dataclass(frozen=True, slots=True)
class Way:
    """Something that may be done with a drawer: where it leads, and what it asks for. `reason`: also where nothing
    differs. `flag` is raised whenever it is done."""

    action: Action
    before: Standing
    who: Who
    after: Standing
    holder: Literal["actor", "same", "receiver", "nobody"]
    reason: bool = False
    flag: str | None = None


WAYS: tuple[Way, ...] = (
    Way("open", "closed", "other", "open", "actor"),
    Way("move", "open", "holder", "open", "same", reason=True),
    Way("hand_over", "open", "holder", "open", "receiver"),
    Way("close", "open", "holder", "closed", "nobody"),
    # The holder may have gone home with the key to nothing: whoever is there counts, and says why.
    Way("close", "open", "other", "closed", "nobody", reason=True, flag=CLOSED_BY_OTHER),
)
"""All that may be done. Whatever state a drawer is in, a way leads to `closed`: a test walks all of them."""


def way(action: Action, standing: Standing, who: Who) -> Way:
    """The way, where there is one. Refused on `till`: `till.open_already`, `till.none_open`, `till.not_holder`."""
    for one in WAYS:
        if (one.action, one.before, one.who) == (action, standing, who if standing == "open" else "other"):
            return one
    if action == "open":
        raise Refused(Problem("till", "till.open_already"))
    if standing == "open":
        raise Refused(Problem("till", "till.not_holder"))
    raise Refused(Problem("till", "till.none_open"))


# Counting


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of one currency; `pieces` are (face in its smallest unit, how many), the largest face first.
    Without them only the sum was counted."""

    money: Money
    pieces: tuple[tuple[int, int], ...] = ()


@cache
def faces(code: str) -> tuple[Money, ...]:
    """Notes and coins of a currency that are in use, the largest first; empty where we do not know them."""
    for row in data.rows("denominations.csv"):
        if row["code"] == code:
            return tuple(Money.parse(face, code) for face in row["faces"].split())
    return ()


def counted(
    code: str,
    amount: int | str | None = None,
    pieces: Mapping[str, int] | None = None,
    field: str = "counts",
) -> Count:
    """A count as it was written: the sum, how many of each face (in the main unit: `{"1000": 3, "0.50": 7}`), or both.

    Faces that our table does not have are taken as well: a new note is money before the table knows it.
    Refused: `required`; what `Money.parse` finds; on `FIELD.pieces` `till.face` and `till.piece_number`; on
    `FIELD.amount` `till.pieces_and_sum`."""
    if amount is None and pieces is None:
        raise Refused(Problem(f"{field}.amount", "required"))
    stated = None if amount is None else Money.parse(amount, code, f"{field}.amount")
    if pieces is None:
        assert stated is not None
        return Count(stated)
    found: dict[int, int] = {}
    for written, number in pieces.items():
        face = Money.parse(written, code, f"{field}.pieces")
        if not face.minor:
            raise Refused(Problem.of(f"{field}.pieces", "till.face", face=written[:20]))
        if isinstance(number, bool) or not 0 <= number <= 1_000_000:
            raise Refused(Problem.of(f"{field}.pieces", "till.piece_number", face=written[:20]))
        if number:
            found[face.minor] = found.get(face.minor, 0) + number
    total = Money.of(sum(face * number for face, number in found.items()), code)
    if total.minor > LARGEST_MINOR:
        raise Refused(Problem(f"{field}.pieces", "money.too_large"))
    if stated is not None and stated != total:
        raise Refused(Problem.of(f"{field}.amount", "till.pieces_and_sum", sum=total, amount=stated))
    return Count(total, tuple(sorted(found.items(), reverse=True)))


@dataclass(frozen=True, slots=True)
class Compared:
    """What was counted of one currency, what should lie there, and by how much more may differ (`limit`, in the
    smallest unit) than one person answers for alone."""

    counted: Money
    expected: Money
    limit: int = 0

    @property
    def difference(self) -> Money:
        """Below nothing: money is missing."""
        return self.counted - self.expected

    @property
    def beyond_limit(self) -> bool:
        return abs(self.difference.minor) > self.limit


def compare(counts: Sequence[Count], expected: Iterable[Money], limits: Mapping[str, int]) -> tuple[Compared, ...]:
    """Counted and expected side by side, in the order counted. A mission whose centre set no limit for a currency has
    none: every difference is agreed to by two.

    Refused on `counts`: `till.counted_twice`, and `till.count_missing` for a currency of which something should lie
    there and nobody said how much does."""
    books = {one.currency: one for one in expected}
    named = [count.money.currency for count in counts]
    problems = [
        Problem.of("counts", "till.counted_twice", currency=code)
        for code in dict.fromkeys(named)
        if named.count(code) > 1
    ]
    problems += [
        Problem.of("counts", "till.count_missing", currency=code)
        for code, one in books.items()
        if one.minor and code not in named
    ]
    if problems:
        raise Refused(*problems)
    return tuple(
        Compared(
            count.money,
            books.get(count.money.currency, Money(0, count.money.currency, count.money.exponent)),
            max(limits.get(count.money.currency, 0), 0),
        )
        for count in counts
    )


def agreed(
    sums: Sequence[Compared], *, reason: str, second: bool, alone: bool, reason_always: bool = False
) -> tuple[str, ...]:
    """What is flagged when these sums are recorded. `second`: somebody else has agreed; `alone`: nobody could be asked.

    A drawer that differs is never kept open by that: without a second person it goes on with a reason and a flag.
    Refused: `till.reason` on `reason` where something differs (gap `difference`) and none was given, `required` where
    the act itself asks for one; on `approval` `till.second_person` for what is beyond the limit (gap `difference`)."""
    differing = [one for one in sums if one.difference.minor]
    beyond = [one for one in sums if one.beyond_limit]
    problems = []
    if not reason and differing:
        problems.append(Problem.of("reason", "till.reason", difference=differing[0].difference))
    elif not reason and reason_always:
        problems.append(Problem("reason", "required"))
    if beyond and not second and not alone:
        problems.append(Problem.of("approval", "till.second_person", difference=beyond[0].difference))
    if problems:
        raise Refused(*problems)
    return (DIFFERENCE,) if beyond and not second else ()


def moved(
    amount: Money, way_: Literal["in", "out"], there: Money, limit: int | None, *, second: bool, alone: bool
) -> tuple[str, ...]:
    """What is flagged when cash is put in or taken out. Taking out more than the limit that the centre set for the
    currency is agreed to by two, or flagged; where it set none, a reason is enough.

    Refused on `amount`: `till.nothing_moved`, `till.not_that_much` (gap `there`); on `approval`:
    `till.second_person_out` (gap `limit`)."""
    if amount.minor <= 0:
        raise Refused(Problem("amount", "till.nothing_moved"))
    if way_ == "in":
        return ()
    if amount > there:
        raise Refused(Problem.of("amount", "till.not_that_much", there=there))
    if limit is None or amount.minor <= limit or second:
        return ()
    if not alone:
        at_most = Money(limit, amount.currency, amount.exponent)
        raise Refused(Problem.of("approval", "till.second_person_out", limit=at_most))
    return (MOVED_ALONE,)


# The Z-report


def z_number(series: str, mark: str | None, serial: int) -> str:
    """`TPE3-Z-000012`: one series per terminal, that no year ends; before enrolment with the key's mark."""
    return f"{series}{f'.{mark}' if mark else ''}-Z-{serial:06}"


def as_z_number(text: str) -> str | None:
    """The number of a Z-report as a person typed it; None where it is none."""
    written = text.strip().upper()
    return written if _Z_NUMBER.fullmatch(written) else None


@dataclass(frozen=True, slots=True)
class Link:
    """What chains a Z-report to the one before: places in the terminal's journal, and hashes of the closing entries."""

    serial: int
    after_seq: int
    previous_hash: bytes
    closed_seq: int
    closed_hash: bytes


def first_broken(links: Sequence[Link]) -> int | None:
    """The serial of the first Z-report, in order, that does not go on where the one before it ended; None: all do."""
    seq, closed, serial = 0, b"", 0
    for link in links:
        if (link.serial, link.after_seq, link.previous_hash) != (serial + 1, seq, closed) or link.closed_seq <= seq:
            return link.serial
        seq, closed, serial = link.closed_seq, link.closed_hash, link.serial
    return None


MOST_NAMED = 500
"""So many papers are named one by one; of more, each unbroken run by its first and its last number."""


def named(numbers: Sequence[str]) -> tuple[str, ...]:
    """The numbers of late papers as a Z-report lists them, in the order they were given."""
    if len(numbers) <= MOST_NAMED:
        return tuple(numbers)
    runs: list[list[str]] = []
    for number in numbers:
        if runs and _next(runs[-1][-1]) == number:
            runs[-1].append(number)
        else:
            runs.append([number])
    return tuple(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _next(number: str) -> str:
    head, _dash, serial = number.rpartition("-")
    return f"{head}-{int(serial) + 1:0{len(serial)}}" if serial.isdecimal() else ""
