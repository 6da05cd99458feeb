"""Found: the list of workers, and the search as one types: on the store lane, the latest answer wins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_short
from models.rules.nik import mask_nik
from ui.kit import Cell, Column, RowTable
from ui.runner import Runner
from ui.screens.covers import cover_chip

if TYPE_CHECKING:
    from kiosk.queries.workers import WorkerRow

T = TypeVar("T")
PAUSE_MS = 40
"""A search takes a few milliseconds (`make bench ARGS=searching`): every key of a hand is answered, and of a scanner,
which types faster than this, only the last."""


class FoundTable(RowTable):
    """Name, birthday and what else matched; passport, masked NIK, employer, cover."""

    def __init__(self, *, name: str, extra: Column | None = None, parent: QWidget | None = None) -> None:
        columns = [
            Column(_("Nama"), _name, stretch=4),
            Column(_("Paspor"), lambda row: row.passport_number or "—"),
            Column(_("NIK"), lambda row: mask_nik(row.nik) if row.nik else "—"),
            Column(_("Pemberi kerja"), lambda row: row.employer or "—", width=172),
            Column(_("Perlindungan"), _cover),
        ]
        if extra is not None:
            columns[3] = extra
        super().__init__(columns, name=name, key=lambda row: row.id, two_lines=True, parent=parent)


def _name(row: WorkerRow) -> Cell:
    born = date_short(row.birth_date) if row.birth_date else ""
    return Cell(row.name, second=" · ".join(part for part in (born, _matched(row)) if part), bold=True)


def _matched(row: WorkerRow) -> str:
    """Why the row is there, where its columns do not show it."""
    if row.matched is None:
        return ""
    sentence = {
        "phone": _("telepon {value}"),
        "whatsapp": _("WhatsApp {value}"),
        "kpj": _("KPJ {value}"),
        "kpj_before": _("KPJ lain {value}"),
        "pmi_id": _("ID PMI {value}"),
        "pmi_before": _("ID PMI lama {value}"),
        "passport_before": _("paspor lama {value}"),
        "nik_before": _("NIK lain {value}"),
        "name_on_id_card": _("di KTP {value}"),
        "other_name": _("juga terdaftar sebagai {value}"),
        "near": _("mirip, tetapi tidak sama"),
    }[row.matched.kind]
    return sentence.format(value=row.matched.value)


def _cover(row: WorkerRow) -> Cell:
    if not row.registered:
        return Cell(_("Belum terdaftar"), kind="grey")
    kind, said = cover_chip(row.cover)
    return Cell(said, kind=kind, dot=kind in ("ok", "amber"))


class Seeker(QObject, Generic[T]):
    """Searches when typing stops. `found(text, rows)` is only ever sent for what was typed last; with nothing typed
    it gives `blank()`."""

    found = Signal(str, list)
    failed = Signal(object)

    def __init__(
        self,
        search: Callable[[str], list[T]],
        blank: Callable[[], list[T]],
        runner: Runner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._search, self._blank, self._runner = search, blank, runner
        self._text = ""
        self._answered: str | None = None
        self._asked = 0
        self._then: Callable[[], object] | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._ask)

    def typed(self, text: Any) -> None:
        """What stands in the box now; asked when it has stood there for a moment."""
        self._text, self._then = str(text).strip(), None
        self._pause.start()

    def now(self, text: str) -> None:
        """Ask at once."""
        self._text = text.strip()
        self._ask()

    def again(self) -> None:
        """Ask the same again: something has changed."""
        self._ask()

    def then(self, text: str, action: Callable[[], object]) -> None:
        """Do this when the list shows what belongs to `text`: now, or when the answer is there."""
        text = text.strip()
        if self._answered == text and not self._pause.isActive():
            action()
            return
        self._text, self._then = text, action
        self._ask()

    def _ask(self) -> None:
        self._pause.stop()
        self._asked += 1
        text, asked = self._text, self._asked
        self._runner.run(
            lambda: self._search(text) if text else self._blank(),
            lambda rows: self._on_found(asked, text, rows),
            lambda error: self._on_failed(asked, error),
            owner=self,
        )

    def _on_found(self, asked: int, text: str, rows: list[T]) -> None:
        if asked != self._asked:
            return
        self._answered = text
        action, self._then = self._then, None
        self.found.emit(text, rows)
        if action is not None:
            action()

    def _on_failed(self, asked: int, error: BaseException) -> None:
        if asked == self._asked:
            self._then = None
            self.failed.emit(error)
