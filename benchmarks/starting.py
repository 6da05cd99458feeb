"""From starting the program to its first painted window, against an empty PySide6 window: the ratio of medians, in
one run, the two taking turns."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figure import Figure

ROUNDS = 11
AT_MOST = 1.6
ROOT = Path(__file__).resolve().parent.parent

EMPTY = """
import sys, time
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.QtCore import QTimer
class Window(QWidget):
    def paintEvent(self, event):
        print(time.monotonic_ns(), flush=True)
        QTimer.singleShot(0, app.quit)
app = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
app.exec()
"""

OURS = """
import sys, time
from pathlib import Path
from ui.app import run
sys.exit(run(Path(sys.argv[1]), on_painted=lambda app: (print(time.monotonic_ns(), flush=True), app.quit())))
"""


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        empty, ours = [], []
        for _ in range(ROUNDS):
            empty.append(_first_paint(EMPTY, folder))
            ours.append(_first_paint(OURS, folder))
    # The first of each reads the libraries from disk.
    middle_empty, middle_ours = statistics.median(empty[1:]), statistics.median(ours[1:])
    return [
        Figure(
            "start to first paint, against an empty window",
            middle_ours / middle_empty,
            "×",
            AT_MOST,
            f"{middle_ours:.0f} ms against {middle_empty:.0f} ms",
        )
    ]


def _first_paint(program: str, folder: str) -> float:
    """Milliseconds from starting the process to the first paint event."""
    start = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, "-c", program, folder],
        cwd=ROOT,
        env={"QT_QPA_PLATFORM": "offscreen"} | os.environ,
        capture_output=True,
        text=True,
        check=True,
    )
    return (int(done.stdout.split()[0]) - start) / 1e6
