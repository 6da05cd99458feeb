"""The worker page: who, how covered, what happened; and that nothing secret stands there unasked."""

from __future__ import annotations

from datetime import date

import pytest
from loket_testing.counter import SITI, slip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.forms.claim import ClaimForm
from kiosk.queries import workers as seen
from kiosk.usecases import claims, contributions, workers
from models.rules.claims import benefits

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def words_on(page) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def test_the_page_shows_the_person_and_masks_the_nik_until_asked(window, siti):
    window.counter.open_worker(siti)
    page = window.page
    assert page.name.text() == "SITI NURHALIZA"
    assert "Paspor C4821907" in page.numbers.text()
    assert page.nik.text.text() == "NIK 350710••••••0003"
    assert "3507105203940003" not in words_on(page)
    page.nik.button.click()
    assert page.nik.text.text() == "NIK 3507105203940003"


def test_neither_account_nor_mothers_name_stands_on_the_page(window, desk):
    form = {name: getattr(SITI, name) for name in SITI.__struct_fields__}
    form |= {"bank_name": "BRI", "bank_account": "012345677712", "bank_holder": "SITI NURHALIZA"}
    window.counter.open_worker(workers.register(desk, type(SITI)(**form)).worker_id)
    said = words_on(window.page)
    assert "BRI ••••••7712" in said
    assert "012345677712" not in said
    assert "AMINAH" not in said


def test_history_has_receipt_claim_and_registration_newest_first(window, desk, siti):
    receipt = contributions.receive(desk, slip(siti)).number
    kind = next(one.code for one in benefits() if one.programme == "JKK" and not one.restricted and not one.death)
    filed = claims.file(
        desk, ClaimForm(worker_id=str(siti), kind=kind, event_date=date(2026, 11, 3), filed_by="worker")
    ).number
    window.counter.open_worker(siti)
    rows = window.page.history.rows()
    assert [row.kind for row in rows] == ["claim", "receipt", "registered"]
    assert [row.number for row in rows] == [filed, receipt, ""]
    assert rows[1].title == "JKK + JKM 24 bulan"
    assert rows[1].amount == "Rp 332.500"
    assert rows[0].chip == ("blue", "Menunggu pusat")


def test_a_restricted_claim_is_named_in_neutral_words_only(window, desk, siti):
    kind = next(one for one in benefits() if one.restricted)
    claims.file(desk, ClaimForm(worker_id=str(siti), kind=kind.code, event_date=date(2026, 11, 3), filed_by="mission"))
    window.counter.open_worker(siti)
    row = window.page.history.rows()[0]
    assert (row.title, row.chip[1]) == ("Klaim khusus", "Menunggu pusat")
    assert kind.name not in words_on(window.page)


def test_f8_shows_the_paper_of_the_line_one_stands_on(window, desk, siti):
    contributions.receive(desk, slip(siti))
    window.counter.open_worker(siti)
    window.page.history.setFocus()
    window.press(Qt.Key.Key_F8)
    assert window.shell.current() == "paper"


def test_enter_on_a_receipt_opens_its_paper_and_on_a_claim_the_claim(window, desk, siti):
    contributions.receive(desk, slip(siti))
    kind = next(one.code for one in benefits() if one.programme == "JKK" and not one.restricted and not one.death)
    claims.file(desk, ClaimForm(worker_id=str(siti), kind=kind, event_date=date(2026, 11, 3), filed_by="worker"))
    window.counter.open_worker(siti)
    window.page.history.setFocus()
    window.press(Qt.Key.Key_Return)
    assert window.shell.current() == "claims"
    window.counter.open_worker(siti)
    window.page.history.setFocus()
    window.press(Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert window.shell.current() == "paper"


def test_a_line_without_a_paper_has_nothing_to_print(window, siti):
    window.counter.open_worker(siti)
    assert not window.page.print.isEnabled()
    window.press(Qt.Key.Key_F8)
    assert window.shell.current() == "worker"


def test_what_was_confirmed_against_the_nik_is_shown_in_words(window, desk):
    form = {name: getattr(SITI, name) for name in SITI.__struct_fields__}
    form |= {"birth_date": date(1994, 3, 13), "confirmed": ("nik.birth_date",)}
    window.counter.open_worker(workers.register(desk, type(SITI)(**form)).worker_id)
    assert not window.page.doubts.isHidden()
    assert "Tanggal lahir berbeda dengan NIK" in words_on(window.page)


def test_the_page_is_read_again_when_something_was_recorded(window, desk, siti):
    from ui.news import CONTRIBUTIONS, news

    window.counter.open_worker(siti)
    assert len(window.page.history.rows()) == 1
    contributions.receive(desk, slip(siti))
    news.tell(CONTRIBUTIONS)
    assert len(window.page.history.rows()) == 2


def test_the_next_person_never_stands_beside_the_numbers_of_the_last(window, desk, siti):
    window.counter.open_worker(siti)
    form = {name: getattr(SITI, name) for name in SITI.__struct_fields__}
    form |= {"name": "SUKARNO", "passport_number": "D5510392", "nik": None, "sex": "M"}
    form |= {"birth_date": date(1990, 6, 5), "mother_name": "IDA AYU", "phone": None}
    other = workers.register(desk, type(SITI)(**form)).worker_id
    window.counter.open_worker(other)
    assert window.page.name.text() == "SUKARNO"
    assert window.page.nik.text.text() == "NIK —"
    assert "C4821907" not in words_on(window.page)
    assert seen.card(desk, other).name == "SUKARNO"


def test_no_words_of_a_fact_are_cut_off_where_the_page_is_higher_than_the_window(window, desk, siti):
    # So much stands here that a scroll bar takes some of the width, after the words were set out.
    contributions.receive(desk, slip(siti, months=12))
    window.shell.resize(1366, 768)
    for _again in range(2):
        window.counter.open_worker(siti)
        QApplication.processEvents()
        words = [one for one in window.page.facts.findChildren(QLabel) if one.isVisible() and one.wordWrap()]
        assert len(words) > 5
        assert [one.text() for one in words if one.height() < one.heightForWidth(one.width())] == []
        window.counter.show("home")
