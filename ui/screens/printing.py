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
    from kiosk.usecases.papers import Paper


def printed_as(paper: Paper, queue: str) -> str:
    """«Dikirim ke pencetak Loket.», and that it is a copy where it is one."""
    if paper.copy:
        return _("SALINAN {n} dikirim ke pencetak {queue}.").format(n=paper.copy, queue=queue)
    return _("Dikirim ke pencetak {queue}.").format(queue=queue)


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
        send: Callable[[Paper], str],
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

        def work() -> tuple[Paper, str | None, Trouble | None]:
            made = paper or self._issue(number)
            try:
                return made, self._send(made), None
            except Trouble as trouble:
                return made, None, trouble

        self._runner.run(work, self._on_done, self._on_failed)

    def _on_done(self, answer: tuple[Paper, str | None, Trouble | None]) -> None:
        paper, queue, trouble = answer
        if paper.number != self._number:
            return
        self._paper = paper
        if queue is not None:
            self._say("ok", printed_as(paper, queue))
            self.printed.emit(queue)
            return
        assert trouble is not None
        saved = _("{number} sudah tersimpan di loket ini. Buka pratinjaunya dengan F8.")
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
