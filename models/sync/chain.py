"""The chain of a stream: one hash that stands for every entry up to a position."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

START = bytes(32)
"""The chain before position 1."""


def step(chain: bytes, entry_hash: bytes) -> bytes:
    """chain_p = SHA-256(chain_{p-1} ‖ hash of the entry at p)."""
    return sha256(chain + entry_hash).digest()


def steps(chain: bytes, hashes: Iterable[bytes]) -> list[bytes]:
    """The chain after each of the entries that follow."""
    walked = []
    for entry_hash in hashes:
        chain = step(chain, entry_hash)
        walked.append(chain)
    return walked
