"""Documents on their way to the centre and back."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from loket_testing.papers import pdf
from sqlalchemy import func, select, update

from kiosk.devices.pictures import LARGEST_DOCUMENT
from kiosk.queries.documents import not_uploaded, of_worker
from kiosk.queries.home import sync_state
from kiosk.store.tables import blob, blob_download, blob_part
from kiosk.sync.documents import fetch
from kiosk.sync.sync import Progress
from kiosk.usecases.documents import keep_document
from models.ledger.tables import claim, claim_document
from models.rules.problems import Refused, Trouble
from models.sentences import SENTENCES
from models.sync.chunks import CHUNK, plan_of
from models.sync.protocol import BLOBS, MAX_BLOB

from .conftest import PHOTOGRAPH

SCAN = pdf(random.Random(2).randbytes(20 * CHUNK))
"""1.3 MB: more than travels in one request."""


def digests(counter) -> list[bytes]:
    with counter.desk.read() as work:
        return [bytes(one) for one in work.connection.scalars(select(claim_document.c.sha256))]


def count(wire, method: str) -> int:
    return sum(asked.startswith(method) for asked in wire.asked)


def rows(counter, table) -> int:
    with counter.desk.read() as work:
        return work.connection.scalar(select(func.count()).select_from(table)) or 0


class Broken(httpx.BaseTransport):
    """A line that is asked first: what `fault` raises or answers comes instead."""

    def __init__(self, wire, fault: Callable[[httpx.Request], httpx.Response | None]) -> None:
        self.wire, self.fault = wire, fault

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self.fault(request) or self.wire.handle_request(request)


def test_a_document_goes_up_in_pieces_and_comes_down_at_another_counter(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register(), SCAN)
    wire.mend()
    told: list[Progress] = []
    assert a.sync(progress=told.append).documents_sent == 1
    assert 3 <= count(wire, "PUT") <= 6
    sent = [step for step in told if step.part == "documents"]
    assert [step.done for step in sent] == sorted(step.done for step in sent)
    assert (sent[0].done, sent[-1].done, {step.total for step in sent}) == (0, len(SCAN), {len(SCAN)})
    b.sync()
    (digest,) = digests(b)
    wire.mend()
    seen: list[tuple[int, int]] = []
    assert fetch(b.desk, digest, client=b.client, on_progress=lambda *step: seen.append(step)) == SCAN
    assert (seen[0], seen[-1]) == ((0, len(SCAN)), (len(SCAN), len(SCAN)))
    assert len(wire.asked) == 3
    assert fetch(b.desk, digest, client=b.client) == SCAN
    assert len(wire.asked) == 3
    assert (rows(b, blob_download), rows(b, blob_part)) == (0, 0)
    assert sync_state(b.desk).documents_waiting == 0


def test_a_small_document_takes_two_questions_and_one_that_is_there_takes_one(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    wire.mend()
    a.sync()
    assert [asked.split()[0] for asked in wire.asked if BLOBS in asked] == ["POST", "PUT"]
    b.claim(b.register(passport_number="C7000001", nik=None))
    wire.mend()
    assert b.sync().documents_sent == 1
    assert [asked.split()[0] for asked in wire.asked if BLOBS in asked] == ["POST"]


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


def test_a_claim_and_other_work_reach_the_centre_while_no_document_can(centre, counter, wire):
    a = counter()
    worker = a.register()
    filed = a.claim(worker, SCAN)

    def no_documents(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(413, text="Request Entity Too Large") if request.method == "PUT" else None

    for attempt in range(2):
        with httpx.Client(transport=Broken(wire, no_documents)) as a.client:
            report = a.sync()
        assert (report.pending, report.covers_head, report.documents_pending) == (0, True, 1)
        assert report.documents_trouble is not None
        assert report.documents_trouble.code == "line.not_our_server"
        assert (sync_state(a.desk).kind, sync_state(a.desk).documents_waiting) == ("synced", 1)
        assert sync_state(a.desk).last_error
        with centre.engine.connect() as connection:
            assert connection.scalar(select(claim.c.number)) == filed
        a.pay(worker, reference=f"BNI-{attempt}")
    with httpx.Client(transport=wire) as a.client:
        assert a.sync().documents_pending == 0
    assert sync_state(a.desk).last_error is None


def test_one_document_that_cannot_go_keeps_no_other_back(counter, wire):
    a = counter()
    worker = a.register()
    a.claim(worker)
    a.claim(worker, PHOTOGRAPH + b"lain")
    a.claim(worker, SCAN)
    first = sha256(PHOTOGRAPH).digest()
    with a.desk.store.write() as connection:
        connection.execute(update(blob).where(blob.c.sha256 == first).values(content=bytes(len(PHOTOGRAPH))))
    wire.mend()

    report = a.sync()

    assert (report.documents_sent, report.documents_pending) == (2, 1)
    assert report.covers_head
    # What is not what its name says is not sent, to be refused at the other end each time.
    assert not [asked for asked in wire.asked if first.hex() in asked]
    with a.desk.read() as work:
        waiting = work.connection.scalars(select(blob.c.sha256).where(blob.c.uploaded_at.is_(None))).all()
    assert [bytes(one) for one in waiting] == [first]


def test_a_document_the_centre_chokes_on_is_left_for_next_time(counter, wire):
    a = counter()
    worker = a.register()
    a.claim(worker)
    a.claim(worker, SCAN)
    first = sha256(PHOTOGRAPH).hexdigest()

    def chokes(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(500, text="oops") if first in request.url.path and request.method == "PUT" else None

    with httpx.Client(transport=Broken(wire, chokes)) as a.client:
        report = a.sync()
    assert (report.documents_sent, report.documents_pending) == (1, 1)
    assert report.documents_trouble is not None
    assert (report.documents_trouble.code, dict(report.documents_trouble.values)["named"]) == (
        "line.broken",
        "HTTP 500",
    )


def test_a_centre_that_answers_no_question_about_documents_is_not_asked_about_every_one(counter, wire):
    a = counter()
    worker = a.register()
    for number in range(6):
        a.claim(worker, PHOTOGRAPH + bytes([number]))
    asked: list[str] = []

    def broken(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith(BLOBS):
            return None
        asked.append(request.method)
        return httpx.Response(500, text="oops")

    with httpx.Client(transport=Broken(wire, broken)) as a.client:
        report = a.sync()
    assert (report.documents_pending, len(asked), report.covers_head) == (6, 3, True)


def test_a_line_that_is_gone_is_not_tried_for_every_document(counter, wire):
    a = counter()
    worker = a.register()
    for number in range(5):
        a.claim(worker, PHOTOGRAPH + bytes([number]))
    asked: list[str] = []

    def gone(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.startswith(BLOBS):
            return None
        asked.append(request.method)
        raise httpx.ConnectError("no route")

    with httpx.Client(transport=Broken(wire, gone)) as a.client:
        report = a.sync()
    assert (report.documents_pending, len(asked)) == (5, 4)
    assert (report.covers_head, report.documents_trouble is not None) == (True, True)


def test_entries_recorded_meanwhile_go_before_the_rest_of_the_documents(counter, wire):
    a = counter()
    worker = a.register()
    a.claim(worker, SCAN)
    a.sync()
    a.claim(worker, SCAN + b"% another")
    wire.mend()

    def pays(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and count(wire, "PUT") == 2:
            a.pay(worker, reference="BNI-7")
        return None

    with httpx.Client(transport=Broken(wire, pays)) as a.client:
        report = a.sync()
    assert (report.pending, report.documents_pending, report.covers_head) == (0, 0, True)
    order = [asked.split()[0] + ("" if BLOBS in asked else " entries") for asked in wire.asked]
    second_push = [number for number, asked in enumerate(wire.asked) if asked == "POST /v1/push"][1]
    assert order[:second_push].count("PUT") == 3
    assert order[second_push:].count("PUT") >= 1
    assert report.pushed == 3


def test_documents_end_when_the_time_is_up_and_go_on_next_time(counter, wire):
    a = counter()
    a.claim(a.register(), SCAN)
    wire.mend()

    class Slow(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if request.method == "PUT" and count(wire, "PUT") == 2:
                raise Trouble("line.deadline", seconds=60)
            return wire.handle_request(request)

    with httpx.Client(transport=Slow()) as a.client:
        report = a.sync()
    assert (report.covers_head, report.documents_pending, report.documents_trouble) == (True, 1, None)
    assert sync_state(a.desk).last_error is None
    wire.mend()
    with httpx.Client(transport=wire) as a.client:
        assert a.sync().documents_pending == 0
    assert count(wire, "HEAD") == 1


def test_a_centre_that_forgot_what_was_announced_hears_it_again(centre, counter, wire):
    """A terminal that begins too many documents finds the oldest forgotten; so does one whose centre was restored."""
    from server.store.tables import blob_upload

    a = counter()
    a.claim(a.register(), SCAN)
    wire.mend()
    forgotten: list[int] = []

    def forgets(request: httpx.Request) -> httpx.Response | None:
        if request.method == "PUT" and count(wire, "PUT") == 1 and not forgotten:
            forgotten.append(1)
            with centre.engine.begin() as connection:
                connection.execute(blob_upload.delete())
        return None

    with httpx.Client(transport=Broken(wire, forgets)) as a.client:
        assert a.sync().documents_sent == 1
    assert forgotten


def test_the_largest_document_a_counter_takes_in_is_taken_by_the_centre_sealed_as_well():
    assert LARGEST_DOCUMENT + CHUNK <= MAX_BLOB


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


def damage(position: int) -> Callable[[httpx.Request, bytes], bytes | None]:
    def damaged(request: httpx.Request, body: bytes) -> bytes | None:
        if not request.headers.get("range", "").startswith("bytes=0-"):
            return None
        return body[:position] + bytes([body[position] ^ 1]) + body[position + 1 :]

    return damaged


def test_a_document_that_was_altered_on_the_way_is_not_kept(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    a.sync()
    b.sync()
    wire.tamper = damage(100)
    with pytest.raises(Trouble) as trouble:
        fetch(b.desk, digests(b)[0], client=b.client)
    assert trouble.value.code == "sync.document_damaged"
    assert trouble.value.code in SENTENCES
    with b.desk.read() as work:
        assert work.connection.scalar(select(blob.c.size)) is None
    wire.mend()
    assert fetch(b.desk, digests(b)[0], client=b.client) == PHOTOGRAPH


def test_of_a_document_altered_on_the_way_only_that_chunk_is_fetched_again(counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register(), SCAN)
    a.sync()
    b.sync()
    ranges: list[str] = []

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        ranges.append(request.headers.get("range", ""))
        return damage(3 * CHUNK + 1)(request, body)

    wire.tamper = tamper
    assert fetch(b.desk, digests(b)[0], client=b.client) == SCAN
    assert f"bytes={3 * CHUNK}-{4 * CHUNK - 1}" in ranges
    assert len(ranges) == 4


def test_a_false_list_of_chunks_is_forgotten_with_all_that_came(counter, wire):
    from models.sync.messages import BlobPlan, encode

    a, b = counter("TPE3"), counter("TPE4")
    a.claim(a.register())
    a.sync()
    b.sync()
    false = b"%PDF- of somebody else"

    def tamper(request: httpx.Request, body: bytes) -> bytes | None:
        if request.url.path.endswith("/chunks"):
            return encode(BlobPlan.of(plan_of(false)))
        return false if request.url.path.startswith(BLOBS) else None

    class Impostor(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if "range" in request.headers:
                place = {"Content-Range": f"bytes 0-{len(false) - 1}/{len(false)}"}
                return httpx.Response(206, headers=place, content=false)
            return wire.handle_request(request)

    wire.tamper = tamper
    with httpx.Client(transport=Impostor()) as client, pytest.raises(Trouble) as trouble:
        fetch(b.desk, digests(b)[0], client=client)
    assert trouble.value.code == "sync.document_damaged"
    assert (rows(b, blob), rows(b, blob_download), rows(b, blob_part)) == (0, 0, 0)
    wire.mend()
    assert fetch(b.desk, digests(b)[0], client=b.client) == PHOTOGRAPH


def test_what_came_of_a_document_nobody_asked_for_again_is_cleared_away(centre_clock, counter, wire):
    a, b = counter("TPE3"), counter("TPE4")
    worker = a.register()
    a.claim(worker, SCAN)
    a.claim(worker)
    a.sync()
    b.sync()
    scan, photograph = sha256(SCAN).digest(), sha256(PHOTOGRAPH).digest()

    def cut(request: httpx.Request) -> httpx.Response | None:
        if request.headers.get("range", "").startswith("bytes=1048576"):
            raise httpx.ReadError("cut")
        return None

    with httpx.Client(transport=Broken(wire, cut)) as client, pytest.raises(Trouble):
        fetch(b.desk, scan, client=client)
    assert (rows(b, blob_download), rows(b, blob_part)) == (1, 16)
    b.desk.clock.forward(days=31)
    a.desk.clock.forward(days=31)
    centre_clock.forward(timedelta(days=31))
    fetch(b.desk, photograph, client=b.client)
    assert (rows(b, blob_download), rows(b, blob_part)) == (0, 0)
    assert fetch(b.desk, scan, client=b.client) == SCAN


def test_a_document_of_another_mission_is_not_given_out(counter):
    a, other = counter("TPE3"), counter("HKG1", "HKG")
    a.claim(a.register())
    a.sync()
    other.sync()
    with pytest.raises(Refused):
        fetch(other.desk, digests(a)[0], client=other.client)
    with a.desk.read() as work:
        assert not_uploaded(work.connection) == 0
