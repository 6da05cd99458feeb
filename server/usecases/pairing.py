"""Pairing: the centre looks through what arrives for people who are registered twice, and lists them for an officer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, insert, or_, select

from models.ledger.workers import comparison
from models.rules.likeness import likeness
from server.store.tables import pair, pairing_queue
from server.usecases.candidates import Match, goes_on_as, known, matches, registrations
from server.usecases.centre import Centre

AT_ONCE = 20
"""Persons in one transaction."""
_MOST = 10
"""Possible pairs kept of one person; those that are strong, or of whom a person spoke, are all kept."""
_EVERY = 2.0
"""Seconds between two looks at an empty queue."""
_PAUSE = 0.05
"""Seconds left to others between two pieces of work."""
_AFTER_TROUBLE = 30.0

_log = logging.getLogger(__name__)

Two = tuple[UUID, UUID]
"""Two persons, the smaller id first."""


@dataclass(frozen=True, slots=True)
class Paired:
    """`looked` persons were looked at; they are in `found` open pairs now."""

    looked: int = 0
    found: int = 0

    def __add__(self, other: Paired) -> Paired:
        return Paired(self.looked + other.looked, self.found + other.found)


def pair_all(centre: Centre, limit: int | None = None) -> Paired:
    """Work through the queue, or as many of it as `limit`."""
    done = Paired()
    while limit is None or done.looked < limit:
        some = AT_ONCE if limit is None else min(AT_ONCE, limit - done.looked)
        more = pair_some(centre, some)
        if not more.looked:
            break
        done += more
    return done


def pair_some(centre: Centre, limit: int = AT_ONCE) -> Paired:
    """Take up to `limit` items from the queue and list anew with whom those persons may be one. The list follows from
    the ledger alone; two who do this at once, or one who is stopped, do no harm."""
    if not centre.read(lambda connection: connection.scalar(select(pairing_queue.c.entry_id).limit(1))):
        return Paired()
    return centre.write(lambda connection: _pair(connection, limit, centre.now()))


def _pair(connection: Connection, limit: int, now: datetime) -> Paired:
    items = (
        select(pairing_queue.c.entry_id, pairing_queue.c.worker_id)
        .order_by(pairing_queue.c.entry_id, pairing_queue.c.worker_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .subquery()
    )
    taken = connection.execute(
        delete(pairing_queue)
        .where(pairing_queue.c.entry_id == items.c.entry_id, pairing_queue.c.worker_id == items.c.worker_id)
        .returning(pairing_queue.c.worker_id)
    ).scalars()
    queued = set(taken)
    if not queued:
        return Paired()
    heads = goes_on_as(connection, queued)
    persons = set(heads.values())
    before = _forget(connection, queued | persons)
    sought = known(connection, persons)
    found = matches(connection, {one: of.person for one, of in sought.items()})
    words = answers(connection, sought)
    wanted: dict[Two, Match] = {}
    for one, those in found.items():
        for place, match in enumerate(those):
            two = _two(one, match.known.id)
            if place < _MOST or match.likeness.strength == "strong" or two in words:
                wanted[two] = match
    wanted |= _said(connection, words, wanted.keys())
    rows = [
        {
            "first_id": two[0],
            "second_id": two[1],
            "score": match.likeness.score,
            "strength": match.likeness.strength,
            "reasons": [[reason.code, reason.weight] for reason in match.likeness.reasons],
            "state": "distinct" if words.get(two) is False else "open",
            "said_same": words.get(two) is True,
            "found_at": before.get(two, now),
        }
        for two, match in sorted(wanted.items(), key=lambda item: item[0])
    ]
    if rows:
        connection.execute(insert(pair), rows)
    return Paired(len(queued), sum(row["state"] == "open" for row in rows))


def _forget(connection: Connection, ids: Iterable[UUID]) -> dict[Two, datetime]:
    """Take these persons out of the list; returns since when each of their pairs stood there."""
    wanted = list(ids)
    gone = connection.execute(
        delete(pair).where(or_(pair.c.first_id.in_(wanted), pair.c.second_id.in_(wanted))).returning(pair)
    )
    return {(row.first_id, row.second_id): row.found_at for row in gone}


def answers(connection: Connection, persons: Iterable[UUID]) -> dict[Two, bool]:
    """What people said of these persons and others: whether the two are one. The later word counts, whichever of their
    registrations it was said of."""
    ids = [one for found in registrations(connection, persons).values() for one in found]
    said = connection.execute(
        select(comparison).where(or_(comparison.c.worker_id.in_(ids), comparison.c.other_id.in_(ids)))
    ).all()
    heads = goes_on_as(connection, {one for row in said for one in (row.worker_id, row.other_id)})
    words: dict[Two, bool] = {}
    for row in sorted(said, key=lambda row: (row.rev, row.terminal.hex, row.seq)):
        one, other = (heads.get(found, found) for found in (row.worker_id, row.other_id))
        if one != other:
            words[_two(one, other)] = row.same
    return words


def _said(connection: Connection, words: Mapping[Two, bool], listed: Iterable[Two]) -> dict[Two, Match]:
    """The pairs that somebody called one person although nothing in the register speaks for it."""
    missing = [two for two, same in words.items() if same and two not in set(listed)]
    there = known(connection, {one for two in missing for one in two})
    found = {}
    for one, other in missing:
        if one in there and other in there:
            found[one, other] = Match(there[other], likeness(there[one].person, there[other].person))
    return found


def _two(one: UUID, other: UUID) -> Two:
    return (one, other) if one < other else (other, one)


# In the background


@contextmanager
def pairing(centre: Centre) -> Iterator[None]:
    """Pair whatever arrives, in a thread of its own, for as long as this stands."""
    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(centre, stop), name="pairing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _work(centre: Centre, stop: threading.Event) -> None:
    wait = 0.0
    while not stop.wait(wait):
        try:
            wait = _PAUSE if pair_some(centre).looked else _EVERY
        except Exception as error:
            # The database may be away for a while; the queue waits. What it said may name people.
            _log.warning("pairing rests after %s", type(error).__name__)
            wait = _AFTER_TROUBLE
