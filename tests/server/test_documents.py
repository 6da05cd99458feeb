"""Documents arrive in pieces over a line that dies, and are handed to their own mission only."""

from __future__ import annotations

from hashlib import sha256

import pytest
from loket_testing.bodies import accident, registration
from loket_testing.centre import answered

from models.journal.claims import DocumentAttached
from models.journal.documents import WorkerDocumentKept
from models.journal.ids import new_id
from models.sync.messages import BorrowAnswer, BorrowRequest, ErrorAnswer
from models.sync.protocol import BLOBS, BORROW, MAX_BLOB, MAX_CHUNK, SyncError
from server.usecases.erasing import erase

PAPER = bytes(range(256)) * 10_000
NAME = sha256(PAPER).hexdigest()


def put(visitor, piece: bytes, start: int, size: int = len(PAPER), name: str = NAME):
    place = f"bytes {start}-{start + len(piece) - 1}/{size}"
    headers = visitor.headers | {"Content-Range": place, "Content-Type": "application/octet-stream"}
    return visitor.client.put(f"{BLOBS}/{name}", content=piece, headers=headers)


def error_of(response) -> SyncError:
    with pytest.raises(SyncError) as error:
        answered(response, ErrorAnswer)
    return error.value


def head(visitor, name: str = NAME):
    return visitor.client.head(f"{BLOBS}/{name}", headers=visitor.headers)


def send(visitor) -> None:
    for start in range(0, len(PAPER), MAX_CHUNK):
        assert put(visitor, PAPER[start : start + MAX_CHUNK], start).status_code in (201, 202)


def test_only_what_is_missing_travels(enrolled):
    visitor = enrolled()
    assert head(visitor).headers["loket-error"] == "blob_unknown"
    assert put(visitor, PAPER[:1000], 0).status_code == 202

    assert (head(visitor).status_code, head(visitor).headers["loket-offset"]) == (202, "1000")
    assert put(visitor, PAPER[500:2000], 500).headers["loket-offset"] == "2000"
    ahead = error_of(put(visitor, PAPER[9000:9100], 9000))
    assert (ahead.code, ahead.facts["offset"]) == ("blob_offset", 2000)
    for start in range(2000, len(PAPER), MAX_CHUNK):
        last = put(visitor, PAPER[start : start + MAX_CHUNK], start)

    assert last.status_code == 201
    assert head(visitor).status_code == 200
    assert put(visitor, PAPER[:10], 0).status_code == 201


def test_a_document_with_another_digest_than_announced_begins_anew(enrolled):
    visitor = enrolled()
    assert error_of(put(visitor, b"not it", 0, 6)).code == "blob_damaged"

    assert head(visitor).status_code == 404
    send(visitor)
    assert head(visitor).status_code == 200


def test_pieces_and_documents_have_a_largest_size(enrolled):
    visitor = enrolled()
    assert error_of(put(visitor, bytes(MAX_CHUNK + 1), 0)).code == "too_large"
    assert error_of(put(visitor, b"x", 0, MAX_BLOB + 1)).code == "too_large"
    assert error_of(put(visitor, b"xy", 5, 6)).code == "bad_frame"


def test_another_counter_of_the_mission_reads_it_and_other_missions_do_not(enrolled):
    visitor, colleague, stranger = enrolled(), enrolled("TPE4"), enrolled("HKG1", mission="HKG")
    send(visitor)
    claim = visitor.journal.record(accident(new_id()))
    visitor.journal.record(
        DocumentAttached(
            claim_id=claim.id,
            mission="TPE",
            document_kind="paspor",
            sha256=bytes.fromhex(NAME),
            size=len(PAPER),
            media_type="image/png",
        )
    )

    def read(who, start: int = 0):
        return who.client.get(f"{BLOBS}/{NAME}", headers=who.headers | {"Range": f"bytes={start}-"})

    assert error_of(read(colleague)).code == "blob_unknown"
    visitor.push()

    got = b""
    while len(got) < len(PAPER):
        piece = read(colleague, len(got))
        assert piece.headers["content-range"] == f"bytes {len(got)}-{len(got) + len(piece.content) - 1}/{len(PAPER)}"
        got += piece.content
    assert got == PAPER
    assert error_of(read(stranger)).code == "blob_unknown"


def test_a_worker_s_paper_is_read_by_every_mission_that_registered_or_borrowed_the_person(enrolled):
    visitor, colleague = enrolled(), enrolled("TPE4")
    there, stranger = enrolled("HKG1", mission="HKG"), enrolled("KUL1", mission="KUL")
    send(visitor)
    worker = new_id()
    visitor.journal.record(registration(worker))
    visitor.journal.record(
        WorkerDocumentKept(
            worker_id=worker,
            mission="TPE",
            document_kind="paspor",
            sha256=bytes.fromhex(NAME),
            size=len(PAPER),
            media_type="image/png",
        )
    )

    def read(who) -> int:
        return who.client.get(f"{BLOBS}/{NAME}", headers=who.headers | {"Range": "bytes=0-"}).status_code

    visitor.push()
    assert [read(who) for who in (colleague, there, stranger)] == [206, 404, 404]
    answered(there.post(BORROW, BorrowRequest(worker), there.headers), BorrowAnswer)
    assert [read(who) for who in (colleague, there, stranger)] == [206, 206, 404]


def test_nobody_reads_or_writes_documents_without_a_token(centre_client):
    assert error_of(centre_client.get(f"{BLOBS}/{NAME}")).code == "bad_token"
    assert error_of(centre_client.put(f"{BLOBS}/{NAME}", content=b"x")).code == "bad_token"


def test_a_document_of_somebody_erased_is_offered_once_and_dropped(centre, enrolled):
    visitor, siti = enrolled(), new_id()
    filed = visitor.journal.record(accident(siti))
    attached = DocumentAttached(
        claim_id=filed.id,
        mission="TPE",
        document_kind="paspor",
        sha256=sha256(PAPER).digest(),
        size=len(PAPER),
        media_type="application/pdf",
    )
    visitor.journal.record(attached)
    visitor.push()
    erase(centre, siti, "request", order="PN Jakarta Pusat 12/2026")
    assert put(visitor, PAPER[:1000], 0).status_code == 201
    assert head(visitor).headers["loket-error"] == "blob_unknown"
