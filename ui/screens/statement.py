"""The mission's letter: a death or a disappearance is stated, printed, and attached to the claim it is made for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from models.language import _
from models.rules.problems import Refused
from ui.kit import (
    Card,
    Choice,
    DateField,
    Field,
    Header,
    LineField,
    Option,
    Page,
    PrimaryButton,
    SecondaryButton,
    Segments,
    announce,
    label,
    row,
    say_problem,
    show_refused,
)
from ui.kit.chips import Mark
from ui.news import CLAIMS, SYNC, news
from ui.runner import Runner
from ui.screens.printing import PrintLine

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.death import StatementForm
    from kiosk.queries.workers import WorkerCard
    from kiosk.usecases.deaths import Stated
    from kiosk.usecases.papers import Paper, Sent


class StatementPage(Page):
    """One letter about one worker. F12 makes and prints it; F8 looks at it afterwards."""

    done = Signal(object)
    """A letter was made: the worker's id."""
    paper_asked = Signal(str)
    failed = Signal(object)

    def __init__(
        self,
        *,
        card: Callable[[UUID], WorkerCard],
        state: Callable[[StatementForm], Stated],
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        today: Callable[[], date],
        operator: Callable[[], str],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._card, self._state, self._runner, self._operator = card, state, runner, operator
        self._worker_id: UUID | None = None
        self._answer: Stated | None = None
        self._busy = False
        self._build_form(today)
        self._build_done(issue, send)
        self._build_side()
        self._show_state()

    # Built left to right

    def _build_form(self, today: Callable[[], date]) -> None:
        left = self._left = self.column(1)
        self.form = card = Card(parent=self)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Surat keterangan perwakilan"), " "))
        self.about = Segments([Option("death", _("Meninggal")), Option("missing", _("Hilang"))], "death", spacing=8)
        self.about.setAccessibleName(_("Yang dinyatakan"))
        self.about_field = Field(_("Yang dinyatakan"), self.about, stretch=2)
        self.event_date = DateField(today=today)
        self.date_field = Field(_("Tanggal"), self.event_date, stretch=1)
        card.add(row(self.about_field, self.date_field))
        self.place = LineField(longest=120)
        self.place_field = card.add(Field(_("Tempat"), self.place))
        self.circumstances = LineField(longest=600)
        self.circumstances_field = card.add(Field(_("Keadaan"), self.circumstances))
        self.source = LineField(longest=120, placeholder=_("mis. surat kematian rumah sakit nomor 88/2026"))
        self.source_field = card.add(Field(_("Sumber keterangan"), self.source))
        self.signatory = LineField(longest=120)
        self.signatory_field = Field(_("Yang menandatangani"), self.signatory, stretch=1)
        self.title = LineField(longest=120)
        self.title_field = Field(_("Jabatan"), self.title, stretch=1)
        card.add(row(self.signatory_field, self.title_field))
        self.letter_number = LineField(longest=60, placeholder=_("nomor agenda perwakilan, bila ada"))
        self.letter_field = Field(_("Nomor surat"), self.letter_number, stretch=1)
        self.claim = Choice([("", _("Tidak dilampirkan"))])
        self.claim_field = Field(_("Untuk klaim"), self.claim, stretch=1)
        card.add(row(self.letter_field, self.claim_field))
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        card.push_down()
        self.about.changed.connect(lambda _value: self._show_words())

    def _build_done(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        self.finished = Card(parent=self)
        self._left.addWidget(self.finished, 1)
        self.done_header = Header("", "")
        self.finished.add_row(Mark("ok", parent=self.finished), self.done_header, spacing=16).setStretch(1, 1)
        self.done_note = self.finished.add(label("", "subtitle", wrap=True))
        self.finished.push_down()
        self.print_line = self.finished.add(PrintLine(issue=issue, send=send, runner=self._runner))
        self.print_line.failed.connect(self.failed)

    def _build_side(self) -> None:
        right = self.column(width=400)
        card = Card(_("Surat ini"), parent=self)
        right.addWidget(card)
        card.add(
            label(
                _(
                    "Menyatakan yang diketahui perwakilan, dalam bahasa Indonesia dan Inggris, sebagai bukti untuk "
                    "klaim ahli waris (Permenaker 4/2023 Pasal 57 ayat 1). Bukan kutipan akta pencatatan sipil."
                ),
                "note",
                wrap=True,
            )
        )
        self.hint = card.add(label("", "note", wrap=True))
        self.primary = card.add(PrimaryButton(_("Buat & cetak surat"), "F12"))
        self.view = card.add(SecondaryButton(_("Lihat suratnya"), "F8"))
        self.onward = card.add(PrimaryButton(_("Ke ahli waris"), "Esc"))
        self.primary.clicked.connect(self._submit)
        self.view.clicked.connect(self.on_print)
        self.onward.clicked.connect(lambda: self.done.emit(self._worker_id))
        right.addStretch(1)

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """A letter about this worker; what was begun for the same one stays."""
        if worker_id is not None and (worker_id != self._worker_id or self._answer is not None):
            self._worker_id, self._answer = worker_id, None
            self._clear()
        self.refresh()

    def refresh(self) -> None:
        """Read the worker and their claims again."""
        worker_id = self._worker_id
        if worker_id is not None and self._answer is None:
            self._runner.run(lambda: self._card(worker_id), self._on_card, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget:
        return self.onward if self._answer is not None else self.about

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isVisibleTo(self):
            self.primary.click()

    def on_back(self) -> bool:
        """Esc afterwards leads to the heirs; before, the form stays as it is."""
        if self._answer is None:
            return False
        self.done.emit(self._worker_id)
        return True

    def on_print(self) -> None:
        """F8: the letter that was made."""
        if self._answer is not None:
            self.paper_asked.emit(self._answer.number)

    # What is shown

    def _clear(self) -> None:
        self.about.set_value("death")
        self.event_date.set_value(None)
        for field in (self.place, self.circumstances, self.source, self.title, self.letter_number):
            field.set_value("")
        self.signatory.set_value(self._operator())
        self._say("")
        self._show_words()
        self._show_state()

    def _on_card(self, card: WorkerCard) -> None:
        from models.rules.claims import kind

        if card.id != self._worker_id or self._answer is not None:
            return
        self.header.set(_("Surat keterangan perwakilan"), card.name)
        chosen = self.claim.value()
        # Of a restricted claim nobody here knows whether it is about a death.
        deaths = [
            one
            for one in card.claims
            if not one.restricted and any(case.death for case in kind(one.benefit).situations)
        ]
        options = [(one.number, f"{one.number} · {one.name}") for one in deaths]
        self.claim.set_options([*options, ("", _("Tidak dilampirkan"))])
        known = {one.number for one in deaths}
        self.claim.set_value(chosen if chosen in known else deaths[0].number if deaths else "")

    def _show_words(self) -> None:
        missing = self.about.value() == "missing"
        self.date_field.set_label(_("Hilang sejak") if missing else _("Tanggal meninggal"))
        self.place_field.set_label(_("Terakhir diketahui di") if missing else _("Tempat meninggal"))

    def _show_state(self) -> None:
        made = self._answer is not None
        self.form.setVisible(not made)
        self.finished.setVisible(made)
        self.primary.setVisible(not made)
        self.primary.setEnabled(not self._busy)
        self.view.setVisible(made)
        self.onward.setVisible(made)
        self.hint.setText("" if made else _("Setelah dicetak, minta tanda tangan dan bubuhkan cap perwakilan."))

    # What is done

    def _submit(self) -> None:
        from kiosk.forms.death import StatementForm

        if self._busy or self._answer is not None or self._worker_id is None:
            return
        form = StatementForm(
            worker_id=str(self._worker_id),
            about=self.about.value(),
            event_date=self.event_date.value(),
            place=self.place.value() or None,
            circumstances=self.circumstances.value() or None,
            source=self.source.value() or None,
            letter_number=self.letter_number.value() or None,
            signatory=self.signatory.value() or None,
            signatory_title=self.title.value() or None,
            claim=self.claim.value() or None,
        )
        self._busy = True
        self.primary.setEnabled(False)
        self._runner.run(lambda: self._state(form), self._on_stated, self._on_refused, owner=self)

    def _on_stated(self, answer: Stated) -> None:
        self._busy, self._answer = False, answer
        self._show_state()
        self.done_header.set(_("Surat dibuat"), answer.number)
        self.done_note.setText(
            _("Surat ini sudah dilampirkan pada klaim {number}.").format(number=answer.claim)
            if answer.claim
            else _("Surat ini belum dilampirkan pada klaim mana pun.")
        )
        self.finished.setAccessibleName(f"{_('Surat dibuat')}: {answer.number}")
        announce(self.finished)
        self.print_line.begin(answer.number)
        self.onward.setFocus(Qt.FocusReason.OtherFocusReason)
        news.tell(CLAIMS, SYNC)

    def _on_refused(self, error: BaseException) -> None:
        self._busy = False
        self.primary.setEnabled(True)
        if not isinstance(error, Refused):
            self.failed.emit(error)
            return
        fields = {
            "about": self.about_field,
            "event_date": self.date_field,
            "place": self.place_field,
            "circumstances": self.circumstances_field,
            "source": self.source_field,
            "signatory": self.signatory_field,
            "signatory_title": self.title_field,
            "letter_number": self.letter_field,
            "claim": self.claim_field,
        }
        self._say(show_refused(fields, error))

    def _say(self, said: str) -> None:
        say_problem(self.problem, said)
