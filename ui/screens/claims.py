"""Claims: what this mission has taken in, and the papers that follow later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from models.language import _, date_short, ngettext
from ui.kit import (
    Card,
    Cell,
    Chip,
    Column,
    EmptyState,
    Header,
    Option,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    Segments,
    label,
)
from ui.news import CLAIMS, SYNC, news
from ui.runner import Runner, present
from ui.screens.documents import Checklist, sealed_requirement
from ui.words import filer

if TYPE_CHECKING:
    from kiosk.queries.claims import ClaimRow
    from kiosk.queries.documents import DocumentRow
    from kiosk.usecases.claims import Document


def _papers(claim: ClaimRow) -> Cell:
    if claim.restricted:
        return Cell(_("disegel"), kind="grey")
    there = claim.required - len(claim.missing)
    words = _("{there} / {all}").format(there=there, all=claim.required)
    return Cell(words, kind="amber" if claim.missing else "ok")


class ClaimsPage(Page):
    """The mission's claims, those that wait for papers first in mind. F8 adds the next paper of the claim one stands
    on, F12 attaches what was added, Enter opens the worker."""

    worker_asked = Signal(object)
    paper_asked = Signal(str)
    search_asked = Signal()
    """Somebody wants to file: find out who."""
    attached = Signal(object)
    """Documents were added to the claim with this id."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        claims: Callable[[], list[ClaimRow]],
        documents: Callable[[UUID], list[DocumentRow]],
        attach: Callable[[UUID, Sequence[Document]], object],
        runner: Runner,
        scan: Callable[[], bytes] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._documents, self._attach, self._runner = claims, documents, attach, runner
        self._all: list[ClaimRow] = []
        self._wanted: UUID | None = None
        self._claim: ClaimRow | None = None
        self._attaching = False
        self._build_list()
        self._build_detail(scan)
        news.changed.connect(self._on_news)
        self._show_rows()

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.which = Segments([Option("missing", _("Kurang dokumen")), Option("all", _("Semua"))], "missing", spacing=8)
        self.which.setFixedWidth(330)
        self.which.setAccessibleName(_("Klaim yang ditampilkan"))
        self.header = card.add(Header(_("Klaim"), " ", self.which))
        self.table = RowTable(
            [
                Column(_("Nomor"), lambda one: Cell(one.number, second=date_short(one.business_date))),
                Column(_("Pekerja"), lambda one: Cell(one.worker_name, second=one.name, bold=True), stretch=1),
                Column(_("Peristiwa"), lambda one: date_short(one.event_date)),
                Column(_("Dokumen"), _papers),
            ],
            name=_("Klaim perwakilan ini"),
            two_lines=True,
        )
        card.add(self.table, 1)
        begin = SecondaryButton(_("Cari pekerja"), "F2")
        self.empty = card.add(EmptyState("claim", "", "", begin), 1)
        self.which.changed.connect(lambda _value: self._show_rows())
        self.table.current_changed.connect(self._on_current)
        self.table.opened.connect(lambda one: self.worker_asked.emit(one.worker_id))
        begin.clicked.connect(self.search_asked)

    def _build_detail(self, scan: Callable[[], bytes] | None) -> None:
        right = self.column(width=540)
        self.detail = card = Card(parent=self)
        right.addWidget(card, 1)
        self.state = Chip("grey", "", parent=card)
        self.title = card.add(Header("", "", self.state))
        self.notice = card.add(label("", "note", wrap=True))
        self.documents_label = card.add(label(_("Dokumen"), "label"))
        self.checklist = card.add(Checklist(self._runner, scan=scan), 1)
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.primary = card.add(PrimaryButton(_("Tambahkan dokumen"), "F12"))
        self.view = SecondaryButton(_("Tanda terima"), icon="receipt")
        self.open = SecondaryButton(_("Buka pekerja"), "Enter")
        row = card.add_row(self.view, self.open, spacing=10)
        row.setStretch(0, 1)
        row.setStretch(1, 1)
        self.checklist.changed.connect(self._on_checklist)
        self.checklist.failed.connect(self.failed)
        self.primary.clicked.connect(self._on_attach)
        self.view.clicked.connect(self._on_view)
        self.open.clicked.connect(self._on_open)

    # What the shell asks

    def on_shown(self, claim_id: UUID | None = None, **_others: Any) -> None:
        """Come to the front, on this claim if one is named."""
        self.show_for(claim_id) if claim_id is not None else self.refresh()

    def show_for(self, claim_id: UUID) -> None:
        """Stand on one claim, whatever list it is in."""
        self._wanted = claim_id
        self.refresh()

    def refresh(self) -> None:
        """Read again; stays on the claim it was on."""
        self._runner.run(self._read, self._on_rows, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget | None:
        """The list."""
        return self.table if self.table.rows() else self.which

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: the next paper of this claim."""
        if self._claim is not None:
            self.checklist.add_next()

    def on_claim(self) -> None:
        """F7: whose claim it is is found by the one search box."""
        self.search_asked.emit()

    # Inside

    def _on_rows(self, rows: list[ClaimRow]) -> None:
        self._all = rows
        wanted = next((one for one in rows if one.id == self._wanted), None)
        if wanted is not None and not wanted.missing and self.which.value() == "missing":
            self.which.set_value("all")
        self._show_rows()
        if wanted is not None:
            self.table.set_current(wanted)
        self._wanted = None
        if rows and self.isVisible() and self.which.isAncestorOf(self.window().focusWidget() or self):
            self.table.setFocus()

    def _show_rows(self) -> None:
        waiting = [one for one in self._all if one.missing]
        shown = waiting if self.which.value() == "missing" else self._all
        count = ngettext("{n} klaim", "{n} klaim", len(self._all)).format(n=len(self._all))
        lacking = ngettext("{n} kurang dokumen", "{n} kurang dokumen", len(waiting)).format(n=len(waiting))
        self.header.set(_("Klaim"), f"{count} · {lacking}")
        self.table.set_rows(shown)
        self.table.setVisible(bool(shown))
        self.detail.setVisible(bool(shown))
        self.empty.setVisible(not shown)
        if self._all:
            self.empty.set(_("Semua klaim sudah lengkap."), _("Pilih Semua untuk melihat klaim yang sudah lengkap."))
        else:
            self.empty.set(_("Belum ada klaim."), _("Cari pekerjanya dengan F2, lalu tekan F7 untuk mengajukan klaim."))

    def _on_current(self, claim: ClaimRow | None) -> None:
        same = claim is not None and self._claim is not None and claim.id == self._claim.id
        self._claim = claim
        if claim is None:
            self.checklist.clear()
            return
        self.title.set(claim.number, f"{claim.worker_name} · {claim.name}")
        there = claim.required - len(claim.missing)
        if claim.restricted:
            self.state.set("grey", _("Klaim khusus"))
        elif claim.missing:
            self.state.set("amber", _("{there} dari {all}").format(there=there, all=claim.required))
        else:
            self.state.set("ok", _("Lengkap"))
        said = _("Peristiwa {event} · diajukan {day} {by}").format(
            event=date_short(claim.event_date), day=date_short(claim.business_date), by=filer(claim.filed_by)
        )
        if claim.restricted:
            said += ". " + _("Jenis dan isinya disegel; loket tidak menyimpannya.")
        self.notice.setText(said)
        if not same:
            self.checklist.clear()
            self._set_problem(None)
        self._runner.run(
            lambda: self._documents(claim.id),
            lambda kept: self._on_documents(claim, kept),
            self.failed.emit,
            owner=self,
        )

    def _on_documents(self, claim: ClaimRow, kept: list[DocumentRow]) -> None:
        if self._claim is None or claim.id != self._claim.id:
            return
        asked = (sealed_requirement(),) if claim.restricted else claim.asked
        self.checklist.set_requirements(asked, kept)

    def _on_checklist(self) -> None:
        fresh = len(self.checklist.documents())
        words = ngettext("Tambahkan {n} dokumen", "Tambahkan {n} dokumen", fresh).format(n=fresh)
        self.primary.setText(words if fresh else _("Tambahkan dokumen"))
        self.primary.setEnabled(bool(fresh) and not self._attaching)

    def _on_attach(self) -> None:
        claim, documents = self._claim, self.checklist.documents()
        if claim is None or not documents or self._attaching:
            return
        self._attaching = True
        self.primary.setEnabled(False)
        self.table.setEnabled(False)
        self._runner.run(
            lambda: self._attach(claim.id, documents),
            lambda _none: self._on_attached(claim.id),
            self._on_refused,
            owner=self,
        )

    def _on_attached(self, claim_id: UUID) -> None:
        self._attaching = False
        self.table.setEnabled(True)
        self.checklist.clear()
        self._claim = None
        self._wanted = claim_id
        self._set_problem(None)
        self.attached.emit(claim_id)
        news.tell(CLAIMS, SYNC)
        self.refresh()
        self.table.setFocus()

    def _on_refused(self, error: BaseException) -> None:
        self._attaching = False
        self.table.setEnabled(True)
        self.primary.setEnabled(True)
        self._set_problem(present(error).sentence)

    def _set_problem(self, sentence: str | None) -> None:
        self.problem.setText(sentence or "")
        self.problem.setVisible(bool(sentence))

    def _on_view(self) -> None:
        if self._claim is not None:
            self.paper_asked.emit(self._claim.number)

    def _on_open(self) -> None:
        if self._claim is not None:
            self.worker_asked.emit(self._claim.worker_id)

    def _on_news(self, topic: str) -> None:
        if topic == CLAIMS and self.isVisible() and not self._attaching:
            self.refresh()
