"""Workers to a file by the window: who, how much of them, and where to."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from loket_testing.counter import SITI
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.desk import Desk
from kiosk.steps import Step
from kiosk.usecases import exporting
from kiosk.usecases.workers import register
from ui.runner import InlineRunner
from ui.screens.exporting import ExportDialog


def open_dialog(qtbot: QtBot, desk: Desk, *, shown: list[UUID] | None = None, may_see_all: bool = True) -> Any:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    told: list[str] = []
    dialog = ExportDialog(
        window,
        shown=shown or [],
        may_see_all=may_see_all,
        export=lambda ids, full, kind: exporting.export(desk, ids=ids, full=full, kind=kind),
        save=lambda path, made: exporting.save_sheet(path, made.sheet),
        told=told.append,
        runner=InlineRunner(),
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    dialog.told = told  # type: ignore[attr-defined]
    dialog.window_kept = window  # type: ignore[attr-defined]
    return dialog


@pytest.fixture
def nur(desk: Desk, siti: UUID) -> UUID:
    other = {"birth_date": date(1990, 7, 9), "mother_name": "WATI", "phone": None}
    form = msgspec.structs.replace(SITI, name="NUR", nik=None, passport_number="C7000001", **other)
    return register(desk, form).worker_id


def test_all_workers_go_out_masked_and_it_is_said_how_many(qtbot: QtBot, desk: Desk, nur: UUID, tmp_path: Path) -> None:
    dialog = open_dialog(qtbot, desk)
    dialog.export_to(tmp_path / "pekerja.csv")
    qtbot.waitUntil(lambda: bool(dialog.told))
    assert dialog.told == ["2 pekerja disimpan ke pekerja.csv."]
    assert dialog.isHidden()
    text = (tmp_path / "pekerja.csv").read_text(encoding="utf-8-sig")
    assert "350710••••••0003" in text
    assert str(SITI.nik) not in text


def test_only_those_in_the_list_and_in_full_where_that_is_asked_for_by_keys(
    qtbot: QtBot, desk: Desk, siti: UUID, nur: UUID, tmp_path: Path
) -> None:
    dialog = open_dialog(qtbot, desk, shown=[siti])
    dialog.who.set_value("shown")
    dialog.full.setFocus()
    QTest.keyClick(dialog.full, Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    assert dialog._file_dialog is not None
    dialog._file_dialog.reject()
    dialog.export_to(tmp_path / "siti.csv")
    qtbot.waitUntil(lambda: dialog.told == ["1 pekerja disimpan ke siti.csv."])
    assert str(SITI.nik) in (tmp_path / "siti.csv").read_text(encoding="utf-8-sig")


def test_a_petugas_cannot_ask_for_full_numbers_and_reads_why(qtbot: QtBot, desk: Desk, siti: UUID) -> None:
    dialog = open_dialog(qtbot, desk, may_see_all=False)
    assert not dialog.full.isEnabled()
    assert "penyelia dan admin" in dialog.full_note.text()


def test_what_does_not_go_is_said_in_the_dialog(qtbot: QtBot, desk: Desk, siti: UUID, tmp_path: Path) -> None:
    dialog = open_dialog(qtbot, desk)
    dialog.export_to(tmp_path / "pekerja.ods")
    assert "pekerja.ods" in dialog.problem.text()
    dialog.export_to(tmp_path / "tidak-ada" / "pekerja.csv")
    qtbot.waitUntil(lambda: "tidak dapat dibaca atau ditulis" in dialog.problem.text())
    assert dialog.primary.isEnabled()
    assert dialog.told == []


def test_esc_stops_a_long_export_first_and_leaves_no_file(
    qtbot: QtBot, desk: Desk, nur: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    monkeypatch.setattr(exporting, "_A_PIECE", 1)
    dialog = open_dialog(qtbot, desk)
    dialog._slices.stepped.connect(lambda step: dialog.reject() if step == Step(1, 2) else None)
    dialog.export_to(tmp_path / "pekerja.csv")
    qtbot.waitUntil(lambda: not dialog._slices.busy())
    assert not dialog.isHidden()
    assert dialog.progress.isHidden()
    assert not (tmp_path / "pekerja.csv").exists()
    dialog.reject()
    assert dialog.isHidden()
