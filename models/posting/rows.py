"""The rows one batch of entries touches: loaded together, changed in memory, written together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, insert, select, update

Row = dict[str, Any]
Following = Callable[[Connection, Sequence[UUID]], None]

_CHUNK = 500


class Rows:
    """A batch's view of the ledger. Handlers add rows of their own and change rows they asked to have loaded;
    nothing reaches the database before `write`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held_rows: dict[Table, dict[UUID, Row | None]] = defaultdict(dict)
        self._stored: set[tuple[Table, UUID]] = set()
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
            rows = self._held_rows[table]
            for keys in chunks(sorted(by_table[table])):
                rows.update(dict.fromkeys(keys))
                query = select(table).where(table.c.id.in_(keys)).order_by(table.c.id).with_for_update()
                for row in self._connection.execute(query).mappings():
                    rows[row["id"]] = dict(row)
                    self._stored.add((table, row["id"]))

    def get(self, table: Table, key: UUID) -> Row | None:
        """A loaded or added row as it stands now; None for one that is not there, or was not asked for."""
        return self._made_here.get((table, key)) or self._held_rows[table].get(key)

    def has(self, table: Table, key: UUID) -> bool:
        return self.get(table, key) is not None

    def open(self, table: Table, key: UUID, **blank: Any) -> Row:
        """The row to be changed; made from `blank` when there is none yet."""
        row = self._held_rows[table][key]
        if row is None:
            row = self._held_rows[table][key] = {column.name: None for column in table.columns} | blank | {"id": key}
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
            action(self._connection, sorted(keys))
        self._in_the_end.clear()

    def write(self) -> None:
        """Bring the database to what the batch made of it until now."""
        fresh: dict[Table, list[Row]] = defaultdict(list)
        stale: dict[Table, list[Row]] = defaultdict(list)
        for table, key in self._changed:
            row = self._held_rows[table][key]
            assert row is not None
            (stale if (table, key) in self._stored else fresh)[table].append(row)
        for table, rows in [*fresh.items(), *self._added.items()]:
            self._connection.execute(insert(table), [storable(row) for row in rows])
        for table, rows in stale.items():
            change = (
                update(table)
                .where(table.c.id == bindparam("_id"))
                .values({column.name: bindparam(column.name) for column in table.columns if column.name != "id"})
            )
            self._connection.execute(change, [storable(row) | {"_id": row["id"]} for row in rows])
        self._stored.update(self._changed)
        self._changed.clear()
        self._added.clear()
        afterwards, self._afterwards = self._afterwards, []
        for action in afterwards:
            action(self._connection)


def storable(row: Mapping[str, Any]) -> Row:
    """The row without the one character that PostgreSQL keeps in no text: else a slip number read with a NUL in it
    would post its payment at the counter and not at the centre."""
    if any(type(value) is str and "\0" in value for value in row.values()):
        return {name: storable_text(value) if type(value) is str else value for name, value in row.items()}
    return dict(row)


def storable_text(text: str) -> str:
    """A text as `storable` leaves it, for those who have to know beforehand which are the same."""
    return text.replace("\0", "�")


def chunks(keys: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    """Pieces small enough for one IN list."""
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
