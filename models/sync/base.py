"""Bases: what a mission's terminals would know after reading their streams, as rows in parts that prove themselves.

A base is a set of entries, named one by one, and the ledger they make. Its rows travel by column, since what stands in
one column resembles itself: ten times smaller than as entries, and loaded without posting anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias
from uuid import UUID
from zlib import crc32

import msgspec
import zstandard
from sqlalchemy import Table

from models.journal.body import pack, unpack
from models.journal.entry import Entry, Frame, Unreadable
from models.journal.placements import PlacementRecorded
from models.ledger.base import base_entry
from models.ledger.flags import held
from models.ledger.tables import amendment, ledger, worker, worker_number
from models.posting.erasing import PERSONAL, bare_if_about
from models.posting.workers import blank_identity
from models.sync.messages import Base, BasePart, BaseTable
from models.sync.protocol import MAX_PART

Value: TypeAlias = int | float | str | bytes | None
Columns: TypeAlias = Sequence[Sequence[Value] | None]
"""The values of each column; None for one in which no row has any."""

_LEVEL = 6
_LEAST, _MOST = 4_000, 24_000
"""Rows of a part …"""
_HEAVY = 8 << 20
"""… and bytes of its values, beyond which the next row begins another."""
_APART = 4_096
"""One of so many persons begins a part, where it has enough rows."""


@dataclass(frozen=True, slots=True)
class Laid:
    """How a table lies in a base: its columns, whom each row is about (None: nobody), and the order of the rows, by
    which everything about one person stands together."""

    table: Table
    columns: tuple[str, ...]
    about: str | None
    order: tuple[str, ...]

    @property
    def name(self) -> str:
        return str(self.table.name)


def laid(table: Table) -> Laid:
    columns = tuple(str(column.name) for column in table.columns)
    keys = tuple(str(column.name) for column in table.primary_key.columns)
    about = {"worker": "id", "base_entry": "subject"}.get(table.name, "worker_id" if "worker_id" in columns else None)
    return Laid(table, columns, about, tuple(dict.fromkeys((*((about,) if about else ()), *keys))))


def layout() -> list[Laid]:
    """Every table of a base, in the order in which their parts follow each other."""
    return [laid(base_entry), *(laid(ledger.tables[name]) for name in sorted(ledger.tables))]


def fits(base: Base) -> bool:
    """Whether its tables are those of this program."""
    return [(one.name, one.columns) for one in base.tables] == [(one.name, one.columns) for one in layout()]


def told(entry: Entry) -> dict[str, Any]:
    """The row of `base_entry` that an entry makes."""
    try:
        body = entry.body() if entry.head.kind == PlacementRecorded.KIND else None
    except Unreadable:
        body = None
    personal = body.personal if isinstance(body, PlacementRecorded) else None
    head = entry.head
    return {
        "id": entry.id,
        "subject": head.subject,
        "terminal": head.terminal,
        "incarnation": head.incarnation,
        "seq": head.seq,
        "kind": head.kind,
        "at": head.at,
        "zone": head.zone,
        "operator": head.operator,
        "note": (personal.reason or None) if personal is not None else None,
    }


# Cutting and reading


def cut(table: Laid, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[BasePart, bytes]]:
    """Rows as SQLite has them, in the table's order, as parts and their bytes. Where a part ends depends on what
    stands there and not on how much came before, so that most parts of the next base are those of this one."""
    where = table.columns.index(table.about) if table.about is not None else None
    gathered: list[tuple[Any, ...]] = []
    weight, former = 0, b""
    for row in rows:
        about = bytes(row[where]) if where is not None and row[where] is not None else b""
        ends = len(gathered) >= _LEAST and about != former and crc32(about) % _APART == 0
        if gathered and (ends or len(gathered) >= _MOST or weight > _HEAVY):
            yield _part(table, gathered, where)
            gathered, weight = [], 0
        gathered.append(row)
        weight += sum(len(value) for value in row if type(value) in (str, bytes))
        former = about
    if gathered:
        yield _part(table, gathered, where)


def _part(table: Laid, rows: list[tuple[Any, ...]], where: int | None) -> tuple[BasePart, bytes]:
    packed = write_part(list(zip(*rows, strict=True)))
    first, last = ((rows[at][where] or b"") if where is not None else b"" for at in (0, -1))
    return BasePart(sha256(packed).digest(), len(packed), table.name, len(rows), first, last), packed


def write_part(columns: Sequence[Sequence[Value]]) -> bytes:
    found = [None if all(value is None for value in column) else column for column in columns]
    return zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(msgspec.msgpack.encode(found))


def read_part(part: BasePart, packed: bytes, *, altered: bool = False) -> Columns:
    """The columns of a part whose digest was proven, or that was altered here. ValueError where they are not ours."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=1 << 26).stream_reader(packed) as reader:
            message = reader.read(MAX_PART + 1)
        if len(message) > MAX_PART:
            raise ValueError("a part is too large")
        columns = msgspec.msgpack.decode(message, type=list[list[Any] | None])
    except (zstandard.ZstdError, msgspec.MsgspecError) as error:
        raise ValueError("a part cannot be read") from error
    if len({len(column) for column in columns if column is not None}) > 1:
        raise ValueError("a part has columns of different lengths")
    if not altered and rows_of(columns) != part.rows:
        raise ValueError("a part has other rows than it says")
    return columns


def rows_of(columns: Columns) -> int:
    return next((len(column) for column in columns if column is not None), 0)


def tables_of(parts: Iterable[BasePart]) -> tuple[BaseTable, ...]:
    """Every table with how many rows it has and the digest over its parts."""
    rows = dict.fromkeys((one.name for one in layout()), 0)
    digests = {name: sha256() for name in rows}
    for part in parts:
        rows[part.table] += part.rows
        digests[part.table].update(part.digest)
    return tuple(BaseTable(one.name, one.columns, rows[one.name], digests[one.name].digest()) for one in layout())


def is_sound(base: Base) -> bool:
    """Whether the parts are those that its tables speak of."""
    return all(part.table in {one.name for one in base.tables} for part in base.parts) and base.tables == tables_of(
        base.parts
    )


# Loading

_NOTHING = "\0"
"""Stands for no value in a column of texts that has some: no text in a ledger has this character
(models.posting.rows.storable)."""

Executing: TypeAlias = Callable[[str, Iterable[Sequence[Any]]], object]


def load(executemany: Executing, table: Laid, columns: Columns) -> None:
    """Insert the rows of a part. `executemany` of SQLite's or SQLCipher's own driver.

    The driver looks for an adapter for every None and every bytes that it is handed, which takes four times as long as
    all the rest: so neither is handed to it."""
    values, handed = [], []
    for column in columns:
        if column is None:
            values.append("NULL")
            continue
        kinds = set(map(type, column))
        if kinds == {bytes}:
            values.append("?")
            handed.append(list(map(bytearray, column)))  # type: ignore[arg-type]
        elif kinds == {str, type(None)}:
            values.append("nullif(?, char(0))")
            handed.append([_NOTHING if value is None else value for value in column])  # type: ignore[misc]
        else:
            values.append("?")
            handed.append(list(column))  # type: ignore[arg-type]
    names = ", ".join(f'"{name}"' for name in table.columns)
    statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(values)})'  # noqa: S608
    if handed:
        executemany(statement, zip(*handed, strict=True))


# Erasing


def may_tell_of(part: BasePart, subjects: Collection[bytes]) -> bool:
    """Whether a part may hold what is to be forgotten of these workers and their claims."""
    table = part.table
    if table == held.name:
        return True
    if table not in _TELLING:
        return False
    return any(part.first <= one <= part.last for one in subjects)


def without(part: BasePart, packed: bytes, subjects: Collection[bytes]) -> bytes | None:
    """The part without what tells of these workers and the claims of theirs; None where it tells nothing of them.
    Posted after it, the erasure makes the same of both."""
    table = laid(base_entry if part.table == base_entry.name else ledger.tables[part.table])
    read = read_part(part, packed, altered=True)
    columns: list[list[Value]] = [[None] * rows_of(read) if column is None else list(column) for column in read]
    at = {name: columns[place] for place, name in enumerate(table.columns)}
    if table.name == held.name:
        found = _without_waiting(at, subjects)
    else:
        assert table.about is not None
        theirs = {row for row, one in enumerate(at[table.about]) if one in subjects}
        found = bool(theirs)
        if table.table in (amendment, worker_number):
            columns = [[one for row, one in enumerate(column) if row not in theirs] for column in columns]
        for name, value in _blanks(table.table).items():
            for row in theirs:
                at[name][row] = value
    return write_part(columns) if found else None


def _blanks(table: Table) -> dict[str, Value]:
    if table is worker:
        # As SQLite has them: lists and maps as JSON.
        kept: dict[str, Any] = {"conflicts": {}} | blank_identity()
        return {
            name: msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value
            for name, value in kept.items()
        }
    if table is base_entry:
        return {"note": None}
    return dict.fromkeys(PERSONAL.get(table, ()))


def _without_waiting(at: dict[str, list[Value]], subjects: Collection[bytes]) -> bool:
    ids = {UUID(bytes=one) for one in subjects}
    found = False
    for row, (frame, prev) in enumerate(zip(at["frame"], at["prev"], strict=True)):
        bared = bare_if_about(unpack(frame, Frame), prev, ids)  # type: ignore[arg-type]
        if bared is not None:
            at["frame"][row] = pack(bared)
            found = True
    return found


_TELLING = {table.name for table in (*PERSONAL, worker, amendment, worker_number, base_entry)}
