"""The registration form, by keyboard only: from a scanned passport, with contradictions, drafts and corrections."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.counter import SITI, kinds
from loket_testing.windows import enter
from PySide6.QtCore import Qt

from kiosk.devices.pictures import turned
from kiosk.forms.registration import HeirForm
from kiosk.queries import workers as seen
from kiosk.queries.documents import of_worker
from kiosk.sync.documents import fetch
from kiosk.usecases import drafts, workers
from kiosk.usecases.mrz import read_page
from models.rules.mrz import make_mrz
from scripts.passport_page import data_page, jpeg, laid, letter
from ui.screens.documents import FileAsked

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

TAB, F12 = Qt.Key.Key_Tab, Qt.Key.Key_F12


def passport(number: str = "E7730021", given: str = "DEWI AYU") -> str:
    return "\n".join(
        make_mrz(
            surname="LESTARI",
            given=given,
            number=number,
            birth_date=date(1996, 12, 8),
            sex="F",
            expiry=date(2032, 5, 2),
        )
    )


def of(desk, text):
    """The one worker found by this text, in full."""
    (row,) = seen.search(desk, text)
    return seen.card(desk, row.id)


def test_a_worker_is_registered_from_a_scanned_passport_in_few_keys(window, desk):
    window.scan(passport())
    window.type("3511044812960004")
    window.go("mother_name")
    window.type("sumiati")
    window.go("phone")
    window.type("0912345678")
    window.go("scheme")
    window.type("P3MI")
    window.go("employer")
    window.type("Chen Mei-ling")
    window.go("job")
    window.type("Perawat lansia")
    window.go("contract_start")
    window.type("11122026")
    window.press(TAB)
    window.type("10122028")
    heir = window.page.heirs[0]
    while window.focused is not heir.fields["name"].editor:
        window.press(TAB)
    window.type("ahmad fauzi")
    window.press(TAB)
    window.type("suami")
    window.press(TAB)
    while window.focused is not window.page.consent:
        window.press(TAB)
    window.press(Qt.Key.Key_Space)
    window.press(F12)
    assert window.shell.current() == "pay"
    card = of(desk, "E7730021")
    assert card.name == "DEWI AYU LESTARI"
    assert card.identity["nik"] == "3511044812960004"
    assert card.identity["birth_date"] == date(1996, 12, 8)
    assert card.identity["mother_name"] == "SUMIATI"
    assert card.identity["phone"] == "+886912345678"
    assert card.placement.employer == "Chen Mei-ling"
    assert card.placement.scheme == "p3mi"
    assert card.placement.country == "TW"
    assert card.placement.contract_end == date(2028, 12, 10)
    assert [(heir["name"], heir["relation"]) for heir in card.heirs] == [("AHMAD FAUZI", "suami")]
    assert card.consent_at is not None
    assert card.flags == ()


def test_ctrl_s_saves_and_opens_the_worker(window, desk):
    window.scan(passport())
    window.press(Qt.Key.Key_S, ctrl=True)
    assert window.shell.current() == "worker"
    assert window.page.name.text() == "DEWI AYU LESTARI"
    assert of(desk, "E7730021").consent_at is None


def test_a_nik_that_contradicts_the_birthday_waits_for_the_clerks_word(window, desk):
    window.scan(passport())
    window.type("3511044912960004")
    window.page._pause.timeout.emit()
    assert window.field("birth_date").problem() == "Berbeda dengan NIK."
    assert "NIK 09-12-1996" in window.page.doubt.sentence.text()
    window.press(F12)
    assert window.shell.current() == "register"
    assert "worker.registered" not in kinds(desk)
    while window.focused is not window.page.confirm:
        window.press(TAB)
    window.press(Qt.Key.Key_Space)
    assert window.field("birth_date").problem() is None
    window.press(F12)
    assert window.shell.current() == "pay"
    assert of(desk, "E7730021").flags == ("nik.birth_date",)


def test_a_corrected_nik_takes_the_word_back(window):
    window.scan(passport())
    window.type("3511044912960004")
    window.page._pause.timeout.emit()
    window.page.confirm.click()
    assert window.page.confirm.isChecked()
    window.go("nik")
    window.press(Qt.Key.Key_A, ctrl=True)
    window.type("3511044712960004")
    window.page._pause.timeout.emit()
    assert not window.page.confirm.isChecked()
    assert window.field("birth_date").problem() == "Berbeda dengan NIK."


def test_an_untouched_form_is_not_red_and_f12_names_everything_that_is_missing(window):
    window.press(Qt.Key.Key_F4)
    window.page._ask()
    assert [name for name, field in window.page.fields.items() if field.problem()] == []
    window.press(F12)
    wrong = [name for name, field in window.page.fields.items() if field.problem()]
    assert wrong == ["name", "birth_date", "sex"]
    assert window.focused is window.field("name").editor
    assert window.page.note.text() == "3 isian perlu diperbaiki."


def test_problems_stand_beside_the_field_when_typing_stops(window, qtbot):
    window.press(Qt.Key.Key_F4)
    window.go("nik")
    window.type("123")
    qtbot.waitUntil(lambda: window.field("nik").problem() is not None)
    assert "16 angka" in window.field("nik").problem()


def test_a_date_that_is_none_stops_f12_at_its_field(window, desk):
    window.scan(passport())
    window.go("contract_start")
    window.type("99")
    window.press(F12)
    assert window.shell.current() == "register"
    assert window.focused is window.field("contract_start").editor
    assert "worker.registered" not in kinds(desk)


def known_buttons(window):
    return window.page.known.findChildren(type(window.page.later))


def test_somebody_with_the_same_passport_is_shown_and_what_was_typed_goes_to_their_form(window, desk, siti):
    window.press(Qt.Key.Key_F4)
    window.go("passport_number")
    window.type("C4821907")
    window.go("phone")
    window.type("0922000111")
    window.page._pause.timeout.emit()
    assert not window.page.known.isHidden()
    yes, no = known_buttons(window)
    assert yes.accessibleName().startswith("Ini orangnya: SITI NURHALIZA, paspor sama")
    assert no.accessibleName() == "Bukan SITI NURHALIZA"
    assert "SITI NURHALIZA" in window.field("passport_number").problem()
    yes.click()
    assert window.shell.current() == "amend"
    assert window.field("name").editor.text() == "SITI NURHALIZA"
    assert window.field("phone").editor.text() == "0922000111"
    window.press(F12)
    assert window.shell.current() == "worker"
    assert seen.card(desk, siti).identity["phone"] == "+886922000111"
    assert kinds(desk).count("worker.registered") == 1


def test_somebody_alike_who_is_somebody_else_is_registered_and_not_asked_about_again(window, desk, siti):
    window.press(Qt.Key.Key_F4)
    window.type("SITI NURHALISA")
    window.go("birth_date")
    window.type("12031994")
    window.go("sex")
    window.type("Perempuan")
    window.page._pause.timeout.emit()
    assert not window.page.known.isHidden()
    window.press(F12)
    assert window.shell.current() == "register"
    _yes, no = known_buttons(window)
    no.click()
    assert window.page.known.isHidden()
    window.press(F12)
    assert window.shell.current() == "pay"
    assert kinds(desk).count("worker.registered") == 2
    other = next(row.id for row in seen.search(desk, "nurhalisa") if row.id != siti)
    assert seen.card(desk, other).flags == ("worker.candidate",)


def test_a_draft_remembers_who_was_told_apart(window, desk, siti):
    window.press(Qt.Key.Key_F4)
    window.type("SITI NURHALISA")
    window.go("birth_date")
    window.type("12031994")
    window.page._pause.timeout.emit()
    known_buttons(window)[1].click()
    content = window.page.content()
    window.page.restore(content, "lain")
    assert window.page.known.isHidden()


def test_a_passport_typed_into_the_name_fills_the_form(window):
    window.press(Qt.Key.Key_F4)
    window.type(passport().replace("\n", ""))
    assert window.field("name").editor.text() == "DEWI AYU LESTARI"
    assert window.field("sex").editor.value() == "F"


def test_a_passport_read_wrongly_is_shown_on_its_digit_and_fills_nothing(window):
    window.press(Qt.Key.Key_F4)
    window.scan(passport().replace("E7730021", "E7730027"))
    doubt = window.page.passport_doubt
    assert not doubt.isHidden()
    assert "Angka periksa nomor paspor" in doubt.sentences.text()
    assert list(doubt.lines.marked()) == [(2, 10)]
    assert window.field("name").editor.text() == ""


def test_a_nik_says_quietly_where_it_was_issued_and_when_its_holder_was_born(window):
    window.press(Qt.Key.Key_F4)
    window.go("nik")
    window.type("3507105203940003")
    window.page._pause.timeout.emit()
    assert window.field("nik").below.text() == "Kab. Malang, Jawa Timur"
    assert window.field("birth_date").below.text() == "Menurut NIK 12 Mar 1994"
    window.go("birth_date")
    window.type("12031994")
    window.page._pause.timeout.emit()
    assert window.field("birth_date").below.text() == ""


def test_her_mothers_name_counts_while_it_is_typed_and_she_is_named_soon(window, siti, qtbot):
    window.press(Qt.Key.Key_F4)
    window.type("HALIZA")
    window.go("birth_date")
    window.type("12031994")
    window.page._pause.timeout.emit()
    (before,) = [one.likeness.score for one in window.page.known.candidates]
    window.go("mother_name")
    window.type("AMINAH")
    with qtbot.waitSignal(window.page._pause.timeout, timeout=400):
        pass
    (found,) = window.page.known.candidates
    assert found.id == siti
    assert "mother.same" in found.likeness.codes()
    assert found.likeness.score > before


def test_ctrl_up_goes_back_to_the_section_before(window):
    window.scan(passport())
    window.press(Qt.Key.Key_Down, Qt.Key.Key_Down, ctrl=True)
    assert window.focused is window.field("phone").editor
    window.press(Qt.Key.Key_Up, ctrl=True)
    assert window.focused is window.field("passport_issued").editor
    window.press(Qt.Key.Key_Up, ctrl=True)
    assert window.focused is window.field("nik").editor


def test_several_heirs_can_be_added_and_taken_out(window, desk):
    window.scan(passport())
    page = window.page
    for name, relation in (("AHMAD FAUZI", "suami"), ("SALSABILA", "anak"), ("SUMIATI", "ibu")):
        if page.heirs[-1].raw()["name"]:
            page.add_heir.click()
        page.heirs[-1].fields["name"].editor.setFocus()
        window.type(name)
        window.press(TAB)
        window.type(relation)
        window.press(TAB)
    page.heirs[1].remove.click()
    window.press(F12)
    assert [heir["name"] for heir in of(desk, "E7730021").heirs] == ["AHMAD FAUZI", "SUMIATI"]


def test_an_heir_without_a_relation_is_asked_for_it(window):
    window.scan(passport())
    window.page.heirs[0].fields["name"].editor.setFocus()
    window.type("AHMAD FAUZI")
    window.page._pause.timeout.emit()
    assert window.page.heirs[0].fields["relation"].problem() is None
    window.press(F12)
    assert window.page.heirs[0].fields["relation"].problem() == "Wajib diisi."


# Drafts


def test_esc_keeps_what_is_typed_and_f4_brings_it_back(window, desk):
    window.press(Qt.Key.Key_F4)
    window.type("DEWI AYU")
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "home"
    (draft,) = drafts.load(window.counter.desk, "register")
    assert draft.content["fields"]["name"] == "DEWI AYU"
    window.press(Qt.Key.Key_F4)
    assert window.field("name").editor.text() == "DEWI AYU"


def test_a_draft_is_offered_again_after_a_crash(window):
    window.scan(passport())
    window.type("35110448")
    window.page.consent.click()
    window.counter.keep_drafts()
    # The program dies here; the next one begins with an empty form.
    window.shell.drop_page("register")
    window.shell.show_page("home")
    window.press(Qt.Key.Key_F4)
    assert window.field("name").editor.text() == ""
    go = next(
        button
        for button in window.page.drafts.findChildren(type(window.page.later))
        if button.accessibleName() == "Lanjutkan isian DEWI AYU LESTARI"
    )
    go.click()
    assert window.field("name").editor.text() == "DEWI AYU LESTARI"
    assert window.field("nik").editor.text() == "35110448"
    assert window.field("birth_date").editor.value() == date(1996, 12, 8)
    assert window.page.consent.isChecked()


def test_a_draft_that_became_a_registration_is_gone(window):
    window.scan(passport())
    window.counter.keep_drafts()
    assert drafts.load(window.counter.desk, "register")
    window.press(F12)
    assert drafts.load(window.counter.desk, "register") == []


def test_another_passport_puts_the_form_begun_before_aside(window):
    window.scan(passport())
    window.type("35110448")
    window.scan(passport("E9900001", "RATNA"))
    assert window.field("name").editor.text() == "RATNA LESTARI"
    assert window.field("nik").editor.text() == ""
    assert "DEWI AYU LESTARI" in [
        draft.content["fields"]["name"] for draft in drafts.load(window.counter.desk, "register")
    ]
    assert not window.page.drafts.isHidden()


def test_a_draft_that_nobody_wants_is_thrown_away(window):
    window.scan(passport())
    window.page.clear.click()
    (drop,) = (
        button
        for button in window.page.drafts.findChildren(type(window.page.clear))
        if button.accessibleName().startswith("Buang")
    )
    drop.click()
    assert drafts.load(window.counter.desk, "register") == []
    assert window.page.drafts.isHidden()


def test_a_lock_keeps_the_draft_too(window):
    window.press(Qt.Key.Key_F4)
    window.type("DEWI AYU")
    window.counter.lock()
    assert drafts.load(window.counter.desk, "register")[0].content["fields"]["name"] == "DEWI AYU"
    enter(window)
    assert window.field("name").editor.text() == "DEWI AYU"


# Corrections


def test_f9_corrects_with_a_reason_and_records_only_what_changed(window, desk, siti):
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_F9)
    assert window.field("mother_name").editor.text() == "AMINAH"
    window.type("salah ketik")
    window.go("mother_name")
    window.type("SUMIATI")
    window.page._pause.timeout.emit()
    assert window.page.unchanged.isHidden()
    window.press(F12)
    assert window.shell.current() == "worker"
    assert of(desk, "C4821907").identity["mother_name"] == "SUMIATI"
    assert kinds(desk)[-1] == "worker.amended"
    assert kinds(desk).count("placement.recorded") == 1


def test_nothing_changed_is_said_and_nothing_is_recorded(window, desk, siti):
    before = kinds(desk)
    window.counter.amend(siti)
    window.press(F12)
    assert window.page.problem.text() == "Belum ada yang diubah."
    assert kinds(desk) == before


def test_a_correction_begun_is_offered_when_one_comes_back(window, desk, siti):
    window.counter.amend(siti)
    window.go("mother_name")
    window.type("SUMIATI")
    window.counter.keep_drafts()
    window.shell.drop_page("amend")
    window.counter.amend(siti)
    assert window.field("mother_name").editor.text() == "AMINAH"
    (go,) = (
        button
        for button in window.page.drafts.findChildren(type(window.page.later))
        if button.accessibleName().startswith("Lanjutkan")
    )
    go.click()
    assert window.field("mother_name").editor.text() == "SUMIATI"
    window.press(F12)
    assert of(desk, "C4821907").identity["mother_name"] == "SUMIATI"
    assert drafts.load(window.counter.desk, "amend") == []


def test_a_contradiction_confirmed_before_need_not_be_confirmed_again(window, desk):
    worker_id = workers.register(
        desk, type(SITI)(**{**_fields(SITI), "birth_date": date(1994, 3, 13), "confirmed": ("nik.birth_date",)})
    ).worker_id
    window.counter.amend(worker_id)
    window.go("mother_name")
    window.type("SUMIATI")
    window.press(F12)
    assert window.shell.current() == "worker"


def test_more_heirs_than_the_form_has_lines_for_are_not_lost(window, desk):
    heirs = tuple(HeirForm(name=f"ANAK {chr(65 + at)}", relation="anak") for at in range(10))
    worker_id = workers.register(desk, type(SITI)(**{**_fields(SITI), "heirs": heirs})).worker_id
    window.counter.amend(worker_id)
    assert len(window.page.heirs) == 8
    window.go("mother_name")
    window.type("SUMIATI")
    window.press(F12)
    card = seen.card(desk, worker_id)
    assert card.identity["mother_name"] == "SUMIATI"
    assert [heir["name"] for heir in card.heirs] == [heir.name for heir in heirs]


def test_a_scanned_emergency_passport_is_shown_as_an_splp(window):
    lines = make_mrz(
        surname="LESTARI",
        given="DEWI AYU",
        number="XD7730021",
        birth_date=date(1996, 12, 8),
        sex="F",
        expiry=date(2027, 5, 2),
        subtype="E",
    )
    window.scan("\n".join(lines))
    assert window.field("passport_kind").editor.value() == "splp"


def test_a_correction_keeps_every_card_and_the_page_shows_them_all(window, desk):
    cards = ("12034567890", "98076543210")
    worker_id = workers.register(desk, type(SITI)(**{**_fields(SITI), "kpj": cards})).worker_id
    window.counter.amend(worker_id)
    assert window.field("kpj").editor.text() == "12034567890, 98076543210"
    window.go("mother_name")
    window.type("SUMIATI")
    window.press(F12)
    identity = seen.card(desk, worker_id).identity
    assert (identity["mother_name"], identity["kpj"], identity["other_kpjs"]) == ("SUMIATI", cards[0], [cards[1]])
    assert "KPJ 12034567890, 98076543210" in window.page.numbers.text()


def _fields(form):
    return {name: getattr(form, name) for name in form.__struct_fields__}


# From a picture of the passport's page


@pytest.fixture(scope="module")
def page_picture() -> bytes:
    lines = tuple(passport().splitlines())
    return jpeg(turned(laid(data_page(lines, "DEWI AYU LESTARI", dpi=200), (1500, 1250), angle=1.5, noise=15), 180))


def test_a_photographed_passport_page_fills_the_form_and_is_kept_with_the_worker(
    window, desk, page_picture, tmp_path, monkeypatch
):
    monkeypatch.setattr("kiosk.devices.scanner.ScanimageScanner.present", lambda _scanner: False)
    photo = tmp_path / "IMG_11.jpg"
    photo.write_bytes(page_picture)
    window.counter.register()
    window.press(Qt.Key.Key_F8)
    dialog = window.page.findChild(FileAsked)
    assert dialog is not None
    dialog.fileSelected.emit(str(photo))
    dialog.close()
    page = window.page
    assert window.field("name").editor.value() == "DEWI AYU LESTARI"
    assert window.field("passport_number").editor.value() == "E7730021"
    assert page.source.text() == "Dari pindaian paspor · periksa kembali"
    assert page.page_card.isVisible()
    assert page.keep_it.isChecked()
    page.fields["mother_name"].editor.set_value("SUMIATI")
    window.press(Qt.Key.Key_S, ctrl=True)
    registered = of(desk, "E7730021")
    (row,) = of_worker(desk, registered.id)
    assert (row.kind, row.file_name) == ("paspor", "IMG_11.jpg")
    # Upside down in the picture, upright as it is kept.
    assert read_page(fetch(desk, row.sha256), "paspor.jpg", date(2026, 11, 22)).turn == 0
    assert page.taken is None
    assert not page.page_card.isVisible()


def test_a_page_that_shall_not_be_kept_is_not(window, desk, page_picture):
    window.counter.register()
    window.page.take_page(page_picture, "paspor.jpg")
    window.page.keep_it.setChecked(False)
    window.press(Qt.Key.Key_S, ctrl=True)
    assert of_worker(desk, of(desk, "E7730021").id) == []
    assert "worker.document_kept" not in kinds(desk)


def test_a_page_that_cannot_be_read_says_so_and_takes_nothing_typed_away(window, desk):
    window.counter.register()
    window.type("dewi")
    window.page.take_page(jpeg(letter(dpi=100)), "surat.jpg")
    assert "tidak ditemukan" in window.page.problem.text()
    assert window.field("name").editor.value() == "DEWI"
    assert window.page.page_card.isVisible()
    window.page.take_page(b"GIF89a", "gambar.gif")
    assert "bukan PDF, JPEG atau PNG" in window.page.problem.text()


def test_the_page_of_another_person_begins_another_form_and_keeps_the_first_as_a_draft(window, desk, page_picture):
    window.scan(passport("C1112223", "SRI"))
    window.page.take_page(page_picture, "paspor.jpg")
    assert window.field("passport_number").editor.value() == "E7730021"
    assert window.page.taken is not None
    (draft,) = drafts.load(desk, "register")
    assert draft.content["fields"]["passport_number"] == "C1112223"


def test_a_new_passport_s_page_corrects_the_person_and_is_kept(window, desk, siti, page_picture):
    window.counter.amend(siti)
    window.page.take_page(page_picture, "paspor-baru.jpg")
    assert window.field("passport_number").editor.value() == "E7730021"
    window.page.reason.editor.set_value("paspor baru")
    window.page.fields["nik"].editor.set_value("")
    window.press(F12)
    assert [row.file_name for row in of_worker(desk, siti)] == ["paspor-baru.jpg"]
