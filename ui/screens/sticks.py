"""Sticks: what the centre lacks goes to it in a bag, and what it answers comes back so, where there is no line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from models.language import _, ngettext, number
from models.rules.problems import Problem, Refused
from ui.kit import (
    Dialog,
    Field,
    LineField,
    MarkList,
    Option,
    Progress,
    SecondaryButton,
    Segments,
    announce,
    label,
)
from ui.kit.tick import Tick
from ui.runner import Runner, present
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.devices.sticks import Stick
    from kiosk.steps import Step, Steps
    from kiosk.sync.incoming import Came
    from kiosk.sync.outgoing import Exported

T = TypeVar("T")

_LARGEST_MB = 4_000
_MARGIN = 26
_AT_ONCE = 3
"""Files whose fate is seen at once; more of them are scrolled."""


class _Stopped(Exception):
    """Somebody pressed «Hentikan»."""


class SticksDialog(Dialog):
    """To the centre or from it. F12 does it; «Hentikan» leaves whole files only, and the next time goes on."""

    carried = Signal()
    """Something was written, or taken."""

    def __init__(
        self,
        parent: QWidget,
        *,
        sticks: Callable[[], Sequence[Stick]],
        export: Callable[[Path, int, bool], Steps[Exported]],
        found: Callable[[Path], Sequence[Path]],
        take: Callable[[Sequence[Path]], Steps[tuple[Came, ...]]],
        send_manifest: Callable[[list[int]], str],
        runner: Runner,
    ) -> None:
        super().__init__(
            parent,
            _("Kirim dan ambil lewat flashdisk"),
            _("Isinya tersegel: yang menemukan flashdisk ini tidak dapat membacanya."),
            yes=_("Tulis ke flashdisk"),
            no=_("Tutup"),
            width=620,
        )
        self._sticks, self._export, self._found, self._take = sticks, export, found, take
        self._send_manifest, self._runner = send_manifest, runner
        self._stop = Event()
        self._busy = False
        self._written: list[int] = []
        self._file_dialog: QFileDialog | None = None
        self._build()
        self._show_way()
        self._runner.run(self._sticks, self._on_sticks, lambda _error: None, on="line", owner=self)

    def _build(self) -> None:
        self.way = Segments([Option("up", _("Kirim ke pusat")), Option("down", _("Ambil dari pusat"))], "up")
        self.way_field = Field(_("Arah"), self.way)
        self.folder = LineField(placeholder="/media/…", longest=400)
        self.folder_field = Field(_("Flashdisk"), self.folder, _("tempat flashdisk di komputer ini"))
        self.choose = SecondaryButton(_("Pilih tempat…"), "F8", icon="file")
        self.largest = LineField(str(_LARGEST_MB), digits=True, longest=4)
        self.size_field = Field(
            _("Ukuran berkas paling besar (MB)"), self.largest, _("lebih kecil bila dibagi ke beberapa flashdisk")
        )
        self.everything = Tick(_("Sertakan lagi yang sudah dibawa flashdisk sebelumnya"))
        self.note = label("", "note", wrap=True)
        self.fates = MarkList()
        self.manifest = SecondaryButton(_("Cetak daftar bawaan"), "F9", icon="print")
        self.progress = Progress()
        self.body.addWidget(self.way_field)
        place = QHBoxLayout()
        place.setSpacing(10)
        place.addWidget(self.folder_field, 1)
        place.addWidget(self.choose, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(place)
        for widget in (self.size_field, self.everything, self.note, self.progress):
            self.body.addWidget(widget)
        self.shown = scrolled(self.fates)
        self.body.addWidget(self.shown)
        self.body.addWidget(self.manifest, 0, Qt.AlignmentFlag.AlignLeft)
        self.progress.hide()
        self.shown.hide()
        self.manifest.hide()
        self.way.changed.connect(self._show_way)
        self.choose.clicked.connect(self._ask_where)
        self.manifest.clicked.connect(self._on_manifest)
        self.progress.cancelled.connect(self._stop.set)
        self.primary.clicked.connect(self._on_primary)
        for key, button in (("F8", self.choose), ("F9", self.manifest)):
            shortcut = QShortcut(QKeySequence(key), self, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        self.folder.setFocus()

    def _show_way(self, *_changed: object) -> None:
        up = self.way.value() == "up"
        self.size_field.setVisible(up)
        self.everything.setVisible(up)
        self.primary.setText(_("Tulis ke flashdisk") if up else _("Ambil isinya"))
        self.note.setText(
            _("Yang dibawa tetap tercatat menunggu di sini sampai pusat menandatangani penerimaannya.")
            if up
            else _(
                "Semua berkas «turun» untuk loket ini diambil, dalam urutan apa pun; yang sama dua kali tidak apa-apa."
            )
        )

    def _on_sticks(self, sticks: Sequence[Stick]) -> None:
        if not sticks or self.folder.value():
            return
        stick = sticks[0]
        self.folder.set_value(str(stick.path))
        room = _("luang {free} dari {size} MB").format(
            free=number(stick.free // 1_000_000), size=number(stick.size // 1_000_000)
        )
        self.folder_field.set_note(room)

    def _ask_where(self) -> None:
        dialog = QFileDialog(self, _("Pilih flashdisk"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(self.folder.set_value)
        self._file_dialog = dialog
        dialog.open()

    # Doing it

    def _on_primary(self) -> None:
        if self._busy:
            return
        self._clear()
        folder = self.folder.value().strip()
        if not folder:
            self._on_failed(Refused(Problem("folder", "required")))
            return
        if self.way.value() == "up":
            size, everything = int(self.largest.value() or 0) * 1_000_000, self.everything.isChecked()
            self._begin(lambda: self._export(Path(folder), size, everything), self._on_exported, _("Menulis…"))
        else:
            self._begin(lambda: self._take(self._found(Path(folder))), self._on_taken, _("Membaca…"))

    def _begin(self, work: Callable[[], Steps[T]], done: Callable[[T], None], said: str) -> None:
        """On the line's lane: a slow stick keeps nobody waiting at the counter."""
        self._stop.clear()
        self._show_busy(True)
        self.progress.restart(said)
        tell, stop = self._runner.teller(self._on_step), self._stop

        def run() -> T:
            with closing(work()) as steps:
                while True:
                    try:
                        step = next(steps)
                    except StopIteration as end:
                        result: T = end.value
                        return result
                    if stop.is_set():
                        raise _Stopped
                    tell(step)

        self._runner.run(run, done, self._on_failed, on="line", owner=self)

    def reject(self) -> None:
        """Esc: first stop what is going on, then close."""
        if self._busy:
            self._stop.set()
            return
        super().reject()

    def _on_step(self, step: Step) -> None:
        done, of = step.done // 1_000_000, max(1, step.of // 1_000_000)
        said = _("{done} dari {of} MB…").format(done=number(done), of=number(of))
        self.progress.set(step.done, step.of, said)

    def _on_exported(self, made: Exported) -> None:
        self._show_busy(False)
        for one in made.files:
            said = _("{entries} catatan, {documents} dokumen").format(
                entries=number(one.note.entries), documents=number(one.note.documents)
            )
            self.fates.add("ok", one.path.name, said)
        if made.trouble is not None:
            left = ngettext(
                "{n} berkas lagi untuk flashdisk berikutnya", "{n} berkas lagi untuk flashdisk berikutnya", made.left
            )
            self.fates.add("amber", left.format(n=number(made.left)), present(made.trouble).sentence)
        if made.kept_back:
            kept = ngettext("{n} catatan belum dapat dibawa", "{n} catatan belum dapat dibawa", made.kept_back)
            why = _("Ditulis dengan seri yang belum terdaftar di pusat; daftarkan loket ini dahulu.")
            self.fates.add("amber", kept.format(n=number(made.kept_back)), why)
        self._written = [one.number for one in made.files]
        self._show_result()

    def _on_taken(self, came: tuple[Came, ...]) -> None:
        self._show_busy(False)
        for one in came:
            self.fates.add(*_said_of(one))
        if not came:
            self.fates.add("amber", _("Tidak ada berkas Loket di sana"), _("Namanya berakhiran .loket."))
        self._show_result()

    def _show_result(self) -> None:
        # What was asked for has been done: its answer takes the place of the questions.
        for widget in (self.size_field, self.everything, self.note):
            widget.hide()
        self._fit_fates()
        self.shown.setVisible(True)
        self.manifest.setVisible(bool(self._written))
        (self.manifest if self._written else self.secondary).setFocus()
        announce(self.fates)
        self.carried.emit()

    def _fit_fates(self) -> None:
        lines = [one for one in self.fates.children() if isinstance(one, QWidget)][:_AT_ONCE]
        width = self.width() - 2 * _MARGIN
        self.shown.setFixedHeight(sum(max(one.heightForWidth(width), one.sizeHint().height()) for one in lines) + 4)

    def _on_manifest(self) -> None:
        if not self._written:
            return
        self.manifest.setEnabled(False)
        numbers = list(self._written)
        self._runner.run(
            lambda: self._send_manifest(numbers), self._on_manifest_sent, self._on_failed, on="paper", owner=self
        )

    def _on_manifest_sent(self, queue: str) -> None:
        self.manifest.setEnabled(True)
        self.fates.add("ok", _("Daftar bawaan dikirim ke {printer}").format(printer=queue), "")
        self._fit_fates()

    def _on_failed(self, error: BaseException) -> None:
        self._show_busy(False)
        self.manifest.setEnabled(True)
        if isinstance(error, _Stopped):
            self.set_problem(_("Dihentikan. Yang sudah selesai tetap ada; sisanya dilanjutkan lain kali."))
            return
        if isinstance(error, Refused) and error.problems[0].field in ("folder", "size"):
            field = self.folder_field if error.problems[0].field == "folder" else self.size_field
            field.set_problem(present(error).sentence)
            field.editor.setFocus()
            return
        self.set_problem(present(error).sentence)

    def _clear(self) -> None:
        self.set_problem(None)
        self.folder_field.set_problem(None)
        self.size_field.set_problem(None)
        self.fates.clear()
        self.shown.hide()
        self.manifest.hide()
        self._show_way()
        self._written = []

    def _show_busy(self, busy: bool) -> None:
        self._busy = busy
        self.progress.setVisible(busy)
        for widget in (self.way, self.folder, self.choose, self.largest, self.everything, self.primary):
            widget.setEnabled(not busy)


def _said_of(one: Came) -> tuple[str, str, str]:
    """How a file fared: a mark, its name, and what there is to say."""
    brought = _("{entries} catatan baru, {documents} dokumen").format(
        entries=number(one.entries), documents=number(one.documents)
    )
    if one.problem is not None:
        return "red", one.path.name, present(Refused(one.problem)).sentence
    if one.state == "known":
        return "grey", one.path.name, _("Sudah pernah diambil; tidak ada yang berubah.")
    if one.state == "old":
        return "grey", one.path.name, _("Dibuat sebelum pusat dipulihkan dari cadangan; tidak diperlukan lagi.")
    if one.state == "held":
        missing = ", ".join(str(number) for number in one.missing[-5:]) or "–"
        said = _("Menunggu berkas nomor {missing}; lalu terambil sendiri.").format(missing=missing)
        if one.again:
            said = _("Terlalu besar untuk disimpan dahulu. Ambil nomor {missing}, lalu berkas ini sekali lagi.").format(
                missing=missing
            )
        return "amber", one.path.name, said
    if one.trouble is not None:
        return "amber", one.path.name, f"{brought}. {present(one.trouble).sentence}"
    return "ok", one.path.name, brought
