"""Pictures: what a scanner or a telephone gives, made fit to be kept: upright, cropped to the page, small, examined.

The same bytes in give the same bytes out, and what came out goes in again unchanged: documents are found by their hash.
Nothing of a picture's metadata is kept, its place (GPS) least of all.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import pypdfium2
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat

from models.rules.problems import Problem, Refused, refuse_if

Turn = Literal[0, 90, 180, 270]

LONG_SIDE = 2200
"""Pixels: an A4 page at 188 dots per inch, on which eight-point print stays readable."""
LARGEST = 500_000
"""Bytes that a kept picture is brought below, where its words stay readable."""
LARGEST_DOCUMENT = 50 * 1024 * 1024
"""Bytes; a hospital's file of sixty pages scanned in colour fits, a film does not. Sealed it grows a little, and must
stay below `models.sync.protocol.MAX_BLOB`."""
MOST_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485
"""Pillow's own limit against decompression bombs: a small file that unpacks to gigabytes."""
MOST_PAGES = 60

_MEDIA = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_READY = b"loket picture 1"
"""The comment in a JPEG that came from here."""
_SMALL = 420
"""Pixels of the long side on which a page is looked for."""
_GROUND = 0.04
"""Share of each side that is taken for the ground a page lies on."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is kept of a document. `warnings` never stop anybody: `picture.blurry|dark|bright|blank|small`."""

    content: bytes
    media_type: str
    warnings: tuple[Problem, ...] = ()


def media_type(content: bytes) -> str | None:
    """What the bytes are, whatever the file is called; None for what is not taken."""
    return next((media for magic, media in _MEDIA if content.startswith(magic)), None)


def problems(content: bytes, name: str, field: str = "document") -> list[Problem]:
    """What is wrong with a file seen from outside: `document.empty`, `document.too_large`, `document.type`."""
    if not content:
        return [Problem.of(field, "document.empty", file=name)]
    if len(content) > LARGEST_DOCUMENT:
        return [Problem.of(field, "document.too_large", file=name, most=LARGEST_DOCUMENT >> 20)]
    if media_type(content) is None:
        return [Problem.of(field, "document.type", file=name)]
    return []


def prepare(content: bytes, name: str, *, turn: Turn = 0, field: str = "document") -> Prepared:
    """A picture as JPEG, turned clockwise by `turn` degrees after it was set upright; a PDF byte for byte.

    Refused on `field`: `document.empty`, `document.too_large`, `document.type`, `document.damaged`,
    `document.too_many_pixels`, `document.too_many_pages`."""
    refuse_if(problems(content, name, field))
    media = media_type(content)
    if media == "application/pdf":
        _open_pdf(content, name, field)
        return Prepared(content, media)
    picture = read(content, name, field=field)
    if _is_ready(content, picture) and not turn:
        return Prepared(content, "image/jpeg", _faults(picture, field))
    if not _is_ready(content, picture):
        picture = cropped(picture)
    picture = turned(picture, turn)
    small = _shrunk(picture, LONG_SIDE)
    return Prepared(_jpeg(small), "image/jpeg", _faults(small, field))


def read(content: bytes, name: str, *, field: str = "document") -> Image.Image:
    """The picture in a file, upright, in colour or grey, without transparency; a PDF's first page at 300 dpi.

    Refused like `prepare`."""
    refuse_if(problems(content, name, field))
    if content.startswith(b"%PDF-"):
        return _first_page(content, name, field)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused(Problem.of(field, "document.too_many_pixels", file=name, most=MOST_PIXELS // 1_000_000))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            return _plain(upright)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(
            Problem.of(field, "document.too_many_pixels", file=name, most=MOST_PIXELS // 1_000_000)
        ) from error
    except Refused:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, OverflowError) as error:
        # Pillow's plugins answer to broken files with any of these.
        raise Refused(Problem.of(field, "document.damaged", file=name)) from error


def turned(picture: Image.Image, turn: int) -> Image.Image:
    """Turned clockwise by quarters."""
    ways = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    return picture.transpose(ways[turn]) if turn else picture


# The page on its ground


def cropped(picture: Image.Image) -> Image.Image:
    """The page alone and straight where it stands out from the ground it lies on; else the picture as it is, its lines
    of print made level. Nothing that could belong to the page is cut away."""
    found = _page_in(picture)
    if found is None:
        angle = _slant(picture)
        if abs(angle) < 0.3:
            return picture
        return picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_ground(picture))
    angle, (left, top, right, bottom) = found
    if abs(angle) >= 0.2:
        picture = picture.rotate(angle, Image.Resampling.BICUBIC, expand=True, fillcolor=_ground(picture))
    across, down = picture.width / 2, picture.height / 2
    return picture.crop(
        (
            max(0, round(across + left)),
            max(0, round(down + top)),
            min(picture.width, round(across + right)),
            min(picture.height, round(down + bottom)),
        )
    )


def _page_in(picture: Image.Image) -> tuple[float, tuple[float, float, float, float]] | None:
    """The angle that sets the page straight, and where it then stands, in pixels from the picture's middle; None where
    there is no page to be told from the ground."""
    small = _shrunk(picture.convert("RGB"), _SMALL)
    mask = _apart_from_ground(small)
    if mask is None:
        return None
    straight = _smallest_box(mask)
    if straight is None:
        return None
    angle, box = straight
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    share = width * height / (small.width * small.height)
    if share < 0.04 or share > 0.985 or min(width, height) < 24:
        return None
    level = mask.rotate(angle, expand=True)
    inside = level.crop(box)
    if ImageStat.Stat(inside).mean[0] / 255 < 0.86:
        # A hand beside the page, or several things: no rectangle.
        return None
    paper = [_percentile(band.histogram(inside), 0.9) for band in small.rotate(angle, expand=True).crop(box).split()]
    if max(abs(one - other) for one, other in zip(paper, _ground(small), strict=True)) < 9:
        # A block of print on paper as white as the lid: its margins belong to it.
        return None
    scale = picture.width / small.width
    spare = 1.5
    return angle, (
        (left - spare - level.width / 2) * scale,
        (top - spare - level.height / 2) * scale,
        (right + spare - level.width / 2) * scale,
        (bottom + spare - level.height / 2) * scale,
    )


def _ground(picture: Image.Image) -> tuple[int, ...]:
    """The middle colour along the border."""
    return tuple(int(value) for value in ImageStat.Stat(_border(picture)).median)


def _border(picture: Image.Image) -> Image.Image:
    """The four sides' strips in one picture."""
    small = _shrunk(picture, _SMALL)
    deep = max(2, round(min(small.size) * _GROUND))
    strips = [
        small.crop((0, 0, small.width, deep)),
        small.crop((0, small.height - deep, small.width, small.height)),
        small.crop((0, 0, deep, small.height)).transpose(Image.Transpose.ROTATE_90),
        small.crop((small.width - deep, 0, small.width, small.height)).transpose(Image.Transpose.ROTATE_90),
    ]
    joined = Image.new(small.mode, (sum(strip.width for strip in strips), deep))
    at = 0
    for strip in strips:
        joined.paste(strip, (at, 0))
        at += strip.width
    return joined


def _apart_from_ground(small: Image.Image) -> Image.Image | None:
    """White where the picture differs from its ground, holes closed; None where the ground is no one thing."""
    colour = Image.new("RGB", (1, 1), _ground(small))
    restless = _distance(_border(small), colour).histogram()
    # A page laid into the corner of the glass covers less than half of the border.
    level = _percentile(restless, 0.6)
    if level > 60:
        return None
    differing = _distance(small.filter(ImageFilter.MedianFilter(3)), colour)
    mask = differing.point([255 if value > max(14, 1.5 * level + 8) else 0 for value in range(256)])
    # Closed, so that a white field inside the page belongs to it; then opened, so that dust does not.
    return (
        mask.filter(ImageFilter.MaxFilter(9))
        .filter(ImageFilter.MinFilter(9))
        .filter(ImageFilter.MinFilter(5))
        .filter(ImageFilter.MaxFilter(5))
    )


def _distance(picture: Image.Image, colour: Image.Image) -> Image.Image:
    difference = ImageChops.difference(picture, colour.resize(picture.size))
    red, green, blue = difference.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _percentile(histogram: list[int], share: float) -> int:
    wanted, seen = sum(histogram) * share, 0
    for value, count in enumerate(histogram):
        seen += count
        if seen >= wanted:
            return value
    return 255


def _smallest_box(mask: Image.Image) -> tuple[float, tuple[int, int, int, int]] | None:
    """Of all small turns the one after which the white part fits the smallest upright box."""

    def box_at(angle: float) -> tuple[int, int, int, int] | None:
        return (mask.rotate(angle, expand=True) if angle else mask).getbbox()

    def area(angle: float) -> float:
        box = box_at(angle)
        # Between turns that are as good, the smaller one.
        return ((box[2] - box[0]) * (box[3] - box[1]) if box else 0) + abs(angle)

    if mask.getbbox() is None:
        return None
    angle = min((step * 1.5 for step in range(-8, 9)), key=area)
    angle = min((angle + step * 0.25 for step in range(-5, 6)), key=area)
    box = box_at(angle)
    return (angle, box) if box else None


def _slant(picture: Image.Image) -> float:
    """The turn in degrees that makes lines of print level; 0 where there are none or they are level.

    Where lines are level, rows of ink and rows of paper take turns most sharply."""
    small = _shrunk(picture.convert("L"), 700)
    level = int(ImageStat.Stat(small).median[0])
    if level < 150:
        return 0.0
    ink = small.point([255 if value < level - 60 else 0 for value in range(256)])
    if not 0.004 < ImageStat.Stat(ink).mean[0] / 255 < 0.35:
        return 0.0

    def sharpness(angle: float) -> int:
        rows = (ink.rotate(angle) if angle else ink).resize((1, ink.height), Image.Resampling.BOX).tobytes()
        return sum((one - other) ** 2 for one, other in pairwise(rows))

    angle = max((step * 0.5 for step in range(-10, 11)), key=lambda angle: (sharpness(angle), -abs(angle)))
    return angle if sharpness(angle) > 1.15 * sharpness(0.0) else 0.0


# Keeping it small


def _plain(picture: Image.Image) -> Image.Image:
    """Grey or colour with eight bits, on white."""
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")
    if "A" in picture.mode or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    picture = picture.convert("L" if picture.mode in ("1", "L") else "RGB")
    picture.info = {}
    return picture


def _shrunk(picture: Image.Image, long_side: int) -> Image.Image:
    longest = max(picture.size)
    if longest <= long_side:
        return picture
    size = tuple(max(1, round(side * long_side / longest)) for side in picture.size)
    return picture.resize((size[0], size[1]), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _jpeg(picture: Image.Image) -> bytes:
    """Below `LARGEST` bytes: first by quality as far as print bears it, then by size."""
    while True:
        for quality in (80, 72, 64):
            out = io.BytesIO()
            picture.save(out, "JPEG", quality=quality, optimize=True, comment=_READY)
            if out.tell() <= LARGEST:
                return out.getvalue()
        picture = _shrunk(picture, round(max(picture.size) * 0.85))


def _is_ready(content: bytes, picture: Image.Image) -> bool:
    """Whether these bytes came from here: no step would change them for the better."""
    return _READY in content[:200] and b"Exif" not in content and max(picture.size) <= LONG_SIDE


# Faults that a clerk is told of


def _faults(picture: Image.Image, field: str) -> tuple[Problem, ...]:
    """What is wrong with a picture that will be kept, the most important thing first."""
    # At half its size the grain of a sensor is gone, and a blur that harms print is not.
    grey = picture.convert("L").reduce(2)
    histogram = grey.histogram()
    light, dark = _percentile(histogram, 0.95), _percentile(histogram, 0.0005)
    sharpness = _sharpness(grey)
    if sharpness is None:
        return (Problem(field, "picture.blank"),)
    found = []
    if light < 95:
        found.append("picture.dark")
    elif dark > 165 and light > 240:
        found.append("picture.bright")
    if max(picture.size) < 800:
        found.append("picture.small")
    if sharpness < _SHARP:
        found.append("picture.blurry")
    return tuple(Problem(field, code) for code in found)


_SHARP = 0.05
"""Below this print is hard to read. Measured on drawn pages (tests/kiosk/devices/test_pictures.py): at 188 dpi a
Gaussian blur of 1 pixel, which reads well, gives 0.4 and more, of 2 pixels 0.1, of 3 pixels 0.03 and less."""
_INKED = 14.0
"""Standard deviation, of 255, from which a part of a picture has something on it."""


def _sharpness(grey: Image.Image) -> float | None:
    """How much of the contrast of what is written lies between neighbouring pixels: the Laplacian's variance as a
    share of the picture's own, in the sharper of 14 × 14 parts, less what the grain of empty parts has of it. None
    where nothing is written.

    The outermost parts are left out: a page's edge is sharp in the most blurred picture."""
    edges = grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=2, offset=128))
    parts = []
    for row in range(1, 15):
        for column in range(1, 15):
            left, top = column * grey.width // 16, row * grey.height // 16
            box = (
                left,
                top,
                max((column + 1) * grey.width // 16, left + 1),
                max((row + 1) * grey.height // 16, top + 1),
            )
            parts.append((ImageStat.Stat(grey.crop(box)).var[0], ImageStat.Stat(edges.crop(box)).var[0]))
    grain = sorted(edge for _spread, edge in parts)[len(parts) // 10]
    inked = sorted((edge - grain) / spread for spread, edge in parts if spread > _INKED**2)
    return inked[int(len(inked) * 0.75)] if len(inked) >= 2 else None


# PDF


def _open_pdf(content: bytes, name: str, field: str) -> None:
    """Refused where a viewer could not show it."""
    try:
        document = pypdfium2.PdfDocument(content)
        try:
            pages = len(document)
        finally:
            document.close()
    except pypdfium2.PdfiumError as error:
        raise Refused(Problem.of(field, "document.damaged", file=name)) from error
    if not pages:
        raise Refused(Problem.of(field, "document.damaged", file=name))
    if pages > MOST_PAGES:
        raise Refused(Problem.of(field, "document.too_many_pages", file=name, pages=pages, most=MOST_PAGES))


def _first_page(content: bytes, name: str, field: str) -> Image.Image:
    _open_pdf(content, name, field)
    document = pypdfium2.PdfDocument(content)
    try:
        page = document[0]
        wide, high = page.get_size()
        scale = min(300 / 72, 4000 / max(wide, high, 1))
        picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
        page.close()
        return picture
    except pypdfium2.PdfiumError as error:
        raise Refused(Problem.of(field, "document.damaged", file=name)) from error
    finally:
        document.close()
