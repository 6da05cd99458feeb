"""How a worker stands with BPJS: on their page, and on the papers they take home."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from loket_testing.counter import bring, slip
from loket_testing.journals import Journal
from loket_testing.pdfs import words
from loket_testing.windows import Window
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel

from kiosk.desk import Desk
from kiosk.forms.payment import LineForm
from kiosk.queries.coverage import paid_days
from kiosk.usecases import contributions
from models.journal.coverage import BalanceStated, Membership, MembershipConfirmed
from ui.kit import Chip

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
F8, F12 = Qt.Key.Key_F8, Qt.Key.Key_F12


@pytest.fixture
def paid(desk: Desk, siti: UUID) -> UUID:
    both = (LineForm(programme="JKK+JKM", months=24), LineForm(programme="JHT", months=3, monthly_idr=100_000))
    contributions.receive(desk, slip(siti, None, programme=None, lines=both))
    return siti


def said(window: Window) -> str:
    QApplication.processEvents()
    shown: list[QLabel | Chip] = [*window.page.cover.findChildren(QLabel), *window.page.cover.findChildren(Chip)]
    return " | ".join(one.text() for one in shown if one.isVisibleTo(window.page))


def test_cover_is_provisional_and_no_balance_is_made_up_until_bpjs_says_so(window, desk, paid):
    window.counter.open_worker(paid)
    assert said(window).count("Sementara, menunggu BPJS") == 2
    assert "Belum dinyatakan BPJS" in said(window)
    centre = Journal(mission="TPE")
    receipt_id = paid_days(desk, paid).lines[0].receipt_id
    centre.record(
        MembershipConfirmed(
            worker_id=paid,
            mission="TPE",
            receipt_ids=(receipt_id,),
            confirmed_on=date(2026, 11, 20),
            personal=Membership(kpj="21034567891"),
        )
    )
    centre.record(
        BalanceStated(worker_id=paid, mission="TPE", programme="JHT", amount_idr=2_418_300, as_of=date(2026, 10, 31))
    )
    bring(desk, centre.entries)
    window.page.refresh()
    assert said(window).count("Dikonfirmasi BPJS 20 Nov 2026") == 2
    assert "Rp 2.418.300" in said(window)
    assert "per 31 Okt 2026, menurut BPJS" in said(window)
    contributions.receive(desk, slip(paid, 6, reference="lanjut"))
    window.page.refresh()
    assert "Sementara, menunggu BPJS" in said(window)
    assert "Dikonfirmasi BPJS 20 Nov 2026" in said(window)


def test_letter_card_and_statement_are_looked_at_and_printed_by_the_keyboard(window, desk, paid, tmp_path):
    window.counter.open_worker(paid)
    window.press(Qt.Key.Key_P, ctrl=True)
    page = window.page
    assert window.shell.current() == "membership"
    assert page.primary.hasFocus()
    window.press(F12)
    assert page.said.text() == "Surat kepesertaan dikirim ke pencetak Loket."
    page.kind.set_value("card")
    window.press(F12)
    page.kind.set_value("statement")
    window.press(F8)
    titles = [title for title, _pdf in window.printer.sent]
    assert titles == ["Surat kepesertaan", "Kartu peserta", "Rincian iuran"]
    letter, card, statement = (words(pdf) for _title, pdf in window.printer.sent)
    assert "SURAT KETERANGAN KEPESERTAAN" in letter
    assert "SITI NURHALIZA" in card
    assert "REKAP IURAN" in statement
    page.save_to(tmp_path / "rincian.pdf")
    assert (tmp_path / "rincian.pdf").stat().st_mode & 0o777 == 0o600
    assert page.said.text() == "Disimpan di rincian.pdf."


def test_without_cover_the_certificate_says_why_and_the_statement_is_still_there(window, desk, siti):
    window.counter.open_membership(siti)
    page = window.page
    assert page.nothing.isVisibleTo(page)
    assert page.nothing.sentence.text()
    assert not page.primary.isEnabled()
    page.kind.set_value("statement")
    assert page.primary.isEnabled()
    window.printer.broken = True
    window.press(F12)
    assert page.said.text()
    assert page.primary.isEnabled()
