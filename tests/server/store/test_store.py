"""The centre's store: a schema that the migrations make in full, and keys nobody else reads."""

from __future__ import annotations

import ast
import threading
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import MetaData, text, update

from models.ledger.tables import ledger
from models.rules.problems import Trouble
from server.store import tables
from server.store.database import MIGRATIONS, migrate, open_database, write
from server.store.folder import served
from server.store.keys import FILE, new_keys, read_keys, write_keys
from server.usecases.centre import open_centre
from server.usecases.officers import hash_password
from server.usecases.sessions import begun, session_of, sign_in


def test_the_migrations_make_exactly_the_tables_we_use(centre):
    with centre.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        every = MetaData()
        for table in [*ledger.sorted_tables, *tables.own.sorted_tables]:
            table.to_metadata(every)
        assert compare_metadata(context, every) == []


def test_migrations_import_nothing_of_ours():
    for path in MIGRATIONS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [name for name in names if name.split(".")[0] in ("models", "server", "kiosk", "ui", "reports")]


def test_migrating_again_changes_nothing_and_a_later_schema_is_left_alone(new_database):
    engine = open_database(new_database())
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Trouble) as trouble:
        migrate(engine)
    assert trouble.value.code == "centre.newer"
    engine.dispose()


def test_a_database_belongs_to_the_keys_that_made_it(centre, centre_clock):
    with pytest.raises(Trouble) as trouble:
        open_centre(centre.engine, new_keys(centre_clock()), centre_clock)
    assert trouble.value.code == "centre.other_keys"


def test_a_write_that_met_another_is_tried_again(centre):
    """Two that lock the same two rows in opposite orders: PostgreSQL lets one of them die, and it comes back."""
    with centre.engine.begin() as connection:
        connection.execute(
            tables.stream.insert(), [{"name": name, "position": 0, "chain": bytes(32)} for name in ("a", "b")]
        )
    met = threading.Barrier(2, timeout=10)
    tries = {"ab": 0, "ba": 0}

    def work(order: str) -> None:
        def lock(connection):
            tries[order] += 1
            for place, name in enumerate(order):
                change = update(tables.stream).where(tables.stream.c.name == name)
                connection.execute(change.values(position=tables.stream.c.position + 1))
                if place == 0 and tries[order] == 1:
                    met.wait()

        write(centre.engine, lock)

    threads = [threading.Thread(target=work, args=(order,)) for order in tries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(tries.values()) == [1, 2]
    with centre.engine.connect() as connection:
        assert connection.scalars(tables.stream.select().with_only_columns(tables.stream.c.position)).all() == [2, 2]


def test_keys_are_for_their_owner_only_and_are_never_replaced(tmp_path: Path, centre_clock):
    keys = new_keys(centre_clock())
    write_keys(tmp_path, keys)

    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert read_keys(tmp_path) == keys
    with pytest.raises(FileExistsError):
        write_keys(tmp_path, new_keys(centre_clock()))
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.parametrize(("mode", "content", "code"), [(0o644, None, "open"), (0o600, b"{}", "damaged")])
def test_keys_that_others_read_or_that_are_damaged_stop_the_centre(tmp_path, centre_clock, mode, content, code):
    write_keys(tmp_path, new_keys(centre_clock()))
    if content is not None:
        (tmp_path / FILE).write_bytes(content)
    (tmp_path / FILE).chmod(mode)

    with pytest.raises(Trouble) as trouble:
        read_keys(tmp_path)
    assert trouble.value.code == f"centre.keys_{code}"


def test_one_folder_is_served_once(tmp_path: Path):
    with served(tmp_path):
        with pytest.raises(Trouble) as trouble, served(tmp_path):
            pass
        assert trouble.value.code == "centre.serving"
    with served(tmp_path):
        pass


def test_officers_of_before_the_second_factor_keep_their_accounts_and_sign_in_again(new_database, centre_clock):
    engine = open_database(new_database())
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        connection.execute(
            text(
                "INSERT INTO officer (id, login, name, role, password, active, failures)"
                " VALUES (gen_random_uuid(), 'dewi', 'Dewi A.', 'verifikator', :password, true, 0)"
            ),
            {"password": hash_password("sembilan belas kuda")},
        )
        connection.execute(
            text(
                "INSERT INTO session (digest, officer_id, csrf, made_at, expires_at)"
                " SELECT sha256('a cookie'), id, 'token', 0, 9000000000000000 FROM officer"
            )
        )
    migrate(engine)
    centre = open_centre(engine, new_keys(centre_clock()), centre_clock)
    assert session_of(centre, "a cookie") is None
    found = begun(centre, sign_in(centre, "dewi", "sembilan belas kuda"))
    assert found is not None
    assert (found.officer.name, found.stage) == ("Dewi A.", "enrol")
    engine.dispose()
