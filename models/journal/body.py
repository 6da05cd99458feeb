"""Bodies: what happened, one frozen class per kind; facts that stand for ever, a personal part that can be erased."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, ClassVar, Self, TypeVar, cast
from uuid import UUID

import msgspec

T = TypeVar("T")

Exponent = Annotated[int, msgspec.Meta(ge=0, le=8)]
"""How many decimals the amounts beside it have. No currency has more than four; with more, an amount written out would
fill screens and papers with noughts, and an entry that says so cannot be read."""

_encoder = msgspec.msgpack.Encoder(uuid_format="bytes")


def pack(value: Any) -> bytes:
    """MessagePack with 16-byte UUIDs."""
    return _encoder.encode(value)


def unpack(data: bytes, into: type[T]) -> T:
    """Read what `pack` wrote; msgspec.ValidationError or DecodeError when it is something else."""
    try:
        found: T = _reader(cast(Any, into)).decode(data)
    except RecursionError as error:
        raise msgspec.DecodeError("nested too deeply") from error
    except UnicodeDecodeError as error:
        # A text that is none leaves msgspec as Python's own exception, which nobody who reads entries expects.
        raise msgspec.DecodeError("a text that is none") from error
    return found


@cache
def _reader(into: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(into)


class Personal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The erasable part of a body."""


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened. Fields are facts, except `personal`. A field may be added, its meaning never changed;
    fields that are not known are ignored."""

    KIND: ClassVar[str]
    VERSION: ClassVar[int] = 1
    SUBJECT: ClassVar[str]
    """The fact that names what this is about; "" when the entry itself is the subject."""
    PERSONAL: ClassVar[type[Personal] | None] = None

    def subject(self, entry_id: UUID) -> UUID:
        """What `rev` counts for."""
        found: UUID = getattr(self, self.SUBJECT) if self.SUBJECT else entry_id
        return found

    def facts(self) -> bytes:
        return pack(self if self.PERSONAL is None else msgspec.structs.replace(self, personal=None))

    def personal_part(self, salt: bytes) -> bytes | None:
        """The salted personal part as it is signed, or None when this body has none."""
        personal = getattr(self, "personal", None)
        return None if personal is None else pack((salt, personal))

    @classmethod
    def read(cls, facts: bytes, personal: bytes | None) -> Self:
        body = unpack(facts, cls)
        if personal is None or cls.PERSONAL is None:
            return body
        _salt, part = unpack(personal, _salted(cls.PERSONAL))
        return msgspec.structs.replace(body, personal=part)


@cache
def _salted(personal: type[Personal]) -> Any:
    return tuple[bytes, personal]  # type: ignore[valid-type]


_kinds: dict[tuple[str, int], type[Body]] = {}

B = TypeVar("B", bound=type[Body])


def journalled(kind: B) -> B:
    """Enter a body class under its kind and version; each may be taken once."""
    key = (kind.KIND, kind.VERSION)
    if key in _kinds:
        raise TypeError(f"{key} is taken by {_kinds[key].__name__}")
    _kinds[key] = kind
    return kind


def body_class(kind: str, version: int) -> type[Body] | None:
    """The class that reads this kind, or None when this program does not know it."""
    import models.journal.kinds  # noqa: F401 - every kind enters itself when its module is imported

    return _kinds.get((kind, version))


def known_kinds() -> dict[tuple[str, int], type[Body]]:
    """Every kind this program can read."""
    import models.journal.kinds  # noqa: F401

    return dict(_kinds)
