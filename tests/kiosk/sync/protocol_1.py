"""The centre's answers as the first counters that went out read them: what is added later must not disturb them.

Copied from models/sync when protocol 1 went out, and never changed.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import msgspec


class Frame(msgspec.Struct, frozen=True, array_like=True):
    header: bytes
    facts: bytes
    signature: bytes
    personal: bytes | None = None
    sealed: bytes | None = None
    prev: bytes | None = None
    personal_digest: bytes | None = None
    sealed_digest: bytes | None = None


class Signed(msgspec.Struct, frozen=True, array_like=True):
    message: bytes
    signature: bytes


class Head(msgspec.Struct, frozen=True, array_like=True):
    seq: int = 0
    hash: bytes = bytes(32)


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    stream: str
    position: int = 0
    chain: bytes = bytes(32)


class SyncAnswer(msgspec.Struct, frozen=True):
    epoch: UUID
    head: Head
    knows_head: bool
    streams: tuple[Cursor, ...]
    t1: datetime
    t2: datetime
    statement: Signed
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    safe_seq: int = 0
    oldest_push: int = 1
    oldest_pull: int = 1


class Sum(msgspec.Struct, frozen=True, array_like=True):
    account: str
    currency: str
    exponent: int
    amount: int


class Statement(msgspec.Struct, frozen=True):
    centre: UUID
    terminal: UUID
    incarnation: int
    seq: int
    head: bytes
    count: int
    sums: tuple[Sum, ...]
    at: datetime
    epoch: UUID


class Judged(msgspec.Struct, frozen=True, array_like=True):
    seq: int
    verdict: str
    code: str
    id: UUID | None = None


class PushAnswer(msgspec.Struct, frozen=True):
    head: Head
    accepted: Head
    epoch: UUID
    verdicts: tuple[Judged, ...] = ()


class Pulled(msgspec.Struct, frozen=True, array_like=True):
    position: int
    frame: Frame | None
    id: UUID | None = None
    hash: bytes | None = None


class Page(msgspec.Struct, frozen=True):
    stream: str
    epoch: UUID
    after: Cursor
    until: Cursor
    last: int
    entries: tuple[Pulled, ...]


class CentreInfo(msgspec.Struct, frozen=True):
    root: bytes
    keys: Signed
    at: datetime
    oldest_push: int = 1
    oldest_pull: int = 1
    protocol: int = 1
    demo: bool = False
    public_host: str = ""


class CentreKeys(msgspec.Struct, frozen=True):
    centre: UUID
    serial: int
    signing: bytes
    claims: bytes
    since: datetime


class EnrolAnswer(msgspec.Struct, frozen=True):
    centre: UUID
    root: bytes
    keys: Signed
    terminal: UUID
    incarnation: int
    mission: str
    series: str
    certificate: Frame
    streams: tuple[str, ...]
    epoch: UUID
    at: datetime
    public_host: str = ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    code: str
    at: datetime
    head: Head | None = None
    cursor: Cursor | None = None
    epoch: UUID | None = None
    minimum: int | None = None
