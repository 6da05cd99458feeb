from __future__ import annotations

from dataclasses import replace

from loket_testing.pdfs import words

from models.rules.money import Money
from models.rules.token import read_token, token_text
from reports.qr import read_codes
from reports.refund import refund_form, render_refund, render_refund_pair
from reports.thermal import render_thermal


def test_cash_that_went_back_is_signed_for_by_both(refund):
    said = words(render_refund(refund))
    for expected in (
        "BUKTI PENGEMBALIAN Proof of refund",
        "No. TPE3-2026-000611",
        "Untuk kuitansi For receipt TPE3-2026-000418 22 November 2026",
        "Dikembalikan kepada Returned to SITI NURHALIZA",
        "NT$ 1.235 Rp 632.500",
        "seribu dua ratus tiga puluh lima dolar Taiwan",
        "Tunai di loket ini",
        "25 November 2026 diputuskan 4 Desember 2026",
        "Kontrak batal sebelum berangkat.",
        "Disetujui oleh Approved by Budi Santoso",
        "Rina W. Petugas loket SITI NURHALIZA Penerima uang",
    ):
        assert expected in said


def test_a_transfer_names_the_account_as_far_as_it_may_be_seen_and_the_banks_reference(refund):
    transfer = replace(
        refund, method="transfer", number="", token_url="", account="BNI ••••7782", transfer_reference="TRX-88120"
    )
    pdf = render_refund(transfer)
    said = words(pdf)
    assert "Transfer bank BNI ••••7782 · TRX-88120" in said
    assert "Penerima uang" not in said
    assert read_codes(pdf, "application/pdf") == []


def test_its_code_names_the_receipt_and_the_amount(refund, public_key):
    (text,) = read_codes(render_refund(refund), "application/pdf")
    facts = read_token(token_text(text), public_key)
    assert (facts.kind, facts.number, facts.refers) == ("refund", refund.number, refund.receipt_number)
    assert facts.amount == refund.amount


def test_three_decimals_are_printed_and_read_out(refund):
    said = words(render_refund(replace(refund, amount=Money.of(12_345, "KWD"), amount_idr=None)))
    assert "KD 12,345" in said
    assert "dua belas koma tiga empat lima dinar Kuwait" in said
    assert "Rp" not in said


def test_a_refund_in_rupiah_says_the_amount_once(refund):
    assert words(render_refund(replace(refund, amount=Money.idr(632_500)))).count("Rp 632.500") == 1


def test_both_copies_and_the_strip_say_the_same(refund):
    assert words(render_refund_pair(refund)).count("Penerima uang") == 2
    assert b"Penerima uang" in render_thermal(refund_form(refund))
