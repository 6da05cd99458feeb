"""The pinned PySide6 gives back every reference it takes. 6.12.0 loses one at each call, and Python 3.11 dies
when those of True or None run out: after some 590 signals, or 5,000 changed labels."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1_000
SLACK = 50  # what the interpreter itself may take meanwhile

mortal = pytest.mark.skipif(sys.version_info >= (3, 12), reason="True and None cannot die from Python 3.12 on")


class Bell(QObject):
    rung = Signal()


def lost_references(call: Callable[[], object]) -> int:
    """The most references to True or None that so many calls cost. Stops early: the interpreter must live to
    tell."""
    before = [sys.getrefcount(treasure) for treasure in (True, None)]
    lost = 0
    for _ in range(CALLS):
        call()
        now = [sys.getrefcount(treasure) for treasure in (True, None)]
        lost = max(lost, *(was - left for was, left in zip(before, now, strict=True)))
        if lost > SLACK:
            break
    return lost


@mortal
def test_a_thousand_signals_cost_no_reference(qapp: object) -> None:
    bell = Bell()
    assert lost_references(bell.rung.emit) <= SLACK


@mortal
def test_a_thousand_changed_labels_cost_no_reference(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    assert lost_references(lambda: label.setText("Rp 494.500")) <= SLACK
