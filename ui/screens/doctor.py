"""Doctor: what is wrong with this counter, in sentences with the next step, and a file for support."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, ngettext
from ui.kit import Card, Header, MarkList, Page, PrimaryButton, SecondaryButton, label
from ui.runner import Runner
from ui.screens.check import Verdict
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from models.diagnoses import Finding

_KINDS = {"wrong": "red", "note": "amber", "fine": "ok"}
_FILE = "bantuan.loket-bantuan"


class DoctorPage(Page):
    """«Pemeriksaan loket». F12 looks again; F8 writes the file for support."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        look: Callable[[], list[Finding]],
        ask_line: Callable[[], list[Finding]],
        save: Callable[[Path, list[Finding]], object],
        told: Callable[[str], object],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._ask_line, self._save = look, ask_line, save
        self._told, self._runner = told, runner
        self.found: list[Finding] = []
        self._busy = False
        self._file_dialog: QFileDialog | None = None
        self._build_found()
        self._build_help()

    # Built left to right

    def _build_found(self) -> None:
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        self.column(1).addWidget(card, 1)
        card.add(Header(_("Pemeriksaan loket"), _("Apa yang perlu diperbaiki, dan langkah berikutnya.")))
        self.verdict = card.add(Verdict())
        self.marks = MarkList()
        self.list = card.add(scrolled(self.marks), 1)
        # The arrow keys scroll what is longer than the screen.
        self.list.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.list.setAccessibleName(_("Hasil pemeriksaan"))

    def _build_help(self) -> None:
        right = self.column(width=400)
        card = Card(_("Bila perlu bantuan"), parent=self)
        right.addWidget(card)
        for text in (
            _("Kerjakan dahulu langkah yang tertulis di bawah tiap tanda merah dan kuning, lalu periksa lagi."),
            _("Bila belum beres, simpan berkas bantuan dan kirimkan kepada pusat lewat surel atau USB."),
            _("Berkas itu memuat hasil pemeriksaan, jumlah catatan dan kesalahan program; tidak ada nama, nomor atau "
              "isi klaim siapa pun di dalamnya, dan hanya pusat yang dapat membukanya."),
        ):  # fmt: skip
            card.add(label(text, "subtitle", wrap=True))
        self.file = card.add(SecondaryButton(_("Simpan berkas bantuan…"), "F8", icon="file"))
        self.file.clicked.connect(self._ask_where)
        self.primary = card.add(PrimaryButton(_("Periksa lagi"), "F12"))
        self.primary.clicked.connect(self.refresh)
        right.addStretch(1)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Look again: first at this machine, then at the line."""
        if self._busy:
            return
        self._show_busy(True)
        self.verdict.set("amber", _("Sedang diperiksa…"), _("Membaca basis data dan berkas loket ini."), "clock")
        self._runner.run(self._look, self._on_looked, self._on_failed, owner=self)

    def first_focus(self) -> QWidget:
        """The button."""
        return self.primary

    def on_primary(self) -> None:
        """F12: look again."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: the file for support."""
        self.file.click()

    # Showing

    def _on_looked(self, found: list[Finding]) -> None:
        self._show(found)
        self._runner.run(
            self._ask_line, lambda more: self._on_line(found, more), self._on_failed, on="line", owner=self
        )

    def _on_line(self, found: list[Finding], more: list[Finding]) -> None:
        self._show([*found, *more])
        self._show_busy(False)

    def _show(self, found: list[Finding]) -> None:
        self.found = found
        self.marks.clear()
        for grade in _KINDS:
            for one in found:
                if one.grade == grade:
                    self.marks.add(_KINDS[grade], one.said, one.next_step, bold=grade != "fine")
        wrong = sum(1 for one in found if one.grade == "wrong")
        notes = sum(1 for one in found if one.grade == "note")
        seen = ngettext("{n} hal perlu perhatian.", "{n} hal perlu perhatian.", notes).format(n=notes) if notes else ""
        if wrong:
            bad = ngettext("{n} hal harus diperbaiki.", "{n} hal harus diperbaiki.", wrong).format(n=wrong)
            self.verdict.set("red", _("Ada yang salah"), f"{bad} {seen}".strip(), "warning")
        elif notes:
            self.verdict.set("amber", _("Loket dapat bekerja"), seen, "info")
        else:
            self.verdict.set("ok", _("Loket ini sehat"), _("Tidak ada yang perlu dilakukan."))

    def _show_busy(self, busy: bool) -> None:
        self._busy = busy
        self.primary.setEnabled(not busy)
        self.file.setEnabled(not busy and bool(self.found))
        if not busy and self.isVisible() and not self.list.hasFocus():
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_failed(self, error: BaseException) -> None:
        self._show_busy(False)
        self.failed.emit(error)

    # The file for support

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("Simpan berkas bantuan"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.selectFile(_FILE)
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        self._file_dialog = dialog
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write what was found last."""
        found = self.found
        self._runner.run(
            lambda: self._save(path, found), lambda _done: self._on_saved(path), self.failed.emit, owner=self
        )

    def _on_saved(self, path: Path) -> None:
        self._told(_("Berkas bantuan disimpan: {file}. Kirimkan kepada pusat.").format(file=path.name))
