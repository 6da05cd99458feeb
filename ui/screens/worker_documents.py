"""A worker's documents: what is kept of this person, how it looks, and the way to add a page or a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from models.language import _, date_short, ngettext
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui.kit import (
    Card,
    Cell,
    Choice,
    Column,
    EmptyState,
    Field,
    Header,
    MarkList,
    Page,
    PdfView,
    PrimaryButton,
    QuietButton,
    RowTable,
    SecondaryButton,
    announce,
    label,
)
from ui.kit.picture import PictureView
from ui.news import SYNC, WORKERS, news
from ui.runner import Latest, Runner, present
from ui.screens.documents import FileAsked, read_file, size_words

if TYPE_CHECKING:
    from kiosk.devices.pictures import Prepared, Turn
    from kiosk.queries.documents import WorkerDocumentRow
    from kiosk.usecases.documents import Kept


@dataclass(frozen=True)
class Fresh:
    """A page or file that was taken and is not kept yet, as it came."""

    content: bytes
    file_name: str
    turn: Turn = 0


class WorkerDocumentsPage(Page):
    """F8 takes a page from the scanner, Ctrl+O a file; what was taken is shown as it will be kept, with what is wrong
    with it. Ctrl+R turns it, F12 keeps it, F8 or Ctrl+O takes another in its place. Enter shows a kept one."""

    kept = Signal(object)
    """A document of the worker with this id was kept."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        name: Callable[[UUID], str],
        documents: Callable[[UUID], list[WorkerDocumentRow]],
        read: Callable[[bytes], bytes],
        prepare: Callable[[bytes, str, Turn], Prepared],
        keep: Callable[[UUID, str, bytes, str, Turn], Kept],
        local: Callable[[datetime], datetime],
        open_worker: Callable[[UUID], object],
        told: Callable[[str], object],
        runner: Runner,
        scan: Callable[[], bytes] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_of, self._documents, self._read = name, documents, read
        self._prepare, self._keep, self._local = prepare, keep, local
        self._open_worker, self._told, self._scan, self._runner = open_worker, told, scan, runner
        self._asks = Latest(runner, self)
        self.worker_id: UUID | None = None
        self._name = ""
        self.fresh: Fresh | None = None
        self._busy = False
        self._arriving = False
        self._dialog: QFileDialog | None = None
        self._build_list()
        self._build_view()
        for keys, act in (("Ctrl+O", self.ask_file), ("Ctrl+R", self.turn)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(act)
        news.changed.connect(self._on_news)
        self._show_state()

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 14)
        left.addWidget(card, 1)
        self.scan = SecondaryButton(_("Pindai"), "F8", icon="scan")
        self.file = SecondaryButton(_("Berkas…"), "Ctrl+O", icon="file")
        self.header = card.add(Header(_("Dokumen"), " ", self.scan, self.file))
        self.table = RowTable(
            [
                Column(_("Dokumen"), lambda row: Cell(row.name, second=row.file_name, bold=True), stretch=1),
                Column(
                    _("Disimpan"),
                    lambda row: Cell(date_short(self._local(row.kept_at)), second=row.operator),
                    width=150,
                ),
                Column(_("Ukuran"), lambda row: size_words(row.size), right=True),
                Column(_("Tempat"), _place),
            ],
            name=_("Dokumen pekerja ini"),
            key=lambda row: row.id,
            two_lines=True,
        )
        card.add(self.table, 1)
        self.empty = card.add(
            EmptyState(
                "file",
                _("Belum ada dokumen pekerja ini."),
                _("Pindai halamannya, atau pilih gambar dari kamera atau telepon."),
            ),
            1,
        )
        self.back = QuietButton(_("Kembali ke pekerja"), icon="arrow-left")
        card.add_row(self.back, 1)
        self.scan.setVisible(self._scan is not None)
        self.scan.clicked.connect(self.take_scan)
        self.file.clicked.connect(self.ask_file)
        self.back.clicked.connect(self._on_back)
        self.table.current_changed.connect(self._on_current)
        self.table.opened.connect(self._on_opened)

    def _build_view(self) -> None:
        from models.rules.documents import worker_document_kinds

        right = self.column(width=600)
        card = self.detail = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 18)
        right.addWidget(card, 1)
        self.title = card.add(Header("", ""))
        self.picture = card.add(PictureView(), 1)
        self.pdf = card.add(PdfView(), 1)
        self.nothing = card.add(EmptyState("file", _("Pilih dokumen untuk melihatnya."), ""), 1)
        self.warnings = card.add(MarkList())
        self.problem = card.add(label("", "problem", wrap=True))
        self.kind = Choice(list(worker_document_kinds().items()))
        self.kind_field = Field(_("Jenis dokumen"), self.kind)
        self.rotate = SecondaryButton(_("Putar"), "Ctrl+R", icon="sync")
        self.drop = SecondaryButton(_("Buang"), icon="trash")
        self.choosing = QWidget(card)
        self.choosing.setObjectName("clear")
        across = QHBoxLayout(self.choosing)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(10)
        across.addWidget(self.kind_field, 1)
        for button in (self.rotate, self.drop):
            across.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        card.add(self.choosing)
        self.primary = card.add(PrimaryButton(_("Simpan dokumen"), "F12"))
        self.rotate.clicked.connect(self.turn)
        self.drop.clicked.connect(self._on_drop)
        self.kind.changed.connect(lambda _value: self.kind_field.set_problem(None))
        self.primary.clicked.connect(self.keep)

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """Come to the front, for this worker if one is named."""
        if worker_id is not None and worker_id != self.worker_id:
            self.worker_id, self.fresh, self._name = worker_id, None, ""
            self._arriving = True
            self.table.set_rows([])
            self._say(None)
            self.warnings.clear()
            self._blank()
        self.refresh()

    def first_focus(self) -> QWidget | None:
        """What was taken is decided on first; else the list."""
        if self.fresh is not None:
            return self.kind
        return self.table if self.table.rows() else (self.scan if self._scan is not None else self.file)

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: a page from the scanner; where there is none, a file."""
        if self._scan is not None:
            self.take_scan()
        else:
            self.ask_file()

    # What others may ask

    def refresh(self) -> None:
        """Read the list again."""
        worker_id = self.worker_id
        if worker_id is not None:
            self._runner.run(
                lambda: (worker_id, self._name_of(worker_id), self._documents(worker_id)),
                lambda found: self._on_found(*found),
                self._on_not_found,
                owner=self,
            )

    def take_scan(self) -> None:
        """A page from the glass, in place of what was taken before."""
        scan = self._scan
        if scan is None or self._busy or self.worker_id is None:
            return
        self._begin(_("Memindai…"))
        # A page takes longer than a click may wait for the store: the scanner has the other lane.
        self._runner.run(
            scan, lambda content: self.take(content, _("pindaian.jpg")), self._on_refused, on="line", owner=self
        )

    def ask_file(self) -> None:
        """Which file; a telephone's or camera's picture, or a PDF."""
        if self._busy or self.worker_id is None:
            return
        dialog = FileAsked(self, _("Dokumen {name}").format(name=self._name))
        dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
        self._dialog = dialog
        dialog.open()

    def take_file(self, path: Path) -> None:
        """A file, in place of what was taken before."""
        self._begin(_("Membuka {file}…").format(file=path.name))
        self._runner.run(
            lambda: read_file(path), lambda content: self.take(content, path.name), self._on_refused, owner=self
        )

    def take(self, content: bytes, file_name: str, turn: Turn = 0) -> None:
        """Show what would be kept of this."""
        fresh = Fresh(content, file_name, turn)
        self._begin(_("Merapikan gambar…"))
        self._runner.run(
            lambda: self._prepare(content, file_name, turn),
            lambda ready: self._on_prepared(fresh, ready),
            self._on_refused,
            owner=self,
        )

    def turn(self) -> None:
        """By a quarter, clockwise."""
        fresh = self.fresh
        if fresh is None or self._busy or self._is_pdf(fresh.content):
            return
        turns: dict[Turn, Turn] = {0: 90, 90: 180, 180: 270, 270: 0}
        self.take(fresh.content, fresh.file_name, turns[fresh.turn])

    def keep(self) -> None:
        """Keep what was taken with the worker."""
        fresh, worker_id, kind = self.fresh, self.worker_id, self.kind.value()
        if fresh is None or worker_id is None or self._busy:
            return
        if not kind:
            self.kind_field.set_problem(sentence(Problem("kind", "required")))
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._begin(_("Menyimpan…"))
        self._runner.run(
            lambda: self._keep(worker_id, kind, fresh.content, fresh.file_name, fresh.turn),
            lambda done: self._on_kept(worker_id, done),
            self._on_refused,
            owner=self,
        )

    # Inside

    def _on_found(self, worker_id: UUID, name: str, rows: list[WorkerDocumentRow]) -> None:
        if worker_id != self.worker_id:
            return
        self._name = name
        count = ngettext("{n} dokumen", "{n} dokumen", len(rows)).format(n=len(rows))
        self.header.set(_("Dokumen {name}").format(name=name), count)
        take_focus = self._arriving or self.table.hasFocus()
        self._arriving = False
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self._show_state()
        if self.isVisible() and take_focus:
            focus = self.first_focus()
            if focus is not None:
                focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_not_found(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self._say(present(error).sentence)
        else:
            self.failed.emit(error)

    def _on_current(self, row: WorkerDocumentRow | None) -> None:
        if self.fresh is None:
            self._say(None)
            self.warnings.clear()
            self._look_at(row)

    def _on_opened(self, row: WorkerDocumentRow) -> None:
        """Enter shows it, from the centre where it must be; what was just taken waits meanwhile."""
        if self.fresh is not None or self._busy:
            return
        if row.here:
            (self.pdf if row.media_type == "application/pdf" else self.picture).setFocus()
            return
        self._begin(_("Mengambil dari pusat…"))
        self._runner.run(
            lambda: self._read(row.sha256),
            lambda content: self._on_fetched(row, content),
            self._on_refused,
            on="line",
            owner=self,
        )

    def _on_fetched(self, row: WorkerDocumentRow, content: bytes) -> None:
        self._end()
        current = self.table.current()
        if self.fresh is None and current is not None and current.id == row.id:
            self._display(content, row.media_type)
        self.refresh()

    def _look_at(self, row: WorkerDocumentRow | None) -> None:
        self._asks.forget()
        self._blank()
        if row is None:
            self.nothing.set(_("Pilih dokumen untuk melihatnya."))
            self.title.set(_("Pratinjau"))
            return
        day = date_short(self._local(row.kept_at))
        said = _("{file} · {size} · {day} oleh {who}").format(
            file=row.file_name or "—", size=size_words(row.size), day=day, who=row.operator
        )
        self.title.set(row.name, said)
        if not row.here:
            self.nothing.set(_("Dokumen ini tersimpan di pusat."), _("Tekan Enter untuk mengambilnya."))
            return
        self._asks.ask(
            lambda: self._read(row.sha256),
            lambda content: self._display(content, row.media_type) if self.fresh is None else None,
            self._on_refused,
        )

    def _on_prepared(self, fresh: Fresh, ready: Prepared) -> None:
        self._end()
        self.fresh = fresh
        self.warnings.clear()
        for problem in ready.warnings:
            self.warnings.add("amber", sentence(problem))
        if not ready.warnings and ready.media_type != "application/pdf":
            self.warnings.add("ok", _("Gambar jelas."))
        self.title.set(_("Belum disimpan"), f"{fresh.file_name} · {size_words(len(ready.content))}")
        self._display(ready.content, ready.media_type)
        self._show_state()
        self.rotate.setEnabled(ready.media_type != "application/pdf")
        if not self.choosing.isAncestorOf(self.window().focusWidget() or self):
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)
        if ready.warnings:
            announce(self.warnings)

    def _on_kept(self, worker_id: UUID, _done: Kept) -> None:
        said = _("{kind} {name} disimpan.").format(kind=self.kind.currentText(), name=self._name)
        self._end()
        self._forget()
        self._told(said)
        self.kept.emit(worker_id)
        self.refresh()
        self.table.setFocus()
        news.tell(WORKERS, SYNC)

    def _on_refused(self, error: BaseException) -> None:
        self._end()
        shown = present(error)
        self._say(shown.sentence)
        if shown.kind == "fault":
            self.failed.emit(error)

    def _on_drop(self) -> None:
        self._forget()
        self._look_at(self.table.current())
        focus = self.first_focus()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _forget(self) -> None:
        self.fresh = None
        self.kind.set_value(None)
        self.warnings.clear()
        self._blank()
        self._show_state()

    def _on_back(self) -> None:
        if self.worker_id is not None:
            self._open_worker(self.worker_id)

    def _on_news(self, topic: str) -> None:
        if topic == SYNC and self.isVisible() and not self._busy:
            self.refresh()

    def _begin(self, said: str) -> None:
        self._busy = True
        self._say(None)
        self.primary.setEnabled(False)
        self.title.set(said)

    def _end(self) -> None:
        self._busy = False
        self._say(None)
        self._show_state()
        if self.fresh is not None:
            self.title.set(_("Belum disimpan"), self.fresh.file_name)
        elif (row := self.table.current()) is not None:
            self.title.set(row.name, row.file_name)

    def _show_state(self) -> None:
        """The controls for what was taken stand there only while something is."""
        taken = self.fresh is not None
        self.choosing.setVisible(taken)
        self.primary.setVisible(taken)
        self.primary.setEnabled(taken and not self._busy)
        self.detail.set_kind("brand" if taken else "")
        if not taken and self.table.current() is None:
            self.title.set(_("Pratinjau"))

    def _display(self, content: bytes, media_type: str) -> None:
        is_pdf = media_type == "application/pdf"
        try:
            self.pdf.show_pdf(content) if is_pdf else self.picture.show_picture(content)
        except ValueError:
            self._blank()
            self._say(_("Dokumen ini tidak dapat ditampilkan."))
            return
        self.pdf.setVisible(is_pdf)
        self.picture.setVisible(not is_pdf)
        self.nothing.hide()

    def _blank(self) -> None:
        self.picture.clear()
        self.pdf.clear()
        self.picture.hide()
        self.pdf.hide()
        self.nothing.show()

    @staticmethod
    def _is_pdf(content: bytes) -> bool:
        return content.startswith(b"%PDF-")

    def _say(self, text: str | None) -> None:
        self.problem.setText(text or "")
        self.problem.setVisible(bool(text))
        if text:
            announce(self.problem)


def _place(row: WorkerDocumentRow) -> Cell:
    if not row.here:
        return Cell(_("di pusat"), kind="blue")
    return Cell(_("terkirim"), kind="ok") if row.at_centre else Cell(_("belum terkirim"), kind="grey")
