"""Whether a paper is genuine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from loket_testing.counter import SITI, open_counter, slip
from loket_testing.hands import Hands
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.queries.trust import HeldKeys, keys_to_keep
from kiosk.store.tables import own_terminal
from kiosk.usecases import checks, contributions, papers
from kiosk.usecases.workers import register
from models.journal.keys import SigningKey
from models.ledger.tables import receipt
from models.posting.fates import Fate
from models.rules.money import Money
from models.rules.token import ReceiptFacts, TokenLine, TokenSum, make_token, spelled, thumbprint, token_url
from models.sync.enrolment import CentreKeys
from ui.runner import InlineRunner
from ui.screens.check import CheckPage

DAY = date(2026, 11, 22)
COVER = (TokenLine("JKK+JKM", 24, date(2026, 12, 11), date(2028, 12, 10)),)


def token(desk: Desk, number: str) -> bytes:
    with desk.read() as work:
        return bytes(work.connection.scalar(select(receipt.c.token).where(receipt.c.number == number)) or b"")


@pytest.fixture
def page(desk: Desk) -> CheckPage:
    return CheckPage(check=lambda text: checks.check(desk, text), tokens_in=checks.tokens_in, runner=InlineRunner())


def test_our_own_receipt_is_genuine_and_its_facts_are_shown(
    page: CheckPage, desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    number = contributions.receive(desk, slip(siti)).number
    at = hands(page, text=token_url(token(desk, number), "loket-pmi.example"))
    assert page.verdict.word.text() == "ASLI"
    assert at.sees(number)
    assert at.sees("11 Des 2026 — 10 Des 2028")
    assert at.sees("1907")
    with at.qtbot.waitSignal(page.paper_asked):
        page.show_paper.click()
    assert at.nameless() == []


def test_a_changed_code_is_not_genuine_and_shows_no_facts(
    page: CheckPage, desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    forged = bytearray(token(desk, contributions.receive(desk, slip(siti)).number))
    forged[-1] ^= 1
    at = hands(page, text=spelled(bytes(forged)))
    assert page.verdict.word.text() == "TIDAK ASLI"
    assert not page.facts.isVisible()
    assert not page.show_paper.isVisible()
    assert at.sees("Tanda tangan pada QR ini tidak cocok")


def test_a_counter_that_is_not_on_the_list_cannot_be_decided_here(
    page: CheckPage, tmp_path: Path, hands: Callable[..., Hands]
) -> None:
    with open_counter(tmp_path / "other", series="TPE9") as other:
        worker = register(other, SITI).worker_id
        foreign = token(other, contributions.receive(other, slip(worker)).number)
    at = hands(page, text=spelled(foreign))
    assert page.verdict.word.text() == "BELUM DAPAT DIPASTIKAN"
    assert at.sees("Menurut kodenya, belum terjamin")
    assert at.sees("Daftar loket belum pernah diterima dari pusat")


@pytest.mark.parametrize(
    ("became", "word", "seen"),
    [
        (
            Fate("void", "TPE3-2026-000419", DAY),
            "SUDAH DIBATALKAN",
            ("dibatalkan pada 22 November 2026 dengan nomor TPE3-2026-000419", "bukan bukti bayar lagi"),
        ),
        (
            Fate("refund", None, DAY),
            "SUDAH DIKEMBALIKAN",
            ("disetujui pusat pada 22 November 2026", "bukan bukti bayar"),
        ),
        (
            Fate("move", "TPE3-2026-000420", DAY),
            "ASLI",
            ("sudah dipindahkan pada 22 November 2026", "TPE3-2026-000420"),
        ),
    ],
)
def test_a_genuine_receipt_says_first_what_became_of_it(
    desk: Desk, siti: UUID, hands: Callable[..., Hands], became: Fate, word: str, seen: tuple[str, ...]
) -> None:
    number = contributions.receive(desk, slip(siti)).number
    page = CheckPage(
        check=lambda text: replace(checks.check(desk, text), became=became),
        tokens_in=checks.tokens_in,
        runner=InlineRunner(),
    )
    at = hands(page, text=spelled(token(desk, number)))
    assert page.verdict.word.text() == word
    for words in seen:
        assert at.sees(words)
    assert at.sees(number)
    assert page.show_paper.isVisible()
    assert at.nameless() == []


@pytest.mark.parametrize(
    ("facts", "seen"),
    [
        (
            ReceiptFacts(
                "void",
                "TPE3-2026-000419",
                DAY,
                "SN",
                "1907",
                amount_idr=332_500,
                amount=Money(649, "TWD", 0),
                refers="TPE3-2026-000418",
            ),
            ("Kuitansi pembatalan", "Untuk kuitansi", "TPE3-2026-000418", "Jumlah dibatalkan", "NT$ 649"),
        ),
        (
            ReceiptFacts("card", "TPE3-2026-000418", DAY, "SN", "1907", lines=COVER, kpj_end="7891"),
            ("Surat keterangan kepesertaan", "Empat terakhir KPJ", "7891", "Sementara"),
        ),
        (
            ReceiptFacts("card", "TPE3-2026-000418", DAY, "SN", "1907", lines=COVER, confirmed_on=date(2026, 12, 1)),
            ("Dikonfirmasi BPJS", "1 Desember 2026", "11 Des 2026 — 10 Des 2028"),
        ),
        (
            ReceiptFacts(
                "z", "TPE3-Z-000031", DAY, "", "", sums=(TokenSum("TWD", 0, 41_235, 41_240),), receipts=38, voids=2
            ),
            ("Laporan Z", "TPE3-Z-000031", "38", "Tunai TWD dihitung", "NT$ 41.235", "menurut catatan NT$ 41.240"),
        ),
        (
            ReceiptFacts("statement", "TPE3-K-2026-000032", DAY, "SN", "1907", about="missing", event_on=DAY),
            ("Surat keterangan perwakilan", "TPE3-K-2026-000032", "Yang dinyatakan", "Pekerja hilang", "Sejak"),
        ),
        (
            ReceiptFacts("statement", "TPE3-K-2026-000032", DAY, "SN", "1907", about="death", event_on=DAY),
            ("Surat keterangan perwakilan", "Pekerja meninggal dunia", "Tanggal kejadian"),
        ),
        (
            ReceiptFacts("dossier", "TPE3-K-2026-000031", DAY, "SN", "1907", chain=bytes(range(32))),
            ("Berkas klaim", "TPE3-K-2026-000031", "Sidik daftar dokumen", "00010203 04050607"),
        ),
    ],
)
def test_every_paper_of_this_counter_says_what_it_is(
    page: CheckPage, desk: Desk, hands: Callable[..., Hands], facts: ReceiptFacts, seen: tuple[str, ...]
) -> None:
    with desk.read() as work:
        signed = make_token(facts, work.terminal.key.sign, work.terminal.thumbprint)
    at = hands(page, text=spelled(signed))
    assert page.verdict.word.text() == "ASLI"
    for words in seen:
        assert at.sees(words)
    assert not page.show_paper.isVisible()
    assert at.nameless() == []


def test_a_dossier_by_the_centre_is_said_to_be_the_centres(
    page: CheckPage, desk: Desk, hands: Callable[..., Hands]
) -> None:
    key = SigningKey.new()
    keys = HeldKeys(bytes(32), (CentreKeys(UUID(int=1), 1, key.public, bytes(32), datetime(2026, 11, 1, tzinfo=UTC)),))
    with desk.work() as work:
        work.connection.execute(own_terminal.update().values(centre_keys=keys_to_keep(keys)))
    facts = ReceiptFacts("dossier", "TPE3-K-2026-000031", DAY, "SN", "1907", chain=bytes(range(32)))
    at = hands(page, text=spelled(make_token(facts, key.sign, thumbprint(key.public))))
    assert page.verdict.word.text() == "ASLI"
    assert at.sees("Tanda tangan pusat cocok.")


def test_what_is_no_code_is_said_beside_the_field(page: CheckPage, hands: Callable[..., Hands]) -> None:
    at = hands(page)
    at.press(Qt.Key.Key_F12)
    assert page.token_field.problem() == "Wajib diisi."
    at.type("HALO")
    at.press(Qt.Key.Key_Return)
    assert page.token_field.problem() == "QR ini bukan kode kuitansi atau tidak terbaca lengkap. Pindai kembali."


def test_a_reader_is_understood_wherever_the_focus_is(
    page: CheckPage, desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    hands(page)
    number = contributions.receive(desk, slip(siti)).number
    assert page.on_scan(token_url(token(desk, number), "loket-pmi.example"))
    assert page.verdict.word.text() == "ASLI"
    assert not page.on_scan("3507105203940003")


def test_a_pdf_of_the_paper_is_read_and_a_file_without_a_code_is_said(
    page: CheckPage, desk: Desk, siti: UUID, hands: Callable[..., Hands], tmp_path: Path
) -> None:
    at = hands(page)
    number = contributions.receive(desk, slip(siti)).number
    paper = tmp_path / "kuitansi.pdf"
    paper.write_bytes(papers.issue(desk, number).pdf)
    page.check_file(paper)
    assert page.verdict.word.text() == "ASLI"
    assert at.sees(number)
    (tmp_path / "surat.txt").write_text("bukan kuitansi")
    page.check_file(tmp_path / "surat.txt")
    assert "Gunakan PDF, PNG atau JPEG" in (page.token_field.problem() or "")
    at.press(Qt.Key.Key_F8)
    [dialog] = page.findChildren(QFileDialog)
    dialog.reject()
