"""Every control of every screen has a name for those who do not see it, and can be reached by the keyboard."""

from __future__ import annotations

import pytest
from loket_testing.counter import slip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTableView,
    QWidget,
)

from kiosk.usecases import contributions
from ui.kit import ChipButton, Segments, Tiles

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit, QTableView)


def controls(page: QWidget) -> list[QWidget]:
    """What can be operated on it; the line inside a combo is the combo's."""
    return [
        child
        for kind in CONTROLS
        for child in page.findChildren(kind)
        if not child.objectName().startswith("qt_")
        and not isinstance(child.parentWidget(), QComboBox | QTableView)
        # A chip without words is hidden by the bar.
        and not (isinstance(child, ChipButton) and not child.text())
    ]


def nameless(page: QWidget) -> list[str]:
    return [
        f"{type(one).__name__} in {type(one.parent()).__name__}" for one in controls(page) if not one.accessibleName()
    ]


def every_page(window, worker_id, number):
    counter = window.counter
    for name in counter._page_names:
        match name:
            case "worker":
                counter.open_worker(worker_id)
            case "pay":
                counter.pay(worker_id)
            case "claim":
                counter.claim(worker_id)
            case "amend":
                counter.amend(worker_id)
            case "paper":
                counter.show_paper(number)
            case _:
                counter.show(name)
        QApplication.processEvents()
        yield name, window.page


def test_every_control_of_every_screen_has_a_name(window, desk, siti):
    number = contributions.receive(desk, slip(siti)).number
    found = {name: nameless(page) for name, page in every_page(window, siti, number)}
    assert {name: missing for name, missing in found.items() if missing} == {}
    assert len(found) >= 12


def test_every_control_of_the_sign_in_and_the_lock_has_a_name(closed_window):
    assert nameless(closed_window.sign_in) == []
    from loket_testing.windows import enter

    enter(closed_window)
    closed_window.counter.lock()
    assert nameless(closed_window.sign_in) == []


def test_the_window_itself_has_names_too(window):
    assert nameless(window.shell) == []


@pytest.mark.parametrize("name", ["home", "workers", "register"])
def test_tab_comes_by_every_control_that_can_be_used(window, siti, name):
    window.counter.show(name)
    page = window.page
    QApplication.processEvents()
    wanted = {
        one
        for one in controls(page)
        if one.isVisibleTo(page)
        and one.isEnabled()
        and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        # Tab comes to the group; within it the arrow keys walk.
        and not isinstance(one.parentWidget(), Segments | Tiles)
    }
    reached: set[QWidget] = set()
    first = window.focused
    for _step in range(150):
        window.press(Qt.Key.Key_Tab)
        now = window.focused
        reached.add(now)
        if now is first:
            break
    missed = {one for one in wanted if one not in reached and one.focusProxy() not in reached}
    assert sorted(one.accessibleName() for one in missed) == []


def test_the_registration_form_is_walked_in_reading_order(window):
    window.counter.register()
    page = window.page
    order = [page.fields[name].editor for name in page.fields]
    walked = []
    page.fields["name"].editor.setFocus()
    for _step in range(80):
        walked.append(window.focused)
        window.press(Qt.Key.Key_Tab)
        if window.focused is order[0]:
            break
    places = [walked.index(editor) for editor in order if editor in walked]
    assert len(places) == len(order)
    assert places == sorted(places)
