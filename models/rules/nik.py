"""NIK: the number of the Indonesian identity card, `PPKKCC DDMMYY SSSS`, and what it says of its holder."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from models.rules import data
from models.rules.problems import Problem, Refused

WOMEN_ADD = 40
"""Women's day of birth is written with 40 added (Perpres 96/2018 and the card itself)."""


@dataclass(frozen=True, slots=True)
class Nik:
    """The parts of a NIK. The year of birth has two digits only: the century is not in it."""

    province: str
    regency: str
    district: str
    birth_day: int
    birth_month: int
    birth_yy: int
    sex: Literal["F", "M"]
    serial: int


def clean_nik(text: str) -> str:
    """A NIK as typed or scanned, without the spaces, dots and hyphens people put between its groups."""
    return re.sub(r"[\s.\-]", "", text)


def nik_problems(text: str, field: str = "nik") -> list[Problem]:
    """What makes a text impossible as a NIK: `nik.sixteen_digits`, `nik.birth_date_impossible`,
    `nik.serial_zero`. The region never does: districts are split and renumbered (see `nik_warnings`)."""
    if not re.fullmatch(r"[0-9]{16}", text):
        return [Problem.of(field, "nik.sixteen_digits")]
    problems = []
    day, month, yy = _birth(text)
    # 29 February needs a leap year in some century; every yy divisible by four has one (00 in 2000).
    if not (1 <= month <= 12 and 1 <= day <= monthrange(2000 + yy, month)[1]):
        problems.append(Problem.of(field, "nik.birth_date_impossible", digits=text[6:12]))
    if text[12:] == "0000":
        problems.append(Problem.of(field, "nik.serial_zero"))
    return problems


def read_nik(text: str) -> Nik:
    """The parts of a NIK. Refused on "nik" with the codes of `nik_problems`."""
    if problems := nik_problems(text):
        raise Refused(*problems)
    day, month, yy = _birth(text)
    sex: Literal["F", "M"] = "F" if int(text[6:8]) > WOMEN_ADD else "M"
    return Nik(text[:2], text[2:4], text[4:6], day, month, yy, sex, int(text[12:]))


def _birth(text: str) -> tuple[int, int, int]:
    day = int(text[6:8])
    return (day - WOMEN_ADD if day > WOMEN_ADD else day), int(text[8:10]), int(text[10:12])


def nik_contradictions(text: str, birth_date: date | None, sex: str | None) -> list[Problem]:
    """Where a valid NIK and what is given disagree: `nik.birth_date` on "birth_date" (gaps `nik`, `given`, as
    dd-mm-yyyy) and `nik.sex` on "sex" (gaps `nik`, `given`, F or M). A person may confirm them: cards with a
    wrong date exist. Refused if the NIK is impossible."""
    nik = read_nik(text)
    problems = []
    if birth_date is not None:
        said = (nik.birth_day, nik.birth_month, nik.birth_yy)
        if said != (birth_date.day, birth_date.month, birth_date.year % 100):
            year = min(
                (century + nik.birth_yy for century in (1900, 2000)), key=lambda year: abs(year - birth_date.year)
            )
            problems.append(
                Problem.of(
                    "birth_date",
                    "nik.birth_date",
                    nik=f"{nik.birth_day:02}-{nik.birth_month:02}-{year}",
                    given=f"{birth_date:%d-%m-%Y}",
                )
            )
    if sex is not None and sex != nik.sex:
        problems.append(Problem.of("sex", "nik.sex", nik=nik.sex, given=sex))
    return problems


@cache
def provinces() -> dict[str, str]:
    """Province codes of the civil registry and their names."""
    return {row["code"]: row["name"] for row in data.rows("provinces.csv")}


def nik_warnings(text: str, field: str = "nik") -> list[Problem]:
    """What is worth a second look: `nik.region_unknown` for a province we have not heard of."""
    if text[:2] in provinces():
        return []
    return [Problem.of(field, "nik.region_unknown", province=text[:2])]


def mask_nik(text: str) -> str:
    """A NIK fit for a screen others can see: region and serial only, `350710••••••0003`."""
    return f"{text[:6]}••••••{text[12:]}" if len(text) == 16 else "•" * len(text)
