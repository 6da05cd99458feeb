"""The program as it is started: without a display, twice, on no folder; what it logs, and what it imports."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.log import LOG_FILE, keep_log
from models.rules.problems import Trouble
from models.sentences import trouble_sentence
from ui import app
from ui.shell import Shell

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

ROOT = Path(__file__).resolve().parents[2]


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run this in a process of its own, with these variables and no display beside them."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("platform", ["", "xcb", "wayland", "wayland;xcb"])
def test_without_a_display_it_says_what_to_do_and_does_not_die(monkeypatch, platform):
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(Trouble) as trouble:
        app.run(Path("nowhere"))
    assert trouble.value.code == "ui.no_display"
    assert "loket --help" in trouble_sentence(trouble.value)


@pytest.mark.parametrize("display", [":987", "localhost:987.0", "unix:987", "nonsense", ":"])
def test_a_display_that_does_not_answer_is_none(monkeypatch, display):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    monkeypatch.setenv("DISPLAY", display)
    with pytest.raises(Trouble, match=r"ui\.no_display"):
        app.require_display()


def test_a_display_that_answers_is_one(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX) as screen:
        screen.bind(str(tmp_path / "wayland-0"))
        screen.listen()
        monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
        monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
        app.require_display()


def test_a_process_without_a_display_ends_with_its_sentence_and_is_not_killed(tmp_path):
    start = "import sys; from kiosk.__main__ import main; sys.exit(main(['--data', sys.argv[1]]))"
    ended = python(start, str(tmp_path), QT_QPA_PLATFORM="xcb")
    assert ended.returncode == 3
    assert ended.stderr.startswith("Tidak ada layar untuk membuka jendela loket.")
    assert ended.stdout == ""


def test_the_sign_in_is_painted_before_anything_heavy_is_imported(tmp_path):
    ended = python(
        """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from ui import app
from ui.counter import Counter
def painted(self):
    heavy = {"sqlalchemy", "reportlab", "httpx", "alembic", "sqlcipher3", "babel", "phonenumbers", "cryptography"}
    print("imported:", sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
    QTimer.singleShot(0, self.shell.close)
Counter.warm = painted
sys.exit(app.run(Path(sys.argv[1])))
""",
        str(tmp_path),
        QT_QPA_PLATFORM="offscreen",
    )
    assert ended.stdout == "imported: []\n", ended.stderr
    assert ended.returncode == 0


def test_a_second_start_raises_the_first_window_and_ends_well(tmp_path):
    first = python(
        """
import subprocess, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from ui import app
from ui.counter import Counter
from ui.shell import Shell
raised = []
Shell.raise_ = lambda self: raised.append(True)
def painted(self):
    second = subprocess.Popen([sys.executable, "-c",
        "import sys; from pathlib import Path; from ui.app import run; sys.exit(run(Path(sys.argv[1])))", sys.argv[1]])
    def look():
        if second.poll() is None:
            QTimer.singleShot(20, look)
            return
        print("second ended with", second.returncode, "raised", bool(raised))
        self.shell.close()
    look()
Counter.warm = painted
sys.exit(app.run(Path(sys.argv[1])))
""",
        str(tmp_path),
        QT_QPA_PLATFORM="offscreen",
    )
    assert first.stdout == "second ended with 0 raised True\n", first.stderr


def test_a_long_folder_has_its_bell_too(qtbot, tmp_path):
    folder = tmp_path / ("a" * 90) / ("b" * 90)
    folder.mkdir(parents=True)
    shell = Shell()
    qtbot.addWidget(shell)
    bell = app.Doorbell(folder, shell)
    with app._Short(folder) as name, socket.socket(socket.AF_UNIX) as line:
        line.connect(name)
        line.sendall(b"raise\n")
        line.settimeout(5)
        qtbot.waitUntil(shell.isVisible)
        assert line.recv(16) == b"raised\n"
    bell.close()


def test_a_folder_nobody_answers_for_is_said_to_be_open(tmp_path, monkeypatch):
    from kiosk.usecases import window

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    lock = window.take(tmp_path)
    with pytest.raises(Trouble, match=r"window\.already_open"):
        app.run(tmp_path)
    assert lock is not None
    lock.close()


def test_sigterm_closes_the_window(tmp_path):
    ended = python(
        """
import os, signal, sys
from pathlib import Path
from ui import app
from ui.counter import Counter
Counter.warm = lambda self: os.kill(os.getpid(), signal.SIGTERM)
print("ended with", app.run(Path(sys.argv[1])))
""",
        str(tmp_path),
        QT_QPA_PLATFORM="offscreen",
    )
    assert ended.stdout == "ended with 0\n", ended.stderr


# The log


@pytest.fixture
def log_file(tmp_path):
    handler = keep_log(tmp_path)
    yield tmp_path / LOG_FILE
    logging.getLogger().removeHandler(handler)
    handler.close()


@pytest.mark.expects_log("ValueError", "KeyError")
def test_what_nobody_caught_gets_a_number_and_its_story_without_names(qtbot, log_file):
    shell = Shell()
    qtbot.addWidget(shell)
    hook = app._presenting(shell)
    try:
        try:
            {"SITI NURHALIZA": 1}["3507105203940003"]
        except KeyError as error:
            raise ValueError("SITI NURHALIZA") from error
    except ValueError as error:
        hook(type(error), error, error.__traceback__)
    (banner,) = shell.banners()
    reference = banner.sentence.text().rpartition("nomor ")[2].rstrip(".")
    story = log_file.read_text()
    assert reference in story
    assert "test_app.py" in story
    assert "ValueError" in story
    assert "caused by" in story
    assert "3507105203940003" not in story.replace('["3507105203940003"]', "")
    assert "ValueError: SITI" not in story
    assert log_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.expects_log("a warning of Qt")
def test_what_qt_says_is_logged(log_file):
    from PySide6.QtCore import QMessageLogContext, QtMsgType

    app._on_qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), "a warning of Qt")
    assert "loket.qt a warning of Qt" in log_file.read_text()


def test_a_folder_that_cannot_be_written_logs_to_standard_error(tmp_path):
    handler = keep_log(tmp_path / "nowhere")
    assert type(handler) is logging.StreamHandler
    logging.getLogger().removeHandler(handler)
