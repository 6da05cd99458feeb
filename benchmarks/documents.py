"""A document of 50 MB over a line that is cut every 200 KB, up to a real centre and down again: what it costs in bytes.

Everything is real: the counter's encrypted database, HTTP over TCP, the centre's web program on its own PostgreSQL.
Between them a proxy carries 200 KB a connection, both ways and headers included, and hangs up."""

from __future__ import annotations

import random
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from benchmarks.cutting import CuttingLine
from benchmarks.faults.payments import PASSWORD, open_morning
from benchmarks.figure import Figure

SIZE = 50_000_000
CUT_AFTER = 200_000
AT_MOST = 1.05
SEED = 18
_PATIENCE = 600.0
"""Seconds."""


@contextmanager
def centre(folder: Path) -> Iterator[tuple[str, str]]:
    """The address of a centre of its own, and a code by which a counter is let in."""
    import uvicorn

    from server.app import create_app
    from server.store import embedded
    from server.store.database import migrate, open_database
    from server.store.keys import new_keys
    from server.usecases.centre import open_centre
    from server.usecases.codes import make_code

    cluster = embedded.start(folder / "pg")
    engine = open_database(cluster.dsn)
    try:
        migrate(engine)
        opened = open_centre(engine, new_keys(datetime.now(UTC)), lambda: datetime.now(UTC))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            server = uvicorn.Server(uvicorn.Config(create_app(opened), log_level="error", access_log=False))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
            thread.start()
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", make_code(opened, "TPE", "TPE3")
            server.should_exit = True
            thread.join(30)
    finally:
        engine.dispose()
        cluster.stop()


def figures() -> list[Figure]:
    from kiosk.desk import Desk
    from kiosk.store.tables import blob
    from kiosk.sync.documents import fetch
    from kiosk.sync.enrol import enrol
    from kiosk.sync.sync import sync

    document = random.Random(SEED).randbytes(SIZE)
    digest = sha256(document).digest()
    with tempfile.TemporaryDirectory() as place, centre(Path(place)) as (url, code), CuttingLine(url) as line:
        open_morning(Path(place) / "loket")
        with Desk.open(Path(place) / "loket", "rina", PASSWORD) as desk:
            enrol(desk, line.url, code)
            sync(desk)
            with desk.store.write() as connection:
                connection.execute(
                    blob.insert().values(sha256=digest, size=SIZE, media_type="application/pdf", content=document)
                )
            line.mend()
            line.cut_after = CUT_AFTER
            begun = time.monotonic()
            report = sync(desk, deadline=_PATIENCE)
            up, up_cuts, up_seconds = line.carried, line.cuts, time.monotonic() - begun
            with desk.store.write() as connection:
                connection.execute(blob.delete())
            line.mend()
            line.cut_after = CUT_AFTER
            begun = time.monotonic()
            came = fetch(desk, digest, deadline=_PATIENCE) if report.documents_sent == 1 else b""
            down, down_cuts, down_seconds = line.carried, line.cuts, time.monotonic() - begun
    wrong = float(report.documents_sent != 1) + float(came != document)
    return [
        Figure(
            "50 MB up over a line cut every 200 KB, for each byte of it",
            up / SIZE,
            "bytes",
            AT_MOST,
            f"{up:,} bytes, {up_cuts} cuts, {up_seconds:.1f} s",
        ),
        Figure(
            "50 MB down over a line cut every 200 KB, for each byte of it",
            down / SIZE,
            "bytes",
            AT_MOST,
            f"{down:,} bytes, {down_cuts} cuts, {down_seconds:.1f} s",
        ),
        Figure("documents that did not arrive, or arrived changed", wrong, "times", 0),
    ]
