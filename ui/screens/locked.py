"""Locked: the screen of a counter left alone, kept as it was behind the sign-in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from models.language import _
from models.rules.names import initials
from ui.kit import Card, label
from ui.runner import Runner
from ui.screens.signin import HandOver, SignInPage


class LockedPage(SignInPage):
    """Asks for the password of whoever is signed in; «Petugas lain» asks for another name, as at a change of shift."""

    def __init__(
        self,
        sign_in: Callable[[str, str], object],
        runner: Runner,
        login: str,
        name: str,
        role: str,
        *,
        hand_over: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._name, self._role = name, role
        super().__init__(sign_in, runner, login, parent)
        self.setAccessibleName(_("Layar terkunci"))
        self.set_place(_("Yang sedang dikerjakan tetap ada di layar dan tidak ada yang hilang."))
        self.primary.setText(_("Lanjutkan"))
        if hand_over:
            self._on_other()
        else:
            self.login.hide()
            self.setFocusProxy(self.password.editor)

    def fill_head(self, card: Card) -> None:
        self.title = card.add(label(_("Layar terkunci"), "title", parent=card))
        self.who = card.add(HandOver(initials(self._name), self._name, self._role, card))
        self.who.other.connect(self._on_other)

    def _on_other(self) -> None:
        """Somebody else: the name is asked for too; the work on the screen stays for them."""
        self.who.hide()
        self.title.setText(_("Ganti petugas"))
        self.primary.setText(_("Masuk"))
        self.login.show()
        self._editor(self.login).clear()
        self.setFocusProxy(self.login.editor)
        self.login.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _busy(self, sentence: str) -> None:
        super()._busy(sentence)
        if not sentence:
            self.primary.setText(_("Lanjutkan") if self.login.isHidden() else _("Masuk"))

    def show_trouble(self, error: BaseException) -> None:
        super().show_trouble(error)
        # A sentence about the name is no use beside a field that is not shown.
        if self.login.problem() and self.login.isHidden():
            self.trouble.say("amber", _("Belum dapat dibuka"), self.login.problem() or "")
