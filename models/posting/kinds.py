"""The posting of all kinds, gathered."""

from models.posting import claims, contributions, documents, erasing, merges, placements, reference, workers

__all__ = ["claims", "contributions", "documents", "erasing", "merges", "placements", "reference", "workers"]
