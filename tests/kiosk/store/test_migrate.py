import os
import shutil
import uuid
from pathlib import Path

import pytest
import sqlalchemy as sa
from loket_testing.bodies import accident, registration
from loket_testing.journals import Journal
from loket_testing.ledgers import fresh_ledger
from sqlalchemy import insert, select
from sqlcipher3 import dbapi2 as sqlcipher

import kiosk.store.store as store_module
from kiosk.desk import bring_up_to_date, keep, set_setting
from kiosk.store import locks, migrate
from kiosk.store.keys import Cost
from kiosk.store.migrations.__main__ import first_migration, missing_operations
from kiosk.store.store import DATABASE_FILE, SCHEMA, Store
from kiosk.store.tables import entry as journal
from kiosk.store.tables import local, setting
from models.journal.claims import DocumentAttached, DocumentName
from models.ledger.tables import ledger
from models.posting import post
from models.posting.digest import ledger_digest
from models.rules.problems import Trouble

PASSWORD = "bunga melati 7"
CHEAP = Cost(passes=1, memory_kib=8, lanes=1)

HEAD = """
import sqlalchemy as sa
from alembic import op
revision, down_revision = "{revision}", "{before}"
def upgrade():
"""


@pytest.fixture
def next_release(tmp_path: Path, monkeypatch):
    """A later program, whose history goes on with the given migrations."""

    def release(*bodies: str) -> None:
        history = tmp_path / f"history{len(list(tmp_path.glob('history*')))}"
        shutil.copytree(migrate.HISTORY, history, ignore=shutil.ignore_patterns("__pycache__"))
        for number, body in enumerate(bodies, start=store_module.SCHEMA + 1):
            head = HEAD.format(revision=f"{number:04d}", before=f"{number - 1:04d}")
            (history / "versions" / f"{number:04d}_later.py").write_text(head + body)
        monkeypatch.setattr(migrate, "HISTORY", history)
        monkeypatch.setattr(store_module, "SCHEMA", store_module.SCHEMA + len(bodies))

    return release


ADD_COLUMN = "    op.add_column('setting', sa.Column('note', sa.Text()))\n"


def copies(folder: Path) -> list[Path]:
    return sorted((folder / "backup").glob("*")) if (folder / "backup").exists() else []


def columns(store: Store, table: str) -> list[str]:
    with store.read() as connection:
        return list(connection.exec_driver_sql(f"SELECT name FROM pragma_table_info('{table}')").scalars())


def version(store: Store) -> int:
    with store.read() as connection:
        return connection.exec_driver_sql("PRAGMA user_version").scalar_one()


def shape(connection: sa.Connection) -> dict[str, object]:
    """Everything SQLite knows of the tables, except the order in which they were made."""

    def ask(pragma: str, name: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM pragma_{pragma}('{name}')")]

    found: dict[str, object] = {}
    tables = connection.exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name IN"
        " (SELECT name FROM pragma_table_list WHERE type = 'table') AND name != 'alembic_version'"
    ).fetchall()
    for name, sql in tables:
        indexes = {index[1]: (index[2:], ask("index_xinfo", str(index[1]))) for index in ask("index_list", name)}
        checks = sorted(" ".join(part.split()).rstrip(", )") for part in sql.split("CHECK")[1:])
        found[name] = (ask("table_xinfo", name), indexes, sorted(ask("foreign_key_list", name)), checks)
    return found


def test_the_migrations_make_exactly_the_tables_of_the_program(store):
    fresh = sa.create_engine("sqlite://")
    with fresh.connect() as connection:
        ledger.create_all(connection)
        local.create_all(connection)
        wanted = shape(connection)
    fresh.dispose()
    with store.read() as connection:
        made = shape(connection)
    assert set(made) == set(wanted) == set(ledger.tables) | set(local.tables)
    for table, what in wanted.items():
        assert made[table] == what, table


def test_there_is_nothing_left_for_a_migration_to_do():
    assert [line for line in missing_operations().splitlines() if line.strip() and "###" not in line] == ["    pass"]


def test_the_first_migration_can_be_written_anew_from_the_tables():
    text = first_migration()
    compile(text, "0001_first.py", "exec")
    assert text.count("op.create_table(") == len(ledger.tables) + len(local.tables)
    assert "Instant" not in text
    assert "kiosk" not in text


def test_migrations_import_nothing_of_ours_and_stand_in_one_line():
    files = sorted((migrate.HISTORY / "versions").glob("*.py"))
    assert [file.name[:4] for file in files] == [f"{number:04d}" for number in range(1, SCHEMA + 1)]
    for file in files:
        imports = [line for line in file.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert set(imports) <= {
            "from __future__ import annotations",
            "import msgspec",
            "import sqlalchemy as sa",
            "from alembic import op",
        }, file.name


def test_a_database_that_is_up_to_date_opens_without_alembic(folder, code, other):
    process = other(
        """
        import sys; from pathlib import Path
        from kiosk.store.store import Store
        Store.open(Path(sys.argv[1]), None, sys.argv[2]).close()
        print("alembic" in sys.modules, "sqlalchemy.orm" in sys.modules)
        """,
        folder,
        PASSWORD,
    )
    assert process.finish() == "False False"


def test_an_older_database_is_copied_then_migrated(folder, store, next_release):
    with store.write() as connection:
        connection.execute(insert(setting).values(key="printer", value="Loket-1"))
    store.close()
    before = (folder / DATABASE_FILE).read_bytes()
    next_release(ADD_COLUMN)
    heard: list[str] = []
    with Store.open(folder, None, PASSWORD, on_progress=heard.append) as migrated:
        assert heard == ["store.copying", "store.migrating"]
        assert columns(migrated, "setting") == ["key", "value", "note"]
        assert version(migrated) == SCHEMA + 1
        with migrated.read() as connection:
            assert connection.execute(select(setting)).fetchall() == [("printer", "Loket-1")]
        migrated.check()
    (copy,) = copies(folder)
    assert (copy / DATABASE_FILE).read_bytes() == before
    assert {path.stat().st_mode & 0o777 for path in copy.iterdir()} == {0o600}


def test_the_copy_made_before_opens_with_the_same_password_in_the_old_program(folder, store, next_release, monkeypatch):
    with store.write() as connection:
        connection.execute(insert(setting).values(key="printer", value="Loket-1"))
    with monkeypatch.context() as later:
        later.setattr(store_module, "SCHEMA", SCHEMA)
        store.close()
        next_release(ADD_COLUMN)
        Store.open(folder, None, PASSWORD).close()
    monkeypatch.undo()
    (copy,) = copies(folder)
    with Store.open(copy, None, PASSWORD) as old:
        assert columns(old, "setting") == ["key", "value"]
        with old.read() as connection:
            assert connection.execute(select(setting)).fetchall() == [("printer", "Loket-1")]
    with pytest.raises(Trouble) as trouble:
        Store.open(folder, None, PASSWORD)
    assert trouble.value.code == "store.newer"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (ADD_COLUMN + "    raise ValueError('half way')\n", "ValueError"),
        (ADD_COLUMN + "    op.execute('DELETE FROM setting')\n", "RowsLost"),
        (ADD_COLUMN + "    op.execute('SELECT no_such_column FROM setting')\n", "OperationalError"),
        (
            "    op.execute('CREATE TABLE child (one TEXT REFERENCES setting (key))')\n"
            "    op.execute(\"INSERT INTO child VALUES ('nobody')\")\n",
            "KeysBroken",
        ),
    ],
)
def test_a_migration_that_goes_wrong_leaves_the_database_as_it_was(folder, store, next_release, monkeypatch, body, why):
    with store.write() as connection:
        connection.execute(insert(setting).values(key="printer", value="Loket-1"))
    store.close()
    next_release(body)
    with pytest.raises(Trouble) as trouble:
        Store.open(folder, None, PASSWORD)
    assert trouble.value.code == "store.migration_failed"
    gaps = dict(trouble.value.values)
    assert gaps["error"] == why
    assert [str(path) for path in copies(folder)] == [gaps["copy"]]
    monkeypatch.undo()
    with Store.open(folder, None, PASSWORD) as store:
        assert version(store) == SCHEMA
        assert columns(store, "setting") == ["key", "value"]
        with store.read() as connection:
            assert connection.execute(select(setting)).fetchall() == [("printer", "Loket-1")]


def test_rebuilding_a_parent_table_keeps_its_children(folder, code, next_release):
    next_release(
        "    op.create_table('parent', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.Text()))\n"
        "    op.create_table('child', sa.Column('id', sa.Integer, primary_key=True),\n"
        "        sa.Column('parent', sa.Integer, sa.ForeignKey('parent.id', ondelete='CASCADE')))\n"
        "    op.execute(\"INSERT INTO parent VALUES (1, 'a'), (2, 'b')\")\n"
        "    op.execute('INSERT INTO child VALUES (1, 1), (2, 1), (3, 2)')\n",
    )
    Store.open(folder, None, PASSWORD).close()
    next_release(
        "    with op.batch_alter_table('parent') as table:\n"
        "        table.alter_column('name', type_=sa.String(10), nullable=False)\n",
    )
    with Store.open(folder, None, PASSWORD) as store, store.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM child").scalar_one() == 3
        assert connection.exec_driver_sql("SELECT name FROM parent").scalars().all() == ["a", "b"]
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


HOLD = """
    import sys; from pathlib import Path
    from kiosk.store.store import Store
    with Store.open(Path(sys.argv[1]), None, sys.argv[2]):
        print("open", flush=True); sys.stdin.readline()
"""


def test_nothing_is_migrated_under_another_process_and_it_is_named(folder, code, next_release, other, monkeypatch):
    window = other(HOLD, folder, PASSWORD)
    assert window.line() == "open"
    next_release(ADD_COLUMN)
    monkeypatch.setattr(locks, "PATIENCE", 0.0)
    with pytest.raises(Trouble) as trouble:
        Store.open(folder, None, PASSWORD)
    assert trouble.value.code == "store.busy"
    assert dict(trouble.value.values)["holder"].startswith(f"{window.process.pid} ")
    assert copies(folder) == []
    window.finish()
    Store.open(folder, None, PASSWORD).close()
    assert len(copies(folder)) == 1


def test_nothing_is_migrated_without_room_for_the_copy(folder, code, next_release):
    next_release(ADD_COLUMN)
    size = (folder / DATABASE_FILE).stat().st_size
    with pytest.raises(Trouble) as trouble:
        Store.open(folder, None, PASSWORD, free_space=lambda _: store_module.LOW_DISK + 2 * size - 1)
    assert trouble.value.code == "store.disk_low"
    assert copies(folder) == []
    Store.open(folder, None, PASSWORD, free_space=lambda _: store_module.LOW_DISK + 2 * size).close()


def test_a_copy_that_cannot_be_finished_stops_the_migration(folder, code, next_release, monkeypatch):
    next_release(ADD_COLUMN)

    def full(*_arguments):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as disk:
        disk.setattr(shutil, "copyfile", full)
        with pytest.raises(Trouble) as trouble:
            Store.open(folder, None, PASSWORD)
    assert trouble.value.code == "store.disk_full"
    assert copies(folder) == []
    monkeypatch.undo()
    with Store.open(folder, None, PASSWORD) as store:
        assert version(store) == SCHEMA


def test_what_is_still_in_the_wal_is_in_the_copy(folder, code, next_release, other):
    clerk = other(
        """
        import sys; from pathlib import Path
        from sqlalchemy import insert
        from kiosk.store.store import Store; from kiosk.store.tables import setting
        store = Store.open(Path(sys.argv[1]), None, sys.argv[2])
        with store.write() as connection:
            connection.execute(insert(setting).values(key="receipt", value="TPE3-2026-000001"))
        print("committed", flush=True); sys.stdin.readline()
        """,
        folder,
        PASSWORD,
    )
    assert clerk.line() == "committed"
    clerk.kill()
    assert (folder / "loket.db-wal").stat().st_size > 0
    next_release(ADD_COLUMN)
    Store.open(folder, None, PASSWORD).close()
    (copy,) = copies(folder)
    (folder / DATABASE_FILE).unlink()
    shutil.copy(copy / DATABASE_FILE, folder / DATABASE_FILE)
    with Store.open(folder, None, PASSWORD) as store, store.read() as connection:
        assert connection.execute(select(setting)).fetchall() == [("receipt", "TPE3-2026-000001")]


def test_a_migrated_database_can_be_created_at_once(tmp_path, next_release):
    next_release(ADD_COLUMN)
    store, _ = Store.create(
        tmp_path / "new", login="rina", operator_id=uuid.uuid4(), role="admin", password=PASSWORD, cost=CHEAP
    )
    with store:
        assert version(store) == SCHEMA + 1
        assert "note" in columns(store, "setting")
    assert copies(tmp_path / "new") == []


def test_an_older_journal_learns_whom_each_entry_is_about():
    entry = Journal().record(registration(uuid.UUID(int=7)))
    frame = entry.frame
    engine = sa.create_engine("sqlite://", module=sqlcipher)
    with engine.connect() as connection:
        migrate.upgrade(connection, "0002")
        with connection.begin():
            connection.exec_driver_sql(
                "INSERT INTO entry"
                " (id, terminal, incarnation, seq, kind, header, facts, personal, prev, hash, signature)"
                " VALUES (?, ?, 1, 1, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.id.bytes,
                    entry.head.terminal.bytes,
                    entry.head.kind,
                    *(frame.header, frame.facts, frame.personal, entry.prev, entry.hash, frame.signature),
                ),
            )
        migrate.upgrade(connection)
        assert connection.scalar(select(journal.c.subject)) == uuid.UUID(int=7)
    engine.dispose()


def test_a_counter_of_before_claims_were_answered_has_them_as_they_stand_after_the_update(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries as issues before wrote them, rows in their old shape: migrated, then posted again."""
    counter = Journal()
    filed = counter.record(accident(uuid.uuid4()))
    papers = [
        counter.record(
            DocumentAttached(
                claim_id=filed.id,
                mission="TPE",
                document_kind="paspor",
                sha256=bytes(32),
                size=1,
                media_type="image/png",
                personal=DocumentName(file_name="siti.png"),
            )
        )
        for _ in range(2)
    ]
    with monkeypatch.context() as before:
        history = tmp_path / "history"
        shutil.copytree(migrate.HISTORY, history, ignore=shutil.ignore_patterns("__pycache__"))
        for file in (history / "versions").glob("*.py"):
            if file.name[:4] > "0005":
                file.unlink()
        before.setattr(migrate, "HISTORY", history)
        before.setattr(store_module, "SCHEMA", 5)
        store, _code = Store.create(
            folder, login="rina", operator_id=uuid.uuid4(), role="admin", password=PASSWORD, cost=CHEAP
        )
        with store.write() as connection:
            keep(connection, counter.entries)
            _in_its_old_shape(connection, "claim", filed.id)
            for one in papers:
                _in_its_old_shape(connection, "claim_document", one.id)
            set_setting(connection, "posting_version", 4)
        store.close()
    with Store.open(folder, None, PASSWORD) as store:
        assert version(store) == SCHEMA
        bring_up_to_date(store)
        with store.read() as connection, fresh_ledger() as fresh:
            post(fresh, counter.entries)
            assert ledger_digest(connection) == ledger_digest(fresh)
            row = connection.execute(select(ledger.tables["claim"])).one()
            assert (row.state, row.stage, row.follow_by, row.situation) == ("filed", 1, {}, "")


def _in_its_old_shape(connection: sa.Connection, table: str, row_id: uuid.UUID) -> None:
    values: dict[str, bytes | str | int] = {}
    for column in connection.exec_driver_sql(f"SELECT name, type, dflt_value FROM pragma_table_info('{table}')"):
        kind = column.type.upper()
        values[column.name] = b"x" * 16 if "BLOB" in kind else "[]" if "JSON" in kind else "2026-11-22"
        if "INT" in kind or "BOOL" in kind:
            values[column.name] = 1
    names = ", ".join(values)
    gaps = ", ".join("?" for _ in values)
    connection.exec_driver_sql(
        f"INSERT INTO {table} ({names}) VALUES ({gaps})",
        tuple((values | {"id": row_id.bytes}).values()),
    )
