"""All kinds of entries, gathered so that a reader knows them."""

from models.journal import (
    claims,
    consents,
    contributions,
    coverage,
    deaths,
    documents,
    placements,
    reference,
    refunds,
    staff,
    tasks,
    terminals,
    tills,
    workers,
)

__all__ = [
    "claims",
    "consents",
    "contributions",
    "coverage",
    "deaths",
    "documents",
    "placements",
    "reference",
    "refunds",
    "staff",
    "tasks",
    "terminals",
    "tills",
    "workers",
]
