"""A list of workers by the window: chosen, its columns told, tried out, registered, stopped and taken up again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from loket_testing.hands import Hands
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from sqlalchemy import func, select

from kiosk.desk import Desk
from kiosk.devices.sheets import read_sheet
from kiosk.forms.importing import Columns
from kiosk.steps import Step, finish
from kiosk.usecases import drafts, exporting, importing
from models.journal.ids import new_id
from models.ledger.tables import worker
from reports.sheets import Sheet, render_sheet
from ui.kit import Progress
from ui.news import WORKERS, news
from ui.runner import InlineRunner
from ui.screens.importing import ImportPage

NAMES = ("No", "Panggilan", "No. Paspor", "L/P", "Tgl Lahir")
ROWS = (
    ("1", "DEWI LESTARI", "E7730021", "P", "08/12/1996"),
    ("2", "SUKARNO", "D5510392", "L", "05/06/1990"),
    ("3", "BUDI", "C1000001", "X", "31/02/1990"),
    ("4", "NUR AISYAH", "C1000002", "P", "13/01/1990"),
)
GUESSED = Columns(fields={"Panggilan": "name"})


@pytest.fixture
def page(desk: Desk) -> ImportPage:
    opened: list[Any] = []
    told: list[str] = []
    made = ImportPage(
        read=partial(importing.read_file, desk),
        look=partial(importing.look, desk),
        remember=partial(importing.remember, desk),
        try_out=partial(importing.try_out, desk),
        begin=partial(importing.Import, desk),
        result=importing.result_sheet,
        blank=exporting.blank,
        save=exporting.save_sheet,
        save_draft=partial(drafts.save, desk),
        load_drafts=partial(drafts.load, desk),
        drop_draft=partial(drafts.drop, desk),
        open_worker=opened.append,
        told=told.append,
        runner=InlineRunner(),
    )
    made.opened, made.told = opened, told  # type: ignore[attr-defined]
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "CPMI PT Maju.xlsx"
    path.write_bytes(render_sheet(Sheet("CPMI", NAMES, ROWS), ".xlsx"))
    return path


def people(desk: Desk) -> int:
    with desk.read() as work:
        return int(work.connection.scalar(select(func.count()).select_from(worker)) or 0)


def take(page: ImportPage, at: Hands, file: Path) -> None:
    """As the file dialog does when a file was chosen."""
    page.take(file)
    until(at, lambda: page._state == "columns")


def name_them(page: ImportPage, at: Hands) -> None:
    """The one column that nobody knows, by the keyboard."""
    choice = page._choices["Panggilan"]
    assert choice.isAncestorOf(at.shell.focusWidget()) or at.shell.focusWidget() is choice
    at.type("nama lengkap")
    at.press(Qt.Key.Key_Tab)
    # Offscreen, a list of suggestions that has gone leaves no window active.
    at.shell.activateWindow()
    until(at, page.primary.isEnabled)


def until(at: Hands, what: Callable[[], bool]) -> None:
    """Long work is waited for longer than a click."""
    at.qtbot.waitUntil(what, timeout=20_000)


def try_it(page: ImportPage, at: Hands) -> None:
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "tried")


def test_the_page_begins_with_what_it_is_for_and_every_control_has_a_name(
    page: ImportPage, hands: Callable[..., Hands], file: Path
) -> None:
    at = hands(page)
    assert at.sees("Pilih daftar dari perusahaan penempatan atau kegiatan jemput bola.")
    assert at.shell.focusWidget() is page.primary
    assert at.nameless() == []
    take(page, at, file)
    assert at.nameless() == []
    name_them(page, at)
    try_it(page, at)
    assert at.nameless() == []


def test_a_list_is_registered_by_the_keyboard_alone(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path
) -> None:
    at = hands(page)
    take(page, at, file)
    assert at.sees("Belum ada kolom untuk Nama lengkap. Pilih kolomnya.")
    assert not page.primary.isEnabled()
    name_them(page, at)
    assert at.sees("DEWI LESTARI · SUKARNO · BUDI")
    assert at.sees("8 Des 1996 · 5 Jun 1990")
    try_it(page, at)
    assert people(desk) == 0
    assert page.primary.text() == "Daftarkan 3 pekerja"
    assert [(one.row, one.column) for one in page.problems.rows()] == [(4, "L/P"), (4, "Tgl Lahir")]
    assert at.sees("X tidak ada dalam pilihan. Pilih salah satu dari: P, L.")
    with at.qtbot.waitSignal(news.changed, check_params_cb=lambda topic: topic == WORKERS):
        at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "done")
    assert people(desk) == 3
    assert at.sees("3 pekerja terdaftar.")
    assert page.refused.accessibleName() == "1 ditolak"


def test_everything_that_was_found_can_be_looked_at_and_a_registered_worker_opened(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path
) -> None:
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    try_it(page, at)
    page.filter.set_value("warnings")
    assert {one.problem.code for one in page.problems.rows()} >= {"nik.missing", "consent.missing"}
    page.filter.set_value("all")
    assert [page.rows.columns()[2].cell(one).text for one in page.rows.rows()] == [  # type: ignore[union-attr]
        "Akan didaftarkan",
        "Akan didaftarkan",
        "Ditolak",
        "Akan didaftarkan",
    ]
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "done")
    page.filter.set_value("all")
    page.rows.setFocus()
    at.press(Qt.Key.Key_Home, Qt.Key.Key_Return)
    assert page.opened == [page._outcomes[0].worker_id]  # type: ignore[attr-defined]


def test_esc_goes_back_from_the_trial_to_the_columns_and_loses_no_choice(
    page: ImportPage, hands: Callable[..., Hands], file: Path
) -> None:
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    try_it(page, at)
    at.press(Qt.Key.Key_Escape)
    assert page._state == "columns"
    assert page._columns().fields["Panggilan"] == "name"


def test_a_run_is_stopped_between_two_rows_and_goes_on_from_there(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)  # a slice for every row
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    try_it(page, at)
    page._slices.stepped.connect(lambda step: page.progress.stop.click() if step == Step(1, 4) else None)
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "stopped")
    assert people(desk) == 1
    assert at.sees("Dihentikan. Yang sudah terdaftar tetap tercatat; F12 melanjutkan.")
    assert page.skipped.accessibleName() == "3 dilewati"
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "done")
    assert people(desk) == 3
    assert page.done_figure.accessibleName() == "3 terdaftar"


def test_somebody_else_who_takes_over_does_not_go_on_with_it(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.runner.SLICE_SECONDS", 0)
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    try_it(page, at)

    def hand_over(_step: object) -> None:
        desk.operator = replace(desk.operator, id=new_id(), login="dewi")

    page._slices.stepped.connect(hand_over)
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "stopped")
    assert people(desk) == 1
    assert at.sees("Petugas sudah berganti, maka impor dihentikan.")


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_the_result_is_saved_where_one_wants_it(
    page: ImportPage, hands: Callable[..., Hands], file: Path, tmp_path: Path, kind: str
) -> None:
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    try_it(page, at)
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "done")
    QTest.keyClick(page, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert page._dialog is not None
    page._dialog.reject()
    saved = tmp_path / f"hasil{kind}"
    page.save_to(saved)
    assert saved.stat().st_mode & 0o777 == 0o600
    lines = finish(read_sheet(saved.read_bytes(), saved.name)).rows
    assert [line.cells[6] for line in lines[1:]] == ["terdaftar", "terdaftar", "ditolak", "terdaftar"]
    assert at.sees(f"Disimpan sebagai hasil{kind}; hanya Anda yang dapat membukanya.")
    page.save_to(tmp_path / "hasil.ods")
    assert at.sees("Nama berkas hasil.ods harus berakhiran .csv atau .xlsx.")


def test_a_blank_list_can_be_given_to_a_placement_company(
    page: ImportPage, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    hands(page)
    page.save_to(tmp_path / "contoh.xlsx")
    (names,) = finish(read_sheet((tmp_path / "contoh.xlsx").read_bytes(), "contoh.xlsx")).rows
    assert names.cells == exporting.blank().columns


def test_what_is_no_list_is_said_and_another_can_be_chosen(
    page: ImportPage, hands: Callable[..., Hands], file: Path, tmp_path: Path
) -> None:
    at = hands(page)
    wrong = tmp_path / "foto.csv"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n\x01\x02")
    page.take(wrong)
    until(at, lambda: page._state == "choose")
    assert at.sees("Berkas foto.csv bukan CSV atau XLSX. Simpan dalam salah satu bentuk itu.")
    page.take(tmp_path / "tidak-ada.csv")
    until(at, lambda: not page._slices.busy())
    assert at.sees("tidak-ada.csv")
    take(page, at, file)
    assert not at.sees("foto.csv")


def test_a_file_can_be_dropped_on_the_page(page: ImportPage, hands: Callable[..., Hands], file: Path) -> None:
    at = hands(page)
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(file))])
    page.dropEvent(
        QDropEvent(
            QPointF(9, 9),
            Qt.DropAction.CopyAction,
            carried,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    until(at, lambda: page._state == "columns")
    assert page.file_name.text() == file.name


def test_another_sheet_of_the_workbook_is_read_when_it_is_chosen(
    page: ImportPage, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["Catatan"])  # type: ignore[union-attr]
    book.active.append(["bukan daftar"])  # type: ignore[union-attr]
    data = book.create_sheet("Data")
    data.append(["Nama", "L/P", "Tgl Lahir"])
    data.append(["SITI", "P", "13/03/1994"])
    book.save(tmp_path / "dua.xlsx")
    at = hands(page)
    take(page, at, tmp_path / "dua.xlsx")
    assert page.page_field.isVisible()
    page.page_choice.set_value("Data")
    until(at, lambda: "Nama" in page._choices)
    until(at, page.primary.isEnabled)


def test_dates_can_be_said_to_be_written_month_first(
    page: ImportPage, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    path = tmp_path / "daftar.csv"
    path.write_text("Nama;L/P;Tgl Lahir\nSITI;P;03/05/1990\n")
    at = hands(page)
    take(page, at, path)
    until(at, lambda: at.sees("Tanggal pada kolom ini dibaca hari/bulan/tahun. Periksa contohnya."))
    page.order.set_value("mdy")
    until(at, lambda: at.sees("5 Mar 1990"))


def test_what_was_begun_is_there_again_after_a_crash_and_gone_when_it_is_done(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path
) -> None:
    at = hands(page)
    take(page, at, file)
    name_them(page, at)
    page.keep_draft()
    (kept,) = drafts.load(desk, "import")
    assert (kept.content["path"], kept.content["fields"]["Panggilan"]) == (str(file), "name")
    page._path = page._list = None  # as the next start finds it
    page._asked_before = False
    page._show("choose")
    page.on_shown()
    until(at, lambda: page._state == "columns")
    assert page._columns().fields["Panggilan"] == "name"
    try_it(page, at)
    at.press(Qt.Key.Key_F12)
    until(at, lambda: page._state == "done")
    assert drafts.load(desk, "import") == []


def test_columns_told_once_are_known_for_the_next_list(
    page: ImportPage, desk: Desk, hands: Callable[..., Hands], file: Path
) -> None:
    importing.remember(desk, finish(importing.read_file(desk, file)).found, GUESSED)
    at = hands(page)
    take(page, at, file)
    assert at.sees("Kolomnya dikenali dari daftar sebelumnya.")
    assert page.primary.isEnabled()
    assert isinstance(page.progress, Progress)
