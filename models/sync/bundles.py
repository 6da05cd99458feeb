"""Bundles: what counter and centre have for each other, as files on a stick.

A file is a small head in the clear, messages that are each compressed and sealed, and the sender's signature over all
of it. It is written and read message by message, so that its size stands in no memory. The format and its reasons:
docs/decisions/0026-bundles.md.
"""

from __future__ import annotations

import os
import struct
from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Annotated, BinaryIO, Literal, TypeAlias
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from models.journal.body import pack, unpack
from models.journal.entry import Frame
from models.journal.keys import SealingKey, SigningKey, seal, signed_by
from models.rules.problems import Problem, Refused
from models.sync.chunks import Plan
from models.sync.messages import BlobPlan, Cursor, Head, Judged, decode, encode
from models.sync.protocol import MAX_ENTRIES, MAX_MESSAGE, MAX_PIECE, PROTOCOL, SyncError
from models.sync.signing import Signed, Untrue, opened, signed

SUFFIX = ".loket"
SEAL = b"loket bundle 1 key"
"""What a bundle's key is sealed for (HPKE's info)."""

# The line's end shows a copy that was made as text.
_MAGIC = b"LOKET bundle 1\r\n"
_SIGNATURE = b"loket bundle 1 signature\0"
_LENGTH = struct.Struct(">I")
_MAX_HEAD = 4096
_MAX_BLOCK = 8 << 20
"""Bytes of one sealed message. A page of a stream is the largest."""
_TAG = 16
_SIGNED = 64
_PIECE = 1 << 20

SMALLEST = 8 << 20
"""Bytes below which a file cannot be limited: one page of a stream, and what stands around it."""
LARGEST = (4 << 30) - (1 << 20)
"""Bytes that a file never exceeds, because sticks are formatted as FAT32."""
MOST_FILES = 500
"""Files of one export; so many sticks nobody carries."""


class BadBundle(ValueError):
    """Not a bundle that may be taken. `not_a_bundle`, `newer`, `cut_short`, `damaged` (altered, or signed by somebody
    else), `not_for_us` (sealed to another key)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BundleHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """What anybody may read: from whom, to whom, and which. `number` counts the files of this pair and direction;
    this one is `part` of the `parts` that were made together. `key` is the content's, sealed to the recipient. `keys`
    are the centre's, certified by its root key, for a counter that knows only older ones."""

    direction: Literal["up", "down"]
    centre: UUID
    terminal: UUID
    incarnation: int
    mission: Annotated[str, msgspec.Meta(max_length=3)]
    series: Annotated[str, msgspec.Meta(max_length=16)]
    number: Annotated[int, msgspec.Meta(ge=1, lt=1 << 31)]
    part: Annotated[int, msgspec.Meta(ge=1, le=MOST_FILES)]
    parts: Annotated[int, msgspec.Meta(ge=1, le=MOST_FILES)]
    at: datetime
    key: bytes
    keys: Signed | None = None

    @property
    def file_name(self) -> str:
        return file_name(self.direction, self.series or self.mission, self.number, self.part, self.parts)


def file_name(direction: str, series: str, number: int, part: int, parts: int) -> str:
    """`LOKET-TPE3-naik-000012-1dari2.loket`: tells on any machine what it is."""
    way = "naik" if direction == "up" else "turun"
    return f"LOKET-{series}-{way}-{number:06}-{part}dari{parts}{SUFFIX}"


# What is inside

Ranges: TypeAlias = Annotated[tuple[tuple[int, int], ...], msgspec.Meta(max_length=1000)]
"""Numbers, each run of them by its first and last."""


class CounterSays(msgspec.Struct, frozen=True, omit_defaults=True, tag="counter"):
    """How a counter stands: its last entry, how far it has the streams, the numbers of the centre's bundles it has
    taken, and the key by which it can be written to."""

    head: Head
    cursors: tuple[Cursor, ...]
    taken: Ranges
    sealing: bytes
    epoch: UUID | None = None
    program: str = ""
    protocol: int = PROTOCOL
    wanted: Annotated[tuple[bytes, ...], msgspec.Meta(max_length=100)] = ()
    """Documents that somebody asked for here and that only the centre has."""


class Entries(msgspec.Struct, frozen=True, omit_defaults=True, tag="entries"):
    """What a push carries. `incarnation`: whose journal it is, where it is not that of the bundle itself."""

    base: Head
    frames: Annotated[tuple[Frame, ...], msgspec.Meta(max_length=MAX_ENTRIES)]
    final: Head
    incarnation: int = 0


class Document(msgspec.Struct, frozen=True, tag="document"):
    """Pieces of this document follow, as it is cut here."""

    sha256: Annotated[bytes, msgspec.Meta(min_length=32, max_length=32)]
    media_type: Annotated[str, msgspec.Meta(max_length=100)]
    announced: BlobPlan

    @property
    def plan(self) -> Plan:
        """SyncError as `BlobPlan.plan`."""
        return self.announced.plan


class Piece(msgspec.Struct, frozen=True, tag="piece"):
    """Bytes of the document that was named last, from `start` on."""

    start: int
    content: Annotated[bytes, msgspec.Meta(max_length=MAX_PIECE)]


class CentreSays(msgspec.Struct, frozen=True, omit_defaults=True, tag="centre"):
    """How the centre stands with a counter: what it holds of it, and the numbers of its bundles it has taken
    with everything in them."""

    epoch: UUID
    statement: Signed
    taken: Ranges
    oldest_pull: int = 1


class Verdicts(msgspec.Struct, frozen=True, tag="verdicts"):
    """What became of the counter's entries, where it is not simply `ok`, of all that the statement covers.
    `after` and `until`: from which to which of its entries this is complete."""

    after: int
    until: int
    judged: Annotated[tuple[Judged, ...], msgspec.Meta(max_length=20_000)]


class StreamPage(msgspec.Struct, frozen=True, tag="page"):
    """A `Page`, signed as for a pull."""

    page: Signed


class End(msgspec.Struct, frozen=True, tag="end"):
    """Nothing follows."""


Content: TypeAlias = CounterSays | Entries | Document | Piece | CentreSays | Verdicts | StreamPage
_Any: TypeAlias = CounterSays | Entries | Document | Piece | CentreSays | Verdicts | StreamPage | End


def ranges(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Each run of numbers by its first and last; the last thousand runs."""
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return tuple(runs[-1000:])


def is_among(number: int, runs: Iterable[tuple[int, int]]) -> bool:
    return any(first <= number <= last for first, last in runs)


# Writing


class Writer:
    """A bundle that is being written. What is written is no bundle before `finish` has returned."""

    def __init__(self, file: BinaryIO, head: BundleHead, sealed_to: bytes, signer: SigningKey) -> None:
        """`head.key` is made here."""
        key = ChaCha20Poly1305.generate_key()
        self.head = msgspec.structs.replace(head, key=seal(key, sealed_to, SEAL))
        self._file, self._signer, self._cipher = file, signer, ChaCha20Poly1305(key)
        self._hash = sha256()
        self._count = 0
        self.size = 0
        packed = pack(self.head)
        if len(packed) > _MAX_HEAD:
            raise ValueError("head too long")
        self._about = sha256(packed).digest()
        self._put(_MAGIC + _LENGTH.pack(len(packed)) + packed)

    def add(self, message: Content) -> None:
        self._add(message)

    def finish(self) -> bytes:
        """The SHA-256 of the whole file."""
        self._add(End())
        self._put(_LENGTH.pack(0))
        self._put(self._signer.sign(_SIGNATURE + self._hash.digest()))
        return self._hash.digest()

    def _add(self, message: Content | End) -> None:
        sealed = self._cipher.encrypt(_nonce(self._count), encode(message), self._about)
        if len(sealed) > _MAX_BLOCK:
            raise ValueError("message too long")
        self._count += 1
        self._put(_LENGTH.pack(len(sealed)) + sealed)

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._hash.update(data)
        self.size += len(data)


def at_most(raw: int) -> int:
    """Bytes that a message of so many takes in a file at most, and often less."""
    return raw + raw // 256 + 256


def pieces(size: int) -> int:
    """Bytes that so much of a document takes in a file at most."""
    full, rest = divmod(size, MAX_PIECE)
    return full * at_most(MAX_PIECE + 64) + (at_most(rest + 64) if rest else 0)


def require_size(size: int) -> None:
    """Refused `bundle.size` for a limit of a file's bytes that no file can keep, or no stick."""
    if not SMALLEST <= size <= LARGEST:
        raise Refused(Problem.of("size", "bundle.size", least=-(-SMALLEST // 1_000_000), most=LARGEST // 1_000_000))


HEAD_AND_END = 2048
"""Bytes of a file beside its messages, at most."""


# Reading


class Reader:
    """A bundle as it came. `head` says who must have signed it; `check` that they did; only then is it opened."""

    def __init__(self, file: BinaryIO) -> None:
        """BadBundle `not_a_bundle`, `newer`."""
        self._file = file
        file.seek(0)
        magic = file.read(len(_MAGIC))
        if magic != _MAGIC:
            raise BadBundle("newer" if (magic[:13], magic[14:]) == (_MAGIC[:13], _MAGIC[14:]) else "not_a_bundle")
        packed = self._exactly(_length(file), _MAX_HEAD)
        try:
            self.head = unpack(packed, BundleHead)
        except (msgspec.MsgspecError, ValueError) as error:
            raise BadBundle("not_a_bundle") from error
        if self.head.at.tzinfo is None or self.head.part > self.head.parts:
            raise BadBundle("not_a_bundle")
        self.packed_head = packed
        self.signer = b""
        self._start = file.tell()

    def check(self, *public_keys: bytes) -> bytes:
        """The SHA-256 of the whole file, which the owner of one of these keys, the `signer`, has signed. BadBundle
        `cut_short`, `damaged`."""
        end = self._file.seek(0, os.SEEK_END) - _SIGNED
        if end < self._start:
            raise BadBundle("cut_short")
        self._file.seek(0)
        found, left = sha256(), end
        while left:
            piece = self._file.read(min(_PIECE, left))
            if not piece:
                raise BadBundle("cut_short")
            found.update(piece)
            left -= len(piece)
        signature = self._file.read(_SIGNED)
        signed_hash = _SIGNATURE + found.digest()
        self.signer = next((one for one in public_keys if signed_by(one, signed_hash, signature)), b"")
        if not self.signer:
            raise BadBundle("damaged")
        found.update(signature)
        return found.digest()

    def blocks(self) -> Iterator[Block]:
        """The sealed messages in their order, the last one included. BadBundle `cut_short`, `damaged`."""
        self._file.seek(self._start)
        number = 0
        while length := _length(self._file):
            yield Block(number, self._exactly(length, _MAX_BLOCK))
            number += 1

    def _exactly(self, length: int, most: int) -> bytes:
        if length > most:
            raise BadBundle("damaged")
        data = self._file.read(length)
        if len(data) != length:
            raise BadBundle("cut_short")
        return data


class Block(msgspec.Struct, frozen=True, array_like=True):
    """One sealed message, and its place in the file."""

    number: int
    sealed: bytes


class Held(msgspec.Struct, frozen=True, array_like=True):
    """Messages of a bundle that wait for what goes before them: sealed as they came."""

    head: bytes
    blocks: tuple[Block, ...]

    @property
    def about(self) -> BundleHead:
        return unpack(self.head, BundleHead)


class Opened:
    """The key of a bundle, whose signature was checked."""

    def __init__(self, packed_head: bytes, key: SealingKey) -> None:
        """BadBundle `not_for_us`."""
        try:
            opened_key = key.open(unpack(packed_head, BundleHead).key, SEAL)
            self._cipher = ChaCha20Poly1305(opened_key)
        except ValueError as error:
            raise BadBundle("not_for_us") from error
        self._about = sha256(packed_head).digest()

    def message(self, block: Block) -> Content | None:
        """What a block says; None for the last one. BadBundle `damaged`, also for a message longer than any."""
        try:
            plain = self._cipher.decrypt(_nonce(block.number), block.sealed, self._about)
            # PEP 604 unions are what msgspec reads; mypy calls them no type.
            message: _Any = decode(plain, _Any, limit=MAX_MESSAGE)  # type: ignore[arg-type]
        except (InvalidTag, SyncError) as error:
            raise BadBundle("damaged") from error
        return None if isinstance(message, End) else message

    def messages(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, Content]]:
        """All of them with what they say. BadBundle `damaged`, `cut_short` where the last one is missing."""
        for block in blocks:
            message = self.message(block)
            if message is None:
                return
            yield block, message
        raise BadBundle("cut_short")


def _nonce(number: int) -> bytes:
    """Each message has its place under a key that only this file has."""
    return number.to_bytes(12)


def _length(file: BinaryIO) -> int:
    data = file.read(_LENGTH.size)
    if len(data) != _LENGTH.size:
        raise BadBundle("cut_short")
    length: int = _LENGTH.unpack(data)[0]
    return length


# The paper that goes with it

_MARK = "LOKET-BUNDEL/"
_MARKED = "manifest"
DIGEST_SHOWN = 16
"""Bytes of a file's SHA-256 that a manifest holds: nobody makes another file with the same."""


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """What the QR code of a manifest says: files by their number and the beginning of their SHA-256."""

    direction: str
    terminal: UUID
    incarnation: int
    files: tuple[tuple[int, bytes], ...]

    def fits(self, head: BundleHead, digest: bytes) -> bool:
        """Whether this paper goes with that file."""
        if (self.direction, self.terminal, self.incarnation) != (head.direction, head.terminal, head.incarnation):
            return False
        return (head.number, digest[:DIGEST_SHOWN]) in self.files


def mark_text(mark: Mark, signer: SigningKey) -> str:
    """The text of the QR code: letters, digits and marks that a QR code packs tightly."""
    return _MARK + b32encode(pack(signed(mark, _MARKED, signer))).decode().rstrip("=")


def read_mark(text: str, public_key: bytes) -> Mark:
    """What a manifest's QR code says. Untrue `bad_message`, `bad_signature`."""
    spelled = text.strip().upper()
    if not spelled.startswith(_MARK) or len(spelled) > 4_000:
        raise Untrue("bad_message")
    spelled = spelled.removeprefix(_MARK)
    try:
        message = unpack(b32decode(spelled + "=" * (-len(spelled) % 8)), Signed)
    except (NotBase32, msgspec.MsgspecError, ValueError) as error:
        raise Untrue("bad_message") from error
    return opened(message, _MARKED, public_key, Mark)
