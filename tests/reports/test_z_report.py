from __future__ import annotations

from dataclasses import replace

import pytest
from loket_testing.pdfs import opened, spoken, words

from models.rules.money import Money
from models.rules.token import read_token, token_text
from reports.qr import read_codes
from reports.thermal import render_thermal
from reports.z_report import CashCount, LateEntry, TenderTotal, render_z_report, z_form


def test_a_z_report_says_what_was_counted_expected_and_left(z):
    said = words(render_z_report(z))
    for expected in (
        "LAPORAN Z",
        "No. TPE3-Z-000031",
        "22 November 2026, 08.02 Rina W.",
        "22 November 2026, 16.31 Dewi Lestari",
        "-NT$ 5 uang kurang",
        "TPE3-2026-000381 s.d. TPE3-2026-000420",
        "38 kuitansi, 2 pembatalan",
        "Kembalian keliru pada satu pembayaran; tidak ditemukan lagi.",
        "TWD NT$ 5.000 NT$ 41.240 NT$ 41.235 -NT$ 5 NT$ 36.235 NT$ 5.000",
        "USD US$ 0,00 US$ 120,50 US$ 120,50 nol US$ 120,50 US$ 0,00",
        "Tunai TWD 31 NT$ 38.475 NT$ 1.235 NT$ 37.240",
        "Slip bank TWD 6 NT$ 22.160 NT$ 0 NT$ 22.160",
        "Jumlah TWD NT$ 60.635 NT$ 1.235 NT$ 59.400",
        "TWD saat dibuka NT$ 1.000 3 NT$ 3.000 NT$ 500 4 NT$ 2.000 Jumlah TWD saat dibuka NT$ 5.000",
        "Jumlah TWD saat ditutup NT$ 41.235",
        "Jumlah USD saat ditutup US$ 120,50",
        "11.40 keluar NT$ 1.000 Membeli kertas dan tinta printer",
        "13.00 Dewi Lestari nol",
        "TPE3-2026-000380 21 Nov 2026 17.15 Kuitansi, slip bank NT$ 649",
        "3 catatan belum terkirim ke pusat saat ditutup.",
        "1 isian belum selesai dibawa ke sesi berikutnya.",
        "Budi Santoso Penyetuju",
    ):
        assert expected in said


def test_the_whole_fingerprints_of_this_report_and_the_one_before_stand_on_it(z):
    said = words(render_z_report(z)).replace(" ", "")
    assert z.hash.hex().upper() in said
    assert z.previous_hash.hex().upper() in said


def test_the_first_report_of_a_till_says_that_none_came_before(z):
    said = words(render_z_report(replace(z, previous_number="", previous_hash=b"")))
    assert "Laporan pertama kas ini" in said
    assert "Laporan sebelumnya" not in said


def test_a_quiet_day_without_cash_is_a_report_all_the_same(z):
    quiet = replace(
        z, floats=(), counts=(), deposited=(), totals=(), moves=(), hand_overs=(), late=(), first_number="", reason=""
    )
    said = words(render_z_report(quiet))
    for expected in (
        "Tidak ada uang tunai",
        "Tidak ada nomor yang dikeluarkan",
        "Tidak ada pembayaran dalam sesi ini.",
        "Tidak ada uang masuk atau keluar di luar pembayaran.",
        "Tidak ada yang dicatat di antara laporan sebelumnya",
    ):
        assert expected in said
    assert "Hitungan per pecahan" not in said


def test_cash_that_is_over_says_so_and_cash_that_fits_says_nol(z):
    over = CashCount(Money.of(12_345, "KWD"), Money.of(12_300, "KWD"))
    assert "+KD 0,045 uang lebih" in words(render_z_report(replace(z, counts=(over,))))
    even = CashCount(Money.of(12_345, "KWD"), Money.of(12_345, "KWD"))
    assert "Selisih kas Cash difference Nol" in words(render_z_report(replace(z, counts=(even,))))


def test_a_float_that_was_not_what_the_last_report_left_is_said(z):
    changed = CashCount(Money.of(4_900, "TWD"), Money.of(5_000, "TWD"))
    said = words(render_z_report(replace(z, floats=(changed,))))
    assert "Saat dibuka NT$ 4.900 dihitung, NT$ 5.000 menurut laporan sebelumnya: selisih -NT$ 100." in said


def test_a_long_day_goes_on_over_pages_with_its_columns_named_on_each(z):
    late = tuple(
        LateEntry(f"TPE3-2026-{n:06}", z.opened_at, f"Kuitansi ke-{n}", Money.of(649, "TWD")) for n in range(120)
    )
    pdf = render_z_report(replace(z, late=late))
    pages = opened(pdf).pages
    assert len(pages) >= 4
    for number, page in enumerate(pages, start=1):
        seen = page.extract_text()
        assert f"Halaman {number} dari {len(pages)}" in seen
        assert "TPE3-Z-000031" in seen
        assert ("Petugas loket" in seen) == (number == len(pages))
        if "Kuitansi ke-" in seen:
            assert "Dicatat" in seen
    said = words(pdf)
    assert all(f"Kuitansi ke-{n} " in said for n in range(120))
    assert [each.text for each in spoken(pdf)].count("Dicatat") == 1


def test_the_code_of_a_z_report_is_read_back(z, public_key):
    (text,) = read_codes(render_z_report(z), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.number, facts.refers, facts.chain) == ("z", z.number, z.previous_number, z.previous_hash)
    assert [(one.counted_money, one.expected_money) for one in facts.sums] == [
        (count.counted, count.expected) for count in z.counts
    ]


def test_currencies_are_never_added_together(z):
    totals = (
        TenderTotal("cash", Money.of(100, "TWD"), Money.of(0, "TWD"), 1),
        TenderTotal("cash", Money.of(100, "USD"), Money.of(0, "USD"), 1),
    )
    assert "Jumlah TWD" not in words(render_z_report(replace(z, totals=totals, floats=(), counts=())))


def test_the_same_report_gives_the_same_bytes_and_a_short_one_fits_a_strip(z):
    assert render_z_report(z) == render_z_report(replace(z))
    strip = render_thermal(z_form(z))
    assert b"LAPORAN Z" in strip
    assert b"-NT$ 5" in strip


@pytest.mark.parametrize("copy", [0, 2])
def test_a_copy_is_marked_on_every_page(z, copy):
    for page in opened(render_z_report(replace(z, copy=copy))).pages:
        assert ("SALINAN 2" in page.extract_text()) == bool(copy)
