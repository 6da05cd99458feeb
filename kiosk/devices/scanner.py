"""Scanners: one page from the glass as a JPEG; whether there is a scanner at all."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass, field
from typing import Protocol

from models.rules.problems import Trouble

PATIENCE = 90
"""Seconds that a page may take before the scanner is given up."""
RESOLUTION = 200
"""Dots per inch: a passport page stays readable and below one megabyte."""


class Scanner(Protocol):
    """Takes one page; says so when it cannot."""

    def present(self) -> bool:
        """Whether scanning can be offered at all."""
        ...

    def scan(self) -> bytes:
        """One page as a JPEG. Trouble: `scanner.none`, `scanner.failed` (gap `said`)."""
        ...


class ScanimageScanner:
    """SANE by `scanimage`; the page comes through a pipe, nothing is written to a file of ours."""

    def present(self) -> bool:
        return shutil.which("scanimage") is not None

    def scan(self) -> bytes:
        if not self.present():
            raise Trouble("scanner.none")
        command = ["scanimage", "--format=jpeg", "--mode", "Color", "--resolution", str(RESOLUTION)]
        try:
            said = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Trouble("scanner.failed", said=str(error)[:200]) from error
        if said.returncode != 0 or not said.stdout:
            raise Trouble("scanner.failed", said=said.stderr.decode(errors="replace").strip()[:200])
        return said.stdout


@dataclass
class PretendScanner:
    """Stands in for SANE: gives the pages it was loaded with, then is out of paper."""

    pages: list[bytes] = field(default_factory=list)

    def present(self) -> bool:
        return True

    def scan(self) -> bytes:
        if not self.pages:
            raise Trouble("scanner.failed", said="no page")
        return self.pages.pop(0)
