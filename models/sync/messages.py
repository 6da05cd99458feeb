"""Messages between counter and centre: MessagePack in zstd, one struct for each body of `/v1`.

Fields may be added at the end with a default; readers ignore what they do not know (docs/decisions/0003).
"""

from __future__ import annotations

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, TypeAlias, TypeVar
from uuid import UUID

import msgspec
import zstandard

from models.journal.body import pack, unpack
from models.journal.entry import NOTHING, Frame
from models.sync.chain import START
from models.sync.chunks import Plan
from models.sync.protocol import MAX_BLOB, MAX_ENTRIES, MAX_MESSAGE, UNSAID, SyncError
from models.sync.signing import Signed

T = TypeVar("T")

_LEVEL = 3
PAGE = "page"
"""The purpose a `Page` is signed for: the answer to a pull is a `Signed`."""
BASE = "base"
"""The purpose a `Base` is signed for: the answer to the question for a snapshot is a `Signed`."""


class Head(msgspec.Struct, frozen=True, array_like=True):
    """How far a journal goes: the last seq and its hash."""

    seq: int = 0
    hash: bytes = NOTHING


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """How far a stream goes, or has been read."""

    stream: str
    position: int = 0
    chain: bytes = START


class Former(msgspec.Struct, frozen=True, array_like=True):
    """A journal of this terminal that another one goes on after: where it stands at the counter, or at the centre
    (`knows_head`: it holds the head it was sent)."""

    incarnation: int
    head: Head
    knows_head: bool = False


MOST_FORMER = 16
"""Former journals in one message."""


class SyncRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """The one call of a sync with nothing to do. `t0` is the counter's clock when it asks; `epoch` the last one
    it was told; `former` the terminal's former journals of which the centre has not all; `heard` when the last
    statement was made that it has."""

    head: Head
    cursors: tuple[Cursor, ...]
    t0: datetime
    program: str
    epoch: UUID | None = None
    protocol: int = UNSAID
    former: tuple[Former, ...] = ()
    heard: datetime | None = None


class SyncAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """`head` is what the centre holds of this terminal's journal; `knows_head` whether it holds the head it was
    sent (on any branch). `streams` lists the streams that stand elsewhere than the cursor that was sent (a stream
    without a cursor included); `changed` names those whose cursor the centre cannot find in its own past.
    `gone` names streams this terminal is no longer given. Up to `safe_seq` the centre has a backup. `t1` and `t2` are
    the centre's clock on receiving and answering. `statement` is a `statement.Statement`, signed. `recall`: the centre
    does not remember having heard the counter so late, and asks for its proof (models.sync.restoring). `mark` names all
    of this for the next time (`models.sync.still`); empty unless the counter holds everything. `most`: the entries the
    centre takes in one push."""

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
    former: tuple[Former, ...] = ()
    recall: bool = False
    mark: bytes = b""
    most: int = MAX_ENTRIES


class PushRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Entries in journal order after `base`, without their `prev`; `final` is the head they lead to. `incarnation`: of
    a former journal of this terminal; 0 is the one of the key that asks."""

    base: Head
    frames: tuple[Frame, ...]
    final: Head
    epoch: UUID | None = None
    protocol: int = UNSAID
    incarnation: int = 0


class Judged(msgspec.Struct, frozen=True, array_like=True):
    """What became of one pushed entry: `held`, `flagged` or `quarantined`, and why."""

    seq: int
    verdict: str
    code: str
    id: UUID | None = None


class PushAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything up to `accepted` is durable. It differs from `head` only on a branch of a forked journal.
    Verdicts that are not `ok` only."""

    head: Head
    accepted: Head
    epoch: UUID
    verdicts: tuple[Judged, ...] = ()


class Pulled(msgspec.Struct, frozen=True, array_like=True):
    """One position of a stream: an entry with its `prev`, or a stub (`id`, `hash`) of one of the reader's own."""

    position: int
    frame: Frame | None
    id: UUID | None = None
    hash: bytes | None = None


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """Positions `after.position + 1 … until.position` of a stream; `last` is where the stream ends now."""

    stream: str
    epoch: UUID
    after: Cursor
    until: Cursor
    last: int
    entries: tuple[Pulled, ...]


Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Texts: TypeAlias = Annotated[tuple[Text, ...], msgspec.Meta(max_length=8)]


class LookupRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Is this person registered at any mission? Asked with what the clerk has before them; a number, or a birth date
    with a name, is needed for anybody to be found. `operator` asks, and is kept."""

    name: Text = ""
    name_on_id_card: Text = ""
    birth_date: date | None = None
    sex: Text = ""
    mother_name: Text = ""
    niks: Texts = ()
    passports: Texts = ()
    kpjs: Texts = ()
    phones: Texts = ()
    operator: UUID | None = None
    protocol: int = UNSAID


class Found(msgspec.Struct, frozen=True, omit_defaults=True):
    """Somebody who may be the one sought, as much as it takes to ask the person at the counter. `score` and `reasons`
    are those of models.rules.likeness (code, weight); of the numbers the last four characters. `held`: the asker's
    mission has this person already, and a sync brings them."""

    worker_id: UUID
    score: int
    strength: str
    reasons: tuple[tuple[str, int], ...]
    name: str
    mission: str
    birth_date: date | None = None
    sex: str | None = None
    passport_end: str | None = None
    nik_end: str | None = None
    registered: int | None = None
    """The year."""
    held: bool = False


class LookupAnswer(msgspec.Struct, frozen=True):
    """The likeliest first. `more`: how many were left out because so many are of no help to anybody."""

    found: tuple[Found, ...]
    more: int = 0


class BorrowRequest(msgspec.Struct, frozen=True, omit_defaults=True):
    """Let the counters of the asker's mission have this person."""

    worker_id: UUID
    operator: UUID | None = None
    protocol: int = UNSAID


class BorrowAnswer(msgspec.Struct, frozen=True):
    """`worker_id` is the registration under which the person goes on; `until` where the stream ends that now holds
    everything about all of their registrations."""

    epoch: UUID
    worker_id: UUID
    until: Cursor


class BlobPlan(msgspec.Struct, frozen=True):
    """A document cut into chunks (models.sync.chunks): `hashes` of all of them in their order, and the `proof` that
    this list came through whole, which is its own SHA-256."""

    size: int
    hashes: bytes
    proof: bytes

    @classmethod
    def of(cls, plan: Plan) -> BlobPlan:
        return cls(plan.size, plan.hashes, sha256(plan.hashes).digest())

    @property
    def plan(self) -> Plan:
        """SyncError `bad_frame`, `too_large`, `blob_damaged`."""
        if self.size > MAX_BLOB:
            raise SyncError("too_large")
        if sha256(self.hashes).digest() != self.proof:
            raise SyncError("blob_damaged")
        try:
            return Plan(self.size, self.hashes)
        except ValueError as error:
            raise SyncError("bad_frame") from error


class BaseTable(msgspec.Struct, frozen=True, array_like=True):
    """A table of a base: its columns in the order of the parts, how many rows it has, and the SHA-256 over the digests
    of its parts one after the other."""

    name: str
    columns: tuple[str, ...]
    rows: int
    digest: bytes


class BasePart(msgspec.Struct, frozen=True, array_like=True):
    """Some rows of a table as `models.sync.base` packs them: their digest, which is their name too, and how many bytes
    travel. `first` and `last` are whom its first and its last row are about (models.sync.base.Laid.about)."""

    digest: bytes
    size: int
    table: str
    rows: int
    first: bytes = b""
    last: bytes = b""


class Base(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a terminal of `mission` would know after reading its streams up to `cursors`: the rows that so many
    `entries` make, posted by the rules of `posting_version`. The parts follow the order of `tables`."""

    mission: str
    epoch: UUID
    posting_version: int
    cursors: tuple[Cursor, ...]
    entries: int
    at: datetime
    tables: tuple[BaseTable, ...]
    parts: tuple[BasePart, ...]

    @property
    def size(self) -> int:
        """Bytes that travel."""
        return sum(part.size for part in self.parts)


class ErrorAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The body of every answer that is not 2xx. `code` is one of `protocol.ERRORS`; `at` is the centre's clock."""

    code: str
    at: datetime
    head: Head | None = None
    cursor: Cursor | None = None
    epoch: UUID | None = None
    minimum: int | None = None
    seconds: int | None = None
    """After which the same is worth another try."""


def encode(message: msgspec.Struct) -> bytes:
    """The body as it travels, with a checksum of its own: a bit that a bad line or a machine's memory turned is found
    before anything is kept, though not each entry's signature is looked at on its way in."""
    compressor = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True, write_checksum=True)
    return compressor.compress(pack(message))


def decode(body: bytes, into: type[T], *, limit: int = MAX_MESSAGE) -> T:
    """Read what `encode` wrote. SyncError `too_large` beyond `limit` bytes of message, or `bad_frame`."""
    # A window larger than the message's limit would let a few bytes claim the memory before anything is read.
    decompressor = zstandard.ZstdDecompressor(max_window_size=1 << 24)
    try:
        with decompressor.stream_reader(body) as reader:
            message = reader.read(limit + 1)
    except zstandard.ZstdError as error:
        raise SyncError("bad_frame") from error
    if len(message) > limit:
        raise SyncError("too_large")
    try:
        return unpack(message, into)
    except (msgspec.MsgspecError, ValueError) as error:
        raise SyncError("bad_frame") from error


def error_answer(error: SyncError, at: datetime) -> ErrorAnswer:
    return ErrorAnswer(error.code, **({"at": at} | error.facts))  # type: ignore[arg-type]


def error_of(answer: ErrorAnswer) -> SyncError:
    """The error as the other side raised it, `at` included."""
    facts = {name: getattr(answer, name) for name in ("head", "cursor", "epoch", "minimum", "at", "seconds")}
    return SyncError(answer.code, **{name: value for name, value in facts.items() if value is not None})
