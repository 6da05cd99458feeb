"""The thermal receipt: read as a printer reads it, looked at as a strip of paper, its code scanned."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from loket_testing.escpos import DOTS, printed
from PIL import Image, ImageChops

from reports.claim_slip import claim_slip_form
from reports.paper import Words, render
from reports.qr import read_codes
from reports.receipt import PaidTender, receipt_form
from reports.thermal import COLUMNS, render_thermal
from reports.trial import CODE, trial_form


def scanned(picture: Image.Image, turn: float = 0) -> list[str]:
    """The codes a reader finds on the strip, lying as it may."""
    file = io.BytesIO()
    paper = Image.new("L", (640, picture.height + 40), 255)
    paper.paste(picture.convert("L"), (32, 20))
    paper.rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255).save(file, "PNG")
    return read_codes(file.getvalue(), "image/png")


def test_the_strip_says_what_the_receipt_says_and_is_cut_once(receipt):
    strip = printed(render_thermal(receipt_form(receipt)))
    said = "\n".join(strip.lines)
    for expected in (
        "KUITANSI",
        "No. TPE3-2026-000418",
        "22 November 2026, 09.47 (UTC+8)",
        "SITI NURHALIZA",
        "Terima dari / Received from",
        "NT$ 1.235",
        "Tunai NT$ 1.500",
        "seribu dua ratus tiga puluh lima",
        "Iuran JKK + JKM 24 bulan, 11 Des 2026 - 10 Des",
        "Rp 332.500",
        "Pengaduan: 175",
    ):
        assert expected in said
    assert strip.cuts == [strip.picture.height]
    assert all(len(line) <= 64 for line in strip.lines)


def test_the_code_on_the_strip_is_the_token_of_every_other_size_of_paper(receipt):
    strip = printed(render_thermal(receipt_form(receipt)))
    for turn in (0, 90, 180, 7):
        assert scanned(strip.picture, turn) == [receipt.token_url]


def test_a_copy_and_a_void_are_marked_white_on_black_and_an_original_is_not(receipt):
    assert printed(render_thermal(receipt_form(receipt))).reversed_lines == []
    marked = replace(receipt, copy=12, voided=Words("Dibatalkan 22 Nov 2026.", "Voided 22 Nov 2026."))
    strip = printed(render_thermal(receipt_form(marked)))
    assert strip.reversed_lines == ["DIBATALKAN", "SALINAN 12"]
    assert "Copy no. 12" in strip.lines


def test_names_in_other_scripts_are_drawn_and_never_become_question_marks(receipt):
    plain = printed(render_thermal(receipt_form(receipt)))
    for name in ("陳美玲", "สมชาย ใจดี", "محمد علي", "김민수", "RENÉ NGUYỄN"):
        strip = printed(render_thermal(receipt_form(replace(receipt, worker=name))))
        assert len(strip.lines) == len(plain.lines) - 1
        assert not any("?" in line for line in strip.lines)
        [name_at] = [at for at, line in enumerate(strip.lines) if line == "Terima dari / Received from"]
        assert strip.lines[name_at + 1].startswith("KPJ 21034567891")
        assert scanned(strip.picture) == [receipt.token_url]


def test_two_names_in_another_script_look_different_and_one_stands_where_the_printer_prints(receipt):
    def name(text: str) -> Image.Image:
        return printed(render_thermal(receipt_form(replace(receipt, worker=text)))).picture

    one, other = name("陳美玲"), name("陳美珠")
    assert one.size == other.size
    box = ImageChops.difference(one.convert("L"), other.convert("L")).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert right - left < 40
    assert bottom - top < 40
    assert right < DOTS // 2


def test_a_line_too_long_for_the_roll_is_broken_and_its_figure_ends_at_the_edge(receipt):
    tenders = tuple(
        PaidTender("bank_slip", receipt.due, f"BCA-PUSAT-JAKARTA-SELATAN-2026112200000{at}") for at in range(3)
    )
    strip = printed(render_thermal(receipt_form(replace(receipt, tenders=tenders, change=None))))
    figures = [line for line in strip.lines if line.endswith("NT$ 1.235")]
    assert len(figures) >= 3
    assert {len(line) for line in figures if line.strip() != "NT$ 1.235" or line.startswith(" ")} == {COLUMNS}


def test_the_claim_slip_prints_on_the_roll_and_a_restricted_one_keeps_its_silence(slip):
    said = "\n".join(printed(render_thermal(claim_slip_form(slip))).lines)
    assert "TANDA TERIMA KLAIM" in said
    assert "* Surat keterangan dokter" in said
    hidden = printed(render_thermal(claim_slip_form(replace(slip, restricted=True))))
    assert "Klaim khusus" in "\n".join(hidden.lines)
    assert "terjepit" not in "\n".join(hidden.lines)


def test_the_same_paper_gives_the_same_bytes(receipt):
    form = receipt_form(replace(receipt, worker="陳美玲 SITI"))
    assert render_thermal(form) == render_thermal(form)


@pytest.mark.parametrize("worker", ["A" * 300, "SITI\x1b@\x1dV\x00", "SITI\nNURHALIZA", "x" * 47 + " é"])
def test_no_name_sends_the_printer_a_command_or_runs_off_the_paper(receipt, worker):
    strip = printed(render_thermal(receipt_form(replace(receipt, worker=worker))))
    assert strip.cuts == [strip.picture.height]
    assert scanned(strip.picture) == [receipt.token_url]


def test_the_trial_page_looks_like_a_receipt_on_either_paper_and_says_it_is_none(receipt):
    form = trial_form(receipt.mission, "Loket 3", "Struk", receipt.issued_at)
    strip = printed(render_thermal(form))
    assert "Pencetak Struk" in strip.lines
    assert "Bukan kuitansi. Not a receipt." in strip.lines
    assert scanned(strip.picture) == [CODE]
    assert read_codes(render(form), "application/pdf") == [CODE]
