"""Printers: on which one receipts and slips come out at this counter, how large, and how many at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from models.language import _, ngettext
from models.rules.problems import Refused, Trouble
from ui.kit import (
    Card,
    Cell,
    Choice,
    Column,
    Dialog,
    EmptyState,
    Field,
    Header,
    LineField,
    Option,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    Segments,
    Toast,
    label,
    show_problems,
)
from ui.news import PAPERS, news
from ui.runner import Runner, present
from ui.screens.printing import MOST_SHEETS, shown_size

if TYPE_CHECKING:
    from kiosk.usecases.printers import PrinterRow


SIZES = ("a5", "a4", "80mm")
"""As `kiosk.usecases.printers.SIZES`, without loading what stands behind it."""


class PrintersPage(Page):
    """«Pencetak». F12 keeps what is chosen for the printer one stands on; F8 prints a trial page; Ctrl+N adds a
    thermal printer by its address."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        printers: Callable[[], tuple[list[PrinterRow], int]],
        choose: Callable[[str, str, int], object],
        forget: Callable[[str], object],
        try_out: Callable[[str], str],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._printers, self._choose, self._forget, self._try = printers, choose, forget, try_out
        self._runner = runner
        self._dialog: Dialog | None = None
        self._build_list()
        self._build_choice()

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Pencetak"), " "))
        self.table = RowTable(
            [
                Column(_("Nama"), lambda one: Cell(one.name, bold=one.chosen), stretch=1),
                Column(_("Kertas"), lambda one: shown_size(one.size)),
                Column(_("Keadaan"), _state),
            ],
            name=_("Pencetak yang dapat dipakai"),
            key=lambda one: one.name,
        )
        card.add(self.table, 1)
        self.empty = card.add(
            EmptyState(
                "receipt",
                _("Tidak ada pencetak yang terpasang."),
                _("Pasang di pengaturan komputer, atau tambahkan pencetak struk dengan Ctrl+N."),
            ),
            1,
        )
        self.empty.hide()
        self.add = SecondaryButton(_("Tambah pencetak struk…"), "Ctrl+N")
        self.drop = SecondaryButton(_("Lepas"), danger=True)
        card.add_row(self.add, 1, self.drop, spacing=10)
        self.table.current_changed.connect(lambda _one: self._show_choice())
        self.add.clicked.connect(self._ask_address)
        key = QShortcut(QKeySequence("Ctrl+N"), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        key.setAutoRepeat(False)
        key.activated.connect(self.add.click)
        self.drop.clicked.connect(self._on_drop)

    def _build_choice(self) -> None:
        right = self.column(width=400)
        card = Card(_("Kuitansi dan tanda terima"), parent=self)
        right.addWidget(card)
        self.paper = Segments([Option(code, shown_size(code)) for code in SIZES], "a5", spacing=8)
        card.add(Field(_("Kertas di pencetak ini"), self.paper))
        self.sheets = Choice([(n, _sheets(n)) for n in range(1, MOST_SHEETS + 1)])
        self.sheets.set_value(1)
        card.add(
            Field(
                _("Lembar sekali cetak"),
                self.sheets,
                _("Lembar pertama asli. Lainnya bertanda SALINAN dan tercatat, seperti cetak ulang."),
            )
        )
        self.said = card.add(label("", "note", wrap=True))
        self.said.hide()
        self.trial = card.add(SecondaryButton(_("Halaman percobaan"), "F8"))
        self.primary = card.add(PrimaryButton(_("Pakai pencetak ini"), "F12"))
        right.addStretch(1)
        self.trial.clicked.connect(self._on_trial)
        self.primary.clicked.connect(self._on_choose)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Ask the system again which printers there are."""
        self._runner.run(self._printers, self._on_printers, self._on_failed, on="paper", owner=self)

    def first_focus(self) -> QWidget | None:
        """The list; where it is empty, what fills it."""
        return self.table if self.empty.isHidden() else self.add

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8."""
        self.trial.click()

    # Showing

    def _on_printers(self, found: tuple[list[PrinterRow], int]) -> None:
        printers, copies = found
        self.table.set_rows(printers)
        self.table.setVisible(bool(printers))
        self.empty.setVisible(not printers)
        used = next((one for one in printers if one.chosen), None)
        if used is None:
            self.header.set(_("Pencetak"), _("Belum ada; kuitansi disimpan sebagai PDF."))
        else:
            said = _("Kuitansi dicetak di {name}, {size}, {sheets}.")
            self.header.set(
                _("Pencetak"), said.format(name=used.name, size=shown_size(used.size), sheets=_sheets(copies))
            )
        self.sheets.set_value(min(copies, MOST_SHEETS))
        self._show_choice()

    def _show_choice(self) -> None:
        one: PrinterRow | None = self.table.current()
        there = one is not None and one.there
        for button in (self.primary, self.trial):
            button.setEnabled(there)
        self.drop.setEnabled(one is not None and (_is_address(one.name) or not one.there))
        if one is not None:
            self.paper.set_value(one.size)
            for code in SIZES:
                # What stands at an address is fed with a roll, and understands nothing else.
                allowed = not _is_address(one.name) or code == "80mm"
                self.paper.set_enabled(code, allowed, "" if allowed else _("Di alamat ini hanya pencetak struk."))

    def _tell(self, sentence: str) -> None:
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))

    # Acting

    def _on_choose(self) -> None:
        one: PrinterRow | None = self.table.current()
        if one is None:
            return
        name, size, sheets = one.name, self.paper.value(), self.sheets.value() or 1
        self._runner.run(
            lambda: self._choose(name, size, sheets),
            lambda _done: self._on_chosen(name),
            self._on_failed,
            on="paper",
            owner=self,
        )

    def _on_chosen(self, name: str) -> None:
        self._tell("")
        Toast.show_on(self.window(), _("Kuitansi dicetak di {name}.").format(name=name))
        news.tell(PAPERS)
        self.refresh()

    def _on_trial(self) -> None:
        one: PrinterRow | None = self.table.current()
        if one is None:
            return
        name = one.name
        self._tell(_("Mencetak…"))
        self._runner.run(
            lambda: self._try(name),
            lambda queue: self._tell(
                _("Halaman percobaan dikirim ke {name}. Lihat hasilnya sebelum memakai pencetak ini.").format(
                    name=queue
                )
            ),
            self._on_failed,
            on="paper",
            owner=self,
        )

    def _on_drop(self) -> None:
        one: PrinterRow | None = self.table.current()
        if one is None or not self.drop.isEnabled():
            return
        name = one.name
        self._runner.run(
            lambda: self._forget(name),
            lambda _done: self._on_dropped(name),
            self._on_failed,
            on="paper",
            owner=self,
        )

    def _on_dropped(self, name: str) -> None:
        self._tell(_("{name} dilepas dari loket ini.").format(name=name))
        self.refresh()

    def _ask_address(self) -> None:
        said = _("Untuk pencetak struk 80 mm yang tersambung langsung, tanpa pengaturan di komputer.")
        dialog = Dialog(self, _("Tambah pencetak struk"), said, yes=_("Pakai"))
        address = LineField()
        field = Field(_("Alamat"), address, _("Di jaringan: tcp://192.168.1.50:9100. Pada kabel USB: /dev/usb/lp0."))
        dialog.body.addWidget(field)

        def done(name: str) -> None:
            dialog.accept()
            self._on_chosen(name)

        def failed(error: BaseException) -> None:
            if isinstance(error, Refused):
                show_problems({"printer": field}, error.problems, focus=True)
            elif isinstance(error, Trouble) and error.code == "printer.address":
                field.set_problem(present(error).sentence)
                address.setFocus()
            else:
                dialog.set_problem(present(error).sentence)

        def act() -> None:
            typed, sheets = address.value(), self.sheets.value() or 1
            self._runner.run(
                lambda: self._choose(typed, "80mm", sheets),
                lambda _done: done(typed),
                failed,
                on="paper",
                owner=dialog,
            )

        dialog.primary.clicked.connect(act)
        address.returnPressed.connect(act)
        self._dialog = dialog
        dialog.open()
        address.setFocus()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, Refused | Trouble):
            self._tell(present(error).sentence)
        else:
            self._tell("")
            self.failed.emit(error)


def _is_address(name: str) -> bool:
    return "/" in name


def _state(one: PrinterRow) -> str:
    if not one.there:
        return _("tidak terpasang lagi")
    return _("dipakai") if one.chosen else _("siap")


def _sheets(count: int) -> str:
    return ngettext("{n} lembar", "{n} lembar", count).format(n=count)
