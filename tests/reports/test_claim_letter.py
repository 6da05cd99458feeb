from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from loket_testing.pdfs import lowest

from models.rules.claims import benefits, checklist, document_kinds, kinds
from models.rules.token import read_token, token_text
from reports.claim_letter import (
    AwardedBenefit,
    WantedDocument,
    render_acknowledgement,
    render_decision,
    render_document_request,
)
from reports.claim_words import benefit_words, document_words, party_words, requirement_words
from reports.paper import Words
from reports.qr import read_codes


def pages(pdf: bytes) -> list[str]:
    return [
        " ".join(page.extract_text().replace("\xa0", " ").split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def test_an_acknowledgement_says_what_was_filed_which_papers_are_there_and_what_comes_next(acknowledgement):
    indonesian, english = pages(render_acknowledgement(acknowledgement))
    for expected in (
        "Nomor: TPE3-K-2026-000031",
        "Perihal: Tanda terima pengajuan klaim",
        "Taipei, 8 Desember 2026",
        "Kepada Yth. SITI NURHALIZA",
        "Kecelakaan kerja",
        "Tahap 1 dari 2",
        "22 November 2026, oleh pekerja sendiri",
        "1. Paspor salinan 22 November 2026",
        "1. Laporan polisi kepolisian setempat asli 22 Desember 2026",
        "2. Bukti bayar transportasi setempat yang membayar asli atau salinan 15 Desember 2026",
        "3. Surat keterangan pemberi kerja pemberi kerja secepatnya",
        "Kembali paling lambat 15 Desember 2026",
        "loket perwakilan RI atau KDEI mana pun",
        "laporan tahap 2",
        "diputuskan oleh BPJS Ketenagakerjaan",
        "Keterangan pusat per 7 Desember 2026",
    ):
        assert expected in indonesian
    for expected in (
        "Our reference: TPE3-K-2026-000031",
        "Subject: Acknowledgement of a claim",
        "Taipei, 8 December 2026",
        "Work accident",
        "1. Police report local police original 22 December 2026",
        "To come back by 15 December 2026",
        "the employment social security agency of the Republic of Indonesia",
        "Page 2 of 2",
    ):
        assert expected in english


def test_each_language_can_be_handed_over_by_itself(acknowledgement, request_for_documents, decision):
    """Both pages have the number, the code, and a line to sign on."""
    for pdf in (
        render_acknowledgement(acknowledgement),
        render_document_request(request_for_documents),
        render_decision(decision),
    ):
        reader = pypdf.PdfReader(io.BytesIO(pdf))
        assert len(reader.pages) == 2
        for number in range(2):
            writer = pypdf.PdfWriter()
            writer.add_page(reader.pages[number])
            alone = io.BytesIO()
            writer.write(alone)
            assert len(read_codes(alone.getvalue(), "application/pdf")) == 1
            said = " ".join(reader.pages[number].extract_text().split())
            assert "TPE3-K-2026-000031" in said
            assert "Rina W." in said


def test_a_letters_code_is_the_slips(decision, slip, public_key):
    text = read_codes(render_decision(decision), "application/pdf")[0]
    assert text == slip.token_url
    assert read_token(token_text(text), public_key).number == slip.number


def test_a_request_says_from_whom_each_paper_comes_and_where_to_bring_it(request_for_documents):
    indonesian, english = pages(render_document_request(request_for_documents))
    for expected in (
        "Pada 4 Desember 2026 BPJS Ketenagakerjaan meminta dokumen tambahan",
        "Laporan polisi kepolisian setempat asli 22 Desember 2026",
        "Paling lambat 15 Desember 2026",
        "Catatan BPJS Tanggal pada laporan polisi harus sama dengan visum.",
        "tidak harus loket ini",
    ):
        assert expected in indonesian
    assert "Not later than 15 December 2026" in english
    assert "the counter of any Indonesian mission, not necessarily this one" in english


def test_a_paper_that_came_since_it_was_asked_for_says_so(request_for_documents):
    came = replace(request_for_documents.wanted[0], came=True)
    paper = replace(request_for_documents, wanted=(came, *request_for_documents.wanted[1:]))
    indonesian, english = pages(render_document_request(paper))
    assert "kepolisian setempat asli sudah diterima" in indonesian
    assert "local police original received" in english


def test_an_approval_says_each_amount_their_sum_in_words_and_that_it_was_paid(decision):
    indonesian, english = pages(render_decision(decision))
    for expected in (
        "keputusan BPJS Ketenagakerjaan tanggal 4 Desember 2026",
        "Keputusan DISETUJUI",
        "Perawatan di negara penempatan Rp 18.450.000",
        "Penggantian transportasi Rp 1.600.000",
        "Jumlah Rp 20.050.000",
        "dua puluh juta lima puluh ribu rupiah",
        "Cara pembayaran transfer bank",
        "Rekening tercatat BRI ••••••7712, a.n. SITI NURHALIZA",
        "dibayar pada 7 Desember 2026: Rp 20.050.000",
        "Referensi BRI-20261207-88121",
    ):
        assert expected in indonesian
    for expected in ("Decision APPROVED", "IDR 18,450,000", "Total IDR 20,050,000", "paid on 7 December 2026"):
        assert expected in english


def test_an_approval_that_is_not_paid_yet_promises_nothing(decision):
    indonesian, english = pages(render_decision(replace(decision, payment=None)))
    assert "belum tercatat sampai 7 Desember 2026" in indonesian
    assert "not recorded as of 7 December 2026" in english
    for promise in ("akan dibayar", "will be paid", "Referensi"):
        assert promise not in indonesian + english


def test_one_benefit_needs_no_sum_below_it(decision):
    award = AwardedBenefit(Words("Santunan", "Compensation"), 5_000_000)
    indonesian, _english = pages(render_decision(replace(decision, awards=(award,), payment=None)))
    assert "Jumlah Rp 5.000.000" not in indonesian
    assert "Jumlah ditetapkan Rp 5.000.000 lima juta rupiah" in indonesian


def test_a_rejection_says_why_and_what_can_be_done(decision):
    paper = replace(
        decision,
        outcome="rejected",
        awards=(),
        payment=None,
        reason=Words("Kejadian di luar masa perlindungan", "The event was outside the covered time"),
        note="Perlindungan berakhir 10 Oktober 2026.",
        duplicate_of="TPE3-K-2026-000019",
    )
    indonesian, english = pages(render_decision(paper))
    for expected in (
        "Keputusan TIDAK DISETUJUI",
        "Alasan Kejadian di luar masa perlindungan",
        "Catatan BPJS Perlindungan berakhir 10 Oktober 2026.",
        "Klaim yang diproses TPE3-K-2026-000019",
        "bukti atau dokumen baru",
        "keberatan tertulis",
    ):
        assert expected in indonesian
    assert "Reason The event was outside the covered time" in english
    for absent in ("Rp", "transfer"):
        assert absent not in indonesian


def test_no_letter_shows_a_whole_nik_or_account(acknowledgement, request_for_documents, decision):
    for pdf in (
        render_acknowledgement(acknowledgement),
        render_document_request(request_for_documents),
        render_decision(decision),
    ):
        said = " ".join(pages(pdf))
        assert "NIK ••••0007" in said
        assert not re.search(r"\d{12,}", said)


def test_letters_about_a_restricted_claim_tell_a_finder_nothing(acknowledgement, request_for_documents, decision):
    about = replace(acknowledgement.about, restricted=True, kind=Words("Pemerkosaan", "Rape"), filed_by="heir")
    said = {
        "acknowledgement": pages(
            render_acknowledgement(replace(acknowledgement, about=about, missing=(), come_back=date(2026, 12, 22)))
        ),
        "full list": pages(render_acknowledgement(replace(acknowledgement, about=about))),
        "request": pages(render_document_request(replace(request_for_documents, about=about))),
        "approval": pages(render_decision(replace(decision, about=about))),
        "rejection": pages(
            render_decision(replace(decision, about=about, outcome="rejected", reason=Words("Alasan", "Because")))
        ),
    }
    for letter, (indonesian, english) in said.items():
        assert "Klaim khusus" in indonesian, letter
        assert "Special claim" in english, letter
        for secret in (
            *("Pemerkosaan", "Rape", "heir", "ahli waris", "3 November", "event", "Tahap", "Stage"),
            *("Rp", "IDR", "juta", "BRI", "Paspor salinan", "polisi", "Police", "visum", "Alasan", "Because"),
            *("DISETUJUI", "APPROVED", "REJECTED", "NIK"),
        ):
            assert secret not in indonesian + english, (letter, secret)
    assert "2 dokumen" in said["acknowledgement"][0]
    assert "Kembali paling lambat 22 Desember 2026" in said["acknowledgement"][0]
    assert "3 dokumen. Hubungi petugas khusus" in said["request"][0]
    for letter in ("approval", "rejection"):
        assert "hubungi petugas khusus" in said[letter][0]
    assert said["approval"] == said["rejection"]


def test_a_long_list_goes_on_under_the_same_headings_and_nobody_signs_an_empty_page(request_for_documents):
    wanted = tuple(
        WantedDocument(Words(f"Dokumen ke-{n:02} dari instansi", f"Document no. {n:02} by an office"))
        for n in range(60)
    )
    pdf = render_document_request(
        replace(request_for_documents, wanted=wanted, papers=60, note="Catatan yang panjang sekali. " * 100)
    )
    said = pages(pdf)
    assert lowest(pdf) > 15
    whole = " ".join(said)
    for n in range(60):
        assert whole.count(f"Dokumen ke-{n:02}") == 1
        assert whole.count(f"Document no. {n:02}") == 1
    english = next(number for number, page in enumerate(said) if "Request for documents" in page)
    assert 3 <= english < len(said) - 2
    assert "Asli / salinan" in said[1]
    assert "Original / copy" in said[english + 1]
    signed = [number for number, page in enumerate(said) if re.search("Petugas loket|Counter officer", page)]
    assert signed == [english - 1, len(said) - 1]
    assert "sampaikan di loket" in said[english - 1]


def test_a_copy_says_so_on_both_pages_to_the_eye(decision):
    reader = pypdf.PdfReader(io.BytesIO(render_decision(replace(decision, about=replace(decision.about, copy=2)))))
    assert all("SALINAN 2" in page.extract_text() for page in reader.pages)


def test_a_letter_goes_to_whoever_filed(acknowledgement):
    about = replace(acknowledgement.about, addressee="AHMAD SURYA", filed_by="heir")
    indonesian, _english = pages(render_acknowledgement(replace(acknowledgement, about=about)))
    assert "Kepada Yth. AHMAD SURYA" in indonesian
    assert "oleh ahli waris" in indonesian


@pytest.mark.parametrize("mission", ["KJRI", "A" * 90])
def test_a_mission_without_an_english_name_and_one_with_a_long_name_have_a_head_too(acknowledgement, mission):
    about = replace(acknowledgement.about, mission=Words(mission))
    assert all(mission in page for page in pages(render_acknowledgement(replace(acknowledgement, about=about))))


def test_the_same_letter_gives_the_same_bytes(acknowledgement, request_for_documents, decision):
    for render, paper in (
        (render_acknowledgement, acknowledgement),
        (render_document_request, request_for_documents),
        (render_decision, decision),
    ):
        assert render(paper) == render(replace(paper))


def test_every_benefit_and_document_has_its_english():
    unsaid = [one.code for one in benefits() if not one.restricted and not benefit_words(one.code, one.name).en]
    unsaid += [kind for kind in document_kinds() if not document_words(kind).en]
    assert unsaid == []


def test_what_is_not_known_in_english_is_said_in_indonesian():
    assert benefit_words("NEW", "Manfaat baru") == Words("Manfaat baru")
    assert document_words("dokumen_masa_depan") == Words("dokumen_masa_depan")
    assert requirement_words("Salah satu", ("paspor", "dokumen_masa_depan")) == Words("Salah satu")
    assert party_words("") == Words("")


def test_one_of_several_documents_is_named_as_a_choice_in_english():
    said = requirement_words("KTP atau paspor pekerja", ("ktp", "paspor"))
    assert said.en == "Worker's Indonesian identity card (KTP) or passport"


def test_every_paper_of_every_checklist_is_named_shortly_in_english_at_every_office():
    asked = [
        one.at(office)
        for each in kinds()
        for situation in each.situations
        for one in checklist(each.code, situation.code)
        for office in ("KDEI", "KBRI")
    ]
    assert len(asked) > 100
    for one in asked:
        words = requirement_words(one.name, one.one_of)
        assert 0 < len(words.en) <= 80, one.key
