"""Finding: the index beside the ledger that finds anyone as fast among 300,000 as among 300.

Triggers on the ledger note the workers that changed, whoever changed them; before its transaction ends, the store
makes their persons' places in the index anew. Nothing else writes the index, and nothing has to remember it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection

from models.rules.finding import marks

SHIFT = 20
"""Bits of a row's number below the second when the person was last served: a million people fit into each."""

_CHUNK = 1000
_MICROSECONDS = 1_000_000
_FREE = (1 << SHIFT) - 1
_REGISTRATIONS = (
    "SELECT id, merged_into, name, name_on_id_card, nik, passport_number, kpj, other_kpjs, pmi_id, birth_date, "
    "phone, whatsapp, seen_at FROM worker WHERE"
)

Place = tuple[int, bytes, str, str]
"""A person's row number, id, words of their names, and marks."""


def is_behind(connection: Connection) -> bool:
    """Whether the index has not caught up with the ledger: only after a migration that began a new one."""
    return connection.exec_driver_sql("SELECT 1 FROM search_stale LIMIT 1").first() is not None


def catch_up(connection: Connection) -> None:
    """Make the places of all persons anew of whom anything changed, inside the caller's transaction."""
    # In the order of the index: FTS5 writes a segment whenever a row's number is below the one before.
    stale = [
        bytes(one)
        for one in connection.exec_driver_sql(
            "SELECT search_stale.worker_id FROM search_stale "
            "LEFT JOIN worker ON worker.id = search_stale.worker_id ORDER BY worker.seen_at"
        ).scalars()
    ]
    if not stale:
        return
    uses: Counter[str] = Counter()
    for start in range(0, len(stale), _CHUNK):
        _make_anew(connection, stale[start : start + _CHUNK], uses)
    _count(connection, uses)
    connection.exec_driver_sql("DELETE FROM search_stale")


def fill(connection: Connection) -> None:
    """Fill an empty index with everybody in the ledger, in half the time that `catch_up` takes."""
    uses: Counter[str] = Counter()
    # In the order of the index, as far as who was gathered in whom leaves it.
    everybody = connection.exec_driver_sql("SELECT id FROM worker WHERE merged_into IS NULL ORDER BY seen_at").scalars()
    ids = [bytes(one) for one in everybody]
    for start in range(0, len(ids), _CHUNK):
        _put(connection, sorted(_places(connection, _persons(connection, ids[start : start + _CHUNK]))), uses)
    _count(connection, uses)
    connection.exec_driver_sql("DELETE FROM search_stale")


def _make_anew(connection: Connection, changed: Sequence[bytes], uses: Counter[str]) -> None:
    people = _persons(connection, changed)
    former = _in(connection, "SELECT doc, names FROM search_doc WHERE worker_id IN", people)
    _many(connection, "DELETE FROM search_index WHERE rowid = ?", sorted((doc,) for doc, _ in former))
    _many(connection, "DELETE FROM search_doc WHERE doc = ?", [(doc,) for doc, _ in former])
    for _doc, names in former:
        uses.subtract(names.split())
    _put(connection, sorted(_places(connection, people)), uses)


def _put(connection: Connection, places: list[Place], uses: Counter[str]) -> None:
    places = _apart(connection, places)
    for _doc, _id, names, _marks in places:
        uses.update(names.split())
    _many(connection, "INSERT INTO search_index (rowid, marks) VALUES (?, ?)", [(one[0], one[3]) for one in places])
    _many(connection, "INSERT INTO search_doc (doc, worker_id, names) VALUES (?, ?, ?)", [one[:3] for one in places])


def _persons(connection: Connection, changed: Sequence[bytes]) -> dict[bytes, list[Any]]:
    """The registrations of every person whom one of these belongs to, the one that goes on first; none where they
    belong to somebody else now, or are gone."""
    rows = _in(connection, f"{_REGISTRATIONS} id IN", changed)
    people: dict[bytes, list[Any]] = {one: [] for one in changed}
    above = {row.merged_into for row in rows if row.merged_into} - people.keys()
    people |= {one: [] for one in above}
    rows += _in(connection, f"{_REGISTRATIONS} id IN", above)
    for row in rows:
        if row.merged_into is None:
            people[row.id].append(row)
    for row in _in(connection, f"{_REGISTRATIONS} merged_into IN", people):
        people[row.merged_into].append(row)
    return people


def _places(connection: Connection, people: dict[bytes, list[Any]]) -> Iterator[Place]:
    everybody = [row.id for gathered in people.values() for row in gathered]
    former: dict[bytes, list[str]] = defaultdict(list)
    for worker_id, value in _in(connection, "SELECT worker_id, value FROM worker_number WHERE worker_id IN", everybody):
        former[worker_id].append(value)
    for person, gathered in people.items():
        numbers: list[str] = []
        for row in gathered:
            numbers += (row.nik, row.passport_number, row.kpj, row.pmi_id, *former[row.id])
            if row.other_kpjs != "[]":
                numbers += json.loads(row.other_kpjs)
        names, found = marks(
            (name for row in gathered for name in (row.name, row.name_on_id_card) if name),
            filter(None, numbers),
            (phone for row in gathered for phone in (row.phone, row.whatsapp) if phone),
            (date.fromisoformat(row.birth_date) for row in gathered if row.birth_date),
        )
        if found:
            served = max(row.seen_at or 0 for row in gathered) // _MICROSECONDS
            yield served << SHIFT | int.from_bytes(person[-4:]) & _FREE, person, " ".join(names), " ".join(found)


def _apart(connection: Connection, places: list[Place]) -> list[Place]:
    """The same, moved to the next free row where two persons served in one second would share theirs."""
    taken = {doc for (doc,) in _in(connection, "SELECT doc FROM search_doc WHERE doc IN", [one[0] for one in places])}
    moved: list[Place] = []
    for place in places:
        doc = place[0]
        while doc in taken:
            doc += 1
            if _is_taken(connection, doc):
                taken.add(doc)
        taken.add(doc)
        moved.append((doc, *place[1:]))
    return sorted(moved)


def _is_taken(connection: Connection, doc: int) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM search_doc WHERE doc = ?", (doc,)).first() is not None


def _count(connection: Connection, uses: Counter[str]) -> None:
    _many(
        connection,
        "INSERT INTO search_word (word, backwards, uses) VALUES (?, ?, ?) "
        "ON CONFLICT (word) DO UPDATE SET uses = uses + excluded.uses",
        [(word, word[::-1], more) for word, more in uses.items() if more],
    )
    _many(
        connection,
        "DELETE FROM search_word WHERE word = ? AND uses = 0",
        [(word,) for word, more in uses.items() if more < 0],
    )


def _in(connection: Connection, statement: str, values: Iterable[Any]) -> list[Any]:
    wanted = tuple(values)
    if not wanted:
        return []
    return list(connection.exec_driver_sql(f"{statement} ({', '.join('?' * len(wanted))})", wanted).all())


def _many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        connection.exec_driver_sql(statement, list(rows))
