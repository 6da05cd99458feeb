"""Asking: one question about many ids, put together once, in the quickest way of the database that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Row, Select, Uuid, any_, bindparam

_CHUNK = 500

Among = Callable[["Column[Any]"], ColumnElement[bool]]


class Asking:
    """A query whose condition says, with `among`, which columns hold one of the ids."""

    def __init__(self, query: Callable[[Among], Select[Any]]) -> None:
        self._query = query

    def __call__(self, connection: Connection, ids: Sequence[UUID]) -> list[Row[Any]]:
        """What is found; in the query's order only where that is the order of the ids, and they are sorted."""
        if not ids:
            return []
        if connection.dialect.name == "postgresql":
            return list(connection.execute(self._of_array, {"ids": list(ids)}).all())
        found: list[Row[Any]] = []
        for some in chunks(ids):
            found += connection.execute(self._of_list, {"ids": some}).all()
        return found

    @cached_property
    def _of_array(self) -> Select[Any]:
        # A parameter for each id would cost the driver more than all else.
        kind: Any = ARRAY(Uuid)
        return self._query(lambda column: column == any_(bindparam("ids", type_=kind)))

    @cached_property
    def _of_list(self) -> Select[Any]:
        return self._query(lambda column: column.in_(bindparam("ids", expanding=True)))


def in_order(ids: Iterable[UUID]) -> list[UUID]:
    """Sorted as every database sorts them, without asking each two which is less."""
    return sorted(ids, key=_NUMBER)


_NUMBER = attrgetter("int")


def chunks(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Pieces small enough for one IN list."""
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
