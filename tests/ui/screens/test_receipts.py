"""Today's receipts of this counter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from loket_testing.counter import slip
from loket_testing.hands import Hands
from PySide6.QtCore import Qt

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.queries import home
from kiosk.usecases import contributions
from ui.news import CONTRIBUTIONS, news
from ui.runner import InlineRunner
from ui.screens.receipts import ReceiptsPage


def open_page(desk: Desk) -> ReceiptsPage:
    return ReceiptsPage(
        receipts=lambda: home.receipts_on(desk), today=lambda: date(2026, 11, 22), runner=InlineRunner()
    )


def test_a_day_without_receipts_says_how_to_begin(desk: Desk, hands: Callable[..., Hands]) -> None:
    page = open_page(desk)
    at = hands(page)
    assert at.sees("Belum ada pembayaran hari ini.")
    with at.qtbot.waitSignal(page.search_asked):
        at.press(Qt.Key.Key_F6)


def test_the_newest_receipt_is_shown_with_its_lines_and_sums(
    desk: Desk, siti: UUID, clock: HandClock, published: Callable[..., None], hands: Callable[..., Hands]
) -> None:
    published()
    contributions.receive(desk, slip(siti))
    clock.forward(minutes=5)
    newest = contributions.receive(
        desk, slip(siti, months=6, tender="cash", currency="TWD", received=300, reference=None)
    )
    page = open_page(desk)
    at = hands(page)
    assert at.sees(newest.number)
    assert at.sees("NT$ 211")
    assert at.sees("NT$ 89")
    assert at.sees("22 November 2026 · 2 kuitansi")
    assert [row.due.minor for row in page.table.rows()] == [211, 332_500]


def test_f8_shows_the_paper_enter_the_worker(desk: Desk, siti: UUID, hands: Callable[..., Hands]) -> None:
    received = contributions.receive(desk, slip(siti))
    page = open_page(desk)
    at = hands(page)
    with at.qtbot.waitSignal(page.paper_asked) as paper:
        at.press(Qt.Key.Key_F8)
    page.table.setFocus()
    with at.qtbot.waitSignal(page.worker_asked) as worker:
        at.press(Qt.Key.Key_Return)
    assert (paper.args, worker.args) == ([received.number], [siti])
    assert at.nameless() == []


def test_a_payment_taken_elsewhere_in_the_window_appears_by_itself(
    desk: Desk, siti: UUID, hands: Callable[..., Hands]
) -> None:
    page = open_page(desk)
    hands(page)
    contributions.receive(desk, slip(siti))
    news.tell(CONTRIBUTIONS)
    assert len(page.table.rows()) == 1
