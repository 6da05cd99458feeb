"""Notices: a banner for trouble, a toast for what went well, progress for what takes long."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from models.language import _
from ui import theme
from ui.icons import paint_icon
from ui.kit.buttons import QuietButton, SecondaryButton
from ui.kit.cards import label
from ui.kit.paint import box


def announce(widget: QWidget) -> None:
    """Have a screen reader say what `widget` says, though the focus is elsewhere."""
    QAccessible.updateAccessibility(QAccessibleEvent(widget, QAccessible.Event.Alert))


def say_problem(line: QLabel, said: str) -> None:
    """What has no field of its own, in the line kept for it; "" takes it away."""
    line.setText(said)
    line.setVisible(bool(said))
    if said:
        announce(line)


class Banner(QWidget):
    """Trouble in a sentence, over the whole width: wait, retry, or whom to call.

    `Banner("red", sentence, (_("Coba lagi"), self._on_retry))`; kinds red, amber, blue, ok. `closed` when it was put
    away; a banner with `keep=True` can only be put away by the program."""

    closed = Signal()

    def __init__(
        self,
        kind: str,
        sentence: str,
        action: tuple[str, Callable[[], object]] | None = None,
        *,
        keep: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        letters = theme.kinds[kind][0]
        row = QHBoxLayout(self)
        row.setContentsMargins(48, 9, 10, 9)
        row.setSpacing(12)
        self.sentence = label(sentence, "strong", wrap=True, parent=self)
        self.sentence.setStyleSheet(f"color: {letters};")
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.sentence, 1)
        self.action: QuietButton | None = None
        if action is not None:
            self.action = QuietButton(action[0], boxed=True, parent=self)
            self.action.clicked.connect(lambda _checked=False, act=action[1]: act())
            row.addWidget(self.action)
        if not keep:
            close = QuietButton("", icon="close", tooltip=_("Tutup pesan"), parent=self)
            close.clicked.connect(self.close_banner)
            row.addWidget(close)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(sentence)

    def kind(self) -> str:
        """Its kind."""
        return self._kind

    def close_banner(self) -> None:
        """Put it away."""
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        letters, ground = theme.kinds[self._kind]
        box(painter, QRectF(self.rect()), theme.radius_control, fill=ground)
        name = {"ok": "check", "blue": "info"}.get(self._kind, "warning")
        paint_icon(painter, QRectF(15, self.height() / 2 - 10, 20, 20), name, letters)


class Toast(QWidget):
    """What went well, at the bottom for four seconds, without taking the focus: `Toast.show_on(window, sentence)`."""

    def __init__(self, window: QWidget, sentence: str, kind: str = "ok", milliseconds: int = 4_000) -> None:
        super().__init__(window)
        self._kind = kind
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row = QHBoxLayout(self)
        row.setContentsMargins(46, 13, 22, 13)
        text = label(sentence, "strong", parent=self)
        text.setStyleSheet(f"color: {theme.card};")
        row.addWidget(text)
        self.setAccessibleName(sentence)
        window.installEventFilter(self)
        self._place()
        self.show()
        self.raise_()
        announce(self)
        QTimer.singleShot(milliseconds, self, self.deleteLater)

    @classmethod
    def show_on(cls, window: QWidget, sentence: str, kind: str = "ok") -> Toast:
        """Show one, in place of any that still stands."""
        for old in window.findChildren(Toast):
            old.hide()
            old.deleteLater()
        return cls(window, sentence, kind)

    def _place(self) -> None:
        window = self.parentWidget()
        assert window is not None
        self.adjustSize()
        self.move((window.width() - self.width()) // 2, window.height() - self.height() - 28)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), 12, fill=theme.ink)
        name, colour = ("check", "#8FD9B0") if self._kind == "ok" else ("warning", "#F3C77A")
        paint_icon(painter, QRectF(16, self.height() / 2 - 10, 20, 20), name, colour)


class Progress(QWidget):
    """Long work that can be stopped: a sentence, a bar, and «Hentikan». `cancelled` once, when that is pressed.

    `set(done, of, sentence)`; `of=0` while nobody knows how much there is."""

    cancelled = Signal()

    def __init__(self, sentence: str = "", *, can_stop: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(14)
        left = QVBoxLayout()
        left.setSpacing(6)
        self.sentence = label(sentence, wrap=True, parent=self)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        left.addWidget(self.sentence)
        left.addWidget(self.bar)
        row.addLayout(left, 1)
        self.stop = SecondaryButton(_("Hentikan"), parent=self)
        self.stop.setVisible(can_stop)
        self.stop.clicked.connect(self._on_stop)
        row.addWidget(self.stop)
        self.set(0, 0, sentence)

    def set(self, done: int, of: int, sentence: str = "") -> None:
        """How far it is."""
        self.bar.setRange(0, of)
        self.bar.setValue(min(done, of))
        if sentence:
            self.sentence.setText(sentence)
            self.bar.setAccessibleName(sentence)

    def restart(self, sentence: str) -> None:
        """Begin again, with a button that can be pressed again."""
        self.stop.setEnabled(True)
        self.stop.setText(_("Hentikan"))
        self.set(0, 0, sentence)

    def _on_stop(self) -> None:
        self.stop.setEnabled(False)
        self.stop.setText(_("Menghentikan…"))
        self.cancelled.emit()
