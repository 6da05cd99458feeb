"""Chunks: a document in pieces that are each proven by their own hash, so that what arrived is never sent again."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from hashlib import sha256

CHUNK = 64 << 10
"""Bytes that are proven together: what a flipped bit on the way costs."""

_HASH = 32


@dataclass(frozen=True, slots=True)
class Plan:
    """How a document of `size` bytes is cut, and the SHA-256 of each chunk in their order.

    ValueError where there are not as many hashes as chunks, or no bytes at all."""

    size: int
    hashes: bytes

    def __post_init__(self) -> None:
        if self.size < 1 or len(self.hashes) != _HASH * -(-self.size // CHUNK):
            raise ValueError("not a plan")

    @property
    def count(self) -> int:
        return len(self.hashes) // _HASH

    def hash(self, number: int) -> bytes:
        return self.hashes[number * _HASH : (number + 1) * _HASH]

    def length(self, number: int) -> int:
        """Bytes of a chunk: the last one may be shorter."""
        return min(CHUNK, self.size - number * CHUNK)

    def all_hashes(self) -> list[bytes]:
        return [self.hash(number) for number in range(self.count)]


def plan_of(content: bytes) -> Plan:
    """How these bytes are sent."""
    view = memoryview(content)
    starts = range(0, len(content), CHUNK)
    return Plan(len(content), b"".join(sha256(view[start : start + CHUNK]).digest() for start in starts))


@dataclass(frozen=True, slots=True)
class Tail:
    """The beginning of a chunk whose rest has not come yet, and which is therefore not proven."""

    number: int
    bytes: bytes


@dataclass(frozen=True, slots=True)
class Missing:
    """The first bytes that are not here, from `start` to `end` (exclusive), and how many are missing in all."""

    start: int
    end: int
    left: int


def missing(plan: Plan, held: Container[bytes], tail: Tail | None) -> Missing | None:
    """What has to come next; None when every chunk is `held` (by its hash)."""
    lacking = [number for number in range(plan.count) if plan.hash(number) not in held]
    if not lacking:
        return None
    begun = {tail.number: len(tail.bytes)} if tail is not None else {}
    left = sum(plan.length(number) - begun.get(number, 0) for number in lacking)
    first = last = lacking[0]
    for number in lacking[1:]:
        if number != last + 1 or number in begun:
            break
        last = number
    return Missing(first * CHUNK + begun.get(first, 0), last * CHUNK + plan.length(last), left)


@dataclass(frozen=True, slots=True)
class Sorted:
    """What became of bytes that arrived: the chunks they proved, and what of them has to wait for more."""

    proven: dict[bytes, bytes] = field(default_factory=dict)
    tail: Tail | None = None


def sort_in(plan: Plan, held: Container[bytes], tail: Tail | None, start: int, came: bytes) -> Sorted:
    """Cut what `came`, from byte `start` of the document on, into chunks that prove true.

    A chunk with another hash than announced is dropped; so is what belongs to nothing that is here."""
    proven: dict[bytes, bytes] = {}
    position, end = max(start, 0), min(start + len(came), plan.size)
    while position < end:
        number = position // CHUNK
        before, until = position - number * CHUNK, min(number * CHUNK + plan.length(number), end)
        part = came[position - start : until - start]
        position = until
        name = plan.hash(number)
        if name in held or name in proven:
            continue
        begun = tail.bytes if tail is not None and tail.number == number else b""
        if len(begun) < before:
            continue
        whole = begun[:before] + part
        if len(whole) == plan.length(number):
            tail = None if begun else tail
            if sha256(whole).digest() == name:
                proven[name] = whole
        elif len(whole) > len(begun):
            tail = Tail(number, whole)
    if tail is not None and (plan.hash(tail.number) in proven or plan.hash(tail.number) in held):
        tail = None
    return Sorted(proven, tail)
