"""Document views: a look at a document of a claim, and the small questions about one: what it is, until when it may
follow, why it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from models.language import _
from models.rules.problems import Problem, Refused
from models.sentences import sentence
from ui.kit import (
    Choice,
    DateField,
    Dialog,
    Field,
    LineField,
    PdfView,
    PrimaryButton,
    SecondaryButton,
    announce,
    label,
    show_problems,
)
from ui.kit.picture import PictureView
from ui.runner import Runner, present

FARTHEST = 731
"""Days; `kiosk.usecases.claims.LONGEST_FOLLOWING`."""


@dataclass(frozen=True)
class Seen:
    """A document to be looked at: how it is called, what it is, how it is read (on a lane), and what is odd about it.
    `turn(degrees, then)` turns it, where it can be."""

    words: str
    media_type: str
    read: Callable[[], bytes]
    doubt: str = ""
    turn: Callable[[int, Callable[[bytes, str], object]], object] | None = None


class LookDialog(QDialog):
    """The documents of one paper, one after the other: ← and → go on, R turns a picture by a quarter, Esc closes."""

    def __init__(self, parent: QWidget, title: str, documents: Sequence[Seen], *, runner: Runner) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self._documents, self._runner, self._at = list(documents), runner, 0
        self.resize(min(900, parent.width() - 80), min(700, parent.height() - 40))
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 18, 22, 18)
        column.setSpacing(10)
        column.addWidget(label(title, "title", wrap=True, parent=self))
        self.words = label("", "subtitle", wrap=True, parent=self)
        self.doubt = label("", "problem", wrap=True, parent=self)
        self.problem = label("", "problem", wrap=True, parent=self)
        column.addWidget(self.words)
        column.addWidget(self.doubt)
        self.picture, self.pdf = PictureView(self), PdfView(self)
        column.addWidget(self.picture, 1)
        column.addWidget(self.pdf, 1)
        column.addWidget(self.problem, 1)
        self.before = SecondaryButton(_("Sebelumnya"), "←", parent=self)
        self.after = SecondaryButton(_("Berikutnya"), "→", parent=self)
        self.turn = SecondaryButton(_("Putar"), "R", icon="sync", parent=self)
        self.primary = PrimaryButton(_("Tutup"), "Esc", compact=True, parent=self)
        row = QHBoxLayout()
        row.setSpacing(10)
        for button in (self.before, self.after, self.turn):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.primary)
        column.addLayout(row)
        self.before.clicked.connect(lambda: self._go(-1))
        self.after.clicked.connect(lambda: self._go(1))
        self.turn.clicked.connect(self._turn)
        self.primary.clicked.connect(self.accept)
        for button in (self.before, self.after):
            button.setVisible(len(self._documents) > 1)
        self.primary.setFocus()
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._go(-1)
            case Qt.Key.Key_Right:
                self._go(1)
            case Qt.Key.Key_R:
                self._turn()
            case Qt.Key.Key_F12:
                self.accept()
            case _:
                super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """Nothing of what was shown stays in memory."""
        self.picture.clear()
        self.pdf.clear()
        super().done(result)

    def _go(self, step: int) -> None:
        to = self._at + step
        if 0 <= to < len(self._documents):
            self._at = to
            self._show()

    def _show(self) -> None:
        at, one = self._at, self._documents[self._at]
        place = _("{n} dari {all}").format(n=at + 1, all=len(self._documents))
        self.words.setText(f"{one.words} · {place}" if len(self._documents) > 1 else one.words)
        self._say_doubt(one.doubt)
        self.turn.setVisible(one.turn is not None and one.media_type != "application/pdf")
        self.before.setEnabled(at > 0)
        self.after.setEnabled(at + 1 < len(self._documents))
        self._blank(_("Membuka…"))
        self._runner.run(
            one.read, lambda content: self._display(at, content), lambda error: self._on_failed(at, error), owner=self
        )

    def _display(self, at: int, content: bytes) -> None:
        if at != self._at:
            return
        is_pdf = content.startswith(b"%PDF-")
        try:
            self.pdf.show_pdf(content) if is_pdf else self.picture.show_picture(content)
        except ValueError:
            self._blank(_("Dokumen ini tidak dapat ditampilkan."))
            return
        self.problem.hide()
        self.pdf.setVisible(is_pdf)
        self.picture.setVisible(not is_pdf)

    def _on_failed(self, at: int, error: BaseException) -> None:
        if at == self._at:
            self._blank(present(error).sentence)
            announce(self.problem)

    def _blank(self, said: str) -> None:
        self.picture.hide()
        self.pdf.hide()
        self.problem.setText(said)
        self.problem.show()

    def _turn(self) -> None:
        at, turn = self._at, self._documents[self._at].turn
        if turn is None or self.turn.isHidden():
            return

        def then(content: bytes, doubt: str) -> None:
            self._say_doubt(doubt)
            self._display(at, content)

        turn(90, then)

    def _say_doubt(self, doubt: str) -> None:
        self.doubt.setText(doubt)
        self.doubt.setVisible(bool(doubt))


class FollowDialog(Dialog):
    """Until when a paper may follow."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, name: str, day: date | None, today: date) -> None:
        super().__init__(
            parent,
            _("Boleh menyusul sampai"),
            name,
            yes=_("Pakai tanggal ini"),
        )
        self._day = DateField(day, earliest=today, latest=today + timedelta(days=FARTHEST), today=lambda: today)
        self.day = Field(_("Tanggal"), self._day)
        self.body.addWidget(self.day)
        self.primary.clicked.connect(self._on_yes)
        self._day.setFocus()
        self._day.selectAll()

    def _on_yes(self) -> None:
        day = self._day.value()
        if day is None:
            if not self.day.problem():
                self.day.set_problem(sentence(Problem("day", "required")))
            self._day.setFocus()
            return
        self.accept()
        self.chosen.emit(day)


class KindDialog(Dialog):
    """What a paper is that nobody asked for."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, kinds: Sequence[tuple[str, str]], first: str) -> None:
        super().__init__(
            parent, _("Dokumen lain"), _("Dokumen apa yang akan ditambahkan?"), yes=_("Pilih berkas atau pindai")
        )
        self._kind = Choice(kinds)
        self._kind.set_value(first)
        self.kind = Field(_("Jenis dokumen"), self._kind)
        self.body.addWidget(self.kind)
        self.primary.clicked.connect(self._on_yes)
        self._kind.setFocus()

    def _on_yes(self) -> None:
        kind = self._kind.value()
        if kind is None:
            if not self.kind.problem():
                self.kind.set_problem(sentence(Problem("kind", "required")))
            self._kind.setFocus()
            return
        self.accept()
        self.chosen.emit(kind)


class DetachDialog(Dialog):
    """Why a document is taken back. It stays with all that was typed where that is refused."""

    def __init__(
        self, parent: QWidget, name: str, words: str, *, detach: Callable[[str], object], runner: Runner
    ) -> None:
        super().__init__(
            parent,
            _("Lepaskan dokumen"),
            _("{name}: {words}. Dokumen tetap tersimpan, tetapi tidak dihitung lagi.").format(name=name, words=words),
            yes=_("Lepaskan"),
            danger=True,
        )
        self._detach, self._runner = detach, runner
        self._reason = LineField(longest=200, placeholder=_("misalnya: milik orang lain"))
        self.reason = Field(_("Alasan"), self._reason)
        self.body.addWidget(self.reason)
        self.primary.clicked.connect(self._on_yes)
        self._reason.setFocus()

    def _on_yes(self) -> None:
        reason = self._reason.value()
        self.primary.setEnabled(False)
        self._runner.run(lambda: self._detach(reason), lambda _done: self.accept(), self._on_failed, owner=self)

    def _on_failed(self, error: BaseException) -> None:
        self.primary.setEnabled(True)
        if isinstance(error, Refused):
            homeless = show_problems({"reason": self.reason}, error.problems, focus=True)
            said = " ".join(sentence(one) for one in homeless if isinstance(one, Problem))
            self.set_problem(said or None)
        else:
            self.set_problem(present(error).sentence)
        announce(self.problem)
