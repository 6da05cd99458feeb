"""Fuzz every parser for so many minutes, each in turn: `make fuzz ARGS=10`, or `make fuzz ARGS="10 token mrz"`.

What reaches new lines joins `tests/fuzz/corpus`; what breaks a parser is written to `build/fuzz` and ends with exit 1.
Once the parser is mended, that belongs in the corpus as well.
"""

from __future__ import annotations

import logging
import random
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from loket_testing.fuzzing import Broken, corpus, explore, keep  # noqa: E402
from loket_testing.parsers import PARSERS, seeds  # noqa: E402


def main() -> int:
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    chosen = [parser for parser in PARSERS if not sys.argv[2:] or parser.name in sys.argv[2:]]
    warnings.simplefilter("ignore")
    logging.disable()
    examples = seeds()
    broken = 0
    for parser in chosen:
        if not corpus(parser):
            for data in examples[parser.name] or [b""]:
                keep(parser, data)
        try:
            count, found = explore(parser, minutes * 60 / len(chosen), random.SystemRandom().randrange(1 << 32))
        except Broken as error:
            broken += 1
            place = ROOT / "build" / "fuzz" / f"{parser.name}.bin"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(error.data)
            print(f"{parser.name}: BROKEN, {str(error)[:300]}")
            continue
        for data in found:
            keep(parser, data)
        print(f"{parser.name}: {count} tried, {len(found)} new, {len(corpus(parser))} kept", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
