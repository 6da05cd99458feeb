"""Small files that must never be half written: replaced whole, or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.store.locks import disk_trouble


def read(path: Path) -> bytes | None:
    """The file's bytes, or None if there is no such file."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise disk_trouble(error, path) from error


def replace(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path` (mode 0600): after a power cut either the old or the new file is there."""
    fresh = path.with_name(path.name + ".new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                file.write(content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        fresh.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise disk_trouble(error, path) from error


def sync_folder(folder: Path) -> None:
    """Make renames and new names in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
