from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import cbor2
import pypdf
from loket_testing.pdfs import lowest

from models.rules.token import read_token, token_text
from reports.mission_statement import render_mission_statement
from reports.qr import read_codes


def pages(pdf: bytes) -> list[str]:
    return [
        " ".join(page.extract_text().replace("\xa0", " ").split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages
    ]


def test_a_death_is_stated_with_who_when_where_and_from_what_it_is_known(mission_statement):
    indonesian, english = pages(render_mission_statement(mission_statement))
    for expected in (
        "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI",
        "SURAT KETERANGAN KEMATIAN",
        "Nomor: 418/KONS/TPE/XI/2026",
        "Nama SITI NURHALIZA",
        "Tanggal lahir 12 Maret 1994",
        "Nomor paspor C4821907",
        "telah meninggal dunia",
        "Selasa, 3 November 2026",
        "Tempat RS Mackay Memorial, Taipei, Taiwan",
        "Keadaan Meninggal dalam perawatan",
        "Sumber keterangan Surat kematian RS Mackay Memorial nomor MMH-2026-11873",
        "klaim nomor TPE3-K-2026-000031",
        "Pasal 57 ayat (1) Peraturan Menteri Ketenagakerjaan Nomor 4 Tahun 2023",
        "Taipei, 24 November 2026",
        "Agus Wibowo",
        "Kepala Bidang Perlindungan WNI",
        "Nomor pencatatan loket: TPE3-K-2026-000032",
    ):
        assert expected in indonesian
    for expected in (
        "CERTIFICATE OF DEATH",
        "Number: 418/KONS/TPE/XI/2026",
        "has died",
        "Tuesday, 3 November 2026",
        "Article 57(1)",
        "Taipei, 24 November 2026",
        "Agus Wibowo",
    ):
        assert expected in english


def test_a_missing_person_is_not_said_to_be_dead(mission_statement):
    indonesian, english = pages(render_mission_statement(replace(mission_statement, about="missing")))
    for expected in ("SURAT KETERANGAN HILANG", "telah hilang", "Sejak hari, tanggal Selasa", "Terakhir diketahui di"):
        assert expected in indonesian
    for expected in ("CERTIFICATE OF A MISSING PERSON", "is missing", "Since Tuesday", "Last known at"):
        assert expected in english
    for absent in ("telah meninggal", "KEMATIAN", "has died", "OF DEATH"):
        assert absent not in indonesian + english


def test_what_nobody_knows_is_left_out_and_our_number_stands_where_the_mission_keeps_no_register(mission_statement):
    paper = replace(
        mission_statement, letter_number="", birth_date=None, passport="", circumstances="", claim_number="", source=""
    )
    indonesian, _english = pages(render_mission_statement(paper))
    assert "Nomor: TPE3-K-2026-000032" in indonesian
    for absent in ("Tanggal lahir", "Nomor paspor", "Keadaan", "Sumber", "klaim nomor"):
        assert absent not in indonesian


def test_a_long_account_goes_on_and_is_signed_on_its_last_page(mission_statement):
    account = " ".join(f"Kalimat ke-{n:03} tentang apa yang terjadi di kapal itu." for n in range(160))
    pdf = render_mission_statement(replace(mission_statement, circumstances=account))
    said = pages(pdf)
    assert len(said) > 2
    assert lowest(pdf) > 15
    whole = " ".join(said)
    for n in (0, 80, 159):
        assert whole.count(f"Kalimat ke-{n:03}") == 2
    assert [number for number, page in enumerate(said) if "Agus Wibowo" in page] == [len(said) // 2 - 1, len(said) - 1]


def test_the_code_of_a_statement_says_what_is_stated_and_since_when_and_no_name(mission_statement, public_key):
    (text, *_again) = read_codes(render_mission_statement(mission_statement), "application/pdf")
    token = token_text(text)
    facts = read_token(token, public_key)
    assert (facts.kind, facts.number, facts.about, facts.event_on) == (
        "statement",
        "TPE3-K-2026-000032",
        "death",
        date(2026, 11, 3),
    )
    payload = cbor2.loads(cbor2.loads(token).value[2])
    assert set(payload) == {1, 2, 3, 4, 5, 18}
    for secret in (b"SITI", b"NURHALIZA", b"C4821907", b"MMH"):
        assert secret not in token


def test_a_copy_says_so(mission_statement):
    assert all("SALINAN 1" in page for page in pages(render_mission_statement(replace(mission_statement, copy=1))))


def test_the_same_statement_gives_the_same_bytes(mission_statement):
    assert render_mission_statement(mission_statement) == render_mission_statement(replace(mission_statement))
