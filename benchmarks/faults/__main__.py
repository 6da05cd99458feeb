"""Try every fault, print a line each, leave the results in build/faults.json; exit 1 when anything was found wrong."""

from __future__ import annotations

import argparse
import json
import logging
import secrets
import sys
import time
from pathlib import Path

from benchmarks.faults.case import Outcome, run_case
from benchmarks.faults.place import Place
from benchmarks.faults.suite import CASES

RESULTS = Path(__file__).resolve().parents[2] / "build" / "faults.json"


def main() -> int:
    names = [case.name for case in CASES]
    parser = argparse.ArgumentParser(prog="make faults ARGS=…", description=__doc__)
    parser.add_argument("name", nargs="*", help="which, by the beginning of the name (default: all)")
    parser.add_argument("--seed", default="", help="the chances of an earlier run again; printed at its beginning")
    parser.add_argument("--short", action="store_true", help="each once or twice, as in `make test`")
    parser.add_argument("--times", type=int, metavar="N", help="so many times each")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    given = parser.parse_args()
    chosen = [case for case in CASES if not given.name or any(case.name.startswith(name) for name in given.name)]
    if not chosen:
        parser.error(f"there is {', '.join(names)}")
    if given.list:
        for case in chosen:
            print(f"{case.name:32} {case.times:4} times  {case.said}")
        return 0
    # What a fault makes the program log is what it is there for.
    logging.disable(logging.ERROR)
    seed, begun = given.seed or secrets.token_hex(4), time.monotonic()
    print(f"seed {seed}", flush=True)
    outcomes = []
    with Place() as place:
        for case in chosen:
            times = given.times or (case.few if given.short else case.times)
            if times:
                outcomes.append(run_case(case, place, seed, times))
                print(line_of(outcomes[-1]), flush=True)
    RESULTS.parent.mkdir(exist_ok=True)
    written = {
        "seed": seed,
        "seconds": round(time.monotonic() - begun, 1),
        "cases": [outcome.as_json() for outcome in outcomes],
    }
    RESULTS.write_text(json.dumps(written, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    wrong = [outcome for outcome in outcomes if outcome.outcome == "wrong"]
    tried = sum(outcome.tried for outcome in outcomes)
    print(
        f"{tried} tries in {len(outcomes)} cases, {len(wrong)} with anything wrong; {written['seconds']} s; seed {seed}"
    )
    return 1 if wrong else 0


def line_of(outcome: Outcome) -> str:
    mark = {"held": "ok  ", "wrong": "LOST", "skipped": "skip"}[outcome.outcome]
    said = ", ".join(f"{code} {count}" for code, count in sorted(outcome.saw.items()))
    told = "; ".join(outcome.wrong[:4]) or outcome.reason or said
    return f"{mark} {outcome.case:32} {outcome.tried:4} times {outcome.seconds:7.1f} s  {told}"


if __name__ == "__main__":
    sys.exit(main())
