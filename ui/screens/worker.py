"""Worker: who this is, how they are covered, and everything that happened at a counter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from models.language import _, date_short, money, month_year, rupiah
from models.rules.days import Month
from models.rules.kpj import kpjs_written
from models.rules.names import initials
from models.rules.nik import mask_nik
from ui import theme, words
from ui.kit import (
    Avatar,
    Card,
    Cell,
    Chip,
    Column,
    CoverBar,
    FactList,
    MarkList,
    MaskedText,
    Page,
    PrimaryButton,
    QuietButton,
    RowTable,
    SecondaryButton,
    empty,
    label,
)
from ui.kit.cards import STACK_BELOW
from ui.news import news
from ui.runner import Runner
from ui.screens.changes import ChangesTable
from ui.screens.covers import cover_chip
from ui.screens.placements import show_account, show_contracts, show_heirs
from ui.screens.scrolled import go_to

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.queries.claims import ClaimRow
    from kiosk.queries.memberships import CoverSpan, MembershipCard
    from kiosk.queries.refunds import RefundRow
    from kiosk.queries.tasks import SettledTask
    from kiosk.queries.workers import ReceiptRow, WorkerCard
    from models.rules.coverage import Cover, CoverState
    from ui.screens.same_person import SamePerson

MASKED = "••••••"


@dataclass(frozen=True)
class Happened:
    """A line of the history. `number` is the paper's, empty where there is none."""

    kind: str
    day: date
    title: str
    second: str = ""
    number: str = ""
    amount: str = ""
    chip: tuple[str, str] = ("", "")
    id: object = None
    struck: bool = False

    def said(self) -> str:
        """The second line: the paper's number, and the rest."""
        return " · ".join(part for part in (self.number, self.second) if part)


class WorkerPage(Page):
    """The person in front of the counter. F6 pays, F7 claims, F8 shows the paper of the chosen line, F9 corrects."""

    def __init__(
        self,
        *,
        runner: Runner,
        card: Callable[..., WorkerCard],
        membership: Callable[[UUID], MembershipCard],
        today: Callable[[], date],
        local: Callable[[datetime], datetime],
        pay: Callable[[UUID], object],
        claim: Callable[[UUID], object],
        amend: Callable[[UUID], object],
        contract: Callable[[UUID], object],
        show_paper: Callable[[str], object],
        take_back: Callable[[str], object],
        open_claim: Callable[[UUID], object],
        documents: Callable[[UUID], object],
        open_privacy: Callable[[UUID], object],
        open_cover: Callable[[UUID], object],
        open_membership: Callable[[UUID], object],
        open_death: Callable[[UUID], object],
        same_person: SamePerson,
        failed: Callable[[BaseException], object],
    ) -> None:
        super().__init__()
        self._runner, self._card_of, self._today, self._local, self._failed = runner, card, today, local, failed
        self._pay, self._claim, self._amend = pay, claim, amend
        self._contract = contract
        self._show_paper, self._open_claim, self._take_back = show_paper, open_claim, take_back
        self._documents, self._open_privacy, self._open_cover = documents, open_privacy, open_cover
        self._membership, self._open_membership = membership, open_membership
        self._open_death = open_death
        self.revealed = False
        self.worker_id: UUID | None = None
        self.shown: WorkerCard | None = None
        self.standing: MembershipCard | None = None

        self.top.insertWidget(0, self._head())
        history = Card(_("Riwayat"))
        history.body.setSpacing(4)
        history.body.setContentsMargins(20, 18, 20, 12)
        self.history = RowTable(
            [
                Column(_("Tanggal"), lambda row: date_short(row.day), width=112),
                Column(_("Kejadian"), lambda row: Cell(row.title, second=row.said(), bold=True), stretch=1),
                Column(_("Jumlah"), lambda row: Cell(row.amount, struck=row.struck), right=True),
                Column("", lambda row: Cell(row.chip[1], kind=row.chip[0]) if row.chip[1] else ""),
            ],
            name=_("Riwayat"),
            key=lambda row: (row.kind, row.id),
            two_lines=True,
        )
        self.history.opened.connect(self._on_opened)
        self.history.current_changed.connect(self._on_current)
        self.changes = ChangesTable(local)
        self.tables = QStackedWidget()
        for table in (self.history, self.changes):
            self.tables.addWidget(table)
        self.other_history = QuietButton(_("Perubahan data"), "Ctrl+R", boxed=True)
        self.other_history.clicked.connect(self.on_other_history)
        self._heading = history.heading
        head = QHBoxLayout()
        history.body.removeWidget(history.heading)
        head.addWidget(history.heading, 1)
        self.take_back = QuietButton(_("Batalkan / kembalikan"), "Ctrl+J", boxed=True)
        self.take_back.clicked.connect(self.on_take_back)
        head.addWidget(self.take_back)
        head.addWidget(self.other_history)
        history.body.addLayout(head)
        history.add(self.tables, 1)
        self.column(1).addWidget(history, 1)

        column = self.column(width=400)
        self.limited = Card(_("Data dibatasi"), kind="amber")
        self.limited_why = self.limited.add(label("", "subtitle", wrap=True))
        self.reveal = SecondaryButton(_("Tampilkan"), "Ctrl+T")
        self.reveal.clicked.connect(self._on_reveal)
        self.limited.add(self.reveal)
        self.limited.hide()
        self.doubts = Card(_("Perlu diperiksa"), kind="amber")
        self.doubt_list = self.doubts.add(MarkList())
        self.settle_days = self.doubts.add(SecondaryButton(_("Pindahkan masa"), "Ctrl+M"))
        self.settle_days.clicked.connect(self.on_move)
        self.cover = Card(_("Perlindungan"))
        self.cover.body.setSpacing(8)
        self.certificate = QuietButton(_("Kartu & rincian"), "Ctrl+P", boxed=True)
        self.certificate.setAccessibleName(_("Kartu peserta dan rincian iuran"))
        self.certificate.clicked.connect(self.on_membership)
        self.cover.body.removeWidget(self.cover.heading)
        of_cover = self.cover.add_row(self.cover.heading, self.certificate)
        of_cover.setStretch(0, 1)
        self.bars = QVBoxLayout()
        self.bars.setSpacing(10)
        self.cover.body.addLayout(self.bars)
        self.about = Card(_("Penempatan & ahli waris"))
        self.about.body.setSpacing(6)
        self.facts = self.about.add(FactList(left=True, label_width=88))
        self.contract = self.about.add(SecondaryButton(_("Kontrak baru / perpanjangan"), "F3"))
        self.death = self.about.add(QuietButton(_("Meninggal atau hilang…"), "Ctrl+H"))
        self.death.clicked.connect(self.on_death)
        self.contract.clicked.connect(self.on_placement)
        self.same_person = same_person
        self.same_person.known.connect(lambda found: self.changes.show_history(found.history, hidden=found.hidden))
        for keys, act in (
            ("Ctrl+T", self._on_reveal),
            ("Ctrl+B", self.on_privacy),
            ("Ctrl+M", self.on_move),
            ("Ctrl+P", self.on_membership),
            ("Ctrl+H", self.on_death),
        ):
            QShortcut(QKeySequence(keys), self, act, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        for box in (self.limited, self.doubts, self.same_person, self.cover, self.about):
            column.addWidget(box)
        column.addStretch(1)
        news.changed.connect(self._on_news)
        self._on_current(None)

    def _head(self) -> Card:
        head = Card()
        head.body.setContentsMargins(20, 16, 20, 16)
        self._across = QHBoxLayout()
        self._across.setSpacing(18)
        row = QHBoxLayout()
        row.setSpacing(18)
        self._across.addLayout(row, 1)
        self.avatar = Avatar("")
        row.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignVCenter)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.name = label("", "title", wrap=True)
        self.numbers = label("", "subtitle", wrap=True)
        self.nik = MaskedText()
        self.nik.text.setProperty("role", "subtitle")
        self.born = label("", "subtitle")
        second = QHBoxLayout()
        second.setSpacing(6)
        second.addWidget(self.nik)
        second.addWidget(self.born, 1)
        self.papers = QuietButton(_("Dokumen"), "Ctrl+D", boxed=True)
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.numbers, 1)
        first.addWidget(self.papers, 0, Qt.AlignmentFlag.AlignVCenter)
        texts.addWidget(self.name)
        texts.addLayout(first)
        texts.addLayout(second)
        row.addLayout(texts, 1)
        self.chip = Chip("grey", "")
        row.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)
        self.primary = PrimaryButton(_("Bayar"), "F6", compact=True)
        self.claim = SecondaryButton(_("Klaim"), "F7")
        self.print = SecondaryButton(_("Cetak"), "F8")
        self.edit = SecondaryButton(_("Ubah"), "F9")
        self.primary.clicked.connect(self.on_pay)
        self.claim.clicked.connect(self.on_claim)
        self.print.clicked.connect(self.on_print)
        self.edit.clicked.connect(self.on_edit)
        self.papers.clicked.connect(self.on_documents)
        shortcut = QShortcut(QKeySequence("Ctrl+D"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.on_documents)
        for key, act in (
            ("Ctrl+R", self.on_other_history),
            ("Ctrl+K", self.on_same_person),
            ("Ctrl+J", self.on_take_back),
        ):
            more = QShortcut(QKeySequence(key), self)
            more.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            more.activated.connect(act)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        for button in (self.primary, self.claim, self.print, self.edit):
            buttons.addWidget(button)
        buttons.addStretch(0)
        self._across.addLayout(buttons)
        head.body.addLayout(self._across)
        return head

    def set_room(self, width: int) -> None:
        """Where columns are stacked the buttons stand below the name."""
        super().set_room(width)
        way = QBoxLayout.Direction.TopToBottom if width < STACK_BELOW else QBoxLayout.Direction.LeftToRight
        self._across.setDirection(way)

    # What the shell asks

    def first_focus(self) -> QWidget:
        return self.primary

    def on_shown(self, worker_id: UUID | None = None) -> None:
        if worker_id is not None:
            self.show_for(worker_id)
        else:
            self.refresh()

    def on_left(self) -> None:
        """Who comes back asks again."""
        self.revealed = False

    def on_privacy(self) -> None:
        if self.worker_id is not None:
            self._open_privacy(self.worker_id)

    def on_move(self) -> None:
        """Ctrl+M: the days that were paid, and where they could stand instead."""
        if self.worker_id is not None and self.shown is not None and self.shown.receipts:
            self._open_cover(self.worker_id)

    def on_membership(self) -> None:
        """Ctrl+P: the certificate of membership and the statement of contributions, to be looked at and printed."""
        if self.worker_id is not None and self.certificate.isEnabled():
            self._open_membership(self.worker_id)

    def on_death(self) -> None:
        """Ctrl+H: the mission's letter of a death or disappearance, and the heirs who have to be told."""
        if self.worker_id is not None and self.death.isEnabled():
            self._open_death(self.worker_id)

    def on_pay(self) -> None:
        if self.worker_id is not None:
            self._pay(self.worker_id)

    on_primary = on_pay

    def on_claim(self) -> None:
        if self.worker_id is not None:
            self._claim(self.worker_id)

    def on_edit(self) -> None:
        if self.worker_id is not None and self.shown is not None and not self.shown.hidden:
            self._amend(self.worker_id)

    def on_documents(self) -> None:
        """Ctrl+D: the papers kept of this person."""
        if self.worker_id is not None:
            self._documents(self.worker_id)

    def on_placement(self) -> None:
        """F3: a further contract, an extension, or one to be put right."""
        if self.worker_id is not None and self.contract.isEnabled():
            self._contract(self.worker_id)

    def on_other_history(self) -> None:
        """Ctrl+R: what was changed in the data, in place of what happened at the counter; and back."""
        changes = self.tables.currentWidget() is self.history
        table = self.changes if changes else self.history
        self.tables.setCurrentWidget(table)
        self._heading.setText(_("Riwayat data") if changes else _("Riwayat"))
        self.other_history.setText(_("Kejadian") if changes else _("Perubahan data"))
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_current(None if changes else self.history.current())

    def on_same_person(self) -> None:
        """Ctrl+K: to what is to be answered about whether this is one person."""
        if (first := self.same_person.first()) is not None:
            go_to(first)

    def on_take_back(self) -> None:
        """Ctrl+J: the chosen receipt is to be voided or given back."""
        row = self.history.current()
        if self.take_back.isVisibleTo(self) and row is not None:
            self._take_back(str(row.id))

    def on_print(self) -> None:
        if self.tables.currentWidget() is not self.history:
            return
        row = self.history.current()
        if row is not None and row.number:
            self._show_paper(row.number)

    # What others may ask

    def show_for(self, worker_id: UUID) -> None:
        """Show this person."""
        if worker_id != self.worker_id:
            # Nobody else's numbers stand beside the new name while it is read.
            self.shown = None
            self.revealed = False
            self.history.set_rows([])
            self.changes.set_rows([])
            self.name.setText("…")
            self.numbers.setText("")
            self.nik.set("")
            self.born.setText("")
            self.chip.set("grey", "")
            self.avatar.set_initials("")
            self.worker_id = worker_id
        self.refresh()

    def refresh(self) -> None:
        """Read the person again."""
        worker_id, revealed = self.worker_id, self.revealed
        if worker_id is not None:
            self._runner.run(
                lambda: self._read(worker_id, revealed=revealed),
                lambda read: self._on_card(*read, revealed=revealed),
                self._failed,
            )

    def _read(self, worker_id: UUID, *, revealed: bool) -> tuple[WorkerCard, MembershipCard | None]:
        """On the store lane: the person, and how they stand with BPJS where that may be shown."""
        card = self._card_of(worker_id, revealed=revealed)
        return card, None if card.erased or card.hidden else self._membership(card.id)

    # Inside

    def _on_reveal(self) -> None:
        """Show what is restricted, for this visit."""
        if self.shown is None or not self.shown.restricted:
            return
        self.revealed = not self.revealed
        self.refresh()

    def _on_news(self, _topic: str) -> None:
        if self.isVisible():
            self.refresh()

    def _on_opened(self, row: Happened) -> None:
        if row.kind == "claim":
            self._open_claim(row.id)  # type: ignore[arg-type]
        elif row.number:
            self._show_paper(row.number)

    def _on_current(self, row: Happened | None) -> None:
        self.print.setEnabled(row is not None and bool(row.number))
        self.take_back.setVisible(row is not None and row.kind in ("receipt", "refund"))

    def _on_card(self, card: WorkerCard, standing: MembershipCard | None, *, revealed: bool) -> None:
        if card.id != self.worker_id or revealed != self.revealed:
            return
        self.shown, self.standing = card, standing
        self.same_person.show_for(card.id, revealed=revealed)
        known = card.identity
        self.name.setText(card.name)
        self.avatar.set_initials(initials(card.name)[:2])
        cards = kpjs_written(known["kpj"], known["other_kpjs"])
        numbers = [
            _("KPJ {number}").format(number=cards) if cards else "",
            _("{kind} {number}").format(
                kind=_("SPLP") if known["passport_kind"] == "splp" else _("Paspor"), number=known["passport_number"]
            )
            if known["passport_number"]
            else ""
            if card.hidden
            else _("Paspor belum diisi"),
        ]
        self.numbers.setText(" · ".join(part for part in numbers if part))
        nik = known["nik"]
        self.nik.set(
            "" if card.hidden else _("NIK {nik}").format(nik=mask_nik(nik) if nik else "—"),
            (lambda: _("NIK {nik}").format(nik=nik)) if nik else None,
        )
        self.nik.button.setAccessibleName(_("Tampilkan NIK"))
        born = known["birth_date"]
        self.born.setText(_("· lahir {day}").format(day=date_short(born)) if born else "")
        kind, said = cover_chip(card.states["JKK+JKM"])
        self.chip.set(kind, said if card.registered else _("Belum terdaftar"), dot=kind in ("ok", "amber"))
        self.edit.setEnabled(card.registered and not card.hidden)
        self.contract.setEnabled(not card.erased and not card.hidden)
        self.death.setEnabled(not card.erased and not card.hidden)
        self._show_limits(card)
        self.history.set_rows(_history(card, self._local))
        self._show_doubts(card)
        self._show_cover(card)
        self._show_facts(card)

    def _show_limits(self, card: WorkerCard) -> None:
        """Why nothing is shown, and that one may ask; and the same again while it is shown."""
        self.limited.setVisible(card.restricted)
        if not card.restricted:
            return
        why = (
            _("Pekerja menarik persetujuannya.")
            if card.consent == "withdrawn"
            else _("Pekerja meminta datanya tidak diproses dulu.")
        )
        how = (
            _("Tampilkan hanya bila ia sendiri ada di loket.")
            if card.hidden
            else _("Ditampilkan untuk kunjungan ini saja.")
        )
        rest = _("Pembayaran dan klaim tetap dapat dicatat; kertasnya memuat inisial.")
        self.limited_why.setText(f"{why} {how} {rest}")
        self.reveal.setText(_("Tampilkan") if card.hidden else _("Sembunyikan"))
        self.reveal.setAccessibleDescription(self.limited_why.text())

    def _show_doubts(self, card: WorkerCard) -> None:
        self.doubt_list.clear()
        if card.task is not None:
            task = replace(card.task, withdrawn_at=self._local(card.task.withdrawn_at), due=self._local(card.task.due))
            self.doubt_list.add("amber", *words.consent_task(task), bold=True)
        for code in card.flags:
            self.doubt_list.add("amber", *words.flag(code))
        if not card.registered:
            self.doubt_list.add(
                "blue",
                _("Pendaftaran pekerja ini belum sampai di loket ini."),
                _("Namanya dari kuitansi; datanya muncul sesudah sinkron."),
            )
        self.settle_days.setVisible(any(code.startswith("coverage.") for code in card.flags))
        self.doubts.setVisible(bool(card.flags or card.task or not card.registered))

    def _show_cover(self, card: WorkerCard) -> None:
        empty(self.bars)
        today, standing = self._today(), self.standing
        spans = standing.covers if standing is not None else ()
        for programme in ("JKK+JKM", "JHT"):
            covers = card.covers.get(programme, ())
            if programme == "JHT" and not covers:
                continue
            state = card.states[programme]
            confirmed = _confirmed([one for one in spans if one.programme == programme])
            self.bars.addWidget(_programme(programme, covers, state, today, confirmed))
        stated = next((one for one in standing.balances if one.programme == "JHT"), None) if standing else None
        if stated is not None or (card.covers.get("JHT") and standing is not None):
            facts = FactList()
            if stated is not None:
                said = _("per {day}, menurut BPJS").format(day=date_short(stated.as_of))
                facts.add(_("Saldo JHT"), rupiah(stated.amount_idr), said, bold=True)
            else:
                facts.add(_("Saldo JHT"), _("Belum dinyatakan BPJS"))
            self.bars.addWidget(facts)
        self.certificate.setEnabled(bool(card.receipts) and not card.erased)

    def _show_facts(self, card: WorkerCard) -> None:
        facts, known = self.facts, card.identity
        facts.clear()
        show_contracts(facts, card, self._today())
        if card.hidden:
            self._show_agreed(card)
            return
        show_heirs(facts, card)
        phones = [known["phone"], known["whatsapp"] if known["whatsapp"] != known["phone"] else None]
        facts.add(_("Telepon"), "\n".join(one for one in phones if one) or "—", known["email"] or "")
        if known["emergency_name"] or known["emergency_phone"]:
            facts.add(_("Darurat"), known["emergency_name"] or "—", known["emergency_phone"] or "")
        show_account(facts, known)
        if known["passport_expiry"]:
            expired = known["passport_expiry"] < self._today()
            until = date_short(known["passport_expiry"])
            facts.add(
                _("Paspor s.d."), until, _("sudah habis berlaku") if expired else "", kind="red" if expired else ""
            )
        self._show_agreed(card)

    def _show_agreed(self, card: WorkerCard) -> None:
        agreed = card.consent_at
        withdrawn = card.consent == "withdrawn"
        said = _("Ditarik") if withdrawn else date_short(self._local(agreed)) if agreed else _("Belum dicatat")
        value = QWidget()
        value.setObjectName("clear")
        across = QHBoxLayout(value)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(6)
        words_of_it = label(said)
        if withdrawn or not agreed:
            words_of_it.setStyleSheet(f"color: {theme.kinds['amber'][0]};")
        button = QuietButton(_("data pribadi (Ctrl+B)"), boxed=True)
        button.setAccessibleName(_("Data pribadi dan persetujuan"))
        button.setFixedHeight(26)
        button.clicked.connect(lambda _checked=False: self.on_privacy())
        across.addWidget(words_of_it)
        across.addWidget(button)
        line = self.facts.add(_("Persetujuan"), value)
        line.setAccessibleName(f"{_('Persetujuan')}: {said}")


def _history(card: WorkerCard, local: Callable[[datetime], datetime]) -> list[Happened]:
    lines = [_receipt(row) for row in card.receipts] + [_claim(row) for row in card.claims]
    lines += [_refund(row) for row in card.refunds]
    lines += [_settled(row, local) for row in card.settled]
    if card.registered_at is not None:
        lines.append(
            Happened("registered", local(card.registered_at).date(), _("Terdaftar sebagai peserta"), _scheme(card))
        )
    # What happened on one day stands newest first, the registration below what followed it.
    order = {"settled": 4, "refund": 3, "claim": 2, "receipt": 1, "registered": 0}
    return sorted(lines, key=lambda line: (line.day, order[line.kind], line.number), reverse=True)


def _receipt(row: ReceiptRow) -> Happened:
    how = " + ".join(dict.fromkeys(words.tender(tender) for tender in row.tenders))
    voided = _("dibatalkan dengan {number}").format(number=row.void_number) if row.void_number else ""
    return Happened(
        kind="receipt",
        day=row.business_date,
        title=" · ".join(words.paid_for(line) for line in row.lines),
        second=" · ".join(filter(None, (how, row.operator, voided))),
        number=row.number,
        amount=rupiah(row.amount_idr),
        chip=_state(row),
        id=row.id,
        struck=row.voided or row.refunded,
    )


def _state(row: ReceiptRow) -> tuple[str, str]:
    if row.voided:
        return "red", _("Dibatalkan")
    if row.refunded:
        return "red", _("Dikembalikan")
    return ("blue", _("Dipindahkan")) if any(line.moved for line in row.lines) else ("ok", _("Sah"))


def _settled(row: SettledTask, local: Callable[[datetime], datetime]) -> Happened:
    return Happened(
        kind="settled",
        day=local(row.at).date(),
        title=_("Jawaban klaim disampaikan")
        if row.code == "claim.answer"
        else _("Diperiksa: {title}").format(title=words.flag(row.code).title),
        second=" · ".join(part for part in (row.operator, row.note) if part),
        chip=("grey", _("Selesai")),
        id=row.id,
    )


def _refund(row: RefundRow) -> Happened:
    kind, said = words.refund_state(row.state)
    return Happened(
        kind="refund",
        day=row.paid_on or row.decided_on or row.asked_on,
        title=_("Pengembalian {number}").format(number=row.receipt_number),
        second=" · ".join(filter(None, (words.refund_method(row.method), row.operator))),
        number=row.number,
        amount=money(row.amount),
        chip=(kind, said),
        id=row.receipt_id,
    )


def _claim(row: ClaimRow) -> Happened:
    state = words.claim_state(row.state)
    event = "" if row.restricted or row.erased else _("peristiwa {day}").format(day=date_short(row.event_date))
    bring = words.claim_bring(row)
    return Happened(
        kind="claim",
        day=row.business_date,
        title=row.name if row.restricted else _("Klaim {name}").format(name=row.name).strip(),
        second=" · ".join(
            part for part in (event, _("harus dibawa {papers}").format(papers=bring) if bring else "") if part
        ),
        number=row.number,
        chip=(state.kind, state.text),
        id=row.id,
    )


def _scheme(card: WorkerCard) -> str:
    first = card.placements[-1] if card.placements else None
    if first is None:
        return ""
    named = dict(words.schemes()).get(first.scheme or "", ""), dict(words.events()).get(first.event or "", "")
    return " · ".join(part for part in named if part)


def _confirmed(spans: Sequence[CoverSpan]) -> tuple[str, str] | None:
    """Kind and words of the chip that says what BPJS says; None where nothing covers today or later."""
    if not spans:
        return None
    days = [one.confirmed_on for one in spans]
    if None in days:
        some = any(day is not None for day in days)
        return "amber", _("Sebagian sementara") if some else _("Sementara, menunggu BPJS")
    last = max(day for day in days if day is not None)
    return "ok", _("Dikonfirmasi BPJS {day}").format(day=date_short(last))


def _programme(
    programme: str,
    covers: tuple[Cover, ...],
    state: CoverState,
    today: date,
    confirmed: tuple[str, str] | None,
) -> QWidget:
    holder = QWidget()
    holder.setObjectName("clear")
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    kind, said = cover_chip(state)
    if programme != "JHT" and state.covered_to:
        said = _("s.d. {day}").format(day=date_short(state.covered_to))
    if programme == "JHT" and covers:
        last = Month.of(max(cover.covered_to for cover in covers))
        kind, said = ("grey" if state.kind == "expired" else "ok"), _("s.d. {month}").format(month=month_year(last))
    head = QHBoxLayout()
    head.addWidget(label(words.programme(programme), "strong"), 1)
    head.addWidget(Chip(kind, said))
    column.addLayout(head)
    if covers and programme != "JHT":
        bar = CoverBar()
        start, end = _stretch(covers, today)
        bar.set(start, end, today, words.days_left(state), kind)
        column.addWidget(bar)
    if confirmed is not None:
        column.addWidget(Chip(*confirmed), 0, Qt.AlignmentFlag.AlignLeft)
    return holder


def _stretch(covers: tuple[Cover, ...], today: date) -> tuple[date, date]:
    """The unbroken days that today lies in, or the last ones: what the bar is about."""
    ordered = sorted(covers, key=lambda cover: cover.covered_from)
    stretches: list[tuple[date, date]] = []
    for cover in ordered:
        if stretches and (cover.covered_from - stretches[-1][1]).days <= 1:
            stretches[-1] = stretches[-1][0], max(stretches[-1][1], cover.covered_to)
        else:
            stretches.append((cover.covered_from, cover.covered_to))
    return next((one for one in stretches if one[0] <= today <= one[1]), stretches[-1])
