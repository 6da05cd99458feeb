"""A worker's papers: kept small and once, readable here and nowhere else, found again."""

from __future__ import annotations

import io
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pytest
from loket_testing.counter import MORNING, PASSWORD, codes, kinds
from loket_testing.journals import Journal
from loket_testing.papers import PDF, photograph
from PIL import Image, ImageFilter

from kiosk.desk import Desk, keep
from kiosk.forms.claim import ClaimForm
from kiosk.queries.documents import known, not_uploaded, of_claim, of_worker
from kiosk.store.store import Store
from kiosk.sync.documents import fetch
from kiosk.usecases.claims import Document, file
from kiosk.usecases.documents import keep_document
from kiosk.usecases.verify import verify
from models.journal.workers import BodyErased
from models.posting import post
from models.rules.claims import checklist
from models.rules.documents import worker_document_kind, worker_document_kinds
from models.rules.problems import Refused, Trouble
from scripts.passport_page import jpeg, letter


def test_a_paper_is_kept_with_the_worker_and_read_back(desk: Desk, siti: UUID) -> None:
    kept = keep_document(desk, siti, "paspor", photograph(), "IMG_0042.jpg")
    assert kinds(desk)[-1] == "worker.document_kept"
    (row,) = of_worker(desk, siti)
    assert (row.kind, row.name, row.file_name, row.operator) == ("paspor", "Paspor", "IMG_0042.jpg", "Rina W.")
    assert (row.sha256, row.size, row.media_type) == (kept.sha256, kept.size, "image/jpeg")
    assert (row.here, row.at_centre, row.kept_at) == (True, False, MORNING)
    content = fetch(desk, row.sha256)
    assert sha256(content).digest() == row.sha256
    assert Image.open(io.BytesIO(content)).format == "JPEG"
    assert known(desk, row.sha256) == "image/jpeg"
    with desk.read() as work:
        assert not_uploaded(work.connection) == 1
    assert verify(desk).tables["worker_document"] == 1


def test_the_newest_stands_first_and_kinds_have_the_counter_s_names(desk: Desk, siti: UUID, clock) -> None:
    for kind in ("ktp", "kk", "lainnya"):
        keep_document(desk, siti, kind, PDF + kind.encode(), "surat.pdf")
        clock.forward(minutes=1)
    assert [row.name for row in of_worker(desk, siti)] == ["Dokumen lain", "Kartu keluarga", "KTP"]
    assert worker_document_kind(" Paspor ") == "paspor"
    assert list(worker_document_kinds())[-1] == "lainnya"


def test_the_same_paper_again_is_the_one_that_is_there(desk: Desk, siti: UUID) -> None:
    first = keep_document(desk, siti, "ktp", photograph(), "a.jpg")
    assert keep_document(desk, siti, "ktp", photograph(), "b.jpg").id == first.id
    assert keep_document(desk, siti, "kk", photograph(), "c.jpg").id != first.id
    assert kinds(desk).count("worker.document_kept") == 2
    with desk.read() as work:
        assert not_uploaded(work.connection) == 1


def test_a_blurred_page_is_kept_and_told(desk: Desk, siti: UUID) -> None:
    blurred = jpeg(letter().filter(ImageFilter.GaussianBlur(3.5)))
    kept = keep_document(desk, siti, "kontrak", blurred, "a.jpg")
    assert [problem.code for problem in kept.warnings] == ["picture.blurry"]
    assert len(of_worker(desk, siti)) == 1


def test_what_cannot_be_kept_is_refused_and_leaves_nothing(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    for content, kind, worker, code in (
        (PDF, "tapir", siti, "document.kind_unknown"),
        (b"", "ktp", siti, "document.empty"),
        (b"GIF89a", "ktp", siti, "document.type"),
        (b"\xff\xd8\xff", "ktp", siti, "document.damaged"),
        (PDF, "ktp", uuid4(), "worker.unknown"),
    ):
        with pytest.raises(Refused) as refusal:
            keep_document(desk, worker, kind, content, "a.pdf")
        assert codes(refusal) == [code]
    with pytest.raises(Refused) as refusal:
        known(desk, bytes(32))
    assert codes(refusal) == ["document.unknown"]
    assert kinds(desk) == before
    with desk.read() as work:
        assert not_uploaded(work.connection) == 0


def test_a_full_disk_refuses_before_anything_is_half_written(desk: Desk, siti: UUID) -> None:
    before = kinds(desk)
    desk.store._free_space = lambda _folder: 1_000_000
    with pytest.raises(Trouble) as trouble:
        keep_document(desk, siti, "ktp", photograph(), "a.jpg")
    assert trouble.value.code == "store.disk_low"
    assert kinds(desk) == before
    assert of_worker(desk, siti) == []


def test_nothing_of_it_can_be_read_on_the_disk(desk: Desk, siti: UUID) -> None:
    keep_document(desk, siti, "surat_kuasa", PDF, "surat-kuasa-siti.pdf")
    desk.close()
    content = b"".join(path.read_bytes() for path in desk.folder.rglob("*") if path.is_file())
    assert b"%PDF-" not in content
    assert b"surat-kuasa-siti" not in content
    with Store.open(desk.folder, "rina", PASSWORD) as store:
        desk.store = store
        assert fetch(desk, sha256(PDF).digest()) == PDF


def test_who_was_erased_keeps_no_paper_and_gets_no_new_one(desk: Desk, siti: UUID) -> None:
    keep_document(desk, siti, "ktp", photograph(), "a.jpg")
    said = Journal(mission="ZZZ").record(BodyErased(worker_id=siti, mission="TPE", reason="request"))
    with desk.store.write() as connection:
        keep(connection, [said])
        post(connection, [said])
    with desk.read() as work:
        assert not_uploaded(work.connection) == 0
    for ask in (lambda: of_worker(desk, siti), lambda: keep_document(desk, siti, "ktp", PDF, "b.pdf")):
        with pytest.raises(Refused) as refusal:
            ask()
        assert codes(refusal) == ["worker.erased"]


def test_a_claim_s_photograph_is_made_small_too(desk: Desk, siti: UUID) -> None:
    large = jpeg(letter(dpi=330), 95)
    form = ClaimForm(worker_id=str(siti), kind="JKK-ALAT", event_date=date(2026, 11, 20))
    filed = file(desk, form, [Document(checklist("JKK-ALAT")[0].one_of[0], "foto.jpg", large)])
    (row,) = of_claim(desk, filed.claim_id)
    assert row.media_type == "image/jpeg"
    assert row.size < 500_000 < len(large)
    with pytest.raises(Refused) as refusal:
        file(desk, form, [Document("paspor", "rusak.jpg", b"\xff\xd8\xff and no more")])
    assert [(one.field, one.code) for one in refusal.value.problems] == [("documents[0].path", "document.damaged")]
