"""Still: the shortest question there is, whether anything has changed since the centre was last heard out.

A full answer to a counter that holds everything carries a mark: the centre's own name for where it stands with that
counter. With the mark the counter asks the next time, and hears the centre's signature over its question: then the last
statement still says what is held. Anything else is as good as a no, and the counter asks in full (docs/decisions/0028).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from models.journal.body import pack
from models.journal.keys import SigningKey
from models.ledger.types import EPOCH
from models.sync.signing import Signed, opened, signed

PURPOSE = "still"
NO = "no"
"""In the place of a signature: ask in full."""

_MARK, _SIGNATURE = 16, 64
_MOST_BETWEEN = timedelta(seconds=(1 << 32) // 1_000_000)


class Still(msgspec.Struct, frozen=True, array_like=True):
    """What is signed: the centre's `mark` for this journal was the same when it was asked, with the counter's clock at
    `t0`, between `t1` and `t2` of the centre's."""

    centre: UUID
    terminal: UUID
    incarnation: int
    mark: bytes
    t0: datetime
    t1: datetime
    t2: datetime


def new_mark(*parts: object) -> bytes:
    """A name for everything that a full answer would say."""
    from hashlib import sha256

    return sha256(pack(parts)).digest()[:_MARK]


def written(mark: bytes) -> str:
    """The mark as it stands in an address."""
    return urlsafe_b64encode(mark).decode("ascii").rstrip("=")


def read_mark(text: str) -> bytes | None:
    found = _decoded(text)
    return found if found is not None and len(found) == _MARK else None


def say(still: Still, key: SigningKey) -> str:
    """The centre's answer: when it was asked, how long it took, and its signature; the rest was the counter's word."""
    between = min(max(still.t2 - still.t1, timedelta()), _MOST_BETWEEN)
    said = msgspec.structs.replace(still, t2=still.t1 + between)
    times = microseconds(said.t1).to_bytes(8) + (between // timedelta(microseconds=1)).to_bytes(4)
    return written(times + signed(said, PURPOSE, key).signature)


def hear(text: str, asked: Still, public_key: bytes) -> Still | None:
    """What the centre says to `asked`, whose `t1` and `t2` are not known yet; None for anything that it did not sign.
    Raises Untrue `bad_signature`."""
    said = _decoded(text)
    if said is None or len(said) != 12 + _SIGNATURE:
        return None
    t1 = moment(int.from_bytes(said[:8]))
    if t1 is None:
        return None
    heard = msgspec.structs.replace(asked, t1=t1, t2=t1 + timedelta(microseconds=int.from_bytes(said[8:12])))
    return opened(Signed(pack(heard), said[12:]), PURPOSE, public_key, Still)


def microseconds(at: datetime) -> int:
    """Whole ones since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)


def moment(since: int) -> datetime | None:
    """So many microseconds after 1970; None where no calendar reaches."""
    try:
        return EPOCH + timedelta(microseconds=since)
    except OverflowError:
        return None


def _decoded(text: str) -> bytes | None:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)) if len(text) <= 128 else None
    except ValueError:
        return None
