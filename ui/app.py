"""The program at the counter: one window, built by hand in order and closed in reverse.

Nothing heavy is imported before the sign-in is painted: SQLAlchemy, reportlab, Alembic and the rest come in on the
store lane while somebody types a password.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.log import keep_log
from models.rules.problems import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from PySide6.QtCore import QMessageLogContext, QtMsgType
    from PySide6.QtWidgets import QApplication, QWidget

log = logging.getLogger("loket.ui")


def run(folder: Path, *, told: Callable[[str, QApplication], None] | None = None) -> int:
    """Open the window on this data folder and stay until it is closed; the exit code. Everything is built by hand, in
    order, and closed in reverse. `told` hears "opening" and "sign-in" when each is first painted.

    Trouble: `ui.no_display`; `window.already_open` when another window has the folder and does not answer; what the
    disk says of the folder. A second start raises the first window and returns 0."""
    require_display()
    from kiosk.usecases import window

    with ExitStack() as closing:
        try:
            lock = window.take(folder)
        except Trouble as trouble:
            if trouble.code == "window.already_open" and raise_first(folder):
                return 0
            raise
        if lock is not None:
            closing.callback(lock.close)

        from PySide6.QtCore import QTimer, qInstallMessageHandler
        from PySide6.QtWidgets import QApplication

        from ui.opening import Opening

        qInstallMessageHandler(_on_qt_message)
        closing.callback(qInstallMessageHandler, None)
        app = QApplication(sys.argv[:1])
        app.setApplicationName("loket-pmi")
        app.setDesktopFileName("loket-pmi")
        opening = Opening()
        failures: list[BaseException] = []

        def build() -> None:
            try:
                _build(app, folder, closing, has_bell=lock is not None, told=told)
                opening.close()
            except BaseException as error:
                failures.append(error)
                app.quit()

        def on_painted() -> None:
            if told is not None:
                told("opening", app)
            QTimer.singleShot(0, build)

        opening.painted.connect(on_painted)
        app.setQuitOnLastWindowClosed(False)
        _show(opening, app)
        ended = app.exec()
        if failures:
            raise failures[0]
        return ended


def _build(
    app: QApplication,
    folder: Path,
    closing: ExitStack,
    *,
    has_bell: bool,
    told: Callable[[str, QApplication], None] | None,
) -> None:
    """The window itself, with the sign-in over it."""
    from ui import theme
    from ui.runner import Runner
    from ui.shell import Shell

    theme.apply(app)
    runner = Runner()
    shell = Shell()

    from ui.counter import Counter

    counter = Counter(shell, runner, folder)
    closing.callback(setattr, sys, "excepthook", sys.excepthook)
    closing.callback(counter.close)
    sys.excepthook = _presenting(shell)

    def on_painted() -> None:
        handler = keep_log(folder)
        closing.callback(handler.close)
        closing.callback(logging.getLogger().removeHandler, handler)
        if has_bell:
            # Qt's network costs 15 ms, so the bell is hung up now; who rings before has the lock's own sentence.
            closing.callback(Doorbell(folder, shell).close)
        counter.warm()
        if told is not None:
            told("sign-in", app)

    counter.ask_who().painted.connect(on_painted)
    closing.callback(_stop_on_signals(shell))
    app.setQuitOnLastWindowClosed(True)
    _show(shell, app)


def _show(window: QWidget, app: QApplication) -> None:
    if os.environ.get("LOKET_WINDOWED") or app.platformName() in ("offscreen", "minimal"):
        window.show()
    else:
        window.showFullScreen()


# A display


def require_display() -> None:
    """Trouble `ui.no_display` where Qt would end the program for want of a screen, instead of saying so."""
    if not sys.platform.startswith("linux"):
        return
    asked = os.environ.get("QT_QPA_PLATFORM", "")
    wanted = [one.partition(":")[0] for one in asked.split(";")] if asked else ["xcb", "wayland"]
    if not any(_has_display(one) for one in wanted):
        raise Trouble("ui.no_display")


def _has_display(platform: str) -> bool:
    if platform.startswith("wayland"):
        name, runtime = os.environ.get("WAYLAND_DISPLAY", ""), os.environ.get("XDG_RUNTIME_DIR", "")
        return bool(name) and _answers(name if name.startswith("/") else f"{runtime}/{name}")
    if platform == "xcb":
        return _x_answers(os.environ.get("DISPLAY", ""))
    return True


def _x_answers(display: str) -> bool:
    """Whether an X server listens at `:0`, `host:10.0` or a socket's path."""
    import socket

    host, _colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"  # noqa: S108 - where X keeps its sockets
        return _answers(path) or _answers(f"\0{path}")
    try:
        socket.create_connection((host.strip("[]"), 6000 + int(number)), timeout=3).close()
    except OSError:
        return False
    return True


def _answers(path: str) -> bool:
    import socket

    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(3)
        try:
            line.connect(path)
        except (OSError, ValueError):
            return False
    return True


# One window


def raise_first(folder: Path) -> bool:
    """Ask the window that has this folder to come to the front; False if it does not answer."""
    import socket

    with _Short(folder) as name, socket.socket(socket.AF_UNIX) as line:
        line.settimeout(5)
        try:
            line.connect(name)
            line.sendall(b"raise\n")
            return line.recv(16) == b"raised\n"
        except OSError:
            return False


class _Short:
    """The doorbell's path, through an open folder where it is longer than a socket's name may be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: int | None = None

    def __enter__(self) -> str:
        path = str((self._folder / "window.sock").absolute())
        if len(os.fsencode(path)) < 90:
            return path
        self._open = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        return f"/proc/self/fd/{self._open}/window.sock"

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open is not None:
            os.close(self._open)


class Doorbell:
    """Listens in the data folder for a second start, and brings the window to the front."""

    def __init__(self, folder: Path, shell: QMainWindow) -> None:
        from PySide6.QtNetwork import QLocalServer

        self._shell = shell
        self._path = _Short(folder)
        name = self._path.__enter__()
        # We hold window.lock: a socket that lies here belongs to a window that died.
        QLocalServer.removeServer(name)
        self._server = QLocalServer(shell)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_ring)
        if not self._server.listen(name):
            log.warning("no doorbell: %s", self._server.serverError().name)

    def _on_ring(self) -> None:
        while (line := self._server.nextPendingConnection()) is not None:
            line.disconnected.connect(line.deleteLater)
            line.readyRead.connect(partial(self._on_asked, line))
            if line.bytesAvailable():
                self._on_asked(line)

    def _on_asked(self, line: QLocalSocket) -> None:
        from PySide6.QtCore import Qt

        # Read first: a socket closed over unread bytes takes its answer with it.
        if not line.readAll().data():
            return
        self._shell.setWindowState(self._shell.windowState() & ~Qt.WindowState.WindowMinimized)
        self._shell.show()
        self._shell.raise_()
        self._shell.activateWindow()
        line.write(b"raised\n")
        line.flush()
        line.disconnectFromServer()

    def close(self) -> None:
        """Take the bell down."""
        self._server.close()
        self._path.__exit__(None, None, None)


# What went wrong


def _on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    from PySide6.QtCore import QtMsgType

    levels = {
        QtMsgType.QtDebugMsg: logging.DEBUG,
        QtMsgType.QtInfoMsg: logging.INFO,
        QtMsgType.QtWarningMsg: logging.WARNING,
        QtMsgType.QtCriticalMsg: logging.ERROR,
        QtMsgType.QtFatalMsg: logging.CRITICAL,
    }
    logging.getLogger("loket.qt").log(levels.get(kind, logging.WARNING), "%s", message)


def _presenting(shell: Shell) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    """What nobody caught: a sentence with its reference number in the window, the story in the log."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            shell.close()
            return
        try:
            shell.present(error.with_traceback(trace))
        except RuntimeError:
            log.error("after the window was closed", exc_info=error)

    return hook


def _stop_on_signals(shell: Shell) -> Callable[[], None]:
    """SIGTERM and Ctrl+C close the window as a click would: Qt's loop is woken so that Python sees them."""
    import signal
    import socket

    from PySide6.QtCore import QSocketNotifier

    heard, told = socket.socketpair()
    heard.setblocking(False)
    told.setblocking(False)
    before = signal.set_wakeup_fd(told.fileno())
    kept = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGTERM, signal.SIGINT)}
    notifier = QSocketNotifier(heard.fileno(), QSocketNotifier.Type.Read, shell)
    notifier.activated.connect(lambda *_: shell.close())

    def stop() -> None:
        notifier.setEnabled(False)
        for number, handler in kept.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(before)
        heard.close()
        told.close()

    return stop


if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalSocket
    from PySide6.QtWidgets import QMainWindow

    from ui.shell import Shell
