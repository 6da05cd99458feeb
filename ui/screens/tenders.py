"""Tenders: the ways of paying that are settled already while another is typed, and the picture of a bank's slip."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.language import _, date_short, money
from models.rules.money import Money
from models.rules.problems import Problem
from models.sentences import sentence
from ui import words
from ui.kit import QuietButton, empty, label
from ui.runner import Runner, present
from ui.screens.documents import FileAsked, read_file

if TYPE_CHECKING:
    from uuid import UUID

    from PySide6.QtWidgets import QFileDialog

    from kiosk.forms.payment import TenderForm
    from kiosk.usecases.documents import Kept


class KeptTenders(QWidget):
    """One line for each way of paying that is settled, with a button that takes it away again. Nothing is shown while
    there is none. Each has its currency and its amount."""

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("clear")
        self._kept: tuple[TenderForm, ...] = ()
        self._lines = QVBoxLayout(self)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(2)
        self.buttons: list[QuietButton] = []

    def tenders(self) -> tuple[TenderForm, ...]:
        """What is settled, in the order in which it was."""
        return self._kept

    def set_tenders(self, tenders: tuple[TenderForm, ...]) -> None:
        """Settle these and no others; `changed` is sent if they are new."""
        if tenders == self._kept:
            return
        self._kept = tenders
        empty(self._lines)
        self.buttons = [self._line(at, tender) for at, tender in enumerate(tenders)]
        self.changed.emit(tenders)

    def without(self, at: int) -> tuple[TenderForm, ...]:
        """What is left when one is taken away."""
        return tuple(tender for number, tender in enumerate(self._kept) if number != at)

    def _line(self, at: int, tender: TenderForm) -> QuietButton:
        holder = QWidget(self)
        holder.setObjectName("clear")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(10)
        received = Money.parse(tender.received or 0, tender.currency or "IDR")
        day = date_short(tender.paid_on) if tender.paid_on else ""
        name = " · ".join(part for part in (words.tender(tender.tender or ""), tender.reference, day) if part)
        amount = label(money(received), "strong")
        across.addWidget(label(name, ""), 1)
        across.addWidget(amount, 0, Qt.AlignmentFlag.AlignRight)
        button = QuietButton(_("Hapus"), boxed=True)
        button.setAccessibleName(_("Hapus {tender} {amount}").format(tender=name, amount=money(received)))
        button.clicked.connect(lambda _checked=False: self.set_tenders(self.without(at)))
        across.addWidget(button)
        self._lines.addWidget(holder)
        return button


class SlipPicture(QWidget):
    """The picture of a slip: scanned, or a file; kept with the worker's documents at once. It may also follow later.

    `keep(worker, content, file name)` is done on the store's lane and returns what was kept."""

    changed = Signal(object)
    complaint = Signal(str)
    told = Signal(str)
    """What becomes of it, in a sentence."""

    def __init__(
        self,
        *,
        keep: Callable[[UUID, bytes, str], Kept],
        scan: Callable[[], bytes] | None,
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._keep, self._scan, self._runner = keep, scan, runner
        self._dialog: QFileDialog | None = None
        self._worker_id: UUID | None = None
        self._turn = 0
        self.document_id = self.file_name = ""
        self.setObjectName("clear")
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        self.scan = QuietButton(_("Pindai"), "F8", icon="scan", boxed=True, parent=self)
        self.file = QuietButton(_("Berkas…"), "Ctrl+O", icon="file", boxed=True, parent=self)
        self.scan.setVisible(scan is not None)
        across.addWidget(self.scan)
        across.addWidget(self.file)
        across.addStretch(1)
        self.scan.clicked.connect(self.take_scan)
        self.file.clicked.connect(self.ask_file)
        self.forget(None)

    def forget(self, worker_id: UUID | None) -> None:
        """Begin anew, for this worker."""
        self._worker_id = worker_id
        self.set_document("", "")

    def set_document(self, document_id: str, file_name: str) -> None:
        """Show the one that is kept; empty for none."""
        self._turn += 1
        new = document_id != self.document_id
        self.document_id, self.file_name = document_id, file_name
        said = _("tersimpan: {file}").format(file=file_name) if file_name else _("tersimpan")
        self._say(said if document_id else _("dapat menyusul"))
        if new:
            self.changed.emit(document_id)

    def take_scan(self) -> None:
        """F8: the page in the scanner."""
        if self._scan is not None and self._worker_id is not None:
            turn = self._begin(_("Memindai…"))
            # A page takes longer than a click may wait for the store: the scanner has the other lane.
            self._runner.run(
                self._scan,
                lambda content: self._take(turn, content, "bukti.jpg"),
                lambda error: self._on_failed(turn, error),
                on="line",
                owner=self,
            )

    def ask_file(self) -> None:
        """Ctrl+O: a picture or PDF from the disk."""
        if self._worker_id is not None:
            dialog = FileAsked(self, _("Bukti setoran"))
            dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
            self._dialog = dialog
            dialog.open()

    def take_file(self, path: Path) -> None:
        """Keep this file."""
        turn = self._begin(_("Membuka {file}…").format(file=path.name))
        self._runner.run(
            lambda: read_file(path),
            lambda content: self._take(turn, content, path.name),
            lambda error: self._on_failed(turn, error),
            owner=self,
        )

    def _begin(self, said: str) -> int:
        self._turn += 1
        self._say(said)
        return self._turn

    def _take(self, turn: int, content: bytes, file_name: str) -> None:
        worker_id = self._worker_id
        if turn != self._turn or worker_id is None:
            return
        self._say(_("Menyimpan…"))
        self._runner.run(
            lambda: self._keep(worker_id, content, file_name),
            lambda kept: self._on_kept(turn, kept, file_name),
            lambda error: self._on_failed(turn, error),
            owner=self,
        )

    def _on_kept(self, turn: int, kept: Kept, file_name: str) -> None:
        if turn != self._turn:
            return
        self.set_document(str(kept.id), file_name)
        if kept.warnings:
            self._say(" ".join(sentence(one) for one in kept.warnings if isinstance(one, Problem)))

    def _on_failed(self, turn: int, error: BaseException) -> None:
        if turn == self._turn:
            self._say(present(error).sentence)

    def _say(self, said: str) -> None:
        self.told.emit(said)
        self.file.setAccessibleDescription(said)
