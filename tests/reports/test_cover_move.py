from __future__ import annotations

from dataclasses import replace
from datetime import date

from loket_testing.pdfs import opened, words

from models.rules.token import read_token, token_text
from reports.cover_move import MovedCover, cover_move_form, covered_span, render_cover_move, render_cover_move_pair
from reports.qr import read_codes
from reports.thermal import render_thermal


def test_a_move_says_the_days_before_and_the_days_from_now_on(move):
    said = words(render_cover_move(move))
    for expected in (
        "BUKTI PENGGANTIAN MASA PERLINDUNGAN Notice of changed cover",
        "No. TPE3-2026-000502",
        "SITI NURHALIZA",
        "Untuk kuitansi For receipt TPE5-2026-000077",
        "Masa semula Previous cover JKK + JKM: 11 Des 2026 – 10 Des 2028 JHT: Des 2026 – Feb 2027",
        "Masa sekarang Cover from now on JKK + JKM: 11 Des 2028 – 10 Des 2030 JHT: Mar 2027 – Mei 2027",
        "Dua loket memperpanjang masa yang sama",
        "Budi Santoso Penyetuju",
        "Jumlah yang dibayar tidak berubah. Simpan bersama kuitansi TPE5-2026-000077",
    ):
        assert expected in said


def test_its_code_says_the_days_from_now_on_and_the_receipt(move, public_key):
    (text,) = read_codes(render_cover_move(move), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.refers) == ("move", "TPE5-2026-000077")
    assert [(line.covered_from, line.covered_to) for line in facts.lines] == [(date(2028, 12, 11), date(2030, 12, 10))]


def test_days_of_several_receipts_name_each(move):
    other = MovedCover(
        "TPE7-2026-000009", "JHT", date(2026, 12, 1), date(2026, 12, 31), date(2027, 6, 1), date(2027, 6, 30)
    )
    said = words(render_cover_move(replace(move, moves=(*move.moves, other))))
    assert "TPE5-2026-000077, TPE7-2026-000009" in said
    assert "JHT: Des 2026 TPE7-2026-000009" in said
    assert "JHT: Jun 2027" in said


def test_a_move_by_the_centre_has_no_number_and_no_code_of_its_own(move):
    pdf = render_cover_move(replace(move, number="", token_url="", approver=""))
    said = words(pdf)
    assert "Untuk kuitansi TPE5-2026-000077 1 Desember 2026" in said
    assert "tanda tangan elektronik" not in said
    assert read_codes(pdf, "application/pdf") == []


def test_both_copies_and_the_strip_say_the_same(move):
    pdf = render_cover_move_pair(move)
    assert len(opened(pdf).pages) == 1
    assert words(pdf).count("JKK + JKM: 11 Des 2028 – 10 Des 2030") == 2
    assert b"JKK + JKM: 11 Des 2028 - 10 Des 2030" in render_thermal(cover_move_form(move))


def test_spans_are_days_for_accident_and_death_and_months_for_savings():
    assert covered_span("JKK+JKM", date(2026, 12, 11), date(2028, 12, 10)) == "11 Des 2026 – 10 Des 2028"
    assert covered_span("JHT", date(2026, 12, 1), date(2026, 12, 31)) == "Des 2026"
