"""Paper: a receipt or slip as it looks, on its way to a printer or a file; and those that never came out."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, date_short, time_short
from models.rules.problems import Refused, Trouble
from ui.kit import (
    Card,
    Cell,
    Choice,
    Column,
    EmptyState,
    Field,
    Header,
    Page,
    PdfView,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    announce,
    label,
)
from ui.kit.chips import Mark
from ui.news import CONTRIBUTIONS, news
from ui.runner import Runner, present
from ui.screens.printing import printed_as

if TYPE_CHECKING:
    from kiosk.usecases.papers import Paper, PrintJob


def save_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read. Trouble `store.disk_full`, `store.read_only`, `store.disk_error`."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(content)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise Trouble("store.disk_full", path=path.parent) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT):
            raise Trouble("store.read_only", path=path.parent) from error
        raise Trouble("store.disk_error", path=path.parent, error=error.strerror) from error


class PaperPage(Page):
    """The paper with one number. What is shown is the original's look; what is printed or saved is counted: the first
    is the original, every other one is marked SALINAN. A paper that did not come out is made again as it was."""

    printed = Signal(str)
    """A paper with this number went to a printer or a file."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        preview: Callable[[str], bytes],
        issue: Callable[[str], Paper],
        again: Callable[[PrintJob], Paper],
        send: Callable[[Paper, str | None], str],
        note: Callable[[UUID, str], None],
        unconfirmed: Callable[[], list[PrintJob]],
        printers: Callable[[], list[str]],
        runner: Runner,
        local: Callable[[datetime], datetime] = lambda at: at,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preview, self._issue, self._again, self._send = preview, issue, again, send
        self._note, self._unconfirmed, self._printers = note, unconfirmed, printers
        self._runner, self._local = runner, local
        self._number = ""
        self._job: UUID | None = None
        self._busy = False
        self._dialog: QFileDialog | None = None
        self._build_paper()
        self._build_printing()
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save.click)
        self._show_number()

    # Built top to bottom

    def _build_paper(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        left.addWidget(card, 1)
        self.header = card.add(Header("", ""))
        self.view = card.add(PdfView(), 1)
        self.empty = card.add(
            EmptyState(
                "receipt", _("Belum ada kertas yang dipilih."), _("Buka kuitansi dari Bayar atau dari pekerja.")
            ),
            1,
        )

    def _build_printing(self) -> None:
        right = self.column(width=400)
        self.printing = card = Card(_("Cetak"), parent=self)
        right.addWidget(card)
        self.printer = Choice([], placeholder=_("belum ada pencetak"))
        self.printer_field = card.add(Field(_("Pencetak"), self.printer))
        self.mark = Mark("grey", parent=card)
        self.said = label("", "strong", wrap=True, parent=card)
        self.state = card.add_row(self.mark, self.said, spacing=14)
        self.state.setStretch(1, 1)
        self.came_out = SecondaryButton(_("Sudah keluar"), parent=card)
        self.stuck = SecondaryButton(_("Tidak keluar"), parent=card)
        card.add_row(self.came_out, self.stuck, 1, spacing=10)
        said = _("Kertas pertama adalah asli. Berikutnya bertanda SALINAN, bernomor urut, dan setiap salinan tercatat.")
        card.add(label(said, "note", wrap=True))
        self.primary = card.add(PrimaryButton(_("Cetak"), "F12"))
        self.save = card.add(SecondaryButton(_("Simpan PDF…"), "Ctrl+S"))

        self.waiting = Card(_("Belum tercetak"), parent=self)
        self.waiting.body.setContentsMargins(20, 18, 20, 10)
        right.addWidget(self.waiting, 1)
        self.jobs = RowTable(
            [
                Column(
                    _("Nomor"),
                    lambda job: Cell(job.number, second=_why(job), bold=True),
                    stretch=1,
                ),
                Column(_("Dibuat"), lambda job: Cell(self._when(job)), right=True),
            ],
            name=_("Kertas yang belum tercetak"),
            two_lines=True,
            header=False,
        )
        self.none_waiting = self.waiting.add(label(_("Semua kertas sudah tercetak."), "note", wrap=True), 1)
        self.none_waiting.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.waiting.add(self.jobs, 1)
        self.primary.clicked.connect(self._print)
        self.save.clicked.connect(self._ask_where)
        self.came_out.clicked.connect(lambda: self._confirm("confirmed"))
        self.stuck.clicked.connect(lambda: self._confirm("failed"))
        self.jobs.opened.connect(lambda job: self.show_for(job.number))

    # What the shell asks

    def on_shown(self, number: str | None = None, **_others: Any) -> None:
        """Come to the front, with this number if one is given."""
        self.show_for(number) if number is not None else self.refresh()

    def show_for(self, number: str) -> None:
        """The paper with this number."""
        self._number, self._job = number, None
        self._say("", "")
        self._show_number()
        self._runner.run(
            lambda: self._preview(number), lambda pdf: self._on_preview(number, pdf), self._on_failed, owner=self
        )
        self.refresh()
        if self.isVisible():
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Which printers there are, and which papers wait."""
        self._runner.run(
            lambda: (self._printers(), self._unconfirmed()), self._on_refreshed, self._on_failed, owner=self
        )

    def first_focus(self) -> QWidget | None:
        """The button that prints; without a paper the list of those that wait."""
        return self.primary if self._number else self.jobs

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8 does the same."""
        self.primary.click()

    # Inside

    def _on_preview(self, number: str, pdf: bytes) -> None:
        if number == self._number:
            self.view.show_pdf(pdf)

    def _on_refreshed(self, found: tuple[list[str], list[PrintJob]]) -> None:
        printers, jobs = found
        self.printer.set_options([(name, name) for name in printers])
        if printers and self.printer.value() is None:
            self.printer.set_value(printers[0])
        self.printer.setEnabled(bool(printers))
        missing = _("Tidak ada pencetak yang terpasang. Simpan PDF, atau cetak nanti.")
        self.printer_field.set_note(None if printers else missing)
        self.jobs.set_rows(jobs, first=False)
        self.jobs.setVisible(bool(jobs))
        self.none_waiting.setVisible(not jobs)
        self.waiting.set_kind("amber" if jobs else "")

    def _show_number(self) -> None:
        known = bool(self._number)
        is_claim = "-K-" in self._number
        self.header.setVisible(known)
        self.view.setVisible(known)
        self.empty.setVisible(not known)
        kind = _("Tanda terima klaim") if is_claim else _("Kuitansi")
        self.header.set(kind, self._number)
        self.primary.setEnabled(known)
        self.save.setEnabled(known)

    def _made(self, number: str) -> Paper:
        """The paper to hand out: the one that never came out, else a new one. Runs on the lane."""
        open_job = next((job for job in self._unconfirmed() if job.number == number), None)
        return self._issue(number) if open_job is None else self._again(open_job)

    def _print(self) -> None:
        if self._busy or not self._number:
            return
        number, queue = self._number, self.printer.value()
        self._begin(_("Mencetak…"))

        def work() -> tuple[Paper, str | None, Trouble | None]:
            paper = self._made(number)
            try:
                return paper, self._send(paper, queue), None
            except Trouble as trouble:
                return paper, None, trouble

        self._runner.run(work, self._on_printed, self._on_not_made)

    def _on_printed(self, answer: tuple[Paper, str | None, Trouble | None]) -> None:
        paper, queue, trouble = answer
        self._busy = False
        self.primary.setEnabled(True)
        if paper.number == self._number:
            self.view.show_pdf(paper.pdf)
            if queue is None:
                assert trouble is not None
                self._say("amber", present(trouble).sentence)
            else:
                self._job = paper.job
                self._say("ok", printed_as(paper, queue))
                self.came_out.setFocus(Qt.FocusReason.OtherFocusReason)
        self.refresh()
        news.tell(CONTRIBUTIONS)
        if queue is not None:
            self.printed.emit(paper.number)

    def _confirm(self, state: str) -> None:
        job = self._job
        if job is None:
            return
        self._job = None
        self._runner.run(
            lambda: self._note(job, state), lambda _none: self._on_noted(state), self._on_failed, owner=self
        )

    def _on_noted(self, state: str) -> None:
        if state == "confirmed":
            self._say("ok", _("Dicatat: kertasnya sudah keluar."))
        else:
            self._say("amber", _("Dicatat: kertasnya tidak keluar. Cetak lagi; tandanya tetap sama."))
        self.refresh()
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask_where(self) -> None:
        if self._busy or not self._number:
            return
        dialog = QFileDialog(self, _("Simpan PDF"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("Dokumen PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._number}.pdf")
        dialog.fileSelected.connect(lambda name: self.save_as(Path(name)))
        self._dialog = dialog
        dialog.open()

    def save_as(self, path: Path) -> None:
        """Make the paper and write it to a file only its owner can read."""
        number = self._number
        self._begin(_("Menyimpan…"))

        def work() -> Paper:
            paper = self._made(number)
            save_private(path, paper.pdf)
            self._note(paper.job, "confirmed")
            return paper

        self._runner.run(work, lambda paper: self._on_saved(paper, path), self._on_not_made, owner=self)

    def _on_saved(self, paper: Paper, path: Path) -> None:
        self._busy = False
        self.primary.setEnabled(True)
        if paper.number == self._number:
            self.view.show_pdf(paper.pdf)
            said = _("Disimpan sebagai {file}; hanya Anda yang dapat membukanya.")
            if paper.copy:
                said = _("SALINAN {n} disimpan sebagai {file}; hanya Anda yang dapat membukanya.")
            self._say("ok", said.format(file=path.name, n=paper.copy))
        self.refresh()
        news.tell(CONTRIBUTIONS)
        self.printed.emit(paper.number)

    def _begin(self, sentence: str) -> None:
        self._busy = True
        self._job = None
        self.primary.setEnabled(False)
        self._say("grey", sentence)

    def _on_not_made(self, error: BaseException) -> None:
        self._busy = False
        self.primary.setEnabled(bool(self._number))
        self._say("amber", present(error).sentence)
        self.refresh()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.view.clear()
            self._say("red", present(error).sentence)
        else:
            self.failed.emit(error)

    def _say(self, kind: str, sentence: str) -> None:
        self.mark.setVisible(bool(sentence))
        self.said.setVisible(bool(sentence))
        self.said.setText(sentence)
        if kind:
            self.mark.set(kind)
        asked = self._job is not None
        self.came_out.setVisible(asked)
        self.stuck.setVisible(asked)
        if sentence and kind != "grey":
            announce(self.said)

    def _when(self, job: PrintJob) -> str:
        at = self._local(job.at)
        return f"{date_short(at.date())}, {time_short(at)}"


def _why(job: PrintJob) -> str:
    return _("pencetak menolak") if job.state == "failed" else _("belum dikirim ke pencetak")
