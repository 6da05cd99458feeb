"""«Perlu diperiksa», worked with a keyboard."""

from __future__ import annotations

from dataclasses import replace

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, carry, kinds, open_counter, slip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.queries.tasks import tasks
from kiosk.usecases import contributions, privacy
from ui.screens.second_person import SecondPersonDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
F8, F12, RETURN, ESCAPE, DOWN, TAB = (
    Qt.Key.Key_F8,
    Qt.Key.Key_F12,
    Qt.Key.Key_Return,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Down,
    Qt.Key.Key_Tab,
)


@pytest.fixture
def reused(desk, siti, published):
    """A slip's number that was used twice, and somebody registered although they are like somebody."""
    published()
    contributions.receive(desk, slip(siti, reference="BNI-1"))
    contributions.receive(desk, slip(siti, 6, reference="BNI-1"))


def test_home_leads_to_the_list_and_a_note_closes_what_is_chosen(window, desk, siti, reused):
    window.counter.show("home")
    window.page.refresh()
    window.counter.show("tasks")
    page = window.page
    assert [one.code for one in page.list.rows()] == ["slip.reused"]
    assert page.list.hasFocus()
    window.press(F12)
    assert page.note.problem()
    assert page.note.editor.hasFocus()
    window.type("satu setoran untuk dua iuran")
    window.press(F12)
    assert tasks(desk) == []
    assert kinds(desk).count("flag.settled") == 1
    assert page.nothing.isVisibleTo(page)
    assert not page.chosen.isVisibleTo(page)
    window.counter.open_worker(siti)
    (settled,) = [row for row in window.page.history.rows() if row.kind == "settled"]
    assert settled.title == "Diperiksa: Nomor bukti setoran dipakai dua kali"
    assert settled.second == "Rina W. · satu setoran untuk dua iuran"


def test_for_money_a_clerk_asks_a_supervisor_and_the_note_stays_if_they_do_not_agree(window, desk, siti, reused, qtbot):
    add_supervisor(desk)
    opened = window.counter.desk
    opened.operator = replace(opened.operator, role="petugas")
    window.counter.show("tasks")
    page = window.page
    page.note.editor.setFocus()
    window.type("dicocokkan")
    window.press(F12)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SecondPersonDialog)
    assert "dicocokkan" in dialog.sentence.text()
    dialog.activateWindow()
    qtbot.waitUntil(dialog._login.hasFocus)
    window.press(ESCAPE)
    assert page.note.editor.value() == "dicocokkan"
    assert kinds(desk).count("flag.settled") == 0
    window.shell.activateWindow()
    qtbot.waitUntil(window.shell.isActiveWindow)
    page.on_primary()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SecondPersonDialog)
    dialog.activateWindow()
    qtbot.waitUntil(dialog._login.hasFocus)
    window.type("budi")
    window.press(RETURN)
    window.type(SECOND_PASSWORD)
    window.press(F12)
    assert tasks(desk) == []


def test_a_note_that_is_typed_stays_with_its_line(window, desk, siti, reused):
    contributions.receive(desk, slip(siti, 6, reference="BNI-1"))
    window.counter.show("tasks")
    page = window.page
    first, second = page.list.rows()
    page.note.editor.setFocus()
    window.type("yang pertama")
    page.list.set_current(second)
    assert page.note.editor.value() == ""
    page.refresh()
    page.list.set_current(first)
    assert page.note.editor.value() == "yang pertama"
    window.press(F8)
    assert window.shell.current() == "paper"
    assert window.page.header.subtitle.text() == first.number


def test_what_goes_by_itself_leads_to_where_it_does(window, desk, siti, tmp_path):
    contributions.receive(desk, slip(siti))
    there = open_counter(tmp_path / "there", series="TPE4")
    carry(desk, there)
    contributions.receive(desk, slip(siti, 6, reference="di sini"))
    contributions.receive(there, slip(siti, 6, reference="di sana"))
    carry(there, desk)
    there.close()
    privacy.withdraw_consent(desk, siti, "diminta")
    window.counter.show("tasks")
    withdrawn, overlap = window.page.list.rows()
    assert not window.page.note.isVisibleTo(window.page)
    assert withdrawn.name.startswith("S. N.")
    window.press(F12)
    assert window.shell.current() == "privacy"
    window.counter.show("tasks")
    window.page.list.set_current(overlap)
    window.press(F12)
    assert window.shell.current() == "cover"
    window.press(ESCAPE)
    assert window.shell.current() == "tasks"
    window.press(RETURN)
    assert window.shell.current() == "worker"


def test_who_stopped_being_a_supervisor_since_signing_in_is_asked_for_a_second_person(window, desk, reused):
    from sqlalchemy import update

    from models.ledger.tables import staff

    with desk.store.write() as connection:
        connection.execute(update(staff).where(staff.c.id == desk.operator.id).values(role="petugas"))
    window.counter.show("tasks")
    window.page.note.editor.setFocus()
    window.type("dicocokkan")
    window.press(F12)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, SecondPersonDialog)
    assert "flag.settled" not in kinds(desk)
    dialog.reject()


def test_what_the_centre_put_aside_stands_first_with_its_reason_and_leads_to_sync(window, desk, siti, reused):
    from sqlalchemy import select

    from kiosk.store.tables import entry, verdict

    with desk.store.write() as connection:
        (paid,) = connection.scalars(select(entry.c.id).where(entry.c.kind == "contribution.received").limit(1))
        connection.execute(
            verdict.insert().values(entry=paid, verdict="quarantined", code="cannot_post", at=desk.clock())
        )
    window.counter.show("tasks")
    page = window.page
    held, flagged = page.list.rows()
    assert (held.closes, flagged.code) == ("sync", "slip.reused")
    assert page.chosen.isVisibleTo(page)
    assert not page.note.isVisibleTo(page)
    window.press(F12)
    assert window.counter.shell.current() == "sync"


def test_where_a_flag_asks_about_one_field_enter_puts_the_cursor_there(window, desk, siti):
    from models.ledger.tables import flag

    with desk.store.write() as connection:
        connection.execute(
            flag.insert().values(entry_id=siti, code="nik.birth_date", worker_id=siti, mission="TPE", at=desk.clock())
        )
    window.counter.show("tasks")
    window.press(RETURN)
    assert window.counter.shell.current() == "amend"
    assert window.page.fields["birth_date"].editor.hasFocus()
