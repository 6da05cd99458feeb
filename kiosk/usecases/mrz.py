"""MRZ: a passport's page, scanned or photographed, read as a swiped one is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

from kiosk.devices.mrz import Reading, readings
from kiosk.devices.pictures import Turn, read
from models.rules.mrz import NAMES, Mrz, mrz_warnings, read_mrz
from models.rules.problems import Problem, Refused

_TRIES = 8
"""Readings that are held against their check digits before a picture is given up."""


@dataclass(frozen=True, slots=True)
class PassportPage:
    """The two lines as a reader would have typed them, what they say, and what a person should look at again."""

    lines: tuple[str, str]
    passport: Mrz
    warnings: tuple[Problem, ...] = ()
    turn: Turn = 0
    """How far the picture has to be turned clockwise to be kept upright."""


def read_page(content: bytes, name: str, today: date) -> PassportPage:
    """What a passport's page says, whichever side of the picture is up; of a PDF the first page is read.

    Every check digit must be right as it was read; nothing is put right to make it so. Refused: `document.*`,
    `mrz.not_found` where there are no such lines, and `mrz.*` as `read_mrz` for lines that cannot be true."""
    best: tuple[float, Refused] | None = None
    for reading in islice(readings(read(content, name, field="file")), _TRIES):
        try:
            passport = read_mrz(reading.lines, today)
        except Refused as refusal:
            if best is None or reading.fit > best[0]:
                best = reading.fit, refusal
        else:
            return PassportPage(reading.lines, passport, _doubts(reading, passport), reading.turn)
    raise best[1] if best else Refused(Problem("mrz", "mrz.not_found"))


def _doubts(reading: Reading, passport: Mrz) -> tuple[Problem, ...]:
    found = mrz_warnings(passport)
    if any(line == 1 and place < 10 for line, place in reading.doubts):
        found.insert(0, Problem.of("passport_number", "mrz.number_unclear", number=passport.number))
    # No check digit vouches for the name.
    end = len(reading.lines[0].rstrip("<"))
    if any(line == 0 and NAMES.start <= place <= end for line, place in reading.doubts):
        found.insert(0, Problem.of("name", "mrz.name_unclear", name=passport.name))
    return tuple(found)
