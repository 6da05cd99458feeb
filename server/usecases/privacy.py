"""Privacy: whose data are restricted, by a word on any registration of the person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, FromClause, func, or_, select

from models.ledger.workers import worker
from models.rules.privacy import MASK
from server.store.arrays import id_array


def limited(person: FromClause = worker) -> ColumnElement[bool]:
    """Whether the person of a row is to be shown by initials: they asked for restriction, or took their consent back
    (UU PDP 27/2022, Art. 9 and 11), under whichever of their registrations. `person` is the workers' table or an alias
    of it."""
    return _told_of(person, lambda said: or_(said.c.restricted, said.c.consent == "withdrawn"))


def asked_for_restriction(person: FromClause = worker) -> ColumnElement[bool]:
    """Whether they asked for it themselves: nobody compares them with others then."""
    return _told_of(person, lambda said: said.c.restricted)


def _told_of(person: FromClause, what: Any) -> ColumnElement[bool]:
    said = worker.alias()
    people = select(func.coalesce(said.c.merged_into, said.c.id)).where(what(said))
    return func.coalesce(person.c.merged_into, person.c.id).in_(people)


def limited_among(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Those of these registrations whose person is to be shown by initials (`limited`), found without looking at
    everybody."""
    person, other = worker.alias("person"), worker.alias("other")
    goes_on = func.coalesce(person.c.merged_into, person.c.id)
    query = (
        select(person.c.id)
        .join(other, or_(other.c.id == goes_on, other.c.merged_into == goes_on))
        .where(
            person.c.id == func.any(id_array(ids)),
            or_(other.c.restricted, other.c.consent == "withdrawn"),
        )
    )
    return set(connection.scalars(query))


def masked(field: str, value: str | None) -> str | None:
    """What may be shown of a field that is not the name: the last four of a number, of all else only that it is
    there."""
    if not value:
        return None
    return f"{MASK}{value[-4:]}" if field in _NUMBERS and len(value) > 4 else MASK


_NUMBERS = frozenset({"nik", "passport_number", "kpj", "phone", "whatsapp"})
