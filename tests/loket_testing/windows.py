"""A window for tests: the real shell and counter on a real desk, whose runner answers at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from kiosk.desk import Desk
from kiosk.devices.clock import HandClock
from kiosk.devices.printer import PretendPrinter
from loket_testing.counter import PASSWORD
from ui import theme
from ui.counter import Counter
from ui.runner import InlineRunner
from ui.screens.signin import SignInPage
from ui.shell import Shell


class Window:
    """The window, and the hands of a clerk who has a keyboard only."""

    def __init__(self, shell: Shell, counter: Counter, printer: PretendPrinter) -> None:
        self.shell, self.counter, self.printer = shell, counter, printer

    @property
    def page(self) -> Any:
        """The page in front."""
        return self.shell.page()

    @property
    def sign_in(self) -> SignInPage:
        """The sign-in over it."""
        holder = self.shell.centralWidget()
        assert isinstance(holder, QStackedWidget)
        screen = holder.currentWidget()
        assert isinstance(screen, SignInPage)
        return screen

    @property
    def focused(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None, "nothing has the focus"
        return found

    @property
    def keyboard(self) -> QWidget:
        """What keys go to: an open list of suggestions first, as on a real screen."""
        return QApplication.activePopupWidget() or self.focused

    def type(self, text: str) -> None:
        for sign in text:
            QTest.keyClicks(self.keyboard, sign)

    def press(self, *keys: Qt.Key, ctrl: bool = False) -> None:
        held = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
        for key in keys:
            QTest.keyClick(self.keyboard, key, held)

    def scan(self, text: str) -> None:
        """As the listener hands it over when a reader has typed it."""
        assert self.shell._listener is not None
        self.shell._listener.scanned.emit(text)

    def field(self, name: str) -> Any:
        """A field of the registration form."""
        return self.page.fields[name]

    def go(self, name: str) -> None:
        """To a field of the form by Tab, however many it takes."""
        wanted = self.field(name).editor
        for _step in range(200):
            if self.focused is wanted or wanted.isAncestorOf(self.focused):
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never comes to {name}")

    def said(self) -> list[str]:
        """What the banners say."""
        return [banner.sentence.text() for banner in self.shell.banners()]


@pytest.fixture
def closed_window(qtbot: Any, qapp: QApplication, desk: Desk, tmp_path: Path, clock: HandClock) -> Iterator[Window]:
    """The window before anybody has signed in; `desk` is open beside it, as the command line would be."""
    theme.apply(qapp)
    shell, printer = Shell(), PretendPrinter()
    qtbot.addWidget(shell)
    counter = Counter(shell, InlineRunner(shell), tmp_path / "loket", clock=clock, printer=printer)
    counter.ask_who()
    shell.show()
    shell.activateWindow()
    qtbot.waitUntil(shell.isActiveWindow)
    yield Window(shell, counter, printer)
    counter.close()
    # A program warms itself once; in one process of tests the windows of all are to go.
    gc.unfreeze()


@pytest.fixture
def window(closed_window: Window) -> Window:
    """The window with Rina signed in, on the home screen."""
    enter(closed_window)
    return closed_window


def enter(window: Window, login: str = "rina", password: str = PASSWORD) -> None:
    """Sign in by the keyboard."""
    if not window.sign_in.login.isHidden():
        window.sign_in.login.editor.setFocus()
        window.sign_in.login.editor.selectAll()  # type: ignore[attr-defined]
        window.type(login)
        window.press(Qt.Key.Key_Return)
    window.type(password)
    window.press(Qt.Key.Key_Return)
