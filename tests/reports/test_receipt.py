from __future__ import annotations

import io
import pickle
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pypdf
import pytest

from models import language
from models.rules.money import Money
from models.rules.token import read_token, token_text
from reports.paper import Words
from reports.qr import read_codes
from reports.receipt import PaidLine, PaidTender, render_receipt


def opened(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf))


def words(pdf: bytes) -> str:
    """The whole text, on one line."""
    return " ".join(" ".join(page.extract_text() for page in opened(pdf).pages).replace("\xa0", " ").split())


def drawn(page: pypdf.PageObject) -> bytes:
    """The operators that draw the page."""
    contents = page.get_contents()
    assert contents is not None
    return contents.get_data()


def fonts_of(page: Any) -> list[Any]:
    """The dictionaries of the fonts a page uses."""
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


def baselines(page: pypdf.PageObject) -> list[tuple[float, float, str]]:
    """Where each drawn text begins: x, y from below, text."""
    found: list[tuple[float, float, str]] = []

    def visit(text, _user, at, _font, _size):
        if text.strip():
            found.append((round(at[4], 1), round(at[5], 1), text.strip()))

    page.extract_text(visitor_text=visit)
    return found


def test_the_receipt_says_everything_that_was_agreed_at_the_counter(receipt):
    said = words(render_receipt(receipt))
    for expected in (
        "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI",
        "Indonesian Economic and Trade Office to Taipei",
        "KUITANSI",
        "TPE3-2026-000418",
        "22 November 2026, 09.47 (UTC+8) · Loket 3 · Rina W.",
        "SITI NURHALIZA",
        "KPJ 21034567891 · Paspor C4821907",
        "Iuran JKK + JKM 24 bulan, 11 Des 2026 – 10 Des 2028",
        "Work accident and death, 24 months",
        "Rp 332.500",
        "Rp 300.000",
        "NT$ 1 = Rp 512,40 (22 Nov 2026)",
        "Rp 632.500",
        "NT$ 1.235",
        "Tunai NT$ 1.500 · kembali NT$ 265",
        "seribu dua ratus tiga puluh lima dolar Taiwan",
        "kepesertaan berlaku setelah dikonfirmasi BPJS Ketenagakerjaan",
        "Pengaduan: 175",
        f"kunci {receipt.thumbprint.hex(' ', 2).upper()}",
        "Petugas loket",
    ):
        assert expected in said
    assert "SALINAN 1" not in said
    assert "DIBATALKAN" not in said


def test_every_font_is_embedded_and_the_pdf_names_itself(receipt):
    reader = opened(render_receipt(receipt))
    page = reader.pages[0]
    fonts = fonts_of(page)
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert reader.metadata is not None
    assert reader.metadata.title == "Kuitansi TPE3-2026-000418"
    assert reader.metadata.author == "KANTOR DAGANG DAN EKONOMI INDONESIA, TAIPEI"
    root: Any = reader.root_object
    assert root["/Lang"] == "id-ID"
    assert [round(float(side) / 72 * 25.4) for side in page.mediabox[2:]] == [210, 148]


@pytest.mark.parametrize("changes", [{}, {"copy": 12, "voided": Words("Dibatalkan.")}])
def test_the_code_is_read_back_from_the_rendered_page(receipt, facts, public_key, changes):
    """`read_codes` begins with 150 dots an inch; see test_qr for noise and turning."""
    pdf = render_receipt(replace(receipt, **changes))
    (text,) = read_codes(pdf, "application/pdf")
    assert text == receipt.token_url
    assert read_token(token_text(text), public_key) == facts


def test_the_same_paper_gives_the_same_bytes_in_any_language_and_any_process(receipt):
    receipt = replace(receipt, worker="محمد علي สมชาย 陳美麗")
    first = render_receipt(receipt)
    render_receipt(replace(receipt, worker="عبد الله بن مسعود หนึ่ง กี่ ฮิว 한국"))
    language.use("en")
    try:
        assert render_receipt(receipt) == first
    finally:
        language.use("id")
    program = (
        "import sys, pickle; from reports.receipt import render_receipt;"
        "sys.stdout.buffer.write(render_receipt(pickle.load(sys.stdin.buffer)))"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(receipt), capture_output=True, check=True
    )
    assert elsewhere.stdout == first


@pytest.fixture
def crowded(receipt):
    """Six lines, two tenders with change and surplus, long names, a copy of a void."""
    return replace(
        receipt,
        worker="MUHAMMAD ABDURRAHMAN WIJAYAKUSUMA SASTRODIPURO BIN HAJI ABDUL KARIM AMRULLAH",
        operator="Raden Ajeng Sekar Kinasih Wulandari Kusumaningrum",
        counter="Loket 12 (pabrik Taoyuan)",
        lines=tuple(
            PaidLine(Words(f"Iuran JHT {n} × Rp 600.000, Des 2026", f"Old-age savings no. {n}"), Money.idr(n * 600_000))
            for n in range(1, 7)
        ),
        tenders=(
            PaidTender("cash", Money.of(1000, "TWD")),
            PaidTender("bank_slip", Money.of(500, "TWD"), "0091-2233-8812"),
        ),
        surplus=Money.of(5, "TWD"),
        copy=2,
        voided=Words("Dibatalkan 22 November 2026; nomor pembatalan TPE3-2026-000419."),
        provisional=Words("Sementara sampai dikonfirmasi.", "Provisional until confirmed."),
    )


def test_a_crowded_receipt_loses_nothing(crowded):
    said = words(render_receipt(crowded))
    for n in range(1, 7):
        assert f"Iuran JHT {n} × Rp 600.000, Des 2026" in said
        assert f"Old-age savings no. {n}" in said
        assert language.rupiah(n * 600_000) in said
    for expected in (
        "MUHAMMAD ABDURRAHMAN WIJAYAKUSUMA SASTRODIPURO BIN HAJI ABDUL KARIM AMRULLAH",
        "Tunai",
        "NT$ 1.000",
        "Slip bank, 0091-2233-8812",
        "NT$ 500",
        "Kembali NT$ 265 · lebih bayar NT$ 5",
        "DIBATALKAN",
        "SALINAN 2",
        "nomor pembatalan TPE3-2026-000419",
        "Provisional until confirmed.",
    ):
        assert expected in said


def test_six_lines_fit_one_page(receipt, crowded):
    assert len(opened(render_receipt(replace(receipt, lines=crowded.lines))).pages) == 1


def test_no_two_lines_of_a_column_overlap_and_none_runs_into_the_foot(crowded):
    for page in opened(render_receipt(crowded)).pages:
        columns: dict[float, list[float]] = {}
        for x, y, _ in baselines(page):
            columns.setdefault(x, []).append(y)
        for heights in columns.values():
            for above, below in pairwise(sorted(set(heights), reverse=True)):
                assert above - below >= 6.5
        assert all(y > 12 for _, y, _ in baselines(page))


def test_a_voided_copy_says_so_on_every_page(crowded):
    many = replace(crowded, lines=crowded.lines * 4)
    pages = opened(render_receipt(many)).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        said = page.extract_text()
        assert "SALINAN 2" in said
        assert "DIBATALKAN" in said
        assert f"Halaman {number} dari {len(pages)}" in said
        assert "TPE3-2026-000418" in said
        assert ("Petugas loket" in said) == (number == len(pages))


def test_a_receipt_in_rupiah_has_no_rate(receipt):
    said = words(
        render_receipt(
            replace(
                receipt,
                rate="",
                due=Money.idr(632_500),
                tenders=(PaidTender("kode_iuran", Money.idr(632_500), "KI-77"),),
                change=None,
            )
        )
    )
    assert "Kurs" not in said
    assert "kembali" not in said
    assert "Kode iuran, KI-77" in said
    assert "enam ratus tiga puluh dua ribu lima ratus rupiah" in said


def test_three_decimals_are_printed_and_read_out(receipt):
    said = words(
        render_receipt(
            replace(receipt, due=Money.of(12_345, "KWD"), tenders=(PaidTender("cash", Money.of(12_345, "KWD")),))
        )
    )
    assert "KD 12,345" in said
    assert "dua belas koma tiga empat lima dinar Kuwait" in said


def test_the_amount_is_read_out_in_both_currencies(receipt):
    said = words(render_receipt(receipt))
    assert "seribu dua ratus tiga puluh lima dolar Taiwan enam ratus tiga puluh dua ribu lima ratus rupiah" in said


def test_several_currencies_in_one_payment_say_what_each_was_worth(receipt):
    said = words(
        render_receipt(
            replace(
                receipt,
                tenders=(
                    PaidTender("cash", Money.of(800, "TWD")),
                    PaidTender("cash", Money.of(1_000, "USD"), worth=Money.of(317, "TWD"), rate="US$ 1 = Rp 16.240,00"),
                    PaidTender("bank_slip", Money.of(118, "TWD"), "0091-22", date(2026, 11, 20)),
                ),
                change=None,
                short=Money.of(5, "TWD"),
                approver="Budi Santoso",
            )
        )
    )
    for expected in (
        "Tunai NT$ 800",
        "Tunai · US$ 1 = Rp 16.240,00 US$ 10,00 = NT$ 317",
        "Slip bank, 0091-22, dibayar 20 Nov 2026 NT$ 118",
        "Jumlah tagihan Amount due NT$ 1.235",
        "Kurang NT$ 5",
        "Budi Santoso Penyetuju",
    ):
        assert expected in said


def test_an_amount_fixed_by_decree_says_the_decree_and_no_rate(receipt):
    lines = (replace(receipt.lines[0], fixed=Money.of(650, "TWD")), receipt.lines[1])
    said = words(
        render_receipt(
            replace(receipt, lines=lines, decree="SK Kepala KDEI 12/2026 (1 Nov 2026)", tariff="Tarif versi 3")
        )
    )
    assert "Tarif setempat Local tariff SK Kepala KDEI 12/2026 (1 Nov 2026) Rp 632.500" in said
    assert "Rp 332.500 = NT$ 650" in said
    assert "Kurs" not in said
    assert "· Tarif versi 3" in said


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("陳美麗", "NotoSansTC"),
        ("김민수", "NotoSansKR"),
        ("Nguyễn Thị Đào", "NotoSans-Bold"),
        ("สมชาย ใจดี", "NotoSansThai"),
        ("محمد علي", "NotoSansArabic"),
    ],
)
def test_names_of_other_scripts_are_printed_in_a_font_that_has_them(receipt, name, font):
    pdf = render_receipt(replace(receipt, worker=name))
    fonts = [each["/BaseFont"] for each in fonts_of(opened(pdf).pages[0])]
    assert any(font in each for each in fonts)
    if "Arabic" in font:
        spoken = f"/ActualText <FEFF{name.encode('utf-16-be').hex().upper()}>"
        assert spoken.encode() in drawn(opened(pdf).pages[0])
    else:
        assert name in words(pdf)


def test_a_name_cannot_break_the_drawing(receipt):
    said = words(render_receipt(replace(receipt, worker="O'BRIEN (SITI) \\ <b>\x00\n\u202eABC", passport="")))
    assert "O'BRIEN (SITI) \\ <b> ABC" in said
    assert "Paspor" not in said


def test_the_time_is_printed_as_the_counter_saw_it(receipt):
    midnight = datetime(2027, 1, 1, 0, 5, tzinfo=timezone(timedelta(hours=7)))
    said = words(render_receipt(replace(receipt, issued_at=midnight, utc_offset="UTC+7")))
    assert "1 Januari 2027, 00.05 (UTC+7)" in said
