"""All kinds of entries, gathered so that a reader knows them."""

from models.journal import (
    claims,
    consents,
    contributions,
    documents,
    placements,
    reference,
    staff,
    terminals,
    workers,
)

__all__ = [
    "claims",
    "consents",
    "contributions",
    "documents",
    "placements",
    "reference",
    "staff",
    "terminals",
    "workers",
]
