"""Restoring: what a counter shows to a centre that has forgotten it, and what it gives back of others' work.

A centre whose database was restored from a backup has lost what came after it. Its counters have that: signed by it,
or by the counters it certified (docs/decisions/0024).
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

import msgspec

from models.journal.body import pack, unpack
from models.journal.entry import NOTHING, Entry, Frame, Unreadable
from models.journal.keys import SigningKey
from models.journal.terminals import TerminalCertified
from models.sync.protocol import PROTOCOL
from models.sync.signing import Signed, Untrue, opened, signed

RECALL = "recall"
"""The purpose a `RecallRequest` is signed for, by the key of the terminal that asks."""

MOST_JOURNALS = 1000
"""Journals that one question may name."""

_LARGEST_CERTIFICATE = 16 << 10
"""Bytes of its parts: a real one has some 300."""


class RecallRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asks, by the centre's own word: the `certificate` it gave (with its `prev`), and the last `statement` of what
    it held. Who cannot be known by a token any more is known by these."""

    certificate: Frame
    statement: Signed | None = None
    protocol: int = PROTOCOL


class RecallAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """`reopened`: what was shown proved that the centre has forgotten something; its epoch is another one now."""

    epoch: UUID
    reopened: bool = False


class Place(msgspec.Struct, frozen=True, array_like=True):
    """How far a journal is held: by the counter that asks, its last entry; by the centre, the last one before which it
    lacks nothing."""

    terminal: UUID
    incarnation: int
    seq: int = 0
    hash: bytes = NOTHING


class ReturnRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """A question (`journals`: which others' journals are here, and how far), or entries of them, with their `prev`,
    in the order of each journal."""

    journals: tuple[Place, ...] = ()
    frames: tuple[Frame, ...] = ()
    epoch: UUID | None = None
    protocol: int = PROTOCOL


class ReturnAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """`journals`: those of which the centre may lack something, and how far it has them. `kept` of the frames were new
    to it; `unknown` are of nobody it knows, or signed by nobody it certified, and were not kept."""

    epoch: UUID
    journals: tuple[Place, ...] = ()
    kept: int = 0
    unknown: int = 0


def sign_recall(request: RecallRequest, key: SigningKey) -> Signed:
    return signed(request, RECALL, key)


def read_recall(
    message: Signed, centre: UUID, keys: Collection[bytes]
) -> tuple[RecallRequest, Entry, TerminalCertified]:
    """What is shown, proven to come from the terminal that one of the centre's `keys` certified. Untrue."""
    try:
        request = unpack(message.message, RecallRequest)
    except msgspec.MsgspecError as error:
        raise Untrue("bad_message") from error
    entry, body = certificate(request.certificate, centre, keys)
    return opened(message, RECALL, body.public_key, RecallRequest), entry, body


def certificate(frame: Frame, centre: UUID, keys: Collection[bytes]) -> tuple[Entry, TerminalCertified]:
    """The centre's own entry that certifies a terminal. Untrue."""
    if len(pack(frame)) > _LARGEST_CERTIFICATE:
        raise Untrue("bad_message")
    try:
        entry = Entry.opened(frame)
        body = entry.body()
    except Unreadable as error:
        raise Untrue("bad_message") from error
    if entry.head.terminal != centre or not any(entry.signed_by(key) for key in keys):
        raise Untrue("bad_signature")
    if not isinstance(body, TerminalCertified):
        raise Untrue("bad_message")
    return entry, body
