"""Lettering: a line of text in any script, cut into runs of the fonts that have its letters."""

from __future__ import annotations

import functools
import threading
import unicodedata
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reportlab.lib.abag import ABag
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, ShapedStr, TTFont, shapeFragWord

from reports import bidi
from reports.fonts import LATIN, Face, font_path

_HEAVY = ("semibold", "bold")
_SHAPED = ("NotoSansArabic", "NotoSansThai", "NotoSansKhmer", "NotoSansMyanmar")
"""Scripts whose letters change or move beside each other."""
_STACKERS = ("\N{KHMER SIGN COENG}", "\N{MYANMAR SIGN VIRAMA}", "\N{ZERO WIDTH JOINER}")
_JOINERS = ("\N{ZERO WIDTH NON-JOINER}", "\N{ZERO WIDTH JOINER}")
# First and last code point of the blocks that Noto Sans leaves to its sisters.
_ARABIC = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFF))
_THAI = ((0x0E00, 0x0E7F),)
_MYANMAR = ((0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F))
_KHMER = ((0x1780, 0x17FF), (0x19E0, 0x19FF))
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))
_HAN = ((0x2E80, 0x312F), (0x3190, 0xA4CF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF))

# The private use area holds 6,400 codes; the fonts that are shaped have fewer glyphs and leave it free.
_PRIVATE = 0xE000

_registering = threading.Lock()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch drawn in one font, left to right after the run before it.

    `text` is in reading order, for whoever extracts or listens; `drawn` is what the font is given."""

    font: str
    text: str
    drawn: str
    heavier: bool  # the font has no bold of its own and is thickened
    plain: bool  # what is drawn is what it says: neither joined nor turned, and no letter that the font lacks

    def width(self, size: float) -> float:
        """In points at `size` points."""
        if isinstance(self.drawn, ShapedStr):
            return float(sum(glyph.x_advance for glyph in self.drawn.__shapeData__)) * size / 1000
        return float(pdfmetrics.stringWidth(self.drawn, self.font, size))


@functools.lru_cache(maxsize=2048)
def runs(text: str, face: Face) -> tuple[Run, ...]:
    """A line as it is drawn, in any script we have a font for; Arabic is joined and turned, marks are placed."""
    composed = "".join(character for character in unicodedata.normalize("NFC", text) if _is_drawn(character))
    return tuple(
        _run(font, "".join(letters), face, rightward)
        for stretch, rightward in bidi.stretches(composed)
        for font, letters in _drawn_order(_by_font(stretch, face, rightward), rightward)
    )


@functools.lru_cache(maxsize=8192)
def width(text: str, face: Face, size: float) -> float:
    """Of one line, in points."""
    return sum(run.width(size) for run in runs(text, face))


def clusters(text: str) -> list[str]:
    """A word cut where it may be broken if it must: a letter keeps its marks, and a letter stacked below another (Khmer
    coeng, Burmese virama) stays with it."""
    found: list[str] = []
    for character in text:
        if found and (_joins(character) or found[-1][-1] in _STACKERS):
            found[-1] += character
        else:
            found.append(character)
    return found


def register(name: str) -> str:
    """Make a bundled font known to reportlab, once; its name again."""
    if name not in pdfmetrics.getRegisteredFontNames():
        with _registering:
            if name not in pdfmetrics.getRegisteredFontNames():
                pdfmetrics.registerFont(_Font(name, str(font_path(name)), asciiReadable=False))
    return name


class _Font(TTFont):  # type: ignore[misc]
    """A font whose unencoded glyphs have the same code and width in every process.

    reportlab hands out codes in the order of first use and takes the first advance it sees, so that a paper's
    bytes would depend on the papers printed before it."""

    def hbFont(self, fontSize: float = 10) -> Any:  # noqa: N802, N803
        shaper = super().hbFont(fontSize)

        def private(_name: str, glyph: int, _advance: float) -> int:
            code = _PRIVATE + glyph
            self.face.charToGlyph[code] = glyph
            self.face.glyphToChar.setdefault(glyph, []).append(code)
            self.face.charWidths[code] = self.pdfScale(shaper.get_glyph_h_advance(glyph))
            return code

        self.hbAddPrivate = private
        return shaper

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Embed what the document used, and say which letters it was: only those, and beyond 16 bits too."""
        subsets = list(self.state[doc].subsets) if doc in self.state else []
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("ascii")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = _to_unicode(name, subset)


def _to_unicode(font: str, subset: list[int]) -> str:
    """The CMap from a font's codes to letters (ISO 32000-1 §9.10.3): no code for nothing, a hundred to a block."""
    letters = [(code, chr(letter).encode("utf-16-be").hex().upper()) for code, letter in enumerate(subset) if letter]
    blocks = [letters[start : start + 100] for start in range(0, len(letters), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({font}) /Ordering ({font}) /Supplement 0 >> def",
            f"/CMapName /{font} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(
                line
                for block in blocks
                for line in (
                    f"{len(block)} beginbfchar",
                    *(f"<{code:02X}> <{letter}>" for code, letter in block),
                    "endbfchar",
                )
            ),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


def _drawn_order(parts: list[tuple[str, list[str]]], rightward: bool) -> list[tuple[str, list[str]]]:
    return parts[::-1] if rightward else parts


def _by_font(stretch: str, face: Face, rightward: bool) -> list[tuple[str, list[str]]]:
    han = _han_fonts(stretch)
    fonts: list[str] = []
    for character in stretch:
        marks_what_it_follows = fonts and _joins(character) and _has(fonts[-1], character)
        fonts.append(fonts[-1] if marks_what_it_follows else _font_of(character, face, rightward, han))
    return [
        (font, [character for _, character in group])
        for font, group in groupby(zip(fonts, stretch, strict=True), key=lambda pair: pair[0])
    ]


def _joins(character: str) -> bool:
    """A mark, or one of the two invisible characters that tell letters how to join: part of what stands before."""
    return unicodedata.category(character) in ("Mn", "Mc", "Me") or character in _JOINERS


def _han_fonts(text: str) -> list[str]:
    """A name is written in one font: in traditional characters where they all are, else in simplified ones, which also
    has the Japanese. Only what both lack is looked for elsewhere."""
    han = [character for character in text if _within(ord(character), _HAN)]
    if not han or all(_has("NotoSansTC-Regular", character) for character in han):
        return ["NotoSansTC-Regular", "NotoSansKR-Regular"]
    return ["NotoSansSC-Regular", "NotoSansTC-Regular", "NotoSansKR-Regular"]


def _font_of(character: str, face: Face, rightward: bool, han: list[str]) -> str:
    code = ord(character)
    weight = "Bold" if face in _HEAVY else "Regular"
    candidates = [LATIN[face]]
    if rightward or _within(code, _ARABIC):
        candidates.insert(0, f"NotoSansArabic-{weight}")
    elif _within(code, _THAI):
        candidates.insert(0, f"NotoSansThai-{weight}")
    elif _within(code, _KHMER):
        candidates.insert(0, f"NotoSansKhmer-{weight}")
    elif _within(code, _MYANMAR):
        candidates.insert(0, f"NotoSansMyanmar-{weight}")
    elif _within(code, _HANGUL):
        candidates.insert(0, "NotoSansKR-Regular")
    elif _within(code, _HAN):
        candidates[:0] = han
    return next((font for font in candidates if _has(font, character)), LATIN[face])


def _is_drawn(character: str) -> bool:
    """Control characters, and the invisible ones that could turn a line around, have no place on paper."""
    return unicodedata.category(character) not in ("Cc", "Cf") or character in _JOINERS


def _within(code: int, blocks: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in blocks)


def _has(font: str, character: str) -> bool:
    return ord(character) in pdfmetrics.getFont(register(font)).face.charToGlyph


def _run(font: str, text: str, face: Face, rightward: bool) -> Run:
    heavier = face in _HEAVY and font.endswith("-Regular")
    if rightward and not (font.startswith("NotoSansArabic") and any(map(_is_arabic, text))):
        # A bracket by itself: the shaper would not know that it stands among letters that read from the right.
        drawn = bidi.mirrored(text)
    elif font.startswith(_SHAPED) or any(map(_needs_shaping, text)):
        drawn = _shaped(text, font)
    else:
        drawn = text
    return Run(font, text, drawn, heavier, drawn == text and all(_has(font, character) for character in text))


def _shaped(text: str, font: str) -> ShapedStr:
    """Joined, reordered and placed by HarfBuzz with the features that every text has; reportlab's own choice adds
    ligatures that are for ornament."""
    word = [0, (ABag(fontName=font, fontSize=10), text)]
    return shapeFragWord(word, features={"kern": True, "liga": True}, force=True)[1][1]


def _is_arabic(character: str) -> bool:
    return unicodedata.bidirectional(character) in ("R", "AL")


def _needs_shaping(character: str) -> bool:
    """Marks that must be placed over their letter, and the scripts of India that Noto Sans carries."""
    return unicodedata.category(character) in ("Mn", "Mc") or 0x0900 <= ord(character) <= 0x097F
