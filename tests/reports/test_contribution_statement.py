from __future__ import annotations

from dataclasses import replace
from datetime import date

from loket_testing.pdfs import opened, spoken, words

from reports.contribution_statement import StatementLine, net_idr, render_contribution_statement


def test_every_payment_and_what_became_of_it_stands_in_order(statement):
    said = words(render_contribution_statement(statement))
    for expected in (
        "REKAP IURAN Statement of contributions",
        "SITI NURHALIZA",
        "Jumlah iuran Contributions Rp 632.500",
        "20 Nov 2024 TPE3-2024-000101 JKK + JKM 24 bulan (dibatalkan)",
        "332.500 NT$ 649 21 Nov 2024 TPE3-2024-000102 Pembatalan TPE3-2024-000101: JKK + JKM 24 bulan",
        "-332.500 -NT$ 649",
        "TPE3-2024-000103 JKK + JKM 24 bulan",
        "JHT 3 bulan Nov 2024 300.000",
        "Jumlah 632.500",
        "JKK + JKM 11 Des 2024 – 10 Des 2026 Dikonfirmasi BPJS 1 Desember 2024",
        "JHT Des 2024 – Feb 2025 Sementara, menunggu konfirmasi BPJS",
        "TPE5-2026-000077 JKK + JKM 11 Des 2026 – 10 Des 2028 11 Des 2028 – 10 Des 2030",
        "Data pusat per 8 Desember 2026",
    ):
        assert expected in said


def test_the_balance_is_what_the_insurer_stated_with_its_day(statement):
    said = words(render_contribution_statement(statement))
    assert "JHT Rp 1.812.400 per 31 Oktober 2026, menurut BPJS" in said
    assert "Saldo dinyatakan oleh BPJS Ketenagakerjaan dan tidak dihitung di loket." in said

    said = words(render_contribution_statement(replace(statement, balances=())))
    assert "Belum dinyatakan oleh BPJS Ketenagakerjaan" in said
    assert "1.812.400" not in said


def test_a_worker_who_never_paid_has_a_statement_too(statement):
    said = words(render_contribution_statement(replace(statement, lines=(), covers=(), moves=(), balances=())))
    assert "Belum ada pembayaran yang tercatat." in said
    assert "Tidak ada perlindungan yang tercatat." in said
    assert "Masa yang diganti" not in said


def test_what_was_taken_back_is_not_counted(statement):
    assert net_idr(statement.lines) == 632_500
    refunded = replace(statement.lines[2], kind="refund", number="TPE3-2024-000200", refers="TPE3-2024-000103")
    assert net_idr((*statement.lines, refunded)) == 300_000


def test_years_of_savings_go_on_over_pages_and_every_month_is_there(statement):
    months = tuple(
        StatementLine(
            date(2020 + n // 12, n % 12 + 1, 5),
            f"TPE3-{2020 + n // 12}-{n:06}",
            "payment",
            "JHT",
            1,
            date(2020 + n // 12, n % 12 + 1, 1),
            date(2020 + n // 12, n % 12 + 1, 28),
            50_000,
            None,
        )
        for n in range(90)
    )
    pdf = render_contribution_statement(replace(statement, lines=months))
    assert len(opened(pdf).pages) == 3
    said = words(pdf)
    for line in months:
        assert said.count(line.number) == 1
    assert "Jumlah 4.500.000" in said
    assert [each.text for each in spoken(pdf)].count("Untuk") == 1
