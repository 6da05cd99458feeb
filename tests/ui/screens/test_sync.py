"""The truth about the line, and enrolment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from loket_testing.counter import MORNING
from loket_testing.hands import Hands
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.queries.home import SyncState, sync_state
from kiosk.sync.enrol import Enrolled
from kiosk.sync.sync import Progress, SyncReport
from models.journal.ids import new_id
from models.rules.problems import Problem, Refused, Trouble
from ui.runner import InlineRunner
from ui.screens.sync import SyncPage, statement_lines


class Line:
    """What the pages ask of the line, answered by hand; the real exchange has its own tests."""

    def __init__(self, desk: Desk) -> None:
        self.state: SyncState = sync_state(desk)
        self.trouble: Exception | None = None
        self.asked: list[Any] = []
        self.steps: list[Progress] = []

    def sync(self, tell: Callable[[Progress], None]) -> SyncReport:
        for step in self.steps:
            tell(step)
        if self.trouble is not None:
            raise self.trouble
        return SyncReport(3, 5, True, True, 0, (), 0, 0, 0, 2)

    def enrol(self, address: str, code: str, ca: str) -> Enrolled:
        self.asked.append((address, code, ca))
        if self.trouble is not None:
            raise self.trouble
        self.state = replace(self.state, kind="waiting")
        return Enrolled(address, new_id(), (), False)

    def certified(self, **fields: Any) -> None:
        self.state = replace(self.state, centre_url="https://pusat.example", **fields)


@pytest.fixture
def line(desk: Desk) -> Line:
    return Line(desk)


@pytest.fixture
def page(line: Line) -> SyncPage:
    return SyncPage(state=lambda: line.state, sync=line.sync, enrol=line.enrol, runner=InlineRunner())


def test_a_counter_without_a_centre_says_so_and_offers_to_enrol(
    page: SyncPage, siti: UUID, hands: Callable[..., Hands]
) -> None:
    at = hands(page)
    assert page.verdict.word.text() == "Belum terdaftar di pusat"
    assert page.primary.text() == "Daftarkan loket"
    assert at.nameless() == []


def test_what_waits_is_counted_from_the_journal(
    page: SyncPage, line: Line, desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    line.state = sync_state(desk)
    hands(page)
    assert page.entries.accessibleName() == f"{line.state.waiting} catatan menunggu kirim"
    assert line.state.waiting >= 4


def test_enrolment_takes_address_and_code_by_keys(page: SyncPage, line: Line, hands: Callable[..., Hands]) -> None:
    at = hands(page)
    at.press(Qt.Key.Key_F12)
    assert page.address_field.problem() == "Wajib diisi."
    page.address.setFocus()
    at.type("https://pusat.example")
    page.code.setFocus()
    at.type("abcd-1234")
    with at.qtbot.waitSignal(page.enrolled):
        at.press(Qt.Key.Key_F12)
    assert line.asked == [("https://pusat.example", "ABCD-1234", "")]
    assert page.primary.text() == "Sinkronkan sekarang"


def test_a_mistyped_code_is_said_beside_it_and_a_line_that_is_down_above_the_button(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    at = hands(page)
    page.address.set_value("https://pusat.example")
    page.code.set_value("ABCD")
    line.trouble = Refused(Problem("code", "code.check"))
    at.press(Qt.Key.Key_F12)
    assert "salah ketik" in (page.code_field.problem() or "")
    line.trouble = Trouble("sync.clock")
    at.press(Qt.Key.Key_F12)
    assert at.sees("Jam komputer ini tidak cocok")
    assert page.code.value() == "ABCD"


def test_an_authority_of_its_own_is_chosen_by_file_and_what_is_wrong_with_it_stands_beside_it(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    at = hands(page)
    page.address.set_value("https://pusat.example")
    page.code.set_value("ABCD-1234")
    at.press(Qt.Key.Key_F8)
    assert page._dialog is not None
    page._dialog.fileSelected.emit("/media/stik/ca.pem")
    page._dialog.reject()
    line.trouble = Refused(Problem("ca", "ca.none"))
    at.press(Qt.Key.Key_F12)
    assert line.asked == [("https://pusat.example", "ABCD-1234", "/media/stik/ca.pem")]
    assert "tidak memuat sertifikat" in (page.authority_field.problem() or "")
    assert page.authority.value() == "/media/stik/ca.pem"


def test_an_exchange_tells_what_it_did(page: SyncPage, line: Line, hands: Callable[..., Hands]) -> None:
    line.certified(kind="waiting", waiting=3)
    line.steps = [Progress("push", 1, 3), Progress("pull", 5, 5, "post:TPE")]
    at = hands(page)
    assert page.verdict.word.text() == "Belum semua terkirim"
    with at.qtbot.waitSignal(page.synced):
        at.press(Qt.Key.Key_F12)
    assert at.sees("Terkirim 3, diterima 5. Masih menunggu 0.")


def test_it_can_be_stopped_and_what_was_sent_stays_sent(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    line.certified(kind="waiting", waiting=3)
    at = hands(page)

    def sync(tell: Callable[[Progress], None]) -> SyncReport:
        tell(Progress("push", 1, 3))
        page.progress.stop.click()
        tell(Progress("push", 2, 3))
        raise AssertionError("it went on after it was stopped")

    page._sync = sync
    at.press(Qt.Key.Key_F12)
    assert at.sees("Dihentikan.")
    assert page.primary.isEnabled()


def test_documents_are_told_in_kilobytes_and_those_left_follow_by_themselves(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    line.certified(kind="waiting", waiting=3)
    at = hands(page)
    said: list[str] = []

    def sync(tell: Callable[[Progress], None]) -> SyncReport:
        tell(Progress("documents", 12_345_678, 50_000_000))
        said.append(page.progress.sentence.text())
        return SyncReport(3, 5, True, True, 0, (), 1, 2, 0, 2)

    page._sync = sync
    at.press(Qt.Key.Key_F12)
    assert said == ["Mengirim dokumen, 12.345 dari 50.000 kB…"]
    assert at.sees("Masih menunggu 0. 2 dokumen menyusul sendiri.")


def test_a_centre_that_was_restored_is_told_of_in_one_quiet_line(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    line.certified(kind="synced")
    at = hands(page)
    said: list[str] = []

    def sync(tell: Callable[[Progress], None]) -> SyncReport:
        tell(Progress("return", 1_200, 3_400))
        said.append(page.progress.sentence.text())
        return SyncReport(0, 5, True, True, 0, (), 0, 0, 0, 9, centre_restored=True, returned=3_400)

    page._sync = sync
    at.press(Qt.Key.Key_F12)
    assert said == ["Pusat dipulihkan dari cadangan. Mengembalikan 1.200 dari 3.400 catatan…"]
    assert at.sees("Pusat dipulihkan dari cadangan; yang tidak ada lagi di sana sudah dikembalikan.")


def test_a_line_that_is_down_is_told_and_tried_again(page: SyncPage, line: Line, hands: Callable[..., Hands]) -> None:
    line.certified(kind="waiting", waiting=3)
    line.trouble = Trouble("sync.revoked")
    at = hands(page)
    at.press(Qt.Key.Key_F12)
    assert at.sees("Pusat telah mencabut izin loket ini.")
    line.trouble = None
    at.press(Qt.Key.Key_F12)
    assert at.sees("Terkirim 3")


def test_what_the_centre_keeps_back_is_explained(page: SyncPage, line: Line, hands: Callable[..., Hands]) -> None:
    line.certified(
        kind="action", problems=(("quarantined", "id_reused", 1), ("held", "", 3)), last_error="Pusat tidak terjangkau."
    )
    at = hands(page)
    assert page.verdict.word.text() == "Perlu tindakan"
    assert at.sees("1 catatan dikarantina pusat")
    assert at.sees("Hubungi pusat; jangan ulangi pencatatannya. Nomor catatannya sudah dipakai catatan lain.")
    assert at.sees("3 catatan ditahan pusat")
    assert at.sees("Pusat tidak terjangkau.")


def test_a_signed_statement_is_shown_in_sums_a_clerk_can_compare(
    page: SyncPage, line: Line, hands: Callable[..., Hands]
) -> None:
    stated = {
        "count": 412,
        "sums": [
            {"account": "contributions:JKK+JKM", "currency": "IDR", "exponent": 0, "amount": -1_662_500},
            {"account": "exchange", "currency": "IDR", "exponent": 0, "amount": 1_662_882},
            {"account": "rounding", "currency": "IDR", "exponent": 0, "amount": -382},
            {"account": "tender:cash", "currency": "TWD", "exponent": 0, "amount": 12_450},
        ],
    }
    assert statement_lines(stated) == [
        ("Catatan yang diterima pusat", "412"),
        ("Iuran JKK + JKM", "Rp 1.662.500"),
        ("Selisih pembulatan kurs", "Rp 382"),
        ("Tunai", "NT$ 12.450"),
    ]
    line.certified(kind="synced", waiting=0, statement=stated, last_synced=MORNING)
    at = hands(page)
    assert page.verdict.word.text() == "Tersinkron"
    assert at.sees("NT$ 12.450")
