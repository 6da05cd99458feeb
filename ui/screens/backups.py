"""Backups: the copies on the second disk, when the last one was made, and where the next one goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, date_short, ngettext, number, time_short
from models.rules.problems import Refused, Trouble
from ui.kit import (
    Card,
    Cell,
    Column,
    EmptyState,
    FactList,
    Header,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    Toast,
    label,
)
from ui.news import SYNC, news
from ui.runner import Runner, present

if TYPE_CHECKING:
    from kiosk.usecases.backups import Backup, BackupState


class BackupsPage(Page):
    """«Cadangan». F12 copies everything now; F8 says where copies go."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        state: Callable[[], BackupState],
        make: Callable[[], Backup],
        choose: Callable[[Path | None], None],
        local: Callable[[datetime], datetime],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._make, self._choose = state, make, choose
        self._local, self._runner = local, runner
        self._file_dialog: QFileDialog | None = None
        self._busy = False
        self._build_copies()
        self._build_place()

    # Built left to right

    def _build_copies(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Cadangan"), _("Dibuat setiap kas ditutup, dan kapan saja dengan F12.")))
        self.table = RowTable(
            [
                Column(_("Dibuat"), lambda one: Cell(self._when(one), bold=True), stretch=1),
                Column(_("Seri"), lambda one: one.label.series if one.label else "–"),
                Column(_("Catatan"), lambda one: number(one.label.seq) if one.label else "–"),
                Column(_("Ukuran"), lambda one: _size(one.label.size) if one.label else "–"),
            ],
            name=_("Cadangan di tempat ini"),
            key=lambda one: one.folder,
        )
        card.add(self.table, 1)
        self.empty = card.add(
            EmptyState(
                "report",
                _("Belum ada cadangan."),
                _("Pasang diska kedua, misalnya flashdisk, lalu pilih foldernya dengan F8."),
            ),
            1,
        )

    def _build_place(self) -> None:
        right = self.column(width=400)
        card = Card(_("Tempat cadangan"), parent=self)
        right.addWidget(card)
        self.facts = card.add(FactList())
        self.remark = card.add(label("", "note", wrap=True))
        self.place = card.add(SecondaryButton(_("Pilih folder…"), "F8", icon="file"))
        self.primary = card.add(PrimaryButton(_("Cadangkan sekarang"), "F12"))
        self.place.clicked.connect(self._ask_place)
        self.primary.clicked.connect(self._on_make)

        lost = Card(_("Bila komputer ini hilang atau rusak"), parent=self)
        right.addWidget(lost)
        lost.add(
            label(
                _(
                    "Cadangan tersandi seperti datanya sendiri: yang membukanya kata sandi petugas atau kode "
                    "pemulihan. Di komputer baru: loket restore, lalu lanjutkan dengan seri baru dari pusat."
                ),
                "note",
                wrap=True,
            )
        )
        right.addStretch(1)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read again what is at the place."""
        self._runner.run(self._state, self._on_state, self.failed.emit, on="paper", owner=self)

    def first_focus(self) -> QWidget:
        """What is done most often here."""
        return self.primary if self.primary.isEnabled() else self.place

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: where copies go."""
        self.place.click()

    # How it stands

    def _on_state(self, state: BackupState) -> None:
        self.table.set_rows(list(state.copies))
        self.table.setVisible(bool(state.copies))
        self.empty.setVisible(not state.copies)
        self.facts.clear()
        self.facts.add(_("Folder"), str(state.place) if state.place else _("belum dipilih"), bold=True)
        last = self._at(state.last_at) if state.last_at else _("belum pernah")
        self.facts.add(_("Terakhir"), last)
        if state.behind is not None:
            said = ngettext("{n} catatan", "{n} catatan", state.behind).format(n=number(state.behind))
            self.facts.add(_("Sesudah itu"), said, kind="amber" if state.behind else "")
        self.remark.setText(self._remark(state))
        self.remark.setVisible(bool(self.remark.text()))
        self.primary.setEnabled(state.place is not None and not self._busy)

    def _remark(self, state: BackupState) -> str:
        if state.place is not None and not state.there:
            return _("Diskanya tidak terpasang. Pasang, lalu tekan F12.")
        if state.failed:
            return state.failed
        if state.same_disk:
            return _("Folder ini di diska yang sama dengan datanya: tidak menolong bila diska atau komputernya hilang.")
        return ""

    def _when(self, one: Backup) -> str:
        return self._at(one.label.made_at) if one.label else _("{name} (tidak utuh)").format(name=one.folder.name)

    def _at(self, at: datetime) -> str:
        here = self._local(at)
        return _("{day} pukul {time}").format(day=date_short(here.date()), time=time_short(here))

    # Acting

    def _ask_place(self) -> None:
        dialog = QFileDialog(self, _("Folder cadangan"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self.choose_place(Path(chosen)))
        self._file_dialog = dialog
        dialog.open()

    def choose_place(self, place: Path) -> None:
        """Copies go to this folder from now on."""
        self._runner.run(lambda: self._choose(place), lambda _none: self.refresh(), self._on_failed)

    def _on_make(self) -> None:
        if self._busy:
            return
        self._busy = True
        self.primary.setEnabled(False)
        self.remark.setText(_("Menyalin dan memeriksa… loket dapat terus dipakai."))
        self.remark.show()
        self._runner.run(self._make, self._on_made, self._on_failed, on="line")

    def _on_made(self, made: Backup) -> None:
        self._busy = False
        Toast.show_on(self, _("Cadangan dibuat: {name}").format(name=made.folder.name))
        news.tell(SYNC)
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        self._busy = False
        self.refresh()
        if isinstance(error, Trouble | Refused):
            Toast.show_on(self, present(error).sentence, "amber")
        else:
            self.failed.emit(error)


def _size(size: int) -> str:
    return _("{n} MB").format(n=number(max(1, round(size / 1_000_000))))
