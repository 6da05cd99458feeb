"""A death told at the counter: the letter, its claim, and the heirs, worked with a keyboard."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from loket_testing.counter import SITI
from PySide6.QtCore import Qt

from kiosk.forms.claim import ClaimForm
from kiosk.queries.deaths import deaths
from kiosk.queries.workers import card
from kiosk.usecases.claims import file
from kiosk.usecases.workers import amend
from models.journal.workers import Heir

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
F8, F12, ESCAPE, TAB, DOWN = Qt.Key.Key_F8, Qt.Key.Key_F12, Qt.Key.Key_Escape, Qt.Key.Key_Tab, Qt.Key.Key_Down
DAY = date(2026, 11, 20)


@pytest.fixture
def lost(desk, siti):
    """Siti, whose husband and child are named, and the claim her husband filed."""
    heirs = (Heir(name="AHMAD", relation="suami", phone="+6281234567890"), Heir(name="PUTRI", relation="anak"))
    amend(desk, siti, msgspec.structs.replace(SITI, heirs=heirs))
    return file(desk, ClaimForm(worker_id=str(siti), kind="JKM-SELAMA", event_date=DAY, filed_by="heir")).number


def fill(window):
    page = window.page
    page.event_date.set_value(DAY)
    page.place.set_value("Kaohsiung Medical University Hospital")
    page.source.set_value("Surat kematian rumah sakit nomor 88/2026")


def test_from_the_worker_to_the_letter_to_the_heirs(window, desk, siti, lost):
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_H, ctrl=True)
    assert window.counter.shell.current() == "deaths"
    page = window.page
    assert [one.name for one in page.heirs.rows()] == ["AHMAD", "PUTRI"]
    assert page.name.value() == "AHMAD"
    window.press(F8)
    page = window.page
    assert window.counter.shell.current() == "statement"
    assert page.claim.value() == lost
    window.press(F12)
    assert page.date_field.problem()
    fill(window)
    window.press(F12)
    assert page.finished.isVisibleTo(page)
    assert lost in page.done_note.text()
    assert "surat_kematian" not in card(desk, siti).claims[0].missing
    window.press(ESCAPE)
    assert window.counter.shell.current() == "deaths"


def test_each_heir_is_noted_until_all_know(window, desk, siti, lost):
    window.counter.open_deaths(siti)
    page = window.page
    page.reached.set_value("no")
    window.press(F12)
    assert [one.told for one in deaths(desk)[0].heirs] == [False, False]
    for _heir in range(2):
        page.reached.set_value("yes")
        window.press(F12)
    assert deaths(desk)[0].to_tell == ()
    assert page.list.rows()[0].worker_id == siti
    page.name.set_value("")
    window.press(F12)
    assert page.name_field.problem()


def test_with_nobody_dead_the_page_says_what_will_be_there(window):
    window.counter.show("claims")
    window.press(Qt.Key.Key_H, ctrl=True)
    assert window.counter.shell.current() == "deaths"
    assert window.page.nothing.isVisibleTo(window.page)
    assert not window.page.chosen.isVisibleTo(window.page)
