"""The list of claims: papers that follow later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from loket_testing.answers import DAY, WAYS, Answers, claims_key
from loket_testing.counter import kinds
from loket_testing.hands import Hands
from loket_testing.papers import PDF
from PIL import ImageFilter
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.forms.claim import ClaimForm
from kiosk.queries.claims import mission_claims, story
from kiosk.queries.documents import of_claim
from kiosk.usecases import claim_papers, claims
from kiosk.usecases.claim_answers import tell
from kiosk.usecases.claim_reports import report
from kiosk.usecases.claim_withdrawals import withdraw
from models.rules.claims import checklist
from scripts.passport_page import jpeg, letter
from ui.runner import InlineRunner
from ui.screens.claim_steps import ReportDialog, TellDialog, WithdrawDialog
from ui.screens.claims import ClaimsPage


def filed(desk: Desk, worker: UUID, kind: str = "JHT") -> UUID:
    form = ClaimForm(worker_id=str(worker), kind=kind, event_date=date(2026, 11, 3), filed_by="worker")
    return claims.file(desk, form).claim_id


def editor(field: Any) -> Any:
    return field.editor


def open_page(desk: Desk) -> ClaimsPage:
    return ClaimsPage(
        claims=lambda which: mission_claims(desk, which),
        story=lambda claim: story(desk, claim),
        documents=lambda claim: of_claim(desk, claim),
        attach=lambda claim, documents: claims.attach(desk, claim, documents),
        report=lambda form: report(desk, form),
        withdraw=lambda form: withdraw(desk, form),
        tell=lambda number, how, note: tell(desk, number, how, note),
        letter=lambda number, kind: f"{kind}-{len(claim_papers.letter(desk, number, kind)) > 1_000}",
        today=lambda: DAY,
        local=lambda at: at.astimezone(ZoneInfo("Asia/Taipei")),
        runner=InlineRunner(),
    )


def test_an_empty_list_says_how_to_begin(desk: Desk, hands: Callable[..., Hands]) -> None:
    page = open_page(desk)
    at = hands(page)
    assert at.sees("Belum ada klaim.")
    assert not page.table.isVisible()
    with at.qtbot.waitSignal(page.search_asked):
        at.press(Qt.Key.Key_F7)


def test_the_papers_are_those_of_the_situation_it_was_filed_in(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    form = ClaimForm(
        worker_id=str(siti), kind="JHT", situation="death", event_date=date(2026, 11, 3), filed_by="mission"
    )
    claim_id = claims.file(desk, form).claim_id
    page = open_page(desk)
    at = hands(page, claim_id=claim_id)
    assert [one.key for one in page.checklist.requirements()] == [one.key for one in checklist("JHT", "death")]
    assert at.sees("Surat kematian, atau surat keterangan hilang dari KDEI")
    [row] = mission_claims(desk).rows
    assert (row.situation, len(row.missing), row.required) == ("death", 7, 7)


def test_papers_that_follow_are_attached_and_counted(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    claim_id = filed(desk, siti)
    page = open_page(desk)
    at = hands(page, claim_id=claim_id)
    assert at.sees("Masih harus dibawa: 3 dokumen")
    assert not page.primary.isEnabled()
    file = tmp_path / "buku.pdf"
    file.write_bytes(PDF)
    for requirement in page.checklist.requirements():
        page.checklist.add_file(requirement, requirement.one_of[0], file)
    assert page.primary.text() == "Tambahkan 3 dokumen"
    at.press(Qt.Key.Key_F12)
    assert kinds(desk).count("document.attached") == 3
    [row] = mission_claims(desk).rows
    assert row.missing == ()
    assert at.sees("Semua dokumen ada.")
    assert page.which.value() == "all"
    assert page.checklist.documents() == ()


def test_the_lists_are_counted_and_those_that_need_somebody_stand_first(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    Answers(desk, siti, "JKK-PERKOSAAN")
    one = Answers(desk, siti)
    one.rejects()
    page = open_page(desk)
    at = hands(page)
    assert [row.id for row in page.table.rows()] == [one.claim_id]
    assert at.sees("Ditolak")
    page.which.set_value("all")
    assert len(page.table.rows()) == 2
    assert not at.sees("perkosa")


@pytest.mark.parametrize("state", list(WAYS))
def test_every_state_says_where_it_stands_and_what_to_do_next(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], state: str
) -> None:
    one = Answers(desk, siti)
    WAYS[state](one)
    page = open_page(desk)
    at = hands(page, claim_id=one.claim_id)
    words = {
        "filed": ("Menunggu pusat", "Masih harus dibawa: 3 dokumen sampai"),
        "asked": ("Diminta dokumen", "Pusat meminta 1 dokumen sampai 5 Des 2026"),
        "approved": ("Disetujui", "Beri tahu pengajunya"),
        "rejected": ("Ditolak", "Beri tahu pengajunya"),
        "paid": ("Dibayar", "Beri tahu pengajunya"),
        "withdrawn": ("Ditarik", "Ditarik oleh pengajunya"),
    }[state]
    for said in words:
        assert at.sees(said), said
    assert page.part.value() == ("papers" if state in ("filed", "asked") else "answer")
    assert page.withdraw.isEnabled() == (state in ("filed", "asked", "approved"))
    kind = {"asked": "request", "approved": "decision", "rejected": "decision", "paid": "decision"}.get(state)
    with at.qtbot.waitSignal(page.told) as printed:
        page.letter.click()
    assert printed.args == [f"Surat dikirim ke pencetak {kind or 'acknowledgement'}-True."]
    assert at.nameless() == []


def test_an_approval_shows_what_bpjs_decided_and_f9_notes_that_it_was_told(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    one = Answers(desk, siti)
    one.approves()
    page = open_page(desk)
    at = hands(page)
    assert at.sees("Rp 12.000.000")
    assert at.sees("Rp 14.500.000")
    assert at.sees("+886912345678")
    at.press(Qt.Key.Key_F9)
    [dialog] = page.findChildren(TellDialog)
    editor(dialog.note).setText("dengan Siti")
    with at.qtbot.waitSignal(page.told):
        dialog.primary.click()
    assert page.table.rows() == []
    assert at.sees("Tidak ada klaim yang perlu tindakan.")
    assert kinds(desk)[-1] == "flag.settled"


def test_the_second_report_adds_the_papers_of_its_outcome(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> None:
    one = Answers(desk, siti, "JKK-KECELAKAAN")
    page = open_page(desk)
    at = hands(page, claim_id=one.claim_id)
    before = len(page.checklist.requirements())
    page.report.click()
    [dialog] = page.findChildren(ReportDialog)
    dialog.primary.click()
    assert dialog.outcome.problem() is not None
    editor(dialog.outcome).set_value("died")
    editor(dialog.outcome).changed.emit("died")
    editor(dialog.day).set_value(DAY)
    dialog.ticks()["JKK-MATI"].setChecked(True)
    with at.qtbot.waitSignal(page.told):
        dialog.primary.click()
    assert kinds(desk)[-1] == "claim.reported"
    assert len(page.checklist.requirements()) > before
    page.part.set_value("story")
    assert at.sees("Laporan tahap dua Meninggal")


def test_a_claim_is_withdrawn_with_a_reason(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> None:
    one = Answers(desk, siti)
    page = open_page(desk)
    at = hands(page, claim_id=one.claim_id)
    page.withdraw.click()
    [dialog] = page.findChildren(WithdrawDialog)
    dialog.primary.click()
    assert dialog.reason.problem() is not None
    editor(dialog.reason).set_value("pulang ke Indonesia")
    with at.qtbot.waitSignal(page.told):
        dialog.primary.click()
    assert kinds(desk)[-1] == "claim.withdrawn"
    assert at.sees("Ditarik")


def test_of_a_restricted_claim_no_amount_and_no_reason_is_shown(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN")
    one.approves(())
    page = open_page(desk)
    at = hands(page, claim_id=one.claim_id)
    assert at.sees("Disetujui")
    for secret in ("Rp", "perkosa", "Alasan"):
        assert not at.sees(secret)


def test_a_restricted_claim_shows_one_sealed_row_and_no_kind(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    claim_id = filed(desk, siti, "JKK-PERKOSAAN")
    page = open_page(desk)
    at = hands(page)
    page.show_for(claim_id)
    assert [one.name for one in page.checklist.requirements()] == ["Dokumen klaim khusus (disegel untuk pusat)"]
    assert at.sees("Klaim khusus")


def test_what_the_centre_must_seal_first_is_said_in_a_sentence(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    claim_id = filed(desk, siti, "JKK-PERKOSAAN")
    page = open_page(desk)
    at = hands(page, claim_id=claim_id)
    file = tmp_path / "visum.pdf"
    file.write_bytes(PDF)
    [requirement] = page.checklist.requirements()
    page.checklist.add_file(requirement, requirement.one_of[0], file)
    at.press(Qt.Key.Key_F12)
    assert page.problem.isVisible()
    assert kinds(desk).count("document.attached") == 0
    assert page.checklist.documents() != ()


def test_enter_opens_the_worker_and_every_control_has_a_name(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    claim_id = filed(desk, siti)
    page = open_page(desk)
    at = hands(page, claim_id=claim_id)
    page.table.setFocus()
    with at.qtbot.waitSignal(page.worker_asked) as asked:
        at.press(Qt.Key.Key_Return)
    assert asked.args == [siti]
    assert at.nameless() == []


def test_a_blurred_page_is_told_beside_its_paper_and_may_be_attached_all_the_same(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    claim_id = filed(desk, siti)
    page = open_page(desk)
    at = hands(page, claim_id=claim_id)
    file = tmp_path / "surat.jpg"
    file.write_bytes(jpeg(letter(dpi=120).filter(ImageFilter.GaussianBlur(4))))
    requirement = page.checklist.requirements()[0]
    page.checklist.add_file(requirement, requirement.one_of[0], file)
    assert at.sees("Gambar ini kabur")
    at.press(Qt.Key.Key_F12)
    assert kinds(desk).count("document.attached") == 1
