"""Consent: the text in force as it is read out, in the language of the person who listens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from models.language import _, active, date_short
from models.rules.consents import consent_text, language_name, languages, version_in_force
from ui.kit import Option, Segments, label

HEIGHT = 96


class ConsentReading(QWidget):
    """A version of the text and a choice of languages. Without a `version` it is the one in force today."""

    def __init__(
        self,
        today: Callable[[], date],
        version: str | None = None,
        *,
        height: int = HEIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._today, self._fixed = today, version
        self.setObjectName("clear")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.about = label("", "note", wrap=True, parent=self)
        self.language = Segments([Option(code, language_name(code)) for code in self._languages()], self._own())
        self.language.setAccessibleName(_("Bahasa teks persetujuan"))
        across = QHBoxLayout()
        across.addWidget(self.language)
        column.addLayout(across)
        self.sheet = QScrollArea(self)
        self.sheet.setWidgetResizable(True)
        self.sheet.setFrameShape(QFrame.Shape.NoFrame)
        self.sheet.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sheet.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sheet.setAccessibleName(_("Teks persetujuan"))
        self.text = label("", "subtitle", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sheet.setWidget(self.text)
        self.sheet.setMinimumHeight(height)
        # The text may be as long as it likes: it is scrolled, and the page stays as high as the window.
        self.sheet.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        column.addWidget(self.sheet, 1)
        column.addWidget(self.about)
        self.language.changed.connect(lambda _code: self._show())
        self._show()

    def chosen(self) -> dict[str, str]:
        """The version and the language that stand here: what is recorded when somebody agrees."""
        return {"version": self.version(), "language": str(self.language.value())}

    def version(self) -> str:
        """The version that stands here."""
        return self._fixed or version_in_force(self._today())

    def show_version(self, version: str | None, language: str) -> None:
        """Another version; None: the one in force."""
        self._fixed = version
        self.show_in(language)

    def show_in(self, language: str) -> None:
        """The text in this language, or in Indonesian where there is none."""
        known = self._languages()
        self.language.set_value(language if language in known else known[0])
        self._show()

    def _own(self) -> str:
        known = self._languages()
        return active() if active() in known else known[0]

    def _languages(self) -> tuple[str, ...]:
        return languages(self.version())

    def _show(self) -> None:
        said = consent_text(self.version(), str(self.language.value()))
        first, *purposes = said.paragraphs()
        self.text.setText("\n\n".join([first, *(f"• {one}" for one in purposes)]))
        self.text.setAccessibleName(self.text.text())
        self.about.setText(
            _("Teks versi {version}, berlaku sejak {day}").format(version=said.version, day=date_short(said.valid_from))
        )
