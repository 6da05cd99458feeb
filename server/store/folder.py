"""The centre's data folder: who serves it, its keys, and which database belongs to it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from models.rules.problems import Trouble
from server.store import embedded

LOCK = "serve.lock"
CLUSTER = "pg"
BASES = "bases"


def default_folder() -> Path:
    """`LOKET_CENTRE_DATA`, or the place where a user's programs keep data."""
    if chosen := os.environ.get("LOKET_CENTRE_DATA"):
        return Path(chosen)
    home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "loket-centre"


def named_dsn() -> str | None:
    """The database of a real centre, or None for the embedded one of a demonstration."""
    return os.environ.get("LOKET_CENTRE_DSN") or None


def make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Trouble("centre.folder", folder=folder, said=error.strerror) from error


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """While this stands, nobody else serves the folder. Trouble `centre.serving`."""
    try:
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise Trouble("centre.folder", folder=folder, said=error.strerror) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Trouble("centre.serving", folder=folder) from error
        yield
    finally:
        os.close(descriptor)


def cluster(folder: Path) -> Path:
    return folder / CLUSTER


def bases(folder: Path) -> Path:
    """Where what new terminals are given is kept. All of it can be made again."""
    return folder / BASES


def dsn_of(folder: Path) -> str:
    """The address of the folder's database while somebody serves it. Trouble `centre.not_serving`."""
    return named_dsn() or embedded.attach(cluster(folder))
