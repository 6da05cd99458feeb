"""Documents arrive in chunks over a line that dies, and are handed to their own mission only."""

from __future__ import annotations

import random
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from loket_testing.bodies import accident, registration
from loket_testing.centre import answered
from sqlalchemy import func, select

from models.journal.claims import DocumentAttached
from models.journal.documents import WorkerDocumentKept
from models.journal.ids import new_id
from models.sync.chunks import CHUNK, Plan, plan_of
from models.sync.messages import BlobPlan, BorrowAnswer, BorrowRequest, ErrorAnswer
from models.sync.protocol import BLOBS, BORROW, CHUNKS, MAX_BLOB, MAX_PIECE, MAX_UNDER_WAY, SyncError
from server.store.tables import blob, blob_chunk, blob_part, blob_upload
from server.usecases import documents
from server.usecases.erasing import erase

PAPER = random.Random(8).randbytes(20 * CHUNK + 5_000)
NAME = sha256(PAPER).hexdigest()


def announce(visitor, plan: Plan | BlobPlan = plan_of(PAPER), name: str = NAME):
    message = plan if isinstance(plan, BlobPlan) else BlobPlan.of(plan)
    return visitor.post(f"{BLOBS}/{name}", message, visitor.headers)


def put(visitor, piece: bytes, start: int, size: int = len(PAPER), name: str = NAME):
    place = f"bytes {start}-{start + len(piece) - 1}/{size}"
    headers = visitor.headers | {"Content-Range": place, "Content-Type": "application/octet-stream"}
    return visitor.client.put(f"{BLOBS}/{name}", content=piece, headers=headers)


def head(visitor, name: str = NAME):
    return visitor.client.head(f"{BLOBS}/{name}", headers=visitor.headers)


def lacks(response) -> str:
    assert response.status_code == 202
    return response.headers["loket-missing"]


def error_of(response) -> SyncError:
    with pytest.raises(SyncError) as error:
        answered(response, ErrorAnswer)
    return error.value


def send(visitor, content: bytes = PAPER) -> None:
    name = sha256(content).hexdigest()
    announce(visitor, plan_of(content), name)
    for start in range(0, len(content), MAX_PIECE):
        assert put(visitor, content[start : start + MAX_PIECE], start, len(content), name).status_code in (200, 202)


def rows(centre, table) -> int:
    with centre.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def attached(visitor, claim_id, content: bytes = PAPER) -> DocumentAttached:
    return DocumentAttached(
        claim_id=claim_id,
        mission="TPE",
        document_kind="paspor",
        sha256=sha256(content).digest(),
        size=len(content),
        media_type="image/png",
    )


def test_only_what_is_missing_travels(enrolled):
    visitor = enrolled()
    assert head(visitor).headers["loket-error"] == "blob_unknown"
    assert error_of(put(visitor, PAPER[:1000], 0)).code == "blob_unknown"
    assert lacks(announce(visitor)) == f"0-{len(PAPER) - 1}"

    assert lacks(put(visitor, PAPER[:1000], 0)) == f"1000-{len(PAPER) - 1}"
    assert lacks(put(visitor, PAPER[500:2000], 500)) == f"2000-{len(PAPER) - 1}"
    # What continues nothing is not kept, and what is here is not taken again.
    assert lacks(put(visitor, PAPER[9000:9100], 9000)) == f"2000-{len(PAPER) - 1}"
    assert lacks(put(visitor, PAPER[2 * CHUNK : 3 * CHUNK], 2 * CHUNK)) == f"2000-{2 * CHUNK - 1}"
    state = put(visitor, PAPER[2000 : 2 * CHUNK], 2000)
    assert (lacks(state), state.headers["loket-left"]) == (f"{3 * CHUNK}-{len(PAPER) - 1}", str(len(PAPER) - 3 * CHUNK))
    assert lacks(head(visitor)) == lacks(announce(visitor)) == lacks(state)

    assert lacks(put(visitor, PAPER[3 * CHUNK : 19 * CHUNK], 3 * CHUNK)) == f"{19 * CHUNK}-{len(PAPER) - 1}"
    assert put(visitor, PAPER[19 * CHUNK :], 19 * CHUNK).status_code == 200
    assert head(visitor).status_code == 200
    assert announce(visitor).status_code == 200
    assert put(visitor, PAPER[:10], 0).status_code == 200


def test_a_chunk_that_was_damaged_on_the_way_is_asked_for_again_and_nothing_else(enrolled):
    visitor = enrolled()
    announce(visitor)
    damaged = bytearray(PAPER[: 16 * CHUNK])
    damaged[7 * CHUNK + 3] ^= 8
    assert lacks(put(visitor, bytes(damaged), 0)) == f"{7 * CHUNK}-{8 * CHUNK - 1}"
    assert lacks(put(visitor, PAPER[7 * CHUNK : 8 * CHUNK], 7 * CHUNK)) == f"{16 * CHUNK}-{len(PAPER) - 1}"
    assert put(visitor, PAPER[16 * CHUNK :], 16 * CHUNK).status_code == 200


def test_what_two_counters_bring_of_one_document_adds_up(centre, enrolled):
    first, second = enrolled(), enrolled("TPE4")
    announce(first)
    put(first, PAPER[: 16 * CHUNK], 0)
    assert lacks(announce(second)) == f"{16 * CHUNK}-{len(PAPER) - 1}"
    # The beginning of a chunk is proven by nothing, so each has to bring its own.
    put(first, b"\0" * 100, 16 * CHUNK)
    assert lacks(head(first)) == f"{16 * CHUNK + 100}-{len(PAPER) - 1}"
    assert lacks(head(second)) == f"{16 * CHUNK}-{len(PAPER) - 1}"
    assert put(second, PAPER[16 * CHUNK :], 16 * CHUNK).status_code == 200
    assert head(first).status_code == 200
    assert [rows(centre, table) for table in (blob, blob_chunk, blob_upload, blob_part)] == [1, 21, 0, 0]


def test_a_false_announcement_stands_in_nobody_s_way(centre, enrolled):
    """Another size, or other chunks, for a digest that somebody else will bring."""
    liar, honest = enrolled(), enrolled("TPE4")
    other = b"not it" * 20_000
    announce(liar, plan_of(other))
    assert lacks(announce(honest)) == f"0-{len(PAPER) - 1}"
    put(honest, PAPER[: 3 * CHUNK], 0)
    assert error_of(put(liar, other, 0, len(other))).code == "blob_damaged"
    assert head(liar).headers["loket-error"] == "blob_unknown"
    assert lacks(head(honest)) == f"{3 * CHUNK}-{len(PAPER) - 1}"

    announce(liar, plan_of(PAPER[:CHUNK] + other))
    assert error_of(put(liar, PAPER[:CHUNK] + other, 0, CHUNK + len(other))).code == "blob_damaged"
    send(honest)
    assert head(liar).status_code == 200
    with centre.engine.connect() as connection:
        assert documents.content(connection, bytes.fromhex(NAME)) == PAPER


def test_who_announced_wrongly_may_announce_again(centre, enrolled):
    visitor = enrolled()
    announce(visitor, plan_of(PAPER + b"a page too many"))
    put(visitor, PAPER[: 2 * CHUNK + 5], 0, len(PAPER) + 15)
    assert error_of(put(visitor, PAPER[:5], 0)).code == "bad_frame"
    # Proven chunks are proven whoever announced them, and however often.
    assert lacks(announce(visitor)) == f"{2 * CHUNK}-{len(PAPER) - 1}"
    send(visitor)
    assert rows(centre, blob_part) == 0


def test_a_list_of_chunks_must_be_whole_and_fit(enrolled):
    visitor = enrolled()
    plan = plan_of(PAPER)
    damaged = bytes([plan.hashes[0] ^ 1]) + plan.hashes[1:]
    proof = sha256(plan.hashes).digest()
    assert error_of(announce(visitor, BlobPlan(plan.size, damaged, proof))).code == "blob_damaged"
    assert error_of(announce(visitor, BlobPlan(plan.size - CHUNK, plan.hashes, proof))).code == "bad_frame"
    assert error_of(announce(visitor, BlobPlan(0, b"", sha256().digest()))).code == "bad_frame"
    assert error_of(announce(visitor, BlobPlan(MAX_BLOB + 1, plan.hashes, proof))).code == "too_large"
    assert head(visitor).headers["loket-error"] == "blob_unknown"


def test_pieces_have_a_largest_size_and_a_place(enrolled):
    visitor = enrolled()
    announce(visitor)
    assert error_of(put(visitor, bytes(MAX_PIECE + 1), 0)).code == "too_large"
    assert error_of(put(visitor, b"x", 0, MAX_BLOB + 1)).code == "too_large"
    assert error_of(put(visitor, b"xy", len(PAPER) - 1)).code == "bad_frame"
    assert error_of(put(visitor, b"", 0)).code == "bad_frame"
    headers = visitor.headers | {"Content-Range": f"bytes 0-9/{len(PAPER)}"}
    too_long = visitor.client.put(f"{BLOBS}/{NAME}", content=PAPER[:11], headers=headers)
    assert error_of(too_long).code == "bad_frame"
    assert error_of(visitor.client.put(f"{BLOBS}/{NAME}", content=b"x", headers=visitor.headers)).code == "bad_frame"


def test_a_terminal_has_so_many_documents_under_way_and_the_oldest_gives_way(centre, centre_clock, enrolled):
    visitor, other = enrolled(), enrolled("TPE4")
    papers = [PAPER[: 2 * CHUNK + number] for number in range(1, MAX_UNDER_WAY + 2)]
    names = [sha256(paper).hexdigest() for paper in papers]
    announce(other, plan_of(papers[1]), names[1])
    for paper, name in zip(papers, names, strict=True):
        centre_clock.forward(timedelta(seconds=1))
        announce(visitor, plan_of(paper), name)
        put(visitor, paper[:CHUNK], 0, len(paper), name)
    assert head(visitor, names[0]).headers["loket-error"] == "blob_unknown"
    assert [head(visitor, name).status_code for name in names[1:]] == [202] * MAX_UNDER_WAY
    assert rows(centre, blob_part) == MAX_UNDER_WAY
    # It is brought all the same, and what gives way then is not what somebody else is bringing.
    send(visitor, papers[0])
    announce(visitor, plan_of(PAPER))
    assert head(visitor, names[1]).headers["loket-error"] == "blob_unknown"
    assert lacks(head(other, names[1])) == f"{CHUNK}-{len(papers[1]) - 1}"


def test_a_terminal_does_not_fill_the_centre_with_what_no_entry_names(enrolled, monkeypatch):
    monkeypatch.setattr(documents, "MAX_UNNAMED", 2)
    visitor, colleague = enrolled(), enrolled("TPE4")
    for content in (b"one", b"two"):
        send(visitor, content)
    name = sha256(b"three").hexdigest()
    assert error_of(announce(visitor, plan_of(b"three"), name)).code == "blob_unnamed"
    send(colleague, b"four")
    claim = visitor.journal.record(accident(new_id()))
    visitor.journal.record(attached(visitor, claim.id, b"three"))
    visitor.push()
    send(visitor, b"three")
    visitor.journal.record(attached(visitor, claim.id, b"two"))
    visitor.push()
    send(visitor, b"five")


def read(who, start: int = 0, end: str = ""):
    return who.client.get(f"{BLOBS}/{NAME}", headers=who.headers | {"Range": f"bytes={start}-{end}"})


def test_another_counter_of_the_mission_reads_it_and_other_missions_do_not(enrolled):
    visitor, colleague, stranger = enrolled(), enrolled("TPE4"), enrolled("HKG1", mission="HKG")
    send(visitor)
    claim = visitor.journal.record(accident(new_id()))
    visitor.journal.record(attached(visitor, claim.id))
    assert error_of(read(colleague)).code == "blob_unknown"
    visitor.push()

    got = b""
    while len(got) < len(PAPER):
        piece = read(colleague, len(got))
        assert piece.headers["content-range"] == f"bytes {len(got)}-{len(got) + len(piece.content) - 1}/{len(PAPER)}"
        got += piece.content
    assert got == PAPER
    assert read(colleague, 70_000, "140000").content == PAPER[70_000:140_001]
    assert error_of(read(colleague, len(PAPER) + 1)).code == "bad_frame"
    assert error_of(read(stranger)).code == "blob_unknown"

    def plan(who):
        return who.client.get(f"{BLOBS}/{NAME}{CHUNKS}", headers=who.headers)

    assert answered(plan(colleague), BlobPlan).plan == plan_of(PAPER)
    assert error_of(plan(stranger)).code == "blob_unknown"


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
    visitor.push()
    assert [read(who).status_code for who in (colleague, there, stranger)] == [206, 404, 404]
    answered(there.post(BORROW, BorrowRequest(worker), there.headers), BorrowAnswer)
    assert [read(who).status_code for who in (colleague, there, stranger)] == [206, 206, 404]


def test_naming_a_document_opens_it_to_nobody_who_did_not_have_it(enrolled):
    """Digests are no secrets: they are printed in dossiers and stand in every entry that names one."""
    visitor, there = enrolled(), enrolled("HKG1", mission="HKG")
    colleague_there = enrolled("HKG2", mission="HKG")
    siti = new_id()
    send(visitor)
    visitor.journal.record(registration(siti))
    claim = visitor.journal.record(accident(siti))
    visitor.journal.record(attached(visitor, claim.id))
    visitor.push()

    mine = new_id()
    there.journal.record(registration(mine, mission="HKG"))
    own_claim = there.journal.record(accident(mine, mission="HKG", series="HKG1"))
    there.journal.record(attached(there, own_claim.id))
    kept: dict[str, Any] = {
        "document_kind": "paspor",
        "sha256": bytes.fromhex(NAME),
        "size": len(PAPER),
        "media_type": "image/png",
    }
    there.journal.record(WorkerDocumentKept(worker_id=mine, mission="HKG", **kept))
    there.push()
    assert [error_of(read(who)).code for who in (there, colleague_there)] == ["blob_unknown"] * 2

    # Once the mission has the person it has the paper, and may use it for whatever else.
    answered(there.post(BORROW, BorrowRequest(siti), there.headers), BorrowAnswer)
    assert [read(who).status_code for who in (there, colleague_there)] == [206, 206]


def test_a_paper_that_came_from_one_mission_and_is_used_for_another_claim_is_read_there(enrolled):
    visitor, there, third = enrolled(), enrolled("HKG1", mission="HKG"), enrolled("KUL1", mission="KUL")
    siti, dewi = new_id(), new_id()
    send(visitor)
    visitor.journal.record(registration(siti))
    claim = visitor.journal.record(accident(siti))
    visitor.journal.record(attached(visitor, claim.id))
    visitor.push()
    answered(there.post(BORROW, BorrowRequest(siti), there.headers), BorrowAnswer)
    third.journal.record(registration(dewi, mission="KUL"))
    used = third.journal.record(accident(dewi, mission="KUL", series="KUL1"))
    third.push()
    assert error_of(read(third)).code == "blob_unknown"
    there.journal.record(attached(there, used.id))
    there.push()
    assert read(third).status_code == 206


def test_nobody_reads_or_writes_documents_without_a_token(centre_client, enrolled):
    assert error_of(centre_client.get(f"{BLOBS}/{NAME}")).code == "bad_token"
    assert error_of(centre_client.post(f"{BLOBS}/{NAME}", content=b"x")).code == "bad_token"
    place = {"Content-Range": "bytes 0-0/1"}
    assert error_of(centre_client.put(f"{BLOBS}/{NAME}", content=b"x", headers=place)).code == "bad_token"
    header, claims, _ = enrolled().headers["Authorization"].split(".")
    forged = place | {"Authorization": f"{header}.{claims}.{'A' * 86}"}
    assert error_of(centre_client.put(f"{BLOBS}/{NAME}", content=b"x", headers=forged)).code == "bad_token"


def test_a_document_of_somebody_erased_is_offered_once_and_dropped(centre, enrolled):
    visitor, siti = enrolled(), new_id()
    filed = visitor.journal.record(accident(siti))
    visitor.journal.record(attached(visitor, filed.id))
    visitor.push()
    announce(visitor)
    put(visitor, PAPER[: 2 * CHUNK + 9], 0)
    erase(centre, siti, "request", order="PN Jakarta Pusat 12/2026")
    assert [rows(centre, table) for table in (blob, blob_chunk, blob_upload, blob_part)] == [0, 0, 0, 0]
    # Whether it was announced before or not.
    assert put(visitor, PAPER[:1000], 0).status_code == 200
    assert announce(visitor).status_code == 200
    assert head(visitor).headers["loket-error"] == "blob_unknown"
    assert [rows(centre, table) for table in (blob, blob_chunk, blob_upload, blob_part)] == [0, 0, 0, 0]
