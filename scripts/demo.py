"""`make run`: a demo counter of KDEI Taipei beside a demo centre. With a screen it opens the window; without one it
plays the main job (register, pay, claim, papers, sync), saying each step, and leaves pictures and PDFs in build/."""
# ruff: noqa: S603 - starts our own programs

from __future__ import annotations

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.desk import Desk

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
DEMO = BUILD / "demo"
WORKERS = 200
LOGIN, PASSWORD = "rina", "loket-demo"
OFFICERS = (
    ("dewi", "Dewi A.", "verifikator"),
    ("sari", "Sari M.", "khusus"),
    ("adi", "Adi S.", "auditor"),
    ("kepala", "Hadi K.", "admin"),
)
"""Of the demo centre, all with the same password and the second factor that the sign-in page shows."""
PATIENCE = 90
"""Seconds a fresh centre may take to make its database and answer."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-screen", action="store_true", help="play the main job even where a screen is there")
    parser.add_argument("--workers", type=int, default=WORKERS, help="how many made-up workers (default 200)")
    options = parser.parse_args()
    has_screen = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and not options.without_screen
    if not has_screen:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    BUILD.mkdir(exist_ok=True)
    with _only_one(), _centre() as address:
        say(f"Pusat peragaan berjalan di {address}")
        _prepare(address, options.workers)
        _officers(address)
        if has_screen:
            return _window()
        from scripts.demo_morning import play

        play(DEMO / "loket", BUILD, login=LOGIN, password=PASSWORD, say=say, at_centre=_centre_command)
    say(f"Selesai. Gambar layar dan PDF ada di {BUILD}")
    return 0


def say(text: str) -> None:
    print(text, flush=True)


@contextmanager
def _only_one() -> Iterator[None]:
    """A fresh folder of our own: another demo that still runs keeps its data."""
    with (BUILD / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit("Peragaan lain sedang berjalan. Tutup dahulu, lalu coba lagi.") from None
        shutil.rmtree(DEMO, ignore_errors=True)
        DEMO.mkdir()
        yield


@contextmanager
def _centre() -> Iterator[str]:
    """A demo centre on a free port; it stops, with its database, whatever happens here."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (DEMO / "centre.log").open("w", encoding="utf-8")
    centre = subprocess.Popen(
        [sys.executable, "-m", "server", "--data", str(DEMO / "centre"), "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=log,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if name != "LOKET_CENTRE_DSN"},
    )
    for stopping in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stopping, lambda *_: sys.exit(1))
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, centre)
        yield address
    finally:
        centre.send_signal(signal.SIGTERM)
        try:
            centre.wait(30)
        except subprocess.TimeoutExpired:
            centre.kill()
        log.close()


def _wait_for(address: str, centre: subprocess.Popen[bytes]) -> None:
    import httpx

    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if centre.poll() is not None:
            raise SystemExit(f"Pusat peragaan berhenti sendiri; lihat {DEMO / 'centre.log'}")
        try:
            if httpx.get(f"{address}/v1/centre", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"Pusat peragaan tidak menjawab; lihat {DEMO / 'centre.log'}")


def _prepare(address: str, workers: int) -> None:
    """Publish the demo mission, make its counter and give it a past."""
    import json

    from kiosk.devices.clock import HandClock
    from kiosk.forms.till import CountForm, OpenTill
    from kiosk.sync.enrol import enrol
    from kiosk.sync.sync import sync
    from kiosk.usecases.terminals import initialise
    from kiosk.usecases.tills import start
    from scripts.demo_people import fill

    today = datetime.now(UTC).date().isoformat()
    _centre_command(
        ["publish", "-"],
        json.dumps(
            {
                "missions": [{"mission": "TPE", "cash_allowed": True, "counters": {"TPE3": "Loket 3"}}],
                "rates": [
                    {
                        "mission": "TPE",
                        "currency": "TWD",
                        "valid_from": today,
                        "idr_per_unit": "512.40",
                        "step": "1",
                    }
                ],
                "staff": [{"mission": "TPE", "login": "budi", "name": "Budi S.", "role": "penyelia"}],
            }
        ),
    )
    clock = HandClock(datetime.now(UTC))
    desk, code = initialise(
        DEMO / "loket",
        mission_code="TPE",
        series="TPE3",
        login=LOGIN,
        password=PASSWORD,
        name="Rina W.",
        clock=clock,
    )
    with desk:
        enrol(desk, address, json.loads(_centre_command(["code", "--mission", "TPE", "--series", "TPE3"]))["code"])
        say(f"Loket TPE3 terdaftar (KDEI Taipei). Kode pemulihan peragaan: {code}")
        say(f"{fill(desk, clock, workers)} pekerja contoh dicatat …")
        _all_papers_out(desk)
        report = sync(desk)
        say(f"… dan terkirim ke pusat: {report.pushed} catatan, {report.pending} menunggu")
        # That the mission takes cash, the counter has only just heard.
        start(desk, OpenTill(counts=(CountForm(currency="TWD", amount=12_450),)))
        sync(desk)


def _officers(address: str) -> None:
    """Whoever tries the console finds somebody of every role, and needs no phone."""
    import json

    said = ""
    for login, name, role in OFFICERS:
        arguments = ["officer", "add", login, "--role", role, "--full-name", name, "--demo-factor"]
        said = _centre_command(arguments, LOKET_PASSWORD=PASSWORD)
    shown = json.loads(said)
    say(f"Konsol pusat: {address}/ · kata sandi semua petugas «{PASSWORD}»:")
    say("  " + " · ".join(f"«{login}» {role}" for login, _name, role in OFFICERS))
    say(f"  Kode kedua sekarang {shown['code']}; halaman masuk menampilkannya. Rahasia untuk ponsel: {shown['secret']}")


def _all_papers_out(desk: Desk) -> None:
    """The past was printed: what the window begins with is nobody's unfinished business."""
    from kiosk.devices.printer import PretendPrinter
    from kiosk.usecases import papers, print_jobs

    printer = PretendPrinter()
    for owed in print_jobs.unconfirmed(desk):
        papers.send(desk, papers.issue(desk, owed.number), printer)
    print_jobs.confirm_sent(desk)


def _centre_command(arguments: list[str], given: str = "", **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "server", "--data", str(DEMO / "centre"), *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    if done.returncode != 0:
        raise SystemExit(f"loket-centre {arguments[0]}: {done.stderr or done.stdout}")
    return done.stdout


def _window() -> int:
    say(f"Jendela loket terbuka. Masuk sebagai «{LOGIN}» dengan kata sandi «{PASSWORD}».")
    return subprocess.call([sys.executable, "-m", "kiosk", "--data", str(DEMO / "loket")], cwd=ROOT)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
