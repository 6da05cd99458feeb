"""A worker's documents on the screen: taken, looked at, turned, kept and seen again, by the keyboard."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import SITI, kinds
from loket_testing.hands import Hands, hands
from loket_testing.papers import PDF, photograph
from msgspec.structs import replace
from PIL import Image, ImageFilter
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlalchemy import delete, insert

from kiosk.desk import Desk
from kiosk.devices.pictures import prepare
from kiosk.devices.scanner import PretendScanner
from kiosk.queries.documents import of_worker
from kiosk.queries.workers import card
from kiosk.store.tables import blob
from kiosk.sync.documents import fetch
from kiosk.usecases.documents import keep_document
from kiosk.usecases.workers import register
from models.rules.problems import Trouble
from scripts.passport_page import jpeg, letter
from ui.runner import InlineRunner
from ui.screens.worker_documents import WorkerDocumentsPage

__all__ = ["hands"]
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


class Taken:
    """The page, and what it told."""

    def __init__(self, desk: Desk, scanner: PretendScanner | None = None) -> None:
        self.told: list[str] = []
        self.opened: list[UUID] = []
        self.read: Callable[[bytes], bytes] = partial(fetch, desk)
        self.page = WorkerDocumentsPage(
            name=lambda worker_id: card(desk, worker_id).name,
            documents=partial(of_worker, desk),
            read=self._read,
            prepare=lambda content, name, turn: prepare(content, name, turn=turn),
            keep=lambda worker_id, kind, content, name, turn: keep_document(
                desk, worker_id, kind, content, name, turn=turn
            ),
            local=lambda at: at,
            open_worker=self.opened.append,
            told=self.told.append,
            runner=InlineRunner(),
            scan=scanner.scan if scanner else None,
        )

    def _read(self, digest: bytes) -> bytes:
        return self.read(digest)


def choose(at: Hands, kind: str) -> None:
    at.type(kind)
    at.press(Qt.Key.Key_Return)


def press_ctrl(key: Qt.Key) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    QTest.keyClick(target, key, Qt.KeyboardModifier.ControlModifier)


def test_a_page_from_the_scanner_is_kept_with_a_handful_of_keys(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    made = Taken(desk, PretendScanner([photograph()]))
    at = hands(made.page, worker_id=siti)
    assert at.sees("Dokumen SITI NURHALIZA")
    assert at.sees("Belum ada dokumen pekerja ini.")
    at.press(Qt.Key.Key_F8)
    assert at.sees("Belum disimpan")
    assert at.sees("Gambar jelas.")
    assert made.page.picture.has_picture()
    assert of_worker(desk, siti) == []
    choose(at, "KTP")
    at.press(Qt.Key.Key_F12)
    (row,) = of_worker(desk, siti)
    assert (row.kind, row.file_name) == ("ktp", "pindaian.jpg")
    assert made.told == ["KTP SITI NURHALIZA disimpan."]
    assert at.sees("1 dokumen")
    assert made.page.fresh is None
    assert at.keys <= 8
    assert at.nameless() == []


def test_what_kind_it_is_must_be_said(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> None:
    made = Taken(desk, PretendScanner([photograph()]))
    at = hands(made.page, worker_id=siti)
    at.press(Qt.Key.Key_F8, Qt.Key.Key_F12)
    assert at.sees("Wajib diisi.")
    assert of_worker(desk, siti) == []
    assert made.page.fresh is not None


def test_a_blurred_page_is_told_and_may_be_kept_or_taken_again(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    blurred = jpeg(letter(dpi=150).filter(ImageFilter.GaussianBlur(4)))
    made = Taken(desk, PretendScanner([blurred, photograph(), blurred]))
    at = hands(made.page, worker_id=siti)
    at.press(Qt.Key.Key_F8)
    assert at.sees("Gambar ini kabur")
    at.press(Qt.Key.Key_F8)
    assert not at.sees("Gambar ini kabur")
    assert at.sees("Gambar jelas.")
    at.press(Qt.Key.Key_F8)
    assert at.sees("Gambar ini kabur")
    made.page.kind.set_value("kontrak")
    at.press(Qt.Key.Key_F12)
    assert [row.kind for row in of_worker(desk, siti)] == ["kontrak"]


def test_a_page_is_turned_by_a_key_and_kept_as_it_looks(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    made = Taken(desk)
    at = hands(made.page, worker_id=siti)
    photo = tmp_path / "IMG_7.jpg"
    photo.write_bytes(photograph())
    made.page.take_file(photo)
    press_ctrl(Qt.Key.Key_R)
    assert made.page.fresh is not None
    assert made.page.fresh.turn == 90
    press_ctrl(Qt.Key.Key_R)
    press_ctrl(Qt.Key.Key_R)
    made.page.kind.set_value("kk")
    at.press(Qt.Key.Key_F12)
    (row,) = of_worker(desk, siti)
    assert row.file_name == "IMG_7.jpg"
    kept = Image.open(io.BytesIO(fetch(desk, row.sha256)))
    assert kept.width > kept.height


def test_kept_ones_are_seen_by_walking_the_list(desk: Desk, siti: UUID, hands: Callable[..., Hands], clock) -> None:
    keep_document(desk, siti, "kontrak", PDF, "kontrak.pdf")
    clock.forward(minutes=5)
    keep_document(desk, siti, "paspor", photograph(), "paspor.jpg")
    made = Taken(desk)
    at = hands(made.page, worker_id=siti)
    assert at.sees("paspor.jpg")
    assert made.page.picture.isVisible()
    assert made.page.picture.has_picture()
    at.press(Qt.Key.Key_Down)
    assert made.page.pdf.isVisible()
    assert made.page.pdf.pages() == 1
    assert not made.page.picture.has_picture()
    made.page.back.click()
    assert made.opened == [siti]


def test_what_is_at_the_centre_is_fetched_on_enter_and_trouble_is_said(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    kept = keep_document(desk, siti, "paspor", photograph(), "paspor.jpg")
    content = fetch(desk, kept.sha256)
    with desk.store.write() as connection:
        connection.execute(delete(blob))
    made = Taken(desk)
    at = hands(made.page, worker_id=siti)
    assert at.sees("Dokumen ini tersimpan di pusat.")

    def no_line(_digest: bytes) -> bytes:
        raise Trouble("sync.not_enrolled")

    made.read = no_line
    at.press(Qt.Key.Key_Return)
    assert at.sees("Loket ini belum terdaftar di pusat.")

    def line(_digest: bytes) -> bytes:
        with desk.store.write() as connection:
            connection.execute(
                insert(blob).values(sha256=kept.sha256, size=kept.size, media_type="image/jpeg", content=content)
            )
        made.read = partial(fetch, desk)
        return content

    made.read = line
    at.press(Qt.Key.Key_Return)
    assert made.page.picture.has_picture()


def test_a_file_that_is_none_is_refused_beside_and_what_was_taken_stays(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    made = Taken(desk, PretendScanner([photograph()]))
    at = hands(made.page, worker_id=siti)
    at.press(Qt.Key.Key_F8)
    film = tmp_path / "film.mp4"
    film.write_bytes(b"....ftypmp42")
    made.page.take_file(film)
    assert at.sees("Berkas film.mp4 bukan PDF, JPEG atau PNG.")
    assert made.page.fresh is not None
    assert made.page.fresh.file_name == "pindaian.jpg"
    made.page.take_file(tmp_path / "tidak ada.jpg")
    assert at.sees("tidak dapat dibaca")
    at.press(Qt.Key.Key_F8)
    assert at.sees("Pemindai menolak")
    made.page.drop.click()
    assert made.page.fresh is None
    assert kinds(desk).count("worker.document_kept") == 0
    assert at.failures == []


def test_another_worker_s_page_shows_nothing_of_the_last_one(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    other = register(desk, replace(SITI, name="DEWI", nik=None, passport_number="C7654321")).worker_id
    keep_document(desk, siti, "paspor", photograph(), "paspor-siti.jpg")
    made = Taken(desk, PretendScanner([photograph()]))
    at = hands(made.page, worker_id=siti)
    at.press(Qt.Key.Key_F8)
    at.shell.show_page("page", worker_id=other)
    assert at.sees("Dokumen DEWI")
    assert not at.sees("paspor-siti.jpg")
    assert made.page.fresh is None
    assert not made.page.picture.has_picture()


def test_the_worker_page_leads_there_by_a_key(window, siti: UUID) -> None:
    window.counter.open_worker(siti)
    window.press(Qt.Key.Key_D, ctrl=True)
    assert window.shell.current() == "documents"
    assert window.page.worker_id == siti
    window.press(Qt.Key.Key_Escape)
    assert window.shell.current() == "worker"
