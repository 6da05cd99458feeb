"""The window as a clerk meets it: signing in, locking, and the ways from one page to another; by keyboard only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from loket_testing.counter import CHEAP, PASSWORD, slip
from loket_testing.windows import enter
from PySide6.QtCore import Qt

from kiosk.queries import workers as seen
from kiosk.sync.sync import SyncReport
from kiosk.usecases import contributions, papers, staff
from models.rules.mrz import make_mrz
from models.rules.problems import Trouble
from ui.kit import ChipButton
from ui.screens.locked import LockedPage
from ui.screens.signin import SignInPage

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

DEWI = "\n".join(
    make_mrz(
        surname="LESTARI",
        given="DEWI AYU",
        number="E7730021",
        birth_date=date(1996, 12, 8),
        sex="F",
        expiry=date(2032, 5, 2),
    )
)


# Signing in


def test_the_right_password_opens_the_home_screen_with_the_search_box_ready(window):
    assert window.shell.current() == "home"
    assert not window.shell.locked()
    assert window.focused is window.page.box
    assert window.shell.bar.operator.text() == "Rina W. · Admin"


def test_a_wrong_password_is_said_beside_the_password_and_can_be_typed_again(closed_window):
    enter(closed_window, password="bukan-ini")
    sign_in = closed_window.sign_in
    assert sign_in.password.problem() == "Kata sandi rina salah. Ketik kembali."
    assert sign_in.password.editor.text() == ""
    assert closed_window.focused is sign_in.password.editor
    closed_window.type(PASSWORD)
    closed_window.press(Qt.Key.Key_Return)
    assert closed_window.shell.current() == "home"


def test_an_unknown_name_is_said_beside_the_name(closed_window):
    enter(closed_window, login="budi")
    assert "Tidak ada kunci untuk budi" in closed_window.sign_in.login.problem()


def test_after_five_wrong_passwords_the_seconds_to_wait_run_down_in_view(closed_window):
    for _try in range(6):
        enter(closed_window, password="bukan-ini")
    sign_in = closed_window.sign_in
    assert "Terlalu banyak percobaan" in sign_in.password.problem()
    assert not sign_in.primary.isEnabled()
    before = sign_in.waiting()
    assert before > 20
    sign_in._on_second()
    assert sign_in.waiting() == before - 1
    for _second in range(before):
        sign_in._on_second()
    assert sign_in.primary.isEnabled()
    assert sign_in.password.problem() is None


def test_a_folder_without_a_counter_says_to_run_init(closed_window, tmp_path):
    closed_window.counter.folder = tmp_path / "nowhere"
    closed_window.counter.warm()
    told = closed_window.sign_in.trouble
    assert told.title.text() == "Loket belum disiapkan"
    assert "loket init" in told.sentence.text()


def test_a_damaged_key_file_gets_its_own_sentence(closed_window, tmp_path):
    (tmp_path / "loket" / "keys.json").write_text("{")
    enter(closed_window)
    assert "Berkas kunci loket rusak" in closed_window.sign_in.trouble.sentence.text()


def test_a_damaged_database_gets_its_own_sentence(closed_window, desk, tmp_path):
    desk.close()
    database = tmp_path / "loket" / "loket.db"
    database.write_bytes(bytes(len(database.read_bytes())))
    enter(closed_window)
    assert "rusak atau telah diubah" in closed_window.sign_in.trouble.sentence.text()


def test_the_last_name_is_remembered_and_only_the_password_is_asked(window, qtbot):
    window.counter.lock()
    again = window.counter.ask_who()
    assert again.login.editor.text() == "rina"
    assert window.focused is again.password.editor


def test_papers_that_never_came_out_are_named_after_signing_in(closed_window, desk, siti):
    number = contributions.receive(desk, slip(siti)).number
    papers.issue(desk, number)
    enter(closed_window)
    (said,) = closed_window.said()
    assert "1 kertas belum dipastikan keluar" in said
    assert number in said
    closed_window.shell.banners()[0].action.click()
    assert closed_window.shell.current() == "paper"


# The lock


def test_a_lock_keeps_what_is_typed_and_gives_the_focus_back(window):
    window.press(Qt.Key.Key_F4)
    window.type("SITI NUR")
    typed_in = window.focused
    window.counter.lock()
    assert isinstance(window.sign_in, LockedPage)
    assert window.sign_in.login.isHidden()
    enter(window)
    assert window.shell.current() == "register"
    assert window.field("name").editor.text() == "SITI NUR"
    assert window.focused is typed_in


def test_keys_do_nothing_behind_the_lock(window):
    window.counter.lock()
    window.press(Qt.Key.Key_F4)
    assert window.shell.current() == "home"
    window.scan(DEWI)
    assert window.shell.current() == "home"


def test_a_wrong_password_does_not_unlock(window):
    window.counter.lock()
    enter(window, password="bukan-ini")
    assert window.shell.locked()
    assert "salah" in window.sign_in.password.problem()


def test_the_idle_signal_locks(window):
    window.shell.idle.emit()
    assert isinstance(window.sign_in, LockedPage)


def test_another_person_takes_the_counter_over_and_signs_what_follows(window, desk, siti):
    staff.add(desk, login="budi", name="Budi S.", role="petugas", password=PASSWORD, cost=CHEAP)
    window.counter.lock(hand_over=True)
    enter(window, login="budi")
    assert not window.shell.locked()
    assert window.shell.bar.operator.text() == "Budi S. · Petugas"
    contributions.receive(window.counter.desk, slip(siti))
    assert seen.card(desk, siti).receipts[0].operator == "Budi S."


def test_somebody_disabled_meanwhile_does_not_get_back_in(window, desk):
    staff.add(desk, login="budi", name="Budi S.", role="admin", password=PASSWORD, cost=CHEAP)
    window.counter.lock(hand_over=True)
    enter(window, login="budi")
    window.counter.lock()
    staff.disable(desk, "budi")
    enter(window)
    assert window.shell.locked()
    assert "budi" in window.sign_in.trouble.sentence.text()


# Finding people


def test_typing_finds_and_enter_opens(window, siti, qtbot):
    window.type("siti nur")
    qtbot.waitUntil(lambda: window.page.table.accessibleName() == "Hasil pencarian")
    window.press(Qt.Key.Key_Return)
    assert window.shell.current() == "worker"
    assert window.page.name.text() == "SITI NURHALIZA"


def test_enter_before_the_answer_opens_what_was_typed_and_not_what_stood_there(window, siti):
    window.type("siti nur")
    window.press(Qt.Key.Key_Return)
    assert window.page.name.text() == "SITI NURHALIZA"


def test_a_name_nobody_has_is_offered_for_registration(window):
    window.page.seek("zubaidah")
    assert window.page.stack.currentWidget() is window.page.nobody
    assert "zubaidah" in window.page.nobody.sentence.text()
    window.press(Qt.Key.Key_F4)
    assert window.field("name").editor.text() == "ZUBAIDAH"


def test_the_list_says_why_somebody_is_in_it(window, siti):
    window.page.seek("siti")
    assert "telepon" not in window.page.table.model().cell(0, 0).said()
    window.page.seek("0912 345")
    assert window.page.table.model().cell(0, 0).said() == "SITI NURHALIZA, 12 Mar 1994 · telepon +886912345678"
    window.page.seek("nuthaliza")
    assert window.page.table.model().cell(0, 0).said().endswith("mirip, tetapi tidak sama")


def test_f6_pays_for_the_person_the_list_stands_on(window, siti):
    window.page.seek("siti")
    window.press(Qt.Key.Key_F6)
    assert window.shell.current() == "pay"


def test_the_box_in_the_top_bar_searches_from_anywhere(window, siti, qtbot):
    window.press(Qt.Key.Key_F4)
    window.press(Qt.Key.Key_F2)
    assert window.focused is window.shell.search
    window.type("nurhaliza")
    qtbot.waitUntil(lambda: window.shell.current() == "workers")
    assert window.focused is window.shell.search
    assert window.shell.search.text() == "nurhaliza"
    window.press(Qt.Key.Key_Return)
    assert window.shell.current() == "worker"
    assert window.page.name.text() == "SITI NURHALIZA"


def test_a_scanned_passport_opens_who_is_known(window, siti):
    window.scan(
        "\n".join(
            make_mrz(
                surname="NURHALIZA",
                given="SITI",
                number="C4821907",
                birth_date=date(1994, 3, 12),
                sex="F",
                expiry=date(2031, 2, 14),
            )
        )
    )
    assert window.shell.current() == "worker"
    assert window.page.name.text() == "SITI NURHALIZA"


def test_a_scanned_passport_of_a_stranger_fills_the_form(window):
    window.scan(DEWI)
    assert window.shell.current() == "register"
    assert window.field("name").editor.text() == "DEWI AYU LESTARI"
    assert window.field("passport_number").editor.text() == "E7730021"
    assert window.field("birth_date").editor.value() == date(1996, 12, 8)
    assert window.focused is window.field("nik").editor


def test_a_passport_misread_by_the_reader_goes_to_the_form_with_its_doubt_shown_and_nothing_filled(window):
    window.scan(DEWI.replace("E7730021", "E7730027"))
    assert window.shell.current() == "register"
    assert not window.page.passport_doubt.isHidden()
    assert window.field("name").editor.text() == ""


def test_a_scanned_receipt_is_checked(window, desk, siti):
    number = contributions.receive(desk, slip(siti)).number
    from kiosk.queries.papers import receipt_paper

    window.scan(receipt_paper(desk, number).token_url)
    assert window.shell.current() == "check"


def test_a_scanned_receipt_number_shows_the_paper(window, desk, siti):
    window.scan(contributions.receive(desk, slip(siti)).number)
    assert window.shell.current() == "paper"


def test_home_says_what_needs_a_hand(closed_window, desk, siti):
    contributions.receive(desk, slip(siti, 1))
    enter(closed_window)
    home = closed_window.page
    assert home.served._number.text() == "1"
    offered = [button.accessibleName() for button in home.needs.findChildren(ChipButton)]
    assert "Lihat: 1 pekerja berakhir ≤ 60 hari" in offered
    assert any(name.startswith("Rincian: ") and name.endswith("catatan menunggu kirim") for name in offered)


def test_esc_goes_back_the_way_one_came(window, siti):
    window.page.seek("siti")
    window.press(Qt.Key.Key_Return)
    window.press(Qt.Key.Key_F9)
    assert window.shell.current() == "amend"
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "worker"
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "home"


def test_signing_in_shows_the_sign_in_and_nothing_else_first(closed_window):
    assert isinstance(closed_window.sign_in, SignInPage)
    assert closed_window.page is None


# Starting


def test_papers_that_commands_left_on_the_disk_go_with_the_next_start(closed_window):
    left = closed_window.counter.folder / "print" / "TPE3-2026-000001.pdf"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"%PDF")
    closed_window.counter.warm()
    assert not left.exists()


# Every page


def test_every_page_can_be_made_with_what_the_counter_gives_it(window):
    for name in window.counter._page_names:
        window.shell._make(window.shell._pages[name])
        assert window.shell.page(name) is not None


# The line, tried by itself


def _counted(sent: list[int]):
    """One exchange with the centre, remembered."""
    sent.append(1)
    return _report()


def test_work_that_waits_is_sent_without_anybody_asking(window, monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr(window.counter, "_exchange", lambda tell: _counted(sent))
    window.counter._line_timer.timeout.emit()
    assert sent == [], "before enrolment there is nobody to send to"
    window.counter._line = replace(window.counter._line, kind="waiting", waiting=3)
    window.counter._line_timer.timeout.emit()
    assert sent == [1]


def test_a_sync_that_brings_an_answer_to_a_claim_says_so_and_leads_to_it(window, monkeypatch):
    import kiosk.queries.claims
    import kiosk.sync.sync

    one, other = uuid4(), uuid4()
    heard = iter([{}, {one: uuid4(), other: uuid4()}])
    monkeypatch.setattr(kiosk.queries.claims, "answers", lambda desk: next(heard))
    monkeypatch.setattr(kiosk.sync.sync, "sync", lambda desk, **_named: replace(_report(), pulled=2))
    window.counter._exchange(lambda step: None)
    (banner,) = window.shell.banners()
    assert banner.sentence.text() == "Pusat menjawab 2 klaim."


def test_with_nothing_waiting_the_centre_is_asked_only_now_and_then(window, monkeypatch):
    sent: list[int] = []
    monkeypatch.setattr(window.counter, "_exchange", lambda tell: _counted(sent))
    monkeypatch.setattr(window.counter, "_show_line", lambda line: None)
    window.counter._line = replace(window.counter._line, kind="synced", waiting=0, documents_waiting=0)
    for _minute in range(6):
        window.counter._line_timer.timeout.emit()
        window.counter._clock.forward(minutes=1)
    assert len(sent) == 2


def test_a_line_that_is_down_is_tried_again_and_troubles_nobody(window, monkeypatch):
    tries = []

    def down(tell):
        tries.append(1)
        raise Trouble("line.unreachable", address="pusat")

    monkeypatch.setattr(window.counter, "_exchange", down)
    monkeypatch.setattr(window.counter, "_show_line", lambda line: None)
    window.counter._line = replace(window.counter._line, kind="waiting", waiting=1)
    window.counter._line_timer.timeout.emit()
    window.counter._line_timer.timeout.emit()
    assert tries == [1, 1]
    assert window.shell.banners() == []


def _report() -> SyncReport:
    return SyncReport(
        pushed=3,
        pulled=1,
        statement_verified=True,
        covers_head=True,
        pending=0,
        verdicts=(),
        documents_sent=0,
        documents_pending=0,
        skew_ms=0,
        calls=3,
    )


# Lists in and out


def test_a_list_is_imported_from_the_page_of_workers_while_the_counter_goes_on(window, desk, tmp_path, qtbot):
    file = tmp_path / "daftar.csv"
    file.write_text("Nama;L/P;Tgl Lahir\nDEWI LESTARI;P;13/12/1996\nSUKARNO;L;06/06/1990\n", encoding="utf-8")
    window.counter.show("workers")
    qtbot.mouseClick(window.page.bring_in, Qt.MouseButton.LeftButton)
    assert window.shell.current() == "import"
    page = window.page
    page.take(file)
    qtbot.waitUntil(lambda: page._state == "columns", timeout=20_000)
    window.press(Qt.Key.Key_F12)
    qtbot.waitUntil(lambda: page._state == "tried", timeout=20_000)
    window.press(Qt.Key.Key_F12)
    window.counter.show("home")
    qtbot.waitUntil(lambda: page._state == "done", timeout=20_000)
    assert [row.name for row in seen.search(desk, "dewi")] == ["DEWI LESTARI"]
    window.counter.show("workers")
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "home"


def test_workers_are_exported_from_their_page_with_those_that_are_shown(window, desk, siti, tmp_path, qtbot):
    from ui.screens.exporting import ExportDialog

    window.counter.show("workers")
    qtbot.mouseClick(window.page.give_out, Qt.MouseButton.LeftButton)
    (dialog,) = window.shell.findChildren(ExportDialog)
    assert dialog.full.isEnabled()
    dialog.who.set_value("shown")
    dialog.export_to(tmp_path / "siti.csv")
    qtbot.waitUntil((tmp_path / "siti.csv").exists, timeout=20_000)
    assert "SITI NURHALIZA" in (tmp_path / "siti.csv").read_text(encoding="utf-8-sig")
