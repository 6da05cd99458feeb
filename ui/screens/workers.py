"""Workers: the list behind «Pekerja»: whoever is looked for, whose cover is ending, and who has to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget

from models.language import _
from ui import words
from ui.kit import (
    Card,
    Cell,
    Column,
    EmptyState,
    Field,
    Header,
    Option,
    Page,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
    Segments,
    row,
)
from ui.kit.fields import LineField
from ui.news import news
from ui.runner import Runner
from ui.screens.found import FoundTable, Seeker

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.lists import FlaggedRow
    from kiosk.queries.workers import WorkerRow

LISTS = ("found", "expiring", "flagged")


class WorkersPage(Page):
    """One box, three lists. Enter opens, F6 pays, F7 claims, F4 registers."""

    def __init__(
        self,
        *,
        runner: Runner,
        search: Callable[[str], list[WorkerRow]],
        lately: Callable[[], list[WorkerRow]],
        expiring: Callable[[], list[WorkerRow]],
        flagged: Callable[[], list[FlaggedRow]],
        open_worker: Callable[[UUID], object],
        pay: Callable[[UUID], object],
        claim: Callable[[UUID], object],
        register: Callable[[str], object],
        bring_in: Callable[[], object],
        give_out: Callable[[list[UUID]], object],
        call_list: Callable[[], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        super().__init__()
        self._runner, self._expiring, self._flagged, self._failed = runner, expiring, flagged, failed
        self._open_worker, self._pay, self._claim, self._register = open_worker, pay, claim, register
        self._marked: dict[UUID, FlaggedRow] = {}
        self._asked = 0
        self._sought = ""

        card = Card()
        self.column(1).addWidget(card)
        card.body.setContentsMargins(8, 18, 8, 16)
        self.bring_in = QuietButton(_("Impor daftar…"), icon="upload", boxed=True)
        self.give_out = QuietButton(_("Ekspor…"), icon="download", boxed=True)
        self.bring_in.clicked.connect(lambda _checked=False: bring_in())
        self.give_out.clicked.connect(lambda: give_out([one.id for one in self._rows()]))
        self.call_list = SecondaryButton(_("Cetak daftar panggilan"), "F8", icon="phone")
        self.call_list.clicked.connect(lambda _checked=False: call_list())
        self.call_list.hide()
        self.header = Header(_("Pekerja"), "", self.call_list, self.bring_in, self.give_out)
        self.header.setContentsMargins(12, 0, 12, 0)
        card.add(self.header)
        self.box = LineField(placeholder=_("Nama, NIK, paspor, KPJ, telepon atau nomor kuitansi"))
        self.box.setAccessibleName(_("Cari pekerja"))
        self.box.installEventFilter(self)
        self.lists = Segments(
            [
                Option("found", _("Hasil pencarian")),
                Option("expiring", _("Berakhir ≤ 60 hari")),
                Option("flagged", _("Perlu diperiksa")),
            ],
            "found",
        )
        self.lists.setAccessibleName(_("Daftar"))
        across = row(Field("", self.box, stretch=2), Field("", self.lists, stretch=3))
        holder = across.layout()
        assert holder is not None
        holder.setContentsMargins(12, 0, 12, 4)
        card.add(across)
        self.stack = QStackedWidget()
        self.table = FoundTable(name=_("Pekerja"))
        why = Column(_("Yang perlu diperiksa"), lambda one: self._why(one.id), stretch=6)
        self.reviews = FoundTable(name=_("Perlu diperiksa"), extra=why)
        self.nobody = EmptyState("user", "")
        for table in (self.table, self.reviews):
            table.opened.connect(lambda one: self._open_worker(one.id))
            table.current_changed.connect(lambda _row: self._on_current())
        for widget in (self.table, self.reviews, self.nobody):
            self.stack.addWidget(widget)
        card.add(self.stack, 1)
        self.open = PrimaryButton(_("Buka"), "Enter", compact=True)
        self.pay = SecondaryButton(_("Bayar"), "F6")
        self.claim = SecondaryButton(_("Klaim"), "F7")
        self.register = SecondaryButton(_("Daftarkan pekerja baru"), "F4")
        self.open.clicked.connect(lambda: self._with_current(self._open_worker))
        self.pay.clicked.connect(self.on_pay)
        self.claim.clicked.connect(self.on_claim)
        self.register.clicked.connect(self.on_register)
        actions = card.add_row(self.open, self.pay, self.claim, 1, self.register, spacing=10)
        actions.setContentsMargins(12, 4, 12, 0)

        self._seeker: Seeker[WorkerRow] = Seeker(search, lately, runner, parent=self)
        self._seeker.found.connect(self._on_found)
        self._seeker.failed.connect(failed)
        self.box.changed.connect(self._on_typed)
        self.lists.changed.connect(lambda _value: self.refresh())
        news.changed.connect(self._on_news)
        self._on_current()

    # What the shell asks

    def first_focus(self) -> LineField:
        return self.box

    def on_shown(self, which: str = "", text: str | None = None) -> None:
        if text is not None:
            self.seek(text)
            return
        if which and which != self.lists.value():
            self.lists.set_value(which)
        else:
            self.refresh()

    def on_search(self) -> None:
        self.box.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.box.selectAll()

    def on_print(self) -> None:
        """F8: whom to call, as a paper or a file."""
        if self.lists.value() == "expiring":
            self.call_list.click()

    def on_pay(self) -> None:
        self._with_current(self._pay)

    def on_claim(self) -> None:
        self._with_current(self._claim)

    def on_register(self) -> None:
        self._register("")

    # What others may ask

    def seek(self, text: str) -> None:
        """Look for this."""
        self.box.setText(text)
        if self.lists.value() != "found":
            self.lists.set_value("found")
        self._seeker.now(text)

    def walk(self, event: QKeyEvent) -> bool:
        """Let a key pressed in the top bar's box walk or open the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            text = self.box.value()
            self._seeker.then(text, lambda: self._with_current(self._open_worker))
            return True
        return self._list().forward(event)

    def refresh(self) -> None:
        """Read the chosen list again."""
        which = str(self.lists.value())
        self.call_list.setVisible(which == "expiring")
        self._asked += 1
        asked = self._asked
        if which == "expiring":
            self._runner.run(self._expiring, lambda rows: self._on_expiring(asked, rows), self._failed, owner=self)
        elif which == "flagged":
            self._runner.run(self._flagged, lambda rows: self._on_flagged(asked, rows), self._failed, owner=self)
        else:
            self._seeker.again()

    # Inside

    def _on_news(self, _topic: str) -> None:
        if self.isVisible():
            self.refresh()

    def _on_typed(self, text: object) -> None:
        if self.lists.value() != "found":
            self.lists.set_value("found")
        self._seeker.typed(text)

    def _why(self, worker_id: UUID) -> Cell:
        marked = self._marked.get(worker_id)
        flags = [words.flag(code) for code in marked.codes] if marked else []
        if marked and marked.conflicts:
            flags.insert(0, words.conflict(marked.conflicts))
        if marked and marked.task:
            flags.insert(0, words.consent_task(marked.task))
        if len(flags) == 1:
            return Cell(flags[0].title, second=flags[0].detail, kind="amber", plain=True)
        return Cell(
            "".join(one.title for one in flags[:1]),
            second=" · ".join(one.title for one in flags[1:]),
            kind="amber",
            plain=True,
        )

    def _list(self) -> FoundTable:
        return self.reviews if self.stack.currentWidget() is self.reviews else self.table

    def _rows(self) -> list[WorkerRow]:
        """Those that are shown now."""
        return [] if self.stack.currentWidget() is self.nobody else self._list().rows()

    def _with_current(self, action: Callable[[UUID], object]) -> None:
        chosen = self._list().current() if self.stack.currentWidget() is not self.nobody else None
        if chosen is not None:
            action(chosen.id)

    def _on_current(self) -> None:
        chosen = self.stack.currentWidget() is not self.nobody and self._list().current() is not None
        for button in (self.open, self.pay, self.claim):
            button.setEnabled(chosen)

    def _on_found(self, asked: str, rows: list[WorkerRow]) -> None:
        if self.lists.value() != "found":
            return
        self.header.set(_("Pekerja"), "" if asked else _("Terakhir dilayani di loket ini"))
        if asked != self._sought:
            self._sought = asked
            self.table.set_rows([])
        if asked:
            self._show(self.table, rows, _("Tidak ada yang cocok dengan «{text}».").format(text=asked[:60]))
        else:
            self._show(self.table, rows, _("Belum ada yang dilayani di loket ini."))

    def _on_expiring(self, asked: int, rows: list[WorkerRow]) -> None:
        if asked != self._asked:
            return
        self.header.set(_("Pekerja"), _("Perlindungan JKK + JKM berakhir dalam 60 hari, yang terdekat lebih dahulu"))
        self._show(self.table, rows, _("Tidak ada perlindungan yang berakhir dalam 60 hari."))

    def _on_flagged(self, asked: int, found: list[FlaggedRow]) -> None:
        if asked != self._asked:
            return
        self._marked = {one.worker.id: one for one in found}
        self.header.set(_("Pekerja"), _("Ada catatan yang perlu dilihat kembali oleh petugas"))
        self._show(self.reviews, [one.worker for one in found], _("Tidak ada yang perlu diperiksa."))

    def _show(self, table: FoundTable, rows: list[WorkerRow], otherwise: str) -> None:
        table.set_rows(rows)
        self.nobody.set(otherwise, _("Tekan F4 untuk mendaftarkan pekerja baru."))
        self.stack.setCurrentWidget(table if rows else self.nobody)
        self._on_current()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            keys = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
            if event.key() in (*keys, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                return self.walk(event)
        return super().eventFilter(watched, event)
