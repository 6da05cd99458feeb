"""Scans: passport and QR readers type like keyboards; their burst is caught before it lands in a field.

A reader sends a sign every 1 to 20 ms, a hand at best every 60 (two keys rolled together come closer, six in a row do
not). So each printable key is held back for `GAP_MS`; if the next one follows within it, it may be a reader, and the
burst is held on. When it ends with Enter or Tab and has at least `SHORTEST` signs, it is a scan. When it ends
otherwise, the keys are given to the control they were meant for, in order, at most `GAP_MS` late, which no hand
notices. Time is taken from the events' own timestamps: a busy moment of the program does not turn a scan into typing.

Once `SHORTEST` signs have come at a reader's pace it is a reader, and may pause for `PAUSE_MS`, as radio does. A
reader that is slow from its first sign is known by what it writes: no hand begins with `P<` or `HTTPS://`. What had
reached a field by then is taken out of it again.

A passport's two lines of 44 signs come as one burst, or as two with Enter, Tab or both between and perhaps nothing at
the end; all are one scan, its lines joined by a line feed. Signs that a reader is set to send before or behind each
line or the whole are taken off, and line ends that come after the scan reach nobody: they would press a button.
"""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QInputEvent, QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QWidget

GAP_MS = 35
"""Longest time between two signs of a reader that is not known as one yet."""
PAUSE_MS = 150
"""Longest time between two signs of a known reader."""
LINE_GAP_MS = 250
"""Longest time between the two lines of a passport, and between a scan and the last of its line ends."""
SHORTEST = 6
"""Fewest signs of a scan: a passport number has seven, the shortest receipt number more."""

_NO_HAND = re.compile(r"(?:\][A-Za-z][0-9]|[^A-Za-z0-9<]{0,2})(?:[Pp][A-Za-z]*<|HTTPS://)")
"""How only readers begin: no name has a < in it, and a person who types an address does so in small letters."""
_UPPER = re.compile(r"P[A-Z<][A-Z0-9<]{42}")
_LOWER = re.compile(r"[A-Z0-9<]{10}[A-Z<]{3}[A-Z0-9<]{8}[A-Z0-9]{7}[A-Z0-9<]{16}")
_BOTH = re.compile(r"(P[A-Z<][A-Z0-9<]{42})([A-Z0-9<]{44})")
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z](?=.)")
"""What a reader that is set to name the kind of code sends first (ISO/IEC 15424)."""
_MOST_AROUND = 8
"""Most signs that a reader sends before or behind a line."""
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
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
        self._scanned_at: int | None = None
        self._passed = _Passed()
        self._window: QWindow | None = None
        self._replaying = False
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
        if kind in (QEvent.Type.MouseButtonPress, QEvent.Type.FocusOut, QEvent.Type.TouchBegin):
            self._passed.forget()
            if self._held:
                self._give_back()
        return False

    def _key(self, window: QWindow, event: QKeyEvent) -> bool:
        if _into_a_secret():
            self._give_back()
            return False
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride:
            if _is_end(event) and (self._is_scan(event.timestamp()) or self._is_late_end(event.timestamp())):
                event.accept()
                return True
            if not _is_end(event) and not _is_sign(event) and not _is_shift(event):
                self._give_back()
            return False
        if kind == QEvent.Type.KeyRelease:
            if self._held:
                self._held.append(_copy(event))
                return True
            return False
        if self._held and event.timestamp() - self._last_at > self._patience():
            self._give_back()
        if _is_end(event):
            return self._line_end(event)
        if _is_shift(event):
            if self._held:
                self._held.append(_copy(event))
                return True
            return False
        if not _is_sign(event) or event.isAutoRepeat():
            self._passed.forget()
            self._give_back()
            return False
        self._scanned_at = None
        self._take(window, event)
        return True

    def _take(self, window: QWindow, event: QKeyEvent) -> None:
        self._window = window
        if not self._held and event.timestamp() - self._last_at > PAUSE_MS:
            self._passed.forget()
        self._held.append(_copy(event))
        self._text += event.text()
        self._last_at = event.timestamp()
        if self._passed.text and _NO_HAND.match(self._passed.text + self._text):
            # A slow reader after all: what it wrote so far comes out of the field again.
            self._held = self._passed.take_back() + self._held
            self._text = "".join(one.text() for one in self._held if one.type() == QEvent.Type.KeyPress)
        self._timer.start(self._patience())

    def _line_end(self, event: QKeyEvent) -> bool:
        at = event.timestamp()
        if self._first_line and not self._text and at - self._last_at <= LINE_GAP_MS:
            # Readers that end a line with CR and LF press Enter twice.
            return True
        if not self._text and self._is_late_end(at):
            self._scanned_at = at
            return True
        if not self._is_scan(at):
            self._passed.forget()
            self._give_back()
            return False
        text = self._text
        self._last_at = at
        self._forget_keys()
        if self._first_line:
            text = f"{self._first_line}\n{text}"
            self._first_line = ""
        elif _is_upper_line(text):
            self._first_line = text
            self._timer.start(LINE_GAP_MS)
            return True
        self._timer.stop()
        self._tell(text)
        return True

    def _tell(self, text: str) -> None:
        self._scanned_at = self._last_at
        self.scanned.emit(plain_scan(text))

    def _patience(self) -> int:
        """How long the next sign may take."""
        known = self._first_line or len(self._text) >= SHORTEST or _NO_HAND.match(self._text)
        return PAUSE_MS if known else GAP_MS

    def _is_scan(self, at: int) -> bool:
        return len(self._text) >= SHORTEST and at - self._last_at <= self._patience()

    def _is_late_end(self, at: int) -> bool:
        """Whether a scan was told of so lately that this is one more of its line ends."""
        return self._scanned_at is not None and not self._text and at - self._scanned_at <= LINE_GAP_MS

    def _on_silence(self) -> None:
        # Keys may have arrived while the program was busy: they are taken first, then silence is looked at again.
        count = len(self._held)
        QTimer.singleShot(0, self, lambda: self._end(count))

    def _end(self, count: int) -> None:
        if self._timer.isActive() or len(self._held) != count:
            return
        whole = f"{self._first_line}\n{self._text}" if self._first_line else self._text
        if _is_passport(plain_scan(whole)):
            self._first_line = ""
            self._forget_keys()
            self._tell(whole)
            return
        self._give_back()

    def _forget_keys(self) -> None:
        self._held.clear()
        self._text = ""
        self._passed.forget()

    def _give_back(self) -> None:
        self._timer.stop()
        held, window = self._held, self._window
        self._held, self._text = [], ""
        line, self._first_line = self._first_line, ""
        if line:
            self._tell(line)
        if window is None or not held:
            return
        self._replaying = True
        try:
            self._passed.note(held)
            for event in held:
                QCoreApplication.sendEvent(window, event)
        finally:
            self._replaying = False


class _Passed:
    """What reached a field one sign after the other, as from a hand, and what stood there before."""

    def __init__(self) -> None:
        self.text = ""
        self._events: list[QKeyEvent] = []
        self._editor: QLineEdit | None = None
        self._before = ""

    def forget(self) -> None:
        self.text, self._events, self._editor = "", [], None

    def note(self, events: list[QKeyEvent]) -> None:
        """These are about to be given to whatever has the focus."""
        editor = _editor()
        if self.text and editor is not self._editor:
            self.forget()
        if not self.text:
            self._editor, self._before = editor, editor.text() if editor is not None else ""
        self._events += events
        self.text += "".join(one.text() for one in events if one.type() == QEvent.Type.KeyPress)
        if len(self.text) > _LONGEST_BEGINNING:
            self.forget()

    def take_back(self) -> list[QKeyEvent]:
        """Put back what stood in the field, and return the keys."""
        events, editor, before = self._events, self._editor, self._before
        self.forget()
        if editor is not None and editor is _editor() and not editor.isReadOnly() and editor.text() != before:
            # As a hand would, so that whoever listens for typing hears of it.
            editor.selectAll()
            editor.insert(before)
        return events


_LONGEST_BEGINNING = 44


def _editor() -> QLineEdit | None:
    """The line that what is typed goes into."""
    at: QWidget | None = QApplication.focusWidget()
    if isinstance(at, QComboBox):
        return at.lineEdit()
    return at if isinstance(at, QLineEdit) else None


def _into_a_secret() -> bool:
    """Whether the keys go into a password: those are never a scan, however fast a practised hand or a key is."""
    editor = QApplication.focusWidget()
    return isinstance(editor, QLineEdit) and editor.echoMode() != QLineEdit.EchoMode.Normal


def plain_scan(text: str) -> str:
    """What a reader read: without the signs it is set to send before or behind, and a passport as two lines of 44,
    also where both came run together. Anything else stays as it is."""
    capitals = text.upper()
    upper, line_end, lower = capitals.partition("\n")
    if line_end:
        found = _UPPER.search(upper)
        if found is None or len(upper) - 44 > 2 * _MOST_AROUND:
            return text
        before, behind = found.start(), len(upper) - found.end()
        cuts = (lower[before : len(lower) - behind], lower[before:], lower[:44], lower)
        likely = next((cut for cut in cuts if _LOWER.fullmatch(cut)), lower)
        return f"{found[0]}\n{likely}"
    found = _BOTH.search(capitals)
    if found is not None and len(capitals) - 88 <= 2 * _MOST_AROUND:
        return f"{found[1]}\n{found[2]}"
    text = _AIM.sub("", text, count=1) if text.startswith("]") else text
    begins = text.upper().find("HTTPS://")
    return text[begins:] if 0 < begins <= _MOST_AROUND else text


def _is_upper_line(text: str) -> bool:
    """Whether this is the first of a passport's lines and no more, be it a sign too long or too short."""
    capitals = text.upper()
    if len(capitals) <= 44 + 2 * _MOST_AROUND and _UPPER.search(capitals):
        return True
    return 40 <= len(capitals) <= 48 and capitals[0] == "P" and "<<" in capitals


def _is_passport(text: str) -> bool:
    lines = text.split("\n")
    return (
        len(lines) == 2
        and _UPPER.fullmatch(lines[0]) is not None
        and re.fullmatch("[A-Z0-9<]{44}", lines[1]) is not None
    )


def _is_end(event: QKeyEvent) -> bool:
    """Enter, Tab, or the control sign that some readers send for one (CR is Ctrl+M, LF Ctrl+J, ETX Ctrl+C)."""
    if event.key() in _ENDS:
        return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return control and event.key() in (Qt.Key.Key_M, Qt.Key.Key_J, Qt.Key.Key_C, Qt.Key.Key_I)


def _is_sign(event: QKeyEvent) -> bool:
    held = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
    text = event.text()
    return bool(text) and text.isprintable() and not event.modifiers() & held


def _is_shift(event: QKeyEvent) -> bool:
    """A key that only changes what others mean."""
    return event.key() in (Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_Control)


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
