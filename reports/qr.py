"""QR codes: drawn as shapes on our papers, and read back from pictures and papers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import groupby

import segno

from models.rules.problems import Problem, Refused

QUIET = 4
"""Modules of white that ISO/IEC 18004 wants on every side."""

_MASK = 2
_MOST_PAGES = 20
_MOST_PIXELS = 40_000_000
_SCALES = (150 / 72, 300 / 72)  # the second for codes that were printed small


def bars(text: str) -> tuple[int, list[tuple[int, int, int]]]:
    """The code of `text` at level M: modules a side without the quiet zone, and dark bars (column, row, length).

    Text in capitals gives the dense alphanumeric mode. The mask is fixed: readers undo any of the eight, a signed
    token is as good as random under each of them, and looking for the best one took four fifths of the time."""
    code = segno.make(text, error="m", boost_error=False, micro=False, mask=_MASK)
    found = []
    for row, modules in enumerate(code.matrix):
        column = 0
        for dark, group in groupby(modules):
            length = len(list(group))
            if dark:
                found.append((column, row, length))
            column += length
    return len(code.matrix), found


def read_codes(data: bytes, media: str) -> list[str]:
    """The texts of the QR codes in a PNG or JPEG picture or a PDF, without repetition, in the order found.

    Refused on field "file": `file.media` for another kind of file, `file.unreadable` for a damaged one, a PDF of
    more than 20 pages, or a picture of more than 40 million points."""
    if media not in ("image/png", "image/jpeg", "application/pdf"):
        raise Refused(Problem.of("file", "file.media", media=media))
    # 30 ms of imports that only a scan pays for.
    import pypdfium2
    import zxingcpp
    from PIL import Image, ImageFilter

    def pictures() -> Iterator[Image.Image]:
        if media != "application/pdf":
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise ValueError("too large a picture")
                yield picture.convert("L")
            return
        document = pypdfium2.PdfDocument(data)
        try:
            if len(document) > _MOST_PAGES:
                raise ValueError("too long a document")
            for number in range(len(document)):
                page = document[number]
                for scale in _SCALES:
                    if page.get_width() * page.get_height() * scale * scale > _MOST_PIXELS:
                        raise ValueError("too large a page")
                    yield page.render(scale=scale, grayscale=True).to_pil()
        finally:
            document.close()

    def codes_in(picture: Image.Image) -> list[str]:
        codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
        return [code.text for code in codes if code.valid]

    texts: dict[str, None] = {}
    try:
        for picture in pictures():
            # A speckled fax or photograph is read after the specks are taken out.
            found = codes_in(picture) or codes_in(picture.filter(ImageFilter.MedianFilter(3)))
            texts.update(dict.fromkeys(found))
    except (OSError, ValueError, SyntaxError, pypdfium2.PdfiumError, Image.DecompressionBombError) as error:
        raise Refused(Problem.of("file", "file.unreadable")) from error
    return list(texts)
