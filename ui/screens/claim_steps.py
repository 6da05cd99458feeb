"""Claim steps: small windows in which the second report, a withdrawal, or that somebody was told is noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from models.language import _
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui.kit import Choice, DateField, Dialog, Field, LineField, TextEdit, announce, empty, row, show_problems
from ui.kit.tick import Tick
from ui.runner import Runner, present
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.forms.claim_report import ReportForm
    from kiosk.forms.claim_withdrawal import WithdrawalForm
    from kiosk.queries.claims import ClaimStory


def filers() -> list[tuple[str, str]]:
    """Who may file, report or withdraw."""
    return [("worker", _("Pekerja")), ("heir", _("Ahli waris")), ("mission", _("Perwakilan"))]


def channels() -> list[tuple[str, str]]:
    """How somebody is told."""
    return [
        ("phone", _("Telepon")),
        ("whatsapp", _("WhatsApp")),
        ("visit", _("Di loket")),
        ("letter", _("Surat")),
        ("other", _("Cara lain")),
    ]


class _Step(Dialog):
    """Does its work on the store's lane; refused, it stays with all that was typed."""

    done_with = Signal(object)
    """What was recorded; the window has closed."""

    def __init__(self, parent: QWidget, title: str, said: str, *, yes: str, runner: Runner, danger: bool = False):
        super().__init__(parent, title, said, yes=yes, danger=danger, width=600)
        self._runner = runner
        self._fields: dict[str, Field] = {}
        self.primary.clicked.connect(self._on_yes)

    def _work(self) -> Callable[[], object]:
        """What to do with what is typed now."""
        raise NotImplementedError

    def _on_yes(self) -> None:
        self.set_problem(None)
        self.primary.setEnabled(False)
        self._runner.run(self._work(), self._on_done, self._on_failed, owner=self)

    def _on_done(self, answer: object) -> None:
        self.accept()
        self.done_with.emit(answer)

    def _on_failed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        if isinstance(error, Refused):
            problems = [replace(one, field=one.field.rpartition(".")[2]) for one in error.problems]
            homeless = show_problems(self._fields, problems, focus=True)
            said = " ".join(dict.fromkeys(sentence(one) for one in homeless if isinstance(one, Problem)))
        else:
            said = present(error).sentence
        self.set_problem(said or None)
        if said:
            announce(self.problem)


class TellDialog(_Step):
    """Somebody was told what the centre said: how, and with whom."""

    def __init__(
        self, parent: QWidget, story: ClaimStory, tell: Callable[[str, str, str], object], runner: Runner
    ) -> None:
        super().__init__(
            parent,
            _("Jawaban sudah disampaikan"),
            _("Klaim {number} keluar dari daftar yang perlu diberi tahu.").format(number=story.row.number),
            yes=_("Catat"),
            runner=runner,
        )
        self._number, self._tell = str(story.row.id), tell
        self._how = Choice(channels())
        self._how.set_value("phone")
        self._note = LineField(longest=300, placeholder=_("mis. dengan suaminya"))
        self.how = Field(_("Disampaikan lewat"), self._how)
        self.note = Field(_("Catatan"), self._note)
        self.note.setVisible(not story.row.restricted)
        self._fields = {"how": self.how, "note": self.note}
        self.body.addWidget(self.how)
        self.body.addWidget(self.note)
        self._how.setFocus()

    def _work(self) -> Callable[[], object]:
        number, how, note = self._number, str(self._how.value() or ""), self._note.value()
        return lambda: self._tell(number, how, note)


class WithdrawDialog(_Step):
    """A claim is not pursued any more: who says so, and why."""

    def __init__(
        self, parent: QWidget, story: ClaimStory, withdraw: Callable[[WithdrawalForm], object], runner: Runner
    ) -> None:
        said = _("Klaim {number} tidak diteruskan. Pusat dapat membukanya kembali bila pengajunya berubah pikiran.")
        super().__init__(
            parent,
            _("Tarik klaim"),
            said.format(number=story.row.number),
            yes=_("Tarik klaim ini"),
            runner=runner,
            danger=True,
        )
        self._id, self._withdraw = str(story.row.id), withdraw
        self._by = Choice(filers())
        self._by.set_value(story.row.filed_by)
        self._reason = LineField(longest=300, placeholder=_("mis. sudah dibayar asuransi setempat"))
        self.by = Field(_("Ditarik oleh"), self._by)
        self.reason = Field(
            _("Alasan (disegel untuk pusat, boleh kosong)") if story.row.restricted else _("Alasan"), self._reason
        )
        self._fields = {"withdrawn_by": self.by, "reason": self.reason}
        self.body.addWidget(self.by)
        self.body.addWidget(self.reason)
        self._by.setFocus()

    def _work(self) -> Callable[[], object]:
        from kiosk.forms.claim_withdrawal import WithdrawalForm

        form = WithdrawalForm(claim=self._id, withdrawn_by=self._by.value(), reason=self._reason.value())
        return lambda: self._withdraw(form)


class ReportDialog(_Step):
    """The second report of an accident: how it ended, when, and the benefits that are asked for. Of a restricted claim
    the benefits are not known here, and all of it is sealed."""

    def __init__(
        self,
        parent: QWidget,
        story: ClaimStory,
        report: Callable[[ReportForm], object],
        runner: Runner,
        today: date,
    ) -> None:
        restricted = story.row.restricted
        said = _("Hasil perawatan dan manfaat yang diminta. Dokumen tambahannya muncul pada daftar dokumen.")
        sealed = _("Seluruh isinya disegel untuk pusat; loket tidak menyimpannya.")
        super().__init__(
            parent,
            _("Laporan tahap dua · {number}").format(number=story.row.number),
            sealed if restricted else said,
            yes=_("Simpan laporan"),
            runner=runner,
        )
        self._story, self._report = story, report
        self._outcome = Choice(_outcomes(story))
        self._day = DateField(latest=today)
        self._by = Choice(filers())
        self._by.set_value(story.row.filed_by)
        self._name, self._phone = LineField(longest=120), LineField(longest=40)
        self._account = TextEdit(lines=2)
        self.outcome = Field(_("Hasil"), self._outcome)
        self.day = Field(_("Sejak tanggal"), self._day)
        self.by = Field(_("Dilaporkan oleh"), self._by)
        self.name = Field(_("Nama pelapor"), self._name)
        self.phone = Field(_("Telepon pelapor"), self._phone)
        self.account = Field(_("Uraian"), self._account)
        self._ticks: dict[str, Tick] = {}
        holder = QWidget()
        holder.setObjectName("clear")
        self._benefits = QVBoxLayout(holder)
        self._benefits.setContentsMargins(0, 0, 4, 0)
        self._benefits.setSpacing(4)
        sheet = scrolled(holder)
        sheet.setFixedHeight(150)
        self.benefits = Field(_("Manfaat yang diminta"), sheet)
        self.benefits.setVisible(not restricted)
        self._fields = {
            "outcome": self.outcome,
            "outcome_date": self.day,
            "filed_by": self.by,
            "benefits": self.benefits,
        }
        self.body.addWidget(row(self.outcome, self.day))
        self.body.addWidget(self.benefits)
        self.body.addWidget(row(self.by, self.name, self.phone))
        self.body.addWidget(self.account)
        self._outcome.changed.connect(self._on_outcome)
        self._outcome.setFocus()

    def ticks(self) -> dict[str, Tick]:
        """The benefits that may be asked for, by their codes."""
        return self._ticks

    def _on_outcome(self, code: object) -> None:
        """Another outcome leads to other benefits; what is ticked stays where it still can be."""
        from models.rules.claims import benefit

        kept = {one for one, tick in self._ticks.items() if tick.isChecked()}
        empty(self._benefits)
        self._ticks = {}
        outcome = next((one for one in self._story.outcomes if one.code == code), None)
        kind = self._story.kind
        for one in outcome.benefits if outcome is not None and kind is not None else ():
            tick = Tick(benefit(one, on=kind.rules_from if kind else None).name)
            tick.setChecked(one in kept)
            self._ticks[one] = tick
            self._benefits.addWidget(tick)
        self._benefits.addStretch(1)
        if outcome is not None and outcome.death and self._by.value() == "worker":
            self._by.set_value("heir")

    def _work(self) -> Callable[[], object]:
        from kiosk.forms.claim_report import ReportForm

        form = ReportForm(
            claim=str(self._story.row.id),
            outcome=self._outcome.value(),
            outcome_date=self._day.value(),
            benefits=tuple(one for one, tick in self._ticks.items() if tick.isChecked()) or None,
            description=self._account.value(),
            filed_by=self._by.value(),
            filer_name=self._name.value(),
            filer_phone=self._phone.value(),
        )
        return lambda: self._report(form)


def _outcomes(story: ClaimStory) -> Sequence[tuple[Any, str]]:
    if story.outcomes:
        return [(one.code, one.name) for one in story.outcomes]
    return [("healed", _("Sembuh")), ("disabled", _("Cacat")), ("died", _("Meninggal"))]
