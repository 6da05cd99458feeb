"""Foreign pages: what others made, pictures and PDFs, put on pages of ours without being changed.

PDFium reads them, because it forgives what real scanners and offices write, and sets what is filled into forms and
stamped over a page into the page; pypdf puts them together. Nothing else of a foreign file comes along: no script, no
link, no attachment."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reports.tagged import A4, Matrix

if TYPE_CHECKING:
    from pypdf import PdfWriter

MOST_PAGES = 400
"""Of one document; what is longer stands in full in the file that is attached."""

_MARGIN, _HEAD = 18.0, 32.0
_WIDEST = 20_000.0  # points, 7 m
_MOST_PIXELS = 89_478_485  # Pillow's own limit against small files that unpack to gigabytes
_TURNS: dict[int, tuple[int, int, int, int]] = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, -1, -1, 0),
    6: (0, -1, 1, 0),
    7: (0, 1, 1, 0),
    8: (0, 1, -1, 0),
}
"""How EXIF's orientation turns a picture (EXIF 2.32 §4.6.4), as the matrix of its unit square."""

State = Literal["shown", "locked", "damaged", "unknown"]
"""Whether a file can be put on pages: it can; it wants a password; it is broken; it is of a kind nobody opens here."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page or picture as it is seen, in its own points or pixels, already upright. `turn` is how far PDF (degrees
    clockwise) or EXIF (its number) says that it is to be turned; `left` and `bottom` where a PDF's box begins."""

    width: float
    height: float
    turn: int = 0
    left: float = 0.0
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """What a file holds. `pages` are those that can be shown, `count` how many there are; `as_is`: the picture stands
    in the page byte for byte, as the file that it is."""

    state: State
    pages: tuple[Page, ...] = ()
    count: int = 0
    as_is: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a page stands on a page of ours: its size, the matrix that draws it, and its edges."""

    size: tuple[float, float]
    matrix: Matrix
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """The `index`th page of a file, to be brought to the page of ours that draws it under this name."""

    on_page: int
    name: str
    file: int
    index: int


def open_file(content: bytes, media_type: str) -> Opened:
    """What a document holds. Never raises for its contents."""
    if media_type == "application/pdf":
        return _open_pdf(content)
    if media_type in ("image/jpeg", "image/png"):
        return _open_picture(content)
    return Opened("unknown")


def place(page: Page, media_type: str) -> Placed:
    """On A4, turned as the page lies, as large as its margins let it; a PDF's page never larger than it is."""
    wide, high = A4 if page.height >= page.width else (A4[1], A4[0])
    room_wide, room_high = wide - 2 * _MARGIN, high - _MARGIN - _HEAD
    scale = min(room_wide / page.width, room_high / page.height)
    if media_type == "application/pdf":
        scale = min(scale, 1.0)
    shown_wide, shown_high = page.width * scale, page.height * scale
    left = (wide - shown_wide) / 2
    bottom = _MARGIN + (room_high - shown_high) / 2
    inner = _upright_page(page) if media_type == "application/pdf" else _upright_picture(page)
    matrix = _times(inner, (scale, 0.0, 0.0, scale, left, bottom))
    return Placed((wide, high), matrix, (left, bottom, left + shown_wide, bottom + shown_high))


def put_together(
    pdf: bytes,
    files: Sequence[tuple[bytes, str]],
    figures: Sequence[Figure],
    attached: Sequence[tuple[str, bytes, str]],
) -> bytes:
    """`pdf` with the figures its pages name, and files attached as (name, content, kind). The same bytes for the same
    arguments."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    writer.pdf_header = "%PDF-1.7"
    # pypdf knows what it has copied by the address of the reader it came from: none may end before the writer does.
    readers = []
    for number, (content, media_type) in enumerate(files):
        wanted = [figure for figure in figures if figure.file == number]
        if not wanted:
            continue
        if media_type == "application/pdf":
            read = _read(content)
            readers.append(read.reader)
            drawn = list(_forms(writer, read, [figure.index for figure in wanted]))
        else:
            drawn = [_picture(writer, content)] * len(wanted)
        for figure, one in zip(wanted, drawn, strict=True):
            _bring(writer, figure, one)
    _attach(writer, attached)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# PDFs


@contextmanager
def _pdfium(content: bytes) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    try:
        document.init_forms()
        yield document
    finally:
        document.close()


def _open_pdf(content: bytes) -> Opened:
    import pypdfium2
    import pypdfium2.raw as pdfium

    try:
        read = _read(content)
    except pypdfium2.PdfiumError as error:
        return Opened("locked" if error.err_code == pdfium.FPDF_ERR_PASSWORD else "damaged")
    except unreadable():
        return Opened("damaged")
    return Opened("shown", read.pages, read.count)


def unreadable() -> tuple[type[Exception], ...]:
    """What reading a file that is none of ours, or broken, may raise."""
    import pypdfium2
    from pypdf.errors import PyPdfError

    return (
        PyPdfError,
        pypdfium2.PdfiumError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A PDF as pypdf reads it after PDFium: its first pages, where each stands in its own points, and how many there
    are."""

    reader: Any
    pages: tuple[Page, ...]
    count: int


def _read(content: bytes) -> _Read:
    """What was filled in and stamped over the pages is now part of them, no lock is left. Raises one of
    `unreadable()`."""
    import pypdfium2.raw as pdfium
    from pypdf import PdfReader

    out = io.BytesIO()
    pages = []
    with _pdfium(content) as document:
        count = len(document)
        for number in range(min(count, MOST_PAGES)):
            page = document[number]
            pages.append(_page(page))
            if pdfium.FPDFPage_GetAnnotCount(page):
                page.render(scale=0.05)  # whoever stamped it may have left its looks to the reader: now they are set
            pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        document.save(out, flags=pdfium.FPDF_REMOVE_SECURITY)
    reader = PdfReader(out)
    for one in reader.pages[: len(pages)]:
        _content_of(one)
    if not pages:
        raise ValueError("no page")
    return _Read(reader, tuple(pages), count)


def _page(page: Any) -> Page:
    """What a reader shows of it: its crop box, as far as its media box has it."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    wide, high = min(media[2], crop[2]) - left, min(media[3], crop[3]) - bottom
    if not (0 < wide < _WIDEST and 0 < high < _WIDEST):
        raise ValueError("a page without a size")
    turn = page.get_rotation()
    return Page(*((high, wide) if turn in (90, 270) else (wide, high)), turn, left, bottom)


def _content_of(page: Any) -> bytes:
    contents = page.get_contents()
    return b"" if contents is None else bytes(contents.get_data())


def _forms(writer: PdfWriter, read: _Read, indexes: Sequence[int]) -> Iterator[Any]:
    """Each page as one drawing: what it paints, and the fonts and pictures it needs for it."""
    from pypdf.generic import ArrayObject, FloatObject, NameObject

    for index in indexes:
        page, place = read.reader.pages[index], read.pages[index]
        wide, high = (place.height, place.width) if place.turn in (90, 270) else (place.width, place.height)
        edges = (place.left, place.bottom, place.left + wide, place.bottom + high)
        form = _stream(_content_of(page))
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        form[NameObject("/BBox")] = ArrayObject([FloatObject(edge) for edge in edges])
        for name in ("/Resources", "/Group"):
            if name in page:
                form[NameObject(name)] = page[name].clone(writer)
        yield writer._add_object(form)


# Pictures


def _open_picture(content: bytes) -> Opened:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
            wide, high = picture.size
            if wide * high > _MOST_PIXELS or not wide or not high:
                return Opened("damaged")
            turn = picture.getexif().get(0x0112, 1)
            as_is = _is_plain_jpeg(picture)
            picture.load()  # a picture that breaks off is damaged, whatever its head says
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Opened("damaged")
    turn = turn if turn in _TURNS else 1
    upright = (high, wide) if turn > 4 else (wide, high)  # from 5 on they lie on a side
    return Opened("shown", (Page(*upright, turn),), 1, as_is)


def _picture(writer: PdfWriter, content: bytes) -> Any:
    """A JPEG as it is: the stream in the page is the file. Another picture as its dots, on white."""
    from PIL import Image
    from pypdf.generic import DictionaryObject, NameObject, NumberObject

    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        wide, high = picture.size
        if _is_plain_jpeg(picture):
            stream, grey = _plain_stream(content, "/DCTDecode"), picture.mode == "L"
        else:
            shown = _on_white(picture)
            grey = shown.mode == "L"
            stream = _plain_stream(_rows(shown), "/FlateDecode")
            stream[NameObject("/DecodeParms")] = DictionaryObject(
                {
                    NameObject("/Predictor"): NumberObject(15),
                    NameObject("/Colors"): NumberObject(1 if grey else 3),
                    NameObject("/BitsPerComponent"): NumberObject(8),
                    NameObject("/Columns"): NumberObject(wide),
                }
            )
    for name, value in (
        ("/Type", NameObject("/XObject")),
        ("/Subtype", NameObject("/Image")),
        ("/Width", NumberObject(wide)),
        ("/Height", NumberObject(high)),
        ("/BitsPerComponent", NumberObject(8)),
        ("/ColorSpace", NameObject("/DeviceGray" if grey else "/DeviceRGB")),
    ):
        stream[NameObject(name)] = value
    return writer._add_object(stream)


def _on_white(picture: Any) -> Any:
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        over = picture.convert("RGBA")
        ground = Image.new("RGBA", over.size, "white")
        ground.alpha_composite(over)
        return ground.convert("RGB")
    if picture.mode.startswith("I"):  # sixteen bits a dot
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


def _is_plain_jpeg(picture: Any) -> bool:
    return picture.format == "JPEG" and picture.mode in ("L", "RGB")


def _rows(picture: Any) -> bytes:
    """The picture's dots as PNG packs them, which PDF reads too (ISO 32000-1 §7.4.4.4)."""
    out = io.BytesIO()
    picture.save(out, "PNG")
    png, at, packed = out.getvalue(), 8, bytearray()
    while at < len(png):
        length = int.from_bytes(png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += length + 12
    return bytes(packed)


# Into the file


def _stream(content: bytes) -> Any:
    return _plain_stream(zlib.compress(content, 6), "/FlateDecode")


def _plain_stream(content: bytes, packed: str) -> Any:
    """A stream whose bytes are written as they are given."""
    from pypdf.generic import NameObject, StreamObject

    stream = StreamObject()
    stream.set_data(content)
    stream[NameObject("/Filter")] = NameObject(packed)
    return stream


def _bring(writer: PdfWriter, figure: Figure, drawn: Any) -> None:
    from pypdf.generic import DictionaryObject, NameObject

    resources: Any = writer.pages[figure.on_page]["/Resources"]
    if "/XObject" not in resources:
        resources[NameObject("/XObject")] = DictionaryObject()
    resources["/XObject"][NameObject(f"/{figure.name}")] = drawn


def _attach(writer: PdfWriter, attached: Sequence[tuple[str, bytes, str]]) -> None:
    """Attached files as PDF 1.7 and PDF/UA want them: in the catalogue's tree of names, in its order, each with a name
    for old and new readers and said to be what the pages were made from."""
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

    names = ArrayObject()
    files = ArrayObject()
    for name, content, kind in sorted(attached):
        stream = _stream(content)
        stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
        stream[NameObject("/Subtype")] = NameObject("/" + kind)
        kept = writer._add_object(stream)
        spec = writer._add_object(
            DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Filespec"),
                    NameObject("/F"): TextStringObject(name),
                    NameObject("/UF"): TextStringObject(name),
                    NameObject("/Desc"): TextStringObject(name),
                    NameObject("/AFRelationship"): NameObject("/Source"),
                    NameObject("/EF"): DictionaryObject({NameObject("/F"): kept, NameObject("/UF"): kept}),
                }
            )
        )
        names += [TextStringObject(name), spec]
        files.append(spec)
    catalogue = writer.root_object
    catalogue[NameObject("/Names")] = DictionaryObject(
        {NameObject("/EmbeddedFiles"): DictionaryObject({NameObject("/Names"): names})}
    )
    catalogue[NameObject("/AF")] = files


# Matrices


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _upright_page(page: Page) -> Matrix:
    """From a PDF page's own points to its upright self with the lower left at zero."""
    moved: Matrix = (1.0, 0.0, 0.0, 1.0, -page.left, -page.bottom)
    turned: dict[int, Matrix] = {
        0: (1.0, 0.0, 0.0, 1.0, 0.0, 0.0),
        90: (0.0, -1.0, 1.0, 0.0, 0.0, page.height),
        180: (-1.0, 0.0, 0.0, -1.0, page.width, page.height),
        270: (0.0, 1.0, -1.0, 0.0, page.width, 0.0),
    }
    return _times(moved, turned[page.turn])


def _upright_picture(page: Page) -> Matrix:
    """From the unit square a picture is drawn in to its upright self in pixels."""
    a, b, c, d = _TURNS[page.turn]
    # Back into the first quadrant after turning.
    unit: Matrix = (a, b, c, d, float(min(a + c, a, c, 0) < 0), float(min(b + d, b, d, 0) < 0))
    return _times(unit, (page.width, 0.0, 0.0, page.height, 0.0, 0.0))


# Taking apart and comparing


@dataclass(frozen=True, slots=True)
class Bound:
    """A file that was put together here: what is attached, how many pages it has, and itself."""

    content: bytes
    attached: dict[str, bytes]
    count: int
    _reader: Any

    def stream(self, page: int, name: str) -> bytes | None:
        """The bytes of a picture as they stand in the file, not unpacked."""
        resources = self._reader.pages[page]["/Resources"] if 0 <= page < self.count else {}
        found = resources.get("/XObject", {}).get(f"/{name}")
        return None if found is None else bytes(found.get_object()._data)


def take_apart(pdf: bytes) -> Bound:
    """Raises one of `unreadable()`. A name that is attached twice counts as not there: nobody could say which is
    meant."""
    from pypdf import PdfReader

    if not pdf.rstrip().endswith(b"%%EOF"):
        raise ValueError("cut short")
    reader = PdfReader(io.BytesIO(pdf), strict=True)
    attached = {name: contents[0] for name, contents in reader.attachments.items() if len(contents) == 1}
    return Bound(pdf, attached, len(reader.pages), reader)


_TOLERANCE = 32
"""Of 255, in any dot at 72 a inch: less than a hair of print, more than two releases of a renderer differ by."""


def compare(expected: bytes, bound: Bound, first: int, boxes: Sequence[tuple[float, float, float, float]]) -> list[int]:
    """Which pages of `expected` look otherwise than those of the file from `first` on, inside their boxes."""
    from PIL import ImageChops

    differing = []
    with _pdfium(expected) as ours, _pdfium(bound.content) as theirs:
        for at, (left, bottom, right, top) in enumerate(boxes):
            if not 0 <= first + at < len(theirs):
                differing.append(at)
                continue
            pages = [ours[at], theirs[first + at]]
            if pages[0].get_size() != pages[1].get_size():
                differing.append(at)
                continue
            high = pages[0].get_height()
            edges = (int(left), int(high - top), int(right) + 1, int(high - bottom) + 1)
            pictures = [page.render(scale=1, may_draw_forms=True).to_pil().crop(edges) for page in pages]
            difference = ImageChops.difference(*(one.convert("L") for one in pictures))
            if any(difference.histogram()[_TOLERANCE + 1 :]):
                differing.append(at)
    return differing
