"""Page images: what becomes of the files that strangers attach, drawn away from everything that matters."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from loket_testing.claim_desk import pdf, picture
from PIL import Image
from pypdf import PdfReader, PdfWriter

from models.rules.problems import Refused
from server.usecases.page_images import page_image, pages_of


def refusal(call) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.problems[0].code


def opened(image: bytes) -> Image.Image:
    return Image.open(io.BytesIO(image), formats=("JPEG",))


def locked(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt("rahasia", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def enormous() -> bytes:
    """A PNG of a few bytes that says it is 60,000 by 60,000."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def test_each_page_of_a_pdf_is_a_picture_of_the_width_asked_for():
    two = pdf("SATU", "DUA")
    assert pages_of(two) == 2
    drawn = page_image(two, 2, width=900)
    assert (drawn.pages, opened(drawn.image).size) == (2, (900, 1273))
    lying = opened(page_image(two, 1, width=1350, turn=90).image)
    assert lying.width == 1350
    assert lying.height < 1350
    assert refusal(lambda: page_image(two, 3)) == "document.page_unknown"


def test_a_photograph_stands_as_its_camera_was_held_and_keeps_no_more_than_its_pixels():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "di rumah majikan"
    out = io.BytesIO()
    Image.open(io.BytesIO(picture())).convert("RGB").save(out, "JPEG", exif=exif)
    drawn = opened(page_image(out.getvalue(), 1).image)
    assert drawn.size == (900, 1350)
    assert not drawn.getexif()


def test_what_cannot_be_drawn_says_why():
    assert refusal(lambda: pages_of(locked(pdf("RAHASIA")))) == "document.encrypted"
    assert refusal(lambda: pages_of(b"%PDF-1.7\nrusak")) == "document.broken"
    assert refusal(lambda: page_image(picture()[:900], 1)) == "document.broken"
    assert refusal(lambda: page_image(enormous(), 1)) == "document.too_heavy"
    assert refusal(lambda: pages_of(b"<script>alert(1)</script>")) == "document.no_pages"
    assert refusal(lambda: pages_of(b"")) == "document.no_pages"


def test_a_page_as_large_as_a_street_is_drawn_no_larger_than_others():
    writer = PdfWriter()
    writer.add_blank_page(width=14_400, height=200)
    writer.add_blank_page(width=10, height=14_400)
    out = io.BytesIO()
    writer.write(out)
    assert opened(page_image(out.getvalue(), 1).image).size[0] == 900
    assert opened(page_image(out.getvalue(), 2, width=2700).image).size[1] <= 6000
