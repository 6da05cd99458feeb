"""Receipts: what this counter took in today, each to be looked at, printed once more, or held against its paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_long, money, ngettext, rupiah
from models.rules.money import Money
from ui.kit import (
    Card,
    Cell,
    Chip,
    Column,
    EmptyState,
    FactList,
    Header,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
)
from ui.news import CONTRIBUTIONS, TILL, news
from ui.runner import Runner
from ui.screens.covers import covered
from ui.screens.scrolled import scrolled
from ui.words import paid_for, tender

if TYPE_CHECKING:
    from kiosk.queries.workers import ReceiptRow


class ReceiptsPage(Page):
    """Today's receipts of this counter. Enter opens the worker, F8 the paper, F9 takes back, F6 searches."""

    worker_asked = Signal(object)
    """Open the worker with this id."""
    paper_asked = Signal(str)
    take_back_asked = Signal(str)
    """The receipt with this id is to be voided or given back."""
    check_asked = Signal()
    search_asked = Signal()
    """Somebody wants to pay: find out who."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        receipts: Callable[[], list[ReceiptRow]],
        today: Callable[[], date],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._today, self._runner = receipts, today, runner
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.check = SecondaryButton(_("Periksa kuitansi"), icon="shield", parent=card)
        self.header = card.add(Header(_("Kuitansi hari ini"), " ", self.check))
        self.table = RowTable(
            [
                Column(_("Nomor"), lambda one: Cell(one.number, struck=one.voided or one.refunded)),
                Column(_("Pekerja"), lambda one: Cell(one.worker_name, second=_paid(one), bold=True), stretch=1),
                Column(_("Cara bayar"), lambda one: ", ".join(tender(kind) for kind in one.tenders)),
                Column("", lambda one: Cell(_taken_back(one), kind="red") if _taken_back(one) else ""),
                Column(
                    _("Jumlah"),
                    lambda one: Cell(money(one.due), bold=True, struck=one.voided or one.refunded),
                    right=True,
                ),
            ],
            name=_("Kuitansi hari ini"),
            two_lines=True,
        )
        card.add(self.table, 1)
        begin = SecondaryButton(_("Cari pekerja"), "F2")
        self.empty = card.add(
            EmptyState(
                "receipt",
                _("Belum ada pembayaran hari ini."),
                _("Cari pekerjanya dengan F2, lalu tekan F6 untuk menerima pembayaran."),
                begin,
            ),
            1,
        )
        right = self.column(width=372)
        self.detail = detail = Card(_("Kuitansi"), parent=self)
        right.addWidget(detail, 1)
        self.facts = FactList()
        detail.add(scrolled(self.facts), 1)
        self.print = detail.add(PrimaryButton(_("Lihat & cetak"), "F8"))
        self.take_back = detail.add(SecondaryButton(_("Batalkan / kembalikan…"), "F9"))
        self.open = detail.add(SecondaryButton(_("Buka pekerja"), "Enter"))
        self.totals = Card(_("Jumlah hari ini"), parent=self)
        right.addWidget(self.totals)
        self.sums = self.totals.add(FactList())

        self.table.current_changed.connect(self._show_one)
        self.table.opened.connect(lambda one: self.worker_asked.emit(one.worker_id))
        self.check.clicked.connect(self.check_asked)
        begin.clicked.connect(self.search_asked)
        self.print.clicked.connect(self.on_print)
        self.take_back.clicked.connect(self.on_edit)
        self.open.clicked.connect(self._open_current)
        news.changed.connect(self._on_news)
        self._on_rows([])

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read again; stays on the receipt it was on."""
        self._runner.run(self._read, self._on_rows, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget | None:
        """The list."""
        return self.table if self.table.rows() else self.check

    def on_print(self) -> None:
        """F8: the paper of the receipt one stands on."""
        if (one := self.table.current()) is not None:
            self.paper_asked.emit(one.number)

    def on_edit(self) -> None:
        """F9: what was printed is not edited; it is voided, or given back."""
        if (one := self.table.current()) is not None:
            self.take_back_asked.emit(str(one.id))

    def on_pay(self) -> None:
        """F6: who pays is found by the one search box."""
        self.search_asked.emit()

    def on_primary(self) -> None:
        """F12 is the same as F8 here."""
        self.on_print()

    def _open_current(self) -> None:
        if (one := self.table.current()) is not None:
            self.worker_asked.emit(one.worker_id)

    def _on_rows(self, rows: Sequence[ReceiptRow]) -> None:
        day = date_long(self._today())
        count = ngettext("{n} kuitansi", "{n} kuitansi", len(rows)).format(n=len(rows))
        self.header.set(_("Kuitansi hari ini"), f"{day} · {count}")
        self.table.set_rows(rows)
        for widget in (self.table, self.detail):
            widget.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self._show_sums(rows)
        if rows and self.isVisible() and self.check.hasFocus():
            self.table.setFocus()

    def _show_one(self, one: ReceiptRow | None) -> None:
        self.facts.clear()
        if one is None:
            return
        self.detail.set_heading(one.number)
        self.facts.add(one.worker_name, bold=True)
        for line in one.lines:
            self.facts.add(
                paid_for(line), rupiah(line.amount_idr), covered(line.programme, line.covered_from, line.covered_to)
            )
        if one.due.currency != "IDR":
            self.facts.add(_("Jumlah"), rupiah(one.amount_idr), bold=True)
        self.facts.add(_("Dibayar"), money(one.due), ", ".join(tender(kind) for kind in one.tenders), bold=True)
        if one.change.minor:
            self.facts.add(_("Kembali"), money(one.change))
        self.facts.add(_("Petugas"), one.operator)
        if said := _taken_back(one):
            self.facts.add(_("Keadaan"), Chip("red", said))

    def _show_sums(self, rows: Sequence[ReceiptRow]) -> None:
        self.sums.clear()
        sums: dict[tuple[str, str], list[Money]] = defaultdict(list)
        for one in rows:
            if one.voided or one.refunded:
                continue
            sums[" + ".join(tender(kind) for kind in one.tenders), one.due.currency].append(one.due)
        for (kind, _code), amounts in sorted(sums.items(), key=lambda found: found[0]):
            total = sum(amounts[1:], amounts[0])
            self.sums.add(kind, money(total), bold=True)
        self.totals.setVisible(bool(sums))

    def _on_news(self, topic: str) -> None:
        if topic in (CONTRIBUTIONS, TILL) and self.isVisible():
            self.refresh()


def _taken_back(one: ReceiptRow) -> str:
    if one.voided:
        return _("Dibatalkan")
    return _("Dikembalikan") if one.refunded else ""


def _paid(one: ReceiptRow) -> str:
    return " · ".join(paid_for(line) for line in one.lines)
