"""Dated tables shipped with the product: read once, when first asked for, and kept.

csv, json and importlib.resources are imported with the first table: the window paints before it needs any.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def text(name: str) -> str:
    """The whole of one shipped table."""
    from importlib.resources import files

    return files(__name__).joinpath(name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a shipped CSV table, by column name."""
    import csv

    return tuple(csv.DictReader(text(name).splitlines()))


@cache
def document(name: str) -> Any:
    """A shipped JSON document. Callers build frozen values from it and never change it."""
    import json

    return json.loads(text(name))
