"""Payment: months of protection and savings, what they cost today, the money that came over the counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, date_short, money, rate, rupiah, terbilang_money
from models.rules.money import Money, currency
from models.rules.problems import Problem, Refused
from ui import theme
from ui.kit import (
    BigMoney,
    Card,
    Chip,
    DateField,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    MoneyField,
    NumberField,
    Option,
    Page,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
    Segments,
    Tiles,
    announce,
    label,
    show_problems,
)
from ui.kit.chips import Mark
from ui.news import CONTRIBUTIONS, RATES, SYNC, TILL, WORKERS, news
from ui.runner import Latest, Runner
from ui.screens.covers import about, cover_chip, covered
from ui.screens.drafts import Keeper
from ui.screens.explained import basis_of, steps_of
from ui.screens.printing import PrintLine
from ui.screens.scrolled import Sheet, go_to
from ui.screens.tenders import KeptTenders, SlipPicture
from ui.words import tender as tender_name

if TYPE_CHECKING:
    from kiosk.forms.payment import Payment, TenderForm
    from kiosk.queries.terms import Terms
    from kiosk.usecases.contributions import Quoted, Received
    from kiosk.usecases.documents import Kept
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.papers import Paper, Sent
    from models.rules.contributions import QuotedLine

OTHER, NONE = -1, 0
"""Tiles that are no package: another number of months, and none at all."""
_TYPING_MS, _CHOOSING_MS = 220, 0
_MOST_TILES = 5
"""As many packages stand side by side; other months are typed."""


def warn(field: Field, sentence: str | None) -> None:
    """A remark in amber below a field: worth a second look, in nobody's way."""
    field.set_note(sentence)
    colour = f"color: {theme.amber}; font-weight: 600;" if sentence and not field.problem() else ""
    if field.below.styleSheet() != colour:
        field.below.setStyleSheet(colour)


class PaymentPage(Page):
    """What one worker pays. Digits choose the package, T B K how it is paid, F12 takes the money and prints.

    Ctrl+T settles a way of paying and goes on to another, Ctrl+H takes the last one back; F8 and Ctrl+O add the picture
    of a slip, Ctrl+B takes the months that the money pays. What one person may not do alone, F12 asks a second one.

    Everything computed comes from `quote`, asked on the store's lane when typing stops; an answer to a question that
    has changed meanwhile is dropped. One form has one `request_id`, so that a second F12 gets the first receipt.
    """

    received = Signal(object)
    """A payment was taken: `Received`."""
    home_asked = Signal()
    paper_asked = Signal(str)
    claim_asked = Signal(object)
    failed = Signal(object)
    """Trouble or a fault, for the banner."""

    def __init__(
        self,
        *,
        terms: Callable[[UUID], Terms],
        quote: Callable[[Payment], Quoted],
        receive: Callable[..., Received],
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        runner: Runner,
        save_draft: Callable[[str, dict[str, Any], str], object] | None = None,
        load_drafts: Callable[[str], list[Draft]] | None = None,
        drop_draft: Callable[[str, str], object] | None = None,
        keep_slip: Callable[[UUID, bytes, str], Kept] | None = None,
        scan: Callable[[], bytes] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keeper: Keeper | None = None
        if save_draft is not None and load_drafts is not None and drop_draft is not None:
            self._keeper = Keeper(
                "payment",
                self._to_keep,
                save=save_draft,
                load=load_drafts,
                drop=drop_draft,
                runner=runner,
                failed=self.failed.emit,
                parent=self,
            )
        self._touched = self._detailed = False
        self._read_terms, self._quote, self._receive, self._runner = terms, quote, receive, runner
        self._worker_id: UUID | None = None
        self._terms: Terms | None = None
        self._quoted: Quoted | None = None
        self._answer: Received | None = None
        self._request_id = ""
        self._paying = self._filling = False
        self._was_cash = True
        self.picture: SlipPicture | None = None
        if keep_slip is not None:
            self.picture = SlipPicture(keep=keep_slip, scan=scan, runner=runner)
        self._latest = Latest(runner, self)
        self._line_keys: list[str] = []
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._ask)
        self._build_form()
        self._build_done(issue, send)
        self._build_receipt()
        news.changed.connect(self._on_news)
        self._show_state()

    # Built top to bottom

    def _build_form(self) -> None:
        left = self._left = self.column(1)
        self.form = left_card = Card(parent=self)
        left_card.body.setContentsMargins(16, 18, 16, 6)
        left_card.body.setSpacing(12)
        left.addWidget(left_card, 1)
        self.chip = Chip("grey", "", parent=left_card)
        self.header = Header("", "", self.chip)
        self.header.setContentsMargins(4, 0, 4, 0)
        left_card.add(self.header)
        self.sheet = Sheet(left_card)
        self.sheet.setWidgetResizable(True)
        self.sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left_card.add(self.sheet, 1)
        holder = QWidget(self.sheet)
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(4, 2, 4, 12)
        column.setSpacing(14)
        self.sheet.setWidget(holder)

        self.packages = Tiles([], spacing=12)
        self.months_field = Field(_("Jangka waktu perlindungan JKK + JKM"), self.packages)
        column.addWidget(self.months_field)

        self.other_months = NumberField(least=1, most=60)
        self.other_field = Field(_("Jumlah bulan"), self.other_months)
        self.other_field.setFixedWidth(112)
        self.covers = LineField(read_only=True)
        self.covers_field = Field(_("Perlindungan berlaku"), self.covers)
        self.jht_monthly = MoneyField("IDR")
        self.jht_field = Field(_("Jaminan Hari Tua (opsional)"), self.jht_monthly)
        self.jht_months = NumberField(least=1, most=60, placeholder="–")
        self.jht_months_field = Field(_("Bulan"), self.jht_months)
        self.jht_months_field.setFixedWidth(84)
        second = QHBoxLayout()
        second.setSpacing(14)
        for field, share in ((self.other_field, 0), (self.covers_field, 5), (self.jht_field, 5)):
            second.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
        second.addWidget(self.jht_months_field, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(second)

        self.tender = Segments(
            [
                Option("cash", _("Tunai"), key="T"),
                Option("bank_slip", _("Setoran bank"), key="B"),
                Option("kode_iuran", _("Kode iuran"), key="K"),
            ],
            spacing=10,
        )
        self.tender_field = Field(_("Cara bayar"), self.tender)
        self.currency = Segments([Option("IDR", "Rp")], "IDR", spacing=10)
        self.currency_field = Field(_("Ditagih dalam"), self.currency)
        self.currency_field.setFixedWidth(172)
        third = QHBoxLayout()
        third.setSpacing(14)
        third.addWidget(self.tender_field, 1, Qt.AlignmentFlag.AlignTop)
        third.addWidget(self.currency_field, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(third)

        self.kept = KeptTenders()
        self.kept_field = Field(_("Sudah dicatat"), self.kept)
        column.addWidget(self.kept_field)
        self.kept_field.hide()
        self.reference = LineField(longest=60)
        self.reference_field = Field("", self.reference)
        self.paid_on = DateField(today=self._today)
        self.paid_on_field = Field(_("Tanggal pada bukti"), self.paid_on)
        self.paid_on_field.setFixedWidth(150)
        slip = QHBoxLayout()
        slip.setSpacing(14)
        slip.addWidget(self.reference_field, 1, Qt.AlignmentFlag.AlignTop)
        slip.addWidget(self.paid_on_field, 0, Qt.AlignmentFlag.AlignTop)
        self.picture_field: Field | None = None
        if self.picture is not None:
            self.picture_field = Field(_("Gambar bukti"), self.picture)
            self.picture_field.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
            self.picture.told.connect(self.picture_field.set_note)
            slip.addWidget(self.picture_field, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(slip)

        self.money = Segments([Option("IDR", "Rp")], "IDR", spacing=6)
        self.money_field = Field(_("Dibayar dengan"), self.money)
        self.cash = MoneyField("IDR", big=True, placeholder=_("uang pas"))
        self.cash_field = Field("", self.cash)
        self.change = LineField(read_only=True, big=True)
        self.change.setFont(theme.font(22, bold=True, figures=True))
        self.change_field = Field(_("Kembali"), self.change)
        fourth = QHBoxLayout()
        fourth.setSpacing(14)
        fourth.addWidget(self.money_field, 0, Qt.AlignmentFlag.AlignTop)
        for field in (self.cash_field, self.change_field):
            fourth.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(fourth)
        self.enough = QuietButton("", "Ctrl+B", boxed=True, parent=left_card)
        self.take_back = QuietButton(_("Ambil kembali"), "Ctrl+H", boxed=True, parent=left_card)
        self.add_tender = QuietButton(_("Tambah cara bayar"), "Ctrl+T", boxed=True, parent=left_card)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        actions.addWidget(self.enough)
        actions.addStretch(1)
        actions.addWidget(self.take_back)
        actions.addWidget(self.add_tender)
        column.addLayout(actions)
        for button in (self.enough, self.take_back):
            button.hide()
        for keys, act in (
            ("Ctrl+B", self.enough.click),
            ("Ctrl+H", self.take_back.click),
            ("Ctrl+T", self.add_tender.click),
        ):
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if self.picture is not None:
            file = self.picture.file
            QShortcut(QKeySequence("Ctrl+O"), self, file.click, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._lines_across = (second, third, slip, fourth, actions)
        self.remarks = MarkList()
        column.addWidget(self.remarks)
        column.addStretch(1)

        self.packages.changed.connect(self._on_package)
        self.tender.changed.connect(self._on_tender)
        self.currency.changed.connect(self._on_currency)
        self.money.changed.connect(self._on_money)
        self.kept.changed.connect(self._on_kept)
        self.enough.clicked.connect(self._on_enough)
        self.take_back.clicked.connect(self._on_take_back)
        self.add_tender.clicked.connect(self._on_add_tender)
        typed = (self.other_months, self.jht_monthly, self.jht_months, self.cash, self.reference, self.paid_on)
        for editor in typed:
            editor.changed.connect(lambda _value: self._on_typed())
        if self.picture is not None:
            self.picture.changed.connect(lambda _document: self._on_typed())
        self.tender.installEventFilter(self)

    def _build_done(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        self.done = Card(parent=self)
        self._left.addWidget(self.done, 1)
        self.done_header = Header("", "")
        self.done.add_row(Mark("ok", parent=self.done), self.done_header, spacing=16).setStretch(1, 1)
        self.give_back = self.done.add(BigMoney(_("Kembalikan kepada pekerja")))
        self.done_facts = self.done.add(FactList())
        self.done_remarks = self.done.add(MarkList())
        self.done.push_down()
        self.print_line = self.done.add(PrintLine(issue=issue, send=send, runner=self._runner))
        self.print_line.failed.connect(self.failed)

    def _build_receipt(self) -> None:
        right = self.column(width=412)
        self.receipt = card = Card(_("Kuitansi"), parent=self)
        right.addWidget(card, 1)
        self.lines = card.add(FactList())
        self.details = QuietButton(_("Rincian"), "Ctrl+R", parent=card)
        self.details.clicked.connect(self._on_details)
        QShortcut(
            QKeySequence("Ctrl+R"), self, self.details.click, context=Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        card.add_row(self.details, 1)
        self.due = card.add(BigMoney(_("Yang harus dibayar")))
        card.push_down()
        self.next_number = card.add(label("", "note", wrap=True))
        self.next_number.setTextFormat(Qt.TextFormat.RichText)
        self.primary = card.add(PrimaryButton(_("Terima & cetak kuitansi"), "F12"))
        self.cancel = card.add(SecondaryButton(_("Batal"), "Esc"))
        self.view = card.add(SecondaryButton(_("Lihat kuitansi"), "F8"))
        self.to_claim = card.add(SecondaryButton(_("Ajukan klaim"), "F7"))
        self.home = card.add(PrimaryButton(_("Kembali ke beranda"), "Esc"))
        self.primary.clicked.connect(self._pay)
        self.cancel.clicked.connect(self.home_asked)
        self.home.clicked.connect(self.home_asked)
        self.view.clicked.connect(self.on_print)
        self.to_claim.clicked.connect(self.on_claim)

    def _tab_order(self) -> list[QWidget]:
        def picks(of: QWidget) -> list[QRadioButton]:
            return [pick for pick in of.findChildren(QRadioButton) if not pick.isHidden()]

        return [
            *picks(self.packages),
            self.other_months,
            self.jht_monthly,
            self.jht_months,
            *picks(self.tender),
            *picks(self.currency),
            *self.kept.buttons,
            self.reference,
            self.paid_on,
            *((self.picture.scan, self.picture.file) if self.picture is not None else ()),
            *picks(self.money),
            self.cash,
            self.enough,
            self.take_back,
            self.add_tender,
            self.details,
            self.primary,
            self.cancel,
        ]

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """Come to the front, for this worker if one is named."""
        if worker_id is not None:
            self.show_for(worker_id)
        else:
            self.refresh()

    def show_for(self, worker_id: UUID) -> None:
        """A form for this worker: the one begun before, if it was not finished; otherwise a fresh one."""
        fresh = worker_id != self._worker_id or self._answer is not None
        if fresh:
            self.keep_draft()
            self._begin(worker_id)
        self.refresh()
        if fresh and self._keeper is not None:
            self._keeper.give_back(str(worker_id), self._fill)

    def refresh(self) -> None:
        """Read tariff, rate and worker again; what is typed stays."""
        worker_id = self._worker_id
        if worker_id is None or self._answer is not None:
            return
        self._runner.run(lambda: self._read_terms(worker_id), self._on_terms, self._on_failed)

    def set_room(self, width: int) -> None:
        """Where the page scrolls anyway, the form need not be content with little."""
        super().set_room(width)
        stacked = self.columns.direction() == QBoxLayout.Direction.TopToBottom
        self.sheet.set_least(640 if stacked else Sheet.least)
        down, across = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        for line in self._lines_across:
            line.setDirection(down if stacked else across)
        bar = Qt.ScrollBarPolicy.ScrollBarAsNeeded if stacked else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.sheet.setHorizontalScrollBarPolicy(bar)

    def first_focus(self) -> QWidget | None:
        """The packages; after paying, the way home."""
        return self.home if self._answer is not None else self.packages

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isVisibleTo(self):
            self.primary.click()

    def on_back(self) -> bool:
        """Esc after paying leads home; before, the form stays as it is for later."""
        if self._answer is None:
            return False
        self.home_asked.emit()
        return True

    def on_print(self) -> None:
        """F8: the slip in the scanner, or the receipt just made."""
        if self._answer is not None:
            self.paper_asked.emit(self._answer.number)
        elif self.picture is not None and self.tender.value() != "cash":
            self.picture.scan.click()

    def on_claim(self) -> None:
        """F7: a claim of the same worker."""
        if self._worker_id is not None:
            self.claim_asked.emit(self._worker_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextChild()
        elif not self._tender_key(event):
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.tender and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._tender_key(event)
        return super().eventFilter(watched, event)

    # Filling in

    def keep_draft(self) -> None:
        """Keep what is typed, as before a lock or the end of the program."""
        if self._keeper is not None:
            self._keeper.keep()

    def _to_keep(self) -> tuple[str, dict[str, Any]] | None:
        if self._worker_id is None or self._terms is None or not self._touched or self._paying or self._answer:
            return None
        import msgspec

        monthly, given = self.jht_monthly.value(), self.cash.value()
        content = {
            "request_id": self._request_id,
            "package": self.packages.value(),
            "months": self.other_months.value(),
            "jht_monthly": None if monthly is None else monthly.json(),
            "jht_months": self.jht_months.value(),
            "tender": self.tender.value(),
            "currency": self.currency.value(),
            "money": self.money.value(),
            "received": None if given is None else given.json(),
            "reference": self.reference.value(),
            "paid_on": day.isoformat() if (day := self.paid_on.value()) else None,
            "document_id": self.picture.document_id if self.picture is not None else "",
            "document": self.picture.file_name if self.picture is not None else "",
            "kept": msgspec.to_builtins(self.kept.tenders()),
        }
        return str(self._worker_id), content

    def _fill(self, content: dict[str, Any]) -> None:
        """Put a draft back, as far as today's terms still offer what it chose. Its `request_id` comes along: if it
        was paid after all before the program stopped, paying it again gives the same receipt."""
        import msgspec

        from kiosk.forms.payment import TenderForm

        if self._touched or self._terms is None or self._answer is not None:
            return
        self._filling = True
        self._request_id = content.get("request_id") or self._request_id
        pickers = (
            (self.packages, "package"),
            (self.tender, "tender"),
            (self.currency, "currency"),
            (self.money, "money"),
        )
        for picker, name in pickers:
            # What is not offered any more stays as the terms suggest it.
            with suppress(ValueError):
                picker.set_value(content.get(name))
        self._offer_tenders(fresh=False)
        self.other_months.set_value(content.get("months"))
        self.jht_months.set_value(content.get("jht_months"))
        self._show_fields()
        self._filling = True
        for field, name in ((self.jht_monthly, "jht_monthly"), (self.cash, "received")):
            if content.get(name) is not None:
                field.set_value(Money.parse(content[name], field.currency()))
        self.reference.set_value(content.get("reference"))
        self.paid_on.set_value(date.fromisoformat(content["paid_on"]) if content.get("paid_on") else None)
        if self.picture is not None and content.get("document_id"):
            self.picture.set_document(content["document_id"], content.get("document") or "")
        with suppress(msgspec.ValidationError, Refused):  # of another version of the program
            self.kept.set_tenders(msgspec.convert(content.get("kept") or [], tuple[TenderForm, ...]))
        self._filling = False
        self._changed(_CHOOSING_MS)

    def _begin(self, worker_id: UUID) -> None:
        self._worker_id, self._request_id = worker_id, uuid4().hex
        self._terms = self._quoted = self._answer = None
        self._touched = False
        self._paying = False
        self._latest.forget()
        self._wait.stop()
        self._filling = True
        self.other_months.set_value(None)
        self.jht_monthly.set_value(None)
        self.jht_months.set_value(None)
        self.kept.set_tenders(())
        self._clear_tender()
        self._filling = False
        if self.picture is not None:
            self.picture.forget(worker_id)
        self._show_state()
        self._show_quote()

    def _on_terms(self, terms: Terms) -> None:
        if terms.worker.id != self._worker_id or self._answer is not None:
            return
        fresh, self._terms = self._terms is None, terms
        self._filling = True
        self.header.set(terms.worker.name, about(terms.worker))
        kind, words = cover_chip(terms.worker.states["JKK+JKM"])
        self.chip.set(kind, words, dot=kind in ("ok", "amber"))
        self._offer_packages(fresh)
        self._offer_tenders(fresh=fresh)
        self._filling = False
        # Tiles and segments made just now stand at the end of Qt's chain.
        for first, second in pairwise(self._tab_order()):
            QWidget.setTabOrder(first, second)
        self._show_fields()
        self._changed(_CHOOSING_MS)
        if fresh and self.isVisible():
            self.packages.setFocus(Qt.FocusReason.OtherFocusReason)

    def _offer_packages(self, fresh: bool) -> None:
        terms = self._terms
        assert terms is not None
        pack = terms.pack
        packages = [row for row in terms.rows if row.months][:_MOST_TILES]
        options = [
            Option(row.months, _("{n} bulan").format(n=row.months), rupiah(row.base), str(at))
            for at, row in enumerate(packages, 1)
        ]
        further = next((row.per_month for row in reversed(terms.rows) if row.per_month), None)
        more = "" if further is None else _("+ {amount}/bln").format(amount=rupiah(further))
        options.append(Option(OTHER, _("Lain"), more, str(len(options) + 1)))
        options.append(Option(NONE, _("Tanpa"), _("hanya JHT"), "0"))
        suggested = terms.suggested_months
        chosen = None
        if fresh:
            longest = packages[-1].months if packages else OTHER
            chosen = longest if not suggested else suggested if suggested in {row.months for row in packages} else OTHER
        self.packages.set_options(options, chosen)
        self.other_months.set_limits(1, pack.max_months)
        self.jht_months.set_limits(1, pack.max_months)
        if chosen == OTHER:
            self.other_months.set_value(suggested)
        self.jht_monthly.setPlaceholderText(rupiah(pack.jht_min))
        limits = _("{least} sampai {most} per bulan").format(least=rupiah(pack.jht_min), most=rupiah(pack.jht_max))
        self.jht_field.set_note(limits)

    def _offer_tenders(self, *, fresh: bool) -> None:
        from models.sentences import sentence

        terms = self._terms
        assert terms is not None
        why, forbidden = "", terms.cash_forbidden
        if forbidden == "tender.cash_not_allowed":
            why = _("Tunai belum diizinkan pusat untuk perwakilan ini; terima setoran bank atau kode iuran.")
        elif forbidden is not None:
            why = sentence(Problem("tender", forbidden))
        self.tender.set_enabled("cash", not forbidden, why)
        if fresh or (self.tender.value() == "cash" and forbidden):
            self.tender.set_value("bank_slip" if forbidden else "cash")
        self.tender_field.set_note(why or None)
        options = [Option("IDR", "Rp")]
        if terms.currency != "IDR":
            options.insert(0, Option(terms.currency, currency(terms.currency).symbol))
        without_rate = terms.currency != "IDR" and terms.rate is None and terms.price is None
        self.currency.set_options(options, None if not fresh else "IDR" if without_rate else options[0].value)
        self.currency.set_enabled(terms.currency, not without_rate, _("Belum ada kurs yang berlaku."))
        self.currency_field.setVisible(len(options) > 1)
        if without_rate:
            self.currency.set_value("IDR")
        taken = [code for code in terms.currencies if code != terms.currency or not without_rate]
        self.money.set_options(
            [Option(code, currency(code).symbol) for code in taken], self.currency.value() if fresh else None
        )
        self.money_field.setFixedWidth(max(118, 72 * len(taken)))
        self.money_field.setVisible(len(taken) > 1)

    def _on_typed(self) -> None:
        if not self._filling:
            self._touched = True
            self._changed(_TYPING_MS)

    def _on_package(self, chosen: int) -> None:
        if self._filling:
            return
        self._touched = True
        self._show_fields()
        if chosen == OTHER:
            self.other_months.setFocus(Qt.FocusReason.OtherFocusReason)
        elif chosen == NONE:
            self.jht_months.setFocus(Qt.FocusReason.OtherFocusReason)
        self._changed(_CHOOSING_MS)

    def _on_tender(self, kind: str) -> None:
        if not self._filling:
            self._touched = True
            if (kind == "cash") != self._was_cash:
                # What lies on the counter is not what stands on a slip.
                self.cash.set_value(None)
            self._show_fields()
            self._changed(_CHOOSING_MS)

    def _on_currency(self, code: str) -> None:
        if not self._filling:
            self._touched = True
            # What it is charged in is what it is paid with, unless somebody says otherwise.
            with suppress(ValueError):
                self.money.set_value(code)
            self._show_fields()
            self._changed(_CHOOSING_MS)

    def _on_money(self, _code: str) -> None:
        if not self._filling:
            self._touched = True
            self._show_fields()
            self._changed(_CHOOSING_MS)

    # Several ways of paying

    def _on_add_tender(self) -> None:
        """Ctrl+T: this one is settled, another follows; what that leaves open is computed."""
        if self._answer is not None:
            return
        given = self.cash.value()
        if given is None or not given.minor:
            self.cash_field.set_problem(_("Isi jumlahnya dahulu; sisanya dihitung pada cara bayar berikutnya."))
            go_to(self.cash)
            return
        self._touched = True
        settled = (*self.kept.tenders(), self._tender_now())
        self._filling = True
        self._clear_tender()
        self._filling = False
        self.kept.set_tenders(settled)
        self.tender.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_take_back(self) -> None:
        """Ctrl+H: the one settled last is typed again."""
        kept = self.kept.tenders()
        if not kept or self._answer is not None:
            return
        self._filling = True
        last = kept[-1]
        with suppress(ValueError):
            self.tender.set_value(last.tender)
            self.money.set_value(last.currency)
        self._show_fields()
        self._filling = True
        if last.received is not None:
            self.cash.set_value(Money.parse(last.received, self.cash.currency()))
        self.reference.set_value(last.reference)
        self.paid_on.set_value(last.paid_on)
        if self.picture is not None:
            self.picture.set_document(last.document_id or "", "")
        self._filling = False
        self.kept.set_tenders(kept[:-1])
        go_to(self.cash)

    def _on_kept(self, kept: tuple[TenderForm, ...]) -> None:
        self.kept_field.setVisible(bool(kept))
        self.take_back.setVisible(bool(kept))
        for first, second in pairwise(self._tab_order()):
            QWidget.setTabOrder(first, second)
        self._on_typed()

    def _clear_tender(self) -> None:
        self.cash.set_value(None)
        self.reference.set_value("")
        self.paid_on.set_value(None)
        if self.picture is not None:
            self.picture.set_document("", "")

    def _tender_now(self) -> TenderForm:
        from kiosk.forms.payment import TenderForm

        given, slip = self.cash.value(), self.tender.value() != "cash"
        return TenderForm(
            tender=self.tender.value(),
            currency=self.money.value(),
            received=None if given is None else given.json(),
            reference=(self.reference.value() or None) if slip else None,
            paid_on=self.paid_on.value() if slip else None,
            document_id=(self.picture.document_id or None) if slip and self.picture is not None else None,
        )

    def _on_enough(self) -> None:
        """Ctrl+B: the months that the money pays, in place of those asked for."""
        months = self._quoted.months_enough if self._quoted is not None else None
        if months is None or self._answer is not None:
            return
        if "months" not in self._line_keys:
            self.jht_months.set_value(months)
            return
        self._filling = True
        try:
            self.packages.set_value(months)
        except ValueError:
            self.packages.set_value(OTHER)
            self.other_months.set_value(months)
        self._filling = False
        self._on_package(self.packages.value())
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _today(self) -> date:
        return self._terms.day if self._terms is not None else datetime.now(UTC).date()

    def _tender_key(self, event: QKeyEvent) -> bool:
        """T, B and K from anywhere: choose, and go on to what that way of paying asks for."""
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if held or not event.text() or self._answer is not None or not self.tender.press_key(event.text()):
            return False
        target: QLineEdit = self.cash if self.tender.value() == "cash" else self.reference
        go_to(target)
        target.selectAll()
        return True

    def _show_fields(self) -> None:
        """Which fields this way of paying has, and what they are called."""
        cash, code = self.tender.value() == "cash", self.money.value() or self.currency.value() or "IDR"
        self._was_cash = cash
        symbol = currency(code).symbol
        if self.cash.currency() != code:
            self._filling = True
            self.cash.set_value(None)
            self.cash.set_currency(code)
            self._filling = False
        self.other_field.setVisible(self.packages.value() == OTHER)
        for field in (self.reference_field, self.paid_on_field, self.picture_field):
            if field is not None:
                field.setVisible(not cash)
        slip = self.tender.value() == "bank_slip"
        self.reference_field.set_label(_("Nomor bukti setoran") if slip else _("Kode iuran"))
        received = _("Diterima ({symbol})") if cash else _("Jumlah pada bukti ({symbol})")
        self.cash_field.set_label(received.format(symbol=symbol))
        exact = _("uang pas") if cash else _("sama dengan tagihan")
        self.cash.setPlaceholderText(_("sisanya") if self.kept.tenders() else exact)

    # Asking what it comes to

    def form_now(self) -> Payment:
        """What is filled in, as the use case wants it."""
        from kiosk.forms.payment import LineForm, Payment

        lines, keys = [], []
        chosen = self.packages.value()
        if chosen not in (NONE, None):
            months = self.other_months.value() if chosen == OTHER else chosen
            lines.append(LineForm(programme="JKK+JKM", months=months))
            keys.append("months")
        if self.jht_months.value() is not None or self.jht_monthly.value() is not None:
            monthly = self.jht_monthly.value()
            lines.append(
                LineForm(
                    programme="JHT",
                    months=self.jht_months.value(),
                    monthly_idr=None if monthly is None else int(monthly.main),
                )
            )
            keys.append("jht")
        self._line_keys = keys
        return Payment(
            worker_id=str(self._worker_id),
            lines=tuple(lines),
            currency=self.currency.value(),
            tenders=(*self.kept.tenders(), self._tender_now()),
            request_id=self._request_id,
        )

    def _changed(self, pause: int) -> None:
        if self._filling or self._answer is not None:
            return
        self._latest.forget()
        self._wait.start(pause)
        if self._keeper is not None and self._touched:
            self._keeper.typed()

    def _ask(self) -> None:
        if self._terms is None or self._answer is not None:
            return
        form = self.form_now()
        if not form.lines or any(line.months is None for line in form.lines):
            # Not finished yet: nothing to say until months are there.
            self._quoted = None
            self._show_problems(())
            self._show_quote()
            return
        self._latest.ask(lambda: self._quote(form), self._on_quoted, self._on_quote_failed)

    def _on_quoted(self, quoted: Quoted) -> None:
        if self._answer is not None:
            return
        self._quoted = quoted
        self._show_problems(())
        self._show_quote()

    def _on_quote_failed(self, error: BaseException) -> None:
        if self._answer is not None:
            return
        self._quoted = None
        self._show_quote()
        if isinstance(error, Refused):
            self._show_problems(error.problems)
        else:
            self.failed.emit(error)

    # Showing what it comes to

    def _show_quote(self) -> None:
        quoted = self._quoted
        self.lines.clear()
        self.remarks.clear()
        self.details.setVisible(quoted is not None)
        if quoted is None:
            self.due.set("")
            self.covers.setText("")
            self.covers_field.set_note(None)
            self.change.setText("")
            self.change_field.set_label(_("Kembali"))
            self.enough.hide()
            for field in (self.reference_field, self.paid_on_field, self.cash_field):
                warn(field, None)
            return
        for line in quoted.quote.lines:
            self.lines.add(*_line_words(line), steps_of(line) if self._detailed else "")
        basis = basis_of(quoted.quote) if self._detailed else ""
        self.lines.add(_("Jumlah"), rupiah(quoted.quote.amount_idr), basis, bold=True)
        self._show_conversion(quoted)
        self.due.set(money(quoted.due), terbilang_money(quoted.due))
        numbered = _("No. berikutnya {number} · tersimpan di loket ini, dikirim saat daring")
        self.next_number.setText(numbered.format(number=f"<b>{quoted.next_number}</b>"))
        self._show_cover(quoted.quote.lines[0])
        self._show_money(quoted)
        self._show_warnings(quoted)

    def _on_details(self) -> None:
        """How each amount comes about, below it, or not."""
        self._detailed = not self._detailed
        self.details.setText(_("Tutup rincian") if self._detailed else _("Rincian"))
        self._show_quote()
        if self._detailed and self._quoted is not None:
            said = [*map(steps_of, self._quoted.quote.lines), basis_of(self._quoted.quote)]
            self.lines.setAccessibleName("\n".join(filter(None, said)))
            announce(self.lines)

    def _show_cover(self, line: QuotedLine) -> None:
        terms = self._terms
        assert terms is not None
        self.covers.setText(_span_of(line))
        self.covers.setCursorPosition(0)
        state = terms.worker.states[line.programme]
        if line.provisional:
            said = _("mulai awal kontrak; sementara sampai dikonfirmasi BPJS")
            if line.cover.covered_from == terms.day:
                said = _("mulai hari ini; sementara sampai dikonfirmasi BPJS")
        elif state.kind == "expired":
            said = _("menyambung perlindungan yang sudah berakhir")
        else:
            said = _("menyambung masa aktif sekarang, tanpa jeda")
        self.covers_field.set_note(said)

    def _show_conversion(self, quoted: Quoted) -> None:
        """By which decree and which rate rupiah became local money, and what money of other countries is worth."""
        fixed = sum(amount for amount in quoted.fixed if amount is not None)
        unit = (quoted.due.currency, quoted.due.exponent)
        if quoted.price is not None:
            until = quoted.price.valid_to
            holds = _("berlaku sampai {day}").format(day=date_short(until)) if until else ""
            decree = _("Tarif lokal {decree}").format(decree=quoted.price.decree)
            self.lines.add(decree, money(Money(fixed, *unit)), holds)
        if quoted.rate is not None:
            second = rate(quoted.due.currency, quoted.rate.idr_per_unit)
            if quoted.rounding_idr:
                rounded = {
                    "up": _("{rate} · dibulatkan ke atas"),
                    "nearest": _("{rate} · dibulatkan ke yang terdekat"),
                    "down": _("{rate} · dibulatkan ke bawah"),
                }
                second = rounded[quoted.rate.rounding].format(rate=second)
            day = date_short(quoted.rate.valid_from)
            self.lines.add(_("Kurs {day}").format(day=day), money(Money(quoted.due.minor - fixed, *unit)), second)
        for one in quoted.settlement.tenders if quoted.settlement is not None else ():
            if one.rate is not None:
                name = _("{tender} {amount}").format(tender=tender_name(one.kind), amount=money(one.received))
                by = "" if one.received.currency == "IDR" else rate(one.rate.currency, one.rate.idr_per_unit)
                self.lines.add(name, money(one.worth), by)

    def _show_money(self, quoted: Quoted) -> None:
        """How it comes out: enough, too much, or too little."""
        settlement = quoted.settlement
        by_cash = self.tender.value() == "cash" or any(one.tender == "cash" for one in self.kept.tenders())
        title, said = (_("Kembali"), money(quoted.change)) if by_cash else (_("Selisih"), _("pas"))
        wrong = True
        if quoted.short is not None:
            title, said = _("Kurang"), _("kurang {amount}").format(amount=money(quoted.short))
        elif settlement is not None and settlement.surplus.minor:
            title, said = _("Lebih"), _("lebih {amount}").format(amount=money(settlement.surplus))
            if settlement.change.minor:
                title, said = _("Kembali"), money(settlement.change)
        else:
            wrong = False
        self.change_field.set_label(title)
        self.change.setText(said)
        self.change.setStyleSheet(f"color: {theme.amber};" if wrong else "")
        self.change.setCursorPosition(0)
        months = quoted.months_enough
        self.enough.setVisible(months is not None)
        if months is not None:
            self.enough.setText(_("Ambil {n} bulan saja").format(n=months))
        warn(self.cash_field, None)

    def _show_warnings(self, quoted: Quoted) -> None:
        from models.sentences import sentence

        here = f"tenders[{len(self.kept.tenders())}]."
        reference = [one for one in quoted.warnings if one.field == f"{here}reference"]
        old = [one for one in quoted.warnings if one.field == f"{here}paid_on"]
        surplus = [one for one in quoted.warnings if one.code == "tender.surplus"]
        # A reference that is still missing is said once something was typed there or is about to be paid without.
        warn(self.reference_field, " ".join(sentence(one) for one in reference) or None)
        warn(self.paid_on_field, " ".join(sentence(one) for one in old) or None)
        if surplus:
            warn(self.cash_field, sentence(surplus[0]))
        terms = self._terms
        if terms is not None and terms.currency != "IDR" and terms.rate is None and terms.price is None:
            missing = Problem.of("currency", "rate.missing", currency=terms.currency, day=terms.day.isoformat())
            self.remarks.add("amber", sentence(missing), _("Sementara itu pembayaran diterima dalam rupiah."))
        for one in quoted.needs:
            self.remarks.add("amber", sentence(one), _("F12 meminta penyelia mengetik persetujuannya."))
        for one in quoted.warnings:
            if one not in [*reference, *old, *surplus]:
                self.remarks.add("amber", sentence(one), self._about_line(one))

    def _about_line(self, problem: Problem) -> str:
        """Which programme a remark is about, where more than one is paid for."""
        if len(self._line_keys) < 2 or not problem.field.startswith("lines["):
            return ""
        return _("Jaminan Hari Tua") if self._place(problem).startswith("jht") else _("Perlindungan JKK + JKM")

    def _show_problems(self, problems: Sequence[Problem], *, focus: bool = False) -> None:
        fields = {
            "months": self.other_field if self.packages.value() == OTHER else self.months_field,
            "jht": self.jht_field,
            "jht_months": self.jht_months_field,
            "tender": self.tender_field,
            "currency": self.currency_field,
            "kept": self.kept_field,
            "reference": self.reference_field,
            "paid_on": self.paid_on_field,
            "money": self.money_field,
            "received": self.cash_field,
        }
        self.months_field.set_problem(None)
        self.other_field.set_problem(None)
        for field in (self.reference_field, self.paid_on_field, self.cash_field):
            field.below.setStyleSheet("")
        homeless = show_problems(fields, [replace(one, field=self._place(one)) for one in problems], focus=focus)
        if homeless:
            self.failed.emit(Refused(*[one for one in homeless if isinstance(one, Problem)]))

    def _place(self, problem: Problem) -> str:
        """Beside which field a problem of the form stands."""
        name = problem.field
        if name.startswith("lines["):
            at = int(name[6 : name.index("]")])
            key = self._line_keys[at] if at < len(self._line_keys) else "months"
            return "jht_months" if key == "jht" and name.endswith(".months") else key
        if name == "lines":
            return "months"
        last = name.rpartition(".")[2]
        if problem.code in ("tender.short", "slip.short"):
            return "received"
        if name.startswith("tenders["):
            if int(name[8 : name.index("]")]) < len(self.kept.tenders()):
                return "kept"
            last = {"currency": "money", "document_id": "reference"}.get(last, last)
        return {"kind": "tender", "tender": "tender", "tenders": "tender"}.get(last, last)

    # Paying

    def _pay(self) -> None:
        if self._paying or self._answer is not None or self._terms is None:
            return
        self._wait.stop()
        form = self.form_now()
        self._paying = True
        self.primary.setEnabled(False)
        self._runner.run(
            lambda: self._receive(form), self._on_received, lambda error: self._on_refused(form, error), owner=self
        )

    def _ask_second(self, form: Payment, problems: Sequence[Problem]) -> None:
        """What one person may not do alone: a supervisor types themselves in, and why; the form stays as it is."""
        from msgspec.structs import replace as with_values

        from kiosk.forms.payment import ApprovalForm
        from models.sentences import sentence
        from ui.screens.second_person import Agreement, SecondPersonDialog

        def approve(agreement: Agreement) -> Received:
            approval = ApprovalForm(login=agreement.login, reason=agreement.reason)
            return self._receive(with_values(form, approval=approval), second_password=agreement.password)

        dialog = SecondPersonDialog(
            self.window(),
            _("Penyelia menyetujui"),
            " ".join(sentence(problem) for problem in problems),
            yes=_("Setujui & terima"),
            approve=approve,
            runner=self._runner,
            why=_("mis. sudah ditanyakan ke pusat"),
        )
        dialog.agreed.connect(self._on_received)
        dialog.open()

    def _on_received(self, answer: Received) -> None:
        self._paying = False
        if answer.worker_id != self._worker_id:
            return
        self._answer = answer
        if self._keeper is not None:
            self._keeper.drop(str(answer.worker_id))
        self._show_done(answer)
        self.print_line.begin(answer.number)
        self.received.emit(answer)
        news.tell(CONTRIBUTIONS, TILL, SYNC)

    def _on_refused(self, form: Payment, error: BaseException) -> None:
        from kiosk.usecases.contributions import APPROVABLE

        self._paying = False
        self.primary.setEnabled(True)
        if isinstance(error, Refused):
            if all(problem.code in APPROVABLE for problem in error.problems):
                self._ask_second(form, error.problems)
                return
            if any(problem.code == "request.other_content" for problem in error.problems):
                # An earlier try was recorded after all and the form was changed since: the receipts list has it.
                self._request_id = uuid4().hex
            self._show_problems(error.problems, focus=True)
        else:
            self.failed.emit(error)

    def _show_done(self, answer: Received) -> None:
        from models.sentences import sentence

        terms = self._terms
        assert terms is not None
        self._show_state()
        self.done_header.set(_("Pembayaran diterima"), f"{terms.worker.name} · {answer.number}")
        cash = any(one.kind == "cash" for one in answer.tenders)
        nothing_back = _("tidak ada uang yang dikembalikan")
        if answer.change.minor:
            title, amount, said = _("Kembalikan kepada pekerja"), answer.change, terbilang_money(answer.change)
        elif answer.short is not None:
            title, amount, said = _("Kurang, dicatat"), answer.short, terbilang_money(answer.short)
        elif answer.surplus is not None:
            title, amount, said = _("Lebih, dicatat"), answer.surplus, nothing_back
        elif cash:
            title, amount, said = _("Uang pas"), answer.due, _("tidak ada kembalian")
        else:
            title, amount, said = _("Dicatat"), answer.due, nothing_back
        self.give_back.title.setText(title)
        self.give_back.set(money(amount), said)
        self.give_back.amount.setFont(theme.font(56, weight=700, figures=True))
        self.done_facts.clear()
        for line in answer.lines:
            name = _("Jaminan Hari Tua") if line.programme == "JHT" else _("Perlindungan JKK + JKM")
            unsure = _("sementara, sampai dikonfirmasi BPJS Ketenagakerjaan") if line.provisional else ""
            self.done_facts.add(name, _span_of(line), unsure)
        if len(answer.tenders) > 1 or any(one.rate for one in answer.tenders):
            for taken in answer.tenders:
                if taken.received.minor:
                    worth = _("bernilai {amount}").format(amount=money(taken.worth)) if taken.rate else ""
                    self.done_facts.add(tender_name(taken.kind), money(taken.received), worth)
        if answer.approved_by:
            self.done_facts.add(_("Disetujui"), answer.approved_by)
        self.done_remarks.clear()
        for one in answer.warnings:
            self.done_remarks.add("amber", sentence(one), self._about_line(one))
        self.done.setAccessibleName(f"{_('Pembayaran diterima')}. {self.give_back.accessibleName()}")
        announce(self.done)
        self.home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self) -> None:
        done = self._answer is not None
        self.form.setVisible(not done)
        self.done.setVisible(done)
        for widget in (self.primary, self.cancel, self.next_number):
            widget.setVisible(not done)
        for widget in (self.view, self.to_claim, self.home):
            widget.setVisible(done)
        paid = self._answer is not None and self._answer.short is None
        self.due.title.setText(_("Yang dibayar") if paid else _("Yang harus dibayar"))
        self.primary.setEnabled(not done)

    def _on_failed(self, error: BaseException) -> None:
        self.failed.emit(error)

    def _on_news(self, topic: str) -> None:
        if topic in (WORKERS, RATES, CONTRIBUTIONS) and self.isVisible():
            self.refresh()


def _line_words(line: QuotedLine) -> tuple[str, str]:
    if line.programme == "JHT":
        each = rupiah(line.monthly_idr or 0)
        return _("JHT {n} × {each}").format(n=line.months, each=each), rupiah(line.amount_idr)
    return _("JKK + JKM {n} bulan").format(n=line.months), rupiah(line.amount_idr)


def _span_of(line: QuotedLine) -> str:
    return covered(line.programme, line.cover.covered_from, line.cover.covered_to)
