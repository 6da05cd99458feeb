"""The posting of all kinds, gathered."""

from models.posting import (
    claims,
    clocks,
    contributions,
    coverage,
    deaths,
    documents,
    erasing,
    merges,
    placements,
    reference,
    refunds,
    tasks,
    tills,
    workers,
)

__all__ = [
    "claims",
    "clocks",
    "contributions",
    "coverage",
    "deaths",
    "documents",
    "erasing",
    "merges",
    "placements",
    "reference",
    "refunds",
    "tasks",
    "tills",
    "workers",
]
