"""Killed in the middle of it (SIGKILL, as when the power goes): the payment is whole or not there at all, its number is
nobody else's, and a paper that did not come out is listed at the next start.

`make faults ARGS="'kill -9 at'"` does the same some hundred times, at every point where something is written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from loket_testing.counter import PASSWORD, SITI, open_counter, slip
from loket_testing.windows import Window, enter

from benchmarks.faults.payments import Executioner, Morning, open_morning
from kiosk.desk import Desk
from kiosk.devices.clock import system_clock
from kiosk.usecases.contributions import quote_payment, receive
from kiosk.usecases.papers import issue_once, make
from kiosk.usecases.print_jobs import unconfirmed
from kiosk.usecases.verify import verify
from kiosk.usecases.workers import register

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def morning(tmp_path: Path) -> Morning:
    return open_morning(tmp_path / "loket")


@pytest.fixture
def executioner(morning: Morning) -> Iterator[Executioner]:
    with Executioner(morning.folder) as made:
        yield made


def test_a_payment_killed_at_any_commit_or_file_leaves_no_gap_no_twin_and_no_paper_without_an_entry(
    morning: Morning, executioner: Executioner
) -> None:
    morning.pay(executioner, 0)  # the first also makes the print folder
    points = morning.pay(executioner, 0).points
    assert "before INSERT INTO entry" in points
    # The paper is owed in the transaction of the payment itself.
    assert "COMMIT" not in " ".join(
        points[points.index("before INSERT INTO entry") : points.index("after INSERT INTO print_job")]
    )
    begun = points.index("before INSERT INTO entry")
    chosen = [
        at for at, point in enumerate(points, start=1) if at > begun and not any(word in point for word in STATEMENTS)
    ]
    chosen += [points.index(f"{when} INSERT INTO {table}") + 1 for when, table in EDGES]
    assert len(chosen) >= 14
    for at in chosen:
        assert morning.pay(executioner, at).code is None, points[at - 1]
        assert morning.wrong() == [], points[at - 1]
    assert len(set(morning.requests.values())) == len(chosen) + 2


STATEMENTS = ("INSERT", "UPDATE", "DELETE")
EDGES = (
    ("before", "entry"),
    ("after", "entry"),
    ("before", "print_job"),
    ("after", "print_job"),
)
"""Statements inside the payment's transaction after or before which it is cut as well."""


def test_a_command_killed_between_the_record_and_the_paper_is_listed_by_the_next_and_prints_the_original(
    tmp_path: Path,
) -> None:
    """The unchanged program in a process of its own: the paper's place is taken by a pipe that nobody reads, so that it
    stands still exactly there."""
    folder = tmp_path / "loket"
    with open_counter(folder) as desk:
        desk.clock = system_clock
        worker = register(desk, SITI).worker_id
        number = quote_payment(desk, slip(worker)).next_number
    (folder / "print").mkdir(mode=0o700)
    os.mkfifo(folder / "print" / f"{number}.pdf")
    paying = subprocess.Popen(
        [sys.executable, "-m", "kiosk", "pay", "-", "--data", str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "LOKET_PASSWORD": PASSWORD},
    )
    assert paying.stdin is not None
    assert paying.stdout is not None
    form: dict[str, Any] = {"worker_id": str(worker), "programme": "JKK+JKM", "months": 24, "tender": "bank_slip"}
    paying.stdin.write(json.dumps(form | {"reference": "BNI-1"}).encode())
    paying.stdin.close()
    with Desk.open(folder, "rina", PASSWORD) as desk:
        while not any(job.state == "rendered" for job in unconfirmed(desk)):
            assert paying.poll() is None, "it ended"
        paying.send_signal(signal.SIGKILL)
        assert paying.wait(10) == -signal.SIGKILL
        paying.stdout.close()
        assert [(job.number, job.state) for job in unconfirmed(desk)] == [(number, "rendered")]
        verify(desk)
    listed = subprocess.run(
        [sys.executable, "-m", "kiosk", "printers", "waiting", "--data", str(folder)],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={**os.environ, "LOKET_PASSWORD": PASSWORD, "PATH": ""},
    )
    assert [one["number"] for one in json.loads(listed.stdout)["papers"]] == [number]
    with Desk.open(folder, "rina", PASSWORD) as desk:
        assert make(desk, number).copy == 0


@pytest.fixture
def morning_paid(desk: Desk, siti: Any) -> Callable[[], str]:
    """A payment whose paper was never made: all that is left where the process ended with its COMMIT."""
    return lambda: receive(desk, slip(siti)).number


def test_whoever_signs_in_after_it_is_told_and_gets_the_original(
    closed_window: Window, desk: Desk, siti: Any, morning_paid: Callable[[], str]
) -> None:
    number = morning_paid()
    enter(closed_window)
    (said,) = closed_window.said()
    assert number in said
    action = closed_window.shell.banners()[0].action
    assert action is not None
    action.click()
    assert closed_window.shell.current() == "paper"
    closed_window.page.primary.click()
    assert [(title, issue_once(desk, number).copy) for title, _pdf in closed_window.printer.sent] == [(number, 0)]
