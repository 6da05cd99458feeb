"""Home: one box that finds anyone, how the day stands, and what needs a hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from models.language import _, date_short, money, ngettext, rate
from ui import words
from ui.kit import Card, ChipButton, EmptyState, FactList, Field, Figure, Header, Page, PrimaryButton, SecondaryButton
from ui.kit.fields import LineField
from ui.news import news
from ui.runner import Runner
from ui.screens.found import FoundTable, Seeker

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.home import SyncState, Today
    from kiosk.queries.workers import WorkerRow


class Overview(NamedTuple):
    """What the right-hand side shows, read in one go. `offline_since` in the mission's own time."""

    today: Today
    line: SyncState
    day: datetime


class HomePage(Page):
    """«Siapa yang Anda layani?» The box keeps the focus; Up and Down walk the list below it, Enter opens."""

    def __init__(
        self,
        *,
        runner: Runner,
        search: Callable[[str], list[WorkerRow]],
        lately: Callable[[], list[WorkerRow]],
        overview: Callable[[], Overview],
        open_worker: Callable[[UUID], object],
        pay: Callable[[UUID], object],
        claim: Callable[[UUID], object],
        register: Callable[[str], object],
        scanned: Callable[[str], bool],
        show: Callable[[str], object],
        show_paper: Callable[[], object],
        take_back: Callable[[str], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        super().__init__()
        self._runner, self._overview, self._failed = runner, overview, failed
        self._open_worker, self._pay, self._claim, self._register = open_worker, pay, claim, register
        self._scanned, self._show, self._show_paper = scanned, show, show_paper
        self._take_back = take_back
        self._asked = ""

        left = self.column(1)
        ask = Card()
        ask.body.setContentsMargins(28, 22, 28, 20)
        ask.body.setSpacing(10)
        ask.add(Header(_("Siapa yang Anda layani?")))
        self.box = LineField(placeholder=_("Nama, NIK, paspor, KPJ, telepon atau nomor kuitansi"))
        self.box.setProperty("huge", True)
        self.box.setProperty("ring_radius", 12)
        self.box.setAccessibleName(_("Cari pekerja"))
        self.box.installEventFilter(self)
        hint = _("Ketik sebagian nama, NIK, paspor, KPJ atau telepon · pindai MRZ paspor atau QR kuitansi kapan saja")
        ask.add(Field("", self.box, hint))
        left.addWidget(ask)

        self.results = results = Card()
        results.body.setContentsMargins(8, 4, 8, 16)
        self.table = FoundTable(name=_("Hasil pencarian"))
        self.table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.table.opened.connect(lambda row: self._open_worker(row.id))
        self.table.current_changed.connect(self._on_current)
        self.nobody = EmptyState("user", "", "")
        self.blank = EmptyState(
            "search",
            _("Belum ada yang dilayani di loket ini."),
            _("Cari pekerja di atas, pindai paspornya, atau daftarkan pekerja baru."),
        )
        self.stack = QStackedWidget()
        for widget in (self.table, self.nobody, self.blank):
            self.stack.addWidget(widget)
        results.add(self.stack, 1)
        self.open = PrimaryButton(_("Buka"), "Enter", compact=True)
        self.pay = SecondaryButton(_("Bayar"), "F6")
        self.claim = SecondaryButton(_("Klaim"), "F7")
        self.register = SecondaryButton(_("Daftarkan pekerja baru"), "F4")
        self.open.clicked.connect(lambda: self._with_current(self._open_worker))
        self.pay.clicked.connect(self.on_pay)
        self.claim.clicked.connect(self.on_claim)
        self.register.clicked.connect(self.on_register)
        actions = results.add_row(self.open, self.pay, self.claim, 1, self.register, spacing=10)
        actions.setContentsMargins(10, 4, 10, 0)
        left.addWidget(results, 1)

        right = self.column(width=372)
        today = Card(_("Hari ini"))
        self.served, self.registered = Figure(_("dilayani")), Figure(_("terdaftar"))
        self.claims = Figure(_("klaim"))
        today.add_row(self.served, self.registered, self.claims)
        self.tenders = today.add(FactList())
        right.addWidget(today)
        attention = Card(_("Perlu perhatian"))
        self.needs = attention.add(FactList())
        attention.push_down()
        right.addWidget(attention, 1)

        self._seeker: Seeker[WorkerRow] = Seeker(search, lately, runner, parent=self)
        self._seeker.found.connect(self._on_found)
        self._seeker.failed.connect(failed)
        self.box.changed.connect(self._seeker.typed)
        news.changed.connect(self._on_news)
        self._on_current(None)

    # What the shell asks

    def first_focus(self) -> LineField:
        return self.box

    def on_shown(self) -> None:
        self.refresh()

    def on_search(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def on_pay(self) -> None:
        self._with_current(self._pay)

    def on_claim(self) -> None:
        self._with_current(self._claim)

    def on_register(self) -> None:
        """What was typed and found nobody becomes the name on the form."""
        typed = self.box.value()
        is_name = bool(typed) and not any(sign.isdigit() for sign in typed) and not self.table.rows()
        self._register(typed if is_name else "")

    def on_back(self) -> bool:
        if not self.box.value():
            return False
        self.box.clear()
        self._seeker.typed("")
        self.box.setFocus()
        return True

    def seek(self, text: str) -> None:
        """Look for this, as if it had been typed."""
        self.box.setText(text)
        self._seeker.now(text)

    def refresh(self) -> None:
        """Read again everything shown here."""
        self._seeker.again()
        self._runner.run(self._overview, self._on_overview, self._failed)

    # Inside

    def _on_news(self, _topic: str) -> None:
        if self.isVisible():
            self.refresh()

    def _with_current(self, action: Callable[[UUID], object]) -> None:
        row = self.table.current()
        if row is not None and self.stack.currentWidget() is self.table:
            action(row.id)

    def _on_found(self, asked: str, rows: list[WorkerRow]) -> None:
        if asked != self._asked:
            # Somebody else stands first in the answer to another question.
            self._asked = asked
            self.table.set_rows([])
        self.table.set_rows(rows)
        self.table.setAccessibleName(_("Hasil pencarian") if asked else _("Terakhir dilayani"))
        if rows:
            self.stack.setCurrentWidget(self.table)
        elif asked:
            self.nobody.set(
                _("Tidak ada yang cocok dengan «{text}».").format(text=asked[:60]),
                _("Periksa ejaannya, atau tekan F4 untuk mendaftarkan pekerja baru."),
            )
            self.stack.setCurrentWidget(self.nobody)
        else:
            self.stack.setCurrentWidget(self.blank)
        self._on_current(self.table.current())

    def _on_current(self, row: WorkerRow | None) -> None:
        for button in (self.open, self.pay, self.claim):
            button.setEnabled(row is not None)

    def _on_overview(self, seen: Overview) -> None:
        today = seen.today
        for figure, number in (
            (self.served, today.served),
            (self.registered, today.registered),
            (self.claims, today.claims),
        ):
            figure.set(str(number))
        self.tenders.clear()
        for one in today.tenders:
            self.tenders.add(words.tender(one.kind), money(one.total), bold=True)
        self.tenders.setVisible(bool(today.tenders))
        self.needs.clear()
        self._add_needs(today, seen.line)
        self._add_rate(today, seen.day)

    def _add_needs(self, today: Today, line: SyncState) -> None:
        if not today.balanced:
            self._need("red", _("Uang hari ini tidak cocok"), 1, _("Lihat"), lambda: self._show("books"))
        if today.unconfirmed_prints:
            said = ngettext(
                "{n} kertas belum dipastikan keluar",
                "{n} kertas belum dipastikan keluar",
                today.unconfirmed_prints,
            )
            self._need("amber", said, today.unconfirmed_prints, _("Lihat"), self._show_paper)
        if today.claims_to_act:
            said = ngettext("{n} klaim perlu tindakan", "{n} klaim perlu tindakan", today.claims_to_act)
            self._need("amber", said, today.claims_to_act, _("Lihat"), lambda: self._show("claims"))
        if today.claims_incomplete:
            said = ngettext("{n} klaim kurang dokumen", "{n} klaim kurang dokumen", today.claims_incomplete)
            self._need("grey", said, today.claims_incomplete, _("Lihat"), lambda: self._show("claims-waiting"))
        if today.to_review:
            said = ngettext("{n} catatan perlu diperiksa", "{n} catatan perlu diperiksa", today.to_review)
            self._need("amber", said, today.to_review, _("Periksa"), lambda: self._show("tasks"))
        for kind, receipts, action, said in (
            (
                "amber",
                today.refunds_to_pay,
                _("Bayarkan"),
                ngettext(
                    "{n} pengembalian disetujui, belum dibayarkan",
                    "{n} pengembalian disetujui, belum dibayarkan",
                    len(today.refunds_to_pay),
                ),
            ),
            (
                "grey",
                today.refunds_waiting,
                _("Lihat"),
                ngettext(
                    "{n} pengembalian menunggu keputusan pusat",
                    "{n} pengembalian menunggu keputusan pusat",
                    len(today.refunds_waiting),
                ),
            ),
        ):
            if receipts:
                # The one that has waited longest.
                self._need(kind, said, len(receipts), action, partial(self._take_back, str(receipts[-1])))
        if today.expiring:
            said = ngettext("{n} pekerja berakhir ≤ 60 hari", "{n} pekerja berakhir ≤ 60 hari", today.expiring)
            self._need("blue", said, today.expiring, _("Lihat"), lambda: self._show("expiring"))
        if line.problems:
            count = sum(n for _verdict, _code, n in line.problems)
            said = ngettext("{n} catatan ditahan pusat", "{n} catatan ditahan pusat", count)
            self._need("red", said, count, _("Lihat"), lambda: self._show("sync"))
        if line.waiting:
            said = ngettext("{n} catatan menunggu kirim", "{n} catatan menunggu kirim", line.waiting)
            safe = _("aman di loket ini")
            self._need("grey", said, line.waiting, _("Rincian"), lambda: self._show("sync"), safe)

    def _need(self, kind: str, said: str, n: int, action: str, act: Callable[[], object], second: str = "") -> None:
        button = ChipButton(kind, action)
        button.clicked.connect(lambda _checked=False: act())
        sentence = said.format(n=n)
        self.needs.add(sentence, button, second)
        button.setAccessibleName(f"{action}: {sentence}")

    def _add_rate(self, today: Today, day: datetime) -> None:
        if today.rate is not None:
            said = _("Kurs {day} berlaku").format(day=date_short(today.rate.valid_from))
            self.needs.add(said, "", rate(today.currency, today.rate.idr_per_unit))
        elif not today.rate_currency_is_rupiah:
            said = _("Kurs {currency} {day} belum ada").format(currency=today.currency, day=date_short(day))
            button = ChipButton("red", _("Sinkron"))
            button.clicked.connect(lambda: self._show("sync"))
            self.needs.add(
                said, button, _("Sinkronkan, atau hubungi pusat; pembayaran dalam rupiah tetap dapat dicatat.")
            )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if not event.isAutoRepeat():
                    self._on_enter()
                return True
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
                return self.table.forward(event)
        return super().eventFilter(watched, event)

    def _on_enter(self) -> None:
        text = self.box.value()
        if text and self._scanned(text):
            self.box.clear()
            self._seeker.typed("")
            return
        self._seeker.then(text, lambda: self._with_current(self._open_worker))
