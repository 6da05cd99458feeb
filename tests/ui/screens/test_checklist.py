"""The checklist of a claim: papers from wherever they come, marked, shown, replaced, let go and kept with the draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from loket_testing.hands import Hands
from loket_testing.papers import pdf, photograph
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from kiosk.desk import Desk
from kiosk.devices.pictures import prepare
from kiosk.devices.printer import PretendPrinter
from kiosk.queries import documents, workers
from kiosk.queries.claims import mission_claims, story
from kiosk.sync.documents import fetch
from kiosk.usecases import claims, drafts, papers
from kiosk.usecases.claim_answers import tell
from kiosk.usecases.claim_papers import letter
from kiosk.usecases.claim_reports import report
from kiosk.usecases.claim_withdrawals import withdraw
from kiosk.usecases.documents import keep_document
from kiosk.usecases.mrz import read_page
from models.rules.mrz import make_mrz
from scripts.passport_page import data_page, jpeg
from ui.runner import InlineRunner
from ui.screens.claim import ClaimPage
from ui.screens.claims import ClaimsPage
from ui.screens.document_view import DetachDialog, FollowDialog, KindDialog, LookDialog
from ui.screens.documents import OTHER_KEY

TODAY = date(2026, 11, 22)
LETTER, DOCTOR, PASSPORT = "surat_keterangan", "keterangan_medis", "paspor"


@pytest.fixture
def page(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> Any:
    """A claim of an accident, its papers listed."""
    return opened(desk, siti, hands)


def opened(desk: Desk, siti: UUID, hands: Callable[..., Hands], kind: str | None = "JKK-KECELAKAAN") -> Any:
    made = ClaimPage(
        card=partial(workers.card, desk),
        examine=partial(claims.eligibility, desk),
        file=partial(claims.file, desk),
        issue=partial(papers.issue_once, desk),
        send=lambda paper: papers.send(desk, paper, PretendPrinter()),
        today=lambda: TODAY,
        offered=partial(documents.offered, desk),
        read=partial(fetch, desk),
        membership_card=lambda _worker: pdf(b"kartu"),
        read_page=lambda content, name: read_page(content, name, TODAY),
        save_draft=partial(drafts.save, desk),
        load_drafts=partial(drafts.load, desk),
        load_files=partial(drafts.files_of, desk),
        drop_draft=partial(drafts.drop, desk),
        runner=InlineRunner(),
    )
    made.hands = hands(made, worker_id=siti)  # type: ignore[attr-defined]
    if kind is not None:
        made.kind.set_value(kind)
        made.event_date.set_value(date(2026, 11, 3))
        made.hands.until(lambda: bool(made.checklist.requirements()))  # type: ignore[attr-defined]
    return made


def files(folder: Path, *contents: bytes) -> list[Path]:
    made = []
    for at, content in enumerate(contents):
        path = folder / f"halaman-{at}{'.pdf' if content.startswith(b'%PDF') else '.jpg'}"
        path.write_bytes(content)
        made.append(path)
    return made


def test_several_files_go_to_one_paper_and_the_same_page_twice_is_one(page: Any, tmp_path: Path) -> None:
    paths = files(tmp_path, pdf(b"satu"), pdf(b"dua"), pdf(b"satu"), b"bukan gambar")
    page.checklist.add_files(LETTER, "surat_keterangan_pemberi_kerja", paths)
    assert [one.file_name for one in page.checklist.documents()] == ["halaman-0.pdf", "halaman-1.pdf"]
    assert {one.requirement for one in page.checklist.documents()} == {LETTER}
    # What cannot be used is said, and keeps none of the others back.
    assert page.hands.sees("halaman-3.jpg bukan PDF, JPEG atau PNG")
    assert LETTER not in {one.key for one in page.checklist.missing()}


def test_a_mark_said_again_is_unsaid_and_a_copy_of_what_must_be_an_original_is_told(page: Any, tmp_path: Path) -> None:
    page.checklist.add_files(LETTER, "surat_keterangan_pemberi_kerja", files(tmp_path, pdf(b"satu")))
    row = page.checklist.row(LETTER)
    row.setFocus()
    page.hands.press(Qt.Key.Key_S)
    assert page.checklist.documents()[0].seen_as == "copy"
    assert page.hands.sees("Aslinya masih diminta.")
    page.hands.press(Qt.Key.Key_A)
    assert page.checklist.documents()[0].seen_as == "original"
    page.hands.press(Qt.Key.Key_A)
    assert page.checklist.documents()[0].seen_as == ""


def test_a_paper_nobody_asked_for_is_named_among_all(page: Any, tmp_path: Path) -> None:
    page.checklist.stand_on(OTHER_KEY)
    page.hands.press(Qt.Key.Key_F8)
    dialog = page.window().findChild(KindDialog)
    dialog._kind.set_value("laporan_polisi")
    dialog.primary.click()
    page.checklist._dialog.reject()
    page.checklist.add_files(OTHER_KEY, "laporan_polisi", files(tmp_path, pdf(b"polisi")))
    (document,) = page.checklist.documents()
    assert (document.kind, document.requirement) == ("laporan_polisi", "")
    page.on_primary()
    assert mission_claims(desk_of(page)).rows[0].attached == 1


def desk_of(page: Any) -> Desk:
    found = page._read_card.args[0]
    assert isinstance(found, Desk)
    return found


def test_another_takes_its_place_and_what_was_added_is_let_go(page: Any, tmp_path: Path) -> None:
    first, second = files(tmp_path, pdf(b"kabur"), pdf(b"jelas"))
    checklist = page.checklist
    checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", [first])
    checklist.act(DOCTOR, "copy")
    checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", [second], checklist.added()[0])
    (document,) = checklist.documents()
    assert (document.file_name, document.seen_as) == ("halaman-1.pdf", "copy")
    checklist.row(DOCTOR).setFocus()
    page.hands.press(Qt.Key.Key_Delete)
    assert checklist.documents() == ()


def test_what_was_added_stays_when_the_kind_changes(page: Any, tmp_path: Path) -> None:
    page.checklist.add_files(LETTER, "surat_keterangan_pemberi_kerja", files(tmp_path, pdf(b"satu")))
    page.kind.set_value("JHT")
    page.hands.until(lambda: LETTER not in {one.key for one in page.checklist.requirements()})
    assert [one.requirement for one in page.checklist.documents()] == [""]
    page.kind.set_value("JKK-KECELAKAAN")
    page.hands.until(lambda: LETTER in {one.key for one in page.checklist.requirements()})
    assert [one.requirement for one in page.checklist.documents()] == [LETTER]


def test_a_picture_is_looked_at_and_turned(page: Any, tmp_path: Path) -> None:
    page.checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", files(tmp_path, photograph()))
    before = page.checklist.documents()[0].content
    page.checklist.row(DOCTOR).setFocus()
    page.hands.press(Qt.Key.Key_L)
    dialog = page.window().findChild(LookDialog)
    assert dialog.picture.has_picture()
    dialog.turn.click()
    turned = page.checklist.documents()[0].content
    assert turned == prepare(before, "a.jpg", turn=90).content
    dialog.reject()
    assert not dialog.picture.has_picture()


def test_a_passport_of_somebody_else_is_told_and_may_be_kept_all_the_same(page: Any, tmp_path: Path) -> None:
    other = make_mrz(
        surname="LESTARI",
        given="DEWI AYU",
        number="E7730021",
        birth_date=date(1996, 12, 8),
        sex="F",
        expiry=date(2032, 5, 2),
    )
    page.checklist.add_files(PASSPORT, "paspor", files(tmp_path, jpeg(data_page(other, "DEWI AYU LESTARI"))))
    assert page.hands.sees("Nomor paspor pada halaman ini E7730021; pada data pekerja C4821907.")
    assert len(page.checklist.documents()) == 1
    page.checklist.add_files(PASSPORT, "paspor", files(tmp_path, photograph()), page.checklist.added()[0])
    assert page.hands.sees("Dua baris bawah halaman paspor tidak terbaca.")


def test_what_was_added_comes_back_with_the_draft_after_the_program_ended(
    page: Any, desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    kept = keep_document(desk, siti, "paspor", photograph("PASPOR"), "paspor.jpg")
    page.checklist.set_offers(documents.offered(desk, siti, page.checklist.requirements()))
    page.checklist.act(PASSPORT, "data")
    page.checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", files(tmp_path, photograph()))
    page.checklist.act(DOCTOR, "original")
    page.checklist.act(LETTER, "date")
    dialog = page.window().findChild(FollowDialog)
    dialog._day.set_value(date(2027, 1, 8))
    dialog.primary.click()
    added = page.checklist.documents()
    page.keep_draft()
    page.keep_draft()

    again = opened(desk, siti, hands, kind=None)
    again.hands.until(lambda: len(again.checklist.requirements()) == 7)
    assert again.checklist.documents() == added
    assert [one.kept for one in again.checklist.documents()] == [kept.id, None]
    assert again.checklist.follow_by() == {LETTER: date(2027, 1, 8)}
    again.on_primary()
    (row,) = mission_claims(desk).rows
    assert (row.attached, drafts.load(desk, "claim"), drafts.files_of(desk, "claim", str(siti))) == (2, [], {})


def test_what_is_let_go_is_kept_no_longer(page: Any, desk: Desk, siti: UUID, tmp_path: Path) -> None:
    page.checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", files(tmp_path, pdf(b"satu"), pdf(b"dua")))
    page.keep_draft()
    assert len(drafts.files_of(desk, "claim", str(siti))) == 2
    page.checklist.act(DOCTOR, "drop")
    page.keep_draft()
    assert list(drafts.files_of(desk, "claim", str(siti)).values()) == [pdf(b"satu")]


def test_an_attached_document_is_taken_back_with_a_reason(
    page: Any, desk: Desk, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    page.checklist.add_files(DOCTOR, "diagnosa_faskes_setempat", files(tmp_path, pdf(b"satu")))
    page.on_primary()
    (row,) = mission_claims(desk).rows
    listed = ClaimsPage(
        claims=partial(mission_claims, desk),
        story=partial(story, desk),
        documents=partial(documents.of_claim, desk),
        attach=partial(claims.attach, desk),
        report=partial(report, desk),
        withdraw=partial(withdraw, desk),
        tell=partial(tell, desk),
        letter=lambda number, kind: f"{kind} {len(letter(desk, number, kind))}",
        today=lambda: TODAY,
        local=lambda at: at,
        read=partial(fetch, desk),
        detach=partial(claims.detach, desk),
        runner=InlineRunner(),
    )
    at = hands(listed, claim_id=row.id)
    assert at.sees("halaman-0.pdf")
    listed.checklist.act(DOCTOR, "drop")
    dialog: Any = listed.window().findChild(DetachDialog)
    dialog._reason.set_value("ya")
    dialog.primary.click()
    assert "paling sedikit 5 huruf" in dialog.reason.problem()
    dialog._reason.set_value("Milik orang lain")
    dialog.primary.click()
    QApplication.processEvents()
    assert documents.of_claim(desk, row.id) == []
    assert DOCTOR in {one.key for one in listed.checklist.missing()}
