"""Signers: whose key stands behind a token, also where somebody changed the name that it gives to that key."""

from __future__ import annotations

from collections.abc import Iterable

from models.rules.problems import Refused
from models.rules.token import make_token, peek, read_token, thumbprint, thumbprint_of

_NEAR = 16
_SIGNATURE = 64


def signed_under_another_name(token: bytes, keys: Iterable[bytes]) -> bool:
    """Whether one of these Ed25519 keys signed exactly this, but for the thumbprint by which the token names its
    signer: it was not issued so, but damaged or altered. Names that differ in more than 16 of their 64 bits are not
    tried; those of two strangers differ in 32 or so. Refused `token.unreadable`."""
    facts, named = peek(token), thumbprint_of(token)
    for key in keys:
        real = thumbprint(key)
        if not 0 < (int.from_bytes(named) ^ int.from_bytes(real)).bit_count() <= _NEAR:
            continue
        try:
            read_token(make_token(facts, lambda _: token[-_SIGNATURE:], real), key)
        except Refused:
            continue
        return True
    return False
