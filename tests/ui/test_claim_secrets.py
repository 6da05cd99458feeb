"""A restricted claim: nothing of what was typed or added can be read on this machine, at any moment after it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from loket_testing.papers import pdf
from loket_testing.windows import Window, enter
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from kiosk.desk import Desk, set_setting
from kiosk.log import keep_log
from kiosk.queries.claims import mission_claims
from kiosk.usecases import drafts
from models.journal.keys import SealingKey

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

STORY, FILER, PHONE = "Diancam pisau dapur oleh majikan", "IBU WATI SULASTRI", "+62 811 7770 1234"
FILE, INSIDE = "visum-rumah-sakit.pdf", "keterangan dokter forensik"
TYPED = (STORY, FILER, PHONE, FILE, INSIDE)
SEALED = (*TYPED, "PERKOSAAN", "visum", "keterangan_medis", "2026-10-17", "17 Okt 2026")


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where this program's temporary files would lie; and its log is kept as in the program."""
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    handler = keep_log(tmp_path / "loket")
    yield place
    handler.close()
    import logging

    logging.getLogger("loket").removeHandler(handler)


@pytest.fixture
def enrolled(desk: Desk) -> SealingKey:
    key = SealingKey.new()
    with desk.work() as work:
        set_setting(work.connection, "claims_key", key.public.hex())
    return key


def everything(desk: Desk) -> bytes:
    """Every value of every table, the search index and what it is made of included."""
    found = []
    with desk.read() as work:
        names = work.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        for name in names:
            for row in work.connection.exec_driver_sql(f'SELECT * FROM "{name}"'):
                found += [one if isinstance(one, bytes) else str(one).encode() for one in row]
    return b"\n".join(found)


def readable(desk: Desk, *folders: Path) -> list[str]:
    """The secrets that somebody who may open this counter could read, in the store or in files."""
    held = everything(desk)
    held += b"".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())
    held = held.lower()
    return [secret for secret in SEALED if secret.lower().encode() in held]


def type_it(window: Window, siti: Any, folder: Path) -> Any:
    """The account first, as people tell it; then what it is about, and a paper from the disk."""
    window.counter.claim(siti)
    page = window.page
    page.filed_by.set_value("heir")
    page.filer_name.set_value(FILER)
    page.filer_phone.set_value(PHONE)
    page.description.setFocus()
    window.type(STORY)
    file = folder / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(pdf(INSIDE.encode()))
    return page, file


def make_it_restricted(page: Any, file: Path, qtbot: Any) -> None:
    page.kind.set_value("JKK-PERKOSAAN")
    page.event_date.set_value(date(2026, 10, 17))
    qtbot.waitUntil(lambda: bool(page.checklist.requirements()))
    page.checklist.add_files("keterangan_medis", "visum", [file])
    page.checklist.act("keterangan_medis", "original")
    assert len(page.checklist.documents()) == 1


def test_nothing_can_be_read_after_filing_and_nothing_stays_in_the_window(
    window: Window, desk: Desk, siti: Any, enrolled: SealingKey, temporary: Path, tmp_path: Path, qtbot: Any
) -> None:
    page, file = type_it(window, siti, tmp_path / "kamera")
    page.keep_draft()
    make_it_restricted(page, file, qtbot)
    window.press(Qt.Key.Key_F12)
    (row,) = mission_claims(desk).rows
    assert (row.restricted, row.name, row.attached) == (True, "Klaim khusus", 1)
    assert len(window.printer.sent) == 1
    assert readable(desk, tmp_path / "loket", temporary) == []
    # Nor in the window: neither shown nor to be brought back by undoing, nor held for another moment.
    # What was taken off the screen is deleted at the next turn of the loop.
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert page.checklist.added() == ()
    assert (page.kind.value(), page.event_date.value()) == (None, None)
    for line in page.findChildren(QLineEdit):
        line.undo()
        assert line.text() == "", line.accessibleName()
    shown = [one.text() for one in page.findChildren(QLabel)] + [
        one.currentText() for one in page.findChildren(QComboBox)
    ]
    assert [secret for secret in TYPED for text in shown if secret in text] == []
    assert any("Hapus berkas aslinya" in text for text in shown)
    assert [text for text in shown if "Visum" in text or "polisi" in text] == [], "the names of papers tell as well"


@pytest.mark.parametrize("moment", ["lock", "crash"])
def test_nothing_can_be_read_when_it_is_interrupted(
    window: Window,
    desk: Desk,
    siti: Any,
    enrolled: SealingKey,
    temporary: Path,
    tmp_path: Path,
    qtbot: Any,
    moment: str,
) -> None:
    page, file = type_it(window, siti, tmp_path / "kamera")
    page.keep_draft()
    assert STORY.lower().encode() in everything(desk).lower(), "until then it might have been any claim"
    make_it_restricted(page, file, qtbot)
    if moment == "lock":
        window.counter.lock()
        assert readable(desk, tmp_path / "loket", temporary) == []
        enter(window)
        assert page.description.value() == STORY
        # Taking the kind out again does not make it any other claim.
        page.kind.set_value(None)
    page.keep_draft()
    assert readable(desk, tmp_path / "loket", temporary) == []
    assert drafts.load(desk, "claim") == []


def test_before_enrolment_it_is_said_that_nothing_of_it_will_be_kept(
    window: Window, desk: Desk, siti: Any, temporary: Path, tmp_path: Path, qtbot: Any
) -> None:
    page, file = type_it(window, siti, tmp_path / "kamera")
    make_it_restricted(page, file, qtbot)
    qtbot.waitUntil(lambda: any("belum terdaftar di pusat" in one.text() for one in page.marks.findChildren(QLabel)))
    window.press(Qt.Key.Key_F12)
    (row,) = mission_claims(desk).rows
    assert (row.restricted, row.attached) == (True, 0)
    assert readable(desk, tmp_path / "loket", temporary) == []
