"""Made-up workers registered twice: how many are found again, and how many strangers are taken for one person.

The rules were set on `SET_ON`; what is published is `PUBLISHED`, people they had never seen.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from itertools import combinations
from typing import Any

from benchmarks.figure import Figure
from benchmarks.people import Record, Register, register
from models.rules import names
from models.rules.likeness import Likeness, Person, likeness, meeting_points, person
from models.rules.names import name_key
from models.sentences import explain

SET_ON = 1
PUBLISHED = 2026
EXAMPLES = 12


def as_person(record: Record) -> Person:
    return person(
        name=record.name,
        birth_date=record.birth_date,
        sex=record.sex,
        mother_name=record.mother,
        niks=[record.nik],
        passports=[record.passport],
        old_passports=record.old_passports,
        kpjs=[record.kpj],
        phones=[record.phone],
    )


def candidates(people: list[Person]) -> set[tuple[int, int]]:
    """Places of the pairs that a register compares."""
    met = defaultdict(list)
    for at, compared in enumerate(people):
        for point in meeting_points(compared):
            met[point].append(at)
    return {pair for group in met.values() for pair in combinations(group, 2)}


def measure(made: Register) -> dict[str, Any]:
    """Everything that is counted, and examples of what went wrong."""
    records = made.records + made.again
    people = [as_person(record) for record in records]
    for remembered in (names._spelled, names._spelled_parts):
        remembered.cache_clear()
    start = time.process_time()
    keys = [name_key(record.name) for record in records]
    per_key = (time.process_time() - start) / len(keys)

    pairs = sorted(candidates(people))
    start = time.process_time()
    found = {pair: likeness(people[pair[0]], people[pair[1]]) for pair in pairs}
    per_comparison = (time.process_time() - start) / len(pairs)

    first_of = {record.who: at for at, record in enumerate(made.records)}
    twice = [(first_of[record.who], len(made.records) + n) for n, record in enumerate(made.again)]
    strength = Counter(found[pair].strength if pair in found else "not met" for pair in twice)
    numberless = [pair for pair in twice if not _share_a_number(people[pair[0]], people[pair[1]])]
    bare = Counter(found[pair].strength if pair in found else "not met" for pair in numberless)

    strangers = [pair for pair in pairs if records[pair[0]].who != records[pair[1]].who]
    false = [pair for pair in strangers if found[pair].strength == "strong"]
    shown = sum(found[pair].strength == "possible" for pair in strangers)
    hard = {kind: [(likeness(as_person(a), as_person(b)), a, b) for a, b in many] for kind, many in made.hard.items()}

    def example(pair: tuple[int, int]) -> dict[str, str]:
        return _example(found.get(pair), records[pair[0]], records[pair[1]])

    return {
        "records": len(records),
        "twice": len(twice),
        "met": len(twice) - strength["not met"],
        "strong": strength["strong"],
        "possible": strength["possible"],
        "twice_without_a_number": len(numberless),
        "strong_without_a_number": bare["strong"],
        "possible_without_a_number": bare["possible"],
        "comparisons": len(pairs),
        "strangers_strong": len(false),
        "strangers_possible": shown,
        "hard": {
            kind: {"pairs": len(many), **Counter(each.strength for each, _, _ in many)} for kind, many in hard.items()
        },
        "seconds_per_comparison": per_comparison,
        "seconds_per_key": per_key,
        "taken_for_one": [example(pair) for pair in false[:EXAMPLES]]
        + [_example(*each) for many in hard.values() for each in many if each[0].strength == "strong"][:EXAMPLES],
        "missed": [example(pair) for pair in twice if pair not in found][:EXAMPLES],
        "told_apart": [example(p) for p in twice if p in found and found[p].strength == "none"][:EXAMPLES],
        "only_possible": [example(p) for p in twice if p in found and found[p].strength == "possible"][:EXAMPLES],
    }


def _share_a_number(a: Person, b: Person) -> bool:
    passports = (a.passports | a.old_passports) & (b.passports | b.old_passports)
    return bool(a.niks & b.niks or passports or a.kpjs & b.kpjs)


def _example(found: Likeness | None, one: Record, other: Record) -> dict[str, str]:
    def told(record: Record) -> str:
        parts = (record.name, record.birth_date, record.sex, record.mother, record.nik, record.passport, record.phone)
        return " · ".join(str(part) for part in parts)

    return {"one": told(one), "other": told(other), "said": f"{found.score} {explain(found)}" if found else "not met"}


def figures() -> list[Figure]:
    from benchmarks.figure import RESULTS

    told = measure(register(PUBLISHED))
    results = RESULTS.with_name("duplicates.json")
    results.parent.mkdir(exist_ok=True)
    results.write_text(json.dumps({"seed": PUBLISHED} | told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return _figures(told)


def _figures(told: dict[str, Any]) -> list[Figure]:
    def missed(found: int, of: int) -> float:
        return 100 * (of - found) / of

    hard = told["hard"]
    hard_pairs = sum(each["pairs"] for each in hard.values())
    hard_strong = sum(each.get("strong", 0) for each in hard.values())
    either, bare = told["strong"] + told["possible"], told["twice_without_a_number"]
    return [
        Figure(
            "registered twice and never compared",
            missed(told["met"], told["twice"]),
            "%",
            1,
            f"{told['met']} of {told['twice']} meet over a number, birth date, name key or phone",
        ),
        Figure("registered twice, not shown at all", missed(either, told["twice"]), "%", 1.5),
        Figure("registered twice, not a strong match", missed(told["strong"], told["twice"]), "%", 8),
        Figure(
            "the same where no NIK, passport or KPJ is shared",
            missed(told["strong_without_a_number"], bare),
            "%",
            32,
            f"{bare} pairs; {missed(told['strong_without_a_number'] + told['possible_without_a_number'], bare):.1f} % "
            "are not shown at all",
        ),
        Figure(
            "strangers hard to tell apart, taken for one",
            1e4 * hard_strong / hard_pairs,
            "of 10,000 pairs",
            30,
            "; ".join(f"{kind}: {each.get('strong', 0)} of {each['pairs']}" for kind, each in hard.items()),
        ),
        Figure(
            "strangers taken for one in the whole register",
            1e4 * told["strangers_strong"] / told["records"],
            "for 10,000 registrations",
            10,
            f"{told['comparisons']} comparisons",
        ),
        Figure(
            "strangers shown as possible", told["strangers_possible"] / told["records"], "for each registration", 0.2
        ),
        Figure("one comparison", 1e6 * told["seconds_per_comparison"], "µs", 80),
        Figure("one name key", 1e6 * told["seconds_per_key"], "µs", 12),
    ]


if __name__ == "__main__":
    # What the rules are set by: python -m benchmarks.duplicates
    all_told = measure(register(SET_ON))
    print(json.dumps(all_told, indent=2, ensure_ascii=False))
    for figure in _figures(all_told):
        print(figure)
