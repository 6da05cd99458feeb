"""Personal data: what a worker agreed to and took back, whether their data are restricted, and what is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.language import _, date_short, time_short
from models.rules.consents import language_name
from models.rules.problems import Refused
from ui import words
from ui.kit import (
    Card,
    Cell,
    Column,
    Dialog,
    FactList,
    Field,
    Header,
    LineField,
    MarkList,
    Page,
    PrimaryButton,
    RowTable,
    SecondaryButton,
    show_problems,
)
from ui.news import WORKERS, news
from ui.runner import Runner, present
from ui.screens.consent import ConsentReading

if TYPE_CHECKING:
    from uuid import UUID

    from kiosk.forms.registration import Consent
    from kiosk.queries.privacy import ConsentRow, PrivacyCard, RestrictionRow


@dataclass(frozen=True)
class Said:
    """A line of the history. `version` and `language` where it was a consent to a text."""

    key: object
    at: datetime
    what: str
    second: str
    who: str
    version: str = ""
    language: str = ""


class PrivacyPage(Page):
    """One worker's consent and restriction. F12 records that they agree to the text that stands here."""

    def __init__(
        self,
        *,
        runner: Runner,
        card: Callable[[UUID], PrivacyCard],
        withdraw: Callable[[UUID, str], PrivacyCard],
        give: Callable[[UUID, Consent], PrivacyCard],
        restrict: Callable[[UUID, str], PrivacyCard],
        lift: Callable[[UUID, str], PrivacyCard],
        print_data: Callable[[UUID], str],
        today: Callable[[], date],
        local: Callable[[datetime], datetime],
        told: Callable[[str], object],
        failed: Callable[[BaseException], object],
    ) -> None:
        super().__init__()
        self._runner, self._card_of, self._local = runner, card, local
        self._withdraw, self._give, self._restrict, self._lift = withdraw, give, restrict, lift
        self._print_data, self._told, self._failed = print_data, told, failed
        self.worker_id: UUID | None = None
        self.shown: PrivacyCard | None = None
        self._dialog: Dialog | None = None
        self._build_left()
        self._build_right(today)
        news.changed.connect(self._on_news)

    # Left to right

    def _build_left(self) -> None:
        left = self.column(1)
        card = Card(parent=self)
        card.body.setContentsMargins(20, 18, 20, 16)
        left.addWidget(card, 1)
        self.header = card.add(Header(_("Data pribadi"), " "))
        self.task = card.add(MarkList())
        self.facts = card.add(FactList(left=True, label_width=150))
        self.history = RowTable(
            [
                Column(_("Waktu"), lambda one: _moment(self._local(one.at)), width=176),
                Column(_("Yang dicatat"), lambda one: Cell(one.what, second=one.second, bold=True), stretch=1),
                Column(_("Petugas"), lambda one: one.who, width=150),
            ],
            name=_("Riwayat persetujuan dan pembatasan"),
            key=lambda one: one.key,
            two_lines=True,
        )
        self.history.current_changed.connect(self._on_current)
        card.add(self.history, 1)
        self.withdraw = SecondaryButton(_("Tarik persetujuan…"), danger=True)
        self.restrict = SecondaryButton(_("Batasi data…"))
        self.lift = SecondaryButton(_("Cabut pembatasan…"))
        self.withdraw.clicked.connect(self._ask_withdraw)
        self.restrict.clicked.connect(self._ask_restrict)
        self.lift.clicked.connect(self._ask_lift)
        card.add_row(self.restrict, self.lift, 1, self.withdraw, spacing=10)

    def _build_right(self, today: Callable[[], date]) -> None:
        right = self.column(width=440)
        card = Card(_("Teks persetujuan"), parent=self)
        right.addWidget(card, 1)
        self.reading = ConsentReading(today, height=300, parent=card)
        self.reading.language.changed.connect(lambda _code: self._show_rights())
        card.add(self.reading, 1)
        self.primary = PrimaryButton(_("Pekerja menyetujui"), "F12")
        self.primary.clicked.connect(self._on_agreed)
        card.add(self.primary)
        self.print = SecondaryButton(_("Cetak data saya"), "F8")
        self.print.clicked.connect(self.on_print)
        card.add(self.print)

    # What the shell asks

    def first_focus(self) -> QWidget:
        return self.history

    def on_shown(self, worker_id: UUID | None = None) -> None:
        if worker_id is not None and worker_id != self.worker_id:
            self.worker_id, self.shown = worker_id, None
            self.history.set_rows([])
            self.header.set(_("Data pribadi"), " ")
        self.reading.show_version(None, str(self.reading.language.value()))
        self.refresh()

    def on_primary(self) -> None:
        self.primary.click()

    def on_print(self) -> None:
        """F8: everything that is known of the worker, on paper, for the worker."""
        worker_id = self.worker_id
        if worker_id is None or not self.print.isEnabled():
            return
        self.print.setEnabled(False)
        self._runner.run(lambda: self._print_data(worker_id), self._on_printed, self._on_not_printed, owner=self)

    def _on_printed(self, queue: str) -> None:
        self.print.setEnabled(True)
        self._told(_("Data pekerja ini dicetak di {name}. Serahkan hanya kepadanya.").format(name=queue))

    def _on_not_printed(self, error: BaseException) -> None:
        self.print.setEnabled(True)
        self._failed(error)

    def refresh(self) -> None:
        """Read it again."""
        worker_id = self.worker_id
        if worker_id is not None:
            self._runner.run(lambda: self._card_of(worker_id), self._on_card, self._failed, owner=self)

    # Showing

    def _on_news(self, _topic: str) -> None:
        if self.isVisible():
            self.refresh()

    def _on_card(self, card: PrivacyCard) -> None:
        if card.id != self.worker_id:
            return
        self.shown = card
        self.header.set(_("Data pribadi · {name}").format(name=card.name), _state(card))
        self.task.clear()
        if card.task is not None:
            task = replace(card.task, withdrawn_at=self._local(card.task.withdrawn_at), due=self._local(card.task.due))
            self.task.add("amber", *words.consent_task(task), bold=True)
        self.task.setVisible(card.task is not None)
        self._show_facts(card)
        said = [_consent(one) for one in card.consents] + [_restriction(one) for one in card.restrictions]
        self.history.set_rows(sorted(said, key=lambda one: one.at, reverse=True))
        self._show_rights()

    def _show_facts(self, card: PrivacyCard) -> None:
        self.facts.clear()
        latest = next((one for one in card.consents if not one.withdrawn), None)
        agreed = (
            _("{day} · versi {version} · {language}").format(
                day=date_short(self._local(latest.at)),
                version=latest.version,
                language=language_name(latest.language),
            )
            if latest is not None
            else _("Belum dicatat")
        )
        if card.consent == "withdrawn":
            self.facts.add(_("Persetujuan"), _("Ditarik"), agreed, kind="amber")
        else:
            self.facts.add(_("Persetujuan"), agreed, kind="" if latest else "amber")
        asked = _("Dibatasi atas permintaannya") if card.asked else _("Dibatasi karena persetujuannya ditarik")
        self.facts.add(
            _("Pembatasan"),
            asked if card.restricted else _("Tidak dibatasi"),
            _("Daftar dan kertas memuat inisial saja.") if card.restricted else "",
            kind="amber" if card.restricted else "",
        )

    def _show_rights(self) -> None:
        card = self.shown
        open_ = card is not None and not card.erased
        self.withdraw.setEnabled(open_ and card is not None and card.consent == "given")
        self.restrict.setEnabled(open_ and card is not None and (not card.asked or card.task is not None))
        stopping = card is not None and card.task is not None
        self.restrict.setText(_("Pemrosesan dihentikan…") if stopping else _("Batasi data…"))
        self.lift.setEnabled(open_ and card is not None and card.asked and card.consent != "withdrawn")
        self.primary.setEnabled(open_ and self._is_news())
        self.print.setEnabled(open_)

    def _is_news(self) -> bool:
        """Whether agreeing to what stands here says anything that is not recorded."""
        card, chosen = self.shown, self.reading.chosen()
        if card is None:
            return False
        latest = next((one for one in card.consents if not one.withdrawn), None)
        return card.consent != "given" or latest is None or (latest.version, latest.language) != tuple(chosen.values())

    def _on_current(self, one: Said | None) -> None:
        """What was agreed to that day, word for word."""
        if one is not None and one.version:
            self.reading.show_version(one.version, one.language)
        else:
            self.reading.show_version(None, str(self.reading.language.value()))
        self._show_rights()

    # Acting

    def _on_agreed(self) -> None:
        from kiosk.forms.registration import Consent

        worker_id, chosen = self.worker_id, self.reading.chosen()
        if worker_id is None or not self.primary.isEnabled():
            return
        self.primary.setEnabled(False)
        self._runner.run(
            lambda: self._give(worker_id, Consent(version=chosen["version"], language=chosen["language"])),
            lambda _card: self._done(_("Persetujuan dicatat.")),
            self._on_refused,
            owner=self,
        )

    def _ask_withdraw(self) -> None:
        self._ask(
            _("Tarik persetujuan?"),
            _(
                "Sesudah ini datanya tampil dibatasi di semua loket, dan pemrosesan yang berdasarkan persetujuan harus "
                "dihentikan dalam 3 × 24 jam. Iuran dan klaim yang sudah dicatat tetap berlaku."
            ),
            _("Catatan (boleh kosong)"),
            _("Tarik persetujuan"),
            self._withdraw,
            _("Penarikan persetujuan dicatat."),
            danger=True,
        )

    def _ask_restrict(self) -> None:
        if self.shown is not None and self.shown.task is not None:
            title, label_ = _("Pemrosesan sudah dihentikan?"), _("Yang sudah dilakukan")
            said = _("Tulis apa yang dihentikan dan siapa yang diberi tahu. Tugas ini lalu selesai.")
            yes = _("Catat")
        else:
            title, label_ = _("Batasi data pekerja ini?"), _("Permintaan pekerja")
            said = _(
                "Daftar dan kertas memuat inisial saja, sampai pekerja mencabutnya. Pelayanan tetap dapat dicatat."
            )
            yes = _("Batasi data")
        self._ask(title, said, label_, yes, self._restrict, _("Pembatasan dicatat."))

    def _ask_lift(self) -> None:
        self._ask(
            _("Cabut pembatasan?"),
            _("Hanya atas permintaan pekerja sendiri. Namanya tampil kembali di daftar dan kertas."),
            _("Permintaan pekerja"),
            _("Cabut pembatasan"),
            self._lift,
            _("Pembatasan dicabut."),
        )

    def _ask(
        self,
        title: str,
        said: str,
        asked: str,
        yes: str,
        act: Callable[[UUID, str], PrivacyCard],
        told: str,
        *,
        danger: bool = False,
    ) -> None:
        worker_id = self.worker_id
        if worker_id is None:
            return
        dialog = self._dialog = Dialog(self, title, said, yes=yes, danger=danger)
        remark = Field(asked, LineField(longest=300))
        dialog.body.addWidget(remark, 0, Qt.AlignmentFlag.AlignTop)
        QWidget.setTabOrder(remark.editor, dialog.primary)

        def submit() -> None:
            dialog.set_problem(None)
            dialog.primary.setEnabled(False)
            text = str(remark.editor.value())  # type: ignore[attr-defined]
            self._runner.run(lambda: act(worker_id, text), lambda _card: done(), refused, owner=dialog)

        def done() -> None:
            dialog.accept()
            self._done(told)

        def refused(error: BaseException) -> None:
            dialog.primary.setEnabled(True)
            if not isinstance(error, Refused) or show_problems({"remark": remark}, error.problems, focus=True):
                dialog.set_problem(present(error).sentence)

        dialog.primary.clicked.connect(submit)
        remark.editor.setFocus()
        dialog.open()

    def _done(self, told: str) -> None:
        self._told(told)
        self.refresh()
        news.tell(WORKERS)

    def _on_refused(self, error: BaseException) -> None:
        self._failed(error)
        self.refresh()


def _state(card: PrivacyCard) -> str:
    if card.erased:
        return _("Datanya sudah dihapus.")
    if card.consent == "withdrawn":
        return _("Persetujuannya ditarik.")
    return _("Datanya dibatasi atas permintaannya.") if card.asked else _("Tidak ada pembatasan.")


def _consent(one: ConsentRow) -> Said:
    if one.withdrawn:
        return Said(one.id, one.at, _("Persetujuan ditarik"), one.remark, one.operator)
    second = _("versi {version} · {language}").format(version=one.version, language=language_name(one.language))
    return Said(one.id, one.at, _("Persetujuan diberikan"), second, one.operator, one.version, one.language)


def _restriction(one: RestrictionRow) -> Said:
    what = _("Data dibatasi") if one.restricted else _("Pembatasan dicabut")
    return Said(one.at, one.at, what, one.remark, one.operator)


def _moment(at: datetime) -> str:
    return f"{date_short(at.date())} {time_short(at)}"
