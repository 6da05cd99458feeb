"""Candidates: who anywhere in the world may be the same person as somebody, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Column, ColumnElement, Connection, Row, String, and_, bindparam, func, or_, select, true
from sqlalchemy import column as as_column
from sqlalchemy.types import TypeEngine

from models.ledger.workers import worker, worker_number
from models.rules.likeness import Likeness, Person, likeness, meeting_points, person_of
from models.rules.names import name_key

Points = frozenset[tuple[str, str]]
"""What a person is looked up by (models.rules.likeness.meeting_points)."""

NUMBERS = frozenset({"nik", "passport", "kpj"})
EVERYTHING = NUMBERS | {"birth", "name", "phone"}

_MOST = 500
"""Registrations that one key may bring: who has a name, a birthday or an agency's telephone in common with more than
these has nothing worth comparing in it."""

_COLUMNS: Mapping[str, tuple[Column[Any], ...]] = {
    "nik": (worker.c.nik,),
    "passport": (worker.c.passport_number,),
    "kpj": (worker.c.kpj,),
    "phone": (worker.c.phone_key, worker.c.whatsapp_key),
    "name": (worker.c.name_key,),
    "birth": (worker.c.birth_date,),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A person with all their registrations, the one that goes on first. `mission` registered that one."""

    id: UUID
    ids: tuple[UUID, ...]
    mission: str | None
    person: Person
    passport: str | None
    nik: str | None


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who may be the one sought."""

    known: Known
    likeness: Likeness


def goes_on_as(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each of these registrations that is known, the one under which its person goes on."""
    query = select(worker.c.id, worker.c.merged_into).where(worker.c.id.in_(set(ids)))
    return {row.id: row.merged_into or row.id for row in connection.execute(query)}


def registrations(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """All registrations of these persons, the one that goes on first."""
    wanted = set(persons)
    query = select(worker.c.id, worker.c.merged_into).where(
        or_(worker.c.id.in_(wanted), worker.c.merged_into.in_(wanted))
    )
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for row in connection.execute(query.order_by(worker.c.merged_into.is_not(None), worker.c.id)):
        found[row.merged_into or row.id].append(row.id)
    return {one: ids for one, ids in found.items() if one in wanted}


def known(connection: Connection, persons: Iterable[UUID]) -> dict[UUID, Known]:
    """What is known of these persons under whichever of their registrations, former numbers included. Who was erased,
    asked to be left alone, or was never registered is not known."""
    wanted = set(persons)
    rows: dict[UUID, list[Row[Any]]] = defaultdict(list)
    query = select(*_KNOWN).where(or_(worker.c.id.in_(wanted), worker.c.merged_into.in_(wanted)))
    for row in connection.execute(query.order_by(worker.c.merged_into.is_not(None), worker.c.id)):
        rows[row.merged_into or row.id].append(row)
    former: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    of = {row.id: one for one, found in rows.items() for row in found}
    for row in connection.execute(select(worker_number).where(worker_number.c.worker_id.in_(list(of)))):
        former[of[row.worker_id]][row.kind].add(row.value)
    return {
        one: _known(one, found, former[one])
        for one, found in rows.items()
        if one in wanted and found[0].registered and not any(row.erased or row.restricted for row in found)
    }


_KNOWN = tuple(
    worker.c[name]
    for name in (
        *("id", "merged_into", "registered", "mission", "erased", "restricted"),
        *("name", "name_on_id_card", "birth_date", "sex", "mother_name"),
        *("nik", "passport_number", "kpj", "other_kpjs", "phone", "whatsapp"),
    )
)


def _known(person_id: UUID, rows: Sequence[Row[Any]], former: Mapping[str, set[str]]) -> Known:
    passport, nik = (
        next((value for row in rows if (value := getattr(row, field))), None) for field in ("passport_number", "nik")
    )
    return Known(person_id, tuple(row.id for row in rows), rows[0].mission, person_of(rows, former), passport, nik)


def matches(
    connection: Connection, sought: Mapping[UUID, Person], by: Collection[str] = EVERYTHING, *, besides: bool = True
) -> dict[UUID, list[Match]]:
    """For each person sought, who may be the same, the likeliest first. `by`: the points of which at least one has to
    be in common. `besides`: those sought are themselves registered under these ids, and are not found again."""
    points = {one: frozenset(point for point in meeting_points(of) if point[0] in by) for one, of in sought.items()}
    met = _meeting(connection, points, {one: _keys(of) for one, of in sought.items()})
    heads = goes_on_as(connection, {found for ids in met.values() for found in ids})
    there = known(connection, heads.values())
    result = {}
    for one, ids in met.items():
        persons = {heads[found] for found in ids if found in heads} - ({one} if besides else set())
        scored = [
            Match(there[other], alike)
            for other in sorted(persons & there.keys())
            if (alike := likeness(sought[one], there[other].person)).strength != "none"
        ]
        scored.sort(key=lambda match: (match.likeness.strength != "strong", -match.likeness.score, match.known.id))
        result[one] = scored
    return result


def _keys(someone: Person) -> list[str]:
    return [name_key(name) for name in (someone.name, someone.name_on_id_card) if name]


def _meeting(
    connection: Connection, points: Mapping[UUID, Points], names: Mapping[UUID, list[str]]
) -> dict[UUID, set[UUID]]:
    """The registrations with which each has a point in common."""
    askers: dict[tuple[str, str], list[UUID]] = defaultdict(list)
    for one, theirs in points.items():
        for point in theirs:
            askers[point].append(one)
    found: dict[UUID, set[UUID]] = {one: set() for one in points}
    for kind, columns in _COLUMNS.items():
        keys = sorted({key for asked, key in askers if asked == kind})
        if not keys:
            continue
        for column in columns:
            for row in _bearing(connection, column, keys):
                key = row.key.isoformat() if kind == "birth" else row.key
                for one in askers[kind, key]:
                    if kind != "birth" or _near(names[one], row.name_key):
                        found[one].add(row.id)
    numbers = sorted({key for kind, key in askers if kind in NUMBERS})
    if numbers:
        for row in connection.execute(select(worker_number).where(worker_number.c.value.in_(numbers))):
            for one in askers.get((row.kind, row.value), ()):
                found[one].add(row.worker_id)
    return found


def _bearing(connection: Connection, column: Column[Any], keys: Sequence[str]) -> list[Row[Any]]:
    """(key, id, name_key) of the registrations that bear each of these, as many of each as are worth looking at."""
    values: list[Any] = [date.fromisoformat(key) for key in keys] if column is worker.c.birth_date else list(keys)
    kind: TypeEngine[Any] = column.type if column is worker.c.birth_date else String()
    asked = func.unnest(bindparam("keys", values, ARRAY(kind))).table_valued(as_column("key", kind)).render_derived()
    key: ColumnElement[Any] = asked.c.key
    bearers = (
        select(worker.c.id, worker.c.name_key)
        .where(and_(column == key, worker.c.registered, worker.c.erased.is_(False)))
        .limit(_MOST)
        .lateral("bearer")
    )
    return list(connection.execute(select(key, bearers.c.id, bearers.c.name_key).join_from(asked, bearers, true())))


def _near(names: Iterable[str], other: str) -> bool:
    """Whether two names (as name keys) could be one: a word that begins or ends alike. A hundred in a million are born
    on one day; of those whose names have nothing in common none is looked at further."""
    theirs = {part for word in other.split() for part in (word[:3], word[-3:])}
    return not theirs or any(
        part in theirs for name in names for word in name.split() for part in (word[:3], word[-3:])
    )
