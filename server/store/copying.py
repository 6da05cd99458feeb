"""Copying: rows reach PostgreSQL by COPY, and changed ones as one array for each column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from sqlalchemy import JSON, BigInteger, Boolean, Connection, Date, Integer, LargeBinary, String, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from models.ledger.types import Id, Instant, microseconds
from models.posting.writing import STATEMENTS, Columns

Changes = list[tuple[int, Callable[[Any], Any]]]
"""What is made of a column's values that the driver does not take as they are."""

_FEW = 8
"""Rows up to which a statement of their own costs less than beginning to copy."""
_INT4 = 1 << 31


class Copying:
    """How the centre writes: one round trip or two for a table, however many rows there are."""

    def insert(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        if len(columns[0]) <= _FEW:
            STATEMENTS.insert(connection, table, names, columns)
            return
        statement, kinds, changes = _copy(table, names)
        for at, change in changes:
            columns[at] = list(map(change, columns[at]))
        for kind, values in zip(kinds, columns, strict=True):
            if kind == "int4":
                _check(values)
        driver: Any = connection.connection.driver_connection
        try:
            with driver.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types(kinds)
                for row in zip(*columns, strict=True):
                    copy.write_row(row)
        except psycopg.Error as error:
            # As every other statement's errors come, so that who asks what went wrong asks once.
            raise DBAPIError(
                statement.as_string(), None, error, hide_parameters=True, connection_invalidated=driver.closed
            ) from error

    def change(self, connection: Connection, table: Table, names: tuple[str, ...], columns: Columns) -> None:
        statement, changes = _update(table, names)
        for at, change in changes:
            columns[at] = list(map(change, columns[at]))
        connection.exec_driver_sql(statement, tuple(map(list, columns)))


def _check(values: Sequence[int | None]) -> None:
    """OverflowError for a number that is no int4: the driver would cut off what is too much, without a word."""
    numbers = [value for value in values if value is not None]
    if numbers and not (min(numbers) >= -_INT4 and max(numbers) < _INT4):
        raise OverflowError("no int4")


COPYING = Copying()


@cache
def _copy(table: Table, names: tuple[str, ...]) -> tuple[sql.Composed, list[str], Changes]:
    columns = sql.SQL(", ").join(map(sql.Identifier, names))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table.name), columns)
    kinds = [table.c[name].type for name in names]
    # The binary form of JSON is its text.
    sent = ["bytea" if isinstance(kind, JSON) else _name(kind) for kind in kinds]
    return statement, sent, _changes(kinds, _json)


@cache
def _update(table: Table, names: tuple[str, ...]) -> tuple[str, Changes]:
    kinds = [table.c[name].type for name in names]
    marks = sql.SQL(", ").join(sql.SQL(f"%s::{_name(kind)}[]") for kind in kinds)
    columns = list(map(sql.Identifier, names))
    statement = sql.SQL(
        "UPDATE {table} SET {settings} FROM unnest({marks}) AS changed ({columns}) WHERE {table}.id = changed.id"
    )
    composed = statement.format(
        table=sql.Identifier(table.name),
        settings=sql.SQL(", ").join(sql.SQL("{0} = changed.{0}").format(name) for name in columns[1:]),
        marks=marks,
        columns=sql.SQL(", ").join(columns),
    )
    return composed.as_string(), _changes(kinds, lambda value: _json(value).decode())


def _changes(kinds: list[TypeEngine[Any]], as_json: Callable[[Any], Any]) -> Changes:
    found: Changes = []
    for at, kind in enumerate(kinds):
        if isinstance(kind, Instant):
            found.append((at, lambda value: None if value is None else microseconds(value)))
        elif isinstance(kind, JSON):
            found.append((at, as_json))
    return found


_json = msgspec.json.encode


_NAMES: dict[type[TypeEngine[Any]], str] = {
    Id: "uuid",
    Instant: "int8",
    BigInteger: "int8",
    Integer: "int4",
    Boolean: "bool",
    Date: "date",
    LargeBinary: "bytea",
    JSON: "json",
    String: "text",
}
"""What PostgreSQL calls the types of our columns, the narrower of two before the wider."""


def _name(kind: TypeEngine[Any]) -> str:
    return next(name for of, name in _NAMES.items() if isinstance(kind, of))
