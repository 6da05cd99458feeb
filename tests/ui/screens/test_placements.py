"""The page of contracts: an extension, a correction, a new one; and what the worker's page says of them."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from loket_testing.counter import SITI, kinds
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.forms.registration import HeirForm
from kiosk.queries import workers as seen
from kiosk.queries.placements import history
from kiosk.usecases import placements, workers
from ui.kit import Chip

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def words_on(page) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def chips_on(page) -> list[str]:
    QApplication.processEvents()
    return [chip.text() for chip in page.findChildren(Chip) if chip.isVisibleTo(page) and chip.text()]


def open_contracts(window, siti):
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_F3)
    assert window.shell.current() == "placement"
    return window.page


def test_f3_offers_an_extension_that_begins_the_day_after(window, siti):
    page = open_contracts(window, siti)
    assert page.what.currentText() == "Perpanjangan kontrak 11 Des 2026 — 10 Des 2028"
    assert page.fields["contract_start"].editor.value() == date(2028, 12, 11)
    assert page.fields["employer"].editor.value() == "Chen Mei-ling"
    assert page.fields["event"].editor.value() == "extension"


def test_an_extension_is_recorded_by_the_keyboard_alone(window, desk, siti):
    open_contracts(window, siti)
    window.go("contract_end")
    window.type("10122030")
    window.press(Qt.Key.Key_F12)
    assert window.shell.current() == "worker"
    current, before = seen.card(desk, siti).placements
    assert (current.contract_start, current.contract_end, current.extension_of) == (
        date(2028, 12, 11),
        date(2030, 12, 10),
        before.id,
    )


def test_months_stand_in_for_the_end_and_the_day_they_lead_to_is_shown(window, desk, siti):
    page = open_contracts(window, siti)
    window.go("months")
    window.type("24")
    page._ask()
    assert page.fields["contract_end"].below.text() == "sampai 10 Des 2030"
    window.press(Qt.Key.Key_F12)
    assert seen.card(desk, siti).placements[0].months == 24


def test_a_correction_shows_the_contract_as_it_stands_and_asks_why(window, desk, siti):
    page = open_contracts(window, siti)
    assert not page.reason.isVisibleTo(page)
    page.what.set_value(page.what.itemData(2))
    assert page.reason.isVisibleTo(page)
    assert page.fields["contract_end"].editor.value() == date(2028, 12, 10)
    page.fields["contract_end"].editor.set_value(date(2027, 12, 10))
    page.reason.editor.set_value("salah tahun")
    window.press(Qt.Key.Key_F12)
    (only,) = seen.card(desk, siti).placements
    assert only.contract_end == date(2027, 12, 10)
    assert [one.reason for one in history(desk, siti)] == ["salah tahun", ""]
    said = words_on(open_contracts(window, siti))
    assert "11 Des 2026 — 10 Des 2028 (sudah dibetulkan)" in said
    assert "dibetulkan 22 Nov 2026 oleh Rina W." in said
    assert "salah tahun" in said


def test_what_is_wrong_stands_beside_the_field_and_nothing_is_recorded(window, desk, siti):
    page = open_contracts(window, siti)
    page.fields["contract_end"].editor.set_value(date(2028, 1, 1))
    before = kinds(desk)
    window.press(Qt.Key.Key_F12)
    assert page.fields["contract_end"].problem() == "Akhir kontrak harus setelah mulainya."
    assert window.shell.current() == "placement"
    assert kinds(desk) == before


def test_saving_a_correction_without_a_change_says_so(window, siti):
    page = open_contracts(window, siti)
    page.what.set_value(page.what.itemData(2))
    page._ask()
    assert not page.problem.isVisibleTo(page)
    window.press(Qt.Key.Key_F12)
    assert page.problem.text() == "Belum ada yang diubah pada kontrak ini."


def test_what_was_typed_is_there_again_after_another_person(window, desk, siti):
    other = workers.register(
        desk, msgspec.structs.replace(SITI, name="SUKARNO", passport_number="D5510392", nik=None, sex="M")
    ).worker_id
    page = open_contracts(window, siti)
    page.fields["job"].editor.set_value("Pengasuh anak")
    open_contracts(window, other)
    assert page.fields["job"].editor.value() == "Perawat lansia"
    open_contracts(window, siti)
    assert page.fields["job"].editor.value() == "Pengasuh anak"


def test_somebody_without_a_contract_is_offered_a_new_one(window, desk):
    bare = msgspec.structs.replace(SITI, contract_start=None, contract_end=None)
    page = open_contracts(window, workers.register(desk, bare).worker_id)
    assert "Masa belum diketahui" in words_on(page)
    assert "Tanggal berangkat belum diisi" in words_on(page)
    page.what.set_value("new")
    assert page.fields["country"].editor.value() == "TW"


# On the worker's page


def test_the_worker_s_page_says_the_phase_and_what_it_rests_on(window, desk, siti):
    window.counter.open_worker(siti)
    assert "Sebelum berangkat · sampai 10 Des 2026" in chips_on(window.page)
    assert "kontrak mulai 11 Des 2026 · tanggal berangkat belum diisi" in words_on(window.page)
    first = seen.card(desk, siti).placements[0]
    placements.correct(
        desk,
        first.id,
        msgspec.structs.replace(SITI.placement, contract_start=date(2024, 12, 11), contract_end=date(2026, 12, 10)),
    )
    window.page.refresh()
    assert "Masa kerja · sampai 10 Jan 2027" in chips_on(window.page)


def test_heirs_stand_in_the_order_of_the_law_with_the_child_for_the_scholarship(window, desk):
    heirs = (
        HeirForm(name="AMINAH", relation="ibu"),
        HeirForm(name="RIZKY", relation="anak", birth_date=date(2016, 5, 1), scholar=True),
        HeirForm(name="AHMAD FAUZI", relation="suami", phone="0812 3456 7890"),
    )
    window.counter.open_worker(workers.register(desk, msgspec.structs.replace(SITI, heirs=heirs)).worker_id)
    said = words_on(window.page)
    places = [said.index(name) for name in ("AHMAD FAUZI · suami", "RIZKY · anak", "AMINAH · ibu")]
    assert places == sorted(places)
    assert "lahir 1 Mei 2016 · penerima beasiswa" in said


# In the registration form


def test_the_mark_for_the_scholarship_is_asked_of_children_only(window):
    window.counter.register()
    heir = window.page.heirs[0]
    heir.fields["relation"].editor.set_value("suami")
    assert heir.scholar.isHidden()
    heir.fields["relation"].editor.set_value("anak")
    assert not heir.scholar.isHidden()
    heir.scholar.setChecked(True)
    assert heir.value()["scholar"] is True
    heir.fields["relation"].editor.set_value("ibu")
    assert heir.value()["scholar"] is None


def test_a_marked_child_is_still_marked_in_the_draft_and_in_the_form_that_corrects(window, desk):
    heirs = (HeirForm(name="RIZKY", relation="anak", birth_date=date(2016, 5, 1), scholar=True),)
    siti = workers.register(desk, msgspec.structs.replace(SITI, heirs=heirs)).worker_id
    window.counter.amend(siti)
    page = window.page
    assert page.heirs[0].scholar.isChecked()
    page.restore(page.content(), str(siti))
    assert page.heirs[0].scholar.isChecked()
    assert not page.changes.isVisibleTo(page)


def test_a_third_child_is_pointed_out_beside_its_birthday(window):
    window.counter.register()
    page = window.page
    child = {"relation": "anak", "birth_date": "2016-05-01", "scholar": "1", "phone": ""}
    page._set_heirs([child | {"name": name} for name in ("RIZKY", "PUTRI", "BAGAS")])
    page.fields["name"].editor.set_value("SITI NURHALIZA")
    page.fields["birth_date"].editor.set_value(date(1994, 3, 12))
    page.fields["sex"].editor.set_value("F")
    page._touched.add("heirs")
    page._ask()
    below = [heir.fields["birth_date"].below.text() for heir in page.heirs]
    assert below == ["", "", "Beasiswa untuk paling banyak 2 anak. Pilih anak yang didaftarkan."]


def test_a_changed_contract_asks_whether_the_old_one_was_written_wrongly(window, desk, siti):
    window.counter.amend(siti)
    page = window.page
    change = page.fields["contract_change"]
    assert change.isHidden()
    page.fields["months"].editor.set_value("24")
    page._ask()
    assert not change.isHidden()
    assert change.below.text() == "Kontrak yang tercatat dibetulkan; yang lama tetap di riwayat."
    page.fields["contract_start"].editor.set_value(date(2026, 12, 1))
    page._ask()
    assert change.below.text() == "Dicatat sebagai kontrak lain; yang tercatat tetap berlaku untuk masanya."
    change.editor.set_value("correction")
    page._ask()
    assert change.below.text() == "Kontrak yang tercatat dibetulkan; yang lama tetap di riwayat."
    window.press(Qt.Key.Key_F12)
    (only,) = seen.card(desk, siti).placements
    assert (only.contract_start, only.months) == (date(2026, 12, 1), 24)


def test_banks_are_offered_while_typing_and_any_other_may_be_written(window):
    window.counter.register()
    editor = window.page.fields["bank_name"].editor
    completer = editor.completer()
    completer.setCompletionPrefix("bank j")
    offered = [completer.completionModel().index(at, 0).data() for at in range(completer.completionCount())]
    assert offered == ["Bank Jago", "Bank Jatim", "Bank Jateng", "Bank Jambi"]
    editor.set_value("Koperasi Maju")
    assert window.page.registration().bank_name == "Koperasi Maju"
