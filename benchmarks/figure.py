"""A figure: what was measured, and the mark it has to meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parent.parent / "build" / "bench.json"
"""Where `make bench` leaves what it measured."""


@dataclass(frozen=True)
class Figure:
    """One result; smaller is better. `detail` says what it was made of."""

    name: str
    value: float
    unit: str
    at_most: float
    detail: str = ""

    @property
    def met(self) -> bool:
        return self.value <= self.at_most

    def __str__(self) -> str:
        verdict = "ok  " if self.met else "MISS"
        return f"{verdict} {self.name}: {self.value:.2f} {self.unit} (at most {self.at_most:g}){self._detail()}"

    def _detail(self) -> str:
        return f" · {self.detail}" if self.detail else ""

    def as_json(self) -> dict[str, object]:
        return asdict(self) | {"met": self.met}


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
