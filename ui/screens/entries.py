"""Entries: what stands in the fields of a form, whatever their editor; the lines of heirs; a contradiction in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QHBoxLayout, QVBoxLayout, QWidget

from models.language import _
from models.rules.heirs import relation, relations
from models.rules.problems import Refused
from ui import theme
from ui.kit import Choice, DateField, Field, LineField, QuietButton, announce, label
from ui.kit.tick import Tick


class HeirLine(QWidget):
    """One heir: name, relation, phone, birthday, for a child whether it is named for the scholarship, and a way to take
    the line out again."""

    changed = Signal()
    removed = Signal()

    def __init__(self, at: int, today: Callable[[], date], parent: QWidget) -> None:
        super().__init__(parent)
        first = at == 0
        self.setObjectName("clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        across = QHBoxLayout()
        column.addLayout(across)
        across.setSpacing(14)
        named = [(one.code, one.name) for one in relations()]
        said = {
            "name": _("Nama"),
            "relation": _("Hubungan"),
            "phone": _("Telepon"),
            "birth_date": _("Tanggal lahir"),
        }
        editors: dict[str, QWidget] = {
            "name": LineField(capitals=True, longest=130),
            "relation": Choice(named),
            "phone": LineField(longest=30),
            "birth_date": DateField(today=today, earliest=date(1900, 1, 1), latest=today()),
        }
        self.fields = {
            name: Field(said[name] if first else "", editor, stretch=4 if name == "name" else 3, parent=self)
            for name, editor in editors.items()
        }
        for name, field in self.fields.items():
            across.addWidget(field, field.stretch, Qt.AlignmentFlag.AlignTop)
            field.editor.changed.connect(self.changed)  # type: ignore[attr-defined]
            field.editor.setAccessibleName(_("{field}, ahli waris {n}").format(field=said[name], n=at + 1))
        self.scholar = Tick(_("Penerima beasiswa"), parent=self)
        self.scholar.setAccessibleName(_("Penerima beasiswa, ahli waris {n}").format(n=at + 1))
        self.scholar.toggled.connect(lambda _on: self.changed.emit())
        self.scholar.hide()
        column.addWidget(self.scholar, 0, Qt.AlignmentFlag.AlignLeft)
        self.fields["relation"].editor.changed.connect(self._on_relation)  # type: ignore[attr-defined]
        self.remove = QuietButton("", icon="trash", tooltip=_("Hapus ahli waris {n}").format(n=at + 1), parent=self)
        self.remove.setFixedWidth(38)
        self.remove.clicked.connect(self.removed)
        holder = QVBoxLayout()
        holder.setContentsMargins(0, 24 if first else 4, 0, 0)
        holder.addWidget(self.remove)
        holder.addStretch(1)
        across.addLayout(holder)

    def value(self) -> dict[str, Any]:
        found = {name: meaning(field) for name, field in self.fields.items()}
        return {**found, "scholar": self.scholar.isChecked() or None}

    def is_empty(self) -> bool:
        return not any(self.raw().values())

    def raw(self) -> dict[str, str]:
        found = {name: written(field) for name, field in self.fields.items()}
        return {**found, "scholar": "1" if self.scholar.isChecked() else ""}

    def fill(self, raw: dict[str, Any]) -> None:
        for name, field in self.fields.items():
            fill(field, raw.get(name))
        self.scholar.setChecked(bool(raw.get("scholar")))

    def _on_relation(self, code: object) -> None:
        """The scholarship is for children; of anybody else it is not asked."""
        child = code == "anak"
        self.scholar.setVisible(child)
        if not child:
            self.scholar.setChecked(False)


class Doubt(QWidget):
    """Where NIK and form contradict each other: what each says, and the clerk's word that the card was looked at."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("doubt")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(4)
        self.sentence = label("", "strong", wrap=True)
        self.sure = Tick(_("Sudah dicocokkan dengan KTP"))
        column.addWidget(self.sentence)
        column.addWidget(self.sure)

    def say(self, said: str, *, sure: bool) -> None:
        letters, ground = theme.kinds["amber" if sure else "red"]
        self.setStyleSheet(f"#doubt {{ background: {ground}; border-radius: {theme.radius_control}px; }}")
        self.sentence.setStyleSheet(f"color: {letters};")
        self.sure.setAccessibleDescription(said)
        fresh = bool(said) and said != self.sentence.text()
        self.sentence.setText(said)
        self.setVisible(bool(said))
        if fresh:
            announce(self.sentence)


def offer(editor: LineField, texts: Iterable[str]) -> None:
    """Offer these while it is typed; any other text stays as it is."""
    completer = QCompleter(list(texts), editor)
    completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    completer.setMaxVisibleItems(8)
    popup = completer.popup()
    assert popup is not None
    popup.setObjectName("suggestions")
    editor.setCompleter(completer)
    completer.activated.connect(lambda _text: editor.changed.emit(editor.value()))


def written(field: Field) -> str:
    """What stands in the field, read or not."""
    editor = field.editor
    if isinstance(editor, Choice):
        return str(editor.value() or "")
    if isinstance(editor, DateField):
        value = editor.value()
        return value.isoformat() if value is not None else editor.text().strip()
    assert isinstance(editor, LineField)
    return editor.value()


def meaning(field: Field) -> Any:
    """What the field means, or None."""
    editor = field.editor
    return editor.value() or None  # type: ignore[attr-defined]


def unread(field: Field) -> bool:
    """Something stands there that is no date, or nothing of the list."""
    editor = field.editor
    if isinstance(editor, Choice):
        line = editor.lineEdit()
        return editor.value() is None and line is not None and bool(line.text().strip())
    return isinstance(editor, DateField) and editor.value() is None and bool(editor.text().strip())


def fill(field: Field, value: Any) -> None:
    """Put a value or the text of one into a field."""
    editor = field.editor
    if isinstance(editor, Choice):
        offered = {editor.itemData(at) for at in range(editor.count())}
        if value and value not in offered:
            value = _relation_code(str(value)) if _relation_code(str(value)) in offered else None
        editor.set_value(value or None)
    elif isinstance(editor, DateField):
        read = value if isinstance(value, date) else iso_date(value)
        editor.set_value(read)
        if read is None and value:
            editor.setText(str(value))
    else:
        assert isinstance(editor, LineField)
        editor.set_value(str(value or ""))


def _relation_code(text: str) -> str:
    try:
        return relation(text).code
    except Refused:
        return text


def iso_date(text: Any) -> date | None:
    """The date in an ISO text; None for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None
