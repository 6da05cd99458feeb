"""One person: fields that two counters filled differently, who may be the same, and the registrations joined so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.language import _, date_short, ngettext, time_short
from models.rules.nik import mask_nik
from models.rules.problems import Refused
from models.sentences import sentence
from ui import words
from ui.kit import Card, Dialog, Field, LineField, MaskedText, QuietButton, SecondaryButton, announce, empty, label
from ui.news import WORKERS, news
from ui.runner import Runner
from ui.screens.candidates import CandidatesCard, with_key
from ui.screens.changes import as_words, mission_name, whole

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.candidates import Candidate
    from kiosk.queries.conflicts import Conflict, Given
    from kiosk.queries.history import History
    from kiosk.queries.workers import RegistrationRow


@dataclass(frozen=True)
class Known:
    """What is known of whether a person is one: see each part."""

    conflicts: Sequence[Conflict]
    alike: Sequence[Candidate]
    others: Sequence[RegistrationRow]
    history: History
    hidden: bool = False
    """The person's data are restricted, and nobody has asked for them."""

    def merge_of(self, other_id: UUID) -> UUID | None:
        """The merge by which another registration belongs to the person, if it still stands."""
        standing = [one for one in self.history.joinings if one.undone_at is None]
        found = [one.id for one in standing if one.other_id == other_id]
        return next(iter(found or [one.id for one in standing if one.worker_id == other_id]), None)

    def said_same(self) -> set[UUID]:
        """Of whom a clerk has said already that they are this person; the centre joins them."""
        latest: dict[UUID, bool] = {}
        for told in reversed(self.history.told):
            latest[told.other_id] = told.same
        return {one for one, same in latest.items() if same}


class SamePerson(QWidget):
    """The cards, hidden while there is nothing to say. Whoever shows a person calls `show_for`; `known` is told with
    what was found, for others on the page."""

    known = Signal(object)

    def __init__(
        self,
        *,
        runner: Runner,
        load: Callable[[UUID, bool], Known],
        settle: Callable[[UUID, str, Any, str], object],
        compare: Callable[[UUID, UUID, bool, str], object],
        unmerge: Callable[[UUID, str], object],
        may_merge: Callable[[], bool],
        local: Callable[[datetime], datetime],
        open_worker: Callable[[UUID], object],
        told: Callable[[str], object],
        failed: Callable[[BaseException], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._load, self._settle, self._compare = runner, load, settle, compare
        self._unmerge, self._may_merge, self._local = unmerge, may_merge, local
        self._open_worker, self._told, self._failed = open_worker, told, failed
        self.worker_id: UUID | None = None
        self.found: Known | None = None
        self.setObjectName("clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(18)
        self.conflicts = ConflictsCard(local)
        self.conflicts.chosen.connect(self._on_chosen)
        self.alike = CandidatesCard(_("Mungkin orang yang sama"), "Ctrl+K", can_open=True)
        self.alike.opened.connect(lambda one: self._open_worker(one.id))
        self.alike.same.connect(self._on_same)
        self.alike.different.connect(self._on_different)
        self.others = OthersCard()
        self.others.parted.connect(self._on_part)
        for card in (self.conflicts, self.alike, self.others):
            column.addWidget(card)
        self.hide()

    def first(self) -> QWidget | None:
        """What can be answered first; None where there is nothing."""
        shown = [*self.conflicts.buttons, *self.alike.buttons, *self.others.buttons]
        return shown[0] if shown else None

    def show_for(self, worker_id: UUID, *, revealed: bool = False) -> None:
        """Look for what concerns this person, on the store's lane; restricted data once they are `revealed`."""
        if worker_id != self.worker_id:
            self.worker_id, self.found = worker_id, None
            self.conflicts.show_conflicts(())
            self.alike.forget()
            self.others.show_others((), None, may_part=False)
            self.hide()
        self._runner.run(
            lambda: self._load(worker_id, revealed),
            lambda found: self._on_known(worker_id, found),
            self._failed,
            owner=self,
        )

    def _on_known(self, worker_id: UUID, found: Known) -> None:
        if worker_id != self.worker_id:
            return
        self.found = found
        self.conflicts.show_conflicts(found.conflicts)
        # Whoever may join them is asked all the same.
        self.alike.show_candidates(found.alike, () if self._may_merge() else found.said_same())
        self.others.show_others(found.others, found, may_part=self._may_merge())
        self.setVisible(bool(found.conflicts or found.alike or found.others))
        self.known.emit(found)

    # Which value is right

    def _on_chosen(self, conflict: Conflict, given: Given) -> None:
        field = words.fields().get(conflict.field, conflict.field)
        said = as_words(conflict.field, given.value)
        dialog = ReasonDialog(
            self.window(),
            _("Pilih {field}").format(field=field),
            _("Yang dipakai: {value}. Nilai yang lain tetap tercatat di riwayat.").format(value=said),
            yes=_("Pakai ini"),
            placeholder=_("mis. ditanyakan kepada orangnya"),
        )
        worker_id = self.worker_id
        assert worker_id is not None
        dialog.said.connect(
            lambda reason: self._do(
                dialog,
                lambda: self._settle(worker_id, conflict.field, given.value, reason),
                _("{field} sudah dipastikan.").format(field=field),
            )
        )
        dialog.open()

    # Whether they are one

    def _on_same(self, one: Candidate) -> None:
        worker_id = self.worker_id
        if worker_id is None:
            return
        title, said = _("Ini orangnya?"), _("Pusat memeriksa dan menggabungkan {name} dengan orang ini.")
        yes, done = _("Catat"), _("Dicatat; pusat memeriksa dan menggabungkan.")
        if self._may_merge():
            title = _("Gabungkan dua pendaftaran?")
            said = _("{name} dan orang ini menjadi satu. Nomor, kuitansi dan klaim keduanya tetap ada.")
            yes, done = _("Gabungkan"), _("Digabungkan menjadi satu orang.")
        dialog = ReasonDialog(
            self.window(),
            title,
            said.format(name=one.worker.name),
            yes=yes,
            placeholder=_("mis. kedua paspor ditunjukkan"),
        )
        dialog.said.connect(
            lambda remark: self._do(dialog, lambda: self._compare(worker_id, one.id, True, remark), done)
        )
        dialog.open()

    def _on_different(self, one: Candidate) -> None:
        worker_id = self.worker_id
        if worker_id is not None:
            done = _("{name} dicatat sebagai orang lain.").format(name=one.worker.name)
            self._do(None, lambda: self._compare(worker_id, one.id, False, ""), done)

    def _on_part(self, merge_id: UUID, name: str) -> None:
        dialog = ReasonDialog(
            self.window(),
            _("Pisahkan kembali?"),
            _("{name} menjadi orang tersendiri lagi, dengan yang tercatat pada pendaftarannya.").format(name=name),
            yes=_("Pisahkan"),
            placeholder=_("mis. ternyata saudara kembarnya"),
            danger=True,
        )
        done = _("Dipisahkan menjadi dua orang.")
        dialog.said.connect(lambda remark: self._do(dialog, lambda: self._unmerge(merge_id, remark), done))
        dialog.open()

    def _do(self, dialog: ReasonDialog | None, work: Callable[[], object], done: str) -> None:
        def ended(_done: object) -> None:
            if dialog is not None:
                dialog.accept()
            self._told(done)
            news.tell(WORKERS)

        def failed(error: BaseException) -> None:
            if dialog is not None and isinstance(error, Refused):
                dialog.refuse(error)
                return
            if dialog is not None:
                dialog.reject()
            self._failed(error)

        self._runner.run(work, ended, failed, owner=dialog or self)


class ReasonDialog(Dialog):
    """A question whose answer the history keeps with its reason. Stays open, with what is typed, if it is refused."""

    said = Signal(str)

    def __init__(
        self, parent: QWidget, title: str, sentence: str, *, yes: str, placeholder: str, danger: bool = False
    ) -> None:
        super().__init__(parent, title, sentence, yes=yes, danger=danger)
        self.reason = Field(_("Alasan"), LineField(longest=200, placeholder=placeholder), parent=self)
        self.body.addWidget(self.reason)
        self.primary.clicked.connect(self._on_yes)
        self.reason.editor.setFocus()

    def refuse(self, refusal: Refused) -> None:
        """Say why it did not go."""
        self.primary.setEnabled(True)
        self.set_problem(" ".join(sentence(problem) for problem in refusal.problems))
        announce(self.problem)

    def _on_yes(self) -> None:
        reason = self.reason.editor.value()  # type: ignore[attr-defined]
        if not reason:
            self.reason.set_problem(_("Tulis alasannya; riwayat menyimpannya."))
            self.reason.editor.setFocus()
            return
        self.reason.set_problem(None)
        self.primary.setEnabled(False)
        self.said.emit(reason)


class ConflictsCard(Card):
    """«Dua loket mengisi berbeda»: each field with the values it was given, one of them to be chosen."""

    chosen = Signal(object, object)

    def __init__(self, local: Callable[[datetime], datetime], parent: QWidget | None = None) -> None:
        super().__init__(_("Dua loket mengisi berbeda"), kind="amber", parent=parent)
        with_key(self, "Ctrl+K")
        self._local = local
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self.body.addLayout(self._lines)
        self._shown: tuple[Conflict, ...] = ()
        self.buttons: list[SecondaryButton] = []
        self.hide()

    def show_conflicts(self, found: Sequence[Conflict]) -> None:
        """These fields; hidden for none."""
        if tuple(found) == self._shown:
            return
        self._shown = tuple(found)
        empty(self._lines)
        self.buttons = []
        for conflict in found:
            self._lines.addWidget(self._field(conflict))
        self.setVisible(bool(found))
        if found:
            announce(self.heading)

    def _field(self, conflict: Conflict) -> QWidget:
        field = words.fields().get(conflict.field, conflict.field)
        holder = QWidget(self)
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(label(_("«{field}»: pilih yang benar").format(field=field), "strong", wrap=True))
        for given in conflict.given:
            column.addWidget(self._value(conflict, given, field))
        return holder

    def _value(self, conflict: Conflict, given: Given, field: str) -> QWidget:
        holder = QWidget(self)
        holder.setObjectName("clear")
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(10)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        said = as_words(conflict.field, given.value)
        secret = whole(conflict.field, given.value)
        if secret is None:
            texts.addWidget(label(said, "", wrap=True))
        else:
            masked = MaskedText(said, lambda: secret)
            masked.button.setAccessibleName(_("Tampilkan {field}").format(field=field))
            texts.addWidget(masked)
        texts.addWidget(label(self._whence(given), "note", wrap=True))
        across.addLayout(texts, 1)
        button = SecondaryButton(_("Tetap ini") if given.stands else _("Pakai ini"))
        button.setAccessibleName(_("{do}: {field} {value}").format(do=button.text(), field=field, value=said))
        button.clicked.connect(lambda _checked=False: self.chosen.emit(conflict, given))
        self.buttons.append(button)
        across.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _whence(self, given: Given) -> str:
        at = self._local(given.at) if given.at is not None else None
        parts = [
            given.operator,
            given.counter or ("" if given.operator else _("loket lain")),
            f"{date_short(at)} {time_short(at)}" if at is not None else "",
            _("dipakai sekarang") if given.stands else "",
        ]
        return " · ".join(part for part in parts if part)


class OthersCard(Card):
    """«Juga terdaftar sebagai»: the other registrations of the person, with their numbers, and a way to part them."""

    parted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Juga terdaftar sebagai"), parent=parent)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(12)
        self.body.addLayout(self._lines)
        self.buttons: list[QuietButton] = []
        self.hide()

    def show_others(self, others: Sequence[RegistrationRow], known: Known | None, *, may_part: bool) -> None:
        """These; hidden for none. `may_part`: the operator may undo a merge."""
        empty(self._lines)
        self.buttons = []
        for one in others:
            merge_id = known.merge_of(one.id) if known is not None and may_part else None
            self._lines.addWidget(self._line(one, merge_id))
        count = len(others)
        title = ngettext("Juga terdaftar sebagai", "Juga terdaftar sebagai ({n})", count).format(n=count)
        self.set_heading(title)
        self.setVisible(bool(others))

    def _line(self, one: RegistrationRow, merge_id: UUID | None) -> QWidget:
        name = one.name or "—"
        holder = QWidget(self)
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(label(name, "strong", wrap=True))
        numbers = [
            _("paspor {number}").format(number=one.passport_number) if one.passport_number else "",
            _("KPJ {number}").format(number=one.kpj) if one.kpj else "",
            _("NIK {nik}").format(nik=mask_nik(one.nik)) if one.nik else "",
            _("lahir {day}").format(day=date_short(one.birth_date)) if one.birth_date else "",
            _("didaftarkan di {mission}").format(mission=mission_name(one.mission)) if one.mission else "",
        ]
        column.addWidget(label(" · ".join(part for part in numbers if part), "note", wrap=True))
        if merge_id is not None:
            button = QuietButton(_("Pisahkan kembali"), boxed=True)
            button.setAccessibleName(_("Pisahkan kembali {name}").format(name=name))
            button.clicked.connect(lambda _checked=False: self.parted.emit(merge_id, name))
            self.buttons.append(button)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return holder
