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

from models.language import _, date_short, ngettext, time_short
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
    row,
)
from ui.kit.chips import Mark
from ui.news import CONTRIBUTIONS, PAPERS, news
from ui.runner import Runner, present
from ui.screens.printing import MOST_SHEETS, left_behind, printed_as, shown_printer

if TYPE_CHECKING:
    from kiosk.usecases.papers import Paper, Sent
    from kiosk.usecases.print_jobs import PrintJob, State
    from kiosk.usecases.printers import PrinterRow


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
    is the original, every other one is marked SALINAN. A paper that did not come out is made again as it was, here or
    on another printer (Ctrl+P after one has refused), or goes into a file."""

    printed = Signal(str)
    """A paper with this number went to a printer or a file."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        preview: Callable[[str], bytes],
        issue: Callable[[str], Paper],
        again: Callable[[PrintJob], Paper],
        send: Callable[[Paper, str | None, int], Sent],
        note: Callable[[UUID, State], None],
        unconfirmed: Callable[[], list[PrintJob]],
        confirm_sent: Callable[[], int],
        printers: Callable[[], tuple[list[PrinterRow], int]],
        runner: Runner,
        local: Callable[[datetime], datetime] = lambda at: at,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._preview, self._issue, self._again, self._send = preview, issue, again, send
        self._note, self._unconfirmed, self._confirm_sent, self._printers = note, unconfirmed, confirm_sent, printers
        self._runner, self._local = runner, local
        self._number = ""
        self._wanted: UUID | None = None
        self._told = False  # the sentence is about what was just done here
        self._other: str | None = None
        self._job: PrintJob | None = None
        self._waiting: list[PrintJob] = []
        self._copies = 1
        self._busy = False
        self._dialog: QFileDialog | None = None
        self._build_paper()
        self._build_printing()
        for key, button in (("Ctrl+S", self.save), ("Ctrl+P", self.elsewhere)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(button.click)
        news.changed.connect(self._on_news)
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
        self.sheets = Choice([(n, str(n)) for n in range(1, MOST_SHEETS + 1)])
        self.sheets.set_value(1)
        self.printer_field = Field(_("Pencetak"), self.printer, stretch=3)
        card.add(row(self.printer_field, Field(_("Lembar"), self.sheets, stretch=1)))
        self.mark = Mark("grey", parent=card)
        self.said = label("", "strong", wrap=True, parent=card)
        self.state = card.add_row(self.mark, self.said, spacing=14)
        self.state.setStretch(1, 1)
        self.came_out = SecondaryButton(_("Sudah keluar"), parent=card)
        self.stuck = SecondaryButton(_("Tidak keluar"), parent=card)
        card.add_row(self.came_out, self.stuck, 1, spacing=10)
        said = _("Kertas pertama adalah asli. Berikutnya bertanda SALINAN, bernomor urut, dan setiap salinan tercatat.")
        self.about = card.add(label(said, "note", wrap=True))
        self.primary = card.add(PrimaryButton(_("Cetak"), "F12"))
        self.elsewhere = card.add(SecondaryButton(_("Pencetak lain"), "Ctrl+P"))
        self.elsewhere.hide()
        self.save = card.add(SecondaryButton(_("Simpan PDF…"), "Ctrl+S"))

        self.waiting = Card(_("Belum dipastikan keluar"), parent=self)
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
            name=_("Kertas yang belum dipastikan keluar"),
            two_lines=True,
            header=False,
        )
        self.none_waiting = self.waiting.add(label(_("Semua kertas sudah keluar."), "note", wrap=True), 1)
        self.none_waiting.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.waiting.add(self.jobs, 1)
        self.all_out = self.waiting.add(SecondaryButton(_("Semua yang dikirim sudah keluar")))
        self.all_out.clicked.connect(self._confirm_all)
        self.primary.clicked.connect(self._print)
        self.elsewhere.clicked.connect(self._print_elsewhere)
        self.save.clicked.connect(self._ask_where)
        self.came_out.clicked.connect(lambda: self._tell("confirmed"))
        self.stuck.clicked.connect(lambda: self._tell("failed"))
        self.jobs.opened.connect(lambda job: self.show_for(job.number, job.id))

    # What the shell asks

    def on_shown(self, number: str | None = None, job: UUID | None = None, **_others: Any) -> None:
        """Come to the front, with this number if one is given."""
        self.show_for(number, job) if number is not None else self.refresh()

    def show_for(self, number: str, job: UUID | None = None) -> None:
        """The paper with this number; `job` where one of those that wait is meant."""
        self._number, self._wanted, self._job, self._told = number, job, None, False
        self._say("", "")
        self._close_elsewhere()
        self._show_number()
        self._runner.run(
            lambda: self._preview(number), lambda pdf: self._on_preview(number, pdf), self._on_failed, owner=self
        )
        self.refresh()
        if self.isVisible():
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        """Which printers there are, and which papers wait."""
        self._runner.run(self._unconfirmed, self._on_waiting, self._on_failed, owner=self)
        self._runner.run(self._printers, self._on_printers, self._on_failed, on="paper", owner=self)

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

    def _on_printers(self, found: tuple[list[PrinterRow], int]) -> None:
        printers, copies = found[0], found[1]
        there = [one for one in printers if one.there]
        self.printer.set_options([(one.name, shown_printer(one)) for one in there])
        if there and self.printer.value() is None:
            self.printer.set_value(there[0].name)
        self.printer.setEnabled(bool(there))
        missing = _("Tidak ada pencetak yang terpasang. Simpan PDF, atau cetak nanti.")
        self.printer_field.set_note(None if there else missing)
        self._copies = copies
        self._offer_sheets()

    def _on_waiting(self, jobs: list[PrintJob]) -> None:
        self._waiting = jobs
        self.jobs.set_rows(jobs, first=False)
        self.jobs.setVisible(bool(jobs))
        self.none_waiting.setVisible(not jobs)
        sent = sum(job.on_its_way for job in jobs)
        self.all_out.setVisible(sent > 1)
        self.waiting.set_kind("amber" if len(jobs) > sent else "")
        if self._busy or not self._number:
            return
        of_this = [job for job in jobs if job.number == self._number]
        before = self._job
        self._job = next((job for job in of_this if job.id == self._wanted), None) or next(iter(of_this), None)
        if self._job is None and before is not None and before.on_its_way:
            self._say("ok", _("Kertasnya sudah keluar."))
        elif self._job is not None and (not self._told or self._broken_off(before)):
            self._say("amber", self._owed(self._job))
        self._ask_whether()
        self._offer_sheets()

    def _broken_off(self, before: PrintJob | None) -> bool:
        """Whether the queue has said meanwhile that it did not print what it was given here."""
        now = self._job
        return (
            before is not None and now is not None and before.id == now.id and before.on_its_way and not now.on_its_way
        )

    def _offer_sheets(self) -> None:
        """A paper that is owed comes in as many sheets as this counter is set to; any other once."""
        owed = self._job is not None and self._job.state == "committed"
        self.sheets.set_value(min(self._copies, MOST_SHEETS) if owed else 1)

    def _owed(self, job: PrintJob) -> str:
        if job.state == "spooled":
            said = _("Dikirim ke pencetak {queue}, {when}. Sudah keluar?")
        elif job.state == "failed":
            said = _("Kertas ini tidak keluar, {when}. Cetak lagi, pilih pencetak lain, atau simpan PDF.")
        else:
            said = _("Kertas ini belum dicetak, {when}. Tekan F12.")
        return said.format(queue=job.printer or "–", when=self._when(job))

    def _show_number(self) -> None:
        known = bool(self._number)
        is_claim = "-K-" in self._number
        self.header.setVisible(known)
        self.view.setVisible(known)
        self.empty.setVisible(not known)
        kind = _("Tanda terima klaim") if is_claim else _("Laporan Z") if "-Z-" in self._number else _("Kuitansi")
        self.header.set(kind, self._number)
        self.primary.setEnabled(known)
        self.save.setEnabled(known)

    def _made(self, number: str, job: PrintJob | None) -> Paper:
        """The paper to hand out: the one that never came out, else a new one. Runs on a lane."""
        return self._issue(number) if job is None or job.on_its_way else self._again(job)

    def _print(self) -> None:
        if self._busy or not self._number:
            return
        number, queue, sheets, job = self._number, self.printer.value(), self.sheets.value() or 1, self._job
        self._begin(_("Mencetak…"))

        def work() -> tuple[Paper, Sent | None, Trouble | None]:
            paper = self._made(number, job)
            try:
                return paper, self._send(paper, queue, sheets), None
            except Trouble as trouble:
                return paper, None, trouble

        self._runner.run(work, self._on_printed, self._on_not_made, on="paper")

    def _on_printed(self, answer: tuple[Paper, Sent | None, Trouble | None]) -> None:
        paper, sent, trouble = answer
        self._busy = False
        self.primary.setEnabled(True)
        if paper.number == self._number:
            self._wanted = paper.job
            self.view.show_pdf(paper.pdf)
            if sent is None:
                assert trouble is not None
                self._say("amber", present(trouble).sentence)
                self._offer_elsewhere()
            else:
                self._close_elsewhere()
                behind = left_behind(sent)
                self._say("amber" if behind else "ok", f"{printed_as(paper, sent)} {behind}".strip())
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        self._after(paper, printed=sent is not None)

    def _after(self, paper: Paper, *, printed: bool) -> None:
        self.refresh()
        news.tell(CONTRIBUTIONS, PAPERS)
        if printed:
            self.printed.emit(paper.number)

    def _offer_elsewhere(self) -> None:
        """The next printer in the list, one key away."""
        names = [self.printer.itemData(at) for at in range(self.printer.count())]
        others = [name for name in names if name != self.printer.value()]
        self.elsewhere.setVisible(bool(others))
        self.about.setVisible(not others)  # at 768 lines there is room for one of them
        if others:
            self.elsewhere.setText(_("Cetak di {name}").format(name=others[0]))
            self._other = others[0]

    def _close_elsewhere(self) -> None:
        self.elsewhere.hide()
        self.about.show()

    def _print_elsewhere(self) -> None:
        if not self.elsewhere.isHidden():
            self.printer.set_value(self._other)
            self._print()

    def _tell(self, state: State) -> None:
        job = self._job
        if job is None:
            return
        self._job, self._told = None, True
        self._runner.run(
            lambda: self._note(job.id, state), lambda _none: self._on_noted(job, state), self._on_failed, owner=self
        )

    def _on_noted(self, job: PrintJob, state: State) -> None:
        if state == "confirmed":
            self._say("ok", _("Dicatat: kertasnya sudah keluar."))
        else:
            self._say("amber", _("Dicatat: kertasnya tidak keluar. Cetak lagi; tandanya tetap sama."))
            self._wanted = job.id
            self._offer_elsewhere()
        self.refresh()
        news.tell(PAPERS)
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _confirm_all(self) -> None:
        self._job, self._told = None, True
        self._runner.run(self._confirm_sent, self._on_all_out, self._on_failed, owner=self)

    def _on_all_out(self, count: int) -> None:
        said = ngettext("Dicatat: {n} kertas sudah keluar.", "Dicatat: {n} kertas sudah keluar.", count)
        self._say("ok", said.format(n=count))
        self.refresh()
        news.tell(PAPERS)

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
        number, job = self._number, self._job
        self._begin(_("Menyimpan…"))

        def work() -> Paper:
            paper = self._made(number, job)
            try:
                save_private(path, paper.pdf)
            except Trouble:
                self._note(paper.job, "failed")
                raise
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
        self._after(paper, printed=True)

    def _begin(self, sentence: str) -> None:
        self._busy = True
        self._job, self._told = None, True
        self.primary.setEnabled(False)
        self._close_elsewhere()
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
        self._ask_whether()
        if sentence and kind != "grey":
            announce(self.said)

    def _ask_whether(self) -> None:
        """Of a paper that waits: is it out after all? And of one that a printer has: or is it not?"""
        sent = self._job is not None and self._job.on_its_way
        before = self.came_out.isHidden()
        refused = not self.elsewhere.isHidden()  # just now, by a printer: nobody need be asked
        self.came_out.setVisible(self._job is not None and not refused)
        self.stuck.setVisible(sent)
        if sent and before and self.primary.hasFocus():
            self.came_out.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_news(self, topic: str) -> None:
        if topic == PAPERS and self.isVisible() and not self._busy:
            self._runner.run(self._unconfirmed, self._on_waiting, self._on_failed, owner=self)

    def _when(self, job: PrintJob) -> str:
        at = self._local(job.at)
        return f"{date_short(at.date())}, {time_short(at)}"


def _why(job: PrintJob) -> str:
    if job.state == "spooled":
        return _("dikirim ke {queue}").format(queue=job.printer or "–")
    return _("tidak keluar") if job.state == "failed" else _("belum dicetak")
