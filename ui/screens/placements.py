"""Placements: a person's contracts with the phase of today and what it rests on, heirs and account; and the form for
a further contract, an extension, or one that was written down wrongly."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.language import _, date_short, ngettext
from models.rules.banks import mask_account
from models.rules.countries import countries
from models.rules.heirs import relation
from models.rules.phases import Phase, Stay
from models.rules.placements import contract_months
from models.rules.problems import Problem, Refused
from models.sentences import explain_phase, sentence
from ui import words
from ui.kit import (
    Card,
    Chip,
    Choice,
    DateField,
    EnterMovesOn,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    MaskedText,
    Page,
    PrimaryButton,
    label,
    show_problems,
)
from ui.news import WORKERS, news
from ui.runner import Latest, Runner
from ui.screens.covers import span
from ui.screens.drafts import Keeper
from ui.screens.entries import fill, meaning, unread, written
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.forms.placement import CheckedPlacement, PlacementForm
    from kiosk.queries.placements import Written
    from kiosk.queries.workers import PlacementRow, WorkerCard
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.placements import Recorded

PAUSE_MS = 350
_DAY = timedelta(days=1)


# On the worker's page


def show_contracts(facts: FactList, card: WorkerCard, today: date) -> None:
    """Each contract that stands; the phase of today beside the one that speaks for it, with its evidence."""
    phase = card.phase_on(today)
    for one in card.placements:
        line = [contract_days(one), contract_length(one)]
        facts.add(_country(one.country), who(one), " · ".join(part for part in line if part))
    if card.placements:
        facts.add(_("Masa"), _phase_chip(phase), " · ".join(explain_phase(phase)))


def _phase_chip(phase: Phase) -> QWidget:
    kind, said = words.phase(phase)
    return Chip(kind, said)


def show_heirs(facts: FactList, card: WorkerCard) -> None:
    """The heirs in the order of the law; children for the scholarship with their age's evidence."""
    for heir in card.heirs:
        said = f"{heir['name']} · {_relation(heir['relation'])}"
        born = heir.get("birth_date")
        parts = [
            heir.get("phone") or "",
            _("lahir {day}").format(day=date_short(date.fromisoformat(born))) if born else "",
            _("penerima beasiswa") if heir.get("scholar") else "",
        ]
        facts.add(_("Ahli waris"), said, " · ".join(part for part in parts if part))
    if not card.heirs:
        facts.add(_("Ahli waris"), _("Belum diisi"))


def show_account(facts: FactList, known: dict[str, Any]) -> None:
    """The account, its number masked until asked for, and whose it is."""
    number, bank = known["bank_account"], known["bank_name"] or ""
    if not number:
        facts.add(_("Rekening"), bank or "—", known["bank_holder"] or "")
        return
    whole = f"{bank} {number}".strip()
    masked = MaskedText(f"{bank} {mask_account(number)}".strip(), lambda: whole)
    masked.button.setAccessibleName(_("Tampilkan nomor rekening"))
    owner = dict(words.bank_owners()).get(known["bank_owner"] or "", "")
    said = [known["bank_holder"] or "", owner.lower()]
    facts.add(_("Rekening"), masked, " · ".join(part for part in said if part))


def who(one: PlacementRow) -> str:
    """«Perawat lansia, Chen Mei-ling»."""
    return ", ".join(part for part in (one.job, one.employer) if part) or "—"


def contract_days(one: PlacementRow) -> str:
    """«11 Des 2024 — 10 Des 2026», as far as it is known."""
    stay = one.contract.stay
    if stay.first and stay.last:
        return span(stay.first, stay.last)
    if stay.first:
        return _("mulai {day}").format(day=date_short(stay.first))
    return _("masa kontrak belum lengkap")


def contract_length(one: PlacementRow) -> str:
    """«24 bulan»: what the contract says, or else what its days come to."""
    months = one.months or contract_months(one.contract_start, one.contract_end)
    return ngettext("{n} bulan", "{n} bulan", months).format(n=months) if months else ""


def _country(code: str | None) -> str:
    return countries().get(code or "", code or _("Penempatan"))


def _relation(code: str) -> str:
    try:
        return relation(code).name.lower()
    except Refused:
        return code


def counted(form: PlacementForm) -> dict[str, str]:
    """What need not be typed, below its field: the months that the days come to, the last day that the months lead
    to."""
    months = contract_months(form.contract_start, form.contract_end)
    stay = Stay(start=form.contract_start, end=form.contract_end, months=form.months)
    found = {}
    if months and form.months is None:
        found["months"] = ngettext("{n} bulan", "{n} bulan", months).format(n=months)
    if form.contract_end is None and stay.last:
        found["contract_end"] = _("sampai {day}").format(day=date_short(stay.last))
    return found


# Its own page

_FIELDS = (
    "contract_number",
    "contract_start",
    "contract_end",
    "months",
    "country",
    "event",
    "scheme",
    "employer_kind",
    "employer",
    "job",
    "agency",
    "p3mi",
    "departure",
    "arrival",
    "legalisation_number",
)
_GOES_ON = ("country", "scheme", "employer_kind", "employer", "job", "agency", "p3mi")
"""What an extension has in common with the contract it goes on from, until somebody changes it."""

EXTENSION, NEW, CORRECTION = "extension", "new", "correction"


class PlacementPage(Page):
    """A further contract of one person, an extension of one, or one that is put right (F3 on the worker's page).

    What it is comes first, and fills the form: an extension begins the day after the contract it goes on from, a
    correction shows the contract as it stands. At the right the phase of today with its evidence, and every contract
    ever written down. F12 saves."""

    recorded = Signal(object, str)
    """Whose contract was saved, and what to say of it."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        card: Callable[[UUID], WorkerCard],
        history: Callable[[UUID], list[Written]],
        check: Callable[[UUID, PlacementForm, UUID | None], CheckedPlacement],
        record: Callable[[UUID, PlacementForm], Recorded],
        correct: Callable[[UUID, PlacementForm, str], Recorded],
        save_draft: Callable[[str, dict[str, Any], str], object],
        load_drafts: Callable[[str], list[Draft]],
        drop_draft: Callable[[str, str], object],
        today: Callable[[], date],
        local: Callable[[datetime], datetime],
        country: str,
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read_card, self._read_history = card, history
        self._check, self._record, self._correct = check, record, correct
        self._today, self._local, self._country, self._runner = today, local, country, runner
        self._keeper = Keeper(
            "placement",
            self._to_keep,
            save=save_draft,
            load=load_drafts,
            drop=drop_draft,
            runner=runner,
            failed=self.failed.emit,
            parent=self,
        )
        self._latest = Latest(runner, self)
        self.worker_id: UUID | None = None
        self.person: WorkerCard | None = None
        self.fields: dict[str, Field] = {}
        self._touched: set[str] = set()
        self._filling = self._saving = self._dirty = self._all_shown = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self._build_form()
        self._build_side()
        news.changed.connect(self._on_news)

    # Built top to bottom

    def _build_form(self) -> None:
        card = self.card = Card(parent=self)
        self.column(1).addWidget(card, 1)
        self.header = card.add(Header("", ""))
        form = self.ground = EnterMovesOn()
        form.setObjectName("clear")
        self.form = QVBoxLayout(form)
        self.form.setContentsMargins(0, 0, 0, 0)
        self.form.setSpacing(12)
        card.add(scrolled(form), 1)
        self.what = Choice()
        self.what_field = Field(_("Yang dicatat"), self.what, parent=form)
        self.what.changed.connect(self._on_what)
        self.form.addWidget(self.what_field)
        self.reason = Field(
            _("Alasan pembetulan"), LineField(longest=200, placeholder=_("mis. salah ketik tanggal")), parent=form
        )
        self.reason.editor.changed.connect(lambda _value: self._on_changed("reason"))  # type: ignore[attr-defined]
        self.form.addWidget(self.reason)
        self._row(("contract_number", 4), ("contract_start", 3), ("contract_end", 3), ("months", 2))
        self._row(("country", 3), ("event", 3), ("scheme", 4))
        self._row(("employer_kind", 3), ("employer", 4), ("job", 3))
        self._row(("agency", 1), ("p3mi", 1))
        self._row(("departure", 3), ("arrival", 3), ("legalisation_number", 4))
        self.form.addStretch(1)

    def _row(self, *named: tuple[str, int]) -> None:
        across = QHBoxLayout()
        across.setSpacing(14)
        for name, stretch in named:
            field = self.fields[name] = Field(
                words.fields()[name], self._editor(name), stretch=stretch, parent=self.ground
            )
            field.editor.changed.connect(  # type: ignore[attr-defined]
                lambda _value, name=name: self._on_changed(name)
            )
            across.addWidget(field, stretch, Qt.AlignmentFlag.AlignTop)
        self.form.addLayout(across)

    def _editor(self, name: str) -> QWidget:
        if name in ("contract_start", "contract_end", "departure", "arrival"):
            return DateField(today=self._today)
        if name == "months":
            return LineField(digits=True, longest=3)
        choices = {
            "country": list(countries().items()),
            "event": words.events(),
            "scheme": words.schemes(),
            "employer_kind": words.employer_kinds(),
        }
        return Choice(choices[name]) if name in choices else LineField(longest=120)

    def _build_side(self) -> None:
        side = self.column(width=400)
        self.phase_card = Card(_("Masa hari ini"), parent=self)
        self.phase = self.phase_card.add(MarkList())
        side.addWidget(self.phase_card)
        last = Card(_("Kontrak yang tercatat"), parent=self)
        self.history = MarkList()
        last.add(scrolled(self.history), 1)
        self.problem = last.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.primary = last.add(PrimaryButton(_("Simpan kontrak"), "F12"))
        self.primary.clicked.connect(self._save)
        side.addWidget(last, 1)

    # What the shell asks

    def first_focus(self) -> QWidget:
        return self.what

    def on_shown(self, worker_id: UUID | None = None) -> None:
        if worker_id is not None:
            self.show_for(worker_id)
        else:
            self.refresh()

    def on_left(self) -> None:
        self.keep_draft()

    def on_primary(self) -> None:
        self.primary.click()

    def keep_draft(self) -> None:
        """Keep what is typed, now: another page, a lock."""
        self._keeper.keep()

    # What others may ask

    def show_for(self, worker_id: UUID) -> None:
        """A contract of this person; what was begun for the same one is kept."""
        if worker_id != self.worker_id:
            self.keep_draft()
            self.worker_id, self.person, self._dirty = worker_id, None, False
            self.primary.setEnabled(False)
        self.refresh()

    def refresh(self) -> None:
        """Read person and contracts again; what is typed stays."""
        worker_id = self.worker_id
        if worker_id is None:
            return

        def work() -> tuple[WorkerCard, list[Written]]:
            return self._read_card(worker_id), self._read_history(worker_id)

        self._runner.run(work, lambda answer: self._on_read(*answer), self.failed.emit, owner=self)

    def placement(self) -> PlacementForm:
        """The form as the use case wants it."""
        from kiosk.forms.placement import PlacementForm

        values = {name: meaning(self.fields[name]) for name in _FIELDS}
        values["months"] = int(values["months"]) if values["months"] else None
        what, of = self._chosen()
        return PlacementForm(**values, extension_of=of if what == EXTENSION else None)

    # Filling

    def _on_read(self, person: WorkerCard, history: list[Written]) -> None:
        if person.id != self.worker_id:
            return
        fresh, self.person = self.person is None, person
        self.header.set(
            _("Kontrak · {name}").format(name=person.name), _("Yang lama tidak pernah hilang dari riwayat.")
        )
        self._show_phase(person)
        self._show_history(history)
        self._filling = True
        before = self.what.value()
        self.what.set_options(_kinds(person.placements))
        self._filling = False
        if fresh or self.what.value() != before:
            self.what.set_value(_kinds(person.placements)[0][0])
            self._fill()
        self.primary.setEnabled(not self._saving)
        if fresh:
            self._keeper.give_back(str(person.id), self._give_back)
            if self.isVisible():
                self.what.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def _chosen(self) -> tuple[str, UUID | None]:
        what, _sign, of = str(self.what.value() or NEW).partition(":")
        return what, UUID(of) if of else None

    def _about(self) -> PlacementRow | None:
        """The contract that is extended or put right."""
        _what, of = self._chosen()
        return next((one for one in self.person.placements if one.id == of), None) if self.person else None

    def _on_what(self, _value: object) -> None:
        if not self._filling and self.what.value() is not None:
            self._dirty = False
            self._fill()
            self._pause.start()

    def _fill(self) -> None:
        """The form as it begins for what is to be recorded."""
        what, about = self._chosen()[0], self._about()
        self._filling = True
        for name in _FIELDS:
            value: Any = None
            if about is not None and (what == CORRECTION or name in _GOES_ON):
                value = getattr(about, name)
            fill(self.fields[name], value)
            self.fields[name].set_problem(None)
            self.fields[name].set_note(None)
        if what == EXTENSION:
            fill(self.fields["event"], EXTENSION)
            if about is not None and (last := about.contract.stay.last):
                fill(self.fields["contract_start"], last + _DAY)
        elif what == NEW:
            fill(self.fields["event"], "re-entry" if self.person and self.person.placements else NEW)
            fill(self.fields["country"], self._country)
        fill(self.reason, "")
        self.reason.setVisible(what == CORRECTION)
        self._touched, self._all_shown = set(), False
        self._say("")
        self._filling = False

    def _to_keep(self) -> tuple[str, dict[str, Any]] | None:
        if not self._dirty or self._saving or self.worker_id is None or self.person is None:
            return None
        content: dict[str, Any] = {name: written(field) for name, field in self.fields.items()}
        return str(self.worker_id), content | {"what": self.what.value(), "reason": written(self.reason)}

    def _give_back(self, content: dict[str, Any]) -> None:
        if self._dirty or self.person is None:
            return
        kinds = {kind for kind, _said in _kinds(self.person.placements)}
        self._filling = True
        if content.get("what") in kinds:
            self.what.set_value(content["what"])
        self._filling = False
        self._fill()
        self._filling = True
        for name in _FIELDS:
            fill(self.fields[name], content.get(name))
            if content.get(name):
                self._touched.add(name)
        fill(self.reason, content.get("reason"))
        self._filling, self._dirty = False, True
        self._ask()

    # While it is typed

    def _on_changed(self, name: str) -> None:
        if self._filling:
            return
        self._touched.add(name)
        self._dirty = True
        self._keeper.typed()
        self._pause.start()

    def _on_news(self, topic: str) -> None:
        if topic == WORKERS and self.isVisible():
            self.refresh()

    def _ask(self) -> None:
        self._pause.stop()
        worker_id, form = self.worker_id, self.placement()
        what, of = self._chosen()
        if worker_id is None or self.person is None or self._saving:
            return
        corrects = of if what == CORRECTION else None
        self._latest.ask(
            lambda: self._check(worker_id, form, corrects), lambda said: self._show((), said.warnings), self._on_checked
        )

    def _on_checked(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self._show(error.problems, ())
        else:
            self.failed.emit(error)

    def _show(self, problems: Sequence[Problem], warnings: Sequence[Problem], *, focus: bool = False) -> None:
        """Problems and remarks beside the fields that were touched, after F12 beside all. That nothing was changed yet
        is said only then."""
        due = [one for one in problems if self._all_shown or one.field in self._touched]
        homeless = show_problems(self.fields, due, focus=focus)
        self._say(" ".join(sentence(one) for one in homeless))  # type: ignore[arg-type]
        computed = counted(self.placement())
        for name, field in self.fields.items():
            touched = self._all_shown or name in self._touched
            said = " ".join(sentence(one) for one in warnings if one.field == name and touched)
            field.set_note(said or computed.get(name))

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # Saving

    def _save(self) -> None:
        worker_id = self.worker_id
        if self._saving or worker_id is None or self.person is None:
            return
        self._all_shown = True
        odd = [field for field in (self.what_field, *self.fields.values()) if unread(field)]
        if odd:
            odd[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        form, reason = self.placement(), written(self.reason)
        what, of = self._chosen()
        self._busy(True)

        def work() -> Recorded:
            if what == CORRECTION and of is not None:
                return self._correct(of, form, reason)
            return self._record(worker_id, form)

        self._runner.run(work, self._on_saved, self._on_refused, owner=self)

    def _busy(self, busy: bool) -> None:
        self._saving = busy
        self.primary.setEnabled(not busy)
        if busy:
            self._pause.stop()
            self._latest.forget()

    def _on_saved(self, _done: Recorded) -> None:
        worker_id, what = self.worker_id, self._chosen()[0]
        self._busy(False)
        self._dirty = False
        self._keeper.drop(str(worker_id))
        self.worker_id = self.person = None
        said = {EXTENSION: _("Perpanjangan kontrak tercatat."), CORRECTION: _("Kontrak dibetulkan.")}
        news.tell(WORKERS)
        self.recorded.emit(worker_id, said.get(what, _("Kontrak baru tercatat.")))

    def _on_refused(self, error: BaseException) -> None:
        self._busy(False)
        if isinstance(error, Refused):
            self._show(error.problems, (), focus=True)
        else:
            self.failed.emit(error)

    # At the right

    def _show_phase(self, person: WorkerCard) -> None:
        found = person.phase_on(self._today())
        kind, said = words.phase(found)
        self.phase.clear()
        self.phase.add(kind, said, bold=True)
        known = len(found.evidence)
        for at, one in enumerate(explain_phase(found)):
            self.phase.add("ok" if at < known else "amber", one[:1].upper() + one[1:])

    def _show_history(self, history: list[Written]) -> None:
        self.history.clear()
        for one in history:
            parts = [
                contract_length(one.row),
                dict(words.events()).get(one.row.event or "", ""),
                one.row.contract_number,
            ]
            when = date_short(self._local(one.row.recorded_at))
            by = _("dicatat {day} oleh {name}").format(day=when, name=one.operator)
            if one.row.corrects is not None:
                by = _("dibetulkan {day} oleh {name}").format(day=when, name=one.operator)
            facts = " · ".join(part for part in (who(one.row), *parts) if part)
            second = "\n".join(part for part in (facts, by, one.reason) if part)
            title = contract_days(one.row)
            if not one.stands:
                title = _("{days} (sudah dibetulkan)").format(days=title)
            self.history.add("ok" if one.stands else "grey", title, second, bold=one.stands)
        if not history:
            self.history.add("grey", _("Belum ada kontrak yang tercatat"))


def _kinds(placements: Sequence[PlacementRow]) -> list[tuple[str, str]]:
    """What may be recorded for somebody with these contracts, what is likeliest first."""
    found = [(NEW, _("Kontrak baru"))]
    if placements:
        current = placements[0]
        said = _("Perpanjangan kontrak {days}").format(days=contract_days(current))
        found.insert(0, (f"{EXTENSION}:{current.id}", said))
    for one in placements:
        said = _("Pembetulan kontrak {days}").format(days=contract_days(one))
        found.append((f"{CORRECTION}:{one.id}", f"{said} · {who(one)}"))
    return found
