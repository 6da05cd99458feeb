"""`loket-centre`: serving from a new folder, and what officers do beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.usecases.publish import EXAMPLE


def run(folder: Path, *said: str, given: str = "", **environment: str) -> tuple[int, Any, str]:
    """Exit code, what was printed as JSON, what was said to people."""
    done = subprocess.run(
        [sys.executable, "-m", "server", *said, "--data", str(folder)],
        input=given,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"LOKET_CENTRE_DSN": ""} | environment,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


@pytest.fixture(scope="module")
def serving() -> Iterator[tuple[Path, str, subprocess.Popen[str]]]:
    """A centre in a new folder, on a free port, until SIGTERM."""
    with tempfile.TemporaryDirectory(prefix="loket-centre-", ignore_cleanup_errors=True) as parent:
        folder = Path(parent) / "centre"
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "--data", str(folder), "serve", "--port", "0"],
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"LOKET_CENTRE_DSN": ""},
        )
        assert process.stderr is not None
        said = ""
        while "http://" not in said:
            line = process.stderr.readline()
            assert line, f"the centre did not start: {said}"
            said += line
        yield folder, said, process
        assert (folder / "pg" / "postmaster.pid").exists()
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
        assert (process.returncode, rest) == (0, "")
        # PostgreSQL removes it when it has shut down in good order.
        assert not (folder / "pg" / "postmaster.pid").exists()


@pytest.fixture
def folder(serving) -> Path:
    return serving[0]


def test_a_new_folder_says_where_it_serves_that_it_is_a_demo_and_who_may_enter(serving):
    folder, said, _ = serving

    assert re.search(r"http://127\.0\.0\.1:[0-9]+", said)
    assert said.startswith("Demo: ")
    assert re.search(r"admin, kata sandi \S{16} ", said)
    assert (folder / "centre.keys").stat().st_mode & 0o777 == 0o600


def test_a_code_is_made_while_it_serves(folder):
    code, printed, said = run(folder, "code", "--mission", "TPE", "--series", "TPE3")

    assert (code, said) == (0, "")
    assert re.fullmatch(r"([0-9A-Z]{4}-){8}[0-9A-Z]{4}", printed["code"])


def test_the_example_in_the_help_can_be_published_and_is_then_counted(folder):
    assert run(folder, "publish", "-", given=EXAMPLE)[:2] == (
        0,
        {"published": {"missions": 1, "rates": 1, "tariffs": 0, "staff": 1}},
    )

    status, verified = run(folder, "status")[1], run(folder, "verify")[1]

    assert status["streams"] == {"ref": 2, "staff:TPE": 1}
    assert (verified["ok"], verified["entries"], verified["wrong"]) == (True, 3, [])
    helped = subprocess.run(
        [sys.executable, "-m", "server", "publish", "--help"], check=True, capture_output=True, text=True
    )
    assert EXAMPLE in helped.stdout


@pytest.mark.parametrize(
    ("given", "code"),
    [("{", 2), ('{"rate": []}', 2), ('{"rates": [{"mission": "TPE"}]}', 2), ("[]", 2), ("", 2), ('"\ud800"', 2)],
)
def test_what_is_no_publication_is_used_wrongly(folder, given, code):
    answer = run(folder, "publish", "-", given=given.encode("utf-8", "replace").decode())

    assert answer[:2] == (code, None)
    assert answer[2].startswith("loket-centre: -: ")


def test_problems_are_printed_beside_their_field_with_a_sentence(folder):
    wrong = {"staff": [{"mission": "XXX", "login": "rina", "name": "Rina", "role": "petugas"}]}
    code, printed, _ = run(folder, "publish", "-", given=json.dumps(wrong))

    assert code == 1
    assert [(problem["field"], problem["code"]) for problem in printed["problems"]] == [
        ("staff[0].mission", "mission.unknown")
    ]
    assert printed["problems"][0]["message"].startswith("Perwakilan XXX")


def test_an_officer_is_added_with_the_password_of_the_environment(folder):
    code, printed, _ = run(folder, "officer", "add", "dewi", "--role", "auditor", LOKET_PASSWORD="sembilan belas kuda")

    assert (code, printed["login"], printed["role"]) == (0, "dewi", "auditor")


def test_nobody_serves_a_folder_twice(folder):
    code, _, said = run(folder, "serve", "--port", "0")

    assert (code, "sudah berjalan" in said) == (3, True)


def test_a_folder_without_a_centre_and_a_taken_port_are_trouble(tmp_path, serving):
    assert run(tmp_path, "status")[0] == 3
    port = re.search(r":([0-9]+)", serving[1].split("http:")[1])
    assert port
    code, _, said = run(tmp_path, "serve", "--port", port[1])
    assert (code, "tidak dapat dipakai" in said) == (3, True)
    assert not (tmp_path / "pg").exists()


def test_a_word_nobody_knows_is_used_wrongly(tmp_path):
    assert run(tmp_path, "dance")[0] == 2
    assert run(tmp_path, "code", "--mission", "TPE")[0] == 2
