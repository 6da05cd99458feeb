"""Exporting: workers to a file that others can open, masked unless somebody who may asks for all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, ngettext, number
from models.rules.problems import Problem, Refused
from ui.kit import Dialog, Field, Option, Progress, Segments, label
from ui.kit.tick import Tick
from ui.runner import Runner, Slices, present

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.steps import Step, Steps
    from kiosk.usecases.exporting import Exported


class ExportDialog(Dialog):
    """Who, and how much of them; then where to. F12 asks for the file and writes it; «Hentikan» leaves nothing."""

    def __init__(
        self,
        parent: QWidget,
        *,
        shown: Sequence[UUID],
        may_see_all: bool,
        export: Callable[[Sequence[UUID] | None, bool, str], Steps[Exported]],
        save: Callable[[Path, Exported], object],
        told: Callable[[str], object],
        runner: Runner,
    ) -> None:
        super().__init__(
            parent,
            _("Ekspor pekerja"),
            _("Berkasnya dapat diimpor di loket lain tanpa memilih kolom lagi."),
            yes=_("Simpan…"),
            width=560,
        )
        self._shown, self._export, self._save, self._told = list(shown), export, save, told
        self._runner, self._may_see_all = runner, may_see_all
        self._slices = Slices(runner, self)
        self._slices.stepped.connect(self._on_step)
        self._slices.stopped.connect(lambda: self._show_busy(False))
        self._file_dialog: QFileDialog | None = None
        self._path: Path | None = None
        listed = ngettext("Yang tampil ({n})", "Yang tampil ({n})", len(self._shown)).format(n=len(self._shown))
        self.who = Segments([Option("all", _("Semua pekerja")), Option("shown", listed)], "all")
        self.who_field = Field(_("Siapa"), self.who)
        self.full = Tick(_("NIK dan nomor rekening lengkap"))
        self.full.setEnabled(may_see_all)
        self.full_note = label(
            _("Tanpa ini NIK dan nomor rekening disamarkan. Simpan berkas lengkap di tempat yang aman.")
            if may_see_all
            else _("NIK dan nomor rekening disamarkan. Nomor lengkap hanya untuk penyelia dan admin."),
            "note",
            wrap=True,
        )
        self.progress = Progress()
        self.progress.cancelled.connect(self._slices.stop)
        for widget in (self.who_field, self.full, self.full_note, self.progress):
            self.body.addWidget(widget)
        self.who_field.setVisible(bool(self._shown))
        self.progress.hide()
        self.primary.clicked.connect(self._ask_where)
        (self.who if self._shown else self.primary).setFocus()

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("Simpan daftar pekerja"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_("Buku kerja Excel (*.xlsx)"), _("CSV (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        dialog.selectFile("pekerja.xlsx")
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        self._file_dialog = dialog
        dialog.open()

    def export_to(self, path: Path) -> None:
        """Write the chosen workers there."""
        self.set_problem(None)
        kind = path.suffix.lower()
        if kind not in (".csv", ".xlsx"):
            self._on_failed(Refused(Problem.of("file", "sheet.ending", file=path.name)))
            return
        self._path = path
        ids = self._shown if self._shown and self.who.value() == "shown" else None
        full = self.full.isChecked()
        self._show_busy(True)
        self.progress.restart(_("Mengumpulkan pekerja…"))
        self._slices.begin(lambda: self._export(ids, full, kind), self._on_exported, self._on_failed)

    def reject(self) -> None:
        """Esc: first stop what is going on, then close."""
        if self._slices.busy():
            self._slices.stop()
            return
        super().reject()

    def _on_step(self, step: Step) -> None:
        said = _("{done} dari {of} pekerja…").format(done=number(step.done), of=number(step.of))
        self.progress.set(step.done, step.of, said)

    def _on_exported(self, made: Exported) -> None:
        path = self._path
        assert path is not None
        self.progress.stop.setEnabled(False)
        self._runner.run(
            lambda: self._save(path, made), lambda _done: self._on_saved(path, made), self._on_failed, owner=self
        )

    def _on_saved(self, path: Path, made: Exported) -> None:
        count = len(made.sheet.rows)
        said = ngettext("{n} pekerja disimpan ke {file}.", "{n} pekerja disimpan ke {file}.", count)
        said = said.format(n=number(count), file=path.name)
        if made.held_back:
            kept = ngettext(
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                made.held_back,
            )
            said = f"{said} {kept.format(n=number(made.held_back))}"
        self._told(said)
        self.accept()

    def _on_failed(self, error: BaseException) -> None:
        self._show_busy(False)
        self.set_problem(present(error).sentence)

    def _show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.primary.setEnabled(not busy)
        self.who.setEnabled(not busy)
        self.full.setEnabled(not busy and self._may_see_all)
