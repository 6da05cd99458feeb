"""Support: the public key that diagnostic files are sealed to, kept in the clear beside the database, because a file is
wanted most when the database cannot be opened."""

from __future__ import annotations

from pathlib import Path

from kiosk.store.files import read, replace
from models.rules.problems import Trouble

SUPPORT_FILE = "support.key"


def keep_support_key(folder: Path, key: bytes) -> None:
    """Note the centre's key; nothing is written where it says so already."""
    if support_key(folder) != key:
        replace(folder / SUPPORT_FILE, key.hex().encode())


def support_key(folder: Path) -> bytes | None:
    """The centre's X25519 public key, or None before enrolment."""
    try:
        key = bytes.fromhex((read(folder / SUPPORT_FILE) or b"").decode())
    except (ValueError, Trouble):
        return None
    return key if len(key) == 32 else None
