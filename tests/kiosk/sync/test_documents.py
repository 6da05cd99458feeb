"""Documents on their way to the centre and back."""

from __future__ import annotations

from hashlib import sha256

import httpx
import pytest
from sqlalchemy import select, update

from kiosk.queries.documents import not_uploaded, of_worker
from kiosk.queries.home import sync_state
from kiosk.store.tables import blob
from kiosk.sync import documents
from kiosk.sync.documents import fetch
from kiosk.usecases.documents import keep_document
from models.ledger.tables import claim_document
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES
from models.sync.protocol import BLOBS

from .conftest import PHOTOGRAPH


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch) -> None:
    monkeypatch.setattr(documents, "_PIECE", 8 << 10)


def digests(counter) -> list[bytes]:
    with counter.desk.read() as work:
        return [bytes(one) for one in work.connection.scalars(select(claim_document.c.sha256))]


def puts(wire) -> int:
    return sum(asked.startswith("PUT") for asked in wire.asked)


def test_a_document_goes_up_in_pieces_and_comes_down_at_another_counter(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    wire.mend()
    assert a.sync().documents_sent == 1
    assert puts(wire) == 3
    b.sync()
    (digest,) = digests(b)
    wire.mend()
    assert fetch(b.desk, digest, client=b.client) == PHOTOGRAPH
    assert len(wire.asked) == 3
    assert fetch(b.desk, digest, client=b.client) == PHOTOGRAPH
    assert len(wire.asked) == 3
    assert sync_state(b.desk).documents_waiting == 0


def test_a_worker_s_paper_is_there_at_the_other_counter_of_the_mission(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    worker = a.register()
    kept = keep_document(a.desk, worker, "paspor", PHOTOGRAPH, "paspor.pdf")
    wire.mend()
    assert a.sync().documents_sent == 1
    assert of_worker(a.desk, worker)[0].at_centre
    b.sync()
    (row,) = of_worker(b.desk, worker)
    assert (row.sha256, row.here, row.operator, row.file_name) == (kept.sha256, False, "Rina W.", "paspor.pdf")
    assert fetch(b.desk, row.sha256, client=b.client) == PHOTOGRAPH
    (row,) = of_worker(b.desk, worker)
    assert (row.here, row.media_type) == (True, "application/pdf")
    with b.desk.read() as work:
        assert work.connection.scalar(select(blob.c.media_type)) == "application/pdf"


def test_a_document_that_was_cut_off_goes_on_where_it_was(counter, wire):
    a = counter()
    a.claim(a.register())
    wire.mend()
    wire.tamper = lambda request, _: cut(request, wire)
    with pytest.raises(Trouble):
        a.sync()
    assert sync_state(a.desk).documents_waiting == 1
    assert sync_state(a.desk).kind == "synced"
    wire.mend()
    report = a.sync()
    assert (report.documents_sent, report.documents_pending) == (1, 0)
    assert puts(wire) == 1


def cut(request: httpx.Request, wire) -> None:
    if puts(wire) == 2:
        wire.cut_before = len(wire.asked) + 1


def test_what_the_centre_has_of_a_document_is_believed_over_what_we_thought(counter, wire):
    """The answer to HEAD was of yesterday: the centre says where to go on."""
    a = counter()
    a.claim(a.register())

    class Forgetful(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "HEAD":
                return httpx.Response(202, headers={"Loket-Offset": "8192", "Loket-Size": str(len(PHOTOGRAPH))})
            return wire.handle_request(request)

    with httpx.Client(transport=Forgetful()) as client:
        a.client = client
        wire.mend()
        assert a.sync().documents_sent == 1
    assert puts(wire) == 4


def test_one_document_that_cannot_go_keeps_no_other_back(counter, wire):
    a = counter()
    worker = a.register()
    a.claim(worker)
    a.claim(worker, PHOTOGRAPH + b"lain")
    first, second = sha256(PHOTOGRAPH).digest(), sha256(PHOTOGRAPH + b"lain").digest()
    with a.desk.store.write() as connection:
        connection.execute(update(blob).where(blob.c.sha256 == first).values(content=bytes(len(PHOTOGRAPH))))

    report = a.sync()

    assert (report.documents_sent, report.documents_pending) == (1, 1)
    assert report.covers_head
    with a.desk.read() as work:
        waiting = work.connection.scalars(select(blob.c.sha256).where(blob.c.uploaded_at.is_(None))).all()
    assert [bytes(one) for one in waiting] == [first]
    assert fetch(a.desk, second, client=a.client) == PHOTOGRAPH + b"lain"


def test_a_document_that_nobody_sent_yet_is_named(counter):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    with a.desk.store.write() as connection:
        connection.execute(update(blob).values(uploaded_at=a.desk.clock()))
    a.sync()
    b.sync()
    with pytest.raises(Refused) as refusal:
        fetch(b.desk, digests(b)[0], client=b.client)
    assert [problem.code for problem in refusal.value.problems] == ["document.not_at_centre"]


def test_a_document_that_was_altered_on_the_way_is_not_kept(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    a.sync()
    b.sync()
    wire.tamper = lambda request, body: b"\x00" * len(body) if request.url.path.startswith(BLOBS) else None
    with pytest.raises(Trouble) as trouble:
        fetch(b.desk, digests(b)[0], client=b.client)
    assert trouble.value.code == "sync.document_damaged"
    assert trouble.value.code in SENTENCES
    wire.tamper = lambda request, body: body[:-1] if request.url.path.startswith(BLOBS) else None
    with pytest.raises(Trouble) as trouble:
        fetch(b.desk, digests(b)[0], client=b.client)
    assert trouble.value.code == "line.not_our_server"
    with b.desk.read() as work:
        assert work.connection.scalar(select(blob.c.size)) is None


def test_a_document_of_another_mission_is_not_given_out(counter):
    a, other = counter("TPE3"), counter("HKG1", "HKG")
    a.claim(a.register())
    a.sync()
    other.sync()
    with pytest.raises(Refused):
        fetch(other.desk, digests(a)[0], client=other.client)
    with a.desk.read() as work:
        assert not_uploaded(work.connection) == 0
