"""The posting of all kinds, gathered."""

from models.posting import claims, contributions, placements, reference, workers

__all__ = ["claims", "contributions", "placements", "reference", "workers"]
