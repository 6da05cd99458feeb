import os
import subprocess
import sys
import textwrap
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loket_testing.watches import Watch

from kiosk.store.keys import Cost
from kiosk.store.store import Store

CHEAP = Cost(passes=1, memory_kib=8, lanes=1)
RINA = uuid.UUID("01910000-0000-7000-8000-000000000001")
BUDI = uuid.UUID("01910000-0000-7000-8000-000000000002")
PASSWORD = "bunga melati 7"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "loket"


@pytest.fixture
def code(folder: Path) -> str:
    """A closed store made by rina; its recovery code."""
    store, code = Store.create(
        folder, login="rina", operator_id=RINA, role="admin", password=PASSWORD, cost=CHEAP, now=NOON
    )
    store.close()
    return code


@pytest.fixture
def store(folder: Path, code: str):
    with Store.open(folder, None, PASSWORD) as store:
        yield store


@pytest.fixture
def with_budi(store: Store) -> Store:
    store.add_person(login="budi", operator_id=BUDI, role="petugas", password="kopi tubruk", cost=CHEAP)
    return store


@pytest.fixture
def watch() -> Watch:
    return Watch()


class Other:
    """Another process that runs a script, says a line when it is ready, and ends when it is told to."""

    def __init__(self, script: str, *arguments: object) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(script), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def finish(self) -> str:
        rest, _ = self.process.communicate("\n", timeout=60)
        return rest.strip()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=60)


@pytest.fixture
def other():
    started: list[Other] = []

    def start(script: str, *arguments: object) -> Other:
        started.append(Other(script, *arguments))
        return started[-1]

    yield start
    for process in started:
        if process.process.poll() is None:
            process.kill()
        process.process.wait()
        for pipe in (process.process.stdin, process.process.stdout):
            if pipe is not None:
                pipe.close()


@pytest.fixture
def read_only(folder: Path, code: str):
    """The data folder where nothing can be written, for whoever runs the test: root gives up its rights for it."""
    parents = [parent for parent in folder.parents if parent.stat().st_uid == os.getuid() and parent != Path("/")]
    before = [(path, path.stat().st_mode & 0o7777) for path in [folder, *folder.iterdir(), *parents]]
    root = os.geteuid() == 0
    if root:
        for path in [folder, *folder.iterdir()]:
            os.chown(path, 65534, 65534)
        for parent in parents:
            if not parent.stat().st_mode & 0o001:
                parent.chmod(parent.stat().st_mode | 0o011)
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    if root:
        os.seteuid(65534)
    yield folder
    if root:
        os.seteuid(0)
        for path in [folder, *folder.iterdir()]:
            os.chown(path, 0, 0)
    for path, mode in before:
        path.chmod(mode)
