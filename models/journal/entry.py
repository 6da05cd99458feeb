"""The entry: one thing that happened, signed and chained to all that happened before it at the same terminal.

The format and its reasons: docs/decisions/0001-entry-envelope.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from models.journal.body import Body, body_class, pack, unpack
from models.journal.keys import signed_by

FORMAT = 1
NOTHING = bytes(32)
_CHAIN = b"loket entry 1 chain"
_SIGNATURE = b"loket entry 1 signature"


class Unreadable(ValueError):
    """These bytes are not an entry; the code says why. They are kept as they are, never posted."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Header(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who recorded what, where in which journal. Positions are fixed for ever."""

    format: int
    id: UUID
    terminal: UUID
    incarnation: int
    seq: int
    rev: int
    subject: UUID
    at: datetime
    zone: str
    skew_ms: int | None
    operator: UUID
    kind: str
    version: int


class Frame(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An entry as it travels. `prev` stands only where the receiver cannot compute it; a digest stands only
    in place of an erased part."""

    header: bytes
    facts: bytes
    signature: bytes
    personal: bytes | None = None
    sealed: bytes | None = None
    prev: bytes | None = None
    personal_digest: bytes | None = None
    sealed_digest: bytes | None = None


def frame_of(row: Any, *, with_prev: bool = False) -> Frame:
    """The frame of a row of a journal's table, whichever side keeps it, byte for byte as it was signed."""
    return Frame(
        row.header,
        row.facts,
        row.signature,
        row.personal,
        row.sealed,
        row.prev if with_prev else None,
        row.personal_digest,
        row.sealed_digest,
    )


class Stamp(NamedTuple):
    """What settles which of two values wins: the revision first, then terminal and seq as a fixed tie-break."""

    rev: int
    terminal: str
    seq: int


@dataclass(frozen=True, slots=True)
class Author:
    """What the journal, not the body, knows about an entry to be written."""

    terminal: UUID
    incarnation: int
    operator: UUID
    zone: str
    skew_ms: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry opened for reading: the bytes as they were signed, and the header they hold."""

    frame: Frame
    head: Header
    prev: bytes
    hash: bytes
    _body: Body | None = field(default=None, init=False, repr=False, compare=False)
    """What was read before: a push asks for it more than once."""

    @classmethod
    def opened(cls, frame: Frame, prev: bytes | None = None) -> Entry:
        """Read a frame; `prev` is the hash before it, where the frame does not carry one. Raises Unreadable."""
        prev = frame.prev if prev is None else prev
        if prev is None or len(prev) != 32:
            raise Unreadable("prev_missing")
        try:
            head = unpack(frame.header, Header)
        except msgspec.MsgspecError as error:
            raise Unreadable("bad_header") from error
        if head.format != FORMAT:
            raise Unreadable("unknown_format")
        if not _is_moment(head.at):
            raise Unreadable("bad_header")
        if any(len(kept) != 32 for kept in (frame.personal_digest, frame.sealed_digest) if kept is not None):
            # Else bytes could be shifted from one digest to the other under the same hash.
            raise Unreadable("bad_digest")
        return cls(frame, head, prev, chain_hash(frame, prev))

    @property
    def id(self) -> UUID:
        return self.head.id

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.head.rev, self.head.terminal.hex, self.head.seq)

    @property
    def erased(self) -> bool:
        """Whether the personal part was there once and has been erased."""
        return self.frame.personal is None and self.frame.personal_digest is not None

    def signed_by(self, public_key: bytes) -> bool:
        return signed_by(public_key, _SIGNATURE + self.hash, self.frame.signature)

    def body(self) -> Body | None:
        """What happened, in the words of its kind; None for a kind this program does not know. Raises Unreadable."""
        if self._body is not None:
            return self._body
        kind = body_class(self.head.kind, self.head.version)
        if kind is None:
            return None
        try:
            body = kind.read(self.frame.facts, self.frame.personal)
        except msgspec.MsgspecError as error:
            raise Unreadable("bad_body") from error
        if body.subject(self.id) != self.head.subject:
            # Revisions count for the one and an erasure finds its entries by it, so the two are always the same.
            raise Unreadable("bad_subject")
        object.__setattr__(self, "_body", body)
        return body


def _is_moment(at: datetime) -> bool:
    """Whether a ledger can keep it and give it back: it has a zone, and UTC has a name for it."""
    try:
        return at.tzinfo is not None and at.astimezone(UTC) is not None
    except OverflowError:
        return False


def chain_hash(frame: Frame, prev: bytes) -> bytes:
    """The hash that commits to this entry and to all before it; the same before and after an erasure."""
    return sha256(
        b"".join(
            (
                _CHAIN,
                prev,
                sha256(frame.header).digest(),
                sha256(frame.facts).digest(),
                _digest(frame.personal, frame.personal_digest),
                _digest(frame.sealed, frame.sealed_digest),
            )
        )
    ).digest()


def write_entry(
    body: Body,
    author: Author,
    *,
    id: UUID,  # noqa: A002 - it is the entry's id
    seq: int,
    rev: int,
    at: datetime,
    prev: bytes,
    sign: Callable[[bytes], bytes],
    sealed: bytes | None = None,
) -> Entry:
    """Number, chain and sign a body. `at` needs a zone; `prev` is the hash of seq - 1 (`NOTHING` for seq 1)."""
    head = Header(
        format=FORMAT,
        id=id,
        terminal=author.terminal,
        incarnation=author.incarnation,
        seq=seq,
        rev=rev,
        subject=body.subject(id),
        at=at,
        zone=author.zone,
        skew_ms=author.skew_ms,
        operator=author.operator,
        kind=body.KIND,
        version=body.VERSION,
    )
    unsigned = Frame(pack(head), body.facts(), b"", body.personal_part(os.urandom(16)), sealed)
    chained = chain_hash(unsigned, prev)
    frame = msgspec.structs.replace(unsigned, signature=sign(_SIGNATURE + chained))
    return Entry(frame, head, prev, chained)


def without_personal(entry: Entry) -> Entry:
    """The same entry with its personal part erased; hash and signature stay true."""
    if entry.frame.personal is None:
        return entry
    digest = sha256(entry.frame.personal).digest()
    frame = msgspec.structs.replace(entry.frame, personal=None, personal_digest=digest)
    return Entry(frame, entry.head, entry.prev, entry.hash)


def bare(entry: Entry) -> Entry:
    """The same entry with nothing left that tells of a person: neither the personal part nor the sealed one."""
    entry = without_personal(entry)
    if entry.frame.sealed is None:
        return entry
    digest = sha256(entry.frame.sealed).digest()
    frame = msgspec.structs.replace(entry.frame, sealed=None, sealed_digest=digest)
    return Entry(frame, entry.head, entry.prev, entry.hash)


def _digest(part: bytes | None, kept: bytes | None) -> bytes:
    if part is not None:
        return sha256(part).digest()
    return kept if kept is not None else NOTHING
