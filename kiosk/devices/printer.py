"""Printers: papers go to a queue of the system or straight to a thermal printer; which there are, what became of a
paper, and what went wrong."""

from __future__ import annotations

import errno
import os
import re
import select
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from kiosk.devices import ipp
from kiosk.devices.ipp import Fate
from models.rules.problems import Trouble

PATIENCE = 20.0
"""Seconds after which a printer or queue that does not answer is given up."""

ASKING = 1.0
"""Seconds a thermal printer gets to say how it is. Half of them never answer, and print all the same."""

RAW_PORT = 9100
"""Where printers on a network listen for bytes that are printed as they come."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """A printer has taken a paper. `request` is the name under which it can be asked what became of it, if it can;
    `done`: it has said by itself that all was printed."""

    queue: str
    request: str | None = None
    done: bool = False


class Printer(Protocol):
    """Takes what is to be printed: a PDF, or with `raw` the printer's own commands."""

    def names(self) -> list[str]:
        """The queues, the default one first. An address (`is_address`) is none of them, and printed on all the same."""
        ...

    def send(self, content: bytes, title: str, *, to: str | None = None, copies: int = 1, raw: bool = False) -> Spooled:
        """Hand it over. Trouble: `printer.none`; `printer.failed` (gap `said`); of an address also `printer.address`,
        `printer.unreachable`, `printer.roll_only`, `printer.no_paper`, `printer.open` and `printer.jammed`."""
        ...

    def fates(self, requests: Collection[str]) -> dict[str, Fate]:
        """What became of these; left out is what is still on its way or remembered by nobody. Trouble
        `printer.failed`."""
        ...


def is_address(name: str) -> bool:
    """Whether this names a thermal printer by where it is (tcp://192.168.1.50:9100, /dev/usb/lp0), not a queue."""
    return "://" in name or name.startswith("/")


class LpPrinter:
    """CUPS by `lp` and `lpstat`: vectors and fonts stay as they are, nothing is written to a file of ours."""

    def names(self) -> list[str]:
        if shutil.which("lpstat") is None:
            return []
        listed = _run(["lpstat", "-e"])
        names = listed.stdout.decode(errors="replace").split() if listed.returncode == 0 else []
        default = _run(["lpstat", "-d"]).stdout.decode(errors="replace").rpartition(": ")[2].strip()
        return sorted(names, key=lambda name: (name != default, name))

    def send(self, content: bytes, title: str, *, to: str | None = None, copies: int = 1, raw: bool = False) -> Spooled:
        names = self.names()
        if not names:
            raise Trouble("printer.none")
        queue = to or names[0]
        how = "raw" if raw else "fit-to-page"
        said = _run(["lp", "-d", queue, "-n", str(copies), "-t", title, "-o", how, "-"], content)
        if said.returncode != 0:
            raise Trouble("printer.failed", said=said.stderr.decode(errors="replace").strip()[:200])
        named = re.search(r"request id is (\S+-\d+)", said.stdout.decode(errors="replace"))
        return Spooled(queue, named[1] if named else None)

    def fates(self, requests: Collection[str]) -> dict[str, Fate]:
        found: dict[str, Fate] = {}
        for request in requests:
            queue, _, job = request.rpartition("-")
            fate = ipp.fate_of(int(job), queue, seconds=PATIENCE)
            if fate is not None:
                found[request] = fate
        return found


class AddressPrinter:
    """A thermal printer without a queue: on the network (tcp://HOST:PORT) or a device of this machine (/dev/usb/lp0).

    It is asked first how it is, so that a roll that has run out is told and nothing sinks into its memory; and
    afterwards whether it is done. One that answers neither is believed to print."""

    def names(self) -> list[str]:
        return []

    def send(self, content: bytes, title: str, *, to: str | None = None, copies: int = 1, raw: bool = False) -> Spooled:
        if to is None:
            raise Trouble("printer.none")
        if not raw:
            raise Trouble("printer.roll_only", queue=to)
        try:
            with _opened(to) as line:
                answers = _require_ready(line, to)
                line.write(content * copies)
                # GS r 1 is answered in its turn: after everything before it was printed.
                done = answers and line.ask(b"\x1dr\x01", PATIENCE) is not None
        except OSError as error:
            raise Trouble("printer.unreachable", queue=to, said=error.strerror or str(error)) from error
        return Spooled(to, done=done)

    def fates(self, requests: Collection[str]) -> dict[str, Fate]:
        return {}


class SystemPrinter:
    """Everything this machine prints on: the queues of CUPS, and thermal printers by their address."""

    def __init__(self) -> None:
        self._queues, self._addresses = LpPrinter(), AddressPrinter()

    def names(self) -> list[str]:
        return self._queues.names()

    def send(self, content: bytes, title: str, *, to: str | None = None, copies: int = 1, raw: bool = False) -> Spooled:
        printer: Printer = self._addresses if to is not None and is_address(to) else self._queues
        return printer.send(content, title, to=to, copies=copies, raw=raw)

    def fates(self, requests: Collection[str]) -> dict[str, Fate]:
        return self._queues.fates(requests)


class _Line:
    """An open connection to a printer, for bytes to and fro; OSError where it breaks or nothing moves for PATIENCE."""

    def __init__(self, handle: int, close: Callable[[], None], *, answers: bool) -> None:
        self._handle, self._close, self._answers = handle, close, answers

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def write(self, content: bytes) -> None:
        while content:
            if not select.select([], [self._handle], [], PATIENCE)[1]:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            with suppress(BlockingIOError):
                content = content[os.write(self._handle, content) :]

    def ask(self, question: bytes, seconds: float) -> int | None:
        """The byte it answers with, or None."""
        if not self._answers:
            return None
        self.write(question)
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if not select.select([self._handle], [], [], left)[0]:
                return None
            with suppress(BlockingIOError):
                answer = os.read(self._handle, 1)
                # Nothing to read for good: a device that only listens, or a line hung up.
                return answer[0] if answer else None
        return None


def _opened(address: str) -> _Line:
    if address.startswith("/"):
        return _device(Path(address))
    host, port = _place(address)
    connection = socket.create_connection((host, port), timeout=PATIENCE / 4)
    connection.setblocking(False)
    return _Line(connection.fileno(), connection.close, answers=True)


def _device(path: Path) -> _Line:
    # A plain file is no printer: what is printed would lie readable on the disk.
    if not stat.S_ISCHR(path.stat().st_mode):
        raise Trouble("printer.address", address=path)
    try:
        handle, answers = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY), True
    except PermissionError:
        handle, answers = os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY), False
    return _Line(handle, lambda: os.close(handle), answers=answers)


def _place(address: str) -> tuple[str, int]:
    """Host and port. Trouble `printer.address`."""
    host, port = None, RAW_PORT
    with suppress(ValueError):
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or RAW_PORT
    if host is None or not address.startswith("tcp://"):
        raise Trouble("printer.address", address=address)
    return host, port


def require_address(address: str) -> None:
    """Trouble `printer.address` unless this is where a printer can be."""
    if not address.startswith("/dev/"):
        _place(address)


def _require_ready(line: _Line, queue: str) -> bool:
    """Whether it answers at all. Trouble `printer.no_paper`, `printer.open`, `printer.jammed` if it says so."""
    # DLE EOT 2: why it is off line. Bits 1 and 4 always stand, 0 and 7 never: anything else is no answer to this.
    said = line.ask(b"\x10\x04\x02", ASKING)
    if said is None or said & 0x93 != 0x12:
        return False
    if said & 0x20:
        raise Trouble("printer.no_paper", queue=queue)
    if said & 0x04:
        raise Trouble("printer.open", queue=queue)
    if said & 0x40:
        raise Trouble("printer.jammed", queue=queue)
    return True


def _run(command: list[str], content: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - fixed programs, arguments never pass a shell
            command,
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            # The answers are read; passwords that were given in the environment are not the printer's business.
            env={name: value for name, value in os.environ.items() if not name.startswith("LOKET_")} | {"LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("printer.failed", said=str(error)[:200]) from error


@dataclass
class PretendPrinter:
    """Stands in for CUPS: remembers what was sent; with `broken` it refuses like a printer that is gone. `fate` is what
    it answers about everything it took."""

    sent: list[tuple[str, bytes]] = field(default_factory=list)
    queues: list[str] = field(default_factory=lambda: ["Loket"])
    broken: bool = False
    fate: Fate | None = None
    raw: list[bytes] = field(default_factory=list)
    """Of what was sent, that which was the printer's own commands."""

    def names(self) -> list[str]:
        return list(self.queues)

    def send(self, content: bytes, title: str, *, to: str | None = None, copies: int = 1, raw: bool = False) -> Spooled:
        if not self.queues and to is None:
            raise Trouble("printer.none")
        if self.broken:
            raise Trouble("printer.failed", said="printer gone")
        self.sent += [(title, content)] * copies
        if raw:
            self.raw += [content] * copies
        queue = to or self.queues[0]
        return Spooled(queue, f"{queue}-{len(self.sent)}")

    def fates(self, requests: Collection[str]) -> dict[str, Fate]:
        return dict.fromkeys(requests, self.fate) if self.fate else {}
