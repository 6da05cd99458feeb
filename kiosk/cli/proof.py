"""Proofs: that this counter's numbers have no gap and its amounts add up, for whoever trusts no program of ours."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.cli.console import Commands, open_desk, reply, require_writable, say, write_private


def _proof(options: argparse.Namespace) -> None:
    from kiosk.queries.proof import number_proof

    with open_desk(options) as desk:
        if options.out:
            require_writable(options.out)
        found = number_proof(desk, options.year, options.head)
    if options.out:
        write_private(options.out, found.text.encode())
        answer = {"proof": str(options.out), "numbers": found.numbers, "entries": found.entries}
        reply(answer | {"head": found.head.hex(), "other_heads": [one.hex() for one in found.others]})
    else:
        sys.stdout.write(found.text)
        sys.stdout.flush()
    for other in found.others:
        say(f"Jurnal ini bercabang: cabang lain dibuktikan tersendiri dengan --head {other.hex()[:16]}.")


def declare(commands: Commands) -> None:
    made = commands.add(
        "proof",
        _proof,
        "prove without a gap which numbers this counter gave out, with their amounts",
        "The proof is JSON without names and is checked with tools/check_series_proof.py FILE --key FINGERPRINT,\n"
        "a script that shares nothing with this program.",
    )
    made.add_argument("--year", type=int, metavar="Y", help="list the numbers of this year only")
    made.add_argument("--out", type=Path, metavar="FILE", help="write it there, readable by nobody else")
    made.add_argument("--head", metavar="HASH", help="of a journal that forked: the branch that ends with this hash")
