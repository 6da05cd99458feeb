"""The list of claims: papers that follow later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from loket_testing.counter import kinds
from loket_testing.hands import Hands
from loket_testing.papers import PDF
from PIL import ImageFilter
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.forms.claim import ClaimForm
from kiosk.queries.claims import mission_claims
from kiosk.queries.documents import of_claim
from kiosk.usecases import claims
from models.rules.claims import checklist
from scripts.passport_page import jpeg, letter
from ui.runner import InlineRunner
from ui.screens.claims import ClaimsPage


def filed(desk: Desk, worker: UUID, kind: str = "JHT") -> UUID:
    form = ClaimForm(worker_id=str(worker), kind=kind, event_date=date(2026, 11, 3), filed_by="worker")
    return claims.file(desk, form).claim_id


def open_page(desk: Desk) -> ClaimsPage:
    return ClaimsPage(
        claims=lambda: list(mission_claims(desk).rows),
        documents=lambda claim: of_claim(desk, claim),
        attach=lambda claim, documents: claims.attach(desk, claim, documents),
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
    assert at.sees("0 dari 3")
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
    assert at.sees("Lengkap")
    assert page.which.value() == "all"
    assert page.checklist.documents() == ()


def test_those_that_lack_papers_are_shown_first_and_all_on_demand(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    filed(desk, siti)
    filed(desk, siti, "JKK-PERKOSAAN")
    page = open_page(desk)
    at = hands(page)
    assert [row.name for row in page.table.rows()] == ["Jaminan hari tua: akumulasi iuran dan hasil pengembangannya"]
    page.which.set_value("all")
    assert len(page.table.rows()) == 2
    assert not at.sees("perkosa")


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
    filed(desk, siti)
    page = open_page(desk)
    at = hands(page)
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
