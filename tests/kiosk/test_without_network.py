"""A counter's checks where there is no network at all: in a world that has not even a loopback interface."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from loket_testing.counter import PASSWORD, SITI, open_counter, slip
from loket_testing.proofs import CHECKER
from sqlalchemy import select

from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register
from models.ledger.tables import receipt
from models.rules.token import spelled

ALONE = ("unshare", "--map-root-user", "--net", "--")
"""A network namespace of its own, without any interface that is up."""


def alone_is_possible() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run((*ALONE, "true"), check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not alone_is_possible(), reason="this machine lets nobody make a network namespace")


def alone(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*ALONE, *command), check=False, capture_output=True, text=True, timeout=60, env=os.environ | environment
    )


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A counter's folder, and the code on a receipt it gave out."""
    folder = tmp_path_factory.mktemp("sendiri") / "loket"
    with open_counter(folder) as desk:
        number = receive(desk, slip(register(desk, SITI).worker_id)).number
        with desk.read() as work:
            token = work.connection.scalars(select(receipt.c.token).where(receipt.c.number == number)).one()
    return folder, spelled(bytes(token))


def loket(folder: Path, *said: str) -> Any:
    done = alone(sys.executable, "-m", "kiosk", "--data", str(folder), *said, LOKET_PASSWORD=PASSWORD)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_that_world_has_no_way_out() -> None:
    done = alone(sys.executable, "-c", "import socket; socket.create_connection(('127.0.0.1', 1), 2)")
    assert "unreachable" in done.stderr


def test_the_command_line_tells_a_true_paper_from_a_changed_one(counter: tuple[Path, str]) -> None:
    folder, code = counter
    found = loket(folder, "check", code)
    assert (found["genuine"], found["known_here"], found["initials"]) == (True, True, "SN")
    changed = code[:200] + ("A" if code[200] != "A" else "B") + code[201:]
    found = loket(folder, "check", changed)
    assert (found["genuine"], found["problems"][0]["code"]) == (False, "token.forged")


def test_the_numbers_are_proved_and_the_proof_is_checked(counter: tuple[Path, str], tmp_path: Path) -> None:
    path = tmp_path / "bukti.json"
    loket(counter[0], "proof", "--out", str(path))
    done = alone(sys.executable, "-I", "-S", str(CHECKER), str(path))
    assert (done.returncode, done.stdout.split(".")[0]) == (0, "TERBUKTI (verified)")


_SCREEN = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from kiosk.desk import Desk
from kiosk.usecases import checks
from ui.runner import InlineRunner
from ui.screens.check import CheckPage

application = QApplication([])
with Desk.open(Path(sys.argv[1]), None, sys.argv[2]) as desk:
    page = CheckPage(check=lambda text: checks.check(desk, text), tokens_in=checks.tokens_in, runner=InlineRunner())
    for code in sys.argv[3:]:
        page.show_for(code)
        print(page.verdict.word.text())
"""


def test_the_screen_tells_a_true_paper_from_a_changed_one(counter: tuple[Path, str]) -> None:
    folder, code = counter
    changed = code[:200] + ("A" if code[200] != "A" else "B") + code[201:]
    done = alone(sys.executable, "-c", _SCREEN, str(folder), PASSWORD, code, changed, QT_QPA_PLATFORM="offscreen")
    assert (done.stdout.split("\n"), done.returncode) == (["ASLI", "TIDAK ASLI", ""], 0), done.stderr
