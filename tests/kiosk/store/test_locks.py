import os
from pathlib import Path

import pytest

from kiosk.store.locks import DATABASE_LOCK, DatabaseLock, WindowLock, holders
from models.rules.problems import Trouble

HOLD_WINDOW = """
    import sys; from pathlib import Path
    from kiosk.store.locks import WindowLock
    with WindowLock(Path(sys.argv[1])): print("held", flush=True); sys.stdin.readline()
"""
HOLD_SHARED = """
    import sys; from pathlib import Path
    from kiosk.store.locks import DatabaseLock
    with DatabaseLock(Path(sys.argv[1])): print("held", flush=True); sys.stdin.readline()
"""
HOLD_ALONE = """
    import sys; from pathlib import Path
    from kiosk.store.locks import DatabaseLock
    with DatabaseLock(Path(sys.argv[1])) as lock, lock.alone(): print("held", flush=True); sys.stdin.readline()
"""


def test_a_second_window_learns_who_has_the_first(tmp_path: Path, other):
    window = other(HOLD_WINDOW, tmp_path)
    assert window.line() == "held"
    with pytest.raises(Trouble) as trouble:
        WindowLock(tmp_path)
    assert trouble.value.code == "window.already_open"
    holder = dict(trouble.value.values)["holder"]
    assert holder.startswith(f"{window.process.pid} ")
    assert "WindowLock" in holder
    window.finish()
    WindowLock(tmp_path).close()


def test_a_killed_window_leaves_nothing_to_clean_up(tmp_path: Path, other):
    window = other(HOLD_WINDOW, tmp_path)
    assert window.line() == "held"
    window.kill()
    WindowLock(tmp_path).close()


def test_window_and_command_line_share_the_database(tmp_path: Path, other):
    command = other(HOLD_SHARED, tmp_path)
    assert command.line() == "held"
    DatabaseLock(tmp_path, patience=0).close()


def test_nobody_is_alone_while_another_process_has_the_database_and_is_told_which(tmp_path: Path, other):
    command = other(HOLD_SHARED, tmp_path)
    assert command.line() == "held"
    with DatabaseLock(tmp_path) as lock:
        with pytest.raises(Trouble) as trouble, lock.alone(patience=0):
            pass
        assert trouble.value.code == "store.busy"
        assert dict(trouble.value.values)["holder"].startswith(f"{command.process.pid} ")
        command.finish()
        with lock.alone(patience=0):
            pass


def test_nobody_opens_the_database_while_a_migration_is_alone_on_it(tmp_path: Path, other):
    migration = other(HOLD_ALONE, tmp_path)
    assert migration.line() == "held"
    with pytest.raises(Trouble) as trouble:
        DatabaseLock(tmp_path, patience=0)
    assert trouble.value.code == "store.busy"
    assert dict(trouble.value.values)["holder"].startswith(f"{migration.process.pid} ")
    migration.finish()
    DatabaseLock(tmp_path, patience=0).close()


def test_who_could_not_be_alone_still_shares_the_lock(tmp_path: Path, other):
    command = other(HOLD_SHARED, tmp_path)
    assert command.line() == "held"
    with DatabaseLock(tmp_path) as lock:
        with pytest.raises(Trouble), lock.alone(patience=0):
            pass
        command.finish()
        with DatabaseLock(tmp_path) as second, pytest.raises(Trouble), second.alone(patience=0):
            pass


def test_after_being_alone_others_may_come_in_again(tmp_path: Path):
    with DatabaseLock(tmp_path) as lock:
        with lock.alone(), pytest.raises(Trouble):
            DatabaseLock(tmp_path, patience=0)
        DatabaseLock(tmp_path, patience=0).close()


def test_oneself_is_not_named_as_the_one_in_the_way(tmp_path: Path):
    with DatabaseLock(tmp_path):
        assert holders(tmp_path / DATABASE_LOCK) == []
    assert holders(tmp_path / "nothing") == []


def test_a_folder_that_cannot_be_written_is_named(read_only: Path):
    (lock, path) = (read_only / DATABASE_LOCK, read_only)
    assert not os.access(lock, os.W_OK, effective_ids=True)
    for take in (WindowLock, DatabaseLock):
        with pytest.raises(Trouble) as trouble:
            take(path)
        assert trouble.value.code == "store.read_only"
        assert dict(trouble.value.values)["path"] == str(path)
