"""Scans: passport and QR readers type like keyboards; their burst is caught before it lands in a field.

A reader sends a sign every 1 to 20 ms, a hand at best every 60 (two keys rolled together come closer, six in a row do
not). So each printable key is held back for `GAP_MS`; if the next one follows within it, it may be a reader, and the
burst is held on. When it ends with Enter and has at least `SHORTEST` signs, it is a scan. When it ends otherwise, the
keys are given to the control they were meant for, in order, at most `GAP_MS` late, which no hand notices. Time is taken
from the events' own timestamps: a busy moment of the program does not turn a scan into typing.

A passport's two lines of 44 signs come as one burst, or as two with Enter between and perhaps no Enter at the end; both
are one scan, its lines joined by a line feed.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLineEdit

GAP_MS = 35
"""Longest time between two signs of a reader."""
LINE_GAP_MS = 250
"""Longest time between the two lines of a passport."""
SHORTEST = 6
"""Fewest signs of a scan: a passport number has seven, the shortest receipt number more."""

_MRZ_LINE = re.compile(r"[A-Z0-9<]{44}")
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_HANDS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.Wheel,
    QEvent.Type.TouchBegin,
    QEvent.Type.KeyPress,
)


class Listener(QObject):
    """Listens on every window of the program: `scanned(text)` for a reader, `touched()` for any sign of a person.

    It looks at events where they enter a window (the QWindow), not at each widget: painting costs nothing more."""

    scanned = Signal(str)
    touched = Signal()

    def __init__(self, app: QGuiApplication) -> None:
        super().__init__(app)
        self._held: list[QKeyEvent] = []
        self._text = ""
        self._first_line = ""
        self._last_at = 0
        self._window: QWindow | None = None
        self._replaying = False
        self._watched: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_silence)
        app.focusWindowChanged.connect(self.watch)
        if (now := app.focusWindow()) is not None:
            self.watch(now)

    def watch(self, window: QWindow | None) -> None:
        """Listen on this window too; twice is once."""
        if window is not None:
            window.removeEventFilter(self)
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if self._replaying:
            return False
        if kind in _HANDS and isinstance(event, QInputEvent):
            self.touched.emit()
        if isinstance(event, QKeyEvent) and isinstance(watched, QWindow):
            return self._key(watched, event)
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusOut, QEvent.Type.TouchBegin) and self._held:
            self._give_back()
        return False

    def _key(self, window: QWindow, event: QKeyEvent) -> bool:
        if _into_a_secret():
            self._give_back()
            return False
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            if event.key() in _ENTER and self._is_scan(event.timestamp()):
                event.accept()
                return True
            if event.key() not in _ENTER and not self._is_sign(event) and not self._is_shift(event):
                self._give_back()
            return False
        if kind == QEvent.Type.KeyRelease:
            if self._held:
                self._held.append(_copy(event))
                return True
            return False
        if self._held and event.timestamp() - self._last_at > GAP_MS:
            self._give_back()
        if event.key() in _ENTER:
            return self._enter(event)
        if self._is_shift(event):
            if self._held:
                self._held.append(_copy(event))
                return True
            return False
        if not self._is_sign(event) or event.isAutoRepeat():
            self._give_back()
            return False
        self._window = window
        self._held.append(_copy(event))
        self._text += event.text()
        self._last_at = event.timestamp()
        self._timer.start(GAP_MS)
        return True

    def _enter(self, event: QKeyEvent) -> bool:
        if self._first_line and not self._text and event.timestamp() - self._last_at <= LINE_GAP_MS:
            # Readers that end a line with CR and LF press Enter twice.
            return True
        if not self._is_scan(event.timestamp()):
            self._give_back()
            return False
        text = self._text
        self._last_at = event.timestamp()
        self._forget_keys()
        if self._first_line:
            text = f"{self._first_line}\n{text}"
            self._first_line = ""
        elif _MRZ_LINE.fullmatch(text) and text[0] == "P":
            self._first_line = text
            self._timer.start(LINE_GAP_MS)
            return True
        self._timer.stop()
        self.scanned.emit(_two_lines(text))
        return True

    def _is_scan(self, at: int) -> bool:
        return len(self._text) >= SHORTEST and at - self._last_at <= GAP_MS

    @staticmethod
    def _is_sign(event: QKeyEvent) -> bool:
        held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        text = event.text()
        return bool(text) and text.isprintable() and not event.modifiers() & held

    @staticmethod
    def _is_shift(event: QKeyEvent) -> bool:
        return event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock)

    def _on_silence(self) -> None:
        # Keys may have arrived while the program was busy: they are taken first, then silence is looked at again.
        count = len(self._held)
        QTimer.singleShot(0, self, lambda: self._end(count))

    def _end(self, count: int) -> None:
        if self._timer.isActive() or len(self._held) != count:
            return
        whole = f"{self._first_line}\n{self._text}" if self._first_line else self._text
        lines = _two_lines(whole).split("\n")
        if len(lines) == 2 and all(_MRZ_LINE.fullmatch(line) for line in lines):
            self._first_line = ""
            self._forget_keys()
            self.scanned.emit("\n".join(lines))
            return
        self._give_back()

    def _forget_keys(self) -> None:
        self._held.clear()
        self._text = ""

    def _give_back(self) -> None:
        self._timer.stop()
        held, window = self._held, self._window
        self._held, self._text = [], ""
        line, self._first_line = self._first_line, ""
        if line:
            self.scanned.emit(line)
        if window is None:
            return
        self._replaying = True
        try:
            for event in held:
                QCoreApplication.sendEvent(window, event)
        finally:
            self._replaying = False


def _into_a_secret() -> bool:
    """Whether the keys go into a password: those are never a scan, however fast a practised hand or a key is."""
    editor = QApplication.focusWidget()
    return isinstance(editor, QLineEdit) and editor.echoMode() != QLineEdit.EchoMode.Normal


def _two_lines(text: str) -> str:
    """A passport's 88 signs without a line end, as two lines; anything else as it is."""
    if len(text) == 88 and text[0] == "P" and re.fullmatch(r"[A-Z0-9<]{88}", text):
        return f"{text[:44]}\n{text[44:]}"
    return text


def _copy(event: QKeyEvent) -> QKeyEvent:
    made = QKeyEvent(
        event.type(),
        event.key(),
        event.modifiers(),
        event.nativeScanCode(),
        event.nativeVirtualKey(),
        event.nativeModifiers(),
        event.text(),
        event.isAutoRepeat(),
        event.count(),
    )
    made.setTimestamp(event.timestamp())
    return made
