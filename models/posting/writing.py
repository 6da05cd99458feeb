"""Writing: many rows of one table at once, in the quickest way of the database they go to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Protocol, cast

from sqlalchemy import Connection, Date, String, Table, bindparam, insert, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.ledger.types import Id

Row = dict[str, Any]
Columns = list[Sequence[Any]]
"""Values of rows, column by column."""

WRITING = "loket_writing"
"""The execution option by which an engine brings a `Writing` of its own."""

_SQLITE = sqlite.dialect()


class Writing(Protocol):
    """How rows reach a database. Texts are storable."""

    def insert(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        """Add rows that are not there yet."""

    def change(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        """Give rows these values; the first column is their `id`."""


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows, all of the same columns, as many as there are."""
    if rows:
        names = tuple(name for name in table.columns.keys() if name in rows[0])  # noqa: SIM118 - a collection, no dict
        assert len(names) == len(rows[0]), f"{table.name} has no such column: {rows[0].keys() - set(names)}"
        _writing(connection).insert(connection, table, names, _columns(table, names, rows))


def change_rows(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    """Give the rows with these ids what stands here under these names."""
    if rows:
        wanted = ("id", *names)
        _writing(connection).change(connection, table, wanted, _columns(table, wanted, rows))


def storable(row: Mapping[str, Any]) -> Row:
    """The row without the one character that PostgreSQL keeps in no text: else a slip number read with a NUL in it
    would post its payment at the counter and not at the centre."""
    if any(type(value) is str and "\0" in value for value in row.values()):
        return {name: storable_text(value) if type(value) is str else value for name, value in row.items()}
    return dict(row)


def storable_text(text: str) -> str:
    """A text as `storable` leaves it, for those who have to know beforehand which are the same."""
    return text.replace("\0", "�")


def _writing(connection: Connection) -> Writing:
    return cast(Writing, connection.get_execution_options().get(WRITING, STATEMENTS))


def _columns(table: Table, names: tuple[str, ...], rows: Sequence[Mapping[str, Any]]) -> Columns:
    """The rows turned on their side, made storable."""
    columns: Columns = list(zip(*map(itemgetter(*names), rows), strict=True))
    for at in _texts(table, names):
        # One look at all of them at once: hardly ever is there anything to find.
        if "\0" in "".join(filter(None, columns[at])):
            columns[at] = [text and storable_text(text) for text in columns[at]]
    return columns


@cache
def _texts(table: Table, names: tuple[str, ...]) -> list[int]:
    return [at for at, name in enumerate(names) if isinstance(table.c[name].type, String)]


class _Statements:
    """One statement, executed for every row: what every database understands."""

    def insert(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        if connection.dialect.name != "sqlite":
            rows = zip(*columns, strict=True)
            connection.execute(insert(table), [dict(zip(names, row, strict=True)) for row in rows])
            return
        # SQLAlchemy would take more time over each row than SQLite does.
        statement, changes = _insertion(table, names)
        for at, change in changes:
            columns[at] = list(map(change, columns[at]))
        connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))

    def change(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        marks = [f"_{name}" for name in names]
        values = {
            name: bindparam(mark, type_=table.c[name].type) for name, mark in zip(names[1:], marks[1:], strict=True)
        }
        change = update(table).where(table.c.id == bindparam("_id")).values(values)
        connection.execute(change, [dict(zip(marks, row, strict=True)) for row in zip(*columns, strict=True)])


STATEMENTS: Writing = _Statements()


@cache
def _insertion(table: Table, names: tuple[str, ...]) -> tuple[str, list[tuple[int, Callable[[Any], Any]]]]:
    """SQLite's statement that adds a row, and what is made of values that its driver does not take as they are."""
    changes = [(at, _change(table.c[name].type)) for at, name in enumerate(names)]
    statement = str(insert(table).compile(dialect=_SQLITE, column_keys=list(names)))
    return statement, [(at, change) for at, change in changes if change is not None]


def _change(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, Id):
        return lambda value: None if value is None else value.bytes
    if isinstance(kind, Date):
        return lambda value: None if value is None else value.isoformat()
    as_kept = kind if isinstance(kind, TypeDecorator) else kind.dialect_impl(_SQLITE)
    return cast("Callable[[Any], Any] | None", as_kept.bind_processor(_SQLITE))
