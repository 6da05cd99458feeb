"""One person, one record on the worker's page: what was changed, is disputed, may be the same, or was joined."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI
from loket_testing.journals import Journal
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel

from kiosk.desk import Desk, Operator, keep
from kiosk.queries import workers as seen
from kiosk.queries.history import history
from kiosk.usecases.merges import compare, merge
from kiosk.usecases.privacy import restrict
from kiosk.usecases.workers import amend, register
from models.journal.ids import new_id
from models.journal.workers import Amendment, Identity, Value, WorkerAmended, WorkerRegistered
from models.posting import post
from models.posting.revisions import next_rev
from ui.kit import LineField
from ui.screens.same_person import ReasonDialog

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def but(**fields):
    return msgspec.structs.replace(SITI, **fields)


AGAIN = but(name="SITTI NURHALISA", nik=None, passport_number="E7730021", phone=None)


def disputed(desk: Desk, worker_id: UUID, field: str, here: Value, there: Value) -> None:
    with desk.read() as work:
        rev = next_rev(work.connection, WorkerAmended(worker_id=worker_id, mission="TPE"), worker_id)
    amend(desk, worker_id, but(**{field: here}), "di sini")
    journal = Journal(revs={worker_id: rev - 1})
    body = WorkerAmended(
        worker_id=worker_id, mission="TPE", personal=Amendment(changes={field: there}, reason="di sana")
    )
    with desk.store.write() as connection:
        fresh = [journal.record(body)]
        keep(connection, fresh)
        post(connection, fresh)


def second(desk: Desk, siti: UUID) -> UUID:
    """The same woman once more; then somebody says that she is the same after all."""
    other = register(desk, msgspec.structs.replace(AGAIN, not_same_as=(siti,))).worker_id
    compare(desk, other, siti, same=True, remark="ibunya sama")
    return other


def registered_elsewhere(desk: Desk) -> UUID:
    """The same woman, by a counter that knew nothing of this one."""
    who = Identity(
        name="SITTI NURHALISA",
        sex="F",
        birth_date=date(1994, 3, 12),
        mother_name="AMINAH",
        passport_number="E7730021",
    )
    body = WorkerRegistered(worker_id=new_id(), mission="HKG", personal=who)
    with desk.store.write() as connection:
        fresh = [Journal(mission="HKG").record(body)]
        keep(connection, fresh)
        post(connection, fresh)
    return body.worker_id


def words_on(widget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def asked(window) -> ReasonDialog:
    (dialog,) = window.shell.findChildren(ReasonDialog)
    return dialog


def answer(window, reason: str) -> None:
    dialog = asked(window)
    editor = dialog.reason.editor
    assert isinstance(editor, LineField)
    editor.set_value(reason)
    dialog.primary.click()
    QApplication.sendPostedEvents()
    QApplication.processEvents()


# What was changed


def test_ctrl_r_shows_what_was_changed_by_whom_from_what_and_why(window, desk, siti):
    amend(desk, siti, but(phone="+886 922 000 111"), "nomor baru")
    amend(desk, siti, but(phone="+886 933 000 222"), "ganti lagi")
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_R, ctrl=True)
    assert window.focused is window.page.changes
    rows = window.page.changes.rows()
    assert [(row.title, row.now, row.was, row.why, row.gone) for row in rows] == [
        ("Telepon", "+886933000222", "semula +886922000111", "ganti lagi", False),
        ("Telepon", "+886922000111", "semula +886912345678", "nomor baru", True),
        ("Terdaftar", "Pendaftaran pertama", "", "", False),
    ]
    assert {(row.operator, row.counter) for row in rows} == {("Rina W.", "TPE3")}
    window.press(Qt.Key.Key_R, ctrl=True)
    assert window.focused is window.page.history


def test_a_value_that_lost_is_struck_through(window, desk, siti):
    amend(desk, siti, but(phone="+886 922 000 111"), "nomor baru")
    amend(desk, siti, but(phone="+886 933 000 222"), "ganti lagi")
    window.counter.open_worker(siti)
    table = window.page.changes
    cells = [table.columns()[2].cell(row) for row in table.rows()]
    assert [cell.struck for cell in cells] == [False, True, False]


def test_what_is_secret_stays_masked_in_the_history(window, desk, siti):
    amend(desk, siti, but(mother_name="SITI AMINAH", nik="3507105203940004"), "menurut KTP")
    window.counter.open_worker(siti)
    said = str([(row.now, row.was) for row in window.page.changes.rows()])
    assert "AMINAH" not in said
    assert "3507105203940004" not in said
    assert "350710••••••0004" in said


def test_f8_prints_nothing_while_the_changes_are_shown(window, desk, siti):
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_R, ctrl=True)
    window.press(Qt.Key.Key_F8)
    assert window.shell.current() == "worker"


# What two counters filled differently


@pytest.mark.parametrize("chosen", [0, 1])
def test_either_value_can_be_chosen_by_the_keyboard_with_a_reason(window, desk, siti, chosen):
    disputed(desk, siti, "phone", "+886 922 000 111", "+886933000222")
    window.counter.open_worker(siti)
    card = window.page.same_person.conflicts
    said = words_on(card)
    assert "«Telepon»: pilih yang benar" in said
    assert "Rina W. · TPE3 · 22 Nov 2026 09.47" in said
    wanted = window.page.same_person.found.conflicts[0].given[chosen].value
    window.press(Qt.Key.Key_K, ctrl=True)
    window.press(*[Qt.Key.Key_Tab] * chosen, Qt.Key.Key_Return)
    answer(window, "ditanyakan kepada orangnya")
    assert seen.card(desk, siti).identity["phone"] == wanted
    assert seen.card(desk, siti).conflicts == {}
    assert card.isHidden()
    assert window.page.changes.rows()[0].why == "ditanyakan kepada orangnya"


def test_without_a_reason_nothing_is_settled(window, desk, siti):
    disputed(desk, siti, "phone", "+886 922 000 111", "+886933000222")
    window.counter.open_worker(siti)
    window.page.same_person.conflicts.buttons[1].click()
    answer(window, "")
    assert asked(window).reason.problem() == "Tulis alasannya; riwayat menyimpannya."
    assert seen.card(desk, siti).conflicts != {}


def test_a_disputed_nik_is_masked_until_asked(window, desk, siti):
    disputed(desk, siti, "nik", "3507105203940004", "3507105203940005")
    window.counter.open_worker(siti)
    card = window.page.same_person.conflicts
    assert "3507105203940004" not in words_on(card)
    from ui.kit import MaskedText

    for masked in card.findChildren(MaskedText):
        masked.button.click()
    assert "3507105203940004" in words_on(card)


def test_the_list_of_what_to_look_at_names_the_field(window, desk, siti):
    disputed(desk, siti, "phone", "+886 922 000 111", "+886933000222")
    window.counter.show("flagged")
    (row,) = window.page.reviews.rows()
    assert row.id == siti
    assert window.page._why(siti).text == "Dua loket mengisi «Telepon» berbeda"


# Who may be the same


def test_somebody_alike_is_named_and_told_apart_for_good(window, desk, siti):
    other = second(desk, siti)
    window.counter.open_worker(siti)
    card = window.page.same_person.alike
    assert "SITTI NURHALISA" in words_on(card)
    card.buttons[1].click()
    assert card.isHidden()
    assert history(desk, siti).told[0].same is False
    window.counter.open_worker(other)
    assert window.page.same_person.alike.isHidden()


def test_a_supervisor_joins_them_and_parts_them_again(window, desk, siti, clock):
    second(desk, siti)
    clock.now += timedelta(minutes=1)
    window.counter.open_worker(siti)
    window.page.same_person.alike.buttons[0].click()
    assert asked(window).title.text() == "Gabungkan dua pendaftaran?"
    answer(window, "kedua paspor ditunjukkan")
    others = window.page.same_person.others
    assert not others.isHidden()
    assert "SITTI NURHALISA" in words_on(others)
    assert "paspor E7730021" in words_on(others)
    assert window.page.changes.rows()[0].title == "Digabungkan"
    others.buttons[0].click()
    answer(window, "saudara kembarnya")
    assert others.isHidden()
    assert seen.card(desk, siti).others == ()
    titles = [row.title for row in window.page.changes.rows()]
    assert titles[:2] == ["Dipisahkan kembali", "Digabungkan"]


def test_a_clerk_says_so_and_the_centre_joins(window, desk, siti):
    other = registered_elsewhere(desk)
    clerk = window.counter.desk
    clerk.operator = Operator(clerk.operator.id, "dwi", "Dwi", "petugas")
    window.counter.open_worker(siti)
    window.page.same_person.alike.buttons[0].click()
    assert asked(window).title.text() == "Ini orangnya?"
    answer(window, "ibunya sama")
    assert seen.card(desk, siti).others == ()
    assert history(desk, other).told[0].same is True
    card = window.page.same_person.alike
    assert "pusat yang menggabungkan" in words_on(card)
    assert [button.text() for button in card.buttons] == ["Bukan", "Buka"]


def test_only_a_supervisor_is_offered_to_part_them(window, desk, siti):
    merge(desk, siti, second(desk, siti))
    clerk = window.counter.desk
    clerk.operator = Operator(clerk.operator.id, "dwi", "Dwi", "petugas")
    window.counter.open_worker(siti)
    assert not window.page.same_person.others.isHidden()
    assert window.page.same_person.others.buttons == []


def test_the_next_person_has_nothing_of_the_last(window, desk, siti):
    second(desk, siti)
    window.counter.open_worker(siti)
    assert not window.page.same_person.isHidden()
    lone = but(
        name="SUKARNO",
        passport_number="D5510392",
        nik=None,
        sex="M",
        birth_date=date(1990, 6, 5),
        mother_name="IDA AYU",
        phone=None,
    )
    window.counter.open_worker(register(desk, lone).worker_id)
    assert window.page.same_person.isHidden()
    assert [row.title for row in window.page.changes.rows()] == ["Terdaftar"]


def test_the_other_is_opened_to_compare_them(window, desk, siti):
    other = second(desk, siti)
    window.counter.open_worker(siti)
    window.page.same_person.alike.buttons[2].click()
    assert window.page.worker_id == other


def test_of_restricted_data_the_history_shows_no_value_until_it_is_asked_for(window, desk, siti):
    amend(desk, siti, but(phone="+886 922 000 111"), "nomor baru")
    second(desk, siti)
    restrict(desk, siti, "diminta pekerja")
    window.counter.open_worker(siti)
    page = window.page
    assert "+886922000111" not in str(page.changes.rows())
    assert "nomor baru" not in str(page.changes.rows())
    assert page.same_person.isHidden()
    window.press(Qt.Key.Key_T, ctrl=True)
    assert "+886922000111" in str(page.changes.rows())
    assert not page.same_person.isHidden()


def test_every_button_of_every_state_has_a_name_of_its_own(window, desk, siti):
    disputed(desk, siti, "phone", "+886 922 000 111", "+886933000222")
    second(desk, siti)
    window.counter.open_worker(siti)
    same = window.page.same_person
    same.alike.buttons[0].click()
    answer(window, "kedua paspor ditunjukkan")
    names = [button.accessibleName() for button in same.findChildren(QAbstractButton) if button.isVisibleTo(same)]
    assert len(names) >= 3
    assert all(names)
    assert len(set(names)) == len(names)
