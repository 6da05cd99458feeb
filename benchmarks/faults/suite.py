"""Every case there is, in the order in which they run."""

from __future__ import annotations

from benchmarks.faults import centres, disks, kills, lines, together
from benchmarks.faults.case import Case

CASES: tuple[Case, ...] = (*lines.CASES, *together.CASES, *disks.CASES, *kills.CASES, *centres.CASES)
