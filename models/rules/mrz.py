"""MRZ: the two lines at the foot of a passport's page (ICAO Doc 9303 part 4, TD3)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.rules.names import fold
from models.rules.problems import Problem, Refused

LENGTH = 44
_ALPHABET = re.compile(r"[A-Z0-9<]*")
_VALUES = {**{str(digit): digit for digit in range(10)}, **{chr(55 + n): n for n in range(10, 36)}, "<": 0}


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the two lines say. `name` is the full name in speaking order; a single name stands in `surname`
    and leaves `given` empty. `sex` is None where the passport leaves it open."""

    document: str
    issuer: str
    surname: str
    given: str
    name: str
    number: str
    nationality: str
    birth_date: date
    sex: Literal["F", "M"] | None
    expiry: date
    personal_number: str


def mrz_lines(text: str) -> tuple[str, ...]:
    """The lines in what a reader typed: separate lines, or both run together."""
    lines = tuple(_plain(line) for line in text.splitlines() if line.strip())
    if len(lines) == 1 and len(lines[0]) == 2 * LENGTH:
        return lines[0][:LENGTH], lines[0][LENGTH:]
    return lines


def looks_like_mrz(text: str) -> bool:
    """Whether a scan is worth reading as an MRZ: two lines of 44 that begin as a passport's do."""
    lines = mrz_lines(text)
    return (
        len(lines) == 2
        and lines[0].startswith("P")
        and "<<" in lines[0]
        and all(len(line) == LENGTH and _ALPHABET.fullmatch(line) for line in lines)
    )


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; A is 10, Z is 35, the filler 0 (Doc 9303 part 3, 4.9)."""
    return str(sum(_VALUES[character] * (7, 3, 1)[at % 3] for at, character in enumerate(text)) % 10)


def read_mrz(lines: Sequence[str], today: date, field: str = "mrz") -> Mrz:
    """What the lines say; `today` settles the century of the two-digit years.

    Refused on `field`, all that is wrong at once: `mrz.two_lines`, `mrz.length`, `mrz.character`,
    `mrz.check_digit.number|birth_date|expiry|personal_number|composite`, `mrz.date`.
    """
    lines = [_plain(line) for line in lines]
    if len(lines) != 2:
        raise Refused(Problem.of(field, "mrz.two_lines", lines=len(lines)))
    for at, line in enumerate(lines, 1):
        if len(line) != LENGTH:
            raise Refused(Problem.of(field, "mrz.length", line=at, length=len(line)))
        if not _ALPHABET.fullmatch(line):
            wrong = next(character for character in line if character not in _VALUES)
            raise Refused(Problem.of(field, "mrz.character", line=at, character=wrong))
    upper, lower = lines
    if not re.fullmatch(r"P[A-Z<][A-Z<]{42}", upper):
        wrong = next((character for character in upper if character.isdigit()), upper[0])
        raise Refused(Problem.of(field, "mrz.character", line=1, character=wrong))

    problems = [
        Problem.of(field, code)
        for part, digit, code in (
            (lower[0:9], lower[9], "mrz.check_digit.number"),
            (lower[13:19], lower[19], "mrz.check_digit.birth_date"),
            (lower[21:27], lower[27], "mrz.check_digit.expiry"),
            (lower[28:42], lower[42], "mrz.check_digit.personal_number"),
            (lower[0:10] + lower[13:20] + lower[21:43], lower[43], "mrz.check_digit.composite"),
        )
        # An empty personal number may leave its check digit open.
        if digit != check_digit(part) and not (digit == "<" and not part.strip("<"))
    ]
    birth_date = _birth_date(lower[13:19], today)
    expiry = _expiry(lower[21:27], today)
    for day, name in ((birth_date, "birth_date"), (expiry, "expiry")):
        if day is None and not any(problem.code == f"mrz.check_digit.{name}" for problem in problems):
            problems.append(Problem.of(field, "mrz.date", part=name))
    if lower[20] not in "MFX<":
        problems.append(Problem.of(field, "mrz.character", line=2, character=lower[20]))
    if problems or birth_date is None or expiry is None:
        raise Refused(*problems)

    primary, _, secondary = upper[5:].partition("<<")
    surname, given = (" ".join(part.split("<")).strip() for part in (primary, secondary))
    given = " ".join(given.split())
    sex: Literal["F", "M"] | None = "F" if lower[20] == "F" else "M" if lower[20] == "M" else None
    return Mrz(
        document="P",
        issuer=upper[2:5].rstrip("<"),
        surname=surname,
        given=given,
        name=f"{given} {surname}".strip(),
        number=lower[0:9].rstrip("<"),
        nationality=lower[10:13].rstrip("<"),
        birth_date=birth_date,
        sex=sex,
        expiry=expiry,
        personal_number=lower[28:42].rstrip("<"),
    )


def _plain(line: str) -> str:
    return "".join(line.split()).upper()


def _date(yymmdd: str, century: int) -> date | None:
    if not re.fullmatch(r"[0-9]{6}", yymmdd):
        return None
    try:
        return date(century + int(yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:]))
    except ValueError:
        return None


def _birth_date(yymmdd: str, today: date) -> date | None:
    """Nobody is born after today: the latest century that keeps to that."""
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        if (day := _date(yymmdd, century)) is not None and day <= today:
            return day
    return None


def _expiry(yymmdd: str, today: date) -> date | None:
    """A passport is shown within fifty years of its expiry, on either side."""
    here = today.year // 100 * 100
    days = [day for century in (here - 100, here, here + 100) if (day := _date(yymmdd, century)) is not None]
    return min(days, key=lambda day: abs((day - today).days), default=None)


def make_mrz(
    *,
    surname: str,
    given: str,
    number: str,
    birth_date: date,
    sex: str | None,
    expiry: date,
    nationality: str = "IDN",
    issuer: str = "IDN",
    personal_number: str = "",
) -> tuple[str, str]:
    """The two lines a passport with these facts carries; names longer than the line are cut."""
    names = "<<".join(_letters(part) for part in (surname, given) if part.strip())
    upper = f"P<{issuer:<3}{names}".replace(" ", "<")[:LENGTH].ljust(LENGTH, "<")
    number = number.ljust(9, "<")
    born, until = f"{birth_date:%y%m%d}", f"{expiry:%y%m%d}"
    personal = personal_number.ljust(14, "<")
    head = f"{number}{check_digit(number)}"
    dates = f"{born}{check_digit(born)}", f"{until}{check_digit(until)}"
    tail = f"{personal}{check_digit(personal)}"
    composite = check_digit(head + dates[0] + dates[1] + tail)
    nation = nationality.ljust(3, "<")
    return upper, f"{head}{nation}{dates[0]}{sex if sex in ('F', 'M') else '<'}{dates[1]}{tail}{composite}"


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z]+", "<", fold(name).upper()).strip("<")
