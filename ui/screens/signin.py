"""Sign-in: a name and a password; and, each in its own sentence, why the counter does not open."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from models.language import _, ngettext
from models.rules.problems import Trouble
from ui import theme
from ui.kit import Avatar, Card, Field, LineField, PrimaryButton, QuietButton, announce, label
from ui.runner import Runner, present

_AT_LOGIN = ("store.no_slot", "staff.disabled")
_AT_PASSWORD = ("store.wrong_password", "store.locked_out")


class SignInPage(QWidget):
    """What stands over the window until somebody has signed in.

    `sign_in(login, password)` is done on the store lane; what it returns is sent with `signed_in`. `painted` is sent
    once, after the first paint: from then on heavy things may be imported."""

    signed_in = Signal(object)
    painted = Signal()

    def __init__(
        self,
        sign_in: Callable[[str, str], object],
        runner: Runner,
        login: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sign_in, self._runner = sign_in, runner
        self._was_painted = False
        self._left = 0
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Masuk"))
        self._second = QTimer(self)
        self._second.setInterval(1_000)
        self._second.timeout.connect(self._on_second)

        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 24, 24, 24)
        outer.addStretch(3)
        middle = QHBoxLayout()
        outer.addLayout(middle)
        outer.addStretch(4)
        column = QVBoxLayout()
        column.setSpacing(16)
        middle.addStretch(1)
        middle.addLayout(column)
        middle.addStretch(1)
        self.brand = label("Loket PMI", parent=self)
        self.brand.setStyleSheet(f"color: {theme.brand_dark}; font-size: 26px; font-weight: 700;")
        self.about = label(_("Layanan Jaminan Sosial bagi Pekerja Migran Indonesia"), "subtitle", parent=self)
        for line in (self.brand, self.about):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        head = QVBoxLayout()
        head.setSpacing(2)
        head.addWidget(self.brand)
        head.addWidget(self.about)
        column.addLayout(head)

        self.card = card = Card(parent=self)
        card.setFixedWidth(420)
        card.body.setContentsMargins(28, 24, 28, 28)
        card.body.setSpacing(14)
        column.addWidget(card)
        self.trouble = _Told(card)
        self.fill_head(card)
        card.add(self.trouble)
        self.login = Field(_("Nama masuk"), LineField(login, longest=64), parent=card)
        password = LineField(longest=200)
        password.setEchoMode(QLineEdit.EchoMode.Password)
        password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhNoPredictiveText)
        self.password = Field(_("Kata sandi"), password, parent=card)
        card.add(self.login)
        card.add(self.password)
        card.body.addSpacing(4)
        self.primary = card.add(PrimaryButton(_("Masuk"), "Enter"))
        self.primary.clicked.connect(self._on_sign_in)
        self.foot = label("", "note", wrap=True, parent=self)
        self.foot.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.foot.setFixedWidth(420)
        column.addWidget(self.foot)
        self.setFocusProxy(password if login else self.login)

    def fill_head(self, card: Card) -> None:
        """What stands above the two fields."""
        card.add(label(_("Masuk ke loket"), "title", parent=card))

    def set_place(self, sentence: str) -> None:
        """A quiet line below: where the data is."""
        self.foot.setText(sentence)

    def show_trouble(self, error: BaseException) -> None:
        """Say why the counter does not open: at the field it is about, or over both."""
        code = error.code if isinstance(error, Trouble) else ""
        kind, sentence, _reference = present(error)
        self._clear()
        if code in _AT_LOGIN:
            self.login.set_problem(sentence)
            self._focus(self.login)
        elif code == "store.locked_out":
            assert isinstance(error, Trouble)
            self._wait(int(dict(error.values).get("seconds", "30")))
        elif code in _AT_PASSWORD or kind == "refused":
            self.password.set_problem(sentence)
            self._focus(self.password)
        elif code == "store.missing":
            self.trouble.say(
                "blue", _("Loket belum disiapkan"), sentence, "loket init --mission … --series … --operator …"
            )
        else:
            self.trouble.say("red" if kind == "fault" else "amber", _("Loket tidak dapat dibuka"), sentence)

    def waiting(self) -> int:
        """Seconds until the password may be tried again."""
        return self._left

    def _clear(self) -> None:
        self.login.set_problem(None)
        self.password.set_problem(None)
        self.trouble.hide()

    def _on_sign_in(self) -> None:
        login, password = self._editor(self.login).value(), self._editor(self.password).text()
        self._clear()
        missing = [field for field, text in ((self.login, login), (self.password, password)) if not text]
        for field in missing:
            field.set_problem(_("Wajib diisi."))
        if missing:
            self._focus(missing[0])
            return
        self._busy(_("Membuka…"))
        self._runner.run(lambda: self._sign_in(login, password), self._on_done, self._on_failed)

    def _on_done(self, opened: object) -> None:
        self._editor(self.password).clear()
        self._busy("")
        self.signed_in.emit(opened)

    def _on_failed(self, error: BaseException) -> None:
        self._busy("")
        self._editor(self.password).clear()
        self.show_trouble(error)

    def _busy(self, sentence: str) -> None:
        for widget in (self.login, self.password, self.primary):
            widget.setEnabled(not sentence)
        self.primary.setText(sentence or _("Masuk"))

    def _wait(self, seconds: int) -> None:
        """A brake after wrong passwords: the seconds run down in view, then one may go on."""
        self._left = seconds
        self._second.start()
        self._say_wait()
        self._focus(self.password)

    def _on_second(self) -> None:
        self._left -= 1
        self._say_wait()
        if self._left <= 0:
            self._second.stop()

    def _say_wait(self) -> None:
        self.primary.setEnabled(self._left <= 0)
        if self._left <= 0:
            self.password.set_problem(None)
            return
        minutes, seconds = divmod(self._left, 60)
        wait = f"{minutes}.{seconds:02}" if minutes else ngettext("{n} detik", "{n} detik", seconds).format(n=seconds)
        self.password.set_problem(_("Terlalu banyak percobaan. Coba lagi dalam {wait}.").format(wait=wait))

    def _focus(self, field: Field) -> None:
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        self._editor(field).selectAll()

    @staticmethod
    def _editor(field: Field) -> LineField:
        assert isinstance(field.editor, LineField)
        return field.editor

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F12) and not event.isAutoRepeat():
            empty = self._editor(self.login).hasFocus() and not self._editor(self.password).text()
            if empty and event.key() != Qt.Key.Key_F12:
                self._focus(self.password)
            else:
                self.primary.click()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.painted.emit)


class _Told(QWidget):
    """A heading, a sentence, perhaps a command, over the fields: the counter cannot be opened."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 13, 16, 14)
        column.setSpacing(4)
        self.title = label("", "heading", wrap=True, parent=self)
        self.sentence = label("", wrap=True, parent=self)
        self.command = label("", "note", wrap=True, parent=self)
        for line in (self.title, self.sentence, self.command):
            line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(line)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setObjectName("told")
        self.hide()

    def say(self, kind: str, title: str, sentence: str, command: str = "") -> None:
        letters, ground = theme.kinds[kind]
        self.setStyleSheet(f"#told {{ background: {ground}; border-radius: {theme.radius_control}px; }}")
        self.title.setStyleSheet(f"color: {letters};")
        self.title.setText(title)
        self.sentence.setText(sentence)
        self.command.setText(command)
        self.command.setVisible(bool(command))
        self.setAccessibleName(f"{title}. {sentence}")
        self.show()
        announce(self)


class HandOver(QWidget):
    """Who is signed in, over the password; and a way to let somebody else take the counter over."""

    other = Signal()

    def __init__(self, initials: str, name: str, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        row.addWidget(Avatar(initials, 46, parent=self))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(label(name, "heading", parent=self))
        texts.addWidget(label(role, "note", parent=self))
        row.addLayout(texts, 1)
        self.change = QuietButton(_("Petugas lain"), boxed=True, parent=self)
        self.change.clicked.connect(self.other)
        row.addWidget(self.change)
        self.setAccessibleName(f"{name}, {role}")
