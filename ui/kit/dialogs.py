"""Dialogs: opened, never executed, so that no second event loop runs inside the first."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from models.language import _
from ui.kit.buttons import PrimaryButton, SecondaryButton
from ui.kit.cards import label
from ui.kit.fields import settle_typing


class Dialog(QDialog):
    """A small window over its parent: title, `body`, the primary button on F12 and «Batal» on Esc.

    Fill `dialog.body`, connect `dialog.primary.clicked` (it does not close by itself: call `accept()` when the work
    succeeded), then `dialog.open()`. It deletes itself when closed."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        sentence: str = "",
        *,
        yes: str,
        no: str | None = None,
        danger: bool = False,
        width: int = 520,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(26, 22, 26, 22)
        column.setSpacing(12)
        # Qt's own constraints take the width from the widgets and forget what wrapped words need: see `_fit`.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.title = label(title, "title", wrap=True, parent=self)
        self.sentence = label(sentence, "subtitle", wrap=True, parent=self)
        self.sentence.setVisible(bool(sentence))
        self.problem = label("", "problem", wrap=True, parent=self)
        self.problem.hide()
        self.body = QVBoxLayout()
        self.body.setSpacing(12)
        self.primary = PrimaryButton(yes, "F12", danger=danger, parent=self)
        self.secondary = SecondaryButton(_("Batal") if no is None else no, "Esc", parent=self)
        buttons = QHBoxLayout()
        buttons.setSpacing(10)
        buttons.addStretch(1)
        buttons.addWidget(self.secondary)
        buttons.addWidget(self.primary)
        for widget in (self.title, self.sentence):
            column.addWidget(widget)
        column.addLayout(self.body)
        column.addWidget(self.problem)
        column.addSpacing(6)
        column.addLayout(buttons)
        self.setTabOrder(self.primary, self.secondary)
        self.secondary.clicked.connect(self.reject)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)

    def set_problem(self, sentence: str | None) -> None:
        """Why it did not go, above the buttons."""
        self.problem.setText(sentence or "")
        self.problem.setVisible(bool(sentence))

    def event(self, event: QEvent) -> bool:
        heard = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Polish):
            self._fit()
        return heard

    def _fit(self) -> None:
        """As high as its words and fields are at its width, now that a problem may have come or gone."""
        column = self.layout()
        height = column.totalHeightForWidth(self.width()) if column is not None else 0
        if height > 0 and height != self.height():
            self.setFixedHeight(height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F12:
            if not event.isAutoRepeat():
                settle_typing()
                self.primary.click()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Enter in a line goes on to the next control; what cannot be undone takes F12 or the button itself.
            self.focusNextChild()
            return
        super().keyPressEvent(event)


def confirm(
    parent: QWidget,
    title: str,
    sentence: str,
    *,
    yes: str,
    on_yes: Callable[[], object],
    on_no: Callable[[], object] | None = None,
    no: str | None = None,
    danger: bool = False,
) -> Dialog:
    """Ask before what cannot be taken back; `on_yes` runs after the dialog has closed.

    `yes` says what will happen («Batalkan kuitansi»), not «OK». A dangerous question begins on «Batal»."""
    dialog = Dialog(parent, title, sentence, yes=yes, no=no, danger=danger)
    dialog.primary.clicked.connect(dialog.accept)
    dialog.accepted.connect(on_yes)
    if on_no is not None:
        dialog.rejected.connect(on_no)
    (dialog.secondary if danger else dialog.primary).setFocus()
    dialog.open()
    return dialog
