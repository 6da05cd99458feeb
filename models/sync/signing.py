"""Signed messages: the bytes that were signed travel as they are, and each purpose has a signature of its own."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from models.journal.body import pack, unpack
from models.journal.keys import SigningKey, signed_by

T = TypeVar("T", bound=msgspec.Struct)


class Signed(msgspec.Struct, frozen=True, array_like=True):
    """A packed message and the signature over its purpose and its bytes."""

    message: bytes
    signature: bytes


class Untrue(ValueError):
    """A message that was not signed by who had to sign it, or that does not say what it must. The code says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def signed(message: msgspec.Struct, purpose: str, key: SigningKey) -> Signed:
    packed = pack(message)
    return Signed(packed, key.sign(_to_be_signed(purpose, packed)))


def opened(message: Signed, purpose: str, public_key: bytes, into: type[T]) -> T:
    """The message inside. Raises Untrue `bad_signature`, or `bad_message` when it is of another make."""
    if not signed_by(public_key, _to_be_signed(purpose, message.message), message.signature):
        raise Untrue("bad_signature")
    try:
        return unpack(message.message, into)
    except msgspec.MsgspecError as error:
        raise Untrue("bad_message") from error


def _to_be_signed(purpose: str, packed: bytes) -> bytes:
    return b"loket sync 1 " + purpose.encode() + b"\0" + packed
