"""Deaths and missing persons: whose heirs still have to be told, what was tried, and the mission's letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_short, ngettext
from models.rules.problems import Refused
from ui import words
from ui.kit import (
    Card,
    Cell,
    Choice,
    Column,
    EmptyState,
    FactList,
    Field,
    Header,
    LineField,
    Option,
    Page,
    PrimaryButton,
    QuietButton,
    RowTable,
    Segments,
    label,
    row,
    say_problem,
    show_refused,
)
from ui.news import CLAIMS, WORKERS, news
from ui.runner import Runner

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.death import ContactForm
    from kiosk.queries.deaths import DeathRow, HeirRow


def _about(one: DeathRow) -> str:
    words_of = _("Meninggal {day}") if one.about == "death" else _("Hilang sejak {day}")
    return words_of.format(day=date_short(one.since))


def _told(one: DeathRow) -> Cell:
    if one.hidden:
        return Cell(_("dibatasi"), kind="grey")
    if not one.heirs:
        return Cell(_("belum ada nama"), kind="amber")
    told = len(one.heirs) - len(one.to_tell)
    words_of = _("{told} dari {all} diberi tahu").format(told=told, all=len(one.heirs))
    return Cell(words_of, kind="amber" if one.to_tell else "ok")


def _reach(one: HeirRow) -> str:
    return " · ".join(filter(None, (words.relation(one.relation), one.phone)))


def _tried(one: HeirRow) -> Cell:
    if one.told:
        return Cell(_("sudah tahu"), kind="ok")
    if one.contacts:
        tries = ngettext("{n} kali dicoba", "{n} kali dicoba", len(one.contacts)).format(n=len(one.contacts))
        return Cell(tries, kind="amber")
    return Cell(_("belum dihubungi"), kind="amber")


class DeathsPage(Page):
    """The list at the left; at the right the heirs of the one chosen, in the order of the law, and a line to note that
    one was told. F12 notes it, F8 makes the mission's letter, Enter opens the worker."""

    statement_asked = Signal(object)
    worker_asked = Signal(object)
    paper_asked = Signal(str)
    told = Signal(str)
    """What went well, for the toast."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        deaths: Callable[[], list[DeathRow]],
        tell: Callable[[ContactForm], None],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._deaths, self._tell, self._runner = deaths, tell, runner
        self._wanted: UUID | None = None
        self._shown: UUID | None = None
        self._busy = False
        self._build_list()
        self._build_chosen()
        news.changed.connect(self._on_news)
        self._on_current(None)

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 12)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Meninggal & hilang"), " "))
        self.list = RowTable(
            [
                Column(_("Pekerja"), lambda one: Cell(one.name, second=_about(one), bold=True), stretch=1),
                Column(_("Klaim dan surat"), _papers, width=196),
                Column(_("Ahli waris"), _told),
            ],
            name=_("Meninggal & hilang"),
            key=lambda one: one.worker_id,
            two_lines=True,
        )
        self.list.current_changed.connect(self._on_current)
        self.list.opened.connect(lambda one: self.worker_asked.emit(one.worker_id))
        card.add(self.list, 1)
        self.nothing = card.add(
            EmptyState(
                "people",
                _("Belum ada yang dicatat."),
                _("Klaim kematian dan surat keterangan perwakilan muncul di sini, dengan ahli waris yang perlu tahu."),
            ),
            1,
        )

    def _build_chosen(self) -> None:
        right = self.column(width=540)
        self.chosen = card = Card(" ", parent=self)
        right.addWidget(card, 1)
        self.letter = QuietButton(_("Surat…"), "F8", boxed=True)
        self.letter.setAccessibleName(_("Buat surat keterangan"))
        self.open = QuietButton(_("Buka pekerja"), "Enter", boxed=True)
        card.body.removeWidget(card.heading)
        card.add_row(card.heading, self.letter, self.open, spacing=10).setStretch(0, 1)
        self.facts = card.add(FactList(left=True, label_width=110))
        self.heirs = RowTable(
            [
                Column(_("Yang perlu tahu"), lambda one: Cell(one.name, second=_reach(one), bold=True), stretch=1),
                Column("", _tried),
            ],
            name=_("Ahli waris dan kontak darurat"),
            key=lambda one: one.name,
            two_lines=True,
        )
        self.heirs.setMinimumHeight(120)
        self.heirs.current_changed.connect(self._on_heir)
        card.add(self.heirs, 1)
        self.last = card.add(label("", "note", wrap=True))
        self.name = LineField(capitals=True)
        self.name_field = Field(_("Yang dihubungi"), self.name, stretch=3)
        self.channel = Choice(words.channels())
        self.channel_field = Field(_("Lewat"), self.channel, stretch=2)
        card.add(row(self.name_field, self.channel_field))
        self.reached = Segments([Option("no", _("Gagal")), Option("yes", _("Sudah tahu"))], "yes", spacing=8)
        self.reached.setAccessibleName(_("Hasilnya"))
        self._note = LineField(longest=300, placeholder=_("mis. akan datang hari Kamis"))
        self.note = Field(_("Catatan"), self._note, stretch=3)
        card.add(row(Field(_("Hasilnya"), self.reached, stretch=4), self.note))
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.primary = card.add(PrimaryButton(_("Catat"), "F12"))
        self.primary.clicked.connect(self._on_primary)
        self.letter.clicked.connect(self.on_print)
        self.open.clicked.connect(self._on_open)

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        self._wanted = worker_id
        self.refresh()

    def refresh(self) -> None:
        """Read again; what is typed stays with the person."""
        self._runner.run(self._deaths, self._on_deaths, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget:
        return self.list if self.list.rows() else self

    def on_print(self) -> None:
        """F8: the mission's letter about this person."""
        one = self.list.current()
        if one is not None:
            self.statement_asked.emit(one.worker_id)

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isEnabled() and self.chosen.isVisibleTo(self):
            self._on_primary()

    # What is shown

    def _on_deaths(self, rows: list[DeathRow]) -> None:
        waiting = sum(1 for one in rows if one.to_tell)
        self.header.set(
            _("Meninggal & hilang"),
            _("{n} orang · {waiting} masih menunggu kabar ke ahli waris").format(n=len(rows), waiting=waiting)
            if rows
            else " ",
        )
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        wanted = next((one for one in rows if one.worker_id == self._wanted), None)
        if wanted is not None:
            self.list.set_current(wanted)
        self._wanted = None
        self._on_current(self.list.current() if rows else None)

    def _on_current(self, one: DeathRow | None) -> None:
        self.chosen.setVisible(one is not None)
        if one is None:
            return
        self.chosen.set_heading(one.name)
        self.facts.clear()
        self.facts.add(_("Peristiwa"), _about(one), bold=True)
        if one.claims:
            self.facts.add(_("Klaim"), ", ".join(one.claims))
        for letter in one.statements:
            said = " · ".join(filter(None, (letter.number, letter.letter_number, date_short(letter.business_date))))
            self.facts.add(_("Surat"), said)
        self.heirs.set_rows(list(one.heirs))
        self.heirs.setVisible(bool(one.heirs))
        for field in (self.name_field, self.channel_field, self.note):
            field.setVisible(not one.hidden)
        self.primary.setEnabled(not one.hidden and not self._busy)
        if one.worker_id != self._shown:
            self._shown = one.worker_id
            self._clear()
            if one.to_tell:
                self.heirs.set_current(one.to_tell[0])
        self._on_heir(self.heirs.current() if one.heirs else None)

    def _clear(self) -> None:
        self.name.set_value("")
        self.channel.set_value("phone")
        self.reached.set_value("yes")
        self._note.set_value("")
        self._say("")

    def _on_heir(self, heir: HeirRow | None) -> None:
        if heir is not None:
            self.name.set_value(heir.name)
        one = self.list.current()
        contacts = heir.contacts if heir is not None else one.others if one is not None else ()
        if contacts:
            latest = contacts[0]
            result = _("diberi tahu") if latest.reached else _("tidak tersambung")
            said = _("Terakhir {day}: {channel}, {result} · {by}").format(
                day=date_short(latest.business_date),
                channel=words.channel(latest.channel),
                result=result,
                by=latest.operator,
            )
            self.last.setText(" · ".join(filter(None, (said, latest.note))))
        else:
            nobody = one is not None and not one.heirs and not one.hidden
            self.last.setText(
                _("Ahli waris belum dicatat. Buka pekerja lalu tekan F9 untuk menambahkannya.") if nobody else ""
            )
        self.last.setVisible(bool(self.last.text()))

    # What is done

    def _on_primary(self) -> None:
        from kiosk.forms.death import ContactForm

        one, heir = self.list.current(), self.heirs.current()
        if one is None or self._busy:
            return
        same = heir is not None and heir.name == self.name.value()
        form = ContactForm(
            worker_id=str(one.worker_id),
            name=self.name.value() or None,
            relation=heir.relation if same and heir is not None else None,
            phone=heir.phone if same and heir is not None else None,
            channel=self.channel.value(),
            reached=self.reached.value() == "yes",
            note=self._note.value() or None,
        )
        self._hold(True)
        self._runner.run(lambda: self._tell(form), lambda _none: self._on_noted(form), self._on_refused, owner=self)

    def _on_noted(self, form: ContactForm) -> None:
        self._hold(False)
        self._shown = None
        self.told.emit(_("Dicatat: {name}.").format(name=form.name))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        news.tell(WORKERS)
        self.refresh()

    def _on_refused(self, error: BaseException) -> None:
        self._hold(False)
        if isinstance(error, Refused):
            fields = {"name": self.name_field, "channel": self.channel_field, "note": self.note}
            self._say(show_refused(fields, error))
        else:
            self.failed.emit(error)

    def _hold(self, busy: bool) -> None:
        self._busy = busy
        self.primary.setEnabled(not busy)

    def _say(self, said: str) -> None:
        say_problem(self.problem, said)

    def _on_open(self) -> None:
        one = self.list.current()
        if one is not None:
            self.worker_asked.emit(one.worker_id)

    def _on_news(self, topic: str) -> None:
        if topic in (CLAIMS, WORKERS) and self.isVisible() and not self._busy:
            self.refresh()


def _papers(one: DeathRow) -> Cell:
    numbers = [*one.claims, *(letter.number for letter in one.statements)]
    return Cell(numbers[0] if numbers else "—", second=", ".join(numbers[1:]))
