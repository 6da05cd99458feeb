"""Digests of ledgers: whether two of them hold the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from models.ledger.tables import ledger


def ledger_rows(connection: Connection, table_name: str) -> Iterator[bytes]:
    """The rows of one table in the order of their keys, each in one canonical form on every database."""
    table = ledger.tables[table_name]
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
        yield msgspec.json.encode([plain(value) for value in row], order="deterministic")


def ledger_digest(connection: Connection) -> dict[str, tuple[int, str]]:
    """For each ledger table the number of its rows and the SHA-256 over them."""
    digests = {}
    for name in sorted(ledger.tables):
        digest, count = sha256(), 0
        for row in ledger_rows(connection, name):
            digest.update(row + b"\n")
            count += 1
        digests[name] = (count, digest.hexdigest())
    return digests


def plain(value: Any) -> Any:
    """A column's value as every database and JSON have it."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value
