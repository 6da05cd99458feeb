"""Registration: everything asked of a worker, filled by hand or from the passport, and corrected later with F9."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.language import _, active, date_short, ngettext, time_short
from models.rules.banks import bank_names
from models.rules.countries import countries
from models.rules.kpj import kpjs_written
from models.rules.mrz import looks_like_mrz, mrz_lines, read_mrz
from models.rules.names import name_key
from models.rules.nik import nik_birth, nik_problems, nik_region
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui import words
from ui.kit import (
    Card,
    Chip,
    Choice,
    DateField,
    EnterMovesOn,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    PrimaryButton,
    QuietButton,
    SecondaryButton,
    announce,
    empty,
    label,
    show_problems,
)
from ui.kit.cards import STACK_BELOW, Page
from ui.kit.tick import Tick
from ui.news import SYNC, WORKERS, news
from ui.runner import Runner, present
from ui.screens.candidates import CandidatesCard
from ui.screens.consent import ConsentReading
from ui.screens.documents import FileAsked, read_file
from ui.screens.elsewhere import Elsewheres
from ui.screens.entries import Doubt, HeirLine, fill, iso_date, meaning, offer, unread, written
from ui.screens.passport_doubt import PassportDoubt
from ui.screens.scrolled import Cards, Sheet, go_to

if TYPE_CHECKING:
    from kiosk.devices.pictures import Turn
    from kiosk.forms.registration import CheckedRegistration, Registration
    from kiosk.queries.candidates import Candidate
    from kiosk.queries.workers import WorkerCard
    from kiosk.sync.lookup import Elsewhere
    from kiosk.usecases.drafts import Draft
    from kiosk.usecases.mrz import PassportPage
    from kiosk.usecases.workers import Registered
    from models.rules.placements import Contract

CONFIRMABLE = ("nik.birth_date", "nik.sex")
MOST_HEIRS = 8
PAUSE_MS = 300
"""From the last key to the rules and the look for the same person: with both, candidates stand there within 0.4 s."""
KEEP_MS = 1_500
_PLACEMENT = (
    "country",
    "scheme",
    "event",
    "employer_kind",
    "employer",
    "agency",
    "p3mi",
    "job",
    "contract_number",
    "contract_start",
    "contract_end",
    "months",
    "legalisation_number",
    "departure",
    "arrival",
)


@dataclass(frozen=True)
class TakenPage:
    """A picture of the passport's page, and how far it has to be turned to be kept upright."""

    content: bytes
    file_name: str
    turn: Turn = 0


@dataclass(frozen=True)
class Prefilled:
    """What a new form begins with: a passport's two lines, or a name that was looked for and not found."""

    mrz: tuple[str, ...] = ()
    name: str = ""


class RegistrationPage(Page):
    """A new worker, or a known one to be corrected (`amending=True`, then `show_for`).

    Problems stand beside the field when typing stops, for the fields that were touched; F12 shows all of them. What is
    typed is kept as a draft a moment after each change, and offered again to the same operator."""

    def __init__(
        self,
        *,
        runner: Runner,
        check: Callable[[Registration, UUID | None], CheckedRegistration],
        register: Callable[[Registration], Registered],
        amend: Callable[[UUID, Registration, str], Registered],
        card: Callable[[UUID], WorkerCard],
        candidates: Callable[[Registration, UUID | None], list[Candidate]],
        is_same: Callable[[UUID, dict[str, str]], object],
        elsewhere: Elsewheres | None = None,
        passport: Callable[[str], object] | None = None,
        save_draft: Callable[[str, dict[str, Any], str], object],
        load_drafts: Callable[[str], list[Draft]],
        drop_draft: Callable[[str, str], object],
        today: Callable[[], date],
        now: Callable[[], datetime],
        country: str,
        open_worker: Callable[[UUID], object],
        pay: Callable[[UUID], object],
        told: Callable[[str], object],
        failed: Callable[[BaseException], object],
        read_page: Callable[[bytes, str], PassportPage],
        keep_page: Callable[[UUID, TakenPage], object],
        scan: Callable[[], bytes] | None = None,
        amending: bool = False,
    ) -> None:
        super().__init__()
        self._runner, self._check, self._register, self._amend = runner, check, register, amend
        self._card_of, self._candidates, self._is_same = card, candidates, is_same
        self._save_draft, self._load_drafts, self._drop_draft = save_draft, load_drafts, drop_draft
        self._elsewhere, self._passport = elsewhere, passport
        self._today, self._now, self._country = today, now, country
        self._open_worker, self._pay, self._told, self._failed = open_worker, pay, told, failed
        self._read_page, self._keep_page, self._scan = read_page, keep_page, scan
        self.amending = amending
        self.kept_as = "amend" if amending else "register"
        self.worker_id: UUID | None = None
        self.fields: dict[str, Field] = {}
        self.heirs: list[HeirLine] = []
        self._heir_lines: list[HeirLine] = []
        self._sections: list[list[Field]] = []
        self._more_heirs: list[dict[str, Any]] = []
        self._current: Contract | None = None
        self._mrz: tuple[str, ...] = ()
        self._confirmed: set[str] = set()
        self._not_same: set[str] = set()
        self._typed: dict[str, str] = {}
        self._asked_about = ""
        self._touched: set[str] = set()
        self._all_shown = False
        self._filling = False
        self._saving = False
        self._dirty = False
        self._subject = str(uuid4())
        self._asked = 0
        self._seen: tuple[str, ...] = ()
        self._was: dict[str, str] = {}
        self._reading = False
        self.taken: TakenPage | None = None

        self._pause = self._timer(PAUSE_MS, self._ask)
        if elsewhere is not None:
            elsewhere.found.connect(self._on_found_elsewhere)
        self._keep = self._timer(KEEP_MS, self.keep_draft)
        self._build_form()
        self._build_side()
        QShortcut(QKeySequence("Ctrl+S"), self, self._on_later, context=_WITHIN)
        QShortcut(QKeySequence("Ctrl+K"), self, self._on_candidates_key, context=_WITHIN)
        QShortcut(QKeySequence("Ctrl+Down"), self, lambda: self._jump(1), context=_WITHIN)
        QShortcut(QKeySequence("Ctrl+Up"), self, lambda: self._jump(-1), context=_WITHIN)
        self._blank()

    def _timer(self, milliseconds: int, act: Callable[[], object]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.setInterval(milliseconds)
        made.timeout.connect(act)
        return made

    # The form, top to bottom

    def _build_form(self) -> None:
        card = self.card = Card(parent=self)
        card.body.setContentsMargins(0, 18, 0, 0)
        card.body.setSpacing(8)
        self.column(1).addWidget(card)
        self.source = Chip("blue", "")
        self.clear = QuietButton(_("Kosongkan"), icon="trash", boxed=True)
        self.clear.clicked.connect(self._on_clear)
        self.from_page = QuietButton(_("Paspor"), "F8", icon="scan", boxed=True)
        self.from_page.setAccessibleName(_("Pindai halaman paspor, atau pilih gambarnya (F8)"))
        self.from_page.clicked.connect(self.on_print)
        self.header = Header(_("Pekerja baru"), "", self.source, self.clear, self.from_page)
        self.header.setContentsMargins(20, 0, 20, 0)
        card.add(self.header)
        self.passport_doubt = PassportDoubt(card)
        self.passport_doubt.accepted.connect(self._on_meant)
        self.passport_doubt.dismissed.connect(lambda: self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason))
        beside = QHBoxLayout()
        beside.setContentsMargins(20, 0, 20, 0)
        beside.addWidget(self.passport_doubt)
        card.body.addLayout(beside)
        self.sheet = Sheet(card)
        self.sheet.setWidgetResizable(True)
        self.sheet.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        card.add(self.sheet, 1)
        form = self.ground = EnterMovesOn(self.sheet)
        form.setObjectName("clear")
        self.form = QVBoxLayout(form)
        self.form.setContentsMargins(20, 2, 20, 20)
        self.form.setSpacing(12)
        self.sheet.setWidget(form)

        today = self._today
        if self.amending:
            self._section(_("Alasan perubahan"))
            self.reason = Field(
                _("Alasan"), LineField(longest=200, placeholder=_("mis. salah ketik, paspor baru, pindah majikan"))
            )
            self.form.addWidget(self.reason)
            self._sections[-1].append(self.reason)
            self.reason.editor.changed.connect(lambda _v: self._mark_dirty())  # type: ignore[attr-defined]
        self._section(_("Identitas"))
        self._row(
            self._line("name", 4, capitals=True, longest=130),
            self._line("passport_number", 2, capitals=True, longest=24),
            self._date("passport_expiry", 2),
        )
        self._row(
            self._line("nik", 4, digits=True, longest=16),
            self._date("birth_date", 3, earliest=date(1900, 1, 1), latest=today()),
            self._choice("sex", 3, [("F", _("Perempuan")), ("M", _("Laki-laki"))]),
            self._line("mother_name", 4, capitals=True, longest=130),
        )
        self.doubt = Doubt(form)
        self.confirm = self.doubt.sure
        self.confirm.toggled.connect(self._on_confirm)
        self.doubt.hide()
        self.form.addWidget(self.doubt)
        self._row(self._line("birth_place", 3), self._line("name_on_id_card", 4, capitals=True, longest=130))

        self._section(_("Dokumen"))
        self._row(
            self._choice("passport_kind", 2, words.passport_kinds()),
            self._date("passport_issued", 2, latest=today()),
            self._line("passport_office", 3),
        )
        self._row(self._line("kpj", 1), self._line("pmi_id", 1))

        self._section(_("Kontak"))
        self._row(self._line("phone", 3, longest=30), self._line("whatsapp", 3, longest=30), self._line("email", 4))
        self._row(self._line("abroad_address", 1, longest=300))
        self._row(self._line("home_address", 5, longest=300), self._line("home_regency", 3))
        self._row(
            self._line("emergency_name", 5, capitals=True, longest=130), self._line("emergency_phone", 3, longest=30)
        )

        self._section(_("Penempatan"))
        self._row(
            self._choice("country", 3, list(countries().items())),
            self._choice("event", 3, words.events()),
            self._choice("scheme", 4, words.schemes()),
        )
        self._row(
            self._choice("employer_kind", 3, words.employer_kinds()),
            self._line("employer", 4),
            self._line("job", 3),
        )
        self._row(self._line("agency", 1), self._line("p3mi", 1))
        self._row(
            self._line("contract_number", 4),
            self._date("contract_start", 3),
            self._date("contract_end", 3),
            self._line("months", 2, digits=True, longest=3),
        )
        self._row(self._date("departure", 3), self._date("arrival", 3), self._line("legalisation_number", 4))
        if self.amending:
            self._row(self._choice("contract_change", 1, words.contract_changes()))
            self.fields["contract_change"].hide()

        self._section(_("Ahli waris"))
        lines = QVBoxLayout()
        lines.setSpacing(8)
        for at in range(MOST_HEIRS):
            heir = HeirLine(at, today, form)
            heir.changed.connect(lambda: self._on_changed("heirs"))
            heir.removed.connect(lambda heir=heir: self._on_remove_heir(heir))
            self._heir_lines.append(heir)
            self._sections[-1] += heir.fields.values()
            lines.addWidget(heir)
        self.form.addLayout(lines)
        self.add_heir = QuietButton(_("Tambah ahli waris"), icon="plus", boxed=True)
        self.add_heir.clicked.connect(self._on_add_heir)
        self.form.addWidget(self.add_heir, 0, Qt.AlignmentFlag.AlignLeft)

        self._section(_("Rekening"))
        self._row(
            self._line("bank_name", 3, placeholder=_("mis. BRI")),
            self._line("bank_account", 4, longest=40),
            self._line("bank_holder", 4, capitals=True, longest=130),
            self._choice("bank_owner", 3, words.bank_owners()),
        )
        offer(self.fields["bank_name"].editor, bank_names())  # type: ignore[arg-type]
        self.form.addStretch(1)

    def _section(self, title: str) -> None:
        if self.form.count():
            self.form.addSpacing(6)
        self.form.addWidget(label(title, "heading", parent=self.ground))
        self._sections.append([])

    def _row(self, *fields: Field) -> None:
        # No widget around them: each change of parents has the whole branch styled anew, which F4 would wait for.
        across = QHBoxLayout()
        across.setSpacing(14)
        for field in fields:
            across.addWidget(field, field.stretch, Qt.AlignmentFlag.AlignTop)
        self._sections[-1] += fields
        self.form.addLayout(across)

    def _line(
        self,
        name: str,
        stretch: int,
        *,
        capitals: bool = False,
        digits: bool = False,
        longest: int = 120,
        placeholder: str = "",
    ) -> Field:
        # A name may be a passport's lines typed by hand or pasted: they are longer than any name.
        longest = 200 if name == "name" else longest
        editor = LineField(capitals=capitals, digits=digits, longest=longest, placeholder=placeholder)
        return self._field(name, editor, stretch)

    def _date(self, name: str, stretch: int, *, earliest: date | None = None, latest: date | None = None) -> Field:
        return self._field(name, DateField(today=self._today, earliest=earliest, latest=latest), stretch)

    def _choice(self, name: str, stretch: int, options: Sequence[tuple[str, str]]) -> Field:
        return self._field(name, Choice(options), stretch)

    def _field(self, name: str, editor: Any, stretch: int) -> Field:
        made = Field(words.fields()[name], editor, stretch=stretch, parent=self.ground)
        editor.changed.connect(lambda _value, name=name: self._on_changed(name))
        self.fields[name] = made
        return made

    def _build_side(self) -> None:
        side = self.column(width=400)
        self.drafts = Card(_("Isian yang belum selesai"), kind="brand")
        self.draft_lines = QVBoxLayout()
        self.draft_lines.setSpacing(10)
        self.drafts.body.addLayout(self.draft_lines)
        self.drafts.hide()
        self.known = CandidatesCard(key="Ctrl+K")
        self.known.same.connect(self._on_same)
        self.known.different.connect(self._on_different)
        self.known.borrowed.connect(self._on_elsewhere)
        self.page_card = Card(_("Halaman paspor"), kind="brand")
        self.page_card.body.setSpacing(8)
        self.page_marks = self.page_card.add(MarkList())
        self.page_note = self.page_card.add(label("", "note", wrap=True))
        self.keep_it = self.page_card.add(Tick(_("Simpan halaman ini sebagai dokumen pekerja")))
        self.page_card.hide()
        # Whoever else stands here, the consent and the primary button stay in view.
        self.cards = Cards(self.known, self.drafts, self.page_card)
        side.addWidget(self.cards, 20)
        last = Card()
        self.consent_heading = last.add(label(_("Persetujuan data pribadi"), "heading"))
        self.consent_read = last.add(ConsentReading(self._today), 20)
        self.consent_read.language.changed.connect(lambda _code: self._on_language())
        self.consent = Tick(_("Pekerja menyetujui"))
        self.consent.setAccessibleName(_("Pekerja menyetujui pemrosesan data pribadinya"))
        self.consent.toggled.connect(self._on_consent)
        last.add(self.consent)
        self.consent_chip = Chip("ok", "")
        last.body.addWidget(self.consent_chip, 0, Qt.AlignmentFlag.AlignLeft)
        last.push_down()
        self.problem = last.add(label("", "problem", wrap=True))
        self.problem.hide()
        self.note = last.add(label("", "note", wrap=True))
        self.primary = PrimaryButton(_("Daftarkan & lanjut bayar"), "F12")
        self.later = SecondaryButton(_("Simpan dulu"), "Ctrl+S")
        self.primary.clicked.connect(lambda: self._save(pay=True))
        self.later.clicked.connect(self._on_later)
        last.add(self.primary)
        last.add(self.later)
        # As much as the words of the consent need to be read beside the cards above.
        last.setMinimumHeight(410)
        self.consent_read.sheet.setMinimumHeight(70)
        side.addWidget(last, 1)
        if self.amending:
            last.body.insertWidget(0, label(_("Yang berubah"), "heading"))
            self.changes = FactList(left=True, label_width=120)
            last.body.insertWidget(1, self.changes)
            self.unchanged = label(_("Belum ada yang diubah."), "note", wrap=True)
            last.body.insertWidget(2, self.unchanged)
            self.header.set(_("Ubah data pekerja"))
            self.primary.setText(_("Simpan perubahan"))
            self.later.setText(_("Batal"))
            self.later.set_key("Esc")
            for widget in (self.consent_heading, self.consent_read, self.consent, self.consent_chip):
                widget.hide()

    def set_room(self, width: int) -> None:
        """Where columns are stacked the page scrolls as a whole, and form and cards need not make themselves small."""
        super().set_room(width)
        stacked = width < STACK_BELOW
        self.sheet.set_least(480 if stacked else Sheet.least)
        self.cards.set_least(2_000 if stacked else Cards.least)

    # What the shell asks

    def first_focus(self) -> QWidget:
        if self.amending:
            return self.reason.editor
        order = ("name", "passport_number", "nik", "birth_date", "sex", "mother_name")
        return next((self.fields[name].editor for name in order if not written(self.fields[name])), self.fields["name"])

    def on_shown(
        self,
        begin: Prefilled | None = None,
        worker_id: UUID | None = None,
        typed: dict[str, str] | None = None,
        field: str = "",
    ) -> None:
        if self.amending:
            if worker_id is not None:
                self._asked_about = field
                self.show_for(worker_id, typed)
            return
        if begin is not None and begin.mrz:
            self.begin_with(begin.mrz)
        elif begin is not None and begin.name and not self._dirty:
            self.fields["name"].editor.set_value(begin.name.upper())  # type: ignore[attr-defined]
        self.offer_drafts()

    def on_left(self) -> None:
        self.keep_draft()

    def on_primary(self) -> None:
        self.primary.click()

    def on_print(self) -> None:
        """F8: the passport's page from the scanner; where there is none, a picture of it from a file."""
        scan = self._scan
        if self._reading or self._saving:
            return
        if scan is None:
            dialog = FileAsked(self, _("Halaman paspor"))
            dialog.fileSelected.connect(lambda name: self.take_file(Path(name)))
            dialog.open()
            return
        self._read_begins(_("Memindai…"))
        self._runner.run(
            scan, lambda content: self.take_page(content, _("paspor.jpg")), self._on_not_read, on="line", owner=self
        )

    def on_scan(self, text: str) -> bool:
        """A passport fills the form that lies open, unless it is another person's: then the shell decides."""
        if not looks_like_mrz(text):
            return False
        if self.amending:
            return self._is_about_them(text) and self._take_mrz(text)
        if not self._dirty:
            # Somebody known may come: their page is opened, not a form filled.
            return False
        if written(self.fields["passport_number"]):
            return self._take_mrz(text, only_same=True)
        return self._take_mrz(text)

    def _on_candidates_key(self) -> None:
        """Ctrl+K: to whoever may be the person already."""
        if (first := self.known.first()) is not None:
            go_to(first)

    def _jump(self, by: int) -> None:
        """Ctrl+Down, Ctrl+Up: to the next section, there to what is still empty; below the last one the consent."""
        at = self.focusWidget()
        places: list[list[QWidget]] = [[field.editor for field in section] for section in self._sections]
        if not self.amending:
            places.append([self.consent])
        here = next(
            (n for n, editors in enumerate(places) for one in editors if at is one or (at and one.isAncestorOf(at))),
            -1 if by > 0 else len(places),
        )
        for editors in places[here + by :] if by > 0 else reversed(places[: max(here, 0)]):
            shown = [one for one in editors if one.isVisibleTo(self) and one.isEnabled()]
            if shown:
                goal = next((one for one in shown if _is_blank(one)), shown[0])
                goal.setFocus(Qt.FocusReason.TabFocusReason)
                self.sheet.ensureWidgetVisible(goal, 0, 60)
                return

    # What others may ask

    def show_for(self, worker_id: UUID, typed: dict[str, str] | None = None) -> None:
        """Correct this person; what was begun for the same person is kept. `typed`: what a clerk wrote for somebody
        who turned out to be this person, by field."""
        if worker_id == self.worker_id and self._dirty and not typed:
            return
        self.keep_draft()
        self.worker_id, self._typed = worker_id, dict(typed or {})
        self._runner.run(lambda: self._card_of(worker_id), self._on_card, self._failed)

    def begin_with(self, mrz: tuple[str, ...]) -> None:
        """A new form from a passport. What was typed for somebody else is kept as a draft."""
        text = "\n".join(mrz)
        if self._dirty and self._reads(text) and not self._is_same_passport(text):
            self.keep_draft()
            self._blank()
        self._take_mrz(text)

    def take_file(self, path: Path) -> None:
        """A picture or PDF of the passport's page."""
        self._read_begins(_("Membuka {file}…").format(file=path.name))
        self._runner.run(
            lambda: read_file(path), lambda content: self.take_page(content, path.name), self._on_not_read, owner=self
        )

    def take_page(self, content: bytes, file_name: str) -> None:
        """Fill the form from a picture of the passport's page, and offer to keep it."""
        self._read_begins(_("Membaca halaman paspor…"))

        def work() -> tuple[PassportPage | None, Refused | None]:
            try:
                return self._read_page(content, file_name), None
            except Refused as refusal:
                return None, refusal

        self._runner.run(work, lambda found: self._on_page(content, file_name, *found), self._on_not_read, owner=self)

    def keep_draft(self) -> None:
        """Keep what is typed, now: another page, a lock, or a pause in typing."""
        self._keep.stop()
        if not self._dirty or self._saving:
            return
        screen, content, subject = self.kept_as, self.content(), self._subject
        self._runner.run(lambda: self._save_draft(screen, content, subject), _nothing, self._failed, owner=self)

    def content(self) -> dict[str, Any]:
        """Everything typed, as it stands in the fields."""
        return {
            "fields": {name: written(field) for name, field in self.fields.items()},
            "heirs": [heir.raw() for heir in self.heirs if not heir.is_empty()],
            "mrz": list(self._mrz),
            "confirmed": sorted(self._confirmed),
            "not_same": sorted(self._not_same),
            "consent": self.consent.isChecked(),
            "consent_language": self.consent_read.chosen()["language"],
            "worker_id": str(self.worker_id) if self.worker_id else None,
            "reason": written(self.reason) if self.amending else "",
        }

    def restore(self, content: dict[str, Any], subject: str) -> None:
        """Put a draft back into the fields."""
        self._blank()
        self._subject, self._dirty = subject, True
        self._filling = True
        for name, raw in content.get("fields", {}).items():
            if name in self.fields:
                fill(self.fields[name], raw)
                if raw:
                    self._touched.add(name)
        self._set_heirs(content.get("heirs", []))
        if self.amending:
            fill(self.reason, content.get("reason", ""))
        self._mrz = tuple(content.get("mrz", ()))
        self._confirmed = set(content.get("confirmed", ()))
        self._not_same = set(content.get("not_same", ()))
        self.consent_read.show_in(content.get("consent_language") or active())
        self.consent.setChecked(bool(content.get("consent")))
        self._filling = False
        self._show_source()
        self._ask()

    def offer_drafts(self) -> None:
        """Look for what this operator began and did not finish."""
        self._runner.run(lambda: self._load_drafts(self.kept_as), self._on_drafts, self._failed)

    def registration(self) -> Registration:
        """The form as the use case wants it."""
        from kiosk.forms.registration import Consent, HeirForm, Registration

        values = {name: meaning(field) for name, field in self.fields.items()}
        values["months"] = int(values["months"]) if values["months"] else None
        heirs = tuple(HeirForm(**heir.value()) for heir in self.heirs if not heir.is_empty())
        heirs += tuple(HeirForm(**heir) for heir in self._more_heirs)
        return Registration(
            **values,
            mrz=self._mrz or None,
            heirs=heirs,
            consent=Consent(**self.consent_read.chosen()) if self.consent.isChecked() else None,
            confirmed=tuple(sorted(self._confirmed)) or None,
            not_same_as=tuple(UUID(one) for one in sorted(self._not_same)) or None,
        )

    # Filling

    def _blank(self) -> None:
        """An empty form for the next person."""
        self._filling = True
        for field in self.fields.values():
            fill(field, "")
            field.set_problem(None)
            field.set_note(None)
        self._set_heirs([])
        self._more_heirs = []
        self._mrz, self._confirmed, self._touched, self._not_same = (), set(), set(), set()
        self._all_shown = self._dirty = False
        self._subject = str(uuid4())
        self._seen = ()
        self._pause.stop()
        self._keep.stop()
        self._asked += 1
        if not self.amending:
            fill(self.fields["country"], self._country)
            fill(self.fields["event"], "new")
            fill(self.fields["passport_kind"], "paspor")
            self.consent_read.show_in(active())
            self.consent.setChecked(False)
            self._on_consent(False)
        self.confirm.setChecked(False)
        self.doubt.hide()
        self.passport_doubt.forget()
        self.known.forget()
        if self._elsewhere is not None:
            self._elsewhere.forget()
        self._forget_page()
        self._say("")
        self.note.setText("")
        self._filling = False
        self._show_source()
        self.sheet.verticalScrollBar().setValue(0)

    def _set_heirs(self, heirs: Sequence[dict[str, Any]]) -> None:
        """Show these and one line at least. Every line exists from the start: the order of the Tab key is that of
        their making."""
        self.heirs = self._heir_lines[: max(1, len(heirs))]
        for line, raw in zip_longest(self._heir_lines, heirs[:MOST_HEIRS]):
            line.fill(raw or {})
            line.setVisible(line in self.heirs)
        self.add_heir.setEnabled(len(self.heirs) < MOST_HEIRS)

    def _on_add_heir(self) -> None:
        self._set_heirs([*(heir.raw() for heir in self.heirs), {}])
        heir = self.heirs[-1]
        heir.fields["name"].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        QTimer.singleShot(0, heir, lambda: self.sheet.ensureWidgetVisible(heir))

    def _on_remove_heir(self, heir: HeirLine) -> None:
        self._set_heirs([one.raw() for one in self.heirs if one is not heir])
        self.heirs[-1].fields["name"].editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed("heirs")

    def _take_mrz(self, text: str, *, only_same: bool = False) -> bool:
        if only_same and not self._is_same_passport(text):
            return False
        lines = mrz_lines(text)
        try:
            said = read_mrz(lines, self._today())
        except Refused as refusal:
            self._doubt_passport(lines, refusal.problems)
            return True
        self.passport_doubt.forget()
        self._filling = True
        values = {
            "name": said.name,
            "passport_number": said.number,
            "passport_expiry": said.expiry,
            "birth_date": said.birth_date,
            "sex": said.sex,
            "passport_kind": said.kind if said.kind == "splp" else None,
        }
        for name, value in values.items():
            if value is not None:
                self.fields[name].editor.set_value(value)  # type: ignore[attr-defined]
                self._touched.add(name)
        self._filling = False
        self._mrz = lines
        self._say("")
        self._show_source()
        self._mark_dirty()
        self._ask()
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    def _doubt_passport(self, lines: tuple[str, ...], problems: Sequence[Problem]) -> None:
        """Show where the lines cannot be right, and what they may have meant. Nothing in the form changes."""
        from models.rules.mrz_repairs import mrz_repairs

        self.passport_doubt.show_doubt(lines, problems, mrz_repairs(lines, self._today()))
        first = self.passport_doubt.first()
        # The row was hidden until now: it can take the focus once the event that shows it has gone round.
        QTimer.singleShot(0, first, lambda: first.setFocus(Qt.FocusReason.OtherFocusReason))

    def _on_meant(self, lines: tuple[str, str]) -> None:
        """A person has said what the passport means: it goes where a passport that was read goes."""
        self.passport_doubt.forget()
        text = "\n".join(lines)
        if self._passport is not None and not self.amending and not self._dirty:
            self._passport(text)
        elif not self.on_scan(text):
            # Somebody else's: what is typed becomes a draft.
            self.begin_with(lines)
            self.offer_drafts()

    def _is_about_them(self, text: str) -> bool:
        """Whether a passport may be that of the person being corrected; one that cannot be read is shown here."""
        try:
            said = read_mrz(mrz_lines(text), self._today())
        except Refused:
            return True
        same_birthday = said.birth_date is not None and said.birth_date == meaning(self.fields["birth_date"])
        same_name = name_key(said.name) == name_key(written(self.fields["name"]))
        return same_birthday or same_name or self._is_same_passport(text)

    def _reads(self, text: str) -> bool:
        try:
            read_mrz(mrz_lines(text), self._today())
        except Refused:
            return False
        return True

    # The passport's page

    def _read_begins(self, said: str) -> None:
        self._reading = True
        self.from_page.setEnabled(False)
        self._say("")
        self.note.setText(said)

    def _read_ends(self) -> None:
        self._reading = False
        self.from_page.setEnabled(True)
        self.note.setText("")

    def _on_page(self, content: bytes, file_name: str, page: PassportPage | None, refusal: Refused | None) -> None:
        self._read_ends()
        if page is not None:
            text = "\n".join(page.lines)
            if not self.on_scan(text):
                # Somebody else's: what is typed becomes a draft.
                self.begin_with(page.lines)
            self._offer_page(TakenPage(content, file_name, page.turn), page.warnings)
            return
        assert refusal is not None
        self._say(" ".join(sentence(problem) for problem in refusal.problems))
        announce(self.problem)
        if all(problem.code.startswith("mrz.") for problem in refusal.problems):
            # A page that cannot be read is a document all the same.
            self._offer_page(TakenPage(content, file_name), refusal.problems[:1])

    def _on_not_read(self, error: BaseException) -> None:
        self._read_ends()
        self._say(present(error).sentence)
        announce(self.problem)

    def _offer_page(self, taken: TakenPage, doubts: Sequence[Problem]) -> None:
        self.taken = taken
        self.page_marks.clear()
        for doubt in doubts:
            self.page_marks.add("amber", sentence(doubt))
        self.page_note.setText("" if doubts else _("Terbaca. Cocokkan nama huruf demi huruf."))
        self.page_note.setVisible(not doubts)
        self.keep_it.setChecked(True)
        self.page_card.show()

    def _forget_page(self) -> None:
        self.taken = None
        self.page_marks.clear()
        self.page_card.hide()

    def _is_same_passport(self, text: str) -> bool:
        try:
            number = read_mrz(mrz_lines(text), self._today()).number
        except Refused:
            return False
        return number == written(self.fields["passport_number"]).upper()

    def _show_source(self) -> None:
        self.source.set("blue", _("Dari pindaian paspor · periksa kembali") if self._mrz else "")
        self.clear.setVisible(self._dirty and not self.amending)

    def _on_card(self, card: WorkerCard) -> None:
        if card.id != self.worker_id:
            return
        self._blank()
        self._filling = True
        self.header.set(_("Ubah data {name}").format(name=card.name))
        for name in self.fields:
            source = card.placement if name in _PLACEMENT else card.identity
            value = (getattr(source, name) if source else None) if name in _PLACEMENT else card.identity.get(name)
            fill(self.fields[name], value)
        fill(self.fields["kpj"], kpjs_written(card.identity.get("kpj"), card.identity.get("other_kpjs") or ()))
        self._set_heirs(list(card.heirs))
        # More than the form has lines for (from another counter's program) stay as they are.
        self._more_heirs = [
            {**heir, "birth_date": iso_date(heir.get("birth_date"))} for heir in card.heirs[MOST_HEIRS:]
        ]
        self._current = card.placement.contract if card.placement else None
        fill(self.reason, "")
        # What a person confirmed once need not be confirmed again for the same NIK.
        self._confirmed = set(CONFIRMABLE) & set(card.flags)
        # One person, one draft of corrections.
        self._subject = str(card.id)
        self._was = self._written()
        self._filling = False
        self._take_typed()
        self._ask()
        self.offer_drafts()
        asked, self._asked_about = self.fields.get(self._asked_about), ""
        if asked is not None:
            self.sheet.ensureWidgetVisible(asked, 0, 40)
        (asked or self.reason).editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take_typed(self) -> None:
        """Put what was typed for a new worker over what was known: it is the newer, and F12 shows what changes."""
        typed, self._typed = self._typed, {}
        if not typed:
            return
        for name, raw in typed.items():
            fill(self.fields[name], raw)
            self._touched.add(name)
        fill(self.reason, _("Datang lagi, data diperbarui"))
        self._mark_dirty()

    # While it is typed

    def _on_changed(self, name: str) -> None:
        if self._filling:
            return
        if name == "name" and looks_like_mrz(written(self.fields["name"])):
            self._take_mrz(written(self.fields["name"]))
            return
        self._touched.add(name)
        if name in ("nik", "birth_date", "sex"):
            self._confirmed.clear()
            self.confirm.blockSignals(True)
            self.confirm.setChecked(False)
            self.confirm.blockSignals(False)
        if self._mrz and name in ("passport_number", "passport_expiry", "birth_date", "sex"):
            # A person overrules what was read, after looking at the passport.
            self._mrz = ()
        self._mark_dirty()
        self._pause.start()

    def _mark_dirty(self) -> None:
        self._dirty = True
        self._keep.start()
        self._show_source()

    def _on_consent(self, agreed: bool) -> None:
        if self.amending:
            return
        at = self._now()
        said = _("Disetujui {day} {time}").format(day=date_short(at), time=time_short(at)) if agreed else ""
        self.consent_chip.set("ok", said)
        if not self._filling:
            self._mark_dirty()
            self._pause.start()

    def _on_language(self) -> None:
        """Who agreed to a text that was read to them has not agreed to another."""
        if not self._filling:
            self.consent.setChecked(False)

    def _on_confirm(self, sure: bool) -> None:
        if self._filling:
            return
        self._confirmed = set(CONFIRMABLE) & set(self._seen) if sure else set()
        self._mark_dirty()
        self._ask()

    def _ask(self) -> None:
        """Have the rules look at it, and look for the same person, on the store's lane."""
        self._pause.stop()
        self._asked += 1
        asked, form, worker_id = self._asked, self.registration(), self.worker_id
        if self._elsewhere is not None and self._dirty:
            self._elsewhere.ask(form)

        def work() -> tuple[tuple[Problem, ...], tuple[Problem, ...], list[Candidate]]:
            alike = self._candidates(form, worker_id)
            # Said at once, also while the rest of the form is not far enough for the rules to come to it.
            taken = tuple(one.problem() for one in alike if one.strong)
            try:
                return taken, self._check(form, worker_id).warnings, alike
            except Refused as refusal:
                return tuple(dict.fromkeys((*refusal.problems, *taken))), (), alike

        self._runner.run(work, lambda answer: self._on_checked(asked, *answer), self._failed, owner=self)

    def _on_checked(
        self, asked: int, problems: Sequence[Problem], warnings: Sequence[Problem], alike: list[Candidate]
    ) -> None:
        if asked != self._asked:
            return
        self._show(problems, warnings)
        self._show_contract_change()
        self.known.show_candidates(alike)
        self._show_changes()

    def _on_found_elsewhere(self, found: list[Elsewhere]) -> None:
        self.known.show_elsewhere([one for one in found if str(one.worker_id) not in self._not_same])

    def _show(self, problems: Sequence[Problem], warnings: Sequence[Problem], *, focus: bool = False) -> None:
        problems, warnings = [_beside(one) for one in problems], [_beside(one) for one in warnings]
        self._seen = tuple(problem.code for problem in problems if problem.code in CONFIRMABLE)
        agreed = tuple(warning.code for warning in warnings if warning.code in CONFIRMABLE)
        doubted = [one for one in (*problems, *warnings) if one.code in CONFIRMABLE]
        self.doubt.say(" ".join(sentence(one) for one in doubted), sure=bool(agreed))
        self.confirm.blockSignals(True)
        self.confirm.setChecked(bool(self._confirmed) and not self._seen)
        self.confirm.blockSignals(False)
        fields = self._all_fields()
        shown = [problem for problem in problems if self._is_due(problem)]
        homeless = show_problems(fields, [one for one in shown if one.code not in CONFIRMABLE])
        for one in doubted:
            # The whole sentence stands below, over the width of the form, beside what can be done about it.
            if one.code in self._seen:
                fields[one.field].set_problem(_("Berbeda dengan NIK."))
        for name, field in fields.items():
            said = [
                sentence(one)
                for one in warnings
                if one.field == name and one.code not in CONFIRMABLE and self._is_touched(name)
            ]
            field.set_note(" ".join(said) or self._said_by_nik(name))
        self._say(" ".join(sentence(one) for one in homeless))  # type: ignore[arg-type]
        left = len({problem.field for problem in problems})
        if not left:
            self.note.setText("")
        elif self._all_shown:
            remark = ngettext("{n} isian perlu diperbaiki.", "{n} isian perlu diperbaiki.", left)
            self.note.setText(remark.format(n=left))
        if focus:
            self._focus_first(fields, problems)

    def _said_by_nik(self, name: str) -> str | None:
        """What the NIK tells of its holder, quietly: where it was issued, and the birthday as long as none is given."""
        nik = written(self.fields["nik"])
        if name not in ("nik", "birth_date") or nik_problems(nik):
            return None
        if name == "nik":
            region = nik_region(nik)
            return ", ".join(part for part in (region.regency, region.province) if part) or None
        if written(self.fields["birth_date"]):
            return None
        return _("Menurut NIK {day}").format(day=date_short(nik_birth(nik, self._today()).day))

    def _focus_first(self, fields: dict[str, Field], problems: Sequence[Problem]) -> None:
        for field in fields.values():
            if field.problem():
                field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                self.sheet.ensureWidgetVisible(field, 0, 40)
                announce(field.below)
                return

    def _all_fields(self) -> dict[str, Field]:
        """Every field by the name the rules use, in reading order."""
        heirs = {
            f"heirs[{at}].{name}": field
            for at, heir in enumerate(one for one in self.heirs if not one.is_empty())
            for name, field in heir.fields.items()
        }
        before = {name: field for name, field in self.fields.items() if not name.startswith("bank")}
        return {**before, **heirs, **{name: self.fields[name] for name in self.fields if name.startswith("bank")}}

    def _is_due(self, problem: Problem) -> bool:
        """Whether to say it yet: of a line of heirs just begun, nobody is told that the rest is missing."""
        if problem.code == "required" and problem.field.startswith("heirs"):
            return self._all_shown
        return self._is_touched(problem.field)

    def _is_touched(self, field: str) -> bool:
        return self._all_shown or field.partition("[")[0] in self._touched

    def _on_same(self, one: Candidate) -> None:
        """It is this person: what was typed goes to the form that corrects them, and nobody is registered twice."""
        self._goes_on_as(one.id, self._typed_now())

    def _typed_now(self) -> dict[str, str]:
        """What a person or a passport has put into the fields, but for what every form begins with."""
        return {
            name: raw
            for name, field in self.fields.items()
            if name in self._touched and (raw := written(field)) and name not in ("event", "country")
        }

    def _goes_on_as(self, worker_id: UUID, typed: dict[str, str]) -> None:
        screen, subject = self.kept_as, self._subject
        self._runner.run(lambda: self._drop_draft(screen, subject), _nothing, self._failed, owner=self)
        if not self.amending:
            self._blank()
        self._is_same(worker_id, typed)

    def _on_elsewhere(self, one: Elsewhere) -> None:
        """It is somebody of another mission: fetched first, and what is typed waits until they are here."""
        if self._elsewhere is None:
            return
        subject = self._subject
        self.note.setText(_("Mengambil data {name} dari {mission}…").format(name=one.name, mission=one.mission_name))
        self.known.setEnabled(False)

        def here(worker_id: UUID) -> None:
            ended()
            if subject == self._subject:
                news.tell(WORKERS)
                self._goes_on_as(worker_id, self._typed_now())

        def ended() -> None:
            self.known.setEnabled(True)
            self.note.setText("")

        def failed(error: BaseException) -> None:
            ended()
            self._failed(error)

        self._elsewhere.borrow(one.worker_id, here, failed)

    def _on_different(self, one: Candidate | Elsewhere) -> None:
        """Somebody else; kept with the registration, and not asked again."""
        ids = getattr(one, "ids", None) or (one.worker_id,)  # type: ignore[union-attr]
        self._not_same.update(str(registered) for registered in ids)
        self.known.leave_out(self._not_same)
        self._mark_dirty()
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask()

    def _written(self) -> dict[str, str]:
        """Each field in the words that stand in it; heirs in one line."""
        found = {}
        for name, field in self.fields.items():
            editor = field.editor
            line = editor.lineEdit() if isinstance(editor, Choice) else editor
            found[name] = line.text().strip() if isinstance(line, QLineEdit) else ""
        found["heirs"] = "; ".join(
            ", ".join(
                part
                for part in (
                    raw["name"],
                    raw["relation"],
                    raw["phone"],
                    _as_day(raw["birth_date"]),
                    _("penerima beasiswa") if raw["scholar"] else "",
                )
                if part
            )
            for raw in (heir.raw() for heir in self.heirs)
        )
        return found

    def _show_changes(self) -> None:
        if not self.amending or not self._was:
            return
        self.changes.clear()
        named, now = words.fields(), self._written()
        changed = [name for name in now if now[name] != self._was.get(name, "") and name != "contract_change"]
        for name in changed[:8]:
            before = self._was.get(name) or _("kosong")
            self.changes.add(named[name], now[name] or _("kosong"), _("semula {before}").format(before=before))
        if len(changed) > 8:
            self.changes.add("", _("dan {n} lagi").format(n=len(changed) - 8))
        self.changes.setVisible(bool(changed))
        self.unchanged.setVisible(not changed)

    def _show_contract_change(self) -> None:
        """Where the contract differs from the one on record, ask whether that one was written wrongly; say what it is
        taken for as long as nobody answers."""
        if not self.amending or not self._was:
            return
        now, field = self._written(), self.fields["contract_change"]
        differs = any(now[name] != self._was.get(name, "") for name in _PLACEMENT)
        field.setVisible(differs and self._current is not None)
        if differs and self._current is not None:
            from kiosk.forms.placement import what_it_corrects

            answer = meaning(field)
            same = what_it_corrects(self.registration().placement, [self._current], answer) is not None
            field.set_note(
                _("Kontrak yang tercatat dibetulkan; yang lama tetap di riwayat.")
                if same
                else _("Dicatat sebagai kontrak lain; yang tercatat tetap berlaku untuk masanya.")
            )

    def _say(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # Drafts

    def _on_drafts(self, found: list[Draft]) -> None:
        empty(self.draft_lines)
        if self.amending:
            others = [one for one in found if one.subject == self._subject and not self._dirty]
        else:
            others = [one for one in found if one.subject != self._subject][:3]
        for one in others:
            name = str(one.content.get("fields", {}).get("name") or _("Tanpa nama"))
            go, drop = SecondaryButton(_("Lanjutkan")), QuietButton("", icon="trash", tooltip=_("Buang isian ini"))
            go.setAccessibleName(_("Lanjutkan isian {name}").format(name=name))
            drop.setAccessibleName(_("Buang isian {name}").format(name=name))
            go.clicked.connect(lambda _checked=False, one=one: self._on_continue(one))
            drop.clicked.connect(lambda _checked=False, one=one: self._on_throw_away(one))
            at = one.updated_at.astimezone(self._now().tzinfo)
            when = _("diketik {day} {time}").format(day=date_short(at), time=time_short(at))
            self.draft_lines.addWidget(_line(name, when, go, drop))
        self.drafts.setVisible(bool(others))

    def _on_continue(self, draft: Draft) -> None:
        self.keep_draft()
        self.restore(draft.content, draft.subject or str(uuid4()))
        self.drafts.hide()
        self.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)
        self.offer_drafts()

    def _on_throw_away(self, draft: Draft) -> None:
        self._runner.run(
            lambda: self._drop_draft(self.kept_as, draft.subject or ""),
            lambda _done: self.offer_drafts(),
            self._failed,
            owner=self,
        )

    def _on_clear(self) -> None:
        """Begin again; what was there stays a draft for a while, in case it was a slip of the hand."""
        self.keep_draft()
        self._blank()
        self.offer_drafts()
        self.fields["name"].editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # Saving

    def _on_later(self) -> None:
        if self.amending:
            window = self.window()
            back = getattr(window, "back", None)
            if callable(back):
                back()
            return
        self._save(pay=False)

    def _save(self, *, pay: bool) -> None:
        if self._saving:
            return
        self._all_shown = True
        # The field one stands in reads itself when it is left.
        focused = self.focusWidget()
        if focused is not None and self.isAncestorOf(focused):
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)
        odd = [field for field in self._all_fields().values() if field.problem() and unread(field)]
        if odd:
            odd[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.sheet.ensureWidgetVisible(odd[0], 0, 40)
            return
        form, worker_id = self.registration(), self.worker_id
        reason = written(self.reason) if self.amending else ""
        self._busy(True)
        screen, subject = self.kept_as, self._subject

        def work() -> Registered:
            done = self._amend(worker_id, form, reason) if worker_id is not None else self._register(form)
            self._drop_draft(screen, subject)
            return done

        self._runner.run(work, lambda done: self._on_saved(done, pay=pay), self._on_refused, owner=self)

    def _busy(self, busy: bool) -> None:
        self._saving = busy
        self.primary.setEnabled(not busy)
        self.later.setEnabled(not busy)
        if busy:
            self._keep.stop()

    def _on_saved(self, done: Registered, *, pay: bool) -> None:
        name = written(self.fields["name"])
        taken = self.taken if self.keep_it.isChecked() else None
        self._busy(False)
        self._blank()
        if taken is not None:
            # The person is registered; that the page could not be kept takes nothing back.
            self._runner.run(
                lambda: self._keep_page(done.worker_id, taken), lambda _kept: news.tell(SYNC), self._failed, owner=self
            )
        if self.amending:
            self.worker_id = None
            self._told(_("Data {name} diperbarui.").format(name=name))
            self._open_worker(done.worker_id)
        else:
            self._told(_("{name} terdaftar.").format(name=name))
            (self._pay if pay else self._open_worker)(done.worker_id)
        news.tell(WORKERS)

    def _on_refused(self, error: BaseException) -> None:
        self._busy(False)
        if not isinstance(error, Refused):
            self._failed(error)
            return
        self._show(error.problems, (), focus=True)
        self.known.show_candidates(getattr(error, "candidates", ()) or self.known.candidates)


def _as_day(text: str) -> str:
    day = iso_date(text)
    return date_short(day) if day else text


def _beside(problem: Problem) -> Problem:
    """What is said of the mark for the scholarship stands beside the child's birthday."""
    if not problem.field.endswith(".scholar"):
        return problem
    return replace(problem, field=problem.field.removesuffix("scholar") + "birth_date")


_WITHIN = Qt.ShortcutContext.WidgetWithChildrenShortcut


def _is_blank(editor: QWidget) -> bool:
    line = editor.lineEdit() if isinstance(editor, Choice) else editor
    return isinstance(line, QLineEdit) and not line.text().strip()


def _line(title: str, second: str, *buttons: QWidget) -> QWidget:
    holder = QWidget()
    holder.setObjectName("clear")
    across = QHBoxLayout(holder)
    across.setContentsMargins(0, 0, 0, 0)
    across.setSpacing(8)
    texts = QVBoxLayout()
    texts.setSpacing(1)
    texts.addWidget(label(title, "strong", wrap=True))
    texts.addWidget(label(second, "note", wrap=True))
    across.addLayout(texts, 1)
    for button in buttons:
        across.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return holder


def _nothing(_done: object) -> None:
    """A draft was kept: nothing to show."""
