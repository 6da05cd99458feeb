"""The counter's own examination under «Atur»: what is wrong comes first, with the next step; and a file for support."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from kiosk.desk import Desk, set_setting
from kiosk.devices.printer import PretendPrinter
from kiosk.usecases import doctor
from models.diagnoses import Finding, fine, note, wrong
from models.journal.keys import SealingKey
from models.rules.problems import Trouble
from models.sync.support import open_diagnosis
from ui.runner import InlineRunner
from ui.screens.doctor import DoctorPage

FOUND = [
    fine("disk", "disk.fine", free_mb=63_000),
    note("keys", "keys.single"),
    wrong("clock", "clock.skew", minutes=17),
]


def page_of(found: list[Finding], line: Callable[[], list[Finding]] = list, **more: object) -> DoctorPage:
    told: list[str] = []
    page = DoctorPage(
        look=lambda: list(found),
        ask_line=line,
        save=more.get("save", lambda _path, _found: None),  # type: ignore[arg-type]
        told=told.append,
        runner=InlineRunner(),
    )
    page.said = told  # type: ignore[attr-defined]
    return page


def test_what_is_wrong_stands_above_what_is_well_with_its_next_step(hands: Callable[..., Hands]) -> None:
    page = page_of(FOUND)
    at = hands(page)
    assert at.sees("Ada yang salah")
    assert at.sees("1 hal harus diperbaiki. 1 hal perlu perhatian.")
    assert at.sees("Betulkan tanggal dan jam komputer, lalu sinkronkan.")
    direct = Qt.FindChildOption.FindDirectChildrenOnly
    # The lines of an earlier look go when the window comes to it.
    lines = [line.accessibleName() for line in page.marks.findChildren(QWidget, options=direct)][-3:]
    assert [line.split()[0] for line in lines] == ["Jam", "Hanya", "Ruang"]
    assert at.nameless() == []


def test_the_line_is_asked_after_the_machine_and_f12_looks_again(hands: Callable[..., Hands]) -> None:
    found, asked = [fine("disk", "disk.fine", free_mb=63_000)], []

    def line() -> list[Finding]:
        asked.append(1)
        return [note("line", "statement.never")] if len(asked) == 1 else []

    at = hands(page_of(found, line))
    assert at.sees("Loket dapat bekerja")
    at.press(Qt.Key.Key_F12)
    assert at.sees("Loket ini sehat")
    assert len(asked) == 2


def test_a_check_that_cannot_be_made_is_told_and_the_button_is_there_again(hands: Callable[..., Hands]) -> None:
    def line() -> list[Finding]:
        raise Trouble("line.unreachable", host="x")

    page = page_of(FOUND, line)
    failed: list[object] = []
    page.failed.connect(failed.append)
    hands(page)
    assert len(failed) == 1
    assert page.primary.isEnabled()


def test_the_file_for_support_holds_what_was_found(desk: Desk, hands: Callable[..., Hands], tmp_path: Path) -> None:
    key, path = SealingKey.new(), tmp_path / "bantuan"
    page = page_of(
        doctor.outside(desk.folder, PretendPrinter()) + doctor.inside(desk),
        save=lambda path, found: doctor.save_diagnosis(path, desk, found),
    )
    hands(page)
    failed: list[Trouble] = []
    page.failed.connect(failed.append)
    page.save_to(path)
    assert [trouble.code for trouble in failed] == ["support.no_key"]
    with desk.work() as work:
        set_setting(work.connection, "claims_key", key.public.hex())
    page.save_to(path)
    assert page.said == ["Berkas bantuan disimpan: bantuan. Kirimkan kepada pusat."]  # type: ignore[attr-defined]
    assert {one.code for one in open_diagnosis(path.read_bytes(), key).findings} >= {"keys.single", "database.fine"}
    page.save_to(tmp_path / "nowhere" / "x")
    assert failed[-1].code == "world.file"


@pytest.mark.parametrize("grade", ["fine", "note", "wrong"])
def test_every_grade_has_its_word(hands: Callable[..., Hands], grade: str) -> None:
    words = {"fine": "Loket ini sehat", "note": "Loket dapat bekerja", "wrong": "Ada yang salah"}
    at = hands(page_of([Finding("disk", grade, "disk.fine", (("free_mb", "1"),))]))  # type: ignore[arg-type]
    assert at.sees(words[grade])
