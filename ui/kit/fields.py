"""Fields: a label above an editor, a note or a problem in a sentence below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from models.rules.problems import Problem, Refused
from ui import theme
from ui.kit.cards import label


class LineField(QLineEdit):
    """One line of text. `changed(str)` with the text without blanks at its ends; `capitals` for names on passports.

    Every editor of the kit has `changed`, `complaint` (a sentence, "" when there is none) and can be put in a Field.
    """

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        capitals: bool = False,
        digits: bool = False,
        longest: int = 200,
        read_only: bool = False,
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._capitals, self._digits = capitals, digits
        self.setMaxLength(longest)
        self.setPlaceholderText(placeholder)
        self.setReadOnly(read_only)
        if read_only:
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        if big:
            self.setProperty("big", True)
        self.setText(text)
        self.setCursorPosition(0 if read_only else len(text))
        self.textEdited.connect(self._on_edited)

    def value(self) -> str:
        """The text without blanks at its ends."""
        return self.text().strip()

    def set_value(self, value: str | None) -> None:
        """Show a text; `changed` is sent if it is new."""
        if (value or "") != self.text():
            self.setText(value or "")
            if not self.hasFocus():
                self.setCursorPosition(0)
            self.changed.emit(self.value())

    def _on_edited(self, text: str) -> None:
        wanted = text.upper() if self._capitals else text
        if self._digits:
            wanted = "".join(sign for sign in wanted if sign.isdigit())
        if wanted != text:
            at = self.cursorPosition() - (len(text) - len(wanted))
            self.setText(wanted)
            self.setCursorPosition(max(0, at))
        self.changed.emit(self.value())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()


class PasswordField(LineField):
    """A password: dots, and never taken apart or kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(longest=200, parent=parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)

    def value(self) -> str:
        """The password as typed, blanks and all."""
        return self.text()


class TextEdit(QPlainTextEdit):
    """Several lines of text; Tab goes on to the next control."""

    changed = Signal(object)
    complaint = Signal(str)

    def __init__(self, text: str = "", *, placeholder: str = "", lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("ring", True)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setFixedHeight(lines * 22 + 20)
        self.textChanged.connect(lambda: self.changed.emit(self.value()))

    def value(self) -> str:
        """The text without blanks at its ends."""
        return self.toPlainText().strip()

    def set_value(self, value: str | None) -> None:
        """Show a text."""
        self.setPlainText(value or "")


class Field(QWidget):
    """`Field(_("NIK"), LineField(digits=True), hint=_("16 angka"))`: label, editor, and one line of words below.

    `set_problem(sentence)` writes it in red, reddens the border and tells screen readers; `set_problem(None)` takes it
    away. `set_note` writes a quiet line instead. What the editor itself complains about (a date that is none) shows
    by itself while no problem is set; a problem from the rules wins. `stretch` is its share of a `row`."""

    def __init__(
        self,
        text: str,
        editor: QWidget,
        hint: str = "",
        *,
        stretch: int = 1,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.stretch = stretch
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        self.label = label(text, "label", parent=self)
        self.label.setBuddy(editor)
        self.label.setVisible(bool(text))
        self.below = label("", "note", wrap=True, parent=self)
        column.addWidget(self.label)
        column.addWidget(editor)
        column.addWidget(self.below)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusProxy(editor)
        editor.setProperty("field", True)
        if text:
            editor.setAccessibleName(text)
        self._hint, self._note = hint, ""
        self._problem: str | None = None
        self._complaint = ""
        complaint = getattr(editor, "complaint", None)
        if complaint is not None:
            complaint.connect(self._on_complaint)
        self._show()

    def set_label(self, text: str) -> None:
        """Another label, as when the currency changes."""
        self.label.setText(text)
        self.label.setVisible(bool(text))
        self.editor.setAccessibleName(text)

    def set_problem(self, sentence: str | None) -> None:
        """What to change, in a sentence; None when it is right."""
        self._problem = sentence or None
        self._show()

    def set_note(self, sentence: str | None) -> None:
        """A quiet remark that changes with what is entered; None for the hint again."""
        self._note = sentence or ""
        self._show()

    def problem(self) -> str | None:
        """The sentence in red now, whoever says it."""
        return self._problem or self._complaint or None

    def _on_complaint(self, sentence: str) -> None:
        self._complaint = sentence
        self._show()

    def _show(self) -> None:
        wrong = self.problem()
        said = wrong or self._note or self._hint
        self.below.setText(said)
        self.below.setVisible(bool(said))
        theme.mark(self.below, "role", "problem" if wrong else "note")
        theme.mark(self.editor, "problem", bool(wrong))
        self.editor.setAccessibleDescription(said)


def row(*fields: QWidget, spacing: int = 14) -> QWidget:
    """Fields side by side, tops in line, each as wide as its `stretch`."""
    from PySide6.QtWidgets import QHBoxLayout

    holder = QWidget()
    holder.setObjectName("clear")
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for field in fields:
        layout.addWidget(field, getattr(field, "stretch", 1), Qt.AlignmentFlag.AlignTop)
    holder.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
    return holder


def show_problems(fields: Mapping[str, Field], problems: Sequence[object], *, focus: bool = False) -> list[object]:
    """Put each `Problem` beside its field and clear the others; returns those that have no field here.

    A problem of `lines[0].months` shows at the key of that name or, failing that, at `lines[0]` or `lines`.
    `focus=True` (after F12) goes to the first field in reading order that has one."""
    from models.sentences import sentence

    said: dict[str, list[str]] = {}
    homeless: list[object] = []
    for problem in problems:
        name = problem.field  # type: ignore[attr-defined]
        while name and name not in fields:
            cut = max(name.rfind("."), name.rfind("["))
            name = name[:cut] if cut > 0 else ""
        if name:
            said.setdefault(name, []).append(sentence(problem))  # type: ignore[arg-type]
        else:
            homeless.append(problem)
    for key, field in fields.items():
        field.set_problem(" ".join(said[key]) if key in said else None)
    if focus:
        for key, field in fields.items():
            if key in said:
                field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                break
    return homeless


def show_refused(fields: Mapping[str, Field], error: Refused) -> str:
    """Put what a use case refused beside the fields, by the last part of its name (`approval.reason`: `reason`), and go
    to the first; returns the sentences of what has no field here."""
    from models.sentences import sentence

    problems = [replace(one, field=one.field.rpartition(".")[2]) for one in error.problems]
    homeless = show_problems(fields, problems, focus=True)
    return " ".join(dict.fromkeys(sentence(one) for one in homeless if isinstance(one, Problem)))


def settle_typing() -> None:
    """Have the editor that is being typed in read itself as if it were left; done before any F key acts."""
    at = QApplication.focusWidget()
    for _level in range(2):
        settle = getattr(at, "settle", None)
        if callable(settle):
            settle()
        if at is None or at.isWindow() or isinstance(at, QAbstractScrollArea):
            return
        at = at.parentWidget()


class EnterMovesOn(QWidget):
    """A form in which Enter goes to the next control, as clerks know it from cash registers; F12 finishes."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.focusNextChild()
            return
        super().keyPressEvent(event)
