"""How each kind of entry is posted: which rows it changes, which it waits for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Table

from models.journal.body import Body
from models.journal.entry import Entry
from models.posting.rows import Rows

B = TypeVar("B", bound=Body)

Wanted = Callable[[Any], Iterable[tuple[Table, UUID]]]


@dataclass(frozen=True, slots=True)
class Handler:
    """`touches` names the rows to load, besides that of the entry itself in `makes`; `waits_for` the row without which
    the entry is held."""

    post: Callable[[Rows, Entry, Any], None]
    touches: Wanted
    waits_for: Callable[[Any], tuple[Table, UUID]] | None
    makes: Table | None


_handlers: dict[type[Body], Handler] = {}


def posts(
    kind: type[B],
    *,
    touches: Callable[[B], Iterable[tuple[Table, UUID]]] = lambda _: (),
    waits_for: Callable[[B], tuple[Table, UUID]] | None = None,
    makes: Table | None = None,
) -> Callable[[Callable[[Rows, Entry, B], None]], Callable[[Rows, Entry, B], None]]:
    """Enter the function that posts this kind. It asks no rules and refuses nothing."""

    def enter(post: Callable[[Rows, Entry, B], None]) -> Callable[[Rows, Entry, B], None]:
        if kind in _handlers:
            raise TypeError(f"{kind.__name__} is posted twice")
        _handlers[kind] = Handler(post, touches, waits_for, makes)
        return post

    return enter


def handler_of(kind: type[Body]) -> Handler:
    import models.posting.kinds  # noqa: F401 - every kind's posting enters itself when its module is imported

    return _handlers[kind]
