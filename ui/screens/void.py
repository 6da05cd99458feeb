"""Taking back: a receipt in view, and what can still be done about it: void it, ask for its money, or hand it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from models.language import _, date_long, date_short, money, rupiah
from models.rules.banks import bank_names
from models.rules.problems import Problem, Refused
from models.rules.refunds import wish_problems
from models.rules.voids import reason_problems
from models.sentences import sentence
from ui.kit import (
    Card,
    Chip,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    Option,
    Page,
    PrimaryButton,
    SecondaryButton,
    Segments,
    announce,
    label,
    show_problems,
)
from ui.news import CONTRIBUTIONS, PAPERS, TILL, WORKERS, news
from ui.runner import Runner
from ui.screens.covers import covered
from ui.screens.printing import PrintLine
from ui.screens.second_person import Agreement, SecondPersonDialog
from ui.words import paid_for, refund_method, refund_state, tender

if TYPE_CHECKING:
    from kiosk.forms.refund import RefundForm, RefundPayment
    from kiosk.forms.void import VoidForm
    from kiosk.queries.refunds import RefundRow
    from kiosk.queries.voids import TakingBack
    from kiosk.usecases.papers import Paper, Sent
    from kiosk.usecases.refunds import Paid, Requested
    from kiosk.usecases.voids import Voided

Way = Literal["void", "ask", "pay", "none"]
"""What F12 does: void the receipt, ask the centre for its money, hand out what was granted; or nothing."""

_BANK = ("bank_name", "bank_account", "bank_holder")


class TakeBackPage(Page):
    """One receipt. Where it may be voided here, F12 does that with a second person; elsewhere and later F12 asks the
    centre; what the centre granted in cash F12 hands out. F8 shows the paper, Ctrl+J changes between void and refund
    where both are possible."""

    paper_asked = Signal(str)
    told = Signal(str)
    """What went well, for the toast."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        look: Callable[[str], TakingBack],
        void: Callable[[VoidForm, Agreement], Voided],
        ask: Callable[[RefundForm], Requested],
        pay: Callable[[RefundPayment, Agreement], Paid],
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._void, self._ask, self._pay = look, void, ask, pay
        self._runner = runner
        self._number = ""
        self._seen: TakingBack | None = None
        self._way: Way = "none"
        self._wanted: Way | None = None
        self._busy = False
        self._build_receipt()
        self._build_doing(issue, send)
        shortcut = QShortcut(QKeySequence("Ctrl+J"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_other)
        news.changed.connect(self._on_news)
        self._show()

    # Built left to right, top to bottom

    def _build_receipt(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Kuitansi"), " "))
        self.facts = card.add(FactList())
        self.history = card.add(FactList())
        card.body.addStretch(1)
        self.print = card.add(SecondaryButton(_("Lihat kertas kuitansi"), "F8"))
        self.print.clicked.connect(self.on_print)

    def _build_doing(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        right = self.column(width=480)
        self.doing = card = Card(" ", parent=self)
        right.addWidget(card)
        self.said = card.add(label("", "subtitle", wrap=True))
        self.moves = card.add(FactList())
        self.marks = card.add(MarkList())
        self._reason = LineField(longest=300, placeholder=_("mis. salah orang, salah jumlah bulan"))
        self._method = Segments([Option("cash", _("Tunai di loket")), Option("transfer", _("Transfer"))], "cash")
        self._method.setAccessibleName(_("Cara pengembalian"))
        self._bank = LineField(longest=100, placeholder=", ".join(bank_names()[:3]))
        self._account, self._holder = LineField(longest=40), LineField(longest=100, capitals=True)
        self.fields = {
            "reason": Field(_("Alasan"), self._reason),
            "method": Field(_("Cara pengembalian"), self._method),
            "bank_name": Field(_("Bank"), self._bank),
            "bank_account": Field(_("No. rekening pekerja"), self._account),
            "bank_holder": Field(_("Atas nama"), self._holder),
        }
        for field in self.fields.values():
            card.add(field)
        self.problem = card.add(label("", "problem", wrap=True))
        self.printed = card.add(PrintLine(issue=issue, send=send, runner=self._runner))
        self.printed.printed.connect(lambda _queue: news.tell(PAPERS))
        self.primary = card.add(PrimaryButton("", "F12"))
        self.other = card.add(SecondaryButton("", "Ctrl+J"))
        self.primary.clicked.connect(self._on_primary)
        self.other.clicked.connect(self._on_other)
        self._method.changed.connect(lambda _value: self._show_fields())
        right.addStretch(1)

    # What the shell asks

    def on_shown(self, number: str | None = None, **_others: Any) -> None:
        """A receipt by its number or id."""
        if number is not None and number != self._number:
            self._number, self._seen, self._wanted = number, None, None
            for field in (self._reason, self._bank, self._account, self._holder):
                field.set_value("")
            self.printed.hide()
            self._show()
        self.refresh()

    def refresh(self) -> None:
        """Read again."""
        number = self._number
        if number:
            self._runner.run(lambda: self._look(number), self._on_seen, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget | None:
        """The reason; where nothing can be done, the way to the paper."""
        if self._way in ("void", "ask"):
            return self._reason
        return self.primary if self._way == "pay" else self.print

    def on_print(self) -> None:
        """F8: the receipt's own paper."""
        if self._seen is not None:
            self.paper_asked.emit(self._seen.receipt.number)

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isVisibleTo(self) and self.primary.isEnabled():
            self._on_primary()

    # What is shown

    def _on_seen(self, seen: TakingBack) -> None:
        first = self._seen is None
        self._seen = seen
        if first:
            bank, account, holder = seen.account
            for field, value in ((self._bank, bank), (self._account, account), (self._holder, holder)):
                field.set_value(value)
            self._method.set_value("cash" if seen.cash_allowed else "transfer")
        self._show()
        if first and (wanted := self.first_focus()) is not None and self.isVisible():
            wanted.setFocus()

    def _way_of(self, seen: TakingBack) -> Way:
        if seen.refund is not None and seen.refund.state == "approved":
            return "pay"
        if seen.problem is None and self._wanted != "ask":
            return "void"
        return "ask" if seen.may_ask else "none"

    def _show(self) -> None:
        seen = self._seen
        for card in (self.header, self.facts, self.history, self.print, self.doing):
            card.setVisible(seen is not None)
        if seen is None:
            return
        self._way = self._way_of(seen)
        self._show_receipt(seen)
        self._show_doing(seen)
        self._show_fields()

    def _show_receipt(self, seen: TakingBack) -> None:
        one = seen.receipt
        self.header.set(_("Kuitansi {number}").format(number=one.number), date_long(one.business_date))
        self.facts.clear()
        self.facts.add(one.worker_name, bold=True)
        for line in one.lines:
            self.facts.add(
                paid_for(line), rupiah(line.amount_idr), covered(line.programme, line.covered_from, line.covered_to)
            )
        if one.due.currency != "IDR":
            self.facts.add(_("Jumlah"), rupiah(one.amount_idr))
        self.facts.add(_("Dibayar"), money(one.due), ", ".join(tender(kind) for kind in one.tenders), bold=True)
        self.facts.add(_("Petugas"), one.operator)
        self.history.clear()
        if one.voided or one.refunded:
            assert seen.problem is not None
            chip = Chip("red", _("Dibatalkan") if one.voided else _("Dikembalikan"))
            values = dict(seen.problem.values)
            day = date_short(date.fromisoformat(values["day"]))
            self.history.add(_("Keadaan"), chip, " · ".join(filter(None, (values.get("void"), day))))
        if seen.refund is not None:
            self._show_refund(seen.refund)

    def _show_refund(self, asked: RefundRow) -> None:
        kind, said = refund_state(asked.state)
        self.history.add(_("Pengembalian"), Chip(kind, said), refund_method(asked.method))
        self.history.add(_("Diajukan"), date_short(asked.asked_on), asked.operator)
        if asked.reason:
            self.history.add(_("Alasan"), "", asked.reason)
        if asked.bank:
            self.history.add(_("Rekening"), "", asked.bank)
        if asked.note:
            self.history.add(_("Catatan pusat"), "", asked.note)
        if asked.transfer_reference:
            self.history.add(_("No. transfer"), asked.transfer_reference)
        if asked.number and asked.paid_on:
            self.history.add(_("Dibayar dengan"), asked.number, date_short(asked.paid_on), bold=True)

    def _show_doing(self, seen: TakingBack) -> None:
        self.moves.clear()
        self.marks.clear()
        self.problem.clear()
        self.problem.hide()
        heading, said, yes = self._words(seen)
        self.doing.set_heading(heading)
        self.said.setText(said)
        self.said.setVisible(bool(said))
        self.primary.setText(yes)
        self.primary.setVisible(self._way != "none")
        blocked = self._way == "void" and bool(seen.till_problems)
        self.primary.setEnabled(not self._busy and not blocked)
        both = seen.problem is None and seen.may_ask and self._way in ("void", "ask")
        self.other.setVisible(both)
        self.other.setText(_("Ajukan pengembalian…") if self._way == "void" else _("Batalkan saja…"))
        if self._way == "void":
            self._show_moves(seen)
        elif self._way == "pay":
            assert seen.refund is not None
            self.moves.add(_("Serahkan kepada pekerja"), money(seen.refund.amount), bold=True)
        for widget in (self.moves, self.marks):
            widget.setVisible(self._way in ("void", "pay"))

    def _words(self, seen: TakingBack) -> tuple[str, str, str]:
        """Heading, what is so, and what F12 says it does."""
        if self._way == "void":
            return (
                _("Batalkan kuitansi"),
                _("Pembatalan mendapat nomor sendiri dan disetujui orang kedua. Kuitansinya tidak diubah."),
                _("Batalkan kuitansi…"),
            )
        if self._way == "pay":
            return (
                _("Bayarkan pengembalian"),
                _("Pusat sudah menyetujui. Uangnya keluar dari kas Anda dan disetujui orang kedua."),
                _("Bayarkan…"),
            )
        why = sentence(seen.problem) if seen.problem else ""
        if self._way == "ask":
            said = why or _("Pusat yang memutuskan. Setelah disetujui, masa perlindungannya tidak berlaku lagi.")
            return _("Ajukan pengembalian"), said, _("Ajukan pengembalian")
        if seen.refund is not None and seen.refund.state == "waiting":
            why = _("Pengembalian sudah diajukan. Tunggu keputusan pusat, lalu sinkronkan.")
        return _("Tidak ada lagi yang perlu dilakukan"), why, ""

    def _show_moves(self, seen: TakingBack) -> None:
        for one in seen.back.cash:
            if one.minor > 0:
                self.moves.add(_("Serahkan tunai kepada pekerja"), money(one), bold=True)
            else:
                self.moves.add(_("Terima lagi uang kembalian dari pekerja"), money(-one), bold=True)
        if not seen.back.cash:
            self.moves.add(_("Serahkan tunai kepada pekerja"), _("tidak ada"))
        for kept in seen.back.kept:
            self.moves.add(
                _("Tetap di bank: {tender}").format(tender=tender(kept.kind)),
                money(kept.received - kept.change),
                kept.reference or "",
            )
        if seen.back.kept:
            said = _("Buktinya dapat dipakai lagi untuk pembayaran pengganti.")
            self.marks.add("blue", _("Uang di bank tidak keluar dari kas"), said)
        for problem in seen.till_problems:
            self.marks.add("red", _("Belum dapat dibatalkan"), sentence(problem))
        if seen.resting:
            said = _("Batalkan atau pindahkan juga {numbers}, karena masanya menyambung kuitansi ini.")
            self.marks.add("amber", _("Masa sesudahnya akan terputus"), said.format(numbers=", ".join(seen.resting)))
        if seen.refund is not None and seen.refund.state == "waiting":
            self.marks.add(
                "amber",
                _("Pengembaliannya sedang diajukan"),
                _("Bila dibatalkan di sini, pengajuan itu gugur dengan sendirinya."),
            )

    def _show_fields(self) -> None:
        self.fields["reason"].setVisible(self._way in ("void", "ask"))
        self.fields["method"].setVisible(self._way == "ask")
        transfer = self._way == "ask" and self._method.value() == "transfer"
        for name in _BANK:
            self.fields[name].setVisible(transfer)

    # What is done

    def _on_other(self) -> None:
        if self.other.isHidden() or self._seen is None:
            return
        self._wanted = "ask" if self._way == "void" else None
        self._show()
        self._reason.setFocus()

    def _on_primary(self) -> None:
        if self._busy or self._seen is None:
            return
        if self._way == "void":
            self._on_void(self._seen)
        elif self._way == "ask":
            self._on_ask(self._seen)
        elif self._way == "pay":
            self._on_pay(self._seen)

    def _on_void(self, seen: TakingBack) -> None:
        from kiosk.forms.void import VoidForm

        if self._shown_problems(reason_problems(self._reason.value())):
            return
        form = VoidForm(receipt=str(seen.receipt.id), reason=self._reason.value())
        back = " · ".join(money(one) for one in seen.back.cash if one.minor > 0)
        said = _("Kuitansi {number} atas nama {name} dibatalkan.").format(
            number=seen.receipt.number, name=seen.receipt.worker_name
        )
        if back:
            said += " " + _("Yang diserahkan kembali: {amounts}.").format(amounts=back)
        self._with_second(
            _("Penyelia menyetujui pembatalan"),
            said,
            _("Batalkan kuitansi"),
            lambda agreed: self._void(form, agreed),
            lambda done: self._on_done(
                done.number,
                _("Kuitansi {receipt} dibatalkan dengan {number}.").format(
                    receipt=done.receipt_number, number=done.number
                ),
            ),
        )

    def _on_pay(self, seen: TakingBack) -> None:
        from kiosk.forms.refund import RefundPayment

        asked = seen.refund
        assert asked is not None
        form = RefundPayment(refund=str(asked.id))
        self._with_second(
            _("Penyelia menyetujui pembayaran"),
            _("{amount} keluar dari kas untuk kuitansi {number}.").format(
                amount=money(asked.amount), number=asked.receipt_number
            ),
            _("Bayarkan"),
            lambda agreed: self._pay(form, agreed),
            lambda done: self._on_done(
                done.number,
                _("{amount} dibayarkan dengan {number}.").format(amount=money(done.amount), number=done.number),
            ),
        )

    def _with_second(
        self,
        title: str,
        said: str,
        yes: str,
        act: Callable[[Agreement], Any],
        on_done: Callable[[Any], object],
    ) -> None:
        dialog = SecondPersonDialog(self, title, said, yes=yes, approve=act, runner=self._runner, danger=True)
        dialog.agreed.connect(on_done)
        dialog.open()

    def _on_ask(self, seen: TakingBack) -> None:
        from kiosk.forms.refund import RefundForm

        method, transfer = str(self._method.value()), self._method.value() == "transfer"
        form = RefundForm(
            receipt=str(seen.receipt.id),
            reason=self._reason.value(),
            method=method,
            bank_name=self._bank.value() if transfer else None,
            bank_account=self._account.value() if transfer else None,
            bank_holder=self._holder.value() if transfer else None,
        )
        problems = [
            *reason_problems(self._reason.value()),
            *wish_problems(
                method,
                bank_name=form.bank_name or "",
                bank_account=form.bank_account or "",
                bank_holder=form.bank_holder or "",
                cash_allowed=seen.cash_allowed,
            ),
        ]
        if self._shown_problems(problems):
            return
        self._hold(True)
        self._runner.run(lambda: self._ask(form), self._on_asked, self._on_failed, owner=self)

    def _on_asked(self, asked: Requested) -> None:
        self._hold(False)
        self._wanted = None
        self.told.emit(_("Pengembalian {number} diajukan ke pusat.").format(number=asked.receipt_number))
        news.tell(CONTRIBUTIONS, WORKERS)

    def _on_done(self, number: str, said: str) -> None:
        """The paper goes to the printer by itself, as a receipt does."""
        self._reason.set_value("")
        self.told.emit(said)
        self.printed.begin(number)
        news.tell(CONTRIBUTIONS, TILL, WORKERS, PAPERS)

    def _on_failed(self, error: BaseException) -> None:
        self._hold(False)
        if not isinstance(error, Refused):
            self.failed.emit(error)
            return
        self._shown_problems([replace(one, field=one.field.rpartition(".")[2]) for one in error.problems])

    def _shown_problems(self, problems: list[Problem]) -> bool:
        """Whether anything is wrong; each stands at its field, what has none above the buttons."""
        homeless = show_problems(self.fields, problems, focus=True)
        said = " ".join(dict.fromkeys(sentence(one) for one in homeless if isinstance(one, Problem)))
        self.problem.setText(said)
        self.problem.setVisible(bool(said))
        if said:
            announce(self.problem)
        return bool(problems)

    def _hold(self, busy: bool) -> None:
        self._busy = busy
        self.primary.setEnabled(not busy)

    def _on_news(self, topic: str) -> None:
        if topic in (CONTRIBUTIONS, TILL) and self._number and self.isVisible():
            self.refresh()
