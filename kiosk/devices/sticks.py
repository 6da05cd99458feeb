"""Sticks: what is plugged in now, as the desktop mounts it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
PLACES = ("/media/", "/run/media/", "/mnt/")


@dataclass(frozen=True, slots=True)
class Stick:
    """`free` and `size` in bytes."""

    path: Path
    free: int
    size: int

    @property
    def name(self) -> str:
        return self.path.name


def mounted(mounts: Path = MOUNTS, places: Sequence[str] = PLACES) -> list[Stick]:
    """The sticks and cards that are mounted, by name; none where that cannot be told. Not on the drawing thread: a
    stick that is being pulled out answers late."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = []
    for line in lines:
        parts = line.split(" ")
        if len(parts) < 2:
            continue
        # The kernel writes a blank in a name as its octal code.
        path = Path(parts[1].encode().decode("unicode_escape").encode("latin-1", "replace").decode("utf-8", "replace"))
        if not f"{path}/".startswith(tuple(places)):
            continue
        try:
            usage = shutil.disk_usage(path)
        except OSError:
            continue
        found.append(Stick(path, usage.free, usage.total))
    return sorted(found, key=lambda stick: stick.name)
