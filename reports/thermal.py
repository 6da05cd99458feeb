"""The thermal receipt: what stands on a paper, as ESC/POS commands for a roll of 80 mm (576 dots of 1/203 inch).

Only a few commands are used, all of them older than most printers: ESC @, ESC a, ESC E, ESC J, ESC M, GS !, GS B,
GS v 0, GS V. Plain ASCII is printed in the printer's own letters; every line that needs more (é, 陳, ไทย) is drawn with
the house's fonts, because which table of further letters a printer has, and under which number, differs between makes.
The QR code is drawn as well, from the same modules as on the other papers.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from reports import lettering, qr
from reports.paper import Form, Item, Row, Stamp
from reports.tagged import Sheet, Style, wrap

DOTS = 576
"""Across the roll: 72 mm printed of 80 mm."""

COLUMNS, SMALL_COLUMNS = 48, 64
"""Letters in a line: font A is 12 dots wide, font B 9."""

_QR_UNIT = 6  # dots a module, 0.75 mm: a wedge reader and a telephone read it at arm's length
_BAND = 128  # rows of a picture sent at a time: small printers have small memories
_BETWEEN = 8  # dots between two rows
_TO_SIGN = 90  # dots above the line to sign on

_ESC, _GS = b"\x1b", b"\x1d"
_START = _ESC + b"@"
_CUT = _GS + b"V\x42\x00"  # feed to the knife, then cut all but a point

_PLAIN = str.maketrans({"\u00a0": " ", "–": "-", "—": "-", "·": "-", "•": "*", "×": "x", "’": "'", "“": '"', "”": '"'})

# Sizes in dots, drawn as tall as the printer's own letters.
_DRAWN = Style("regular", 21.0, 29.0)
_DRAWN_SMALL = Style("regular", 16.5, 23.0)


def render_thermal(form: Form) -> bytes:
    """The commands that print `form` once and cut; the same bytes for the same form. CPU only: 1 ms, and 6 ms more for
    each line that must be drawn."""
    tape = _Tape()
    _head(tape, form)
    for row in form.rows:
        _row(tape, row)
    _rule(tape)
    if form.code:
        tape.picture(_code(form.code))
        for text in form.code_caption:
            tape.text(text, small=True, centred=True)
        _rule(tape)
    for text in form.foot:
        tape.text(text, small=True)
    for name, role in reversed(form.signatures):
        tape.gap(_TO_SIGN)
        tape.text("_" * 24, centred=True)
        tape.text(name, centred=True)
        tape.text(role, small=True, centred=True)
    return tape.cut()


def _head(tape: _Tape, form: Form) -> None:
    tape.text(form.heading.id, bold=True, centred=True)
    tape.text(form.heading.en, small=True, centred=True)
    tape.text(form.service, small=True, centred=True)
    _rule(tape)
    tape.text(form.kind.id, bold=True, tall=True, centred=True)
    tape.text(form.kind.en, small=True, centred=True)
    for stamp in form.stamps:
        _stamp(tape, stamp)
    tape.text(f"{form.number_label} {form.number}", bold=True)
    for text in form.circumstances:
        tape.text(text)
    _rule(tape)


def _stamp(tape: _Tape, stamp: Stamp) -> None:
    """White on black, as large as the paper's kind, so that no copy is taken for the original."""
    tape.text(stamp.words.id, bold=True, tall=True, centred=True, white=True)
    tape.text(stamp.words.en, small=True, centred=True)


def _row(tape: _Tape, row: Row) -> None:
    tape.gap(_BETWEEN)
    tape.text(" / ".join(word for word in row.label if word), small=True)
    for item in row.items:
        _item(tape, item)


def _item(tape: _Tape, item: Item) -> None:
    heavy = item.style.face in ("bold", "semibold") or item.right_style.face in ("bold", "semibold")
    tall = item.style.size > 12
    text = f"{item.bullet} {item.text}" if item.bullet else item.text
    if tall:
        tape.text(text, bold=heavy, tall=True)
        tape.text("", right=item.right)
    else:
        tape.text(text, right=item.right, bold=heavy)
    tape.text(item.under, small=True)


def _rule(tape: _Tape) -> None:
    tape.text("-" * COLUMNS)


class _Tape:
    """Commands in the order they are printed. Each text leaves the printer as it found it."""

    def __init__(self) -> None:
        self._out = bytearray(_START)

    def text(
        self,
        text: str,
        *,
        right: str = "",
        bold: bool = False,
        small: bool = False,
        tall: bool = False,
        centred: bool = False,
        white: bool = False,
    ) -> None:
        """A paragraph, perhaps with a figure at the right edge of its last line."""
        if not text and not right:
            return
        plain, figure = _ascii(text), _ascii(right)
        if plain is None or figure is None:
            self.picture(_drawn(text, right, bold=bold, small=small, centred=centred))
            return
        lines = list(_columns(plain, figure, SMALL_COLUMNS if small else COLUMNS))
        on = [(b"M\x01", b"M\x00", small), (b"E\x01", b"E\x00", bold), (b"a\x01", b"a\x00", centred)]
        self._out += b"".join(_ESC + begin for begin, _end, wanted in on if wanted)
        self._out += (_GS + b"!\x01") * tall + (_GS + b"B\x01") * white
        for line in lines:
            self._out += line.encode("ascii") + b"\n"
        self._out += (_GS + b"B\x00") * white + (_GS + b"!\x00") * tall
        self._out += b"".join(_ESC + end for _begin, end, wanted in reversed(on) if wanted)

    def picture(self, rows: list[bytes]) -> None:
        """Rows of 576 dots, the first dot the highest bit of the first byte, 1 for black."""
        wide = DOTS // 8
        for first in range(0, len(rows), _BAND):
            band = rows[first : first + _BAND]
            self._out += _GS + b"v0\x00" + wide.to_bytes(2, "little") + len(band).to_bytes(2, "little")
            self._out += b"".join(band)

    def gap(self, dots: int) -> None:
        """White, in dots: at most 255."""
        self._out += _ESC + b"J" + bytes([dots])

    def cut(self) -> bytes:
        self._out += _CUT
        return bytes(self._out)


def _ascii(text: str) -> str | None:
    """The text in letters that every printer has; None where it needs others."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return text if text.isascii() and text.isprintable() else None


def _columns(text: str, right: str, columns: int) -> Iterator[str]:
    """Lines of at most `columns` letters, broken at blanks, inside a word only where it is longer by itself; `right`
    ends the last one, or a line of its own where there is no room."""
    lines = textwrap.wrap(text, columns, break_on_hyphens=False)
    yield from lines[:-1]
    line = lines[-1] if lines else ""
    if right and line and len(line) + 1 + len(right) > columns:
        yield line
        line = ""
    if line or right:
        yield line + right.rjust(columns - len(line)) if right else line


def _drawn(text: str, right: str, *, bold: bool, small: bool, centred: bool) -> list[bytes]:
    """The same paragraph as a picture: set like our other papers, one point a dot, and made black and white."""
    import pypdfium2

    style = replace(_DRAWN_SMALL if small else _DRAWN, face="bold" if bold else "regular")
    aside = lettering.width(right, style.face, style.size) + 12 if right else 0
    lines = wrap(text, style, DOTS - aside)
    sheet = Sheet(title="", author="", subject="", size=(DOTS, len(lines) * style.leading + 4))
    for at, line in enumerate(lines):
        base = at * style.leading + style.leading * 0.78
        place = DOTS / 2 if centred else 0.0
        sheet.text(place, base, line, style, "center" if centred else "left")
        if right and at == len(lines) - 1:
            sheet.text(DOTS, base, right, style, "right")
    document = pypdfium2.PdfDocument(sheet.finish())
    try:
        picture = document[0].render(scale=1, grayscale=True).to_pil()
    finally:
        document.close()
    # Black where at least a third of a dot is covered: thin strokes stay whole.
    dots = picture.point(lambda grey: 255 if grey < 170 else 0, mode="1")
    wide = DOTS // 8
    packed = dots.tobytes()
    return [packed[at : at + wide] for at in range(0, len(packed), wide)]


def _code(text: str) -> list[bytes]:
    """The QR code with its quiet zone, in the middle of the roll."""
    modules, bars = qr.bars(text)
    whole = modules + 2 * qr.QUIET
    unit = max(1, min(_QR_UNIT, DOTS // whole))
    left = (DOTS - whole * unit) // 2
    rows: list[bytes] = []
    blank = bytes(DOTS // 8)
    for row in range(-qr.QUIET, modules + qr.QUIET):
        dots = 0
        for column, _row, length in (bar for bar in bars if bar[1] == row):
            first = left + (qr.QUIET + column) * unit
            dots |= ((1 << length * unit) - 1) << (DOTS - first - length * unit)
        rows += [dots.to_bytes(DOTS // 8, "big") if dots else blank] * unit
    return rows
