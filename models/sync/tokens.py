"""Bearer tokens: who is asking, for one minute (RFC 7519, RFC 8037)."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.journal.keys import SigningKey
from models.sync.protocol import SyncError

LIFE = timedelta(seconds=60)
LEEWAY = timedelta(seconds=30)
"""By how much the two clocks may disagree before the counter is told the time."""

_ALGORITHM = "EdDSA"
_SHORT = 22
"""Characters of a UUID in base64."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The terminal that asks, and which of its keys it signs with."""

    terminal: UUID
    incarnation: int


def make_token(key: SigningKey, bearer: Bearer, centre: UUID, now: datetime, *, short: bool = False) -> str:
    """A token for this centre only, good for a minute from `now` (the centre's time as the counter knows it). The
    `short` one leaves unsaid what is always so, for centres that are known to read it."""
    issued = int(now.timestamp())
    claims: dict[str, str | int] = {
        "iss": _short(bearer.terminal) if short else bearer.terminal.hex,
        "aud": _short(centre) if short else centre.hex,
        "inc": bearer.incarnation,
        "iat": issued,
    }
    if not short:
        claims["exp"] = issued + int(LIFE.total_seconds())
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    return jwt.encode(claims, private, algorithm=_ALGORITHM, headers={"typ": ""} if short else None)


def claimed_by(token: str) -> Bearer:
    """Who the token says it is from, so that the key can be looked up; nothing is proven. SyncError `bad_token`."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
        incarnation = claims["inc"]
        if type(incarnation) is not int or not 0 < incarnation < 1 << 31:
            raise SyncError("bad_token")
        return Bearer(_long(claims["iss"]), incarnation)
    except (jwt.PyJWTError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise SyncError("bad_token") from error


def check_token(token: str, public_key: bytes, centre: UUID, now: datetime) -> None:
    """SyncError `bad_token`, or `clock` when only the time is wrong: it then carries ours, and the counter tries
    once more with a shifted `iat`."""
    try:
        claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(public_key),
            algorithms=[_ALGORITHM],
            audience=[centre.hex, _short(centre)],
            # The time is checked below, against the clock that was handed in.
            options={
                "require": ["iss", "aud", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError) as error:
        raise SyncError("bad_token") from error
    issued, at = claims["iat"], now.timestamp()
    if type(issued) is not int:
        raise SyncError("bad_token")
    until = claims.get("exp", issued + int(LIFE.total_seconds()))
    if type(until) is not int or not 0 <= until - issued <= LIFE.total_seconds():
        raise SyncError("bad_token")
    if not issued - LEEWAY.total_seconds() <= at <= until + LEEWAY.total_seconds():
        raise SyncError("clock", at=now)


def _short(one: UUID) -> str:
    return urlsafe_b64encode(one.bytes).decode("ascii").rstrip("=")


def _long(text: str) -> UUID:
    """ValueError, TypeError or AttributeError for what is no UUID in either form."""
    return UUID(bytes=urlsafe_b64decode(text + "==")) if len(text) == _SHORT else UUID(hex=text)
