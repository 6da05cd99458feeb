"""The rows one batch of entries touches: loaded together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select, update

from models.posting.asking import Asking, in_order
from models.posting.writing import Row, change_rows, insert_rows

Following = Callable[[Connection, Sequence[UUID]], None]


class Rows:
    """A batch's view of the ledger. Handlers add rows of their own and change rows they asked to have loaded;
    nothing reaches the database before `write`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held_rows: dict[Table, dict[UUID, Row | None]] = defaultdict(dict)
        self._stored: dict[tuple[Table, UUID], Row] = {}
        self._changed: dict[tuple[Table, UUID], None] = {}
        self._added: dict[Table, list[Row]] = defaultdict(list)
        self._made_here: dict[tuple[Table, UUID], Row] = {}
        self._afterwards: list[Callable[[Connection], object]] = []
        self._in_the_end: dict[tuple[int, Following], dict[UUID, None]] = defaultdict(dict)

    def load(self, wanted: Iterable[tuple[Table, UUID]]) -> None:
        """Read these rows once, locking them where the database can, in an order that cannot deadlock."""
        by_table: dict[Table, set[UUID]] = defaultdict(set)
        for table, key in wanted:
            if key not in self._held_rows[table]:
                by_table[table].add(key)
        for table in sorted(by_table, key=lambda table: table.name):
            rows, keys, names = self._held_rows[table], in_order(by_table[table]), table.columns.keys()
            rows.update(dict.fromkeys(keys))
            for found in _loading(table)(self._connection, keys):
                row = dict(zip(names, found, strict=True))
                rows[row["id"]] = row
                self._stored[table, row["id"]] = dict(row)

    def get(self, table: Table, key: UUID) -> Row | None:
        """A loaded or added row as it stands now; None for one that is not there, or was not asked for."""
        return self._made_here.get((table, key)) or self._held_rows[table].get(key)

    def has(self, table: Table, key: UUID) -> bool:
        return self.get(table, key) is not None

    def open(self, table: Table, key: UUID, blank: Callable[[], Row] | None = None) -> Row:
        """The row to be changed; made from what `blank` gives when there is none yet."""
        row = self._held_rows[table][key]
        if row is None:
            nothing = dict.fromkeys(table.columns.keys())
            row = self._held_rows[table][key] = nothing | (blank() if blank else {}) | {"id": key}
        self._changed[table, key] = None
        return row

    def add(self, table: Table, **values: Any) -> None:
        """A row that only this entry makes."""
        self._added[table].append(values)
        if "id" in values:
            self._made_here[table, values["id"]] = values

    def afterwards(self, action: Callable[[Connection], object]) -> None:
        """Do this when the rows made so far have been written."""
        self._afterwards.append(action)

    def blank(self, table: Table, columns: Sequence[str], worker_id: UUID) -> None:
        """Empty these columns in every row of the worker's, stored, loaded or made in this batch so far."""
        nothing = dict.fromkeys(columns)
        for row in self._held_rows[table].values():
            if row is not None and row["worker_id"] == worker_id:
                row.update(nothing)
        change = update(table).where(table.c.worker_id == worker_id).values(nothing)
        self.afterwards(lambda connection: connection.execute(change))

    def in_the_end(self, action: Following, key: UUID, *, turn: int = 0) -> None:
        """Do this once for all the keys it was asked for, when everything of the batch is in the database: for rows
        that follow from others which cannot be named beforehand. What follows from rows that follow takes a later
        turn."""
        self._in_the_end[turn, action][key] = None

    def finish(self) -> None:
        """Write everything, and what follows from it."""
        self.write()
        for (_turn, action), keys in sorted(self._in_the_end.items(), key=lambda asked: asked[0][0]):
            action(self._connection, in_order(keys))
        self._in_the_end.clear()

    def write(self) -> None:
        """Bring the database to what the batch made of it until now."""
        fresh: dict[Table, list[Row]] = defaultdict(list)
        stale: dict[tuple[Table, tuple[str, ...]], list[Row]] = defaultdict(list)
        for table, key in self._changed:
            row = self._held_rows[table][key]
            assert row is not None
            if (stored := self._stored.get((table, key))) is None:
                fresh[table].append(row)
            elif changed := tuple(name for name, value in row.items() if value != stored[name]):
                stale[table, changed].append(row)
            self._stored[table, key] = dict(row)
        for table, rows in [*fresh.items(), *self._added.items()]:
            insert_rows(self._connection, table, rows)
        for (table, names), rows in stale.items():
            change_rows(self._connection, table, names, rows)
        self._changed.clear()
        self._added.clear()
        afterwards, self._afterwards = self._afterwards, []
        for action in afterwards:
            action(self._connection)


@cache
def _loading(table: Table) -> Asking:
    return Asking(lambda among: select(table).where(among(table.c.id)).order_by(table.c.id).with_for_update())
