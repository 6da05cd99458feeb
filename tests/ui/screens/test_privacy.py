"""Personal data: the text somebody agreed to, taking it back, restriction, and a name that shows only when asked."""

from __future__ import annotations

import pytest
from loket_testing.counter import slip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.queries.privacy import privacy_card
from kiosk.usecases import contributions, privacy

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

SECRETS = ("SITI", "NURHALIZA", "C4821907", "3507105203940003", "886912345678", "AHMAD", "AMINAH", "Chen Mei-ling")


def words_on(page) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page))


def told(page) -> list[str]:
    return [one for one in SECRETS if one in words_on(page).replace(" ", "") or one in words_on(page)]


def answer(window, qtbot, text: str = "") -> None:
    """Type into the open dialog and press F12."""
    dialog = window.page._dialog
    qtbot.waitUntil(dialog.isActiveWindow)
    window.type(text)
    window.press(Qt.Key.Key_F12)


def test_the_page_of_somebody_restricted_shows_nothing_until_it_is_asked_for(window, desk, siti):
    contributions.receive(desk, slip(siti))
    privacy.restrict(desk, siti, "meminta sendiri")
    window.counter.open_worker(siti)
    page = window.page
    assert page.name.text() == "S. N. · Data dibatasi"
    assert told(page) == []
    assert "Pekerja meminta datanya tidak diproses dulu." in page.limited_why.text()
    assert not page.edit.isEnabled()
    page.on_edit()
    assert window.shell.current() == "worker"
    window.press(Qt.Key.Key_T, ctrl=True)
    assert page.name.text() == "SITI NURHALIZA"
    assert page.edit.isEnabled()
    assert page.limited.isVisible()


def test_the_next_visit_asks_again(window, desk, siti):
    privacy.restrict(desk, siti, "meminta sendiri")
    window.counter.open_worker(siti)
    page = window.page
    page.reveal.click()
    assert page.name.text() == "SITI NURHALIZA"
    window.counter.show("home")
    window.counter.open_worker(siti)
    assert page.name.text() == "S. N. · Data dibatasi"
    assert told(page) == []


def test_paying_and_claiming_go_on_and_the_clerk_is_told_why_no_name_stands_there(window, desk, siti):
    privacy.restrict(desk, siti, "meminta sendiri")
    window.counter.pay(siti)
    assert "Layani seperti biasa" in words_on(window.page)
    assert told(window.page) == []
    window.counter.claim(siti)
    assert "Layani seperti biasa" in words_on(window.page)
    assert told(window.page) == []


def test_consent_is_taken_back_at_the_counter_and_the_task_says_by_when(window, desk, siti, qtbot):
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_B, ctrl=True)
    page = window.page
    assert window.shell.current() == "privacy"
    assert not page.primary.isEnabled()
    page.withdraw.click()
    answer(window, qtbot, "meminta sendiri")
    assert privacy_card(desk, siti).consent == "withdrawn"
    assert "Persetujuan ditarik 22 Nov 09.47 — tindak lanjuti sebelum 25 Nov 09.47" in words_on(page)
    assert told(page) == []
    window.counter.show("flagged")
    assert window.page.reviews.rows()[0].restricted
    window.counter.open_worker(siti)
    assert "tindak lanjuti sebelum 25 Nov 09.47" in words_on(window.page)


def test_what_was_done_closes_the_task_and_nothing_said_closes_nothing(window, desk, siti, qtbot):
    privacy.withdraw_consent(desk, siti)
    window.counter.open_privacy(siti)
    page = window.page
    assert page.restrict.text() == "Pemrosesan dihentikan…"
    page.restrict.click()
    answer(window, qtbot)
    assert "Tulis apa yang dikatakan pekerja" in words_on(page._dialog)
    assert privacy_card(desk, siti).task is not None
    answer(window, qtbot, "daftar pengingat")
    assert privacy_card(desk, siti).task is None
    assert "tindak lanjuti" not in words_on(page)


def test_the_worker_agrees_again_in_their_own_language(window, desk, siti):
    privacy.withdraw_consent(desk, siti)
    window.counter.open_privacy(siti)
    window.page.reading.language.set_value("en")
    assert "I may withdraw my consent at any time" in window.page.reading.text.text()
    window.press(Qt.Key.Key_F12)
    shown = privacy_card(desk, siti)
    assert (shown.consent, shown.consents[0].language, shown.consents[0].version) == ("given", "en", "2")
    assert window.page.header.title.text() == "Data pribadi · SITI NURHALIZA"


def test_the_text_of_an_older_version_is_read_as_it_was(window, desk, siti):
    from kiosk.forms.registration import Consent

    privacy.give_consent(desk, siti, Consent(version="1"))
    window.counter.open_privacy(siti)
    page = window.page
    page.history.setFocus()
    for _step in range(len(page.history.rows())):
        if page.history.current().version == "1":
            break
        window.press(Qt.Key.Key_Down)
    assert page.reading.text.text().startswith("Pekerja telah membaca")
    assert "versi 1" in page.reading.about.text()
