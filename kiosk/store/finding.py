"""Finding: the index beside the ledger that finds anyone as fast among 300,000 as among 300.

Triggers on the ledger note the workers that changed, whoever changed them; before its transaction ends, the store
makes their persons' places in the index anew. Nothing else writes the index, and nothing has to remember it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection

from models.rules.finding import marks

SHIFT = 20
"""Bits of a row's number below the second when the person was last served: a million people fit into each."""

_CHUNK = 1000
_FILLED_AT_ONCE = 4 * _CHUNK
_AT_WORK = {"hashsize": 1 << 20, "automerge": 4}
"""What FTS5 begins with …"""
_IN_BULK = {"hashsize": 4 << 20, "automerge": 16}
"""… and with more in memory before it is written, and less often merged: that saves a quarter of the time."""
_MICROSECONDS = 1_000_000
_FREE = (1 << SHIFT) - 1
_REGISTRATIONS = (
    "SELECT id, merged_into, name, name_on_id_card, nik, passport_number, kpj, pmi_id, other_kpjs, birth_date, "
    "phone, whatsapp, seen_at FROM worker WHERE"
)
_SEVERAL = (
    "SELECT id FROM worker WHERE merged_into IS NOT NULL UNION SELECT merged_into FROM worker "
    "WHERE merged_into IS NOT NULL UNION SELECT worker_id FROM worker_number"
)
"""Who is a person of several registrations, belongs to one, or had other numbers."""

_Registration: TypeAlias = Sequence[Any]
"""A row of `_REGISTRATIONS`."""


class Place(NamedTuple):
    """A person's row number, id, words of their names, and marks."""

    doc: int
    worker_id: bytearray
    names: str
    marks: str


def is_behind(connection: Connection) -> bool:
    """Whether the index has not caught up with the ledger: only after a migration that began a new one."""
    return connection.exec_driver_sql("SELECT 1 FROM search_stale LIMIT 1").first() is not None


def read_anew(connection: Connection) -> None:
    """Have FTS5 read the index's structure again. Only a question makes it do so: `PRAGMA integrity_check` alone holds
    what another program wrote since then against what this connection remembers, and calls it damage."""
    connection.exec_driver_sql("SELECT rowid FROM search_index WHERE search_index MATCH 'a' LIMIT 1").all()


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
    _keep_uses(connection, uses)
    connection.exec_driver_sql("DELETE FROM search_stale")


def fill(connection: Connection, told: Callable[[int], None] = lambda _done: None) -> None:
    """Fill an empty index with everybody in the ledger, much faster than `catch_up` does. `told`: how many rows of
    workers were seen to."""
    connection.exec_driver_sql("DELETE FROM search_stale")
    connection.exec_driver_sql(f"INSERT INTO search_stale (worker_id) {_SEVERAL}")
    _tune(connection, _IN_BULK)
    uses: Counter[str] = Counter()
    # As they lie in the table: to look everybody up in another order takes longer than what the index saves by it.
    alone = f"{_REGISTRATIONS} id NOT IN (SELECT worker_id FROM search_stale)"  # noqa: S608 - constants
    everybody = _driver(connection).execute(alone)
    rows = everybody.fetchmany(_FILLED_AT_ONCE)
    done = 0
    with ThreadPoolExecutor(1) as beside:
        former: Future[None] | None = None
        while rows:
            told(done)
            done += len(rows)
            # The next marks are thought of while SQLite, which does not need Python for it, puts away the last ones.
            places = sorted(place for row in rows if (place := _place(row[0], [row], ())))
            _count_words(places, uses)
            if former is not None:
                former.result()
            places = _apart(connection, places)
            rows = everybody.fetchmany(_FILLED_AT_ONCE)
            former = beside.submit(_put_all, connection, places)
        if former is not None:
            former.result()
    told(done)
    _tune(connection, _AT_WORK)
    _keep_uses(connection, uses)
    catch_up(connection)
    told(connection.exec_driver_sql("SELECT count(*) FROM worker").scalar_one())


def _tune(connection: Connection, settings: dict[str, int]) -> None:
    for name, value in settings.items():
        connection.exec_driver_sql("INSERT INTO search_index (search_index, rank) VALUES (?, ?)", (name, value))


_PUT_ALL = (
    "INSERT INTO search_index (rowid, marks) SELECT value ->> 0, value ->> 3 FROM json_each(?)",
    "INSERT INTO search_doc (doc, worker_id, names) SELECT value ->> 0, unhex(value ->> 1), value ->> 2 "
    "FROM json_each(?)",
)


def _put_all(connection: Connection, places: list[Place]) -> None:
    content = json.dumps([(doc, worker_id.hex(), names, marks) for doc, worker_id, names, marks in places])
    for statement in _PUT_ALL:
        _driver(connection).execute(statement, (content,))


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
    _count_words(places, uses)
    _many(connection, "INSERT INTO search_index (rowid, marks) VALUES (?, ?)", [(one.doc, one.marks) for one in places])
    _many(connection, "INSERT INTO search_doc (doc, worker_id, names) VALUES (?, ?, ?)", [one[:3] for one in places])


def _count_words(places: list[Place], uses: Counter[str]) -> None:
    for place in places:
        uses.update(place.names.split())


def _persons(connection: Connection, changed: Sequence[bytes]) -> dict[bytes, list[_Registration]]:
    """The registrations of every person whom one of these belongs to, the one that goes on first; none where they
    belong to somebody else now, or are gone."""
    rows = _in(connection, f"{_REGISTRATIONS} id IN", changed)
    people: dict[bytes, list[_Registration]] = {one: [] for one in changed}
    above = {into for _id, into, *_ in rows if into} - people.keys()
    people |= {one: [] for one in above}
    rows += _in(connection, f"{_REGISTRATIONS} id IN", above)
    for row in rows:
        own, into, *_ = row
        if into is None:
            people[own].append(row)
    for row in _in(connection, f"{_REGISTRATIONS} merged_into IN", people):
        _, into, *_ = row
        people[into].append(row)
    return people


def _places(connection: Connection, people: dict[bytes, list[_Registration]]) -> Iterator[Place]:
    everybody = [own for gathered in people.values() for own, *_ in gathered]
    former: dict[bytes, list[str]] = defaultdict(list)
    for worker_id, value in _in(connection, "SELECT worker_id, value FROM worker_number WHERE worker_id IN", everybody):
        former[worker_id].append(value)
    for person, gathered in people.items():
        numbers = [value for row in gathered for value in former.get(row[0], ())] if former else ()
        if place := _place(person, gathered, numbers):
            yield place


def _place(person: bytes, gathered: Sequence[_Registration], former: Iterable[str]) -> Place | None:
    """Where a person of these registrations stands, who had these other numbers; None where nothing finds them."""
    written: list[str] = []
    numbers = list(former)
    phones: list[str] = []
    births: list[date] = []
    served = 0
    for _id, _into, name, name_on_card, nik, passport, kpj, pmi_id, kpjs, birth, phone, whatsapp, seen in gathered:
        written += filter(None, (name, name_on_card))
        numbers += filter(None, (nik, passport, kpj, pmi_id))
        if kpjs != "[]":
            numbers += json.loads(kpjs)
        phones += filter(None, (phone, whatsapp))
        if birth:
            births.append(date.fromisoformat(birth))
        served = max(served, seen or 0)
    words, found = marks(written, numbers, phones, births)
    if not found:
        return None
    doc = served // _MICROSECONDS << SHIFT | int.from_bytes(person[-4:]) & _FREE
    # The driver looks for an adapter for every bytes that it is handed (models.sync.base.load).
    return Place(doc, bytearray(person), " ".join(words), " ".join(found))


def _apart(connection: Connection, places: list[Place]) -> list[Place]:
    """The same, moved to the next free row where two persons served in one second would share theirs."""
    taken = {doc for (doc,) in _in(connection, "SELECT doc FROM search_doc WHERE doc IN", [one.doc for one in places])}
    moved: list[Place] = []
    for place in places:
        doc = place.doc
        while doc in taken:
            doc += 1
            if _is_taken(connection, doc):
                taken.add(doc)
        taken.add(doc)
        moved.append(place if doc == place.doc else place._replace(doc=doc))
    return sorted(moved)


def _is_taken(connection: Connection, doc: int) -> bool:
    return connection.exec_driver_sql("SELECT 1 FROM search_doc WHERE doc = ?", (doc,)).first() is not None


def _keep_uses(connection: Connection, uses: Counter[str]) -> None:
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
    return _driver(connection).execute(f"{statement} ({', '.join('?' * len(wanted))})", wanted).fetchall()  # type: ignore[no-any-return]


def _many(connection: Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        _driver(connection).executemany(statement, rows)


def _driver(connection: Connection) -> Any:
    """The driver's own connection, inside the same transaction: whose rows are many and handled by us alone."""
    return connection.connection.driver_connection
