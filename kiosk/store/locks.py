"""Locks: one window per data folder, and who may change the database's files while others read it.

Both locks are `flock` on a file of their own, so they end with their process, also after `kill -9`, and leave
nothing to clean up. Who holds one is asked of the kernel (`/proc/locks`), never of a note that may be stale.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from models.rules.problems import Trouble

WINDOW_LOCK = "window.lock"
DATABASE_LOCK = "db.lock"
PATIENCE = 5.0
"""Seconds to wait for another process's short command before saying that the database is busy."""
_ASK_AGAIN = 0.02

_READ_ONLY = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def disk_trouble(error: OSError, path: Path) -> Trouble:
    """What an operating system's error about a file means to the counter."""
    if error.errno in _READ_ONLY:
        return Trouble("store.read_only", path=path)
    if error.errno in _FULL:
        return Trouble("store.disk_full", path=path)
    if error.errno == errno.ENOENT:
        return Trouble("store.missing", path=path)
    return Trouble("store.disk_error", path=path, error=error.strerror or error)


def holders(path: Path) -> list[str]:
    """The other processes holding this lock file, each as `pid command`; empty if the kernel does not say."""
    try:
        status = path.stat()
        table = Path("/proc/locks").read_text()
    except OSError:
        return []
    place = f"{os.major(status.st_dev):02x}:{os.minor(status.st_dev):02x}:{status.st_ino}"
    found = []
    for line in table.splitlines():
        fields = line.split()
        if len(fields) == 8 and fields[1] == "FLOCK" and fields[5] == place and fields[4].isdigit():
            pid = int(fields[4])
            if pid not in (0, os.getpid()):
                found.append(f"{pid} {_command(pid)}".strip())
    return found


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return b" ".join(words).decode(errors="replace").strip()[:120]


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise disk_trouble(error, path.parent) from error


def _take(descriptor: int, how: int, patience: float | None) -> bool:
    deadline = time.monotonic() + (PATIENCE if patience is None else patience)
    while True:
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_ASK_AGAIN)
        else:
            return True


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold `path` alone for a moment, waiting for others: guards reading and rewriting a small file."""
    descriptor = _open(path)
    try:
        if not _take(descriptor, fcntl.LOCK_EX, None):
            raise _busy(path)
        yield
    finally:
        os.close(descriptor)


def _busy(path: Path) -> Trouble:
    return Trouble("store.busy", holder="; ".join(holders(path)) or "?")


class WindowLock:
    """Held by the window as long as it lives.

    Raises `Trouble("window.already_open", holder=…)` when another window has this data folder.
    """

    def __init__(self, folder: Path) -> None:
        path = folder / WINDOW_LOCK
        self._descriptor: int | None = _open(path)
        if not _take(self._descriptor, fcntl.LOCK_EX, 0):
            self.close()
            raise Trouble("window.already_open", holder="; ".join(holders(path)) or "?")

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class DatabaseLock:
    """Held shared by every process that has the database open; held alone to migrate, re-key, restore or swap.

    Raises `Trouble("store.busy", holder=…)` naming pid and command of whoever is in the way after `patience`
    seconds.
    """

    def __init__(self, folder: Path, *, patience: float | None = None) -> None:
        self._path = folder / DATABASE_LOCK
        self._descriptor: int | None = _open(self._path)
        if not _take(self._descriptor, fcntl.LOCK_SH, patience):
            self.close()
            raise _busy(self._path)

    @contextmanager
    def alone(self, *, patience: float | None = None) -> Iterator[None]:
        """Hold the lock exclusively, and shared again afterwards.

        The kernel gives up a shared lock before it grants the exclusive one, so another process may have been
        alone in between: whoever gets here looks again at what is to be done. For the same reason two
        processes that both want it never wait for each other for ever.
        """
        assert self._descriptor is not None, "the lock was given back"
        if not _take(self._descriptor, fcntl.LOCK_EX, patience):
            trouble = _busy(self._path)
            self._share_again()
            raise trouble
        try:
            yield
        finally:
            self._share_again()

    def _share_again(self) -> None:
        assert self._descriptor is not None
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
