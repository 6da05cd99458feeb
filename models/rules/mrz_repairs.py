"""MRZ repairs: what two lines that cannot be read may have meant. Offered to a person, never applied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product

from models.rules.mrz import CHECKED, LENGTH, VALUES, Mrz, fits, plain_line, read_mrz, travel_codes, wrong_places
from models.rules.passports import USUAL_NUMBER
from models.rules.problems import Problem, Refused

MOST_REPAIRS = 5
MOST_CHANGES = 4
"""More characters than this misread is no misreading: the page is scanned again."""

# What a reader or a hand takes for what, the likelier the cheaper. Both ways. A digit taken for another digit is not
# here: so many of those make the check digits right that a wrong number would be offered as often as the right one.
_CONFUSED = {
    1: ["0O", "1I", "8B", "5S", "2Z", "|I", "|1", "!I", "!1"],
    2: ["6G", "0D", "0Q", "1L", "<K", "<C"],
    3: ["7T", "4A", "MN", "MH", "FP", "FE"],
}
_MEANT = {
    character: {
        other: cost
        for cost, pairs in _CONFUSED.items()
        for pair in pairs
        if character in pair
        for other in pair.replace(character, "")
    }
    for character in {character for pairs in _CONFUSED.values() for pair in pairs for character in pair}
}

_DIGITS = "0123456789"
_WEIGHTS = (7, 3, 1)
# Where each place of the second line stands in what the composite covers.
_COMPOSITE = {at: n for n, at in enumerate([*range(10), *range(13, 20), *range(21, 43)])}
_LIMITS = {1: 200, 2: 60, 3: 20, 4: 10}
_RUN = re.compile("<{4,}")
_USUAL_NUMBER = re.compile(rf"{USUAL_NUMBER}<*")


@dataclass(frozen=True, slots=True)
class Change:
    """One character: line and column from 1, what was read there, and what may have been meant. A filler that was
    lost or doubled has nothing on one side."""

    line: int
    column: int
    read: str
    meant: str

    def problem(self, field: str) -> Problem:
        if not self.read:
            return Problem.of(field, "mrz.filler_missing", line=self.line, column=self.column)
        if not self.meant:
            return Problem.of(field, "mrz.filler_extra", line=self.line, column=self.column)
        return Problem.of(field, "mrz.meant", line=self.line, column=self.column, read=self.read, meant=self.meant)


@dataclass(frozen=True, slots=True)
class Repair:
    """Two lines with every check digit right, what they would say, and where they differ from what was read."""

    lines: tuple[str, str]
    changes: tuple[Change, ...]
    mrz: Mrz

    def problems(self, field: str = "mrz") -> list[Problem]:
        """`mrz.meant`, `mrz.filler_missing` or `mrz.filler_extra` for each change, for the sentences that ask."""
        return [change.problem(field) for change in self.changes]


@dataclass(frozen=True, slots=True)
class _Variant:
    """Characters to put at places of the second line, what that costs, and what the field then adds to the sum
    of the composite digit."""

    put: tuple[tuple[int, str], ...]
    cost: int
    sum: int


def mrz_repairs(lines: Sequence[str], today: date) -> tuple[Repair, ...]:
    """The likeliest readings of lines that `read_mrz` refuses, best first, at most five; none for lines that it
    reads, and none where more than four characters would have to change.

    Every repair is read by `read_mrz`, so all five check digits are right. Letters where only digits stand, and
    digits where only letters do, must change; in the document number either may. Where an Indonesian passport's number
    may have the usual form, others are not offered. No repair contains a smaller one. What the check digits cannot see
    is not found: G and 6, K and <, A and 0 count the same.
    """
    given = [plain_line(line) for line in lines]
    if len(given) != 2:
        return ()
    try:
        read_mrz(given, today)
    except Refused:
        pass
    else:
        return ()
    found: list[tuple[bool, int, Repair]] = []
    for upper, lower, sized in _sized(given[0], given[1]):
        for cost, change_upper, change_lower in _readings(upper, lower):
            meant = (_put(upper, change_upper), _put(lower, change_lower))
            try:
                mrz = read_mrz(meant, today)
            except Refused:
                continue
            changes = [
                *(Change(1, at + 1, upper[at], character) for at, character in change_upper.items()),
                *(Change(2, at + 1, lower[at], character) for at, character in change_lower.items()),
            ]
            repair = Repair(meant, (*sized, *sorted(changes, key=lambda c: (c.line, c.column))), mrz)
            unusual = mrz.issuer == "IDN" and not _USUAL_NUMBER.fullmatch(meant[1][:9])
            if unusual and _USUAL_NUMBER.fullmatch(lower[:9]):
                # A number of the usual form was not misread into it from another.
                continue
            found.append((unusual, cost + len(sized), repair))
    if not all(unusual for unusual, _cost, _repair in found):
        found = [one for one in found if not one[0]]
    found.sort(key=lambda item: (item[1], item[2].lines))
    kept: list[Repair] = []
    for _unusual, _cost, repair in found:
        if not any(set(smaller.changes) <= set(repair.changes) for smaller in kept):
            kept = [one for one in kept if not set(repair.changes) <= set(one.changes)]
            kept.append(repair)
    return tuple(kept[:MOST_REPAIRS])


def _sized(upper: str, lower: str) -> Iterator[tuple[str, str, tuple[Change, ...]]]:
    """The lines at 44 characters each: fillers lost or doubled at the end of the names, or in the personal
    number, are put back."""
    changes: list[Change] = []
    while len(upper) < LENGTH and len(changes) < MOST_CHANGES and upper.endswith("<"):
        upper += "<"
        changes.append(Change(1, len(upper), "", "<"))
    while len(upper) > LENGTH and len(changes) < MOST_CHANGES and upper.endswith("<"):
        changes.append(Change(1, len(upper), "<", ""))
        upper = upper[:-1]
    run = max(_RUN.finditer(lower), key=lambda run: run.end() - run.start(), default=None)
    if run is not None and len(lower) != LENGTH and abs(LENGTH - len(lower)) <= MOST_CHANGES:
        at = run.start()
        missing = LENGTH - len(lower)
        lower = lower[:at] + "<" * missing + lower[at:] if missing > 0 else lower[:at] + lower[at - missing :]
        sides = ("", "<") if missing > 0 else ("<", "")
        changes += [Change(2, at + n + 1, *sides) for n in range(abs(missing))]
    if len(upper) == len(lower) == LENGTH:
        yield upper, lower, tuple(changes)


def _readings(upper: str, lower: str) -> Iterator[tuple[int, dict[int, str], dict[int, str]]]:
    """Cost and changes of both lines that make every character fit and the check digits agree."""
    fixed = _fixed(upper, lower)
    if fixed is None:
        return
    change_upper, change_lower, cost = fixed
    fields = []
    broken = 0
    for name, part, at in CHECKED:
        places = [*range(part.start, part.stop), at]
        as_it_is = _Variant((), 0, _sum(lower, places))
        if _right(name, lower, places) and all(fits(2, place, lower[place]) for place in places):
            fields.append([as_it_is])
            continue
        variants = sorted(_variants(name, lower, places), key=lambda variant: variant.cost)
        if not variants:
            return
        broken += 1
        fields.append(variants)
    limit = _LIMITS.get(broken, 10)
    last = {lower[43]: 0, **_MEANT.get(lower[43], {})}
    for chosen in product(*(variants[:limit] for variants in fields)):
        expected = _DIGITS[sum(variant.sum for variant in chosen) % 10]
        if expected not in last:
            continue
        put = dict(change_lower)
        for variant in chosen:
            put.update(variant.put)
        if expected != lower[43]:
            put[43] = expected
        if len(put) + len(change_upper) <= MOST_CHANGES:
            yield cost + sum(variant.cost for variant in chosen) + last[expected], change_upper, put


def _fixed(upper: str, lower: str) -> tuple[dict[int, str], dict[int, str], int] | None:
    """What no check digit covers and cannot stand: names, countries and the sex take the likeliest character that
    can. None where there is none."""
    changes: tuple[dict[int, str], dict[int, str]] = ({}, {})
    covered = {place for _name, part, at in CHECKED for place in (*range(part.start, part.stop), at)} | {43}
    cost = 0
    for line, at in wrong_places(upper, lower):
        if line == 2 and at in covered:
            continue
        character = (upper, lower)[line - 1][at]
        meant = {other: price for other, price in _MEANT.get(character, {}).items() if fits(line, at, other)}
        if not meant:
            return None
        likely = min(meant, key=lambda other: (not _known(upper, lower, line, at, other), meant[other]))
        changes[line - 1][at] = likely
        cost += meant[likely]
    return (*changes, cost)


def _known(upper: str, lower: str, line: int, at: int, character: str) -> bool:
    """Whether the character makes its three letters a country's code, where it stands in one."""
    text, start = (upper, 2) if line == 1 else (lower, 10)
    if not start <= at < start + 3:
        return True
    return _put(text, {at: character})[start : start + 3].rstrip("<") in travel_codes()


def _variants(name: str, lower: str, places: list[int]) -> Iterator[_Variant]:
    """Changes to one field and its check digit that make them agree: what cannot stand changes, and up to two
    characters beside it."""
    digit = places[-1]

    def may_stand(at: int, character: str) -> bool:
        return character in _DIGITS if at == digit else fits(2, at, character)

    forced = [at for at in places if not may_stand(at, lower[at]) and not _open(name, lower, at)]
    if len(forced) > MOST_CHANGES:
        return
    choices = {
        at: [(other, cost) for other, cost in _MEANT.get(lower[at], {}).items() if may_stand(at, other)]
        for at in places
    }
    free = [at for at in places if at not in forced and choices[at]]
    for more in range(min(3, MOST_CHANGES - len(forced) + 1)):
        for beside in combinations(free, more):
            at_places = (*forced, *beside)
            for taken in product(*(choices[at] for at in at_places)):
                put = tuple((at, other) for at, (other, _cost) in zip(at_places, taken, strict=True))
                text = _put(lower, dict(put))
                if _right(name, text, places):
                    yield _Variant(put, sum(cost for _other, cost in taken), _sum(text, places))


def _open(name: str, lower: str, at: int) -> bool:
    return name == "personal_number" and at == 42 and lower[at] == "<" and not lower[28:42].strip("<")


def _right(name: str, lower: str, places: list[int]) -> bool:
    *field, digit = places
    if any(lower[at] not in VALUES for at in places):
        return False
    if _open(name, lower, digit):
        return True
    return lower[digit] in _DIGITS and _weighed(lower, field) == int(lower[digit])


def _weighed(lower: str, places: Sequence[int]) -> int:
    return sum(VALUES[lower[at]] * _WEIGHTS[n % 3] for n, at in enumerate(places)) % 10


def _sum(lower: str, places: Sequence[int]) -> int:
    return sum(VALUES.get(lower[at], 0) * _WEIGHTS[_COMPOSITE[at] % 3] for at in places)


def _put(text: str, changes: dict[int, str]) -> str:
    characters = list(text)
    for at, character in changes.items():
        characters[at] = character
    return "".join(characters)
