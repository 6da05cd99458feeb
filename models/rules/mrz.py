"""MRZ: the two lines at the foot of a passport's page (ICAO Doc 9303 part 4, TD3).

Only TD3 is read: passports, and the SPLP where it is a booklet. Cards (TD1) and the size between (TD2) are not
travel documents a worker shows here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from typing import Literal

from models.rules import data
from models.rules.countries import countries
from models.rules.problems import Problem, Refused

LENGTH = 44
NAMES = slice(5, 44)
VALUES = {**{str(digit): digit for digit in range(10)}, **{chr(55 + n): n for n in range(10, 36)}, "<": 0}
"""What each character counts in a check digit (Doc 9303 part 3, 4.9). No other character stands in an MRZ."""

CHECKED = (
    ("number", slice(0, 9), 9),
    ("birth_date", slice(13, 19), 19),
    ("expiry", slice(21, 27), 27),
    ("personal_number", slice(28, 42), 42),
)
"""The fields of the second line that have a check digit of their own, and where it stands (from 0)."""

_BIRTH = re.compile(r"(?:[0-9]{2}|<<){3}")


@dataclass(frozen=True, slots=True)
class Mrz:
    """What the two lines say. `name` is the full name in speaking order; a single name stands in `surname`
    and leaves `given` empty. `sex` is None where the passport leaves it open (`<`, or X as some print).

    `birth_date` is None where the passport does not know the day, the month or the year: fillers stand for what is
    unknown (Doc 9303 part 3, 4.8), and a date is never guessed. `birth_written` has the six characters as printed.
    `name_may_be_cut`: the names fill the line to its last character, so some may be missing (part 4, 4.2.3).
    `subtype` is the letter behind P, as in PD or PE, where the issuer prints one.
    """

    document: str
    issuer: str
    surname: str
    given: str
    name: str
    number: str
    nationality: str
    birth_date: date | None
    sex: Literal["F", "M"] | None
    expiry: date
    personal_number: str
    subtype: str = ""
    birth_written: str = ""
    name_may_be_cut: bool = False

    @property
    def kind(self) -> Literal["paspor", "splp"]:
        """`splp` for an Indonesian emergency passport or laissez-passer (PE, PL); a person may know better,
        because older SPLP print a plain P."""
        return "splp" if self.issuer == "IDN" and self.subtype in ("E", "L") else "paspor"


def mrz_lines(text: str) -> tuple[str, ...]:
    """The lines in what a reader typed or a picture gave: separate lines, or both run together. Of more than two
    lines, the two that look like an MRZ."""
    lines = tuple(plain for line in text.splitlines() if (plain := plain_line(line)))
    if len(lines) == 1 and len(lines[0]) == 2 * LENGTH:
        return lines[0][:LENGTH], lines[0][LENGTH:]
    if len(lines) > 2:
        return next((pair for pair in pairwise(lines) if _alike(pair)), lines)
    return lines


def looks_like_mrz(text: str) -> bool:
    """Whether a scan is worth reading as an MRZ, and worth a word about what is wrong with it: two lines of about
    44, nearly all of its alphabet, that begin as a passport's do. Both run together count only when complete,
    because a box is asked this while somebody types."""
    lines = mrz_lines(text)
    return len(lines) == 2 and _alike(lines)


def _alike(lines: Sequence[str]) -> bool:
    upper, lower = lines
    both = upper + lower
    return (
        all(LENGTH - 4 <= len(line) <= LENGTH + 4 for line in lines)
        and upper.startswith("P")
        and "<<" in upper
        and sum(character in VALUES for character in both) >= len(both) * 9 // 10
        and sum(character.isdigit() for character in lower) >= LENGTH // 4
    )


def check_digit(text: str) -> str:
    """Weights 7, 3, 1; A is 10, Z is 35, the filler 0 (Doc 9303 part 3, 4.9)."""
    return str(sum(VALUES[character] * (7, 3, 1)[at % 3] for at, character in enumerate(text)) % 10)


def composite_of(lower: str) -> str:
    """What the last check digit of a second line covers: number, dates and personal number with their digits
    (Doc 9303 part 4, 4.2.2)."""
    return lower[0:10] + lower[13:20] + lower[21:43]


def digit_stands(part: str, digit: str) -> bool:
    """Whether a check digit is right. Where the field is empty, issuers may leave its digit open (part 4, 4.2.2)."""
    return digit == check_digit(part) or (digit == "<" and not part.strip("<"))


def read_mrz(lines: Sequence[str], today: date, field: str = "mrz") -> Mrz:
    """What the lines say; `today` settles the century of the two-digit years.

    Refused on `field`, all that is wrong at once: `mrz.two_lines`, `mrz.length`, `mrz.character`,
    `mrz.check_digit.number|birth_date|expiry|personal_number|composite`, `mrz.date.birth_date|expiry`.
    What can be pointed at carries its `line` and `column`, counted from 1 as a person does; a check digit also
    what is `found`, what is `expected` if the field it covers is right, and that field's columns, `first` and
    `last`. The composite is named only where nothing else of the second line is wrong: before that, what it should
    be is not known.
    """
    lines = [plain_line(line) for line in lines]
    if len(lines) != 2:
        raise Refused(Problem.of(field, "mrz.two_lines", lines=len(lines)))
    if problems := [
        Problem.of(field, "mrz.length", line=at, length=len(line), expected=LENGTH)
        for at, line in enumerate(lines, 1)
        if len(line) != LENGTH
    ]:
        raise Refused(*problems)
    upper, lower = lines
    birth_date = _birth_date(lower[13:19], today)
    expiry = _expiry(lower[21:27], today)
    dates = {"birth_date": birth_date is not None or _unknown_birth_stands(lower[13:19]), "expiry": expiry is not None}
    if (problems := _problems(upper, lower, dates, field)) or expiry is None:
        raise Refused(*problems)

    primary, _, secondary = upper[NAMES].partition("<<")
    surname, given = (" ".join(part.replace("<", " ").split()) for part in (primary, secondary))
    if not surname:
        # Issuers that print a single name as a given name leave the first part empty.
        surname, given = given, ""
    sex: Literal["F", "M"] | None = "F" if lower[20] == "F" else "M" if lower[20] == "M" else None
    return Mrz(
        document="P",
        issuer=upper[2:5].rstrip("<"),
        surname=surname,
        given=given,
        name=f"{given} {surname}".strip(),
        # A filler inside a number stands for a space or a hyphen, which nobody keeps (part 3, 4.7).
        number=lower[0:9].replace("<", ""),
        nationality=lower[10:13].rstrip("<"),
        birth_date=birth_date,
        sex=sex,
        expiry=expiry,
        personal_number=lower[28:42].strip("<").replace("<", " "),
        subtype=upper[1].strip("<"),
        birth_written=lower[13:19],
        name_may_be_cut=upper[-1] != "<",
    )


def _problems(upper: str, lower: str, dates: dict[str, bool], field: str) -> list[Problem]:
    places = wrong_places(upper, lower)
    problems = [
        Problem.of(field, "mrz.character", line=line, column=at + 1, character=(upper, lower)[line - 1][at])
        for line, at in places
    ]
    unreadable = {at for line, at in places if line == 2}
    whole = not unreadable
    for name, part, at in CHECKED:
        if not unreadable.isdisjoint(range(part.start, at + 1)):
            continue
        if not digit_stands(lower[part], lower[at]):
            problems.append(_wrong_digit(field, name, lower, at, lower[part], part.start + 1, part.stop))
            whole = False
        elif not dates.get(name, True):
            first = part.start + 1
            problems.append(Problem.of(field, _WRONG_DATE[name], line=2, column=first, written=lower[part]))
            whole = False
    if whole and lower[43] != check_digit(composite_of(lower)):
        problems.append(_wrong_digit(field, "composite", lower, 43, composite_of(lower), 1, 43))
    return problems


def wrong_places(upper: str, lower: str) -> list[tuple[int, int]]:
    """Line (1, 2) and place (from 0) of every character that cannot stand where it does. A check digit that is
    no digit is not among them: it is a wrong check digit, and what it should be is known."""
    places = [(1, at) for at, character in enumerate(upper) if not fits(1, at, character)]
    places += [(2, at) for at, character in enumerate(lower) if not fits(2, at, character)]
    for at in (13, 15, 17):
        # Half a day, month or year is never unknown.
        if (lower[at] == "<") != (lower[at + 1] == "<"):
            places.append((2, at if lower[at] == "<" else at + 1))
    return sorted(set(places))


def fits(line: int, at: int, character: str) -> bool:
    """Whether a character may stand at a place (from 0) of line 1 or 2 (Doc 9303 part 4, 4.2.2)."""
    if line == 1 and at == 0:
        return character == "P"
    if line == 1 or 10 <= at < 13:
        return character in _LETTERS
    if 13 <= at < 19:
        return character in _DIGITS or character == "<"
    if at == 20:
        return character in "MFX<"
    if 21 <= at < 27:
        return character in _DIGITS
    return character in VALUES


_DIGITS = frozenset("0123456789")
_LETTERS = frozenset(VALUES) - _DIGITS


_WRONG_DIGIT = {
    "number": "mrz.check_digit.number",
    "birth_date": "mrz.check_digit.birth_date",
    "expiry": "mrz.check_digit.expiry",
    "personal_number": "mrz.check_digit.personal_number",
    "composite": "mrz.check_digit.composite",
}
_WRONG_DATE = {"birth_date": "mrz.date.birth_date", "expiry": "mrz.date.expiry"}


def _wrong_digit(field: str, name: str, lower: str, at: int, covered: str, first: int, last: int) -> Problem:
    return Problem.of(
        field,
        _WRONG_DIGIT[name],
        line=2,
        column=at + 1,
        found=lower[at],
        expected=check_digit(covered),
        first=first,
        last=last,
    )


def mrz_warnings(mrz: Mrz) -> list[Problem]:
    """What a person should compare with the page: `mrz.name_cut` on "name", `mrz.birth_date_unknown` on
    "birth_date", and on "mrz" `mrz.country_unknown` for a code outside Doc 9303's list or `mrz.not_indonesian`."""
    problems = []
    if mrz.name_may_be_cut:
        problems.append(Problem.of("name", "mrz.name_cut", name=mrz.name))
    if mrz.birth_date is None:
        year, month, day = (mrz.birth_written[at : at + 2].replace("<", "?") for at in (0, 2, 4))
        problems.append(Problem.of("birth_date", "mrz.birth_date_unknown", written=f"{day}-{month}-{year}"))
    problems += [
        Problem.of("mrz", "mrz.country_unknown", country=code or "<<<")
        for code in dict.fromkeys((mrz.issuer, mrz.nationality))
        if code not in travel_codes()
    ]
    if mrz.nationality != "IDN" and (name := travel_country(mrz.nationality)):
        problems.append(Problem.of("mrz", "mrz.not_indonesian", country=name))
    return problems


@cache
def travel_codes() -> dict[str, tuple[str, str]]:
    """Issuers and nationalities of travel documents (Doc 9303 part 3, section 5): each code's ISO country, or
    none and a name. D is Germany, GBD to GBS are British, XXA to XXX have no nationality, UTO is the specimen's."""
    return {row["code"]: (row["country"], row["name"]) for row in data.rows("travel_codes.csv")}


def travel_country(code: str) -> str | None:
    """The Indonesian name behind a code of `travel_codes`; None where there is none."""
    country, name = travel_codes().get(code, ("", ""))
    return name or countries().get(country)


def plain_line(line: str) -> str:
    """A line as typed or read, in capitals and without spaces."""
    # A picture's reader may see the filler as a quotation mark.
    return "".join(line.split()).upper().replace("«", "<<").replace("‹", "<")


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


def _unknown_birth_stands(yymmdd: str) -> bool:
    """Whether a date with unknown parts may be: what is known of it stands in some calendar."""
    if "<" not in yymmdd or not _BIRTH.fullmatch(yymmdd):
        return False
    month, day = yymmdd[2:4], yymmdd[4:]
    return (month == "<<" or 1 <= int(month) <= 12) and (
        day == "<<" or any(_date(f"{year}{month.replace('<<', '01')}{day}", 2000) for year in ("00", "01"))
    )


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
    birth_date: date | str,
    sex: str | None,
    expiry: date,
    nationality: str = "IDN",
    issuer: str = "IDN",
    personal_number: str = "",
    subtype: str = "",
) -> tuple[str, str]:
    """The two lines a passport with these facts carries; names longer than the line are cut as Doc 9303 part 4,
    4.2.3 asks. A date of birth with unknown parts is given as its six characters, `74<<<<`."""
    upper = f"P{subtype:<1}{issuer:<3}".replace(" ", "<") + _names(mrz_letters(surname), mrz_letters(given))
    number = number.ljust(9, "<")
    born = birth_date if isinstance(birth_date, str) else f"{birth_date:%y%m%d}"
    until = f"{expiry:%y%m%d}"
    personal = personal_number.ljust(14, "<")
    head = f"{number}{check_digit(number)}"
    dates = f"{born}{check_digit(born)}", f"{until}{check_digit(until)}"
    tail = f"{personal}{check_digit(personal)}"
    composite = check_digit(head + dates[0] + dates[1] + tail)
    nation = nationality.ljust(3, "<")
    return upper, f"{head}{nation}{dates[0]}{sex if sex in ('F', 'M') else '<'}{dates[1]}{tail}{composite}"


_APOSTROPHES = re.compile("['`´ʻʼʾʿ‘’]")
# Doc 9303 part 3, section 6: letters that are not a plain one with a mark upon it, and the recommended pairs.
_PAIRS = str.maketrans(
    {
        "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Œ": "OE", "Ü": "UE", "ß": "SS", "ẞ": "SS", "Þ": "TH",
        "Ð": "D", "Đ": "D", "Ħ": "H", "İ": "I", "Ĳ": "IJ", "ĸ": "Q", "Ł": "L", "Ŋ": "N", "Ŧ": "T",
    }
)  # fmt: skip


def mrz_letters(name: str) -> str:
    """A name as an MRZ writes it: apostrophes closed up (`NU'MAN` → `NUMAN`); hyphens, commas, ampersands and full
    stops a filler (`ABDUL-AZIZ` → `ABDUL<AZIZ`); letters beyond A to Z by Doc 9303's table."""
    capitals = unicodedata.normalize("NFC", _APOSTROPHES.sub("", name)).upper().translate(_PAIRS)
    plain = "".join(c for c in unicodedata.normalize("NFKD", capitals) if not unicodedata.combining(c))
    return re.sub(r"[^A-Z]+", "<", plain).strip("<")


def _names(primary: str, secondary: str) -> str:
    """The 39 characters of the names. Too long, they are cut so that a given name keeps at least a letter and the
    last character is one: that says that something is missing."""
    room = LENGTH - NAMES.start
    if secondary:
        primary = primary[: room - 3].rstrip("<")
    whole = "<<".join(part for part in (primary, secondary) if part)
    while len(whole) > room and whole[room - 1] == "<":
        before = len(whole[:room].rstrip("<"))
        whole = whole[: before - 1] + whole[before:]
    return whole[:room].ljust(room, "<")
