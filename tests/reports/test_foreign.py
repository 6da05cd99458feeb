"""Foreign pages as they are seen on ours: upright, whole, with what was filled in and stamped over them."""

from __future__ import annotations

import io

import pypdf
import pypdfium2
import pytest
from loket_testing.dossiers import annotated, drawn_pdf, encrypted, filled_in, lying, page_with_marks, saved
from PIL import Image, ImageChops
from pypdf.annotations import Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from reports.foreign import Figure, open_file, place, put_together
from reports.tagged import A4, Sheet

PDF = "application/pdf"


def shown(content: bytes, media_type: str, index: int = 0) -> Image.Image:
    """The page as it looks on a page of ours, cut at its edges."""
    opened = open_file(content, media_type)
    assert opened.state == "shown"
    placed = place(opened.pages[index], media_type)
    sheet = Sheet(title="", author="", subject="", size=placed.size)
    sheet.foreign("F", placed.matrix, "", placed.box)
    pdf = put_together(sheet.finish(), [(content, media_type)], [Figure(0, "F", 0, index)], [])
    document = pypdfium2.PdfDocument(pdf)
    try:
        left, bottom, right, top = placed.box
        high = placed.size[1]
        return (
            document[0]
            .render(scale=1)
            .to_pil()
            .crop((round(left), round(high - top), round(right), round(high - bottom)))
        )
    finally:
        document.close()


def alike(one: Image.Image, other: Image.Image) -> bool:
    small = [picture.convert("L").resize((60, 60)) for picture in (one, other)]
    return ImageChops.difference(*small).getextrema()[1] < 40  # type: ignore[operator]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_stands_upright_however_the_telephone_was_held(kind, turn):
    content = saved(lying(page_with_marks(), turn), kind, turn)
    media_type = f"image/{kind.lower()}"
    assert [(page.width, page.height) for page in open_file(content, media_type).pages] == [(600, 900)]
    assert alike(shown(content, media_type), page_with_marks())


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [(), (10, 20, 280, 390)])
def test_a_pdfs_page_stands_as_a_reader_shows_it(turn, crop):
    content = drawn_pdf(turn=turn, crop=crop)
    document = pypdfium2.PdfDocument(content)
    try:
        expected = document[0].render(scale=1).to_pil()
    finally:
        document.close()
    assert alike(shown(content, PDF), expected)


@pytest.mark.parametrize(
    ("mode", "kind"), [("L", "JPEG"), ("CMYK", "JPEG"), ("L", "PNG"), ("1", "PNG"), ("P", "PNG"), ("RGBA", "PNG")]
)
def test_every_sort_of_picture_looks_like_itself(mode, kind):
    picture = page_with_marks().convert(mode)
    assert alike(shown(saved(picture, kind), f"image/{kind.lower()}"), page_with_marks())


def test_what_is_transparent_is_white_and_sixteen_bits_are_not_burnt_out():
    ghost = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert shown(saved(ghost, "PNG"), "image/png").convert("L").getextrema() == (255, 255)
    grey = Image.new("I;16", (300, 300), 128 * 256)
    low, high = shown(saved(grey, "PNG"), "image/png").crop((9, 9, 99, 99)).convert("L").getextrema()
    assert 120 <= low <= high <= 136  # type: ignore[operator]


def test_a_jpeg_stands_in_its_page_as_the_file_that_it_is():
    plain, packed = saved(page_with_marks(), "JPEG"), saved(page_with_marks(), "PNG")
    assert open_file(plain, "image/jpeg").as_is
    assert not open_file(packed, "image/png").as_is
    assert not open_file(saved(page_with_marks().convert("CMYK"), "JPEG"), "image/jpeg").as_is


@pytest.mark.parametrize("content", [annotated(), filled_in()], ids=["stamped", "filled in"])
def test_what_was_stamped_over_a_page_or_filled_into_it_is_seen(content):
    document = pypdfium2.PdfDocument(content)
    try:
        document.init_forms()
        expected = document[0].render(scale=1, may_draw_forms=True).to_pil()
    finally:
        document.close()
    assert alike(shown(content, PDF), expected)
    assert shown(content, PDF).crop((40, 150, 260, 320)).convert("L").getextrema()[0] < 128  # type: ignore[operator]


def test_a_pdf_that_wants_a_password_is_locked_and_one_that_only_forbids_printing_is_shown():
    assert open_file(encrypted("rahasia"), PDF).state == "locked"
    assert alike(shown(encrypted(""), PDF), shown(drawn_pdf(), PDF))


def without_trailer() -> bytes:
    whole = drawn_pdf()
    return whole[: whole.rindex(b"xref")]


BROKEN: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", PDF),
    "a head alone": (b"%PDF-1.7 dan tidak ada lagi", PDF),
    "a third": (drawn_pdf()[: len(drawn_pdf()) // 3], PDF),
    "a photo called a PDF": (saved(page_with_marks(), "JPEG"), PDF),
    "half a photo": (saved(page_with_marks(), "JPEG")[:9000], "image/jpeg"),
    "a PDF called a photo": (drawn_pdf(), "image/jpeg"),
    "no picture": (b"", "image/png"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_is_broken_is_said_to_be(how):
    assert open_file(*BROKEN[how]).state == "damaged"


def test_a_pdf_whose_end_was_lost_is_read_all_the_same():
    assert alike(shown(without_trailer(), PDF), shown(drawn_pdf(), PDF))


def test_a_kind_that_nobody_opens_here_is_unknown():
    assert open_file(b"GIF89a", "image/gif").state == "unknown"


def test_no_script_link_or_attachment_of_a_foreign_file_comes_along():
    writer = pypdf.PdfWriter(clone_from=pypdf.PdfReader(io.BytesIO(drawn_pdf())))
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('halo')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    writer.add_attachment("jahat.exe", b"MZ jahat")
    writer.add_annotation(0, Link(rect=(0, 0, 300, 400), url="https://jahat.example/"))
    out = io.BytesIO()
    writer.write(out)
    content = out.getvalue()
    opened = open_file(content, PDF)
    placed = place(opened.pages[0], PDF)
    sheet = Sheet(title="", author="", subject="", size=A4)
    sheet.foreign("F", placed.matrix, "", placed.box)
    pdf = put_together(sheet.finish(), [(content, PDF)], [Figure(0, "F", 0, 0)], [("a.txt", b"isi", "text/plain")])
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert list(reader.attachments) == ["a.txt"]
    for one in reader.pages:
        assert NameObject("/Annots") not in one
    for secret in (b"app.alert", b"jahat"):
        assert secret not in pdf
        assert all(
            secret not in found.get_data()
            for found in (reader.get_object(at) for at in range(1, len(reader.xref[0]) + 1))
            if isinstance(found, pypdf.generic.StreamObject)
        )
