"""Sticks by the window: where they are, what went onto them, what came from them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kiosk.devices.sticks import Stick, mounted
from kiosk.queries.bundles import BundleNote, Span
from kiosk.steps import Step, Steps
from kiosk.sync.incoming import Came
from kiosk.sync.outgoing import Exported, Sent
from models.journal.ids import new_id
from models.rules.problems import Problem, Refused, Trouble
from models.sync.bundles import BundleHead
from ui.runner import InlineRunner
from ui.screens.sticks import SticksDialog

MB = 1_000_000


def sent(number: int, folder: Path) -> Sent:
    head = BundleHead("up", new_id(), new_id(), 1, "TPE", "TPE3", number, 1, 1, datetime(2026, 11, 22, tzinfo=UTC), b"")
    note = BundleNote(part=1, parts=1, spans=(Span(1, 0, 24),))
    return Sent(number, folder / head.file_name, bytes(32), 12 * MB, note, head)


class Desk:
    """What the dialog is given; `fails` is raised in place of an answer."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.printed: list[list[int]] = []
        self.files: list[Path] = []
        self.came: tuple[Came, ...] = ()
        self.trouble: Trouble | None = None
        self.fails: Exception | None = None

    def export(self, folder: Path, size: int, everything: bool) -> Steps[Exported]:
        self.asked.append((folder, size, everything))
        yield Step(6 * MB, 12 * MB)
        if self.fails is not None:
            raise self.fails
        return Exported((sent(12, folder),), left=1 if self.trouble else 0, trouble=self.trouble)

    def take(self, files: list[Path]) -> Steps[tuple[Came, ...]]:
        self.asked.append(files)
        yield Step(1, 1)
        if self.fails is not None:
            raise self.fails
        return self.came

    def send_manifest(self, numbers: list[int]) -> str:
        self.printed.append(numbers)
        return "Kantor"


@pytest.fixture
def given() -> Desk:
    return Desk()


@pytest.fixture
def dialog(qtbot: QtBot, given: Desk) -> Iterator[Any]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    made = SticksDialog(
        window,
        sticks=lambda: [Stick(Path("/media/rina/USB"), 14_322 * MB, 15_931 * MB)],
        export=given.export,
        found=lambda _folder: given.files,
        take=given.take,  # type: ignore[arg-type]
        send_manifest=given.send_manifest,
        runner=InlineRunner(),
    )
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.open()
    yield made
    made.close()


def words(dialog: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisibleTo(dialog))


def test_the_stick_that_is_plugged_in_is_there_already_and_f12_writes(qtbot: QtBot, dialog: Any, given: Desk) -> None:
    assert dialog.folder.value() == "/media/rina/USB"
    assert "luang 14.322 dari 15.931 MB" in words(dialog)
    with qtbot.waitSignal(dialog.carried):
        QTest.keyClick(dialog, Qt.Key.Key_F12)
    assert given.asked == [(Path("/media/rina/USB"), 4_000 * MB, False)]
    said = words(dialog)
    assert "LOKET-TPE3-naik-000012-1dari1.loket" in said
    assert "24 catatan, 0 dokumen" in said
    dialog.manifest.click()
    assert given.printed == [[12]]
    qtbot.waitUntil(lambda: "Daftar bawaan dikirim ke Kantor" in words(dialog))


def test_a_full_stick_says_what_is_left_for_the_next_one(dialog: Any, given: Desk) -> None:
    given.trouble = Trouble("bundle.stick_full", path="/media/rina/USB", needed=700, free=12)
    dialog.everything.setChecked(True)
    dialog.largest.set_value("700")
    dialog.primary.click()
    assert given.asked == [(Path("/media/rina/USB"), 700 * MB, True)]
    said = words(dialog)
    assert "1 berkas lagi untuk flashdisk berikutnya" in said
    assert "perlu 700 MB, luang 12 MB" in said


def test_what_is_wrong_stands_where_it_can_be_changed(dialog: Any, given: Desk) -> None:
    given.fails = Refused(Problem.of("size", "bundle.size", least=9, most=4293))
    dialog.primary.click()
    assert "antara 9 dan 4293 MB" in dialog.size_field.below.text()
    assert dialog.primary.isEnabled()
    given.fails = Trouble("bundle.stick_gone", path="/media/rina/USB", said="Input/output error")
    dialog.primary.click()
    assert "Pasang kembali lalu ulangi" in dialog.problem.text()
    dialog.folder.set_value("")
    dialog.primary.click()
    assert dialog.folder_field.below.text() == "Wajib diisi."


def test_each_file_from_the_centre_says_what_became_of_it(dialog: Any, given: Desk) -> None:
    given.came = (
        Came(Path("a.loket"), "taken", 4, entries=310, documents=2),
        Came(Path("b.loket"), "held", 7, missing=(5, 6)),
        Came(Path("c.loket"), "known", 3),
        Came(Path("d.loket"), "refused", problem=Problem.of("d", "bundle.damaged", name="d.loket")),
    )
    given.files = [one.path for one in given.came]
    dialog.way.set_value("down")
    dialog.primary.click()
    assert given.asked == [given.files]
    said = words(dialog)
    assert "310 catatan baru, 2 dokumen" in said
    assert "Menunggu berkas nomor 5, 6; lalu terambil sendiri." in said
    assert "Sudah pernah diambil" in said
    assert "d.loket rusak atau diubah di jalan" in said
    given.came = ()
    dialog.primary.click()
    assert "Tidak ada berkas Loket di sana" in words(dialog)


def test_sticks_are_found_where_the_desktop_mounts_them(tmp_path: Path) -> None:
    stick = tmp_path / "media" / "FLASH DISK"
    stick.mkdir(parents=True)
    mounts = tmp_path / "mounts"
    written = str(stick).replace(" ", "\\040")
    mounts.write_text(
        f"/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 {written} vfat rw 0 0\n/dev/sdc1 {tmp_path}/media/gone vfat\n"
    )
    found = mounted(mounts, (f"{tmp_path}/media/",))
    assert [one.name for one in found] == ["FLASH DISK"]
    assert 0 < found[0].free <= found[0].size
    assert mounted(tmp_path / "nothing") == []
