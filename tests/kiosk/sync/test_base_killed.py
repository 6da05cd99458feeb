"""The power goes while a new counter's database takes its place: one of the two is there whole, and sync goes on."""

from __future__ import annotations

import shutil
from itertools import count

import pytest
from loket_testing.counter import PASSWORD

from benchmarks.faults.swapping import swapped
from kiosk.desk import Desk
from kiosk.store import base as store
from kiosk.store.store import BESIDE_FILE
from kiosk.sync import base as taking
from kiosk.sync.sync import sync
from kiosk.usecases.verify import verify
from models.posting.digest import ledger_digest


class Fetched(Exception):
    pass


def test_killed_at_any_line_of_the_swap_one_database_is_whole_and_nothing_is_lost(
    counter, published, monkeypatch, tmp_path
):
    published()
    old, new = counter("TPE3"), counter("TPE4")
    old.morning(1)
    old.sync()
    monkeypatch.setattr(taking, "FAR", 5)

    def stop(*_):
        raise Fetched

    with monkeypatch.context() as patch:
        patch.setattr(taking, "_rest_on", stop)
        with pytest.raises(Fetched):
            new.sync()
    mine = new.register(name="AMINAH BINTI SALEH", nik=None, passport_number="B7654321")
    new.desk.close()
    before, stood = tmp_path / "before", []
    new.desk.folder.rename(before)
    for at in count(1):
        folder = shutil.copytree(before, new.desk.folder)
        whole = swapped(folder, kill_at=at)
        with Desk.open(folder, "rina", PASSWORD, clock=new.desk.clock) as desk:
            with desk.read() as work:
                stood.append(store.given(work.connection, "standing") is not None)
                assert mine.bytes in ledger_workers(work.connection)
            if at % 5 == 0 or whole or stood[-2:] == [False, True]:
                verify(desk)
            if whole:
                sync(desk, client=new.client)
                old.sync()
                with desk.read() as work:
                    assert ledger_digest(work.connection) == old.digest()
                assert not list(folder.glob(BESIDE_FILE + "*"))
                break
        shutil.rmtree(folder)
    # Killed before the rename, the old one stood; after it, the new one; and every line between was tried.
    assert stood == sorted(stood)
    assert (stood[0], stood[-2], len(stood) > 20) == (False, True, True)


def ledger_workers(connection):
    return {bytes(row.id) for row in connection.exec_driver_sql("SELECT id FROM worker")}
