"""Processes that can be killed: a centre that serves, a clerk who works, a sync. Each is a fork of one process that has
the programs loaded, so that it costs what it does and not what Python's start does."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.faults.clerk import PASSWORD, Answered, serve_somebody


def forks() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["benchmarks.faults.loaded"])
    return context


class Served:
    """A centre's web program in a process of its own, always at the same port. `shift` moves its clock, in seconds."""

    def __init__(self, dsn: str, keys: Path, log: Path) -> None:
        self._given = (dsn, keys, log)
        self._forks = forks()
        self.shift: Synchronized[float] = self._forks.Value("d", 0.0)
        self._port = 0
        self._process: ForkServerProcess | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self._port

    def start(self) -> None:
        mine, other = self._forks.Pipe()
        self._process = self._forks.Process(target=_serve, args=(*self._given, self._port, self.shift, other))
        self._process.start()
        other.close()
        if not mine.poll(30):
            raise RuntimeError("the centre did not start")
        self._port = mine.recv()
        mine.close()

    def kill(self) -> bool:
        """SIGKILL; whether it was alive until then."""
        assert self._process is not None
        self._process.kill()
        self._process.join(20)
        return self._process.exitcode == -signal.SIGKILL

    def stop(self) -> None:
        if self._process is not None and self._process.is_alive():
            self._process.terminate()
            self._process.join(20)


def _serve(
    dsn: str, keys: Path, log: Path, port: int, shift: Synchronized[float], told: Connection
) -> None:  # pragma: no cover - in a process of its own
    import uvicorn

    from server.app import create_app
    from server.store.database import open_database
    from server.store.keys import read_keys
    from server.usecases.centre import open_centre

    logging.basicConfig(filename=log, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    held = read_keys(keys)
    assert held is not None
    centre = open_centre(open_database(dsn), held, lambda: datetime.now(UTC) + timedelta(seconds=shift.value))
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        told.send(listener.getsockname()[1])
        told.close()
        config = uvicorn.Config(
            create_app(centre), log_config=None, access_log=False, timeout_graceful_shutdown=2, server_header=False
        )
        uvicorn.Server(config).run(sockets=[listener])


class Worker:
    """A process at the counter: whatever its target tells is kept here, also when it is killed."""

    def __init__(self, target: Any, *given: Any) -> None:
        context = forks()
        self._told, other = context.Pipe(duplex=False)
        self._process = context.Process(target=_guarded, args=(target, other, *given))
        self._process.start()
        other.close()

    def until(self, word: str, patience: float = 60.0) -> list[Any]:
        """What it told until this word, or its end."""
        heard = []
        while self._told.poll(patience):
            try:
                said = self._told.recv()
            except EOFError:
                break
            if said == word:
                break
            heard.append(said)
        return heard

    def kill_after(self, seconds: float) -> bool:
        """SIGKILL in so many seconds; whether it was still at work."""
        self._process.join(seconds)
        self._process.kill()
        self._process.join(20)
        return self._process.exitcode == -signal.SIGKILL

    def finish(self, patience: float = 120.0) -> int | None:
        """Its exit code, when it has come to its end."""
        self._process.join(patience)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(20)
        return self._process.exitcode

    def heard(self) -> list[Any]:
        """All that it told and nobody has read yet; whoever asks has waited for its end."""
        heard: list[Any] = []
        with suppress(EOFError):
            while self._told.poll(0):
                heard.append(self._told.recv())
        self._told.close()
        return heard


def _guarded(target: Any, told: Connection, *given: Any) -> None:  # pragma: no cover - in a process of its own
    try:
        target(told.send, *given)
    except BaseException as error:
        with suppress(OSError):
            told.send(f"{type(error).__name__}: {error}")
        os._exit(70)
    told.close()
    os._exit(0)


# What such a process does: `told` is how it tells


def work_and_sync(told: Any, folder: Path, seed: int, people: int, paper: int) -> None:
    """Serve so many people and sync after each, without ever being asked; syncs that fail are tried no further."""
    from kiosk.desk import Desk
    from kiosk.sync.sync import sync
    from models.rules.problems import Trouble

    chance = Random(seed)
    with Desk.open(folder, "rina", PASSWORD) as desk:
        told("open")
        for number in range(people):
            serve_somebody(desk, chance, told, paper=paper if number == 0 else 0)
            with suppress(Trouble):
                sync(desk, deadline=20)
                told("synced")


def sync_only(told: Any, folder: Path, times: int) -> None:
    """Sync, and tell what came of it: an exception's code, or how much is still to be sent."""
    from kiosk.desk import Desk
    from kiosk.sync.sync import sync
    from models.rules.problems import Trouble

    with Desk.open(folder, "rina", PASSWORD) as desk:
        told("open")
        for _ in range(times):
            try:
                report = sync(desk, deadline=20)
            except Trouble as trouble:
                told(trouble.code)
            else:
                told(report.pending)


def command(told: Any, folder: Path, arguments: list[str]) -> None:
    """`loket …`, as from a terminal; told is its exit code."""
    from kiosk.cli import main_without_window

    os.environ["LOKET_PASSWORD"] = PASSWORD
    with open(os.devnull, "w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        told(main_without_window([*arguments, "--data", str(folder)]))


__all__ = ["Answered", "Served", "Worker", "command", "sync_only", "work_and_sync"]
