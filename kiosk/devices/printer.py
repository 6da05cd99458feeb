"""Printers: a PDF goes to the system's print queue; which ones there are, and what went wrong."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Protocol

from models.rules.problems import Trouble

PATIENCE = 20
"""Seconds after which a print queue that does not answer is given up."""


class Printer(Protocol):
    """Takes a PDF; says nothing about paper, only that the queue has it."""

    def names(self) -> list[str]:
        """The queues, the default one first."""
        ...

    def send(self, pdf: bytes, title: str, *, to: str | None = None, copies: int = 1) -> str:
        """Hand a PDF to a queue; returns the queue's name. Trouble: `printer.none`, `printer.failed` (gap `said`)."""
        ...


class LpPrinter:
    """CUPS by `lp` and `lpstat`: vectors and fonts stay as they are, nothing is written to a file of ours."""

    def names(self) -> list[str]:
        if shutil.which("lpstat") is None:
            return []
        listed = _run(["lpstat", "-e"])
        names = listed.stdout.decode(errors="replace").split() if listed.returncode == 0 else []
        default = _run(["lpstat", "-d"]).stdout.decode(errors="replace").rpartition(": ")[2].strip()
        return sorted(names, key=lambda name: (name != default, name))

    def send(self, pdf: bytes, title: str, *, to: str | None = None, copies: int = 1) -> str:
        names = self.names()
        if not names:
            raise Trouble("printer.none")
        queue = to or names[0]
        said = _run(["lp", "-d", queue, "-n", str(copies), "-t", title, "-o", "fit-to-page", "-"], pdf)
        if said.returncode != 0:
            raise Trouble("printer.failed", said=said.stderr.decode(errors="replace").strip()[:200])
        return queue


def _run(command: list[str], content: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - fixed programs, arguments never pass a shell
            command, input=content, capture_output=True, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Trouble("printer.failed", said=str(error)[:200]) from error


@dataclass
class PretendPrinter:
    """Stands in for CUPS: remembers what was sent; with `broken` it refuses like a printer that is gone."""

    sent: list[tuple[str, bytes]] = field(default_factory=list)
    queues: list[str] = field(default_factory=lambda: ["Loket"])
    broken: bool = False

    def names(self) -> list[str]:
        return list(self.queues)

    def send(self, pdf: bytes, title: str, *, to: str | None = None, copies: int = 1) -> str:
        if not self.queues:
            raise Trouble("printer.none")
        if self.broken:
            raise Trouble("printer.failed", said="printer gone")
        self.sent += [(title, pdf)] * copies
        return to or self.queues[0]
