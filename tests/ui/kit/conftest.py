"""The kit is tested dressed, as it is at the counter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Qt's screenless plugin complains about every small window; a real screen does not."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support"))


@pytest.fixture(autouse=True, scope="session")
def dressed(qapp: QApplication) -> None:
    theme.apply(qapp)


@pytest.fixture
def shown(qtbot) -> Callable[[QWidget], QWidget]:
    """Shows a widget in a window that is active, so that focus works as on a screen."""

    def show(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


@pytest.fixture
def press() -> Callable[..., bool]:
    """Sends one key to a widget and says whether it was taken."""

    def send(
        widget: QWidget, key: Qt.Key, text: str = "", modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> bool:
        event = QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)
        QCoreApplication.sendEvent(widget, event)
        return event.isAccepted()

    return send
