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

# An installed program has its bytecode beside it.
ENVIRONMENT = {"QT_QPA_PLATFORM": "offscreen"} | {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}

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
def told(stage, app):
    print(time.monotonic_ns(), flush=True)
    if stage == "sign-in":
        app.quit()
sys.exit(run(Path(sys.argv[1]), told=told))
"""


def figures() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        empty, ours, ready = [], [], []
        for _ in range(ROUNDS):
            (first,) = _paints(EMPTY, folder)
            empty.append(first)
            opening, sign_in = _paints(OURS, folder)
            ours.append(opening)
            ready.append(sign_in)
    # The first of each reads the libraries from disk.
    middle_empty, middle_ours = statistics.median(empty[1:]), statistics.median(ours[1:])
    return [
        Figure(
            "start to first paint, against an empty window",
            middle_ours / middle_empty,
            "×",
            AT_MOST,
            f"{middle_ours:.0f} ms against {middle_empty:.0f} ms; "
            f"the sign-in stands after {statistics.median(ready[1:]):.0f} ms",
        )
    ]


def _paints(program: str, folder: str) -> list[float]:
    """Milliseconds from starting the process to each first paint it tells of."""
    start = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, "-c", program, folder],
        cwd=ROOT,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [(int(line) - start) / 1e6 for line in done.stdout.split()]
