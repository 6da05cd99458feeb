from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from models.rules.token import read_token, token_text
from reports.claim_slip import MissingDocument, render_claim_slip
from reports.paper import Words
from reports.qr import read_codes


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
        "paling lambat 22 Desember 2026",
        "Laporan polisi",
        "Jumlah ditetapkan BPJS Ketenagakerjaan",
        "bukan persetujuan klaim",
        "Bawa dokumen yang masih kurang",
    ):
        assert expected in said


def test_a_complete_claim_has_nothing_missing(slip):
    (said,) = pages(render_claim_slip(replace(slip, missing=())))
    assert "Masih kurang" not in said
    assert "Bawa dokumen" not in said


def test_a_restricted_claim_keeps_its_kind_its_story_and_its_papers_to_itself(slip):
    pdf = render_claim_slip(
        replace(
            slip,
            restricted=True,
            kind=Words("Kekerasan seksual", "Sexual violence"),
            description="Cerita yang tidak boleh terbaca",
            received=("Visum et repertum", "Laporan polisi"),
            missing=(MissingDocument("Surat psikolog", date(2026, 12, 22)), MissingDocument("Surat rumah aman")),
        )
    )
    (said,) = pages(pdf)
    assert "Klaim khusus" in said
    assert "2 dokumen" in said
    assert "paling lambat 22 Desember 2026" in said
    for secret in ("Kekerasan", "violence", "Cerita", "Visum", "polisi", "psikolog", "rumah aman"):
        assert secret not in said
        assert secret.encode() not in pdf


def test_long_lists_go_on_in_a_second_page_and_nothing_is_lost(slip):
    documents = tuple(f"Dokumen {n:02} dari instansi yang berwenang di negara penempatan" for n in range(18))
    said = pages(render_claim_slip(replace(slip, received=documents)))
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
