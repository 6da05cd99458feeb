"""Finding: what a person is found by, and what a clerk means who types into the one box.

The index holds marks: the words of names as written (`soekarno`), the same in one spelling (`=sukarno`), identifiers
closed up (`c4821907`, `3507105203940003`, phones without calling code), and birthdays (`=b08121991`, `=b0812`,
`=b1991`). No mark has a space, and `=` stands before what nobody types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from models.rules.names import fold, name_words, spelled, spelled_words
from models.rules.phones import FEWEST_KEY_DIGITS, key_of, without_calling_code
from models.rules.written_dates import read_written

FEWEST_LETTERS = 4
"""Of a word in which a wrong letter is looked for: in shorter ones every second name is another's slip."""
_FEWEST_LETTERS_BEGUN = 5
_YEARS = range(1920, 2021)
_BIRTHS = range(1900, 2101)

# What is kept


def marks(
    names: Iterable[str] = (),
    numbers: Iterable[str] = (),
    phones: Iterable[str] = (),
    births: Iterable[date] = (),
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a person's names, and all marks they are found by, each once."""
    words: dict[str, None] = {}
    found: dict[str, None] = {}
    for name in names:
        words.update(dict.fromkeys(fold(name).split()))
        found.update(dict.fromkeys(f"={word}" for word in spelled_words(name)))
    found.update(dict.fromkeys(closed(number) for number in numbers))
    for phone in phones:
        found.update(dict.fromkeys(phone_marks(phone)))
    for born in births:
        found.update(dict.fromkeys(birth_marks(born)))
    found.pop("", None)
    return tuple(words), (*words, *found)


def closed(number: str) -> str:
    """An identifier without what is written between its parts: `C 4821907` → `c4821907`."""
    if number.isascii() and number.isalnum():
        return number.lower()
    return "".join(fold(number).split())


def phone_marks(phone: str) -> tuple[str, ...]:
    """A number without its calling code, and its last eight digits; as written where it is hardly a number."""
    digits = without_calling_code(phone)
    key = key_of(digits)
    return (digits, key) if key else (closed(phone),)


def birth_marks(born: date) -> tuple[str, str, str]:
    """The day, the day in whichever year, the year."""
    day, year = f"{born.day:02}{born.month:02}", f"{born.year:04}"
    return f"=b{day}{year}", f"=b{day}", f"=b{year}"


# What is typed


@dataclass(frozen=True, slots=True)
class Sign:
    """A part of what was typed that is no word of a name: an identifier, whole or begun, in every way it may be
    meant; or marks of birthdays; or either."""

    identifiers: tuple[str, ...] = ()
    births: tuple[str, ...] = ()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Sought:
    """What stands in the box. `whole`: all of it as one identifier, where it may be one written in parts."""

    words: tuple[str, ...]
    signs: tuple[Sign, ...]
    whole: str

    @property
    def has_identifier(self) -> bool:
        return any(sign.identifiers for sign in self.signs)


_MONTH = "jan|feb|peb|mar|apr|mei|may|jun|jul|agu|agt|ags|aug|sep|okt|oct|nov|nop|des|dec"
_DAY = re.compile(
    r"(?<![\w+])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{1,2}([-/. ])\d{1,2}\1\d{4}"
    rf"|\d{{1,2}}[ -]?(?:{_MONTH})[a-z]*\.?[ -]?\d{{4}})(?!\w)",
    re.IGNORECASE,
)
_DAY_BEGUN = re.compile(
    r"(?<![\w+])(?:(\d{1,2})[-/](\d{1,2})(?:[-/]\d{0,3})?"
    rf"|(\d{{1,2}})[ -]?((?:{_MONTH})[a-z]*)\.?[ -]?\d{{0,3}})(?!\w)(?!\s*[\d/-])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\w)([a-z]{1,2}\s+(?=\d{5}))?(\+?)\s*(\d[\d\s().\-/]*)(?!\w)", re.IGNORECASE)


def read_sought(typed: str) -> Sought:
    """Part what was typed into words of names, identifiers and birthdays. Nothing in it that could find anybody
    leaves all three empty."""
    text = "".join(str(int(one)) if one.isdecimal() and not one.isascii() else one for one in typed).strip()
    signs: list[Sign] = []
    whole = closed(text) if any(character.isdigit() for character in text) else ""

    def day(found: re.Match[str]) -> str:
        born = read_written(found[0])
        if born is None or born.year not in _BIRTHS:
            return found[0]
        signs.append(Sign(births=birth_marks(born)[:1], typed=found[0]))
        return " "

    def begun(found: re.Match[str]) -> str:
        born = read_written(f"{found[1] or found[3]} {found[2] or found[4]} 2000")
        if born is None:
            return found[0]
        digits = closed(found[0]) if found[1] else ""
        identifiers = tuple(dict.fromkeys((digits, digits.lstrip("0")))) if digits.strip("0") else ()
        signs.append(Sign(identifiers, birth_marks(born)[1:2], found[0]))
        return " "

    def number(found: re.Match[str]) -> str:
        letters, plus, written = found[1], found[2], found[3]
        digits = re.sub(r"\D", "", written)
        if letters:
            signs.append(Sign((closed(letters) + digits,), (), found[0]))
        else:
            signs.append(_number_sign(digits, international=bool(plus), typed=found[0]))
        return " "

    text = _DAY_BEGUN.sub(begun, _DAY.sub(day, text))
    text = _NUMBER.sub(number, text)
    words: list[str] = []
    for word in fold(text).split():
        if any(character.isdigit() for character in word):
            signs.append(Sign((word,), (), word))
        else:
            words.append(word)
    parts = len(words) + len(signs)
    return Sought(tuple(dict.fromkeys(words)), tuple(signs), whole if parts > 1 else "")


def _number_sign(digits: str, *, international: bool, typed: str) -> Sign:
    if international or digits.startswith("00"):
        return Sign((without_calling_code(f"+{digits.lstrip('0')}") or digits,), (), typed)
    identifiers = dict.fromkeys((digits, digits.lstrip("0") or digits))
    births: tuple[str, ...] = ()
    if len(digits) == 4 and int(digits) in _YEARS:
        births = (f"=b{digits}",)
    elif len(digits) == 8 and (born := read_written(digits)) is not None and born.year in _YEARS:
        births = birth_marks(born)[:1]
    return Sign(tuple(identifiers), births, typed)


def dialled(sign: Sign) -> tuple[str, ...]:
    """The same number read as one that begins with its calling code, though nobody wrote a +: 886912 → 912."""
    return tuple(
        rest
        for identifier in sign.identifiers
        if identifier.isdigit() and len(identifier) >= FEWEST_KEY_DIGITS
        if (rest := without_calling_code(f"+{identifier}")) and rest != identifier
    )


def month_first(sign: Sign) -> tuple[str, ...]:
    """The marks of the birthdays that are meant if day and month were typed the other way round."""
    return tuple(
        f"=b{mark[4:6]}{mark[2:4]}{mark[6:]}"
        for mark in sign.births
        if len(mark) == 10 and int(mark[2:4]) <= 12 and mark[2:4] != mark[4:6]
    )


def spellings(words: Iterable[str]) -> tuple[str, ...]:
    """The words of one name in one spelling, titles and degrees left out, what is shortened written out."""
    return spelled_words(" ".join(words))


def is_shortened(word: str) -> bool:
    """Whether a word stands for a longer one where others follow it: `moh`, `abd`."""
    return name_words(f"{word} x")[:1] != (word,)


# Slips


def slipped(typed: str, word: str) -> bool:
    """Whether one letter too many, too few, wrong, or in its neighbour's place makes `typed` of this word, or of its
    beginning, by their letters or by their spelling. Words of fewer than four letters have no slips."""
    # Loaded with the first slip, not with the program.
    from rapidfuzz.distance import OSA

    length = len(typed)
    if length < FEWEST_LETTERS:
        return False
    for one, other in ((typed, word), (spelled(typed), spelled(word))):
        if OSA.distance(one, other, score_cutoff=1) <= 1:
            return True
    if length < _FEWEST_LETTERS_BEGUN or len(word) <= length:
        return False
    return any(OSA.distance(typed, word[:cut], score_cutoff=1) <= 1 for cut in (length, length - 1, length + 1))


def kept_by_a_slip(typed: str) -> tuple[str, str]:
    """A beginning and an end of a word, of which a slip anywhere leaves one or the other as it is: it changes two
    neighbouring letters at most."""
    return typed[: len(typed) // 2], typed[len(typed) - (len(typed) - 1) // 2 :]


def slips(number: str) -> Iterator[str]:
    """Every identifier of which this one comes by one wrong digit (or letter) or by two swapped neighbours."""
    for at, character in enumerate(number):
        for other in "0123456789" if character.isdigit() else "abcdefghijklmnopqrstuvwxyz":
            if other != character:
                yield number[:at] + other + number[at + 1 :]
    for at, (one, other) in enumerate(pairwise(number)):
        if one != other:
            yield number[:at] + other + one + number[at + 2 :]
