"""Backups on a second disk, and the drill: a machine is lost, and another goes on from its backup."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.counter import PASSWORD, SITI, add_supervisor, codes, slip
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.home import sync_state
from kiosk.store.store import DATABASE_FILE
from kiosk.usecases import backups
from kiosk.usecases.backups import KEPT, after_closing, back_up, choose, copies_at, restore, state
from kiosk.usecases.continuing import continue_journal
from kiosk.usecases.contributions import receive
from kiosk.usecases.verify import verify
from kiosk.usecases.workers import register
from models.ledger.tables import journal_continuation, worker
from models.rules.problems import Refused, Trouble


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """The second disk."""
    place = tmp_path / "flashdisk"
    place.mkdir()
    return place


def opened(folder: Path, desk: Desk) -> Desk:
    return Desk.open(folder, "rina", PASSWORD, clock=desk.clock)


def test_a_backup_is_whole_encrypted_and_opens_with_the_same_password(desk, siti, disk, tmp_path):
    choose(desk, disk)
    made = back_up(desk)

    assert made.label is not None
    assert (made.label.series, made.label.mission) == ("TPE3", "TPE")
    assert b"SITI" not in (made.folder / DATABASE_FILE).read_bytes()
    assert oct((made.folder / DATABASE_FILE).stat().st_mode)[-3:] == "600"
    restore(made.folder, tmp_path / "new")
    with opened(tmp_path / "new", desk) as again, again.read() as work:
        assert list(work.connection.scalars(select(worker.c.name))) == ["SITI NURHALIZA"]
        verify(again)


def test_work_goes_on_while_a_backup_is_made_and_the_next_one_says_how_far_behind_the_last_is(desk, siti, disk):
    choose(desk, disk)
    back_up(desk)
    assert state(desk).behind == 0
    receive(desk, slip(siti))
    found = state(desk)
    assert found.behind == 1
    assert found.there
    assert found.same_disk  # both are in one temporary folder, and it is said


def test_after_many_closes_the_newest_copies_stay_and_a_strangers_is_never_touched(desk, disk, clock):
    choose(desk, disk)
    stranger = disk / "LOKET-HKG1-20200101-000000"
    stranger.mkdir()
    for _ in range(KEPT + 3):
        clock.now += timedelta(hours=10)
        made = back_up(desk)
    found = copies_at(disk)
    assert found[0].folder == made.folder
    assert len([one for one in found if one.label]) == KEPT
    assert stranger.is_dir()


def test_closing_goes_on_without_the_disk_and_the_counter_remembers_why_there_is_no_copy(desk, disk):
    assert after_closing(desk) is None  # nobody chose a place
    choose(desk, disk)
    disk.rename(disk.with_name("taken away"))
    trouble = after_closing(desk)
    assert isinstance(trouble, Trouble)
    assert trouble.code == "backup.away"
    assert "tidak terpasang" in (state(desk).failed or "")
    disk.with_name("taken away").rename(disk)
    assert isinstance(after_closing(desk), backups.Backup)
    assert state(desk).failed is None


def test_a_disk_that_is_full_leaves_the_last_copy_and_nothing_half_done(desk, disk, monkeypatch):
    choose(desk, disk)
    back_up(desk)
    before = sorted(one.name for one in disk.iterdir())

    def full(_path: Path, _source: Path, _key: bytes) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("kiosk.store.store._copy_pages", full)
    with pytest.raises(Trouble, match=r"store\.disk_full"):
        back_up(desk)
    assert sorted(one.name for one in disk.iterdir()) == before


def test_where_backups_go_is_for_a_supervisor_to_say_and_never_within_the_data(desk, disk):
    for place, code in ((desk.folder / "backup", "backup.no_folder"), (desk.folder, "backup.inside")):
        with pytest.raises(Refused) as refusal:
            choose(desk, place)
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        back_up(desk)
    assert codes(refusal) == ["backup.no_place"]
    choose(desk, disk)
    choose(desk, None)
    assert state(desk).place is None


def test_a_damaged_or_strange_copy_is_not_restored_and_leaves_nothing_that_opens(desk, siti, disk, tmp_path):
    choose(desk, disk)
    made = back_up(desk)
    with pytest.raises(Refused) as refusal:
        restore(disk, tmp_path / "new")
    assert codes(refusal) == ["backup.not_one"]
    with (made.folder / DATABASE_FILE).open("r+b") as file:
        file.seek(5000)
        file.write(b"?")
    with pytest.raises(Trouble, match=r"backup\.damaged"):
        restore(made.folder, tmp_path / "new")
    assert not (tmp_path / "new" / DATABASE_FILE).exists()
    with pytest.raises(Trouble, match=r"store\.exists"):
        restore(made.folder, desk.folder)


def test_a_restored_machine_takes_no_work_before_it_goes_on_under_a_new_series(desk, siti, disk, tmp_path):
    first = receive(desk, slip(siti)).number
    choose(desk, disk)
    made = back_up(desk)
    lost = receive(desk, slip(siti, months=12, reference="BNI-2")).number
    restore(made.folder, tmp_path / "new")

    with opened(tmp_path / "new", desk) as again:
        with pytest.raises(Refused) as refusal:
            receive(again, slip(siti, months=6, reference="BNI-3"))
        assert codes(refusal) == ["journal.restored"]
        found = sync_state(again)
        assert (found.kind, found.must_continue) == ("action", True)
    # Also when it was closed and opened again, and the mark beside the database is long gone.
    with opened(tmp_path / "new", desk) as again:
        with pytest.raises(Refused):
            register(again, SITI)
        done = continue_journal(again, "TPE7")
        fresh = receive(again, slip(siti, months=6, reference="BNI-3")).number
        with again.read() as work:
            (told,) = work.connection.execute(select(journal_continuation)).all()
        assert (done.former, told.reason) == ("TPE3", "restored")
        assert len({first, lost, fresh}) == 3
        assert fresh.startswith("TPE7")
        assert state(again).last_at is None  # what was copied before is another machine's
        verify(again)


def test_a_clerk_may_make_a_copy_but_not_say_where(desk, disk, clock):
    choose(desk, disk)
    add_supervisor(desk)
    from kiosk.usecases.staff import add

    add(desk, login="tono", name="Tono", role="petugas", password="petugas-123")
    with Desk.open(desk.folder, "tono", "petugas-123", clock=clock) as clerk:
        assert back_up(clerk).label is not None
        with pytest.raises(Refused) as refusal:
            choose(clerk, disk)
        assert codes(refusal) == ["staff.not_allowed"]
