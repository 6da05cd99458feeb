"""Keys: who signed an entry (Ed25519), and what seals a restricted narrative to the centre (HPKE, RFC 9180)."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 private key; `seed` is its 32 raw bytes."""

    seed: bytes

    @classmethod
    def new(cls) -> SigningKey:
        return cls(Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def signed_by(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made by the owner of this Ed25519 key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class SealingKey:
    """An X25519 private key that opens what was sealed to its public half."""

    seed: bytes

    @classmethod
    def beside(cls, key: SigningKey) -> SealingKey:
        """The one that belongs to a terminal's signing key: whoever has the one has both, and nothing more is kept."""
        return cls(HKDF(SHA256(), 32, salt=None, info=b"loket terminal sealing 1").derive(key.seed))

    @classmethod
    def new(cls) -> SealingKey:
        return cls(X25519PrivateKey.generate().private_bytes_raw())

    @property
    def public(self) -> bytes:
        return X25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """The plaintext; ValueError when it was sealed to another key, for another purpose, or altered."""
        try:
            return _SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(self.seed), about)
        except InvalidTag as error:
            raise ValueError("not sealed to this key") from error


def seal(message: bytes, public_key: bytes, about: bytes) -> bytes:
    """Seal a message so that only the owner of the X25519 key can open it; `about` binds its purpose."""
    return _SUITE.encrypt(message, X25519PublicKey.from_public_bytes(public_key), about)
