"""Pictures made fit to be kept, from pages drawn here as scanners and telephones give them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from datetime import date

import pytest
from PIL import Image, ImageFilter

from kiosk.devices.pictures import LARGEST, LONG_SIDE, MOST_PIXELS, media_type, prepare, read
from models.rules.mrz import make_mrz
from models.rules.problems import Refused
from models.sentences import SENTENCES
from scripts.passport_page import data_page, grained, jpeg, laid, letter

MRZ = make_mrz(
    surname="NURHALIZA",
    given="SITI",
    number="C4821907",
    birth_date=date(1994, 3, 12),
    sex="F",
    expiry=date(2031, 2, 14),
)
LID = (252, 252, 252)


@pytest.fixture(scope="module")
def page() -> Image.Image:
    return data_page(MRZ, dpi=200)


@pytest.fixture(scope="module")
def sheet() -> Image.Image:
    return letter()


def in_the_corner(page: Image.Image) -> Image.Image:
    """As one lays it on a scanner: against two edges of the glass."""
    glass = Image.new("RGB", (1654, 2339), LID)
    glass.paste(page, (0, 0))
    return glass


def kept(content: bytes, **more: int) -> Image.Image:
    return Image.open(io.BytesIO(prepare(content, "a.jpg", **more).content))  # type: ignore[arg-type]


def warnings(picture: Image.Image) -> list[str]:
    found = prepare(jpeg(picture), "a.jpg").warnings
    assert all(problem.code in SENTENCES for problem in found)
    return [problem.code for problem in found]


def codes(content: bytes) -> list[str]:
    with pytest.raises(Refused) as refusal:
        prepare(content, "a.jpg")
    assert all(problem.code in SENTENCES for problem in refusal.value.problems)
    return [problem.code for problem in refusal.value.problems]


# The page on its ground


@pytest.mark.parametrize(
    "lay",
    [
        lambda page: laid(page, (1654, 2339), colour=LID),
        lambda page: laid(page, (1654, 2339), colour=LID, angle=-2),
        lambda page: laid(page, (1654, 2339), colour=(198, 199, 202), angle=1.5),
        in_the_corner,
        lambda page: laid(page, (1800, 1400), angle=2, noise=20),
        lambda page: laid(page, (1800, 1500), angle=-8, noise=25),
    ],
    ids=["white lid", "white lid, tilted", "grey lid", "corner of the glass", "dark table", "dark table, much tilted"],
)
def test_a_page_is_cut_out_of_what_it_lies_on_and_set_straight(
    page: Image.Image, lay: Callable[[Image.Image], Image.Image]
) -> None:
    found = kept(jpeg(lay(page)))
    assert found.width == pytest.approx(page.width, rel=0.04)
    assert found.height == pytest.approx(page.height, rel=0.04)
    assert found.width >= page.width - 3
    # The edges are straight: the page's own colour all along them, a little way in.
    for box in ((20, 20, found.width - 20, 22), (20, 20, 22, found.height - 20)):
        assert min(found.convert("L").crop(box).tobytes()) > 150


def test_a_printed_sheet_on_a_white_lid_keeps_its_margins(sheet: Image.Image) -> None:
    found = kept(jpeg(sheet))
    assert found.height == LONG_SIDE
    assert found.width / found.height == pytest.approx(sheet.width / sheet.height, rel=0.01)


def test_a_crooked_sheet_comes_out_level(sheet: Image.Image) -> None:
    crooked = sheet.rotate(1.7, Image.Resampling.BICUBIC, fillcolor=(250, 249, 247))

    def sharpest(picture: Image.Image) -> int:
        rows = picture.convert("L").resize((1, 1000), Image.Resampling.BOX).tobytes()
        return max(rows) - min(rows)

    assert sharpest(kept(jpeg(crooked))) > 1.6 * sharpest(crooked)


def test_something_small_on_a_sheet_does_not_become_the_sheet(sheet: Image.Image) -> None:
    few = letter(18)
    assert kept(jpeg(few)).size == kept(jpeg(sheet)).size


def test_a_picture_that_is_all_page_stays_whole(page: Image.Image) -> None:
    assert kept(jpeg(page)).size == page.size


# Upright, and nothing told of the place


def test_a_telephone_s_turn_is_applied_and_its_place_forgotten(sheet: Image.Image) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (25.0, 2.0, 3.0)}
    exif[0x0110] = "Telepon Siti"
    content = jpeg(sheet.transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert b"Telepon Siti" in content
    done = prepare(content, "a.jpg")
    found = Image.open(io.BytesIO(done.content))
    assert found.height > found.width
    assert not found.getexif()
    assert b"Telepon" not in done.content
    assert b"Exif" not in done.content


def test_a_clerk_may_turn_it_further(page: Image.Image) -> None:
    upright, quarter = kept(jpeg(page)), kept(jpeg(page), turn=90)
    assert quarter.size == upright.size[::-1]
    back = quarter.transpose(Image.Transpose.ROTATE_90).convert("L").resize((20, 14), Image.Resampling.BOX).tobytes()
    was = upright.convert("L").resize((20, 14), Image.Resampling.BOX).tobytes()
    assert max(abs(one - other) for one, other in zip(back, was, strict=True)) < 12


# Small, and the same every time


def test_a_telephone_s_twelve_megapixels_become_small_and_stay_sharp() -> None:
    page = data_page(MRZ, dpi=560)
    content = jpeg(laid(page, (4000, 3000), angle=2, noise=25), 92)
    done = prepare(content, "a.jpg")
    found = Image.open(io.BytesIO(done.content))
    assert len(content) > 1_500_000
    assert len(done.content) <= LARGEST
    assert max(found.size) <= LONG_SIDE
    assert done.warnings == ()


def test_a_busy_picture_is_brought_below_the_limit_too() -> None:
    restless = grained(Image.new("RGB", (2200, 1600), (128, 128, 128)), 250)
    assert len(jpeg(restless)) > LARGEST
    assert len(prepare(jpeg(restless), "a.jpg").content) <= LARGEST


def test_the_same_picture_has_the_same_address_and_keeps_it(page: Image.Image) -> None:
    content = jpeg(laid(page, (1800, 1400), angle=2, noise=20))
    once = prepare(content, "a.jpg").content
    assert prepare(content, "b.jpg").content == once
    assert prepare(once, "a.jpg").content == once


def test_a_stamp_s_transparency_becomes_paper_and_a_grey_page_stays_grey(page: Image.Image) -> None:
    clear = Image.new("RGBA", (1000, 900), (0, 0, 0, 0))
    clear.paste((20, 30, 120, 255), (300, 300, 700, 600))
    out = io.BytesIO()
    clear.save(out, "PNG")
    assert read(out.getvalue(), "a.png").getpixel((5, 5)) == (255, 255, 255)
    assert kept(jpeg(page.convert("L"))).mode == "L"
    deep = io.BytesIO()
    page.convert("I").point(lambda value: value * 257).convert("I;16").save(deep, "PNG")
    grey = read(deep.getvalue(), "a.png").convert("L").resize((8, 6), Image.Resampling.BOX).tobytes()
    plain = page.convert("L").resize((8, 6), Image.Resampling.BOX).tobytes()
    assert max(abs(one - other) for one, other in zip(grey, plain, strict=True)) <= 3


# What is told to the clerk


@pytest.mark.parametrize("blur", [0.0, 1.0, 1.5])
def test_print_that_can_be_read_is_not_called_blurred(sheet: Image.Image, page: Image.Image, blur: float) -> None:
    assert warnings(sheet.filter(ImageFilter.GaussianBlur(blur))) == []
    assert warnings(grained(sheet.filter(ImageFilter.GaussianBlur(blur)), 40)) == []
    assert warnings(laid(page.filter(ImageFilter.GaussianBlur(blur)), (1654, 2339))) == []


@pytest.mark.parametrize("blur", [3.0, 4.5])
def test_blurred_print_is_told_also_where_the_grain_is_sharp(
    sheet: Image.Image, page: Image.Image, blur: float
) -> None:
    assert warnings(sheet.filter(ImageFilter.GaussianBlur(blur))) == ["picture.blurry"]
    assert warnings(grained(sheet.filter(ImageFilter.GaussianBlur(blur)), 40)) == ["picture.blurry"]
    assert warnings(laid(page.filter(ImageFilter.GaussianBlur(blur)), (1654, 2339))) == ["picture.blurry"]


def test_too_dark_too_pale_too_small_and_empty_are_told(sheet: Image.Image) -> None:
    assert warnings(sheet.point(lambda value: value * 0.3)) == ["picture.dark"]
    assert warnings(sheet.point(lambda value: 180 + value * 0.3)) == ["picture.bright"]
    assert warnings(letter(9)) == []
    assert warnings(Image.new("RGB", (1654, 2339), LID)) == ["picture.blank"]
    assert warnings(grained(Image.new("RGB", (1654, 2339), (240, 240, 240)), 12)) == ["picture.blank"]
    assert "picture.small" in warnings(sheet.resize((424, 600), Image.Resampling.LANCZOS))


# What is not taken


def test_what_is_no_picture_is_refused_in_a_sentence(page: Image.Image) -> None:
    assert codes(b"GIF89a") == ["document.type"]
    assert codes(b"\xff\xd8\xff and no more") == ["document.damaged"]
    assert codes(jpeg(page)[:4000]) == ["document.damaged"]
    assert codes(b"\x89PNG\r\n\x1a\nbroken") == ["document.damaged"]


def bomb(side: int) -> bytes:
    """A PNG of some kilobytes that says it has side × side pixels."""

    def part(name: bytes, content: bytes) -> bytes:
        return len(content).to_bytes(4, "big") + name + content + zlib.crc32(name + content).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", header)
        + part(b"IDAT", zlib.compress(bytes(side + 1) * 20))
        + part(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_600, 30_000])
def test_a_small_file_that_would_fill_the_memory_is_refused_unopened(side: int) -> None:
    assert side * side > MOST_PIXELS
    assert codes(bomb(side)) == ["document.too_many_pixels"]


def test_a_pdf_is_kept_byte_for_byte_if_a_viewer_could_show_it() -> None:
    out = io.BytesIO()
    letter().save(out, "PDF")
    content = out.getvalue()
    assert prepare(content, "a.pdf").content == content
    assert media_type(content) == "application/pdf"
    assert read(content, "a.pdf").height > 2000
    assert codes(b"%PDF-1.7 surat") == ["document.damaged"]
    many = io.BytesIO()
    leaf = Image.new("L", (8, 8))
    leaf.save(many, "PDF", save_all=True, append_images=[leaf] * 60)
    assert codes(many.getvalue()) == ["document.too_many_pages"]
