"""The claim screen: a claim filed with a keyboard, with whatever papers are there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import kinds, slip
from loket_testing.hands import Hands
from loket_testing.papers import PDF, photograph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from kiosk.desk import Desk
from kiosk.devices.pictures import prepare
from kiosk.devices.printer import PretendPrinter
from kiosk.devices.scanner import PretendScanner
from kiosk.queries import workers
from kiosk.queries.claims import mission_claims
from kiosk.queries.documents import of_claim
from kiosk.usecases import claims, contributions, drafts, papers
from models.rules.claims import benefit
from ui.kit import QuietButton
from ui.runner import InlineRunner
from ui.screens.claim import ClaimPage, benefit_amount

TODAY = date(2026, 11, 22)
JPEG = photograph()


class Claiming:
    def __init__(self, page: ClaimPage, hands: Hands, printer: PretendPrinter) -> None:
        self.page, self.hands, self.printer = page, hands, printer
        self.press, self.type, self.shows = hands.press, hands.type, hands.until

    def fill(self, kind: str, day: str) -> None:
        """Kind by part of its name, then the date, each finished with Enter."""
        self.page.kind.setFocus()
        self.page.kind.lineEdit().selectAll()  # type: ignore[union-attr]
        self.type(kind)
        self.press(Qt.Key.Key_Tab)
        assert self.page.event_date.hasFocus()
        self.type(day)
        self.press(Qt.Key.Key_Return)
        self.shows(lambda: bool(self.page.checklist.requirements()))

    def marks(self) -> str:
        return " | ".join(line.accessibleName() for line in self.page.marks.findChildren(QWidget) if line.isVisible())


@pytest.fixture
def claiming(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> Claiming:
    return open_claim(desk, siti, hands)


def open_claim(
    desk: Desk, worker: UUID, hands: Callable[..., Hands], scan: Callable[[], bytes] | None = None
) -> Claiming:
    printer = PretendPrinter()
    page = ClaimPage(
        card=lambda found: workers.card(desk, found),
        examine=lambda form: claims.eligibility(desk, form),
        file=lambda form, documents: claims.file(desk, form, documents),
        issue=lambda number: papers.issue_once(desk, number),
        send=lambda paper: papers.send(desk, paper, printer),
        today=lambda: TODAY,
        save_draft=lambda screen, content, subject: drafts.save(desk, screen, content, subject),
        load_drafts=lambda screen: drafts.load(desk, screen),
        drop_draft=lambda screen, subject: drafts.drop(desk, screen, subject),
        runner=InlineRunner(),
        scan=scan,
    )
    return Claiming(page, hands(page, worker_id=worker), printer)


def test_a_claim_is_filed_by_keys_alone_and_its_slip_printed(claiming: Claiming, desk: Desk) -> None:
    claiming.fill("negara penem", "03112026")
    assert claiming.page.kind.value() == "JKK-OBAT-LN"
    claiming.press(Qt.Key.Key_F12)
    [row] = mission_claims(desk).rows
    assert (row.benefit, row.event_date, row.filed_by) == ("JKK-OBAT-LN", date(2026, 11, 3), "worker")
    assert claiming.hands.keys <= 80
    assert claiming.hands.sees("Klaim diterima")
    assert claiming.hands.sees("Masih ditunggu 7 dokumen")
    assert [title for title, _pdf in claiming.printer.sent] == [row.number]


def test_missing_papers_never_stop_it_and_those_there_are_kept(claiming: Claiming, desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "resume-medis.pdf"
    file.write_bytes(PDF)
    claiming.fill("negara penem", "03112026")
    first = claiming.page.checklist.requirements()[0]
    claiming.page.checklist.add_file(first, first.one_of[0], file)
    assert claiming.hands.sees("resume-medis.pdf")
    assert claiming.hands.sees("Dokumen — 1 dari 7 lengkap")
    claiming.press(Qt.Key.Key_F12)
    [row] = mission_claims(desk).rows
    assert [kept.file_name for kept in of_claim(desk, row.id)] == ["resume-medis.pdf"]
    assert len(row.missing) == 6


def test_a_file_that_cannot_be_shown_is_refused_beside_its_paper(claiming: Claiming, tmp_path: Path) -> None:
    file = tmp_path / "surat.docx"
    file.write_bytes(b"PK\x03\x04")
    claiming.fill("negara penem", "03112026")
    first = claiming.page.checklist.requirements()[0]
    claiming.page.checklist.add_file(first, first.one_of[0], file)
    assert claiming.page.checklist.documents() == ()
    claiming.page.checklist.add_file(first, first.one_of[0], tmp_path / "tidak-ada.pdf")
    assert claiming.hands.sees("tidak dapat dibaca")


def test_f8_asks_for_the_file_of_the_next_paper_without_stopping_anything(claiming: Claiming) -> None:
    claiming.fill("negara penem", "03112026")
    claiming.press(Qt.Key.Key_F8)
    [dialog] = claiming.page.checklist.findChildren(QFileDialog)
    assert dialog.isVisible()
    assert dialog.windowTitle() == "Kartu peserta BPJS Ketenagakerjaan"
    dialog.reject()


def test_scanning_is_offered_only_where_there_is_a_scanner(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], claiming: Claiming
) -> None:
    claiming.fill("negara penem", "03112026")
    assert not any("Pindai" in name for name in names(claiming))
    scanner = PretendScanner([JPEG])
    with_scanner = open_claim(desk, siti, hands, scanner.scan)
    with_scanner.fill("negara penem", "03112026")
    assert any("Pindai" in name for name in names(with_scanner))
    with_scanner.press(Qt.Key.Key_F8)
    (scanned,) = with_scanner.page.checklist.documents()
    assert scanned.content == prepare(JPEG, "a.jpg").content
    with_scanner.press(Qt.Key.Key_F8)
    assert with_scanner.hands.sees("Pemindai menolak")


def names(claiming: Claiming) -> list[str]:
    return [child.accessibleName() for child in claiming.page.checklist.findChildren(QWidget) if child.isVisible()]


def test_a_death_filed_by_the_worker_is_refused_beside_who_files(claiming: Claiming, desk: Desk) -> None:
    claiming.page.kind.set_value("JKM-SELAMA")
    claiming.page.event_date.set_value(date(2026, 11, 3))
    claiming.shows(lambda: claiming.page.filer_field.problem() is not None)
    assert claiming.page.filer_field.problem() == (
        "Klaim kematian diajukan oleh ahli waris atau perwakilan, bukan oleh pekerja."
    )
    claiming.page.filed_by.set_value("heir")
    claiming.shows(lambda: claiming.page.filer_field.problem() is None)
    assert claiming.page.filer_name.value() == "AHMAD FAUZI"
    claiming.press(Qt.Key.Key_F12)
    assert [row.filed_by for row in mission_claims(desk).rows] == ["heir"]


def test_nothing_filled_in_is_said_beside_each_field(claiming: Claiming, desk: Desk) -> None:
    claiming.press(Qt.Key.Key_F12)
    assert (claiming.page.kind_field.problem(), claiming.page.date_field.problem()) == ("Wajib diisi.", "Wajib diisi.")
    assert mission_claims(desk).rows == ()


def test_the_evidence_is_shown_before_filing_and_promises_nothing(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    contributions.receive(desk, slip(siti))
    claiming = open_claim(desk, siti, hands)
    claiming.fill("negara penem", "03112026")
    claiming.shows(lambda: "di luar masa perlindungan" in claiming.marks())
    assert "Masih dalam batas waktu pengajuan. sampai 3 Nov 2031" in claiming.marks()
    assert "Belum ada klaim JKK sebelumnya" in claiming.marks()
    assert claiming.hands.sees("s.d. Rp 50.000.000")
    assert claiming.hands.sees("Jumlah akhir ditetapkan BPJS Ketenagakerjaan.")
    claiming.press(Qt.Key.Key_F12)
    again = open_claim(desk, siti, hands)
    again.fill("negara penem", "03112026")
    again.shows(lambda: "Ada klaim untuk peristiwa 3 Nov 2026" in again.marks())
    again.page.event_date.set_value(date(2026, 10, 3))
    again.shows(lambda: "Ada 1 klaim JKK sebelumnya" in again.marks())
    [look] = [one for one in again.page.marks.findChildren(QuietButton) if one.isVisible()]
    with again.hands.qtbot.waitSignal(again.page.claim_asked) as asked:
        look.click()
    assert asked.args == [mission_claims(desk).rows[0].id]


def test_amounts_nobody_is_sure_of_are_left_to_bpjs() -> None:
    assert benefit_amount(benefit("JKK-PULANG-KK")) == "ditetapkan BPJS"
    assert benefit_amount(benefit("JKK-PHK-SEPIHAK")) == "ditetapkan BPJS"
    assert benefit_amount(benefit("JKM-SELAMA")) == "Rp 85.000.000"


def test_a_restricted_kind_is_told_in_neutral_words_only(claiming: Claiming, desk: Desk) -> None:
    claiming.fill("klaim khusus", "03112026")
    assert claiming.page.kind.value() == "JKK-PERKOSAAN"
    claiming.shows(lambda: "Klaim khusus" in claiming.marks())
    assert not claiming.hands.sees("perkosa")
    assert not claiming.hands.sees("Manfaat menurut peraturan")
    claiming.press(Qt.Key.Key_F12)
    assert [row.name for row in mission_claims(desk).rows] == ["Klaim khusus"]


def test_a_date_to_come_is_refused_while_typing_stops(claiming: Claiming) -> None:
    claiming.page.kind.set_value("JKK-OBAT-LN")
    claiming.page.event_date.set_value(date(2026, 11, 23))
    claiming.shows(lambda: "belum terjadi" in (claiming.page.date_field.problem() or ""))


def test_f12_twice_files_once_and_the_keys_lead_on(claiming: Claiming, desk: Desk) -> None:
    claiming.fill("negara penem", "03112026")
    claiming.press(Qt.Key.Key_F12, Qt.Key.Key_F12)
    claiming.page._submit()
    assert kinds(desk).count("claim.filed") == 1
    with claiming.hands.qtbot.waitSignal(claiming.page.paper_asked):
        claiming.press(Qt.Key.Key_F8)
    with claiming.hands.qtbot.waitSignal(claiming.page.home_asked):
        claiming.press(Qt.Key.Key_Escape)


def test_what_is_typed_survives_esc(claiming: Claiming, siti: UUID) -> None:
    claiming.fill("negara penem", "03112026")
    claiming.press(Qt.Key.Key_Escape)
    assert claiming.hands.shell.current() == "home"
    claiming.hands.shell.show_page("page", worker_id=siti)
    assert claiming.page.kind.value() == "JKK-OBAT-LN"
    assert claiming.page.event_date.value() == date(2026, 11, 3)


def test_what_is_typed_outlives_the_program_and_is_forgotten_once_filed(
    claiming: Claiming, desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    claiming.fill("negara penem", "03112026")
    claiming.page.description.set_value("Jatuh dari tangga.")
    claiming.page.keep_draft()
    again = open_claim(desk, siti, hands)
    again.shows(lambda: again.page.kind.value() == "JKK-OBAT-LN")
    assert again.page.description.value() == "Jatuh dari tangga."
    assert again.page.event_date.value() == date(2026, 11, 3)
    again.press(Qt.Key.Key_F12)
    assert drafts.load(desk, "claim") == []


def test_nothing_of_a_restricted_claim_is_kept_before_it_is_filed(claiming: Claiming, desk: Desk) -> None:
    claiming.page.description.set_value("rahasia")
    claiming.page.keep_draft()
    assert len(drafts.load(desk, "claim")) == 1
    claiming.page.kind.set_value("JKK-PERKOSAAN")
    assert drafts.load(desk, "claim") == []
    claiming.page.keep_draft()
    assert drafts.load(desk, "claim") == []


def test_every_control_has_a_name_to_be_read_aloud(claiming: Claiming) -> None:
    claiming.fill("negara penem", "03112026")
    claiming.page.filed_by.set_value("mission")
    assert claiming.hands.nameless() == []
