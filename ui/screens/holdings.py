"""Holdings: whose data is on this machine, how much of it nobody else has yet, and the list to take away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, date_short, ngettext, number, time_short
from models.rules.problems import Problem, Refused
from ui.kit import (
    Card,
    Cell,
    Column,
    EmptyState,
    FactList,
    Header,
    Page,
    PrimaryButton,
    Progress,
    RowTable,
    SecondaryButton,
    label,
)
from ui.news import STAFF, WORKERS, news
from ui.runner import Runner, Slices
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.queries.holdings import HeldRow, Holdings
    from kiosk.steps import Step, Steps
    from kiosk.usecases.holdings import Listed

AT_ONCE = 200
"""People read for the list at a time."""


class HoldingsPage(Page):
    """«Data siapa di loket ini». F12 asks where to, and writes the list; Enter opens a person; Esc stops it."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        look: Callable[[int], tuple[Holdings, list[HeldRow]]],
        look_on: Callable[[int, int], list[HeldRow]],
        listed: Callable[[str], Steps[Listed]],
        save: Callable[[Path, Listed], object],
        local: Callable[[datetime], datetime],
        open_worker: Callable[[Any], object],
        told: Callable[[str], object],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._look_on, self._listed, self._save = look, look_on, listed, save
        self._local, self._open_worker, self._told, self._runner = local, open_worker, told, runner
        self.seen: Holdings | None = None
        self._path: Path | None = None
        self._file_dialog: QFileDialog | None = None
        self._slices = Slices(runner, self)
        self._slices.stepped.connect(self._on_step)
        self._slices.stopped.connect(self._on_stopped)
        self._build_people()
        self._build_machine()
        news.changed.connect(self._on_news)

    # Built left to right

    def _build_people(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Data siapa di loket ini"), " "))
        self.table = RowTable(
            [
                Column(_("Nama"), lambda one: Cell(one.name, bold=not one.restricted), stretch=1),
                Column(_("Tanggal lahir"), lambda one: date_short(one.birth_date) if one.birth_date else "–"),
                Column(_("Paspor"), lambda one: one.passport or "–"),
                Column(_("Telepon"), lambda one: one.phone or "–"),
            ],
            name=_("Orang yang datanya ada di loket ini"),
            key=lambda one: one.worker_id,
        )
        card.add(self.table, 1)
        self.empty = card.add(
            EmptyState("people", _("Belum ada data orang di loket ini."), _("Pekerja pertama didaftarkan dengan F4.")),
            1,
        )
        self.open = SecondaryButton(_("Buka pekerja"), "Enter")
        self.more = SecondaryButton(_("Tampilkan berikutnya"))
        self.foot = card.add_row(self.open, 1, self.more, spacing=10)
        self.table.opened.connect(lambda one: self._open_worker(one.worker_id))
        self.table.current_changed.connect(lambda one: self.open.setEnabled(one is not None))
        self.open.clicked.connect(self._on_open)
        self.more.clicked.connect(self._on_more)
        self.empty.hide()
        self.more.hide()

    def _build_machine(self) -> None:
        right = self.column(width=400)
        card = Card(_("Yang tersimpan di komputer ini"), parent=self)
        right.addWidget(card, 1)
        self.facts = FactList()
        card.add(scrolled(self.facts), 1)

        lost = Card(_("Bila komputer ini hilang"), parent=self)
        right.addWidget(lost)
        self.advice = lost.add(
            label(
                _(
                    "Beri tahu pusat hari itu juga. Datanya tersandi, tetapi orangnya tetap harus diberi tahu dalam "
                    "3 × 24 jam (UU 27/2022, Pasal 46). Pusat punya daftar untuk suratnya."
                ),
                "note",
                wrap=True,
            )
        )
        self.progress = lost.add(Progress())
        self.progress.cancelled.connect(self._slices.stop)
        self.progress.hide()
        self.primary = lost.add(PrimaryButton(_("Simpan CSV…"), "F12"))
        self.primary.setEnabled(False)
        self.primary.clicked.connect(self._ask_where)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read again; stays on the person it was on."""
        most = max(AT_ONCE, len(self.table.rows()))
        self._runner.run(lambda: self._look(most), self._on_seen, self._on_refused, owner=self)

    def first_focus(self) -> QWidget:
        """The list."""
        return self.table

    def on_primary(self) -> None:
        """F12: where to write the list."""
        self.primary.click()

    def on_back(self) -> bool:
        """Esc stops the writing first."""
        if not self._slices.busy():
            return False
        self._slices.stop()
        return True

    # Showing

    def _on_seen(self, found: tuple[Holdings, list[HeldRow]]) -> None:
        self.seen, rows = found
        self._show_rows(rows)
        self._show_facts(self.seen)
        self.primary.setEnabled(bool(rows) and not self._slices.busy())

    def _show_rows(self, rows: list[HeldRow]) -> None:
        assert self.seen is not None
        people = self.seen.people
        self.table.set_rows(rows)
        self.table.setVisible(bool(rows))
        self.open.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.more.setVisible(len(rows) < people)
        said = ngettext("{n} orang", "{n} orang", people).format(n=number(people))
        if self.seen.restricted:
            limited = _("{n} di antaranya dibatasi").format(n=number(self.seen.restricted))
            said = f"{said}, {limited}"
        if len(rows) < people:
            some = _("ditampilkan {n} yang pertama menurut abjad").format(n=number(len(rows)))
            said = f"{said} · {some}"
        self.header.set(_("Data siapa di loket ini"), said)

    def _show_facts(self, seen: Holdings) -> None:
        facts = self.facts
        facts.clear()
        facts.add(_("Orang"), number(seen.people), bold=True)
        if seen.restricted:
            facts.add(_("Dibatasi"), number(seen.restricted), _("Tampil dengan inisial; tidak ikut dalam berkas."))
        if seen.erased:
            facts.add(_("Sudah dihapus"), number(seen.erased), _("Tinggal nomor dan jumlah uangnya."))
        facts.add(_("Kuitansi"), number(seen.receipts))
        facts.add(_("Klaim"), number(seen.claims))
        facts.add(_("Dokumen"), number(seen.documents))
        facts.add(_("Catatan loket ini"), number(seen.own_entries))
        if seen.unsent:
            facts.add(
                _("Belum terkirim"), number(seen.unsent), _("Hanya ada di komputer ini. Sinkronkan."), kind="amber"
            )
        else:
            facts.add(_("Belum terkirim"), _("tidak ada"))
        for stream, position in seen.streams:
            facts.add(_("Diterima dari pusat"), number(position), _("aliran {stream}").format(stream=stream))
        facts.add(_("Terakhir tersinkron"), _moment(self._local(seen.last_synced)) if seen.last_synced else _("belum"))

    def _on_open(self) -> None:
        if (one := self.table.current()) is not None:
            self._open_worker(one.worker_id)

    def _on_more(self) -> None:
        skip = len(self.table.rows())
        self.more.setEnabled(False)
        self._runner.run(lambda: self._look_on(skip, AT_ONCE), self._on_further, self._on_refused, owner=self)

    def _on_further(self, rows: list[HeldRow]) -> None:
        before = self.table.rows()
        known = {one.worker_id for one in before}
        self.more.setEnabled(True)
        self._show_rows([*before, *(one for one in rows if one.worker_id not in known)])
        self.table.setFocus()

    def _on_refused(self, error: BaseException) -> None:
        """Nothing stays of what somebody else was allowed to see."""
        self.more.setEnabled(True)
        if isinstance(error, Refused):
            self.table.set_rows([])
            self.facts.clear()
            self.header.set(_("Data siapa di loket ini"), " ")
            self.primary.setEnabled(False)
            self.more.hide()
        self.failed.emit(error)

    def _on_news(self, topic: str) -> None:
        if topic in (WORKERS, STAFF) and self.isVisible():
            self.refresh()

    # The list to take away

    def _ask_where(self) -> None:
        seen = self.seen
        if seen is None:
            return
        dialog = QFileDialog(self, _("Simpan daftar orang"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_("CSV (*.csv)"))
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"data-di-loket-{seen.series}.csv")
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        self._file_dialog = dialog
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write everybody there, as fast as the counter's work leaves room."""
        kind = path.suffix.lower()
        if kind not in (".csv", ".xlsx"):
            self.failed.emit(Refused(Problem.of("file", "sheet.ending", file=path.name)))
            return
        if self._slices.busy():
            return
        self._path = path
        self._show_busy(True)
        self.progress.restart(_("Mengumpulkan daftar…"))
        self._slices.begin(lambda: self._listed(kind), self._on_listed, self._on_failed)

    def _on_step(self, step: Step) -> None:
        said = _("{done} dari {of} orang…").format(done=number(step.done), of=number(step.of))
        self.progress.set(step.done, step.of, said)

    def _on_listed(self, made: Listed) -> None:
        path = self._path
        assert path is not None
        self.progress.stop.setEnabled(False)
        self._runner.run(
            lambda: self._save(path, made), lambda _done: self._on_saved(path, made), self._on_failed, owner=self
        )

    def _on_saved(self, path: Path, made: Listed) -> None:
        self._show_busy(False)
        count = len(made.sheet.rows)
        said = ngettext("{n} orang disimpan ke {file}.", "{n} orang disimpan ke {file}.", count)
        said = said.format(n=number(count), file=path.name)
        if made.held_back:
            kept = ngettext(
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                made.held_back,
            )
            said = f"{said} {kept.format(n=number(made.held_back))}"
        self._told(said)

    def _on_stopped(self) -> None:
        self._show_busy(False)
        self._told(_("Dihentikan; tidak ada berkas yang dibuat."))

    def _on_failed(self, error: BaseException) -> None:
        self._show_busy(False)
        self.failed.emit(error)

    def _show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.primary.setEnabled(not busy and bool(self.table.rows()))
        if busy:
            self.progress.stop.setFocus()
        elif self.isVisible() and not self.table.hasFocus():
            self.table.setFocus()


def _moment(at: datetime) -> str:
    return f"{date_short(at.date())} {time_short(at)}"
