import shutil
import tempfile
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loket_testing.watches import Watch

from kiosk.store import lockout
from kiosk.store.keys import Cost
from kiosk.store.lockout import LOCKOUT_FILE, Lockout, second_place, wait_after
from kiosk.store.store import Store
from models.rules.problems import Trouble

WRONG = "bunga mawar 8"
PASSWORD = "bunga melati 7"


def attempt(folder: Path, watch, password: str = WRONG, login: str = "rina") -> str:
    """What the counter says to this password."""
    try:
        Store.open(folder, login, password, clocks=watch.clocks).close()
    except Trouble as trouble:
        seconds = dict(trouble.values).get("seconds", "")
        return f"{trouble.code} {seconds}".strip()
    return "opened"


def lock_out(folder: Path, watch) -> None:
    for _ in range(5):
        assert attempt(folder, watch) == "store.wrong_password"


def test_waits_begin_at_the_fifth_wrong_password_and_double_up_to_a_quarter_of_an_hour():
    assert [wait_after(wrong) for wrong in range(13)] == [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900]
    assert wait_after(10_000) == 900


def test_while_locked_out_even_the_right_password_waits(folder, code, watch):
    lock_out(folder, watch)
    assert attempt(folder, watch, PASSWORD).startswith("store.locked_out")
    watch.pass_by(29)
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 2"
    watch.pass_by(2)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_a_right_password_forgets_the_wrong_ones(folder, code, watch):
    for _ in range(4):
        assert attempt(folder, watch) == "store.wrong_password"
    assert attempt(folder, watch, PASSWORD) == "opened"
    lock_out(folder, watch)


def test_the_sixth_wrong_password_waits_twice_as_long(folder, code, watch):
    lock_out(folder, watch)
    watch.pass_by(31)
    assert attempt(folder, watch) == "store.wrong_password"
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD).startswith("store.locked_out")
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_asking_while_locked_out_does_not_make_the_wait_longer(folder, code, watch):
    lock_out(folder, watch)
    for _ in range(20):
        assert attempt(folder, watch).startswith("store.locked_out")
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_within_one_run_of_the_machine_no_setting_of_the_clock_changes_the_wait(folder, code, watch):
    lock_out(folder, watch)
    watch.wall += 86_400
    assert attempt(folder, watch, PASSWORD).startswith("store.locked_out")
    watch.wall -= 10 * 86_400
    assert attempt(folder, watch, PASSWORD).startswith("store.locked_out")
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_the_wait_survives_a_restart_of_the_machine_and_is_measured_from_the_boot(folder, code, watch):
    lock_out(folder, watch)
    watch.pass_by(10)
    watch.restart("second")
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 26"
    watch.pass_by(25)
    assert attempt(folder, watch, PASSWORD) == "opened"


@pytest.mark.parametrize("set_by", [-365 * 86_400, 365 * 86_400], ids=["back", "forward"])
def test_a_restart_with_the_clock_set_shortens_no_wait_and_makes_none_longer(folder, code, watch, set_by):
    lock_out(folder, watch)
    watch.pass_by(29)
    watch.restart("second")
    watch.wall += set_by
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 26"
    watch.pass_by(15)
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 11"
    watch.pass_by(11)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_a_machine_that_does_not_say_which_boot_it_is_believes_its_clock_but_never_one_set_back(folder, code, watch):
    watch.boot = ""
    lock_out(folder, watch)
    watch.pass_by(10)
    watch.wall -= 86_400
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 31"
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_taking_the_count_away_or_bringing_an_older_one_back_gives_no_further_try(folder, code, watch):
    for _ in range(2):
        assert attempt(folder, watch) == "store.wrong_password"
    older = (folder / LOCKOUT_FILE).read_bytes()
    for _ in range(3):
        assert attempt(folder, watch) == "store.wrong_password"
    (folder / LOCKOUT_FILE).write_bytes(older)
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 31"
    (folder / LOCKOUT_FILE).unlink()
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 31"
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"
    elsewhere = second_place(folder)
    assert elsewhere is not None
    assert not elsewhere.exists()


def test_the_count_lies_beside_the_data_and_outside_it(folder, code, watch):
    attempt(folder, watch)
    elsewhere = second_place(folder)
    assert elsewhere is not None
    assert folder not in elsewhere.parents
    for place in (folder / LOCKOUT_FILE, elsewhere):
        assert place.stat().st_mode & 0o777 == 0o600
        assert b"rina" in place.read_bytes()
        assert WRONG.encode() not in place.read_bytes()


def test_a_new_counter_in_the_place_of_an_old_one_begins_without_its_wrong_passwords(folder, code, watch):
    lock_out(folder, watch)
    shutil.rmtree(folder)
    store, _code = Store.create(
        folder, login="rina", operator_id=uuid.uuid4(), role="admin", password=PASSWORD, cost=Cost(1, 8, 1)
    )
    store.close()
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_a_try_that_can_be_counted_nowhere_is_not_made(folder, code, watch, monkeypatch):
    def refuse(path: Path, _content: bytes) -> None:
        raise Trouble("store.read_only", path=path)

    monkeypatch.setattr(lockout, "replace", refuse)
    assert attempt(folder, watch) == "store.read_only"
    assert attempt(folder, watch, PASSWORD) == "store.read_only"


def test_on_a_full_disk_tries_are_counted_as_long_as_the_program_runs(folder, code, watch, monkeypatch):
    def refuse(path: Path, _content: bytes) -> None:
        raise Trouble("store.disk_full", path=path)

    monkeypatch.setattr(lockout, "replace", refuse)
    lock_out(folder, watch)
    assert attempt(folder, watch, PASSWORD).startswith("store.locked_out")
    watch.pass_by(31)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_tries_made_at_once_are_no_more_than_tries_made_in_turn(folder, code, watch):
    with ThreadPoolExecutor(16) as together:
        said = list(together.map(lambda _n: attempt(folder, watch).partition(" ")[0], range(16)))
    assert sorted(set(said)) == ["store.locked_out", "store.wrong_password"]
    assert said.count("store.wrong_password") == 5


TRY_IN_ANOTHER = """
    import sys; from pathlib import Path
    from kiosk.store.store import Store
    from models.rules.problems import Trouble
    try:
        Store.open(Path(sys.argv[1]), "rina", sys.argv[2]).close(); print("opened")
    except Trouble as trouble:
        print(trouble.code)
"""


def test_window_and_command_line_share_one_count(folder, code, other):
    for _ in range(5):
        with pytest.raises(Trouble, match=r"store\.wrong_password"):
            Store.open(folder, "rina", WRONG)
    assert other(TRY_IN_ANOTHER, folder, PASSWORD).finish() == "store.locked_out"


def test_a_program_killed_in_the_middle_of_a_try_has_made_it(folder, code, other, watch):
    killed = """
        import os, sys; from pathlib import Path
        from kiosk.store import keys
        from kiosk.store.store import Store
        keys._unwrap = lambda *_: os.kill(os.getpid(), 9)
        Store.open(Path(sys.argv[1]), "rina", "melati")
    """
    assert other(killed, folder).finish() == ""
    assert [one.wrong for one in lockout._tries_in(folder / LOCKOUT_FILE).values()] == [1]


def may_try(folder: Path, watch: Watch) -> bool:
    try:
        Lockout(folder, watch.clocks).begin("rina")
    except Trouble as trouble:
        if trouble.code != "store.locked_out":
            raise
        return False
    return True


EVENTS = st.one_of(
    st.tuples(st.just("try"), st.none()),
    st.tuples(st.just("pass"), st.integers(0, 1000)),
    st.tuples(st.just("set clock"), st.integers(-(10**9), 10**9)),
    st.tuples(st.just("restart"), st.integers(1, 100)),
    st.tuples(st.sampled_from(["delete", "spoil", "bring back"]), st.booleans()),
)


@settings(max_examples=25)
@given(st.lists(EVENTS, max_size=40))
def test_whatever_is_done_to_clocks_machine_and_one_of_the_files_no_try_comes_before_its_time(events):
    with tempfile.TemporaryDirectory() as made:
        folder, watch = Path(made), Watch()
        elsewhere = second_place(folder)
        assert elsewhere is not None
        places = [folder / LOCKOUT_FILE, elsewhere]
        older: list[bytes] = []
        wrong, on_since_last, on_since_boot = 0, 0, watch.since_boot
        for what, value in events:
            if what == "try":
                before = older[-1:] if not places[0].exists() else [places[0].read_bytes()]
                if not may_try(folder, watch):
                    # Nobody waits longer than the wait itself, counted from the last try or the boot.
                    assert min(on_since_last, on_since_boot) < wait_after(wrong)
                    continue
                assert on_since_last >= wait_after(wrong)
                older += before
                wrong, on_since_last = wrong + 1, 0
            elif what == "pass":
                watch.pass_by(value)
                on_since_last, on_since_boot = on_since_last + value, on_since_boot + value
            elif what == "set clock":
                watch.wall += value
            elif what == "restart":
                watch.boot, watch.since_boot, on_since_boot = watch.boot + "'", 5.0, 5.0
                on_since_last += 5
            else:
                place = places[value]
                if not all(one.exists() for one in places):
                    continue  # one at a time: whoever empties both has emptied both
                if what == "delete":
                    place.unlink()
                elif what == "spoil":
                    place.write_bytes(b"\xff{")
                elif older:
                    place.write_bytes(older[0])
                Lockout(folder, watch.clocks)._write(Lockout(folder, watch.clocks)._read())
        places[1].unlink(missing_ok=True)


def test_one_persons_wrong_passwords_do_not_lock_out_another(folder, with_budi, watch):
    with_budi.close()
    lock_out(folder, watch)
    assert attempt(folder, watch, "kopi tubruk", "budi") == "opened"


def test_the_second_person_of_an_approval_is_braked_too(folder, with_budi):
    for _ in range(5):
        with pytest.raises(Trouble, match=r"store\.wrong_password"):
            with_budi.recognise("budi", WRONG)
    with pytest.raises(Trouble, match=r"store\.locked_out"):
        with_budi.recognise("budi", "kopi tubruk")


def test_a_file_of_tries_that_cannot_be_read_never_keeps_anybody_out(folder, code, watch):
    (folder / LOCKOUT_FILE).write_bytes(b"{nonsense")
    assert attempt(folder, watch, PASSWORD) == "opened"
    Lockout(folder, watch.clocks).begin("rina")
    assert attempt(folder, watch, PASSWORD) == "opened"
