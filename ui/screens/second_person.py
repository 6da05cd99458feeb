"""Second person: a supervisor agrees at this counter, with their own name and password, to what one person may not do
alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.language import _
from models.rules.problems import Problem, Refused, Trouble
from models.sentences import sentence
from ui.kit import Dialog, Field, LineField, PasswordField, announce, row, show_problems
from ui.runner import Runner, present

_AT_LOGIN = ("store.no_slot", "staff.disabled")


@dataclass(frozen=True)
class Agreement:
    """What the second person typed, and why; `reason` is empty where none was asked for."""

    login: str
    password: str = field(repr=False)
    reason: str = ""


class SecondPersonDialog(Dialog):
    """Asks for the second person and, where `why` is given, for the reason, of which `why` is an example.

    `approve(agreement)` is done on the store's lane: it checks the password, or does the whole of what needs it. What
    it returns is sent with `agreed`, and the dialog closes. Refused or in trouble, it stays with all that was typed but
    the password: problems of `login`, `password` and `reason` (also as
    `approval.login`) stand at their fields, the others above the buttons."""

    agreed = Signal(object)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        said: str,
        *,
        yes: str,
        approve: Callable[[Agreement], object],
        runner: Runner,
        why: str | None = None,
        danger: bool = False,
    ) -> None:
        super().__init__(parent, title, said, yes=yes, danger=danger, width=560)
        self._approve, self._runner = approve, runner
        self._reason, self._login = LineField(longest=200, placeholder=why or ""), LineField(longest=64)
        self._password = PasswordField()
        self.reason = Field(_("Alasan"), self._reason, parent=self)
        self.reason.setVisible(why is not None)
        self.login = Field(_("Nama masuk penyelia"), self._login)
        self.password = Field(_("Kata sandi penyelia"), self._password)
        self._fields = {"reason": self.reason, "login": self.login, "password": self.password}
        self.body.addWidget(self.reason)
        self.body.addWidget(row(self.login, self.password))
        self.primary.clicked.connect(self._on_yes)
        for one, other in pairwise([self._reason, self._login, self._password, self.primary, self.secondary]):
            self.setTabOrder(one, other)
        (self._login if why is None else self._reason).setFocus()

    def agreement(self) -> Agreement:
        """What stands in the fields."""
        return Agreement(self._login.value(), self._password.value(), self._reason.value())

    def _on_yes(self) -> None:
        given = self.agreement()
        missing = [
            Problem(name, "required")
            for name, one in self._fields.items()
            if not getattr(given, name) and not one.isHidden()
        ]
        self.set_problem(None)
        show_problems(self._fields, missing, focus=True)
        if missing:
            return
        self.primary.setEnabled(False)
        self._runner.run(lambda: self._approve(given), self._on_agreed, self._on_failed, owner=self)

    def _on_agreed(self, answer: object) -> None:
        self._password.clear()
        self.accept()
        self.agreed.emit(answer)

    def _on_failed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        self._password.clear()
        if isinstance(error, Refused):
            problems = [replace(one, field=one.field.rpartition(".")[2]) for one in error.problems]
            homeless = show_problems(self._fields, problems, focus=True)
            said = " ".join(dict.fromkeys(sentence(one) for one in homeless if isinstance(one, Problem)))
            self.set_problem(said or None)
            if len(homeless) < len(error.problems):
                return
        else:
            said = present(error).sentence
            at = self._at(error)
            if at is not None:
                at.set_problem(said)
                at.editor.setFocus()
                return
            self.set_problem(said)
        announce(self.problem)
        self._password.setFocus()

    def _at(self, error: BaseException) -> Field | None:
        """Beside which field trouble with a password stands."""
        if not isinstance(error, Trouble):
            return None
        if error.code in _AT_LOGIN:
            return self.login
        return self.password if error.code in ("store.wrong_password", "store.locked_out") else None
