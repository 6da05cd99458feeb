"""Cover move: a person's paid days on one scale, what of them clashes, and where a supervisor lets them stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.language import _, ngettext
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui import words
from ui.kit import (
    Card,
    Cell,
    Column,
    DateField,
    EmptyState,
    Field,
    Header,
    LineField,
    MarkList,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    Timeline,
    empty,
    label,
    say_problem,
    show_refused,
)
from ui.kit.timeline import Lane
from ui.news import CONTRIBUTIONS, PAPERS, SYNC, WORKERS, news
from ui.runner import Runner
from ui.screens.covers import covered
from ui.screens.printing import PrintLine
from ui.screens.scrolled import go_to, scrolled
from ui.screens.second_person import Agreement, SecondPersonDialog

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.coverage import CoverMove, LineMove
    from kiosk.queries.coverage import PaidLine, PaidPerson
    from kiosk.usecases.coverage import Moved, Plan
    from kiosk.usecases.papers import Paper, Sent

    _Key = tuple[UUID, int]


class CoverMovePage(Page):
    """One person. The lines that clash stand at the right with the day on which they are proposed to begin; F9 takes
    any other line there. F12 records with a reason, for a petugas with a second person, and prints the paper that
    replaces the days on the receipts; F8 shows the paper of the line that is chosen."""

    paper_asked = Signal(str)
    told = Signal(str)
    """What went well, for the toast."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        look: Callable[[UUID], PaidPerson],
        plan: Callable[[PaidPerson, Sequence[LineMove]], Plan],
        move: Callable[[CoverMove, Agreement | None], Moved],
        may_alone: Callable[[], bool],
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        today: Callable[[], date],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._look, self._plan, self._move, self._may_alone = look, plan, move, may_alone
        self._today, self._runner = today, runner
        self._worker_id: UUID | None = None
        self.shown: PaidPerson | None = None
        self.days: dict[_Key, Field] = {}
        """The lines that are moved, in the order of the receipts, each with the day on which it begins."""
        self._busy = False
        self._build_lines()
        self._build_moving(issue, send)
        news.changed.connect(self._on_news)

    # Built left to right, top to bottom

    def _build_lines(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 12)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Masa perlindungan"), " "))
        self.timeline = card.add(Timeline(_("Masa yang dibayar")))
        self.lines = RowTable(
            [
                Column(_("Kuitansi"), lambda one: Cell(one.number, second=_paid(one), bold=True), stretch=1),
                Column(_("Tercetak"), lambda one: covered(one.programme, *one.printed), width=208),
                Column(
                    _("Berlaku sekarang"),
                    lambda one: Cell(
                        covered(one.programme, one.stands.covered_from, one.stands.covered_to), second=_moved_by(one)
                    ),
                    width=208,
                ),
                Column("", lambda one: Cell(_state(one)[1], kind=_state(one)[0])),
            ],
            name=_("Masa yang dibayar, per kuitansi"),
            key=_key,
            two_lines=True,
        )
        self.lines.opened.connect(self._take)
        self.lines.current_changed.connect(lambda _row: self._show_buttons())
        card.add(self.lines, 1)
        self.nothing = card.add(
            EmptyState("receipt", _("Belum ada masa yang dibayar."), _("Masa muncul sesudah iuran dibayar.")), 1
        )
        self.take = SecondaryButton(_("Pindahkan baris ini"), "F9")
        self.print = SecondaryButton(_("Lihat kertasnya"), "F8")
        self.take.clicked.connect(self.on_edit)
        self.print.clicked.connect(self.on_print)
        card.add_row(self.take, self.print, 1, spacing=10)

    def _build_moving(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        right = self.column(width=424)
        self.moving = card = Card(_("Pindahkan masa"), parent=self)
        right.addWidget(card, 1)
        said = _(
            "Jumlah yang dibayar dan kertas kuitansinya tidak berubah. Kertas pengganti menyatakan masa yang baru."
        )
        card.add(label(said, "note", wrap=True))
        holder = QWidget()
        holder.setObjectName("clear")
        self._days = QVBoxLayout(holder)
        self._days.setContentsMargins(0, 0, 4, 0)
        self._days.setSpacing(10)
        self.none = label(
            _("Tidak ada masa yang bertumpuk atau terputus. F9 memindahkan baris yang dipilih."), wrap=True
        )
        self.sheet = scrolled(self.none, holder, spacing=8)
        card.add(self.sheet, 1)
        self.outlook = card.add(MarkList())
        self._reason = LineField(longest=300, placeholder=_("mis. dibayar di dua loket pada hari yang sama"))
        self.reason = card.add(Field(_("Alasan"), self._reason))
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.printed = card.add(PrintLine(issue=issue, send=send, runner=self._runner))
        self.printed.printed.connect(lambda _queue: news.tell(PAPERS))
        self.primary = card.add(PrimaryButton(_("Pindahkan masa"), "F12"))
        self.primary.clicked.connect(self._on_move)
        self._reason.changed.connect(lambda _text: self.reason.set_problem(None))

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """A person by any of their registrations."""
        if worker_id is not None and worker_id != self._worker_id:
            self._worker_id, self.shown = worker_id, None
            self._reason.set_value("")
            self._say("")
            self.printed.hide()
            self.header.set(_("Masa perlindungan"), " ")
            self.lines.set_rows([])
            self.timeline.set((), self._today())
            self._set_days({})
        self.refresh()

    def refresh(self) -> None:
        """Read again; what was typed for lines that still stand stays."""
        worker_id = self._worker_id
        if worker_id is not None:
            self._runner.run(lambda: self._look(worker_id), self._on_seen, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget | None:
        """The first day to be decided; where nothing clashes, the lines."""
        return next((field.editor for field in self.days.values()), self.lines)

    def on_edit(self) -> None:
        """F9: the chosen line is moved as well."""
        self._take(self.lines.current())

    def on_print(self) -> None:
        """F8: the paper by which the chosen line stands: the last move's, or the receipt's."""
        one = self.lines.current()
        if one is not None:
            self.paper_asked.emit(one.moved_by or one.number)

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isEnabled():
            self._on_move()

    # What is shown

    def _on_seen(self, person: PaidPerson) -> None:
        if self._worker_id is None:
            return
        first = self.shown is None
        typed = {key: field.editor.value() for key, field in self.days.items()}  # type: ignore[attr-defined]
        self.shown = person
        known = " · ".join(
            part
            for part in (
                _("KPJ {number}").format(number=person.kpj) if person.kpj else "",
                _("Paspor {number}").format(number=person.passport_number) if person.passport_number else "",
                _summary(person),
            )
            if part
        )
        self.header.set(_("Masa perlindungan · {name}").format(name=person.name), known)
        self.lines.set_rows(person.lines)
        self.lines.setVisible(bool(person.lines))
        self.nothing.setVisible(not person.lines)
        days: dict[_Key, date | None] = {}
        for one in person.lines:
            key = _key(one)
            if key in typed and (one.proposed is not None or typed[key] != one.stands.covered_from):
                days[key] = typed[key]
            elif one.proposed is not None:
                days[key] = one.proposed.covered_from
        self._set_days(days)
        if first and (wrong := next((one for one in person.lines if one.clash), None)) is not None:
            self.lines.set_current(wrong)
        if first and self.isVisible():
            wanted = self.first_focus()
            if wanted is not None:
                wanted.setFocus(Qt.FocusReason.OtherFocusReason)

    def _set_days(self, days: dict[_Key, date | None]) -> None:
        """One field for each line that is moved; those that are there already keep what stands in them."""
        if list(days) != list(self.days):
            self.days = {}
            empty(self._days)
            for one in self.shown.lines if self.shown else ():
                if (key := _key(one)) in days:
                    self.days[key] = self._field(one, days[key])
            before: QWidget = self.print
            for field in (*self.days.values(), self.reason):
                QWidget.setTabOrder(before, field.editor)
                before = field.editor
            QWidget.setTabOrder(before, self.primary)
        self.none.setVisible(not self.days)
        self.reason.setVisible(bool(self.days))
        self._show_plan()

    def _field(self, one: PaidLine, day: date | None) -> Field:
        editor = DateField(day, today=self._today)
        title = _("{number} · {paid} · mulai").format(number=one.number, paid=_paid(one))
        field = Field(title, editor)
        editor.changed.connect(lambda _day: self._show_plan())
        self._days.addWidget(field)
        return field

    def _show_plan(self) -> None:
        """Where everything would stand, and what speaks against it, beside the day that is typed."""
        person = self.shown
        self.outlook.clear()
        if person is None:
            self._show_buttons()
            return
        moves, keys = self._moves()
        found = self._plan(person, moves)
        by_key = {_key(one): at for at, one in enumerate(person.lines)}
        problems: dict[_Key, list[str]] = {}
        for problem in found.problems:
            if problem.code != "cover_move.nothing" and (at := _place(problem)) is not None:
                problems.setdefault(keys[at], []).append(sentence(problem))
        for key, field in self.days.items():
            at = by_key[key]
            field.set_problem(" ".join(problems.get(key, ())) or None)
            field.set_note(_note(person.lines[at], found.covers[at], moved=at in found.moved))
        self.timeline.set(
            [_lane(one, found.covers[at] if at in found.moved else None) for at, one in enumerate(person.lines)],
            self._today(),
        )
        if found.moved and not problems:
            self._show_outlook(found)
        self.outlook.setVisible(bool(found.moved and not problems))
        self._show_buttons()

    def _show_outlook(self, found: Plan) -> None:
        if not found.left:
            self.outlook.add("ok", _("Sesudah ini tidak ada masa yang bertumpuk atau terputus."))
        for code, number in found.left:
            said = _("{number} masih bertumpuk") if code == "coverage.overlap" else _("{number} masih terputus")
            self.outlook.add("amber", said.format(number=number))

    def _show_buttons(self) -> None:
        chosen = self.lines.current() if self.shown is not None else None
        self.print.setEnabled(chosen is not None)
        self.take.setEnabled(chosen is not None and _key(chosen) not in self.days)
        wrong = any(field.problem() for field in self.days.values())
        self.primary.setEnabled(bool(self.days) and not wrong and not self._busy)

    def _moves(self) -> tuple[tuple[LineMove, ...], list[_Key]]:
        """What is asked for, and of which line; a line whose day is empty stays where it is."""
        from kiosk.forms.coverage import LineMove

        lines = {_key(one): one for one in self.shown.lines} if self.shown else {}
        moves, keys = [], []
        for key, field in self.days.items():
            day = field.editor.value()  # type: ignore[attr-defined]
            if day is not None:
                moves.append(LineMove(receipt=lines[key].number, line=lines[key].line + 1, covered_from=day))
                keys.append(key)
        return tuple(moves), keys

    # What is done

    def _take(self, one: PaidLine | None) -> None:
        """Also this line: on the day on which it begins now, to be typed over."""
        person = self.shown
        if one is None or person is None:
            return
        key = _key(one)
        if key not in self.days:
            typed = {name: field.editor.value() for name, field in self.days.items()}  # type: ignore[attr-defined]
            typed[key] = one.stands.covered_from
            self._set_days({name: typed[name] for name in map(_key, person.lines) if name in typed})
        go_to(self.days[key].editor)
        self.days[key].editor.selectAll()  # type: ignore[attr-defined]

    def _on_move(self) -> None:
        from kiosk.forms.coverage import CoverMove

        if self._busy or self.shown is None:
            return
        self._say("")
        moves, _keys = self._moves()
        form = CoverMove(worker_id=str(self.shown.worker_id), moves=moves, reason=self._reason.value())
        if not self._reason.value().strip():
            self._show_refused(Refused(Problem("reason", "required")))
            return
        if self._may_alone():
            self._hold(True)
            self._runner.run(
                lambda: self._move(form, None), self._on_moved, lambda error: self._on_failed(form, error), owner=self
            )
            return
        self._ask_second(form)

    def _ask_second(self, form: CoverMove) -> None:
        assert self.shown is not None
        moves = form.moves or ()
        said = ngettext("{n} masa dipindahkan untuk {name}.", "{n} masa dipindahkan untuk {name}.", len(moves)).format(
            n=len(moves), name=self.shown.name
        )
        dialog = SecondPersonDialog(
            self,
            _("Penyelia menyetujui pemindahan masa"),
            said,
            yes=_("Pindahkan masa"),
            approve=lambda agreed: self._move(form, agreed),
            runner=self._runner,
        )
        dialog.agreed.connect(self._on_moved)
        dialog.open()

    def _on_moved(self, moved: object) -> None:
        self._hold(False)
        number: str = moved.number  # type: ignore[attr-defined]
        self._reason.set_value("")
        self._set_days({})
        self.told.emit(_("Masa dipindahkan dengan {number}.").format(number=number))
        self.printed.begin(number)
        self.lines.setFocus(Qt.FocusReason.OtherFocusReason)
        news.tell(CONTRIBUTIONS, WORKERS, PAPERS, SYNC)
        self.refresh()

    def _on_failed(self, form: CoverMove, error: BaseException) -> None:
        self._hold(False)
        if isinstance(error, Refused) and any(one.field.startswith("approval.") for one in error.problems):
            # A pull has brought another role since this person signed in.
            self._ask_second(form)
        elif isinstance(error, Refused):
            self._show_refused(error)
        else:
            self.failed.emit(error)

    def _show_refused(self, error: Refused) -> None:
        self._say(show_refused({"reason": self.reason}, error))

    def _say(self, said: str) -> None:
        say_problem(self.problem, said)

    def _hold(self, busy: bool) -> None:
        self._busy = busy
        self._show_buttons()

    def _on_news(self, topic: str) -> None:
        if topic in (CONTRIBUTIONS, WORKERS) and self.isVisible() and not self._busy:
            self.refresh()


def _key(one: PaidLine) -> _Key:
    return one.receipt_id, one.line


def _place(problem: Problem) -> int | None:
    """The n in `moves[n].covered_from`."""
    inside = problem.field.partition("[")[2].partition("]")[0]
    return int(inside) if inside else None


def _paid(one: PaidLine) -> str:
    return _("{programme} {n} bulan").format(programme=words.programme(one.programme), n=one.months)


def _moved_by(one: PaidLine) -> str:
    """By which paper; the centre numbers none."""
    return "" if one.moved_by is None else one.moved_by or _("oleh pusat")


def _state(one: PaidLine) -> tuple[str, str]:
    if one.clash:
        return "red", _clash(one.clash)
    return ("ok", _("Sesuai")) if one.moved_by is None else ("blue", _("Dipindahkan"))


def _clash(code: str) -> str:
    return {"coverage.overlap": _("Bertumpuk"), "coverage.gap": _("Terputus")}.get(code, "")


def _summary(person: PaidPerson) -> str:
    wrong = sum(bool(one.clash) for one in person.lines)
    if not wrong:
        return _("tidak ada yang bertumpuk atau terputus") if person.lines else ""
    return ngettext("{n} baris perlu dipindahkan", "{n} baris perlu dipindahkan", wrong).format(n=wrong)


def _note(one: PaidLine, cover: Any, *, moved: bool) -> str:
    if not moved:
        return _("Tetap {span}.").format(span=covered(one.programme, one.stands.covered_from, one.stands.covered_to))
    return _("Menjadi {span}.").format(span=covered(one.programme, cover.covered_from, cover.covered_to))


def _lane(one: PaidLine, planned: Any) -> Lane:
    stands = one.stands.covered_from, one.stands.covered_to
    return Lane(
        name=f"{one.number} · {one.programme.partition('+')[0]}",
        stands=stands,
        printed=one.printed if one.printed != stands else None,
        planned=(planned.covered_from, planned.covered_to) if planned is not None else None,
        wrong=_clash(one.clash).lower(),
    )
