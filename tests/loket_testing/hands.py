"""A page by itself in the window, and the hands of a clerk who has a keyboard only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.kit import Chip, Page
from ui.shell import Shell


class Hands:
    """What a clerk does to the page in front. `keys` counts what was pressed."""

    def __init__(self, shell: Shell, qtbot: QtBot) -> None:
        self.shell, self.qtbot = shell, qtbot
        self.keys = 0
        self.failures: list[object] = []

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            self.keys += 1
            QTest.keyClick(self._target(), key)

    def type(self, text: str) -> None:
        for sign in text:
            self.keys += 1
            QTest.keyClicks(self._target(), sign)

    def sees(self, text: str) -> bool:
        """Whether a text stands on the page in front, once everything that was put there is shown."""
        page = self.shell.page()
        assert page is not None
        # A layout shows what it is given at the next turn of the loop.
        QApplication.processEvents()
        said: list[QLabel | Chip] = [*page.findChildren(QLabel), *page.findChildren(Chip)]
        return any(text in one.text() for one in said if one.isVisible())

    def until(self, what: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(what, timeout=3_000)

    def nameless(self) -> list[QWidget]:
        """Controls that a screen reader could not name."""
        page = self.shell.page()
        assert page is not None
        return [
            child
            for child in page.findChildren(QWidget)
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus
            and child.focusProxy() is None
            and child.isVisible()
            and not child.accessibleName()
        ]

    def _target(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.shell


@pytest.fixture
def hands(qtbot: QtBot) -> Callable[..., Hands]:
    """`hands(page, worker_id=…)`: the page in the window, shown with what it is given."""

    def take(page: Page, **given: Any) -> Hands:
        shell = Shell("KDEI Taipei", "Loket 3")
        shell.add_page("home", "Beranda", "home", QWidget)
        shell.add_page("page", "Halaman", "receipt", lambda: page)
        qtbot.addWidget(shell)
        shell.show()
        with qtbot.waitActive(shell):
            shell.activateWindow()
        shell.show_page("home")
        made = Hands(shell, qtbot)
        page.failed.connect(made.failures.append)  # type: ignore[attr-defined]
        shell.show_page("page", **given)
        return made

    return take
