"""Claim: what happened, who says so, whether it was covered, and the papers brought along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QRadioButton, QWidget

from models.language import _, date_short, rupiah
from models.rules.problems import Problem, Refused
from ui import words
from ui.kit import (
    Card,
    Choice,
    DateField,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    Option,
    Page,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
    Segments,
    Steps,
    announce,
    label,
    row,
    show_problems,
)
from ui.kit.chips import Mark
from ui.news import CLAIMS, CONTRIBUTIONS, SYNC, WORKERS, news
from ui.runner import Latest, Runner
from ui.screens.covers import about, span
from ui.screens.documents import Added, Checklist, counted
from ui.screens.drafts import Keeper
from ui.screens.printing import PrintLine
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.forms.claim import ClaimForm
    from kiosk.queries.documents import OfferedRow
    from kiosk.queries.workers import WorkerCard
    from kiosk.usecases.claims import Document, Eligibility, Filed
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.mrz import PassportPage
    from kiosk.usecases.papers import Paper, Sent
    from models.rules.claims import Benefit, Requirement, ShownAmount

_TYPING_MS = 220


def benefit_amount(benefit: Benefit) -> str:
    """«s.d. Rp 50.000.000», «Rp 85.000.000», or that BPJS sets it."""
    from models.rules.claims import shown_amount

    return shown_words(shown_amount(benefit))


def shown_words(shown: ShownAmount) -> str:
    """The same of what may be shown."""
    if shown.amount_idr is None:
        return _("ditetapkan BPJS")
    amount = rupiah(shown.amount_idr)
    return _("s.d. {amount}").format(amount=amount) if shown.at_most else amount


class ClaimPage(Page):
    """A new claim of one worker. F8 adds the next paper, F12 files and prints; nothing missing ever stops it.

    The counter records and forwards, so the right side gives evidence, never a promise. A claim of a restricted kind
    is told in neutral words everywhere; nothing of it is kept before it is filed, and nothing stays in the window
    after. Of all others what was typed and added outlives Esc, a lock and the program."""

    filed = Signal(object)
    """A claim was taken in: `Filed`."""
    home_asked = Signal()
    paper_asked = Signal(str)
    pay_asked = Signal(object)
    claim_asked = Signal(object)
    """An earlier claim is to be looked at: its id."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        card: Callable[[UUID], WorkerCard],
        examine: Callable[[ClaimForm], Eligibility],
        file: Callable[[ClaimForm, Sequence[Document]], Filed],
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        today: Callable[[], date],
        runner: Runner,
        scan: Callable[[], bytes] | None = None,
        offered: Callable[[UUID, Sequence[Requirement]], Sequence[OfferedRow]] | None = None,
        read: Callable[[bytes], bytes] | None = None,
        membership_card: Callable[[UUID], bytes] | None = None,
        read_page: Callable[[bytes, str], PassportPage] | None = None,
        save_draft: Callable[..., object] | None = None,
        load_drafts: Callable[[str], list[Draft]] | None = None,
        load_files: Callable[[str, str], Mapping[str, bytes]] | None = None,
        drop_draft: Callable[[str, str], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`offered` says which papers the counter has already, `read` gives a kept one's content by its hash,
        `membership_card` makes a worker's, `read_page` reads a passport's page."""
        super().__init__(parent)
        self._offered, self._card_of, self._read_page = offered, membership_card, read_page
        self._load_files = load_files
        self._restoring = self._was_restricted = False
        self._passport = ""
        self._from_disk = False
        self._keeper: Keeper | None = None
        if save_draft is not None and load_drafts is not None and drop_draft is not None:
            self._keeper = Keeper(
                "claim",
                self._to_keep,
                save=save_draft,
                load=load_drafts,
                drop=drop_draft,
                runner=runner,
                failed=self.failed.emit,
                parent=self,
                files=self._files_to_keep if load_files is not None else None,
            )
        self._read_card, self._examine, self._file = card, examine, file
        self._today, self._runner = today, runner
        self._worker_id: UUID | None = None
        self._person: WorkerCard | None = None
        self._eligibility: Eligibility | None = None
        self._answer: Filed | None = None
        self._filing = self._filling = False
        self._latest = Latest(runner, self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._ask)
        self._offers = Latest(runner, self)
        self._build_form(scan, read)
        self._build_done(issue, send)
        self._build_evidence()
        news.changed.connect(self._on_news)
        self._show_state()

    # Built top to bottom

    def _build_form(self, scan: Callable[[], bytes] | None, read: Callable[[bytes], bytes] | None) -> None:
        from models.rules.claims import kinds

        left = self._left = self.column(1)
        self.form = body = Card(parent=self)
        left.addWidget(body, 1)
        self.steps = Steps([_("Peristiwa"), _("Kelayakan"), _("Dokumen"), _("Kirim")])
        self.header = body.add(Header("", "", self.steps))
        listed = sorted(kinds(self._today()), key=lambda one: ("JKK", "JKM", "JHT").index(one.programme))
        self.kind = Choice(
            [(one.code, f"{one.programme} — {one.neutral_name}") for one in listed],
            placeholder=_("ketik sebagian nama, atau panah bawah untuk seluruh daftar"),
        )
        self.kind_field = Field(_("Jenis klaim"), self.kind, stretch=3)
        self.event_date = DateField(today=self._today)
        self.date_field = Field(_("Tanggal peristiwa"), self.event_date, stretch=1)
        body.add(row(self.kind_field, self.date_field))
        self.situation = Segments([], spacing=8)
        self.situation_field = body.add(Field(_("Keadaan"), self.situation))
        self.situation_field.hide()

        self.filed_by = Segments(
            [Option("worker", _("Pekerja")), Option("heir", _("Ahli waris")), Option("mission", _("Perwakilan"))],
            "worker",
            spacing=8,
        )
        self.filer_field = Field(_("Diajukan oleh"), self.filed_by)
        self.filer_name = LineField(capitals=True)
        self.filer_name_field = Field(_("Nama pengaju"), self.filer_name)
        self.filer_phone = LineField()
        self.filer_phone_field = Field(_("Telepon pengaju"), self.filer_phone)
        self.description = LineField(longest=1000)
        self.description_field = Field(_("Uraian singkat"), self.description)
        second = QHBoxLayout()
        second.setSpacing(14)
        for field, share in (
            (self.filer_field, 4),
            (self.description_field, 5),
            (self.filer_name_field, 3),
            (self.filer_phone_field, 2),
        ):
            second.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
        body.body.addLayout(second)
        self._second = second
        self._third = QHBoxLayout()
        body.body.addLayout(self._third)

        self.documents_label = body.add(label(_("Dokumen"), "label"))
        self.checklist = Checklist(
            self._runner,
            scan=scan,
            read=read,
            card=self._make_card if self._card_of is not None else None,
            passport_doubt=self._doubt_passport if self._read_page is not None else None,
            today=self._today,
            after=self.description,
        )
        self.hint = body.add(label("", "note", wrap=True))
        body.add(self.checklist, 1)

        self.kind.changed.connect(self._on_kind)
        self.situation.changed.connect(self._on_situation)
        self.filed_by.changed.connect(self._on_filer)
        for editor in (self.event_date, self.filer_name, self.filer_phone, self.description):
            editor.changed.connect(lambda _value: self._changed(_TYPING_MS))
        self.checklist.changed.connect(self._on_documents)
        self.checklist.failed.connect(self.failed)
        self.steps.chosen.connect(self._on_step)

    def _build_done(self, issue: Callable[[str], Paper], send: Callable[[Paper], Sent]) -> None:
        self.done = Card(parent=self)
        self._left.addWidget(self.done, 1)
        self.done_header = Header("", "")
        self.done.add_row(Mark("ok", parent=self.done), self.done_header, spacing=16).setStretch(1, 1)
        self.done_note = self.done.add(label("", "subtitle", wrap=True))
        self.done_missing = self.done.add(MarkList())
        self.done.push_down()
        self.print_line = self.done.add(PrintLine(issue=issue, send=send, runner=self._runner))
        self.print_line.failed.connect(self.failed)

    def _build_evidence(self) -> None:
        right = self.column(width=400)
        self.evidence = card = Card(_("Kelayakan"), parent=self)
        right.addWidget(card, 1)
        self.waiting = label(_("Isi jenis klaim dan tanggal peristiwa."), "note", wrap=True)
        self.marks = MarkList()
        self.benefit_title = label(_("Manfaat menurut peraturan"), "heading")
        self.benefit_title.setContentsMargins(0, 10, 0, 0)
        self.benefit_note = label("", "note", wrap=True)
        self.benefit = FactList()
        seen = (self.waiting, self.marks, self.benefit_title, self.benefit_note, self.benefit)
        card.add(scrolled(*seen), 1)
        self.promise = card.add(
            label(
                _("Klaim disimpan sekarang; dokumen yang kurang dapat menyusul. Nomor lacak dicetak di tanda terima."),
                "note",
                wrap=True,
            )
        )
        self.primary = card.add(PrimaryButton(_("Ajukan & cetak tanda terima"), "F12"))
        self.view = card.add(SecondaryButton(_("Lihat tanda terima"), "F8"))
        self.home = card.add(PrimaryButton(_("Kembali ke beranda"), "Esc"))
        self.primary.clicked.connect(self._submit)
        self.view.clicked.connect(self.on_print)
        self.home.clicked.connect(self.home_asked)

    # What the shell asks

    def on_shown(self, worker_id: UUID | None = None, **_others: Any) -> None:
        """Come to the front, for this worker if one is named."""
        if worker_id is not None:
            self.show_for(worker_id)
        else:
            self.refresh()

    def show_for(self, worker_id: UUID) -> None:
        """A claim of this worker: the one begun before, if it was not filed; otherwise a fresh one."""
        if worker_id != self._worker_id or self._answer is not None:
            self.keep_draft()
            self._begin(worker_id)
            if self._keeper is not None:
                self._keeper.give_back(str(worker_id), self._fill)
        self.refresh()

    def refresh(self) -> None:
        """Read the worker again; what is typed stays."""
        worker_id = self._worker_id
        if worker_id is not None and self._answer is None:
            self._runner.run(lambda: self._read_card(worker_id), self._on_card, self.failed.emit)

    def first_focus(self) -> QWidget | None:
        """The kind; after filing, the way home."""
        return self.home if self._answer is not None else self.kind

    def on_primary(self) -> None:
        """F12."""
        if self.primary.isVisibleTo(self):
            self.primary.click()

    def on_back(self) -> bool:
        """Esc after filing leads home; before, the form stays as it is for later."""
        if self._answer is None:
            return False
        self.home_asked.emit()
        return True

    def on_print(self) -> None:
        """F8: the next paper of the checklist; after filing, the slip."""
        if self._answer is not None:
            self.paper_asked.emit(self._answer.number)
        else:
            self.checklist.add_next()

    def on_pay(self) -> None:
        """F6: a payment of the same worker."""
        if self._worker_id is not None:
            self.pay_asked.emit(self._worker_id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    # Filling in

    def keep_draft(self) -> None:
        """Keep what is typed, as before a lock or the end of the program."""
        if self._keeper is not None:
            self._keeper.keep()

    def _is_restricted(self, code: str) -> bool:
        from models.rules.claims import kind

        return kind(code, on=self._today()).restricted

    def _to_keep(self) -> tuple[str, dict[str, Any]] | None:
        kind, day = self.kind.value(), self.event_date.value()
        if self._worker_id is None or self._answer is not None or self._filing or self._restoring:
            return None
        # Of a restricted claim nothing readable stays on this machine, not even until it is filed; nor of what was
        # typed for one before its kind was taken out again.
        if self._was_restricted or (kind is not None and self._is_restricted(kind)):
            return None
        added = self.checklist.added()
        content = {
            "kind": kind,
            "event_date": day.isoformat() if day else None,
            "filed_by": self.filed_by.value(),
            "filer_name": self.filer_name.value(),
            "filer_phone": self.filer_phone.value(),
            "description": self.description.value(),
            "situation": self.situation.value() if self._has_situations() else None,
            "documents": [_as_draft(one) for one in added] if self._load_files is not None else [],
            "follow_by": {key: day.isoformat() for key, day in self.checklist.follow_days().items()},
        }
        if not any(content[name] for name in ("kind", "event_date", "description", "filer_name", "documents")):
            return None
        return str(self._worker_id), content

    def _files_to_keep(self) -> dict[str, bytes]:
        return {one.digest: one.document.content for one in self.checklist.added() if one.document.content}

    def _fill(self, content: dict[str, Any]) -> None:
        if self._to_keep() is not None or self._answer is not None:
            return
        self._filling = True
        known = {self.kind.itemData(at) for at in range(self.kind.count())}
        self.kind.set_value(content["kind"] if content.get("kind") in known else None)
        written = content.get("event_date")
        self.event_date.set_value(date.fromisoformat(written) if written else None)
        self.filed_by.set_value(content.get("filed_by") or "worker")
        for name, editor in (
            ("filer_name", self.filer_name),
            ("filer_phone", self.filer_phone),
            ("description", self.description),
        ):
            editor.set_value(content.get(name))
        self._offer_situations(content.get("situation"))
        self._filling = False
        self._show_filer()
        self._restore(content)
        self._changed(0)

    def _restore(self, content: dict[str, Any]) -> None:
        """The documents of a draft come after its words: they are large."""
        worker_id, load = self._worker_id, self._load_files
        documents, follow = content.get("documents") or [], content.get("follow_by") or {}
        days = {key: date.fromisoformat(day) for key, day in follow.items()}
        if not documents or load is None:
            self.checklist.restore((), days)
            return
        self._restoring = True

        def done(files: Mapping[str, bytes]) -> None:
            self._restoring = False
            if worker_id == self._worker_id and self._answer is None:
                self.checklist.restore([one for kept in documents if (one := _from_draft(kept, files))], days)

        def failed(error: BaseException) -> None:
            self._restoring = False
            self.failed.emit(error)

        self._runner.run(lambda: load("claim", str(worker_id)), done, failed, owner=self)

    def _begin(self, worker_id: UUID) -> None:
        self._worker_id = worker_id
        self._person = self._eligibility = self._answer = None
        self._filing = self._was_restricted = self._restoring = self._from_disk = False
        self._passport = ""
        self._wipe()
        self._show_state()
        self._show_filer()
        self._show_evidence()
        self._show_problems(())

    def _wipe(self) -> None:
        """Nothing typed or added stays in the window, nor what could be brought back by undoing."""
        self._latest.forget()
        self._offers.forget()
        self._wait.stop()
        self._filling = True
        self.kind.set_value(None)
        self.event_date.set_value(None)
        self.filed_by.set_value("worker")
        for editor in (self.filer_name, self.filer_phone, self.description):
            editor.set_value("")
            # What is typed can be undone back to until the line is cleared as a whole.
            editor.clear()
        self._offer_situations(None)
        self.checklist.clear()
        self._filling = False

    def _on_card(self, person: WorkerCard) -> None:
        if person.id != self._worker_id or self._answer is not None:
            return
        fresh, self._person = self._person is None, person
        self._passport = "" if person.hidden else person.identity.get("passport_number") or ""
        self._show_filer()
        self._changed(0)
        if fresh and self.isVisible():
            self.kind.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_kind(self, code: str | None) -> None:
        if code is not None and self._keeper is not None and self._is_restricted(code):
            # What was kept before the kind was known is about a restricted claim after all.
            self._was_restricted = True
            self._keeper.drop(str(self._worker_id))
        if not self._filling:
            self._offer_situations(None)
        self._show_filer()
        self._changed(0)

    def _offer_situations(self, chosen: str | None) -> None:
        """The situations of the kind, where it has several: the one chosen, else the first that this filer may file."""
        from models.rules.claims import kind

        code = self.kind.value()
        found = kind(code, on=self._today()) if code is not None else None
        several = found is not None and len(found.situations) > 1
        filling, self._filling = self._filling, True
        if found is not None and several:
            codes = [one.code for one in found.situations]
            first = chosen if chosen in codes else found.situation_for(self.filed_by.value() or "worker").code
            self.situation.set_options([Option(one.code, one.name) for one in found.situations], first)
            before: QWidget = self.event_date
            for pick in self.situation.findChildren(QRadioButton):
                # Made anew for each kind, they would stand last.
                QWidget.setTabOrder(before, pick)
                before = pick
        else:
            self.situation.set_options([])
        self._filling = filling
        self.situation_field.setVisible(several)

    def _has_situations(self) -> bool:
        return not self.situation_field.isHidden()

    def _on_situation(self, _code: str) -> None:
        if not self._filling:
            self._changed(0)

    def _on_filer(self, filed_by: str) -> None:
        if self._filling:
            return
        person = self._person
        if filed_by == "heir" and person is not None and person.heirs and not self.filer_name.value():
            heir = person.heirs[0]
            self.filer_name.set_value(heir.get("name") or "")
            self.filer_phone.set_value(heir.get("phone") or "")
        self._offer_situations(self._fitting_situation(filed_by))
        self._show_filer()
        if filed_by != "worker":
            self.filer_name.setFocus(Qt.FocusReason.OtherFocusReason)
        self._changed(0)

    def _fitting_situation(self, filed_by: str) -> str | None:
        """The situation chosen, if this person may file it: an heir most often tells of a death."""
        from models.rules.claims import kind

        code = self.kind.value()
        if code is None or not self._has_situations():
            return None
        chosen = next(one for one in kind(code, on=self._today()).situations if one.code == self.situation.value())
        return chosen.code if filed_by in chosen.filers else None

    def _show_filer(self) -> None:
        other = self.filed_by.value() != "worker"
        self.filer_name_field.setVisible(other)
        self.filer_phone_field.setVisible(other)
        # With somebody else's name and phone beside it the account needs a line of its own.
        wanted = self._third if other else self._second
        if wanted.indexOf(self.description_field) < 0:
            (self._second if other else self._third).removeWidget(self.description_field)
            if other:
                wanted.addWidget(self.description_field)
            else:
                wanted.insertWidget(1, self.description_field, 5, Qt.AlignmentFlag.AlignTop)
        name = self._person.name if self._person is not None else ""
        by = {
            "worker": _("Diajukan oleh pekerja sendiri"),
            "heir": _("Diajukan oleh ahli waris"),
            "mission": _("Diajukan oleh perwakilan"),
        }[self.filed_by.value() or "worker"]
        if self._person is not None and self._person.hidden:
            by = f"{by} · {about(self._person)}"
        self.header.set(_("Klaim baru · {name}").format(name=name), by)

    def _on_step(self, step: int) -> None:
        (self.kind if step < 2 else self.checklist.first_focus()).setFocus(Qt.FocusReason.OtherFocusReason)

    # Asking whether it was covered

    def form_now(self) -> ClaimForm:
        """What is filled in, as the use case wants it."""
        from kiosk.forms.claim import ClaimForm

        other = self.filed_by.value() != "worker"
        return ClaimForm(
            worker_id=str(self._worker_id),
            kind=self.kind.value(),
            event_date=self.event_date.value(),
            description=self.description.value() or None,
            filed_by=self.filed_by.value(),
            filer_name=(self.filer_name.value() or None) if other else None,
            filer_phone=(self.filer_phone.value() or None) if other else None,
            situation=self.situation.value() if self._has_situations() else None,
            follow_by=self.checklist.follow_by() or None,
        )

    def _changed(self, pause: int) -> None:
        if not self._filling and self._answer is None:
            self._latest.forget()
            self._wait.start(pause)
            if self._keeper is not None:
                self._keeper.typed()

    def _ask(self) -> None:
        if self._person is None or self._answer is not None:
            return
        form = self.form_now()
        if form.kind is None or form.event_date is None:
            self._eligibility = None
            self._show_problems(())
            self._show_evidence()
            return
        self._latest.ask(lambda: self._examine(form), self._on_examined, self._on_not_examined)

    def _on_examined(self, answer: Eligibility) -> None:
        if self._answer is not None:
            return
        self._eligibility = answer
        self._show_problems(())
        self._show_evidence()

    def _on_not_examined(self, error: BaseException) -> None:
        if self._answer is not None:
            return
        self._eligibility = None
        self._show_evidence()
        if isinstance(error, Refused):
            self._show_problems(error.problems)
        else:
            self.failed.emit(error)

    # Showing the evidence

    def _show_evidence(self) -> None:
        found, person = self._eligibility, self._person
        self.marks.clear()
        self.benefit.clear()
        known = found is not None and person is not None
        self.waiting.setVisible(not known)
        for widget in (self.benefit_title, self.benefit_note, self.benefit):
            widget.setVisible(known and found is not None and not found.kind.restricted)
        if found is None or person is None:
            self.checklist.set_requirements(())
            return
        day = self.event_date.value()
        if found.kind.restricted:
            self.marks.add(
                "blue",
                _("Klaim khusus"),
                _(
                    "Jenis, uraian dan dokumennya disegel untuk petugas klaim di pusat. Loket hanya menyimpan nomor "
                    "dan tanggalnya, dan tanda terima tidak menyebut jenisnya."
                ),
            )
            if any(one.code == "claim.not_sealed" for one in found.warnings):
                self.marks.add(
                    "red",
                    _("Loket ini belum terdaftar di pusat, maka uraian dan dokumen tidak dapat disegel."),
                    _(
                        "Daftarkan dahulu lewat Sinkron bila dapat. Klaim tetap dapat diterima sekarang, tanpa uraian "
                        "dan dokumen. Sesudah terdaftar lampirkan dokumennya, dengan uraiannya di selembar kertas."
                    ),
                )
        if day is not None:
            self._show_marks(found, day)
            self._show_benefit(found)
        if list(found.checklist) != list(self.checklist.requirements()):
            self.checklist.set_requirements(found.checklist)
            self._ask_offers(person.id, found.checklist)
        self._show_documents()

    def _ask_offers(self, worker_id: UUID, requirements: Sequence[Requirement]) -> None:
        """Which of these papers the counter has already; a list without them would do as well."""
        offered = self._offered
        if offered is not None:
            self._offers.ask(lambda: offered(worker_id, requirements), self.checklist.set_offers, self.failed.emit)

    def _make_card(self) -> bytes:
        """On a lane: the membership card of the worker at the counter."""
        card, worker_id = self._card_of, self._worker_id
        assert card is not None, "a card is offered where it can be made"
        assert worker_id is not None, "a card is offered for somebody"
        return card(worker_id)

    def _doubt_passport(self, content: bytes, name: str) -> str:
        """On a lane: what is odd about a passport's page."""
        assert self._read_page is not None, "pages are read where they can be"
        known = self._passport
        try:
            page = self._read_page(content, name)
        except Refused:
            return _("Dua baris bawah halaman paspor tidak terbaca.")
        if known and page.passport.number and page.passport.number != known:
            return _("Nomor paspor pada halaman ini {number}; pada data pekerja {known}.").format(
                number=page.passport.number, known=known
            )
        return ""

    def _show_marks(self, found: Eligibility, day: date) -> None:
        from models.sentences import sentence

        codes = {one.code for one in found.warnings}
        for one in found.cover:
            if one.holds:
                sure = _("menunggu konfirmasi BPJS") if one.provisional else _("sudah dikonfirmasi BPJS")
                self.marks.add(
                    "amber" if one.provisional else "ok",
                    _("Perlindungan aktif pada {day}").format(day=date_short(day)),
                    f"{span(one.covered_from, one.covered_to)} · {one.number} · {sure}",
                )
            else:
                said = _("Perlindungan terdekat {span}").format(span=span(one.covered_from, one.covered_to))
                self.marks.add("grey", said, one.number)
        if not {"claim.phase", "claim.phase_unknown"} & codes:
            self.marks.add("ok" if found.phase.certain else "amber", *words.phase_of(found.phase))
        if found.deadline is not None and "claim.deadline" not in codes:
            said = _("sampai {day}").format(day=date_short(found.deadline))
            self.marks.add("ok", _("Masih dalam batas waktu pengajuan"), said)
        for problem in found.warnings:
            if problem.code not in ("claim.similar", "claim.not_sealed"):
                self.marks.add("amber", sentence(problem))
        if not found.kind.restricted:
            self._show_earlier(found)

    def _show_earlier(self, found: Eligibility) -> None:
        """Claims of the same programme, those that may be about the same event first; each can be opened."""
        programme = found.kind.programme
        for one in sorted(found.earlier, key=lambda one: not one.similar)[:3]:
            look = QuietButton(_("Lihat"))
            look.setAccessibleName(_("Lihat klaim {number}").format(number=one.number))
            look.clicked.connect(lambda _checked=False, claim_id=one.id: self.claim_asked.emit(claim_id))
            second = f"{one.number} · {date_short(one.business_date)} · {words.claim_state(one.state).text}"
            if one.similar:
                said = _("Ada klaim untuk peristiwa {day}").format(day=date_short(one.event_date))
                advice = _("Bila peristiwanya sama, tambahkan dokumennya ke klaim itu.")
                self.marks.add("amber", said, f"{second}. {advice}", look)
            else:
                said = _("Ada {n} klaim {programme} sebelumnya").format(n=len(found.earlier), programme=programme)
                self.marks.add("blue", said, second, look)
                break
        if not found.earlier:
            self.marks.add("grey", _("Belum ada klaim {programme} sebelumnya").format(programme=programme))

    def _show_benefit(self, found: Eligibility) -> None:
        self.benefit_note.setText(_("Jumlah akhir ditetapkan BPJS Ketenagakerjaan."))
        for one in found.possible:
            note = one.amount.note
            if not one.in_phase:
                note = " · ".join(part for part in (_("bukan untuk masa ini"), note) if part)
            self.benefit.add(one.benefit.name, shown_words(one.amount), note)
        if found.balance is not None:
            day = date_short(found.balance.as_of)
            said = _("dinyatakan BPJS per {day}").format(day=day)
            self.benefit.add(_("Saldo JHT"), rupiah(found.balance.amount_idr), said)
        if len(found.possible) == 1 and (article := found.possible[0].benefit.article):
            said = _("Permenaker 4/2023 Pasal {article}").format(article=article.replace(",", ", "))
            self.benefit.add(_("Dasar"), said)

    def _on_documents(self) -> None:
        self._from_disk = self._from_disk or any(one.how == "file" for one in self.checklist.added())
        self._show_documents()
        if not self._filling and self._answer is None and self._keeper is not None:
            self._keeper.typed()

    def _show_documents(self) -> None:
        there, all_of_them = self.checklist.count()
        if all_of_them:
            said = _("Dokumen — {there} dari {all} lengkap").format(there=there, all=all_of_them)
        else:
            said = _("Dokumen")
        self.documents_label.setText(said)
        known = self._eligibility is not None
        self.hint.setText(
            ""
            if all_of_them
            else _("Tidak ada dokumen yang diminta.")
            if known
            else _("Daftarnya mengikuti jenis klaim.")
        )
        self.hint.setVisible(not all_of_them)
        step = 0 if self.kind.value() is None or self.event_date.value() is None else 1
        if known:
            step = 3 if there == all_of_them else 2
        if self.steps.current() != step:
            self.steps.set_current(step)

    def _show_problems(self, problems: Sequence[Problem], *, focus: bool = False) -> None:
        fields = {
            "kind": self.kind_field,
            "event_date": self.date_field,
            "situation": self.situation_field,
            "filed_by": self.filer_field,
            "filer_name": self.filer_name_field,
            "filer_phone": self.filer_phone_field,
            "description": self.description_field,
        }
        homeless = show_problems(fields, problems, focus=focus)
        if homeless:
            self.failed.emit(Refused(*[one for one in homeless if isinstance(one, Problem)]))

    # Filing

    def _submit(self) -> None:
        if self._filing or self._answer is not None or self._person is None:
            return
        self._wait.stop()
        form, documents = self.form_now(), self.checklist.documents()
        self._filing = True
        self.primary.setEnabled(False)
        self._runner.run(lambda: self._file(form, documents), self._on_filed, self._on_refused)

    def _on_filed(self, answer: Filed) -> None:
        restricted = self._was_restricted or (self._eligibility is not None and self._eligibility.kind.restricted)
        from_disk = self._from_disk
        self._filing = False
        self._answer = answer
        if self._keeper is not None:
            self._keeper.drop(str(self._worker_id))
        self._wipe()
        if restricted:
            self._eligibility = None
            self._show_evidence()
            self.waiting.hide()
        self._show_done(answer, restricted=restricted, from_disk=from_disk)
        self.print_line.begin(answer.number)
        self.filed.emit(answer)
        news.tell(CLAIMS, SYNC)

    def _on_refused(self, error: BaseException) -> None:
        self._filing = False
        self.primary.setEnabled(True)
        if isinstance(error, Refused):
            self._show_problems(error.problems, focus=True)
        else:
            self.failed.emit(error)

    def _show_done(self, answer: Filed, *, restricted: bool, from_disk: bool) -> None:
        assert self._person is not None
        self._show_state()
        self.done_header.set(_("Klaim diterima"), f"{self._person.name} · {answer.number}")
        self.done_missing.clear()
        follow = dict(answer.follow_by)
        if answer.missing:
            said = _("Masih ditunggu {n} dokumen. Tambahkan kapan saja lewat Klaim, juga dari loket lain.").format(
                n=len(answer.missing)
            )
            if follow:
                said += " " + _("Kembali paling lambat {day}.").format(day=date_short(min(follow.values())))
        else:
            said = _("Semua dokumen sudah ada. Klaim dikirim ke pusat saat daring.")
        if answer.documents:
            said = _("{n} diterima.").format(n=counted(len(answer.documents))) + " " + said
        self.done_note.setText(said)
        if restricted:
            if from_disk:
                self.done_missing.add(
                    "amber",
                    _("Hapus berkas aslinya dari komputer ini."),
                    _("Program tidak menyimpan salinannya; berkas yang dipilih tadi masih ada di tempatnya."),
                )
        else:
            for requirement in answer.missing:
                day = follow.get(requirement.key)
                until = _("boleh menyusul sampai {day}").format(day=date_short(day)) if day is not None else ""
                self.done_missing.add("amber", requirement.name, until)
        self.done.setAccessibleName(f"{_('Klaim diterima')}: {answer.number}")
        announce(self.done)
        self.home.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_state(self) -> None:
        done = self._answer is not None
        self.form.setVisible(not done)
        self.done.setVisible(done)
        self.promise.setVisible(not done)
        self.primary.setVisible(not done)
        self.primary.setEnabled(not done)
        self.view.setVisible(done)
        self.home.setVisible(done)

    def _on_news(self, topic: str) -> None:
        if topic in (WORKERS, CONTRIBUTIONS, CLAIMS) and self.isVisible():
            self.refresh()


def _as_draft(one: Added) -> dict[str, Any]:
    """An added document as a draft keeps it; its content is kept beside it under `digest`."""
    document = one.document
    return {
        "key": one.key,
        "how": one.how,
        "digest": one.digest,
        "size": one.size,
        "media_type": one.media_type,
        "doubt": one.doubt,
        "kind": document.kind,
        "file_name": document.file_name,
        "seen_as": document.seen_as,
        "kept": str(document.kept) if document.kept is not None else None,
    }


def _from_draft(kept: dict[str, Any], files: Mapping[str, bytes]) -> Added | None:
    """The document as it was added; None where its content is gone."""
    from kiosk.usecases.claims import Document

    content = files.get(kept["digest"], b"")
    if not content and kept["kept"] is None:
        return None
    document = Document(
        kept["kind"],
        kept["file_name"],
        content,
        seen_as=kept["seen_as"],
        kept=UUID(kept["kept"]) if kept["kept"] is not None else None,
    )
    return Added(kept["key"], document, kept["how"], kept["digest"], kept["size"], kept["media_type"], kept["doubt"])
