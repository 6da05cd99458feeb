"""The console's page of sticks: a counter's file is taken in by hand, and one for it is handed out."""

from __future__ import annotations

import io
import re

import pytest
from loket_testing.bodies import payment, registration
from loket_testing.centre import frames
from loket_testing.officers import PASSWORD, signed_in
from sqlalchemy import func, select

from models.journal.ids import new_id
from models.journal.keys import SealingKey
from models.ledger.tables import receipt
from models.sync.bundles import (
    BundleHead,
    CentreSays,
    CounterSays,
    Entries,
    Opened,
    Reader,
    StreamPage,
    Verdicts,
    Writer,
)
from models.sync.messages import Head
from server.usecases.officers import add_officer
from server.usecases.revoking import revoke

KEY = SealingKey(bytes(range(32)))


@pytest.fixture
def client(centre, centre_client):
    add_officer(centre, "adi", PASSWORD, role="admin", name="Adi S.")
    centre_client.cookies.set("loket_petugas", signed_in(centre, "adi"))
    return centre_client


@pytest.fixture
def visitor(enrolled):
    visitor, worker = enrolled("TPE3"), new_id()
    visitor.journal.record(registration(worker))
    visitor.journal.record(payment(worker))
    return visitor


def written(visitor, number: int = 1) -> bytes:
    """All that this counter has recorded, on a stick."""
    journal, file = visitor.journal, io.BytesIO()
    head = BundleHead(
        *("up", visitor.keys.centre, journal.terminal, journal.incarnation, "TPE", "TPE3", number, 1, 1),
        visitor.clock(),
        b"",
    )
    writer = Writer(file, head, visitor.keys.claims, journal.key)
    final = Head(len(journal.entries), journal.head)
    writer.add(CounterSays(head=final, cursors=(), taken=(), sealing=KEY.public))
    writer.add(Entries(Head(), frames(journal.entries), final))
    writer.finish()
    return file.getvalue()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None
    return match[1]


def brought(client, content: bytes, **fields: str):
    csrf = found(r'name="csrf" value="([^"]+)"', client.get("/flashdisk").text)
    named = {"csrf": csrf} | fields
    return client.post("/flashdisk/ambil", data=named, files={"file": ("LOKET-TPE3-naik-000001-1dari1.loket", content)})


def test_a_stick_is_taken_in_and_another_one_made_with_its_paper(centre, client, visitor):
    assert "Belum ada loket yang memberi kuncinya" in client.get("/flashdisk").text
    content = written(visitor)
    answer = brought(client, content)
    assert answer.status_code == 200
    assert "2 catatan, 0 dokumen diambil" in answer.text
    with centre.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(receipt)) == 1
    assert "sudah pernah diambil; tidak ada yang berubah" in brought(client, content).text

    csrf = found(r'name="csrf" value="([^"]+)"', client.get("/flashdisk").text)
    made = client.post("/flashdisk/buat", data={"csrf": csrf, "terminal": str(visitor.journal.terminal)})
    assert made.headers["content-disposition"].endswith('"LOKET-TPE3-turun-000001-1dari1.loket"')
    reader = Reader(io.BytesIO(made.content))
    reader.check(visitor.keys.signing)
    kinds = [type(message) for _block, message in Opened(reader.packed_head, KEY).messages(reader.blocks())]
    assert kinds[:2] == [CentreSays, Verdicts]
    assert StreamPage in kinds
    path = found(r'href="(/flashdisk/[^"]+\.pdf)"', client.get("/flashdisk").text)
    assert client.get(path).content.startswith(b"%PDF")


def test_what_a_revoked_counter_sent_is_asked_about_first(centre, client, visitor):
    revoke(centre, "TPE3", "hilang di jalan")
    content = written(visitor)
    asked = brought(client, content)
    assert asked.status_code == 400
    assert "Pastikan asal flashdisk ini" in asked.text
    assert 'name="confirmed"' in asked.text
    taken = brought(client, content, confirmed="on")
    assert "2 catatan, 0 dokumen diambil; 2 perlu diperiksa" in taken.text
    broken = brought(client, content[:-1])
    assert "rusak atau diubah di jalan" in broken.text
    csrf = found(r'name="csrf" value="([^"]+)"', broken.text)
    assert (
        client.post("/flashdisk/buat", data={"csrf": csrf, "terminal": str(visitor.journal.terminal)}).status_code
        == 400
    )
