"""Journals that go on after another one: cloned disks, restored machines, keys that were given up."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from loket_testing.counter import PASSWORD, open_till
from loket_testing.tills import pay_cash
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.home import sync_state
from kiosk.queries.tills import in_drawer, status
from kiosk.queries.unsent import unsent
from kiosk.sync.enrol import enrol
from kiosk.usecases.continuing import continue_journal
from kiosk.usecases.verify import verify
from models.ledger.tables import journal_continuation, receipt, terminal
from models.rules.problems import Refused, Trouble
from server.store import tables as central
from server.usecases import verify as centre_verify

from .conftest import URL, Counter


def copied(counter: Counter, to: Path) -> Counter:
    """A second machine with a copy of this one's disk."""
    counter.desk.store.close()
    folder = counter.desk.folder
    shutil.copytree(folder, to)
    counter.desk = Desk.open(folder, "rina", PASSWORD, clock=counter.desk.clock)
    return Counter(Desk.open(to, "rina", PASSWORD, clock=counter.desk.clock), counter.client)


@pytest.fixture
def twins(counter: Any, tmp_path: Path) -> Any:
    """Two machines with one disk: each has served somebody since, and both have spoken to the centre."""
    first = counter()
    first.morning(1)
    first.sync()
    second = copied(first, tmp_path / "copy")
    first.morning(2)
    second.morning(3)
    assert first.sync().trouble is None
    yield first, second
    first.desk.close()
    second.desk.close()


def continued(one: Counter, series: str, code: Any) -> None:
    continue_journal(one.desk, series, "forked")
    enrol(one.desk, URL, code(series), client=one.client)


def numbers(digest_of: Desk) -> list[str]:
    with digest_of.read() as work:
        return sorted(work.connection.scalars(select(receipt.c.number)))


def test_two_machines_with_one_disk_both_go_on_and_nothing_is_lost_or_doubled(twins, code, centre, centre_digest):
    first, second = twins
    with pytest.raises(Trouble, match=r"sync\.own_entries_missing"):
        second.sync()

    second.morning(4)
    continued(second, "TPE5", code)
    second.morning(5)
    assert second.sync().covers_head
    # The other one learns of it by its next sync: its journal goes on elsewhere.
    with pytest.raises(Trouble, match=r"sync\.old_incarnation"):
        first.sync()
    continued(first, "TPE6", code)
    first.morning(6)
    for one in (first, second, first, second):
        report = one.sync()
    assert report.covers_head
    assert report.pending == 0

    assert first.digest() == second.digest() == centre_digest()
    with centre.engine.connect() as connection:
        everything = list(connection.scalars(select(receipt.c.number)))
    # The two that each gave the same number out are both there, and marked; all others are different.
    assert len(everything) == 6
    assert len(set(everything)) == 5
    assert numbers(first.desk) == sorted(everything)
    verify(first.desk)
    verify(second.desk)
    centre_verify.verify(centre)


def test_after_continuing_the_numbers_are_new_and_marked_until_a_centre_certifies_them(counter, code):
    one = counter()
    worker, _, _ = one.morning(1)
    done = continue_journal(one.desk, "tpe5", "restored")
    assert (done.series, done.former, done.seq) == ("TPE5", "TPE3", one.own_entries() - 1)

    before = one.pay(worker, months=12, reference="BNI-77")
    assert before.startswith("TPE5.")
    assert before.endswith("-000001")
    enrol(one.desk, URL, code("TPE5"), client=one.client)
    assert one.pay(worker, months=6, reference="BNI-78").startswith("TPE5-2026-")


def test_what_was_unsent_is_sent_as_it_was_signed_before_the_counter_says_synced(counter, code, centre):
    one = counter()
    one.morning(1)
    one.sync()
    sent = one.own_entries()
    one.morning(2)
    before = one.own_entries()
    continued(one, "TPE5", code)
    assert sync_state(one.desk).kind == "waiting"
    with one.desk.read() as work:
        waiting = unsent(work.connection, work.terminal)
    assert waiting == before + 1 - sent

    report = one.sync()

    assert report.pushed == waiting
    assert report.covers_head
    assert report.pending == 0
    assert sync_state(one.desk).kind == "synced"
    with centre.engine.connect() as connection:
        heads = {
            row.series: (row.seq, row.continues)
            for row in connection.execute(select(central.terminal_head).where(central.terminal_head.c.mission == "TPE"))
        }
        assert heads["TPE3"][0] == before
        assert heads["TPE5"] == (1, 1)
        (told,) = connection.execute(select(journal_continuation)).all()
    assert (told.former, told.former_seq, told.series, told.reason) == (1, before, "TPE5", "forked")


def test_a_journal_that_no_centre_ever_knew_is_certified_with_the_one_that_goes_on_after_it(new_counter, code, centre):
    one = new_counter()
    _, number, _ = one.morning(1)
    continue_journal(one.desk, "TPE5", "restored")
    continue_journal(one.desk, "TPE6", "restored")
    enrol(one.desk, URL, code("TPE6"), client=one.client)

    assert one.sync().covers_head

    with one.desk.read() as work:
        listed = list(work.connection.scalars(select(terminal.c.series).order_by(terminal.c.incarnation)))
    mark = number.partition("-")[0]
    assert listed[0] == mark
    assert listed[1].startswith("TPE5.")
    assert listed[2] == "TPE6"
    centre_verify.verify(centre)


def test_whoever_was_gone_on_after_is_told_so_and_can_go_on_as_well(counter, code, tmp_path):
    lost = counter()
    lost.morning(1)
    lost.sync()
    restored = copied(lost, tmp_path / "restored")
    lost.morning(2)
    continued(restored, "TPE5", code)

    with pytest.raises(Trouble, match=r"sync\.old_incarnation"):
        lost.sync()

    continued(lost, "TPE6", code)
    assert lost.sync().covers_head
    restored.sync()
    lost.sync()
    assert restored.digest() == lost.digest()
    restored.desk.close()


def test_a_code_alone_does_not_let_a_stranger_go_on_after_somebody_elses_journal(counter, new_counter, code, centre):
    victim, thief = counter(), new_counter("TPE9")
    with victim.desk.read() as work:
        stolen = work.terminal
    with thief.desk.store.write() as connection:
        from kiosk.store.tables import own_terminal

        connection.execute(own_terminal.update().values(terminal=stolen.id, incarnation=2, series="TPE4"))

    with pytest.raises(Trouble, match=r"sync\.terminal_taken"):
        enrol(thief.desk, URL, code("TPE4"), client=thief.client)
    assert victim.sync().covers_head


def test_the_same_series_or_one_without_form_is_refused_and_nothing_changes(counter):
    one = counter()
    for series, problem in (("TPE3", "series.same"), ("tpe3", "series.same"), ("!", "series.form")):
        with pytest.raises(Refused) as refusal:
            continue_journal(one.desk, series, "forked")
        assert [found.code for found in refusal.value.problems] == [problem]
    assert one.sync().covers_head


def test_the_cash_in_the_drawer_is_carried_into_the_first_session_of_the_next_journal(counter, published, code):
    one = counter()
    published()
    one.sync()
    open_till(one.desk)
    worker, _, _ = one.morning(1)
    pay_cash(one.desk, worker)
    with one.desk.read() as work:
        there = in_drawer(work.connection, work.terminal)
    assert there
    continued(one, "TPE5", code)

    with one.desk.read() as work:
        assert in_drawer(work.connection, work.terminal) == there
    assert status(one.desk).open is None
    open_till(one.desk)
    assert status(one.desk).cash == there
