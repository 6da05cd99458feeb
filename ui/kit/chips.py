"""Chips: short words on a tinted pill; key caps; the steps of a longer task."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from models.language import _
from ui import theme
from ui.kit.paint import box, chip_size, key_size, paint_chip, paint_key


class Chip(QWidget):
    """A state in words on a pill: `Chip("amber", "Berakhir 18 hari lagi", dot=True)`.

    Kinds: ok, amber, red, blue, grey, brand. The colour is never the only sign: the words say the same."""

    def __init__(self, kind: str = "grey", text: str = "", *, dot: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._kind, self._text, self._dot = "grey", "", False
        self.set(kind, text, dot=dot)

    def set(self, kind: str, text: str, *, dot: bool = False) -> None:
        """Show another state; KeyError for a kind there is not. An empty text hides the chip."""
        theme.kinds[kind]
        self._kind, self._text, self._dot = kind, text, dot
        self.setAccessibleName(text)
        self.setVisible(bool(text)) if self.parent() is not None else None
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words on it."""
        return self._text

    def kind(self) -> str:
        """Its kind."""
        return self._kind

    def sizeHint(self) -> QSize:
        return chip_size(self._text, self._dot)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(130, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._text:
            paint_chip(QPainter(self), QRectF(self.rect()), self._kind, self._text, dot=self._dot)


class ChipButton(QPushButton):
    """A chip that can be pressed, as «Lihat» in a list or the chips of the top bar."""

    def __init__(self, kind: str = "grey", text: str = "", *, dot: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind, self._dot = kind, dot
        self.setProperty("ring_radius", 15)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set(kind, text, dot=dot)

    def set(self, kind: str, text: str, *, dot: bool = False) -> None:
        """Show another state."""
        theme.kinds[kind]
        self._kind, self._dot = kind, dot
        self.setText(text)
        self.setAccessibleName(text)
        self.setToolTip("")
        self.updateGeometry()
        self.update()

    def kind(self) -> str:
        """Its kind."""
        return self._kind

    def sizeHint(self) -> QSize:
        return chip_size(self.text(), self._dot)

    def minimumSizeHint(self) -> QSize:
        return QSize(min(70, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        paint_chip(painter, rect, self._kind, self.text(), dot=self._dot)
        if self.hasFocus() or self.underMouse():
            letters, _ground = theme.kinds[self._kind]
            edge = QColor(letters)
            edge.setAlpha(255 if self.hasFocus() else 110)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(edge)
            painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), rect.height() / 2, rect.height() / 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self.update()
        super().leaveEvent(event)


class KeyHint(QWidget):
    """A key cap beside a word: `KeyHint("F2")`. Read to nobody: the control itself names its key."""

    def __init__(self, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        return key_size(self._key)

    def paintEvent(self, event: QPaintEvent) -> None:
        paint_key(QPainter(self), QRectF(self.rect()), self._key)


class Mark(QWidget):
    """A round sign before a line: ok ✓, amber !, red ×, blue i, grey ·; drawn, with words for screen readers."""

    _icons = {"ok": "check", "amber": "alert", "red": "close", "blue": "info", "grey": "minus", "brand": "check"}

    def __init__(self, kind: str = "ok", said: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(28, 28)
        self._kind = kind
        self.set(kind, said)

    def set(self, kind: str, said: str = "") -> None:
        """Show another sign; `said` is read aloud (lengkap, belum ada)."""
        theme.kinds[kind]
        self._kind = kind
        self.setAccessibleName(said or {"ok": _("baik"), "amber": _("perhatian"), "red": _("salah")}.get(kind, ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        from ui.icons import paint_icon

        painter = QPainter(self)
        letters, ground = theme.kinds[self._kind]
        box(painter, QRectF(self.rect()), 14, fill=ground)
        paint_icon(painter, QRectF(6, 6, 16, 16), self._icons[self._kind], letters)


class Steps(QWidget):
    """Where one is in a longer task: «1 Peristiwa  2 Kelayakan  3 Dokumen  4 Kirim».

    `chosen(index)` when an earlier step is clicked; later ones cannot be."""

    chosen = Signal(int)

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = list(names)
        self._current = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        self._chips = [ChipButton("grey", f"{index + 1} {name}", parent=self) for index, name in enumerate(self._names)]
        for index, chip in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.clicked.connect(lambda _checked=False, at=index: self._on_chip(at))
            row.addWidget(chip)
        self.set_current(0)

    def set_current(self, index: int) -> None:
        """Stand on step `index`, counted from 0."""
        self._current = index
        for at, chip in enumerate(self._chips):
            chip.set("ok" if at == index else "grey", chip.text())
            chip.setEnabled(at <= index)
        self.setAccessibleName(
            _("Langkah {n} dari {all}: {name}").format(n=index + 1, all=len(self._names), name=self._names[index])
        )

    def current(self) -> int:
        """The step one stands on, counted from 0."""
        return self._current

    def _on_chip(self, index: int) -> None:
        if index < self._current:
            self.chosen.emit(index)


class Avatar(QWidget):
    """Initials on a tinted square: `Avatar("SN")`."""

    def __init__(self, initials: str, size: int = 58, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = initials
        self.setFixedSize(size, size)

    def set_initials(self, initials: str) -> None:
        """Somebody else's."""
        self._initials = initials
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), 12, fill=theme.brand_tint)
        painter.setFont(theme.font(self.height() * 20 // 58, bold=True))
        painter.setPen(QColor(theme.brand_dark))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._initials)
