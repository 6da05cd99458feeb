"""Check: whether a paper is genuine, and what it must say if it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, date_long, money, number, rupiah, time_short
from models.rules.problems import Problem, Refused
from ui import theme
from ui.icons import paint_icon
from ui.kit import (
    Card,
    EmptyState,
    FactList,
    Field,
    Header,
    LineField,
    Page,
    PrimaryButton,
    SecondaryButton,
    announce,
    label,
)
from ui.kit.paint import box
from ui.runner import Latest, Runner, present
from ui.screens.covers import covered
from ui.screens.scrolled import scrolled
from ui.words import programme

if TYPE_CHECKING:
    from kiosk.usecases.checks import Checked

_MEDIA = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
LARGEST = 25 * 1024 * 1024


def looks_like_a_token(text: str) -> bool:
    """What a reader sends from our papers: the public page's address, or the bare token."""
    written = text.strip().upper()
    return "/K/" in written or (len(written) > 100 and written.isalnum())


def _paid(kind: str) -> str:
    if kind == "void":
        return _("Jumlah dibatalkan")
    return _("Jumlah dikembalikan") if kind == "refund" else _("Jumlah dibayar")


class Verdict(QWidget):
    """The answer in large letters on its colour, with an icon and a sentence."""

    _icons = {"ok": "shield", "red": "close", "amber": "help"}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._icon = "amber", "help"
        row = QHBoxLayout(self)
        row.setContentsMargins(92, 18, 22, 20)
        texts = QVBoxLayout()
        texts.setSpacing(2)
        self.word = label("", parent=self)
        self.word.setFont(theme.font(30, weight=700))
        self.sentence = label("", wrap=True, parent=self)
        texts.addWidget(self.word)
        texts.addWidget(self.sentence)
        row.addLayout(texts)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def set(self, kind: str, word: str, sentence: str, icon: str = "") -> None:
        """Show an answer and have it read aloud; with another icon than its kind's, if one is named."""
        self._kind, self._icon = kind, icon or self._icons[kind]
        self.word.setText(word)
        self.sentence.setText(sentence)
        colour = f"color: {theme.kinds[kind][0]};"
        self.word.setStyleSheet(colour)
        self.sentence.setStyleSheet(colour)
        self.setAccessibleName(f"{word}. {sentence}")
        self.update()
        announce(self)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        letters, ground = theme.kinds[self._kind]
        box(painter, QRectF(self.rect()), 12, fill=ground)
        paint_icon(painter, QRectF(24, self.height() / 2 - 24, 48, 48), self._icon, letters)


class CheckPage(Page):
    """Scan, paste or type the code of a paper, or choose a picture of it. No network is needed."""

    paper_asked = Signal(str)
    take_back_asked = Signal(str)
    """The receipt with this number is to be voided or given back."""
    """Show the paper with this number; asked only for one that is known here."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        check: Callable[[str], Checked],
        tokens_in: Callable[[bytes, str], list[str]],
        runner: Runner,
        local: Callable[[datetime], datetime] = lambda at: at,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check, self._tokens_in, self._local = check, tokens_in, local
        self._checked: Checked | None = None
        self._latest = Latest(runner, self)
        self._dialog: QFileDialog | None = None
        left = self.column(1)
        card = Card(parent=self)
        left.addWidget(card)
        card.add(
            Header(
                _("Periksa kuitansi"),
                _("Pindai QR pada kertasnya. Pemeriksaan memakai tanda tangan elektronik dan tidak perlu jaringan."),
            )
        )
        self.token = LineField(longest=2000, placeholder=_("pindai, tempel, atau ketik kode QR"))
        self.token.setProperty("huge", True)
        self.token_field = card.add(Field(_("Kode pada kertas"), self.token))
        self.primary = PrimaryButton(_("Periksa"), "F12", compact=True)
        self.file = SecondaryButton(_("Pilih gambar atau PDF…"), "F8", icon="file")
        card.add_row(self.primary, self.file, 1, spacing=10)
        self.answer = Card(parent=self)
        left.addWidget(self.answer, 1)
        self.empty = self.answer.add(
            EmptyState(
                "shield",
                _("Belum ada yang diperiksa."),
                _("Kuitansi dan tanda terima klaim dari semua loket dapat diperiksa di sini."),
            ),
            1,
        )
        self.verdict = self.answer.add(Verdict())
        self.listed = self.answer.add(label("", "note", wrap=True))
        self.answer.push_down()
        self.compare = Card(_("Cocokkan dengan kertasnya"), parent=self)
        self.column(width=460).addWidget(self.compare, 1)
        self.nothing = self.compare.add(
            label(
                _("Isi yang dijamin tanda tangan muncul di sini, untuk dicocokkan dengan kertasnya."),
                "note",
                wrap=True,
            )
        )
        self.facts = FactList()
        self.compare.add(scrolled(self.facts), 1)
        self.show_paper = self.compare.add(SecondaryButton(_("Buka kuitansinya"), icon="receipt"))
        self.take_back = self.compare.add(SecondaryButton(_("Batalkan / kembalikan…"), "Ctrl+J"))
        self.take_back.clicked.connect(self._on_take_back)
        shortcut = QShortcut(QKeySequence("Ctrl+J"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._on_take_back)
        self.primary.clicked.connect(self._on_check)
        self.file.clicked.connect(self._ask_file)
        self.show_paper.clicked.connect(self._on_show_paper)
        self._show(None)

    def on_shown(self, text: str | None = None, **_others: Any) -> None:
        """Come to the front, with a scanned code if there is one."""
        if text is not None:
            self.show_for(text)

    def show_for(self, text: str) -> None:
        """Check this code."""
        self.token.set_value(text.strip())
        self.token.setCursorPosition(0)
        self._on_check()

    def refresh(self) -> None:
        """Check the same code again: the list of counters may have grown."""
        if self.token.value():
            self._on_check()

    def first_focus(self) -> QWidget | None:
        """Where the code goes."""
        return self.token

    def on_primary(self) -> None:
        """F12."""
        self.primary.click()

    def on_print(self) -> None:
        """F8: a picture of the paper."""
        self.file.click()

    def on_scan(self, text: str) -> bool:
        """A reader: everything that could be a code of ours is checked here."""
        if not looks_like_a_token(text):
            return False
        self.show_for(text)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.token.hasFocus():
            self._on_check()
            return
        super().keyPressEvent(event)

    # Inside

    def _on_check(self) -> None:
        text = self.token.value()
        self.token_field.set_problem(None)
        if not text:
            from models.sentences import sentence

            self.token_field.set_problem(sentence(Problem("token", "required")))
            self.token.setFocus()
            return
        self._run(lambda: self._check(text))

    def _run(self, work: Callable[[], Checked]) -> None:
        self._latest.ask(work, self._show, self._on_refused)

    def _on_refused(self, error: BaseException) -> None:
        self._show(None)
        if isinstance(error, Refused):
            self.token_field.set_problem(present(error).sentence)
            self.token.setFocus()
            self.token.selectAll()
        else:
            self.failed.emit(error)

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, _("Pilih gambar atau PDF"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_("Gambar atau PDF (*.pdf *.png *.jpg *.jpeg)"))
        dialog.fileSelected.connect(lambda name: self.check_file(Path(name)))
        self._dialog = dialog
        dialog.open()

    def check_file(self, path: Path) -> None:
        """Look for a code of ours in a picture or PDF, and check the first one found."""
        self.token_field.set_problem(None)
        self.token.set_value("")

        def work() -> Checked:
            media = _MEDIA.get(path.suffix.lower())
            if media is None:
                raise Refused(Problem.of("token", "file.media", media=path.suffix or path.name))
            try:
                with path.open("rb") as file:
                    content = file.read(LARGEST + 1)
            except OSError as error:
                raise Refused(Problem("token", "file.unreadable")) from error
            found = self._tokens_in(content, media) if len(content) <= LARGEST else []
            if not found:
                raise Refused(Problem.of("token", "token.not_found", file=path.name))
            return self._check(found[0])

        self._run(work)

    def _on_take_back(self) -> None:
        if self.take_back.isVisibleTo(self) and self._checked is not None and self._checked.facts is not None:
            self.take_back_asked.emit(self._checked.facts.number)

    def _on_show_paper(self) -> None:
        if self._checked is not None and self._checked.facts is not None:
            self.paper_asked.emit(self._checked.facts.number)

    def _show(self, checked: Checked | None) -> None:
        self._checked = checked
        self.facts.clear()
        facts = checked.facts if checked is not None else None
        self.empty.setVisible(checked is None)
        self.verdict.setVisible(checked is not None)
        self.listed.setVisible(checked is not None)
        self.nothing.setVisible(facts is None)
        self.facts.setVisible(facts is not None)
        self.compare.set_heading(_("Cocokkan dengan kertasnya"))
        self.show_paper.setVisible(
            checked is not None
            and checked.genuine is True
            and checked.known_here
            and facts is not None
            and facts.kind in ("receipt", "claim", "void", "refund")
        )
        self.take_back.setVisible(not self.show_paper.isHidden() and facts is not None and facts.kind == "receipt")
        if checked is None:
            return
        counter = checked.counter or "–"
        became = checked.became
        if became is not None and became.what != "move":
            self._show_taken_back(became.what, became.on, became.number or "–")
        elif checked.genuine is True:
            from kiosk.usecases.checks import CENTRE

            said = _("Tanda tangan loket {counter} cocok.").format(counter=counter)
            if counter == CENTRE:
                said = _("Tanda tangan pusat cocok.")
            if checked.known_here:
                said += " " + _("Kertas ini tercatat di loket ini dengan isi yang sama.")
            elif checked.facts is not None and checked.facts.kind in ("receipt", "claim", "void", "statement"):
                said += " " + _("Catatannya belum ada di loket ini; isi di bawah tetap dijamin tanda tangannya.")
            else:
                said += " " + _("Isi di samping dijamin tanda tangannya.")
            if became is not None:
                moved = _("Masa yang tercetak sudah dipindahkan pada {day}; kertas penggantinya {number}.")
                said += " " + moved.format(day=date_long(became.on), number=became.number or _("belum ada"))
            self.verdict.set("ok", _("ASLI"), said)
        elif checked.genuine is False:
            from models.sentences import sentence

            said = sentence(checked.problem or Problem("token", "token.forged"))
            self.verdict.set("red", _("TIDAK ASLI"), said)
        else:
            said = _("Ditandatangani loket yang belum ada dalam daftar di sini. Sinkronkan, lalu periksa lagi.")
            self.verdict.set("amber", _("BELUM DAPAT DIPASTIKAN"), said)
        self._show_facts(checked)
        self._show_list(checked)

    def _show_taken_back(self, what: str, on: date, by: str) -> None:
        """Genuine, and yet no proof of a payment any more: that comes before everything else."""
        if what == "void":
            word = _("SUDAH DIBATALKAN")
            said = _("Kertas ini asli, tetapi kuitansinya dibatalkan pada {day} dengan nomor {number}.")
        else:
            word = _("SUDAH DIKEMBALIKAN")
            said = _("Kertas ini asli, tetapi pengembalian uangnya disetujui pusat pada {day}.")
        said = said.format(day=date_long(on), number=by)
        self.verdict.set("red", word, said + " " + _("Kertas ini bukan bukti bayar lagi."))

    def _show_facts(self, checked: Checked) -> None:
        facts = checked.facts
        if facts is None:
            return
        unsure = checked.genuine is not True
        if unsure:
            self.compare.set_heading(_("Menurut kodenya, belum terjamin"))
        from models.sentences import paper_name, stated

        self.facts.add(paper_name(facts.kind), facts.number, bold=True)
        if facts.refers:
            self.facts.add(_("Laporan Z sebelumnya") if facts.kind == "z" else _("Untuk kuitansi"), facts.refers)
        self.facts.add(_("Tanggal"), date_long(facts.issued_on))
        if facts.kind != "z":
            self.facts.add(_("Inisial"), facts.initials or "–")
        if facts.passport_end:
            self.facts.add(_("Empat terakhir paspor"), facts.passport_end)
        if facts.kpj_end:
            self.facts.add(_("Empat terakhir KPJ"), facts.kpj_end)
        if facts.kind == "card":
            confirmed = facts.confirmed_on
            if confirmed:
                self.facts.add(_("Kepesertaan"), _("Dikonfirmasi BPJS"), date_long(confirmed))
            else:
                self.facts.add(_("Kepesertaan"), _("Sementara"), _("menunggu konfirmasi BPJS"))
        if facts.about and facts.event_on is not None:
            self.facts.add(_("Yang dinyatakan"), stated(facts.about))
            self.facts.add(_("Sejak") if facts.about == "missing" else _("Tanggal kejadian"), date_long(facts.event_on))
        if facts.kind == "dossier":
            self.facts.add(_("Sidik daftar dokumen"), facts.chain.hex(" ", 4).upper())
        for line in facts.lines:
            name = _("{programme} {n} bulan").format(programme=programme(line.programme), n=line.months)
            self.facts.add(name, covered(line.programme, line.covered_from, line.covered_to))
        if facts.amount is not None:
            second = ""
            if facts.amount_idr is not None and facts.amount.currency != "IDR":
                second = rupiah(facts.amount_idr)
            self.facts.add(_paid(facts.kind), money(facts.amount), second, bold=True)
        if facts.kind == "z":
            self.facts.add(_("Kuitansi"), number(facts.receipts))
            self.facts.add(_("Pembatalan"), number(facts.voids))
        for one in facts.sums:
            expected = _("menurut catatan {amount}").format(amount=money(one.expected_money))
            name = _("Tunai {currency} dihitung").format(currency=one.currency)
            self.facts.add(name, money(one.counted_money), expected, bold=True)

    def _show_list(self, checked: Checked) -> None:
        if checked.listed_at is None:
            self.listed.setText(
                _("Daftar loket belum pernah diterima dari pusat; hanya kertas loket ini yang dikenal.")
            )
            return
        at = self._local(checked.listed_at)
        said = _("Daftar {n} loket dari pusat, per {day} pukul {time}.")
        self.listed.setText(said.format(n=number(checked.terminals), day=date_long(at.date()), time=time_short(at)))
