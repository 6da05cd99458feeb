from pathlib import Path

import pytest

from kiosk.store.lockout import LOCKOUT_FILE, Lockout, wait_after
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


def test_the_wait_survives_a_restart_of_the_machine(folder, code, watch):
    lock_out(folder, watch)
    watch.pass_by(10)
    watch.restart("second")
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 21"
    watch.pass_by(21)
    assert attempt(folder, watch, PASSWORD) == "opened"


def test_after_a_restart_a_clock_set_back_begins_the_wait_anew_and_no_longer_than_that(folder, code, watch):
    lock_out(folder, watch)
    watch.pass_by(29)
    watch.restart("second")
    watch.wall -= 365 * 86_400
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 31"
    watch.pass_by(15)
    assert attempt(folder, watch, PASSWORD) == "store.locked_out 16"
    watch.pass_by(16)
    assert attempt(folder, watch, PASSWORD) == "opened"


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
    Lockout(folder, watch.clocks).wrong("rina")
    assert attempt(folder, watch, PASSWORD) == "opened"
