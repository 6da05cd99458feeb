"""Elsewhere: asking the centre, while a form is filled in, whether the person is registered at another mission."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from models.rules.names import name_key
from models.rules.nik import clean_nik, nik_problems
from models.rules.problems import Refused, Trouble
from ui.runner import Runner

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.registration import Registration
    from kiosk.sync.lookup import Elsewhere

    Identity = tuple[str, str, str, str]

QUIET_MS = 700
"""From the last change of what a person is known by to the question: it costs the centre and the line something."""
SHORTEST_PASSPORT = 7
SHORTEST_NAME = 3


class Elsewheres(QObject):
    """Asks on the line's lane once for each identity typed, and never keeps anybody waiting: where the line is down,
    nothing is said, and the centre pairs later."""

    found = Signal(object)
    """Those who may be the person on the form, the likeliest first."""

    def __init__(
        self,
        runner: Runner,
        *,
        look_up: Callable[[Registration], Sequence[Elsewhere]],
        borrow: Callable[[UUID], UUID],
        has_line: Callable[[], bool],
        failed: Callable[[BaseException], object],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._runner, self._look_up, self._borrow, self._has_line = runner, look_up, borrow, has_line
        self._failed = failed
        self._answers: dict[Identity, Sequence[Elsewhere]] = {}
        self._form: Registration | None = None
        self._identity: Identity | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(QUIET_MS)
        self._pause.timeout.connect(self.now)

    def ask(self, form: Registration) -> None:
        """The form as it is now; the question goes out when it has been quiet for a while."""
        identity = enough(form)
        if identity == self._identity:
            return
        self._identity, self._form = identity, form
        self._pause.stop()
        self.found.emit(self._answers.get(identity, ()) if identity else ())
        if identity is not None and identity not in self._answers and self._has_line():
            self._pause.start()

    def now(self) -> None:
        """Ask at once what waits to be asked."""
        self._pause.stop()
        identity, form = self._identity, self._form
        if identity is None or form is None or identity in self._answers or not self._has_line():
            return
        # Asked is asked: a line that is down is not asked again for the same person.
        self._answers[identity] = ()
        self._runner.run(
            lambda: self._look_up(form),
            lambda found: self._on_found(identity, found),
            self._on_silent,
            on="line",
            owner=self,
        )

    def forget(self) -> None:
        """Another person comes to the form."""
        self._pause.stop()
        self._answers.clear()
        self._form = self._identity = None

    def borrow(
        self, worker_id: UUID, done: Callable[[UUID], object], failed: Callable[[BaseException], object]
    ) -> None:
        """Have one of them here; `done` gets the id under which they go on."""
        self._runner.run(lambda: self._borrow(worker_id), done, failed, on="line", owner=self)

    def _on_found(self, identity: Identity, found: Sequence[Elsewhere]) -> None:
        if self._form is not None:
            self._answers[identity] = found
        if identity == self._identity:
            self.found.emit(found)

    def _on_silent(self, error: BaseException) -> None:
        """Nobody asked for it, so nobody is told that the line is down; a fault of ours is."""
        if not isinstance(error, Refused | Trouble):
            self._failed(error)


def enough(form: Registration) -> Identity | None:
    """What somebody can be looked for by: a whole NIK, a passport, or a name and a birthday. None: too little yet."""
    nik = clean_nik(form.nik or "")
    nik = "" if nik_problems(nik) else nik
    passport = "".join((form.passport_number or "").split()).upper()
    passport = passport if len(passport) >= SHORTEST_PASSPORT else ""
    born = form.birth_date
    name = name_key(form.name or "") if born and len((form.name or "").strip()) >= SHORTEST_NAME else ""
    if not (nik or passport or name):
        return None
    return nik, passport, name, str(born) if name else ""
