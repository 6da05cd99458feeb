"""Candidates: who may be the person on the form, why, and the clerk's word on each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from models.language import _, date_short, ngettext
from models.rules.missions import mission
from models.sentences import explain
from ui.kit import Card, Chip, KeyHint, SecondaryButton, announce, empty, label

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.candidates import Candidate
    from kiosk.sync.lookup import Elsewhere

SHOWN = 3
"""As many as stand beside the form without pushing the consent off the screen."""


class CandidatesCard(Card):
    """«Mungkin sudah terdaftar»: those here and those of other missions; hidden while nobody is like the person on the
    form."""

    same = Signal(object)
    """This candidate of this counter is the person."""
    borrowed = Signal(object)
    """This one of another mission is the person: to be fetched."""
    different = Signal(object)
    """This candidate is somebody else."""
    opened = Signal(object)
    """Show this candidate of this counter, to compare; offered where `can_open`."""

    def __init__(
        self, heading: str = "", key: str = "", *, can_open: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(heading or _("Mungkin sudah terdaftar"), kind="amber", parent=parent)
        if key:
            with_key(self, key)
        self._lines = QVBoxLayout()
        self._lines.setSpacing(14)
        self.body.addLayout(self._lines)
        self.more = self.add(label("", "note", wrap=True))
        self._can_open = can_open
        self._told: frozenset[UUID] = frozenset()
        self.candidates: tuple[Candidate, ...] = ()
        self.elsewhere: tuple[Elsewhere, ...] = ()
        self._shown: tuple[Candidate | Elsewhere, ...] = ()
        self.buttons: list[SecondaryButton] = []
        self.hide()

    def show_candidates(self, found: Sequence[Candidate], told: Collection[UUID] = ()) -> None:
        """Name these of this counter; a reader of the screen is told when the first of all is new. `told`: of whom it
        was said already that they are the person, and the centre has still to join them."""
        self.candidates = tuple(found)
        if frozenset(told) != self._told:
            self._told, self._shown = frozenset(told), ()
        self._show()

    def show_elsewhere(self, found: Sequence[Elsewhere]) -> None:
        """Name these of other missions below those of this counter."""
        self.elsewhere = tuple(found)
        self._show()

    def leave_out(self, ids: Collection[str]) -> None:
        """Those are somebody else; do not wait for the next answer to say so."""
        self.candidates = tuple(one for one in self.candidates if not {str(id_) for id_ in one.ids} & set(ids))
        self.elsewhere = tuple(one for one in self.elsewhere if str(one.worker_id) not in ids)
        self._show()

    def forget(self) -> None:
        """Another person comes to the form."""
        self.candidates, self.elsewhere = (), ()
        self._show()

    def first(self) -> QWidget | None:
        """The first button, if anybody is named."""
        return self.buttons[0] if self.buttons else None

    def _show(self) -> None:
        here = {one_id for one in self.candidates for one_id in one.ids}
        found: tuple[Candidate | Elsewhere, ...] = self.candidates
        found += tuple(one for one in self.elsewhere if one.worker_id not in here)
        if found == self._shown:
            return
        fresh = bool(found) and _id(found[0]) not in [_id(one) for one in self._shown]
        self._shown = found
        empty(self._lines)
        self.buttons = []
        for one in found[:SHOWN]:
            self._lines.addWidget(self._line(one))
        left = len(found) - SHOWN
        self.more.setText(ngettext("dan {n} lagi yang mirip", "dan {n} lagi yang mirip", left).format(n=left))
        self.more.setVisible(left > 0)
        self.set_kind("red" if any(one.likeness.strength == "strong" for one in found) else "amber")
        self.setVisible(bool(found))
        if fresh:
            announce(self.heading)

    def _line(self, one: Candidate | Elsewhere) -> QWidget:
        name = _name(one)
        holder = QWidget(self)
        holder.setObjectName("clear")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(label(name, "strong", wrap=True), 1)
        strong = one.likeness.strength == "strong"
        chip = Chip("red" if strong else "amber", f"{one.likeness.score}%", parent=holder)
        first.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(first)
        why = explain(one.likeness)
        column.addWidget(label(why, "note", wrap=True))
        column.addWidget(label(_who(one), "note", wrap=True))
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        waits = _id(one) in self._told
        if waits:
            column.addWidget(label(_("Sudah dicatat orang yang sama; pusat yang menggabungkan."), "note", wrap=True))
        yes, no = SecondaryButton(_("Ini orangnya")), SecondaryButton(_("Bukan"))
        yes.setAccessibleName(_("Ini orangnya: {name}, {why}").format(name=name, why=why))
        no.setAccessibleName(_("Bukan {name}").format(name=name))
        chosen = self.borrowed if _is_elsewhere(one) else self.same
        yes.clicked.connect(lambda _checked=False: chosen.emit(one))
        no.clicked.connect(lambda _checked=False: self.different.emit(one))
        shown = [no] if waits else [yes, no]
        if self._can_open:
            look = SecondaryButton(_("Buka"))
            look.setAccessibleName(_("Buka {name}").format(name=name))
            look.clicked.connect(lambda _checked=False: self.opened.emit(one))
            shown.append(look)
        for button in shown:
            buttons.addWidget(button)
            self.buttons.append(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        return holder


def with_key(card: Card, key: str) -> None:
    """Draw the key that leads to a card beside its heading."""
    head = QHBoxLayout()
    card.body.removeWidget(card.heading)
    head.addWidget(card.heading, 1)
    head.addWidget(KeyHint(key, parent=card))
    card.body.insertLayout(0, head)


def _is_elsewhere(one: Candidate | Elsewhere) -> bool:
    return hasattr(one, "mission_name")


def _id(one: Candidate | Elsewhere) -> object:
    return getattr(one, "worker_id", None) or getattr(one, "id", None)


def _name(one: Candidate | Elsewhere) -> str:
    return str(getattr(one, "name", None) or one.worker.name)  # type: ignore[union-attr]


def _who(one: Candidate | Elsewhere) -> str:
    """Born when, with which passport, registered where. Of somebody elsewhere the numbers' ends only are known."""
    if _is_elsewhere(one):
        return _who_elsewhere(one)  # type: ignore[arg-type]
    return _who_here(one)  # type: ignore[arg-type]


def _who_elsewhere(one: Elsewhere) -> str:
    where = (
        _("terdaftar di {mission} {year}").format(mission=one.mission_name, year=one.registered)
        if one.registered
        else _("terdaftar di {mission}").format(mission=one.mission_name)
    )
    parts = [
        _("lahir {day}").format(day=date_short(one.birth_date)) if one.birth_date else "",
        _("paspor {number}").format(number=f"••••{one.passport_end}") if one.passport_end else "",
        _("NIK {nik}").format(nik=f"••••{one.nik_end}") if one.nik_end else "",
        where,
    ]
    return " · ".join(part for part in parts if part)


def _who_here(one: Candidate) -> str:
    worker = one.worker
    parts = [
        _("lahir {day}").format(day=date_short(worker.birth_date)) if worker.birth_date else "",
        _("paspor {number}").format(number=worker.passport_number) if worker.passport_number else "",
        _("didaftarkan di {mission}").format(mission=mission(one.mission).name) if one.mission else "",
    ]
    return " · ".join(part for part in parts if part)
