"""MRZ in pictures: the two lines at the foot of a passport's page found, cut into places, and matched letter by letter.

Passports print these lines in one face (OCR-B), at one pitch, 44 characters to a line (ICAO Doc 9303 part 3, 4.3 and
part 4). So nothing need be guessed: each place is compared with the characters that the standard allows there. No other
program and no network is needed (docs/decisions/0006-reading-passport-pages.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from kiosk.devices.pictures import Turn, cropped, turned
from models.rules.mrz import LENGTH

_FILE = Path(__file__).resolve().parent / "OCRB.otf"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_DIGITS = "0123456789"
_ALL = _LETTERS + _DIGITS
_UPPER = ("P", _LETTERS) + (_LETTERS,) * 42
_LOWER = (
    *(_ALL,) * 9,  # number
    _DIGITS,
    *(_LETTERS,) * 3,  # nationality
    *(_DIGITS + "<",) * 6,  # date of birth, parts of which may be unknown
    _DIGITS,
    "FM<X",
    *(_DIGITS,) * 7,  # date of expiry
    *(_ALL,) * 14,  # personal number
    _DIGITS + "<",
    _DIGITS,
)
"""What may stand at each place (Doc 9303 part 4, 4.2.2)."""

_TURNS: tuple[Turn, ...] = (0, 180, 90, 270)
_SEARCH = 640
"""Pixels of a page's width on which lines are looked for."""
_CERTAIN = -1.35
"""The rank of lines over most of the width, level and low on the page: read before other sides are looked at."""
_REACH = 10
"""Pixels to either side over which print runs together into a bar."""
_PITCH = 24
"""Pixels from one character to the next while they are read."""
_WIDE, _HIGH = 16, 20
"""Pixels that a place is brought to for comparing."""
_CLEAR = 0.06
"""How much better than the next a character fits, where nobody need look twice."""
_WORTH = 0.68
"""How well all of it fits at least, for it to be looked at: print that is no MRZ stays below."""
_LIKE = 0.6
"""How well a character fits at least, of 1."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Two lines of 44 characters as they look. `doubts`: places (line 0 or 1, from 0) where another character would
    fit nearly as well. `fit`, 0 to 1: how well all of it does."""

    lines: tuple[str, str]
    doubts: tuple[tuple[int, int], ...]
    fit: float
    turn: Turn = 0
    """How far the picture has to be turned clockwise for them to stand upright."""


def readings(picture: Image.Image) -> Iterator[Reading]:
    """What might be a passport's two lines in this picture, whichever side is up; the likeliest place first.

    Whether a reading is one is for `models.rules.mrz` and its check digits to say."""
    page = cropped(picture)
    for source in (page, picture) if page is not picture else (picture,):
        later: list[tuple[_Band, Turn]] = []
        for turn in _TURNS:
            upright = turned(source, turn)
            for band in _bands(upright):
                if band.rank > _CERTAIN:
                    later.append((band, turn))
                elif (reading := _read(upright, band, turn)) is not None:
                    yield reading
        for band, turn in sorted(later, key=lambda one: one[0].rank)[:3]:
            if (reading := _read(turned(source, turn), band, turn)) is not None:
                yield reading


# Finding the lines


@dataclass(frozen=True, slots=True)
class _Bar:
    """Rows of print from one side to the other, in pixels of the search."""

    top: int
    bottom: int
    left: int
    right: int
    rows: int
    """How many rows hold nearly all of it."""


@dataclass(frozen=True, slots=True)
class _Band:
    """Two bars of print on the picture turned by `angle` degrees, as shares of its height; the sides as shares of its
    width. A smaller `rank` is likelier."""

    rank: float
    angle: float
    left: float
    right: float
    bars: tuple[tuple[float, float], tuple[float, float]]


def _bands(picture: Image.Image) -> list[_Band]:
    """The likeliest pairs of long lines of print, one above the other."""
    high = max(1, round(picture.height * _SEARCH / picture.width))
    if high < 40 or high > 4 * _SEARCH:
        return []
    ink = _ink(picture.convert("L").resize((_SEARCH, high), Image.Resampling.BOX, reducing_gap=2.0), 12)
    dark = _at_share(ink, 0.985)
    marks = ink.point([255 if value > max(10, dark * 0.4) else 0 for value in range(256)])
    chosen: list[_Band] = []
    for band in sorted((band for step in range(-6, 7) for band in _pairs(marks, step * 0.6)), key=_rank):
        if all(abs(band.bars[1][0] - other.bars[1][0]) > 0.04 for other in chosen):
            closer = [one for step in (-2, -1, 1, 2) for one in _pairs(marks, band.angle + step * 0.15)]
            chosen.append(min([band, *(one for one in closer if _same(one, band))], key=_rank))
        if len(chosen) == 3:
            break
    return chosen


def _rank(band: _Band) -> float:
    return band.rank


def _same(one: _Band, other: _Band) -> bool:
    return abs(one.bars[1][0] - other.bars[1][0]) < 0.03


def _pairs(marks: Image.Image, angle: float) -> list[_Band]:
    smear = (marks.rotate(angle) if angle else marks).filter(ImageFilter.BoxBlur((_REACH, 1)))
    bars = _bars(smear.point([255 if value > 20 else 0 for value in range(256)]))
    wide, high = marks.size
    found = []
    for upper, lower in ((one, other) for at, one in enumerate(bars) for other in bars[at + 1 : at + 3]):
        left, right = min(upper.left, lower.left), max(upper.right, lower.right)
        apart = ((lower.top + lower.bottom) - (upper.top + upper.bottom)) / 2
        # Two lines of 44 characters at a tenth of an inch, a quarter of an inch apart: 0.057.
        if not 0.035 < apart / (right - left) < 0.09 or abs(upper.left - lower.left) > 0.1 * (right - left):
            continue
        # Where they are level, one row reaches from end to end, and several rows do.
        shorter = min(upper.right - upper.left, lower.right - lower.left)
        found.append(
            _Band(
                -(shorter / wide) - 0.02 * min(upper.rows + lower.rows, 24) - 0.3 * lower.bottom / high,
                angle,
                (left + _REACH - 2) / wide,
                (right - _REACH + 2) / wide,
                ((upper.top / high, upper.bottom / high), (lower.top / high, lower.bottom / high)),
            )
        )
    return found


def _bars(smear: Image.Image) -> list[_Bar]:
    """Rows that are white over nearly half the width at a stretch, in bars."""
    wide = smear.width
    content = smear.tobytes()
    bars: list[_Bar] = []
    rows: list[tuple[int, int]] = []
    for top in range(smear.height + 1):
        row = content[top * wide : (top + 1) * wide]
        longest = max(row.split(b"\0"), key=len) if row else b""
        if len(longest) >= 0.45 * wide:
            left = row.index(longest)
            rows.append((left, left + len(longest)))
        elif rows:
            most = max(right - left for left, right in rows)
            whole = [(left, right) for left, right in rows if right - left > 0.94 * most]
            if 3 <= len(rows) <= 0.06 * wide:
                left, right = min(one[0] for one in whole), max(one[1] for one in whole)
                bars.append(_Bar(top - len(rows), top, left, right, len(whole)))
            rows = []
    return bars


def _ink(grey: Image.Image, reach: int) -> Image.Image:
    """How much darker than its surroundings each point is; shadows and coloured grounds fall away."""
    return ImageChops.subtract(grey.filter(ImageFilter.BoxBlur(reach)), grey)


def _at_share(picture: Image.Image, share: float) -> int:
    wanted, seen = picture.width * picture.height * share, 0
    for value, count in enumerate(picture.histogram()):
        seen += count
        if seen >= wanted:
            return value
    return 255


# Reading them


def _read(picture: Image.Image, band: _Band, turn: Turn) -> Reading | None:
    straight = picture.convert("L")
    if band.angle:
        straight = straight.rotate(band.angle, Image.Resampling.BICUBIC)
    wide = (band.right - band.left) * picture.width
    pitch = wide / (LENGTH - 0.2)
    if pitch < 6:
        return None
    scale = _PITCH / pitch
    said: list[str] = []
    doubts: list[tuple[int, int]] = []
    fits: list[float] = []
    for at, ((top, bottom), allowed) in enumerate(zip(band.bars, (_UPPER, _LOWER), strict=True)):
        # The neighbouring line begins nearly two places away from the middle of this one.
        middle = (top + bottom) / 2 * picture.height
        box = (
            max(0, round(band.left * picture.width - 1.5 * pitch)),
            max(0, round(middle - 1.3 * pitch)),
            min(picture.width, round(band.right * picture.width + 1.5 * pitch)),
            min(picture.height, round(middle + 1.3 * pitch)),
        )
        strip = straight.crop(box)
        size = (round(strip.width * scale), round(strip.height * scale))
        if min(size) < _PITCH:
            return None
        line = _line(strip.resize(size, Image.Resampling.BICUBIC), allowed)
        if line is None:
            return None
        said.append("".join(character for character, _fit, _margin in line))
        doubts += [(at, place) for place, (_c, fit, margin) in enumerate(line) if fit < _LIKE or margin < _CLEAR]
        fits += [fit for _character, fit, _margin in line]
    fit = sum(fits) / len(fits)
    return Reading((said[0], said[1]), tuple(doubts), fit, turn) if fit > _WORTH else None


def _line(strip: Image.Image, allowed: tuple[str, ...]) -> _Line | None:
    """Each place's character, how well it fits, and by how much better than the next."""
    ink = _ink(strip, 20)
    dark = max(12, _at_share(ink, 0.96))
    ink = ink.point([min(255, max(0, round((value - 0.15 * dark) * 255 / (0.85 * dark)))) for value in range(256)])
    ink = _level(ink)
    rows = _extent(ink.resize((1, ink.height), Image.Resampling.BOX).tobytes(), 0.3)
    if rows is None or rows[1] - rows[0] < _PITCH * 0.4:
        return None
    columns = ink.crop((0, rows[0], ink.width, rows[1])).resize((ink.width, 1), Image.Resampling.BOX).tobytes()
    grid = _grid(columns)
    if grid is None:
        return None
    start, pitch = grid
    tall = pitch * _tallness()
    top = (rows[0] + rows[1] - tall) / 2
    tries = [(start, top + step) for step in (-3.0, -1.5, 0.0, 1.5, 3.0)]
    fit, top, best = max(_matched(ink, left, at, pitch, tall, allowed) for left, at in tries)
    # A speck may have been taken for a character: the same one place to either side.
    tries = [(start - pitch, top), (start + pitch, top)]
    others = [_matched(ink, left, at, pitch, tall, allowed) for left, at in tries]
    return max((fit, top, best), *others)[2]


_Line = list[tuple[str, float, float]]


def _matched(
    ink: Image.Image, start: float, top: float, pitch: float, tall: float, allowed: tuple[str, ...]
) -> tuple[float, float, _Line]:
    """How well the characters fit that fit best; where they stand; and which they are."""
    line: _Line = []
    for place, characters in enumerate(allowed):
        cell = _centred(ink, start + place * pitch, top, pitch, tall)
        scores = sorted(((sum(map(mul, cell, _shapes()[one])), one) for one in characters), reverse=True)
        line.append((scores[0][1], scores[0][0], scores[0][0] - scores[1][0] if len(scores) > 1 else 1.0))
    return sum(one[1] for one in line), top, line


def _level(ink: Image.Image) -> Image.Image:
    """The line with what is left of its slant taken out: a straight line through the middles of its eight parts."""
    middles: list[tuple[float, float]] = []
    capital = _PITCH * (_tallness() - 2 * _SPARE)
    for part in range(8):
        left, right = part * ink.width // 8, (part + 1) * ink.width // 8
        place = ink.crop((left, 0, right, ink.height))
        rows = _extent(place.resize((1, ink.height), Image.Resampling.BOX).tobytes(), 0.3)
        if rows is not None and 0.6 * capital < rows[1] - rows[0] < 1.35 * capital:
            middles.append(((left + right) / 2, (rows[0] + rows[1]) / 2))
    if len(middles) < 4:
        return ink
    x_mean = sum(x for x, _y in middles) / len(middles)
    y_mean = sum(y for _x, y in middles) / len(middles)
    slope = sum((x - x_mean) * (y - y_mean) for x, y in middles) / sum((x - x_mean) ** 2 for x, _y in middles)
    shear = (1, 0, 0, slope, 1, -slope * x_mean)
    return ink.transform(ink.size, Image.Transform.AFFINE, shear, Image.Resampling.BICUBIC)


def _extent(profile: bytes, share: float) -> tuple[int, int] | None:
    """From the first to the last place with a good part of the most."""
    most = max(profile, default=0)
    there = [at for at, value in enumerate(profile) if value > share * most]
    return (there[0], there[-1] + 1) if most and there else None


def _grid(columns: bytes) -> tuple[float, float] | None:
    """Where the first of 44 places begins, and the pitch: such that little ink stands on the borders between places."""
    ink = sum(columns)
    best = (float("-inf"), 0.0, 0.0)
    for step in range(-14, 15):
        pitch = _PITCH * (1 + step * 0.003)
        offset = 0.0
        while offset <= len(columns) - LENGTH * pitch:
            borders = sum(columns[min(len(columns) - 1, round(offset + k * pitch))] for k in range(LENGTH + 1))
            inside = sum(columns[round(offset) : round(offset + LENGTH * pitch)])
            best = max(best, ((inside - 2.0 * borders * pitch) / max(1, ink), offset, pitch))
            offset += 1.0
    return (best[1], best[2]) if best[2] else None


def _centred(ink: Image.Image, left: float, top: float, pitch: float, tall: float) -> tuple[float, ...]:
    """What stands in a place, brought to one size, its ink in the middle, without its mean and of length 1."""
    place = ink.crop((round(left), round(top), round(left + pitch), round(top + tall)))
    profile = place.resize((place.width, 1), Image.Resampling.BOX).tobytes()
    weight = sum(profile)
    middle = sum(at * value for at, value in enumerate(profile)) / weight if weight else pitch / 2 - 0.5
    # Its neighbours stay outside: it moves by a quarter of a place at most.
    shift = max(-pitch / 4, min(pitch / 4, middle - (pitch / 2 - 0.5)))
    box = (left + shift, top, left + shift + pitch, top + tall)
    return _unit(ink.transform((_WIDE, _HIGH), Image.Transform.EXTENT, box, Image.Resampling.BICUBIC))


def _unit(cell: Image.Image) -> tuple[float, ...]:
    values = cell.filter(ImageFilter.GaussianBlur(0.6)).tobytes()
    mean = sum(values) / len(values)
    length = sum((value - mean) ** 2 for value in values) ** 0.5
    return tuple((value - mean) / length for value in values) if length else (0.0,) * len(values)


_SPARE = 0.08
"""Of a place's width, above and below the character."""


@cache
def _face() -> tuple[ImageFont.FreeTypeFont, float, float, float]:
    """The typeface; its pitch, and where its capitals begin and end."""
    face = ImageFont.truetype(str(_FILE), 200)
    _left, top, _right, bottom = face.getbbox("H")
    return face, face.getlength("0"), top, bottom


def _tallness() -> float:
    """The height of a place as a share of its width."""
    _font, pitch, top, bottom = _face()
    return (bottom - top) / pitch + 2 * _SPARE


@cache
def _shapes() -> dict[str, tuple[float, ...]]:
    """Every character as `_centred` would find it on perfect paper."""
    face, pitch, top, _bottom = _face()
    tall = _tallness() * _PITCH
    found = {}
    for character in _ALL:
        drawn = Image.new("L", (round(pitch), round(_tallness() * pitch)))
        ImageDraw.Draw(drawn).text((0, _SPARE * pitch - top), character, font=face, fill=255)
        small = drawn.resize((_PITCH, round(tall)), Image.Resampling.LANCZOS)
        found[character] = _centred(small, 0.0, 0.0, float(_PITCH), tall)
    return found
