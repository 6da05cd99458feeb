"""A clerk works at the window while the counter pulls 100,000 entries in the background.

The window is the real one, drawn offscreen, with its lanes; the pull is what its own sync does, over TLS from a real
centre, on the lane for the line. The clerk searches, registers somebody and takes a payment, over and over: each is
timed on the drawing thread, from the click that hands it to the store's lane until its answer is there. Beside it a
timer of ten milliseconds says how late the drawing thread is. The same is done before, without a pull."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count, product
from pathlib import Path
from typing import Any

import httpx

from benchmarks.figure import Figure, percentile
from benchmarks.pulling import ENTRIES, OTHERS, OURS, mission_work, new_counter
from benchmarks.registers import PASSWORD
from benchmarks.serving import serving
from kiosk.forms.payment import LineForm, Payment
from kiosk.forms.registration import HeirForm, Registration
from kiosk.queries.workers import search
from kiosk.sync.enrol import enrol
from kiosk.sync.sync import SyncReport, sync
from kiosk.usecases.contributions import receive
from kiosk.usecases.workers import register

MOST_MS = 100.0
TICK_MS = 10
CALM = 15
"""Rounds of clicks without a pull."""
THINKING = 0.2
"""Seconds between an answer and the next click: nobody is faster."""
_PATIENCE = 600.0


@dataclass
class Waits:
    """Milliseconds: from click to answer by what was clicked, and by how much the drawing thread was late."""

    clicks: dict[str, list[float]] = field(default_factory=lambda: {"search": [], "register": [], "pay": []})
    late: list[float] = field(default_factory=list)

    @property
    def all(self) -> list[float]:
        return [wait for kind in self.clicks.values() for wait in kind]

    def __str__(self) -> str:
        kinds = ", ".join(f"{kind} {percentile(waits, 0.99):.0f}" for kind, waits in self.clicks.items() if waits)
        return f"p50 {percentile(self.all, 0.5):.0f} ms, p99 of {kinds} ms, {len(self.all)} clicks"


def figures() -> list[Figure]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as place, serving(Path(place) / "centre", (OURS, *OTHERS)) as centre:
        mission_work(centre, ENTRIES)
        folder = Path(place) / "loket"
        with httpx.Client(verify=centre.tls()) as line:
            with new_counter(folder) as desk:
                enrol(desk, centre.url, centre.codes[OURS], client=line)
            calm, busy, report, seconds = _day(folder, line)
    worst = percentile(busy.all, 0.99)
    return [
        Figure(
            f"a click until its answer, while {ENTRIES:,} entries are pulled (p99)",
            worst,
            "ms",
            MOST_MS,
            f"{busy}; without a pull p99 {percentile(calm.all, 0.99):.0f} ms; the pull took {seconds:.0f} s",
        ),
        Figure(
            "the drawing thread late meanwhile (p99)",
            percentile(busy.late, 0.99),
            "ms",
            MOST_MS,
            f"p50 {percentile(busy.late, 0.5):.1f}, latest {max(busy.late):.0f} ms; without a pull p99 "
            f"{percentile(calm.late, 0.99):.1f} ms",
        ),
        Figure("entries that were not pulled", max(0, ENTRIES - report.pulled), "", 0),
    ]


def _day(folder: Path, line: httpx.Client) -> tuple[Waits, Waits, SyncReport, float]:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from ui import theme
    from ui.counter import Counter
    from ui.runner import Runner
    from ui.shell import Shell

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app)
    shell, runner = Shell(), Runner()
    counter = Counter(shell, runner, folder, client=line)
    page = counter.ask_who()
    shell.show()
    counter.warm()
    try:
        QTest.keyClicks(page.login.editor, "rina")
        QTest.keyClicks(page.password.editor, PASSWORD)
        page.primary.click()
        _until(app, lambda: not shell.locked() and not runner.busy())
        # What the window would send by itself is what is timed here.
        counter._line_timer.stop()
        clerk = _Clerk(app, runner, counter.desk)
        calm = clerk.work(lambda rounds: rounds < CALM)
        done: list[Any] = []
        begun = time.perf_counter()
        runner.run(
            lambda: sync(counter.desk, client=line, deadline=_PATIENCE),
            lambda report: done.append((report, time.perf_counter() - begun)),
            done.append,
            on="line",
            owner=shell,
        )
        busy = clerk.work(lambda _rounds: not done)
        if isinstance(done[0], BaseException):
            raise done[0]
        report, seconds = done[0]
        return calm, busy, report, seconds
    finally:
        counter.close()
        shell.close()


def _until(app: Any, what: Callable[[], object]) -> None:
    ends = time.monotonic() + 60
    while not what():
        app.processEvents()
        assert time.monotonic() < ends, "the window does not answer"


class _Clerk:
    def __init__(self, app: Any, runner: Any, desk: Any) -> None:
        self._app, self._runner, self._desk = app, runner, desk
        self._people = _strangers()
        self._known: list[str] = []
        self._slips = count()

    def work(self, goes_on: Callable[[int], bool]) -> Waits:
        """Click after click, while it goes on."""
        from PySide6.QtCore import QTimer

        waits, last = Waits(), time.perf_counter()

        def tick() -> None:
            nonlocal last
            now = time.perf_counter()
            waits.late.append(max(0.0, (now - last) * 1000 - TICK_MS))
            last = now

        timer = QTimer()
        timer.timeout.connect(tick)
        timer.start(TICK_MS)
        for rounds in count():
            if not goes_on(rounds):
                break
            for kind, click in self._round():
                waits.clicks[kind].append(self._timed(click))
                thought = time.perf_counter() + THINKING
                _until(self._app, lambda until=thought: time.perf_counter() >= until)  # type: ignore[misc]
        timer.stop()
        return waits

    def _timed(self, click: Callable[[], object]) -> float:
        answers: list[object] = []
        begun = time.perf_counter()
        self._runner.run(click, answers.append, answers.append)
        _until(self._app, lambda: answers)
        took = (time.perf_counter() - begun) * 1000
        if isinstance(answers[0], BaseException):
            raise answers[0]
        return took

    def _round(self) -> Iterator[tuple[str, Callable[[], object]]]:
        stranger = next(self._people)
        name = stranger.name or ""
        for end in (3, 6, len(name)):
            yield "search", lambda text=name[:end]: search(self._desk, text)  # type: ignore[misc]
        yield "register", lambda: self._known.append(str(register(self._desk, stranger).worker_id))
        slip = Payment(
            worker_id=self._known[-1],
            lines=(LineForm(programme="JHT", months=1, monthly_idr=100_000),),
            tender="bank_slip",
            reference=f"BNI-{next(self._slips)}",
        )
        yield "pay", lambda: receive(self._desk, slip)


def _strangers() -> Iterator[Registration]:
    """People of whom no two are alike."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    today = datetime.now(UTC).date()
    for at, (one, other, third) in enumerate(product(letters, repeat=3)):
        yield Registration(
            name=f"{one}{other}UMBARA {third}{other}{one}ENDRA",
            passport_number=f"{third}{2_000_000 + at * 7919 % 7_999_999}",
            passport_expiry=today + timedelta(days=1_500),
            birth_place="Malang",
            birth_date=date(1970, 1, 1) + timedelta(days=at * 37 % 11_000),
            sex="F",
            mother_name=f"{third}{one}INAH",
            phone=f"+886 900 {at:06}",
            country="TW",
            employer="Chen Mei-ling",
            job="Perawat lansia",
            contract_start=today,
            contract_end=today + timedelta(days=729),
            scheme="p3mi",
            event="new",
            heirs=(HeirForm(name="AHMAD FAUZI", relation="suami", phone="+62 812 3456 7890"),),
            consent=True,
        )
