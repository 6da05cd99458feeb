"""Second factors: the code that an officer's phone shows (TOTP, RFC 6238), and recovery codes for when it is lost.

The secret lies in the database encrypted, and recovery codes as digests, by keys of the centre's key file: who has the
database alone can neither make a code nor test a guess.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from models.rules.problems import Trouble
from server.store.keys import Keys

STEP = 30
"""Seconds for which a phone shows one code."""
DRIFT = 1
"""Steps by which a phone's clock may be early or late."""
DIGITS = 6
RECOVERY_CODES = 10

DEMO_SECRET = b"loket-pmi-peragaan!!"
"""Known to everybody; only a demo centre takes it."""

_SECRET_BYTES = 20  # RFC 4226, 4: as long as the hash is recommended
_NONCE_BYTES = 12
# Without 0, 1, I, L, O and U, which are misread or make words: 30 letters, ten of them are 49 bits.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_RECOVERY_LENGTH = 10


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def step_of(at: datetime) -> int:
    """The number of the time step: whole half minutes since 1970."""
    return int(at.timestamp()) // STEP


def code_of(secret: bytes, step: int) -> str:
    """The six digits that a phone shows in this step."""
    return _totp(secret).generate(step * STEP).decode()


def matching_step(secret: bytes, given: str, now: datetime, last: int | None) -> int | None:
    """The step of which `given` is the code, one step early or late; None for a wrong code and for one of a step that
    is not after `last`, the last one taken: no code is good twice (RFC 6238, 5.2)."""
    digits = re.sub(r"\s", "", given)
    if not re.fullmatch(rf"[0-9]{{{DIGITS}}}", digits):
        return None
    current, found = step_of(now), None
    for step in range(current - DRIFT, current + DRIFT + 1):
        try:
            _totp(secret).verify(digits.encode(), step * STEP)
        except InvalidToken:
            continue
        if last is None or step > last:
            found = step
    return found


def address(secret: bytes, login: str, issuer: str) -> str:
    """What the QR code says to an authenticator: `otpauth://totp/…`."""
    return _totp(secret).get_provisioning_uri(login, issuer)


def grouped(secret: bytes) -> str:
    """The secret to be typed: base32 in groups of four."""
    text = b32encode(secret).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def lock_away(keys: Keys, officer_id: UUID, secret: bytes) -> bytes:
    """The secret as it may lie in the database; bound to its officer, so that it opens in nobody else's row."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _box(keys).encrypt(nonce, secret, officer_id.bytes)


def take_out(keys: Keys, officer_id: UUID, locked: bytes) -> bytes:
    """The secret again. Trouble `officer.factor_damaged` when it was altered or belongs to somebody else."""
    try:
        return _box(keys).decrypt(locked[:_NONCE_BYTES], locked[_NONCE_BYTES:], officer_id.bytes)
    except (InvalidTag, ValueError) as error:
        raise Trouble("officer.factor_damaged") from error


def new_recovery_codes() -> tuple[str, ...]:
    """`AB2CD-EF3GH`, ten of them, each good once."""
    found: set[str] = set()
    while len(found) < RECOVERY_CODES:
        letters = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LENGTH))
        found.add(f"{letters[:5]}-{letters[5:]}")
    return tuple(sorted(found))


def recovery_digest(keys: Keys, officer_id: UUID, code: str) -> bytes | None:
    """As a recovery code is kept, typed with or without spaces, dashes and capitals; None for what cannot be one."""
    letters = re.sub(r"[\s-]", "", code).upper()
    if len(letters) != _RECOVERY_LENGTH or not set(letters) <= set(_ALPHABET):
        return None
    key = keys.derived("officers' recovery codes")
    return hmac.new(key, officer_id.bytes + letters.encode(), sha256).digest()


def recovery_digests(keys: Keys, officer_id: UUID, codes: Iterable[str]) -> list[bytes]:
    found = [recovery_digest(keys, officer_id, code) for code in codes]
    return [digest for digest in found if digest is not None]


def _totp(secret: bytes) -> TOTP:
    # Authenticators ignore any other hash, and HMAC does not rest on what was broken in SHA-1 (RFC 6238, 1.2).
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303


def _box(keys: Keys) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(keys.derived("officers' second factors"))
