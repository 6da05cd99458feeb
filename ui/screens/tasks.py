"""Tasks: «Perlu diperiksa», everything that was flagged, and closing it with a note of what was found and done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_short, ngettext
from models.rules.problems import Problem, Refused
from ui import words
from ui.kit import (
    Card,
    Cell,
    Column,
    EmptyState,
    FactList,
    Field,
    Header,
    LineField,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    label,
    say_problem,
    show_refused,
)
from ui.news import WORKERS, news
from ui.runner import Runner
from ui.screens.second_person import Agreement, SecondPersonDialog

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.needs import Need
    from kiosk.queries.privacy import PrivacyTask
    from kiosk.queries.tasks import SettledTask, Task


class TasksPage(Page):
    """The list at the left, the chosen one at the right. F12 does what closes it: a note, for money with a supervisor;
    the page on which days are moved; the personal data. F8 shows the paper, Enter opens the worker."""

    paper_asked = Signal(str)
    told = Signal(str)
    """What went well, for the toast."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        tasks: Callable[[], tuple[list[Need], list[Task], list[tuple[PrivacyTask, str]]]],
        settle: Callable[[Task, str, Agreement | None], SettledTask],
        may_alone: Callable[[], bool],
        open_worker: Callable[[UUID], object],
        open_cover: Callable[[UUID], object],
        open_privacy: Callable[[UUID], object],
        open_sync: Callable[[], object],
        correct: Callable[[UUID, str], object],
        wrong_field: Callable[[str], str],
        local: Callable[[datetime], datetime],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._settle, self._may_alone = tasks, settle, may_alone
        self._open_worker, self._open_cover, self._open_privacy = open_worker, open_cover, open_privacy
        self._open_sync, self._correct, self._wrong_field = open_sync, correct, wrong_field
        self._local, self._runner = local, runner
        self._notes: dict[object, str] = {}
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
        self.header = card.add(Header(_("Perlu diperiksa"), " "))
        self.list = RowTable(
            [
                Column(
                    _("Yang perlu diperiksa"),
                    lambda one: Cell(_said(one).title, second=_about(one), bold=True),
                    stretch=1,
                ),
                Column(_("Sejak"), lambda one: date_short(self._local(one.at)), width=118),
                Column("", lambda one: Cell(_by(one)[1], kind=_by(one)[0])),
            ],
            name=_("Perlu diperiksa"),
            key=_key,
            two_lines=True,
        )
        self.list.current_changed.connect(self._on_current)
        self.list.opened.connect(lambda _one: self.on_open())
        card.add(self.list, 1)
        self.nothing = card.add(
            EmptyState("check", _("Tidak ada yang perlu diperiksa."), _("Catatan baru muncul di sini dan di Beranda.")),
            1,
        )

    def _build_chosen(self) -> None:
        right = self.column(width=424)
        self.chosen = card = Card(" ", parent=self)
        right.addWidget(card, 1)
        self.detail = card.add(label("", "subtitle", wrap=True))
        self.facts = card.add(FactList(left=True, label_width=88))
        self.paper = card.add(SecondaryButton(_("Lihat kertasnya"), "F8"))
        self.open = card.add(SecondaryButton(_("Buka pekerja"), "Enter"))
        self._note = LineField(longest=300, placeholder=_("mis. dicocokkan dengan bukti setoran, sudah benar"))
        self.note = card.add(Field(_("Yang ditemukan dan dilakukan"), self._note))
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        card.push_down()
        self.how = card.add(label("", "note", wrap=True))
        self.primary = card.add(PrimaryButton(_("Selesaikan"), "F12"))
        self.paper.clicked.connect(self.on_print)
        self.open.clicked.connect(self.on_open)
        self.primary.clicked.connect(self._on_primary)
        self._note.changed.connect(self._on_typed)

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Read again; a note that is typed stays with its line."""
        self._runner.run(self._tasks, self._on_tasks, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget:
        return self.list

    def on_print(self) -> None:
        """F8: the paper it is about."""
        one = self.list.current()
        if one is not None and one.number:
            self.paper_asked.emit(one.number)

    def on_open(self) -> None:
        """Enter: the worker it is about, with the cursor in the field that is asked about where there is one."""
        one = self.list.current()
        if one is None:
            return
        if one.worker_id is None:
            if one.closes == "sync":
                self._open_sync()
        elif field := self._wrong_field(one.code):
            self._correct(one.worker_id, field)
        else:
            self._open_worker(one.worker_id)

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isEnabled():
            self._on_primary()

    # What is shown

    def _on_tasks(self, found: tuple[list[Need], list[Task], list[tuple[PrivacyTask, str]]]) -> None:
        needs, open_, withdrawn = found
        rows = [*(_Held(one) for one in needs), *(_Withdrawn(task, name) for task, name in withdrawn), *open_]
        self.header.set(
            _("Perlu diperiksa"),
            ngettext("{n} catatan", "{n} catatan", len(rows)).format(n=len(rows)) if rows else " ",
        )
        self.list.set_rows(rows)
        self.list.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        self._on_current(self.list.current() if rows else None)

    def _on_current(self, one: Any) -> None:
        self.chosen.setVisible(one is not None)
        if one is None:
            return
        flag = _said(one)
        self.chosen.set_heading(flag.title)
        self.detail.setText(flag.detail)
        self.detail.setVisible(bool(flag.detail))
        self.facts.clear()
        if one.name:
            self.facts.add(_("Pekerja"), one.name, bold=True)
        if one.number:
            self.facts.add(_("Kertas"), one.number)
        if one.closes == "sync" and one.need.entry_kind:
            self.facts.add(_("Catatan"), words.entry_kind(one.need.entry_kind))
        if one.closes == "sync" and (why := _why(one.need)):
            self.facts.add(_("Sebab"), why)
        self.facts.add(_("Sejak"), date_short(self._local(one.at)))
        self.paper.setVisible(bool(one.number))
        self.open.setVisible(one.worker_id is not None)
        self.open.setText(_("Perbaiki isian") if self._wrong_field(one.code) else _("Buka pekerja"))
        noted = one.closes in ("anyone", "supervisor")
        self.note.setVisible(noted)
        if noted and self._note.value() != self._notes.get(_key(one), ""):
            self._note.set_value(self._notes.get(_key(one), ""))
        self.note.set_problem(None)
        self._say("")
        how, yes = _how(one)
        self.how.setText(how)
        self.primary.setText(yes)
        self.primary.setEnabled(not self._busy)

    def _on_typed(self, text: object) -> None:
        one = self.list.current()
        if one is not None:
            self._notes[_key(one)] = str(text)
        self.note.set_problem(None)

    # What is done

    def _on_primary(self) -> None:
        one = self.list.current()
        if one is None or self._busy:
            return
        if one.closes == "moving":
            self._open_cover(one.worker_id)
        elif one.closes == "sync":
            self._open_sync()
        elif one.closes == "centre":
            self.on_open()
        elif one.closes == "acting":
            self._open_privacy(one.worker_id)
        elif not self._note.value().strip():
            self._refused(Refused(Problem("note", "required")))
        elif one.closes == "supervisor" and not self._may_alone():
            self._ask_second(one)
        else:
            note = self._note.value()
            self._hold(True)
            self._runner.run(
                lambda: self._settle(one, note, None),
                lambda _done: self._on_settled(one),
                lambda error: self._on_failed(one, error),
                owner=self,
            )

    def _ask_second(self, one: Task) -> None:
        note = self._note.value()
        dialog = SecondPersonDialog(
            self,
            _("Penyelia menyetujui"),
            " ".join(part for part in (f"{words.flag(one.code).title}.", note) if part),
            yes=_("Selesaikan"),
            approve=lambda agreed: self._settle(one, note, agreed),
            runner=self._runner,
        )
        dialog.agreed.connect(lambda _done: self._on_settled(one))
        dialog.open()

    def _on_settled(self, one: Task) -> None:
        self._hold(False)
        self._notes.pop(_key(one), None)
        self.told.emit(_("Selesai: {title}.").format(title=words.flag(one.code).title))
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        news.tell(WORKERS)
        self.refresh()

    def _on_failed(self, one: Task, error: BaseException) -> None:
        self._hold(False)
        if isinstance(error, Refused) and any(problem.field.startswith("approval.") for problem in error.problems):
            # A pull has brought another role since this person signed in.
            self._ask_second(one)
        elif isinstance(error, Refused):
            self._refused(error)
        else:
            self.failed.emit(error)

    def _refused(self, error: Refused) -> None:
        self._say(show_refused({"note": self.note}, error))

    def _say(self, said: str) -> None:
        say_problem(self.problem, said)

    def _hold(self, busy: bool) -> None:
        self._busy = busy
        self.primary.setEnabled(not busy)

    def _on_news(self, _topic: str) -> None:
        if self.isVisible() and not self._busy:
            self.refresh()


class _Held:
    """What sync holds back, as a line of the list."""

    closes = "sync"

    def __init__(self, need: Need) -> None:
        self.need = need
        self.code, self.at, self.worker_id = need.code, need.at, need.worker_id
        self.name, self.number = need.name, need.number
        self.entry_id = need.entry_id or need.kind


def _said(one: Any) -> words.Flag:
    return words.need(one.need.kind, one.need.count) if isinstance(one, _Held) else words.flag(one.code)


def _why(need: Need) -> str:
    from models.sentences import SENTENCES, sentence

    if need.said:
        return need.said
    if need.code in SENTENCES:
        return sentence(Problem.of("entry", need.code))
    return words.held_because(need.code) if need.code else ""


class _Withdrawn:
    """A withdrawn consent as a line of the list."""

    code, number, closes = "consent.withdrawn", "", "acting"

    def __init__(self, task: PrivacyTask, name: str) -> None:
        self.name = name
        self.entry_id = self.worker_id = task.worker_id
        self.at, self.due = task.withdrawn_at, task.due


def _key(one: Any) -> object:
    return one.entry_id, one.code


def _about(one: Any) -> str:
    due = _("tindak lanjuti sebelum {day}").format(day=date_short(one.due)) if isinstance(one, _Withdrawn) else ""
    what = words.entry_kind(one.need.entry_kind) if isinstance(one, _Held) and one.need.entry_kind else ""
    return " · ".join(part for part in (what, one.name, one.number, due) if part) or _said(one).detail


def _by(one: Any) -> tuple[str, str]:
    """Kind and words of the chip that says who closes it."""
    if one.closes == "sync":
        grave = one.need.kind in ("quarantined", "continue")
        return ("red", _("Pusat")) if grave else ("amber", _("Sinkron"))
    if one.closes in ("anyone", "centre"):
        return "grey", _("Petugas") if one.closes == "anyone" else _("Pusat")
    return ("red", _("Segera")) if one.closes == "acting" else ("amber", _("Penyelia"))


def _how(one: Any) -> tuple[str, str]:
    """What closes it, and what F12 says it does."""
    return {
        "sync": (_("Selesai dengan sendirinya ketika pusat membukukannya."), _("Buka Sinkron")),
        "moving": (
            _("Selesai dengan sendirinya setelah masanya dipindahkan."),
            _("Pindahkan masa"),
        ),
        "centre": (_("Diselesaikan petugas pusat; loket tidak perlu berbuat apa-apa."), _("Buka pekerja")),
        "acting": (_("Selesai setelah ditindaklanjuti pada data pribadi."), _("Buka data pribadi")),
        "supervisor": (
            _("Menyangkut uang: penyelia menyelesaikannya, atau menyetujuinya di sini. Catatannya tetap tersimpan."),
            _("Selesaikan"),
        ),
        "anyone": (_("Catatan dan namanya tetap tersimpan pada riwayat pekerja."), _("Selesaikan")),
    }[one.closes]
