"""IPP: asking CUPS what became of a print job. RFC 8010 says how the bytes lie, RFC 8011 what they mean.

`lpstat` cannot be asked: it calls a job «completed» that was broken off, and CUPS 2.4.2 gives both the same reason."""

from __future__ import annotations

import http.client
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from models.rules.problems import Trouble

Fate = Literal["done", "failed"]

_SOCKETS = (Path("/run/cups/cups.sock"), Path("/var/run/cups/cups.sock"))
_PORT = 631

_GET_JOB_ATTRIBUTES = 0x0009
_NOT_FOUND = 0x0406
_STATES: dict[int, Fate] = {7: "failed", 8: "failed", 9: "done"}  # canceled, aborted, completed (RFC 8011, 5.3.7)

_OPERATION, _END = b"\x01", b"\x03"
_ENUM, _CHARSET, _LANGUAGE, _URI, _KEYWORD = 0x23, 0x47, 0x48, 0x45, 0x44


def fate_of(job: int, queue: str, *, seconds: float) -> Fate | None:
    """What became of this queue's job; None while it is on its way, or where CUPS remembers no such job: it forgets,
    and counts anew where its spool was emptied. Trouble `printer.failed` if CUPS does not answer in `seconds`."""
    line = _connection(seconds)
    try:
        line.request("POST", f"/jobs/{job}", _question(job), {"Content-Type": "application/ipp"})
        answer = line.getresponse()
        content = answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Trouble("printer.failed", said=str(error)[:200] or type(error).__name__) from error
    finally:
        line.close()
    if answer.status != http.client.OK:
        raise Trouble("printer.failed", said=f"CUPS: HTTP {answer.status}")
    try:
        return _fate(content, queue)
    except (LookupError, ValueError) as error:
        raise Trouble("printer.failed", said="CUPS: IPP") from error


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over the socket in the file system that CUPS listens at."""

    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def _connection(seconds: float) -> http.client.HTTPConnection:
    """To the server that `lp` speaks with: CUPS_SERVER if it is set, else this machine's."""
    named = os.environ.get("CUPS_SERVER", "")
    if named.startswith("/"):
        return _SocketConnection(Path(named), seconds)
    if named:
        host, _, port = named.partition("/")[0].rpartition(":")
        return http.client.HTTPConnection(host or port, int(port) if host else _PORT, timeout=seconds)
    here = next((path for path in _SOCKETS if path.is_socket()), None)
    return _SocketConnection(here, seconds) if here else http.client.HTTPConnection("localhost", _PORT, timeout=seconds)


def _question(job: int) -> bytes:
    def attribute(tag: int, name: str, value: str) -> bytes:
        return b"".join(
            (bytes([tag]), len(name).to_bytes(2, "big"), name.encode(), len(value).to_bytes(2, "big"), value.encode())
        )

    return b"".join(
        (
            b"\x02\x00",  # IPP 2.0
            _GET_JOB_ATTRIBUTES.to_bytes(2, "big"),
            (1).to_bytes(4, "big"),
            _OPERATION,
            attribute(_CHARSET, "attributes-charset", "utf-8"),
            attribute(_LANGUAGE, "attributes-natural-language", "en"),
            attribute(_URI, "job-uri", f"ipp://localhost/jobs/{job}"),
            attribute(_KEYWORD, "requested-attributes", "job-state"),
            attribute(_KEYWORD, "", "job-printer-uri"),  # a further value of the attribute before
            _END,
        )
    )


def _fate(content: bytes, queue: str) -> Fate | None:
    status = int.from_bytes(content[2:4], "big")
    if status == _NOT_FOUND:
        return None
    if status >= 0x0100:
        raise ValueError(f"status {status:#06x}")
    found = {name: value for tag, name, value in _attributes(content) if tag in (_ENUM, _URI)}
    if found[b"job-printer-uri"].rpartition(b"/")[2] != queue.encode():
        return None
    return _STATES.get(int.from_bytes(found[b"job-state"], "big"))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Tag, name and value of every attribute; IndexError where the bytes break off."""
    at = 8

    def part() -> bytes:
        nonlocal at
        length = int.from_bytes(content[at : at + 2], "big")
        at += 2 + length
        if at > len(content):
            raise IndexError("broken off")
        return content[at - length : at]

    while (tag := content[at]) != _END[0]:
        at += 1
        if tag >= 0x10:  # below are the marks between groups
            yield tag, part(), part()
