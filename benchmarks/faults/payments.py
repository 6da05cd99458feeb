"""Payments whose process is killed (SIGKILL) at every point where it writes, and what is found afterwards.

A server process has imported the program once and forks for every run, so that a run costs no more than the payment. In
the fork each write is a point: every changing statement, before and after every COMMIT, every file that is opened
for writing, renamed, removed or given its rights, and the answer itself. Nothing of the program is replaced."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "rahasia-123"

_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_FILES = {"open", "os.rename", "os.remove", "os.chmod", "os.mkdir"}


@dataclass(frozen=True)
class Ran:
    """One `loket` command in a fork: its exit code, or None where it was killed; and the points it came by."""

    code: int | None
    points: list[str]
    out: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)


class Executioner:
    """Runs `loket` commands on one data folder and kills them where it is told to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.faults.payments"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "LOKET_PASSWORD": PASSWORD},
        )

    def __enter__(self) -> Executioner:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server.stdin is not None
        self._server.stdin.close()
        self._server.wait(30)
        assert self._server.stdout is not None
        self._server.stdout.close()

    def run(self, *arguments: str, given: dict[str, Any] | None = None, kill_at: int = 0) -> Ran:
        """A command with JSON on its standard input; killed at its `kill_at`th point, 0 for never."""
        asked = {
            "arguments": [*arguments, "--data", str(self._folder)],
            "folder": str(self._folder),
            "given": json.dumps(given),
            "kill_at": kill_at,
        }
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        print(json.dumps(asked), file=self._server.stdin, flush=True)
        told = json.loads(self._server.stdout.readline())
        return Ran(None if told["signal"] else told["code"], told["points"], told["out"])


@dataclass
class Morning:
    """A counter whose payments are cut short, and what was asked of it."""

    folder: Path
    worker: str
    requests: dict[str, str | None] = field(default_factory=dict)
    """Every request for a payment, and the number it was answered with."""

    def request(self) -> dict[str, Any]:
        made = str(uuid4())
        self.requests[made] = None
        return {
            "worker_id": self.worker,
            "programme": "JHT",
            "months": 1,
            "monthly_idr": 100000,
            "tender": "kode_iuran",
            "reference": made[:8],
            "request_id": made,
        }

    def pay(self, executioner: Executioner, kill_at: int) -> Ran:
        """A payment cut short, looked at, and asked for again until it is answered: as whoever sits there does."""
        given = self.request()
        ran = executioner.run("pay", "-", given=given, kill_at=kill_at)
        if ran.code is None:
            again = executioner.run("pay", "-", given=given)
            assert again.code == 0, again
            self.requests[given["request_id"]] = again.answer["receipt"]
        else:
            assert ran.code == 0, ran
            self.requests[given["request_id"]] = ran.answer["receipt"]
        return ran

    def wrong(self) -> list[str]:
        """What is not as it must be, in words; nothing when all is well."""
        from sqlalchemy import select

        from kiosk.desk import Desk
        from kiosk.store.tables import print_job
        from kiosk.usecases.print_jobs import unconfirmed
        from kiosk.usecases.verify import verify
        from models.ledger.tables import receipt
        from models.rules.problems import Trouble

        found = []
        with Desk.open(self.folder, "rina", PASSWORD) as desk:
            try:
                verify(desk)
            except Trouble as trouble:
                found.append(f"verify: {trouble.code}")
            with desk.read() as work:
                receipts = work.connection.execute(select(receipt.c.serial, receipt.c.number)).all()
                jobs = work.connection.execute(select(print_job.c.number, print_job.c.state)).all()
            owed = {job.number for job in unconfirmed(desk)}
        if sorted(row.serial for row in receipts) != list(range(1, len(receipts) + 1)):
            found.append("a gap or twin in the numbers")
        numbers = {row.number for row in receipts}
        if set(filter(None, self.requests.values())) - numbers:
            found.append("an answer without a receipt")
        if len(receipts) > len(self.requests):
            found.append("more receipts than requests")
        if sorted(job.number for job in jobs) != sorted(numbers):
            found.append("a receipt whose paper nobody owes, or two of them")
        papers = {path.stem: path for path in (self.folder / "print").glob("*.pdf") if path.stat().st_size}
        if papers.keys() - numbers:
            found.append("a paper without an entry")
        if any(job.state == "confirmed" and job.number not in papers for job in jobs):
            found.append("a paper said to be out that is not")
        if numbers - papers.keys() - owed:
            found.append("a receipt without a paper that is not listed")
        return found


def open_morning(folder: Path) -> Morning:
    """A new counter with one worker."""
    from datetime import date

    from kiosk.forms.registration import Registration
    from kiosk.store.keys import Cost
    from kiosk.usecases.terminals import initialise
    from kiosk.usecases.workers import register

    desk, _code = initialise(
        folder,
        mission_code="TPE",
        series="TPE3",
        login="rina",
        password=PASSWORD,
        name="Rina W.",
        cost=Cost(passes=1, memory_kib=8, lanes=1),
    )
    with desk:
        form = Registration(
            name="SITI NURHALIZA",
            passport_number="C4821907",
            passport_expiry=date(2036, 2, 14),
            nik="3507105203940003",
            birth_place="Malang",
            birth_date=date(1994, 3, 12),
            sex="F",
            mother_name="AMINAH",
            country="TW",
            job="Perawat lansia",
            contract_start=date(2026, 12, 11),
            contract_end=date(2028, 12, 10),
            scheme="p3mi",
            event="new",
            consent=True,
        )
        return Morning(folder, str(register(desk, form).worker_id))


# In the server and its forks


def _serve() -> None:
    _warm()
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile() as points, tempfile.TemporaryFile() as out:
            child = os.fork()
            if child == 0:
                _run(asked, points.fileno(), out.fileno())
            _child, status = os.waitpid(child, 0)
            points.seek(0)
            out.seek(0)
            told = {
                "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
                "code": os.waitstatus_to_exitcode(status),
                "points": points.read().decode().splitlines(),
                "out": out.read().decode(),
            }
        print(json.dumps(told), flush=True)


def _warm() -> None:
    """A payment of no account, so that every fork finds modules, tables and fonts loaded."""
    from kiosk.cli import main_without_window

    answers, sys.stdout = sys.stdout, open(os.devnull, "w")  # noqa: SIM115 - closed below
    with tempfile.TemporaryDirectory() as place, sys.stdout:
        morning = open_morning(Path(place) / "loket")
        form = Path(place) / "bayar.json"
        form.write_text(json.dumps(morning.request()))
        main_without_window(["pay", str(form), "--data", str(morning.folder)])
    sys.stdout = answers


def _run(asked: dict[str, Any], points: int, out: int) -> None:
    code = 70
    with suppress(BaseException):
        given = os.open(os.devnull, os.O_RDONLY)
        reading, writing = os.pipe()
        os.write(writing, asked["given"].encode())
        os.close(writing)
        os.dup2(reading, 0)
        os.dup2(out, 1)
        os.close(given)
        sys.stdin = os.fdopen(0, "r")
        sys.stdout = os.fdopen(1, "w")
        _watch(asked["folder"], asked["kill_at"], points)

        from kiosk.cli import main_without_window

        code = main_without_window(asked["arguments"])
        sys.stdout.flush()
    os._exit(code)


def _watch(folder: str, kill_at: int, points: int) -> None:
    """Make every write a point."""
    from sqlalchemy.engine.default import DefaultDialect

    from kiosk.cli import contributions

    come_by = 0

    def point(what: str) -> None:
        nonlocal come_by
        come_by += 1
        os.write(points, f"{what}\n".encode())
        if come_by == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(owner: Any, name: str, what: Callable[[tuple[Any, ...]], str | None]) -> None:
        real = getattr(owner, name)

        def watched(*given: Any, **named: Any) -> Any:
            told = what(given)
            if told:
                point(f"before {told}")
            result = real(*given, **named)
            if told:
                point(f"after {told}")
            return result

        setattr(owner, name, watched)

    def statement(given: tuple[Any, ...]) -> str | None:
        text = str(given[2]).lstrip()
        return " ".join(text.split()[:3]) if text.upper().startswith(_CHANGES) else None

    around(DefaultDialect, "do_execute", statement)
    around(DefaultDialect, "do_executemany", statement)
    around(DefaultDialect, "do_commit", lambda _given: "COMMIT")
    around(contributions, "reply", lambda _given: "the answer")

    def heard(event: str, given: tuple[Any, ...]) -> None:
        if event not in _FILES or not given:
            return
        writes = event != "open" or (isinstance(given[2], int) and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        named = given[0]
        if writes and (isinstance(named, int) or str(named).startswith(folder)):
            point(f"{event} {Path(str(named)).suffix}")

    sys.addaudithook(heard)


if __name__ == "__main__":
    _serve()
