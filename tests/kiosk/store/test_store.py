import os
import sqlite3
import threading
import uuid
from datetime import UTC, datetime
from pathlib import Path
from select import select as select_ready
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlcipher3 import dbapi2 as sqlcipher

import kiosk.store.store as store_module
from kiosk.store.keys import KEYS_FILE, Cost, Keyring
from kiosk.store.store import DATABASE_FILE, Store
from kiosk.store.tables import blob, draft, setting
from models.rules.problems import Refused, Trouble

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
RINA = uuid.UUID("01910000-0000-7000-8000-000000000001")
BUDI = uuid.UUID("01910000-0000-7000-8000-000000000002")
PASSWORD = "bunga melati 7"
NAME = "SITI NURHALIZAH BINTI ABDULLAH"


def keep(store: Store, key: str, value: str) -> None:
    with store.write() as connection:
        connection.execute(insert(setting).values(key=key, value=value))


def kept(store: Store) -> dict[str, str]:
    with store.read() as connection:
        return {row.key: row.value for row in connection.execute(select(setting))}


def fill(store: Store, megabytes: int) -> None:
    with store.write() as connection:
        connection.execute(
            insert(blob),
            [
                {"sha256": os.urandom(32), "size": 10_000, "media_type": "image/jpeg", "content": os.urandom(10_000)}
                for _ in range(megabytes * 100)
            ],
        )


def documents(store: Store) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(blob)).scalar_one()


def trouble_of(call, *arguments, **named) -> Trouble:
    with pytest.raises(Trouble) as trouble:
        call(*arguments, **named)
    return trouble.value


# --- making and opening ---


def test_what_was_written_is_there_after_the_next_start(folder, store):
    keep(store, "printer", "Loket-1")
    store.close()
    with Store.open(folder, "rina", PASSWORD) as again:
        assert kept(again) == {"printer": "Loket-1"}
        assert again.person is not None
        assert (again.person.login, again.person.operator_id, again.person.role) == ("rina", RINA, "admin")
        again.check()


def test_the_recovery_code_opens_what_was_written(folder, code, store):
    keep(store, "printer", "Loket-1")
    store.close()
    with Store.open_with_recovery(folder, code) as recovered:
        assert kept(recovered) == {"printer": "Loket-1"}
        assert recovered.person is None
        recovered.reset_password("rina", "teh poci hangat", cost=CHEAP)
    Store.open(folder, None, "teh poci hangat").close()


def test_a_second_init_never_touches_the_first(folder, code):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    named = {"login": "budi", "operator_id": BUDI, "role": "admin", "password": PASSWORD, "cost": CHEAP}
    assert trouble_of(Store.create, folder, **named).code == "store.exists"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_refused_password_leaves_no_folder_behind(tmp_path):
    with pytest.raises(Refused) as refused:
        Store.create(tmp_path / "x", login="rina", operator_id=RINA, role="admin", password="1234567", cost=CHEAP)
    assert [(problem.field, problem.code) for problem in refused.value.problems] == [("password", "password.too_short")]
    assert not (tmp_path / "x").exists()


def test_an_init_that_was_cut_off_can_be_done_again(folder, monkeypatch):
    def cut(*_arguments):
        raise KeyboardInterrupt

    named: dict[str, Any] = {
        "login": "rina",
        "operator_id": RINA,
        "role": "admin",
        "password": PASSWORD,
        "cost": CHEAP,
    }
    monkeypatch.setattr(store_module, "sync_folder", cut)
    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(KeyboardInterrupt):
        Store.create(folder, **named)
    monkeypatch.undo()
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.missing"
    store, _ = Store.create(folder, **named)
    store.close()
    assert sorted(path.name for path in folder.glob("loket.db*")) == ["loket.db"]
    Store.open(folder, None, PASSWORD).close()


def test_only_the_owner_can_read_the_files(folder, store):
    keep(store, "printer", "Loket-1")
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}
    assert set(modes.values()) == {0o600}, modes
    assert {"loket.db", "loket.db-wal", "keys.json"} <= set(modes)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_every_connection_is_durable_encrypted_and_checks_its_keys(store):
    with store.read() as one, store.read() as two:
        for connection in (one, two):
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "temp_store", "cipher_status")
            }
            assert asked == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "temp_store": 2,
                "cipher_status": "1",
            }


# --- wrong and broken ---


def test_a_wrong_password_is_said_before_the_database_is_looked_at(folder, code):
    (folder / DATABASE_FILE).write_bytes(b"broken" * 1000)
    assert trouble_of(Store.open, folder, None, "bunga mawar 8").code == "store.wrong_password"
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.damaged"
    assert trouble_of(Store.open, folder, "siti", PASSWORD).code == "store.no_slot"


def test_nothing_there_a_lost_database_and_lost_keys_each_get_their_own_answer(tmp_path, folder, code):
    assert trouble_of(Store.open, tmp_path / "elsewhere", None, PASSWORD).code == "store.missing"
    assert not (tmp_path / "elsewhere").exists()
    (folder / KEYS_FILE).rename(tmp_path / KEYS_FILE)
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.keys_damaged"
    (tmp_path / KEYS_FILE).rename(folder / KEYS_FILE)
    (folder / DATABASE_FILE).unlink()
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.missing"
    assert not (folder / DATABASE_FILE).exists()


@pytest.mark.parametrize("length", [0, 1, 4096, 8192, 0.5, -1])
def test_a_truncated_database_is_damaged_and_never_taken_for_an_empty_one(folder, code, length):
    path = folder / DATABASE_FILE
    size = path.stat().st_size
    os.truncate(path, int(size * length) if 0 < length < 1 else size - 4096 if length < 0 else length)
    cut = path.read_bytes()
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.damaged"
    assert path.read_bytes() == cut


@pytest.mark.parametrize("at", [3, 20, 100, 4000])
def test_a_forged_byte_in_the_first_page_is_seen_on_opening(folder, code, at):
    flip(folder / DATABASE_FILE, at)
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.damaged"


def test_a_forged_byte_in_any_page_is_found_by_check_and_on_reading(folder, store):
    fill(store, 1)
    store.check()
    store.close()
    path = folder / DATABASE_FILE
    flip(path, path.stat().st_size // 2)
    with Store.open(folder, None, PASSWORD) as tampered:
        found = trouble_of(tampered.check)
        assert found.code == "store.damaged"
        assert "page" in dict(found.values)["where"]

        def read_everything() -> None:
            with tampered.read() as connection:
                connection.execute(select(func.sum(func.length(blob.c.content)))).scalar_one()
                connection.execute(select(blob)).fetchall()

        assert trouble_of(read_everything).code == "store.damaged"
        assert kept(tampered) == {}


def test_keys_of_another_database_do_not_open_this_one(tmp_path, folder, code):
    strange, _ = Store.create(
        tmp_path / "strange", login="rina", operator_id=RINA, role="admin", password=PASSWORD, cost=CHEAP
    )
    strange.close()
    (folder / KEYS_FILE).write_bytes((tmp_path / "strange" / KEYS_FILE).read_bytes())
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.damaged"


def test_a_database_of_a_newer_program_is_left_alone(folder, store):
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA user_version = 99")
    store.close()
    before = (folder / DATABASE_FILE).read_bytes()
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.newer"
    assert (folder / DATABASE_FILE).read_bytes() == before


def test_a_database_that_is_not_ours_is_not_opened(folder, store):
    with store.write() as connection:
        connection.exec_driver_sql("PRAGMA application_id = 1")
    store.close()
    assert trouble_of(Store.open, folder, None, PASSWORD).code == "store.damaged"


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ 1]))


# --- reading and writing ---


def test_an_action_that_fails_leaves_nothing(store):
    def fail(error: BaseException) -> None:
        with store.write() as connection:
            connection.execute(insert(setting).values(key="printer", value="Loket-1"))
            raise error

    for error in (RuntimeError("half way"), Refused(), Trouble("printer.gone"), KeyboardInterrupt()):
        with pytest.raises(type(error)):
            fail(error)
    assert kept(store) == {}


def test_a_reader_keeps_seeing_what_it_began_with(store):
    keep(store, "printer", "Loket-1")
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(setting)).scalar_one() == 1
        keep(store, "scanner", "fi-65F")
        assert connection.execute(select(func.count()).select_from(setting)).scalar_one() == 1
    assert set(kept(store)) == {"printer", "scanner"}


def test_a_reader_cannot_write_and_the_next_writer_can(store):
    with pytest.raises(DBAPIError, match="readonly"), store.read() as connection:
        connection.execute(insert(setting).values(key="printer", value="Loket-1"))
    for number in range(8):
        keep(store, f"printer {number}", "Loket-1")
    assert len(kept(store)) == 8


def test_an_action_inside_an_action_is_our_mistake(store):
    with store.write(), pytest.raises(RuntimeError, match="inside"), store.write():
        pass
    keep(store, "printer", "Loket-1")


def test_threads_writing_at_once_lose_nothing(store):
    keep(store, "count", "0")

    def count() -> None:
        for _ in range(25):
            with store.write() as connection:
                now = connection.execute(select(setting.c.value)).scalar_one()
                connection.execute(update(setting).values(value=str(int(now) + 1)))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kept(store) == {"count": "100"}


COUNT = """
    import sys; from pathlib import Path
    from sqlalchemy import select, update
    from kiosk.store.store import Store; from kiosk.store.tables import setting
    with Store.open(Path(sys.argv[1]), None, sys.argv[2]) as store:
        print("ready", flush=True); sys.stdin.readline()
        for _ in range(40):
            with store.write() as connection:
                now = connection.execute(select(setting.c.value)).scalar_one()
                connection.execute(update(setting).values(value=str(int(now) + 1)))
    print("done")
"""


def test_whoever_waits_at_the_counter_goes_before_what_is_done_in_the_background(store):
    order: list[str] = []

    def pull() -> None:
        with store.in_the_background(), store.write():
            order.append("pull")

    def click() -> None:
        with store.write():
            order.append("click")

    threads = [threading.Thread(target=pull), threading.Thread(target=click)]
    with store.in_the_background(), store.write():
        assert not store.is_wanted
        for thread in threads:
            thread.start()
        while not store.is_wanted:
            os.sched_yield()
    for thread in threads:
        thread.join()
    assert order == ["click", "pull"]


def test_the_counter_is_quiet_when_nobody_there_has_used_it_for_a_while(store, monkeypatch):
    with store.read(), store.in_the_background(), store.read():
        assert not store.is_quiet
    monkeypatch.setattr(store_module, "QUIET", 0)
    with store.in_the_background():
        assert store.is_quiet


def test_window_and_command_line_writing_at_once_lose_nothing(folder, store, other):
    keep(store, "count", "0")
    counters = [other(COUNT, folder, PASSWORD) for _ in range(2)]
    assert [counter.line() for counter in counters] == ["ready", "ready"]
    for counter in counters:
        counter.process.stdin.write("\n")
        counter.process.stdin.flush()
    for _ in range(40):
        with store.write() as connection:
            now = connection.execute(select(setting.c.value)).scalar_one()
            connection.execute(update(setting).values(value=str(int(now) + 1)))
    assert [counter.finish() for counter in counters] == ["done", "done"]
    assert kept(store) == {"count": "120"}


COMMIT = """
    import sys; from pathlib import Path
    from sqlalchemy import insert
    from kiosk.store.store import Store; from kiosk.store.tables import setting
    store = Store.open(Path(sys.argv[1]), None, sys.argv[2])
    with store.write() as connection:
        connection.execute(insert(setting).values(key="receipt", value="TPE3-2026-000001"))
    with store.write() as connection:
        connection.execute(insert(setting).values(key="half", value="never finished"))
        print("committed", flush=True); sys.stdin.readline()
"""


def test_what_was_committed_survives_kill_9_and_what_was_not_is_gone(folder, code, other):
    clerk = other(COMMIT, folder, PASSWORD)
    assert clerk.line() == "committed"
    clerk.kill()
    with Store.open(folder, None, PASSWORD) as store:
        assert kept(store) == {"receipt": "TPE3-2026-000001"}
        store.check()


def test_another_process_that_writes_for_too_long_is_named(folder, store, other, monkeypatch):
    clerk = other(COMMIT, folder, PASSWORD)
    assert clerk.line() == "committed"
    monkeypatch.setattr(store_module, "BUSY_MS", 20)
    store.engine.dispose()
    trouble = trouble_of(keep, store, "printer", "Loket-1")
    assert trouble.code == "store.busy"
    assert dict(trouble.values)["holder"].startswith(f"{clerk.process.pid} ")
    clerk.finish()
    keep(store, "printer", "Loket-1")


def test_a_broken_rule_of_the_tables_is_our_mistake_and_its_message_tells_nothing_personal(store):
    keep(store, NAME, "x")
    with pytest.raises(IntegrityError) as error:
        keep(store, NAME, "x")
    assert NAME not in str(error.value)
    with pytest.raises(IntegrityError), store.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO print_job (id, paper, number, state, at, operator)"
            " VALUES (x'01', 'receipt', '1', 'lost', 0, x'01')"
        )


def test_ids_and_moments_come_back_as_they_were(store):
    at = datetime(2026, 11, 22, 4, 5, 6, 789_012, tzinfo=UTC)
    one = uuid.uuid4()
    with store.write() as connection:
        connection.execute(insert(draft).values(id=one, screen="register", operator=RINA, content="{}", updated_at=at))
    with store.read() as connection:
        row = connection.execute(select(draft)).one()
    assert (row.id, row.operator, row.updated_at) == (one, RINA, at)


# --- the disk ---


def test_a_full_disk_is_named_and_leaves_nothing_half_written(store):
    keep(store, "printer", "Loket-1")

    def fill_the_disk() -> None:
        with store.write() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
            connection.execute(insert(setting).values(key="scanner", value="fi-65F"))
            connection.execute(insert(setting).values(key="big", value="x" * 1_000_000))

    trouble = trouble_of(fill_the_disk)
    assert trouble.code == "store.disk_full"
    assert isinstance(trouble.__cause__, sqlcipher.OperationalError)
    assert kept(store) == {"printer": "Loket-1"}
    store.engine.dispose()
    keep(store, "big", "x" * 1_000_000)


def test_a_disk_that_fills_while_the_index_or_a_database_beside_is_written_is_called_so(store):
    def fill_the_disk(connection: Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS heap (content BLOB)")
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.executemany("INSERT INTO heap VALUES (zeroblob(?))", [(4096,)] * 9)

    def in_the_index() -> None:
        with pytest.MonkeyPatch.context() as patch, store.write():
            patch.setattr("kiosk.store.finding.catch_up", fill_the_disk)

    assert trouble_of(in_the_index).code == "store.disk_full"
    store.engine.dispose()
    keep(store, "printer", "Loket-1")
    beside = store.open_beside()

    def beside_it() -> None:
        with beside.opened() as connection:
            fill_the_disk(connection)

    assert trouble_of(beside_it).code == "store.disk_full"
    beside.delete()


def test_damage_found_while_one_database_takes_the_other_s_place_is_called_so(store):
    def damaged(_connection: Connection) -> None:
        error = sqlcipher.DatabaseError("database disk image is malformed")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error

    beside = store.open_beside()
    with beside.opened() as connection:
        connection.exec_driver_sql("CREATE TABLE t (content BLOB)")
    assert trouble_of(store.swap, beside, damaged).code == "store.damaged"
    beside.delete()
    keep(store, "printer", "Loket-1")


BIG_WRITE = """
    import resource, signal, sys; from pathlib import Path
    from sqlalchemy import insert, select
    from kiosk.store.store import Store; from kiosk.store.tables import setting
    from models.rules.problems import Trouble
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store.open(Path(sys.argv[1]), None, sys.argv[2]) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        try:
            with store.write() as connection:
                connection.execute(insert(setting).values(key="big", value="x" * 2_000_000))
        except Trouble as trouble:
            print(trouble.code)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        with store.read() as connection:
            print(len(connection.execute(select(setting)).fetchall()))
        with store.write() as connection:
            connection.execute(insert(setting).values(key="small", value="x"))
        print("goes on")
"""


def test_a_disk_that_refuses_a_write_is_named_and_work_goes_on_when_it_accepts_again(folder, code, other):
    assert other(BIG_WRITE, folder, PASSWORD).finish().split("\n") == ["store.disk_error", "0", "goes on"]


def test_new_work_is_refused_on_a_nearly_full_disk_before_anything_is_begun(folder, code):
    free = [50_000_000]
    with Store.open(folder, None, PASSWORD, free_space=lambda _: free[0]) as store:
        keep(store, "printer", "Loket-1")
        free[0] = 49_999_999
        trouble = trouble_of(keep, store, "scanner", "fi-65F")
        assert (trouble.code, dict(trouble.values)) == ("store.disk_low", {"free_mb": "49", "needed_mb": "50"})
        assert kept(store) == {"printer": "Loket-1"}
        with store.write(new_work=False) as connection:
            connection.execute(insert(setting).values(key="acknowledged", value="7"))
        free[0] = 50_000_000
        keep(store, "scanner", "fi-65F")


def test_no_database_is_begun_on_a_nearly_full_disk(folder):
    named = {"login": "rina", "operator_id": RINA, "role": "admin", "password": PASSWORD, "cost": CHEAP}
    assert trouble_of(Store.create, folder, **named, free_space=lambda _: 1).code == "store.disk_low"
    assert not (folder / DATABASE_FILE).exists()
    assert not (folder / KEYS_FILE).exists()


def test_the_real_free_space_of_the_disk_is_asked(tmp_path):
    disk = os.statvfs(tmp_path)
    assert store_module.free_bytes(tmp_path) == pytest.approx(disk.f_bavail * disk.f_frsize, rel=0.2)
    assert trouble_of(store_module.free_bytes, tmp_path / "gone").code == "store.missing"


def test_a_folder_that_cannot_be_written_is_named(read_only):
    assert trouble_of(Store.open, read_only, None, PASSWORD).code == "store.read_only"


def test_a_folder_where_no_file_can_be_made_is_named_though_the_database_can_be_written(read_only):
    for path in read_only.iterdir():
        path.chmod(0o600)
    assert trouble_of(Store.open, read_only, None, PASSWORD).code == "store.read_only"


# --- people, and a new key ---


def database_key(store: Store) -> bytes:
    return store._key


def opens_with(path: Path, key: bytes) -> bool:
    return store_module._probe(path, key) is not None


def test_dropping_a_person_gives_the_database_a_new_key_and_keeps_the_work(folder, code, with_budi):
    store, path = with_budi, folder / DATABASE_FILE
    keep(store, "unsent", "TPE3-2026-000001")
    fill(store, 1)
    old = database_key(store)
    assert store.drop_person("budi") is True
    assert database_key(store) != old
    assert kept(store) == {"unsent": "TPE3-2026-000001"}
    keep(store, "after", "still works")
    store.check()
    store.close()
    assert not opens_with(path, old)
    assert trouble_of(Store.open, folder, "budi", "kopi tubruk").code == "store.no_slot"
    for open_again in (lambda: Store.open(folder, "rina", PASSWORD), lambda: Store.open_with_recovery(folder, code)):
        with open_again() as again:
            assert set(kept(again)) == {"unsent", "after"}
            assert documents(again) == 100


def test_what_a_dropped_person_could_have_kept_opens_no_later_copy(folder, with_budi):
    stolen_keys = (folder / KEYS_FILE).read_bytes()
    with_budi.drop_person("budi")
    with_budi.close()
    (folder / KEYS_FILE).write_bytes(stolen_keys)
    assert trouble_of(Store.open, folder, "budi", "kopi tubruk").code == "store.damaged"


HOLD = """
    import sys; from pathlib import Path
    from kiosk.store.store import Store
    with Store.open(Path(sys.argv[1]), None, sys.argv[2]) as store, store.read() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM setting").scalar()
        print("reading", flush=True); sys.stdin.readline()
"""


def test_while_another_process_works_the_slot_goes_at_once_and_the_key_at_the_next_start(folder, with_budi, other):
    keep(with_budi, "unsent", "TPE3-2026-000001")
    old = database_key(with_budi)
    window = other(HOLD, folder, PASSWORD)
    assert window.line() == "reading"
    assert with_budi.drop_person("budi") is False
    assert trouble_of(with_budi.recognise, "budi", "kopi tubruk").code == "store.no_slot"
    keep(with_budi, "after", "still works")
    window.finish()
    with_budi.close()
    heard: list[str] = []
    with Store.open(folder, None, PASSWORD, on_progress=heard.append) as store:
        assert heard == ["store.rekeying"]
        assert set(kept(store)) == {"unsent", "after"}
        assert database_key(store) != old
        store.check()
    with Store.open(folder, None, PASSWORD, on_progress=heard.append):
        assert heard == ["store.rekeying"]


def test_the_key_changes_only_between_other_threads_work(with_budi):
    reading, go_on, changed = threading.Event(), threading.Event(), threading.Event()
    seen: list[object] = []

    def read_slowly() -> None:
        with with_budi.read() as connection:
            seen.append(connection.execute(select(func.count()).select_from(setting)).scalar_one())
            reading.set()
            go_on.wait(30)
            seen.append(connection.execute(select(func.count()).select_from(setting)).scalar_one())
            with with_budi.write() as writing:
                writing.execute(insert(setting).values(key="deeper", value="inside the read"))

    def drop() -> None:
        seen.append(with_budi.drop_person("budi"))
        changed.set()

    threads = [threading.Thread(target=read_slowly), threading.Thread(target=drop)]
    threads[0].start()
    assert reading.wait(30)
    threads[1].start()
    assert not changed.wait(0.1)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert seen == [0, 0, True]
    assert kept(with_budi) == {"deeper": "inside the read"}


def test_dropping_a_person_inside_a_read_is_our_mistake(with_budi):
    with with_budi.read(), pytest.raises(RuntimeError, match="inside"):
        with_budi.drop_person("budi")


def test_a_disk_too_full_for_a_new_key_does_not_keep_a_dropped_person(folder, with_budi):
    with_budi.close()
    free = [51_000_000]
    with Store.open(folder, None, PASSWORD, free_space=lambda _: free[0]) as store:
        old = database_key(store)
        free[0] = 50_000_100
        assert store.drop_person("budi") is False
        assert database_key(store) == old
        keep(store, "after", "still works")
    with Store.open(folder, None, PASSWORD) as store:
        assert database_key(store) != old
        assert kept(store) == {"after": "still works"}


class Crash(BaseException):
    """The machine lost its power here."""


def crash_before(monkeypatch, owner, name):
    def crash(*_arguments, **_named):
        raise Crash

    monkeypatch.setattr(owner, name, crash)


def crash_after(monkeypatch, owner, name):
    real = getattr(owner, name)

    def crash(*arguments, **named):
        real(*arguments, **named)
        raise Crash

    monkeypatch.setattr(owner, name, crash)


@pytest.mark.parametrize(
    ("cut", "owner", "step"),
    [
        (crash_before, Keyring, "begin_rekey"),
        (crash_after, Keyring, "begin_rekey"),
        (crash_before, store_module, "change_key"),
        (crash_after, store_module, "change_key"),
        (crash_before, Keyring, "end_rekey"),
        (crash_after, Keyring, "end_rekey"),
    ],
)
def test_a_power_cut_at_any_step_of_a_key_change_loses_nothing(folder, code, with_budi, monkeypatch, cut, owner, step):
    keep(with_budi, "unsent", "TPE3-2026-000001")
    old = database_key(with_budi)
    cut(monkeypatch, owner, step)
    with pytest.raises(Crash):
        with_budi.drop_person("budi")
    monkeypatch.undo()
    with_budi.close()
    assert trouble_of(Store.open, folder, "budi", "kopi tubruk").code == "store.no_slot"
    with Store.open_with_recovery(folder, code) as store:
        assert kept(store) == {"unsent": "TPE3-2026-000001"}
        assert database_key(store) != old
    with Store.open(folder, None, PASSWORD) as store:
        assert kept(store) == {"unsent": "TPE3-2026-000001"}
        store.check()
        assert len(store._keyring.candidates) == 1


DROP = """
    import sys; from pathlib import Path
    from kiosk.store.store import Store
    store = Store.open(Path(sys.argv[1]), None, sys.argv[2])
    print("open", flush=True); sys.stdin.readline()
    print(store.drop_person("budi"), flush=True)
    sys.stdin.readline()
"""


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@pytest.mark.parametrize("written", [100_000, 4_000_000, 10_000_000])
def test_kill_9_in_the_middle_of_re_encrypting_loses_nothing(folder, with_budi, other, written):
    fill(with_budi, 12)
    with_budi.close()
    size = (folder / DATABASE_FILE).stat().st_size
    clerk = other(DROP, folder, PASSWORD)
    assert clerk.line() == "open"
    wal = folder / (DATABASE_FILE + "-wal")
    clerk.process.stdin.write("\n")
    clerk.process.stdin.flush()
    finished = clerk.process.stdout
    while size_of(wal) < written and not select_ready([finished], [], [], 0)[0]:
        pass
    clerk.kill()
    assert clerk.process.returncode == -9
    with Store.open(folder, None, PASSWORD) as store:
        assert documents(store) == 1200
        store.check()
        assert [person.login for person in store.people()] == ["rina"]
    assert (folder / DATABASE_FILE).stat().st_size == size


DROP_ON_A_BAD_DISK = """
    import resource, signal, sys; from pathlib import Path
    from kiosk.store.store import Store
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    with Store.open(Path(sys.argv[1]), None, sys.argv[2]) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.RLIM_INFINITY))
        print(store.drop_person("budi"))
        with store.read() as connection:
            print(connection.exec_driver_sql("SELECT count(*) FROM blob").scalar())
"""


def test_a_disk_that_refuses_the_re_encrypted_pages_leaves_the_old_key(folder, with_budi, other):
    fill(with_budi, 2)
    old = database_key(with_budi)
    with_budi.close()
    assert other(DROP_ON_A_BAD_DISK, folder, PASSWORD).finish().split("\n") == ["False", "200"]
    with Store.open(folder, None, PASSWORD) as store:
        assert documents(store) == 200
        assert database_key(store) != old
        store.check()


# --- what a thief finds ---


def test_a_stolen_folder_tells_nothing(folder, with_budi):
    store = with_budi
    with store.write() as connection:
        connection.execute(
            insert(draft).values(
                id=uuid.uuid4(),
                screen="register",
                operator=RINA,
                content=f'{{"name": "{NAME}", "nik": "3507104506900003"}}',
                updated_at=datetime(2026, 11, 22, tzinfo=UTC),
            )
        )
        connection.execute(insert(setting).values(key=NAME, value=NAME * 5000))
    assert NAME in kept(store)
    seen = look_for_the_name(folder)
    assert {"loket.db", "loket.db-wal", "loket.db-shm", "keys.json"} <= seen
    store.drop_person("budi")
    store.close()
    look_for_the_name(folder)


def look_for_the_name(folder: Path) -> set[str]:
    seen = set()
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (NAME, "NURHALIZAH", "3507104506900003", PASSWORD, "kopi tubruk", "CREATE TABLE"):
                assert secret.encode() not in content, path
                assert secret.encode("utf-16-le") not in content, path
            assert not content.startswith(b"SQLite format 3")
            seen.add(path.name)
    return seen
