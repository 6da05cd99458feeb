"""The posting of all kinds, gathered."""

from models.posting import (
    claims,
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
