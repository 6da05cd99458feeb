from __future__ import annotations

from dataclasses import replace

import pytest
from loket_testing.pdfs import opened, words

from models.rules.money import Money
from models.rules.token import read_token, token_text
from reports.paper import Words
from reports.qr import read_codes
from reports.receipt import PaidLine, PaidTender
from reports.thermal import render_thermal
from reports.void import render_void, render_void_pair, void_form


def test_a_void_says_what_was_taken_back_and_by_whom(void):
    said = words(render_void(void))
    for expected in (
        "KUITANSI PEMBATALAN",
        "No. TPE3-2026-000419",
        "Membatalkan kuitansi Receipt cancelled TPE3-2026-000418 22 November 2026",
        "SITI NURHALIZA",
        "KPJ 21034567891 · Paspor C4821907",
        "Iuran JKK + JKM 24 bulan, 11 Des 2026 – 10 Des 2028 Rp 332.500",
        "Jumlah dibatalkan Amount cancelled NT$ 1.235 Rp 632.500",
        "Diserahkan kembali Handed back Tunai NT$ 1.235",
        "seribu dua ratus tiga puluh lima dolar Taiwan",
        "Salah orang: paspor milik saudaranya.",
        "Disetujui oleh Approved by Budi Santoso",
        "Kuitansi TPE3-2026-000418 tidak berlaku lagi",
        "Rina W. Petugas loket",
        "Budi Santoso Penyetuju",
    ):
        assert expected in said


@pytest.mark.parametrize("changes", [{}, {"copy": 3}])
def test_its_code_names_both_receipts(void, public_key, changes):
    (text,) = read_codes(render_void(replace(void, **changes)), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.number, facts.refers) == ("void", "TPE3-2026-000419", "TPE3-2026-000418")


def test_both_copies_of_a_sheet_carry_the_code(void):
    pdf = render_void_pair(void)
    assert len(opened(pdf).pages) == 1
    said = words(pdf)
    assert said.count("TPE3-2026-000419") == 2
    assert said.count("Lembar pekerja") == said.count("Lembar arsip") == 1
    assert read_codes(pdf, "application/pdf") == [void.token_url]


def test_money_at_the_bank_stays_there_and_change_comes_back(void):
    kept = (PaidTender("bank_slip", Money.of(235, "TWD"), "0091-2233-8812"),)
    said = words(render_void(replace(void, handed_back=(Money.of(10_000, "USD"), Money.of(-265, "TWD")), kept=kept)))
    assert "Tunai US$ 100,00" in said
    assert "Uang kembalian yang diterima lagi NT$ 265 Change taken back" in said
    assert "Tetap di bank Stays at the bank Slip bank, 0091-2233-8812 NT$ 235" in said
    assert "Tidak ada uang tunai. No cash." in words(render_void(replace(void, handed_back=(), kept=kept)))


def test_the_second_void_of_a_receipt_moves_nothing_and_says_so(void):
    said = words(render_void(replace(void, counts=False)))
    assert "sudah dibatalkan sebelumnya; tidak ada uang yang berpindah" in said
    assert "NT$ 1.235" not in said


def test_a_void_without_a_second_person_has_one_line_to_sign_on(void):
    said = words(render_void(replace(void, approver="")))
    assert "Penyetuju" not in said
    assert "Disetujui" not in said


def test_a_long_void_goes_on_in_a_second_page_and_loses_nothing(void):
    lines = tuple(PaidLine(Words(f"Iuran JHT bulan ke-{n}"), Money.idr(50_000)) for n in range(24))
    pdf = render_void(replace(void, lines=lines, reason="Salah jumlah. " * 30))
    assert len(opened(pdf).pages) == 2
    said = words(pdf)
    for n in range(24):
        assert f"Iuran JHT bulan ke-{n} Rp 50.000" in said
    assert said.count("Salah jumlah.") == 30


def test_the_same_void_gives_the_same_bytes(void):
    assert render_void(void) == render_void(replace(void))


def test_a_strip_of_80_mm_has_both_lines_to_sign_on(void):
    strip = render_thermal(void_form(void))
    assert b"Budi Santoso" in strip
    assert b"Penyetuju" in strip
    assert b"Rina W." in strip
