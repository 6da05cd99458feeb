"""Verification: every byte the centre holds is what was signed, and the ledger is what the entries make of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, create_engine, select

from models.journal.entry import NOTHING, Entry, frame_of
from models.ledger.contributions import receipt
from models.ledger.types import ledger
from models.posting import post
from models.posting.digest import ledger_digest
from models.rules.money import Money
from models.sync.chain import START, step
from server.store import tables
from server.usecases.centre import Centre
from server.usecases.holdings import Telling, everybody_held, follow
from server.usecases.journal import read_frame, signed

_BATCH = 1000


@dataclass
class Findings:
    """What was looked at, and what is wrong with it; nothing is wrong when `wrong` is empty."""

    entries: int = 0
    receipts: int = 0
    terminals: int = 0
    streams: int = 0
    sums: dict[str, dict[str, Any]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """What nobody has given back since the centre was restored, where something that came after it is here."""


def verify(centre: Centre) -> Findings:
    """Check all chains and signatures, all streams, and the ledger against one rebuilt from the entries alone.

    The ledger is rebuilt in memory: for a centre of a few million entries."""
    return centre.read(lambda connection: _verify(connection, centre))


def _verify(connection: Connection, centre: Centre) -> Findings:
    found = Findings()
    heads = {(row.terminal, row.incarnation): row for row in connection.execute(select(tables.terminal_head))}
    hashes: dict[UUID, bytes] = {}
    told: list[Telling] = []
    with create_engine("sqlite://").connect() as memory:
        ledger.create_all(memory)
        for key, rows in _journals(connection):
            head = heads.pop(key, None)
            _check_journal(found, key, rows, head)
            taken = [entry for row in rows if row.taken and (entry := _opened(row)) is not None]
            hashes |= {entry.id: entry.hash for entry in taken}
            told += [Telling.of(entry, head.mission if head is not None else None) for entry in taken]
            for start in range(0, len(taken), _BATCH):
                post(memory, taken[start : start + _BATCH])
        for (terminal, incarnation), head in heads.items():
            if head.entries:
                found.wrong.append(f"terminal {terminal} ({incarnation}): all {head.entries} entries are missing")
        _check_streams(connection, found, hashes, told)
        _compare(found, ledger_digest(connection), ledger_digest(memory))
    found.terminals = len({key for key in _terminals(connection) if key[0] != centre.id})
    found.receipts = len(connection.execute(select(receipt.c.id)).all())
    found.sums = _sums(connection)
    return found


def _terminals(connection: Connection) -> list[tuple[UUID, int]]:
    table = tables.terminal_head
    return [
        (row.terminal, row.incarnation) for row in connection.execute(select(table.c.terminal, table.c.incarnation))
    ]


def _journals(connection: Connection) -> Iterator[tuple[tuple[UUID, int], list[Row[Any]]]]:
    """Each journal with all its branches, in order of seq."""
    table = tables.entry
    keys = select(table.c.terminal, table.c.incarnation).distinct().order_by(table.c.terminal, table.c.incarnation)
    for key in connection.execute(keys).all():
        rows = connection.execute(
            select(table)
            .where(table.c.terminal == key.terminal, table.c.incarnation == key.incarnation)
            .order_by(table.c.seq, table.c.hash)
        ).all()
        yield (key.terminal, key.incarnation), list(rows)


def _check_journal(found: Findings, key: tuple[UUID, int], rows: Sequence[Row[Any]], head: Row[Any] | None) -> None:
    name = f"terminal {key[0]} ({key[1]})"
    if head is None:
        found.wrong.append(f"{name}: nobody knows this terminal")
        return
    before = {(row.seq, row.hash): row.prev for row in rows} | {(0, NOTHING): NOTHING}
    # Up to the head nothing may be missing; beside it and beyond it stands what others gave back (usecases.returning).
    seq, entry_hash = head.seq, head.hash
    while seq and (prev := before.get((seq, entry_hash))) is not None:
        seq, entry_hash = seq - 1, prev
    if (seq, entry_hash) != (0, NOTHING):
        found.wrong.append(f"{name} seq {seq + 1}: follows an entry that is not there")
    for row in rows:
        found.entries += 1
        one = read_frame(frame_of(row), row.seq, row.prev)
        if (row.seq - 1, row.prev) not in before and (row.seq - 1, row.prev) != (seq, entry_hash):
            found.lost.append(f"{name}: the entry before seq {row.seq}")
        if one.hash != row.hash:
            found.wrong.append(f"{name} seq {row.seq}: the bytes are not those of the chain")
        elif not signed(one, head.public_key):
            found.wrong.append(f"{name} seq {row.seq}: not signed by this terminal")
        if one.entry is not None and (one.entry.head.seq, one.entry.head.terminal, one.entry.id) != (
            row.seq,
            row.terminal,
            row.id,
        ):
            found.wrong.append(f"{name} seq {row.seq}: the header names another place")
    if (head.seq, head.hash) not in before or head.entries != len(rows):
        found.wrong.append(f"{name}: {head.entries} entries up to seq {head.seq} were received, {len(rows)} are here")


def _opened(row: Row[Any]) -> Entry | None:
    return read_frame(frame_of(row), row.seq, row.prev).entry


def _check_streams(connection: Connection, found: Findings, hashes: dict[UUID, bytes], told: Sequence[Telling]) -> None:
    table = tables.stream_position
    standing: dict[UUID, list[str]] = defaultdict(list)
    for end in connection.execute(select(tables.stream).order_by(tables.stream.c.name)).all():
        found.streams += 1
        chain, position = START, 0
        rows = connection.execute(select(table).where(table.c.stream == end.name).order_by(table.c.position))
        for position, row in enumerate(rows, start=1):
            if row.position != position:
                found.wrong.append(f"stream {end.name}: position {position} is missing")
                break
            if row.entry_id not in hashes:
                found.wrong.append(f"stream {end.name}: the entry at {position} is missing")
                break
            standing[row.entry_id].append(end.name)
            chain = step(chain, hashes[row.entry_id])
            if chain != row.chain:
                found.wrong.append(f"stream {end.name}: the chain breaks at {position}")
                break
        else:
            if (position, chain) != (end.position, end.chain):
                found.wrong.append(f"stream {end.name}: ends at {position}, not at {end.position}")
    found.wrong.extend(f"entry {lost} stands in no stream" for lost in sorted(set(hashes) - set(standing)))
    held = everybody_held(connection)
    for start in range(0, len(told), _BATCH):
        follow(connection, told[start : start + _BATCH])
    for one in told:
        stands = standing.get(one.entry.id, [])
        found.wrong.extend(
            f"entry {one.entry.id} does not stand in {name}, whose mission holds the worker"
            for name in sorted(one.streams(held) - set(stands))
            if stands
        )
        if len(set(stands)) < len(stands):
            found.wrong.append(f"entry {one.entry.id} stands twice in one stream")


def _compare(found: Findings, kept: dict[str, tuple[int, str]], rebuilt: dict[str, tuple[int, str]]) -> None:
    for table, (count, digest) in rebuilt.items():
        if kept[table] != (count, digest):
            found.wrong.append(f"ledger table {table}: {kept[table][0]} rows are not the {count} the entries make")


def _sums(connection: Connection) -> dict[str, dict[str, Any]]:
    """Amounts due by currency, and the rupiah they stand for, of each terminal's series and of all."""
    table, head = receipt, tables.terminal_head
    rows = connection.execute(
        select(table.c.currency, table.c.exponent, table.c.due, table.c.amount_idr, head.c.series)
        .join_from(table, head, (head.c.terminal == table.c.terminal) & (head.c.incarnation == table.c.incarnation))
        .order_by(head.c.series)
    )
    due: dict[str, dict[tuple[str, int], int]] = defaultdict(lambda: defaultdict(int))
    rupiah: dict[str, int] = defaultdict(int)
    receipts: dict[str, int] = defaultdict(int)
    for row in rows:
        for name in ("all", row.series):
            due[name][row.currency, row.exponent] += row.due
            rupiah[name] += row.amount_idr
            receipts[name] += 1
    return {
        name: {
            "receipts": receipts[name],
            "amount_idr": rupiah[name],
            "due": {code: Money(amount, code, exponent).json() for (code, exponent), amount in sorted(found.items())},
        }
        for name, found in sorted(due.items())
    }
