from __future__ import annotations

import io
import random

import pypdfium2
import pytest
import segno
from PIL import Image, ImageFilter

from models.rules.problems import Refused
from reports.qr import bars, read_codes
from reports.receipt import render_receipt


def scan(pdf: bytes, dots_per_inch: int) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[0].render(scale=dots_per_inch / 72).to_pil().convert("L")
    finally:
        document.close()


def saved(picture: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 7, -23])
def test_a_paper_scanned_at_150_dots_an_inch_is_read_however_it_lies(receipt, turn):
    picture = scan(render_receipt(receipt), 150).rotate(turn, Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    assert read_codes(saved(picture, "PNG"), "image/png") == [receipt.token_url]


def test_a_noisy_blurred_photograph_is_read(receipt):
    picture = scan(render_receipt(receipt), 200).filter(ImageFilter.GaussianBlur(0.8))
    dice = random.Random(418)
    specks = picture.load()
    assert specks is not None
    for _ in range(picture.width * picture.height // 50):
        specks[dice.randrange(picture.width), dice.randrange(picture.height)] = dice.randrange(256)
    assert read_codes(saved(picture, "JPEG"), "image/jpeg") == [receipt.token_url]


def test_the_printed_code_is_large_enough_and_keeps_its_quiet_zone(receipt):
    picture = scan(render_receipt(receipt), 254)  # ten dots a millimetre
    area = picture.crop((picture.width - 560, 270, picture.width - 60, 760))
    box = area.point(lambda grey: 255 if grey < 128 else 0).crop((0, 20, 500, 430)).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert right - left >= 320
    assert bottom - top >= 320


def test_two_codes_in_one_picture_are_both_read_and_a_page_without_one_gives_none():
    sheet = Image.new("L", (600, 300), 255)
    for place, text in ((20, "SATU"), (320, "DUA")):
        code = io.BytesIO()
        segno.make(text, micro=False).save(code, kind="png", scale=8)
        sheet.paste(Image.open(code), (place, 20))
    assert sorted(read_codes(saved(sheet, "PNG"), "image/png")) == ["DUA", "SATU"]
    assert read_codes(saved(Image.new("L", (50, 50), 255), "PNG"), "image/png") == []


def test_the_bars_are_the_code():
    side, found = bars("HTTPS://CONTOH/K/ABC")
    matrix = [[0] * side for _ in range(side)]
    for column, row, length in found:
        matrix[row][column : column + length] = [1] * length
    assert matrix == [
        list(row)
        for row in segno.make("HTTPS://CONTOH/K/ABC", error="m", boost_error=False, micro=False, mask=2).matrix
    ]


@pytest.mark.parametrize(
    ("data", "media", "code"),
    [
        (b"", "image/png", "file.unreadable"),
        (b"\x89PNG\r\n\x1a\nbroken", "image/png", "file.unreadable"),
        (b"%PDF-1.7 broken", "application/pdf", "file.unreadable"),
        (b"GIF89a", "image/gif", "file.media"),
        (b"hello", "text/plain", "file.media"),
    ],
)
def test_another_kind_of_file_or_a_damaged_one_is_refused(data, media, code):
    with pytest.raises(Refused) as refusal:
        read_codes(data, media)
    assert [problem.code for problem in refusal.value.problems] == [code]


def test_a_picture_cut_short_is_refused():
    whole = saved(Image.effect_noise((400, 400), 80), "PNG")
    with pytest.raises(Refused) as refusal:
        read_codes(whole[: len(whole) // 2], "image/png")
    assert [problem.code for problem in refusal.value.problems] == ["file.unreadable"]


def test_a_picture_that_unpacks_to_too_many_points_is_refused():
    bomb = saved(Image.new("1", (9000, 9000)), "PNG")
    with pytest.raises(Refused) as refusal:
        read_codes(bomb, "image/png")
    assert [problem.code for problem in refusal.value.problems] == ["file.unreadable"]
