"""Candidates: who may be the person on the form, why, and the clerk's word on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.language import _, date_short, ngettext
from models.rules.missions import mission
from models.sentences import explain
from ui.kit import Card, Chip, SecondaryButton, announce, empty, label

if TYPE_CHECKING:
    from kiosk.queries.candidates import Candidate

SHOWN = 3
"""As many as stand beside the form without pushing the consent off the screen."""


class CandidatesCard(Card):
    """«Mungkin sudah terdaftar»: hidden while nobody is like the person on the form."""

    same = Signal(object)
    """This candidate is the person."""
    different = Signal(object)
    """This candidate is somebody else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Mungkin sudah terdaftar"), kind="amber", parent=parent)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self.body.addLayout(self._lines)
        self.more = self.add(label("", "note", wrap=True))
        self.candidates: tuple[Candidate, ...] = ()
        self.hide()

    def show_candidates(self, found: Sequence[Candidate]) -> None:
        """Name these; a reader of the screen is told when the first of them is new."""
        if tuple(found) == self.candidates:
            return
        fresh = bool(found) and found[0].id not in [one.id for one in self.candidates]
        self.candidates = tuple(found)
        empty(self._lines)
        for one in found[:SHOWN]:
            self._lines.addWidget(self._line(one))
        left = len(found) - SHOWN
        self.more.setText(ngettext("dan {n} lagi yang mirip", "dan {n} lagi yang mirip", left).format(n=left))
        self.more.setVisible(left > 0)
        self.set_kind("red" if any(one.strong for one in found) else "amber")
        self.setVisible(bool(found))
        if fresh:
            announce(self.heading)

    def _line(self, one: Candidate) -> QWidget:
        holder = QWidget(self)
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(label(one.worker.name, "strong", wrap=True), 1)
        chip = Chip("red" if one.strong else "amber", f"{one.likeness.score}%", parent=holder)
        first.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        column.addWidget(label(explain(one.likeness), "note", wrap=True))
        column.addWidget(label(_who(one), "note", wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        yes, no = SecondaryButton(_("Ini orangnya")), SecondaryButton(_("Bukan"))
        yes.setAccessibleName(_("Ini orangnya: {name}, {why}").format(name=one.worker.name, why=explain(one.likeness)))
        no.setAccessibleName(_("Bukan {name}").format(name=one.worker.name))
        yes.clicked.connect(lambda _checked=False: self.same.emit(one))
        no.clicked.connect(lambda _checked=False: self.different.emit(one))
        for button in (yes, no):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return holder


def _who(one: Candidate) -> str:
    """Born when, with which passport, registered where."""
    worker = one.worker
    parts = [
        _("lahir {day}").format(day=date_short(worker.birth_date)) if worker.birth_date else "",
        _("paspor {number}").format(number=worker.passport_number) if worker.passport_number else "",
        _("didaftarkan di {mission}").format(mission=mission(one.mission).name) if one.mission else "",
    ]
    return " · ".join(part for part in parts if part)
