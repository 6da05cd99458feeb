"""The payment screen, worked with a keyboard, on a real desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, kinds, slip
from loket_testing.hands import Hands
from loket_testing.papers import photograph
from loket_testing.windows import Window
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from kiosk.desk import Desk
from kiosk.devices.printer import PretendPrinter
from kiosk.forms.payment import Payment
from kiosk.queries.home import receipts_on
from kiosk.queries.terms import payment_terms
from kiosk.usecases import contributions, drafts, papers, print_jobs
from kiosk.usecases.documents import keep_document
from models.ledger.tables import receipt, receipt_tender
from models.rules.problems import Trouble
from ui.runner import InlineRunner
from ui.screens.payment import PaymentPage
from ui.screens.second_person import SecondPersonDialog


class Counter:
    """The page in its window, and what came of it."""

    def __init__(self, page: PaymentPage, hands: Hands, printer: PretendPrinter) -> None:
        self.page, self.hands, self.printer = page, hands, printer
        self.press, self.type, self.shows = hands.press, hands.type, hands.until
        self.shell, self.qtbot = hands.shell, hands.qtbot

    @property
    def failures(self) -> list[object]:
        return self.hands.failures

    def open(self, worker: UUID) -> None:
        self.shell.show_page("page", worker_id=worker)
        self.shows(lambda: self.page.due.amount.text() != "–")

    def due(self, amount: str) -> None:
        self.shows(lambda: self.page.due.amount.text() == amount)


@pytest.fixture
def counter(desk: Desk, hands: Callable[..., Hands]) -> Iterator[Counter]:
    printer = PretendPrinter()
    page = PaymentPage(
        terms=lambda worker: payment_terms(desk, worker),
        quote=lambda form: contributions.quote_payment(desk, form),
        receive=lambda form, **more: contributions.receive(desk, form, **more),
        issue=lambda number: papers.issue_once(desk, number),
        send=lambda paper: papers.send(desk, paper, printer),
        save_draft=lambda screen, content, subject: drafts.save(desk, screen, content, subject),
        load_drafts=lambda screen: drafts.load(desk, screen),
        drop_draft=lambda screen, subject: drafts.drop(desk, screen, subject),
        keep_slip=lambda worker, content, name: keep_document(desk, worker, "bukti_bayar", content, name),
        scan=photograph,
        runner=InlineRunner(),
    )
    made = Counter(page, hands(page), printer)
    yield made
    assert not [failure for failure in made.failures if not isinstance(failure, Trouble)]


def test_three_keys_take_a_payment_whose_months_the_contract_says(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    assert counter.page.packages.value() == 24
    counter.due("NT$ 649")
    counter.press(Qt.Key.Key_F12)
    [row] = receipts_on(desk)
    assert (row.number[:4], row.amount_idr, row.due.minor, row.tenders) == ("TPE3", 332_500, 649, ("cash",))
    assert counter.page.done_header.title.text() == "Pembayaran diterima"
    assert counter.page.give_back.title.text() == "Uang pas"


def test_a_returning_worker_needs_at_most_twelve_keys_from_scan_to_receipt(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    contributions.receive(desk, slip(siti, reference="A-1"))
    counter.shell.asked.connect(lambda asked: counter.open(siti) if asked == "pay" else None)
    counter.shell.show_page("home")
    counter.hands.keys = 1  # the scan, which finds her
    counter.press(Qt.Key.Key_F6)
    counter.type("3")
    counter.type("t")
    counter.type("1500")
    counter.due("NT$ 649")
    counter.shows(lambda: counter.page.change.text() == "NT$ 851")
    counter.press(Qt.Key.Key_F12)
    assert counter.hands.keys <= 12
    assert counter.page.give_back.amount.text() == "NT$ 851"
    assert len(receipts_on(desk)) == 2
    assert len(counter.printer.sent) == 1


def test_in_the_whole_window_twelve_keys_lead_from_a_name_to_a_printed_receipt(
    window: Window, desk: Desk, siti: UUID, published: Callable[..., None], qtbot: QtBot
) -> None:
    published()
    contributions.receive(desk, slip(siti, reference="A-1"))
    typed, keys = "siti", 0
    window.type(typed)
    keys += len(typed)
    qtbot.waitUntil(lambda: window.page.table.current() is not None)
    for key, text in ((Qt.Key.Key_F6, "3t1500"), (Qt.Key.Key_F12, "")):
        window.press(key)
        window.type(text)
        keys += 1 + len(text)
    assert keys <= 12
    assert window.page.give_back.amount.text() == "NT$ 851"
    assert [row.change.minor for row in receipts_on(desk)] == [851, 0]
    assert [title for title, _pdf in window.printer.sent] == [receipts_on(desk)[0].number]


def test_ctrl_r_says_how_the_price_comes_about_and_takes_it_away_again(
    counter: Counter, siti: UUID, published: Callable[..., None]
) -> None:
    def said() -> set[str]:
        labels = counter.page.lines.findChildren(QLabel)
        return {line for label in labels if label.isVisible() for line in label.text().splitlines()}

    def ctrl_r() -> None:
        QTest.keyClick(counter.page.other_months, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)

    published()
    counter.open(siti)
    counter.type("436")
    counter.due("NT$ 966")
    steps = {"Paket 24 bulan: Rp 332.500", "12 bulan lagi × Rp 13.500: Rp 162.000"}
    assert not steps & said()
    ctrl_r()
    counter.shows(lambda: steps <= said())
    assert any("Permenaker 4/2023 Pasal 18; tarif versi 1" in line for line in said())
    assert "12 bulan lagi" in counter.page.lines.accessibleName()
    ctrl_r()
    counter.shows(lambda: bool(said()) and not steps & said())


def test_several_lines_are_quoted_together_with_their_covers(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    assert counter.page.covers.text() == "11 Des 2026 — 10 Des 2028"
    counter.press(Qt.Key.Key_Return)
    counter.type("100000")
    counter.press(Qt.Key.Key_Return)
    counter.type("3")
    counter.due("NT$ 1.235")
    assert counter.page.due.words.text() == "seribu dua ratus tiga puluh lima dolar Taiwan"


def test_another_number_of_months_is_asked_for_and_remarked_upon(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.type("4")
    assert QApplication.focusWidget() is counter.page.other_months
    counter.type("36")
    counter.shows(lambda: counter.page.covers.text() == "11 Des 2026 — 10 Des 2029")
    remarks = [line.accessibleName() for line in counter.page.remarks.findChildren(QWidget) if line.accessibleName()]
    assert any("36 bulan" in said and "24 bulan" in said for said in remarks)


def test_savings_alone_can_be_paid(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.type("0")
    counter.type("2")
    counter.shows(lambda: counter.page.covers.text() == "Des 2026 — Jan 2027")
    counter.press(Qt.Key.Key_F12)
    [row] = receipts_on(desk)
    assert [(line.programme, line.months, line.amount_idr) for line in row.lines] == [("JHT", 2, 100_000)]


def test_nothing_chosen_is_refused_beside_the_packages(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.type("0")
    counter.press(Qt.Key.Key_F12)
    assert counter.page.months_field.problem() == "Pilih paling sedikit satu program yang dibayar."
    assert receipts_on(desk) == []


def test_too_little_money_is_said_while_typing_and_refused_after_f12(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.type("t600")
    counter.shows(lambda: counter.page.change.text() == "kurang NT$ 49")
    counter.press(Qt.Key.Key_F12)
    assert counter.page.cash_field.problem() == "Uang yang diterima masih kurang NT$ 49."
    assert receipts_on(desk) == []
    assert counter.page.cash.hasFocus()


def test_pressing_f12_twice_pays_once(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.press(Qt.Key.Key_F12)
    counter.press(Qt.Key.Key_F12)
    counter.page._pay()
    assert kinds(desk).count("contribution.received") == 1


def test_an_answer_that_was_lost_is_given_again_and_not_paid_again(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    real = counter.page._receive

    def lost(form: Payment) -> contributions.Received:
        real(form)
        raise Trouble("store.disk_full", path="/data")

    counter.page._receive = lost
    counter.press(Qt.Key.Key_F12)
    assert [type(failure) for failure in counter.failures] == [Trouble]
    counter.page._receive = real
    counter.press(Qt.Key.Key_F12)
    assert kinds(desk).count("contribution.received") == 1
    assert counter.page.done.isVisible()


def test_cash_is_closed_with_a_reason_where_the_mission_may_not_take_it(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published(cash=False)
    counter.open(siti)
    assert counter.page.tender.value() == "bank_slip"
    assert "Tunai belum diizinkan" in counter.page.tender_field.below.text()
    counter.type("t")
    assert counter.page.tender.value() == "bank_slip"
    counter.press(Qt.Key.Key_F12)
    [row] = receipts_on(desk)
    assert row.tenders == ("bank_slip",)


def test_a_slip_without_a_number_or_used_before_is_remarked_upon_and_taken(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    first = contributions.receive(desk, slip(siti))
    counter.open(siti)
    counter.type("b")
    counter.shows(lambda: "belum diisi" in counter.page.reference_field.below.text())
    counter.type("BNI-20261122-0007")
    counter.shows(lambda: first.number in counter.page.reference_field.below.text())
    assert counter.page.reference_field.problem() is None
    counter.press(Qt.Key.Key_F12)
    assert len(receipts_on(desk)) == 2


def test_without_a_rate_rupiah_is_offered_in_a_sentence(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published(rate=None)
    counter.open(siti)
    counter.due("Rp 332.500")
    assert counter.page.currency.value() == "IDR"
    said = " ".join(line.accessibleName() for line in counter.page.remarks.findChildren(QWidget))
    assert "Belum ada kurs TWD untuk 22 Nov 2026." in said
    assert "dalam rupiah" in said


def test_a_printer_that_is_gone_does_not_undo_the_payment_and_can_be_tried_again(
    counter: Counter,
    desk: Desk,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.printer.queues = []
    counter.open(siti)
    counter.press(Qt.Key.Key_F12)
    assert "Tidak ada pencetak" in counter.page.print_line.sentence.text()
    assert len(print_jobs.unconfirmed(desk)) == 1
    counter.printer.queues = ["Loket"]
    counter.page.print_line.again.click()
    assert counter.page.print_line.sentence.text() == "Dikirim ke pencetak Loket."
    assert [job.state for job in print_jobs.unconfirmed(desk)] == ["spooled"]
    assert kinds(desk).count("receipt.reprinted") == 0


def test_after_paying_the_keys_lead_on(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.press(Qt.Key.Key_F12)
    with counter.qtbot.waitSignal(counter.page.paper_asked):
        counter.press(Qt.Key.Key_F8)
    with counter.qtbot.waitSignal(counter.page.claim_asked):
        counter.press(Qt.Key.Key_F7)
    with counter.qtbot.waitSignal(counter.page.home_asked):
        counter.press(Qt.Key.Key_Escape)


def test_what_is_typed_survives_esc_and_a_finished_form_does_not_come_back(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    counter.type("1t900")
    counter.press(Qt.Key.Key_Escape)
    assert counter.shell.current() == "home"
    counter.open(siti)
    assert (counter.page.packages.value(), counter.page.cash.text()) == (6, "900")
    counter.press(Qt.Key.Key_F12)
    counter.open(siti)
    assert counter.page.form.isVisible()
    assert counter.page.cash.text() == ""


def test_what_is_typed_outlives_the_program_and_is_forgotten_once_paid(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.type("1b")
    counter.type("BNI-77")
    counter.page.keep_draft()
    [kept] = drafts.load(desk, "payment")
    counter.page._worker_id = None  # as after a crash: nothing in memory
    counter.open(siti)
    counter.shows(lambda: counter.page.reference.value() == "BNI-77")
    assert (counter.page.packages.value(), counter.page.tender.value()) == (6, "bank_slip")
    assert counter.page._request_id == kept.content["request_id"]
    counter.press(Qt.Key.Key_F12)
    assert drafts.load(desk, "payment") == []


def test_a_form_nobody_touched_is_not_kept(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.page.keep_draft()
    assert drafts.load(desk, "payment") == []


def test_every_control_has_a_name_to_be_read_aloud(
    counter: Counter,
    siti: UUID,
    published: Callable[..., None],
) -> None:
    published()
    counter.open(siti)
    assert counter.hands.nameless() == []
    counter.press(Qt.Key.Key_F12)
    assert counter.hands.nameless() == []


# Several ways of paying


def remarks(counter: Counter) -> str:
    return " ".join(line.accessibleName() for line in counter.page.remarks.findChildren(QWidget))


def chord(counter: Counter, key: Qt.Key) -> None:
    QTest.keyClick(counter.hands._target(), key, Qt.KeyboardModifier.ControlModifier)


def tenders_of(desk: Desk) -> list[tuple[str, str, int, int]]:
    with desk.read() as work:
        newest = select(receipt.c.id).order_by(receipt.c.serial.desc()).limit(1).scalar_subquery()
        rows = work.connection.execute(
            select(receipt_tender).where(receipt_tender.c.receipt_id == newest).order_by(receipt_tender.c.line)
        )
        return [(row.kind, row.currency, row.received, row.change) for row in rows]


def test_a_slip_and_cash_of_two_currencies_pay_one_receipt(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    page = counter.page
    counter.type("b")
    counter.type("BNI-1")
    page.money.set_value("IDR")
    page.cash.setFocus()
    counter.type("100000")
    chord(counter, Qt.Key.Key_T)
    assert page.kept_field.isVisible()
    assert counter.hands.sees("Setoran bank · BNI-1")
    assert page.cash.text() == ""
    counter.type("t")
    page.money.set_value("TWD")
    page.cash.setFocus()
    counter.type("500")
    # Rp 100.000 are NT$ 195, of NT$ 649 NT$ 454 are left.
    counter.shows(lambda: page.change.text() == "NT$ 46")
    assert page.change_field.label.text() == "Kembali"
    counter.press(Qt.Key.Key_F12)
    assert tenders_of(desk) == [("bank_slip", "IDR", 100_000, 0), ("cash", "TWD", 500, 46)]
    assert page.give_back.amount.text() == "NT$ 46"


def test_what_another_tender_leaves_open_need_not_be_typed(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.type("b")
    counter.type("BNI-1")
    counter.page.cash.setFocus()
    counter.type("600")
    chord(counter, Qt.Key.Key_T)
    counter.type("t")
    counter.shows(lambda: counter.page.change.text() == "NT$ 0")
    counter.press(Qt.Key.Key_F12)
    assert tenders_of(desk) == [("bank_slip", "TWD", 600, 0), ("cash", "TWD", 49, 0)]


def test_a_settled_tender_is_taken_back_into_the_fields_or_removed(
    counter: Counter, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    page = counter.page
    counter.type("b")
    counter.type("BNI-1")
    chord(counter, Qt.Key.Key_T)
    assert page.cash_field.problem() == "Isi jumlahnya dahulu; sisanya dihitung pada cara bayar berikutnya."
    assert page.cash.hasFocus()
    counter.type("600")
    chord(counter, Qt.Key.Key_T)
    assert [one.reference for one in page.kept.tenders()] == ["BNI-1"]
    chord(counter, Qt.Key.Key_H)
    assert page.kept.tenders() == ()
    assert (page.tender.value(), page.reference.value(), page.cash.text()) == ("bank_slip", "BNI-1", "600")
    chord(counter, Qt.Key.Key_T)
    page.kept.buttons[0].setFocus()
    counter.press(Qt.Key.Key_Space)
    assert page.kept.tenders() == ()
    assert not page.kept_field.isVisible()


def test_settled_tenders_day_and_picture_outlive_the_program(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.type("b")
    counter.type("BNI-1")
    counter.page.cash.setFocus()
    counter.type("600")
    chord(counter, Qt.Key.Key_T)
    counter.type("k")
    counter.type("8808")
    counter.press(Qt.Key.Key_Tab)
    counter.type("201126")
    counter.press(Qt.Key.Key_F8)
    counter.page.keep_draft()
    counter.page._worker_id = None  # as after a crash: nothing in memory
    counter.open(siti)
    page = counter.page
    counter.shows(lambda: page.reference.value() == "8808")
    assert [(one.tender, one.received) for one in page.kept.tenders()] == [("bank_slip", 600)]
    assert page.paid_on.value() == date(2026, 11, 20)
    counter.press(Qt.Key.Key_F12)
    with desk.read() as work:
        rows = work.connection.execute(select(receipt_tender).order_by(receipt_tender.c.line)).all()
    assert [(row.paid_on, row.document_id is not None) for row in rows] == [
        (None, False),
        (date(2026, 11, 20), True),
    ]


# Enough, too much, too little


def test_too_much_on_a_slip_is_shown_as_kept(counter: Counter, siti: UUID, published: Callable[..., None]) -> None:
    published()
    counter.open(siti)
    counter.type("b")
    counter.type("BNI-1")
    counter.page.cash.setFocus()
    counter.type("700")
    counter.shows(lambda: counter.page.change.text() == "lebih NT$ 51")
    assert counter.page.change_field.label.text() == "Lebih"
    counter.press(Qt.Key.Key_F12)
    assert counter.page.give_back.title.text() == "Lebih, dicatat"
    assert counter.page.give_back.amount.text() == "NT$ 51"


def test_a_slip_that_brought_too_little_offers_the_months_it_pays(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.type("b")
    counter.type("BNI-1")
    counter.page.cash.setFocus()
    counter.type("630")
    counter.shows(counter.page.enough.isVisible)
    assert counter.page.change_field.label.text() == "Kurang"
    assert counter.page.enough.text() == "Ambil 21 bulan saja"
    chord(counter, Qt.Key.Key_B)
    counter.due("NT$ 606")
    assert counter.page.other_months.value() == 21
    counter.shows(lambda: counter.page.change.text() == "lebih NT$ 24")
    counter.press(Qt.Key.Key_F12)
    assert receipts_on(desk)[0].lines[0].months == 21


def test_a_supervisor_lets_a_short_slip_pass_and_nothing_typed_is_lost_when_not(
    counter: Counter, desk: Desk, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    add_supervisor(desk)
    counter.open(siti)
    counter.type("b")
    counter.type("BNI-1")
    counter.page.cash.setFocus()
    counter.type("640")
    counter.shows(lambda: "penyelia" in remarks(counter))
    counter.press(Qt.Key.Key_F12)
    [dialog] = counter.page.window().findChildren(SecondPersonDialog)
    assert "kurang NT$ 9" in dialog.sentence.text()
    for field, text in ((dialog.reason, "sisanya besok"), (dialog.login, "budi"), (dialog.password, "salah-sekali")):
        QTest.keyClicks(field.editor, text)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    assert dialog.password.problem()
    assert receipts_on(desk) == []
    QTest.keyClicks(dialog.password.editor, SECOND_PASSWORD)
    QTest.keyClick(dialog, Qt.Key.Key_F12)
    assert len(receipts_on(desk)) == 1
    assert counter.page.give_back.title.text() == "Kurang, dicatat"
    assert counter.page.due.title.text() == "Yang harus dibayar"
    assert counter.hands.sees("Budi S.")
    assert len(counter.printer.sent) == 1


def test_without_a_till_cash_is_closed_with_a_reason(
    counter: Counter, siti: UUID, published: Callable[..., None]
) -> None:
    published(till=False)
    counter.open(siti)
    assert counter.page.tender.value() == "bank_slip"
    assert "Belum ada kas yang dibuka" in counter.page.tender_field.below.text()


def test_the_day_on_a_slip_is_checked_while_it_is_typed(
    counter: Counter, siti: UUID, published: Callable[..., None]
) -> None:
    published()
    counter.open(siti)
    counter.type("b")
    counter.page.paid_on.setFocus()
    counter.type("231126")
    counter.press(Qt.Key.Key_Tab)
    counter.shows(lambda: counter.page.paid_on_field.problem() is not None)
    assert counter.page.paid_on_field.problem() == "Tanggal pada bukti belum tiba. Periksa kembali."
    counter.page.paid_on.setFocus()
    counter.page.paid_on.selectAll()
    counter.type("011125")
    counter.press(Qt.Key.Key_Tab)
    counter.shows(lambda: "lebih dari setahun" in counter.page.paid_on_field.below.text())
    assert counter.page.paid_on_field.problem() is None
