"""Language: the active catalogue, and money, dates and numbers as Indonesians write them.

Sentences follow the catalogue in use. Figures and dates do not: a receipt and the screen beside it read the
same in every language of the screen, and `22.11` never means two things at one counter.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from models.rules.days import Month
from models.rules.money import LARGEST_MINOR, Money, currencies, currency
from models.rules.problems import Problem, Refused

if TYPE_CHECKING:
    from gettext import GNUTranslations

LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}

_active = "id"


def use(language: str) -> None:
    """Switch the sentences of the whole program. ValueError for a language we do not have."""
    global _active  # noqa: PLW0603 - a catalogue belongs to the program, not to a caller
    if language not in LANGUAGES:
        raise ValueError(f"no catalogue for {language!r}")
    if language != "id":
        _catalogue(language)
    _active = language


def active() -> str:
    """The language in use: "id" or "en"."""
    return _active


def _(text: str) -> str:
    """The sentence in the language in use; Indonesian where it has none."""
    return text if _active == "id" else _catalogue(_active).gettext(text)


def ngettext(singular: str, plural: str, n: int) -> str:
    """Like `_`, by number. Indonesian says one and many alike."""
    if _active == "id":
        return singular if n == 1 else plural
    return _catalogue(_active).ngettext(singular, plural, n)


@cache
def _catalogue(language: str) -> GNUTranslations:
    # Babel and gettext cost 30 ms: paid only by who switches away from Indonesian.
    from gettext import GNUTranslations
    from importlib.resources import files
    from io import BytesIO

    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    source = files("models.locale").joinpath(f"{language}.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


# Money and numbers


def number(value: int | Decimal, decimals: int | None = None) -> str:
    """`1.235`, `512,40`: points between thousands, a comma before decimals. `decimals` pads; it never rounds."""
    written = format(abs(Decimal(value)), "f")
    whole, _point, fraction = written.partition(".")
    if decimals is not None:
        if len(fraction.rstrip("0")) > decimals:
            raise ValueError(f"{value} has more than {decimals} decimals")
        fraction = fraction[:decimals].ljust(decimals, "0")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if value < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def money(amount: Money) -> str:
    """`NT$ 1.235`, `KD 12,345`, `-Rp 500`."""
    sign = "-" if amount.minor < 0 else ""
    return f"{sign}{_symbol(amount.currency)} {number(abs(amount.main))}"


def _symbol(code: str) -> str:
    """The currency's sign; its code for one that only a later program knows, or that a false paper names."""
    unit = currencies().get(code)
    return unit.symbol if unit else code


def rupiah(amount: int | Decimal) -> str:
    """`Rp 332.500`; a rate keeps its decimals, two at least: `Rp 512,40`."""
    sign = "-" if amount < 0 else ""
    amount = -amount if amount < 0 else amount
    if isinstance(amount, Decimal) and amount != amount.to_integral_value():
        return f"{sign}Rp {number(amount, max(2, len(f'{amount.normalize():f}'.partition('.')[2])))}"
    return f"{sign}Rp {number(int(amount))}"


def rupiah_english(amount: int) -> str:
    """`IDR 20,050,000`: for a letter's page in English."""
    return f"IDR {amount:,}"


def rate(code: str, idr_per_unit: Decimal) -> str:
    """A rate as the receipt says it: `NT$ 1 = Rp 512,40`."""
    return f"{currency(code).symbol} 1 = {rupiah(idr_per_unit)}"


_TYPED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,18})(?:,([0-9]{1,6}))?")


def parse_money(text: str, code: str, field: str = "amount") -> Money:
    """An amount as Indonesians type it: `1500`, `1.500`, `12,50`, with or without the currency's symbol.

    Strict: a point only ever stands between whole groups of three, so `12.5` is refused rather than read
    as 125. Refused on `field`: `money.typed`, `money.negative`, `money.too_fine`, `money.too_large`.
    """
    unit = currency(code)
    written = text.strip()
    negative = written.startswith(("-", "−"))
    written = written.removeprefix("-").removeprefix("−").strip()
    for sign in (unit.symbol, unit.code):
        if written.casefold().startswith(sign.casefold()):
            written = written[len(sign) :].strip()
            break
    match = _TYPED.fullmatch(written)
    if match is None:
        raise Refused(Problem.of(field, "money.typed"))
    whole, decimals = match[1].replace(".", ""), match[2] or ""
    if len(decimals) > unit.exponent:
        raise Refused(Problem.of(field, "money.too_fine", currency=code, decimals=unit.exponent))
    minor = int(whole + decimals.ljust(unit.exponent, "0"))
    if negative and minor:
        raise Refused(Problem.of(field, "money.negative"))
    if minor > LARGEST_MINOR:
        raise Refused(Problem.of(field, "money.too_large"))
    return Money(minor, unit.code, unit.exponent)


# Days and times

_MONTHS = (
    ("Jan", "Januari"),
    ("Feb", "Februari"),
    ("Mar", "Maret"),
    ("Apr", "April"),
    ("Mei", "Mei"),
    ("Jun", "Juni"),
    ("Jul", "Juli"),
    ("Agu", "Agustus"),
    ("Sep", "September"),
    ("Okt", "Oktober"),
    ("Nov", "November"),
    ("Des", "Desember"),
)


def date_short(day: date) -> str:
    """`11 Des 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1][0]} {day.year}"


def date_long(day: date) -> str:
    """`22 November 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1][1]} {day.year}"


_MONTHS_IN_ENGLISH = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def date_english(day: date) -> str:
    """`22 December 2026`: for a letter's page in English, whatever language the screen is in."""
    return f"{day.day} {_MONTHS_IN_ENGLISH[day.month - 1]} {day.year}"


def month_year(month: Month) -> str:
    """`Des 2026`."""
    return f"{_MONTHS[month.month - 1][0]} {month.year}"


def time_short(at: datetime | time) -> str:
    """`09.47`, as the value itself says: bring a datetime to the counter's zone first."""
    return f"{at.hour:02}.{at.minute:02}"


# Amounts in words

_DIGITS = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
_SCALES = ((10**15, "kuadriliun"), (10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"))


def terbilang(n: int) -> str:
    """A whole number in words: `seribu dua ratus tiga puluh lima`. One thousand is *seribu*, one million
    *satu juta*. ValueError from 10^18 on."""
    if n < 0:
        return f"minus {terbilang(-n)}"
    if n >= 10**18:
        raise ValueError("a number this long has no use in words")
    return " ".join(_words(n)) or _DIGITS[0]


def _words(n: int) -> list[str]:
    for scale, name in _SCALES:
        if n >= scale:
            return [*_words(n // scale), name, *_words(n % scale)]
    if n >= 1000:
        head = ["seribu"] if n // 1000 == 1 else [*_words(n // 1000), "ribu"]
        return [*head, *_words(n % 1000)]
    if n >= 100:
        head = ["seratus"] if n // 100 == 1 else [_DIGITS[n // 100], "ratus"]
        return [*head, *_words(n % 100)]
    if n >= 20:
        return [_DIGITS[n // 10], "puluh", *_words(n % 10)]
    if n >= 12:
        return [_DIGITS[n - 10], "belas"]
    return [("", *_DIGITS[1:], "sepuluh", "sebelas")[n]] if n else []


def terbilang_money(amount: Money) -> str:
    """An amount in words, as the receipt repeats it: `seribu dua ratus tiga puluh lima dolar Taiwan`.

    Decimals that are not all zero are read digit by digit after *koma*, every one of them, for there is no one
    word for the hundredth of every currency: 12,50 is `dua belas koma lima nol ringgit Malaysia`.
    """
    whole, fraction = divmod(abs(amount.minor), 10**amount.exponent)
    words = ["minus"] if amount.minor < 0 else []
    words.append(terbilang(whole))
    if fraction:
        words += ["koma", *(_DIGITS[int(digit)] for digit in f"{fraction:0{amount.exponent}}")]
    return " ".join([*words, currency(amount.currency).name])
