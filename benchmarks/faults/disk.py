"""A disk that fails: a layer between SQLCipher and the machine's file system, put in by SQLite's own door (its VFS).

Every write, sync, truncation and removal of the counter's database and its log passes here. It can be refused, as a
full or a broken disk does; and it can be written down, so that afterwards the disk is made again as it may stand after
the power went at any instant: what was synced is there, and of all that came later each sector is there or is not."""

from __future__ import annotations

import ctypes
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Literal

SECTOR = 512
"""Bytes that a disk writes whole or not at all."""

FULL, BROKEN_WRITE, BROKEN_SYNC = 13, 10 | (3 << 8), 10 | (4 << 8)
"""SQLITE_FULL, SQLITE_IOERR_WRITE and SQLITE_IOERR_FSYNC: what SQLite makes of ENOSPC and EIO."""

_OK = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done to a file of the folder, by its name. `data` of writes and replaced files, `at` their place or the
    new size."""

    kind: Literal["write", "sync", "truncate", "delete", "replace"]
    name: str
    at: int = 0
    data: bytes = b""


Fail = Callable[[Step], int]
"""What a step is answered with: 0 lets it happen."""


class _Vfs(ctypes.Structure):
    """`sqlite3_vfs`, as far as it is used."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
    ]


class _Methods(ctypes.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("close", ctypes.c_void_p),
        ("read", ctypes.c_void_p),
        ("write", ctypes.c_void_p),
        ("truncate", ctypes.c_void_p),
        ("sync", ctypes.c_void_p),
        *((f"other_{number}", ctypes.c_void_p) for number in range(13)),
    ]


class _File(ctypes.Structure):
    """`sqlite3_file`."""

    _fields_ = [("methods", ctypes.POINTER(_Methods))]


_FileP = ctypes.POINTER(_File)
_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, _FileP, ctypes.c_int, ctypes.POINTER(ctypes.c_int)
)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, _FileP, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, _FileP, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, _FileP, ctypes.c_int)


@dataclass(slots=True)
class _Original:
    """The methods that a kind of file had, and those that it has while the layer is in."""

    write: Any
    truncate: Any
    sync: Any
    layered: Any


@dataclass
class Disk:
    """The layer, in while it is entered; for the files of one folder. One at a time in a process.

    `steps` is what was done, `marks` what somebody wanted to remember and after how many steps."""

    folder: Path
    fail: Fail | None = None
    steps: list[Step] = field(default_factory=list)
    marks: list[tuple[int, object]] = field(default_factory=list)

    def mark(self, what: object) -> None:
        self.marks.append((len(self.steps), what))

    def __enter__(self) -> Disk:
        _layer().on = self
        return self

    def __exit__(self, *_: object) -> None:
        _layer().on = None

    def ours(self, path: str) -> str | None:
        """The name of a file that the layer is about."""
        found = Path(path)
        return found.name if found.parent == self.folder and not found.name.endswith("-shm") else None

    def step(self, step: Step) -> int:
        """Whether it may happen; then it is written down."""
        answer = self.fail(step) if self.fail is not None else _OK
        if answer == _OK:
            self.steps.append(step)
        return answer


class _Layer:
    """Put into the library once, and never taken out: without a `Disk` it hands everything on."""

    def __init__(self) -> None:
        from sqlcipher3 import _sqlite3

        self.on: Disk | None = None
        self._library = ctypes.CDLL(_sqlite3.__file__)
        self._library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        self._library.sqlite3_vfs_find.argtypes = [ctypes.c_char_p]
        self._names: dict[int, str] = {}
        self._originals: dict[int, _Original] = {}
        self._methods_of: dict[int, _Original] = {}
        self._turn = threading.Lock()
        vfs = self._library.sqlite3_vfs_find(None).contents
        self._open, self._delete = _Open(vfs.open), _Delete(vfs.delete)
        # They must not be collected while the library calls them.
        self._called = _Open(self._on_open), _Delete(self._on_delete), _Write(self._on_write)
        self._called_too = _Truncate(self._on_truncate), _Sync(self._on_sync)
        vfs.open = ctypes.cast(self._called[0], ctypes.c_void_p)
        vfs.delete = ctypes.cast(self._called[1], ctypes.c_void_p)
        sys.addaudithook(self._on_event)

    def _on_open(self, vfs: Any, path: int | None, file: Any, flags: int, out: Any) -> int:
        # The path is handed on as it came: SQLite keeps the pointer, and more behind the name.
        answer: int = self._open(vfs, path, file, flags, out)
        if answer != _OK or path is None or not file.contents.methods:
            return answer
        methods = file.contents.methods
        address = ctypes.addressof(methods.contents)
        with self._turn:
            if address not in self._originals:
                self._originals[address] = self._layered(methods.contents)
            original = self._originals[address]
            place = ctypes.addressof(file.contents)
            self._methods_of[place] = original
            self._names[place] = ctypes.string_at(path).decode()
        file.contents.methods = ctypes.pointer(original.layered)
        return answer

    def _layered(self, methods: _Methods) -> _Original:
        copy = _Methods()
        ctypes.pointer(copy)[0] = methods
        copy.write = ctypes.cast(self._called[2], ctypes.c_void_p)
        copy.truncate = ctypes.cast(self._called_too[0], ctypes.c_void_p)
        copy.sync = ctypes.cast(self._called_too[1], ctypes.c_void_p)
        return _Original(_Write(methods.write), _Truncate(methods.truncate), _Sync(methods.sync), copy)

    def _told(self, file: Any, make: Callable[[str], Step]) -> int:
        disk = self.on
        if disk is None or (name := disk.ours(self._names[ctypes.addressof(file.contents)])) is None:
            return _OK
        return disk.step(make(name))

    def _of(self, file: Any) -> _Original:
        return self._methods_of[ctypes.addressof(file.contents)]

    def _on_write(self, file: Any, data: Any, size: int, at: int) -> int:
        refused = self._told(file, lambda name: Step("write", name, at, ctypes.string_at(data, size)))
        return refused or self._of(file).write(file, data, size, at)

    def _on_truncate(self, file: Any, size: int) -> int:
        return self._told(file, lambda name: Step("truncate", name, size)) or self._of(file).truncate(file, size)

    def _on_sync(self, file: Any, flags: int) -> int:
        # What it covers is what was written before it began.
        refused = self._told(file, lambda name: Step("sync", name))
        return refused or self._of(file).sync(file, flags)

    def _on_delete(self, vfs: Any, path: int, sync: int) -> int:
        disk = self.on
        if disk is not None and (name := disk.ours(ctypes.string_at(path).decode())) is not None:
            refused = disk.step(Step("delete", name))
            if refused:
                return refused
        return int(self._delete(vfs, path, sync))

    def _on_event(self, event: str, given: tuple[Any, ...]) -> None:
        """Small files are replaced by a renamed one that was synced before."""
        disk = self.on
        if disk is None or event != "os.rename":
            return
        source, target = Path(str(given[0])), Path(str(given[1]))
        if target.parent == disk.folder:
            disk.steps.append(Step("replace", target.name, data=source.read_bytes()))


_made: list[_Layer] = []


def _layer() -> _Layer:
    if not _made:
        _made.append(_Layer())
    return _made[0]


def after_power_cut(before: dict[str, bytes], steps: list[Step], chance: Random) -> dict[str, bytes]:
    """The folder as the disk may hold it when the power goes after these steps.

    What a sync covered is there. Of every later write each sector is there or not, by chance, and the file is as long
    as the last of them that made it; a removal or a replacement that nothing followed is there or not as a whole."""
    files = {name: bytearray(content) for name, content in before.items()}
    waiting: dict[str, list[Step]] = {}
    for number, step in enumerate(steps, start=1):
        if step.kind in ("write", "truncate"):
            waiting.setdefault(step.name, []).append(step)
        elif step.kind == "sync":
            for one in waiting.pop(step.name, []):
                _do(files, one)
        elif number < len(steps) or chance.random() < 0.5:
            waiting.pop(step.name, None)
            _do(files, step)
    # Nothing, all, or anything between: on a real disk the first two are the likeliest.
    share = chance.choice((0.0, 0.2, 0.5, 0.9, 1.0))
    for later in waiting.values():
        for one in later:
            if one.kind == "truncate":
                if chance.random() < share:
                    _do(files, one)
                continue
            for start in range(0, len(one.data), SECTOR):
                if chance.random() < share:
                    _do(files, Step("write", one.name, one.at + start, one.data[start : start + SECTOR]))
    return {name: bytes(content) for name, content in files.items()}


def _do(files: dict[str, bytearray], step: Step) -> None:
    if step.kind == "delete":
        files.pop(step.name, None)
        return
    if step.kind == "replace":
        files[step.name] = bytearray(step.data)
        return
    content = files.setdefault(step.name, bytearray())
    if step.kind == "truncate":
        del content[step.at :]
        content.extend(bytes(step.at - len(content)))
        return
    if len(content) < step.at:
        content.extend(bytes(step.at - len(content)))
    content[step.at : step.at + len(step.data)] = step.data


def files_of(folder: Path) -> dict[str, bytes]:
    """What a crash would leave of a closed counter: its files, without locks and the memory that is shared."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith((".lock", "-shm"))
    }


def put(folder: Path, files: dict[str, bytes]) -> None:
    """A folder with exactly these files."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)
