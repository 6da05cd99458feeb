"""Letters and dossiers as the counter makes them of what it holds."""

from __future__ import annotations

import io
from datetime import date
from typing import Any, get_args
from uuid import UUID

import pypdf
import pytest
from loket_testing.answers import Answers, claims_key
from loket_testing.counter import bring
from loket_testing.dossiers import drawn_pdf, photograph
from loket_testing.journals import Journal
from sqlalchemy import delete

from kiosk.desk import Desk
from kiosk.queries.claim_papers import dossier_paper
from kiosk.queries.documents import of_worker
from kiosk.store.tables import blob
from kiosk.usecases import papers
from kiosk.usecases.checks import check
from kiosk.usecases.claim_papers import LetterKind, dossier, letter, verify
from kiosk.usecases.claims import Document, attach, detach
from kiosk.usecases.documents import keep_document
from kiosk.usecases.privacy import restrict
from models.journal.workers import BodyErased
from models.rules.problems import Refused
from models.rules.token import token_text
from reports.qr import read_codes

KINDS: tuple[LetterKind, ...] = get_args(LetterKind)


def pages(pdf: bytes) -> list[str]:
    return [
        " ".join(page.extract_text().replace("\xa0", " ").split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def refused(act: Any, *given: Any) -> list[str]:
    with pytest.raises(Refused) as refusal:
        act(*given)
    return [one.code for one in refusal.value.problems]


@pytest.fixture
def accident(desk: Desk, siti: UUID) -> Answers:
    one = Answers(desk, siti, "JKK-KECELAKAAN", description="Tangan terjepit mesin pres.")
    attach(desk, one.claim_id, [Document("paspor", "paspor.jpg", photograph(), seen_as="copy")])
    return one


def test_an_acknowledgement_is_made_of_what_the_counter_holds(desk: Desk, accident: Answers) -> None:
    indonesian, english = pages(letter(desk, accident.number, "acknowledgement"))
    for expected in (
        "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI",
        "Taipei, 22 November 2026",
        accident.number,
        "SITI NURHALIZA",
        "NIK ••••0003 · Paspor C4821907",
        "Jenis klaim Kecelakaan kerja",
        "3 November 2026",
        "Tahap 1 dari 2",
        "1. Paspor salinan 22 November 2026",
        "Surat keterangan pemberi kerja, KDEI atau instansi ketenagakerjaan setempat pemberi kerja asli",
        "Kembali paling lambat 6 Desember 2026",
    ):
        assert expected in indonesian
    assert "Kind of claim Work accident" in english
    assert "1. Passport copy 22 November 2026" in english
    assert "employer original 22 December 2026" in english


def test_a_letters_code_is_the_claims_own(desk: Desk, accident: Answers) -> None:
    (text,) = read_codes(letter(desk, accident.number, "acknowledgement"), "application/pdf")
    (slip,) = read_codes(papers.preview(desk, accident.number), "application/pdf")
    assert text == slip
    assert check(desk, text).known_here


@pytest.mark.parametrize(("kind", "code"), [("request", "letter.not_asked"), ("decision", "letter.not_decided")])
def test_nothing_is_said_that_the_centre_has_not(desk: Desk, accident: Answers, kind: LetterKind, code: str) -> None:
    assert refused(letter, desk, accident.number, kind) == [code]
    accident.rejects()
    accident.reopens(accident.decision)
    assert refused(letter, desk, accident.number, kind) == [code]


@pytest.mark.parametrize("kind", KINDS)
def test_a_claim_that_is_not_here_has_no_letter(desk: Desk, kind: LetterKind) -> None:
    assert refused(letter, desk, "TPE3-K-2026-000099", kind) == ["claim.not_synced"]
    assert refused(letter, desk, "HKG1-K-2026-000099", kind) == ["claim.not_here"]
    assert refused(letter, desk, "KUITANSI", kind) == ["receipt_number.form"]


def test_a_request_names_what_the_centre_wants_and_what_has_come_since(desk: Desk, accident: Answers) -> None:
    accident.asks("bukti_bayar_transport_setempat", "laporan_polisi", by_day=date(2026, 12, 5))
    accident.brings_one("laporan_polisi")
    indonesian, english = pages(letter(desk, accident.number, "request"))
    for expected in (
        "Pada 22 November 2026 BPJS Ketenagakerjaan meminta dokumen tambahan",
        "1. Bukti bayar transportasi setempat yang membayar asli 5 Desember 2026",
        "2. Laporan polisi",
        "sudah diterima",
        "Catatan BPJS Buku rekening kabur",
        "Paling lambat 5 Desember 2026",
    ):
        assert expected in indonesian
    assert "1. Proof of payment of local transport" in english


def test_a_decision_is_conveyed_as_it_stands_now(desk: Desk, accident: Answers) -> None:
    accident.rejects()
    (said, english) = pages(letter(desk, accident.number, "decision"))
    assert "Keputusan TIDAK DISETUJUI" in said
    assert "Pada tanggal peristiwa pekerja tidak terlindungi" in said
    assert "The worker was not covered" in english
    accident.reopens(accident.decision)
    accident.approves()
    (said, _english) = pages(letter(desk, accident.number, "decision"))
    for expected in ("DISETUJUI", "Rp 12.000.000", "Jumlah Rp 14.500.000", "empat belas juta lima ratus ribu rupiah"):
        assert expected in said
    assert "belum tercatat" in said
    accident.pays()
    (said, english) = pages(letter(desk, accident.number, "decision"))
    assert "dibayar pada 22 November 2026: Rp 14.500.000 Referensi TRF-1" in said
    assert "paid on 22 November 2026: IDR 14,500,000" in english
    accident.gets_it_back()
    assert "belum tercatat" in pages(letter(desk, accident.number, "decision"))[0]


@pytest.mark.parametrize("how", ["sealed", "without a key"])
def test_a_restricted_claims_papers_say_how_many_and_until_when_and_nothing_else(
    desk: Desk, siti: UUID, how: str
) -> None:
    if how != "without a key":
        claims_key(desk)
    one = Answers(desk, siti, "JKK-PERKOSAAN", description="Cerita yang tidak boleh terbaca")
    if how != "without a key":
        attach(desk, one.claim_id, [Document("visum", "visum.jpg", photograph())])
    one.says(asked_in_secret(one.claim_id))
    one.approves(())
    made = [*(letter(desk, one.number, kind) for kind in KINDS), papers.preview(desk, one.number)]
    made.append(dossier(desk, one.number).pdf)
    for pdf in made:
        said = " ".join(pages(pdf))
        assert "Klaim khusus" in said
        for secret in ("erkosa", "Rape", "Cerita", "isum", "3 November", "DISETUJUI", "Disetujui", "JKK"):
            assert secret not in said
    assert "2 dokumen. Hubungi petugas khusus" in pages(made[1])[0]
    assert ("1 dokumen" in pages(made[3])[0]) == (how != "without a key")
    if how != "without a key":
        assert "Dokumen Tersegel" in " ".join(pages(made[4]))


def asked_in_secret(claim_id: UUID) -> Any:
    from models.journal.claims import DocumentsRequested

    return DocumentsRequested(claim_id=claim_id, mission="TPE", business_date=date(2026, 11, 22), papers=2)


def test_an_heir_who_filed_is_written_to(desk: Desk, siti: UUID) -> None:
    one = Answers(desk, siti, "JKM-SELAMA", filed_by="heir", filer_name="AHMAD FAUZI")
    indonesian = pages(letter(desk, one.number, "acknowledgement"))[0]
    assert "Kepada Yth. AHMAD FAUZI" in indonesian
    assert "oleh ahli waris" in indonesian


def test_of_somebody_who_was_erased_nothing_is_printed_any_more(desk: Desk, siti: UUID, accident: Answers) -> None:
    bring(desk, [Journal(mission="ZZZ").record(BodyErased(worker_id=siti, mission="TPE", reason="request"))])
    for kind in KINDS:
        assert refused(letter, desk, accident.number, kind) == ["worker.erased"]
    assert refused(dossier, desk, accident.number) == ["worker.erased"]


# Dossiers


def test_a_dossier_holds_every_document_and_proves_itself_at_any_counter(desk: Desk, accident: Answers) -> None:
    scan = drawn_pdf(pages=2)
    attach(desk, accident.claim_id, [Document("resume_medis_faskes_setempat", "resume.pdf", scan, seen_as="original")])
    made = dossier(desk, accident.number)
    assert made.documents == (("Paspor", "shown"), ("Resume medis dari fasilitas kesehatan setempat", "shown"))
    said = pages(made.pdf)
    whole = " ".join(said)
    for expected in (
        "Menunggu keputusan BPJS · tahap 1 dari 2",
        "Tangan terjepit mesin pres.",
        "NIK 3507105203940003",
        "Permenaker 4/2023",
        "Tidak ada pembayaran yang tercatat di loket ini.",
        "Masa",
        "Klaim diterima di loket",
        "Dokumen dilampirkan: Paspor",
        "Belum dilampirkan: ",
        "Dokumen 2 dari 2: Resume medis",
        "halaman 2 dari 2",
        "Halaman 2 milik rumah sakit",
    ):
        assert expected in whole
    found = verify(desk, made.pdf)
    assert found.genuine
    assert found.file.intact
    assert found.signer is not None
    assert found.signer.counter == "TPE3"
    assert [one.verdict for one in found.file.documents] == ["agrees", "agrees"]
    assert dict(found.file.cover)["Pekerja"][0] == ("Nama", "SITI NURHALIZA")


def test_the_same_claim_gives_the_same_dossier(desk: Desk, accident: Answers) -> None:
    assert dossier(desk, accident.number).pdf == dossier(desk, accident.number).pdf


def test_a_document_that_only_the_centre_has_and_one_that_was_taken_back_are_named(
    desk: Desk, accident: Answers
) -> None:
    attach(desk, accident.claim_id, [Document("laporan_polisi", "polisi.pdf", drawn_pdf())])
    documents = dossier_paper(desk, accident.number).documents
    detach(desk, UUID(documents[1].id), "salah orang")
    with desk.work() as work:
        work.connection.execute(delete(blob).where(blob.c.sha256 == documents[0].sha256))
    made = dossier(desk, accident.number)
    assert made.documents == (("Paspor", "awaited"), ("Laporan polisi", "removed"))
    said = " ".join(pages(made.pdf))
    assert "Paspor Belum sampai" in said
    assert "Laporan polisi Dicabut" in said
    assert "Dokumen dicabut: Laporan polisi; salah orang" in said
    assert verify(desk, made.pdf).genuine


def test_a_dossier_of_somebody_whose_data_are_restricted_withholds_the_documents(
    desk: Desk, siti: UUID, accident: Answers
) -> None:
    restrict(desk, siti, "meminta sendiri")
    made = dossier(desk, accident.number)
    said = " ".join(pages(made.pdf))
    assert made.documents == (("Paspor", "withheld"),)
    assert "S. N." in said
    assert photograph() not in made.pdf
    for secret in ("NURHALIZA", "3507105203940003", "C4821907", "terjepit", "paspor.jpg"):
        assert secret not in said


def test_a_decided_claims_dossier_tells_what_was_decided(desk: Desk, accident: Answers) -> None:
    accident.approves()
    accident.pays()
    said = " ".join(pages(dossier(desk, accident.number).pdf))
    for expected in ("Sudah dibayar", "Disetujui: Sesuai surat dokter; Rp 14.500.000", "Dibayar: Rp 14.500.000"):
        assert expected in said


def test_a_second_report_stands_in_the_dossier(desk: Desk, accident: Answers) -> None:
    accident.reports("disabled", "JKK-CACAT-SEBAGIAN", description="Dua jari diamputasi.")
    said = " ".join(pages(dossier(desk, accident.number).pdf))
    for expected in ("tahap 2 dari 2", "Laporan tahap 2", "Santunan cacat sebagian", "Dua jari diamputasi."):
        assert expected in said
    assert "Tahap 2 dari 2" in pages(papers.preview(desk, accident.number))[0]


def test_a_dossier_of_a_counter_that_is_not_known_here_agrees_and_nobody_can_say_whose_it_is(
    desk: Desk, accident: Answers
) -> None:
    from dataclasses import replace

    from loket_testing.dossiers import signed_dossier

    stranger = signed_dossier(replace(dossier_paper(desk, accident.number), token_url=""))
    from reports.dossier import render_dossier

    pdf = render_dossier(stranger)
    found = verify(desk, pdf)
    assert (found.genuine, found.file.intact) == (None, True)
    unsigned = verify(desk, render_dossier(replace(stranger, token_url="")))
    assert (unsigned.genuine, unsigned.signer) == (False, None)


def test_a_dossiers_code_is_a_paper_of_its_own(desk: Desk, accident: Answers) -> None:
    (text, *_others) = read_codes(dossier(desk, accident.number).pdf, "application/pdf")
    found = check(desk, text)
    assert found.facts is not None
    assert (found.genuine, found.facts.kind, found.facts.number) == (True, "dossier", accident.number)
    assert (found.facts.initials, found.facts.passport_end) == ("SN", "1907")
    assert b"NURHALIZA" not in token_text(text)


def test_the_workers_own_papers_need_not_be_read_again(desk: Desk, siti: UUID) -> None:
    """A document that a claim took over from the worker is the same bytes."""
    keep_document(desk, siti, "paspor", photograph(), "paspor.jpg")
    (kept,) = of_worker(desk, siti)
    one = Answers(desk, siti, "JHT")
    attach(desk, one.claim_id, [Document("paspor", "paspor", kept=kept.id)])
    made = dossier(desk, one.number)
    assert made.documents == (("Paspor", "shown"),)
    assert verify(desk, made.pdf).genuine
