"""Printing: a fresh paper goes to the printer behind the clerk's back, and one line says how far it got."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from models.language import _
from models.rules.problems import Trouble
from ui.kit import QuietButton, announce, label
from ui.kit.chips import Mark
from ui.runner import Runner, present

if TYPE_CHECKING:
    from kiosk.usecases.papers import Paper, Sent
    from kiosk.usecases.printers import PrinterRow

MOST_SHEETS = 5
"""What can be asked for in one print command; `kiosk.usecases.printers.MOST_COPIES`."""


def shown_size(size: str) -> str:
    """A5, A4 with two copies, or a strip of 80 mm."""
    return {"a5": _("A5"), "a4": _("A4, dua lembar"), "80mm": _("struk 80 mm")}.get(size, size)


def shown_printer(one: PrinterRow) -> str:
    """«Loket (A5)»."""
    return f"{one.name} ({shown_size(one.size)})"


def printed_as(paper: Paper, sent: Sent) -> str:
    """«Dikirim ke pencetak Loket.», and which copies went with it."""
    if paper.copy and sent.last_copy > paper.copy:
        said = _("SALINAN {n} sampai {last} dikirim ke pencetak {queue}.")
    elif paper.copy:
        said = _("SALINAN {n} dikirim ke pencetak {queue}.")
    elif sent.last_copy == 1:
        said = _("Asli dan SALINAN 1 dikirim ke pencetak {queue}.")
    elif sent.last_copy:
        said = _("Asli dan SALINAN 1 sampai {last} dikirim ke pencetak {queue}.")
    elif sent.done:
        said = _("Tercetak di {queue}.")
    else:
        said = _("Dikirim ke pencetak {queue}.")
    return said.format(n=paper.copy, last=sent.last_copy, queue=sent.queue)


def left_behind(sent: Sent) -> str:
    """Why a further sheet of the same command did not come out; empty where all did."""
    if sent.trouble is None:
        return ""
    return _("Lembar berikutnya tidak tercetak: {why}").format(why=present(sent.trouble).sentence)


class PrintLine(QWidget):
    """«Mencetak…», then how it went: at the printer, or why not, with «Cetak lagi». The paper is kept in memory, so
    that trying again sends the same original."""

    printed = Signal(str)
    """The queue that took it."""
    failed = Signal(object)

    def __init__(
        self,
        *,
        issue: Callable[[str], Paper],
        send: Callable[[Paper], Sent],
        runner: Runner,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._issue, self._send, self._runner = issue, send, runner
        self._number = ""
        self._paper: Paper | None = None
        line = QHBoxLayout(self)
        line.setContentsMargins(10, 8, 10, 8)
        line.setSpacing(18)
        self._mark = Mark("grey", parent=self)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        self.sentence = label("", "strong", wrap=True, parent=self)
        self.advice = label("", "note", wrap=True, parent=self)
        texts.addWidget(self.sentence)
        texts.addWidget(self.advice)
        self.again = QuietButton(_("Cetak lagi"), boxed=True, parent=self)
        self.again.clicked.connect(self._print)
        line.addWidget(self._mark)
        line.addLayout(texts, 1)
        line.addWidget(self.again)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self._say("grey", "")

    def begin(self, number: str) -> None:
        """Make the paper with this number and print it."""
        self._number, self._paper = number, None
        self._print()

    def _print(self) -> None:
        self._say("grey", _("Mencetak…"))
        number, paper = self._number, self._paper

        def work() -> tuple[Paper, Sent | None, Trouble | None]:
            made = paper or self._issue(number)
            try:
                return made, self._send(made), None
            except Trouble as trouble:
                return made, None, trouble

        self._runner.run(work, self._on_done, self._on_failed, on="paper")

    def _on_done(self, answer: tuple[Paper, Sent | None, Trouble | None]) -> None:
        paper, sent, trouble = answer
        if paper.number != self._number:
            return
        self._paper = paper
        if sent is not None:
            behind = left_behind(sent)
            self._say("amber" if behind else "ok", printed_as(paper, sent), behind)
            self.printed.emit(sent.queue)
            return
        assert trouble is not None
        saved = _("{number} sudah tersimpan di loket ini. F8: pencetak lain atau PDF.")
        self._say("amber", present(trouble).sentence, saved.format(number=paper.number), again=True)

    def _on_failed(self, error: BaseException) -> None:
        self._say("amber", present(error).sentence, again=True)
        self.failed.emit(error)

    def _say(self, kind: str, sentence: str, advice: str = "", *, again: bool = False) -> None:
        self._mark.set(kind)
        self.sentence.setText(sentence)
        self.advice.setText(advice)
        self.advice.setVisible(bool(advice))
        self.again.setVisible(again)
        self.setAccessibleName(f"{sentence} {advice}".strip())
        self.setVisible(bool(sentence))
        if sentence and kind != "grey":
            announce(self)
