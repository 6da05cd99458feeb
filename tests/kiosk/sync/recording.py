"""Records what this version of the program leaves behind, for later ones to be tried on (`test_recorded.py`): a
counter's store, the keys and the database of its centre, and every message between the two.

Made once, by the version that goes out, and never changed afterwards:
`python -m pytest -n 0 tests/kiosk/sync/recording.py` writes the folder `recorded/schema_N`.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import zstandard
from loket_testing.counter import SECOND_PASSWORD, add_supervisor, open_till
from sqlalchemy import Connection, func, select, text

from kiosk.desk import Desk
from kiosk.forms.void import VoidForm
from kiosk.store.keys import KEYS_FILE
from kiosk.store.store import DATABASE_FILE, SCHEMA
from kiosk.store.tables import entry as entries
from kiosk.sync.enrol import enrol
from kiosk.usecases.approvals import Approval
from kiosk.usecases.contributions import receive
from kiosk.usecases.verify import verify
from kiosk.usecases.voids import void
from models.ledger.tables import receipt
from models.sync.protocol import PROTOCOL

from .conftest import URL, Wire, cash

RECORDED = Path(__file__).with_name("recorded")
MESSAGES, DATABASE, TOLD = "messages", "centre.copy.zst", "told.json"


@dataclass
class Listening(httpx.BaseTransport):
    """A line on which what is said is written down: `03-post-push.request`, `03-post-push.answer`, …"""

    inner: httpx.BaseTransport
    folder: Path
    said: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.said += 1
        call = request.url.path.removeprefix("/v1/").partition("/")[0]
        name = f"{self.said:02}-{request.method.lower()}-{call}"
        body = request.read()
        answer = self.inner.handle_request(request)
        if call == "blobs":
            return self.inner.handle_request(request)
        if body:
            (self.folder / f"{name}.request").write_bytes(body)
        elif request.url.query:
            (self.folder / f"{name}.request").write_bytes(request.url.query)
        if content := answer.read():
            (self.folder / f"{name}.answer").write_bytes(content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content)


def test_record_this_version(
    centre: Any, new_counter: Any, counter: Any, code: Any, published: Any, wire: Wire, tmp_path: Path
) -> None:
    folder = RECORDED / f"schema_{SCHEMA}"
    (folder / MESSAGES).mkdir(parents=True)
    published()
    b = counter("TPE4")
    b.morning(1)
    b.sync()
    a = new_counter("TPE3")
    worker, *_ = a.morning()
    inner, wire.inner = wire.inner, Listening(wire.inner, folder / MESSAGES)
    enrol(a.desk, URL, code("TPE3"), client=a.client)
    a.sync()
    wire.inner = inner
    add_supervisor(a.desk)
    open_till(a.desk)
    receive(a.desk, cash(worker, 700))
    a.sync()
    # What follows has not been sent when this version is replaced.
    a.desk.clock.forward(minutes=20)
    later, number, _ = a.morning(2)
    void(a.desk, VoidForm(receipt=number, reason="salah orang"), Approval("budi", SECOND_PASSWORD))
    a.pay(later, months=6, reference="BNI-lagi")
    verify(a.desk)
    told = _told(a.desk)
    a.desk.close()
    for name in (DATABASE_FILE, KEYS_FILE):
        shutil.copy(a.desk.folder / name, folder / name)
    assert sorted(path.name for path in a.desk.folder.glob("loket.db*")) == [DATABASE_FILE]
    _keep_centre(centre, folder)
    (folder / TOLD).write_text(json.dumps(told, indent=1) + "\n")


def _told(desk: Desk) -> dict[str, Any]:
    with desk.read() as work:
        own = select(entries.c.hash).where(entries.c.terminal == work.terminal.id).order_by(entries.c.seq)
        receipts = select(receipt.c.number, receipt.c.currency, receipt.c.due, receipt.c.amount_idr)
        return {
            "schema": SCHEMA,
            "protocol": PROTOCOL,
            "at": desk.clock().isoformat(),
            # Of a counter that never was: the store beside this file holds it too.
            "key": work.terminal.key.seed.hex(),
            "entries": work.connection.scalar(select(func.count()).select_from(entries)),
            "own": [bytes(one).hex() for one in work.connection.scalars(own)],
            "receipts": [list(row) for row in work.connection.execute(receipts.order_by(receipt.c.number))],
        }


def _keep_centre(centre: Any, folder: Path) -> None:
    from server.store.keys import write_keys

    write_keys(folder, centre.keys)
    packed = zstandard.ZstdCompressor(level=19).compress(centre.read(_copied_out))
    (folder / DATABASE).write_bytes(packed)


def _copied_out(connection: Connection) -> bytes:
    """Every table in PostgreSQL's text format, after a line that names it and its columns."""
    names = connection.scalars(
        text("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name")
    ).all()
    driver: Any = connection.connection.driver_connection
    parts = []
    for name in names:
        columns = connection.scalars(
            text(
                "SELECT column_name FROM information_schema.columns WHERE table_name = :name ORDER BY ordinal_position"
            ),
            {"name": name},
        )
        listed = ", ".join(f'"{column}"' for column in columns)
        with driver.cursor().copy(f'COPY "{name}" ({listed}) TO STDOUT') as copy:
            rows = b"".join(map(bytes, copy))
        if rows:
            parts.append(f'"{name}" ({listed})\n'.encode() + rows + b"\\.\n")
    return b"".join(parts)
