"""Arrays: many ids as one parameter, which costs the driver a fraction of one parameter each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, Uuid, bindparam


def id_array(ids: Iterable[UUID]) -> BindParameter[list[UUID]]:
    """These ids as a PostgreSQL array: for `= ANY (…)` and `unnest(…)`."""
    kind: Any = ARRAY(Uuid)
    return bindparam(None, list(ids), kind, unique=True)
