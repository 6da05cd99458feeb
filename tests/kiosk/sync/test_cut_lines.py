"""Documents over lines that keep breaking: a real centre on a real socket, behind a proxy that hangs up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from loket_testing.papers import pdf
from sqlalchemy import func, select, update

from benchmarks.cutting import CuttingLine
from kiosk.queries.home import sync_state
from kiosk.store.tables import blob, blob_part
from kiosk.store.tables import own_terminal as own
from kiosk.sync.documents import fetch
from kiosk.usecases.documents import keep_document
from models.ledger.tables import claim
from models.rules.problems import Trouble
from models.sync.chunks import CHUNK
from server.usecases.documents import content

from .conftest import Counter

KB = 1_000
SCAN = pdf(random.Random(4).randbytes(1_400 * KB))
SMALL = pdf(random.Random(6).randbytes(300 * KB))


@pytest.fixture
def cutting(centre_url: str) -> Iterator[CuttingLine]:
    with CuttingLine(centre_url) as line:
        yield line


@pytest.fixture
def far(counter: Callable[..., Counter], cutting: CuttingLine) -> Iterator[Callable[..., Counter]]:
    """Makes counters whose only line is the one that breaks."""
    clients: list[httpx.Client] = []

    def make(series: str = "TPE3") -> Counter:
        made = counter(series)
        made.client = httpx.Client()
        clients.append(made.client)
        with made.desk.store.write() as connection:
            connection.execute(update(own).values(centre_url=cutting.url))
        return made

    yield make
    for client in clients:
        client.close()


def with_scan(counter: Counter, paper: bytes = SCAN) -> tuple[UUID, bytes]:
    """Somebody whose scanned paper waits for the line, and everything else is at the centre."""
    worker = counter.register()
    counter.sync()
    return worker, keep_document(counter.desk, worker, "paspor", paper, "paspor.pdf").sha256


def at_centre(centre, digest: bytes) -> bytes | None:
    with centre.engine.connect() as connection:
        return content(connection, digest)


def test_a_document_over_a_line_that_is_cut_every_200_kb_costs_hardly_more_than_itself(centre, far, cutting):
    a = far()
    _, digest = with_scan(a)
    cutting.mend()
    cutting.cut_after = 200 * KB
    report = a.sync()
    assert (report.documents_sent, report.documents_pending, report.documents_trouble) == (1, 0, None)
    assert cutting.cuts >= 6
    assert cutting.carried <= 1.05 * len(SCAN)
    assert at_centre(centre, digest) == SCAN


def test_a_line_that_carries_less_than_a_chunk_at_a_time_brings_it_through_as_well(centre, far, cutting):
    a = far()
    _, digest = with_scan(a, SMALL)
    cutting.mend()
    cutting.cut_after = 40 * KB
    report = a.sync()
    assert (report.documents_sent, report.documents_trouble) == (1, None)
    assert at_centre(centre, digest) == SMALL


def test_a_sync_that_was_cut_short_is_gone_on_with_by_the_next(centre, far, cutting):
    a = far()
    worker, digest = with_scan(a)
    cutting.mend()

    def stop(step) -> None:
        if step.part == "documents" and step.done > len(SCAN) // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        a.sync(progress=stop)
    before = cutting.carried
    assert before < 0.8 * len(SCAN)
    assert sync_state(a.desk).documents_waiting == 1
    # The counter's machine was off meanwhile, and somebody pays first.
    a.pay(worker)
    with httpx.Client() as a.client:
        report = a.sync()
    assert (report.pending, report.documents_pending) == (0, 0)
    assert at_centre(centre, digest) == SCAN
    assert cutting.carried <= 1.05 * len(SCAN) + 20 * KB


def test_a_byte_that_flips_on_the_way_costs_its_chunk_and_nothing_else(centre, far, cutting):
    a = far()
    _, digest = with_scan(a)
    cutting.mend()
    seen = 0

    def flip(came: bytes) -> bytes:
        nonlocal seen
        before, seen = seen, seen + len(came)
        at = 700 * KB - before
        return came[:at] + bytes([came[at] ^ 1]) + came[at + 1 :] if 0 <= at < len(came) else came

    cutting.flip = flip
    assert a.sync().documents_sent == 1
    assert at_centre(centre, digest) == SCAN
    assert len(SCAN) + CHUNK <= cutting.carried <= 1.01 * len(SCAN) + CHUNK


def test_a_line_that_garbles_everything_long_stops_no_entry_and_no_other_document(centre, far, cutting):
    a = far()
    worker, digest = with_scan(a)
    small = keep_document(a.desk, worker, "kk", pdf(b"kecil"), "kk.pdf").sha256
    filed = a.claim(worker)
    cutting.mend()
    cutting.flip = lambda came: came if len(came) < 8 * KB else came[:-1] + bytes([came[-1] ^ 1])
    report = a.sync()
    assert (report.pending, report.covers_head, report.documents_pending >= 1) == (0, True, True)
    assert at_centre(centre, small) == pdf(b"kecil")
    assert at_centre(centre, digest) is None
    with centre.engine.connect() as connection:
        assert connection.scalar(select(claim.c.number)) == filed
    assert cutting.carried < len(SCAN)
    cutting.mend()
    assert a.sync().documents_pending == 0
    assert at_centre(centre, digest) == SCAN


def test_a_document_comes_down_over_a_line_that_is_cut_every_200_kb(far, cutting):
    a, b = far("TPE3"), far("TPE4")
    _, digest = with_scan(a)
    a.sync()
    b.sync()
    cutting.mend()
    cutting.cut_after = 200 * KB
    assert fetch(b.desk, digest, client=b.client) == SCAN
    assert cutting.cuts >= 6
    assert cutting.carried <= 1.05 * len(SCAN)


def test_a_document_that_came_in_part_is_gone_on_with_after_a_restart(far, cutting):
    a, b = far("TPE3"), far("TPE4")
    _, digest = with_scan(a)
    a.sync()
    b.sync()
    cutting.mend()

    class Enough(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done > total // 3:
            raise Enough

    with pytest.raises(Enough):
        fetch(b.desk, digest, client=b.client, on_progress=stop)
    with b.desk.read() as work:
        assert (work.connection.scalar(select(func.count()).select_from(blob_part)) or 0) > 5
        assert work.connection.scalar(select(blob.c.size)) is None
    with pytest.raises(Trouble) as trouble:
        fetch(b.desk, digest, client=b.client, deadline=0.0)
    assert trouble.value.code == "line.deadline"
    assert fetch(b.desk, digest) == SCAN
    assert cutting.carried <= 1.02 * len(SCAN)


def test_two_counters_with_the_same_paper_send_it_once_between_them(centre, far, cutting):
    a, b = far("TPE3"), far("TPE4")
    _, digest = with_scan(a)
    b.sync()
    worker = b.register(passport_number="C7000002", nik=None, name="DEWI KE", mother_name="IBU D", phone=None)
    b.sync()
    assert keep_document(b.desk, worker, "paspor", SCAN, "paspor.pdf").sha256 == digest
    cutting.mend()

    def b_comes_between(step) -> None:
        if step.part == "documents" and step.done > len(SCAN) // 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        a.sync(progress=b_comes_between)
    assert b.sync().documents_sent == 1
    assert a.sync().documents_sent == 1
    assert at_centre(centre, digest) == SCAN
    assert cutting.carried <= 1.05 * len(SCAN)
