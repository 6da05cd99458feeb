"""Fuzzing: input that somebody could have sent, altered by chance, against every parser; what is new is kept.

Guided by coverage: an input that reaches a line of ours which none before it reached joins the corpus, and grows.
"""

from __future__ import annotations

import hashlib
import random
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from loket_testing.parsers import Parser

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
LARGEST = 4096
"""Bytes of an input: what breaks a parser breaks it in little."""
LONGEST_SECONDS = 2.0
MOST_MEMORY = 256 << 20
"""What one parser may take of each, far above what any of them needs."""

_TOKENS = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xc0",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\x7f\xff\xff\xff",
    b"\x9f" * 64,
    b"[" * 400,
    b'{"a":' * 200,
    b"null",
    b"-1",
    b"1e999",
    b"NaN",
    b"Infinity",
    b"9" * 400,
    b"\xed\xa0\x80",
    "\u202e".encode(),
    "İı".encode(),
    b"%00",
    b"../",
    b"<",
    b"<<",
    b"\n",
    b"\r",
    b"\t",
    b'"',
    b"2026-13-45",
    b"0000-00-00",
    b"9999-12-31T23:59:59.999999999Z",
    b"0001-01-01T00:00:00+23:59",
    b"IDR",
    b"\xf9\x7e\x00",
    b"\xd7\xff" + b"\0" * 12,
)


class Broken(AssertionError):
    """A parser did something that it does not promise, with `data`."""

    def __init__(self, said: str, data: bytes) -> None:
        super().__init__(f"{said} for {data!r}")
        self.data = data


def corpus(parser: Parser) -> list[bytes]:
    """What is kept for a parser, in an order that is the same everywhere."""
    return [path.read_bytes() for path in sorted((CORPUS / parser.name).glob("*.bin"))]


def keep(parser: Parser, data: bytes) -> Path:
    path = CORPUS / parser.name / f"{hashlib.sha256(data).hexdigest()[:12]}.bin"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def altered(chance: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """One to four small changes: bits, bytes, pieces taken out, doubled, moved, brought from elsewhere."""
    made = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(made) + 1)
        size = min(len(made) - at, chance.choice((1, 1, 2, 4, 8, 32)))
        match chance.randrange(9):
            case 0 if made:
                made[at % len(made)] ^= 1 << chance.randrange(8)
            case 1 if made:
                made[at % len(made)] = chance.randrange(256)
            case 2:
                del made[at : at + size]
            case 3:
                made[at:at] = made[at : at + size]
            case 4:
                made[at:at] = chance.choice(_TOKENS)
            case 5:
                made[at : at + size] = chance.choice(_TOKENS)
            case 6:
                other = chance.choice(others)
                start = chance.randrange(len(other) + 1)
                made[at:] = other[start:]
            case 7:
                del made[at:]
            case _ if made:
                made[at % len(made)] = (made[at % len(made)] + chance.choice((1, -1))) % 256
    return bytes(made[:LARGEST])


def tried(parser: Parser, data: bytes) -> bool:
    """Whether it was accepted. Broken for anything but a value or a refusal that is documented, within bounds."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.thread_time()
    try:
        parser.read(data)
    except parser.refusals:
        accepted = False
    except Exception as error:
        raise Broken(f"{parser.name}: {type(error).__name__}: {error}", data) from error
    else:
        accepted = True
    if time.thread_time() - began > LONGEST_SECONDS:
        raise Broken(f"{parser.name}: {time.thread_time() - began:.1f} s", data)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) << 10
    if grown > MOST_MEMORY:
        raise Broken(f"{parser.name}: {grown >> 20} MiB", data)
    return accepted


def mutations(parser: Parser, count: int, seed: str) -> Iterator[bytes]:
    """The same ones in every run."""
    chance = random.Random(f"{parser.name} {seed}")
    kept = corpus(parser) or [b""]
    for _ in range(count):
        yield altered(chance, chance.choice(kept), kept)


@dataclass
class Reached:
    """Lines of ours that were executed, and by how much code in between (which line came before)."""

    of: tuple[str, ...]
    edges: set[tuple[str, int, int]] = field(default_factory=set)
    new: int = 0

    def run(self, parser: Parser, data: bytes) -> bool:
        """Whether something was reached that never was before."""
        before = len(self.edges)
        sys.settrace(self._call)
        try:
            tried(parser, data)
        finally:
            sys.settrace(None)
        return len(self.edges) > before

    def _call(self, frame: FrameType, _event: str, _value: Any) -> Any:
        name = frame.f_code.co_filename
        if not name.startswith(str(ROOT)) or not any(f"/{part}" in name for part in self.of):
            return None
        last = 0

        def line(here: FrameType, event: str, _value: Any) -> Any:
            nonlocal last
            if event == "line":
                self.edges.add((name, last, here.f_lineno))
                last = here.f_lineno
            return line

        return line


def explore(parser: Parser, seconds: float, seed: int) -> tuple[int, list[bytes]]:
    """Look for what is new for so long; returns how many inputs were tried and those that joined the corpus."""
    chance = random.Random(seed)
    reached = Reached(parser.of)
    kept = corpus(parser) or [b""]
    for data in kept:
        reached.run(parser, data)
    found: list[bytes] = []
    count, ends = 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        data = altered(chance, chance.choice(kept), kept)
        count += 1
        if reached.run(parser, data):
            kept.append(data)
            found.append(data)
    return count, found
