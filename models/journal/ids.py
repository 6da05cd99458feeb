"""Identifiers: UUIDv7, made once where a thing happens and final everywhere (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A UUIDv7: 48 bits of Unix milliseconds, the rest random. Only roughly ordered; nothing relies on more."""
    milliseconds = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    bits = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (chance >> 62 & 0xFFF) << 64
    return UUID(int=bits | 0b10 << 62 | chance & (1 << 62) - 1)
