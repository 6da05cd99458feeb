from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from models.rules.token import read_token, token_text
from reports.claim_slip import MissingDocument, ReceivedDocument, claim_slip_form, render_claim_slip
from reports.paper import Words
from reports.qr import read_codes
from reports.thermal import render_thermal

SECRETS = ("Kekerasan", "violence", "Cerita", "Visum", "polisi", "psikolog", "rumah aman")


def pages(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def test_the_slip_says_what_came_in_what_is_missing_and_who_decides(slip):
    (said,) = pages(render_claim_slip(slip))
    for expected in (
        "TANDA TERIMA KLAIM",
        "TPE3-K-2026-000031",
        "SITI NURHALIZA",
        "Perawatan kecelakaan kerja",
        "Tangan terjepit mesin pres.",
        "3 November 2026",
        "diajukan pekerja sendiri",
        "Surat keterangan dokter",
        "Kronologis kejadian",
        "s.d. 22 Des 2026",
        "Laporan polisi",
        "Jumlah ditetapkan BPJS Ketenagakerjaan",
        "bukan persetujuan klaim",
        "Bawa dokumen yang masih kurang ke loket perwakilan RI mana pun",
        "Pindai untuk melihat keadaan klaim",
    ):
        assert expected in said


def test_a_paper_says_whether_it_is_an_original_or_a_copy_where_that_is_known(slip):
    (said,) = pages(render_claim_slip(slip))
    for expected in ("Paspor (salinan)", "Kronologis kejadian (asli)", "setempat (asli atau salinan)"):
        assert expected in said
    assert "Surat keterangan dokter (" not in said
    assert "Laporan polisi (" not in said


def test_the_day_to_come_back_is_the_nearest_one_and_the_largest_letters_on_the_slip(slip):
    form = claim_slip_form(slip)
    rows = {row.label.id: row.items for row in form.rows}
    (day,) = rows["Kembali paling lambat"]
    assert day.text == "6 Desember 2026"
    assert day.style.size == max(item.style.size for row in form.rows for item in row.items)
    assert b"6 Desember 2026" in render_thermal(form)


def test_nobody_is_called_back_by_a_day_that_no_rule_knows(slip):
    (said,) = pages(render_claim_slip(replace(slip, missing=(MissingDocument("Laporan polisi"),))))
    assert "Masih kurang" in said
    assert "Kembali paling lambat" not in said


@pytest.mark.parametrize(("stage", "expected"), [(0, False), (1, True), (2, True)])
def test_of_a_kind_that_is_reported_in_two_the_slip_says_which_one_this_is(slip, stage, expected):
    (said,) = pages(render_claim_slip(replace(slip, stage=stage)))
    assert (f"Tahap {stage} dari 2" in said) == expected
    assert ("Tahap" in said) == expected


def test_a_complete_claim_has_nothing_missing(slip):
    (said,) = pages(render_claim_slip(replace(slip, missing=())))
    for absent in ("Masih kurang", "Kembali paling lambat", "Bawa dokumen"):
        assert absent not in said


def test_a_restricted_claim_keeps_its_kind_its_story_and_its_papers_to_itself(slip):
    pdf = render_claim_slip(
        replace(
            slip,
            restricted=True,
            kind=Words("Kekerasan seksual", "Sexual violence"),
            description="Cerita yang tidak boleh terbaca",
            stage=1,
            filed_by="heir",
            event_date=date(2026, 10, 9),
            received=(ReceivedDocument("Visum et repertum", "original"), ReceivedDocument("Laporan polisi", "copy")),
            missing=(MissingDocument("Surat psikolog", date(2026, 12, 22)), MissingDocument("Surat rumah aman")),
        )
    )
    (said,) = pages(pdf)
    assert "Klaim khusus" in said
    assert "2 dokumen" in said
    assert said.count("22 Desember 2026") == 1
    for secret in (*SECRETS, "Tahap", "ahli waris", "Tanggal kejadian", "9 Oktober", "asli)", "salinan)"):
        assert secret not in said
        assert secret.encode() not in pdf


def test_the_counter_that_sealed_a_restricted_claim_knows_of_its_papers_only_how_many_came_and_one_day(slip):
    """What the ledger holds of one: no list, and a day under a word that says nothing."""
    paper = replace(slip, restricted=True, missing=(), come_back=date(2026, 12, 22))
    (said,) = pages(render_claim_slip(paper))
    for expected in ("2 dokumen", "Ada dokumen yang ditunggu", "Kembali paling lambat", "Bawa dokumen"):
        assert expected in said
    assert said.count("22 Desember 2026") == 1
    strip = render_thermal(claim_slip_form(paper))
    for secret in ("Perawatan", "Tangan", "Paspor (", "Surat keterangan dokter", "3 November"):
        assert secret.encode() not in strip


def test_long_lists_go_on_in_a_second_page_and_nothing_is_lost(slip):
    documents = tuple(f"Dokumen {n:02} dari instansi yang berwenang di negara penempatan" for n in range(18))
    said = pages(render_claim_slip(replace(slip, received=tuple(map(ReceivedDocument, documents)))))
    assert len(said) == 2
    for document in documents:
        assert sum(document in page for page in said) == 1
    assert all("TPE3-K-2026-000031" in page for page in said)
    assert "Petugas loket" in said[1]
    assert "Petugas loket" not in said[0]


@pytest.mark.parametrize("copy", [0, 3])
def test_the_code_of_a_slip_is_read_back_and_says_no_more_than_a_number_and_a_day(slip, public_key, copy):
    (text,) = read_codes(render_claim_slip(replace(slip, copy=copy)), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.number, facts.lines, facts.amount) == ("claim", slip.number, (), None)


def test_the_same_slip_gives_the_same_bytes(slip):
    assert render_claim_slip(slip) == render_claim_slip(replace(slip))
