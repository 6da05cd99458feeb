"""A thermal printer for tests: reads ESC/POS as an 80 mm printer does, and gives the strip of paper that comes out.

Written from the printers' command manuals, not from our encoder: what it does not know it refuses, so that a command
nobody meant is seen."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

from reports.fonts import font_path

DOTS = 576


@dataclass
class Strip:
    """What came out: the picture of it, the letters the printer set itself, and where it was cut."""

    picture: Image.Image
    lines: list[str]
    cuts: list[int]
    reversed_lines: list[str]


@dataclass
class _Printer:
    rows: list[Image.Image] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    reversed_lines: list[str] = field(default_factory=list)
    cuts: list[int] = field(default_factory=list)
    buffer: str = ""
    small: bool = False
    bold: bool = False
    white: bool = False
    align: int = 0
    wide: int = 1
    tall: int = 1

    def reset(self) -> None:
        self.buffer, self.small, self.bold, self.white, self.align, self.wide, self.tall = (
            "",
            False,
            False,
            False,
            0,
            1,
            1,
        )

    @property
    def height(self) -> int:
        return sum(row.height for row in self.rows)

    def line_feed(self) -> None:
        cell = (9 if self.small else 12) * self.wide, (17 if self.small else 24) * self.tall
        if len(self.buffer) * cell[0] > DOTS:
            raise ValueError(f"wider than the paper: {self.buffer!r}")
        row = Image.new("1", (DOTS, max(30, cell[1] + 6)), 1)
        left = {0: 0, 1: (DOTS - len(self.buffer) * cell[0]) // 2, 2: DOTS - len(self.buffer) * cell[0]}[self.align]
        for at, letter in enumerate(self.buffer):
            row.paste(_glyph(letter, cell, self.bold, self.white), (left + at * cell[0], 0))
        self.rows.append(row)
        if self.buffer:
            self.lines.append(self.buffer)
            if self.white:
                self.reversed_lines.append(self.buffer)
        self.buffer = ""

    def feed(self, dots: int) -> None:
        if dots:
            self.rows.append(Image.new("1", (DOTS, dots), 1))


@functools.lru_cache(maxsize=1024)
def _glyph(letter: str, cell: tuple[int, int], bold: bool, white: bool) -> Image.Image:
    """A letter in its cell, as wide as the cell whatever the letter."""
    face = ImageFont.truetype(str(font_path("NotoSans-Bold" if bold else "NotoSans-Regular")), round(cell[1] * 0.72))
    wide = max(1, round(face.getlength(letter)))
    drawn = Image.new("L", (wide, cell[1]), 255)
    ImageDraw.Draw(drawn).text((0, -cell[1] * 0.02), letter, font=face, fill=0)
    if wide > cell[0] or letter in "-_|":
        drawn = drawn.resize(cell)
    square = Image.new("L", cell, 255)
    square.paste(drawn, ((cell[0] - drawn.width) // 2, 0))
    dots = square.point(lambda grey: 255 if grey > 140 else 0)
    return (dots.point(lambda grey: 255 - grey) if white else dots).convert("1")


def printed(commands: bytes) -> Strip:
    """What an 80 mm printer makes of these commands. ValueError for a command it does not know, text beyond the paper's
    edge, or a picture broken off."""
    printer = _Printer()
    at = 0

    def take(count: int) -> bytes:
        nonlocal at
        if at + count > len(commands):
            raise ValueError("the commands break off")
        at += count
        return commands[at - count : at]

    while at < len(commands):
        sign = take(1)
        if sign == b"\n":
            printer.line_feed()
        elif sign == b"\x1b":
            _escape(printer, take)
        elif sign == b"\x1d":
            _group(printer, take)
        elif 0x20 <= sign[0] < 0x7F:
            printer.buffer += sign.decode("ascii")
        else:
            raise ValueError(f"a letter no two printers agree on: {sign!r}")
    if printer.buffer:
        raise ValueError(f"never printed: {printer.buffer!r}")
    picture = Image.new("1", (DOTS, max(1, printer.height)), 1)
    y = 0
    for row in printer.rows:
        picture.paste(row, (0, y))
        y += row.height
    return Strip(picture, printer.lines, printer.cuts, printer.reversed_lines)


def _escape(printer: _Printer, take) -> None:
    command = take(1)
    if command == b"@":
        printer.reset()
        return
    (given,) = take(1)
    if command == b"a":
        printer.align = given & 3
    elif command == b"E":
        printer.bold = bool(given & 1)
    elif command == b"M":
        printer.small = bool(given & 1)
    elif command == b"J":
        printer.feed(given)
    else:
        raise ValueError(f"ESC {command!r}")


def _group(printer: _Printer, take) -> None:
    command = take(1)
    if command == b"v":
        if take(2) != b"0\x00" or printer.buffer:
            raise ValueError("a picture amid a line, or doubled")
        wide, high = int.from_bytes(take(2), "little"), int.from_bytes(take(2), "little")
        if not 1 <= wide <= DOTS // 8 or not 1 <= high <= 2047:
            raise ValueError(f"a picture of {wide * 8} by {high}")
        dots = Image.frombytes("1", (wide * 8, high), bytes(byte ^ 0xFF for byte in take(wide * high)))
        row = Image.new("1", (DOTS, high), 1)
        row.paste(dots, (0, 0))
        printer.rows.append(row)
        return
    (given,) = take(1)
    if command == b"!":
        printer.tall, printer.wide = (given & 7) + 1, (given >> 4 & 7) + 1
    elif command == b"B":
        printer.white = bool(given & 1)
    elif command == b"V":
        if given == 66:
            printer.feed(90 + take(1)[0])
        printer.cuts.append(printer.height)
    else:
        raise ValueError(f"GS {command!r}")
