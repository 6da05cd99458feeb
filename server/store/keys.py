"""The centre's keys: one file, 0600, in its data folder, never in the database.

A backup or a replica of the database then tells nobody how to speak in the centre's name.
"""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.journal.ids import new_id
from models.journal.keys import SealingKey, SigningKey
from models.rules.problems import Trouble
from models.sync.enrolment import CentreKeys, certify_keys, fingerprint
from models.sync.signing import Signed

FILE = "centre.keys"


class _Kept(msgspec.Struct, frozen=True):
    format: int
    centre: UUID
    serial: int
    since: datetime
    root: bytes
    signing: bytes
    claims: bytes


@dataclass(frozen=True)
class Keys:
    """`root` certifies the others and could be kept elsewhere; `signing` speaks for the centre every day."""

    centre: UUID
    serial: int
    since: datetime
    root: SigningKey
    signing: SigningKey
    claims: SealingKey

    @property
    def public(self) -> CentreKeys:
        return CentreKeys(self.centre, self.serial, self.signing.public, self.claims.public, self.since)

    @property
    def fingerprint(self) -> str:
        """The root key's, as officers compare it over a telephone."""
        return fingerprint(self.root.public).hex(" ", 2)

    def derived(self, purpose: str) -> bytes:
        """32 bytes for one purpose, which nobody makes without this file. From the claims key, because that one stays
        for as long as there is something sealed to it."""
        return HKDF(SHA256(), 32, salt=self.centre.bytes, info=purpose.encode()).derive(self.claims.seed)

    def certified(self) -> Signed:
        return certify_keys(self.public, self.root)


def new_keys(at: datetime) -> Keys:
    return Keys(new_id(), 1, at, SigningKey.new(), SigningKey.new(), SealingKey.new())


def write_keys(folder: Path, keys: Keys) -> None:
    """Put the keys into a folder that has none; complete or not at all."""
    kept = _Kept(1, keys.centre, keys.serial, keys.since, keys.root.seed, keys.signing.seed, keys.claims.seed)
    path, draft = folder / FILE, folder / f".{FILE}.{uuid.uuid4().hex}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(kept))
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()


def read_keys(folder: Path) -> Keys | None:
    """The keys of this folder, or None in a new one. Trouble `centre.keys_damaged`, `centre.keys_open` when others
    may read them."""
    path = folder / FILE
    try:
        if path.stat().st_mode & 0o077:
            raise Trouble("centre.keys_open", path=path)
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Trouble("centre.keys_damaged", path=path) from error
    if kept.format != 1 or {len(kept.root), len(kept.signing), len(kept.claims)} != {32}:
        raise Trouble("centre.keys_damaged", path=path)
    return Keys(
        kept.centre,
        kept.serial,
        kept.since,
        SigningKey(kept.root),
        SigningKey(kept.signing),
        SealingKey(kept.claims),
    )
