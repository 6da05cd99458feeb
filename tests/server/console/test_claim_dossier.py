"""A claim's dossier as the centre makes it: who gets it, what it holds, and what proves it."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pypdf
import pytest
from loket_testing.claim_desk import SECRETS, Desk, pdf, picture
from loket_testing.dossiers import paint_over, photograph, rewritten
from loket_testing.officers import PASSWORD, signed_in
from sqlalchemy import select, update

from models.journal.claims import Award, ClaimDecided, ClaimNote, DocumentWithdrawn
from models.journal.keys import SealingKey
from models.ledger.workers import worker
from models.rules.problems import Refused
from models.rules.token import ReceiptFacts, make_token, peek, spelled, thumbprint, token_text
from reports.dossier import verify_dossier
from server.store.tables import blob_chunk, claim_access
from server.usecases.checks import check
from server.usecases.claim_dossier import dossier
from server.usecases.journal import record
from server.usecases.officers import add_officer
from server.usecases.roles import ROLES

SHOTS = os.environ.get("LOKET_SHOTS")
"""A folder, where somebody wants to see the papers."""


@pytest.fixture
def officers(centre):
    return {role: add_officer(centre, role, PASSWORD, role=role, name=role.capitalize()) for role in ROLES}


@pytest.fixture
def desk(centre, enrolled, centre_clock, officers):
    """Siti's claim: a photograph, a PDF, one paper still travelling, one taken back; Rahma's restricted one."""
    desk = Desk(centre, enrolled("TPE3"))
    desk.claim("siti", desk.worker(), 31)
    desk.attach("siti", "paspor", photograph(600, 800), name="paspor.jpg")
    desk.attach("siti", "keterangan_medis", pdf("DIAGNOSA"), kind="diagnosa_faskes_setempat", name="rs.pdf")
    desk.attach("siti", "rekening", b"travels", kind="rekening_pmi", here=False)
    wrong = desk.attach("siti", "kartu_peserta", picture("SALAH ORANG"))
    taken = DocumentWithdrawn(
        claim_id=desk.claims["siti"], mission="TPE", document_id=wrong, personal=ClaimNote(note="salah orang")
    )
    desk.visitor.journal.record(taken)
    desk.restricted("rahma", desk.worker("RAHMA WULANDARI", paid_on=None), 40)
    desk.attach_sealed("rahma", "keterangan_medis", picture("VISUM RAHASIA"))
    desk.push()
    centre_clock.forward(timedelta(hours=2))
    return desk


def words(content: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text().replace("\xa0", " ").split()) for page in pages)


def kept(centre) -> list[tuple[str, str]]:
    query = select(claim_access.c.officer_id, claim_access.c.what).order_by(claim_access.c.id)
    return [tuple(row) for row in centre.read(lambda connection: connection.execute(query).all())]


def test_a_dossier_holds_what_the_centre_knows_and_every_document(centre, desk, officers):
    claim_id = desk.claims["siti"]
    decided = ClaimDecided(
        claim_id=claim_id, mission="TPE", business_date=desk.centre.now().date(), outcome="approved",
        awards=(Award("JKK-OBAT-LN", 12_000_000),), personal=ClaimNote(note="Sesuai tagihan"),
    )  # fmt: skip
    centre.write(lambda connection: record(connection, centre, [decided], officers["verifikator"].id))
    made = dossier(centre, claim_id, officers["verifikator"])
    if SHOTS:
        (Path(SHOTS) / "berkas-pusat.pdf").write_bytes(made.pdf)

    assert made.file_name == "TPE3-K-2026-000031-berkas.pdf"
    assert [state for _, state in made.documents] == ["shown", "shown", "awaited", "removed"]
    said = words(made.pdf)
    for expected in (
        "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI",
        "Pusat BPJS Ketenagakerjaan",
        "Verifikator",
        "SITI NURHALIZA",
        "Jatuh dari tangga dapur.",
        "Kuitansi TPE3-2026-000001",
        "mencakup tanggal kejadian",
        "Selama bekerja",
        "Disetujui: Perawatan di negara penempatan",
        "Rp 12.000.000; «Sesuai tagihan»",
        "Dokumen diambil kembali",
        "Belum sampai",
        "DIAGNOSA",
        "Belum dilampirkan: ",
        "Dokumen datang sesudah keputusan",
    ):
        assert expected in said
    assert made == dossier(centre, claim_id, officers["verifikator"])


def test_it_proves_itself_and_that_the_centre_made_it(centre, centre_client, desk, officers):
    made = dossier(centre, desk.claims["siti"], officers["verifikator"])
    found = verify_dossier(made.pdf)

    assert found.intact
    assert [one.verdict for one in found.documents] == ["agrees", "agrees", "absent", "absent"]
    checked = check(centre, found.token)
    assert (checked.result, checked.series, checked.held) == ("genuine", None, None)
    assert checked.facts is not None
    assert (checked.facts.kind, checked.facts.number, checked.facts.initials) == ("dossier", found.claim, "SN")
    page = centre_client.get(f"/K/{found.token.rpartition('/')[2]}").text
    assert "Berkas klaim asli" in page
    assert "Dikeluarkan oleh pusat BPJS Ketenagakerjaan. Cocokkan" in page


def test_a_page_painted_over_afterwards_is_found(centre, desk, officers):
    made = dossier(centre, desk.claims["siti"], officers["auditor"])
    first = len(pypdf.PdfReader(io.BytesIO(made.pdf)).pages) - 4
    changed = verify_dossier(rewritten(made.pdf, paint_over(first, b"q 0 g 200 400 5 6 re f Q")))
    assert [(one.verdict, one.pages) for one in changed.documents[:2]] == [("page_differs", (1,)), ("agrees", ())]
    assert not changed.intact


def test_a_damaged_document_is_said_and_left_out(centre, desk, officers):
    with centre.engine.begin() as connection:
        connection.execute(update(blob_chunk).values(bytes=b"%PDF-1.4 something else"))
    made = dossier(centre, desk.claims["siti"], officers["khusus"])
    assert [state for _, state in made.documents] == ["differs", "differs", "awaited", "removed"]
    assert "Isi berbeda" in words(made.pdf)
    assert [state for _, state in dossier(centre, desk.claims["rahma"], officers["khusus"]).documents] == ["differs"]


def test_a_restricted_claim_is_for_khusus_and_every_try_is_kept(centre, centre_client, desk, officers):
    here = f"/klaim/{desk.claims['rahma']}/berkas.pdf"
    for role in ("verifikator", "auditor", "admin"):
        centre_client.cookies.set("loket_petugas", signed_in(centre, role))
        answer = centre_client.get(here)
        assert (role, answer.status_code) == (role, 403)
        assert "Percobaan ini dicatat" in answer.text
    centre_client.cookies.set("loket_petugas", signed_in(centre, "khusus"))
    answer = centre_client.get(here)
    assert kept(centre) == [
        *((officers[role].id, "refused") for role in ("verifikator", "auditor", "admin")),
        (officers["khusus"].id, "dossier"),
    ]
    assert answer.status_code == 200
    said = words(answer.content)
    for expected in ("KHUSUS", "Diserang di kamar majikan", "AYUNDA PELAPOR", "31 Oktober 2026", "RAHMA WULANDARI"):
        assert expected in said
    found = verify_dossier(answer.content)
    assert found.intact
    assert [(one.state, one.verdict) for one in found.documents] == [("shown", "agrees")]
    assert check(centre, found.token).result == "genuine"
    assert "Sidik dokumen tersegel" in said


def test_a_seal_that_this_centre_does_not_open_is_said(centre, desk, officers, monkeypatch):
    monkeypatch.setattr(SealingKey, "open", lambda *_: (_ for _ in ()).throw(ValueError("another key")))
    made = dossier(centre, desk.claims["rahma"], officers["khusus"])
    assert [state for _, state in made.documents] == ["sealed"]
    assert not any(secret in words(made.pdf) for secret in SECRETS)


def test_the_page_leads_to_it_who_may_take_it_and_nobody_keeps_a_copy(centre, centre_client, desk):
    page, here = f"/klaim/{desk.claims['siti']}", f"/klaim/{desk.claims['siti']}/berkas.pdf"
    for role, may in (("verifikator", True), ("admin", False), ("auditor", True)):
        centre_client.cookies.set("loket_petugas", signed_in(centre, role))
        assert (role, here in centre_client.get(page).text) == (role, may)
        assert (role, centre_client.get(here).status_code) == (role, 200 if may else 403)
    answer = centre_client.get(here)
    assert answer.headers["content-disposition"] == 'attachment; filename="TPE3-K-2026-000031-berkas.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert kept(centre) == []


def test_who_asked_for_restriction_is_in_it_by_initials_and_their_documents_are_not(centre, desk, officers):
    with centre.engine.begin() as connection:
        connection.execute(update(worker).values(restricted=True))
    made = dossier(centre, desk.claims["siti"], officers["khusus"])
    said = words(made.pdf)
    assert [state for _, state in made.documents] == ["withheld", "withheld", "withheld", "removed"]
    assert "S. N." in said
    for secret in ("NURHALIZA", "Jatuh dari tangga", "paspor.jpg", "DIAGNOSA", "salah orang"):
        assert secret not in said


def test_of_who_was_erased_there_is_no_dossier_any_more(centre, centre_client, desk, officers):
    with centre.engine.begin() as connection:
        connection.execute(update(worker).values(erased=True))
    with pytest.raises(Refused) as refusal:
        dossier(centre, desk.claims["siti"], officers["khusus"])
    assert refusal.value.problems[0].code == "claim.person_erased"
    centre_client.cookies.set("loket_petugas", signed_in(centre, "khusus"))
    assert "berkas.pdf" not in centre_client.get(f"/klaim/{desk.claims['siti']}").text
    assert centre_client.get(f"/klaim/{desk.claims['siti']}/berkas.pdf").status_code == 404


def test_the_centres_key_speaks_for_dossiers_only_and_only_as_it_signed(centre, desk, officers):
    key = centre.keys.signing
    facts = peek(token_text(verify_dossier(dossier(centre, desk.claims["siti"], officers["khusus"]).pdf).token))
    named = thumbprint(key.public)
    claim = ReceiptFacts("claim", facts.number, facts.issued_on, "SN", "")
    assert check(centre, spelled(make_token(claim, key.sign, named))).result == "unknown"
    other = desk.visitor.journal.key
    assert check(centre, spelled(make_token(facts, other.sign, named))).result == "forged"
    assert check(centre, spelled(make_token(facts, key.sign, named))).result == "genuine"
