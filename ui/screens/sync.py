"""Sync: the truth about the line, in words: what waits, what the centre has signed for, what needs a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Event
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from models.language import _, date_long, ngettext, number, time_short
from models.rules.problems import Problem, Refused, Trouble
from ui import words
from ui.kit import (
    Card,
    FactList,
    Field,
    Figure,
    Header,
    LineField,
    MarkList,
    Page,
    PrimaryButton,
    Progress,
    SecondaryButton,
    announce,
    label,
    show_problems,
)
from ui.kit.chips import Mark
from ui.news import CLAIMS, CONTRIBUTIONS, RATES, STAFF, SYNC, WORKERS, news
from ui.runner import Runner, present
from ui.screens.check import Verdict
from ui.screens.scrolled import scrolled

if TYPE_CHECKING:
    from kiosk.queries.home import SyncState
    from kiosk.sync.enrol import Enrolled
    from kiosk.sync.sync import Progress as Step
    from kiosk.sync.sync import SyncReport


class Stopped(Exception):
    """Somebody pressed «Hentikan»: what was exchanged until then stands."""


class SyncPage(Page):
    """How this counter stands with the centre. F12 exchanges everything now; until it is enrolled, F12 enrols."""

    synced = Signal(object)
    """An exchange ended well: `SyncReport`."""
    enrolled = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        *,
        state: Callable[[], SyncState],
        sync: Callable[[Callable[[Step], None]], SyncReport] | None,
        enrol: Callable[[str, str, str], Enrolled] | None,
        authority: str = "",
        runner: Runner,
        go_on: Callable[[str], object] | None = None,
        carry: Callable[[], object] | None = None,
        local: Callable[[datetime], datetime] = lambda at: at,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._read, self._sync, self._enrol, self._go_on = state, sync, enrol, go_on
        self._carry = carry
        self._runner, self._local = runner, local
        self._state: SyncState | None = None
        self._busy = False
        self._stop = Event()
        self._dialog: QFileDialog | None = None
        self._build_state()
        self._build_line(authority)
        news.changed.connect(self._on_news)
        self._show_busy()

    # Built left to right

    def _build_state(self) -> None:
        card = Card(parent=self)
        card.add(Header(_("Sinkron"), _("Pekerjaan di loket tidak pernah menunggu jaringan.")))
        self.verdict = card.add(Verdict())
        self.entries = Figure(_("catatan menunggu kirim"))
        self.papers = Figure(_("dokumen menunggu kirim"))
        self.held = Figure(_("catatan menunggu pasangannya"))
        card.add_row(self.entries, self.papers, self.held)

        self.problems_card = Card(_("Perlu perhatian"), kind="amber", parent=self)
        self.problems = self.problems_card.add(MarkList())

        self.statement_card = Card(_("Pernyataan pusat"), parent=self)
        self.statement_note = self.statement_card.add(label("", "note", wrap=True))
        self.statement = self.statement_card.add(FactList())
        self.column(1).addWidget(scrolled(card, self.problems_card, self.statement_card, spacing=18))

    def _build_line(self, authority: str) -> None:
        right = self.column(width=420)
        self.line_card = card = Card(_("Jaringan"), parent=self)
        right.addWidget(card, 1)
        self.facts = card.add(FactList())
        self.enrol_note = card.add(
            label(
                _("Loket ini sudah dapat bekerja. Agar catatannya sampai di pusat, daftarkan dengan kode dari pusat."),
                "subtitle",
                wrap=True,
            )
        )
        self.address = LineField(placeholder="https://pusat.example")
        self.address_field = card.add(Field(_("Alamat pusat"), self.address))
        self.code = LineField(capitals=True, longest=120)
        self.code_field = card.add(Field(_("Kode pendaftaran"), self.code, _("sekali pakai, berlaku 24 jam")))
        self.authority = LineField(authority, longest=1000)
        hint = _("hanya bila pusat memberikannya; loket ini lalu percaya pada CA itu saja")
        self.authority_field = card.add(Field(_("Berkas CA"), self.authority, hint))
        self.file = card.add(SecondaryButton(_("Pilih berkas CA…"), "F8", icon="file"))
        self.file.clicked.connect(self._ask_file)
        self.series = LineField(capitals=True, longest=10)
        self.series_field = card.add(
            Field(_("Seri baru dari pusat"), self.series, _("belum pernah dipakai loket mana pun"))
        )
        self.going_on = card.add(SecondaryButton(_("Lanjutkan dengan seri baru")))
        self.going_on.clicked.connect(self._on_going_on)
        self.stick = card.add(SecondaryButton(_("Kirim atau ambil lewat flashdisk…"), "F8", icon="file"))
        self.stick.clicked.connect(self._on_stick)
        card.push_down()
        self.mark = Mark("grey", parent=card)
        self.said = label("", "strong", wrap=True, parent=card)
        card.add_row(self.mark, self.said, spacing=14).setStretch(1, 1)
        self.progress = card.add(Progress())
        self.primary = card.add(PrimaryButton(_("Sinkronkan sekarang"), "F12"))
        self.primary.clicked.connect(self._on_primary_clicked)
        self.progress.cancelled.connect(self._stop.set)
        self._say("", "")

    # What the shell asks

    def on_shown(self, **_others: Any) -> None:
        """Come to the front."""
        self.refresh()

    def refresh(self) -> None:
        """Read the state again."""
        self._runner.run(self._read, self._on_state, self.failed.emit, owner=self)

    def first_focus(self) -> QWidget | None:
        """The button, or the address while the counter is not enrolled."""
        return self.address if self.address_field.isVisibleTo(self) else self.primary

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: the authority's file, while the counter is not enrolled; then the way without a line."""
        for button in (self.file, self.stick):
            if button.isVisibleTo(self):
                button.click()
                return

    def _on_stick(self) -> None:
        if self._carry is not None and not self._busy:
            self._carry()

    def on_left(self) -> None:
        """Another page came to the front: the exchange goes on."""

    # Showing how it stands

    def _on_state(self, state: SyncState) -> None:
        fresh, self._state = self._state is None, state
        self._show_verdict(state)
        self.entries.set(number(state.waiting))
        self.papers.set(number(state.documents_waiting))
        self.held.set(number(state.held))
        self._show_problems(state)
        self._show_statement(state)
        self._show_line(state)
        self._show_busy()
        first = self.first_focus()
        if fresh and first is not None and self.isVisible():
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_verdict(self, state: SyncState) -> None:
        at = self._at(state.last_synced)
        waiting = ngettext("{n} catatan menunggu kirim", "{n} catatan menunggu kirim", state.waiting)
        waiting = waiting.format(n=number(state.waiting))
        if state.kind == "synced":
            said = _("Pusat menandatangani bahwa semua catatan loket ini sudah diterimanya, {at}.").format(at=at)
            self.verdict.set("ok", _("Tersinkron"), said)
        elif state.must_continue and state.kind == "action":
            said = _(
                "Jurnal loket ini juga ditulis di mesin lain. Semua yang tersimpan di sini aman dan tetap dikirim."
            )
            self.verdict.set("red", _("Perlu tindakan"), said, "warning")
        elif state.kind == "action":
            said = _("Pusat menahan sebagian catatan. Pekerjaan tetap jalan; lihat di bawah apa yang perlu dilakukan.")
            self.verdict.set("red", _("Perlu tindakan"), said, "warning")
        elif state.kind == "alone":
            said = _("Semua catatan tersimpan aman di loket ini, dan belum ada pusat yang menerimanya.")
            self.verdict.set("amber", _("Belum terdaftar di pusat"), said, "offline")
        else:
            said = _("{waiting}. Semuanya tersimpan aman di loket ini sampai pusat menandatanganinya.")
            said = said.format(waiting=waiting)
            if state.carried:
                carried = _("Dibawa flashdisk no. {numbers}.").format(numbers=_runs(state.carried))
                said = f"{said} {carried}"
            self.verdict.set("amber", _("Belum semua terkirim"), said, "clock")

    def _show_problems(self, state: SyncState) -> None:
        from models.sentences import SENTENCES, sentence

        self.problems.clear()
        for verdict, code, count in state.problems:
            known = sentence(Problem.of("entry", code)) if code in SENTENCES else ""
            why = f" {words.held_because(code)}" if code and not known else ""
            if verdict == "held":
                text = ngettext("{n} catatan ditahan pusat", "{n} catatan ditahan pusat", count)
                advice = known or _("Menunggu catatan lain yang belum sampai; biasanya lepas sendiri.")
            else:
                text = ngettext("{n} catatan dikarantina pusat", "{n} catatan dikarantina pusat", count)
                advice = known or _("Pusat tidak dapat membukukannya. Hubungi pusat; jangan ulangi pencatatannya.")
            kind = "red" if verdict == "quarantined" else "amber"
            self.problems.add(kind, text.format(n=number(count)), advice + why)
        if state.last_error and state.kind != "alone":
            self.problems.add("amber", _("Sinkronisasi terakhir tidak selesai"), state.last_error)
        self.problems_card.setVisible(bool(state.problems) or bool(state.last_error and state.kind != "alone"))

    def _show_statement(self, state: SyncState) -> None:
        self.statement.clear()
        stated = state.statement
        self.statement_card.setVisible(state.kind != "alone")
        if not stated:
            self.statement_note.setText(_("Pusat belum pernah memberi pernyataan untuk loket ini."))
            return
        self.statement_note.setText(
            _("Ditandatangani pusat {at}, dan sama dengan yang ada di loket ini.").format(
                at=self._at(state.last_synced)
            )
        )
        for name, value in statement_lines(stated):
            self.statement.add(name, value, bold=True)

    def _show_line(self, state: SyncState) -> None:
        alone = state.kind == "alone"
        for widget in (self.enrol_note, self.address_field, self.code_field, self.authority_field, self.file):
            widget.setVisible(alone and self._enrol is not None)
        self.line_card.set_heading(_("Daftarkan loket") if alone else _("Jaringan"))
        self.stick.setVisible(self._carry is not None and state.centre_url is not None)
        spent = state.must_continue and not alone and self._go_on is not None
        self.series_field.setVisible(spent)
        self.going_on.setVisible(spent)
        self.facts.clear()
        self.facts.setVisible(not alone)
        if not alone:
            self.facts.add(_("Pusat"), state.centre_url or "–")
            self.facts.add(_("Terakhir sinkron"), self._at(state.last_synced))
            if state.clock is not None and state.clock.skew_minutes:
                self.facts.add(_("Jam komputer"), words.clock_skew(state.clock.skew_minutes), kind="amber")
            for stream, position in state.streams:
                self.facts.add(_stream_name(stream), number(position))
        self.primary.setText(_("Daftarkan loket") if alone else _("Sinkronkan sekarang"))

    def _at(self, at: datetime | None) -> str:
        if at is None:
            return _("belum pernah")
        here = self._local(at)
        return _("{day} pukul {time}").format(day=date_long(here.date()), time=time_short(here))

    # Exchanging

    def _on_primary_clicked(self) -> None:
        if self._busy or self._state is None:
            return
        if self._state.kind == "alone":
            self._begin_enrol()
        else:
            self._begin_sync()

    def _begin_sync(self) -> None:
        sync = self._sync
        if sync is None:
            return
        self._busy = True
        self._stop.clear()
        self._say("", "")
        self._show_busy()
        self.progress.restart(_("Menghubungi pusat…"))
        say = self._runner.teller(self._on_step)
        stop = self._stop

        def tell(step: Step) -> None:
            if stop.is_set():
                raise Stopped
            say(step)

        self._runner.run(lambda: sync(tell), self._on_synced, self._on_not_synced, on="line")

    def _on_step(self, step: Step) -> None:
        said = {
            "push": _("Mengirim {done} dari {total} catatan…"),
            "return": _("Pusat dipulihkan dari cadangan. Mengembalikan {done} dari {total} catatan…"),
            "pull": _("Menerima {done} dari {total} catatan…"),
            "documents": _("Mengirim dokumen, {done} dari {total} kB…"),
            "base": _("Data misi sedang diambil: {percent} %, dapat dilanjutkan kapan saja."),
            "loading": _("Data misi sedang disiapkan: {percent} %. Loket tetap dapat dipakai."),
        }[step.part]
        done, total = step.done, step.total
        percent = number(100 * done // max(1, total))
        if step.part == "documents":
            done, total = done // 1_000, max(1, total // 1_000)
        self.progress.set(done, total, said.format(done=number(done), total=number(total), percent=percent))

    def _on_synced(self, report: SyncReport) -> None:
        self._busy = False
        self._show_busy()
        if report.trouble is not None:
            self._say("red", present(report.trouble).sentence)
        else:
            said = _("Terkirim {pushed}, diterima {pulled}. Masih menunggu {pending}.")
            kind = "ok" if report.covers_head and not report.pending else "amber"
            counts = {"pushed": report.pushed, "pulled": report.pulled, "pending": report.pending}
            text = said.format(**{name: number(count) for name, count in counts.items()})
            if left := report.documents_pending:
                rest = ngettext("{n} dokumen menyusul sendiri.", "{n} dokumen menyusul sendiri.", left)
                text = f"{text} {rest.format(n=number(left))}"
            if report.centre_restored:
                text = f"{text} {_('Pusat dipulihkan dari cadangan; yang tidak ada lagi di sana sudah dikembalikan.')}"
            if report.base:
                text = f"{text} {_('Data misi sudah di loket ini.')}"
            elif report.base_trouble is not None:
                kind, text = "amber", f"{text} {present(report.base_trouble).sentence}"
            self._say(kind, text)
        self.synced.emit(report)
        news.tell(SYNC, WORKERS, CONTRIBUTIONS, CLAIMS, RATES, STAFF)
        self.refresh()

    def _on_not_synced(self, error: BaseException) -> None:
        self._busy = False
        self._show_busy()
        if isinstance(error, Stopped):
            self._say("amber", _("Dihentikan. Yang sudah terkirim tetap terkirim; sisanya menyusul."))
        else:
            self._say("amber" if isinstance(error, Trouble) else "red", present(error).sentence)
        news.tell(SYNC)
        self.refresh()

    def _on_going_on(self) -> None:
        go_on, series = self._go_on, self.series.value()
        if go_on is None or self._busy:
            return
        if not series:
            show_problems({"series": self.series_field}, [Problem("series", "required")], focus=True)
            return
        self._busy = True
        self._say("", "")
        self._show_busy()
        self._runner.run(lambda: go_on(series), self._on_gone_on, self._on_not_gone_on)

    def _on_gone_on(self, _continued: object) -> None:
        self._busy = False
        self.series.set_value("")
        self._say("ok", _("Jurnal baru dimulai. Daftarkan sekarang dengan kode pusat untuk seri ini."))
        news.tell(SYNC)
        self.refresh()
        self.code.setFocus()

    def _on_not_gone_on(self, error: BaseException) -> None:
        self._busy = False
        self._show_busy()
        if isinstance(error, Refused) and not show_problems({"series": self.series_field}, error.problems, focus=True):
            return
        self._say("amber" if isinstance(error, Trouble) else "red", present(error).sentence)

    def _begin_enrol(self) -> None:
        enrol = self._enrol
        if enrol is None:
            return
        address, code, authority = self.address.value(), self.code.value(), self.authority.value()
        fields = self._fields()
        missing = [Problem(name, "required") for name, text in (("address", address), ("code", code)) if not text]
        if missing:
            show_problems(fields, missing, focus=True)
            return
        show_problems(fields, ())
        self._busy = True
        self._say("", "")
        self._show_busy()
        self.progress.restart(_("Menghubungi pusat…"))
        self._runner.run(lambda: enrol(address, code, authority), self._on_enrolled, self._on_not_enrolled, on="line")

    def _fields(self) -> dict[str, Field]:
        return {"address": self.address_field, "code": self.code_field, "ca": self.authority_field}

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, _("Pilih berkas CA"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_("Sertifikat (*.pem *.crt *.cer *.der)"))
        dialog.fileSelected.connect(self.authority.set_value)
        self._dialog = dialog
        dialog.open()

    def _on_enrolled(self, enrolled: Enrolled) -> None:
        self._busy = False
        self.code.set_value("")
        said = _("Loket ini terdaftar di pusat. Sinkronkan untuk mengirim catatannya.")
        if enrolled.demo:
            said = _("Loket ini terdaftar di pusat latihan. Jangan dipakai untuk pembayaran yang sesungguhnya.")
        self._say("ok", said)
        self._show_busy()
        self.enrolled.emit(enrolled)
        news.tell(SYNC)
        self.refresh()
        self.primary.setFocus()

    def _on_not_enrolled(self, error: BaseException) -> None:
        self._busy = False
        self._show_busy()
        if isinstance(error, Refused):
            fields = self._fields()
            named = {"centre": "address", "centre_url": "address"}
            placed = [Problem(named.get(one.field, one.field), one.code, one.values) for one in error.problems]
            homeless = show_problems(fields, placed, focus=True)
            if not homeless:
                return
        self._say("amber" if isinstance(error, Trouble) else "red", present(error).sentence)

    def _show_busy(self) -> None:
        self.progress.setVisible(self._busy)
        alone = self._state is not None and self._state.kind == "alone"
        self.progress.stop.setVisible(not alone)
        able = self._enrol is not None if alone else self._sync is not None
        self.going_on.setEnabled(not self._busy)
        self.primary.setEnabled(not self._busy and self._state is not None and able)

    def _say(self, kind: str, sentence: str) -> None:
        self.mark.setVisible(bool(sentence))
        self.said.setVisible(bool(sentence))
        self.said.setText(sentence)
        if sentence:
            self.mark.set(kind)
            announce(self.said)

    def _on_news(self, topic: str) -> None:
        if topic in (SYNC, CONTRIBUTIONS, CLAIMS, WORKERS) and self.isVisible() and not self._busy:
            self.refresh()


def _runs(numbers: tuple[int, ...]) -> str:
    """`3, 5–7`."""
    from models.sync.bundles import ranges

    return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges(numbers))


def _stream_name(stream: str) -> str:
    kind = stream.partition(":")[0]
    named = {
        "post": _("Catatan perwakilan"),
        "ref": _("Tarif, kurs, daftar loket"),
        "staff": _("Daftar petugas"),
        "dev": _("Jawaban untuk loket ini"),
    }
    return named.get(kind, stream)


def statement_lines(stated: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a signed statement says, line by line: how many entries, and what each account moved."""
    from models.language import money
    from models.rules.money import Money

    lines = [(_("Catatan yang diterima pusat"), number(int(stated.get("count", 0))))]
    for one in stated.get("sums", ()):
        account, amount = str(one["account"]), int(one["amount"])
        if account == "exchange":
            # The bridge between two currencies: its two ends cancel out and tell a clerk nothing.
            continue
        # What is owed on stands in the books with a minus; a clerk counts what was taken in.
        shown = amount if account.startswith("tender:") else -amount
        lines.append((_account_name(account), money(Money(shown, str(one["currency"]), int(one["exponent"])))))
    return lines


def _account_name(account: str) -> str:
    kind, _colon, what = account.partition(":")
    if kind == "tender":
        return words.tender(what)
    if kind == "contributions":
        return _("Iuran {programme}").format(programme=words.programme(what))
    named = {
        "rounding": _("Selisih pembulatan kurs"),
        "surplus": _("Kelebihan setoran"),
    }
    return named.get(kind, account)
