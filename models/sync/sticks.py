"""Sticks: a bundle gets onto one whole, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from models.journal.keys import SigningKey
from models.rules.problems import Trouble
from models.sync.bundles import SUFFIX, BundleHead, Content, Writer

_DRAFT = ".sebagian"
_PIECE = 1 << 20
_AT_ONCE = 16 << 20
"""Bytes after which the stick has to have them."""
_SPARE = 64 << 10
"""Bytes that a file takes beside its content, at most, in the list of files and in its last block."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A bundle on a stick; `digest` is the SHA-256 of the file, read back from there."""

    path: Path
    digest: bytes
    size: int


def put(
    folder: Path, head: BundleHead, sealed_to: bytes, signer: SigningKey, messages: Iterable[Content]
) -> Generator[int, None, Placed]:
    """Write a bundle into a folder, telling after every message how many bytes there are.

    Until it is complete, on the disk and read back it has another name; if anything is in the way, or nobody asks for
    the rest, it is taken away again. Trouble `bundle.stick_full`, `bundle.stick_gone`, `bundle.stick_untrue`."""
    path = folder / head.file_name
    draft = folder / f".{head.file_name}{_DRAFT}"
    with _on(folder):
        try:
            with draft.open("wb") as file:
                writer = Writer(file, head, sealed_to, signer)
                settled = 0
                for message in messages:
                    writer.add(message)
                    if writer.size - settled > _AT_ONCE:
                        # What is told is on the stick, and the end comes soon after the last of it.
                        file.flush()
                        os.fsync(file.fileno())
                        settled = writer.size
                    yield writer.size
                digest = writer.finish()
                file.flush()
                os.fsync(file.fileno())
            if _read_back(draft) != digest:
                raise Trouble("bundle.stick_untrue", path=folder)
            draft.replace(path)
            _settle(folder)
        finally:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    return Placed(path, digest, writer.size)


def require_room(folder: Path, needed: int) -> None:
    """Trouble `bundle.stick_full` where so many bytes do not fit, `bundle.stick_gone` where there is no folder."""
    with _on(folder):
        free = shutil.disk_usage(folder).free
    if free < needed + _SPARE:
        raise _full(folder, needed, free)


def sweep(folder: Path) -> None:
    """Take away what a stick that was pulled out too early has kept of a bundle."""
    with _on(folder):
        if not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        for left in folder.glob(f".LOKET-*{SUFFIX}{_DRAFT}"):
            left.unlink(missing_ok=True)


def found_in(folder: Path) -> list[Path]:
    """The bundles that lie in a folder, by their names. Trouble `bundle.stick_gone`."""
    with _on(folder):
        return sorted(one for one in folder.iterdir() if one.suffix == SUFFIX and not one.name.startswith("."))


@contextmanager
def _on(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _full(folder, 0, 0) from error
        raise Trouble("bundle.stick_gone", path=folder, said=error.strerror or str(error)) from error


def _full(folder: Path, needed: int, free: int) -> Trouble:
    return Trouble("bundle.stick_full", path=folder, needed=-(-needed // 1_000_000), free=free // 1_000_000)


def _read_back(path: Path) -> bytes:
    """The SHA-256 of what the stick gives back, not of what this machine still remembers."""
    found = sha256()
    with path.open("rb") as file:
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.digest()


def _settle(folder: Path) -> None:
    """The name is on the disk as well. Some sticks' file systems do not offer that; they write it at once."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
