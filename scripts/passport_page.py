"""Passport pages, and letters: made up, as a scanner or a telephone would give them, for tests and pictures."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_MACHINE_FONT = Path(__file__).resolve().parent.parent / "kiosk" / "devices" / "OCRB.otf"
_PAPER_FONT = Path(__file__).resolve().parent.parent / "reports" / "fonts" / "NotoSans-Medium.ttf"
_WIDTH_MM, _HEIGHT_MM = 125.0, 88.0
_PITCH_MM = 2.54
"""From one character of the MRZ to the next (ICAO Doc 9303 part 3, 4.3)."""


def data_page(
    mrz: Sequence[str], name: str = "SITI NURHALIZA", *, dpi: int = 300, machine_font: Path | None = None
) -> Image.Image:
    """The page with its MRZ at full size, over fine coloured lines as real ones have."""
    unit = dpi / 25.4
    page = Image.new("RGB", (round(_WIDTH_MM * unit), round(_HEIGHT_MM * unit)), (222, 233, 226))
    draw = ImageDraw.Draw(page)
    for wave in range(26):
        places = range(0, page.width, max(1, round(unit)))
        points = [(x, (wave * 3.5 + 4 * math.sin(x / unit / 9 + wave)) * unit) for x in places]
        draw.line(points, fill=(205, 217, 224) if wave % 2 else (226, 212, 208), width=max(1, round(unit / 6)))
    words = ImageFont.truetype(str(_PAPER_FONT), round(3.4 * unit))
    draw.rectangle((6 * unit, 16 * unit, 38 * unit, 58 * unit), fill=(168, 178, 182))
    draw.ellipse((15 * unit, 24 * unit, 29 * unit, 42 * unit), fill=(122, 110, 102))
    rows = ("REPUBLIK INDONESIA", "PASPOR", name, "INDONESIA", "MALANG", "12 MAR 1994", "14 FEB 2031")
    for at, text in enumerate(rows):
        draw.text((44 * unit, (7 + at * 8) * unit), text, font=words, fill=(38, 42, 58))
    size = round(_PITCH_MM * unit / ImageFont.truetype(str(machine_font or _MACHINE_FONT), 1000).getlength("<") * 1000)
    machine = ImageFont.truetype(str(machine_font or _MACHINE_FONT), size)
    for at, line in enumerate(mrz):
        for place, character in enumerate(line):
            draw.text(
                ((6.6 + place * _PITCH_MM) * unit, (69.5 + at * 6.35) * unit),
                character,
                font=machine,
                fill=(22, 22, 24),
            )
    return page


def letter(words: int = 600, *, dpi: int = 200, seed: int = 1) -> Image.Image:
    """A sheet of A4 with eleven-point print of no meaning."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    unit = dpi / 25.4
    sheet = Image.new("RGB", (round(210 * unit), round(297 * unit)), (250, 249, 247))
    draw = ImageDraw.Draw(sheet)
    face = ImageFont.truetype(str(_PAPER_FONT), round(11 * dpi / 72))
    for line in range(min(38, math.ceil(words / 9))):
        said = " ".join("".join(chance.choices("abdegiklmnoprstu", k=chance.randint(2, 9))) for _word in range(9))
        draw.text((25 * unit, (25 + 6.5 * line) * unit), said, font=face, fill=(30, 30, 34))
    return sheet


def laid(
    page: Image.Image,
    ground: tuple[int, int] = (2480, 1754),
    *,
    colour: tuple[int, int, int] = (70, 52, 38),
    angle: float = 0.0,
    noise: int = 0,
    seed: int = 7,
) -> Image.Image:
    """The page lying on something, turned by some degrees, with the grain of a sensor (`noise`, 0 to 255)."""
    picture = Image.new("RGB", ground, colour)
    turned = page.convert("RGBA").rotate(angle, Image.Resampling.BICUBIC, expand=True)
    picture.paste(turned, ((ground[0] - turned.width) // 2, (ground[1] - turned.height) // 2), turned)
    return grained(picture, noise, seed) if noise else picture


def grained(picture: Image.Image, noise: int, seed: int = 7) -> Image.Image:
    """With the grain of a sensor, the same for the same seed."""
    side = 512
    grain = random.Random(seed).randbytes(side * side)  # noqa: S311 - no secret
    patch = Image.frombytes("L", (side, side), grain).filter(ImageFilter.BoxBlur(1))
    field = Image.new("L", picture.size)
    for left in range(0, picture.width, side):
        for top in range(0, picture.height, side):
            field.paste(patch, (left, top))
    strength = noise / 255
    return Image.blend(picture, Image.merge("RGB", (field, field, field)), strength)


def jpeg(picture: Image.Image, quality: int = 85, **more: object) -> bytes:
    """As a telephone keeps it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **more)
    return out.getvalue()
