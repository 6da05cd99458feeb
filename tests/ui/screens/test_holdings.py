"""Whose data is on this machine: who may look, what stands there, and the list that is taken away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import msgspec
import pytest
from loket_testing.counter import CHEAP, SITI
from loket_testing.windows import Window, enter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from kiosk.usecases import holdings, privacy, staff
from kiosk.usecases.workers import register
from models.rules.problems import Refused
from ui.screens import holdings as screen

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


NUR: dict[str, object] = {
    "name": "NUR",
    "nik": None,
    "passport_number": "C7000001",
    "phone": None,
    "birth_date": date(1990, 7, 9),
    "mother_name": "WATI",
    "confirmed": (),
}


@pytest.fixture
def nur(desk, siti):
    return register(desk, msgspec.structs.replace(SITI, **NUR)).worker_id


def toast(window: Window) -> str:
    return " ".join(one.text() for one in window.shell.findChildren(QLabel) if one.isVisible())


def open_page(window: Window) -> screen.HoldingsPage:
    """By the keyboard, from «Atur»."""
    window.counter.show("staff")
    window.press(Qt.Key.Key_D, ctrl=True)
    assert window.shell.current() == "holdings"
    return window.page


def test_a_supervisor_sees_how_much_is_here_and_whose_it_is(window, desk, siti, nur):
    privacy.restrict(desk, siti, "meminta sendiri")
    page = open_page(window)
    assert page.table.hasFocus()
    assert page.header.subtitle.text() == "2 orang, 1 di antaranya dibatasi"
    assert [(one.name, one.passport, one.restricted) for one in page.table.rows()] == [
        ("NUR", "••••0001", False),
        ("S. N. · Data dibatasi", "••••1907", True),
    ]
    said = [one.text() for one in page.facts.findChildren(QLabel)]
    assert "Belum terkirim" in said
    assert page.seen is not None
    assert str(page.seen.unsent) in said
    assert "NURHALIZA" not in " ".join(said)
    window.press(Qt.Key.Key_Return)
    assert window.shell.current() == "worker"
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "holdings"
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "staff"


def test_the_list_is_written_by_keys_without_restricted_people_and_that_is_said(window, desk, siti, nur, tmp_path):
    privacy.restrict(desk, siti, "meminta sendiri")
    page = open_page(window)
    window.press(Qt.Key.Key_F12)
    dialog = page._file_dialog
    assert dialog is not None
    assert Path(dialog.selectedFiles()[0]).name == "data-di-loket-TPE3.csv"
    dialog.reject()
    page.save_to(tmp_path / "orang.csv")
    text = (tmp_path / "orang.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[0] == "Nama;Tanggal lahir;Paspor;Telepon;ID pekerja"
    assert "NUR;1990-07-09;••••0001;" in text
    assert "NURHALIZA" not in text
    assert (tmp_path / "orang.csv").stat().st_mode & 0o077 == 0
    assert "1 orang disimpan ke orang.csv. 1 orang tidak diikutkan karena datanya dibatasi." in toast(window)
    assert not page.progress.isVisible()
    assert page.primary.isEnabled()


def test_esc_stops_a_long_list_first_and_leaves_no_file(window, qtbot, nur, tmp_path, monkeypatch):
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    monkeypatch.setattr(holdings, "_A_PIECE", 1)
    page = open_page(window)
    seen = []

    def on_step(step):
        seen.append((page.progress.isVisible(), page.progress.sentence.text()))
        window.shell.back()

    page._slices.stepped.connect(on_step)
    page.save_to(tmp_path / "orang.csv")
    qtbot.waitUntil(lambda: not page._slices.busy())
    assert seen == [(True, "1 dari 2 orang…")]
    assert window.shell.current() == "holdings"
    assert not (tmp_path / "orang.csv").exists()
    assert "Dihentikan; tidak ada berkas yang dibuat." in toast(window)
    assert page.table.hasFocus()


def test_what_cannot_be_written_is_said_and_can_be_tried_again(window, nur, tmp_path):
    page = open_page(window)
    page.save_to(tmp_path / "orang.ods")
    page.save_to(tmp_path / "tidak-ada" / "orang.csv")
    assert any("orang.ods" in one for one in window.said())
    assert any("tidak dapat dibaca atau ditulis" in one for one in window.said())
    assert page.primary.isEnabled()


def test_a_long_list_is_shown_part_by_part(window, nur, monkeypatch):
    monkeypatch.setattr(screen, "AT_ONCE", 1)
    page = open_page(window)
    assert page.header.subtitle.text() == "2 orang · ditampilkan 1 yang pertama menurut abjad"
    page.more.setFocus()
    window.press(Qt.Key.Key_Space)
    assert [one.name for one in page.table.rows()] == ["NUR", "SITI NURHALIZA"]
    assert page.header.subtitle.text() == "2 orang"
    assert not page.more.isVisible()
    assert page.table.hasFocus()


def test_a_clerk_is_not_let_in_and_is_told_why(window, desk, siti):
    staff.add(desk, login="dewi", name="Dewi", role="petugas", password="rahasia-456", cost=CHEAP)
    page = open_page(window)
    assert page.table.rows()
    window.counter.lock(hand_over=True)
    enter(window, "dewi", "rahasia-456")
    # Whoever takes over does not find the list open.
    assert window.shell.current() == "home"
    window.counter.show("staff")
    assert not window.page.to_holdings.isEnabled()
    assert "penyelia dan admin" in window.page.to_holdings.accessibleDescription()
    window.press(Qt.Key.Key_D, ctrl=True)
    assert window.shell.current() == "staff"
    # Nor by any other way.
    window.counter.show("holdings")
    assert window.page.table.rows() == []
    assert any("tidak berwenang" in one for one in window.said())


def test_a_list_that_is_being_written_ends_where_somebody_else_takes_over(window, desk, nur, monkeypatch):
    monkeypatch.setattr(holdings, "_A_PIECE", 1)
    steps = holdings.list_people(desk)
    next(steps)
    desk.operator = replace(desk.operator, role="petugas")
    with pytest.raises(Refused):
        next(steps)


def test_an_empty_counter_says_so(window):
    page = open_page(window)
    assert page.empty.isVisible()
    assert not page.primary.isEnabled()
    assert page.header.subtitle.text() == "0 orang"
