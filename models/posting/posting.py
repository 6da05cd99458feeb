"""Posting: entries in, ledger rows out. The ledger is a function of the set of entries, whatever their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import Connection, delete, select

from models.journal.body import Body, pack, unpack
from models.journal.entry import Entry, Frame, Unreadable, bare
from models.ledger.claims import claim
from models.ledger.flags import held
from models.ledger.workers import worker
from models.posting.asking import Asking, chunks
from models.posting.handlers import Handler, handler_of
from models.posting.rows import Rows
from models.posting.writing import insert_rows

POSTING_VERSION = 6
"""Raised whenever the same entries would make other rows; a counter then rebuilds its ledger before it opens."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one entry. `code` says why it is held, flagged or quarantined."""

    entry_id: UUID
    verdict: Literal["ok", "held", "flagged", "quarantined"]
    code: str = ""


def post(connection: Connection, entries: Sequence[Entry]) -> list[Verdict]:
    """Post entries the ledger does not have yet, in one batch, inside the caller's transaction.

    One entry or ten thousand run through the same code. Nothing is refused: what lacks its parent, or is of a
    kind this program does not know, is held and released by itself; what cannot be read is kept and reported.
    """
    return _Batch(connection).post(entries)


_waiting_for = Asking(lambda among: select(held).where(among(held.c.waits_for)))


class _Batch:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows = Rows(connection)
        self._waiting: dict[UUID, dict[UUID, Entry]] = {}
        self._stored_held: set[UUID] = set()
        self._released: set[UUID] = set()
        self._held: dict[UUID, tuple[Entry, str, UUID | None]] = {}

    def post(self, entries: Sequence[Entry]) -> list[Verdict]:
        self._load_waiting([entry.id for entry in entries])
        opened = [(entry, *_open(entry)) for entry in entries]
        bodies = [body for _, body, _ in opened if body is not None]
        bodies += [body for waiting in self._waiting.values() for entry in waiting.values() if (body := entry.body())]
        self._rows.load(wanted for body in bodies for wanted in handler_of(type(body)).touches(body))
        made = [(entry.id, handler_of(type(body)).makes) for entry, body, _ in opened if body is not None]
        self._rows.load((table, key) for key, table in made if table is not None)
        self._rows.load((worker, found) for body in bodies if (found := self._worker_of(body)) is not None)
        strange = [entry.head.subject for entry, body, _ in opened if body is None]
        self._rows.load((table, subject) for subject in strange for table in (claim, worker))
        self._rows.load((worker, found) for subject in strange if (found := self._behind(subject)) != subject)
        verdicts = [self._post_one(entry, body, problem) for entry, body, problem in opened]
        self._rows.finish()
        self._write_held()
        return verdicts

    def _post_one(self, entry: Entry, body: Body | None, problem: str) -> Verdict:
        if body is None:
            self._held[entry.id] = (entry, problem, None)
            return Verdict(entry.id, "quarantined" if problem == "unreadable" else "held", problem)
        handler = handler_of(type(body))
        if (parent := _missing_parent(self._rows, handler, body)) is not None:
            self._held[entry.id] = (entry, "parent_missing", parent)
            self._waiting.setdefault(parent, {})[entry.id] = entry
            return Verdict(entry.id, "held", "parent_missing")
        if self._is_erased(self._worker_of(body)):
            entry = bare(entry)
            body = entry.body()
            assert body is not None, "it was readable with its personal part"
        handler.post(self._rows, entry, body)
        self._release(entry.id)
        flags: tuple[str, ...] = getattr(body, "flags", ()) or getattr(body, "confirmed", ())
        return Verdict(entry.id, "flagged", flags[0]) if flags else Verdict(entry.id, "ok")

    def _worker_of(self, body: Body) -> UUID | None:
        """The worker that a body tells of: named in it, or by the claim it belongs to."""
        found: UUID | None = getattr(body, "worker_id", None)
        if found is None and (claim_id := getattr(body, "claim_id", None)) is not None:
            row = self._rows.get(claim, claim_id)
            found = row["worker_id"] if row is not None else None
        return found

    def _behind(self, subject: UUID) -> UUID:
        """The worker whose claim this is; else the subject itself."""
        row = self._rows.get(claim, subject)
        found: UUID = row["worker_id"] if row is not None else subject
        return found

    def _is_erased(self, worker_id: UUID | None) -> bool:
        row = self._rows.get(worker, worker_id) if worker_id is not None else None
        return row is not None and row["erased"]

    def _release(self, parent: UUID) -> None:
        for entry in self._waiting.pop(parent, {}).values():
            self._held.pop(entry.id, None)
            self._released.add(entry.id)
            self._post_one(entry, entry.body(), "")

    def _load_waiting(self, parents: Sequence[UUID]) -> None:
        for row in _waiting_for(self._connection, parents):
            entry = Entry.opened(unpack(row.frame, Frame), row.prev)
            self._waiting.setdefault(row.waits_for, {})[row.entry_id] = entry
            self._stored_held.add(row.entry_id)

    def _write_held(self) -> None:
        gone = sorted(self._released & self._stored_held)
        for keys in chunks(gone):
            self._connection.execute(delete(held).where(held.c.entry_id.in_(keys)))
        rows = [
            {
                "entry_id": entry.id,
                "reason": reason,
                "waits_for": parent,
                "kind": entry.head.kind,
                "at": entry.head.at,
                "prev": entry.prev,
                # What nobody here can read waits as well; of a worker who was erased, without what tells of them.
                "frame": pack((bare(entry) if self._is_erased(self._behind(entry.head.subject)) else entry).frame),
            }
            for entry, reason, parent in self._held.values()
        ]
        insert_rows(self._connection, held, rows)


def _open(entry: Entry) -> tuple[Body | None, str]:
    try:
        body = entry.body()
    except Unreadable:
        return None, "unreadable"
    return body, "" if body is not None else "unknown_kind"


def _missing_parent(rows: Rows, handler: Handler, body: Body) -> UUID | None:
    if handler.waits_for is None:
        return None
    table, key = handler.waits_for(body)
    return None if rows.has(table, key) else key


def rebuild(connection: Connection, entries: Iterable[Sequence[Entry]]) -> None:
    """Empty the ledger and post everything again, batch by batch, inside the caller's transaction."""
    from models.ledger.tables import ledger

    for table in ledger.sorted_tables:
        connection.execute(delete(table))
    for batch in entries:
        post(connection, batch)
