"""Claims at the console: the queue and its filters, one claim with all that speaks for it, and its documents."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from loket_testing.claim_desk import Desk, pdf, picture
from loket_testing.officers import PASSWORD, enter, signed_in

from models.journal.claims import Award, ClaimDecided, ClaimNote, DocumentsRequested
from models.journal.ids import new_id
from server.usecases.journal import record
from server.usecases.officers import add_officer

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the pages."""


def shot(page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def dewi(centre):
    return add_officer(centre, "dewi", PASSWORD, role="verifikator", name="Dewi A.")


@pytest.fixture
def desk(centre, enrolled, dewi, centre_clock):
    """Two claims at Taipei: Siti's with a picture, a PDF and one paper still travelling; Agus's with nothing."""
    desk = Desk(centre, enrolled("TPE3"))
    siti = desk.worker()
    desk.claim("siti", siti, 31)
    desk.attach("siti", "paspor", picture("PASPOR SITI"))
    desk.attach(
        "siti", "keterangan_medis", pdf("DIAGNOSA", "HALAMAN DUA"), kind="diagnosa_faskes_setempat", name="rs.pdf"
    )
    desk.attach("siti", "rekening", b"travels", kind="rekening_pmi", here=False)
    desk.claim("agus", desk.worker("AGUS SALIM", paid_on=None), 32, benefit="JKM-SELAMA", filed_by="heir")
    desk.push()
    centre_clock.forward(timedelta(hours=2))
    return desk


@pytest.fixture
def client(centre, centre_client, desk):
    centre_client.cookies.set("loket_petugas", signed_in(centre, "dewi"))
    return centre_client


def rows(answer) -> list[str]:
    return [part.split("</a>")[0].rpartition(">")[2] for part in answer.text.split('class="row-link"')[1:]]


def test_the_queue_shows_the_oldest_first_with_what_is_there(client):
    answer = client.get("/klaim")

    assert answer.status_code == 200
    assert rows(answer) == ["TPE3-K-2026-000031", "TPE3-K-2026-000032"]
    assert "SITI NURHALIZA" in answer.text
    assert "Kecelakaan kerja" in answer.text
    assert "3 / 7" in answer.text
    assert "2 jam" in answer.text


BOTH = ["TPE3-K-2026-000031", "TPE3-K-2026-000032"]


def test_the_queue_is_filtered_by_what_the_address_says(client):
    for query, found in {
        "cari=siti": BOTH[:1],
        "cari=k-2026-000032": BOTH[1:],
        "cari=nurhaliza siti": BOTH[:1],
        "cari=%25": [],
        "jenis=JKM": BOTH[1:],
        "jenis=JKK-KECELAKAAN": BOTH[:1],
        "jenis=KHUSUS": [],
        "perwakilan=TPE": BOTH,
        "perwakilan=HKG": [],
        "dokumen=lengkap": [],
        "dokumen=kurang": BOTH,
        "petugas=kosong": BOTH,
        "petugas=saya": [],
        "petugas=bukan-id": [],
        "umur=1": [],
        "keadaan=ditolak": [],
        # What no filter can be is not asked for.
        "umur=99999999": BOTH,
        "keadaan=apa-saja": BOTH,
        "hal=-4": BOTH,
        "hal=99": BOTH,
    }.items():
        answer = client.get(f"/klaim?{query}")
        assert (query, answer.status_code, rows(answer)) == (query, 200, found)


def test_a_claim_says_what_happened_what_is_covered_and_which_papers_came(client, desk):
    text = client.get(f"/klaim/{desk.claims['siti']}").text

    assert "Jatuh dari tangga dapur." in text
    assert "perlindungan aktif" in text
    assert "selama bekerja" in text
    assert "berangkat 10 Jan 2026" in text
    assert "TPE3-2026-000001" in text
    assert "menunggu konfirmasi" in text
    assert "<svg" in text
    assert "dalam perjalanan" in text
    assert "Bukti" in text
    assert text.count("belum ada</span>") == 4
    assert "edisi 22 Feb 2023" in text


def test_what_was_asked_and_decided_stands_in_the_history(centre, client, desk, dewi):
    claim_id = desk.claims["siti"]
    asked = DocumentsRequested(
        claim_id=claim_id, mission="TPE", business_date=desk.centre.now().date(), papers=1, wanted=("kartu_peserta",),
        personal=ClaimNote(note="Foto kartunya buram"),
    )  # fmt: skip
    decided = ClaimDecided(
        claim_id=claim_id, mission="TPE", business_date=desk.centre.now().date(), outcome="approved",
        awards=(Award("JKK-OBAT-LN", 12_000_000),), personal=ClaimNote(note="Sesuai tagihan"),
    )  # fmt: skip
    centre.write(lambda connection: record(connection, centre, [asked], dewi.id))
    text = client.get(f"/klaim/{claim_id}").text
    assert "Pusat menunggu: Kartu peserta BPJS Ketenagakerjaan" in text
    assert "Foto kartunya buram" in text
    centre.write(lambda connection: record(connection, centre, [decided], dewi.id))
    text = client.get(f"/klaim/{claim_id}").text
    assert "disetujui, belum dibayar" in text
    assert "Rp 12.000.000" in text
    assert "Dewi A., Pusat" in text
    assert "Dokumen datang sesudah keputusan" in text
    assert rows(client.get("/klaim?keadaan=bayar")) == ["TPE3-K-2026-000031"]


def test_a_claim_that_is_not_there_says_so(client):
    answer = client.get(f"/klaim/{new_id()}")
    assert answer.status_code == 404
    assert "tidak ada di pusat" in answer.text


def test_a_document_reaches_the_browser_as_a_picture_and_its_file_as_a_download_only(client, desk):
    here = f"/klaim/{desk.claims['siti']}/dokumen"
    medical = desk.documents["siti"]["keterangan_medis"]
    drawn = client.get(f"{here}/{medical}/halaman?hal=2&besar=1")
    assert drawn.headers["content-type"] == "image/jpeg"
    original = client.get(f"{here}/{medical}/asli")
    assert original.content == pdf("DIAGNOSA", "HALAMAN DUA")
    assert original.headers["content-type"] == "application/octet-stream"
    assert original.headers["content-disposition"].startswith('attachment; filename="rs.pdf"')
    for answer in (drawn, original):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; sandbox")
    # What the browser could run is never handed over as what it is.
    page = desk.attach("siti", "bukti_bayar_lain", b"<script>alert(1)</script>", name='x";\r\n<b>.html')
    locked = desk.attach("siti", "bukti_bayar_transport_setempat", b"%PDF-1.7 rusak", name="rusak.pdf")
    desk.push()
    answer = client.get(f"{here}/{page}")
    assert "bukan gambar atau PDF" in answer.text
    assert "<script" not in answer.text
    assert 'filename="x_____b_.html"' in client.get(f"{here}/{page}/asli").headers["content-disposition"]
    assert "Berkas ini rusak" in client.get(f"{here}/{locked}").text
    assert client.get(f"{here}/{locked}/halaman").status_code == 404


def test_a_document_that_travels_or_belongs_elsewhere_is_not_shown_and_says_why(client, desk):
    travelling = desk.documents["siti"]["rekening"]
    answer = client.get(f"/klaim/{desk.claims['siti']}/dokumen/{travelling}")
    assert (answer.status_code, "masih dalam perjalanan" in answer.text) == (404, True)
    elsewhere = client.get(f"/klaim/{desk.claims['agus']}/dokumen/{desk.documents['siti']['paspor']}")
    assert (elsewhere.status_code, "tidak ada pada klaim ini" in elsewhere.text) == (404, True)


def test_the_overview_leads_to_the_queue(client):
    text = client.get("/").text
    assert '<a href="/klaim">2</a>' in text
    assert '<a href="/klaim">Antrean klaim</a>' in text


def go_to(page, target, most: int = 60) -> None:
    """As hands without a mouse do it: Tab until it has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"no Tab leads to {target}")


def test_an_officer_finds_a_claim_and_reads_its_papers_by_keyboard_alone(centre, desk, visitor_page):
    page, press = visitor_page, visitor_page.keyboard.press
    enter(page, centre, "dewi", "/klaim")
    page.get_by_role("heading", name="Antrean klaim").wait_for()
    shot(page, "queue")
    go_to(page, page.get_by_label("Nomor klaim atau nama"))
    page.keyboard.type("siti")
    press("Enter")
    page.wait_for_url(re.compile("cari=siti"))
    assert page.locator(".row-link").all_inner_texts() == ["TPE3-K-2026-000031"]
    go_to(page, page.locator(".row-link"))
    shot(page, "queue-focus")
    press("Enter")
    page.wait_for_url(re.compile("pilih="))
    go_to(page, page.get_by_role("link", name="Buka dan putuskan"))
    press("Enter")
    page.get_by_role("heading", name="Riwayat").wait_for()
    shot(page, "claim")
    go_to(page, page.get_by_role("link", name="Diagnosa dari fasilitas kesehatan setempat"))
    press("Enter")
    image = page.get_by_role("img", name="halaman 1")
    image.wait_for()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 900
    shot(page, "document")
    go_to(page, page.get_by_role("link", name="Halaman berikutnya"))
    press("Enter")
    page.get_by_role("img", name="halaman 2").wait_for()
    go_to(page, page.get_by_role("link", name="Putar kanan"))
    press("Enter")
    page.wait_for_url(re.compile("putar=90"))
    turned = page.get_by_role("img", name="halaman 2")
    assert turned.evaluate("image => image.decode().then(() => image.naturalHeight < image.naturalWidth)")
