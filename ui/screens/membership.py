"""Membership: a worker's certificate, as a letter or a card, and the statement of contributions, looked at first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _
from models.rules.problems import Refused, Trouble
from ui.kit import (
    Card,
    EmptyState,
    Field,
    Header,
    Option,
    Page,
    PdfView,
    PrimaryButton,
    SecondaryButton,
    Segments,
    announce,
    label,
)
from ui.kit.chips import Mark
from ui.news import CONTRIBUTIONS, SYNC, WORKERS, news
from ui.runner import Latest, Runner, present
from ui.screens.paper import save_private

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.usecases.memberships import Kind


class MembershipPage(Page):
    """One worker's papers as of today. F12 prints what is shown, Ctrl+S saves it; neither takes a number."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        name: Callable[[UUID], str],
        paper: Callable[[UUID, Kind], bytes],
        send: Callable[[bytes, str], str],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name, self._paper, self._send, self._runner = name, paper, send, runner
        self._worker_id: UUID | None = None
        self._pdf: bytes | None = None
        self._fresh = False  # nobody has seen this worker's paper yet
        self._dialog: QFileDialog | None = None
        self._latest = Latest(runner, self)
        self._build_paper()
        self._build_printing()
        shortcut = QShortcut(QKeySequence("Ctrl+S"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self.save.click)
        news.changed.connect(self._on_news)
        self._show(None)

    # Built left to right, top to bottom

    def _build_paper(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Kartu peserta & rincian iuran"), " "))
        self.view = card.add(PdfView(), 1)
        self.nothing = card.add(EmptyState("receipt", "", ""), 1)

    def _build_printing(self) -> None:
        right = self.column(width=424)
        card = Card(_("Yang dicetak"), parent=self)
        right.addWidget(card)
        self.kind = Segments(
            [Option("letter", _("Surat A5")), Option("card", _("Kartu A6")), Option("statement", _("Rincian iuran"))],
            "letter",
        )
        self.kind.setAccessibleName(_("Yang dicetak"))
        self.kind.changed.connect(lambda _kind: self.refresh())
        card.add(Field("", self.kind))
        self.about = card.add(label("", "note", wrap=True))
        self.mark = Mark("grey", parent=card)
        self.said = label("", "strong", wrap=True, parent=card)
        self.state = card.add_row(self.mark, self.said, spacing=14)
        self.state.setStretch(1, 1)
        self.primary = card.add(PrimaryButton(_("Cetak"), "F12"))
        self.save = card.add(SecondaryButton(_("Simpan PDF…"), "Ctrl+S"))
        self.primary.clicked.connect(self._print)
        self.save.clicked.connect(self._ask_where)
        right.addStretch(1)

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """The papers of this worker."""
        if worker_id is not None and worker_id != self._worker_id:
            self._worker_id = worker_id
            self._fresh = True
            self.header.set(_("Kartu peserta & rincian iuran"), " ")
            self._say("", "")
            self._show(None)
        self.refresh()

    def first_focus(self) -> QWidget:
        return self.primary if self.primary.isEnabled() else self.kind

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8 does the same."""
        self.primary.click()

    def refresh(self) -> None:
        """Make the paper again, as of now."""
        worker_id, kind = self._worker_id, self._kind()
        self.about.setText(
            _("Semua iuran yang diketahui loket ini, dan saldo JHT seperti yang dinyatakan BPJS.")
            if kind == "statement"
            else _("Menyatakan masa perlindungan hari ini, dan apakah BPJS sudah mengonfirmasinya. Dapat dicetak lagi.")
        )
        if worker_id is None:
            return

        def work() -> tuple[str, bytes | None, Refused | None]:
            name = self._name(worker_id)
            try:
                return name, self._paper(worker_id, kind), None
            except Refused as refusal:
                return name, None, refusal

        self._latest.ask(work, self._on_made, self.failed.emit)

    # Inside

    def _kind(self) -> Kind:
        found: Kind = self.kind.value()
        return found

    def _on_made(self, made: tuple[str, bytes | None, Refused | None]) -> None:
        name, pdf, refusal = made
        self.header.set(_("Kartu peserta & rincian iuran"), name)
        self._show(pdf)
        if refusal is not None:
            self.nothing.set(present(refusal).sentence, _("Rincian iuran tetap dapat dicetak."))

    def _show(self, pdf: bytes | None) -> None:
        self._pdf = pdf
        self.view.setVisible(pdf is not None)
        self.nothing.setVisible(pdf is None)
        self.primary.setEnabled(pdf is not None)
        self.save.setEnabled(pdf is not None)
        if pdf is None:
            self.nothing.set(_("Belum ada kertas."), _("Bukalah dari halaman pekerja."))
            return
        self.view.show_pdf(pdf)
        if self._fresh and self.isVisible():
            self._fresh = False
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _title(self) -> str:
        return {"letter": _("Surat kepesertaan"), "card": _("Kartu peserta"), "statement": _("Rincian iuran")}[
            self._kind()
        ]

    def _print(self) -> None:
        pdf, title = self._pdf, self._title()
        if pdf is None:
            return
        self.primary.setEnabled(False)
        self._say("grey", _("Mencetak…"))
        self._runner.run(lambda: self._send(pdf, title), self._on_printed, self._on_not_printed, on="paper", owner=self)

    def _on_printed(self, queue: str) -> None:
        self.primary.setEnabled(self._pdf is not None)
        self._say("ok", _("{title} dikirim ke pencetak {queue}.").format(title=self._title(), queue=queue))
        self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_not_printed(self, error: BaseException) -> None:
        self.primary.setEnabled(self._pdf is not None)
        self._say("amber", present(error).sentence)
        if not isinstance(error, Trouble):
            self.failed.emit(error)

    def _ask_where(self) -> None:
        if self._pdf is None:
            return
        dialog = self._dialog = QFileDialog(self, _("Simpan PDF"))
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("PDF (*.pdf)"))
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(f"{self._title().lower().replace(' ', '-')}.pdf")
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write what is shown into this file, for its owner alone."""
        pdf = self._pdf
        if pdf is None:
            return
        self._runner.run(
            lambda: save_private(path, pdf),
            lambda _none: self._say("ok", _("Disimpan di {file}.").format(file=path.name)),
            lambda error: self._say("amber", present(error).sentence),
            owner=self,
        )

    def _say(self, kind: str, said: str) -> None:
        self.mark.setVisible(bool(said))
        self.said.setVisible(bool(said))
        if kind:
            self.mark.set(kind)
        self.said.setText(said)
        if said and kind != "grey":
            announce(self.said)

    def _on_news(self, topic: str) -> None:
        if topic in (CONTRIBUTIONS, WORKERS, SYNC) and self.isVisible():
            self.refresh()
