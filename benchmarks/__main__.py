"""Run every benchmark, print a line each, leave the figures in build/bench.json; exit 1 when one misses its mark."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable

from benchmarks import (
    basing,
    books,
    clicking,
    documents,
    duplicates,
    morning,
    nothing,
    papers,
    paying,
    pulling,
    pushing,
    queueing,
    reading,
    searching,
    starting,
)
from benchmarks.figure import RESULTS, Figure

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "starting": starting.figures,
    "paying": paying.figures,
    "papers": papers.figures,
    "books": books.figures,
    "duplicates": duplicates.figures,
    "reading": reading.figures,
    "searching": searching.figures,
    "documents": documents.figures,
    "queueing": queueing.figures,
    "pushing": pushing.figures,
    "pulling": pulling.figures,
    "nothing": nothing.figures,
    "clicking": clicking.figures,
    "morning": morning.figures,
    "basing": basing.figures,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench ARGS=…", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[[], *BENCHMARKS], help="which (default: all)")
    names = parser.parse_args().name or list(BENCHMARKS)
    figures = [figure for name in names for figure in BENCHMARKS[name]()]
    for figure in figures:
        print(figure)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([figure.as_json() for figure in figures], indent=2) + "\n", encoding="utf-8")
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
