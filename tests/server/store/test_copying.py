"""Many rows at once arrive in PostgreSQL as they do one by one, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError

from models.journal.ids import new_id
from models.ledger.tables import amendment, receipt_line, worker
from models.posting.writing import change_rows, insert_rows
from server.store.database import open_database

MANY = 40
AT = datetime(2026, 11, 22, 1, 47, 5, 123456, tzinfo=UTC)


@pytest.fixture
def database(new_database) -> Iterator[Connection]:
    engine = open_database(new_database())
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def people(count: int = MANY) -> list[dict[str, Any]]:
    blank = dict.fromkeys(worker.columns.keys())
    return [
        blank
        | {
            "id": new_id(),
            "registered": number % 2 == 0,
            "mission": "TPE",
            "rev": number,
            "name": f"SITI «{number}» ñ 李\\ \n\t",
            "birth_date": date(1994, 3, 12) if number % 3 else None,
            "heirs": [{"name": "AMINAH", "phone": None}],
            "stamps": {"": [1, "a" * 32, number]},
            "conflicts": {},
            "other_kpjs": [],
            "restricted": False,
            "erased": False,
            "name_key": "",
            "phone_key": "",
            "whatsapp_key": "",
            "seen_at": AT if number % 2 else None,
        }
        for number in range(count)
    ]


def kept(connection: Connection, table: Any) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))]


@pytest.mark.parametrize("count", [1, MANY])
def test_what_was_copied_reads_as_it_does_at_a_counter(database, count):
    rows = people(count)
    with fresh_ledger() as counter:
        for connection in (database, counter):
            insert_rows(connection, worker, rows)
        assert kept(database, worker) == kept(counter, worker)
        assert len(kept(database, worker)) == count


def test_changes_reach_the_rows_they_name_and_no_other_column(database):
    rows = people()
    changed = [
        row | {"rev": 99, "seen_at": AT, "stamps": {"phone": [2, "b", 1]}, "birth_date": None, "name": "not this"}
        for row in rows[:-1]
    ]
    with fresh_ledger() as counter:
        for connection in (database, counter):
            insert_rows(connection, worker, rows)
            change_rows(connection, worker, ("rev", "seen_at", "stamps", "birth_date"), changed)
        assert kept(database, worker) == kept(counter, worker)
    found = {row.id: row for row in database.execute(select(worker))}
    assert {found[row["id"]].rev for row in rows[:-1]} == {99}
    assert found[rows[-1]["id"]].rev == MANY - 1
    assert not [row for row in found.values() if row.name == "not this"]


def test_nothing_said_is_told_from_null_in_json(database):
    rows = [
        {"entry_id": new_id(), "field": "phone", "worker_id": new_id(), "was": None, "value": None, "reason": "\0"}
        | {"at": AT, "operator_id": new_id(), "terminal": new_id(), "rev": 1, "seq": number}
        for number in range(MANY)
    ]
    with fresh_ledger() as counter:
        for connection in (database, counter):
            insert_rows(connection, amendment, rows)
        assert kept(database, amendment) == kept(counter, amendment)
    assert {row.reason for row in database.execute(select(amendment))} == {"�"}
    assert database.exec_driver_sql("SELECT count(*) FROM amendment WHERE value IS NULL").scalar_one() == 0


def lines(**wrong: Any) -> list[dict[str, Any]]:
    """Lines of receipts, the last of which says something wrong."""
    right = dict.fromkeys(receipt_line.columns.keys()) | {
        "programme": "JHT",
        "months": 1,
        "amount_idr": 1,
        "anchor": AT.date(),
        "anchor_months": 1,
        "covered_from": AT.date(),
        "covered_to": AT.date(),
        "tariff_version": 1,
        "voided": False,
    }
    ids = ("receipt_id", "worker_id", "tariff_id")
    found = [right | {name: new_id() for name in ids} | {"line": number} for number in range(MANY)]
    found[-1] |= wrong
    return found


@pytest.mark.parametrize("months", [1 << 31, -(1 << 31) - 1, 1 << 40])
def test_a_number_that_no_column_takes_is_not_cut_to_one_that_fits(database, months):
    with pytest.raises(OverflowError):
        insert_rows(database, receipt_line, lines(months=months))


@pytest.mark.parametrize(
    ("wrong", "state"), [({"programme": "LONGER THAN 8"}, "22001"), ({"programme": None}, "23502"), ({"line": 0}, None)]
)
def test_what_postgresql_refuses_comes_as_every_other_refusal_of_it_and_tells_no_values(database, wrong, state):
    insert_rows(database, receipt_line, lines())
    if state is None:
        twin = kept(database, receipt_line)[0]
        wrong, state = {"receipt_id": twin[0], "line": twin[1]}, "23505"
    with pytest.raises(DBAPIError) as refusal, database.begin_nested():
        insert_rows(database, receipt_line, lines(**wrong))
    assert getattr(refusal.value.orig, "sqlstate", None) == state
    assert "LONGER THAN 8" not in str(refusal.value)
    assert len(kept(database, receipt_line)) == MANY
