"""Claims: what this mission has taken in, where each stands, what must be brought and who is to be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from models.language import _, date_short, ngettext, rupiah, time_short
from models.rules.claims import Requirement
from ui import words
from ui.kit import (
    Card,
    Cell,
    Chip,
    Column,
    EmptyState,
    FactList,
    Header,
    MarkList,
    Option,
    Page,
    PrimaryButton,
    QuietButton,
    RowTable,
    SecondaryButton,
    Segments,
    label,
)
from ui.news import CLAIMS, SYNC, news
from ui.runner import Runner, present
from ui.screens.claim_steps import ReportDialog, TellDialog, WithdrawDialog
from ui.screens.documents import Checklist, sealed_requirement
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.forms.claim_report import ReportForm
    from kiosk.forms.claim_withdrawal import WithdrawalForm
    from kiosk.queries.claims import ClaimList, ClaimRow, ClaimStory, Which
    from kiosk.queries.documents import DocumentRow
    from kiosk.usecases.claim_papers import LetterKind
    from kiosk.usecases.claims import Document
    from models.rules.claim_papers import Wanted


class ClaimsPage(Page):
    """The mission's claims, those that need somebody to act first. F8 adds the next paper of the claim one stands on,
    F12 attaches what was added, F9 notes that its filer was told, Enter opens the worker. Beside it the claim: what the
    centre said, its papers, and all that befell it."""

    worker_asked = Signal(object)
    paper_asked = Signal(str)
    search_asked = Signal()
    """Somebody wants to file: find out who."""
    list_asked = Signal()
    deaths_asked = Signal()
    """Those to be called, as a list to print or keep."""
    attached = Signal(object)
    """Documents were added to the claim with this id."""
    told = Signal(str)
    """What went well, for the toast."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        claims: Callable[[Which], ClaimList],
        story: Callable[[UUID], ClaimStory],
        documents: Callable[[UUID], list[DocumentRow]],
        attach: Callable[[UUID, Sequence[Document]], object],
        report: Callable[[ReportForm], object],
        withdraw: Callable[[WithdrawalForm], object],
        tell: Callable[[str, str, str], object],
        letter: Callable[[str, LetterKind], str],
        today: Callable[[], date],
        local: Callable[[datetime], datetime],
        runner: Runner,
        one: Callable[[UUID], ClaimRow] | None = None,
        read: Callable[[bytes], bytes] | None = None,
        detach: Callable[[UUID, str], object] | None = None,
        scan: Callable[[], bytes] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`one` reads a claim that no list has, as one of another mission; `read` gives a document's content by its
        hash, `detach` takes one back."""
        super().__init__(parent)
        self._one = one
        self._guest: UUID | None = None
        self._read_document, self._detach = read, detach
        self._read, self._story, self._documents, self._attach = claims, story, documents, attach
        self._report, self._withdraw, self._tell, self._letter = report, withdraw, tell, letter
        self._today, self._local, self._runner = today, local, runner
        self._wanted: UUID | None = None
        self._claim: ClaimRow | None = None
        self._shown: ClaimStory | None = None
        self._attaching = False
        self._build_list()
        self._build_detail(scan)
        news.changed.connect(self._on_news)
        self._show_list(None)

    # Built left to right

    def _build_list(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.deaths = QuietButton(_("Meninggal & hilang"), "Ctrl+H", boxed=True)
        self.header = card.add(Header(_("Klaim"), " ", self.deaths))
        self.which = card.add(Segments(_lists({}), "action", spacing=8))
        self.which.setAccessibleName(_("Klaim yang ditampilkan"))
        self.table = RowTable(
            [
                Column(_("Pekerja"), lambda one: Cell(one.worker_name, second=one.number, bold=True), stretch=1),
                Column(_("Status"), lambda one: Cell(words.claim_state(one.state).text, kind=_kind(one))),
                Column(_("Sejak"), lambda one: date_short(self._local(one.state_at)), width=122),
                Column(_("Yang perlu dilakukan"), self._to_do, width=180),
            ],
            name=_("Klaim perwakilan ini"),
            two_lines=True,
        )
        card.add(self.table, 1)
        begin = SecondaryButton(_("Cari pekerja"), "F2")
        self.empty = card.add(EmptyState("claim", "", "", begin), 1)
        self.list = SecondaryButton(_("Daftar yang perlu dihubungi"), icon="report")
        self.open = SecondaryButton(_("Buka pekerja"), "Enter")
        card.add_row(self.open, self.list, 1, spacing=10)
        self.which.changed.connect(lambda _value: self.refresh())
        self.table.current_changed.connect(self._on_current)
        self.table.opened.connect(lambda one: self.worker_asked.emit(one.worker_id))
        begin.clicked.connect(self.search_asked)
        self.list.clicked.connect(self.list_asked)
        self.deaths.clicked.connect(self.deaths_asked)
        shortcut = QShortcut(QKeySequence("Ctrl+H"), self, self.deaths_asked.emit)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.open.clicked.connect(self._on_open)

    def _to_do(self, claim: ClaimRow) -> Cell:
        """What is to be done, and until when or whom to call."""
        phone = next((one.phone or one.whatsapp for one in claim.callees), "")
        if claim.action in ("approved", "rejected", "paid"):
            return Cell(_("Beri tahu"), second=phone, bold=True)
        until = words.claim_until(claim, self._today())
        late = claim.until is not None and claim.until < self._today()
        return Cell(
            words.claim_bring(claim), second=until, bold=bool(claim.action), kind="red" if late else "", plain=True
        )

    def _build_detail(self, scan: Callable[[], bytes] | None) -> None:
        right = self.column(width=540)
        self.detail = card = Card(parent=self)
        right.addWidget(card, 1)
        self.state = Chip("grey", "", parent=card)
        self.title = card.add(Header("", "", self.state))
        self.next = card.add(label("", wrap=True))
        self.part = Segments(
            [Option("papers", _("Dokumen")), Option("answer", _("Jawaban")), Option("story", _("Riwayat"))],
            "papers",
            spacing=8,
        )
        self.part.setAccessibleName(_("Yang ditampilkan dari klaim ini"))
        card.add(self.part)
        self.checklist = card.add(
            Checklist(
                self._runner,
                scan=scan,
                read=self._read_document,
                detach=self._detach,
                detached=self._on_detached,
            ),
            1,
        )
        self.facts, self.events = FactList(left=True, label_width=128), MarkList()
        self.answer = card.add(scrolled(self.facts), 1)
        self.history = card.add(scrolled(self.events), 1)
        self.problem = card.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.primary = card.add(PrimaryButton(_("Tambahkan dokumen"), "F12"))
        self.tell = SecondaryButton(_("Sudah diberi tahu"), "F9")
        self.report = SecondaryButton(_("Laporan tahap dua"))
        self.withdraw = SecondaryButton(_("Tarik klaim"))
        self.view = SecondaryButton(_("Tanda terima"))
        self.letter = SecondaryButton(_("Cetak surat"))
        for buttons in ((self.tell, self.report), (self.view, self.letter, self.withdraw)):
            across = card.add_row(*buttons, spacing=10)
            for at in range(len(buttons)):
                across.setStretch(at, 1)
        self.part.changed.connect(lambda _value: self._show_part())
        self.checklist.changed.connect(self._on_checklist)
        self.checklist.failed.connect(self.failed)
        self.primary.clicked.connect(self._on_attach)
        self.tell.clicked.connect(self.on_edit)
        self.report.clicked.connect(self._on_report)
        self.withdraw.clicked.connect(self._on_withdraw)
        self.view.clicked.connect(self._on_view)
        self.letter.clicked.connect(self._on_letter)

    # What the shell asks

    def on_shown(self, claim_id: UUID | None = None, which: Which | None = None, **_others: Any) -> None:
        """Come to the front, on this claim if one is named, or with one of the lists."""
        if claim_id is not None:
            self.show_for(claim_id)
        elif which is not None and which != self.which.value():
            self.which.set_value(which)
        else:
            self.refresh()

    def show_for(self, claim_id: UUID) -> None:
        """Stand on one claim, whatever list it is in."""
        self._wanted = self._guest = claim_id
        self.refresh()

    def refresh(self) -> None:
        """Read again; stays on the claim it was on."""
        which, guest = self.which.value(), self._guest
        self._runner.run(lambda: self._with_guest(which, guest), self._show_list, self.failed.emit, owner=self)

    def _with_guest(self, which: Which, guest: UUID | None) -> ClaimList:
        """On a lane: the list; before all claims the one that was asked for by its number where it is not among them,
        because it is another mission's."""
        found = self._read(which)
        if guest is None or self._one is None or which != "all" or any(one.id == guest for one in found.rows):
            return found
        return replace(found, rows=(self._one(guest), *found.rows))

    def first_focus(self) -> QWidget | None:
        """The list."""
        return self.table if self.table.rows() else self.which

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isVisible():
            self.primary.click()

    def on_print(self) -> None:
        """F8: the next paper of this claim."""
        if self._claim is not None and not self._claim.erased:
            self.part.set_value("papers")
            self.checklist.add_next()

    def on_edit(self) -> None:
        """F9: whoever filed this claim was told what the centre said."""
        if self._shown is not None and self.tell.isEnabled():
            self._open_step(TellDialog(self, self._shown, self._tell, self._runner), _("Dicatat: sudah diberi tahu."))

    def on_claim(self) -> None:
        """F7: whose claim it is is found by the one search box."""
        self.search_asked.emit()

    # Inside

    def _show_list(self, found: ClaimList | None) -> None:
        rows = found.rows if found is not None else ()
        counts = {str(which): n for which, n in found.counts.items()} if found is not None else {}
        wanted = self._wanted
        if found is not None and wanted is not None and not any(one.id == wanted for one in rows):
            if self.which.value() != "all":
                # It is in none of the shorter lists, or in another one.
                self.which.set_value("all")
                return
            wanted = None
        self.which.set_options(_lists(counts))
        all_ = counts.get("all", 0)
        self.header.set(
            _("Klaim"), ngettext("{n} klaim perwakilan ini", "{n} klaim perwakilan ini", all_).format(n=all_)
        )
        self.table.set_rows(rows)
        for widget in (self.table, self.detail):
            widget.setVisible(bool(rows))
        self.empty.setVisible(not rows)
        self.list.setVisible(bool(counts.get("action")))
        if all_:
            self.empty.set(_nothing(self.which.value()), _("Pilih Semua untuk melihat klaim yang lain."))
        else:
            self.empty.set(_("Belum ada klaim."), _("Cari pekerjanya dengan F2, lalu tekan F7 untuk mengajukan klaim."))
        if wanted is not None:
            self.table.set_current(next(one for one in rows if one.id == wanted))
            self._wanted = None
        if rows and self.isVisible() and self.which.isAncestorOf(self.window().focusWidget() or self):
            self.table.setFocus()

    def _on_current(self, claim: ClaimRow | None) -> None:
        same = claim is not None and self._claim is not None and claim.id == self._claim.id
        self._claim = claim
        if claim is None:
            self._shown = None
            self.checklist.clear()
            return
        self.title.set(claim.number, " · ".join(part for part in (claim.worker_name, claim.name) if part))
        self.state.set(_kind(claim), words.claim_state(claim.state).text)
        self.next.setText(words.claim_next(claim, self._today()))
        if not same:
            self.checklist.clear()
            self._set_problem(None)
            self._shown = None
            self.part.set_value("papers" if claim.state in ("filed", "asked") and not claim.erased else "answer")
        self._show_buttons()
        self._show_part()
        self._runner.run(
            lambda: (self._story(claim.id), self._documents(claim.id)),
            lambda read: self._on_story(*read),
            self.failed.emit,
            owner=self,
        )

    def _on_story(self, story: ClaimStory, kept: list[DocumentRow]) -> None:
        if self._claim is None or story.row.id != self._claim.id:
            return
        self._shown = story
        self._show_buttons()
        self._show_answer(story)
        self._show_events(story)
        if story.row.erased:
            self.checklist.set_requirements((), ())
            return
        asked, there = _asked(story, kept)
        self.checklist.set_requirements(asked, there)

    def _show_part(self) -> None:
        part = self.part.value()
        for name, widget in (("papers", self.checklist), ("answer", self.answer), ("story", self.history)):
            widget.setVisible(part == name)
        self.primary.setVisible(part == "papers" and not (self._claim is not None and self._claim.erased))

    def _show_buttons(self) -> None:
        can = self._shown.can if self._shown is not None else frozenset()
        claim = self._claim
        answered = claim is not None and claim.state not in ("filed", "withdrawn") and not claim.erased
        self.tell.setEnabled(self._shown is not None and answered and claim is not None and claim.told_at is None)
        self.report.setEnabled("report" in can)
        self.report.setVisible("report" in can)
        self.withdraw.setEnabled("withdraw" in can)
        self.tell.setVisible(answered)
        for button in (self.view, self.letter):
            button.setEnabled(claim is not None and not claim.erased)
        self.letter.setText(_letters()[_letter(claim)] if claim is not None else _("Cetak surat"))

    def _show_answer(self, story: ClaimStory) -> None:
        facts, row, decision = self.facts, story.row, story.decision
        facts.clear()
        since = date_short(self._local(row.state_at))
        facts.add(_("Status"), words.claim_state(row.state).text, _("sejak {day}").format(day=since), bold=True)
        if row.erased:
            return
        if decision is not None:
            for one in decision.awards:
                facts.add(_("Disetujui"), rupiah(one.amount_idr), one.name, bold=True)
            if len(decision.awards) > 1:
                facts.add(_("Jumlah"), rupiah(decision.amount_idr), bold=True)
            if not decision.approved and not row.restricted:
                facts.add(
                    _("Alasan"), _reason(decision.reason_code) or decision.note or "—", _same(decision.duplicate_of)
                )
            if decision.note and (decision.approved or _reason(decision.reason_code)):
                facts.add(_("Catatan pusat"), decision.note)
            if decision.paid_on is not None:
                amount = rupiah(decision.paid_idr) if decision.paid_idr else date_short(decision.paid_on)
                said = _("{day} · acuan {reference}").format(
                    day=date_short(decision.paid_on), reference=decision.reference or "—"
                )
                facts.add(_("Dibayar"), amount, "" if row.restricted else said)
        elif row.state == "filed":
            facts.add(_("Jawaban"), _("Belum ada. BPJS Ketenagakerjaan yang memutuskan jumlahnya."))
        if row.state == "asked":
            for wanted in row.wanted:
                if wanted.asked:
                    until = _("sampai {day}").format(day=date_short(wanted.until)) if wanted.until else ""
                    facts.add(_("Diminta"), wanted.name, until)
            if story.note:
                facts.add(_("Catatan pusat"), story.note)
        if story.report is not None:
            day = date_short(story.report.outcome_date) if story.report.outcome_date else ""
            facts.add(_("Tahap dua"), story.report.name or _("Dilaporkan, disegel"), day)
        if row.told_at is not None:
            facts.add(_("Diberi tahu"), date_short(self._local(row.told_at)))
        for callee in row.callees:
            numbers = " · ".join(dict.fromkeys(filter(None, (callee.phone, callee.whatsapp))))
            facts.add(_("Hubungi"), numbers, callee.name)
        if not row.restricted:
            facts.add(_("Peristiwa"), date_short(row.event_date), story.description)
        # Who filed a restricted claim stands in its sealed part.
        by = "" if row.restricted else words.filer(row.filed_by)
        facts.add(_("Diajukan"), f"{date_short(row.business_date)} {by}".rstrip(), story.filer_name)

    def _show_events(self, story: ClaimStory) -> None:
        self.events.clear()
        for one in reversed(story.events):
            kind, said = words.claim_event(one)
            amount = rupiah(one.amount_idr) if one.amount_idr else ""
            at = self._local(one.at)
            when = f"{date_short(at)} {time_short(at)}"
            second = " · ".join(part for part in (when, one.by, amount, ", ".join(one.papers), one.note) if part)
            self.events.add(kind, said, second, bold=True)

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

    def _on_detached(self) -> None:
        news.tell(CLAIMS, SYNC)
        self.refresh()

    def _on_refused(self, error: BaseException) -> None:
        self._attaching = False
        self.table.setEnabled(True)
        self.primary.setEnabled(True)
        self._set_problem(present(error).sentence)

    def _set_problem(self, sentence: str | None) -> None:
        self.problem.setText(sentence or "")
        self.problem.setVisible(bool(sentence))

    def _on_letter(self) -> None:
        """Print the letter that goes with where the claim stands."""
        claim = self._claim
        if claim is None:
            return
        self.letter.setEnabled(False)
        self._runner.run(
            lambda: self._letter(claim.number, _letter(claim)), self._on_printed, self._on_not_printed, owner=self
        )

    def _on_printed(self, queue: str) -> None:
        self.letter.setEnabled(True)
        self.told.emit(_("Surat dikirim ke pencetak {queue}.").format(queue=queue))

    def _on_not_printed(self, error: BaseException) -> None:
        self.letter.setEnabled(True)
        self.failed.emit(error)

    def _on_report(self) -> None:
        if self._shown is not None:
            dialog = ReportDialog(self, self._shown, self._report, self._runner, self._today())
            self._open_step(dialog, _("Laporan tahap dua tersimpan. Dokumen tambahannya ada pada daftar."))

    def _on_withdraw(self) -> None:
        if self._shown is not None:
            self._open_step(
                WithdrawDialog(self, self._shown, self._withdraw, self._runner), _("Klaim ini sudah ditarik.")
            )

    def _open_step(self, dialog: Any, said: str) -> None:
        dialog.done_with.connect(lambda _answer: self._on_stepped(said))
        dialog.open()

    def _on_stepped(self, said: str) -> None:
        self._wanted = self._claim.id if self._claim is not None and self.which.value() != "action" else None
        self.told.emit(said)
        news.tell(CLAIMS, SYNC)
        self.refresh()
        self.table.setFocus()

    def _on_view(self) -> None:
        if self._claim is not None:
            self.paper_asked.emit(self._claim.number)

    def _on_open(self) -> None:
        if self._claim is not None:
            self.worker_asked.emit(self._claim.worker_id)

    def _on_news(self, topic: str) -> None:
        if topic == CLAIMS and self.isVisible() and not self._attaching:
            self.refresh()


def _lists(counts: Mapping[str, int]) -> list[Option]:
    said = {
        "action": _("Perlu tindakan"),
        "waiting": _("Menunggu"),
        "decided": _("Diputuskan"),
        "all": _("Semua"),
    }
    return [Option(which, f"{text} {counts[which]}" if counts.get(which) else text) for which, text in said.items()]


def _nothing(which: str) -> str:
    return {
        "action": _("Tidak ada klaim yang perlu tindakan."),
        "waiting": _("Tidak ada klaim yang menunggu pusat."),
        "decided": _("Belum ada klaim yang diputuskan."),
    }.get(which, _("Belum ada klaim."))


def _letter(claim: ClaimRow) -> LetterKind:
    """The letter that goes with where a claim stands."""
    if claim.state == "asked":
        return "request"
    return "decision" if claim.state in ("approved", "rejected", "paid") else "acknowledgement"


def _letters() -> dict[LetterKind, str]:
    return {
        "acknowledgement": _("Surat pengajuan"),
        "request": _("Surat permintaan"),
        "decision": _("Surat keputusan"),
    }


def _kind(claim: ClaimRow) -> str:
    return words.claim_state(claim.state).kind


def _asked(story: ClaimStory, kept: list[DocumentRow]) -> tuple[tuple[Requirement, ...], list[DocumentRow]]:
    """What the checklist shows: the claim's own papers and those the centre asked for beyond; of what it asked for
    anew, only what has come since."""
    if story.row.restricted:
        return (sealed_requirement(),), kept
    wanted = {one.key: one for one in story.row.wanted if one.asked}
    known = {one.key for one in story.row.asked}
    more = [
        Requirement(key=key, one_of=(key,), article="", confidence="", name=one.name)
        for key, one in wanted.items()
        if key not in known
    ]
    there = [
        one
        for one in kept
        if not (one.id in story.answered and (one.requirement in wanted or one.kind in _kinds(story, wanted)))
    ]
    return (*story.row.asked, *more), there


def _kinds(story: ClaimStory, wanted: Mapping[str, Wanted]) -> set[str]:
    """The kinds of documents that would answer what was asked for anew."""
    return set(wanted) | {kind for one in story.row.asked if one.key in wanted for kind in one.one_of}


def _reason(code: str) -> str:
    """Why it was rejected, as the letter says it."""
    from models.language import active
    from models.rules.rejections import known

    found = known(code)
    if found is None:
        return ""
    return found.english if active() == "en" else found.indonesian


def _same(number: str) -> str:
    return _("sama dengan klaim {number}").format(number=number) if number else ""
