"""Books: «Laporan», every report of the counter, looked at before it is printed or saved to a file of one's choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QStackedWidget, QWidget

from models.language import _, date_short, ngettext, number
from models.rules.problems import Problem, Refused
from ui.kit import (
    Card,
    Cell,
    Column,
    DateField,
    EmptyState,
    Field,
    Header,
    NumberField,
    Option,
    Page,
    PdfView,
    PrimaryButton,
    Progress,
    RowTable,
    SecondaryButton,
    Segments,
    announce,
    label,
    row,
)
from ui.kit.chips import Mark
from ui.kit.tick import Tick
from ui.news import CONTRIBUTIONS, TILL, news
from ui.runner import Runner, Slices, present
from ui.screens.paper import save_private

if TYPE_CHECKING:
    from kiosk.steps import Step, Steps
    from kiosk.usecases.books import Book, Kind

_PAUSE = 250
"""Milliseconds of quiet after which what was chosen is made: keys that walk the list do not each begin a report."""
_LARGE = 1_000
"""Rows from which a report is not made again by itself when something is recorded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is asked: these business dates of this counter or of the whole mission; so many days ahead."""

    first: date
    last: date
    everywhere: bool = False
    ahead: int = 60


@dataclass(frozen=True, slots=True)
class Report:
    """One entry of the list. `asks`: a period, a period with the choice of all counters, how many days ahead,
    or nothing.
    `make` gives it as steps, in one of the `kinds` it can be had as."""

    code: str
    title: str
    about: str
    asks: Literal["period", "counters", "ahead", "now"]
    make: Callable[[Asked, Kind], Steps[Book]]
    kinds: tuple[Kind, ...] = (".pdf", ".xlsx", ".csv")


class BooksPage(Page):
    """Choose a report and a period at the left, read it at the right. F12 prints, Ctrl+S saves; Esc stops what takes
    long. Nothing lies on the disk but what is saved."""

    failed = Signal(object)

    def __init__(
        self,
        *,
        reports: Sequence[Report],
        send: Callable[[bytes, str], str],
        taken: Callable[[Book, str], object],
        today: Callable[[], date],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._reports, self._send, self._taken = tuple(reports), send, taken
        self._today, self._runner = today, runner
        self._made: tuple[str, Asked, Book] | None = None
        self._then: Callable[[], object] | None = None
        self._saving: Path | None = None
        self._dialog: QFileDialog | None = None
        self._slices = Slices(runner, self)
        self._slices.stepped.connect(self._on_step)
        self._slices.stopped.connect(self._on_stopped)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE)
        self._pause.timeout.connect(self._preview)
        self._again = False
        self._build_choice()
        self._build_preview()
        save = QShortcut(QKeySequence("Ctrl+S"), self)
        save.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        save.activated.connect(self.save.click)
        news.changed.connect(self._on_news)
        self._show_fields()

    # Built left to right

    def _build_choice(self) -> None:
        left = self.column(width=400)
        card = Card(_("Laporan"), parent=self)
        left.addWidget(card, 1)
        card.body.setContentsMargins(12, 18, 12, 12)
        self.list = RowTable(
            [Column(_("Laporan"), lambda one: Cell(one.title, second=one.about, bold=True), stretch=1)],
            name=_("Laporan"),
            two_lines=True,
            header=False,
            key=lambda one: one.code,
        )
        card.add(self.list, 1)

        self.asked = asked = Card(_("Masa"), parent=self)
        left.addWidget(asked)
        self.span = Segments(
            [
                Option("today", _("Hari ini")),
                Option("yesterday", _("Kemarin")),
                Option("month", _("Bulan ini")),
                Option("days", _("Tanggal")),
            ],
            "today",
        )
        self.span_field = asked.add(Field("", self.span))
        self.span.setAccessibleName(_("Masa"))
        self.first = Field(_("Dari"), DateField(today=self._today))
        self.last = Field(_("Sampai"), DateField(today=self._today))
        self.days = asked.add(row(self.first, self.last))
        self.everywhere = asked.add(Tick(_("Semua loket perwakilan ini")))
        self.ahead = NumberField(60, least=0, most=366)
        self.ahead_field = asked.add(Field(_("Berakhir dalam berapa hari"), self.ahead))

        self.mark = Mark("grey", parent=asked)
        self.said = label("", "strong", wrap=True, parent=asked)
        state = asked.add_row(self.mark, self.said, spacing=12)
        state.setStretch(1, 1)
        self.note = asked.add(
            label(
                _("Berkas yang disimpan tidak lagi dijaga kata sandi loket. Simpan di tempat yang aman."),
                "note",
                wrap=True,
            )
        )
        self.save = asked.add(SecondaryButton(_("Simpan…"), "Ctrl+S"))
        self.primary = asked.add(PrimaryButton(_("Cetak"), "F12"))

        self.list.current_changed.connect(lambda _one: self._on_report())
        self.list.opened.connect(lambda _one: self._into_fields())
        self.span.changed.connect(lambda _value: self._on_span())
        for field in (self.first, self.last):
            field.editor.changed.connect(lambda _day: self._on_chosen())  # type: ignore[attr-defined]
        self.everywhere.toggled.connect(lambda _on: self._on_chosen())
        self.ahead.changed.connect(lambda _days: self._on_chosen())
        self.save.clicked.connect(self._ask_where)
        self.primary.clicked.connect(self._print)

    def _build_preview(self) -> None:
        right = self.column(1)
        card = Card(parent=self)
        right.addWidget(card, 1)
        card.body.setContentsMargins(20, 18, 20, 16)
        self.header = card.add(Header(" ", " "))
        self.progress = card.add(Progress())
        self.progress.cancelled.connect(self._slices.stop)
        self.progress.hide()
        self.stack = QStackedWidget()
        self.view = PdfView()
        self.empty = EmptyState("report", _("Pilih laporan dan masanya."))
        for widget in (self.empty, self.view):
            self.stack.addWidget(widget)
        card.add(self.stack, 1)
        # The list is filled last: whoever chooses in it is told to all that is built.
        self.list.set_rows(self._reports)

    # What the shell asks

    def on_shown(self, report: str | None = None, **_others: Any) -> None:
        """Come to the front, with this report if one is named."""
        found = next((one for one in self._reports if one.code == report), None)
        if found is not None:
            self.list.set_current(found)
        self._on_chosen()

    def first_focus(self) -> QWidget:
        """The list of reports."""
        return self.list

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8 does the same."""
        self.primary.click()

    def on_back(self) -> bool:
        """Esc stops what is being made first."""
        if not self._slices.busy():
            return False
        self._then, self._again = None, False
        self._slices.stop()
        return True

    def refresh(self) -> None:
        """Make what is chosen once more."""
        self._made = None
        self._on_chosen()

    # Choosing

    def report(self) -> Report | None:
        """The one that is chosen."""
        chosen: Report | None = self.list.current()
        return chosen

    def choice(self) -> Asked | None:
        """What it is asked; None while a date or a number is missing."""
        report, today = self.report(), self._today()
        if report is None:
            return None
        if report.asks == "ahead":
            ahead = self.ahead.value()
            return None if ahead is None else Asked(today, today, ahead=ahead)
        if report.asks == "now":
            return Asked(today, today)
        everywhere = report.asks == "counters" and self.everywhere.isChecked()
        match self.span.value():
            case "today":
                return Asked(today, today, everywhere)
            case "yesterday":
                return Asked(today - timedelta(days=1), today - timedelta(days=1), everywhere)
            case "month":
                return Asked(today.replace(day=1), today, everywhere)
        first, last = self.first.editor.value(), self.last.editor.value()  # type: ignore[attr-defined]
        if first is None or last is None:
            return None
        return Asked(first, last, everywhere)

    def _on_report(self) -> None:
        self._show_fields()
        self._on_chosen()

    def _on_span(self) -> None:
        if self.span.value() == "days" and self.first.editor.value() is None:  # type: ignore[attr-defined]
            today = self._today()
            self.first.editor.set_value(today.replace(day=1))  # type: ignore[attr-defined]
            self.last.editor.set_value(today)  # type: ignore[attr-defined]
        self._show_fields()
        self._on_chosen()

    def _into_fields(self) -> None:
        """Enter on a report: on to what it asks."""
        field = self.ahead if self.ahead_field.isVisible() else self.span
        field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_fields(self) -> None:
        report = self.report()
        ahead = report is not None and report.asks == "ahead"
        now = report is not None and report.asks == "now"
        self.asked.setVisible(not now)
        self.span_field.setVisible(not ahead)
        self.days.setVisible(not ahead and self.span.value() == "days")
        self.everywhere.setVisible(report is not None and report.asks == "counters")
        self.ahead_field.setVisible(ahead)

    def _on_chosen(self) -> None:
        report, asked = self.report(), self.choice()
        self.last.set_problem(None)
        ready = report is not None and asked is not None
        for button in (self.primary, self.save):
            button.setEnabled(ready)
        self.header.set(report.title if report else " ", self._about(asked) if asked else " ")
        if not self._current():
            self.stack.setCurrentWidget(self.empty)
            self.empty.set(_("Laporan sedang disiapkan.") if ready else _("Lengkapi masanya."))
            self._say("", "")
        if ready and not self._current() and self.isVisible():
            self._pause.start()

    def _about(self, asked: Asked) -> str:
        report = self.report()
        if report is not None and report.asks == "ahead":
            return _("{n} hari ke depan, dihitung dari {day}").format(n=asked.ahead, day=date_short(asked.first))
        if asked.first == asked.last:
            return date_short(asked.first)
        return f"{date_short(asked.first)} – {date_short(asked.last)}"

    def _current(self) -> Book | None:
        """The report as it was made for what is chosen now."""
        report, asked = self.report(), self.choice()
        if self._made is None or report is None or self._made[:2] != (report.code, asked):
            return None
        return self._made[2]

    # Making

    def _preview(self) -> None:
        report, asked = self.report(), self.choice()
        if report is None or asked is None or self._current():
            return
        if self._slices.busy():
            if self._saving is None:
                # What is being made is no longer what is wanted.
                self._again = True
                self._slices.stop()
            return
        self._begin(_("Menyiapkan laporan…"))
        self._slices.begin(
            lambda: report.make(asked, ".pdf"), lambda book: self._on_made(report, asked, book), self._on_failed
        )

    def _begin(self, sentence: str) -> None:
        self.progress.restart(sentence)
        self.progress.show()

    def _on_step(self, step: Step) -> None:
        if step.of:
            self.progress.set(step.done, step.of)

    def _on_made(self, report: Report, asked: Asked, book: Book) -> None:
        self.progress.hide()
        self._made = report.code, asked, book
        if self._current() is None:
            self._on_chosen()
            return
        self.view.show_pdf(book.content)
        self.stack.setCurrentWidget(self.view)
        pages = ngettext("{n} halaman", "{n} halaman", self.view.pages()).format(n=number(self.view.pages()))
        self.header.set(report.title, f"{self._about(asked)} · {pages}")
        self._say("", "")
        then, self._then = self._then, None
        if then is not None:
            then()

    def _on_stopped(self) -> None:
        self.progress.hide()
        if self._again:
            self._again = False
            self._preview()
            return
        self._then = None
        if self._saving is not None:
            self._saving = None
            self._say("grey", _("Dihentikan; tidak ada berkas yang dibuat."))
        else:
            self.empty.set(_("Dihentikan."), _("Ubah masanya, atau tekan F12 untuk menyiapkannya lagi."))

    def _on_failed(self, error: BaseException) -> None:
        self.progress.hide()
        self._then = self._saving = None
        if isinstance(error, Refused) and any(one.field in ("to", "from") for one in error.problems):
            self.last.set_problem(present(error).sentence)
            self.empty.set(_("Lengkapi masanya."))
        elif isinstance(error, Refused):
            self._say("red", present(error).sentence)
        else:
            self.failed.emit(error)

    # Printing

    def _print(self) -> None:
        book, report = self._current(), self.report()
        if book is None or report is None:
            self._then = self._print
            self._preview()
            return
        title = report.title
        self.primary.setEnabled(False)
        self._say("grey", _("Mencetak…"))

        def work() -> str:
            queue = self._send(book.content, title)
            self._taken(book, "printed")
            return queue

        self._runner.run(work, self._on_printed, self._on_not_printed, owner=self)

    def _on_printed(self, queue: str) -> None:
        self.primary.setEnabled(True)
        self._say("ok", _("Dikirim ke pencetak {queue}.").format(queue=queue))

    def _on_not_printed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        self._say("amber", present(error).sentence)

    # Saving

    def _ask_where(self) -> None:
        report, asked = self.report(), self.choice()
        if report is None or asked is None:
            return
        named = {
            ".pdf": _("Dokumen PDF (*.pdf)"),
            ".xlsx": _("Buku kerja Excel (*.xlsx)"),
            ".csv": _("CSV (*.csv)"),
        }
        dialog = QFileDialog(self, _("Simpan laporan"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters([named[kind] for kind in report.kinds])
        endings = {named[kind]: kind.removeprefix(".") for kind in report.kinds}
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(endings[chosen]))
        dialog.setDefaultSuffix(report.kinds[0].removeprefix("."))
        dialog.selectFile(f"{_file_name(report, asked)}{report.kinds[0]}")
        dialog.fileSelected.connect(lambda name: self.save_as(Path(name)))
        self._dialog = dialog
        dialog.open()

    def save_as(self, path: Path) -> None:
        """Make what is chosen as the file's ending says, and write it where only its owner can read it."""
        report, asked = self.report(), self.choice()
        if report is None or asked is None:
            return
        kind = next((kind for kind in report.kinds if kind == path.suffix.lower()), None)
        if kind is None:
            self._say("red", present(Refused(Problem.of("file", "book.kind", file=path.name))).sentence)
            return
        book = self._current()
        if book is not None and kind == ".pdf":
            self._write(path, book)
            return
        if self._slices.busy():
            # The preview goes on afterwards.
            self._again = False
            self._then = lambda: self.save_as(path)
            return
        self._saving = path
        self._begin(_("Menyusun berkas…"))
        self._slices.begin(lambda: report.make(asked, kind), lambda made: self._write(path, made), self._on_failed)

    def _write(self, path: Path, book: Book) -> None:
        self.progress.hide()
        self._saving = None

        def work() -> Book:
            save_private(path, book.content)
            self._taken(book, "saved")
            return book

        self._runner.run(work, lambda made: self._on_saved(path, made), self._on_not_printed, owner=self)

    def _on_saved(self, path: Path, book: Book) -> None:
        said = _("Disimpan sebagai {file}; hanya Anda yang dapat membukanya.").format(file=path.name)
        if book.held_back:
            kept = ngettext(
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                "{n} orang tidak diikutkan karena datanya dibatasi.",
                book.held_back,
            )
            said = f"{said} {kept.format(n=number(book.held_back))}"
        self._say("ok", said)

    def _say(self, kind: str, sentence: str) -> None:
        self.mark.setVisible(bool(sentence))
        self.said.setVisible(bool(sentence))
        self.said.setText(sentence)
        if kind:
            self.mark.set(kind)
        if sentence and kind != "grey":
            announce(self.said)

    def _on_news(self, topic: str) -> None:
        """What was recorded meanwhile belongs into today's report; one of many pages is made again only when asked."""
        book, asked = self._current(), self.choice()
        if topic not in (CONTRIBUTIONS, TILL) or asked is None or asked.last < self._today():
            return
        if book is None or book.rows < _LARGE:
            self._made = None
            if self.isVisible() and not self._slices.busy():
                self._on_chosen()


def _file_name(report: Report, asked: Asked) -> str:
    first, last = asked.first.isoformat(), asked.last.isoformat()
    return f"{report.code}-{first}" if first == last else f"{report.code}-{first}-sampai-{last}"
