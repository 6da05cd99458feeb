"""Importing: a list of workers from a file, its columns chosen, tried out, then registered row by row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QGridLayout, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from kiosk.forms.importing import NUMBERING, Columns, cell_text, titles
from models.language import _, ngettext, number
from models.rules.problems import Problem, Refused
from ui import words
from ui.kit import (
    Card,
    Cell,
    Choice,
    Column,
    EmptyState,
    FactList,
    Field,
    Figure,
    Header,
    MarkList,
    Option,
    Page,
    PrimaryButton,
    Progress,
    RowTable,
    SecondaryButton,
    Segments,
    Steps,
    announce,
    label,
    row,
)
from ui.kit.chips import Mark
from ui.news import SYNC, WORKERS, news
from ui.runner import Latest, Runner, Slices, present
from ui.screens.drafts import Keeper

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.importing import Listed
    from kiosk.steps import Step
    from kiosk.steps import Steps as Work
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.importing import Import, ListRead, Outcome, Preview, RowProblem
    from reports.sheets import Sheet

PAUSE_MS = 150
UNUSED = ""
"""The value of a column's choice that says: not used."""
_SUBJECT = "list"


class ImportPage(Page):
    """One file at a time: choose it, say which column is which, try it out, register. F12 is always the next step.

    Long work goes on in slices: every other page can be used meanwhile, and «Hentikan» stops it between two rows."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        read: Callable[[Path, str | None], Work[ListRead]],
        look: Callable[[Listed, Columns], Preview],
        remember: Callable[[Listed, Columns], object],
        try_out: Callable[[Listed, Columns], Work[list[Outcome]]],
        begin: Callable[[Listed, Columns], Import],
        result: Callable[[Listed, Sequence[Outcome]], Sheet],
        blank: Callable[[], Sheet],
        save: Callable[[Path, Sheet], object],
        save_draft: Callable[[str, dict[str, Any], str], object],
        load_drafts: Callable[[str], list[Draft]],
        drop_draft: Callable[[str, str], object],
        open_worker: Callable[[UUID], object],
        told: Callable[[str], object],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._look, self._remember = read, look, remember
        self._try_out, self._begin, self._result = try_out, begin, result
        self._blank, self._save, self._open_worker, self._told = blank, save, open_worker, told
        self._runner = runner
        self._path: Path | None = None
        self._list: ListRead | None = None
        self._run: Import | None = None
        self._outcomes: list[Outcome] = []
        self._seen: Preview | None = None
        self._choices: dict[str, Choice] = {}
        self._fields: dict[str, Field] = {}
        self._kept_columns: Columns | None = None
        self._state = "choose"
        self._asked_before = False
        self._dialog: QFileDialog | None = None
        self._latest = Latest(runner, self)
        self._slices = Slices(runner, self)
        self._slices.stepped.connect(self._on_step)
        self._slices.stopped.connect(self._on_stopped)
        self._keeper = Keeper(
            "import",
            self._draft,
            save=save_draft,
            load=load_drafts,
            drop=drop_draft,
            runner=runner,
            failed=self.failed.emit,
            parent=self,
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask_look)
        self.setAcceptDrops(True)
        self._build_left()
        self._build_right()
        save_key = QShortcut(QKeySequence("Ctrl+S"), self)
        save_key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save_key.activated.connect(self._on_save_key)
        self._say("", "")
        self._show("choose")

    # Built left to right

    def _build_left(self) -> None:
        card = Card(parent=self)
        card.body.setContentsMargins(8, 18, 8, 12)
        self.column(1).addWidget(card, 1)
        self.steps = Steps([_("Berkas"), _("Kolom"), _("Uji coba"), _("Daftarkan")])
        self.header = Header(_("Impor daftar"), "", self.steps)
        self.header.setContentsMargins(12, 0, 12, 0)
        card.add(self.header)
        self.steps.chosen.connect(self._on_step_chosen)
        self.stack = card.add(QStackedWidget(), 1)

        self.nothing = EmptyState(
            "upload",
            _("Pilih daftar dari perusahaan penempatan atau kegiatan jemput bola."),
            _("CSV atau XLSX, paling banyak 20.000 baris. Berkas juga dapat dijatuhkan di sini."),
        )
        self.stack.addWidget(self.nothing)

        self.sheet = QWidget()
        self.sheet.setObjectName("clear")
        self._grid = QGridLayout(self.sheet)
        self._grid.setContentsMargins(12, 2, 16, 8)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(0, 4)
        self._grid.setColumnStretch(1, 4)
        self._grid.setColumnStretch(2, 4)
        self.area = QScrollArea()
        self.area.setFrameShape(QScrollArea.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.viewport().setAutoFillBackground(False)
        self.area.setWidget(self.sheet)
        self.stack.addWidget(self.area)

        tried = QWidget()
        tried.setObjectName("clear")
        below = QVBoxLayout(tried)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(8)
        self.filter = Segments(
            [
                Option("problems", _("Bermasalah")),
                Option("warnings", _("Peringatan")),
                Option("all", _("Semua baris")),
            ],
            "problems",
        )
        self.filter.setAccessibleName(_("Yang ditampilkan"))
        across = row(Field("", self.filter))
        holder = across.layout()
        assert holder is not None
        holder.setContentsMargins(12, 0, 12, 0)
        below.addWidget(across)
        self.lists = QStackedWidget()
        self.problems = RowTable(
            [
                Column(_("Baris"), lambda one: Cell(str(one.row), bold=True), width=76),
                Column(_("Kolom"), lambda one: one.column or "–", width=170),
                Column(_("Isi"), lambda one: one.value or "–", width=150),
                Column(_("Yang perlu diperbaiki"), lambda one: one.sentence, stretch=1),
            ],
            name=_("Baris yang bermasalah"),
            key=lambda one: (one.row, one.column, one.problem.code),
        )
        self.rows = RowTable(
            [
                Column(_("Baris"), lambda one: Cell(str(one.row.number), bold=True), width=76),
                Column(_("Isi"), self._who, stretch=2),
                Column(_("Hasil"), self._outcome_chip, width=150),
                Column(_("Keterangan"), _why, stretch=3),
            ],
            name=_("Semua baris"),
            key=lambda one: one.row.number,
        )
        self.clean = EmptyState("check", "")
        for widget in (self.problems, self.rows, self.clean):
            self.lists.addWidget(widget)
        # As high as there is room, however many rows it has.
        self.lists.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        below.addWidget(self.lists, 1)
        self.detail = label("", "note", wrap=True)
        self.detail.setContentsMargins(14, 2, 14, 2)
        below.addWidget(self.detail)
        self.stack.addWidget(tried)
        self.filter.changed.connect(lambda _value: self._show_list())
        self.problems.current_changed.connect(self._on_current)
        self.rows.current_changed.connect(self._on_current)
        self.rows.opened.connect(self._on_opened)

    def _build_right(self) -> None:
        right = self.column(width=372)
        self.card = card = Card(_("Berkas"), parent=self)
        right.addWidget(card, 1)
        self.file_name = card.add(label("", "strong", wrap=True))
        self.facts = card.add(FactList())
        self.page_choice = Choice()
        self.page_field = card.add(Field(_("Lembar"), self.page_choice))
        self.order = Segments(
            [
                Option(None, _("Otomatis")),
                Option("dmy", _("hari/bulan")),
                Option("mdy", _("bulan/hari")),
            ],
            None,
        )
        self.order_field = card.add(Field(_("Urutan tanggal"), self.order))
        self.registered = Figure(_("akan didaftarkan"))
        self.done_figure = Figure(_("terdaftar"))
        self.already = Figure(_("sudah ada"))
        self.refused = Figure(_("ditolak"))
        self.skipped = Figure(_("dilewati"))
        card.add_row(self.registered, self.done_figure, self.already, spacing=10)
        card.add_row(self.refused, self.skipped, spacing=10)
        self.marks = card.add(MarkList())
        self.advice = card.add(MarkList())
        for title, more in (
            (_("Satu baris untuk satu pekerja"), _("Judul kolom boleh di bawah judul daftar; kolom dikenali namanya.")),
            (_("NIK, telepon dan rekening sebagai teks"), _("Excel membulatkan bilangan panjang; yang rusak ditolak.")),
            (
                _("Diuji dahulu, baru didaftarkan"),
                _("Berkas yang sama boleh diimpor lagi: tidak ada yang tercatat dua kali."),
            ),
        ):
            self.advice.add("blue", title, more)
        card.push_down()
        self.mark = Mark("grey", parent=card)
        self.said = label("", "strong", wrap=True, parent=card)
        card.add_row(self.mark, self.said, spacing=14).setStretch(1, 1)
        self.progress = card.add(Progress())
        self.progress.cancelled.connect(self._slices.stop)
        self.other = card.add(SecondaryButton(_("Pilih berkas lain…")))
        self.keep = card.add(SecondaryButton(_("Simpan hasil…"), "Ctrl+S"))
        self.sample = card.add(SecondaryButton(_("Simpan contoh daftar…"), "Ctrl+S"))
        self.primary = card.add(PrimaryButton(_("Pilih berkas…"), "F12"))
        self.primary.clicked.connect(self._on_primary_clicked)
        self.other.clicked.connect(self._ask_file)
        self.keep.clicked.connect(self._ask_save)
        self.sample.clicked.connect(self._ask_save)
        self.page_choice.changed.connect(self._on_page_chosen)
        self.order.changed.connect(lambda _value: self._on_columns_changed())

    # What the shell asks

    def on_shown(self, path: Path | None = None, **_others: Any) -> None:
        """Come to the front; a file that was begun and not finished, before a crash too, is taken up again."""
        if path is not None:
            self.take(path)
        elif not self._asked_before and self._path is None:
            self._keeper.give_back(_SUBJECT, self._on_draft)
        self._asked_before = True

    def first_focus(self) -> QWidget | None:
        """The next thing to do."""
        if self._state == "columns":
            return next(iter(self._choices.values()), self.primary)
        if self._state in ("tried", "done", "stopped"):
            shown = self.lists.currentWidget()
            return shown if isinstance(shown, RowTable) else self.primary
        return self.progress.stop if self._slices.busy() else self.primary

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_back(self) -> bool:
        """Esc: from what was tried out back to the columns; what is chosen stays."""
        if self._state == "tried":
            self._show("columns")
            return True
        return False

    def keep_draft(self) -> None:
        """Keep which file it is and what was chosen for its columns."""
        if self._state in ("columns", "tried", "running", "stopped"):
            self._keeper.keep()

    # Choosing a file

    def take(self, path: Path, sheet: str | None = None) -> None:
        """Read this file; nothing happens while another work goes on."""
        if self._slices.busy():
            self._told(_("Hentikan dahulu yang sedang berjalan."))
            return
        self._path, self._list, self._run = path, None, None
        self._outcomes = []
        self._say("", "")
        self._show("reading")
        self.progress.restart(_("Membaca {file}…").format(file=path.name))
        self._slices.begin(lambda: self._read(path, sheet), self._on_read, self._on_not_read)

    def _on_draft(self, content: dict[str, Any]) -> None:
        path = Path(str(content.get("path", "")))
        if self._path is not None or not path.is_file():
            return
        self._kept_columns = Columns(fields=dict(content.get("fields", {})), order=content.get("order"))
        self.take(path, content.get("sheet"))

    def _draft(self) -> tuple[str, dict[str, Any]] | None:
        if self._list is None or self._path is None or self._state == "done":
            return None
        columns = self._columns()
        return _SUBJECT, {
            "path": str(self._path),
            "sheet": self._list.sheet if len(self._list.sheets) > 1 else None,
            "fields": columns.fields,
            "order": columns.order,
        }

    def _on_read(self, read: ListRead) -> None:
        self._list = read
        columns = read.columns
        if self._kept_columns is not None:
            known = {name: target for name, target in self._kept_columns.fields.items() if name in columns.fields}
            columns = columns.but(Columns(fields=known, order=self._kept_columns.order))
            self._kept_columns = None
        self._fill_columns(read, columns)
        self._show("columns")
        self._focus_first()
        if read.remembered:
            self._say("ok", _("Kolomnya dikenali dari daftar sebelumnya."))
        self._keeper.typed()

    def _on_not_read(self, error: BaseException) -> None:
        self._path = None
        self._kept_columns = None
        self._show("choose")
        self._present(error)

    def _on_page_chosen(self, page: object) -> None:
        if self._list is not None and self._path is not None and isinstance(page, str) and page != self._list.sheet:
            self.take(self._path, page)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.take(path)

    # Which column is which

    def _fill_columns(self, read: ListRead, columns: Columns) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._choices, self._fields = {}, {}
        options = [(UNUSED, _("(tidak dipakai)")), *titles().items()]
        for column, text in enumerate((_("Kolom dalam berkas"), _("Isian pendaftaran"), _("Akan tercatat"))):
            self._grid.addWidget(label(text, "label"), 0, column)
        self._read_as: dict[str, Any] = {}
        shown = [name for name in read.found.labels if name]
        # What nobody knows stands first: that is what a person is asked for.
        at_of = {name: at for at, name in enumerate(read.found.labels)}
        shown.sort(key=lambda name: (columns.fields.get(name) is not None, at_of[name]))
        for line, name in enumerate(shown, 1):
            holder = QWidget()
            holder.setObjectName("clear")
            texts = QVBoxLayout(holder)
            texts.setContentsMargins(0, 3, 0, 0)
            texts.setSpacing(0)
            texts.addWidget(label(name, "strong", wrap=True))
            texts.addWidget(label(_samples(read.found, at_of[name]), "note", wrap=True))
            choice = Choice(options, placeholder=_("(tidak dipakai)"))
            field = Field("", choice)
            choice.setAccessibleName(_("Isian untuk kolom {name}").format(name=name))
            target = columns.fields.get(name)
            if target == NUMBERING:
                choice.set_value(UNUSED)
            elif target in titles():
                choice.set_value(target)
            choice.changed.connect(lambda _value: self._on_columns_changed())
            seen = label("", "note", wrap=True)
            seen.setContentsMargins(0, 11, 0, 0)
            self._read_as[name] = seen
            for column, widget in enumerate((holder, field, seen)):
                self._grid.addWidget(widget, line, column, Qt.AlignmentFlag.AlignTop)
            self._choices[name], self._fields[name] = choice, field
        self._grid.setRowStretch(len(shown) + 1, 1)
        with QSignalBlocker(self.order), QSignalBlocker(self.page_choice):
            self.order.set_value(columns.order)
            self.page_choice.set_options([(name, name) for name in read.sheets])
            self.page_choice.set_value(read.sheet)
        self._ask_look()

    def _columns(self) -> Columns:
        """What is chosen now."""
        fields: dict[str, str | None] = {}
        for name, choice in self._choices.items():
            before = self._list.columns.fields.get(name) if self._list is not None else None
            chosen = choice.value() or None
            fields[name] = NUMBERING if chosen is None and before == NUMBERING else chosen
        return Columns(fields=fields, order=self.order.value())

    def _on_columns_changed(self) -> None:
        self._pause.start()
        self._keeper.typed()

    def _ask_look(self) -> None:
        if self._list is None:
            return
        found, columns = self._list.found, self._columns()
        self._latest.ask(lambda: self._look(found, columns), self._on_looked, self._present)

    def _on_looked(self, seen: Preview) -> None:
        from models.sentences import sentence

        self._seen = seen
        columns = self._columns()
        beside = {one.field: sentence(one) for one in seen.problems if one.field in self._fields}
        notes = {one.field: sentence(one) for one in seen.notes}
        for name, field in self._fields.items():
            field.set_problem(beside.get(name))
            field.set_note(notes.get(name))
            self._read_as[name].setText(_read_as(seen, columns.fields.get(name)))
        self.marks.clear()
        for one in seen.problems:
            if one.code == "import.unmapped":
                self.marks.add("amber", sentence(one))
        unknown = sum(target is None for target in columns.fields.values())
        if unknown:
            said = ngettext("{n} kolom tidak dipakai", "{n} kolom tidak dipakai", unknown)
            self.marks.add("grey", said.format(n=unknown))
        self._show_buttons()

    # Trying out and registering

    def _on_primary_clicked(self) -> None:
        match self._state:
            case "choose" | "done":
                self._ask_file()
            case "columns":
                self._try()
            case "tried" | "stopped":
                self._register()

    def _try(self) -> None:
        if self._list is None:
            return
        found, columns = self._list.found, self._columns()
        self._say("", "")
        self._show("trying")
        self.progress.restart(_("Memeriksa setiap baris…"))
        self._keeper.keep()

        def work() -> Work[list[Outcome]]:
            self._remember(found, columns)
            return self._try_out(found, columns)

        self._slices.begin(work, self._on_tried, self._on_not_tried)

    def _on_tried(self, outcomes: list[Outcome]) -> None:
        self._outcomes = outcomes
        self._show("tried")
        self._choose_list()
        ready = sum(one.status == "registered" for one in outcomes)
        if ready:
            self._say("", "")
        else:
            self._say("amber", _("Tidak ada baris yang dapat didaftarkan."))
        self._focus_first()

    def _on_not_tried(self, error: BaseException) -> None:
        self._show("columns")
        self._present(error)

    def _register(self) -> None:
        if self._list is None:
            return
        found, columns = self._list.found, self._columns()
        halfway = self._run if self._state == "stopped" else None
        self._say("", "")
        self._show("running")
        self.progress.restart(_("Mendaftarkan…"))
        self._keeper.keep()

        def work() -> Work[list[Outcome]]:
            self._run = halfway or self._begin(found, columns)
            return self._run.steps()

        self._slices.begin(work, self._on_registered, self._on_not_registered)
        self.progress.stop.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_step(self, step: Step) -> None:
        said = {
            "reading": _("Terbaca {done} baris…"),
            "trying": _("Memeriksa baris {done} dari {of}…"),
            "running": _("Mendaftarkan baris {done} dari {of}…"),
        }.get(self._state, "{done}")
        self.progress.set(step.done, step.of, said.format(done=number(step.done), of=number(step.of)))

    def _on_stopped(self) -> None:
        if self._state == "running" and self._run is not None:
            self._outcomes = self._run.outcomes()
            self._show("stopped")
            self._choose_list()
            self._say("amber", _("Dihentikan. Yang sudah terdaftar tetap tercatat; F12 melanjutkan."))
            self._tell_news()
        elif self._state == "running":
            self._show("tried")
        elif self._state == "trying":
            self._show("columns")
        else:
            self._path = None
            self._show("choose")
        self._focus_first()

    def _on_registered(self, outcomes: list[Outcome]) -> None:
        self._outcomes = outcomes
        self._show("done")
        self._choose_list()
        self._keeper.drop(_SUBJECT)
        made = sum(one.status == "registered" for one in outcomes)
        said = ngettext("{n} pekerja terdaftar.", "{n} pekerja terdaftar.", made).format(n=number(made))
        self._say("ok", said)
        if not self.isVisible():
            self._told(_("Impor selesai: {said}").format(said=said))
        self._tell_news()
        self._focus_first()

    def _on_not_registered(self, error: BaseException) -> None:
        """Somebody else took over, or the disk is full: what is registered stands, and the rest can follow."""
        if self._run is not None:
            self._outcomes = self._run.outcomes()
            self._show("stopped")
            self._choose_list()
            self._tell_news()
        else:
            self._show("columns" if isinstance(error, Refused) else "tried")
        self._present(error)

    def _tell_news(self) -> None:
        news.tell(WORKERS, SYNC)

    # The table

    def _choose_list(self) -> None:
        wrong = any(one.problems and one.status != "skipped" for one in self._outcomes)
        which = "problems" if wrong or self._state == "tried" else "all"
        with QSignalBlocker(self.filter):
            self.filter.set_value(which)
        self._show_list()

    def _show_list(self) -> None:
        which = self.filter.value()
        if which == "all":
            self.rows.set_rows(self._outcomes)
            self.lists.setCurrentWidget(self.rows)
        else:
            found: list[RowProblem] = []
            for one in self._outcomes:
                found += one.problems if which == "problems" else one.warnings
            self.problems.set_rows(found)
            self.clean.set(_("Tidak ada baris yang bermasalah.") if which == "problems" else _("Tidak ada peringatan."))
            self.lists.setCurrentWidget(self.problems if found else self.clean)
        if self.lists.currentWidget() is self.clean:
            self._on_current(None)

    def _on_current(self, one: object) -> None:
        """The sentence in full below the table, where a column cuts it short."""
        if one is None:
            said = ""
        elif hasattr(one, "sentence"):
            said = one.sentence
        else:
            said = _why(one)
        self.detail.setText(said)
        self.detail.setVisible(bool(said))

    def _on_opened(self, one: Outcome) -> None:
        if one.worker_id is not None:
            self._open_worker(one.worker_id)

    def _who(self, one: Outcome) -> Cell:
        """The row's first few cells: enough to find it in the file."""
        texts = [cell_text(cell) for cell in one.row.cells if cell is not None]
        named = [text for text in texts if sum(sign.isalpha() for sign in text) > 2]
        return Cell(" · ".join((named or texts)[:2]))

    def _outcome_chip(self, one: Outcome) -> Cell:
        would = self._state == "tried"
        said = {
            "registered": _("Akan didaftarkan") if would else _("Terdaftar"),
            "already": _("Sudah ada"),
            "refused": _("Ditolak"),
            "skipped": _("Dilewati"),
        }[one.status]
        kind = {"registered": "ok", "already": "blue", "refused": "red", "skipped": "grey"}[one.status]
        return Cell(said, kind=kind)

    # Files

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, _("Pilih daftar"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_("Daftar (*.csv *.xlsx *.txt *.tsv)"))
        dialog.fileSelected.connect(lambda name: self.take(Path(name)))
        self._dialog = dialog
        dialog.open()

    def _on_save_key(self) -> None:
        if self.keep.isVisibleTo(self):
            self.keep.click()
        elif self.sample.isVisibleTo(self):
            self.sample.click()

    def _ask_save(self) -> None:
        result = self._state != "choose"
        dialog = QFileDialog(self, _("Simpan hasil") if result else _("Simpan contoh daftar"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([_("Buku kerja Excel (*.xlsx)"), _("CSV (*.csv)")])
        dialog.setDefaultSuffix("xlsx")
        stem = f"hasil-{self._path.stem}" if result and self._path else "daftar-pekerja"
        dialog.selectFile(f"{stem}.xlsx")
        dialog.fileSelected.connect(lambda name: self.save_to(Path(name)))
        self._dialog = dialog
        dialog.open()

    def save_to(self, path: Path) -> None:
        """Write the result, or before any file is chosen the blank list, there."""
        if self._list is not None and self._state in ("tried", "done", "stopped"):
            found, outcomes = self._list.found, tuple(self._outcomes)

            def work() -> object:
                return self._save(path, self._result(found, outcomes))
        else:

            def work() -> object:
                return self._save(path, self._blank())

        said = _("Disimpan sebagai {file}; hanya Anda yang dapat membukanya.").format(file=path.name)
        self._runner.run(work, lambda _done: self._say("ok", said), self._present, owner=self)

    # What is shown when

    def _show(self, state: str) -> None:
        self._state = state
        at = {"choose": 0, "reading": 0, "columns": 1, "trying": 1}.get(state, 2)
        self.stack.setCurrentIndex(at)
        self.steps.set_current({"choose": 0, "reading": 0, "columns": 1, "trying": 2, "tried": 2}.get(state, 3))
        self.header.set(
            _("Impor daftar"),
            {
                "choose": _("Daftarkan banyak pekerja sekaligus dari satu berkas."),
                "reading": _("Daftarkan banyak pekerja sekaligus dari satu berkas."),
                "columns": _("Kolom mana untuk isian mana? Pilihan ini diingat untuk daftar berikutnya."),
                "trying": _("Belum ada yang dicatat."),
                "tried": _("Belum ada yang dicatat. Perbaiki berkasnya, atau daftarkan baris yang sudah benar."),
                "running": _("Setiap baris dicatat sendiri-sendiri; layar lain tetap dapat dipakai."),
                "stopped": _("Sebagian baris belum diproses."),
                "done": _("Simpan hasilnya: satu baris keterangan untuk setiap baris berkas."),
            }[state],
        )
        busy = self._slices.busy() or state in ("reading", "trying", "running")
        working = state in ("columns", "trying", "tried", "running", "stopped", "done")
        self.facts.setVisible(working)
        self.file_name.setVisible(working)
        self.advice.setVisible(state == "choose")
        self.facts.clear()
        if self._list is not None:
            self.file_name.setText(self._list.file)
            if len(self._list.sheets) > 1 and state != "columns":
                self.facts.add(_("Lembar"), self._list.sheet)
            self.facts.add(_("Baris"), number(len(self._list.found.rows)))
            self.facts.add(_("Judul kolom"), _("baris {n}").format(n=self._list.found.top))
        self.page_field.setVisible(state == "columns" and self._list is not None and len(self._list.sheets) > 1)
        self.order_field.setVisible(state == "columns")
        self.marks.setVisible(state == "columns")
        counted = state in ("tried", "stopped", "done")
        self.registered.setVisible(state == "tried")
        self.done_figure.setVisible(counted and state != "tried")
        for figure, status in (
            (self.registered, "registered"),
            (self.done_figure, "registered"),
            (self.already, "already"),
            (self.refused, "refused"),
            (self.skipped, "skipped"),
        ):
            figure.set(number(sum(one.status == status for one in self._outcomes)))
        for figure in (self.already, self.refused, self.skipped):
            figure.setVisible(counted)
        self.progress.setVisible(busy)
        self.sheet.setEnabled(state == "columns")
        self._show_buttons()

    def _show_buttons(self) -> None:
        state = self._state
        busy = state in ("reading", "trying", "running")
        ready = sum(one.status == "registered" for one in self._outcomes)
        named = {
            "columns": _("Uji coba"),
            "tried": ngettext("Daftarkan {n} pekerja", "Daftarkan {n} pekerja", ready).format(n=number(ready)),
            "stopped": _("Lanjutkan"),
            "done": _("Impor berkas lain…"),
        }
        self.primary.setText(named.get(state, _("Pilih berkas…")))
        self.primary.setVisible(not busy)
        able = {
            "columns": self._seen is not None and not self._seen.problems,
            "tried": ready > 0,
        }
        self.primary.setEnabled(not busy and able.get(state, True))
        self.other.setVisible(state in ("columns", "tried", "stopped"))
        self.keep.setVisible(state in ("tried", "stopped", "done"))
        self.sample.setVisible(state == "choose")
        self.steps.setEnabled(not busy)

    def _on_step_chosen(self, index: int) -> None:
        if index == 0 and self._state in ("columns", "tried"):
            self._ask_file()
        elif index == 1 and self._state == "tried":
            self._show("columns")

    def _focus_first(self) -> None:
        if self.isVisible() and (wanted := self.first_focus()) is not None:
            wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _present(self, error: BaseException) -> None:
        shown = present(error)
        self._say("red" if shown.kind != "trouble" else "amber", shown.sentence)

    def _say(self, kind: str, sentence: str) -> None:
        self.mark.setVisible(bool(sentence))
        self.said.setVisible(bool(sentence))
        self.said.setText(sentence)
        if sentence:
            self.mark.set(kind)
            announce(self.said)


def _samples(found: Listed, column: int) -> str:
    """What stands in the first rows of a column."""
    texts = [cell_text(one.cells[column]) for one in found.rows[:3] if column < len(one.cells)]
    return " · ".join(text[:28] for text in texts if text) or "–"


def _read_as(seen: Preview, target: str | None) -> str:
    """What the first rows would be registered with for a field."""
    if target is None or target == NUMBERING:
        return ""
    fields = ("birth_place", "birth_date") if target == "birth_place_date" else (target,)
    choices = {
        "sex": {code: words.sex(code) for code in ("F", "M")},
        "scheme": dict(words.schemes()),
        "event": dict(words.events()),
        "employer_kind": dict(words.employer_kinds()),
        "passport_kind": dict(words.passport_kinds()),
        "bank_owner": dict(words.bank_owners()),
        "consent": {"True": _("setuju")},
    }.get(target, {})
    lines = (", ".join(choices.get(one[field], one[field]) for field in fields if field in one) for one in seen.rows)
    return " · ".join(line[:28] for line in lines if line)


def _why(one: Any) -> str:
    """Why a row came to what it did, in one line."""
    said = [f"{problem.column}: {problem.sentence}" if problem.column else problem.sentence for problem in one.problems]
    return " ".join(said)


def _dropped(event: QDropEvent) -> Path | None:
    """The one file that is dropped, if it is one."""
    urls = event.mimeData().urls()
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
    return path if path is not None and path.is_file() else None


__all__ = ["ImportPage", "Problem"]
